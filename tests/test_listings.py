"""Lists of tracks as people have them: Exportify's old and new files, links, byte order marks, and what is none."""

import numpy as np
import pandas as pd
import pytest

from helpers import profiles, tables
from helpers.project import ProjectError
from helpers.readers import listings

IDS = ["4uLU6hMCjMI75M1A2tKUQC", "7ouMYWpwJ422jRcDASZB7P", "0VjIjW4GlUZAMYd2vXMi3b"]
NEW = (
    "Track URI,Track Name,Album Name,Artist Name(s),Release Date,Duration (ms),Popularity,Explicit,Added By,Added At,Genres,"
    "Record Label,Danceability,Energy,Key,Loudness,Mode,Speechiness,Acousticness,Instrumentalness,Liveness,Valence,Tempo,Time Signature"
)
OLD = (
    "Spotify ID,Artist IDs,Track Name,Album Name,Artist Name(s),Release Date,Duration (ms),Popularity,Added By,Added At,Genres,"
    "Danceability,Energy,Key,Loudness,Mode,Speechiness,Acousticness,Instrumentalness,Liveness,Valence,Tempo,Time Signature"
)
OLDEST = "Track URI,Track Name,Artist URI,Artist Name,Album URI,Album Name,Album Release Date,Disc Number,Track Duration (ms),ISRC"
AUDIO = "0.5,0.6,1,-7.5,1,0.1,0.2,0.3,0.4,0.5,120.1,4"


@pytest.fixture
def read(tmp_path):
    def read(content, name="mine.csv"):
        (tmp_path / name).write_bytes(
            content if isinstance(content, bytes) else content.encode("utf-8")
        )
        return listings.read(tmp_path / name)

    return read


@pytest.mark.parametrize(
    ("header", "row"),
    [
        (
            NEW,
            'spotify:track:{},"Weightless, Part 1",Album,"Marconi Union;B",2011-10-16,480500,50,false,me,2024-01-01,"ambient,drone",Just,'
            + AUDIO,
        ),
        (
            OLD,
            '{},x,"Weightless, Part 1",Album,"Marconi Union;B",2011-10-16,480500,50,me,2024-01-01,"ambient,drone",'
            + AUDIO,
        ),
        (
            OLDEST,
            'spotify:track:{},"Weightless, Part 1",spotify:artist:a,"Marconi Union;B",spotify:album:b,Album,2011-10-16,1,480500,GBX',
        ),
    ],
    ids=["new", "old", "oldest"],
)
@pytest.mark.parametrize("mark", ["", "\ufeff"])
def test_exportify_s_files_are_read(read, header, row, mark):
    found = read(mark + header + "\n\n" + row.format(IDS[0]) + "\n\n" + row.format(IDS[1]) + "\n")
    assert [*found] == [*listings.COLUMNS, "path"] and found.index.tolist() == [0, 1]
    assert found["track_id"].tolist() == IDS[:2] and found["artist"].unique() == "Marconi Union;B"
    assert found["title"].unique() == "Weightless, Part 1" and found["year"].tolist() == [
        2011,
        2011,
    ]
    assert found["duration"].tolist() == [480.5, 480.5]
    # Names of an artist's genres are no main genre.
    assert found[["genre", "participant", "path"]].isna().all(axis=None) and found[
        "isrc"
    ].notna().all() == (header == OLDEST)


def test_local_files_have_no_id_and_episodes_are_left_out(read):
    found = read(
        f"Track URI,Track Name\nspotify:track:{IDS[0]},A\nspotify:local:Artist:Album:My+Title:180,B\nspotify:episode:{IDS[1]},C\n"
        f"https://open.spotify.com/episode/{IDS[1]}?si=x,D\nspotify:track:{IDS[2]},E\n"
    )
    assert found["title"].tolist() == list("ABE") and found["track_id"].isna().tolist() == [
        False,
        True,
        False,
    ]


