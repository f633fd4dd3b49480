"""Diversity of a mix of genres: cases by hand, scipy, and cases whose answer is known."""

import numpy as np
import pandas as pd
import pytest
from scipy import stats
from scipy.spatial.distance import jensenshannon

from helpers.stats import diversity


def test_count_orders_genres_and_leaves_out_those_without():
    table = diversity.count(
        pd.DataFrame({"genre": ["Pop", "Rock", "Rock", None], "corpus": ["A", "A", "B", "B"]})
    )
    assert table.loc["Rock"].tolist() == [1, 1]
    assert table.sum().sum() == 3


def test_entropy_by_hand_and_by_scipy():
    assert diversity.shannon_entropy([1, 1, 1, 1]) == 2
    assert diversity.shannon_entropy([5, 0]) == 0
    counts = np.random.default_rng(1).integers(0, 50, 15)
    assert diversity.shannon_entropy(counts) == pytest.approx(
        stats.entropy(counts, base=2), abs=1e-12
    )


def test_miller_madow_adds_its_term():
    assert diversity.shannon_entropy([3, 1, 1], miller_madow=True) - diversity.shannon_entropy(
        [3, 1, 1]
    ) == pytest.approx(2 / (2 * 5 * np.log(2)))


def test_chao_shen_by_hand():
    # Two singletons among four: coverage 1/2, so shares 1/4, 1/8, 1/8,
    # each over its chance of being seen.
    expected = sum(-p * np.log2(p) / (1 - (1 - p) ** 4) for p in (1 / 4, 1 / 8, 1 / 8))
    assert diversity.chao_shen(np.array([2, 1, 1])) == pytest.approx(expected)


def test_corrections_come_nearer_in_small_samples():
    rng = np.random.default_rng(2)
    p = np.full(15, 1 / 15)
    draws = rng.multinomial(40, p, 500)
    estimators = (
        diversity.chao_shen,
        lambda d: diversity.shannon_entropy(d, miller_madow=True),
        diversity.shannon_entropy,
    )
    chao_shen, miller_madow, plug_in = (
        abs(np.mean([f(d) for d in draws]) - np.log2(15)) for f in estimators
    )
    assert chao_shen < miller_madow < plug_in


def test_entropy_refuses_what_was_not_counted():
    with pytest.raises(ValueError, match="every count is zero"):
        diversity.shannon_entropy([0, 0])


def test_hill_numbers():
    assert [diversity.hill_number([5, 5, 5], q) for q in (0, 1, 2)] == pytest.approx([3, 3, 3])
    assert diversity.hill_number([8, 1, 1], 0) == 3
    assert diversity.hill_number([8, 1, 1], 2) == pytest.approx(1 / (0.64 + 0.01 + 0.01))
    assert diversity.hill_number([8, 1, 1], 1) == pytest.approx(
        diversity.hill_number([8, 1, 1], 1 + 1e-7), abs=1e-5
    )


def test_windows_stay_within_groups_and_drop_the_rest():
    found = diversity.windows(["a"] * 5 + ["b"] * 4, 2)
    assert found.tolist()[:4] == [0, 0, 1, 1] and found[4] == -1
    assert len(set(found[5:])) == 2 and not set(found[5:]) & {0, 1, -1}


def test_rarefaction_to_everything_changes_nothing():
    rng = np.random.default_rng(1)
    assert diversity.rarefied_entropy([5, 3, 2], 10, 3, rng) == pytest.approx(
        diversity.shannon_entropy([5, 3, 2])
    )
    assert diversity.rarefied_entropy([50, 30, 20], 5, 200, rng) < diversity.shannon_entropy(
        [50, 30, 20]
    )


def test_jensen_shannon_and_overlap():
    assert diversity.jensen_shannon([1, 0], [0, 1]) == 1
    assert diversity.jensen_shannon([2, 4], [1, 2]) == pytest.approx(0)
    p, q = np.random.default_rng(1).random((2, 15))
    assert diversity.jensen_shannon(p, q) == pytest.approx(jensenshannon(p, q, base=2) ** 2)
    assert diversity.overlap_coefficient([1, 3], [3, 1]) == 0.5


