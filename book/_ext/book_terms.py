"""Links the first use of each glossary term on a page, so that notebooks and prose stay plain."""

import re
from functools import cache
from pathlib import Path

from docutils import nodes
from sphinx import addnodes
from sphinx.transforms import SphinxTransform

GLOSSARY = Path(__file__).resolve().parents[1] / "glossary.md"
# Nothing inside these is linked: links, code, formulas, headings, what a cell printed.
CLOSED = (
    nodes.reference,
    addnodes.pending_xref,
    nodes.literal,
    nodes.literal_block,
    nodes.math,
    nodes.math_block,
    nodes.title,
    nodes.term,
    nodes.raw,
    nodes.caption,
)


@cache
def terms() -> tuple[str, ...]:
    """The terms of the glossary, the longest first."""
    body = GLOSSARY.read_text(encoding="utf-8").split("```{glossary}")[1].split("```")[0]
    found = [line.strip() for line in body.splitlines() if line[:1].strip()]
    return tuple(sorted(found, key=len, reverse=True))


@cache
def pattern() -> re.Pattern[str]:
    """Matches any term as a whole word, in the plural too; abbreviations in capitals alone."""
    return re.compile(r"(?<![\w-])(" + "|".join(map(_one, terms())) + r")(?![\w-])")


def _one(term: str) -> str:
    if term.isupper() or not term[0].isalpha():
        return re.escape(term)
    first = f"[{term[0].upper()}{term[0].lower()}]"
    return first + re.escape(term[1:]).replace(r"\ ", r"\s+") + "s?"


def named(text: str) -> str | None:
    """The term that a text stands for; none where it is no term."""
    plain = " ".join(text.split()).lower()
    by_name = {term.lower(): term for term in terms()}
    return by_name.get(plain) or by_name.get(plain.removesuffix("s"))


class LinkTerms(SphinxTransform):
    """Turns the first use of each term on a page into a link to its definition."""

    default_priority = 700

    def apply(self, **_):
        """Go through the page in reading order."""
        if self.env.docname in ("glossary", "references"):
            return
        linked = {
            named(xref["reftarget"])
            for xref in self.document.findall(addnodes.pending_xref)
            if xref.get("reftype") == "term"
        }
        for text in list(self.document.findall(nodes.Text)):
            if _is_prose(text):
                self._link(text, linked)

    def _link(self, text, linked):
        parts, done = [], 0
        for match in pattern().finditer(text):
            term = named(match[0])
            if term is None or term in linked:
                continue
            linked.add(term)
            parts += [nodes.Text(text[done : match.start()]), _xref(term, match[0], self.env)]
            done = match.end()
        if parts:
            text.parent.replace(text, [*parts, nodes.Text(text[done:])])


@cache
def defined_at():
    """For each term, the last of the terms that share its definition: a preview begins there."""
    body = GLOSSARY.read_text(encoding="utf-8").split("```{glossary}")[1].split("```")[0]
    last, shared = {}, []
    for line in body.splitlines():
        if line[:1].strip():
            shared.append(line.strip())
        elif shared:
            last |= dict.fromkeys(shared, shared[-1])
            shared = []
    return last


def _is_prose(text):
    """Whether a text stands in a paragraph of the page itself."""
    inside, place = False, text.parent
    while place is not None:
        if isinstance(place, CLOSED) or {"cell_output", "cell_input"} & set(
            place.get("classes", ())
        ):
            return False
        inside = inside or isinstance(place, nodes.paragraph)
        place = place.parent
    return inside


def _xref(term, shown, env):
    """A link to a term that shows the word as the page has it."""
    return addnodes.pending_xref(
        "",
        nodes.inline(shown, shown, classes=["xref", "std", "std-term"]),
        refdomain="std",
        reftype="term",
        reftarget=defined_at()[term],
        refexplicit=True,
        refwarn=True,
        refdoc=env.docname,
    )


def setup(app):
    """Register the links with Sphinx."""
    app.add_transform(LinkTerms)
    return {"version": "1", "parallel_read_safe": True, "parallel_write_safe": True}
