"""What the exercises of chapter 05, How sure are intervals?, expect."""

import math

from scipy import stats

from helpers.teaching.expectations import Expectation, Slip

PEOPLE = ((0.2, 0.2), (-0.1, 0.1), (-0.3, -0.1))


def _promise() -> tuple:
    """By what is missed: seventy of a thousand, and one of twenty."""
    return 1 - 70 / 1_000, 40 / 20


def _sums_of_squares() -> tuple:
    """The sum by person is that by listing and twice the products within each person."""
    by_listing = sum(value**2 for person in PEOPLE for value in person)
    by_person = by_listing + 2 * sum(first * second for first, second in PEOPLE)
    return by_listing, by_person, math.sqrt(by_person / by_listing)


def _coverage() -> tuple:
    """From the variance of a mean that was put in, and from what an interval by t promises."""
    error = math.sqrt(0.3 / 10 + 0.7 / 100)
    assumed = 1 / math.sqrt(100)
    return float(2 * stats.norm.cdf(1.96 * assumed / error) - 1), 0.95


EXPECTATIONS = {
    "05.1": Expectation(
        _promise,
        slips=(Slip(0.95, "That is what was promised; coverage is what was kept."),),
    ),
    "05.2": Expectation(
        _sums_of_squares,
        slips=(Slip(0.0, "Square each placement before you add them up."),),
    ),
    "05.3": Expectation(
        _coverage,
        within=0.03,
        slips=(Slip(0.95, "That is what is promised; count how often the interval holds zero."),),
    ),
}
