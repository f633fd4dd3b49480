"""Feature sets as data: tables of numbers about tracks, what each is, and how it is scaled.

A profile has any number of them. The study's two come first where a build has them, under the names
by which the ledger knows them; others follow in the profile's order, under the names they have there.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal, NamedTuple

import numpy as np
import pandas as pd

from helpers import corpora, project, tables, trace
from helpers.profiles import Profile

Kind = Literal["interpretable", "embedding"]
Scaling = Literal["standardised", "none"]
# The study's sets: names in the ledger and in `maps`, and the tables of a build that hold them.
STUDY = {"audio_features": "features", "embeddings": "embeddings"}
# How the study's embeddings are called where another network stands beside them.
OPENL3 = "embeddings (OpenL3)"


class Known(NamedTuple):
    """What a feature set is, without its numbers; the fields are those of `FeatureSet`."""

    label: str
    kind: Kind
    scaling: Scaling
    n_columns: int


@dataclass(frozen=True, eq=False)
class FeatureSet:
    """A table of numbers about tracks.

    Attributes
    ----------
    name : str
        A word: in keys of the ledger, in the table `maps` and in parameters.
    label : str
        As tables list it: the name with spaces, and OpenL3 where it is not the only network; no markup.
    kind : str
        "interpretable" (columns that a person can read) or "embedding".
    source : str
        Where the numbers come from.
    scaling : str
        For distances: "standardised" (each column to mean 0 and SD 1 over the rows compared) or "none".
    table : DataFrame
        Index track_id, unique; numeric columns, any number.
    units : mapping of str to str
        Unit of each column that has one.
    ranges : mapping of str to (float, float)
        Least and largest possible value of each column that has such.
    meanings : mapping of str to str
        What each column is, where that is known.
    """

    name: str
    label: str
    kind: Kind
    source: str
    scaling: Scaling
    table: pd.DataFrame
    units: Mapping[str, str] = field(default_factory=dict)
    ranges: Mapping[str, tuple[float, float]] = field(default_factory=dict)
    meanings: Mapping[str, str] = field(default_factory=dict)

    @property
    def columns(self) -> list[str]:
        """Names of the columns."""
        return list(self.table)

    @property
    def complete(self) -> pd.Index:
        """Ids of the tracks of which every column is known."""
        return self.table.index[self.table.notna().all(axis=1)]

    def vectors(self, track_ids: pd.Series) -> np.ndarray:
        """One row of numbers a listing, scaled for distances over these rows.

        Parameters
        ----------
        track_ids : Series of str
            Of listings; repeats are kept.

        Returns
        -------
        ndarray, shape (listings, columns)

        Raises
        ------
        ValueError
            If a track has no row in the table.

        Notes
        -----
        Notebook: 08_embedding_map
        """
        from sklearn.preprocessing import StandardScaler

        rows = self.table.index.get_indexer(track_ids)
        lost = track_ids[rows < 0]
        if len(lost):
            raise ValueError(
                f"{lost.iloc[0]!r} is not in the table: take listings of `complete_rows`"
            )
        values = self.table.iloc[rows].to_numpy()
        if self.scaling == "standardised":
            return StandardScaler().fit_transform(values)
        return values


def of_profile(profile: Profile) -> dict[str, FeatureSet]:
    """The feature sets that a build of a profile has, by name, the study's first.

    Parameters
    ----------
    profile : Profile
        Its tables have been made.

    Returns
    -------
    dict of str to FeatureSet
        Empty where the build has none.

    Notes
    -----
    Notebook: 08_embedding_map
    """
    about = _columns(profile)
    found: dict[str, FeatureSet] = {}
    if _is_there(profile, STUDY["audio_features"]):
        found["audio_features"] = _audio_features(profile)
    if _is_there(profile, STUDY["embeddings"]):
        found["embeddings"] = _embeddings(profile, _label_of_embeddings(about))
    return found | further(profile)


def further(profile: Profile) -> dict[str, FeatureSet]:
    """The feature sets that a profile names beside the study's two, by name, in its order.

    Parameters
    ----------
    profile : Profile
        Its tables have been made.

    Returns
    -------
    dict of str to FeatureSet

    Notes
    -----
    Notebook: 02_audio_features
    """
    about = _columns(profile)
    if about.empty:
        return {}
    values = corpora.load(profile, "feature_sets").set_index("track_id")
    by_name = about.groupby("feature_set", sort=False)
    return {str(name): _further(str(name), rows, values) for name, rows in by_name}


def known(profile: Profile) -> dict[str, Known]:
    """What the feature sets of a build are, in the order of `of_profile`, without their numbers.

    Parameters
    ----------
    profile : Profile
        Its tables have been made.

    Returns
    -------
    dict of str to Known

    Notes
    -----
    Notebook: 08_embedding_map
    """
    about = _columns(profile)
    found = {}
    if _is_there(profile, STUDY["audio_features"]):
        n_columns = len(project.FEATURES)
        found["audio_features"] = Known(
            "audio features", "interpretable", "standardised", n_columns
        )
    if _is_there(profile, STUDY["embeddings"]):
        label = _label_of_embeddings(about)
        found["embeddings"] = Known(label, "embedding", "none", len(project.DIMENSIONS))
    for name, rows in about.groupby("feature_set", sort=False):
        first = rows.iloc[0]
        found[str(name)] = Known(
            project.spaced(str(name)), first["kind"], first["scaling"], len(rows)
        )
    return found


def was_taught_genres(name: str, source: str) -> bool:
    """Whether the numbers of a set come from a network that was trained on names of genres.

    Where such a set separates genres better than another, that is part of what it was taught.

    Parameters
    ----------
    name, source : str
        Of the set.

    Returns
    -------
    bool
        True for musicnn, which was trained on listeners' tags, genre names among them.

    Notes
    -----
    Notebook: 09_genre_clustering
    """
    return "musicnn" in f"{name} {source}".lower()


def taught_genres(profile: Profile) -> list[str]:
    """Names of the sets of a build for which `was_taught_genres` holds.

    Parameters
    ----------
    profile : Profile
        Its tables have been made.

    Returns
    -------
    list of str
    """
    first = _columns(profile).drop_duplicates("feature_set")
    return [
        str(row.feature_set)
        for row in first.itertuples()
        if was_taught_genres(str(row.feature_set), str(row.source))
    ]


def complete_ids(profile: Profile, name: str) -> pd.DataFrame:
    """The tracks that have a complete row in a feature set of a build.

    Parameters
    ----------
    profile : Profile
    name : str
        One of `known`.

    Returns
    -------
    DataFrame
        The column track_id.

    Notes
    -----
    Notebook: 09_genre_clustering
    """
    # Vectors of networks take long to read, and are whole where there is a row.
    if name in STUDY:
        return tables.complete_ids(profile, STUDY[name])
    about = _columns(profile)
    own = about[about["feature_set"] == name]
    wanted = own["column"][:1] if own["kind"].iloc[0] == "embedding" else own["column"]
    path = tables.table_path(profile, "feature_sets")
    trace.file(path)
    names = [f"{name}.{column}" for column in wanted]
    return pd.read_parquet(path, columns=["track_id", *names]).dropna()[["track_id"]]


def _columns(profile: Profile) -> pd.DataFrame:
    """The table `feature_columns`, without rows where the build has none."""
    if _is_there(profile, "feature_columns"):
        return corpora.load(profile, "feature_columns")
    return pd.DataFrame(columns=["feature_set", "kind", "column"])


def _is_there(profile: Profile, table: str) -> bool:
    """Whether a build has a table; that it has none counts among what a chapter is made of."""
    # A build of the twin makes its tables where nothing has been built yet.
    if profile.simulated and not tables.table_path(profile, "tracks").is_file():
        corpora.prepare(profile)
    path = tables.table_path(profile, table)
    trace.file(path)
    return path.is_file()


def _of_study(profile: Profile, name: str) -> tuple[pd.DataFrame, str]:
    """The numbers of one of the study's sets by track, and where they come from."""
    rows = corpora.load(profile, STUDY[name])
    source = "simulated twin" if profile.simulated else str(rows["source"].iloc[0])
    return rows.drop(columns="source").set_index("track_id"), source


