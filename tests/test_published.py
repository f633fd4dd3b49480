"""Acceptance on the study's own files, where a mirror holds them (MUSIC_FOR_PAIN_MIRROR)."""

import json
import os

import conftest
import nbformat
import page_gate
import pandas as pd
import pytest
from test_book import PAGES

from helpers import ledger

MIRROR = os.environ.get("MUSIC_FOR_PAIN_MIRROR")


@pytest.fixture(scope="module")
def published(tmp_path_factory):
    if not MIRROR:
        conftest.NOT_RUN.append(
            "NOT RUN: tests/test_published.py on the study's own files; set MUSIC_FOR_PAIN_MIRROR"
        )
        pytest.skip("no mirror")
    tree = conftest.copy_project(tmp_path_factory.mktemp("published") / "book")
    run = conftest.build(tree, "--profile", "published", "--mirror", MIRROR)
    return tree, run.stdout, pd.read_csv(tree / "build/published/scorecard.csv", index_col="key")


def test_every_number_that_tracks_and_genres_allow_is_reproduced(published):
    card = published[2]
    claims = ledger.published()
    computable = claims[
        [set(needs.split()) <= {"tracks", "genres"} for needs in claims["needs"]]
    ].index
    assert len(computable) >= 20
    verdicts = card.loc[computable, "verdict"]
    assert verdicts[verdicts != "reproduced"].to_dict() == {}


def test_what_the_mirror_lacks_is_named_and_not_fatal(published):
    tree, said, card = published
    for name in ("features", "embeddings", "participants"):
        assert f"{name} (not in" in said.splitlines()[-2]
    assert (
        card.loc["features.mean.PMD.energy", "verdict"]
        == "not computed: features not in build/published/features.parquet"
    )


def test_the_slip_is_found_and_shown(published):
    tree, _, _ = published
    found = pd.read_csv(tree / "build/published/results/01_corpora.csv", index_col="key")["value"]
    page = (tree / "_build/html/errata.html").read_text(encoding="utf-8")
    for key in ("local.slip.start", "local.slip.length", "local.lost.start"):
        assert f"{found[key]:,.0f}" in page
    assert (
        found["local.slip.length"] == ledger.published().loc["corpora.repeated_rows.EMD", "value"]
    )


@pytest.mark.slow
@pytest.mark.parametrize(("scheme", "width"), [("light", 1280), ("dark", 390)])
def test_every_page_of_the_edition_that_lacks_most_is_whole(published, browser, scheme, width):
    context = browser.new_context(viewport={"width": width, "height": 900}, color_scheme=scheme)
    page, wrong = context.new_page(), {}
    watch = page_gate.Watch(page)
    for name in PAGES:
        path = published[0] / "_build" / "html" / f"{name}.html"
        if found := page_gate.look(page, watch, path) + page.evaluate(page_gate.FIGURES):
            wrong[name] = found
    context.close()
    assert wrong == {}


def test_nothing_is_claimed_that_was_not_computed(published):
    """Every finding of every page, of a build without features and embeddings."""
    tree, _, _ = published
    findings = {
        path.stem: [finding["text"] for finding in json.loads(path.read_text(encoding="utf-8"))]
        for path in sorted((tree / "build/published/findings").glob("*.json"))
    }
    # Two chapters are about simulated studies in every build.
    of_data = {name: found for name, found in findings.items() if name[:2] not in ("05", "12")}
    said = [text for texts in of_data.values() for text in texts]
    assert len(said) > 15 and not [text for text in said if "simulation" in text]
    silent = ("08_embedding", "11_your")
    assert not [name for name, texts in findings.items() if name.startswith(silent) and texts]
    [printed] = findings["09_genre_clustering"]
    assert printed.startswith("As printed, the mean ARI is highest by")
    for name, texts in findings.items():
        page = (tree / "book/notebooks" / f"{name}.ipynb").read_text(encoding="utf-8")
        cells = nbformat.reads(page, as_version=4).cells
        shown = [
            output.data.get("text/markdown", "")
            for cell in cells
            for output in cell.get("outputs", ())
            if "data" in output
        ]
        # Once beside its figure, once in the list at the end.
        for text in texts:
            assert f"**{text}**" in shown, (name, text)
        lists = [block for block in shown if all(f"- {text}" in block for text in texts)]
        assert lists or not texts, name
    of_lists = next(text for text in findings["06_genres"] if "random listings of EMD" in text)
    assert "contains zero" in of_lists
    of_pool = next(text for text in findings["06_genres"] if "random listings of PMD" in text)
    assert "narrower than chance" in of_pool


def test_titles_of_the_study_stay_off_the_pages(published):
    tree, _, _ = published
    tracks = pd.read_parquet(tree / "build/published/tracks.parquet")
    page = (tree / "_build/html/notebooks/01_corpora.html").read_text(encoding="utf-8")
    shown = [
        title for title in tracks["title"].dropna().head(50) if len(title) > 8 and title in page
    ]
    assert shown == []
