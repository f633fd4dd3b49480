"""Slides of the book that was built last: one finding a slide, its figure below, printed as a PDF."""

import base64
import json
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from html import escape
from pathlib import Path

import nbformat
from markdown_it import MarkdownIt

from helpers import profiles, project
from helpers.build import dressing, graph, landing, outline, printing
from helpers.build.keys import executed_path
from helpers.chapter import findings_path
from helpers.profiles import Profile
from helpers.project import ProjectError

NAME = "slides.pdf"
PAPER = {
    "width": "13.333in",
    "height": "7.5in",
    "print_background": True,
    "tagged": True,
    "outline": True,
}
STYLE = Path(__file__).with_name("slides.css")
# A table with more lines than this cannot be read from the last row of a room.
MOST_ROWS = 16
# Class of a chart that a page brings to life.
CHART = "book-chart"
# A picture at least this high for its width stands beside its sentence, not below it.
UPRIGHT = 0.55
# Tables fill the room there is, up to half again their size. What fits is tried, since the cells of a
# smaller table wrap less.
FIT = """for (const table of document.querySelectorAll("figure table")) {
  const frame = table.closest("figure").getBoundingClientRect();
  for (let percent = 150; percent >= 30; percent -= 5) {
    table.style.zoom = percent / 100;
    const box = table.getBoundingClientRect();
    if (box.width <= frame.width && box.height <= frame.height) break;
  }
}"""
# Letters of a title up to which the larger sizes of type are used.
SHORT, MEDIUM = 110, 190


@dataclass(frozen=True)
class Picture:
    """What a slide shows: a figure or a small table.

    Attributes
    ----------
    html : str
    ratio : float
        Height over width.
    numbers : str
        Where its numbers come from, as its caption ends: `simulated`, for instance.
    still : bool
        Whether it is an interactive chart as it stands before anybody touches it.
    """

    html: str
    ratio: float
    numbers: str
    still: bool


@dataclass(frozen=True)
class Slide:
    """One finding and what it reads.

    Attributes
    ----------
    title : str
        First sentence of the finding, Markdown.
    rest : str
        Its other sentences; most often empty.
    picture : Picture
    """

    title: str
    rest: str
    picture: Picture


def sentences(text: str) -> tuple[str, str]:
    """The first sentence of a finding, and the others.

    Parameters
    ----------
    text : str

    Returns
    -------
    tuple of str
    """
    parts = re.split(r"(?<=[a-z%)\d]\.) (?=[A-Z0-9])", text, maxsplit=1)
    return parts[0], " ".join(parts[1:])


def _svg_ratio(svg: str) -> float:
    """Height over width of a drawing, from its frame; zero where it names none."""
    frame = re.search(r'viewBox="[\d.-]+ [\d.-]+ ([\d.]+) ([\d.]+)"', svg)
    return float(frame[2]) / float(frame[1]) if frame else 0


def _image(svg: str, alt: str) -> str:
    """A drawing as an image of its own, so that names inside it meet no others."""
    data = base64.b64encode(svg.encode()).decode()
    return f'<img alt="{escape(alt)}" src="data:image/svg+xml;base64,{data}">'


def _of_html(text: str) -> tuple[str, float] | None:
    """A chart as a still picture, or a small table, with its ratio; nothing of larger ones."""
    if CHART in text:
        still = re.sub(r"<script.*?</script>|</?figure.*?>", "", text, flags=re.DOTALL)
        return still, _svg_ratio(still) or UPRIGHT
    if text.count("<tr") <= MOST_ROWS and "<table" in text:
        return dressing.dressed(text), UPRIGHT / 2
    return None


def picture(cell: nbformat.NotebookNode) -> Picture | None:
    """What a cell with a caption shows.

    Parameters
    ----------
    cell : NotebookNode
        Of an executed chapter.

    Returns
    -------
    Picture or None
        None where it shows a table too long for a slide.
    """
    settings = cell.metadata["mystnb"]
    numbers = re.search(r"Numbers: ([^.]*)", settings["figure"]["caption"])
    source = numbers[1].replace("*", "") if numbers else ""
    for output in cell.outputs:
        data = output.get("data", {})
        if svg := data.get("image/svg+xml"):
            alt = settings.get("image", {}).get("alt", "")
            return Picture(_image(svg, alt), _svg_ratio(svg), source, still=False)
        text = data.get("text/html", "")
        if found := _of_html(text):
            return Picture(*found, source, still=CHART in text)
    return None


def pictures(notebook: nbformat.NotebookNode) -> dict[str, Picture]:
    """By name, the figures and small tables of an executed chapter.

    Parameters
    ----------
    notebook : NotebookNode

    Returns
    -------
    dict of str to Picture
    """
    found = {}
    for cell in notebook.cells:
        figure = cell.metadata.get("mystnb", {}).get("figure")
        shown = picture(cell) if figure and cell.cell_type == "code" else None
        if shown:
            found[figure["name"]] = shown
    return found


def of_chapter(profile: Profile, name: str) -> Iterator[Slide]:
    """The slides of one chapter: its findings in their order, each with the figure it reads.

    Parameters
    ----------
    profile : Profile
    name : str
        Of the chapter.

    Yields
    ------
    Slide
        None for a finding without a figure, or with a table too long for a slide, and one alone for an
        interactive chart: in print it stands still, and shows what its first finding says.
    """
    notebook = nbformat.read(executed_path(name), as_version=4)
    by_name = pictures(notebook)
    found = json.loads(findings_path(profile, name).read_text(encoding="utf-8"))
    for each in found:
        shown = by_name.get(each["figure"])
        if shown is None:
            continue
        yield Slide(*sentences(each["text"]), shown)
        if shown.still:
            del by_name[each["figure"]]


