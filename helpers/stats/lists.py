"""Diversity within lists and between them, and whether lists are narrower than random draws.

A short list looks narrow because it is short. So each list is set against what as many random
listings would hold, and two indices are used: entropy, and the share of pairs of listings of one
genre, which does not depend on length. Pure functions on tables and arrays.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd
import scipy
from numpy.typing import ArrayLike

from helpers.stats import diversity, genre_intervals, jackknife, units

# Of fewer lists nothing is concluded.
FEWEST_LISTS = 10
# A unit of consecutive rows is longer than a window by this factor, so that what two neighbouring
# units have in common, a window and a person that both of them cut, is a small part of either.
WINDOWS_A_UNIT = 4

PARTICIPANTS, CONSECUTIVE, RANDOM = "participants", "consecutive rows", "random rows"


@dataclass(frozen=True)
class Lists:
    """The lists of a corpus, real ones or windows that stand in for them.

    Attributes
    ----------
    kind : str
        "participants" or "consecutive rows".
    counts : ndarray of int, shape (lists, genres)
        Listings per genre of each list.
    unit : ndarray of int, shape (lists,)
        Unit that a list belongs to: itself where lists are participants'.
    pool : ndarray of int, shape (units, genres)
        Listings per genre of each unit; their sum is the corpus.
    number : int
        How many lists there are: windows overlap, and are counted as if they did not.
    """

    kind: str
    counts: np.ndarray
    unit: np.ndarray
    pool: np.ndarray
    number: int

    @property
    def lengths(self) -> np.ndarray:
        """Listings of each list."""
        return self.counts.sum(axis=1)

    @property
    def entropies(self) -> tuple[float, float]:
        """Mean entropy of a list (bits), as counted and by Chao and Shen's estimator."""
        return mean_entropy(self.counts), mean_entropy(self.counts, chao_shen=True)

    @property
    def random_entropy(self) -> float:
        """Mean entropy (bits) of random listings of the corpus, as many as each list has."""
        sizes, times = np.unique(self.lengths, return_counts=True)
        expected = expected_entropy(self.pool.sum(axis=0), sizes)
        return float(np.average(expected, weights=sizes * times))

    def sums(self, values: ArrayLike) -> np.ndarray:
        """Sums over the lists of each unit, of one value or several a list.

        Parameters
        ----------
        values : array-like, shape (lists,) or (lists, columns)

        Returns
        -------
        ndarray, shape (units,) or (units, columns)
        """
        values = np.asarray(values)
        found = np.zeros((len(self.pool), *values.shape[1:]), values.dtype)
        np.add.at(found, self.unit, values)
        return found


def participants(listings: pd.DataFrame, genres: Sequence[str]) -> Lists:
    """The lists of the participants of a corpus.

    Parameters
    ----------
    listings : DataFrame
        As in `units.units`, all with a genre; of one listing at least the participant is known.
    genres : sequence of str
        Columns of the counts.

    Returns
    -------
    Lists
    """
    known = listings.dropna(subset="participant")
    table = pd.crosstab(units.units(known, 1)["unit"], known["genre"])
    counts = table.reindex(columns=genres, fill_value=0).to_numpy()
    return Lists(PARTICIPANTS, counts, np.arange(len(counts)), counts, len(counts))


def consecutive_rows(listings: pd.DataFrame, genres: Sequence[str], size: int) -> Lists:
    """Every window of `size` consecutive rows of a corpus; none leaves its study.

    Where the windows begin is arbitrary, so all beginnings are taken.

    Parameters
    ----------
    listings : DataFrame
        In file order, with the columns genre and study.
    genres : sequence of str
        Columns of the counts.
    size : int
        Rows a window.

    Returns
    -------
    Lists
        A unit is a run of `WINDOWS_A_UNIT` times as many rows; a window belongs to that of its
        first row.
    """
    counts, unit, number = [], [], 0
    pool: list[np.ndarray] = []
    for _, rows in listings.groupby(diversity.strata(listings), sort=False):
        each = (rows["genre"].to_numpy()[:, None] == np.asarray(genres)).astype(int)
        runs = np.arange(len(rows)) // (WINDOWS_A_UNIT * size)
        sums = np.vstack([np.zeros_like(each[:1]), each.cumsum(axis=0)])
        windows = sums[size:] - sums[:-size]
        counts.append(windows)
        unit.append(len(pool) + runs[: len(windows)])
        number += len(rows) // size
        pool += [each[runs == run].sum(axis=0) for run in range(runs[-1] + 1)]
    return Lists(CONSECUTIVE, np.vstack(counts), np.concatenate(unit), np.array(pool), number)


