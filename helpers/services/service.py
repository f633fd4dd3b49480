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

import pandas as pd
import requests
from tqdm import tqdm
from urllib3.util import Retry

from helpers import project
from helpers.project import ProjectError

DAY = 86_400
FACTS = ["title", "artist", "isrc", "duration"]
SECONDS_APART = 3.0  # by which two lengths may differ and be one recording
SILENT = 3  # questions in a row without a usable answer, after which the service counts as down
SPOTIFY_ID = "[0-9A-Za-z]{22}"


class Refused(ProjectError):
    """A service will not go on for now: why, when to come back, what to do."""


class Unanswered(ProjectError):
    """One question got no usable answer, however often it was asked."""


class NotFound(Exception):
    """The service says that it does not have the thing."""


def read_json(answer):
    """The body of an answer that is JSON and no error.

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


def same(found, asked):
    """Call an answer about something else broken; give back `found`.

    Notes
    -----
    Notebook: 02_audio_features
    """
    if found != asked:
        raise ValueError("about something that nobody asked for")
    return found


def keys_of(tracks, column="track_id"):
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
    return keys[keys.str.fullmatch(SPOTIFY_ID)] if column == "track_id" else keys


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
    refusal : Refused or None
        What ended the asking.
    silent : dict of str to str
        Reason by key, of questions without a usable answer.
    planned : int
        Requests that a dry run counted.
    read : callable
        Makes of an answer what is wanted, where `request` is given nothing else.

    Raises
    ------
    ProjectError
        Where the environment lacks a credential that the service's rules name.

    Notes
    -----
    Notebook: 02_audio_features
    """

    def __init__(self, name, settings, dry=False):
        super().__init__()
        self.name, self.rules, self.dry = name, getattr(settings.services, name), dry
        if lacking := [key for key in self.rules.credentials if not os.environ.get(key)]:
            raise ProjectError(f"{name}: {' and '.join(lacking)} not set in the environment")
        if self.rules.contact and not settings.contact:
            raise ProjectError(f"{name}: it must know who asks; give the setting `contact`")
        self.refusal, self.silent, self.planned, self.next = None, {}, 0, 0.0
        self.read, contact = read_json, settings.contact or "no contact"
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
        when = time.strftime("%d %B, %H:%M", time.localtime(time.time() + (wait or 0)))
        raise Refused(
            f"{self.name}: {said}{f' Come back after {when}.' if wait else ''} What was "
            "answered is kept: the same command goes on from there."
        )

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

    def request(self, method, url, read=None, **options):
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
        NotFound
            At status 404, or where the body says as much.
        Refused
            When the service refuses for good, or for longer than `patience`.
        Unanswered
            When `retries` attempts more brought no usable answer.
        """
        for attempt in range(self.rules.retries + 1):
            self._pace()
            wait = self.rules.backoff * 2**attempt
            try:
                answer = super().request(method, url, **{"timeout": self.rules.timeout} | options)
                answer.raise_for_status()
                answer.found = (read or self.read)(answer)
                return answer
            except requests.HTTPError:
                said, wait = f"HTTP {answer.status_code}", self._weigh(answer, wait)
            except requests.RequestException as error:
                said = type(error).__name__
            except (ValueError, KeyError, TypeError) as error:
                said = f"broken answer: {type(error).__name__} {error}"
            time.sleep(wait * (attempt < self.rules.retries))
        raise Unanswered(f"no usable answer in {self.rules.retries + 1} attempts ({said})")

    def _weigh(self, answer, wait):
        """Seconds to wait after a refusal, unless `data/refusals.csv` or the wait says it lasts."""
        status, told = answer.status_code, answer.headers.get("Retry-After", "")
        told = Retry().parse_retry_after(told) if re.match(r"\d+$|\w{3}, .*GMT$", told) else None
        with open(project.ROOT / "data" / "refusals.csv", encoding="utf-8", newline="") as file:
            said = next(
                (
                    row["advice"]
                    for row in csv.DictReader(file)
                    if row["service"] in (self.name, "")
                    and row["status"] in (str(status), "")
                    and re.search(row["says"], answer.text, re.IGNORECASE)
                ),
                None,
            )
        if said == "not found":
            raise NotFound
        if said == "pause":
            said, wait = None, max(wait, self.rules.pause)
        elif not said and status < 500 and status != 429:
            said = f"it refuses (HTTP {status}) for a reason this book does not know."
        if said or told and told > self.rules.patience:
            self._refuse(said or "it asks for a long pause.", told)
        return wait if told is None else told

    def ask(self, path, read, **params):
        """What `read` makes of the JSON under a path of the service, or `None` if not found."""
        try:
            return self.get(
                f"{self.rules.base}/{path}",
                params=params,
                read=lambda answer: read(read_json(answer)),
            ).found
        except NotFound:
            return None

    def gather(self, kind, keys, ask, size=None, each=1):
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
        silent, kept = (
            0,
            {
                key: json.loads(answer)
                for key, answer in self.store.execute(
                    "SELECT key, answer FROM answers WHERE kind = ?", [kind]
                )
            },
        )
        todo = [key for key in dict.fromkeys(keys) if key not in kept]
        batches = [todo[start : start + (size or 1)] for start in range(0, len(todo), size or 1)]
        self.planned += len(batches) * each
        for batch in tqdm([] if self.dry else batches, f"{self.name}, {kind}", leave=False):
            if self.refusal:
                break
            try:
                found, silent = ask(batch) if size else {batch[0]: ask(batch[0])}, 0
            except Unanswered as error:
                self.silent |= dict.fromkeys(batch, str(error))
                if (silent := silent + 1) == min(SILENT, len(batches)):
                    self.refusal = Refused(
                        f"{self.name}: {error}, {silent} times in a row. Try "
                        "again later: the same command goes on from there."
                    )
            except Refused as error:
                self.refusal = error
            else:
                kept |= {key: found.get(key) for key in batch}
                with self.store:
                    self.store.executemany(
                        "REPLACE INTO answers VALUES (?, ?, ?)",
                        [(kind, key, json.dumps(kept[key])) for key in batch],
                    )
        return kept

    def table(self, keys, kept, columns):
        """One row a track: what the service says of it, or why it says nothing.

        Parameters
        ----------
        keys : Series of str
            The key that stands for each track in `kept`, by track id.
        kept : dict
            From `gather`.
        columns : sequence of str

        Returns
        -------
        DataFrame
            track_id, `columns`, and `reason`, which is missing where there is an answer.
        """
        unasked = "refused" if self.refusal else "not asked"
        rows = [
            {"track_id": name}
            | (
                kept.get(key)
                or {
                    "reason": (
                        f"not known to {self.name}"
                        if key in kept
                        else f"{self.name}: {self.silent.get(key, unasked)}"
                    )
                }
            )
            for name, key in keys.items()
        ]
        return pd.DataFrame(rows, columns=["track_id", *columns, "reason"])
