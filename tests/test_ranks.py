"""Tests of ranks: scipy's floats, brute-force deltas, stated rules, the published figures."""

import numpy as np
import pandas as pd
import pytest
from scipy import stats

from helpers.stats import binormal, intervals, ranks

# Published two-sided Mann-Whitney p-values, U and Cliff's delta of PMD against EMD.
PUBLISHED = pd.DataFrame(
    {
        "danceability": (2.314431e-45, 6647841.5, -0.207429),
        "energy": (1.3298e-61, 6349193.0, -0.243035),
        "loudness": (4.318739e-05, 7884290.5, -0.060017),
        "speechiness": (0.0009747442, 8793606.0, 0.048394),
        "acousticness": (4.908114e-52, 10256004.5, 0.222744),
        "instrumentalness": (7.800729e-11, 9172404.5, 0.093555),
        "liveness": (0.0001601702, 7923064.0, -0.055394),
        "valence": (1.21058e-63, 6314682.5, -0.247149),
        "tempo": (0.02850952, 8118102.0, -0.032141),
    },
    index=["mwu_p", "mwu_u", "cliffs_delta"],
).T
SIZES = (1871, 8966)


def one_row(x, y, **options):
    tables = {"A": pd.DataFrame({"f": x}), "B": pd.DataFrame({"f": y})}
    return ranks.feature_tests(tables, [("A", "B")], ["f"], **options).iloc[0]


def brute_force_delta(x, y):
    return float(np.sign(np.subtract.outer(np.asarray(x), np.asarray(y))).mean())


def samples(kind, rng):
    n, m = rng.integers(2, 60, 2)
    if kind == "continuous":
        return rng.normal(size=n), rng.normal(rng.normal(), 1, size=m)
    if kind == "tied":
        return rng.integers(0, 6, n) / 5, rng.integers(0, 7, m) / 5
    if kind == "spiked":
        return (np.where(rng.random(k) < 0.4, 0, rng.random(k)) for k in (n, m))
    if kind == "separated":
        return rng.random(n), rng.random(m) + 2
    return np.full(n, 0.25), np.full(m, 0.25)  # constant


@pytest.mark.parametrize("kind", ["continuous", "tied", "spiked", "separated", "constant"])
def test_u_d_and_p_are_scipys_floats_and_delta_is_brute_force(kind):
    rng = np.random.default_rng(20)
    for _ in range(80):
        x, y = samples(kind, rng)
        row = one_row(x, y)
        u, ks = stats.mannwhitneyu(x, y), stats.ks_2samp(x, y)
        assert (row.mwu_u, row.mwu_p) == (u.statistic, u.pvalue)
        assert (row.ks_d, row.ks_p) == (ks.statistic, ks.pvalue)
        delta = brute_force_delta(x, y)
        assert row.cliffs_delta == pytest.approx(delta, abs=1e-14)
        assert row.cles == pytest.approx((delta + 1) / 2, abs=1e-14)
        assert (row.median_target, row.median_reference) == (np.median(x), np.median(y))
        assert row.ci_low <= row.cliffs_delta <= row.ci_high


@pytest.mark.parametrize("sizes", [(1871, 8966), (10_000, 8966), (500, 10_001), (3, 8), (8, 9)])
def test_scipys_floats_at_the_sizes_where_its_methods_switch(sizes):
    rng = np.random.default_rng(1)
    for digits in (3, 12):
        x, y = (np.round(rng.beta(2 + i, 2, n), digits) for i, n in enumerate(sizes))
        row, u, ks = one_row(x, y), stats.mannwhitneyu(x, y), stats.ks_2samp(x, y)
        assert (row.mwu_u, row.mwu_p, row.ks_d, row.ks_p) == (*u, *ks[:2])


def test_several_corpora_features_and_missing_values_in_stated_order():
    rng = np.random.default_rng(2)
    tables = {
        code: pd.DataFrame(rng.normal(size=(n, 2)), columns=["energy", "tempo"])
        for code, n in (("PMD", 40), ("EMD", 70), ("MSSD", 60))
    }
    tables["PMD"].loc[[0, 5], "tempo"] = np.nan
    contrasts = [("PMD", "EMD"), ("MSSD", "EMD"), ("PMD", "MSSD")]
    table = ranks.feature_tests(tables, contrasts, ["tempo", "energy"], threads=1)
    assert list(zip(table.target, table.reference, table.feature, strict=True)) == [
        (*pair, feature) for pair in contrasts for feature in ("tempo", "energy")
    ]
    assert table.n_target.tolist() == [38, 40, 60, 60, 38, 40]
    kept = tables["PMD"]["tempo"].dropna()
    assert table.cliffs_delta[0] == pytest.approx(brute_force_delta(kept, tables["EMD"]["tempo"]))
    turned = ranks.feature_tests(tables, [("EMD", "PMD")], ["tempo"]).iloc[0]
    assert turned.cliffs_delta == pytest.approx(-table.cliffs_delta[0])
    assert turned.ci_low == pytest.approx(-table.ci_high[0])


