"""Profiles: what is read, and how each mistake is told."""

import re
from pathlib import Path

import pytest
import yaml

from helpers import profiles, project
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


@pytest.mark.parametrize(
    ("sets", "said"),
    [
        (
            {"mine": {"table": "m.csv", "kind": "numbers"}},
            "line 8: feature_sets.mine.kind: .*'numbers'",
        ),
        ({"my set": "m.csv"}, "line 6: feature_sets.my set: the name of a set is one word"),
        ({"1st": "m.csv"}, "line 6: feature_sets.1st: the name of a set is one word"),
        ({"both": "m.csv"}, "feature_sets.both: the book has a meaning for 'both' already"),
        ({"mine": {"kind": "embedding"}}, "missing key 'feature_sets.mine.table'"),
        ({"mine": []}, "feature_sets.mine: name its file under `table`"),
        ({"mine": {"table": "m.csv", "scale": 1}}, "unknown key 'feature_sets.mine.scale'. Valid"),
        (
            {"mine": {"table": "m.csv", "scaling": "z"}},
            "feature_sets.mine.scaling: .*'z'.*how its columns are scaled for distances",
        ),
        (
            {"mine": {"table": "m.csv", "kind": "embedding", "units": {"a": "Hz"}}},
            "columns of an embedding have no units or ranges",
        ),
        (
            {"mine": {"table": "m.csv", "ranges": {"a": [2, 1]}}},
            "feature_sets.mine.ranges.a: 2 is not below 1; mend it",
        ),
        (
            {"spotify": {"table": "m.csv", "kind": "embedding"}},
            "feature_sets.spotify: its columns, their units and its scaling are the study's",
        ),
    ],
)
def test_a_mistaken_feature_set_is_told_with_its_line(tmp_path, sets, said):
    content = yaml.safe_load((profiles.PROFILES / "demo.yaml").read_text())
    kept = ("title", "source", "target", "reference", "corpora")
    first = {key: content[key] for key in kept[:4]}
    path = tmp_path / "mine.yaml"
    after = {"corpora": content["corpora"]}
    text = yaml.safe_dump(first | {"feature_sets": sets} | after, sort_keys=False)
    path.write_text(text.replace(", background", ""))
    with pytest.raises(ProjectError, match=said):
        profiles.load_profile(str(path))


def test_a_set_that_is_named_twice_is_refused(tmp_path):
    name = write(tmp_path, features="f.csv", feature_sets={"spotify": "g.csv"})
    with pytest.raises(ProjectError, match="feature_sets.spotify and features name the same set"):
        profiles.load_profile(name)


def test_a_file_alone_stands_for_a_set(tmp_path):
    name = write(tmp_path, feature_sets={"mine": "a.parquet", "openl3": ["b.parquet"]})
    profile = profiles.load_profile(name)
    assert list(profile.further_sets) == ["mine"]
    assert [Path(file).name for file in profile.further_sets["mine"].table] == ["a.parquet"]
    assert [Path(file).name for file in profile.tables_of("embeddings")] == ["b.parquet"]
    assert profile.tables_of("features") == ()


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


def test_two_profiles_of_one_name_never_share_a_folder(tmp_path):
    for place in ("here", "there"):
        (tmp_path / place).mkdir()
    first = write(tmp_path / "here")
    second = write(tmp_path / "there")
    folders = {project.build_dir(profiles.load_profile(path)).name for path in (first, second)}
    assert len(folders) == 2
    assert all(re.fullmatch("mine-[0-9a-f]{8}", folder) for folder in folders)
    # The same file by another way is the same profile.
    link = tmp_path / "linked.yaml"
    link.symlink_to(first)
    by_link = profiles.load_profile(str(link))
    assert (by_link.name, by_link.argument) == ("mine", str(Path(first).resolve()))
    assert by_link.folder == profiles.load_profile(first).folder


@pytest.mark.parametrize("name", ["demo", "published", "sleep", "own.example"])
def test_the_projects_own_profiles_have_the_folder_of_their_name(name):
    for argument in (name, str(profiles.PROFILES / f"{name}.yaml")):
        profile = profiles.load_profile(argument)
        assert project.build_dir(profile) == project.ROOT / "build" / name
        assert profile.argument == name


