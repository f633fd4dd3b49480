"""AUC of a half that is judged by a half that taught: known values, DeLong's error, coverage."""

import numpy as np
import pytest
from scipy.stats import norm
from sklearn.metrics import roc_auc_score

from helpers.stats import auc


def normal(shift, n=3000, d=3, seed=0):
    rng = np.random.default_rng(seed)
    values = rng.normal(size=(2 * n, d))
    values[:n, 0] += shift
    return values, np.arange(2 * n) < n, np.arange(2 * n), np.arange(2 * n)


def test_auc_of_two_normals_is_the_known_one():
    found = auc.half_split_auc(*normal(1.0))
    # Best possible for means one SD apart: P(Z < 1 / sqrt(2)).
    assert abs(found.auc - norm.cdf(1 / np.sqrt(2))) < 0.015
    assert found.low < found.auc < found.high and found.high - found.low < 0.06
    assert (found.n_train, found.n_test) == (3000, 3000)
    assert abs(auc.half_split_auc(*normal(0.0)).auc - 0.5) < 0.03
    assert auc.half_split_auc(*normal(50.0, n=100)).auc == 1


def test_placements_average_to_scikit_learns_auc_with_ties():
    rng = np.random.default_rng(1)
    scores, target = rng.integers(0, 6, 90).astype(float), np.arange(90) < 40
    shares = auc.placements(scores, target)
    expected = roc_auc_score(target, scores)
    assert shares[target].mean() == pytest.approx(expected)
    assert shares[~target].mean() == pytest.approx(expected)


def test_without_groups_the_variance_is_delongs():
    rng = np.random.default_rng(2)
    target = np.arange(50) < 20
    scores = rng.normal(size=50) + target
    x, y = scores[target], scores[~target]
    wins = (x[:, None] > y).astype(float)
    delong = wins.mean(1).var(ddof=1) / 20 + wins.mean(0).var(ddof=1) / 30
    shares = auc.placements(scores, target)
    assert auc.clustered_variance(shares, target, np.arange(50)) == pytest.approx(delong)
    assert auc.two_way_variance(shares, target, range(50), range(50)) == pytest.approx(delong)


def test_rows_written_three_times_have_the_error_of_the_rows_written_once():
    rng = np.random.default_rng(3)
    target = np.arange(60) < 30
    scores = rng.normal(size=60) + target
    once = auc.clustered_variance(auc.placements(scores, target), target, np.arange(60))
    scores, target, groups = (np.repeat(one, 3) for one in (scores, target, np.arange(60)))
    shares = auc.placements(scores, target)
    assert auc.clustered_variance(shares, target, groups) == pytest.approx(once)
    as_rows = auc.clustered_variance(shares, target, np.arange(180))
    assert as_rows < 0.4 * once


def test_one_group_of_a_side_has_no_error():
    shares, target = np.array([0.2, 0.4, 0.5, 0.1]), np.array([True, True, False, False])
    assert np.isnan(auc.clustered_variance(shares, target, [0, 0, 1, 2]))


def test_half_of_the_units_of_each_side_teaches():
    groups = np.repeat(np.arange(30), 3)
    target = groups < 10
    target[groups == 29] = [True, False, False]
    half = auc.half_of_units(target, groups, 4)
    by_group = half.reshape(30, 3)
    assert (by_group.min(1) == by_group.max(1)).all()
    assert by_group[:10, 0].sum() == 5 and by_group[10:29, 0].sum() == 9


def test_what_is_learned_of_a_unit_or_of_an_artist_is_no_help():
    # Each artist is recognised at once and lies on one side; lists hold artists of their side.
    rng = np.random.default_rng(1)
    artist = np.repeat(np.arange(60), 20)
    values = rng.normal(size=(60, 40))[artist] + rng.normal(size=(1200, 40)) * 0.1
    target = rng.permutation(60)[artist] < 30
    lists = np.where(target, 0, 100) + rng.integers(0, 40, 1200)
    rows = np.arange(1200)
    assert auc.half_split_auc(values, target, rows, rows).auc > 0.9
    assert auc.half_split_auc(values, target, lists, rows).auc > 0.9
    assert auc.half_split_auc(values, target, artist, artist).auc < 0.65


def test_artists_of_the_judged_half_do_not_teach():
    artist = np.arange(400) % 8
    lists = np.arange(400) // 10
    target = lists < 20
    # Every list names every artist, so nobody is left to teach.
    assert not auc.can_be_halved(target, lists, artist, 0)
    assert auc.can_be_halved(target, lists, np.arange(400), 0)


@pytest.mark.slow
def test_intervals_hold_one_half_as_often_as_they_promise():
    held = []
    for seed in range(300):
        rng = np.random.default_rng(seed)
        artist = np.repeat(np.arange(80), 4)
        values = rng.normal(size=(80, 5))[artist] * 0.7 + rng.normal(size=(320, 5)) * 0.7
        found = auc.half_split_auc(values, artist < 40, artist, artist, seed)
        held.append(found.low <= 0.5 <= found.high)
    # Five folds pooled hold it in 0.80 to 0.86; the Monte Carlo error here is 0.013.
    assert 0.91 < np.mean(held) < 0.985
