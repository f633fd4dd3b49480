"""A session with one web service: its pace, its waits, its broken answers."""

import os
import re
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import requests

from helpers import project
from helpers.profiles import Settings
from helpers.project import ProjectError
from helpers.services.pacing import Pace
from helpers.services.refusals import (
    NotFoundError,
    OddAnswerError,
    UnansweredError,
    refusal,
    wait_after,
)
from helpers.services.store import Store

# What reading an answer raises where it is not what it should be.
NOT_UNDERSTOOD = (LookupError, ValueError, TypeError, AttributeError, ArithmeticError)


class NoAnswerError(ValueError):
    """What came is a page of a proxy, or cut short, and says nothing about the question."""


def read_json(answer: requests.Response) -> Any:
    """The body of an answer that is JSON and no error.

    Parameters
    ----------
    answer : Response

    Returns
    -------
    dict, list, str, float, bool or None

    Raises
    ------
    NoAnswerError
        Where it is no JSON.
    requests.HTTPError
        Where the body states an error.

    Notes
    -----
    Notebook: 02_audio_features
    """
    if not re.search("json|javascript", answer.headers.get("Content-Type", "")):
        raise NoAnswerError("not JSON")
    try:
        body = answer.json()
    except (ValueError, RecursionError) as error:
        raise NoAnswerError(f"no JSON ({type(error).__name__})") from None
    if isinstance(body, dict) and body.get("error"):
        raise requests.HTTPError("an error, though its status says all is well")
    return body


def read_token(answer: requests.Response) -> Any:
    """The body of an answer that is a token: of all that is sent, tokens alone are posted for.

    Parameters
    ----------
    answer : Response

    Returns
    -------
    dict

    Raises
    ------
    TypeError, KeyError
        Where it is no token.

    Notes
    -----
    Notebook: 01_corpora
    """
    body = read_json(answer)
    if not isinstance(body["access_token"], str) or not isinstance(body["expires_in"], int):
        raise TypeError("no token")
    return body


class Session(requests.Session):
    """A session with one service, which spotipy can use as its own.

    Parameters
    ----------
    name : str
        A key of the setting `services`.
    settings : Settings

    Attributes
    ----------
    rules : ServiceRules
    store : Store
        In the user's cache folder.
    read : callable
        Makes of an answer what is wanted, where `request` is given nothing else; see `reading`.

    Raises
    ------
    ProjectError
        Where the environment lacks a credential that the service's rules name, or the service must
        know who asks.

    Notes
    -----
    Notebook: 02_audio_features
    """

    def __init__(self, name: str, settings: Settings) -> None:
        super().__init__()
        self.name = name
        self.rules = getattr(settings.services, name)
        lacking = [key for key in self.rules.credentials if not os.environ.get(key)]
        if lacking:
            raise ProjectError(f"{name}: {' and '.join(lacking)} not set in the environment")
        if self.rules.contact and not settings.contact:
            raise ProjectError(f"{name}: it must know who asks; give the setting `contact`")
        contact = settings.contact or "no contact"
        self.headers.update({"User-Agent": f"music-for-pain-relief/0.1 ( {contact} )"})
        self.read: Callable[[requests.Response], Any] = read_json
        self.store = Store(project.cache_dir() / "services" / f"{name}.sqlite")
        self._pace = Pace(name, self.rules, self.store)

    @contextmanager
    def reading(self, read: Callable[[requests.Response], Any]) -> Iterator[None]:
        """Check by `read` every answer to a library that sends its requests through this session.

        spotipy reads answers itself and passes no `read` on. Its requests for tokens go through
        the same session, and are checked by `read_token`.

        Parameters
        ----------
        read : callable
            As in `request`.

        Notes
        -----
        Notebook: 02_audio_features
        """
        before = self.read
        self.read = read
        try:
            yield
        finally:
            self.read = before

    def request(  # type: ignore[override]  # options go on to requests by name
        self,
        method: str,
        url: str,
        read: Callable[[requests.Response], Any] | None = None,
        **options: Any,
    ) -> requests.Response:
        """Ask until there is a usable answer.

        Parameters
        ----------
        method, url, **options
            As for `requests.Session.request`.
        read : callable, optional
            Makes of an answer what is wanted; an error of `NOT_UNDERSTOOD` means that the answer is
            broken, and it is asked for again. By default `self.read`.

        Returns
        -------
        requests.Response
            Its attribute `found` is what `read` returned.

        Raises
        ------
        NotFoundError
            At status 404, or where the body says as much.
        RefusedError
            When the service refuses for good, or for longer than `patience`.
        OddAnswerError
            When the service answers, and no answer to this question could be used.
        UnansweredError
            When `retries` attempts more brought no answer.
        """
        rules = self.rules
        understand = read_token if method == "POST" else read or self.read
        options.setdefault("timeout", rules.timeout)
        said, kind = "", UnansweredError
        for attempt in range(rules.retries + 1):
            self._pace.wait()
            wait = rules.backoff * 2**attempt
            try:
                answer: Any = super().request(method, url, **options)
                answer.raise_for_status()
                answer.found = understand(answer)
                return answer
            except requests.HTTPError:
                kind = UnansweredError
                said = f"HTTP {answer.status_code}"
                wait = self._wait_after(method, answer, wait)
            except (requests.RequestException, NoAnswerError) as error:
                kind = UnansweredError
                said = str(error) if isinstance(error, NoAnswerError) else type(error).__name__
            except NOT_UNDERSTOOD as error:
                kind = OddAnswerError
                said = f"broken answer: {type(error).__name__} {error}"
            if attempt < rules.retries:
                time.sleep(wait)
        raise kind(f"no usable answer in {rules.retries + 1} attempts ({said})")

    def _wait_after(self, method: str, answer: requests.Response, wait: float) -> float:
        """As `wait_after`; a token that is not found means no track that is not known."""
        try:
            return wait_after(self.name, answer, wait, self.rules.pause, self.rules.patience)
        except NotFoundError:
            if method == "POST":
                gone = "its address for logins is not there (HTTP 404). Check `accounts`."
                raise refusal(self.name, gone) from None
            raise

    def ask(self, path: str, read: Callable[[Any], Any], **params: Any) -> Any:
        """What `read` makes of the JSON under a path of the service, or `None` if not found.

        Parameters
        ----------
        path : str
            Below the service's base address.
        read : callable
            From the parsed body to what is wanted; its errors are those of `request`.
        **params
            Of the query.

        Returns
        -------
        object or None
            What `read` returned.

        Raises
        ------
        RefusedError, UnansweredError
            As `request` raises them.

        Notes
        -----
        Notebook: 02_audio_features
        """
        try:
            answer: Any = self.request(
                "GET",
                f"{self.rules.base}/{path}",
                params=params,
                read=lambda answer: read(read_json(answer)),
            )
        except NotFoundError:
            return None
        return answer.found
