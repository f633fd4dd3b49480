"""Every page of the built book, light and dark, on a desktop and on a phone."""

import page_gate
import page_table
import pytest
from test_book import PAGES

# Findings of axe that are the theme's own: (rule, page). None is left.
THEMES_OWN: set[tuple[str, str]] = set()
# How a page is opened. Contrast depends on the scheme and names do not: these two see everything.
SCREENS = [("light", 1280), ("dark", 390)]
OTHER = {"light": "dark", "dark": "light"}
MAP = "notebooks/08_embedding_map"


@pytest.mark.parametrize(("scheme", "width"), SCREENS)
def test_every_page_is_whole_quiet_and_open_to_everyone(built, browser, scheme, width):
    context = browser.new_context(viewport={"width": width, "height": 900}, color_scheme=scheme)
    page, wrong, broken = context.new_page(), {}, {}
    watch = page_gate.Watch(page)
    for name in PAGES:
        found = page_gate.look(page, watch, built / "_build" / "html" / f"{name}.html")
        # Each figure and table has a number and a caption, and the text refers to it.
        found += page.evaluate(page_gate.FIGURES)
        broken |= {(rule, name): html for rule, html in page_gate.serious(page).items()}
        # What the reader's system turns to, the page follows.
        found += page_gate.look_again(page, watch, OTHER[scheme])
        page.emulate_media(color_scheme=scheme)
        if found:
            wrong[name] = found
    context.close()
    assert wrong == {}
    # One that has vanished is taken off the list.
    assert set(broken) == THEMES_OWN, broken


@pytest.mark.parametrize("name", PAGES)
def test_a_page_is_light(built, name):
    most = page_gate.MOST_OF_MAP if name == MAP else page_gate.MOST
    assert page_gate.weight(built / "_build" / "html", name) <= most


def test_the_gate_finds_what_is_wrong(browser, tmp_path):
    path = tmp_path / "bad.html"
    path.write_text(
        "<!doctype html><html><head><title>x</title></head><body><article>"
        '<div style="width: 3000px">wide</div><img src="none.png">'
        '<figure class="book-chart" data-drawn="light"></figure>'
        '<div class="cell_output" style="overflow: auto; width: 100px">'
        '<table class="dataframe" style="width: 900px"><tr><td>1</td></tr></table></div>'
        '<div class="math"><mjx-container style="display: block; overflow: auto; width: 100px">'
        '<div style="width: 900px">formula</div></mjx-container></div>'
        "<pre>&lt;IPython.core.display.Markdown object&gt;</pre>"
        '<p style="color: #ccc; background: #fff">pale</p>'
        '<script>console.error("no"); new Image().src = "http://example.invalid/x.png"</script>'
        "</article></body></html>",
        encoding="utf-8",
    )
    page = browser.new_page(viewport={"width": 1280, "height": 900})
    found = "\n".join(page_gate.look(page, page_gate.Watch(page), path))
    for words in (
        *("scrolls sideways", "no alternative text", "not loaded", "not drawn", "cut off: 1"),
        *("cut off: formula", "an object in place of its text"),
        *("said: no", "asked another host: http://example.invalid/x.png"),
    ):
        assert words in found, words
    page.evaluate("""() => document.querySelector('.cell_output').insertAdjacentHTML('beforeend',
        '<figure id="one"><img alt="x"><figcaption>short</figcaption></figure>')""")
    figures = "\n".join(page.evaluate(page_gate.FIGURES))
    assert "no number: TABLE" in figures and "no caption: one" in figures
    assert {"image-alt", "color-contrast", "html-has-lang"} <= set(page_gate.serious(page))
    page.close()


def test_the_table_of_pages_counts_what_is_on_them(built):
    found = page_table.rows(built)
    assert list(found) == PAGES
    landing = dict(zip(page_table.COLUMNS, found["index"], strict=True))
    assert landing["figures"] == 2 and landing["words"] > 300 and landing["terms"] >= 5
    chapter = dict(zip(page_table.COLUMNS, found["notebooks/03_feature_comparison"], strict=True))
    assert (chapter["minutes"], chapter["exercises"]) == (25, 4) and chapter["findings"] >= 8
    assert dict(zip(page_table.COLUMNS, found["study"], strict=True))["citations"] >= 8


