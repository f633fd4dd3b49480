"""Which feature set hears genre? Several sets measured on the same tracks, with artists drawn again.

The bootstrap says how far the scores depend on which artists were listened to. Clusters and classifiers
are made once and taken as they are; where a set knows nothing of genre, intervals of classifiers then hold
chance in some 85 of 100 corpora in place of 95. All sets are judged on the same draws, so their
differences are paired.
"""

from collections.abc import Mapping
from itertools import combinations
from typing import NamedTuple

import numpy as np
import pandas as pd
import scipy
from numpy.typing import ArrayLike
from threadpoolctl import threadpool_limits

from helpers.stats import classification, clustering, retrieval, units
from helpers.stats.repeated_clustering import standardise

# What is measured, in the order of the tables.
PAIRS, AT_ONCE = "clusters of pairs", "clusters at once"
NEAREST, LOGISTIC = "nearest neighbour", "logistic regression"
RETRIEVAL = "retrieval"
MEASURES = {
    PAIRS: "adjusted Rand index, mean over pairs of genres of equal size",
    AT_ONCE: "adjusted Rand index of as many clusters as genres",
    NEAREST: "macro F1, artists kept apart",
    LOGISTIC: "macro F1, artists kept apart",
    RETRIEVAL: f"mean average precision at {retrieval.CUTOFF}, own artist left out",
}
SCORES = {PAIRS: "ARI", AT_ONCE: "ARI", NEAREST: "F1", LOGISTIC: "F1", RETRIEVAL: "MAP"}
# A genre that only one artist plays can be found by that artist's sound alone.
FEWEST_ARTISTS = 2


class Tracks(NamedTuple):
    """Tracks that all sets are measured on.

    Attributes
    ----------
    genres, artists : ndarray of str, shape (n,)
    """

    genres: np.ndarray
    artists: np.ndarray


class Measured(NamedTuple):
    """A score of a feature set.

    Attributes
    ----------
    value : float
    chance : float
        What it is without any knowledge of genre.
    replicates : ndarray, shape (replicates,)
        The score with artists drawn again.
    """

    value: float
    chance: float
    replicates: np.ndarray


def comparable(
    listings: pd.DataFrame, fewest: int = 5, most: int | None = None, seed: int = 0
) -> pd.DataFrame:
    """The tracks of a corpus that feature sets can be compared on.

    Parameters
    ----------
    listings : DataFrame
        Of one corpus, complete in every set, with the columns corpus, track_id, artist and genre.
    fewest : int
        Tracks that a genre must have, of at least `FEWEST_ARTISTS` artists.
    most : int, optional
        Tracks taken of a genre, at random; by default all.
    seed : int
        Of that draw.

    Returns
    -------
    DataFrame
        Rows of `listings`, each track once; none where fewer than two genres are left, or fewer
        artists than the folds of a classifier.

    Notes
    -----
    Notebook: 09_genre_clustering
    """
    named = listings["genre"].notna() & ~listings["genre"].isin(clustering.NO_GENRE)
    rows = listings[named].drop_duplicates("track_id")
    rows = rows.assign(by=units.artists(rows))
    genres = rows.groupby("genre")["by"]
    enough = (genres.transform("size") >= fewest) & (genres.transform("nunique") >= FEWEST_ARTISTS)
    rows = rows[enough]
    if rows["genre"].nunique() < 2 or rows["by"].nunique() < classification.N_FOLDS:
        return listings.head(0)
    rows = rows.drop(columns="by")
    if most is not None:
        rows = rows.groupby("genre").sample(frac=1, random_state=seed).groupby("genre").head(most)
    return rows.sort_index()


def tracks_of(rows: pd.DataFrame) -> Tracks:
    """Genres and artists of rows of `comparable`.

    Parameters
    ----------
    rows : DataFrame

    Returns
    -------
    Tracks
    """
    return Tracks(rows["genre"].to_numpy(str), units.artists(rows).to_numpy(str))


