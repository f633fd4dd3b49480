"""A playlist beside two corpora: its tracks, by hand, and its standing in the demo."""

import numpy as np
import pandas as pd
import pytest

from helpers import chapter as chapters
from helpers import tables
from helpers.chapter import open_chapter
from helpers.conditions import explain
from helpers.inputs import Inputs
from helpers.playlist import Playlist, Standing
from helpers.project import ProjectError


def tracks(corpus, ids, **columns):
    """Rows of the `tracks` table."""
    table = pd.DataFrame({"corpus": corpus, "track_id": ids, "row": range(len(ids))})
    return tables.tidy_tracks(table.assign(source="made", **columns)).assign(corpus=corpus)


@pytest.fixture
def small():
    """Two corpora that share the track s, and a playlist of s, t0, and a stranger, t0 twice."""
    target = tracks("T", ["t0", "t1", "s"], genre=["Pop", "Jazz", "Rock"], artist=["A", "a", "B"])
    reference = tracks(
        "R", ["r0", "s", None], genre=["Pop", "Rock", "Pop"], artist=["C", "B", None]
    )
    features = pd.DataFrame(
        {
            "track_id": ["t0", "t1", "s", "r0", "x"],
            "energy": [0.0, 1, 2, 3, np.nan],
            "source": "made",
        }
    )
    listings = pd.DataFrame(
        {
            "track_id": ["s", "t0", "t0", "x"],
            "artist": [None, None, None, "D"],
            "title": ["Song", None, None, None],
            "genre": pd.Series([None, "Folk", "Folk", None], dtype="str"),
        }
    )
    table = pd.concat([target, reference], ignore_index=True)
    return Playlist(listings, table, ("T", "R"), {"features": features}, "made")


def test_what_the_file_does_not_say_comes_from_the_corpora(small):
    assert small.tracks.index.tolist() == [1, 2, 3]
    assert small.tracks["genre"].tolist()[:2] == ["Rock", "Folk"]
    assert small.tracks["artist"].tolist() == ["B", "A", "D"]
    assert small.tracks["title"].tolist() == ["Song", "t0", "x"]


def test_overview_names_the_corpora_and_what_is_missing(small):
    table = small.overview()
    assert table["listed by"].tolist() == ["T and R", "T", "neither"]
    # The stranger's row of features is not whole; there is no table of embeddings at all.
    assert table["missing"].tolist() == ["embeddings", "embeddings", "audio features, embeddings"]
    assert table["genre"].tolist() == ["Rock", "Folk", "unknown"]
    assert small.missing.sum().to_dict() == {"audio features": 1, "embeddings": 3}


def test_a_mix_of_genres_counts_listings_with_a_genre(small):
    counts = small.genre_counts
    assert list(counts) == ["playlist", "T", "R"]
    assert counts["playlist"].to_dict() == {"Folk": 2, "Pop": 0, "Rock": 1, "Jazz": 0}
    assert counts["R"]["Pop"] == 1  # a row without an id is no track


def test_only_tracks_of_one_side_are_neighbours_or_learned_from(small):
    assert small.known.index.tolist() == ["t1", "r0"]
    assert small.known["in_target"].tolist() == [True, False]
    assert small.pool["by"].tolist() == ["a", "a", "b", "c", "d"]
    # Too few units to keep lists apart: the artist stands in, and the playlist is one unit.
    assert not small.lists_apart and "artists" in small.units_in_words
    own = "the playlist"
    assert small.pool["unit"].tolist() == [own, "a", own, "c", own]
    assert small.pool["track_id"].tolist() == ["t0", "t1", "s", "r0", "x"]


def test_features_are_standardised_and_kinds_without_a_track_are_left_out(small):
    values = small.values["features"]["energy"]
    assert values.mean() == pytest.approx(0) and values.std() == pytest.approx(1)
    assert list(small.values) == ["features"] and small.by_ear == "features"
    assert small.heard(["energy"])["energy"].to_dict() == {1: 2, 2: 0}


def test_fewer_than_fifty_tracks_give_no_ratio(small):
    assert small.comparable(1) == [] and small.standings(1, 10, 0.95, 1) == {}


@pytest.mark.slow
def test_standing_of_the_demo(demo):
    playlist = Inputs(demo).playlist
    found = playlist.standings(11, 200, 0.95, 20231980)
    assert list(found) == ["features", "embeddings"] == playlist.comparable(11)
    for kind, standing in found.items():
        own = standing.scored.loc[standing.scored.index.isin(playlist.tracks["track_id"])]
        assert standing.mean == pytest.approx(own["ratio"].mean()), kind
        assert standing.n_tracks == len(own) <= 19
        assert standing.ci_low < standing.mean < standing.ci_high
        assert 0 <= standing.lists_below <= len(standing.lists) and len(standing.draws) == 200
        assert standing.brier < 0.25 and standing.bins["n"].sum() == standing.n_trained
    shown = playlist.table(found)
    assert list(shown.index) == ["audio features", "embeddings"]
    of_features = found["features"]
    assert shown["lists below"].iloc[0] == of_features.lists_below / len(of_features.lists)
    keys = [row[0] for row in playlist.records(found)]
    assert keys[:2] == ["local.playlist.llr.features", "local.playlist.brier.features"]
    assert len(keys) == 8 and {row[3] for row in playlist.records(found)} == {"simulated twin"}


