"""Resampling of rows that are not independent, and the interval of one more seed.

Pure functions on tables and arrays.
"""

from collections.abc import Iterator, Sequence

import numpy as np
import pandas as pd
import scipy
from numpy.typing import ArrayLike

# A prediction interval from fewer values would be too uncertain itself.
FEWEST_SEEDS = 20


def moving_blocks(
    groups: ArrayLike, block: int, n_replicates: int, seed: int | np.random.Generator
) -> Iterator[np.ndarray]:
    """Moving-block bootstrap over file order within group, as row multiplicities.

    Each group (the study) keeps its size: runs of `block` consecutive rows of it are drawn with
    replacement and the last run is cut. A block of 1 is the ordinary bootstrap within group.

    Parameters
    ----------
    groups : array, shape (n,)
        Group of each row in file order; one constant for a corpus without groups.
    block : int
        Rows a block.
    n_replicates : int
    seed : int or numpy Generator

    Returns
    -------
    iterator of array of float, shape (n,)
        How often each row is drawn, one array a replicate; counts of any label are
        ``np.bincount(codes, weights)``.

    Raises
    ------
    ValueError
        A row without group, or a block longer than a group.

    References
    ----------
    Kuensch (1989), Ann. Stat. 17:1217.

    Notes
    -----
    Notebook: 03_feature_comparison
    """
    codes, labels = _codes(groups, "groups")
    members = [np.flatnonzero(codes == code) for code in range(len(labels))]
    for label, rows in zip(labels, members, strict=True):
        if not 1 <= block <= len(rows):
            raise ValueError(f"group {label!r}: give a block of 1..{len(rows)} rows, not {block!r}")
    rng = np.random.default_rng(seed)

    def replicate() -> np.ndarray:
        weights = np.empty(len(codes))
        for rows in members:
            weights[rows] = _block_counts(len(rows), block, rng)
        return weights

    return (replicate() for _ in range(n_replicates))


def _block_counts(n_rows: int, block: int, rng: np.random.Generator) -> np.ndarray:
    """How often each row of one group is drawn in runs of `block`, the last of them cut."""
    n_blocks = int(np.ceil(n_rows / block))
    starts = rng.integers(0, n_rows - block + 1, (n_blocks, 1))
    drawn = (starts + np.arange(block)).ravel()[:n_rows]
    return np.bincount(drawn, minlength=n_rows)


def block_length(groups: Sequence[ArrayLike], wanted: int) -> int:
    """Rows a block may have: as wanted, at most a quarter of the smallest group.

    Parameters
    ----------
    groups : sequence of array
        For each corpus the group (study) of each row.
    wanted : int

    Returns
    -------
    int
        At least 1.

    Notes
    -----
    Notebook: 03_feature_comparison
    """
    smallest = min(pd.Series(labels).value_counts().min() for labels in groups)
    return max(1, min(wanted, int(smallest) // 4))


def affordable_replicates(n_bootstrap: int, max_draws: int, n_rows: int) -> int:
    """Replicates of a bootstrap, fewer than wanted where that would draw too many rows.

    Parameters
    ----------
    n_bootstrap : int
        Replicates wanted.
    max_draws : int
        Rows that may be drawn in all.
    n_rows : int
        Rows a replicate.

    Returns
    -------
    int

    Notes
    -----
    Notebook: 03_feature_comparison
    """
    return min(n_bootstrap, max_draws // n_rows)


def cluster_bootstrap(
    clusters: ArrayLike, n_replicates: int, seed: int | np.random.Generator
) -> Iterator[np.ndarray]:
    """Bootstrap of whole clusters (participants), as row multiplicities.

    Percentile intervals reach their nominal coverage from about 50 clusters; below 30 they are too
    narrow (``benchmarks/interval_coverage.py`` shows by how much), which the page has to say.

    Parameters
    ----------
    clusters : array, shape (n,)
        Participant of each row.
    n_replicates : int
    seed : int or numpy Generator

    Returns
    -------
    iterator of array of int, shape (n,)
        How often each row is drawn, one array a replicate; the number of rows varies.

    Raises
    ------
    ValueError
        A row without cluster, or fewer than two clusters.

    References
    ----------
    Field & Welsh (2007), J. R. Stat. Soc. B 69:369.

    Notes
    -----
    Notebook: 03_feature_comparison
    """
    codes, labels = _codes(clusters, "clusters")
    k = len(labels)
    if k < 2:
        raise ValueError(f"clusters holds {k} cluster: use `moving_blocks` instead")
    rng = np.random.default_rng(seed)

    def replicate() -> np.ndarray:
        drawn = rng.integers(k, size=k)
        return np.bincount(drawn, minlength=k)[codes]

    return (replicate() for _ in range(n_replicates))


def prediction_interval(
    values: Sequence[float], level: float = 0.95
) -> tuple[float, float] | tuple[()]:
    """Where the value of one more seed would fall, from the values of at least 20 seeds.

    Parameters
    ----------
    values : sequence of float
        One a seed.
    level : float

    Returns
    -------
    tuple of float
        Lower and upper end, by Student's t; empty from fewer than 20 values.

    References
    ----------
    Whitmore (1986), Am. Stat. 40:141.

    Notes
    -----
    Notebook: 09_genre_clustering
    """
    n = len(values)
    if n < FEWEST_SEEDS:
        return ()
    spread = scipy.stats.sem(values) * np.sqrt(n + 1)
    return scipy.stats.t.interval(level, n - 1, np.mean(values), spread)


def _codes(labels: ArrayLike, name: str) -> tuple[np.ndarray, pd.Index]:
    """Each label as a number, and the labels; a missing one is refused."""
    codes, found = pd.factorize(pd.Series(np.asarray(labels)))
    missing = np.flatnonzero(codes < 0)
    if len(missing):
        raise ValueError(f"{name} is missing at row {missing[0]}: drop the row or name its group")
    return codes, found
