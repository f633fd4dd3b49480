"""What the tables and figures of clustered pairs of genres show, in one sentence each.

Tables of several maps come by key, (corpus, feature set), or have it as their index.
"""

from collections.abc import Callable, Iterable, Mapping
from typing import cast

import numpy as np
import pandas as pd

from helpers.figures.numbers import GAPS, MOST_TOLD, extremes, listed, percent, signed
from helpers.project import by_number, counted, counted_of, leaves_out_zero, spaced

Key = tuple[str, str]
# How a sentence shows the name of a corpus or genre.
Shown = Callable[[str], str]
# Silhouettes nearer than this are alike, and agreement with genres below this is none.
ALIKE, NONE = 0.05, 0.02


def _named(key: Iterable, shown: Shown) -> str:
    """A map in brackets: its corpus and feature set."""
    corpus, *others = map(str, key)
    return f"({', '.join([shown(corpus), *map(spaced, others)])})"


def paired_in_words(genres: Mapping[str, list[str]], shown: Shown = str) -> str:
    """How many pairs the genres of each corpus make.

    Parameters
    ----------
    genres : mapping of corpus to list of str
    shown : callable

    Returns
    -------
    str

    Notes
    -----
    Notebook: 09_genre_clustering
    """
    said = [
        f"the {len(names)} genres of {shown(corpus)} make "
        f"{counted(len(names) * (len(names) - 1) // 2, 'pair')}"
        for corpus, names in genres.items()
    ]
    sentence = listed(said)
    return f"{sentence[:1].upper()}{sentence[1:]}."


def printed_in_words(means: pd.DataFrame) -> str:
    """By which feature set the printed agreement with genres is highest in each corpus.

    Parameters
    ----------
    means : DataFrame
        Of `stats.clustering_claims.beside_published`, means alone: columns score, corpus,
        feature_set, published.

    Returns
    -------
    str

    Notes
    -----
    Notebook: 09_genre_clustering
    """
    of_ari = means[means["score"] == "ari"].dropna(subset="published")
    said = []
    for corpus, rows in of_ari.groupby("corpus", sort=False):
        values = rows.set_index("feature_set")["published"].sort_values(ascending=False)
        ends = " against ".join(f"{value:.3f}" for value in values)
        said.append(f"{spaced(values.index[0])} in {corpus} ({ends})")
    return f"As printed, the mean ARI is highest by {listed(said)}."


def skewed_pairs_in_words(pairs: Mapping[Key, pd.DataFrame], shown: Shown = str) -> str:
    """Whether a few pairs carry the mean agreement.

    Parameters
    ----------
    pairs : mapping of key to DataFrame
        Column ari.
    shown : callable

    Returns
    -------
    str

    Notes
    -----
    Notebook: 09_genre_clustering
    """
    by_key = {key: (table["ari"].median(), table["ari"].mean()) for key, table in pairs.items()}
    said = [
        f"{median:z.3f} beside {mean:z.3f} {_named(key, shown)}"
        for key, (median, mean) in by_key.items()
    ]
    ends = pd.DataFrame(list(by_key.values()), columns=["median", "mean"])
    apart = ends["mean"] - ends["median"]
    # Half of the pairs lie below half of the mean, and that is more than the third decimal.
    carried = ((apart >= NONE) & (ends["median"] <= ends["mean"] / 2)).sum()
    close = (apart.abs() < NONE).sum()
    told = extremes(said, apart.abs(), ends=GAPS)
    verdict = "in no case do a few pairs carry the mean"
    if carried:
        verdict = f"a few pairs carry the mean in {counted_of(carried, len(ends), 'case')}"
    if close:
        verdict += f", and the two hardly differ in {close}"
    if carried == len(ends):
        verdict = "a few pairs carry the mean"
    if close == len(ends):
        verdict = "the two hardly differ"
    return f"The median ARI of pairs beside their mean is {told}: {verdict}."


def strongest_in_words(
    pairs: Mapping[Key, pd.DataFrame], limits: Mapping[Key, pd.DataFrame], shown: Shown = str
) -> str:
    """How many pairs beat chance, and with which genres the agreement is highest.

    Parameters
    ----------
    pairs : mapping of key to DataFrame
        Columns first, second, ari.
    limits : mapping of key to DataFrame
        Column ari: what chance exceeds once in twenty deals; in the order of the pairs.
    shown : callable

    Returns
    -------
    str

    Notes
    -----
    Notebook: 09_genre_clustering
    """
    said, shares = [], []
    for key, table in pairs.items():
        above = (table["ari"].to_numpy() > limits[key]["ari"].to_numpy()).sum()
        shares.append(above / len(table))
        ends = table.melt("ari", ["first", "second"], value_name="genre")
        by_genre = ends.groupby("genre")["ari"].mean().sort_values(ascending=False)
        highest = [shown(genre) for genre in by_genre.index[:2]]
        part = counted_of(above, len(table), "pair")
        if len(table) > 1:
            part += f", the highest on average with {', then '.join(highest)}"
        said.append(f"{part} {_named(key, shown)}")
    told = extremes(said, shares, joined="; ".join)
    return f"Clusters agree with genres better than in all but one of twenty deals in {told}."


