"""Correlation matrices of features, of one corpus or of two in one square."""

from collections.abc import Sequence

import numpy as np
import pandas as pd


def from_pairs(pairs: pd.Series, features: Sequence[str], prefix: str = "") -> pd.DataFrame:
    """A symmetric matrix from values of pairs.

    Parameters
    ----------
    pairs : Series of float
        Indexed by "first-second", two features in the order of `features`, behind `prefix`.
    features : sequence of str
    prefix : str
        What each label begins with.

    Returns
    -------
    DataFrame
        Features by features; missing on the diagonal and where a pair has no value.

    Notes
    -----
    Notebook: 02_audio_features
    """
    matrix = pd.DataFrame(np.nan, list(features), list(features))
    for first, second in _above_diagonal(features):
        value = pairs.get(f"{prefix}{first}-{second}", np.nan)
        matrix.loc[first, second] = value
        matrix.loc[second, first] = value
    return matrix


def to_pairs(matrix: pd.DataFrame) -> pd.Series:
    """The values above the diagonal of a matrix, row by row, indexed by "first-second".

    Parameters
    ----------
    matrix : DataFrame
        Features by features.

    Returns
    -------
    Series of float

    Notes
    -----
    Notebook: 02_audio_features
    """
    pairs = _above_diagonal(list(matrix.index))
    values = [matrix.loc[first, second] for first, second in pairs]
    return pd.Series(values, [f"{first}-{second}" for first, second in pairs], dtype=float)


def in_one_square(below: pd.DataFrame, above: pd.DataFrame) -> pd.DataFrame:
    """Two symmetric matrices in one: the first below the diagonal, the second above it.

    Parameters
    ----------
    below, above : DataFrame
        Features by features, in the same order.

    Returns
    -------
    DataFrame
        Missing on the diagonal.

    Notes
    -----
    Notebook: 02_audio_features
    """
    size = len(below)
    is_below = np.tril(np.ones((size, size), bool), -1)
    is_diagonal = np.eye(size, dtype=bool)
    return below.where(is_below, above).mask(is_diagonal)


def _above_diagonal(features: Sequence[str]) -> list[tuple[str, str]]:
    return [(a, b) for place, a in enumerate(features) for b in features[place + 1 :]]
