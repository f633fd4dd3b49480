"""Do corpora differ, by how much, how surely, and where does the difference sit?

Pure functions on tables and arrays. Differences are target minus reference throughout.
"""

from concurrent.futures import ThreadPoolExecutor
from itertools import chain, product

import numpy as np
import pandas as pd
from scipy import ndimage, stats


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
        return [{"target": a, "reference": b, "feature": feature,
                 **_compare(rows[a], rows[b], level)} for a, b in contrasts]

    with ThreadPoolExecutor(threads) as pool:
        return pd.DataFrame(chain(*zip(*pool.map(one_feature, features), strict=True)))


def moments(values, features):
    """Number, mean, median and SD of each feature, by corpus and by genre.

    Parameters
    ----------
    values : dict of str to DataFrame
        Corpus code to a table with one column per feature and, if known, `genre`.
    features : sequence of str

    Returns
    -------
    DataFrame
        One row per group (corpus), genre ("all" for the whole corpus) and feature: n (values that
        are there), mean, median, sd (n - 1 in its denominator; units of the feature).

    Notebook: 02_audio_features
    """
    cells = {(name, "all"): table for name, table in values.items()}
    cells |= {(name, genre): rows for name, table in values.items() if "genre" in table
              for genre, rows in table.groupby("genre")}
    found = {cell: rows[list(features)].agg(["count", "mean", "median", "std"]).T
             for cell, rows in cells.items()}
    table = pd.concat(found, names=["group", "genre", "feature"]).reset_index()
    return table.rename(columns={"count": "n", "std": "sd"}).astype({"n": int})


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


