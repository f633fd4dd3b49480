"""Clusters against genres: pairwise k-means, agreement with the labels, and what chance gives.

Works on coordinates (or vectors) and genre labels; a "pair" is two genres of one corpus.
"""

from itertools import combinations

import numpy as np
import pandas as pd
from scipy import special, stats

SCORES = ["silhouette", "ari", "nmi", "ami"]
CELLS = ["first_0", "first_1", "second_0", "second_1"]


def agreement(tables):
    """Agreement of clusters with classes, from their contingency tables.

    Parameters
    ----------
    tables : array-like of int, shape (..., classes, clusters)

    Returns
    -------
    ndarray, shape (..., 3)
        Adjusted Rand index, normalized and adjusted mutual information (arithmetic means), as
        scikit-learn defines them; 1 where both partitions are one block.

    References
    ----------
    Hubert and Arabie (1985), Journal of Classification 2:193; Vinh et al. (2010), JMLR 11:2837.

    Notes
    -----
    Notebook: 07_genre_clustering
    """
    from sklearn.metrics.cluster import expected_mutual_information

    tables = np.asarray(tables, np.int64)
    flat = tables.reshape(-1, *tables.shape[-2:])
    rows, columns, n = flat.sum(2), flat.sum(1), flat.sum((1, 2))

    def couples(x):
        return (x * (x - 1.0) / 2).reshape(len(flat), -1).sum(1)

    def entropy(x):
        return special.entr(x.reshape(len(flat), -1) / n[:, None]).sum(1)

    a, b = couples(rows), couples(columns)
    expected, mean = a * b / couples(n), (entropy(rows) + entropy(columns)) / 2
    mi = 2 * mean - entropy(flat)
    # By chance alone the margins matter and nothing else, so equal margins are worked out once.
    _, first, place = np.unique(np.hstack([rows, columns]), axis=0, return_index=True,
                                return_inverse=True)
    seen = [flat[k][np.ix_(rows[k] > 0, columns[k] > 0)] for k in first]
    chance = np.array([expected_mutual_information(t, t.sum()) for t in seen])[place.ravel()]
    above = np.stack([couples(flat) - expected, mi, mi - chance], 1)
    most = np.stack([(a + b) / 2 - expected, mean, mean - chance], 1)
    found = np.divide(above, most, out=np.ones_like(most), where=np.abs(most) > 1e-12)
    return found.reshape(*tables.shape[:-2], 3)


def _width(near, n_near, far, n_far):
    """Silhouette of points from their summed distances to their own and to the other cluster."""
    a, b = near / np.maximum(n_near - 1, 1), far / np.maximum(n_far, 1)
    return np.where(n_near > 1, (b - a) / np.maximum(np.maximum(a, b), 1e-300), 0)


def score_map(points, genres, seed=42, rows_at_once=1024):
    """k-means with k = 2 on every pair of genres, and with k = the number of genres at once.

    Each distance is computed once and shared by all pairs that need it.

    Parameters
    ----------
    points : array, shape (n, d)
        Coordinates, taken as float32 like those UMAP returns.
    genres : array-like of str, shape (n,)
    seed : int
        `random_state` of scikit-learn's `KMeans`, whose defaults are used.

    Returns
    -------
    pairs : DataFrame
        One row a pair: first, second (genres); silhouette, ari, nmi, ami; `true_silhouette`, that
        of the genres themselves; the contingency table (`CELLS`, rows of each genre in each
        cluster).
    whole : Series
        silhouette, ari, nmi, ami of all genres at once.

    References
    ----------
    Rousseeuw (1987), Journal of Computational and Applied Mathematics 20:53.

    Notes
    -----
    Notebook: 07_genre_clustering
    """
    from sklearn.cluster import KMeans
    from sklearn.metrics.pairwise import euclidean_distances

    points = np.asarray(points, np.float32)
    codes, names = pd.factorize(np.asarray(genres, object), sort=True)
    among, k = np.eye(len(names))[codes], len(names)
    label = np.zeros((len(points), k))  # of a row in the pair of its genre with each other genre
    for a, b in combinations(range(k), 2):
        rows = np.flatnonzero((codes == a) | (codes == b))
        label[rows, a + b - codes[rows]] = KMeans(2, random_state=seed).fit_predict(points[rows])
    clusters = np.eye(k)[KMeans(k, random_state=seed).fit_predict(points)]
    sizes, ones, held = among.sum(0), among.T @ label, clusters.sum(0)
    width, true, whole = np.zeros((k, k)), np.zeros((k, k)), 0.0
    for g in range(k):
        in_pair = np.where(among[:, [g]] > 0, label, among * label[:, [g]])
        columns = np.hstack([among, clusters, in_pair])
        n, n_one, members = sizes[g] + sizes, ones[g] + ones[:, g], np.flatnonzero(codes == g)
        for rows in np.split(members, range(rows_at_once, len(members), rows_at_once)):
            distances = euclidean_distances(points[rows], points)
            distances[np.arange(len(rows)), rows] = 0
            by_genre, by_cluster, one = np.split(distances @ columns, [k, 2 * k], axis=1)
            total, inside = by_genre[:, [g]] + by_genre, label[rows] == 1
            near, n_near = np.where(inside, one, total - one), np.where(inside, n_one, n - n_one)
            width[g] += _width(near, n_near, total - near, n - n_near).sum(0)
            true[g] += _width(by_genre[:, [g]], sizes[g], by_genre, sizes).sum(0)
            own = clusters[rows] > 0
            other = np.where(own, np.inf, by_cluster / held).min(1)
            whole += _width(by_cluster[own], (own * held).sum(1), other, 1).sum()
    a, b = np.triu_indices(k, 1)
    tables = np.stack([sizes[a] - ones[a, b], ones[a, b], sizes[b] - ones[b, a], ones[b, a]], 1)
    mean, true_mean = ((w[a, b] + w[b, a]) / (sizes[a] + sizes[b]) for w in (width, true))
    pairs = pd.DataFrame({"first": names[a], "second": names[b], "silhouette": mean})
    pairs[SCORES[1:]] = agreement(tables.reshape(-1, 2, 2))
    pairs["true_silhouette"] = true_mean
    pairs[CELLS] = tables.astype(int)
    return pairs, pd.Series([whole / len(points), *agreement(among.T @ clusters)], SCORES)


def label_null(tables, n_permutations, seed):
    """Agreement when labels are dealt anew: contingency tables drawn with their margins kept.

    Permuting labels changes nothing but the table, and makes each table as likely as it is among
    all tables with these margins; so tables are drawn, not permutations.

    Parameters
    ----------
    tables : array of int, shape (tables, classes, clusters)
    n_permutations, seed : int

    Returns
    -------
    ndarray, shape (tables, n_permutations, 3)
        Adjusted Rand index, normalized and adjusted mutual information.

    References
    ----------
    Patefield (1981), Journal of the Royal Statistical Society C 30:91.

    Notes
    -----
    Notebook: 07_genre_clustering
    """
    rng = np.random.default_rng(seed)
    return agreement([stats.random_table.rvs(t.sum(1), t.sum(0), size=n_permutations,
                                             random_state=rng) for t in np.asarray(tables, int)])
