"""The jackknife over units, against Student's and Welch's intervals, which it gives for means."""

import numpy as np
import pytest
from scipy import stats

from helpers.stats import jackknife


def mean(table):
    """Of values in the first column, of which the second counts one each."""
    return table[:, 0] / table[:, 1]


def sample(values):
    return np.column_stack([values, np.ones(len(values), int)])


def test_of_a_mean_it_is_the_interval_of_student():
    x = np.random.default_rng(1).integers(0, 9, 30)
    left_out = jackknife.leave_one_out(mean, sample(x))
    found = jackknife.interval(x.mean(), [left_out], 0.9)
    low, high = stats.t.interval(0.9, 29, x.mean(), stats.sem(x))
    assert found["se"] == pytest.approx(stats.sem(x))
    assert found[["corrected", "ci_low", "ci_high"]].tolist() == pytest.approx(
        [x.mean(), low, high]
    )


def test_of_two_means_it_is_the_interval_of_welch():
    rng = np.random.default_rng(2)
    x, y = rng.integers(0, 9, 12), rng.integers(0, 30, 40)
    value = x.mean() - y.mean()
    parts = [
        jackknife.leave_one_out(lambda table: mean(table) - y.mean(), sample(x)),
        jackknife.leave_one_out(lambda table: x.mean() - mean(table), sample(y)),
    ]
    found = jackknife.interval(value, parts)
    expected = stats.ttest_ind(x, y, equal_var=False).confidence_interval()
    assert found[["ci_low", "ci_high"]].tolist() == pytest.approx([expected.low, expected.high])


def test_the_bias_of_a_variance_is_taken_away_exactly():
    x = np.random.default_rng(3).integers(0, 9, 15)
    table = np.column_stack([x, x**2, np.ones(15, int)])

    def variance(sums):
        return sums[:, 1] / sums[:, 2] - (sums[:, 0] / sums[:, 2]) ** 2

    found = jackknife.interval(x.var(), [jackknife.leave_one_out(variance, table)])
    assert found["corrected"] == pytest.approx(x.var(ddof=1))


def test_nine_units_have_no_interval_and_equal_units_have_one_without_width():
    same = jackknife.leave_one_out(mean, [[3, 1]] * 12)
    assert jackknife.interval(3.0, [same]).tolist() == [3, 3, 3, 3, 0]
    few = jackknife.leave_one_out(mean, [[3, 1]] * 9)
    assert few.units == 9
    found = jackknife.interval(3.0, [same, few])
    assert found["value"] == 3 and found.drop("value").isna().all()
