"""Two samples: what the tests find is known beforehand, and groups do not fool them."""

import itertools

import numpy as np
import pandas as pd
import pytest
import threadpoolctl
from conftest import as_set
from scipy.spatial.distance import cdist

from helpers.project import DIMENSIONS, FEATURES
from helpers.stats import two_samples


def normal(shift, n=3000, d=3, seed=0):
    rng = np.random.default_rng(seed)
    values = rng.normal(size=(2 * n, d))
    values[:n, 0] += shift
    return values, np.arange(2 * n) < n, np.arange(2 * n)


def mmd_test(values, target, groups, n_permutations):
    features = two_samples.random_fourier_features(values)
    return two_samples.mmd_test(features, target, groups, n_permutations)


def test_mmd_of_two_normals_is_the_exact_kernel_s_and_the_known_one():
    values, target, groups = normal(1.0, n=1500, seed=1)
    features = two_samples.random_fourier_features(values, 1024)
    found, _, _, p, free = two_samples.mmd_test(features, target, groups, 99)
    assert free == 1
    # The width is the median distance of random pairs.
    one, other = values[np.random.default_rng(42).integers(len(values), size=(2, 2000))]
    s2, n = np.median(np.linalg.norm(one - other, axis=1)) ** 2, target.sum()
    (xx, yy), xy = (
        [np.exp(-cdist(a, b, "sqeuclidean") / 2 / s2) for a, b in pairs]
        for pairs in (
            [(values[target],) * 2, (values[~target],) * 2],
            [(values[target], values[~target])],
        )
    )
    exact = (xx.sum() + yy.sum() - 2 * n) / (n * (n - 1)) - 2 * xy[0].mean()
    assert abs(found - exact) < 0.03 * exact and p == 0.01
    # E k of normals in closed form; what is left is the sampling error of these rows.
    known = 2 * (s2 / (s2 + 2)) ** 1.5 * (1 - np.exp(-1 / (2 * (s2 + 2))))
    assert abs(exact - known) < 0.15 * known


def test_mmd_of_nothing_is_within_its_null():
    found, mean, most, p, _ = mmd_test(*normal(0.0), 199)
    assert abs(mean) < 1e-4 and found < most and p > 0.05


def test_dealing_groups_undoes_what_artists_feign():
    rng = np.random.default_rng(3)
    artist = np.repeat(np.arange(40), 15)
    values = rng.normal(size=(40, 4))[artist] + rng.normal(size=(600, 4)) * 0.1
    target = artist < 20
    assert mmd_test(values, target, np.arange(600), 199).p < 0.01
    assert mmd_test(values, target, artist, 199).p > 0.05


def test_an_artist_of_both_corpora_changes_no_side_as_a_whole():
    # Two artists, each in both corpora in other numbers, but the tracks of each are alike in both.
    rng = np.random.default_rng(4)
    artist = np.repeat([0, 1], 300)
    target = np.concatenate([np.arange(300) < 250, np.arange(300) < 50])
    values = artist[:, None] * 3 + rng.normal(size=(600, 2))
    assert mmd_test(values, target, np.arange(600), 199).p < 0.01
    assert mmd_test(values, target, artist, 199).p > 0.05


def test_fourier_features_multiply_to_the_gaussian_kernel():
    values = np.random.default_rng(0).normal(size=(300, 3))
    features = two_samples.random_fourier_features(values, 4000, 1)
    assert features.shape == (300, 8000) and np.allclose((features**2).sum(axis=1), 1)
    pairs = np.random.default_rng(1).integers(300, size=(2, 2000))
    width = np.median(np.linalg.norm(values[pairs[0]] - values[pairs[1]], axis=1))
    kernel = np.exp(-cdist(values, values, "sqeuclidean") / (2 * width**2))
    assert np.abs(features @ features.T - kernel).max() < 0.08


