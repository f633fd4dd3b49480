"""The tables of a build: where each lies, its schema, and the key of what it was made of.

Every table is checked against its schema when it is written and when it is read.
"""

import json
from pathlib import Path

import numpy as np
import pandas as pd
import pyarrow.parquet as pq
from pandera.pandas import Check, Column, DataFrameSchema

from helpers import project, trace
from helpers.profiles import Profile
from helpers.project import DIMENSIONS, FEATURE_RANGES, write_atomic

# Columns of the table `tracks` and their types.
TRACK_COLUMNS = {
    "corpus": "str",
    "study": "str",
    "participant": "str",
    "track_id": "str",
    "artist": "str",
    "title": "str",
    "genre": "str",
    "source": "str",
    "year": "Int64",
    "row": "int64",
}
# Tables that chapters write and read; the others are made before any chapter runs.
MADE_BY_CHAPTERS = ("maps",)


def acquired_path(profile: Profile, name: str) -> Path:
    """Parquet file of what `acquire` found for a profile: tracks, metadata, features, and so on.

    Parameters
    ----------
    profile : Profile
    name : str
        A stage.

    Returns
    -------
    Path
    """
    return project.build_dir(profile) / "acquired" / f"{name}.parquet"


def own_tables(profile: Profile) -> dict[str, list[str]]:
    """Tables of the user's own, by input: features and embeddings.

    Parameters
    ----------
    profile : Profile

    Returns
    -------
    dict of str to list of str
        The files that the profile names, else the one that `acquire` wrote, else none.
    """
    named = {name: list(profile.tables_of(name)) for name in ("features", "embeddings")}
    for name, files in named.items():
        acquired = acquired_path(profile, name)
        if not files and acquired.is_file():
            files.append(str(acquired))
    return named


def results_path(profile: Profile, notebook: str) -> Path:
    """File in which a notebook's recorded values lie.

    Parameters
    ----------
    profile : Profile
    notebook : str

    Returns
    -------
    Path
    """
    return project.build_dir(profile) / "results" / f"{notebook}.csv"


def tidy_tracks(tracks: pd.DataFrame) -> pd.DataFrame:
    """The columns of the table `tracks` in their types; missing where the source has none.

    Parameters
    ----------
    tracks : DataFrame
        Listings with some of `TRACK_COLUMNS`.

    Returns
    -------
    DataFrame
        Rows in their order, numbered from 0.
    """
    complete = tracks.reindex(columns=list(TRACK_COLUMNS))
    return complete.astype(TRACK_COLUMNS).reset_index(drop=True)


def _holds_embeddings(table: pd.DataFrame) -> bool:
    """Whether a table holds 512 columns of finite float32 beside id and source."""
    values = table.drop(columns=["track_id", "source"])
    if list(values) != DIMENSIONS or set(values.dtypes) != {np.dtype("float32")}:
        return False
    return bool(np.isfinite(values.to_numpy()).all())


def _tracks_schema() -> DataFrameSchema:
    columns = {name: Column(str, nullable=True) for name in TRACK_COLUMNS}
    columns["corpus"] = columns["source"] = Column(str)
    columns["year"] = Column("Int64", nullable=True)
    columns["row"] = Column(int)
    return DataFrameSchema(columns, strict=True)


def _features_schema() -> DataFrameSchema:
    columns = {"track_id": Column(str, unique=True), "source": Column(str)}
    for name, (low, high) in FEATURE_RANGES.items():
        columns[name] = Column(float, Check.in_range(low, high), nullable=True)
    return DataFrameSchema(columns, strict=True)


def _embeddings_schema() -> DataFrameSchema:
    columns = {"track_id": Column(str, unique=True), "source": Column(str)}
    # One check of all 512 numbers: a check of each column takes longer than the reading.
    whole = Check(_holds_embeddings, error="not 512 columns of finite float32")
    return DataFrameSchema(columns, whole)


def _holds_numbers(table: pd.DataFrame) -> bool:
    """Whether every column but the id is of numbers, none infinite, and named `set.column`."""
    values = table.drop(columns="track_id")
    if not all("." in name for name in values):
        return False
    return not np.isinf(values.to_numpy(float)).any()


