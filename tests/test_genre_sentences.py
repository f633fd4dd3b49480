"""Sentences about genres and lists: each verdict in its words."""

import numpy as np
import pandas as pd
import pytest

from helpers import figures

ROW = pd.Series({"value": -0.55, "ci_low": -0.63, "ci_high": -0.47, "lists": 164})


@pytest.mark.parametrize(
    ("verdict", "words"),
    [
        ("below", "lists are narrower than chance would make them"),
        ("above", "lists are broader than chance would make them"),
        ("open", "neither narrower nor broader can be said"),
    ],
)
def test_a_gap_is_said_with_its_interval_and_the_verdict(verdict, words):
    said = figures.gap_in_words(ROW, "participants", ("T", "R"), verdict)
    assert said.startswith("A list of T (164 participants) holds 0.55 bits less than as many")
    assert "(interval -0.63 to -0.47)" in said and said.endswith(f"{words}.")


def test_an_interval_is_said_to_contain_zero_only_where_it_does():
    """The verdict rests on two lengths of window, the interval that is shown is of one."""
    said = figures.gap_in_words(ROW, "windows of 11 rows", ("T", "R"), "open")
    assert said.endswith(
        "(interval -0.63 to -0.47): with longer windows that is not so, and neither narrower nor "
        "broader can be said."
    )
    wide = ROW.replace(-0.47, 0.01)
    assert "the interval contains zero" in figures.gap_in_words(wide, "p", ("T", "R"), "open")


def test_of_few_lists_nothing_is_said_but_that():
    said = figures.gap_in_words(ROW.replace(164, 2), "participants", ("T", "R"), "too few")
    assert said == (
        "2 participants of T are too few to say whether lists are narrower than random draws from R."
    )


def test_matches_name_three_shares_and_a_verdict():
    table = pd.DataFrame(
        {
            "value": [0.295, 0.179, 0.281, 0.014],
            "ci_low": [0, 0, 0, -0.033],
            "ci_high": [0, 0, 0, 0.059],
        },
        ["within", "between", "reference", "within - reference"],
    )
    said = figures.matches_in_words(table, "participants", ("T", "R"), "open")
    assert "29.5 % of pairs, listings of two lists in 17.9 %, listings of R in 28.1 %" in said
    assert said.endswith("as far as can be said (-3.3 to 5.9 points).")
    table.loc["within - reference", "ci_low"] = 0.0004
    divided = figures.matches_in_words(table, "windows", ("T", "R"), "open")
    assert divided.endswith(
        "A list is more alike than listings of R (0.0 to 5.9 points), but not with longer windows, "
        "so neither is concluded."
    )
    few = figures.matches_in_words(table, "participants", ("T", "R"), "too few")
    assert few.endswith("too few for a verdict.") and "points" not in few


def test_a_difference_of_entropies_holds_zero_or_leaves_it_out_or_has_no_interval():
    entropy = pd.DataFrame({"unit": ["participant", "artist"], "units": [164, 2406]}, ["T", "R"])
    found = pd.Series({"corrected": 0.7, "ci_low": 0.55, "ci_high": 0.84})
    said = figures.entropies_apart_in_words(found, entropy, ("T", "R"), 0.01)
    assert "from 0.55 to 0.84 that leaves out zero (164 participants of T and" in said
    stuck = figures.entropies_apart_in_words(found, entropy, ("T", "R"), np.nan)
    assert stuck.endswith(
        "2,406 artists of R; too few listings can change places for a permutation test)."
    )
    found["ci_low"] = -0.1
    assert "contains zero" in figures.entropies_apart_in_words(found, entropy, ("T", "R"), 0.01)
    found[:] = np.nan
    said = figures.entropies_apart_in_words(found, entropy, ("T", "R"), 0.01)
    assert (
        said.startswith("There are too few units for an interval of the difference between T")
        and "nan" not in said
    )


