"""Rankings by distance: average precision by hand and by scikit-learn, the artist filter, chance."""

from itertools import permutations

import numpy as np
import pytest
from sklearn.metrics import average_precision_score

from helpers.stats import retrieval


def test_average_precision_of_a_ranking_made_by_hand():
    # Relevant at ranks 1, 3 and 4, of five: (1/1 + 2/3 + 3/4) / 5.
    found = retrieval.average_precision([[1, 0, 1, 1, 0, 0, 0, 0, 0, 0]], [5])
    assert found == pytest.approx([(1 + 2 / 3 + 3 / 4) / 5])
    # Ten ranks cannot hold thirty: all ten relevant is perfect.
    assert retrieval.average_precision([[1] * 10], [30]) == pytest.approx([1])
    assert retrieval.average_precision([[0] * 10], [3]) == pytest.approx([0])
    assert np.isnan(retrieval.average_precision([[0] * 10], [0]))
    # What lies beyond the cutoff does not count.
    assert retrieval.average_precision([[0, 1, 1]], [2], cutoff=2) == pytest.approx([1 / 4])


def test_average_precision_of_whole_rankings_is_scikit_learns():
    rng = np.random.default_rng(1)
    for _ in range(20):
        relevant = rng.random(12) < 0.4
        relevant[rng.integers(12)] = True
        wanted = average_precision_score(relevant, -np.arange(12))
        found = retrieval.average_precision(relevant[None], [relevant.sum()], cutoff=12)
        assert found == pytest.approx([wanted])


@pytest.mark.parametrize(("n", "r", "cutoff"), [(5, 2, 10), (6, 3, 2), (6, 1, 4), (4, 4, 3)])
def test_chance_is_the_mean_over_all_orders(n, r, cutoff):
    orders = np.array(list(set(permutations([1] * r + [0] * (n - r)))))
    every = retrieval.average_precision(orders, np.full(len(orders), r), cutoff)
    assert retrieval.chance_precision([n], [r], cutoff) == pytest.approx([every.mean()])


def test_tracks_of_the_own_artist_are_no_candidates():
    # On a line: an album at 0 that is all of one artist, and one more artist of its genre far away.
    points = np.array([[0.0], [0.1], [0.2], [9.0], [3.0], [3.1]])
    labels = np.array(["calm"] * 4 + ["loud"] * 2)
    artists = np.array(["a", "a", "a", "b", "c", "d"])
    ranking = retrieval.rank(points, labels, artists)
    found = retrieval.precisions(ranking)
    # The first query ranks 3.0, 3.1, 9.0: one relevant track, at rank 3.
    assert found[0] == pytest.approx(1 / 3)
    # From 9.0: 3.1, 3.0, then the three of artist a.
    assert found[3] == pytest.approx((1 / 3 + 2 / 4 + 3 / 5) / 3)
    # The two loud tracks find each other first.
    assert found[4:].tolist() == [1, 1]
    assert retrieval.chances(ranking)[0] == pytest.approx((1 + 1 / 2 + 1 / 3) / 3)


def test_a_genre_of_one_artist_asks_nothing():
    labels, artists = np.array(["x", "x", "y", "y"]), np.array(["a", "a", "b", "c"])
    ranking = retrieval.rank(np.arange(4.0)[:, None], labels, artists)
    found = retrieval.precisions(ranking)
    assert np.isnan(found).tolist() == [True, True, False, False]
    assert np.isnan(retrieval.chances(ranking)).tolist() == [True, True, False, False]
    assert retrieval.mean_precision(ranking) == pytest.approx(found[2:].mean())


def test_weights_are_tracks_that_stand_there_as_often():
    rng = np.random.default_rng(4)
    points, labels = rng.standard_normal((30, 2)), rng.choice(["x", "y"], 30)
    artists = rng.integers(9, size=30).astype(str)
    counts = rng.integers(4, size=9)[artists.astype(int)]
    again = np.repeat(np.arange(30), counts)
    wanted = retrieval.mean_precision(retrieval.rank(points[again], labels[again], artists[again]))
    ranking = retrieval.rank(points, labels, artists)
    assert retrieval.mean_precision(ranking, counts[None].astype(float)) == pytest.approx(wanted)
    assert retrieval.mean_precision(ranking) != pytest.approx(wanted, abs=1e-3)


def test_points_without_structure_stay_at_chance():
    rng = np.random.default_rng(0)
    points = rng.standard_normal((600, 5))
    labels, artists = rng.choice(["x", "y", "z"], 600), rng.integers(200, size=600).astype(str)
    ranking = retrieval.rank(points, labels, artists)
    chance = np.mean(retrieval.chances(ranking))
    assert retrieval.mean_precision(ranking) == pytest.approx(chance, abs=0.02)
