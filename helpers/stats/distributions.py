"""Do corpora differ, by how much, how surely, and where does the difference sit?

Pure functions on tables and arrays. Differences are target minus reference throughout.
"""

from itertools import product

import numpy as np
import pandas as pd
from scipy import ndimage


def moments(values, features):
    """Number, mean, median and SD of each feature, by corpus and by genre.

    Parameters
    ----------
    values : dict of str to DataFrame
        Corpus code to a table with one column per feature and, if known, `genre`.
    features : sequence of str

    Returns
    -------
    DataFrame
        One row per group (corpus), genre ("all" for the whole corpus) and feature: n (values that
        are there), mean, median, sd (n - 1 in its denominator; units of the feature).

    Notebook: 02_audio_features
    """
    cells = {(name, "all"): table for name, table in values.items()}
    cells |= {
        (name, genre): rows
        for name, table in values.items()
        if "genre" in table
        for genre, rows in table.groupby("genre")
    }
    found = {
        cell: rows[list(features)].agg(["count", "mean", "median", "std"]).T
        for cell, rows in cells.items()
    }
    table = pd.concat(found, names=["group", "genre", "feature"]).reset_index()
    return table.rename(columns={"count": "n", "std": "sd"}).astype({"n": int})


def density(values, low, high, bins=400, smallest=0.012):
    """Density that stays inside a range: a histogram smoothed with reflection at both ends.

    Parameters
    ----------
    values : array
        Missing values are dropped.
    low, high : float
        The range; values outside it raise.
    bins : int
        Points of the curve.
    smallest : float
        Least bandwidth, as a share of the range; else Silverman's rule.

    Returns
    -------
    DataFrame
        Columns x, density; the density integrates to 1 over the range.

    Raises
    ------
    ValueError
        No values, or one outside the range.

    References
    ----------
    Silverman (1986), Density Estimation for Statistics and Data Analysis, sections 2.10 and 3.4.

    Notebook: 02_audio_features
    """
    values = np.asarray(values, float)[~np.isnan(values)]
    if not len(values) or values.min() < low or values.max() > high:
        raise ValueError(f"density: give values within {low}..{high}, not {values!r}")
    spread = min(values.std(), np.subtract(*np.quantile(values, [0.75, 0.25])) / 1.34)
    width = max(0.9 * spread * len(values) ** -0.2 / (high - low), smallest) * bins
    height, edges = np.histogram(values, bins, (low, high), density=True)
    return pd.DataFrame(
        {
            "x": (edges[1:] + edges[:-1]) / 2,
            "density": ndimage.gaussian_filter1d(height, width, mode="reflect"),
        }
    )


def densities(values, ranges, tiny=0.001):
    """Density of each feature in each corpus; the share of values at zero is kept apart from it.

    Parameters
    ----------
    values : dict of str to DataFrame
        Corpus code to a table with one column per feature.
    ranges : dict of str to (float, float)
        Feature to its range, in drawing order.
    tiny : float
        In a range that begins at 0, values below this count as zero.

    Returns
    -------
    DataFrame
        Columns corpus, feature, x, density, which integrates to 1 - at_zero, and at_zero.

    Notebook: 02_audio_features
    """
    drawn = [pd.DataFrame(columns=["corpus", "feature", "x", "density", "at_zero"])]
    for (feature, (low, high)), (corpus, table) in product(ranges.items(), values.items()):
        known = table[feature].dropna()
        above = known[known >= tiny] if low == 0 else known
        curve = (
            density(above, low, high, bins=150)
            if len(above)
            else pd.DataFrame({"x": [low], "density": [0.0]})
        )
        share = len(above) / len(known)
        curve = curve[curve["density"] >= curve["density"].max() / 1000]
        drawn.append(
            curve.assign(
                density=curve["density"] * share, at_zero=1 - share, corpus=corpus, feature=feature
            )
        )
    return pd.concat(drawn[1:] or drawn)
