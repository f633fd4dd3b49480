"""Densities and moments of audio features."""

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


@pytest.mark.parametrize("values", [[0.5, 1.1], [-0.1, 0.5], [np.nan]])
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
