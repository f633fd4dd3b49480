"""The files of Scarratt et al. (2023), music for sleep and music for study, as tables."""

import ast
import json
from collections.abc import Mapping, Sequence
from pathlib import Path

import pandas as pd

from helpers.project import FEATURES, ProjectError
from helpers.readers import feature_tables, genres

# Corpus and what the registry calls its file.
FILES = {"SLEEP": "sleep_tracks", "STUDY": "study_tracks"}
# By what it is called here, the spelling of each column of the files.
COLUMNS: dict[str, Sequence[str]] = {
    "track_id": ["trackid"],
    "names": ["genres"],
    "genre": ["reducedgenre"],
}
COLUMNS.update({name: [name] for name in FEATURES})


def read_corpus(path: Path) -> pd.DataFrame:
    """The columns of one file that this book uses; index columns and clusters are left.

    Parameters
    ----------
    path : Path
        CSV in UTF-8.

    Returns
    -------
    DataFrame
        Columns `COLUMNS`, the features as numbers, in file order, rows named from 1.

    Raises
    ------
    ProjectError
        If a column is missing or stands twice (with the columns found), or a feature is no number
        or out of range.

    Notes
    -----
    Notebook: 01_corpora
    """
    table = feature_tables.spelled(feature_tables.read_table(path), path, COLUMNS)
    # R and pandas write these for missing values.
    table = table.replace(["NA", "nan"], None)
    table[FEATURES] = feature_tables.numbers(table, path)
    return table


def artist_genres(raw: pd.Series, path: Path) -> pd.Series:
    """Names in a column of stringified lists, such as "['lo-fi beats', 'chillhop']".

    Parameters
    ----------
    raw : Series of str
        Missing, blank and `unknown` mean no names.
    path : Path
        For the error.

    Returns
    -------
    Series of tuple of str

    Raises
    ------
    ProjectError
        If a value is no list of texts.

    Notes
    -----
    Notebook: 06_genres
    """
    parsed = {}
    for text in raw.dropna().unique():
        names = _names(text)
        if names is None:
            raise ProjectError(
                f"{path}, column Genres, row {raw.index[raw == text][0]}: {text!r} "
                "is no list of names such as ['ambient', 'sleep']. Mend the file."
            )
        parsed[text] = names
    return raw.map(lambda text: parsed.get(text, ()))


def _names(text: str) -> tuple[str, ...] | None:
    """Names in a stringified list; `None` where it is no list of texts."""
    if text.strip() in ("", "unknown"):
        return ()
    try:
        names = ast.literal_eval(text)
    except (ValueError, SyntaxError):
        return None
    if not isinstance(names, list) or not all(isinstance(name, str) for name in names):
        return None
    return tuple(names)


def read(files: Mapping[str, Path], commits: Mapping[str, str]) -> dict[str, pd.DataFrame]:
    """The tables of the profile `sleep`.

    Parameters
    ----------
    files : mapping of str to Path
        By the names in the registry; `chosic_genres`, names by main genre as JSON, is optional.
    commits : mapping of str to str
        Commit of each file; it goes into the column `source`.

    Returns
    -------
    dict of str to DataFrame
        `tracks` (corpus, track_id, genre, source, row), `features`, and with Chosic's names also
        `reductions`: tracks per corpus, the authors' genre and ours, which is what
        `genres.reduce_genres` makes of the raw artist genres.

    Notes
    -----
    Notebook: 01_corpora
    """
    tracks = _tracks(files, commits)
    made = {"tracks": tracks, "features": _features(tracks)}
    if "chosic_genres" in files:
        main = json.loads(files["chosic_genres"].read_text(encoding="utf-8"))
        made["reductions"] = _reductions(tracks, main)
    return made


def _tracks(files: Mapping[str, Path], commits: Mapping[str, str]) -> pd.DataFrame:
    """The rows of both files, with their features and artists' genre names."""
    corpora = []
    for corpus, name in FILES.items():
        table = read_corpus(files[name])
        corpora.append(
            table.assign(
                corpus=corpus,
                source=f"{files[name].name}@{commits[name][:7]}",
                row=table.index - 1,
                names=artist_genres(table["names"], files[name]),
            )
        )
    return pd.concat(corpora, ignore_index=True)


def _features(tracks: pd.DataFrame) -> pd.DataFrame:
    """One row a track; says how many tracks stand there with different values."""
    rows = tracks[["track_id", *FEATURES, "source"]].dropna(subset="track_id")
    rows = rows.drop_duplicates(["track_id", *FEATURES])
    features = rows.drop_duplicates("track_id", ignore_index=True)
    again = len(rows) - len(features)
    if again:
        print(
            f"{again:,} tracks stand twice with different features; the "
            f"first values ({', '.join(FILES)}, in that order) are kept.",
            flush=True,
        )
    return features


def _reductions(tracks: pd.DataFrame, main: Mapping[str, Sequence[str]]) -> pd.DataFrame:
    """Tracks by corpus, the authors' genre and the one that the artists' names reduce to."""
    ours = pd.Series(genres.reduce_genres(tracks["names"], main), dtype="str")
    pairs = tracks.assign(authors=tracks["genre"], ours=ours)
    counts = pairs.groupby(["corpus", "authors", "ours"], dropna=False).size()
    return counts.rename("tracks").reset_index()
