"""Sentences about maps and about two corpora in the full space: the words follow the numbers."""

import numpy as np
import pandas as pd
import pytest

from helpers import figures

OTHERS = "by other artists"
PAIR = ("T", "R")


def test_maps_say_of_how_many_listings_they_are():
    columns = ["with a genre", "complete", "on the maps"]
    counts = pd.DataFrame([[9, 8, 8], [2000, 1900, 400], [5, 2, 0]], ["T", "R", "Q"], columns)
    said = figures.mapped_in_words(counts)
    assert said == (
        "The maps hold all 8 complete listings of T, 400 of 1,900 complete listings of R and no listing of Q."
    )


def test_a_region_takes_most_neighbours_and_twice_the_share():
    table = pd.DataFrame(
        {"own": [0.6, 0.6, 0.4], "share": [0.2, 0.5, 0.01]}, ["Jazz", "Pop", "Folk"]
    )
    overall = pd.DataFrame({"own": 0.5, "share": 0.25}, [("T", "audio_features")])
    said = figures.regions_in_words(overall, {("T", "audio_features"): table}, "of other tracks")
    assert said.endswith(
        "nearest listings of other tracks, these are of a listing's own genre: 50 % (T, audio "
        "features; 25 % by chance)."
    )
    assert said.startswith(
        "Only these genres form regions of their own: Jazz (T, audio features). A region"
    )
    none = figures.regions_in_words(overall, {("T", "audio_features"): table.loc[["Pop"]]}, "")
    assert none.startswith("No genre forms a region of its own.")
    assert figures.regions_in_words(overall[:0], {}, "").startswith("No genre has listings enough")


def test_neighbours_are_by_other_artists_where_artists_are_known():
    assert figures.others_in_words(pd.Series(["A", None], dtype="string")) == OTHERS
    assert figures.others_in_words(pd.Series([None], dtype="string")) == "of other tracks"


def test_the_genre_that_stands_out_has_dots_enough():
    points = pd.DataFrame(
        {
            "corpus": "T",
            "genre": ["Jazz"] * 30 + ["Rare"] * 2,
            "energy": [-1.5] * 30 + [9.0] * 2,
            "tempo": 0.1,
        }
    )
    said = figures.outstanding_in_words(points, ["energy", "tempo"])
    assert said.endswith(
        "Jazz in T: its mean energy lies 1.5 standard deviations below that of the corpus."
    )
    assert figures.outstanding_in_words(points, []).startswith("No genre has dots enough")


def test_neighbours_kept_and_of_the_same_genre():
    quality = pd.DataFrame(
        {
            "neighbours kept": [0.2, 0.21, 0.1, 1],
            "same genre": [0.37, 0.4, 0.3, 0.54],
            "other artists": [0.3, 0.31, 0.2, 0.37],
        },
        ["seed 42", "seed 43", "principal components", "full space"],
    )
    said = figures.kept_in_words(quality, "T", "audio_features")
    assert said.endswith(
        "keep 20.0 to 21.0 %, and principal components 10.0 % (T, audio features)."
    )
    said = figures.same_genre_in_words(quality, "seed 42", "T")
    assert "the same genre in 37 % of cases on the map and in 54 % in the full space" in said
    assert said.endswith("neighbours by the same artist do not count, in 30 % and 37 %.")


def test_units_that_are_too_few_for_a_comparison_are_named():
    said = figures.tested_in_words("8 people of T", 9, [])
    assert said == "The units that stay together are 8 people of T. They suffice for 9 comparisons."
    said = figures.tested_in_words("8 people of T", 1, ["T - R", "halves of R"])
    assert said.endswith("for 1 of 3 comparisons, and are too few for T - R; halves of R.")


def compared(**auc):
    """Results of a comparison by one feature set, with intervals of a tenth either way."""
    lines = {
        "main": "T - R",
        "mix": "T - R, same genre mix",
        "artist": "T - R, by artist",
        "halves": "halves of R",
    }
    table = pd.DataFrame({"auc": {lines[name]: value for name, value in auc.items()}})
    table = table.assign(low=table["auc"] - 0.05, high=table["auc"] + 0.05)
    return pd.concat({"sound": table}).swaplevel().rename_axis(["contrast", "features"])


