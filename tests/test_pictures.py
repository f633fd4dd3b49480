"""Images inside vector figures: lighter, and the same to the eye."""

import base64
from io import BytesIO

import matplotlib as mpl
import nbformat
import numpy as np
from PIL import Image

from helpers.build import pictures


def png(pixels):
    held = BytesIO()
    Image.fromarray(pixels).save(held, "PNG")
    return held.getvalue()


def read(data):
    return np.asarray(Image.open(BytesIO(data)).convert("RGBA")).astype(int)


def figure(data):
    # Matplotlib breaks the code of an image into lines.
    code = base64.encodebytes(data).decode()
    return (
        f'<svg><image xlink:href="data:image/png;base64,{code}" width="3"/><path d="M 0 0"/></svg>'
    )


def spectrogram():
    """Noise in the colours of a map of 256, as a log-mel picture has them."""
    levels = np.random.default_rng(0).integers(0, 256, size=(120, 160))
    return (mpl.colormaps["magma"](levels) * 255).astype(np.uint8)


def points():
    """Half-transparent points in many shades on nothing, as a map of tracks has them."""
    rng = np.random.default_rng(1)
    pixels = np.zeros((200, 200, 4), np.uint8)
    for x, y in rng.integers(0, 190, size=(2000, 2)):
        pixels[x : x + 4, y : y + 4] = [*rng.integers(60, 70, 3), rng.integers(100, 255)]
    return pixels


def test_a_picture_of_few_colours_keeps_every_pixel_and_is_lighter():
    data = png(spectrogram())
    smaller = pictures.with_palette(data)
    assert (read(smaller) == read(data)).all() and len(smaller) < 0.7 * len(data)


def test_a_picture_of_many_shades_looks_the_same_and_keeps_its_transparency():
    data = png(points())
    smaller = pictures.with_palette(data)
    before, after = read(data), read(smaller)
    assert ((before[..., 3] == 0) == (after[..., 3] == 0)).all()
    seen = before[..., 3] > 0
    assert np.abs(before - after)[seen].mean() < 6 and len(smaller) < 0.7 * len(data)


def test_a_figure_keeps_what_is_no_image_and_is_never_heavier():
    data = png(spectrogram())
    made = pictures.lighter(figure(data))
    assert len(made) < len(figure(data)) and made.endswith(' width="3"/><path d="M 0 0"/></svg>')
    small = figure(png(np.zeros((1, 1, 4), np.uint8)))
    assert pictures.lighter(small) == small
    assert pictures.lighter("<svg><path/></svg>") == "<svg><path/></svg>"


def test_all_figures_of_a_notebook_are_made_lighter():
    output = nbformat.v4.new_output("display_data", {"image/svg+xml": figure(png(spectrogram()))})
    cells = [nbformat.v4.new_markdown_cell("Text."), nbformat.v4.new_code_cell(outputs=[output])]
    notebook = nbformat.v4.new_notebook(cells=cells)
    before = len(output["data"]["image/svg+xml"])
    pictures.lighten(notebook)
    assert len(notebook.cells[1].outputs[0]["data"]["image/svg+xml"]) < before
