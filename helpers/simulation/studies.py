"""Simulated studies whose truth is known: the twin's lists, with a correlation that is set.

They show what an interval or a design does. They are no evidence about music.
"""

from collections.abc import Iterator
from typing import NamedTuple

import numpy as np
import pandas as pd
from scipy.special import ndtr, ndtri

from helpers import trace
from helpers.project import TWIN


class Structure(NamedTuple):
    """Who listed which rows: numbers from 0, one a listing.

    Attributes
    ----------
    participants : array, shape (n,)
        Of the target's listings, list after list.
    target_artists, reference_artists : array
        One number is one artist in both.
    """

    participants: np.ndarray
    target_artists: np.ndarray
    reference_artists: np.ndarray


def twin_structure(target: str = "PMD", reference: str = "EMD") -> Structure:
    """The participants and artists of the twin's listings that have a genre.

    Parameters
    ----------
    target, reference : str

    Returns
    -------
    Structure

    Notes
    -----
    Notebook: 05_interval_coverage
    """
    tracks = _listings()
    # A listing without artist has one of its own.
    artist = tracks["artist"].fillna(tracks.index.to_series().astype(str))
    codes = pd.Series(pd.factorize(artist)[0], tracks.index)
    of_target, of_reference = (tracks["corpus"] == corpus for corpus in (target, reference))
    people = pd.factorize(tracks.loc[of_target, "participant"])[0]
    return Structure(people, codes[of_target].to_numpy(), codes[of_reference].to_numpy())


def some_people(structure: Structure, n_people: int, rng: np.random.Generator) -> Structure:
    """The listings of some participants, drawn without replacement; the reference stays.

    Parameters
    ----------
    structure : Structure
    n_people : int
    rng : numpy Generator

    Returns
    -------
    Structure

    Raises
    ------
    ValueError
        More people than there are.
    """
    known = structure.participants.max() + 1
    if n_people > known:
        raise ValueError(f"n_people is {n_people}: the twin has {known} participants")
    chosen = rng.permutation(known)[:n_people]
    kept = np.isin(structure.participants, chosen)
    people = np.unique(structure.participants[kept], return_inverse=True)[1]
    return structure._replace(participants=people, target_artists=structure.target_artists[kept])


def latent_correlation(icc: float) -> float:
    """Correlation of normal scores whose ranks are correlated as asked.

    Parameters
    ----------
    icc : float
        Intraclass correlation of ranks.

    Returns
    -------
    float

    References
    ----------
    Pearson (1907), On further methods of determining correlation: 2 sin(pi r / 6).
    """
    return 2 * np.sin(np.pi * icc / 6)


def shift(delta: float) -> float:
    """Distance of two normal corpora of unit variance that Cliff's delta sets apart.

    Parameters
    ----------
    delta : float

    Returns
    -------
    float
    """
    return np.sqrt(2) * ndtri((1 + delta) / 2)


def draw_corpora(
    structure: Structure,
    icc_people: float,
    icc_artists: float,
    delta: float,
    rng: np.random.Generator,
) -> tuple[np.ndarray, np.ndarray]:
    """One feature of both corpora, in which listings of a person or of an artist are alike.

    Parameters
    ----------
    structure : Structure
    icc_people, icc_artists : float
        Intraclass correlation of ranks, within a participant of the target and within an artist of
        either corpus; at most 1 together.
    delta : float
        The true Cliff's delta.
    rng : numpy Generator

    Returns
    -------
    tuple of array
        Values of target and reference: normal, of unit variance.

    Notes
    -----
    Notebook: 05_interval_coverage
    """
    of_person, of_artist = latent_correlation(icc_people), latent_correlation(icc_artists)
    people, artists, others = structure
    tastes = rng.standard_normal(people.max() + 1)
    styles = rng.standard_normal(max(artists.max(), others.max()) + 1)
    target = shift(delta) + np.sqrt(of_person) * tastes[people]
    target += np.sqrt(of_artist) * styles[artists]
    target += np.sqrt(1 - of_person - of_artist) * rng.standard_normal(len(people))
    reference = np.sqrt(of_artist) * styles[others]
    reference += np.sqrt(1 - of_artist) * rng.standard_normal(len(others))
    return target, reference


def several_corpora(
    structure: Structure,
    icc_people: float,
    icc_artists: float,
    delta: float,
    n_studies: int,
    rng: np.random.Generator,
) -> Iterator[tuple[np.ndarray, np.ndarray]]:
    """Several draws of `draw_corpora`, one a study.

    Parameters
    ----------
    structure, icc_people, icc_artists, delta, rng
        As in `draw_corpora`.
    n_studies : int

    Returns
    -------
    iterator of tuple of array

    Notes
    -----
    Notebook: 05_interval_coverage
    """
    return (draw_corpora(structure, icc_people, icc_artists, delta, rng) for _ in range(n_studies))


