"""Made lists in the shapes of six real ones: nobody's music, the headers and quirks of their programs."""

import csv
import random
import string

import numpy as np

FEATURES = (
    *("danceability", "energy", "loudness", "speechiness", "acousticness", "instrumentalness"),
    *("liveness", "valence", "tempo"),
)
EXPORTIFY = (
    *(
        "Track URI",
        "Track Name",
        "Album Name",
        "Artist Name(s)",
        "Release Date",
        "Duration (ms)",
        "Popularity",
    ),
    *(
        "Explicit",
        "Added By",
        "Added At",
        "Genres",
        "Record Label",
        "Danceability",
        "Energy",
        "Key",
        "Loudness",
    ),
    *(
        "Mode",
        "Speechiness",
        "Acousticness",
        "Instrumentalness",
        "Liveness",
        "Valence",
        "Tempo",
        "Time Signature",
    ),
)
GERMAN = (
    *("Track-URI", "Track-Name", "Künstler-URI(s)", "Künstlername(n)", "Album-URI", "Album-Name"),
    *(
        "Veröffentlichungsdatum des Albums",
        "Disc-Nummer",
        "Track-Nummer",
        "Track-Dauer (ms)",
        "Explizit",
    ),
    *("Beliebtheit", "ISRC", "Hinzugefügt von", "Hinzugefügt am"),
)
GENRES = ("pop", "rock", "jazz", "classical", "folk", "electronic")


class Song:
    """One made track, calm or lively."""

    def __init__(self, draw, number, lively):
        self.id = "".join(draw.choices(string.ascii_letters + string.digits, k=22))
        self.title, self.artist = f"Made song {number}", f"Made singer {number % 23}"
        self.year, self.seconds = 1980 + number % 40, 150 + number % 120
        self.genre = draw.choice(GENRES[: 4 + lively])
        self.isrc = f"ZZMAD{number:07d}"
        low, high = (0.4, 0.9) if lively else (0.1, 0.6)
        self.features = {name: round(draw.uniform(low, high), 3) for name in FEATURES}
        self.features |= {
            "loudness": round(draw.uniform(-20, -4), 2),
            "tempo": round(draw.uniform(70, 170), 2),
        }


def songs(count, lively, seed):
    """Made tracks that no other seed makes."""
    draw = random.Random(seed)
    return [Song(draw, number + 1000 * seed, lively) for number in range(count)]


def write(path, header, rows, encoding="utf-8", **options):
    """Write a CSV file."""
    with open(path, "w", newline="", encoding=encoding) as file:
        writer = csv.writer(file, lineterminator="\r\n", **options)
        writer.writerow(header)
        writer.writerows(rows)
    return str(path)


def exportify_net(path, made):
    """exportify.net: features and genres in every list, an episode, a row without features."""
    rows = []
    for song in made:
        numbers = [song.features.get(name.lower(), 1) for name in EXPORTIFY[12:]]
        facts = [
            song.title,
            "Album",
            f"{song.artist};Other",
            f"{song.year}-05-01",
            song.seconds * 1000,
        ]
        about = [40, "false", "me", "2025-01-07T13:04:52Z", f"made {song.genre},drone", "Label"]
        rows.append([f"spotify:track:{song.id}", *facts, *about, *numbers])
    rows[3] = rows[3][:12]
    rows.append([f"spotify:episode:{made[0].id}", "An episode", *[""] * 22])
    rows.append(["spotify:local:a:b:c:180", "From my disk", "", "Me", *[""] * 20])
    return write(path, EXPORTIFY, rows, "utf-8-sig")


def watsonbox_german(path, made):
    """watsonbox/exportify in German, saved again by Excel: semicolons, German dates, cp1252."""
    rows = [
        [
            f"spotify:track:{s.id}",
            s.title,
            "spotify:artist:a",
            f"{s.artist}, Jürgen",
            "spotify:album:b",
            "Album",
        ]
        + [
            f"28.{s.year % 12 + 1:02d}.{s.year}",
            1,
            1,
            s.seconds * 1000,
            "FALSCH",
            50,
            s.isrc.lower(),
            "me",
            "07.01.2025",
        ]
        for s in made
    ]
    return write(path, GERMAN, rows, "cp1252", delimiter=";")


def reccobeats_r(path, made):
    """A CSV that R wrote of ReccoBeats' answers: row names, NA in every column."""
    header = ["", "track_name", "artist", "album_release", "track_uri", "isrc", *FEATURES]
    rows = []
    for number, song in enumerate(made):
        values = [song.features[name] for name in FEATURES]
        if number % 9 == 4:
            values = ["NA"] * len(values)
        uri = "NA" if number % 13 == 5 else f"spotify:track:{song.id}"
        rows.append([number + 1, song.title, song.artist, f"{song.year}-05-01", uri, "NA", *values])
    return write(path, header, rows, quoting=csv.QUOTE_NONNUMERIC)


def kaggle(path, made):
    """A data set of a competition: lists of artists' genres in cells, many names, NaN."""
    header = ["id", "name", "artists", "artist_genres", "release_date", "duration_ms", *FEATURES]
    rows = []
    for number, song in enumerate(made):
        names = [f"made {number} {song.genre}", song.genre] if number % 5 else []
        row = [
            song.id,
            song.title,
            str([song.artist, "B, C"]),
            str(names),
            song.year,
            song.seconds * 1000,
        ]
        rows.append([*row, *(song.features[name] for name in FEATURES)])
    rows[2][6:] = [float("nan")] * len(FEATURES)
    return write(path, header, rows)


def tidytuesday(path, made):
    """The data set of a community: spotifyr's columns, subgenres, NA."""
    header = [
        "track_id",
        "track_name",
        "track_artist",
        "track_popularity",
        "track_album_release_date",
    ]
    header += ["playlist_name", "playlist_genre", "playlist_subgenre", *FEATURES, "duration_ms"]
    rows = [
        [
            s.id,
            s.title,
            s.artist,
            40,
            s.year if s.year % 2 else f"{s.year}-05-01",
            "x",
            s.genre.upper() if k % 3 else s.genre,
        ]
        + [f"indie {s.genre}", *(s.features[name] for name in FEATURES), s.seconds * 1000]
        for k, s in enumerate(made)
    ]
    rows[1][1:3] = ["NA", "NA"]
    return write(path, header, rows)


def album(folder, count, lively):
    """A folder of sound with the file names that every album has."""
    import soundfile

    folder.mkdir(parents=True)
    for number in range(count):
        time = np.arange(8000 * 2) / 8000
        tone = 0.3 * np.sin(2 * np.pi * (220 + 40 * number + 300 * lively) * time)
        soundfile.write(folder / f"{number + 1:02d} - Track.flac", tone, 8000)
    return str(folder)


LISTS = {
    "exportify_net": exportify_net,
    "watsonbox_german": watsonbox_german,
    "reccobeats_r": reccobeats_r,
    "kaggle": kaggle,
    "tidytuesday": tidytuesday,
}
SHAPES = (*LISTS, "two_albums")


def make(folder, shape, count=60):
    """Two lists or folders of one shape, calm and lively."""
    if shape == "two_albums":
        return [album(folder / name, 12, lively) for name, lively in (("calm", 0), ("lively", 1))]
    write_list = LISTS[shape]
    return [
        write_list(folder / f"{name}.csv", songs(count, lively, seed))
        for name, lively, seed in (("calm", 0, 1), ("lively", 1, 2))
    ]
