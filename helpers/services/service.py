"""Questions to one service about many tracks: asked once, in batches, until the service refuses.

What was answered is kept, that a thing is unknown included, and is never asked again; what was
refused is asked again next time.
"""

from collections.abc import Callable, Iterable, Mapping
from typing import Any

import pandas as pd
from tqdm import tqdm

from helpers.profiles import Settings
from helpers.project import FEATURE_RANGES
from helpers.readers import cells
from helpers.services.refusals import OddAnswerError, RefusedError, UnansweredError
from helpers.services.session import NOT_UNDERSTOOD, Session

FACTS = ["title", "artist", "isrc", "duration"]
SECONDS_APART = 3.0  # by which two lengths may differ and be one recording
SILENT = 3  # questions in a row without any answer, after which the service counts as down
ODD = 25  # questions in a row that it answers oddly, after which its interface counts as changed


def same(found: str | None, asked: str) -> str | None:
    """Call an answer about something else broken; give back `found`.

    Raises
    ------
    ValueError
        Where the two differ.

    Parameters
    ----------
    found : str or None
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


def _odd(kind: str) -> str:
    """The kind under which the store keeps why keys were answered oddly."""
    return f"{kind}, odd"


def rows_of(found: Any) -> list[dict]:
    """The records in a list that may come as a single record, hold gaps, or be missing.

    Parameters
    ----------
    found : object
        Part of an answer.

    Returns
    -------
    list of dict

    Raises
    ------
    TypeError
        Where it is text or a number, and so no records.

    Notes
    -----
    Notebook: 06_genres
    """
    if found is None or found == "":
        return []
    if isinstance(found, dict):
        return [found]
    if not isinstance(found, list):
        raise TypeError(f"{type(found).__name__} in place of records")
    return [row for row in found if isinstance(row, dict)]


def text_or_none(found: Any) -> str | None:
    """A text without spaces at either end; `None` for anything else, and where it is blank.

    Parameters
    ----------
    found : object
        Part of an answer.

    Returns
    -------
    str or None

    Notes
    -----
    Notebook: 02_audio_features
    """
    if not isinstance(found, str):
        return None
    return found.strip() or None


def number_or_zero(found: Any) -> float:
    """A number, or text that is one; 0 for anything else, and below 0.

    Parameters
    ----------
    found : object
        Part of an answer.

    Returns
    -------
    float
        Finite.

    Notes
    -----
    Notebook: 06_genres
    """
    try:
        number = float(found)
    except (TypeError, ValueError, OverflowError):
        return 0.0
    return number if 0 < number < float("inf") else 0.0


def facts_of(title: Any, artists: Any, isrc: Any, milliseconds: Any) -> dict[str, Any]:
    """What a service says of a track; what it leaves open is `None`.

    Parameters
    ----------
    title, isrc : object
        Text, or a gap.
    artists : object
        Records with a key `name`, or a gap.
    milliseconds : object
        A number, or a gap.

    Returns
    -------
    dict
        title, artist (names parted as `cells.artists` does), isrc, duration (s).

    Notes
    -----
    Notebook: 02_audio_features
    """
    names = [text_or_none(row.get("name")) for row in rows_of(artists)]
    seconds = number_or_zero(milliseconds) / 1000
    code = text_or_none(isrc)
    return {
        "title": text_or_none(title),
        "artist": cells.JOINED.join(name for name in names if name) or None,
        "isrc": cells.isrc(code) if code else None,
        "duration": seconds or None,
    }


def features_of(row: dict) -> dict[str, Any]:
    """The nine features of a record, or the reason why they cannot be used.

    Parameters
    ----------
    row : dict
        A record of a service.

    Returns
    -------
    dict
        By name, or `reason`: of a record with a gap or an impossible value nothing is taken.

    Notes
    -----
    Notebook: 02_audio_features
    """
    values: dict[str, Any] = {}
    for name, (low, high) in FEATURE_RANGES.items():
        value = row.get(name)
        if value is None:
            return {"reason": f"has no {name} for it"}
        if isinstance(value, bool) or not isinstance(value, int | float):
            return {"reason": f"has a {name} for it that is no number"}
        if not low <= value <= high:
            return {"reason": f"has a {name} for it outside {low} to {high}: {value}"}
        values[name] = float(value)
    return values


def keys_of(tracks: pd.DataFrame, column: str = "track_id") -> pd.Series:
    """What tracks are looked up by, by track id: a column without what cannot be asked for.

    Parameters
    ----------
    tracks : DataFrame
        Column track_id.
    column : str
        Of ids those of Spotify's form are taken, of ISRCs the valid ones, of artists the first.

    Returns
    -------
    Series of str

    Notes
    -----
    Notebook: 02_audio_features
    """
    keys = tracks.set_index("track_id", drop=False)[column].dropna()
    if column == "track_id":
        return keys[keys.str.fullmatch(cells.SPOTIFY_ID)]
    if column == "isrc":
        return keys[cells.is_isrc(keys)]
    if column == "artist":
        return cells.first_artist(keys)
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
    answered : int
        Tracks about which the service has said something, be it that it does not know them.

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
        self.answered = 0
        self._odd_before: set[str] = set()
        self._down_after = SILENT
        # In a row, over the batches of a run: without any answer, and with an odd one.
        self._unanswered = self._odd = 0

    def gather(
        self,
        kind: str,
        keys: Iterable[str],
        ask: Callable[[Any], Any],
        size: int | None = None,
        each: int = 1,
        understood: Callable[[Any], Any] = bool,
    ) -> dict[str, Any]:
        """What the service says of each key: what it has said before, and the rest in batches.

        A question that the service answers oddly costs its own key alone: a batch is halved until
        the key at fault stands by itself. Such a key is asked for again, after the others, and
        tells nothing of the service then. Only a service that refuses or is down ends the asking.

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
        understood : callable
            Is given each answer that was kept before and is not `None`; where it raises one of
            `NOT_UNDERSTOOD` or returns False, the key is asked for again.

        Returns
        -------
        dict
            By key: the answer, or `None` where the service does not know it. A key without an
            entry was not answered: see `silent` and `refusal`.
        """
        wanted = list(dict.fromkeys(keys))
        kept = self._kept(kind, wanted, understood)
        self._odd_before = set(self.store.answers(_odd(kind)))
        # Known odd keys come last: a run that goes on would else begin with nothing but these.
        todo = sorted((key for key in wanted if key not in kept), key=self._odd_before.__contains__)
        step = size or 1
        batches = [todo[start : start + step] for start in range(0, len(todo), step)]
        self.planned += len(batches) * each
        self._down_after = min(SILENT, len(batches))
        for batch in tqdm([] if self.dry else batches, f"{self.name}, {kind}", leave=False):
            self._ask_for(batch, kind, ask, size, kept)
            if self.refusal:
                break
        return kept

    def _kept(
        self, kind: str, wanted: list[str], understood: Callable[[Any], Any]
    ) -> dict[str, Any]:
        """What the service has said before of the keys, as far as it can be understood."""
        kept = {}
        stored = self.store.answers(kind)
        for key in wanted:
            if key not in stored:
                continue
            answer = stored[key]
            try:
                if answer is None or understood(answer):
                    kept[key] = answer
            except NOT_UNDERSTOOD:
                continue
        return kept

    def _ask_for(
        self,
        batch: list[str],
        kind: str,
        ask: Callable[[Any], Any],
        size: int | None,
        kept: dict[str, Any],
    ) -> None:
        """Ask for one batch, and keep what is understood; after an odd answer its halves."""
        try:
            found = ask(batch) if size else {batch[0]: ask(batch[0])}
        except OddAnswerError as error:
            if len(batch) > 1:
                middle = len(batch) // 2
                for half in (batch[:middle], batch[middle:]):
                    if not self.refusal:
                        self._ask_for(half, kind, ask, size, kept)
                return
            self.silent[batch[0]] = str(error)
            self.store.keep(_odd(kind), {batch[0]: str(error)})
            self._count_odd(batch[0], error)
        except UnansweredError as error:
            self.silent.update(dict.fromkeys(batch, str(error)))
            self._count_unanswered(batch, error)
        except RefusedError as error:
            self.refusal = error
        else:
            self._unanswered = self._odd = 0
            answers = {key: found.get(key) for key in batch}
            self.store.keep(kind, answers)
            kept.update(answers)

    def _count_unanswered(self, batch: list[str], error: UnansweredError) -> None:
        """A question without an answer; where several in a row have none, the service is down."""
        # An odd answer that is lost on its way is no answer, so known odd keys tell nothing.
        if self._odd_before.issuperset(batch):
            return
        self._unanswered += 1
        if self._unanswered == self._down_after:
            self.refusal = self._down(error, self._unanswered)

    def _count_odd(self, key: str, error: OddAnswerError) -> None:
        """A key that the service answers oddly; where all new ones are, its interface has changed."""
        self._unanswered = 0
        if key in self._odd_before:
            return
        self._odd += 1
        if self._odd == ODD:
            self.refusal = self._down(error, self._odd)

    def _down(self, error: UnansweredError, times: int) -> RefusedError:
        return RefusedError(
            f"{self.name}: {error}, {times} times in a row. Try again later: the same command "
            "goes on from there."
        )

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
        self.answered += sum(key in kept for key in keys)
        return pd.DataFrame(rows, columns=["track_id", *columns, "reason"])
