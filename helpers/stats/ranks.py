"""Tests of ranks: Mann-Whitney U, Kolmogorov-Smirnov D, Cliff's delta and its interval.

Pure functions on tables and arrays. Differences are target minus reference throughout.
"""

from collections.abc import Iterable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor

import numpy as np
import pandas as pd
import scipy
from numpy.typing import ArrayLike

from helpers.stats import binormal

# Sizes of Cliff's delta in words: the study's thresholds, the convention of Romano and others (2006).
MAGNITUDES = ("negligible", "small", "medium", "large")
THRESHOLDS = (0.147, 0.33, 0.474)
NEGLIGIBLE = THRESHOLDS[0]
# The genre of a comparison of whole corpora.
ALL = "all"


def feature_tests(
    values: Mapping[str, pd.DataFrame],
    contrasts: Sequence[tuple[str, str]],
    features: Sequence[str],
    level: float = 0.95,
    threads: int = 2,
) -> pd.DataFrame:
    """Test each feature in each contrast and size the difference.

    Every feature of every corpus is sorted once; the variance of delta comes from the rows' places
    among the sorted values of the other corpus. Values are read as float64 and missing ones dropped
    feature by feature, so n differs between rows.

    Parameters
    ----------
    values : mapping of str to DataFrame
        Corpus code to a table with one column per feature.
    contrasts : sequence of (str, str)
        Pairs (target, reference).
    features : sequence of str
    level : float
        Confidence level of the interval for Cliff's delta, rows treated as independent.
    threads : int
        Features tested at once; scipy's exact Kolmogorov-Smirnov p takes most of the time.

    Returns
    -------
    DataFrame
        One row per contrast and feature: target, reference, feature, n_target, n_reference,
        median_target, median_reference (units of the feature), mwu_u (of the target), mwu_p, ks_d,
        ks_p (two-sided, method "auto": the floats of ``scipy.stats.mannwhitneyu`` and ``ks_2samp``;
        Mann-Whitney p is asymptotic unless a corpus has at most 8 rows and nothing is tied,
        Kolmogorov-Smirnov p is exact up to 10,000 rows a corpus), cliffs_delta, se, se_target (the
        part of se that comes with the target's rows), ci_low, ci_high (see `delta_interval`),
        magnitude, cles (chance that a target row exceeds a reference row, ties counting half).

    Raises
    ------
    ValueError
        An unknown corpus, a missing, non-numeric, infinite or empty column.

    References
    ----------
    Mann & Whitney (1947), Ann. Math. Stat. 18:50; Hodges (1958), Ark. Mat. 3:469; Cliff (1996),
    Multivar. Behav. Res. 31:331; DeLong, DeLong & Clarke-Pearson (1988), Biometrics 44:837
    (standard error from placements); McGraw & Wong (1992), Psychol. Bull. 111:361 (cles).

    Notes
    -----
    Notebook: 03_feature_comparison
    """
    used = sorted({corpus for pair in contrasts for corpus in pair})
    unknown = [corpus for corpus in used if corpus not in values]
    if unknown:
        raise ValueError(f"contrasts name {unknown}, values holds {list(values)}: add the tables")

    def all_contrasts(feature: str) -> list[dict]:
        ordered = {c: np.sort(_column(values[c], feature, c).dropna()) for c in used}
        return [
            {
                "target": target,
                "reference": reference,
                "feature": feature,
                **_compare(ordered[target], ordered[reference], level),
            }
            for target, reference in contrasts
        ]

    with ThreadPoolExecutor(threads) as pool:
        by_feature = list(pool.map(all_contrasts, features))
    by_contrast = zip(*by_feature, strict=True)
    return pd.DataFrame([row for rows in by_contrast for row in rows])


