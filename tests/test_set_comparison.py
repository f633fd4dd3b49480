"""Feature sets measured against one another: known answers, the artist filter, intervals."""

import numpy as np
import pandas as pd
import pytest
from sklearn.metrics import f1_score

from helpers.stats import classification, intervals, set_comparison
from helpers.stats.repeated_clustering import standardise

GENRES, ARTISTS = 3, 12


def made(seed, n=240):
    """Tracks of three genres, each of a dozen artists, and a set in which the genres lie apart."""
    rng = np.random.default_rng(seed)
    genre = rng.integers(GENRES, size=n)
    artist = genre * ARTISTS + rng.integers(ARTISTS, size=n)
    apart = rng.standard_normal((n, 4))
    apart[:, :GENRES] += 9 * np.eye(GENRES)[genre]
    return set_comparison.Tracks(genre.astype(str), artist.astype(str)), apart


def draws(tracks, n=60, seed=0):
    return np.array(list(intervals.cluster_bootstrap(tracks.artists, n, seed)), float)


@pytest.fixture(scope="module")
def found():
    tracks, apart = made(0)
    weights = draws(tracks)
    sets = {"apart": apart, "noise": np.random.default_rng(1).standard_normal((240, 4))}
    return {
        name: set_comparison.measure(points, tracks, weights, 4, 0) for name, points in sets.items()
    }


def test_a_set_in_which_genres_lie_apart_is_perfect_by_every_measure(found):
    assert list(found["apart"]) == list(set_comparison.MEASURES)
    for name, one in found["apart"].items():
        assert one.value == pytest.approx(1, abs=0.02), name
        assert one.replicates == pytest.approx(np.ones(60), abs=0.05), name


def test_noise_stays_at_chance(found):
    for name, one in found["noise"].items():
        assert one.value == pytest.approx(one.chance, abs=0.1), name


def test_sounds_of_artists_alone_do_not_help_where_artists_are_kept_apart():
    tracks, _ = made(0)
    # Each artist has a sound of its own, which says nothing of the genre of others.
    rng = np.random.default_rng(1)
    own = {artist: 9 * rng.standard_normal(4) for artist in np.unique(tracks.artists)}
    points = np.array([own[artist] for artist in tracks.artists])
    points += 0.1 * rng.standard_normal(points.shape)
    unknown = tracks._replace(artists=np.arange(240).astype(str))
    weights = draws(tracks, 2)
    for given, least, most in ((tracks, 0, 0.6), (unknown, 0.7, 1)):
        nearest = set_comparison.classified(points, given, weights, 0)[set_comparison.NEAREST]
        assert least <= nearest.value <= most
        assert least <= set_comparison.retrieved(points, given, weights).value <= most


def test_f1_is_that_of_scikit_learn_over_all_folds():
    tracks, apart = made(3)
    points = apart + 4 * np.random.default_rng(2).standard_normal(apart.shape)
    one = set_comparison.classified(points, tracks, draws(tracks, 2), 5)
    judged = classification.judge(
        standardise(points), tracks.genres, tracks.artists, tracks.artists, 5
    )
    for name, measured in one.items():
        wanted = f1_score(tracks.genres, judged.predicted[name], average="macro")
        assert measured.value == pytest.approx(wanted)
        assert 0.5 < measured.value < 0.99


def test_weights_of_one_give_the_value_itself(found):
    tracks, apart = made(0)
    points = apart + 5 * np.random.default_rng(2).standard_normal(apart.shape)
    once = set_comparison.measure(points, tracks, np.ones((1, 240)), 4, 0)
    for name, one in once.items():
        assert one.replicates.tolist() == pytest.approx([one.value]), name


def test_an_interval_is_freed_of_the_bias_of_the_bootstrap():
    replicates = np.linspace(0.3, 0.5, 1001)
    assert set_comparison.interval(0.35, replicates, 0.9) == pytest.approx((0.26, 0.44))


def test_tables_name_the_better_set_first(found):
    scores = set_comparison.score_table(found, 0.95)
    assert len(scores) == 5 * 2 and (scores["low"] <= scores["high"]).all()
    differences = set_comparison.difference_table(found, 0.95)
    assert len(differences) == 5 and (differences["difference"] >= 0).all()
    first = differences[differences["measure"] == set_comparison.RETRIEVAL].iloc[0]
    assert first["first"] == "apart" and first["low"] > 0.3


def listings(rows):
    table = pd.DataFrame(rows, columns=["track_id", "artist", "genre"])
    return table.assign(corpus="A")


def test_only_genres_of_several_artists_are_compared_each_track_once():
    rows = [(f"a{k}", f"artist {k % 4}", "Jazz") for k in range(8)]
    rows += [(f"b{k}", f"other {k % 3}", "Folk") for k in range(6)]
    rows += [(f"c{k}", "one alone", "Solo") for k in range(9)]
    rows += [(f"d{k}", f"few {k}", "Rare") for k in range(3)]
    rows += [rows[0], ("e", "x", None), ("f", "y", "unknown")]
    kept = set_comparison.comparable(listings(rows))
    assert kept["genre"].value_counts().to_dict() == {"Jazz": 8, "Folk": 6}
    assert not kept["track_id"].duplicated().any()
    some = set_comparison.comparable(listings(rows), most=6, seed=1)
    assert some["genre"].value_counts().to_dict() == {"Jazz": 6, "Folk": 6}
    # Four artists in all are too few for five folds.
    few = [row for row in rows if row[1] in ("artist 0", "artist 1", "other 0", "other 1")]
    assert set_comparison.comparable(listings(few), fewest=2).empty


@pytest.mark.slow
def test_intervals_hold_chance_where_a_set_knows_nothing():
    """Of 100 made corpora; a binomial of 0.95 has at least 90."""
    held = {set_comparison.PAIRS: 0, set_comparison.RETRIEVAL: 0}
    for seed in range(100):
        tracks, _ = made(seed, 120)
        points = np.random.default_rng(seed).standard_normal((120, 3))
        weights = draws(tracks, 200, seed)
        pairs = set_comparison.clusters_of_pairs(points, tracks.genres, weights, 5, seed)
        retrieved = set_comparison.retrieved(points, tracks, weights)
        for name, one in zip(held, (pairs, retrieved), strict=True):
            low, high = set_comparison.interval(one.value, one.replicates, 0.95)
            held[name] += low <= one.chance <= high
    assert min(held.values()) >= 90, held