def coverage_grid() -> pd.DataFrame:
    """How often intervals hold the truth, from `benchmarks/coverage_grid.py`.

    Returns
    -------
    DataFrame
        One row a cell and assumption: people, icc_artists, icc_people (of ranks, set), assumption,
        coverage, error (Monte Carlo standard error), width (mean), studies.

    Notes
    -----
    Notebook: 05_interval_coverage
    """
    return _table("coverage.csv")


def power_checks() -> pd.DataFrame:
    """The power that designs promise and that simulated studies had: `benchmarks/power_check.py`.

    Returns
    -------
    DataFrame
        One row a design: design, shared_taste (missing for two arms), delta, participants, promised,
        found, error (Monte Carlo standard error), level (share of significant studies without any
        difference), studies.

    Notes
    -----
    Notebook: 12_next_study
    """
    return _table("power.csv")


def split_coverage() -> pd.DataFrame:
    """How often intervals of a split hold the truth: `benchmarks/decomposition_coverage.py`.

    Returns
    -------
    DataFrame
        One row a correlation, unit and part: feature, icc (within participants, set), unit
        (listings, participants), part (mix, within), coverage, error (Monte Carlo standard error),
        studies.

    Notes
    -----
    Notebook: 04_where_it_sits
    """
    return _table("split_coverage.csv")


def entropy_coverage() -> pd.DataFrame:
    """How often intervals of a difference in entropy hold it: `benchmarks/entropy_coverage.py`.

    Returns
    -------
    DataFrame
        One row a number of participants and interval: participants, interval, unit (what it takes for
        independent of one another), coverage, error (Monte Carlo standard error), studies.

    Notes
    -----
    Notebook: 05_interval_coverage
    """
    return _table("entropy_coverage.csv")


def auc_coverage() -> pd.DataFrame:
    """How often intervals of a classifier's AUC hold its true AUC: `benchmarks/auc_coverage.py`.

    Returns
    -------
    DataFrame
        One row a design, effect and interval: design, unit, effect (no difference, difference), interval, truth and
        estimate (mean AUC), reach (mean half length), coverage, error (Monte Carlo standard error),
        studies.

    Notes
    -----
    Notebook: 05_interval_coverage
    """
    return _table("auc_coverage.csv")


def gap_coverage() -> pd.DataFrame:
    """How often intervals of the gap of lists to random draws hold it: `benchmarks/gap_coverage.py`.

    Returns
    -------
    DataFrame
        One row a number of participants, pool and interval: participants, drawn_from (own, reference),
        interval, coverage, error (Monte Carlo standard error), width (mean, bits), bias (of the gap,
        bits), studies.

    Notes
    -----
    Notebook: 06_genres
    """
    return _table("gap_coverage.csv")


def other_coverage() -> pd.DataFrame:
    """Coverage of the book's other intervals, over all settings that were tried.

    Returns
    -------
    DataFrame
        Index: quantity, interval, unit. Columns settings (how many), lowest and highest coverage,
        error (the largest Monte Carlo standard error), studies (the fewest a setting).

    Notes
    -----
    Notebook: 05_interval_coverage
    """
    split = split_coverage().sort_values(["part", "unit"], kind="stable")
    parts = split["part"].map({"mix": "part of the genre mix", "within": "part within genres"})
    tables = [
        entropy_coverage().assign(quantity="difference of entropies"),
        gap_coverage().assign(
            quantity="lists against random draws", unit="participants and artists"
        ),
        split.assign(quantity=parts, interval="percentiles"),
        auc_coverage().assign(quantity="AUC"),
    ]
    by = pd.concat(tables).groupby(["quantity", "interval", "unit"], sort=False)
    return by.agg(
        settings=("coverage", "size"),
        lowest=("coverage", "min"),
        highest=("coverage", "max"),
        error=("error", "max"),
        studies=("studies", "min"),
    )


class Distribution(NamedTuple):
    """A distribution of one feature that values can be drawn from.

    Attributes
    ----------
    values : array, shape (k,)
        Sorted.
    cumulative : array, shape (k,)
        Probability of each value and those below it.
    """

    values: np.ndarray
    cumulative: np.ndarray

    def at(self, scores: np.ndarray) -> np.ndarray:
        """The value at which each normal score stands.

        Parameters
        ----------
        scores : ndarray

        Returns
        -------
        ndarray
            Of the shape of `scores`, in the feature's units.
        """
        place = np.searchsorted(self.cumulative, ndtr(scores))
        return self.values[np.minimum(place, len(self.values) - 1)]


