"""Figures: each function draws a table onto the axes it is given and computes nothing.

Colours come from the profile, one a corpus; a figure of simulated data carries the word.
"""

from collections.abc import Iterable, Mapping, Sequence
from typing import TYPE_CHECKING, Any

import matplotlib.pyplot as plt
import numpy as np
import pandas as pd
import seaborn as sns
from matplotlib.axes import Axes
from matplotlib.colors import LinearSegmentedColormap
from matplotlib.lines import Line2D
from matplotlib.ticker import MaxNLocator

from helpers.figures.numbers import decimal, p_text
from helpers.figures.style import COLUMN, FIRST, GREY, SECOND, SMALL, canvas
from helpers.profiles import Profile
from helpers.project import counted, leaves_out_zero

if TYPE_CHECKING:
    import altair

# Specifications that take listings as they are, and those that weigh them.
AS_LISTED, WEIGHTED = FIRST, SECOND
# Colours of sizes: those that a map with signs has above zero.
UPPER_HALF = LinearSegmentedColormap.from_list(
    "upper half", plt.get_cmap("RdBu_r")(np.linspace(0.5, 1, 256))
)
# Inches that the value at the right end of a row takes, and the names at its left.
VALUE_WIDTH, NAMES_WIDTH = 0.5, 1.4
# A legend of long names in one line.
CLOSE: dict[str, Any] = {"columnspacing": 1, "handlelength": 1.2, "handletextpad": 0.5}
# Steps of an axis at most, and where panels stand side by side.
TICKS, FEW_TICKS = 7, 3
# Points: width of an interval's line, of the dot on it, which must not hide the line, and of a dot
# without interval.
BAR, DOT, DOT_ALONE = 1.6, 3.2, 6
VIOLET = "#8C7FC7"
# What an interval says about the thresholds, in the words of `stats.equivalence`.
VERDICT_OF_SIZE = {
    "demonstrably negligible": FIRST,
    "undecided": "0.55",
    "demonstrably more than negligible": SECOND,
}


def side_by_side(profile: Profile, columns: int, height: float) -> list[Axes]:
    """A figure of panels that share both axes.

    Parameters
    ----------
    profile : Profile
    columns : int
    height : float
        Inches.

    Returns
    -------
    list of Axes

    Notes
    -----
    Notebook: 03_feature_comparison
    """
    grid = canvas(
        profile,
        height,
        columns=columns,
        sharex=True,
        sharey=True,
        squeeze=False,
        gridspec_kw={"wspace": 0.12},
    )
    return list(grid.flat)


