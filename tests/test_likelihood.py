"""Log likelihood ratios: known ones, folds, Brier score, reliability and lists by hand."""

import numpy as np
import pandas as pd
import pytest

from helpers.stats import likelihood


def two_gaussians(n=4000, seed=0, share=0.2):
    """One feature with means +-1/2 and SD 1: the log likelihood ratio is the value itself."""
    rng = np.random.default_rng(seed)
    in_target = rng.random(n) < share
    return (
        np.where(in_target, 0.5, -0.5) + rng.normal(size=n),
        in_target,
        np.ones(n, bool),
        np.arange(n) // 2,
    )


def test_ratios_of_two_gaussians_are_the_true_ones_under_equal_priors():
    x, in_target, trained, groups = two_gaussians(20_000)
    found = likelihood.log_ratios(x[:, None], in_target, trained, groups)
    # Prior odds of one to four would shift them by log 4.
    assert abs(found - x)[abs(x) < 3].max() < 0.25 and abs(found - x).mean() < 0.06


def test_ratios_of_features_that_tell_nothing_are_near_zero_though_corpora_are_unequal():
    _, in_target, trained, groups = two_gaussians()
    noise = np.random.default_rng(1).normal(size=(len(groups), 40))
    assert abs(likelihood.log_ratios(noise, in_target, trained, groups)).mean() < 0.05
    # Uncalibrated, a model of forty columns of noise and few tracks would be sure of itself.
    few = likelihood.log_ratios(noise[:200], in_target[:200], trained[:200], groups[:200])
    assert abs(few).mean() < 0.5


def test_no_artist_is_scored_by_a_model_that_has_seen_them():
    # Each artist has a column and one corpus: whoever has seen the artist knows the corpus.
    rng = np.random.default_rng(2)
    artists, in_target = np.repeat(np.arange(60), 5), np.repeat(rng.random(60) < 0.5, 5)
    values, trained = np.eye(60)[artists], np.ones(300, bool)
    grouped, split = (
        likelihood.log_ratios(values, in_target, trained, groups)
        for groups in (artists, np.arange(300))
    )
    assert ((split > 0) == in_target).mean() > 0.95
    # Chance is a half; a draw of the folds alone gives 0.57 to 0.70.
    assert ((grouped > 0) == in_target).mean() < 0.75


def test_artists_of_a_scored_list_do_not_teach_from_other_lists():
    # As above, but each artist's tracks are spread over lists of their corpus.
    rng = np.random.default_rng(2)
    artists, in_target = np.repeat(np.arange(60), 5), np.repeat(rng.random(60) < 0.5, 5)
    lists = np.where(in_target, 0, 100) + rng.integers(0, 15, 300)
    values, trained = np.eye(60)[artists], np.ones(300, bool)
    straddling = likelihood.log_ratios(values, in_target, trained, lists)
    apart = likelihood.log_ratios(values, in_target, trained, lists, artists=artists)
    assert ((straddling > 0) == in_target).mean() > 0.95
    assert ((apart > 0) == in_target).mean() < 0.8


def test_tracks_left_out_are_scored_and_never_learned_from():
    x, in_target, trained, groups = two_gaussians(1000)
    left = np.arange(1000) % 10 == 0
    trained = trained & ~left
    plain = likelihood.log_ratios(x[:, None], in_target, trained, groups)
    # Lies about the corpus and the values of the tracks left out change no other track.
    lies = likelihood.log_ratios(
        np.where(left, 50 * x, x)[:, None], in_target ^ left, trained, groups
    )
    assert np.array_equal(plain[~left], lies[~left])
    learned = likelihood.log_ratios(x[:, None], in_target ^ left, np.ones(1000, bool), groups)
    assert abs(plain - learned)[~left].max() > 0.1
    assert np.corrcoef(plain[left], x[left])[0, 1] > 0.99


@pytest.mark.slow
def test_of_few_tracks_the_ratio_of_a_list_does_not_hang_on_one_draw_of_the_folds(monkeypatch):
    rng = np.random.default_rng(4)
    in_target = np.arange(160) < 100
    values = rng.normal(size=(160, 9)) + 0.3 * in_target[:, None]
    # The first forty are a list of one unit, by artists who have tracks in both corpora.
    of_list, artists = np.arange(160) < 40, rng.integers(0, 60, 160)
    units = np.where(of_list, -1, artists)

    def spread():
        means = [
            likelihood.log_ratios(values, in_target, ~of_list, units, seed, artists)[of_list].mean()
            for seed in (0, 100, 200)
        ]
        return np.ptp(means)

    averaged = spread()
    monkeypatch.setattr(likelihood, "SCORED", 1)
    assert averaged < 0.5 * spread()


