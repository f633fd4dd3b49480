"""Lists of tracks as people have them: Exportify's old and new files, links, byte order marks, and what is none."""

import json

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
    assert found["track_id"].tolist() == IDS[:2] and found["artist"].unique() == "Marconi Union; B"
    assert found["title"].unique() == "Weightless, Part 1" and found["year"].tolist() == [
        2011,
        2011,
    ]
    assert found["duration"].tolist() == [480.5, 480.5]
    # Names of an artist's genres of which none ends in a main genre are no genre.
    assert found[["genre", "participant", "path"]].isna().all(axis=None)
    assert found["isrc"].notna().all() == (header == OLDEST)


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
        f"participant,track_id,artist,genre,year,isrc,note\nP1,{IDS[0]}, Nat ,Pop,1999,NL1,x\n,{IDS[1]},,,,,\n"
    )
    assert found.loc[0, ["participant", "artist", "genre", "year", "isrc"]].tolist() == [
        "P1",
        "Nat",
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
            "titel,year\nx,y\n",
            "no column for track_id, nor for artist and title. Found: titel, year.*Expected.*trackid or spotifyid",
        ),
        ("trakuri,x\nx,y\n", "Found: trakuri, x .'trakuri' is like trackuri"),
        ("track_id,title\n", "has no rows"),
        (f"uri\nspotify:episode:{IDS[0]}\n", "has no rows of tracks"),
        ("", "cannot be read"),
        (
            f"id,title\n{IDS[0]},Sleep, baby, sleep\n",
            "row 1 cannot be read: it has 4 cells where the header has 2",
        ),
        (f'id,title\n{IDS[0]},"Heroes\n{IDS[1]},x\n', "cannot be read .line 3.*quotation mark"),
        (b"id,title\n\x00\x01\x02", "it is no text"),
        (b"PK\x03\x04 sheet", "is a workbook or an archive. Save its sheet as CSV"),
        (f"id,ID\n{IDS[0]},{IDS[1]}\n", "'id' and 'ID' all stand for track_id"),
        (f"id,title,title\n{IDS[0]},x,y\n", "'title' and 'title' all stand for title"),
        ("id\n", "has no rows"),
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


FOUR = [*IDS, "2b8fOow8UzyDFAE27YhOZM"]
TRANSLATED = {
    "de": (
        "Track-URI",
        "Track-Name",
        "Künstlername(n)",
        "Veröffentlichungsdatum des Albums",
        "Track-Dauer (ms)",
    ),
    "nl": (
        "Nummer URI",
        "Nummernaam",
        "Naam van artiest",
        "Releasedatum van het album",
        "Nummerduur (ms)",
    ),
    "fr": (
        "URI du titre",
        "Nom du titre",
        "Nom(s) de l'artiste",
        "Date de sortie de l'album",
        "Durée du titre (ms)",
    ),
    "es": (
        "URI de la canción",
        "Nombre de la canción",
        "Nombre(s) del artista",
        "Fecha de lanzamiento del álbum",
        "Duración de la canción (ms)",
    ),
    "en": (
        "Track URI",
        "Track Name",
        "Artist Name(s)",
        "Album Release Date",
        "Track Duration (ms)",
    ),
    "spotifyr": (
        "track_id",
        "track_name",
        "track_artist",
        "track_album_release_date",
        "duration_ms",
    ),
    "kaggle": ("id", "name", "artists", "release_date", "duration_ms"),
    "spotify's data": (
        "spotify_track_uri",
        "master_metadata_track_name",
        "master_metadata_album_artist_name",
        "year",
        "ms",
    ),
}


@pytest.mark.parametrize("names", TRANSLATED.values(), ids=TRANSLATED)
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "cp1252"])
@pytest.mark.parametrize("delimiter", [",", ";", "\t"])
def test_headers_delimiters_and_encodings_of_exports_are_read(read, names, encoding, delimiter):
    rows = [
        names,
        *((f"spotify:track:{name}", "Für Elise", "Émile", "28.12.2012", "200000") for name in FOUR),
    ]
    text = "\r\n".join(delimiter.join(row) for row in rows)
    found = read(text.encode(encoding))
    assert found["track_id"].tolist() == FOUR
    assert found["title"].unique().tolist() == ["Für Elise"]
    assert found["artist"].unique().tolist() == ["Émile"]
    assert found["year"].unique().tolist() == [2012]


