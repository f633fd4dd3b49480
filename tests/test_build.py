"""The runner: what it executes and why, what it refuses, what is left when it is stopped."""

import ast
import os
import shutil
import signal
import subprocess
import sys
import time

import nbformat
import pytest
from commands import Commands
from conftest import ROOT, SMALL, build, copy_project, executed, products
from made_project import CHAPTERS, Project, notebook

from helpers import build as runner
from helpers.build import graph, keys, sections
from helpers.chapter import reference_to
from helpers.conditions import CONDITIONS
from helpers.profiles import load_profile
from helpers.project import ProjectError

SCORECARD = "10_scorecard"
VALUES = "notebooks/03_values.ipynb"


@pytest.fixture(scope="module")
def chapters():
    return graph.read_chapters()


# The graph


def test_the_graph_is_read_from_what_the_chapters_declare(chapters):
    before = graph.order(chapters)
    assert list(before) == list(graph.notebooks())
    assert before["01_corpora"] == set()
    assert "08_embedding_map" in before["09_genre_clustering"] & before["11_your_playlist"]
    assert before[SCORECARD] == set(chapters) - {SCORECARD}


def test_chapters_that_no_table_joins_to_others_give_way(chapters):
    alone = {name for name in chapters if graph.stands_alone(name, chapters)}
    assert set(chapters) - alone == {"08_embedding_map", "09_genre_clustering", "11_your_playlist"}


def test_a_chapter_declares_by_literals(tmp_path):
    made = notebook("01_counts")
    path = tmp_path / "01_counts.ipynb"
    nbformat.write(made, path)
    read = graph.read_chapter(path)
    assert (read.name, read.reads, read.writes) == ("01_counts", {"tracks"}, {"maps"})
    assert read.parameters == ("profile", "n_bootstrap")
    made.cells[1].source = made.cells[1].source.replace("['tracks']", "list(names)")
    nbformat.write(made, path)
    with pytest.raises(ProjectError, match="`reads` of open_chapter is no literal list"):
        graph.read_chapter(path)
    made.cells[1].source = "chapter = None"
    nbformat.write(made, path)
    with pytest.raises(ProjectError, match="01_counts does not open with open_chapter"):
        graph.read_chapter(path)


@pytest.mark.parametrize(
    ("given", "said"),
    [
        (
            "06_genres:n_boostrap=5",
            "declares no parameter 'n_boostrap'. Valid names: profile, n_bootstrap",
        ),
        ("04_genre:block=5", "no notebook '04_genre'. Valid names: 01_corpora"),
        ("block=5", "no notebook 'block'"),
    ],
)
def test_a_misspelt_parameter_is_refused(chapters, given, said):
    with pytest.raises(ProjectError, match=said):
        graph.given_parameters([given], chapters)


def test_parameters_keep_their_types(chapters):
    given = graph.given_parameters(["06_genres:block=5", "06_genres:profile=demo"], chapters)
    assert given == {"06_genres": {"block": 5, "profile": "demo"}}


def test_after_a_failure_nothing_new_begins_and_the_rest_ends():
    done = []

    def task(name):
        if name == "b":
            raise ProjectError("b failed")
        done.append(name)

    before = {"a": set(), "b": {"a"}, "c": {"b"}}
    with pytest.raises(ProjectError, match="b failed"):
        runner.run_in_order("abc", before, 2, task)
    assert done == ["a"]


# Sections


def test_the_longest_chain_goes_before_what_could_begin_as_well():
    before = {"a": set(), "b": set(), "maps": set(), "clusters": {"maps"}}
    before["scorecard"] = {"a", "b", "maps", "clusters"}
    lengths = runner.chain_lengths(before, before)
    assert lengths == {"a": 2, "b": 2, "maps": 3, "clusters": 3, "scorecard": 3}
    begun = []
    runner.run_in_order(before, before, 1, begun.append)
    assert begun == ["maps", "clusters", "a", "b", "scorecard"]
    assert runner.chain_lengths(["clusters", "a"], before) == {"clusters": 1, "a": 1}


def cell(kind, source, *tags):
    make = nbformat.v4.new_code_cell if kind == "code" else nbformat.v4.new_markdown_cell
    return make(source, metadata={"tags": list(tags)} if tags else {})


