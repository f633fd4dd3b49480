"""Rules of the house for notebooks, read from their source."""

import ast
import builtins
import dis
import re
import sys
import types
from collections import Counter

import nbformat
import pytest
from conftest import ROOT

sys.path.insert(0, str(ROOT / "book" / "_ext"))
import book_citations  # noqa: E402

from helpers.chapter import reference_to  # noqa: E402

CITED = book_citations.keys(ROOT / "book" / "references.bib")
NOTEBOOKS = sorted((ROOT / "notebooks").glob("*.ipynb"))
BOOKS = {path.stem: nbformat.read(path, as_version=4) for path in NOTEBOOKS}
FIGURE = re.compile(
    r"figures\.(canvas|side_by_side|density_grid)\(|alt\.Chart|figures\.\w+_chart\("
)

each = pytest.mark.parametrize("name", BOOKS)
# What belongs to the exercises is no part of the narrative: it has the lengths of a folded cell, may
# type the numbers of its own small data, and counts in no sum. `test_exercises.py` holds its rules.
EXERCISES = {"exercise", "exercise-setup", "scaffold", "solution", "self-test"}


def tags(cell):
    return set(cell.metadata.get("tags", ()))


def code(name):
    return [cell for cell in BOOKS[name].cells if cell.cell_type == "code"]


def told(name):
    """The cells of a chapter's narrative."""
    return [cell for cell in BOOKS[name].cells if not EXERCISES & tags(cell)]


def prose(name):
    return "\n".join(cell.source for cell in told(name) if cell.cell_type == "markdown")


@each
def test_committed_without_outputs_and_for_any_python(name):
    nbformat.validate(BOOKS[name])
    assert not any(cell.outputs or cell.execution_count for cell in code(name))
    assert BOOKS[name].metadata.kernelspec.name == "python3"


@each
def test_skeleton(name):
    text = prose(name)
    assert re.match(r"# .+\n\n\*\*.+\?\*\*\n\nIn this chapter you will\n\n- ", text)
    assert len(re.findall(r"(?m)^# ", text)) == 1
    headings = re.findall(r"(?m)^## (.+)", text)
    assert "We found" in headings and headings[-1].startswith("Exercise")
    assert re.search(r"(?m)^You need .+\n\nReading time: \d+ minutes\. Inputs: ", text)
    ends = ["We found", "What this does not show", headings[-1]]
    assert [heading for heading in headings if heading in ends] == ends
    whole = "\n".join(cell.source for cell in BOOKS[name].cells if cell.cell_type == "markdown")
    assert re.findall(r"(?m)^## (.+)", whole)[-3:] == ["Exercises", "Self-test", "Solutions"]
    assert "**Next**" not in text, "the page's footer says what comes next"


@each
def test_one_parameters_cell_first_each_line_with_its_meaning(name):
    tagged = [cell for cell in code(name) if "parameters" in cell.metadata.get("tags", ())]
    assert tagged == code(name)[:1]
    lines = tagged[0].source.splitlines()
    assert lines[0].startswith('profile = "demo"  # ')
    assert all(re.match(r"\w+ = None  # \w", line) for line in lines[1:])


@each
def test_code_follows_prose_and_a_figure_is_followed_by_its_reading(name):
    cells = BOOKS[name].cells
    for k, cell in enumerate(cells):
        if cell.cell_type == "code" and FIGURE.search(cell.source):
            assert (
                cells[k + 1].cell_type == "markdown" and "*How to read it*" in cells[k + 1].source
            ), cell.source
    runs = re.findall("c+", "".join("m" if is_prose(cell) else "c" for cell in cells))
    assert max(map(len, runs)) <= 2 and cells[0].cell_type == "markdown"


def is_prose(cell):
    """Whether a cell is text on the page: Markdown, or the reading of a table."""
    return cell.cell_type == "markdown" or cell.source.startswith("chapter.reading(")


@each
def test_every_figure_has_a_description(name):
    for cell in code(name):
        if FIGURE.search(cell.source):
            alt = cell.metadata.get("mystnb", {}).get("image", {}).get("alt", "")
            assert len(alt) > 40 and not re.search(r"\d", alt), cell.source


# Captions, numbers and references.