def test_a_line_says_what_was_read_as_what_and_what_is_missing(tmp_path):
    path = tmp_path / "mine.csv"
    path.write_text(
        f"Track URI,Track Name,Künstlername(n),Album-Name,year\nspotify:track:{IDS[0]},A,B,C,28.08.12\n"
        f"spotify:local:x:y:z:1,D,NA,E,1999\nspotify:episode:{IDS[1]},F,G,H,2001\n"
    )
    about = listings.read_listing(path).about
    for said in (
        "mine.csv: 2 rows",
        "track_id from 'Track URI'",
        "artist from 'Künstlername(n)'",
        "left: Album-Name",
        "track_id in 1",
        "artist in 1",
        "year in 1",
        "genre in 2",
        "episodes left out: 1",
        "local files without an id: 1",
    ):
        assert said in about, about


def test_a_semicolon_file_of_excel_states_its_delimiter_and_short_rows_are_filled(read):
    found = read(
        f'sep=;\r\nTrack URI;Track Name;Genre\r\nspotify:track:{IDS[0]};"A; B"\r\nspotify:track:{IDS[1]}\r\n'
    )
    assert found["track_id"].tolist() == IDS[:2] and found["title"].tolist()[0] == "A; B"
    assert found["title"].isna().tolist() == [False, True]


@pytest.mark.parametrize(
    "text",
    [
        "\n".join(f"https://open.spotify.com/track/{name}?si=1" for name in FOUR),
        "\r\n".join(f"spotify:track:{name}," for name in FOUR),
        "\n".join(FOUR),
        "".join(f"{name},A song,Somebody\n" for name in FOUR),
    ],
)
def test_lists_without_a_header_are_read(read, text):
    assert read(text, "mine.txt")["track_id"].tolist() == FOUR


def test_ids_of_the_right_form_win_over_a_column_that_is_called_id(read):
    found = read(
        "".join(
            ["id,uri,title\n", *(f"{k},spotify:track:{name},x\n" for k, name in enumerate(FOUR))]
        )
    )
    assert found["track_id"].tolist() == FOUR


def test_links_are_found_in_a_column_of_any_name(read):
    found = read(
        "".join(["where,title\n", *(f"open.spotify.com/track/{name},x\n" for name in FOUR)])
    )
    assert found["track_id"].tolist() == FOUR


CHOSIC = (
    '"#","Song","Artist","Popularity","BPM","Genres","Parent Genres","Album","Album Date","Time","Dance","Energy",'
    '"Acoustic","Instrumental","Happy","Speech","Live","Loud (Db)","Key","Spotify Track Id","ISRC"\n'
)


def test_chosic_s_main_genres_lengths_and_features_in_percent_are_read(tmp_path):
    path = tmp_path / "mine.csv"
    row = '"1","A","B","40","120","made pop","Pop, Rock","C","1999-01-01","03:20","50","60","20","0","40","5","10","-7","C Major","{}","zz-mad-26-00000"\n'
    path.write_text(CHOSIC + "".join(row.format(name) for name in FOUR))
    found = listings.read_listing(path)
    first = found.rows.iloc[0]
    assert (
        first["track_id"],
        first["title"],
        first["genre"],
        first["year"],
        first["duration"],
        first["isrc"],
    ) == (*(FOUR[0], "A", "Pop, Rock", 1999, 200, "ZZMAD2600000"),)
    assert len(found.features) == 4
    assert found.features.iloc[0][["danceability", "energy", "loudness", "tempo"]].tolist() == [
        0.5,
        0.6,
        -7,
        120,
    ]
    assert "features in percent divided by 100" in found.about


def test_features_of_exportify_are_taken_and_rows_without_are_missing(tmp_path):
    path = tmp_path / "mine.csv"
    row = 'spotify:track:{},A,Album,B,2011-10-16,480500,50,false,me,2024-01-01,"ambient",Just'
    path.write_text(
        "\n".join(
            [
                NEW,
                row.format(IDS[0]) + "," + AUDIO,
                row.format(IDS[1]),
                row.format(IDS[2]) + "," + AUDIO.replace("-7.5", "7.5"),
            ]
        )
    )
    found = listings.read_listing(path)
    assert found.features["track_id"].tolist() == [IDS[0]]
    assert found.features["loudness"].tolist() == [-7.5]
    assert "1 rows with an impossible feature left out" in found.about


