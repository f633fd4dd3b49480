"""The rendered book: every page there, nothing asked of another host, nothing dead, nothing broken."""

import re
from functools import cache
from html.parser import HTMLParser
from urllib.parse import unquote, urlsplit

import nbformat
import page_counts
import pytest
import yaml
from conftest import ROOT

from helpers.embeddings import musicnn
from helpers.readers import cells

TOC = yaml.safe_load((ROOT / "book" / "_toc.yml").read_text())
PAGES = [TOC["root"], *(chapter["file"] for part in TOC["parts"] for chapter in part["chapters"])]


class Links(HTMLParser):
    """Addresses and anchors of a page."""

    def __init__(self, text):
        super().__init__()
        self.links, self.anchors, self.images = [], set(), []
        self.feed(text)

    def handle_starttag(self, tag, attributes):
        values = dict(attributes)
        self.anchors |= {values[k] for k in ("id", "name") if values.get(k)}
        self.links += [values[k] for k in ("href", "src") if values.get(k)]
        if tag == "img":
            self.images.append(values)


def html(built, page):
    return (built / "_build" / "html" / f"{page}.html").read_text(encoding="utf-8")


def test_every_source_is_in_the_contents_and_none_is_missing():
    prose = {path.stem for path in (ROOT / "book").glob("*.md")}
    notebooks = {f"notebooks/{path.stem}" for path in (ROOT / "notebooks").glob("*.ipynb")}
    assert set(PAGES) == prose | notebooks


def test_chapters_stand_in_the_order_of_their_numbers():
    chapters = [page for page in PAGES if page.startswith("notebooks/")]
    assert chapters == sorted(chapters)


@pytest.mark.parametrize("page", PAGES)
def test_every_page_is_whole_and_stamped(built, page):
    text = html(built, page)
    assert "</html>" in text and text.count("Built on ") == 1
    assert (
        'class="book-stamp"' in text and "profile <code>small</code>" in text
    ) or page == "index"
    assert 'class="book-edition"' in text
    assert "Traceback (most recent call last)" not in text and "output_error" not in text


def test_no_executed_notebook_holds_an_error_or_a_warning(built):
    for path in (built / "book" / "notebooks").glob("*.ipynb"):
        for cell in nbformat.read(path, as_version=4).cells:
            for output in cell.get("outputs", ()):
                assert output.output_type != "error" and output.get("name") != "stderr", (
                    path.name,
                    cell.source,
                    output,
                )


@pytest.mark.parametrize("page", PAGES)
def test_no_word_stands_twice_in_a_row(built, page):
    text = re.sub(r"(?s)<(script|style|pre|code|svg)\b.*?</\1>", "|", html(built, page))
    within_a_line = re.sub(r"</?(?:a|b|em|i|span|strong)\b[^>]*>", "", text)
    words = re.sub(r"<[^>]+>", "|", within_a_line)
    assert re.findall(r"\b([a-z]{2,}) \1\b", words) == []


@pytest.mark.parametrize("page", PAGES)
def test_the_target_stands_before_the_reference_in_every_table(built, page):
    for table in re.findall(r"(?s)<table[^>]*dataframe.*?</table>", html(built, page)):
        corpora = re.findall(r"<th[^>]*>\s*(PMD|EMD)\s*</th>", table)
        # One table is sorted by how much it lacks.
        assert "PMD" not in corpora or corpora[0] == "PMD" or "mix missing" in table, table


def test_numbers_that_nobody_printed_are_named_in_words(built):
    [values] = re.findall(
        r'(?s)<div class="book-values">.*?</div>', html(built, "notebooks/10_scorecard")
    )
    named = re.sub(r'(?s)<code class="book-key">.*?</code>', "", values)
    assert "local." in values and "local." not in named


@cache
def links_of(path):
    """Links and anchors of a page, which is read once."""
    return Links(path.read_text(encoding="utf-8"))


