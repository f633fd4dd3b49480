"""Two thousand odd inputs: lists, profiles and answers of services. No traceback, and nothing kept that cannot be read back."""

import json
import random

import numpy as np
import pandas as pd
import pytest
import requests

from helpers import profiles, tables
from helpers.project import ProjectError
from helpers.readers import columns, dialects, genres, listings
from helpers.services import previews, reccobeats, spotify, tags
from helpers.services.service import Service

IDS = ["4uLU6hMCjMI75M1A2tKUQC", "7ouMYWpwJ422jRcDASZB7P", "0VjIjW4GlUZAMYd2vXMi3b"]
ISRCS = ["GBAYE0601498", "USRC17607839", "NLA321190001"]
CELLS = [
    *(
        "",
        " ",
        "NA",
        "nan",
        "None",
        "null",
        "undefined",
        "#N/A",
        "-",
        "?",
        "0",
        "-1",
        "1e999",
        "inf",
        "NaN",
        "1,5",
        "\t",
    ),
    *(
        "28.12.2012",
        "2012-08-28",
        "0000",
        "28.08.12",
        "99999999999999999999",
        "3:20",
        "200000",
        "-7.5",
        "0.5",
        "50",
        "7",
    ),
    *(
        IDS[0],
        f"spotify:track:{IDS[1]}",
        f"https://open.spotify.com/track/{IDS[2]}?si=1",
        f"{IDS[0]},",
    ),
    *(
        "spotify:local:a:b:c:1",
        "spotify:episode:x",
        f"https://open.spotify.com/album/{IDS[0]}",
        "a b",
        "gbaye0601498",
    ),
    *(
        "['dance pop', 'pop']",
        "[",
        "['",
        'c("a", "b")',
        "pop, POP",
        "R&B",
        "Tyler\\, The Creator, B",
        "A;B",
        "\\",
    ),
    *(
        '"',
        '""',
        "'",
        "=1+1",
        "@x",
        "ü",
        "日本",
        "\u202e",
        "\x07",
        "\ufeff",
        "a" * 5000,
        "\n",
        "\r",
        "{}",
        "[]",
        "true",
    ),
]
HEADERS = [
    *(
        "Track URI",
        "Track Name",
        "Artist Name(s)",
        "Künstlername(n)",
        "Spotify Track Id",
        "id",
        "url",
        "isrc",
        "year",
    ),
    *(
        "Genres",
        "genre",
        "duration_ms",
        "Time",
        "participant",
        "study",
        "name",
        "Artist",
        "Danceability",
        "Energy",
    ),
    *(
        "Loudness",
        "Speechiness",
        "Acousticness",
        "Instrumentalness",
        "Liveness",
        "Valence",
        "Tempo",
        "BPM",
        "",
        "x",
        "x",
    ),
]
ENCODINGS = ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "cp1252", "utf-32"]


def made_list(draw):
    """A file that is almost a list: its ending and its bytes."""
    kind = draw.random()
    if kind < 0.15:
        return draw.choice([".json", ".txt"]), json.dumps(made_json(draw)).encode()
    if kind < 0.2:
        return draw.choice([".csv", ".txt", ".json", ".parquet"]), draw.randbytes(
            draw.randrange(300)
        )
    width = draw.randint(1, 12)
    delimiter = draw.choice([",", ";", "\t", "|"])
    rows = [draw.sample(HEADERS, width)] if draw.random() < 0.85 else []
    if draw.random() < 0.6 and rows:
        rows[0][0] = draw.choice(["Track URI", "track_id", "title"])
    for _ in range(draw.randrange(8)):
        row = draw.choices(CELLS, k=max(0, width + draw.choice([0, 0, 0, 0, -1, -3, 1])))
        if row and draw.random() < 0.7:
            row[0] = draw.choice(IDS)
        rows.append(row)
    ends = draw.choice(["\n", "\r\n", "\r"])
    text = ends.join(delimiter.join(quoted(draw, cell) for cell in row) for row in rows)
    if draw.random() < 0.1:
        text = f"sep={delimiter}{ends}{text}"
    data = text.encode(draw.choice(ENCODINGS), errors="replace")
    if draw.random() < 0.1:
        data = data[: draw.randrange(len(data) + 1)]
    return draw.choice([".csv", ".csv", ".txt", ".tsv"]), data


def quoted(draw, cell):
    return '"' + cell.replace('"', '""') + '"' if draw.random() < 0.5 else cell


def made_json(draw, depth=0):
    """Any JSON, with the keys that programs use."""
    kind = draw.random()
    keys = [
        "track",
        "item",
        "items",
        "tracks",
        "playlists",
        "artistName",
        "trackName",
        "trackUri",
        "uri",
        "id",
        "name",
    ]
    keys += [
        "artists",
        "duration_ms",
        "external_ids",
        "album",
        "episode",
        "spotify_track_uri",
        "localTrack",
    ]
    if depth > 4 or kind < 0.25:
        return draw.choice([None, True, 0, -1, 1.5, *CELLS])
    if kind < 0.55:
        return [made_json(draw, depth + 1) for _ in range(draw.randrange(4))]
    return {draw.choice(keys): made_json(draw, depth + 1) for _ in range(draw.randrange(5))}


