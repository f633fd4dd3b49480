"""What tables of genres show, of corpora and of lists, in one sentence each; nothing is computed."""

from collections.abc import Sequence

import numpy as np
import pandas as pd

from helpers.figures.numbers import decimal, p_equals
from helpers.project import counted, leaves_out_zero

# p below which a difference counts as shown, a ratio of errors that is worth telling, and parts of
# a gap that are.
SIGNIFICANT, NOTABLY, A_TENTH, HALF = 0.05, 1.1, 0.1, 0.5
# Listings of which one is a percent.
A_HUNDRED = 100
# By the verdict of `stats.lists.verdict`.
NARROWER = {
    "below": "lists are narrower than chance would make them",
    "above": "lists are broader than chance would make them",
    "open": "the interval contains zero, so neither narrower nor broader can be said",
    # The interval leaves out zero, and the verdict rests on others too.
    "divided": "with longer windows that is not so, and neither narrower nor broader can be said",
}


def shares_in_words(percent: pd.DataFrame, pair: Sequence[str]) -> str:
    """In which genres two corpora differ most.

    Parameters
    ----------
    percent : DataFrame
        One row a genre, one column a corpus.
    pair : sequence of str
        Target and reference.

    Returns
    -------
    str

    Notes
    -----
    Notebook: 06_genres
    """
    target, reference = pair
    gap = percent[target] - percent[reference]
    genres = " and ".join(
        f"{name} ({percent.at[name, target]:.1f} % against {percent.at[name, reference]:.1f} %)"
        for name in (gap.idxmax(), gap.idxmin())
    )
    return f"The shares of {target} and {reference} differ most in {genres}."


def chi_square_in_words(test: pd.Series) -> str:
    """The results of a chi-square test of two genre mixes.

    Parameters
    ----------
    test : Series
        As `stats.contingency.chi_square` returns it.

    Returns
    -------
    str

    Notes
    -----
    Notebook: 06_genres
    """
    if pd.isna(test["p"]):
        return "All listings have the same genre, so there is nothing to test."
    return (
        f"Chi-square is {test['statistic']:.1f} with "
        f"{counted(test['dof'], 'degree')} of freedom ({p_equals(test['p'])}; "
        f"{counted(test['n'], 'listing')}, smallest expected count "
        f"{test['smallest_expected']:.1f}); Cramér's V is {test['cramers_v']:.2f}."
    )


def hill_in_words(numbers: pd.DataFrame) -> str:
    """How many equally common genres two corpora amount to, at the ends of the range of orders.

    Parameters
    ----------
    numbers : DataFrame
        Of `stats.diversity.hill_profile`: one row an order, one column a corpus; the first two
        are compared.

    Returns
    -------
    str

    Notes
    -----
    Notebook: 06_genres
    """
    first, second = numbers.columns[:2]
    apart = numbers[first] - numbers[second]
    lowest, highest = (
        f"{numbers.at[order, first]:.1f} and {numbers.at[order, second]:.1f}"
        for order in (numbers.index[0], numbers.index[-1])
    )
    text = (
        f"{first} and {second} amount to {lowest} equally common genres at order "
        f"{numbers.index[0]:g} and to {highest} at order {numbers.index[-1]:g}"
    )
    for name, is_ahead in ((first, apart >= 0), (second, apart <= 0)):
        if is_ahead.all():
            return f"{text}; {name} is at least as diverse at every order."
    return f"{text}; which of them is more diverse depends on the order."


def listed_in_words(n: pd.Series) -> str:
    """How many times as many listings one corpus has, and what a rare genre amounts to in each.

    Parameters
    ----------
    n : Series of int
        Listings with a genre, by corpus; two of them.

    Returns
    -------
    str

    Notes
    -----
    Notebook: 06_genres
    """
    small, large = n.sort_values().index
    if n[small] == n[large]:
        return f"{small} and {large} have {counted(n[small], 'listing')} with a genre each."
    said = f"{large} has {n[large] / n[small]:.1f} times as many listings with a genre as {small}"
    if n[small] < A_HUNDRED:
        return f"{said}; one listing of {small} is more than one percent."
    return (
        f"{said}: one percent is {counted(n[large] / A_HUNDRED, 'listing')} of {large} and "
        f"{n[small] / A_HUNDRED:.0f} of {small}."
    )


