"""Listings that are not independent: known correlations, the study's table, brute force."""

import numpy as np
import pandas as pd
import pytest
from scipy import stats
from statsmodels.regression.linear_model import OLS

from helpers.stats import dependence, intervals, multiplicity, ranks

# Published two-sided Mann-Whitney p-values of PMD against EMD, and the rows of both.
PUBLISHED_P = pd.Series(
    {
        "danceability": 2.314431e-45,
        "energy": 1.3298e-61,
        "loudness": 4.318739e-05,
        "speechiness": 0.0009747442,
        "acousticness": 4.908114e-52,
        "instrumentalness": 7.800729e-11,
        "liveness": 0.0001601702,
        "valence": 1.21058e-63,
        "tempo": 0.02850952,
    }
)
SIZES = (1871, 8966)


def test_design_effect_and_break_even_table_of_the_study():
    lists = dependence.ClusterSizes(11.42, 5.07 / 11.42)
    assert lists.weighted == pytest.approx(11.42 + 5.07**2 / 11.42)
    assert lists.weighted == pytest.approx(13.7, abs=0.05)
    assert dependence.design_effect(lists, 0.3) == pytest.approx(1 + (lists.weighted - 1) * 0.3)
    icc = pd.Series(dependence.break_even_icc(PUBLISHED_P, 13.7, *SIZES), PUBLISHED_P.index)
    breaks = icc[["tempo", "speechiness", "liveness", "loudness"]]
    assert breaks.round(2).tolist() == [0.02, 0.17, 0.26, 0.32]
    assert icc.drop(breaks.index).min() > 0.9


def test_break_even_icc_brings_p_to_alpha():
    icc = dependence.break_even_icc(1e-4, 13.7, *SIZES)
    plain, clustered = 1 / SIZES[0] + 1 / SIZES[1], (1 + 12.7 * icc) / SIZES[0] + 1 / SIZES[1]
    z = stats.norm.isf(0.5e-4) * np.sqrt(plain / clustered)
    assert 2 * stats.norm.sf(z) == pytest.approx(0.05)
    assert dependence.break_even_icc(0.2, 13.7, *SIZES) == 0


# Published two-sided Kolmogorov-Smirnov p-values, in the order of `PUBLISHED_P`.
PUBLISHED_KS_P = [1.2e-37, 4.6e-50, 6.9e-10, 8.528e-4, 2.2e-53, 3.9e-11, 2.2e-12, 2.1e-48, 2.0e-8]


def published_tests():
    sizes = {"n_target": SIZES[0], "n_reference": SIZES[1]}
    return pd.DataFrame({"mwu_p": PUBLISHED_P, "ks_p": PUBLISHED_KS_P}).assign(**sizes)


def test_break_even_at_the_level_of_the_claim():
    lists = dependence.ClusterSizes(11.42, 5.07 / 11.42)
    artists = dependence.ClusterSizes(6.2, 0)
    table = dependence.break_even_iccs(published_tests(), lists, artists)
    four = table.loc[["loudness", "liveness", "speechiness", "tempo"]].round(2)
    assert four["one_test"].tolist() == [0.32, 0.26, 0.17, 0.02]
    assert four["first_step"].tolist() == [0.08, 0.06, 0.02, 0]
    assert four["holm"].tolist() == [0.15, 0.12, 0.09, 0.02]
    assert (table["first_step"] <= table["holm"] + 1e-12).all()
    assert (table["holm"] <= table["one_test"]).all()
    # A reference whose rows are correlated too breaks earlier, but for a test that fails at once.
    assert (table["both"] < table["holm"]).all()


def test_break_even_in_a_family_brings_the_adjusted_p_to_alpha():
    family = published_tests()[["mwu_p", "ks_p"]].to_numpy()
    found = dependence.holm_break_even_icc(family, 13.7, *SIZES, reference_cluster_size=6.2)
    n, m = SIZES
    for place in np.ndindex(family.shape):
        variance = (1 + 12.7 * found[place]) / n + (1 + 5.2 * found[place]) / m
        scores = stats.norm.isf(family / 2) * np.sqrt((1 / n + 1 / m) / variance)
        adjusted = multiplicity.holm(2 * stats.norm.sf(scores).ravel()).reshape(family.shape)
        assert adjusted[place] == pytest.approx(0.05, rel=1e-6)


def test_a_test_that_does_not_pass_takes_those_after_it_along():
    found = dependence.holm_break_even_icc([0.04, 0.03, 1e-9], 10, 100, 100)
    assert found[:2].tolist() == [0, 0]
    assert found[2] > 0


def test_break_even_is_refused_without_p_or_without_lists():
    with pytest.raises(ValueError, match="cluster_size must be above 1"):
        dependence.break_even_icc(0.01, 1.0, 10, 10)
    with pytest.raises(ValueError, match="p must lie within 0..1"):
        dependence.break_even_icc([0.01, 1.2], 5.0, 10, 10)


