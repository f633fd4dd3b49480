"""`init` and `check`: a first profile from lists, and whole books from the shapes of six real exports."""

import os

import make_lists
import pytest
import yaml
from commands import Commands
from conftest import ROOT, copy_project

from helpers import check, first_profile, profiles
from helpers.build import graph
from helpers.project import ProjectError


@pytest.mark.parametrize("shape", make_lists.SHAPES)
def test_init_writes_a_profile_that_is_read_and_says_what_comes_next(
    tmp_path, project, monkeypatch, capsys, shape
):
    monkeypatch.chdir(tmp_path)
    assert first_profile.run("mine", make_lists.make(tmp_path, shape)) == 0
    said = capsys.readouterr().out
    profile = profiles.load_profile(str(tmp_path / "mine.yaml"))
    assert list(profile.corpora) == ["CALM", "LIVELY"] and profile.target == "CALM"
    assert profile.corpora["CALM"].colour != profile.corpora["LIVELY"].colour
    assert (
        said.splitlines()[-1] == f"Next: python -m helpers build --profile {tmp_path / 'mine.yaml'}"
    )
    text = (tmp_path / "mine.yaml").read_text(encoding="utf-8")
    assert yaml.safe_load(text)["corpora"]["CALM"]["tracks"][0] in ("calm.csv", "calm")


WITH_FEATURES = {"exportify_net": 59, "reccobeats_r": 49, "kaggle": 59, "tidytuesday": 60}


@pytest.mark.parametrize(("shape", "tracks"), WITH_FEATURES.items())
def test_check_counts_the_features_that_lists_hold(
    tmp_path, project, monkeypatch, capsys, shape, tracks
):
    monkeypatch.chdir(tmp_path)
    first_profile.run("mine", make_lists.make(tmp_path, shape))
    capsys.readouterr()
    assert check.run("mine.yaml") == 0
    said = capsys.readouterr().out
    assert f"{tracks} with audio features" in said and "Missing: " in said
    assert "audio features" not in said.split("Missing: ")[1].splitlines()[0]


def test_lists_of_one_name_get_names_of_their_folders(tmp_path, project, monkeypatch):
    monkeypatch.chdir(tmp_path)
    for place in ("no", "yes"):
        (tmp_path / place).mkdir()
        (tmp_path / place / "list.csv").write_text(f"id\n{place}\n")
    first_profile.run("mine", ["no/list.csv", "yes/list.csv"])
    profile = profiles.load_profile("mine.yaml")
    assert list(profile.corpora) == ["NO_LIST", "YES_LIST"]
    assert [corpus.label for corpus in profile.corpora.values()] == ["no list", "yes list"]


def test_a_folder_of_lists_is_a_corpus_of_participants(tmp_path, project, monkeypatch):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "people").mkdir()
    for name in ("p1.csv", "p2.csv"):
        (tmp_path / "people" / name).write_text(f"id\n{name}\n")
    (tmp_path / "one.csv").write_text("id\nx\n")
    first_profile.run("mine", ["people", "one.csv"])
    assert len(profiles.load_profile("mine.yaml").corpora["PEOPLE"].tracks) == 2


@pytest.mark.parametrize(
    ("name", "lists", "said"),
    [
        ("mine", ["a.csv"], "two lists or folders, or more"),
        ("mine", ["a.csv", "none.csv"], "none.csv: there is no such file or folder"),
        ("mine", ["a.csv", "empty"], "neither audio nor lists"),
        ("demo", ["a.csv", "b.csv"], "a profile called 'demo'"),
        ("there", ["a.csv", "b.csv"], "exists already"),
        ("nowhere/mine", ["a.csv", "b.csv"], "there is no folder nowhere"),
    ],
)
def test_init_refuses_what_makes_no_profile_and_writes_nothing(
    tmp_path, monkeypatch, name, lists, said
):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "empty").mkdir()
    (tmp_path / "there.yaml").write_text("title: mine\n")
    for file in ("a.csv", "b.csv"):
        (tmp_path / file).write_text("id\nx\n")
    with pytest.raises(ProjectError, match=said):
        first_profile.run(name, lists)
    assert (tmp_path / "there.yaml").read_text() == "title: mine\n"
    assert [path.name for path in tmp_path.glob("*.yaml")] == ["there.yaml"]


def test_check_of_a_profile_without_lists_says_so(capsys):
    assert check.run("demo") == 0
    assert "there are no lists to check" in capsys.readouterr().out


# Two shapes a book, that know the same of their tracks: each shape reaches the pages.
BOOKS = [
    ("exportify_net", "reccobeats_r"),
    ("kaggle", "tidytuesday"),
    ("watsonbox_german", "two_albums"),
]


def test_each_shape_is_in_a_book():
    assert {shape for book in BOOKS for shape in book} == {*make_lists.SHAPES}


@pytest.fixture(scope="module")
def command(tmp_path_factory):
    """Runs a command in a copy of the project; what it said."""
    tree = copy_project(tmp_path_factory.mktemp("own") / "tree")
    commands = Commands(tree, os.environ)

    def run(*arguments):
        code, said = commands.run(*arguments)
        assert code == 0, said[-3000:]
        return said

    run.tree = tree
    yield run
    commands.close()


@pytest.mark.slow
@pytest.mark.book
@pytest.mark.parametrize("shapes", BOOKS)
def test_a_whole_book_is_made_by_init_and_build_alone(command, tmp_path, shapes):
    lists = []
    for number, shape in enumerate(shapes):
        (tmp_path / shape).mkdir()
        lists.append(str(make_lists.make(tmp_path / shape, shape, 40)[number]))

    said = command("init", shapes[0], *lists)
    following = said.splitlines()[-1].removeprefix("Next: python -m helpers ").split(" ", 2)
    if shapes == BOOKS[0]:
        assert "Book: _build/html/index.html" in command(*following)
        made = (command.tree / "_build/html").rglob("*.html")
    else:
        # Nothing depends on the shape of a list in how pages are rendered, or in what 07 hears.
        chapters = [name for name in graph.notebooks() if name != "07_audio_embeddings"]
        command(*following, "--without-pages", "--only", *chapters)
        made = (command.tree / "book/notebooks").glob("*.ipynb")
    assert "nan%" not in "".join(path.read_text(encoding="utf-8") for path in made)


def test_the_commands_are_named_where_people_look():
    for page in ("README.md", "book/own.md"):
        text = (ROOT / page).read_text(encoding="utf-8")
        assert "-m helpers init MINE calm.csv lively.csv" in text and "check MINE.yaml" in text
