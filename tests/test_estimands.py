"""Listings, tracks and people; and tracks that stand in both corpora."""

import numpy as np
import pandas as pd
import pytest

from helpers.stats import estimands

TARGET = pd.DataFrame(
    {
        "track_id": ["a", "a", "a", "b"],
        "participant": ["p", "p", "p", "q"],
        "f": [2.0, 2.0, 2.0, 0.0],
    }
)
REFERENCE = pd.DataFrame({"track_id": ["c", "d", "d"], "f": [1.0, 3.0, 3.0]})


def test_listings_tracks_and_people_are_three_quantities():
    found = estimands.estimand_deltas(TARGET, REFERENCE, ["f"])
    # Three listings of four exceed one of three and lose to two; the fourth loses to all.
    assert found.loc["f", "listings"] == pytest.approx((3 * 1 - 3 * 2 - 3) / 12)
    # Two tracks against two: one win, three losses.
    assert found.loc["f", "tracks"] == pytest.approx(-0.5)
    # Each person half: (1 - 2) / 3 and -1.
    assert found.loc["f", "people"] == pytest.approx(-2 / 3)
    unknown = estimands.estimand_deltas(TARGET.assign(participant=None), REFERENCE, ["f"])
    assert list(unknown) == ["listings", "tracks"]
    assert estimands.people_deltas(TARGET, REFERENCE, ["f"])["f"] == pytest.approx(-2 / 3)


def test_people_without_a_value_or_a_name_do_not_count():
    more = pd.DataFrame(
        {"track_id": "x", "participant": ["r", None], "f": [np.nan, 9.0]}, index=[4, 5]
    )
    found = estimands.people_deltas(pd.concat([TARGET, more]), REFERENCE, ["f"])
    assert found["f"] == pytest.approx(-2 / 3)


def test_pairs_of_one_track_are_counted_row_by_row():
    first, second = pd.Series(["a", "a", "b", None]), pd.Series(["a", "a", "a", "c", None])
    assert estimands.shared_pairs(first, second) == 6
    assert estimands.shared_pairs(first, pd.Series(["z"])) == 0


def test_shared_tracks_of_two_corpora_and_their_factor():
    listings = pd.DataFrame({"corpus": list("TTTRRX"), "track_id": ["a", "a", "b", "a", "c", "a"]})
    pairs, factor = estimands.shared_tracks(listings, ("T", "R"))
    assert pairs == 2 and factor == pytest.approx(np.sqrt(1 - 4 / 5))


def test_shared_tracks_make_delta_vary_less_than_the_tests_take_it_to():
    """Monte Carlo error of a standard error from 6,000 replicates: 0.9 %."""
    rng, n, m, shared = np.random.default_rng(5), 80, 150, 40
    found = []
    for _ in range(6000):
        x, y = rng.random(n), rng.random(m)
        y[:shared] = x[:shared]
        found.append(np.sign(x[:, None] - y).mean())
    disjoint = np.sqrt((n + m + 1) / (3 * n * m))
    factor = estimands.shared_track_factor(n, m, shared)
    assert np.std(found) == pytest.approx(disjoint * factor, rel=0.04)
    assert np.std(found) < 0.9 * disjoint


def test_the_studys_overlap_matters_little():
    assert estimands.shared_track_factor(1873, 8970, 378) == pytest.approx(0.9645, abs=1e-4)
    assert estimands.shared_track_factor(10, 20, 0) == 1
    with pytest.raises(ValueError, match="recount"):
        estimands.shared_track_factor(2, 2, 5)
