"""Where differences sit and how sure they are, in a sentence or two each: words chosen by numbers.

Each function counts and picks out rows of a table, and computes nothing else.
"""

from collections.abc import Mapping, Sequence

import numpy as np
import pandas as pd

from helpers.figures.numbers import listed, monte_carlo, named, percent, rounds_to_zero, span
from helpers.project import as_text, by_number, counted, counted_of, leaves_out_zero

ALPHA = 0.05
# Genres whose median size is below this share of that of others are smaller, else slightly smaller.
MUCH_SMALLER = 2 / 3
# Up to so many listings a value that was shrunk is more assumption than evidence.
FEW_LISTINGS = 30
# A measured correlation above this share of a break-even correlation comes near to it.
NEAR = 0.5


def _features(chosen: pd.Index, among: pd.Index) -> str:
    """Some of several features: "no feature", "a and b", "all but c", "all features"."""
    if not len(chosen):
        return "no feature"
    said = named(chosen, among)
    return "all features" if said == "all" else said


def _by_methods(kept: pd.Index, methods: pd.Index) -> str:
    """The methods by which a difference remains: "by all but one", or "only by" a few."""
    said = named(kept, methods)
    return f"by {said}" if said.startswith("all but") else f"only by {said}"


def _clear(table: pd.DataFrame) -> pd.Series:
    """Whether the interval of each row leaves out zero."""
    return leaves_out_zero(table["ci_low"], table["ci_high"])


def genres_in_words(tests: pd.DataFrame) -> str:
    """How many comparisons within genres remain after Holm's correction, and the largest difference.

    Parameters
    ----------
    tests : DataFrame
        Of `multiplicity.correct_families`, within genres only.

    Returns
    -------
    str

    Notes
    -----
    Notebook: 04_where_it_sits
    """
    firm = tests["holm_genres"] < ALPHA
    remain = (
        f"Within genres, {counted_of(firm.sum(), len(tests), 'comparison')} "
        f"{by_number(firm.sum(), 'remains', 'remain')} after Holm's correction"
    )
    if firm.any():
        return f"{remain}; the largest of these differences is {_largest(tests[firm])}."
    return f"{remain}. The largest difference, which does not remain, is {_largest(tests)}."


def _largest(tests: pd.DataFrame) -> str:
    """The largest difference with its interval and the listings it rests on."""
    row = tests.loc[tests["cliffs_delta"].abs().idxmax()]
    delta = f"delta {row['cliffs_delta']:.2f}"
    if not np.isnan(row["ci_low"]):
        delta += f", interval {row['ci_low']:.2f} to {row['ci_high']:.2f}"
    return (
        f"{row['feature']} in {as_text(row['genre'])} ({delta}), "
        f"{counted(row['n_target'], 'listing')} against {row['n_reference']:,.0f}"
    )


def genre_intervals_in_words(tests: pd.DataFrame) -> str:
    """How many intervals within genres contain zero, and whether in smaller genres than the others.

    Parameters
    ----------
    tests : DataFrame
        As in `genres_in_words`, with intervals; rows without one are left out.

    Returns
    -------
    str

    Notes
    -----
    Notebook: 04_where_it_sits
    """
    known = tests.dropna(subset=["ci_low", "ci_high"])
    is_open = ~_clear(known)
    fewest = known[["n_target", "n_reference"]].min(axis=1)
    verb = by_number(is_open.sum(), "contains", "contain")
    said = f"{counted_of(is_open.sum(), len(known), 'interval')} within genres {verb} zero"
    if is_open.all() or not is_open.any():
        return f"{said}."
    few, many = fewest[is_open].median(), fewest[~is_open].median()
    size = "that are no smaller"
    if few < many:
        size = "that are only slightly smaller"
    if few < MUCH_SMALLER * many:
        size = "that are smaller"
    return (
        f"{said}, in genres {size}: in the median the smaller corpus has "
        f"{counted(few, 'listing')} there, and {many:,.0f} where the interval leaves out zero."
    )


