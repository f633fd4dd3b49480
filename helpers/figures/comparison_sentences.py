"""What the comparison of whole corpora shows, in a sentence or two each: words chosen by numbers.

Each function counts and picks out rows of a table, and computes nothing else.
"""

from collections.abc import Sequence

import numpy as np
import pandas as pd

from helpers.figures.effects import VERDICT_OF_SIZE
from helpers.figures.numbers import SMALLEST_SHOWN, listed, named, p_equals, percent, span
from helpers.project import by_number, counted, counted_of

ALPHA = 0.05
# Deciles as a reader groups them: those up to here are low, those from the second on are high.
LOW_DECILES, HIGH_DECILES = 0.35, 0.65


def won_in_words(row: pd.Series, n_pairs: int) -> str:
    """What the statistics of one comparison say of its pairs.

    Parameters
    ----------
    row : Series
        Of `ranks.feature_tests`.
    n_pairs : int

    Returns
    -------
    str

    Notes
    -----
    Notebook: 03_feature_comparison
    """
    return (
        f"Of {counted(n_pairs, 'pair')}, {row['mwu_u']:g} are won, a tie counting half: that is a "
        f"share of {row['cles']:.2f}, and a delta of {row['cliffs_delta']:.2f}. Where the cumulative "
        f"distributions are farthest apart, they differ by {row['ks_d']:.2f}: that is D."
    )


def thresholds_in_words(thresholds: Sequence[float]) -> str:
    """Which sizes of Cliff's delta have which word, and what the first of them means in pairs.

    Parameters
    ----------
    thresholds : sequence of float
        Three: from where on a difference is small, medium, large.

    Returns
    -------
    str

    Notes
    -----
    Notebook: 03_feature_comparison
    """
    small, medium, large = thresholds
    won = 50 * (1 + small)
    return (
        f"A delta between -{small} and {small} is called negligible; from {small} on, in either "
        f"direction, it is small, from {medium} on medium and from {large} on large. A delta of "
        f"{small} stands for {won:.0f} pairs won and {100 - won:.0f} lost in a hundred."
    )


def effects_in_words(tests: pd.DataFrame) -> str:
    """How large the differences of one contrast are, and which is the largest.

    Parameters
    ----------
    tests : DataFrame
        Of `ranks.of_whole_corpora`.

    Returns
    -------
    str

    Notes
    -----
    Notebook: 03_feature_comparison
    """
    counts = tests["magnitude"].value_counts()
    sizes = listed([f"{n} {by_number(n, 'is', 'are')} {word}" for word, n in counts.items()])
    largest = tests.loc[tests["cliffs_delta"].abs().idxmax()]
    return (
        f"Of {counted(len(tests), 'difference')} {largest['contrast']}, {sizes}. The largest is "
        f"{largest.name} (delta {largest['cliffs_delta']:.2f}): a random listing of "
        f"{largest['target']} exceeds one of {largest['reference']} in {percent(largest['cles'])} of "
        "pairs."
    )


def uncorrected_in_words(tests: pd.DataFrame) -> str:
    """How many p-values are small before correction, and where the two tests part.

    Parameters
    ----------
    tests : DataFrame
        Of `ranks.in_order`, whole corpora.

    Returns
    -------
    str

    Notes
    -----
    Notebook: 03_feature_comparison
    """
    of_ranks, of_shape = tests["mwu_p"] < ALPHA, tests["ks_p"] < ALPHA
    said = (
        f"Before correction p is below {ALPHA} in {counted_of(of_ranks.sum(), len(tests), 'test')} "
        f"of U and in {of_shape.sum()} of D"
    )
    shape_alone = tests[of_shape & ~of_ranks]
    if shape_alone.empty:
        return f"{said}; no difference is found by D alone."
    parts = [
        f"{listed(list(rows['feature'].astype(str)))} in {contrast}"
        for contrast, rows in shape_alone.groupby("contrast", sort=False)
    ]
    return (
        f"{said}; D alone finds a difference for {listed(parts)}, where the distributions differ in "
        "shape while neither corpus is shown to have more of the feature."
    )


