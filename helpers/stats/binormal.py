"""The standard error of Cliff's delta where no rows are known: only sizes, delta and spreads.

Pure functions on arrays. Both corpora are taken for normal after one increasing transformation,
which leaves delta as it is.
"""

import numpy as np
import scipy
from numpy.typing import ArrayLike


def variance_parts(
    delta: ArrayLike,
    n_target: ArrayLike,
    n_reference: ArrayLike,
    spread_ratio: ArrayLike = 1.0,
) -> tuple[np.ndarray, np.ndarray]:
    """The variance of Cliff's delta that comes with the rows of either corpus.

    Parameters
    ----------
    delta : float or array
    n_target, n_reference : int or array
        Rows, treated as independent.
    spread_ratio : float or array
        Standard deviation of the target over that of the reference.

    Returns
    -------
    tuple of array
        Of the target's rows, of the reference's; their sum is the variance. At delta 0 and ratio 1
        it is that of U when nothing differs, (n + m + 1) / (3 n m).

    Raises
    ------
    ValueError
        A delta outside -1..1, or a ratio that is not above 0.

    References
    ----------
    Dorfman & Alf (1968), Psychometrika 33:117 (binormal model); Bamber (1975), J. Math. Psychol.
    12:387 (variance of U from the chances that one row exceeds two others).

    Notes
    -----
    Notebook: 03_feature_comparison
    """
    n, m = np.asarray(n_target, float), np.asarray(n_reference, float)
    delta, ratio = np.asarray(delta, float), np.asarray(spread_ratio, float)
    if not np.all(np.abs(delta) <= 1):
        raise ValueError(f"Cliff's delta is missing or not within -1..1 in {delta!r}")
    if not np.all(ratio > 0):
        raise ValueError(f"the ratio of spreads must be above 0: got {ratio!r}")
    won = (1 + delta) / 2
    share = ratio**2 / (1 + ratio**2)
    # Covariance of two pairs that have the row of the target, or of the reference, in common.
    of_target = _both_won(won, share) - won**2
    of_reference = _both_won(won, 1 - share) - won**2
    # A pair by itself adds what no single row explains.
    alone = (won * (1 - won) - of_target - of_reference) / (n * m)
    parts = of_target / n, of_reference / m
    growth = 1 + alone / np.maximum(parts[0] + parts[1], np.finfo(float).tiny)
    return 4 * parts[0] * growth, 4 * parts[1] * growth


def cautious_parts(
    delta: ArrayLike,
    n_target: ArrayLike,
    n_reference: ArrayLike,
    spread_ratio: ArrayLike,
) -> tuple[np.ndarray, np.ndarray]:
    """As `variance_parts`, under equal spreads or those given, whichever variance is larger.

    The ratio of standard deviations is that of the model only where no transformation is needed;
    for a skewed feature it may mislead either way, and the larger variance is the safer one.

    Parameters
    ----------
    delta, n_target, n_reference, spread_ratio
        As in `variance_parts`.

    Returns
    -------
    tuple of array

    Notes
    -----
    Notebook: 03_feature_comparison
    """
    equal = variance_parts(delta, n_target, n_reference)
    given = variance_parts(delta, n_target, n_reference, spread_ratio)
    larger = given[0] + given[1] > equal[0] + equal[1]
    return np.where(larger, given[0], equal[0]), np.where(larger, given[1], equal[1])


def _both_won(won: np.ndarray, correlation: np.ndarray) -> np.ndarray:
    """Chance that two correlated normal differences, each above 0 with chance `won`, both are."""
    slope = np.sqrt((1 - correlation) / (1 + correlation))
    return won - 2 * scipy.special.owens_t(scipy.special.ndtri(won), slope)