def expected_entropy(pool: ArrayLike, sizes: ArrayLike) -> np.ndarray:
    """Mean entropy (bits) of listings drawn at random, without replacement.

    Parameters
    ----------
    pool : array-like of int, shape (..., genres)
        Listings per genre that are drawn from, of one pool or several.
    sizes : array-like of int, shape (sizes,)
        Listings a draw.

    Returns
    -------
    ndarray of float, shape (..., sizes)
        0 where a pool has fewer listings than a draw.

    Notes
    -----
    Each genre's number in a draw is hypergeometric, and entropy is a sum over genres, so the mean
    is exact.

    Notebook: 06_genres
    """
    held = np.asarray(pool)[..., None]
    whole = held.sum(axis=-2)[..., None, :]
    expected = []
    for size in np.asarray(sizes):
        drawn = np.arange(1, size + 1)
        ways = np.where(whole >= size, _log_choose(whole, size), 0.0)
        log_p = _log_choose(held, drawn) + _log_choose(whole - held, size - drawn) - ways
        terms = -drawn / size * np.log2(drawn / size)
        expected.append((np.exp(log_p) * terms).sum(axis=(-2, -1)))
    return np.stack(expected, axis=-1)


def _log_choose(n: ArrayLike, k: ArrayLike) -> np.ndarray:
    """Logarithm of the number of ways to choose k of n; minus infinity where there is none."""
    n, k = np.broadcast_arrays(n, k)
    ways = scipy.special.gammaln(n + 1) - scipy.special.gammaln(k + 1)
    # The gamma function has no value at 0 and below, where more are chosen than there are.
    return np.where(k <= n, ways - scipy.special.gammaln(np.maximum(n - k, 0) + 1), -np.inf)


def mean_entropy(counts: np.ndarray, chao_shen: bool = False) -> float:
    """Mean entropy (bits) of lists, weighted by their length.

    Parameters
    ----------
    counts : ndarray of int, shape (lists, genres)
    chao_shen : bool
        Allow for the genres that a short list does not show.

    Returns
    -------
    float

    Notes
    -----
    Notebook: 06_genres
    """
    estimate = diversity.chao_shen if chao_shen else diversity.shannon_entropy
    within = [estimate(row) for row in counts]
    return float(np.average(within, weights=counts.sum(axis=1)))


def partition(lists: ArrayLike, names: ArrayLike) -> pd.Series:
    """Divide the diversity of pooled lists into a part within lists and one between them.

    Parameters
    ----------
    lists, names : array-like, shape (n,)
        List and genre of each listing; rows that miss one are left out.

    Returns
    -------
    Series
        In bits alpha (within a list, mean weighted by length), beta (between) and gamma (pooled);
        as Hill numbers of order 1 alpha_hill, beta_hill, gamma_hill; lists (their number).

    References
    ----------
    Jost (2007), Ecology 88:2427.

    Notes
    -----
    Notebook: 06_genres
    """
    table = pd.crosstab(np.asarray(lists), np.asarray(names))
    alpha = mean_entropy(table.to_numpy())
    gamma = diversity.shannon_entropy(table.sum())
    return pd.Series(
        {
            "alpha": alpha,
            "beta": gamma - alpha,
            "gamma": gamma,
            "alpha_hill": 2**alpha,
            "beta_hill": 2 ** (gamma - alpha),
            "gamma_hill": 2**gamma,
            "lists": len(table),
        }
    )


