"""Clusters against genres: known answers, scikit-learn, chance, the plain script at full size."""

import math

import numpy as np
import pandas as pd
import pytest
import reference_clustering
from scipy import stats
from sklearn import metrics
from sklearn.cluster import KMeans

from helpers import corpora, feature_sets, figures, profiles, records
from helpers.stats import clustering, maps, umap_fits


def test_agreement_of_a_partition_with_itself_renamed_is_one():
    assert clustering.agreement([[0, 5, 0], [7, 0, 0], [0, 0, 2]]) == pytest.approx([1, 1, 1])


def test_agreement_worked_out_by_hand():
    # Labels 0011 against 0012. Pairs together: 2 and 1, of 6; both: 1; expected 1/3. Mutual
    # information ln 2, entropies
    # ln 2 and 1.5 ln 2. Of the 6 ways to place the block of two, 2 match a class: expected
    # information 2/3 ln 2.
    ari = (1 - 2 * 1 / 6) / (1.5 - 2 * 1 / 6)
    assert clustering.agreement([[2, 0, 0], [0, 1, 1]]) == pytest.approx(
        [ari, 1 / 1.25, (1 - 2 / 3) / (1.25 - 2 / 3)]
    )


def test_no_agreement_where_clusters_ignore_the_labels():
    ari, nmi, ami = clustering.agreement([[50, 50], [50, 50]])
    assert (
        ari < 0 and nmi == pytest.approx(0) and ami < 0
    )  # adjusted scores fall below zero: less than chance gives


@pytest.mark.parametrize("shape", [(2, 2), (15, 15), (3, 7)])
def test_agreement_is_scikit_learns(shape):
    rng = np.random.default_rng(1)
    labels = (
        rng.integers(0, shape[0], (20, 300)),
        rng.integers(0, shape[1], (20, 300)) * rng.integers(0, 2, (20, 1)),
    )
    tables = [
        np.histogram2d(a, b, bins=[np.arange(k + 1) for k in shape])[0]
        for a, b in zip(*labels, strict=True)
    ]
    theirs = [
        [
            score(a, b)
            for score in (
                metrics.adjusted_rand_score,
                metrics.normalized_mutual_info_score,
                metrics.adjusted_mutual_info_score,
            )
        ]
        for a, b in zip(*labels, strict=True)
    ]
    assert clustering.agreement(tables) == pytest.approx(np.array(theirs), abs=1e-12)


def test_silhouette_of_four_points_on_a_line():
    pairs, whole = clustering.score_pairs([[0, 0], [1, 0], [10, 0], [11, 0]], ["a", "a", "b", "b"])
    by_hand = 1 - (1 / 10.5 + 1 / 9.5) / 2
    assert pairs.loc[0, ["silhouette", "true_silhouette", "ari"]].to_list() == pytest.approx(
        [by_hand, by_hand, 1]
    )
    assert whole.to_list() == pytest.approx([by_hand, 1, 1, 1])


def test_a_cluster_of_one_point_has_silhouette_zero():
    pairs, _ = clustering.score_pairs([[0, 0], [1, 0], [50, 0]], ["a", "a", "b"])
    assert pairs.loc[0, "silhouette"] == pytest.approx((1 - 1 / 50 + 1 - 1 / 49 + 0) / 3)


@pytest.fixture(scope="module")
def cloud():
    rng = np.random.default_rng(3)
    genres = rng.choice(["a", "b", "c", "d"], 700, p=[0.6, 0.25, 0.1, 0.05])
    return (rng.normal(size=(700, 2)) + 1.5 * (genres == "b")[:, None]).astype(np.float32), genres


def test_pairs_and_all_at_once_are_the_plain_calls(cloud):
    ours, whole = clustering.score_pairs(*cloud, rows_at_once=64)
    theirs, plain = reference_clustering.cluster(*cloud)
    _same(ours, whole, theirs, plain)
    for _, row in ours.iterrows():
        chosen = np.isin(cloud[1], [row["first"], row["second"]])
        assert row["true_silhouette"] == pytest.approx(
            metrics.silhouette_score(cloud[0][chosen], cloud[1][chosen]), abs=1e-6
        )


