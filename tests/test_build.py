"""The runner: what it executes, what it refuses, and what is left when it is stopped."""

import os
import signal
import subprocess
import sys
import time

import nbformat
import pytest
from conftest import ROOT, SMALL, build, copy_project, executed

from helpers import build as runner
from helpers import profiles, project
from helpers.project import ProjectError

SCORECARD = "08_scorecard"


@pytest.fixture(scope="module")
def tree(built, tmp_path_factory):
    """A copy of the built project that the tests below may change, each leaving it built."""
    import shutil

    return shutil.copytree(
        built, tmp_path_factory.mktemp("tree") / "muziek für pijn", symlinks=True
    )


def edit(tree, name, old, new):
    path = tree / "notebooks" / f"{name}.ipynb"
    text = path.read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, new), encoding="utf-8")


def test_the_graph_is_read_from_the_notebooks():
    after = runner.graph(runner._trees())
    assert set(after) == set(runner.notebooks())
    recording = {
        name
        for name, path in runner.notebooks().items()
        if "ledger.record(" in path.read_text(encoding="utf-8")
    }
    assert (
        after[SCORECARD] == recording - {SCORECARD}
        and {"04_genres", "03_feature_comparison"} <= recording
    )
    assert after["01_corpora"] == set()


def test_a_notebook_depends_on_the_helpers_it_uses_and_on_theirs():
    trees = runner._trees()
    found = {path.name for path in runner.helper_files(trees["04_genres"])}
    assert {"genres.py", "compare.py", "ledger.py", "paths.py"} <= found
    assert "build.py" not in found


@pytest.mark.parametrize("by", ["profile", "parameter"])
def test_an_edited_playlist_executes_the_one_chapter_that_reads_it(tmp_path, by):
    trees = runner._trees()
    after, file = runner.graph(trees), tmp_path / "list.csv"
    given = {"09_your_playlist": {"playlist": str(file)}} if by == "parameter" else {}
    profile = profiles.load_profile("demo").model_copy(
        update={"playlist": str(file) if by == "profile" else None}
    )
    found = []
    for text in ("track_id\na\n", "track_id\nb\n"):
        file.write_text(text)
        found.append(runner.keys(profile, given, trees, after))
    # The scorecard waits for all that record.
    assert {name for name in trees if found[0][name] != found[1][name]} == {
        "09_your_playlist",
        SCORECARD,
    }


@pytest.mark.parametrize(
    ("given", "said"),
    [
        (
            "04_genres:n_boostrap=5",
            "declares no parameter 'n_boostrap'. Valid names: profile, n_bootstrap",
        ),
        ("04_genre:block=5", "no notebook '04_genre'. Valid names: 01_corpora"),
        ("block=5", "no notebook 'block'"),
    ],
)
def test_a_misspelt_parameter_is_refused(given, said):
    with pytest.raises(ProjectError, match=said):
        runner.check_parameters([given], runner._trees())


def test_parameters_keep_their_types():
    given = runner.check_parameters(
        ["04_genres:block=5", "04_genres:profile=demo"], runner._trees()
    )
    assert given == {"04_genres": {"block": 5, "profile": "demo"}}


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["--only", "99_none"], "no notebook '99_none'"),
        (["--mirror", "nowhere"], "there is no such folder"),
        (["--profile", "nonesuch"], "no profile 'nonesuch'"),
        (["--param", "04_genres:x=1"], "no parameter 'x'"),
    ],
)
def test_bad_arguments_end_before_anything_runs(tree, arguments, said):
    run = build(tree, *arguments, check=False)
    assert run.returncode == 1 and said in run.stdout
    assert "to execute" not in run.stdout and "Traceback" not in run.stdout


def test_an_unchanged_tree_executes_nothing_and_renders_nothing(tree):
    run = build(tree, "--profile", SMALL)
    assert executed(run) == 0
    assert "The rendered book is up to date." in run.stdout
    assert run.stdout.splitlines()[-1] == "Book: _build/html/index.html"


def test_a_touched_notebook_is_executed_with_what_waits_for_it(tree):
    edit(tree, "01_corpora", "# Two corpora", "# The two corpora")
    assert executed(build(tree, "--profile", SMALL)) == 2
    assert "The two corpora" in (tree / "_build/html/notebooks/01_corpora.html").read_text(
        encoding="utf-8"
    )


def test_a_touched_helper_executes_the_notebooks_that_use_it(tree):
    with open(tree / "helpers" / "compare.py", "a") as file:
        file.write("\n# a change\n")
    trees = runner._trees()
    users = {
        name
        for name in trees
        if project.ROOT / "helpers/compare.py" in runner.helper_files(trees[name])
    }
    assert "03_feature_comparison" in users
    waiting = {name for name, before in runner.graph(runner._trees()).items() if before & users}
    assert executed(build(tree, "--profile", SMALL)) == len(users | waiting)


def test_a_parameter_executes_its_notebook_and_reaches_it(tree):
    run = build(tree, "--profile", SMALL, "--param", "04_genres:block=5")
    assert executed(run) == 2
    book = nbformat.read(tree / "book/notebooks/04_genres.ipynb", as_version=4)
    assert any("block = 5" in cell.source for cell in book.cells)
    assert not any("papermill" in cell.metadata for cell in book.cells)
    build(tree, "--profile", SMALL)


def test_only_executes_one_notebook(tree):
    assert executed(build(tree, "--profile", SMALL, "--only", "01_corpora", "--force")) == 1


