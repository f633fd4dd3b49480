"""Tables as a reader wants them: few columns, short headers, rounded values; computes nothing."""

import numpy as np
import pandas as pd

from helpers.figures.numbers import (
    MISSING,
    decimal,
    p_text,
    percent,
    readable,
    rounds_to_zero,
)


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
            "delta": tests["cliffs_delta"].map("{:z.2f}".format),
            "interval": interval_texts(tests["ci_low"], tests["ci_high"], 2),
            "size": tests["magnitude"],
            "pairs won": tests["cles"].map(percent),
            "D": tests["ks_d"].map("{:z.2f}".format),
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
            "delta": table["cliffs_delta"].map("{:z.2f}".format),
            "verdict": table["verdict"],
            "alone": table["icc_first"].map(_correlation_text),
            "alone, both": table["icc_both"].map(_correlation_text),
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
    return tests[list(names)].map(p_text).rename(columns=names)


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
    table = smallest.rename(columns=names).replace({"genre": {"all": "all genres"}})
    return readable(table.set_index(["contrast", "genre"]), 3)


def split_table(
    parts: pd.DataFrame, differences: pd.Series, residual: pd.DataFrame
) -> pd.DataFrame:
    """The averaged split of each difference with intervals, one row a feature.

    Parameters
    ----------
    parts : DataFrame
        Of `decomposition.kitagawa`.
    differences : Series
        Of the means of whole corpora, by feature.
    residual : DataFrame
        Of `decomposition.residual_parts`.

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
        columns[part] = rows["value"].map("{:z.3f}".format) + " (" + ends + ")"
    columns["genres of one corpus"] = residual["one_sided"].map(_three_decimals)
    columns["other rows"] = residual["other_rows"].map(_three_decimals)
    columns["difference"] = differences.map("{:z.3f}".format)
    return pd.DataFrame(columns).reindex(dict.fromkeys(parts["feature"]))


def share_table(shares: pd.DataFrame) -> pd.DataFrame:
    """Shares of the genre mix in percent, and where they have no single answer or none at all.

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
    table = shares.drop(columns=["identified", "clear"]).map(percent).rename_axis(columns=None)
    note = np.where(shares["identified"], "", "not identified")
    return table.assign(note=np.where(shares["clear"], note, "difference may be zero"))


def break_even_table(p: pd.Series, icc: pd.DataFrame) -> pd.DataFrame:
    """Break-even correlations, the weakest test first.

    "Never" stands where none up to 1 undoes a test, a dash where it shows nothing to be undone.

    Parameters
    ----------
    p : Series
        P-values that treat listings as independent, by feature.
    icc : DataFrame
        Of `dependence.break_even_iccs`, by feature.

    Returns
    -------
    DataFrame

    Notes
    -----
    Notebook: 04_where_it_sits
    """
    ordered = icc.sort_values("holm")
    shown = ordered.map("{:z.2f}".format).where(ordered <= 1, "never").where(ordered > 0, MISSING)
    shown.insert(0, "p", p[ordered.index].map(p_text))
    return shown.rename(
        columns={
            "one_test": "one test",
            "holm": "Holm",
            "both": "Holm, both corpora",
            "first_step": "first step",
        }
    )


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
    counts = dict.fromkeys(("analyses", "same_sign", "same_word", "negligible"), int)
    return readable(agreement.astype(counts))


def methods_table(remains: pd.DataFrame) -> pd.DataFrame:
    """Which differences remain by which method, one row a feature.

    Parameters
    ----------
    remains : DataFrame of bool
        One row a feature, one column a method.

    Returns
    -------
    DataFrame

    Notes
    -----
    Notebook: 04_where_it_sits
    """
    return readable(remains.map(lambda one: "remains" if one else "no"))


def clustered_table(deltas: pd.DataFrame) -> pd.DataFrame:
    """Deltas with clustered intervals and p-values, one row a feature.

    Parameters
    ----------
    deltas : DataFrame
        Of `dependence.clustered_deltas`.

    Returns
    -------
    DataFrame

    Notes
    -----
    Notebook: 04_where_it_sits
    """
    return pd.DataFrame(
        {
            "delta": deltas["delta"].map("{:z.2f}".format),
            "interval": interval_texts(deltas["ci_low"], deltas["ci_high"], 2),
            "p": deltas["p"].map(p_text),
            "p (Holm)": deltas["holm"].map(p_text),
        }
    )


def standardised_table(deltas: pd.DataFrame, pair: tuple[str, str]) -> pd.DataFrame:
    """Deltas within genres under the mix of either corpus, one row a feature.

    Parameters
    ----------
    deltas : DataFrame
        Of `decomposition.standardised_deltas`.
    pair : (str, str)

    Returns
    -------
    DataFrame

    Notes
    -----
    Notebook: 04_where_it_sits
    """
    target, reference = pair
    columns = {"crude": deltas["crude"].map(_three_decimals)}
    for side, corpus in (("reference", reference), ("target", target)):
        values = deltas[f"{side}_mix"].map(_three_decimals)
        errors = deltas[f"{side}_se"].map(_three_decimals)
        columns[f"mix of {corpus} (SE)"] = values + " (" + errors + ")"
    note = np.where(deltas["one_sign"], "", "sign depends on the mix")
    note[rounds_to_zero(deltas[["reference_mix", "target_mix"]])] = "zero by one mix"
    return pd.DataFrame(columns).assign(note=note)


