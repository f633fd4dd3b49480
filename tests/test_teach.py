"""The pages for teachers: times that add up, exercises, findings and commands that there are."""

import re
import sys
from types import SimpleNamespace

import nbformat
import pytest
import yaml
from conftest import ROOT

from helpers import __main__ as line

sys.path.insert(0, str(ROOT / "book" / "_ext"))
import book_teaching  # noqa: E402

PAGES = {
    name: (ROOT / "book" / f"{name}.md").read_text(encoding="utf-8")
    for name in ("teach", "teach_lab", "teach_computers")
}
NOTEBOOKS = {
    path.stem: nbformat.read(path, as_version=4)
    for path in (ROOT / "notebooks").glob("[0-9]*.ipynb")
}
SOURCES = {name: "\n".join(cell.source for cell in book.cells) for name, book in NOTEBOOKS.items()}
EXERCISES = dict(
    found
    for text in SOURCES.values()
    for found in re.findall(r"^### (\d\d\.\d) \w+: (.+)$", text, re.MULTILINE)
)


def minutes(clock):
    hours, rest = clock.split(":")
    return 60 * int(hours) + int(rest)


def spans(text):
    return [(minutes(a), minutes(b)) for a, b in re.findall(r"(\d:\d\d) to (\d:\d\d)", text)]


def test_the_steps_of_the_class_follow_one_another_and_take_90_minutes():
    steps = spans("\n".join(re.findall(r"^### Step .*$", PAGES["teach"], re.MULTILINE)))
    assert steps[0][0] == 0 and steps[-1][1] == 90
    assert [end for _, end in steps[:-1]] == [begin for begin, _ in steps[1:]]


def test_the_sessions_of_the_lab_take_two_hours_each():
    sessions = re.split(r"^## Session ", PAGES["teach_lab"], flags=re.MULTILINE)[1:]
    assert len(sessions) == 3
    for session in sessions:
        parts = spans(session.split("\n## ")[0])
        assert parts[0][0] == 0 and parts[-1][1] == 120
        assert [end for _, end in parts[:-1]] == [begin for begin, _ in parts[1:]]


@pytest.mark.parametrize("name", PAGES)
def test_every_exercise_that_a_page_names_is_there_under_that_title(name):
    numbers = set(re.findall(r"`(\d\d\.\d)`", PAGES[name]))
    assert numbers <= set(EXERCISES)
    titled = re.findall(r"`(\d\d\.\d)`\**,? \*([^*]+)\*", PAGES[name])
    assert {number: EXERCISES[number] for number, _ in titled} == dict(titled)


@pytest.mark.parametrize("name", PAGES)
def test_every_finding_that_a_page_quotes_is_one_of_its_chapter(name):
    for quoted in re.findall(r"^```\{finding\} (\S+)$", PAGES[name], re.MULTILINE):
        chapter, key = quoted.split(".")
        assert re.search(rf'found\(\s*"{re.escape(key)}"', SOURCES[chapter]), quoted


@pytest.mark.parametrize("name", PAGES)
def test_every_command_that_a_page_gives_is_understood(name):
    given = re.findall(r"python -m helpers (\w[^`\n#]*)", PAGES[name])
    given = [text for text in given if text.split()[0] != "install"]
    assert given or name == "teach_lab"
    for text in given:
        assert line.options(text.split())["module"].startswith("helpers.")
    targets = re.findall(r"(?:^|`)make (\w+)", PAGES[name], re.MULTILINE)
    rules = set(
        re.findall(r"^(\w+):", (ROOT / "Makefile").read_text(encoding="utf-8"), re.MULTILINE)
    )
    assert set(targets) <= rules


def test_binder_finds_what_it_needs_at_the_top():
    described = yaml.safe_load((ROOT / "environment.yml").read_text(encoding="utf-8"))
    [pip] = [part["pip"] for part in described["dependencies"] if isinstance(part, dict)]
    assert pip == ["-r requirements.lock", "-c requirements.lock"]
    script = ROOT / "postBuild"
    assert "pip install --no-deps --no-build-isolation -e ." in script.read_text(encoding="utf-8")


def test_links_to_binder_and_colab_stand_only_where_the_repository_is_known():
    known = book_teaching.launch_in_words("https://github.com/a/b/", "v1")
    assert "https://mybinder.org/v2/gh/a/b/v1?urlpath=lab/tree/notebooks" in known
    assert "git clone --branch v1 https://github.com/a/b/ book" in known
    for other in ("", "https://example.org/a/b"):
        assert "http" not in book_teaching.launch_in_words(other, "main")


def test_an_exercise_is_linked_by_its_number_and_one_that_is_not_there_stops_the_build():
    known = book_teaching.exercises(ROOT / "notebooks")
    assert known["05.2"] == ("05_interval_coverage", "05.2 Apply: Add up before you square")
    role = book_teaching.Exercise()
    role.text, role.inliner = (
        "99.1",
        SimpleNamespace(
            document=SimpleNamespace(settings=SimpleNamespace(env=SimpleNamespace(docname="teach")))
        ),
    )
    with pytest.raises(ValueError, match=r"teach: there is no exercise 99\.1"):
        role.run()
