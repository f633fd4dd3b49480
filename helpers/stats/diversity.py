"""How diverse a mix of genres is, how surely, and within lists or between them.

Pure functions on tables and arrays. Differences are target minus reference throughout.
"""

from collections.abc import Iterable, Sequence

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike
from scipy import stats
from scipy.spatial import distance

from helpers.stats import intervals

# Fifteen genres in eight groups; the two that are not named here stay as they are.
MERGED_GENRES = (
    ("Hip Hop", "R&B"),
    ("Rock", "Metal"),
    ("Latin", "World/Traditional"),
    ("Jazz", "Blues"),
    ("Country", "Folk/Acoustic"),
    ("Classical", "New age", "Easy listening"),
)

# Names that lists of genres give to tracks of which they know none.
NO_KNOWN_GENRE = ("unknown", "uncategorized")


def count(listings: pd.DataFrame, by: str = "corpus") -> pd.DataFrame:
    """Listings per genre and group.

    Parameters
    ----------
    listings : DataFrame
        With the columns genre and `by`; rows without a genre are left out.
    by : str
        Column that names the group of a listing.

    Returns
    -------
    DataFrame
        One row a genre, from the most to the least listed; one column a group; counts.

    Notes
    -----
    Notebook: 06_genres
    """
    table = pd.crosstab(listings["genre"], listings[by])
    return table.loc[table.sum(axis=1).sort_values(ascending=False).index]


def corpora_and_studies(listings: pd.DataFrame) -> dict[str, pd.DataFrame]:
    """The listings of each corpus, then those of each study, by name.

    Parameters
    ----------
    listings : DataFrame
        With the columns corpus and study; a missing study belongs to its corpus alone.

    Returns
    -------
    dict of str to DataFrame

    Notes
    -----
    Notebook: 06_genres
    """
    return dict(iter(listings.groupby("corpus"))) | dict(iter(listings.groupby("study")))


def strata(listings: pd.DataFrame) -> pd.Series:
    """The study of each listing, "-" where none is known: no block or window leaves its study."""
    return listings["study"].fillna("-")


