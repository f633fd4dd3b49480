"""What tables of comparisons show, in one sentence each: counts rows and computes nothing else."""

from collections.abc import Mapping, Sequence

import numpy as np
import pandas as pd


def effects_in_words(tests: pd.DataFrame) -> str:
    """How large the differences of one contrast are, and how many outlive Holm's correction.

    Parameters
    ----------
    tests : DataFrame
        Of `ranks.of_whole_corpora`, corrected.

    Returns
    -------
    str

    Notes
    -----
    Notebook: 03_feature_comparison
    """
    counts = tests["magnitude"].value_counts()
    sizes = ", ".join(f"{n} {word}" for word, n in counts.items())
    largest = tests.loc[tests["cliffs_delta"].abs().idxmax()]
    firm = (tests[["mwu_holm", "ks_holm"]] < 0.05).all(axis=1).sum()
    return (
        f"Of the {len(tests)} differences {largest['contrast']}, {sizes}. The largest is "
        f"{largest.name} (delta {largest['cliffs_delta']:.2f}): a random listing of "
        f"{largest['target']} exceeds one of {largest['reference']} in {largest['cles']:.0%} of "
        f"pairs. After Holm's correction {firm} of {len(tests)} differ in both tests."
    )


def contrasts_in_words(deltas: pd.DataFrame, negligible: float, alike: float) -> str:
    """How many features are beyond negligible in each contrast, and how alike the first two are.

    Parameters
    ----------
    deltas : DataFrame
        Of `ranks.deltas_by_contrast`, three contrasts.
    negligible : float
    alike : float
        Correlation of the first two contrasts over the features.

    Returns
    -------
    str

    Notes
    -----
    Notebook: 03_feature_comparison
    """
    beyond, sizes = (deltas.abs() >= negligible).sum(), deltas.abs().mean()
    counts = [
        f"{beyond[name]} of {len(deltas)} features in {name} (mean size {sizes[name]:.3f})"
        for name in deltas
    ]
    first, second = deltas.columns[:2]
    return (
        f"Beyond negligible are {', '.join(counts)}. Over the features, {first} and {second} "
        f"correlate at r = {alike:.2f}."
    )


def genres_in_words(tests: pd.DataFrame) -> str:
    """How many comparisons within genres outlive Holm's correction, and the largest difference.

    Parameters
    ----------
    tests : DataFrame
        Of `multiplicity.correct_families`, within genres only.

    Returns
    -------
    str

    Notes
    -----
    Notebook: 03_feature_comparison
    """
    firm = (tests["holm_genres"] < 0.05).sum()
    largest = tests.loc[tests["cliffs_delta"].abs().idxmax()]
    return (
        f"Within genres {firm} of {len(tests)} comparisons outlive Holm's correction. The largest "
        f"difference is {largest['feature']} in {largest['genre']} (delta "
        f"{largest['cliffs_delta']:.2f}), {largest['n_target']:.0f} listings against "
        f"{largest['n_reference']:.0f}."
    )


def dependence_in_words(inflation: pd.DataFrame, kinds: Mapping[str, pd.DataFrame]) -> str:
    """How much wider intervals become, and how many stay clear of zero.

    Parameters
    ----------
    inflation : DataFrame
        Standard errors as multiples of those of independent rows.
    kinds : mapping of str to DataFrame
        By method: ci_low, ci_high; the last is counted.

    Returns
    -------
    str

    Notes
    -----
    Notebook: 03_feature_comparison
    """
    name, ends = list(kinds.items())[-1]
    clear = (np.sign(ends["ci_low"]) == np.sign(ends["ci_high"])).sum()
    return (
        "Where neighbouring listings or those of one person are drawn together, standard errors "
        f"are {np.nanmin(inflation):.1f} to {np.nanmax(inflation):.1f} times those of independent "
        f"listings; with {name}, {clear} of {len(ends)} intervals stay clear of zero."
    )


def break_even_in_words(
    icc: pd.Series, mean: float, weighted: float, effect: float, weak: float = 0.3
) -> str:
    """How long lists are, what that does to a variance, and how many tests break easily.

    Parameters
    ----------
    icc : Series
        Break-even correlations by feature.
    mean, weighted : float
        Listings a list, and the list of an average listing.
    effect : float
        Design effect at a correlation of one tenth.
    weak : float

    Returns
    -------
    str

    Notes
    -----
    Notebook: 03_feature_comparison
    """
    return (
        f"Lists hold {mean:.1f} listings on average, {weighted:.1f} when weighted by size; with an "
        f"intraclass correlation of one tenth a variance grows {effect:.1f}-fold. "
        f"{(icc < weak).sum()} of {len(icc)} tests break at a correlation below {weak}."
    )


def mix_in_words(shares: pd.DataFrame) -> str:
    """For how many features the share of the genre mix has one answer, and which.

    Parameters
    ----------
    shares : DataFrame
        Of `decomposition.mix_shares`.

    Returns
    -------
    str

    Notes
    -----
    Notebook: 03_feature_comparison
    """
    clear = shares.loc[shares["identified"], "averaged"]
    answers = ", ".join(f"{feature} {share:.0%}" for feature, share in clear.items())
    return (
        f"For {len(clear)} of {len(shares)} features the weightings agree on the share of the "
        f"difference that comes with the genre mix ({answers or 'none'}); for the others the "
        "question has no single answer."
    )


def choices_in_words(agreement: pd.DataFrame) -> str:
    """How many of several differences keep sign and word in all analyses.

    Parameters
    ----------
    agreement : DataFrame
        Of `design.agreements`.

    Returns
    -------
    str

    Notes
    -----
    Notebook: 03_feature_comparison
    """
    analyses = agreement["analyses"]
    signs = (agreement["same_sign"] == analyses).sum()
    words = (agreement["same_word"] == analyses).sum()
    return (
        f"Of the {len(agreement)} largest differences, {signs} have the same sign and {words} the "
        f"same word in all {analyses.max():.0f} analyses."
    )


def entropy_choices_in_words(agreement: Mapping[str, float], pair: Sequence[str]) -> str:
    """Between which ends the difference of genre entropies lies over all analyses.

    Parameters
    ----------
    agreement : mapping of str to float
        Of `design.agreement`.
    pair : (str, str)

    Returns
    -------
    str

    Notes
    -----
    Notebook: 03_feature_comparison
    """
    target, reference = pair
    return (
        f"The difference of genre entropies {target} - {reference} lies between "
        f"{agreement['smallest']:.2f} and {agreement['largest']:.2f} bits in "
        f"{agreement['analyses']} analyses; {agreement['same_sign']} of them agree on its sign."
    )


def sizes_in_words(smallest: pd.DataFrame, negligible: float) -> str:
    """The smallest delta that corpora of these sizes make significant.

    Parameters
    ----------
    smallest : DataFrame
        Of `ranks.smallest_significant_deltas`; the first row is read.
    negligible : float

    Returns
    -------
    str

    Notes
    -----
    Notebook: 03_feature_comparison
    """
    row = smallest.iloc[0]
    return (
        f"Corpora of these sizes make a delta of {row['one_test']:.3f} significant "
        f"({row['contrast']}, one test); negligible is anything below {negligible}."
    )