def test_brier_by_hand_with_both_corpora_counting_half():
    ratios, in_target = np.log([3, 1, 1 / 3, 1 / 3, 3]), np.array([True, True, False, False, False])
    # Shares 3/4 and 1/2 of the target; 1/4, 1/4 and 3/4 of the reference.
    by_hand = ((1 / 16 + 1 / 4) / 2 + (1 / 16 + 1 / 16 + 9 / 16) / 3) / 2
    assert likelihood.brier_score(ratios, in_target) == pytest.approx(by_hand)
    assert likelihood.brier_score(np.zeros(5), in_target) == 0.25


def test_reliability_by_hand_and_of_ratios_that_are_right_or_twice_too_sure():
    ratios, in_target = np.array([-1.0, -1, 1, 1]), np.array([False, True, True, True])
    hand = likelihood.reliability(ratios, in_target, np.arange(4), bins=2, n_replicates=3)
    # One reference track weighs as much as three target tracks.
    assert hand["observed"].to_list() == pytest.approx([(1 / 3) / (1 / 3 + 1), 1]) and hand[
        "n"
    ].to_list() == [2, 2]
    x, in_target, _, groups = two_gaussians(20_000)
    right = likelihood.reliability(x, in_target, groups)
    assert abs(right["observed"] - right["predicted"]).max() < 0.03
    assert (
        (right["ci_low"] < right["predicted"]) & (right["predicted"] < right["ci_high"])
    ).sum() >= 6
    sure = likelihood.reliability(2 * x, in_target, groups)
    assert abs(sure["observed"] - sure["predicted"]).max() > 0.08


def test_lists_are_participants_where_known_and_else_windows_within_a_study():
    rows = pd.DataFrame(
        {
            "study": ["A"] * 5 + ["B"] * 3,
            "participant": [None] * 8,
            "ratio": [1.0, 2, 3, 4, 9, 5, 7, 9],
        }
    )
    windows = likelihood.list_means(rows, 2)
    assert windows["mean"].to_list() == [1.5, 3.5, 6] and set(windows["size"]) == {2}
    # Without studies the corpus is one run of rows.
    assert likelihood.list_means(rows.assign(study=pd.Series([None] * 8, dtype="str")), 4)[
        "mean"
    ].to_list() == [2.5, 7.5]
    people = likelihood.list_means(rows.assign(participant=list("xxxyy") + [None, "x", "y"]), 2)
    assert people["mean"].to_dict() == {"x": 13 / 4, "y": 22 / 3} and people["size"].to_dict() == {
        "x": 4,
        "y": 3,
    }


def test_draws_are_as_long_as_the_lists_and_without_replacement():
    ratios = np.arange(5.0)
    assert np.array_equal(likelihood.draw_means(ratios, [5, 9], 20, 0), np.full(20, 2.0))
    single, four = (likelihood.draw_means(ratios, [size], 4000, 0) for size in (1, 4))
    assert set(single) == set(ratios) and np.std(single) > 3 * np.std(four)
    assert np.array_equal(four, likelihood.draw_means(ratios, [4], 4000, 0))


def test_draws_and_lists_of_one_value_have_that_mean():
    assert np.array_equal(likelihood.draw_means(np.full(9, 0.5), [3], 4, 1), np.full(4, 0.5))


def test_mean_of_a_playlist_and_the_interval_of_one_artist():
    ratios = np.array([1.0, 2.0, 3.0, 6.0])
    found = likelihood.mean_interval(ratios, list("aabb"), 200, 1)
    # Whole artists are drawn: the replicates are 1.5, 3 and 4.5.
    assert found.to_dict() == {"mean": 3, "ci_low": 1.5, "ci_high": 4.5}
    one = likelihood.mean_interval(ratios, list("aaaa"), 200, 1)
    assert one["mean"] == 3 and np.isnan([one["ci_low"], one["ci_high"]]).all()