def families_in_words(tests: pd.DataFrame, n_tests: int) -> str:
    """How many features differ in the first family, and which fare otherwise in a larger one.

    Parameters
    ----------
    tests : DataFrame
        Of `ranks.of_whole_corpora`, corrected.
    n_tests : int
        Tests of the family of all contrasts.

    Returns
    -------
    str

    Notes
    -----
    Notebook: 03_feature_comparison
    """
    firm = (tests[["mwu_holm", "ks_holm"]] < ALPHA).all(axis=1).sum()
    said = (
        f"In this family of {2 * len(tests)} tests, {counted_of(firm, len(tests), 'feature')} "
        f"{by_number(firm, 'differs', 'differ')} in both tests after Holm's correction."
    )
    here, there = tests["mwu_holm"] < ALPHA, tests["holm_contrasts"] < ALPHA
    family = f"the family of {counted(n_tests, 'Mann-Whitney test')}"
    parts = [
        f"{name} differs here ({p_equals(row['mwu_holm'])}) but not in {family} "
        f"({p_equals(row['holm_contrasts'])})"
        for name, row in tests[here & ~there].iterrows()
    ]
    parts += [
        f"{name} differs in {family} ({p_equals(row['holm_contrasts'])}) but not here "
        f"({p_equals(row['mwu_holm'])})"
        for name, row in tests[there & ~here].iterrows()
    ]
    if not parts:
        return f"{said} In {family} the same features differ as by U here."
    return f"{said} By U, {listed(parts)}."


def apart_in_words(tests: pd.DataFrame) -> str:
    """In which features two distributions are most and least alike, by the meaning of D.

    Parameters
    ----------
    tests : DataFrame
        Of `ranks.of_whole_corpora`.

    Returns
    -------
    str

    Notes
    -----
    Notebook: 03_feature_comparison
    """
    gaps = tests["ks_d"].astype(float)
    least, most = gaps.idxmin(), gaps.idxmax()
    return (
        f"The two distributions are most alike in {least}: the shares of listings below any value "
        f"differ by {100 * gaps[least]:.0f} percentage points at most (D). They are least alike in "
        f"{most}, where these shares differ by up to {100 * gaps[most]:.0f} points."
    )


def shifts_in_words(shifts: pd.DataFrame, pair: Sequence[str]) -> str:
    """For which features one corpus lies above the other throughout, and where it depends.

    Parameters
    ----------
    shifts : DataFrame
        Of `stats.shift.shift_function`.
    pair : (str, str)

    Returns
    -------
    str

    Notes
    -----
    Notebook: 03_feature_comparison
    """
    marked = shifts.assign(above=shifts["low"] > 0, below=shifts["high"] < 0)
    by_feature = marked.groupby("feature", sort=False)[["above", "below"]]
    everywhere, somewhere = by_feature.all(), by_feature.any()
    throughout = everywhere.any(axis=1)
    above, below = somewhere["above"], somewhere["below"]
    groups = {
        "is higher at every decile": everywhere["above"],
        "is lower at every decile": everywhere["below"],
        "is lower at some deciles and higher at others": above & below,
        "is higher at some deciles only": above & ~below & ~throughout,
        "is lower at some deciles only": below & ~above & ~throughout,
        "is not shown to differ at any decile": ~above & ~below,
    }
    said = [
        f"{words} for {listed(list(chosen.index[chosen]))}"
        for words, chosen in groups.items()
        if chosen.any()
    ]
    return f"{pair[0]} {'; it '.join(said)}.{_largest_shifts(marked)}"


def _largest_shifts(marked: pd.DataFrame) -> str:
    """Among which deciles the difference of each feature is largest, where one is shown."""
    clear = marked[marked["above"] | marked["below"]]
    if clear.empty:
        return ""
    largest = clear.loc[clear["difference"].abs().groupby(clear["feature"], sort=False).idxmax()]
    place = pd.cut(
        largest["quantile"],
        [0, LOW_DECILES, HIGH_DECILES, 1],
        labels=["low", "middle", "high"],
    )
    parts = [
        f"among the {words} deciles for {listed(list(rows['feature']))}"
        for words, rows in largest.groupby(place, observed=True)
    ]
    return f" The difference is largest {listed(parts)}."


def tests_of_means_in_words(tests: pd.DataFrame) -> str:
    """Which difference of means is the largest, and which one by ranks.

    Parameters
    ----------
    tests : DataFrame
        Of `means.classical_tests`.

    Returns
    -------
    str

    Notes
    -----
    Notebook: 03_feature_comparison
    """
    by_means = tests.loc[tests["cohens_d"].abs().idxmax()]
    said = (
        f"The largest difference of means is that of {by_means['feature']} in "
        f"{by_means['target']} - {by_means['reference']} (Cohen's d {by_means['cohens_d']:.2f})"
    )
    if tests["kruskal_r"].isna().all():
        return f"{said}."
    by_ranks = tests.loc[tests["kruskal_r"].idxmax()]
    if by_ranks.name == by_means.name:
        return f"{said}; by ranks it is the largest too (r of H {by_ranks['kruskal_r']:.2f})."
    return (
        f"{said}; by ranks it is that of {by_ranks['feature']} in {by_ranks['target']} - "
        f"{by_ranks['reference']} (r of H {by_ranks['kruskal_r']:.2f})."
    )


