"""Figures of designs and of intervals: how many people a study takes, how often an interval holds.

Each function draws a table onto the axes it is given and computes nothing, but for the chart of a
design: it evaluates the formula of `stats.power` for numbers that only its reader knows.
"""

from collections.abc import Mapping
from typing import TYPE_CHECKING

import pandas as pd
from matplotlib.axes import Axes

from helpers.figures.numbers import percent, readable
from helpers.figures.style import FIRST, SECOND

if TYPE_CHECKING:
    import altair as alt

# One colour an assumption of `stats.coverage`.
ASSUMPTION_COLOURS = {
    "independent": SECOND,
    "blocks": "#C08A00",
    "participants": "#7FB7BE",
    "participants, t": FIRST,
    "two ways": "#7A6BB5",
}
DESIGN_COLOURS = {"two arms together": SECOND, "same people, two lists": FIRST}
# The promised coverage, on a light page and on a dark one.
RULE = "#8C8C8C"
MOST_TRACKS = 40


def study_sizes_chart(
    quantiles: float, cv: float, shared_taste: float
) -> "alt.LayerChart | alt.FacetChart":
    """People in all against tracks per list, for a delta, a length and an ICC of the reader's choice.

    Parameters
    ----------
    quantiles : float
        Square of the sum of the normal quantiles of level and power.
    cv : float
        Coefficient of variation of the lengths of lists.
    shared_taste : float
        Of the design in which the same people give a list of either kind.

    Returns
    -------
    altair.LayerChart
        A test compares its numbers with those of `stats.power`.

    Notes
    -----
    Notebook: 12_next_study
    """
    import altair as alt

    effect = f"1 + (datum.tracks * {1 + cv**2} - 1) * chosen_icc"
    shared = f"datum.tracks * {1 + cv**2} * chosen_icc * {shared_taste}"
    listings = f"{2 * quantiles / 3} / (chosen_delta * chosen_delta)"
    two_arms, paired = DESIGN_COLOURS
    scale = alt.Scale(domain=list(DESIGN_COLOURS), range=list(DESIGN_COLOURS.values()))
    sizes = (
        alt.Chart(alt.sequence(2, MOST_TRACKS + 1, as_="tracks"))
        .transform_calculate(
            **{
                two_arms: f"2 * max(2, ceil({listings} * ({effect}) / datum.tracks))",
                paired: f"max(2, ceil({listings} * ({effect} - {shared}) / datum.tracks))",
            }
        )
        .transform_fold(list(DESIGN_COLOURS), as_=["design", "people"])
        .encode(
            x=alt.X("tracks:Q", title="tracks per list", scale=alt.Scale(nice=False)),
            y=alt.Y("people:Q", title="people in all", scale=alt.Scale(type="log")),
        )
    )
    legend = alt.Legend(orient="top", direction="vertical")
    colour = alt.Color("design:N", title=None, scale=scale, legend=legend)
    here = sizes.transform_filter("datum.tracks === chosen_tracks")
    number = here.mark_text(align="left", dx=8, dy=-8, fontSize=15).encode(text="people:Q")
    text = (
        "Interactive chart: people needed in all against tracks per list, one line for two arms of "
        "different people together and one for people who give both lists. Sliders set the difference to be found, the "
        "tracks per list and the intraclass correlation; the numbers stand beside the dots."
    )
    # The numbers have the colour of text, which is legible on light and dark pages.
    lines = sizes.mark_line().encode(color=colour)
    dots = here.mark_point(filled=True, size=90).encode(color=colour)
    chart = alt.layer(lines, dots, number)
    return chart.add_params(*_design_sliders()).properties(
        width="container", height=300, description=text
    )


def _design_sliders() -> "list[alt.Parameter]":
    """The reader's three numbers."""
    import altair as alt

    sliders = {
        "chosen_delta": (0.147, 0.03, 0.5, 0.001, "Cliff's delta to be found "),
        "chosen_tracks": (11, 2, MOST_TRACKS, 1, "tracks per list "),
        "chosen_icc": (0.1, 0, 0.9, 0.01, "intraclass correlation "),
    }
    return [
        alt.param(
            name, value=value, bind=alt.binding_range(min=low, max=high, step=step, name=label)
        )
        for name, (value, low, high, step, label) in sliders.items()
    ]


