"""From executed chapters and prose to pages: Jupyter Book, run when something it shows changed."""

import json
import os
import shutil
import subprocess
import sys
from collections.abc import Sequence
from datetime import date
from pathlib import Path

import yaml

from helpers import profiles, project
from helpers.profiles import Profile
from helpers.project import ProjectError

# The package has no `python -m`, and its script breaks where the path has a space.
JUPYTER_BOOK = "from jupyter_book.cli.main import main; main()"
OPTIONS = ["--path-output", ".", "-W", "-n", "--keep-going", "-q"]
# Where the project lives on the web, and its branch there, where a build knows it.
REPOSITORY, BRANCH = "MUSIC_FOR_PAIN_REPOSITORY", "MUSIC_FOR_PAIN_BRANCH"
LAST_LINES = 20
# Inputs as a page calls them; others are called by their own name.
INPUTS_IN_WORDS = {
    "features": "audio features",
    "mssd": "third corpus",
    "years": "years of release",
}


def _commit() -> str:
    """Commit of the project, and whether files differ from it."""
    if not shutil.which("git") or not (project.ROOT / ".git").exists():
        return "unknown"
    command = ["git", "describe", "--always", "--dirty= with changes", "--abbrev=7", "--exclude=*"]
    asked = subprocess.run(command, cwd=project.ROOT, capture_output=True, text=True, check=False)
    return asked.stdout.strip() if asked.returncode == 0 else "unknown"


def _sources() -> list[Path]:
    """Every file that the pages are made of, the executed chapters among them."""
    helpers = project.ROOT / "helpers"
    found = [*project.BOOK.rglob("*"), *helpers.rglob("*.py")]
    sources = sorted(path for path in found if path.is_file() and path.suffix != ".pyc")
    settled = [project.ROOT / "_config.yml", project.LOCK]
    tables = sorted([*project.REFERENCE.glob("*"), *profiles.PROFILES.glob("*")])
    return [*sources, *settled, *tables]


def configuration(repository: str, branch: str) -> dict:
    """Settings of the rendered book, with buttons only where they lead somewhere.

    Parameters
    ----------
    repository : str
        Address of the project's repository; empty where the build does not know it.
    branch : str
        Branch or tag that was built; empty for `main`.

    Returns
    -------
    dict
        As `_config.yml` has them.
    """
    settings = yaml.safe_load((project.ROOT / "_config.yml").read_text(encoding="utf-8"))
    if repository:
        settings["repository"] = {"url": repository, "branch": branch or "main", "path_to_book": ""}
        settings["html"] |= {"use_repository_button": True, "use_issues_button": True}
        settings["launch_buttons"] = {
            "notebook_interface": "jupyterlab",
            "binderhub_url": "https://mybinder.org",
        }
    return settings


def _run_jupyter_book(settings: dict) -> None:
    # Extensions are read from the folder of the file, and it is written elsewhere.
    extensions = settings["sphinx"]["local_extensions"]
    extensions |= {name: str(project.ROOT / place) for name, place in extensions.items()}
    config = project.ROOT / "build" / "_config.yml"
    project.write_atomic(config, yaml.safe_dump(settings, allow_unicode=True, sort_keys=False))
    made = subprocess.run(
        [sys.executable, "-c", JUPYTER_BOOK, "build", "book", "--config", str(config), *OPTIONS],
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        encoding="utf-8",
        cwd=project.ROOT,
        check=False,
    )
    log = project.ROOT / "build" / "render.log"
    project.write_atomic(log, made.stdout)
    if made.returncode or not (project.SITE / "index.html").is_file():
        tail = "\n".join(made.stdout.strip().splitlines()[-LAST_LINES:])
        raise ProjectError(
            f"The pages could not be rendered:\n{tail}\nThe whole log: {project.shown(log)}"
        )


def render(profile: Profile, absent: Sequence[str]) -> None:
    """Render the executed chapters and the prose pages; nothing happens where nothing changed.

    Parameters
    ----------
    profile : Profile
    absent : sequence of str
        Inputs the build does without, named on every page.

    Raises
    ------
    ProjectError
        If Jupyter Book fails, with the last lines it printed.
    """
    site = project.ROOT / "_build"
    rendered = site / ".rendered"
    stamp = {
        "profile": profile.name,
        "argument": profile.argument,
        "title": profile.title,
        "absent": [INPUTS_IN_WORDS.get(name, name) for name in absent],
        "simulated": profile.simulated,
        "commit": _commit(),
    }
    settings = configuration(os.environ.get(REPOSITORY, ""), os.environ.get(BRANCH, ""))
    sources = _sources()
    made_of = json.dumps([stamp, settings])
    key = project.sha256(made_of, *map(project.shown, sources), *sources)
    whole = rendered.is_file() and (project.SITE / "index.html").is_file()
    if whole and rendered.read_text() == key:
        print("The rendered book is up to date.")
        return
    if not whole:
        # A render that was cut short may have left half a page.
        shutil.rmtree(site, ignore_errors=True)
    rendered.unlink(missing_ok=True)
    dated = {**stamp, "date": date.today().isoformat()}
    project.write_atomic(project.ROOT / "build" / "stamp.json", json.dumps(dated))
    print("Rendering the pages ...", flush=True)
    _run_jupyter_book(settings)
    project.write_atomic(rendered, key)
