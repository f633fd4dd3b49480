"""Counts what the pages of a built book show: code open and folded, and what is cut off.

    python tests/page_counts.py [FOLDER]

FOLDER is the project that holds `_build/html`, by default this one. A headless browser opens each
chapter 1,280 pixels wide. A line of code is folded where the page hides it behind a button; what
is cut off is counted with every fold open.
"""

import sys
from pathlib import Path

from conftest import ROOT

WIDTH = 1280
COLUMNS = ["lines open", "folded", "cells open", "over 10 lines", "cells cut", "tables cut"]
# Each code cell: whether it is folded as the page opens, and, once every fold is open, whether what
# it shows is wider than its frame; and the tables that are.
MEASURE = """() => {
  const cut = frame => frame.scrollWidth > frame.clientWidth + 1;
  const codes = [...document.querySelectorAll('div.cell .cell_input pre')];
  const folded = codes.map(code => !!code.closest('details:not([open])'));
  for (const fold of document.querySelectorAll('details')) fold.open = true;
  const cells = codes.map((code, k) => ({
    lines: code.textContent.trimEnd().split('\\n').length, folded: folded[k], cut: cut(code)}));
  const inside = table => {
    for (let frame = table.parentElement; frame; frame = frame.parentElement) {
      if (frame.matches('.cell_output, .table-wrapper, .pst-scrollable-table-container, article'))
        return cut(frame) || table.getBoundingClientRect().right
          > frame.getBoundingClientRect().right + 1;
    }
    return false;
  };
  const shown = [...document.querySelectorAll('article table')].filter(
    table => table.offsetParent);
  return {cells, tables: shown.filter(inside).length};
}"""


def count(page):
    """Counts of one page that a browser has opened, in the order of `COLUMNS`."""
    seen = page.evaluate(MEASURE)
    cells = seen["cells"]
    shown = [cell for cell in cells if not cell["folded"]]
    return [
        sum(cell["lines"] for cell in shown),
        sum(cell["lines"] for cell in cells if cell["folded"]),
        len(shown),
        sum(cell["lines"] > 10 for cell in shown),
        sum(cell["cut"] for cell in cells),
        seen["tables"],
    ]


def counts(site, browser):
    """Counts of every chapter of a site, by its name.

    Parameters
    ----------
    site : Path
        `_build/html` of a project.
    browser : playwright Browser
    """
    page = browser.new_page(viewport={"width": WIDTH, "height": 900})
    found = {}
    for path in sorted((site / "notebooks").glob("[0-9]*.html")):
        page.goto(path.as_uri())
        page.wait_for_load_state("load")
        page.evaluate("() => document.fonts.ready")
        found[path.stem] = count(page)
    page.close()
    return found


def main(root=ROOT):
    """Print the counts as a table."""
    from helpers.build.browser import launched

    with launched() as browser:
        found = counts(root / "_build" / "html", browser)
    found["all"] = [sum(column) for column in zip(*found.values(), strict=True)]
    print("".join(f"{name:>15}" for name in ["chapter", *COLUMNS]))
    for name, row in found.items():
        print(f"{name[:15]:>15}" + "".join(f"{number:15,}" for number in row))
    opened, folded = found["all"][:2]
    print(f"Open: {opened / (opened + folded):.0%} of {opened + folded:,} lines of code.")


if __name__ == "__main__":
    main(*map(Path, sys.argv[1:]))
