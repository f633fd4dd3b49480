"""Which column of a list holds what: headers of the exports that people use, in several languages."""

import csv
import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path

import pandas as pd

from helpers.project import ROOT, ProjectError
from helpers.readers import cells

# One header a row, in the order of preference; `joined` says what parts the names of artists.
TABLE = ROOT / "data" / "columns.csv"


def plain(header: object) -> str:
    """Letters and digits of a header, in lower case and without accents.

    Parameters
    ----------
    header : object

    Returns
    -------
    str

    Notes
    -----
    Notebook: 11_your_playlist
    """
    apart = unicodedata.normalize("NFKD", str(header)).casefold()
    letters = "".join(sign for sign in apart if not unicodedata.combining(sign))
    return re.sub(r"[\W_]", "", letters)


@cache
def spellings() -> dict[str, dict[str, bool]]:
    """Plain headers by what their columns hold, and whether names are joined there by commas.

    Returns
    -------
    dict of str to dict of str to bool
        In the order of preference.
    """
    found: dict[str, dict[str, bool]] = {}
    with open(TABLE, encoding="utf-8", newline="") as file:
        for row in csv.DictReader(file):
            found.setdefault(row["name"], {})[plain(row["header"])] = bool(row["joined"])
    return found


@dataclass(frozen=True)
class Places:
    """Where a table holds what.

    Attributes
    ----------
    at : dict of str to int
        Places of columns by this book's names.
    joined : bool
        Whether the names of several artists are joined by commas.
    left : list of str
        Headers of columns that are not read.
    """

    at: dict[str, int]
    joined: bool = False
    left: list[str] = field(default_factory=list)


def count_known(header: Sequence[object]) -> int:
    """How many cells of a row are headers that this book knows.

    Parameters
    ----------
    header : sequence of object

    Returns
    -------
    int
    """
    known = {spelling for variants in spellings().values() for spelling in variants}
    return sum(plain(cell) in known for cell in header)


def places(table: pd.DataFrame, path: Path | str) -> Places:
    """Where a table holds what, by its headers, and ids by what stands in the cells.

    Parameters
    ----------
    table : DataFrame
        Of text.
    path : Path or str
        For the error.

    Returns
    -------
    Places
        Of several columns with one meaning the one whose header stands first in `TABLE`; of ids
        the first that holds ids or links of Spotify's, if one does.

    Raises
    ------
    ProjectError
        Where two columns have one header, and other cells.
    """
    headers = [plain(name) for name in table]
    at: dict[str, int] = {}
    joined = False
    for name, variants in spellings().items():
        candidates = [headers.index(variant) for variant in variants if variant in headers]
        if name == "track_id":
            candidates = _with_ids(table, candidates)
        if candidates:
            at[name] = _only_one(table, headers, candidates[0], name, path)
            if name == "artist":
                joined = variants[headers[candidates[0]]]
    used = set(at.values())
    left = [str(name) for place, name in enumerate(table) if place not in used]
    return Places(at, joined, [name for name in left if name.strip()])


def _only_one(
    table: pd.DataFrame, headers: list[str], place: int, name: str, path: Path | str
) -> int:
    """The place of a column, if no other of its header says something else."""
    for other in range(len(headers)):
        same = headers[other] == headers[place] and other != place
        if same and list(table.iloc[:, other]) != list(table.iloc[:, place]):
            twice = " and ".join(repr(str(table.columns[at])) for at in sorted((place, other)))
            raise ProjectError(f"{path}: {twice} all stand for {name}. Keep one of these columns.")
    return place


def _with_ids(table: pd.DataFrame, candidates: list[int]) -> list[int]:
    """Columns of ids: of the candidates those with Spotify's, else any with links to tracks."""
    good = [place for place in candidates if _share(table.iloc[:, place], is_spotify) >= 0.5]
    if good or candidates:
        return good or candidates
    return [k for k in range(table.shape[1]) if _share(table.iloc[:, k], is_link) >= 0.5]


def _share(column: pd.Series, fits) -> float:
    """Share of the cells with something in them that fit."""
    text = cells.known(column).dropna().head(200)
    return float(text.map(fits).mean()) if len(text) else 0.0


def is_link(text: str) -> bool:
    """Whether a cell is a link to a track, an episode or a local file of Spotify's.

    Parameters
    ----------
    text : str

    Returns
    -------
    bool
    """
    return bool(re.search(r"spotify(:|\.com/)\S*(track|episode|local)", text, re.IGNORECASE))


def is_spotify(text: str) -> bool:
    """Whether a cell is a link to a track of Spotify's, or an id of that form.

    Parameters
    ----------
    text : str

    Returns
    -------
    bool
    """
    return is_link(text) or bool(re.fullmatch(cells.SPOTIFY_ID, cells.bare_id(text)))