def silhouettes_in_words(means: pd.DataFrame, shown: Shown = str) -> str:
    """Whether clusters of two genres have a higher silhouette than one genre cut in two.

    Parameters
    ----------
    means : DataFrame
        Of `stats.clustering.mean_silhouettes`; index: corpus, feature set.
    shown : callable

    Returns
    -------
    str

    Notes
    -----
    Notebook: 09_genre_clustering
    """
    one, two = means["clusters of one genre"], means["clusters of two genres"]
    said = [f"{one[key]:.2f} beside {two[key]:.2f} {_named(key, shown)}" for key in means.index]
    higher = [_named(key, shown)[1:-1] for key in means.index[two - one >= ALIKE]]
    verdict = "one genre scores as high as two, so the silhouette is no evidence of two groups"
    if higher:
        verdict = f"two genres score higher only for {' and for '.join(higher)}"
    if len(higher) > MOST_TOLD:
        verdict = f"two genres score higher in {len(higher)} of {len(means)} cases"
    if len(higher) == len(means):
        verdict = "two genres score higher than one everywhere"
    told = extremes(said, (two - one).abs(), ends=GAPS)
    return (
        f"The mean silhouette of one genre cut in two, beside that of two genres, is "
        f"{told}: {verdict}."
    )


def no_groups_in_words(both: pd.DataFrame, shown: Shown = str) -> str:
    """What silhouette and agreement are where there are no groups at all.

    Parameters
    ----------
    both : DataFrame
        Index: corpus, feature set. Columns: the map and the map of numbers without groups, of each
        silhouette and balanced ARI.
    shown : callable

    Returns
    -------
    str

    Notes
    -----
    Notebook: 09_genre_clustering
    """
    silhouette = both.xs("silhouette", axis=1, level=1)
    said = [
        f"{row.iloc[1]:.2f} beside {row.iloc[0]:.2f} {_named(cast(tuple, key), shown)}"
        for key, row in silhouette.iterrows()
    ]
    apart = (silhouette.iloc[:, 1] - silhouette.iloc[:, 0]).abs()
    told = extremes(said, apart, ends=GAPS)
    largest = both.xs("balanced ARI", axis=1, level=1).iloc[:, 1].abs().max()
    agreement = f"their agreement with genres reaches {largest:.3f} in size"
    if largest < NONE:
        agreement = f"their agreement with genres is {largest:.3f} at most, which is none"
    return (
        "Numbers without any group, mapped by UMAP, have a mean silhouette of "
        f"{told} of the real ones; {agreement}."
    )


def repeated_in_words(sizes: Mapping[str, int], whole: pd.Series, shown: Shown = str) -> str:
    """How much of each corpus the repeated maps hold.

    Parameters
    ----------
    sizes : mapping of corpus to int
    whole : Series of int
        Listings that could be on them, by corpus.
    shown : callable

    Returns
    -------
    str

    Notes
    -----
    Notebook: 09_genre_clustering
    """
    said = [
        f"{n:,} of {whole[corpus]:,} listings of {shown(corpus)} ({percent(n / whole[corpus])})"
        for corpus, n in sizes.items()
    ]
    return f"The repeated maps hold {listed(said)}."


def without_map_in_words(both: pd.DataFrame, shown: Shown = str) -> str:
    """Whether clusters agree with genres better or worse without UMAP.

    Parameters
    ----------
    both : DataFrame
        Index: corpus, feature set. Columns: on the map and without it, of each balanced ARI.
    shown : callable

    Returns
    -------
    str

    Notes
    -----
    Notebook: 09_genre_clustering
    """
    values = both.xs("balanced ARI", axis=1, level=1)
    said = [
        f"from {row.iloc[0]:z.3f} to {row.iloc[1]:z.3f} {_named(cast(tuple, key), shown)}"
        for key, row in values.iterrows()
    ]
    change = values.iloc[:, 1] - values.iloc[:, 0]
    told = extremes(said, change.abs(), ends=GAPS)
    verdict = _verdict_on_map(change)
    if (values.abs() < NONE).all(axis=None):
        verdict = "Clusters agree with genres neither way."
    return f"Without UMAP the balanced ARI goes {told}. {verdict}"


