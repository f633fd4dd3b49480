"""What a page shows of a chapter: sections whose inputs are there, captions, code that teaches."""

import re
from collections.abc import Collection, Iterable, Mapping

import nbformat
from docutils.nodes import make_id

from helpers.build.graph import Chapter
from helpers.chapter import RESULTS
from helpers.conditions import CONDITIONS
from helpers.profiles import Profile

# A link to a figure or a table of the book, and the role of Sphinx that shows its number.
LINK = re.compile(r"\[(?:Figure|Table) [^\]]+\]\(#((?:fig|tab)-[\w-]+)\)")
NUMBER = r"{numref}`\1`"
FOLDED = "Show the code"
HIDE = "Hide the code"
SCAFFOLD = "Show the code to begin with"
PARAMETERS = "Show the parameters of this run"
TABLE = "Show the table and its code"
# What a fold is called whose cell has a tag.
PROMPTS = {"injected-parameters": PARAMETERS, "scaffold": SCAFFOLD, "hide-cell": TABLE}
# A cell with one of these tags is shown as the tag says: a lesson open, a solution in its own fold.
AS_IT_IS = {"teach", "solution"}
# Where the numbers of a figure or table come from, as the metadata `numbers` of its cell names it:
# the build's own tables (where the cell names nothing), the printed figures, the corpora that the
# chapter compares, published genre counts alone, these with intervals by unit, simulated studies,
# or no corpus at all.
NUMBERS = ("printed", "compared", "counts", "intervals", "simulated", "method")
PUBLISHED = "Numbers: published."
SIMULATED = "Numbers: **simulated**."
OF_SOURCE = {
    "twin": SIMULATED,
    "published": "Numbers: recomputed.",
    "sleep": "Numbers: recomputed.",
    "own": "Numbers: your own corpora.",
}


def tags(cell: nbformat.NotebookNode) -> list[str]:
    """Tags of a cell; none where it has no such list.

    Parameters
    ----------
    cell : NotebookNode

    Returns
    -------
    list of str
    """
    return list(cell.metadata.get("tags", ()))


def lacking(chapter: Chapter, conditions: Mapping[str, str]) -> dict[str, str]:
    """The tags of a chapter whose sections are left out, with the line that says why.

    A chapter that reads the results speaks of every input that is absent, so all tags count.

    Parameters
    ----------
    chapter : Chapter
    conditions : dict of str to str
        From `helpers.conditions.conditions`.

    Returns
    -------
    dict of str to str
    """
    used = {tag for cell in chapter.notebook.cells for tag in tags(cell)}
    if RESULTS in chapter.reads:
        used = set(conditions)
    return {tag: line for tag, line in conditions.items() if line and tag in used}


def page(notebook: nbformat.NotebookNode, absent: Mapping[str, str]) -> nbformat.NotebookNode:
    """A notebook without the sections that do not apply.

    Parameters
    ----------
    notebook : NotebookNode
    absent : dict of str to str
        From `lacking`.

    Returns
    -------
    NotebookNode
        A copy; one line stands in the place of each run of cells that were left out, unless
        nothing can be done about it. A reason is told in full once on a page.
    """
    made = nbformat.from_dict(notebook)
    made.cells = []
    lines: dict[str, None] = {}
    told: set[str] = set()
    section, begun = "", ""
    for cell in notebook.cells:
        missing = [tag for tag in tags(cell) if tag in absent]
        if not missing:
            made.cells += _left_out(lines, told, begun or section)
            told.update(map(_briefly, lines))
            lines, begun = {}, ""
            section = _last_section(cell) or section
            made.cells.append(nbformat.from_dict(cell))
        elif all(CONDITIONS[tag].advice for tag in missing):
            line = absent[missing[0]]
            if not _is_told(line, map(_briefly, lines)):
                lines[line] = None
            begun = begun or _last_section(cell)
    made.cells += _left_out(lines, told, begun or section)
    return made


def _last_section(cell: nbformat.NotebookNode) -> str:
    """The anchor of the last heading in a cell, as a page has it; empty where it has none."""
    if cell.cell_type != "markdown":
        return ""
    headings = re.findall(r"^#+ (.+)$", cell.source, re.MULTILINE)
    return make_id(re.sub(r"[`*]", "", headings[-1])) if headings else ""


def _briefly(line: str) -> str:
    """What is missing, without where it was looked for and how to get it."""
    reason = line.partition(". ")[0].rstrip(".")
    return re.sub(r" \([^()]*\)", "", reason) + "."


def _is_told(line: str, told: Iterable[str]) -> bool:
    """Whether one of some short reasons is what this line begins with."""
    return any(_briefly(line).startswith(reason.rstrip(".")) for reason in told)