def inflation_in_words(inflation: pd.DataFrame) -> str:
    """How much wider errors become where listings depend on one another.

    Parameters
    ----------
    inflation : DataFrame
        Standard errors as multiples of those of independent rows, by feature and method.

    Returns
    -------
    str

    Notes
    -----
    Notebook: 04_where_it_sits
    """
    feature, method = inflation.stack().idxmax()
    return (
        "Where neighbouring listings or those of one person are drawn together, standard errors "
        f"are {np.nanmin(inflation):.1f} to {np.nanmax(inflation):.1f} times those of independent "
        f"listings; the factor is largest for {feature}, with {method}."
    )


def dependence_in_words(kinds: Mapping[str, pd.DataFrame]) -> str:
    """How many intervals leave out zero, by the assumption on dependence.

    Parameters
    ----------
    kinds : mapping of str to DataFrame
        By method, indexed by feature: ci_low, ci_high. The first treats listings as independent;
        the last is told feature by feature.

    Returns
    -------
    str

    Notes
    -----
    Notebook: 04_where_it_sits
    """
    first, (name, ends) = next(iter(kinds.values())), list(kinds.items())[-1]
    clear, independent = _clear(ends), _clear(first).sum()
    return (
        f"With {name}, {counted_of(clear.sum(), len(ends), 'interval')} "
        f"{by_number(clear.sum(), 'leaves', 'leave')} out zero "
        f"({named(ends.index[clear], ends.index)}); where listings are treated as independent, "
        f"{independent} {by_number(independent, 'does', 'do')}."
    )


def clustered_in_words(deltas: pd.DataFrame, units: str, artists: bool = True) -> str:
    """How many differences remain after Holm's correction once units and artists are clusters.

    Parameters
    ----------
    deltas : DataFrame
        Of `dependence.clustered_deltas`.
    units : str
        Of `units.units_in_words`.
    artists : bool
        Whether artists are known.

    Returns
    -------
    str

    Notes
    -----
    Notebook: 04_where_it_sits
    """
    firm = deltas["holm"] < ALPHA
    by_artist = "and by artist" if artists else "alone, since no artist is known"
    lost = named(deltas.index[~firm], deltas.index) if not firm.all() else "none"
    return (
        f"With errors clustered by unit ({units}) {by_artist}, "
        f"{counted_of(firm.sum(), len(deltas), 'difference')} "
        f"{by_number(firm.sum(), 'remains', 'remain')} after Holm's correction; "
        f"not shown to differ: {lost}."
    )


def break_even_in_words(
    icc: pd.DataFrame,
    mean: float,
    weighted: float,
    effect: float,
    lists_hold: str = "Lists hold",
    weak: float = 0.3,
) -> str:
    """How long lists are, what that does to a variance, and which tests break easily.

    Parameters
    ----------
    icc : DataFrame
        Of `dependence.break_even_iccs`; zero where a test shows nothing for independent listings.
    mean, weighted : float
        Listings a list, and the list of an average listing.
    effect : float
        Design effect at a correlation of one tenth.
    lists_hold : str
        How the sentence begins: whose lists these are.
    weak : float

    Returns
    -------
    str

    Notes
    -----
    Notebook: 04_where_it_sits
    """
    shown = icc["holm"] > 0
    broken = (icc < weak)[shown]
    counts, names = broken.sum(), broken.index[broken["holm"]]
    which = f" ({named(names, icc.index)})" if len(names) else ""
    breaking = f"{counted_of(counts['holm'], len(icc), 'rank test')}{which}"
    if not shown.all():
        breaking = (
            f"{counted_of((~shown).sum(), len(icc), 'rank test')} "
            f"({named(icc.index[~shown], icc.index)}) {by_number((~shown).sum(), 'shows', 'show')} no "
            f"difference even for independent listings; of the others, {counts['holm']}{which}"
        )
    return (
        f"{lists_hold} {mean:.1f} listings on average, {weighted:.1f} when weighted by size; with an "
        f"intraclass correlation of one tenth a variance grows {effect:.1f}-fold. In Holm's family "
        f"{breaking} {by_number(counts['holm'], 'breaks', 'break')} at a correlation below {weak}, "
        f"{counts['both']} where the reference's units are correlated as much, and "
        f"{counts['first_step']} at the level of Holm's first step."
    )


