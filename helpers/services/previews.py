"""Thirty-second previews, downloaded at once and kept as files, since their links expire."""

import re
import tempfile
import unicodedata
from difflib import SequenceMatcher
from functools import partial
from pathlib import Path

import pandas as pd

from helpers import project
from helpers.readers import cells
from helpers.readers.audio import decode
from helpers.services.refusals import NotFoundError
from helpers.services.service import (
    SECONDS_APART,
    Service,
    keys_of,
    number_or_zero,
    rows_of,
    same,
    text_or_none,
)

ALIKE = 0.87  # similarity of two titles that may be one


def _audio(answer):
    """Bytes of an answer that decodes to its end; else it is broken."""
    kind = answer.headers.get("Content-Type", "")
    if not re.match("audio/|application/octet-stream|binary/", kind):
        raise ValueError(f"{kind} in place of audio")
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder, "preview")
        file.write_bytes(answer.content)
        for _ in decode(file):
            pass
    return answer.content


def _keep(service, name, url, seconds):
    """Download one preview to the user's cache folder; the answer to keep is where it lies."""
    if not url:
        return {"reason": f"{service.name} has no preview of it"}
    ending = re.search(r"\.\w{2,4}$", url.split("?")[0])
    kept = f"{service.name}-{project.sha256(name)[:24]}{ending[0] if ending else ''}"
    file = project.cache_dir() / "previews" / kept
    try:
        sound = service.get(url, read=_audio).found
    except NotFoundError:
        return {"reason": f"{service.name}'s preview of it is gone"}
    project.write_atomic(file, sound)
    return {"path": str(file), "seconds": seconds}


def _is_there(kept):
    """Whether a preview that was kept still lies where it was put."""
    return Path(kept["path"]).is_file() and kept["seconds"] > 0


def _gather(service, tracks, keys, find):
    """Previews by what tracks are looked up by; one of another length is of another edit."""
    lengths = tracks.set_index("track_id")["duration"].reindex(keys.index)
    alike = lengths.groupby(keys.to_numpy()).apply(list)

    def fits(key, seconds):
        return min(abs(seconds - length) for length in alike[key]) <= SECONDS_APART

    kept = service.gather(
        "preview",
        keys,
        lambda key: find(key, partial(fits, key)),
        each=2,
        understood=lambda kept: "reason" in kept or _is_there(kept),
    )
    table = service.table(keys, kept, ["path", "seconds"])
    other = (table["seconds"] - lengths.to_numpy()).abs() > SECONDS_APART
    table.loc[other, "reason"] = f"{service.name} has another edit of it"
    return table.drop(columns="seconds")


def deezer(service: Service, tracks: pd.DataFrame) -> pd.DataFrame:
    """Previews from Deezer by ISRC, where the length agrees.

    Parameters
    ----------
    service : Service
    tracks : DataFrame
        Columns track_id, isrc and duration (s).

    Returns
    -------
    DataFrame
        As `Service.table`: track_id, path, reason.

    References
    ----------
    developers.deezer.com/api/track, read in November 2026.

    Notes
    -----
    Notebook: 07_audio_embeddings
    """

    def find(isrc, fits):
        def read(body):
            same(cells.isrc(body["isrc"]), isrc)
            return {
                "readable": body.get("readable"),
                "preview": text_or_none(body.get("preview")),
                "duration": number_or_zero(body.get("duration")),
            }

        found = service.ask(f"track/isrc:{isrc}", read)
        if not found:
            return None
        if not found["readable"]:
            return {"reason": "deezer does not play it in this country"}
        if not fits(found["duration"]):
            return {"reason": "deezer has another edit of it"}
        return _keep(service, isrc, found["preview"], found["duration"])

    return _gather(service, tracks, keys_of(tracks, "isrc"), find)


def _plain(text):
    """Letters and digits of a name, without accents and case."""
    apart = unicodedata.normalize("NFKD", text or "").casefold()
    letters = "".join(sign for sign in apart if not unicodedata.combining(sign))
    return re.sub(r"\W+", " ", letters).strip()


def _song(row):
    """What is used of one song of the store; what it leaves open is `None`, or 0 seconds."""
    texts = {
        name: text_or_none(row.get(name)) for name in ("trackName", "artistName", "previewUrl")
    }
    return texts | {"seconds": number_or_zero(row.get("trackTimeMillis")) / 1000}


def _is_named(song, artist, title):
    """Whether a song of the store has an artist's name and nearly a title."""
    alike = SequenceMatcher(None, title, _plain(song.get("trackName"))).ratio()
    return alike >= ALIKE and _plain(song.get("artistName")).startswith(artist)


def itunes(service: Service, tracks: pd.DataFrame) -> pd.DataFrame:
    """Previews from the iTunes Store by artist and title, the length and both names agreeing.

    Parameters
    ----------
    service : Service
    tracks : DataFrame
        Columns track_id, artist, title and duration (s).

    Returns
    -------
    DataFrame
        As `Service.table`: track_id, path, reason.

    References
    ----------
    Apple, iTunes Search API, read in November 2026.

    Notes
    -----
    Notebook: 07_audio_embeddings
    """

    artists = keys_of(tracks, "artist").map(_plain)
    titles = keys_of(tracks, "title").map(_plain)
    # Answers and files are kept under this text; the names themselves stay apart.
    keys = (artists + " | " + titles).dropna()
    names = {key: (artists[track], titles[track]) for track, key in keys.items()}

    def find(key, fits):
        artist, title = names[key]
        songs = service.ask(
            "search",
            lambda body: [_song(row) for row in rows_of(body["results"])],
            media="music",
            entity="song",
            limit=25,
            term=f"{artist} {title}",
        )
        for song in songs or ():
            if _is_named(song, artist, title) and fits(song["seconds"]):
                return _keep(service, key, song["previewUrl"], song["seconds"])
        return None

    return _gather(service, tracks, keys, find)