def moving_blocks(groups, block, n_replicates, seed):
    """Moving-block bootstrap over file order within group, as row multiplicities.

    Each group (the study) keeps its size: runs of `block` consecutive rows of it are drawn with
    replacement and the last run is cut. A block of 1 is the ordinary bootstrap within group.

    Parameters
    ----------
    groups : array, shape (n,)
        Group of each row in file order; one constant for a corpus without groups.
    block : int
        Rows a block.
    n_replicates : int
    seed : int or numpy Generator

    Returns
    -------
    generator of array of float, shape (n,)
        How often each row is drawn, one array a replicate; counts of any label are
        ``np.bincount(codes, weights)``.

    Raises
    ------
    ValueError
        A row without group, or a block longer than a group.

    References
    ----------
    Kuensch (1989), Ann. Stat. 17:1217.

    Notebook: 03_feature_comparison
    """
    codes, labels = _codes(groups, "groups")
    members = [np.flatnonzero(codes == code) for code in range(len(labels))]
    for label, rows in zip(labels, members, strict=True):
        if not 1 <= block <= len(rows):
            raise ValueError(f"group {label!r}: give a block of 1..{len(rows)} rows, not {block!r}")
    rng = np.random.default_rng(seed)

    def draw():
        weights = np.empty(len(codes))
        for rows in members:
            first = rng.integers(0, len(rows) - block + 1, (-(-len(rows) // block), 1))
            drawn = (first + np.arange(block)).ravel()[:len(rows)]
            weights[rows] = np.bincount(drawn, minlength=len(rows))
        return weights

    return (draw() for _ in range(n_replicates))


def cluster_bootstrap(clusters, n_replicates, seed):
    """Bootstrap of whole clusters (participants), as row multiplicities.

    Percentile intervals reach their nominal coverage from about 50 clusters; below 30 they are too
    narrow (``benchmarks/interval_coverage.py`` shows by how much), which the page has to say.

    Parameters
    ----------
    clusters : array, shape (n,)
        Participant of each row.
    n_replicates : int
    seed : int or numpy Generator

    Returns
    -------
    generator of array of int, shape (n,)
        How often each row is drawn, one array a replicate; the number of rows varies.

    Raises
    ------
    ValueError
        A row without cluster, or fewer than two clusters.

    References
    ----------
    Field & Welsh (2007), J. R. Stat. Soc. B 69:369.

    Notebook: 03_feature_comparison
    """
    codes, labels = _codes(clusters, "clusters")
    if len(labels) < 2:
        raise ValueError(f"clusters holds {len(labels)} cluster: use `moving_blocks` instead")
    rng = np.random.default_rng(seed)
    k = len(labels)
    return (np.bincount(rng.integers(k, size=k), minlength=k)[codes] for _ in range(n_replicates))


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
        counts = ([np.bincount(codes, draws, bins + 1)[:bins]
                   for codes, draws in zip(sides, pair, strict=True)] for sides, bins in ranks)
        # sum(), not @: a threaded dot product of this length loses to its own overhead
        with np.errstate(invalid="ignore"):
            deltas.append([(a * (2 * np.cumsum(b) - b)).sum() / (a.sum() * b.sum()) - 1
                           for a, b in counts])
    return pd.DataFrame(deltas, columns=list(features))


def prediction_interval(values, level=0.95):
    """Where the value of one more seed would fall, from the values of at least 20 seeds.

    Parameters
    ----------
    values : sequence of float
        One a seed.
    level : float

    Returns
    -------
    tuple of float
        Lower and upper end, by Student's t; empty from fewer than 20 values.

    References
    ----------
    Whitmore (1986), Am. Stat. 40:141.

    Notebook: 07_genre_clustering
    """
    return () if len(values) < 20 else stats.t.interval(
        level, len(values) - 1, np.mean(values), stats.sem(values) * np.sqrt(len(values) + 1))


def density(values, low, high, bins=400, smallest=0.012):
    """Density that stays inside a range: a histogram smoothed with reflection at both ends.

    Parameters
    ----------
    values : array
        Missing values are dropped.
    low, high : float
        The range; values outside it raise.
    bins : int
        Points of the curve.
    smallest : float
        Least bandwidth, as a share of the range; else Silverman's rule.

    Returns
    -------
    DataFrame
        Columns x, density; the density integrates to 1 over the range.

    Raises
    ------
    ValueError
        No values, or one outside the range.

    References
    ----------
    Silverman (1986), Density Estimation for Statistics and Data Analysis, sections 2.10 and 3.4.

    Notebook: 02_audio_features
    """
    values = np.asarray(values, float)[~np.isnan(values)]
    if not len(values) or values.min() < low or values.max() > high:
        raise ValueError(f"density: give values within {low}..{high}, not {values!r}")
    spread = min(values.std(), np.subtract(*np.quantile(values, [0.75, 0.25])) / 1.34)
    width = max(0.9 * spread * len(values) ** -0.2 / (high - low), smallest) * bins
    height, edges = np.histogram(values, bins, (low, high), density=True)
    return pd.DataFrame({"x": (edges[1:] + edges[:-1]) / 2,
                         "density": ndimage.gaussian_filter1d(height, width, mode="reflect")})


def densities(values, ranges, tiny=0.001):
    """Density of each feature in each corpus; the share of values at zero is kept apart from it.

    Parameters
    ----------
    values : dict of str to DataFrame
        Corpus code to a table with one column per feature.
    ranges : dict of str to (float, float)
        Feature to its range, in drawing order.
    tiny : float
        In a range that begins at 0, values below this count as zero.

    Returns
    -------
    DataFrame
        Columns corpus, feature, x, density, which integrates to 1 - at_zero, and at_zero.

    Notebook: 02_audio_features
    """
    drawn = [pd.DataFrame(columns=["corpus", "feature", "x", "density", "at_zero"])]
    for (feature, (low, high)), (corpus, table) in product(ranges.items(), values.items()):
        known = table[feature].dropna()
        above = known[known >= tiny] if low == 0 else known
        curve = density(above, low, high, bins=150) if len(above) else pd.DataFrame(
            {"x": [low], "density": [0.0]})
        share = len(above) / len(known)
        curve = curve[curve["density"] >= curve["density"].max() / 1000]
        drawn.append(curve.assign(density=curve["density"] * share, at_zero=1 - share,
                                  corpus=corpus, feature=feature))
    return pd.concat(drawn[1:] or drawn)


def _codes(labels, name):
    codes, found = pd.factorize(pd.Series(np.asarray(labels)))
    if len(missing := np.flatnonzero(codes < 0)):
        raise ValueError(f"{name} is missing at row {missing[0]}: drop the row or name its group")
    return codes, found


def _column(table, feature, corpus):
    if feature not in table or not pd.api.types.is_numeric_dtype(table[feature]):
        raise ValueError(f"{corpus}: no numeric {feature!r} in {list(table)}: rename or convert it")
    column = pd.Series(table[feature].to_numpy(dtype=float, na_value=np.nan))
    infinite, missing = np.isinf(column).sum(), column.isna().sum()
    if infinite or missing == len(column):
        raise ValueError(f"{corpus}: {feature!r} has {infinite} infinite and {missing} missing "
                         f"values in {len(column)} rows: mend it or leave it out")
    return column


def _compare(target, reference, level):
    n, m = len(target), len(reference)
    (u, mwu_p), (ks_d, ks_p) = (test(target, reference) for test in (
        stats.mannwhitneyu, stats.ks_2samp))
    delta = 2 * u / (n * m) - 1
    # Each row's dominance over the other corpus (placements); a single row has no error.
    placed = (np.searchsorted(there, here) + np.searchsorted(there, here, "right")
              for here, there in ((target, reference), (reference, target)))
    se = np.hypot(*(pd.Series(rows / size).sem() for rows, size in zip(placed, (m, n))))
    low, high = delta_interval(delta, se, n, m, level)
    return {"n_target": n, "n_reference": m, "median_target": np.median(target),
            "median_reference": np.median(reference), "mwu_u": u, "mwu_p": mwu_p, "ks_d": ks_d,
            "ks_p": ks_p, "cliffs_delta": delta, "se": se, "ci_low": low, "ci_high": high,
            "magnitude": str(magnitude(delta)), "cles": u / (n * m)}
