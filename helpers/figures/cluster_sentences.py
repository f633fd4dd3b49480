"""What the tables of the map and of the clusters show, in one sentence each; computes nothing."""

import re
from collections.abc import Callable, Mapping, Sequence

import numpy as np
import pandas as pd

from helpers.figures.numbers import extremes, listed, percent, signed
from helpers.project import by_number, counted, counted_of, leaves_out_zero, spaced

# Differences of a corpus that are told one by one: of three feature sets every two.
MOST_DIFFERENCES = 3
# Feature sets that a sentence takes one by one.
MOST_SETS = 3


def in_words(table: pd.DataFrame, template: str, shown: Callable[[str], str] = str) -> str:
    """The rows of a table as part of a sentence.

    Parameters
    ----------
    table : DataFrame
        Index: corpus, feature set.
    template : str
        With a place for each column.
    shown : callable
        Of the name of a corpus: the name as the sentence shows it.

    Returns
    -------
    str
        The filled templates, each with its corpus and feature set in brackets; of many the ones with
        the highest and the lowest last column.

    Notes
    -----
    Notebook: 09_genre_clustering
    """
    parts = []
    for (corpus, feature_set), row in table.iterrows():
        parts.append(f"{template.format(*row)} ({shown(corpus)}, {feature_set})")
    # Format writes percentages without the space.
    return re.sub(r"(?<=\d)%", " %", extremes(parts, table.iloc[:, -1]))


def balance_in_words(balance: pd.DataFrame, shown: Callable[[str], str] = str) -> str:
    """What equal numbers of both genres change, and what is left of it in genres that are not small.

    Parameters
    ----------
    balance : DataFrame
        Of `stats.clustering.balance_table`: all listings, balanced, and pairs of larger genres last.
    shown : callable
        As in `in_words`.

    Returns
    -------
    str

    Notes
    -----
    Notebook: 09_genre_clustering
    """
    words = in_words(balance.iloc[:, :2], "from {:z.3f} to {:z.3f}", shown)
    said = f"With as many listings of both genres the mean ARI goes {words}"
    larger = balance.iloc[:, [2]].dropna()
    if larger.empty:
        return f"{said}; no pair has thirty listings or more of each."
    of_larger = in_words(larger, "{:z.3f}", shown)
    return f"{said}; of pairs with thirty listings or more of each it is {of_larger}."


def artists_in_words(
    table: pd.DataFrame, genres: Mapping[str, Sequence[str]], shown: Callable[[str], str] = str
) -> str:
    """What dealing labels to artists changes, as a sentence.

    Parameters
    ----------
    table : DataFrame
        As `stats.clustering.beside_artists` gives it.
    genres : mapping of corpus to list of str
        The genres that are paired.
    shown : callable
        As in `in_words`.

    Returns
    -------
    str

    Notes
    -----
    Notebook: 09_genre_clustering
    """
    tested = table[table["tested"] > 0]
    if tested.empty:
        return "No pair has enough artists of similar size to deal its labels to artists."
    parts = []
    for (corpus, feature_set), row in tested.iterrows():
        number = len(genres[corpus])
        parts.append(
            f"{counted_of(row['tested'], number * (number - 1) // 2, 'pair')}, of which "
            f"{percent(row['by artist'])} beat chance by artist and {percent(row['by listing'])} by "
            f"listing ({shown(corpus)}, {feature_set})"
        )
    told = extremes(parts, tested["by artist"], joined="; ".join)
    return f"With labels dealt to artists instead of single listings there is a test of {told}."


def poster_in_words(rows: pd.DataFrame, n_pairs: int, corpus: str) -> str:
    """How the feature sets stand as scored on the poster, as a sentence.

    Parameters
    ----------
    rows : DataFrame
        Index: difference ("embeddings minus audio features"). Columns value, ci_low, ci_high, in ARI.
    n_pairs : int
        Pairs of genres.
    corpus : str
        As the sentence shows it.

    Returns
    -------
    str

    Notes
    -----
    Notebook: 09_genre_clustering
    """
    parts = [f"{name} is {_with_ends(row)}" for name, row in rows.iterrows()]
    said = extremes(parts, rows["value"], MOST_DIFFERENCES)
    return (
        f"Scored as on the poster, in the genres of {corpus}, {said} in mean ARI over "
        f"{counted(n_pairs, 'pair')}."
    )


