"""Listings that are not independent: how alike those of one person are, and what that does.

Pure functions on tables and arrays. Differences are target minus reference throughout.
"""

from collections.abc import Mapping, Sequence
from typing import NamedTuple

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike
from scipy import stats

from helpers.stats import intervals, ranks


class ClusterSizes(NamedTuple):
    """Mean and coefficient of variation of the sizes of clusters (listings a person)."""

    mean: float
    cv: float

    @property
    def weighted(self) -> float:
        """Size of the cluster of an average row: mean (1 + cv^2)."""
        return self.mean * (1 + self.cv**2)


def cluster_sizes(clusters: ArrayLike) -> ClusterSizes:
    """Sizes of clusters from the cluster of each row.

    Parameters
    ----------
    clusters : array, shape (n,)
        Participant of each row; rows without one do not count.

    Returns
    -------
    ClusterSizes

    Notes
    -----
    Notebook: 03_feature_comparison
    """
    labels = pd.Series(np.asarray(clusters))
    sizes = labels.groupby(labels).size()
    return ClusterSizes(sizes.mean(), sizes.std() / sizes.mean())


def design_effect(sizes: ClusterSizes, icc: float) -> float:
    """How many times a variance grows where rows of a cluster are correlated.

    Parameters
    ----------
    sizes : ClusterSizes
    icc : float
        Intraclass correlation.

    Returns
    -------
    float

    References
    ----------
    Kish (1965), Survey Sampling; for unequal clusters Eldridge, Ashby & Kerry (2006),
    Int. J. Epidemiol. 35:1292.

    Notes
    -----
    Notebook: 03_feature_comparison
    """
    return 1 + (sizes.weighted - 1) * icc


def break_even_icc(
    p: ArrayLike,
    cluster_size: float,
    n_target: int,
    n_reference: int,
    alpha: float = 0.05,
) -> np.ndarray:
    """Intraclass correlation within the target at which a test stops being significant.

    Parameters
    ----------
    p : float or array
        Two-sided p-values that take rows as independent.
    cluster_size : float
        Size of the cluster of an average row of the target; rows of the reference are independent.
    n_target, n_reference : int
    alpha : float

    Returns
    -------
    float or array
        0 where p is above alpha already; above 1 where no correlation undoes the test.

    Raises
    ------
    ValueError
        A p outside 0..1, or clusters of a single row.

    References
    ----------
    Kish (1965), Survey Sampling.

    Notes
    -----
    Notebook: 03_feature_comparison
    """
    p = np.asarray(p, dtype=float)
    if not np.all((p >= 0) & (p <= 1)):
        raise ValueError(f"p must lie within 0..1: got {p!r}")
    if not cluster_size > 1:
        raise ValueError(f"cluster_size must be above 1: got {cluster_size!r}")
    growth = (stats.norm.isf(p / 2) / stats.norm.isf(alpha / 2)) ** 2 - 1
    share = (n_target + n_reference) / n_reference
    return np.maximum(growth / (cluster_size - 1) * share, 0)[()]


def intraclass_correlation(values: ArrayLike, clusters: ArrayLike) -> float:
    """Intraclass correlation of one-way analysis of variance, clusters of unequal size.

    Parameters
    ----------
    values : array, shape (n,)
        Ranks, where the effect size is one of ranks.
    clusters : array, shape (n,)
        Cluster (participant) of each row.

    Returns
    -------
    float
        At most 1; below 0 where rows of a cluster differ more than rows of different clusters.
        NaN where all values are equal, with fewer than two clusters, or where none has two rows.

    References
    ----------
    Shrout & Fleiss (1979), Psychol. Bull. 86:420, ICC(1, 1); Donner (1986), Int. Stat. Rev. 54:67.

    Notes
    -----
    Notebook: 03_feature_comparison
    """
    value = pd.Series(np.asarray(values, float))
    cluster = pd.Series(np.asarray(clusters))
    sizes, n = cluster.value_counts(), len(value)
    k = len(sizes)
    if k < 2 or k == n or value.nunique() < 2:
        return np.nan
    within = value - value.groupby(cluster).transform("mean")
    ms_within = (within**2).sum() / (n - k)
    ms_between = ((value - value.mean()) ** 2 - within**2).sum() / (k - 1)
    size = (n - (sizes**2).sum() / n) / (k - 1)
    return (ms_between - ms_within) / (ms_between + (size - 1) * ms_within)


def rank_correlations(
    rows: pd.DataFrame,
    features: Sequence[str],
    clusters: str = "participant",
) -> pd.Series:
    """Intraclass correlation of the ranks of each feature.

    Parameters
    ----------
    rows : DataFrame
        One column per feature, and the cluster; missing values are dropped feature by feature.
    features : sequence of str
    clusters : str
        Name of the column of clusters.

    Returns
    -------
    Series
        By feature.

    Notes
    -----
    Notebook: 03_feature_comparison
    """
    found = {}
    for feature in features:
        known = rows.dropna(subset=[clusters, feature])
        found[feature] = intraclass_correlation(known[feature].rank(), known[clusters])
    return pd.Series(found)