def genre_tests(
    values: Mapping[str, pd.DataFrame],
    pair: tuple[str, str],
    features: Sequence[str],
    genres: Sequence[str],
    level: float = 0.95,
) -> pd.DataFrame:
    """Test each feature of one contrast within each genre.

    Parameters
    ----------
    values : mapping of str to DataFrame
        Corpus code to a table with a column `genre` and one per feature.
    pair : (str, str)
        Target and reference.
    features : sequence of str
    genres : sequence of str
        Those of which a corpus has no complete row are left out.
    level : float

    Returns
    -------
    DataFrame
        As `feature_tests`, and `genre`; of rows that have all features.

    Notes
    -----
    Notebook: 03_feature_comparison
    """
    tables = []
    for genre in genres:
        within = {}
        for corpus in pair:
            rows = values[corpus]
            within[corpus] = rows[rows["genre"] == genre].dropna(subset=list(features))
        if all(len(rows) for rows in within.values()):
            found = feature_tests(within, [pair], features, level)
            tables.append(found.assign(genre=genre))
    return pd.concat(tables, ignore_index=True) if tables else pd.DataFrame()


def overall_and_genre_tests(
    values: Mapping[str, pd.DataFrame],
    contrasts: Sequence[tuple[str, str]],
    features: Sequence[str],
    genres: Sequence[str],
    level: float = 0.95,
) -> pd.DataFrame:
    """Test whole corpora in every contrast, and the first contrast within every genre too.

    Parameters
    ----------
    values, contrasts, features, level
        As in `feature_tests`.
    genres : sequence of str
        As in `genre_tests`.

    Returns
    -------
    DataFrame
        As `feature_tests`, and `genre`, which is "all" for whole corpora.

    Notes
    -----
    Notebook: 03_feature_comparison
    """
    whole = feature_tests(values, contrasts, features, level).assign(genre=ALL)
    within = genre_tests(values, contrasts[0], features, genres, level)
    return pd.concat([whole, within], ignore_index=True) if len(within) else whole


def tests_from_u(comparisons: pd.DataFrame, moments: pd.DataFrame) -> pd.DataFrame:
    """The table of `overall_and_genre_tests` from printed U statistics.

    Delta follows from U, and its standard error from the binormal model: that of equal spreads or
    of the printed ones, whichever is larger (`binormal.cautious_parts`).

    Parameters
    ----------
    comparisons : DataFrame
        One row a contrast, genre and feature: group (target and reference joined by a hyphen),
        genre, feature, mwu_u (of the target) and further statistics, which are kept.
    moments : DataFrame
        One row a corpus, genre and feature: group, genre, feature, n, median, sd.

    Returns
    -------
    DataFrame

    References
    ----------
    Bamber (1975), J. Math. Psychol. 12:387.

    Notes
    -----
    Notebook: 03_feature_comparison
    """
    found = comparisons.drop(columns="n", errors="ignore")
    found[["target", "reference"]] = found["group"].str.split("-", expand=True)
    sizes = moments[["group", "genre", "feature", "n", "median", "sd"]]
    for side in ("target", "reference"):
        names = {"group": side, "n": f"n_{side}", "median": f"median_{side}", "sd": f"sd_{side}"}
        found = found.merge(sizes.rename(columns=names), on=[side, "genre", "feature"])
    n, m = found["n_target"].astype(int), found["n_reference"].astype(int)
    delta = delta_from_u(found["mwu_u"], n, m)
    ratio = found["sd_target"] / found["sd_reference"]
    parts = binormal.cautious_parts(delta, n, m, ratio)
    se = np.sqrt(parts[0] + parts[1])
    ends = [delta_interval(*row) for row in zip(delta, se, n, m, strict=True)]
    return found.drop(columns=["sd_target", "sd_reference"]).assign(
        cliffs_delta=delta,
        se=se,
        se_target=np.sqrt(parts[0]),
        ci_low=[low for low, _ in ends],
        ci_high=[high for _, high in ends],
        cles=(delta + 1) / 2,
        magnitude=magnitude(delta),
    )


