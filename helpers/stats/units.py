"""The unit that is independent of others, by one rule for every chapter.

Listings of one person resemble one another, and so do tracks of one artist. What is drawn again in
a bootstrap, kept together in a fold or moved by a permutation is therefore not the listing but its
unit: the participant where known, else the block, else the artist.
"""

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike

# From the first choice to the last; a track stands for itself where nothing else is known.
KINDS = ("participant", "block", "artist", "track")
# Fewer units say too little of how much units differ: none are drawn again, left out or halved.
FEWEST = 10


def artists(rows: pd.DataFrame) -> pd.Series:
    """The artist of each listing, upper and lower case alike; the track where none is known.

    Parameters
    ----------
    rows : DataFrame
        Listings, with the columns artist and track_id.

    Returns
    -------
    Series of str
        With the index of `rows`.

    Notes
    -----
    Notebook: 04_where_it_sits
    """
    return rows["artist"].astype("str").str.casefold().fillna(rows["track_id"])


def units(rows: pd.DataFrame, block: int) -> pd.DataFrame:
    """The unit of each listing: the participant where known, else the block, else the artist.

    Blocks are runs of consecutive listings of a study. They stand for people's lists, which follow
    one another in a study's file, so a corpus without studies (a chart, a catalogue) has none.

    Parameters
    ----------
    rows : DataFrame
        Listings of one or several corpora in the order of the tracks table, with the columns
        corpus, study, participant, artist and track_id.
    block : int
        Listings a block; the last one of a study may be shorter.

    Returns
    -------
    DataFrame
        With the index of `rows`. kind: one of `KINDS`. unit: names the unit; equal only for
        listings of one unit. A person may stand in several corpora (the same participant of the
        same study), and so may an artist; a block may not.

    Raises
    ------
    ValueError
        A block shorter than one row, or a listing with neither participant, study, artist nor
        track_id.

    References
    ----------
    Cameron & Miller (2015), J. Hum. Resour. 50:317 (clusters are those of the sampling design).

    Notes
    -----
    Notebook: 04_where_it_sits
    """
    if block < 1:
        raise ValueError(f"a block holds at least one listing: block is {block!r}")
    # A column without any value need not have the type of text.
    known = rows[["corpus", "study", "participant", "artist", "track_id"]].astype("str")
    place = known.fillna({"study": ""}).groupby(["corpus", "study"]).cumcount()
    names = pd.DataFrame(
        {
            "participant": known["study"].fillna("") + " " + known["participant"],
            "block": known["corpus"] + " " + known["study"] + " " + (place // block).astype("str"),
            "artist": known["artist"].str.casefold(),
            "track": known["track_id"],
        },
        columns=KINDS,
    ).astype(object)
    unknown = np.flatnonzero(names.isna().all(axis=1))
    if len(unknown):
        raise ValueError(
            f"row {unknown[0]} has neither participant, study, artist nor track_id: leave it out"
        )
    kind = names.notna().idxmax(axis=1)
    first_known = names.bfill(axis=1).iloc[:, 0]
    return pd.DataFrame({"unit": kind + ": " + first_known, "kind": kind})


def unit_counts(rows: pd.DataFrame, block: int) -> pd.DataFrame:
    """How many units of each kind every corpus has.

    Parameters
    ----------
    rows : DataFrame
    block : int
        As in `units`.

    Returns
    -------
    DataFrame
        One row a corpus and kind, in the order of `rows` and `KINDS`: corpus, kind, units,
        listings.

    Notes
    -----
    Notebook: 04_where_it_sits
    """
    marked = units(rows, block).assign(corpus=rows["corpus"])
    marked["kind"] = pd.Categorical(marked["kind"], KINDS)
    marked["corpus"] = pd.Categorical(marked["corpus"], list(rows["corpus"].unique()))
    groups = marked.groupby(["corpus", "kind"], observed=True)["unit"]
    return groups.agg(units="nunique", listings="size").reset_index().astype({"kind": str})


def units_in_words(rows: pd.DataFrame, block: int) -> str:
    """The unit of each corpus, as a page names it.

    Parameters
    ----------
    rows : DataFrame
    block : int
        As in `units`.

    Returns
    -------
    str
        Such as "164 participants of PMD, 2,536 artists of EMD".

    Notes
    -----
    Notebook: 04_where_it_sits
    """
    counts = unit_counts(rows, block).itertuples()
    return ", ".join(f"{_counted(row.units, row.kind, block)} of {row.corpus}" for row in counts)


def _counted(number: int, kind: str, block: int) -> str:
    noun = kind if number == 1 else f"{kind}s"
    size = f" of {block} listings" if kind == "block" else ""
    return f"{number:,} {noun}{size}"


def without_artists_of_test(artist: ArrayLike, train: ArrayLike, test: ArrayLike) -> np.ndarray:
    """Training rows whose artist is not among those of the test rows.

    Folds of participants do not keep artists apart: two people name the same one. A classifier
    that has seen an artist of the test rows is judged on what it knows.

    Parameters
    ----------
    artist : array of str, shape (n,)
        Of `artists`.
    train, test : array of int
        Positions of rows, such as scikit-learn's splitters give.

    Returns
    -------
    array of int
        Those of `train` that may teach.

    References
    ----------
    Flexer & Schnitzer (2010), Comput. Music J. 34:20 (the artist filter).

    Notes
    -----
    Notebook: 08_embedding_map
    """
    names, places = np.asarray(artist), np.asarray(train)
    return places[~np.isin(names[places], names[np.asarray(test)])]
