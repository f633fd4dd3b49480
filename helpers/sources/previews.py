"""Thirty-second previews, downloaded at once and kept as files, since their links expire."""

import re
import tempfile
import unicodedata
from difflib import SequenceMatcher
from pathlib import Path

from helpers import paths
from helpers.sources.audio import decode
from helpers.sources.services import SECONDS_APART, keys_of, same

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


def _keep(service, track, url, ending):
    """Download one preview to the user's cache folder; the answer to keep is where it lies."""
    if not url:
        return {"reason": f"{service.name} has no preview of it"}
    file = paths.cache_dir() / "previews" / f"{track.track_id}{ending}"
    paths.write_atomic(file, service.get(url, read=_audio).found)
    return {"path": str(file)}


def _gather(service, tracks, column, find):
    keys, by_id = keys_of(tracks, column), {track.track_id: track for track in tracks.itertuples()}
    kept = service.gather("preview", keys.index, lambda ids: {ids[0]: find(by_id[ids[0]])}, each=2)
    return service.table(keys.index.to_series(), kept, ["path"])


def _other_length(track, seconds):
    if abs(seconds - track.duration) > SECONDS_APART:
        return {"reason": f"another edit: {seconds:.0f} s in place of {track.duration:.0f} s"}


def deezer(service, tracks):
    """Previews from Deezer by ISRC, where the length agrees.

    Parameters
    ----------
    service : Service
    tracks : DataFrame
        Columns track_id, isrc and duration (s); tracks without an ISRC are not to be found.

    Returns
    -------
    DataFrame
        As `Service.table`: track_id, path, reason.

    References
    ----------
    developers.deezer.com/api/track, read in November 2026.

    Notes
    -----
    Notebook: 05_audio_embeddings
    """
    def find(track):
        found = service.ask(f"track/isrc:{track.isrc}", lambda body: body | {
            "isrc": same(body["isrc"], track.isrc)})
        if not found:
            return None
        if not found["readable"]:
            return {"reason": "deezer does not play it in this country"}
        return _other_length(track, found["duration"]) or _keep(
            service, track, found["preview"], ".mp3")

    return _gather(service, tracks, "isrc", find)


def _plain(text):
    """Letters and digits of a name, without accents and case."""
    return re.sub(r"\W+", " ", unicodedata.normalize("NFKD", text).casefold()).strip()


def itunes(service, tracks):
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
    Notebook: 05_audio_embeddings
    """
    def find(track):
        artist, title = _plain(track.artist.split(", ")[0]), _plain(track.title)
        for song in service.ask("search", lambda body: body["results"], media="music",
                                entity="song", limit=25, term=f"{artist} {title}") or ():
            alike = SequenceMatcher(None, title, _plain(song.get("trackName", ""))).ratio()
            if (alike >= ALIKE and _plain(song.get("artistName", "")).startswith(artist)
                    and not _other_length(track, song["trackTimeMillis"] / 1000)):
                return _keep(service, track, song.get("previewUrl"), ".m4a")
        return None

    return _gather(service, tracks.dropna(subset="artist"), "title", find)
