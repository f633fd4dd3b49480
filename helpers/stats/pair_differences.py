"""Does a difference between two feature sets survive? Its errors, and what it is held against.

Values come one a pair of genres. Sets are compared two at a time, the later one minus the earlier.
"""

from collections.abc import Iterable, Mapping, Sequence
from itertools import combinations
from types import MappingProxyType

import numpy as np
import pandas as pd
import scipy
from numpy.typing import ArrayLike

from helpers.project import spaced
from helpers.stats.clustering import Key

# An earlier feature set, and a later one that it is taken from.
Two = tuple[str, str]


def sample_per_genre(listings: pd.DataFrame, most: int | None, seed: int) -> pd.DataFrame:
    """At most so many listings of each genre of each corpus, at random.

    Parameters
    ----------
    listings : DataFrame
        With the columns corpus and genre.
    most : int or None
        None takes all.
    seed : int

    Returns
    -------
    DataFrame
        Rows of `listings` in their order.

    Notes
    -----
    Notebook: 09_genre_clustering
    """
    if most is None:
        return listings.sort_index()
    shuffled = listings.sample(frac=1, random_state=seed)
    return shuffled.groupby(["corpus", "genre"]).head(most).sort_index()


def sample_by_corpus(
    listings: pd.DataFrame, corpora: Sequence[str], most: int | None, seed: int
) -> dict[str, pd.DataFrame]:
    """`sample_per_genre`, one table a corpus.

    Parameters
    ----------
    listings : DataFrame
    corpora : sequence of str
    most : int or None
    seed : int

    Returns
    -------
    dict of corpus to DataFrame
        In the order of `corpora`.

    Notes
    -----
    Notebook: 09_genre_clustering
    """
    sample = sample_per_genre(listings, most, seed)
    return {corpus: sample[sample["corpus"] == corpus] for corpus in corpora}


def sample_by_set(
    own: Mapping[str, pd.DataFrame], corpora: Sequence[str], most: int | None, seed: int
) -> dict[str, dict[str, pd.DataFrame]]:
    """`sample_by_corpus` of the listings of each feature set.

    Parameters
    ----------
    own : mapping of feature set to DataFrame
    corpora : sequence of str
    most : int or None
    seed : int

    Returns
    -------
    dict of feature set to dict of corpus to DataFrame

    Notes
    -----
    Notebook: 09_genre_clustering
    """
    return {name: sample_by_corpus(rows, corpora, most, seed) for name, rows in own.items()}


def comparisons(keys: Iterable[Key], corpus: str) -> list[Two]:
    """Every two feature sets of a corpus, in their order.

    Parameters
    ----------
    keys : iterable of (corpus, feature set)
    corpus : str

    Returns
    -------
    list of (earlier, later)
        None of a corpus with one set.

    Notes
    -----
    Notebook: 09_genre_clustering
    """
    return list(combinations([name for own, name in keys if own == corpus], 2))


def named(two: Two) -> str:
    """A comparison as tables and sentences have it: "embeddings minus audio features".

    Parameters
    ----------
    two : (earlier, later)

    Returns
    -------
    str

    Notes
    -----
    Notebook: 09_genre_clustering
    """
    earlier, later = two
    return f"{spaced(later)} minus {spaced(earlier)}"


def between_feature_sets(
    values: Mapping[Key, Sequence],
) -> dict[str, dict[Two, np.ndarray]]:
    """The later of two feature sets minus the earlier one, corpus by corpus.

    Parameters
    ----------
    values : mapping of (corpus, feature set) to array
        Arrays of one shape within a corpus.

    Returns
    -------
    dict of corpus to dict of (earlier, later) to ndarray
        Only of corpora that have two sets.

    Notes
    -----
    Notebook: 09_genre_clustering
    """
    found: dict[str, dict[Two, np.ndarray]] = {}
    for corpus in dict.fromkeys(own for own, _ in values):
        for earlier, later in comparisons(values, corpus):
            first = np.asarray(values[corpus, earlier], float)
            difference = np.asarray(values[corpus, later], float) - first
            found.setdefault(corpus, {})[earlier, later] = difference
    return found