def chapter_of(*cells, reads=()):
    made = nbformat.v4.new_notebook()
    made.cells = list(cells)
    return graph.Chapter("01_made", made, (), frozenset(reads), frozenset())


def test_one_line_stands_in_the_place_of_each_run_of_cells_left_out():
    made = chapter_of(
        cell("markdown", "# Title"),
        cell("markdown", "## Years", "needs-years"),
        cell("code", "years", "needs-years"),
        cell("code", "both", "needs-years", "needs-features"),
        cell("markdown", "Between."),
        cell("code", "features", "needs-features"),
        cell("code", "more years", "needs-years"),
    )
    conditions = dict.fromkeys(CONDITIONS, "") | {"needs-years": "This build has no years."}
    absent = sections.lacking(made, conditions)
    assert absent == {"needs-years": "This build has no years."}
    page = sections.page(made.notebook, absent)
    line = "*Left out*: This build has no years."
    own, before = f"{line} <!-- left out: years -->", f"{line} <!-- left out: title -->"
    assert [c.source for c in page.cells] == ["# Title", own, "Between.", "features", before]
    nbformat.validate(page)
    assert len(made.notebook.cells) == 7, "the source stays as it is"


def test_a_reason_is_told_in_full_once_on_a_page():
    made = chapter_of(
        cell("code", "years", "needs-years"),
        cell("markdown", "Between."),
        cell("code", "more years", "needs-years"),
    )
    reason = (
        "This build has no years (none in the tracks table). Lists with such a column bring them."
    )
    page = sections.page(made.notebook, {"needs-years": reason})
    first, _, second = [c.source.partition(" <!--")[0] for c in page.cells]
    assert (first, second) == (f"*Left out*: {reason}", "*Left out*: This build has no years.")
    # What begins with a reason that was told is told briefly too, and not beside it.
    made.notebook.cells += [
        cell("code", "a", "needs-maps"),
        cell("markdown", "On maps."),
        cell("code", "b", "needs-maps"),
    ]
    more = {
        "needs-years": reason,
        "needs-maps": "This build has no years (none), so no map. Get some.",
    }
    page = sections.page(made.notebook, more)
    last = [c.source.partition(" <!--")[0] for c in page.cells[2:]]
    assert last == [
        "*Left out*: This build has no years.",
        "On maps.",
        "*Left out*: This build has no years, so no map.",
    ]


def test_where_nothing_can_be_done_no_line_is_left():
    made = chapter_of(cell("markdown", "Of PMD.", "study"), cell("markdown", "Of any corpus."))
    absent = sections.lacking(made, {"study": "This build has other corpora."})
    assert [c.source for c in sections.page(made.notebook, absent).cells] == ["Of any corpus."]


@pytest.mark.parametrize(
    ("profile", "kind", "absent", "words"),
    [
        ("demo", "", (), "Numbers: **simulated**."),
        ("demo", "printed", (), "Numbers: published."),
        ("demo", "compared", (), "Numbers: **simulated**."),
        ("published", "compared", ("needs-features",), "Numbers: published."),
        ("demo", "counts", (), "Numbers: recomputed from the published genre counts."),
        ("published", "counts", (), "Numbers: recomputed."),
        ("published", "simulated", (), "Numbers: **simulated**."),
    ],
)
def test_captions_say_where_their_numbers_come_from(profile, kind, absent, words):
    loaded = load_profile(profile)
    assert sections.numbers_in_words(kind, loaded, dict.fromkeys(absent, "None.")) == words


def test_captions_are_completed_on_the_page_alone():
    made = chapter_of(cell("code", "figure"), cell("code", "lesson"))
    made.notebook.cells[0].metadata["mystnb"] = {"figure": {"caption": "Sizes.", "name": "fig-a"}}
    made.notebook.cells[1].metadata["mystnb"] = {"figure": {"caption": "By hand.", "name": "tab-b"}}
    made.notebook.cells[1].metadata["numbers"] = "method"
    page = sections.page(made.notebook, {})
    sections.complete_captions(page, load_profile("demo"), {})
    captions = [c.metadata["mystnb"]["figure"]["caption"] for c in page.cells]
    assert captions == ["Sizes. Numbers: **simulated**.", "By hand."]
    assert made.notebook.cells[0].metadata["mystnb"]["figure"]["caption"] == "Sizes."


