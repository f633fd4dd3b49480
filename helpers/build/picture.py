"""The picture of the book that README opens with: the top of the landing page.

    python -m helpers.build.picture

It is taken from the book that was built last.
"""

from io import BytesIO
from pathlib import Path

from PIL import Image

from helpers import project
from helpers.build import browser
from helpers.project import ProjectError

PICTURE = project.ROOT / ".github" / "book.png"
# Pixels of the window, of the picture, and its colours: it stays below 150 kB.
WINDOW = {"width": 1280, "height": 1260}
WIDTH, COLOURS = 960, 256


def take(page_file: Path) -> bytes:
    """A small picture of the top of a page.

    Parameters
    ----------
    page_file : Path

    Returns
    -------
    bytes
        PNG.
    """
    with browser.launched() as opened:
        page = opened.new_page(viewport=WINDOW, color_scheme="light")
        page.goto(page_file.resolve().as_uri())
        page.wait_for_load_state("load")
        shot = Image.open(BytesIO(page.screenshot()))
    height = round(shot.height * WIDTH / shot.width)
    small = shot.convert("RGB").resize((WIDTH, height), Image.Resampling.LANCZOS)
    held = BytesIO()
    # This way to choose colours keeps those of few pixels, such as the dots of a figure.
    palette = small.quantize(COLOURS, method=Image.Quantize.FASTOCTREE)
    palette.save(held, "PNG", optimize=True)
    return held.getvalue()


def run() -> None:
    """Take the picture anew.

    Raises
    ------
    ProjectError
        If no book was built, or no browser can be started.
    """
    page = project.SITE / "index.html"
    if not page.is_file():
        raise ProjectError(f"There is no {project.shown(page)}. Build the book first: make book")
    project.write_atomic(PICTURE, take(page))
    print(f"{project.shown(PICTURE)}: {PICTURE.stat().st_size / 1000:.0f} kB")


if __name__ == "__main__":
    run()
