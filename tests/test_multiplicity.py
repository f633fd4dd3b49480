"""P-values corrected within families."""

import numpy as np
import pandas as pd
import pytest

from helpers.stats import multiplicity


def test_holm_by_hand():
    assert multiplicity.holm([0.01, 0.04, 0.03, 0.005]) == pytest.approx([0.03, 0.06, 0.06, 0.02])
    assert multiplicity.holm([0.5, 0.5]) == pytest.approx([1, 1])
    assert multiplicity.holm([0.01, 0.04]) == pytest.approx([0.02, 0.04])
    assert len(multiplicity.holm([])) == 0


@pytest.mark.parametrize("p", [[0.1, np.nan], [0.1, 1.5], [0.1, -0.1]])
def test_a_p_value_that_is_none_is_refused_by_its_position(p):
    with pytest.raises(ValueError, match="at position 1 is not within 0..1"):
        multiplicity.holm(p)


def test_holm_keeps_the_order_given_and_is_never_below_p():
    rng = np.random.default_rng(5)
    p = rng.random(135) ** 3
    shuffle = rng.permutation(135)
    assert np.array_equal(multiplicity.holm(p)[shuffle], multiplicity.holm(p[shuffle]))
    assert (multiplicity.holm(p) >= p).all()


def step_down(p):
    """Holm (1979), step by step."""
    adjusted, largest = np.empty(len(p)), 0.0
    for k, place in enumerate(np.argsort(p, kind="stable")):
        largest = max(largest, min(p[place] * (len(p) - k), 1))
        adjusted[place] = largest
    return adjusted


@pytest.mark.parametrize("size", [1, 18, 27, 135])
def test_holm_is_the_step_down_method_to_the_last_digit(size):
    p = np.random.default_rng(size).random(size) ** 8
    assert np.array_equal(multiplicity.holm(p), step_down(p))


def test_each_family_is_corrected_by_itself():
    tests = pd.DataFrame(
        {
            "genre": ["all", "all", "Pop", "Jazz"],
            "target": ["PMD", "MSSD", "PMD", "PMD"],
            "reference": ["EMD"] * 4,
            "mwu_p": [0.01, 0.02, 0.03, 0.04],
            "ks_p": [0.2, 0.9, 0.9, 0.9],
        }
    )
    found = multiplicity.correct_families(tests, ("PMD", "EMD"))
    assert found["mwu_holm"].tolist() == pytest.approx([0.02, *[np.nan] * 3], nan_ok=True)
    assert found["ks_holm"].tolist() == pytest.approx([0.2, *[np.nan] * 3], nan_ok=True)
    assert found["holm_contrasts"].tolist() == pytest.approx(
        [0.02, 0.02, np.nan, np.nan], nan_ok=True
    )
    assert found["holm_genres"].tolist() == pytest.approx([np.nan, np.nan, 0.06, 0.06], nan_ok=True)
    whole = multiplicity.correct_families(tests[:2], ("PMD", "EMD"))
    assert whole["holm_genres"].isna().all()


def test_a_row_is_significant_where_all_its_p_values_are():
    table = pd.DataFrame({"a": [0.01, 0.04, 0.2], "b": [0.04, 0.05, 0.01]})
    assert multiplicity.significant_in_all(table, ["a", "b"]) == 1
    assert multiplicity.significant_in_all(table, ["a", "b"], alpha=0.1) == 2
