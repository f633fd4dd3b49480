"""Clusters against genres: known answers, scikit-learn's numbers, chance levels, and the plain script at full size."""

import math

import numpy as np
import pandas as pd
import pytest
import reference_clustering
from conftest import from_notebook
from scipy import stats
from sklearn import metrics
from sklearn.cluster import KMeans

from helpers import corpora, profiles
from helpers.stats import maps

chapter = from_notebook("07_genre_clustering")


def test_agreement_of_a_partition_with_itself_renamed_is_one():
    assert chapter.agreement([[0, 5, 0], [7, 0, 0], [0, 0, 2]]) == pytest.approx([1, 1, 1])


def test_agreement_worked_out_by_hand():
    # Labels 0011 against 0012. Pairs together: 2 and 1, of 6; both: 1; expected 1/3. Mutual information ln 2, entropies
    # ln 2 and 1.5 ln 2. Of the 6 ways to place the block of two, 2 match a class: expected information 2/3 ln 2.
    ari = (1 - 2 * 1 / 6) / (1.5 - 2 * 1 / 6)
    assert chapter.agreement([[2, 0, 0], [0, 1, 1]]) == pytest.approx(
        [ari, 1 / 1.25, (1 - 2 / 3) / (1.25 - 2 / 3)]
    )


def test_no_agreement_where_clusters_ignore_the_labels():
    ari, nmi, ami = chapter.agreement([[50, 50], [50, 50]])
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
    assert chapter.agreement(tables) == pytest.approx(np.array(theirs), abs=1e-12)


def test_silhouette_of_four_points_on_a_line():
    pairs, whole = chapter.score_map([[0, 0], [1, 0], [10, 0], [11, 0]], ["a", "a", "b", "b"])
    by_hand = 1 - (1 / 10.5 + 1 / 9.5) / 2
    assert pairs.loc[0, ["silhouette", "true_silhouette", "ari"]].to_list() == pytest.approx(
        [by_hand, by_hand, 1]
    )
    assert whole.to_list() == pytest.approx([by_hand, 1, 1, 1])


def test_a_cluster_of_one_point_has_silhouette_zero():
    pairs, _ = chapter.score_map([[0, 0], [1, 0], [50, 0]], ["a", "a", "b"])
    assert pairs.loc[0, "silhouette"] == pytest.approx((1 - 1 / 50 + 1 - 1 / 49 + 0) / 3)


@pytest.fixture(scope="module")
def cloud():
    rng = np.random.default_rng(3)
    genres = rng.choice(["a", "b", "c", "d"], 700, p=[0.6, 0.25, 0.1, 0.05])
    return (rng.normal(size=(700, 2)) + 1.5 * (genres == "b")[:, None]).astype(np.float32), genres


def test_pairs_and_all_at_once_are_the_plain_calls(cloud):
    ours, whole = chapter.score_map(*cloud, rows_at_once=64)
    theirs, plain = reference_clustering.cluster(*cloud)
    _same(ours, whole, theirs, plain)
    for _, row in ours.iterrows():
        chosen = np.isin(cloud[1], [row["first"], row["second"]])
        assert row["true_silhouette"] == pytest.approx(
            metrics.silhouette_score(cloud[0][chosen], cloud[1][chosen]), abs=1e-6
        )


def _same(ours, whole, theirs, plain):
    assert ours[["first", "second"]].equals(theirs[["first", "second"]])
    assert ours[chapter.SCORES[1:]].to_numpy() == pytest.approx(
        theirs[chapter.SCORES[1:]].to_numpy(), abs=1e-12
    )
    # scikit-learn averages the silhouettes of float32 points in float32: they agree to its rounding.
    assert ours["silhouette"].to_numpy() == pytest.approx(theirs["silhouette"].to_numpy(), abs=1e-6)
    assert whole.to_dict() == pytest.approx(plain, abs=1e-6)


def test_drawn_tables_are_permuted_labels(cloud):
    points, genres = cloud[0], np.where(cloud[1] == "a", "a", "b")
    theirs = reference_clustering.permuted(points, genres, 400, np.random.default_rng(1))
    ours = chapter.label_null(chapter.tables_of(chapter.score_map(points, genres)[0]), 4000, 2)[0]
    for k in range(3):
        assert stats.ks_2samp(ours[:, k], theirs[:, k]).pvalue > 0.01
    assert abs(ours[:, [0, 2]].mean(axis=0)).max() < 4 * ours[:, 0].std() / math.sqrt(4000)


