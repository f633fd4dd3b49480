"""What the answers to an exercise are compared with."""

from collections.abc import Callable
from dataclasses import dataclass


@dataclass(frozen=True)
class Slip:
    """A wrong answer that people give, and what helps them on.

    Attributes
    ----------
    answer : float, str or tuple of float
        What the first answer of the exercise is then.
    hint : str
        Said in place of "not right yet"; it does not give the answer away.
    """

    answer: float | str | tuple[float, ...]
    hint: str


@dataclass(frozen=True)
class Expectation:
    """What one exercise expects.

    Attributes
    ----------
    answers : callable
        Returns a tuple: numbers, texts or sequences of numbers, one for each answer that is asked.
    within : float or tuple of float
        How far a number may be off, in its own unit; a tuple has one for each answer.
    slips : tuple of Slip
    """

    answers: Callable[[], tuple]
    within: float | tuple[float, ...] = 0.005
    slips: tuple[Slip, ...] = ()