def jackknife_over_genres(pairs: pd.DataFrame, values: Sequence) -> tuple[float, float]:
    """Mean over pairs of genres, and its error: one genre at a time is left out with its pairs.

    Pairs share genres, so an error that treats them as independent is too small.

    Parameters
    ----------
    pairs : DataFrame
        Columns first and second.
    values : sequence of float
        One a pair.

    Returns
    -------
    float, float
        The mean, and its standard error; missing with fewer than three genres.

    References
    ----------
    Efron & Tibshirani (1993), An Introduction to the Bootstrap, ch. 11.

    Notes
    -----
    Notebook: 09_genre_clustering
    """
    found = np.asarray(values, float)
    genres = np.union1d(pairs["first"], pairs["second"])
    if len(genres) < 3:  # without either genre no pair is left
        return found.mean(0), np.nan
    left = []
    for genre in genres:
        others = (pairs[["first", "second"]] != genre).all(axis=1)
        left.append(found[others].mean(0))
    return found.mean(0), np.sqrt((len(genres) - 1) * np.array(left).var(0))


def dyadic_error(pairs: pd.DataFrame, values: ArrayLike) -> float:
    """Standard error of a mean over pairs that are correlated where they share a genre.

    Parameters
    ----------
    pairs : DataFrame
        Columns first and second.
    values : sequence of float
        One a pair.

    Returns
    -------
    float
        NaN where the products of deviations sum below zero.

    References
    ----------
    Fafchamps & Gubert (2007), J. Dev. Econ. 83:326; Aronow, Samii & Assenova (2015), Polit. Anal.
    23:564.

    Notes
    -----
    Notebook: 09_genre_clustering
    """
    first, second = pairs["first"].to_numpy(), pairs["second"].to_numpy()
    shared = first[:, None] == first
    for one, other in ((first, second), (second, first), (second, second)):
        shared |= one[:, None] == other
    found = np.asarray(values, float)
    deviations = found - found.mean()
    variance = deviations @ shared @ deviations / len(found) ** 2
    return float(np.sqrt(variance)) if variance >= 0 else np.nan


def estimate(pairs: pd.DataFrame, values: ArrayLike, level: float) -> dict[str, float]:
    """The mean of a value over pairs and over seeds, with what makes it unsure.

    Parameters
    ----------
    pairs : DataFrame
        Columns first and second.
    values : array, shape (pairs,) or (seeds, pairs)
    level : float
        Coverage of the interval.

    Returns
    -------
    dict of str to float
        value; ci_low and ci_high, by the jackknife over genres and Student's t; se_genres, the
        jackknife's error; se_dyadic, the error of pairs that are alike where they share a genre;
        se_pairs, the error if pairs were independent; seed_sd, the standard
        deviation of the mean over seeds (missing for a single one).

    Notes
    -----
    Notebook: 09_genre_clustering
    """
    # Rows one after another in memory: a sum over seeds in another order has another last digit.
    by_seed = np.atleast_2d(np.array(values, float, order="C"))
    means = by_seed.mean(axis=0)
    value, error = jackknife_over_genres(pairs, means)
    n_genres = pairs[["first", "second"]].stack().nunique()
    reach = scipy.stats.t.ppf((1 + level) / 2, n_genres - 1) * error
    seed_sd = np.nan
    if len(by_seed) > 1:
        seed_sd = by_seed.mean(axis=1).std(ddof=1)
    return {
        "value": value,
        "ci_low": value - reach,
        "ci_high": value + reach,
        "se_genres": error,
        "se_dyadic": dyadic_error(pairs, means),
        "se_pairs": pd.Series(means).std() / np.sqrt(len(pairs)),
        "seed_sd": seed_sd,
    }