def in_order(
    tests: pd.DataFrame,
    features: Sequence[str],
    contrasts: Sequence[tuple[str, str]],
    genres: Sequence[str] = (),
) -> pd.DataFrame:
    """Sort comparisons: whole corpora first, then genre by genre; feature by feature in each.

    Parameters
    ----------
    tests : DataFrame
        Of `overall_and_genre_tests` or `tests_from_u`.
    features : sequence of str
    contrasts : sequence of (str, str)
    genres : sequence of str
        Genres in the order wanted; any others follow in the order in which they occur.

    Returns
    -------
    DataFrame
        With the column `contrast` ("PMD - EMD"); `feature` is categorical.

    Notes
    -----
    Notebook: 03_feature_comparison
    """
    genre_order = list(dict.fromkeys([ALL, *genres, *tests["genre"]]))
    names = [f"{target} - {reference}" for target, reference in contrasts]
    contrast = tests["target"] + " - " + tests["reference"]
    labelled = tests.assign(
        feature=pd.Categorical(tests["feature"], list(features)),
        contrast=contrast,
        genre_place=tests["genre"].map(genre_order.index),
        contrast_place=contrast.map(names.index),
    )
    ordered = labelled.sort_values(["genre_place", "feature", "contrast_place"])
    return ordered.drop(columns=["genre_place", "contrast_place"]).reset_index(drop=True)


def deltas_by_contrast(tests: pd.DataFrame) -> pd.DataFrame:
    """Cliff's delta of whole corpora, one row a feature, one column a contrast.

    Parameters
    ----------
    tests : DataFrame
        Of `in_order`.

    Returns
    -------
    DataFrame
        Features from the lowest to the highest delta of the first contrast.

    Notes
    -----
    Notebook: 03_feature_comparison
    """
    whole = tests[tests["genre"] == ALL]
    columns = {
        contrast: rows.set_index("feature")["cliffs_delta"]
        for contrast, rows in whole.groupby("contrast", sort=False)
    }
    table = pd.DataFrame(columns)
    first = next(iter(columns.values()))
    return table.loc[first.sort_values().index]


def of_whole_corpora(tests: pd.DataFrame, pair: tuple[str, str]) -> pd.DataFrame:
    """The comparisons of one contrast over whole corpora, indexed by feature.

    Parameters
    ----------
    tests : DataFrame
    pair : (str, str)
        Target and reference.

    Returns
    -------
    DataFrame

    Notes
    -----
    Notebook: 03_feature_comparison
    """
    target, reference = pair
    chosen = (
        (tests["genre"] == ALL) & (tests["target"] == target) & (tests["reference"] == reference)
    )
    return tests[chosen].set_index("feature")


def shares_won(rows: np.ndarray, ordered: np.ndarray) -> np.ndarray:
    """For each row the share of another sample that lies below it, ties counting half.

    Parameters
    ----------
    rows : ndarray of float, shape (n,)
    ordered : ndarray of float
        The other sample, sorted, without missing values.

    Returns
    -------
    ndarray, shape (n,)
        0 to 1; their mean is the common-language effect size.

    Notes
    -----
    Notebook: 03_feature_comparison
    """
    below = np.searchsorted(ordered, rows)
    below_or_equal = np.searchsorted(ordered, rows, side="right")
    return (below + below_or_equal) / (2 * len(ordered))


def placements(rows: ArrayLike, other: ArrayLike) -> np.ndarray:
    """For each row how far it lies above the values of another sample; their mean is Cliff's delta.

    Parameters
    ----------
    rows, other : array of float
        Without missing values.

    Returns
    -------
    ndarray, shape (n_rows,)
        Share of the other sample below a row minus the share above it, -1 to 1.

    References
    ----------
    DeLong, DeLong & Clarke-Pearson (1988), Biometrics 44:837.

    Notes
    -----
    Notebook: 04_where_it_sits
    """
    rows, other = np.asarray(rows, float), np.asarray(other, float)
    # Sorted queries find their places several times as fast as unsorted ones.
    order = np.argsort(rows)
    found = np.empty(len(rows))
    found[order] = 2 * shares_won(rows[order], np.sort(other)) - 1
    return found