@pytest.fixture
def claims(built, browser):
    """The scorecard's page with its table drawn."""
    page = browser.new_page(viewport={"width": 1280, "height": 900})
    page.goto((built / "_build" / "html" / "notebooks" / "10_scorecard.html").as_uri())
    page.locator("div.book-table[data-drawn]").wait_for()
    yield page
    page.close()


def test_claims_can_be_searched_filtered_sorted_and_opened_by_keyboard(claims):
    status = claims.locator("div.book-table [role=status]")
    assert status.inner_text().startswith("1,878 of 1,878 numbers; 25 shown")
    claims.locator("div.book-table input[type=search]").fill("entropy genres")
    assert status.inner_text().startswith("6 of 1,878")
    claims.get_by_label("Verdict").select_option("reproduced")
    first = claims.locator("div.book-table tbody tr").first
    assert "reproduced" in first.inner_text() and "genres.entropy" not in first.inner_text()
    first.locator("button").focus()
    claims.keyboard.press("Enter")
    assert "genres.entropy" in claims.locator("tr.book-details").inner_text()
    claims.get_by_label("Show keys").check()
    assert "genres.entropy" in claims.locator("div.book-table tbody tr").first.inner_text()
    claims.get_by_role("button", name="printed").click()
    claims.get_by_role("button", name="printed").click()
    shown = claims.locator("div.book-table tbody td:nth-child(3)").all_inner_texts()
    assert [float(text) for text in shown] == sorted(map(float, shown), reverse=True)
    claims.locator(".book-values summary").first.click()
    key = claims.locator(".book-values .book-key").first
    assert not key.is_visible()
    claims.get_by_label("Show their keys").check()
    assert key.is_visible() and key.inner_text().startswith("local.")


def test_the_text_of_a_chart_is_legible_on_a_phone_and_a_line_says_that_it_scrolls(built, browser):
    page = browser.new_page(viewport={"width": 390, "height": 844})
    page.goto((built / "_build" / "html" / "notebooks" / "08_embedding_map.html").as_uri())
    page.evaluate(page_gate.READY)
    sizes = page.locator("figure.book-chart svg").evaluate(
        "svg => [...svg.querySelectorAll('text')].map(text => parseFloat(getComputedStyle(text)."
        "fontSize) * svg.getBoundingClientRect().width / svg.width.baseVal.value)"
    )
    assert sizes and min(sizes) >= 11
    page.locator("figure:has(> .output figure.book-chart) > .book-cue").wait_for()
    page.close()


def test_a_preview_shows_the_definition_of_a_term_and_asks_nobody(built, browser):
    page, asked = browser.new_page(), []
    page.on("request", lambda request: asked.append(request.url))
    page.goto((built / "_build" / "html" / "index.html").as_uri())
    page.evaluate(page_gate.READY)
    page.locator("article a[href*='#term-Music-Streaming']").first.hover()
    page.locator(".tippy-box").wait_for()
    assert "broad sample" in page.locator(".tippy-box").inner_text()
    assert [url for url in asked if not url.startswith(("file:", "data:", "blob:"))] == []
    page.close()


def test_the_answer_stands_on_the_landing_page_before_anything_simulated(built):
    text = (built / "_build" / "html" / "index.html").read_text(encoding="utf-8")
    text = text[text.index("<article") :]
    places = [
        text.index(words)
        for words in (
            *(
                "compared it with four decades of the Dutch Top 40",
                "What it found.",
                "62\u00a0% of pairs",
            ),
            *("The main", "cannot be told from", "How sure that is.", 'id="fig-answer"'),
            *("much is simulated", "What could be checked"),
        )
    ]
    assert places == sorted(places)
