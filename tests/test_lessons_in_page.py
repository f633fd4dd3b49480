"""Lessons that run in the page: which they are, what they show, and how they are worked by keyboard."""

import ast
import html
import json
import sys
import types

import nbformat
import page_gate
import pytest
from conftest import ROOT

sys.path.insert(0, str(ROOT / "book" / "_ext"))
import book_teaching  # noqa: E402

LESSONS = [
    (path.stem, cell)
    for path in sorted((ROOT / "notebooks").glob("[0-9]*.ipynb"))
    for cell in nbformat.read(path, as_version=4).cells
    if "teach" in cell.metadata.get("tags", ())
]
IN_PAGE = [(name, cell.source) for name, cell in LESSONS if "runs-in-page" in cell.metadata["tags"]]


@pytest.fixture(scope="module")
def runner():
    """The module that runs a lesson, under this Python."""
    heard = []
    page = types.SimpleNamespace(
        lesson="", report=lambda said, problem: heard.append((said, problem))
    )
    sys.modules["browser"] = types.SimpleNamespace(self=page)
    made = types.ModuleType("runner")
    source = book_teaching.RUNNER.read_text(encoding="utf-8")
    exec(compile(source, "runner", "exec"), made.__dict__)
    del sys.modules["browser"]
    made.heard = heard
    return made


def shown(runner, source):
    """What the page would say of a lesson."""
    runner.said.clear()
    runner.report(source)
    return runner.heard[-1]


def imported(source):
    """Packages that a lesson imports."""
    nodes = list(ast.walk(ast.parse(source)))
    plain = {alias.name for node in nodes if isinstance(node, ast.Import) for alias in node.names}
    return plain | {node.module for node in nodes if isinstance(node, ast.ImportFrom)}


def can_run(runner, source):
    return imported(source) <= set(book_teaching.MODULES) and shown(runner, source)[1] == ""


@pytest.mark.parametrize(("name", "cell"), LESSONS, ids=[name for name, _ in LESSONS])
def test_a_lesson_runs_in_the_page_exactly_where_plain_python_is_enough(runner, name, cell):
    assert can_run(runner, cell.source) == ("runs-in-page" in cell.metadata["tags"])


@pytest.mark.parametrize(
    ("source", "said", "problem"),
    [
        ("1 + 1", "2\n", ""),
        ("x = 3\nx, 'a'", "(3, 'a')\n", ""),
        ("round(\n    1.25,\n    1,\n)  # note", "1.2\n", ""),
        ("for i in range(2):\n    print(i, end=';')", "0;1;", ""),
        ("x = 5  # nothing is shown\n# end", "", ""),
        ("", "", ""),
        ("print('a')\nx = 1 / 0\nx", "a\n", "ZeroDivisionError (line 2): division by zero"),
        ("def f():\n    return y\nf()", "", "NameError (line 2): name 'y' is not defined"),
        ("x = 1\nx = (2 +", "", "SyntaxError (line 2): '(' was never closed"),
        ("raise ValueError('own')", "", "ValueError (line 1): own"),
    ],
)
def test_a_lesson_shows_what_a_notebook_shows_and_names_the_line_of_a_mistake(
    runner, source, said, problem
):
    assert shown(runner, source) == (said, problem)


@pytest.fixture(scope="module")
def lessons_page(tmp_path_factory):
    """A page with every lesson, in a folder: no server."""
    folder = tmp_path_factory.mktemp("pages")
    static = folder / "_static"
    static.mkdir()
    book_teaching.write_python(
        types.SimpleNamespace(outdir=folder, builder=types.SimpleNamespace(format="html")), None
    )
    for name in ("book-run.js", "book-run.css"):
        (static / name).write_bytes((ROOT / "book" / "_static" / name).read_bytes())
    cells = "".join(
        f'<div class="cell tag_runs-in-page"><div class="cell_input"><pre>{html.escape(source)}</pre></div></div>'
        for _, source in IN_PAGE
    )
    path = folder / "page.html"
    path.write_text(
        '<!doctype html><html lang="en"><meta charset="utf-8"><title>Lessons</title>'
        f'<link rel="stylesheet" href="_static/book-run.css"><body>{cells}'
        '<script src="_static/book-run.js"></script></body></html>',
        encoding="utf-8",
    )
    return path


@pytest.fixture
def page(browser, lessons_page):
    made = browser.new_page()
    made.asked = []
    made.on("request", lambda request: made.asked.append(request.url))
    made.goto(lessons_page.as_uri())
    yield made
    made.close()