def pair_matches(counts: np.ndarray, pool: np.ndarray) -> tuple[float, float]:
    """Shares of pairs of listings that have one genre: within lists, and between them.

    Parameters
    ----------
    counts : ndarray of int, shape (lists, genres)
        Of lists, or of windows of all beginnings.
    pool : ndarray of int, shape (genres,)
        Listings of the corpus.

    Returns
    -------
    (float, float)

    References
    ----------
    Simpson (1949), Nature 163:688.

    Notes
    -----
    Notebook: 06_genres
    """
    lengths = counts.sum(axis=1)
    same, pairs = (counts * (counts - 1)).sum(), (lengths * (lengths - 1)).sum()
    sums = np.array([[same, pairs, lengths.sum(), *pool]])
    return float(_within(sums)[0]), float(_between(sums)[0])


def _within(sums: np.ndarray) -> np.ndarray:
    """Share of matching pairs within lists, of rows of sums as in `_between`."""
    return sums[:, 0] / sums[:, 1]


def _pooled(counts: np.ndarray) -> np.ndarray:
    """Share of matching pairs of all listings, one pool a row."""
    n = counts.sum(axis=1)
    return (counts * (counts - 1.0)).sum(axis=1) / (n * (n - 1.0))


def _between(sums: np.ndarray) -> np.ndarray:
    """Share of matching pairs between lists.

    Parameters
    ----------
    sums : ndarray, shape (n, 3 + genres)
        Matching pairs and pairs within lists, listings of the lists, and the pool's counts.
    """
    pool = sums[:, 3:]
    n = pool.sum(axis=1)
    # Windows hold each row many times over.
    once = n / sums[:, 2]
    same = (pool * (pool - 1.0)).sum(axis=1) - once * sums[:, 0]
    return same / (n * (n - 1.0) - once * sums[:, 1])


def against_random_draws(lists: Lists, reference: ArrayLike, level: float = 0.95) -> pd.DataFrame:
    """How far the lists of a corpus are from random draws of the same length.

    Parameters
    ----------
    lists : Lists
    reference : array-like of int, shape (units, genres)
        Counts by unit of another corpus, in the same order of genres.
    level : float

    Returns
    -------
    DataFrame
        Rows "own" and "reference", by what is drawn from. Columns alpha (mean entropy of the
        lists), expected (of the draws), value (alpha minus expected), corrected, ci_low, ci_high,
        se; all in bits.

    Notes
    -----
    The interval is a jackknife's. A bootstrap of whole lists draws some of them twice, which makes
    the pool narrower than it is and the gap smaller: in ``benchmarks/gap_coverage.py`` its
    percentiles hold the true gap far less often.

    Notebook: 06_genres
    """
    other = np.asarray(reference)
    sizes, place = np.unique(lists.lengths, return_inverse=True)
    lengths = lists.lengths
    held = genre_intervals.entropies(lists.counts) * lengths
    by_size = np.eye(len(sizes))[place] * lengths[:, None]
    sums = np.column_stack([lists.sums(held), lists.sums(by_size), lists.pool])
    end = 1 + len(sizes)
    whole = sums.sum(axis=0)
    alpha, weights = whole[0] / lengths.sum(), whole[1:end] / lengths.sum()

    def from_own(rows: np.ndarray) -> np.ndarray:
        expected = expected_entropy(rows[:, end:], sizes) * rows[:, 1:end]
        return (rows[:, 0] - expected.sum(axis=1)) / rows[:, 1:end].sum(axis=1)

    draws = expected_entropy(other.sum(axis=0), sizes)

    def from_reference(rows: np.ndarray) -> np.ndarray:
        expected = draws * rows[:, 1:end]
        return (rows[:, 0] - expected.sum(axis=1)) / rows[:, 1:end].sum(axis=1)

    def of_reference(counts: np.ndarray) -> np.ndarray:
        return alpha - expected_entropy(counts, sizes) @ weights

    own = jackknife.leave_one_out(from_own, sums)
    both = [
        jackknife.leave_one_out(from_reference, sums),
        jackknife.leave_one_out(of_reference, other),
    ]
    found = {
        "own": jackknife.interval(float(from_own(whole[None])[0]), [own], level),
        "reference": jackknife.interval(float(from_reference(whole[None])[0]), both, level),
    }
    table = pd.DataFrame(found).T
    table.insert(0, "alpha", alpha)
    table.insert(1, "expected", alpha - table["value"])
    return table


