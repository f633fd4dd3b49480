"""Links the citations of notebooks.

A notebook writes "(Holm, 1979)", which reads well anywhere; on the page it becomes a citation that leads
to the entry of the bibliography.
"""

import re
from functools import lru_cache
from pathlib import Path

from docutils import nodes
from pybtex.database import Entry, parse_file
from pybtex.richtext import Text

WRITTEN = re.compile(r"\((?P<label>[A-Z][^(){}\[\]]*?, \d{4})\)")


def _surname(person) -> str:
    return str(Text.from_latex(" ".join(person.prelast_names + person.last_names)))


def label(entry: Entry) -> str:
    """An entry as a sentence cites it: "Cliff, 1993", "Mann and Whitney, 1947", "A and others, 2010"."""
    names = [_surname(person) for person in entry.persons["author"]]
    who = " and ".join(names) if len(names) < 3 else f"{names[0]} and others"
    return f"{who}, {entry.fields['year']}"


@lru_cache  # every chapter asks for the same file
def keys(bibliography: Path) -> dict[str, str]:
    """The key of each entry, by the way in which a sentence cites it."""
    entries = parse_file(str(bibliography), bib_format="bibtex").entries
    return {label(entry): key for key, entry in entries.items() if entry.persons.get("author")}


def link(text: str, known: dict[str, str]) -> str:
    """A text whose citations are those of the bibliography; other words in brackets stay."""

    def one(found: re.Match) -> str:
        key = known.get(found["label"])
        return f"{{cite:p}}`{key}`" if key else found[0]

    return WRITTEN.sub(one, text)


def link_citations(app, name, source) -> None:
    """Before a notebook is read, turn what it cites into citations of Sphinx."""
    if name.startswith("notebooks/"):
        source[0] = link(source[0], keys(Path(app.srcdir) / "references.bib"))


@lru_cache
def led(bibliography: Path) -> list[str]:
    """Surnames of the first authors of works whose others the bibliography does not name."""
    entries = parse_file(str(bibliography), bib_format="bibtex").entries.values()
    authors = [entry.persons.get("author", []) for entry in entries]
    return [_surname(names[0]) for names in authors if names and str(names[-1]) == "others"]


def shorten(text: str, surnames: list[str]) -> list[nodes.Node]:
    """A text in which "and others" behind such a name is written as for works of many named authors."""
    first = "|".join(map(re.escape, surnames))
    made: list[nodes.Node] = []
    for part in re.split(rf"(\b(?:{first}) and others)", text):
        name = part.removesuffix(" and others")
        if name in surnames:
            made += [nodes.Text(f"{name} "), nodes.emphasis("", "et al.")]
        else:
            made.append(nodes.Text(part))
    return made


def shorten_citations(app, doctree, name) -> None:
    """Once citations are resolved, write all works of many authors alike; the list of works stays."""
    if name == "references":
        return
    surnames = led(Path(app.srcdir) / "references.bib")
    for text in list(doctree.findall(nodes.Text)):
        if " and others" in text:
            text.parent.replace(text, shorten(str(text), surnames))


def setup(app):
    """Register the links with Sphinx."""
    app.connect("source-read", link_citations)
    app.connect("doctree-resolved", shorten_citations)
    return {"version": "1", "parallel_read_safe": True, "parallel_write_safe": True}