def errors_in_words(errors: pd.DataFrame, pair: Sequence[str]) -> str:
    """How much larger standard errors are once what belongs together is kept together.

    Parameters
    ----------
    errors : DataFrame
        Index: corpora. Columns: rows of a block, the first a single one, and "unit" (bits).
    pair : sequence of str

    Returns
    -------
    str

    Notes
    -----
    Notebook: 06_genres
    """
    # By place: with short blocks two columns have one name.
    single, longest = errors.iloc[:, 0], errors.columns[-2]
    kept = errors.iloc[:, -2:].set_axis(["run", "unit"], axis=1)
    times = kept.div(single.where(single > 0), axis=0)
    said = [
        f"{decimal(times.at[name, 'run'], 1)} times as large by runs of {longest} rows and "
        f"{decimal(times.at[name, 'unit'], 1)} times by unit in {name}"
        for name in pair
    ]
    too_small = [name for name in pair if times.loc[name].max() >= NOTABLY]
    verdict = "Treating listings as independent does little harm here."
    if too_small:
        verdict = (
            "The error of independent listings is therefore too small for "
            f"{' and '.join(too_small)}."
        )
    return f"Compared with that of single rows, the standard error is {'; '.join(said)}. {verdict}"


def mixes_in_words(tests: pd.DataFrame, pair: Sequence[str]) -> str:
    """Whether two groups differ in which genres they hold, and whether in diversity.

    Parameters
    ----------
    tests : DataFrame
        Of `stats.contingency.permutation_tests`, of one pair of groups: columns p, unit and units by
        "jensen_shannon" and "entropy_difference"; p is missing where there is no test.
    pair : sequence of str

    Returns
    -------
    str

    Notes
    -----
    Notebook: 06_genres
    """
    mixes, diversity = (
        tests["p"].xs(name, level=1).iloc[0] for name in ("jensen_shannon", "entropy_difference")
    )
    names = " and ".join(pair)
    if pd.isna(mixes) or pd.isna(diversity):
        return f"No permutation test says whether {names} differ in their genres."
    shown = [p < SIGNIFICANT for p in (mixes, diversity)]
    differ = "differ" if shown[0] else "are not shown to differ"
    said = f"{names} {differ} in which genres they hold ({p_equals(mixes)})"
    joined = " and" if shown[1] else " nor"
    if shown[0] != shown[1]:
        joined = ", but differ" if shown[1] else ", but are not shown to differ"
    dealt = tests.iloc[0]
    return (
        f"{said}{joined} in how diverse they are "
        f"({p_equals(diversity)}), with {counted(dealt['units'], dealt['unit'])} dealt at random."
    )


def bias_in_words(bias: pd.DataFrame, gap: float, pair: Sequence[str]) -> str:
    """Whether the bias of entropies explains the difference between two corpora.

    Parameters
    ----------
    bias : DataFrame
        Of `stats.genre_intervals.bias_corrections`: column "by unit" (bits).
    gap : float
        Entropy of the first minus that of the second (bits).
    pair : sequence of str

    Returns
    -------
    str

    Notes
    -----
    Notebook: 06_genres
    """
    first, second = bias.loc[list(pair), "by unit"]
    explained = (second - first) / gap if gap else 0.0
    verdict = "Bias explains little of the gap"
    if explained >= HALF:
        verdict = "Bias may explain most of the gap"
    elif explained >= A_TENTH:
        verdict = "Bias explains a part of the gap"
    elif explained <= 0:
        verdict = "Bias does not explain the gap"
    return (
        f"{verdict}: by unit it is {first:.3f} bits for {pair[0]} and {second:.3f} for {pair[1]}, "
        f"while the entropies are {abs(gap):.2f} bits apart."
    )


def counting_in_words(differences: pd.Series) -> str:
    """How many ways of counting give the difference in entropy the sign of the published one.

    Parameters
    ----------
    differences : Series
        Bits, the published way of counting first.

    Returns
    -------
    str

    Notes
    -----
    Notebook: 06_genres
    """
    signs = np.sign(differences)
    agreeing = (signs == signs.iloc[0]).sum()
    ends = f"from {differences.min():.2f} to {differences.max():.2f} bits"
    n = len(differences)
    said = (
        f"{agreeing} of {n} ways of counting agree on the sign of the difference in entropy, "
        f"which runs {ends}"
    )
    if agreeing == n:
        said = f"All {n} ways of counting give a difference in entropy of the same sign, {ends}"
    return f"{said}; how unsure each of them is, the figure does not show."


