"""How often intervals hold the truth: intervals under several assumptions, tried on simulated data.

Pure functions on tables and arrays. Differences are target minus reference throughout.
"""

from collections.abc import Iterable, Mapping

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike

from helpers.stats import clustered
from helpers.stats.clustered import Clusters

# What intervals of Cliff's delta may assume: listings that are independent; listings alike within
# blocks, within participants, or within participants and artists. The last two take Student's t.
ASSUMPTIONS = ("independent", "blocks", "participants", "participants, t", "two ways")


def study_clusters(
    participants: np.ndarray,
    target_artists: np.ndarray,
    reference_artists: np.ndarray,
    block: int = 14,
) -> dict[str, Clusters]:
    """What listings of two corpora may be alike in, for `intervals`.

    Parameters
    ----------
    participants, target_artists : array of int, shape (n,)
        Of the target's listings, in file order, numbered from 0.
    reference_artists : array of int, shape (m,)
    block : int
        Consecutive listings of a block, in both corpora.

    Returns
    -------
    dict of str to Clusters
        independent, blocks, participants (of the reference each row by itself), artists, both.

    Notes
    -----
    Notebook: 05_interval_coverage
    """
    n, m = len(participants), len(reference_artists)
    rows = np.arange(n + m)
    people = Clusters(participants, participants.max() + 1 + np.arange(m))
    artists = Clusters(target_artists, reference_artists)
    return {
        "independent": Clusters(rows[:n], rows[n:]),
        "blocks": Clusters(np.arange(n) // block, n + np.arange(m) // block),
        "participants": people,
        "artists": artists,
        "both": clustered.agreeing_in_both(people, artists),
    }


def intervals(
    target: np.ndarray, reference: np.ndarray, clusters: Mapping[str, Clusters], level: float = 0.95
) -> pd.DataFrame:
    """Intervals of Cliff's delta under each assumption on how listings depend on one another.

    Parameters
    ----------
    target : array, shape (n,)
    reference : array, shape (m,)
    clusters : mapping of str to Clusters
        Of `study_clusters`.
    level : float

    Returns
    -------
    DataFrame
        Indexed by assumption, as in `ASSUMPTIONS`: low, high. Student's t has one degree of
        freedom fewer than the target has participants.

    References
    ----------
    Obuchowski (1997), Biometrics 53:567; Cameron, Gelbach & Miller (2011), J. Bus. Econ. Stat.
    29:238.

    Notes
    -----
    Notebook: 05_interval_coverage
    """
    low, high = _ends(target, reference, clusters, level)
    return pd.DataFrame({"low": low, "high": high}, list(ASSUMPTIONS))


def tried(
    studies: Iterable[tuple[np.ndarray, np.ndarray, Mapping[str, Clusters]]],
    truth: float,
    level: float = 0.95,
) -> pd.DataFrame:
    """How often each interval holds the truth, over simulated studies.

    Parameters
    ----------
    studies : iterable of (array, array, mapping)
        Target, reference and clusters of each, as `intervals` takes them.
    truth : float
        The true Cliff's delta.
    level : float

    Returns
    -------
    DataFrame
        Indexed by assumption: coverage, error (Monte Carlo standard error), width (mean), studies.

    Notes
    -----
    Notebook: 05_interval_coverage
    """
    ends = np.array([_ends(*study, level) for study in studies])
    low, high = ends[:, 0], ends[:, 1]
    share = ((low <= truth) & (truth <= high)).mean(axis=0)
    found = {
        "coverage": share,
        "error": monte_carlo_error(share, len(ends)),
        "width": (high - low).mean(axis=0),
        "studies": len(ends),
    }
    return pd.DataFrame(found, list(ASSUMPTIONS))


def monte_carlo_error(share: ArrayLike, n_replicates: int) -> np.ndarray:
    """Standard error of a share that was found in simulated studies.

    Parameters
    ----------
    share : float or array
    n_replicates : int

    Returns
    -------
    float or array

    Notes
    -----
    Notebook: 05_interval_coverage
    """
    share = np.asarray(share, float)
    return np.sqrt(share * (1 - share) / n_replicates)[()]


def _ends(
    target: np.ndarray, reference: np.ndarray, clusters: Mapping[str, Clusters], level: float
) -> tuple[np.ndarray, np.ndarray]:
    """Lower and upper ends in the order of `ASSUMPTIONS`."""
    parts = clustered.contributions(target, reference)
    people = clusters["participants"]
    by_person = clustered.clustered_variance(parts, people)
    variances = [
        clustered.clustered_variance(parts, clusters["independent"]),
        clustered.clustered_variance(parts, clusters["blocks"]),
        by_person,
        by_person,
        clustered.two_way_variance(parts, people, clusters["artists"], clusters["both"]),
    ]
    df = np.count_nonzero(np.bincount(people.target)) - 1
    freedom = [np.inf, np.inf, np.inf, df, df]
    return clustered.delta_ends(parts.delta, variances, level, freedom)
