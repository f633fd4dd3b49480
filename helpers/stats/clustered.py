"""Cliff's delta of rows that come in clusters: its standard error by clusters of one or two kinds.

Pure functions on arrays. Differences are target minus reference throughout.
"""

from typing import NamedTuple

import numpy as np
import scipy
from numpy.typing import ArrayLike

from helpers.stats import ranks


class Contributions(NamedTuple):
    """Cliff's delta, and how far each row moves it.

    Attributes
    ----------
    delta : float
    target : array, shape (n,)
        What each target row adds to delta beyond the mean row; the sum is 0.
    reference : array, shape (m,)
    """

    delta: float
    target: np.ndarray
    reference: np.ndarray


class Clusters(NamedTuple):
    """The cluster of each row, as a number from 0.

    A number that stands in both corpora is one cluster, such as a person who gave two lists or an
    artist of both corpora.
    """

    target: np.ndarray
    reference: np.ndarray


def contributions(target: ArrayLike, reference: ArrayLike) -> Contributions:
    """Cliff's delta and the contribution of each row to it (its placement, centred).

    Parameters
    ----------
    target : array, shape (n,)
    reference : array, shape (m,)

    Returns
    -------
    Contributions

    Raises
    ------
    ValueError
        An empty corpus or a missing value.

    References
    ----------
    DeLong, DeLong & Clarke-Pearson (1988), Biometrics 44:837 (placements).

    Notes
    -----
    Notebook: 05_interval_coverage
    """
    target, reference = np.asarray(target, float), np.asarray(reference, float)
    if not (len(target) and len(reference)):
        raise ValueError(f"{len(target)} target and {len(reference)} reference rows: both need one")
    if np.isnan(target).any() or np.isnan(reference).any():
        raise ValueError("a value is missing: drop its row before the comparison")
    placed = ranks.placements(target, reference)
    delta = placed.mean()
    of_reference = -ranks.placements(reference, target) - delta
    return Contributions(delta, (placed - delta) / len(target), of_reference / len(reference))


def rows_alone(n_target: int, n_reference: int) -> Clusters:
    """Clusters of a single row each, for rows that are independent.

    Parameters
    ----------
    n_target, n_reference : int

    Returns
    -------
    Clusters

    Notes
    -----
    Notebook: 05_interval_coverage
    """
    every = np.arange(n_target + n_reference)
    return Clusters(every[:n_target], every[n_target:])


def clustered_variance(parts: Contributions, clusters: Clusters) -> float:
    """Variance of a difference, such as Cliff's delta, where the rows of a cluster may be alike.

    The contributions of a cluster are added up before they are squared. Each corpus's part is
    multiplied by k / (k - 1), k its number of clusters.

    Parameters
    ----------
    parts : Contributions
    clusters : Clusters

    Returns
    -------
    float

    Raises
    ------
    ValueError
        A corpus with fewer than two clusters.

    References
    ----------
    Obuchowski (1997), Biometrics 53:567.

    Notes
    -----
    Notebook: 05_interval_coverage
    """
    size = 1 + max(clusters.target.max(), clusters.reference.max())
    of_target = cluster_sums(parts.target, clusters.target, size)
    of_reference = cluster_sums(parts.reference, clusters.reference, size)
    return float(((of_target + of_reference) ** 2).sum())


def cluster_sums(contributions: np.ndarray, codes: np.ndarray, size: int) -> np.ndarray:
    """The contributions of each cluster of one corpus added up, made larger by sqrt(k / (k - 1)).

    Parameters
    ----------
    contributions : array, shape (n,)
    codes : array of int, shape (n,)
        The cluster of each row; k of them occur.
    size : int
        Clusters in all; one that does not occur has a sum of 0.

    Returns
    -------
    ndarray, shape (size,)
        The sum of their squares is the variance of the sum of contributions.

    Raises
    ------
    ValueError
        Fewer than two clusters.

    References
    ----------
    Obuchowski (1997), Biometrics 53:567.

    Notes
    -----
    Notebook: 05_interval_coverage
    """
    held = np.count_nonzero(np.bincount(codes))
    if held < 2:
        raise ValueError(f"{held} cluster in a corpus: its variance takes two at least")
    return np.bincount(codes, contributions, size) * np.sqrt(held / (held - 1))


