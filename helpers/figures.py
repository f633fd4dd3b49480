"""Figures: each function draws a table onto the axes it is given and computes nothing.

Colours come from the profile, one a corpus; a figure of simulated data carries the word.
"""

import base64
import html
import json

import matplotlib.pyplot as plt
import numpy as np
import seaborn as sns
from matplotlib_inline.backend_inline import set_matplotlib_formats

from helpers import paths

GREY = "0.45"
PARTS = ("#44546A", "#B8C4D6")
# In the order of `ledger.VERDICTS`.
VERDICT_COLOURS = ("#1B7F5C", "#E0A526", "#B5332E", "#7A6FA8", "#B9B9B9", "#E3E3E3")


def canvas(profile, height, columns=1, rows=1, width=8.0, watermark=None, **options):
    """A new figure in the book's style, marked where its data are simulated.

    Parameters
    ----------
    profile : Profile
    height, width : float
        Inches.
    columns, rows : int
        Axes side by side and below one another.
    watermark : str, optional
        Word across the figure; by default "simulated" where the profile's data are.
    **options
        For `matplotlib.pyplot.subplots`.

    Returns
    -------
    Axes or ndarray of Axes

    Notes
    -----
    Notebook: 01_corpora
    """
    set_matplotlib_formats("svg")
    plt.style.use(paths.ROOT / "helpers" / "book.mplstyle")
    figure, axes = plt.subplots(rows, columns, figsize=(width, height), **options)
    if word := ("simulated" * profile.simulated if watermark is None else watermark):
        figure.text(0.5, 0.5, word, size=48, color="0.5", alpha=0.16, ha="center",
                    va="center", rotation=20, zorder=9)
    return axes


def colours(profile):
    """Colour of each corpus of a profile."""
    return {name: corpus.colour for name, corpus in profile.corpora.items()}


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
        axes.annotate(f"{value:.2f}", (1.01, y), xycoords=("axes fraction", "data"), va="center",
                      size=9, color=colour)
    axes.set(yticks=place, yticklabels=table.index, xlabel=xlabel, ylim=(len(table) - 0.5, -0.5))


def densities(grid, curves, moments, palette, texts=None):
    """One panel a feature: density of each corpus, mean and SD below it, the share at zero named.

    Parameters
    ----------
    grid : ndarray of Axes
        One a feature of `moments`.
    curves : DataFrame
        Columns feature, corpus, x, density and `at_zero`, the share of values at zero, which the
        curve leaves out. Without rows only moments are drawn.
    moments : DataFrame
        Columns feature, corpus, mean, sd, median (units of the feature).
    palette : mapping of corpus to colour
    texts : mapping of feature to str, optional
        What to write into a panel.

    Notes
    -----
    Notebook: 02_audio_features
    """
    for axes, (feature, rows) in zip(grid.flat, moments.groupby("feature", sort=False)):
        drawn = curves[curves["feature"] == feature]
        step = drawn["density"].max() * 0.09 or 1 if len(drawn) else 1
        for k, row in enumerate(rows.itertuples(), 1):
            colour, curve = palette[row.corpus], drawn[drawn["corpus"] == row.corpus]
            label = row.corpus
            if (zero := curve["at_zero"].max()) >= 0.005:
                label += f" ({zero:.0%} at 0)"
                axes.bar(-0.02 * k, zero * step / 0.09, 0.02, color=colour, alpha=0.5)
            axes.plot(curve["x"], curve["density"], color=colour, lw=1.8, label=label)
            axes.errorbar(row.mean, -step * k, xerr=row.sd, fmt="o", ms=4, color=colour, lw=1.4)
            axes.plot(row.median, -step * k, "|", ms=11, color=colour)
        axes.set(title=feature, yticks=[],
                 ylim=(-step * (len(rows) + 0.8), step / 0.09 * 1.4 if len(drawn) else 2.2))
        axes.grid(visible=False)
        axes.set_xlabel((texts or {}).get(feature, ""), size=9)
        axes.legend(loc="best", fontsize=8, handlelength=1)


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
    sns.heatmap(table.astype(float), ax=axes, annot=texts, fmt="", cmap="RdBu_r", vmin=-limit,
                vmax=limit, annot_kws={"size": 9}, cbar_kws={"label": bar, "shrink": 0.7})
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
    axes.set(yticks=range(len(groups)), yticklabels=[name for name, _ in groups], xlabel=xlabel,
             ylim=(len(groups) - 0.5, -0.5))


def register_altair():
    """Let altair charts show as the book shows them: a picture that a script brings to life.

    A chart must have a description, which is read out in its place.

    Notes
    -----
    Notebook: 03_feature_comparison
    """
    import altair
    import vl_convert

    def book(spec, **_):
        if not spec.get("description"):
            raise ValueError("the chart has no description: add .properties(description=...)")
        text = html.escape(spec["description"])
        data = json.dumps(spec, separators=(",", ":")).replace("<", "\\u003c")
        if len(still := vl_convert.vegalite_to_svg(spec)) > 100_000:
            # Thousands of marks weigh less as pixels.
            pixels = base64.b64encode(vl_convert.vegalite_to_jpeg(spec, quality=70)).decode()
            still = f'<img alt="{text}" src="data:image/jpeg;base64,{pixels}">'
        return {"text/plain": spec["description"], "text/html": (
            f'<figure class="book-chart" role="group" aria-label="{text}"><div>{still}</div>'
            f'<script type="application/json">{data}</script></figure>')}

    altair.renderers.register("book", book)
    altair.renderers.enable("book")
