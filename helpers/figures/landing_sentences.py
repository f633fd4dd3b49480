"""The sentences of the landing page: what the study found, how sure that is, what was checked."""

from collections.abc import Mapping, Sequence

import pandas as pd

from helpers.figures.effects import VERDICT_OF_SIZE
from helpers.figures.numbers import listed, percent
from helpers.project import by_number, counted, counted_of

NEGLIGIBLE, UNDECIDED, MORE = VERDICT_OF_SIZE
# Inputs of a claim in the words of a reader, the hardest to get first.
INPUTS_IN_WORDS = {
    "features": "Spotify's audio features",
    "participants": "the list of each participant",
    "years": "the years of the chart",
    "mssd": "the tracks of the third corpus",
    "embeddings": "OpenL3 embeddings",
    "tracks": "the lists of tracks",
    "genres": "genres",
}


def found_in_words(verdicts: pd.DataFrame, n_significant: int, negligible: float) -> str:
    """What the first contrast shows: how many features differ, by how much, which one most.

    Parameters
    ----------
    verdicts : DataFrame
        Of `stats.equivalence.verdicts`; the first contrast is read.
    n_significant : int
        Features that the study found to differ.
    negligible : float
        Largest Cliff's delta, without its sign, that is called negligible.

    Returns
    -------
    str
    """
    rows = _contrast(verdicts, 0)
    counts = rows["verdict"].value_counts()
    largest = rows.loc[rows["cliffs_delta"].abs().idxmax()]
    target, reference = largest["target"], largest["reference"]
    share, word = largest["cles"], "higher"
    if share < 0.5:
        share, word = 1 - share, "lower"
    negligible_ones, undecided = counts.get(NEGLIGIBLE, 0), ""
    if counts.get(UNDECIDED, 0):
        undecided = f", {counts[UNDECIDED]} undecided"
    return (
        f"The study found {counted_of(n_significant, len(rows), 'audio feature')} to differ beyond chance, "
        "treating listings as independent. "
        f"By a common convention {negligible_ones} of these differences "
        f"{by_number(negligible_ones, 'is', 'are')} {NEGLIGIBLE} and {counts.get(MORE, 0)} {MORE}{undecided}; "
        f"the largest is that of {largest['feature']}, where a listing of {target} is {word} than "
        f"one of {reference} in "
        f"{percent(share)} of pairs and a coin toss would give {percent(0.5)}. The convention "
        f"draws its line at {percent((1 + negligible) / 2)} of pairs; it is no clinical limit."
    )


def confound_in_words(verdicts: pd.DataFrame, deltas: pd.DataFrame) -> str:
    """What the third corpus says: whether the reference or the target is the special one.

    Parameters
    ----------
    verdicts : DataFrame
        Of `stats.equivalence.verdicts`: target minus reference, third minus reference, target
        minus third.
    deltas : DataFrame
        Cliff's delta, features by contrast.

    Returns
    -------
    str
    """
    third = _contrast(verdicts, 1)
    apart = _contrast(verdicts, 2)
    target, background = apart["target"].iloc[0], apart["reference"].iloc[0]
    correlation = deltas.iloc[:, 0].corr(deltas.iloc[:, 1])
    return (
        f"A broad sample of streamed music ({background}) differs from the same chart in the same "
        f"way (r = {correlation:.2f} over {counted(len(third), 'feature')}), more than negligibly in "
        f"{_count(third)} of them, while {target} differs more than negligibly from that sample "
        f"in {_named(apart)}: without the same people's everyday music, *chosen against pain* "
        "cannot be told from *not a chart hit*."
    )