def _same(ours, whole, theirs, plain):
    assert ours[["first", "second"]].equals(theirs[["first", "second"]])
    assert ours[clustering.AGREEMENT].to_numpy() == pytest.approx(
        theirs[clustering.AGREEMENT].to_numpy(), abs=1e-12
    )
    # scikit-learn averages the silhouettes of float32 points in float32, to its rounding.
    assert ours["silhouette"].to_numpy() == pytest.approx(theirs["silhouette"].to_numpy(), abs=1e-6)
    assert whole.to_dict() == pytest.approx(plain, abs=1e-6)


def test_drawn_tables_are_permuted_labels(cloud):
    points, genres = cloud[0], np.where(cloud[1] == "a", "a", "b")
    theirs = reference_clustering.permuted(points, genres, 400, np.random.default_rng(1))
    ours = clustering.permutation_null(
        clustering.contingency_tables(clustering.score_pairs(points, genres)[0]), 4000, 2
    )[0]
    for k in range(3):
        assert stats.ks_2samp(ours[:, k], theirs[:, k]).pvalue > 0.01
    assert abs(ours[:, [0, 2]].mean(axis=0)).max() < 4 * ours[:, 0].std() / math.sqrt(4000)


def test_chance_gives_mutual_information_but_no_adjusted_score():
    null = clustering.permutation_null([[[9, 0], [0, 12]]], 20_000, 1)[0]
    assert null[:, 1].mean() == pytest.approx(0.04, abs=0.005)
    assert abs(null[:, 2].mean()) < 0.003


def test_a_small_genre_apart_is_missed_by_all_rows_and_found_by_equal_ones():
    rng = np.random.default_rng(5)
    points = np.vstack(
        [rng.normal(size=(800, 2)) * [4, 1], rng.normal(size=(13, 2)) * 0.2 + [0, 9]]
    )
    genres = ["large"] * 800 + ["small"] * 13
    assert clustering.score_pairs(points, genres)[0].loc[0, "ari"] < 0.05
    found = clustering.balanced_agreement(points, genres, 50, 1)
    assert found.loc[0, "n"] == 13 and found.loc[0, "ari"] > 0.5


def test_balanced_scores_of_equal_genres_are_those_of_all_rows():
    rng = np.random.default_rng(5)
    points = rng.normal(size=(400, 2)) + np.repeat([[0, 0], [2.5, 0]], 200, axis=0)
    genres = np.repeat(["a", "b"], 200)
    every = clustering.score_pairs(points, genres)[0]
    assert clustering.balanced_agreement(points, genres, 5, 1).loc[0, "ari"] == pytest.approx(
        every.loc[0, "ari"], abs=0.03
    )


@pytest.mark.slow
def test_batched_k_means_cuts_as_well_as_scikit_learns_best_of_ten():
    rng = np.random.default_rng(7)
    samples = rng.normal(size=(40, 120, 2)) * [1.5, 1] + 2.5 * rng.integers(0, 2, (40, 120, 1)) * [
        0.5,
        1,
    ]

    def spread(sample, side):
        return sum(
            ((sample[side == s] - sample[side == s].mean(axis=0)) ** 2).sum() for s in (False, True)
        )

    ours = [
        spread(sample, side)
        for sample, side in zip(samples, clustering.two_means(samples), strict=True)
    ]
    best = [KMeans(2, n_init=10, random_state=1).fit(sample).inertia_ for sample in samples]
    assert np.median(np.divide(ours, best)) < 1.0001 and max(np.divide(ours, best)) < 1.05


def _inertia(samples, side):
    total = 0.0
    for one in (side, ~side):
        total = total + np.array(
            [
                ((x[s] - x[s].mean(0)) ** 2).sum() if s.any() else 0.0
                for x, s in zip(samples, one, strict=True)
            ]
        )
    return total


@pytest.mark.slow
def test_five_starts_end_at_a_worse_cut_far_more_seldom_than_one():
    rng = np.random.default_rng(3)
    # Three lumps, of which two must share a cluster: a cut across the longest axis is often worse.
    centres = rng.normal(size=(120, 3, 2)) * 2.5
    samples = np.repeat(centres, 12, axis=1) + rng.normal(size=(120, 36, 2))
    best = [KMeans(2, n_init=20, random_state=1).fit(sample).inertia_ for sample in samples]
    worse = {}
    for n_starts in (1, clustering.N_STARTS):
        side = clustering.two_means(samples, n_starts, seed=1)
        worse[n_starts] = (_inertia(samples, side) > np.array(best) * 1.0001).mean()
    assert worse[1] > 0.2 and worse[clustering.N_STARTS] < 0.08