def _left_out(
    lines: Iterable[str], told: Collection[str], section: str
) -> list[nbformat.NotebookNode]:
    """A cell with the lines that say what is missing; none where nothing was left out.

    It ends with a mark that names the section, so that another edition can be linked to.
    """
    said = [_briefly(line) if _is_told(line, told) else line for line in lines]
    text = "\n\n".join(f"*Left out*: {line}" for line in said)
    if not text:
        return []
    text += f" <!-- left out: {section} -->"
    return [nbformat.v4.new_markdown_cell(text, metadata={"tags": ["left-out"]})]


def numbers_in_words(kind: str, profile: Profile, absent: Mapping[str, str]) -> str:
    """Where the numbers of a figure or table of a build come from, as its caption says it.

    Parameters
    ----------
    kind : str
        One of `NUMBERS`; empty for the build's own tables.
    profile : Profile
    absent : dict of str to str
        From `lacking`.

    Returns
    -------
    str
        Empty where a caption needs no such words.
    """
    if kind == "method":
        return ""
    if kind == "printed" or (kind == "compared" and "needs-features" in absent):
        return PUBLISHED
    if kind == "simulated":
        return SIMULATED
    if profile.simulated and kind == "counts":
        return "Numbers: recomputed from the published genre counts."
    if profile.simulated and kind == "intervals":
        return "Numbers: recomputed from the published genre counts; intervals **simulated**."
    return OF_SOURCE[profile.source]


def complete_captions(
    notebook: nbformat.NotebookNode, profile: Profile, absent: Mapping[str, str]
) -> None:
    """Let every caption say where its numbers come from, in place.

    Parameters
    ----------
    notebook : NotebookNode
        From `page`.
    profile : Profile
    absent : dict of str to str
        From `lacking`.
    """
    for cell in notebook.cells:
        shown = cell.metadata.get("mystnb", {}).get("figure")
        if shown:
            words = numbers_in_words(cell.metadata.get("numbers", ""), profile, absent)
            shown["caption"] = f"{shown['caption']} {words}".strip()


def fold(notebook: nbformat.NotebookNode) -> None:
    """Fold the code of every cell that is no lesson, in place.

    Parameters
    ----------
    notebook : NotebookNode
        Is changed.
    """
    for cell in notebook.cells:
        if cell.cell_type != "code" or AS_IT_IS & set(tags(cell)):
            continue
        prompt = PROMPTS.get(next(iter(PROMPTS.keys() & set(tags(cell))), ""), FOLDED)
        # A cell that is folded whole has one fold, not one for its code and one for its output.
        folded = "hide-cell" if "hide-cell" in tags(cell) else "hide-input"
        cell.metadata["tags"] = list(dict.fromkeys([*tags(cell), folded]))
        shown = cell.metadata.setdefault("mystnb", {})
        shown["code_prompt_show"] = prompt
        shown["code_prompt_hide"] = HIDE


def show_numbers(notebook: nbformat.NotebookNode) -> None:
    """Turn links to figures and tables, in text and in what code put out, into their numbers.

    A notebook that is read as it stands names what it refers to; a page can number it.

    Parameters
    ----------
    notebook : NotebookNode
        Is changed.
    """
    for cell in notebook.cells:
        if cell.cell_type == "markdown":
            cell.source = LINK.sub(NUMBER, cell.source)
        for output in cell.get("outputs", ()):
            if "text/markdown" in output.get("data", {}):
                output.data["text/markdown"] = LINK.sub(NUMBER, output.data["text/markdown"])


def fold_solutions(notebook: nbformat.NotebookNode) -> None:
    """Put each solution, its words and its code, into a fold of its own, in place.

    A solution begins with a cell of Markdown whose first line is its name in bold; what follows it
    with the tag `solution` belongs to it.

    Parameters
    ----------
    notebook : NotebookNode
        Is changed.
    """
    made, is_open = [], False
    for cell in notebook.cells:
        named = re.match(r"\*\*(Solution .+?)\*\*\n+", cell.source)
        is_solution = "solution" in tags(cell)
        if is_open and (named or not is_solution):
            made.append(nbformat.v4.new_markdown_cell("</details>"))
            is_open = False
        made.append(cell)
        if is_solution and named:
            cell.source = (
                f'<details class="book-solution">\n<summary>{named[1]}</summary>\n\n'
                f"{cell.source[named.end() :]}"
            )
            is_open = True
    if is_open:
        made.append(nbformat.v4.new_markdown_cell("</details>"))
    notebook.cells = made
