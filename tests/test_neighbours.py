"""Where a track lies among others: percentiles, nearest neighbours and places on a map, by hand."""

import numpy as np
import pandas as pd

from helpers.stats import neighbours


def test_percentiles_by_hand():
    corpus = pd.DataFrame(
        {"energy": [0.1, 0.2, 0.2, 0.4, np.nan], "tempo": [90.0, 100, 110, 120, 130]}
    )
    tracks = pd.DataFrame(
        {"energy": [0.2, 0.05, 0.5, np.nan], "tempo": [110.0, 105, 90, 200]}, index=list("abcd")
    )
    found = neighbours.percentiles(tracks, corpus, ["energy", "tempo"])
    assert found["energy"].to_list()[:3] == [50, 0, 100] and np.isnan(found.loc["d", "energy"])
    assert found["tempo"].to_list() == [50, 40, 10, 100] and list(found.index) == list("abcd")


def test_medians_of_percentiles():
    tables = {"T": pd.DataFrame({"energy": [10, 20, 90]}), "R": pd.DataFrame({"energy": [1, 2]})}
    assert neighbours.medians(tables).loc["energy"].to_dict() == {"T": 20, "R": 1.5}


def test_nearest_tracks_on_a_line():
    values = pd.DataFrame({"x": [0.0, 1, 3, 10, 2.9]}, index=list("abcde"))
    found = neighbours.nearest(values, ["e", "a", "unheard"], ["b", "c", "d", "nobody"], k=2)
    assert found.loc["e"].tolist() == ["c", "b"] and found.loc["a"].tolist() == ["b", "c"]
    assert list(found.index) == ["e", "a"]
    assert neighbours.nearest(values, ["e"], ["b"], k=2).empty
    assert neighbours.nearest(values, ["unheard"], list("abc"), k=2).empty


def test_a_track_on_the_map_keeps_its_place_and_another_is_put_between_its_neighbours():
    points = pd.DataFrame({"x": [0.0, 2, 4], "y": [0.0, 4, 8]}, index=list("abc"))
    near = pd.DataFrame([["a", "b"], ["b", "c"]], index=["own", "b"])
    found = neighbours.place_on_map(points, ["own", "b", "unheard"], near)
    assert found[["x", "y"]].loc["own"].tolist() == [1, 2]
    assert found[["x", "y"]].loc["b"].tolist() == [2, 4]
    assert found["how"].to_dict() == {"b": "its own place", "own": "mean of its neighbours"}
    assert neighbours.place_on_map(points, ["x"], near[:0]).empty
