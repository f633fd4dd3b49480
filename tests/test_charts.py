"""The interactive map in a browser, with titles that try to do harm."""

import altair as alt
import numpy as np
import pandas as pd
import pytest
import vl_convert
from conftest import ROOT

from helpers import figures
from helpers.figures import charts

HOSTILE = [
    "<script>window.hit = 1</script>",
    "</script><img src=x onerror='window.hit = 1'>",
    "\"quoted\", 'twice' & \\n",
    "\u202eשלום עולם",
    "😀 emoji 🎵",
    "__proto__",
    "{{datum.genre}} ${1 + 1}",
    "line one\nline two",
    "007",
]


def page_of(chart, folder):
    """A page that shows a chart, as the book does."""
    try:
        figures.register_altair()
        body = chart._repr_mimebundle_()
    finally:
        alt.renderers.enable("default")
    if isinstance(body, tuple):
        body = body[0]
    body = body["text/html"]
    (folder / "vega-bundle.js").write_text(
        f"(()=>{{{vl_convert.javascript_bundle()}}})();", encoding="utf-8"
    )
    for name in ("book-charts.js", "book.css"):
        (folder / name).write_bytes((ROOT / "book/_static" / name).read_bytes())
    (folder / "page.html").write_text(
        '<!doctype html><meta charset="utf-8"><html data-theme="light">'
        '<link rel="stylesheet" href="book.css"><script src="book-charts.js"></script>'
        f'<body style="width: 900px">{body}</body></html>',
        encoding="utf-8",
    )
    return folder / "page.html"


