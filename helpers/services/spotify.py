"""Spotify through spotipy: what the service still tells an app of 2026."""

import os
import re
from collections import Counter
from typing import Any

import pandas as pd
import spotipy

from helpers import project
from helpers.project import FEATURE_RANGES, ProjectError
from helpers.readers import cells
from helpers.services.login import Login, Tokens
from helpers.services.refusals import NotFoundError, OddAnswerError
from helpers.services.service import (
    FACTS,
    Service,
    facts_of,
    features_of,
    keys_of,
    rows_of,
    same,
)
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
        tokens = Tokens(project.cache_dir() / "spotify-login.json")
        back = os.environ.get("SPOTIPY_REDIRECT_URI", REDIRECT)
        auth = Login(None, None, back, scope=SCOPE, cache_handler=tokens, requests_session=service)
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


def _facts(item):
    codes = item.get("external_ids")
    isrc = codes.get("isrc") if isinstance(codes, dict) else None
    return facts_of(item.get("name"), item.get("artists"), isrc, item.get("duration_ms"))


def _kind(entry):
    """What an entry of a playlist is: a track, or why none can be made of it."""
    # The key was `track` until 2026; some servers still send that, or both.
    item = (entry.get("item") or entry.get("track")) if isinstance(entry, dict) else None
    if not isinstance(item, dict):
        return "gone", None
    if item.get("type") == "episode":
        return "an episode", None
    if item.get("is_local") or entry.get("is_local"):
        return "a local file", None
    name = item.get("id")
    if item.get("type", "track") != "track" or not re.fullmatch(cells.SPOTIFY_ID, str(name)):
        return "without an id", None
    return "a track", {"track_id": name, **_facts(item)}


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
        and tracks that are gone are left out; a line says how many.

    Raises
    ------
    ProjectError
        Where the playlist is not to be had.

    Notes
    -----
    Notebook: 01_corpora
    """
    asking = client(service, login=True)
    entries: list[Any] = []
    # What spotipy makes of a link changes from one version to the next.
    name = re.split("[?#]", link)[0].rstrip("/").replace(":", "/").rsplit("/", 1)[-1]
    more = True
    while more:
        page = _page(asking, service, name, len(entries))
        entries += page["items"]
        more = bool(page.get("next")) and bool(page["items"])
    kinds = [_kind(entry) for entry in entries]
    kept = [track for _, track in kinds if track]
    counted = Counter(kind for kind, _ in kinds)
    counts = ", ".join(f"{count:,} {kind}" for kind, count in counted.items())
    print(f"tracks: {link}: {len(entries):,} entries ({counts or 'it is empty'}).")
    return pd.DataFrame(kept, columns=["track_id", *FACTS])


def _page(asking: spotipy.Spotify, service: Service, link: str, start: int) -> dict[str, Any]:
    """Fifty entries of a playlist, from one on."""

    def read(answer):
        return list(read_json(answer)["items"])

    try:
        with service.reading(read):
            return asking.playlist_items(link, limit=50, offset=start, additional_types=["track"])
    except NotFoundError:
        raise ProjectError(
            f"spotify: there is no playlist {link}, or it is one of Spotify's "
            "own, which no app may read. Export it as CSV."
        ) from None


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
        found = {}

        def read(answer):
            body = read_json(answer)
            # Where a track is another one in this country, the answer says whose place it takes.
            relinked = (body.get("linked_from") or {}).get("id")
            same(name if relinked == name else body["id"], name)
            found.update(_facts(body))

        try:
            with service.reading(read):
                asking.track(name)
        except NotFoundError:
            return None
        return found

    kept = service.gather("facts", keys, ask, understood=lambda kept: kept.keys() == set(FACTS))
    return service.table(keys, kept, FACTS)


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
        found = {}

        def read(answer):
            rows = rows_of(read_json(answer)["audio_features"])
            found.update({row["id"]: features_of(row) for row in rows if row.get("id") in ids})

        try:
            with service.reading(read):
                asking.audio_features(ids)
        except NotFoundError:
            raise OddAnswerError("it has no audio features any more (HTTP 404)") from None
        return {name: _named(row) for name, row in found.items()}

    kept = service.gather(
        "features",
        keys,
        ask,
        service.rules.batch,
        understood=lambda kept: "reason" in kept or "reason" not in features_of(kept),
    )
    return service.table(keys, kept, FEATURE_RANGES)


def _named(row):
    """A record whose reason names the service."""
    return {"reason": f"spotify {row['reason']}"} if "reason" in row else row
