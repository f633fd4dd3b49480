"""Tables of feature sets of one's own: an id, and any number of columns of numbers."""

from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import NamedTuple

import numpy as np
import pandas as pd

from helpers.project import ProjectError, shortened
from helpers.readers import cells, columns, dialects, embedding_tables
from helpers.readers.feature_tables import named_rows

# What lists say of tracks beside numbers; such columns of a table are left.
LISTED = ("artist", "artist_title", "title", "genre", "year", "participant", "study", "isrc")
# Columns that a message names at most.
SHOWN_COLUMNS = 8


class SetTable(NamedTuple):
    """What was read of a feature set.

    rows: track_id and columns of numbers, one row a track of the profile; source: where they come
    from; settings: what `embed` or `describe` computed them with, if one of them did; summary: one
    line on what was read and what was left.
    """

    rows: pd.DataFrame
    source: str
    settings: dict
    summary: str


def read_set(name: str, paths: Sequence[Path], track_ids: Iterable[str]) -> SetTable:
    """Read the tables of a feature set, and check them row by row.

    Parameters
    ----------
    name : str
        Of the set.
    paths : sequence of Path
        Parquet, or any list that `dialects.read` reads; all with the same columns.
    track_ids : iterable of str
        The tracks of the corpora. Rows of others are left out and counted.

    Returns
    -------
    SetTable
        Numbers as float64, missing where a cell is blank; rows without any number are left out.

    Raises
    ------
    ProjectError
        For a file without ids or numbers, a column of text, an infinite number, an id with two
        rows, files that differ in columns or in how they were computed, or no known id at all.

    Notes
    -----
    Notebook: 08_embedding_map
    """
    found = [_read(path) for path in paths]
    _same_columns(name, paths, found)
    settings = embedding_tables.common_settings(paths, found)
    source = "; ".join(dict.fromkeys(_source(*pair) for pair in zip(found, paths, strict=True)))
    numbers = [_numbers(*pair) for pair in zip(found, paths, strict=True)]
    whole = pd.concat(numbers, ignore_index=True).dropna(subset="track_id")
    distinct = whole.drop_duplicates()
    _one_row_a_track(name, paths, numbers, distinct)
    asked = set(track_ids)
    known = distinct[distinct["track_id"].isin(asked)]
    if known.empty:
        example = f", such as {distinct['track_id'].iloc[0]!r}" if len(distinct) else ""
        raise ProjectError(
            f"{paths[0]} (feature_sets.{name}): none of its {len(distinct):,} ids is a track of this "
            f"profile{example}. Check the column of ids, or build --without feature_sets."
        )
    blank = known.drop(columns="track_id").isna().all(axis=1)
    kept = known[~blank].reset_index(drop=True)
    summary = (
        f"{name} from {', '.join(path.name for path in paths)} (source: {source}): {len(kept):,} of "
        f"{len(asked):,} tracks, {kept.shape[1] - 1:,} numbers each; "
        f"{len(whole) - len(distinct):,} rows repeated and dropped, "
        f"{len(distinct) - len(known):,} of unknown tracks and {int(blank.sum()):,} without any "
        "number left out."
    )
    return SetTable(kept, source, settings, summary)


def _read(path: Path) -> pd.DataFrame:
    """A table as it lies: a Parquet file with its types, any other list as text."""
    if not path.is_file():
        raise ProjectError(f"{path}: there is no such file.")
    if path.suffix.lower() != ".parquet":
        return dialects.read(path).apply(cells.known)
    try:
        table = pd.read_parquet(path)
    except (ValueError, OSError) as error:
        raise ProjectError(f"{path} is no table in Parquet ({error}). Write it anew.") from None
    # Ids that are the index of a frame are a column like others.
    if table.index.name is not None:
        table = table.reset_index()
    return table.rename(columns=str).reset_index(drop=True).rename(index=lambda row: row + 1)


def _id_column(table: pd.DataFrame, path: Path) -> str:
    plain = {columns.plain(name): name for name in table}
    for spelling in columns.spellings()["track_id"]:
        if spelling in plain:
            return plain[spelling]
    raise ProjectError(
        f"{path}: no column of track ids. Found: {shortened(table, SHOWN_COLUMNS)}. Call the column "
        "track_id."
    )


def _number_columns(table: pd.DataFrame, path: Path) -> list[str]:
    """Names of the columns that hold the set's numbers."""
    spelled = columns.spellings()
    left = {"source", *(plain for name in LISTED for plain in spelled[name])}
    chosen = _id_column(table, path)
    found = [name for name in table if name != chosen and columns.plain(name) not in left]
    twice = [name for name in found if found.count(name) > 1]
    if twice:
        raise ProjectError(f"{path}: two columns are called {twice[0]!r}. Rename one of them.")
    if not found:
        raise ProjectError(
            f"{path}: no columns of numbers beside {shortened(table, SHOWN_COLUMNS)}. A feature set has "
            "one or more."
        )
    return found


