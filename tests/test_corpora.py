"""From files in the authors' format to tables; repeats, overlaps and slips found."""

import hashlib
from urllib.parse import urlparse

import pandas as pd
import pytest

from helpers import corpora, profiles, tables
from helpers.project import ProjectError
from helpers.readers.published import read_tracks, split_artist_title
from helpers.stats import counts

PMD = [
    ("p1", "NA", "One", "Pop", "DOMINANT"),
    ("p2", "", "Two", "Rock", "DOMINANT"),
    ("s1", "B", "Three", "Jazz", "MOSART"),
    ("p1", "NA", "One", "Hip Hop", "MOSART"),
    ("s4", "D", "Four", "Pop", "MOSART"),
]
EMD = [
    ("A - x", "e1"),
    ("B - Three", "s1"),
    ("C - y - z", "e2"),
    ("D - Four", "s4"),
    ("E - lost", "e3"),
    ("F - no id", ""),
]
EMD_GENRES = [
    ("A - x", "e1", "Pop"),
    ("B - Three", "s1", "Jazz"),
    ("C - y - z", "e2", "Rock"),
    ("B - Three", "s1", "Jazz"),
    ("C - y - z", "e2", "Pop"),
]


def csv(header, rows):
    quoted = [",".join(f'"{field}"' for field in row) for row in rows]
    return "\n".join([header, *quoted]) + "\n"


@pytest.fixture
def files(tmp_path):
    """Four small files laid out and named as the authors' are."""
    content = {
        "data/PMD/PMD_spotify_tracks.csv": csv(
            "Track ID,Artist,Track name,Playlist", [r[:3] + r[4:] for r in PMD]
        ),
        "data/PMD/PMD_spotify_tracks_genres.csv": csv(
            "Track ID,Artist,Track name,reducedGenre,Playlist", PMD
        ),
        "data/EMD/EMD_spotify_tracks.csv": csv("Artist + song,Track ID", EMD),
        "data/EMD/EMD_spotify_tracks_genres.csv": csv(
            "Artist + song,Track ID,reducedGenre", EMD_GENRES
        ),
    }
    out = {}
    for (name, text), key in zip(
        content.items(), ("pmd_tracks", "pmd_genres", "emd_tracks", "emd_genres"), strict=True
    ):
        out[key] = tmp_path / "mirror" / name
        out[key].parent.mkdir(parents=True, exist_ok=True)
        out[key].write_text(text, encoding="utf-8")
    return out


@pytest.fixture
def tracks(files):
    return tables.tidy_tracks(read_tracks(files, "c0ffee1234"))


def test_no_row_is_dropped_and_each_says_where_it_stood(tracks):
    assert len(tracks) == len(PMD) + len(EMD_GENRES) + 3
    lost = tracks[tracks["genre"].isna()]
    assert lost["row"].tolist() == [3, 4, 5]
    assert lost["source"].unique().tolist() == ["EMD_spotify_tracks.csv@c0ffee1"]


def test_an_artist_called_na_is_not_missing_and_an_empty_one_is(tracks):
    assert tracks["artist"].isna().tolist()[:3] == [False, True, False]
    assert tracks.loc[0, "artist"] == "NA"


def test_artist_and_title_split_at_the_first_dash():
    table = split_artist_title(pd.Series(["A - b", "A - b - c", "none"]))
    assert table["title"].fillna("?").tolist() == ["b", "b - c", "?"]
    assert table["splits"].tolist() == [1, 2, 0]


def test_summary_counts_listings_tracks_and_gaps(tracks):
    table = counts.corpus_sizes(tracks, corpora.as_published(tracks))
    assert table.loc["PMD", ["listings", "tracks", "repeated rows", "without artist"]].tolist() == [
        5,
        4,
        1,
        1,
    ]
    assert table.loc[
        "EMD", ["listings", "tracks", "repeated rows", "without genre", "without id"]
    ].tolist() == [5, 3, 2, 3, 1]
    assert pd.isna(table.loc["PMD", "participants"])


def test_overlap_counts_rows_and_tracks_apart(tracks):
    table = counts.overlap(tracks, "PMD", "EMD")
    assert table.loc["with a genre"].tolist() == [1, 20.0, 1]
    assert table.loc["all"].tolist() == [2, 40.0, 2]


def test_tracks_under_two_genres_are_found_in_each_corpus(tracks):
    assert sorted(counts.conflicting_genres(corpora.as_published(tracks))["track_id"]) == [
        "e2",
        "e2",
        "p1",
        "p1",
    ]


