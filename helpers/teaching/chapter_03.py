"""What the exercises of chapter 03, Do the corpora differ?, expect."""

import math
from itertools import combinations

from scipy import stats

from helpers.teaching.expectations import Expectation, Slip

P_VALUES = (0.004, 0.030, 0.020, 0.012)


def _exchanged_sides() -> tuple:
    """By writing out who wins each of the forty pairs."""
    outcomes = [1] * 30 + [-1] * 10
    delta = sum(outcomes) / len(outcomes)
    return delta, outcomes.count(-1), -delta


def _holm() -> tuple:
    """By the closed test of Bonferroni: the worst of all families that hold a hypothesis."""
    families = [
        family
        for size in range(1, len(P_VALUES) + 1)
        for family in combinations(range(len(P_VALUES)), size)
    ]
    worst = [
        max(
            len(family) * min(P_VALUES[k] for k in family)
            for family in families
            if number in family
        )
        for number in range(len(P_VALUES))
    ]
    return ([min(p, 1.0) for p in worst],)


def _delta_of_normals(shift: float, *spreads: float) -> float:
    """Cliff's delta of two normal distributions."""
    return float(2 * stats.norm.cdf(shift / math.hypot(*spreads)) - 1)


def _significant_and_negligible() -> tuple:
    """From the distributions that were drawn from."""
    return True, _delta_of_normals(0.1, 1, 1), True


def _control() -> tuple:
    """From the distributions that were drawn from."""
    return _delta_of_normals(-3, 3, 2), 0.0, "no"


EXPECTATIONS = {
    "03.1": Expectation(
        _exchanged_sides,
        slips=(
            Slip(
                0.75, "That is the share of pairs won; delta takes the share of pairs lost from it."
            ),
        ),
    ),
    "03.2": Expectation(
        _holm,
        within=0.0005,
        slips=(
            Slip(
                (0.016, 0.120, 0.080, 0.048), "That is Bonferroni, which multiplies each by four."
            ),
            Slip(
                (0.016, 0.036, 0.040, 0.040), "These are sorted; put them back in the order above."
            ),
            Slip((0.016, 0.030, 0.040, 0.036), "None may fall below the one before it in size."),
        ),
    ),
    "03.3": Expectation(_significant_and_negligible, within=0.035),
    "03.4": Expectation(
        _control,
        within=0.06,
        slips=(
            Slip(-3.0, "That is the difference of the means, in dB; delta lies between -1 and 1."),
        ),
    ),
}
