"""What the exercises of chapter 07, Audio embeddings, expect."""

import math

from helpers.teaching.expectations import Expectation, Slip


def _number_of_windows() -> tuple:
    """By listing where windows begin, in tenths of a second."""
    last = 1_800 - 10
    return len(range(0, last + 1, 10)), len(range(0, last + 1, 1))


def _pooled_frames() -> tuple:
    """The middle frames, as the others lie evenly about them; three, four and five make a triangle."""
    bell, drum = (3, 2), (0, -2)
    return bell, drum, math.hypot(3, 4)


def _crescendo() -> tuple:
    """The ramp rises by five, and the middles of its halves lie half of that apart."""
    step = 5 / 199
    return 100 * step, -100 * step, 0.0


EXPECTATIONS = {
    "07.1": Expectation(
        _number_of_windows,
        slips=(
            Slip(179, "That is the number of steps; there is one window more."),
            Slip(181, "The last window has to end with the song; where does it begin?"),
        ),
    ),
    "07.2": Expectation(
        _pooled_frames,
        slips=(
            Slip(
                (0.5, 2.5, 4.5), "That is an average over the numbers of a frame; pool over time."
            ),
        ),
    ),
    "07.3": Expectation(
        _crescendo,
        within=0.15,
        slips=(
            Slip(5, "That is from the first frame to the last; compare the means of the halves."),
        ),
    ),
}
