"""The claims of a study as a reader wants them: in words, and as a table that can be searched."""

import json
import re
from collections.abc import Sequence

import pandas as pd

from helpers.figures.landing_sentences import hardest_input
from helpers.figures.scorecard import as_printed, claims_table
from helpers.project import by_number

STATISTICS = {
    "mean": "Mean",
    "median": "Median",
    "sd": "Standard deviation",
    "n": "Number of tracks with a value",
    "abs_pearson": "Correlation, without its sign",
    "shapiro_p": "p of the Shapiro-Wilk test",
    "ks_d": "Kolmogorov-Smirnov D",
    "ks_p": "p of the Kolmogorov-Smirnov test",
    "mwu_u": "Mann-Whitney U",
    "mwu_p": "p of the Mann-Whitney test",
    "cliffs_delta": "Cliff's delta",
    "welch_t": "Welch's t",
    "welch_df": "Degrees of freedom of Welch's t",
    "welch_p": "p of Welch's t-test",
    "cohens_d": "Cohen's d",
    "kruskal_h": "Kruskal-Wallis H",
    "kruskal_p": "p of the Kruskal-Wallis test",
    "kruskal_r": "Effect size of the Kruskal-Wallis test",
    "silhouette": "silhouette",
    "ari": "adjusted Rand index",
    "nmi": "normalized mutual information",
    "audio_features": "audio features",
    "embeddings": "embeddings",
    "min": "least",
    "max": "most",
}
# Whole keys, less the name of the corpus, that no rule below puts into words.
SINGLE = {
    "poster.participants": "Participants",
    "poster.rows": "Listings",
    "poster.first_year": "First year of the chart",
    "poster.last_year": "Last year of the chart",
    "poster.genres.entropy": "Entropy of genres",
    "poster.features.significant": "Audio features that differ, of nine",
    "corpora.rows": "Listings",
    "corpora.rows_tracks_file": "Rows of the file of tracks",
    "corpora.rows_complete": "Listings with all audio features",
    "corpora.repeated_rows": "Listings whose track was listed before",
    "corpora.overlap.rows": "Listings of tracks that both corpora have",
    "corpora.overlap.percent": "Percentage of listings of tracks that both corpora have",
    "genres.entropy": "Entropy of genres",
    "genres.chi_square.statistic": "Chi-square statistic of genre by corpus",
    "genres.chi_square.p": "p of the chi-square test of genre by corpus",
    "genres.chi_square.dof": "Degrees of freedom of the chi-square test",
}
# What each cell of the table holds besides, told when a reader opens a row.
DETAILS = ("key", "published", "recomputed", "rows", "tolerance", "unit", "where", "kind", "role")


def claim_in_words(key: str) -> str:
    """What a claim is about, in words.

    Parameters
    ----------
    key : str
        Of the ledger, such as `features.mean.EMD.Pop.energy`.

    Returns
    -------
    str
        The key itself where no rule knows it.

    Notes
    -----
    Notebook: 10_scorecard
    """
    if key.startswith("poster."):
        return f"{_in_words(key)} (poster)"
    return _in_words(key)


def _in_words(key: str) -> str:
    for pattern, template in RULES:
        match = re.fullmatch(pattern, key)
        if match:
            parts = {name: STATISTICS.get(text, text) for name, text in match.groupdict("").items()}
            return template.format(**parts)
    for start, words in SINGLE.items():
        if key == start or key.startswith(f"{start}."):
            corpora = key.removeprefix(start).lstrip(".").replace("-", " and ")
            return f"{words}, {corpora}" if corpora else words
    return key


_GROUP = r"(?P<group>[^.]+)"
RULES = (
    (
        rf"features\.abs_pearson\.{_GROUP}\.(?P<first>\w+)-(?P<second>\w+)",
        "Correlation of {first} and {second} without its sign, {group}",
    ),
    (
        rf"(?:features|compare)\.(?P<statistic>\w+)\.{_GROUP}\.(?P<feature>\w+)",
        "{statistic} of {feature}, {group}",
    ),
    (
        rf"(?:features|compare)\.(?P<statistic>\w+)\.{_GROUP}\.(?P<genre>[^.]+)\.(?P<feature>\w+)",
        "{statistic} of {feature} in {genre}, {group}",
    ),
    (
        rf"(?:poster\.)?clustering\.pairwise\.(?P<score>\w+)\.(?P<statistic>\w+)\.{_GROUP}\.(?P<kind>\w+)",
        "{statistic} {score} over pairs of genres, {kind}, {group}",
    ),
    (
        rf"clustering\.all\.(?P<score>\w+)\.{_GROUP}\.(?P<kind>\w+)",
        "All genres at once: {score}, {kind}, {group}",
    ),
    (
        rf"maps\.joint\.(?P<statistic>\w+)\.component_(?P<axis>\d)\.{_GROUP}",
        "{statistic} on axis {axis} of the joint map, {group}",
    ),
    (
        r"corpora\.tracks_per_participant\.(?P<statistic>\w+)",
        "Listings of a participant: {statistic}",
    ),
    (rf"genres\.count\.{_GROUP}\.(?P<genre>.+)", "Tracks of the genre {genre}, {group}"),
)


