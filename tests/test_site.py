"""The site of two editions: links between them, one search over both, buttons that lead somewhere."""

import subprocess
import sys
from io import BytesIO

import nbformat
import pytest
from pypdf import PdfReader

from helpers import project
from helpers.build import pdf, rendering, search_index, sections, site
from helpers.project import ProjectError

PUBLISHED, DEMO = site.EDITIONS
INDEX = {
    "docnames": ["index", "notebooks/01"],
    "filenames": ["index.md", "notebooks/01.ipynb"],
    "titles": ["Music", "Corpora"],
    "terms": {"pain": 0, "track": [0, 1]},
    "titleterms": {"music": 0},
    "alltitles": {"Music": [[0, None]], "Slip": [[1, "slip"]]},
    "indexentries": {"corpus": [[0, "term-corpus", True]]},
    "objects": {},
}


def page(sections=(), left_out=""):
    """A page with sections, and with a line where one is left out."""
    body = "".join(f'<section id="{name}"></section>' for name in sections)
    line = f"<p>Left out. <!-- left out: {left_out} --></p>" if left_out else ""
    picture = '<img src="../_images/kept.png">'
    return f"<html><p>Edition.{site.ON_TOP}</p>{picture}{body}{line}</html>"


@pytest.fixture
def made(tmp_path):
    """Two editions: in the published one the sections `moments` and `nowhere` are left out."""
    both = {
        "index.html": (page(), page()),
        "notebooks/02.html": (page(left_out="moments"), page(["moments"])),
        "notebooks/03.html": (page(left_out="nowhere"), page(["others"])),
    }
    for name, texts in both.items():
        for edition, text in zip(site.EDITIONS, texts, strict=True):
            path = edition.folder(tmp_path) / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text, encoding="utf-8")
    for name in ("_static/webpack-macros.html", "tippy_doi_cache.json"):
        path = tmp_path / "demo" / name
        path.parent.mkdir(exist_ok=True)
        path.write_text("{{ not a page }}", encoding="utf-8")
    (tmp_path / "_images").mkdir()
    (tmp_path / "_images/kept.png").touch()
    (tmp_path / "_images/of-yesterday.png").touch()
    for edition in site.EDITIONS:
        text = search_index.written(INDEX)
        (edition.folder(tmp_path) / "searchindex.js").write_text(text, encoding="utf-8")
    site.combine(tmp_path)
    return tmp_path


def test_each_page_leads_to_the_same_page_of_the_other_edition(made):
    text = (made / "notebooks/02.html").read_text(encoding="utf-8")
    assert 'href="../demo/notebooks/02.html">demo</a>' in text and site.ON_TOP not in text
    text = (made / "demo/notebooks/02.html").read_text(encoding="utf-8")
    assert 'href="../../notebooks/02.html">published</a>' in text


def test_a_section_that_is_left_out_leads_to_the_other_edition_if_it_is_there(made):
    text = (made / "notebooks/02.html").read_text(encoding="utf-8")
    assert 'href="../demo/notebooks/02.html#moments">See this section in the edition demo' in text
    text = (made / "notebooks/03.html").read_text(encoding="utf-8")
    assert "See this section" not in text and "left out:" not in text


def test_what_no_page_shows_is_not_published(made):
    names = {path.name for path in made.rglob("*") if path.is_file()}
    assert names == {"index.html", "02.html", "03.html", "searchindex.js", "kept.png"}


@pytest.mark.parametrize(("edition", "place"), [(PUBLISHED, "demo/"), (DEMO, "../")])
def test_the_search_of_each_edition_finds_both(made, edition, place):
    text = (edition.folder(made) / "searchindex.js").read_text(encoding="utf-8")
    index = search_index.read(text)
    assert index["docnames"] == ["index", "notebooks/01", f"{place}index", f"{place}notebooks/01"]
    assert index["terms"] == {"pain": [0, 2], "track": [0, 1, 2, 3]}
    assert index["alltitles"]["Slip"] == [[1, "slip"], [3, "slip"]]
    assert index["indexentries"]["corpus"][1] == [2, "term-corpus", True]
    assert index["titles"][2].startswith("Music (edition ")


