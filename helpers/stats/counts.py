"""Counting listings and tracks: sizes, repeats, overlaps, and what features leave out.

A listing is a row of a corpus; a track is a distinct track id. Functions take `tracks`, the table
of every listing, or `listings`, those of it that are analysed.
"""

from collections.abc import Sequence

import numpy as np
import pandas as pd


def corpus_sizes(tracks: pd.DataFrame, listings: pd.DataFrame) -> pd.DataFrame:
    """Count each corpus, and each study within the corpora, by listing and by track.

    Parameters
    ----------
    tracks : DataFrame
        Every listing, with the columns corpus, study, participant, track_id, artist and genre.
    listings : DataFrame
        The rows of `tracks` that are analysed, under the same index.

    Returns
    -------
    DataFrame
        One row a corpus, then one row a study; counts, missing where no participant is known.
        `listings`, `tracks` and `repeated rows` count the analysed rows, the others all rows.

    Notes
    -----
    Notebook: 01_corpora
    """
    counted = {}
    for column in ("corpus", "study"):
        for name, rows in tracks.groupby(column, sort=False):
            analysed = listings[listings.index.isin(rows.index)]
            counted[name] = _sizes(rows, analysed)
    return pd.DataFrame.from_dict(counted, orient="index").astype("Int64")


def _sizes(rows: pd.DataFrame, analysed: pd.DataFrame) -> dict[str, object]:
    participants = rows["participant"].nunique()
    return {
        "listings": len(analysed),
        "tracks": analysed["track_id"].nunique(),
        "repeated rows": int(analysed["track_id"].duplicated().sum()),
        "participants": participants if participants else pd.NA,
        "without genre": int(rows["genre"].isna().sum()),
        "without id": int(rows["track_id"].isna().sum()),
        "without artist": int(rows["artist"].isna().sum()),
    }


def repeated_block(ids: Sequence) -> tuple[int, int]:
    """Find the longest run that repeats the run of the same length just before it.

    Parameters
    ----------
    ids : sequence
        Track ids in the order of the file.

    Returns
    -------
    start, length : int
        Of the repetition, counted from 0; both are 0 where no run is repeated. Of several runs of
        the greatest length the first is returned.

    Notes
    -----
    Notebook: 01_corpora
    """
    ids = list(ids)
    start, length = 0, 0
    earlier: dict[object, list[int]] = {}
    for here, value in enumerate(ids):
        places = earlier.setdefault(value, [])
        for before in places:
            lag = here - before
            if lag > length and ids[here : here + lag] == ids[before:here]:
                start, length = here, lag
        places.append(here)
    return start, length


def conflicting_genres(listings: pd.DataFrame) -> pd.DataFrame:
    """Find the tracks that one corpus lists under more than one genre.

    Parameters
    ----------
    listings : DataFrame
        With the columns corpus, track_id and genre.

    Returns
    -------
    DataFrame
        Their rows, one for each genre of a track.

    Notes
    -----
    Notebook: 01_corpora
    """
    distinct = listings.drop_duplicates(["corpus", "track_id", "genre"])
    return distinct[distinct.duplicated(["corpus", "track_id"], keep=False)]


def self_join_sizes(listings: pd.DataFrame) -> pd.DataFrame:
    """Count the rows that joining each corpus with itself by track id would make.

    Parameters
    ----------
    listings : DataFrame
        With the columns corpus and track_id.

    Returns
    -------
    DataFrame
        One row a corpus: `listings`, and `rows after the join`.

    Notes
    -----
    Notebook: 01_corpora
    """
    counted = {
        corpus: (len(rows), len(rows.merge(rows, on="track_id")))
        for corpus, rows in listings.groupby("corpus", sort=False)
    }
    columns = ["listings", "rows after the join"]
    return pd.DataFrame.from_dict(counted, orient="index", columns=columns)


def overlap(tracks: pd.DataFrame, first: str, second: str) -> pd.DataFrame:
    """Count the listings of one corpus whose track another corpus lists too.

    Parameters
    ----------
    tracks : DataFrame
        With the columns corpus, track_id and genre.
    first, second : str
        Two corpora.

    Returns
    -------
    DataFrame
        Rows "with a genre" (of both corpora only listings that have one) and "all" (listings
        that have an id); columns `rows` (listings of `first`), `percent` (of its listings, missing
        where it has none) and `tracks` (distinct ids).

    Notes
    -----
    Notebook: 01_corpora
    """
    countings = {"with a genre": "genre", "all": "track_id"}
    counted = {
        name: _shared(tracks.dropna(subset=c), first, second) for name, c in countings.items()
    }
    table = pd.DataFrame.from_dict(counted, orient="index")
    return table.astype({"rows": int, "tracks": int})


