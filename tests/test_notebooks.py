"""Rules of the house for notebooks, read from their source."""

import ast
import re
from collections import Counter

import nbformat
import pytest
from conftest import ROOT

NOTEBOOKS = sorted((ROOT / "notebooks").glob("*.ipynb"))
BOOKS = {path.stem: nbformat.read(path, as_version=4) for path in NOTEBOOKS}
FIGURE = re.compile(r"figures\.canvas\(|alt\.Chart|figures\.\w+_chart\(")

each = pytest.mark.parametrize("name", BOOKS)


def code(name):
    return [cell for cell in BOOKS[name].cells if cell.cell_type == "code"]


def prose(name):
    return "\n".join(cell.source for cell in BOOKS[name].cells if cell.cell_type == "markdown")


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
    assert re.search(r"(?m)^\| you need \| how much \|", text) and re.search(
        r"Reading time: \d+ minutes", text
    )
    if not any("chapter.findings()" in cell.source for cell in code(name)):
        promised = text.split("In this chapter you will")[1].split("|")[0].count("\n- ")
        assert text.split("## We found")[1].split("##")[0].count("\n- ") == promised


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
    runs = re.findall("c+", "".join(cell.cell_type[0] for cell in cells))
    assert max(map(len, runs)) <= 2 and cells[0].cell_type == "markdown"


@each
def test_every_figure_has_a_description(name):
    for cell in code(name):
        if FIGURE.search(cell.source):
            alt = cell.metadata.get("mystnb", {}).get("image", {}).get("alt", "")
            assert len(alt) > 40 and not re.search(r"\d", alt), cell.source


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
    from helpers.chapter import CONDITIONS

    known = {"parameters", "teach", "solution", "hide-cell", "hide-output", *CONDITIONS}
    for cell in BOOKS[name].cells:
        assert set(cell.metadata.get("tags", ())) <= known, cell.source


@each
def test_no_cell_branches_on_the_profile(name):
    chosen = re.compile(r"\b(chapter|profile|measured|absent|inputs)\b|\bis (not )?None\b")
    for node in nodes(name, ast.If, ast.IfExp):
        assert not chosen.search(ast.unparse(node.test)), ast.unparse(node)


@each
def test_functions_are_lessons_of_a_few_lines(name):
    for node in nodes(name, ast.FunctionDef):
        assert node.end_lineno - node.lineno + 1 <= FUNCTION_LINES, node.name


@each
def test_the_ledger_is_reached_through_the_chapter(name):
    source = "\n".join(cell.source for cell in code(name))
    assert not re.search(r"ledger\.record\(|corpora\.load\(|load_profile\(", source)


def test_the_book_as_a_whole_is_short():
    functions = [node.name for name in BOOKS for node in nodes(name, ast.FunctionDef)]
    assert len(functions) <= FUNCTIONS, functions
    cells = [cell for name in BOOKS for cell in code(name)]
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
    assert text.split("\n## ")[0].split("\n**Next**")[0].strip() == ""
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
    text = re.sub(r"\$.*?\$|`.*?`|\(.*?\.ipynb\)|Reading time: \d+", "", prose(name), flags=re.S)
    typed = set(re.findall(r"\d+\.\d+|\d{3,}", text))
    assert typed <= ALLOWED.get(name, set()), typed


# Facts of the world, not results: named here one by one.
ALLOWED = {"02_audio_features": {"2024"}, "08_embedding_map": {"512"}}


@each
def test_markup_reads_well_raw(name):
    assert not re.search(r"\{(glue|figure|cite|published|recomputed|term)\}|:::|<img", prose(name))