def test_unique_tracks_keeps_the_first_listing_of_an_id(tracks):
    unique = corpora.unique_tracks(tracks)
    assert not unique.duplicated(["corpus", "track_id"]).any()
    assert unique.loc[
        (unique["corpus"] == "PMD") & (unique["track_id"] == "p1"), "genre"
    ].tolist() == ["Pop"]


def test_other_columns_are_refused_with_those_found(files):
    files["emd_genres"].write_text("a,b\n1,2\n")
    with pytest.raises(
        ProjectError,
        match="EMD_spotify_tracks_genres.csv: no column for track_id, name, genre. Found: a, b. Expected.*artistsong",
    ):
        read_tracks(files, "c")


@pytest.mark.parametrize(("row", "fields"), [("p9,X", 2), ("p9,X,Y,Z,W", 5)])
def test_a_row_with_too_few_or_too_many_fields_is_shown(files, row, fields):
    with open(files["pmd_tracks"], "a") as file:
        file.write(row + "\n")
    with pytest.raises(
        ProjectError,
        match=f"PMD_spotify_tracks.csv cannot be read .*Expected 4 columns, got {fields}: {row}",
    ):
        read_tracks(files, "c")


@pytest.fixture
def published(files, tmp_path, project):
    """A published profile on the small files, with a registry of its own."""
    rows = [("name,repository,commit,path,blob,size,licence,profile,needed")]
    for name, path in files.items():
        data = path.read_bytes()
        blob = hashlib.sha1(b"blob %d\0" % len(data) + data).hexdigest()
        rows.append(
            f"{name},me/mine,c0ffee1234,{path.relative_to(tmp_path / 'mirror')},{blob},{len(data)},MIT,published,tracks"
        )
    rows.append(
        "pmd_embeddings,me/mine,c0ffee1234,data/PMD/embeddings.csv,"
        + "0" * 40
        + ",,MIT,published,embeddings"
    )
    (tmp_path / "registry.csv").write_text("\n".join(rows) + "\n")
    profile = profiles.load_profile("published")
    return profile.model_copy(
        update={
            "settings": profile.settings.model_copy(
                update={"registry": str(tmp_path / "registry.csv")}
            )
        }
    )


def test_published_tables_come_from_a_mirror_and_name_what_is_absent(published, tmp_path, tracks):
    absent = corpora.prepare(published, tmp_path / "mirror")
    assert absent == {"embeddings": str(tmp_path / "mirror/data/PMD/embeddings.csv")}
    assert corpora.load(published, "tracks").equals(tracks)


def test_a_table_is_made_anew_only_when_its_input_changed(published, tmp_path):
    corpora.prepare(published, tmp_path / "mirror")
    path = tables.table_path(published, "tracks")
    before = path.stat().st_mtime_ns
    corpora.prepare(published, tmp_path / "mirror")
    assert path.stat().st_mtime_ns == before


def test_a_required_file_that_is_missing_is_an_error(published, tmp_path, files):
    files["emd_genres"].unlink()
    with pytest.raises(
        ProjectError, match="EMD_spotify_tracks_genres.csv is not in the mirror.*It is required"
    ):
        corpora.prepare(published, tmp_path / "mirror")


def test_a_flipped_byte_is_an_error(published, tmp_path, files):
    data = bytearray(files["pmd_genres"].read_bytes())
    data[-3] ^= 1
    files["pmd_genres"].write_bytes(data)
    with pytest.raises(
        ProjectError, match="PMD_spotify_tracks_genres.csv: the content has git blob id"
    ):
        corpora.prepare(published, tmp_path / "mirror")


def test_optional_inputs_can_be_done_without(published, tmp_path):
    assert corpora.prepare(published, tmp_path / "mirror", ["embeddings"]) == {
        "embeddings": "this build: --without"
    }


def test_a_published_table_that_was_not_built_names_the_command(published):
    with pytest.raises(ProjectError, match="Run: python -m helpers build --profile published"):
        corpora.load(published, "tracks")


def test_the_demo_makes_its_own_tables(project):
    profile = profiles.load_profile("demo")
    assert len(corpora.load(profile, "tracks")) > 10_000


def test_the_shipped_registry_pins_the_study_s_commit():
    from helpers import downloads

    table = downloads.read_registry(profiles.load_profile("published"))
    assert set(table["commit"]) == {"a71670c2fd6bc2efe3a49e4393f2de4f8b70e383"}
    assert table["blob"].str.fullmatch("[0-9a-f]{40}").all()
    assert urlparse(profiles.load_profile("published").settings.download_base).scheme == "https"