def rank_correlations_in_words(measured: pd.Series, break_even: pd.Series) -> str:
    """How alike a person's listings are, and which tests that undoes or comes near to undoing.

    Parameters
    ----------
    measured : Series
        Of `dependence.rank_correlations`, within participants.
    break_even : Series
        Column `holm` of `dependence.break_even_iccs`, of the same features.

    Returns
    -------
    str

    Notes
    -----
    Notebook: 04_where_it_sits
    """
    limit = break_even[measured.index]
    over = measured >= limit
    near = ~over & (measured > NEAR * limit)
    lowest, highest = measured.idxmin(), measured.idxmax()

    def each(chosen: pd.Series) -> str:
        pairs = [
            f"{name} ({measured[name]:.2f} against {limit[name]:.2f})" for name in chosen.index
        ]
        return listed(pairs) if pairs else "no feature"

    said = (
        "Within a participant the ranks correlate at between "
        f"{measured[lowest]:.2f} ({lowest}) and {measured[highest]:.2f} ({highest})."
    )
    if not (over | near).any():
        return f"{said} For no feature is that half of the break-even correlation of Holm's family."
    return (
        f"{said} That reaches the break-even correlation of Holm's family for {each(over[over])}, and "
        f"more than half of it for {each(near[near])}."
    )


def persons_in_words(summary: pd.DataFrame, fewest: int) -> str:
    """Of which feature most people share the sign of their corpus, and of which fewest.

    Parameters
    ----------
    summary : DataFrame
        Of `persons.summary`.
    fewest : int
        People that a share takes.

    Returns
    -------
    str

    Notes
    -----
    Notebook: 04_where_it_sits
    """
    people = summary["people"].min()
    if people < fewest:
        return (
            f"Only {counted(people, 'person is', 'people are')} known, fewer than the {fewest} that "
            "a share takes, so no share of people is given."
        )
    most, least = summary["share"].idxmax(), summary["share"].idxmin()
    return (
        f"The list of a person lies on the same side of the reference as the corpus most often in "
        f"{most}, for {percent(summary.loc[most, 'share'])} of people, and least often in {least}, "
        f"for {percent(summary.loc[least, 'share'])}."
    )


def taste_in_words(summary: pd.DataFrame, chance: pd.DataFrame, fewest: int) -> str:
    """Whether people differ in taste by more than short lists make them differ.

    Parameters
    ----------
    summary : DataFrame
        Of `persons.summary`.
    chance : DataFrame
        Of `persons.chance_shares`.
    fewest : int
        People that a share takes.

    Returns
    -------
    str

    Notes
    -----
    Notebook: 04_where_it_sits
    """
    people = summary["people"].min()
    if people < fewest:
        return (
            f"The spread of {counted(people, 'person', 'people')} is not set beside that of random "
            f"lists: it takes {fewest}."
        )
    most = summary["share"].idxmax()
    spread = summary["sd"], chance.loc[summary.index, "sd"]
    wider = spread[0] > spread[1]
    of_chance = (spread[1] ** 2).sum() / (spread[0] ** 2).sum()
    return (
        "If people did not differ in taste, so that each list were a random draw from the corpus, "
        f"{percent(chance.loc[most, 'share'])} of lists would lean the way of the corpus in {most}; "
        f"{percent(summary.loc[most, 'share'])} do. People's deltas have a standard deviation of "
        f"{spread[0].min():.2f} to {spread[0].max():.2f}, where random lists have "
        f"{spread[1].min():.2f} to {spread[1].max():.2f}: people differ by more than the shortness "
        f"of their lists explains in {counted_of(wider.sum(), len(wider), 'feature')}, and random "
        f"lists account for {percent(min(of_chance, 1))} of their variance."
    )


def split_in_words(parts: pd.DataFrame, features: Sequence[str]) -> str:
    """Whether differences of means lie within genres or come with their mix.

    Parameters
    ----------
    parts : DataFrame
        Of `decomposition.kitagawa`.
    features : sequence of str
        In the order in which they are named.

    Returns
    -------
    str

    Notes
    -----
    Notebook: 04_where_it_sits
    """
    averaged = parts[parts["weights"] == "averaged"].set_index("feature")
    mix, within = (
        averaged[averaged["part"] == part].loc[list(features)] for part in ("mix", "within")
    )
    inner = within["value"].abs() > mix["value"].abs()
    clear = _clear(within)
    shared = _clear(mix)
    return (
        f"By averaged weights the part within genres is larger than that of the genre mix for "
        f"{counted_of(inner.sum(), len(inner), 'feature')} ({named(inner.index[inner], inner.index)}). "
        f"The interval of the part within genres leaves out zero for "
        f"{_features(clear.index[clear], clear.index)}, that of the mix for "
        f"{_features(shared.index[shared], shared.index)}."
    )


