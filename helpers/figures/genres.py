"""Figures of genres: each function draws a table onto the axes it is given and computes nothing."""

from collections.abc import Mapping, Sequence

import matplotlib.pyplot as plt
import numpy as np
import pandas as pd

from helpers.figures.style import PARTS

MARKERS = "osD^vPX"
LINES = ("-", "--", ":", "-.")
STUDY_SHADES = ("#3B6FA0", "#7FB3D9")


def genre_shares(
    axes: plt.Axes,
    shares: pd.DataFrame,
    genres: Sequence[str],
    names: Sequence[str],
    palette: Mapping[str, str],
) -> None:
    """Share of each genre as a dot with its interval, one line a genre, one colour a group.

    Parameters
    ----------
    axes : Axes
    shares : DataFrame
        Columns group, genre, share, ci_low, ci_high (0..1).
    genres : sequence of str
        From top to bottom.
    names : sequence of str
        Groups that are drawn.
    palette : mapping of group to colour

    Notes
    -----
    Notebook: 06_genres
    """
    line = pd.Series(range(len(genres)), genres)
    for k, name in enumerate(names):
        offset = (k - (len(names) - 1) / 2) * 0.64 / len(names)
        rows = shares[shares["group"] == name]
        percent = rows[["share", "ci_low", "ci_high"]] * 100
        reach = [percent["share"] - percent["ci_low"], percent["ci_high"] - percent["share"]]
        axes.errorbar(
            percent["share"],
            rows["genre"].map(line).astype(float) + offset,
            xerr=np.abs(reach),
            fmt=MARKERS[k % len(MARKERS)],
            color=palette[name],
            label=name,
            ms=5,
            lw=1.6,
        )
    axes.set(yticks=range(len(genres)), yticklabels=genres, xlabel="share of listings (%)")
    axes.invert_yaxis()
    axes.legend(loc="lower right")


def genre_overlap(
    axes: plt.Axes, mixes: pd.DataFrame, target: str, reference: str, palette: Mapping[str, str]
) -> None:
    """The genre mixes of two corpora laid over one another, with what both have in common.

    Parameters
    ----------
    axes : Axes
    mixes : DataFrame
        Shares (0..1), one row a genre; columns of both corpora and `both`, the smaller share.
    target, reference : str
    palette : mapping of corpus to colour

    Notes
    -----
    Notebook: 06_genres
    """
    for name in (target, reference):
        axes.barh(
            mixes.index, mixes[name] * 100, color=palette[name], alpha=0.55, label=f"more in {name}"
        )
    axes.barh(mixes.index, mixes["both"] * 100, color="0.35", label="in both")
    axes.set(xlabel="share of listings (%)")
    axes.invert_yaxis()
    axes.grid(axis="y", visible=False)
    axes.legend(loc="lower right")


def hill_numbers(axes: plt.Axes, numbers: pd.DataFrame, palette: Mapping[str, str]) -> None:
    """Hill numbers as a line a corpus.

    Parameters
    ----------
    axes : Axes
    numbers : DataFrame
        One row an order, one column a corpus.
    palette : mapping of corpus to colour

    Notes
    -----
    Notebook: 06_genres
    """
    for k, name in enumerate(numbers):
        line = LINES[k % len(LINES)]
        axes.plot(numbers.index, numbers[name], color=palette[name], ls=line, label=name)
    axes.set(xlabel="order of the Hill number", ylabel="effective number of genres")
    axes.legend()


def diversity_parts(axes: plt.Axes, partitions: pd.DataFrame) -> None:
    """Entropy of pooled lists as stacked bars: within a list, and between lists.

    Parameters
    ----------
    axes : Axes
    partitions : DataFrame
        Index: labels. Columns alpha and beta (bits).

    Notes
    -----
    Notebook: 06_genres
    """
    labels = list(partitions.index)
    within = axes.barh(
        labels, partitions["alpha"], 0.6, color=PARTS[0], label="within a list (alpha)"
    )
    between = axes.barh(
        labels,
        partitions["beta"],
        0.6,
        left=partitions["alpha"],
        color=PARTS[1],
        label="between lists (beta)",
    )
    axes.bar_label(within, fmt="{:.2f}", label_type="center", color="white")
    axes.bar_label(between, fmt="{:.2f}", label_type="center", color="black")
    axes.set(xlabel="Shannon entropy (bits)")
    axes.invert_yaxis()
    axes.grid(axis="y", visible=False)
    axes.legend(loc="upper left", bbox_to_anchor=(0, -0.22), ncols=2)


def study_colours(colours: Mapping[str, str], studies: Sequence[str]) -> dict[str, str]:
    """Colours of corpora, and shades of blue for the studies within one.

    Parameters
    ----------
    colours : mapping of corpus to colour
    studies : sequence of str

    Returns
    -------
    dict of str to str

    Notes
    -----
    Notebook: 06_genres
    """
    shades = {study: STUDY_SHADES[k % len(STUDY_SHADES)] for k, study in enumerate(studies)}
    return {**colours, **shades}
