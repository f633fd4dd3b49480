"""The claims of a study as a reader wants them: in words, and as a table that can be searched."""

import json
import re
from collections.abc import Sequence

import pandas as pd

from helpers.figures.claim_words import claim_in_words
from helpers.figures.landing_sentences import hardest_input
from helpers.figures.scorecard import as_printed, claims_table
from helpers.project import by_number

# What each cell of the table holds besides, told when a reader opens a row.
DETAILS = ("key", "published", "recomputed", "rows", "tolerance", "unit", "where", "kind", "role")


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
    if checked == reproduced:
        outcome = by_number(checked, "which was reproduced", "all of which were reproduced")
        said = f"{checked:,}, {outcome}" if checked else "none"
        return (
            f"Of the {len(card):,} numbers that the study printed, this build could check {said}."
        )
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
        reason, most claims first: input, claims (how many), why, and where one is printed.

    Notes
    -----
    Notebook: 10_scorecard
    """
    rest = card[~card["verdict_class"].isin(judged)]
    rest = rest.assign(input=rest["needs"].map(hardest_input))
    grouped = rest.groupby(["input", "verdict_class"])
    table = grouped.agg(claims=("published", "size"), where=("where", "first")).reset_index()
    table = table.sort_values("claims", ascending=False)
    return table.rename(columns={"verdict_class": "why", "where": "one is printed in"})[
        ["input", "claims", "why", "one is printed in"]
    ]


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


_RAISED = str.maketrans("-0123456789", "⁻⁰¹²³⁴⁵⁶⁷⁸⁹")


def _few(text: str, unit: str = "") -> str:
    """A number as text, shortened to four significant digits where it has more."""
    try:
        number = float(text)
    except ValueError:
        return text
    if unit == "year" or len(re.sub(r"\D", "", text)) <= len("123"):
        return text
    if number and not 0.001 <= abs(number) < 1e9:
        digits, exponent = f"{number:.2e}".split("e")
        return f"{digits} × 10{str(int(exponent)).translate(_RAISED)}"
    if abs(number) >= 1000:
        return f"{number:,.0f}"
    return text if len(re.sub(r"\D", "", text)) <= len("1234") else f"{number:.4g}"


def _full(value: object) -> str:
    """A value with all its digits; empty where it is missing."""
    if pd.isna(value):
        return ""
    return repr(float(value)) if isinstance(value, float) else str(value)
