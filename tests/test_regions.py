"""Regions on maps: neighbours of one group, counted without the same artist, beside chance."""

import numpy as np
import pandas as pd
import pytest

from helpers.stats import regions


@pytest.fixture
def islands():
    """Two islands of forty points, far apart, one a group; every point has an artist of its own."""
    rng = np.random.default_rng(1)
    points = rng.normal(size=(80, 2)) + np.repeat([[0, 0], [100, 0]], 40, axis=0)
    return points, np.repeat(["a", "b"], 40), np.arange(80).astype(str)


def test_islands_hold_their_own_group_alone(islands):
    table = regions.purity(*islands)
    assert table["own"].tolist() == [1, 1] and table["share"].tolist() == [0.5, 0.5]
    assert table["n"].tolist() == [40, 40]


def test_groups_that_are_mixed_have_neighbours_at_their_share(islands):
    points, _, artists = islands
    labels = np.tile(["a", "a", "a", "b"], 20)
    found = regions.groups_of_neighbours(points, labels, artists)
    assert found.sum(axis=1).to_numpy() == pytest.approx(1)
    assert found.loc["a", "a"] == pytest.approx(0.75, abs=0.1)


def test_neighbours_by_the_same_artist_do_not_count(islands):
    points, labels, _ = islands
    one_artist_each = np.repeat(["x", "y"], 40)
    own = regions.purity(points, labels, one_artist_each)["own"]
    # Among the sixty nearest points, those of the own island are all by the same artist.
    assert own.tolist() == [0, 0]
    nobody_else = regions.purity(points[:40], labels[:40], one_artist_each[:40])
    assert nobody_else["own"].isna().all()


def test_maps_are_judged_by_corpus_and_set_and_rare_genres_have_no_row(islands):
    points, labels, artists = islands
    labels = np.where(np.arange(80) < 3, "rare", labels)
    mapped = pd.DataFrame(points, columns=["x", "y"]).assign(
        map="T", feature_set="sound", genre=labels, artist=artists, track_id=artists, corpus="T"
    )
    both = pd.concat([mapped, mapped.assign(map="joint")])
    found = regions.genre_regions(both, ["T"])
    assert list(found) == [("T", "sound")] and found["T", "sound"].index.tolist() == ["a", "b"]
    overall = regions.overall(found)
    assert overall.loc[("T", "sound"), "share"] == pytest.approx((37 * 37 + 40 * 40) / 80 / 77)
    assert regions.genre_regions(both, ["T"], fewest=100) == {}
    assert regions.overall({}).empty
    assert regions.corpus_regions(mapped).loc["T", "T"] == 1
