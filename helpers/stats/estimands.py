"""Of what a difference is one: of listings, of tracks or of people; and tracks of both corpora.

Pure functions on tables and arrays. Differences are target minus reference throughout.
"""

from collections.abc import Sequence

import numpy as np
import pandas as pd

from helpers.stats import ranks


def estimand_deltas(
    target: pd.DataFrame, reference: pd.DataFrame, features: Sequence[str]
) -> pd.DataFrame:
    """Cliff's delta of listings; of tracks, each of a corpus once; of people, where they are known.

    Parameters
    ----------
    target, reference : DataFrame
        Listings with track_id, participant and one column a feature.
    features : sequence of str

    Returns
    -------
    DataFrame
        Indexed by feature: listings, tracks and, where two participants of the target or more are
        known, people.

    Notes
    -----
    Notebook: 03_feature_comparison
    """
    once = [table.drop_duplicates("track_id") for table in (target, reference)]
    found = {
        "listings": ranks.weighted_deltas(target, reference, features),
        "tracks": ranks.weighted_deltas(once[0], once[1], features),
    }
    if target["participant"].nunique() > 1:
        found["people"] = people_deltas(target, reference, features)
    return pd.DataFrame(found)


def people_deltas(
    target: pd.DataFrame, reference: pd.DataFrame, features: Sequence[str]
) -> pd.Series:
    """Cliff's delta of people: every participant of the target weighs the same.

    Parameters
    ----------
    target : DataFrame
        Listings with participant and one column a feature; rows without participant are left out.
    reference : DataFrame
        Listings; each counts once.
    features : sequence of str

    Returns
    -------
    Series
        By feature: a random listing of a random participant against a random one of the reference.

    Notes
    -----
    Notebook: 03_feature_comparison
    """
    found = {}
    for feature in features:
        named = target.dropna(subset=["participant", feature])
        weights = 1 / named.groupby("participant")[feature].transform("size")
        one = ranks.weighted_deltas(named, reference, [feature], weights.to_numpy(float))
        found[feature] = one[feature]
    return pd.Series(found)


def shared_pairs(target_ids: pd.Series, reference_ids: pd.Series) -> int:
    """Pairs of a target row and a reference row that are of one track.

    Parameters
    ----------
    target_ids, reference_ids : Series of str
        Track of each row; rows without one do not count.

    Returns
    -------
    int

    Notes
    -----
    Notebook: 03_feature_comparison
    """
    counts = [ids.value_counts() for ids in (target_ids, reference_ids)]
    return int(counts[0].mul(counts[1], fill_value=0).sum())


def shared_track_factor(n_target: int, n_reference: int, pairs: int) -> float:
    """The standard error of Cliff's delta with shared tracks, as a multiple of that without.

    A track of both corpora moves both sides the same way, so it drops out of their difference.
    To first order, and where the corpora hardly differ, the variance is
    1 / (3 n) + 1 / (3 m) - 2 K / (3 n m), K being the pairs of rows of one track; the tests leave
    the last term out.

    Parameters
    ----------
    n_target, n_reference : int
        Rows.
    pairs : int
        K, of `shared_pairs`.

    Returns
    -------
    float
        At most 1: tests that take the corpora for disjoint overstate their error.

    Raises
    ------
    ValueError
        More shared pairs than there are pairs.

    References
    ----------
    Hoeffding (1948), Ann. Math. Stat. 19:293 (projection of U statistics).

    Notes
    -----
    Notebook: 03_feature_comparison
    """
    if not 0 <= pairs <= n_target * n_reference:
        raise ValueError(f"{pairs} shared pairs of {n_target} x {n_reference} rows: recount them")
    shared = 2 * pairs / (n_target + n_reference)
    return float(np.sqrt(max(1 - shared, 0)))


def shared_tracks(listings: pd.DataFrame, pair: tuple[str, str]) -> tuple[int, float]:
    """How many pairs of listings are of one track, and what that does to standard errors.

    Parameters
    ----------
    listings : DataFrame
        With corpus and track_id.
    pair : (str, str)
        Target and reference.

    Returns
    -------
    (int, float)
        As `shared_pairs` and `shared_track_factor` return them.

    Notes
    -----
    Notebook: 03_feature_comparison
    """
    ids = [listings.loc[listings["corpus"] == corpus, "track_id"] for corpus in pair]
    pairs = shared_pairs(ids[0], ids[1])
    return pairs, shared_track_factor(len(ids[0]), len(ids[1]), pairs)