def estimates(
    axes: Axes,
    table: pd.DataFrame,
    xlabel: str,
    zero: float | None = None,
    negligible: float = 0,
) -> None:
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
    Notebook: 06_genres
    """
    places = range(len(table))
    colours = table["colour"] if "colour" in table else [GREY] * len(table)
    if zero is not None:
        axes.axvline(zero, color="0.3", lw=1)
    if negligible:
        axes.axvspan(-negligible, negligible, color="0.93", lw=0)
    dot: float = DOT_ALONE
    if "ci_low" in table:
        axes.hlines(places, table["ci_low"], table["ci_high"], colours, lw=BAR)
        dot = DOT
    axes.scatter(table["value"], places, c=colours, s=dot**2, linewidths=0, zorder=3)
    for place, value, colour in zip(places, table["value"], colours, strict=True):
        axes.annotate(
            decimal(value),
            (0.99, place),
            xycoords=("axes fraction", "data"),
            va="center",
            ha="right",
            size=SMALL,
            color=colour,
        )
    axes.set(yticks=places, yticklabels=table.index, xlabel=xlabel, ylim=(len(table) - 0.5, -0.5))
    _leave_room(axes)


def _leave_room(axes: Axes) -> None:
    """Widen the panels that share an axis, so that the values at their right cover nothing."""
    spec = axes.get_subplotspec()
    columns = spec.get_gridspec().ncols if spec else 1
    # A figure for a phone is narrower than the column.
    figure = axes.get_figure(root=True)
    width = min(COLUMN, figure.get_figwidth()) if figure else COLUMN
    share = VALUE_WIDTH * columns / (width - NAMES_WIDTH)
    panels = axes.get_shared_x_axes().get_siblings(axes)
    ends = np.array([panel.dataLim.intervalx for panel in panels])
    low, high = ends[np.isfinite(ends).all(axis=1)].T
    span = max(high.max() - low.min(), 1e-9)
    room = share / (1 - share) * span
    steps = FEW_TICKS if columns > 1 or width < COLUMN else TICKS
    ticks = MaxNLocator(steps, steps=[1, 2, 2.5, 5, 10]).tick_values(low.min(), high.max())
    axes.set_xticks([tick for tick in ticks if low.min() <= tick <= high.max()])
    axes.set_xlim(low.min() - 0.05 * span, high.max() + 0.03 * span + room)


def contrasts(
    panels: Iterable[Axes],
    tests: pd.DataFrame,
    colours: Mapping[str, str],
    order: Sequence[str],
    negligible: float,
) -> None:
    """Cliff's delta of every feature, one panel a contrast of corpora.

    Parameters
    ----------
    panels : iterable of Axes
        One a contrast.
    tests : DataFrame
        Of `ranks.in_order`, whole corpora only.
    colours : mapping of corpus to colour
        A panel has the colour of its first corpus.
    order : sequence of str
        Features from top to bottom.
    negligible : float
        Half-width of the grey band.

    Notes
    -----
    Notebook: 03_feature_comparison
    """
    by_contrast = tests.groupby("contrast", sort=False)
    for axes, (label, rows) in zip(panels, by_contrast, strict=True):
        table = rows.set_index("feature").loc[list(order)]
        table = table.assign(value=table["cliffs_delta"], colour=colours[rows["target"].iloc[0]])
        estimates(axes, table, "Cliff's delta", zero=0, negligible=negligible)
        axes.set_title(label)


def intervals(
    panels: Iterable[Axes],
    deltas: pd.Series,
    ends: Mapping[str, pd.DataFrame],
    order: Sequence[str],
    negligible: float,
) -> None:
    """The same effect sizes with intervals of several kinds, one panel a kind.

    Parameters
    ----------
    panels : iterable of Axes
        One a kind.
    deltas : Series
        Cliff's delta by feature.
    ends : mapping of str to DataFrame
        By kind, indexed by feature: ci_low, ci_high.
    order : sequence of str
        Features from top to bottom.
    negligible : float
        Half-width of the grey band.

    Notes
    -----
    Notebook: 03_feature_comparison
    """
    for axes, (label, table) in zip(panels, ends.items(), strict=True):
        rows = table.assign(value=deltas).loc[list(order)].astype(float)
        estimates(axes, rows, "Cliff's delta", zero=0, negligible=negligible)
        axes.set_title(label)


def equivalence(
    panels: Iterable[Axes],
    table: pd.DataFrame,
    order: Sequence[str],
    margin: float,
    legend_columns: int = 3,
) -> None:
    """Intervals of Cliff's delta against both thresholds, one panel a contrast.

    Parameters
    ----------
    panels : iterable of Axes
        One a contrast.
    table : DataFrame
        Of `stats.equivalence.verdicts`.
    order : sequence of str
        Features from top to bottom.
    margin : float
        The threshold; both are drawn.
    legend_columns : int

    Notes
    -----
    Notebook: 03_feature_comparison
    """
    by_contrast = table.groupby("contrast", sort=False)
    for axes, (label, rows) in zip(panels, by_contrast, strict=True):
        drawn = pd.DataFrame(
            {
                "value": rows["cliffs_delta"],
                "ci_low": rows["low"],
                "ci_high": rows["high"],
                "colour": rows["verdict"].map(VERDICT_OF_SIZE),
            }
        ).set_axis(rows["feature"].astype(str))
        estimates(axes, drawn.loc[list(order)], "Cliff's delta", negligible=margin)
        for mark in (-margin, margin):
            axes.axvline(mark, color="0.3", lw=1, ls="--")
        axes.set_title(label)
    keys = [Line2D([], [], color=colour, lw=3) for colour in VERDICT_OF_SIZE.values()]
    axes.figure.legend(keys, list(VERDICT_OF_SIZE), loc="outside lower left", ncols=legend_columns)


def effect_panels(
    panels: Iterable[Axes],
    effects: Mapping[str, pd.DataFrame],
    order: Sequence[str],
    negligible: float,
) -> None:
    """Effect sizes of several analyses with their intervals, one panel an analysis.

    Parameters
    ----------
    panels : iterable of Axes
        One an analysis.
    effects : mapping of str to DataFrame
        By analysis, indexed by feature: delta, ci_low, ci_high.
    order : sequence of str
        Features from top to bottom.
    negligible : float
        Half-width of the grey band.

    Notes
    -----
    Notebook: 04_where_it_sits
    """
    for axes, (label, table) in zip(panels, effects.items(), strict=True):
        rows = table.loc[list(order)].assign(value=table["delta"])
        estimates(axes, rows, "Cliff's delta", zero=0, negligible=negligible)
        axes.set_title(label)


def person_effects(axes: Axes, persons: pd.DataFrame, summary: pd.DataFrame) -> None:
    """The delta of each person as a dot, and the share that has the sign of the corpus.

    Parameters
    ----------
    axes : Axes
    persons : DataFrame
        Of `persons.person_deltas`.
    summary : DataFrame
        Of `persons.summary`; rows from top to bottom in its order.

    Notes
    -----
    Notebook: 04_where_it_sits
    """
    corpus = persons["feature"].map(summary["corpus"])
    same = np.sign(persons["delta"]) == np.sign(corpus)
    dots = persons.assign(row=persons["feature"], value=persons["delta"])
    dots["colour"] = np.where(same, AS_LISTED, WEIGHTED)
    places = {feature: place for place, feature in enumerate(summary.index)}
    dots = dots.sort_values("row", key=lambda names: names.map(places))
    strips(axes, dots, "Cliff's delta of a person's list", [0])
    centre = np.arange(len(summary))
    axes.vlines(summary["corpus"], centre - 0.42, centre + 0.42, "0.1", lw=2)
    for place, row in enumerate(summary.itertuples()):
        axes.annotate(
            f"{row.same:.0f} of {row.people:.0f}",
            (0.99, place),
            xycoords=("axes fraction", "data"),
            va="center",
            ha="right",
            size=SMALL,
        )
    axes.set_xlim(-1.05, 1.45)


def shrunken_effects(axes: Axes, cells: pd.DataFrame, fewest: pd.Series, contrast: str) -> None:
    """Cliff's delta of every genre and feature, shrunk; starred where its interval is clear of 0.

    Parameters
    ----------
    axes : Axes
    cells : DataFrame
        Of `mixed_model.shrunken_cells`.
    fewest : Series of int
        By genre, as in `genre_effects`; its order is kept.
    contrast : str
        What the bar says, such as "PMD - EMD".

    Notes
    -----
    Notebook: 04_where_it_sits
    """
    clear = leaves_out_zero(cells["ci_low"], cells["ci_high"])
    stars = np.where(clear, "*", "")
    texts = [f"{d:z.2f}{s}" for d, s in zip(cells["delta"], stars, strict=True)]
    labelled = cells.assign(text=texts)
    genres = [genre for genre in fewest.index if genre in set(cells["genre"])]
    features = list(dict.fromkeys(cells["feature"]))
    tables = [
        labelled.pivot(index="genre", columns="feature", values=column).loc[genres, features]
        for column in ("delta", "text")
    ]
    tables[0].index = [f"{genre} ({fewest[genre]:.0f})" for genre in genres]
    heat(axes, tables[0], tables[1], 1, f"Cliff's delta, {contrast}")


def heat(
    axes: Axes,
    table: pd.DataFrame,
    texts: pd.DataFrame,
    limit: float,
    bar: str,
    signed: bool = True,
) -> None:
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
    signed : bool
        Whether there are values below zero; else the colours are those of the upper half.

    Notes
    -----
    Notebook: 03_feature_comparison
    """
    axes.grid(visible=False)
    sns.heatmap(
        table.astype(float),
        ax=axes,
        annot=texts,
        fmt="",
        cmap="RdBu_r" if signed else UPPER_HALF,
        vmin=-limit if signed else 0,
        vmax=limit,
        annot_kws={"size": SMALL},
        cbar_kws={"label": bar, "shrink": 0.5, "location": "bottom", "aspect": 40},
    )
    axes.set(xlabel="", ylabel="")
    plt.setp(axes.get_xticklabels(), rotation=40, ha="right")
    axes.tick_params(axis="y", rotation=0)


