"""ReccoBeats: Spotify's own audio features and the facts of a track, without a key."""

import pandas as pd

from helpers.project import FEATURE_RANGES
from helpers.services.service import FACTS, SECONDS_APART, Service, keys_of


def _spotify_id(row):
    return row["href"].rstrip("/").rsplit("/", 1)[-1]


def _track(row):
    return {
        "title": row["trackTitle"],
        "isrc": row["isrc"],
        "duration": row["durationMs"] / 1000,
        "artist": ", ".join(artist["name"] for artist in row["artists"]),
        "spotify_id": _spotify_id(row),
    }


def _features(row):
    return {name: float(row[name]) for name in FEATURE_RANGES}


def _gather(service, kind, keys, what, make, key=_spotify_id):
    """The records of each id, in whatever order they come; a record nobody asked for is broken."""

    def ask(ids):
        def read(body):
            records = {}
            for row in body["content"]:
                records.setdefault(key(row), []).append(make(row))
            foreign = records.keys() - set(ids)
            if foreign:
                raise ValueError(f"{len(foreign)} ids that nobody asked for")
            return records

        return service.ask(f"v1/{what}", read, ids=",".join(ids)) or {}

    return service.gather(kind, keys, ask, service.rules.batch)


def _first(kept):
    """The first record of each key, `None` where there is none."""
    return {name: records[0] if records else None for name, records in kept.items()}


def metadata(service: Service, tracks: pd.DataFrame) -> pd.DataFrame:
    """Title, artists, ISRC and duration (s) by Spotify id.

    Parameters
    ----------
    service : Service
    tracks : DataFrame
        Column track_id.

    Returns
    -------
    DataFrame
        As `Service.table`.

    References
    ----------
    reccobeats.com/docs, read in November 2026.

    Notes
    -----
    Notebook: 02_audio_features
    """
    keys = keys_of(tracks)
    return service.table(keys, _first(_gather(service, "track", keys, "track", _track)), FACTS)


def features(service: Service, tracks: pd.DataFrame) -> pd.DataFrame:
    """The nine audio features by Spotify id, else by ISRC where the duration agrees.

    Parameters
    ----------
    service : Service
    tracks : DataFrame
        Columns track_id, isrc and duration (s).

    Returns
    -------
    DataFrame
        As `Service.table`.

    References
    ----------
    reccobeats.com/docs, read in November 2026.

    Notes
    -----
    Notebook: 02_audio_features
    """
    keys = keys_of(tracks)
    other = {}  # Spotify id of another copy of the recording, by track id
    kept = _gather(service, "features", keys, "audio-features", _features)
    known = [name for name in keys if name not in kept or kept[name]]
    rest = keys_of(tracks[~tracks["track_id"].isin(known)], "isrc")
    same = _gather(service, "isrc", rest, "track", _track, lambda row: row["isrc"])
    seconds = tracks.set_index("track_id")["duration"]
    for name, isrc in rest.items():
        apart = {
            abs(record["duration"] - seconds[name]): record["spotify_id"]
            for record in same.get(isrc) or ()
        }
        if apart and min(apart) <= SECONDS_APART:
            other[name] = apart[min(apart)]
    kept |= _gather(service, "features", other.values(), "audio-features", _features)
    return service.table(pd.Series({**keys, **other}), _first(kept), FEATURE_RANGES)