def block_deltas(
    target: pd.DataFrame,
    reference: pd.DataFrame,
    features: Sequence[str],
    *,
    block: int,
    n_replicates: int,
    seed: int,
) -> pd.DataFrame:
    """Cliff's deltas in replicates of a moving-block bootstrap of both corpora within study.

    Parameters
    ----------
    target, reference : DataFrame
        Listings in file order: study (missing: one study), and one column per feature.
    features : sequence of str
    block : int
        Rows a block; a corpus with a smaller study takes that study's size.
    n_replicates : int
    seed : int
        Of the target; the reference takes the next.

    Returns
    -------
    DataFrame, shape (n_replicates, n_features)

    References
    ----------
    Kuensch (1989), Ann. Stat. 17:1217.

    Notes
    -----
    Notebook: 03_feature_comparison
    """
    draws = zip(
        _blocks_of_study(target, block, n_replicates, seed),
        _blocks_of_study(reference, block, n_replicates, seed + 1),
        strict=True,
    )
    return ranks.bootstrap_deltas(target, reference, features, draws)


def block_bootstraps(
    target: pd.DataFrame,
    reference: pd.DataFrame,
    features: Sequence[str],
    *,
    block: int,
    n_replicates: int,
    seed: int,
) -> dict[str, pd.DataFrame]:
    """Cliff's deltas in replicates of moving-block bootstraps with half, whole and double blocks.

    Parameters
    ----------
    target, reference, features, block, n_replicates, seed
        As in `block_deltas`.

    Returns
    -------
    dict of str to DataFrame
        By the name of the bootstrap, such as "blocks of 14": half, whole and double.

    Notes
    -----
    Notebook: 03_feature_comparison
    """
    found = {}
    for rows in (max(1, block // 2), block, 2 * block):
        found[f"blocks of {rows}"] = block_deltas(
            target,
            reference,
            features,
            block=rows,
            n_replicates=n_replicates,
            seed=seed,
        )
    return found


def participant_deltas(
    target: pd.DataFrame,
    reference: pd.DataFrame,
    features: Sequence[str],
    *,
    block: int,
    n_replicates: int,
    seed: int,
) -> pd.DataFrame:
    """Cliff's deltas in replicates that draw whole participants of the target.

    Parameters
    ----------
    target : DataFrame
        Listings with participant and one column per feature; rows without participant are left
        out.
    reference : DataFrame
        Listings in file order, drawn in blocks as in `block_deltas`.
    features : sequence of str
    block, n_replicates, seed : int
        As in `block_deltas`.

    Returns
    -------
    DataFrame, shape (n_replicates, n_features)

    References
    ----------
    Field & Welsh (2007), J. R. Stat. Soc. B 69:369.

    Notes
    -----
    Notebook: 03_feature_comparison
    """
    named = target.dropna(subset="participant")
    draws = zip(
        intervals.cluster_bootstrap(named["participant"], n_replicates, seed),
        _blocks_of_study(reference, block, n_replicates, seed + 1),
        strict=True,
    )
    return ranks.bootstrap_deltas(named, reference, features, draws)


def percentile_ends(deltas: pd.DataFrame, level: float) -> pd.DataFrame:
    """Percentile intervals of bootstrap replicates.

    Parameters
    ----------
    deltas : DataFrame, shape (n_replicates, n_features)
    level : float

    Returns
    -------
    DataFrame
        Indexed by feature: ci_low, ci_high.

    References
    ----------
    Efron & Tibshirani (1993), An Introduction to the Bootstrap, chapter 13.

    Notes
    -----
    Notebook: 03_feature_comparison
    """
    tail = (1 - level) / 2
    ends = deltas.quantile([tail, 1 - tail]).T
    return ends.set_axis(["ci_low", "ci_high"], axis=1)


def error_inflation(replicates: Mapping[str, pd.DataFrame], independent: pd.Series) -> pd.DataFrame:
    """Standard errors of bootstraps as multiples of those of independent rows.

    Parameters
    ----------
    replicates : mapping of str to DataFrame
        By method, one column a feature.
    independent : Series
        Standard error by feature.

    Returns
    -------
    DataFrame
        One row a feature, one column a method.

    Notes
    -----
    Notebook: 03_feature_comparison
    """
    errors = pd.DataFrame({name: deltas.std() for name, deltas in replicates.items()})
    return errors.div(
        independent.astype(float).set_axis(independent.index.astype(str)),
        axis=0,
    )


def studies(rows: pd.DataFrame) -> pd.Series:
    """The study of each row; rows without one are a study of their own.

    Parameters
    ----------
    rows : DataFrame
        With the column study.

    Returns
    -------
    Series of str

    Notes
    -----
    Notebook: 03_feature_comparison
    """
    return rows["study"].fillna("-")


def _blocks_of_study(rows: pd.DataFrame, block: int, n_replicates: int, seed: int):
    study = studies(rows)
    longest = min(block, study.value_counts().min())
    return intervals.moving_blocks(study, longest, n_replicates, seed)
