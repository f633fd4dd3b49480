"""Shift functions: numpy's quantiles, known shifts, bands that cover all deciles at once."""

import numpy as np
import pandas as pd
import pytest

from helpers.stats import shift


def test_weighted_quantiles_are_numpys_of_repeated_values():
    rng = np.random.default_rng(1)
    for _ in range(50):
        values = np.sort(rng.integers(0, 12, 20) / 4)
        weights = rng.integers(0, 4, 20)
        weights[0] = 1
        found = shift.weighted_quantiles(values, weights, shift.DECILES)
        repeated = np.repeat(values, weights)
        wanted = np.quantile(repeated, shift.DECILES, method="inverted_cdf")
        assert found.tolist() == wanted.tolist()


def test_a_level_shift_is_found_at_every_decile_and_missing_values_are_dropped():
    rng = np.random.default_rng(2)
    reference = pd.DataFrame({"f": rng.normal(size=400), "g": rng.normal(size=400)})
    target = reference + [3, 0]
    target.loc[400] = [np.nan, 0]
    units = pd.Series(np.arange(401) // 10), pd.Series(np.arange(400))
    found = shift.shift_function(
        target, reference, ["f", "g"], units, n_replicates=200, seed=1
    ).set_index("feature")
    assert found.loc["f", "difference"].tolist() == pytest.approx([3] * 9)
    assert found.loc["f", "quantile"].tolist() == list(shift.DECILES)
    assert (found.loc["f", "low"] > 0).all()
    assert ((found.loc["g", "low"] <= 0) & (found.loc["g", "high"] >= 0)).all()


def test_a_wider_corpus_crosses_zero_where_delta_sees_nothing():
    rng = np.random.default_rng(3)
    target = pd.DataFrame({"f": rng.normal(0, 2, 600)})
    reference = pd.DataFrame({"f": rng.normal(0, 1, 600)})
    each = pd.Series(np.arange(600))
    found = shift.shift_function(target, reference, ["f"], (each, each), n_replicates=200, seed=1)
    assert (found["low"] > 0).sum() >= 2 and (found["high"] < 0).sum() >= 2


def test_a_quantile_that_never_moves_has_no_width():
    zeros = pd.DataFrame({"f": np.r_[np.zeros(80), np.arange(20.0)]})
    each = pd.Series(np.arange(100))
    found = shift.shift_function(zeros, zeros, ["f"], (each, each), n_replicates=100, seed=1)
    assert found["low"].iloc[0] == found["high"].iloc[0] == 0
    assert (found["high"] >= found["low"]).all() and found.notna().all(axis=None)


@pytest.mark.slow
def test_bands_hold_for_all_deciles_only_where_lists_are_drawn_whole():
    """40 lists of 10, correlation 0.6: 0.93 and 0.61 of 300 replicates. Error of 100: 0.03 and 0.05."""
    rng, lists, size = np.random.default_rng(4), 40, 10
    person = pd.Series(np.repeat(np.arange(lists), size))
    each = pd.Series(np.arange(lists * size))
    held = {"lists": 0, "listings": 0}
    for replicate in range(100):
        taste = np.repeat(rng.normal(size=lists), size)
        own = rng.normal(size=lists * size)
        target = pd.DataFrame({"f": np.sqrt(0.6) * taste + np.sqrt(0.4) * own})
        reference = pd.DataFrame({"f": rng.normal(size=lists * size)})
        for name, unit in (("lists", person), ("listings", each)):
            found = shift.shift_function(
                target, reference, ["f"], (unit, each), n_replicates=120, seed=replicate
            )
            held[name] += ((found["low"] <= 0) & (found["high"] >= 0)).all()
    assert held["lists"] > 85
    assert held["listings"] < 78


def test_nothing_that_counts_is_refused():
    with pytest.raises(ValueError, match="no value has a weight"):
        shift.weighted_quantiles(np.array([1.0]), np.array([0]), [0.5])