def check_list(folder, draw):
    """Read one list; whatever is read can be written as a table of a build, and read back."""
    ending, data = made_list(draw)
    path = folder / f"made{ending}"
    path.write_bytes(data)
    try:
        found = listings.read_listing(path)
    except ProjectError as error:
        assert str(path) in str(error)
        return False
    tracks = tables.tidy_tracks(
        found.rows.assign(corpus="A", source="made", row=range(len(found.rows)))
    )
    tracks["genre"], _ = genres.tidy(tracks["genre"])
    tables.schemas()["tracks"].validate(tracks, lazy=True)
    tracks.to_parquet(folder / "tracks.parquet")
    assert pd.read_parquet(folder / "tracks.parquet").equals(tracks)
    if found.features is not None:
        features = found.features.assign(source="made")
        tables.schemas()["features"].validate(features, lazy=True)
    return True


PROFILE = """title: Made
source: own
target: A
reference: B
corpora:
  A:
    label: a
    colour: red
    tracks: a.csv
  B:
    label: b
    colour: "#0072B2"
    tracks: [b.csv]
settings:
  n_bootstrap: 10
"""
VALUES = [
    *(
        "NO",
        "2000",
        "~",
        "null",
        "#0072B2",
        "[a, b]",
        "{a: b}",
        '""',
        "A",
        "B",
        "2012-99-99",
        "1e999",
        ".nan",
        "0x",
        "!!int x",
    ),
    *(
        "nowhere.csv",
        "~/x.csv",
        "https://open.spotify.com/album/x",
        "spotify:user:a:collection",
        "'",
        '"',
        "&a",
        "*a",
        "|",
        "- x",
    ),
    *(
        "0",
        "-1",
        "yes",
        "\t",
        "🎵",
        "a: b: c",
        "!!python/object:os.system x",
        "?",
        "@",
        "%",
        "b.csv",
        "[a.csv, a.csv]",
        "\x00",
    ),
]


def check_profile(folder, draw):
    """Read one profile in which some values, keys or lines are others."""
    lines = PROFILE.splitlines()
    for _ in range(draw.choice([1, 1, 2])):
        place, how = draw.randrange(len(lines)), draw.random()
        if how < 0.6:
            lines[place] = lines[place].split(":")[0] + ": " + draw.choice(VALUES)
        elif how < 0.75:
            lines.insert(place, draw.choice(lines))
        elif how < 0.9 and len(lines) > 2:
            del lines[place]
        else:
            lines[place] = draw.choice(VALUES) + lines[place]
    path = folder / "made.yaml"
    path.write_text("\n".join(lines), encoding="utf-8")
    try:
        profile = profiles.load_profile(str(path))
    except ProjectError as error:
        assert str(path) in str(error)
        return False
    assert set(profile.corpora) >= {profile.target, profile.reference}
    return True


GOOD = {
    "reccobeats": {
        "content": [
            {
                "id": "x",
                "href": f"https://open.spotify.com/track/{IDS[0]}",
                "trackTitle": "A",
                "artists": [{"name": "B"}],
            }
            | {
                "isrc": ISRCS[0],
                "durationMs": 200000,
                "danceability": 0.5,
                "energy": 0.5,
                "loudness": -7.0,
                "tempo": 120.0,
            }
            | dict.fromkeys(
                ["speechiness", "acousticness", "instrumentalness", "liveness", "valence"], 0.5
            )
        ]
    },
    "deezer": {
        "isrc": ISRCS[0],
        "duration": 200,
        "readable": True,
        "preview": "http://made/p.mp3",
        "id": 1,
    },
    "itunes": {
        "results": [
            {
                "trackName": "A",
                "artistName": "B",
                "trackTimeMillis": 200000,
                "previewUrl": "http://made/p.m4a",
            }
        ]
    },
    "musicbrainz": {
        "isrc": ISRCS[0],
        "recordings": [{"id": "1", "artist-credit": [{"artist": {"id": "a"}}]}],
        "id": "a",
    }
    | {"genres": [{"name": "pop", "count": 3}]},
    "lastfm": {"toptags": {"tag": [{"name": "pop", "count": "100"}]}},
    "spotify": {
        "id": IDS[0],
        "name": "A",
        "duration_ms": 200000,
        "artists": [{"name": "B"}],
        "external_ids": {"isrc": ISRCS[0]},
    }
    | {
        "access_token": "x",
        "expires_in": 3600,
        "token_type": "Bearer",
        "audio_features": [{"id": IDS[0], "energy": 0.5}],
    },
}
ASKED = [
    ("reccobeats", reccobeats.metadata, ()),
    ("reccobeats", reccobeats.features, ()),
    ("spotify", spotify.metadata, ()),
    ("spotify", spotify.features, ()),
    ("musicbrainz", tags.musicbrainz, ({"Pop": ["pop"]},)),
    ("lastfm", tags.lastfm, ({"Pop": ["pop"]},)),
    ("deezer", previews.deezer, ()),
    ("itunes", previews.itunes, ()),
]