@pytest.fixture
def map_page(tmp_path):
    """A page with the interactive map, of hostile titles and artists."""
    rng, n = np.random.default_rng(5), 60
    points = pd.DataFrame(
        rng.random((n, 4)).round(2),
        columns=[f"{a}_{k}" for a in "xy" for k in ("embeddings", "audio features")],
    )
    points = points.assign(
        corpus=["PMD", "EMD"] * (n // 2),
        genre=(["Pop"] * 2 + ["Jazz"] * 2 + ["R&B"] * 2) * (n // 6),
        artist=(HOSTILE * n)[1 : n + 1],
        title=(HOSTILE * n)[:n],
        energy=0.5,
    )
    palette = {"Pop": "#8C8C8C", "Jazz": "#A08A00", "R&B": "#CC79A7"}
    chart = figures.map_chart(
        points, palette, ["PMD", "EMD"], ["embeddings", "audio features"], ["energy"]
    )
    return page_of(chart, tmp_path), points


def opacities(page):
    return page.locator("figure .mark-symbol path").evaluate_all(
        "all => all.map(e => +e.getAttribute('opacity'))"
    )


def test_hostile_titles_are_shown_as_text_in_the_map(map_page, browser):
    file, points = map_page
    page, said = browser.new_page(), []
    page.on(
        "console",
        lambda message: said.append(message.text) if message.type in ("error", "warning") else None,
    )
    page.on("pageerror", lambda error: said.append(str(error)))
    page.goto(file.as_uri())
    page.locator("figure[data-drawn]").wait_for(timeout=20_000)
    here = points[points["corpus"] == "PMD"].reset_index(drop=True)
    marks = page.locator("figure .mark-symbol path")
    assert marks.count() == len(here)
    seen = set()
    for k in range(len(here)):
        # Dots lie on one another: the event goes to the dot itself.
        marks.nth(k).dispatch_event(
            "pointermove", {"bubbles": True, "clientX": 200, "clientY": 200}
        )
        page.wait_for_function(
            "k => document.querySelector('#vg-tooltip-element')?.classList.contains('visible')",
            arg=k,
        )
        text = page.locator("#vg-tooltip-element").evaluate("e => e.textContent")
        assert (
            here.loc[k, "title"] in text
            and here.loc[k, "artist"] in text
            and here.loc[k, "genre"] in text
        )
        seen.add(here.loc[k, "title"])
    assert seen == set(HOSTILE) and page.evaluate("window.hit") is None
    assert (
        page.locator("#vg-tooltip-element script, #vg-tooltip-element img").count() == 0
        and said == []
    )
    page.close()


def test_a_picked_genre_stays_and_the_others_fade(map_page, browser):
    page = browser.new_page()
    page.goto(map_page[0].as_uri())
    page.locator("figure[data-drawn]").wait_for(timeout=20_000)
    assert set(opacities(page)) == {0.8}
    page.locator("figure select").last.select_option("Jazz")
    page.wait_for_function(
        "document.querySelectorAll('figure .mark-symbol path[opacity=\"0.06\"]').length"
    )
    assert sorted(map(round, opacities(page))) == [0] * 20 + [1] * 10
    page.locator("figure select").last.select_option("all")
    for genre in ("Pop", "R&B"):
        page.locator(f'figure .mark-rect.role-mark path[aria-label*="genre: {genre}"]').first.click(
            force=True
        )
    page.wait_for_function(
        "document.querySelectorAll('figure .mark-symbol path[opacity=\"0.8\"]').length === 20"
    )
    page.close()


def test_a_brushed_region_changes_the_bars(map_page, browser):
    page = browser.new_page(viewport={"width": 1200, "height": 900})
    page.goto(map_page[0].as_uri())
    page.locator("figure[data-drawn]").wait_for(timeout=20_000)
    bars = (
        "[...document.querySelectorAll('figure .mark-rect.role-mark path')]"
        ".map(e => e.getAttribute('d')).join()"
    )
    before, box = page.evaluate(bars), page.locator("figure .mark-symbol").first.bounding_box()
    page.mouse.move(box["x"] + 5, box["y"] + 5)
    page.mouse.down()
    page.mouse.move(box["x"] + box["width"] / 2, box["y"] + box["height"] / 2, steps=4)
    page.mouse.up()
    page.wait_for_function(f"old => {bars} !== old", arg=before)
    page.close()


def test_without_features_or_titles_there_are_no_lower_bars_and_no_titles():
    points = pd.DataFrame({"corpus": "PMD", "genre": ["Pop", "Jazz"], "x_embeddings": [0.0, 1.0]})
    points["y_embeddings"] = 0.0
    palette = {"Pop": "#8C8C8C", "Jazz": "#A08A00"}
    plain = figures.map_chart(points, palette, ["PMD"], ["embeddings"], title="simulated")
    spec = plain.to_dict()
    dots, bars = spec["hconcat"]
    assert dots["title"] == "simulated" and "layer" in bars
    assert [one["field"] for one in dots["layer"][0]["encoding"]["tooltip"]] == ["genre", "corpus"]
    assert "asked" not in str(spec)
    with_bars = figures.map_chart(
        points.assign(energy=0.5, title="x"), palette, ["PMD"], ["embeddings"], ["energy"]
    ).to_dict()
    dots, side = with_bars["hconcat"]
    assert len(side["vconcat"]) == 2
    tooltip = [one["field"] for one in dots["layer"][0]["encoding"]["tooltip"]]
    assert tooltip == ["title", "genre", "corpus"]


@pytest.mark.parametrize("asked", ["{{datum.genre}} ${1 + 1}", "\"quoted\", 'twice'", "007"])
def test_a_search_takes_every_sign_as_it_stands_and_says_what_it_found(map_page, browser, asked):
    file, points = map_page
    page = browser.new_page()
    page.goto(file.as_uri())
    page.locator("figure[data-drawn]").wait_for(timeout=20_000)
    here = points[points["corpus"] == "PMD"]
    either = here["artist"] + " " + here["title"]
    expected = int(either.str.contains(asked, regex=False).sum())
    page.locator("figure input[type=search]").fill(asked)
    line = page.locator("figure [role=status]")
    page.wait_for_function("() => document.querySelector('figure [role=status]').textContent")
    assert line.inner_text().startswith(f"Found {expected}: ") and 0 < expected < len(here)
    assert sorted(map(round, opacities(page))) == [0] * (len(here) - expected) + [1] * expected
    page.close()


def test_buttons_zoom_and_bring_the_whole_map_back(map_page, browser):
    page, said = browser.new_page(), []
    page.on("pageerror", lambda error: said.append(str(error)))
    page.goto(map_page[0].as_uri())
    page.locator("figure[data-drawn]").wait_for(timeout=20_000)
    places = (
        "[...document.querySelectorAll('figure .mark-symbol path')]"
        ".map(e => e.getAttribute('transform')).join()"
    )
    before = page.evaluate(places)
    page.get_by_label("Zoom in").focus()
    page.keyboard.press("Enter")
    page.wait_for_function(f"old => {places} !== old", arg=before)
    page.get_by_label("Show the whole map").click()
    page.wait_for_function(f"old => {places} === old", arg=before)
    assert page.locator("figure svg").get_attribute("aria-label") and said == []
    page.close()


def test_names_on_the_map_do_not_cover_one_another():
    rng, genres = np.random.default_rng(3), [f"Genre {k}" for k in range(15)]
    points = pd.DataFrame(rng.normal(0, 0.01, (600, 2)), columns=["x_embeddings", "y_embeddings"])
    points = points.assign(corpus="PMD", genre=rng.choice(genres, 600))
    places = charts._name_places(points, ["embeddings"], genres)
    wide = points[["x_embeddings", "y_embeddings"]].agg(np.ptp).to_numpy()
    at = places[["x", "y"]].to_numpy() / wide
    width, height = charts.NAME_SIZE / charts.MAP_SIZE
    for k, place in enumerate(at):
        apart = np.abs(at[k + 1 :] - place)
        covered = (apart[:, 0] < width) & (apart[:, 1] < 0.9 * height)
        assert not covered.any(), genres[k]


def test_data_that_several_panels_hold_stand_in_a_chart_once():
    data = {"name": "points", "values": "a,b\n1,2\n", "format": {"type": "csv"}}
    other = {"name": "points", "values": "a,b\n3,4\n"}
    spec = {"hconcat": [{"data": data}, {"layer": [{"data": data}, {"data": other}]}]}
    found = charts.once_each(spec)
    named = {"name": "points", "format": {"type": "csv"}}
    # Data of the same name that differ keep their own text.
    assert found["hconcat"] == [{"data": named}, {"layer": [{"data": named}, {"data": other}]}]
    assert found["datasets"] == {"points": "a,b\n1,2\n"} and spec["hconcat"][0]["data"] == data
    assert charts.once_each({"data": {"values": [1]}}) == {"data": {"values": [1]}}


def test_a_chart_follows_the_width_of_its_column_also_where_no_window_changed(tmp_path, browser):
    chart = alt.Chart(pd.DataFrame({"x": [1, 2]})).mark_point().encode(x="x:Q")
    page = browser.new_page()
    page.goto(
        page_of(chart.properties(width="container", description="Two dots."), tmp_path).as_uri()
    )
    page.locator("figure[data-drawn]").wait_for(timeout=20_000)
    svg = page.locator("figure svg")
    before = float(svg.get_attribute("width"))
    # As where a sidebar appears or goes after the window's own event.
    page.evaluate("document.body.style.width = '500px'")
    page.wait_for_function(
        "old => +document.querySelector('figure svg').getAttribute('width') < old", arg=before
    )
    assert float(svg.get_attribute("width")) == pytest.approx(before - 400, abs=1)
    page.close()
