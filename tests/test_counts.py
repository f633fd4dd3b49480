"""Listings and tracks counted: sizes, repeats, overlaps, and what features leave out."""

import numpy as np
import pandas as pd
import pytest

from helpers import corpora
from helpers.stats import counts

TRACKS = pd.DataFrame(
    [
        ("T", "one", "p1", "a", "A", "Pop"),
        ("T", "one", "p1", "b", None, "Rock"),
        ("T", "two", "p2", "a", "A", "Jazz"),
        ("T", "two", "p3", "c", "C", None),
        ("R", None, None, "a", "A", "Pop"),
        ("R", None, None, "d", "D", "Pop"),
        ("R", None, None, "d", "D", "Pop"),
        ("R", None, None, None, "E", None),
        ("R", None, None, "c", "C", None),
    ],
    columns=["corpus", "study", "participant", "track_id", "artist", "genre"],
)
LISTINGS = corpora.as_published(TRACKS)


def test_sizes_count_analysed_rows_and_gaps_of_all():
    table = counts.corpus_sizes(TRACKS, LISTINGS)
    assert table.index.tolist() == ["T", "R", "one", "two"]
    assert table.loc["T"].tolist() == [3, 2, 1, 3, 1, 0, 1]
    assert table.loc["one"].tolist() == [2, 2, 0, 1, 0, 0, 1]
    assert table.loc["R"].drop("participants").tolist() == [3, 2, 1, 2, 1, 0]
    assert pd.isna(table.loc["R", "participants"])


@pytest.mark.parametrize(
    ("ids", "found"),
    [
        ("abcdef", (0, 0)),
        ("abcabc", (3, 3)),
        ("xabcabcy", (4, 3)),
        ("abab", (2, 2)),
        ("aa", (1, 1)),
        ("abcab", (0, 0)),
        ("", (0, 0)),
        ("abxabcdexyzabcd", (0, 0)),
        ("abcaabca", (4, 4)),
    ],
)
def test_the_longest_run_that_repeats_the_run_before_it(ids, found):
    assert counts.repeated_block(list(ids)) == found


def test_tracks_under_two_genres_are_found_in_each_corpus():
    found = counts.conflicting_genres(LISTINGS)
    assert found[["corpus", "track_id", "genre"]].to_numpy().tolist() == [
        ["T", "a", "Pop"],
        ["T", "a", "Jazz"],
    ]


def test_joining_a_corpus_with_itself_squares_each_track():
    # T: a twice, b once: 4 + 1; R: a once, d twice: 1 + 4.
    assert counts.self_join_sizes(LISTINGS).to_dict("index") == {
        "R": {"listings": 3, "rows after the join": 5},
        "T": {"listings": 3, "rows after the join": 5},
    }


def test_overlap_counts_rows_and_tracks_apart():
    table = counts.overlap(TRACKS, "T", "R")
    assert table.loc["with a genre"].tolist() == [2, 200 / 3, 1]
    assert table.loc["all"].tolist() == [3, 75.0, 2]


def test_the_overlap_of_nothing_has_no_share():
    table = counts.overlap(TRACKS.assign(genre=None), "T", "R")
    assert table.loc["with a genre", ["rows", "tracks"]].tolist() == [0, 0]
    assert np.isnan(table.loc["with a genre", "percent"])


def test_lists_are_counted_by_participant():
    lengths = counts.list_lengths(TRACKS)
    assert lengths.to_dict() == {("T", "p1"): 2, ("T", "p2"): 1, ("T", "p3"): 1}


def test_gaps_count_rows_without_a_feature_and_repeats():
    energy = [0.1, np.nan, 0.1, 0.4, 0.1, 0.2, 0.2, np.nan, 0.4]
    rows = TRACKS.assign(energy=energy, tempo=[90, 90, 90, np.nan, *[90] * 5])
    table = counts.feature_gaps(rows, ["energy", "tempo"])
    assert table.index.tolist() == ["T", "R"]
    assert table.loc["T"].tolist() == [4, 3, 2, 1]
    assert table.loc["R"].tolist() == [5, 3, 1, 1]


def test_coverage_counts_by_corpus_and_genre_and_compares_the_mixes():
    listings = pd.DataFrame(
        {
            "corpus": ["A"] * 5 + ["B"] * 3,
            "genre": ["Pop"] * 4 + ["Jazz", "Pop", "Pop", None],
            "track_id": ["1", "2", "3", "3", "4", "6", None, "7"],
        }
    )
    table = counts.coverage(listings, pd.DataFrame({"track_id": ["1", "4", "5", "6"]}))
    assert table.loc[("A", "Pop")].tolist() == [4, 1, 0.25, 0.5, 1.0]
    assert table.loc[("A", "Jazz")].tolist() == [1, 1, 1.0, 0.5, 0.0]
    assert table.loc[("B", "Pop"), "coverage"] == 0.5
    assert table.loc[("B", "no genre"), ["listings", "found"]].tolist() == [1, 0]
    whole = counts.coverage_of_corpora(table)
    assert whole.loc["A"].tolist() == [5, 2, 0.4] and whole.loc["B", "coverage"] == 1 / 3


def test_rows_without_an_id_are_all_distinct():
    assert counts.distinct_rows(pd.Series(["a", "a", "b", None, None])) == 4
