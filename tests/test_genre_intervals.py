"""Shares, entropies and divergences with intervals by unit: cases by hand and simulated truth."""

import numpy as np
import pandas as pd
import pytest
from scipy import stats

from helpers.stats import diversity, genre_intervals


def made(corpus, genres, study=None, participant=None, artist=None):
    """Listings of one corpus, each of another track."""
    columns = {"study": study, "participant": participant, "artist": artist}
    rows = pd.DataFrame({"corpus": corpus, "genre": genres})
    for name, value in columns.items():
        values = value if isinstance(value, list) else [value] * len(genres)
        rows[name] = pd.Series(values, dtype="str")
    return rows.assign(track_id=[f"{corpus}{k}" for k in range(len(genres))])


def test_listings_are_counted_by_participant_else_block_else_artist():
    genres = list("aabb") * 2
    people = made("T", genres, "X", ["p"] * 6 + ["q"] * 2, "the same")
    assert genre_intervals.counts_by_unit(people, 2).to_numpy().tolist() == [[4, 2], [0, 2]]
    blocks = made("T", genres, "X", artist="the same")
    # A block of four is cut to two, so that four fit.
    assert genre_intervals.counts_by_unit(blocks, 4)["a"].tolist() == [2, 0, 2, 0]
    artists = made("T", genres, artist=["x", "y"] * 4)
    assert genre_intervals.counts_by_unit(artists, 4).to_numpy().tolist() == [[2, 2], [2, 2]]
    kinds = [genre_intervals.kinds_of_units(rows, 4) for rows in (people, blocks, artists)]
    assert kinds == ["participant", "block", "artist"]


def test_entropy_is_that_of_the_counts_and_its_interval_that_of_the_units():
    alike = genre_intervals.entropy_interval([[1, 1]] * 30)
    assert alike["value"] == 1 and alike["se"] == pytest.approx(0)
    alone = genre_intervals.entropy_interval([[4, 4]])
    assert alone["value"] == 1 and np.isnan(alone["ci_low"])
    # Rows of one's own: to first order the variance of -log p over n, and Miller and Madow's bias.
    counts = np.array([500, 300, 200])
    p = counts / counts.sum()
    rows = np.repeat(np.eye(3, dtype=int), counts, axis=0)
    found = genre_intervals.entropy_interval(rows)
    surprise = -np.log2(p)
    variance = (p * surprise**2).sum() - (p * surprise).sum() ** 2
    assert found["se"] == pytest.approx(np.sqrt(variance / 1000), rel=0.01)
    corrected = diversity.shannon_entropy(counts, miller_madow=True)
    assert found["corrected"] == pytest.approx(corrected, abs=1e-5)


def test_people_who_repeat_themselves_widen_the_interval():
    rng = np.random.default_rng(1)
    genres = rng.choice(list("abcd"), 100)
    repeated = np.repeat(genres, 9)
    people = [f"p{k}" for k in np.repeat(np.arange(100), 9)]
    by_person = genre_intervals.entropy_table({"T": made("T", repeated, "X", people)}, 9)
    once = genre_intervals.entropy_table({"T": made("T", genres)}, 9)
    # Nine equal listings of a person say no more than one.
    assert by_person.at["T", "se"] == pytest.approx(once.at["T", "se"])
    assert by_person.loc["T", ["n", "unit", "units"]].tolist() == [900, "participant", 100]
    assert once.loc["T", ["n", "unit", "units"]].tolist() == [100, "track", 100]


def draws(rng, people):
    """Counts by participant: lists of five to fifteen listings, each of a taste of its own."""
    tastes = rng.dirichlet(4 * TRUTH, people)
    return rng.multinomial(rng.integers(5, 16, people), tastes)


TRUTH = np.array([0.5, 0.25, 0.15, 0.1])


@pytest.mark.slow
def test_the_interval_of_a_difference_holds_the_truth_as_often_as_it_says():
    rng = np.random.default_rng(3)
    truth = stats.entropy(TRUTH, base=2) - 2
    hits = {"unit": 0, "listing": 0}
    for _ in range(400):
        people = draws(rng, 40)
        reference = np.eye(4, dtype=int)[rng.integers(4, size=300)]
        single = np.repeat(np.eye(4, dtype=int), people.sum(axis=0), axis=0)
        for name, table in (("unit", people), ("listing", single)):
            found = genre_intervals.entropy_difference_of(table, reference)
            hits[name] += found["ci_low"] <= truth <= found["ci_high"]
    # Three Monte Carlo standard errors are 3.3 points; treating listings as independent falls far short.
    assert 0.917 <= hits["unit"] / 400 <= 0.983
    assert hits["listing"] / 400 < 0.88


