"""Files of lists as programs write them: any usual delimiter and encoding, JSON, a link a line.

What comes out is a table of text under the file's own headers, rows named from 1.
"""

import csv
import io
import json
import re
from collections.abc import Iterator, Sequence
from itertools import islice
from pathlib import Path
from typing import Any, Literal

import pandas as pd

from helpers.project import ProjectError
from helpers.readers import columns

DELIMITERS = (",", ";", "\t", "|")
MARKS = (
    (b"\xef\xbb\xbf", "utf-8-sig"),
    (b"\xff\xfe\x00\x00", "utf-32"),
    (b"\x00\x00\xfe\xff", "utf-32"),
    (b"\xff\xfe", "utf-16"),
    (b"\xfe\xff", "utf-16"),
)
# What a file that is no text begins with, and what to do with it.
NO_TEXT = (
    (b"PK\x03\x04", "is a workbook or an archive. Save its sheet as CSV, or unpack it"),
    (b"\xd0\xcf\x11\xe0", "is an old workbook. Save its sheet as CSV"),
    (b"%PDF", "is a PDF. Export the list as CSV"),
    (b"\x1f\x8b", "is compressed. Unpack it"),
)
# Last.fm's most used exporter writes no header: artist, album, title, when.
SCROBBLE = re.compile(r"\d{1,2} [A-Za-z]{3} \d{4},? \d{2}:\d{2}")
SCROBBLES = ["artist", "album", "title", "date"]
# Rows above the header in which a program may say what it exports.
HEADER_WITHIN = 10
LARGEST_CELL = 10_000_000
TRACK_KEYS = ("track", "item")
OTHER_KINDS = ("episode", "audiobook")


def read(path: Path) -> pd.DataFrame:
    """The rows of a list, in whatever dialect it is written.

    Parameters
    ----------
    path : Path
        CSV with commas, semicolons, tabs or bars; JSON; lines of links; Parquet.

    Returns
    -------
    DataFrame
        All columns as text under the file's own headers, rows named from 1; short rows are filled
        up with blanks.

    Raises
    ------
    ProjectError
        If there is no such file, it is no text, or a row has more cells than the header.

    Notes
    -----
    Notebook: 11_your_playlist
    """
    if not path.is_file():
        raise ProjectError(f"{path}: there is no such file.")
    if path.suffix.lower() == ".parquet":
        return _parquet(path)
    text = decoded(path.read_bytes(), path)
    if text.lstrip()[:1] in ("{", "[") and path.suffix.lower() != ".csv":
        return _json(text, path)
    return _delimited(text, path)


def decoded(data: bytes, path: Path) -> str:
    """The text of a file in UTF-8, UTF-16 or cp1252.

    Parameters
    ----------
    data : bytes
    path : Path
        For the errors.

    Returns
    -------
    str

    Raises
    ------
    ProjectError
        Where it is no text.
    """
    for start, said in NO_TEXT:
        if data.startswith(start):
            raise ProjectError(f"{path} {said}.")
    encodings = [name for mark, name in MARKS if data.startswith(mark)][:1] or _guessed(data)
    for encoding in encodings:
        try:
            text = data.decode(encoding)
        except UnicodeDecodeError:
            continue
        if "\x00" not in text:
            return text
    raise ProjectError(f"{path} cannot be read: it is no text. Save it as CSV in UTF-8.")


def _guessed(data: bytes) -> list[str]:
    """Encodings to try where no mark names one: zeros at every second place are UTF-16's."""
    zeros = [data[start:4000:2].count(0) for start in (0, 1)]
    if max(zeros) > len(data[:4000]) / 8:
        return ["utf-16-le" if zeros[1] > zeros[0] else "utf-16-be"]
    return ["utf-8", "cp1252", "latin-1"]


def _parquet(path: Path) -> pd.DataFrame:
    """A Parquet file; lists in its cells are written out."""
    try:
        table = pd.read_parquet(path).reset_index(drop=True)
    except (ValueError, OSError) as error:
        raise ProjectError(f"{path} cannot be read ({error}). Save it anew, or as CSV.") from None

    def written(cell: Any) -> Any:
        return str(list(cell)) if hasattr(cell, "tolist") and hasattr(cell, "__len__") else cell

    table = table.apply(lambda column: column.map(written).astype("str"))
    return table.rename(index=lambda row: row + 1)


