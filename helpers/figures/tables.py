"""Tables as a reader wants them: few columns, short headers, rounded values; computes nothing."""

import numpy as np
import pandas as pd

from helpers.figures.effects import p_text


def effect_table(tests: pd.DataFrame) -> pd.DataFrame:
    """Effect sizes with intervals and corrected p-values of whole corpora, one row a comparison.

    Parameters
    ----------
    tests : DataFrame
        Of `multiplicity.correct_families`, whole corpora only.

    Returns
    -------
    DataFrame

    Notes
    -----
    Notebook: 03_feature_comparison
    """
    table = pd.DataFrame(
        {
            "delta": tests["cliffs_delta"].map("{:.2f}".format),
            "interval": interval_texts(tests["ci_low"], tests["ci_high"], 2),
            "size": tests["magnitude"],
            "pairs won": tests["cles"].map("{:.0%}".format),
            "D": tests["ks_d"].map("{:.2f}".format),
            "p (Holm)": tests["holm_contrasts"].map(p_text),
        }
    )
    return _by_contrast(table, tests)


def equivalence_table(table: pd.DataFrame) -> pd.DataFrame:
    """Verdicts on the size of differences, and the intraclass correlations up to which they stand.

    Parameters
    ----------
    table : DataFrame
        Of `stats.equivalence.verdicts`.

    Returns
    -------
    DataFrame
        The last three columns are correlations: where the first corpus is made of lists, where both
        are, and where all verdicts of the table are to hold together.

    Notes
    -----
    Notebook: 03_feature_comparison
    """
    shown = pd.DataFrame(
        {
            "delta": table["cliffs_delta"].map("{:.2f}".format),
            "verdict": table["verdict"],
            "up to": table["icc_first"].map(_correlation_text),
            "both": table["icc_both"].map(_correlation_text),
            "together": table["icc_family"].map(_correlation_text),
        }
    )
    return _by_contrast(shown, table)


def size_table(tests: pd.DataFrame) -> pd.DataFrame:
    """What comparisons were computed from: rows, medians, U and p before correction.

    Parameters
    ----------
    tests : DataFrame
        As in `effect_table`.

    Returns
    -------
    DataFrame

    Notes
    -----
    Notebook: 03_feature_comparison
    """
    rows = zip(tests["n_target"], tests["n_reference"], strict=True)
    medians = zip(tests["median_target"], tests["median_reference"], strict=True)
    table = pd.DataFrame(
        {
            "rows": [f"{n:,.0f}, {m:,.0f}" for n, m in rows],
            "medians": [f"{a:.3g}, {b:.3g}" for a, b in medians],
            "U": tests["mwu_u"].map("{:,.0f}".format),
            "p (U)": tests["mwu_p"].map(p_text),
            "p (D)": tests["ks_p"].map(p_text),
        },
        index=tests.index,
    )
    return _by_contrast(table, tests)


def p_table(tests: pd.DataFrame) -> pd.DataFrame:
    """P-values of both tests before and after correction, one row a feature.

    Parameters
    ----------
    tests : DataFrame
        Of `ranks.of_whole_corpora`, corrected.

    Returns
    -------
    DataFrame

    Notes
    -----
    Notebook: 03_feature_comparison
    """
    names = {"mwu_p": "p (U)", "mwu_holm": "U, Holm", "ks_p": "p (D)", "ks_holm": "D, Holm"}
    return tests[list(names)].map("{:.1e}".format).rename(columns=names)


def smallest_table(smallest: pd.DataFrame) -> pd.DataFrame:
    """The smallest deltas that corpora of some sizes make significant.

    Parameters
    ----------
    smallest : DataFrame
        Of `ranks.smallest_significant_deltas`.

    Returns
    -------
    DataFrame

    Notes
    -----
    Notebook: 03_feature_comparison
    """
    names = {"one_test": "one test", "in_family": "first of Holm's family"}
    return smallest.set_index(["contrast", "genre"]).rename(columns=names).round(3)


def split_table(parts: pd.DataFrame, differences: pd.Series) -> pd.DataFrame:
    """The averaged split of each difference with intervals, one row a feature.

    Parameters
    ----------
    parts : DataFrame
        Of `decomposition.kitagawa`.
    differences : Series
        Of the means of whole corpora, by feature.

    Returns
    -------
    DataFrame

    Notes
    -----
    Notebook: 03_feature_comparison
    """
    columns = {}
    for part in ("mix", "within"):
        rows = parts[(parts["weights"] == "averaged") & (parts["part"] == part)]
        rows = rows.set_index("feature")
        ends = interval_texts(rows["ci_low"], rows["ci_high"], 3)
        columns[part] = rows["value"].map("{:.3f}".format) + " (" + ends + ")"
    residual = parts[parts["part"] == "residual"].set_index("feature")["value"]
    columns["residual"] = residual.map("{:.3f}".format)
    columns["difference"] = differences.map("{:.3f}".format)
    return pd.DataFrame(columns).reindex(dict.fromkeys(parts["feature"]))


def share_table(shares: pd.DataFrame) -> pd.DataFrame:
    """Shares of the genre mix in percent, and where they have no single answer.

    Parameters
    ----------
    shares : DataFrame
        Of `decomposition.mix_shares`.

    Returns
    -------
    DataFrame

    Notes
    -----
    Notebook: 03_feature_comparison
    """
    table = shares.drop(columns="identified").map("{:.0%}".format)
    return table.assign(note=np.where(shares["identified"], "", "not identified"))


def break_even_table(p: pd.Series, icc: pd.Series) -> pd.DataFrame:
    """Break-even correlations, the weakest test first; above 1 none undoes the test.

    Parameters
    ----------
    p : Series
        P-values that take listings as independent, by feature.
    icc : Series
        Of `dependence.break_even_icc`, by feature.

    Returns
    -------
    DataFrame

    Notes
    -----
    Notebook: 03_feature_comparison
    """
    ordered = icc.sort_values()
    shown = ordered.map("{:.2f}".format).where(ordered <= 1, "none (above 1)")
    return pd.DataFrame({"p, independent": p[ordered.index].map(p_text), "break-even": shown})


def agreement_table(agreement: pd.DataFrame) -> pd.DataFrame:
    """How far the analyses agree, counts as whole numbers.

    Parameters
    ----------
    agreement : DataFrame
        Of `design.agreements`.

    Returns
    -------
    DataFrame

    Notes
    -----
    Notebook: 03_feature_comparison
    """
    counts = dict.fromkeys(("analyses", "same_sign", "same_word"), int)
    table = agreement.round(2).astype(counts)
    return table.rename(columns=lambda name: name.replace("_", " "))


def interval_texts(low: pd.Series, high: pd.Series, digits: int) -> pd.Series:
    """The ends of intervals as one text each.

    Parameters
    ----------
    low, high : Series
    digits : int

    Returns
    -------
    Series of str

    Notes
    -----
    Notebook: 03_feature_comparison
    """
    ends = [f"{a:.{digits}f} to {b:.{digits}f}" for a, b in zip(low, high, strict=True)]
    return pd.Series(ends, low.index)


def _correlation_text(value: float) -> str:
    if np.isnan(value):
        return "-"
    return "above 1" if value > 1 else f"{value:.2f}"


def _by_contrast(table: pd.DataFrame, tests: pd.DataFrame) -> pd.DataFrame:
    """Index a table by contrast and feature, contrast by contrast in the order they occur."""
    table = table.assign(contrast=tests["contrast"], feature=tests["feature"].astype(str))
    together = pd.concat([rows for _, rows in table.groupby("contrast", sort=False)])
    return together.set_index(["contrast", "feature"])
