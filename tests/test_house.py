"""Rules of the house for code: who may know what, how long, and how it is documented."""

import ast
import io
import re
import tokenize

import pytest
from conftest import ROOT

HELPERS = ROOT / "helpers"
MODULES = sorted(HELPERS.rglob("*.py"))
EXTENSIONS = sorted((ROOT / "book" / "_ext").glob("*.py"))
TEXTS = [
    p
    for p in ROOT.rglob("*")
    if p.is_file()
    and p.suffix
    in {
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
    and not {".git", ".venv", "_build", "build", ".ruff_cache", ".pytest_cache"}
    & set(p.relative_to(ROOT).parts)
    and ROOT / "book" / "notebooks" not in p.parents
]


def code_lines(path):
    """Lines with code on them: no blank lines, comments or docstrings."""
    source = path.read_text(encoding="utf-8")
    skip = {
        tokenize.COMMENT,
        tokenize.NL,
        tokenize.NEWLINE,
        tokenize.INDENT,
        tokenize.DEDENT,
        tokenize.ENDMARKER,
    }
    lines = set()
    for token in tokenize.generate_tokens(io.StringIO(source).readline):
        if token.type not in skip:
            lines.update(range(token.start[0], token.end[0] + 1))
    for node in ast.walk(ast.parse(source)):
        if (
            isinstance(node, ast.Module | ast.FunctionDef | ast.ClassDef)
            and ast.get_docstring(node) is not None
        ):
            lines -= set(range(node.body[0].lineno, node.body[0].end_lineno + 1))
    return len(lines)


def imports(path):
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            yield from (f"{node.module}.{alias.name}" for alias in node.names)


def test_helpers_stay_thin():
    sources = [p for p in MODULES if p.parent.name == "sources"]
    total = sum(map(code_lines, MODULES))
    assert total - sum(map(code_lines, sources)) < 1500
    assert total < 2200
    assert sum(map(code_lines, EXTENSIONS)) < 300


@pytest.mark.parametrize("path", [*MODULES, *EXTENSIONS], ids=lambda p: p.stem)
def test_lines_are_at_most_100_columns(path):
    assert [
        n
        for n, line in enumerate(path.read_text(encoding="utf-8").splitlines(), 1)
        if len(line) > 100
    ] == []


@pytest.mark.parametrize(
    ("known", "owner"),
    [
        ("matplotlib", "figures.py"),
        ("seaborn", "figures.py"),
        ("altair", "figures.py"),
        ("papermill", "build.py"),
        ("yaml", "paths.py build.py"),
        ("pyarrow", "paths.py"),
    ],
)
def test_one_module_knows_each_thing(known, owner):
    users = {p.name for p in MODULES if any(name.split(".")[0] == known for name in imports(p))}
    assert users <= set(owner.split())


def test_statistics_know_no_plots_and_plots_no_statistics():
    for name in ("genres", "compare", "twin", "corpora"):
        assert "helpers.figures" not in set(imports(HELPERS / f"{name}.py"))
    assert not [
        n
        for n in imports(HELPERS / "figures.py")
        if re.match(r"scipy|sklearn|helpers\.(genres|compare|twin)", n)
    ]


def test_only_the_ledger_reads_the_published_numbers():
    readers = {
        p.name for p in MODULES if re.search(r"REFERENCE|data/reference", ast.unparse(_bare(p)))
    }
    # paths names the folder, build hashes its files without reading what they say.
    assert readers == {"ledger.py", "paths.py", "build.py"}


def _bare(path):
    """A module without its docstrings."""
    tree = ast.parse(path.read_text(encoding="utf-8"))
    for node in ast.walk(tree):
        if (
            isinstance(node, ast.Module | ast.FunctionDef | ast.ClassDef)
            and ast.get_docstring(node) is not None
        ):
            node.body[0] = ast.Pass()
    return tree


@pytest.mark.parametrize("path", MODULES, ids=lambda p: p.stem)
def test_public_functions_are_documented(path):
    for node in ast.parse(path.read_text(encoding="utf-8")).body:
        if isinstance(node, ast.FunctionDef | ast.ClassDef) and not node.name.startswith("_"):
            text = ast.get_docstring(node) or ""
            assert text.rstrip().endswith((".", "`")) or "Notebook:" in text, (
                f"{path.name}: {node.name}"
            )


STATISTICS = [
    p
    for p in MODULES
    if p.stem in {"corpora", "genres", "compare", "twin", "figures", "embed", "maps"}
]


@pytest.mark.parametrize("path", STATISTICS, ids=lambda p: p.stem)
def test_functions_that_notebooks_call_name_the_notebook_that_teaches_them(path):
    used = "".join(p.read_text(encoding="utf-8") for p in (ROOT / "notebooks").glob("*.ipynb"))
    names = {p.stem for p in (ROOT / "notebooks").glob("*.ipynb")}
    for node in ast.parse(path.read_text(encoding="utf-8")).body:
        if (
            isinstance(node, ast.FunctionDef)
            and f"{path.stem}.{node.name}(" in used
            and "Notebook:" in (ast.get_docstring(node) or "")
        ):
            assert re.search(r"Notebook: (\w+)", ast.get_docstring(node))[1] in names


@pytest.mark.parametrize("path", MODULES, ids=lambda p: p.stem)
def test_no_broad_except_and_no_silenced_warning(path):
    source = path.read_text(encoding="utf-8")
    assert not re.search(
        r"except\s*:|except (Base)?Exception\b|filterwarnings|simplefilter", source
    )


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
            assert not re.search(
                r"/(home|Users|work|root)/\w", path.read_text(encoding="utf-8", errors="ignore")
            ), path
