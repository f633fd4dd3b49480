"""One polite way to ask a web service: its pace, its waits, its broken answers, its kept ones.

Each service keeps its answers in a SQLite file in the user's cache folder. What was answered, that
a thing is unknown included, is never asked again; what was refused is asked again next time.
"""

import csv
import json
import os
import re
import sqlite3
import time
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from typing import Any

import pandas as pd
import requests
from tqdm import tqdm
from urllib3.util import Retry

from helpers import project
from helpers.profiles import Settings
from helpers.project import ProjectError

DAY = 86_400
FACTS = ["title", "artist", "isrc", "duration"]
SECONDS_APART = 3.0  # by which two lengths may differ and be one recording
SILENT = 3  # questions in a row without a usable answer, after which the service counts as down
SPOTIFY_ID = "[0-9A-Za-z]{22}"


class RefusedError(ProjectError):
    """A service will not go on for now: why, when to come back, what to do."""


class UnansweredError(ProjectError):
    """One question got no usable answer, however often it was asked."""


class NotFoundError(Exception):
    """The service says that it does not have the thing."""


def read_json(answer: requests.Response) -> Any:
    """The body of an answer that is JSON and no error.

    Raises
    ------
    ValueError
        Where it is no JSON.
    requests.HTTPError
        Where the body states an error.

    Notes
    -----
    Notebook: 02_audio_features
    """
    if not re.search("json|javascript", answer.headers.get("Content-Type", "")):
        raise ValueError("not JSON")
    body = answer.json()
    if isinstance(body, dict) and body.get("error"):
        raise requests.HTTPError("an error, though its status says all is well")
    return body


def same(found: str, asked: str) -> str:
    """Call an answer about something else broken; give back `found`.

    Raises
    ------
    ValueError
        Where the two differ.

    Notes
    -----
    Notebook: 02_audio_features
    """
    if found != asked:
        raise ValueError("about something that nobody asked for")
    return found


def keys_of(tracks: pd.DataFrame, column: str = "track_id") -> pd.Series:
    """What tracks are looked up by, by track id: a column without its gaps, ids if Spotify's.

    Parameters
    ----------
    tracks : DataFrame
        Column track_id.
    column : str

    Returns
    -------
    Series of str

    Notes
    -----
    Notebook: 02_audio_features
    """
    keys = tracks.set_index("track_id", drop=False)[column].dropna()
    if column == "track_id":
        return keys[keys.str.fullmatch(SPOTIFY_ID)]
    return keys


