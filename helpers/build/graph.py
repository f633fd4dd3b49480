"""The graph of the chapters: what each declares to read and write, and so what comes before it."""

import ast
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

import nbformat
import yaml

from helpers import project
from helpers.chapter import RESULTS
from helpers.project import ProjectError


@dataclass(frozen=True)
class Chapter:
    """A notebook as it is declared in its source.

    Attributes
    ----------
    name : str
        Of its file, without ending.
    notebook : NotebookNode
    parameters : tuple of str
        Names that its first code cell assigns.
    reads, writes : frozenset of str
        Tables; `RESULTS` for what all others recorded.
    """

    name: str
    notebook: nbformat.NotebookNode
    parameters: tuple[str, ...]
    reads: frozenset[str]
    writes: frozenset[str]


def notebooks() -> dict[str, Path]:
    """Paths of the notebooks by name, in reading order.

    Returns
    -------
    dict of str to Path
    """
    return {path.stem: path for path in sorted(project.NOTEBOOKS.glob("[0-9]*.ipynb"))}


def _calls(trees: Iterable[ast.AST], function: str) -> Iterator[ast.Call]:
    """The calls of a function, named as the code names it."""
    for tree in trees:
        for node in ast.walk(tree):
            if isinstance(node, ast.Call) and ast.unparse(node.func) == function:
                yield node


def _literal_tables(name: str, call: ast.Call, argument: str) -> frozenset[str]:
    """The list of tables that a call of `open_chapter` gives for an argument."""
    given = {keyword.arg: keyword.value for keyword in call.keywords}
    if argument not in given:
        return frozenset()
    try:
        return frozenset(ast.literal_eval(given[argument]))
    except ValueError:
        raise ProjectError(
            f"{name}: `{argument}` of open_chapter is no literal list of tables. "
            f'Write it out, for instance {argument}=["tracks"].'
        ) from None


def read_chapter(path: Path) -> Chapter:
    """Read what a notebook declares.

    Parameters
    ----------
    path : Path

    Returns
    -------
    Chapter

    Raises
    ------
    ProjectError
        If it does not call `open_chapter`, or its lists of tables are no literals.
    """
    notebook = nbformat.read(path, as_version=4)
    cells = [cell.source for cell in notebook.cells if cell.cell_type == "code"]
    trees = [ast.parse(source) for source in cells]
    parameters = tuple(ast.unparse(node.targets[0]) for node in trees[0].body)
    opening = next(_calls(trees, "open_chapter"), None)
    if opening is None:
        raise ProjectError(
            f"{path.stem} does not open with open_chapter, so nobody knows what it reads. "
            "CONTRIBUTING.md shows the call."
        )
    reads = _literal_tables(path.stem, opening, "reads")
    writes = _literal_tables(path.stem, opening, "writes")
    return Chapter(path.stem, notebook, parameters, reads, writes)


def read_chapters() -> dict[str, Chapter]:
    """Every chapter by name, in reading order.

    Returns
    -------
    dict of str to Chapter

    Raises
    ------
    ProjectError
        If a chapter does not declare by literals what it reads and writes.
    """
    return {name: read_chapter(path) for name, path in notebooks().items()}


def order(chapters: Mapping[str, Chapter]) -> dict[str, set[str]]:
    """For each chapter the names of those that must run before it.

    A chapter waits for the writers of the tables it reads; one that reads the results waits for
    every chapter that does not.

    Parameters
    ----------
    chapters : dict of str to Chapter

    Returns
    -------
    dict of str to set of str
    """
    writers = {table: name for name, chapter in chapters.items() for table in chapter.writes}
    before = {}
    for name, chapter in chapters.items():
        found = {writers[table] for table in chapter.reads if table in writers}
        if RESULTS in chapter.reads:
            found |= {other for other in chapters if RESULTS not in chapters[other].reads}
        before[name] = found - {name}
    return before


def stands_alone(name: str, chapters: Mapping[str, Chapter]) -> bool:
    """Whether a chapter neither reads a table that another writes, nor writes one that another reads.

    Parameters
    ----------
    name : str
    chapters : dict of str to Chapter

    Returns
    -------
    bool
        What all chapters recorded is no table.
    """
    own, others = chapters[name], [chapters[other] for other in chapters if other != name]
    gives = any(own.writes & other.reads for other in others)
    takes = any(own.reads & other.writes for other in others)
    return not gives and not takes


def given_parameters(
    texts: Iterable[str], chapters: Mapping[str, Chapter]
) -> dict[str, dict[str, object]]:
    """Turn `06_genres:n_bootstrap=200` into parameters by chapter.

    Parameters
    ----------
    texts : iterable of str
        `CHAPTER:NAME=VALUE`; the value is read as YAML.
    chapters : dict of str to Chapter

    Returns
    -------
    dict of str to dict of str to object

    Raises
    ------
    ProjectError
        If there is no such chapter, or it declares no such parameter; papermill would only warn.
    """
    given: dict[str, dict[str, object]] = {}
    for text in texts:
        place, _, value = text.partition("=")
        name, _, parameter = place.partition(":")
        if name not in chapters:
            raise ProjectError(
                f"--param {text}: there is no notebook {name!r}. "
                f"Valid names: {', '.join(chapters)}."
            )
        if parameter not in chapters[name].parameters:
            raise ProjectError(
                f"--param {text}: {name} declares no parameter {parameter!r}. "
                f"Valid names: {', '.join(chapters[name].parameters)}."
            )
        given.setdefault(name, {})[parameter] = yaml.safe_load(value)
    return given
