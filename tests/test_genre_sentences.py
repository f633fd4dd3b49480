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


def test_of_few_lists_nothing_is_said_but_that():
    said = figures.gap_in_words(ROW.replace(164, 2), "participants", ("T", "R"), "too few")
    assert said == (
        "2 participants of T are too few to say whether lists are narrower than random draws from R."
    )


def test_parts_are_shares_of_the_pool():
    said = figures.parts_in_words(1.5, 2.25, 3.0, "participants", 1234)
    assert "(1,234 participants) lie 1.50 of 3.00 bits, 50 %" in said and "2.25 bits, 75 %" in said


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
    few = figures.matches_in_words(table, "participants", ("T", "R"), "too few")
    assert few.endswith("too few for a verdict.") and "points" not in few


def test_a_difference_of_entropies_holds_zero_or_leaves_it_out_or_has_no_interval():
    entropy = pd.DataFrame({"unit": ["participant", "artist"], "units": [164, 2406]}, ["T", "R"])
    found = pd.Series({"corrected": 0.7, "ci_low": 0.55, "ci_high": 0.84})
    said = figures.entropies_apart_in_words(found, entropy, ("T", "R"), 0.01)
    assert "from 0.55 to 0.84 that leaves out zero (units: 164 of T (participant)" in said
    stuck = figures.entropies_apart_in_words(found, entropy, ("T", "R"), np.nan)
    assert stuck.endswith("(artist); too few listings can change places for a permutation test).")
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