@pytest.fixture(scope="module")
def searched(tmp_path_factory):
    """A site of two tiny editions that Sphinx wrote, with the book's theme; each has a word of its own."""
    folder = tmp_path_factory.mktemp("searched")
    for edition, word in ((PUBLISHED, "bassoon"), (DEMO, "theremin")):
        source = folder / edition.name
        (source / "notebooks").mkdir(parents=True)
        (source / "index.rst").write_text("Book\n====\n\n.. toctree::\n\n   notebooks/01\n")
        chapter = f"The {word}\n{'=' * 14}\n\nA {word} and a cello play against pain.\n"
        (source / "notebooks" / "01.rst").write_text(chapter)
        settings = {
            "html_theme": "sphinx_book_theme",
            "html_static_path": project.BOOK / "_static",
            "html_js_files": "book-pages.js",
            "project": edition.name,
        }
        given = [part for key, value in settings.items() for part in ("-D", f"{key}={value}")]
        command = [sys.executable, "-m", "sphinx", "-q", "-C", *given]
        subprocess.run([*command, source, edition.folder(folder / "site")], check=True)
    site.combine(folder / "site")
    return folder / "site"


@pytest.mark.parametrize("own", site.EDITIONS, ids=lambda edition: edition.name)
def test_a_search_in_either_edition_finds_pages_of_both_and_leads_to_them(searched, browser, own):
    [other] = [edition for edition in site.EDITIONS if edition != own]
    words = {PUBLISHED: "bassoon", DEMO: "theremin"}
    page, wrong = browser.new_page(), []
    page.on("pageerror", lambda error: wrong.append(str(error)))
    # As a reader's disk has them; every page of either edition is found from here.
    search = (own.folder(searched) / "search.html").as_uri()
    page.goto(f"{search}?q=cello")
    results = page.locator("#search-results li a")
    page.locator("#search-results p.search-summary", has_text="2 page(s)").wait_for()
    assert sorted(results.all_inner_texts()) == sorted(
        [f"The {words[own]}", f"The {words[other]} (edition {other.name})"]
    )
    for edition in (own, other):
        page.goto(f"{search}?q={words[edition]}")
        results.first.click()
        page.wait_for_url("**/01.html*")
        path = page.url.partition("?")[0]
        assert path == (edition.folder(searched) / "notebooks" / "01.html").as_uri()
        assert page.locator("article h1").inner_text().startswith(f"The {words[edition]}")
    assert wrong == []
    page.close()


def test_pages_of_the_root_are_not_those_of_the_edition_beside_it(made):
    assert site.pages(PUBLISHED, made) == ["index.html", "notebooks/02.html", "notebooks/03.html"]
    assert site.pages(DEMO, made) == site.pages(PUBLISHED, made)


def test_a_left_out_section_is_named_by_its_own_heading_or_by_the_one_before():
    cells = [
        nbformat.v4.new_markdown_cell("# Title\n\n## Kept *here*"),
        nbformat.v4.new_markdown_cell("Text.", metadata={"tags": ["needs-features"]}),
        nbformat.v4.new_markdown_cell("Between."),
        nbformat.v4.new_markdown_cell("## Own one\n\nText.", metadata={"tags": ["needs-features"]}),
    ]
    notebook = nbformat.v4.new_notebook(cells=cells)
    texts = [c.source for c in sections.page(notebook, {"needs-features": "None."}).cells]
    assert texts[1] == "*Left out*: None. <!-- left out: kept-here -->"
    assert texts[3] == "*Left out*: None. <!-- left out: own-one -->"


def test_buttons_stand_only_where_the_build_knows_its_repository():
    plain = rendering.configuration("", "")
    assert "repository" not in plain and "launch_buttons" not in plain
    known = rendering.configuration("https://example.org/a/b", "v1")
    assert known["repository"]["url"] == "https://example.org/a/b"
    assert known["html"]["use_repository_button"] and known["html"]["use_issues_button"]
    assert known["launch_buttons"]["binderhub_url"]


