"""What the exercises of chapter 09, Genre clustering, expect."""

import numpy as np
from scipy.spatial.distance import cdist

from helpers.teaching.expectations import Expectation, Slip


def _scores() -> tuple:
    """By their definitions."""
    return "silhouette", "ARI"


def _ari_of_six() -> tuple:
    """From the table of genres by clusters, as scikit-learn computes it."""
    from sklearn.metrics import adjusted_rand_score

    table = [[3, 1], [0, 2]]
    pairs_of = {size: size * (size - 1) // 2 for size in range(5)}
    by_genre = sum(pairs_of[sum(row)] for row in table)
    by_cluster = sum(pairs_of[sum(column)] for column in zip(*table, strict=True))
    both = sum(pairs_of[cell] for row in table for cell in row)
    return by_genre, by_cluster, both, adjusted_rand_score([0, 0, 0, 0, 1, 1], [0, 0, 0, 1, 1, 1])


def _silhouette_of_halves() -> tuple:
    """Of a cloud of its own, cut in the middle of its long axis, without k-means."""
    cloud = np.random.default_rng(0).normal(size=(1_000, 2)) * [6, 1]
    right = cloud[:, 0] > 0
    distances = cdist(cloud, cloud)
    to = {side: distances[:, right == side].sum(axis=1) for side in (False, True)}
    number = {side: (right == side).sum() for side in (False, True)}
    own = np.where(right, to[True] / (number[True] - 1), to[False] / (number[False] - 1))
    other = np.where(right, to[False] / number[False], to[True] / number[True])
    return float(((other - own) / np.maximum(own, other)).mean()), 0.0, "no"


EXPECTATIONS = {
    "09.1": Expectation(
        _scores,
        slips=(
            Slip("ARI", "ARI asks whether clusters and genres put the same pairs together."),
            Slip("NMI", "NMI asks how much the cluster tells about the genre."),
        ),
    ),
    "09.2": Expectation(
        _ari_of_six,
        slips=(Slip(8, "Count a pair once, and no listing with itself."),),
    ),
    "09.3": Expectation(
        _silhouette_of_halves,
        within=0.05,
        slips=(
            Slip(
                0.0,
                "That looks like the silhouette of the genres; the question asks for the clusters'.",
            ),
        ),
    ),
}
