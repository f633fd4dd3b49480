"""Rules of the house: format, lint, types, the order of imports, and how code is documented."""

import ast
import re
import subprocess
import sys
from pathlib import Path

import pytest
from conftest import ROOT

HELPERS = ROOT / "helpers"
MODULES = sorted(HELPERS.rglob("*.py"))
PRODUCTS = {".git", ".venv", "_build", "build", ".ruff_cache", ".pytest_cache", ".mypy_cache"}
ENDINGS = {
    ".py",
    ".md",
    ".ipynb",
    ".yml",
    ".yaml",
    ".toml",
    ".lock",
    ".csv",
    ".cff",
    ".css",
    ".js",
    ".mplstyle",
    "",
}


def texts():
    """Every text file of the project, its products left out."""
    for path in ROOT.rglob("*"):
        parts = path.relative_to(ROOT).parts
        is_product = (
            PRODUCTS & set(parts[:1])
            or ".ruff_cache" in parts
            or parts[:2] == ("book", "notebooks")
        )
        if path.is_file() and path.suffix in ENDINGS and not is_product:
            yield path


TEXTS = list(texts())


def run(*command):
    return subprocess.run(
        command, cwd=ROOT, text=True, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, check=False
    )


@pytest.mark.parametrize(
    "command",
    [
        ("ruff", "format", "--check"),
        ("ruff", "check"),
        ("mypy",),
    ],
    ids=" ".join,
)
def test_tools_find_nothing(command):
    said = run(sys.executable, "-m", *command)
    assert said.returncode == 0, said.stdout


def test_imports_follow_the_order_of_the_design():
    said = run(Path(sys.executable).with_name("lint-imports"))
    assert said.returncode == 0, said.stdout


def _bare(path):
    """A module without its docstrings."""
    tree = ast.parse(path.read_text(encoding="utf-8"))
    for node in ast.walk(tree):
        documented = isinstance(node, ast.Module | ast.FunctionDef | ast.ClassDef)
        if documented and ast.get_docstring(node) is not None:
            node.body[0] = ast.Pass()
    return tree


def test_only_the_ledger_reads_the_published_numbers():
    readers = {
        path.relative_to(HELPERS).as_posix()
        for path in MODULES
        if re.search(r"\bREFERENCE\b|data/reference", ast.unparse(_bare(path)))
    }
    # project names the folder; rendering hashes its files without reading what they say.
    assert readers <= {
        "ledger.py",
        "project.py",
        "build/rendering.py",
        "build/keys.py",
        "simulation/fit.py",
    }


def public_functions(path):
    """Public functions and methods of a module, by dotted name."""
    tree = ast.parse(path.read_text(encoding="utf-8"))
    for node in tree.body:
        if isinstance(node, ast.FunctionDef | ast.ClassDef) and not node.name.startswith("_"):
            yield node.name, node
        if isinstance(node, ast.ClassDef):
            for inner in node.body:
                if isinstance(inner, ast.FunctionDef) and not inner.name.startswith("_"):
                    yield f"{node.name}.{inner.name}", inner


@pytest.mark.parametrize("path", MODULES, ids=lambda p: p.relative_to(HELPERS).as_posix())
def test_public_functions_are_documented(path):
    bare = [name for name, node in public_functions(path) if not ast.get_docstring(node)]
    assert bare == []


@pytest.mark.parametrize("path", MODULES, ids=lambda p: p.relative_to(HELPERS).as_posix())
def test_public_functions_are_annotated(path):
    bare = []
    for name, node in public_functions(path):
        if isinstance(node, ast.ClassDef):
            continue
        arguments = node.args.posonlyargs + node.args.args + node.args.kwonlyargs
        named = [each for each in arguments if each.arg not in ("self", "cls")]
        if node.returns is None or any(each.annotation is None for each in named):
            bare.append(name)
    assert bare == []


def untold(node):
    """Sections that the docstring of a function lacks: what goes in, and what comes out."""
    told = ast.get_docstring(node) or ""
    arguments = node.args.posonlyargs + node.args.args + node.args.kwonlyargs
    named = [each for each in arguments if each.arg not in ("self", "cls")]
    if named and "Parameters\n" not in told:
        yield "Parameters"
    # What a property gives is its first line, and what a context gives is its body.
    if node.decorator_list or node.returns is None or ast.unparse(node.returns) == "None":
        return
    if "Returns\n" not in told and "Yields\n" not in told:
        yield "Returns"


@pytest.mark.parametrize("path", MODULES, ids=lambda p: p.relative_to(HELPERS).as_posix())
def test_a_public_function_says_what_goes_in_and_what_comes_out(path):
    public = {
        name: list(untold(node))
        for name, node in public_functions(path)
        if isinstance(node, ast.FunctionDef) and not name.startswith("_")
    }
    assert {name: lacking for name, lacking in public.items() if lacking} == {}


