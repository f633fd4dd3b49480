"""Where a track lies among others: percentiles, nearest neighbours, a place on a map.

Pure functions on tables and arrays.
"""

from collections.abc import Collection, Sequence

import pandas as pd
import scipy


def percentiles(
    tracks: pd.DataFrame, corpus: pd.DataFrame, features: Sequence[str]
) -> pd.DataFrame:
    """Percentile of each feature of each track within a corpus, ties counting half.

    Parameters
    ----------
    tracks, corpus : DataFrame
        One column a feature; missing values of the corpus are left out.
    features : sequence of str

    Returns
    -------
    DataFrame
        Rows of `tracks`, one column a feature: 0 to 100, missing where a track's value is.

    Notes
    -----
    Notebook: 11_your_playlist
    """
    table = {
        name: scipy.stats.percentileofscore(corpus[name].dropna(), tracks[name], "mean")
        for name in features
    }
    return pd.DataFrame(table, tracks.index)


def medians(percentiles_by_corpus: dict[str, pd.DataFrame]) -> pd.DataFrame:
    """Median percentile of each feature within each corpus.

    Parameters
    ----------
    percentiles_by_corpus : dict of str to DataFrame
        As from `percentiles`.

    Returns
    -------
    DataFrame
        One row a feature, one column a corpus: 0 to 100.

    Notes
    -----
    Notebook: 11_your_playlist
    """
    return pd.DataFrame({name: table.median() for name, table in percentiles_by_corpus.items()})


def nearest(
    values: pd.DataFrame, tracks: Sequence[str], others: Collection[str], k: int = 15
) -> pd.DataFrame:
    """The `k` nearest of other tracks to each track, by Euclidean distance.

    Parameters
    ----------
    values : DataFrame
        Numbers of each track; index: ids.
    tracks, others : sequence of str
        Ids of the tracks that look for neighbours, and of those that may be one; ids that `values`
        does not hold are passed over.
    k : int

    Returns
    -------
    DataFrame of str, shape (tracks, k)
        Ids of the neighbours, the nearest first; index: ids of tracks. Without rows where there
        are fewer than `k` others.

    Notes
    -----
    Notebook: 11_your_playlist
    """
    from sklearn.neighbors import NearestNeighbors

    found = [track for track in tracks if track in values.index]
    candidates = values[values.index.isin(others)]
    if not found or len(candidates) < k:
        return pd.DataFrame(columns=range(k), dtype=object)
    model = NearestNeighbors(n_neighbors=k).fit(candidates.to_numpy())
    place = model.kneighbors(values.loc[found].to_numpy(), return_distance=False)
    return pd.DataFrame(candidates.index.to_numpy()[place], found)


def place_on_map(
    points: pd.DataFrame, tracks: Sequence[str], neighbours: pd.DataFrame
) -> pd.DataFrame:
    """Each track's own place on a map, or the mean place of its neighbours.

    Parameters
    ----------
    points : DataFrame
        Columns x and y; index: ids of the tracks on the map.
    tracks : sequence of str
        Ids of the tracks to place.
    neighbours : DataFrame of str, shape (n, k)
        As from `nearest`, all of them on the map; index: ids of tracks.

    Returns
    -------
    DataFrame
        Columns x, y and how ("its own place" or "mean of its neighbours"); index: ids of tracks,
        those on the map first. Tracks with neither are left out.

    Notes
    -----
    Notebook: 11_your_playlist
    """
    on_map = [track for track in tracks if track in points.index]
    own = points.loc[on_map, ["x", "y"]].assign(how="its own place")
    rest = neighbours.drop(index=on_map, errors="ignore")
    means = {track: points.loc[list(ids), ["x", "y"]].mean() for track, ids in rest.iterrows()}
    put = pd.DataFrame(means, ["x", "y"], dtype=float).T.assign(how="mean of its neighbours")
    return pd.concat([own, put])
