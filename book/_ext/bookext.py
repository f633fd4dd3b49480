"""What this book adds to Sphinx: numbers of the ledger, a stamp, and pages that work offline.

Roles: ``{published}`key` `` prints a number as the study printed it, ``{recomputed}`key` `` what
this build found. Directives: ``{score}`` prints how many claims were reproduced, and what simulated
data can check; ``{from-files}`` is a paragraph about the study's files, which a build without them
leaves out.
"""

import html
import importlib.util
import json
import shutil
import sys
from pathlib import Path

import pandas as pd
from docutils import nodes
from sphinx.util import logging
from sphinx.util.docutils import SphinxDirective, SphinxRole

ROOT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT))

from helpers import ledger, profiles, project  # noqa: E402

log = logging.getLogger(__name__)


def stamp():
    """What the runner says of this build: profile, title, simulated, commit, date."""
    return json.loads((ROOT / "build" / "stamp.json").read_text(encoding="utf-8"))


class Published(SphinxRole):
    """A number as the study printed it."""

    def run(self):
        claims = ledger.published()
        if self.text not in claims.index:
            log.warning("no published claim is called %r", self.text, location=self.get_location())
            return [], []
        return [nodes.Text(claims.loc[self.text, "printed"])], []


class Recomputed(SphinxRole):
    """A number that this build computed; ``key|format`` chooses how it is written."""

    def run(self):
        key, _, form = self.text.partition("|")
        profile = profiles.load_profile(stamp()["argument"])
        found = ledger.results(profile)
        # What these pages tell is of the study's corpora, whatever a build of others found.
        if profile.source not in ("twin", "published"):
            return [nodes.Text("(not in this profile)")], []
        if key not in found.index:
            log.warning("no notebook of this build recorded %r", key, location=self.get_location())
            return [], []
        return [nodes.Text(format(found.loc[key, "value"], form or ",.0f"))], []


class FromFiles(SphinxDirective):
    """A paragraph with numbers that only the study's own files hold; one line says so elsewhere."""

    has_content = True

    def run(self):
        profile = profiles.load_profile(stamp()["argument"])
        if profile.source == "published":
            return self.parse_content_to_nodes()
        text = "Which rows these are is printed here by a build of the study's files (published)."
        return [nodes.paragraph("", "", nodes.emphasis("", text))]


class Score(SphinxDirective):
    """The score of this build, for the landing page."""

    def run(self):
        profile = profiles.load_profile(stamp()["argument"])
        card = pd.read_csv(project.build_dir(profile) / "scorecard.csv", index_col="key")
        card["verdict_class"] = card["verdict"].str.split(":").str[0]
        score = ledger.score(card)
        text = (
            "This build is of other corpora: nothing is printed about them that it could check."
            if card.empty
            else f"This build checked {score['judged']} of the {score['claims']} numbers that the "
            f"study printed, and reproduced {score['reproduced']} of them."
        )
        if profile.simulated:
            text += (
                " Its corpora are simulated: it can check what follows from the published "
                "genre counts, and nothing else. That nine of nine features differ in it is "
                "circular: it was fitted to those differences."
            )
        return [nodes.paragraph("", "", nodes.strong("", text))]


def require_alt_text(app, doctree, docname):
    """Warn, and so fail the build, where a figure has no description."""
    for image in doctree.findall(nodes.image):
        if not image.get("alt"):
            log.warning("a figure has no alternative text: %s", image.get("uri"), location=docname)


def dress_page(app, pagename, templatename, context, doctree):
    """Add stamp and banner to a page, and drop what it would fetch from elsewhere."""
    for files in ("script_files", "css_files"):
        context[files] = [
            f
            for f in context.get(files, ())
            if "thebe" not in f"{f} {getattr(f, 'attributes', '')}".lower()
        ]
    # The theme leaves it empty, and its script then complains.
    context["default_mode"] = "auto"
    if "body" not in context:
        return
    made = {key: html.escape(str(value)) for key, value in stamp().items()}
    banner = (
        '<p class="book-banner" role="note"><strong>Simulated data.</strong> The tracks on '
        "this page are a synthetic twin of the "
        "study's corpora. They show how the analysis works; they are no evidence about music "
        "or pain.</p>"
        if stamp()["simulated"]
        else ""
    )
    without = (
        f" Inputs it does without: {html.escape(', '.join(stamp()['absent']))}."
        if stamp()["absent"]
        else ""
    )
    line = (
        f"Built on {made['date']} from profile <code>{made['profile']}</code> "
        f"({made['title']}), commit {made['commit']}.{without}"
    )
    context["body"] = banner + context["body"] + f'<p class="book-stamp">{line}</p>'


def every_page(app, env, added, changed, removed):
    """Pages carry numbers and the stamp of a build, so each build writes all of them."""
    return sorted(env.found_docs)


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
    app.add_role("published", Published())
    app.add_role("recomputed", Recomputed())
    app.add_directive("score", Score)
    app.add_directive("from-files", FromFiles)
    app.connect("doctree-resolved", require_alt_text)
    app.connect("html-page-context", dress_page, priority=999)
    app.connect("env-get-outdated", every_page)
    app.connect("build-finished", copy_mathjax)
    app.connect("build-finished", write_chart_library)
    return {"version": "1", "parallel_read_safe": True, "parallel_write_safe": True}
