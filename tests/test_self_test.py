"""The self-tests in a browser: by keyboard, light and dark, on a desktop and on a phone."""

import page_gate
import pytest
from conftest import ROOT

from helpers.teaching import questions

# A scheme changes colours and a width the layout: two of the four have each.
SCREENS = [("light", 1280), ("dark", 390)]
CHAPTERS = sorted(path.stem for path in questions.FOLDER.glob("*.yaml"))
LETTERS = questions.LETTERS


def of(name):
    return questions.read(questions.FOLDER / f"{name}.yaml")


def page_of(built, name):
    return (built / "_build" / "html" / "notebooks" / f"{name}.html").as_uri()


@pytest.mark.parametrize(("scheme", "width"), SCREENS)
def test_a_question_is_answered_by_keyboard(built, browser, scheme, width):
    context = browser.new_context(viewport={"width": width, "height": 900}, color_scheme=scheme)
    page = context.new_page()
    watch = page_gate.Watch(page)
    page.goto(page_of(built, "06_genres"))
    page.evaluate(page_gate.READY)
    question = page.locator("div.self-test").first
    right = next(k for k, answer in enumerate(of("06_genres")[0].answers) if answer.right)
    assert right > 0
    said = question.get_by_role("status")
    radios = question.get_by_role("radio")
    # Enter without a choice, then the wrong first answer, then arrows to the right one.
    question.get_by_role("button", name="Check").focus()
    page.keyboard.press("Enter")
    assert said.inner_text() == "Choose an answer first."
    radios.first.focus()
    page.keyboard.press("Space")
    page.keyboard.press("Enter")
    assert said.inner_text().startswith("a. Not this one. It is the other way round.")
    for _ in range(right):
        page.keyboard.press("ArrowDown")
    assert radios.nth(right).is_checked() and said.inner_text() == ""
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    assert said.inner_text().startswith(f"{LETTERS[right]}. Right.")
    # What was said stays within the screen and can be read.
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    assert page_gate.serious(page) == {}
    assert watch.take() == []
    context.close()


# Choose each answer and ask, at once: what is said then, and the state of the form.
ANSWER_EACH = """block => [...block.querySelectorAll('input[type=radio]')].map(input => {
  input.click();
  block.querySelector('button').click();
  return [block.querySelector('[role=status]').innerText, block.querySelector('form').dataset.state];
})"""


@pytest.fixture(scope="module")
def page(browser):
    """A page that shows one chapter after the other."""
    found = browser.new_page(viewport={"width": 1280, "height": 900})
    yield found
    found.close()


@pytest.mark.parametrize("name", CHAPTERS)
def test_each_answer_of_each_question_gets_its_own_reason(built, page, name):
    page.goto(page_of(built, name))
    page.evaluate(page_gate.READY)
    asked = page.locator("div.self-test")
    assert asked.count() == len(of(name)) == page.locator("div.self-test[data-ready]").count()
    for number, question in enumerate(of(name)):
        block = asked.nth(number)
        assert block.locator("form > fieldset > legend").count() == 1
        replies = block.evaluate(ANSWER_EACH)
        for letter, answer, (said, state) in zip(LETTERS, question.answers, replies, strict=False):
            verdict = "Right." if answer.right else "Not this one."
            assert said.startswith(f"{letter}. {verdict}")
            assert state == ("right" if answer.right else "wrong")
        assert len(replies) == len(question.answers)


def test_without_a_script_the_questions_are_lists_with_folded_answers(built, browser):
    context = browser.new_context(java_script_enabled=False)
    page = context.new_page()
    page.goto(page_of(built, "06_genres"))
    block = page.locator("div.self-test").first
    assert block.locator("input").count() == 0
    assert block.locator(":scope > ul > li").count() == len(of("06_genres")[0].answers)
    assert not block.locator("details li").first.is_visible()
    block.locator("summary").click()
    assert block.locator("details li").first.is_visible()
    context.close()


def test_nothing_is_kept_or_sent():
    script = (ROOT / "book" / "_static" / "book-self-test.js").read_text(encoding="utf-8")
    for name in ("fetch", "XMLHttpRequest", "sendBeacon", "Storage", "cookie", "innerHTML"):
        assert name not in script


def test_solutions_and_hints_are_folded_on_the_page_and_scaffolds_are_not_run(built, browser):
    page = browser.new_page(viewport={"width": 1280, "height": 900})
    page.goto(page_of(built, "06_genres"))
    page.evaluate(page_gate.READY)
    folds = page.locator("details.book-solution")
    assert folds.count() == 4 and not folds.first.locator("pre").first.is_visible()
    folds.first.locator(":scope > summary").focus()
    page.keyboard.press("Enter")
    assert folds.first.locator("pre").first.is_visible()
    assert "Exercise 06.1: right." in folds.first.inner_text()
    hints = page.locator("details", has=page.locator("summary", has_text="Hint"))
    assert hints.count() == 4
    scaffolds = page.locator("div.cell.tag_scaffold")
    assert scaffolds.count() == 4 and scaffolds.locator(".cell_output").count() == 0
    page.close()


def test_on_paper_tasks_have_their_code_and_solutions_stand_open(built, browser):
    page = browser.new_page(viewport={"width": 800, "height": 900})
    page.goto(page_of(built, "06_genres"))
    page.evaluate(page_gate.READY)
    page.emulate_media(media="print")
    for place in ("div.cell.tag_scaffold pre", "details.book-solution pre"):
        assert all(each.is_visible() for each in page.locator(place).all()), place
    for place in (
        "div.self-test button",
        "div.self-test details",
        "section > details:not([class])",
    ):
        assert not any(each.is_visible() for each in page.locator(place).all()), place
    page.close()
