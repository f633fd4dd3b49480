"""What the tables of the map and of the clusters show, in one sentence each; computes nothing."""

import re
from collections.abc import Callable, Mapping, Sequence

import numpy as np
import pandas as pd

from helpers.figures.numbers import listed, percent
from helpers.project import by_number, counted, counted_of, spaced


def in_words(table: pd.DataFrame, template: str, shown: Callable[[str], str] = str) -> str:
    """The rows of a table as part of a sentence.

    Parameters
    ----------
    table : DataFrame
        Index: corpus, feature set.
    template : str
        With a place for each column.
    shown : callable
        Of the name of a corpus: the name as the sentence shows it.

    Returns
    -------
    str
        The filled templates, each with its corpus and feature set in brackets.

    Notes
    -----
    Notebook: 09_genre_clustering
    """
    parts = []
    for (corpus, feature_set), row in table.iterrows():
        parts.append(f"{template.format(*row)} ({shown(corpus)}, {feature_set})")
    # Format writes percentages without the space.
    return re.sub(r"(?<=\d)%", " %", ", ".join(parts))


def artists_in_words(
    table: pd.DataFrame, genres: Mapping[str, Sequence[str]], shown: Callable[[str], str] = str
) -> str:
    """What dealing labels to artists changes, as a sentence.

    Parameters
    ----------
    table : DataFrame
        As `stats.clustering.beside_artists` gives it.
    genres : mapping of corpus to list of str
        The genres that are paired.
    shown : callable
        As in `in_words`.

    Returns
    -------
    str

    Notes
    -----
    Notebook: 09_genre_clustering
    """
    tested = table[table["tested"] > 0]
    if tested.empty:
        return "No pair has enough artists of similar size to deal its labels to artists."
    parts = []
    for (corpus, feature_set), row in tested.iterrows():
        number = len(genres[corpus])
        parts.append(
            f"{counted_of(row['tested'], number * (number - 1) // 2, 'pair')}, of which "
            f"{percent(row['by artist'])} beat chance by artist and {percent(row['by listing'])} by "
            f"listing ({shown(corpus)}, {feature_set})"
        )
    return (
        "With labels dealt to artists instead of single listings there is a test of "
        f"{'; '.join(parts)}."
    )


def poster_in_words(gaps: Mapping[str, np.ndarray], corpus: str) -> str:
    """How the feature sets stand as scored on the poster, as a sentence.

    Parameters
    ----------
    gaps : mapping of difference ("embeddings minus audio features") to array
        In ARI, one value a pair of genres.
    corpus : str
        As the sentence shows it.

    Returns
    -------
    str

    Notes
    -----
    Notebook: 09_genre_clustering
    """
    said = listed(f"{name} is {gap.mean():+.3f}" for name, gap in gaps.items())
    n_pairs = counted(len(next(iter(gaps.values()))), "pair")
    return f"Scored as on the poster, in the genres of {corpus}, {said} in mean ARI over {n_pairs}."


def seeds_in_words(rows: pd.DataFrame, n_seeds: int, corpus: str) -> str:
    """The differences over all seeds of the maps in one corpus, as a sentence.

    Parameters
    ----------
    rows : DataFrame
        Index: difference. Columns value, ci_low, ci_high, seed_sd.
    n_seeds : int
    corpus : str
        As the sentence shows it.

    Returns
    -------
    str

    Notes
    -----
    Notebook: 09_genre_clustering
    """
    parts = []
    for difference, row in rows.iterrows():
        parts.append(
            f"{difference} is {row['value']:+.3f} in ARI, balanced ({row['ci_low']:+.3f} to "
            f"{row['ci_high']:+.3f}), with an SD over seeds of {row['seed_sd']:.3f}"
        )
    return f"In {corpus}, over {n_seeds} seeds, {'; '.join(parts)}."


def gaps_in_words(gaps: pd.DataFrame, corpus: str) -> str:
    """How far feature sets are apart in macro F1, with the intervals over artists, as sentences.

    Parameters
    ----------
    gaps : DataFrame
        Index: difference ("embeddings minus audio features"), classifier. Columns as
        `stats.classification.gap_intervals` gives them.
    corpus : str
        As the sentence shows it.

    Returns
    -------
    str

    Notes
    -----
    Notebook: 09_genre_clustering
    """
    if gaps.empty:
        return f"Feature sets in {corpus}: too few tracks to teach a classifier."
    sentences = []
    for difference, rows in gaps.groupby(level=0, sort=False):
        parts = []
        for (_, way), row in rows.iterrows():
            ends = f"{row['low']:+.3f} to {row['high']:+.3f}"
            parts.append(f"{row['gap']:+.3f} in macro F1 by {way} ({ends}, artists resampled)")
        first = difference[:1].upper() + difference[1:]
        sentences.append(f"{first} in {corpus}: {' and '.join(parts)}.")
    return " ".join(sentences)


def lead_in_words(value: float, two: tuple[str, str], tests: str, corpus: str) -> str:
    """Which of two feature sets is ahead, by how much, and what that survives, as sentences.

    Parameters
    ----------
    value : float
        Difference in ARI, the second minus the first.
    two : (str, str)
    tests : str
        As `stats.pair_differences.survival_in_words` gives it.
    corpus : str
        As the sentence shows it.

    Returns
    -------
    str

    Notes
    -----
    Notebook: 09_genre_clustering
    """
    behind, ahead = map(spaced, two)
    if value <= 0:
        behind, ahead = ahead, behind
    return f"In {corpus} the lead of {ahead} over {behind} is {abs(value):.3f} in ARI. {tests}"


def spread_in_words(spread: pd.DataFrame, contrast: str) -> str:
    """What halves that differ by chance alone give, as a sentence.

    Parameters
    ----------
    spread : DataFrame
        As `stats.two_samples.chance_spread` gives it.
    contrast : str
        Its name.

    Returns
    -------
    str

    Notes
    -----
    Notebook: 08_embedding_map
    """
    parts = []
    for row in spread.itertuples():
        parts.append(
            f"AUC {row.lowest:.2f} to {row.highest:.2f} by {row.Index} "
            f"({counted_of(row.held, row.splits, 'interval')} "
            f"{by_number(row.held, 'contains', 'contain')} one half; p at or below 0.05 in "
            f"{row.p_low} of {counted(row.tested, 'split')} tested)"
        )
    return f"Random {contrast}: {'; '.join(parts)}."