def residual_in_words(
    residual: pd.DataFrame, differences: pd.Series, genres: Mapping[str, Sequence[str]]
) -> str:
    """Of which differences of means genres of one corpus alone make up more than a quarter.

    Parameters
    ----------
    residual : DataFrame
        Of `decomposition.residual_parts`.
    differences : Series
        Of the means of whole corpora, by feature.
    genres : mapping of str to list of str
        Of `decomposition.one_sided_genres`.

    Returns
    -------
    str

    Notes
    -----
    Notebook: 04_where_it_sits
    """
    if not any(genres.values()):
        return "Both corpora have two rows or more of every genre, so the split leaves out none."
    left = [
        f"{counted(len(names), 'genre')} of {corpus}" for corpus, names in genres.items() if names
    ]
    brought = residual["one_sided"]
    large = brought.index[brought.abs() > differences[brought.index].abs() / 4]
    return (
        f"The split leaves out {listed(left)}, of which the other corpus has no row or either has "
        "a single one. They make up more than a quarter of the difference for "
        f"{_features(large, brought.index)}."
    )


def split_coverage_in_words(coverage: pd.DataFrame) -> str:
    """By how much intervals of the split fall short in simulated studies, by their unit.

    Parameters
    ----------
    coverage : DataFrame
        Of `studies.split_coverage`.

    Returns
    -------
    str

    Notes
    -----
    Notebook: 04_where_it_sits
    """
    shares = coverage.groupby("unit")["coverage"].agg(["min", "max"])
    held = {unit: span(row["min"], row["max"]) for unit, row in shares.iterrows()}
    return (
        "Intervals that treat listings as independent, as those of this table do, hold the truth in "
        f"{held['listings']} of {coverage['studies'].min():,} studies with lists as long as these, "
        f"where 95 % are promised; intervals by whole participants do in {held['participants']} "
        f"({monte_carlo(coverage['error'])}). Take those of the table for too narrow."
    )


def mix_in_words(shares: pd.DataFrame, widest: float, genres: Mapping[str, Sequence[str]]) -> str:
    """For which features the share of the genre mix has one answer, and which.

    Parameters
    ----------
    shares : DataFrame
        Of `decomposition.mix_shares`.
    widest : float
        How far apart weightings may lie that agree, as a share of the difference.
    genres : mapping of str to list of str
        Of `decomposition.one_sided_genres`: where there are any, the shares are of the difference
        over the other genres, which may be zero although that of whole corpora is not.

    Returns
    -------
    str

    Notes
    -----
    Notebook: 04_where_it_sits
    """
    common, split = "", "the difference itself"
    if any(genres.values()):
        split = "the difference over shared genres"
        common = f" in {split}"
    known = shares[shares["clear"]]
    agree = known.loc[known["identified"], "averaged"]
    answers = ", ".join(f"{feature} {percent(share)}" for feature, share in agree.items())
    some = f" ({answers})" if answers else ""
    said = (
        f"Where the three weightings lie less than {percent(widest)} of the difference apart, the "
        f"share of the genre mix{common} has one answer: that is so for "
        f"{counted_of(len(agree), len(shares), 'feature')}{some}."
    )
    apart = known.index[~known["identified"]]
    if len(apart):
        said += f" For {listed(list(apart))} it depends on the weighting."
    open_ones = shares.index[~shares["clear"]]
    if len(open_ones):
        said += (
            f" For {listed(list(open_ones))} {split} may be zero, so a share of it means nothing."
        )
    return said