def test_the_rule_on_docstrings_finds_what_is_untold():
    text = '"""One.\n\n    Parameters\n    ----------\n    x : int\n    """'
    bare, half = ast.parse(f'def a(x) -> int:\n    """One."""\ndef b(x) -> int:\n    {text}').body
    assert (list(untold(bare)), list(untold(half))) == (["Parameters", "Returns"], ["Returns"])


@pytest.mark.parametrize("path", MODULES, ids=lambda p: p.relative_to(HELPERS).as_posix())
def test_a_docstring_that_names_a_notebook_names_one_there_is(path):
    names = {notebook.stem for notebook in (ROOT / "notebooks").glob("*.ipynb")}
    named = re.findall(r"Notebook: (\w+)", path.read_text(encoding="utf-8"))
    assert set(named) <= names


@pytest.mark.parametrize("path", MODULES, ids=lambda p: p.relative_to(HELPERS).as_posix())
def test_functions_can_be_read_in_one_sitting(path):
    tree = _bare(path)
    long = [
        node.name
        for node in ast.walk(tree)
        if isinstance(node, ast.FunctionDef) and len(ast.unparse(node).splitlines()) > 40
    ]
    assert long == []


@pytest.mark.parametrize("path", MODULES, ids=lambda p: p.relative_to(HELPERS).as_posix())
def test_no_broad_except_and_no_silenced_warning(path):
    source = path.read_text(encoding="utf-8")
    broad = r"except\s*:|except (Base)?Exception\b|filterwarnings|simplefilter"
    assert not re.search(broad, source)


def riddles(tree):
    """Expressions that must be read twice: nested conditionals, a text or list times a bool."""
    for node in ast.walk(tree):
        if isinstance(node, ast.IfExp) and any(
            isinstance(inner, ast.IfExp) for inner in (node.body, node.orelse, node.test)
        ):
            yield f"line {node.lineno}: a conditional expression inside another"
        if isinstance(node, ast.BinOp) and isinstance(node.op, ast.Mult):
            sides = (node.left, node.right)
            text = any(
                isinstance(side, ast.List | ast.JoinedStr)
                or (isinstance(side, ast.Constant) and isinstance(side.value, str))
                for side in sides
            )
            decided = any(isinstance(side, ast.Compare | ast.BoolOp) for side in sides) or any(
                isinstance(side, ast.Call) and ast.unparse(side.func) == "bool" for side in sides
            )
            if text and decided:
                yield f"line {node.lineno}: a text or list times a condition"


@pytest.mark.parametrize("path", MODULES, ids=lambda p: p.relative_to(HELPERS).as_posix())
def test_no_expression_has_to_be_read_twice(path):
    assert list(riddles(ast.parse(path.read_text(encoding="utf-8")))) == []


def test_the_rule_on_riddles_finds_them():
    found = riddles(ast.parse("a if b else (c if d else e)\n' more' * bool(x)\n[1] * (y > 2)"))
    assert len(list(found)) == 3
    assert list(riddles(ast.parse("'-' * 20\n[0] * n\na if b else c"))) == []


def test_no_package_registry_is_named():
    # Written in pieces, so that this file names none either.
    hosts = [
        "py" + "pi.org",
        "python" + "hosted.org",
        "registry." + "npmjs",
        "deb." + "debian.org",
        "conda." + "anaconda.org",
    ]
    for path in TEXTS:
        text = path.read_text(encoding="utf-8", errors="ignore")
        assert not [host for host in hosts if host in text], path


def test_no_path_of_a_machine_is_left():
    for path in TEXTS:
        if path.name != "test_house.py":
            text = path.read_text(encoding="utf-8", errors="ignore")
            assert not re.search(r"/(home|Users|work|root)/\w", text), path


# What people read; `tests/data/words.txt` holds words that are meant as they stand.
READ = ("README.md", "CONTRIBUTING.md", "CHANGELOG.md", "book", "helpers", "notebooks")


def test_words_are_spelt():
    program = Path(sys.executable).with_name("codespell")
    skipped = "book/notebooks,book/_static/vendor,*.parquet,*.pyc"
    said = run(program, "--ignore-words", "tests/data/words.txt", "--skip", skipped, *READ)
    assert said.returncode == 0, said.stdout


@pytest.mark.parametrize("path", sorted((ROOT / "book").glob("*.md")), ids=lambda path: path.stem)
def test_code_on_a_page_of_prose_is_as_narrow_as_its_column(path):
    text = path.read_text(encoding="utf-8")
    blocks = re.findall(r"^```[a-z]+\n(.*?)^```", text, re.DOTALL | re.MULTILINE)
    assert [line for block in blocks for line in block.splitlines() if len(line) > 76] == []
