"""Cliff's delta of clustered rows: by hand, DeLong's variance, statsmodels' cluster covariances."""

import numpy as np
import pandas as pd
import pytest
import statsmodels.api as sm
from statsmodels.stats.sandwich_covariance import cov_cluster_2groups

from helpers.stats import clustered, ranks
from helpers.stats.clustered import Clusters


@pytest.fixture
def crossed():
    """Two corpora with participants in one of them and artists in both."""
    rng = np.random.default_rng(7)
    people = np.repeat(np.arange(12), 6)
    artists, others = rng.integers(0, 20, 72), rng.integers(0, 20, 150)
    style = rng.normal(size=20)
    target = rng.normal(size=12)[people] + style[artists] + rng.normal(size=72)
    reference = 0.3 + style[others] + rng.normal(size=150)
    return (
        clustered.contributions(target.round(1), reference.round(1)),
        Clusters(people, 12 + np.arange(150)),
        Clusters(artists, others),
    )


def test_contributions_by_hand():
    # 0.2 beats 0.1 and loses to 0.5; 0.5 beats 0.1 and ties; 0.9 beats both.
    parts = clustered.contributions([0.2, 0.5, 0.9], [0.1, 0.5])
    assert parts.delta == pytest.approx(0.5)
    assert parts.target == pytest.approx([-0.5 / 3, 0, 0.5 / 3])
    # 0.1 loses to all three; 0.5 beats one, ties with one and loses to one.
    assert parts.reference == pytest.approx([0.25, -0.25])


def test_rows_alone_give_delong_s_variance():
    rng = np.random.default_rng(3)
    x, y = rng.normal(0.4, 1, 60).round(1), rng.normal(0, 1, 45).round(1)
    tables = {"x": pd.DataFrame({"v": x}), "y": pd.DataFrame({"v": y})}
    expected = ranks.feature_tests(tables, [("x", "y")], ["v"]).iloc[0]
    parts = clustered.contributions(x, y)
    variance = clustered.clustered_variance(parts, clustered.rows_alone(60, 45))
    assert parts.delta == pytest.approx(expected["cliffs_delta"])
    assert np.sqrt(variance) == pytest.approx(expected["se"], rel=1e-12)
    low, high = clustered.delta_ends(parts.delta, variance)
    assert (low, high) == pytest.approx((expected["ci_low"], expected["ci_high"]))


def without_factor(parts, clusters):
    """Contributions whose variance comes out without the factor k / (k - 1) of either corpus."""
    held = [len(np.unique(codes)) for codes in clusters]
    shares = [np.sqrt((k - 1) / k) for k in held]
    return parts._replace(target=parts.target * shares[0], reference=parts.reference * shares[1])


def test_clusters_agree_with_statsmodels_in_one_way_and_in_two(crossed):
    parts, people, artists = crossed
    both = clustered.agreeing_in_both(people, artists)
    # The mean of N values errs as delta does if each value is N times a contribution.
    moved = np.concatenate(parts[1:])
    fit = sm.OLS(len(moved) * moved, np.ones(len(moved))).fit()
    groups = np.concatenate(people), np.concatenate(artists)
    two_ways, *one_way = cov_cluster_2groups(fit, *groups, use_correction=False)
    found = [
        clustered.clustered_variance(without_factor(parts, clusters), clusters)
        for clusters in (people, artists, both)
    ]
    assert found[:2] == pytest.approx([matrix.item() for matrix in one_way])
    assert found[0] + found[1] - found[2] == pytest.approx(two_ways.item())
    by_person, by_artist, by_both = (
        clustered.clustered_variance(parts, clusters) for clusters in (people, artists, both)
    )
    # Never less than the larger of the two alone.
    expected = max(by_person + by_artist - by_both, by_person, by_artist)
    assert clustered.two_way_variance(parts, people, artists, both) == pytest.approx(expected)


def test_people_in_both_corpora_cancel():
    values = np.array([0.1, 0.4, 0.2, 0.8, 0.9, 0.5])
    people = np.array([0, 0, 1, 1, 2, 2])
    parts = clustered.contributions(values, values)
    assert parts.delta == 0
    # Each person's music is the same in both: nobody moves the difference.
    same = clustered.clustered_variance(parts, Clusters(people, people))
    others = clustered.clustered_variance(parts, Clusters(people, people + 3))
    assert same == pytest.approx(0) and others > 0.01


def test_degrees_of_freedom_count_people():
    rng = np.random.default_rng(2)
    x, y, people = rng.normal(size=30), rng.normal(size=30), np.repeat(np.arange(10), 3)
    assert clustered.delta_test(x, y, Clusters(people, people + 10)).df == 18
    assert clustered.delta_test(x, y, Clusters(people, people)).df == 9


def test_what_cannot_be_computed_is_refused():
    with pytest.raises(ValueError, match="0 target and 2 reference rows"):
        clustered.contributions([], [1, 2])
    with pytest.raises(ValueError, match="a value is missing"):
        clustered.contributions([1, np.nan], [1, 2])
    parts = clustered.contributions([1, 2], [1, 2])
    with pytest.raises(ValueError, match="1 cluster in a corpus"):
        clustered.clustered_variance(parts, Clusters(np.array([0, 0]), np.array([1, 2])))