def test_shares_chi_square_and_ways_of_counting():
    percent = pd.DataFrame({"T": [60.0, 40], "R": [30.0, 70]}, ["Pop", "Rock"])
    said = figures.shares_in_words(percent, ("T", "R"))
    assert "Pop (60.0 % against 30.0 %) and Rock (40.0 % against 70.0 %)" in said
    names = ["statistic", "dof", "p", "cramers_v", "n", "smallest_expected"]
    said = figures.chi_square_in_words(pd.Series([840.99, 14, 2e-170, 0.28, 10843, 5.4], names))
    assert "841.0 with 14 degrees" in said and "10,843 listings" in said
    said = figures.counting_in_words(pd.Series([0.5, -0.1, 0.7]))
    assert said.startswith("2 of 3 ways") and "from -0.10 to 0.70 bits" in said
    same = figures.counting_in_words(pd.Series([0.5, 0.1, 0.7]))
    assert same.startswith("All 3 ways of counting give a difference in entropy of the same sign")
    # One genre in either corpus: no difference, and so no sign.
    none = figures.counting_in_words(pd.Series([-0.5, 0.0, -0.7]))
    assert none.startswith("2 of 3 ways") and "from -0.70 to 0.00 bits" in none


def test_listings_are_compared_by_what_one_percent_is():
    said = figures.listed_in_words(pd.Series({"T": 200, "R": 1000}))
    assert said.startswith("R has 5.0 times as many listings with a genre as T: one percent is 10")
    tiny = figures.listed_in_words(pd.Series({"T": 20, "R": 30}))
    assert tiny.endswith("as T; one listing of T is more than one percent.")
    same = figures.listed_in_words(pd.Series({"T": 20, "R": 20}))
    assert same == "T and R have 20 listings with a genre each."


def test_errors_of_independent_listings_are_called_too_small_only_where_they_are():
    errors = pd.DataFrame({1: [0.1, 0.1], 14: [0.1, 0.2], "unit": [0.1, 0.15]}, ["T", "R"])
    said = figures.errors_in_words(errors, ("T", "R"))
    assert "2.0 times as large by runs of 14 rows and 1.5 times by unit in R" in said
    assert said.endswith("is therefore too small for R.")
    assert figures.errors_in_words(errors, ("T", "T")).endswith("does little harm here.")
    short = pd.DataFrame([[0.1, 0.1, 0.1, 0.2, 0.1]] * 2, ["T", "R"], [1, 1, 2, 4, "unit"])
    assert "2.0 times as large by runs of 4 rows" in figures.errors_in_words(short, ("T", "R"))


@pytest.mark.parametrize(
    ("mixes", "diversity", "words"),
    [
        (0.0001, 0.15, "hold (p < 0.001), but are not shown to differ in how diverse they are"),
        (0.01, 0.02, "T and R differ in which genres they hold (p = 0.010) and in how diverse"),
        (0.2, 0.3, "not shown to differ in which genres they hold (p = 0.200) nor in how diverse"),
        (0.2, 0.01, "hold (p = 0.200), but differ in how diverse they are (p = 0.010)"),
        (np.nan, np.nan, "No permutation test says whether T and R differ in their genres."),
    ],
)
def test_mixes_and_diversity_are_two_questions(mixes, diversity, words):
    index = pd.MultiIndex.from_product([["T - R"], ["entropy_difference", "jensen_shannon"]])
    tests = pd.DataFrame({"p": [diversity, mixes], "unit": "block", "units": 18}, index)
    said = figures.mixes_in_words(tests, ("T", "R"))
    assert words in said
    assert np.isnan(mixes) or said.endswith("), with 18 blocks dealt at random.")


@pytest.mark.parametrize(
    ("of_target", "gap", "words"),
    [
        (0.013, 0.69, "Bias does not explain the gap: by unit it is 0.013 bits for T and 0.003"),
        (0.001, 0.69, "Bias explains little of the gap"),
        (0.001, 0.01, "Bias explains a part of the gap"),
        (0.001, 0.003, "Bias may explain most of the gap"),
        (0.013, -0.01, "Bias may explain most of the gap"),
        (0.013, 0.0, "Bias does not explain the gap"),
    ],
)
def test_bias_explains_a_gap_as_far_as_it_would_close_it(of_target, gap, words):
    bias = pd.DataFrame({"by unit": [of_target, 0.003]}, ["T", "R"])
    said = figures.bias_in_words(bias, gap, ("T", "R"))
    assert said.startswith(words) and said.endswith(f"are {abs(gap):.2f} bits apart.")
