"""Moments, densities that keep to their range, and tests of normality."""

import numpy as np
import pandas as pd
import pytest

from helpers.stats import distributions


@pytest.mark.parametrize(
    "values",
    [
        np.linspace(0, 1, 999) ** 4,
        1 - np.linspace(0, 1, 50) ** 3,
        np.r_[np.zeros(100), np.linspace(0, 1, 100)],
    ],
)
def test_a_density_keeps_its_whole_mass_inside_the_range(values):
    curve = distributions.density(np.r_[values, np.nan], 0, 1)
    assert curve["x"].between(0, 1).all()
    assert curve["density"].mean() == pytest.approx(1, abs=1e-9)


def test_a_flat_density_does_not_sink_at_the_ends():
    curve = distributions.density(np.linspace(0, 1, 40_001), 0, 1)
    assert curve["density"].between(0.98, 1.02).all()


def test_a_density_takes_silverman_s_bandwidth_or_the_smallest():
    # One value: its own histogram bin, smoothed by the smallest bandwidth of 0.1 of the range.
    curve = distributions.density([0.5], 0, 1, bins=101, smallest=0.1)
    expected = np.exp(-0.5 * ((curve["x"] - 0.5) / 0.1) ** 2) / (0.1 * np.sqrt(2 * np.pi))
    assert np.allclose(curve["density"], expected, atol=0.02)
    values = np.linspace(0, 1, 32)  # 32 ** -0.2 is one half
    width = 0.9 * min(values.std(), 0.5 / 1.34) / 2
    wide = distributions.density(values, 0, 1, smallest=width)
    assert np.allclose(distributions.density(values, 0, 1)["density"], wide["density"])


@pytest.mark.parametrize("values", [[0.5, 1.1], [-0.1, 0.5], [np.nan], []])
def test_a_density_of_values_outside_the_range_is_refused(values):
    with pytest.raises(ValueError, match="within 0..1"):
        distributions.density(np.array(values), 0, 1)


def test_densities_keep_the_share_at_zero_apart():
    table = pd.DataFrame(
        {
            "tempo": np.r_[np.zeros(25), np.linspace(60, 200, 75)],
            "loudness": np.linspace(-30, 0, 100),
        }
    )
    curves = distributions.densities({"PMD": table}, {"tempo": (0, 300), "loudness": (-60, 6)})
    tempo, loudness = (curves[curves["feature"] == name] for name in ("tempo", "loudness"))
    assert (tempo["at_zero"] == 0.25).all() and (loudness["at_zero"] == 0).all()
    assert tempo["density"].sum() * 2 == pytest.approx(0.75, abs=0.01)
    assert set(distributions.densities({}, {"tempo": (0, 300)})) == set(curves)


def test_densities_of_nothing_but_zeros_are_flat_and_of_nothing_are_refused():
    ranges = {"energy": (0, 1)}
    zeros = distributions.densities({"X": pd.DataFrame({"energy": [0.0, 0.0]})}, ranges)
    assert zeros[["x", "density", "at_zero"]].to_numpy().tolist() == [[0, 0, 1]]
    with pytest.raises(ValueError, match="X has no value of energy"):
        distributions.densities({"X": pd.DataFrame({"energy": [np.nan]})}, ranges)


def test_moments_are_those_of_pandas_overall_and_by_genre():
    table = pd.DataFrame(
        {"genre": ["a", "a", "b", "b", "b"], "energy": [0.1, 0.4, 0.2, np.nan, 0.9]}
    )
    found = distributions.moments({"X": table, "Y": table[["energy"]]}, ["energy"]).set_index(
        ["group", "genre"]
    )
    assert found["n"].to_dict() == {("X", "all"): 4, ("X", "a"): 2, ("X", "b"): 2, ("Y", "all"): 4}
    assert found.loc[("X", "b"), "sd"] == table["energy"][2:].std()
    assert (
        found.loc[("Y", "all"), "median"] == table["energy"].median()
        and found.loc[("Y", "all"), "mean"] == 0.4
    )


def test_a_shift_without_repeats_is_in_standard_deviations():
    listings = pd.DataFrame(
        {
            "corpus": ["X"] * 3 + ["Y"] * 2,
            "track_id": ["a", "b", "b", "a", None],
            "energy": [-1 / 3, 2.0, 2.0, 0.5, 0.7],
        }
    )
    shift = distributions.shift_without_repeats(listings, ["energy"])
    sd = listings["energy"][:3].std()
    expected = ((2 - 1 / 3) / 2 - (4 - 1 / 3) / 3) / sd
    assert shift.loc["X", "energy"] == pytest.approx(expected)
    assert shift.loc["Y", "energy"] == pytest.approx(-0.1 / listings["energy"][3:].std())


def test_shapiro_wilk_is_known_for_its_authors_weights():
    # Weights of eleven men in pounds: Shapiro & Wilk (1965) print W = 0.79, p < 0.01.
    weights = pd.Series([148, 154, 158, 160, 161, 162, 166, 170, 182, 195, 236, np.nan])
    found = distributions.shapiro_wilk(weights)
    assert round(found["W"], 2) == 0.79 and 0.005 < found["p"] < 0.01
    assert found["rows"] == 11 and found["warning"] == ""


def test_shapiro_wilk_reads_a_sample_and_repeats_scipy_s_warning():
    values = pd.Series(np.random.default_rng(1).normal(size=6000))
    few = distributions.shapiro_wilk(values, max_rows=100, seed=3)
    assert few["rows"] == 100 and few["warning"] == ""
    assert few == distributions.shapiro_wilk(values, max_rows=100, seed=3)
    assert few["W"] != distributions.shapiro_wilk(values, max_rows=100, seed=4)["W"]
    assert "5000" in distributions.shapiro_wilk(values)["warning"].replace(",", "")


def test_normality_has_one_row_a_corpus_and_feature():
    table = pd.DataFrame({"energy": [0.1, 0.2, 0.4, 0.9], "tempo": [60.0, 90, 120, 150]})
    found = distributions.normality({"X": table, "Y": table}, ["energy", "tempo"], 10, 0)
    assert found[["group", "feature"]].to_numpy().tolist() == [
        ["X", "energy"],
        ["X", "tempo"],
        ["Y", "energy"],
        ["Y", "tempo"],
    ]
    assert found.loc[1, "W"] == distributions.shapiro_wilk(table["tempo"])["W"]


def test_rows_are_sorted_in_the_order_that_is_given():
    table = pd.DataFrame(
        {"group": ["X", "Y", "X", "Y"], "feature": ["a", "a", "b", "b"], "n": range(4)}
    )
    found = distributions.in_order(table, ["b", "a"], ["Y", "X", "Z"])
    assert found["n"].tolist() == [3, 2, 1, 0]
    assert found["feature"].cat.categories.tolist() == ["b", "a"]


def test_extremes_are_the_ends_of_each_corpus():
    values = {"X": pd.DataFrame({"a": [0.2, np.nan, 0.7]}), "Y": pd.DataFrame({"a": [0.5]})}
    assert distributions.extremes(values, ["a"]).loc["a"].tolist() == [0.2, 0.7, 0.5, 0.5]
