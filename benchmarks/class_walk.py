"""Walk through the class of 90 minutes with a clock: every command and every cell, in order, in a fresh clone.

    python benchmarks/class_walk.py [--python python3] [--keep DIR] [--out data/teaching/class_walk.csv]

The clone is what a teacher has the evening before: no environment, no build. The copies are what students have; each
runs in the kernel of the clone's own environment until the first exercise that waits for an answer.
The table is printed, and `--out` writes the part of it that the page for teachers shows.
"""

import argparse
import csv
import json
import os
import resource
import subprocess
import sys
import tempfile
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
# Chapters of the class, and what each step of the page `teach` needs: the heading up to which a copy has run.
STEPS = [
    ("step 2, U by hand", "03_feature_comparison", "Every feature of every pair of corpora"),
    (
        "step 3, how small is significant",
        "03_feature_comparison",
        "Negligible, or not shown to be more?",
    ),
    ("step 3, the exercises are reached", "03_feature_comparison", "Exercises"),
    ("step 5, design effect", "04_where_it_sits", "Persons, not corpora"),
    ("step 5, forty studies", "05_interval_coverage", "Five assumptions"),
    ("step 6, the exercises are reached", "05_interval_coverage", "Exercises"),
    ("step 7, three numbers of one's own", "12_next_study", "If the correlation is guessed wrong"),
]
CHAPTERS = sorted({chapter for _, chapter, _ in STEPS})
CELLS = """
import json, sys, time
import nbformat
from nbclient import NotebookClient
notebook = nbformat.read(sys.argv[1], as_version=4)
client, begun, headings, stopped = NotebookClient(notebook, kernel_name="python3", timeout=600), time.monotonic(), {}, ""
with client.setup_kernel(cwd=sys.argv[2]):
    for number, cell in enumerate(notebook.cells):
        if cell.cell_type == "markdown":
            titles = [line.lstrip("# ") for line in cell.source.splitlines() if line.startswith("#")]
            headings.update(dict.fromkeys(titles, time.monotonic() - begun))
            continue
        try:
            client.execute_cell(cell, number)
        except Exception as error:
            stopped = str(error).strip().splitlines()[-1]
            break
print(json.dumps({"headings": headings, "stopped": stopped}))
"""


def in_words(seconds):
    """A duration as a person says it."""
    if seconds < 60:
        return f"{seconds:.0f} s" if seconds >= 1 else "below 1 s"
    return f"{seconds // 60:.0f} min {seconds % 60:.0f} s"


def timed(*command, cwd):
    """Run a command; its seconds and what it printed."""
    begun = time.monotonic()
    # Outside of any environment that this script runs in.
    variables = {name: value for name, value in os.environ.items() if name != "VIRTUAL_ENV"}
    ran = subprocess.run(
        command, cwd=cwd, text=True, capture_output=True, env=variables, check=False
    )
    if ran.returncode:
        sys.exit(f"{' '.join(map(str, command))}\n{ran.stdout}{ran.stderr}")
    return time.monotonic() - begun, ran.stdout


def evening_before(clone, python):
    """Rows of what a teacher does before the class."""
    own = str(clone / ".venv" / ("Scripts" if os.name == "nt" else "bin") / "python")
    shown = ".venv/bin/python"
    commands = [
        ("Install", f"{python} -m helpers install", [python, "-m", "helpers", "install"]),
        ("Build the book", f"{shown} -m helpers build", [own, "-m", "helpers", "build"]),
        (
            "Build it again, nothing changed",
            f"{shown} -m helpers build",
            [own, "-m", "helpers", "build"],
        ),
        (
            "Slides of four chapters",
            f"{shown} -m helpers slides --chapters 03 04 05 12",
            [own, "-m", "helpers", "slides", "--chapters", "03", "04", "05", "12"],
        ),
        ("The sheet", f"{shown} -m helpers sheet", [own, "-m", "helpers", "sheet"]),
        (
            "Copies for students",
            f"{shown} -m helpers student copies --chapters 03 04 05 12",
            [own, "-m", "helpers", "student", "copies", "--chapters", "03", "04", "05", "12"],
        ),
    ]
    for what, text, command in commands:
        seconds, _ = timed(*command, cwd=clone)
        print(f"{in_words(seconds):>14}  {what}: {text}", flush=True)
        yield {"what": what, "command": text, "took": in_words(seconds)}


def in_class(clone):
    """Rows of what students run, step by step."""
    own = str(clone / ".venv" / ("Scripts" if os.name == "nt" else "bin") / "python")
    reached = {}
    for chapter in CHAPTERS:
        copy = clone / "copies" / f"{chapter}.ipynb"
        _, said = timed(own, "-c", CELLS, copy, clone / "copies", cwd=clone)
        reached[chapter] = json.loads(said.splitlines()[-1])
    for what, chapter, heading in STEPS:
        seconds = reached[chapter]["headings"][heading]
        print(f"{in_words(seconds):>14}  {what} (copy of {chapter}, up to {heading!r})", flush=True)
        yield {
            "what": f"{what[0].upper()}{what[1:]}",
            "command": f"copies/{chapter}.ipynb",
            "took": in_words(seconds),
        }
    for chapter, found in reached.items():
        print(f"{'':>14}  {chapter} stops: {found['stopped']}", flush=True)


def main():
    """Walk, print, and write what the page shows."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--python", default="python3")
    parser.add_argument(
        "--keep", help="folder for the clone, which is kept (default: one that is removed)"
    )
    parser.add_argument("--out", help="CSV to write")
    asked = parser.parse_args()
    machine = f"{os.cpu_count()} cores"
    if hasattr(os, "getloadavg"):
        machine += f" with a load of {os.getloadavg()[0]:.0f} when it began"
    with tempfile.TemporaryDirectory() as folder:
        clone = Path(asked.keep or folder) / "clone"
        seconds, _ = timed("git", "clone", "--quiet", ROOT, clone, cwd=ROOT)
        print(f"{in_words(seconds):>14}  A fresh clone", flush=True)
        rows = [*evening_before(clone, asked.python), *in_class(clone)]
        size = sum(
            path.stat().st_size
            for path in clone.rglob("*")
            if path.is_file() and not path.is_symlink()
        )
    largest = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss
    print(
        f"{'':>14}  {size / 1e9:.1f} GB on disk; the largest process took {largest / 1e6:.1f} GB of memory"
    )
    print(f"{'':>14}  {machine}; Python {sys.version.split()[0]}")
    if asked.out:
        with open(asked.out, "w", encoding="utf-8", newline="") as file:
            writer = csv.DictWriter(file, ["what", "command", "took"], lineterminator="\n")
            writer.writeheader()
            writer.writerows([*rows, {"what": "machine", "command": "", "took": machine}])


if __name__ == "__main__":
    main()
