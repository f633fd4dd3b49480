"""Do clusters find genres? k-means on pairs of genres, its scores, and what chance gives them.

Points are listings on a map, or in any other space. Every pair of genres is cut into two clusters;
each score is then about a pair. Tables of several maps are held by key: (corpus, feature set).
"""

from collections.abc import Iterator, Mapping, Sequence
from itertools import combinations
from typing import NamedTuple

import numpy as np
import pandas as pd
import scipy
from numpy.typing import ArrayLike
from threadpoolctl import threadpool_limits

from helpers.project import spaced
from helpers.stats import permutations, units
from helpers.stats.processes import results_by_key

SCORES = ("silhouette", "ari", "nmi", "ami")
AGREEMENT = ["ari", "nmi", "ami"]
# Starts of k-means wherever it is not repeated as the study ran it.
N_STARTS = 5
# The study's own call of scikit-learn: a single start of k-means++.
AS_PUBLISHED = 1
CELLS = ["first_0", "first_1", "second_0", "second_1"]
Key = tuple[str, str]
# Names that genre tables have for "no genre is known".
NO_GENRE = ("unknown", "uncategorized")


def common_genres(listings: pd.DataFrame) -> list[str]:
    """Genres from the most to the least listed, without names for "unknown".

    Parameters
    ----------
    listings : DataFrame
        With the columns corpus and genre.

    Returns
    -------
    list of str

    Notes
    -----
    Notebook: 09_genre_clustering
    """
    counts = pd.crosstab(listings["genre"], listings["corpus"]).sum(axis=1)
    ordered = counts.sort_values(ascending=False).index
    return [genre for genre in ordered if genre not in NO_GENRE]


def listings_in_pairs(
    listings: pd.DataFrame, genres: Sequence[str], n_genres: int = 15, fewest: int = 5
) -> pd.DataFrame:
    """The listings whose genre can be paired with another one of their corpus.

    Parameters
    ----------
    listings : DataFrame
        With the columns corpus, genre and row.
    genres : sequence of str
        From the most to the least listed, as `common_genres` gives them.
    n_genres : int
        How many of these are taken at most.
    fewest : int
        Listings that a genre must have in a corpus.

    Returns
    -------
    DataFrame
        Rows of `listings`; none of a corpus that has fewer than two such genres.

    Notes
    -----
    Notebook: 09_genre_clustering
    """
    kept = listings[listings["genre"].isin(genres[:n_genres])]
    kept = kept[kept.groupby(["corpus", "genre"])["row"].transform("size") >= fewest]
    return kept[kept.groupby("corpus")["genre"].transform("nunique") > 1]


def genres_by_corpus(
    listings: pd.DataFrame, genres: Sequence[str], corpora: Sequence[str]
) -> dict[str, list[str]]:
    """The genres of each corpus.

    Parameters
    ----------
    listings : DataFrame
        With the columns corpus and genre.
    genres, corpora : sequence of str
        In the order that is wanted.

    Returns
    -------
    dict of corpus to list of str
        Without corpora that have no listings.

    Notes
    -----
    Notebook: 09_genre_clustering
    """
    found = {}
    for corpus in corpora:
        own = set(listings.loc[listings["corpus"] == corpus, "genre"])
        if own:
            found[corpus] = [genre for genre in genres if genre in own]
    return found


def small_genres(listings: pd.DataFrame, fewest: int) -> dict[str, list[str]]:
    """Genres of fewer listings, by corpus.

    Parameters
    ----------
    listings : DataFrame
        With the columns corpus and genre.
    fewest : int

    Returns
    -------
    dict of corpus to list of str

    Notes
    -----
    Notebook: 09_genre_clustering
    """
    found = {}
    for corpus, rows in listings.groupby("corpus"):
        counts = rows["genre"].value_counts()
        found[corpus] = list(counts.index[counts < fewest])
    return found


def labelled_points(
    maps: pd.DataFrame, listings: pd.DataFrame
) -> dict[tuple[str, str], tuple[np.ndarray, np.ndarray]]:
    """Coordinates and genres of each corpus's own map.

    Parameters
    ----------
    maps : DataFrame
        The table `maps`: columns map, feature_set, corpus, row, x, y.
    listings : DataFrame
        With the columns corpus, row and genre; points of other listings are left out.

    Returns
    -------
    dict of (corpus, feature set) to (ndarray of float32, shape (n, 2); ndarray of str, shape (n,))
        In the order of `maps`.

    Notes
    -----
    Notebook: 09_genre_clustering
    """
    own = maps[maps["map"].isin(listings["corpus"].unique())]
    named = own.merge(
        listings[["corpus", "row", "genre"]], on=["corpus", "row"], validate="many_to_one"
    )
    return {
        key: (part[["x", "y"]].to_numpy(np.float32), part["genre"].to_numpy(str))
        for key, part in named.groupby(["map", "feature_set"], sort=False)
    }


