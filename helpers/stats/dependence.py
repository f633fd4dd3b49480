"""Listings that are not independent: how alike those of one person are, and what that does.

Pure functions on tables and arrays. Differences are target minus reference throughout.
"""

from collections.abc import Mapping, Sequence
from typing import NamedTuple

import numpy as np
import pandas as pd
import scipy
from numpy.typing import ArrayLike

from helpers.stats import clustered, intervals, multiplicity, ranks, units


class ClusterSizes(NamedTuple):
    """Mean and coefficient of variation of the sizes of clusters (listings a person)."""

    mean: float
    cv: float

    @property
    def weighted(self) -> float:
        """Size of the cluster of an average row: mean (1 + cv^2)."""
        return self.mean * (1 + self.cv**2)


def cluster_sizes(clusters: ArrayLike) -> ClusterSizes:
    """Sizes of clusters from the cluster of each row.

    Parameters
    ----------
    clusters : array, shape (n,)
        Participant of each row; rows without one do not count.

    Returns
    -------
    ClusterSizes

    Notes
    -----
    Notebook: 04_where_it_sits
    """
    labels = pd.Series(np.asarray(clusters))
    sizes = labels.groupby(labels).size()
    return ClusterSizes(sizes.mean(), sizes.std() / sizes.mean())


def design_effect(sizes: ClusterSizes, icc: float) -> float:
    """How many times a variance grows where rows of a cluster are correlated.

    Parameters
    ----------
    sizes : ClusterSizes
    icc : float
        Intraclass correlation.

    Returns
    -------
    float

    References
    ----------
    Kish (1965), Survey Sampling; for unequal clusters Eldridge, Ashby & Kerry (2006),
    Int. J. Epidemiol. 35:1292.

    Notes
    -----
    Notebook: 04_where_it_sits
    """
    return 1 + (sizes.weighted - 1) * icc


def break_even_icc(
    p: ArrayLike,
    cluster_size: float,
    n_target: int,
    n_reference: int,
    alpha: float = 0.05,
    reference_cluster_size: float = 1.0,
) -> np.ndarray:
    """Intraclass correlation at which a test stops being significant by itself.

    Parameters
    ----------
    p : float or array
        Two-sided p-values that treat rows as independent.
    cluster_size : float
        Size of the cluster of an average row of the target.
    n_target, n_reference : int
    alpha : float
    reference_cluster_size : float
        The same of the reference; 1 where its rows are independent.

    Returns
    -------
    float or array
        0 where p is above alpha already; above 1 where no correlation undoes the test.

    Raises
    ------
    ValueError
        A p outside 0..1, or clusters of a single row.

    References
    ----------
    Kish (1965), Survey Sampling.

    Notes
    -----
    Notebook: 04_where_it_sits
    """
    growth = (_standard_scores(p) / scipy.stats.norm.isf(alpha / 2)) ** 2
    sizes = cluster_size, reference_cluster_size
    return _icc_of_growth(growth, sizes, (n_target, n_reference))


def holm_break_even_icc(
    p: ArrayLike,
    cluster_size: float,
    n_target: int,
    n_reference: int,
    alpha: float = 0.05,
    reference_cluster_size: float = 1.0,
) -> np.ndarray:
    """Intraclass correlation at which each test of a family stops passing Holm's method.

    All p-values of the family grow with the correlation. Their order stays, so a test passes as
    long as it and every test before it are below the level of their step.

    Parameters
    ----------
    p : array of any shape
        Two-sided p-values of the whole family, rows treated as independent.
    cluster_size, n_target, n_reference, alpha, reference_cluster_size
        As in `break_even_icc`.

    Returns
    -------
    array
        Shaped like `p`; 0 where a test does not pass already.

    Raises
    ------
    ValueError
        As in `break_even_icc`.

    References
    ----------
    Holm (1979), Scand. J. Stat. 6:65; Kish (1965), Survey Sampling.

    Notes
    -----
    Notebook: 04_where_it_sits
    """
    scores = _standard_scores(p)
    order = np.argsort(-scores, axis=None)
    steps = np.arange(scores.size, 0, -1)
    ratios = scores.ravel()[order] / scipy.stats.norm.isf(alpha / steps / 2)
    growth = np.empty(scores.size)
    growth[order] = np.minimum.accumulate(ratios**2)
    sizes = cluster_size, reference_cluster_size
    return _icc_of_growth(growth.reshape(scores.shape), sizes, (n_target, n_reference))


