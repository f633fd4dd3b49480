"""Lists of tracks that a user gives: a CSV file, or ids typed in a row."""

import re
from pathlib import Path

import pandas as pd

from helpers.paths import ProjectError

COLUMNS = ["track_id", "artist", "title", "genre", "isrc", "duration", "year"]


def read(given):
    """Read a list of tracks.

    Parameters
    ----------
    given : str
        Path of a CSV file with a column `track_id` (or id, or a Spotify URI or link in either), or
        ids separated by spaces.

    Returns
    -------
    DataFrame
        Columns track_id, artist, title, genre, isrc, duration, year as far as they are known.

    Raises
    ------
    ProjectError
        If a file is not there or has no column of ids, or a row has none.
    """
    if given.lower().endswith(".csv"):
        if not Path(given).is_file():
            raise ProjectError(f"{given}: there is no such file. Name a CSV file with a column "
                               "track_id, or give ids separated by spaces.")
        table = pd.read_csv(given, dtype=str).rename(columns={"id": "track_id"})
        if "track_id" not in table:
            raise ProjectError(f"{given}: no column track_id among {', '.join(table)}.")
    else:
        table = pd.DataFrame({"track_id": given.split()}, dtype=str)
    ids = table["track_id"].str.extract(r"([^\s:/?]+)(?:\?.*)?$", flags=re.ASCII)[0]
    if len(bad := table.index[ids.isna()]):
        raise ProjectError(f"{given}: row {bad[0] + 1} has no id.")
    return table.assign(track_id=ids).reindex(columns=COLUMNS)
