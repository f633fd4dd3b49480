"""Questions to one service about many tracks: asked once, in batches, until the service refuses.

What was answered is kept, that a thing is unknown included, and is never asked again; what was
refused is asked again next time.
"""

from collections.abc import Callable, Iterable, Mapping
from typing import Any

import pandas as pd
from tqdm import tqdm

from helpers.profiles import Settings
from helpers.services.refusals import RefusedError, UnansweredError
from helpers.services.session import Session

FACTS = ["title", "artist", "isrc", "duration"]
SECONDS_APART = 3.0  # by which two lengths may differ and be one recording
SILENT = 3  # questions in a row without a usable answer, after which the service counts as down
SPOTIFY_ID = "[0-9A-Za-z]{22}"


def same(found: str, asked: str) -> str:
    """Call an answer about something else broken; give back `found`.

    Raises
    ------
    ValueError
        Where the two differ.

    Parameters
    ----------
    found : str
        What the answer is about.
    asked : str
        What was asked for.

    Returns
    -------
    str

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


class Service(Session):
    """A service that is asked about many keys, and what became of the asking.

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

    Raises
    ------
    ProjectError
        As `Session` raises it.

    Notes
    -----
    Notebook: 02_audio_features
    """

    def __init__(self, name: str, settings: Settings, dry: bool = False) -> None:
        super().__init__(name, settings)
        self.dry = dry
        self.refusal: RefusedError | None = None
        self.silent: dict[str, str] = {}
        self.planned = 0

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
        kept = self.store.answers(kind)
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
                self.store.keep(kind, answers)
                kept.update(answers)
        return kept

    def _said_of(self, key: str, kept: Mapping[str, Any]) -> Mapping[str, Any]:
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
