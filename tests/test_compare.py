"""What helpers.stats promises: scipy's floats, brute-force deltas, stated rules, figures."""

import io

import numpy as np
import pandas as pd
import pytest
from conftest import from_notebook
from scipy import stats

from helpers.stats import distributions, intervals, ranks

chapter = from_notebook("03_feature_comparison")

# The study's published mean of each feature by genre and corpus, and rows by genre.
CELLS_1 = """genre n_target n_reference energy_target energy_reference acousticness_target \
acousticness_reference valence_target valence_reference
Pop 655 4165 0.610331 0.693757 0.310577 0.204885 0.496252 0.586958
Rock 340 1800 0.666046 0.696279 0.216679 0.173569 0.505468 0.585858
Electronic 164 1005 0.708145 0.812767 0.193738 0.064092 0.426132 0.559129
Hip_Hop 125 534 0.68029 0.698749 0.178191 0.142194 0.578965 0.634636
R&B 116 814 0.580898 0.663623 0.290056 0.180349 0.585103 0.689747
Classical 110 11 0.15632 0.462818 0.900391 0.597182 0.185444 0.315364
Folk/Acoustic 77 187 0.496416 0.617174 0.461289 0.281569 0.474447 0.506757
Easy_listening 60 79 0.442743 0.538367 0.453517 0.312616 0.398183 0.557148
Metal 55 121 0.864509 0.783149 0.017823 0.097159 0.392545 0.479619
Latin 49 64 0.644102 0.757047 0.392639 0.260282 0.681731 0.741828
Jazz 43 70 0.360072 0.58885 0.619561 0.262193 0.499723 0.608471
World/Traditional 40 36 0.5264 0.728167 0.574725 0.256433 0.595575 0.720361
New_age 18 13 0.221033 0.492692 0.784225 0.498652 0.2685 0.454538
Country 12 45 0.46275 0.558273 0.5876 0.381404 0.528667 0.540659
Blues 9 26 0.546 0.5735 0.306857 0.367928 0.679778 0.593808
"""
CELLS_2 = """genre loudness_target loudness_reference instrumentalness_target \
instrumentalness_reference tempo_target tempo_reference
Pop -7.481338 -7.420689 0.040408 0.029317 121.841087 122.639257
Rock -7.920485 -8.322409 0.061803 0.03438 121.758018 121.610796
Electronic -8.364067 -6.981675 0.303289 0.220366 127.408555 128.206506
Hip_Hop -6.263427 -7.024536 0.001479 0.011793 120.567008 112.152258
R&B -8.596388 -8.759328 0.037857 0.030326 118.306759 113.883934
Classical -21.137955 -9.520364 0.643974 0.025965 106.453045 133.833364
Folk/Acoustic -9.023623 -7.930481 0.063652 0.011079 114.530169 118.99038
Easy_listening -10.83925 -10.497152 0.141444 0.058272 115.349783 123.771582
Metal -4.982964 -6.45057 0.100233 0.023446 124.645255 125.827744
Latin -8.367122 -7.374797 0.129701 0.047232 127.564122 127.254516
Jazz -12.986488 -10.330471 0.185878 0.122679 115.920953 116.864
World/Traditional -9.8357 -9.1465 0.109991 0.111763 105.37275 120.713694
New_age -18.078 -11.804 0.532746 0.173551 120.312 114.698615
Country -9.362667 -8.735 0.00375 0.00165 124.411833 121.965409
Blues -10.608556 -10.837962 0.007006 0.076002 108.301667 131.421462
"""
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
    assert one_row(x, y).se == pytest.approx(np.sqrt(variance), rel=1e-12)


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
    delta = chapter.delta_from_u(PUBLISHED["mwu_u"], *SIZES)
    assert np.abs(delta - PUBLISHED["cliffs_delta"]).max() < 5.1e-7
    with pytest.raises(ValueError, match="check n_target"):
        chapter.delta_from_u(101, 10, 10)