# --- delimited text ---------------------------------------------------------------------------


def _delimited(text: str, path: Path) -> pd.DataFrame:
    """Rows of text with delimiters, its header found or supplied."""
    stated = re.match(r"\s*\"?sep=(.)\"?\s*(\r\n|\r|\n)", text, re.IGNORECASE)
    if stated:
        text = text[stated.end() :]
    delimiter = stated[1] if stated else _delimiter(text)
    rows = _records(text, delimiter, path)
    if not rows:
        raise ProjectError(f"{path} cannot be read: it is empty. Export the list again.")
    header, first = _header(rows)
    return _table(header, rows[first:], path)


def _records(text: str, delimiter: str, path: Path) -> list[list[str]]:
    """All rows that are not blank."""
    try:
        return list(_parsed(text, delimiter))
    except csv.Error as error:
        if delimiter == "\t":
            # Programs that part cells by tabs do not quote, and titles hold inches.
            return list(_parsed(text, delimiter, csv.QUOTE_NONE))
        raise ProjectError(
            f"{path} cannot be read ({error}). A quotation mark within a cell is written twice, "
            "and one that opens a cell closes it too. Mend that, or save the list anew as CSV."
        ) from None


def _parsed(
    text: str, delimiter: str, quoting: Literal[0, 3] = csv.QUOTE_MINIMAL
) -> Iterator[list[str]]:
    before = csv.field_size_limit(LARGEST_CELL)
    file = io.StringIO(text, newline="")
    reader = csv.reader(
        file, delimiter=delimiter, quoting=quoting, skipinitialspace=True, strict=True
    )
    try:
        for row in reader:
            if any(cell.strip() for cell in row):
                yield row
    except csv.Error as error:
        raise csv.Error(f"line {reader.line_num}: {error}") from None
    finally:
        csv.field_size_limit(before)


def _delimiter(text: str) -> str:
    """The delimiter whose first rows hold most known headers, else most cells, all rows alike."""

    def merit(delimiter: str) -> tuple[int, bool, int]:
        try:
            rows = list(islice(_parsed(text[:100_000], delimiter), HEADER_WITHIN))
        except csv.Error:
            rows = list(islice(_parsed(text[:100_000], delimiter, csv.QUOTE_NONE), HEADER_WITHIN))
        widths = [len(row) for row in rows]
        known = max(map(columns.count_known, rows), default=0)
        alike = len(set(widths)) == 1 and widths[0] > 1
        return known, alike, max(widths, default=0) if alike else 0

    # max keeps the first of equals: a comma where nothing tells.
    return max(DELIMITERS, key=merit)


def _header(rows: Sequence[list[str]]) -> tuple[list[str], int]:
    """The header, and the place of the first row below it."""
    for place, row in enumerate(rows[:HEADER_WITHIN]):
        if _is_header(row):
            return row, place + 1
    first = rows[0]
    if len(first) == len(SCROBBLES) and SCROBBLE.match(first[-1].strip()):
        return SCROBBLES, 0
    with_id = [at for at, cell in enumerate(first) if _is_id(cell, rows, at)]
    if with_id:
        return [
            "track_id" if at == with_id[0] else f"column {at + 1}" for at in range(len(first))
        ], 0
    return first, 1


def _is_header(row: Sequence[str]) -> bool:
    """Whether a row names a column of ids, or those of artist and title."""
    there = {columns.plain(cell) for cell in row}
    names = columns.spellings()
    if any(columns.is_spotify(cell) for cell in row):
        return False
    if there & names["track_id"].keys() or there & names["artist_title"].keys():
        return True
    return bool(there & names["artist"].keys() and there & names["title"].keys())


def _is_id(cell: str, rows: Sequence[list[str]], at: int) -> bool:
    """Whether a file without a header has its ids at some place of a row."""
    if columns.is_link(cell):
        return True
    several = [row[at] for row in rows[:50] if len(row) > at]
    return all(columns.is_spotify(text) and re.search(r"\d", text) for text in several)


