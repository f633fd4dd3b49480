"""Figures: each function draws a table onto the axes it is given and computes nothing.

Colours come from the profile, one a corpus; a figure of simulated data carries the word.
"""

from collections.abc import Mapping
from typing import cast

import pandas as pd
from matplotlib.axes import Axes
from matplotlib.container import BarContainer

from helpers.figures.effects import heat, strips
from helpers.figures.numbers import HEADINGS, decimal, p_text, readable
from helpers.figures.style import FIRST, PARTS, SMALL

# Colour of a tolerance that is met, and of one that is not.
MET, MISSED = FIRST, "#B5332E"


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
    for bars in cast(list[BarContainer], axes.containers):
        axes.bar_label(bars, fmt="{:,.0f}", padding=3, size=SMALL)
    axes.invert_yaxis()
    axes.xaxis.set_major_formatter("{x:,.0f}")
    axes.margins(x=0.12)
    axes.grid(axis="y", visible=False)


def correlations(axes: Axes, square: pd.DataFrame, title: str, signed: bool = True) -> None:
    """A correlation matrix as coloured cells, each with its value.

    Parameters
    ----------
    axes : Axes
    square : DataFrame
        Features by features, values from -1 to 1; missing cells stay white and empty.
    title : str
    signed : bool
        Whether the values have a sign; of sizes alone the colours begin at zero.

    Notes
    -----
    Notebook: 02_audio_features
    """
    texts = square.map("{:z.2f}".format).replace("nan", "")
    heat(axes, square, texts, 1, "correlation" if signed else "size of the correlation", signed)
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
    rows = limited["tolerance"].map(lambda name: HEADINGS.get(name, name))
    dots = pd.DataFrame({"row": rows, "value": limited["error"], "colour": colour})
    strips(axes, dots, "error in units of its tolerance", marks=(-1, 1))


def moment_table(moments: pd.DataFrame, statistics: tuple[str, ...]) -> pd.DataFrame:
    """Statistics of whole corpora, one row a feature, rounded to two digits.

    Parameters
    ----------
    moments : DataFrame
        Columns feature and group (ordered categories) and the statistics.
    statistics : sequence of str

    Returns
    -------
    DataFrame
        Columns (statistic, corpus).

    Notes
    -----
    Notebook: 02_audio_features
    """
    table = moments.pivot(index="feature", columns="group", values=list(statistics))
    return readable(table).rename_axis(index=None, columns=[None, None])


def normality_table(tests: pd.DataFrame, statistics: tuple[str, ...]) -> pd.DataFrame:
    """Tests of normality, one row a feature.

    Parameters
    ----------
    tests : DataFrame
        Columns feature, group and the statistics.
    statistics : sequence of str
        Such as W and p.

    Returns
    -------
    DataFrame of str
        Columns (statistic, corpus), in order of appearance.

    Notes
    -----
    Notebook: 02_audio_features
    """
    by_cell = tests.astype({"feature": str, "group": str}).set_index(["feature", "group"])
    columns = {
        (statistic, group): by_cell.xs(group, level="group")[statistic].map(
            p_text if statistic == "p" else decimal
        )
        for statistic in statistics
        for group in by_cell.index.unique("group")
    }
    return pd.DataFrame(columns).rename_axis(index=None)


def range_table(extremes: pd.DataFrame, allowed: Mapping[str, tuple[float, float]]) -> pd.DataFrame:
    """Smallest and largest values beside what a feature allows, each pair in one cell.

    Parameters
    ----------
    extremes : DataFrame
        One row a feature; columns (corpus, "min") and (corpus, "max").
    allowed : mapping of feature to (float, float)

    Returns
    -------
    DataFrame of str
        One row a feature; columns "allowed" and one a corpus.

    Notes
    -----
    Notebook: 02_audio_features
    """
    table = pd.DataFrame({"allowed": [_range(*allowed[name]) for name in extremes.index]})
    table.index = extremes.index
    for corpus in extremes.columns.unique(0):
        ends = extremes[corpus]
        table[corpus] = [
            f"{decimal(low)} to {decimal(high)}"
            for low, high in zip(ends["min"], ends["max"], strict=True)
        ]
    return table


def _range(low: float, high: float) -> str:
    return f"{low:g} to {high:g}"