# What a cell may show without a number of its own: sentences, sounds, and what a lesson prints.
SENTENCES = (
    "chapter.found(",
    "chapter.reading(",
    "chapter.record(",
    "chapter.findings(",
    "chapter.features_in_words",
    "chapter.units_in_words",
    "ledger.write_scorecard(",
    "Markdown(",
    "figures.players(",
)
LESSONS = {"teach", *EXERCISES}
CONDITIONAL = re.compile(r"needs-|study|simulated|published|printed|means")


# Conditions that hold wherever another one does.
IMPLIED = {
    "study": {"printed"},
    "needs-genres": {"needs-any-genre"},
    "needs-lists": {"needs-features"},
    "needs-several-lists": {"needs-lists", "needs-features"},
    "needs-shared-genres": {"needs-features"},
    "needs-repeats": {"needs-shared-genres", "needs-genres", "needs-features"},
    "needs-playlist-sound": {"needs-playlist"},
    "needs-playlist-ratio": {"needs-playlist-sound", "needs-playlist"},
    "needs-playlist-features": {"needs-playlist"},
    "needs-playlist-genres": {"needs-playlist"},
    "needs-joint-map": {"needs-maps"},
    "needs-two-samples": {"needs-maps"},
}


def conditions_of(cell):
    """The conditions under which a cell is on the page, those that follow from others too."""
    named = {tag for tag in tags(cell) if CONDITIONAL.match(tag)}
    return named | {other for tag in named for other in IMPLIED.get(tag, ())}


def caption(cell):
    return cell.metadata.get("mystnb", {}).get("figure", {})


def shows_figure_or_table(cell):
    """Whether a cell shows more than a sentence: a figure, or its last value."""
    if FIGURE.search(cell.source):
        return True
    last = ast.parse(cell.source).body[-1]
    is_silent = isinstance(last, ast.Expr) and isinstance(last.value, ast.Call)
    if not isinstance(last, ast.Expr) or (is_silent and ".append(" in ast.unparse(last)):
        return False
    return not ast.unparse(last).startswith((*SENTENCES, "display(chapter.found("))


def captioned(name):
    return {caption(cell)["name"]: cell for cell in code(name) if caption(cell)}


@each
def test_every_figure_and_table_has_a_caption_and_a_name(name):
    for cell in code(name):
        if LESSONS & tags(cell) or not shows_figure_or_table(cell):
            assert not caption(cell), cell.source
            continue
        kind = "fig-" if FIGURE.search(cell.source) else "tab-"
        assert caption(cell).get("name", "").startswith(kind), cell.source
        assert len(caption(cell)["caption"]) > 25 and caption(cell)["caption"].endswith("."), (
            cell.source
        )


@each
def test_a_cell_with_a_caption_shows_one_thing(name):
    for cell in captioned(name).values():
        assert not re.search(r"\bdisplay\(|\bprint\(", cell.source), cell.source


@each
def test_captions_type_no_number_that_a_build_decides(name):
    # Levels of intervals and tests, ranges, powers and squares are no results.
    settings = r"\b(95|90|80|5) %|0 to 1|\bof 80 dB|order [03]\b|\bF1\b|OpenL3"
    for cell in captioned(name).values():
        text = re.sub(settings, "", caption(cell)["caption"])
        assert not re.search(r"\d", text), text


@each
def test_captions_say_where_numbers_come_from_in_known_words(name):
    from helpers.build.sections import NUMBERS

    for cell in code(name):
        if "numbers" in cell.metadata:
            assert caption(cell) and cell.metadata["numbers"] in NUMBERS, cell.source


@each
def test_every_figure_and_table_is_referred_to_where_it_stands(name):
    shown = captioned(name)
    referred = {}
    for cell in BOOKS[name].cells:
        if cell.cell_type == "markdown":
            for link, target in re.findall(r"(\[[^\]]+\]\(#((?:fig|tab)-[\w-]+)\))", cell.source):
                assert link == reference_to(target), cell.source
                referred[target] = True
                # A page without the one must not have the other.
                assert conditions_of(shown[target]) <= conditions_of(cell), (target, cell.source)
    assert set(referred) == set(shown)