def test_a_test_in_which_too_little_can_move_has_no_p():
    # Blocks of 14 against blocks of 7: no block has a counterpart of its size.
    rng = np.random.default_rng(5)
    groups = np.concatenate([np.repeat(np.arange(10), 14), np.repeat(np.arange(10, 30), 7)])
    target = np.arange(280) < 140
    values = rng.normal(size=(280, 2)) + target[:, None]
    stuck = mmd_test(values, target, groups, 199)
    assert stuck.free == 0 and stuck.mmd2 > 0.1
    assert np.isnan([stuck.null_mean, stuck.null_95, stuck.p]).all()
    # Rows can move freely; of the target in blocks of 7 as much as is in them.
    assert mmd_test(values, target, np.arange(280), 199).p == 0.005
    groups[:42] = 100 + np.arange(42) // 7
    assert mmd_test(values, target, groups, 9).free == pytest.approx(42 / 140)


def test_lists_and_artists_of_one_size_are_no_counterparts():
    groups, target = np.arange(40) // 4, np.arange(40) < 20
    kinds = np.where(target, "participant", "artist")
    features = two_samples.random_fourier_features(np.random.default_rng(0).normal(size=(40, 2)))
    assert two_samples.mmd_test(features, target, groups, 99).free == 1
    assert np.isnan(two_samples.mmd_test(features, target, groups, 99, kinds=kinds).p)


def test_sums_over_units_and_rows():
    sums = two_samples._sums_over(np.array([1, 0, 1]), np.array([[1.0], [2.0], [5.0]]))
    assert sums.tolist() == [[2, 1], [6, 2]]


def test_mmd_of_orthogonal_samples_is_two():
    # With a kernel of 1 within a sample and 0 across, the unbiased MMD^2 is 1 + 1 - 0.
    target, reference = np.array([[3.0, 0.0, 3.0]]), np.array([[0.0, 4.0, 4.0]])
    assert two_samples._unbiased_mmd2(target, reference).tolist() == [2.0]


@pytest.fixture
def rows():
    """Two corpora of 40 tracks; four are in both, one twice in P; P has two studies."""
    ids = [f"p{k}" for k in range(36)] + ["x0", "x1", "x2", "x3"]
    p = pd.DataFrame({"corpus": "P", "track_id": [*ids, "p0"]})
    p["study"] = ["one"] * 20 + ["two"] * 21
    p["participant"] = [f"person {k // 4}" for k in range(41)]
    p["genre"] = ["Pop"] * 30 + ["Jazz"] * 10 + ["Pop"]
    e = pd.DataFrame({"corpus": "E", "track_id": [f"e{k}" for k in range(36)] + ids[36:]})
    e["study"] = None
    e["participant"] = None
    e["genre"] = ["Pop"] * 10 + ["Jazz"] * 10 + ["no genre"] * 10 + ["Rock"] * 10
    both = pd.concat([p, e], ignore_index=True)
    names = [f"Artist {k // 2}" for k in range(len(both))]
    names[:3] = ["ABBA", "abba", None]
    return both.assign(artist=names).astype({"study": "str", "participant": "str", "genre": "str"})


def test_a_track_counts_once_with_its_artist_and_its_block(rows):
    tracks = two_samples.tracks_with_units(rows, block=14)
    assert len(tracks) == 80 and tracks["track_id"].duplicated().sum() == 4
    first = tracks.iloc[:3]
    assert first["by_artist"].tolist() == ["abba", "abba", "p2"]
    blocks = tracks[tracks["corpus"] == "P"].groupby("by_block").size()
    assert blocks.to_dict() == {"Pone0": 14, "Pone1": 6, "Ptwo0": 14, "Ptwo1": 6}
    assert tracks.loc[tracks["corpus"] == "E", "by_block"].iloc[0] == "E-0"


def test_contrasts_leave_out_what_they_should(rows):
    found = two_samples.contrasts(rows, "P", "E", block=14, seed=3)
    assert [*found] == [
        "P - E",
        "P - E, shared tracks kept",
        "P - E, same genre mix",
        "P - E, by artist",
        "P - E, by block",
        "halves of E",
        "one - two",
        "one - two, by artist",
        "one - two, by block",
    ]
    sizes = {name: (c[0].first.sum(), (~c[0].first).sum()) for name, c in found.items()}
    assert sizes["P - E"] == sizes["P - E, by block"] == (36, 36)
    assert sizes["P - E, shared tracks kept"] == (40, 40)
    assert not found["P - E"][0].tracks["track_id"].str.startswith("x").any()
    # Pop: 30 and 10; Jazz: 6 and 10; Rock and no genre only in E.
    for mix in found["P - E, same genre mix"]:
        assert pd.crosstab(mix.tracks["corpus"], mix.tracks["genre"]).to_dict() == {
            "Jazz": {"E": 6, "P": 6},
            "Pop": {"E": 10, "P": 10},
        }
    assert sizes["one - two"] == (20, 16)
    units = {name: c[0].unit for name, c in found.items()}
    assert units["P - E, by block"] == "by_block" and units["P - E, same genre mix"] == "by_unit"
    assert units["one - two"] == "by_unit" and units["one - two, by artist"] == "by_artist"


