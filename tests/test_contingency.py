"""Two groups in a table of counts: scipy, and cases whose answer is known."""

import numpy as np
import pandas as pd
import pytest
from scipy import stats

from helpers.stats import contingency


def test_chi_square_equals_scipy_and_ignores_empty_genres():
    counts = np.array([[30, 20], [10, 40], [0, 0]])
    found = contingency.chi_square(counts)
    expected = stats.chi2_contingency(counts[:2])
    assert (found["statistic"], found["dof"], found["p"]) == (
        expected.statistic,
        1,
        expected.pvalue,
    )
    assert found["cramers_v"] == pytest.approx(
        stats.contingency.association(counts[:2], method="cramer", correction=True)
    )


def listings(target, reference):
    rows = pd.DataFrame(
        {"corpus": ["T"] * len(target) + ["R"] * len(reference), "genre": [*target, *reference]}
    )
    return rows.assign(study=None, participant=None, artist=None, track_id=range(len(rows)))


def test_permutation_test_sees_a_difference_and_none():
    rng = np.random.default_rng(1)
    apart = listings(rng.choice(["a", "b"], 400), rng.choice(["a", "b"], 400, p=[0.95, 0.05]))
    found = contingency.block_permutation_test(apart, "corpus", ("T", "R"), 4, 199, 1)
    assert (found["p"] == 1 / 200).all() and found.loc["entropy_difference", "value"] > 0
    p = []
    for k in range(60):
        same = listings(
            np.repeat(rng.choice(["a", "b", "c"], 30), 7),
            np.repeat(rng.choice(["a", "b", "c"], 30), 7),
        )
        p.append(
            contingency.block_permutation_test(same, "corpus", ("T", "R"), 7, 99, k).loc[
                "jensen_shannon", "p"
            ]
        )
    # Uniform under the null although rows come in runs; ignoring the runs makes almost all p small.
    assert stats.kstest(p, "uniform").pvalue > 0.01
    naive = contingency.block_permutation_test(same, "corpus", ("T", "R"), 1, 99, 1)
    assert naive.loc["jensen_shannon", "p"] <= p[-1]


def test_two_by_two_is_corrected_by_yates_and_one_genre_is_no_test():
    counts = np.array([[12, 5], [3, 9]])
    found = contingency.chi_square(counts)
    # By hand: n (|ad - bc| - n / 2)^2 over the product of the margins.
    expected = 29 * (abs(12 * 9 - 5 * 3) - 29 / 2) ** 2 / (17 * 12 * 15 * 14)
    assert found["statistic"] == pytest.approx(expected)
    assert found["cramers_v"] == pytest.approx(np.sqrt(expected / 29))
    assert contingency.chi_square([[50, 0], [0, 30]])["smallest_expected"] == pytest.approx(11.25)
    single = contingency.chi_square([[5, 7], [0, 0]])
    assert single["n"] == 12 and single.drop("n").isna().all()


def test_a_rearrangement_by_hand():
    # Four blocks, two a group, each of one genre: of the six arrangements two are as far apart.
    rows = listings(["a"] * 4, ["b"] * 4)
    found = contingency.block_permutation_test(rows, "corpus", ("T", "R"), 2, 3000, 1)
    assert found.loc["jensen_shannon", "value"] == 1
    assert found.loc["entropy_difference", "value"] == 0
    assert found["units"].tolist() == [4, 4]
    assert found.loc["jensen_shannon", "p"] == pytest.approx(1 / 3, abs=0.03)
    assert found.loc["entropy_difference", "p"] == 1


def test_every_pair_of_groups_is_tested_with_a_block_that_fits_both():
    rows = listings(list("aabb") * 10, list("bbaa") * 4)
    found = contingency.permutation_tests(rows, "corpus", ("T", "R"), 14, 99, 1)
    assert [*found.index.get_level_values(0).unique()] == ["T - R"]
    # Sixteen rows of R: blocks of four.
    assert (found["units"] == 14).all()
    assert contingency.permutation_tests(rows, "study", [], 14, 99, 1).empty


def test_participants_are_dealt_whole_where_all_listings_have_one():
    people = ["p"] * 4 + ["q"] * 5 + ["r"] * 5 + ["s"] * 4
    rows = listings(["a"] * 9, ["b"] * 9).assign(participant=people)
    found = contingency.block_permutation_test(rows, "corpus", ("T", "R"), 2, 3000, 1)
    assert found["unit"].tolist() == ["participant"] * 2 and (found["units"] == 4).all()
    assert (found["free"] == 1).all()
    # Of the six ways to give two of four people to a group, two part the genres as far.
    assert found.loc["jensen_shannon", "p"] == pytest.approx(1 / 3, abs=0.03)
    without = rows.assign(participant=[None, *people[1:]])
    blocks = contingency.block_permutation_test(without, "corpus", ("T", "R"), 2, 99, 1)
    assert blocks["unit"].tolist() == ["block"] * 2 and (blocks["units"] == 10).all()
    # The last block of either group has one row, and changes places with the other one.
    assert (blocks["free"] == 1).all()


def test_units_change_places_with_units_of_like_size_and_without_enough_of_them_there_is_no_p():
    # Long lists in one group, short ones in the other: nothing can move.
    people = [f"t{k // 12}" for k in range(48)] + [f"r{k // 3}" for k in range(48)]
    rows = listings(list("aab") * 16, list("abc") * 16).assign(participant=people)
    found = contingency.block_permutation_test(rows, "corpus", ("T", "R"), 4, 99, 1)
    assert (found["free"] == 0).all() and found["p"].isna().all()
    assert found.loc["entropy_difference", "value"] == pytest.approx(
        stats.entropy([2, 1], base=2) - np.log2(3)
    )
    # By blocks all of it can, and there is a p.
    blocks = contingency.block_permutation_test(
        rows.assign(participant=None), "corpus", ("T", "R"), 4, 99, 1
    )
    assert (blocks["free"] == 1).all() and blocks["p"].notna().all()


def test_p_is_uniform_where_the_groups_differ_in_nothing_but_how_long_their_lists_are():
    # Short lists hold one genre each, long ones two others; the target has more of the short ones.
    # Dealt regardless of their length, lists would part the genres less than they are parted here.
    rng = np.random.default_rng(4)
    p = []
    for k in range(60):
        genres, people = [], []
        for side, lengths in (("T", [3] * 24 + [20] * 6), ("R", [3] * 12 + [20] * 12)):
            for number, length in enumerate(lengths):
                mix = [rng.choice(list("ab"))] if length == 3 else list("cd")
                genres.append(rng.choice(mix, length))
                people += [f"{side}{number}"] * length
        rows = listings(np.concatenate(genres[:30]), np.concatenate(genres[30:]))
        rows["participant"] = people
        found = contingency.block_permutation_test(rows, "corpus", ("T", "R"), 5, 99, k)
        p.append(found.loc["jensen_shannon", "p"])
    assert stats.kstest(p, "uniform").pvalue > 0.01