def made(corpus, genres, study=None, participant=None):
    """Listings of one corpus, each of another track."""
    ids = [f"{corpus}{k}" for k in range(len(genres))]
    return pd.DataFrame(
        {
            "corpus": corpus,
            "study": pd.Series([study] * len(genres), dtype="str"),
            "participant": pd.Series(participant or [None] * len(genres), dtype="str"),
            "track_id": ids,
            "genre": genres,
        }
    )


def test_groups_are_corpora_then_studies():
    rows = pd.concat([made("T", list("ab"), "Y"), made("T", list("cd"), "X"), made("R", ["e"])])
    groups = diversity.corpora_and_studies(rows)
    assert {name: len(group) for name, group in groups.items()} == {"R": 1, "T": 4, "X": 2, "Y": 2}
    assert list(groups) == ["T", "R", "Y", "X"]
    assert diversity.strata(groups["R"]).tolist() == ["-"]


def test_blocks_are_cut_to_a_quarter_of_the_smallest_study():
    rows = pd.concat([made("T", ["a"] * 40, "X"), made("T", ["a"] * 21, "Y")])
    assert diversity.block_length(rows, 14) == 5
    assert diversity.block_length(rows, 3) == 3
    assert diversity.block_length(made("T", ["a"] * 3), 14) == 1


def test_windows_are_cut_to_the_largest_study_of_each_corpus():
    rows = pd.concat([made("T", ["a"] * 9, "X"), made("T", ["a"] * 5, "Y")])
    assert diversity.window_length([rows, made("R", ["a"] * 30)], 11) == 9
    assert diversity.window_length([rows, made("R", ["a"] * 30)], 4) == 4


def test_hill_numbers_of_each_corpus():
    counts = pd.DataFrame({"T": [4, 4, 0], "R": [1, 1, 2]}, index=list("abc"))
    assert diversity.hill_profile(counts, [0, 2])["T"].tolist() == pytest.approx([2, 2])
    assert diversity.hill_profile(counts, [0, 2]).loc[2, "R"] == pytest.approx(1 / (2 / 16 + 1 / 4))


def test_ways_of_counting_pick_rows_and_rename_genres():
    target = pd.concat([made("T", ["a", "a", "b"], "X"), made("T", ["c", "d"], "Y")])
    target["track_id"] = ["t0", "t0", "t1", "t2", "r0"]
    reference = made("R", ["a", "b"]).assign(track_id=["r0", "r1"])
    choices = diversity.ways_of_counting(pd.concat([target, reference]), "T", "R")
    assert {name: len(rows) for name, rows in choices.items()} == {
        "as published": 7,
        "without a": 4,
        "one row a track": 6,
        "without shared tracks": 5,
        "Y alone": 4,
        "X alone": 5,
    }
    named = pd.concat([target, reference]).replace({"genre": {"d": "unknown"}})
    assert "without tracks of no known genre" in diversity.ways_of_counting(named, "T", "R")


def test_genres_are_merged_where_all_of_them_occur():
    names = [name for group in diversity.MERGED_GENRES for name in group] + ["Pop", "Electronic"]
    rows = pd.concat([made("T", names), made("R", names)])
    merged = diversity.ways_of_counting(rows, "T", "R")["eight merged groups"]
    assert merged["genre"].nunique() == 8 and len(names) == 15
    assert merged["genre"].iloc[0] == "Hip Hop + R&B"


def test_differences_in_entropy_and_a_corpus_without_a_listing():
    rows = pd.concat([made("T", list("abcd")), made("R", list("aabb"))])
    found = diversity.entropy_differences({"all": rows, "T alone": rows[:4]}, "T", "R")
    assert found.loc["all"].tolist() == [2, 1, 1, 8]
    assert found.loc["T alone"].isna().tolist() == [True, True, True, False]


def test_bounds_of_an_entropy_whose_genres_are_partly_unknown():
    known = pd.Series({"Pop": 5, "Rock": 2, "Jazz": 1})
    found = diversity.entropy_of_unknown(known, 3)
    # Every way to give three listings one of three genres.
    every = [
        diversity.shannon_entropy(known + [a, b, 3 - a - b]) for a in range(4) for b in range(4 - a)
    ]
    assert found["each the rarest"] == pytest.approx(max(every))
    assert found["each the rarest"] > found["all Jazz"]
    assert found["all Pop"] == pytest.approx(min(every))
    assert found["left out"] == diversity.shannon_entropy(known)
    assert diversity.entropy_of_unknown(known, 0).nunique() == 1
