"""Maps of listings as figures: points in the colours of their genres, with the genres' names.

Fifteen colours are more than anyone can tell apart. So related genres share one of eight colours
that colour-blind readers can tell apart, and each genre's name stands where it is densest.
"""

from collections.abc import Mapping, Sequence
from itertools import cycle
from typing import Any, cast

import numpy as np
import numpy.typing as npt
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from helpers.figures.effects import estimates
from helpers.figures.style import SMALL, canvas
from helpers.profiles import Profile
from helpers.project import spaced

HUES = {
    "#8C8C8C": ["Pop"],
    "#56B4E9": ["Electronic"],
    "#CC79A7": ["Hip Hop", "R&B"],
    "#D55E00": ["Rock", "Metal"],
    "#E69F00": ["Latin", "World/Traditional"],
    "#009E73": ["Country", "Folk/Acoustic"],
    "#A08A00": ["Jazz", "Blues"],
    "#0072B2": ["Classical", "Easy listening", "New age"],
}
NO_GENRE = "no genre"
NO_GENRE_HUE = "#8C8C8C"
# Inches that a name takes.
NAME_WIDTH, NAME_HEIGHT = 1.15, 0.21
# Maps that stand side by side, panels of AUCs (of more, as many as maps); height of a map in inches.
MAPS_IN_A_LINE, AUCS_IN_A_LINE, MAP_HEIGHT = 2, 3, 4.6
POINT: dict[str, Any] = {"s": 4, "lw": 0, "antialiased": False, "rasterized": True}
# Points up to which they are drawn larger, and the largest area of one.
FEW_POINTS, LARGEST_POINT = 500, 40


def _point(n: int) -> dict[str, Any]:
    """How a point of so many is drawn: in a small corpus large enough to be seen."""
    if n >= FEW_POINTS:
        return POINT
    area = min(POINT["s"] * FEW_POINTS / max(n, 1), LARGEST_POINT)
    return {**POINT, "s": area, "antialiased": area > 2 * POINT["s"]}


def genre_colours(genres: Sequence[str]) -> dict[str, str]:
    """A colour for each genre: the study's in fixed ones, other names in those that are left.

    Parameters
    ----------
    genres : sequence of str
        From the most to the least listed.

    Returns
    -------
    dict of str to str
        In the order given. Where there are more names than colours, several share one.

    Notes
    -----
    Notebook: 08_embedding_map
    """
    fixed = {genre: hue for hue, members in HUES.items() for genre in members}
    taken = {fixed[genre] for genre in genres if genre in fixed}
    free_first = sorted(HUES, key=lambda hue: hue in taken)
    spare = cycle(free_first)
    colours = {}
    for genre in genres:
        if genre == NO_GENRE:
            colours[genre] = NO_GENRE_HUE
        elif genre in fixed:
            colours[genre] = fixed[genre]
        else:
            colours[genre] = next(spare)
    return colours


def densest_place(points: pd.DataFrame, bins: int = 12) -> tuple[float, float]:
    """The middle of the fullest of `bins` times `bins` cells over some points.

    Parameters
    ----------
    points : DataFrame
        Columns x and y.
    bins : int

    Returns
    -------
    tuple of float
        x and y.
    """
    counts, x_edges, y_edges = np.histogram2d(points["x"], points["y"], bins=bins)
    i, j = np.unravel_index(counts.argmax(), counts.shape)
    return (x_edges[i] + x_edges[i + 1]) / 2, (y_edges[j] + y_edges[j + 1]) / 2


def pushed_apart(
    places: npt.ArrayLike, room: npt.ArrayLike, rounds: int = 300, step: float = 0.006
) -> np.ndarray:
    """Move names up and down until none covers another.

    Parameters
    ----------
    places : array-like, shape (n, 2)
        Middles of the names, in fractions of the axes.
    room : array-like, shape (2,)
        Width and height of a name, in fractions of the axes.
    rounds : int
        Steps at most.
    step : float
        How far a name moves at a time for each name that it overlaps.

    Returns
    -------
    ndarray, shape (n, 2)
        Within the axes.
    """
    places = np.array(places, float)
    width, height = np.asarray(room)
    order = np.arange(len(places))
    # Names at the very same height part by their order.
    tie = np.sign(order[:, None] - order)
    for _ in range(rounds):
        gap = places[:, None] - places
        overlap = (np.abs(gap[..., 0]) < width) & (np.abs(gap[..., 1]) < height)
        direction = np.where(gap[..., 1] == 0, tie, np.sign(gap[..., 1]))
        places[:, 1] += step * (overlap * direction).sum(axis=1)
        places = places.clip([width / 2, height / 2], [1 - width / 2, 1 - height / 2])
    return places


def _room_of_a_name(axes: Axes) -> tuple[float, float]:
    """Width and height of a name in fractions of the axes, before these are laid out."""
    spec = axes.get_subplotspec()
    grid = spec.get_gridspec() if spec else None
    columns, rows = (grid.ncols, grid.nrows) if grid else (1, 1)
    box = cast(Figure, axes.figure).bbox_inches
    return NAME_WIDTH * columns / box.width, NAME_HEIGHT * rows / box.height


