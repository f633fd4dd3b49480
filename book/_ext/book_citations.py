"""Links the citations of notebooks.

A notebook writes "(Holm, 1979)", which reads well anywhere; on the page it becomes a citation that leads
to the entry of the bibliography.
"""

import re
from functools import lru_cache
from pathlib import Path

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


def setup(app):
    """Register the links with Sphinx."""
    app.connect("source-read", link_citations)
    return {"version": "1", "parallel_read_safe": True, "parallel_write_safe": True}
