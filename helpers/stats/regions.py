"""Do groups of points form regions of their own on a map? Neighbours of one group, beside chance."""

from collections.abc import Mapping, Sequence

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike

from helpers.stats import maps, units

# Neighbours that are asked, of so many nearest ones: those by the same artist are passed over.
ASKED, SEARCHED = 15, 60
# What stands for a genre where none is known.
UNNAMED = ("", "no genre")


def groups_of_neighbours(points: np.ndarray, labels: ArrayLike, artists: ArrayLike) -> pd.DataFrame:
    """Which groups the nearest points by other artists belong to.

    Parameters
    ----------
    points : ndarray, shape (n, 2)
    labels : array of str, shape (n,)
        The group of each point.
    artists : array, shape (n,)

    Returns
    -------
    DataFrame
        Row: the group of a point; column: that of its neighbours; shares (0..1) of up to `ASKED`
        neighbours by other artists, found among the `SEARCHED` nearest points. Missing of a group
        whose points have no such neighbour.

    References
    ----------
    Flexer & Schnitzer (2010), Comput. Music J. 34:20, for the artist filter.

    Notes
    -----
    Notebook: 08_embedding_map
    """
    codes, names = pd.factorize(np.asarray(labels, object), sort=True)
    by = pd.factorize(np.asarray(artists, object))[0]
    near = maps.nearest_neighbours(points, min(SEARCHED, len(points) - 1))
    is_other = by[near] != by[:, None]
    asked = is_other & (is_other.cumsum(axis=1) <= ASKED)
    own = np.broadcast_to(codes[:, None], near.shape)
    counts = np.zeros((len(names), len(names)))
    np.add.at(counts, (own[asked], codes[near[asked]]), 1)
    table = pd.DataFrame(counts, names, names)
    return table.div(table.sum(axis=1).replace(0, np.nan), axis=0)


def purity(points: np.ndarray, labels: ArrayLike, artists: ArrayLike) -> pd.DataFrame:
    """How often neighbours by other artists are of a point's own group, beside chance.

    Parameters
    ----------
    points, labels, artists
        As in `groups_of_neighbours`.

    Returns
    -------
    DataFrame
        Index: group. Columns own (share of its neighbours that are of the group), share (of all
        points that are, which chance would give) and n (points).

    Notes
    -----
    Notebook: 08_embedding_map
    """
    found = groups_of_neighbours(points, labels, artists)
    n = pd.Series(np.asarray(labels, object)).value_counts().reindex(found.index)
    own = pd.Series(np.diag(found), found.index)
    return pd.DataFrame({"own": own, "share": n / n.sum(), "n": n})


def genre_regions(
    mapped: pd.DataFrame, corpora: Sequence[str], fewest: int = 30
) -> dict[tuple[str, str], pd.DataFrame]:
    """`purity` of the genres on each corpus's own maps.

    Parameters
    ----------
    mapped : DataFrame
        Listings on maps: map, feature_set, x, y, genre, artist, track_id.
    corpora : sequence of str
    fewest : int
        Points that a genre must have to be judged.

    Returns
    -------
    dict of (corpus, feature set) to DataFrame
        Genres of fewer points count as neighbours and have no row.

    Notes
    -----
    Notebook: 08_embedding_map
    """
    found = {}
    for (name, kind), rows in mapped.groupby(["map", "feature_set"], sort=False):
        if name in corpora:
            points = rows[["x", "y"]].to_numpy()
            table = purity(points, rows["genre"].fillna(""), units.artists(rows))
            found[name, kind] = table[(table["n"] >= fewest) & ~table.index.isin(UNNAMED)]
    return {key: table for key, table in found.items() if len(table)}


def corpus_regions(joint: pd.DataFrame) -> pd.DataFrame:
    """`groups_of_neighbours` of the corpora on their joint map.

    Parameters
    ----------
    joint : DataFrame
        Listings on the joint map: corpus, x, y, artist, track_id.

    Returns
    -------
    DataFrame

    Notes
    -----
    Notebook: 08_embedding_map
    """
    points = joint[["x", "y"]].to_numpy()
    return groups_of_neighbours(points, joint["corpus"], units.artists(joint))


def overall(regions: Mapping[tuple[str, str], pd.DataFrame]) -> pd.DataFrame:
    """Own neighbours and chance of each map, over the points of its judged genres.

    Parameters
    ----------
    regions : mapping of (corpus, feature set) to DataFrame
        As `genre_regions` gives it.

    Returns
    -------
    DataFrame
        Index: corpus, feature set. Columns own and share.

    Notes
    -----
    Notebook: 08_embedding_map
    """
    rows = {
        key: [np.average(table[name], weights=table["n"]) for name in ("own", "share")]
        for key, table in regions.items()
    }
    return pd.DataFrame(rows, ["own", "share"]).T
