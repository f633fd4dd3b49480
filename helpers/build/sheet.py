"""The statistics of the book on one page of A4, as a PDF."""

import importlib.util
from collections.abc import Mapping
from html import escape
from pathlib import Path
from typing import Any

import yaml

from helpers import project
from helpers.build import printing

NAME = "statistics-on-one-page.pdf"
SOURCE = project.ROOT / "data" / "teaching" / "sheet.yaml"
STYLE = Path(__file__).with_name("sheet.css")
PAPER = {"format": "A4", "print_background": True, "tagged": True}


def mathjax() -> Path:
    """The script that sets formulas, in the package that carries it.

    Returns
    -------
    Path
    """
    package = importlib.util.find_spec("sphinx-mathjax-offline")
    assert package is not None and package.submodule_search_locations is not None
    place = Path(package.submodule_search_locations[0])
    return place / "static" / "mathjax" / "tex-mml-chtml.js"


def contents() -> dict[str, Any]:
    """What stands on the sheet, as its file has it.

    Returns
    -------
    dict of str to object
    """
    found = yaml.safe_load(SOURCE.read_text(encoding="utf-8"))
    assert isinstance(found, dict)
    return found


def entry_html(entry: Mapping[str, str]) -> str:
    """One statistic: its name, formula, meaning, example and pitfall.

    Parameters
    ----------
    entry : mapping of str to str

    Returns
    -------
    str
    """
    return (
        f"<dt>{escape(entry['name'])}</dt><dd><p class='formula'>\\({escape(entry['formula'])}\\)</p>"
        f"<p>{escape(entry['says'])} <em>{escape(entry['example'])}</em> "
        f"<strong>Careful:</strong> {escape(entry['careful'])}</p></dd>"
    )


def document(sheet: Mapping[str, Any]) -> str:
    """The sheet as an HTML document.

    Parameters
    ----------
    sheet : mapping
        From `contents`.

    Returns
    -------
    str
    """
    asked = "".join(f"<li>{escape(item)}</li>" for item in sheet["questions"]["items"])
    parts = "".join(
        f"<h2>{escape(part['title'])}</h2><dl>{''.join(map(entry_html, part['entries']))}</dl>"
        for part in sheet["parts"]
    )
    return (
        '<!doctype html><html lang="en"><meta charset="utf-8">'
        f"<title>{escape(sheet['title'])}</title><style>{STYLE.read_text(encoding='utf-8')}</style>"
        f'<script src="{mathjax().as_uri()}"></script>'
        f"<h1>{escape(sheet['title'])}</h1><p>{escape(sheet['about'])}</p><main>{parts}"
        f"<h2>{escape(sheet['questions']['title'])}</h2><ol>{asked}</ol></main>"
        "<footer>Music for Pain Relief, CC BY 4.0. The book describes music; it gives no medical "
        "advice.</footer></html>"
    )


def write(path: Path) -> None:
    """Print the sheet.

    Parameters
    ----------
    path : Path
        The PDF to write.

    Raises
    ------
    ProjectError
        If no browser can be started.
    """
    project.write_atomic(path, printing.print_html(document(contents()), PAPER))


def run() -> None:
    """Print the sheet beside the pages of the book."""
    path = project.SITE / NAME
    write(path)
    print(f"{project.shown(path)}: one page, {path.stat().st_size / 1000:.0f} kB")
