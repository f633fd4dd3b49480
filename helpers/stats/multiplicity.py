"""Many tests at once: p-values corrected within families that are stated beforehand.

Pure functions on tables and arrays.
"""

import gc
from collections.abc import Sequence

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike

from helpers.stats import ranks


def holm(p: ArrayLike) -> np.ndarray:
    """P-values of one family, adjusted by Holm's step-down method.

    Parameters
    ----------
    p : array, shape (n_tests,)

    Returns
    -------
    array, shape (n_tests,)
        In the order given, at most 1.

    Raises
    ------
    ValueError
        A p-value is missing or outside 0..1.

    References
    ----------
    Holm (1979), Scand. J. Stat. 6:65.

    Notes
    -----
    Notebook: 03_feature_comparison
    """
    from statsmodels.stats.multitest import multipletests

    p = np.asarray(p, dtype=float)
    bad = np.flatnonzero(~((p >= 0) & (p <= 1)))
    if len(bad):
        raise ValueError(
            f"p-value {p[bad[0]]!r} at position {bad[0]} is not within 0..1: drop or mend it"
        )
    if not len(p):
        return p
    # statsmodels collects garbage each time, which takes longer than all else where much is loaded.
    gc.freeze()
    try:
        return multipletests(p, method="holm")[1]
    finally:
        gc.unfreeze()


def correct_families(tests: pd.DataFrame, pair: tuple[str, str]) -> pd.DataFrame:
    """Add the p-values that are corrected within the three families of this book.

    Parameters
    ----------
    tests : DataFrame
        Of `ranks.in_order`.
    pair : (str, str)
        Target and reference of the main contrast.

    Returns
    -------
    DataFrame
        With mwu_holm and ks_holm (both tests of every feature of the main contrast: the family of
        the study), holm_contrasts (Mann-Whitney of all contrasts) and holm_genres (Mann-Whitney
        within genres); missing for rows outside the family.

    Notes
    -----
    Notebook: 03_feature_comparison
    """
    found = tests.assign(mwu_holm=np.nan, ks_holm=np.nan, holm_contrasts=np.nan, holm_genres=np.nan)
    whole = found["genre"] == ranks.ALL
    target, reference = pair
    main = whole & (found["target"] == target) & (found["reference"] == reference)
    both = holm(found.loc[main, ["mwu_p", "ks_p"]].to_numpy().ravel())
    found.loc[main, ["mwu_holm", "ks_holm"]] = both.reshape(-1, 2)
    found.loc[whole, "holm_contrasts"] = holm(found.loc[whole, "mwu_p"])
    found.loc[~whole, "holm_genres"] = holm(found.loc[~whole, "mwu_p"])
    return found


def significant_in_all(tests: pd.DataFrame, columns: Sequence[str], alpha: float = 0.05) -> int:
    """How many rows are below alpha in every one of several columns of p-values.

    Parameters
    ----------
    tests : DataFrame
    columns : sequence of str
    alpha : float

    Returns
    -------
    int

    Notes
    -----
    Notebook: 03_feature_comparison
    """
    return int((tests[list(columns)] < alpha).all(axis=1).sum())