def score_in_words(card: pd.DataFrame, judged: Sequence[str]) -> str:
    """How many numbers could be checked, and with what outcome.

    Parameters
    ----------
    card : DataFrame
        As `ledger.scorecard` returns it.
    judged : sequence of str
        Verdicts for or against a claim: reproduced, close, differs.

    Returns
    -------
    str

    Notes
    -----
    Notebook: 10_scorecard
    """
    counts = card["verdict_class"].value_counts()
    reproduced, close, differs = (int(counts.get(verdict, 0)) for verdict in judged)
    checked = reproduced + close + differs
    return (
        f"Of the {len(card):,} numbers that the study printed, this build could check {checked:,}: "
        f"{reproduced:,} {by_number(reproduced, 'was', 'were')} reproduced, {close:,} came close, "
        f"and {differs:,} {by_number(differs, 'differs', 'differ')}."
    )


def unchecked_table(card: pd.DataFrame, judged: Sequence[str]) -> pd.DataFrame:
    """Which inputs the claims need that got no verdict, and why they got none.

    Parameters
    ----------
    card : DataFrame
        As `ledger.scorecard` returns it.
    judged : sequence of str
        Verdicts for or against a claim.

    Returns
    -------
    DataFrame
        One row an input (of a claim that needs several, the one that is hardest to get) and
        reason, most claims first: input, claims (how many), why, example (where one is printed).

    Notes
    -----
    Notebook: 10_scorecard
    """
    rest = card[~card["verdict_class"].isin(judged)]
    rest = rest.assign(input=rest["needs"].map(hardest_input))
    grouped = rest.groupby(["input", "verdict"])
    table = grouped.agg(claims=("published", "size"), example=("where", "first")).reset_index()
    table = table.rename(columns={"verdict": "why"}).sort_values("claims", ascending=False)
    return table[["input", "claims", "why", "example"]]


def claims_browser(card: pd.DataFrame, verdicts: Sequence[str]) -> str:
    """The claims as a table to search, sort and filter; a plain table where no script runs.

    Parameters
    ----------
    card : DataFrame
        As `ledger.scorecard` returns it.
    verdicts : sequence of str
        All verdicts, in the order in which rows are shown.

    Returns
    -------
    str
        HTML; `book-tables.js` brings it to life.

    Notes
    -----
    Notebook: 10_scorecard
    """
    order = {verdict: place for place, verdict in enumerate(verdicts)}
    ordered = card.sort_values("verdict_class", key=lambda column: column.map(order), kind="stable")
    rows = [_row(str(key), row) for key, row in ordered.iterrows()]
    data = {
        "verdicts": [verdict for verdict in verdicts if verdict in set(card["verdict_class"])],
        "families": list(dict.fromkeys(card["family"])),
        "details": DETAILS,
        "rows": rows,
    }
    text = json.dumps(data, separators=(",", ":"), ensure_ascii=False).replace("<", "\\u003c")
    checked = ordered[ordered["verdict_class"].isin(verdicts[:3])]
    plain = claims_table(checked, ("verdict", "published", "recomputed", "rows"))
    return (
        '<div class="book-table" data-label="Numbers that the study printed"><div>'
        f'{plain}</div><script type="application/json">{text}</script></div>'
    )


def _row(key: str, row: pd.Series) -> list:
    """Verdict, family, claim, printed, this build's number, the verdict in full, then the details."""
    shown = ""
    if pd.notna(row["recomputed"]):
        shown = _few(as_printed(row["recomputed"], _plain(row)), row["unit"])
    return [
        row["verdict_class"],
        row["family"],
        claim_in_words(key),
        _few(row["printed"], row["unit"]),
        shown,
        row["verdict"],
        key,
        *[_full(row[name]) for name in DETAILS[1:]],
    ]


def _plain(row: pd.Series) -> str:
    """A printed number without signs that are no digits."""
    return re.sub(r"[^\d.eE+-]", "", row["printed"])


def _few(text: str, unit: str = "") -> str:
    """A number as text, shortened to four significant digits where it has more."""
    try:
        number = float(text)
    except ValueError:
        return text
    if unit == "year" or len(re.sub(r"\D", "", text)) <= len("123"):
        return text
    if number and not 0.001 <= abs(number) < 1e6:
        return f"{number:.2e}"
    if abs(number) >= 1000:
        return f"{number:,.0f}"
    return text if len(re.sub(r"\D", "", text)) <= len("1234") else f"{number:.4g}"


def _full(value: object) -> str:
    """A value with all its digits; empty where it is missing."""
    if pd.isna(value):
        return ""
    return repr(float(value)) if isinstance(value, float) else str(value)
