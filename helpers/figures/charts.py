"""Figures: each function draws a table onto the axes it is given and computes nothing.

Colours come from the profile, one a corpus; a figure of simulated data carries the word.
"""

import base64
import html
import json
from collections.abc import Mapping, Sequence
from itertools import product
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from helpers.figures.maps import densest_place, pushed_apart

if TYPE_CHECKING:
    import altair


# Pixels: what a page shows is not made smaller.
TEXT_SIZES = {
    "axis": {"labelFontSize": 12, "titleFontSize": 12},
    "legend": {"labelFontSize": 12, "titleFontSize": 12},
    "text": {"fontSize": 12},
    "title": {"fontSize": 13},
}


def once_each(spec: dict[str, Any]) -> dict[str, Any]:
    """A chart whose named data, where several of its panels hold them, stand in it once.

    Parameters
    ----------
    spec : dict
        Vega-Lite.

    Returns
    -------
    dict
        The texts of named data are under `datasets`, and each panel has their name.

    Notes
    -----
    Notebook: 08_embedding_map
    """
    datasets: dict[str, str] = {}

    def without_text(node: Any) -> Any:
        if isinstance(node, list):
            return [without_text(each) for each in node]
        if not isinstance(node, dict):
            return node
        text = node.get("values")
        if (
            "name" in node
            and isinstance(text, str)
            and datasets.setdefault(node["name"], text) == text
        ):
            node = {key: value for key, value in node.items() if key != "values"}
        return {key: without_text(value) for key, value in node.items()}

    found = without_text(spec)
    if datasets:
        found["datasets"] = {**found.get("datasets", {}), **datasets}
    return found


def register_altair() -> None:
    """Let altair charts show as the book shows them: a picture that a script brings to life.

    A chart must have a description, which is read out in its place.

    Notes
    -----
    Notebook: 03_feature_comparison
    """
    import altair
    import vl_convert

    def book(spec: dict[str, Any], **_: Any) -> dict[str, str]:
        if not spec.get("description"):
            raise ValueError("the chart has no description: add .properties(description=...)")
        spec = once_each({**spec, "config": {**spec.get("config", {}), **TEXT_SIZES}})
        text = html.escape(spec["description"])
        data = json.dumps(spec, separators=(",", ":")).replace("<", "\\u003c")
        if len(still := vl_convert.vegalite_to_svg(spec)) > 100_000:
            # Thousands of marks weigh less as pixels.
            pixels = base64.b64encode(vl_convert.vegalite_to_jpeg(spec, quality=70)).decode()
            still = f'<img alt="{text}" src="data:image/jpeg;base64,{pixels}">'
        return {
            "text/plain": spec["description"],
            "text/html": (
                f'<figure class="book-chart" role="group" aria-label="{text}"><div>{still}</div>'
                f'<script type="application/json">{data}</script></figure>'
            ),
        }

    altair.renderers.register("book", book)
    altair.renderers.enable("book")


# The bars' selection wins over the menu: a clicked genre, else the menu's, else all.
_PICKED = (
    "length(data('picked_store')) ? vlSelectionTest('picked_store', datum) || datum.genre"
    " === chosen_genre : chosen_genre === 'all' || datum.genre === chosen_genre"
)
# What a reader types is compared as it stands, so that no sign in it means more than itself.
_FOUND = "indexof(datum.words, lower(trim(asked))) >= 0"
_MAP_DESCRIPTION = (
    "Interactive map of a corpus: one dot a listing, coloured by genre. Menus choose the corpus, "
    "the feature set and a genre to highlight; beside it, the number of dots by genre and their "
    "mean audio features, for the region that is brushed."
)
# A drag brushes; with the shift key it moves the map, and the wheel zooms with the control key.
_BRUSHING = "[mousedown[!event.shiftKey], window:mouseup] > window:mousemove!"
_MOVING = "[mousedown[event.shiftKey], window:mouseup] > window:mousemove!"
_ZOOMING = "wheel![event.ctrlKey]"
# Genres that are named on a map, and the number of dots from which dots are drawn smaller.
NAMED = 15
# Pixels of the map, and of the longest name of a genre upon it, at 11 px.
MAP_SIZE, NAME_SIZE = np.array([330, 400]), np.array([95, 16])
# Dots of a corpus from which on they are drawn smaller.
FEW, MANY = 200, 2000