def measure(
    points: np.ndarray, tracks: Tracks, weights: np.ndarray, n_repeats: int, seed: int
) -> dict[str, Measured]:
    """All measures of one feature set.

    Parameters
    ----------
    points : array, shape (n, d)
        Scaled for distances.
    tracks : Tracks
    weights : ndarray, shape (replicates, n)
        How often each track counts: from `intervals.cluster_bootstrap` of the artists.
    n_repeats : int
        Cuts of a pair of genres to the size of the smaller one.
    seed : int
        Of cuts, k-means and folds.

    Returns
    -------
    dict of str to Measured
        By the keys of `MEASURES`.

    Notes
    -----
    Notebook: 09_genre_clustering
    """
    return {
        PAIRS: clusters_of_pairs(points, tracks.genres, weights, n_repeats, seed),
        AT_ONCE: clusters_at_once(points, tracks.genres, weights, seed),
        **classified(points, tracks, weights, seed),
        RETRIEVAL: retrieved(points, tracks, weights),
    }


def clusters_of_pairs(
    points: np.ndarray, genres: ArrayLike, weights: np.ndarray, n_repeats: int, seed: int
) -> Measured:
    """Mean adjusted Rand index of two clusters and two genres, over pairs cut to equal size.

    Parameters
    ----------
    points : array, shape (n, d)
    genres : array of str, shape (n,)
    weights, n_repeats, seed
        As in `measure`.

    Returns
    -------
    Measured
        In a replicate, cuts of which a genre is not drawn are left out.

    Notes
    -----
    Notebook: 09_genre_clustering
    """
    cuts = list(clustering.balanced_cuts(points, genres, n_repeats, seed))
    cells, rows = [], []
    for number, cut in enumerate(cuts):
        repeat = np.arange(n_repeats)[:, None]
        second_genre = np.arange(cut.rows.shape[1]) >= cut.rows.shape[1] // 2
        table = number * n_repeats + repeat
        cells.append((table * 4 + second_genre * 2 + cut.side).ravel())
        rows.append(cut.rows.ravel())
    cell, row = np.concatenate(cells), np.concatenate(rows)
    shape = (weights.shape[1], 4 * n_repeats * len(cuts))
    of_row = scipy.sparse.csr_array((np.ones(len(row)), (row, cell)), shape)
    return Measured(
        float(_mean_rand(of_row, np.ones((1, shape[0])))[0]), 0.0, _mean_rand(of_row, weights)
    )


def _mean_rand(of_row: scipy.sparse.csr_array, weights: np.ndarray) -> np.ndarray:
    """Mean adjusted Rand index over tables of two by two in which both genres occur."""
    tables = np.rint(np.asarray(weights @ of_row)).reshape(len(weights), -1, 2, 2)
    found = clustering.adjusted_rand(tables)
    return np.nanmean(np.where((tables.sum(3) > 0).all(2), found, np.nan), axis=1)


def clusters_at_once(
    points: np.ndarray, genres: ArrayLike, weights: np.ndarray, seed: int
) -> Measured:
    """Adjusted Rand index of as many clusters as there are genres.

    Parameters
    ----------
    points : array, shape (n, d)
    genres : array of str, shape (n,)
    weights, seed
        As in `measure`.

    Returns
    -------
    Measured

    Notes
    -----
    Notebook: 09_genre_clustering
    """
    from sklearn.cluster import KMeans

    codes, names = pd.factorize(np.asarray(genres, object), sort=True)
    k = len(names)
    with threadpool_limits(1):
        model = KMeans(k, n_init=clustering.N_STARTS, random_state=seed)
        cluster = model.fit_predict(np.asarray(points, np.float32))
    of_row = np.eye(k * k)[codes * k + cluster]

    def rand(counted: np.ndarray) -> np.ndarray:
        tables = np.rint(counted @ of_row).reshape(len(counted), k, k)
        return clustering.adjusted_rand(tables)

    return Measured(float(rand(np.ones((1, len(codes))))[0]), 0.0, rand(weights))


