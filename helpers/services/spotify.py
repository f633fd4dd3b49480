"""Spotify through spotipy: what the service still tells an app of 2026."""

import os

import pandas as pd
import spotipy

from helpers import project
from helpers.project import FEATURE_RANGES, ProjectError
from helpers.services.refusals import NotFoundError
from helpers.services.service import FACTS, Service, keys_of, same
from helpers.services.session import read_json

SCOPE = "playlist-read-private playlist-read-collaborative"
REDIRECT = "http://127.0.0.1:9090"  # where a login ends, unless SPOTIPY_REDIRECT_URI says otherwise


def client(service: Service, login: bool = False) -> spotipy.Spotify:
    """A spotipy client whose every request keeps to the service's rules.

    Credentials come from the environment, as spotipy reads them; a login is kept in the user's
    cache folder. The app must have `REDIRECT`, or what SPOTIPY_REDIRECT_URI says, among its
    redirect URIs.

    Parameters
    ----------
    service : Service
    login : bool
        Whether a person must log in, as for playlists; else the app speaks for itself.

    Returns
    -------
    spotipy.Spotify

    Notes
    -----
    Notebook: 01_corpora
    """
    if login:
        tokens = spotipy.CacheFileHandler(project.cache_dir() / "spotify-login.json")
        back = os.environ.get("SPOTIPY_REDIRECT_URI", REDIRECT)
        auth = spotipy.SpotifyOAuth(
            None, None, back, scope=SCOPE, cache_handler=tokens, requests_session=service
        )
    else:
        auth = spotipy.SpotifyClientCredentials(
            cache_handler=spotipy.MemoryCacheHandler(), requests_session=service
        )
    auth.OAUTH_TOKEN_URL = f"{service.rules.accounts}/api/token"
    auth.OAUTH_AUTHORIZE_URL = f"{service.rules.accounts}/authorize"
    asking = spotipy.Spotify(
        auth_manager=auth, requests_session=service, requests_timeout=service.rules.timeout
    )
    asking.prefix = f"{service.rules.base}/v1/"
    return asking


def _track(item):
    return {
        "track_id": item["id"],
        "title": item["name"],
        "duration": item["duration_ms"] / 1000,
        "artist": ", ".join(artist["name"] for artist in item["artists"]),
        "isrc": (item.get("external_ids") or {}).get("isrc"),
    }


def playlist(service: Service, link: str) -> pd.DataFrame:
    """The tracks of a playlist that the logged-in user owns or edits.

    Parameters
    ----------
    service : Service
    link : str
        Link, URI or id of the playlist.

    Returns
    -------
    DataFrame
        track_id, title, artist, isrc, duration (s), in the playlist's order. Episodes, local files
        and tracks that are gone are left out.

    Raises
    ------
    ProjectError
        Where the playlist is not to be had.

    Notes
    -----
    Notebook: 01_corpora
    """
    asking = client(service, login=True)
    entries: list[dict] = []
    more = True
    while more:
        try:
            page = asking.playlist_items(
                link, limit=50, offset=len(entries), additional_types=["track"]
            )
        except NotFoundError:
            raise ProjectError(
                f"spotify: there is no playlist {link}, or it is one of Spotify's "
                "own, which no app may read. Export it as CSV."
            ) from None
        entries += page["items"]
        more = bool(page["next"])
    # The key was `track` until 2026; some servers still send that, or both.
    items = [entry.get("item") or entry.get("track") for entry in entries]
    kept = [
        _track(item)
        for item in items
        if item and item.get("id") and item.get("type", "track") == "track"
    ]
    return pd.DataFrame(kept, columns=["track_id", *FACTS])


def metadata(service: Service, tracks: pd.DataFrame) -> pd.DataFrame:
    """Title, artists, ISRC and duration (s), one track a request, within the daily budget.

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
    developer.spotify.com/documentation/web-api/reference/get-track, read in November 2026.

    Notes
    -----
    Notebook: 02_audio_features
    """
    keys = keys_of(tracks)
    asking = client(service)

    def ask(name):
        def read(answer):
            # An answer without an id is a token's.
            return same(read_json(answer).get("id", name), name)

        try:
            with service.reading(read):
                return _track(asking.track(name))
        except NotFoundError:
            return None

    return service.table(keys, service.gather("track", keys, ask), FACTS)


def features(service: Service, tracks: pd.DataFrame) -> pd.DataFrame:
    """The nine audio features, from an account that still has them: its first answer tells.

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
    developer.spotify.com/documentation/web-api/reference/get-several-audio-features, read in
    November 2026.

    Notes
    -----
    Notebook: 02_audio_features
    """
    keys = keys_of(tracks)
    asking = client(service)

    def ask(ids):
        return {
            row["id"]: {name: float(row[name]) for name in FEATURE_RANGES}
            for row in asking.audio_features(ids)
            if row
        }

    kept = service.gather("features", keys, ask, service.rules.batch)
    return service.table(keys, kept, FEATURE_RANGES)