def _with_ends(row: pd.Series) -> str:
    """A difference with its interval; of two genres there is no jackknife, so no interval."""
    if np.isnan(row["ci_low"]):
        return signed(row["value"])
    return f"{signed(row['value'])} ({signed(row['ci_low'])} to {signed(row['ci_high'])})"


def seeds_in_words(rows: pd.DataFrame, n_seeds: int, corpus: str) -> str:
    """The differences over all seeds of the maps in one corpus, as a sentence.

    Parameters
    ----------
    rows : DataFrame
        Index: difference. Columns value, ci_low, ci_high, seed_sd.
    n_seeds : int
    corpus : str
        As the sentence shows it.

    Returns
    -------
    str

    Notes
    -----
    Notebook: 09_genre_clustering
    """
    parts = []
    for difference, row in rows.iterrows():
        said = f"{difference} is {_with_ends(row)} in balanced ARI"
        # Of one seed there is no SD.
        if not np.isnan(row["seed_sd"]):
            said += f", with an SD over seeds of {row['seed_sd']:.3f}"
        parts.append(said)
    told = extremes(parts, rows["value"], MOST_DIFFERENCES, "; ".join)
    if len(rows) > MOST_DIFFERENCES:
        clear = leaves_out_zero(rows["ci_low"], rows["ci_high"]).sum()
        told += (
            f"; {counted_of(clear, len(rows), 'interval')} "
            f"{by_number(clear, 'leaves', 'leave')} out zero"
        )
    return f"In {corpus}, over {counted(n_seeds, 'seed')}, {told}."


def gaps_in_words(gaps: pd.DataFrame, corpus: str) -> str:
    """How far feature sets are apart in macro F1, with the intervals over artists, as sentences.

    Parameters
    ----------
    gaps : DataFrame
        Index: difference ("embeddings minus audio features"), classifier. Columns as
        `stats.classification.gap_intervals` gives them.
    corpus : str
        As the sentence shows it.

    Returns
    -------
    str

    Notes
    -----
    Notebook: 09_genre_clustering
    """
    if gaps.empty:
        return f"Feature sets in {corpus}: too few tracks to teach a classifier."
    sentences, means, sided = [], [], 0
    for difference, rows in gaps.groupby(level=0, sort=False):
        parts = []
        for (_, way), row in rows.iterrows():
            ends = f"{signed(row['low'])} to {signed(row['high'])}"
            parts.append(f"{signed(row['gap'])} in macro F1 by {way} ({ends}, artists resampled)")
        first = difference[:1].upper() + difference[1:]
        sentences.append(f"{first} in {corpus}: {' and '.join(parts)}.")
        means.append(rows["gap"].mean())
        sided += (rows["low"] > 0).all() or (rows["high"] < 0).all()
    if len(sentences) <= MOST_DIFFERENCES:
        return " ".join(sentences)
    order = np.argsort(means)
    return (
        f"Of {counted(len(sentences), 'difference')} of feature sets in {corpus}, {sided} "
        f"{by_number(sided, 'has', 'have')} the intervals of all classifiers on one side of zero. "
        f"The highest and the lowest: {sentences[order[-1]]} {sentences[order[0]]}"
    )


def survival_in_words(tests: Mapping[str, float]) -> str:
    """Which tests a difference survives, as sentences.

    Parameters
    ----------
    tests : mapping of str to float
        As `stats.pair_differences.survival` gives them.

    Returns
    -------
    str

    Notes
    -----
    Notebook: 09_genre_clustering
    """
    survived = [name for name, value in tests.items() if value > 0]
    failed = [name for name, value in tests.items() if value <= 0]
    untold = [name for name, value in tests.items() if np.isnan(value)]
    sentences = [f"It survives {listed(survived)}." if survived else "It survives no test."]
    if len(survived) == len(tests):
        sentences = [f"It survives all {len(tests)} tests: {listed(survived)}."]
    if failed:
        sentences.append(f"It does not survive {listed(failed)}.")
    if untold:
        sentences.append(f"Too little is known to test {listed(untold)}.")
    return " ".join(sentences)


