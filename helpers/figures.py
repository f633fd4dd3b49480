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


def canvas(profile, height, columns=1, rows=1, width=8.0, **options):
    """A new figure in the book's style, marked where its data are simulated.

    Parameters
    ----------
    profile : Profile
    height, width : float
        Inches.
    columns, rows : int
        Axes side by side and below one another.
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
    if profile.simulated:
        figure.text(0.5, 0.5, "simulated", size=48, color="0.5", alpha=0.16, ha="center",
                    va="center", rotation=20, zorder=9)
    return axes


def colours(profile):
    """Colour of each corpus of a profile."""
    return {name: corpus.colour for name, corpus in profile.corpora.items()}


def bars(axes, table, palette, unit):
    """Grouped horizontal bars: one group a row of `table`, one bar a column, the count at its end.

    Notes
    -----
    Notebook: 01_corpora
    """
    step = 0.8 / table.shape[1]
    place = np.arange(len(table))
    for k, name in enumerate(table):
        drawn = axes.barh(place + (k - (table.shape[1] - 1) / 2) * step, table[name], step * 0.92,
                          label=name, color=palette[name])
        axes.bar_label(drawn, fmt="{:,.0f}", padding=3, size=9)
    axes.set(yticks=place, yticklabels=table.index, xlabel=unit)
    axes.invert_yaxis()
    axes.margins(x=0.12)
    axes.grid(axis="y", visible=False)
    axes.legend()
    return axes


def shares(axes, table, palette, offset=0.16):
    """Share of each genre by group, with intervals.

    Parameters
    ----------
    axes : Axes
    table : DataFrame
        Columns genre, group, share, ci_low, ci_high (shares from 0 to 1), genres in drawing order.
    palette : mapping of group to colour

    Returns
    -------
    Axes

    Notes
    -----
    Notebook: 04_genres
    """
    order = {genre: k for k, genre in enumerate(dict.fromkeys(table["genre"]))}
    groups = list(dict.fromkeys(table["group"]))
    for k, (group, marker) in enumerate(zip(groups, "osD^", strict=False)):
        rows = table[table["group"] == group]
        place = rows["genre"].map(order).astype(float) + (k - (len(groups) - 1) / 2) * 2 * offset
        reach = np.abs(rows[["ci_low", "ci_high"]].T.to_numpy() - rows["share"].to_numpy()) * 100
        axes.errorbar(rows["share"] * 100, place, xerr=reach, fmt=marker, color=palette[group],
                      label=group, ms=5, lw=1.6)
    axes.set(yticks=range(len(order)), yticklabels=order, xlabel="share of listings (%)")
    axes.invert_yaxis()
    axes.legend(loc="lower right")
    return axes


def overlap(axes, table, pair, palette):
    """Genre shares of two corpora laid over one another; what both have is dark.

    Parameters
    ----------
    axes : Axes
    table : DataFrame
        One row a genre; one column of shares (0 to 1) for each corpus of `pair`, and `both`.
    pair : (str, str)
    palette : mapping

    Returns
    -------
    Axes

    Notes
    -----
    Notebook: 04_genres
    """
    place = np.arange(len(table))
    for name in pair:
        axes.barh(place, table[name] * 100, 0.72, color=palette[name], alpha=0.55,
                  label=f"more in {name}")
    axes.barh(place, table["both"] * 100, 0.72, color="0.35", label="in both")
    axes.set(yticks=place, yticklabels=table.index, xlabel="share of listings (%)")
    axes.invert_yaxis()
    axes.grid(axis="y", visible=False)
    axes.legend(loc="lower right")
    return axes


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

    Returns
    -------
    Axes

    Notes
    -----
    Notebook: 04_genres
    """
    place = np.arange(len(table))
    palette = table["colour"] if "colour" in table else [GREY] * len(table)
    if zero is not None:
        axes.axvline(zero, color="0.3", lw=1)
    axes.axvspan(-negligible, negligible, color="0.93", lw=0)
    for y, (_, row), colour in zip(place, table.iterrows(), palette, strict=True):
        if "ci_low" in table:
            axes.plot([row["ci_low"], row["ci_high"]], [y, y], color=colour, lw=2.4,
                      solid_capstyle="butt")
        axes.plot(row["value"], y, "o", color=colour, ms=6)
        axes.annotate(f"{row['value']:.2f}", (1.01, y), xycoords=("axes fraction", "data"),
                      va="center", size=9, color=colour)
    axes.set(yticks=place, yticklabels=table.index, xlabel=xlabel, ylim=(len(table) - 0.5, -0.5))
    return axes