def spoil(draw, body):
    """A body in which something is another value, missing, single, a list, or null."""
    if isinstance(body, dict) and body and draw.random() < 0.8:
        key = draw.choice(list(body))
        if draw.random() < 0.15:
            return {name: value for name, value in body.items() if name != key}
        return body | {key: spoil(draw, body[key])}
    if isinstance(body, list) and body and draw.random() < 0.8:
        if draw.random() < 0.3:
            return draw.choice([body[0], [*body, None], [*body, *body], []])
        return [spoil(draw, body[0]), *body[1:]]
    return draw.choice(
        [None, "", "x", 0, -1, 1e308, True, [], {}, [None], {"a": 1}, "NaN", IDS[1], ISRCS[1]]
    )


class Answers:
    """Answers of a service in place of the network; `silent` once everything should be known."""

    def __init__(self, draw, service):
        self.draw, self.body, self.silent = draw, GOOD[service], False

    def __call__(self, *_, **__):
        if self.silent:
            raise AssertionError("asked again")
        answer = requests.Response()
        answer.status_code = self.draw.choice([200] * 9 + [400, 404, 500, 422])
        body = spoil(self.draw, self.body) if self.draw.random() < 0.8 else self.body
        text = json.dumps(body)
        if self.draw.random() < 0.05:
            text = text[: len(text) // 2]
        answer._content = text.encode()
        answer.headers["Content-Type"] = "application/json"
        return answer


def check_answer(folder, draw, monkeypatch, settings):
    """Ask one service, which answers oddly; what was kept gives the same answers without asking."""
    name, ask, further = draw.choice(ASKED)
    answers = Answers(draw, name)
    monkeypatch.setattr(requests.Session, "request", answers)
    for file in folder.glob("services/*.sqlite"):
        file.unlink()
    rules = getattr(settings.services, name).model_copy(
        update={"retries": 1, "backoff": 0, "pause": 0, "per_second": 1e6}
    )
    services = settings.services.model_copy(update={name: rules})
    settings = settings.model_copy(update={"services": services, "contact": "x@example.org"})
    tracks = pd.DataFrame(
        {
            "track_id": IDS,
            "isrc": [*ISRCS[:2], "DUM_22832"],
            "artist": ["B", "C; D", None],
            "title": ["A", "E", "F"],
        }
        | {"duration": [200.0, np.nan, 100.0]}
    ).set_index("track_id", drop=False)
    service = Service(name, settings)
    try:
        found = ask(service, tracks, *further)
    except ProjectError:
        return False
    assert found["track_id"].is_unique and found["track_id"].isin(IDS).all()
    found.assign(source=name).to_parquet(folder / "found.parquet")
    known = found[
        found["reason"].isna()
        | found["reason"].astype("str").str.contains("not known to", na=False)
    ]
    again = Service(name, settings)
    again.dry = True
    kept = ask(again, tracks, *further).set_index("track_id")
    for column in found.drop(columns=["track_id", "reason"]):
        before, after = known.set_index("track_id")[column], kept[column].reindex(known["track_id"])
        assert (
            before.astype(object).where(before.notna(), None).tolist()
            == after.astype(object).where(after.notna(), None).tolist()
        )
    return True


@pytest.mark.slow
def test_two_thousand_odd_inputs_end_in_a_table_or_in_one_error(tmp_path, monkeypatch):
    monkeypatch.setenv("MUSIC_FOR_PAIN_CACHE", str(tmp_path))
    for key in ("SPOTIPY_CLIENT_ID", "SPOTIPY_CLIENT_SECRET", "LASTFM_API_KEY"):
        monkeypatch.setenv(key, "x")
    for name in ("a.csv", "b.csv"):
        (tmp_path / name).write_text("id\nx\n")
    monkeypatch.setattr(previews, "_audio", lambda answer: answer.content)
    done = {"lists": 0, "profiles": 0, "answers": 0}
    for seed in range(1000):
        done["lists"] += check_list(tmp_path, random.Random(f"list {seed}"))
    settings = profiles.load_profile().settings
    for seed in range(500):
        done["profiles"] += check_profile(tmp_path, random.Random(f"profile {seed}"))
        drawn = random.Random(f"answer {seed}")
        done["answers"] += check_answer(tmp_path, drawn, monkeypatch, settings)
    # Odd inputs are not all refused, or nothing would have been tried.
    assert done["lists"] > 200 and done["profiles"] > 10 and done["answers"] > 200, done


def test_every_header_of_the_table_is_known_to_the_reader():
    assert all(columns.count_known([header]) for header in HEADERS[:23]), dialects.__name__
