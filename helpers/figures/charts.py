"""Figures: each function draws a table onto the axes it is given and computes nothing.

Colours come from the profile, one a corpus; a figure of simulated data carries the word.
"""

import base64
import html
import json
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

import pandas as pd

if TYPE_CHECKING:
    import altair


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
_MAP_DESCRIPTION = (
    "Interactive map of a corpus: one dot a listing, coloured by genre. Menus choose the corpus, "
    "the feature set and a genre to highlight; beside it, the number of dots by genre and their "
    "mean audio features, for the region that is brushed."
)


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


def _dots(base, brush, menus, tooltip, title):
    """The map itself: a dot a listing; genres that are not picked fade."""
    import altair as alt

    place = {"axis": None, "scale": alt.Scale(zero=False)}
    return (
        base.mark_circle(size=16, aria=False)
        .encode(
            x=alt.X("x:Q", **place),
            y=alt.Y("y:Q", **place),
            opacity=alt.condition(_PICKED, alt.value(0.8), alt.value(0.06)),
            tooltip=[f"{name}:N" for name in tooltip],
        )
        .add_params(brush, *menus)
        .properties(width=330, height=400, title=title)
    )


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
        .properties(width=130, height=130)
    )


def _map_data(points, palette):
    """A chart of the chosen corpus and feature set, coloured by genre, without marks yet.

    The numbers travel as CSV, which is a third of the size of JSON.
    """
    import altair as alt

    texts = {"corpus", "genre", "artist", "title"}
    parse = {name: "string" if name in texts else "number" for name in points}
    data = alt.InlineData(points.to_csv(index=False), alt.CsvDataFormat(type="csv", parse=parse))
    scale = alt.Scale(domain=list(palette), range=list(palette.values()))
    return (
        alt.Chart(data)
        .transform_filter("datum.corpus === chosen_corpus")
        .transform_calculate(x="datum['x_' + chosen_map]", y="datum['y_' + chosen_map]")
        .encode(color=alt.Color("genre:N", legend=None, scale=scale))
    )


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
    brush = alt.selection_interval("region")
    tooltip = [name for name in ("artist", "title") if name in points] + ["genre", "corpus"]
    menus = _menus(list(corpora), list(feature_sets), list(palette))
    dots = _dots(base, brush, menus, tooltip, title)
    side = _genre_bars(base, brush, list(palette))
    if len(features):
        side = side & _feature_bars(base, brush, list(features))
    return (dots | side).properties(description=_MAP_DESCRIPTION)
