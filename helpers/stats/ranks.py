"""Do corpora differ, by how much, how surely, and where does the difference sit?

Pure functions on tables and arrays. Differences are target minus reference throughout.
"""

from concurrent.futures import ThreadPoolExecutor
from itertools import chain

import numpy as np
import pandas as pd
from scipy import stats


def feature_tests(values, contrasts, features, level=0.95, threads=2):
    """Test each feature in each contrast and size the difference.

    Every feature of every corpus is sorted once; the variance of delta comes from the rows' places
    among the sorted values of the other corpus. Values are read as float64 and missing ones dropped
    feature by feature, so n differs between rows.

    Parameters
    ----------
    values : dict of str to DataFrame
        Corpus code to a table with one column per feature.
    contrasts : sequence of (str, str)
        Pairs (target, reference).
    features : sequence of str
    level : float
        Confidence level of the interval for Cliff's delta, rows taken as independent.
    threads : int
        Features tested at once; scipy's exact Kolmogorov-Smirnov p takes most of the time.

    Returns
    -------
    DataFrame
        One row per contrast and feature: target, reference, feature, n_target, n_reference,
        median_target, median_reference (units of the feature), mwu_u (of the target), mwu_p, ks_d,
        ks_p (two-sided, method "auto": the floats of ``scipy.stats.mannwhitneyu`` and ``ks_2samp``;
        Mann-Whitney p is asymptotic unless a corpus has at most 8 rows and nothing is tied,
        Kolmogorov-Smirnov p is exact up to 10,000 rows a corpus), cliffs_delta, se, ci_low,
        ci_high (see `delta_interval`), magnitude, cles (chance that a target row exceeds a
        reference row, ties counting half).

    Raises
    ------
    ValueError
        An unknown corpus, a missing, non-numeric, infinite or empty column.

    References
    ----------
    Mann & Whitney (1947), Ann. Math. Stat. 18:50; Hodges (1958), Ark. Mat. 3:469; Cliff (1996),
    Multivar. Behav. Res. 31:331; DeLong, DeLong & Clarke-Pearson (1988), Biometrics 44:837
    (standard error from placements); McGraw & Wong (1992), Psychol. Bull. 111:361 (cles).

    Notebook: 03_feature_comparison
    """
    used = sorted({corpus for pair in contrasts for corpus in pair})
    if unknown := [corpus for corpus in used if corpus not in values]:
        raise ValueError(f"contrasts name {unknown}, values holds {list(values)}: add the tables")

    def one_feature(feature):
        rows = {c: np.sort(_column(values[c], feature, c).dropna()) for c in used}
        return [
            {"target": a, "reference": b, "feature": feature, **_compare(rows[a], rows[b], level)}
            for a, b in contrasts
        ]

    with ThreadPoolExecutor(threads) as pool:
        return pd.DataFrame(chain(*zip(*pool.map(one_feature, features), strict=True)))


def delta_interval(delta, se, n_target, n_reference, level=0.95):
    """Interval of Cliff's delta for independent rows.

    Symmetric on the Fisher-z scale: ``tanh(atanh(delta) +- q se / (1 - delta^2))``. At |delta| = 1
    and for one single value throughout (se = 0) the rule is exact and conservative. Match
    m = min(n) rows of either corpus at random: unless the chance that a pair agrees is at least
    c = (alpha / 2)^(1 / m), that all m agree has less than alpha / 2 chance. So delta = 1 gives
    2 c - 1 to 1 (mirrored for -1), constant data give c - 1 to 1 - c.

    Parameters
    ----------
    delta, se : float
        Cliff's delta and its standard error (NaN where a corpus has one row; so are the
        ends, unless |delta| = 1).
    n_target, n_reference : int
    level : float

    Returns
    -------
    tuple of float
        Lower and upper end, within -1..1.

    Raises
    ------
    ValueError
        A level outside 0..1.

    References
    ----------
    Feng & Cliff (2004), J. Mod. Appl. Stat. Methods 3:322; Clopper & Pearson (1934),
    Biometrika 26:404.

    Notebook: 03_feature_comparison
    """
    if not 0 < level < 1:
        raise ValueError(f"level {level!r} is not between 0 and 1: give 0.95 for a 95 % interval")
    if se == 0 or abs(delta) == 1:
        slack = (1 - ((1 - level) / 2) ** (1 / min(n_target, n_reference))) * (1 + abs(delta))
        return max(delta - slack, -1.0), min(delta + slack, 1.0)
    half = stats.norm.ppf((1 + level) / 2) * se / (1 - delta**2)
    return tuple(np.tanh(np.arctanh(delta) + np.array([-half, half])).tolist())