def genre_effects(
    axes: Axes, tests: pd.DataFrame, fewest: Mapping[str, int], alpha: float = 0.05
) -> None:
    """Cliff's delta of every genre and feature as a heat map, starred where it is significant.

    Parameters
    ----------
    axes : Axes
    tests : DataFrame
        Of `multiplicity.correct_families`, within genres only, of one contrast.
    fewest : mapping of genre to int
        Rows of the smaller corpus, which stand behind a genre's name.
    alpha : float
        A star where the p-value corrected for all genres is smaller.

    Notes
    -----
    Notebook: 03_feature_comparison
    """
    stars = np.where(tests["holm_genres"] < alpha, "*", "")
    texts = [f"{d:z.2f}{s}" for d, s in zip(tests["cliffs_delta"], stars, strict=True)]
    labelled = tests.assign(text=texts)
    genres = list(dict.fromkeys(tests["genre"]))
    deltas = labelled.pivot(index="genre", columns="feature", values="cliffs_delta").loc[genres]
    marks = labelled.pivot(index="genre", columns="feature", values="text").loc[genres]
    deltas.index = [f"{genre} ({fewest[genre]:.0f})" for genre in genres]
    heat(axes, deltas, marks, 1, f"Cliff's delta, {tests['contrast'].iloc[0]}")


