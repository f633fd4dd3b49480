"""The binormal standard error: multivariate normal chances, U's own null variance, simulated coverage."""

import numpy as np
import pytest
from scipy import special, stats

from helpers.stats import binormal, ranks


def total(*arguments):
    return sum(binormal.variance_parts(*arguments))


def simulated_deltas(delta, spread, n, m, replicates, rng):
    shift = special.ndtri((1 + delta) / 2) * np.sqrt(1 + spread**2)
    x = rng.normal(shift, spread, (replicates, n))
    y = rng.normal(0, 1, (replicates, m))
    places = stats.rankdata(np.hstack([x, y]), axis=1)[:, :n].sum(axis=1)
    return 2 * (places - n * (n + 1) / 2) / (n * m) - 1


@pytest.mark.parametrize(("n", "m"), [(11, 121), (40, 7), (1871, 8966)])
def test_without_a_difference_it_is_the_variance_of_u(n, m):
    assert total(0.0, n, m) == pytest.approx((n + m + 1) / (3 * n * m), rel=1e-12)


@pytest.mark.parametrize(("delta", "spread"), [(0.3, 1.0), (-0.6, 2.0), (0.2, 0.4)])
def test_chances_are_those_of_the_multivariate_normal(delta, spread):
    n, m = 30, 50
    won = (1 + delta) / 2
    at = special.ndtri(won)
    chances = []
    for correlation in (spread**2 / (1 + spread**2), 1 / (1 + spread**2)):
        both = stats.multivariate_normal([0, 0], [[1, correlation], [correlation, 1]])
        chances.append(both.cdf([at, at]) - won**2)
    wanted = (won * (1 - won) + (m - 1) * chances[0] + (n - 1) * chances[1]) / (n * m)
    assert total(delta, n, m, spread) == pytest.approx(4 * wanted, rel=1e-5)


def test_the_wider_corpus_has_the_larger_part():
    of_target, of_reference = binormal.variance_parts(0.2, 100, 100, 3.0)
    assert of_target > 2 * of_reference
    turned = binormal.variance_parts(-0.2, 100, 100, 1 / 3)
    assert turned == pytest.approx((of_reference, of_target))


@pytest.mark.parametrize(("delta", "spread"), [(0.0, 1.0), (0.5, 1.0), (0.5, 2.0), (0.9, 0.5)])
def test_it_is_the_variance_that_delta_has(delta, spread):
    rng = np.random.default_rng(5)
    found = simulated_deltas(delta, spread, 40, 90, 8000, rng)
    assert found.var() == pytest.approx(total(delta, 40, 90, spread), rel=0.06)


@pytest.mark.parametrize("delta", [0.0, 0.5, 0.7])
@pytest.mark.parametrize(("n", "m"), [(11, 121), (121, 11)])
def test_intervals_cover_where_the_null_error_covers_too_much(delta, n, m):
    """Monte Carlo error of a coverage of 0.95 from 3,000 replicates: 0.004."""
    found = simulated_deltas(delta, 1.0, n, m, 3000, np.random.default_rng(6))
    null = np.full(len(found), np.sqrt((n + m + 1) / (3 * n * m)))
    model = np.sqrt(total(found, n, m))
    coverages = []
    for errors in (model, null):
        ends = [ranks.delta_interval(d, e, n, m) for d, e in zip(found, errors, strict=True)]
        coverages.append(np.mean([low <= delta <= high for low, high in ends]))
    assert 0.935 <= coverages[0] <= 0.97
    assert coverages[1] > 0.965


def test_caution_takes_the_larger_variance_element_by_element():
    ratio = np.array([2.0, 0.5])
    found = np.add(*binormal.cautious_parts([0.1, 0.1], 100, 500, ratio))
    equal, given = total([0.1, 0.1], 100, 500), total([0.1, 0.1], 100, 500, ratio)
    assert given[0] > equal[0] and given[1] < equal[1]
    assert found == pytest.approx([given[0], equal[1]])


def test_impossible_values_are_refused():
    with pytest.raises(ValueError, match="not within -1..1"):
        binormal.variance_parts(1.2, 10, 10)
    with pytest.raises(ValueError, match="above 0"):
        binormal.variance_parts(0.2, 10, 10, 0)
