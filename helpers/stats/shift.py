"""Shift functions: by how much the quantiles of two corpora differ, with bands.

Pure functions on tables and arrays. Differences are target minus reference throughout.
"""

from collections.abc import Iterable, Sequence

import numpy as np
import pandas as pd

from helpers.stats import intervals

DECILES = tuple(k / 10 for k in range(1, 10))


def weighted_quantiles(
    ordered: np.ndarray, weights: np.ndarray, levels: Sequence[float]
) -> np.ndarray:
    """Quantiles of sorted values that count by a weight: the inverse of their distribution.

    Parameters
    ----------
    ordered : array, shape (n,)
        Sorted values.
    weights : array, shape (n,)
        How often each counts.
    levels : sequence of float
        Within 0..1.

    Returns
    -------
    array, shape (n_levels,)
        The smallest value up to which the share of the weight is at least the level.

    Raises
    ------
    ValueError
        No weight at all.

    References
    ----------
    Hyndman & Fan (1996), Am. Stat. 50:361, type 1.

    Notes
    -----
    Notebook: 03_feature_comparison
    """
    total = np.cumsum(weights, dtype=float)
    if not len(total) or total[-1] <= 0:
        raise ValueError("no value has a weight, so there are no quantiles: leave the feature out")
    # A share that is short of the level by rounding alone is taken to reach it.
    wanted = np.asarray(levels) * total[-1] - 1e-9
    return ordered[np.searchsorted(total, wanted)]


def shift_function(
    target: pd.DataFrame,
    reference: pd.DataFrame,
    features: Sequence[str],
    units: tuple[pd.Series, pd.Series],
    *,
    n_replicates: int,
    seed: int,
    level: float = 0.95,
    quantiles: Sequence[float] = DECILES,
) -> pd.DataFrame:
    """Differences of quantiles of each feature, with a band that holds for all its quantiles.

    Whole units of either corpus are drawn again. The band is the difference plus or minus c
    standard errors of the replicates, c being the quantile of the largest deviation of a replicate
    in standard errors, so it covers all quantiles of a feature at once.

    Parameters
    ----------
    target, reference : DataFrame
        One column a feature; missing values are dropped feature by feature.
    features : sequence of str
    units : (Series, Series)
        The unit of each row of target and reference, as `units.units` names it.
    n_replicates : int
    seed : int
        Of the target; the reference takes the next.
    level : float
        Of each feature's band.
    quantiles : sequence of float

    Returns
    -------
    DataFrame
        One row a feature and quantile: feature, quantile, at_target, at_reference, difference, low,
        high (units of the feature).

    References
    ----------
    Doksum (1974), Ann. Stat. 2:267; Rousselet, Pernet & Wilcox (2017), Eur. J. Neurosci. 46:1738;
    Field & Welsh (2007), J. R. Stat. Soc. B 69:369 (whole clusters).

    Notes
    -----
    Notebook: 03_feature_comparison
    """
    found = []
    for table, unit, start in zip((target, reference), units, (seed, seed + 1), strict=True):
        once = [np.ones(len(table))]
        drawn = intervals.cluster_bootstrap(unit, n_replicates, start)
        found.append(_replicated(table, features, [*once, *drawn], quantiles))
    tables = []
    for feature in features:
        of_target, of_reference = found[0][feature], found[1][feature]
        difference, half = _band(of_target - of_reference, level)
        tables.append(
            pd.DataFrame(
                {
                    "feature": feature,
                    "quantile": list(quantiles),
                    "at_target": of_target[0],
                    "at_reference": of_reference[0],
                    "difference": difference,
                    "low": difference - half,
                    "high": difference + half,
                }
            )
        )
    return pd.concat(tables, ignore_index=True)


def _replicated(
    table: pd.DataFrame,
    features: Sequence[str],
    weights: Iterable[np.ndarray],
    quantiles: Sequence[float],
) -> dict[str, np.ndarray]:
    """Quantiles of each feature under each array of row weights: one row an array."""
    places, values = {}, {}
    for feature in features:
        column = table[feature].to_numpy(float)
        known = np.flatnonzero(~np.isnan(column))
        places[feature] = known[np.argsort(column[known], kind="stable")]
        values[feature] = column[places[feature]]
    found: dict[str, list[np.ndarray]] = {feature: [] for feature in features}
    for of_rows in weights:
        for feature in features:
            counted = of_rows[places[feature]]
            found[feature].append(weighted_quantiles(values[feature], counted, quantiles))
    return {feature: np.array(rows) for feature, rows in found.items()}


def _band(differences: np.ndarray, level: float) -> tuple[np.ndarray, np.ndarray]:
    """The observed differences (row 0), and half the width of their band from the other rows."""
    observed, replicates = differences[0], differences[1:]
    error = replicates.std(axis=0, ddof=1)
    # A quantile that never moves, such as one at zero, has no width and widens none.
    moving = np.where(error > 0, error, np.inf)
    farthest = np.max(np.abs(replicates - observed) / moving, axis=1)
    return observed, np.quantile(farthest, level) * error