class Service(requests.Session):
    """A session with one service, which spotipy can use as its own.

    Parameters
    ----------
    name : str
        A key of the setting `services`.
    settings : Settings
    dry : bool
        Count what would be asked, and ask nothing.

    Attributes
    ----------
    refusal : RefusedError or None
        What ended the asking.
    silent : dict of str to str
        Reason by key, of questions without a usable answer.
    planned : int
        Requests that a dry run counted.
    read : callable
        Makes of an answer what is wanted, where `request` is given nothing else; see `reading`.

    Raises
    ------
    ProjectError
        Where the environment lacks a credential that the service's rules name.

    Notes
    -----
    Notebook: 02_audio_features
    """

    def __init__(self, name: str, settings: Settings, dry: bool = False) -> None:
        super().__init__()
        self.name = name
        self.rules = getattr(settings.services, name)
        self.dry = dry
        lacking = [key for key in self.rules.credentials if not os.environ.get(key)]
        if lacking:
            raise ProjectError(f"{name}: {' and '.join(lacking)} not set in the environment")
        if self.rules.contact and not settings.contact:
            raise ProjectError(f"{name}: it must know who asks; give the setting `contact`")
        self.refusal: RefusedError | None = None
        self.silent: dict[str, str] = {}
        self.planned = 0
        self.next = 0.0  # when the next request may go out, by the monotonic clock
        self.read: Callable[[requests.Response], Any] = read_json
        contact = settings.contact or "no contact"
        self.headers.update({"User-Agent": f"music-for-pain-relief/0.1 ( {contact} )"})
        store = project.cache_dir() / "services" / f"{name}.sqlite"
        store.parent.mkdir(parents=True, exist_ok=True)
        self.store = sqlite3.connect(store, timeout=60)
        self.store.execute("CREATE TABLE IF NOT EXISTS requests (at REAL)")
        self.store.execute(
            "CREATE TABLE IF NOT EXISTS answers (kind TEXT, key TEXT, answer TEXT, "
            "PRIMARY KEY (kind, key))"
        )

    def _refuse(self, said, wait=None):
        """Raise what was said, with the time after which to come back."""
        if wait:
            when = time.strftime("%d %B, %H:%M", time.localtime(time.time() + wait))
            said = f"{said} Come back after {when}."
        raise RefusedError(
            f"{self.name}: {said} What was answered is kept: the same command goes on from there."
        )

    @contextmanager
    def reading(self, read: Callable[[requests.Response], Any]) -> Iterator[None]:
        """Check by `read` every answer to a library that sends its requests through this session.

        spotipy reads answers itself and passes no `read` on. Its requests for tokens go through
        the same session, so `read` must accept their answers too.

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

    def _pace(self):
        """Keep to the service's rate and to its budget of a day."""
        if self.rules.daily:
            self.store.execute("DELETE FROM requests WHERE at < ?", [time.time() - DAY])
            count, first = self.store.execute("SELECT COUNT(*), MIN(at) FROM requests").fetchone()
            if count >= self.rules.daily:
                self._refuse(
                    f"the budget of {self.rules.daily} requests in 24 hours is spent "
                    "(setting `daily`).",
                    first + DAY - time.time(),
                )
            self.store.execute("INSERT INTO requests VALUES (?)", [time.time()])
            self.store.commit()
        time.sleep(max(self.next - time.monotonic(), 0))
        self.next = time.monotonic() + 1 / self.rules.per_second

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
            Makes of an answer what is wanted; a ValueError, KeyError or TypeError means that the
            answer is broken, and it is asked for again. By default `self.read`.

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
        UnansweredError
            When `retries` attempts more brought no usable answer.
        """
        options.setdefault("timeout", self.rules.timeout)
        said = ""
        for attempt in range(self.rules.retries + 1):
            self._pace()
            wait = self.rules.backoff * 2**attempt
            try:
                answer: Any = super().request(method, url, **options)
                answer.raise_for_status()
                answer.found = (read or self.read)(answer)
                return answer
            except requests.HTTPError:
                said = f"HTTP {answer.status_code}"
                wait = self._weigh(answer, wait)
            except requests.RequestException as error:
                said = type(error).__name__
            except (ValueError, KeyError, TypeError) as error:
                said = f"broken answer: {type(error).__name__} {error}"
            if attempt < self.rules.retries:
                time.sleep(wait)
        raise UnansweredError(f"no usable answer in {self.rules.retries + 1} attempts ({said})")

    def _advice(self, answer):
        """What `data/refusals.csv` advises about an answer, or `None`."""
        with open(project.ROOT / "data" / "refusals.csv", encoding="utf-8", newline="") as file:
            for row in csv.DictReader(file):
                if (
                    row["service"] in (self.name, "")
                    and row["status"] in (str(answer.status_code), "")
                    and re.search(row["says"], answer.text, re.IGNORECASE)
                ):
                    return row["advice"]
        return None

    def _weigh(self, answer, wait):
        """Seconds to wait after a refusal, unless `data/refusals.csv` or the wait says it lasts."""
        status = answer.status_code
        header = answer.headers.get("Retry-After", "")
        told = None
        if re.match(r"\d+$|\w{3}, .*GMT$", header):
            told = Retry().parse_retry_after(header)
        advice = self._advice(answer)
        if advice == "not found":
            raise NotFoundError
        if advice == "pause":
            advice = None
            wait = max(wait, self.rules.pause)
        elif not advice and status < 500 and status != 429:
            advice = f"it refuses (HTTP {status}) for a reason this book does not know."
        if advice:
            self._refuse(advice, told)
        if told and told > self.rules.patience:
            self._refuse("it asks for a long pause.", told)
        return wait if told is None else told

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

    def _kept(self, kind):
        """What the service has said before, by key."""
        rows = self.store.execute("SELECT key, answer FROM answers WHERE kind = ?", [kind])
        return {key: json.loads(answer) for key, answer in rows}

    def _keep(self, kind, answers):
        """Store what the service said, that it does not know a key included."""
        with self.store:
            self.store.executemany(
                "REPLACE INTO answers VALUES (?, ?, ?)",
                [(kind, key, json.dumps(answer)) for key, answer in answers.items()],
            )

    def gather(
        self,
        kind: str,
        keys: Iterable[str],
        ask: Callable[[Any], Any],
        size: int | None = None,
        each: int = 1,
    ) -> dict[str, Any]:
        """What the service says of each key: what it has said before, and the rest in batches.

        Parameters
        ----------
        kind : str
            Kind of answer, such as "track".
        keys : iterable of str
        ask : callable
            From one key to its answer, which is `None` where the service does not know it; with
            `size`, from a list of keys to a dict of answers by key.
        size : int, optional
            Keys asked for at once.
        each : int
            Requests that this takes, for a dry run.

        Returns
        -------
        dict
            By key: the answer, or `None` where the service does not know it. A key without an
            entry was not answered: see `silent` and `refusal`.
        """
        kept = self._kept(kind)
        todo = [key for key in dict.fromkeys(keys) if key not in kept]
        step = size or 1
        batches = [todo[start : start + step] for start in range(0, len(todo), step)]
        self.planned += len(batches) * each
        silent = 0  # batches in a row without a usable answer
        for batch in tqdm([] if self.dry else batches, f"{self.name}, {kind}", leave=False):
            if self.refusal:
                break
            try:
                found = ask(batch) if size else {batch[0]: ask(batch[0])}
            except UnansweredError as error:
                self.silent.update(dict.fromkeys(batch, str(error)))
                silent += 1
                if silent == min(SILENT, len(batches)):
                    self.refusal = RefusedError(
                        f"{self.name}: {error}, {silent} times in a row. Try "
                        "again later: the same command goes on from there."
                    )
            except RefusedError as error:
                self.refusal = error
            else:
                silent = 0
                answers = {key: found.get(key) for key in batch}
                self._keep(kind, answers)
                kept.update(answers)
        return kept

    def _said_of(self, key, kept):
        """The answer to one key, or the reason why there is none."""
        if kept.get(key):
            return kept[key]
        if key in kept:
            return {"reason": f"not known to {self.name}"}
        unasked = "refused" if self.refusal else "not asked"
        return {"reason": f"{self.name}: {self.silent.get(key, unasked)}"}

    def table(
        self, keys: pd.Series, kept: Mapping[str, Any], columns: Iterable[str]
    ) -> pd.DataFrame:
        """One row a track: what the service says of it, or why it says nothing.

        Parameters
        ----------
        keys : Series of str
            The key that stands for each track in `kept`, by track id.
        kept : dict
            From `gather`.
        columns : iterable of str

        Returns
        -------
        DataFrame
            track_id, `columns`, and `reason`, which is missing where there is an answer.
        """
        rows = [{"track_id": name, **self._said_of(key, kept)} for name, key in keys.items()]
        return pd.DataFrame(rows, columns=["track_id", *columns, "reason"])
