"""Does a query find tracks of its genre? Rankings by distance, average precision, what chance gives.

Pure functions on arrays. Tracks of the query's own artist are no candidates: they sound alike for
other reasons than their genre.
"""

from typing import NamedTuple

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike

# Ranks that count.
CUTOFF = 10
# Ranks that are kept, so that ten are left where artists are drawn again and some are missing.
DEPTH = 80


class Ranking(NamedTuple):
    """The nearest tracks of other artists, for each of n tracks.

    Attributes
    ----------
    nearest : ndarray of int, shape (n, depth)
        Their places among the tracks, the nearest first.
    candidate : ndarray of bool, shape (n, depth)
        False where there are no more tracks of other artists.
    genre : ndarray of int, shape (n,)
        Of each track, as a number.
    own : ndarray of int, shape (n,)
        Artist and genre of each track, as a number.
    artist : ndarray of int, shape (n,)
        Of each track, as a number.
    """

    nearest: np.ndarray
    candidate: np.ndarray
    genre: np.ndarray
    own: np.ndarray
    artist: np.ndarray


def average_precision(
    relevant: ArrayLike, n_relevant: ArrayLike, cutoff: int = CUTOFF
) -> np.ndarray:
    """Average precision of the first ranks of several rankings.

    The precision at each rank that holds a relevant track, summed, over the relevant tracks that the
    first `cutoff` ranks could hold.

    Parameters
    ----------
    relevant : array of bool, shape (queries, ranks)
        Whether the track at each rank is relevant, the nearest first.
    n_relevant : array of int, shape (queries,)
        Relevant tracks among all candidates.
    cutoff : int
        Ranks that count.

    Returns
    -------
    ndarray, shape (queries,)
        0 to 1; NaN for a query without any relevant track.

    References
    ----------
    Manning, Raghavan & Schütze (2008), Introduction to Information Retrieval, ch. 8.

    Notes
    -----
    Notebook: 09_genre_clustering
    """
    hits = np.asarray(relevant, float)[:, :cutoff]
    ranks = np.arange(1, hits.shape[1] + 1)
    precision = hits.cumsum(axis=1) / ranks
    most = np.minimum(n_relevant, cutoff).astype(float)
    total = (precision * hits).sum(axis=1)
    return np.divide(total, most, out=np.full(len(most), np.nan), where=most > 0)


def chance_precision(
    n_candidates: ArrayLike, n_relevant: ArrayLike, cutoff: int = CUTOFF
) -> np.ndarray:
    """The mean of `average_precision` over all orders of the candidates.

    Parameters
    ----------
    n_candidates, n_relevant : array of int, shape (queries,)
        All candidates, and the relevant ones among them.
    cutoff : int

    Returns
    -------
    ndarray, shape (queries,)
        NaN for a query without any relevant track.

    Notes
    -----
    Notebook: 09_genre_clustering
    """
    total = np.asarray(n_candidates, float)[:, None]
    wanted = np.asarray(n_relevant, float)[:, None]
    ranks = np.arange(1, cutoff + 1)
    # A rank holds a relevant track by their share, and those before it hold others of the rest.
    share = wanted / np.maximum(total, 1)
    before = (ranks - 1) * (wanted - 1) / np.maximum(total - 1, 1)
    at_rank = np.where(ranks <= total, share * (1 + before) / ranks, 0)
    most = np.minimum(wanted[:, 0], cutoff)
    return np.divide(at_rank.sum(axis=1), most, out=np.full(len(most), np.nan), where=most > 0)