@pytest.mark.parametrize("key", profiles.FROM_FILE)
def test_what_follows_from_the_file_is_no_key_of_its_text(tmp_path, key):
    with pytest.raises(ProjectError, match=f"unknown key '{key}'"):
        profiles.load_profile(write(tmp_path, **{key: "mine"}))


def test_every_setting_is_read_somewhere():
    code = "".join(
        p.read_text()
        for p in [*(project.ROOT / "helpers").rglob("*.py"), *project.NOTEBOOKS.glob("*.ipynb")]
    )
    for name in type(profiles.load_profile().settings).model_fields:
        assert f"settings.{name}" in code, name


def test_a_profile_as_part_of_a_key_does_not_say_where_the_project_lies(tmp_path):
    profile = profiles.load_profile(write(tmp_path, playlist="data/examples/playlist.csv"))
    assert profile.playlist == str(project.ROOT / "data/examples/playlist.csv")
    assert (
        str(project.ROOT) not in profile.model_dump_json()
        and "data/examples/playlist.csv" in profile.model_dump_json()
    )


@pytest.mark.parametrize(
    ("setting", "wrong"),
    [
        ("level", 7),
        ("level", 0),
        ("level", 1.0),
        ("block", -5),
        ("block", 2.5),
        ("n_bootstrap", 0),
        ("n_permutations", 0),
        ("n_label_permutations", 0),
        ("n_map_seeds", 0),
        ("list_size", 0),
        ("max_draws", 0),
        ("normality_rows", 2),
        ("map_rows", 2),
        ("seed", -1),
        ("map_seed", 2**32),
        ("download_timeout", 0),
        ("download_timeout", float("inf")),
        ("download_base", "somewhere"),
        ("registry", ""),
        ("registry", "data/no_registry.csv"),
        ("show_tracks", "perhaps"),
        ("contact", 5),
        ("services", {"spotify": {"per_second": 0}}),
        ("services", {"lastfm": {"batch": 0}}),
        ("services", {"deezer": {"retries": -1}}),
        ("services", {"itunes": {"base": "ftp://x"}}),
        ("services", {"radio": {}}),
        ("services", {"spotify": {"dayly": 5}}),
        ("services", [1]),
    ],
)
def test_a_setting_outside_its_bounds_is_refused_by_name(tmp_path, setting, wrong):
    with pytest.raises(ProjectError, match=rf"settings\.{setting}"):
        profiles.load_profile(write(tmp_path, settings={setting: wrong}))


def test_an_override_outside_its_bounds_is_refused_with_its_meaning():
    with pytest.raises(ProjectError, match="settings.level.*found 7.*It means: coverage"):
        profiles.load_profile("demo", level=7)


def test_one_rule_of_one_service_leaves_the_others_as_they_are(tmp_path):
    found = profiles.load_profile(
        write(tmp_path, settings={"services": {"spotify": {"daily": 3}}})
    ).settings.services
    default = profiles.load_profile().settings.services
    assert found.spotify == default.spotify.model_copy(update={"daily": 3})
    assert found.lastfm == default.lastfm


def test_every_mistake_is_told_at_once(tmp_path):
    with pytest.raises(ProjectError) as caught:
        profiles.load_profile(
            write(tmp_path, settings={"level": 7, "blok": 1}, playlist="nowhere.csv")
        )
    for said in ("settings.level", "settings.blok", "playlist: there is no such file"):
        assert said in str(caught.value)


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"target": "EMD"}, "target and reference are both 'EMD'"),
        ({"background": "EMD"}, "background: 'EMD' is compared already"),
        ({"background": "X"}, "background: no corpus is called 'X'"),
        (
            {"corpora": {"PMD": {"label": "x", "colour": "#000000"}}},
            r"corpora: two or more are compared \(found PMD\)",
        ),
        ({"source": "own"}, "corpora.PMD.tracks: name the corpus's lists"),
        ({"acquire": {"hop": 0}}, "acquire.hop: .*greater than 0"),
        ({"acquire": {"weights": "nowhere.h5"}}, "acquire.weights: there is no such file"),
        ({"acquire": {"features": ["reccobeats", "spotify"]}}, "set acquire.mix_sources: true"),
        ({"acquire": {"genres": ["radio"]}}, "acquire.genres.0: .*found 'radio'"),
        ({"settings": [1]}, "settings should hold keys and values"),
        ({"title": ""}, "title: .*at least 1 character"),
        ({"corpora": [1]}, "corpora: should hold keys and values"),
    ],
)
def test_what_does_not_fit_together_is_refused(tmp_path, changes, said):
    with pytest.raises(ProjectError, match=said):
        profiles.load_profile(write(tmp_path, **changes))