def test_smallest_significant_delta_is_where_the_test_turns():
    n, m = 400, 900
    edge = chapter.smallest_significant_delta(n, m, 0.01)
    for factor, significant in ((1.001, True), (0.999, False)):
        u = (1 + edge * factor) * n * m / 2
        z = (u - n * m / 2 - 0.5) / np.sqrt(n * m * (n + m + 1) / 12)
        assert (2 * stats.norm.sf(z) < 0.01) == significant
    assert chapter.smallest_significant_delta(*SIZES) == pytest.approx(0.0288, abs=5e-5)


def test_holm_by_hand_within_families():
    p = [0.01, 0.04, 0.03, 0.005, 0.5, 0.5]
    family = ["a", "a", "a", "a", "b", "b"]
    assert chapter.holm(p, family) == pytest.approx([0.03, 0.06, 0.06, 0.02, 1, 1])
    assert chapter.holm(p[:2], "one") == pytest.approx([0.02, 0.04])
    with pytest.raises(ValueError, match="1: nan"):
        chapter.holm([0.1, np.nan], "one")


def test_holm_keeps_the_order_given_and_is_never_below_p():
    rng = np.random.default_rng(5)
    p = rng.random(135) ** 3
    shuffle = rng.permutation(135)
    assert np.array_equal(chapter.holm(p, 0)[shuffle], chapter.holm(p[shuffle], 0))
    assert (chapter.holm(p, 0) >= p).all()


def test_moving_blocks_draw_runs_within_group_and_keep_its_size():
    groups = np.repeat(["MOSART", "DOMINANT"], [50, 31])
    draws = np.array(list(intervals.moving_blocks(groups, 7, 400, 6)))
    assert draws.shape == (400, 81)
    assert (draws[:, :50].sum(axis=1) == 50).all() and (draws[:, 50:].sum(axis=1) == 31).all()
    again = np.array(list(intervals.moving_blocks(groups, 7, 400, 6)))
    assert np.array_equal(draws, again)
    # a row away from the edges is in 7 of the 44 blocks, of which 7 full and 1 cut are drawn
    assert draws[:, 10:40].mean() == pytest.approx(50 / 44, abs=0.02)
    whole = next(intervals.moving_blocks(np.zeros(9), 9, 1, 0))
    assert whole.tolist() == [1] * 9


def test_moving_blocks_widen_the_interval_of_serially_dependent_rows():
    rng = np.random.default_rng(7)
    values = np.repeat(rng.normal(size=100), 12)
    spread = [
        np.std([w @ values / 1200 for w in intervals.moving_blocks(np.zeros(1200), b, 400, 1)])
        for b in (1, 24)
    ]
    assert spread[1] > 2.5 * spread[0]


def test_cluster_bootstrap_draws_whole_participants():
    clusters = np.array(["p1", "p2", "p1", "p3", "p2", "p1"])
    draws = np.array(list(intervals.cluster_bootstrap(clusters, 300, 8)))
    for name in ("p1", "p2", "p3"):
        own = draws[:, clusters == name]
        assert (own == own[:, :1]).all()
    assert (draws[:, [0, 1, 3]].sum(axis=1) == 3).all()
    assert draws[:, [0, 1, 3]].mean(axis=0) == pytest.approx(np.ones(3), abs=0.15)


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


def test_design_effect_and_break_even_table_of_the_study():
    m = 11.42 + 5.07**2 / 11.42
    assert m == pytest.approx(13.7, abs=0.05)
    assert chapter.design_effect(11.42, 5.07 / 11.42, 0.3) == pytest.approx(1 + (m - 1) * 0.3)
    icc = pd.Series(chapter.break_even_icc(PUBLISHED["mwu_p"], 13.7, *SIZES), PUBLISHED.index)
    assert icc[["tempo", "speechiness", "liveness", "loudness"]].round(2).tolist() == [
        0.02,
        0.17,
        0.26,
        0.32,
    ]
    assert icc.drop(["tempo", "speechiness", "liveness", "loudness"]).min() > 0.9


