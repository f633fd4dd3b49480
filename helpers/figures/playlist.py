"""Figures of a playlist beside corpora: each function draws onto axes and computes nothing."""

from collections.abc import Callable, Mapping
from typing import Protocol

import matplotlib.pyplot as plt
import numpy as np
import pandas as pd

from helpers.figures.effects import strips
from helpers.figures.style import PARTS, SMALL
from helpers.project import by_number, counted


class MeanAmongLists(Protocol):
    """Where a playlist's mean log likelihood ratio stands; `helpers.playlist.Standing` is one."""

    mean: float
    ci_low: float
    ci_high: float
    lists: np.ndarray
    draws: np.ndarray


# Tracks whose number is written beside their mark on a map.
MOST_NUMBERS = 30
# Where tracks stand on a map, by the way in which their place was found.
PLACES = {"its own place": "own place", "mean of its neighbours": "neighbours' mean place"}


def playlist_percentiles(axes: plt.Axes, table: pd.DataFrame, name: str, colour: str) -> None:
    """Percentiles of a playlist's tracks within one corpus, one line a feature.

    Parameters
    ----------
    axes : Axes
    table : DataFrame
        One row a track, one column a feature: 0 to 100.
    name : str
        The corpus.
    colour : str

    Notes
    -----
    Notebook: 11_your_playlist
    """
    dots = table.melt(var_name="row").assign(colour=colour)
    strips(axes, dots, f"percentile in {name}", marks=[25, 50, 75])
    axes.plot(table.median(), range(len(table.columns)), "|", color="0.1", ms=16, mew=2.5)
    axes.set(xlim=(-3, 103), title=name)


def playlist_map(
    axes: plt.Axes, points: pd.DataFrame, places: pd.DataFrame, palette: Mapping[str, str]
) -> None:
    """A playlist's tracks, numbered, on a map of the corpora.

    Parameters
    ----------
    axes : Axes
    points : DataFrame
        Columns x, y and corpus; drawn in their order, the last on top.
    places : DataFrame
        Columns x, y, how and number.
    palette : mapping of corpus to colour

    Notes
    -----
    Notebook: 11_your_playlist
    """
    colours = points["corpus"].map(palette)
    axes.scatter(points["x"], points["y"], s=4, lw=0, alpha=0.5, rasterized=True, c=colours)
    for (how, part), marker in zip(places.groupby("how", sort=False), "oD", strict=False):
        label = f"playlist: {how}"
        axes.scatter(
            part["x"], part["y"], s=46, marker=marker, color="0.1", ec="white", label=label
        )
    for track in places[places["number"] <= MOST_NUMBERS].itertuples():
        axes.annotate(
            str(track.number),
            (track.x, track.y),
            (4, 4),
            textcoords="offset points",
            size=SMALL,
            weight="bold",
            bbox={"fc": "white", "ec": "none", "alpha": 0.7, "pad": 0.6},
        )
    for name, colour in palette.items():
        if (points["corpus"] == name).any():
            axes.scatter([], [], color=colour, s=20, label=name)
    axes.set(xticks=[], yticks=[])
    axes.legend(loc="upper left", bbox_to_anchor=(0, -0.02), ncols=2)


def places_in_words(
    maps: Mapping[str, tuple[pd.DataFrame, pd.DataFrame]], shown: Callable[[str], str] = str
) -> str:
    """How the tracks of a playlist got their places on maps.

    Parameters
    ----------
    maps : mapping of str to (DataFrame, DataFrame)
        Of `helpers.playlist`: by map, its points, and the places of the tracks with the column how.
    shown : callable
        Of the name of a map: the name as the sentence shows it.

    Returns
    -------
    str

    Notes
    -----
    Notebook: 11_your_playlist
    """
    said = []
    for name, (_, places) in maps.items():
        ways = places["how"].value_counts()
        by_way = " and ".join(
            f"{n} at {by_number(n, 'its', 'their')} {PLACES[way]}" for way, n in ways.items()
        )
        said.append(f"{counted(len(places), 'track')} on the {shown(name)} map: {by_way}")
    return f"The playlist has {'; '.join(said)}."


def reliability(axes: plt.Axes, bins: pd.DataFrame, target: str) -> None:
    """Observed against predicted shares of target tracks, with the diagonal of a kept promise.

    Parameters
    ----------
    axes : Axes
    bins : DataFrame
        Columns predicted, observed, ci_low, ci_high (0..1).
    target : str

    Notes
    -----
    Notebook: 11_your_playlist
    """
    axes.plot([0, 1], [0, 1], color="0.6", lw=1, ls="--")
    reach = np.abs(bins[["ci_low", "ci_high"]].T - bins["observed"]).to_numpy()
    axes.errorbar(
        bins["predicted"], bins["observed"], yerr=reach, fmt="o", ms=5, lw=1.6, color=PARTS[0]
    )
    axes.set(
        xlabel=f"predicted share of {target}", ylabel=f"observed share of {target}", aspect="equal"
    )


def playlist_standing(
    axes: plt.Axes, standing: MeanAmongLists, pair: tuple[str, str], palette: Mapping[str, str]
) -> None:
    """A playlist's mean between those of lists of one corpus and of draws from another.

    Parameters
    ----------
    axes : Axes
    standing : Standing
        Of `helpers.playlist`: mean, ci_low, ci_high, lists and draws (log likelihood ratios).
    pair : (str, str)
        Target, whose lists they are, and reference, which the draws are from.
    palette : mapping of corpus to colour

    Notes
    -----
    Notebook: 11_your_playlist
    """
    lists, draws = standing.lists, standing.draws
    bins = np.histogram_bin_edges(np.concatenate([lists, draws]), 40).tolist()
    for values, name, word in zip((lists, draws), pair, ("lists", "draws"), strict=True):
        label = f"{name}: {word} ({len(values):,})"
        axes.hist(values, bins=bins, density=True, alpha=0.55, color=palette[name], label=label)
    axes.axvline(0, color="0.6", lw=1, ls="--")
    axes.axvspan(standing.ci_low, standing.ci_high, color="0.2", alpha=0.15, lw=0)
    axes.axvline(standing.mean, color="0.1", lw=2.5, label="your playlist")
    axes.set(yticks=[], xlabel="mean log likelihood ratio per track")
    axes.legend(loc="upper center", bbox_to_anchor=(0.5, -0.2))
