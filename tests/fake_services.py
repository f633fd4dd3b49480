"""One loopback server that stands in for every music service that acquisition asks.

    with FakeServices(ids) as fake:
        requests.get(f"{fake.url}/reccobeats/v1/track", params={"ids": ids[0]})

    python tests/fake_services.py --port 0 --ids ids.txt --log requests.jsonl --faults 0.1

As a process it prints its base URL as the first line and serves until it is ended. Prefixes: Spotify `/v1` and
`/api/token`, ReccoBeats `/reccobeats/v1`, Deezer `/deezer`, iTunes `/itunes`, MusicBrainz `/mb/ws/2`, Last.fm
`/lastfm/2.0`, audio `/preview`. `GET` and `POST /control` read and set switches of a running process.

The world is a function of the list of ids alone: two servers with the same list and shares answer alike, except for the
order of a list, which differs from request to request.
"""

import argparse
import base64
import hashlib
import hmac
import io
import json
import random
import re
import sys
import threading
import time
import uuid
from collections import Counter, defaultdict
from dataclasses import dataclass, field, replace
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from urllib.parse import parse_qsl, unquote, urlencode, urlsplit

CLIENT_ID, CLIENT_SECRET = "fakeclient0000000000000000000001", "fakesecret0000000000000000000001"
REFRESH_TOKEN, AGED_REFRESH_TOKEN = (
    "AQ-refresh-token-of-the-fake",
    "AQ-refresh-token-of-more-than-six-months",
)
APP_TOKEN, USER_TOKEN = "BQ-app-token-of-the-fake", "BQ-user-token-of-the-fake"
LASTFM_KEY = "fakelastfmkey0000000000000000001"
OWNER, OTHER_USER = "owner", "somebody_else"
# Playlists of the fake: the logged-in user's, one with every odd entry, one of another user, one of Spotify's own.
OWN, MIXED, OTHER, SPOTIFYS = (
    "0wnP1ayl1st0000000000A",
    "0wnP1ayl1st0000000000B",
    "0therP1ayl1st00000000C",
    "37i9dQZF1DXfakefakefak",
)
PREMIUM = (
    "Active premium subscription required for the owner of the app. "
    "See the developer dashboard of the app's owner."
)
QUOTA_SECONDS = 48925
BATCH = 40
FEATURES = [
    "acousticness",
    "danceability",
    "energy",
    "instrumentalness",
    "liveness",
    "loudness",
    "speechiness",
    "tempo",
    "valence",
]
BASE62 = "0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ"
UUID = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}")
SECRETS = {
    "api_key",
    "client_id",
    "client_secret",
    "refresh_token",
    "code",
    "access_token",
    "api_sig",
}

MAIN = [
    "pop",
    "rock",
    "jazz",
    "classical",
    "electronic",
    "hip hop",
    "metal",
    "blues",
    "country",
    "latin",
    "r&b",
    "new age",
    "easy listening",
]
FINER = [
    "indie pop",
    "dance pop",
    "art rock",
    "soft rock",
    "deep house",
    "ambient",
    "cool jazz",
    "baroque",
    "soul",
    "nederpop",
    "singer-songwriter",
    "trance",
    "death metal",
    "delta blues",
    "bossa nova",
    "synthpop",
]
JUNK = [
    "seen live",
    "00s",
    "favourites",
    "female vocalists",
    "dutch",
    "<i>my list</i>",
    "good & calm",
    "all",
]
FIRST = [
    "Velvet",
    "Quiet",
    "Northern",
    "Paper",
    "Golden",
    "Étoile",
    "Broken",
    "Salt &",
    "Sunday",
    "Électric",
    "Little",
]
SECOND = [
    "Harbour",
    "Orchestra",
    "Lions",
    "Parade",
    "Weather",
    "Sisters",
    "Månen",
    "Machine",
    "Garden",
    "Tide",
]
WORDS = [
    "Rain",
    "Home",
    "Slow",
    "River",
    "Again",
    "Light",
    "Nacht",
    "Glass",
    "Run",
    "Letters",
    "Sun",
    "Away",
    "Blue",
    "<b>Bold</b>",
    "Cœur",
    "O'Clock",
    "Fire",
    "& Then",
    '"Quoted"',
    "Winter",
]


def made_ids(count, seed=0):
    """Ids that look like Spotify's, none of them a track's."""
    draw = random.Random(f"ids:{seed}")
    return ["".join(draw.choice(BASE62) for _ in range(22)) for _ in range(count)]


def clip(seconds=1.0):
    """A tone as MP3, as Deezer serves its previews."""
    import numpy as np
    import soundfile

    out = io.BytesIO()
    soundfile.write(out, 0.3 * np.sin(np.arange(round(44100 * seconds)) / 20), 44100, format="MP3")
    return out.getvalue()


def clip_m4a(seconds=1.0):
    """A tone as AAC in MP4, as iTunes serves its previews."""
    import av
    import numpy as np

    out = io.BytesIO()
    with av.open(out, "w", format="ipod") as container:
        stream = container.add_stream("aac", rate=44100)
        stream.layout = "mono"
        wave = (0.3 * np.sin(np.arange(round(44100 * seconds)) / 20)).astype("f4")[None]
        frame = av.AudioFrame.from_ndarray(wave, format="fltp", layout="mono")
        frame.sample_rate = 44100
        for packet in [*stream.encode(frame), *stream.encode(None)]:
            container.mux(packet)
    return out.getvalue()


