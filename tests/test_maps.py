"""Maps: the fits are the library's own; two samples are compared right; the interactive map works."""

import re
import types

import altair as alt
import nbformat
import numpy as np
import pandas as pd
import pytest
import vl_convert
from conftest import ROOT, from_notebook
from scipy.spatial.distance import cdist

from helpers import corpora, figures, project, tables
from helpers.stats import maps

chapter = from_notebook("06_embedding_map")

MAP_NOTEBOOK = ROOT / "notebooks" / "06_embedding_map.ipynb"


@pytest.fixture
def cache(tmp_path, monkeypatch):
    monkeypatch.setenv("MUSIC_FOR_PAIN_CACHE", str(tmp_path))
    return tmp_path / "maps"


@pytest.fixture(scope="module")
def small():
    """Listings of two corpora with both feature sets: repeats, a genre missing, gaps in the tables."""
    rng = np.random.default_rng(0)
    ids = [f"t{k:03d}" for k in range(60)] + ["t000", "t001", "t002", None]
    tracks = pd.DataFrame(
        {
            "corpus": ["PMD"] * 30 + ["EMD"] * 34,
            "track_id": ids,
            "row": [*range(30), *range(34)],
            "genre": ["Pop", "Rock"] * 32,
            "artist": "x",
            "title": "y",
            "study": None,
        }
    ).astype({"track_id": "str", "genre": "str"})
    tracks.loc[5, "genre"] = None
    features = pd.DataFrame(rng.random((59, 9)), columns=project.FEATURES).assign(
        source="made", track_id=ids[:59]
    )
    features.loc[7, "energy"] = np.nan
    embeddings = pd.DataFrame(
        rng.random((58, 512)).astype("float32"), columns=project.DIMENSIONS
    ).assign(source="made", track_id=ids[2:60])
    return tracks, features, embeddings


def test_complete_rows_keep_repeats_and_drop_what_any_table_lacks(small):
    tracks, features, embeddings = small
    kept = maps.complete_rows(tracks, features, embeddings)
    assert kept["track_id"].tolist() == [
        t for t in tracks["track_id"].dropna() if t not in ("t000", "t001", "t005", "t007", "t059")
    ]
    assert (
        len(maps.complete_rows(tracks, features, None)) == 60
        and len(maps.complete_rows(tracks)) == 63
    )
    assert kept["track_id"].duplicated().sum() == 1


def test_a_large_corpus_is_sampled_and_a_small_one_is_not(small):
    tracks = small[0]
    kept = maps.complete_rows(tracks, at_most=29)
    assert kept["corpus"].value_counts().to_dict() == {"PMD": 29, "EMD": 29}
    assert kept.index.is_monotonic_increasing and kept.equals(
        maps.complete_rows(tracks, at_most=29)
    )


def test_features_are_standardised_over_the_rows_and_embeddings_stay(small):
    tracks, features, embeddings = small
    rows = maps.complete_rows(tracks, features, embeddings)
    values = maps.vectors(rows, features)
    raw = features.set_index("track_id").loc[rows["track_id"], project.FEATURES]
    assert np.allclose(values, (raw - raw.mean()) / raw.std(ddof=0)) and values.shape == (
        len(rows),
        9,
    )
    same = maps.vectors(rows, embeddings)
    assert same.dtype == np.float32
    assert np.array_equal(
        same, embeddings.set_index("track_id").loc[rows["track_id"], project.DIMENSIONS]
    )
    with pytest.raises(ValueError, match=r"'t000' is not in the table"):
        maps.vectors(tracks, embeddings)


