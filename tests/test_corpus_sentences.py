"""Sentences that read the tables about the corpora, on tables whose message is known."""

import pandas as pd
import pytest

from helpers import figures


@pytest.mark.parametrize(
    ("number", "text"), [(0, "0 rows"), (1, "1 row"), (2, "2 rows"), (2000, "2,000 rows")]
)
def test_a_noun_stands_in_the_number_of_its_count(number, text):
    assert figures.counted(number, "row") == text


def test_rows_that_are_left_out_are_counted_with_their_reason():
    tracks = pd.DataFrame({"corpus": ["A"] * 3 + ["B"]})
    sizes = pd.DataFrame({"listings": [1, 1]}, index=["A", "B"])
    said = figures.sizes_of_corpora_in_words(tracks, sizes)
    assert said == (
        "A has 3 rows, and 2 of them are left out because they have no genre; "
        "B has 1 row, and all are analysed."
    )


def test_tracks_of_several_genres_are_counted_by_corpus():
    conflicts = pd.DataFrame({"tracks": [1, 2]}, index=["A", "B"])
    said = figures.conflicts_in_words(conflicts)
    assert said == "More than one genre: 1 track of A and 2 tracks of B."
    assert figures.conflicts_in_words(conflicts[:0]).startswith("No corpus lists")


def test_a_join_is_told_by_what_it_adds():
    sizes = pd.DataFrame({"listings": [3, 4], "rows after the join": [5, 4]}, index=["A", "B"])
    assert figures.joins_in_words(sizes) == "A careless join would add 2 rows to A and 0 rows to B."


def test_means_are_compared_in_standard_deviations():
    rows = [("A", "tempo", 100.0, 20.0), ("B", "tempo", 110.0, 20.0)]
    rows += [("A", "valence", 0.9, 0.1), ("B", "valence", 0.4, 0.1)]
    moments = pd.DataFrame(rows, columns=["group", "feature", "mean", "sd"])
    said = figures.means_in_words(moments, ("A", "B"))
    assert "furthest apart in valence (0.90 against 0.40)" in said
    assert "closest in tempo (100.00 against 110.00)" in said
    nothing = figures.means_in_words(moments.assign(mean=float("nan")), ("A", "B"))
    assert nothing == "No mean of A and B can be compared."


def test_values_outside_their_range_are_named():
    columns = pd.MultiIndex.from_product([["A"], ["min", "max"]])
    extremes = pd.DataFrame([[0.0, 1.0], [-0.1, 0.5]], index=["energy", "valence"], columns=columns)
    allowed = {"energy": (0.0, 1.0), "valence": (0.0, 1.0)}
    assert figures.ranges_in_words(extremes, allowed) == (
        "Values lie outside the range: valence in A."
    )
    assert figures.ranges_in_words(extremes[:1], allowed) == "Every value lies in its range."


def test_listings_that_lack_a_feature_are_counted():
    gaps = pd.DataFrame({"listings": [1200, 3], "without features": [2, 0]}, index=["A", "B"])
    said = figures.gaps_of_features_in_words(gaps)
    assert said == "Listings that lack a feature: 2 of 1,200 in A and 0 of 3 in B."


def test_the_lowest_coverage_stands_beside_that_of_its_corpus():
    index = pd.MultiIndex.from_tuples([("A", "Pop"), ("A", "Jazz")], names=["corpus", "genre"])
    cover = pd.DataFrame({"listings": [6, 4], "found": [6, 2], "coverage": [1.0, 0.5]}, index)
    said = figures.coverage_of_genres_in_words(cover)
    assert "Jazz of A: 2 of 4 listings (50.0 %) were found, in a corpus of which 8 of 10" in said
    whole = figures.coverage_of_genres_in_words(cover[:1])
    assert whole == "No listing lacks its features."


def test_names_that_are_hard_to_split_are_counted():
    assert figures.split_names_in_words(0, 8970, "EMD").startswith("None of the 8,970 names of EMD")
    assert figures.split_names_in_words(3, 8970, "EMD").startswith("Of 8,970 names of EMD, 3 could")


def test_a_pair_that_correlates_most_in_both_corpora_is_named_once():
    one = pd.Series({"energy-loudness": 0.8, "energy-valence": 0.4})
    same = {"A": one, "B": one - 0.1}
    assert figures.printed_correlations_in_words(same) == (
        "In A and B alike, the strongest printed correlation is that of energy and loudness: "
        "0.80 in A and 0.70 in B."
    )
    other = pd.Series({"energy-loudness": 0.3, "energy-valence": 0.4})
    assert figures.printed_correlations_in_words({"A": one, "B": other}).endswith(
        "energy and loudness in A (0.80) and energy and valence in B (0.40)."
    )


def test_claims_without_a_verdict_are_counted_by_the_input_that_is_hardest_to_get():
    card = pd.DataFrame(
        {
            "verdict": ["reproduced", "simulated: x", "simulated: x", "not computed: y"],
            "verdict_class": ["reproduced", "simulated", "simulated", "not computed"],
            "needs": ["genres", "genres features", "features", "years"],
            "published": 1.0,
            "where": ["p1", "p2", "p3", "p4"],
        }
    )
    table = figures.unchecked_table(card, ["reproduced"])
    assert table.to_dict("list") == {
        "input": ["Spotify's audio features", "the years of the chart"],
        "claims": [2, 1],
        "why": ["simulated", "not computed"],
        "one is printed in": ["p2", "p4"],
    }
    assert figures.unchecked_table(card[:1], ["reproduced"]).empty
