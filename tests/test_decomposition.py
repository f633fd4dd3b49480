"""Kitagawa's split and delta over a stated mix: the published moments, and truths put in."""

import io

import numpy as np
import pandas as pd
import pytest

from helpers import ledger
from helpers.project import FEATURE_RANGES
from helpers.stats import decomposition, distributions, ranks

OTHERS = [("MSSD", "EMD"), ("PMD", "MSSD")]

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
    split = decomposition.kitagawa(cells, overall).set_index(["feature", "weights", "part"])
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
    split = decomposition.kitagawa(published_cells())
    assert "residual" not in set(split.part)
    value = split.set_index(["weights", "part", "feature"]).value.sort_index()
    whole = value["none", "recomposed"]
    for weights in ("averaged", "reference", "target"):
        assert np.allclose(value[weights, "mix"] + value[weights, "within"], whole)
    both = value["reference", "mix"] + value["target", "within"] + value["none", "interaction"]
    assert np.allclose(both, whole)


@pytest.mark.slow
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
        split = decomposition.kitagawa(pd.DataFrame(cell), draws=300, seed=rng)
        for row in split[split.weights == "averaged"].itertuples():
            hits[row.part] += row.ci_low <= truth[row.part] <= row.ci_high
    # 4 Monte Carlo standard errors of 300 trials are 0.05
    assert all(count / 300 >= 0.90 for count in hits.values())
    assert min(hits.values()) < 300


def test_standardised_delta_weighs_by_the_stated_mix():
    deltas = pd.Series({"Pop": 0.2, "Rock": -0.1, "Jazz": 0.5})
    counts = pd.Series({"Rock": 30, "Pop": 10})
    delta, se = decomposition.standardised_delta(
        deltas, counts, pd.Series({"Pop": 0.04, "Rock": 0.02})
    )
    assert delta == pytest.approx(0.25 * 0.2 - 0.75 * 0.1)
    assert se == pytest.approx(np.hypot(0.25 * 0.04, 0.75 * 0.02))
    with pytest.raises(ValueError, match="Blues"):
        decomposition.standardised_delta(deltas, pd.Series({"Pop": 1, "Blues": 1}))


def test_a_genre_without_rows_is_refused_by_name():
    energy = published_cells().query("feature == 'energy'")
    with pytest.raises(ValueError, match="energy: .'Jazz'. lack rows"):
        decomposition.kitagawa(energy.replace({"n_target": {43: 0}}))


def test_by_hand_two_genres_that_differ_in_mix_alone():
    p, q = np.array([0.75, 0.25]), np.array([0.25, 0.75])
    means = np.array([1.0, 3.0])
    parts = decomposition.kitagawa_terms(p, means, q, means)
    sums = {key: terms.sum() for key, terms in parts.items()}
    assert sums["none", "recomposed"] == sums["averaged", "mix"] == -1
    assert sums["averaged", "within"] == sums["none", "interaction"] == 0


MOMENTS = pd.DataFrame(
    [
        ("PMD", "all", 5, 2.0, 1.0),
        ("PMD", "Pop", 3, 2.0, 1.0),
        ("PMD", "Jazz", 1, 3.0, np.nan),
        ("EMD", "all", 9, 0.5, 1.0),
        ("EMD", "Pop", 4, 1.0, 0.5),
        ("EMD", "Jazz", 5, 0.0, 0.5),
    ],
    columns=["group", "genre", "n", "mean", "sd"],
).assign(feature="energy")


def test_genres_of_two_rows_in_both_corpora_stand_side_by_side():
    cells = decomposition.genre_cells(MOMENTS, ("PMD", "EMD"))
    assert cells.to_dict("records") == [
        {
            "feature": "energy",
            "genre": "Pop",
            "n_target": 3,
            "n_reference": 4,
            "mean_target": 2.0,
            "mean_reference": 1.0,
            "sd_target": 1.0,
            "sd_reference": 0.5,
        }
    ]
    assert decomposition.genre_cells(MOMENTS, ("PMD", "MSSD")).empty


def test_differences_of_means_are_of_whole_corpora():
    differences = decomposition.mean_differences(MOMENTS, ("PMD", "EMD"))
    assert differences.to_dict() == {"energy": 1.5}