def matches(lists: Lists, reference: ArrayLike, level: float = 0.95) -> pd.DataFrame:
    """How often two listings have one genre: within a list, between lists, in another corpus.

    Parameters
    ----------
    lists : Lists
    reference : array-like of int, shape (units, genres)
        Counts by unit of the other corpus, in the same order of genres.
    level : float

    Returns
    -------
    DataFrame
        Rows within, between, reference, and the differences "within - between" and "within -
        reference". Columns as from `jackknife.interval`; shares of pairs (0..1).

    Notes
    -----
    Notebook: 06_genres
    """
    other, lengths = np.asarray(reference), lists.lengths
    same = (lists.counts * (lists.counts - 1)).sum(axis=1)
    of_lists = np.column_stack([same, lengths * (lengths - 1), lengths])
    sums = np.column_stack([lists.sums(of_lists), lists.pool])

    def difference(rows: np.ndarray) -> np.ndarray:
        return _within(rows) - _between(rows)

    def of(statistic, table) -> jackknife.LeftOut:
        return jackknife.leave_one_out(statistic, table)

    whole, others = sums.sum(axis=0)[None], other.sum(axis=0)[None]
    within, between, pooled = (
        float(found[0]) for found in (_within(whole), _between(whole), _pooled(others))
    )
    to_reference = [
        of(lambda rows: _within(rows) - pooled, sums),
        of(lambda rows: within - _pooled(rows), other),
    ]
    rows = {
        "within": jackknife.interval(within, [of(_within, sums)], level),
        "between": jackknife.interval(between, [of(_between, sums)], level),
        "reference": jackknife.interval(pooled, [of(_pooled, other)], level),
        "within - between": jackknife.interval(within - between, [of(difference, sums)], level),
        "within - reference": jackknife.interval(within - pooled, to_reference, level),
    }
    return pd.DataFrame(rows).T


def known_lists(listings: pd.DataFrame, genres: Sequence[str], size: int) -> dict[str, Lists]:
    """The lists of a corpus, by what a table calls them.

    Parameters
    ----------
    listings : DataFrame
        In file order, as in `units.units`, all with a genre.
    genres : sequence of str
        Columns of the counts.
    size : int
        Rows a window.

    Returns
    -------
    dict of str to Lists
        "participants" where two or more are known; windows of `size` rows and of twice as many.

    Notes
    -----
    Notebook: 06_genres
    """
    found = {}
    if listings["participant"].notna().any():
        found[PARTICIPANTS] = participants(listings, genres)
    for rows in (size, 2 * size):
        found[f"windows of {rows} rows"] = consecutive_rows(listings, genres, rows)
    return {name: lists for name, lists in found.items() if lists.number > 1}


