"""How many people a study takes whose participants each give a list of tracks.

Cliff's delta compares the listings, and those of one person are alike (intraclass correlation), so
people count, not listings. Pure functions on tables and arrays.
"""

from collections.abc import Iterable, Sequence

import numpy as np
import pandas as pd
import scipy
from statsmodels.stats import power as of_tests

from helpers.stats import clustered, dependence
from helpers.stats.clustered import Clusters
from helpers.stats.dependence import ClusterSizes

ALPHA = 0.05
POWER = 0.8


def placement_variance(delta: float) -> float:
    """Variance of a listing's placement in the other corpus, on the scale of delta (-1..1).

    Parameters
    ----------
    delta : float
        True Cliff's delta of two normal corpora of equal spread.

    Returns
    -------
    float
        One third where nothing differs, less where something does.

    References
    ----------
    Hanley & McNeil (1982), Radiology 143:29 (Q1, here of normal distributions); Owen (1956), Ann.
    Math. Stat. 27:1075.

    Notes
    -----
    Notebook: 12_next_study
    """
    share_won = (1 + delta) / 2
    z = scipy.special.ndtri(share_won)
    # The chance that a listing wins against each of two others.
    both_won = share_won - 2 * scipy.special.owens_t(z, np.sqrt(1 / 3))
    return 4 * (both_won - share_won**2)


def arm_sd(lists: ClusterSizes, icc: float, delta: float = 0.0) -> float:
    """SD of what one participant adds to Cliff's delta of two arms of different people.

    Parameters
    ----------
    lists : ClusterSizes
        Tracks a participant gives: mean and coefficient of variation.
    icc : float
        Intraclass correlation of the ranks within a participant.
    delta : float
        The true delta; 0 is on the safe side.

    Returns
    -------
    float
        In units of delta. Its square is the variance of a listing's placement times the design
        effect over the tracks a list.

    Raises
    ------
    ValueError
        An ICC outside 0..1.

    References
    ----------
    Noether (1987), J. Am. Stat. Assoc. 82:645 (ranks); Eldridge, Ashby & Kerry (2006), Int. J.
    Epidemiol. 35:1292 (lists of unequal length).

    Notes
    -----
    Notebook: 12_next_study
    """
    _check_share(icc, "icc")
    variance = placement_variance(delta)
    return np.sqrt(variance * dependence.design_effect(lists, icc) / lists.mean)


def paired_sd(lists: ClusterSizes, icc: float, shared_taste: float, delta: float = 0.0) -> float:
    """SD of one participant's difference where each gives a list of either kind, equally long.

    Parameters
    ----------
    lists : ClusterSizes
        Tracks of one list.
    icc : float
        Intraclass correlation of the ranks within a list.
    shared_taste : float
        Correlation of a track of one list with a track of the same person's other list, as a share
        of the ICC: 0 where the two share no taste, 1 where it is the same.

    Returns
    -------
    float
        In units of delta.

    Raises
    ------
    ValueError
        An ICC or a shared taste outside 0..1.

    References
    ----------
    Obuchowski (1997), Biometrics 53:567 (clusters that have rows on both sides).

    Notes
    -----
    Notebook: 12_next_study
    """
    _check_share(icc, "icc")
    _check_share(shared_taste, "shared_taste")
    effect = dependence.design_effect(lists, icc) - lists.weighted * icc * shared_taste
    return np.sqrt(2 * placement_variance(delta) * effect / lists.mean)


def participants_per_arm(
    delta: float,
    lists: ClusterSizes,
    icc: float,
    alpha: float = ALPHA,
    power: float = POWER,
    normal: bool = False,
) -> int:
    """Participants that each of two arms needs.

    Parameters
    ----------
    delta : float
        Cliff's delta to be found; its sign does not matter. The variance taken is that of no
        difference, so the number is on the safe side, the more so the larger delta is.
    lists : ClusterSizes
    icc : float
    alpha : float
        Two-sided; that of one test, so divide it by the number of tests (Bonferroni).
    power : float
    normal : bool
        Take the test statistic for normal; by default it has Student's t distribution, which takes
        about one more participant an arm.

    Returns
    -------
    int

    Raises
    ------
    ValueError
        A delta of 0 or outside -1..1; an ICC outside 0..1.

    References
    ----------
    Noether (1987), J. Am. Stat. Assoc. 82:645; Donner, Birkett & Buck (1981), Am. J. Epidemiol.
    114:906 (cluster randomisation).

    Notes
    -----
    Notebook: 12_next_study
    """
    effect = _checked_delta(delta) / arm_sd(lists, icc)
    test = of_tests.NormalIndPower() if normal else of_tests.TTestIndPower()
    return _rounded_up(test.solve_power(effect, alpha=alpha, power=power))


def participants_paired(
    delta: float,
    lists: ClusterSizes,
    icc: float,
    shared_taste: float,
    alpha: float = ALPHA,
    power: float = POWER,
) -> int:
    """Participants that a study needs in which each gives a list of either kind.

    Parameters
    ----------
    delta, lists, icc, alpha, power
        As in `participants_per_arm`.
    shared_taste : float
        As in `paired_sd`.

    Returns
    -------
    int
        Of the whole study: there is one arm.

    Notes
    -----
    Notebook: 12_next_study
    """
    effect = _checked_delta(delta) / paired_sd(lists, icc, shared_taste)
    return _rounded_up(of_tests.TTestPower().solve_power(effect, alpha=alpha, power=power))