def test_each_fit_is_the_plain_call_and_is_made_once(cache, small):
    import umap

    tracks, features, embeddings = small
    rows = maps.complete_rows(tracks, features, embeddings)
    table = chapter.fit_maps(rows, features, embeddings, ["PMD", "EMD"], seed=42)
    tables.schemas()["maps"].validate(table)
    for name, kind, given in (
        ("EMD", "audio_features", features),
        ("PMD", "embeddings", embeddings),
        ("joint", "embeddings", embeddings),
    ):
        part = rows if name == "joint" else rows[rows["corpus"] == name]
        plain = umap.UMAP(random_state=42, n_jobs=1).fit_transform(maps.vectors(part, given))
        found = table[(table["map"] == name) & (table["feature_set"] == kind)]
        assert np.array_equal(found[["x", "y"]].to_numpy(np.float32), plain)
        assert found["row"].tolist() == part["row"].tolist()
    made = {file: file.stat().st_mtime_ns for file in cache.iterdir()}
    assert len(made) == 5 and chapter.fit_maps(
        rows, features, embeddings, ["PMD", "EMD"], 42
    ).equals(table)
    assert {file: file.stat().st_mtime_ns for file in cache.iterdir()} == made
    # Another seed, another neighbourhood and other numbers are other fits.
    values = maps.vectors(rows, features)
    maps.fits([(values, 42, 15), (values, 43, 15), (values, 42, 5), (values[:-1], 42, 15)], 1)
    assert len(list(cache.iterdir())) == 9


def test_without_feature_sets_the_table_of_maps_is_empty_and_valid(small):
    tracks, features, _ = small
    empty = chapter.fit_maps(maps.complete_rows(tracks), None, None, ["PMD", "EMD"], 42)
    assert len(tables.schemas()["maps"].validate(empty)) == 0


def normal(shift, n=3000, d=3, seed=0):
    rng = np.random.default_rng(seed)
    values = rng.normal(size=(2 * n, d))
    values[:n, 0] += shift
    return values, np.arange(2 * n) < n, np.arange(2 * n)


def test_auc_of_two_normals_is_the_known_one():
    from scipy.stats import norm

    auc, low, high = chapter.separation(*normal(1.0))
    # Best possible for means one SD apart: P(Z < 1 / sqrt(2)).
    assert abs(auc - norm.cdf(1 / np.sqrt(2))) < 0.015 and low < auc < high and high - low < 0.04
    same, low, high = chapter.separation(*normal(0.0))
    assert abs(same - 0.5) < 0.03
    assert chapter.separation(*normal(50.0, n=100))[0] == 1


def test_auc_is_not_fooled_by_groups():
    # Each artist is a corpus's alone and easily recognised; what is learned of one says nothing of another.
    rng = np.random.default_rng(1)
    artist = np.repeat(np.arange(60), 20)
    values = rng.normal(size=(60, 40))[artist] + rng.normal(size=(1200, 40)) * 0.1
    target = rng.permutation(60)[artist] < 30
    assert chapter.separation(values, target, np.arange(1200))[0] > 0.9
    assert chapter.separation(values, target, artist)[0] < 0.65


def test_mmd_of_two_normals_is_the_exact_kernel_s_and_the_known_one():
    values, target, groups = normal(1.0, n=1500, seed=1)
    found, *_, p = chapter.mmd_test(values, target, groups, 99, frequencies=1024)
    # The width is the median distance of random pairs.
    one, other = values[np.random.default_rng(42).integers(len(values), size=(2, 2000))]
    s2, n = np.median(np.linalg.norm(one - other, axis=1)) ** 2, target.sum()
    (xx, yy), xy = (
        [np.exp(-cdist(a, b, "sqeuclidean") / 2 / s2) for a, b in pairs]
        for pairs in (
            [(values[target],) * 2, (values[~target],) * 2],
            [(values[target], values[~target])],
        )
    )
    exact = (xx.sum() + yy.sum() - 2 * n) / (n * (n - 1)) - 2 * xy[0].mean()
    assert abs(found - exact) < 0.03 * exact and p == 0.01
    # E k of normals in closed form; what is left is the sampling error of these rows.
    known = 2 * (s2 / (s2 + 2)) ** 1.5 * (1 - np.exp(-1 / (2 * (s2 + 2))))
    assert abs(exact - known) < 0.15 * known


def test_mmd_of_nothing_is_within_its_null():
    found, mean, most, p = chapter.mmd_test(*normal(0.0), 199)
    assert abs(mean) < 1e-4 and found < most and p > 0.05