def contrasts_in_words(deltas: pd.DataFrame, negligible: float) -> str:
    """Which features are beyond negligible in each contrast.

    Parameters
    ----------
    deltas : DataFrame
        Of `ranks.deltas_by_contrast`, three contrasts.
    negligible : float

    Returns
    -------
    str

    Notes
    -----
    Notebook: 03_feature_comparison
    """
    sizes = deltas.abs()
    beyond = sizes >= negligible
    counts = [
        f"{counted_of(beyond[name].sum(), len(deltas), 'feature')} in {name} "
        f"({named(deltas.index[beyond[name]], deltas.index)}; mean size of all {sizes[name].mean():.3f})"
        for name in deltas
    ]
    said = f"More than negligible are the differences of {listed(counts)}."
    return f"{said} {_shared_in_words(deltas, negligible)}"


def _shared_in_words(deltas: pd.DataFrame, negligible: float) -> str:
    """How far a third corpus differs from the reference as the first does."""
    first, second, third = (deltas.iloc[:, k] for k in range(3))
    target, background = (name.split(" - ")[0] for name in (first.name, second.name))
    reference = str(first.name).split(" - ")[1]
    beyond = first.abs() >= negligible
    alike = np.sign(first) == np.sign(second)
    shared = (beyond & alike & (third.abs() < negligible)).sum()
    if not beyond.any():
        return f"No feature sets {target} apart from {reference}."
    verbs = by_number(shared, "sets", "set"), by_number(shared, "does", "do")
    return (
        f"Of {counted(beyond.sum(), 'feature')} that {by_number(beyond.sum(), 'sets', 'set')} "
        f"{target} apart from {reference}, {shared} {verbs[0]} {background} apart from it in the "
        f"same direction and {verbs[1]} not distinguish {target} from {background}."
    )


def likeness_in_words(alike: pd.Series, contrasts: Sequence[str]) -> str:
    """How alike two contrasts with a corpus in common are, and whether that alone explains it.

    Parameters
    ----------
    alike : Series
        Of `stats.contrasts.likeness`.
    contrasts : sequence of str
        Names of the two.

    Returns
    -------
    str

    Notes
    -----
    Notebook: 03_feature_comparison
    """
    together = ""
    chances = alike[["p", "p_together"]].dropna()
    if "p_together" in chances:
        together = f" ({alike['p_together']:.3f} where features go together as the reference's do)"
    return (
        f"Over {counted(alike['n'], 'feature')}, {contrasts[0]} and {contrasts[1]} correlate at r = "
        f"{alike['r']:.2f} (interval {alike['low']:.2f} to {alike['high']:.2f}). Three unrelated "
        f"corpora correlate at {alike['median']:.2f} in the median, and at {alike['r']:.2f} or "
        f"above with a chance of {alike['p']:.3f}{together}. "
        f"{_conclusion(alike['r'], chances, contrasts)}"
    )


