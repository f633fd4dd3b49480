"""Figures of maps: colours, the places of names, and what is drawn."""

import matplotlib.pyplot as plt
import numpy as np
import pandas as pd
import pytest

from helpers import figures, profiles
from helpers.figures import maps


@pytest.fixture
def demo():
    plt.close("all")
    yield profiles.load_profile("demo")
    plt.close("all")


@pytest.fixture
def grid():
    figure, axes = plt.subplots(2, 2, squeeze=False)
    yield axes
    plt.close(figure)


def test_the_study_s_genres_have_fixed_colours_and_relatives_share_one():
    palette = figures.genre_colours(["Rock", "Pop", "Metal", "no genre"])
    assert [*palette] == ["Rock", "Pop", "Metal", "no genre"]
    assert palette["Rock"] == palette["Metal"] == "#D55E00"
    assert palette["Pop"] == palette["no genre"] == "#8C8C8C"


def test_other_names_take_free_colours_first():
    palette = figures.genre_colours(["Pop", "Dub", "Rock", "Skiffle"])
    assert len(set(palette.values())) == 4
    many = figures.genre_colours([f"genre {k}" for k in range(10)])
    assert len(set(many.values())) == 8 and many["genre 0"] == many["genre 8"]


def test_the_densest_place_is_the_middle_of_the_fullest_cell():
    # Cells are one wide and one high.
    x = np.array([0, 12, 3.2, 3.4, 3.6, 8.0])
    y = np.array([0, 12, 7.1, 7.5, 7.9, 2.0])
    assert maps.densest_place(pd.DataFrame({"x": x, "y": y})) == (3.5, 7.5)


def test_names_are_pushed_apart_up_and_down_and_stay_inside():
    room = (0.3, 0.05)
    places = maps.pushed_apart([[0.5, 0.5]] * 4 + [[0.2, 1.4]], room)
    assert (places[:4, 0] == 0.5).all()
    assert (np.diff(np.sort(places[:4, 1])) > room[1] - 0.013).all()
    assert places[4].tolist() == [0.2, 0.975]
    far = np.array([[0.2, 0.5], [0.6, 0.5], [0.2, 0.6]])
    assert np.array_equal(maps.pushed_apart(far, room), far)


def points(n=60):
    rng = np.random.default_rng(0)
    table = pd.DataFrame(rng.random((n, 2)), columns=["x", "y"])
    return table.assign(genre=["Pop"] * (n - 4) + ["Jazz"] * 4, corpus=["P", "E"] * (n // 2))


def test_a_map_names_the_genres_that_are_large_enough(grid):
    palette = {"Pop": "#8C8C8C", "Jazz": "#A08A00"}
    figures.genre_map(grid[0, 0], points(), palette, "all", seed=1)
    figures.genre_map(grid[0, 1], points(), palette, "large", seed=1, fewest=5)
    assert {text.get_text() for text in grid[0, 0].texts} == {"Pop", "Jazz"}
    assert [text.get_text() for text in grid[0, 1].texts] == ["Pop"]
    drawn = grid[0, 0].collections[0]
    assert len(drawn.get_offsets()) == 60
    assert np.unique(drawn.get_facecolors(), axis=0).shape[0] == 2


def test_each_corpus_begins_on_a_new_line_with_two_maps_side_by_side(demo):
    palette = {"Pop": "#8C8C8C", "Jazz": "#A08A00"}
    kinds = ["embeddings", "audio_features"]
    parts = [points().assign(map=m, feature_set=k) for m in "EP" for k in sorted(kinds)]
    joint = points().assign(map="joint", feature_set="embeddings")
    mapped = pd.concat([*parts, joint])
    figures.genre_maps_chart(demo, mapped, ["P", "E"], kinds, palette, seed=1)
    assert _titles() == ["P, embeddings", "P, audio features", "E, embeddings", "E, audio features"]
    third = parts[0].assign(map="P", feature_set="mine")
    mapped = pd.concat([*parts, third])
    figures.genre_maps_chart(demo, mapped, ["P"], [*kinds, "mine"], palette, seed=1)
    assert _titles() == ["P, embeddings", "P, audio features", "P, mine"]
    assert [axes.get_visible() for axes in plt.gcf().axes] == [True, True, True, False]


def _titles():
    titles = [axes.get_title(at) for axes in plt.gcf().axes for at in ("left", "center")]
    return [title for title in titles if title]


@pytest.mark.parametrize(("n", "area"), [(30, 40), (100, 20), (500, 4), (9000, 4)])
def test_points_of_a_small_corpus_are_large_enough_to_be_seen(n, area):
    axes = plt.figure().add_subplot()
    figures.corpus_map(axes, points(n), {"P": "#0072B2", "E": "#D55E00"}, 1)
    assert axes.collections[0].get_sizes() == [area]
    plt.close("all")


def test_variants_show_the_same_listings_and_five_names(grid):
    genres = pd.Series([f"genre {k % 7}" for k in range(70)] + ["genre 6"] * 2)
    xy = np.random.default_rng(1).random((72, 2))
    palette = dict.fromkeys(genres, "#8C8C8C")
    named = {f"seed {k}": xy for k in range(4)}
    figures.variant_maps(grid, named, genres.where(genres != "genre 0", "genre 1"), palette, 1)
    assert all(len(axes.texts) == 6 for axes in grid.flat)  # the fifth to the last are tied


def test_a_map_of_corpora_has_their_colours(grid):
    colours = {"P": "#0072B2", "E": "#D55E00"}
    figures.corpus_map(grid[0, 0], points(), colours, seed=1)
    labels = [text.get_text() for text in grid[0, 0].get_legend().get_texts()]
    assert labels == ["P", "E"]


def test_auc_panels_share_their_range(demo):
    index = pd.MultiIndex.from_product(
        [["A - B", "halves"], ["embeddings", "both"]], names=["contrast", "features"]
    )
    compared = pd.DataFrame({"auc": [0.7, 0.8, 0.5, 0.5], "p": 0.1}, index)
    compared = compared.assign(low=compared["auc"] - 0.1, high=compared["auc"] + 0.1)
    figures.auc_chart(demo, compared, ["embeddings", "both"])
    first, second = plt.gcf().axes
    low, high = first.get_xlim()
    assert second.get_xlim() == (low, high) and low < 0.4 and high > 0.9
    assert [text.get_text() for text in second.texts] == ["0.80", "0.50"]
