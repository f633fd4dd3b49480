"""Feature sets of a profile: which there are, in which order, and what is known of each."""

import make_own
import numpy as np
import pandas as pd
import pytest
import yaml
from conftest import as_set

from helpers import check, conditions, corpora, feature_sets, inputs, profiles, project
from helpers.project import ProjectError


@pytest.fixture
def root(tmp_path, monkeypatch):
    """Products in a folder of the test's own."""
    monkeypatch.setattr(project, "build_dir", lambda profile: tmp_path / "build" / profile.folder)
    return tmp_path


def made(root, name, **more):
    profile = profiles.load_profile(str(make_own.make(root / "mine", name, **more)))
    corpora.prepare(profile)
    return profile


def test_three_sets_of_a_profile_in_its_order_with_what_it_says_of_them(root):
    found = feature_sets.of_profile(made(root, "sets"))
    assert list(found) == ["descriptors", "network", "half"]
    by_hand, network, half = found.values()
    assert by_hand.kind == "interpretable" and by_hand.scaling == "standardised"
    assert by_hand.columns == ["beats", "brightness_hz", "loudness", "a$b<i>"]
    assert by_hand.units == {"beats": "a minute"} and by_hand.ranges == {"brightness_hz": (-20, 20)}
    assert by_hand.source == "sets_descriptors.csv"
    assert network.kind == "embedding" and network.scaling == "standardised"
    assert network.table.shape[1] == 40 and set(network.table.dtypes) == {np.dtype("float32")}
    assert len(half.table) == (len(network.table) + 1) // 2


def test_what_is_known_of_sets_without_their_numbers_is_the_same(root):
    profile = made(root, "sets")
    sets, known = feature_sets.of_profile(profile), feature_sets.known(profile)
    assert list(sets) == list(known)
    for name, one in sets.items():
        assert known[name] == (one.label, one.kind, one.scaling, len(one.columns))
        ids = feature_sets.complete_ids(profile, name)["track_id"]
        assert set(ids) == set(one.complete)


def test_short_forms_and_long_ones_are_the_same_sets(root):
    short = made(root, "three")
    table = {name: f"three_{name}" for name in ("features", "embeddings")}
    path = root / "mine" / "long.yaml"
    content = yaml.safe_load((root / "mine" / "three.yaml").read_text())
    del content["features"], content["embeddings"]
    content["feature_sets"] = {
        "openl3": f"{table['embeddings']}.parquet",
        "spotify": [f"{table['features']}.csv"],
    }
    path.write_text(yaml.safe_dump(content))
    long = profiles.load_profile(str(path))
    corpora.prepare(long)
    one, other = feature_sets.of_profile(short), feature_sets.of_profile(long)
    assert list(one) == list(other) == ["audio_features", "embeddings"]
    for name in one:
        pd.testing.assert_frame_equal(one[name].table, other[name].table)
    assert [each.label for each in one.values()] == ["audio features", "embeddings"]
    assert other["audio_features"].units["tempo"] == "BPM"


def test_openl3_is_named_where_another_network_stands_beside_it(root):
    folder = root / "mine"
    make_own.make(folder, "three")
    vectors = pd.read_parquet(folder / "three_embeddings.parquet")[["track_id", "e001", "e002"]]
    vectors.to_parquet(folder / "other.parquet")
    profile = made(root, "three", feature_sets={"other_network": "other.parquet"})
    found = feature_sets.of_profile(profile)
    assert [one.label for one in found.values()] == [
        "audio features",
        "embeddings (OpenL3)",
        "other network",
    ]
    assert found["other_network"].scaling == "none"


def test_vectors_are_scaled_over_the_rows_asked_for_and_repeats_stay():
    table = pd.DataFrame({"track_id": ["a", "b", "c"], "x": [0.0, 2.0, 100.0]})
    asked = pd.Series(["b", "a", "b", "a"])
    assert as_set(table, "standardised").vectors(asked).ravel().tolist() == [1, -1, 1, -1]
    assert as_set(table).vectors(asked).ravel().tolist() == [2, 0, 2, 0]
    with pytest.raises(ValueError, match="'d' is not in the table"):
        as_set(table).vectors(pd.Series(["d"]))


def test_a_set_of_which_describe_said_what_it_is_has_units_ranges_and_meanings(root):
    folder = root / "mine"
    make_own.make(folder, "oneset")
    ids = pd.read_parquet(folder / "oneset_network.parquet")["track_id"]
    table = pd.DataFrame({"track_id": ids, "onset_rate": 2.0, "flatness": 0.5, "source": "made"})
    table.attrs["settings"] = {"network": "descriptors 1"}
    table.to_parquet(folder / "own.parquet")
    one = feature_sets.of_profile(made(root, "bare", feature_sets={}))
    assert one == {}
    profile = made(root, "oneset", feature_sets={"sound": "own.parquet"})
    sound = feature_sets.of_profile(profile)["sound"]
    assert sound.kind == "interpretable" and sound.source == "made"
    assert sound.units["onset_rate"] == "a second" and sound.ranges["flatness"] == (0, 1)
    assert "spectrum" in sound.meanings["onset_rate"]