def test_standard_error_is_the_variance_of_the_placements():
    rng = np.random.default_rng(3)
    x, y = rng.integers(0, 9, 30), rng.integers(1, 10, 45)
    dominance = np.sign(np.subtract.outer(x, y))
    variance = dominance.mean(axis=1).var(ddof=1) / 30 + dominance.mean(axis=0).var(ddof=1) / 45
    row = one_row(x, y)
    assert row.se == pytest.approx(np.sqrt(variance), rel=1e-12)
    of_target = dominance.mean(axis=1).var(ddof=1) / 30
    assert row.se_target == pytest.approx(np.sqrt(of_target), rel=1e-12)


def test_interval_is_symmetric_on_the_fisher_scale():
    low, high = ranks.delta_interval(0.6, 0.05, 100, 100, level=0.9)
    ends = np.arctanh([low, high]) - np.arctanh(0.6)
    assert ends == pytest.approx([-1.6448536 * 0.05 / 0.64, 1.6448536 * 0.05 / 0.64])


def test_separated_constant_and_single_rows_follow_the_stated_rule():
    c = 0.025 ** (1 / 5)
    row = one_row(np.arange(5) + 10, np.arange(7))
    assert (row.cliffs_delta, row.se, row.magnitude) == (1, 0, "large")
    assert (row.ci_low, row.ci_high) == (pytest.approx(2 * c - 1), 1)
    row = one_row(np.arange(5), np.arange(7) + 10)
    assert (row.ci_low, row.ci_high) == (-1, pytest.approx(1 - 2 * c))
    row = one_row(np.ones(5), np.ones(7))
    assert (row.cliffs_delta, row.mwu_p, row.ks_p) == (0, 1, 1)
    assert (row.ci_low, row.ci_high) == pytest.approx((c - 1, 1 - c))
    assert np.isnan(one_row([0.5], [0.0, 1.0, 2.0]).ci_low)
    assert one_row([3.0], [0.0, 1.0, 2.0]).ci_high == 1


def test_rule_at_complete_separation_holds_its_level():
    """At the bound itself, m pairs all agree in at most alpha / 2 of samples."""
    rng, m = np.random.default_rng(4), 6
    c = 0.025 ** (1 / m)
    x = rng.random((20_000, m)) < c  # target beats every reference with chance c
    assert np.isclose(x.all(axis=1).mean(), 0.025, atol=4 * np.sqrt(0.025 / 20_000))
    assert ranks.delta_interval(1.0, 0.0, m, 50)[0] == pytest.approx(2 * c - 1)


def test_magnitude_words_change_at_the_studys_thresholds():
    words = ranks.magnitude(np.array([0, 0.1469, -0.147, 0.3299, 0.33, -0.4739, 0.474, -1]))
    assert words.tolist() == [
        "negligible",
        "negligible",
        "small",
        "small",
        "medium",
        "medium",
        "large",
        "large",
    ]
    published = ranks.magnitude(PUBLISHED["cliffs_delta"])
    assert [list(published).count(w) for w in ("small", "negligible")] == [4, 5]


def test_delta_from_u_gives_the_published_deltas():
    delta = ranks.delta_from_u(PUBLISHED["mwu_u"], *SIZES)
    assert np.abs(delta - PUBLISHED["cliffs_delta"]).max() < 5.1e-7
    with pytest.raises(ValueError, match="check n_target"):
        ranks.delta_from_u(101, 10, 10)


def test_smallest_significant_delta_is_where_the_test_turns():
    n, m = 400, 900
    edge = ranks.smallest_significant_delta(n, m, 0.01)
    for factor, significant in ((1.001, True), (0.999, False)):
        u = (1 + edge * factor) * n * m / 2
        z = (u - n * m / 2 - 0.5) / np.sqrt(n * m * (n + m + 1) / 12)
        assert (2 * stats.norm.sf(z) < 0.01) == significant
    assert ranks.smallest_significant_delta(*SIZES) == pytest.approx(0.0288, abs=5e-5)