def delta_from_u(u: ArrayLike, n_target: ArrayLike, n_reference: ArrayLike) -> np.ndarray:
    """Cliff's delta from the Mann-Whitney U of the target; the U of the reference turns its sign.

    Parameters
    ----------
    u : float or array
    n_target, n_reference : int or array
        Rows of either corpus.

    Returns
    -------
    float or array
        Within -1..1.

    Raises
    ------
    ValueError
        A U below 0 or above the number of pairs.

    References
    ----------
    Cliff (1993), Psychol. Bull. 114:494.

    Notes
    -----
    Notebook: 03_feature_comparison
    """
    pairs = np.multiply(n_target, n_reference)
    if np.any((np.asarray(u) < 0) | (np.asarray(u) > pairs)):
        raise ValueError(f"U {u!r} is outside 0..{pairs}: check n_target and n_reference")
    return 2 * np.asarray(u) / pairs - 1


def delta_interval(
    delta: float, se: float, n_target: int, n_reference: int, level: float = 0.95
) -> tuple[float, float]:
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

    Notes
    -----
    Notebook: 03_feature_comparison
    """
    if not 0 < level < 1:
        raise ValueError(f"level {level!r} is not between 0 and 1: give 0.95 for a 95 % interval")
    if se == 0 or abs(delta) == 1:
        agreement = ((1 - level) / 2) ** (1 / min(n_target, n_reference))
        slack = (1 - agreement) * (1 + abs(delta))
        return max(delta - slack, -1.0), min(delta + slack, 1.0)
    centre = np.arctanh(delta)
    half = scipy.stats.norm.ppf((1 + level) / 2) * se / (1 - delta**2)
    return float(np.tanh(centre - half)), float(np.tanh(centre + half))


def magnitude(delta: ArrayLike) -> np.ndarray:
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

    Notes
    -----
    Notebook: 03_feature_comparison
    """
    if not np.all(np.abs(delta) <= 1):
        raise ValueError(f"Cliff's delta is missing or not within -1..1 in {delta!r}")
    return np.array(MAGNITUDES)[np.searchsorted(THRESHOLDS, np.abs(delta), side="right")]


def smallest_significant_delta(n_target: int, n_reference: int, alpha: float = 0.05) -> float:
    """The smallest Cliff's delta that a two-sided Mann-Whitney test calls significant.

    By the normal approximation of U with continuity correction, for rows without ties.

    Parameters
    ----------
    n_target, n_reference : int
        Rows of either corpus, treated as independent.
    alpha : float

    Returns
    -------
    float

    References
    ----------
    Mann & Whitney (1947), Ann. Math. Stat. 18:50.

    Notes
    -----
    Notebook: 03_feature_comparison
    """
    pairs = n_target * n_reference
    sd = np.sqrt(pairs / 12 * (n_target + n_reference + 1))
    return 2 * (scipy.stats.norm.isf(alpha / 2) * sd + 0.5) / pairs


def smallest_significant_deltas(tests: pd.DataFrame, alpha: float = 0.05) -> pd.DataFrame:
    """What the sizes of corpora make significant: each contrast, and the main one in one genre.

    Parameters
    ----------
    tests : DataFrame
        Of `in_order`; the genre is the first.
    alpha : float

    Returns
    -------
    DataFrame
        contrast, genre, one_test (smallest significant delta of a test by itself), in_family (of
        the first step of Holm's method in the family of whole corpora, or of genres).

    Notes
    -----
    Notebook: 03_feature_comparison
    """
    family_sizes = {True: (tests["genre"] == ALL).sum(), False: (tests["genre"] != ALL).sum()}
    shown = [ALL, *tests.loc[tests["genre"] != ALL, "genre"].head(1)]
    sizes = tests[tests["genre"].isin(shown)].drop_duplicates(["contrast", "genre"])
    rows = []
    for row in sizes.itertuples():
        n, m = row.n_target, row.n_reference
        family = family_sizes[row.genre == ALL]
        one_test = smallest_significant_delta(n, m, alpha)
        in_family = smallest_significant_delta(n, m, alpha / family)
        rows.append((row.contrast, row.genre, one_test, in_family))
    return pd.DataFrame(rows, columns=["contrast", "genre", "one_test", "in_family"])