def _same_columns(name: str, paths: Sequence[Path], found: Sequence[pd.DataFrame]) -> None:
    """Refuse files of one set that have not the same columns."""
    first = _number_columns(found[0], paths[0])
    for path, table in zip(paths[1:], found[1:], strict=True):
        own = _number_columns(table, path)
        if set(own) != set(first):
            unequal = sorted({*own} ^ {*first})
            raise ProjectError(
                f"feature_sets.{name}: {paths[0]} has {len(first):,} columns of numbers and {path} "
                f"{len(own):,}; they differ in {shortened(unequal, SHOWN_COLUMNS)}. Name files with the "
                "same columns, or make two sets of them."
            )


def _source(table: pd.DataFrame, path: Path) -> str:
    """Where the numbers of a file come from: what its rows say, else its name."""
    by_plain = {columns.plain(name): name for name in table}
    if "source" not in by_plain:
        return path.name
    named = sorted(set(table[by_plain["source"]].dropna().astype(str)))
    return " and ".join(named) or path.name


def _numbers(table: pd.DataFrame, path: Path) -> pd.DataFrame:
    """Ids and numbers of a file; a cell that is neither blank nor a number is refused."""
    ids = table[_id_column(table, path)]
    found = {"track_id": ids.astype("str").str.strip().map(cells.bare_id, na_action="ignore")}
    for name in _number_columns(table, path):
        column = table[name]
        if pd.api.types.is_bool_dtype(column):
            column = column.astype(float)
        if not pd.api.types.is_numeric_dtype(column):
            column = column.astype("str").str.replace(r"^([-+]?\d+),(\d+)$", r"\1.\2", regex=True)
        values = pd.to_numeric(column, errors="coerce").astype(float)
        _check_column(f"{path}, column {name}", column, values)
        found[name] = values
    rows = pd.DataFrame(found)
    rows["track_id"] = rows["track_id"].astype("str").where(rows["track_id"] != "")
    return rows


def _check_column(where: str, column: pd.Series, values: pd.Series) -> None:
    """Refuse a column of text, or one with a number that is none."""
    text = values.index[column.notna() & values.isna()]
    if len(text) and values.isna().all():
        raise ProjectError(
            f"{where}: it holds text, such as {str(column[text[0]])!r}, and a feature set holds "
            "numbers. Leave the column out of the file."
        )
    if len(text):
        raise ProjectError(
            f"{where}, {named_rows(text)}: {str(column[text[0]])!r} is no number. Mend it (decimal "
            "point, no unit) or leave it blank."
        )
    infinite = values.index[np.isinf(values)]
    if len(infinite):
        raise ProjectError(
            f"{where}, {named_rows(infinite)}: the number is infinite. Mend it or leave it blank."
        )


def _one_row_a_track(
    name: str, paths: Sequence[Path], numbers: Sequence[pd.DataFrame], distinct: pd.DataFrame
) -> None:
    """Refuse an id that stands more than once with different numbers."""
    ids = distinct["track_id"]
    twice = ids[ids.duplicated()]
    if twice.empty:
        return
    track = twice.iloc[0]
    places = []
    for path, table in zip(paths, numbers, strict=True):
        rows = table.index[table["track_id"] == track]
        if len(rows):
            places.append(f"{path}, {named_rows(rows)}")
    raise ProjectError(
        f"feature_sets.{name}: the id {track!r} stands more than once with different numbers "
        f"({'; '.join(places)}). Keep one row a track."
    )


def check_ranges(
    name: str, rows: pd.DataFrame, ranges: Mapping[str, tuple[float, float]], paths: Sequence[Path]
) -> None:
    """Refuse numbers that are outside of what their column allows.

    Parameters
    ----------
    name : str
        Of the set.
    rows : DataFrame
        From `read_set`.
    ranges : mapping of column to (float, float)
    paths : sequence of Path
        For the error.

    Raises
    ------
    ProjectError
        With the column, a track and its number.

    Notes
    -----
    Notebook: 02_audio_features
    """
    for column, (low, high) in ranges.items():
        wrong = rows[(rows[column] < low) | (rows[column] > high)]
        if len(wrong):
            raise ProjectError(
                f"{', '.join(map(str, paths))} (feature_sets.{name}), column {column}: "
                f"{wrong[column].iloc[0]:g} of the track {wrong['track_id'].iloc[0]!r} is not within "
                f"{low:g} to {high:g} ({len(wrong):,} such rows). Mend them, leave them blank, or "
                "mend the range."
            )