def test_bootstrap_by_counts_equals_resampling_and_recomputing():
    rng = np.random.default_rng(9)
    a = pd.DataFrame({"tied": rng.integers(0, 5, 60), "smooth": rng.normal(size=60)})
    b = pd.DataFrame({"tied": rng.integers(1, 6, 90), "smooth": rng.normal(0.4, 1, size=90)})
    a.loc[:4, "smooth"], b.loc[:2, "smooth"] = np.nan, np.nan
    weights = list(
        zip(
            intervals.moving_blocks(np.repeat([0, 1], 30), 7, 25, 1),
            intervals.cluster_bootstrap(np.arange(90) // 9, 25, 2),
            strict=True,
        )
    )
    deltas = ranks.bootstrap_deltas(a, b, ["smooth", "tied"], weights)
    for replicate, pair in enumerate(weights):
        x, y = (t.loc[np.repeat(t.index, w.astype(int))] for t, w in zip((a, b), pair, strict=True))
        for feature in ("smooth", "tied"):
            brute = brute_force_delta(x[feature].dropna(), y[feature].dropna())
            assert deltas.loc[replicate, feature] == pytest.approx(brute, abs=1e-12)


@pytest.mark.parametrize(
    ("column", "message"),
    [
        ([1.0, np.inf], "PMD: 'tempo' has 1 infinite"),
        ([np.nan, np.nan], "2 missing values in 2 rows"),
        (["fast", "slow"], "no numeric 'tempo'"),
    ],
)
def test_bad_columns_are_refused_by_corpus_and_name(column, message):
    tables = {"PMD": pd.DataFrame({"tempo": column}), "EMD": pd.DataFrame({"tempo": [1.0, 2.0]})}
    with pytest.raises(ValueError, match=message):
        ranks.feature_tests(tables, [("PMD", "EMD")], ["tempo"])


def test_other_bad_input_is_refused_with_the_next_step():
    table = pd.DataFrame({"tempo": [1.0, 2.0]})
    with pytest.raises(ValueError, match="add the tables"):
        ranks.feature_tests({"PMD": table}, [("PMD", "MSSD")], ["tempo"])
    with pytest.raises(ValueError, match="no numeric 'energy'"):
        ranks.feature_tests({"PMD": table}, [("PMD", "PMD")], ["energy"])
    with pytest.raises(ValueError, match="give 0.95"):
        ranks.delta_interval(0.1, 0.1, 5, 5, level=95)
    with pytest.raises(ValueError, match="missing or not within"):
        ranks.magnitude(np.nan)
    with pytest.raises(ValueError, match="draw them from the tables"):
        ranks.bootstrap_deltas(table, table, ["tempo"], [(np.ones(2), np.ones(3))])


def genre_tables():
    """Two corpora: Pop in both, Jazz in one, a row of Pop without tempo."""
    target = pd.DataFrame(
        {"genre": ["Pop", "Pop", "Pop", "Jazz"], "tempo": [3.0, 4.0, np.nan, 9.0]}
    )
    reference = pd.DataFrame({"genre": ["Pop", "Pop"], "tempo": [1.0, 3.0]})
    return {"PMD": target, "EMD": reference}


def test_tests_within_genres_take_complete_rows_of_genres_that_both_corpora_have():
    found = ranks.genre_tests(genre_tables(), ("PMD", "EMD"), ["tempo"], ["Jazz", "Pop"])
    assert found["genre"].tolist() == ["Pop"]
    row = found.iloc[0]
    # of four pairs the target wins three and ties one
    assert (row["n_target"], row["n_reference"], row["mwu_u"]) == (2, 2, 3.5)
    assert ranks.genre_tests(genre_tables(), ("PMD", "EMD"), ["tempo"], ["Jazz"]).empty


def test_overall_tests_come_first_and_cover_every_contrast():
    values = genre_tables() | {"MSSD": pd.DataFrame({"tempo": [2.0, 5.0]})}
    contrasts = [("PMD", "EMD"), ("MSSD", "EMD")]
    found = ranks.overall_and_genre_tests(values, contrasts, ["tempo"], ["Pop", "Jazz"])
    assert found["genre"].tolist() == ["all", "all", "Pop"]
    assert found["target"].tolist() == ["PMD", "MSSD", "PMD"]
    no_genres = ranks.overall_and_genre_tests(values, contrasts, ["tempo"], [])
    assert no_genres["genre"].tolist() == ["all", "all"]


def test_comparisons_are_sorted_by_genre_as_asked_then_by_feature():
    rows = [("Rock", "b"), ("Jazz", "a"), ("Pop", "b"), ("Pop", "a"), ("all", "b"), ("all", "a")]
    tests = pd.DataFrame(rows, columns=["genre", "feature"]).assign(target="X", reference="Y")
    found = ranks.in_order(tests, ["a", "b"], [("X", "Y")], ["Pop", "Folk"])
    expected = [
        ("all", "a"),
        ("all", "b"),
        ("Pop", "a"),
        ("Pop", "b"),
        ("Rock", "b"),
        ("Jazz", "a"),
    ]
    assert list(zip(found["genre"], found["feature"], strict=True)) == expected
    assert set(found["contrast"]) == {"X - Y"}


def test_one_contrast_of_whole_corpora_is_indexed_by_feature():
    tests = pd.DataFrame(
        {
            "genre": ["all", "all", "Pop"],
            "target": ["PMD", "MSSD", "PMD"],
            "reference": ["EMD"] * 3,
            "feature": ["tempo"] * 3,
            "cliffs_delta": [0.1, 0.2, 0.3],
        }
    )
    found = ranks.of_whole_corpora(tests, ("PMD", "EMD"))
    assert found["cliffs_delta"].to_dict() == {"tempo": 0.1}


def test_printed_u_gives_delta_its_binormal_standard_error_and_the_printed_sizes():
    comparisons = pd.DataFrame(
        {"group": ["PMD-EMD"], "genre": ["all"], "feature": ["valence"], "mwu_u": [6314682.5]}
    ).assign(n=10_837)
    moments = pd.DataFrame(
        {
            "group": ["PMD", "EMD"],
            "genre": "all",
            "feature": "valence",
            "n": SIZES,
            "median": [1, 2],
            "sd": [0.3, 0.3],
        }
    )
    row = ranks.tests_from_u(comparisons, moments).iloc[0]
    assert row["cliffs_delta"] == pytest.approx(-0.247149, abs=5.1e-7)
    assert (row["n_target"], row["n_reference"]) == SIZES
    assert (row["median_target"], row["median_reference"]) == (1, 2)
    n, m = SIZES
    assert row["se"] == pytest.approx(np.sqrt(sum(binormal.variance_parts(-0.247149, n, m))))
    # Equal spreads: smaller than the error that U has when nothing differs, and split by sizes.
    assert row["se"] < np.sqrt((n + m + 1) / (3 * n * m))
    assert (row["se_target"] / row["se"]) ** 2 == pytest.approx(m / (n + m))
    wider = ranks.tests_from_u(comparisons, moments.assign(sd=[0.6, 0.3])).iloc[0]
    assert wider["se"] > row["se"] and "sd_target" not in wider
    assert row["ci_low"] < row["cliffs_delta"] < row["ci_high"]
    assert row["magnitude"] == "small"
    assert row["cles"] == pytest.approx((row["cliffs_delta"] + 1) / 2)


def test_weights_count_a_row_as_often_as_they_say():
    target = pd.DataFrame({"x": [1.0, 4.0]})
    reference = pd.DataFrame({"x": [2.0, 3.0]})
    assert ranks.weighted_deltas(target, reference, ["x"])["x"] == 0
    # the larger row counts three times: six of eight pairs are won
    heavier = ranks.weighted_deltas(target, reference, ["x"], np.array([1.0, 3.0]))
    assert heavier["x"] == pytest.approx(0.5)


def test_deltas_of_contrasts_stand_side_by_side_from_low_to_high():
    rows = [("MSSD", "a", 0.3), ("PMD", "a", 0.2), ("PMD", "b", -0.1), ("MSSD", "b", 0.4)]
    tests = pd.DataFrame(rows, columns=["target", "feature", "cliffs_delta"])
    tests = tests.assign(reference="EMD", genre="all")
    ordered = ranks.in_order(tests, ["a", "b"], [("PMD", "EMD"), ("MSSD", "EMD")])
    table = ranks.deltas_by_contrast(ordered)
    assert list(table.columns) == ["PMD - EMD", "MSSD - EMD"]
    assert list(table.index) == ["b", "a"]
    assert table.to_numpy().tolist() == [[-0.1, 0.4], [0.2, 0.3]]


def test_the_largest_deltas_come_first_whatever_their_sign():
    deltas = pd.Series({"a": 0.1, "b": -0.5, "c": 0.3})
    assert ranks.largest_deltas(deltas, 2) == ["b", "c"]


def test_what_sizes_make_significant_takes_the_family_of_the_row():
    tests = pd.DataFrame(
        {
            "contrast": "PMD - EMD",
            "genre": ["all", "all", "Pop", "Pop", "Jazz"],
            "n_target": [100, 100, 20, 20, 5],
            "n_reference": [200, 200, 30, 30, 6],
        }
    )
    table = ranks.smallest_significant_deltas(tests)
    assert table["genre"].tolist() == ["all", "Pop"]
    assert table["one_test"].tolist() == [
        ranks.smallest_significant_delta(100, 200),
        ranks.smallest_significant_delta(20, 30),
    ]
    assert table["in_family"].tolist() == [
        ranks.smallest_significant_delta(100, 200, 0.05 / 2),
        ranks.smallest_significant_delta(20, 30, 0.05 / 3),
    ]