def weightings_in_words(shares: pd.DataFrame, columns: Sequence[str]) -> str:
    """For which feature the weightings of a split lie farthest apart, and for which nearest.

    Parameters
    ----------
    shares : DataFrame
        Of `decomposition.mix_shares`.
    columns : sequence of str
        Those of the weightings.

    Returns
    -------
    str

    Notes
    -----
    Notebook: 04_where_it_sits
    """
    known = shares.loc[shares["clear"], list(columns)]
    if known.empty:
        return (
            "No difference that was split leaves out zero, so no share of the mix can be read off."
        )
    low, high = known.min(axis=1), known.max(axis=1)
    longest, shortest = (high - low).idxmax(), (high - low).idxmin()
    said = (
        "Of the differences that were split and whose interval leaves out zero, the weightings lie "
        f"farthest apart for {longest} ({span(low[longest], high[longest])})"
    )
    if len(known) == 1:
        return f"{said}."
    return (
        f"{said} and nearest to one another for {shortest} ({span(low[shortest], high[shortest])})."
    )


def standardised_in_words(deltas: pd.DataFrame, pair: tuple[str, str]) -> str:
    """Of which features the sign within genres depends on the mix, and which moves most.

    Parameters
    ----------
    deltas : DataFrame
        Of `decomposition.standardised_deltas`.
    pair : (str, str)

    Returns
    -------
    str

    Notes
    -----
    Notebook: 04_where_it_sits
    """
    target, reference = pair
    both = [
        f"{row.Index} ({row.reference_mix:z.3f} and {row.target_mix:z.3f})"
        for row in deltas.itertuples()
    ]
    parts = pd.Series(both, deltas.index, dtype=str)
    is_none = rounds_to_zero(deltas[["reference_mix", "target_mix"]])
    turned, none = parts[~deltas["one_sign"].astype(bool) & ~is_none], parts[is_none]
    moved = (deltas["target_mix"] - deltas["reference_mix"]).abs().idxmax()
    row = deltas.loc[moved]
    said = (
        f"Within genres, {reference}'s mix and {target}'s mix give every feature a delta of the "
        "same sign."
    )
    if len(none):
        said = f"{said[:-1]}, but for those that are zero by one mix: {listed(none)}."
    if len(turned):
        said = (
            f"Within genres, the sign depends on whether {reference}'s or {target}'s mix weighs "
            f"them for {listed(turned)}{_zero_by_one(none)}."
        )
    return (
        f"{said} The two deltas differ most for {moved}: {row['reference_mix']:.3f} and "
        f"{row['target_mix']:.3f}."
    )


def _zero_by_one(none: pd.Series) -> str:
    """What has no sign by one of two mixes, as the end of a sentence."""
    return f"; by one of the mixes there is no difference for {listed(none)}" if len(none) else ""


def variances_in_words(effects: pd.DataFrame) -> str:
    """How much of the variance within genres lists and artists hold.

    Parameters
    ----------
    effects : DataFrame
        Of `mixed_model.corpus_effects`.

    Returns
    -------
    str

    Notes
    -----
    Notebook: 04_where_it_sits
    """
    most = effects["list"].idxmax()
    more = (effects["list"] > effects["artist"]).sum()
    return (
        f"Lists hold {span(effects['list'].min(), effects['list'].max())} of the variance within "
        f"genres, most of it in {most}; artists hold "
        f"{span(effects['artist'].min(), effects['artist'].max())}, less than lists in "
        f"{counted_of(more, len(effects), 'feature')}."
    )


def mixed_in_words(effects: pd.DataFrame, negligible: float) -> str:
    """Which differences within genres remain in the mixed model, and which are surely large.

    Parameters
    ----------
    effects : DataFrame
        Of `mixed_model.corpus_effects`.
    negligible : float

    Returns
    -------
    str

    Notes
    -----
    Notebook: 04_where_it_sits
    """
    names = effects.index
    firm, beyond = effects["holm"] < ALPHA, effects["delta"].abs() >= negligible
    surely = (effects["ci_low"] > negligible) | (effects["ci_high"] < -negligible)
    which = f" ({named(names[firm], names)})" if firm.any() else ""
    return (
        f"Within genres, with lists and artists as random effects, "
        f"{counted_of(firm.sum(), len(names), 'difference')} "
        f"{by_number(firm.sum(), 'remains', 'remain')} after Holm's correction{which}. "
        f"{_beyond_negligible(names, beyond, surely)}"
    )


def _beyond_negligible(names: pd.Index, beyond: pd.Series, surely: pd.Series) -> str:
    """Which estimates are beyond negligible, and which with their whole interval."""
    if not beyond.any():
        return "No estimate is beyond negligible."
    said = (
        f"The estimate is beyond negligible for {named(names[beyond], names)}, its whole interval"
    )
    return f"{said} for {named(names[surely], names)}."


