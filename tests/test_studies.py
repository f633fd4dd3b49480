"""Simulated studies: the truth that is put in is there."""

import numpy as np
import pandas as pd
import pytest

from helpers import figures
from helpers.simulation import studies
from helpers.stats import clustered, dependence


@pytest.fixture(scope="module")
def structure():
    return studies.twin_structure()


def test_the_twin_s_lists(structure):
    assert len(structure.participants) == 1873 and structure.participants.max() == 163
    assert len(structure.reference_artists) == 8970
    # Artists of both corpora have one number.
    assert np.intersect1d(structure.target_artists, structure.reference_artists).size > 100
    lengths = studies.list_lengths()
    assert (len(lengths), lengths.sum(), lengths.min(), lengths.max()) == (164, 1873, 2, 60)


def test_some_people_keep_their_whole_lists(structure):
    some = studies.some_people(structure, 10, np.random.default_rng(1))
    sizes = np.bincount(some.participants)
    assert len(sizes) == 10 and set(sizes) <= set(np.bincount(structure.participants))
    assert len(some.target_artists) == len(some.participants)
    with pytest.raises(ValueError, match="the twin has 164 participants"):
        studies.some_people(structure, 165, np.random.default_rng(1))


def test_delta_and_correlation_of_ranks_are_as_set(structure):
    rng = np.random.default_rng(4)
    deltas, iccs = [], []
    for target, reference in studies.several_corpora(structure, 0.3, 0.1, 0.2, 60, rng):
        deltas.append(clustered.contributions(target, reference).delta)
        ranks = target.argsort().argsort()
        iccs.append(dependence.intraclass_correlation(ranks, structure.participants))
    assert np.mean(deltas) == pytest.approx(0.2, abs=4 * np.std(deltas) / np.sqrt(60))
    assert np.mean(iccs) == pytest.approx(0.3, abs=0.02)


def test_a_diluted_distribution_has_the_delta_asked_for():
    target, reference = studies.twin_distributions("energy")
    own = studies.distribution_delta(target, reference)
    assert own == pytest.approx(-0.2437, abs=5e-4)
    for delta in (0, -0.1, own):
        mixed = studies.diluted(target, reference, delta)
        assert studies.distribution_delta(mixed, reference) == pytest.approx(delta, abs=1e-9)
    with pytest.raises(ValueError, match="differs by less, or the other way"):
        studies.diluted(target, reference, 0.1)


def test_lists_of_the_same_people_are_as_long_and_share_a_taste():
    sides = studies.twin_distributions("energy")[1:] * 2
    rng, lengths = np.random.default_rng(6), np.array([4, 9])
    x, y, people, others = studies.draw_lists(sides, lengths, 3000, 0.3, rng, shared_taste=0.5)
    assert np.array_equal(people, others)
    means = [np.bincount(people, values) / np.bincount(people) for values in (x, y)]
    assert np.corrcoef(*means)[0, 1] > 0.2
    x, y, people, others = studies.draw_lists(sides, lengths, 3000, 0.3, rng)
    assert not set(people) & set(others)
    assert dependence.intraclass_correlation(x.argsort().argsort(), people) == pytest.approx(
        0.3, abs=0.03
    )


def test_coverage_of_the_split_says_how_far_intervals_by_listing_fall_short():
    found = studies.split_coverage()
    assert set(found["unit"]) == {"listings", "participants"}
    assert (found["studies"] >= 5000).all() and (found["error"] < 0.0071).all()
    made = pd.DataFrame(
        {
            "unit": ["listings", "listings", "participants", "participants"],
            "coverage": [0.66, 0.9, 0.94, 0.96],
            "error": [0.0067, 0.004, 0.003, 0.003],
            "studies": 5000,
        }
    )
    said = figures.split_coverage_in_words(made)
    assert "in 66 % to 90 % of 5,000 studies" in said
    assert "whole participants do in 94 % to 96 % (Monte Carlo error 0.7 points at most)" in said


@pytest.mark.parametrize(
    ("read", "fewest"),
    [
        (studies.coverage_grid, 5000),
        (studies.split_coverage, 5000),
        (studies.entropy_coverage, 1000),
        (studies.gap_coverage, 1000),
        (studies.auc_coverage, 100),
    ],
)
def test_every_coverage_says_of_how_many_studies_it_is_and_how_unsure(read, fewest):
    found = read()
    share, n = found["coverage"].to_numpy(), found["studies"].to_numpy()
    assert ((share >= 0) & (share <= 1)).all() and (n >= fewest).all()
    assert not found.isna().any(axis=None)
    assert found["error"].to_numpy() == pytest.approx(np.sqrt(share * (1 - share) / n), abs=1e-4)


