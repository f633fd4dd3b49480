"""Differences between feature sets: their errors, by known answers, and what they survive."""

import math

import numpy as np
import pandas as pd
import pytest
from scipy import stats

from helpers import records
from helpers.stats import pair_differences

PAIRS = pd.DataFrame({"first": ["a", "a", "b"], "second": ["b", "c", "c"]})


def test_jackknife_leaves_out_a_genre_with_its_pairs():
    pairs = pd.DataFrame({"first": ["a", "a", "b"], "second": ["b", "c", "c"]})
    mean, se = pair_differences.jackknife_over_genres(pairs, [1.0, 2.0, 6.0])
    left = np.array([6.0, 2.0, 1.0])  # without a, b, c
    assert mean == 3 and se == pytest.approx(math.sqrt(2 / 3 * ((left - 3) ** 2).sum()))


def test_jackknife_is_wider_than_pairs_taken_as_independent_where_a_genre_moves_its_pairs():
    rng = np.random.default_rng(1)
    names = [f"g{k:02d}" for k in range(15)]
    effect = dict(zip(names, rng.normal(size=15), strict=True))
    pairs = pd.DataFrame(
        [(a, b) for k, a in enumerate(names) for b in names[k + 1 :]], columns=["first", "second"]
    )
    values = pairs["first"].map(effect) + pairs["second"].map(effect)
    _, se = pair_differences.jackknife_over_genres(pairs, values)
    # The mean is twice the mean effect of 15 genres.
    assert se == pytest.approx(2 * np.std(list(effect.values()), ddof=1) / math.sqrt(15), rel=0.15)
    assert se > 2 * values.std() / math.sqrt(105)


def test_from_two_genres_no_error_can_be_had():
    mean, se = pair_differences.jackknife_over_genres(PAIRS[:1], [0.4])
    assert mean == 0.4 and math.isnan(se)


def test_a_difference_is_a_later_set_minus_an_earlier_one_where_there_are_two():
    values = {
        ("A", "audio_features"): [0.1, 0.2],
        ("A", "embeddings"): [0.4, 0.1],
        ("B", "embeddings"): [1.0, 1.0],
    }
    found = pair_differences.between_feature_sets(values)
    two = ("audio_features", "embeddings")
    assert list(found) == ["A"] and list(found["A"]) == [two]
    assert found["A"][two] == pytest.approx([0.3, -0.1])
    values["A", "mine"] = [0.4, 0.4]
    three = pair_differences.between_feature_sets(values)["A"]
    assert list(three) == [two, ("audio_features", "mine"), ("embeddings", "mine")]
    assert three["embeddings", "mine"] == pytest.approx([0, 0.3])


def test_an_estimate_of_three_pairs_worked_out_by_hand():
    found = pair_differences.estimate(PAIRS, [1.0, 2.0, 6.0], 0.95)
    error = math.sqrt(2 / 3 * (9 + 1 + 4))  # left out in turn: means 6, 2 and 1
    assert found["value"] == 3 and found["se_genres"] == pytest.approx(error)
    assert found["se_pairs"] == pytest.approx(math.sqrt(7 / 3))
    assert found["ci_high"] - 3 == pytest.approx(stats.t.ppf(0.975, 2) * error)
    assert math.isnan(found["seed_sd"])


def test_the_sd_over_seeds_is_that_of_the_means():
    found = pair_differences.estimate(PAIRS, [[0.0, 0, 0], [1.0, 2, 3]], 0.95)
    assert found["value"] == 1 and found["seed_sd"] == pytest.approx(math.sqrt(2))


def _values(embeddings):
    return {("A, B", "audio_features"): np.zeros(3), ("A, B", "embeddings"): embeddings}


def test_estimates_have_a_row_a_version_and_are_recorded_under_its_name():
    pairs = {"A, B": PAIRS.assign(n=40)}
    versions = {"balanced, one map": _values([1, 2, 6]), "two": _values([0, 0, 3])}
    found = pair_differences.estimates(versions, pairs, 0.95)
    two = ("A, B", "audio_features", "embeddings")
    assert found.index.tolist() == [(*two, "balanced, one map"), (*two, "two")]
    shown = pair_differences.in_one_column(found)
    assert shown.index[0] == ("A, B", "embeddings minus audio features", "balanced, one map")
    assert found["value"].tolist() == [3, 1]
    # The one map holds all listings, the repeated maps a part of them.
    assert records.feature_set_gaps(found, {"A, B": 7}, {"A, B": 90}, "made") == [
        ("local.clustering.difference.balanced_one_map.A_B", 3, 90, "made"),
        ("local.clustering.difference.two.A_B", 1, 7, "made"),
    ]


def test_other_differences_than_the_study_s_are_recorded_with_the_names_of_their_sets():
    values = {("A", "embeddings"): np.zeros(3), ("A", "my_set"): np.ones(3)}
    found = pair_differences.estimates({"one": values}, {"A": PAIRS}, 0.95)
    rows = records.feature_set_gaps(found, {"A": 7}, {"A": 7}, "made")
    assert [row[0] for row in rows] == ["local.clustering.difference.one.A.my_set-embeddings"]


