"""Figures: each function draws a table onto the axes it is given and computes nothing.

Colours come from the profile, one a corpus; a figure of simulated data carries the word.
"""

from collections.abc import Mapping

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.lines import Line2D

from helpers.figures.numbers import percent
from helpers.figures.style import SMALL, canvas
from helpers.profiles import Profile
from helpers.project import FEATURE_UNITS

# Height in inches of the nine panels, without curves and with them.
MOMENTS_ALONE, WITH_CURVES = 5, 9.4
# Distance of the rows of means below the curves, as a share of the highest curve.
STEP = 0.09
# Height of a line of text, as a share of a panel.
LINE = 0.11
# The least share of values at zero that is drawn and named.
LEAST_SHARE = 0.005


def density_grid(profile: Profile, curves: pd.DataFrame) -> np.ndarray:
    """Nine panels for `densities`, lower where no curve will be drawn.

    Parameters
    ----------
    profile : Profile
    curves : DataFrame
        As in `densities`.

    Returns
    -------
    ndarray of Axes, shape (3, 3)

    Notes
    -----
    Notebook: 03_feature_comparison
    """
    height = MOMENTS_ALONE if curves.empty else WITH_CURVES
    return canvas(profile, height, columns=3, rows=3)


def densities(
    grid: np.ndarray,
    curves: pd.DataFrame,
    moments: pd.DataFrame,
    palette: Mapping[str, str],
    texts: Mapping[str, str] | None = None,
) -> None:
    """One panel a feature: density of each corpus, mean and SD below it, the share at zero named.

    Parameters
    ----------
    grid : ndarray of Axes
        At least one a feature of `moments`.
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
    texts = texts or {}
    by_feature = moments.groupby("feature", sort=False)
    for axes, (feature, rows) in zip(grid.flat, by_feature, strict=False):
        drawn = curves[curves["feature"] == feature]
        _panel(axes, drawn, rows, palette)
        axes.set_title(_with_unit(feature))
        axes.set_xlabel(texts.get(feature, ""), size=SMALL)
    corpora = list(dict.fromkeys(moments["corpus"]))
    keys = [Line2D([], [], color=palette[corpus], lw=3) for corpus in corpora]
    figure = grid.flat[0].figure
    figure.legend(keys, corpora, loc="outside upper left", ncols=len(corpora))
    if len(curves):
        figure.supylabel("density: listings per unit, each panel on its own scale", size=SMALL)


def _with_unit(feature: str) -> str:
    """A feature with its unit, where it has one."""
    unit = FEATURE_UNITS.get(str(feature))
    return f"{feature} ({unit})" if unit else str(feature)


def _panel(
    axes: Axes, curves: pd.DataFrame, moments: pd.DataFrame, palette: Mapping[str, str]
) -> None:
    height = _height(curves)
    step = STEP * height
    for place, row in enumerate(moments.itertuples(), 1):
        curve = curves[curves["corpus"] == row.corpus]
        colour = palette[row.corpus]
        at_zero = curve["at_zero"].max()
        if at_zero >= LEAST_SHARE:
            text = f"at 0: {percent(at_zero)}"
            at = (0.98, 1 - LINE * place)
            axes.text(*at, text, transform=axes.transAxes, ha="right", size=SMALL, color=colour)
            axes.bar(-0.02 * place, at_zero * height, 0.02, color=colour, alpha=0.5)
        axes.plot(curve["x"], curve["density"], color=colour, lw=1.8)
        below = -step * place
        axes.errorbar(row.mean, below, xerr=row.sd, fmt="o", ms=4, color=colour, lw=1.4)
        axes.plot(row.median, below, "|", ms=11, color=colour)
    headroom = 1.4 * height if len(curves) else 0.2 * height
    axes.set(yticks=[], ylim=(-step * (len(moments) + 0.8), headroom))
    axes.grid(visible=False)


def _height(curves: pd.DataFrame) -> float:
    """Height of the highest curve; of a panel without one, a height of its own."""
    highest = curves["density"].max() if len(curves) else 0
    return highest if highest > 0 else 1 / STEP


def shifts(grid: np.ndarray, table: pd.DataFrame, colour: str) -> None:
    """One panel a feature: differences of quantiles with their band, and a line at zero.

    Parameters
    ----------
    grid : ndarray of Axes
        At least one a feature.
    table : DataFrame
        Of `stats.shift.shift_function`.
    colour : str
        Of the target corpus.

    Notes
    -----
    Notebook: 03_feature_comparison
    """
    for axes, (feature, rows) in zip(grid.flat, table.groupby("feature", sort=False), strict=False):
        percent = 100 * rows["quantile"]
        axes.axhline(0, color="0.3", lw=1)
        axes.fill_between(percent, rows["low"], rows["high"], color=colour, alpha=0.25, lw=0)
        axes.plot(percent, rows["difference"], color=colour, marker="o", ms=4, lw=1.8)
        axes.set(title=_with_unit(feature), xticks=[10, 30, 50, 70, 90])
    for axes in grid[-1]:
        axes.set_xlabel("percent of listings below")
    grid.flat[0].figure.supylabel("difference, in the unit of the feature", size=SMALL)
