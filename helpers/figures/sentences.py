"""What tables of corpora and features show, in a sentence each: counts rows and nothing else."""

from collections.abc import Sequence

import pandas as pd

from helpers.figures.numbers import SMALLEST_SHOWN
from helpers.project import by_number, counted, counted_of


def normality_in_words(tests: pd.DataFrame, level: float) -> str:
    """How often a test rejects normality, and how often its p rests on a very large sample.

    Parameters
    ----------
    tests : DataFrame
        Columns p and warning, one row a corpus and feature.
    level : float
        Of the intervals: p below one minus it rejects.

    Returns
    -------
    str

    Notes
    -----
    Notebook: 02_audio_features
    """
    rejected, warned = (tests["p"] < 1 - level).sum(), (tests["warning"] != "").sum()
    said = f"The test rejects normality in {counted_of(rejected, len(tests), 'case')}"
    if not warned:
        return f"{said}."
    return f"{said}; in {counted(warned, 'case')} the sample is so large that scipy warns about p."


def without_repeats_in_words(shift: float) -> str:
    """By how much a mean moves at most where each track counts once.

    Parameters
    ----------
    shift : float
        Standard deviations.

    Returns
    -------
    str

    Notes
    -----
    Notebook: 02_audio_features
    """
    if shift < SMALLEST_SHOWN:
        return "Counting each track once moves no mean."
    return f"Counting each track once moves no mean by more than {shift:.3f} standard deviations."


def tracks_of_corpora_in_words(summary: pd.DataFrame, pair: Sequence[str]) -> str:
    """How many listings and tracks each of two corpora has.

    Parameters
    ----------
    summary : DataFrame
        Of `counts.summary`.
    pair : sequence of str

    Returns
    -------
    str

    Notes
    -----
    Notebook: 01_corpora
    """
    said = [
        f"{corpus} has {counted(summary.at[corpus, 'listings'], 'listing')} of "
        f"{counted(summary.at[corpus, 'tracks'], 'track')}"
        for corpus in pair
    ]
    return f"{' and '.join(said)}."


def repeats_in_words(corpus: str, length: int, repeats: int, without_genre: int) -> str:
    """Whether the repeated rows of a corpus stand in one run, and how many listings lack a genre.

    Parameters
    ----------
    corpus : str
    length : int
        Of `counts.repeated_block`.
    repeats : int
        Repeated rows.
    without_genre : int
        Listings with an id and without a genre.

    Returns
    -------
    str

    Notes
    -----
    Notebook: 01_corpora
    """
    has = by_number(without_genre, "has", "have")
    lacking = f"{without_genre:,} of its listings {has} an id but no genre."
    rows = counted(repeats, "repeated row")
    if not length:
        return f"No run of rows of {corpus} repeats the run just before it ({rows}); {lacking}"
    part = (
        f"All {rows} of {corpus}" if length == repeats else f"{length:,} of the {rows} of {corpus}"
    )
    return (
        f"{part} {by_number(length, 'stands', 'stand')} in one run "
        f"that repeats the run just before it; {lacking}"
    )


def lists_in_words(lengths: pd.Series) -> str:
    """How many tracks participants list.

    Parameters
    ----------
    lengths : Series of int
        Of `counts.list_lengths`.

    Returns
    -------
    str

    Notes
    -----
    Notebook: 01_corpora
    """
    if len(lengths) == 1:
        return f"The one participant lists {counted(lengths.iloc[0], 'track')}."
    return (
        f"{counted(len(lengths), 'participant')} list {lengths.mean():.1f} tracks on average "
        f"(SD {lengths.std():.1f}, from {lengths.min()} to {lengths.max()})."
    )


def skew_in_words(gaps: pd.Series, corpus: str) -> str:
    """Which feature of a corpus is most skewed, and how many are hardly skewed.

    Parameters
    ----------
    gaps : Series
        Of `distributions.mean_minus_median`, of one corpus, by feature.
    corpus : str

    Returns
    -------
    str

    Notes
    -----
    Notebook: 02_audio_features
    """
    most = gaps.abs().idxmax()
    side = "above" if gaps[most] > 0 else "below"
    near = (gaps.abs() < 0.1).sum()
    return (
        f"The most skewed feature of {corpus} is {most}, whose mean lies {abs(gaps[most]):.2f} "
        f"standard deviations {side} its median; in {counted_of(near, len(gaps), 'feature')} the two "
        "lie less than a tenth of a standard deviation apart."
    )