def _menus(corpora, feature_sets, genres):
    """Parameters chosen_corpus, chosen_map and chosen_genre, each with a menu."""
    import altair as alt

    options = {"corpus": corpora, "map": feature_sets, "genre": ["all", *genres]}
    return [
        alt.param(
            f"chosen_{name}",
            value=values[0],
            bind=alt.binding_select(options=values, name=f"{name} "),
        )
        for name, values in options.items()
    ]


def _search_box():
    """Parameter asked: what a reader types to find a title or an artist."""
    import altair as alt

    box = alt.binding(
        input="search", name="find ", placeholder="title or artist", autocomplete="off", debounce=50
    )
    return alt.param("asked", value="", bind=box)


def _dots(base, brush, controls, tooltip, size):
    """The map itself: a dot a listing; genres that are not picked fade, and what is not found."""
    import altair as alt

    place: dict[str, Any] = {"axis": None, "scale": alt.Scale(zero=False)}
    zoom = alt.selection_interval("zoom", bind="scales", translate=_MOVING, zoom=_ZOOMING)
    test: str = _PICKED
    marked: Any = alt.value(size)
    if "title" in tooltip:
        test = f"({_PICKED}) && ({_FOUND})"
        marked = alt.condition(f"trim(asked) && ({_FOUND})", alt.value(9 * size), alt.value(size))
    return (
        base.mark_circle(aria=False)
        .encode(
            x=alt.X("x:Q", **place),
            y=alt.Y("y:Q", **place),
            size=marked,
            opacity=alt.condition(test, alt.value(0.8), alt.value(0.06)),
            tooltip=[f"{name}:N" for name in tooltip],
        )
        .add_params(brush, zoom, *controls)
    )


def _name_places(points, feature_sets, genres):
    """Where the name of each genre stands on each map, with none on top of another."""
    rows = []
    for (corpus, part), kind in product(points.groupby("corpus"), feature_sets):
        on_map = part.rename(columns={f"x_{kind}": "x", f"y_{kind}": "y"})[["x", "y", "genre"]]
        low, high = on_map[["x", "y"]].min().to_numpy(), on_map[["x", "y"]].max().to_numpy()
        wide = np.where(high > low, high - low, 1)
        named = [genre for genre in genres[:NAMED] if (on_map["genre"] == genre).any()]
        dense = [densest_place(on_map[on_map["genre"] == genre]) for genre in named]
        placed = low + pushed_apart((np.array(dense) - low) / wide, NAME_SIZE / MAP_SIZE) * wide
        rows += [(corpus, kind, name, x, y) for name, (x, y) in zip(named, placed, strict=True)]
    return pd.DataFrame(rows, columns=["corpus", "map", "genre", "x", "y"])


def _names(places):
    """The names of the genres, in two layers: a pale edge, and the letters on it."""
    import altair as alt

    base = (
        alt.Chart(places)
        .transform_filter("datum.corpus === chosen_corpus && datum.map === chosen_map")
        .transform_filter("chosen_genre === 'all' || datum.genre === chosen_genre")
        .encode(x="x:Q", y="y:Q", text="genre:N")
    )
    letters: dict[str, Any] = {"fontSize": 11, "fontWeight": "bold", "clip": True, "aria": False}
    edge = base.mark_text(stroke="white", strokeWidth=4, opacity=0.8, color="white", **letters)
    return edge, base.mark_text(color="#111", **letters)


def _genre_bars(base, brush, genres):
    """Dots of each genre, pale for the whole map and full for the brushed region."""
    import altair as alt

    pick = alt.selection_point("picked", fields=["genre"], toggle="true", clear="dblclick")
    bars = base.mark_bar().encode(
        x=alt.X("count()", title="dots: in the region, of all"),
        y=alt.Y("genre:N", title=None, scale=alt.Scale(domain=genres)),
    )
    every = bars.encode(opacity=alt.value(0.25)).add_params(pick)
    faded = alt.condition(_PICKED, alt.value(0.8), alt.value(0.06))
    inside = bars.transform_filter(brush).encode(opacity=faded)
    return alt.layer(every, inside).properties(width=130, height=230)