def test_sizes_of_clusters_by_hand():
    sizes = dependence.cluster_sizes(["a", "a", "a", "b", None])
    assert (sizes.mean, sizes.cv) == (2, pytest.approx(np.sqrt(2) / 2))
    # of four rows three are in a cluster of three and one in a cluster of one
    equal = dependence.cluster_sizes(["a", "a", "b", "b"])
    assert (equal.mean, equal.cv, equal.weighted) == (2, 0, 2)


def test_intraclass_correlation_of_shrout_and_fleiss():
    # Their table 2: six targets, four judges; ICC(1, 1) is .17.
    ratings = [[9, 2, 5, 8], [6, 1, 3, 2], [8, 4, 6, 8], [7, 1, 2, 6], [10, 5, 6, 9], [6, 2, 4, 7]]
    icc = dependence.intraclass_correlation(np.ravel(ratings), np.repeat(range(6), 4))
    assert icc == pytest.approx(0.1657, abs=5e-5)


def test_intraclass_correlation_of_unequal_clusters_by_hand():
    # Means 1.5 and 4 about 2.5: between 3.75 + ... ; the weighted size is (5 - 13 / 5) / 1 = 2.4.
    values, clusters = [1.0, 2.0, 3.0, 4.0, 5.0], list("aabbb")
    within = ((1 - 1.5) ** 2 + (2 - 1.5) ** 2 + 1 + 0 + 1) / 3
    between = 2 * (1.5 - 3) ** 2 + 3 * (4 - 3) ** 2
    expected = (between - within) / (between + 1.4 * within)
    assert dependence.intraclass_correlation(values, clusters) == pytest.approx(expected)


def test_intraclass_correlation_finds_what_was_put_in():
    rng = np.random.default_rng(11)
    owner = np.repeat(np.arange(2000), rng.integers(2, 20, 2000))
    shared = rng.normal(size=2000)[owner]
    values = np.sqrt(0.3) * shared + np.sqrt(0.7) * rng.normal(size=len(owner))
    assert dependence.intraclass_correlation(values, owner) == pytest.approx(0.3, abs=0.02)


@pytest.mark.parametrize(
    ("values", "clusters"), [([1, 1, 1], "aab"), ([1, 2, 3], "aaa"), ([1, 2, 3], "abc")]
)
def test_intraclass_correlation_is_missing_where_it_cannot_be_told(values, clusters):
    assert np.isnan(dependence.intraclass_correlation(values, list(clusters)))


def test_correlations_are_of_ranks_and_of_rows_that_are_known():
    rows = pd.DataFrame(
        {
            "participant": ["a", "a", "b", "b", None, "b"],
            "x": [1.0, 2.0, 30.0, 4000.0, 5.0, np.nan],
        }
    )
    found = dependence.rank_correlations(rows, ["x"])
    assert found["x"] == dependence.intraclass_correlation([1, 2, 3, 4], list("aabb"))


def two_corpora():
    rng = np.random.default_rng(12)
    target = pd.DataFrame(
        {
            "study": ["M"] * 30 + ["D"] * 12,
            "participant": np.repeat([f"p{k}" for k in range(14)], 3),
            "x": rng.normal(size=42),
        }
    )
    reference = pd.DataFrame({"study": None, "x": rng.normal(0.5, 1, 60)})
    return target, reference


def test_blocks_are_drawn_within_study_and_shortened_to_the_smallest():
    target, reference = two_corpora()
    found = dependence.block_deltas(target, reference, ["x"], block=20, n_replicates=5, seed=3)
    # a block of 20 is longer than the study of 12 rows; the reference has one study of 60
    draws = zip(
        intervals.moving_blocks(target["study"], 12, 5, 3),
        intervals.moving_blocks(np.zeros(60), 20, 5, 4),
        strict=True,
    )
    assert found.equals(ranks.bootstrap_deltas(target, reference, ["x"], draws))


def test_participants_are_drawn_whole_and_rows_without_one_left_out():
    target, reference = two_corpora()
    target.loc[[0, 41], "participant"] = None
    found = dependence.participant_deltas(
        target, reference, ["x"], block=20, n_replicates=5, seed=3
    )
    named = target[1:41]
    draws = zip(
        intervals.cluster_bootstrap(named["participant"], 5, 3),
        intervals.moving_blocks(np.zeros(60), 20, 5, 4),
        strict=True,
    )
    assert found.equals(ranks.bootstrap_deltas(named, reference, ["x"], draws))


def test_rows_without_a_study_are_a_study_of_their_own():
    rows = pd.DataFrame({"study": ["M", None, "M"]})
    assert dependence.studies(rows).tolist() == ["M", "-", "M"]


