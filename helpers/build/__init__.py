"""The build: executes the chapters that are out of date, then renders the book.

The graph and the keys are ours. doit, the one small runner that is well kept, was looked at
beside this: it has the graph, the parallel run and a store of states, some sixty lines here. It takes
what a task depends on before the task runs, and here that is known when the chapter has run; it
decides on all tasks that are asked for by its own store of states, where each reason is to be named
and each product checked; and its threads share no progress bar. The tracing, the reasons, the
sections, the kernels and the failures would stay ours, and an adapter would come on top.
"""

import os
import sys
import time
from collections.abc import Callable, Collection, Mapping
from concurrent.futures import FIRST_COMPLETED, Future, ThreadPoolExecutor, wait
from dataclasses import dataclass, field
from graphlib import TopologicalSorter
from pathlib import Path

import filelock
import nbformat
from tqdm import tqdm

from helpers import conditions, corpora, ledger, profiles, project, tables
from helpers.build import execution, graph, keys, rendering, sections
from helpers.build.graph import Chapter
from helpers.profiles import Profile
from helpers.project import ProjectError

STOPPED = 130
# papermill adds a cell with the parameters, the runner one that asks what was read.
ADDED_CELLS = 2


def chain_lengths(names: Collection[str], before: Mapping[str, set[str]]) -> dict[str, int]:
    """For each name, how many tasks stand in the longest chain that it is part of.

    Parameters
    ----------
    names : collection of str
    before : dict of str to set of str
        By name, what must be done before.

    Returns
    -------
    dict of str to int
        1 where a name waits for nothing, and nothing waits for it.
    """
    awaited = {name: before[name] & set(names) for name in names}
    order = list(TopologicalSorter(awaited).static_order())
    up_to: dict[str, int] = {}
    for name in order:
        up_to[name] = 1 + max((up_to[other] for other in awaited[name]), default=0)
    behind: dict[str, int] = {}
    for name in reversed(order):
        waiting = [behind[other] for other in names if name in awaited[other]]
        behind[name] = max(waiting, default=-1) + 1
    return {name: up_to[name] + behind[name] for name in names}


def run_in_order(
    names: Collection[str],
    before: Mapping[str, set[str]],
    jobs: int,
    task: Callable[[str], object],
) -> None:
    """Run each task when those before it are done; after a failure nothing new begins.

    Of the tasks that can begin, one of the longest chain is first.

    Parameters
    ----------
    names : collection of str
    before : dict of str to set of str
        By name, what must be done before; names that are not asked for count as done.
    jobs : int
        Tasks that run at the same time.
    task : callable
        Called with a name.
    """
    lengths = chain_lengths(names, before)
    order = TopologicalSorter({name: before[name] & set(names) for name in names})
    order.prepare()
    ready: list[str] = []
    running: dict[Future, str] = {}
    failure: BaseException | None = None
    with ThreadPoolExecutor(jobs) as pool:
        try:
            while running or (order.is_active() and failure is None):
                # A long chain goes first, also where its next task can begin after many others.
                ready = sorted([*ready, *order.get_ready()], key=lambda name: -lengths[name])
                while ready and failure is None and len(running) < jobs:
                    name = ready.pop(0)
                    running[pool.submit(task, name)] = name
                for future in wait(running, return_when=FIRST_COMPLETED).done:
                    order.done(running.pop(future))
                    failure = failure or future.exception()
        except KeyboardInterrupt:
            print(
                "\nStopped. What was finished is kept; the same command goes on from there.",
                file=sys.stderr,
                flush=True,
            )
            # Leaving at once ends the kernels too: each watches for the end of this process.
            os._exit(STOPPED)
    if failure:
        raise failure


