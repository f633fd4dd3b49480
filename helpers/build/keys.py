"""What each chapter was made of, and so whether it must run again.

After a chapter has run, what it read is kept in `build/<profile>/state/<chapter>.json`: its source
and parameters, the sections that were left out, the values of the keys of the profile that it read,
and a hash of every file, be it a helper, a table, what another chapter recorded or anything else.
At the next build each entry is looked up again; the first that differs is the reason to run.
"""

import hashlib
import json
from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass
from functools import cache
from pathlib import Path

import nbformat
import pyarrow as pa
import pyarrow.parquet as pq

from helpers import profiles, project, tables
from helpers.build.graph import Chapter
from helpers.chapter import RESULTS
from helpers.profiles import Profile

# Folders of the project whose files, once opened by a chapter, belong to what it is made of.
INPUTS = ("data", "helpers")
# What a page is made with, besides its own helpers.
MAKERS = ("trace.py", "kernels.py", "build/sections.py", "build/execution.py")
# Stands for the content of a file that was written to while the chapter ran.
UNSURE = "changed while the chapter ran"


@dataclass(frozen=True)
class State:
    """What a chapter was made of.

    Attributes
    ----------
    source : str
        Hash of its cells.
    parameters : dict
        Given for this chapter.
    absent : dict of str to str
        Tags whose sections were left out, with the line that says why.
    keys : dict
        Values of the keys of the profile, and of its settings, that it read.
    files : dict of str to str or None
        Hash by path of everything it read; `None` where nothing was there.
    products : dict of str to str or None
        The same of everything it wrote, its executed copy among them.
    """

    source: str
    parameters: Mapping[str, object]
    absent: Mapping[str, str]
    keys: Mapping[str, object]
    files: Mapping[str, str | None]
    products: Mapping[str, str | None]


def state_path(profile: Profile, name: str) -> Path:
    """File in which the state of a chapter lies.

    Parameters
    ----------
    profile : Profile
    name : str
        Of the chapter.

    Returns
    -------
    Path
    """
    return project.build_dir(profile) / "state" / f"{name}.json"


def executed_path(name: str) -> Path:
    """The executed copy of a chapter.

    Parameters
    ----------
    name : str
        Of the chapter.

    Returns
    -------
    Path
    """
    return project.EXECUTED / f"{name}.ipynb"


def source_hash(notebook: nbformat.NotebookNode) -> str:
    """Hash of the cells of a notebook, without what running it elsewhere leaves in the file.

    Parameters
    ----------
    notebook : NotebookNode

    Returns
    -------
    str
        SHA-256, in hexadecimal.
    """
    return project.sha256(
        *(json.dumps([c.cell_type, c.source, c.metadata], sort_keys=True) for c in notebook.cells)
    )


def fingerprint(path: Path) -> str | None:
    """Hash of the content of a file; of a folder's names, sizes and times; `None` of nothing.

    A folder is one of music, too large to be read at each build.

    Parameters
    ----------
    path : Path

    Returns
    -------
    str or None
        SHA-256, in hexadecimal.
    """
    if path.is_dir():
        found = [(file, file.stat()) for file in sorted(path.rglob("*")) if file.is_file()]
        return project.sha256(*((str(file), s.st_size, s.st_mtime_ns) for file, s in found))
    if not path.is_file():
        return None
    status = path.stat()
    return _file_hash(path, status.st_size, status.st_mtime_ns)


@cache
def _file_hash(path: Path, size: int, changed: int) -> str:
    """Hash of a file; size and time of change make sure that a cached one is of this content."""
    if path.suffix == ".parquet" and path.is_relative_to(project.ROOT / "build"):
        # The key of what a table was made of lies in the file too, and is no content.
        table = pq.read_table(path).replace_schema_metadata(None)
        sink = pa.BufferOutputStream()
        with pa.ipc.new_stream(sink, table.schema) as stream:
            stream.write_table(table.combine_chunks())
        return hashlib.sha256(sink.getvalue()).hexdigest()
    return project.sha256(path)


def _values(profile: Profile) -> dict[str, object]:
    """Every key of a profile and of its settings by name, as JSON has them."""
    content = json.loads(profile.model_dump_json())
    settings = content.pop("settings")
    return content | settings