def methods_in_words(remains: pd.DataFrame) -> str:
    """Which differences remain by every method, which depend on the method, and which on none.

    Parameters
    ----------
    remains : DataFrame of bool
        One row a feature, one column a method; the first treats listings as independent.

    Returns
    -------
    str

    Notes
    -----
    Notebook: 04_where_it_sits
    """
    names, others = remains.index, remains.iloc[:, 1:]
    every = remains.all(axis=1)
    never = ~remains.any(axis=1)
    alone = remains.iloc[:, 0] & ~others.any(axis=1)
    said = [
        f"By every method {counted_of(every.sum(), len(names), 'difference')} "
        f"{by_number(every.sum(), 'remains', 'remain')}"
    ]
    said[0] += f": {named(names[every], names)}."
    if not every.any():
        said = ["No difference remains by every method."]
    rest = remains[~(every | never | alone)]
    if len(rest):
        parts = [
            f"{listed(list(rows.index))} {by_number(len(rows), 'remains', 'remain')} "
            f"{_by_methods(rest.columns[np.array(kept)], rest.columns)}"
            for kept, rows in rest.groupby(list(rest.columns), sort=False)
        ]
        said.append(f"Methods disagree on others: {'; '.join(parts)}.")
    if alone.any():
        said.append(
            "Of these methods, only that of independent listings finds the difference in "
            f"{listed(list(names[alone]))}."
        )
    if never.any():
        said.append(f"None of them finds that in {listed(list(names[never]))}.")
    return " ".join(said)


def shrunken_in_words(cells: pd.DataFrame) -> str:
    """What shrinkage changes in the heat map of genres.

    Parameters
    ----------
    cells : DataFrame
        Of `mixed_model.compare_cells`.

    Returns
    -------
    str

    Notes
    -----
    Notebook: 04_where_it_sits
    """
    starred, turned = cells["starred"].sum(), cells["turned"].sum()
    before, after = cells["before"].std(), cells["after"].std()
    spread = "brings the cells closer together"
    if after >= before:
        spread = "does not bring the cells closer together"
    said = (
        f"Shrinkage {spread}: their deltas have a standard deviation of {after:.2f}, and had one of "
        f"{before:.2f}. The sign turns in {counted_of(turned, len(cells), 'cell')}."
    )
    if not starred:
        return f"{said} No cell had a star before."
    both = (cells["starred"] & cells["clear"]).sum()
    return (
        f"{said} Of {counted(starred, 'cell')} with a star in the first map, {both} "
        f"{by_number(both, 'has', 'have')} an interval that leaves out zero here."
    )


def moves_in_words(cells: pd.DataFrame, number: int = 5) -> str:
    """Which cell shrinkage moves most, and on how few listings such moves rest.

    Parameters
    ----------
    cells : DataFrame
        Of `mixed_model.compare_cells`, largest move first.
    number : int
        Cells in the table.

    Returns
    -------
    str

    Notes
    -----
    Notebook: 04_where_it_sits
    """
    top, most = cells.head(number), cells.iloc[0]
    fewest = top[["n_target", "n_reference"]].min(axis=1).max()
    said = (
        f"The largest move is {most['feature']} in {as_text(most['genre'])}: {most['before']:.2f} "
        f"becomes {most['after']:.2f}, with {counted(most['n_target'], 'listing')} against "
        f"{most['n_reference']:,.0f}. In each of these cells the smaller corpus has "
        f"{counted(fewest, 'listing')} at most"
    )
    if fewest > FEW_LISTINGS:
        return f"{said}."
    return (
        f"{said}, so the value after shrinkage is less what was observed than what the model assumes: "
        "that a genre about which little is known is like the others."
    )


def rivals_in_words(answers: pd.Series, words: Sequence[str]) -> str:
    """How many rival explanations a build can address, and which it can say nothing of.

    Parameters
    ----------
    answers : Series of str
        By rival.
    words : sequence of str
        Three answers: for adjusted, seen in part, not addressable.

    Returns
    -------
    str

    Notes
    -----
    Notebook: 04_where_it_sits
    """
    adjusted, partly, silent = (list(answers.index[answers == word]) for word in words)
    return (
        f"Of {counted(len(answers), 'rival explanation')} this build can adjust for {len(adjusted)} "
        f"and look at {len(partly)} in part; of {len(silent)} it can say nothing "
        f"({'; '.join(silent) or 'none'})."
    )


