"""Printing with a browser: pages of the book, and documents of our own making."""

import tempfile
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from helpers.build import browser

# In milliseconds: a page with a large chart takes some seconds on a slow machine.
PATIENCE = 60_000
# Formulas are set, charts drawn and pictures loaded.
READY = """async () => {
  if (window.MathJax && MathJax.startup) await MathJax.startup.promise;
  const drawn = () => [...document.querySelectorAll('figure.book-chart')].every(f => f.dataset.drawn);
  while (!drawn()) await new Promise(done => setTimeout(done, 100));
  await Promise.all([...document.images].map(image => image.decode().catch(() => null)));
}"""


def new_page(opened: Any) -> Any:
    """A page of a browser to print from: light, and patient with large charts.

    Parameters
    ----------
    opened : playwright Browser

    Returns
    -------
    playwright Page
    """
    page = opened.new_page(color_scheme="light")
    page.set_default_timeout(PATIENCE)
    return page


def print_page(page: Any, path: Path, paper: Mapping[str, object]) -> bytes:
    """Print a file once all of it is drawn.

    Parameters
    ----------
    page : playwright Page
        Of `new_page`.
    path : Path
        HTML.
    paper : mapping
        Options of the browser's printing.

    Returns
    -------
    bytes
        PDF.
    """
    page.goto(path.resolve().as_uri())
    page.evaluate(READY)
    return bytes(page.pdf(**paper))


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
        page = new_page(opened)
        made = print_page(page, path, paper)
        page.close()
    return made


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