def genre_map(
    axes: Axes,
    points: pd.DataFrame,
    palette: Mapping[str, str],
    title: str,
    seed: int,
    fewest: int = 0,
) -> None:
    """A map of listings in the colours of their genres, and the genres' names.

    A name that was pushed away from its place is tied to it by a line.

    Parameters
    ----------
    axes : Axes
    points : DataFrame
        Columns x, y, genre.
    palette : mapping of str to str
        Colour by genre.
    title : str
    seed : int
        Of the order in which points are drawn: at random, so that no genre covers the others.
    fewest : int
        Listings that a genre must have to be named.

    Notes
    -----
    Notebook: 08_embedding_map
    """
    points = points.sample(frac=1, random_state=seed)
    axes.scatter(points["x"], points["y"], c=points["genre"].map(palette), **_point(len(points)))
    axes.set(title=title, xticks=[], yticks=[])
    places = {
        genre: densest_place(part) for genre, part in points.groupby("genre") if len(part) >= fewest
    }
    low, high = points[["x", "y"]].min().to_numpy(), points[["x", "y"]].max().to_numpy()
    starts = (np.array(list(places.values())) - low) / (high - low) * 0.9 + 0.05
    names_at = pushed_apart(starts, _room_of_a_name(axes))
    for (genre, place), name_at in zip(places.items(), names_at, strict=True):
        axes.annotate(
            genre,
            place,
            name_at,
            textcoords="axes fraction",
            ha="center",
            va="center",
            size=SMALL,
            weight="bold",
            color="0.1",
            arrowprops={"arrowstyle": "-", "color": "0.25", "lw": 0.6},
            bbox={"fc": "white", "ec": palette[genre], "alpha": 0.8, "pad": 1.2},
        )


def genre_maps_chart(
    profile: Profile,
    mapped: pd.DataFrame,
    corpora: Sequence[str],
    feature_sets: Sequence[str],
    palette: Mapping[str, str],
    seed: int,
) -> None:
    """Each corpus by each feature set, two maps side by side; a corpus begins on a new line.

    Parameters
    ----------
    profile : Profile
    mapped : DataFrame
        Columns map (a corpus), feature_set, x, y, genre.
    corpora, feature_sets : sequence of str
        Order of the panels.
    palette : mapping of str to str
    seed : int

    Notes
    -----
    Notebook: 08_embedding_map
    """
    columns = min(len(feature_sets), MAPS_IN_A_LINE)
    lines = -(-len(feature_sets) // columns)
    grid = canvas(
        profile,
        MAP_HEIGHT * len(corpora) * lines,
        columns=columns,
        rows=len(corpora) * lines,
        squeeze=False,
    )
    panels = dict(tuple(mapped.groupby(["map", "feature_set"])))
    for corpus, part in zip(corpora, np.split(grid, len(corpora)), strict=True):
        for axes in part.flat[len(feature_sets) :]:
            axes.set_visible(False)
        for axes, kind in zip(part.flat, feature_sets, strict=False):
            title = f"{corpus}, {spaced(kind)}"
            genre_map(axes, panels[corpus, kind], palette, title, seed)
            axes.margins(0.05)


def variant_maps(
    grid: np.ndarray,
    variants: Mapping[str, np.ndarray],
    genres: pd.Series,
    palette: Mapping[str, str],
    seed: int,
) -> None:
    """The same listings on several maps; the five commonest genres are named.

    Parameters
    ----------
    grid : ndarray of Axes
        As many as there are variants.
    variants : mapping of str to ndarray, shape (n, 2)
        By title.
    genres : Series of str, shape (n,)
    palette : mapping of str to str
    seed : int

    Notes
    -----
    Notebook: 08_embedding_map
    """
    fewest = genres.value_counts().iloc[:5].min()
    for axes, (name, points) in zip(grid.flat, variants.items(), strict=True):
        table = pd.DataFrame(points, columns=["x", "y"]).assign(genre=genres.to_numpy())
        genre_map(axes, table, palette, name, seed, fewest)


def corpus_map(axes: Axes, points: pd.DataFrame, colours: Mapping[str, str], seed: int) -> None:
    """A map of several corpora, each in its colour, drawn in random order.

    Parameters
    ----------
    axes : Axes
    points : DataFrame
        Columns x, y, corpus.
    colours : mapping of str to str
        By corpus.
    seed : int
        Of the order.

    Notes
    -----
    Notebook: 08_embedding_map
    """
    mixed = points.sample(frac=1, random_state=seed)
    axes.scatter(mixed["x"], mixed["y"], c=mixed["corpus"].map(colours), **_point(len(mixed)))
    for name in points["corpus"].unique():
        axes.scatter([], [], color=colours[name], label=name)
    axes.legend(loc="upper left", bbox_to_anchor=(0, -0.02), ncols=2)
    axes.set(xticks=[], yticks=[])


def auc_chart(profile: Profile, compared: pd.DataFrame, feature_sets: Sequence[str]) -> None:
    """How well the two sides of each contrast are told apart, one panel a feature set.

    Parameters
    ----------
    profile : Profile
    compared : DataFrame
        Index: contrast, features. Columns auc, low, high.
    feature_sets : sequence of str
        Second level of the index.

    Notes
    -----
    Notebook: 08_embedding_map
    """
    names = {"auc": "value", "low": "ci_low", "high": "ci_high"}
    table = compared[list(names)].rename(columns=names)
    columns = len(feature_sets)
    if columns > AUCS_IN_A_LINE:
        columns = MAPS_IN_A_LINE
    lines = -(-len(feature_sets) // columns)
    height = 1.7 + 0.5 * len(compared.index.unique("contrast"))
    grid = canvas(
        profile,
        height * lines,
        columns=columns,
        rows=lines,
        squeeze=False,
        sharex=True,
        sharey=True,
    )
    for axes in grid.flat[len(feature_sets) :]:
        axes.set_visible(False)
    drawn = grid.flat[: len(feature_sets)]
    for axes, features in zip(drawn, feature_sets, strict=True):
        estimates(axes, table.xs(features, level="features"), "AUC", zero=0.5)
        axes.set_title(features)
    ends = np.array([axes.get_xlim() for axes in drawn])
    for axes in drawn:
        axes.set_xlim(ends[:, 0].min(), ends[:, 1].max())
