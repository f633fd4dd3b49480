"""Figures of genres and of a playlist: what stands on the axes, read back."""

import matplotlib.pyplot as plt
import numpy as np
import pandas as pd
import pytest

from helpers import figures
from helpers.playlist import Standing

PALETTE = {"T": "#0072B2", "R": "#D55E00"}


@pytest.fixture
def axes():
    figure, axes = plt.subplots()
    yield axes
    plt.close(figure)


def legend(axes):
    return [text.get_text() for text in axes.get_legend().get_texts()]


def test_a_dot_a_group_and_genre_at_its_share(axes):
    shares = pd.DataFrame(
        {
            "group": ["T", "T", "R"],
            "genre": ["Pop", "Rock", "Pop"],
            "share": [0.75, 0.25, 1],
            "ci_low": [0.5, 0.1, 1],
            "ci_high": [0.8, 0.5, 1],
        }
    )
    figures.genre_shares(axes, shares, ["Pop", "Rock"], ["T", "R"], PALETTE)
    dots = axes.containers[0].lines[0]
    assert dots.get_xdata().tolist() == [75, 25]
    assert dots.get_ydata().tolist() == pytest.approx([-0.16, 0.84])
    assert legend(axes) == ["T", "R"]
    assert [text.get_text() for text in axes.get_yticklabels()] == ["Pop", "Rock"]


def test_overlap_shows_the_smaller_share_in_front(axes):
    mixes = pd.DataFrame({"T": [0.7, 0.3], "R": [0.4, 0.6], "both": [0.4, 0.3]}, ["Pop", "Rock"])
    figures.genre_overlap(axes, mixes, "T", "R", PALETTE)
    assert [bar.get_width() for bar in axes.containers[-1]] == pytest.approx([40, 30])
    assert legend(axes) == ["more in T", "more in R", "in both"]


def test_parts_of_diversity_are_stacked(axes):
    parts = pd.DataFrame({"alpha": [1.5], "beta": [0.5]}, ["lists"])
    figures.diversity_parts(axes, parts)
    within, between = (container[0] for container in axes.containers)
    assert (within.get_width(), between.get_x(), between.get_width()) == (1.5, 1.5, 0.5)
    assert {"1.50", "0.50"} <= {text.get_text() for text in axes.texts}


def test_hill_numbers_are_a_line_a_corpus_in_its_colour(axes):
    figures.hill_numbers(axes, pd.DataFrame({"T": [3, 2], "R": [3, 1]}, [0, 1]), PALETTE)
    assert [line.get_color() for line in axes.lines] == list(PALETTE.values())
    assert legend(axes) == ["T", "R"]


def test_studies_have_shades_and_corpora_keep_their_colours():
    found = figures.study_colours(PALETTE, ["X", "Y", "Z"])
    assert found["T"] == PALETTE["T"] and found["X"] == found["Z"] != found["Y"]


def test_tracks_beyond_the_thirtieth_have_no_number(axes):
    points = pd.DataFrame({"x": [0.0, 1], "y": [0.0, 1], "corpus": ["T", "T"]})
    places = pd.DataFrame({"x": [0, 1], "y": [0, 1], "how": "its own place", "number": [30, 31]})
    figures.playlist_map(axes, points, places, PALETTE)
    assert [text.get_text() for text in axes.texts] == ["30"]
    assert legend(axes) == ["playlist: its own place", "T"]


def test_places_on_maps_are_counted_by_how_they_were_found():
    places = pd.DataFrame({"how": ["its own place", "its own place", "mean of its neighbours"]})
    assert figures.places_in_words({"joint": (pd.DataFrame(), places)}) == (
        "The playlist has 3 tracks on the joint map: 2 at their own place and 1 at its neighbours' mean "
        "place."
    )


def test_hill_numbers_are_compared_at_every_order():
    numbers = pd.DataFrame({"T": [3.0, 2.0], "R": [3.0, 1.0]}, [0, 3])
    assert figures.hill_in_words(numbers) == (
        "T and R amount to 3.0 and 3.0 equally common genres at order 0 and to 2.0 and 1.0 at order "
        "3; T is at least as diverse at every order."
    )
    crossed = numbers.assign(R=[3.5, 1.0])
    assert figures.hill_in_words(crossed).endswith("depends on the order.")


def test_a_standing_names_lists_and_draws_and_marks_the_mean(axes):
    standing = Standing(
        scored=pd.DataFrame(),
        bins=pd.DataFrame(),
        brier=0.2,
        n_trained=9,
        mean=0.5,
        ci_low=0.1,
        ci_high=0.9,
        n_tracks=3,
        lists=np.array([0.1, 0.2, 0.7]),
        draws=np.array([-0.4, -0.2]),
    )
    assert (standing.lists_below, standing.draws_below) == (2, 2)
    figures.playlist_standing(axes, standing, ("T", "R"), PALETTE)
    assert legend(axes) == ["T: lists (3)", "R: draws (2)", "your playlist"]
    assert axes.lines[-1].get_xdata() == [0.5, 0.5]


def test_percentiles_and_reliability(axes):
    figures.playlist_percentiles(axes, pd.DataFrame({"energy": [10.0, 30]}), "T", PALETTE["T"])
    assert axes.lines[-1].get_xdata().tolist() == [20]
    # The book's style sets titles to the left; it holds once any other test has used it.
    assert "T" in (axes.get_title(loc="left"), axes.get_title())
    bins = pd.DataFrame({"predicted": [0.2], "observed": [0.3], "ci_low": [0.1], "ci_high": [0.4]})
    figures.reliability(axes, bins, "T")
    assert axes.containers[-1].lines[0].get_ydata().tolist() == [0.3]
