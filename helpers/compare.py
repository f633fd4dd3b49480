"""Do corpora differ, by how much, how surely, and where does the difference sit?

Pure functions on tables and arrays. Differences are target minus reference throughout.
"""

from concurrent.futures import ThreadPoolExecutor
from itertools import chain, product

import numpy as np
import pandas as pd
from scipy import ndimage, special, stats


def feature_tests(values, contrasts, features, level=0.95, threads=2):
    """Test each feature in each contrast and size the difference.

    Every feature of every corpus is sorted once; ranks, ties, U and the variance of delta come from
    merging the sorted values. Values are read as float64 and missing ones dropped feature by
    feature, so n differs between rows.

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
        tallies = {corpus: np.unique(_column(values[corpus], feature, corpus).dropna(),
                                     return_counts=True) for corpus in used}
        return [{"target": a, "reference": b, "feature": feature,
                 **_compare(tallies[a], tallies[b], level)} for a, b in contrasts]

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


def delta_from_u(u, n_target, n_reference):
    """Cliff's delta from the target's Mann-Whitney U: 2 U / (n m) - 1.

    Parameters
    ----------
    u, n_target, n_reference : float or array
        A U printed for the reference gives delta with its sign turned.

    Returns
    -------
    float or array
        Within -1..1.

    Raises
    ------
    ValueError
        U outside 0..n_target * n_reference: the sizes belong to another U.

    References
    ----------
    Cliff (1993), Psychol. Bull. 114:494.

    Notebook: 03_feature_comparison
    """
    pairs = np.multiply(n_target, n_reference)
    if np.any((np.asarray(u) < 0) | (np.asarray(u) > pairs)):
        raise ValueError(f"U {u!r} is outside 0..{pairs}: check n_target and n_reference")
    return 2 * np.asarray(u) / pairs - 1


def smallest_significant_delta(n_target, n_reference, alpha=0.05):
    """|Cliff's delta| from which a two-sided Mann-Whitney test calls untied rows different.

    Parameters
    ----------
    n_target, n_reference : int
    alpha : float
        Divide by the size of the family for Holm's first (Bonferroni) step.

    Returns
    -------
    float
        By the normal approximation with continuity correction; above 1: no difference suffices.

    References
    ----------
    Mann & Whitney (1947), Ann. Math. Stat. 18:50.

    Notebook: 03_feature_comparison
    """
    pairs = n_target * n_reference
    return 2 * (stats.norm.isf(alpha / 2) * _null_sd(n_target, n_reference, 0) + 0.5) / pairs


def holm(p, family):
    """Holm's step-down adjustment of p-values within stated families.

    Parameters
    ----------
    p : array of float, shape (n,)
    family : array, shape (n,), or one label for all
        Tests with the same label are adjusted together.

    Returns
    -------
    array of float, shape (n,)
        Adjusted p-values in the order given.

    Raises
    ------
    ValueError
        A p-value is missing or outside 0..1: it would change the size of its family.

    References
    ----------
    Holm (1979), Scand. J. Stat. 6:65.

    Notebook: 03_feature_comparison
    """
    p = pd.Series(np.asarray(p, dtype=float)).sort_values(kind="stable")
    if len(bad := p[~p.between(0, 1)]):
        raise ValueError(f"p-values by position {bad.to_dict()} are not within 0..1: drop or mend")
    family = np.broadcast_to(np.asarray(family), p.shape)[p.index]
    steps = p * (p.groupby(family, dropna=False).cumcount(ascending=False) + 1)
    return steps.groupby(family, dropna=False).cummax().clip(upper=1).sort_index().to_numpy()


def welch(target, reference):
    """Welch's t test and Cohen's d from n, mean and standard deviation alone.

    Parameters
    ----------
    target, reference : DataFrame
        Columns n, mean, sd; one row a feature.

    Returns
    -------
    DataFrame
        welch_t, welch_df, welch_p (two-sided), cohens_d (standardised by the root of the mean of
        both variances), and n, the rows of both.

    References
    ----------
    Welch (1947), Biometrika 34:28; Cohen (1988), Statistical Power Analysis, ch. 2.

    Notebook: 03_feature_comparison
    """
    a, b = target["sd"] ** 2 / target["n"], reference["sd"] ** 2 / reference["n"]
    gap = target["mean"] - reference["mean"]
    t, df = gap / np.sqrt(a + b), (a + b) ** 2 / (a**2 / (target["n"] - 1)
                                                  + b**2 / (reference["n"] - 1))
    d = gap / np.sqrt((target["sd"] ** 2 + reference["sd"] ** 2) / 2)
    return pd.DataFrame({"welch_t": t, "welch_df": df, "welch_p": 2 * stats.t.sf(np.abs(t), df),
                         "cohens_d": d, "n": target["n"] + reference["n"]})


def classical_tests(values, contrasts, features, known=None):
    """Welch's t and Kruskal-Wallis' H with effect sizes, as studies on means and ranks print them.

    Parameters
    ----------
    values, contrasts, features
        As in `feature_tests`.
    known : dict of str to DataFrame, optional
        Corpora of which only n, mean and sd are known: Kruskal-Wallis stays missing there.

    Returns
    -------
    DataFrame
        One row per contrast and feature: target, reference, feature, what `welch` returns,
        kruskal_h, kruskal_p and kruskal_r, the root of H / n.

    References
    ----------
    Kruskal & Wallis (1952), J. Am. Stat. Assoc. 47:583; Rosenthal (1991), Meta-Analytic Procedures.

    Notebook: 03_feature_comparison
    """
    sides = {name: table[features].agg(["count", "mean", "std"]).T.set_axis(
        ["n", "mean", "sd"], axis=1) for name, table in values.items()} | (known or {})
    rows = []
    for a, b in contrasts:
        table = welch(sides[a].loc[features], sides[b].loc[features])
        h = np.array([stats.kruskal(values[a][name].dropna(), values[b][name].dropna())
                      if {a, b} <= set(values) else (np.nan, np.nan) for name in features])
        rows.append(table.assign(target=a, reference=b, kruskal_h=h[:, 0], kruskal_p=h[:, 1],
                                 kruskal_r=np.sqrt(h[:, 0] / table["n"])))
    return pd.concat(rows).rename_axis("feature").reset_index()


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
        deltas.append([(a * (2 * np.cumsum(b) - b)).sum() / (a.sum() * b.sum()) - 1
                       for a, b in counts])
    return pd.DataFrame(deltas, columns=list(features))


def design_effect(m_mean, m_cv, rho):
    """Factor by which clustered listings inflate a variance: 1 + (m - 1) rho.

    Parameters
    ----------
    m_mean, m_cv : float
        Mean and coefficient of variation of rows per cluster; m = mean (1 + cv^2).
    rho : float or array
        Intraclass correlation.

    Returns
    -------
    float or array

    References
    ----------
    Kish (1965), Survey Sampling; Eldridge, Ashby & Kerry (2006), Int. J. Epidemiol. 35:1292.

    Notebook: 03_feature_comparison
    """
    return 1 + (m_mean * (1 + m_cv**2) - 1) * rho


def break_even_icc(p_iid, m, n_target, n_reference, alpha=0.05):
    """Intraclass correlation at which a test that took rows as independent stops being significant.

    Only the target is clustered (164 listeners against one chart), so only its share of the
    variance of delta, n_reference / (n_target + n_reference) under the null, is inflated.

    Parameters
    ----------
    p_iid : float or array
        Two-sided p-value for independent rows.
    m : float
        Size-weighted cluster size, mean (1 + cv^2).
    n_target, n_reference : int
    alpha : float

    Returns
    -------
    float or array
        0 where the test was not significant to begin with; above 1 where no correlation undoes it.

    Raises
    ------
    ValueError
        A p-value outside 0..1, or m of 1 or less: no clusters, no break-even.

    References
    ----------
    Kish (1965), Survey Sampling.

    Notebook: 03_feature_comparison
    """
    p_iid = np.asarray(p_iid, dtype=float)
    if not (np.all((p_iid >= 0) & (p_iid <= 1)) and m > 1):
        raise ValueError(f"p_iid must lie within 0..1 and m above 1: got {p_iid!r} and {m!r}")
    excess = (stats.norm.isf(p_iid / 2) / stats.norm.isf(alpha / 2)) ** 2 - 1
    return np.maximum(excess / (m - 1) * (n_target + n_reference) / n_reference, 0)[()]


def kitagawa(cells, overall=None, level=0.95, draws=2000, seed=0):
    """Split differences of overall means into genre mix and within-genre parts.

    The split says where a difference sits, not why. `weights` names whose means weigh the mix part
    and, the other way round, whose shares weigh the within part: "reference" (mix at reference
    means, within at target shares), "target" (the reverse), "averaged" (Kitagawa's).

    Parameters
    ----------
    cells : DataFrame
        One row per feature and genre: feature, genre, n_target, n_reference, mean_target,
        mean_reference and, for intervals, sd_target, sd_reference.
    overall : Series, optional
        Published overall difference per feature, for the residual row.
    level : float
        Of the intervals: percentiles of simulated genre counts (multinomial) and cell means
        (normal), rows taken as independent.
    draws : int
    seed : int or numpy Generator

    Returns
    -------
    DataFrame
        One row per feature, weights and part (mix and within by each weighting; interaction;
        recomposed; residual, `overall` minus recomposed): value, ci_low, ci_high (units of the
        feature; NaN without standard deviations) and share (of the recomposed difference).

    Raises
    ------
    ValueError
        A genre without rows, mean or standard deviation in one corpus.

    References
    ----------
    Kitagawa (1955), J. Am. Stat. Assoc. 50:1168.

    Notebook: 03_feature_comparison
    """
    rng, rows, tails = np.random.default_rng(seed), [], [(1 - level) / 2, (1 + level) / 2]
    for feature, cell in cells.groupby("feature", sort=False):
        empty = cell.isna().any(axis=1) | (cell[["n_target", "n_reference"]] <= 0).any(axis=1)
        if empty.any():
            raise ValueError(f"{feature}: {list(cell.genre[empty])} lack rows or moments: drop")
        sides = []
        for corpus in ("target", "reference"):
            n, mean = (cell[f"{name}_{corpus}"].to_numpy() for name in ("n", "mean"))
            error = np.asarray(cell.get(f"sd_{corpus}", np.nan)) / np.sqrt(n)
            # the observed shares and means are row 0, the simulated ones follow
            sides += [np.vstack([n, rng.multinomial(n.sum(), n / n.sum(), draws)]) / n.sum(),
                      np.vstack([mean, mean + error * rng.normal(size=(draws, len(n)))])]
        p, x, q, y = sides
        parts = {("none", "recomposed"): p * x - q * y, ("none", "interaction"): (p - q) * (x - y)}
        for name, w in (("averaged", 0.5), ("reference", 0.0), ("target", 1.0)):
            parts[name, "mix"] = (p - q) * (w * x + (1 - w) * y)
            parts[name, "within"] = ((1 - w) * p + w * q) * (x - y)
        total = parts["none", "recomposed"][0].sum()
        for key, terms in parts.items():
            value, *drawn = terms.sum(axis=1)
            rows.append((feature, *key, value, *np.quantile(drawn, tails), value / total))
        if overall is not None:
            rows.append((feature, "none", "residual", overall[feature] - total, *[np.nan] * 3))
    return pd.DataFrame(rows, columns="feature weights part value ci_low ci_high share".split())


def standardised_delta(deltas, counts, se=None):
    """Cliff's delta within genres, averaged over one stated genre mix.

    Parameters
    ----------
    deltas : Series
        Per-genre Cliff's delta.
    counts : Series
        Rows (or shares) per genre of the mix to standardise to, such as the reference corpus.
    se : Series, optional
        Standard errors of the deltas.

    Returns
    -------
    tuple of float
        Delta and its standard error (NaN without `se`), the mix taken as fixed.

    Raises
    ------
    ValueError
        A genre of the mix has no delta.

    References
    ----------
    Kitagawa (1964), Demography 1:296.

    Notebook: 03_feature_comparison
    """
    share = counts / counts.sum()
    if missing := [genre for genre in share.index if pd.isna(deltas.get(genre))]:
        raise ValueError(f"no delta for genres {missing}: leave them out of `counts` and say so")
    spread = np.nan if se is None else np.linalg.norm(share * se.reindex(share.index))
    return float(share @ deltas.reindex(share.index)), float(spread)


def specification_curve(data, factors, estimator):
    """Estimate under every combination of analysis choices.

    Parameters
    ----------
    data : object
        What the first factor's functions take.
    factors : dict of str to dict of str to callable or None
        Factor to its levels; a level is a function from data to data, applied in the order of the
        factors, or None for a choice that only the estimator reads.
    estimator : callable
        ``estimator(data, levels)`` with the chosen levels by factor; returns a dict of outcomes.

    Returns
    -------
    DataFrame
        One row per specification: a column per factor, then the outcomes.

    References
    ----------
    Simonsohn, Simmons & Nelson (2020), Nat. Hum. Behav. 4:1208.

    Notebook: 03_feature_comparison
    """
    rows = []
    for names in product(*factors.values()):
        levels, chosen = dict(zip(factors, names, strict=True)), data
        for factor, name in levels.items():
            step = factors[factor][name]
            chosen = chosen if step is None else step(chosen)
        rows.append({**levels, **estimator(chosen, levels)})
    return pd.DataFrame(rows)


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
        curve, share = density(above, low, high, bins=150), len(above) / len(known)
        curve = curve[curve["density"] > curve["density"].max() / 1000]
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


def _null_sd(n, m, tie_term):
    return np.sqrt(n * m / 12 * ((n + m + 1) - tie_term / ((n + m) * (n + m - 1))))


def _compare(target, reference, level):
    # merging two sorted runs is linear: numpy's stable sort finds them
    merged = np.concatenate([target[0], reference[0]])
    order = np.argsort(merged, kind="stable")
    start = np.flatnonzero(np.diff(merged[order], prepend=np.nan) != 0)
    counts, in_target = np.concatenate([target[1], reference[1]])[order], order < len(target[0])
    a, b = (np.add.reduceat(counts * side, start) for side in (in_target, ~in_target))
    rows, ties = [np.repeat(*side) for side in (target, reference)], a + b
    (n, m), below_a, below_b = map(len, rows), 2 * np.cumsum(a) - a, 2 * np.cumsum(b) - b
    u = int(a @ below_b) / 2
    delta, se = 2 * u / (n * m) - 1, np.nan
    if min(n, m) <= 8 and ties.max() == 1:
        # the one case where scipy's default p is not the normal approximation
        mwu_p = stats.mannwhitneyu(*rows).pvalue
    else:
        # one slot a row, as scipy lays the ties out, so that even the rounding of the sum agrees
        t = np.zeros(n + m)
        t[np.cumsum(ties) - ties] = ties
        with np.errstate(divide="ignore"):
            z = (max(u, n * m - u) - n * m / 2 - 0.5) / _null_sd(n, m, np.sum(t**3 - t))
        mwu_p = min(2 * special.ndtr(-z), 1.0)
    ks_d, ks_p = stats.ks_2samp(*rows)
    if min(n, m) > 1:
        # variance of each row's dominance over the other corpus (placements)
        se = np.sqrt((a * (below_b / m - 1 - delta) ** 2).sum() / (n * (n - 1))
                     + (b * (1 - below_a / n - delta) ** 2).sum() / (m * (m - 1)))
    low, high = delta_interval(delta, se, n, m, level)
    return {"n_target": n, "n_reference": m, "median_target": np.median(rows[0]),
            "median_reference": np.median(rows[1]), "mwu_u": u, "mwu_p": mwu_p, "ks_d": ks_d,
            "ks_p": ks_p, "cliffs_delta": delta, "se": se, "ci_low": low, "ci_high": high,
            "magnitude": str(magnitude(delta)), "cles": u / (n * m)}
