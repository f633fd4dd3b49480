"""A headless browser: the one a user has, for printing the book and for looking at its pages."""

import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from helpers.project import ProjectError

NAMES = ("chromium", "chromium-browser", "google-chrome", "chrome", "microsoft-edge", "msedge")
OPTIONS = ["--disable-gpu", "--disable-quic"]


def browser_path() -> str | None:
    """Path of a browser: the one that BROWSER_BIN names, else an installed one, else none.

    Returns
    -------
    str or None
    """
    named = [os.environ.get("BROWSER_BIN")]
    return next(filter(None, named + [shutil.which(name) for name in NAMES]), None)


@contextmanager
def launched() -> Iterator[Any]:
    """A headless browser, closed at the end.

    Yields
    ------
    playwright Browser

    Raises
    ------
    ProjectError
        If none can be started: what to install.
    """
    from playwright.sync_api import Error, sync_playwright

    with sync_playwright() as playwright:
        try:
            browser = playwright.chromium.launch(
                executable_path=browser_path(), chromium_sandbox=False, args=OPTIONS
            )
        except Error as error:
            raise ProjectError(
                "No browser could be started. Install Chromium, name one in BROWSER_BIN, or run: "
                "python -m playwright install chromium. What playwright says: "
                f"{str(error).splitlines()[0]}"
            ) from None
        yield browser
        browser.close()
