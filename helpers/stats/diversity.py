"""Genres: their reduction to fifteen, their counts, and the entropy and divergence of a mix."""

import numpy as np
import pandas as pd


def count(listings, by="corpus"):
    """Listings per genre and group.

    Parameters
    ----------
    listings : DataFrame
        With the columns genre and `by`; rows without a genre are left out.

    Returns
    -------
    DataFrame
        One row a genre, from the most to the least listed; one column a group; counts.

    Notes
    -----
    Notebook: 04_genres
    """
    table = pd.crosstab(listings["genre"], listings[by])
    return table.loc[table.sum(axis=1).sort_values(ascending=False).index]


def shannon_entropy(counts, miller_madow=False):
    """Shannon entropy in bits; shares are taken for probabilities, as the study did.

    Parameters
    ----------
    counts : array-like of int
        Listings per genre; zeros do not count.
    miller_madow : bool
        Add the first-order bias.

    Returns
    -------
    float

    Raises
    ------
    ValueError
        If nothing was counted.

    References
    ----------
    Miller (1955), Note on the bias of information estimates.

    Notes
    -----
    Notebook: 04_genres
    """
    counts = np.asarray(counts, float)
    counts = counts[counts > 0]
    if not len(counts):
        raise ValueError("shannon_entropy: nothing was counted; every count is zero.")
    n, p = counts.sum(), counts / counts.sum()
    bias = (len(p) - 1) / (2 * n * np.log(2))
    return float(-(p * np.log2(p)).sum() + miller_madow * bias)


def jensen_shannon(p, q):
    """Jensen-Shannon divergence of two genre mixes: 0 bits for equal ones, 1 for disjoint ones.

    Parameters
    ----------
    p, q : array-like, shape (genres,)
        Counts or shares, in the same order of genres.

    Returns
    -------
    float

    References
    ----------
    Lin (1991), IEEE Transactions on Information Theory 37:145.

    Notes
    -----
    Notebook: 04_genres
    """
    p, q = (np.asarray(x, float) / np.sum(x) for x in (p, q))
    return shannon_entropy((p + q) / 2) - (shannon_entropy(p) + shannon_entropy(q)) / 2


def windows(groups, size):
    """Number the windows of `size` consecutive rows within each group; -1 for a shorter rest.

    Parameters
    ----------
    groups : array-like, shape (n,)
        Group of each row, in file order.
    size : int

    Returns
    -------
    ndarray of int, shape (n,)

    Notes
    -----
    Notebook: 04_genres
    """
    groups = pd.Series(np.asarray(groups))
    place = groups.groupby(groups).cumcount()
    whole = place < groups.groupby(groups).transform("size") // size * size
    label = groups.factorize()[0] * (len(groups) + 1) + place // size
    return np.where(whole, label, -1)