def test_break_even_icc_brings_p_to_alpha():
    icc = chapter.break_even_icc(1e-4, 13.7, *SIZES)
    plain, clustered = 1 / SIZES[0] + 1 / SIZES[1], (1 + 12.7 * icc) / SIZES[0] + 1 / SIZES[1]
    z = stats.norm.isf(0.5e-4) * np.sqrt(plain / clustered)
    assert 2 * stats.norm.sf(z) == pytest.approx(0.05)
    assert chapter.break_even_icc(0.2, 13.7, *SIZES) == 0


def published_cells():
    tables = [pd.read_csv(io.StringIO(text), sep=" ") for text in (CELLS_1, CELLS_2)]
    wide = tables[0].merge(tables[1], on="genre", validate="one_to_one")
    features = [name.removesuffix("_target") for name in wide if name.endswith("_target")]
    return pd.concat(
        [
            wide[["genre", "n_target", "n_reference"]].assign(
                feature=feature,
                mean_target=wide[f"{feature}_target"],
                mean_reference=wide[f"{feature}_reference"],
            )
            for feature in features
            if feature != "n"
        ],
        ignore_index=True,
    )


def test_kitagawa_gives_the_split_of_the_published_moments():
    overall = pd.Series(
        {
            "energy": 0.590896 - 0.701642,
            "acousticness": 0.331296 - 0.18199,
            "valence": 0.483367 - 0.596086,
            "loudness": -8.856651 + 7.770184,
            "instrumentalness": 0.11755 - 0.052515,
            "tempo": 120.277527 - 121.581148,
        }
    )
    cells = published_cells()
    assert (cells.groupby("feature").n_target.sum() == 1873).all()
    split = chapter.kitagawa(cells, overall).set_index(["feature", "weights", "part"])
    expected = {
        "energy": (-0.1106, -0.0297, -0.0809),
        "acousticness": (0.1499, 0.0450, 0.1049),
        "valence": (-0.1100, -0.0180, -0.0921),
        "loudness": (-1.1248, -0.6383, -0.4865),
    }
    for feature, figures in expected.items():
        parts = [
            split.value[feature, "none", "recomposed"],
            split.value[feature, "averaged", "mix"],
            split.value[feature, "averaged", "within"],
        ]
        assert np.abs(np.subtract(parts, figures)).max() <= 5e-5
    shares = {
        "energy": (19, 35),
        "valence": (16, 17),
        "loudness": (23, 91),
        "instrumentalness": (-1, 62),
        "tempo": (-47, 111),
    }
    for feature, percent in shares.items():
        ends = [100 * split.share[feature, w, "mix"] for w in ("reference", "target")]
        assert tuple(np.round(ends)) == percent
    value = split.value
    assert value["loudness", "none", "residual"] == pytest.approx(-1.0865 + 1.1248, abs=1e-4)
    assert value["valence", "none", "residual"] == pytest.approx(-0.1127 + 0.1100, abs=1e-4)
    assert split.ci_low.isna().all()


def test_kitagawa_parts_add_up_under_every_weighting():
    split = chapter.kitagawa(published_cells())
    assert "residual" not in set(split.part)
    value = split.set_index(["weights", "part", "feature"]).value.sort_index()
    whole = value["none", "recomposed"]
    for weights in ("averaged", "reference", "target"):
        assert np.allclose(value[weights, "mix"] + value[weights, "within"], whole)
    both = value["reference", "mix"] + value["target", "within"] + value["none", "interaction"]
    assert np.allclose(both, whole)