def partitions(
    corpora: dict[str, pd.DataFrame], target: str, reference: str, size: int
) -> pd.DataFrame:
    """Diversity within and between lists, real and random.

    Participants' lists where the participants are known; windows of consecutive rows of the target
    corpus; and random rows, which show what a list would be if everyone drew from the same pot.

    Parameters
    ----------
    corpora : dict of str to DataFrame
        Listings in file order, with the columns genre, study and participant.
    target, reference : str
        The corpus that is made of lists, and the one that it is compared with.
    size : int
        Rows a window, or a random list.

    Returns
    -------
    DataFrame
        Columns alpha (within a list), beta (between), gamma (pooled), all in bits, and lists
        (their number); index levels corpus and lists: "participants", "consecutive rows" and
        "random rows".

    Notes
    -----
    Notebook: 06_genres
    """
    rows = {}
    for name, listings in corpora.items():
        known = listings.dropna(subset="participant")
        if known["participant"].nunique() > 1:
            divided = partition(known["participant"], known["genre"])
            rows[name, PARTICIPANTS] = divided[["alpha", "gamma", "lists"]]
    genres = sorted(corpora[target]["genre"].unique())
    windows = consecutive_rows(corpora[target], genres, size)
    gamma = diversity.shannon_entropy(windows.pool.sum(axis=0))
    rows[target, CONSECUTIVE] = [mean_entropy(windows.counts), gamma, windows.number]
    for name in (target, reference):
        pool = corpora[name]["genre"].value_counts().to_numpy()
        alpha = expected_entropy(pool, [size])[0]
        rows[name, RANDOM] = [alpha, diversity.shannon_entropy(pool), pool.sum() // size]
    table = pd.DataFrame(rows, index=["alpha", "gamma", "lists"]).T
    table.insert(1, "beta", table["gamma"] - table["alpha"])
    return table.rename_axis(["corpus", "lists"])


def gaps(
    lists: dict[str, Lists], reference: ArrayLike, pair: Sequence[str], level: float = 0.95
) -> pd.DataFrame:
    """`against_random_draws` of several kinds of lists.

    Parameters
    ----------
    lists : dict of str to Lists
        As from `known_lists`.
    reference : array-like of int, shape (units, genres)
    pair : sequence of str
        Names of the corpus of the lists and of the other one.
    level : float

    Returns
    -------
    DataFrame
        As from `against_random_draws`, below one another; index levels lists and drawn from. The
        column `lists` holds their number.

    Notes
    -----
    Notebook: 06_genres
    """
    names = dict(zip(("own", "reference"), pair, strict=True))
    tables = {}
    for name, found in lists.items():
        table = against_random_draws(found, reference, level).rename(index=names)
        tables[name] = table.assign(lists=found.number)
    return pd.concat(tables, names=["lists", "drawn from"])


def matches_of(lists: dict[str, Lists], reference: ArrayLike, level: float = 0.95) -> pd.DataFrame:
    """`matches` of several kinds of lists.

    Parameters
    ----------
    lists : dict of str to Lists
        As from `known_lists`.
    reference : array-like of int, shape (units, genres)
    level : float

    Returns
    -------
    DataFrame
        As from `matches`, below one another; index levels lists and pairs. The column `lists`
        holds their number.

    Notes
    -----
    Notebook: 06_genres
    """
    tables = {
        name: matches(found, reference, level).assign(lists=found.number)
        for name, found in lists.items()
    }
    return pd.concat(tables, names=["lists", "pairs"])


def deciding(rows: pd.DataFrame) -> pd.DataFrame:
    """The rows that a verdict on lists rests on.

    Parameters
    ----------
    rows : DataFrame
        One row a kind of list, as from `gaps` or `matches_of`.

    Returns
    -------
    DataFrame
        Participants where they are known. Windows of either length without them: their length is
        arbitrary.

    Notes
    -----
    Notebook: 06_genres
    """
    if PARTICIPANTS in rows.index:
        return rows.loc[[PARTICIPANTS]]
    return rows


def verdict(rows: pd.DataFrame) -> str:
    """Whether a difference of lists lies below or above 0, or whether that is open.

    Parameters
    ----------
    rows : DataFrame
        One row a kind of list; columns lists (their number), ci_low and ci_high.

    Returns
    -------
    str
        "below" or "above" where all intervals of `deciding` leave out 0 on one side; "open" where
        they do not; "too few" for fewer than `FEWEST_LISTS` lists, or where an interval is missing
        since there are too few units.

    Notes
    -----
    Notebook: 06_genres
    """
    decisive = deciding(rows)
    without = decisive[["ci_low", "ci_high"]].isna().any(axis=None)
    if without or (decisive["lists"] < FEWEST_LISTS).any():
        return "too few"
    if (decisive["ci_high"] < 0).all():
        return "below"
    if (decisive["ci_low"] > 0).all():
        return "above"
    return "open"