def labelled_artists(maps: pd.DataFrame, listings: pd.DataFrame) -> dict[Key, np.ndarray]:
    """The artist of each point of `labelled_points`.

    Parameters
    ----------
    maps : DataFrame
        The table `maps`.
    listings : DataFrame
        With the columns corpus, row, artist and track_id.

    Returns
    -------
    dict of key to ndarray of str, shape (n,)

    Notes
    -----
    Notebook: 09_genre_clustering
    """
    own = maps.loc[maps["map"].isin(listings["corpus"].unique()), ["map", "feature_set", "row"]]
    by_row = listings[["corpus", "row"]].assign(artist=units.artists(listings))
    named = own.merge(by_row.rename(columns={"corpus": "map"}), on=["map", "row"])
    return {
        key: part["artist"].to_numpy(str)
        for key, part in named.groupby(["map", "feature_set"], sort=False)
    }


def agreement(tables: np.ndarray | Sequence) -> np.ndarray:
    """Adjusted Rand index, normalized and adjusted mutual information of contingency tables.

    The definitions are scikit-learn's, for many tables at once. Each score is what a table has
    above chance (above nothing, for NMI), as a share of the most it could have above it; one where
    both partitions are a single block.

    Parameters
    ----------
    tables : array of int, shape (..., genres, clusters)
        Counts of points.

    Returns
    -------
    ndarray, shape (..., 3)
        ARI, NMI, AMI.

    References
    ----------
    Hubert & Arabie (1985), J. Classif. 2:193; Vinh, Epps & Bailey (2010), JMLR 11:2837.

    Notes
    -----
    Notebook: 09_genre_clustering
    """
    tables = np.asarray(tables, np.int64)
    flat = tables.reshape(-1, *tables.shape[-2:])
    rows, columns, n = flat.sum(2), flat.sum(1), flat.sum((1, 2))

    together, most_together = _rand_above_chance(flat)
    mean_entropy = (_entropy(rows, n) + _entropy(columns, n)) / 2
    information = 2 * mean_entropy - _entropy(flat, n)
    expected_information = _expected_information(flat)

    above = [
        together,
        information,
        information - expected_information,
    ]
    most = [
        most_together,
        mean_entropy,
        mean_entropy - expected_information,
    ]
    found = _as_share(np.stack(above, 1), np.stack(most, 1))
    return found.reshape(*tables.shape[:-2], 3)


def adjusted_rand(tables: ArrayLike) -> np.ndarray:
    """The adjusted Rand index alone, which of the scores of `agreement` is the quickest.

    Parameters
    ----------
    tables : array of int, shape (..., genres, clusters)

    Returns
    -------
    ndarray, shape (...)

    Notes
    -----
    Notebook: 09_genre_clustering
    """
    tables = np.asarray(tables, np.int64)
    found = _as_share(*_rand_above_chance(tables.reshape(-1, *tables.shape[-2:])))
    return found.reshape(tables.shape[:-2])