def test_the_scorecard_depends_on_every_input_that_is_absent():
    made = chapter_of(cell("code", "card"), reads=["results"])
    assert sections.lacking(made, {"needs-mssd": "None."}) == {"needs-mssd": "None."}


def test_links_to_figures_and_tables_show_numbers_on_the_page():
    link = reference_to("fig-map-quality")
    assert link == "[Figure map quality](#fig-map-quality)"
    made = chapter_of(cell("markdown", f"See {link} and [the rest](#more)."), cell("code", "1"))
    said = nbformat.v4.new_output("display_data", {"text/markdown": f"- Pop leads. ({link})"})
    made.notebook.cells[1].outputs = [said]
    sections.show_numbers(made.notebook)
    text, code = made.notebook.cells
    assert text.source == "See {numref}`fig-map-quality` and [the rest](#more)."
    assert code.outputs[0].data["text/markdown"] == "- Pop leads. ({numref}`fig-map-quality`)"


def test_code_is_folded_unless_it_teaches():
    made = chapter_of(
        cell("code", "1", "parameters"),
        cell("code", "2", "injected-parameters"),
        cell("code", "3"),
        cell("code", "4", "teach"),
        cell("code", "5", "solution", "hide-cell"),
        cell("markdown", "Text."),
    ).notebook
    made.cells[2].metadata["mystnb"] = {"image": {"alt": "A line."}}
    sections.fold(made)
    assert ["hide-input" in sections.tags(c) for c in made.cells] == [True] * 3 + [False] * 3
    prompts = [c.metadata.get("mystnb", {}).get("code_prompt_show") for c in made.cells[:4]]
    assert prompts == [sections.FOLDED, sections.PARAMETERS, sections.FOLDED, None]
    assert made.cells[2].metadata["mystnb"]["image"]["alt"] == "A line."


# Keys


def test_a_fingerprint_is_of_content(tmp_path):
    path = tmp_path / "a.csv"
    assert keys.fingerprint(path) is None
    path.write_text("a")
    first = keys.fingerprint(path)
    os.utime(path, (1, 1))
    assert keys.fingerprint(path) == first
    path.write_text("b")
    assert keys.fingerprint(path) != first
    folder = keys.fingerprint(tmp_path)
    (tmp_path / "b.csv").write_text("b")
    assert keys.fingerprint(tmp_path) != folder


def test_what_running_a_notebook_leaves_in_it_is_not_its_source():
    made = notebook("01_counts")
    before = keys.source_hash(made)
    made.cells[3].outputs = [nbformat.v4.new_output("stream", text="1")]
    made.cells[3].execution_count = 7
    made.metadata["language_info"] = {"name": "python"}
    assert keys.source_hash(made) == before
    made.cells[3].source += "\n"
    assert keys.source_hash(made) != before


# What runs, and why: on a project of short chapters


@pytest.fixture(scope="module")
def short_book(tmp_path_factory):
    found = Project(tmp_path_factory.mktemp("made") / "muziek für pijn")
    _, reasons = found.build()
    assert reasons == dict.fromkeys(CHAPTERS, "not yet executed")
    yield found
    found.commands.close()


def test_nothing_runs_again_where_nothing_that_a_chapter_reads_changed(short_book):
    short_book.profile(contact="someone@example.org")
    said, reasons = short_book.build()
    assert reasons == {} and f"Executed 0 of {len(CHAPTERS)} notebooks." in said
    assert "Rendered." in said


def test_each_chapter_runs_for_a_reason_of_its_own(short_book):
    short_book.edit(VALUES, "factor = 1", "factor = 2 - 1")
    for file in ("helpers/figures/book.mplstyle", "data/registry.csv"):
        path = short_book.root / file
        path.write_text(path.read_text(encoding="utf-8") + "\n", encoding="utf-8")
    short_book.profile(n_bootstrap=11, playlist="one two three")
    # What 03 records is what it was, so the scorecard is up to date; so is it with the maps.
    assert short_book.build()[1] == {
        "01_counts": "setting n_bootstrap changed",
        "02_drawing": "helpers/figures/book.mplstyle changed",
        "03_values": "its source changed",
        "04_playlist": "setting playlist changed",
        "05_registry": "data/registry.csv changed",
    }