@pytest.mark.parametrize("page", PAGES)
def test_no_link_inside_the_book_is_dead(built, page):
    site = built / "_build" / "html"
    here = site / f"{page}.html"
    for link in links_of(here).links:
        parts = urlsplit(link)
        if parts.scheme in ("http", "https", "mailto", "data"):
            continue
        target = (here.parent / unquote(parts.path)).resolve() if parts.path else here
        assert target.exists(), link
        if parts.fragment and target.suffix == ".html":
            assert unquote(parts.fragment) in links_of(target).anchors, link


@pytest.mark.parametrize("page", PAGES)
def test_nothing_on_a_page_is_loaded_from_elsewhere(built, page):
    text = html(built, page)
    loaded = re.findall(r'<(?:script|link|img|iframe)[^>]*(?:src|href)="(https?:[^"]+)"', text)
    assert loaded == [] and "unpkg" not in text


@pytest.mark.parametrize("page", PAGES)
def test_images_are_described(built, page):
    for image in Links(html(built, page)).images:
        assert image.get("alt") and not re.search(r"_images|\.svg", image["alt"])


def test_simulated_data_are_called_so_where_they_stand_and_nowhere_else(built):
    said = {page for page in PAGES if 'class="book-banner"' in html(built, page)}
    # 07 makes sounds of its own and reads no corpus.
    assert said == {page for page in PAGES if "/" in page and "07_" not in page}


def test_the_landing_page_shows_the_score_and_quotes_the_study(built):
    # Hard spaces and ends of lines alike.
    text = " ".join(html(built, "index").split())
    assert re.search(r"This build could check \d+ of them", text)
    assert (
        "computed 3.06 and 2.38" in text
        and "3.06 bits" in text
        and "no medical" not in text.lower().split("not medical advice")[0]
    )


@pytest.mark.parametrize("page", [page for page in PAGES if "/" not in page])
def test_prose_pages_type_no_result(page):
    source = (ROOT / "book" / f"{page}.md").read_text(encoding="utf-8")
    text = re.sub(r"```.*?```|`[^`]*`|\{\w+\}`.*?`", "", source, flags=re.S)
    # Versions of Python and years of events are facts, not results.
    facts = {"3.11", "3.14", "2024", "2026", "4.0"} | FACTS.get(page, set())
    assert set(re.findall(r"\d+\.\d+|\d{3,}", text)) <= facts
    # What is no code is not dressed as code to pass.
    assert re.findall(r"(?<!\})`[\d.,]+`", source) == []


# Numbers of the code and of a lesson, which a page tells as they are.
FACTS = {
    "own": {str(cells.FIRST_YEAR)},
    "reexecute": {
        "200",  # numbers of a vector of musicnn
        "512",  # and of OpenL3
        f"{musicnn.HOP:.3f}",
        *re.findall(r"[\d.]+(?= s)", musicnn.TOO_SHORT),
        "120",  # beats a minute
        "130",  # the exit code of a command that was stopped
        "144",  # of the 6,144 numbers of a network that is not served
        "1909.06654",  # arXiv's number of a paper
        "2010",
    },
    "teach": {"0.1", "0.2", "0.5", "0.9"},
}


def test_the_numbers_on_the_board_are_those_of_the_lesson():
    lesson = (ROOT / "notebooks" / "03_feature_comparison.ipynb").read_text(encoding="utf-8")
    assert "x, y = [0.2, 0.5, 0.9], [0.1, 0.5]" in lesson


def test_code_stands_open_where_it_teaches_and_nothing_is_cut_off(built, browser):
    opened = [
        path.stem
        for path in sorted((built / "notebooks").glob("[0-9]*.ipynb"))
        if "open_chapter(" in path.read_text(encoding="utf-8")
    ]
    found = page_counts.counts(built / "_build" / "html", browser)
    for name in opened:
        counts = dict(zip(page_counts.COLUMNS, found[name], strict=True))
        assert counts["over 10 lines"] == counts["cells cut"] == counts["tables cut"] == 0, name


def test_formulas_are_typeset_offline(built, browser):
    page = browser.new_page()
    page.goto((built / "_build" / "html" / "notebooks" / "06_genres.html").as_uri())
    page.wait_for_selector("mjx-container", timeout=20_000)
    assert page.locator("mjx-container").count() >= 2
    page.close()