@pytest.mark.parametrize("colour", ["bluish", "0.5", "C0", "#12", "none", ""])
def test_what_is_no_colour_everywhere_is_refused(tmp_path, colour):
    corpora = yaml.safe_load((profiles.PROFILES / "demo.yaml").read_text())["corpora"]
    corpora["EMD"]["colour"] = colour
    with pytest.raises(ProjectError, match="corpora.EMD.colour: is no colour"):
        profiles.load_profile(write(tmp_path, corpora=corpora))


@pytest.mark.parametrize("colour", ["#0072B2", "#abc", "steelblue"])
def test_hexadecimal_and_named_colours_are_taken(tmp_path, colour):
    corpora = yaml.safe_load((profiles.PROFILES / "demo.yaml").read_text())["corpora"]
    corpora["EMD"]["colour"] = colour
    assert profiles.load_profile(write(tmp_path, corpora=corpora)).corpora["EMD"].colour == colour


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("title: x\ntitle: y\n", "line 2: the key 'title' stands in line 1 already"),
        (
            "corpora:\n  A: {label: x}\n  B: {label: x}\n  A: {label: y}\n",
            "line 4: the key 'A' stands in line 2 already",
        ),
        ("corpora:\n  NO: {label: x}\n", "line 2: a key is read as False.*quotes"),
        ("- x\n", "should hold keys and values"),
    ],
)
def test_a_repeated_key_and_one_that_is_no_text_are_refused(tmp_path, text, said):
    path = tmp_path / "mine.yaml"
    path.write_text(text)
    with pytest.raises(ProjectError, match=said):
        profiles.load_profile(str(path))


def test_a_key_of_a_merged_mapping_may_be_overridden(tmp_path):
    text = yaml.safe_dump(yaml.safe_load((profiles.PROFILES / "demo.yaml").read_text()))
    text = text.replace(
        "settings:\n",
        "settings:\n  services:\n    spotify: &rules {daily: 1, batch: 7}\n"
        "    lastfm:\n      <<: *rules\n      daily: 2\n",
    )
    path = tmp_path / "mine.yaml"
    path.write_text(text)
    rules = profiles.load_profile(str(path)).settings.services.lastfm
    assert (rules.daily, rules.batch) == (2, 7)


def test_the_file_of_defaults_explains_each_setting_as_the_schema_does():
    lines = profiles.DEFAULTS.read_text(encoding="utf-8").splitlines()
    for name, field in profiles.Settings.model_fields.items():
        if name == "services":
            continue
        line = next(line for line in lines if line.startswith(f"{name}:"))
        assert line.split("#", 1)[1].strip() == field.description, name


OWN = """title: Own
source: own
target: A
reference: B
corpora:
  A:
    label: a
    colour: red
    tracks: {tracks}
  B: {{label: b, colour: blue, tracks: b.csv}}
{more}
"""


def own(tmp_path, tracks="a.csv", more="", **changes):
    """A profile of the user's own, some text of it replaced."""
    for name in ("a.csv", "b.csv"):
        (tmp_path / name).write_text("id\nx\n")
    text = OWN.format(tracks=tracks, more=more)
    for old, new in changes.items():
        text = text.replace(f"{old}: ", f"{old}: {new} #", 1)
    path = tmp_path / "mine.yaml"
    path.write_text(text)
    return str(path)


LINK = "https://open.spotify.com/playlist/"
ID = "37i9dQZF1DX4sWSpwq3LiO"


