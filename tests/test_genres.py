"""Genres: hand-worked cases, scipy, and cases whose answer is known."""

import numpy as np
import pandas as pd
import pytest
from conftest import from_notebook
from scipy import stats
from scipy.spatial.distance import jensenshannon

from helpers.readers import genres
from helpers.stats import diversity

chapter = from_notebook("04_genres")

TABLE = {"Pop": ["dance pop", "synthpop"], "Rock": ["glam rock", "album rock"], "R&B": ["neo soul"]}


@pytest.mark.parametrize(
    ("names", "genre"),
    [
        (["glam rock", "album rock", "pop"], "Pop"),
        (["rock", "pop"], "Rock"),
        (["R&B"], "R&B"),
        (["dance pop", "glam rock", "album rock"], "Rock"),
        (["album rock", "synthpop"], "Rock"),
        (["synthpop", "album rock"], "Pop"),
        (["polka", "neo soul"], "R&B"),
        ([" Glam Rock "], "Rock"),
        (["polka"], None),
        ([], None),
        (None, None),
    ],
)
def test_reduction_rule(names, genre):
    assert genres.reduce_genres([names], TABLE) == [genre]


def test_reduction_equals_the_rule_written_out_naively():
    rng = np.random.default_rng(1)
    names = ["pop", "rock", "polka", *sum(TABLE.values(), [])]

    def naive(own):
        for name in own:
            for main in TABLE:
                if name == main.lower():
                    return main
        hits = [next((m for m, subs in TABLE.items() if name in subs), None) for name in own]
        hits = [h for h in hits if h]
        best = max((hits.count(h) for h in hits), default=0)
        return next((h for h in hits if hits.count(h) == best), None)

    tracks = [list(rng.choice(names, rng.integers(0, 6))) for _ in range(2000)]
    assert genres.reduce_genres(tracks, TABLE) == [naive(own) for own in tracks]


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
    # Two singletons among four: coverage 1/2, so shares 1/4, 1/8, 1/8, each over its chance of being seen.
    expected = sum(-p * np.log2(p) / (1 - (1 - p) ** 4) for p in (1 / 4, 1 / 8, 1 / 8))
    assert chapter.chao_shen(np.array([2, 1, 1])) == pytest.approx(expected)


