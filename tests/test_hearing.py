"""What chapter 07 shows of musicnn: the table that the book brings, and the network where it is."""

import numpy as np
import pandas as pd
import pytest

from helpers import figures
from helpers.embeddings import demonstration, hearing, musicnn, musicnn_weights
from helpers.profiles import load_profile
from helpers.project import ProjectError

SEED = load_profile("demo").settings.seed


@pytest.fixture
def without_weights(tmp_path, monkeypatch):
    monkeypatch.setenv("MUSIC_FOR_PAIN_CACHE", str(tmp_path))


@pytest.fixture(scope="module")
def sounds():
    return demonstration.sounds(SEED)


def test_the_book_brings_the_outputs_of_its_own_sounds(without_weights, sounds):
    assert hearing.can_be_heard(SEED)
    found = hearing.heard(sounds, SEED)
    assert list(found) == list(sounds)
    assert hearing.tags(found).shape == (50, 4) and hearing.embeddings(found).shape == (200, 4)
    assert hearing.tags(found).to_numpy().min() >= 0 and hearing.tags(found).to_numpy().max() <= 1
    # Beats of a drum machine are electronic music, by a score that stands out.
    assert hearing.tags(found)["drums"].nlargest(1).index.tolist() == ["electronic"]
    assert "computed with the real network beforehand" in " ".join(
        hearing.origin_in_words(SEED).split()
    )


def test_sounds_of_another_seed_are_not_those_of_the_table(without_weights, sounds):
    assert not hearing.can_be_heard(SEED + 1)
    with pytest.raises(ProjectError, match="weights musicnn"):
        hearing.heard(sounds, SEED + 1)


def test_the_table_is_what_the_network_computes(sounds):
    if not musicnn_weights.kept().is_file():
        pytest.skip("the weights of musicnn are not at hand: python -m helpers weights musicnn")
    brought = pd.read_csv(hearing.table_path(SEED), index_col="output")
    found = hearing.computed(sounds)
    assert np.abs(hearing.tags(found) - hearing.tags(brought)).to_numpy().max() < 1e-3
    # The largest number is 3.5; another resampler of the same kind moves none by a hundredth.
    assert np.abs(hearing.embeddings(found) - hearing.embeddings(brought)).to_numpy().max() < 1e-2
    assert "real network.**" in hearing.origin_in_words(SEED)


def test_distances_of_pairs_are_shares_of_their_mean():
    places = {"a": 0.0, "b": 3.0, "c": 9.0}
    outputs = pd.DataFrame(0.0, hearing.OUTPUTS, list(places))
    outputs.loc[musicnn.DIMENSIONS[0]] = places
    frames = {"other": {name: np.array([[2 * at, 0], [0, 0]]) for name, at in places.items()}}
    found = hearing.by_pair(demonstration.Described(frames, 1.0), outputs)
    assert found.index.tolist() == ["a and b", "a and c", "b and c"]
    for way in ("other", "musicnn"):
        # 3, 9 and 6 apart: 6 on average.
        assert found[way].tolist() == pytest.approx([0.5, 1.5, 1.0])
    assert figures.pairs_of_sounds_in_words(found[["musicnn"]]) == (
        "By musicnn, a and b are nearest (0.50) and a and c farthest apart (1.50), in units of the "
        "mean distance."
    )


def test_tags_are_told_by_the_first_of_each_sound():
    scores = pd.DataFrame({"chord": [0.1, 0.3], "drums": [0.6, 0.2]}, ["rock", "ambient"])
    assert figures.tags_in_words(scores) == (
        "The first tag of musicnn is *ambient* for the chord (0.30) and *rock* for the drums (0.60); "
        "of its 4 scores, 1 reached one half."
    )


def test_both_networks_are_told_by_what_they_were_trained_for():
    told = hearing.networks()
    assert "genre names" in told.loc["was trained to", "musicnn"]
    assert "without any label" in told.loc["on", "OpenL3, the study's"]
    assert told.loc["numbers of a track"].str.startswith(("512", "200")).all()
