"""Slides: one finding each, the figure it reads, what is simulated called so, nothing cut off."""

import json
from io import BytesIO

import nbformat
import pytest
from pypdf import PdfReader

from helpers.build import printing, slides
from helpers.project import ProjectError

SVG = '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 720 360"><rect width="9" height="9"/></svg>'


def table(rows):
    return f"<table>{'<tr><td>1</td></tr>' * rows}</table>"


def cell(name, data, numbers=""):
    """An executed cell with a caption."""
    made = nbformat.v4.new_code_cell("draw()")
    made.metadata["mystnb"] = {
        "figure": {"name": name, "caption": f"What it shows. {numbers}".strip()},
        "image": {"alt": "Dots"},
    }
    made.outputs = [nbformat.v4.new_output("display_data", data=data)]
    return made


@pytest.mark.parametrize(
    ("text", "first", "rest"),
    [
        ("One sentence.", "One sentence.", ""),
        ("A delta of 0.25. It is small.", "A delta of 0.25.", "It is small."),
        ("Taken from Kouters et al. in print.", "Taken from Kouters et al. in print.", ""),
        ("It is 20 %. 3 remain. So.", "It is 20 %.", "3 remain. So."),
    ],
)
def test_the_first_sentence_of_a_finding_is_the_title(text, first, rest):
    assert slides.sentences(text) == (first, rest)


def test_figures_and_small_tables_are_pictures_and_long_tables_are_not():
    chart = f'<figure class="book-chart"><div>{SVG}</div><script>{{}}</script></figure>'
    notebook = nbformat.v4.new_notebook(
        cells=[
            cell("fig-a", {"image/svg+xml": SVG}, "Numbers: **simulated**."),
            cell("fig-chart", {"text/html": chart}),
            cell("tab-short", {"text/html": table(3)}, "Numbers: published."),
            cell("tab-long", {"text/html": table(slides.MOST_ROWS + 1)}),
        ]
    )
    found = slides.pictures(notebook)
    assert list(found) == ["fig-a", "fig-chart", "tab-short"]
    assert found["fig-a"].numbers == "simulated" and found["fig-a"].ratio == 0.5
    assert found["fig-chart"].still and "<script" not in found["fig-chart"].html
    assert found["tab-short"].numbers == "published"


@pytest.fixture
def chapter(tmp_path, monkeypatch):
    """An executed chapter with findings, of a profile that a test may name."""
    chart = f'<figure class="book-chart"><div>{SVG}</div></figure>'
    notebook = nbformat.v4.new_notebook(
        cells=[
            cell("fig-a", {"image/svg+xml": SVG}, "Numbers: **simulated**."),
            cell("fig-chart", {"text/html": chart}),
            cell("tab-wide", {"text/html": table(slides.MOST_ROWS)}),
        ]
    )
    notebook.metadata["build"] = {"profile": "demo"}
    path = tmp_path / "01_corpora.ipynb"
    nbformat.write(notebook, path)
    found = [
        {"key": "a", "text": "In the simulation: more & more. And so on.", "figure": "fig-a"},
        {"key": "b", "text": "Nothing to see.", "figure": None},
        {"key": "c", "text": "As the chart opens.", "figure": "fig-chart"},
        {"key": "d", "text": "As a menu would show it.", "figure": "fig-chart"},
        {"key": "e", "text": "Many rows.", "figure": "tab-wide"},
    ]
    findings = tmp_path / "findings.json"
    findings.write_text(json.dumps(found))
    monkeypatch.setattr(slides, "executed_path", lambda name: path)
    monkeypatch.setattr(slides, "findings_path", lambda profile, name: findings)
    stamp = tmp_path / "stamp.json"
    stamp.write_text(json.dumps({"date": "2026-01-01", "commit": "abc", "argument": "demo"}))
    monkeypatch.setattr(slides.landing, "STAMP", stamp)


def demo():
    return slides.profiles.load_profile("demo")


def test_each_finding_with_a_picture_has_a_slide_and_a_still_chart_one_alone(chapter):
    titles = [slide.title for slide in slides.of_chapter(demo(), "01_corpora")]
    assert titles == ["In the simulation: more & more.", "As the chart opens.", "Many rows."]


def test_what_is_simulated_is_called_so_on_its_slide(chapter):
    simulated, other, _ = slides.of_chapter(demo(), "01_corpora")
    text = slides.slide_html(simulated, "Two corpora")
    assert 'class="mark">simulated' in text and "Numbers: simulated." in text
    assert "more &amp; more" in text and "<p>And so on.</p>" in text
    assert "simulated" not in slides.slide_html(other, "Two corpora")


def test_slides_of_another_profile_or_of_no_chapter_are_refused(chapter):
    with pytest.raises(ProjectError, match="python -m helpers build --profile published"):
        slides.check(slides.profiles.load_profile("published"), ["01_corpora"])
    with pytest.raises(ProjectError, match="no chapter 99; there are: 01_corpora"):
        slides.named(["01", "99"])


def test_chapters_are_asked_for_by_number_or_name():
    assert slides.named(["03", "01_corpora"]) == ["03_feature_comparison", "01_corpora"]
    assert len(slides.named([])) == len(slides.graph.notebooks())


def test_slides_asked_for_before_any_build_say_what_to_do(tmp_path, monkeypatch):
    monkeypatch.setattr(slides.landing, "STAMP", tmp_path / "none.json")
    with pytest.raises(ProjectError, match="make book"):
        slides.run()


def test_slides_are_printed_one_a_page_and_nothing_is_cut_off(chapter, browser):
    text, number = slides.document(demo(), ["01_corpora"])
    assert number == 5
    made = PdfReader(BytesIO(printing.print_with(browser, text, slides.PAPER)))
    assert len(made.pages) == number
    assert made.pages[0].mediabox.width > made.pages[0].mediabox.height
    page = browser.new_page(viewport={"width": 1280, "height": 720})
    page.set_content(text)
    page.evaluate(slides.FIT)
    cut = page.evaluate("""() => [...document.querySelectorAll('section')].filter(
        each => each.scrollHeight > each.clientHeight + 1 || each.scrollWidth > each.clientWidth + 1).length""")
    page.close()
    assert cut == 0