def test_a_share_of_the_mix_is_identified_where_the_weightings_agree():
    rows = [
        (feature, weights, "mix", share)
        for feature, shares in {"energy": (0.2, 0.3, 0.25), "tempo": (-0.4, 1.1, 0.3)}.items()
        for weights, share in zip(["reference", "target", "averaged"], shares, strict=True)
    ]
    rows += [("energy", "none", "recomposed", 1), ("tempo", "none", "recomposed", 1)]
    parts = pd.DataFrame(rows, columns=["feature", "weights", "part", "share"])
    parts = parts.assign(ci_low=0.1, ci_high=0.2)
    parts.loc[parts["feature"] == "tempo", "ci_low"] = -0.1
    shares = decomposition.mix_shares(parts, ["tempo", "energy"])
    # A share of a difference that may be zero means nothing.
    assert shares["clear"].tolist() == [False, True]
    assert shares.index.tolist() == ["tempo", "energy"]
    assert shares["identified"].tolist() == [False, True]
    assert shares.loc["energy", ["averaged", "reference", "target"]].tolist() == [0.25, 0.2, 0.3]


def test_delta_within_genres_under_the_mix_of_either_corpus():
    tests = pd.DataFrame(
        {
            "genre": ["all", "Pop", "Jazz"],
            "target": "PMD",
            "reference": "EMD",
            "feature": pd.Categorical(["energy"] * 3),
            "cliffs_delta": [0.4, -0.1, 0.5],
            "n_target": [40, 10, 30],
            "n_reference": [60, 54, 6],
            "se": [0.01, 0.02, np.nan],
        }
    )
    row = decomposition.standardised_deltas(tests, ("PMD", "EMD")).loc["energy"]
    assert row["crude"] == 0.4
    assert row["reference_mix"] == pytest.approx(0.9 * -0.1 + 0.1 * 0.5)
    assert row["target_mix"] == pytest.approx(0.25 * -0.1 + 0.75 * 0.5)
    assert row["reference_se"] == pytest.approx(0.9 * 0.02)
    assert row["target_se"] == pytest.approx(0.25 * 0.02)
    assert not row["one_sign"]
    assert decomposition.standardised_deltas(tests[:1], ("PMD", "EMD")).empty


def test_both_mixes_of_the_published_figures():
    moments = ledger.published_table("features").dropna(subset="mean")
    tests = ranks.tests_from_u(ledger.published_table("compare"), moments)
    tests = ranks.in_order(tests, list(FEATURE_RANGES), [("PMD", "EMD"), *OTHERS])
    table = decomposition.standardised_deltas(tests, ("PMD", "EMD")).round(3)
    mixes = table[["reference_mix", "target_mix"]]
    assert mixes.loc["loudness"].tolist() == [0.021, -0.041]
    assert mixes.loc["instrumentalness"].tolist() == pytest.approx([0.0255, 0.104], abs=6e-4)
    assert mixes.loc["tempo"].tolist() == [-0.002, -0.038]
    assert table.index[~table["one_sign"]].tolist() == ["loudness"]


def test_a_residual_is_one_of_genres_that_one_corpus_has_or_of_other_rows():
    # Rows of A: Pop 1, 3, Jazz 6, 6; of B: Pop 0, 2, Soul 8, 8, 8.
    values = {
        "A": pd.DataFrame({"genre": ["Pop", "Pop", "Jazz", "Jazz"], "x": [1.0, 3, 6, 6]}),
        "B": pd.DataFrame(
            {"genre": ["Pop", "Pop", "Soul", "Soul", "Soul"], "x": [0.0, 2, 8, 8, 8]}
        ),
    }
    moments, pair = distributions.moments(values, ["x"]), ("A", "B")
    cells = decomposition.genre_cells(moments, pair)
    row = decomposition.residual_parts(moments, cells, pair).loc["x"]
    assert row["one_sided"] == pytest.approx((4 - 5.2) - (2 - 1))
    assert row["other_rows"] == pytest.approx(0)
    split = decomposition.kitagawa(cells, decomposition.mean_differences(moments, pair))
    residual = split.loc[split["part"] == "residual", "value"].item()
    assert residual == pytest.approx(row.sum())
    genres = decomposition.one_sided_genres(moments, cells, pair)
    assert genres == {"A": ["Jazz"], "B": ["Soul"]}
    # Whole corpora of which more rows are known than of their genres.
    is_whole = (moments["genre"] == "all") & (moments["group"] == "A")
    moments.loc[is_whole, "mean"] += 0.5
    row = decomposition.residual_parts(moments, cells, pair).loc["x"]
    assert row["other_rows"] == pytest.approx(0.5)


def test_the_range_of_the_weightings_is_cut_to_what_is_drawn():
    shares = pd.DataFrame({"averaged": [0.5], "reference": [-4.0], "target": [1.0]}, ["tempo"])
    row = decomposition.weighting_range(shares.assign(identified=False), -1.5, 2.5).loc["tempo"]
    assert row.to_dict() == {"value": 0.5, "ci_low": -1.5, "ci_high": 1.0}
