"""Figures of the genre clustering: squares of pairs, and silhouettes beside their null."""

from collections.abc import Mapping, Sequence

import numpy as np
import pandas as pd
from matplotlib.axes import Axes

from helpers.figures.effects import strips

FEATURE_SET_COLOURS = {"audio_features": "#8A7A00", "embeddings": "#7A5FA8"}
# Adjusted Rand index of the darkest cell, and from which on a cell is numbered.
DARKEST, NUMBERED = 0.8, 0.1


def pair_square(
    axes: Axes, square: pd.DataFrame, title: str, few: Sequence[str] = (), numbers: bool = True
) -> None:
    """Values of all pairs of genres as a heat map, larger ones numbered.

    Parameters
    ----------
    axes : Axes
    square : DataFrame
        Genres by genres, as `stats.clustering.square` gives it; missing cells stay white.
    title : str
    few : sequence of str
        Genres whose row and column lie under a grey veil.
    numbers : bool
        Whether cells from a tenth upwards are numbered.

    Notes
    -----
    Notebook: 07_genre_clustering
    """
    grid, genres = square.to_numpy(), list(square.index)
    axes.imshow(grid, cmap="Purples", vmin=0, vmax=DARKEST)
    veiled = np.isin(genres, few)
    veil = np.where(veiled | veiled[:, None], 0.5, np.nan)
    axes.imshow(veil, cmap="Greys", vmin=0, vmax=1, alpha=0.55)
    if numbers:
        _number_cells(axes, grid)
    axes.plot([-0.5, len(genres) - 0.5], [-0.5, len(genres) - 0.5], color="0.6", lw=0.8)
    axes.set_xticks(range(len(genres)), genres, rotation=90, size=7)
    axes.set_yticks(range(len(genres)), genres, size=7)
    axes.set_title(title, size=10)
    axes.grid(visible=False)


def _number_cells(axes: Axes, grid: np.ndarray) -> None:
    for row, column in np.argwhere(grid >= NUMBERED):
        value = grid[row, column]
        colour = "0.1"
        if value > 0.45:
            colour = "white"
        text = f"{value:.2f}".replace("0.", ".")
        axes.text(column, row, text, ha="center", va="center", size=6.5, color=colour)


def silhouette_rows(
    axes: Axes,
    values: Mapping[str, Mapping[str, Sequence[float]]],
    labels: Mapping[str, str],
    title: str,
) -> None:
    """Silhouettes as dots, a row for each kind of cluster and feature set.

    Parameters
    ----------
    axes : Axes
    values : mapping of feature set to mapping of row to values
    labels : mapping of feature set to the name shown
    title : str

    Notes
    -----
    Notebook: 07_genre_clustering
    """
    drawn = []
    for feature_set, rows in values.items():
        for row, silhouettes in rows.items():
            columns = {"row": f"{row}\n{labels[feature_set]}", "value": list(silhouettes)}
            table = pd.DataFrame(columns)
            drawn.append(table.assign(colour=FEATURE_SET_COLOURS[feature_set]))
    strips(axes, pd.concat(drawn), "silhouette", [0])
    axes.set_title(title)
    axes.tick_params(axis="y", labelsize=7)
