"""What a service has answered, kept so that nothing is asked twice; and when it was asked."""

import json
import sqlite3
import time
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from helpers.project import ProjectError

DAY = 86_400  # seconds


class Store:
    """A service's answers, by kind and key, and the times of its requests, in one SQLite file.

    That a service does not know a key is an answer too, kept as `None`.

    Parameters
    ----------
    path : Path
        Folders on the way to it are made.

    Raises
    ------
    ProjectError
        Where nothing can be written there, or the file is no SQLite file.
    """

    def __init__(self, path: Path) -> None:
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
            self._file = sqlite3.connect(path, timeout=60)
            self._file.execute("CREATE TABLE IF NOT EXISTS requests (at REAL)")
            self._file.execute(
                "CREATE TABLE IF NOT EXISTS answers (kind TEXT, key TEXT, answer TEXT, "
                "PRIMARY KEY (kind, key))"
            )
            self._file.execute("DELETE FROM requests WHERE at < 0")
            self._file.commit()
        except sqlite3.DatabaseError as error:
            raise ProjectError(
                f"{path}: the answers of services cannot be kept there ({error}). Make the folder "
                "writable or name another in MUSIC_FOR_PAIN_CACHE; delete a file that is damaged."
            ) from None
        except OSError as error:
            raise ProjectError(
                f"{path.parent}: no folder can be made there ({error.strerror}). Make it writable, "
                "or name another in MUSIC_FOR_PAIN_CACHE."
            ) from None

    def answers(self, kind: str) -> dict[str, Any]:
        """What the service has said before, by key.

        Parameters
        ----------
        kind : str
            Kind of answer, such as "track".

        Returns
        -------
        dict
            Without those that are no JSON.
        """
        rows = self._file.execute("SELECT key, answer FROM answers WHERE kind = ?", [kind])
        found = {}
        for key, answer in rows:
            try:
                found[key] = json.loads(answer)
            except (ValueError, TypeError):
                continue  # whoever asks for the key asks the service again
        return found

    def keep(self, kind: str, answers: Mapping[str, Any]) -> None:
        """Keep what the service said, at once and all or none.

        Parameters
        ----------
        kind : str
        answers : dict
            By key: anything that JSON can hold.
        """
        rows = [(kind, key, json.dumps(answer, allow_nan=False)) for key, answer in answers.items()]
        with self._file:
            self._file.executemany("REPLACE INTO answers VALUES (?, ?, ?)", rows)

    def requests_of_a_day(self) -> tuple[int, float | None]:
        """How many requests were sent in the last 24 hours, and when the first of them was.

        Returns
        -------
        int
        float or None
            Seconds since the epoch.
        """
        with self._file:
            self._file.execute("DELETE FROM requests WHERE at < ?", [time.time() - DAY])
        return self._file.execute("SELECT COUNT(*), MIN(at) FROM requests").fetchone()

    def note_request(self) -> None:
        """Note that a request goes out now."""
        with self._file:
            self._file.execute("INSERT INTO requests VALUES (?)", [time.time()])
