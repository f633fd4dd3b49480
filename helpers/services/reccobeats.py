"""ReccoBeats: Spotify's own audio features and the facts of a track, without a key."""

from collections.abc import Callable, Sequence
from typing import Any

import pandas as pd

from helpers.project import FEATURE_RANGES
from helpers.readers import cells
from helpers.services.service import (
    FACTS,
    SECONDS_APART,
    Service,
    facts_of,
    features_of,
    keys_of,
    rows_of,
    text_or_none,
)

Records = dict[str, list[dict[str, Any]]]


def _spotify_id(row):
    return (text_or_none(row.get("href")) or "").rstrip("/").rsplit("/", 1)[-1] or None


def _isrc(row):
    return cells.isrc(text_or_none(row.get("isrc")) or "")


def _facts(row):
    names = ("trackTitle", "artists", "isrc", "durationMs")
    return facts_of(*(row.get(name) for name in names)) | {"spotify_id": _spotify_id(row)}


def _is_facts(kept):
    return all("reason" in record or {*FACTS, "spotify_id"} <= record.keys() for record in kept)


def _is_features(kept):
    return all("reason" in record or "reason" not in features_of(record) for record in kept)


def _records(body, ids, key, make):
    """Records by key, and how many are about something that nobody asked for."""
    records: dict[str, list] = {}
    foreign = 0
    for row in rows_of(body["content"]):
        if key(row) in ids:
            records.setdefault(key(row), []).append(make(row))
        else:
            foreign += 1
    return records, foreign


def _ask(service, what, ids: Sequence[str], read: Callable[..., tuple[Records, int]]) -> Records:
    """The records of some keys; a key that is always answered by another's stands by itself.

    Where a record is about something else, what fits is taken, and only the rest is asked for
    again: first together, then in halves.
    """
    found: Records = {}
    rest = list(ids)
    attempts = 2 if len(rest) > 1 else service.rules.retries + 1
    for _ in range(attempts):
        answer = service.ask(
            f"v1/{what}", lambda body, ids=rest: read(body, ids), ids=",".join(rest)
        )
        records, foreign = answer or ({}, 0)
        found |= records
        rest = [name for name in rest if name not in records]
        if not foreign or not rest:
            return found
    if len(ids) == 1:
        return {ids[0]: [{"reason": f"{service.name} answers about another track"}]}
    middle = (len(rest) + 1) // 2
    for half in filter(None, (rest[:middle], rest[middle:])):
        found |= _ask(service, what, half, read)
    return found


def _gather(service, kind, keys, what, make, understood, key=_spotify_id):
    """The records of each key, in whatever order they come."""

    def read(body, ids):
        return _records(body, ids, key, make)

    def ask(ids):
        return _ask(service, what, ids, read)

    return service.gather(kind, keys, ask, service.rules.batch, understood=understood)


def _first(kept):
    """The first record of each key, `None` where there is none."""
    return {name: records[0] if records else None for name, records in kept.items()}


def _named(service, record):
    """A record whose reason names the service."""
    if record and "reason" in record and not record["reason"].startswith(service.name):
        return {"reason": f"{service.name} {record['reason']}"}
    return record


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
    kept = _gather(service, "facts", keys, "track", _facts, _is_facts)
    return service.table(keys, _first(kept), FACTS)


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
    kept = _features_of(service, keys)
    # A record that cannot be used is an answer; of another copy of the recording there may be one.
    usable = {name for name, records in kept.items() if records and "reason" not in records[0]}
    known = [name for name in keys if name not in kept or name in usable]
    other = _other_copies(service, tracks[~tracks["track_id"].isin(known)])
    found = _first(kept | _features_of(service, other.values()))
    found = {name: _named(service, record) for name, record in found.items()}
    better = {name: copy for name, copy in other.items() if found.get(copy) or copy not in found}
    return service.table(pd.Series({**keys, **better}, dtype=object), found, FEATURE_RANGES)


def _features_of(service, keys):
    return _gather(service, "features", keys, "audio-features", features_of, _is_features)


def _other_copies(service, tracks):
    """By track id, the Spotify id of a copy of the same recording: one ISRC, nearly one length."""
    rest = keys_of(tracks, "isrc")
    same = _gather(service, "recordings", rest, "track", _facts, _is_facts, _isrc)
    seconds = tracks.set_index("track_id")["duration"]
    other = {}
    for name, isrc in rest.items():
        apart = {
            abs(record["duration"] - seconds[name]): record["spotify_id"]
            for record in same.get(isrc) or ()
            if record.get("duration") and record.get("spotify_id")
        }
        if apart and min(apart) <= SECONDS_APART:
            other[name] = apart[min(apart)]
    return other
