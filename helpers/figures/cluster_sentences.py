"""What the tables of the map and of the clusters show, in one sentence each; computes nothing."""

import re
from collections.abc import Callable, Mapping, Sequence

import pandas as pd

from helpers.figures.numbers import percent
from helpers.project import by_number, counted, counted_of


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


def gaps_in_words(gaps: pd.DataFrame, corpus: str) -> str:
    """How far embeddings are ahead in macro F1, with the intervals over artists, as a sentence.

    Parameters
    ----------
    gaps : DataFrame
        As `stats.classification.gap_intervals` gives it.
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
    for way, row in gaps.iterrows():
        ends = f"{row['low']:+.3f} to {row['high']:+.3f}"
        parts.append(f"{row['gap']:+.3f} in macro F1 by {way} ({ends}, artists resampled)")
    said = " and ".join(parts) or "too few tracks to teach a classifier"
    return f"Embeddings minus audio features in {corpus}: {said}."


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