def adjustments_in_words(versions: pd.DataFrame, negligible: float) -> str:
    """How far adjustments move the largest differences, and whether they keep sign and size.

    Parameters
    ----------
    versions : DataFrame
        Cliff's delta: one row a version, the first as listed; one column a feature.
    negligible : float

    Returns
    -------
    str

    Notes
    -----
    Notebook: 04_where_it_sits
    """
    listed_deltas, others = versions.iloc[0], versions.iloc[1:].dropna(how="all")
    if others.empty:
        return "No version could be adjusted, so nothing can be said of adjustments."
    moves = (others - listed_deltas).abs()
    name, feature = moves.stack().idxmax()
    turned = (np.sign(others) != np.sign(listed_deltas)) & others.notna()
    small = (others.abs() < negligible).any()
    signs = "every difference keeps its sign"
    if turned.any().any():
        names = list(turned.columns[turned.any()])
        signs = (
            f"{listed(names)} {by_number(len(names), 'changes its', 'change their')} sign in some"
        )
    sizes = "none becomes negligible"
    if small.any():
        names = list(small.index[small])
        sizes = f"{listed(names)} {by_number(len(names), 'is', 'are')} negligible in some"
    return (
        f"The largest change is that of {feature} {as_text(str(name))}: {listed_deltas[feature]:.3f} "
        f"becomes {others.loc[name, feature]:.3f}. Over all versions, {signs}, and {sizes}."
    )


def choices_in_words(agreement: pd.DataFrame) -> str:
    """How many of several differences keep their sign in all analyses.

    Parameters
    ----------
    agreement : DataFrame
        Of `design.agreements`.

    Returns
    -------
    str

    Notes
    -----
    Notebook: 04_where_it_sits
    """
    analyses = agreement["analyses"]
    signs = (agreement["same_sign"] == analyses).sum()
    widest = (agreement["largest"] - agreement["smallest"]).idxmax()
    row = agreement.loc[widest]
    n = len(agreement)
    keeping = (
        f"Of the {by_number(n, '', f'{n} ')}largest {by_number(n, 'difference', 'differences')}, "
        f"{signs} {by_number(signs, 'keeps its', 'keep their')} sign"
    )
    if signs == n > 1:
        keeping = f"The {n} largest differences keep their sign"
    return (
        f"{keeping} in all {counted(analyses.max(), 'analysis', 'analyses')}. The difference in "
        f"{widest} varies most, from {row['smallest']:.2f} to {row['largest']:.2f}."
    )


def warnings_in_words(agreement: pd.DataFrame) -> str:
    """How often differences are negligible over all analyses, feature by feature.

    Parameters
    ----------
    agreement : DataFrame
        Of `design.agreements`.

    Returns
    -------
    str

    Notes
    -----
    Notebook: 04_where_it_sits
    """
    at_times = agreement[agreement["negligible"] > 0]
    if at_times.empty:
        return "None of these differences is negligible in any analysis."
    analyses = counted(agreement["analyses"].max(), "analysis", "analyses")
    parts = [f"{name} in {row['negligible']:.0f}" for name, row in at_times.iterrows()]
    never = agreement.index.difference(at_times.index, sort=False)
    said = f"Of {analyses}, the difference is negligible for {listed(parts)}"
    if len(never):
        said += f", and in none for {listed(list(never))}"
    return f"{said}: where it is at times, whether it counts depends on a choice of the analyst."


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
    Notebook: 04_where_it_sits
    """
    target, reference = pair
    agreeing = agreement["same_sign"]
    told = f"{agreeing} of them {by_number(agreeing, 'agrees', 'agree')}"
    if agreeing == agreement["analyses"]:
        told = "all agree"
    smallest, largest = (f"{agreement[end]:.2f}" for end in ("smallest", "largest"))
    lies = f"lies between {smallest} and {largest}"
    if smallest == largest:
        lies = f"is {smallest}"
    return (
        f"The difference of genre entropies {target} - {reference} {lies} bits in "
        f"{counted(agreement['analyses'], 'analysis', 'analyses')}; {told} on its sign."
    )