def test_the_theme_button_changes_the_theme(built, browser):
    context = browser.new_context(color_scheme="light")
    page = context.new_page()
    page.goto((built / "_build" / "html" / "index.html").as_uri())
    before = page.evaluate("document.documentElement.dataset.theme")
    for _ in range(2):
        page.locator("button.theme-switch-button:visible").first.click()
        if page.evaluate("document.documentElement.dataset.theme") != before:
            break
    assert page.evaluate("document.documentElement.dataset.theme") != before
    context.close()


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_the_interactive_chart_draws_and_follows_the_reader(built, browser, scheme):
    context = browser.new_context(color_scheme=scheme)
    page, said, asked = context.new_page(), [], []
    page.on("pageerror", lambda error: said.append(str(error)))
    page.on("request", lambda request: asked.append(request.url))
    page.goto((built / "_build" / "html" / "notebooks" / "04_where_it_sits.html").as_uri())
    chart = page.locator("figure.book-chart[data-drawn]")
    chart.wait_for(timeout=20_000)
    assert (
        chart.get_attribute("data-drawn") == scheme and len(chart.get_attribute("aria-label")) > 40
    )
    marks = ".mark-symbol path, .mark-rule line, .mark-text text"

    def drawn():
        return chart.locator(marks).evaluate_all("all => all.map(e => e.outerHTML).join()")

    genre, feature = chart.locator("select").last, chart.locator("select").first
    for menu, choice in ((genre, "Jazz"), (feature, "tempo")):
        before = drawn()
        menu.select_option(choice)
        page.wait_for_function(
            "([s, old]) => [...document.querySelectorAll(s)].map(e => e.outerHTML).join() !== old",
            arg=[
                ", ".join(f"figure.book-chart {part.strip()}" for part in marks.split(",")),
                before,
            ],
        )
    assert "Jazz, tempo:" in chart.locator("svg").text_content()
    assert sum("vega-bundle.js" in url for url in asked) == 1
    assert (
        said == []
        and [url for url in asked if not url.startswith(("file:", "data:", "blob:"))] == []
    )
    context.close()


def test_the_chart_library_is_loaded_only_where_a_chart_is(built, browser):
    page, asked = browser.new_page(), []
    page.on("request", lambda request: asked.append(request.url))
    page.goto((built / "_build" / "html" / "notebooks" / "06_genres.html").as_uri())
    assert not [url for url in asked if "vega-bundle" in url] and [
        url for url in asked if "book-charts" in url
    ]
    page.close()


def test_a_chart_is_a_picture_where_no_script_runs(built, browser):
    context = browser.new_context(java_script_enabled=False)
    page = context.new_page()
    page.goto((built / "_build" / "html" / "notebooks" / "04_where_it_sits.html").as_uri())
    assert page.locator("figure.book-chart > div > svg").count() == 1
    context.close()


def test_the_sounds_of_the_embeddings_chapter_play(built, browser):
    page = browser.new_page()
    page.goto((built / "_build" / "html" / "notebooks" / "07_audio_embeddings.html").as_uri())
    sounds = page.locator("audio[aria-label]")
    labels = [sounds.nth(k).get_attribute("aria-label") for k in range(sounds.count())]
    assert labels[:4] == ["chord", "drums", "noise", "glissando"] and len(labels) == 6
    for k, label in enumerate(labels):
        sounds.nth(k).focus()
        page.keyboard.press("Space")
        page.wait_for_function(
            "k => document.querySelectorAll('audio')[k].currentTime > 0.2", arg=k, timeout=10_000
        )
        heard = sounds.nth(k).evaluate("""async sound => {
            const bytes = await (await fetch(sound.src)).arrayBuffer();
            const decoded = await new OfflineAudioContext(1, 1, 16000).decodeAudioData(bytes);
            const samples = decoded.getChannelData(0);
            const power = samples.reduce((sum, x) => sum + x * x, 0) / samples.length;
            return [sound.paused, sound.duration, Math.sqrt(power)];
        }""")
        assert heard[0] is False and heard[1] == pytest.approx(2 if k < 4 else 4, abs=0.01), label
        assert 0.02 < heard[2] < 0.5, label
    page.close()
