"""Figures: each function draws a table onto the axes it is given and computes nothing.

Colours come from the profile, one a corpus; a figure of simulated data carries the word.
"""

import matplotlib.pyplot as plt
import numpy as np
import seaborn as sns

from helpers.figures.style import GREY


def estimates(axes, table, xlabel, zero=None, negligible=0):
    """Estimates with intervals, one a row, value printed at the right.

    Parameters
    ----------
    axes : Axes
    table : DataFrame
        Index: labels. Columns value, and where known ci_low, ci_high and colour.
    xlabel : str
    zero : float, optional
        Where to draw a line of reference.
    negligible : float
        Half-width of a grey band around 0.

    Notes
    -----
    Notebook: 04_genres
    """
    place, palette = range(len(table)), table.get("colour", [GREY] * len(table))
    if zero is not None:
        axes.axvline(zero, color="0.3", lw=1)
    axes.axvspan(-negligible, negligible, color="0.93", lw=0)
    if "ci_low" in table:
        axes.hlines(place, table["ci_low"], table["ci_high"], palette, lw=2.4)
    axes.scatter(table["value"], place, c=palette, s=36, zorder=3)
    for y, value, colour in zip(place, table["value"], palette, strict=True):
        axes.annotate(
            f"{value:.2f}",
            (1.01, y),
            xycoords=("axes fraction", "data"),
            va="center",
            size=9,
            color=colour,
        )
    axes.set(yticks=place, yticklabels=table.index, xlabel=xlabel, ylim=(len(table) - 0.5, -0.5))


def heat(axes, table, texts, limit, bar):
    """A table as coloured cells around zero, with a text in each.

    Parameters
    ----------
    axes : Axes
    table : DataFrame
        Values; missing cells stay white.
    texts : DataFrame of str
        Of the same shape.
    limit : float
        Value at which the colour is fullest.
    bar : str
        Label of the colour bar.

    Notes
    -----
    Notebook: 03_feature_comparison
    """
    sns.heatmap(
        table.astype(float),
        ax=axes,
        annot=texts,
        fmt="",
        cmap="RdBu_r",
        vmin=-limit,
        vmax=limit,
        annot_kws={"size": 9},
        cbar_kws={"label": bar, "shrink": 0.7},
    )
    axes.set(xlabel="", ylabel="")
    plt.setp(axes.get_xticklabels(), rotation=40, ha="right")
    axes.tick_params(axis="y", rotation=0)


def strips(axes, table, xlabel, marks=()):
    """Every value as a dot, sorted within its row.

    Parameters
    ----------
    axes : Axes
    table : DataFrame
        Columns row (label), value, colour.
    xlabel : str
    marks : sequence of float
        Where to draw lines of reference.

    Notes
    -----
    Notebook: 03_feature_comparison
    """
    for mark in marks:
        axes.axvline(mark, color="0.6", lw=1, ls="--")
    for y, (_, rows) in enumerate(groups := table.groupby("row", sort=False)):
        rows = rows.sort_values("value")
        place = y - 0.36 + 0.72 * (np.arange(len(rows)) + 0.5) / len(rows)
        axes.scatter(rows["value"], place, c=rows["colour"], s=7)
    axes.set(
        yticks=range(len(groups)),
        yticklabels=[name for name, _ in groups],
        xlabel=xlabel,
        ylim=(len(groups) - 0.5, -0.5),
    )
