"""`compare-sets`: what it writes and says, and what it refuses."""

import numpy as np
import pandas as pd
import pytest

from helpers import compare_sets, corpora, feature_sets, figures
from helpers.feature_sets import FeatureSet
from helpers.profiles import load_profile
from helpers.project import ProjectError

N = 120


def listings():
    """A corpus of two genres, a dozen artists each; and one of a single genre."""
    rng = np.random.default_rng(0)
    genre = np.repeat(["Folk", "Jazz"], N // 2)
    artist = [f"{name} {rng.integers(12)}" for name in genre]
    table = pd.DataFrame(
        {"corpus": "PMD", "track_id": [f"t{k}" for k in range(N)], "artist": artist, "genre": genre}
    )
    single = table.head(20).assign(corpus="EMD", track_id=[f"s{k}" for k in range(20)])
    table = pd.concat([table, single], ignore_index=True)
    return table.assign(study="a", participant=None, title="x", year=None, row=range(N + 20))


@pytest.fixture
def made(monkeypatch):
    rows = listings()
    rng = np.random.default_rng(1)
    near = rng.standard_normal((len(rows), 3))
    far = near + 6 * (rows["genre"] == "Jazz").to_numpy()[:, None]
    index = pd.Index(rows["track_id"], name="track_id")
    wide = pd.DataFrame(far, index, ["a", "b", "c"]).assign(d=0.0)
    sets = {
        "plain": FeatureSet(
            "plain", "plain numbers", "interpretable", "made", "standardised",
            pd.DataFrame(near, index, ["a", "b", "c"]),
        ),
        "tagger": FeatureSet(
            "tagger", "tagger", "embedding", "musicnn 0.1.0, trained on tags", "none", wide
        ),
    }  # fmt: skip
    monkeypatch.setattr(corpora, "prepare", lambda profile: {})
    monkeypatch.setattr(corpora, "load", lambda profile, name: rows)
    monkeypatch.setattr(corpora, "as_published", lambda tracks: tracks)
    monkeypatch.setattr(feature_sets, "of_profile", lambda profile: sets)
    return sets


@pytest.mark.slow
def test_the_set_that_knows_genres_leads_in_tables_sentences_and_figure(made, tmp_path, capsys):
    assert compare_sets.run("demo", out=str(tmp_path), most=40) == 0
    scores = pd.read_csv(tmp_path / "scores.csv")
    assert set(scores["corpus"]) == {"PMD"} and set(scores["tracks"]) == {80}
    retrieval = scores[scores["measure"] == "retrieval"].set_index("set")
    assert retrieval.loc["tagger", "value"] == pytest.approx(1, abs=0.01)
    assert retrieval.loc["plain", "value"] < 0.6
    assert retrieval["dimension"].to_dict() == {"plain": 3, "tagger": 4}
    differences = pd.read_csv(tmp_path / "differences.csv")
    assert set(differences["first"]) == {"tagger"} and (differences["low"] > 0).all()
    said = (tmp_path / "findings.md").read_text()
    assert said.startswith("Simulated data: PMD: 80 tracks of 2 genres by ")
    assert "its lead is clear: plain numbers comes next" in said
    # Beside every number of the network that was taught genres.
    assert said.count("tagger (trained on listeners' tags, genre names among them)") == 5
    assert "too narrow" in said
    drawn = (tmp_path / "quality_and_cost.svg").read_text()
    assert "tagger†" in drawn and "simulated" in drawn
    printed = capsys.readouterr().out
    assert "tagger†" in printed and "chance" in printed


def test_all_corpora_can_be_taken_as_one(made, tmp_path):
    compare_sets.run("demo", out=str(tmp_path), most=50, together=True)
    scores = pd.read_csv(tmp_path / "scores.csv")
    assert set(scores["corpus"]) == {"all corpora"} and set(scores["tracks"]) == {100}


def test_what_cannot_be_compared_is_said(made, monkeypatch, tmp_path):
    with pytest.raises(ProjectError, match="--together"):
        compare_sets.run("demo", out=str(tmp_path), fewest=100)
    monkeypatch.setattr(feature_sets, "of_profile", lambda profile: {})
    with pytest.raises(ProjectError, match="helpers describe"):
        compare_sets.run("demo", out=str(tmp_path))


def test_seconds_come_from_the_tables_that_tell_them(tmp_path):
    table = pd.DataFrame({"track_id": ["a"], "x": [1.0]})
    table.attrs["seconds"] = 0.25
    table.to_parquet(tmp_path / "timed.parquet")
    table.attrs.clear()
    table.to_parquet(tmp_path / "other.parquet")
    timed, other = str(tmp_path / "timed.parquet"), str(tmp_path / "other.parquet")
    assert compare_sets.seconds_a_track([timed]) == 0.25
    for files in ([], [timed, other], [str(tmp_path / "x.csv")]):
        assert np.isnan(compare_sets.seconds_a_track(files))


def test_costs_stand_in_order_of_seconds_only_where_all_are_known(made):
    costs = compare_sets.costs_of(load_profile("demo"), made)
    assert costs.index.tolist() == ["plain", "tagger"] and costs["seconds"].isna().all()
    assert costs["taught"].tolist() == [False, True]


def test_a_lead_whose_interval_holds_zero_is_not_clear():
    scores = pd.DataFrame(
        {
            "measure": ["m", "m"],
            "set": ["a", "b"],
            "value": [0.3, 0.32],
            "low": 0.2,
            "high": 0.4,
            "chance": 0.1,
        }
    )
    differences = pd.DataFrame(
        {
            "measure": ["m"],
            "first": ["b"],
            "second": ["a"],
            "difference": [0.02],
            "low": [-0.01],
            "high": [0.05],
        }
    )
    costs = pd.DataFrame({"label": ["A", "B"], "taught": False}, ["a", "b"])
    assert figures.sets_in_words(scores, differences, costs, {"m": "its score"}, 0.95) == [
        "By m (its score), B comes first with 0.32 (95 % interval 0.20 to 0.40; chance 0.10), and its "
        "lead is not clear: A comes next with 0.30, 0.02 less (interval -0.01 to 0.05)."
    ]
