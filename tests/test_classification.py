"""Classifiers of genres: known answers where genres lie apart, and where only artists do."""

import numpy as np
import pandas as pd
import pytest

from helpers import records
from helpers.stats import classification


@pytest.fixture(scope="module")
def apart():
    """Two genres ten apart on one axis, thirty tracks each by ten artists."""
    rng = np.random.default_rng(1)
    labels = np.repeat(["Jazz", "Pop"], 30)
    points = rng.normal(size=(60, 3)) + 10 * (labels == "Pop")[:, None] * [1, 0, 0]
    return points, labels, np.repeat([f"artist {k}" for k in range(20)], 3)


def scores_of(points, labels, artists, seed):
    judged = classification.judge(points, labels, artists, artists, seed)
    return classification.fold_scores({"A": judged})["A"]


def test_genres_that_lie_apart_are_found_and_guessing_finds_half(apart):
    found = scores_of(*apart, seed=42)
    assert list(found) == ["nearest neighbour", "logistic regression", "guess"]
    assert found["nearest neighbour"] == [1] * 5 and found["logistic regression"] == [1] * 5
    assert 0.2 < np.mean(found["guess"]) < 0.8


def test_knowing_an_artist_is_no_help():
    # Each artist has a place of its own, and genre depends on the artist alone, not on the place.
    rng = np.random.default_rng(2)
    places, genres = rng.normal(size=(40, 5)) * 20, np.tile(["Jazz", "Pop"], 20)
    points = np.repeat(places, 5, axis=0) + rng.normal(size=(200, 5)) * 0.01
    labels, artists = np.repeat(genres, 5), np.repeat(np.arange(40).astype(str), 5)
    unseen = np.mean(scores_of(points, labels, artists, 1)["nearest neighbour"])
    tracks = np.arange(200).astype(str)
    seen = np.mean(scores_of(points, labels, tracks, 1)["nearest neighbour"])
    assert seen > 0.99 and unseen < 0.7


def test_f1_is_scikit_learns_mean_over_folds(apart):
    from sklearn.linear_model import LogisticRegression
    from sklearn.model_selection import StratifiedGroupKFold, cross_val_score

    points, labels, artists = apart
    points = points - points.mean(axis=0) * [0.9, 1, 1]
    model = LogisticRegression(C=0.01, class_weight="balanced", max_iter=2000)
    folds = StratifiedGroupKFold(5, shuffle=True, random_state=3)
    theirs = cross_val_score(model, points, labels, groups=artists, cv=folds, scoring="f1_macro")
    ours = scores_of(points, labels, artists, 3)["logistic regression"]
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


def test_a_corpus_that_cannot_be_classified_is_left_out():
    listings = {"A": _listings(7), "B": _listings(4)}
    rng = np.random.default_rng(1)
    spaces = {(name, "embeddings"): rng.normal(size=(65, 3)) for name in listings}
    people = pd.Series([f"person {k // 5}" for k in range(65)])
    found, sizes = classification.judge_corpora(listings, spaces, people, 1)
    assert list(found) == [("A", "embeddings")] and sizes == {"A": 61, "B": 0}
    judged = found["A", "embeddings"]
    assert set(judged.fold) == set(range(5)) and len(judged.labels) == 61
    # Every artist is judged in one fold; a person may be in several.
    assert pd.Series(judged.fold).groupby(judged.artists).nunique().max() == 1
    assert judged.units[0] == "person 0" and len(set(judged.units)) == 13


def _judged(predicted, artists):
    labels = np.array(["Jazz", "Jazz", "Pop", "Pop"] * 10)
    fold = np.repeat([0, 1], 20)
    named = {"nearest neighbour": np.array(predicted), "guess": labels}
    return classification.Judged(labels, artists, np.arange(40).astype(str), fold, named)


def test_weights_count_a_track_as_often_as_they_say():
    from sklearn.metrics import f1_score

    rng = np.random.default_rng(1)
    judged = _judged(rng.choice(["Jazz", "Pop"], 40), np.arange(40).astype(str))
    weights = rng.integers(0, 3, (4, 40)).astype(float)
    found = classification.macro_f1(judged, "nearest neighbour", weights)
    for row, weight in zip(found, weights, strict=True):
        for fold in range(2):
            part = judged.fold == fold
            expected = f1_score(
                judged.labels[part],
                judged.predicted["nearest neighbour"][part],
                average="macro",
                sample_weight=weight[part],
            )
            assert row[fold] == pytest.approx(expected)


def test_a_gap_that_hangs_on_one_artist_has_an_interval_that_holds_zero():
    labels = np.array(["Jazz", "Jazz", "Pop", "Pop"] * 10)
    wrong = np.where(labels == "Jazz", "Pop", "Jazz")
    # Embeddings name every genre right; features fail with all ten tracks of one artist, of five.
    artists = np.repeat(list("abcde"), 8)
    embeddings = _judged(labels, artists)
    features = _judged(np.where(artists == "a", wrong, labels), artists)
    sets = {("A", "audio_features"): features, ("A", "embeddings"): embeddings}
    line = ("audio_features", "embeddings", "nearest neighbour")
    found = classification.gap_intervals(sets, "A", 400, 1, 0.95).loc[line]
    assert found["low"] == 0 < found["gap"] < found["high"]
    # Track by track the same gap would seem sure.
    assert found["unit low"] > 0
    always = {**sets, ("A", "audio_features"): _judged(wrong, artists)}
    sure = classification.gap_intervals(always, "A", 50, 1, 0.95).loc[line]
    assert (sure["gap"], sure["low"], sure["high"]) == (1, 1, 1)
    assert classification.gap_intervals({("A", "embeddings"): embeddings}, "A", 9, 1, 0.9).empty
    third = classification.gap_intervals({**sets, ("A", "mine"): embeddings}, "A", 9, 1, 0.9)
    assert third.loc[("embeddings", "mine", "nearest neighbour"), "gap"] == 0
    assert third.index.droplevel("classifier").unique().tolist() == [
        ("audio_features", "embeddings"),
        ("audio_features", "mine"),
        ("embeddings", "mine"),
    ]


def test_summary_of_two_feature_sets_and_what_is_recorded():
    scores = {
        ("A", "audio_features"): {"nearest neighbour": [0.1, 0.3], "guess": [0.0, 0.0]},
        ("A", "embeddings"): {"nearest neighbour": [0.5, 0.5], "guess": [0.0, 0.2]},
        ("B", "embeddings"): {"nearest neighbour": [0.5, 0.5]},
    }
    table = classification.summary(scores)
    assert table.loc[("A", "audio features", "nearest neighbour"), "macro F1"] == pytest.approx(0.2)
    assert table.loc[("A", "embeddings", "guess"), "SD over folds"] == pytest.approx(0.02**0.5)
    rows = records.genre_f1(scores, {"A": 9, "B": 8}, "made")
    assert rows[0] == (
        "local.clustering.f1.nearest_neighbour.A.audio_features",
        pytest.approx(0.2),
        9,
        "made",
    )
    assert len(rows) == 3
