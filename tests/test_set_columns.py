"""Columns of further feature sets: each set on its own listings, by known answers."""

import matplotlib.pyplot as plt
import numpy as np
import pandas as pd
import pytest

from helpers import corpora, figures, profiles
from helpers.chapter import open_chapter
from helpers.stats import ranks, set_columns

PAIR = ("PMD", "EMD")


@pytest.fixture
def listings():
    ids = [f"t{k:02d}" for k in range(40)]
    table = pd.DataFrame({"corpus": ["PMD"] * 20 + ["EMD"] * 20, "track_id": ids, "genre": "Pop"})
    people = [f"p{k // 2}" for k in range(40)]
    return table.assign(study="one", participant=people, artist=ids, row=range(40))


@pytest.fixture
def further(listings):
    """One set of 30 tracks; its column a is larger in PMD throughout, b never varies."""
    known = listings["track_id"][5:35]
    a = np.r_[np.arange(100.0, 115), np.arange(15.0)]
    table = pd.DataFrame({"a": a, "b": 1.0, "artist": a * 2}, known.to_numpy())
    return {"mine": set_columns.rows_by_corpus(listings, table, ["PMD", "EMD", "NONE"])}


def test_a_set_takes_the_listings_it_knows_and_its_columns_may_have_any_name(further):
    rows = further["mine"]
    assert {corpus: len(part) for corpus, part in rows.items()} == {"PMD": 15, "EMD": 15}
    assert set_columns.columns_of(rows["PMD"]) == ["a", "b", "artist"]
    assert rows["PMD"]["artist"].iloc[0] == "t05"


def test_what_columns_hold_by_hand(further):
    further["mine"]["EMD"].loc[20, "number a"] = np.nan
    found = set_columns.describe(further)
    assert found.index.names == ["set", "column", "corpus"]
    of_target = found.loc["mine", "a", "PMD"]
    assert of_target.tolist() == [15, 107, np.std(np.arange(15), ddof=1), 100, 107, 114]
    assert found.loc[("mine", "a", "EMD"), "n"] == 14


def test_a_column_that_is_larger_throughout_has_delta_one_and_one_that_never_varies_none(further):
    found = set_columns.compare(further, PAIR, block=14, level=0.95)
    assert found.loc[("mine", "a"), "cliffs_delta"] == 1 and found.loc[("mine", "a"), "ks_d"] == 1
    assert found.loc[("mine", "b"), "cliffs_delta"] == 0
    assert found[["n_target", "n_reference"]].to_numpy().tolist() == [[15, 15]] * 3


def test_intervals_and_corrections_are_within_a_set(listings):
    rng = np.random.default_rng(1)
    known = listings["track_id"].to_numpy()
    sets = {
        name: set_columns.rows_by_corpus(
            listings, pd.DataFrame(rng.random((40, 3)), known, list("abc")), PAIR
        )
        for name in ("one", "two")
    }
    found = set_columns.compare(sets, PAIR, block=14, level=0.95)
    assert len(found) == 6 and (found["ci_low"] < found["cliffs_delta"]).all()
    for name in sets:
        own = found.loc[name]
        assert own["holm"].min() == pytest.approx(min(1, 3 * own["p"].min()))


def test_a_set_of_one_corpus_alone_is_described_and_not_compared(listings):
    table = pd.DataFrame({"a": [1.0, 2.0]}, ["t00", "t01"])
    sets = {"mine": set_columns.rows_by_corpus(listings, table, PAIR)}
    assert list(sets["mine"]) == ["PMD"] and len(set_columns.describe(sets)) == 1
    assert set_columns.compare(sets, PAIR, 14, 0.95).empty


def test_the_sentence_names_the_set_its_largest_column_and_both_numbers_of_listings(further):
    found = set_columns.firm(set_columns.compare(further, PAIR, 14, 0.95))
    said = figures.further_in_words(found, PAIR)["further-mine"]
    assert said.startswith("Of the 3 columns of mine,")
    assert "PMD (15 listings) and EMD (15)" in said and "delta is that of a, 1.00." in said
    alike = found.assign(differ=0, largest="beat_bpm")
    none = figures.further_in_words(alike, PAIR)["further-mine"]
    assert "columns of mine, none differs between" in none and "that of beat bpm," in none
    all_of_them = figures.further_in_words(found.assign(differ=3, low=-0.001), PAIR)["further-mine"]
    assert "of mine, all differ between" in all_of_them and "(0.00 to" in all_of_them
    known = figures.further_known_in_words(further)
    assert known == "Listings that further feature sets know: mine 15 of PMD, 15 of EMD."


def test_panels_are_drawn_of_columns_that_vary_and_effects_of_all(further):
    demo = profiles.load_profile("demo")
    curves, moments = set_columns.curves(further, most=12)
    assert list(moments["feature"].unique()) == ["mine: a", "mine: artist"]
    figures.further_densities_chart(demo, curves, moments, {"mine: a": "Hz"})
    panels = plt.gcf().axes
    assert [axes.get_visible() for axes in panels] == [True, True, False]
    assert panels[0].get_xlabel() == "Hz"
    tests = set_columns.compare(further, PAIR, 14, 0.95)
    figures.further_effects_chart(demo, tests, ranks.NEGLIGIBLE)
    assert plt.gcf().axes[0].get_title("left") == "mine: PMD minus EMD"
    assert figures.further_effects_table(tests).loc[("mine", "a"), "delta"] == "1.00"
    plt.close("all")


def test_without_further_sets_tables_have_no_rows_and_nothing_is_drawn(project):
    """A chapter of the demo that is opened without the runner goes on through these sections."""
    corpora.prepare(profiles.load_profile("demo"))
    chapter = open_chapter("x", "demo", reads=["tracks", "feature_sets"])
    plt.close("all")
    assert chapter.further_meanings.empty and chapter.further_rows == {}
    assert figures.readable(set_columns.describe({})).empty
    figures.further_densities_chart(chapter.profile, *set_columns.curves({}, most=12), {})
    tests = set_columns.compare({}, chapter.pair, block=10, level=0.95)
    assert figures.further_effects_table(tests).empty
    figures.further_effects_chart(chapter.profile, tests, 0.147)
    assert figures.further_in_words(set_columns.firm(tests), chapter.pair) == {}
    assert "there is no further set" in figures.further_known_in_words({})
    assert not plt.get_fignums()
