"""The build: executes the notebooks that are out of date, then renders the book.

The one module that knows papermill and Jupyter Book. What a notebook depends on is read from its
own source: the helpers it imports, the tables it loads, the tables and results it writes.
"""

import ast
import json
import os
import shutil
import subprocess
import sys
from concurrent.futures import FIRST_COMPLETED, ThreadPoolExecutor, wait
from datetime import date
from graphlib import TopologicalSorter
from modulefinder import ModuleFinder
from pathlib import Path

import filelock
import nbformat
import yaml
from tqdm import tqdm

from helpers import corpora, ledger, project, profiles, tables
from helpers.project import ProjectError
from helpers.embeddings import weights

HELPERS = project.ROOT / "helpers"
STAMP = project.ROOT / "build" / "stamp.json"
RENDERED = project.ROOT / "_build" / ".rendered"
JUPYTER_BOOK = "from jupyter_book.cli.main import main; main()"


def notebooks():
    """Paths of the notebooks by name, in reading order."""
    return {path.stem: path for path in sorted(project.NOTEBOOKS.glob("[0-9]*.ipynb"))}


def _trees():
    """Syntax trees of the code cells of each notebook; the first cell declares its parameters."""
    return {name: [ast.parse(cell.source) for cell in nbformat.read(path, as_version=4).cells
                   if cell.cell_type == "code"] for name, path in notebooks().items()}


def check_parameters(given, trees):
    """Turn `04_genres:n_bootstrap=200` into parameters by notebook.

    Raises
    ------
    ProjectError
        If there is no such notebook, or it declares no such parameter; papermill would only warn.
    """
    out = {}
    for text in given:
        place, _, value = text.partition("=")
        name, _, parameter = place.partition(":")
        if name not in trees:
            raise ProjectError(
                f"--param {text}: there is no notebook {name!r}. Valid names: {', '.join(trees)}.")
        valid = [node.targets[0].id for node in trees[name][0].body]
        if parameter not in valid:
            raise ProjectError(f"--param {text}: {name} declares no parameter {parameter!r}. "
                               f"Valid names: {', '.join(valid)}.")
        out.setdefault(name, {})[parameter] = yaml.safe_load(value)
    return out


def helper_files(trees):
    """Source files of the helpers that some code imports, directly or through one another."""
    finder = ModuleFinder([str(project.ROOT)])
    for tree in trees:
        finder.scan_code(compile(tree, "cell", "exec"), finder.add_module("cell"))
    return sorted(Path(found.__file__) for found in finder.modules.values() if found.__file__)


def _calls(trees, *functions):
    """The literal second argument of each call of some functions: `corpora.load(run, "tracks")`."""
    for node in (node for tree in trees for node in ast.walk(tree)):
        if isinstance(node, ast.Call) and ast.unparse(node.func) in functions:
            yield next((a.value for a in node.args[1:2] if isinstance(a, ast.Constant)), None)


def _writers(trees):
    """The notebook that writes each table a notebook writes."""
    return {table: name for name in trees for table in _calls(trees[name], "paths.write_table")}


def graph(trees):
    """For each notebook the names of the notebooks that must run before it.

    A notebook waits for the writers of the tables it loads; one that reads the scorecard waits for
    all that record.
    """
    writers = _writers(trees)
    recorders = {name for name in trees if any(_calls(trees[name], "ledger.record"))}
    after = {}
    for name, code in trees.items():
        after[name] = {writers[t] for t in _calls(code, "corpora.load") if t in writers} - {name}
        if list(_calls(code, "ledger.scorecard")):
            after[name] |= recorders - {name}
    return after


def keys(profile, given, trees, after):
    """One hash a notebook, of everything its executed copy depends on."""
    books, out = notebooks(), {}
    # What a notebook writes is in its own key already, and is not there before it has run.
    made = set(_writers(trees))
    settled = [profile.model_dump_json(exclude={"playlist"}), project.LOCK,
               *sorted(project.REFERENCE.glob("*"))]
    for name in TopologicalSorter(after).static_order():
        loaded = [(t, tables.table_key(profile, t))
                  for t in set(_calls(trees[name], "corpora.load")) - made]
        loaded += [("weights", weights.state()) for _ in _calls(trees[name], "weights.state")]
        files = (profile.playlist, *given.get(name, {}).values())
        loaded += [("playlist", project.sha256(Path(file))) for file in files
                   for _ in _calls(trees[name], "listings.read") if os.path.isfile(str(file))]
        out[name] = project.sha256(books[name], *settled, *helper_files(trees[name]),
                                 sorted(loaded), sorted(given.get(name, {}).items()),
                                 *(out[other] for other in sorted(after[name])))
    return {name: out[name] for name in books}


