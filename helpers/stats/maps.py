"""Maps of a corpus by UMAP: its listings, their vectors, and how far a map can be trusted."""

from collections.abc import Mapping, Sequence
from typing import NamedTuple, Protocol

import numpy as np
import pandas as pd
import scipy

from helpers.project import spaced
from helpers.stats import ranks, units
from helpers.stats.umap_fits import fits

# umap-learn's default, and the study's.
N_NEIGHBORS = 15
# Complete listings that a corpus must have to be mapped.
FEWEST_LISTINGS = 5
# Name in the table `maps` of the map of both compared corpora.
JOINT = "joint"
AXES = ["component_1", "component_2"]
VARIANT_NEIGHBORS = (5, 50)


class Vectors(Protocol):
    """A feature set, as far as a map needs it."""

    def vectors(self, track_ids: pd.Series) -> np.ndarray:
        """One row of numbers a listing, scaled for distances over these rows.

        Parameters
        ----------
        track_ids : Series of str

        Returns
        -------
        ndarray, shape (listings, columns)
        """


class Fit(NamedTuple):
    """One map to be fitted: a corpus (or `JOINT`), a feature set, its listings and its numbers."""

    map: str
    feature_set: str
    rows: pd.DataFrame
    values: np.ndarray


def complete_rows(
    listings: pd.DataFrame,
    *tables: pd.DataFrame | None,
    at_most: int | None = None,
    seed: int = 42,
) -> pd.DataFrame:
    """The listings whose track has a complete row in every table given.

    Parameters
    ----------
    listings : DataFrame
        With the columns corpus and track_id.
    *tables : DataFrame or None
        One row a track id; a table that is absent (`None`) asks for nothing.
    at_most : int, optional
        Listings a corpus; of a larger one a random sample is taken.
    seed : int
        Of that sample.

    Returns
    -------
    DataFrame
        Rows of `listings` in their order, repeats kept.

    Notes
    -----
    Notebook: 08_embedding_map
    """
    listed = listings
    for table in tables:
        if table is not None:
            # An index finds texts at once; `isin` takes those of the table one by one.
            known = pd.Index(table.dropna()["track_id"])
            listed = listed[known.get_indexer(listed["track_id"]) >= 0]
    if at_most:
        shuffled = listed.sample(frac=1, random_state=seed)
        listed = shuffled.groupby("corpus").head(at_most).sort_index()
    return listed


def listing_counts(
    listings: pd.DataFrame, complete: pd.DataFrame, sampled: pd.DataFrame, corpora: Sequence[str]
) -> pd.DataFrame:
    """How many listings of each corpus reach the maps.

    Parameters
    ----------
    listings, complete, sampled : DataFrame
        All that are analysed, those with complete rows, and those on the maps.
    corpora : sequence of str
        Order of the rows.

    Returns
    -------
    DataFrame of int
        Index: corpus. Columns with a genre, complete, on the maps.

    Notes
    -----
    Notebook: 08_embedding_map
    """
    counts = {
        "with a genre": listings.groupby("corpus")["genre"].count(),
        "complete": complete["corpus"].value_counts(),
        "on the maps": sampled["corpus"].value_counts(),
    }
    table = pd.DataFrame(counts).reindex(list(corpora))
    return table.fillna(0).astype(int).rename_axis("corpus")


def mappable(
    listings: pd.DataFrame, feature_sets: dict[str, pd.DataFrame], corpora: Sequence[str]
) -> list[str]:
    """The corpora that have five listings with complete rows in every feature set.

    Parameters
    ----------
    listings : DataFrame
    feature_sets : dict of str to DataFrame
        Without any, no corpus can be mapped.
    corpora : sequence of str

    Returns
    -------
    list of str
        Some of `corpora`, in their order.

    Notes
    -----
    Notebook: 08_embedding_map
    """
    if not feature_sets:
        return []
    counts = complete_rows(listings, *feature_sets.values())["corpus"].value_counts()
    return [name for name in corpora if counts.get(name, 0) >= FEWEST_LISTINGS]


