"""A project of five short chapters, for tests of the runner: what each reads is plain to see."""

import os
import shutil
import subprocess
import sys

import nbformat
from commands import Commands
from conftest import copy_project

# Pages take longer than these chapters; whether they are rendered is tested on a whole book.
NO_PAGES = 'build.rendering.render = lambda profile, absent: print("Rendered.")'
RUN = f"""
import sys
from helpers import __main__, build
{NO_PAGES}
sys.exit(__main__.main(sys.argv[1:]))
"""
PROFILE = """title: A made project
source: own
target: QUIET
reference: MIXED
features: data/examples/features.csv
playlist: {playlist}
corpora:
  QUIET: {{label: Quiet, colour: "#0072B2", tracks: data/examples/quiet_first.csv}}
  MIXED: {{label: Mixed, colour: "#D55E00", tracks: data/examples/mixed.csv}}
settings:
  n_bootstrap: {n_bootstrap}
  contact: "{contact}"
"""
OPENING = """from helpers import downloads, figures, ledger, tables
from helpers.chapter import open_chapter
from helpers.readers import listings
chapter = open_chapter("{name}", profile, reads={reads}, writes={writes},
                       {parameter}={parameter})"""
# By name: the parameter, tables read and written, the cell that follows.
CHAPTERS = {
    "01_counts": (
        "n_bootstrap",
        ["tracks"],
        ["maps"],
        "drawn = chapter.settings.n_bootstrap\n"
        "found = chapter.tracks[['corpus', 'row', 'track_id']].dropna().head(3)\n"
        "found = found.assign(map='QUIET', feature_set='made', x=0.0, y=0.0, seed=1)\n"
        "chapter.write('maps', found)",
    ),
    "02_drawing": ("seed", ["maps"], [], "axes = figures.canvas(chapter.profile, 2)"),
    "03_values": (
        "block",
        ["tracks"],
        [],
        "factor = 1\nchapter.record([('local.three', 3 * factor, 1, 'made')])",
    ),
    "04_playlist": (
        "seed",
        [],
        [],
        "asked = chapter.profile.playlist\nprint(len(listings.read(asked)))",
    ),
    "05_registry": ("seed", [], [], "downloads.read_registry(chapter.profile)"),
    "10_scorecard": ("seed", ["results"], [], "print(len(ledger.results(chapter.profile)))"),
}


def notebook(name):
    """A chapter as a notebook."""
    parameter, reads, writes, body = CHAPTERS[name]
    opening = OPENING.format(name=name, reads=reads, writes=writes, parameter=parameter)
    made = nbformat.v4.new_notebook()
    made.metadata["kernelspec"] = {"name": "python3", "display_name": "Python 3"}
    made.cells = [
        nbformat.v4.new_code_cell(
            f'profile = "demo"  # a name\n{parameter} = None  # none',
            metadata={"tags": ["parameters"]},
        ),
        nbformat.v4.new_code_cell(opening),
        nbformat.v4.new_markdown_cell("Text.", metadata={"tags": ["needs-features"]}),
        nbformat.v4.new_code_cell(body),
    ]
    return made


class Project:
    """A copy of the project with these chapters in place of the book's."""

    def __init__(self, root):
        self.root = copy_project(root)
        shutil.rmtree(root / "notebooks")
        (root / "notebooks").mkdir()
        for name in CHAPTERS:
            nbformat.write(notebook(name), root / "notebooks" / f"{name}.ipynb")
        self.keys = {"playlist": "one two", "n_bootstrap": 10, "contact": ""}
        self.profile()
        self.commands = Commands(root, os.environ, NO_PAGES)

    def profile(self, **changed):
        """Write the profile anew with some keys changed."""
        self.keys |= changed
        text = PROFILE.format(**self.keys)
        (self.root / "data/profiles/made.yaml").write_text(text, encoding="utf-8")

    def edit(self, file, old, new):
        """Replace a piece of a file."""
        path = self.root / file
        text = path.read_text(encoding="utf-8")
        assert old in text
        path.write_text(text.replace(old, new), encoding="utf-8")

    def start(self, *arguments):
        """Begin a build in a process of its own."""
        command = [sys.executable, "-c", RUN, "build", "--profile", "made", *arguments]
        return subprocess.Popen(
            command,
            cwd=self.root,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            encoding="utf-8",
        )

    def build(self, *arguments, check=True):
        """Build, and return what was printed and the reason of each chapter that ran."""
        code, said = self.commands.run("build", "--profile", "made", *arguments)
        assert not check or code == 0, said
        lines = [line.split("\r")[-1].strip() for line in said.splitlines()]
        pairs = [line.partition(": ") for line in lines]
        return said, {name: reason for name, _, reason in pairs if name in CHAPTERS}
