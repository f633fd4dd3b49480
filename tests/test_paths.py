"""Profiles and tables: what is read, what is refused, and how a file is written."""

import pandas as pd
import pandera.errors
import pytest
import yaml

from helpers import profiles, project, tables
from helpers.project import ProjectError


def write(tmp_path, file="mine.yaml", /, **changes):
    content = yaml.safe_load((profiles.PROFILES / "demo.yaml").read_text()) | changes
    path = tmp_path / file
    path.write_text(yaml.safe_dump(content, sort_keys=False))
    return str(path)


def test_override_beats_profile_beats_defaults(tmp_path):
    name = write(tmp_path, settings={"n_bootstrap": 7, "block": 3})
    settings = profiles.load_profile(name, block=5, seed=None).settings
    defaults = yaml.safe_load((profiles.PROFILES / "defaults.yaml").read_text())
    assert (settings.block, settings.n_bootstrap, settings.seed) == (5, 7, defaults["seed"])


def test_unknown_profile_lists_the_known_ones():
    with pytest.raises(
        ProjectError,
        match="Valid names: demo, own.example, published, sleep, or the path of a YAML file",
    ):
        profiles.load_profile("demmo")


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        (
            {"settings": {"n_boostrap": 5}},
            r"unknown key 'settings.n_boostrap'. Valid keys: .*n_bootstrap",
        ),
        ({"refrence": "EMD"}, r"unknown key 'refrence'. Valid keys: .*reference"),
        ({"name": "x"}, "unknown key 'name'"),
        (
            {"corpora": {"PMD": {"label": "x", "color": "red"}}},
            r"unknown key 'corpora.PMD.color'. Valid keys: label, colour",
        ),
        ({"settings": {"block": "many"}}, "settings.block: .*found 'many'"),
        ({"target": "PDM"}, "no corpus is called 'PDM'; there are PMD, EMD"),
        ({"source": "radio"}, "source: .*found 'radio'"),
    ],
)
def test_wrong_profile_names_the_key(tmp_path, changes, said):
    with pytest.raises(ProjectError, match=said):
        profiles.load_profile(write(tmp_path, **changes))


def test_what_is_no_yaml_is_named_with_its_line(tmp_path):
    path = tmp_path / "mine.yaml"
    path.write_text("title: x\ntarget: [a\n")
    with pytest.raises(ProjectError, match="is no YAML.*(?s:.)*line 3"):
        profiles.load_profile(str(path))


def test_missing_key_is_named(tmp_path):
    path = tmp_path / "mine.yaml"
    path.write_text("title: x\n")
    with pytest.raises(ProjectError, match="missing key 'corpora'"):
        profiles.load_profile(str(path))


def test_a_file_may_not_take_the_name_of_a_profile(tmp_path):
    with pytest.raises(ProjectError, match="rename the file"):
        profiles.load_profile(write(tmp_path, "demo.yaml"))


def test_every_setting_is_read_somewhere():
    code = "".join(
        p.read_text()
        for p in [*(project.ROOT / "helpers").rglob("*.py"), *project.NOTEBOOKS.glob("*.ipynb")]
    )
    for name in type(profiles.load_profile().settings).model_fields:
        assert f"settings.{name}" in code, name


def test_write_atomic_leaves_the_old_file_when_it_fails(tmp_path, monkeypatch):
    path = tmp_path / "a" / "x.txt"
    project.write_atomic(path, "old")

    def stop(*_):
        raise KeyboardInterrupt

    monkeypatch.setattr(project.os, "replace", stop)
    with pytest.raises(KeyboardInterrupt):
        project.write_atomic(path, "new")
    assert path.read_text() == "old"


def test_a_profile_as_part_of_a_key_does_not_say_where_the_project_lies(tmp_path):
    profile = profiles.load_profile(write(tmp_path, playlist="data/examples/playlist.csv"))
    assert profile.playlist == str(project.ROOT / "data/examples/playlist.csv")
    assert (
        str(project.ROOT) not in profile.model_dump_json()
        and "data/examples/playlist.csv" in profile.model_dump_json()
    )


def test_hash_knows_where_a_part_ends():
    assert project.sha256("ab", "c") != project.sha256("a", "bc")


def test_table_is_checked_when_written_and_when_read(project):
    profile = profiles.load_profile("demo")
    row = dict.fromkeys(
        ["study", "participant", "track_id", "artist", "title", "genre"],
        pd.Series([None], dtype="str"),
    )
    table = pd.DataFrame(
        {
            "corpus": ["PMD"],
            "source": ["x"],
            "row": [0],
            "year": pd.array([None], dtype="Int64"),
            **row,
        }
    )
    tables.write_table(profile, "tracks", table, "key")
    assert tables.table_key(profile, "tracks") == "key"
    assert tables.read_table(profile, "tracks").equals(table[table.columns])
    with pytest.raises(pandera.errors.SchemaErrors, match="corpus"):
        tables.write_table(profile, "tracks", table.assign(corpus=None))
    table.drop(columns="genre").to_parquet(tables.table_path(profile, "tracks"))
    with pytest.raises(pandera.errors.SchemaErrors, match="genre"):
        tables.read_table(profile, "tracks")
