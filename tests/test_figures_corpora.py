"""Figures of chapters 01 and 02: what is drawn is what the table says."""

import matplotlib.pyplot as plt
import numpy as np
import pandas as pd
import pytest

from helpers import figures
from helpers.figures.densities import STEP
from helpers.stats import distributions


@pytest.fixture
def axes():
    found = plt.figure().subplots()
    yield found
    plt.close(found.figure)


def test_sizes_are_bars_with_their_numbers(axes):
    table = pd.DataFrame({"listings": [1873, 8970], "tracks": [1757, 8749]}, ["PMD", "EMD"])
    figures.corpus_sizes(axes, table, "rows with a genre")
    assert [bar.get_width() for bar in axes.patches] == [1873, 8970, 1757, 8749]
    assert {text.get_text() for text in axes.texts} == {"1,873", "8,970", "1,757", "8,749"}
    assert axes.get_xlabel() == "rows with a genre" and axes.yaxis_inverted()


def test_a_missing_correlation_has_neither_text_nor_colour(axes):
    square = pd.DataFrame([[np.nan, -0.5], [0.25, np.nan]], ["a", "b"], ["a", "b"])
    figures.correlations(axes, square, "two corpora")
    assert sorted(text.get_text() for text in axes.texts) == ["-0.50", "0.25"]
    assert "two corpora" in (axes.get_title(loc="left"), axes.get_title())


def test_tolerances_are_drawn_where_there_is_a_limit(axes):
    report = pd.DataFrame(
        {
            "tolerance": ["mean", "mean", "r"],
            "limit": [0.1, 0.1, np.nan],
            "error": [0.5, 2.0, 0.3],
            "met": [True, False, None],
        }
    )
    figures.tolerances(axes, report)
    (drawn,) = axes.collections
    assert sorted(drawn.get_offsets()[:, 0]) == [0.5, 2.0]
    assert len({tuple(colour) for colour in drawn.get_facecolors()}) == 2


MOMENTS = pd.DataFrame(
    {
        "feature": ["energy", "energy"],
        "corpus": ["X", "Y"],
        "mean": [0.4, 0.6],
        "sd": [0.1, 0.2],
        "median": [0.45, 0.55],
    }
)


def test_densities_draw_curve_mean_median_and_the_share_at_zero():
    curves = pd.DataFrame(
        {
            "feature": "energy",
            "corpus": ["X", "X", "Y", "Y"],
            "x": [0.2, 0.8, 0.2, 0.8],
            "density": [1.0, 2.0, 1.0, 1.0],
            "at_zero": [0.25, 0.25, 0.0, 0.0],
        }
    )
    grid = plt.figure().subplots(1, 1, squeeze=False)
    figures.densities(grid, curves, MOMENTS, {"X": "red", "Y": "blue"}, {"energy": "a text"})
    panel = grid[0, 0]
    (legend,) = panel.figure.legends
    assert [text.get_text() for text in legend.get_texts()] == ["X", "Y"]
    # A phone shows the left of a figure first.
    panel.figure.canvas.draw()
    assert legend.get_window_extent().x0 < panel.figure.bbox.width / 10
    assert [text.get_text() for text in panel.texts] == ["at 0: 25 %"]
    bars = [patch for patch in panel.patches if patch.get_height() > 0]
    assert [bar.get_height() for bar in bars] == [0.25 * 2]
    assert panel.get_xlabel() == "a text" and "energy" in (
        panel.get_title(loc="left"),
        panel.get_title(),
    )
    means = [line for line in panel.lines if line.get_marker() == "o"]
    assert [list(line.get_xydata()[0]) for line in means] == [[0.4, -STEP * 2], [0.6, -STEP * 4]]
    plt.close(panel.figure)


def test_densities_without_curves_show_the_moments_alone():
    grid = plt.figure().subplots(1, 1, squeeze=False)
    curves = pd.DataFrame(columns=["feature", "corpus", "x", "density", "at_zero"])
    figures.densities(grid, curves, MOMENTS, {"X": "red", "Y": "blue"})
    panel = grid[0, 0]
    assert panel.get_ylim() == pytest.approx((-2.8, 0.2 / STEP))
    (legend,) = panel.figure.legends
    assert [text.get_text() for text in legend.get_texts()] == ["X", "Y"]
    plt.close(panel.figure)


def test_a_range_stands_in_one_cell():
    columns = pd.MultiIndex.from_tuples([("X", "min"), ("X", "max")])
    extremes = pd.DataFrame([[-40.123, 0.5]], ["loudness"], columns)
    found = figures.range_table(extremes, {"loudness": (-60, 6)})
    assert found.loc["loudness"].to_dict() == {"allowed": "-60 to 6", "X": "-40.12 to 0.50"}


def test_moments_of_corpora_stand_side_by_side():
    table = MOMENTS.rename(columns={"corpus": "group"}).assign(mean=[0.123, 0.987])
    found = figures.moment_table(table, ("mean", "sd"))
    assert found.loc["energy", ("mean", "X")] == "0.12"
    assert found.columns.tolist() == [("mean", "X"), ("mean", "Y"), ("SD", "X"), ("SD", "Y")]


def test_tests_of_normality_keep_the_order_of_features_and_corpora():
    cells = [("Y", "b", 0.991, 0.03), ("X", "b", 0.5, 1e-30), ("Y", "a", 1, 1), ("X", "a", 1, 1)]
    tests = pd.DataFrame(cells, columns=["group", "feature", "W", "p"])
    found = figures.normality_table(tests, ("W", "p"))
    assert found.index.tolist() == ["b", "a"]
    assert found.loc["b"].tolist() == ["0.99", "0.50", "0.030", "< 0.001"]
    assert found.columns.tolist() == [("W", "Y"), ("W", "X"), ("p", "Y"), ("p", "X")]


def test_the_most_skewed_feature_is_named_with_its_side():
    table = pd.DataFrame(
        {
            "group": "X",
            "feature": ["energy", "tempo"],
            "mean": [0.5, 100.0],
            "median": [0.49, 120.0],
            "sd": [0.2, 25.0],
        }
    )
    gaps = distributions.mean_minus_median(table).loc["X"]
    assert figures.skew_in_words(gaps, "X") == (
        "The most skewed feature of X is tempo, whose mean lies 0.80 standard deviations below its "
        "median; in 1 of 2 features the two lie less than a tenth of a standard deviation apart."
    )
