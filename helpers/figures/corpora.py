"""Figures: each function draws a table onto the axes it is given and computes nothing.

Colours come from the profile, one a corpus; a figure of simulated data carries the word.
"""

import pandas as pd
from matplotlib.axes import Axes

from helpers.figures.effects import heat, strips
from helpers.figures.style import PARTS

# Colour of a tolerance that is met, and of one that is not.
MET, MISSED = "#0072B2", "#B5332E"


def corpus_sizes(axes: Axes, table: pd.DataFrame, xlabel: str = "rows") -> None:
    """Two bars for each corpus and study, each with its number.

    Parameters
    ----------
    axes : Axes
    table : DataFrame
        One row a corpus or study; columns `listings` and `tracks`, counts.
    xlabel : str

    Notes
    -----
    Notebook: 01_corpora
    """
    counts = table[["listings", "tracks"]].astype(int)
    counts.plot.barh(ax=axes, width=0.8, color=PARTS, xlabel=xlabel)
    for bars in axes.containers:
        axes.bar_label(bars, fmt="{:,.0f}", padding=3, size=9)
    axes.invert_yaxis()
    axes.margins(x=0.12)
    axes.grid(axis="y", visible=False)


def correlations(axes: Axes, square: pd.DataFrame, title: str) -> None:
    """A correlation matrix as coloured cells, each with its value.

    Parameters
    ----------
    axes : Axes
    square : DataFrame
        Features by features, values from -1 to 1; missing cells stay white and empty.
    title : str

    Notes
    -----
    Notebook: 02_audio_features
    """
    texts = square.map("{:.2f}".format).replace("nan", "")
    heat(axes, square, texts, 1, "correlation")
    axes.set_title(title)


def tolerances(axes: Axes, report: pd.DataFrame) -> None:
    """The error of each fitted figure in units of its tolerance, one row a kind of tolerance.

    Parameters
    ----------
    axes : Axes
    report : DataFrame
        Columns tolerance (its kind), limit, error (in units of the limit), met; rows without a
        limit are not drawn.

    Notes
    -----
    Notebook: 02_audio_features
    """
    limited = report.dropna(subset="limit")
    colour = limited["met"].astype(bool).map({True: MET, False: MISSED})
    dots = pd.DataFrame({"row": limited["tolerance"], "value": limited["error"], "colour": colour})
    strips(axes, dots, "error in units of its tolerance", marks=(-1, 1))
