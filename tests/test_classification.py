"""Classifiers of genres: known answers where genres lie apart, and where only artists do."""

import numpy as np
import pandas as pd
import pytest

from helpers.stats import classification


@pytest.fixture(scope="module")
def apart():
    """Two genres ten apart on one axis, thirty tracks each by ten artists."""
    rng = np.random.default_rng(1)
    labels = np.repeat(["Jazz", "Pop"], 30)
    points = rng.normal(size=(60, 3)) + 10 * (labels == "Pop")[:, None] * [1, 0, 0]
    return points, labels, np.repeat([f"artist {k}" for k in range(20)], 3)


def test_genres_that_lie_apart_are_found_and_guessing_finds_half(apart):
    found = classification.macro_f1(*apart, seed=42)
    assert list(found) == ["nearest neighbour", "logistic regression", "guess"]
    assert found["nearest neighbour"] == [1] * 5 and found["logistic regression"] == [1] * 5
    assert 0.2 < np.mean(found["guess"]) < 0.8


def test_knowing_an_artist_is_no_help():
    # Each artist has a place of its own, and genre depends on the artist alone, not on the place.
    rng = np.random.default_rng(2)
    places, genres = rng.normal(size=(40, 5)) * 20, np.tile(["Jazz", "Pop"], 20)
    points = np.repeat(places, 5, axis=0) + rng.normal(size=(200, 5)) * 0.01
    labels, artists = np.repeat(genres, 5), np.repeat(np.arange(40).astype(str), 5)
    unseen = np.mean(classification.macro_f1(points, labels, artists, 1)["nearest neighbour"])
    tracks = np.arange(200).astype(str)
    seen = np.mean(classification.macro_f1(points, labels, tracks, 1)["nearest neighbour"])
    assert seen > 0.99 and unseen < 0.7


def test_f1_is_scikit_learns_mean_over_folds(apart):
    from sklearn.linear_model import LogisticRegression
    from sklearn.model_selection import StratifiedGroupKFold, cross_val_score

    points, labels, artists = apart
    points = points - points.mean(axis=0) * [0.9, 1, 1]
    model = LogisticRegression(C=0.01, class_weight="balanced", max_iter=2000)
    folds = StratifiedGroupKFold(5, shuffle=True, random_state=3)
    theirs = cross_val_score(model, points, labels, groups=artists, cv=folds, scoring="f1_macro")
    ours = classification.macro_f1(points, labels, artists, 3)["logistic regression"]
    assert ours == pytest.approx(theirs.tolist())


def _listings(n_artists):
    return pd.DataFrame(
        {
            "track_id": ["t0", *(f"t{k}" for k in range(64))],
            "artist": [f"artist {k % n_artists}" for k in range(65)],
            "genre": ["Jazz"] * 32 + ["Pop"] * 30 + ["Rock"] * 3,
        }
    )


def test_tracks_count_once_and_small_genres_are_left_out():
    kept = classification.tracks_to_classify(_listings(7))
    assert kept.sum() == 61 and not kept[1] and not kept[62:].any()


def test_a_corpus_with_fewer_artists_than_folds_or_one_genre_is_not_classified():
    assert not classification.tracks_to_classify(_listings(4)).any()
    assert not classification.tracks_to_classify(_listings(7)[:32]).any()


def test_artists_are_the_same_in_any_case_and_unnamed_ones_stand_alone():
    listings = pd.DataFrame({"artist": ["ABBA", "Abba", None], "track_id": ["a", "b", "c"]})
    assert classification.artist_groups(listings).tolist() == ["abba", "abba", "c"]


def test_a_corpus_that_cannot_be_classified_is_left_out():
    listings = {"A": _listings(7), "B": _listings(4)}
    rng = np.random.default_rng(1)
    spaces = {(name, "embeddings"): rng.normal(size=(65, 3)) for name in listings}
    found, sizes = classification.score_corpora(listings, spaces, 1)
    assert list(found) == [("A", "embeddings")] and sizes == {"A": 61, "B": 0}
    assert len(found["A", "embeddings"]["nearest neighbour"]) == 5


def test_summary_and_difference_of_two_feature_sets():
    scores = {
        ("A", "audio_features"): {"nearest neighbour": [0.1, 0.3], "guess": [0.0, 0.0]},
        ("A", "embeddings"): {"nearest neighbour": [0.5, 0.5], "guess": [0.0, 0.2]},
        ("B", "embeddings"): {"nearest neighbour": [0.5, 0.5]},
    }
    table = classification.summary(scores)
    assert table.loc[("A", "audio features", "nearest neighbour"), "macro F1"] == pytest.approx(0.2)
    assert table.loc[("A", "embeddings", "guess"), "SD over folds"] == pytest.approx(0.02**0.5)
    assert classification.ahead(scores, "A") == {"nearest neighbour": pytest.approx(0.3)}
    assert classification.ahead(scores, "B") == {}
    rows = classification.record_rows(scores, {"A": 9, "B": 8}, "made")
    assert rows[0] == (
        "local.clustering.f1.nearest_neighbour.A.audio_features",
        pytest.approx(0.2),
        9,
        "made",
    )
    assert len(rows) == 3
