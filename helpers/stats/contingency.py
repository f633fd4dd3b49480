"""Tables of counts: do two groups differ in their mix, and by how much?

Pure functions on tables and arrays. Differences are target minus reference throughout.
"""

from collections.abc import Sequence
from itertools import combinations

import numpy as np
import pandas as pd
import scipy
from numpy.typing import ArrayLike

from helpers.stats import diversity, permutations, units


def chi_square(table: ArrayLike) -> pd.Series:
    """Chi-square test of independence of genre and corpus, with Cramér's V.

    Parameters
    ----------
    table : array-like of int, shape (genres, corpora)
        Listings; genres without any are left out.

    Returns
    -------
    Series
        statistic, dof, p, cramers_v (0..1), n (listings), smallest_expected (listings). Missing
        but for n where all listings have one genre: there is nothing to test.

    References
    ----------
    Cramér (1946), Mathematical Methods of Statistics, section 21.9.

    Notes
    -----
    Notebook: 06_genres
    """
    counts = np.asarray(table, int)
    counts = counts[counts.sum(axis=1) > 0]
    names = ["statistic", "dof", "p", "cramers_v", "n", "smallest_expected"]
    if len(counts) < 2:
        return pd.Series([np.nan, np.nan, np.nan, np.nan, counts.sum(), np.nan], names)
    test = scipy.stats.chi2_contingency(counts)
    # Yates's correction, which applies to tables of two genres, is in both.
    v = scipy.stats.contingency.association(counts, method="cramer", correction=True)
    smallest = test.expected_freq.min()
    return pd.Series([test.statistic, test.dof, test.pvalue, v, counts.sum(), smallest], names)


def block_permutation_test(
    listings: pd.DataFrame,
    by: str,
    pair: tuple[str, str],
    block: int,
    n_permutations: int,
    seed: int | np.random.Generator,
) -> pd.DataFrame:
    """Do two groups differ in their genres, where listings belong together?

    Whole units are dealt to the two groups anew: participants where every listing has one, so that
    the units of both groups are alike, else blocks of consecutive rows. A unit changes places with
    one of about as many listings (`permutations.exchangeable_units`).

    Parameters
    ----------
    listings : DataFrame
        In file order, with the columns of `units.units`, genre and `by`; rows without a genre are
        left out.
    by : str
        Column that names the group of a listing.
    pair : (str, str)
        The groups: target and reference.
    block : int
        Listings a block.
    n_permutations : int
    seed : int or numpy Generator

    Returns
    -------
    DataFrame
        Rows entropy_difference and jensen_shannon; columns value (bits), p (two-sided, at least
        1 / (1 + n_permutations); NaN where fewer than `permutations.FREE_ENOUGH` of the listings
        of a group may change places), free (that share), unit (its kind), units (their number).

    References
    ----------
    Good (2005), Permutation, Parametric and Bootstrap Tests of Hypotheses, chapter 3.

    Notes
    -----
    Notebook: 06_genres
    """
    rows = listings[listings[by].isin(pair)].dropna(subset="genre")
    second = (rows[by] == pair[1]).to_numpy()
    groups, kind = _groups_that_move(rows, second, block)
    moves = permutations.exchangeable_units(second, groups)
    free = permutations.share_free(moves["free"].to_numpy(), second)
    counts = pd.crosstab(moves["unit"].to_numpy(), rows["genre"].to_numpy()).to_numpy()
    each = moves.assign(second=second).drop_duplicates("unit").sort_values("unit")
    owner, stratum = each["second"].to_numpy(), each["stratum"].to_numpy()
    rng = np.random.default_rng(seed)
    dealt = [permutations.deals(owner, stratum, 1, rng)[0] for _ in range(n_permutations)]
    statistics = _differences_of_deals(np.array([owner, *dealt]), counts)
    observed = statistics.iloc[0]
    # Equal values may differ in their last digit.
    p = (statistics.abs() >= observed.abs() - 1e-12).mean()
    if free < permutations.FREE_ENOUGH:
        p = np.nan
    columns = {"value": observed, "p": p, "free": free, "unit": kind, "units": len(owner)}
    return pd.DataFrame(columns)


def _groups_that_move(rows: pd.DataFrame, second: np.ndarray, block: int) -> tuple[np.ndarray, str]:
    """What each listing belongs to in a permutation test, and what kind of unit that is."""
    if rows["participant"].notna().all():
        return units.units(rows, block)["unit"].to_numpy(), "participant"
    place = (rows.groupby(second).cumcount() // block).to_numpy()
    # No block holds listings of both groups.
    return 2 * place + second, "block"


def _differences_of_deals(owners: np.ndarray, counts: np.ndarray) -> pd.DataFrame:
    """How far apart the genres of the two groups are in each arrangement of the units.

    Parameters
    ----------
    owners : ndarray of bool, shape (arrangements, units)
        Whether a unit is in the second group.
    counts : ndarray of int, shape (units, genres)
    """
    second_counts = np.array([counts[owner].sum(axis=0) for owner in owners])
    first_counts = counts.sum(axis=0) - second_counts
    first_entropy = scipy.stats.entropy(first_counts, base=2, axis=1)
    second_entropy = scipy.stats.entropy(second_counts, base=2, axis=1)
    return pd.DataFrame(
        {
            "entropy_difference": first_entropy - second_entropy,
            "jensen_shannon": diversity.divergences(first_counts, second_counts),
        }
    )


def permutation_tests(
    listings: pd.DataFrame,
    by: str,
    names: Sequence[str],
    block: int,
    n_permutations: int,
    seed: int | np.random.Generator,
) -> pd.DataFrame:
    """`block_permutation_test` of each pair of several groups.

    Parameters
    ----------
    listings, by, n_permutations, seed
        As in `block_permutation_test`; with the column study too.
    names : sequence of str
        The groups: each is compared with those behind it.
    block : int
        Listings a block, cut so that four fit into the smallest study of a pair.

    Returns
    -------
    DataFrame
        As from `block_permutation_test`, below one another; the first level of the index names
        the pair.

    Notes
    -----
    Notebook: 06_genres
    """
    tests = {}
    for pair in combinations(names, 2):
        lengths = [diversity.block_length(listings[listings[by] == name], block) for name in pair]
        tests[" - ".join(pair)] = block_permutation_test(
            listings, by, pair, min(lengths), n_permutations, seed
        )
    if tests:
        return pd.concat(tests)
    return pd.DataFrame(columns=["value", "p", "free", "unit", "units"])