@pytest.mark.parametrize(
    "written",
    [
        "{}",
        " {} ",
        "spotify:track:{}",
        "https://open.spotify.com/track/{}",
        "https://open.spotify.com/track/{}?si=0a1b_2-c",
        "https://open.spotify.com/intl-de/track/{}?si=0a&context=spotify%3Aplaylist%3A3",
        "https://api.spotify.com/v1/tracks/{}",
    ],
)
@pytest.mark.parametrize("column", ["track_id", "Spotify ID", "Track URI", "uri", "ID"])
def test_ids_stand_without_what_links_put_around_them(read, written, column):
    assert (
        read(f"{column},title\n" + "".join(f"{written.format(i)},x\n" for i in IDS))[
            "track_id"
        ].tolist()
        == IDS
    )


def test_ids_and_links_are_read_as_text():
    found = listings.read(
        f"{IDS[0]}  spotify:track:{IDS[1]}\nhttps://open.spotify.com/track/{IDS[2]}?si=x"
    )
    assert found["track_id"].tolist() == IDS and found.drop(columns="track_id").isna().all(
        axis=None
    )
    # Longer than the name of any file.
    assert len(listings.read(" ".join(IDS * 50))) == 150


@pytest.mark.parametrize(
    ("column", "value", "seconds"),
    [
        ("duration", "180", 180),
        ("duration_ms", "180000", 180),
        ("Duration (ms)", "180500", 180.5),
        ("Track Duration (ms)", "1000", 1),
        ("duration", "", None),
    ],
)
def test_durations_are_seconds_whatever_their_unit(read, column, value, seconds):
    found = read(f"id,{column}\n{IDS[0]},{value}\n")["duration"]
    assert found.dtype == float and found.fillna(-1).tolist() == [
        -1 if seconds is None else seconds
    ]


def test_columns_of_the_book_s_own_names_are_kept_and_blanks_are_missing(read):
    found = read(
        f"participant,track_id,artist,genre,year,isrc,note\nP1,{IDS[0]}, NA ,Pop,1999,NL1,x\n,{IDS[1]},,,,,\n"
    )
    assert found.loc[0, ["participant", "artist", "genre", "year", "isrc"]].tolist() == [
        "P1",
        "NA",
        "Pop",
        1999,
        "NL1",
    ]
    assert found.loc[1, ["participant", "artist", "genre", "year", "isrc"]].isna().all()


def test_parquet_is_read_alike(tmp_path):
    table = pd.DataFrame(
        {"track_id": IDS, "year": [1999, 2001, 2003], "Duration (ms)": [1000, 2000, 3500]},
        index=[7, 8, 9],
    )
    table.to_parquet(tmp_path / "mine.parquet")
    found = listings.read(tmp_path / "mine.parquet")
    assert (
        found["track_id"].tolist() == IDS
        and found["year"].tolist() == [1999, 2001, 2003]
        and found["duration"].tolist() == [1, 2, 3.5]
    )


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (
            "title,artist\nx,y\n",
            "no column for track_id. Found: title, artist. Expected.*trackid or spotifyid",
        ),
        ("track_id,title\n", "has no rows"),
        (f"uri\nspotify:episode:{IDS[0]}\n", "has no rows of tracks"),
        ("", "cannot be read"),
        (f"id;title\n{IDS[0]};x\n", "no column for track_id. Found: id;title"),
        (
            f"id,title\n{IDS[0]},caf\u00e9\n".encode("latin-1"),
            "cannot be read .*UTF8.*Save it as CSV in UTF-8",
        ),
        (f"id,title\n{IDS[0]},Sleep, baby, sleep\n", "cannot be read .*Expected 2 columns, got 4"),
        (f"id,title\n{IDS[0]}\n", "Expected 2 columns, got 1"),
        (f"id,ID\n{IDS[0]},{IDS[1]}\n", "'id' and 'ID' all stand for track_id"),
        (f"id,title,title\n{IDS[0]},x,y\n", "'title' and 'title' all stand for title"),
        (f"id\n{IDS[0]}\nSleep baby sleep\n", "row 2: 'Sleep baby sleep' is no track id"),
        (
            f"id\n{IDS[0]}\n{IDS[1]}\nhttps://open.spotify.com/album/{IDS[2]}\n",
            "row 3: 'https://open.spotify.com/album/.* is no track id",
        ),
        (f"uri\nspotify:playlist:{IDS[0]}\n", "row 1: 'spotify:playlist:"),
    ],
)
def test_what_is_no_list_of_tracks_is_refused_with_the_file_and_the_row(read, content, said):
    with pytest.raises(ProjectError, match=f"mine.csv.*{said}"):
        read(content)


