"""Many maps at once: each number is that of the map alone."""

import numpy as np
import pandas as pd
import pytest
from conftest import as_set

from helpers.stats import clustering, repeated_clustering
from helpers.stats.clustering_claims import claims

KEY = ("A", "embeddings")


@pytest.fixture(scope="module")
def space():
    rng = np.random.default_rng(4)
    genres = np.repeat(["a", "b", "c"], [20, 15, 10])
    return rng.normal(size=(45, 4)) + 3 * (genres == "b")[:, None], genres


def test_gaussian_numbers_have_the_mean_and_covariance_but_no_groups():
    rng = np.random.default_rng(1)
    points = np.vstack([rng.normal(size=(1000, 2)), rng.normal(size=(1000, 2)) + [8, 4]])
    found = repeated_clustering.gaussian_like(points, 2)
    assert found.shape == points.shape
    assert found.mean(axis=0) == pytest.approx(points.mean(axis=0), abs=0.3)
    assert np.cov(found.T) == pytest.approx(np.cov(points.T), rel=0.1)
    assert np.histogram(points[:, 0], [3, 5])[0] < 60 < np.histogram(found[:, 0], [3, 5])[0]
    assert repeated_clustering.gaussian_like(points.astype(np.float32), 2).dtype == np.float32


def test_standardised_points_and_a_constant():
    found = repeated_clustering.standardise(np.array([[1.0, 5], [3, 5]]))
    assert found.tolist() == [[-1, 0], [1, 0]]
    every = repeated_clustering.standardise_all({KEY: np.array([[1.0, 5], [3, 5]])})
    assert every[KEY].tolist() == found.tolist()


def test_vectors_of_each_corpus_and_feature_set():
    table = pd.DataFrame({"track_id": ["a", "b"], "source": "made", "e0": [1.0, 2.0]})
    listings = {"A": pd.DataFrame({"track_id": ["b", "a", "b"]})}
    found = repeated_clustering.spaces_of(listings, {"embeddings": as_set(table)})
    assert found[KEY].tolist() == [[2], [1], [2]]


@pytest.mark.slow
def test_scores_of_spaces_are_those_of_each_space(space):
    points, genres = space
    found = repeated_clustering.score_spaces({KEY: points}, {"A": genres}, 42, 6, 1)[KEY]
    pairs, _ = clustering.score_pairs(points, genres, 42, clustering.N_STARTS)
    balanced = clustering.balanced_agreement(points, genres, 6, 1)
    assert found[pairs.columns.tolist()].equals(pairs)
    assert found["ari_balanced"].equals(balanced["ari"]) and found["n"].equals(balanced["n"])


def test_balanced_scores_of_each_seed_are_a_row(space):
    points, genres = space
    found = repeated_clustering.balanced_by_seed(
        {KEY: [points, points[:, :2]]}, {"A": genres}, 6, 1
    )
    assert found[KEY].shape == (2, 3)
    alone = clustering.balanced_agreement(points[:, :2], genres, 6, 1)["ari"]
    assert (found[KEY][1] == alone).all()


def test_claims_have_intervals_from_twenty_seeds_on(space):
    points, genres = space
    few = repeated_clustering.claim_intervals({KEY: [points] * 2}, {"A": genres}, [1, 2], 0.95)
    assert set(few.values()) == {()}
    assert not repeated_clustering.claim_intervals(
        {KEY: [points] * 2}, {"A": genres}, [1, 2], 0.95, whole=False
    )
    rng = np.random.default_rng(1)
    noisy = [points + rng.normal(size=points.shape) * 0.3 for _ in range(20)]
    found = repeated_clustering.claim_intervals({KEY: noisy}, {"A": genres}, range(20), 0.95)
    assert set(found) == set(claims(*map(_by_key, clustering.score_pairs(points, genres))))
    low, high = found["clustering.pairwise.ari.mean.A.embeddings"]
    assert low < clustering.score_pairs(points, genres)[0]["ari"].mean() < high


def _by_key(table):
    return {KEY: table}


def test_repeated_maps_are_the_fits_asked_for_in_their_order(monkeypatch):
    asked = []

    def fits(jobs):
        asked.extend(jobs)
        return [(values.sum(), seed) for values, seed, _ in jobs]

    monkeypatch.setattr(repeated_clustering, "fits", fits)
    spaces = {("A", "embeddings"): np.ones((5, 2)), ("B", "embeddings"): np.zeros((5, 2))}
    repeated, null = repeated_clustering.repeated_maps(spaces, [42, 43], 7)
    assert repeated == {
        ("A", "embeddings"): [(10, 42), (10, 43)],
        ("B", "embeddings"): [(0, 42), (0, 43)],
    }
    assert null["B", "embeddings"] == (0, 42) and len(asked) == 6 and asked[0][2] == 15


def test_each_set_is_scored_on_its_own_listings(space):
    points, genres = space
    ids = [f"t{k}" for k in range(len(points))]
    table = pd.DataFrame(points).add_prefix("c").assign(track_id=ids)
    rows = pd.DataFrame({"track_id": ids, "genre": genres})
    sets = {"all_of_them": as_set(table), "half": as_set(table[::2])}
    own = {"all_of_them": {"A": rows, "B": rows[:0]}, "half": {"A": rows[::2]}}
    found = repeated_clustering.on_own_rows(own, sets, 42, 4, 1)
    assert found["listings"].to_dict() == {("A", "all of them"): 45, ("A", "half"): 23}
    plain = repeated_clustering.standardise(points)
    alone = clustering.balanced_agreement(plain, genres, 4, 1)["ari"].mean()
    assert found.loc[("A", "all of them"), "balanced ARI"] == pytest.approx(alone)