def test_a_raising_cell_is_named_and_the_site_stays_as_it_was(tree):
    before = (tree / "_build/html/notebooks/04_genres.html").read_bytes()
    edit(tree, "04_genres", "by_hand = ", '1 / 0\\n",\n    "by_hand = ')
    run = build(tree, "--profile", SMALL, check=False)
    assert run.returncode == 1
    cells = nbformat.read(tree / "notebooks/04_genres.ipynb", as_version=4).cells
    number = next(k for k, cell in enumerate(cells, 1) if "1 / 0" in cell.source)
    assert (
        f"04_genres, cell {number}: 1 / 0" in run.stdout
        and "ZeroDivisionError: division by zero" in run.stdout
    )
    kept = nbformat.read(tree / "build/small/unfinished/04_genres.ipynb", as_version=4)
    assert any(
        output.output_type == "error" for cell in kept.cells for output in cell.get("outputs", ())
    )
    assert (tree / "_build/html/notebooks/04_genres.html").read_bytes() == before
    edit(tree, "04_genres", '1 / 0\\n",\n    "by_hand = ', "by_hand = ")
    # Keys are made of content: the mended notebook is the one that was executed before.
    assert executed(build(tree, "--profile", SMALL)) == 0


def start(tree, *arguments):
    return subprocess.Popen(
        [sys.executable, "-m", "helpers", "build", "--profile", SMALL, *arguments],
        cwd=tree,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        encoding="utf-8",
        env={**os.environ, "PYTHONUTF8": "1"},
    )


def wait_for(condition, seconds=120):
    end = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < end, "it did not happen"
        time.sleep(0.05)


@pytest.mark.parametrize(
    "stop", [signal.SIGKILL, signal.SIGINT] if os.name == "posix" else [signal.SIGTERM]
)
def test_a_build_stopped_in_the_middle_is_continued_by_the_next(tree, stop):
    running = tree / "build/small/unfinished/04_genres.ipynb"
    # One that failed in a test above stays there.
    running.unlink(missing_ok=True)
    process = start(tree, "--force")
    # A second build in the same folder refuses meanwhile.
    wait_for(running.exists)
    second = build(tree, "--profile", SMALL, check=False)
    assert second.returncode == 1 and "Another build is running" in second.stdout
    process.send_signal(stop)
    said = process.communicate(timeout=60)[0]
    assert process.returncode == (-9 if stop == signal.SIGKILL else 130)
    assert stop == signal.SIGKILL or "Stopped. What was finished is kept" in said
    build(tree, "--profile", SMALL, "--param", "04_genres:seed=7")
    for path in (tree / "book/notebooks").glob("*.ipynb"):
        nbformat.validate(nbformat.read(path, as_version=4))
    assert not running.exists()
    build(tree, "--profile", SMALL)


def test_a_render_cut_short_is_done_again_from_nothing(tree):
    page = tree / "_build/html/glossary.html"
    page.write_text("half a page")
    (tree / "_build/.rendered").unlink()
    assert executed(build(tree, "--profile", SMALL)) == 0
    assert "half a page" not in page.read_text(encoding="utf-8")


@pytest.mark.parametrize("folder", [".", "notebooks"])
def test_plain_papermill_works_from_the_root_and_from_notebooks(tree, tmp_path, folder):
    source = os.path.relpath(tree / "notebooks" / "01_corpora.ipynb", tree / folder)
    made = subprocess.run(
        [
            sys.executable,
            "-m",
            "papermill",
            source,
            str(tmp_path / "out.ipynb"),
            "-p",
            "profile",
            "demo",
            "--no-progress-bar",
        ],
        cwd=tree / folder,
        capture_output=True,
        text=True,
        env={**os.environ, "PYTHONPATH": str(tree)},
    )
    assert made.returncode == 0, made.stderr
    book = nbformat.read(tmp_path / "out.ipynb", as_version=4)
    assert all(cell.execution_count for cell in book.cells if cell.cell_type == "code")


@pytest.mark.parametrize("name", [name for name in runner.notebooks() if name != SCORECARD])
def test_a_notebook_opened_alone_in_a_fresh_clone_runs(tmp_path, name, monkeypatch):
    from nbclient import NotebookClient
    from nbclient.exceptions import CellExecutionError

    clone = copy_project(tmp_path / "clone")
    monkeypatch.setenv("PYTHONPATH", str(clone))
    book = nbformat.read(clone / "notebooks" / f"{name}.ipynb", as_version=4)
    for cell in book.cells:
        # Fewer replicates than a reader would take, through the parameters a reader would edit.
        if "parameters" in cell.metadata.get("tags", ()):
            cell.source = cell.source.replace("n_bootstrap = None", "n_bootstrap = 40").replace(
                "n_permutations = None", "n_permutations = 40"
            )
    client = NotebookClient(
        book, kernel_name="python3", resources={"metadata": {"path": str(clone / "notebooks")}}
    )
    if runner.graph(runner._trees())[name]:
        # It reads a table that another notebook writes, so it says what makes that table.
        with pytest.raises(
            CellExecutionError,
            match="has not been made. Run: python -m helpers build --profile demo",
        ):
            client.execute()
        return
    client.execute()
    records = any(runner._calls(runner._trees()[name], "ledger.record"))
    assert (clone / f"build/demo/results/{name}.csv").is_file() == records


def test_the_scorecard_alone_says_what_to_run_first(project):
    from helpers import corpora, ledger

    profile = profiles.load_profile("demo")
    with pytest.raises(ProjectError, match="python -m helpers build"):
        ledger.scorecard(profile, corpora.load(profile, "tracks"))


def test_the_command_line_names_a_missing_package(tmp_path):
    made = subprocess.run(
        [sys.executable, "-S", "-m", "helpers", "build"], cwd=ROOT, capture_output=True, text=True
    )
    assert (
        made.returncode == 1
        and "is missing. Run: make book" in made.stderr
        and "Traceback" not in made.stderr
    )
