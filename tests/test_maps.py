"""Maps: the fits are the library's own and made once; what a map keeps is measured right."""

import numpy as np
import pandas as pd
import pytest
from conftest import as_set

from helpers import corpora, tables
from helpers.project import DIMENSIONS, FEATURES
from helpers.stats import maps


@pytest.fixture
def cache(tmp_path, monkeypatch):
    monkeypatch.setenv("MUSIC_FOR_PAIN_CACHE", str(tmp_path))
    return tmp_path / "maps"


@pytest.fixture(scope="module")
def small():
    """Listings of two corpora, both feature sets: repeats, a genre missing, gaps in the tables."""
    rng = np.random.default_rng(0)
    ids = [f"t{k:03d}" for k in range(60)] + ["t000", "t001", "t002", None]
    tracks = pd.DataFrame(
        {
            "corpus": ["PMD"] * 30 + ["EMD"] * 34,
            "track_id": ids,
            "row": [*range(30), *range(34)],
            "genre": ["Pop", "Rock"] * 32,
            "artist": "x",
            "title": "y",
            "study": None,
        }
    ).astype({"track_id": "str", "genre": "str"})
    tracks.loc[5, "genre"] = None
    features = pd.DataFrame(rng.random((59, 9)), columns=FEATURES).assign(
        source="made", track_id=ids[:59]
    )
    features.loc[7, "energy"] = np.nan
    embeddings = pd.DataFrame(rng.random((58, 512)).astype("float32"), columns=DIMENSIONS).assign(
        source="made", track_id=ids[2:60]
    )
    return tracks, features, embeddings


def test_complete_rows_keep_repeats_and_drop_what_any_table_lacks(small):
    tracks, features, embeddings = small
    listings = corpora.as_published(tracks)
    kept = maps.complete_rows(listings, features, embeddings)
    lost = ("t000", "t001", "t005", "t007", "t059")
    assert kept["track_id"].tolist() == [t for t in tracks["track_id"].dropna() if t not in lost]
    assert kept["track_id"].duplicated().sum() == 1
    assert len(maps.complete_rows(listings, features, None)) == 60
    assert len(maps.complete_rows(listings)) == 63


def test_a_large_corpus_is_sampled_and_a_small_one_is_not(small):
    listings = corpora.as_published(small[0])
    kept = maps.complete_rows(listings, at_most=29)
    assert kept["corpus"].value_counts().to_dict() == {"PMD": 29, "EMD": 29}
    assert kept.index.is_monotonic_increasing
    assert kept.equals(maps.complete_rows(listings, at_most=29))


def test_features_are_standardised_over_the_rows_and_embeddings_stay(small):
    tracks, features, embeddings = small
    rows = maps.complete_rows(corpora.as_published(tracks), features, embeddings)
    values = as_set(features, "standardised").vectors(rows["track_id"])
    raw = features.set_index("track_id").loc[rows["track_id"], FEATURES]
    assert np.allclose(values, (raw - raw.mean()) / raw.std(ddof=0)) and values.shape == (
        len(rows),
        9,
    )
    same = as_set(embeddings).vectors(rows["track_id"])
    assert same.dtype == np.float32
    assert np.array_equal(same, embeddings.set_index("track_id").loc[rows["track_id"], DIMENSIONS])
    with pytest.raises(ValueError, match=r"'t000' is not in the table"):
        as_set(embeddings).vectors(tracks["track_id"])


PAIR = ("PMD", "EMD")


def _sets(small):
    return {"audio_features": as_set(small[1], "standardised"), "embeddings": as_set(small[2])}


def _complete(small):
    return maps.complete_rows(corpora.as_published(small[0]), *small[1:])


@pytest.mark.slow
def test_each_fit_is_the_plain_call_and_is_made_once(cache, small):
    import umap

    sets = _sets(small)
    rows = _complete(small)
    table = maps.feature_maps(rows, sets, PAIR, PAIR, "embeddings", seed=42)
    tables.schemas()["maps"].validate(table)
    for name, kind in (
        ("EMD", "audio_features"),
        ("PMD", "embeddings"),
        ("joint", "embeddings"),
    ):
        part = rows if name == "joint" else rows[rows["corpus"] == name]
        values = sets[kind].vectors(part["track_id"])
        plain = umap.UMAP(random_state=42, n_jobs=1).fit_transform(values)
        found = table[(table["map"] == name) & (table["feature_set"] == kind)]
        assert np.array_equal(found[["x", "y"]].to_numpy(np.float32), plain)
        assert found["row"].tolist() == part["row"].tolist()
    made = {file: file.stat().st_mtime_ns for file in cache.iterdir()}
    assert len(made) == 5
    assert maps.feature_maps(rows, sets, PAIR, PAIR, "embeddings", seed=42).equals(table)
    assert {file: file.stat().st_mtime_ns for file in cache.iterdir()} == made
    # Another seed, another neighbourhood and other numbers are other fits.
    values = sets["audio_features"].vectors(rows["track_id"])
    maps.fits([(values, 42, 15), (values, 43, 15), (values, 42, 5), (values[:-1], 42, 15)], 1)
    assert len(list(cache.iterdir())) == 9


