"""Numbers as people write them."""

import numpy as np
import pandas as pd
import pytest

from helpers import figures
from helpers.figures import numbers


@pytest.mark.parametrize(
    ("p", "text"), [(0.0004, "< 0.001"), (0.001, "0.001"), (0.0449, "0.045"), (np.nan, "–")]
)
def test_p_values_have_three_decimals_at_most(p, text):
    assert figures.p_text(p) == text


def test_a_percentage_has_a_space_before_its_sign():
    assert [figures.percent(0.0591), figures.percent(0.0591, 1)] == ["6 %", "5.9 %"]
    assert figures.percent(np.nan) == "–"
    assert figures.percent(-0.0004) == "0 %"


@pytest.mark.parametrize(
    ("value", "text"),
    [(3.0609, "3.06"), (-0.001, "0.00"), (-0.126, "-0.13"), (8970.4, "8,970"), (np.nan, "–")],
)
def test_decimals_are_few_and_zero_has_no_sign(value, text):
    assert figures.decimal(value) == text


@pytest.mark.parametrize(
    ("value", "text"), [(0.0584, "+0.058"), (-0.0006, "-0.001"), (-0.0004, "0.000"), (0, "0.000")]
)
def test_differences_have_signs_and_zero_has_none(value, text):
    assert figures.signed(value) == text


def test_a_table_has_separators_decimals_and_dashes():
    table = pd.DataFrame(
        {
            "n": pd.array([8970, None], "Int64"),
            "p": [0.0001, 0.25],
            "bits": [3.0609, np.nan],
            "met": [True, False],
            "genre": ["Pop", None],
        }
    )
    assert figures.readable(table).to_numpy().tolist() == [
        ["8,970", "< 0.001", "3.06", "yes", "Pop"],
        ["–", "0.250", "–", "no", "–"],
    ]


def test_headings_and_labels_lose_what_only_a_program_needs():
    table = pd.DataFrame({"ci_low": [0.5], 0.1: [2.0], "mix_found": [0.25]}, ["jensen_shannon"])
    shown = figures.readable(table)
    assert shown.columns.tolist() == ["from", "0.1", "mix found"]
    assert shown.index.tolist() == ["Jensen-Shannon divergence"]
    named = figures.readable(table.rename_axis("feature_set"))
    assert named.columns.name == "feature set" and named.index.name is None
    rows = pd.MultiIndex.from_tuples([("PMD - EMD", "entropy_difference")])
    assert figures.readable(table.set_axis(rows)).index[0] == ("PMD - EMD", "entropy difference")


def test_a_table_keeps_its_labels_and_an_empty_one_stays_empty():
    columns = pd.MultiIndex.from_product([["map"], ["ARI", "NMI"]])
    table = pd.DataFrame([[0.5, 1.25]], ["PMD"], columns)
    shown = figures.readable(table, 1)
    assert shown.columns.equals(columns) and shown.index.tolist() == ["PMD"]
    assert figures.readable(table[:0]).empty
    assert figures.readable(pd.Series([1.5], ["a"], name="value")).columns.tolist() == ["value"]


@pytest.mark.parametrize(
    ("names", "sentence"),
    [([], "none"), (["a"], "a"), (["a", "b"], "a and b"), (["a", "b", "c"], "a, b and c")],
)
def test_names_are_listed_as_a_sentence_lists_them(names, sentence):
    assert figures.listed(iter(names)) == sentence


def test_of_many_parts_the_extremes_are_told_and_what_is_unknown_is_none():
    parts = ["a", "b", "c", "d", "e"]
    values = [2, float("nan"), 5, 1, 3]
    assert numbers.extremes(parts, values, most=5) == "a, b, c, d and e"
    assert numbers.extremes(parts, values, most=3) == (
        "c at the highest and d at the lowest (2 others lie between)"
    )
    assert numbers.extremes(parts[:4], values[:4], 3, ends=("most", "least")) == (
        "c most and d least (1 other lies between)"
    )
    # Of one known value there is no highest and lowest.
    assert numbers.extremes(parts[:2], values[:2], 1, "; ".join) == "a; b"
