"""The public site: two editions of the book, `published` at its root and `demo` beside it."""

import os
import re
import shutil
from dataclasses import dataclass
from html import escape
from pathlib import Path

from helpers import build, project
from helpers.build import pdf, search_index, sheet, slides

FOLDER = project.ROOT / "_build" / "site"
# What the pages leave room for: a link to the other edition, on top and where a section is left out.
ON_TOP = "<!-- other edition -->"
# What the tools leave behind for themselves: templates full of links that lead nowhere, and caches.
NO_PAGES = ("*webpack-macros.html", "tippy_*_cache.json")
LEFT_OUT = re.compile(r"<!-- left out: ([\w-]*) -->")
PDF_PLACE = "<!-- book as pdf -->"
TEACH_PLACE = "<!-- slides and sheet -->"


@dataclass(frozen=True)
class Edition:
    """One edition of the site.

    Attributes
    ----------
    name : str
        Of its profile.
    about : str
        What it is made of, as a link to it says.
    place : str
        Its folder from the root of the site; empty for the root.
    """

    name: str
    about: str
    place: str

    def folder(self, site: Path) -> Path:
        """Where its pages lie.

        Parameters
        ----------
        site : Path
            Folder of the whole site.

        Returns
        -------
        Path
        """
        return site / self.place if self.place else site


EDITIONS = (
    Edition("published", "real where real data can be had", ""),
    Edition("demo", "everything, on simulated corpora", "demo"),
)


def pages(edition: Edition, site: Path) -> list[str]:
    """The pages of an edition, as paths from its folder.

    Parameters
    ----------
    edition : Edition
    site : Path

    Returns
    -------
    list of str
    """
    folder = edition.folder(site)
    others = {other.place for other in EDITIONS if other.place and other != edition}
    found = sorted(path.relative_to(folder) for path in folder.rglob("*.html"))
    kept = [path for path in found if path.parts[0] not in {*others, "_static", "_sources"}]
    return [path.as_posix() for path in kept]


def _address(page: Path, other: Path) -> str:
    """A link from one page to another."""
    return Path(os.path.relpath(other, page.parent)).as_posix()


def _anchors(text: str) -> set[str]:
    return set(re.findall(r'\sid="([^"]+)"', text))


def link_editions(own: Edition, other: Edition, site: Path) -> None:
    """Link each page of an edition to the other one, on top and where a section is left out.

    Parameters
    ----------
    own, other : Edition
    site : Path
    """
    for name in pages(own, site):
        page, twin = own.folder(site) / name, other.folder(site) / name
        text = page.read_text(encoding="utf-8")
        there = twin.read_text(encoding="utf-8") if twin.is_file() else ""
        link = _address(page, twin if there else other.folder(site) / "index.html")
        anchors = _anchors(there)
        text = text.replace(ON_TOP, _on_top(other, link, bool(there)))
        text = LEFT_OUT.sub(lambda found: _section(other, link, found[1], anchors), text)  # noqa: B023
        project.write_atomic(page, text)


def _on_top(other: Edition, link: str, same_page: bool) -> str:
    what = "This page" if same_page else "The book"
    return (
        f' {what} in the other edition: <a class="book-edition-link" href="{escape(link)}">'
        f"{other.name}</a> ({other.about})."
    )


def _section(other: Edition, link: str, anchor: str, anchors: set[str]) -> str:
    """A link to the section of the other edition; nothing where it has none."""
    if anchor not in anchors:
        return ""
    return (
        f' <a class="book-edition-link" href="{escape(link)}#{anchor}">See this section in the '
        f"edition {other.name}</a>."
    )


def join_searches(site: Path) -> None:
    """Let the search of each edition find the pages of both.

    Parameters
    ----------
    site : Path
    """
    read = {}
    for edition in EDITIONS:
        path = edition.folder(site) / "searchindex.js"
        read[edition] = search_index.read(path.read_text(encoding="utf-8"))
    for own in EDITIONS:
        [other] = [each for each in EDITIONS if each != own]
        place = _address(own.folder(site) / "x", other.folder(site)) + "/"
        index = search_index.joined(read[own], read[other], place, f"edition {other.name}")
        path = own.folder(site) / "searchindex.js"
        project.write_atomic(path, search_index.written(index))


def offer_pdf(site: Path) -> None:
    """Name the PDF on the landing page of the edition at the root.

    Parameters
    ----------
    site : Path
        The PDF lies in it.
    """
    page = site / "index.html"
    size = (site / pdf.NAME).stat().st_size / 1e6
    line = f'<p>To read offline: <a href="{pdf.NAME}">the whole book as one PDF</a> ({size:.0f} MB).</p>'
    text = page.read_text(encoding="utf-8").replace(PDF_PLACE, line)
    project.write_atomic(page, text)


def offer_slides(folder: Path) -> None:
    """Name slides and sheet on the page for teachers of an edition.

    Parameters
    ----------
    folder : Path
        The edition's pages; slides and sheet lie beside them.
    """
    page = folder / "teach.html"
    line = (
        f'<p>To download: <a href="{slides.NAME}">the slides of this edition</a> and '
        f'<a href="{sheet.NAME}">the statistics on one page</a>, as PDF.</p>'
    )
    text = page.read_text(encoding="utf-8").replace(TEACH_PLACE, line)
    project.write_atomic(page, text)


def drop_unused_images(edition: Path) -> None:
    """Delete the pictures that no page shows: those of earlier renderings in the same folder.

    Parameters
    ----------
    edition : Path
        Folder of an edition.
    """
    shown: set[str] = set()
    for page in edition.rglob("*.html"):
        shown.update(re.findall(r"_images/([^\"'?#)\s]+)", page.read_text(encoding="utf-8")))
    for image in edition.glob("_images/*"):
        if image.name not in shown:
            image.unlink()


def combine(site: Path) -> None:
    """Make one site of two editions whose pages lie in their folders.

    Parameters
    ----------
    site : Path
    """
    published, demo = EDITIONS
    link_editions(published, demo, site)
    link_editions(demo, published, site)
    join_searches(site)
    for pattern in NO_PAGES:
        for path in site.rglob(pattern):
            path.unlink()
    for edition in EDITIONS:
        drop_unused_images(edition.folder(site))


def run(mirror: str | None = None, jobs: int = 2, without_pdf: bool = False) -> None:
    """Build both editions, and make one site of them in `_build/site`.

    Parameters
    ----------
    mirror : path, optional
        Folder that holds the files to download.
    jobs : int
        Notebooks executed at the same time.
    without_pdf : bool
        Print neither the book nor slides and sheet, which takes a browser.

    Raises
    ------
    ProjectError
        With what went wrong and what to do next.
    """
    published, demo = EDITIONS
    parts = FOLDER.with_name("editions")
    for edition in (demo, published):
        print(f"Edition {edition.name}:", flush=True)
        build.run(profile=edition.name, mirror=mirror if edition == published else None, jobs=jobs)
        if not without_pdf:
            slides.run()
            sheet.run()
            offer_slides(project.SITE)
        shutil.rmtree(parts / edition.name, ignore_errors=True)
        shutil.copytree(project.SITE, parts / edition.name)
    shutil.rmtree(FOLDER, ignore_errors=True)
    shutil.copytree(parts / published.name, FOLDER)
    shutil.copytree(parts / demo.name, FOLDER / demo.place)
    combine(FOLDER)
    if not without_pdf:
        sheets = pdf.write(FOLDER, FOLDER / pdf.NAME)
        offer_pdf(FOLDER)
        print(f"The book as one PDF: {sheets} sheets.")
    print(f"Site: {project.shown(FOLDER / 'index.html')}")