def entropies_apart_in_words(
    difference: pd.Series, entropy: pd.DataFrame, pair: Sequence[str], p: float
) -> str:
    """How surely the entropies of two corpora or studies differ.

    Parameters
    ----------
    difference : Series
        corrected, ci_low, ci_high (bits); missing where a corpus has one unit.
    entropy : DataFrame
        Index: names. Columns unit (its kind) and units (their number).
    pair : sequence of str
        The compared two.
    p : float
        Of the permutation test; NaN where too few listings can change places for one.

    Returns
    -------
    str

    Notes
    -----
    Notebook: 06_genres
    """
    units = " and ".join(
        f"{counted(entropy.at[name, 'units'], entropy.at[name, 'unit'])} of {name}" for name in pair
    )
    tested = "too few listings can change places for a permutation test"
    if not pd.isna(p):
        tested = f"permutation {p_equals(p)}"
    basis = f"({units}; {tested})"
    names = f"between {pair[0]} and {pair[1]}"
    if pd.isna(difference["ci_low"]):
        return f"There are too few units for an interval of the difference {names} {basis}."
    is_clear = leaves_out_zero(difference["ci_low"], difference["ci_high"])
    return (
        f"Less its bias, the difference in entropy {names} is {difference['corrected']:.2f} bits, "
        f"with an interval from {difference['ci_low']:.2f} to {difference['ci_high']:.2f} that "
        f"{'leaves out' if is_clear else 'contains'} zero {basis}."
    )


def size_in_words(counts: pd.Series, pair: Sequence[str], entropy: pd.Series, drawn: float) -> str:
    """What the larger corpus holds where it is cut to the listings of the smaller one.

    Parameters
    ----------
    counts : Series
        Listings of each corpus.
    pair : sequence of str
        The smaller and the larger corpus.
    entropy : Series
        Of each corpus (bits).
    drawn : float
        Mean entropy of draws from the larger one (bits).

    Returns
    -------
    str

    Notes
    -----
    Notebook: 06_genres
    """
    small, large = pair
    listings = counted(counts[small], "listing")
    if counts[small] == counts[large]:
        return f"{small} and {large} have {listings} each, so size explains no difference."
    return (
        f"{large}, cut to the {listings} of {small}, has {drawn:.2f} bits, from "
        f"{entropy[large]:.2f}."
    )


def gap_in_words(row: pd.Series, lists: str, names: Sequence[str], verdict: str) -> str:
    """Whether lists are narrower than random draws, with the interval.

    Parameters
    ----------
    row : Series
        value, ci_low, ci_high (bits), lists (their number).
    lists : str
        What the lists are.
    names : sequence of str
        The corpus of the lists, and the one that is drawn from.
    verdict : str
        "below", "above", "open" or "too few".

    Returns
    -------
    str

    Notes
    -----
    Notebook: 06_genres
    """
    number = f"{row['lists']:,.0f} {lists}"
    if verdict == "too few":
        return (
            f"{number} of {names[0]} are too few to say whether lists are narrower than random "
            f"draws from {names[1]}."
        )
    size = f"{abs(row['value']):.2f} bits {'less' if row['value'] < 0 else 'more'}"
    if verdict == "open" and leaves_out_zero(row["ci_low"], row["ci_high"]):
        verdict = "divided"
    return (
        f"A list of {names[0]} ({number}) holds {size} than as many random listings of {names[1]} "
        f"(interval {row['ci_low']:.2f} to {row['ci_high']:.2f}): {NARROWER[verdict]}."
    )


def matches_in_words(table: pd.DataFrame, lists: str, names: Sequence[str], verdict: str) -> str:
    """How often two listings share their genre: within lists, between them, in another corpus.

    Parameters
    ----------
    table : DataFrame
        Rows within, between, reference, "within - reference"; columns value, ci_low, ci_high.
    lists : str
        What the lists are.
    names : sequence of str
        The corpus of the lists, and the other one.
    verdict : str
        On "within - reference", as in `gap_in_words`.

    Returns
    -------
    str

    Notes
    -----
    Notebook: 06_genres
    """
    percent = (100 * table["value"]).map("{:.1f} %".format)
    said = (
        f"Two listings of one list of {names[0]} ({lists}) share their genre in "
        f"{percent['within']} of pairs, listings of two lists in {percent['between']}, listings of "
        f"{names[1]} in {percent['reference']}."
    )
    if verdict == "too few":
        return f"{said} The lists are too few for a verdict."
    low, high = 100 * table.loc["within - reference", ["ci_low", "ci_high"]]
    if verdict == "open" and leaves_out_zero(low, high):
        more = "more" if low > 0 else "less"
        return (
            f"{said} A list is {more} alike than listings of {names[1]} ({low:.1f} to {high:.1f} "
            f"points), but not with longer windows, so neither is concluded."
        )
    outcome = {
        "below": f"less alike than listings of {names[1]}",
        "above": f"more alike than listings of {names[1]}",
        "open": f"neither more nor less alike than listings of {names[1]}, as far as can be said",
    }
    return f"{said} A list is {outcome[verdict]} ({low:z.1f} to {high:z.1f} points)."
