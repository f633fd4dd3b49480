"""The delete-one jackknife over units: bias, standard error and interval of a smooth statistic.

Entropy, divergence and the like are smooth functions of counts. Leaving out one unit after the other
shows how much they hang on each; no random numbers are drawn. In the simulations of
`benchmarks/entropy_coverage.py` its intervals keep their level with far fewer units than percentiles
of a bootstrap do.
"""

from collections.abc import Callable, Sequence
from typing import NamedTuple

import numpy as np
import pandas as pd
import scipy
from numpy.typing import ArrayLike

from helpers.stats import units


class LeftOut(NamedTuple):
    """What a statistic becomes without one unit of a sample.

    Attributes
    ----------
    values : ndarray of float, shape (kinds,)
        Of the sample without one unit; units with the same counts are of one kind.
    times : ndarray of int, shape (kinds,)
        Units of each kind.
    """

    values: np.ndarray
    times: np.ndarray

    @property
    def units(self) -> int:
        """Units of the sample."""
        return int(self.times.sum())

    def bias(self, value: float) -> float:
        """How much too large `value`, the statistic of the whole sample, is on average.

        Parameters
        ----------
        value : float

        Returns
        -------
        float

        References
        ----------
        Quenouille (1956), Biometrika 43: 353-360.
        """
        return (self.units - 1) * (np.average(self.values, weights=self.times) - value)

    @property
    def variance(self) -> float:
        """Variance of the statistic of the whole sample."""
        spread = (self.values - np.average(self.values, weights=self.times)) ** 2
        return (self.units - 1) / self.units * float((self.times * spread).sum())


def leave_one_out(statistic: Callable[[np.ndarray], np.ndarray], table: ArrayLike) -> LeftOut:
    """A statistic of summed counts, without each unit in turn.

    Parameters
    ----------
    statistic : callable
        Of an array of shape (n, columns), one sample a row: an array of shape (n,).
    table : array-like of int, shape (units, columns)
        Counts of each unit.

    Returns
    -------
    LeftOut
        Without values where there are fewer than `units.FEWEST` units.

    References
    ----------
    Efron & Tibshirani (1993), An Introduction to the Bootstrap, chapter 11.

    Notes
    -----
    Notebook: 06_genres
    """
    counts = np.asarray(table)
    if len(counts) < units.FEWEST:
        return LeftOut(np.array([]), np.array([len(counts)]))
    # Thousands of artists have one track each, and without any of them the statistic is the same.
    kinds, times = np.unique(counts, axis=0, return_counts=True)
    return LeftOut(statistic(counts.sum(axis=0) - kinds), times)


def interval(value: float, samples: Sequence[LeftOut], level: float = 0.95) -> pd.Series:
    """Interval of a statistic of one or several independent samples.

    Parameters
    ----------
    value : float
        Of the whole samples.
    samples : sequence of LeftOut
        For each sample what becomes of the statistic without one of its units.
    level : float

    Returns
    -------
    Series
        value; corrected (less the bias); ci_low, ci_high (around the corrected value, by Student's
        t); se. Missing but for the value where a sample has fewer than
        `units.FEWEST` units.

    References
    ----------
    Efron & Tibshirani (1993), chapter 11; Welch (1947), Biometrika 34:28 (degrees of freedom).

    Notes
    -----
    Notebook: 06_genres
    """
    columns = ["value", "corrected", "ci_low", "ci_high", "se"]
    if min(sample.units for sample in samples) < units.FEWEST:
        return pd.Series([value, *[np.nan] * 4], columns)
    corrected = value - sum(sample.bias(value) for sample in samples)
    variances = np.array([sample.variance for sample in samples])
    se = np.sqrt(variances.sum())
    if se == 0:
        return pd.Series([value, corrected, corrected, corrected, 0.0], columns)
    less_one = np.array([sample.units - 1 for sample in samples])
    degrees = variances.sum() ** 2 / (variances**2 / less_one).sum()
    reach = scipy.stats.t.ppf((1 + level) / 2, degrees) * se
    return pd.Series([value, corrected, corrected - reach, corrected + reach, se], columns)
