"""What the exercises of chapter 01, Two corpora, expect."""

from itertools import product

from scipy import stats

from helpers.teaching.expectations import Expectation, Slip


def _listings_and_tracks() -> tuple:
    """Three rows of a, two of b, one of c."""
    rows_of = {"a": 3, "b": 2, "c": 1}
    return sum(rows_of.values()), len(rows_of), sum(rows - 1 for rows in rows_of.values())


def _bounds_of_entropy() -> tuple:
    """By trying every way to deal twenty listings to three genres."""
    deals = [deal for deal in product(range(21), repeat=3) if sum(deal) == 20]
    bits = [
        float(stats.entropy([60 + pop, 30 + rock, 10 + jazz], base=2)) for pop, rock, jazz in deals
    ]
    return min(bits), max(bits)


def _share_of_a_catalogue() -> tuple:
    """Each track of the first is in the second as often as any track of the catalogue."""
    return (2_000 / 20_000,)


EXPECTATIONS = {
    "01.1": Expectation(
        _listings_and_tracks,
        slips=(Slip(3, "That counts each id once; a listing is a row."),),
    ),
    "01.2": Expectation(
        _bounds_of_entropy,
        slips=(
            Slip(
                1.295,
                "That is of the hundred listings whose genre is known; deal the other twenty.",
            ),
        ),
    ),
    "01.3": Expectation(
        _share_of_a_catalogue,
        within=0.025,
        slips=(
            Slip(
                200,
                "That is how many; the question asks for the share of the first corpus's tracks.",
            ),
        ),
    ),
}