def test_what_another_chapter_recorded_counts(short_book):
    short_book.edit(VALUES, "factor = 2 - 1", "factor = 2")
    # The scorecard alone first: it is up to date with what was recorded until now.
    assert short_book.build("--only", SCORECARD)[1] == {}
    assert short_book.build("--param", "02_drawing:seed=5")[1] == {
        "02_drawing": "parameter seed changed",
        "03_values": "its source changed",
        SCORECARD: "build/made/results/03_values.csv changed",
    }


def test_a_product_that_is_missing_is_made(short_book):
    products = {
        "01_counts": "build/made/maps.parquet",
        "03_values": "build/made/results/03_values.csv",
        "04_playlist": "book/notebooks/04_playlist.ipynb",
    }
    for product in products.values():
        (short_book.root / product).unlink()
    expected = {name: f"{product} is missing" for name, product in products.items()}
    assert short_book.build()[1] == {**expected, "02_drawing": "parameter seed changed"}
    assert all((short_book.root / product).is_file() for product in products.values())


def test_a_playlist_that_is_a_folder_counts_by_what_lies_in_it(short_book, tmp_path):
    folder = tmp_path / "sounds"
    folder.mkdir()
    shutil.copy(ROOT / "tests/data/openl3/short48k.flac", folder / "a.flac")
    short_book.profile(playlist=str(folder))
    assert short_book.build()[1] == {"04_playlist": "setting playlist changed"}
    shutil.copy(folder / "a.flac", folder / "b.flac")
    assert short_book.build()[1] == {"04_playlist": f"{folder} changed"}
    short_book.profile(playlist="one two")


def test_a_build_folder_that_is_gone_is_made_anew(short_book):
    shutil.rmtree(short_book.root / "build")
    assert short_book.build()[1] == dict.fromkeys(CHAPTERS, "not yet executed")
    assert (short_book.root / "build/made/results/03_values.csv").is_file()


def test_a_helper_runs_the_chapters_that_import_it(short_book):
    path = short_book.root / "helpers" / "readers" / "listings.py"
    path.write_text(path.read_text(encoding="utf-8") + "\n# a change\n", encoding="utf-8")
    # All short chapters import it, through the corpora.
    assert set(short_book.build()[1].values()) == {"helpers/readers/listings.py changed"}
    state = keys.State(**_json(short_book.root / "build/made/state/02_drawing.json"))
    assert "helpers/figures/style.py" in state.files
    assert "helpers/embeddings/openl3.py" not in state.files


def _json(path):
    import json

    return json.loads(path.read_text(encoding="utf-8"))


def test_a_section_whose_input_is_absent_is_not_on_the_page(short_book):
    def lines():
        page = nbformat.read(short_book.root / "book/notebooks/01_counts.ipynb", as_version=4)
        return [c.source for c in page.cells if c.source.startswith("*Left out*")]

    assert lines() == []
    reasons = short_book.build("--without", "features")[1]
    assert reasons["01_counts"] == "section needs-features changed"
    assert "This build has no audio features" in lines()[0]
    assert "01_counts" in short_book.build()[1] and lines() == []


def test_a_raising_cell_is_named(short_book):
    short_book.edit(VALUES, "factor = ", "1 / 0; factor = ")
    said, _ = short_book.build(check=False)
    assert "03_values, cell 4: 1 / 0; factor = " in said
    assert "  ZeroDivisionError: division by zero" in said
    assert "Traceback" not in said
    kept = nbformat.read(short_book.root / "build/made/unfinished/03_values.ipynb", as_version=4)
    assert any(o.output_type == "error" for c in kept.cells for o in c.get("outputs", ()))
    short_book.edit(VALUES, "1 / 0; factor = ", "factor = ")
    # The mended notebook is the one that was executed before.
    assert short_book.build()[1] == {}


def test_a_killed_kernel_is_one_message_and_the_next_build_is_right(short_book):
    short_book.edit(VALUES, "factor = ", "import os; os._exit(9); factor = ")
    said, _ = short_book.build(check=False)
    assert "Traceback" not in said
    assert "03_values, cell 4: import os" in said and "The kernel that ran it has ended" in said
    short_book.edit(VALUES, "import os; os._exit(9); factor = ", "factor = 10 + ")
    assert set(short_book.build()[1]) == {"03_values", SCORECARD}