def agreeing_in_both(first: Clusters, second: Clusters) -> Clusters:
    """Clusters of rows that are in one cluster both ways.

    Parameters
    ----------
    first, second : Clusters

    Returns
    -------
    Clusters

    Notes
    -----
    Notebook: 05_interval_coverage
    """
    n_target = len(first.target)
    width = 1 + max(second.target.max(), second.reference.max())
    pairs = np.concatenate(first).astype(np.int64) * width + np.concatenate(second)
    codes = np.unique(pairs, return_inverse=True)[1]
    return Clusters(codes[:n_target], codes[n_target:])


def two_way_variance(
    parts: Contributions, first: Clusters, second: Clusters, both: Clusters
) -> float:
    """Variance of Cliff's delta where rows may be alike in either of two ways.

    The two one-way variances are added, and that of rows which agree in both ways is taken off.

    Parameters
    ----------
    parts : Contributions
    first, second : Clusters
        Such as participants and artists.
    both : Clusters
        Of `agreeing_in_both`.

    Returns
    -------
    float
        At least the larger of the one-way variances.

    References
    ----------
    Cameron, Gelbach & Miller (2011), J. Bus. Econ. Stat. 29:238.

    Notes
    -----
    Notebook: 05_interval_coverage
    """
    one_way = clustered_variance(parts, first), clustered_variance(parts, second)
    return max(sum(one_way) - clustered_variance(parts, both), *one_way)


def delta_ends(
    delta: float, variance: ArrayLike, level: float = 0.95, df: ArrayLike = np.inf
) -> tuple[np.ndarray, np.ndarray]:
    """Ends of intervals of Cliff's delta from its variance, symmetric on the Fisher-z scale.

    Parameters
    ----------
    delta : float
    variance : float or array
    level : float
    df : float or array
        Degrees of freedom of Student's t; infinitely many give the normal distribution.

    Returns
    -------
    tuple of array
        Lower and upper ends.

    References
    ----------
    Feng & Cliff (2004), J. Mod. Appl. Stat. Methods 3:322.

    Notes
    -----
    Notebook: 05_interval_coverage
    """
    half = scipy.special.stdtrit(df, (1 + level) / 2) * np.sqrt(variance) / (1 - delta**2)
    centre = np.arctanh(delta)
    return np.tanh(centre - half), np.tanh(centre + half)


class DeltaTest(NamedTuple):
    """A test of whether Cliff's delta is 0.

    Attributes
    ----------
    delta, se : float
    df : int
        Degrees of freedom of Student's t.
    p : float
        Two-sided.
    """

    delta: float
    se: float
    df: int
    p: float


def delta_test(target: ArrayLike, reference: ArrayLike, clusters: Clusters) -> DeltaTest:
    """Test whether Cliff's delta is 0 where the rows of a cluster may be alike.

    Parameters
    ----------
    target : array, shape (n,)
    reference : array, shape (m,)
    clusters : Clusters
        Participants: other people in either corpus (two arms), or the same people in both (paired).

    Returns
    -------
    DeltaTest
        Degrees of freedom: people in all minus 2 for two arms, minus 1 where people are in both.

    References
    ----------
    Obuchowski (1997), Biometrics 53:567.

    Notes
    -----
    Notebook: 12_next_study
    """
    parts = contributions(target, reference)
    se = np.sqrt(clustered_variance(parts, clusters))
    shared = np.intersect1d(clusters.target, clusters.reference).size
    people = np.unique(np.concatenate(clusters)).size
    df = people - 1 if shared else people - 2
    return DeltaTest(parts.delta, se, df, 2 * scipy.special.stdtr(df, -abs(parts.delta) / se))
