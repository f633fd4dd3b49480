"""What the exercises of chapter 11, Your playlist, expect."""

import math

from scipy import stats

from helpers.teaching.expectations import Expectation, Slip


def _percentile() -> tuple:
    """By scipy, whose mean of both ways to count ties is the same."""
    return (float(stats.percentileofscore([0.2, 0.4, 0.6, 0.6, 0.9], 0.6, kind="mean")),)


def _geometric_mean() -> tuple:
    """The fourth root of the product of the ratios."""
    on_average = math.prod([4, 2, 1 / 2, 1 / 2]) ** (1 / 4)
    return math.log(on_average), on_average


def _short_lists() -> tuple:
    """From the distribution that was drawn from: a mean of n tracks has a spread of one over root n."""
    shares = [float(stats.norm.sf(0.9, 0.2, 1 / math.sqrt(tracks))) for tracks in (2, 32)]
    return math.sqrt(32 / 2), *shares


EXPECTATIONS = {
    "11.1": Expectation(
        _percentile,
        within=0.5,
        slips=(
            Slip(40, "Those with just as much count half."),
            Slip(80, "Those with just as much count half."),
            Slip(0.6, "A percentile is in percent."),
        ),
    ),
    "11.2": Expectation(
        _geometric_mean,
        slips=(
            Slip(
                math.log(1.75),
                "That is the logarithm of the mean; take the mean of the logarithms.",
            ),
            Slip(0.25, "That is by the logarithm to base 2; take the natural one."),
        ),
    ),
    "11.3": Expectation(
        _short_lists,
        within=(0.25, 0.03, 0.01),
        slips=(
            Slip(16, "That is the ratio of the lengths, or of the variances."),
            Slip(0.25, "That is the spread of the long lists over that of the short ones."),
        ),
    ),
}