@dataclass
class Build:
    """One build of a book: what it is of, and what it has executed so far.

    Attributes
    ----------
    profile : Profile
    chapters : dict of str to Chapter
    given : dict of str to dict
        Parameters by chapter.
    force : bool
        Whether chapters that are up to date are executed too.
    absent : dict of str to dict
        By chapter, the tags of the sections that are left out, with the line that says why.
    pages : dict of str to NotebookNode
        The chapters without these sections.
    executed : list of str
    """

    profile: Profile
    chapters: Mapping[str, Chapter]
    given: Mapping[str, Mapping[str, object]]
    force: bool
    absent: dict[str, dict[str, str]] = field(default_factory=dict)
    pages: dict[str, nbformat.NotebookNode] = field(default_factory=dict)
    executed: list[str] = field(default_factory=list)

    def lay_out(self) -> None:
        """Decide which sections stand on each page; the tables have been made."""
        of_profile = conditions.conditions(self.profile)
        for name, found in self.chapters.items():
            playlist = self.given.get(name, {}).get("playlist")
            holds = of_profile
            if playlist is not None:
                laid_over = conditions.with_playlist(self.profile, str(playlist))
                holds = conditions.conditions(laid_over)
            absent = sections.lacking(found, holds)
            self.absent[name] = absent
            page = sections.page(found.notebook, absent)
            sections.complete_captions(page, self.profile, absent)
            self.pages[name] = page

    def reason(self, name: str) -> str:
        """Why a chapter must run; an empty text where it need not.

        Parameters
        ----------
        name : str
            Of the chapter.

        Returns
        -------
        str
            The first difference to what it was made of.
        """
        parameters = self.given.get(name, {})
        found = keys.reason(self.profile, self.chapters[name], parameters, self.absent[name])
        if self.force and not found:
            return "--force"
        return found

    def update(self, name: str, bar: tqdm) -> None:
        """Execute a chapter if it is out of date.

        Parameters
        ----------
        name : str
            Of the chapter.
        bar : tqdm
            Moves on by a cell at a time, and shows the reason.

        Raises
        ------
        ProjectError
            If a cell raises or the kernel ends.
        """
        reason = self.reason(name)
        if not reason:
            bar.update(self.cells(name))
            return
        bar.write(f"{name}: {reason}", file=sys.stdout)
        sys.stdout.flush()
        started = time.time()
        parameters = self.given.get(name, {})
        seen = execution.execute(
            name,
            self.chapters[name].notebook,
            self.pages[name],
            self.profile,
            {"profile": self.profile.argument, **parameters},
            bar.update,
            # Chapters in a chain decide how long a build takes; the rest fills the gaps they leave.
            gives_way=graph.stands_alone(name, self.chapters),
        )
        keys.keep_state(
            self.profile,
            self.chapters[name],
            parameters,
            self.absent[name],
            seen,
            started,
        )
        self.executed.append(name)

    def cells(self, name: str) -> int:
        """How many code cells are executed for a chapter.

        Parameters
        ----------
        name : str
            Of the chapter.

        Returns
        -------
        int
        """
        code = [cell for cell in self.pages[name].cells if cell.cell_type == "code"]
        return len(code) + ADDED_CELLS

    def execute(self, names: Collection[str], jobs: int) -> None:
        """Execute those chapters that are out of date, each after those it waits for.

        Parameters
        ----------
        names : collection of str
            The chapters that are asked for.
        jobs : int
            Chapters executed at the same time.

        Raises
        ------
        ProjectError
            If a chapter fails; what had begun is finished first.
        """
        before = graph.order(self.chapters)
        total = sum(self.cells(name) for name in names)
        with tqdm(total=total, unit="cell", leave=False) as bar:
            run_in_order(names, before, jobs, lambda name: self.update(name, bar))
        print(f"Executed {len(self.executed)} of {len(names)} notebooks.", flush=True)

    def unmade(self) -> list[str]:
        """The chapters that have no executed copy of this profile.

        Returns
        -------
        list of str
            In reading order.
        """
        missing = []
        for name in self.chapters:
            state = keys.read_state(self.profile, name)
            path = keys.executed_path(name)
            if state is None or state.products.get(project.shown(path)) != keys.fingerprint(path):
                missing.append(name)
        return missing


def _check(only: Collection[str], mirror: str | None, chapters: Mapping[str, Chapter]) -> None:
    """Refuse arguments that name nothing."""
    unknown = sorted(set(only) - set(chapters))
    if unknown:
        raise ProjectError(
            f"--only: there is no notebook {unknown[0]!r}. Valid names: {', '.join(chapters)}."
        )
    if mirror and not Path(mirror).is_dir():
        raise ProjectError(f"--mirror {mirror}: there is no such folder.")


def run(
    profile: str = "demo",
    only: Collection[str] = (),
    jobs: int = 2,
    params: Collection[str] = (),
    mirror: str | None = None,
    without: Collection[str] = (),
    force: bool = False,
    without_pages: bool = False,
) -> None:
    """Build the book of a profile: make its tables, execute what is out of date, render.

    Parameters
    ----------
    profile : str
        Name of a profile or path of a YAML file.
    only : collection of str
        Notebooks to execute; all by default.
    jobs : int
        Notebooks executed at the same time.
    params : collection of str
        `NOTEBOOK:NAME=VALUE`, for one notebook each.
    mirror : path, optional
        Folder that holds the files to download.
    without : collection of str
        Optional inputs to do without.
    force : bool
        Execute notebooks that are up to date too.
    without_pages : bool
        Execute, and render no page.

    Raises
    ------
    ProjectError
        With what went wrong and what to do next.
    """
    loaded = profiles.load_profile(profile)
    chapters = graph.read_chapters()
    given = graph.given_parameters(params, chapters)
    _check(only, mirror, chapters)
    build = Build(loaded, chapters, given, force)
    names = [name for name in chapters if name in only or not only]
    folder = Path(mirror).resolve() if mirror else None
    try:
        with filelock.FileLock(project.ROOT / "build" / ".lock", timeout=0):
            absent = _execute(build, names, jobs, folder, without)
            if not without_pages:
                _render(build, absent)
    except filelock.Timeout:
        raise ProjectError(
            "Another build is running in this folder. Wait for it to end, then run this again."
        ) from None


def _execute(
    build: Build,
    names: Collection[str],
    jobs: int,
    mirror: Path | None,
    without: Collection[str],
) -> dict[str, str]:
    """Make the tables and execute; the inputs that are absent, each with its place."""
    profile = build.profile
    absent = corpora.prepare(profile, mirror, without)
    absent = ledger.inputs(profile, tables.read_table(profile, "tracks")) | absent
    execution.prepare_environment()
    build.lay_out()
    place = project.shown(project.build_dir(profile))
    print(f"Profile {profile.name} ({profile.title}); its tables: {place}", flush=True)
    build.execute(names, jobs)
    return absent


def _render(build: Build, absent: Mapping[str, str]) -> None:
    """Render the book, where each of its notebooks has been executed."""
    profile = build.profile
    unmade = build.unmade()
    if unmade:
        print(
            f"Not rendered, since not yet executed: {', '.join(unmade)}. "
            f"Run: python -m helpers build --profile {profile.argument}"
        )
        return
    rendering.render(profile, sorted(absent))
    if absent:
        places = "; ".join(f"{name} (not in {place})" for name, place in absent.items())
        print(f"Absent, and named on the pages: {places}")
    print(f"Book: {project.shown(project.SITE / 'index.html')}")
