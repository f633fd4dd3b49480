"""What the exercises of chapter 08, The embedding map, expect."""

import math

from helpers.teaching.expectations import Expectation, Slip

SPACE = ((0, 0), (1.1, 5), (2, 0), (3.2, 5), (10, 0), (10.5, 5))


def _read_off_a_map() -> tuple:
    """What the method tries to keep, and what a mirror turns round."""
    return "near", "left"


def _nearest(points: tuple) -> list[int]:
    """Each point's nearest other one, by trying all."""
    return [
        min(
            (math.dist(point, other), number) for number, other in enumerate(points) if number != k
        )[1]
        for k, point in enumerate(points)
    ]


def _neighbours_kept() -> tuple:
    """By trying all pairs."""
    pairs = zip(_nearest(SPACE), _nearest(tuple(point[:1] for point in SPACE)), strict=True)
    return (sum(first == second for first, second in pairs) / len(SPACE),)


def _ratio_of_distances() -> tuple:
    """The places that were put in; t-SNE keeps neighbourhoods, and no ratio of far distances."""
    return 200 / 20, "a much smaller one"


EXPECTATIONS = {
    "08.1": Expectation(
        _read_off_a_map,
        slips=(
            Slip("far", "Only neighbours count for the method; what lies beyond them is luck."),
            Slip("left", "The axes have no meaning: a map may be turned."),
        ),
    ),
    "08.2": Expectation(
        _neighbours_kept,
        slips=(
            Slip(2, "That is how many; the question asks for a share of the six."),
            Slip(1, "Is everybody their own nearest neighbour? Leave the diagonal out."),
        ),
    ),
    "08.3": Expectation(
        _ratio_of_distances,
        within=0.3,
        slips=(Slip(0.1, "That is A to B over A to C."),),
    ),
}