def _feature_bars(base, brush, features):
    """Mean audio features of the region and the picked genres, in SD from the corpus."""
    import altair as alt

    scale = alt.Scale(domain=[-2, 2], clamp=True)
    chosen = base.transform_filter(brush).transform_filter(_PICKED).transform_fold(features)
    return (
        chosen.mark_bar()
        .encode(
            x=alt.X("mean(value):Q", title="mean (SD from the corpus)", scale=scale),
            y=alt.Y("key:N", title=None, sort=features),
            color=alt.value("#8C7FC7"),
        )
        .properties(width=130, height=max(130, 14 * len(features)))
    )


def _map_data(points, palette):
    """A chart of the chosen corpus and feature set, coloured by genre, without marks yet.

    The numbers travel as CSV, which is a third of the size of JSON.
    """
    import altair as alt

    texts = {"corpus", "genre", "artist", "title"}
    parse = {name: "string" if name in texts else "number" for name in points}
    kept = alt.CsvDataFormat(type="csv", parse=parse)
    data = alt.InlineData(points.to_csv(index=False), kept, name="points")
    scale = alt.Scale(domain=list(palette), range=list(palette.values()))
    chart = (
        alt.Chart(data)
        .transform_filter("datum.corpus === chosen_corpus")
        .transform_calculate(x="datum['x_' + chosen_map]", y="datum['y_' + chosen_map]")
        .encode(color=alt.Color("genre:N", legend=None, scale=scale))
    )
    if "title" in points:
        named = [f"datum.{name}" for name in ("artist", "title") if name in points]
        together = " + ' ' + ".join(named)
        chart = chart.transform_calculate(words=f"lower({together})")
    return chart


def _dot_size(listings: int) -> int:
    """Area of a dot in square pixels: the more there are, the smaller."""
    if listings >= MANY:
        return 8
    return 16 if listings >= FEW else 60


def map_chart(
    points: pd.DataFrame,
    palette: Mapping[str, str],
    corpora: Sequence[str],
    feature_sets: Sequence[str],
    features: Sequence[str] = (),
    title: str = "",
) -> "altair.HConcatChart":
    """An interactive map of listings beside bars of their genres and audio features.

    Parameters
    ----------
    points : DataFrame
        As `maps.explorable` gives it: corpus, genre, x and y by feature set ("x_embeddings"),
        audio features; artist and title where they may be shown.
    palette : dict of str to str
        Colour by genre.
    corpora, feature_sets : sequence of str
        Options of two menus; feature sets are named as in the columns of `points`.
    features : sequence of str
        Columns for the lower bars; without any the bars are left out.
    title : str
        Above the map.

    Returns
    -------
    altair.Chart

    Notes
    -----
    Notebook: 08_embedding_map
    """
    import altair as alt

    base = _map_data(points, palette)
    brush = alt.selection_interval("region", on=_BRUSHING, translate=_BRUSHING, zoom=False)
    tooltip = [name for name in ("artist", "title") if name in points] + ["genre", "corpus"]
    controls = _menus(list(corpora), list(feature_sets), list(palette))
    if "title" in points:
        controls.append(_search_box())
    most = points["corpus"].value_counts().max()
    dots = _dots(base, brush, controls, tooltip, _dot_size(most))
    places = _name_places(points, feature_sets, list(palette))
    width, height = MAP_SIZE.tolist()
    drawn = alt.layer(dots, *_names(places)).properties(width=width, height=height, title=title)
    side = _genre_bars(base, brush, list(palette))
    if len(features):
        side = side & _feature_bars(base, brush, list(features))
    # The page adds buttons that zoom, and lists in words what was found.
    return (drawn | side).properties(description=_MAP_DESCRIPTION, usermeta={"map": True})