def partition(axes, table):
    """Stacked bars of diversity within a list and between lists, in bits.

    Parameters
    ----------
    axes : Axes
    table : DataFrame
        Index: labels; columns alpha and beta (bits).

    Returns
    -------
    Axes

    Notes
    -----
    Notebook: 04_genres
    """
    place = np.arange(len(table))
    axes.barh(place, table["alpha"], 0.6, color=PARTS[0], label="within a list (alpha)")
    axes.barh(place, table["beta"], 0.6, left=table["alpha"], color=PARTS[1],
              label="between lists (beta)")
    for y, (_, row) in zip(place, table.iterrows(), strict=True):
        axes.annotate(f"{row['alpha']:.2f}", (row["alpha"] / 2, y), ha="center", va="center",
                      color="white")
        axes.annotate(f"{row['beta']:.2f}", (row["alpha"] + row["beta"] / 2, y), ha="center",
                      va="center")
    axes.set(yticks=place, yticklabels=table.index, xlabel="Shannon entropy (bits)",
             ylim=(len(table) - 0.5, -0.5))
    axes.grid(axis="y", visible=False)
    axes.legend(loc="upper center", bbox_to_anchor=(0.5, -0.22), ncols=2)
    return axes


def lines(axes, table, palette, xlabel, ylabel):
    """One line a column of `table` over its index, named at its right end.

    Notes
    -----
    Notebook: 04_genres
    """
    styles = ("-", "--", "-.", ":")
    for name, style in zip(table, styles * 9, strict=False):
        axes.plot(table.index, table[name], style, color=palette[name])
        axes.annotate(f" {name}", (table.index[-1], table[name].iloc[-1]), color=palette[name],
                      va="center")
    axes.set(xlabel=xlabel, ylabel=ylabel)
    axes.margins(x=0.02)
    return axes


def verdicts(axes, table, palette):
    """Stacked bars of claims by verdict.

    Parameters
    ----------
    axes : Axes
    table : DataFrame
        One row a family of claims, one column a verdict; counts.
    palette : mapping of verdict to colour

    Returns
    -------
    Axes

    Notes
    -----
    Notebook: 08_scorecard
    """
    left = np.zeros(len(table))
    place = np.arange(len(table))
    for name in table:
        axes.barh(place, table[name], 0.7, left=left, color=palette[name], label=name)
        left += table[name].to_numpy()
    axes.set(yticks=place, yticklabels=table.index, xlabel="claims", ylim=(len(table) - 0.5, -0.5))
    axes.grid(axis="y", visible=False)
    axes.legend(loc="upper center", bbox_to_anchor=(0.5, -0.18), ncols=2)
    return axes


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

    Returns
    -------
    ndarray of Axes

    Notes
    -----
    Notebook: 02_audio_features
    """
    for axes, (feature, rows) in zip(grid.flat, moments.groupby("feature", sort=False)):
        drawn = curves[curves["feature"] == feature]
        step = drawn["density"].max() * 0.09 if len(drawn) else 1
        for k, (_, row) in enumerate(rows.iterrows()):
            colour, curve = palette[row["corpus"]], drawn[drawn["corpus"] == row["corpus"]]
            zero = curve["at_zero"].max() if len(curve) else 0
            label = row["corpus"] + (f" ({zero:.0%} at 0)" if zero >= 0.005 else "")
            if zero >= 0.005:
                axes.bar(-0.02 * (k + 1), zero * step / 0.09, 0.02, color=colour, alpha=0.5)
            axes.plot(curve["x"], curve["density"], color=colour, lw=1.8, label=label)
            axes.errorbar(row["mean"], -step * (k + 1), xerr=row["sd"], fmt="o", ms=4, color=colour,
                          lw=1.4)
            axes.plot(row["median"], -step * (k + 1), "|", ms=11, color=colour)
        axes.set(title=feature, yticks=[],
                 ylim=(-step * (len(rows) + 0.8), step / 0.09 * 1.4 if len(drawn) else 2.2))
        axes.grid(visible=False)
        axes.set_xlabel((texts or {}).get(feature, ""), size=9)
        axes.legend(loc="best", fontsize=8, handlelength=1)
    return grid


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

    Returns
    -------
    Axes

    Notes
    -----
    Notebook: 03_feature_comparison
    """
    sns.heatmap(table.astype(float), ax=axes, annot=texts, fmt="", cmap="RdBu_r", vmin=-limit,
                vmax=limit, annot_kws={"size": 9}, cbar_kws={"label": bar, "shrink": 0.7})
    axes.set(xlabel="", ylabel="")
    axes.tick_params(axis="x", rotation=40)
    plt.setp(axes.get_xticklabels(), ha="right")
    axes.tick_params(axis="y", rotation=0)
    return axes


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

    Returns
    -------
    Axes

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
    return axes


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
        if len(still := vl_convert.vegalite_to_svg(spec)) > 200_000:
            # Thousands of marks weigh less as pixels.
            pixels = base64.b64encode(vl_convert.vegalite_to_png(spec)).decode()
            still = f'<img alt="{text}" src="data:image/png;base64,{pixels}">'
        return {"text/plain": spec["description"], "text/html": (
            f'<figure class="book-chart" role="group" aria-label="{text}"><div>{still}</div>'
            f'<script type="application/json">{data}</script></figure>')}

    altair.renderers.register("book", book)
    altair.renderers.enable("book")