def _inputs(profile: Profile, chapter: Chapter, seen: Mapping) -> set[Path]:
    """Paths that a chapter depends on: declared, imported, opened, or named by a helper."""
    helpers = project.ROOT / "helpers"
    found = {project.LOCK, *(helpers / name for name in MAKERS)}
    found |= {tables.table_path(profile, name) for name in chapter.reads - {RESULTS}}
    found |= {Path(path) for path in seen["named"]}
    found |= {Path(path) for path in seen["modules"] if Path(path).is_relative_to(helpers)}
    folders = [project.ROOT / name for name in INPUTS]
    folders.append(project.build_dir(profile))
    for path in map(Path, seen["opened"]):
        inside = any(path.is_relative_to(folder) for folder in folders)
        if inside and path.suffix != ".py" and "__pycache__" not in path.parts:
            found.add(path)
    # Of a profile the values count that were read, not the file.
    settled = {path for path in found if path.parent == profiles.PROFILES}
    return found - settled - {(project.ROOT / profile.argument).resolve()}


def _products(profile: Profile, name: str, seen: Mapping) -> set[Path]:
    folder = project.build_dir(profile)
    kept = {Path(path) for path in seen["replaced"] if Path(path).is_relative_to(folder)}
    return kept | {executed_path(name)}


def _hashes(paths: Iterable[Path], started: float) -> dict[str, str | None]:
    hashes = {}
    for path in sorted(paths):
        changed = path.is_file() and path.stat().st_mtime > started
        hashes[project.shown(path)] = UNSURE if changed else fingerprint(path)
    return hashes


def keep_state(
    profile: Profile,
    chapter: Chapter,
    parameters: Mapping[str, object],
    absent: Mapping[str, str],
    seen: Mapping[str, list[str]],
    started: float,
) -> None:
    """Keep what a chapter was made of.

    Parameters
    ----------
    profile : Profile
    chapter : Chapter
    parameters : dict
        Given for this chapter.
    absent : dict of str to str
        From `sections.lacking`.
    seen : dict
        `helpers.trace.report` of its kernel.
    started : float
        Time at which it began to run.
    """
    products = _products(profile, chapter.name, seen)
    values = _values(profile)
    state = State(
        source=source_hash(chapter.notebook),
        parameters=parameters,
        absent=absent,
        keys={name: values[name] for name in seen["keys"] if name in values},
        files=_hashes(_inputs(profile, chapter, seen) - products, started),
        products=_hashes(products, float("inf")),
    )
    text = json.dumps(asdict(state), indent=1, ensure_ascii=False)
    project.write_atomic(state_path(profile, chapter.name), text)


def read_state(profile: Profile, name: str) -> State | None:
    """What a chapter was made of when it last ran; `None` where it never did.

    Parameters
    ----------
    profile : Profile
    name : str
        Of the chapter.

    Returns
    -------
    State or None
    """
    path = state_path(profile, name)
    if not path.is_file():
        return None
    return State(**json.loads(path.read_text(encoding="utf-8")))


def _first_difference(before: Mapping, now: Mapping) -> str | None:
    """The first key whose values differ, or that one of two mappings lacks."""
    for key in dict.fromkeys([*before, *now]):
        if key not in before or key not in now or before[key] != now[key]:
            return key
    return None


def _changed_file(files: Mapping[str, str | None]) -> str:
    for shown, before in files.items():
        now = fingerprint(project.ROOT / shown)
        if now != before:
            return f"{shown} {'is gone' if now is None else 'changed'}"
    return ""


def _missing_product(products: Mapping[str, str | None]) -> str:
    for shown, before in products.items():
        now = fingerprint(project.ROOT / shown)
        if now is None:
            return f"{shown} is missing"
        if now != before:
            return f"{shown} is not the one this chapter made"
    return ""


def reason(
    profile: Profile,
    chapter: Chapter,
    parameters: Mapping[str, object],
    absent: Mapping[str, str],
) -> str:
    """Why a chapter must run; an empty text where it need not.

    Parameters
    ----------
    profile : Profile
    chapter : Chapter
    parameters : dict
        Given for this chapter.
    absent : dict of str to str
        From `sections.lacking`.

    Returns
    -------
    str
        The first difference to what it was made of.
    """
    state = read_state(profile, chapter.name)
    if state is None:
        return "not yet executed"
    if state.source != source_hash(chapter.notebook):
        return "its source changed"
    values = _values(profile)
    named = {
        "parameter": _first_difference(state.parameters, parameters),
        "section": _first_difference(state.absent, absent),
        "setting": _first_difference(state.keys, {name: values.get(name) for name in state.keys}),
    }
    for kind, name in named.items():
        if name is not None:
            return f"{kind} {name} changed"
    return _changed_file(state.files) or _missing_product(state.products)
