"""What pages for teaching need: what this build found, links to run it, Python for lessons in the page."""

import csv
import importlib.util
import json
import os
import re
from functools import lru_cache
from pathlib import Path

import nbformat
from docutils import nodes
from sphinx.util.docutils import SphinxDirective, SphinxRole

from helpers import profiles, project
from helpers.build import graph, landing, rendering

WALK = project.ROOT / "data" / "teaching" / "class_walk.csv"
RUNNER = Path(__file__).with_name("runner.py")
# Before and after Brython's own script, in a worker that has no address of its own.
BEFORE = 'self.__BRYTHON__ = {brython_path: "http://book.invalid/"};\n'
AFTER = """
self.report = (said, problem) => postMessage({said, problem});
self.onmessage = event => {
  self.lesson = event.data;
  __BRYTHON__.runPythonSource(%s, "runner");
};
"""
# Modules of the standard library that a lesson may import; each is a script that needs no other.
MODULES = ("math",)


class Finding(SphinxDirective):
    """A sentence that a chapter of this build found, as a quotation."""

    required_arguments = 1

    def run(self):
        name = self.arguments[0]
        if name.partition(".")[0] not in graph.notebooks():
            raise self.error(f"there is no chapter {name.partition('.')[0]}")
        profile = profiles.load_profile(landing.stamp()["argument"])
        text = landing.finding(profile, name)
        quote = nodes.block_quote(classes=["book-finding"])
        quote += self.parse_text_to_nodes(text or "*(This build has no such finding.)*")
        return [quote]


@lru_cache  # every exercise of a page asks for the same chapters
def exercises(folder: Path) -> dict[str, tuple[str, str]]:
    """The chapter and the heading of each exercise, by its number, such as "05.2"."""
    found = {}
    for path in sorted(folder.glob("*.ipynb")):
        for cell in nbformat.read(path, as_version=4).cells:
            heading = re.match(r"### ((\d\d\.\d) .+)", cell.source)
            if heading:
                found[heading[2]] = path.stem, heading[1]
    return found


class Exercise(SphinxRole):
    """The number of an exercise, as a link to it; one that no chapter has stops the build."""

    def run(self):
        known = exercises(project.NOTEBOOKS)
        if self.text not in known:
            raise ValueError(f"{self.env.docname}: there is no exercise {self.text}")
        chapter, heading = known[self.text]
        place = f"notebooks/{chapter}.html#{nodes.make_id(heading)}"
        return [nodes.reference("", self.text, refuri=place, internal=True)], []


class ClassWalk(SphinxDirective):
    """How long each command of a class took, or how to measure it where nobody has."""

    def run(self):
        if not WALK.is_file():
            return self.parse_text_to_nodes(
                "How long each step takes on a machine, `python benchmarks/class_walk.py` measures there: it goes "
                "through the class in a fresh clone, every command and every cell, and prints a table of times."
            )
        with WALK.open(encoding="utf-8", newline="") as file:
            *rows, machine = csv.DictReader(file)
        head = "| what | command | took |\n|---|---|---:|\n"
        lines = [f"| {row['what']} | `{row['command']}` | {row['took']} |" for row in rows]
        measured = (
            f"Measured by `python benchmarks/class_walk.py` in a fresh clone, on {machine['took']}. "
            "A computer with nothing else to do is faster."
        )
        return self.parse_text_to_nodes(head + "\n".join(lines) + f"\n\n{measured}")


def launch_in_words(repository, branch):
    """Where the book runs on computers of others, with links where the repository is known; Markdown."""
    owner = repository.rstrip("/").removeprefix("https://github.com/")
    if not repository or owner == repository.rstrip("/"):
        return (
            "This build does not know where its repository lies on the web, so there are no links here "
            f"(`{rendering.REPOSITORY}` names it)."
        )
    return (
        f"- **[Binder](https://mybinder.org/v2/gh/{owner}/{branch}?urlpath=lab/tree/notebooks)** installs "
        "`environment.yml` and opens JupyterLab; the first start of a version takes many minutes, so start it "
        "once before the class.\n"
        "- **[Colab](https://colab.research.google.com/#create=true)** has older packages of its own, so the book "
        "gets an environment beside them. In a new notebook:\n\n"
        f"  ```\n  !git clone --branch {branch} {repository} book\n"
        "  !apt-get -qq install python3-venv\n"
        "  !cd book && python3 -m helpers install && .venv/bin/python -m helpers build\n  ```\n\n"
        "  The pages are then in `book/_build/html`, to be downloaded.\n\n"
        "Neither was run by us."
    )


class Launch(SphinxDirective):
    """Links to Binder and Colab, where the build knows its repository."""

    def run(self):
        known = os.environ.get(rendering.REPOSITORY, ""), os.environ.get(rendering.BRANCH, "")
        return self.parse_text_to_nodes(launch_in_words(known[0], known[1] or "main"))


def worker_script():
    """The script of the worker in which lessons run: Brython, the modules it may import, our runner."""
    data = Path(importlib.util.find_spec("brython").submodule_search_locations[0]) / "data"
    library = (data / "brython_stdlib.js").read_text(encoding="utf-8")
    start = library.index("{", library.index("var scripts"))
    scripts, _ = json.JSONDecoder().raw_decode(library[start:])
    kept = json.dumps({name: scripts[name] for name in MODULES})
    return "\n".join(
        [
            BEFORE,
            (data / "brython.js").read_text(encoding="utf-8"),
            f"__BRYTHON__.use_VFS = true; __BRYTHON__.update_VFS({kept});",
            AFTER % json.dumps(RUNNER.read_text(encoding="utf-8")),
        ]
    )


def write_python(app, exception):
    """Write the Python of the pages; `book-run.js` loads it when a reader asks for it."""
    target = Path(app.outdir) / "_static" / "run" / "python.js"
    if exception or app.builder.format != "html":
        return
    # As a text, since a page that lies in a folder may read no other file.
    text = json.dumps(worker_script()).replace("</", "<\\/")
    project.write_atomic(target, f"window.bookPython = {text};\n")


def setup(app):
    """Register everything with Sphinx."""
    app.add_directive("finding", Finding)
    app.add_role("exercise", Exercise())
    app.add_directive("class-walk", ClassWalk)
    app.add_directive("launch", Launch)
    app.connect("build-finished", write_python)