def strips(axes: Axes, table: pd.DataFrame, xlabel: str, marks: Sequence[float] = ()) -> None:
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
    groups = table.groupby("row", sort=False)
    for place, (_, rows) in enumerate(groups):
        ordered = rows.sort_values("value")
        spread = (np.arange(len(ordered)) + 0.5) / len(ordered)
        axes.scatter(ordered["value"], place - 0.36 + 0.72 * spread, c=ordered["colour"], s=7)
    axes.set(
        yticks=range(len(groups)),
        yticklabels=[name for name, _ in groups],
        xlabel=xlabel,
        ylim=(len(groups) - 0.5, -0.5),
    )


def specifications(
    axes: Axes,
    table: pd.DataFrame,
    outcomes: Sequence[str],
    xlabel: str,
    marks: Sequence[float] = (),
) -> None:
    """The estimates of every specification, one row an outcome; those that weigh are orange.

    Parameters
    ----------
    axes : Axes
    table : DataFrame
        Of `design.specification_curve`, with the choice `weights`.
    outcomes : sequence of str
        Columns of estimates.
    xlabel : str
    marks : sequence of float
        Where to draw lines of reference.

    Notes
    -----
    Notebook: 03_feature_comparison
    """
    dots = table.melt(id_vars="weights", value_vars=list(outcomes), var_name="row")
    dots["colour"] = np.where(dots["weights"] == "weighted", WEIGHTED, AS_LISTED)
    strips(axes, dots, xlabel, marks)