def _rand_above_chance(tables: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Pairs of points that share genre and cluster, beyond chance: how many, and at most."""
    in_rows, in_columns = _pairs_within(tables.sum(2)), _pairs_within(tables.sum(1))
    expected = in_rows * in_columns / _pairs_within(tables.sum((1, 2)))
    return _pairs_within(tables) - expected, (in_rows + in_columns) / 2 - expected


def _as_share(above: np.ndarray, most: np.ndarray) -> np.ndarray:
    """What is above chance as a share of the most it could be; one where that is nothing."""
    found = np.ones_like(most)
    np.divide(above, most, out=found, where=np.abs(most) > 1e-12)
    return found


def _pairs_within(counts: np.ndarray) -> np.ndarray:
    """Pairs of points that share a block, summed over the blocks of each table."""
    return (counts * (counts - 1.0) / 2).reshape(len(counts), -1).sum(1)


def _entropy(counts: np.ndarray, n: np.ndarray) -> np.ndarray:
    """Entropy (nats) of the shares in each table of n points."""
    return scipy.special.entr(counts.reshape(len(counts), -1) / n[:, None]).sum(1)


def _expected_information(tables: np.ndarray) -> np.ndarray:
    """Mutual information (nats) that tables with these margins have by chance."""
    from sklearn.metrics.cluster import expected_mutual_information

    rows, columns = tables.sum(2), tables.sum(1)
    # It depends on the margins alone, so equal ones are worked out once.
    margins = np.hstack([rows, columns])
    _, first, place = np.unique(margins, axis=0, return_index=True, return_inverse=True)
    expected = []
    for k in first:
        table = tables[k][np.ix_(rows[k] > 0, columns[k] > 0)]
        expected.append(expected_mutual_information(table, table.sum()))
    return np.array(expected)[place.ravel()]


def score_pairs(
    points: np.ndarray,
    genres: ArrayLike,
    seed: int = 42,
    n_starts: int = AS_PUBLISHED,
    rows_at_once: int = 1024,
) -> tuple[pd.DataFrame, pd.Series]:
    """Cluster every pair of genres, and all genres at once, and score the clusters.

    Parameters
    ----------
    points : array, shape (n, d)
        Taken as float32.
    genres : sequence of str, length n
    seed : int
        Of k-means.
    n_starts : int
        Of k-means; the best is kept.
    rows_at_once : int
        Rows of the matrix of distances that are held in memory.

    Returns
    -------
    DataFrame
        One row a pair: first, second, the `SCORES`, `true_silhouette` (of the genres in place of
        the clusters) and the `CELLS` of its contingency table.
    Series
        The `SCORES` of as many clusters as genres, over all points.

    References
    ----------
    Rousseeuw (1987), J. Comput. Appl. Math. 20:53.

    Notes
    -----
    Notebook: 09_genre_clustering
    """
    from sklearn.cluster import KMeans

    points = np.asarray(points, np.float32)
    codes, names = pd.factorize(np.asarray(genres, object), sort=True)
    k = len(names)
    in_genre = np.eye(k)[codes]
    # Many small fits: several threads would wait for one another most of the time.
    with threadpool_limits(1):
        in_second = clusters_by_pair(points, genres, seed, n_starts)
        model = KMeans(k, n_init=n_starts, random_state=seed)
        in_cluster = np.eye(k)[model.fit_predict(points)]
        of_clusters, of_genres, of_all = _silhouette_sums(
            points, in_genre, in_cluster, in_second, rows_at_once
        )

    a, b = np.triu_indices(k, 1)
    sizes, second = in_genre.sum(0), in_genre.T @ in_second
    n_pair = sizes[a] + sizes[b]
    cells = [sizes[a] - second[a, b], second[a, b], sizes[b] - second[b, a], second[b, a]]
    tables = np.stack(cells, 1)
    pairs = pd.DataFrame({"first": names[a], "second": names[b]})
    pairs["silhouette"] = (of_clusters[a, b] + of_clusters[b, a]) / n_pair
    pairs[AGREEMENT] = agreement(tables.reshape(-1, 2, 2))
    pairs["true_silhouette"] = (of_genres[a, b] + of_genres[b, a]) / n_pair
    pairs[CELLS] = tables.astype(int)
    whole = [of_all / len(points), *agreement(in_genre.T @ in_cluster)]
    return pairs, pd.Series(whole, SCORES)


def clusters_by_pair(
    points: np.ndarray, genres: ArrayLike, seed: int, n_starts: int = AS_PUBLISHED
) -> np.ndarray:
    """k-means with k = 2 on every pair of genres.

    Parameters
    ----------
    points : array, shape (n, d)
        Taken as float32.
    genres : sequence of str, length n
    seed, n_starts : int
        Of k-means.

    Returns
    -------
    ndarray, shape (n, genres)
        Cluster (0 or 1) of each row, by the other genre of the pair in alphabetical order.

    Notes
    -----
    Notebook: 09_genre_clustering
    """
    from sklearn.cluster import KMeans

    points = np.asarray(points, np.float32)
    codes, names = pd.factorize(np.asarray(genres, object), sort=True)
    second = np.zeros((len(points), len(names)))
    # Many small fits: several threads would wait for one another most of the time.
    with threadpool_limits(1):
        for a, b in combinations(range(len(names)), 2):
            rows = np.flatnonzero((codes == a) | (codes == b))
            other = a + b - codes[rows]
            model = KMeans(2, n_init=n_starts, random_state=seed)
            second[rows, other] = model.fit_predict(points[rows])
    return second


def _silhouettes(
    near: np.ndarray, n_near: np.ndarray, far: np.ndarray, n_far: np.ndarray | int
) -> np.ndarray:
    """Silhouettes from distances summed over a point's own cluster (near) and the other (far).

    A point alone in its cluster counts as zero.
    """
    a = near / np.maximum(n_near - 1, 1)
    b = far / np.maximum(n_far, 1)
    return np.where(n_near > 1, (b - a) / np.maximum(np.maximum(a, b), 1e-300), 0)


def _distance_sums(
    points: np.ndarray,
    in_genre: np.ndarray,
    in_cluster: np.ndarray,
    in_second: np.ndarray,
    rows_at_once: int,
) -> Iterator[tuple[int, np.ndarray, np.ndarray, np.ndarray, np.ndarray]]:
    """Distances of a block of rows, summed over genres, clusters and second clusters of pairs.

    Distances cost the most, and those of a genre's points are needed in all its pairs: each is
    computed once.

    Yields
    ------
    genre, rows, and three arrays of shape (rows, genres)
    """
    from sklearn.metrics.pairwise import euclidean_distances

    k = in_genre.shape[1]
    for genre in range(k):
        of_pair = np.where(in_genre[:, [genre]] > 0, in_second, in_genre * in_second[:, [genre]])
        columns = np.hstack([in_genre, in_cluster, of_pair])
        members = np.flatnonzero(in_genre[:, genre])
        for rows in np.split(members, range(rows_at_once, len(members), rows_at_once)):
            distances = euclidean_distances(points[rows], points)
            distances[np.arange(len(rows)), rows] = 0
            by_genre, by_cluster, by_second = np.split(distances @ columns, [k, 2 * k], axis=1)
            yield genre, rows, by_genre, by_cluster, by_second


def _silhouette_sums(
    points: np.ndarray,
    in_genre: np.ndarray,
    in_cluster: np.ndarray,
    in_second: np.ndarray,
    rows_at_once: int,
) -> tuple[np.ndarray, np.ndarray, float]:
    """Silhouettes summed over rows: of each pair's clusters, of its genres, of all clusters.

    The first two have shape (genre of the rows, other genre of the pair).
    """
    sizes, n_second, n_cluster = in_genre.sum(0), in_genre.T @ in_second, in_cluster.sum(0)
    of_clusters, of_genres = np.zeros(n_second.shape), np.zeros(n_second.shape)
    of_all = 0.0
    blocks = _distance_sums(points, in_genre, in_cluster, in_second, rows_at_once)
    for genre, rows, by_genre, by_cluster, by_second in blocks:
        n_pair = sizes[genre] + sizes
        n_seconds = n_second[genre] + n_second[:, genre]
        total = by_genre[:, [genre]] + by_genre
        inside = in_second[rows] == 1
        near = np.where(inside, by_second, total - by_second)
        n_near = np.where(inside, n_seconds, n_pair - n_seconds)
        of_clusters[genre] += _silhouettes(near, n_near, total - near, n_pair - n_near).sum(0)
        of_genres[genre] += _silhouettes(by_genre[:, [genre]], sizes[genre], by_genre, sizes).sum(0)
        own = in_cluster[rows] > 0
        nearest_other = np.where(own, np.inf, by_cluster / n_cluster).min(1)
        n_own = (own * n_cluster).sum(1)
        of_all += _silhouettes(by_cluster[own], n_own, nearest_other, 1).sum()
    return of_clusters, of_genres, of_all


def score_maps(
    points: Mapping[Key, tuple[np.ndarray, np.ndarray]], seed: int, n_starts: int = AS_PUBLISHED
) -> tuple[dict[Key, pd.DataFrame], dict[Key, pd.Series]]:
    """`score_pairs` of several maps.

    Parameters
    ----------
    points : mapping of key to (coordinates, genres)
        As `labelled_points` gives them.
    seed, n_starts : int
        Of k-means.

    Returns
    -------
    dict of key to DataFrame
        Scores of pairs.
    dict of key to Series
        Scores of all genres at once.

    Notes
    -----
    Notebook: 09_genre_clustering
    """
    jobs = {key: (*one, seed, n_starts) for key, one in points.items()}
    scored = results_by_key(score_pairs, jobs)
    pairs = {key: pairs for key, (pairs, _) in scored.items()}
    return pairs, {key: whole for key, (_, whole) in scored.items()}


def silhouettes_beside_null(
    points: Mapping[Key, tuple[np.ndarray, np.ndarray]],
    pairs: Mapping[Key, pd.DataFrame],
    kmeans_seed: int,
    seed: int,
) -> dict[str, dict[str, dict[str, Sequence[float]]]]:
    """Silhouettes of clusters and of genres, and of clusters where there are no groups.

    Parameters
    ----------
    points : mapping of key to (coordinates, genres)
    pairs : mapping of key to DataFrame
        As `score_maps` gives them.
    kmeans_seed, seed : int
        As in `silhouettes_without_groups`.

    Returns
    -------
    dict of corpus to dict of feature set to dict of row to silhouettes

    Notes
    -----
    Notebook: 09_genre_clustering
    """
    found: dict[str, dict[str, dict[str, Sequence[float]]]] = {}
    jobs = {key: (*one, kmeans_seed, seed) for key, one in points.items()}
    nulls = results_by_key(silhouettes_without_groups, jobs)
    for (corpus, feature_set), null in nulls.items():
        table = pairs[corpus, feature_set]
        found.setdefault(corpus, {})[feature_set] = {
            "genres (true labels)": table["true_silhouette"],
            "clusters of two genres": table["silhouette"],
            "clusters of one genre": null["one genre"],
            "clusters of a Gaussian": null["Gaussian"],
        }
    return found


def mean_over_pairs(tables: Mapping[Key, pd.DataFrame], columns: Mapping[str, str]) -> pd.DataFrame:
    """Means of scores over the pairs of each map.

    Parameters
    ----------
    tables : mapping of key to DataFrame
    columns : mapping of header to column

    Returns
    -------
    DataFrame
        Index: corpus, feature set by its name. One column a header.

    Notes
    -----
    Notebook: 09_genre_clustering
    """
    means = {
        (corpus, spaced(feature_set)): {
            header: table[column].mean() for header, column in columns.items()
        }
        for (corpus, feature_set), table in tables.items()
    }
    return pd.DataFrame.from_dict(means, orient="index", columns=list(columns))


def contingency_tables(pairs: pd.DataFrame) -> np.ndarray:
    """Genres by clusters of each pair.

    Parameters
    ----------
    pairs : DataFrame
        With the columns `CELLS`.

    Returns
    -------
    ndarray of int, shape (pairs, 2, 2)

    Notes
    -----
    Notebook: 09_genre_clustering
    """
    return pairs[CELLS].to_numpy().reshape(-1, 2, 2)


def n_points(pairs: pd.DataFrame) -> int:
    """How many points the scores of all pairs were computed from.

    Parameters
    ----------
    pairs : DataFrame
        As `score_pairs` gives them.

    Returns
    -------
    int

    Notes
    -----
    Notebook: 09_genre_clustering
    """
    genres = np.union1d(pairs["first"], pairs["second"])
    # Every point is in as many pairs as there are other genres.
    return int(pairs[CELLS].to_numpy().sum()) // (len(genres) - 1)


def permutation_null(tables: np.ndarray | Sequence, n_permutations: int, seed: int) -> np.ndarray:
    """Agreement of clusters with genre labels that are dealt anew.

    A permutation changes nothing but the cells of the contingency table, so the tables are drawn
    directly, with their margins kept.

    Parameters
    ----------
    tables : array of int, shape (pairs, genres, clusters)
    n_permutations : int
    seed : int

    Returns
    -------
    ndarray, shape (pairs, n_permutations, 3)
        ARI, NMI, AMI.

    References
    ----------
    Patefield (1981), J. R. Stat. Soc. C 30:91.

    Notes
    -----
    Notebook: 09_genre_clustering
    """
    rng = np.random.default_rng(seed)
    drawn = []
    for table in np.asarray(tables, int):
        drawn.append(
            scipy.stats.random_table.rvs(
                table.sum(1), table.sum(0), size=n_permutations, random_state=rng
            )
        )
    return agreement(drawn)


def beside_chance(pairs: pd.DataFrame, null: np.ndarray, level: float) -> pd.DataFrame:
    """Agreement of the pairs beside what chance gives.

    Parameters
    ----------
    pairs : DataFrame
        With the columns `AGREEMENT`.
    null : ndarray, shape (pairs, permutations, 3)
        As `permutation_null` gives it.
    level : float
        Share of a pair's own permutations that it must exceed to count as above chance.

    Returns
    -------
    DataFrame
        One row a score: mean, mean by chance, share of the pairs above chance.

    Notes
    -----
    Notebook: 09_genre_clustering
    """
    seen = pairs[AGREEMENT]
    above = seen.to_numpy() > np.quantile(null, level, axis=1)
    columns = {
        "mean": seen.mean().to_numpy(),
        "by chance": null.mean(axis=(0, 1)),
        "pairs above chance": above.mean(axis=0),
    }
    return pd.DataFrame(columns, index=[score.upper() for score in AGREEMENT])


def chance_levels(
    pairs: Mapping[Key, pd.DataFrame], n_permutations: int, level: float, seed: int
) -> tuple[dict[Key, pd.DataFrame], pd.DataFrame]:
    """The pairs of several maps beside what chance gives them.

    Parameters
    ----------
    pairs : mapping of key to DataFrame
        As `score_maps` gives them.
    n_permutations : int
    level : float
        Share of the permutations that lie below a pair's chance level.
    seed : int

    Returns
    -------
    dict of key to DataFrame
        Columns first, second and ari: the chance level of the ARI of each pair.
    DataFrame
        Index: corpus, feature set by its name, score. Columns as in `beside_chance`.

    Notes
    -----
    Notebook: 09_genre_clustering
    """
    levels, beside = {}, {}
    for key, table in pairs.items():
        null = permutation_null(contingency_tables(table), n_permutations, seed)
        limits = np.quantile(null[..., 0], level, axis=1)
        levels[key] = table[["first", "second"]].assign(ari=limits)
        beside[key[0], spaced(key[1])] = beside_chance(table, null, level)
    return levels, pd.concat(beside, names=["corpus", "feature set", "score"])


def artist_limits(
    points: np.ndarray,
    genres: ArrayLike,
    artists: ArrayLike,
    n_permutations: int,
    level: float,
    seed: int,
    n_starts: int = N_STARTS,
) -> pd.DataFrame:
    """Chance level of the ARI of each pair where labels are dealt to artists in place of listings.

    Listings of an artist sound alike and have one genre, so they agree with clusters by packets.
    All listings of an artist in a genre change their label together, with those of another that
    has about as many (`permutations.size_bins`).

    Parameters
    ----------
    points : array, shape (n, d)
    genres, artists : array of str, shape (n,)
    n_permutations : int
    level : float
        Share of the permutations that lie below the chance level.
    seed : int
        Of k-means and of the permutations.
    n_starts : int
        Of k-means.

    Returns
    -------
    DataFrame
        One row a pair: first, second, ari, limit (NaN where fewer than `permutations.FREE_ENOUGH`
        of the listings of a genre may change places), free.

    References
    ----------
    Flexer & Schnitzer (2010), Comput. Music J. 34:20, for the artist effect.

    Notes
    -----
    Notebook: 09_genre_clustering
    """
    rng = np.random.default_rng(seed)
    clusters = clusters_by_pair(points, genres, seed, n_starts)
    codes, names = pd.factorize(np.asarray(genres, object), sort=True)
    artist = pd.factorize(pd.Series(artists))[0]
    rows = []
    for a, b in combinations(range(len(names)), 2):
        chosen = np.flatnonzero((codes == a) | (codes == b))
        first = codes[chosen] == a
        cluster = clusters[chosen, a + b - codes[chosen]]
        unit = artist[chosen] * 2 + first
        found = _limit_of_pair(cluster, first, unit, n_permutations, level, rng)
        rows.append({"first": names[a], "second": names[b], **found})
    return pd.DataFrame(rows)


def _limit_of_pair(
    cluster: np.ndarray,
    first: np.ndarray,
    unit: np.ndarray,
    n_permutations: int,
    level: float,
    rng: np.random.Generator,
) -> dict[str, float]:
    """ARI of a pair, its chance level over deals of whole units, and the share free to move."""
    rows = permutations.exchangeable_units(first, unit).assign(owner=first, cluster=cluster)
    free = permutations.share_free(rows["free"].to_numpy(), first)
    moved = rows.groupby("unit").agg(
        stratum=("stratum", "first"),
        owner=("owner", "first"),
        n=("cluster", "size"),
        second=("cluster", "sum"),
    )
    counts = np.column_stack([moved["n"] - moved["second"], moved["second"]])
    owner = moved["owner"].to_numpy()

    def ari_of(owners: np.ndarray) -> np.ndarray:
        tables = np.stack([owners @ counts, (1 - owners) @ counts], axis=1)
        return adjusted_rand(np.rint(tables))

    limit = np.nan
    if free >= permutations.FREE_ENOUGH:
        stratum = moved["stratum"].to_numpy()
        dealt = permutations.deals(owner, stratum, n_permutations, rng)
        limit = float(np.quantile(ari_of(dealt.astype(float)), level))
    return {"ari": float(ari_of(owner.astype(float)[None])[0]), "limit": limit, "free": free}


def beside_artists(
    points: Mapping[Key, tuple[np.ndarray, np.ndarray]],
    artists: Mapping[Key, ArrayLike],
    pairs: Mapping[Key, pd.DataFrame],
    limits: Mapping[Key, pd.DataFrame],
    n_permutations: int,
    level: float,
    seed: int,
) -> pd.DataFrame:
    """Pairs above chance where labels are dealt to listings, and where they are dealt to artists.

    Parameters
    ----------
    points : mapping of key to (coordinates, genres)
    artists : mapping of key to array of str
        The artist of each point.
    pairs, limits : mapping of key to DataFrame
        Of `score_maps`, with the starts of k-means that are used here, and of `chance_levels`.
    n_permutations, level, seed
        As in `artist_limits`.

    Returns
    -------
    DataFrame
        Index: corpus, feature set by its name. Columns by listing, by artist (shares of the pairs tested;
        NaN where no pair can be tested) and tested (pairs with enough listings free to move).

    Notes
    -----
    Notebook: 09_genre_clustering
    """
    jobs = {key: (*one, artists[key], n_permutations, level, seed) for key, one in points.items()}
    rows = {}
    for key, found in results_by_key(artist_limits, jobs).items():
        tested = found.dropna(subset="limit")
        # Of the same pairs, which stand in the same order.
        above = (pairs[key]["ari"] > limits[key]["ari"]).reset_index(drop=True)
        rows[key[0], spaced(key[1])] = {
            "by listing": above[found["limit"].notna()].mean(),
            "by artist": (tested["ari"] > tested["limit"]).mean(),
            "tested": len(tested),
        }
    table = pd.DataFrame.from_dict(rows, orient="index")
    return table.astype({"tested": int})


def square(
    tables: Mapping[Key, pd.DataFrame],
    corpus: str,
    column: str,
    genres: Sequence[str],
    sets: Sequence[str],
) -> pd.DataFrame:
    """Values of all pairs as a square: one feature set below the diagonal, another above it.

    Parameters
    ----------
    tables : mapping of key to DataFrame
        Columns first, second and `column`.
    corpus : str
        Whose tables are taken.
    column : str
    genres : sequence of str
        Order of rows and columns.
    sets : sequence of str
        The feature set below the diagonal, and the one above it, if there is one.

    Returns
    -------
    DataFrame
        Genres by genres; missing where there is no value.

    Notes
    -----
    Notebook: 09_genre_clustering
    """
    place = {genre: k for k, genre in enumerate(genres)}
    grid = np.full((len(genres), len(genres)), np.nan)
    for above, feature_set in enumerate(sets):
        table = tables[corpus, feature_set]
        for first, second, value in table[["first", "second", column]].itertuples(index=False):
            earlier, later = sorted((place[first], place[second]))
            if above:
                grid[earlier, later] = value
            else:
                grid[later, earlier] = value
    return pd.DataFrame(grid, index=genres, columns=genres)


def squares(
    tables: Mapping[Key, pd.DataFrame], column: str, genres: Mapping[str, Sequence[str]]
) -> dict[tuple[str, ...], pd.DataFrame]:
    """`square` of each corpus, two feature sets at a time, in their order.

    Parameters
    ----------
    tables : mapping of key to DataFrame
    column : str
    genres : mapping of corpus to sequence of str
        Order of rows and columns.

    Returns
    -------
    dict of (corpus, set below the diagonal, set above it) to DataFrame
        The last square of an odd number of sets has none above.

    Notes
    -----
    Notebook: 09_genre_clustering
    """
    found = {}
    for corpus, names in genres.items():
        sets = [feature_set for own, feature_set in tables if own == corpus]
        for two in zip(sets[::2], [*sets[1::2], None], strict=False):
            shown = [one for one in two if one is not None]
            found[corpus, *shown] = square(tables, corpus, column, names, shown)
    return found


def column_of(tables: Mapping[Key, pd.DataFrame], column: str) -> dict[Key, pd.Series]:
    """One column of the table of each map.

    Parameters
    ----------
    tables : mapping of key to DataFrame
    column : str

    Returns
    -------
    dict of key to Series

    Notes
    -----
    Notebook: 09_genre_clustering
    """
    return {key: table[column] for key, table in tables.items()}


def two_means(samples: np.ndarray, n_starts: int = N_STARTS, seed: int = 0) -> np.ndarray:
    """k-means with k = 2 in each sample of a batch, the best of several starts.

    One start cuts a sample across its longest axis, the others are those of k-means++. From each,
    points change sides until none is nearer to the mean of the other side, and the clusters of the
    least inertia are kept: a single start ends at a worse one in a fifth of the runs.

    Parameters
    ----------
    samples : array, shape (batch, n, d)
    n_starts : int
    seed : int
        Of the starts.

    Returns
    -------
    ndarray of bool, shape (batch, n)
        Whether a point is in the second cluster.

    References
    ----------
    Arthur & Vassilvitskii (2007), SODA, 1027, for k-means++.

    Notes
    -----
    Notebook: 09_genre_clustering
    """
    rng = np.random.default_rng(seed)
    samples = samples - samples.mean(1, keepdims=True)
    best = _settled(samples, _across_longest_axis(samples))
    gained = _between(samples, best)
    for _ in range(n_starts - 1):
        side = _settled(samples, _from_two_points(samples, rng))
        found = _between(samples, side)
        better = found > gained
        best[better], gained[better] = side[better], found[better]
    return best


def _across_longest_axis(samples: np.ndarray) -> np.ndarray:
    """On which side of its centre, along its longest axis, each point of a sample lies."""
    farthest = (samples**2).sum(2).argmax(1)
    axis = samples[np.arange(len(samples)), farthest, :, None]
    # Power iteration towards the longest axis, from the farthest point.
    for _ in range(20):
        largest = np.abs(axis).max(1, keepdims=True).clip(1e-300)
        axis = samples.transpose(0, 2, 1) @ (samples @ axis / largest)
    return (samples @ axis)[..., 0] > 0


def _from_two_points(samples: np.ndarray, rng: np.random.Generator) -> np.ndarray:
    """Which of two points each point is nearer to: one at random, one likely far from it."""
    batch = np.arange(len(samples))
    one = samples[batch, rng.integers(samples.shape[1], size=len(samples))]
    squared = ((samples - one[:, None]) ** 2).sum(2)
    reached = squared.cumsum(1)
    drawn = rng.random((len(samples), 1)) * reached[:, -1:]
    other = samples[batch, (reached < drawn).sum(1)]
    return ((samples - other[:, None]) ** 2).sum(2) < squared


def _centres(samples: np.ndarray, side: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Means of either side of centred samples; that of an empty side is zero."""
    n = side.sum(1, keepdims=True)
    total = (side[:, None].astype(float) @ samples)[:, 0]
    # The samples are centred, so the other total is the negative of this one.
    return total / n.clip(1), -total / (side.shape[1] - n).clip(1)


def _between(samples: np.ndarray, side: np.ndarray) -> np.ndarray:
    """Sum of squares between the sides: the more, the less inertia is left within them."""
    one, zero = _centres(samples, side)
    n = side.sum(1)
    return n * (one**2).sum(1) + (side.shape[1] - n) * (zero**2).sum(1)


def _settled(samples: np.ndarray, side: np.ndarray) -> np.ndarray:
    """Sides from which no point moves any more."""
    settled = side.copy()
    moving = np.arange(len(samples))
    for _ in range(300):
        points = samples[moving]
        one, zero = _centres(points, settled[moving])
        middle = ((one**2).sum(1) - (zero**2).sum(1)) / 2
        moved = (points @ (one - zero)[..., None])[..., 0] > middle[:, None]
        still = (moved != settled[moving]).any(1)
        settled[moving] = moved
        moving = moving[still]
        if not len(moving):
            break
    return settled


def balanced_agreement(
    points: np.ndarray, genres: ArrayLike, n_repeats: int, seed: int
) -> pd.DataFrame:
    """Agreement of clusters with genres where both genres of a pair have the same size.

    The larger genre of each pair is cut, at random, to the size of the smaller one.

    Parameters
    ----------
    points : array, shape (n, d)
    genres : sequence of str, length n
    n_repeats : int
        Random cuts of a pair.
    seed : int

    Returns
    -------
    DataFrame
        One row a pair: first, second, n (size of its smaller genre), and the mean of ARI, NMI and
        AMI over repeats.

    Notes
    -----
    Notebook: 09_genre_clustering
    """
    tables, found = [], []
    for cut in balanced_cuts(points, genres, n_repeats, seed):
        n_repeats, size = cut.side.shape[0], cut.side.shape[1] // 2
        second = cut.side.reshape(n_repeats, 2, size).sum(2)
        tables.append(np.stack([size - second, second], axis=2))
        found.append((cut.first, cut.second, size))
    scores = pd.DataFrame(agreement(tables).mean(1), columns=AGREEMENT)
    return pd.DataFrame(found, columns=["first", "second", "n"]).join(scores)


class Cut(NamedTuple):
    """A pair of genres cut to one size at random, several times, and its clusters.

    Attributes
    ----------
    first, second : str
        The genres.
    rows : ndarray of int, shape (repeats, 2 size)
        Points that were drawn: those of the first genre, then those of the second.
    side : ndarray of bool, shape (repeats, 2 size)
        Whether each is in the second cluster.
    """

    first: str
    second: str
    rows: np.ndarray
    side: np.ndarray


def balanced_cuts(
    points: np.ndarray, genres: ArrayLike, n_repeats: int, seed: int
) -> Iterator[Cut]:
    """Two clusters of every pair of genres, the larger of which is cut to the size of the smaller.

    Parameters
    ----------
    points : array, shape (n, d)
    genres : sequence of str, length n
    n_repeats : int
        Random cuts of a pair.
    seed : int

    Yields
    ------
    Cut
        Pairs in alphabetical order.

    Notes
    -----
    Notebook: 09_genre_clustering
    """
    rng = np.random.default_rng(seed)
    points = np.asarray(points, float)
    rows = pd.Series(range(len(points))).groupby(np.asarray(genres, str)).indices
    with threadpool_limits(1):
        for first, second in combinations(rows, 2):
            size = min(len(rows[first]), len(rows[second]))
            drawn = np.hstack(
                [
                    rng.permuted(np.tile(rows[genre], (n_repeats, 1)), axis=1)[:, :size]
                    for genre in (first, second)
                ]
            )
            yield Cut(first, second, drawn, two_means(points[drawn], seed=seed))


def balance_maps(
    points: Mapping[Key, tuple[np.ndarray, np.ndarray]], n_repeats: int, seed: int
) -> dict[Key, pd.DataFrame]:
    """`balanced_agreement` of several maps.

    Parameters
    ----------
    points : mapping of key to (coordinates, genres)
    n_repeats, seed : int

    Returns
    -------
    dict of key to DataFrame

    Notes
    -----
    Notebook: 09_genre_clustering
    """
    jobs = {key: (*one, n_repeats, seed) for key, one in points.items()}
    return results_by_key(balanced_agreement, jobs)


def balance_table(
    pairs: Mapping[Key, pd.DataFrame], balanced: Mapping[Key, pd.DataFrame], fewest: int
) -> pd.DataFrame:
    """Mean ARI over pairs with all listings, with as many of both, and without small genres.

    Parameters
    ----------
    pairs : mapping of key to DataFrame
        As `score_maps` gives them.
    balanced : mapping of key to DataFrame
        As `balance_maps` gives them.
    fewest : int
        Listings of a genre that is not small.

    Returns
    -------
    DataFrame
        Index: corpus, feature set by its name.

    Notes
    -----
    Notebook: 09_genre_clustering
    """
    larger = {key: table[table["n"] >= fewest] for key, table in balanced.items()}
    columns = [
        mean_over_pairs(pairs, {"all listings": "ari"}),
        mean_over_pairs(balanced, {"balanced": "ari"}),
        mean_over_pairs(larger, {f"{fewest} or more of each": "ari"}),
    ]
    return pd.concat(columns, axis=1)


def silhouette_of_two_means(points: np.ndarray, seed: int) -> float:
    """Silhouette of the two clusters that k-means makes of any cloud of points.

    Parameters
    ----------
    points : array, shape (n, d)
    seed : int
        Of k-means.

    Returns
    -------
    float

    Notes
    -----
    Notebook: 09_genre_clustering
    """
    from sklearn.cluster import KMeans
    from sklearn.metrics import silhouette_score

    clusters = KMeans(2, n_init=N_STARTS, random_state=seed).fit_predict(points)
    return silhouette_score(points, clusters)


def silhouettes_without_groups(
    points: np.ndarray,
    genres: np.ndarray,
    kmeans_seed: int,
    seed: int,
    at_most: int = 500,
) -> dict[str, list[float]]:
    """Silhouettes of two clusters where there are no two groups: the null of the silhouette.

    Parameters
    ----------
    points : array, shape (n, 2)
    genres : array of str, shape (n,)
    kmeans_seed : int
    seed : int
        Of the Gaussian clouds.
    at_most : int
        Points of a Gaussian cloud.

    Returns
    -------
    dict of str to list of float
        `one genre`: of each genre of three or more points. `Gaussian`: of a normal cloud with the
        mean and covariance of each pair of genres.

    Notes
    -----
    Notebook: 09_genre_clustering
    """
    import sklearn.metrics  # noqa: F401  (threads are limited of libraries that are loaded)

    rng = np.random.default_rng(seed)
    names, counts = np.unique(genres, return_counts=True)
    one_genre, gaussian = [], []
    with threadpool_limits(1):
        for name in names[counts > 2]:
            one_genre.append(silhouette_of_two_means(points[genres == name], kmeans_seed))
        for first, second in combinations(names, 2):
            pair = points[(genres == first) | (genres == second)]
            size = min(len(pair), at_most)
            cloud = rng.multivariate_normal(pair.mean(axis=0), np.cov(pair.T), size)
            gaussian.append(silhouette_of_two_means(cloud, kmeans_seed))
    return {"one genre": one_genre, "Gaussian": gaussian}


def mean_silhouettes(
    silhouettes: Mapping[str, Mapping[str, Mapping[str, Sequence[float]]]],
) -> pd.DataFrame:
    """Means of what `silhouettes_beside_null` gives.

    Parameters
    ----------
    silhouettes : mapping of corpus to mapping of feature set to mapping of row to values

    Returns
    -------
    DataFrame
        Index: corpus, feature set by its name. One column a row.

    Notes
    -----
    Notebook: 09_genre_clustering
    """
    means = {}
    for corpus, feature_sets in silhouettes.items():
        for feature_set, rows in feature_sets.items():
            means[corpus, spaced(feature_set)] = {
                row: np.mean(values) for row, values in rows.items()
            }
    return pd.DataFrame.from_dict(means, orient="index")
