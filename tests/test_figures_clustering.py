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


def differences(*values, reach=0.1, seed_sd=0.01):
    """Differences b, c, ... minus a with intervals of one width."""
    names = [f"{chr(ord('b') + k)} minus a" for k in range(len(values))]
    table = pd.DataFrame({"value": values, "seed_sd": seed_sd}, names)
    return table.assign(ci_low=table["value"] - reach, ci_high=table["value"] + reach)


def test_sentences_name_every_difference_with_its_interval():
    rows = differences(0.2, -0.2)
    assert figures.poster_in_words(rows[:1], 2, "X") == (
        "Scored as on the poster, in the genres of X, b minus a is +0.200 (+0.100 to +0.300) in "
        "mean ARI over 2 pairs."
    )
    assert "(+0.100 to +0.300) and c minus a is -0.200 (-0.300 to -0.100) in mean ARI" in (
        figures.poster_in_words(rows, 2, "X")
    )
    assert figures.seeds_in_words(rows, 5, "X") == (
        "In X, over 5 seeds, b minus a is +0.200 (+0.100 to +0.300) in balanced ARI, with an SD over "
        "seeds of 0.010; c minus a is -0.200 (-0.300 to -0.100) in balanced ARI, with an SD over "
        "seeds of 0.010."
    )


def test_of_two_genres_and_one_seed_neither_interval_nor_sd_is_told():
    rows = differences(0.2, reach=np.nan, seed_sd=np.nan)
    assert figures.seeds_in_words(rows, 1, "X") == (
        "In X, over 1 seed, b minus a is +0.200 in balanced ARI."
    )
    assert figures.poster_in_words(rows, 1, "X").endswith(
        "b minus a is +0.200 in mean ARI over 1 pair."
    )


def test_of_many_differences_the_highest_and_the_lowest_are_told():
    rows = differences(0.2, 0.05, -0.3, 0.1)
    said = figures.seeds_in_words(rows, 5, "X")
    assert "b minus a is +0.200" in said and "d minus a is -0.300" in said
    assert "c minus a" not in said and "(2 others lie between)" in said
    assert said.endswith("; 2 of 4 intervals leave out zero.")
    poster = figures.poster_in_words(rows, 2, "X")
    assert "e minus a" not in poster and "(2 others lie between) in mean ARI" in poster


def by_classifier(**gaps):
    """Gaps of one difference a name, by two classifiers, with intervals of a tenth either side."""
    index = pd.MultiIndex.from_product([gaps, ["one way", "other way"]])
    values = np.repeat(list(gaps.values()), 2)
    return pd.DataFrame({"gap": values, "low": values - 0.1, "high": values + 0.1}, index)


def test_gaps_of_classifiers_are_a_sentence_a_difference():
    table = by_classifier(b=0.05, c=0.05)
    said = figures.gaps_in_words(table, "X")
    assert said.startswith("B in X: +0.050 in macro F1 by one way (-0.050 to +0.150,")
    assert "resampled). C in X: " in said
    assert "too few tracks" in figures.gaps_in_words(table[:0], "X")


def test_of_many_gaps_those_that_are_sure_are_counted_and_the_ends_told():
    said = figures.gaps_in_words(by_classifier(b=0.2, c=0.05, d=0.0, e=-0.3), "X")
    assert said.startswith(
        "Of 4 differences of feature sets in X, 2 have the intervals of all classifiers on one side "
        "of zero. The highest and the lowest: B in X: +0.200"
    )
    assert " E in X: -0.300" in said and "C in X" not in said and "D in X" not in said


def outcome(seed, labels=1.0):
    return {"the seed": seed, "labels in place of clusters": labels}


def leads(values, corpus="X"):
    index = pd.MultiIndex.from_tuples([(corpus, *two) for two in values])
    return pd.Series(list(values.values()), index)


def test_the_lead_is_named_by_the_side_that_has_it_and_by_what_it_survives():
    tests = {("X", "my_set", "b"): outcome(1)}
    said = figures.leads_in_words(tests, leads({("my_set", "b"): 0.1}))
    assert said == {
        "X-b-my_set": "In X the lead of b over my set is 0.100 in ARI. It survives all 2 tests: the "
        "seed and labels in place of clusters."
    }
    turned = figures.leads_in_words(tests, leads({("my_set", "b"): -0.1}))
    assert "the lead of my set over b is 0.100" in turned["X-b-my_set"]


@pytest.mark.parametrize(
    ("tests", "said"),
    [
        (
            {"a": 1, "b": 2, "c": np.nan},
            "It survives a and b. Too little is known to test c.",
        ),
        ({"a": 1, "b": 2, "c": 3}, "It survives all 3 tests: a, b and c."),
        ({"a": -1}, "It survives no test. It does not survive a."),
        ({"a": 1, "b": -1, "c": 0}, "It survives a. It does not survive b and c."),
    ],
)
def test_what_a_difference_survives_in_words(tests, said):
    two = ("a", "b")
    found = figures.leads_in_words({("X", *two): tests}, leads({two: 0.1}))
    assert found["X-b-a"] == f"In X the lead of b over a is 0.100 in ARI. {said}"


def test_of_many_leads_of_a_corpus_one_sentence_counts_those_that_fail_no_test():
    values = {("a", "b"): 0.4, ("a", "c"): 0.2, ("b", "c"): -0.1, ("a", "d"): 0.05}
    tests = {("X", *two): outcome(-1 if two == ("a", "b") else 1) for two in values}
    tests["X", "a", "c"] = outcome(1, labels=np.nan)
    said = figures.leads_in_words(tests, leads(values))
    assert said == {
        "X": "In X 3 of 4 leads fail none of the tests that could be made; the largest of them is that "
        "of c over a, 0.200 in ARI. The largest of all is that of b over a, 0.400 in ARI. It survives labels in place of "
        "clusters. It does not survive the seed."
    }