@each
def test_how_to_read_it_names_the_figure_before_it(name):
    cells = BOOKS[name].cells
    for k, cell in enumerate(cells):
        if cell.cell_type == "code" and FIGURE.search(cell.source):
            wanted = f"*How to read it* ({reference_to(caption(cell)['name'])})"
            assert wanted in cells[k + 1].source, cell.source


@each
def test_findings_name_figures_that_are_on_the_page(name):
    shown = captioned(name)
    for cell in code(name):
        for target in re.findall(r'"((?:fig|tab)-[\w-]+)"', cell.source):
            assert conditions_of(shown[target]) <= conditions_of(cell), (target, cell.source)


def test_no_name_stands_twice_in_the_book():
    names = Counter(target for name in BOOKS for target in captioned(name))
    assert max(names.values()) == 1, names.most_common(3)


@each
def test_the_list_of_findings_shows_the_numbers_of_figures(name):
    (cell,) = [cell for cell in code(name) if "chapter.findings()" in cell.source]
    assert cell.metadata["mystnb"]["markdown_format"] == "myst"


# The page and the machine.

COLUMNS = 76
LESSON_LINES, FOLDED_LINES = 10, 15
FUNCTIONS, FUNCTION_LINES = 10, 8
# Of a chapter on average: the nine there were at first had 1,300 in all.
CODE_LINES, LESSON_SHARE = 145, 0.15


def lines(cell):
    return cell.source.splitlines()


def is_lesson(cell):
    return "teach" in cell.metadata.get("tags", ())


def nodes(name, *kinds):
    for cell in code(name):
        yield from (node for node in ast.walk(ast.parse(cell.source)) if isinstance(node, kinds))


@each
def test_the_opening_cell_declares_tables_by_literals(name):
    calls = [
        node
        for node in ast.walk(ast.parse(code(name)[1].source))
        if isinstance(node, ast.Call) and ast.unparse(node.func) == "open_chapter"
    ]
    assert len(calls) == 1, "the second code cell calls open_chapter once"
    given = {keyword.arg: keyword.value for keyword in calls[0].keywords}
    assert ast.literal_eval(calls[0].args[0]) == name
    for argument in {"reads", "writes"} & set(given):
        assert all(isinstance(table, str) for table in ast.literal_eval(given[argument]))


@each
def test_cells_are_short_and_narrow(name):
    for cell in code(name):
        assert len(lines(cell)) <= (LESSON_LINES if is_lesson(cell) else FOLDED_LINES), cell.source
        assert max(map(len, lines(cell))) <= COLUMNS, cell.source


@each
def test_every_tag_is_known(name):
    from helpers.conditions import CONDITIONS

    known = {
        "parameters",
        "teach",
        "runs-in-page",
        "hide-cell",
        "skip-execution",
        *EXERCISES,
        *CONDITIONS,
    }
    for cell in BOOKS[name].cells:
        assert set(cell.metadata.get("tags", ())) <= known, cell.source


@each
def test_no_cell_branches_on_the_profile(name):
    chosen = re.compile(r"\b(chapter|profile|measured|absent|inputs)\b|\bis (not )?None\b")
    for node in nodes(name, ast.If, ast.IfExp):
        assert not chosen.search(ast.unparse(node.test)), ast.unparse(node)


def names_read_and_made(source):
    """Names that a cell reads before it makes them, and those that it makes."""
    read, made = set(), set()

    def walk(part):
        for step in dis.get_instructions(part):
            if isinstance(step.argval, types.CodeType):
                walk(step.argval)
            elif step.opname in ("LOAD_NAME", "LOAD_GLOBAL") and step.argval not in made:
                read.add(step.argval)
            elif step.opname == "STORE_NAME":
                made.add(step.argval)

    walk(compile(source, "cell", "exec"))
    return {name for name in read if not hasattr(builtins, name)}, made


# One of these two is on every page.
INSTEAD = [({"published"}, {"needs-features"}), ({"printed"}, {"needs-features"})]


