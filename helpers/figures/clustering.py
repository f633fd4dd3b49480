"""Figures of the genre clustering: squares of pairs, and silhouettes beside their null."""

import textwrap
from collections.abc import Iterable, Mapping, Sequence
from itertools import cycle, product

import numpy as np
import pandas as pd
from matplotlib.axes import Axes

from helpers.figures.effects import estimates, strips
from helpers.figures.style import SMALL, canvas
from helpers.profiles import Profile
from helpers.project import spaced

# The study's two sets have a colour of their own; others take the next one, in their order.
FEATURE_SET_COLOURS = {"audio_features": "#8A7A00", "embeddings": "#7A5FA8"}
FURTHER_COLOURS = ("#B0548C", "#3B8F7C", "#A8552F", "#5A6F9E")
# Adjusted Rand index of the darkest cell, and from which on a cell is numbered.
DARKEST, NUMBERED = 0.8, 0.1
# Letters of a line in the name of a row.
NAME_LENGTH = 18
# Letters of a line of a title that is as wide as a panel beside another.
TITLE_LENGTH = 24
# Height in inches of a square of fifteen genres with its names.
SQUARE = 7.2


def set_colours(names: Iterable[str]) -> dict[str, str]:
    """A colour for each feature set.

    Parameters
    ----------
    names : iterable of str

    Returns
    -------
    dict of str to str
        In the order given. Where there are more names than colours, several share one.

    Notes
    -----
    Notebook: 09_genre_clustering
    """
    further = cycle(FURTHER_COLOURS)
    return {name: FEATURE_SET_COLOURS.get(name) or next(further) for name in names}


