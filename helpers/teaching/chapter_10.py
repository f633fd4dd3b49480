"""What the exercises of chapter 10, Scorecard, expect."""

import math
from decimal import Decimal

from helpers.teaching.expectations import Expectation, Slip


def _verdicts() -> tuple:
    """By rounding: 3.0549 is printed as 3.05, 0.4249 as 0.42; 0.171 is off by 14 %."""
    return "close", "reproduced", "differs"


def _half_units() -> tuple:
    """By the exponents of decimal numbers, which keep a zero at the end."""
    exponents = [Decimal(text).as_tuple().exponent for text in ("0.420", "5.9", "17")]
    return ([float(Decimal((0, (5,), int(exponent) - 1))) for exponent in exponents],)


def _entropies_of_the_truth() -> tuple:
    """Of the shares that were put in: one, two and twice three questions."""
    bits = 0.5 * 1 + 0.25 * 2 + 2 * 0.125 * 3
    return bits * math.log(2), bits, "yes", "no"


EXPECTATIONS = {
    "10.1": Expectation(
        _verdicts,
        slips=(Slip("reproduced", "How would 3.0549 be printed with two decimals?"),),
    ),
    "10.2": Expectation(
        _half_units,
        within=0.00001,
        slips=(
            Slip((0.005, 0.05, 0.5), "Nearly: the zero at the end of 0.420 is a printed digit."),
            Slip((0.001, 0.1, 1), "These are whole units of the last digit."),
        ),
    ),
    "10.3": Expectation(
        _entropies_of_the_truth,
        within=0.06,
        slips=(Slip(1.75, "That is in bits; their formula takes the natural logarithm."),),
    ),
}
