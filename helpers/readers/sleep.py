"""The files of Scarratt et al. (2023), music for sleep and music for study, as tables."""

import ast
import json

import pandas as pd

from helpers.project import FEATURE_RANGES, ProjectError
from helpers.readers import feature_tables, genres

# Corpus and what the registry calls its file.
FILES = {"SLEEP": "sleep_tracks", "STUDY": "study_tracks"}
COLUMNS = {"track_id": ["trackid"], "names": ["genres"], "genre": ["reducedgenre"]} | {
    name: [name] for name in FEATURE_RANGES
}


def read_corpus(path):
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
    table[[*FEATURE_RANGES]] = feature_tables.numbers(table, path)
    return table


def artist_genres(raw, path):
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
    Notebook: 04_genres
    """
    parsed = {}
    for text in raw.dropna().unique():
        try:
            names = [] if text.strip() in ("", "unknown") else ast.literal_eval(text)
        except (ValueError, SyntaxError):
            names = None
        if not isinstance(names, list) or not all(isinstance(name, str) for name in names):
            raise ProjectError(
                f"{path}, column Genres, row {raw.index[raw == text][0]}: {text!r} "
                "is no list of names such as ['ambient', 'sleep']. Mend the file."
            )
        parsed[text] = tuple(names)
    return raw.map(lambda text: parsed.get(text, ()))


def read(files, commits):
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
    tables = []
    for corpus, name in FILES.items():
        table = read_corpus(files[name])
        tables.append(
            table.assign(
                corpus=corpus,
                source=f"{files[name].name}@{commits[name][:7]}",
                row=table.index - 1,
                names=artist_genres(table["names"], files[name]),
            )
        )
    tracks = pd.concat(tables, ignore_index=True)
    rows = tracks[["track_id", *FEATURE_RANGES, "source"]].dropna(subset="track_id")
    rows = rows.drop_duplicates(["track_id", *FEATURE_RANGES])
    features = rows.drop_duplicates("track_id", ignore_index=True)
    if len(rows) > len(features):
        print(
            f"{len(rows) - len(features):,} tracks stand twice with different features; the "
            f"first values ({', '.join(FILES)}, in that order) are kept.",
            flush=True,
        )
    out = {"tracks": tracks, "features": features}
    if "chosic_genres" in files:
        main = json.loads(files["chosic_genres"].read_text(encoding="utf-8"))
        ours = pd.Series(genres.reduce_genres(tracks["names"], main), dtype="str")
        pairs = tracks.assign(authors=tracks["genre"], ours=ours).groupby(
            ["corpus", "authors", "ours"], dropna=False
        )
        out["reductions"] = pairs.size().rename("tracks").reset_index()
    return out