def classified(
    points: np.ndarray, tracks: Tracks, weights: np.ndarray, seed: int
) -> dict[str, Measured]:
    """Macro F1 of simple classifiers, over the tracks of all folds; no artist teaches and is judged.

    Parameters
    ----------
    points : array, shape (n, d)
        Standardised here.
    tracks : Tracks
    weights, seed
        As in `measure`.

    Returns
    -------
    dict of str to Measured
        Chance is guessing by the shares of the genres.

    Notes
    -----
    Notebook: 09_genre_clustering
    """
    judged = classification.judge(
        standardise(np.asarray(points, float)), tracks.genres, tracks.artists, tracks.artists, seed
    )
    # One table of all folds: a fold of a small corpus need not hold every genre.
    judged = judged._replace(fold=np.zeros_like(judged.fold))
    chance = float(classification.macro_f1(judged, classification.GUESS)[0, 0])
    return {
        name: Measured(
            float(classification.macro_f1(judged, name)[0, 0]),
            chance,
            classification.macro_f1(judged, name, weights)[:, 0],
        )
        for name in (NEAREST, LOGISTIC)
    }


def retrieved(points: np.ndarray, tracks: Tracks, weights: np.ndarray) -> Measured:
    """Mean average precision of tracks that look for others of their genre by other artists.

    Parameters
    ----------
    points : array, shape (n, d)
    tracks : Tracks
    weights
        As in `measure`.

    Returns
    -------
    Measured

    Notes
    -----
    Notebook: 09_genre_clustering
    """
    ranking = retrieval.rank(points, tracks.genres, tracks.artists)
    return Measured(
        float(retrieval.mean_precision(ranking)[0]),
        float(np.nanmean(retrieval.chances(ranking))),
        retrieval.mean_precision(ranking, weights),
    )


def interval(value: float, replicates: np.ndarray, level: float) -> tuple[float, float]:
    """Percentile interval of a bootstrap, less the bias that the bootstrap itself adds.

    An artist who is drawn twice agrees with itself, which lifts the agreement of clusters.

    Parameters
    ----------
    value : float
    replicates : ndarray, shape (replicates,)
    level : float

    Returns
    -------
    tuple of float
        Lower and upper end.

    References
    ----------
    Efron & Tibshirani (1993), An Introduction to the Bootstrap, ch. 10.

    Notes
    -----
    Notebook: 09_genre_clustering
    """
    ends = np.quantile(replicates, [(1 - level) / 2, (1 + level) / 2])
    low, high = ends - (replicates.mean() - value)
    return float(low), float(high)


def score_table(found: Mapping[str, Mapping[str, Measured]], level: float) -> pd.DataFrame:
    """Every measure of every set with its interval.

    Parameters
    ----------
    found : mapping of set to mapping of measure to Measured
        As from `measure`.
    level : float

    Returns
    -------
    DataFrame
        One row a measure and set: measure, set, value, low, high, chance.

    Notes
    -----
    Notebook: 09_genre_clustering
    """
    rows = []
    for name in MEASURES:
        for label, measured in found.items():
            one = measured[name]
            low, high = interval(one.value, one.replicates, level)
            rows.append((name, label, one.value, low, high, one.chance))
    return pd.DataFrame(rows, columns=["measure", "set", "value", "low", "high", "chance"])


def difference_table(found: Mapping[str, Mapping[str, Measured]], level: float) -> pd.DataFrame:
    """Differences of every two sets in every measure, on the same artists.

    Parameters
    ----------
    found, level
        As in `score_table`.

    Returns
    -------
    DataFrame
        One row a measure and pair: measure, first, second, difference (first minus second), low,
        high. The better of the two stands first.

    Notes
    -----
    Notebook: 09_genre_clustering
    """
    rows = []
    for name in MEASURES:
        for pair in combinations(found, 2):
            first, second = sorted(pair, key=lambda label: -found[label][name].value)
            one, other = found[first][name], found[second][name]
            difference = one.value - other.value
            low, high = interval(difference, one.replicates - other.replicates, level)
            rows.append((name, first, second, difference, low, high))
    columns = ["measure", "first", "second", "difference", "low", "high"]
    return pd.DataFrame(rows, columns=columns)