@pytest.mark.parametrize("name", ["none.csv", "none.parquet", "none.txt", "none.xlsx"])
def test_a_file_that_is_not_there_is_no_list_of_ids(tmp_path, name):
    with pytest.raises(ProjectError, match=f"{name}: there is no such file"):
        listings.read(tmp_path / name)


def test_a_folder_that_is_not_there_is_no_id(tmp_path):
    with pytest.raises(ProjectError, match="none, row 1: .* is no track id, Spotify URI or link"):
        listings.read(tmp_path / "none")


def test_a_folder_of_audio_is_read_by_its_tags_and_a_file_without_by_its_name(tmp_path, capsys):
    import av

    with av.open(tmp_path / "one.flac", "w") as file:
        file.metadata.update(
            {"TITLE": "Lullaby", "artist": "A", "date": "1999-05-01", "ISRC": "NL1"}
        )
        stream = file.add_stream("flac", rate=8000, layout="mono")
        frame = av.AudioFrame.from_ndarray(np.zeros((1, 16000), "int16"), layout="mono")
        frame.sample_rate = 8000
        for packet in [*stream.encode(frame), *stream.encode()]:
            file.mux(packet)
    (tmp_path / "two.mp3").write_bytes(b"no music")
    found = listings.read(tmp_path)
    assert found["track_id"].tolist() == ["one.flac", "two.mp3"] and found["title"].tolist() == [
        "Lullaby",
        "two",
    ]
    assert found.loc[0, ["artist", "year", "isrc", "duration"]].tolist() == ["A", 1999, "NL1", 2]
    assert found["path"].tolist() == [str(tmp_path / "one.flac"), str(tmp_path / "two.mp3")]
    assert (
        found.loc[1, ["artist", "genre", "year", "isrc", "duration"]].isna().all()
        and "two.mp3: no tags" in capsys.readouterr().out
    )


@pytest.fixture
def own(tmp_path, project):
    """A profile with a corpus of two lists and one of a single list."""
    (tmp_path / "a.csv").write_text(f"id,title,artist\n{IDS[0]},Mine,\n{IDS[1]},,B\n")
    (tmp_path / "b.csv").write_text(
        f"Track URI,Track Name,genre\nspotify:track:{IDS[0]},,Pop\nspotify:local:x:y:z:1,Local,\n"
    )
    (tmp_path / "own.yaml").write_text(
        "title: Own\nsource: own\ntarget: A\nreference: B\ncorpora:\n"
        "  A: {label: a, colour: red, tracks: [a.csv, b.csv]}\n  B: {label: b, colour: blue, tracks: b.csv}\n"
    )
    return profiles.load_profile(str(tmp_path / "own.yaml"))


def test_of_several_lists_each_is_a_participant(own):
    found = listings.listed(own)
    assert found["corpus"].tolist() == list("AAAABB") and found["row"].tolist() == [
        0,
        1,
        2,
        3,
        0,
        1,
    ]
    assert found["participant"].fillna("?").tolist() == ["a.csv"] * 2 + ["b.csv"] * 2 + ["?"] * 2


def test_what_acquire_found_fills_what_lists_leave_open_and_a_genre_names_its_source(own, project):
    for name, table in (
        ("metadata", {"artist": ["Found", "Not this"], "title": ["Nor this", "Found"]}),
        ("genres", {"genre": ["Jazz", None]}),
    ):
        path = tables.acquired_path(own, name)
        path.parent.mkdir(parents=True, exist_ok=True)
        pd.DataFrame({"track_id": IDS[:2], "source": ["asked", None], **table}).to_parquet(path)
    found = listings.corpora(own)["tracks"]
    assert found["artist"].fillna("?").tolist() == ["Found", "B", "Found", "?", "Found", "?"]
    assert found["title"].tolist() == ["Mine", "Found", "Nor this", "Local", "Nor this", "Local"]
    assert found["genre"].fillna("?").tolist() == ["Jazz", "?", "Pop", "?", "Pop", "?"]
    assert found["source"].tolist() == [
        "a.csv; genre: asked",
        "a.csv",
        "b.csv",
        "b.csv",
        "b.csv",
        "b.csv",
    ]
    assert len(tables.tidy_tracks(found)) == 6
