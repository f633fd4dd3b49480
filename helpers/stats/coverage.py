"""How often intervals hold the truth: intervals under several assumptions, tried on simulated data.

Pure functions on tables and arrays. Differences are target minus reference throughout.
"""

import math
from collections.abc import Iterable, Mapping

import numpy as np
import pandas as pd

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
    people = Clusters(participants, participants.max() + 1 + np.arange(m))
    artists = Clusters(target_artists, reference_artists)
    return {
        "independent": clustered.rows_alone(n, m),
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


def of_studies(
    studies: Iterable[tuple[np.ndarray, np.ndarray, Mapping[str, Clusters]]], level: float = 0.95
) -> pd.DataFrame:
    """Intervals of Cliff's delta in several studies.

    Parameters
    ----------
    studies : iterable of (array, array, mapping)
        Target, reference and clusters of each, as `intervals` takes them.
    level : float

    Returns
    -------
    DataFrame
        Indexed by study and assumption: low, high.

    Notes
    -----
    Notebook: 05_interval_coverage
    """
    ends = np.array([_ends(*study, level) for study in studies])
    names = ["study", "assumption"]
    index = pd.MultiIndex.from_product([range(len(ends)), ASSUMPTIONS], names=names)
    return pd.DataFrame({"low": ends[:, 0].ravel(), "high": ends[:, 1].ravel()}, index)


def tried(intervals_found: pd.DataFrame, truth: float) -> pd.DataFrame:
    """How often each interval holds the truth, over simulated studies.

    Parameters
    ----------
    intervals_found : DataFrame
        Of `of_studies`.
    truth : float
        The true Cliff's delta.

    Returns
    -------
    DataFrame
        Indexed by assumption: coverage, error (Monte Carlo standard error), width (mean), studies.

    Notes
    -----
    Notebook: 05_interval_coverage
    """
    low, high = intervals_found["low"], intervals_found["high"]
    each_study = pd.DataFrame({"held": (low <= truth) & (high >= truth), "width": high - low})
    by_assumption = each_study.groupby("assumption", sort=False)
    share, studies = by_assumption["held"].mean(), by_assumption.size()
    errors = [monte_carlo_error(*each) for each in zip(share, studies, strict=True)]
    return pd.DataFrame(
        {
            "coverage": share,
            "error": errors,
            "width": by_assumption["width"].mean(),
            "studies": studies,
        }
    )


def of_cell(
    grid: pd.DataFrame, people: int, icc_people: float, icc_artists: float = 0.0
) -> pd.DataFrame:
    """One cell of a grid of coverage.

    Parameters
    ----------
    grid : DataFrame
        One row a cell and assumption: people, icc_artists, icc_people, assumption and the columns
        of `tried`.
    people : int
    icc_people, icc_artists : float

    Returns
    -------
    DataFrame
        As `tried` gives it.

    Raises
    ------
    ValueError
        A cell that the grid does not have.

    Notes
    -----
    Notebook: 05_interval_coverage
    """
    chosen = (
        (grid["people"] == people)
        & (grid["icc_people"] == icc_people)
        & (grid["icc_artists"] == icc_artists)
    )
    if not chosen.any():
        raise ValueError(
            f"no cell of {people} people with ICCs of {icc_people} and {icc_artists} in the grid"
        )
    columns = ["coverage", "error", "width", "studies"]
    return grid[chosen].set_index("assumption")[columns]


def read_off(grid: pd.DataFrame, icc: pd.Series, people: int) -> pd.DataFrame:
    """Coverage that a grid shows for measured correlations, between its cells a straight line.

    Parameters
    ----------
    grid : DataFrame
        As in `of_cell`; its cells without correlation within artists are read.
    icc : Series
        Intraclass correlation by feature; one below 0 counts as 0, one beyond the grid as its last.
    people : int
        Participants; the nearest number of the grid is read.

    Returns
    -------
    DataFrame
        One row a feature, one column an assumption.

    Notes
    -----
    Notebook: 05_interval_coverage
    """
    sizes = grid["people"].unique()
    nearest = sizes[np.argmin(np.abs(np.log(sizes / people)))]
    rows = grid[(grid["people"] == nearest) & (grid["icc_artists"] == 0)]
    curves = rows.pivot(index="icc_people", columns="assumption", values="coverage")
    found = {name: np.interp(icc, curves.index, curves[name]) for name in ASSUMPTIONS}
    return pd.DataFrame(found, icc.index)


def monte_carlo_error(share: float, n_replicates: int) -> float:
    """Standard error of a share that was found in simulated studies.

    Parameters
    ----------
    share : float
    n_replicates : int

    Returns
    -------
    float

    Notes
    -----
    Notebook: 05_interval_coverage
    """
    return math.sqrt(share * (1 - share) / n_replicates)


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
    freedom = np.array([np.inf, np.inf, np.inf, df, df])
    return clustered.delta_ends(parts.delta, variances, level, freedom)
