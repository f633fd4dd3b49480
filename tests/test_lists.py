"""Lists against random draws: scipy's hypergeometric, cases by hand, simulated truth."""

import numpy as np
import pandas as pd
import pytest
from scipy import stats
from test_genre_intervals import made

from helpers.stats import diversity, lists


def test_partition_of_equal_and_of_separate_lists():
    same = lists.partition([0, 0, 1, 1], ["a", "b", "a", "b"])
    apart = lists.partition([0, 0, 1, 1], ["a", "a", "b", "b"])
    assert (same["alpha"], same["beta"], same["beta_hill"]) == (1, 0, 1)
    assert (apart["alpha"], apart["beta"], apart["beta_hill"], apart["lists"]) == (0, 1, 2, 2)


def test_expected_entropy_is_the_mean_over_hypergeometric_counts():
    pool, size = np.array([7, 4, 2, 0]), 5
    k = np.arange(1, size + 1)
    terms = -k / size * np.log2(k / size)
    expected = sum(stats.hypergeom.pmf(k, pool.sum(), held, size) @ terms for held in pool)
    assert lists.expected_entropy(pool, [size, 13]) == pytest.approx(
        [expected, diversity.shannon_entropy(pool)]
    )
    # More than there are cannot be drawn, and one listing has one genre.
    assert lists.expected_entropy(pool, [14]).tolist() == [0]
    assert lists.expected_entropy([[2, 2], [3, 1]], [1]).tolist() == [[0], [0]]


def test_expected_entropy_is_what_random_draws_hold_on_average():
    pool = np.array([60, 30, 8, 2])
    drawn = np.random.default_rng(1).multivariate_hypergeometric(pool, 11, 40_000)
    entropies = stats.entropy(drawn, base=2, axis=1)
    error = stats.sem(entropies)
    assert lists.expected_entropy(pool, [11])[0] == pytest.approx(entropies.mean(), abs=4 * error)


def test_windows_of_all_beginnings_stay_within_their_study():
    rows = pd.concat([made("T", list("aabb"), "X"), made("T", list("ccc"), "Y")])
    found = lists.consecutive_rows(rows, ["a", "b", "c"], 2)
    assert found.counts.tolist() == [[2, 0, 0], [1, 1, 0], [0, 2, 0], [0, 0, 2], [0, 0, 2]]
    assert found.unit.tolist() == [0, 0, 0, 1, 1] and found.pool.tolist() == [[2, 2, 0], [0, 0, 3]]
    assert found.number == 3
    longer = lists.consecutive_rows(made("T", list("ab") * 9, "X"), ["a", "b"], 2)
    assert longer.pool.sum(axis=1).tolist() == [8, 8, 2] and longer.unit.tolist()[7:9] == [0, 1]


def lists_of(rng, n_lists, size, alike):
    """Listings of equally common genres; a share of each list is of one genre of the list's own."""
    own = rng.integers(6, size=(n_lists, 1))
    drawn = np.where(
        rng.random((n_lists, size)) < alike, own, rng.integers(6, size=(n_lists, size))
    )
    people = [f"p{k:03}" for k in np.repeat(np.arange(n_lists), size)]
    return made("T", drawn.ravel().astype(str), "X", people)


GENRES = list("012345")


def test_lists_that_are_random_draws_are_not_called_narrower():
    rng = np.random.default_rng(2)
    reference = np.eye(6, dtype=int)[rng.integers(6, size=1500)]
    said = {"own": 0, "reference": 0}
    for _ in range(60):
        own = lists.participants(lists_of(rng, 30, 8, 0.0), GENRES)
        found = lists.against_random_draws(own, reference)
        for name in said:
            said[name] += not found.loc[name, "ci_low"] <= 0 <= found.loc[name, "ci_high"]
        # Short lists look narrow all the same: that is what the expectation takes away.
        assert found.loc["own", "alpha"] < np.log2(6) - 0.3
    # 5 % of 60, give or take three standard errors.
    assert max(said.values()) <= 8


def test_lists_of_one_taste_are_narrower_than_the_pool():
    rng = np.random.default_rng(3)
    reference = np.eye(6, dtype=int)[rng.integers(6, size=600)]
    people = lists.participants(lists_of(rng, 30, 8, 0.6), GENRES)
    found = lists.gaps({"participants": people}, reference, ("T", "R"))
    own = found.loc[("participants", "T")]
    assert own["ci_high"] < 0 and own["lists"] == 30
    assert own["alpha"] - own["expected"] == pytest.approx(own["value"])
    exact = lists.expected_entropy(people.pool.sum(axis=0), [8])[0]
    assert own["expected"] == pytest.approx(exact)
    assert lists.verdict(found.xs("T", level="drawn from")) == "below"