def break_even_iccs(
    tests: pd.DataFrame, target: ClusterSizes, reference: ClusterSizes, alpha: float = 0.05
) -> pd.DataFrame:
    """Break-even correlations of the Mann-Whitney tests, from the mildest level to the strictest.

    Parameters
    ----------
    tests : DataFrame
        Of `ranks.of_whole_corpora`: n_target, n_reference, mwu_p, ks_p, which are one family.
    target, reference : ClusterSizes
        Of the units of either corpus.
    alpha : float

    Returns
    -------
    DataFrame
        Indexed by feature: one_test (by itself), holm (in the family of both tests), both (the
        same, rows of the reference correlated as much as those of the target within their own
        units), first_step (at the level of Holm's first step, whatever the other tests say).

    Notes
    -----
    Notebook: 04_where_it_sits
    """
    n, m = tests[["n_target", "n_reference"]].astype(int).iloc[0]
    sizes = target.weighted, n, m
    p, family = tests["mwu_p"], tests[["mwu_p", "ks_p"]].to_numpy(float)
    within_both = holm_break_even_icc(family, *sizes, alpha, reference.weighted)
    found = {
        "one_test": break_even_icc(p, *sizes, alpha),
        "holm": holm_break_even_icc(family, *sizes, alpha)[:, 0],
        "both": within_both[:, 0],
        "first_step": break_even_icc(p, *sizes, alpha / family.size),
    }
    return pd.DataFrame(found, index=tests.index)


def _standard_scores(p: ArrayLike) -> np.ndarray:
    values = np.asarray(p, dtype=float)
    if not np.all((values >= 0) & (values <= 1)):
        raise ValueError(f"p must lie within 0..1: got {values!r}")
    return scipy.stats.norm.isf(values / 2)


def _icc_of_growth(
    growth: np.ndarray, cluster_sizes: tuple[float, float], rows: tuple[int, int]
) -> np.ndarray:
    """The correlation at which the variance of delta has grown by a factor."""
    (size, reference_size), (n, m) = cluster_sizes, rows
    if not size > 1:
        raise ValueError(f"cluster_size must be above 1: got {size!r}")
    # Each corpus brings a share of the variance that is inverse to its number of rows.
    growth_per_icc = ((size - 1) * m + (reference_size - 1) * n) / (n + m)
    return np.maximum((growth - 1) / growth_per_icc, 0)[()]


def intraclass_correlation(values: ArrayLike, clusters: ArrayLike) -> float:
    """Intraclass correlation of one-way analysis of variance, clusters of unequal size.

    Parameters
    ----------
    values : array, shape (n,)
        Ranks, where the effect size is one of ranks.
    clusters : array, shape (n,)
        Cluster (participant) of each row.

    Returns
    -------
    float
        At most 1; below 0 where rows of a cluster differ more than rows of different clusters.
        NaN where all values are equal, with fewer than two clusters, or where none has two rows.

    References
    ----------
    Shrout & Fleiss (1979), Psychol. Bull. 86:420, ICC(1, 1); Donner (1986), Int. Stat. Rev. 54:67.

    Notes
    -----
    Notebook: 04_where_it_sits
    """
    value = pd.Series(np.asarray(values, float))
    cluster = pd.Series(np.asarray(clusters))
    sizes, n = cluster.value_counts(), len(value)
    k = len(sizes)
    if k < 2 or k == n or value.nunique() < 2:
        return np.nan
    within = value - value.groupby(cluster).transform("mean")
    ms_within = (within**2).sum() / (n - k)
    ms_between = ((value - value.mean()) ** 2 - within**2).sum() / (k - 1)
    size = (n - (sizes**2).sum() / n) / (k - 1)
    return (ms_between - ms_within) / (ms_between + (size - 1) * ms_within)


def rank_correlations(
    rows: pd.DataFrame,
    features: Sequence[str],
    clusters: str = "participant",
) -> pd.Series:
    """Intraclass correlation of the ranks of each feature.

    Parameters
    ----------
    rows : DataFrame
        One column per feature, and the cluster; missing values are dropped feature by feature.
    features : sequence of str
    clusters : str
        Name of the column of clusters.

    Returns
    -------
    Series
        By feature.

    Notes
    -----
    Notebook: 04_where_it_sits
    """
    found = {}
    for feature in features:
        known = rows.dropna(subset=[clusters, feature])
        found[feature] = intraclass_correlation(known[feature].rank(), known[clusters])
    return pd.Series(found)