def _shared(tracks: pd.DataFrame, first: str, second: str) -> dict[str, float]:
    ids = tracks.loc[tracks["corpus"] == first, "track_id"]
    others = tracks.loc[tracks["corpus"] == second, "track_id"]
    shared = ids[ids.isin(others)]
    percent = 100 * len(shared) / len(ids) if len(ids) else np.nan
    return {"rows": len(shared), "percent": percent, "tracks": shared.nunique()}


def distinct_rows(ids: pd.Series) -> int:
    """Count the rows of a list in which no track stands twice; each row without an id counts.

    Parameters
    ----------
    ids : Series
        Track ids, missing where a row has none.

    Returns
    -------
    int

    Notes
    -----
    Notebook: 01_corpora
    """
    return int(ids.nunique() + ids.isna().sum())


def list_lengths(tracks: pd.DataFrame) -> pd.Series:
    """Count the listings of each participant; rows that name nobody are left out.

    Parameters
    ----------
    tracks : DataFrame
        With the columns corpus and participant.

    Returns
    -------
    Series
        Listings, by corpus and participant.

    Notes
    -----
    Notebook: 01_corpora
    """
    return tracks.dropna(subset="participant").groupby(["corpus", "participant"]).size()


def feature_gaps(listings: pd.DataFrame, features: Sequence[str]) -> pd.DataFrame:
    """Count, for each corpus, listings that lack a feature and listings that repeat a track.

    Parameters
    ----------
    listings : DataFrame
        With the columns corpus and track_id and one for each feature.
    features : sequence of str

    Returns
    -------
    DataFrame
        One row a corpus, in order of appearance: `listings`, `tracks`, `without features` (at
        least one of them is missing), `repeated rows`.

    Notes
    -----
    Notebook: 02_audio_features
    """
    counted = {}
    for corpus, rows in listings.groupby("corpus", sort=False):
        counted[corpus] = {
            "listings": len(rows),
            "tracks": rows["track_id"].nunique(),
            "without features": int(rows[list(features)].isna().any(axis=1).sum()),
            "repeated rows": int(rows["track_id"].duplicated().sum()),
        }
    return pd.DataFrame.from_dict(counted, orient="index")


def coverage(listings: pd.DataFrame, features: pd.DataFrame) -> pd.DataFrame:
    """Count, for each corpus and genre, the listings whose track a table of features holds.

    Parameters
    ----------
    listings : DataFrame
        With the columns corpus, genre and track_id.
    features : DataFrame
        With the column track_id.

    Returns
    -------
    DataFrame
        Indexed by corpus and genre ("no genre" where it is missing): `listings`, `found`,
        `coverage` (their ratio), and `mix_found` and `mix_missing`, the genre's share of the
        corpus's found and missing listings.

    Notes
    -----
    Notebook: 02_audio_features
    """
    genres = listings["genre"].fillna("no genre")
    found = listings["track_id"].isin(features["track_id"])
    by = [listings["corpus"], genres]
    table = found.groupby(by, sort=False).agg(listings="size", found="sum")
    missing = table["listings"] - table["found"]
    table["coverage"] = table["found"] / table["listings"]
    table["mix_found"] = table["found"] / table["found"].groupby("corpus").transform("sum")
    table["mix_missing"] = missing / missing.groupby("corpus").transform("sum")
    return table


def coverage_of_corpora(table: pd.DataFrame) -> pd.DataFrame:
    """The coverage of whole corpora.

    Parameters
    ----------
    table : DataFrame
        As `coverage` returns it.

    Returns
    -------
    DataFrame
        One row a corpus: `listings`, `found` and `coverage`, their ratio.

    Notes
    -----
    Notebook: 02_audio_features
    """
    whole = table.groupby("corpus", sort=False)[["listings", "found"]].sum()
    return whole.assign(coverage=whole["found"] / whole["listings"])