def _verdict_on_map(change: pd.Series) -> str:
    """What the change of the agreement without a map says of the map."""
    rises, falls = (change >= NONE).sum(), (change <= -NONE).sum()
    where = " everywhere" if len(change) > 1 else ""
    if rises == len(change):
        return f"It rises{where}, so k-means needs no map to find what UMAP shows of genres."
    if falls == len(change):
        return f"It falls{where}, so the map brings out genres that k-means does not find alone."
    if not rises and not falls:
        return "It hardly changes, so the map neither brings out genres nor hides them."
    left = len(change) - rises - falls
    parts = {"rises": rises, "falls": falls, "hardly changes": left}
    told = listed(f"{way} in {number}" for way, number in parts.items() if number)
    return f"Of {counted(len(change), 'case')} it {told}."


def own_rows_in_words(
    own: pd.DataFrame, common: pd.DataFrame, sizes: Mapping[str, int], shown: Shown = str
) -> str:
    """What becomes of the agreement of each set where it is taken on all listings that it knows.

    Parameters
    ----------
    own : DataFrame
        Of `stats.repeated_clustering.on_own_rows`.
    common : DataFrame
        Index: corpus, feature set. Column balanced ARI: of the listings that all sets know.
    sizes : mapping of corpus to int
        How many these are.
    shown : callable

    Returns
    -------
    str

    Notes
    -----
    Notebook: 09_genre_clustering
    """
    said = []
    for key, row in own.iterrows():
        corpus = cast(tuple, key)[0]
        before = "not known on common listings"
        if key in common.index:
            before = f"{common.at[key, 'balanced ARI']:.3f} on {sizes[corpus]:,}"
        said.append(
            f"{row['balanced ARI']:.3f} on {counted(row['listings'], 'listing')}, {before} "
            f"{_named(cast(tuple, key), shown)}"
        )
    told = extremes(said, own["balanced ARI"], joined="; ".join)
    return f"The balanced ARI of each set on all its listings, and on the common ones: {told}."


def versions_in_words(results: pd.DataFrame, shown: Shown = str) -> str:
    """In how many versions a difference has one sign, and in how many its interval contains zero.

    Parameters
    ----------
    results : DataFrame
        Index: corpus, then what is compared, if more than one thing is; version last. Columns
        value, ci_low, ci_high.
    shown : callable

    Returns
    -------
    str

    Notes
    -----
    Notebook: 09_genre_clustering
    """
    places = list(_by_place(results))
    if len(places) > MOST_TOLD:
        return _many_versions(places, shown)
    return " ".join(
        f"In {_where(place, shown)} {_signs(rows)}; {_zeros(rows)}." for place, rows in places
    )


def _one_sign(rows: pd.DataFrame) -> int:
    """How many versions have the sign that most have."""
    signs = np.sign(rows["value"])
    return int((signs == signs.mode().iloc[0]).sum())


def _signs(rows: pd.DataFrame) -> str:
    """In how many versions a difference has one sign."""
    agreeing = _one_sign(rows)
    if agreeing == len(rows) > 1:
        return f"all {len(rows)} versions have the same sign"
    return f"{counted_of(agreeing, len(rows), 'version')} have the same sign"


def _open(rows: pd.DataFrame) -> pd.Series:
    """Whether the interval of each version that has one contains zero."""
    known = rows.dropna(subset=["ci_low", "ci_high"])
    return ~leaves_out_zero(known["ci_low"], known["ci_high"])


def _zeros(rows: pd.DataFrame) -> str:
    """How many intervals of a difference contain zero."""
    is_open = _open(rows)
    if not len(is_open):
        return "there are too few genres for intervals"
    if not is_open.any():
        return "no interval contains zero"
    number = is_open.sum()
    if len(is_open) > 1 and is_open.all():
        return f"all {len(is_open)} intervals contain zero"
    contain = (
        f"{counted_of(number, len(is_open), 'interval')} {by_number(number, 'contains', 'contain')}"
    )
    return f"{contain} zero ({'; '.join(is_open.index[is_open])})"


def _many_versions(places: list[tuple[tuple, pd.DataFrame]], shown: Shown) -> str:
    """Which of many differences have one sign in every version and no interval with zero."""
    by_corpus: dict[str, list[str]] = {}
    for place, rows in places:
        firm = by_corpus.setdefault(place[0], [])
        is_open = _open(rows)
        if _one_sign(rows) == len(rows) and len(is_open) and not is_open.any():
            firm.append(" to ".join(map(spaced, place[1:])))
    total = pd.Series([place[0] for place, _ in places]).value_counts()
    said = []
    for corpus, firm in by_corpus.items():
        part = counted_of(len(firm), total[corpus], "difference")
        have = by_number(len(firm), "has", "have")
        names = f": {listed(firm)}" if 0 < len(firm) <= MOST_TOLD else ""
        said.append(
            f"In {shown(corpus)} {part} {have} the same sign in all versions and no interval that "
            f"contains zero{names}."
        )
    return " ".join(said)


