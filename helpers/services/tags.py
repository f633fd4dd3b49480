"""Genre names of a track's first artist, from MusicBrainz and from Last.fm."""

import os

from helpers.readers import genres
from helpers.services.service import keys_of, same


def musicbrainz(service, tracks, table):
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
    Notebook: 04_genres
    """

    def artist(isrc):
        def read(body):
            same(body["isrc"], isrc)
            first = min(body["recordings"], key=lambda recording: recording["id"])
            return first["artist-credit"][0]["artist"]["id"]

        return service.ask(f"ws/2/isrc/{isrc}", read, inc="artist-credits", fmt="json")

    keys = keys_of(tracks, "isrc")
    artists = service.gather("artist", keys, artist, each=2)
    return _reduced(
        service,
        keys,
        artists,
        table,
        lambda name: service.ask(
            f"ws/2/artist/{name}",
            lambda body: same(body["id"], name) and body["genres"],
            inc="genres",
            fmt="json",
        ),
    )


def lastfm(service, tracks, table):
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
    Notebook: 04_genres
    """
    keys = keys_of(tracks, "artist").str.split(", ").str[0]
    return _reduced(
        service,
        keys,
        dict(zip(keys, keys)),
        table,
        lambda name: service.ask(
            "2.0/",
            lambda body: body["toptags"]["tag"],
            method="artist.getTopTags",
            artist=name,
            autocorrect=1,
            format="json",
            api_key=os.environ["LASTFM_API_KEY"],
        ),
    )


def _reduced(service, keys, artists, table, ask):
    """The most counted names of each key's artist, reduced; `artists` gives the artist of a key."""
    kept = service.gather("genres", filter(None, artists.values()), ask)
    names = {
        key: [
            tag["name"]
            for tag in sorted(kept.get(artist) or (), key=lambda tag: (-tag["count"], tag["name"]))
        ]
        for key, artist in artists.items()
        if artist in kept or not artist
    }
    found = {
        key: {"genre": genre}
        if genre
        else some
        and {"reason": (f"{service.name}: none of its names has a main genre: {', '.join(some)}")}
        for (key, some), genre in zip(names.items(), genres.reduce_genres(names.values(), table))
    }
    return service.table(keys, found, ["genre"])
