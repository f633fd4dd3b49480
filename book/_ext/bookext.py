"""What this book adds to Sphinx: numbers of the ledger, editions, and pages that work offline.

`book_landing` has the directives and roles that print what a build computed, `book_terms` links the
terms of the glossary; this module dresses every page and copies what pages load.
"""

import html
import importlib.util
import re
import shutil
import sys
from functools import cache
from pathlib import Path

from docutils import nodes
from sphinx.util import logging

ROOT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT))

import book_citations  # noqa: E402
import book_landing  # noqa: E402
import book_teaching  # noqa: E402
import book_terms  # noqa: E402

from helpers.build import dressing, graph, landing  # noqa: E402

log = logging.getLogger(__name__)
# Tables of which a simulated build has made-up rows.
DATA = {"tracks", "features", "embeddings", "mssd", "maps"}
SIMULATED = (
    '<aside class="book-banner" aria-label="Simulated data"><strong>Simulated data.</strong> The '
    "listings of this chapter are a synthetic twin of the study's corpora, unless a figure or "
    "sentence says otherwise. They show how the analysis works; they are no evidence about music "
    "or pain.</aside>"
)


def require_alt_text(app, doctree, docname):
    """Warn, and so fail the build, where a figure has no description."""
    for image in doctree.findall(nodes.image):
        if not image.get("alt"):
            log.warning("a figure has no alternative text: %s", image.get("uri"), location=docname)


@cache
def chapters_with_data():
    """Pages of the chapters that read rows of a corpus."""
    chapters = graph.read_chapters().items()
    return {f"notebooks/{name}" for name, chapter in chapters if DATA & chapter.reads}


def edition():
    """The line on top of a page; the site of two editions adds a link to the other one."""
    made = landing.stamp()
    kind = "simulated corpora" if made["simulated"] else made["title"]
    return (
        f'<p class="book-edition">Edition <strong>{html.escape(made["profile"])}</strong>: '
        f"{html.escape(kind)}.<!-- other edition --></p>"
    )


def last_line():
    """The line at the foot of a page: what built it, when, from what."""
    made = {key: html.escape(str(value)) for key, value in landing.stamp().items()}
    without = html.escape(landing.without(landing.stamp()["absent"]))
    return (
        f'<p class="book-stamp">Built on {made["date"]} from profile <code>{made["profile"]}</code> '
        f"({made['title']}), commit {made['commit']}.{without}</p>"
    )


def without_thebe(files):
    """Scripts and styles of a page but those that would be fetched from elsewhere."""
    return [
        each for each in files if "thebe" not in f"{each} {getattr(each, 'attributes', '')}".lower()
    ]


def mend(body):
    """Repair what the tools below leave: roles without children, headings of tables without text."""
    # docutils calls a list what has no items; readers of screens then find none.
    body = re.sub(
        r'(<div class="citation-list")? role="list"(?=[^>]*>\s*<div class="citation")', r"\1", body
    )
    body = re.sub(r"<th([^>]*)></th>", r"<td\1></td>", body)
    return dressing.kept_together(dressing.dressed(body))


def dress_page(app, pagename, templatename, context, doctree):
    """Add edition, banner and stamp to a page, and drop what it would fetch from elsewhere."""
    for files in ("script_files", "css_files"):
        context[files] = without_thebe(context.get(files, ()))
    # The theme leaves it empty, and its script then complains.
    context["default_mode"] = "auto"
    if "body" not in context:
        return
    simulated = landing.stamp()["simulated"] and pagename in chapters_with_data()
    banner = SIMULATED if simulated else ""
    # The landing page has a section on its build.
    foot = "" if pagename == "index" else last_line()
    context["body"] = edition() + banner + mend(context["body"]) + foot


def every_page(app, env, added, changed, removed):
    """Pages carry numbers and the stamp of a build, so each build writes all of them."""
    return sorted(env.found_docs)


def forget_previews(app):
    """Remove the previews of the last build, whose names no page of this one has."""
    # Every page is written anew, with previews under a new name; sphinx-tippy leaves those of chapters.
    shutil.rmtree(Path(app.outdir) / "_static" / "tippy", ignore_errors=True)


def copy_mathjax(app, exception):
    """Copy MathJax and its fonts from the package that carries them."""
    if exception or app.builder.format != "html":
        return
    package = Path(importlib.util.find_spec("sphinx-mathjax-offline").submodule_search_locations[0])
    source, target = package / "static" / "mathjax", Path(app.outdir) / "_static" / "mathjax"
    for part in ("tex-mml-chtml.js", "output/chtml/fonts/woff-v2"):
        (target / part).parent.mkdir(parents=True, exist_ok=True)
        if (source / part).is_dir():
            shutil.copytree(source / part, target / part, dirs_exist_ok=True)
        else:
            shutil.copy2(source / part, target / part)


def write_chart_library(app, exception):
    """Write the library that draws interactive charts; `book-charts.js` loads it where needed."""
    target = Path(app.outdir) / "_static" / "vega-bundle.js"
    if exception or app.builder.format != "html" or target.is_file():
        return
    import vl_convert

    # The bundle declares names at top level; a function keeps them to itself.
    target.write_text(f"(()=>{{{vl_convert.javascript_bundle()}}})();", encoding="utf-8")


def setup(app):
    """Register everything with Sphinx."""
    book_landing.setup(app)
    book_teaching.setup(app)
    book_terms.setup(app)
    book_citations.setup(app)
    app.connect("builder-inited", forget_previews)
    app.connect("doctree-resolved", require_alt_text)
    app.connect("html-page-context", dress_page, priority=999)
    app.connect("env-get-outdated", every_page)
    app.connect("build-finished", copy_mathjax)
    app.connect("build-finished", write_chart_library)
    return {"version": "1", "parallel_read_safe": True, "parallel_write_safe": True}