@pytest.mark.parametrize(
    "stop", [signal.SIGKILL, signal.SIGINT] if os.name == "posix" else [signal.SIGTERM]
)
def test_a_build_stopped_in_the_middle_is_continued_by_the_next(short_book, stop):
    running = short_book.root / "build/begun"
    running.unlink(missing_ok=True)
    wait = f"import pathlib, time; pathlib.Path({str(running)!r}).touch(); time.sleep(90); "
    short_book.edit(VALUES, "factor = ", f"{wait}factor = ")
    process = short_book.start()
    end = time.monotonic() + 60
    while not running.exists():
        assert time.monotonic() < end, "the chapter did not begin"
        time.sleep(0.05)
    # A second build in the same folder refuses meanwhile.
    assert "Another build is running" in short_book.build(check=False)[0]
    process.send_signal(stop)
    said = process.communicate(timeout=60)[0]
    assert process.returncode == (-9 if stop == signal.SIGKILL else 130)
    assert stop == signal.SIGKILL or "Stopped. What was finished is kept" in said
    short_book.edit(VALUES, "time.sleep(90)", "time.sleep(0)")
    assert short_book.build()[1] == {"03_values": "its source changed"}
    for path in (short_book.root / "book/notebooks").glob("*.ipynb"):
        nbformat.validate(nbformat.read(path, as_version=4))
    assert not list((short_book.root / "build/made/unfinished").glob("*.ipynb"))


PREPARE = """
import sys
from helpers import corpora, profiles
print("begun", flush=True)
corpora.prepare(profiles.load_profile("demo"))
"""


def test_of_two_processes_that_make_the_same_tables_one_waits(short_book):
    shutil.rmtree(short_book.root / "build")
    processes = [
        subprocess.Popen(
            [sys.executable, "-c", PREPARE], cwd=short_book.root, stdout=subprocess.PIPE, text=True
        )
        for _ in range(2)
    ]
    said = sorted(process.communicate(timeout=120)[0] for process in processes)
    assert [process.returncode for process in processes] == [0, 0]
    assert said[0] == "begun\n"
    assert "Another process makes the tables of the profile demo; waiting" in said[1]


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        ({"only": ["99_none"]}, "no notebook '99_none'"),
        ({"mirror": "nowhere"}, "there is no such folder"),
        ({"profile": "nonesuch"}, "no profile 'nonesuch'"),
        ({"params": ["03_feature_comparison:x=1"]}, "no parameter 'x'"),
    ],
)
def test_bad_arguments_end_before_anything_runs(arguments, said, monkeypatch):
    monkeypatch.setattr(runner, "_execute", lambda *_: pytest.fail("something was executed"))
    with pytest.raises(ProjectError, match=said):
        runner.run(**arguments)


def test_a_bad_argument_is_one_line_on_the_command_line(short_book):
    printed, reasons = short_book.build("--param", "03_values:x=1", check=False)
    assert "no parameter 'x'" in printed and not reasons and "Traceback" not in printed


# The book itself


@pytest.fixture(scope="module")
def tree(built, tmp_path_factory):
    """A copy of the built book that the tests below may change."""
    place = tmp_path_factory.mktemp("tree") / "muziek für pijn"
    return shutil.copytree(built, place, symlinks=True)


def test_a_book_that_moved_executes_nothing_and_renders_nothing(tree):
    run = build(tree, "--profile", SMALL)
    assert executed(run.stdout) == 0
    assert "The rendered book is up to date." in run.stdout
    assert run.stdout.splitlines()[-1] == "Book: _build/html/index.html"


def test_only_the_chapter_on_playlists_depends_on_the_playlist(built):
    states = {path.stem: _json(path) for path in (products(built, SMALL) / "state").glob("*.json")}
    assert set(states) == set(graph.notebooks())
    assert {name for name, state in states.items() if "playlist" in state["keys"]} == {
        "11_your_playlist"
    }
    assert not any("contact" in state["keys"] for state in states.values())


# In place of Jupyter Book, which takes fifteen seconds to find the same.
ONE_PAGE = """
def one_page(settings):
    print("Pages before:", [path.name for path in build.project.SITE.glob("*.html")])
    build.project.write_atomic(build.project.SITE / "index.html", "whole")
build.rendering._run_jupyter_book = one_page
"""


