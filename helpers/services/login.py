"""A person's login at Spotify: the address is printed, and whatever goes wrong takes one line."""

import json
import sys
from pathlib import Path

import spotipy
from spotipy import oauth2

from helpers.project import ProjectError

# What logging in may raise: no answer or a wrong one, a port in use, no terminal to paste into.
FAILURES = (oauth2.SpotifyOauthError, oauth2.SpotifyStateError, OSError, EOFError)


class Tokens(spotipy.CacheFileHandler):
    """Keeps a login in a file; one that cannot be read counts as none."""

    def get_cached_token(self) -> dict | None:
        """The login that was kept, if there is one that can be read.

        Returns
        -------
        dict or None
            As spotipy keeps it.
        """
        try:
            found = json.loads(Path(self.cache_path).read_text(encoding="utf-8"))
        except (OSError, ValueError):
            return None
        return found if isinstance(found, dict) and "expires_at" in found else None


class Login(spotipy.SpotifyOAuth):
    """Asks a person to log in: opens the page, prints its address, and waits for a while."""

    seconds = 300

    def get_auth_response(self, open_browser: bool | None = None) -> str:
        """The code that Spotify hands over once the person has agreed.

        Parameters
        ----------
        open_browser : bool, optional
            As in spotipy.

        Returns
        -------
        str

        Raises
        ------
        ProjectError
            Where nobody logs in, or the address to come back to cannot be used.
        """
        print(
            f"spotify: log in at this address, and agree (within {self.seconds // 60} minutes):\n"
            f"  {self.get_authorize_url()}",
            flush=True,
        )
        try:
            return super().get_auth_response(open_browser)
        except FAILURES as error:
            said = " ".join(str(error).split()) or type(error).__name__
            raise ProjectError(
                f"spotify: no login came back to {self.redirect_uri} ({said}). It should be one of "
                "the app's redirect URIs, at 127.0.0.1, with a port that is free; name another in "
                "SPOTIPY_REDIRECT_URI. Without a login, export the playlist as CSV."
            ) from None

    def _get_auth_response_local_server(self, redirect_port: int) -> str:
        # spotipy's own waits for ever.
        server = oauth2.start_local_http_server(redirect_port)
        with server:
            server.timeout = self.seconds
            self._open_auth_url()
            server.handle_request()
        if server.error is not None:
            raise server.error
        if server.auth_code is None:
            raise TimeoutError("nobody has logged in")
        if self.state is not None and server.state != self.state:
            raise oauth2.SpotifyStateError(self.state, server.state)
        return server.auth_code

    @staticmethod
    def _get_user_input(prompt: str) -> str:
        # The address was printed before; without a terminal there is nobody to paste one.
        if not sys.stdin.isatty():
            raise EOFError("no terminal to paste the address into")
        return input("Paste the address that the browser ended at: ")
