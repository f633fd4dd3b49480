"""One rule for the unit: participant where known, else block, else artist."""

import numpy as np
import pandas as pd
import pytest

from helpers.stats import units

COLUMNS = ["corpus", "study", "participant", "artist", "track_id"]
ROWS = pd.DataFrame(
    [
        ("P", "one", "Ann", "Bach", "t1"),
        ("P", "one", "Ann", "Abba", "t2"),
        ("P", "two", "Ann", "Bach", "t1"),
        ("Q", "one", None, "Bach", "t3"),
        ("Q", "one", None, "Abba", "t4"),
        ("Q", "one", None, None, "t5"),
        ("Q", "two", None, "Abba", "t4"),
        ("E", None, None, "BACH", "t1"),
        ("E", None, None, "Bach", "t6"),
        ("E", None, None, None, "t7"),
    ],
    columns=COLUMNS,
)


def members(marked):
    """The places that share a unit, in the order of their first one."""
    places = marked.reset_index(drop=True).groupby("unit", sort=False).groups.values()
    return [list(group) for group in places]


def test_the_rule_by_hand():
    marked = units.units(ROWS, block=2)
    kinds = ["participant"] * 3 + ["block"] * 4 + ["artist"] * 2 + ["track"]
    assert marked["kind"].tolist() == kinds
    # Ann of another study is another person; a block ends with its study.
    assert members(marked) == [[0, 1], [2], [3, 4], [5], [6], [7, 8], [9]]


def test_a_person_may_stand_in_two_corpora_and_a_block_may_not():
    paired = ROWS.iloc[[0, 0, 3, 3]].assign(corpus=["P", "E", "P", "E"])
    assert members(units.units(paired, block=10)) == [[0, 1], [2], [3]]


def test_a_row_without_participant_takes_the_next_choice():
    rows = ROWS.iloc[:3].assign(participant=["Ann", None, None])
    assert units.units(rows, block=5)["kind"].tolist() == ["participant", "block", "block"]


def test_the_index_is_kept_and_order_makes_the_blocks():
    rows = ROWS.iloc[[5, 3, 4]]
    marked = units.units(rows, block=2)
    assert list(marked.index) == [5, 3, 4]
    assert marked["unit"].nunique() == 2
    assert marked.loc[5, "unit"] == marked.loc[3, "unit"] != marked.loc[4, "unit"]


def test_what_has_no_unit_is_refused():
    nobody = pd.DataFrame([("E", None, None, None, None)], columns=COLUMNS)
    with pytest.raises(ValueError, match="row 0 has neither participant"):
        units.units(nobody, block=3)
    with pytest.raises(ValueError, match="block is 0"):
        units.units(ROWS, block=0)


def test_counts_and_words():
    counts = units.unit_counts(ROWS, block=2)
    assert counts.values.tolist() == [
        ["P", "participant", 2, 3],
        ["Q", "block", 3, 4],
        ["E", "artist", 1, 2],
        ["E", "track", 1, 1],
    ]
    assert units.units_in_words(ROWS, block=2) == (
        "2 participants of P, 3 blocks of 2 listings of Q, 1 artist of E, 1 track of E"
    )


def test_columns_of_missing_values_alone_are_read():
    bare = ROWS.assign(study=np.nan, participant=None, artist=pd.NA)
    marked = units.units(bare, block=2)
    assert marked["kind"].eq("track").all()
    assert marked["unit"].nunique() == ROWS["track_id"].nunique()


def test_artists_of_the_test_rows_do_not_train():
    artist = units.artists(ROWS)
    assert artist.tolist() == [
        "bach",
        "abba",
        "bach",
        "bach",
        "abba",
        "t5",
        "abba",
        "bach",
        "bach",
        "t7",
    ]
    kept = units.without_artists_of_test(artist, train=[0, 1, 2, 5, 9], test=[3, 7])
    assert kept.tolist() == [1, 5, 9]
