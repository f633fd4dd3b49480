"""The study's own files, as its authors published them, as tables."""

import csv

import numpy as np
import pandas as pd

from helpers.project import DIMENSIONS, ProjectError
from helpers.readers.feature_tables import read_table, spelled

COLUMNS = {
    "PMD": {
        "track_id": ["trackid"],
        "artist": ["artist"],
        "title": ["trackname"],
        "study": ["playlist"],
    },
    "EMD": {"track_id": ["trackid"], "name": ["artistsong"]},
}


def split_artist_title(names):
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


def read_tracks(files, commit):
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
    tables = []
    for corpus, columns in COLUMNS.items():
        listed, every = (files[f"{corpus.lower()}_{kind}"] for kind in ("genres", "tracks"))
        genres = spelled(read_table(listed), listed, columns | {"genre": ["reducedgenre"]})
        rest = spelled(read_table(every), every, columns)
        lost = rest[~rest["track_id"].isin(genres["track_id"]) | rest["track_id"].isna()]
        for path, rows in ((listed, genres), (every, lost)):
            if "name" in rows:
                rows = rows.join(split_artist_title(rows["name"])[["artist", "title"]])
            tables.append(
                rows.assign(corpus=corpus, source=f"{path.name}@{commit[:7]}", row=rows.index - 1)
            )
    return pd.concat(tables)


def read_embeddings(path, source):
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
    Notebook: 06_embedding_map
    """
    with open(path, encoding="utf-8-sig", newline="") as file:
        header = next(csv.reader(file), [])
    names = {"Track ID": "track_id"} | {
        f"{start}{number}": name
        for start in ("", "embedding_")
        for number, name in enumerate(DIMENSIONS)
    }
    found = [names[name] for name in header if name in names]
    if sorted(found) != [*DIMENSIONS, "track_id"]:
        ids = found.count("track_id")
        raise ProjectError(
            f"{path}: {ids} columns 'Track ID' and {len(found) - ids} of numbers; expected one and "
            f"{len(DIMENSIONS)}, named 0 to 511 or embedding_0 to embedding_511. Get the whole "
            "file, or build --without embeddings."
        )
    dtypes = {name: "float32" for name in header if name in names} | {"Track ID": str}
    try:
        table = pd.read_csv(path, usecols=[*dtypes], dtype=dtypes, encoding="utf-8-sig")
    except ValueError as error:
        raise ProjectError(
            f"{path} cannot be read ({error}). Get the whole file, or build --without embeddings."
        ) from None
    return table.rename(columns=names)[["track_id", *DIMENSIONS]].copy().assign(source=source)


def one_a_track(table, asked):
    """One whole embedding for each track of the corpora; prints what was left out.

    A row with a missing or infinite number is no embedding: its track counts as one without.
    Where an id stands again with other values, the first row is kept (in the authors' files PMD's,
    which come first), and the line printed says how far the rows differ.

    Parameters
    ----------
    table : DataFrame
        track_id, e000 ... e511, source; ids may repeat.
    asked : iterable of str
        The tracks of the corpora.

    Returns
    -------
    DataFrame
        The `embeddings` table.

    Raises
    ------
    ProjectError
        If no row is a whole embedding of a track of the corpora.

    Notes
    -----
    Notebook: 06_embedding_map
    """
    whole = np.isfinite(table[DIMENSIONS].to_numpy()).all(axis=1)
    known, said = table["track_id"].isin(set(asked)).to_numpy(), ", ".join(table["source"].unique())
    rows = table[whole & known]
    first = rows.drop_duplicates("track_id", ignore_index=True)
    if first.empty:
        raise ProjectError(
            f"Embeddings from {said}: no row of {len(table):,} is whole and of a "
            "track of this profile. Check the ids, or build --without embeddings."
        )
    kept = first[DIMENSIONS].to_numpy()[pd.Index(first["track_id"]).get_indexer(rows["track_id"])]
    gap = np.abs(rows[DIMENSIONS].to_numpy() - kept).max(axis=1)
    print(
        f"Embeddings from {said}: {len(first):,} of {len(set(asked)):,} tracks; "
        f"{len(table):,} rows read, {(~whole).sum():,} with a missing number and "
        f"{(whole & ~known).sum():,} of unknown tracks left out, {len(rows) - len(first):,} "
        f"repeated, of which {(gap > 0).sum():,} with other values (by {gap.max():.2g} at most): "
        "the first row of an id is kept.",
        flush=True,
    )
    return first


def read(files, commits):
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
    tables = {"tracks": read_tracks(files, commits["pmd_tracks"])}
    embedded = ["pmd_embeddings", "emd_embeddings"]
    if set(embedded) <= set(files):
        rows = [
            read_embeddings(files[name], f"{files[name].name}@{commits[name][:7]}")
            for name in embedded
        ]
        tables["embeddings"] = one_a_track(
            pd.concat(rows, ignore_index=True), tables["tracks"]["track_id"].dropna()
        )
    return tables
