"""What the exercises of chapter 12, Designing the next study, expect."""

import math
from fractions import Fraction

from scipy import stats

from helpers.teaching.expectations import Expectation, Slip

INDEPENDENT, ICC = 240, Fraction(1, 5)


def _participants(tracks: int, carried_over: Fraction = Fraction(0)) -> int:
    """Participants of an arm: each list has a share of its own and a share of its person's taste."""
    own = (1 - ICC) / tracks
    taste = ICC * (1 - carried_over)
    return math.ceil(INDEPENDENT * (own + taste))


def _tracks_and_people() -> tuple:
    """By variances of a list's mean, in exact fractions."""
    return float(10 * (ICC + (1 - ICC) / 10)), _participants(10)


def _longer_lists() -> tuple:
    """By variances of a list's mean; of endless lists the person's taste alone is left."""
    return _participants(20), float(INDEPENDENT * ICC)


def _same_people() -> tuple:
    """By variances of a list's mean, less what a person's two lists share."""
    people = _participants(10, Fraction(1, 2))
    return people, 2 * _participants(10) - people


def _power_of_sixteen() -> tuple:
    """By the noncentral t distribution."""
    degrees, shift = 2 * (16 - 1), 0.5 * math.sqrt(16 / 2)
    limit = float(stats.t.ppf(0.975, degrees))
    return float(stats.nct.sf(limit, degrees, shift) + stats.nct.cdf(-limit, degrees, shift)), "no"


EXPECTATIONS = {
    "12.1": Expectation(
        _tracks_and_people,
        slips=(Slip(3, "A track is correlated with the other nine, not with itself."),),
    ),
    "12.2": Expectation(
        _longer_lists,
        within=0.5,
        slips=(
            Slip(12, "That takes the tracks of a person as independent."),
            Slip(34, "Half of 68: but the further tracks tell less than the first."),
        ),
    ),
    "12.3": Expectation(
        _same_people,
        within=0.5,
        slips=(
            Slip(34, "That halves one arm. The paired design changes the factor too."),
            Slip(88, "Each person gives both lists, so nobody is counted twice."),
        ),
    ),
    "12.4": Expectation(
        _power_of_sixteen,
        within=0.035,
        slips=(Slip(0.05, "That is how often a test finds something where there is nothing."),),
    ),
}
