"""What tables of comparisons show, in one sentence each: counts rows and computes nothing else."""

from collections.abc import Mapping, Sequence

import numpy as np
import pandas as pd

from helpers.figures.effects import VERDICT_OF_SIZE
from helpers.figures.numbers import listed, percent
from helpers.project import as_text, by_number, counted, counted_of

# What is smaller reads as zero at three decimals.
SMALLEST_SHOWN = 0.0005


def normality_in_words(tests: pd.DataFrame, level: float) -> str:
    """How often a test rejects normality, and how often its p rests on a very large sample.

    Parameters
    ----------
    tests : DataFrame
        Columns p and warning, one row a corpus and feature.
    level : float
        Of the intervals: p below one minus it rejects.

    Returns
    -------
    str

    Notes
    -----
    Notebook: 02_audio_features
    """
    rejected, warned = (tests["p"] < 1 - level).sum(), (tests["warning"] != "").sum()
    said = f"The test rejects normality in {counted_of(rejected, len(tests), 'case')}"
    if not warned:
        return f"{said}."
    return f"{said}; in {counted(warned, 'case')} the sample is so large that scipy warns about p."


def without_repeats_in_words(shift: float) -> str:
    """By how much a mean moves at most where each track counts once.

    Parameters
    ----------
    shift : float
        Standard deviations.

    Returns
    -------
    str

    Notes
    -----
    Notebook: 02_audio_features
    """
    if shift < SMALLEST_SHOWN:
        return "Counting each track once moves no mean."
    return f"Counting each track once moves no mean by more than {shift:.3f} standard deviations."


def _span(low: float, high: float) -> str:
    """From one share to another, as percentages; one where both read alike."""
    ends = dict.fromkeys([percent(low), percent(high)])
    return " to ".join(ends)


def tracks_of_corpora_in_words(summary: pd.DataFrame, pair: Sequence[str]) -> str:
    """How many listings and tracks each of two corpora has.

    Parameters
    ----------
    summary : DataFrame
        Of `counts.summary`.
    pair : sequence of str

    Returns
    -------
    str

    Notes
    -----
    Notebook: 01_corpora
    """
    said = [
        f"{corpus} has {counted(summary.at[corpus, 'listings'], 'listing')} of "
        f"{counted(summary.at[corpus, 'tracks'], 'track')}"
        for corpus in pair
    ]
    return f"{' and '.join(said)}."


def repeats_in_words(corpus: str, length: int, repeats: int, without_genre: int) -> str:
    """Whether the repeated rows of a corpus stand in one run, and how many listings lack a genre.

    Parameters
    ----------
    corpus : str
    length : int
        Of `counts.repeated_block`.
    repeats : int
        Repeated rows.
    without_genre : int
        Listings with an id and without a genre.

    Returns
    -------
    str

    Notes
    -----
    Notebook: 01_corpora
    """
    has = by_number(without_genre, "has", "have")
    lacking = f"{without_genre:,} of its listings {has} an id but no genre."
    rows = counted(repeats, "repeated row")
    if not length:
        return f"No run of rows of {corpus} repeats the run just before it ({rows}); {lacking}"
    return (
        f"{length:,} of the {rows} of {corpus} {by_number(length, 'stands', 'stand')} in one run "
        f"that repeats the run just before it; {lacking}"
    )


def lists_in_words(lengths: pd.Series) -> str:
    """How many tracks participants list.

    Parameters
    ----------
    lengths : Series of int
        Of `counts.list_lengths`.

    Returns
    -------
    str

    Notes
    -----
    Notebook: 01_corpora
    """
    if len(lengths) == 1:
        return f"The one participant lists {counted(lengths.iloc[0], 'track')}."
    return (
        f"{counted(len(lengths), 'participant')} list {lengths.mean():.1f} tracks on average "
        f"(SD {lengths.std():.1f}, from {lengths.min()} to {lengths.max()})."
    )


def skew_in_words(gaps: pd.Series, corpus: str) -> str:
    """Which feature of a corpus is most skewed, and how many are hardly skewed.

    Parameters
    ----------
    gaps : Series
        Of `distributions.mean_minus_median`, of one corpus, by feature.
    corpus : str

    Returns
    -------
    str

    Notes
    -----
    Notebook: 02_audio_features
    """
    most = gaps.abs().idxmax()
    side = "above" if gaps[most] > 0 else "below"
    near = (gaps.abs() < 0.1).sum()
    return (
        f"The most skewed feature of {corpus} is {most}, whose mean lies {abs(gaps[most]):.2f} "
        f"standard deviations {side} its median; in {counted_of(near, len(gaps), 'feature')} the two "
        "lie less than a tenth of a standard deviation apart."
    )