def test_the_units_of_the_demo_are_participants_and_artists(demo):
    playlist = Inputs(demo).playlist
    assert playlist.lists_apart and playlist.units_in_words.startswith("164 participants of PMD")
    kinds = playlist.pool["unit"].str.split(":").str[0]
    of_kind = pd.crosstab(playlist.pool["corpus"], kinds)
    assert of_kind.loc["PMD", "participant"] > 1500 and of_kind.loc["EMD", "artist"] > 8000


def test_of_fewer_than_twenty_lists_no_share_is_told():
    lists = np.arange(19.0)
    given = dict.fromkeys(["scored", "bins", "brier", "n_trained", "ci_low", "ci_high"], 0)
    few = Standing(**given, mean=30.0, n_tracks=3, lists=lists, draws=lists)
    assert np.isnan(few.share_of_lists_below)
    enough = Standing(**given, mean=30.0, n_tracks=3, lists=np.append(lists, 40.0), draws=lists)
    assert enough.share_of_lists_below == 0.95
    listings = pd.DataFrame({"track_id": ["x"], "artist": "A", "title": "T", "genre": "Pop"})
    playlist = Playlist(listings, tracks("T", ["t0"]), ("T", "R"), {}, "made")
    keys = [row[0] for row in playlist.records({"features": few})]
    assert "local.playlist.lists_below.features" not in keys and len(keys) == 3
    assert len(playlist.records({"features": enough})) == 4


def test_neighbours_of_the_demo_are_of_one_corpus_and_titles_are_shown_on_demand(demo):
    playlist = Inputs(demo).playlist
    near = playlist.neighbours()
    assert near.shape == (17, 15)
    assert not set(near.to_numpy().ravel()) & set(playlist.tracks["track_id"])
    table = playlist.nearest_tracks(near, show_tracks=True)
    assert list(table) == ["track", "nearest", "its corpus", "its genre", "PMD of 15"]
    assert table["PMD of 15"].tolist() == playlist.in_target(near).sum(axis=1).tolist()
    assert "nearest" not in playlist.nearest_tracks(near, show_tracks=False)
    assert len(playlist.searched()) > 9000


def test_places_on_a_map(demo):
    playlist = Inputs(demo).playlist
    points = playlist.corpus_tracks[["corpus"]].assign(x=1.0, y=2.0, map="joint")
    points = points.assign(feature_set="embeddings").reset_index()
    shown, put = playlist.places(points)["joint"]
    assert set(shown["corpus"]) == {"PMD", "EMD"}
    assert put["number"].is_unique and set(put["number"]) <= set(playlist.tracks.index)
    assert (put["x"] == 1).all() and (put["y"] == 2).all()
    alone = points.assign(map=points["corpus"])
    assert list(playlist.places(alone)) == ["PMD", "EMD"]


def test_a_parameter_wins_over_the_profile_and_conditions_follow_it(demo, tmp_path):
    file = tmp_path / "strangers.csv"
    file.write_text("track_id\nnobody1\nnobody2\n")
    reads = ["tracks", "features", "embeddings"]
    chapter = open_chapter("x", "demo", reads=reads, playlist=str(file))
    assert chapter.playlist.tracks["track_id"].tolist() == ["nobody1", "nobody2"]
    assert open_chapter("x", "demo", reads=reads).playlist.tracks["track_id"].size == 19
    inputs = Inputs(chapters.with_playlist(demo, str(file)))
    for tag in ("genres", "features", "sound", "ratio"):
        assert explain(inputs, f"needs-playlist-{tag}"), tag
        assert not explain(Inputs(demo), f"needs-playlist-{tag}"), tag
    assert not explain(inputs, "needs-playlist")


def test_without_features_embeddings_remain(demo):
    tables.table_path(demo, "features").unlink()
    inputs = Inputs(demo)
    assert "no audio features" in explain(inputs, "needs-playlist-features")
    assert not explain(inputs, "needs-playlist-ratio")
    assert inputs.playlist.by_ear == "embeddings"


def test_a_playlist_is_declared_and_required(demo):
    with pytest.raises(ProjectError, match="'embeddings' and does not declare it"):
        _ = open_chapter("x", "demo", reads=["tracks", "features"]).playlist
