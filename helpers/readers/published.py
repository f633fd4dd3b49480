"""The study's own files, as its authors published them, as tables."""

import csv
from collections.abc import Mapping, Sequence
from pathlib import Path

import pandas as pd

from helpers.project import DIMENSIONS, ProjectError
from helpers.readers.embedding_tables import one_a_track
from helpers.readers.feature_tables import read_table, spelled

# By corpus and what it is called here, the spelling of each column of the tracks file.
COLUMNS: dict[str, dict[str, Sequence[str]]] = {
    "PMD": {
        "track_id": ["trackid"],
        "artist": ["artist"],
        "title": ["trackname"],
        "study": ["playlist"],
    },
    "EMD": {"track_id": ["trackid"], "name": ["artistsong"]},
}


def split_artist_title(names: pd.Series) -> pd.DataFrame:
    """Split "artist - title" at the first " - ".

    Parameters
    ----------
    names : Series of str

    Returns
    -------
    DataFrame
        Columns artist, title, and `splits`: how many places the name could have been split at.

    Notes
    -----
    Notebook: 01_corpora
    """
    parts = names.str.split(" - ", n=1, expand=True).reindex(columns=[0, 1])
    return pd.DataFrame({"artist": parts[0], "title": parts[1], "splits": names.str.count(" - ")})


def read_tracks(files: Mapping[str, Path], commit: str) -> pd.DataFrame:
    """The listings of both corpora, nothing dropped.

    Parameters
    ----------
    files : mapping of str to Path
        `pmd_tracks`, `pmd_genres`, `emd_tracks` and `emd_genres`, as the authors published them.
    commit : str
        Commit the files are of; it goes into the column `source`.

    Returns
    -------
    DataFrame
        The rows of both genre files in file order, then the rows of the tracks files whose id no
        genre file has (genre missing). `row` is the position in the file that `source` names, from
        0.

    Raises
    ------
    ProjectError
        If a file lacks a column, or a row has too few or too many fields.

    Notes
    -----
    Notebook: 01_corpora
    """
    parts = []
    for corpus, columns in COLUMNS.items():
        with_genres = files[f"{corpus.lower()}_genres"]
        complete = files[f"{corpus.lower()}_tracks"]
        spellings = {**columns, "genre": ["reducedgenre"]}
        genres = spelled(read_table(with_genres), with_genres, spellings)
        tracks = spelled(read_table(complete), complete, columns)
        listed = tracks["track_id"].isin(genres["track_id"]) & tracks["track_id"].notna()
        for path, rows in ((with_genres, genres), (complete, tracks[~listed])):
            named = _with_artist_and_title(rows)
            source = f"{path.name}@{commit[:7]}"
            parts.append(named.assign(corpus=corpus, source=source, row=named.index - 1))
    return pd.concat(parts)


def _with_artist_and_title(rows: pd.DataFrame) -> pd.DataFrame:
    """Rows with artist and title apart; PMD's files have them so, EMD's have one name for both."""
    if "name" not in rows:
        return rows
    return rows.join(split_artist_title(rows["name"])[["artist", "title"]])


def read_embeddings(path: Path, source: str) -> pd.DataFrame:
    """One file of embeddings in the authors' format, its rows as they stand.

    Parameters
    ----------
    path : Path
        CSV: `Track ID` and 512 numbers, named 0 to 511 or embedding_0 to embedding_511, in any
        order. Other columns, such as the genre, are left.
    source : str
        For the column of that name.

    Returns
    -------
    DataFrame
        track_id, e000 ... e511 (float32; missing where blank), source.

    Raises
    ------
    ProjectError
        If a column is missing or stands twice, or text stands in place of a number.

    Notes
    -----
    Notebook: 08_embedding_map
    """
    with open(path, encoding="utf-8-sig", newline="") as file:
        header = next(csv.reader(file), [])
    names = {"Track ID": "track_id"}
    for number, name in enumerate(DIMENSIONS):
        names[f"{number}"] = names[f"embedding_{number}"] = name
    used = [name for name in header if name in names]
    found = [names[name] for name in used]
    if sorted(found) != [*DIMENSIONS, "track_id"]:
        ids = found.count("track_id")
        raise ProjectError(
            f"{path}: {ids} columns 'Track ID' and {len(found) - ids} of numbers; expected one and "
            f"{len(DIMENSIONS)}, named 0 to 511 or embedding_0 to embedding_511. Get the whole "
            "file, or build --without embeddings."
        )
    dtypes = dict.fromkeys(used, "float32")
    dtypes["Track ID"] = "str"
    try:
        table = pd.read_csv(path, usecols=used, dtype=dtypes, encoding="utf-8-sig")
    except ValueError as error:
        raise ProjectError(
            f"{path} cannot be read ({error}). Get the whole file, or build --without embeddings."
        ) from None
    return table.rename(columns=names)[["track_id", *DIMENSIONS]].copy().assign(source=source)


def read(files: Mapping[str, Path], commits: Mapping[str, str]) -> dict[str, pd.DataFrame]:
    """The tables of the profile `published`.

    Parameters
    ----------
    files : mapping of str to Path
        By the names in the registry; of the optional ones, both files of embeddings are read.
    commits : mapping of str to str
        Commit of each file; it goes into the column `source`.

    Returns
    -------
    dict of str to DataFrame
        `tracks` and, where both files of them are there, `embeddings`.

    Notes
    -----
    Notebook: 01_corpora
    """
    made = {"tracks": read_tracks(files, commits["pmd_tracks"])}
    embedded = [name for name in ("pmd_embeddings", "emd_embeddings") if name in files]
    if len(embedded) == len(COLUMNS):
        rows = [
            read_embeddings(files[name], f"{files[name].name}@{commits[name][:7]}")
            for name in embedded
        ]
        together = pd.concat(rows, ignore_index=True)
        made["embeddings"] = one_a_track(together, made["tracks"]["track_id"].dropna())
    return made