def test_equal_points_are_one_cluster():
    assert not clustering.two_means(np.ones((2, 5, 3))).any()


def test_the_adjusted_rand_index_alone_is_that_of_agreement():
    tables = np.random.default_rng(1).integers(0, 9, (4, 6, 2, 2)) + 1
    assert clustering.adjusted_rand(tables) == pytest.approx(clustering.agreement(tables)[..., 0])


@pytest.mark.slow
def test_an_artist_effect_beats_chance_by_listing_and_not_by_artist():
    # Artists lie apart, and genres are dealt to artists at random: clusters find artists.
    rng = np.random.default_rng(7)
    above = {"listing": [], "artist": []}
    for k in range(40):
        places = np.where(np.arange(12) < 6, 0, 10) + rng.normal(size=12) * 0.1
        artist = np.repeat(np.arange(12), 8)
        points = places[artist][:, None] + rng.normal(size=(96, 2)) * 0.1
        genres = np.where(rng.permutation(12) < 6, "Jazz", "Pop")[artist]
        found = clustering.artist_limits(points, genres, artist, 199, 0.95, k).loc[0]
        table = clustering.score_pairs(points, genres, k, 5)[0]
        null = clustering.permutation_null(clustering.contingency_tables(table), 199, k)
        assert found["ari"] == pytest.approx(table.loc[0, "ari"]) and found["free"] == 1
        above["artist"].append(found["ari"] > found["limit"])
        above["listing"].append(found["ari"] > np.quantile(null[0, :, 0], 0.95))
    assert np.mean(above["listing"]) > 0.4 and np.mean(above["artist"]) < 0.2


def test_a_pair_whose_artists_have_no_counterpart_is_not_tested():
    points = np.random.default_rng(1).normal(size=(48, 2))
    genres = np.repeat(["Jazz", "Pop"], 24)
    # Jazz is by one artist, Pop by twenty-four.
    artist = np.concatenate([np.zeros(24, int), np.arange(1, 25)])
    found = clustering.artist_limits(points, genres, artist, 99, 0.95, 1).loc[0]
    assert np.isnan(found["limit"]) and found["free"] == 0
    table = clustering.beside_artists(
        {("A", "embeddings"): (points, genres)},
        {("A", "embeddings"): artist},
        {("A", "embeddings"): pd.DataFrame({"ari": [0.5]})},
        {("A", "embeddings"): pd.DataFrame({"ari": [0.1]})},
        99,
        0.95,
        1,
    )
    assert table.loc[("A", "embeddings"), "tested"] == 0
    assert records.above_chance(table, {"A": 48}, "made") == []


def test_common_genres_leave_out_names_for_unknown():
    listings = pd.DataFrame(
        {
            "corpus": ["A", "A", "B", "B", "B"],
            "genre": ["Pop", "unknown", "Jazz", "Jazz", "unknown"],
        }
    )
    assert clustering.common_genres(listings) == ["Jazz", "Pop"]


def test_a_corpus_without_two_genres_of_five_has_no_pairs():
    listings = pd.DataFrame(
        {
            "corpus": ["A"] * 14 + ["B"] * 9,
            "genre": ["Pop"] * 5 + ["Jazz"] * 5 + ["Rock"] * 4 + ["Pop"] * 5 + ["Jazz"] * 4,
            "row": range(23),
        }
    )
    kept = clustering.listings_in_pairs(listings, ["Pop", "Jazz", "Rock"])
    assert kept["corpus"].unique().tolist() == ["A"] and kept["row"].tolist() == [*range(10)]
    assert clustering.listings_in_pairs(listings, ["Pop", "Jazz", "Rock"], n_genres=1).empty


def test_genres_of_each_corpus_and_the_small_ones_among_them():
    listings = pd.DataFrame({"corpus": list("BBBAA"), "genre": ["x", "x", "y", "y", "z"]})
    assert clustering.genres_by_corpus(listings, ["z", "y", "x"], ["B", "C", "A"]) == {
        "B": ["y", "x"],
        "A": ["z", "y"],
    }
    assert clustering.small_genres(listings, 2) == {"A": ["y", "z"], "B": ["y"]}