def test_pair_matches_by_hand():
    counts = np.array([[2, 0], [1, 2]])
    # Within: one pair of a; of the three pairs of the second list, one. Between: a-a twice of six.
    assert lists.pair_matches(counts, counts.sum(axis=0)) == pytest.approx((2 / 4, 2 / 6))


def test_pair_matches_do_not_depend_on_the_length_of_lists_but_entropy_does():
    rng = np.random.default_rng(4)
    reference = np.eye(6, dtype=int)[rng.integers(6, size=600)]
    found = {}
    for size in (4, 30):
        own = lists.participants(lists_of(rng, 400, size, 0.5), GENRES)
        table = lists.matches(own, reference)
        # Two listings of a list are both of its own genre in a quarter of pairs, else at random.
        truth = 0.25 + 0.75 / 6
        low, high = table.loc["within", ["ci_low", "ci_high"]]
        assert low <= truth <= high and high - low < 0.1
        assert table.loc["between", "value"] == pytest.approx(1 / 6, abs=0.02)
        difference = table.loc["within", "value"] - table.loc["reference", "value"]
        assert table.loc["within - reference", "value"] == pytest.approx(difference)
        found[size] = lists.mean_entropy(own.counts)
    assert found[30] - found[4] > 0.5


def test_windows_count_each_pair_between_them_once():
    rng = np.random.default_rng(5)
    rows = made("T", rng.choice(list("abc"), 3000), "X")
    windows = lists.consecutive_rows(rows, list("abc"), 10)
    within, between = lists.pair_matches(windows.counts, windows.pool.sum(axis=0))
    assert (within, between) == pytest.approx((1 / 3, 1 / 3), abs=0.02)


def test_no_verdict_where_an_interval_holds_zero_or_lists_are_few():
    def rows(*ends, lists=50, names=None):
        table = pd.DataFrame(ends, columns=["ci_low", "ci_high"]).assign(lists=lists)
        return table.set_axis(names or [f"{k} consecutive rows" for k in range(len(ends))])

    assert lists.verdict(rows((-0.2, -0.1), (-0.3, -0.1))) == "below"
    assert lists.verdict(rows((0.1, 0.2), (0.1, 0.3))) == "above"
    # Windows of either length have to agree ...
    assert lists.verdict(rows((-0.2, -0.1), (-0.1, 0.1))) == "open"
    # ... unless participants are known, who decide.
    names = ["participants", "11 consecutive rows"]
    assert lists.verdict(rows((-0.2, -0.1), (-0.1, 0.1), names=names)) == "below"
    assert lists.verdict(rows((-0.2, -0.1), lists=9)) == "too few"
    assert lists.verdict(rows((np.nan, np.nan))) == "too few"


def test_partitions_of_real_and_of_random_lists():
    target = made("T", ["a"] * 4 + ["b"] * 4, participant=["p"] * 4 + ["q"] * 4)
    reference = made("R", list("abab") * 4)
    found = lists.partitions({"T": target, "R": reference}, "T", "R", 4)
    assert found.index.tolist() == [
        ("T", "participants"),
        ("T", "consecutive rows"),
        ("T", "random rows"),
        ("R", "random rows"),
    ]
    # Each person hears one genre: everything lies between them.
    assert found.loc[("T", "participants"), ["alpha", "beta", "lists"]].tolist() == [0, 1, 2]
    # Of the five windows of four rows two are of one genre, two hold one other, one two of each.
    mixed = stats.entropy([3, 1], base=2)
    assert found.loc[("T", "consecutive rows"), "alpha"] == pytest.approx((2 * mixed + 1) / 5)
    expected = lists.expected_entropy([4, 4], [4])[0]
    assert found.loc[("T", "random rows"), "alpha"] == expected


def test_known_lists_are_participants_and_windows_of_two_lengths():
    rows = lists_of(np.random.default_rng(1), 5, 8, 0.5)
    found = lists.known_lists(rows, GENRES, 4)
    assert {name: kind.number for name, kind in found.items()} == {
        "participants": 5,
        "windows of 4 rows": 10,
        "windows of 8 rows": 5,
    }
    nobody = lists.known_lists(rows.assign(participant=None), GENRES, 4)
    assert list(nobody) == ["windows of 4 rows", "windows of 8 rows"]
