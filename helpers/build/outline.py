"""What the chapters say of themselves: title, question, minutes, exercises."""

import re
from collections.abc import Iterator
from dataclasses import dataclass

import nbformat

from helpers.build import graph


@dataclass(frozen=True)
class Outline:
    """A chapter as a table of contents shows it.

    Attributes
    ----------
    name : str
        Of its file, without ending.
    title, question : str
    minutes : int
        As the chapter itself says.
    exercises : int
    """

    name: str
    title: str
    question: str
    minutes: int
    exercises: int


def _markdown(notebook: nbformat.NotebookNode) -> Iterator[str]:
    for cell in notebook.cells:
        if cell.cell_type == "markdown":
            yield cell.source


def _exercises(whole: str) -> int:
    """Exercises of a chapter: its headings that begin with a number such as 06.1."""
    return len(re.findall(r"^### \d\d\.\d ", whole, re.MULTILINE))


def outline(name: str, notebook: nbformat.NotebookNode) -> Outline:
    """Read the outline of a chapter from its text.

    Parameters
    ----------
    name : str
    notebook : NotebookNode

    Returns
    -------
    Outline
    """
    whole = "\n\n".join(_markdown(notebook))
    title = re.search(r"^# (.+)$", whole, re.MULTILINE)
    question = re.search(r"^\*\*(.+?\?)\*\*", whole, re.MULTILINE | re.DOTALL)
    minutes = re.search(r"(\d+)\s+minutes", whole)
    return Outline(
        name,
        title[1] if title else name,
        " ".join(question[1].split()) if question else "",
        int(minutes[1]) if minutes else 0,
        _exercises(whole),
    )


def chapters() -> list[Outline]:
    """The outline of each chapter, in reading order.

    Returns
    -------
    list of Outline
    """
    return [
        outline(name, nbformat.read(path, as_version=4)) for name, path in graph.notebooks().items()
    ]