def _conclusion(r: float, chances: pd.Series, contrasts: Sequence[str]) -> str:
    """Whether a common reference is enough to explain a likeness."""
    first, second = (name.split(" - ")[0] for name in contrasts[:2])
    reference = contrasts[0].split(" - ")[1]
    if r <= 0:
        return f"{second} does not differ from {reference} in the direction in which {first} does."
    small = chances < ALPHA
    if small.all():
        return (
            f"The reference in common does not explain so close a likeness: {second} differs from "
            f"{reference} in much the same features, and the same directions, as {first} does."
        )
    if small.any():
        return (
            "Whether the reference in common explains the likeness depends on how features go "
            "together, so nothing is concluded from it."
        )
    return (
        "The reference in common may explain such a likeness by itself, so it does not show that "
        f"{second} differs from {reference} as {first} does."
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
    said = (
        f"Corpora of these sizes make a delta of {row['one_test']:.3f} significant "
        f"({row['contrast']}, one test)"
    )
    if row["one_test"] < negligible:
        return (
            f"{said}, although by convention anything below {negligible} is negligible: a "
            "significant difference may be a negligible one."
        )
    return (
        f"{said}, and anything below {negligible} is negligible by convention: a negligible "
        "difference cannot be significant here, and one that is not may be missed."
    )


def equivalence_in_words(table: pd.DataFrame, basis: str) -> str:
    """How many differences of each contrast get each verdict.

    Parameters
    ----------
    table : DataFrame
        Of `stats.equivalence.verdicts`.
    basis : str
        What the verdicts rest on, as a sentence begins with it.

    Returns
    -------
    str

    Notes
    -----
    Notebook: 03_feature_comparison
    """
    said = []
    for contrast, rows in table.groupby("contrast", sort=False):
        counts = rows["verdict"].value_counts()
        known = [f"{counts[word]} {word}" for word in VERDICT_OF_SIZE if word in counts]
        said.append(f"{contrast}: {listed(known)}")
    return f"{basis}, listings treated as independent, {'; '.join(said)}."


def holding_in_words(table: pd.DataFrame) -> str:
    """Up to which intraclass correlation the verdicts of the first contrast hold.

    Parameters
    ----------
    table : DataFrame
        Of `stats.equivalence.verdicts`.

    Returns
    -------
    str

    Notes
    -----
    Notebook: 03_feature_comparison
    """
    main = table["contrast"].iloc[0]
    rows = table[table["contrast"] == main]
    known = rows.dropna(subset="icc_first")
    if known.empty:
        return (
            f"No verdict on {main} has a correlation up to which it holds: none is firm, or no "
            "list has a second listing."
        )
    weakest = known.loc[known["icc_first"].idxmin()]
    if weakest["icc_first"] > 1:
        alone = f"each of {counted(len(known), 'verdict')} on {main} holds at any correlation"
    else:
        stand = (known["icc_first"] > 1).sum()
        alone = (
            f"{counted_of(stand, len(rows), 'verdict')} on {main} "
            f"{by_number(stand, 'holds', 'hold')} at any correlation; the first to fall is that on "
            f"{weakest['feature']} ({weakest['verdict']}), which does not hold above "
            f"{weakest['icc_first']:.2f}"
        )
    return f"Taken alone, {alone}. {_together_in_words(table, rows)}"


def _together_in_words(table: pd.DataFrame, rows: pd.DataFrame) -> str:
    """Up to which correlation the verdicts of one contrast hold together."""
    corrected = f"With a correction for all {counted(len(table), 'verdict')}"
    lost = rows.loc[rows["icc_family"].isna(), "feature"].astype(str)
    if len(lost) == len(rows):
        return f"{corrected}, none of these holds even for independent listings."
    if len(lost):
        return (
            f"{corrected}, {by_number(len(lost), 'that', 'those')} on {listed(list(lost))} "
            f"{by_number(len(lost), 'does', 'do')} not hold even for independent listings."
        )
    limit = rows["icc_family"].min()
    if limit > 1:
        return f"{corrected}, these hold together at any correlation."
    return f"{corrected}, these hold together up to {limit:.2f}."


def census_in_words(table: pd.DataFrame) -> str:
    """What becomes of standard errors and verdicts where the second corpus is all there is.

    Parameters
    ----------
    table : DataFrame
        Of `stats.equivalence.against_a_census`.

    Returns
    -------
    str

    Notes
    -----
    Notebook: 03_feature_comparison
    """
    less = 1 - table["se_target"] / table["se"]
    changed = (table["of_census"] != table["verdict"]).sum()
    return (
        f"Taken as a census, {table['reference'].iloc[0]} has no sampling error: standard errors of "
        f"{table['contrast'].iloc[0]} are {span(less.min(), less.max())} smaller, and "
        f"{counted_of(changed, len(table), 'verdict')} {by_number(changed, 'changes', 'change')}."
    )


def estimands_in_words(deltas: pd.DataFrame, negligible: float) -> str:
    """How far effect sizes move with what is counted: listings, tracks or people.

    Parameters
    ----------
    deltas : DataFrame
        Cliff's delta, one row a feature, one column an estimand.
    negligible : float

    Returns
    -------
    str

    Notes
    -----
    Notebook: 03_feature_comparison
    """
    spread = deltas.max(axis=1) - deltas.min(axis=1)
    beyond = (deltas.abs() >= negligible).sum(axis=1)
    crossed = ((beyond > 0) & (beyond < deltas.shape[1])).sum()
    if spread.max() < SMALLEST_SHOWN:
        return f"Whether {' or '.join(deltas)} are counted moves no delta."
    kinds = listed(deltas.columns, "or")
    return (
        f"Whether {kinds} are counted moves a delta by {spread.max():.3f} at most "
        f"({spread.idxmax()}); {counted_of(crossed, len(deltas), 'feature')} "
        f"{by_number(crossed, 'crosses', 'cross')} the threshold of {negligible}."
    )


def shared_tracks_in_words(pairs: int, factor: float, pair: Sequence[str]) -> str:
    """How many pairs of listings are of one track, and what the tests make of them.

    Parameters
    ----------
    pairs : int
        Of `stats.estimands.shared_pairs`.
    factor : float
        Of `stats.estimands.shared_track_factor`.
    pair : (str, str)

    Returns
    -------
    str

    Notes
    -----
    Notebook: 03_feature_comparison
    """
    if not pairs:
        return (
            f"No listing of {pair[0]} is of a track that {pair[1]} has too: the corpora are "
            "disjoint, as the tests take them to be."
        )
    return (
        f"{counted(pairs, 'pair')} of a listing of {pair[0]} and one of {pair[1]} "
        f"{by_number(pairs, 'is', 'are')} of the same track; "
        f"treating the corpora as disjoint overstates standard errors by {percent(1 / factor - 1, 1)}."
    )