def pair_square(
    axes: Axes,
    square: pd.DataFrame,
    title: str,
    few: Sequence[str] = (),
    chance: pd.DataFrame | None = None,
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
    chance : DataFrame, optional
        Of the same shape: values that chance exceeds seldom. Cells that are no larger carry a dot.

    Notes
    -----
    Notebook: 09_genre_clustering
    """
    grid, genres = square.to_numpy(), list(square.index)
    axes.imshow(grid, cmap="Purples", vmin=0, vmax=DARKEST)
    veiled = np.isin(genres, few)
    veil = np.where(veiled | veiled[:, None], 0.5, np.nan)
    axes.imshow(veil, cmap="Greys", vmin=0, vmax=1, alpha=0.55)
    by_chance = np.zeros(grid.shape, bool)
    if chance is not None:
        by_chance = grid <= chance.to_numpy()
        rows, columns = np.nonzero(by_chance)
        axes.scatter(columns, rows, s=6, color="0.45", lw=0)
    _number_cells(axes, np.where(by_chance, np.nan, grid))
    axes.plot([-0.5, len(genres) - 0.5], [-0.5, len(genres) - 0.5], color="0.6", lw=0.8)
    axes.set_xticks(range(len(genres)), genres, rotation=90, size=SMALL)
    axes.set_yticks(range(len(genres)), genres, size=SMALL)
    axes.set_title(title)
    axes.grid(visible=False)


def _number_cells(axes: Axes, grid: np.ndarray) -> None:
    for row, column in np.argwhere(grid >= NUMBERED):
        value = grid[row, column]
        colour = "0.1"
        if value > 0.45:
            colour = "white"
        text = f"{value:.2f}".replace("0.", ".")
        axes.text(column, row, text, ha="center", va="center", size=SMALL, color=colour)


def silhouette_rows(
    axes: Axes,
    values: Mapping[str, Mapping[str, Sequence[float]]],
    title: str,
) -> None:
    """Silhouettes as dots, a row for each kind of cluster and feature set.

    Parameters
    ----------
    axes : Axes
    values : mapping of feature set to mapping of row to values
    title : str

    Notes
    -----
    Notebook: 09_genre_clustering
    """
    drawn = []
    colours = set_colours(values)
    for feature_set, rows in values.items():
        for row, silhouettes in rows.items():
            columns = {"row": f"{row}\n{spaced(feature_set)}", "value": list(silhouettes)}
            table = pd.DataFrame(columns)
            drawn.append(table.assign(colour=colours[feature_set]))
    strips(axes, pd.concat(drawn), "silhouette", [0])
    axes.set_title(title)
    axes.tick_params(axis="y", labelsize=SMALL)


def _square_title(place: tuple[str, ...], what: str) -> str:
    """The title of a square: its corpus, and which feature set is in which triangle."""
    corpus, *sets = place
    sides = [f"{spaced(name)} {side}" for name, side in zip(sets, ("below", "above"), strict=False)]
    return f"{corpus}: {what}\n{', '.join(sides)} the diagonal"


def pair_squares_chart(
    profile: Profile,
    found: Mapping[tuple[str, ...], pd.DataFrame],
    chance: Mapping[tuple[str, ...], pd.DataFrame],
) -> None:
    """Squares of found values, one below the other; dots mark what is no more than chance.

    Parameters
    ----------
    profile : Profile
    found, chance : mapping of (corpus, set below the diagonal, set above it) to DataFrame
        As `stats.clustering.squares` gives them.

    Notes
    -----
    Notebook: 09_genre_clustering
    """
    panels = canvas(profile, SQUARE * len(found), rows=len(found), squeeze=False)
    for axes, place in zip(panels.flat, found, strict=True):
        title = _square_title(place, "adjusted Rand index")
        pair_square(axes, found[place], title, chance=chance[place])


def balanced_squares_chart(
    profile: Profile,
    found: Mapping[tuple[str, ...], pd.DataFrame],
    few: Mapping[str, Sequence[str]],
) -> None:
    """Squares of balanced pairs, one below the other, small genres under a veil.

    Parameters
    ----------
    profile : Profile
    found : mapping of (corpus, set below the diagonal, set above it) to DataFrame
        As `stats.clustering.squares` gives them.
    few : mapping of corpus to sequence of str
        Its small genres.

    Notes
    -----
    Notebook: 09_genre_clustering
    """
    panels = canvas(profile, SQUARE * len(found), rows=len(found), squeeze=False)
    for axes, place in zip(panels.flat, found, strict=True):
        title = _square_title(place, "adjusted Rand index, balanced")
        pair_square(axes, found[place], title, few[place[0]])


def silhouettes_chart(
    profile: Profile,
    values: Mapping[str, Mapping[str, Mapping[str, Sequence[float]]]],
) -> None:
    """Silhouettes beside their null, one panel a corpus.

    Parameters
    ----------
    profile : Profile
    values : mapping of corpus to mapping of feature set to mapping of row to values

    Notes
    -----
    Notebook: 09_genre_clustering
    """
    n_sets = max(len(feature_sets) for feature_sets in values.values())
    height = 0.6 + 3 * n_sets
    panels = canvas(profile, height, columns=len(values), sharex=True, sharey=True, squeeze=False)
    for axes, corpus in zip(panels.flat, values, strict=True):
        silhouette_rows(axes, values[corpus], corpus)


def differences_chart(profile: Profile, table: pd.DataFrame) -> None:
    """Versions of a difference with intervals: one column of panels a corpus, one row a difference.

    Parameters
    ----------
    profile : Profile
    table : DataFrame
        As `stats.pair_differences.in_one_column` gives it.

    Notes
    -----
    Notebook: 09_genre_clustering
    """
    corpora, differences = table.index.unique(0), table.index.unique(1)
    panels = canvas(
        profile,
        3.4 * len(differences),
        columns=len(corpora),
        rows=len(differences),
        sharex=True,
        sharey=True,
        squeeze=False,
        gridspec_kw={"wspace": 0.2},
    )
    for axes, (difference, corpus) in zip(panels.flat, product(differences, corpora), strict=True):
        of_panel = [key[:2] == (corpus, difference) for key in table.index]
        rows = table[of_panel].droplevel([0, 1])
        rows = rows.rename(index=lambda name: textwrap.fill(name, NAME_LENGTH))
        estimates(axes, rows, "difference in ARI", zero=0)
        axes.set_title(f"{corpus}\n{textwrap.fill(difference, TITLE_LENGTH)}")