def block_length(listings: pd.DataFrame, block: int) -> int:
    """Length of a block, cut so that four fit into the smallest study.

    Parameters
    ----------
    listings : DataFrame
        Listings of one corpus or study, with the column study.
    block : int
        Length that is wanted, in listings.

    Returns
    -------
    int
        At least 1.

    Notes
    -----
    Notebook: 06_genres
    """
    smallest = strata(listings).value_counts().min()
    return max(1, min(block, smallest // 4))


def shannon_entropy(counts: ArrayLike, miller_madow: bool = False) -> float:
    """Shannon entropy in bits; shares are taken for probabilities, as the study did.

    Parameters
    ----------
    counts : array-like of int, shape (genres,)
        Listings per genre; zeros do not count.
    miller_madow : bool
        Add the first-order bias.

    Returns
    -------
    float

    Raises
    ------
    ValueError
        If nothing was counted.

    References
    ----------
    Miller (1955), Note on the bias of information estimates.

    Notes
    -----
    Notebook: 06_genres
    """
    listings = np.asarray(counts, float)
    if listings.sum() == 0:
        raise ValueError("shannon_entropy: nothing was counted; every count is zero.")
    entropy = float(stats.entropy(listings, base=2))
    if miller_madow:
        entropy += (np.count_nonzero(listings) - 1) / (2 * listings.sum() * np.log(2))
    return entropy


def chao_shen(counts: ArrayLike) -> float:
    """Shannon entropy in bits that allows for genres not seen.

    Parameters
    ----------
    counts : array-like of int, shape (genres,)
        Listings per genre; zeros do not count.

    Returns
    -------
    float

    References
    ----------
    Chao & Shen (2003), Environmental and Ecological Statistics 10:429.

    Notes
    -----
    Notebook: 06_genres
    """
    listings = np.asarray(counts)
    n = listings.sum()
    # With singletons alone the coverage estimate would be zero.
    singletons = min((listings == 1).sum(), n - 1)
    p = listings[listings > 0] / n * (1 - singletons / n)
    return float(-(p * np.log2(p) / (1 - (1 - p) ** n)).sum())


def rarefied_entropy(
    counts: ArrayLike, size: int, n_draws: int, seed: int | np.random.Generator
) -> float:
    """Mean entropy, in bits, of samples of `size` listings drawn without replacement.

    Parameters
    ----------
    counts : array-like of int, shape (genres,)
        Listings per genre.
    size : int
        Listings a sample, at most all of them.
    n_draws : int
    seed : int or numpy Generator

    Returns
    -------
    float

    References
    ----------
    Hurlbert (1971), Ecology 52:577.

    Notes
    -----
    Notebook: 06_genres
    """
    rng = np.random.default_rng(seed)
    draws = rng.multivariate_hypergeometric(np.asarray(counts, int), size, n_draws)
    return float(stats.entropy(draws, base=2, axis=1).mean())


def hill_number(counts: ArrayLike, order: float) -> float:
    """How many equally common genres would be as diverse.

    Parameters
    ----------
    counts : array-like of int, shape (genres,)
        Listings per genre; zeros do not count.
    order : float
        0 counts every genre alike, 1 is two to the entropy, 2 listens to the common genres.

    Returns
    -------
    float
        1 to the number of genres.

    References
    ----------
    Hill (1973), Ecology 54:427; Jost (2006), Oikos 113:363.

    Notes
    -----
    Notebook: 06_genres
    """
    if order == 1:  # the formula's limit
        return float(2 ** shannon_entropy(counts))
    p = np.asarray(counts, float)
    p = p[p > 0] / p.sum()
    return float((p**order).sum() ** (1 / (1 - order)))


def hill_profile(counts: pd.DataFrame, orders: Sequence[float]) -> pd.DataFrame:
    """Hill numbers of several corpora.

    Parameters
    ----------
    counts : DataFrame
        Listings, one row a genre, one column a corpus.
    orders : sequence of float

    Returns
    -------
    DataFrame
        One row an order, one column a corpus.

    Notes
    -----
    Notebook: 06_genres
    """
    numbers = {name: [hill_number(counts[name], q) for q in orders] for name in counts}
    return pd.DataFrame(numbers, index=orders)


def bias_corrections(counts: pd.DataFrame) -> pd.DataFrame:
    """What two estimators add to the entropy of each corpus, in bits.

    Parameters
    ----------
    counts : DataFrame
        Listings, one row a genre, one column a corpus.

    Returns
    -------
    DataFrame
        One row a corpus; columns Miller-Madow and Chao-Shen.

    Notes
    -----
    Notebook: 06_genres
    """
    plain = counts.apply(shannon_entropy)
    return pd.DataFrame(
        {
            "Miller-Madow": counts.apply(shannon_entropy, miller_madow=True) - plain,
            "Chao-Shen": counts.apply(chao_shen) - plain,
        }
    )


def jensen_shannon(p: ArrayLike, q: ArrayLike) -> float:
    """Jensen-Shannon divergence of two genre mixes: 0 bits for equal ones, 1 for disjoint ones.

    Parameters
    ----------
    p, q : array-like, shape (genres,)
        Counts or shares, in the same order of genres.

    Returns
    -------
    float

    References
    ----------
    Lin (1991), IEEE Transactions on Information Theory 37:145.

    Notes
    -----
    Notebook: 06_genres
    """
    return float(divergences(np.atleast_2d(p), np.atleast_2d(q))[0])


def divergences(p: ArrayLike, q: ArrayLike) -> np.ndarray:
    """Jensen-Shannon divergence of each row of two arrays.

    Parameters
    ----------
    p, q : array-like, shape (n, genres)
        Counts or shares, one mix a row.

    Returns
    -------
    ndarray of float, shape (n,)
        Bits.
    """
    return distance.jensenshannon(np.asarray(p, float), np.asarray(q, float), base=2, axis=1) ** 2


def overlap_coefficient(p: ArrayLike, q: ArrayLike) -> float:
    """What two genre mixes have in common: the sum over genres of the smaller share.

    Parameters
    ----------
    p, q : array-like, shape (genres,)
        Counts or shares, in the same order of genres.

    Returns
    -------
    float
        0 for disjoint mixes, 1 for equal ones.

    Notes
    -----
    Notebook: 06_genres
    """
    p_shares = np.asarray(p, float) / np.sum(p)
    q_shares = np.asarray(q, float) / np.sum(q)
    return float(np.minimum(p_shares, q_shares).sum())


def bootstrap_counts(
    names: ArrayLike,
    groups: ArrayLike,
    block: int,
    n_replicates: int,
    seed: int | np.random.Generator,
    genres: Sequence[str] | pd.Index | None = None,
) -> pd.DataFrame:
    """Genre counts in moving-block bootstrap replicates.

    Parameters
    ----------
    names, groups : array-like of str, shape (n,)
        Genre of each listing in file order, and its group, which no block leaves.
    block : int
        Listings a block; 1 is the ordinary bootstrap.
    n_replicates : int
    seed : int or numpy Generator
    genres : sequence of str, optional
        The columns; by default the genres found, in the order in which they come.

    Returns
    -------
    DataFrame of float, shape (n_replicates, genres)

    References
    ----------
    Kuensch (1989), Ann. Stat. 17:1217.

    Notes
    -----
    Notebook: 06_genres
    """
    codes, found = pd.factorize(np.asarray(names, object))
    weights = intervals.moving_blocks(groups, block, n_replicates, seed)
    counts = pd.DataFrame([np.bincount(codes, w, len(found)) for w in weights], columns=found)
    if genres is None:
        return counts
    return counts.reindex(columns=genres, fill_value=0)


def _bootstrap_listings(
    listings: pd.DataFrame,
    block: int,
    n_replicates: int,
    seed: int | np.random.Generator,
    genres: pd.Index | None = None,
) -> pd.DataFrame:
    """Bootstrapped counts of the listings of one corpus or study, with its block cut to size."""
    length = block_length(listings, block)
    return bootstrap_counts(listings["genre"], strata(listings), length, n_replicates, seed, genres)


def _ends(replicates: np.ndarray, level: float) -> np.ndarray:
    """Ends of a percentile interval."""
    return np.quantile(replicates, [(1 - level) / 2, (1 + level) / 2])


def genre_shares(
    groups: dict[str, pd.DataFrame], block: int, n_replicates: int, seed: int, level: float = 0.95
) -> pd.DataFrame:
    """Share of each genre in each corpus or study, with a block-bootstrap interval.

    Parameters
    ----------
    groups : dict of str to DataFrame
        Listings in file order, with the columns genre and study.
    block : int
        Listings a block, cut where a study is small.
    n_replicates : int
    seed : int
        Each group is drawn from this seed anew.
    level : float

    Returns
    -------
    DataFrame
        One row a group and genre: group, genre, share, ci_low, ci_high (0..1).

    Notes
    -----
    Notebook: 06_genres
    """
    tail = (1 - level) / 2
    tables = []
    for name, rows in groups.items():
        drawn = _bootstrap_listings(rows, block, n_replicates, seed) / len(rows)
        table = drawn.quantile([tail, 1 - tail]).T.set_axis(["ci_low", "ci_high"], axis=1)
        table["share"] = rows["genre"].value_counts(normalize=True)
        tables.append(table.rename_axis("genre").reset_index().assign(group=name))
    return pd.concat(tables, ignore_index=True)


def entropy_interval(
    names: ArrayLike,
    groups: ArrayLike,
    block: int,
    n_replicates: int,
    seed: int | np.random.Generator,
    level: float = 0.95,
) -> pd.Series:
    """Shannon entropy with a moving-block bootstrap interval.

    A resample has fewer distinct listings than the sample, so its entropy is too low on average;
    the interval is shifted by that average.

    Parameters
    ----------
    names, groups, block, n_replicates, seed
        As in `bootstrap_counts`.
    level : float

    Returns
    -------
    Series
        entropy, ci_low, ci_high, se (bits), n (listings), block (listings).

    References
    ----------
    Kuensch (1989), Ann. Stat. 17:1217; Efron & Tibshirani (1993), section 10.6.

    Notes
    -----
    Notebook: 06_genres
    """
    value = shannon_entropy(pd.Series(np.asarray(names)).value_counts())
    drawn = bootstrap_counts(names, groups, block, n_replicates, seed)
    replicates = stats.entropy(drawn.to_numpy(), base=2, axis=1)
    low, high = _ends(replicates, level) + value - replicates.mean()
    return pd.Series(
        {
            "entropy": value,
            "ci_low": low,
            "ci_high": high,
            "se": replicates.std(),
            "n": np.size(names),
            "block": block,
        }
    )


def entropy_table(
    groups: dict[str, pd.DataFrame], block: int, n_replicates: int, seed: int, level: float = 0.95
) -> pd.DataFrame:
    """Shannon entropy of each corpus or study, with a block-bootstrap interval.

    Parameters
    ----------
    groups, block, n_replicates, seed, level
        As in `genre_shares`.

    Returns
    -------
    DataFrame
        One row a group; columns as in `entropy_interval`.

    Notes
    -----
    Notebook: 06_genres
    """
    rows = {
        name: entropy_interval(
            listings["genre"],
            strata(listings),
            block_length(listings, block),
            n_replicates,
            seed,
            level,
        )
        for name, listings in groups.items()
    }
    return pd.DataFrame(rows).T


def standard_errors(
    groups: dict[str, pd.DataFrame], block: int, n_replicates: int, seed: int, level: float = 0.95
) -> pd.DataFrame:
    """Standard error of each group's entropy (bits) for several lengths of block.

    Parameters
    ----------
    groups, block, n_replicates, seed, level
        As in `entropy_table`.

    Returns
    -------
    DataFrame
        One row a group; one column a length: 1, half of `block`, `block`, and twice that.

    Notes
    -----
    Notebook: 06_genres
    """
    lengths = (1, block // 2, block, 2 * block)
    tables = {size: entropy_table(groups, size, n_replicates, seed, level) for size in lengths}
    return pd.DataFrame({size: table["se"] for size, table in tables.items()})


def standard_errors_apart(entropies: pd.DataFrame, first: str, second: str) -> float:
    """Difference of two entropies in units of its bootstrap standard error.

    Parameters
    ----------
    entropies : DataFrame
        As from `entropy_table`.
    first, second : str
        Labels of its rows.

    Returns
    -------
    float
        Positive where the first entropy is the larger.

    Notes
    -----
    Notebook: 06_genres
    """
    value, error = entropies["entropy"], entropies["se"]
    return (value[first] - value[second]) / np.hypot(error[first], error[second])


def divergence_interval(
    target: pd.DataFrame,
    reference: pd.DataFrame,
    block: int,
    n_replicates: int,
    seed: int,
    level: float = 0.95,
) -> pd.Series:
    """How far apart two genre mixes are, with a block-bootstrap interval.

    As for the entropy, the interval is shifted by the bias of the bootstrap; it does not go
    below zero, where the shift alone may put the end of an interval from few rows.

    Parameters
    ----------
    target, reference : DataFrame
        Listings in file order, with the columns genre and study.
    block, n_replicates, seed
        As in `genre_shares`; both corpora are drawn from the same seed.
    level : float

    Returns
    -------
    Series
        jensen_shannon, ci_low, ci_high (bits), overlap_coefficient (0..1).

    Notes
    -----
    Notebook: 06_genres
    """
    counts = count(
        pd.concat([target.assign(side="target"), reference.assign(side="other")]), "side"
    )
    value = jensen_shannon(counts["target"], counts["other"])
    drawn = [
        _bootstrap_listings(rows, block, n_replicates, seed, counts.index).to_numpy()
        for rows in (target, reference)
    ]
    replicates = divergences(*drawn)
    low, high = _ends(replicates, level) + value - replicates.mean()
    return pd.Series(
        {
            "jensen_shannon": value,
            "ci_low": max(low, 0.0),
            "ci_high": high,
            "overlap_coefficient": overlap_coefficient(counts["target"], counts["other"]),
        }
    )


def windows(groups: ArrayLike, size: int) -> np.ndarray:
    """Number the windows of `size` consecutive rows within each group; -1 for a shorter rest.

    Parameters
    ----------
    groups : array-like, shape (n,)
        Group of each row, in file order.
    size : int

    Returns
    -------
    ndarray of int, shape (n,)

    Notes
    -----
    Notebook: 06_genres
    """
    group = pd.Series(np.asarray(groups))
    place = group.groupby(group).cumcount()
    whole = place < group.groupby(group).transform("size") // size * size
    label = group.factorize()[0] * (len(group) + 1) + place // size
    return np.where(whole, label, -1)


def partition(lists: ArrayLike, names: ArrayLike) -> pd.Series:
    """Divide the diversity of pooled lists into a part within lists and one between them.

    Parameters
    ----------
    lists, names : array-like, shape (n,)
        List and genre of each listing; rows that miss one are left out.

    Returns
    -------
    Series
        In bits alpha (within a list, mean weighted by length), beta (between) and gamma (pooled);
        as Hill numbers of order 1 alpha_hill, beta_hill, gamma_hill; lists (their number).

    References
    ----------
    Jost (2007), Ecology 88:2427.

    Notes
    -----
    Notebook: 06_genres
    """
    table = pd.crosstab(np.asarray(lists), np.asarray(names))
    within = [shannon_entropy(row) for row in table.to_numpy()]
    alpha = float(np.average(within, weights=table.sum(axis=1)))
    gamma = shannon_entropy(table.sum())
    return pd.Series(
        {
            "alpha": alpha,
            "beta": gamma - alpha,
            "gamma": gamma,
            "alpha_hill": 2**alpha,
            "beta_hill": 2 ** (gamma - alpha),
            "gamma_hill": 2**gamma,
            "lists": len(table),
        }
    )


def partition_windows(listings: pd.DataFrame, size: int) -> pd.Series:
    """`partition` of windows of `size` consecutive rows within each study.

    Parameters
    ----------
    listings : DataFrame
        In file order, with the columns genre and study.
    size : int
        Rows a window; a shorter rest is left out.

    Returns
    -------
    Series

    Notes
    -----
    Notebook: 06_genres
    """
    window = windows(strata(listings), size)
    return partition(window[window >= 0], listings["genre"][window >= 0])


def window_length(corpora: Iterable[pd.DataFrame], size: int) -> int:
    """Length of a window, cut to the shortest of the corpora's largest studies.

    Parameters
    ----------
    corpora : iterable of DataFrame
        Listings of each corpus, with the column study.
    size : int
        Length that is wanted, in listings.

    Returns
    -------
    int

    Notes
    -----
    Notebook: 06_genres
    """
    return min([size, *(strata(rows).value_counts().max() for rows in corpora)])


def partitions(
    corpora: dict[str, pd.DataFrame], target: str, reference: str, size: int, seed: int
) -> pd.DataFrame:
    """Diversity within and between lists, real and random.

    Participants' lists where the participants are known; windows of consecutive rows of the target
    corpus; and windows of random rows, which show what a list would be if everyone drew from the
    same pot.

    Parameters
    ----------
    corpora : dict of str to DataFrame
        Listings in file order, with the columns genre, study and participant.
    target, reference : str
        The corpus that is made of lists, and the one that it is compared with.
    size : int
        Rows a window.
    seed : int
        Of the order of random rows.

    Returns
    -------
    DataFrame
        Columns as in `partition`; index levels corpus and lists: "participants", "consecutive
        rows" and "random rows".

    Notes
    -----
    Notebook: 06_genres
    """
    rows = {}
    for name, listings in corpora.items():
        known = listings.dropna(subset="participant")
        if known["participant"].nunique() > 1:
            rows[name, "participants"] = partition(known["participant"], known["genre"])
    rows[target, "consecutive rows"] = partition_windows(corpora[target], size)
    for name in (target, reference):
        shuffled = corpora[name].sample(frac=1, random_state=seed)
        rows[name, "random rows"] = partition_windows(shuffled, size)
    return pd.DataFrame(rows).T.rename_axis(["corpus", "lists"])


def ways_of_counting(
    listings: pd.DataFrame, target: str, reference: str
) -> dict[str, pd.DataFrame]:
    """Listings as they are left by other choices of an analyst, the published one first.

    Parameters
    ----------
    listings : DataFrame
        With the columns corpus, study, track_id and genre; all with a genre.
    target, reference : str

    Returns
    -------
    dict of str to DataFrame
        Name of the choice to its listings. Genres are merged where all those of `MERGED_GENRES`
        occur; tracks of `NO_KNOWN_GENRE` are left out where there are any; a study alone is set
        against the whole reference.

    Notes
    -----
    Notebook: 06_genres
    """
    genre, track = listings["genre"], listings["track_id"]
    largest = count(listings).index[0]
    shared = set(track[listings["corpus"] == target]) & set(track[listings["corpus"] == reference])
    choices = {
        "as published": listings,
        f"without {largest}": listings[genre != largest],
        "one row a track": listings[track.notna()].drop_duplicates(["corpus", "track_id"]),
        "without shared tracks": listings[~track.isin(shared)],
    }
    nameless = genre.isin(NO_KNOWN_GENRE)
    merged = {name: " + ".join(group) for group in MERGED_GENRES for name in group}
    if nameless.any():
        choices["without tracks of no known genre"] = listings[~nameless]
    elif set(merged) <= set(genre):
        choices["eight merged groups"] = listings.assign(genre=genre.replace(merged))
    for study in sorted(listings["study"].dropna().unique(), reverse=True):
        of_study = (listings["study"] == study) | (listings["corpus"] == reference)
        choices[f"{study} alone"] = listings[of_study]
    return choices


def entropy_differences(
    choices: dict[str, pd.DataFrame], target: str, reference: str
) -> pd.DataFrame:
    """Difference in entropy between two corpora under several choices of listings.

    Parameters
    ----------
    choices : dict of str to DataFrame
        As from `ways_of_counting`.
    target, reference : str

    Returns
    -------
    DataFrame
        One row a choice; the entropy of each corpus and `value`, target minus reference (bits);
        rows (listings). Missing where a corpus has no listing left.

    Notes
    -----
    Notebook: 06_genres
    """
    table = {}
    for name, rows in choices.items():
        counts = count(rows).reindex(columns=[target, reference], fill_value=0)
        entropy = pd.Series(np.nan, counts.columns)
        if (counts.sum() > 0).all():
            entropy = counts.apply(shannon_entropy)
        difference = entropy[target] - entropy[reference]
        table[name] = {**entropy, "value": difference, "rows": len(rows)}
    return pd.DataFrame(table).T