def executed_key(name, profile):
    """Key of the executed copy of a notebook, where that copy is of this profile."""
    path = project.EXECUTED / f"{name}.ipynb"
    mark = nbformat.read(path, as_version=4).metadata.get("build", {}) if path.is_file() else {}
    return mark.get("key") if mark.get("profile") == profile.name else None


def _environment():
    """Leave papermill this interpreter's own kernel alone, whatever kernels a user has."""
    home = project.ROOT / "build" / ".jupyter"
    # What a kernel writes to the terminal while it starts and stops is of no use in a build.
    project.write_atomic(home / "ipython" / "profile_default" / "ipython_kernel_config.py",
                       "c.IPKernelApp.log_level = 50\n")
    os.environ |= {
        "JUPYTER_PATH": "", "JUPYTER_DATA_DIR": str(home / "data"), "PYTHONUTF8": "1",
        "JUPYTER_CONFIG_DIR": str(home / "config"), "JUPYTER_RUNTIME_DIR": str(home / "runtime"),
        "IPYTHONDIR": str(home / "ipython"), "PYTHONPATH": str(project.ROOT),
        # Notebooks run side by side; more threads than cores would slow both.
        "OMP_NUM_THREADS": "1", "OPENBLAS_NUM_THREADS": "1"}
    os.environ.pop("PYTHONDONTWRITEBYTECODE", None)


def _failure(name, work, error):
    """What a raising cell is reported as: notebook, cell, first line, exception, where to look."""
    cells = nbformat.read(notebooks()[name], as_version=4).cells
    number = next((k for k, c in enumerate(cells, 1) if c.source == error.source), error.cell_index)
    return ProjectError(f"{name}, cell {number}: {error.source.strip().splitlines()[0]}\n"
                        f"  {error.ename}: {error.evalue}\n"
                        f"The notebook as far as it ran: {project.shown(work)}")


def _execute(name, profile, given, key, bar):
    """Execute one notebook; its executed copy appears when it is whole."""
    import papermill

    work = project.build_dir(profile) / "unfinished" / f"{name}.ipynb"
    work.parent.mkdir(parents=True, exist_ok=True)
    try:
        book = papermill.execute_notebook(
            notebooks()[name], work, given, kernel_name="python3", cwd=project.ROOT,
            progress_bar=False, record_timing=False, on_cell_executed=lambda **_: bar.update())
    except papermill.PapermillExecutionError as error:
        raise _failure(name, work, error) from None
    for place in (book, *book.cells):
        place.metadata.pop("papermill", None)
        if "injected-parameters" in place.metadata.get("tags", ()):
            place.metadata["tags"].append("hide-input")
            place.metadata["mystnb"] = {"code_prompt_show": "Show the parameters of this run"}
    book.metadata["build"] = {"profile": profile.name, "key": key}
    project.write_atomic(project.EXECUTED / f"{name}.ipynb", nbformat.writes(book))
    work.unlink()


def _run_all(names, after, jobs, task):
    """Run each task when those before it are done; after a failure nothing new begins."""
    order = TopologicalSorter({name: after[name] & set(names) for name in names})
    order.prepare()
    running, failure = {}, None
    with ThreadPoolExecutor(jobs) as pool:
        try:
            while running or order.is_active() and not failure:
                ready = () if failure else order.get_ready()
                running |= {pool.submit(task, name): name for name in ready}
                for future in wait(running, return_when=FIRST_COMPLETED).done:
                    order.done(running.pop(future))
                    failure = failure or future.exception()
        except KeyboardInterrupt:
            print("\nStopped. What was finished is kept; the same command goes on from there.",
                  file=sys.stderr, flush=True)
            # Leaving at once ends the kernels too: each watches for the end of this process.
            os._exit(130)
    if failure:
        raise failure