def test_chance_gives_mutual_information_but_no_adjusted_score():
    null = chapter.label_null([[[9, 0], [0, 12]]], 20_000, 1)[0]
    assert null[:, 1].mean() == pytest.approx(0.04, abs=0.005)
    assert abs(null[:, 2].mean()) < 0.003


def test_a_small_genre_apart_is_missed_by_all_rows_and_found_by_equal_ones():
    rng = np.random.default_rng(5)
    points = np.vstack(
        [rng.normal(size=(800, 2)) * [4, 1], rng.normal(size=(13, 2)) * 0.2 + [0, 9]]
    )
    genres = ["large"] * 800 + ["small"] * 13
    assert chapter.score_map(points, genres)[0].loc[0, "ari"] < 0.05
    found = chapter.balanced(points, genres, 50, 1)
    assert found.loc[0, "n"] == 13 and found.loc[0, "ari"] > 0.5


def test_balanced_scores_of_equal_genres_are_those_of_all_rows():
    rng = np.random.default_rng(5)
    points = rng.normal(size=(400, 2)) + np.repeat([[0, 0], [2.5, 0]], 200, axis=0)
    genres = np.repeat(["a", "b"], 200)
    every = chapter.score_map(points, genres)[0]
    assert chapter.balanced(points, genres, 5, 1).loc[0, "ari"] == pytest.approx(
        every.loc[0, "ari"], abs=0.03
    )


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
        spread(sample, side) for sample, side in zip(samples, chapter.halve(samples), strict=True)
    ]
    best = [KMeans(2, n_init=10, random_state=1).fit(sample).inertia_ for sample in samples]
    assert np.median(np.divide(ours, best)) < 1.0001 and max(np.divide(ours, best)) < 1.05


def test_jackknife_leaves_out_a_genre_with_its_pairs():
    pairs = pd.DataFrame({"first": ["a", "a", "b"], "second": ["b", "c", "c"]})
    mean, se = chapter.jackknife(pairs, [1.0, 2.0, 6.0])
    left = np.array([6.0, 2.0, 1.0])  # without a, b, c
    assert mean == 3 and se == pytest.approx(math.sqrt(2 / 3 * ((left - 3) ** 2).sum()))


def test_jackknife_is_wider_than_pairs_taken_as_independent_where_a_genre_moves_its_pairs():
    rng = np.random.default_rng(1)
    names = [f"g{k:02d}" for k in range(15)]
    effect = dict(zip(names, rng.normal(size=15), strict=True))
    pairs = pd.DataFrame(
        [(a, b) for k, a in enumerate(names) for b in names[k + 1 :]], columns=["first", "second"]
    )
    values = pairs["first"].map(effect) + pairs["second"].map(effect)
    _, se = chapter.jackknife(pairs, values)
    # The mean is twice the mean effect of 15 genres.
    assert se == pytest.approx(2 * np.std(list(effect.values()), ddof=1) / math.sqrt(15), rel=0.15)
    assert se > 2 * values.std() / math.sqrt(105)


@pytest.mark.slow
def test_as_published_at_full_size_is_the_reference_script_s(tmp_path, monkeypatch):
    monkeypatch.setenv("MUSIC_FOR_PAIN_CACHE", str(tmp_path))
    demo = profiles.load_profile("demo")
    tables = [corpora.load(demo, name) for name in ("tracks", "features", "embeddings")]
    parts = dict(tuple(maps.complete_rows(*tables).groupby("corpus")))
    assert {corpus: len(part) for corpus, part in parts.items()} == {"PMD": 1871, "EMD": 8966}
    sets = {"audio_features": tables[1], "embeddings": tables[2]}
    wanted = [(corpus, name) for corpus in parts for name in sets]
    ours = maps.fits([(maps.vectors(parts[corpus], sets[name]), 42, 15) for corpus, name in wanted])
    plain_maps, plain_pairs, plain_whole = reference_clustering.run(*tables)
    for key, points in zip(wanted, ours, strict=True):
        assert (points == plain_maps[key]).all()
        _same(
            *chapter.score_map(points, parts[key[0]]["genre"]), plain_pairs[key], plain_whole[key]
        )