def test_the_table_of_balance(cloud):
    key = ("A", "embeddings")
    pairs = {key: pd.DataFrame({"ari": [0.1, 0.3]})}
    even = {key: pd.DataFrame({"ari": [0.2, 0.6], "n": [29, 30]})}
    table = clustering.balance_table(pairs, even, 30)
    assert table.loc[("A", "embeddings")].tolist() == pytest.approx([0.2, 0.4, 0.6])
    of_maps = clustering.balance_maps({key: cloud}, 3, 1)[key]
    assert of_maps.equals(clustering.balanced_agreement(*cloud, 3, 1))


def test_points_are_those_of_a_corpus_own_map_in_the_map_s_order():
    maps_table = pd.DataFrame(
        {
            "map": ["A", "A", "joint", "A"],
            "feature_set": "embeddings",
            "corpus": "A",
            "row": [3, 1, 1, 2],
            "x": [0.5, 1.5, 9, 2.5],
            "y": [0, 1, 9, 2],
        }
    )
    listings = pd.DataFrame({"corpus": "A", "row": [1, 3], "genre": ["Pop", "Jazz"]})
    found = clustering.labelled_points(maps_table, listings)
    assert list(found) == [("A", "embeddings")]
    points, genres = found["A", "embeddings"]
    assert points.tolist() == [[0.5, 0], [1.5, 1]] and genres.tolist() == ["Jazz", "Pop"]
    assert points.dtype == np.float32


def test_the_artists_of_points_stand_in_the_order_of_the_points():
    table = pd.DataFrame(
        {
            "map": ["A", "A", "joint"],
            "feature_set": "embeddings",
            "corpus": "A",
            "row": [1, 0, 0],
            "x": [0.0, 1, 2],
            "y": 0.0,
        }
    )
    listings = pd.DataFrame(
        {
            "corpus": "A",
            "row": [0, 1],
            "artist": ["ABBA", None],
            "track_id": ["t0", "t1"],
            "genre": ["Pop", "Jazz"],
        }
    )
    found = clustering.labelled_artists(table, listings)
    assert found["A", "embeddings"].tolist() == ["t1", "abba"]
    genres = clustering.labelled_points(table, listings)["A", "embeddings"][1]
    assert genres.tolist() == ["Jazz", "Pop"]


def test_a_square_has_one_feature_set_below_its_diagonal_and_another_above():
    pairs = pd.DataFrame({"first": ["a"], "second": ["b"]})
    tables = {
        ("A", "audio_features"): pairs.assign(ari=0.1),
        ("A", "embeddings"): pairs.assign(ari=0.7),
        ("B", "embeddings"): pairs.assign(ari=0.9),
    }
    found = clustering.square(tables, "A", "ari", ["b", "a"], ["audio_features", "embeddings"])
    assert found.loc["a", "b"] == 0.1 and found.loc["b", "a"] == 0.7
    assert np.isnan(np.diag(found)).all() and list(found.columns) == ["b", "a"]
    every = clustering.squares(tables, "ari", {"A": ["b", "a"]})
    assert every["A", "audio_features", "embeddings"].equals(found)
    tables["A", "mine"] = pairs.assign(ari=0.4)
    three = clustering.squares(tables, "ari", {"A": ["b", "a"]})
    assert list(three) == [("A", "audio_features", "embeddings"), ("A", "mine")]
    assert three["A", "mine"].loc["a", "b"] == 0.4
    assert np.isnan(three["A", "mine"].loc["b", "a"])
    assert clustering.column_of(tables, "ari")["B", "embeddings"].tolist() == [0.9]


def test_beside_chance_counts_pairs_above_their_own_level():
    pairs = pd.DataFrame({"ari": [0.5, 0.0], "nmi": [0.5, 0.5], "ami": [0.0, 0.0]})
    null = np.full((2, 20, 3), 0.2)
    found = clustering.beside_chance(pairs, null, 0.95)
    assert found["pairs above chance"].tolist() == [0.5, 1, 0]
    assert found["mean"].tolist() == [0.25, 0.5, 0] and found["by chance"].tolist() == (
        pytest.approx([0.2] * 3)
    )


def test_one_long_cloud_has_a_silhouette_though_it_has_no_groups(cloud):
    found = clustering.silhouettes_without_groups(*cloud, kmeans_seed=42, seed=1, at_most=200)
    assert len(found["one genre"]) == 4 and len(found["Gaussian"]) == 6
    assert min(found["Gaussian"]) > 0.2
    ends = clustering.silhouette_of_two_means(np.array([[0.0], [1], [10], [11]]), 42)
    assert ends == pytest.approx(1 - (1 / 10.5 + 1 / 9.5) / 2)