def _id(text):
    number = int.from_bytes(hashlib.sha256(text.encode()).digest(), "big")
    return "".join(BASE62[number // 62**k % 62] for k in range(22))


def _uuid(text):
    return str(uuid.UUID(bytes=hashlib.sha256(text.encode()).digest()[:16], version=4))


def _number(text):
    return int.from_bytes(hashlib.sha256(text.encode()).digest()[:4], "big")


def _features(text):
    """Nine values in Spotify's spelling: three significant digits, loudness and tempo with three decimals."""
    draw = random.Random(f"features:{text}").random
    values = {name: float(f"{draw():.3g}") for name in FEATURES}
    values["instrumentalness"] = 0 if draw() < 0.4 else float(f"{10 ** (-5 * draw()):.3g}")
    values["loudness"], values["tempo"] = (
        round(-40 * draw() ** 2 - 1, 3),
        round(60 + 120 * draw(), 3),
    )
    return values | {"key": int(13 * draw()) - 1, "mode": int(2 * draw())}


@dataclass(frozen=True)
class Artist:
    """One artist under the id of every service."""

    number: int
    name: str
    id: str
    genres: dict
    tags: dict
    lastfm_known: bool

    @property
    def mbid(self):
        return _uuid(f"mbid:{self.number}")


def _artist(number):
    draw = random.Random(f"artist:{number}")
    names = [draw.choice(MAIN), *draw.sample(FINER, 2), draw.choice(MAIN)]
    genres = (
        {}
        if draw.random() < 0.15
        else {name: draw.randint(1, 20) for name in dict.fromkeys(names[draw.randint(0, 1) :])}
    )
    tags = (
        {}
        if draw.random() < 0.15
        else {
            name: max(1, 100 - 23 * place)
            for place, name in enumerate(dict.fromkeys([*names[:3], *draw.sample(JUNK, 2)]))
        }
    )
    return Artist(
        number,
        f"{draw.choice(FIRST)} {draw.choice(SECOND)} {number}",
        _id(f"artist:{number}"),
        genres,
        tags,
        draw.random() > 0.05,
    )


@dataclass(frozen=True)
class Track:
    """One listed id, and what is true of it; `isrc` is None where Spotify names none."""

    id: str
    title: str
    artists: tuple
    isrc: str | None
    duration_ms: int
    in_spotify: bool


@dataclass(frozen=True)
class Record:
    """One record of ReccoBeats: the Spotify id in its href need not be the listed one."""

    id: str
    spotify_id: str
    isrc: str | None
    title: str
    artists: tuple
    duration_ms: int
    features: dict | None


class World:
    """What all services know, from a list of Spotify ids.

    Parameters
    ----------
    ids : iterable of str
    missing : float
        Share of ids that ReccoBeats does not know by id. Of those, 7 in 10 have an ISRC under which a record with
        nearly the same duration lies (some with a second record, near or far), 3 in 20 only a record whose duration is
        far off, and the others none. One in ten is another edition of a listed track and shares its ISRC.
    no_features, no_isrc, no_spotify, no_deezer, no_musicbrainz : float
        Shares of records without features, of tracks without ISRC, and unknown to a service.
    """

    def __init__(
        self,
        ids,
        missing=0.2,
        no_features=0.01,
        no_isrc=0.02,
        no_spotify=0.01,
        no_deezer=0.1,
        no_musicbrainz=0.15,
    ):
        self.ids = list(dict.fromkeys(ids))
        self.no_deezer, self.no_musicbrainz = no_deezer, no_musicbrainz
        self.tracks, self.by_id, self.by_isrc, self.by_uuid = {}, {}, defaultdict(list), {}
        self.artists, self.names, self.mbids = {}, {}, {}
        known = []
        for given in self.ids:
            draw = random.Random(f"track:{given}")
            people = tuple(
                self._person(int(4000 * draw.random() ** 2))
                for _ in range(1 + (draw.random() < 0.2))
            )
            title = " ".join(draw.choice(WORDS) for _ in range(draw.randint(1, 3)))
            isrc = (
                f"{draw.choice(['NL', 'GB', 'US', 'QZ'])}{draw.choice('ABCDEF')}{draw.randint(10, 99)}"
                f"{draw.randint(0, 99):02d}{draw.randint(0, 99999):05d}"
            )
            track = Track(
                given,
                title,
                tuple(dict.fromkeys(people)),
                isrc if draw.random() >= no_isrc else None,
                draw.randint(90_000, 420_000),
                draw.random() >= no_spotify,
            )
            absent, way, edition = draw.random() < missing, draw.random(), draw.random() < 0.1
            if absent and edition and known:
                twin = known[int(len(known) * draw.random())]
                track = replace(
                    track,
                    title=twin.title,
                    artists=twin.artists,
                    isrc=twin.isrc,
                    duration_ms=twin.duration_ms + draw.randint(-500, 500),
                )
            elif absent and track.isrc:
                near, wide = (
                    draw.choice([-1, 1]) * draw.randint(100, 1000),
                    draw.choice([-1, 1]) * draw.randint(1500, 2900),
                )
                far = draw.choice([-1, 1]) * draw.randint(20_000, 60_000)
                gaps = (
                    [near]
                    if way < 0.45
                    else [near, wide]
                    if way < 0.6
                    else [near, far]
                    if way < 0.7
                    else [far]
                    if way < 0.85
                    else []
                )
                for place, gap in enumerate(gaps):
                    self._record(
                        track, _id(f"alias:{given}:{place}"), track.duration_ms + gap, no_features
                    )
            elif not absent:
                self._record(track, given, track.duration_ms, no_features)
                if way < 0.3 and track.isrc:
                    self._record(
                        track,
                        _id(f"alias:{given}"),
                        track.duration_ms + draw.randint(-2000, 2000),
                        no_features,
                    )
                if track.isrc:
                    known.append(track)
            self.tracks[given] = track
        self.isrcs = defaultdict(list)
        for track in self.tracks.values():
            if track.isrc:
                self.isrcs[track.isrc].append(track)
        self.records = list(self.by_id.values())

    def _person(self, number):
        if number not in self.artists:
            person = self.artists[number] = _artist(number)
            self.names[person.name.lower()], self.mbids[person.mbid] = person, person
        return number

    def _record(self, track, spotify_id, duration_ms, no_features):
        features = (
            None
            if _number(f"nofeatures:{spotify_id}") < no_features * 2**32
            else _features(spotify_id)
        )
        record = Record(
            _uuid(f"reccobeats:{spotify_id}"),
            spotify_id,
            track.isrc,
            track.title,
            track.artists,
            duration_ms,
            features,
        )
        self.by_id[spotify_id] = self.by_uuid[record.id] = record
        if track.isrc:
            self.by_isrc[track.isrc].append(record)

    def credits(self, track):
        """The artists of a track or record, in order."""
        return [self.artists[number] for number in track.artists]

    def expected_features(self, given, by_isrc=True):
        """What acquisition should find at ReccoBeats: the record and how, or None and why.

        Two records within three seconds: the nearer. `by_isrc=False` where a client has no ISRC or duration to ask with.
        """
        if given in self.by_id:
            record = self.by_id[given]
            return (record, "id") if record.features else (None, "no features")
        track = self.tracks.get(given)
        if not (
            by_isrc and track and track.in_spotify and track.isrc and self.by_isrc.get(track.isrc)
        ):
            return None, "unknown"
        gaps = {
            abs(r.duration_ms - track.duration_ms): r
            for r in self.by_isrc[track.isrc]
            if r.features
        }
        if gaps and min(gaps) <= 3000:
            return gaps[min(gaps)], "isrc"
        return None, "duration"

    def deezer(self, isrc):
        """Deezer's track of an ISRC, without its preview link; None where it has none."""
        if isrc not in self.isrcs or _number(f"deezer:{isrc}") < self.no_deezer * 2**32:
            return None
        track, fate = self.isrcs[isrc][0], _number(f"fate:{isrc}") % 100
        return {
            "id": _number(f"deezerid:{isrc}"),
            "readable": fate >= 3,
            "title": track.title,
            "isrc": isrc,
            "seconds": round(track.duration_ms / 1000) + (25 if fate >= 92 else 0),
            "has_preview": fate >= 8,
            "artists": self.credits(track),
        }


@dataclass
class Answer:
    """What is sent: `swap` makes the same answer with a record nobody asked for in an asked one's place."""

    status: int
    body: bytes
    headers: dict = field(default_factory=dict)
    swap: object = None
    audio: bool = False
    seconds: float = 0.0
    drop: bool = False


@dataclass
class Request:
    method: str
    path: str
    query: list
    headers: object
    body: bytes
    base: str
    shuffle: random.Random

    def get(self, name, default=None):
        return dict(self.query).get(name, default)

    def ids(self):
        """The ids of a list, given with commas or repeated."""
        return [
            one for name, value in self.query if name == "ids" for one in value.split(",") if one
        ]


def _json(content, status=200, kind="application/json", swap=None, **headers):
    return Answer(
        status,
        json.dumps(content, ensure_ascii=False).encode(),
        {"Content-Type": kind}
        | {name.replace("_", "-"): str(value) for name, value in headers.items()},
        swap,
    )


def _text(text, status, kind="text/plain; charset=utf-8"):
    return Answer(status, text.encode(), {"Content-Type": kind})


def _spotify_error(status, message, **more):
    headers = {name: more.pop(name) for name in list(more) if name == "Retry_After"}
    return _json({"error": {"status": status, "message": message} | more}, status, **headers)


PAGE = (
    "<!DOCTYPE html>\n<html><head><title>One moment</title></head>"
    "<body><h1>We are checking your connection</h1></body></html>"
)
# A rate refusal as each service words it; a client that waits is answered next time.
REFUSED = {
    "spotify": lambda wait: _spotify_error(429, "API rate limit exceeded", Retry_After=wait),
    "reccobeats": lambda wait: _json(
        {
            "timestamp": "2026-11-22T12:00:00Z",
            "error": "Too many requests",
            "status": 4291,
            "path": "/",
        },
        429,
        Retry_After=wait,
    ),
    "deezer": lambda wait: _json(
        {"error": {"type": "Exception", "message": "Quota limit exceeded", "code": 4}}
    ),
    "itunes": lambda wait: _json(
        {"resultCount": 0, "results": []}, 403, "text/javascript; charset=utf-8"
    ),
    "musicbrainz": lambda wait: _json(
        {
            "error": "Your requests are exceeding the allowable rate limit. Please see the "
            "rate limiting page for more information."
        },
        503,
        Retry_After=wait,
    ),
    "lastfm": lambda wait: _json(
        {
            "error": 29,
            "message": "Rate Limit Exceeded - Your IP has made too many requests in a short period",
        }
    ),
    "preview": lambda wait: _text("", 429),
}
KINDS = ["malformed", "html", "content type", "503", "500", "refused", "dropped", "other id"]
AUDIO_KINDS = ["truncated", "html", "content type", "503", "500", "refused", "dropped"]


def spoilt(answer, kind, service, draw, wait=0):
    """The answer as a fault of one kind leaves it, or None where the kind cannot befall it."""
    body = answer.body
    if kind == "malformed":
        return replace(answer, body=body[: max(1, int(len(body) * draw.uniform(0.2, 0.9)))])
    if kind == "truncated":
        return replace(answer, body=body[: max(1, int(len(body) * draw.uniform(0.05, 0.45)))])
    if kind == "html":
        return _text(PAGE, 200, "text/html; charset=utf-8")
    if kind == "content type":
        wrong = draw.choice(
            ["application/json", "text/html"] if answer.audio else ["text/html", "image/png"]
        )
        return replace(answer, headers=answer.headers | {"Content-Type": wrong})
    if kind == "503":
        sent = (
            _text(PAGE, 503, "text/html")
            if draw.random() < 0.5
            else _text("upstream connect error", 503)
        )
        return (
            replace(sent, headers=sent.headers | {"Retry-After": str(wait)})
            if draw.random() < 0.3
            else sent
        )
    if kind == "500":
        return _json({"error": {"status": 500, "message": "Server error"}}, 500)
    if kind == "refused":
        plain = service == "deezer" and draw.random() < 0.5
        return REFUSED["preview" if plain else service](wait)
    if kind == "dropped":
        return replace(answer, drop=True)
    return answer.swap(draw) if answer.swap else None


class Oddities:
    """Keys that a service answers oddly, whenever it is asked: the same ones in every run.

    A relinked id (a record of another id in its place), a null or impossible value, a single object in place of a list,
    a null entry, an ISRC that is none, a question that is refused by itself.
    """

    KINDS = ("relinked", "null", "impossible")

    def __init__(self, share):
        self.share = share

    def kind(self, key):
        """What is odd about a key, or None."""
        number = _number(f"odd:{key}")
        return self.KINDS[number % 3] if number < self.share * 2**32 else None

    def of(self, service, request, answer):
        """The answer as it is about odd keys, and "odd" where it is."""
        change = getattr(self, f"_{service}", None)
        if not self.share or not change or answer.status != 200:
            return answer, None
        changed = change(request, json.loads(answer.body))
        if changed is None:
            return answer, None
        if isinstance(changed, Answer):
            return changed, "odd"
        body = json.dumps(changed, ensure_ascii=False).encode()
        return replace(answer, body=body, swap=None), "odd"

    def _reccobeats(self, request, body):
        rows = body.get("content")
        odd = False
        for row in rows or ():
            match self.kind(row["href"].rsplit("/", 1)[-1]):
                case "relinked":
                    row["href"] = f"https://open.spotify.com/track/{_id('relinked' + row['id'])}"
                case "null":
                    row.update(
                        {"tempo": None} if "tempo" in row else {"artists": [None, {"name": None}]}
                    )
                case "impossible":
                    row.update({"loudness": 7.5} if "tempo" in row else {"durationMs": None})
                case _:
                    continue
            odd = True
        if not odd:
            return None
        return body | {"content": rows[0] if len(rows) == 1 else [*rows, None]}

    def _spotify(self, request, body):
        name = request.path.rsplit("/", 1)[-1]
        if "/tracks/" not in request.path:
            return None
        match self.kind(name):
            case "relinked":
                return body | {"id": _id("relinked" + name)}
            case "null":
                return body | {"artists": [None], "duration_ms": None}
            case "impossible":
                return body | {"external_ids": {"isrc": "DUM_22832"}}
        return None

    def _musicbrainz(self, request, body):
        match self.kind(request.path.rsplit("/", 1)[-1]):
            case "relinked":
                return _json({"error": "Invalid isrc."}, 400)
            case "null":
                return body | {"genres": None, "recordings": [None, *body.get("recordings", ())]}
            case "impossible":
                rows, names = body.get("recordings") or [{}], body.get("genres") or [None]
                return body | {"recordings": rows[0], "genres": names[0]}
        return None

    def _lastfm(self, request, body):
        tags = body.get("toptags", {}).get("tag")
        if not tags or not self.kind(request.get("artist", "")):
            return None
        return {"toptags": {"tag": tags[0]}}

    def _deezer(self, request, body):
        if "isrc" not in body or not self.kind(body["isrc"]):
            return None
        return body | {"isrc": body["isrc"].lower(), "title": None, "artist": None}

    def _itunes(self, request, body):
        rows = body.get("results")
        if not rows or not self.kind(request.get("term", "")):
            return None
        return body | {"results": [None, {"trackName": None, "trackTimeMillis": None}, *rows]}


class FakeServices:
    """The server, its world and its log.

    Parameters
    ----------
    ids : iterable of str
        The listed tracks; the world follows from them.
    world : dict, optional
        Shares for `World`.
    faults : float
        Share of requests that fail, drawn from `seed` and the number of the request. No request (the same method, path
        and query) fails more than three times in a row. A 503 may start a storm: the next one or two requests to that
        service fail with 503 as well, and as many later faults are left out, so that the share holds.
    kinds : sequence of str, optional
        Fault kinds to draw from; all by default. `fault_services` likewise limits the services that fail.
    log : path, optional
        One JSON line a request, flushed when its answer has been sent.
    clip, clip_m4a : bytes, optional
        What is served for every preview; one second of a tone by default.
    client, lastfm_key : optional
        The credentials that are accepted.
    **switches
        See `SWITCHES`.
    """

    SWITCHES = {
        "mode": "dev",  # dev: no batches, no audio features, own playlists only; extended: as it was
        "features": None,  # whether extended mode still has audio features; None: as the mode says
        "artist_genres": None,  # present, empty or absent; None: empty in dev, present in extended
        "entries": "both",  # playlist entries under item, track or both
        "refresh": "good",  # aged: every refresh token is refused with invalid_grant
        "token_seconds": 3600,
        "over_batch": "400",  # what ReccoBeats does above 40 ids: 400 or truncate
        "key_mode": True,  # whether ReccoBeats sends key, mode and isrc with features
        "href": "spotify",  # api: ReccoBeats' href of a record is of its own host
        "preview_seconds": 900,  # how long a signed link holds
        "deezer_per_5_s": None,  # None: no limit
        "itunes_per_minute": None,
        "musicbrainz_per_second": None,
        "lastfm_per_second": None,
        "lastfm_error_status": 200,
        "odd": 0.0,  # share of keys that are always answered oddly: see `Oddities`
    }

    def __init__(
        self,
        ids,
        world=None,
        faults=0.0,
        seed=0,
        kinds=None,
        fault_services=None,
        log=None,
        port=0,
        clip=None,
        clip_m4a=None,
        client=(CLIENT_ID, CLIENT_SECRET),
        lastfm_key=LASTFM_KEY,
        **switches,
    ):
        self.world = World(ids, **(world or {}))
        self.faults, self.seed, self.kinds, self.fault_services = (
            faults,
            seed,
            kinds,
            fault_services,
        )
        self.client, self.lastfm_key = client, lastfm_key
        self.switches = dict(self.SWITCHES)
        self.set(**switches)
        self.audio = {
            "mp3": clip or globals()["clip"](),
            "m4a": clip_m4a or globals()["clip_m4a"](),
        }
        self._log, self.closed = [], {}
        self._file = Path(log).open("a", encoding="utf-8") if log else None
        self._lock = threading.Lock()
        self._number = self._connections = 0
        self._row, self._storm, self._debt = Counter(), Counter(), 0
        self._troubles, self._asked = [], defaultdict(list)
        self._tokens = {APP_TOKEN: (None, float("inf")), USER_TOKEN: (OWNER, float("inf"))}
        self._words = defaultdict(set)
        for track in self.world.tracks.values():
            for word in self._split(f"{track.title} {self.world.credits(track)[0].name}"):
                self._words[word].add(track.id)
        fake = self

        class Handler(_Handler):
            owner = fake

        self._server = _Server(("127.0.0.1", port), Handler)
        self.url = f"http://127.0.0.1:{self._server.server_address[1]}"
        self._thread = threading.Thread(
            target=self._server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True
        )

    def __enter__(self):
        self._thread.start()
        return self

    def __exit__(self, *error):
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()
        if self._file:
            self._file.close()

    def set(self, **switches):
        """Set switches while the server runs."""
        unknown = set(switches) - set(self.SWITCHES)
        if unknown:
            raise ValueError(f"No such switch: {', '.join(sorted(unknown))}")
        self.switches.update(switches)

    def trouble(
        self, service, kind, after=0, times=None, path="", retry_after=0, status=400, seconds=0
    ):
        """Let a service fail from now on, whatever `faults` says.

        Parameters
        ----------
        service : str
            As in the log: spotify, reccobeats, deezer, itunes, musicbrainz, lastfm, preview.
        kind : str
            A kind of fault, or premium (403, plain text), quota (429 QUOTA_EXCEEDED, Retry-After 48925), rate (429 with
            `retry_after`), rate bare (429 without header), error text ({"error": "text"} with `status`), forbidden
            (403), unauthorised (401), slow (the right answer after `seconds`).
        after, times : int
            Requests that are answered first, and that fail then; without `times` for ever.
        path : str
            Only requests whose path contains it. The token endpoint is troubled only where a path names it.
        """
        with self._lock:
            self._troubles.append(
                {
                    "service": service,
                    "kind": kind,
                    "after": after,
                    "times": times,
                    "path": path,
                    "retry_after": retry_after,
                    "status": status,
                    "seconds": seconds,
                }
            )

    def clear(self):
        """End all troubles."""
        with self._lock:
            self._troubles.clear()

    def requests(self, service=None, path=""):
        """Logged requests of a service whose path contains `path`."""
        return [
            line for line in self.log if service in (None, line["service"]) and path in line["path"]
        ]

    @property
    def log(self):
        """One dict a request, in the order in which their answers were sent."""
        # A client has its answer a moment before the line is written.
        ends = time.monotonic() + 0.5
        while len(self._log) < self._number and time.monotonic() < ends:
            time.sleep(0.0005)
        with self._lock:
            return list(self._log)

    # --- one request -------------------------------------------------------------------------------------------------

    def serve(self, method, target, headers, body, connection):
        """Answer and the line of the log for it; the handler sends the one and hands back the other."""
        begun = time.time()
        parts = urlsplit(target)
        query = parse_qsl(parts.query, keep_blank_values=True)
        service = _service(parts.path)
        if service == "control":
            return self._control(method, body), None
        with self._lock:
            self._number += 1
            number = self._number
        line = {
            "n": number,
            "time": begun,
            "connection": connection,
            "service": service,
            "method": method,
            "path": unquote(parts.path),
            "query": canonical(query),
            "auth": sorted(
                {name for name, _ in query if name in SECRETS}
                | ({"authorization"} if headers.get("Authorization") else set())
            ),
        }
        draw = random.Random(f"{self.seed}:{number}")
        request = Request(
            method,
            unquote(parts.path).rstrip("/"),
            query,
            headers,
            body,
            f"http://{headers.get('Host') or urlsplit(self.url).netloc}",
            draw,
        )
        answer = getattr(self, f"_{service}")(request)
        answer, odd = Oddities(self.switches["odd"]).of(service, request, answer)
        kind, answer = self._fault(line, answer, draw)
        return answer, line | {"fault": kind or odd, "status": answer.status}

    def done(self, line, complete):
        """Log a request when its answer has been sent, or could not be."""
        line = line | {"complete": complete, "seconds": round(time.time() - line["time"], 6)}
        with self._lock:
            self._log.append(line)
            self._write(line)

    def opened(self):
        with self._lock:
            self._connections += 1
            return self._connections

    def closing(self, connection):
        with self._lock:
            self.closed[connection] = time.time()
            self._write({"closed": connection, "time": self.closed[connection]})

    def _write(self, line):
        if self._file and not self._file.closed:
            self._file.write(json.dumps(line, ensure_ascii=False) + "\n")
            self._file.flush()

    def _fault(self, line, answer, draw):
        service, key = line["service"], identity(line)
        with self._lock:
            for trouble in self._troubles:
                token = line["path"] == "/api/token" and not trouble["path"]
                if trouble["service"] != service or trouble["path"] not in line["path"] or token:
                    continue
                if trouble["after"] > 0:
                    trouble["after"] -= 1
                elif trouble["times"] is None or trouble["times"] > 0:
                    trouble["times"] = None if trouble["times"] is None else trouble["times"] - 1
                    return f"trouble: {trouble['kind']}", self._troubled(
                        trouble, answer, service, draw
                    )
            kind = None
            if service in (self.fault_services or [service]) and self._row[key] < 3:
                if self._storm[service]:
                    self._storm[service] -= 1
                    kind = "503"
                elif draw.random() < self.faults:
                    if self._debt:
                        self._debt -= 1
                    else:
                        kinds = AUDIO_KINDS if answer.audio else KINDS
                        kind = draw.choice(
                            [
                                k
                                for k in kinds
                                if (self.kinds is None or k in self.kinds)
                                and (k != "other id" or answer.swap)
                            ]
                            or [None]
                        )
                        if kind == "503":
                            self._storm[service] = more = draw.choice([0, 0, 1, 2])
                            self._debt += more
            wait = int(draw.random() < 0.05)
            spoiled = spoilt(answer, kind, service, draw, wait) if kind else None
            kind = kind if spoiled else None
            self._row[key] = self._row[key] + 1 if kind else 0
        return kind, spoiled or answer

    def _troubled(self, trouble, answer, service, draw):
        kind, wait = trouble["kind"], trouble["retry_after"]
        if kind == "premium":
            return _text(PREMIUM, 403)
        if kind == "quota":
            return _spotify_error(
                429, "Too many requests", reason="QUOTA_EXCEEDED", Retry_After=QUOTA_SECONDS
            )
        if kind == "rate":
            return REFUSED[service](wait)
        if kind == "rate bare":
            bare = REFUSED[service](0)
            return replace(bare, headers={"Content-Type": bare.headers["Content-Type"]})
        if kind == "error text":
            return _json({"error": "Something went wrong"}, trouble["status"])
        if kind == "forbidden":
            return _spotify_error(403, "Forbidden")
        if kind == "unauthorised":
            return _spotify_error(401, "The access token expired")
        if kind == "slow":
            return replace(answer, seconds=trouble["seconds"])
        if kind not in {*KINDS, *AUDIO_KINDS}:
            return _text(f"no such trouble: {kind}", 418)
        return spoilt(answer, kind, service, draw, wait) or answer

    def _control(self, method, body):
        if method == "POST":
            wanted = json.loads(body or b"{}")
            if wanted.get("clear"):
                self.clear()
            self.set(**wanted.get("switches", {}))
            for trouble in wanted.get("trouble", []):
                self.trouble(**trouble)
            for name in ("faults", "seed", "kinds", "fault_services"):
                if name in wanted:
                    setattr(self, name, wanted[name])
        return _json(
            {
                "switches": self.switches,
                "trouble": self._troubles,
                "requests": len(self.log),
                "faults": self.faults,
            }
        )

    def _over(self, service, count, seconds):
        """Whether one more request to a service now is above `count` in `seconds`."""
        if count is None:
            return False
        with self._lock:
            now = time.monotonic()
            kept = self._asked[service] = [
                at for at in self._asked[service] if now - at < 0.95 * seconds
            ]
            if len(kept) >= count:
                return True
            kept.append(now)
        return False

    def _unknown(self, request):
        return _text("Not Found", 404)

    # --- Spotify -----------------------------------------------------------------------------------------------------

    def _token(self, request):
        form = dict(parse_qsl(request.body.decode()))
        basic = "Basic " + base64.b64encode(":".join(self.client).encode()).decode()
        given = request.headers.get("Authorization")
        if given != basic if given else form.get("client_id") != self.client[0]:
            return _json({"error": "invalid_client", "error_description": "Invalid client"}, 400)
        kind, user = form.get("grant_type"), OWNER
        if kind == "client_credentials":
            user = None
        elif kind == "refresh_token":
            if self.switches["refresh"] == "aged" or form.get("refresh_token") != REFRESH_TOKEN:
                return _json(
                    {"error": "invalid_grant", "error_description": "Refresh token expired"}, 400
                )
        elif kind != "authorization_code":
            return _json({"error": "unsupported_grant_type"}, 400)
        with self._lock:
            token = f"BQ-token-{len(self._tokens)}-of-the-fake"
            self._tokens[token] = user, time.time() + self.switches["token_seconds"]
        answer = {
            "access_token": token,
            "token_type": "Bearer",
            "expires_in": self.switches["token_seconds"],
        }
        if user:
            answer |= {"scope": "playlist-read-private"}
        return _json(
            answer | ({"refresh_token": REFRESH_TOKEN} if kind == "authorization_code" else {})
        )

    def _spotify(self, request):
        if request.path == "/api/token":
            return self._token(request)
        if request.path == "/authorize":
            back = urlencode({"code": "code-of-the-fake", "state": request.get("state", "")})
            return Answer(302, b"", {"Location": f"{request.get('redirect_uri')}?{back}"})
        scheme, _, token = request.headers.get("Authorization", "").partition(" ")
        user, ends = self._tokens.get(token, (None, 0)) if scheme == "Bearer" else (None, 0)
        if ends < time.time():
            return _spotify_error(
                401, "The access token expired" if token in self._tokens else "Invalid access token"
            )
        extended = self.switches["mode"] == "extended"
        match request.path.removeprefix("/v1/").split("/"):
            case ["tracks"] if request.get("ids") is not None:
                if not extended:
                    return _spotify_error(403, "Forbidden")
                if len(request.ids()) > 50:
                    return _spotify_error(400, "Too many ids requested")
                return _json({"tracks": [self._track(one, request) for one in request.ids()]})
            case ["tracks", given]:
                if not re.fullmatch("[0-9A-Za-z]{22}", given):
                    return _spotify_error(400, "Invalid base62 id")
                found = self._track(given, request)
                if not found:
                    return _spotify_error(404, "Resource not found")

                def other(draw):
                    return _json(
                        self._track(
                            draw.choice(
                                [
                                    t.id
                                    for t in self.world.tracks.values()
                                    if t.in_spotify and t.id != given
                                ]
                                or [given]
                            ),
                            request,
                        )
                    )

                return _json(found, swap=other if len(self.world.ids) > 20 else None)
            case ["artists"]:
                if not extended:
                    return _spotify_error(403, "Forbidden")
                return _json({"artists": [self._artist(one, request) for one in request.ids()]})
            case ["artists", given]:
                found = self._artist(given, request)
                return _json(found) if found else _spotify_error(404, "Resource not found")
            case ["artists", _, "top-tracks" | "related-artists"]:
                return _spotify_error(403, "Forbidden")
            case ["audio-features", *given]:
                has = self.switches["features"]
                if not (extended if has is None else has):
                    return _spotify_error(403, "Forbidden")
                if given:
                    found = self._audio_features(given[0], request)
                    return _json(found) if found else _spotify_error(404, "analysis not found")
                if len(request.ids()) > 100:
                    return _spotify_error(400, "Too many ids requested")
                return _json(
                    {
                        "audio_features": [
                            self._audio_features(one, request) for one in request.ids()
                        ]
                    }
                )
            case ["audio-analysis" | "recommendations", *_]:
                return _spotify_error(403, "Forbidden")
            case ["playlists", given, *rest]:
                return self._playlist(request, given, rest, user, extended)
            case ["me", *rest]:
                if not user:
                    return _spotify_error(401, "Valid user authentication required")
                if rest == ["playlists"]:
                    return _json(
                        self._page([self._head(one, request) for one in (OWN, MIXED)], request)
                    )
                return _json(
                    {
                        "id": user,
                        "display_name": "Owner",
                        "type": "user",
                        "uri": f"spotify:user:{user}",
                    }
                )
            case ["search"]:
                return self._search(request)
        return _spotify_error(404, "Service not found")

    def _track(self, given, request):
        track = self.world.tracks.get(given)
        if not (track and track.in_spotify):
            return None
        people = [
            {
                "id": a.id,
                "name": a.name,
                "type": "artist",
                "uri": f"spotify:artist:{a.id}",
                "href": f"{request.base}/v1/artists/{a.id}",
            }
            for a in self.world.credits(track)
        ]
        album = {
            "id": _id(f"album:{given}"),
            "name": f"Album of {track.title}",
            "type": "album",
            "artists": people,
            "release_date": f"{1970 + _number(given) % 55}",
            "images": [],
        }
        found = {
            "id": given,
            "name": track.title,
            "type": "track",
            "uri": f"spotify:track:{given}",
            "is_local": False,
            "href": f"{request.base}/v1/tracks/{given}",
            "artists": people,
            "album": album,
            "explicit": False,
            "external_urls": {"spotify": f"https://open.spotify.com/track/{given}"},
            "track_number": 1,
            "external_ids": {"isrc": track.isrc} if track.isrc else {},
            "duration_ms": track.duration_ms,
        }
        if self.switches["mode"] == "extended":
            found |= {
                "popularity": _number(given) % 100,
                "preview_url": None,
                "available_markets": ["NL"],
            }
        return found

    def _artist(self, given, request):
        person = next((a for a in self.world.artists.values() if a.id == given), None)
        if not person:
            return None
        found = {
            "id": given,
            "name": person.name,
            "type": "artist",
            "uri": f"spotify:artist:{given}",
            "images": [],
            "href": f"{request.base}/v1/artists/{given}",
        }
        genres = self.switches["artist_genres"] or (
            "present" if self.switches["mode"] == "extended" else "empty"
        )
        return found | (
            {}
            if genres == "absent"
            else {"genres": list(person.genres) if genres == "present" else []}
        )

    def _audio_features(self, given, request):
        if given not in self.world.tracks or _number(f"audiofeatures:{given}") % 50 == 0:
            return None
        return _features(given) | {
            "id": given,
            "type": "audio_features",
            "uri": f"spotify:track:{given}",
            "time_signature": 4,
            "track_href": f"{request.base}/v1/tracks/{given}",
            "duration_ms": self.world.tracks[given].duration_ms,
            "analysis_url": f"{request.base}/v1/audio-analysis/{given}",
        }

    def _head(self, given, request):
        owner = OTHER_USER if given == OTHER else OWNER
        return {
            "id": given,
            "name": {OWN: "Mine", MIXED: "Odd entries", OTHER: "Theirs"}[given],
            "type": "playlist",
            "owner": {"id": owner, "display_name": owner},
            "public": True,
            "collaborative": False,
            "uri": f"spotify:playlist:{given}",
            "snapshot_id": "AAAA",
            "href": f"{request.base}/v1/playlists/{given}",
        }

    def entries(self, given, request):
        """The entries of a playlist: of OWN the first 120 ids, of MIXED every odd one, of OTHER the last 30 ids."""

        def entry(track, spelling=None, local=False):
            spelling = spelling or self.switches["entries"]
            keys = {"item": ["item"], "track": ["track"], "both": ["item", "track"]}[spelling]
            return {
                "added_at": "2026-01-01T00:00:00Z",
                "added_by": {"id": OWNER},
                "is_local": local,
            } | dict.fromkeys(keys, track)

        ids = [one for one in self.world.ids if self.world.tracks[one].in_spotify]
        found = [
            self._track(one, request)
            for one in {OWN: ids[:120], OTHER: ids[-30:], MIXED: ids[:6]}[given]
        ]
        if given != MIXED:
            return [entry(track) for track in found]
        episode = {
            "id": _id("episode"),
            "name": "An episode",
            "type": "episode",
            "uri": f"spotify:episode:{_id('episode')}",
            "duration_ms": 1_800_000,
        }
        local = {
            "id": None,
            "name": "From my disk",
            "type": "track",
            "is_local": True,
            "artists": [{"name": "Me"}],
            "uri": "spotify:local:Me::From+my+disk:201",
            "duration_ms": 201_000,
            "external_ids": {},
        }
        spellings = ["item", "track", "both"]
        odd = [entry(track, spellings[k % 3]) for k, track in enumerate(found)]
        return [
            *odd[:2],
            entry(None, "item"),
            entry(None, "both"),
            *odd[2:4],
            entry(episode, "both"),
            entry(local, "item", local=True),
            *odd[4:],
            *odd[:1],
        ]

    def _page(self, rows, request, default=20):
        limit, offset = int(request.get("limit", default)), int(request.get("offset", 0))
        rest = [(name, value) for name, value in request.query if name not in ("limit", "offset")]

        def link(at):
            return f"{request.base}{request.path}?{urlencode([('offset', at), ('limit', limit), *rest])}"

        return {
            "href": link(offset),
            "items": rows[offset : offset + limit],
            "limit": limit,
            "offset": offset,
            "total": len(rows),
            "next": link(offset + limit) if offset + limit < len(rows) else None,
            "previous": link(max(0, offset - limit)) if offset else None,
        }

    def _playlist(self, request, given, rest, user, extended):
        if given not in (OWN, MIXED, OTHER):
            return _spotify_error(404, "Resource not found")
        allowed = extended or (user == OWNER and given != OTHER)
        if not rest:
            head = self._head(given, request)
            if allowed:
                page = self._page(
                    self.entries(given, request),
                    replace(request, path=f"{request.path}/items"),
                    100,
                )
                head |= {"items": page} | ({"tracks": page} if extended else {})
            return _json(head)
        if rest == ["tracks"] and not extended or not allowed or rest[0] not in ("items", "tracks"):
            return _spotify_error(403, "Forbidden")
        if not 1 <= int(request.get("limit", 20)) <= 50:
            return _spotify_error(400, "Invalid limit")
        return _json(self._page(self.entries(given, request), request))

    def _search(self, request):
        if not 1 <= int(request.get("limit", 5)) <= 10:
            return _spotify_error(400, "Invalid limit")
        wanted = request.get("q", "")
        isrc = re.search(r"isrc:\"?(\w+)", wanted)
        found = (
            [t.id for t in self.world.isrcs.get(isrc[1], [])]
            if isrc
            else self._matching(re.sub(r"\b(track|artist):", " ", wanted))
        )
        rows = [row for row in (self._track(one, request) for one in found) if row]
        return _json({"tracks": self._page(rows, request, 5)})

    # --- ReccoBeats --------------------------------------------------------------------------------------------------

    def _reccobeats(self, request):
        def error(status, code, message):
            return _json(
                {
                    "timestamp": "2026-11-22T12:00:00Z",
                    "error": message,
                    "status": code,
                    "path": request.path,
                },
                status,
            )

        match request.path.removeprefix("/reccobeats/v1/").split("/"):
            case ["track" | "audio-features" as what]:
                asked = request.ids()
                if not asked:
                    return error(400, 4001, "Parameter ids is missing")
                if len(asked) > BATCH:
                    if self.switches["over_batch"] == "400":
                        return error(400, 4004, f"ids: at most {BATCH}")
                    asked = asked[:BATCH]
                found = {}
                for one in asked:
                    for record in self._records(one):
                        if what == "track" or record.features:
                            found[record.id] = record
                rows = list(found.values())
                request.shuffle.shuffle(rows)

                def other(draw):
                    strangers = [
                        r
                        for r in draw.sample(self.world.records, min(60, len(self.world.records)))
                        if r.features
                        and r.spotify_id not in asked
                        and r.isrc not in asked
                        and r.id not in found
                    ]
                    place = draw.randrange(len(rows))
                    return (
                        self._content([*rows[:place], strangers[0], *rows[place + 1 :]], what)
                        if strangers
                        else None
                    )

                return self._content(rows, what, swap=other if rows else None)
            case ["track", given, *rest] if rest in ([], ["audio-features"]):
                record = self.world.by_uuid.get(given)
                if not record or rest and not record.features:
                    return error(404, 4041, "Resource not found")
                return _json(self._features(record) if rest else self._song(record))
            case ["analysis", "audio-features"] if request.method == "POST":
                if b'name="audioFile"' not in request.body:
                    return error(400, 4001, "Parameter audioFile is missing")
                if len(request.body) > 5 * 2**20:
                    return error(400, 4004, "File is larger than 5 MB")
                draw = random.Random(hashlib.sha256(request.body).digest()).random
                return _json(
                    {
                        name: round(draw() * {"tempo": 200, "loudness": -40}.get(name, 1), 4)
                        for name in FEATURES
                    }
                )
        return error(404, 4042, "Wrong path")

    def _records(self, one):
        if UUID.fullmatch(one):
            return [self.world.by_uuid[one]] if one in self.world.by_uuid else []
        return (
            [self.world.by_id[one]] if one in self.world.by_id else self.world.by_isrc.get(one, [])
        )

    def _content(self, rows, what, swap=None):
        make = self._features if what == "audio-features" else self._song
        return _json({"content": [make(row) for row in rows]}, swap=swap)

    def _href(self, record):
        host = (
            "https://open.spotify.com"
            if self.switches["href"] == "spotify"
            else "https://api.reccobeats.com/v1"
        )
        return f"{host}/track/{record.spotify_id}"

    def _features(self, record):
        left_out = () if self.switches["key_mode"] else ("key", "mode", "isrc")
        row = {"id": record.id, "href": self._href(record), "isrc": record.isrc} | record.features
        return {name: value for name, value in row.items() if name not in left_out}

    def _song(self, record):
        people = [
            {
                "id": _uuid(f"person:{a.number}"),
                "name": a.name,
                "href": f"https://open.spotify.com/artist/{a.id}",
            }
            for a in self.world.credits(record)
        ]
        return {
            "id": record.id,
            "trackTitle": record.title,
            "artists": people,
            "durationMs": record.duration_ms,
            "isrc": record.isrc,
            "ean": None,
            "upc": None,
            "href": self._href(record),
            "availableCountries": "NL,BE,DE",
            "popularity": _number(record.id) % 100,
        }

    # --- Deezer and the audio ----------------------------------------------------------------------------------------

    def _deezer(self, request):
        if self._over("deezer", self.switches["deezer_per_5_s"], 5):
            return REFUSED["deezer"](0)
        nothing = _json({"error": {"type": "DataException", "message": "no data", "code": 800}})
        match request.path.removeprefix("/deezer/").split("/"):
            case ["track", given]:
                if not given.startswith("isrc:"):
                    isrc = next(
                        (i for i in self.world.isrcs if str(_number(f"deezerid:{i}")) == given),
                        None,
                    )
                else:
                    isrc = given.removeprefix("isrc:")
                found = self._deezer_track(isrc, request)
                if not found:
                    return nothing

                def other(draw):
                    strangers = [
                        i
                        for i in draw.sample(list(self.world.isrcs), min(60, len(self.world.isrcs)))
                        if i != isrc and self.world.deezer(i)
                    ]
                    return _json(self._deezer_track(strangers[0], request)) if strangers else None

                return _json(found, swap=other)
            case ["search", *_]:
                words = re.sub(r"\b(artist|track):", " ", request.get("q", ""))
                isrcs = dict.fromkeys(self.world.tracks[one].isrc for one in self._matching(words))
                rows = [row for row in (self._deezer_track(isrc, request) for isrc in isrcs) if row]
                return _json({"data": rows[: int(request.get("limit", 25))], "total": len(rows)})
            case ["album", given]:
                genre = MAIN[int(given) % len(MAIN)].title() if given.isdigit() else None
                return (
                    _json(
                        {
                            "id": int(given),
                            "title": "An album",
                            "label": "A label",
                            "upc": given.zfill(12),
                            "genres": {"data": [{"id": int(given) % len(MAIN), "name": genre}]},
                            "type": "album",
                        }
                    )
                    if genre
                    else nothing
                )
        return _json({"error": {"type": "DataException", "message": "no data", "code": 800}})

    def _deezer_track(self, isrc, request):
        found = self.world.deezer(isrc)
        if not found:
            return None
        people = [
            {"id": _number(f"deezerartist:{a.number}"), "name": a.name} for a in found["artists"]
        ]
        return {
            "id": found["id"],
            "readable": found["readable"],
            "title": found["title"],
            "title_short": found["title"],
            "title_version": "",
            "isrc": isrc,
            "link": f"https://www.deezer.com/track/{found['id']}",
            "duration": found["seconds"],
            "rank": 1000,
            "release_date": "2001-01-01",
            "explicit_lyrics": False,
            "preview": self.sign(request.base, isrc) if found["has_preview"] else "",
            "bpm": 0,
            "gain": -8.1,
            "contributors": people,
            "artist": people[0],
            "type": "track",
            "album": {"id": _number(f"album:{isrc}"), "title": "An album", "cover_medium": ""},
        }

    def sign(self, base, isrc, ends=None):
        """A preview link that holds until `ends`."""
        digest = hashlib.md5(isrc.encode()).hexdigest()
        path = f"/preview/api/1/1/{digest[:3]}/{digest[3]}/{digest[4:8]}/0/{digest}.mp3"
        ends = int(time.time() + self.switches["preview_seconds"]) if ends is None else int(ends)
        claim = f"exp={ends}~acl={path}*~data=user_id=0,application_id=42"
        return f"{base}{path}?hdnea={claim}~hmac={self._seal(claim)}"

    def _seal(self, claim):
        return hmac.new(b"the fake's own key", claim.encode(), "sha256").hexdigest()

    def _preview(self, request):
        if request.path.startswith("/preview/itunes/"):
            return Answer(200, self.audio["m4a"], {"Content-Type": "audio/x-m4a"}, audio=True)
        claim, _, seal = request.get("hdnea", "").rpartition("~hmac=")
        ends = re.match(r"exp=(\d+)~acl=(.*?)\*~", claim)
        good = ends and ends[2] == request.path and hmac.compare_digest(seal, self._seal(claim))
        if not good or int(ends[1]) < time.time():
            return _text(
                "<HTML><HEAD><TITLE>Access Denied</TITLE></HEAD><BODY>Access Denied</BODY></HTML>",
                403,
                "text/html",
            )
        return Answer(200, self.audio["mp3"], {"Content-Type": "audio/mpeg"}, audio=True)

    # --- iTunes ------------------------------------------------------------------------------------------------------

    def _split(self, text):
        return re.findall(r"\w+", text.lower())

    def _matching(self, text):
        words = self._split(text)
        found = (
            set.intersection(*(self._words.get(word, set()) for word in words)) if words else set()
        )
        return [one for one in self.world.ids if one in found] if found else []

    def _itunes(self, request):
        if self._over("itunes", self.switches["itunes_per_minute"], 60):
            return REFUSED["itunes"](0)
        rows = []
        if request.path == "/itunes/search":
            rows = [
                self._store(self.world.tracks[one], request)
                for one in self._matching(request.get("term", ""))
            ]
            # A cover by somebody else stands first: a hit must be checked, not taken.
            rows = (
                [
                    rows[0]
                    | {
                        "artistName": "The Karaoke Crew",
                        "trackId": rows[0]["trackId"] + 1,
                        "collectionName": "Hits to sing along to",
                    },
                    *rows,
                ]
                if rows
                else []
            )
            rows = rows[: int(request.get("limit", 50))]
        elif request.path == "/itunes/lookup" and request.get("id"):
            rows = [
                self._store(track, request)
                for track in self.world.tracks.values()
                if str(_number(f"itunes:{track.id}")) == request.get("id")
            ]
        return _json(
            {"resultCount": len(rows), "results": rows}, kind="text/javascript; charset=utf-8"
        )

    def _store(self, track, request):
        number = _number(f"itunes:{track.id}")
        return {
            "wrapperType": "track",
            "kind": "song",
            "trackId": number,
            "trackName": track.title,
            "artistName": " & ".join(a.name for a in self.world.credits(track)),
            "country": "NLD",
            "collectionName": f"Album of {track.title}",
            "trackTimeMillis": track.duration_ms + 120,
            "releaseDate": "2001-01-01T12:00:00Z",
            "primaryGenreName": MAIN[number % len(MAIN)].title(),
            "previewUrl": f"{request.base}/preview/itunes/{number}.m4a",
        }

    # --- MusicBrainz and Last.fm -------------------------------------------------------------------------------------

    def _musicbrainz(self, request):
        agent = request.headers.get("User-Agent", "")
        if re.match(r"(python-|urllib|curl|java|mozilla|okhttp)", agent, re.I) or not re.search(
            r"@|https?://", agent
        ):
            return _json(
                {
                    "error": "Your request was refused: the User-Agent is generic or names no contact."
                },
                403,
            )
        if self._over("musicbrainz", self.switches["musicbrainz_per_second"], 1):
            return REFUSED["musicbrainz"](1)
        if request.get("fmt") != "json" and "json" not in request.headers.get("Accept", ""):
            return _text('<?xml version="1.0"?><metadata/>', 200, "application/xml; charset=utf-8")
        wanted = re.split(r"[+ ]", request.get("inc", ""))
        absent = _json(
            {"error": "Not Found", "help": "For usage, please see the development pages."}, 404
        )
        match request.path.removeprefix("/mb/ws/2/").split("/"):
            case ["isrc", isrc]:
                found = self._recordings(isrc, wanted, request.shuffle)
                if not found:
                    return absent

                def other(draw):
                    strangers = [
                        i
                        for i in draw.sample(list(self.world.isrcs), min(60, len(self.world.isrcs)))
                        if i != isrc and self._recordings(i, wanted, draw)
                    ]
                    return (
                        _json(self._recordings(strangers[0], wanted, draw)) if strangers else None
                    )

                return _json(found, swap=other)
            case ["artist", given]:
                person = self.world.mbids.get(given)
                if not person:
                    return absent
                return _json(
                    {
                        "id": given,
                        "name": person.name,
                        "sort-name": person.name,
                        "type": "Group",
                        "disambiguation": "",
                    }
                    | self._labels(person, wanted)
                )
            case ["recording", given]:
                for track in self.world.tracks.values():
                    if track.isrc and given == _uuid(f"recording:{track.isrc}:0"):
                        row = self._recording(track, 0, wanted)
                        return _json(row | self._labels(self.world.credits(track)[0], wanted))
                return absent
        return absent

    def _labels(self, person, wanted):
        rows = [{"name": name, "count": count} for name, count in sorted(person.genres.items())]
        genres = [row | {"id": _uuid(f"genre:{row['name']}"), "disambiguation": ""} for row in rows]
        tags = (
            sorted([*rows, {"name": "seen live", "count": 1}], key=lambda row: row["name"])
            if rows
            else []
        )
        return ({"genres": genres} if "genres" in wanted else {}) | (
            {"tags": tags} if "tags" in wanted else {}
        )

    def _recording(self, track, place, wanted):
        row = {
            "id": _uuid(f"recording:{track.isrc}:{place}"),
            "title": track.title,
            "video": False,
            "disambiguation": "",
            "length": track.duration_ms + 40 * place,
        }
        if "artist-credits" in wanted:
            people = self.world.credits(track)
            row["artist-credit"] = [
                {
                    "name": a.name,
                    "joinphrase": " & " if k < len(people) - 1 else "",
                    "artist": {
                        "id": a.mbid,
                        "name": a.name,
                        "sort-name": a.name,
                        "disambiguation": "",
                    },
                }
                for k, a in enumerate(people)
            ]
        return row

    def _recordings(self, isrc, wanted, draw):
        if (
            isrc not in self.world.isrcs
            or _number(f"musicbrainz:{isrc}") < self.world.no_musicbrainz * 2**32
        ):
            return None
        count = 1 + (_number(f"recordings:{isrc}") % 5 == 0)
        rows = [self._recording(self.world.isrcs[isrc][0], place, wanted) for place in range(count)]
        draw.shuffle(rows)
        return {"isrc": isrc, "recordings": rows}

    def _lastfm(self, request):
        def error(code, message):
            return _json({"error": code, "message": message}, self.switches["lastfm_error_status"])

        if request.get("api_key") != self.lastfm_key:
            return error(10, "Invalid API key - You must be granted a valid key by last.fm")
        if self._over("lastfm", self.switches["lastfm_per_second"], 1):
            return error(
                29, "Rate Limit Exceeded - Your IP has made too many requests in a short period"
            )
        method = request.get("method", "").lower()
        if method not in ("artist.gettoptags", "track.gettoptags"):
            return error(3, "Invalid Method - No method with that name in this package")
        person = self.world.names.get(request.get("artist", "").lower())
        if not (person and person.lastfm_known):
            return error(6, "The artist you supplied could not be found")
        tags = [
            {
                "count": count,
                "name": name,
                "url": f"https://www.last.fm/tag/{urlencode({'': name})[1:]}",
            }
            for name, count in person.tags.items()
        ]
        about = {"artist": person.name} | (
            {"track": request.get("track", "")} if method.startswith("track") else {}
        )
        return _json({"toptags": {"tag": tags, "@attr": about}})


def _service(path):
    for prefix, service in (
        ("/v1/", "spotify"),
        ("/api/token", "spotify"),
        ("/authorize", "spotify"),
        ("/reccobeats/", "reccobeats"),
        ("/deezer/", "deezer"),
        ("/preview/", "preview"),
        ("/itunes/", "itunes"),
        ("/mb/", "musicbrainz"),
        ("/lastfm/", "lastfm"),
        ("/control", "control"),
    ):
        if path.startswith(prefix):
            return service
    return "unknown"


def canonical(query):
    """A query in one spelling: sorted, without secrets and without the signature of a link."""
    shown = [
        (name, "(given)" if name in SECRETS else "(signed)" if name == "hdnea" else value)
        for name, value in query
    ]
    return urlencode(sorted(shown), safe=",:()")


def identity(line):
    """What makes two logged requests the same request."""
    return f"{line['service']} {line['method']} {line['path'].rstrip('/')}?{line['query']}"


class _Server(ThreadingHTTPServer):
    daemon_threads = True
    request_queue_size = 128

    def handle_error(self, request, client_address):
        # A client that was killed or that hung up is no error of the server; anything else is shown.
        if not isinstance(sys.exc_info()[1], ConnectionError):
            super().handle_error(request, client_address)


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True
    wbufsize = -1
    timeout = 120

    def setup(self):
        super().setup()
        self.number = self.owner.opened()

    def finish(self):
        try:
            super().finish()
        finally:
            self.owner.closing(self.number)

    def answer(self):
        body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
        answer, line = self.owner.serve(self.command, self.path, self.headers, body, self.number)
        complete = False
        try:
            time.sleep(answer.seconds)
            self.send_response(answer.status)
            length = len(answer.body)
            for name, value in (
                answer.headers | {"Content-Length": str(length + 64 if answer.drop else length)}
            ).items():
                self.send_header(name, value)
            self.end_headers()
            self.wfile.write(answer.body[: length // 2] if answer.drop else answer.body)
            self.wfile.flush()
            self.close_connection |= answer.drop
            complete = not answer.drop
        finally:
            if line:
                self.owner.done(line, complete)

    do_GET = do_POST = answer

    def log_message(self, *arguments):
        """The log of the fake is its own."""


def main(argv=None):
    """Serve until the process is ended."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--port", type=int, default=0)
    parser.add_argument("--ids", type=Path, required=True, help="a file with one Spotify id a line")
    parser.add_argument("--log", type=Path)
    parser.add_argument("--missing", type=float, default=0.2)
    parser.add_argument("--faults", type=float, default=0.0)
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument(
        "--clip", type=Path, help="an MP3 that is served for every preview of Deezer"
    )
    parser.add_argument("--switch", action="append", default=[], metavar="NAME=JSON")
    args = parser.parse_args(argv)
    switches = {
        name: json.loads(value) for name, value in (one.split("=", 1) for one in args.switch)
    }
    ids = args.ids.read_text(encoding="utf-8").split()
    with FakeServices(
        ids,
        {"missing": args.missing},
        args.faults,
        args.seed,
        log=args.log,
        port=args.port,
        clip=args.clip.read_bytes() if args.clip else None,
        **switches,
    ) as fake:
        print(fake.url, flush=True)
        threading.Event().wait()


if __name__ == "__main__":
    main()