def magnitude(delta):
    """Word for the size of Cliff's delta by the study's thresholds .147, .33 and .474.

    Parameters
    ----------
    delta : float or array
        A threshold itself belongs to the larger class.

    Returns
    -------
    str or array of str
        negligible, small, medium or large.

    Raises
    ------
    ValueError
        A delta is missing or outside -1..1.

    References
    ----------
    Hess & Kromrey (2004), annual meeting of the AERA.

    Notebook: 03_feature_comparison
    """
    if not np.all(np.abs(delta) <= 1):
        raise ValueError(f"Cliff's delta is missing or not within -1..1 in {delta!r}")
    words = np.array(["negligible", "small", "medium", "large"])
    return words[np.searchsorted([0.147, 0.33, 0.474], np.abs(delta), side="right")]


def bootstrap_deltas(target, reference, features, weights):
    """Cliff's delta of each feature in bootstrap replicates.

    Nothing is sorted again: a replicate counts its multiplicities on the sorted values and sums
    them once. One draw of rows serves all features, so their dependence is kept.

    Parameters
    ----------
    target, reference : DataFrame
        Tables with one column per feature; missing values are dropped feature by feature.
    features : sequence of str
    weights : iterable of (array, array)
        Row multiplicities of target and reference, such as
        ``zip(moving_blocks(...), moving_blocks(...))``.

    Returns
    -------
    DataFrame, shape (n_replicates, n_features)
        ``.quantile([0.025, 0.975])`` is the percentile interval. NaN where a replicate drew no row
        that has the feature.

    Raises
    ------
    ValueError
        A missing, non-numeric, infinite or empty column; weights of another length than the table.

    References
    ----------
    Efron & Tibshirani (1993), An Introduction to the Bootstrap, chapter 13.

    Notebook: 03_feature_comparison
    """
    ranks, deltas, sizes = [], [], [len(target), len(reference)]
    for feature in features:
        columns = [_column(target, feature, "target"), _column(reference, feature, "reference")]
        grid, codes = np.unique(np.concatenate(columns), return_inverse=True)
        # a missing value sorts last: it gets the bin behind the others, which is never read
        ranks.append((np.split(codes, sizes[:1]), np.count_nonzero(~np.isnan(grid))))
    for pair in weights:
        if [len(draws) for draws in pair] != sizes:
            raise ValueError(f"weights must hold arrays of {sizes} rows: draw them from the tables")
        counts = (
            [
                np.bincount(codes, draws, bins + 1)[:bins]
                for codes, draws in zip(sides, pair, strict=True)
            ]
            for sides, bins in ranks
        )
        # sum(), not @: a threaded dot product of this length loses to its own overhead
        with np.errstate(invalid="ignore"):
            deltas.append(
                [(a * (2 * np.cumsum(b) - b)).sum() / (a.sum() * b.sum()) - 1 for a, b in counts]
            )
    return pd.DataFrame(deltas, columns=list(features))


def _column(table, feature, corpus):
    if feature not in table or not pd.api.types.is_numeric_dtype(table[feature]):
        raise ValueError(f"{corpus}: no numeric {feature!r} in {list(table)}: rename or convert it")
    column = pd.Series(table[feature].to_numpy(dtype=float, na_value=np.nan))
    infinite, missing = np.isinf(column).sum(), column.isna().sum()
    if infinite or missing == len(column):
        raise ValueError(
            f"{corpus}: {feature!r} has {infinite} infinite and {missing} missing "
            f"values in {len(column)} rows: mend it or leave it out"
        )
    return column


def _compare(target, reference, level):
    n, m = len(target), len(reference)
    (u, mwu_p), (ks_d, ks_p) = (
        test(target, reference) for test in (stats.mannwhitneyu, stats.ks_2samp)
    )
    delta = 2 * u / (n * m) - 1
    # Each row's dominance over the other corpus (placements); a single row has no error.
    placed = (
        np.searchsorted(there, here) + np.searchsorted(there, here, "right")
        for here, there in ((target, reference), (reference, target))
    )
    se = np.hypot(*(pd.Series(rows / size).sem() for rows, size in zip(placed, (m, n))))
    low, high = delta_interval(delta, se, n, m, level)
    return {
        "n_target": n,
        "n_reference": m,
        "median_target": np.median(target),
        "median_reference": np.median(reference),
        "mwu_u": u,
        "mwu_p": mwu_p,
        "ks_d": ks_d,
        "ks_p": ks_p,
        "cliffs_delta": delta,
        "se": se,
        "ci_low": low,
        "ci_high": high,
        "magnitude": str(magnitude(delta)),
        "cles": u / (n * m),
    }