def test_without_feature_sets_the_table_of_maps_is_empty_and_valid(small):
    rows = maps.complete_rows(corpora.as_published(small[0]))
    empty = maps.feature_maps(rows, {}, [], PAIR, None, seed=42)
    assert len(tables.schemas()["maps"].validate(empty)) == 0


def test_the_compared_corpora_and_their_joint_map_come_first(small):
    rows = _complete(small)
    third = rows[rows["corpus"] == "EMD"].assign(corpus="ALL")
    rows = pd.concat([third, rows])
    planned = maps._planned(rows, _sets(small), ["ALL", "PMD", "EMD"], PAIR, "embeddings")
    assert [(fit.map, fit.feature_set) for fit in planned] == [
        ("PMD", "audio_features"),
        ("PMD", "embeddings"),
        ("EMD", "audio_features"),
        ("EMD", "embeddings"),
        ("joint", "embeddings"),
        ("ALL", "audio_features"),
        ("ALL", "embeddings"),
    ]
    joint = planned[4]
    assert set(joint.rows["corpus"]) == {"PMD", "EMD"} and len(joint.values) == len(joint.rows)
    features = {"audio_features": _sets(small)["audio_features"]}
    assert "joint" not in [fit.map for fit in maps._planned(rows, features, [*PAIR], PAIR, None)]
    assert maps._planned(rows, _sets(small), ["EMD"], PAIR, None)[-1].map == "EMD"


def test_a_corpus_needs_five_complete_listings(small):
    tracks, features, embeddings = small
    listings = corpora.as_published(tracks)
    few = embeddings[:32]  # t002 to t033: of EMD four
    assert maps.mappable(listings, {"embeddings": few}, ["EMD", "PMD"]) == ["EMD", "PMD"]
    few = embeddings[3:31]  # t005 to t032: of EMD three
    assert maps.mappable(listings, {"embeddings": few}, ["EMD", "PMD"]) == ["PMD"]
    assert maps.mappable(listings, {}, ["EMD", "PMD"]) == []
    complete = maps.complete_rows(listings, few)
    counts = maps.listing_counts(listings, complete, complete[:9], ["EMD", "PMD", "NONE"])
    assert counts.to_dict("list") == {
        "with a genre": [34, 29, 0],
        "complete": [3, 24, 0],
        "on the maps": [0, 9, 0],
    }


def test_the_smallest_map_is_of_a_compared_corpus():
    counts = pd.DataFrame({"on the maps": [90, 240, 6]}, ["P", "E", "OTHER"])
    assert maps.smallest(counts, ["P", "E", "OTHER"], ("P", "E")) == "P"
    assert maps.smallest(counts, ["E", "OTHER"], ("P", "E")) == "E"
    assert maps.smallest(counts, ["OTHER"], ("P", "E")) == "OTHER"


def test_principal_components_of_a_stretched_cloud_are_its_axes():
    t = np.linspace(-1, 1, 101)
    values = np.column_stack([0.1 * np.cos(40 * t), 5 * t + 3, t * 0])
    found = maps.principal_components(values)
    assert np.allclose(np.abs(found[:, 0]), np.abs(5 * t), atol=0.01)
    assert np.allclose(found.mean(axis=0), 0) and found.shape == (101, 2)


@pytest.mark.slow
def test_variants_differ_in_seed_or_neighbourhood(cache):
    values = np.random.default_rng(0).random((60, 4))
    found = maps.variants(values, 7)
    assert [*found] == [
        "seed 7",
        "seed 8",
        "seed 9",
        "5 neighbours",
        "50 neighbours",
        "principal components",
    ]
    assert np.array_equal(found["seed 8"], maps.fits([(values, 8, 15)])[0])
    assert np.array_equal(found["5 neighbours"], maps.fits([(values, 7, 5)])[0])
    assert len(list(cache.iterdir())) == 5


def test_a_map_that_is_the_space_keeps_everything_and_a_shuffled_one_nothing():
    rng = np.random.default_rng(0)
    space = rng.random((400, 2))
    genres = np.where(space[:, 0] < 0.5, "Pop", "Rock")
    genres[space[:, 1] > 0.8] = "Jazz"
    rows = pd.DataFrame({"artist": None, "track_id": np.arange(400).astype(str)})
    whole = maps.map_quality(space[:, ::-1] * 3, space, genres, rows)
    assert whole["trustworthiness"] == 1 and whole["neighbours kept"] == 1
    assert whole["centres"] == pytest.approx(1) and whole["same genre"] > 0.9
    lost = maps.map_quality(rng.permutation(space), space, genres, rows)
    # By chance 15 of 399 neighbours are the same.
    assert lost["neighbours kept"] == pytest.approx(15 / 399, abs=0.02)
    assert abs(lost["trustworthiness"] - 0.5) < 0.1