def _table(header: list[str], rows: Sequence[list[str]], path: Path) -> pd.DataFrame:
    """Rows under a header; short ones are filled up, and blanks at the end are no cells."""
    header = list(header)
    while header and not header[-1].strip():
        header.pop()
    trimmed = []
    for row in rows:
        cut = list(row)
        while len(cut) > len(header) and not cut[-1].strip():
            cut.pop()
        trimmed.append(cut)
    longer = trimmed and all(len(row) == len(header) + 1 for row in trimmed)
    if longer and [row[0].strip() for row in trimmed] == [str(k + 1) for k in range(len(trimmed))]:
        # R numbers rows without a header of their own.
        header = ["", *header]
    for number, row in enumerate(trimmed, 1):
        if len(row) > len(header):
            raise ProjectError(
                f"{path}, row {number} cannot be read: it has {len(row)} cells where the header "
                f"has {len(header)}. A cell that holds the delimiter stands in quotes: mend the "
                "row, or save the list anew as CSV."
            )
    filled = [row + [""] * (len(header) - len(row)) for row in trimmed]
    index = range(1, len(filled) + 1)
    return pd.DataFrame(filled, index=index, columns=header, dtype="str")


# --- JSON -------------------------------------------------------------------------------------


def _json(text: str, path: Path) -> pd.DataFrame:
    """Tracks of a JSON file: Spotify's "download your data", its Web API, or a list of records."""
    try:
        content = json.loads(text)
    except (ValueError, RecursionError) as error:
        raise ProjectError(f"{path} is no JSON ({error}). Download it again.") from None
    records = list(filter(None, map(_flat, _entries(content))))
    if not records:
        raise ProjectError(
            f"{path} holds no list of tracks. Of Spotify's data take Playlist1.json, "
            "YourLibrary.json or a file of the streaming history."
        )
    table = pd.DataFrame(records, index=range(1, len(records) + 1))
    return table.fillna("").astype("str")


def _entries(content: Any) -> list[Any]:
    """The entries of whatever list of tracks a JSON file holds."""
    if isinstance(content, list):
        return content
    if not isinstance(content, dict):
        return []
    if isinstance(content.get("playlists"), list):
        lists = [one.get("items") for one in content["playlists"] if isinstance(one, dict)]
        return [entry for entries in lists if isinstance(entries, list) for entry in entries]
    for key in ("tracks", "items", "content", "data", "songs", "audio_features"):
        if key in content:
            return _entries(content[key])
    return []


def _flat(entry: Any) -> dict[str, str]:
    """One entry as cells: what lies deeper is named `album.release_date`, and so on."""
    if isinstance(entry, str):
        return {"track_id": entry}
    if not isinstance(entry, dict):
        return {}
    for key in TRACK_KEYS:
        if isinstance(entry.get(key), dict):
            return _flat(entry[key])
    for key in ("localTrack", *OTHER_KINDS):
        if isinstance(entry.get(key), dict):
            return {"uri": _other_uri(key, entry[key])}
    if any(key in entry and entry[key] is None for key in TRACK_KEYS):
        return {}
    found = _cells(entry)
    if _is_other(entry):
        found["spotify_track_uri"] = "spotify:episode:none"
    return found


def _cells(entry: dict[str, Any]) -> dict[str, str]:
    """The values of an entry as text, those one level deeper too."""
    found = {}
    for key, value in entry.items():
        if isinstance(value, dict):
            deeper = {f"{key}.{name}": inner for name, inner in value.items()}
            found.update(
                {name: _written(inner) for name, inner in deeper.items() if _is_plain(inner)}
            )
        else:
            found[key] = _written(value)
    return found


def _written(value: Any) -> str:
    """A value as the text of a cell; records in a list by their names."""
    if value is None:
        return ""
    if isinstance(value, list):
        names = [one.get("name", "") if isinstance(one, dict) else one for one in value]
        return str([str(name) for name in names])
    return str(value)


def _is_plain(value: Any) -> bool:
    return isinstance(value, str | int | float)


def _is_other(entry: dict[str, Any]) -> bool:
    """Whether an entry of a streaming history is of an episode or an audiobook."""
    uri = entry.get("spotify_track_uri", "none")
    others = ("spotify_episode_uri", "episode_name", "audiobook_uri")
    return not uri and any(entry.get(key) for key in others)


def _other_uri(kind: str, entry: dict[str, Any]) -> str:
    """What stands for an entry that is no track of Spotify's."""
    if kind == "localTrack":
        return str(entry.get("uri") or "spotify:local:none")
    return "spotify:episode:none"