def test_draws_are_many_and_not_one_sample_again(rows):
    found = two_samples.contrasts(rows, "P", "E", block=14, seed=3)
    halves = {tuple(one.first) for one in found["halves of E"]}
    mixes = {tuple(one.tracks["track_id"]) for one in found["P - E, same genre mix"]}
    assert len(halves) == two_samples.N_HALVES and len(mixes) == two_samples.N_MIXES


def test_the_unit_is_the_participant_and_of_a_chart_the_artist(rows):
    tracks = two_samples.tracks_with_units(rows, block=14)
    assert tracks.groupby("corpus")["kind"].unique().map(list).to_dict() == {
        "E": ["artist"],
        "P": ["participant"],
    }
    people = tracks[tracks["corpus"] == "P"].groupby("by_unit").size()
    assert len(people) == 10 and set(people) == {4}


def test_a_genre_of_one_side_alone_is_in_no_common_mix():
    target = pd.DataFrame({"genre": ["Pop"] * 3 + ["Rock"] * 2})
    reference = pd.DataFrame({"genre": ["Pop"] * 5 + ["no genre"]})
    mix = two_samples.same_genre_mix(target, reference)
    assert mix["genre"].tolist() == ["Pop"] * 6


def test_random_halves_hold_whole_groups():
    tracks = pd.DataFrame({"by_artist": np.repeat(list("abcdef"), [1, 2, 3, 4, 5, 6])})
    half = two_samples.random_half(tracks, "by_artist", seed=1)
    assert half.groupby(tracks["by_artist"]).nunique().eq(1).all()
    assert half.groupby(tracks["by_artist"]).first().sum() == 3
    assert not half.equals(two_samples.random_half(tracks, "by_artist", seed=2))


