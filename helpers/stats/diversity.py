"""How diverse a mix of genres is, and how unlike another one.

Pure functions on tables and arrays. Differences are target minus reference throughout.
"""

from collections.abc import Iterable, Sequence

import numpy as np
import pandas as pd
import scipy
from numpy.typing import ArrayLike

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
    corpora, studies = (listings.groupby(name, sort=False) for name in ("corpus", "study"))
    return dict(iter(corpora)) | dict(iter(studies))


def strata(listings: pd.DataFrame) -> pd.Series:
    """The study of each listing, "-" where none is known: no block or window leaves its study.

    Parameters
    ----------
    listings : DataFrame
        With the column study.

    Returns
    -------
    Series of str

    Notes
    -----
    Notebook: 06_genres
    """
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
    entropy = float(scipy.stats.entropy(listings, base=2))
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
    return float(scipy.stats.entropy(draws, base=2, axis=1).mean())


def entropy_of_unknown(known: pd.Series, unknown: int) -> pd.Series:
    """Between which bounds an entropy (bits) lies, whatever the genres of some listings are.

    Parameters
    ----------
    known : Series of int
        Listings per genre.
    unknown : int
        Listings whose genre is one of these, but not known which.

    Returns
    -------
    Series
        By how the unknown ones are given genres: "left out"; "all <the most listed>", which gives
        the least entropy; "all <the least listed>"; "each the rarest", one after the other what is
        least listed by then, which gives the most.

    Notes
    -----
    Entropy is concave in the counts: it is least at a corner, and one listing after the other adds
    most where there are fewest.

    Notebook: 01_corpora
    """
    rarest = known.to_numpy().copy()
    for _ in range(unknown):
        rarest[rarest.argmin()] += 1
    first, last = known.idxmax(), known.idxmin()
    return pd.Series(
        {
            "left out": shannon_entropy(known),
            f"all {first}": shannon_entropy(known + unknown * (known.index == first)),
            f"all {last}": shannon_entropy(known + unknown * (known.index == last)),
            "each the rarest": shannon_entropy(rarest),
        },
        name="entropy (bits)",
    )


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
    return (
        scipy.spatial.distance.jensenshannon(
            np.asarray(p, float), np.asarray(q, float), base=2, axis=1
        )
        ** 2
    )


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
