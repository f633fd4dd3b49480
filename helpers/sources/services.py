"""One polite way to ask a web service: its pace, its waits, its broken answers, its kept ones.

Each service keeps its answers in a SQLite file in the user's cache folder. What was answered, that
a thing is unknown included, is never asked again; what was refused is asked again next time.
"""

import csv
import json
import re
import sqlite3
import time
from datetime import datetime
from email.utils import parsedate_to_datetime

import pandas as pd
import requests
from tqdm import tqdm

from helpers import paths
from helpers.paths import ProjectError

DAY = 86_400
FACTS = ["title", "artist", "isrc", "duration"]
SECONDS_APART = 3.0  # by which two lengths may differ and be one recording
SPOTIFY_ID = "[0-9A-Za-z]{22}"
SILENT = 3  # answers in a row that fail for good before the service counts as down


class Refused(ProjectError):
    """A service will not go on for now: why, when to come back, what to do."""


class Unanswered(ProjectError):
    """One question got no usable answer, however often it was asked."""


class NotFound(Exception):
    """The service says that it does not have the thing."""


class _Error(Exception):
    """The body of an answer is an error, though its status says all is well."""


def _advice(service, status, text):
    """What `data/refusals.csv` says of a refusal: the first row that fits."""
    with open(paths.ROOT / "data" / "refusals.csv", encoding="utf-8", newline="") as file:
        for row in csv.DictReader(file):
            if row["service"] in (service, "") and row["status"] in (str(status), "") and re.search(
                    row["says"], text, re.IGNORECASE):
                return row["advice"]