def test_silhouettes_and_chance_levels_of_a_map(cloud):
    key = ("A", "embeddings")
    pairs, _ = clustering.score_maps({key: cloud}, 42)
    rows = clustering.silhouettes_beside_null({key: cloud}, pairs, 42, 1)["A"]["embeddings"]
    assert [len(values) for values in rows.values()] == [6, 6, 4, 6]
    assert list(rows["clusters of two genres"]) == list(pairs[key]["silhouette"])
    means = clustering.mean_silhouettes({"A": {"embeddings": rows}})
    assert means.loc[("A", "embeddings"), "clusters of one genre"] == pytest.approx(
        np.mean(rows["clusters of one genre"])
    )
    assert means.shape == (1, 4)
    levels, beside = clustering.chance_levels(pairs, 200, 0.95, 1)
    assert levels[key]["ari"].between(0, 0.1).all() and len(beside) == 3
    assert beside.loc[("A", "embeddings", "NMI"), "by chance"] > 0


def test_a_table_in_words():
    index = pd.MultiIndex.from_tuples([("A", "embeddings"), ("B", "audio features")])
    table = pd.DataFrame({"all": [0.1, 0.2], "balanced": [0.3, 0.4]}, index)
    assert figures.in_words(table, "from {:.1f} to {:.1f}") == (
        "from 0.1 to 0.3 (A, embeddings) and from 0.2 to 0.4 (B, audio features)"
    )
    assert figures.in_words(table[["all"]][:1], "{}", str.lower) == "0.1 (a, embeddings)"


def test_what_balance_changes_is_told_with_what_is_left_in_larger_genres():
    index = pd.MultiIndex.from_tuples([("A", "embeddings"), ("B", "embeddings")])
    columns = ["all listings", "balanced", "30 or more of each"]
    table = pd.DataFrame([[0.46, 0.47, -0.007], [0.1, 0.2, np.nan]], index, columns)
    assert figures.balance_in_words(table) == (
        "With as many listings of both genres the mean ARI goes from 0.460 to 0.470 (A, embeddings) "
        "and from 0.100 to 0.200 (B, embeddings); of pairs with thirty listings or more of each it is "
        "-0.007 (A, embeddings)."
    )
    assert figures.balance_in_words(table[1:]).endswith(
        "; no pair has thirty listings or more of each."
    )


def test_means_over_pairs_stand_under_the_name_of_the_feature_set():
    tables = {("A", "audio_features"): pd.DataFrame({"ari": [0.0, 0.5]})}
    found = clustering.mean_over_pairs(tables, {"ARI": "ari"})
    assert found.loc[("A", "audio features"), "ARI"] == 0.25


@pytest.mark.slow
def test_as_published_is_the_reference_script_s(tmp_path, monkeypatch):
    monkeypatch.setenv("MUSIC_FOR_PAIN_CACHE", str(tmp_path))
    demo = profiles.load_profile("demo")
    tables = [corpora.load(demo, name) for name in ("tracks", "features", "embeddings")]
    # EMD in part, but still so large that umap-learn searches neighbours as it does for all of it.
    tables[0] = tables[0].groupby("corpus").head(4200)
    listings = corpora.as_published(tables[0])
    parts = dict(tuple(maps.complete_rows(listings, *tables[1:]).groupby("corpus")))
    assert {corpus: len(part) for corpus, part in parts.items()} == {"PMD": 1871, "EMD": 4200}
    sets = feature_sets.of_profile(demo)
    # The larger map alone: smaller ones are held against the plain call in test_maps.
    wanted = [("EMD", "audio_features")]
    given = [sets[name].vectors(parts[corpus]["track_id"]) for corpus, name in wanted]
    ours = maps.fits([(vectors, 42, 15) for vectors in given])
    # What numba has compiled of the plain library is taken from its cache; it is run as it stands.
    umap_fits.keep_what_is_compiled()
    plain_maps, plain_pairs, plain_whole = reference_clustering.run(*tables, wanted)
    for key, points in zip(wanted, ours, strict=True):
        assert (points == plain_maps[key]).all()
        _same(
            *clustering.score_pairs(points, parts[key[0]]["genre"]),
            plain_pairs[key],
            plain_whole[key],
        )