@each
def test_a_cell_reads_names_that_are_there_wherever_it_is(name):
    """A name made in a section is lost where that section is left out."""
    made_under = {"display": [set()]}
    for cell in code(name):
        if "scaffold" in tags(cell):
            continue
        conditions = conditions_of(cell)
        read, made = names_read_and_made(cell.source)
        for one in read:
            places = made_under[one]
            sure = any(place <= conditions for place in places)
            either = any(first in places and second in places for first, second in INSTEAD)
            assert sure or either, (one, cell.source)
        for one in made:
            made_under.setdefault(one, []).append(conditions)


@each
def test_functions_are_lessons_of_a_few_lines(name):
    for node in nodes(name, ast.FunctionDef):
        assert node.end_lineno - node.lineno + 1 <= FUNCTION_LINES, node.name


@each
def test_participants_are_drawn_again_only_where_there_are_ten_of_them(name):
    for cell in BOOKS[name].cells:
        if "participant_deltas(" in cell.source:
            assert "needs-several-lists" in tags(cell), cell.id


@each
def test_the_ledger_is_reached_through_the_chapter(name):
    source = "\n".join(cell.source for cell in code(name))
    assert not re.search(r"ledger\.record\(|corpora\.load\(|load_profile\(", source)


def test_the_book_as_a_whole_is_short():
    functions = [node.name for name in BOOKS for node in nodes(name, ast.FunctionDef)]
    assert len(functions) <= FUNCTIONS, functions
    cells = [cell for name in BOOKS for cell in told(name) if cell.cell_type == "code"]
    total = sum(len(lines(cell)) for cell in cells)
    assert total <= CODE_LINES * len(BOOKS)
    assert sum(len(lines(cell)) for cell in cells if is_lesson(cell)) <= LESSON_SHARE * total


@each
def test_nothing_that_hides_installs_or_points_elsewhere(name):
    source = "\n".join(cell.source for cell in code(name))
    assert not re.search(
        r"filterwarnings|^\s*[!%]|pip install|plt\.style|figsize|#[0-9a-f]{6}.*figsize|/home/|[A-Z]:\\\\",
        source,
        re.M,
    )
    assert not re.search(r"data/reference|read_csv|read_parquet|open\(", source), (
        "tables come through the helpers"
    )


@each
def test_under_we_found_nothing_is_typed(name):
    text = prose(name).split("## We found")[1]
    assert text.split("\n## ")[0].strip() == ""
    assert any("chapter.findings()" in cell.source for cell in code(name))


def test_no_function_is_defined_in_two_notebooks():
    names = Counter(
        node.name
        for name in BOOKS
        for cell in code(name)
        for node in ast.walk(ast.parse(cell.source))
        if isinstance(node, ast.FunctionDef)
    )
    assert not [name for name, count in names.items() if count > 1]


@each
def test_prose_types_no_number_that_code_can_print(name):
    # Decimals and large numbers are results; small whole numbers are words.
    text = book_citations.link(prose(name), CITED)
    text = re.sub(r"\$.*?\$|`.*?`|\([^()]*\.ipynb\)|Reading time: \d+", "", text, flags=re.S)
    typed = set(re.findall(r"\d+\.\d+|\d{3,}", text))
    assert typed <= ALLOWED.get(name, set()), typed


@each
def test_a_chart_that_stacks_on_a_phone_is_not_told_by_left_and_right(name):
    for cell in code(name):
        if "register_altair" in cell.source:
            caption = cell.metadata["mystnb"]["figure"]["caption"]
            assert not re.search(r"\b(left|right)\b", caption, re.IGNORECASE), caption


# Facts of the world, not results: named here one by one.
ALLOWED = {
    "02_audio_features": {"2024"},
    "08_embedding_map": {"512"},
    "09_genre_clustering": {"512"},
}


def test_citations_are_written_as_words_and_found_in_the_bibliography():
    assert CITED["Mann and Whitney, 1947"] == "mann1947"
    linked = book_citations.link("Ranks (Holm, 1979) and (Nobody, 1900).", CITED)
    assert linked == "Ranks {cite:p}`holm1979` and (Nobody, 1900)."


@each
def test_every_citation_of_a_chapter_is_in_the_bibliography(name):
    assert not book_citations.WRITTEN.search(book_citations.link(prose(name), CITED))


@each
def test_markup_reads_well_raw(name):
    assert not re.search(r"\{(glue|figure|cite|published|recomputed|term)\}|:::|<img", prose(name))