def test_lists_without_ids_are_kept_by_artist_and_title(read):
    history = [
        {
            "endTime": "2024-01-01 10:00",
            "artistName": "Marconi Union",
            "trackName": "Weightless",
            "msPlayed": 1,
        },
        {
            "endTime": "2024-01-01 10:10",
            "artistName": "MARCONI UNION",
            "trackName": "Weightless",
            "msPlayed": 2,
        },
    ]
    scrobbles = "Marconi Union,Album,Weightless,01 Jan 2024 10:00\nMarconi Union,Album,Weightless,02 Jan 2024 10:00\n"
    tabs = "Name\tArtist\tTime\tYear\rWeightless\tMarconi Union\t480\t2011\rWeightless\tMarconi Union\t480\t2011\r"
    for content, name in (
        (json.dumps(history), "StreamingHistory_music_0.json"),
        (scrobbles, "scrobbles.csv"),
        (tabs.encode("utf-16"), "Music.txt"),
    ):
        found = read(content, name)
        assert found["track_id"].tolist() == ["marconi-union~weightless"] * 2, name


def test_spotify_s_own_data_are_read(read):
    playlists = {
        "playlists": [
            {
                "name": "x",
                "items": [
                    {
                        "track": {
                            "trackName": "A",
                            "artistName": "B",
                            "albumName": "C",
                            "trackUri": f"spotify:track:{IDS[0]}",
                        }
                    },
                    {"track": None, "episode": {"episodeUri": "spotify:episode:1"}},
                    {"track": None, "localTrack": {"uri": "spotify:local:a:b:c:1"}},
                    {"track": None, "addedDate": "2024-01-01"},
                    None,
                ],
            }
        ]
    }
    found = read(json.dumps(playlists), "Playlist1.json")
    assert found["track_id"].fillna("?").tolist() == [IDS[0], "?", "?"]
    played = [
        {
            "ts": "2024",
            "spotify_track_uri": f"spotify:track:{IDS[0]}",
            "master_metadata_track_name": "A",
            "master_metadata_album_artist_name": "B",
        },
        {
            "ts": "2024",
            "spotify_track_uri": None,
            "episode_name": "E",
            "spotify_episode_uri": "spotify:episode:1",
        },
    ]
    assert read(json.dumps(played), "Streaming_History_Audio_0.json")["track_id"].tolist() == [
        IDS[0]
    ]


def test_lists_of_one_name_are_told_apart_by_their_folders(tmp_path, project):
    for place in ("p1", "p2"):
        (tmp_path / place).mkdir()
        (tmp_path / place / "list.csv").write_text(f"id,title\n{IDS[0]},x\n")
    (tmp_path / "b.csv").write_text(f"id,study\n{IDS[1]},A\n")
    text = (
        "title: Own\nsource: own\ntarget: A\nreference: B\ncorpora:\n"
        "  A: {label: a, colour: red, tracks: [p1/list.csv, p2/list.csv]}\n  B: {label: b, colour: blue, tracks: b.csv}\n"
    )
    (tmp_path / "own.yaml").write_text(text)
    profile = profiles.load_profile(str(tmp_path / "own.yaml"))
    assert listings.listed(profile)["participant"].tolist()[:2] == ["p1/list.csv", "p2/list.csv"]
    with pytest.raises(
        ProjectError, match="A study in the lists is called 'A', and so is a corpus"
    ):
        listings.corpora(profile)


def test_files_of_one_name_in_two_folders_are_two_tracks(tmp_path, project):
    for place in ("calm", "loud"):
        (tmp_path / place).mkdir()
        (tmp_path / place / "01.mp3").write_bytes(b"no music")
    (tmp_path / "own.yaml").write_text(
        "title: Own\nsource: own\ntarget: A\nreference: B\ncorpora:\n"
        "  A: {label: a, colour: red, tracks: calm}\n  B: {label: b, colour: blue, tracks: loud}\n"
    )
    found = listings.listed(profiles.load_profile(str(tmp_path / "own.yaml")))
    assert found["track_id"].nunique() == 2 and found["path"].nunique() == 2
    assert [name.split("/")[0] for name in found["track_id"]] == ["calm", "loud"]