def block_deltas(
    target: pd.DataFrame,
    reference: pd.DataFrame,
    features: Sequence[str],
    *,
    block: int,
    n_replicates: int,
    seed: int,
) -> pd.DataFrame:
    """Cliff's deltas in replicates of a moving-block bootstrap of both corpora within study.

    Parameters
    ----------
    target, reference : DataFrame
        Listings in file order: study (missing: one study), and one column per feature.
    features : sequence of str
    block : int
        Rows a block; a corpus with a smaller study takes that study's size.
    n_replicates : int
    seed : int
        Of the target; the reference takes the next.

    Returns
    -------
    DataFrame, shape (n_replicates, n_features)

    References
    ----------
    Kuensch (1989), Ann. Stat. 17:1217.

    Notes
    -----
    Notebook: 04_where_it_sits
    """
    draws = zip(
        _blocks_of_study(target, block, n_replicates, seed),
        _blocks_of_study(reference, block, n_replicates, seed + 1),
        strict=True,
    )
    return ranks.bootstrap_deltas(target, reference, features, draws)


def block_bootstraps(
    target: pd.DataFrame,
    reference: pd.DataFrame,
    features: Sequence[str],
    *,
    block: int,
    n_replicates: int,
    seed: int,
) -> dict[str, pd.DataFrame]:
    """Cliff's deltas in replicates of moving-block bootstraps with half, whole and double blocks.

    Parameters
    ----------
    target, reference, features, block, n_replicates, seed
        As in `block_deltas`.

    Returns
    -------
    dict of str to DataFrame
        By the name of the bootstrap, such as "blocks of 14": half, whole and double.

    Notes
    -----
    Notebook: 04_where_it_sits
    """
    found = {}
    for rows in (max(1, block // 2), block, 2 * block):
        found[f"blocks of {rows}"] = block_deltas(
            target,
            reference,
            features,
            block=rows,
            n_replicates=n_replicates,
            seed=seed,
        )
    return found


def participant_deltas(
    target: pd.DataFrame,
    reference: pd.DataFrame,
    features: Sequence[str],
    *,
    block: int,
    n_replicates: int,
    seed: int,
) -> pd.DataFrame:
    """Cliff's deltas in replicates that draw whole participants of the target.

    Parameters
    ----------
    target : DataFrame
        Listings with participant and one column per feature; rows without participant are left
        out.
    reference : DataFrame
        Listings in file order, drawn in blocks as in `block_deltas`.
    features : sequence of str
    block, n_replicates, seed : int
        As in `block_deltas`.

    Returns
    -------
    DataFrame, shape (n_replicates, n_features)

    References
    ----------
    Field & Welsh (2007), J. R. Stat. Soc. B 69:369.

    Notes
    -----
    Notebook: 04_where_it_sits
    """
    named = target.dropna(subset="participant")
    draws = zip(
        intervals.cluster_bootstrap(named["participant"], n_replicates, seed),
        _blocks_of_study(reference, block, n_replicates, seed + 1),
        strict=True,
    )
    return ranks.bootstrap_deltas(named, reference, features, draws)


def clustered_error(
    placed: ArrayLike, clusters: ArrayLike, others: ArrayLike | None = None
) -> float:
    """Standard error of a mean whose rows are correlated within one or two kinds of clusters.

    Parameters
    ----------
    placed : array, shape (n,)
        One corpus's rows, each placed in the other: of `ranks.placements`.
    clusters : array, shape (n,)
        Cluster of each row, such as its participant.
    others : array, shape (n,), optional
        Cluster of each row of a second kind that crosses the first, such as its artist.

    Returns
    -------
    float
        Of both kinds: the variances of either kind added, that of their intersection taken away;
        not below that of the first kind alone. NaN with fewer than two clusters.

    References
    ----------
    Obuchowski (1997), Biometrics 53:567; Cameron, Gelbach & Miller (2011), J. Bus. Econ. Stat.
    29:238.

    Notes
    -----
    Notebook: 04_where_it_sits
    """
    values = np.asarray(placed, dtype=float)
    contributions = (values - values.mean()) / len(values)
    first = np.asarray(clusters)
    variance = _variance_of_sum(contributions, [first])
    if others is not None:
        second = np.asarray(others)
        both = _variance_of_sum(contributions, [second])
        both += variance - _variance_of_sum(contributions, [first, second])
        variance = max(variance, both)
    return float(np.sqrt(variance))


def _variance_of_sum(contributions: np.ndarray, keys: list[np.ndarray]) -> float:
    codes = pd.Series(contributions).groupby(keys).ngroup().to_numpy()
    size = codes.max() + 1
    if size < 2:
        return np.nan
    return float((clustered.cluster_sums(contributions, codes, size) ** 2).sum())


def clustered_deltas(
    target: pd.DataFrame,
    reference: pd.DataFrame,
    features: Sequence[str],
    block: int,
    level: float = 0.95,
) -> pd.DataFrame:
    """Cliff's deltas with standard errors clustered by unit and by artist at once.

    Tracks and artists of both corpora are taken as different; where they are not, errors are a
    little too large.

    Parameters
    ----------
    target, reference : DataFrame
        Listings as `units.units` takes them, with one column per feature.
    features : sequence of str
    block : int
        Listings a block, where neither participants nor artists are known.
    level : float

    Returns
    -------
    DataFrame
        Indexed by feature: delta, se (NaN where a corpus has a single unit, and with it all that
        follows), p (two-sided, of
        Student's t with one degree of freedom less than the corpus with fewer units has units),
        holm (p corrected within these tests), ci_low, ci_high (on the Fisher-z scale).

    References
    ----------
    Obuchowski (1997), Biometrics 53:567; Cameron, Gelbach & Miller (2011), J. Bus. Econ. Stat.
    29:238; Feng & Cliff (2004), J. Mod. Appl. Stat. Methods 3:322.

    Notes
    -----
    Notebook: 04_where_it_sits
    """
    columns = ["corpus", "study", "participant", "artist", "track_id", *features]
    first, second = (
        rows[columns].assign(unit=units.units(rows, block)["unit"], artist=units.artists(rows))
        for rows in (target, reference)
    )
    found = {feature: _clustered_delta(first, second, feature, level) for feature in features}
    table = pd.DataFrame.from_dict(found, orient="index")
    table["holm"] = np.nan
    tested = table["p"].notna()
    table.loc[tested, "holm"] = multiplicity.holm(table.loc[tested, "p"])
    return table[["delta", "se", "p", "holm", "ci_low", "ci_high"]]


def _clustered_delta(
    target: pd.DataFrame, reference: pd.DataFrame, feature: str, level: float
) -> dict[str, float]:
    first, second = (rows.dropna(subset=feature) for rows in (target, reference))
    of_first = ranks.placements(first[feature], second[feature])
    of_second = ranks.placements(second[feature], first[feature])
    se = np.hypot(
        clustered_error(of_first, first["unit"], first["artist"]),
        clustered_error(of_second, second["unit"], second["artist"]),
    )
    delta = of_first.mean()
    found = {"delta": delta, "se": se}
    # A single unit has no error that could be told, and corpora that do not overlap have none.
    if not se > 0 or abs(delta) == 1:
        return {**found, "p": np.nan, "ci_low": np.nan, "ci_high": np.nan}
    freedom = min(first["unit"].nunique(), second["unit"].nunique()) - 1
    half = scipy.stats.t.isf((1 - level) / 2, freedom) * se / (1 - delta**2)
    return {
        **found,
        "p": 2 * scipy.stats.t.sf(abs(delta) / se, freedom),
        "ci_low": np.tanh(np.arctanh(delta) - half),
        "ci_high": np.tanh(np.arctanh(delta) + half),
    }


def percentile_ends(deltas: pd.DataFrame, level: float) -> pd.DataFrame:
    """Percentile intervals of bootstrap replicates.

    Parameters
    ----------
    deltas : DataFrame, shape (n_replicates, n_features)
    level : float

    Returns
    -------
    DataFrame
        Indexed by feature: ci_low, ci_high.

    References
    ----------
    Efron & Tibshirani (1993), An Introduction to the Bootstrap, chapter 13.

    Notes
    -----
    Notebook: 04_where_it_sits
    """
    tail = (1 - level) / 2
    ends = deltas.quantile([tail, 1 - tail]).T
    return ends.set_axis(["ci_low", "ci_high"], axis=1)


def error_inflation(replicates: Mapping[str, pd.DataFrame], independent: pd.Series) -> pd.DataFrame:
    """Standard errors of bootstraps as multiples of those of independent rows.

    Parameters
    ----------
    replicates : mapping of str to DataFrame
        By method, one column a feature.
    independent : Series
        Standard error by feature.

    Returns
    -------
    DataFrame
        One row a feature, one column a method.

    Notes
    -----
    Notebook: 04_where_it_sits
    """
    errors = pd.DataFrame({name: deltas.std() for name, deltas in replicates.items()})
    return errors.div(
        independent.astype(float).set_axis(independent.index.astype(str)),
        axis=0,
    )


def studies(rows: pd.DataFrame) -> pd.Series:
    """The study of each row; rows without one are a study of their own.

    Parameters
    ----------
    rows : DataFrame
        With the column study.

    Returns
    -------
    Series of str

    Notes
    -----
    Notebook: 04_where_it_sits
    """
    return rows["study"].fillna("-")


def _blocks_of_study(rows: pd.DataFrame, block: int, n_replicates: int, seed: int):
    study = studies(rows)
    longest = min(block, study.value_counts().min())
    return intervals.moving_blocks(study, longest, n_replicates, seed)