def _feature_sets_schema() -> DataFrameSchema:
    # One check of all numbers, as of embeddings.
    whole = Check(_holds_numbers, error="not columns of numbers named set.column")
    return DataFrameSchema({"track_id": Column(str, unique=True)}, whole)


def _feature_columns_schema() -> DataFrameSchema:
    columns = {name: Column(str) for name in ("feature_set", "kind", "scaling", "source", "column")}
    columns |= {name: Column(str, nullable=True) for name in ("unit", "meaning")}
    columns |= {name: Column(float, nullable=True) for name in ("low", "high")}
    return DataFrameSchema(columns, strict=True, unique=["feature_set", "column"])


def _maps_schema() -> DataFrameSchema:
    columns = {name: Column(str) for name in ("map", "corpus", "track_id", "feature_set")}
    columns["row"] = columns["seed"] = Column(int)
    columns["x"] = columns["y"] = Column(float)
    return DataFrameSchema(columns, strict=True)


def _reductions_schema() -> DataFrameSchema:
    columns = {
        "corpus": Column(str),
        "authors": Column(str, nullable=True),
        "ours": Column(str, nullable=True),
        "tracks": Column(int),
    }
    return DataFrameSchema(columns, strict=True)


def schemas() -> dict[str, DataFrameSchema]:
    """The schema of each table that travels between notebooks, by table name.

    Returns
    -------
    dict of str to DataFrameSchema
    """
    return {
        "tracks": _tracks_schema(),
        "features": _features_schema(),
        "mssd": _features_schema(),
        "maps": _maps_schema(),
        "reductions": _reductions_schema(),
        "embeddings": _embeddings_schema(),
        "feature_sets": _feature_sets_schema(),
        "feature_columns": _feature_columns_schema(),
    }


def table_path(profile: Profile, name: str) -> Path:
    """Parquet file of one table of a build.

    Parameters
    ----------
    profile : Profile
    name : str
        A key of `schemas`.

    Returns
    -------
    Path
    """
    return project.build_dir(profile) / f"{name}.parquet"


def table_key(profile: Profile, name: str) -> str | None:
    """Key of the inputs a table on disk was made of, or `None` where there is no table.

    Parameters
    ----------
    profile : Profile
    name : str
        A key of `schemas`.

    Returns
    -------
    str or None
    """
    path = table_path(profile, name)
    if not path.is_file():
        return None
    metadata = pq.read_schema(path).metadata or {}
    return json.loads(metadata.get(b"PANDAS_ATTRS", "{}")).get("key", "")


def write_table(profile: Profile, name: str, table: pd.DataFrame, key: str = "") -> pd.DataFrame:
    """Check a table, write it atomically, and note the key of what it was made of.

    Parameters
    ----------
    profile : Profile
    name : str
        A key of `schemas`.
    table : DataFrame
    key : str
        Hash of the inputs, for `table_key`.

    Returns
    -------
    DataFrame
        The table as it was written.

    Raises
    ------
    pandera.errors.SchemaErrors
        If the table does not fit its schema.
    """
    table = schemas()[name].validate(table, lazy=True)
    table.attrs["key"] = key
    write_atomic(table_path(profile, name), table.to_parquet(index=False))
    return table


def read_table(profile: Profile, name: str) -> pd.DataFrame:
    """Read a table of a build and check it against its schema.

    Parameters
    ----------
    profile : Profile
    name : str
        A key of `schemas`.

    Returns
    -------
    DataFrame

    Raises
    ------
    pandera.errors.SchemaErrors
        If the table does not fit its schema.
    """
    path = table_path(profile, name)
    trace.file(path)
    return schemas()[name].validate(pd.read_parquet(path), lazy=True)


def complete_ids(profile: Profile, name: str) -> pd.DataFrame:
    """The tracks that have a complete row in a table of features or embeddings of a build.

    Parameters
    ----------
    profile : Profile
    name : str
        `features` or `embeddings`.

    Returns
    -------
    DataFrame
        The column track_id.

    Notes
    -----
    Notebook: 09_genre_clustering
    """
    path = table_path(profile, name)
    trace.file(path)
    if name == "embeddings":  # its schema allows no missing value
        return pd.read_parquet(path, columns=["track_id"])
    return pd.read_parquet(path).dropna()[["track_id"]]
