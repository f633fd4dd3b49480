"""Sentences that choose their words by numbers: comparisons, methods, adjustments and designs."""

import numpy as np
import pandas as pd
import pytest

from helpers import figures
from helpers.figures import numbers
from helpers.stats import design, ranks


@pytest.mark.parametrize(
    ("chosen", "said"),
    [
        ("", "none of them"),
        ("a", "a"),
        ("ab", "a and b"),
        ("abcd", "all but e"),
        ("abc", "all but d and e"),
        ("abcde", "all"),
    ],
)
def test_names_are_listed_or_left_out_whichever_is_shorter(chosen, said):
    assert numbers.named(list(chosen), list("abcde")) == said


def test_one_name_of_one_is_named():
    assert numbers.named(["a"], ["a"]) == "a"
    assert numbers.span(0.051, 0.049) == "5 %" and numbers.span(0.04, 0.06, 1) == "4.0 % to 6.0 %"


def test_pairs_won_are_read_in_every_scale():
    row = pd.Series({"mwu_u": 4.5, "cles": 0.75, "cliffs_delta": 0.5, "ks_d": 0.5})
    assert figures.won_in_words(row, 6) == (
        "Of 6 pairs, 4.5 are won, a tie counting half: that is a share of 0.75, and a delta of 0.50. "
        "Where the cumulative distributions are farthest apart, they differ by 0.50: that is D."
    )


def test_thresholds_are_said_in_pairs():
    said = figures.thresholds_in_words(ranks.THRESHOLDS)
    assert said.endswith("A delta of 0.147 stands for 57 pairs won and 43 lost in a hundred.")


def made_tests():
    """Three features: one that only a small family finds, one found by D alone, one by all."""
    return pd.DataFrame(
        {
            "feature": ["tempo", "energy", "valence"],
            "contrast": "A - B",
            "mwu_p": [0.02, 0.2, 1e-9],
            "ks_p": [0.001, 0.01, 1e-9],
            "mwu_holm": [0.03, 0.2, 1e-8],
            "ks_holm": [0.002, 0.03, 1e-8],
            "holm_contrasts": [0.116, 0.4, 1e-8],
            "ks_d": [0.05, 0.1, 0.201],
        }
    ).set_index("feature", drop=False)


def test_p_values_before_correction_name_what_d_alone_finds():
    assert figures.uncorrected_in_words(made_tests()) == (
        "Before correction p is below 0.05 in 2 of 3 tests of U and in 3 of D; D alone finds a "
        "difference for energy in A - B, where the distributions differ in shape while neither corpus "
        "is shown to have more of the feature."
    )
    both = made_tests().assign(mwu_p=0.01)
    assert figures.uncorrected_in_words(both).endswith("no difference is found by D alone.")


def test_families_name_the_feature_that_a_larger_one_loses_with_both_p_values():
    said = figures.families_in_words(made_tests(), 27)
    assert said.startswith("In this family of 6 tests, 2 of 3 features differ in both tests")
    assert said.endswith(
        "By U, tempo differs here (p = 0.030) but not in the family of 27 Mann-Whitney tests "
        "(p = 0.116)."
    )
    smaller = made_tests().assign(mwu_holm=[0.06, 0.2, 0.0], holm_contrasts=[0.04, 0.4, 0.0])
    assert "tempo differs in the family of 3 Mann-Whitney tests (p = 0.040) but not here" in (
        figures.families_in_words(smaller, 3)
    )
    same = made_tests().assign(holm_contrasts=[0.04, 0.4, 0.0])
    assert figures.families_in_words(same, 27).endswith("the same features differ as by U here.")


def test_d_is_said_in_percentage_points():
    assert figures.apart_in_words(made_tests()) == (
        "The two distributions are most alike in tempo: the shares of listings below any value differ "
        "by 5 percentage points at most (D). They are least alike in valence, where these shares "
        "differ by up to 20 points."
    )


def test_the_largest_difference_of_means_is_set_beside_that_of_ranks():
    table = pd.DataFrame(
        {"feature": ["x", "y"], "cohens_d": [-0.8, 0.5], "kruskal_r": [0.1, 0.3]}
    ).assign(target="A", reference="B")
    assert figures.tests_of_means_in_words(table) == (
        "The largest difference of means is that of x in A - B (Cohen's d -0.80); by ranks it is that "
        "of y in A - B (r of H 0.30)."
    )
    agreed = figures.tests_of_means_in_words(table.assign(kruskal_r=[0.4, 0.3]))
    assert agreed.endswith("by ranks it is the largest too (r of H 0.40).")
    assert figures.tests_of_means_in_words(table.assign(kruskal_r=np.nan)).endswith(
        "(Cohen's d -0.80)."
    )


