"""Two contrasts with one corpus in common: how alike they look where nothing is shared but that.

Pure functions on tables and arrays.
"""

import numpy as np
import pandas as pd
import scipy


def unrelated_correlations(
    n_features: int, n_draws: int, seed: int, correlation: pd.DataFrame | None = None
) -> np.ndarray:
    """Correlations of a - c and b - c over features, for corpora a, b and c drawn independently.

    The place of each corpus on each feature is a standard normal draw, so all three lie equally far
    from a common centre. The corpus in common alone makes single differences correlate at one half.

    Parameters
    ----------
    n_features : int
        At least 3.
    n_draws : int
    seed : int
    correlation : DataFrame, shape (n_features, n_features), optional
        How features go together; by default they are independent.

    Returns
    -------
    array, shape (n_draws,)

    Raises
    ------
    ValueError
        Fewer than three features.

    References
    ----------
    Pearson (1897), Proc. R. Soc. Lond. 60:489 (spurious correlation of values with a common part).

    Notes
    -----
    Notebook: 03_feature_comparison
    """
    if n_features < 3:
        raise ValueError(f"a correlation over {n_features} features says nothing: give at least 3")
    spread = np.eye(n_features) if correlation is None else correlation.to_numpy()
    rng = np.random.default_rng(seed)
    places = rng.multivariate_normal(np.zeros(n_features), spread, (n_draws, 3), method="eigh")
    first, second = places[:, 0] - places[:, 2], places[:, 1] - places[:, 2]
    first = first - first.mean(axis=1, keepdims=True)
    second = second - second.mean(axis=1, keepdims=True)
    lengths = np.linalg.norm(first, axis=1) * np.linalg.norm(second, axis=1)
    return (first * second).sum(axis=1) / lengths


def likeness(
    deltas: pd.DataFrame,
    seed: int,
    correlation: pd.DataFrame | None = None,
    n_draws: int = 100_000,
    level: float = 0.95,
) -> pd.Series:
    """How alike two contrasts with a corpus in common are, beside unrelated corpora.

    Parameters
    ----------
    deltas : DataFrame
        Effect sizes: at least four features, indexed by name; the first two columns are compared.
    seed : int
    correlation : DataFrame, optional
        How features go together, with their names; by default that is not known.
    n_draws : int
    level : float

    Returns
    -------
    Series
        r, the Pearson correlation over the features; low, high, its interval by Fisher's z,
        features treated as independent; median, that of unrelated corpora; p, the chance that those
        correlate at `r` or above; p_together, the same where features go together (NaN where that
        is not known); n, the number of features.

    Raises
    ------
    ValueError
        Fewer than four features: the interval has no width then.

    References
    ----------
    Fisher (1921), Metron 1:3 (interval).

    Notes
    -----
    Notebook: 03_feature_comparison
    """
    n = len(deltas)
    if n < 4:
        raise ValueError(f"an interval over {n} features has no width: give at least 4")
    found = scipy.stats.pearsonr(deltas.iloc[:, 0], deltas.iloc[:, 1])
    ends = found.confidence_interval(level)
    unrelated = unrelated_correlations(n, n_draws, seed)
    p_together = np.nan
    if correlation is not None:
        names = list(deltas.index)
        together = unrelated_correlations(n, n_draws, seed, correlation.loc[names, names])
        p_together = _chance(together, found.statistic)
    return pd.Series(
        {
            "r": found.statistic,
            "low": ends.low,
            "high": ends.high,
            "median": np.median(unrelated),
            "p": _chance(unrelated, found.statistic),
            "p_together": p_together,
            "n": n,
        }
    )


def _chance(simulated: np.ndarray, observed: float) -> float:
    """The share at the observed value or above; it counts too, so that the chance is never 0."""
    return float((1 + (simulated >= observed).sum()) / (1 + len(simulated)))