def rank(points: np.ndarray, labels: ArrayLike, artists: ArrayLike, depth: int = DEPTH) -> Ranking:
    """Rank the tracks of all other artists by their Euclidean distance from each track.

    Parameters
    ----------
    points : array, shape (n, d)
        Scaled for distances.
    labels, artists : array of str, shape (n,)
        Genre and artist of each track.
    depth : int
        Ranks that are kept.

    Returns
    -------
    Ranking

    References
    ----------
    Flexer & Schnitzer (2010), Comput. Music J. 34:20 (the artist filter).

    Notes
    -----
    Notebook: 09_genre_clustering
    """
    from sklearn.metrics import pairwise_distances_chunked

    genre = pd.factorize(np.asarray(labels, object))[0]
    artist = pd.factorize(np.asarray(artists, object))[0]
    kept = min(depth, len(genre))

    def of_rows(distances: np.ndarray, start: int) -> tuple[np.ndarray, np.ndarray]:
        rows = slice(start, start + len(distances))
        distances[artist[rows, None] == artist] = np.inf
        first = _nearest(distances, kept)
        return first, np.take_along_axis(distances, first, axis=1) < np.inf

    parts = pairwise_distances_chunked(np.asarray(points, float), reduce_func=of_rows)
    nearest, candidate = (np.concatenate(part) for part in zip(*parts, strict=True))
    own = pd.factorize(artist * len(genre) + genre)[0]
    return Ranking(nearest, candidate, genre, own, artist)


def _nearest(distances: np.ndarray, k: int) -> np.ndarray:
    """Columns of the `k` smallest distances of each row, the smallest first."""
    chosen = np.argpartition(distances, k - 1, axis=1)[:, :k]
    order = np.take_along_axis(distances, chosen, axis=1).argsort(axis=1, kind="stable")
    return np.take_along_axis(chosen, order, axis=1)


def precisions(
    ranking: Ranking, counts: np.ndarray | None = None, cutoff: int = CUTOFF
) -> np.ndarray:
    """Average precision of each query.

    Parameters
    ----------
    ranking : Ranking
    counts : ndarray of int, shape (n,), optional
        How often each track is among the candidates; by default once.
    cutoff : int
        Ranks that count.

    Returns
    -------
    ndarray, shape (n,)
        NaN where no other artist has a track of its genre.

    Notes
    -----
    Notebook: 09_genre_clustering
    """
    if counts is None:
        counts = np.ones(len(ranking.genre))
    reached = (counts[ranking.nearest] * ranking.candidate).cumsum(axis=1)
    place = np.stack([(reached < at).sum(axis=1) for at in range(1, cutoff + 1)], axis=1)
    depth = ranking.nearest.shape[1]
    found = np.take_along_axis(ranking.nearest, np.minimum(place, depth - 1), axis=1)
    relevant = (ranking.genre[found] == ranking.genre[:, None]) & (place < depth)
    return average_precision(relevant, _relevant(ranking, counts), cutoff)


def chances(ranking: Ranking, cutoff: int = CUTOFF) -> np.ndarray:
    """What a ranking at random gives each query on average.

    Parameters
    ----------
    ranking : Ranking
    cutoff : int

    Returns
    -------
    ndarray, shape (n,)
        NaN where no other artist has a track of its genre.

    Notes
    -----
    Notebook: 09_genre_clustering
    """
    once = np.ones(len(ranking.genre))
    n_candidates = len(once) - np.bincount(ranking.artist)[ranking.artist]
    return chance_precision(n_candidates, _relevant(ranking, once), cutoff)


def _relevant(ranking: Ranking, counts: np.ndarray) -> np.ndarray:
    """Tracks of the genre of each query by other artists, each as often as it counts."""
    of_genre = np.bincount(ranking.genre, counts)[ranking.genre]
    return of_genre - np.bincount(ranking.own, counts)[ranking.own]


def mean_precision(ranking: Ranking, weights: np.ndarray | None = None) -> np.ndarray:
    """Mean average precision, over the queries that have one.

    Parameters
    ----------
    ranking : Ranking
    weights : ndarray, shape (replicates, n), optional
        How often each track asks, and is among the candidates of others; by default once.

    Returns
    -------
    ndarray, shape (replicates,)

    Notes
    -----
    Notebook: 09_genre_clustering
    """
    if weights is None:
        weights = np.ones((1, len(ranking.genre)))
    means = []
    for counts in weights:
        found = precisions(ranking, counts)
        asked = ~np.isnan(found) & (counts > 0)
        means.append(np.average(found[asked], weights=counts[asked]) if asked.any() else np.nan)
    return np.array(means)
