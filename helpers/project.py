"""Where things are, what the audio features are, and how a file is written."""

import hashlib
import os
import re
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Protocol

import filelock

ROOT = Path(__file__).resolve().parent.parent


REFERENCE = ROOT / "data" / "reference"


TWIN = ROOT / "data" / "twin"


NOTEBOOKS = ROOT / "notebooks"


BOOK = ROOT / "book"


EXECUTED = BOOK / "notebooks"


SITE = ROOT / "_build" / "html"


LOCK = ROOT / "requirements.lock"


# Spotify's audio features, in the study's order.
FEATURES = [
    "danceability",
    "energy",
    "loudness",
    "speechiness",
    "acousticness",
    "instrumentalness",
    "liveness",
    "valence",
    "tempo",
]


# Spotify's range of each: loudness in dB, tempo in BPM, the others without unit.
FEATURE_RANGES = {
    "danceability": (0, 1),
    "energy": (0, 1),
    "loudness": (-60, 6),
    "speechiness": (0, 1),
    "acousticness": (0, 1),
    "instrumentalness": (0, 1),
    "liveness": (0, 1),
    "valence": (0, 1),
    "tempo": (0, 300),
}


# Units of those features that have one, short enough to stand beside a name.
FEATURE_UNITS = {"loudness": "dB", "tempo": "BPM"}


# Columns of an OpenL3 embedding.
DIMENSIONS = [f"e{number:03d}" for number in range(512)]


class ProjectError(Exception):
    """Something the user can mend; its text says what is wrong and what to do next."""


class HasFolder(Protocol):
    """Anything whose products lie in a folder of their own, such as a profile."""

    @property
    def folder(self) -> str:
        """Name of that folder."""


def cache_dir() -> Path:
    """Folder for downloaded files: `MUSIC_FOR_PAIN_CACHE`, else one in the user's cache folder.

    Returns
    -------
    Path
        Not made yet, where nothing was downloaded.
    """
    own = os.environ.get("MUSIC_FOR_PAIN_CACHE")
    if own:
        return Path(own)
    base = os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache"
    return Path(base) / "music-for-pain-relief"


def build_dir(profile: HasFolder) -> Path:
    """Folder of a profile's products: `build/<name>`, or `build/<name>-<mark of its place>`.

    The mark, which a profile outside `data/profiles` has, keeps apart two profiles of one name.

    Parameters
    ----------
    profile : Profile

    Returns
    -------
    Path
    """
    return ROOT / "build" / profile.folder


def shown(path: Path) -> str:
    """A path as a message shows it: from the root of the project, where it lies inside.

    Parameters
    ----------
    path : Path

    Returns
    -------
    str
        With `/` between folders where it lies inside.
    """
    if path.is_relative_to(ROOT):
        return path.relative_to(ROOT).as_posix()
    return str(path)


def write_atomic(path: Path, content: str | bytes) -> None:
    """Write a file so that a reader sees the old one or the new one, never half of it.

    Parameters
    ----------
    path : Path
        Folders on the way to it are made.
    content : str or bytes
        Text is written as UTF-8.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    temporary = path.with_name(f".{path.name}.{os.getpid()}")
    data = content.encode("utf-8") if isinstance(content, str) else content
    try:
        temporary.write_bytes(data)
        os.replace(temporary, path)
    finally:
        # What is left of it after a full disk or Ctrl-C would take up space for ever.
        temporary.unlink(missing_ok=True)


@contextmanager
def locked(path: Path, doing: str) -> Iterator[None]:
    """Keep other processes from doing the same thing at the same time; the second one waits.

    Parameters
    ----------
    path : Path
        File that stands for the lock.
    doing : str
        What the other process does, as the message says it: "makes the tables of demo".
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    lock = filelock.FileLock(path)
    try:
        lock.acquire(timeout=0)
    except filelock.Timeout:
        print(f"Another process {doing}; waiting for it to end.", flush=True)
        lock.acquire()
    try:
        yield
    finally:
        lock.release()


def sha256(*parts: object) -> str:
    """Hash of several contents in order, as hexadecimal digits.

    Parameters
    ----------
    *parts
        Of a `Path` the file's content counts, of anything else its text.

    Returns
    -------
    str
    """
    digest = hashlib.sha256()
    for part in parts:
        data = part.read_bytes() if isinstance(part, Path) else str(part).encode()
        # The length first: "ab", "c" is not "a", "bc".
        digest.update(len(data).to_bytes(8, "big") + data)
    return digest.hexdigest()


def as_text(name: str) -> str:
    """A name that comes from data, such as a genre's, with nothing in it that is markup.

    Parameters
    ----------
    name : str

    Returns
    -------
    str
        Characters that Markdown or HTML could read are written as numbers.
    """
    return re.sub(r"[^\w\s/,;:.()'-]", lambda found: f"&#{ord(found[0])};", name)


def by_number(number: float, one: str, several: str) -> str:
    """The word that goes with a number: "is" with 1, "are" with 0, 2 and more.

    Parameters
    ----------
    number : float
    one, several : str

    Returns
    -------
    str
    """
    return one if number == 1 else several


def counted(number: float, noun: str, several: str = "") -> str:
    """A whole number with its noun: "1 genre", "0 genres", "2,345 genres".

    Parameters
    ----------
    number : float
        Whole.
    noun : str
        For one.
    several : str
        For any other number; empty: `noun` and an s.

    Returns
    -------
    str
    """
    return f"{number:,.0f} {by_number(number, noun, several or f'{noun}s')}"


def spaced(name: str) -> str:
    """A name of a feature set or of a column as a page shows it: with spaces.

    Parameters
    ----------
    name : str

    Returns
    -------
    str
    """
    return name.replace("_", " ")


def shortened(names: Iterable[object], most: int) -> str:
    """Names as a message has them: so many of them, and how many more there are.

    Parameters
    ----------
    names : iterable
    most : int
        Named one by one.

    Returns
    -------
    str
        Such as "a, b and 3 more".
    """
    every = list(map(str, names))
    some = ", ".join(every[:most])
    more = len(every) - most
    return f"{some} and {more:,} more" if more > 0 else some


def leaves_out_zero(low: Any, high: Any) -> Any:
    """Whether intervals lie on one side of zero; an end that is zero, or missing, does not.

    Parameters
    ----------
    low, high : float, array or Series
        Ends of one interval, or of several.

    Returns
    -------
    bool, or array or Series of bool
    """
    return (low > 0) | (high < 0)


def counted_of(part: float, whole: float, noun: str, several: str = "") -> str:
    """How many of how many: "3 of 9 features", "1 of 1 feature".

    Parameters
    ----------
    part, whole : float
        Whole numbers.
    noun, several : str
        As in `counted`.

    Returns
    -------
    str
    """
    return f"{part:,.0f} of {counted(whole, noun, several)}"
