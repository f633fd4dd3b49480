"""Rules of the house for notebooks, read from their source."""

import re

import nbformat
import pytest
from conftest import ROOT

NOTEBOOKS = sorted((ROOT / "notebooks").glob("*.ipynb"))
BOOKS = {path.stem: nbformat.read(path, as_version=4) for path in NOTEBOOKS}
FIGURE = re.compile(r"figures\.canvas\(|alt\.Chart|figures\.\w+_chart\(")

each = pytest.mark.parametrize("name", BOOKS)


def code(name):
    return [cell for cell in BOOKS[name].cells if cell.cell_type == "code"]


def prose(name):
    return "\n".join(cell.source for cell in BOOKS[name].cells if cell.cell_type == "markdown")


@each
def test_committed_without_outputs_and_for_any_python(name):
    nbformat.validate(BOOKS[name])
    assert not any(cell.outputs or cell.execution_count for cell in code(name))
    assert BOOKS[name].metadata.kernelspec.name == "python3"


@each
def test_skeleton(name):
    text = prose(name)
    assert re.match(r"# .+\n\n\*\*.+\?\*\*\n\nIn this chapter you will\n\n- ", text)
    assert len(re.findall(r"(?m)^# ", text)) == 1
    headings = re.findall(r"(?m)^## (.+)", text)
    assert "We found" in headings and headings[-1].startswith("Exercise")
    assert re.search(r"(?m)^\| you need \| how much \|", text) and re.search(
        r"Reading time: \d+ minutes", text
    )
