"""`student`: chapters without their solutions, for a class to work in."""

import json
from collections.abc import Collection, Mapping
from pathlib import Path

import nbformat

from helpers import conditions, corpora, profiles, project
from helpers.build import graph, sections
from helpers.build.graph import Chapter
from helpers.profiles import Profile
from helpers.project import ProjectError

MARK = "student_copy"
NOTE = """> **Your copy of this chapter**, to work in; its solutions are left out.
> Run the cells from the top: the run stops at the first exercise that waits for an answer.
> Made from the book by `python -m helpers student`, with the profile `{profile}`."""
# nbclient leaves a cell with this tag alone: scaffolds in the book, which has the solutions.
SKIPPED = "skip-execution"


def _content(notebook: nbformat.NotebookNode) -> str:
    """Hash of what a notebook says, without what running or saving it leaves in the file."""
    return project.sha256(*(json.dumps([cell.cell_type, cell.source]) for cell in notebook.cells))


def _with_profile(cell: nbformat.NotebookNode, profile: Profile) -> None:
    """Let the parameters name a profile, in place."""
    first, *others = cell.source.splitlines()
    meaning = first.partition("  # ")[2]
    argument = json.dumps(str(profile.argument), ensure_ascii=False)
    cell.source = "\n".join([f"profile = {argument}  # {meaning}", *others])


def student_copy(
    chapter: Chapter, profile: Profile, absent: Mapping[str, str]
) -> nbformat.NotebookNode:
    """A chapter as a student gets it: solutions taken out, scaffolds left.

    Parameters
    ----------
    chapter : Chapter
    profile : Profile
    absent : dict of str to str
        From `helpers.build.sections.lacking`.

    Returns
    -------
    NotebookNode
        Without outputs; its metadata hold a mark by which a change is noticed.
    """
    made = sections.page(chapter.notebook, absent)
    made.cells = [cell for cell in made.cells if "solution" not in sections.tags(cell)]
    for cell in made.cells:
        tags = sections.tags(cell)
        if "parameters" in tags:
            _with_profile(cell, profile)
        if SKIPPED in tags:
            cell.metadata["tags"] = [tag for tag in tags if tag != SKIPPED]
    note = nbformat.v4.new_markdown_cell(NOTE.format(profile=profile.name), id="student-copy")
    made.cells.insert(0, note)
    made.metadata[MARK] = _content(made)
    return made


def _is_ours(path: Path) -> bool:
    """Whether a file is a copy that this command made and nobody has changed."""
    try:
        found = nbformat.read(path, as_version=4)
    except (nbformat.reader.NotJSONError, nbformat.ValidationError):
        return False
    return found.metadata.get(MARK) == _content(found)


def _chosen(asked: Collection[str], chapters: Mapping[str, Chapter]) -> list[str]:
    """Names of the chapters that are asked for by number or name; all where none is."""
    by_number = {name.partition("_")[0]: name for name in chapters}
    names = []
    for text in asked:
        name = text if text in chapters else by_number.get(text.zfill(2))
        if name is None:
            raise ProjectError(
                f"--chapters {text}: there is no such chapter. There are "
                f"{', '.join(by_number)}, or in full: {', '.join(chapters)}."
            )
        names.append(name)
    return [name for name in chapters if name in names or not asked]


def _refuse(folder: Path, names: Collection[str], overwrite: bool) -> list[str]:
    """Copies that were changed; an error unless they may be replaced."""
    if folder.resolve() in (project.NOTEBOOKS, project.EXECUTED):
        raise ProjectError(
            f"{project.shown(folder.resolve())} holds the book's own chapters. Name another folder."
        )
    paths = [folder / f"{name}.ipynb" for name in names]
    changed = [path.name for path in paths if path.exists() and not _is_ours(path)]
    if changed and not overwrite:
        raise ProjectError(
            f"{project.shown(folder)}: changed since they were made, or not made by this command: "
            f"{', '.join(changed)}. Nothing was written. Name another folder, or add --overwrite, "
            "which replaces them."
        )
    return changed


def run(
    folder: str | Path,
    chapters: Collection[str] = (),
    profile: str = "demo",
    overwrite: bool = False,
) -> int:
    """Write chapters without their solutions.

    Parameters
    ----------
    folder : path
        Made if need be.
    chapters : collection of str
        Numbers, such as 06, or names; all by default.
    profile : str
        Name of a profile or path of a YAML file: what the copies run on. Its tables are made where
        they are missing.
    overwrite : bool
        Replace copies that were changed too.

    Returns
    -------
    int
        0 when all are written.

    Raises
    ------
    ProjectError
        If there is no such chapter, or a copy was changed.
    """
    found = graph.read_chapters()
    names = _chosen(chapters, found)
    target = Path(folder)
    changed = _refuse(target, names, overwrite)
    loaded = profiles.load_profile(profile)
    corpora.prepare(loaded)
    holds = conditions.conditions(loaded)
    for name in names:
        made = student_copy(found[name], loaded, sections.lacking(found[name], holds))
        project.write_atomic(target / f"{name}.ipynb", nbformat.writes(made) + "\n")
    if changed:
        print(f"Replaced, though changed: {', '.join(changed)}.")
    print(
        f"Chapters without solutions: {len(names)}, on the profile {loaded.name}, in "
        f"{project.shown(target)}. Some read tables of chapters before them, which "
        f"`python -m helpers build --profile {loaded.argument}` makes."
    )
    return 0
