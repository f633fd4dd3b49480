"""Genres: their reduction to fifteen, their counts, and the entropy and divergence of a mix."""

from functools import cache

import numpy as np
import pandas as pd


def reduce_genres(artist_genres, table):
    """Reduce each track's artist genres to one main genre.

    The first name that is itself a main genre wins. Otherwise each name is looked up, and the main
    genre hit most often wins; a tie goes to the one hit by the earliest name. No hit, no genre.

    Parameters
    ----------
    artist_genres : iterable of sequence of str
        The genre names of each track's artists, in order; empty or `None` where there are none.
    table : mapping of str to sequence of str
        Names by main genre, such as the Chosic table.

    Returns
    -------
    list of str or None
        One main genre a track.

    References
    ----------
    Kouters et al., code of the study, commit a71670c.

    Notes
    -----
    Notebook: 04_genres
    """
    main = {name.lower(): name for name in table}
    parent = {name.lower(): genre for genre, names in table.items() for name in names}

    # Artists recur, and with them their lists of genres.
    @cache
    def reduced(names):
        lower = [name.strip().lower() for name in names]
        hits = [main[name] for name in lower if name in main][:1]
        hits = hits or [parent[name] for name in lower if name in parent]
        # max keeps the first of equals, and the hits stand in the order of the names.
        return max(hits, key=hits.count, default=None)

    return [reduced(tuple(names or ())) for names in artist_genres]


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