@pytest.mark.parametrize(
    ("mix", "words"),
    [
        (0.66, "with equal genre mixes it stays at 0.66."),
        (0.58, "with equal genre mixes it falls to 0.58."),
        (0.51, "it falls to 0.51, which is not shown to differ from one half."),
        (0.75, "with equal genre mixes it rises to 0.75."),
    ],
)
def test_an_auc_falls_stays_or_rises_once_genre_mixes_are_equal(mix, words):
    said = figures.auc_in_words(compared(main=0.67, mix=mix), PAIR)
    assert said.startswith("By sound the AUC of T - R is 0.67 (0.62 to 0.72); ")
    assert said.endswith(words)


def test_without_a_common_mix_the_auc_stands_alone():
    assert figures.auc_in_words(compared(main=0.67), PAIR) == (
        "By sound the AUC of T - R is 0.67 (0.62 to 0.72)."
    )


def test_variants_of_the_comparison_are_no_yardsticks():
    said = figures.yardsticks_in_words(compared(main=0.67, mix=0.6, artist=0.7, halves=0.5), PAIR)
    assert said == (
        "By sound, the AUC of T - R is 0.67, its variants reach 0.60 to 0.70: more than any "
        "yardstick (halves of R 0.50)."
    )
    said = figures.yardsticks_in_words(compared(main=0.5, halves=0.52), PAIR)
    assert said.endswith("no more than any yardstick (halves of R 0.52).")
    assert figures.yardsticks_in_words(compared(main=0.5), PAIR).endswith(
        "no yardstick has units enough."
    )


def test_a_comparison_whose_units_cannot_move_has_no_p_but_its_variants_may():
    results = compared(main=0.67, artist=0.7, halves=0.5)
    stuck = results.assign(p=[np.nan, 0.001, 0.4], free=[0.0, 0.9, 1.0])
    assert figures.mmd_in_words(stuck, PAIR) == (
        "For T - R there is no p, since none of its rows can change places. Largest p of the "
        "variants: T - R, by artist (p = 0.001). Largest p of the yardsticks: halves of R "
        "(p = 0.400)."
    )
    moves = figures.mmd_in_words(results.assign(p=[0.0001, np.nan, np.nan], free=1.0), PAIR)
    assert moves.startswith("For T - R the largest p of the feature sets is < 0.001.")
    assert moves.endswith("Largest p of the yardsticks: none has one.")


def test_corpora_that_cannot_be_told_apart_are_not_spoken_of():
    results = compared(artist=0.7, halves=0.5).assign(p=0.5, free=1.0)
    for said in (figures.auc_in_words, figures.yardsticks_in_words, figures.mmd_in_words):
        assert said(results, PAIR).startswith("T - R has too few units")


@pytest.mark.parametrize(
    ("own", "around_other", "words"),
    [
        (0.21, 0.17, "T and R mix on their joint map and form no regions of their own: of the"),
        (0.30, 0.17, "T prevails in parts of the joint map: of the"),
        (0.80, 0.05, "T has regions of its own on the joint map: of the"),
    ],
)
def test_corpora_mix_or_prevail(own, around_other, words):
    table = pd.DataFrame({"T": [own, around_other]}, ["T", "R"])
    said = figures.corpora_mix_in_words(table, pd.Series({"T": 20, "R": 80}), PAIR, OTHERS)
    assert said.startswith(words) and said.endswith("where 20 % of all listings are.")
    tiny = figures.corpora_mix_in_words(table, pd.Series({"T": 3, "R": 11}), PAIR, OTHERS)
    assert "of the fifteen nearest listings" in said and "of the nearest listings" in tiny
    unknown = figures.corpora_mix_in_words(
        table * np.nan, pd.Series({"T": 20, "R": 80}), PAIR, OTHERS
    )
    assert unknown.startswith("The listings have too few artists")


def test_axes_tell_of_seeds_only_where_there_are_several():
    tests = pd.DataFrame(
        {"cliffs_delta": [-0.01, 0.2], "magnitude": ["negligible", "small"], "ks_d": [0.1, 0.2]},
        pd.Index(["component_1", "component_2"], name="feature"),
    )
    one = tests.reset_index().assign(seed=42)
    said = figures.axes_in_words(tests, one, 42, PAIR)
    assert said.startswith(
        "Cliff's delta, T minus R, is -0.01 (negligible) on component 1 and 0.20"
    )
    assert said.endswith("this build maps no other seed.")
    assert list(figures.axes_table(tests, one)) == ["delta", "size", "D"]
    two = pd.concat([one, one.assign(seed=43, cliffs_delta=0.3)])
    assert figures.axes_in_words(tests, two, 42, PAIR).endswith("2 seeds its size is 0.01 to 0.30.")
    assert figures.axes_table(tests, two)["highest delta"].tolist() == [0.3, 0.3]
