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
    assert "in 66 to 90 % of 5,000 studies" in said
    assert "whole participants do in 94 to 96 % (Monte Carlo error 0.7 points at most)" in said
