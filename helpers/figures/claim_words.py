"""What the numbers of the scorecard are called, in words."""

import re

from helpers.figures import own_numbers
from helpers.project import spaced

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
    if key.startswith("local."):
        return _own_in_words(key)
    if key.startswith("poster."):
        return f"{_in_words(key)} (poster)"
    return _in_words(key)


def _own_in_words(key: str) -> str:
    """A number that nobody printed: of its own kind, or of a kind that is printed elsewhere."""
    plain = key.removeprefix("local.")
    for pattern, template in own_numbers.RULES:
        match = re.fullmatch(pattern, plain)
        if match:
            parts = {
                name: own_numbers.PARTS.get(text, spaced(text))
                for name, text in match.groupdict().items()
            }
            thousandths = f"{float(parts.get('delta', 0)) / 1000:g}"
            return template.format(**parts, thousandths=thousandths)
    words = claim_in_words(plain)
    return key if words == plain else words


def _in_words(key: str) -> str:
    for pattern, template in RULES:
        match = re.fullmatch(pattern, key)
        if match:
            parts = {
                name: STATISTICS.get(text, spaced(text))
                for name, text in match.groupdict("").items()
            }
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
