"""What another analyst could have done: rows taken away, weights, every combination."""

import numpy as np
import pandas as pd
import pytest

from helpers.stats import design


def test_specification_curve_runs_every_combination_in_order():
    rows = pd.DataFrame({"id": [1, 1, 2, 3], "x": [1.0, 1.0, 2.0, 9.0]})
    factors = {
        "repeats": {"kept": None, "unique": lambda t: t.drop_duplicates("id")},
        "estimator": {"mean": None, "median": None},
    }
    curve = design.specification_curve(
        rows, factors, lambda t, levels: {"x": t["x"].agg(levels["estimator"]), "n": len(t)}
    )
    assert curve.columns.tolist() == ["repeats", "estimator", "x", "n"]
    assert curve.x.tolist() == [3.25, 1.5, 4.0, 2.0] and curve.n.tolist() == [4, 4, 3, 3]


PAIR = ("PMD", "EMD")


def listings():
    """Seven listings: s is in both corpora, a twice in PMD, and once more under another id."""
    rows = [
        ("PMD", "M", "a", "Ann", "Song", "Pop", 3.0),
        ("PMD", "M", "a", "Ann", "Song", "Pop", 3.0),
        ("PMD", "D", "b", "Ann", "Song", "Jazz", 5.0),
        ("PMD", "D", "s", "Sue", "Both", "Pop", 2.0),
        ("EMD", None, "s", "Sue", "Both", "Pop", 2.0),
        ("EMD", None, "c", "Cy", "Else", "Jazz", 4.0),
        ("EMD", None, "c", "Cy", "Else", "Jazz", 4.0),
    ]
    columns = ["corpus", "study", "track_id", "artist", "title", "genre", "tempo"]
    return pd.DataFrame(rows, columns=columns)


def test_tracks_of_both_and_most_named_artists():
    rows = listings()
    assert design.tracks_of_both(rows, PAIR) == {"s"}
    assert design.most_named_artists(rows, number=1) == {"Ann", "Cy"}
    assert design.most_named_artists(rows) == {"Ann", "Sue", "Cy"}


@pytest.mark.parametrize(
    ("choice", "level", "left"),
    [
        ("repeats", "unique id", [0, 2, 3, 4, 5, 6]),
        ("repeats", "unique artist and title", [0, 3, 4, 5, 6]),
        ("shared", "dropped", [0, 1, 2, 5, 6]),
        ("reference rows", "unique", [0, 1, 2, 3, 4, 5]),
        ("study", "D", [2, 3, 4, 5, 6]),
    ],
)
def test_each_choice_takes_the_rows_that_it_names(choice, level, left):
    step = design.listing_choices(listings(), PAIR)[choice][level]
    assert step(listings()).index.tolist() == left


def test_rows_without_artist_and_title_are_no_repeats():
    rows = listings().assign(artist=None)
    step = design.listing_choices(rows, PAIR)["repeats"]["unique artist and title"]
    assert len(step(rows)) == len(rows)


def test_choices_are_those_that_the_listings_allow():
    choices = design.listing_choices(listings(), PAIR)
    assert list(choices["study"]) == ["all", "D", "M"]
    assert list(choices["weights"]) == ["as listed", "weighted"]
    bare = design.listing_choices(listings().assign(genre=None, study="M"), PAIR)
    assert list(bare["study"]) == ["all"] and list(bare["weights"]) == ["as listed"]


def test_estimates_by_hand():
    estimate = design.listing_estimates(PAIR, ["tempo"])
    found = estimate(listings(), {"weights": "as listed"})
    # PMD holds 3, 3, 5, 2 and EMD 2, 4, 4: of twelve pairs five are won, six lost, one tied
    assert found["tempo"] == pytest.approx(-1 / 12)
    pain = -(0.75 * np.log2(0.75) + 0.25 * np.log2(0.25))
    chart = -(1 / 3 * np.log2(1 / 3) + 2 / 3 * np.log2(2 / 3))
    assert found["entropy"] == pytest.approx(pain - chart)


def test_weighted_estimates_take_the_mix_of_the_reference_and_correct_the_bias():
    levels = {"weights": "weighted"}
    found = design.listing_estimates(PAIR, ["tempo"])(listings(), levels)
    # Pop has 3/4 in PMD and 1/3 in EMD, Jazz 1/4 and 2/3: its one row weighs 8/3, the others 4/9
    won = 4 / 9 * (1 + 1 + 0) + 8 / 3 * 3
    lost = 4 / 9 * (2 + 2 + 2)
    assert found["tempo"] == pytest.approx((won - lost) / (4 * 3))
    plain = design.listing_estimates(PAIR, [])(listings(), {"weights": "as listed"})
    bias = 1 / (2 * np.log(2)) * (1 / 4 - 1 / 3)
    assert found["entropy"] - plain["entropy"] == pytest.approx(bias)