def genre_chart(tests: pd.DataFrame) -> "altair.LayerChart":
    """An interactive chart of Cliff's delta in each genre, for a feature that the reader picks.

    Parameters
    ----------
    tests : DataFrame
        As in `genre_effects`; rows without an interval are left out.

    Returns
    -------
    altair.LayerChart
        Two menus choose the feature, and the genre that is put into words below.

    Notes
    -----
    Notebook: 03_feature_comparison
    """
    import altair as alt

    names = ["feature", "genre", "cliffs_delta", "ci_low", "ci_high"]
    shown = tests[names].assign(words=[_genre_in_words(row) for row in tests.itertuples()])
    shown = shown.dropna().round(4).astype({"feature": str})
    menus = [_menu(shown, name) for name in ("feature", "genre")]
    is_picked = "datum.genre === genre"
    base = (
        alt.Chart(shown)
        .transform_filter("datum.feature === feature")
        .encode(
            y=alt.Y("genre:N", sort=None, title=None),
            opacity=alt.condition(is_picked, alt.value(1), alt.value(0.55)),
        )
    )
    title = f"Cliff's delta, {tests['contrast'].iloc[0]}"
    bars = base.mark_rule(strokeWidth=2.5, color=VIOLET).encode(
        x=alt.X("ci_low:Q", title=title).scale(domain=[-1, 1]), x2="ci_high:Q"
    )
    dots = base.mark_point(filled=True, size=70, opacity=1, color=VIOLET).encode(
        x="cliffs_delta:Q", tooltip=["genre", "words"]
    )
    zero = alt.Chart(shown.iloc[:1]).mark_rule(color="#888", aria=False).encode(x=alt.datum(0))
    line = (
        base.transform_filter(is_picked)
        .mark_text(align="left", dy=52, dx=-60, size=12, lineBreak="|")
        .encode(x=alt.value(0), y=alt.value("height"), text="words:N", opacity=alt.value(1))
    )
    return (
        (zero + bars + dots + line)
        .add_params(*menus)
        .properties(
            width="container",
            height=360,
            description="Cliff's delta with its interval in each genre, for one feature. "
            "Two menus choose the feature and the genre to read out.",
        )
    )


def _menu(table: pd.DataFrame, name: str):
    import altair as alt

    options = list(table[name].unique())
    return alt.param(name, options[0], bind=alt.binding_select(options=options))


def _genre_in_words(row) -> str:
    return (
        f"{row.genre}, {row.feature}:|"
        f"median {row.median_target:.3g} in {row.target} ({counted(row.n_target, 'row')}),|"
        f"{row.median_reference:.3g} in {row.reference} ({counted(row.n_reference, 'row')});|"
        f"delta {row.cliffs_delta:z.2f} ({row.magnitude}), Holm p {p_text(row.holm_genres)}"
    )


def effect_texts(tests: pd.DataFrame) -> dict[str, str]:
    """One line a feature on its comparison, to stand below its panel.

    Parameters
    ----------
    tests : DataFrame
        Of `ranks.of_whole_corpora`.

    Returns
    -------
    dict of str to str

    Notes
    -----
    Notebook: 03_feature_comparison
    """
    return {
        row.Index: f"delta {row.cliffs_delta:+z.2f} ({row.magnitude})\n"
        f"D {row.ks_d:.2f}, p {p_text(row.mwu_p)}"
        for row in tests.itertuples()
    }


def moments_of_pair(
    moments: pd.DataFrame, pair: Sequence[str], features: Sequence[str]
) -> pd.DataFrame:
    """Moments of two whole corpora in the order in which they are drawn.

    Parameters
    ----------
    moments : DataFrame
        Of `distributions.moments`.
    pair, features : sequence of str

    Returns
    -------
    DataFrame
        Columns corpus, feature and the moments.

    Notes
    -----
    Notebook: 03_feature_comparison
    """
    whole = moments[(moments["genre"] == "all") & moments["group"].isin(pair)]
    table = whole.rename(columns={"group": "corpus"})
    table["feature"] = pd.Categorical(table["feature"], list(features))
    table["corpus"] = pd.Categorical(table["corpus"], list(pair))
    return table.sort_values(["feature", "corpus"])
