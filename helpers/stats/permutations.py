"""Permutations of whole groups: which of them may change places, and how much that is.

A permutation test of groups exchanges only what would be exchangeable if nothing differed: groups
of about as many rows. Where sizes of the two sides differ, part of the rows cannot move, and a test
says nothing of these.
"""

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike

# A test in which fewer rows of a side can change places says nothing of those that cannot.
FREE_ENOUGH = 0.8
# Groups change places where the larger has at most about so many times the rows of the smaller.
BIN_RATIO = 1.5


def size_bins(sizes: ArrayLike) -> np.ndarray:
    """Bins of groups of about as many rows: 1, 2, 3, 4 to 5, 6 to 7, 8 to 11 and so on.

    Parameters
    ----------
    sizes : array of int, shape (n,)

    Returns
    -------
    ndarray of int, shape (n,)

    Notes
    -----
    Notebook: 08_embedding_map
    """
    return np.floor(np.log(np.asarray(sizes)) / np.log(BIN_RATIO) + 1e-9).astype(int)


def exchangeable_units(
    in_target: np.ndarray, groups: ArrayLike, kinds: ArrayLike | None = None
) -> pd.DataFrame:
    """Which unit each row belongs to, and with which others that unit may change places.

    A group of one corpus changes places as a whole, with a group of the other that is of its kind
    and has about as many rows (`size_bins`). Where both corpora hold a group, its rows change
    places among themselves.

    Parameters
    ----------
    in_target : ndarray of bool, shape (n,)
    groups : array, shape (n,)
    kinds : array of str, shape (n,), optional
        What sort of group a row is in, such as "participant": a list is no artist's catalogue.

    Returns
    -------
    DataFrame
        One row a row. unit: number of its unit. stratum: units of one stratum may change places.
        free: whether its stratum holds units of both corpora.

    Notes
    -----
    Notebook: 08_embedding_map
    """
    code = pd.factorize(pd.Series(groups))[0]
    kind = np.zeros(len(code), int)
    if kinds is not None:
        kind = pd.factorize(pd.Series(kinds))[0]
    in_both = np.isin(code, code[in_target]) & np.isin(code, code[~in_target])
    alike = pd.MultiIndex.from_arrays([kind, size_bins(np.bincount(code)[code])])
    # Rows of shared groups are exchanged within the group, groups of one corpus (negative) by size.
    stratum = np.where(in_both, code, -1 - pd.factorize(alike)[0])
    unit = np.where(in_both, len(code) + np.arange(len(code)), code)
    table = pd.DataFrame({"unit": pd.factorize(unit)[0], "stratum": stratum, "side": in_target})
    sides = table.groupby("stratum")["side"].transform("nunique")
    return table.assign(free=sides == 2)[["unit", "stratum", "free"]]


def share_free(free: np.ndarray, in_target: np.ndarray) -> float:
    """Share of the rows of a side that may change places; of both sides the lower one.

    Parameters
    ----------
    free : ndarray of bool, shape (n,)
        Of `exchangeable_units`.
    in_target : ndarray of bool, shape (n,)

    Returns
    -------
    float

    Notes
    -----
    Notebook: 08_embedding_map
    """
    return float(min(free[in_target].mean(), free[~in_target].mean()))


def deals(
    owner: np.ndarray, stratum: np.ndarray, n_deals: int, rng: np.random.Generator
) -> np.ndarray:
    """The owners of units dealt anew within each stratum, many times.

    Parameters
    ----------
    owner : ndarray, shape (units,)
    stratum : ndarray of int, shape (units,)
    n_deals : int
    rng : numpy Generator

    Returns
    -------
    ndarray, shape (n_deals, units)

    Notes
    -----
    Notebook: 08_embedding_map
    """
    by_stratum = np.argsort(stratum, kind="stable")
    # Sorted by stratum and, within one, at random: a permutation within strata.
    at_random = np.argsort(stratum + rng.random((n_deals, len(stratum))), axis=1)
    dealt = np.empty((n_deals, len(owner)), owner.dtype)
    np.put_along_axis(dealt, at_random, owner[by_stratum][None], axis=1)
    return dealt