def test_estimates_are_of_what_the_listings_have():
    levels = {"weights": "as listed"}
    estimate = design.listing_estimates(PAIR, ["tempo", "energy"])
    assert list(estimate(listings(), levels)) == ["entropy", "tempo"]
    assert list(estimate(listings().drop(columns="tempo"), levels)) == ["entropy"]
    assert list(estimate(listings().assign(genre=None), levels)) == ["tempo"]


def test_deltas_of_some_rows_are_missing_where_a_corpus_has_none():
    rows = listings()
    assert design.deltas_between(rows, PAIR, ["tempo"])["tempo"] == pytest.approx(-1 / 12)
    only_pain = rows[rows["corpus"] == "PMD"]
    assert design.deltas_between(only_pain, PAIR, ["tempo"]).isna().all()
    weights = np.array([0, 0, 1, 0, 1, 0, 0])
    assert design.deltas_between(rows, PAIR, ["tempo"], weights)["tempo"] == 1


def test_deltas_within_strata_are_averaged_over_the_mix_of_the_reference():
    rows = listings()
    # Pop: 3, 3, 2 against 2, delta 2/3, one row of EMD; Jazz: 5 against 4, 4, delta 1, two rows
    found = design.deltas_within(rows, rows["genre"], PAIR, ["tempo"])
    assert found["tempo"] == pytest.approx((2 / 3 + 2 * 1) / 3)
    nowhere = design.deltas_within(rows, rows["corpus"], PAIR, ["tempo"])
    assert nowhere.isna().all()


def test_coverage_weights_give_what_is_covered_the_mix_of_all():
    rows = listings()
    weights = design.coverage_weights(rows, pd.Series(["a", "s"]))
    # PMD Pop is covered wholly, its Jazz not at all; EMD Pop wholly, its Jazz not at all
    assert weights.tolist() == [1, 1, 0, 1, 1, 0, 0]
    weights = design.coverage_weights(rows.assign(genre=["Pop"] * 7), pd.Series(["a", "c"]))
    assert weights == pytest.approx([2, 2, 0, 0, 0, 1.5, 1.5])


def test_agreement_counts_signs_and_words_like_the_first():
    curve = pd.DataFrame({"tempo": [0.1, 0.2, -0.05, np.nan, 0.14]})
    assert design.agreement(curve, "tempo") == {
        "analyses": 4,
        "smallest": -0.05,
        "largest": 0.2,
        "same_sign": 3,
    }
    assert design.same_magnitude(curve, "tempo") == 3


def test_agreements_have_one_row_a_feature():
    curve = pd.DataFrame({"a": [0.1, -0.2], "b": [0.4, 0.5]})
    table = design.agreements(curve, ["b", "a"])
    assert table["same_sign"].to_dict() == {"b": 2, "a": 1}
    assert table["same_word"].to_dict() == {"b": 1, "a": 1}
    assert table["negligible"].to_dict() == {"b": 0, "a": 1}


def test_versions_hold_one_rival_constant_as_far_as_columns_are_known():
    rows = pd.DataFrame(
        {
            "corpus": ["A", "A", "A", "B", "B"],
            "track_id": list("abcad"),
            "genre": "Pop",
            "artist": None,
            "year": None,
            "participant": ["p", "p", "q", None, None],
            "x": [1.0, 1.0, 0.0, 0.5, 0.5],
        }
    )
    covered = pd.Series(list("abcd"))
    found = design.adjusted_versions(rows, ("A", "B"), ["x"], covered)
    assert list(found) == [
        "without shared tracks",
        "weighted by inverse coverage",
        "each participant alike",
    ]
    # Without track a one listing of A lies above B and one below; so do the two people.
    assert [found[name]["x"] for name in found] == pytest.approx([0, 1 / 3, 0])
    known = rows.assign(artist=list("mnopq"), year=[1990, 1991, 1999, 1992, 1990], participant=None)
    found = design.adjusted_versions(known, ("A", "B"), ["x"], covered)
    # Every artist is among the ten most named; within the half-decade of B both listings of A win.
    assert np.isnan(found["without ten most-named artists"]["x"])
    assert found["within half-decades"]["x"] == 1 and "each participant alike" not in found


def test_participants_count_alike_under_equal_weights():
    people = ["a", "a", "a", "b", None, "a"]
    rows = pd.DataFrame({"corpus": ["A"] * 4 + ["B"] * 2, "participant": people})
    rows["x"] = [1.0, 1.0, 1.0, 0.0, 0.5, 0.5]
    weights = design.equal_weights(rows)
    assert weights == pytest.approx([1 / 3, 1 / 3, 1 / 3, 1, 1, 1])
    # Three listings of one person above and one of another below: one person each way.
    weighted = design.deltas_between(rows, ("A", "B"), ["x"], weights)
    assert weighted["x"] == pytest.approx(0)
    assert design.deltas_between(rows, ("A", "B"), ["x"])["x"] == pytest.approx(0.5)