def _size(title: str) -> str:
    """The size of type that a title gets."""
    if len(title) <= SHORT:
        return "large"
    return "medium" if len(title) <= MEDIUM else "small"


def slide_html(slide: Slide, chapter: str) -> str:
    """One slide.

    Parameters
    ----------
    slide : Slide
    chapter : str
        Title of its chapter.

    Returns
    -------
    str
    """
    inline = MarkdownIt().renderInline
    rest = f"<p>{inline(slide.rest)}</p>" if slide.rest else ""
    shape = "beside" if slide.picture.ratio >= UPRIGHT else "below"
    source = slide.picture.numbers
    numbers = f" · Numbers: {escape(source)}." if source else ""
    mark = '<p class="mark">simulated</p>' if "simulated" in source else ""
    return dressing.kept_together(
        f'<section class="{shape}">{mark}<header><h2 class="{_size(slide.title)}">'
        f"{inline(slide.title)}</h2>{rest}</header><figure>{slide.picture.html}</figure>"
        f"<footer>{escape(chapter)}{numbers} <span>Music for Pain Relief, CC BY 4.0</span>"
        "</footer></section>"
    )


def _opening(profile: Profile) -> str:
    made = landing.stamp()
    kind = "simulated corpora" if profile.simulated else profile.title
    return (
        '<section class="opening"><h1>Music for Pain Relief</h1>'
        "<p>What music do people choose against pain, and how do we know?</p>"
        f"<footer>Slides of the edition {escape(profile.name)}: {escape(kind)}. Built on "
        f"{made['date']}, commit {escape(made['commit'])}. Text and figures: CC BY 4.0. This book "
        "describes music; it gives no medical advice.</footer></section>"
    )


def document(profile: Profile, chapters: Sequence[str]) -> tuple[str, int]:
    """All slides as one HTML document.

    Parameters
    ----------
    profile : Profile
    chapters : sequence of str
        Names.

    Returns
    -------
    tuple of str and int
        The document, and the number of its slides.
    """
    parts = [_opening(profile)]
    for chapter in outline.chapters():
        if chapter.name not in chapters:
            continue
        made = [slide_html(slide, chapter.title) for slide in of_chapter(profile, chapter.name)]
        if made:
            parts.append(
                f'<section class="opening"><h1>{escape(chapter.title)}</h1>'
                f"<p>{escape(chapter.question)}</p></section>"
            )
        parts += made
    style = STYLE.read_text(encoding="utf-8")
    head = f'<!doctype html><html lang="en"><meta charset="utf-8"><title>Slides</title><style>{style}</style>'
    return f"{head}{''.join(parts)}<script>{FIT}</script></html>", len(parts)


def named(asked: Sequence[str]) -> list[str]:
    """Names of the chapters that are asked for by number or name; all where none is.

    Parameters
    ----------
    asked : sequence of str

    Returns
    -------
    list of str

    Raises
    ------
    ProjectError
        A chapter that there is not.
    """
    known = list(graph.notebooks())
    by_number = {name.partition("_")[0]: name for name in known}
    chosen = [by_number.get(text, text) for text in asked]
    for name in chosen:
        if name not in known:
            raise ProjectError(f"There is no chapter {name}; there are: {', '.join(known)}.")
    return chosen or known


def check(profile: Profile, chapters: Sequence[str]) -> None:
    """Refuse what cannot be made into slides.

    Parameters
    ----------
    profile : Profile
    chapters : sequence of str
        Names.

    Raises
    ------
    ProjectError
        A chapter that was not executed, or for another profile.
    """
    for name in chapters:
        path = executed_path(name)
        of = ""
        if path.is_file():
            of = nbformat.read(path, as_version=4).metadata.get("build", {}).get("profile", "")
        if of != profile.name or not findings_path(profile, name).is_file():
            raise ProjectError(
                f"{project.shown(path)} is not of the profile {profile.name}: slides are made of the "
                f"book that was built last. Run: python -m helpers build --profile {profile.argument}"
            )


def write(profile: Profile, chapters: Sequence[str], path: Path) -> int:
    """Print the slides of the book that was built last.

    Parameters
    ----------
    profile : Profile
    chapters : sequence of str
        Names.
    path : Path
        The PDF to write.

    Returns
    -------
    int
        Number of slides.

    Raises
    ------
    ProjectError
        If the book was not built for this profile, or no browser can be started.
    """
    check(profile, chapters)
    text, number = document(profile, chapters)
    project.write_atomic(path, printing.print_html(text, PAPER))
    return number


def run(profile: str | None = None, chapters: Sequence[str] | None = None) -> None:
    """Make slides of the book that was built last, beside its pages.

    Parameters
    ----------
    profile : str, optional
        The profile that was built; without it, whichever was built last.
    chapters : sequence of str, optional
        Numbers, such as 03 05, or names; without it all.

    Raises
    ------
    ProjectError
        With what went wrong and what to do next.
    """
    if profile is None and not landing.STAMP.is_file():
        raise ProjectError("No book was built yet. Build it first: make book")
    chosen = profiles.load_profile(profile or landing.stamp()["argument"])
    path = project.SITE / NAME
    print("Printing the slides ...", flush=True)
    number = write(chosen, named(chapters or ()), path)
    print(f"{project.shown(path)}: {number} slides, {path.stat().st_size / 1e6:.1f} MB")
