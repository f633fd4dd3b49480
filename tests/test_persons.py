"""Deltas by person: by hand, against the delta of the corpora, and with truths put in."""

import numpy as np
import pandas as pd
import pytest
from scipy import stats

from helpers.stats import design, persons, ranks


def corpora(rng, between, n_people=400, listings=12, shift=0.3):
    """People whose lists lie `shift` above the reference on average, `between` apart."""
    people = np.repeat(np.arange(n_people), listings)
    own = rng.normal(shift, between, n_people)[people]
    values = own + np.sqrt(1 - between**2) * rng.normal(size=len(people))
    target = pd.DataFrame({"participant": people.astype(str), "x": values})
    return target, pd.DataFrame({"x": rng.normal(size=20000)})


def test_deltas_of_persons_by_hand():
    target = pd.DataFrame(
        {
            "participant": ["b", "a", "a", None, "b"],
            "x": [0.2, 0.5, 0.9, 5.0, np.nan],
        }
    )
    reference = pd.DataFrame({"x": [0.1, 0.5, np.nan]})
    found = persons.person_deltas(target, reference, ["x"])
    assert found.to_dict("records") == [
        {"feature": "x", "participant": "a", "listings": 2, "delta": 0.75},
        {"feature": "x", "participant": "b", "listings": 1, "delta": 0.0},
    ]


def test_the_corpus_is_the_mean_weighted_by_listings_and_people_count_alike_beside_it():
    rng = np.random.default_rng(1)
    target, reference = corpora(rng, 0.6, n_people=30)
    target = target.drop(target.index[:9])
    row = persons.summary(persons.person_deltas(target, reference, ["x"])).loc["x"]
    whole = ranks.weighted_deltas(target, reference, ["x"])["x"]
    assert row["corpus"] == pytest.approx(whole)
    weights = design.equal_weights(target.assign(corpus="A"))
    alike = ranks.weighted_deltas(target, reference, ["x"], weights)["x"]
    assert row["equal"] == pytest.approx(alike)
    assert row["equal"] != pytest.approx(whole)


def test_the_summary_by_hand():
    table = pd.DataFrame({"feature": "x", "participant": list("abcd"), "listings": [1, 1, 1, 5]})
    table["delta"] = [0.4, -0.2, 0.1, 0.3]
    row = persons.summary(table).loc["x"]
    assert (row["people"], row["same"], row["share"]) == (4, 3, 0.75)
    assert row["corpus"] == pytest.approx(1.8 / 8)
    assert row["equal"] == pytest.approx(0.15)
    assert row["sd"] == pytest.approx(np.std([0.4, -0.2, 0.1, 0.3], ddof=1))
    ends = stats.t.interval(0.95, 3, 0.15, row["sd"] / 2)
    assert (row["equal_low"], row["equal_high"]) == pytest.approx(ends)
    # Wilson's interval of three in four, as in his formula.
    z = stats.norm.isf(0.025)
    centre, half = 0.75 + z**2 / 8, z * np.sqrt(0.75 * 0.25 / 4 + z**2 / 64)
    ends = (centre - half) / (1 + z**2 / 4), (centre + half) / (1 + z**2 / 4)
    assert (row["share_low"], row["share_high"]) == pytest.approx(ends)


def test_the_share_is_that_of_the_people_put_in():
    target, reference = corpora(np.random.default_rng(2), between=0.6, listings=200)
    row = persons.summary(persons.person_deltas(target, reference, ["x"])).loc["x"]
    # Long lists show the person: the share of a normal distribution above zero.
    assert row["share"] == pytest.approx(stats.norm.cdf(0.3 / 0.6), abs=0.05)


def test_lists_of_people_who_are_all_alike_are_random_draws():
    rng = np.random.default_rng(3)
    alike = corpora(rng, between=0.0)
    row = persons.summary(persons.person_deltas(*alike, ["x"])).loc["x"]
    chance = persons.chance_shares(*alike, ["x"], seed=4).loc["x"]
    assert row["share"] == pytest.approx(chance["share"], abs=0.06)
    assert row["sd"] == pytest.approx(chance["sd"], rel=0.1)
    # Where they are not, shuffling takes the difference between people away.
    apart = corpora(rng, between=0.6)
    row = persons.summary(persons.person_deltas(*apart, ["x"])).loc["x"]
    chance = persons.chance_shares(*apart, ["x"], seed=4).loc["x"]
    assert row["sd"] > 1.5 * chance["sd"]
    assert row["share"] < chance["share"]
    assert chance["sd"] == pytest.approx(np.sqrt(1 / 3 / 12), rel=0.15)