def test_kitagawa_interval_covers_the_true_split():
    rng = np.random.default_rng(10)
    p, q = np.array([0.6, 0.3, 0.1]), np.array([0.3, 0.5, 0.2])
    x, y, sd = np.array([1.0, 2, 3]), np.array([0.5, 2.5, 2]), np.array([1.0, 0.5, 2])
    truth = {"mix": ((p - q) * (x + y) / 2).sum(), "within": ((p + q) / 2 * (x - y)).sum()}
    hits = {"mix": 0, "within": 0}
    for _ in range(300):
        cell = {"feature": "f", "genre": list("abc")}
        for side, share, mean in (("target", p, x), ("reference", q, y)):
            genre = rng.choice(3, 400, p=share)
            rows = pd.Series(rng.normal(mean[genre], sd[genre])).groupby(genre)
            cell |= {
                f"n_{side}": rows.size(),
                f"mean_{side}": rows.mean(),
                f"sd_{side}": rows.std(),
            }
        split = chapter.kitagawa(pd.DataFrame(cell), draws=300, seed=rng)
        for row in split[split.weights == "averaged"].itertuples():
            hits[row.part] += row.ci_low <= truth[row.part] <= row.ci_high
    # 4 Monte Carlo standard errors of 300 trials are 0.05
    assert all(0.90 <= count / 300 for count in hits.values())
    assert min(hits.values()) < 300


def test_standardised_delta_weighs_by_the_stated_mix():
    deltas = pd.Series({"Pop": 0.2, "Rock": -0.1, "Jazz": 0.5})
    counts = pd.Series({"Rock": 30, "Pop": 10})
    delta, se = chapter.standardised_delta(deltas, counts, pd.Series({"Pop": 0.04, "Rock": 0.02}))
    assert delta == pytest.approx(0.25 * 0.2 - 0.75 * 0.1)
    assert se == pytest.approx(np.hypot(0.25 * 0.04, 0.75 * 0.02))
    with pytest.raises(ValueError, match="Blues"):
        chapter.standardised_delta(deltas, pd.Series({"Pop": 1, "Blues": 1}))


def test_specification_curve_runs_every_combination_in_order():
    rows = pd.DataFrame({"id": [1, 1, 2, 3], "x": [1.0, 1.0, 2.0, 9.0]})
    factors = {
        "repeats": {"kept": None, "unique": lambda t: t.drop_duplicates("id")},
        "estimator": {"mean": None, "median": None},
    }
    curve = chapter.specification_curve(
        rows, factors, lambda t, levels: {"x": t["x"].agg(levels["estimator"]), "n": len(t)}
    )
    assert curve.columns.tolist() == ["repeats", "estimator", "x", "n"]
    assert curve.x.tolist() == [3.25, 1.5, 4.0, 2.0] and curve.n.tolist() == [4, 4, 3, 3]


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
    with pytest.raises(ValueError, match="'b': give a block of 1..2"):
        intervals.moving_blocks(["a", "a", "a", "b", "b"], 3, 1, 0)
    with pytest.raises(ValueError, match="groups is missing at row 1"):
        intervals.moving_blocks(["a", None], 1, 1, 0)
    with pytest.raises(ValueError, match="use `moving_blocks`"):
        intervals.cluster_bootstrap(["p1", "p1"], 1, 0)
    with pytest.raises(ValueError, match="draw them from the tables"):
        ranks.bootstrap_deltas(table, table, ["tempo"], [(np.ones(2), np.ones(3))])
    with pytest.raises(ValueError, match="m above 1"):
        chapter.break_even_icc(0.01, 1.0, 10, 10)
    with pytest.raises(ValueError, match="energy: .'Jazz'. lack rows"):
        chapter.kitagawa(
            published_cells().query("feature == 'energy'").replace({"n_target": {43: 0}})
        )


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


def test_a_prediction_interval_is_student_s_and_takes_twenty_seeds():
    values = np.arange(20) / 10
    reach = 2.093024 * values.std(ddof=1) * np.sqrt(1 + 1 / 20)
    assert intervals.prediction_interval(values) == pytest.approx(
        (0.95 - reach, 0.95 + reach), abs=1e-5
    )
    assert intervals.prediction_interval(values[:19]) == intervals.prediction_interval(()) == ()


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