def test_dealing_groups_undoes_what_artists_feign():
    rng = np.random.default_rng(3)
    artist = np.repeat(np.arange(40), 15)
    values = rng.normal(size=(40, 4))[artist] + rng.normal(size=(600, 4)) * 0.1
    target = artist < 20
    assert (
        chapter.mmd_test(values, target, np.arange(600), 199)[3]
        < 0.01
        < 0.05
        < chapter.mmd_test(values, target, artist, 199)[3]
    )


def test_an_artist_of_both_corpora_changes_no_side_as_a_whole():
    # Two artists, each in both corpora in other numbers, but the tracks of each are alike in both.
    rng = np.random.default_rng(4)
    artist = np.repeat([0, 1], 300)
    target = np.concatenate([np.arange(300) < 250, np.arange(300) < 50])
    values = artist[:, None] * 3 + rng.normal(size=(600, 2))
    assert chapter.mmd_test(values, target, np.arange(600), 199)[3] < 0.01
    assert chapter.mmd_test(values, target, artist, 199)[3] > 0.05


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


def _cells(*marks):
    sources = [
        c.source for c in nbformat.read(MAP_NOTEBOOK, as_version=4).cells if c.cell_type == "code"
    ]
    return [source for mark in marks for source in sources if mark in source]


@pytest.fixture
def map_page(tmp_path):
    """A page with the notebook's own interactive map, of hostile titles and artists."""
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
    shown = []
    names = {
        "alt": alt,
        "figures": figures,
        "points": points,
        "titles": ["title", "artist"],
        "where": ["energy"],
        "names": ["PMD", "EMD"],
        "spoken": {"e": "embeddings", "a": "audio features"},
        "sets": {"e": 1, "a": 1},
        "palette": {"Pop": "#8C8C8C", "Jazz": "#A08A00", "R&B": "#CC79A7"},
        "display": shown.append,
        "run": types.SimpleNamespace(simulated=False),
    }
    try:
        for source in _cells("def controls", "def bars_of", "map_of(base) |"):
            exec(source, names)
        body = shown[0]._repr_mimebundle_()
    finally:
        alt.renderers.enable("default")
    body = (body[0] if isinstance(body, tuple) else body)["text/html"]
    (tmp_path / "vega-bundle.js").write_text(
        f"(()=>{{{vl_convert.javascript_bundle()}}})();", encoding="utf-8"
    )
    (tmp_path / "book-charts.js").write_bytes((ROOT / "book/_static/book-charts.js").read_bytes())
    (tmp_path / "page.html").write_text(
        '<!doctype html><meta charset="utf-8"><html data-theme="light"><script src="book-charts.js"></script>'
        f'<body style="width: 900px">{body}</body></html>',
        encoding="utf-8",
    )
    return tmp_path / "page.html", points


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
    bars = "[...document.querySelectorAll('figure .mark-rect.role-mark path')].map(e => e.getAttribute('d')).join()"
    before, box = page.evaluate(bars), page.locator("figure .mark-symbol").first.bounding_box()
    page.mouse.move(box["x"] + 5, box["y"] + 5)
    page.mouse.down()
    page.mouse.move(box["x"] + box["width"] / 2, box["y"] + box["height"] / 2, steps=4)
    page.mouse.up()
    page.wait_for_function(f"old => {bars} !== old", arg=before)
    page.close()


def test_a_build_that_may_not_show_tracks_sends_none():
    source = _cells("def explorable")[0]
    rows = pd.DataFrame(
        {
            "map": "PMD",
            "corpus": "PMD",
            "row": [0, 1],
            "track_id": ["a", "b"],
            "genre": "Pop",
            "artist": ["secret artist", None],
            "title": ["secret title", None],
            "feature_set": "embeddings",
            "x": [1.0, 2.0],
            "y": [1.0, 2.0],
        }
    )
    for allowed in (True, False):
        names = {
            "mapped": rows,
            "spoken": {"embeddings": "embeddings"},
            "features": None,
            "tables": tables,
            "pd": pd,
            "settings": types.SimpleNamespace(seed=1, show_tracks=allowed),
            "corpora": corpora,
            "sets": {"embeddings": 1},
        }
        exec(source, names)
        text = names["points"].to_csv()
        assert len(names["points"]) == 2
        assert (
            bool(re.search("secret", text)) == allowed and ("title" in names["points"]) == allowed
        )
