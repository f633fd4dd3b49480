"""Clusterings of many maps and spaces at once: other seeds, no structure, no map.

Spaces are held by key, (corpus, feature set), and genres by corpus.
"""

from collections.abc import Mapping, Sequence

import numpy as np
import pandas as pd

from helpers.project import spaced
from helpers.stats import intervals
from helpers.stats.clustering import N_STARTS, Key, balanced_agreement, score_pairs
from helpers.stats.clustering_claims import claims
from helpers.stats.maps import Vectors, fits
from helpers.stats.processes import results_by_key

# umap-learn's default, and the study's.
N_NEIGHBORS = 15


def spaces_of(
    listings: Mapping[str, pd.DataFrame], feature_sets: Mapping[str, Vectors]
) -> dict[Key, np.ndarray]:
    """The vectors of each corpus in each feature set, as UMAP is given them.

    Parameters
    ----------
    listings : mapping of corpus to DataFrame
    feature_sets : mapping of str to feature set
        By name.

    Returns
    -------
    dict of key to ndarray, shape (listings, d)

    Notes
    -----
    Notebook: 09_genre_clustering
    """
    return {
        (corpus, feature_set): one.vectors(rows["track_id"])
        for corpus, rows in listings.items()
        for feature_set, one in feature_sets.items()
    }


def gaussian_like(points: np.ndarray, seed: int) -> np.ndarray:
    """Gaussian points of the same mean and (in expectation) the same covariance.

    Parameters
    ----------
    points : array, shape (n, d)
    seed : int

    Returns
    -------
    ndarray
        Of the shape and type of `points`.

    Notes
    -----
    Notebook: 09_genre_clustering
    """
    rng = np.random.default_rng(seed)
    centred = points - points.mean(axis=0)
    # Random combinations of the rows have their covariance, also where d is larger than n.
    mixed = rng.standard_normal((len(points), len(points))) @ centred / np.sqrt(len(points))
    return (points.mean(axis=0) + mixed).astype(points.dtype)


def standardise_all(spaces: Mapping[Key, np.ndarray]) -> dict[Key, np.ndarray]:
    """`standardise` of each space.

    Parameters
    ----------
    spaces : mapping of key to array, shape (n, d)

    Returns
    -------
    dict of key to ndarray

    Notes
    -----
    Notebook: 09_genre_clustering
    """
    return {key: standardise(space) for key, space in spaces.items()}


def standardise(points: np.ndarray) -> np.ndarray:
    """Points with mean zero and standard deviation one in each dimension; constants become zero.

    Parameters
    ----------
    points : array, shape (n, d)

    Returns
    -------
    ndarray, shape (n, d)

    Notes
    -----
    Notebook: 09_genre_clustering
    """
    return (points - points.mean(axis=0)) / points.std(axis=0).clip(1e-9)


def repeated_maps(
    spaces: Mapping[Key, np.ndarray], map_seeds: Sequence[int], seed: int
) -> tuple[dict[Key, list[np.ndarray]], dict[Key, np.ndarray]]:
    """UMAPs of each space from several seeds, and one of Gaussian numbers in its place.

    Parameters
    ----------
    spaces : mapping of key to array, shape (n, d)
    map_seeds : sequence of int
        Seeds of UMAP; the Gaussian numbers take the first.
    seed : int
        Of the Gaussian numbers.

    Returns
    -------
    dict of key to list of ndarray, shape (n, 2)
        One map a seed.
    dict of key to ndarray, shape (n, 2)
        The map of `gaussian_like` numbers.

    Notes
    -----
    Notebook: 09_genre_clustering
    """
    real = [(space, map_seed, N_NEIGHBORS) for space in spaces.values() for map_seed in map_seeds]
    null = [(gaussian_like(space, seed), map_seeds[0], N_NEIGHBORS) for space in spaces.values()]
    fitted = fits(real + null)
    repeated = {}
    for k, key in enumerate(spaces):
        repeated[key] = fitted[k * len(map_seeds) : (k + 1) * len(map_seeds)]
    return repeated, dict(zip(spaces, fitted[len(real) :], strict=True))


def balanced_by_seed(
    repeated: Mapping[Key, Sequence[np.ndarray]],
    genres: Mapping[str, np.ndarray],
    n_repeats: int,
    seed: int,
) -> dict[Key, np.ndarray]:
    """Adjusted Rand index of balanced pairs on each of several maps.

    Parameters
    ----------
    repeated : mapping of key to list of array, shape (n, 2)
        As `repeated_maps` gives them.
    genres : mapping of corpus to array of str, shape (n,)
    n_repeats, seed : int
        As in `balanced_agreement`.

    Returns
    -------
    dict of key to ndarray, shape (seeds, pairs)

    Notes
    -----
    Notebook: 09_genre_clustering
    """
    jobs = {
        (key, k): (coordinates, genres[key[0]], n_repeats, seed)
        for key, maps_of_key in repeated.items()
        for k, coordinates in enumerate(maps_of_key)
    }
    balanced = results_by_key(balanced_agreement, jobs)
    return {
        key: np.array([balanced[key, k]["ari"] for k in range(len(maps_of_key))])
        for key, maps_of_key in repeated.items()
    }