def certainty_in_words(verdicts: pd.DataFrame) -> str:
    """Up to which likeness of one person's listings the verdicts of the first contrast stand.

    Parameters
    ----------
    verdicts : DataFrame
        Of `stats.equivalence.verdicts`.

    Returns
    -------
    str
    """
    rows = _contrast(verdicts, 0).dropna(subset="icc_first")
    stand = rows[rows["icc_first"] > 1]
    always = [
        f"{listed(stand.loc[stand['verdict'] == verdict, 'feature'])} would stay {word}"
        for verdict, word in ((MORE, "more than negligible"), (NEGLIGIBLE, "negligible"))
        if (stand["verdict"] == verdict).any()
    ]
    weakest = rows.loc[rows["icc_first"].idxmin()]
    falls = (
        f"the verdict on {weakest['feature']} falls first, at an intraclass correlation of "
        f"{weakest['icc_first']:.2f} (0: no more alike than anybody's; 1: all alike)"
    )
    if weakest["icc_first"] > 1:
        falls = "no verdict falls"
    kept = f"However alike they were, {', and '.join(always)}; {falls}. "
    if not always:
        kept = f"{falls[0].upper()}{falls[1:]}. "
    return (
        "These verdicts treat listings as independent, but listings of one person resemble one "
        f"another. {kept}The experiments measured how much electric current was endured under "
        "music; no file links that to a track, so nothing here says which music relieves pain."
    )


def figure_in_words(verdicts: pd.DataFrame) -> str:
    """The sentence below the figure of three contrasts.

    Parameters
    ----------
    verdicts : DataFrame
        Of `stats.equivalence.verdicts`.

    Returns
    -------
    str
    """
    parts = [
        f"{_count(rows)} of {len(rows)} in {contrast}"
        for contrast, rows in verdicts.groupby("contrast", sort=False)
    ]
    return f"Features that differ demonstrably more than negligibly: {', '.join(parts)}."


def reproduction_in_words(score: Mapping[str, int], simulated: bool) -> str:
    """How much of what the study printed a build could check, and with what outcome.

    Parameters
    ----------
    score : mapping of str to int
        Of `ledger.score`.
    simulated : bool

    Returns
    -------
    str
    """
    judged, reproduced = score["judged"], score["reproduced"]
    how_many = f"{reproduced}"
    if judged and reproduced == judged:
        how_many = "all of these"
    sentence = (
        f"The study printed {score['claims']:,} numbers. This build could check "
        f"{judged} of them, and reproduced {how_many}."
    )
    if not simulated:
        return sentence
    return (
        f"{sentence} Its corpora are simulated, so this is a round trip and no reproduction: the "
        "published genre counts went in, and the numbers that follow from them came out again, "
        "which shows that the arithmetic is right and nothing about the study."
    )


def unchecked_in_words(card: pd.DataFrame, judged: Sequence[str], simulated: bool) -> str:
    """Why the other numbers were not checked, most frequent reason first.

    Parameters
    ----------
    card : DataFrame
        Of `ledger.scorecard`.
    judged : sequence of str
        Verdicts for or against a claim.
    simulated : bool

    Returns
    -------
    str

    Notes
    -----
    Notebook: 10_scorecard
    """
    rest = card[~card["verdict_class"].isin(judged)]
    if rest.empty:
        return "No number was left unchecked."
    counts = rest["needs"].map(hardest_input).value_counts()
    parts = [
        f"{number:,} {by_number(number, 'needs', 'need')} {needs}"
        for needs, number in counts.items()
    ]
    why = "which this build lacks or has from another source"
    if simulated:
        why = "which this build lacks or has only as a simulation"
    return f"Of the others, {'; '.join(parts)}, {why}."


def hardest_input(needs: str) -> str:
    """Of the inputs that a claim needs, the one that is hardest to get, as a reader calls it.

    Parameters
    ----------
    needs : str
        Names of inputs, separated by blanks.

    Returns
    -------
    str
    """
    named = needs.split()
    return next(words for name, words in INPUTS_IN_WORDS.items() if name in named)


def needs_in_words(needs: str) -> str:
    """Inputs of a claim as a reader calls them.

    Parameters
    ----------
    needs : str
        Names of inputs, separated by blanks.

    Returns
    -------
    str
    """
    return " and ".join(INPUTS_IN_WORDS[name] for name in needs.split())


def _contrast(verdicts: pd.DataFrame, number: int) -> pd.DataFrame:
    name = verdicts["contrast"].drop_duplicates().iloc[number]
    return verdicts[verdicts["contrast"] == name]


def _count(rows: pd.DataFrame) -> int:
    return int((rows["verdict"] == MORE).sum())


def _named(rows: pd.DataFrame) -> str:
    """How many features differ more than negligibly, and which: "1 of 9 (tempo)"."""
    count = f"{_count(rows)} of {len(rows)}"
    if not _count(rows):
        return count
    return f"{count} ({listed(rows.loc[rows['verdict'] == MORE, 'feature'])})"