def leads_in_words(
    tests: Mapping[tuple[str, str, str], Mapping[str, float]],
    leads: pd.Series,
    shown: Callable[[str], str] = str,
) -> dict[str, str]:
    """Which of two feature sets is ahead, by how much, and what that survives.

    Parameters
    ----------
    tests : mapping of (corpus, earlier, later) to mapping of str to float
        As `stats.pair_differences.survivals` gives them.
    leads : Series of float
        Difference in ARI, the later set minus the earlier; index: corpus, earlier, later.
    shown : callable
        As in `in_words`.

    Returns
    -------
    dict of str to str
        Sentences by the end of their finding's key: one a difference, or one a corpus that has many.

    Notes
    -----
    Notebook: 09_genre_clustering
    """
    said = {}
    for corpus in dict.fromkeys(name for name, *_ in tests):
        own = {place[1:]: outcome for place, outcome in tests.items() if place[0] == corpus}
        values = leads.loc[corpus]
        if len(own) <= MOST_DIFFERENCES:
            for two, outcome in own.items():
                sets, size = _lead(values[two], two)
                key = f"{corpus}-{two[1]}-{two[0]}"
                lead = f"In {shown(corpus)} the lead of {sets} is {size}."
                said[key] = f"{lead} {survival_in_words(outcome)}"
        else:
            said[corpus] = _many_leads(own, values, shown(corpus))
    return said


def _lead(value: float, two: tuple[str, str]) -> tuple[str, str]:
    """Which set is ahead of which, and by how much."""
    behind, ahead = map(spaced, two)
    if value <= 0:
        behind, ahead = ahead, behind
    return f"{ahead} over {behind}", f"{abs(value):.3f} in ARI"


def _many_leads(
    own: Mapping[tuple[str, str], Mapping[str, float]], values: pd.Series, corpus: str
) -> str:
    """How many leads of a corpus fail no test, and the largest of those and of all."""
    sizes = {two: abs(values[two]) for two in own}
    every = [two for two, outcome in own.items() if not any(test <= 0 for test in outcome.values())]
    fail = by_number(len(every), "fails", "fail")
    said = (
        f"In {corpus} {counted_of(len(every), len(own), 'lead')} {fail} none of the tests that could "
        "be made"
    )
    widest = max(sizes, key=sizes.__getitem__)
    if every:
        most = max(every, key=sizes.__getitem__)
        said += "; the largest of them is that of {}, {}".format(*_lead(values[most], most))
    if widest not in every:
        said += ". The largest of all is that of {}, {}".format(*_lead(values[widest], widest))
        said += f". {survival_in_words(own[widest]).rstrip('.')}"
    return f"{said}."


def spread_in_words(spread: pd.DataFrame, contrast: str) -> str:
    """What halves that differ by chance alone give, as a sentence.

    Parameters
    ----------
    spread : DataFrame
        As `stats.two_samples.chance_spread` gives it.
    contrast : str
        Its name.

    Returns
    -------
    str

    Notes
    -----
    Notebook: 08_embedding_map
    """
    if len(spread) > MOST_SETS:
        return _spread_of_many(spread, contrast)
    parts = []
    for row in spread.itertuples():
        parts.append(
            f"AUC {row.lowest:.2f} to {row.highest:.2f} by {row.Index} "
            f"({counted_of(row.held, row.splits, 'interval')} "
            f"{by_number(row.held, 'contains', 'contain')} one half; p at or below 0.05 in "
            f"{row.p_low} of {counted(row.tested, 'split')} tested)"
        )
    return f"Random {contrast}: {'; '.join(parts)}."


def _spread_of_many(spread: pd.DataFrame, contrast: str) -> str:
    """The same of many feature sets, taken together."""
    total = spread[["held", "splits", "p_low", "tested"]].sum()
    return (
        f"Random {contrast}, by {len(spread)} feature sets or mixtures of them: AUC "
        f"{spread['lowest'].min():.2f} to {spread['highest'].max():.2f}; "
        f"{counted_of(total['held'], total['splits'], 'interval')} "
        f"{by_number(total['held'], 'contains', 'contain')} one half, and p is at or below 0.05 in "
        f"{total['p_low']} of {counted(total['tested'], 'split')} tested."
    )
