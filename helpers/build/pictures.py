"""Pictures of an executed chapter: the images inside its vector figures, as light as they can be."""

import base64
import re
from io import BytesIO

from nbformat import NotebookNode
from PIL import Image

INLINE = re.compile(r'data:image/png;base64,([^"]+)"')
# As many as a palette holds.
COLOURS = 256


def lighten(notebook: NotebookNode) -> None:
    """Make the vector figures of an executed notebook lighter, in place.

    Parameters
    ----------
    notebook : NotebookNode
    """
    for cell in notebook.cells:
        for output in cell.get("outputs", []):
            figure = output.get("data", {}).get("image/svg+xml")
            if figure:
                output["data"]["image/svg+xml"] = lighter(figure)


def lighter(figure: str) -> str:
    """A vector figure whose images have palettes, where that makes them smaller.

    Points by the thousand and spectrograms are drawn as images into a vector figure.

    Parameters
    ----------
    figure : str
        SVG.

    Returns
    -------
    str
    """
    return INLINE.sub(_inline, figure)


def _inline(found: re.Match) -> str:
    data = base64.b64decode(found[1])
    smaller = with_palette(data)
    if len(smaller) >= len(data):
        return found[0]
    return f'data:image/png;base64,{base64.b64encode(smaller).decode()}"'


def with_palette(data: bytes) -> bytes:
    """A picture of at most 256 colours; one that has no more keeps each of them.

    Parameters
    ----------
    data : bytes
        PNG.

    Returns
    -------
    bytes
        PNG.
    """
    image = Image.open(BytesIO(data)).convert("RGBA")
    opaque = image.getchannel("A").getextrema() == (255, 255)
    if opaque and image.getcolors(COLOURS):
        reduced = image.convert("RGB").quantize(
            COLOURS, Image.Quantize.MEDIANCUT, dither=Image.Dither.NONE
        )
    else:
        # The only way of this library that keeps transparency.
        reduced = image.quantize(COLOURS, Image.Quantize.FASTOCTREE, dither=Image.Dither.NONE)
    held = BytesIO()
    reduced.save(held, "PNG", optimize=True)
    return held.getvalue()
