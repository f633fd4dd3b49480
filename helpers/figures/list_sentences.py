"""What tables of lists of music show: how diverse one list is, and what pooling lists adds."""

from collections.abc import Mapping, Sequence

import pandas as pd

from helpers.figures.numbers import monte_carlo, percent, span

# How one list stands to a random draw of another corpus, by the verdict of `stats.lists.verdict`.
ONE_LIST = {
    "below": "is less diverse than",
    "above": "is more diverse than",
    "open": "is not shown to differ in diversity from",
}


def parts_in_words(alpha: float, by_chance: float, gamma: float, lists: str, number: int) -> str:
    """How much of the diversity of a corpus lies within a list, and how much between lists.

    Parameters
    ----------
    alpha, by_chance : float
        Mean entropy of a list, and of random listings of the corpus, as many as each list has (bits).
    gamma : float
        Entropy of the corpus (bits).
    lists : str
        What the lists are.
    number : int
        How many there are.

    Returns
    -------
    str

    Notes
    -----
    Notebook: 06_genres
    """
    return (
        f"Within a list ({number:,} {lists}) lie {alpha:.2f} of {gamma:.2f} bits, "
        f"{percent(alpha / gamma)}, and between lists {gamma - alpha:.2f}. A short list shows few "
        f"genres: random lists of the same lengths would leave {gamma - by_chance:.2f} bits between "
        f"them, {abs(by_chance - alpha):.2f} {'less' if by_chance > alpha else 'more'} than these."
    )


def kinds_of_lists_in_words(gaps: pd.DataFrame, corpora: Sequence[str]) -> str:
    """Whether the kinds of lists agree on how far lists are from random draws.

    Parameters
    ----------
    gaps : DataFrame
        Of `stats.lists.gaps`, without kinds of too few lists.
    corpora : sequence of str
        Which are drawn from.

    Returns
    -------
    str

    Notes
    -----
    Notebook: 06_genres
    """
    if gaps.empty:
        return "There are too few lists of any kind to compare the kinds."
    said = []
    for corpus in corpora:
        rows = gaps.xs(corpus, level="drawn from")
        narrower, broader = (rows["ci_high"] < 0).sum(), (rows["ci_low"] > 0).sum()
        shown = f"{narrower} of {len(rows)} kinds of lists are shown to be narrower"
        if not narrower:
            shown = "no kind of list is shown to be narrower"
        if broader:
            shown += f", and {broader} to be broader"
        lowest, highest = rows["value"].idxmin(), rows["value"].idxmax()
        said.append(
            f"against random listings of {corpus}, {shown}, with differences from "
            f"{rows['value'].min():.2f} ({lowest}) to {rows['value'].max():.2f} bits ({highest})"
        )
    sentence = "; ".join(said)
    return f"{sentence[0].upper()}{sentence[1:]}."


def gap_coverage_in_words(held: pd.DataFrame) -> str:
    """How often intervals of the gap between lists and random draws hold the true one.

    Parameters
    ----------
    held : DataFrame
        Of `simulation.studies.gap_coverage`.

    Returns
    -------
    str

    Notes
    -----
    Notebook: 06_genres
    """
    shares = held.groupby(["participants", "interval"])["coverage"].agg(["min", "max"])
    few, many = held["participants"].min(), held["participants"].max()
    parts = []
    for number in (few, many):
        of_jackknife, of_percentiles = (
            span(*shares.loc[(number, way), ["min", "max"]]) for way in ("jackknife", "percentiles")
        )
        parts.append(
            f"with {number} lists the jackknife's contain the true difference in {of_jackknife} of "
            f"studies and the percentiles of a bootstrap in {of_percentiles}"
        )
    return f"Of intervals that promise 95 %, {'; '.join(parts)} ({monte_carlo(held['error'])})."


def one_list_in_words(
    row: pd.Series, verdicts: Mapping[str, str], gap: float, lists: str, pair: Sequence[str]
) -> str:
    """Whether a corpus is diverse because each list is, or because lists differ.

    Parameters
    ----------
    row : Series
        Lists of the target against random draws from the reference: value, ci_low, ci_high (bits).
    verdicts : mapping of str to str
        By the corpus that is drawn from, as of `stats.lists.verdict`.
    gap : float
        Entropy of all listings of the target minus that of the reference (bits).
    lists : str
        What the lists are.
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
    own, other = verdicts[target], verdicts[reference]
    if other == "too few":
        return f"The lists of {target} are too few to say how diverse one list is."
    ends = f"{row['value']:.2f} bits, {row['ci_low']:.2f} to {row['ci_high']:.2f}"
    first = (
        f"One list of {target} {ONE_LIST[other]} a random draw of its length from {reference} "
        f"({ends})"
    )
    if gap <= 0:
        return f"{first}; all listings of {target} together are no more diverse either."
    who = "people" if lists == "participants" else "lists"
    pooled = f"the larger pooled entropy of {target}"
    if other == "above":
        return f"{first}; {pooled} comes at least in part with broader lists."
    if own == "below":
        return f"{first}; {pooled} comes with differences between {who}."
    return f"{first}; where {pooled} comes from is not shown."
