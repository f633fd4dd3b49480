"""What the tests share: a copy of the project to build in, a small mirror, a browser."""

import os
import re
import shutil
import subprocess
import sys
from contextlib import ExitStack
from pathlib import Path

import pytest
from filelock import FileLock

ROOT = Path(__file__).resolve().parent.parent

SMALL = "tests/data/small.yaml"
PRODUCTS = (".git", ".venv", "_build", "build", "__pycache__", ".pytest_cache", ".ruff_cache")
NOT_RUN = []


def copy_project(target):
    """Copy the project's own files, none of its products."""

    def products(folder, names):
        # `build` is a product at the top alone: helpers/build is code.
        everywhere = {"__pycache__", ".ipynb_checkpoints"}
        return everywhere | (set(PRODUCTS) if os.path.samefile(folder, ROOT) else set())

    shutil.copytree(ROOT, target, ignore=products)
    shutil.rmtree(target / "book" / "notebooks", ignore_errors=True)
    return target


def as_set(table, scaling="none", name="made"):
    """A table of track_id, numbers and perhaps a source as a feature set."""
    from helpers.feature_sets import FeatureSet

    numbers = table.drop(columns="source", errors="ignore").set_index("track_id")
    return FeatureSet(name, name, "embedding", "made", scaling, numbers)


def build(tree, *arguments, check=True, **environment):
    """Run `python -m helpers build` in a copy of the project."""
    run = subprocess.run(
        [sys.executable, "-m", "helpers", "build", *arguments],
        cwd=tree,
        text=True,
        encoding="utf-8",
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        env={**os.environ, "PYTHONUTF8": "1", **environment},
        check=False,
    )
    assert not check or run.returncode == 0, run.stdout
    return run


def products(tree, profile):
    """Folder of the products of a profile outside `data/profiles`: its name ends with a mark of its place."""
    [folder] = (tree / "build").glob(f"{Path(profile).stem}-????????")
    return folder


def executed(said):
    """How many notebooks a build says that it executed."""
    return int(re.search(r"Executed (\d+) of \d+ notebooks", said)[1])


@pytest.fixture(scope="session")
def built(tmp_path_factory):
    """A copy of the project with the book of the small profile, in a folder of awkward name.

    Workers share it: the first that asks for it builds it, and nobody changes it.
    """
    shared = tmp_path_factory.getbasetemp()
    if "PYTEST_XDIST_WORKER" in os.environ:
        shared = shared.parent
    tree, done = shared / "book" / "muziek für pijn", shared / "book" / "done"
    with FileLock(shared / "book.lock"):
        if not done.is_file():
            shutil.rmtree(tree, ignore_errors=True)
            build(copy_project(tree), "--profile", SMALL)
            done.touch()
    return tree


@pytest.fixture(scope="session")
def clips():
    """What the fake of the music services plays: a second of sound each."""
    import fake_services

    return {"clip": fake_services.clip(), "clip_m4a": fake_services.clip_m4a()}


@pytest.fixture
def project(tmp_path, monkeypatch):
    """The helpers working on an empty build folder of their own."""

    from helpers import project

    monkeypatch.setattr(project, "build_dir", lambda profile: tmp_path / "build" / profile.name)
    return project


@pytest.fixture(scope="session")
def demo_tables(tmp_path_factory):
    """The tables of the demo, made once; nobody changes them."""
    from helpers import corpora, profiles, project

    folder = tmp_path_factory.mktemp("demo") / "tables"
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(project, "build_dir", lambda profile: folder)
        corpora.prepare(profiles.load_profile("demo"))
    return folder


@pytest.fixture
def demo(project, demo_tables):
    """The demo with a copy of its tables in a build folder of its own."""
    from helpers import profiles

    profile = profiles.load_profile("demo")
    shutil.copytree(demo_tables, project.build_dir(profile))
    return profile


@pytest.fixture(scope="session")
def browser():
    """A headless browser; without one the test is reported as not run, and fails with CI set."""
    from helpers.build.browser import launched
    from helpers.project import ProjectError

    with ExitStack() as stack:
        try:
            found = stack.enter_context(launched())
        except ProjectError as error:
            NOT_RUN.append(f"BROWSER TESTS NOT RUN: {error}")
            if os.environ.get("CI") == "true":
                pytest.fail(str(error))
            pytest.skip("no browser")
        yield found


# Fixtures that build a whole book.
BOOKS = {"built", "short_book", "three", "bare", "sounds", "published"}


def pytest_collection_modifyitems(config, items):
    """Give each test its lane."""
    for item in items:
        if BOOKS & {*item.fixturenames}:
            item.add_marker("book")
        if "browser" in item.fixturenames:
            item.add_marker("browser")
    if hasattr(config, "workerinput"):
        # What takes longest begins first, so that the workers end together.
        long = {
            name: {item.path for item in items if item.get_closest_marker(name)}
            for name in ("book", "slow")
        }
        items.sort(key=lambda item: (item.path not in long["book"], item.path not in long["slow"]))


def pytest_sessionfinish(session):
    """A worker hands over what it did not run."""
    if hasattr(session.config, "workeroutput"):
        session.config.workeroutput["not_run"] = NOT_RUN


@pytest.hookimpl(optionalhook=True)
def pytest_testnodedown(node):
    """Take from a worker that ended what it did not run."""
    NOT_RUN.extend(getattr(node, "workeroutput", {}).get("not_run", ()))


@pytest.hookimpl(trylast=True)
def pytest_unconfigure(config):
    """Say last of all what was not run, so that nobody overlooks it."""
    if hasattr(config, "workerinput"):
        return
    for line in dict.fromkeys(NOT_RUN):
        print(line)
    print(
        "Tests: tests/ (one file per helper module); `pytest tests/test_genres.py -v` names each."
    )