def estimates(
    versions: Mapping[str, Mapping[Key, Sequence]],
    pairs: Mapping[str, pd.DataFrame],
    level: float,
    of_larger: Mapping[str, Mapping[Key, Sequence]] = MappingProxyType({}),
    fewest: int = 30,
) -> pd.DataFrame:
    """The differences between feature sets, corpus by corpus, in several versions.

    Parameters
    ----------
    versions : mapping of name to mapping of (corpus, feature set) to values
        Values as `estimate` takes them.
    pairs : mapping of corpus to DataFrame
        Columns first, second and n, the size of the smaller genre.
    level : float
    of_larger : mapping, as `versions`
        Versions that leave out pairs of which n is below `fewest`; a corpus with fewer than three
        other pairs has no such row.
    fewest : int

    Returns
    -------
    DataFrame
        Index: corpus, earlier, later, version. Columns as `estimate` gives them.

    Notes
    -----
    Notebook: 09_genre_clustering
    """
    rows = {}
    for name, values in versions.items():
        for corpus, differences in between_feature_sets(values).items():
            for two, difference in differences.items():
                rows[corpus, *two, name] = estimate(pairs[corpus], difference, level)
    for name, values in of_larger.items():
        for corpus, differences in between_feature_sets(values).items():
            large = (pairs[corpus]["n"] >= fewest).to_numpy()
            if large.sum() > 2:
                for two, difference in differences.items():
                    found = estimate(pairs[corpus][large], difference[..., large], level)
                    rows[corpus, *two, name] = found
    levels = ["corpus", "earlier", "later", "version"]
    return pd.DataFrame(list(rows.values()), pd.MultiIndex.from_tuples(rows, names=levels))


def in_one_column(table: pd.DataFrame) -> pd.DataFrame:
    """A table with the two sets of a row as one level of its index, as it is read.

    Parameters
    ----------
    table : DataFrame
        The index has the levels earlier and later, next to each other.

    Returns
    -------
    DataFrame
        With the level difference ("embeddings minus audio features") in their place.

    Notes
    -----
    Notebook: 09_genre_clustering
    """
    levels = list(table.index.names)
    at = levels.index("earlier")
    keys = [(*key[:at], named(key[at : at + 2]), *key[at + 2 :]) for key in table.index]
    names = [*levels[:at], "difference", *levels[at + 2 :]]
    return table.set_axis(pd.MultiIndex.from_tuples(keys, names=names))


def survival(
    found: Mapping[str, float],
    without_map: float,
    of_labels: Iterable[tuple[float, float]],
    of_all: tuple[float, float],
) -> dict[str, float]:
    """Five tests of a difference; each is positive where the difference survives it.

    Parameters
    ----------
    found : mapping
        The difference over all seeds, as `estimate` gives it.
    without_map : float
        The difference of the same sort without UMAP.
    of_labels : iterable of (float, float)
        Intervals of the same difference in the scores of classifiers.
    of_all : (float, float)
        Interval of the same difference on the one map of all listings.

    Returns
    -------
    dict of str to float
        One test a key. Missing where too little is known to tell.

    Notes
    -----
    Notebook: 09_genre_clustering
    """
    side = np.sign(found["value"])
    # The end nearer to zero, or beyond it.
    same_side = [min(low * side, high * side) for low, high in of_labels]
    low, high = of_all
    return {
        "the seed": abs(found["value"]) - 2 * found["seed_sd"],
        "the error that comes from genres": found["ci_low"] * found["ci_high"],
        "leaving out UMAP": without_map * side,
        "labels in place of clusters": min(same_side, default=np.nan),
        "the map of all listings": min(low * side, high * side),
    }


def survivals(
    results: pd.DataFrame, of_labels: Mapping[str, pd.DataFrame]
) -> dict[tuple[str, str, str], dict[str, float]]:
    """`survival` of every difference of every corpus.

    Parameters
    ----------
    results : DataFrame
        As `estimates` gives it, with the versions "balanced, all seeds", "without UMAP, balanced" and
        "balanced, one map".
    of_labels : mapping of corpus to DataFrame
        As `classification.gap_intervals` gives them.

    Returns
    -------
    dict of (corpus, earlier, later) to dict of str to float

    Notes
    -----
    Notebook: 09_genre_clustering
    """
    over_seeds = results.xs("balanced, all seeds", level="version")
    without_map = results.xs("without UMAP, balanced", level="version")["value"]
    of_all = results.xs("balanced, one map", level="version")
    found = {}
    for place, row in over_seeds.iterrows():
        corpus, *two = place
        ends = [
            (one["low"], one["high"])
            for line, one in of_labels[corpus].iterrows()
            if list(line[:2]) == two
        ]
        whole = of_all.loc[place, "ci_low"], of_all.loc[place, "ci_high"]
        found[place] = survival(row, without_map[place], ends, whole)
    return found