def smallest(counts: pd.DataFrame, mapped: Sequence[str], pair: Sequence[str]) -> str:
    """The mapped corpus with the fewest listings: a compared one, where one is mapped.

    Parameters
    ----------
    counts : DataFrame
        As `listing_counts` gives it.
    mapped : sequence of str
        Corpora that have a map.
    pair : sequence of str
        The compared corpora.

    Returns
    -------
    str

    Notes
    -----
    Notebook: 08_embedding_map
    """
    compared = [name for name in mapped if name in pair]
    candidates = compared or list(mapped)
    return str(counts.loc[candidates, "on the maps"].idxmin())


def _planned(
    rows: pd.DataFrame,
    feature_sets: Mapping[str, Vectors],
    corpora: Sequence[str],
    pair: Sequence[str],
    joint: str | None,
) -> list[Fit]:
    """The maps to fit: each corpus by each feature set, and the compared two by one of them."""

    def fit(name: str, kind: str, part: pd.DataFrame) -> Fit:
        return Fit(name, kind, part, feature_sets[kind].vectors(part["track_id"]))

    def of_corpus(name: str) -> list[Fit]:
        part = rows[rows["corpus"] == name]
        return [fit(name, kind, part) for kind in feature_sets]

    planned = []
    compared = [name for name in corpora if name in pair]
    for name in compared:
        planned.extend(of_corpus(name))
    if len(compared) == 2 and joint is not None:
        planned.append(fit(JOINT, joint, rows[rows["corpus"].isin(compared)]))
    for name in corpora:
        if name not in compared:
            planned.extend(of_corpus(name))
    return planned


def feature_maps(
    rows: pd.DataFrame,
    feature_sets: Mapping[str, Vectors],
    corpora: Sequence[str],
    pair: Sequence[str],
    joint: str | None,
    seed: int,
) -> pd.DataFrame:
    """Coordinates of the listings on every map: the table `maps`.

    Parameters
    ----------
    rows : DataFrame
        Listings with complete rows; columns corpus, row, track_id.
    feature_sets : mapping of str to feature set
        By name, in the order of the table.
    corpora : sequence of str
        Each is mapped by itself, by each feature set.
    pair : sequence of str
        Where both are among `corpora`, they have a joint map too.
    joint : str or None
        The feature set of that map; without one there is none.
    seed : int

    Returns
    -------
    DataFrame
        One row a map and listing: corpus, row, track_id, map (a corpus or "joint"), feature_set,
        x, y, seed. Without feature sets it has no rows.

    Notes
    -----
    Notebook: 08_embedding_map
    """
    planned = _planned(rows, feature_sets, corpora, pair, joint)
    coordinates = fits([(fit.values, seed, N_NEIGHBORS) for fit in planned])
    columns = ["corpus", "row", "track_id"]
    empty = rows.loc[rows.index[:0], columns]
    found = [
        empty.assign(map=empty["corpus"], feature_set=empty["corpus"], x=0.0, y=0.0, seed=seed)
    ]
    for fit, xy in zip(planned, coordinates, strict=True):
        x, y = xy.astype(float).T
        place = {"map": fit.map, "feature_set": fit.feature_set, "x": x, "y": y, "seed": seed}
        found.append(fit.rows[columns].assign(**place))
    return pd.concat(found, ignore_index=True)


def principal_components(values: np.ndarray, n_components: int = 2) -> np.ndarray:
    """Coordinates of points on the axes along which they vary most.

    Parameters
    ----------
    values : ndarray, shape (n, d)
    n_components : int

    Returns
    -------
    ndarray, shape (n, n_components)
        Centred; the sign of an axis is arbitrary.

    Notes
    -----
    Notebook: 08_embedding_map
    """
    centred = values - values.mean(axis=0)
    directions = np.linalg.svd(centred, full_matrices=False)[2][:n_components]
    return centred @ directions.T


