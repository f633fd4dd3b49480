"""What the exercises of chapter 02, Audio features, expect."""

import statistics

from helpers.teaching.expectations import Expectation, Slip

TRACKS = (0, 0, 0, 0, 0, 0, 0.01, 0.83, 0.88, 0.92)


def _measured() -> tuple:
    """As Spotify's documentation has it."""
    return "instrumentalness", "the track"


def _mean_and_median() -> tuple:
    """By the standard library; a track is near where it rounds to the mean's tenth or the next."""
    mean = statistics.fmean(TRACKS)
    near = [track for track in TRACKS if mean - 0.1 <= track <= mean + 0.1]
    return mean, statistics.median(TRACKS), len(near)


def _twin_of_a_misprint() -> tuple:
    """What was put in."""
    return 0.75 - 0.45, "no"


EXPECTATIONS = {
    "02.1": Expectation(
        _measured,
        slips=(
            Slip(
                "energy", "Energy is meant as an amount: louder, faster and noisier is more of it."
            ),
            Slip("tempo", "Tempo is an amount, in beats a minute."),
        ),
    ),
    "02.2": Expectation(
        _mean_and_median,
        slips=(Slip(0.0, "That is the median; the mean adds up all ten values."),),
    ),
    "02.3": Expectation(
        _twin_of_a_misprint,
        within=0.02,
        slips=(
            Slip(
                0.10, "That is the truth, which the twin was never shown. Compute it from the rows."
            ),
        ),
    ),
}