def effects_in_words(tests: pd.DataFrame) -> str:
    """How large the differences of one contrast are, and how many remain after Holm's correction.

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
    sizes = listed([f"{n} {by_number(n, 'is', 'are')} {word}" for word, n in counts.items()])
    largest = tests.loc[tests["cliffs_delta"].abs().idxmax()]
    firm = (tests[["mwu_holm", "ks_holm"]] < 0.05).all(axis=1).sum()
    return (
        f"Of {counted(len(tests), 'difference')} {largest['contrast']}, {sizes}. The largest is "
        f"{largest.name} (delta {largest['cliffs_delta']:.2f}): a random listing of "
        f"{largest['target']} exceeds one of {largest['reference']} in {percent(largest['cles'])} of "
        f"pairs. After Holm's correction {counted_of(firm, len(tests), 'feature')} "
        f"{by_number(firm, 'differs', 'differ')} in both tests."
    )


def contrasts_in_words(deltas: pd.DataFrame, negligible: float) -> str:
    """How many features are beyond negligible in each contrast.

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
    beyond, sizes = (deltas.abs() >= negligible).sum(), deltas.abs().mean()
    counts = [
        f"{counted_of(beyond[name], len(deltas), 'feature')} in {name} "
        f"(mean size {sizes[name]:.3f})"
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
    """How alike two contrasts with a corpus in common are, beside three unrelated corpora.

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
    if pd.notna(alike["p_together"]):
        together = f" ({alike['p_together']:.3f} where features go together as the reference's do)"
    return (
        f"Over {counted(alike['n'], 'feature')}, {contrasts[0]} and {contrasts[1]} correlate at r = "
        f"{alike['r']:.2f} (interval {alike['low']:.2f} to {alike['high']:.2f}). Three unrelated "
        f"corpora correlate at {alike['median']:.2f} in the median, and at {alike['r']:.2f} or "
        f"above with a chance of {alike['p']:.3f}{together}."
    )


def equivalence_in_words(table: pd.DataFrame, basis: str) -> str:
    """How many differences get each verdict, and which verdict of the first contrast falls first.

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
    contrasts = table.groupby("contrast", sort=False)
    said = []
    for contrast, rows in contrasts:
        counts = rows["verdict"].value_counts()
        known = [f"{counts[word]} {word}" for word in VERDICT_OF_SIZE if word in counts]
        said.append(f"{contrast}: {listed(known)}")
    sentence = f"{basis}, listings taken as independent, {'; '.join(said)}."
    main = table["contrast"].iloc[0]
    first = table[table["contrast"] == main].dropna(subset="icc_first")
    if first.empty:
        return sentence
    weakest = first.loc[first["icc_first"].idxmin()]
    stand = (first["icc_first"] > 1).sum()
    if stand == len(first):
        return f"{sentence} Of {main}, every verdict stands at any intraclass correlation."
    return (
        f"{sentence} Of {main}, the verdict on {weakest['feature']} "
        f"({weakest['verdict']}) falls first, at an intraclass correlation of "
        f"{weakest['icc_first']:.2f}; {stand} of {len(first)} "
        f"{by_number(stand, 'stands', 'stand')} at any correlation."
    )


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
        f"Taken as a census, the second corpus of {table['contrast'].iloc[0]} has no sampling "
        f"error: standard errors are {_span(less.min(), less.max())} smaller, and "
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
    return (
        f"Whether {' or '.join(deltas)} are counted moves a delta by {spread.max():.3f} at most "
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
        f"taking the corpora as disjoint overstates standard errors by {percent(1 / factor - 1, 1)}."
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
    groups = {
        f"{pair[0]} is higher at every decile": everywhere["above"],
        f"{pair[0]} is lower at every decile": everywhere["below"],
        "its deciles are higher in one part and lower in another": somewhere.all(axis=1),
    }
    said = [
        f"{words} for {listed(list(chosen.index[chosen]))}"
        for words, chosen in groups.items()
        if chosen.any()
    ]
    if not said:
        return "No feature differs in one direction at every decile, or in both at some."
    sentence = f"Where the band leaves out zero, {'; '.join(said)}."
    if sum(groups.values()).all():
        return sentence
    return f"{sentence} The other features differ in one direction at some deciles, or at none."


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
    Notebook: 03_feature_comparison
    """
    firm = (tests["holm_genres"] < 0.05).sum()
    largest = tests.loc[tests["cliffs_delta"].abs().idxmax()]
    return (
        f"Within genres, {counted_of(firm, len(tests), 'comparison')} "
        f"{by_number(firm, 'remains', 'remain')} after Holm's correction. The largest difference "
        f"is {largest['feature']} in {as_text(largest['genre'])} (delta "
        f"{largest['cliffs_delta']:.2f}), {counted(largest['n_target'], 'listing')} against "
        f"{largest['n_reference']:,.0f}."
    )


def genre_intervals_in_words(tests: pd.DataFrame) -> str:
    """How many intervals within genres contain zero, and how few listings these rest on.

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
    is_open = np.sign(known["ci_low"]) != np.sign(known["ci_high"])
    fewest = known[["n_target", "n_reference"]].min(axis=1)
    verb = by_number(is_open.sum(), "contains", "contain")
    said = f"Of {counted(len(known), 'interval')} within genres, {is_open.sum()} {verb} zero"
    if is_open.all() or not is_open.any():
        return f"{said}."
    return (
        f"{said}; the smaller corpus has {counted(fewest[is_open].median(), 'listing')} in the "
        f"median of these, and {fewest[~is_open].median():.0f} in that of the others."
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
        f"listings; with {name}, {counted_of(clear, len(ends), 'interval')} "
        f"{by_number(clear, 'stays', 'stay')} clear of zero."
    )


def break_even_in_words(
    icc: pd.DataFrame, mean: float, weighted: float, effect: float, weak: float = 0.3
) -> str:
    """How long lists are, what that does to a variance, and how many tests break easily.

    Parameters
    ----------
    icc : DataFrame
        Of `dependence.break_even_iccs`.
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
    Notebook: 04_where_it_sits
    """
    counts = (icc < weak).sum()
    return (
        f"Lists hold {mean:.1f} listings on average, {weighted:.1f} when weighted by size; with an "
        f"intraclass correlation of one tenth a variance grows {effect:.1f}-fold. In Holm's family "
        f"{counted_of(counts['holm'], len(icc), 'rank test')} "
        f"{by_number(counts['holm'], 'breaks', 'break')} at a correlation below {weak}, "
        f"{counts['both']} where the reference's units are correlated as much, and "
        f"{counts['first_step']} at the level of Holm's first step."
    )


def clustered_in_words(deltas: pd.DataFrame, units: str) -> str:
    """How many differences remain after Holm's correction once units and artists are clusters.

    Parameters
    ----------
    deltas : DataFrame
        Of `dependence.clustered_deltas`.
    units : str
        Of `units.units_in_words`.

    Returns
    -------
    str

    Notes
    -----
    Notebook: 04_where_it_sits
    """
    firm = deltas["holm"] < 0.05
    lost = ", ".join(deltas.index[~firm])
    return (
        f"With errors clustered by unit ({units}) and by artist, "
        f"{counted_of(firm.sum(), len(deltas), 'difference')} "
        f"{by_number(firm.sum(), 'remains', 'remain')} after Holm's correction; "
        f"not shown to differ: {lost or 'none'}."
    )


def persons_in_words(summary: pd.DataFrame, chance: pd.DataFrame, fewest: int) -> str:
    """Of which feature most people share the sign of their corpus, and of which fewest.

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
            f"Only {counted(people, 'person is', 'people are')} known, fewer than the {fewest} that "
            "a share takes, so no share of people is given."
        )
    most, least = summary["share"].idxmax(), summary["share"].idxmin()
    ends = [
        f"{name}, {percent(summary.loc[name, 'share'])} "
        f"({percent(chance.loc[name, 'share'])} if lists were random draws from the corpus)"
        for name in (most, least)
    ]
    return (
        f"The share of people whose own list differs in the direction of the corpus is largest for "
        f"{ends[0]}, and smallest for {ends[1]}; people's deltas have a standard deviation of "
        f"{summary['sd'].min():.2f} to {summary['sd'].max():.2f}."
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
    turned = [
        f"{row.Index} ({row.reference_mix:.3f} and {row.target_mix:.3f})"
        for row in deltas[~deltas["one_sign"].astype(bool)].itertuples()
    ]
    moved = (deltas["target_mix"] - deltas["reference_mix"]).abs().idxmax()
    row = deltas.loc[moved]
    said = (
        f"Within genres, {reference}'s mix and {target}'s mix give every feature a delta of the "
        "same sign."
    )
    if turned:
        said = (
            f"Within genres, the sign depends on whether {reference}'s or {target}'s mix weighs "
            f"them for {listed(turned)}."
        )
    return (
        f"{said} The mixes differ most for {moved}: {row['reference_mix']:.3f} and "
        f"{row['target_mix']:.3f}."
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
        return (
            "No genre is left out, since both corpora have two rows of each; genres of one corpus "
            "therefore add nothing to any difference."
        )
    named = [f"{len(names)} of {corpus}" for corpus, names in genres.items()]
    left_out = "Genres that are left out, since one corpus has fewer than two rows: "
    left_out += f"{named[0]}, {named[1]}."
    brought = residual["one_sided"]
    whole = differences[brought.index]
    large = brought.index[brought.abs() > whole.abs() / 4]
    named = [f"{name} ({brought[name]:.3f} of {whole[name]:.3f})" for name in large]
    return (
        f"{left_out} They make up more than a quarter of the difference for "
        f"{', '.join(named) or 'no feature'}."
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
    held = {
        unit: f"{100 * row['min']:.0f} to {percent(row['max'])}" for unit, row in shares.iterrows()
    }
    return (
        "Intervals that take listings as independent, as those of this table do, hold the truth in "
        f"{held['listings']} of {coverage['studies'].min():,} studies with lists as long as these, "
        f"where 95 % are promised; intervals by whole participants do in {held['participants']}. "
        "Take those of the table for too narrow."
    )


def mixed_in_words(effects: pd.DataFrame, negligible: float) -> str:
    """How many differences within genres remain after correction in the mixed model, and how large.

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
    firm = effects.index[effects["holm"] < 0.05]
    beyond = (effects["delta"].abs() >= negligible).sum()
    return (
        f"Within genres, with lists and artists as random effects, "
        f"{counted_of(len(firm), len(effects), 'difference')} "
        f"{by_number(len(firm), 'remains', 'remain')} after Holm's correction "
        f"({', '.join(firm) or 'none'}), and {beyond} {by_number(beyond, 'is', 'are')} "
        f"beyond negligible. Lists hold {_span(effects['list'].min(), effects['list'].max())} of "
        "the variance within genres, artists "
        f"{_span(effects['artist'].min(), effects['artist'].max())}."
    )


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
    both = (cells["starred"] & cells["clear"]).sum()
    starred, turned = cells["starred"].sum(), cells["turned"].sum()
    most = cells.iloc[0]
    return (
        f"Of {counted(len(cells), 'cell')}, {starred} {by_number(starred, 'has', 'have')} a star "
        f"before, {cells['clear'].sum()} an interval clear of zero once shrunk, and {both} both; "
        f"{turned} {by_number(turned, 'changes its', 'change their')} sign. The largest move is {most['feature']} in "
        f"{as_text(most['genre'])}: {most['before']:.2f} becomes {most['after']:.2f} "
        f"({counted(most['n_target'], 'listing')} against {most['n_reference']:,.0f})."
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
    answers = ", ".join(f"{feature} {percent(share)}" for feature, share in clear.items())
    some = f" ({answers})" if answers else ""
    said = (
        f"For {counted_of(len(clear), len(shares), 'feature')} the weightings agree on the share of "
        f"the difference that comes with the genre mix{some}"
    )
    if len(clear) == len(shares):
        return f"{said}."
    return f"{said}; for the rest the question has no single answer."


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
        f"Of the {by_number(len(agreement), '', f'{len(agreement)} ')}largest "
        f"{by_number(len(agreement), 'difference', 'differences')}, {signs} "
        f"{by_number(signs, 'has', 'have')} the same sign and {words} the same word in all "
        f"{counted(analyses.max(), 'analysis', 'analyses')}."
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
    agreeing = agreement["same_sign"]
    told = f"{agreeing} of them {by_number(agreeing, 'agrees', 'agree')}"
    if agreeing == agreement["analyses"]:
        told = "all agree"
    return (
        f"The difference of genre entropies {target} - {reference} lies between "
        f"{agreement['smallest']:.2f} and {agreement['largest']:.2f} bits in "
        f"{counted(agreement['analyses'], 'analysis', 'analyses')}; {told} on its sign."
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