def test_a_unit_of_a_column_that_is_not_there_is_an_error(root):
    path = make_own.make(root / "mine", "sets")
    content = yaml.safe_load(path.read_text())
    content["feature_sets"]["descriptors"]["units"] = {"beat": "a minute"}
    path.write_text(yaml.safe_dump(content))
    with pytest.raises(
        ProjectError, match="feature_sets.descriptors.units names the column 'beat'.*It has beats,"
    ):
        corpora.prepare(profiles.load_profile(str(path)))


def test_a_file_that_is_gone_and_a_build_without_further_sets(root):
    path = make_own.make(root / "mine", "sets")
    profile = profiles.load_profile(str(path))
    corpora.prepare(profile)
    (root / "mine" / "sets_half.parquet").unlink()
    with pytest.raises(
        ProjectError, match=r"key `feature_sets.half` names it.*--without feature_sets"
    ):
        corpora.prepare(profile)
    corpora.prepare(profile, without=["feature_sets"])
    assert feature_sets.of_profile(profile) == {}


def test_what_a_profile_says_of_a_set_changes_its_tables(root):
    path = make_own.make(root / "mine", "sets")
    corpora.prepare(profiles.load_profile(str(path)))
    content = yaml.safe_load(path.read_text())
    content["feature_sets"]["network"]["scaling"] = "none"
    path.write_text(yaml.safe_dump(content))
    profile = profiles.load_profile(str(path))
    corpora.prepare(profile)
    assert feature_sets.known(profile)["network"].scaling == "none"


def test_check_counts_the_listings_of_each_set(root, capsys):
    check.run(str(make_own.make(root / "mine", "sets")))
    said = capsys.readouterr().out
    assert "150 in descriptors, 150 in network, 7" in said and "in half" in said


def test_listings_that_one_set_lacks_leave_comparisons_and_stay_in_the_set_s_own(root):
    found = inputs.Inputs(made(root, "sets"))
    own = {name: len(rows) for name, rows in found.own_paired_listings.items()}
    shared = len(found.paired_listings)
    assert own["half"] == shared < own["network"] == own["descriptors"]
    assert found.sets_with_more_listings == ["descriptors", "network"]
    assert found.joint_set == "network"
    assert not conditions.explain(found, "needs-partial-sets")
    assert not conditions.explain(found, "needs-further-compared")


def test_one_set_is_no_comparison_and_the_page_says_which_it_is(root):
    found = inputs.Inputs(made(root, "oneset"))
    said = conditions.explain(found, "needs-several-sets")
    assert said.startswith("This build has one feature set (network), and a comparison takes two.")
    assert conditions.explain(found, "needs-partial-sets")
    assert not conditions.explain(found, "needs-sets")
    assert not conditions.explain(found, "needs-joint-map")
    none = inputs.Inputs(made(root, "bare"))
    assert "neither audio features nor embeddings" in conditions.explain(none, "needs-maps")


def test_where_too_few_listings_are_complete_the_smallest_set_is_named(root):
    folder = root / "mine"
    path = make_own.make(folder, "sets")
    half = pd.read_parquet(folder / "sets_half.parquet")
    half[:2].to_parquet(folder / "sets_half.parquet")
    profile = profiles.load_profile(str(path))
    corpora.prepare(profile)
    said = conditions.explain(inputs.Inputs(profile), "needs-maps")
    assert "complete in every feature set (half: " in said


def test_pages_say_which_set_was_taught_genres(monkeypatch):
    assert feature_sets.was_taught_genres("mine", "musicnn MSD 200, trained on listeners' tags")
    assert not feature_sets.was_taught_genres("mine", "OpenL3 mel256")
    about = pd.DataFrame({"feature_set": ["tags", "tags", "other"], "source": ["musicnn", "musicnn", "x"]})  # fmt: skip
    given = type(
        "Inputs", (), {"profile": profiles.load_profile("demo"), "known_sets": {"a": 1, "b": 2}}
    )()
    for rows, sets, told in ((about, ["tags"], ""), (about[2:], [], "names of genres")):
        monkeypatch.setattr(feature_sets, "_columns", lambda profile, rows=rows: rows)
        assert feature_sets.taught_genres(given.profile) == sets
        assert told in conditions.explain(given, "taught")
        assert bool(told) == bool(conditions.explain(given, "taught"))