def coverage_chart(grid: pd.DataFrame, level: float) -> "alt.HConcatChart | alt.ConcatChart":
    """How often intervals hold the truth, against an intraclass correlation that the reader moves.

    Parameters
    ----------
    grid : DataFrame
        One row a cell and assumption: people, icc_artists, icc_people, assumption, coverage.
    level : float
        The coverage that is promised.

    Returns
    -------
    altair.HConcatChart

    Notes
    -----
    Notebook: 05_interval_coverage
    """
    import altair as alt

    scale = alt.Scale(domain=list(ASSUMPTION_COLOURS), range=list(ASSUMPTION_COLOURS.values()))
    share = alt.Scale(domain=[0.4, 1])
    base = (
        alt.Chart(grid[["people", "icc_artists", "icc_people", "assumption", "coverage"]])
        .transform_filter("datum.people === chosen_people")
        .transform_filter("datum.icc_artists === chosen_artists")
    )
    colour = alt.Color("assumption:N", scale=scale, legend=None)
    coverage = alt.Y("coverage:Q", title="share of intervals that hold delta", scale=share)
    across = alt.X("icc_people:Q", title="ICC of a person's listings")
    lines = base.mark_line(point=True).encode(x=across, y=coverage, color=colour)
    here = base.transform_filter("datum.icc_people === chosen_icc")
    promised = (
        alt.Chart().mark_rule(strokeDash=[4, 3], color=RULE, aria=False).encode(y=alt.datum(level))
    )
    chosen = here.mark_rule(color=RULE, aria=False).encode(x=across, color=alt.value(RULE))
    rows = alt.Y("assumption:N", title=None, sort=list(ASSUMPTION_COLOURS))
    bars = here.encode(y=rows, x=alt.X("coverage:Q", title="at the chosen ICC", scale=share))
    in_percent = bars.transform_calculate(text="format(100 * datum.coverage, '.1f') + ' %'")
    numbers = in_percent.mark_text(align="right", dx=-8).encode(text="text:N")
    aim = (
        alt.Chart().mark_rule(strokeDash=[4, 3], color=RULE, aria=False).encode(x=alt.datum(level))
    )
    text = (
        "Interactive chart: share of intervals that hold the true delta, one line per assumption, "
        "against the correlation within a person; menus choose the correlation, that of an "
        "artist's tracks and the number of people, and dots show the chosen cell."
    )
    left = alt.layer(lines, chosen, promised, data=base.data).properties(width=290, height=260)
    dots = bars.mark_point(filled=True, size=80).encode(color=colour)
    right = alt.layer(dots, numbers, aim, data=base.data)
    return (
        (left | right.properties(width=150, height=260))
        .add_params(*_grid_menus(grid))
        .properties(description=text)
    )


def _grid_menus(grid: pd.DataFrame) -> "list[alt.Parameter]":
    """Which cell of the grid is looked at."""
    import altair as alt

    labels = {
        "icc": ("icc_people", 0.1, "ICC of a person's listings "),
        "artists": ("icc_artists", 0.0, "ICC of an artist's tracks "),
        "people": ("people", grid["people"].max().item(), "participants "),
    }
    return [
        alt.param(
            name=f"chosen_{name}",
            value=value,
            bind=alt.binding_select(options=sorted(grid[column].unique().tolist()), name=label),
        )
        for name, (column, value, label) in labels.items()
    ]


def caterpillar(axes: Axes, intervals: pd.DataFrame, truth: float, title: str) -> None:
    """Intervals of several studies below one another; those that miss the truth stand out.

    Parameters
    ----------
    axes : Axes
    intervals : DataFrame
        One row a study: low, high.
    truth : float
    title : str

    Notes
    -----
    Notebook: 05_interval_coverage
    """
    held = intervals["low"].le(truth) & intervals["high"].ge(truth)
    places = range(len(intervals))
    axes.hlines(places, intervals["low"], intervals["high"], held.map({True: "0.6", False: SECOND}))
    axes.axvline(truth, color="0.2", lw=1)
    axes.set(yticks=[], xlabel="Cliff's delta", title=title)


def sizes_table(sizes: pd.DataFrame, n_tests: int) -> pd.DataFrame:
    """Participants per arm, one row a delta.

    Parameters
    ----------
    sizes : DataFrame
        Of `stats.power.sizes_of_arms`.
    n_tests : int
        Size of its family.

    Returns
    -------
    DataFrame

    Notes
    -----
    Notebook: 12_next_study
    """
    names = {
        "normal": "normal",
        "t": "Student's t",
        "normal_family": f"normal, 1 of {n_tests}",
        "t_family": f"Student's t, 1 of {n_tests}",
    }
    return readable(sizes.rename(columns=names))


def wrong_icc_table(powers: Mapping[float, pd.Series]) -> pd.DataFrame:
    """Power in percent, one row a delta, one column a true correlation.

    Parameters
    ----------
    powers : mapping of float to Series
        By ICC, power by delta.

    Returns
    -------
    DataFrame

    Notes
    -----
    Notebook: 12_next_study
    """
    columns = {f"ICC {icc:g}": power.map(percent) for icc, power in powers.items()}
    return readable(pd.DataFrame(columns))


def pairs_table(pairs: pd.DataFrame) -> pd.DataFrame:
    """People in all, one row a delta, for two arms and for pairs.

    Parameters
    ----------
    pairs : DataFrame
        Of `stats.power.sizes_of_pairs`.

    Returns
    -------
    DataFrame

    Notes
    -----
    Notebook: 12_next_study
    """
    names = {column: f"paired, c = {column:g}" for column in pairs.columns if column != "two_arms"}
    return readable(pairs.rename(columns={"two_arms": "two arms together", **names}))


def power_table(checks: pd.DataFrame) -> pd.DataFrame:
    """Promised power beside that of simulated studies, in percent.

    Parameters
    ----------
    checks : DataFrame
        Of `simulation.studies.power_checks`.

    Returns
    -------
    DataFrame

    Notes
    -----
    Notebook: 12_next_study
    """
    carried = checks["shared_taste"].map("paired, c = {:g}".format)
    percent = "{:.1f}".format
    return pd.DataFrame(
        {
            "design": carried.where(checks["shared_taste"].notna(), checks["design"]),
            "delta": checks["delta"].map("{:g}".format),
            "participants": checks["participants"],
            "promised": (100 * checks["promised"]).map(percent),
            "found": (100 * checks["found"]).map(percent),
            "error": (100 * checks["error"]).map(percent),
            "without a difference": (100 * checks["level"]).map(percent),
        }
    ).set_index(["design", "delta"])