def variants(values: np.ndarray, seed: int) -> dict[str, np.ndarray]:
    """The same points mapped six ways: three seeds, two more neighbourhoods, principal components.

    Parameters
    ----------
    values : ndarray, shape (n, d)
    seed : int
        The first of three consecutive ones.

    Returns
    -------
    dict of str to ndarray, shape (n, 2)
        By a name to show, such as "seed 42" or "5 neighbours".

    Notes
    -----
    Notebook: 08_embedding_map
    """
    asked = {f"seed {one}": (one, N_NEIGHBORS) for one in range(seed, seed + 3)}
    for n_neighbors in VARIANT_NEIGHBORS:
        asked[f"{n_neighbors} neighbours"] = (seed, n_neighbors)
    found = fits([(values, *numbers) for numbers in asked.values()])
    mapped = dict(zip(asked, found, strict=True))
    mapped["principal components"] = principal_components(values)
    return mapped


def nearest_neighbours(points: np.ndarray, k: int) -> np.ndarray:
    """Rows of the k nearest other points of each point, nearest first; shape (n, k).

    Parameters
    ----------
    points : ndarray, shape (n, d)
    k : int
        Less than n.

    Returns
    -------
    ndarray of int, shape (n, k)

    Notes
    -----
    Notebook: 08_embedding_map
    """
    from sklearn.neighbors import NearestNeighbors

    return NearestNeighbors(n_neighbors=k).fit(points).kneighbors(return_distance=False)


def _centre_distances(points: np.ndarray, labels: np.ndarray) -> np.ndarray:
    return scipy.spatial.distance.pdist(pd.DataFrame(points).groupby(labels).mean())


def same_genre_of_other_artists(
    points: np.ndarray, labels: np.ndarray, rows: pd.DataFrame
) -> float:
    """How often the nearest track by another artist has the same genre; each track counts once.

    Parameters
    ----------
    points : ndarray, shape (n, d)
    labels : ndarray of str, shape (n,)
    rows : DataFrame, n rows
        With the columns artist and track_id.

    Returns
    -------
    float
        NaN where all tracks are by one artist.

    References
    ----------
    Flexer & Schnitzer (2010), Comput. Music J. 34:20.

    Notes
    -----
    Notebook: 08_embedding_map
    """
    from sklearn.metrics import pairwise_distances_chunked

    first = ~rows["track_id"].duplicated().to_numpy()
    artist = pd.factorize(units.artists(rows)[first])[0]
    if artist.max() == 0:
        return np.nan

    def nearest(distances: np.ndarray, start: int) -> np.ndarray:
        own = artist[start : start + len(distances), None] == artist
        return np.where(own, np.inf, distances).argmin(axis=1)

    chunks = pairwise_distances_chunked(points[first], reduce_func=nearest, working_memory=64)
    neighbour = np.concatenate(list(chunks))
    return float((labels[first][neighbour] == labels[first]).mean())


