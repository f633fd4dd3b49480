"""Copies of chapters for a class: without solutions, running to the first blank, never lost."""

import os
import re
import subprocess
import sys

import nbformat
import pytest
from conftest import ROOT, SMALL
from nbclient import NotebookClient
from nbclient.exceptions import CellExecutionError

from helpers import profiles, student
from helpers.build import graph, sections
from helpers.project import ProjectError

CHAPTERS = graph.read_chapters()
DEMO = profiles.load_profile("demo")


def text(notebook):
    return "\n".join(cell.source for cell in notebook.cells)


def lines(cells):
    return {line for cell in cells for line in cell.source.splitlines() if line.strip()}


@pytest.mark.parametrize("name", CHAPTERS)
def test_a_copy_has_every_scaffold_and_no_solution(name):
    source = CHAPTERS[name].notebook.cells
    solutions = [cell for cell in source if "solution" in sections.tags(cell)]
    scaffolds = [cell for cell in source if "scaffold" in sections.tags(cell)]
    only_solutions = lines(solutions) - lines(cell for cell in source if cell not in solutions)
    made = student.student_copy(CHAPTERS[name], DEMO, {})
    nbformat.validate(made)
    assert len(only_solutions) > 2 * len(scaffolds) > 0
    assert not only_solutions & lines(made.cells)
    assert "Solution of" not in text(made) and "## Solutions" not in text(made)
    assert lines(scaffolds) <= lines(made.cells)
    assert not any("skip-execution" in sections.tags(cell) for cell in made.cells)
    # The chapter itself is left as it was.
    assert all("skip-execution" in sections.tags(cell) for cell in scaffolds)


def test_a_copy_runs_on_the_profile_it_was_made_for():
    small = profiles.load_profile(SMALL)
    made = student.student_copy(CHAPTERS["01_corpora"], small, {})
    (cell,) = [cell for cell in made.cells if "parameters" in sections.tags(cell)]
    assert cell.source.startswith(f'profile = "{small.argument}"  # a name in data/profiles')


def test_a_section_that_a_profile_lacks_is_left_out_of_the_copy():
    chapter = CHAPTERS["06_genres"]
    absent = {"needs-genres": "This build has no genres."}
    made = student.student_copy(chapter, DEMO, absent)
    assert "*Left out*: This build has no genres." in text(made)
    assert len(made.cells) < len(student.student_copy(chapter, DEMO, {}).cells)


@pytest.fixture
def quick(monkeypatch):
    """The command without the tables of a profile."""
    monkeypatch.setattr(student.corpora, "prepare", lambda profile: {})
    monkeypatch.setattr(student.conditions, "conditions", lambda profile: {})


def test_chapters_are_named_by_number_or_name(quick, tmp_path, capsys):
    student.run(tmp_path / "class", chapters=["6", "03", "01_corpora"])
    written = sorted(path.name for path in (tmp_path / "class").iterdir())
    assert written == ["01_corpora.ipynb", "03_feature_comparison.ipynb", "06_genres.ipynb"]
    assert capsys.readouterr().out.startswith(
        "Chapters without solutions: 3, on the profile demo, in "
    )
    with pytest.raises(
        ProjectError, match="--chapters 77: there is no such chapter. There are 01, 02"
    ):
        student.run(tmp_path / "class", chapters=["77"])
    student.run(tmp_path / "all")
    assert len(list((tmp_path / "all").iterdir())) == len(CHAPTERS)


def change(path, source):
    notebook = nbformat.read(path, as_version=4)
    notebook.cells[-1].source = source
    nbformat.write(notebook, path)


def test_a_changed_copy_is_never_overwritten_unasked(quick, tmp_path, capsys):
    student.run(tmp_path, chapters=["01", "02"])
    # Running a copy is no change; writing into it is.
    path = tmp_path / "01_corpora.ipynb"
    notebook = nbformat.read(path, as_version=4)
    notebook.cells[2].execution_count = 1
    nbformat.write(notebook, path)
    student.run(tmp_path, chapters=["01", "02"])
    change(path, "answer = 42")
    (tmp_path / "02_audio_features.ipynb").write_text("{}", encoding="utf-8")
    before = path.read_bytes()
    with pytest.raises(ProjectError) as caught:
        student.run(tmp_path, chapters=["01", "02", "03"])
    said = str(caught.value)
    assert "01_corpora.ipynb, 02_audio_features.ipynb. Nothing was written" in said
    assert "--overwrite" in said and path.read_bytes() == before
    assert not (tmp_path / "03_feature_comparison.ipynb").exists()
    capsys.readouterr()
    student.run(tmp_path, chapters=["01"], overwrite=True)
    assert capsys.readouterr().out.startswith("Replaced, though changed: 01_corpora.ipynb.\n")
    assert "answer = 42" not in path.read_text(encoding="utf-8")


@pytest.mark.parametrize("folder", ["notebooks", "book/notebooks"])
def test_the_chapters_themselves_are_never_overwritten(quick, folder):
    with pytest.raises(ProjectError, match="holds the book's own chapters. Name another folder"):
        student.run(ROOT / folder, chapters=["01"], overwrite=True)


@pytest.mark.slow
def test_copies_run_to_the_first_blank_which_says_what_it_waits_for(built, tmp_path):
    # One that reads tables of the profile alone, and one that reads what another chapter made.
    numbers = ["01", "11"]
    command = [sys.executable, "-m", "helpers", "student", str(tmp_path), "--profile", SMALL]
    made = subprocess.run(
        [*command, "--chapters", *numbers],
        cwd=built,
        capture_output=True,
        text=True,
        env={**os.environ, "PYTHONUTF8": "1"},
        check=False,
    )
    assert made.returncode == 0, made.stderr
    assert made.stdout.startswith(
        f"Reading the profile {SMALL} ...\nChapters without solutions: 2, "
    )
    for path in sorted(tmp_path.glob("*.ipynb")):
        book = nbformat.read(path, as_version=4)
        resources = {"metadata": {"path": str(built)}}
        with pytest.MonkeyPatch.context() as patch:
            patch.setenv("PYTHONPATH", str(built))
            client = NotebookClient(book, kernel_name="python3", resources=resources)
            with pytest.raises(CellExecutionError) as caught:
                client.execute()
        first = f"{path.name[:2]}.1"
        assert re.search(rf"Exercise {first} waits for the \w+", str(caught.value))
        (stopped,) = [
            cell
            for cell in book.cells
            if any(output.output_type == "error" for output in cell.get("outputs", ()))
        ]
        assert f'teaching.check("{first}"' in stopped.source