def test_corrections_come_nearer_in_small_samples():
    rng = np.random.default_rng(2)
    p = np.full(15, 1 / 15)
    draws = rng.multinomial(40, p, 500)
    estimators = (
        chapter.chao_shen,
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
    assert [chapter.hill_number([5, 5, 5], q) for q in (0, 1, 2)] == pytest.approx([3, 3, 3])
    assert chapter.hill_number([8, 1, 1], 0) == 3
    assert chapter.hill_number([8, 1, 1], 2) == pytest.approx(1 / (0.64 + 0.01 + 0.01))
    assert chapter.hill_number([8, 1, 1], 1) == pytest.approx(
        chapter.hill_number([8, 1, 1], 1 + 1e-7), abs=1e-5
    )


def test_partition_of_equal_and_of_separate_lists():
    same = chapter.partition([0, 0, 1, 1], ["a", "b", "a", "b"])
    apart = chapter.partition([0, 0, 1, 1], ["a", "a", "b", "b"])
    assert (same["alpha"], same["beta"], same["beta_hill"]) == (1, 0, 1)
    assert (apart["alpha"], apart["beta"], apart["beta_hill"], apart["lists"]) == (0, 1, 2, 2)


def test_windows_stay_within_groups_and_drop_the_rest():
    found = diversity.windows(["a"] * 5 + ["b"] * 4, 2)
    assert found.tolist()[:4] == [0, 0, 1, 1] and found[4] == -1
    assert len(set(found[5:])) == 2 and not set(found[5:]) & {0, 1, -1}


def test_rarefaction_to_everything_changes_nothing():
    rng = np.random.default_rng(1)
    assert chapter.rarefied_entropy([5, 3, 2], 10, 3, rng) == pytest.approx(
        diversity.shannon_entropy([5, 3, 2])
    )
    assert chapter.rarefied_entropy([50, 30, 20], 5, 200, rng) < diversity.shannon_entropy(
        [50, 30, 20]
    )


def test_bootstrap_of_single_rows_has_the_multinomial_spread():
    rng = np.random.default_rng(1)
    names = rng.choice(["a", "b"], 1000, p=[0.3, 0.7])
    counts = chapter.bootstrap_counts(names, ["x"] * 1000, 1, 3000, 1)
    assert (counts.sum(axis=1) == 1000).all()
    share = (names == "a").mean()
    assert counts["a"].std() == pytest.approx(np.sqrt(1000 * share * (1 - share)), rel=0.05)


def test_blocks_widen_the_interval_of_clustered_rows_only():
    rng = np.random.default_rng(1)
    independent = rng.choice(list("abcd"), 1400)
    clustered = np.repeat(rng.choice(list("abcd"), 100), 14)
    group = ["x"] * 1400
    ratio = {}
    for name, rows in (("independent", independent), ("clustered", clustered)):
        single, block = (
            chapter.entropy_interval(rows, group, size, 400, 1)["se"] for size in (1, 14)
        )
        ratio[name] = block / single
    assert ratio["clustered"] > 2 and 0.7 < ratio["independent"] < 1.4


def test_interval_covers_the_truth_about_as_often_as_it_says():
    rng = np.random.default_rng(3)
    p = np.array([0.5, 0.25, 0.15, 0.1])
    truth = diversity.shannon_entropy(p)
    hits = 0
    for k in range(200):
        rows = rng.choice(4, 300, p=p)
        found = chapter.entropy_interval(rows, np.zeros(300), 1, 200, k)
        hits += found["ci_low"] <= truth <= found["ci_high"]
    # 95 % of 200, give or take three Monte Carlo standard errors and the small-sample bias.
    assert 176 <= hits <= 199


def test_jensen_shannon_and_overlap():
    assert diversity.jensen_shannon([1, 0], [0, 1]) == 1
    assert diversity.jensen_shannon([2, 4], [1, 2]) == pytest.approx(0)
    p, q = np.random.default_rng(1).random((2, 15))
    assert diversity.jensen_shannon(p, q) == pytest.approx(jensenshannon(p, q, base=2) ** 2)
    assert chapter.overlap_coefficient([1, 3], [3, 1]) == 0.5


def test_chi_square_equals_scipy_and_ignores_empty_genres():
    counts = np.array([[30, 20], [10, 40], [0, 0]])
    found = chapter.chi_square(counts)
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
    return pd.DataFrame(
        {"corpus": ["T"] * len(target) + ["R"] * len(reference), "genre": [*target, *reference]}
    )


def test_permutation_test_sees_a_difference_and_none():
    rng = np.random.default_rng(1)
    apart = listings(rng.choice(["a", "b"], 400), rng.choice(["a", "b"], 400, p=[0.95, 0.05]))
    found = chapter.block_permutation_test(apart, "corpus", ("T", "R"), 4, 199, 1)
    assert (found["p"] == 1 / 200).all() and found.loc["entropy_difference", "value"] > 0
    p = []
    for k in range(60):
        same = listings(
            np.repeat(rng.choice(["a", "b", "c"], 30), 7),
            np.repeat(rng.choice(["a", "b", "c"], 30), 7),
        )
        p.append(
            chapter.block_permutation_test(same, "corpus", ("T", "R"), 7, 99, k).loc[
                "jensen_shannon", "p"
            ]
        )
    # Uniform under the null although rows come in runs; ignoring the runs makes almost all p small.
    assert stats.kstest(p, "uniform").pvalue > 0.01
    naive = chapter.block_permutation_test(same, "corpus", ("T", "R"), 1, 99, 1)
    assert naive.loc["jensen_shannon", "p"] <= p[-1]