def test_pairs_of_a_small_genre_are_left_out():
    values = {"large": _values([[1, 2, 3, 8]] * 2)}
    values["large"]["A, B", "audio_features"] = np.zeros((2, 4))
    four = pd.DataFrame({"first": list("aabc"), "second": list("bccd"), "n": [30, 31, 32, 29]})
    found = pair_differences.estimates({}, {"A, B": four}, 0.95, values)
    assert found["value"].tolist() == [2] and found["seed_sd"].tolist() == [0]
    few = pair_differences.estimates({}, {"A, B": four}, 0.95, values, fewest=31)
    assert few.empty  # two pairs are too few


def test_every_difference_is_tested_with_the_intervals_of_its_own_sets():
    versions = {
        name: _values([1, 2, 6]) for name in ("balanced, all seeds", "without UMAP, balanced")
    }
    results = pair_differences.estimates(versions, {"A, B": PAIRS}, 0.95)
    two = ("audio_features", "embeddings")
    lines = [(*two, "nearest neighbour"), ("audio_features", "mine", "nearest neighbour")]
    index = pd.MultiIndex.from_tuples(lines, names=["earlier", "later", "classifier"])
    gaps = pd.DataFrame({"low": [0.1, -5.0], "high": [0.3, 5.0]}, index)
    found = pair_differences.survivals(results, {"A, B": gaps})
    assert list(found) == [("A, B", *two)]
    assert found["A, B", *two]["labels in place of clusters"] == 0.1
    none = pair_differences.survivals(results, {"A, B": gaps[:0]})
    assert math.isnan(none["A, B", *two]["labels in place of clusters"])


def test_a_sample_takes_at_most_so_many_of_each_genre_and_keeps_the_order():
    listings = pd.DataFrame({"corpus": ["A"] * 5 + ["B"] * 2, "genre": ["x", "y"] * 3 + ["x"]})
    found = pair_differences.sample_per_genre(listings, 2, 1)
    assert found.groupby(["corpus", "genre"]).size().to_dict() == {
        ("A", "x"): 2,
        ("A", "y"): 2,
        ("B", "x"): 1,
        ("B", "y"): 1,
    }
    assert found.index.is_monotonic_increasing
    assert pair_differences.sample_per_genre(listings, None, 1).equals(listings)
    by_corpus = pair_differences.sample_by_corpus(listings, ["A", "B"], 2, 1)
    assert list(by_corpus) == ["A", "B"] and pd.concat(by_corpus.values()).equals(found)


def test_what_a_difference_survives():
    found = {"value": 0.1, "ci_low": -0.02, "ci_high": 0.22, "seed_sd": 0.01}
    tests = pair_differences.survival(found, -0.05, [(0.2, 0.4), (0.1, 0.3)])
    assert tests["the seed"] == pytest.approx(0.08)
    assert tests["the error that comes from genres"] < 0
    assert tests["leaving out UMAP"] == -0.05
    assert tests["labels in place of clusters"] == 0.1
    held, failed, untold = pair_differences.outcomes(tests)
    assert held == ["the seed", "labels in place of clusters"]
    assert failed == ["the error that comes from genres", "leaving out UMAP"] and not untold


def test_labels_of_which_an_interval_holds_zero_do_not_confirm_though_the_sign_is_the_same():
    found = {"value": 0.1, "ci_low": 0.02, "ci_high": 0.18, "seed_sd": 0.01}
    unsure = pair_differences.survival(found, 0.05, [(0.05, 0.2), (-0.01, 0.2)])
    assert unsure["labels in place of clusters"] == -0.01
    below = {**found, "value": -0.1, "ci_low": -0.18, "ci_high": -0.02}
    held = pair_differences.survival(below, -0.05, [(-0.2, -0.05)])
    assert held["labels in place of clusters"] == pytest.approx(0.05)


def test_dyadic_error_by_hand_and_of_pairs_that_share_nothing():
    # Each pair of three genres shares one with each other pair: all products count, and cancel.
    assert pair_differences.dyadic_error(PAIRS, [1.0, 2.0, 6.0]) == 0
    apart = pd.DataFrame({"first": list("ace"), "second": list("bdf")})
    error = pair_differences.dyadic_error(apart, [1.0, 2.0, 6.0])
    assert error == pytest.approx(math.sqrt(4 + 1 + 9) / 3)
    chain = pd.DataFrame({"first": list("abe"), "second": list("bcf")})
    # Deviations -2, -1, 3; only the first two share a genre.
    error = pair_differences.dyadic_error(chain, [1.0, 2.0, 6.0])
    assert error == pytest.approx(math.sqrt(14 + 2 * 2) / 3)


def test_a_negative_difference_survives_where_the_others_are_negative_too():
    found = {"value": -0.1, "ci_low": -0.2, "ci_high": -0.01, "seed_sd": np.nan}
    tests = pair_differences.survival(found, -0.05, [])
    assert tests["leaving out UMAP"] == 0.05 and tests["the error that comes from genres"] > 0
    held, failed, untold = pair_differences.outcomes(tests)
    assert untold == ["the seed", "labels in place of clusters"] and not failed and len(held) == 2
    assert pair_differences.survival_in_words({"a": 1, "b": 2, "c": np.nan}) == (
        "It passes: a, b. Too little is known to test: c."
    )
    assert pair_differences.survival_in_words({"a": 1, "b": 2}) == ("It passes all 2 tests: a, b.")
    assert pair_differences.survival_in_words({"a": -1}) == ("It passes no test. It fails: a.")