def largest_deltas(deltas: pd.Series, number: int) -> list[str]:
    """Names of the largest effect sizes, the largest first.

    Parameters
    ----------
    deltas : Series
        Cliff's delta by feature.
    number : int

    Returns
    -------
    list of str

    Notes
    -----
    Notebook: 03_feature_comparison
    """
    ascending = deltas.abs().sort_values().index
    return list(ascending[::-1][:number])


def bootstrap_deltas(
    target: pd.DataFrame,
    reference: pd.DataFrame,
    features: Sequence[str],
    weights: Iterable[tuple[np.ndarray, np.ndarray]],
) -> pd.DataFrame:
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

    Notes
    -----
    Notebook: 03_feature_comparison
    """
    sizes = [len(target), len(reference)]
    sorted_values = [_bins(target, reference, feature) for feature in features]
    deltas = []
    for of_target, of_reference in weights:
        if [len(of_target), len(of_reference)] != sizes:
            raise ValueError(f"weights must hold arrays of {sizes} rows: draw them from the tables")
        replicate = []
        for target_bins, reference_bins, n_bins in sorted_values:
            a = np.bincount(target_bins, of_target, n_bins + 1)[:n_bins]
            b = np.bincount(reference_bins, of_reference, n_bins + 1)[:n_bins]
            replicate.append(_delta_of_counts(a, b))
        deltas.append(replicate)
    return pd.DataFrame(deltas, columns=list(features))


def weighted_deltas(
    target: pd.DataFrame,
    reference: pd.DataFrame,
    features: Sequence[str],
    target_weights: np.ndarray | None = None,
    reference_weights: np.ndarray | None = None,
) -> pd.Series:
    """Cliff's delta of each feature where rows count by a weight.

    Parameters
    ----------
    target, reference : DataFrame
    features : sequence of str
    target_weights, reference_weights : array, optional
        One weight a row, not negative; by default every row counts once.

    Returns
    -------
    Series
        Delta by feature.

    Notes
    -----
    Notebook: 03_feature_comparison
    """
    if target_weights is None:
        target_weights = np.ones(len(target))
    if reference_weights is None:
        reference_weights = np.ones(len(reference))
    once = [(target_weights, reference_weights)]
    return bootstrap_deltas(target, reference, features, once).iloc[0]


def _bins(
    target: pd.DataFrame, reference: pd.DataFrame, feature: str
) -> tuple[np.ndarray, np.ndarray, int]:
    """The place of each row among the distinct values of both tables, and their number."""
    columns = [_column(target, feature, "target"), _column(reference, feature, "reference")]
    distinct, places = np.unique(np.concatenate(columns), return_inverse=True)
    # A missing value sorts last: its bin lies behind the others and is never read.
    n_bins = int(np.count_nonzero(~np.isnan(distinct)))
    return places[: len(target)], places[len(target) :], n_bins


def _delta_of_counts(target: np.ndarray, reference: np.ndarray) -> float:
    """Cliff's delta from the weight of each corpus in each of the sorted bins."""
    below_or_tied = 2 * np.cumsum(reference) - reference
    # sum(), not @: a threaded dot product of this length loses to its own overhead.
    with np.errstate(invalid="ignore"):
        return (target * below_or_tied).sum() / (target.sum() * reference.sum()) - 1


def _column(table: pd.DataFrame, feature: str, corpus: str) -> pd.Series:
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


def _placement_error(rows: np.ndarray, other: np.ndarray) -> float:
    """Standard error of the mean placement of rows in another sorted sample."""
    return 2 * pd.Series(shares_won(rows, other)).sem()


def _compare(target: np.ndarray, reference: np.ndarray, level: float) -> dict:
    """All statistics of one comparison of two sorted samples."""
    n, m = len(target), len(reference)
    u, mwu_p = scipy.stats.mannwhitneyu(target, reference)
    ks_d, ks_p = scipy.stats.ks_2samp(target, reference)
    delta = 2 * u / (n * m) - 1
    se_target = _placement_error(target, reference)
    se = np.hypot(se_target, _placement_error(reference, target))
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
        "se_target": se_target,
        "ci_low": low,
        "ci_high": high,
        "magnitude": str(magnitude(delta)),
        "cles": u / (n * m),
    }