def test_what_the_book_relies_on_keeps_its_promise_in_simulated_studies():
    """Intervals by the unit that was drawn: 93 % at least, from twenty participants on."""
    entropy, auc = studies.entropy_coverage(), studies.auc_coverage()
    of_units = (entropy["unit"] == "participants and artists") & (entropy["participants"] >= 20)
    assert entropy[of_units & (entropy["interval"] == "jackknife")]["coverage"].min() > 0.93
    half = auc[auc["interval"] == "half split"]
    assert (half["studies"] >= 2000).all() and half["coverage"].min() > 0.93
    split = studies.split_coverage()
    assert split[split["unit"] == "participants"]["coverage"].min() > 0.93


def test_other_coverage_is_over_all_settings_of_a_kind_of_interval():
    found, entropy = studies.other_coverage(), studies.entropy_coverage()
    rows = entropy[(entropy["unit"] == "listings")]
    row = found.loc["difference of entropies", "jackknife", "listings"]
    assert row["settings"] == len(rows) and row["studies"] == rows["studies"].min()
    assert (row["lowest"], row["highest"]) == (rows["coverage"].min(), rows["coverage"].max())
    tables = (entropy, studies.split_coverage(), studies.auc_coverage(), studies.gap_coverage())
    assert found["settings"].sum() == sum(map(len, tables))


def kinds(*rows):
    """Kinds of interval with lowest and highest coverage."""
    names = ["quantity", "interval", "unit"]
    index = pd.MultiIndex.from_tuples([row[:3] for row in rows], names=names)
    columns = ["lowest", "highest", "error"]
    return pd.DataFrame([row[3:] for row in rows], index, columns)


def test_the_sentence_names_intervals_that_keep_their_promise_and_the_worst():
    kept = ("entropy", "jackknife", "people", 0.94, 0.96, 0.004)
    worse = ("entropy", "jackknife", "listings", 0.5, 0.95, 0.007)
    longer = ("AUC", "half", "people", 0.95, 0.98, 0.002)
    assert figures.other_coverage_in_words(kinds(kept, worse, longer), 0.93) == (
        "2 of 3 kinds of interval hold the truth in 93 % of simulated studies or more in every "
        "setting: entropy (jackknife, people); AUC (half, people). The lowest share of all, 50.0 %, is that of entropy "
        "(jackknife, listings) (Monte Carlo error 0.7 points at most)."
    )
    assert figures.other_coverage_in_words(kinds(kept), 0.93) == (
        "1 of 1 kind of interval holds the truth in 93 % of simulated studies or more in every "
        "setting: entropy (jackknife, people) (Monte Carlo error 0.4 points at most)."
    )


def test_coverage_of_an_auc_is_told_by_way_and_effect():
    held = pd.DataFrame(
        {
            "design": ["a", "b", "a", "a"],
            "effect": ["no difference", "no difference", "difference", "no difference"],
            "interval": ["half split", "half split", "half split", "pooled"],
            "coverage": [0.94, 0.96, 0.95, 0.8],
            "error": 0.013,
            "studies": [5000, 5000, 5000, 500],
        }
    )
    said = figures.auc_coverage_in_words(held, 0.95)
    assert said.startswith("Over 2 simulated designs, intervals of 95 % contain the true AUC")
    assert (
        "half split: 94.0 % to 96.0 % (no difference) and 95.0 % (difference), 5,000 pairs" in said
    )
    assert (
        "pooled: 80.0 % (no difference), 500 pairs of corpora each (Monte Carlo error 1.3 " in said
    )


def test_coverage_of_the_gap_is_told_for_the_fewest_and_the_most_lists():
    held = pd.DataFrame(
        {
            "participants": [10, 10, 20, 20, 50, 50],
            "interval": ["jackknife", "percentiles"] * 3,
            "coverage": [0.88, 0.53, 0.7, 0.7, 0.92, 0.84],
            "error": 0.016,
        }
    )
    assert figures.gap_coverage_in_words(held) == (
        "Of intervals that promise 95 %, with 10 lists the jackknife's contain the true difference "
        "in 88 % of studies and the percentiles of a bootstrap in 53 %; with 50 lists the "
        "jackknife's contain the true difference in 92 % of studies and the percentiles of a "
        "bootstrap in 84 % (Monte Carlo error 1.6 points at most)."
    )