@pytest.mark.parametrize(
    ("first", "groups", "testable"),
    [
        ([True] * 20 + [False] * 20, range(40), True),
        # Nine units of the first side.
        ([True] * 9 + [False] * 31, range(40), False),
        # Two people of forty tracks each are still two people.
        ([True] * 40 + [False] * 40, [k // 20 for k in range(80)], False),
    ],
)
def test_a_contrast_is_testable_with_ten_units_a_side(first, groups, testable):
    tracks = pd.DataFrame({"unit": list(groups), "by_artist": range(len(first))})
    contrast = two_samples.Contrast(tracks, pd.Series(first), "unit")
    assert two_samples.is_testable(contrast, seed=0) is testable


def test_feature_sets_count_the_same_and_what_never_varies_is_zero():
    rng = np.random.default_rng(0)
    ids = [f"t{k}" for k in range(50)]
    features = pd.DataFrame(rng.random((50, 9)), columns=FEATURES)
    embeddings = pd.DataFrame(rng.random((50, 512)).astype("float32"), columns=DIMENSIONS)
    embeddings["e007"] = np.float32(3)
    tables = [t.assign(track_id=ids, source="made") for t in (embeddings, features)]
    tracks = pd.DataFrame({"track_id": ids[::-1]})
    values = two_samples.standardised(tracks, [as_set(t) for t in tables])
    assert values.dtype == np.float32 and values.shape == (50, 521)
    assert np.allclose(values.mean(axis=0), 0, atol=1e-6) and (values[:, 7] == 0).all()
    variance = values.var(axis=0)
    assert variance[512:].sum() == pytest.approx(1, abs=1e-5)
    assert variance[:512].sum() == pytest.approx(511 / 512, abs=1e-5)


def test_compare_gives_both_tests_by_each_feature_set_and_by_both():
    rng = np.random.default_rng(1)
    ids = [f"t{k}" for k in range(80)]
    features = pd.DataFrame(rng.random((80, 9)), columns=FEATURES)
    features.loc[:39, "energy"] += 5
    embeddings = pd.DataFrame(rng.random((80, 512)).astype("float32"), columns=DIMENSIONS)
    sets = {"embeddings": embeddings, "audio_features": features}
    sets = {name: as_set(table.assign(track_id=ids)) for name, table in sets.items()}
    tracks = pd.DataFrame({"track_id": ids, "by_artist": ids})
    first = pd.Series(np.arange(80) < 40)
    contrast = [two_samples.Contrast(tracks, first, "by_artist")]
    drawn = two_samples.compare({"A - B": contrast}, sets, n_permutations=99, seed=0)
    found = two_samples.over_draws(drawn)
    assert found.index.tolist() == [
        ("A - B", "embeddings"),
        ("A - B", "audio features"),
        ("A - B", "both"),
    ]
    row = found.loc["A - B", "audio features"]
    assert row["auc"] == 1 and row["p"] == 0.01 and (row["n_first"], row["n_other"]) == (40, 40)
    assert found.loc[("A - B", "embeddings"), "auc"] < 0.75
    three = two_samples.compare({"A - B": contrast}, sets | {"mine": sets["embeddings"]}, 9, 0)
    assert list(three.index.unique("features"))[2:] == ["mine", "all sets"]
    one = two_samples.compare({"A - B": contrast * 2}, {"embeddings": sets["embeddings"]}, 9, 0)
    assert one.index.tolist() == [("A - B", "embeddings", 0), ("A - B", "embeddings", 1)]


def test_all_threads_have_one_thread_each_for_linear_algebra():
    rng = np.random.default_rng(2)
    ids, seen = [f"t{k}" for k in range(80)], set()

    class Watched:
        def vectors(self, track_ids):
            libraries = threadpoolctl.threadpool_info()
            seen.update(one["num_threads"] for one in libraries if one["user_api"] == "blas")
            return rng.random((len(track_ids), 9))

    tracks = pd.DataFrame({"track_id": ids, "by_artist": ids})
    contrast = two_samples.Contrast(tracks, pd.Series(np.arange(80) < 40), "by_artist")
    with threadpoolctl.threadpool_limits(2):
        two_samples.compare({"A - B": [contrast]}, {"a": Watched(), "b": Watched()}, 9, 0)
    assert seen == {1}


def test_over_draws_means_and_the_median_of_p():
    index = pd.MultiIndex.from_product(
        [["B"], ["features"], range(3)], names=["contrast", "features", "draw"]
    )
    columns = {"auc": [0.4, 0.5, 0.6], "low": [0.3, 0.4, 0.52], "high": [0.48, 0.6, 0.7]}
    drawn = pd.DataFrame({**columns, "p": [0.01, 0.04, 0.9]}, index)
    row = two_samples.over_draws(drawn).loc["B", "features"]
    assert row["auc"] == pytest.approx(0.5) and row["p"] == 0.04 and row["draws"] == 3
    spread = two_samples.chance_spread(drawn, "B").loc["features"]
    assert (spread["lowest"], spread["highest"], spread["held"]) == (0.4, 0.6, 1)
    assert spread["p_low"] == 2 and spread["tested"] == 3


def test_over_all_arrangements_of_artists_p_is_uniform():
    """Three of eight artists are the target in 56 ways; where nothing differs the k-th has p = k / 56.

    Monte Carlo error of p from 999 deals: 0.016 at most.
    """
    rng = np.random.default_rng(5)
    groups = np.repeat(np.arange(8), 2)
    values = rng.normal(size=(8, 3)).repeat(2, axis=0) + rng.normal(size=(16, 3))
    features = two_samples.random_fourier_features(values, 16, 1)
    found = [
        two_samples.mmd_test(features, np.isin(groups, chosen), groups, 999, seed).p
        for seed, chosen in enumerate(itertools.combinations(range(8), 3))
    ]
    assert np.sort(found) == pytest.approx(np.arange(1, 57) / 56, abs=0.06)
