"""The `embeddings` table: tables that `embed` wrote, and one whole row a track."""

from collections.abc import Iterable, Sequence
from pathlib import Path

import numpy as np
import pandas as pd

from helpers.project import DIMENSIONS, ProjectError


def read_embeddings(*tables: str | Path) -> pd.DataFrame:
    """Read tables that `python -m helpers embed` wrote, as one.

    Parameters
    ----------
    *tables : str or Path
        Parquet files.

    Returns
    -------
    DataFrame
        Columns track_id, e000 to e511 and source; a track in several files counts once. Its
        `attrs["settings"]` hold what the numbers depend on.

    Raises
    ------
    ProjectError
        When the files were not computed with the same settings throughout.

    Notes
    -----
    Notebook: 07_audio_embeddings
    """
    found = [pd.read_parquet(path) for path in tables]
    common_settings(tables, found)
    return pd.concat(found).drop_duplicates("track_id", ignore_index=True)


def common_settings(paths: Sequence[str | Path], found: Sequence[pd.DataFrame]) -> dict:
    """What the numbers of several tables depend on, which is the same for all.

    Parameters
    ----------
    paths : sequence of str or Path
        For the errors.
    found : sequence of DataFrame
        As read from them; their `attrs["settings"]` are compared.

    Returns
    -------
    dict
        Empty for tables that neither `embed` nor `describe` wrote.

    Raises
    ------
    ProjectError
        When they differ, or a table has one row a window.

    Notes
    -----
    Notebook: 07_audio_embeddings
    """
    first = found[0].attrs.get("settings", {})
    if "frames" in first:
        raise ProjectError(
            f"{paths[0]} has one row a window, not one a track. Embed again without --frames."
        )
    for path, table in zip(paths[1:], found[1:], strict=True):
        settings = table.attrs.get("settings", {})
        names = sorted({*settings, *first})
        unequal = [name for name in names if settings.get(name) != first.get(name)]
        if unequal:
            pairs = [f"{name}: {first.get(name)} and {settings.get(name)}" for name in unequal]
            raise ProjectError(
                f"{paths[0]} and {path} must not be analysed together: they differ "
                f"in {'; '.join(pairs)}. Embed them anew with the same settings."
            )
    return first


def one_a_track(table: pd.DataFrame, asked: Iterable[str]) -> pd.DataFrame:
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
    Notebook: 08_embedding_map
    """
    tracks = set(asked)
    sources = ", ".join(table["source"].unique())
    whole = np.isfinite(table[DIMENSIONS].to_numpy()).all(axis=1)
    known = table["track_id"].isin(tracks).to_numpy()
    rows = table[whole & known]
    first = rows.drop_duplicates("track_id", ignore_index=True)
    if first.empty:
        raise ProjectError(
            f"Embeddings from {sources}: no row of {len(table):,} is whole and of a "
            "track of this profile. Check the ids, or build --without embeddings."
        )
    gaps = _gaps_to_first(rows, first)
    print(
        f"Embeddings from {sources}: {len(first):,} of {len(tracks):,} tracks; "
        f"{len(table):,} rows read, {(~whole).sum():,} with a missing number and "
        f"{(whole & ~known).sum():,} of unknown tracks left out, {len(rows) - len(first):,} "
        f"repeated, of which {(gaps > 0).sum():,} with other values (by {gaps.max():.2g} at "
        "most): the first row of an id is kept.",
        flush=True,
    )
    return first


def _gaps_to_first(rows: pd.DataFrame, first: pd.DataFrame) -> np.ndarray:
    """The largest difference of each row to the first row of its track."""
    places = pd.Index(first["track_id"]).get_indexer(rows["track_id"])
    kept = first[DIMENSIONS].to_numpy()[places]
    return np.abs(rows[DIMENSIONS].to_numpy() - kept).max(axis=1)