def persons_table(summary: pd.DataFrame, chance: pd.DataFrame) -> pd.DataFrame:
    """How people's deltas spread, and how many share the sign of the corpus, one row a feature.

    Parameters
    ----------
    summary : DataFrame
        Of `persons.summary`.
    chance : DataFrame
        Of `persons.chance_shares`.

    Returns
    -------
    DataFrame

    Notes
    -----
    Notebook: 04_where_it_sits
    """
    low, high = summary["share_low"], summary["share_high"]
    ends = [f"{100 * a:.0f} to {percent(b)}" for a, b in zip(low, high, strict=True)]
    return pd.DataFrame(
        {
            "corpus": summary["corpus"].map("{:z.2f}".format),
            "each person alike": summary["equal"].map("{:z.2f}".format),
            "SD of people": summary["sd"].map("{:z.2f}".format),
            "same sign": summary["share"].map(percent),
            "interval": ends,
            "random lists": chance["share"].map(percent),
        },
        index=summary.index,
    )


def mixed_table(effects: pd.DataFrame) -> pd.DataFrame:
    """The difference of two corpora by a mixed model, one row a feature.

    Parameters
    ----------
    effects : DataFrame
        Of `mixed_model.corpus_effects`.

    Returns
    -------
    DataFrame

    Notes
    -----
    Notebook: 04_where_it_sits
    """
    return pd.DataFrame(
        {
            "delta": effects["delta"].map("{:z.2f}".format),
            "interval": interval_texts(effects["ci_low"], effects["ci_high"], 2),
            "p (Holm)": effects["holm"].map(p_text),
            "lists": effects["list"].map(percent),
            "artists": effects["artist"].map(percent),
        }
    )


def moves_table(cells: pd.DataFrame, number: int = 5) -> pd.DataFrame:
    """The cells that shrinkage moves most.

    Parameters
    ----------
    cells : DataFrame
        Of `mixed_model.compare_cells`.
    number : int

    Returns
    -------
    DataFrame

    Notes
    -----
    Notebook: 04_where_it_sits
    """
    table = cells.head(number).set_index(["genre", "feature"])
    table = table[["n_target", "n_reference", "before", "after"]]
    names = {"n_target": "rows, target", "n_reference": "rows, reference"}
    return readable(table.rename(columns=names))


def _three_decimals(value: float) -> str:
    """Three decimals; what rounds to zero has no sign."""
    return decimal(value, 3)


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
    ends = [f"{decimal(a, digits)} to {decimal(b, digits)}" for a, b in zip(low, high, strict=True)]
    return pd.Series(ends, low.index)


def _correlation_text(value: float) -> str:
    if np.isnan(value):
        return MISSING
    return "any" if value > 1 else f"{value:.2f}"


def _by_contrast(table: pd.DataFrame, tests: pd.DataFrame) -> pd.DataFrame:
    """Index a table by contrast and feature, contrast by contrast in the order they occur."""
    table = table.assign(contrast=tests["contrast"], feature=tests["feature"].astype(str))
    together = pd.concat([rows for _, rows in table.groupby("contrast", sort=False)])
    return together.set_index(["contrast", "feature"])


def mmd_table(results: pd.DataFrame) -> pd.DataFrame:
    """The permutation tests as a page shows them.

    Parameters
    ----------
    results : DataFrame
        As `stats.two_samples.over_draws` gives it.

    Returns
    -------
    DataFrame

    Notes
    -----
    Notebook: 08_embedding_map
    """
    columns = {
        "mmd2": "MMD²",
        "null_mean": "null mean",
        "null_95": "null 95 %",
        "p": "p",
        "free": "free to move",
    }
    table = results[list(columns)].assign(free=results["free"].map(percent))
    return readable(table.rename(columns=columns), 4)


def permutations_table(tests: pd.DataFrame) -> pd.DataFrame:
    """The permutation tests of genres as a page shows them.

    Parameters
    ----------
    tests : DataFrame
        As `stats.contingency.permutation_tests` gives it.

    Returns
    -------
    DataFrame

    Notes
    -----
    Notebook: 06_genres
    """
    table = tests.assign(free=tests["free"].map(percent))
    return readable(table.rename(columns={"free": "free to move"}), 3)


def scores_table(scores: pd.DataFrame) -> pd.DataFrame:
    """Printed scores beside recomputed ones, with short headings.

    Parameters
    ----------
    scores : DataFrame of str
        Of `stats.clustering_claims.side_by_side`.

    Returns
    -------
    DataFrame

    Notes
    -----
    Notebook: 09_genre_clustering
    """
    sides = {"published": "study", "recomputed": "here"}
    # A score of which nothing was printed, or nothing computed, has no column for that side.
    kept = scores.loc[:, (scores != "").any()].replace("", MISSING)
    return readable(kept.rename(columns=sides)).rename_axis(columns=[None, None])
