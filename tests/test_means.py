"""Tests of means: scipy as the oracle, moments in place of rows."""

import numpy as np
import pandas as pd
import pytest
from scipy import stats

from helpers.stats import means


def two_corpora():
    rng = np.random.default_rng(3)
    values = {
        name: pd.DataFrame({"x": rng.integers(0, 9, n) / 8, "y": rng.normal(shift, 2, n)})
        for name, n, shift in (("A", 80, 0), ("B", 51, 1))
    }
    values["A"].loc[:4, "y"] = np.nan
    return values


@pytest.mark.parametrize("feature", ["x", "y"])
def test_classical_tests_equal_scipy_s_on_tied_and_missing_data(feature):
    values = two_corpora()
    table = means.classical_tests(values, [("A", "B")], ["x", "y"])
    row = table.set_index("feature").loc[feature]
    a, b = (values[name][feature].dropna() for name in "AB")
    t, h = stats.ttest_ind(a, b, equal_var=False), stats.kruskal(a, b)
    welch = [row["welch_t"], row["welch_df"], row["welch_p"]]
    assert welch == pytest.approx([t.statistic, t.df, t.pvalue], rel=1e-12)
    assert (row["kruskal_h"], row["kruskal_p"], row["n"]) == (*h, len(a) + len(b))
    assert row["kruskal_r"] == np.sqrt(h.statistic / row["n"])
    d = (a.mean() - b.mean()) / np.sqrt((a.var() + b.var()) / 2)
    assert row["cohens_d"] == pytest.approx(d, rel=1e-12)


def test_a_corpus_known_by_its_moments_has_a_welch_t_and_no_kruskal_wallis():
    table = pd.DataFrame({"x": np.random.default_rng(5).random(40)})
    known = pd.DataFrame({"n": [900.0], "mean": [0.4], "sd": [0.3]}, ["x"])
    found = means.classical_tests({"A": table}, [("A", "M")], ["x"], {"M": known}).iloc[0]
    t = stats.ttest_ind_from_stats(
        table["x"].mean(), table["x"].std(), 40, 0.4, 0.3, 900, equal_var=False
    )
    assert (found["welch_t"], found["welch_p"]) == pytest.approx((t.statistic, t.pvalue), rel=1e-12)
    assert np.isnan(found["kruskal_h"]) and np.isnan(found["kruskal_r"])


def test_the_moments_of_a_whole_corpus_are_indexed_by_feature():
    moments = pd.DataFrame(
        {
            "group": ["A", "A", "A", "B"],
            "genre": ["all", "all", "Pop", "all"],
            "feature": ["x", "y", "x", "x"],
            "n": [9, 9, 3, 5],
            "mean": [1.0, np.nan, 2.0, 3.0],
            "sd": [0.1, 0.2, 0.3, 0.4],
        }
    )
    found = means.overall_moments(moments, "A")
    assert found.to_dict("index") == {"x": {"n": 9.0, "mean": 1.0, "sd": 0.1}}