def _by_place(results: pd.DataFrame) -> Iterable[tuple[tuple, pd.DataFrame]]:
    """Versions by corpus, and by what is compared; the index of each table is the version."""
    levels = list(range(results.index.nlevels - 1))
    for place, rows in results.groupby(level=levels, sort=False):
        yield cast(tuple, place), rows.droplevel(levels)


def _where(place: tuple, shown: Shown) -> str:
    """A corpus, and what is compared in it where that is named."""
    corpus, *compared = map(str, place)
    if not compared:
        return shown(corpus)
    names = " to ".join(spaced(name) for name in compared)
    return f"{shown(corpus)} ({names})"


def sample_in_words(
    results: pd.DataFrame,
    sizes: Mapping[str, int],
    whole: pd.Series,
    versions: tuple[str, str],
    shown: Shown = str,
) -> str:
    """Whether what is on a map matters more for a difference than the map's seed.

    Parameters
    ----------
    results : DataFrame
        As in `versions_in_words`, with seed_sd.
    sizes : mapping of corpus to int
        Listings on the repeated maps.
    whole : Series of int
        All listings, by corpus.
    versions : (str, str)
        Names of the version over all seeds, and of the same on one map of all listings.
    shown : callable

    Returns
    -------
    str

    Notes
    -----
    Notebook: 09_genre_clustering
    """
    over_seeds, one_map = versions
    said, moved = [], {}
    for place, rows in _by_place(results):
        corpus, sd = place[0], rows.at[over_seeds, "seed_sd"]
        first, second = rows.at[over_seeds, "value"], rows.at[one_map, "value"]
        where = _where(place, shown)
        if sizes[corpus] == whole[corpus]:
            # The same for every two sets of a corpus, and told once.
            said.append(
                f"In {shown(corpus)} the repeated maps hold all {whole[corpus]:,} listings."
            )
            continue
        matters = "so the seed may explain that"
        if abs(first - second) > 2 * sd:
            matters = "so it matters more which listings are on a map than which seed it has"
        sentence = (
            f"In {where} the balanced difference is {signed(first)} on repeated maps of "
            f"{sizes[corpus]:,} listings and {signed(second)} on the one map of all "
            f"{whole[corpus]:,}, with an SD over seeds of {sd:.3f}, {matters}."
        )
        moved[sentence] = abs(first - second), abs(first - second) > 2 * sd
    if len(moved) > MOST_TOLD:
        farther = sum(beyond for _, beyond in moved.values())
        said.append(
            f"{counted_of(farther, len(moved), 'difference')} {by_number(farther, 'moves', 'move')} "
            "by more than two SDs over seeds when all listings are on the map. The largest move: "
            f"{max(moved, key=moved.__getitem__)}"
        )
    else:
        said += moved
    return " ".join(dict.fromkeys(said))


def classifiers_in_words(f1: pd.DataFrame, shown: Shown = str) -> str:
    """Whether classifiers beat guessing, and by which feature set each does best.

    Parameters
    ----------
    f1 : DataFrame
        Of `stats.classification.summary`; index: corpus, feature set, classifier ("guess" is one).
    shown : callable

    Returns
    -------
    str

    Notes
    -----
    Notebook: 09_genre_clustering
    """
    if f1.empty:
        return "There are too few tracks to teach a classifier."
    table = f1["macro F1"].unstack(sort=False)
    ways = table.drop(columns="guess")
    better = ways.gt(table["guess"], axis=0)
    above = better.to_numpy().sum()
    score = by_number(above, "scores", "score")
    guessing = f"{counted_of(above, better.size, 'classifier')} {score} higher than guessing"
    if better.all(axis=None):
        guessing = f"All {better.size} classifiers score higher than guessing"
    best = ways.groupby(level=0, sort=False).idxmax().stack()
    scores = ways.groupby(level=0, sort=False).max().stack()
    corpus, way = scores.idxmax()
    feature_set = best[corpus, way][1]
    sd = f1.at[(corpus, feature_set, way), "SD over folds"]
    most = (
        f"The highest macro F1 is {scores.max():.3f} (SD over folds {sd:.3f}), by {feature_set} and "
        f"{way} in {shown(corpus)}, where guessing has {table.loc[corpus, 'guess'].max():.3f}"
    )
    same = {name for _, name in best}
    if len(same) == 1 and len(ways.index.unique(1)) > 1:
        most += f"; each classifier does best with {feature_set}"
        most += " in each corpus" if len(table.index.unique(0)) > 1 else ""
    return f"{guessing}. {most}."