def map_quality(
    points: np.ndarray, space: np.ndarray, labels: np.ndarray, rows: pd.DataFrame
) -> dict[str, float]:
    """How far a map keeps the neighbours and the large order of the full space.

    Parameters
    ----------
    points : ndarray, shape (n, 2)
        The map.
    space : ndarray, shape (n, d)
    labels : ndarray of str, shape (n,)
        Genre of each point.
    rows : DataFrame, n rows
        The listing of each point, with the columns artist and track_id.

    Returns
    -------
    dict of str to float
        trustworthiness; neighbours kept: share of the 15 nearest neighbours (fewer, where there are
        fewer than 31 points) that is the same in both; centres: Spearman correlation of the
        distances between genres, NaN below three genres; same genre: how often the nearest
        neighbour has the same genre, NaN below two; other artists: the same of tracks taken once,
        with neighbours by other artists alone.

    References
    ----------
    Venna & Kaski (2001), ICANN, for trustworthiness; Lee & Verleysen (2009), Neurocomputing
    72:1431, for the neighbours kept; Flexer & Schnitzer (2010), Comput. Music J. 34:20, for the
    artist filter.

    Notes
    -----
    Notebook: 08_embedding_map
    """
    from sklearn.manifold import trustworthiness

    k = min(N_NEIGHBORS, (len(points) - 1) // 2)
    on_map, in_space = nearest_neighbours(points, k), nearest_neighbours(space, k)
    common = [len(np.intersect1d(a, b)) for a, b in zip(on_map, in_space, strict=True)]
    n_genres = len(pd.unique(labels))
    centres = same_genre = filtered = np.nan
    if n_genres > 2:
        distances = _centre_distances(points, labels), _centre_distances(space, labels)
        centres = scipy.stats.spearmanr(*distances)[0]
    if n_genres > 1:
        same_genre = (labels[on_map[:, 0]] == labels).mean()
        filtered = same_genre_of_other_artists(points, labels, rows)
    return {
        "trustworthiness": trustworthiness(space, points, n_neighbors=k),
        "neighbours kept": np.mean(common) / k,
        "centres": centres,
        "same genre": same_genre,
        "other artists": filtered,
    }


def axis_tests(
    points: np.ndarray, in_target: np.ndarray, pair: tuple[str, str], level: float = 0.95
) -> pd.DataFrame:
    """The study's tests on the two axes of a joint map, reference minus target as printed.

    Parameters
    ----------
    points : ndarray, shape (n, 2)
    in_target : ndarray of bool, shape (n,)
    pair : (str, str)
        Names of target and reference.
    level : float

    Returns
    -------
    DataFrame
        As `ranks.feature_tests` gives it, for component_1 and component_2.

    Notes
    -----
    Notebook: 08_embedding_map
    """
    table = pd.DataFrame(points, columns=AXES)
    target, reference = pair
    sides = {target: table[in_target], reference: table[~in_target]}
    return ranks.feature_tests(sides, [(reference, target)], AXES, level)


def axis_tests_by_seed(
    values: np.ndarray,
    in_target: np.ndarray,
    pair: tuple[str, str],
    seeds: Sequence[int],
    level: float = 0.95,
) -> pd.DataFrame:
    """`axis_tests` on joint maps of several seeds.

    Parameters
    ----------
    values : ndarray, shape (n, d)
        What is mapped, such as the embeddings of both corpora.
    in_target : ndarray of bool, shape (n,)
    pair : (str, str)
    seeds : sequence of int
    level : float

    Returns
    -------
    DataFrame
        As `axis_tests`, with a column seed.

    Notes
    -----
    Notebook: 08_embedding_map
    """
    mapped = fits([(values, seed, N_NEIGHBORS) for seed in seeds])
    tests = [axis_tests(points, in_target, pair, level) for points in mapped]
    table = pd.concat(tests, keys=list(seeds), names=["seed", None])
    return table.reset_index("seed")


def explorable(
    mapped: pd.DataFrame,
    described: pd.DataFrame | None,
    at_most: int,
    seed: int,
    titles: Sequence[str] = (),
) -> pd.DataFrame:
    """Listings with their places on the maps and what describes them, for an interactive map.

    Parameters
    ----------
    mapped : DataFrame
        The table `maps` with the columns genre, artist and title of each listing.
    described : DataFrame or None
        Index track_id; columns that a person can read, such as audio features.
    at_most : int
        Listings a corpus; of a larger one a random sample is taken.
    seed : int
        Of that sample.
    titles : sequence of str
        Which of artist and title may be shown.

    Returns
    -------
    DataFrame
        Columns corpus, genre, `titles`; x and y by feature set, such as "x_audio features"; the
        columns of `described` in standard deviations from the mean of their corpus.

    Notes
    -----
    Notebook: 08_embedding_map
    """
    own = mapped[mapped["map"] != JOINT]
    own = own.assign(kind=own["feature_set"].map(spaced))
    of_listing = ["corpus", "row", "track_id", "genre", "artist", "title"]
    wide = own.pivot(index=of_listing, columns="kind", values=["x", "y"]).round(2)
    wide.columns = [f"{axis}_{kind}" for axis, kind in wide.columns]
    wide = wide.reset_index()
    if described is not None and len(described.columns):
        values = described.loc[wide["track_id"]].reset_index(drop=True)
        by_corpus = values.groupby(wide["corpus"])
        z = (values - by_corpus.transform("mean")) / by_corpus.transform("std")
        wide = wide.join(z.round(1))
    kept = wide.sample(frac=1, random_state=seed).groupby("corpus").head(at_most)
    hidden = [name for name in ("artist", "title") if name not in titles]
    return kept.drop(columns=["row", "track_id", *hidden])
