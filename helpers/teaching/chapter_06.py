"""What the exercises of chapter 06, Genres, expect."""

import math

from scipy import stats

from helpers.teaching.expectations import Expectation, Slip


def _one_more_question() -> tuple:
    """How often eight, and then sixteen, can be halved."""
    halvings = {number: number.bit_length() - 1 for number in (8, 16)}
    return halvings[8], halvings[16] - halvings[8]


def _as_many_genres_as() -> tuple:
    """By scipy's entropy, in nats, and its exponential."""
    nats = float(stats.entropy([6, 3, 2, 1]))
    return nats / math.log(2), math.exp(nats)


def _narrow_listeners() -> tuple:
    """The entropies of the habits that were put in, of which the lists are a sample."""
    habit = [0.9, *[0.1 / 9] * 9]
    return float(stats.entropy(habit, base=2)), math.log2(10)


def _listings_that_are_people() -> tuple:
    """Twenty equal listings in a cluster: the design effect is twenty."""
    return (math.sqrt(20),)


EXPECTATIONS = {
    "06.1": Expectation(
        _one_more_question,
        slips=(
            Slip(
                math.log(8),
                "That is in nats, by the natural logarithm; bits take the one to base 2.",
            ),
            Slip(8, "That is the number of genres. How many yes/no questions tell them apart?"),
        ),
    ),
    "06.2": Expectation(
        _as_many_genres_as,
        slips=(
            Slip(
                float(stats.entropy([6, 3, 2, 1])),
                "That is in nats, by the natural logarithm; bits take the one to base 2.",
            ),
            Slip(2, "That is the entropy of four equally common genres; these are not."),
        ),
    ),
    "06.3": Expectation(
        _narrow_listeners,
        within=0.06,
        slips=(
            Slip(
                math.log2(10),
                "That is of everybody's tracks together; take the entropy of each list before the mean.",
            ),
        ),
    ),
    "06.4": Expectation(
        _listings_that_are_people,
        within=0.25,
        slips=(
            Slip(20, "That is the ratio of the variances; a standard error is a square root."),
            Slip(1, "Toss one coin a person, not one a listing."),
            Slip(1 / math.sqrt(20), "That is the formula's over the true one."),
        ),
    ),
}