def test_repeats_and_artists_flatter_and_are_filtered_by_hand():
    # A track twice, beside it one of the same artist and genre; the next is another's, of another.
    points = np.array([[0.0], [0.0], [1.0], [3.0], [10.0]])
    rows = pd.DataFrame(
        {"track_id": ["t0", "t0", "t1", "t2", "t3"], "artist": ["A", "a", "A", "B", "C"]}
    )
    genres = np.array(["Pop", "Pop", "Pop", "Jazz", "Jazz"])
    # t0 and t1 see t2 (Jazz), t2 sees t1 (Pop), t3 sees t2 (Jazz): one of four.
    assert maps.same_genre_of_other_artists(points, genres, rows) == 0.25
    quality = maps.map_quality(points, points, genres, rows)
    assert quality["same genre"] == 0.8 and quality["other artists"] == 0.25
    alone = maps.same_genre_of_other_artists(points, genres, rows.assign(artist="A"))
    assert np.isnan(alone)


def test_what_needs_genres_is_missing_without_them():
    points = np.random.default_rng(0).random((20, 2))
    rows = pd.DataFrame({"artist": None, "track_id": np.arange(20).astype(str)})
    one = maps.map_quality(points, points, np.full(20, "no genre"), rows)
    assert np.isnan([one["centres"], one["same genre"], one["other artists"]]).all()
    two = maps.map_quality(points, points, np.repeat(["a", "b"], 10), rows)
    assert np.isnan(two["centres"]) and 0 <= two["same genre"] <= 1


def test_axis_tests_are_reference_minus_target_and_turn_with_the_map():
    points = np.array([[0.0, 5.0], [1.0, 4.0], [2.0, 9.0], [3.0, 8.0]])
    target = np.array([True, True, False, False])
    found = maps.axis_tests(points, target, ("P", "E")).set_index("feature")
    assert found["cliffs_delta"].to_dict() == {"component_1": 1.0, "component_2": 1.0}
    assert found["target"].unique().tolist() == ["E"]
    turned = points @ np.array([[0, -1], [1, 0]])
    found = maps.axis_tests(turned, target, ("P", "E")).set_index("feature")
    assert found["cliffs_delta"].to_dict() == {"component_1": 1.0, "component_2": -1.0}


@pytest.mark.slow
def test_axis_tests_by_seed_are_those_of_each_map(cache):
    values = np.random.default_rng(1).random((40, 5))
    target = np.arange(40) < 15
    found = maps.axis_tests_by_seed(values, target, ("P", "E"), [3, 4])
    assert found["seed"].tolist() == [3, 3, 4, 4]
    alone = maps.axis_tests(maps.fits([(values, 4, 15)])[0], target, ("P", "E"))
    assert found[found["seed"] == 4].drop(columns="seed").equals(alone)


@pytest.fixture
def mapped():
    places = {"x": [1.234, 2.0], "y": [1.0, 2.0], "corpus": "PMD", "row": [0, 1]}
    one = pd.DataFrame(places).assign(map="PMD", feature_set="audio_features")
    table = pd.concat([one, one.assign(feature_set="embeddings"), one.assign(map="joint")])
    return table.assign(
        track_id=["a", "b"] * 3,
        genre="Pop",
        artist=["secret artist", None] * 3,
        title=["secret title", None] * 3,
    )


def test_titles_are_in_the_explorable_table_only_where_they_may_be_shown(mapped):
    shown = maps.explorable(mapped, None, 1500, seed=1, titles=["artist", "title"])
    assert "secret title" in shown.to_csv() and "secret artist" in shown.to_csv()
    hidden = maps.explorable(mapped, None, 1500, seed=1)
    assert len(hidden) == 2 and "secret" not in hidden.to_csv()
    assert [*hidden] == ["corpus", "genre", "x_audio features", "x_embeddings"] + [
        "y_audio features",
        "y_embeddings",
    ]
    assert sorted(hidden["x_embeddings"]) == [1.23, 2.0]


def test_explorable_features_are_in_standard_deviations_of_the_corpus(mapped):
    features = pd.DataFrame(dict.fromkeys(FEATURES, [0.0, 1.0]), ["a", "b"])
    table = maps.explorable(mapped, features, 1500, seed=1).sort_values("x_embeddings")
    assert table["tempo"].tolist() == [-0.7, 0.7]
    assert len(maps.explorable(mapped, features, 1, seed=1)) == 1
