"""Figures of the genre clustering: what is drawn where."""

import warnings

import matplotlib.pyplot as plt
import numpy as np
import pandas as pd
import pytest

from helpers import figures, profiles

GENRES = ["Pop", "Jazz", "Rock"]


@pytest.fixture
def square():
    grid = np.full((3, 3), np.nan)
    grid[0, 1], grid[1, 0], grid[2, 0] = 0.6, 0.05, 0.25
    return pd.DataFrame(grid, GENRES, GENRES)


@pytest.fixture
def demo():
    yield profiles.load_profile("demo")
    plt.close("all")


def test_cells_from_a_tenth_upwards_are_numbered(square):
    _, axes = plt.subplots()
    figures.pair_square(axes, square, "A", few=["Rock"])
    assert sorted(text.get_text() for text in axes.texts) == [".25", ".60"]
    assert [label.get_text() for label in axes.get_xticklabels()] == GENRES
    veil = axes.images[1].get_array()
    assert veil.count() == 5  # row and column of one genre of three
    plt.close("all")


def test_pairs_that_are_no_better_than_chance_carry_a_dot_and_no_number(square, demo):
    chance = square.where(square != 0.6, 0.1)
    one, two = ("A", "audio_features", "embeddings"), ("B", "mine")
    figures.pair_squares_chart(demo, {one: square, two: square}, {one: square, two: chance})
    first, second = plt.gcf().axes
    titles = [axes.get_title("left") for axes in (first, second)]
    assert titles == [
        "A: adjusted Rand index\naudio features below, embeddings above the diagonal",
        "B: adjusted Rand index\nmine below the diagonal",
    ]
    assert [len(axes.collections[0].get_offsets()) for axes in (first, second)] == [3, 2]
    assert [[text.get_text() for text in axes.texts] for axes in (first, second)] == [[], [".60"]]
    figures.balanced_squares_chart(demo, {two: square}, {"B": []})
    assert [axes.get_title("left") for axes in plt.gcf().axes] == [
        "B: adjusted Rand index, balanced\nmine below the diagonal"
    ]


def test_silhouettes_have_a_row_a_kind_and_feature_set(demo):
    rows = {"true": [0.1, 0.2], "two": [0.5]}
    figures.silhouettes_chart(demo, {"A": {"audio_features": rows, "embeddings": rows}})
    ticks = [label.get_text() for label in plt.gcf().axes[0].get_yticklabels()]
    assert ticks == [f"{row}\n{kind}" for kind in ("audio features", "embeddings") for row in rows]


def test_feature_sets_keep_their_colour_and_others_take_one_of_their_own():
    found = figures.set_colours(["audio_features", "mine", "embeddings", "yours"])
    alone = figures.set_colours(["embeddings"])
    assert len(set(found.values())) == 4 and found["embeddings"] == alone["embeddings"]


def test_differences_have_a_panel_a_corpus_and_difference(demo):
    index = pd.MultiIndex.from_product([["A", "B"], ["x minus y", "x minus z"], ["one", "two"]])
    # As it comes: version by version, in no order that pandas would call sorted.
    table = pd.DataFrame({"value": 0.1, "ci_low": 0.0, "ci_high": 0.2}, index)
    table = table.sort_index(level=2, ascending=False, sort_remaining=False)
    warnings.simplefilter("error")
    figures.differences_chart(demo, table)
    assert [axes.get_title("left") for axes in plt.gcf().axes] == [
        "A\nx minus y",
        "B\nx minus y",
        "A\nx minus z",
        "B\nx minus z",
    ]


DIFFERENCES = ["b minus a", "c minus a"]


def test_sentences_name_every_difference_and_stay_short_with_one():
    gaps = {name: np.array([0.1, 0.3]) for name in DIFFERENCES}
    assert figures.poster_in_words({"b minus a": gaps["b minus a"]}, "X") == (
        "Scored as on the poster, in the genres of X, b minus a is +0.200 in mean ARI over 2 pairs."
    )
    assert "b minus a is +0.200 and c minus a is +0.200 in mean ARI" in (
        figures.poster_in_words(gaps, "X")
    )
    rows = pd.DataFrame(
        {"value": [0.1, -0.2], "ci_low": 0.0, "ci_high": 0.3, "seed_sd": 0.01}, DIFFERENCES
    )
    assert figures.seeds_in_words(rows, 5, "X") == (
        "In X, over 5 seeds, b minus a is +0.100 in ARI, balanced (+0.000 to +0.300), with an SD "
        "over seeds of 0.010; c minus a is -0.200 in ARI, balanced (+0.000 to +0.300), with an SD "
        "over seeds of 0.010."
    )


def test_gaps_of_classifiers_are_a_sentence_a_difference():
    index = pd.MultiIndex.from_product([DIFFERENCES, ["one way", "other way"]])
    table = pd.DataFrame({"gap": 0.1, "low": -0.1, "high": 0.2}, index)
    said = figures.gaps_in_words(table, "X")
    assert said.startswith("B minus a in X: +0.100 in macro F1 by one way (-0.100 to +0.200,")
    assert "resampled). C minus a in X: " in said
    assert "too few tracks" in figures.gaps_in_words(table[:0], "X")


def test_the_lead_is_named_by_the_side_that_has_it():
    ahead = figures.lead_in_words(0.1, ("my_set", "b"), "It passes: a.", "X")
    assert ahead == "In X the lead of b over my set is 0.100 in ARI. It passes: a."
    assert "the lead of my set over b is 0.100" in (
        figures.lead_in_words(-0.1, ("my_set", "b"), "", "X")
    )
