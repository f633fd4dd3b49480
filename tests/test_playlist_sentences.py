"""Sentences about a playlist: what it is made of, whether the ratio holds, where it stands."""

import numpy as np
import pandas as pd
import pytest

from helpers import figures
from helpers.playlist import Standing

PAIR = ("T", "R")


def standing(mean=0.0, reach=0.5, observed=(0.3, 0.7), n_lists=40):
    """A playlist's standing: dots predicted at .3 and .7 with intervals of a tenth either way."""
    bins = pd.DataFrame({"predicted": [0.3, 0.7], "observed": observed})
    bins = bins.assign(ci_low=bins["observed"] - 0.1, ci_high=bins["observed"] + 0.1)
    lists, draws = np.linspace(-1, 1, n_lists), np.full(10, -5.0)
    low, high = mean - reach, mean + reach
    return Standing(pd.DataFrame(), bins, 0.2, 1500, mean, low, high, 9, lists, draws)


def listed(in_target, in_reference):
    return pd.DataFrame({"T": in_target, "R": in_reference}, dtype=bool)


def test_what_is_missing_is_counted():
    missing = pd.DataFrame({"sound": [True, False, False], "words": [True, True, False]})
    said = figures.playlist_in_words(4, missing)
    assert said.startswith("The playlist has 4 listings of 3 tracks; 1 has no sound and 2 have no")


def test_a_playlist_that_is_taken_from_a_corpus_resembles_it_by_how_it_was_made():
    said = figures.listed_by_in_words(listed([1, 1, 0, 0], [0, 1, 1, 0]))
    assert said.startswith(
        "3 of its 4 tracks are listed by a corpus: 2 by T and 2 by R, 1 of them by both. Most are"
    )
    assert said.endswith("looks like T is to be expected, and no finding.")
    strangers = figures.listed_by_in_words(listed([1, 0, 0], [0, 0, 0]))
    assert strangers.endswith("1 by T and 0 by R. No corpus holds most of them.")


def test_the_farthest_feature_may_lie_on_either_side():
    medians = pd.DataFrame({"T": [60, 9], "R": [2, 50]}, ["energy", "tempo"])
    said = figures.farthest_in_words(medians, PAIR, 7)
    assert "features tempo is the one" in said and "percentile 9 of T and at percentile 50" in said


def test_a_mix_is_nearer_to_one_of_two_corpora():
    said = figures.mix_of_playlist_in_words(pd.Series({"T": 0.4, "R": 0.25}), 8)
    assert said.endswith(
        "(Jensen-Shannon divergence; 8 listings). It is nearer to R, by 0.15 bits."
    )
    alone = figures.mix_of_playlist_in_words(pd.Series({"T": 0.4}), 8)
    assert alone.endswith("0.40 bits from T (Jensen-Shannon divergence; 8 listings).")


def test_the_brier_score_stands_beside_even_odds():
    said = figures.brier_in_words({"ear": standing()})
    assert (
        said
        == "The ratio's Brier score is 0.200 by ear (20 % better than even odds; 1,500 tracks)."
    )


def test_dots_that_leave_the_line_are_counted_and_the_farthest_is_named():
    judged = {"one": standing(), "other": standing(observed=(0.45, 0.9))}
    said = figures.reliability_in_words(judged)
    assert said.startswith("By one the intervals of all 2 dots reach the line; by other the")
    assert said.endswith(
        "of 2 of 2 dots do not reach the line, and the farthest of these is predicted "
        "at 0.70 and observed at 0.90."
    )


@pytest.mark.parametrize(
    ("mean", "words"),
    [
        (1.0, "2.72 times by ear (interval 1.65 to 4.48). So by ear it is more like T."),
        (-1.0, "0.37 times by ear (interval 0.22 to 0.61). So by ear it is more like R."),
        (0.0, "(interval 0.61 to 1.65). So by ear it is not shown to be more like either."),
    ],
)
def test_a_ratio_leans_as_far_as_its_interval_says(mean, words):
    assert figures.ratio_in_words({"ear": standing(mean)}, PAIR).endswith(words)


def test_the_place_among_lists_is_said_only_of_enough_of_them():
    said = figures.standing_in_words({"ear": standing()}, PAIR)
    assert said.endswith("that of 50 % of the lists of T and of 100 % of the draws from R by ear.")
    few = figures.standing_in_words({"ear": standing(n_lists=5)}, PAIR)
    assert "not given" in few and "100 % of the draws" in few