def run(profile="demo", only=(), jobs=2, params=(), mirror=None, without=(), force=False):
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

    Raises
    ------
    ProjectError
        With what went wrong and what to do next.
    """
    run, trees = profiles.load_profile(profile), _trees()
    given = check_parameters(params, trees)
    argument = profile if run.name == profile else project.shown(Path(profile).resolve())
    if unknown := set(only) - set(trees):
        raise ProjectError(f"--only: there is no notebook {unknown.pop()!r}. "
                           f"Valid names: {', '.join(trees)}.")
    if mirror and not Path(mirror).is_dir():
        raise ProjectError(f"--mirror {mirror}: there is no such folder.")
    try:
        with filelock.FileLock(project.ROOT / "build" / ".lock", timeout=0):
            _build(run, argument, trees, only, jobs, given, mirror, without, force)
    except filelock.Timeout:
        raise ProjectError("Another build is running in this folder. "
                           "Wait for it to end, then run this again.") from None


def _build(run, argument, trees, only, jobs, given, mirror, without, force):
    absent = corpora.prepare(run, Path(mirror).resolve() if mirror else None, without)
    absent = ledger.inputs(run, tables.read_table(run, "tracks")) | absent
    _environment()
    after = graph(trees)
    wanted = keys(run, given, trees, after)
    chosen = [name for name in wanted if name in only or not only]
    stale = [name for name in chosen if force or executed_key(name, run) != wanted[name]]
    print(f"Profile {run.name} ({run.title}): {len(stale)} of {len(chosen)} notebooks to execute.",
          flush=True)
    # papermill adds a cell of its own, with the parameters.
    cells = sum(len(trees[name]) + 1 for name in stale)
    with tqdm(total=cells, unit="cell", disable=not stale) as bar:
        _run_all(stale, after, jobs, lambda name: _execute(
            name, run, {"profile": argument, **given.get(name, {})}, wanted[name], bar))
    if unmade := [name for name in wanted if executed_key(name, run) is None]:
        print(f"Not rendered, since not yet executed: {', '.join(unmade)}. "
              f"Run: python -m helpers build --profile {argument}")
        return
    _render(run, argument, sorted(absent))
    if absent:
        places = "; ".join(f"{name} (not in {place})" for name, place in absent.items())
        print(f"Absent, and named on the pages: {places}")
    print(f"Book: {project.shown(project.SITE / 'index.html')}")


def _commit():
    if not shutil.which("git") or not (project.ROOT / ".git").exists():
        return "unknown"
    command = ["git", "describe", "--always", "--dirty= with changes", "--abbrev=7", "--exclude=*"]
    asked = subprocess.run(command, cwd=project.ROOT, capture_output=True, text=True)
    return asked.stdout.strip() if asked.returncode == 0 else "unknown"


def _render(profile, argument, absent):
    """Render the executed notebooks and the prose pages; nothing happens where nothing changed."""
    stamp = {"profile": profile.name, "argument": argument, "title": profile.title,
             "absent": absent, "simulated": profile.simulated, "commit": _commit()}
    sources = [p for p in sorted([*project.BOOK.rglob("*"), *HELPERS.rglob("*.py")])
               if p.is_file() and p.suffix != ".pyc"]
    key = project.sha256(json.dumps(stamp), *map(project.shown, sources), *sources,
                       project.ROOT / "_config.yml", project.LOCK, *sorted(project.REFERENCE.glob("*")),
                       *sorted(profiles.PROFILES.glob("*")))
    if RENDERED.is_file() and RENDERED.read_text() == key and (project.SITE / "index.html").is_file():
        print("The rendered book is up to date.")
        return
    if not RENDERED.is_file():
        # A render that was cut short may have left half a page.
        shutil.rmtree(project.ROOT / "_build", ignore_errors=True)
    RENDERED.unlink(missing_ok=True)
    project.write_atomic(STAMP, json.dumps({**stamp, "date": date.today().isoformat()}))
    print("Rendering the pages ...", flush=True)
    # The package has no `python -m`, and its script breaks where the path has a space.
    made = subprocess.run([sys.executable, "-c", JUPYTER_BOOK, "build", "book", "--config",
                           "_config.yml", "--path-output", ".", "-W", "-n", "--keep-going", "-q"],
                          stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True,
                          encoding="utf-8", cwd=project.ROOT)
    log = project.ROOT / "build" / "render.log"
    project.write_atomic(log, made.stdout)
    if made.returncode or not (project.SITE / "index.html").is_file():
        tail = "\n".join(made.stdout.strip().splitlines()[-20:])
        raise ProjectError(f"The pages could not be rendered:\n{tail}\n"
                           f"The whole log: {project.shown(log)}")
    project.write_atomic(RENDERED, key)