def test_a_render_cut_short_is_done_again_from_nothing(tree):
    (tree / "_build/html/glossary.html").write_text("half a page")
    (tree / "_build/.rendered").unlink()
    commands = Commands(tree, os.environ, ONE_PAGE)
    code, said = commands.run("build", "--profile", SMALL)
    assert code == 0 and executed(said) == 0 and "Pages before: []" in said
    assert "is up to date" in commands.run("build", "--profile", SMALL)[1]
    commands.close()


def run_by_papermill(tree, folder, out):
    """Run the first notebook by plain papermill from a folder; its code cells."""
    source = os.path.relpath(tree / "notebooks" / "01_corpora.ipynb", tree / folder)
    command = [sys.executable, "-m", "papermill", source, str(out)]
    made = subprocess.run(
        [*command, "-p", "profile", "demo", "--no-progress-bar"],
        cwd=tree / folder,
        capture_output=True,
        text=True,
        env={**os.environ, "PYTHONPATH": str(tree)},
        check=False,
    )
    assert made.returncode == 0, made.stderr
    book = nbformat.read(out, as_version=4)
    return [cell for cell in book.cells if cell.cell_type == "code"]


@pytest.mark.slow
def test_plain_papermill_works_from_the_root(built, tmp_path):
    code = run_by_papermill(built, ".", tmp_path / "out.ipynb")
    # Scaffolds of exercises have blanks and are left alone.
    assert all(
        bool(cell.execution_count) != ("scaffold" in cell.metadata.get("tags", ())) for cell in code
    )


# What a reader would edit who has less time.
FEWER = {"n_bootstrap": 40, "n_permutations": 40, "map_rows": 300}


def run_alone(clone, name):
    """Run a notebook from its own folder, as a reader does who opens it in Jupyter."""
    from nbclient import NotebookClient

    book = nbformat.read(clone / "notebooks" / f"{name}.ipynb", as_version=4)
    # Fewer replicates and listings, through the parameters of the chapter.
    for part in book.cells:
        if "parameters" in sections.tags(part):
            for parameter, value in FEWER.items():
                part.source = part.source.replace(f"{parameter} = None", f"{parameter} = {value}")
    resources = {"metadata": {"path": str(clone / "notebooks")}}
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("PYTHONPATH", str(clone))
        NotebookClient(book, kernel_name="python3", resources=resources).execute()
    records = any("chapter.record(" in part.source for part in book.cells)
    assert (clone / "build" / "demo" / "results" / f"{name}.csv").is_file() == records


@pytest.fixture(scope="module")
def opened_once(tmp_path_factory):
    """A fresh clone in which papermill ran the first notebook where it lies: the tables are made."""
    folder = tmp_path_factory.mktemp("fresh")
    clone = copy_project(folder / "clone")
    run_by_papermill(clone, "notebooks", folder / "out.ipynb")
    return clone


@pytest.mark.slow
@pytest.mark.parametrize(
    "name", [name for name in graph.notebooks() if name not in ("01_corpora", SCORECARD)]
)
def test_a_notebook_opened_alone_runs(tmp_path, name, opened_once, chapters):
    from nbclient.exceptions import CellExecutionError

    clone = shutil.copytree(opened_once, tmp_path / "clone")
    if graph.order(chapters)[name]:
        # It reads a table that another notebook writes, so it says what makes that table.
        said = "has not been made. Run: python -m helpers build --profile demo"
        with pytest.raises(CellExecutionError, match=said):
            run_alone(clone, name)
        return
    run_alone(clone, name)


def test_the_scorecard_alone_says_what_to_run_first(project):
    from helpers import corpora, ledger

    profile = load_profile("demo")
    with pytest.raises(ProjectError, match="python -m helpers build"):
        ledger.scorecard(profile, corpora.load(profile, "tracks"))


def test_the_command_line_names_a_missing_package():
    made = subprocess.run(
        [sys.executable, "-S", "-m", "helpers", "build"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    assert made.returncode == 1
    assert "is missing. Run: make book" in made.stderr and "Traceback" not in made.stderr


def test_no_chapter_computes_its_declaration(chapters):
    for chapter in chapters.values():
        code = [c.source for c in chapter.notebook.cells if c.cell_type == "code"]
        calls = [call for s in code for call in graph._calls([ast.parse(s)], "open_chapter")]
        assert all(isinstance(call.args[0], ast.Constant) for call in calls)
