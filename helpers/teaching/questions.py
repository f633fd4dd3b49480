"""The self-test of each chapter: questions kept as data, written into the notebook as Markdown.

`data/questions/<chapter>.yaml` is a list of questions. `python -m helpers questions` writes them into
the chapters, where they can be read as they are; on the page a script turns them into forms.
"""

import re
from pathlib import Path

import nbformat
import pydantic
import yaml

from helpers import project
from helpers.project import ProjectError

FOLDER = project.ROOT / "data" / "questions"
TAG = "self-test"
LETTERS = "abcdef"
INTRODUCTION = """## Self-test

Each question has one right answer; why an answer is right or wrong is folded below its question.
What you choose is neither kept nor sent."""


class Answer(pydantic.BaseModel):
    """One answer of a question: its text, whether it is right, and why."""

    model_config = pydantic.ConfigDict(extra="forbid")

    text: str = pydantic.Field(min_length=1)
    right: bool = False
    why: str = pydantic.Field(min_length=1)


class Question(pydantic.BaseModel):
    """A question with three or more answers, of which one is right."""

    model_config = pydantic.ConfigDict(extra="forbid")

    question: str = pydantic.Field(min_length=1)
    answers: list[Answer] = pydantic.Field(min_length=3, max_length=len(LETTERS))

    @pydantic.model_validator(mode="after")
    def _one_is_right(self) -> "Question":
        right = sum(answer.right for answer in self.answers)
        if right != 1:
            raise ValueError(f"{right} answers are marked as right, where one is")
        return self


class Questions(pydantic.RootModel):
    """The questions of a chapter."""

    root: list[Question] = pydantic.Field(min_length=3, max_length=5)


def read(path: Path) -> list[Question]:
    """The questions of a chapter.

    Parameters
    ----------
    path : Path
        A YAML file: a list of questions, each with its `answers`.

    Returns
    -------
    list of Question

    Raises
    ------
    ProjectError
        With the file, the question and what is wrong with it.
    """
    try:
        content = yaml.safe_load(path.read_text(encoding="utf-8"))
        return Questions.model_validate(content).root
    except yaml.YAMLError as error:
        raise ProjectError(f"{project.shown(path)} is no YAML: {error}") from None
    except pydantic.ValidationError as error:
        first = error.errors()[0]
        number = first["loc"][0] + 1 if first["loc"] and isinstance(first["loc"][0], int) else None
        place = f", question {number}" if number else ""
        inside = " ".join(str(part) for part in first["loc"][1:])
        raise ProjectError(
            f"{project.shown(path)}{place}{f', {inside}' if inside else ''}: {first['msg']}."
        ) from None


def escaped(text: str) -> str:
    """A text as Markdown has it, with nothing in it that would be read as a tag.

    Parameters
    ----------
    text : str
        Emphasis, code and formulas are kept.

    Returns
    -------
    str
        On one line.
    """
    parts = re.split(r"(`[^`]*`)", " ".join(text.split()))
    return "".join(
        part if part.startswith("`") else re.sub(r"<(?=[A-Za-z/!?])", "&lt;", part)
        for part in parts
    )


def _written(number: int, question: Question) -> str:
    """A question as Markdown: its text, its answers, and the reasons in a fold."""
    lettered = list(zip(LETTERS, question.answers, strict=False))
    right = next(letter for letter, answer in lettered if answer.right)
    answers = "\n".join(f"- **{letter}.** {escaped(answer.text)}" for letter, answer in lettered)
    reasons = "\n".join(
        f"- **{letter}. {'Right.' if answer.right else 'Not this one.'}** {escaped(answer.why)}"
        for letter, answer in lettered
    )
    return (
        f'<div class="self-test" data-right="{right}">\n\n'
        f"**{number}.** {escaped(question.question)}\n\n{answers}\n\n"
        f"<details>\n<summary>Answers to question {number}, with reasons</summary>\n\n"
        f"{reasons}\n\n</details>\n</div>"
    )


def markdown(questions: list[Question]) -> str:
    """The self-test of a chapter as a cell of Markdown.

    Parameters
    ----------
    questions : list of Question

    Returns
    -------
    str
    """
    written = [_written(number, question) for number, question in enumerate(questions, 1)]
    return "\n\n".join([INTRODUCTION, *written])


def with_questions(
    notebook: nbformat.NotebookNode, questions: list[Question]
) -> nbformat.NotebookNode:
    """A chapter with its self-test brought up to date.

    Parameters
    ----------
    notebook : NotebookNode
        It has one cell tagged `self-test`.
    questions : list of Question

    Returns
    -------
    NotebookNode
        A copy.

    Raises
    ------
    ProjectError
        If it does not have that cell.
    """
    made = nbformat.from_dict(notebook)
    cells = [cell for cell in made.cells if TAG in cell.metadata.get("tags", ())]
    if len(cells) != 1:
        raise ProjectError(
            f"{len(cells)} cells of the notebook have the tag {TAG}, where one holds the self-test; "
            "give the tag to one cell of Markdown before the solutions."
        )
    cells[0].source = markdown(questions)
    return made


def run() -> int:
    """Write the questions of `data/questions` into the chapters.

    Returns
    -------
    int
        0; it is said which chapters changed.

    Raises
    ------
    ProjectError
        If a file has a mistake, or there is no such chapter.
    """
    changed = []
    for path in sorted(FOLDER.glob("*.yaml")):
        chapter = project.NOTEBOOKS / f"{path.stem}.ipynb"
        if not chapter.is_file():
            raise ProjectError(
                f"{project.shown(path)}: there is no chapter {path.stem}; name the file as the "
                "notebook."
            )
        before = chapter.read_text(encoding="utf-8")
        made = with_questions(nbformat.reads(before, as_version=4), read(path))
        text = nbformat.writes(made) + "\n"
        if text != before:
            project.write_atomic(chapter, text)
            changed.append(path.stem)
    print(f"Self-tests changed: {', '.join(changed) or 'none'}.")
    return 0