def test_measured_correlations_are_read_against_break_even_ones():
    measured = pd.Series({"a": 0.09, "b": 0.07, "c": 0.02})
    limit = pd.Series({"c": 2.0, "b": 0.1, "a": 0.03})
    assert figures.rank_correlations_in_words(measured, limit) == (
        "Within a participant the ranks correlate at between 0.02 (c) and 0.09 (a). That reaches the "
        "break-even correlation of Holm's family for a (0.09 against 0.03), and more than half of it "
        "for b (0.07 against 0.10)."
    )
    # Lists of one listing have no correlation that undoes a test.
    said = figures.rank_correlations_in_words(measured, limit * np.nan)
    assert said.endswith(
        "For no feature is that half of the break-even correlation of Holm's family."
    )


def test_a_split_says_which_part_is_larger_and_which_interval_leaves_out_zero():
    rows = [
        ("a", "mix", 0.1, 0.05, 0.15),
        ("a", "within", -0.3, -0.4, -0.2),
        ("b", "mix", 0.4, 0.3, 0.5),
        ("b", "within", 0.1, -0.1, 0.3),
    ]
    parts = pd.DataFrame(rows, columns=["feature", "part", "value", "ci_low", "ci_high"])
    said = figures.split_in_words(parts.assign(weights="averaged"), ["b", "a"])
    assert said == (
        "By averaged weights the part within genres is larger than that of the genre mix for 1 of 2 "
        "features (a). The interval of the part within genres leaves out zero for a, that of the mix "
        "for all features."
    )


def shares():
    return pd.DataFrame(
        {
            "averaged": [0.3, 0.4, 0.5],
            "reference": [0.25, 0.0, -0.4],
            "target": [0.35, 0.8, 1.4],
            "identified": [True, False, False],
            "clear": [True, True, False],
        },
        ["a", "b", "c"],
    )


def test_shares_of_the_mix_state_the_rule_and_what_means_nothing():
    whole = {"NEW": [], "OLD": []}
    assert figures.mix_in_words(shares(), 0.5, whole) == (
        "Where the three weightings lie less than 50 % of the difference apart, the share of the "
        "genre mix has one answer: that is so for 1 of 3 features (a 30 %). For b it depends on the "
        "weighting. For c the difference itself may be zero, so a share of it means nothing."
    )
    # Of genres of one corpus alone nothing is split: the whole difference may well leave out zero.
    part = figures.mix_in_words(shares(), 0.5, {"NEW": [], "OLD": ["Rock"]})
    both = "the difference over shared genres"
    assert f"genre mix in {both} has one answer" in part and f"For c {both} may be zero" in part
    columns = ["averaged", "reference", "target"]
    said = figures.weightings_in_words(shares(), columns)
    assert said.endswith(
        "farthest apart for b (0 % to 80 %) and nearest to one another for a (25 % to 35 %)."
    )
    assert figures.weightings_in_words(shares()[:1], columns).endswith("for a (25 % to 35 %).")
    nothing = shares().assign(clear=False)
    assert "no share of the mix can be read off" in figures.weightings_in_words(nothing, columns)


def test_differences_are_sorted_by_the_methods_that_they_outlive():
    remains = pd.DataFrame(
        {
            "independent": [True, True, True, False, False],
            "people": [True, False, False, True, False],
            "model": [True, True, False, False, False],
        },
        list("abcde"),
    )
    assert figures.methods_in_words(remains) == (
        "By every method 1 of 5 differences remains: a. Methods disagree on others: b remains by "
        "all but people; d remains only by people. Of these methods, only that of "
        "independent listings finds the difference in c. None of them finds that in e."
    )
    assert figures.methods_in_words(remains[:1]) == (
        "By every method 1 of 1 difference remains: a."
    )
    assert figures.methods_table(remains).loc["b"].tolist() == ["remains", "no", "remains"]


def test_rivals_are_counted_by_what_a_build_can_do():
    answers = pd.Series({"a": design.ADJUSTED, "b, c": design.SILENT, "d": design.IN_PART})
    assert figures.rivals_in_words(answers, design.ANSWERS) == (
        "Of 3 rival explanations this build can adjust for 1 and look at 1 in part; of 1 it can say "
        "nothing (b, c)."
    )