def test_bootstraps_with_half_whole_and_double_blocks():
    target, reference = two_corpora()
    options = {"n_replicates": 4, "seed": 3}
    found = dependence.block_bootstraps(target, reference, ["x"], block=3, **options)
    assert list(found) == ["blocks of 1", "blocks of 3", "blocks of 6"]
    alone = dependence.block_deltas(target, reference, ["x"], block=6, **options)
    assert found["blocks of 6"].equals(alone)


def test_percentile_ends_and_inflation_by_hand():
    deltas = pd.DataFrame({"x": np.arange(101) / 100})
    ends = dependence.percentile_ends(deltas, 0.9)
    assert ends.loc["x"].tolist() == pytest.approx([0.05, 0.95])
    error = deltas["x"].std()
    independent = pd.Series([error / 2], pd.CategoricalIndex(["x"]))
    inflation = dependence.error_inflation({"blocks": deltas}, independent)
    assert inflation.loc["x", "blocks"] == pytest.approx(2)


def clustered_rows():
    rng = np.random.default_rng(13)
    people, artists = rng.integers(12, size=200), rng.integers(30, size=200)
    values = rng.normal(size=12)[people] + rng.normal(size=30)[artists] + rng.normal(size=200)
    return values, people, artists


def test_clustered_errors_are_those_of_statsmodels():
    values, people, artists = clustered_rows()
    model = OLS(values, np.ones(len(values)))
    one = model.fit(cov_type="cluster", cov_kwds={"groups": people}).bse[0]
    both = np.column_stack([people, artists])
    two = model.fit(cov_type="cluster", cov_kwds={"groups": both}).bse[0]
    assert dependence.clustered_error(values, people) == pytest.approx(one)
    assert dependence.clustered_error(values, people, artists) == pytest.approx(two)
    # A kind that is the first over again adds nothing.
    assert dependence.clustered_error(values, people, people) == pytest.approx(one)
    assert np.isnan(dependence.clustered_error(values, np.zeros(200)))


def test_placements_by_hand_average_to_delta():
    placed = ranks.placements([0.2, 0.5, 0.9], [0.1, 0.5])
    assert placed.tolist() == [0, 0.5, 1]
    other = ranks.placements([0.1, 0.5], [0.2, 0.5, 0.9])
    assert other.mean() == pytest.approx(-placed.mean())


def people_against_chart(rng, n_people=40, n_artists=60):
    """Lists whose listings share half their variance, and artists' tracks that share a third."""
    people, artists = np.repeat(np.arange(n_people), 8), np.repeat(np.arange(n_artists), 5)
    target = rng.normal(size=n_people)[people] + rng.normal(size=len(people))
    reference = rng.normal(size=n_artists)[artists] + np.sqrt(2) * rng.normal(size=len(artists))
    return target, people, reference, artists


def test_clustered_errors_cover_where_independent_ones_do_not():
    rng, hits, independent = np.random.default_rng(14), 0, 0
    for _ in range(300):
        target, people, reference, artists = people_against_chart(rng)
        placed = ranks.placements(target, reference), ranks.placements(reference, target)
        errors = [
            dependence.clustered_error(*s) for s in zip(placed, (people, artists), strict=True)
        ]
        plain = np.hypot(stats.sem(placed[0]), stats.sem(placed[1]))
        delta = abs(placed[0].mean())
        hits += delta <= stats.t.isf(0.025, 39) * np.hypot(*errors)
        independent += delta <= stats.norm.isf(0.025) * plain
    # The Monte Carlo standard error of 95 % of 300 is 1.3 points.
    assert 0.92 <= hits / 300 <= 0.98
    assert independent / 300 < 0.80


def test_clustered_deltas_take_the_unit_and_the_artist_and_are_corrected():
    rows = people_against_chart(np.random.default_rng(15))
    tables = []
    for corpus, column, values, owner in (
        ("A", "participant", *rows[:2]),
        ("B", "artist", *rows[2:]),
    ):
        bare = {"study": None, "participant": None, "artist": None, "corpus": corpus}
        table = pd.DataFrame({"x": values, "track_id": np.arange(len(values)).astype(str)})
        tables.append(table.assign(**bare).assign(**{column: owner.astype(str)}))
    target, reference = tables
    target["y"], reference["y"] = 2.0, 1.0
    table = dependence.clustered_deltas(target, reference, ["x", "y"], block=5)
    placed = ranks.placements(rows[0], rows[2]), ranks.placements(rows[2], rows[0])
    error = np.hypot(
        *[dependence.clustered_error(*s) for s in zip(placed, rows[1::2], strict=True)]
    )
    assert table.loc["x", "se"] == pytest.approx(error)
    freedom, score = 39, placed[0].mean() / error
    assert table.loc["x", "p"] == pytest.approx(2 * stats.t.sf(abs(score), freedom))
    assert table.loc["x", "holm"] == table.loc["x", "p"]
    assert table.loc["y", "delta"] == 1
    assert table.loc["y", ["p", "holm", "ci_low", "ci_high"]].isna().all()
