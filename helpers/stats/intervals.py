"""Do corpora differ, by how much, how surely, and where does the difference sit?

Pure functions on tables and arrays. Differences are target minus reference throughout.
"""

import numpy as np
import pandas as pd
from scipy import stats


def moving_blocks(groups, block, n_replicates, seed):
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
    generator of array of float, shape (n,)
        How often each row is drawn, one array a replicate; counts of any label are
        ``np.bincount(codes, weights)``.

    Raises
    ------
    ValueError
        A row without group, or a block longer than a group.

    References
    ----------
    Kuensch (1989), Ann. Stat. 17:1217.

    Notebook: 03_feature_comparison
    """
    codes, labels = _codes(groups, "groups")
    members = [np.flatnonzero(codes == code) for code in range(len(labels))]
    for label, rows in zip(labels, members, strict=True):
        if not 1 <= block <= len(rows):
            raise ValueError(f"group {label!r}: give a block of 1..{len(rows)} rows, not {block!r}")
    rng = np.random.default_rng(seed)

    def draw():
        weights = np.empty(len(codes))
        for rows in members:
            first = rng.integers(0, len(rows) - block + 1, (-(-len(rows) // block), 1))
            drawn = (first + np.arange(block)).ravel()[: len(rows)]
            weights[rows] = np.bincount(drawn, minlength=len(rows))
        return weights

    return (draw() for _ in range(n_replicates))


def cluster_bootstrap(clusters, n_replicates, seed):
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
    generator of array of int, shape (n,)
        How often each row is drawn, one array a replicate; the number of rows varies.

    Raises
    ------
    ValueError
        A row without cluster, or fewer than two clusters.

    References
    ----------
    Field & Welsh (2007), J. R. Stat. Soc. B 69:369.

    Notebook: 03_feature_comparison
    """
    codes, labels = _codes(clusters, "clusters")
    if len(labels) < 2:
        raise ValueError(f"clusters holds {len(labels)} cluster: use `moving_blocks` instead")
    rng = np.random.default_rng(seed)
    k = len(labels)
    return (np.bincount(rng.integers(k, size=k), minlength=k)[codes] for _ in range(n_replicates))


def prediction_interval(values, level=0.95):
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

    Notebook: 07_genre_clustering
    """
    return (
        ()
        if len(values) < 20
        else stats.t.interval(
            level, len(values) - 1, np.mean(values), stats.sem(values) * np.sqrt(len(values) + 1)
        )
    )


def _codes(labels, name):
    codes, found = pd.factorize(pd.Series(np.asarray(labels)))
    if len(missing := np.flatnonzero(codes < 0)):
        raise ValueError(f"{name} is missing at row {missing[0]}: drop the row or name its group")
    return codes, found