def test_the_printed_book_has_an_outline_and_links_from_page_to_page(
    tmp_path, monkeypatch, browser
):
    body = "<h1>{}</h1><h2>A part of {}</h2><p><a href='{}.html#x'>there</a> <a href='x.csv'>file</a></p>"
    for name, other in (("one", "two"), ("two", "one")):
        text = f"<!doctype html><title>{name}</title>{body.format(name, name, other)}"
        (tmp_path / f"{name}.html").write_text(text, encoding="utf-8")
    monkeypatch.setattr(pdf, "print_pages", lambda site, names: printed(browser, site, names))
    monkeypatch.setattr(pdf, "pages", lambda: ["one", "two"])
    assert pdf.write(tmp_path, tmp_path / "book.pdf") == 2
    read = PdfReader(tmp_path / "book.pdf")
    titles = [each.title for each in read.outline if not isinstance(each, list)]
    assert titles == ["one", "two"] and read.metadata.title == pdf.TITLE
    parts = [part for each in read.outline if isinstance(each, list) for part in each]
    assert [part.title for part in parts] == ["A part of one", "A part of two"]
    assert [read.get_destination_page_number(part) for part in parts] == [0, 1]
    actions = [
        annotation.get_object().get("/A")
        for sheet in read.pages
        for annotation in sheet.get("/Annots") or ()
    ]
    inside = [action.get_object() for action in actions if action is not None]
    assert [action["/S"] for action in inside] == ["/GoTo", "/GoTo"]
    assert [read.pages.index(action["/D"][0].get_object()) for action in inside] == [1, 0]


def test_on_paper_a_tall_figure_takes_one_sheet_and_a_chapter_has_its_number(tmp_path, browser):
    tall = "data:image/svg+xml,<svg xmlns='http://www.w3.org/2000/svg' width='688' height='3000'/>"
    (tmp_path / "one.html").write_text(
        f"""<!doctype html><style>@media print {{ .onlyprint {{ display: block !important; }}
        .bd-main .bd-content .bd-article h1:first-of-type {{ display: none; }} }}
        {(project.ROOT / "book" / "_static" / "book.css").read_text(encoding="utf-8")}</style>
        <main class="bd-main"><div class="bd-content">
        <div id="jb-print-docs-body" class="onlyprint"><h1>Corpora</h1></div>
        <article class="bd-article"><h1>1. Corpora</h1><p>Before.</p>
        <div class="cell_output"><figure><img src="{tall}" alt="tall"><figcaption>Its caption.</figcaption>
        </figure></div><p class="book-stamp">Built on a day</p></article></div></main>""",
        encoding="utf-8",
    )
    made = printed(browser, tmp_path, ["one"])["one"]
    sheets = [sheet.extract_text().split() for sheet in PdfReader(BytesIO(made)).pages]
    assert sheets == [["1.", "Corpora", "Before.", "Its", "caption."]]


@pytest.mark.parametrize(
    ("title", "kept"),
    [
        ("ExercisesExercises", "Exercises"),
        ("What this does not show", "What this does not show"),
        ("Names that are hardNames that are hard", "Names that are hard"),
        ("", ""),
        ("a", "a"),
    ],
)
def test_a_heading_that_the_browser_wrote_twice_stands_once_in_the_outline(title, kept):
    assert pdf.once(title) == kept


def printed(browser, site, names):
    """Pages printed by the browser of the tests: a second one cannot be started beside it."""
    page, made = browser.new_page(), {}
    for name in names:
        page.goto((site / f"{name}.html").as_uri())
        made[name] = page.pdf(**pdf.PAPER)
    page.close()
    return made


def test_slides_and_sheet_are_offered_on_the_page_for_teachers(tmp_path):
    source = (project.BOOK / "teach.md").read_text(encoding="utf-8")
    assert source.count(site.TEACH_PLACE) == 1
    (tmp_path / "teach.html").write_text(f"<p>Teach.</p>{site.TEACH_PLACE}", encoding="utf-8")
    site.offer_slides(tmp_path)
    text = (tmp_path / "teach.html").read_text(encoding="utf-8")
    assert 'href="slides.pdf"' in text and 'href="statistics-on-one-page.pdf"' in text


def test_a_book_that_was_not_built_is_not_printed(tmp_path):
    with pytest.raises(ProjectError, match="has no page index. Build the book first"):
        pdf.write(tmp_path, tmp_path / "book.pdf")