def score_spaces(
    spaces: Mapping[Key, np.ndarray],
    genres: Mapping[str, np.ndarray],
    kmeans_seed: int,
    n_repeats: int,
    seed: int,
) -> dict[Key, pd.DataFrame]:
    """Scores of all pairs in several spaces, with all listings and balanced.

    Parameters
    ----------
    spaces : mapping of key to array, shape (n, d)
    genres : mapping of corpus to array of str, shape (n,)
    kmeans_seed : int
    n_repeats, seed : int
        As in `balanced_agreement`.

    Returns
    -------
    dict of key to DataFrame
        As `score_pairs`, with the columns n, ari_balanced and so on of `balanced_agreement`.

    Notes
    -----
    Notebook: 09_genre_clustering
    """
    jobs = {
        key: (space, genres[key[0]], kmeans_seed, n_repeats, seed) for key, space in spaces.items()
    }
    return results_by_key(_score_space, jobs)


def on_own_rows(
    listings: Mapping[str, Mapping[str, pd.DataFrame]],
    feature_sets: Mapping[str, Vectors],
    kmeans_seed: int,
    n_repeats: int,
    seed: int,
) -> pd.DataFrame:
    """How well clusters agree with genres in each feature set, on all listings that this set knows.

    Parameters
    ----------
    listings : mapping of feature set to mapping of corpus to DataFrame
    feature_sets : mapping of str to feature set
        By name.
    kmeans_seed, n_repeats, seed : int
        As in `score_spaces`.

    Returns
    -------
    DataFrame
        Index: corpus, feature set by its name. Columns listings, genres, balanced ARI (without UMAP).

    Notes
    -----
    Notebook: 09_genre_clustering
    """
    rows = {}
    for name, by_corpus in listings.items():
        filled = {corpus: own for corpus, own in by_corpus.items() if len(own)}
        spaces = standardise_all(spaces_of(filled, {name: feature_sets[name]}))
        labels = {corpus: own["genre"].to_numpy(str) for corpus, own in filled.items()}
        scores = score_spaces(spaces, labels, kmeans_seed, n_repeats, seed)
        for (corpus, _), table in scores.items():
            rows[corpus, spaced(name)] = {
                "listings": len(filled[corpus]),
                "genres": filled[corpus]["genre"].nunique(),
                "balanced ARI": table["ari_balanced"].mean(),
            }
    corpora = dict.fromkeys(corpus for corpus, _ in rows)
    ordered = {key: rows[key] for one in corpora for key in rows if key[0] == one}
    table = pd.DataFrame.from_dict(ordered, orient="index")
    return table.astype({"listings": int, "genres": int})


def _score_space(
    points: np.ndarray, genres: np.ndarray, kmeans_seed: int, n_repeats: int, seed: int
) -> pd.DataFrame:
    pairs, _ = score_pairs(points, genres, kmeans_seed, N_STARTS)
    balanced = balanced_agreement(points, genres, n_repeats, seed)
    return pairs.merge(
        balanced,
        how="left",
        on=["first", "second"],
        suffixes=("", "_balanced"),
        validate="one_to_one",
    )


def claim_intervals(
    repeated: Mapping[Key, Sequence[np.ndarray]],
    genres: Mapping[str, np.ndarray],
    map_seeds: Sequence[int],
    level: float,
    whole: bool = True,
) -> dict[str, tuple[float, ...]]:
    """Where the value of each claim would fall on the map of one more seed.

    Parameters
    ----------
    repeated : mapping of key to list of array, shape (n, 2)
        One map a seed, of all the listings that the claims are computed from.
    genres : mapping of corpus to array of str, shape (n,)
    map_seeds : sequence of int
    level : float
    whole : bool
        Whether the maps hold all listings; a sample's values are other values than the claims.

    Returns
    -------
    dict of str to tuple of float
        By the keys of `claims`; none where the maps are not whole. From fewer than twenty seeds
        the ends are an empty tuple.

    Notes
    -----
    Notebook: 09_genre_clustering
    """
    if not whole:
        return {}
    jobs = {
        (key, map_seed): (coordinates, genres[key[0]], map_seed)
        for key, maps_of_key in repeated.items()
        for map_seed, coordinates in zip(map_seeds, maps_of_key, strict=True)
    }
    values: dict[str, list[float]] = {}
    for (key, _), (pairs, at_once) in results_by_key(score_pairs, jobs).items():
        for claim, value in claims({key: pairs}, {key: at_once}).items():
            values.setdefault(claim, []).append(value)
    return {claim: intervals.prediction_interval(found, level) for claim, found in values.items()}
