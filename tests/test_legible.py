"""Figures that can be read: how large their text stands in the column of a page and on a phone."""

import re

import nbformat
import pytest
from conftest import ROOT

# Pixels: the column of a page, what a phone shows of a figure before it scrolls, the least text.
COLUMN, PHONE, LEAST = 688, 560, 11
CHAPTERS = sorted(path.stem for path in (ROOT / "notebooks").glob("*.ipynb"))


def figures(tree, name):
    """By name of the figure, the drawings of an executed chapter."""
    path = tree / "book" / "notebooks" / f"{name}.ipynb"
    for cell in nbformat.read(path, as_version=4).cells:
        caption = cell.metadata.get("mystnb", {}).get("figure", {})
        for output in cell.get("outputs", ()):
            drawn = output.get("data", {}).get("image/svg+xml")
            if drawn:
                yield caption["name"], "".join(drawn)


def size_of_text(drawing):
    """Width of a drawing (points), and the smallest text in it (points)."""
    width = float(re.search(r'<svg[^>]* width="([\d.]+)pt"', drawing)[1])
    sizes = re.findall(r"font(?:-size)?:[^;\"]*?([\d.]+)px", drawing)
    return width, min(map(float, sizes))


def smallest_text(drawing, shown):
    """Height in pixels of the smallest text where a page shows a drawing at most so wide."""
    width, smallest = size_of_text(drawing)
    return smallest * min(shown / width, 4 / 3)


def test_the_rule_on_text_finds_what_is_too_small():
    drawing = '<svg width="600pt"><text style="font: 9px DejaVu">a</text></svg>'
    assert smallest_text(drawing, COLUMN) == pytest.approx(9 * 688 / 600)
    wide = '<svg width="300pt"><text style="font: 9px DejaVu">a</text></svg>'
    assert smallest_text(wide, COLUMN) == pytest.approx(12), "a drawing is not made larger"


@pytest.mark.parametrize("name", CHAPTERS)
def test_text_in_figures_is_large_enough_in_the_column_and_on_a_phone(built, name):
    for figure, drawing in figures(built, name):
        for shown in (COLUMN, PHONE):
            assert smallest_text(drawing, shown) >= LEAST, (figure, shown)


def test_a_figure_keeps_its_size_on_a_phone():
    # That it then scrolls, and that a line above it says so once, is for the gate to see.
    style = (ROOT / "book" / "_static" / "book.css").read_text(encoding="utf-8")
    assert re.search(rf"@media \(max-width: 600px\) {{[^@]*img {{[^}}]*min-width: {PHONE}px", style)


@pytest.mark.parametrize("name", CHAPTERS)
def test_every_figure_and_table_has_its_number_on_the_page(built, name):
    page = (built / "_build/html/notebooks" / f"{name}.html").read_text(encoding="utf-8")
    blocks = re.findall(
        r'<figure class="[^"]*" id="((?:fig|tab)-[\w-]+)">(.*?)</figcaption>', page, re.S
    )
    assert blocks
    for target, block in blocks:
        kind = "Fig." if target.startswith("fig-") else "Table"
        assert re.search(rf'caption-number">{kind} [\d.]+ ', block), target
        assert f'href="#{target}"' in page.replace(block, ""), f"nothing refers to {target}"