def power_of_arms(
    n_participants: int, delta: float, lists: ClusterSizes, icc: float, alpha: float = ALPHA
) -> float:
    """Power of two arms of so many participants each.

    Parameters
    ----------
    n_participants : int
    delta, lists, icc, alpha
        As in `participants_per_arm`.

    Returns
    -------
    float

    Notes
    -----
    Notebook: 12_next_study
    """
    effect = _checked_delta(delta) / arm_sd(lists, icc, delta)
    return float(of_tests.TTestIndPower().power(effect, n_participants, alpha))


def power_paired(
    n_participants: int,
    delta: float,
    lists: ClusterSizes,
    icc: float,
    shared_taste: float,
    alpha: float = ALPHA,
) -> float:
    """Power of a study in which so many participants each give a list of either kind.

    Parameters
    ----------
    n_participants : int
    delta, lists, icc, shared_taste, alpha
        As in `participants_paired`.

    Returns
    -------
    float

    Notes
    -----
    Notebook: 12_next_study
    """
    effect = _checked_delta(delta) / paired_sd(lists, icc, shared_taste, delta)
    return float(of_tests.TTestPower().power(effect, n_participants, alpha))


def sizes_of_arms(
    deltas: Sequence[float], lists: ClusterSizes, icc: float, n_tests: int
) -> pd.DataFrame:
    """Participants an arm for several deltas, for one test and for the strictest of several.

    Parameters
    ----------
    deltas : sequence of float
    lists : ClusterSizes
    icc : float
    n_tests : int
        Tests among which Bonferroni divides alpha.

    Returns
    -------
    DataFrame
        Indexed by delta: normal, t, normal_family, t_family (by the distribution of the test
        statistic, for one test and for one of the family).

    Notes
    -----
    Notebook: 12_next_study
    """
    rows = {}
    for delta in deltas:
        sizes = {}
        for suffix, alpha in (("", ALPHA), ("_family", ALPHA / n_tests)):
            for name, normal in (("normal", True), ("t", False)):
                sizes[name + suffix] = participants_per_arm(
                    delta, lists, icc, alpha=alpha, normal=normal
                )
        rows[delta] = sizes
    return pd.DataFrame.from_dict(rows, orient="index").rename_axis("delta")


def sizes_of_pairs(
    deltas: Sequence[float], lists: ClusterSizes, icc: float, shared_tastes: Sequence[float]
) -> pd.DataFrame:
    """People in all that two arms and paired designs need.

    Parameters
    ----------
    deltas : sequence of float
    lists : ClusterSizes
    icc : float
    shared_tastes : sequence of float

    Returns
    -------
    DataFrame
        Indexed by delta: two_arms (both together), then one column per shared taste.

    Notes
    -----
    Notebook: 12_next_study
    """
    rows = {}
    for delta in deltas:
        sizes: dict[str | float, int] = {"two_arms": 2 * participants_per_arm(delta, lists, icc)}
        for share in shared_tastes:
            sizes[share] = participants_paired(delta, lists, icc, share)
        rows[delta] = sizes
    return pd.DataFrame.from_dict(rows, orient="index").rename_axis("delta")


def sizes_by_icc(delta: float, lists: ClusterSizes, icc: pd.Series) -> pd.Series:
    """Participants an arm for the correlation of each feature.

    Parameters
    ----------
    delta : float
    lists : ClusterSizes
    icc : Series
        By feature, within 0..1.

    Returns
    -------
    Series of int

    Notes
    -----
    Notebook: 12_next_study
    """
    return icc.map(lambda one: participants_per_arm(delta, lists, one))


def powers_of_arms(participants: pd.Series, lists: ClusterSizes, icc: float) -> pd.Series:
    """Power of studies that were planned for another correlation.

    Parameters
    ----------
    participants : Series of int
        An arm, by delta.
    lists : ClusterSizes
    icc : float
        The true one.

    Returns
    -------
    Series
        By delta.

    Notes
    -----
    Notebook: 12_next_study
    """
    found = {delta: power_of_arms(n, delta, lists, icc) for delta, n in participants.items()}
    return pd.Series(found).rename_axis(participants.index.name)


def rejections(
    studies: Iterable[tuple[np.ndarray, np.ndarray, np.ndarray, np.ndarray]], alpha: float = ALPHA
) -> float:
    """Share of simulated studies in which the clustered test of Cliff's delta is significant.

    Parameters
    ----------
    studies : iterable of four arrays
        Target, reference, and the participant of each row of either, numbered from 0.
    alpha : float

    Returns
    -------
    float

    Notes
    -----
    Notebook: 12_next_study
    """
    p = [
        clustered.delta_test(target, reference, Clusters(*people)).p
        for target, reference, *people in studies
    ]
    return float(np.mean(np.array(p) < alpha))


def _rounded_up(n: float) -> int:
    """Whole participants; a test takes two at least."""
    return max(2, int(np.ceil(n)))


def _checked_delta(delta: float) -> float:
    if not 0 < abs(delta) <= 1:
        raise ValueError(f"delta is {delta!r}: give the smallest difference that matters, in -1..1")
    return abs(delta)


def _check_share(value: float, name: str) -> None:
    if not 0 <= value <= 1:
        raise ValueError(f"{name} is {value!r}: it lies within 0..1")
