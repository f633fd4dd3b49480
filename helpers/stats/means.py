"""Tests that some studies use in place of tests of ranks: Welch's t, Kruskal-Wallis H.

Pure functions on tables and arrays. Differences are target minus reference throughout.
"""

from collections.abc import Mapping, Sequence

import numpy as np
import pandas as pd
import scipy

from helpers.stats import ranks

STATISTICS = (
    "welch_t",
    "welch_df",
    "welch_p",
    "cohens_d",
    "kruskal_h",
    "kruskal_p",
    "kruskal_r",
)


def welch_tests(target: pd.DataFrame, reference: pd.DataFrame) -> pd.DataFrame:
    """Welch's t and Cohen's d from numbers, means and standard deviations alone.

    Parameters
    ----------
    target, reference : DataFrame
        Indexed by feature: n, mean, sd (n - 1 in its denominator).

    Returns
    -------
    DataFrame
        Indexed by feature: welch_t, welch_df, welch_p (two-sided), cohens_d (in the root of the
        averaged variances), n (rows of both corpora).

    References
    ----------
    Welch (1947), Biometrika 34:28; Cohen (1988), Statistical Power Analysis, 2.3.

    Notes
    -----
    Notebook: 03_feature_comparison
    """
    a, b = target["sd"] ** 2 / target["n"], reference["sd"] ** 2 / reference["n"]
    gap = target["mean"] - reference["mean"]
    t = gap / np.sqrt(a + b)
    df = (a + b) ** 2 / (a**2 / (target["n"] - 1) + b**2 / (reference["n"] - 1))
    d = gap / np.sqrt((target["sd"] ** 2 + reference["sd"] ** 2) / 2)
    return pd.DataFrame(
        {
            "welch_t": t,
            "welch_df": df,
            "welch_p": 2 * scipy.stats.t.sf(np.abs(t), df),
            "cohens_d": d,
            "n": target["n"] + reference["n"],
        }
    )


def kruskal_tests(
    target: pd.DataFrame, reference: pd.DataFrame, features: Sequence[str]
) -> pd.DataFrame:
    """Kruskal-Wallis H of two corpora, feature by feature.

    Parameters
    ----------
    target, reference : DataFrame
        Tables with one column per feature; missing values are dropped feature by feature.
    features : sequence of str

    Returns
    -------
    DataFrame
        Indexed by feature: kruskal_h, kruskal_p.

    References
    ----------
    Kruskal & Wallis (1952), J. Am. Stat. Assoc. 47:583.

    Notes
    -----
    Notebook: 03_feature_comparison
    """
    found = {}
    for feature in features:
        h, p = scipy.stats.kruskal(target[feature].dropna(), reference[feature].dropna())
        found[feature] = {"kruskal_h": h, "kruskal_p": p}
    return pd.DataFrame.from_dict(found, orient="index")


def classical_tests(
    values: Mapping[str, pd.DataFrame],
    contrasts: Sequence[tuple[str, str]],
    features: Sequence[str],
    known: Mapping[str, pd.DataFrame] | None = None,
) -> pd.DataFrame:
    """Welch's t and Kruskal-Wallis H of each feature in each contrast.

    Parameters
    ----------
    values : mapping of str to DataFrame
        Corpus code to a table with one column per feature.
    contrasts : sequence of (str, str)
        Pairs (target, reference).
    features : sequence of str
    known : mapping of str to DataFrame, optional
        Corpora known by their moments, indexed by feature: n, mean, sd. They win over `values` in
        Welch's t; without rows in `values` a corpus takes part in no test of Kruskal and Wallis.

    Returns
    -------
    DataFrame
        One row a contrast and feature: feature, the columns of `welch_tests`, target, reference,
        kruskal_h, kruskal_p and kruskal_r (the root of H over n).

    Notes
    -----
    Notebook: 03_feature_comparison
    """
    features = list(features)
    moments = {corpus: _moments(table[features]) for corpus, table in values.items()}
    moments.update(known or {})
    tables = []
    for target, reference in contrasts:
        table = welch_tests(moments[target].loc[features], moments[reference].loc[features])
        table = table.assign(target=target, reference=reference, kruskal_h=np.nan, kruskal_p=np.nan)
        if target in values and reference in values:
            h = kruskal_tests(values[target], values[reference], features)
            table = table.assign(kruskal_h=h["kruskal_h"], kruskal_p=h["kruskal_p"])
        tables.append(table.assign(kruskal_r=np.sqrt(table["kruskal_h"] / table["n"])))
    return pd.concat(tables).rename_axis("feature").reset_index()


def overall_moments(moments: pd.DataFrame, corpus: str) -> pd.DataFrame:
    """Moments of one whole corpus, indexed by feature, as `welch_tests` takes them.

    Parameters
    ----------
    moments : DataFrame
        Of `distributions.moments`, or printed ones: group, genre, feature, n, mean, sd.
    corpus : str

    Returns
    -------
    DataFrame
        Indexed by feature: n, mean, sd.

    Notes
    -----
    Notebook: 03_feature_comparison
    """
    chosen = moments[(moments["group"] == corpus) & (moments["genre"] == ranks.ALL)]
    known = chosen.dropna(subset="mean").set_index("feature")
    return known[["n", "mean", "sd"]].astype(float)


def _moments(table: pd.DataFrame) -> pd.DataFrame:
    moments = table.agg(["count", "mean", "std"]).T
    return moments.set_axis(["n", "mean", "sd"], axis=1)