def pick_chart(table, xlabel, description):
    """Chart of one feature's differences in every genre; the reader picks feature and genre.

    Parameters
    ----------
    table : DataFrame
        Columns feature, genre, cliffs_delta, ci_low, ci_high, magnitude, and `words`, lines on
        the picked genre with "|" between them.
    xlabel, description : str

    Returns
    -------
    altair.LayerChart

    Notes
    -----
    Notebook: 03_feature_comparison
    """
    import altair as alt

    features, genres = (list(table[name].unique()) for name in ("feature", "genre"))
    feature = alt.param("feature", features[0], bind=alt.binding_select(options=features))
    genre = alt.param("genre", genres[0], bind=alt.binding_select(options=genres))
    picked = "datum.genre === genre"
    base = alt.Chart(table).transform_filter("datum.feature === feature").encode(
        y=alt.Y("genre:N", sort=genres, title=None),
        opacity=alt.condition(picked, alt.value(1), alt.value(0.55)))
    bars = base.mark_rule(strokeWidth=2.5, color="#8C7FC7").encode(
        x=alt.X("ci_low:Q", title=xlabel, scale=alt.Scale(domain=[-1, 1])), x2="ci_high:Q")
    dots = base.mark_point(filled=True, size=70, opacity=1, color="#8C7FC7").encode(
        x="cliffs_delta:Q", tooltip=["genre", "words"])
    zero = alt.Chart(table.iloc[:1]).mark_rule(color="#888").encode(x=alt.datum(0))
    line = base.transform_filter(picked).mark_text(
        align="left", dy=52, dx=-60, size=12, lineBreak="|").encode(
        x=alt.value(0), y=alt.value("height"), text="words:N", opacity=alt.value(1))
    return (zero + bars + dots + line).add_params(feature, genre).properties(
        width="container", height=360, description=description).configure_axis(
        labelFontSize=12, titleFontSize=12)


def map_chart(table, features, palette, hover, description, title=""):
    """Map whose reader picks genres, hovers over points, and brushes a region to see its profile.

    Parameters
    ----------
    table : DataFrame
        Columns corpus, genre, those of `hover`, one a feature (standard deviations from the mean of
        the corpus), and `x_NAME`, `y_NAME` for each map NAME. Travels as CSV, rounded by the caller.
    features : sequence of str
    palette : mapping of genre to colour
        In the order of the bars.
    hover : sequence of str
        Columns to show at a point.
    description, title : str

    Returns
    -------
    altair.HConcatChart

    Notes
    -----
    Notebook: 06_embedding_map
    """
    import altair as alt

    texts, genres = {"corpus", "genre", *hover}, list(palette)
    parse = {c: "string" if c in texts else "number" for c in table}
    data = alt.InlineData(table.to_csv(index=False), alt.CsvDataFormat(type="csv", parse=parse))
    choices = {"corpus": list(table["corpus"].unique()), "genre": ["all", *genres],
               "map": [c.removeprefix("x_") for c in table if c.startswith("x_")]}
    menus = [alt.param(f"chosen_{name}", options[0], bind=alt.binding_select(
        options=options, name=f"{name} ")) for name, options in choices.items()]
    brush = alt.selection_interval(name="region")
    pick = alt.selection_point("picked", fields=["genre"], toggle="true", clear="dblclick")
    on = ("length(data('picked_store')) ? vlSelectionTest('picked_store', datum) || datum.genre"
          " === chosen_genre : chosen_genre === 'all' || datum.genre === chosen_genre")
    fade = alt.condition(on, alt.value(0.8), alt.value(0.06))
    base = alt.Chart(data).transform_filter("datum.corpus === chosen_corpus").transform_calculate(
        x="datum['x_' + chosen_map]", y="datum['y_' + chosen_map]").encode(color=alt.Color(
            "genre:N", legend=None, scale=alt.Scale(domain=genres, range=list(palette.values()))))
    place = {"axis": None, "scale": alt.Scale(zero=False)}
    points = base.mark_circle(size=16, aria=False).encode(
        x=alt.X("x:Q", **place), y=alt.Y("y:Q", **place), opacity=fade, tooltip=list(hover),
    ).add_params(brush, *menus).properties(width=330, height=400, title=title)
    bars = base.mark_bar().encode(x=alt.X("count()", title="points: in the region, of all"), y=alt.Y(
        "genre:N", title=None, scale=alt.Scale(domain=genres)))
    inside = bars.transform_filter(brush).encode(opacity=fade)
    profile = base.transform_filter(brush).transform_filter(on).transform_fold(
        list(features)).mark_bar(color="#8C7FC7").encode(
        x=alt.X("mean(value):Q", title="mean (SD from the corpus)", scale=alt.Scale(
            domain=[-2, 2], clamp=True)), y=alt.Y("key:N", title=None, sort=None), color=alt.value(
            "#8C7FC7"))
    size = {"width": 130}
    bars = alt.layer(bars.encode(opacity=alt.value(0.25)).add_params(pick), inside).properties(
        height=230, **size)
    side = (bars & profile.properties(height=130, **size)) if len(features) else bars
    return (points | side).properties(description=description)
