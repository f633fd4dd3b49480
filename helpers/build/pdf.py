"""The whole book as one PDF: a browser prints each page, and the pages are joined with an outline."""

from collections.abc import Mapping
from io import BytesIO
from pathlib import Path
from typing import Any
from urllib.parse import unquote, urlsplit

import yaml
from pypdf import PdfReader, PdfWriter
from pypdf.generic import (
    ArrayObject,
    DictionaryObject,
    Fit,
    NameObject,
    NullObject,
    NumberObject,
)

from helpers import project
from helpers.build import browser, printing
from helpers.project import ProjectError

NAME = "music-for-pain-relief.pdf"
TITLE = "Music for Pain Relief"
PAPER = {
    "format": "A4",
    # Text of a screen's size is large on paper.
    "scale": 0.85,
    "print_background": True,
    "tagged": True,
    "outline": True,
    "margin": dict.fromkeys(("top", "bottom", "left", "right"), "16mm"),
}


def pages() -> list[str]:
    """The pages of the book in reading order, without ending.

    Returns
    -------
    list of str
        Paths from the folder `book`; the landing page first.
    """
    contents = yaml.safe_load((project.BOOK / "_toc.yml").read_text(encoding="utf-8"))
    listed = [chapter["file"] for part in contents["parts"] for chapter in part["chapters"]]
    return [contents["root"], *listed]


def print_pages(site: Path, names: list[str]) -> dict[str, bytes]:
    """Print pages of a site.

    Parameters
    ----------
    site : Path
        Folder of the rendered book.
    names : list of str

    Returns
    -------
    dict of str to bytes
        By page, its PDF.
    """
    printed = {}
    with browser.launched() as opened:
        page = printing.new_page(opened)
        for name in names:
            printed[name] = printing.print_page(page, site / f"{name}.html", PAPER)
    return printed


def join(printed: Mapping[str, bytes], site: Path) -> PdfWriter:
    """Join printed pages into one document, with an outline and links from page to page.

    Parameters
    ----------
    printed : mapping of str to bytes
        Of `print_pages`.
    site : Path
        Folder they were printed from.

    Returns
    -------
    PdfWriter
    """
    writer, first = PdfWriter(), {}
    for name, content in printed.items():
        begins, reader = len(writer.pages), PdfReader(BytesIO(content))
        first[(site / f"{name}.html").resolve().as_uri()] = begins
        writer.append(reader, import_outline=False)
        _add_outline(writer, reader, reader.outline, begins)
    for sheet in writer.pages:
        for annotation in sheet.get("/Annots") or ():
            _lead_inside(annotation.get_object(), first, writer)
    writer.add_metadata({"/Title": TITLE})
    return writer


def _add_outline(
    writer: PdfWriter, reader: PdfReader, entries: list[Any], begins: int, parent: Any = None
) -> None:
    """Carry the outline of a page over to the joined document."""
    last = parent
    for entry in entries:
        if isinstance(entry, list):
            _add_outline(writer, reader, entry, begins, last)
        else:
            last = writer.add_outline_item(
                title=once(entry.title),
                page_number=begins + (reader.get_destination_page_number(entry) or 0),
                parent=parent,
                fit=Fit.xyz(top=entry.top),
            )


def once(title: str) -> str:
    """A title of an outline without its repetition.

    The browser writes a heading twice that it had to move to the next sheet.

    Parameters
    ----------
    title : str

    Returns
    -------
    str
    """
    half = len(title) // 2
    return title[:half] if title[:half] == title[half:] else title


def _lead_inside(annotation: Any, first: Mapping[str, int], writer: PdfWriter) -> None:
    """Turn a link to a page of the site into one to its first sheet."""
    action = annotation.get("/A")
    address = str(action.get_object().get("/URI", "")) if action is not None else ""
    target = first.get(address.partition("#")[0])
    if target is not None:
        annotation[NameObject("/A")] = DictionaryObject(
            {
                NameObject("/S"): NameObject("/GoTo"),
                NameObject("/D"): ArrayObject(
                    [writer.pages[target].indirect_reference, NameObject("/XYZ")]
                    + [NullObject(), NullObject(), NumberObject(0)]
                ),
            }
        )
    elif urlsplit(address).scheme == "file":
        # What is not in the document, such as a download, has no address for its readers.
        del annotation["/A"]


def write(site: Path, path: Path) -> int:
    """Print a site into one PDF.

    Parameters
    ----------
    site : Path
        Folder of the rendered book.
    path : Path
        The file to write.

    Returns
    -------
    int
        Number of sheets.

    Raises
    ------
    ProjectError
        If a page is missing, or no browser can be started.
    """
    names = pages()
    missing = [name for name in names if not (site / f"{name}.html").is_file()]
    if missing:
        raise ProjectError(
            f"{project.shown(site)} has no page {unquote(missing[0])}. Build the book first: make book"
        )
    writer = join(print_pages(site, names), site)
    held = BytesIO()
    writer.write(held)
    project.write_atomic(path, held.getvalue())
    return len(writer.pages)


def run() -> None:
    """Print the book that was built last into one PDF beside its pages."""
    path = project.SITE / NAME
    print("Printing the pages ...", flush=True)
    sheets = write(project.SITE, path)
    print(f"{project.shown(path)}: {sheets} sheets, {path.stat().st_size / 1e6:.1f} MB")