def _audio_features(profile: Profile) -> FeatureSet:
    table, source = _of_study(profile, "audio_features")
    ranges = {
        name: (float(low), float(high)) for name, (low, high) in project.FEATURE_RANGES.items()
    }
    return FeatureSet(
        "audio_features",
        "audio features",
        "interpretable",
        source,
        "standardised",
        table,
        project.FEATURE_UNITS,
        ranges,
    )


def _label_of_embeddings(about: pd.DataFrame) -> str:
    """What the study's embeddings are called: by their network where another one stands beside it."""
    return OPENL3 if (about["kind"] == "embedding").any() else "embeddings"


def _embeddings(profile: Profile, label: str) -> FeatureSet:
    table, source = _of_study(profile, "embeddings")
    return FeatureSet("embeddings", label, "embedding", source, "none", table)


def _further(name: str, described: pd.DataFrame, values: pd.DataFrame) -> FeatureSet:
    """A set that a profile names beside the study's two."""
    columns = list(described["column"])
    table = values[[f"{name}.{column}" for column in columns]].set_axis(columns, axis=1)
    first, by_column = described.iloc[0], described.set_index("column")
    within = by_column.dropna(subset="low")
    return FeatureSet(
        name,
        project.spaced(name),
        first["kind"],
        first["source"],
        first["scaling"],
        table.dropna(how="all"),
        dict(by_column["unit"].dropna()),
        {column: (row["low"], row["high"]) for column, row in within.iterrows()},
        dict(by_column["meaning"].dropna()),
    )