def test_a_difference_of_corpora_is_that_of_their_entropies():
    target = made("T", list("abcd") * 10, artist=[f"x{k}" for k in range(40)])
    reference = made("R", list("aabb") * 10, artist=[f"y{k}" for k in range(40)])
    found = genre_intervals.entropy_difference(target, reference, 4)
    assert found["value"] == pytest.approx(1) and 0 < found["se"] < 0.1


@pytest.mark.slow
def test_a_divergence_stays_on_its_scale_and_loses_its_bias():
    same = genre_intervals.divergence_interval(
        made("T", list("ab") * 20), made("R", list("ba") * 9), 2
    )
    assert same["jensen_shannon"] == 0 == same["corrected"] == same["ci_low"]
    assert same["overlap_coefficient"] == 1
    apart = genre_intervals.divergence_interval(made("T", ["a"] * 20), made("R", ["b"] * 20), 2)
    assert apart.tolist() == [1, 1, 1, 1, 0]
    rng = np.random.default_rng(1)
    found = pd.DataFrame(
        [
            genre_intervals.divergence_interval(
                *(made(name, rng.choice(list("abcde"), 60)) for name in "TR"), 2
            )
            for _ in range(40)
        ]
    ).mean()
    # Both are samples of one mix, so the truth is 0; the correction stops at 0.
    assert found["corrected"] < 0.6 * found["jensen_shannon"]


def test_shares_of_a_corpus_of_one_genre_have_no_width():
    rows = pd.concat([made("T", ["a"] * 8), made("R", ["a"] * 4 + ["b"] * 4)])
    found = genre_intervals.genre_shares(diversity.corpora_and_studies(rows), 1, 6000, 1)
    table = found.set_index(["group", "genre"])[["share", "ci_low", "ci_high"]]
    assert table.loc[("T", "a")].tolist() == [1, 1, 1]
    # Binomial: 8 draws at one half; 1 and 7 are the ends that hold 95 %.
    assert table.loc[("R", "b")].tolist() == [0.5, 1 / 8, 7 / 8]


def test_units_are_drawn_with_all_their_listings():
    drawn = genre_intervals.resampled_units([[3, 0], [0, 1], [0, 1]], 4000, 1)
    # Three draws of three units: k times the first, and 3 - k times one of the others.
    assert set(map(tuple, drawn)) == {(9, 0), (6, 1), (3, 2), (0, 3)}
    assert (drawn[:, 0] == 9).mean() == pytest.approx(1 / 27, abs=0.01)


def test_runs_of_rows_and_their_standard_errors():
    groups = {"T": made("T", list("abcd") * 10), "R": made("R", ["a"] * 20)}
    errors = genre_intervals.standard_errors(groups, 4, 50, 1)
    # Four consecutive rows hold each genre once, wherever they begin.
    assert errors.loc["T", 4] == 0 and errors.loc["T", 1] > 0 and list(errors) == [1, 2, 4, 8]
    rng = np.random.default_rng(1)
    names, group = rng.choice(["a", "b"], 1000, p=[0.3, 0.7]), ["x"] * 1000
    p = (names == "a").mean()
    expected = abs(np.log2(p / (1 - p))) * np.sqrt(p * (1 - p) / 1000)
    assert genre_intervals.block_standard_error(names, group, 1, 3000, 1) == pytest.approx(
        expected, rel=0.06
    )


def test_what_estimators_add():
    counts = pd.DataFrame({"T": [4, 4, 0], "R": [1, 1, 2]}, index=list("abc"))
    entropy = pd.DataFrame({"entropy": [1.0, 1.5], "corrected": [1.25, 1.5]}, ["T", "R"])
    bias = genre_intervals.bias_corrections(counts, entropy)
    assert bias.loc["T", "Miller-Madow"] == pytest.approx(1 / (2 * 8 * np.log(2)))
    assert bias.loc["R", "Chao-Shen"] == pytest.approx(
        diversity.chao_shen(np.array([1, 1, 2])) - 1.5
    )
    assert bias["by unit"].tolist() == [0.25, 0]
