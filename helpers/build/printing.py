"""Printing one document of our own making: slides, and the sheet of statistics."""

import tempfile
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from helpers.build import browser
from helpers.build.pdf import PATIENCE, READY


def print_with(opened: Any, text: str, paper: Mapping[str, object]) -> bytes:
    """Print a document with a browser that is open.

    Parameters
    ----------
    opened : playwright Browser
    text : str
        HTML, whole.
    paper : mapping
        Options of the browser's printing.

    Returns
    -------
    bytes
        PDF.
    """
    with tempfile.TemporaryDirectory() as folder:
        # Scripts on this disk are loaded by a page that lies on it, and by no other.
        path = Path(folder, "document.html")
        path.write_text(text, encoding="utf-8")
        page = opened.new_page(color_scheme="light")
        page.set_default_timeout(PATIENCE)
        page.goto(path.as_uri())
        page.evaluate(READY)
        made = page.pdf(**paper)
        page.close()
    return bytes(made)


def print_html(text: str, paper: Mapping[str, object]) -> bytes:
    """Print a document as PDF.

    Parameters
    ----------
    text : str
        HTML, whole.
    paper : mapping
        Options of the browser's printing.

    Returns
    -------
    bytes
        PDF.

    Raises
    ------
    ProjectError
        If no browser can be started.
    """
    with browser.launched() as opened:
        return print_with(opened, text, paper)