def test_versions_say_the_largest_change_and_what_turns_or_becomes_negligible():
    versions = pd.DataFrame(
        {"x": [0.3, 0.25, np.nan], "y": [-0.2, -0.18, np.nan]}, ["as listed", "one", "two"]
    )
    assert figures.adjustments_in_words(versions, 0.147) == (
        "The largest change is that of x one: 0.300 becomes 0.250. Over all versions, every difference "
        "keeps its sign, and none becomes negligible."
    )
    versions.loc["two"] = [-0.1, -0.2]
    said = figures.adjustments_in_words(versions, 0.147)
    assert said.endswith("x changes its sign in some, and x is negligible in some.")
    assert "No version could be adjusted" in figures.adjustments_in_words(versions[:1], 0.147)


def test_widths_say_what_clustering_costs_with_and_without_need():
    ratios = pd.DataFrame(
        {0.0: [1, 1.01, 1.03], 0.3: [1, 1.7, 2.03]}, ["independent", "blocks", "two ways"]
    )
    said = figures.widths_in_words(ratios, 1.11, (164, 10))
    assert said.startswith(
        "With an ICC of 0.3 and 164 participants the longest interval is 2.0 times"
    )
    assert "With an ICC of 0, clustering without need costs next to nothing (3.0 % at most)" in said
    assert said.endswith("with Student's t is 11 % longer than need be.")
    ratios[0.0] = [1, 1.1, 1.2]
    assert "costs 20 % in length" in figures.widths_in_words(ratios, 1.11, (164, 10))


def test_sentences_on_simulated_studies_read_the_assumption_they_name():
    held = pd.Series({"independent": 0.725, "participants, t": 0.975})
    assert figures.forty_in_words(held, 40).startswith("Of 40 studies, 29 intervals")
    icc = pd.Series({"a": 0.1, "b": 0.2})
    said = figures.coverage_here_in_words(icc, pd.DataFrame({"independent": [0.9, 0.8]}, icc.index))
    assert "most alike in b (ICC 0.20)" in said and said.endswith("the truth in 80 % of studies.")


def test_sizes_of_studies_are_said_per_arm_and_in_all():
    sizes = pd.DataFrame({"t": [417, 105], "t_family": [694, 175]}, [0.05, 0.1])
    assert figures.sizes_of_arms_in_words(sizes, 11.4, 0.1).endswith(
        "each of two arms needs the following number of participants: 417 for a delta of 0.05 and "
        "105 for a delta of 0.1. After Bonferroni, a delta of 0.05 needs 694 per arm."
    )
    pairs = pd.DataFrame({"two_arms": [100], 0.0: [51], 0.5: [36]}, [0.147])
    assert figures.pairs_in_words(pairs, 0.147, 0.5) == (
        "To find a delta of 0.147, two arms need 100 people together; if the same people give both "
        "lists, 36 are enough with a shared taste of 0.5, and 51 with none."
    )
    assert figures.longer_in_words(50, 40, 0.147, 0.1).endswith("save 20 % of the people.")
    powers = {0.05: pd.Series([0.91, 0.92]), 0.3: pd.Series([0.49, 0.51])}
    assert (
        "power of 91 % to 92 % if the true ICC is 0.05 and 49 % to 51 % if the true ICC is 0.3"
        in (figures.wrong_icc_in_words(powers, 0.1))
    )


def test_correlations_that_were_put_in_are_said_to_size_no_study():
    icc, needed = pd.Series({"a": 0.14, "b": 0.06}), pd.Series({"a": 60, "b": 39})
    said = figures.icc_here_in_words(icc, needed, 0.147, simulated=False)
    assert said.endswith("would take 60 participants per arm for a delta of 0.147.")
    assert figures.icc_here_in_words(icc, needed, 0.147, simulated=True).endswith(
        "they illustrate the calculation and must not size a study."
    )


def test_false_positives_are_set_beside_their_monte_carlo_error():
    checks = pd.DataFrame({"level": [0.042, 0.0645, 0.05]})
    assert figures.false_positives_in_words(checks, 0.05, 0.005) == (
        "Where nothing differs, 4.2 % to 6.5 % of studies are significant at 5 % (Monte Carlo error "
        "0.5 points); in 2 of 3 designs the share lies within two such errors of the level."
    )
