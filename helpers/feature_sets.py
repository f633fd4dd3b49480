"""Feature sets as data: tables of numbers about tracks, what each is, and how it is scaled.

A profile has any number of them. The study's two come first where a build has them, under the names
by which the ledger knows them; others follow in the profile's order, under the names they have there.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

import numpy as np
import pandas as pd

from helpers import corpora, project, tables, trace
from helpers.profiles import Profile

Kind = Literal["interpretable", "embedding"]
Scaling = Literal["standardised", "none"]
# The study's sets: names in the ledger and in `maps`, and the tables of a build that hold them.
STUDY = {"audio_features": "features", "embeddings": "embeddings"}
# How numbers are scaled for distances where a profile says nothing, as in the study.
SCALED: dict[Kind, Scaling] = {"interpretable": "standardised", "embedding": "none"}


@dataclass(frozen=True, eq=False)
class FeatureSet:
    """A table of numbers about tracks.

    Attributes
    ----------
    name : str
        A word: in keys of the ledger, in the table `maps` and in parameters.
    label : str
        As pages show it; escaped where it is put into HTML or Markdown.
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
    """

    name: str
    label: str
    kind: Kind
    source: str
    scaling: Scaling
    table: pd.DataFrame
    units: Mapping[str, str] = field(default_factory=dict)
    ranges: Mapping[str, tuple[float, float]] = field(default_factory=dict)

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

        lost = track_ids[~track_ids.isin(self.table.index)]
        if len(lost):
            raise ValueError(
                f"{lost.iloc[0]!r} is not in the table: take listings of `complete_rows`"
            )
        values = self.table.loc[track_ids].to_numpy()
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
    found = {}
    for name in names(profile):
        found[name] = load(profile, name)
    return found


def names(profile: Profile) -> list[str]:
    """Names of the feature sets that a build of a profile has, the study's first.

    Parameters
    ----------
    profile : Profile
        Its tables have been made.

    Returns
    -------
    list of str

    Notes
    -----
    Notebook: 08_embedding_map
    """
    return [name for name, table in STUDY.items() if _is_there(profile, table)]


def load(profile: Profile, name: str) -> FeatureSet:
    """One feature set of a build.

    Parameters
    ----------
    profile : Profile
    name : str
        One of `names`.

    Returns
    -------
    FeatureSet

    Notes
    -----
    Notebook: 08_embedding_map
    """
    rows = corpora.load(profile, STUDY[name])
    table = rows.drop(columns="source").set_index("track_id")
    source = "simulated twin" if profile.simulated else str(rows["source"].iloc[0])
    if name == "audio_features":
        ranges = {column: (float(a), float(b)) for column, (a, b) in project.FEATURE_RANGES.items()}
        return FeatureSet(
            name,
            "audio features",
            "interpretable",
            source,
            "standardised",
            table,
            project.FEATURE_UNITS,
            ranges,
        )
    return FeatureSet(name, "embeddings", "embedding", source, "none", table)


def _is_there(profile: Profile, table: str) -> bool:
    """Whether a build has a table; that it has none counts among what a chapter is made of."""
    path = tables.table_path(profile, table)
    trace.file(path)
    return path.is_file()
