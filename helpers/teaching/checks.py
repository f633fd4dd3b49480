"""Telling a student whether an answer is right, without showing the right one."""

from collections.abc import Sequence
from importlib import import_module

import numpy as np
from IPython.display import Markdown

from helpers.project import ProjectError
from helpers.teaching.expectations import Expectation, Slip

ORDINALS = ("first", "second", "third", "fourth", "fifth")
PERCENT = 100


class ExerciseError(ProjectError):
    """An exercise that waits for an answer, or whose answer is not right."""

    def _render_traceback_(self) -> list[str]:
        """What Jupyter shows in place of a traceback, which would only be in the way."""
        return [str(self)]


def expectations(chapter: str) -> dict[str, Expectation]:
    """What the exercises of a chapter expect, by the name of the exercise.

    Parameters
    ----------
    chapter : str
        Its number, two digits.

    Returns
    -------
    dict of str to Expectation

    Raises
    ------
    ProjectError
        If there are no exercises of that number.
    """
    name = f"helpers.teaching.chapter_{chapter}"
    try:
        return import_module(name).EXPECTATIONS
    except ModuleNotFoundError as error:
        if error.name != name:
            raise
        raise ProjectError(
            f"There are no exercises of a chapter {chapter!r}; chapters have two digits, such as 06."
        ) from None


def _expectation(exercise: str) -> Expectation:
    known = expectations(str(exercise).partition(".")[0])
    if exercise not in known:
        raise ProjectError(f"There is no exercise {exercise!r}; there are {', '.join(known)}.")
    return known[exercise]


def _words(text: str) -> str:
    """A text as it is compared: without case, blanks at its ends or a full stop."""
    return " ".join(text.lower().split()).rstrip(".")


def _shape_in_words(shape: Sequence[int]) -> str:
    return "one number" if not shape else f"{' times '.join(map(str, shape))} numbers"


def _numbers(answer: object, expected: np.ndarray) -> np.ndarray:
    """An answer as numbers of the shape that is asked for.

    Raises
    ------
    ExerciseError
        With what is wrong with it, as it follows the name of the answer.
    """
    try:
        given = np.asarray(answer, dtype=float)
    except (TypeError, ValueError):
        raise ExerciseError(
            f"should be {_shape_in_words(expected.shape)} and is of the type "
            f"{type(answer).__name__}"
        ) from None
    if given.size == 1 and expected.size == 1:
        given = given.reshape(expected.shape)
    if given.shape != expected.shape:
        raise ExerciseError(
            f"should be {_shape_in_words(expected.shape)} and is {_shape_in_words(given.shape)}"
        )
    if np.isnan(given).any():
        raise ExerciseError("is not a number (nan)")
    return given


def _slip_in_words(given: np.ndarray, expected: np.ndarray, within: float) -> str:
    """Which of the slips that can happen anywhere this is; an empty text where none is known."""
    if not np.abs(expected).max() > within:
        return ""
    if np.allclose(given, -expected, rtol=0, atol=within):
        return "has the right size and the wrong sign"
    shares = [given / PERCENT, given * PERCENT]
    if any(np.allclose(share, expected, rtol=0, atol=within) for share in shares):
        return "mixes up a share and a percentage"
    return ""


def _is_this(answer: object, other: float | str | tuple, within: float) -> bool:
    """Whether an answer is one that is known to be wrong."""
    if isinstance(other, str):
        return isinstance(answer, str) and _words(answer) == _words(other)
    if isinstance(answer, str):
        return False
    given, known = np.ravel(np.asarray(answer, dtype=float)), np.ravel(other)
    return given.shape == known.shape and np.allclose(given, known, rtol=0, atol=within)


def _said_of(answer: object, expected: object, within: float, slips: Sequence[Slip]) -> str:
    """What is wrong with one answer, as it follows its name; an empty text where it is right."""
    if isinstance(expected, str):
        if not isinstance(answer, str):
            return f"should be a text in quotes, and is of the type {type(answer).__name__}"
        right = _words(answer) == _words(expected)
    else:
        wanted = np.asarray(expected, dtype=float)
        try:
            given = _numbers(answer, wanted)
        except ExerciseError as error:
            return str(error)
        right = np.allclose(given, wanted, rtol=0, atol=within)
    if right:
        return ""
    for slip in slips:
        if _is_this(answer, slip.answer, within):
            return f"is not right yet. {slip.hint}"
    known = "" if isinstance(expected, str) else _slip_in_words(given, wanted, within)
    return known or "is not right yet"


def _name(number: int, of: int) -> str:
    return "the answer" if of == 1 else f"the {ORDINALS[number]} answer"


def check(exercise: str, *answers: object) -> Markdown:
    """Say whether the answers to an exercise are right.

    Parameters
    ----------
    exercise : str
        Its name, such as "06.2".
    *answers
        In the order in which the exercise asks for them; `...` stands for one that is still open.

    Returns
    -------
    Markdown
        That they are right.

    Raises
    ------
    ExerciseError
        If one is still open, or not right: which one, and what kind of slip it is, where that is
        known. The right answer is not shown.
    ProjectError
        If there is no such exercise.
    """
    expectation = _expectation(exercise)
    wanted = expectation.answers()
    if len(answers) != len(wanted):
        raise ExerciseError(
            f"Exercise {exercise} asks for {len(wanted)} answers and was given {len(answers)}."
        )
    tolerances = np.broadcast_to(expectation.within, len(wanted))
    said = []
    for number, (answer, expected) in enumerate(zip(answers, wanted, strict=True)):
        if answer is ...:
            raise ExerciseError(
                f"Exercise {exercise} waits for {_name(number, len(wanted))}: put yours where the "
                "three dots (...) are, and run the cell again."
            )
        slips = expectation.slips if number == 0 else ()
        wrong = _said_of(answer, expected, float(tolerances[number]), slips)
        if wrong:
            said.append(f"{_name(number, len(wanted))} {wrong}")
    if said:
        raise ExerciseError(f"Exercise {exercise}: {'; '.join(said).rstrip('.')}.")
    return Markdown(f"**Exercise {exercise}: right.**")