def twin_distributions(
    feature: str, target: str = "PMD", reference: str = "EMD"
) -> tuple[Distribution, Distribution]:
    """The twin's distributions of one feature in both corpora, over listings with a genre.

    Parameters
    ----------
    feature, target, reference : str

    Returns
    -------
    tuple of Distribution

    Notes
    -----
    Notebook: 12_next_study
    """
    path = TWIN / "features.parquet"
    trace.file(path)
    joined = _listings()[["track_id", "corpus"]].merge(pd.read_parquet(path), "left", "track_id")
    found = []
    for corpus in (target, reference):
        values = joined.loc[joined["corpus"] == corpus, feature].dropna()
        shares = values.value_counts(normalize=True).sort_index()
        found.append(Distribution(shares.index.to_numpy(), shares.cumsum().to_numpy()))
    return found[0], found[1]


def distribution_delta(target: Distribution, reference: Distribution) -> float:
    """Cliff's delta of two distributions.

    Parameters
    ----------
    target, reference : Distribution

    Returns
    -------
    float
    """
    of_target = np.diff(target.cumulative, prepend=0)
    after = np.concatenate([[0], reference.cumulative])
    below = after[np.searchsorted(reference.values, target.values)]
    below_or_equal = after[np.searchsorted(reference.values, target.values, side="right")]
    return float(of_target @ (below + below_or_equal) - 1)


def diluted(target: Distribution, reference: Distribution, delta: float) -> Distribution:
    """A mixture of both distributions that differs from the reference by a given delta.

    Delta of a mixture is the share of the target in it times the target's own delta.

    Parameters
    ----------
    target, reference : Distribution
    delta : float
        Of the sign of the target's own delta, and no larger.

    Returns
    -------
    Distribution

    Raises
    ------
    ValueError
        A delta beyond the target's own, or of the other sign.

    Notes
    -----
    Notebook: 12_next_study
    """
    share = delta / distribution_delta(target, reference)
    if not 0 <= share <= 1:
        raise ValueError(f"delta is {delta}: the target differs by less, or the other way")
    weights = [
        pd.Series(part * np.diff(one.cumulative, prepend=0), one.values)
        for part, one in ((share, target), (1 - share, reference))
    ]
    mixed = pd.concat(weights).groupby(level=0).sum()
    return Distribution(mixed.index.to_numpy(), mixed.cumsum().to_numpy())


def draw_lists(
    distributions: tuple[Distribution, Distribution],
    lengths: np.ndarray,
    n_people: int,
    icc: float,
    rng: np.random.Generator,
    shared_taste: float | None = None,
) -> tuple[np.ndarray, np.ndarray, np.ndarray, np.ndarray]:
    """One simulated study: two arms of different people, or a paired design.

    Parameters
    ----------
    distributions : (Distribution, Distribution)
        Of target and reference.
    lengths : array of int
        Lengths of lists, to be drawn from.
    n_people : int
        In an arm, or in the paired design.
    icc : float
        Intraclass correlation of ranks within a list.
    rng : numpy Generator
    shared_taste : float, optional
        In a paired design, correlation between a person's two tastes; without it, two arms.

    Returns
    -------
    tuple of array
        Values of target and reference; the participant of each row of either, numbered from 0.

    Notes
    -----
    Notebook: 12_next_study
    """
    sizes = rng.choice(lengths, n_people)
    other_sizes = sizes
    if shared_taste is None:
        other_sizes = rng.choice(lengths, n_people)
    tastes, other_tastes = rng.standard_normal((2, n_people))
    if shared_taste is not None:
        other_tastes = shared_taste * tastes + np.sqrt(1 - shared_taste**2) * other_tastes
    people = np.repeat(np.arange(n_people), sizes)
    others = np.repeat(np.arange(n_people), other_sizes)
    shared = latent_correlation(icc)
    values = []
    for distribution, taste, rows in zip(
        distributions, (tastes, other_tastes), (people, others), strict=True
    ):
        own = rng.standard_normal(len(rows))
        values.append(distribution.at(np.sqrt(shared) * taste[rows] + np.sqrt(1 - shared) * own))
    if shared_taste is None:
        others = others + n_people
    return values[0], values[1], people, others


def list_lengths(target: str = "PMD") -> np.ndarray:
    """Listings of each of the twin's participants.

    Parameters
    ----------
    target : str

    Returns
    -------
    array of int

    Notes
    -----
    Notebook: 12_next_study
    """
    tracks = _listings()
    return tracks.loc[tracks["corpus"] == target, "participant"].value_counts().to_numpy()


def _table(name: str) -> pd.DataFrame:
    path = TWIN / name
    trace.file(path)
    return pd.read_csv(path)


def _listings() -> pd.DataFrame:
    path = TWIN / "tracks.parquet"
    trace.file(path)
    return pd.read_parquet(path).dropna(subset="genre").reset_index(drop=True)
