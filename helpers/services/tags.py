"""Genre names of a track's first artist, from MusicBrainz and from Last.fm."""

import os
from collections.abc import Mapping, Sequence

import pandas as pd

from helpers.readers import cells, genres
from helpers.services.service import Service, keys_of, number_or_zero, rows_of, same, text_or_none


def musicbrainz(
    service: Service, tracks: pd.DataFrame, table: Mapping[str, Sequence[str]]
) -> pd.DataFrame:
    """Main genre of the artist who recorded an ISRC, by the genres MusicBrainz's editors gave.

    Parameters
    ----------
    service : Service
    tracks : DataFrame
        Columns track_id and isrc.
    table : mapping of str to sequence of str
        As in `genres.reduce_genres`.

    Returns
    -------
    DataFrame
        As `Service.table`: track_id, genre, reason.

    References
    ----------
    musicbrainz.org/doc/MusicBrainz_API, read in November 2026.

    Notes
    -----
    Notebook: 06_genres
    """

    def artist(isrc):
        def read(body):
            same(cells.isrc(body["isrc"]), isrc)
            recordings = rows_of(body["recordings"])
            credits = [rows_of(row.get("artist-credit")) for row in sorted(recordings, key=_by_id)]
            named = [row["artist"] for rows in credits for row in rows if row.get("artist")]
            return str(named[0]["id"]) if named else None

        return service.ask(f"ws/2/isrc/{isrc}", read, inc="artist-credits", fmt="json")

    def names(artist_id):
        def read(body):
            same(body["id"], artist_id)
            return _tags(body.get("genres"))

        return service.ask(f"ws/2/artist/{artist_id}", read, inc="genres", fmt="json")

    keys = keys_of(tracks, "isrc")
    artists = service.gather("artist", keys, artist, each=2, understood=_is_text)
    return _reduced(service, keys, artists, table, names)


def lastfm(
    service: Service, tracks: pd.DataFrame, table: Mapping[str, Sequence[str]]
) -> pd.DataFrame:
    """Main genre of the first artist of a track, by the tags that Last.fm's listeners gave.

    Parameters
    ----------
    service : Service
    tracks : DataFrame
        Columns track_id and artist.
    table : mapping of str to sequence of str
        As in `genres.reduce_genres`.

    Returns
    -------
    DataFrame
        As `Service.table`: track_id, genre, reason.

    References
    ----------
    last.fm/api/show/artist.getTopTags, read in November 2026.

    Notes
    -----
    Notebook: 06_genres
    """

    def names(artist):
        return service.ask(
            "2.0/",
            lambda body: _tags(body["toptags"].get("tag")),
            method="artist.getTopTags",
            artist=artist,
            autocorrect=1,
            format="json",
            api_key=os.environ["LASTFM_API_KEY"],
        )

    keys = keys_of(tracks, "artist")
    return _reduced(service, keys, {artist: artist for artist in keys}, table, names)


def _by_id(recording):
    return str(recording.get("id"))


def _is_text(kept):
    return isinstance(kept, str)


def _tags(found):
    """Names and counts of the tags in an answer, which may be a single one or have gaps."""
    tags = []
    for row in rows_of(found):
        name = text_or_none(row.get("name"))
        if name:
            tags.append({"name": name, "count": number_or_zero(row.get("count"))})
    return tags


def _are_tags(kept):
    return isinstance(kept, list) and all({"name", "count"} <= tag.keys() for tag in kept)


def _by_count(tags):
    """Names of tags, the most counted first, equals by name."""
    ordered = sorted(tags, key=lambda tag: (-tag["count"], tag["name"]))
    return [tag["name"] for tag in ordered]


def _reduced(service, keys, artists, table, ask):
    """The most counted names of each key's artist, reduced; `artists` gives the artist of a key."""
    wanted = [artist for artist in artists.values() if artist]
    kept = service.gather("genres", wanted, ask, understood=_are_tags)
    names = {}
    for key, artist in artists.items():
        if artist and artist not in kept:
            continue  # not answered
        names[key] = _by_count(kept.get(artist) or ())
    found: dict[str, dict[str, str] | None] = {}
    reduced = genres.reduce_genres(names.values(), table)
    for (key, some), genre in zip(names.items(), reduced, strict=True):
        if genre:
            found[key] = {"genre": genre}
        elif some:
            said = f"none of its names has a main genre: {', '.join(some)}"
            found[key] = {"reason": f"{service.name}: {said}"}
        else:
            found[key] = None
    return service.table(keys, found, ["genre"])