@pytest.mark.parametrize(
    ("link", "wanted"),
    [
        ("https://open.spotify.com/collection/tracks", f"{LINK}ID"),
        ("spotify:user:me:collection", f"{LINK}ID"),
        (f"https://open.spotify.com/album/{ID}", f"{LINK}ID"),
        (f"https://open.spotify.com/track/{ID}?si=1", f"{LINK}ID"),
        (f"https://open.spotify.com/user/me/playlist/{ID}?si=1", f"{LINK}{ID}"),
        (f"spotify:user:me:playlist:{ID}", f"{LINK}{ID}"),
        (f"open.spotify.com/playlist/{ID}", f"{LINK}{ID}"),
        (f"https://open.spotify.com/embed/playlist/{ID}", f"{LINK}{ID}"),
        ("https://spotify.link/x", f"{LINK}ID"),
        ("https://music.youtube.com/playlist?list=abc", f"{LINK}ID"),
    ],
)
def test_a_link_of_another_kind_is_refused_with_its_line_and_the_link_that_is_wanted(
    tmp_path, link, wanted
):
    with pytest.raises(ProjectError) as caught:
        profiles.load_profile(own(tmp_path, f'"{link}"'))
    said = str(caught.value).splitlines()
    assert (
        len(said) == 2 and "line 9: corpora.A.tracks" in said[1] and f"such as {wanted} " in said[1]
    )


@pytest.mark.parametrize(
    "link",
    [
        f"{LINK}{ID}?si=1",
        f"spotify:playlist:{ID}",
        f"https://open.spotify.com/intl-de/playlist/{ID}",
    ],
)
def test_links_of_playlists_are_taken_for_corpora_and_not_as_the_one_list_more(tmp_path, link):
    assert profiles.load_profile(own(tmp_path, f'"{link}"')).corpora["A"].tracks == (link,)
    with pytest.raises(ProjectError, match="line 11: playlist: links are for `tracks` of corpora"):
        profiles.load_profile(own(tmp_path, more=f'playlist: "{link}"'))


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"label": "2000"}, r"line 7: corpora.A.label: .*found 2000.*put it in quotes"),
        ({"label": "NO"}, r"line 7: corpora.A.label: .*found False.*put it in quotes"),
        (
            {"colour": "#0072B2"},
            r"line 8: corpora.A.colour: .*found None.*begins with # or ~ stands in quotes",
        ),
        ({"colour": "bluish"}, "line 8: corpora.A.colour: is no colour"),
        ({"target": "2012-99-99"}, "is no YAML"),
        ({"target": "C"}, "line 3: target: no corpus is called 'C'"),
        ({"reference": "A"}, "line 4: target and reference are both 'A'"),
        ({"tracks": "[a.csv, a.csv]"}, "line 9: corpora.A.tracks names .*a.csv twice"),
        ({"tracks": "b.csv"}, "line 10: A and B are made of the same lists"),
        ({"tracks": "nowhere.csv"}, "line 9: corpora.A.tracks.0: there is no such file"),
        ({"tracks": "nowhere"}, "line 9: corpora.A.tracks.0: there is no such file or folder"),
        ({"tracks": "~/nowhere.csv"}, "line 9: corpora.A.tracks.0: there is no such file"),
        ({"more": "settings: {n_bootstrap: 0}"}, "line 11: settings.n_bootstrap: .*found 0"),
        ({"more": "settings:\n  n_bootstrap: 0"}, "line 12: settings.n_bootstrap: .*found 0"),
        ({"more": "name: x"}, "line 11: unknown key 'name'"),
    ],
)
def test_each_mistake_is_told_with_its_line(tmp_path, changes, said):
    with pytest.raises(ProjectError, match=said):
        profiles.load_profile(own(tmp_path, **changes))


def test_a_path_from_the_home_folder_is_found(tmp_path, monkeypatch):
    monkeypatch.setenv("HOME", str(tmp_path))
    assert profiles.load_profile(own(tmp_path, "~/a.csv")).corpora["A"].tracks == (
        str(tmp_path / "a.csv"),
    )


def test_a_file_that_names_itself_is_refused(tmp_path):
    path = tmp_path / "mine.yaml"
    path.write_text("title: x\ncorpora: &a\n  A: *a\n")
    with pytest.raises(ProjectError):
        profiles.load_profile(str(path))