def _told_to_wait(answer):
    """Seconds that the header Retry-After asks for, as a number or as a date; else `None`."""
    told = answer.headers.get("Retry-After", "").strip()
    if told.isdigit():
        return float(told)
    try:
        return max(parsedate_to_datetime(told).timestamp() - time.time(), 0.0)
    except ValueError:
        return None


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
    check : callable or None
        Looks at the JSON of each answer that somebody else reads (spotipy); may call it broken.

    Notes
    -----
    Notebook: 02_audio_features
    """

    def __init__(self, name, settings, dry=False):
        super().__init__()
        self.name, self.rules, self.dry = name, settings.services[name], dry
        self.refusal, self.silent, self.planned, self.check, self._next = None, {}, 0, None, 0.0
        self.headers.update({"Accept": "application/json", "User-Agent":
                             f"music-for-pain-relief/0.1 ( {settings.contact or 'no contact'} )"})
        store = paths.cache_dir() / "services" / f"{name}.sqlite"
        store.parent.mkdir(parents=True, exist_ok=True)
        self.store = sqlite3.connect(store, timeout=60, isolation_level=None)
        self.store.execute("CREATE TABLE IF NOT EXISTS requests (at REAL)")
        self.store.execute("CREATE TABLE IF NOT EXISTS answers (kind TEXT, key TEXT, answer TEXT, "
                           "PRIMARY KEY (kind, key))")

    def _refuse(self, said, wait=None):
        back = f" Come back after {datetime.fromtimestamp(time.time() + (wait or 0)):%d %B, %H:%M}."
        raise Refused(f"{self.name}: {said}{back if wait else ''} What was answered is kept: the "
                      "same command goes on from there.")

    def _pace(self):
        """Keep to the service's rate and to its budget of a day."""
        if self.rules.daily:
            self.store.execute("DELETE FROM requests WHERE at < ?", [time.time() - DAY])
            count, first = self.store.execute("SELECT COUNT(*), MIN(at) FROM requests").fetchone()
            if count >= self.rules.daily:
                self._refuse(f"the budget of {self.rules.daily} requests in 24 hours is spent "
                             "(setting `daily`).", first + DAY - time.time())
            self.store.execute("INSERT INTO requests VALUES (?)", [time.time()])
        time.sleep(max(self._next - time.monotonic(), 0))
        self._next = time.monotonic() + 1 / self.rules.per_second

    def request(self, method, url, read=None, **options):
        """Ask until there is a usable answer.

        Parameters
        ----------
        method, url, **options
            As for `requests.Session.request`.
        read : callable, optional
            Makes of an answer what is wanted; a ValueError, KeyError or TypeError means that the
            answer is broken, and it is asked for again. By default the answer must be JSON.

        Returns
        -------
        requests.Response
            Its attribute `found` is what `read` returned.

        Raises
        ------
        NotFound
            At status 404.
        Refused
            When the service refuses for good, or for longer than `patience`.
        Unanswered
            When `retries` attempts more brought no usable answer.
        """
        said, options = "", {"timeout": self.rules.timeout} | options
        for attempt in range(self.rules.retries + 1):
            self._pace()
            wait = self.rules.backoff * 2**attempt
            try:
                answer = super().request(method, url, **options)
                answer.raise_for_status()
                answer.found = (read or self._checked)(answer)
                return answer
            except (requests.HTTPError, _Error):
                said, wait = f"HTTP {answer.status_code}", self._weigh(answer, wait)
            except requests.RequestException as error:
                said = type(error).__name__
            except (ValueError, KeyError, TypeError) as error:
                said = f"broken answer: {type(error).__name__} {error}"
            time.sleep(wait * (attempt < self.rules.retries))
        raise Unanswered(f"no usable answer in {self.rules.retries + 1} attempts ({said})")

    def _checked(self, answer):
        body = _json(answer)
        return self.check(body) if self.check else body

    def _weigh(self, answer, wait):
        """Seconds to wait after a refusal, unless it is one that lasts."""
        status, told = answer.status_code, _told_to_wait(answer)
        advice = "not found" if status == 404 else _advice(self.name, status, answer.text)
        if advice == "not found":
            raise NotFound
        if advice == "pause":
            wait, advice = max(wait, self.rules.pause), None
        elif not advice and status < 500 and status != 429:
            advice = f"it refuses (HTTP {status}) for a reason this book does not know."
        if told and told > self.rules.patience:
            advice = advice or "it asks for a long pause."
        if advice:
            self._refuse(advice, told)
        return wait if told is None else told

    def ask(self, path, read, **params):
        """What `read` makes of the JSON under a path of the service, or `None` if not found."""
        try:
            return self.get(f"{self.rules.base}/{path}", params=params,
                            read=lambda answer: read(_json(answer))).found
        except NotFound:
            return None

    def gather(self, kind, keys, ask, size=1, each=1):
        """What the service says of each key: what it has said before, and the rest in batches.

        Parameters
        ----------
        kind : str
            Kind of answer, such as "track".
        keys : iterable of str
        ask : callable
            From a list of keys to a dict by key; a key that is missing there, or `None`, is one
            that the service does not know.
        size : int
            Keys asked for at once.
        each : int
            Requests that this takes, for a dry run.

        Returns
        -------
        dict
            By key: the answer, or `None` where the service does not know it. A key without an
            entry was not answered: see `silent` and `refusal`.
        """
        keys = list(dict.fromkeys(keys))
        kept = {key: json.loads(answer) for key, answer in self.store.execute(
            "SELECT key, answer FROM answers WHERE kind = ?", [kind])}
        todo, silent = [key for key in keys if key not in kept], 0
        if self.dry or self.refusal:
            self.planned += -(-len(todo) // size) * each
            return kept
        with tqdm(total=len(keys), initial=len(keys) - len(todo), unit=kind, desc=self.name,
                  disable=not todo) as bar:
            for start in range(0, len(todo), size):
                batch = todo[start:start + size]
                try:
                    found, silent = ask(batch), 0
                    rows = [(kind, key, json.dumps(found.get(key))) for key in batch]
                    with self.store:
                        self.store.execute("BEGIN")
                        self.store.executemany("REPLACE INTO answers VALUES (?, ?, ?)", rows)
                    kept |= {key: found.get(key) for key in batch}
                except Unanswered as error:
                    self.silent |= dict.fromkeys(batch, str(error))
                    silent += 1
                except Refused as error:
                    self.refusal = error
                if silent == SILENT:
                    self.refusal = Refused(f"{self.name}: {self.silent[batch[0]]}, {SILENT} times "
                                           "in a row. Try again later: the same command goes on.")
                if self.refusal:
                    break
                bar.update(len(batch))
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
        def reason(key):
            if key in kept:
                return f"not known to {self.name}"
            return f"{self.name}: {self.silent.get(key, 'refused' if self.refusal else 'not asked')}"

        rows = [{"track_id": name} | (kept.get(key) or {"reason": reason(key)})
                for name, key in keys.items()]
        return pd.DataFrame(rows, columns=["track_id", *columns, "reason"])


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


def same(found, asked):
    """Call an answer about something else broken; give back `found`.

    Notes
    -----
    Notebook: 02_audio_features
    """
    if found != asked:
        raise ValueError("about something that nobody asked for")
    return found


def _json(answer):
    if not re.search("json|javascript", answer.headers.get("Content-Type", "")):
        raise ValueError("not JSON")
    body = answer.json()
    if isinstance(body, dict) and body.get("error"):
        raise _Error
    return body