ANSWERED = """number => {
  const shown = document.querySelectorAll('div.cell')[number].querySelector('.book-run-output');
  return shown.textContent && !shown.textContent.startsWith('Running');
}"""


def answer(page, number):
    """What a cell shows once it has run."""
    page.wait_for_function(ANSWERED, arg=number, timeout=30_000)
    return page.locator("div.cell").nth(number).locator(".book-run-output").inner_text()


def test_every_lesson_shows_in_the_page_what_it_shows_here(page, runner):
    assert len(IN_PAGE) >= 12
    for number, (name, source) in enumerate(IN_PAGE):
        cell = page.locator("div.cell").nth(number)
        cell.get_by_role("button", name="Change and run").click()
        cell.get_by_role("button", name="Run", exact=True).click()
        said, problem = shown(runner, source)
        assert (answer(page, number).strip(), problem) == (said.strip(), ""), name


def test_a_lesson_is_changed_run_reset_and_closed_by_keyboard(page):
    assert not [url for url in page.asked if "python.js" in url], "loaded before it is asked for"
    opener = page.get_by_role("button", name="Change and run").first
    opener.focus()
    page.keyboard.press("Enter")
    area = page.get_by_label("Change the code, then run it (Ctrl+Enter):")
    assert area.evaluate("area => area === document.activeElement")
    code = area.input_value()
    area.fill("for x in 'ab':\n    print(x)")
    page.keyboard.press("Control+Enter")
    assert answer(page, 0) == "a\nb"
    area.fill("x = 1\nx / 0")
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    page.wait_for_selector(".book-run-problem")
    assert answer(page, 0) == "ZeroDivisionError (line 2): division by zero"
    assert page.locator(".book-run-output").get_attribute("aria-live") == "polite"
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    assert area.input_value() == code and page.locator(".book-run-output").inner_text() == ""
    page.get_by_role("button", name="Close").press("Enter")
    assert opener.evaluate("button => button === document.activeElement")
    assert all(url.startswith(("file:", "blob:")) for url in page.asked)


def test_a_package_that_the_page_lacks_is_said_in_words(page):
    page.get_by_role("button", name="Change and run").first.click()
    page.locator("textarea").fill("import numpy as np\nnp.array([1])")
    page.keyboard.press("Control+Enter")
    assert answer(page, 0).startswith("This page has plain Python and math alone")


# A scheme changes colours and a width the layout: two of the four have each.
@pytest.mark.parametrize(("scheme", "width"), [("light", 1280), ("dark", 390)])
def test_in_the_book_a_lesson_runs_by_keyboard_and_stays_open_to_everyone(
    built, browser, scheme, width
):
    context = browser.new_context(viewport={"width": width, "height": 900}, color_scheme=scheme)
    page = context.new_page()
    page.goto((built / "_build" / "html" / "notebooks" / "10_scorecard.html").as_uri())
    opener = page.get_by_role("button", name="Change and run")
    opener.focus()
    page.keyboard.press("Enter")
    page.keyboard.press("Control+End")
    page.keyboard.type("\nprint('changed')")
    page.keyboard.press("Control+Enter")
    page.locator(".book-run-said").wait_for(timeout=30_000)
    assert page.locator(".book-run-said").inner_text() == "changed"
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    assert page_gate.serious(page) == {}
    context.close()


@pytest.mark.slow
def test_a_loop_without_end_is_stopped_and_the_page_goes_on(page):
    page.get_by_role("button", name="Change and run").first.click()
    page.locator("textarea").fill("while True:\n    pass")
    page.clock.install()
    page.keyboard.press("Control+Enter")
    page.wait_for_function("window.bookPython")
    # The page's clock alone: the lesson has its ten seconds.
    page.clock.fast_forward(10_000)
    assert answer(page, 0).startswith("Stopped after ten seconds")
    page.locator("textarea").fill("2 + 2")
    page.keyboard.press("Control+Enter")
    page.wait_for_selector(".book-run-said")
    assert answer(page, 0) == "4"


def test_the_script_of_the_worker_can_be_read_by_a_page_in_a_folder(lessons_page):
    text = (lessons_page.parent / "_static" / "run" / "python.js").read_text(encoding="utf-8")
    assert text.startswith("window.bookPython = ") and "</" not in text
    assert json.loads(text.removeprefix("window.bookPython = ").rstrip(";\n")).endswith("};\n")
