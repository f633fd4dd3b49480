"""Tables of chapters are numbered as tables, and not among the figures.

A cell with a caption becomes a figure, whatever it shows. Those whose name begins with "tab-" hold
a table: they get a series of numbers of their own.

References to them are looked up in pages that are read once: Sphinx reads the whole page anew for
each reference, and ours hold figures and tables of megabytes.
"""

from functools import cache

from docutils import nodes
from sphinx.domains.std import StandardDomain
from sphinx.transforms import SphinxTransform
from sphinx.writers.html5 import HTML5Translator


class Table(nodes.figure):
    """A table with a caption."""


class NameTables(SphinxTransform):
    """Make a table of each figure that is named as one."""

    # Before Sphinx collects what has a number.
    default_priority = 400

    def apply(self, **_):
        """Change the nodes of a page."""
        for figure in list(self.document.findall(nodes.figure)):
            if any(name.startswith("tab-") for name in figure["names"]):
                table = Table("", *figure.children, **figure.attributes)
                table.source, table.line = figure.source, figure.line
                table["classes"].append("captioned-table")
                figure.replace_self(table)
                # References look a target up here.
                self.document.ids.update(dict.fromkeys(table["ids"], table))


class PagesReadOnce:
    """The environment of a build, of which each page is read once; nobody may change what it gives."""

    def __init__(self, env):
        self._env = env
        self.get_doctree = cache(env.get_doctree)

    def __getattr__(self, name):
        return getattr(self._env, name)


class References(StandardDomain):
    """Sphinx's own, with numbers of figures looked up in pages that are read once."""

    def _resolve_numref_xref(self, env, *reference):
        # The domain lives as long as the environment does, and pages are read before.
        if not hasattr(self, "_pages"):
            self._pages = PagesReadOnce(env)
        return super()._resolve_numref_xref(self._pages, *reference)


def _title(node):
    return next((part.astext() for part in node if isinstance(part, nodes.caption)), None)


def setup(app):
    """Register the numbered tables with Sphinx."""
    app.add_enumerable_node(
        Table,
        "table",
        _title,
        html=(HTML5Translator.visit_figure, HTML5Translator.depart_figure),
    )
    app.add_transform(NameTables)
    app.add_domain(References, override=True)
    return {"version": "1", "parallel_read_safe": True, "parallel_write_safe": True}
