"""Where things are: the one module that knows the disk.

Profiles are read here, and every table of a build is written and read here, checked against its
schema both times.
"""

import json

import numpy as np
import pandas as pd
import pyarrow.parquet as pq

from helpers import project, trace
from helpers.project import DIMENSIONS, FEATURE_RANGES, write_atomic


def acquired_path(profile, name):
    """Parquet file of what `acquire` found for a profile: tracks, metadata, features, and so on."""
    return project.build_dir(profile) / "acquired" / f"{name}.parquet"


def own_tables(profile):
    """By input, features or embeddings: files that the profile names, else what `acquire` wrote."""
    named = {"features": filter(None, [profile.features]), "embeddings": profile.embeddings}
    return {
        name: [*files] or [str(p) for p in [acquired_path(profile, name)] if p.is_file()]
        for name, files in named.items()
    }


def results_path(profile, notebook):
    """File in which a notebook's recorded values lie."""
    return project.build_dir(profile) / "results" / f"{notebook}.csv"


def _holds_embeddings(table):
    values = table.drop(columns=["track_id", "source"])
    return (
        [*values] == DIMENSIONS
        and set(values.dtypes) == {np.dtype("float32")}
        and bool(np.isfinite(values.to_numpy()).all())
    )


def schemas():
    """The pandera schema of each table that travels between notebooks, by table name."""
    from pandera.pandas import Check, Column, DataFrameSchema

    text, required, number = Column(str, nullable=True), Column(str), Column(int)
    features = {"track_id": Column(str, unique=True), "source": required} | {
        name: Column(float, Check.in_range(low, high), nullable=True)
        for name, (low, high) in FEATURE_RANGES.items()
    }
    tracks = dict.fromkeys(["study", "participant", "track_id", "artist", "title", "genre"], text)
    tracks |= dict.fromkeys(["corpus", "source"], required)
    maps = dict.fromkeys(["map", "corpus", "track_id", "feature_set"], required)
    tables = {
        "tracks": tracks | {"row": number, "year": Column("Int64", nullable=True)},
        "features": features,
        "mssd": features,
        "maps": maps | dict.fromkeys(["row", "seed"], number) | dict.fromkeys("xy", Column(float)),
        "reductions": {"corpus": required, "authors": text, "ours": text, "tracks": number},
    }
    # One check of all 512 numbers: a check of each column takes longer than the reading.
    whole = Check(_holds_embeddings, error="not 512 columns of finite float32")
    embeddings = DataFrameSchema({name: features[name] for name in ("track_id", "source")}, whole)
    return {name: DataFrameSchema(table, strict=True) for name, table in tables.items()} | {
        "embeddings": embeddings
    }


def table_path(profile, name):
    """Parquet file of one table of a build."""
    return project.build_dir(profile) / f"{name}.parquet"


def table_key(profile, name):
    """Key of the inputs a table on disk was made of, or `None` where there is no table."""
    if not (path := table_path(profile, name)).is_file():
        return None
    return json.loads(pq.read_schema(path).metadata.get(b"PANDAS_ATTRS", "{}")).get("key", "")


def write_table(profile, name, table, key=""):
    """Check a table, write it atomically, and note the key of what it was made of."""
    table = schemas()[name].validate(table, lazy=True)
    table.attrs["key"] = key
    write_atomic(table_path(profile, name), table.to_parquet(index=False))
    return table


def read_table(profile, name):
    """Read a table of a build and check it against its schema."""
    path = table_path(profile, name)
    trace.file(path)
    return schemas()[name].validate(pd.read_parquet(path), lazy=True)


def complete_ids(profile, name):
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
    Notebook: 07_genre_clustering
    """
    path = table_path(profile, name)
    trace.file(path)
    if name == "embeddings":  # its schema allows no missing value
        return pd.read_parquet(path, columns=["track_id"])
    return pd.read_parquet(path).dropna()[["track_id"]]
