"""Sentences about lists: what lies within them, whether kinds agree, and why a corpus is diverse."""

import pandas as pd
import pytest

from helpers import figures

PAIR = ("T", "R")
ROW = pd.Series({"value": -0.09, "ci_low": -0.22, "ci_high": 0.04})


def test_parts_within_and_between_lists_add_up_and_stand_beside_random_lists():
    said = figures.parts_in_words(1.5, 2.25, 3.0, "participants", 1234)
    assert "(1,234 participants) lie 1.50 of 3.00 bits, 50 %, and between lists 1.50" in said
    assert said.endswith("would leave 0.75 bits between them, 0.75 less than these.")
    broader = figures.parts_in_words(2.25, 1.5, 3.0, "participants", 12)
    assert broader.endswith("would leave 1.50 bits between them, 0.75 more than these.")


@pytest.mark.parametrize(
    ("verdicts", "gap", "lists", "words"),
    [
        ("below open", 0.7, "participants", "comes with differences between people."),
        ("below open", 0.7, "windows of 11 rows", "comes with differences between lists."),
        ("below below", 0.7, "participants", "comes with differences between people."),
        ("below above", 0.7, "participants", "comes at least in part with broader lists."),
        ("open open", 0.7, "participants", "comes from is not shown."),
        ("below open", -0.1, "participants", "together are no more diverse either."),
    ],
)
def test_why_a_corpus_is_diverse_follows_from_both_verdicts(verdicts, gap, lists, words):
    by_corpus = dict(zip(PAIR, verdicts.split(), strict=True))
    said = figures.one_list_in_words(ROW, by_corpus, gap, lists, PAIR)
    assert "a random draw of its length from R (-0.09 bits, -0.22 to 0.04)" in said
    assert said.endswith(words)


def test_one_list_is_said_to_be_less_diverse_only_by_its_verdict():
    said = {
        verdict: figures.one_list_in_words(ROW, {"T": "open", "R": verdict}, 1, "lists", PAIR)
        for verdict in ("open", "below", "above", "too few")
    }
    assert "One list of T is not shown to differ in diversity from a random" in said["open"]
    assert "One list of T is less diverse than a random" in said["below"]
    assert "One list of T is more diverse than a random" in said["above"]
    assert said["too few"] == "The lists of T are too few to say how diverse one list is."


def test_kinds_of_lists_are_counted_by_their_intervals():
    index = pd.MultiIndex.from_product([["people", "windows"], PAIR], names=["lists", "drawn from"])
    gaps = pd.DataFrame({"value": [-0.5, -0.1, -0.4, 0.3]}, index)
    gaps["ci_low"], gaps["ci_high"] = gaps["value"] - 0.2, gaps["value"] + 0.2
    said = figures.kinds_of_lists_in_words(gaps, PAIR)
    assert said.startswith(
        "Against random listings of T, 2 of 2 kinds of lists are shown to be narrower, with "
        "differences from -0.50 (people) to -0.40 bits (windows); against random listings of R, no "
        "kind of list is shown to be narrower, and 1 to be broader, with"
    )
    assert figures.kinds_of_lists_in_words(gaps[:0], PAIR).startswith("There are too few lists")
