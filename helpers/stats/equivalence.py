"""Is a difference negligible, is it more than that, or is it undecided?

Two one-sided tests set Cliff's delta against a threshold instead of against zero. Pure functions on
tables and arrays.
"""

from collections.abc import Mapping

import numpy as np
import pandas as pd
import scipy
from numpy.typing import ArrayLike

from helpers.stats import ranks

NEGLIGIBLE = "demonstrably negligible"
MORE = "demonstrably more than negligible"
UNDECIDED = "undecided"
VERDICTS = (NEGLIGIBLE, UNDECIDED, MORE)


def distance(delta: ArrayLike, se: ArrayLike, margin: float = ranks.NEGLIGIBLE) -> np.ndarray:
    """How many standard errors Cliff's delta lies inside the thresholds, on the Fisher-z scale.

    Both one-sided p-values follow from it: ``norm.sf(distance)`` that the difference is not
    negligible, ``norm.cdf(distance)`` that it is.

    Parameters
    ----------
    delta, se : float or array
        Cliff's delta and its standard error.
    margin : float
        The threshold; negligible is -margin < delta < margin.

    Returns
    -------
    float or array
        Negative outside the thresholds; NaN where the standard error is 0 or |delta| is 1.

    Raises
    ------
    ValueError
        A margin outside 0..1.

    References
    ----------
    Schuirmann (1987), J. Pharmacokinet. Biopharm. 15:657; Feng & Cliff (2004), J. Mod. Appl. Stat.
    Methods 3:322 (scale).

    Notes
    -----
    Notebook: 03_feature_comparison
    """
    if not 0 < margin < 1:
        raise ValueError(f"margin {margin!r} is not between 0 and 1: give 0.147 for the study's")
    delta, se = np.asarray(delta, float), np.asarray(se, float)
    usable = (se > 0) & (np.abs(delta) < 1)
    size = np.where(usable, np.abs(delta), 0)
    error = np.where(usable, se, np.nan) / (1 - size**2)
    return (np.arctanh(margin) - np.arctanh(size)) / error


def verdict(low: float, high: float, margin: float = ranks.NEGLIGIBLE) -> str:
    """What an interval says about a threshold.

    Parameters
    ----------
    low, high : float
        Ends of an interval of level 1 - 2 alpha: 90 % for tests at five in a hundred.
    margin : float

    Returns
    -------
    str
        One of `VERDICTS`; undecided where an end is missing.

    References
    ----------
    Schuirmann (1987), J. Pharmacokinet. Biopharm. 15:657.

    Notes
    -----
    Notebook: 03_feature_comparison
    """
    if -margin < low and high < margin:
        return NEGLIGIBLE
    if low > margin or high < -margin:
        return MORE
    return UNDECIDED


def largest_icc(standard_errors: ArrayLike, growth: ArrayLike, alpha: float = 0.05) -> np.ndarray:
    """The largest intraclass correlation at which a one-sided test still rejects.

    Parameters
    ----------
    standard_errors : float or array
        Distance from the threshold in standard errors of independent rows, either sign.
    growth : float or array
        By how much the variance grows, as a multiple of itself, at a correlation of 1.
    alpha : float
        One-sided.

    Returns
    -------
    float or array
        Above 1 where no correlation undoes the test; NaN where it does not reject at all, or where
        the rows have no clusters.

    Raises
    ------
    ValueError
        An alpha outside 0..0.5.

    References
    ----------
    Kish (1965), Survey Sampling (design effect).

    Notes
    -----
    Notebook: 03_feature_comparison
    """
    if not 0 < alpha < 0.5:
        raise ValueError(f"alpha {alpha!r} is not between 0 and 0.5: give 0.05")
    bearable = (np.asarray(standard_errors, float) / scipy.stats.norm.isf(alpha)) ** 2 - 1
    growth = np.asarray(growth, float)
    known = (bearable >= 0) & (growth > 0)
    return np.where(known, bearable / np.where(growth > 0, growth, 1), np.nan)[()]


def verdicts(
    tests: pd.DataFrame,
    list_size: float,
    margin: float = ranks.NEGLIGIBLE,
    alpha: float = 0.05,
) -> pd.DataFrame:
    """Set every comparison against the threshold, and say how alike listings may be.

    Parameters
    ----------
    tests : DataFrame
        Of `ranks.in_order`, whole corpora: n_target, n_reference, cliffs_delta, se, se_target.
    list_size : float
        Listings in the list of an average listing.
    margin : float
    alpha : float
        Of each one-sided test.

    Returns
    -------
    DataFrame
        `tests` and: low, high (interval of level 1 - 2 alpha, rows treated as independent), verdict,
        and the largest intraclass correlation up to which it stands, where the first corpus is
        made of lists (icc_first), where both are, of that size (icc_both), and where the first is
        and the verdicts are a family (icc_family: Bonferroni, alpha over their number).

    Notes
    -----
    Notebook: 03_feature_comparison
    """
    rows = tests.to_dict("records")
    ends = [_interval(row, 1 - 2 * alpha) for row in rows]
    se = tests["se"].astype(float)
    away = distance(tests["cliffs_delta"], se, margin)
    of_first = (tests["se_target"] / se) ** 2 * (list_size - 1)
    return tests.assign(
        low=[low for low, _ in ends],
        high=[high for _, high in ends],
        verdict=[verdict(low, high, margin) for low, high in ends],
        icc_first=largest_icc(away, of_first, alpha),
        icc_both=largest_icc(away, np.full(len(tests), list_size - 1), alpha),
        icc_family=largest_icc(away, of_first, alpha / len(tests)),
    )


def against_a_census(table: pd.DataFrame, alpha: float = 0.05) -> pd.DataFrame:
    """The verdicts where the second corpus is no sample but all there is.

    Parameters
    ----------
    table : DataFrame
        Of `verdicts`; its first contrast is read.
    alpha : float

    Returns
    -------
    DataFrame
        Rows of the first contrast, with `of_census`: the verdict where the rows of the second
        corpus have no sampling error.

    Notes
    -----
    Notebook: 03_feature_comparison
    """
    main = table[table["contrast"] == table["contrast"].iloc[0]]
    known = main.assign(se=main["se_target"])
    ends = [_interval(row, 1 - 2 * alpha) for row in known.to_dict("records")]
    return main.assign(of_census=[verdict(*pair) for pair in ends])


def _interval(row: Mapping, level: float) -> tuple[float, float]:
    return ranks.delta_interval(
        row["cliffs_delta"], row["se"], int(row["n_target"]), int(row["n_reference"]), level
    )
