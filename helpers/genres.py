"""Genres: their reduction to fifteen, how diverse a corpus is, and how far two corpora overlap."""

import numpy as np
import pandas as pd
from scipy import stats

from helpers import compare


def reduce_genres(artist_genres, table):
    """Reduce each track's artist genres to one main genre.

    The first name that is itself a main genre wins. Otherwise each name is looked up, and the main
    genre hit most often wins; a tie goes to the one hit by the earliest name. No hit, no genre.

    Parameters
    ----------
    artist_genres : iterable of sequence of str
        The genre names of each track's artists, in order; empty or `None` where there are none.
    table : mapping of str to sequence of str
        Names by main genre, such as the Chosic table.

    Returns
    -------
    list of str or None
        One main genre a track.

    References
    ----------
    Kouters et al., code of the study, commit a71670c.

    Notes
    -----
    Notebook: 04_genres
    """
    main = {name.lower(): name for name in table}
    parent = {name.lower(): genre for genre, names in table.items() for name in names}
    known = {(): None}

    def reduced(names):
        lower = [name.strip().lower() for name in names]
        hits = [main[name] for name in lower if name in main][:1]
        hits = hits or [parent[name] for name in lower if name in parent]
        # max keeps the first of equals, and the hits stand in the order of the names.
        return max(hits, key=hits.count, default=None)

    out = []
    for names in artist_genres:
        key = tuple(names or ())
        if key not in known:
            known[key] = reduced(key)
        out.append(known[key])
    return out


def count(listings, by="corpus"):
    """Listings per genre and group.

    Parameters
    ----------
    listings : DataFrame
        With the columns genre and `by`; rows without a genre are left out.

    Returns
    -------
    DataFrame
        One row a genre, from the most to the least listed; one column a group; counts.

    Notes
    -----
    Notebook: 04_genres
    """
    table = pd.crosstab(listings["genre"], listings[by])
    return table.loc[table.sum(axis=1).sort_values(ascending=False).index]


def shannon_entropy(counts, estimator="plug-in"):
    """Shannon entropy in bits.

    Parameters
    ----------
    counts : array-like of int
        Listings per genre; zeros do not count.
    estimator : {"plug-in", "miller-madow", "chao-shen"}
        "plug-in" takes shares for probabilities, as the study did. "miller-madow" adds the
        first-order bias. "chao-shen" corrects for genres not seen, for corpora under about 200
        listings.

    Returns
    -------
    float

    Raises
    ------
    ValueError
        If nothing was counted, or the estimator is unknown.

    References
    ----------
    Miller (1955); Chao and Shen (2003), Environmental and Ecological Statistics 10:429.

    Notes
    -----
    Notebook: 04_genres
    """
    counts = np.asarray(counts, float)
    counts = counts[counts > 0]
    n = counts.sum()
    if n == 0:
        raise ValueError("shannon_entropy: nothing was counted; every count is zero.")
    p = counts / n
    if estimator == "plug-in":
        return float(-(p * np.log2(p)).sum())
    if estimator == "miller-madow":
        return float(-(p * np.log2(p)).sum() + (len(p) - 1) / (2 * n * np.log(2)))
    if estimator == "chao-shen":
        singles = (counts == 1).sum()
        # With singletons alone the coverage estimate would be zero.
        p = p * (1 - min(singles, n - 1) / n)
        return float(-(p * np.log2(p) / (1 - (1 - p) ** n)).sum())
    raise ValueError(f"shannon_entropy: unknown estimator {estimator!r}; valid: plug-in, "
                     "miller-madow, chao-shen.")


def hill_number(counts, order):
    """Hill number: how many equally common genres would be as diverse.

    Parameters
    ----------
    counts : array-like
        Listings per genre.
    order : float
        0 counts genres, 1 weighs them by share (2 to the Shannon entropy), 2 favours the common
        ones.

    Returns
    -------
    float

    References
    ----------
    Hill (1973), Ecology 54:427; Jost (2006), Oikos 113:363.

    Notes
    -----
    Notebook: 04_genres
    """
    p = np.asarray(counts, float)
    p = p[p > 0] / p.sum()
    if order == 1:
        return float(2 ** shannon_entropy(counts))
    return float((p**order).sum() ** (1 / (1 - order)))


def partition(lists, genres):
    """Divide the diversity of pooled lists into within a list and between lists.

    Parameters
    ----------
    lists : array-like, shape (n,)
        The list each listing stands in: a participant, or a window of consecutive rows.
    genres : array-like of str, shape (n,)

    Returns
    -------
    Series
        `alpha` and `gamma` in bits (mean entropy of a list weighted by its length; entropy of all),
        `beta` their difference; `alpha_hill`, `gamma_hill` and `beta_hill` the same as Hill numbers
        of order 1, where beta is the effective number of distinct lists; `lists` their number.

    References
    ----------
    Jost (2007), Ecology 88:2427.

    Notes
    -----
    Notebook: 04_genres
    """
    table = pd.crosstab(np.asarray(lists), np.asarray(genres))
    sizes = table.sum(axis=1)
    alpha = float(np.average([shannon_entropy(row) for row in table.to_numpy()], weights=sizes))
    gamma = shannon_entropy(table.sum())
    return pd.Series(
        {"alpha": alpha, "beta": gamma - alpha, "gamma": gamma, "alpha_hill": 2**alpha,
         "beta_hill": 2 ** (gamma - alpha), "gamma_hill": 2**gamma, "lists": len(table)})


def windows(groups, size):
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
    Notebook: 04_genres
    """
    groups = pd.Series(np.asarray(groups))
    place = groups.groupby(groups).cumcount()
    whole = place < groups.groupby(groups).transform("size") // size * size
    label = groups.factorize()[0] * (len(groups) + 1) + place // size
    return np.where(whole, label, -1)


def rarefied_entropy(counts, size, n_draws, rng):
    """Mean entropy in bits of samples of `size` listings drawn without replacement.

    Notes
    -----
    Notebook: 04_genres
    """
    draws = rng.multivariate_hypergeometric(np.asarray(counts, int), size, n_draws)
    return float(np.mean([shannon_entropy(draw) for draw in draws]))


def bootstrap_counts(genres, groups, block, n_replicates, seed):
    """Genre counts of moving-block bootstrap replicates of one corpus.

    Parameters
    ----------
    genres : array-like of str, shape (n,)
        In file order.
    groups : array-like, shape (n,)
        Blocks do not cross from one group to another.
    block : int
        Rows a block; 1 gives the ordinary bootstrap, as if listings were independent.
    n_replicates, seed : int

    Returns
    -------
    DataFrame, shape (n_replicates, genres)
        One column a genre that occurs.

    Notes
    -----
    Notebook: 04_genres
    """
    codes, names = pd.factorize(np.asarray(genres, object))
    weights = compare.moving_blocks(groups, block, n_replicates, seed)
    return pd.DataFrame([np.bincount(codes, w, len(names)) for w in weights], columns=names)


def entropy_interval(genres, groups, block, n_replicates, seed, level=0.95):
    """Shannon entropy with a block-bootstrap interval, corrected for the bootstrap's own bias.

    A resample has fewer distinct listings than the sample, so its entropy is too low on average;
    the interval is shifted by that average.

    Parameters
    ----------
    genres, groups, block, n_replicates, seed
        As in `bootstrap_counts`.
    level : float

    Returns
    -------
    Series
        `entropy`, `ci_low`, `ci_high` (bits), `se` (bits), `n` (listings), `block`.

    References
    ----------
    Kuensch (1989), Annals of Statistics 17:1217.

    Notes
    -----
    Notebook: 04_genres
    """
    value = shannon_entropy(pd.Series(np.asarray(genres)).value_counts())
    drawn = bootstrap_counts(genres, groups, block, n_replicates, seed).to_numpy()
    replicates = [shannon_entropy(counts) for counts in drawn]
    shift = value - np.mean(replicates)
    low, high = np.quantile(replicates, [(1 - level) / 2, (1 + level) / 2]) + shift
    return pd.Series({"entropy": value, "ci_low": low, "ci_high": high, "se": np.std(replicates),
                      "n": len(genres), "block": block})


def jensen_shannon(p, q):
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
    Notebook: 04_genres
    """
    p, q = (np.asarray(x, float) / np.sum(x) for x in (p, q))
    return shannon_entropy((p + q) / 2) - (shannon_entropy(p) + shannon_entropy(q)) / 2


def overlap_coefficient(p, q):
    """What two genre mixes have in common: the sum over genres of the smaller share.

    Notes
    -----
    Notebook: 04_genres
    """
    p, q = (np.asarray(x, float) / np.sum(x) for x in (p, q))
    return float(np.minimum(p, q).sum())


def chi_square(counts):
    """Chi-square test of independence of genre and corpus, with Cramer's V.

    Parameters
    ----------
    counts : DataFrame or array, shape (genres, corpora)

    Returns
    -------
    Series
        `statistic`, `dof`, `p`, `cramers_v`, `n`, and `smallest_expected` count of a cell.

    Notes
    -----
    Notebook: 04_genres
    """
    counts = np.asarray(counts, float)
    counts = counts[counts.sum(axis=1) > 0]
    found = stats.chi2_contingency(counts)
    v = np.sqrt(found.statistic / counts.sum() / (min(counts.shape) - 1))
    return pd.Series({
        "statistic": found.statistic, "dof": found.dof, "p": found.pvalue, "cramers_v": v,
        "n": counts.sum(), "smallest_expected": found.expected_freq.min()})


def block_permutation_test(listings, by, pair, block, n_permutations, seed):
    """Do two groups differ in genre mix and in entropy, when runs of rows belong together?

    Both groups are cut into blocks of consecutive rows, and whole blocks are dealt anew to the two
    groups.

    Parameters
    ----------
    listings : DataFrame
        With the columns genre and `by`, in file order.
    by : str
        Column of the groups.
    pair : (str, str)
        Target and reference.
    block : int
    n_permutations, seed : int

    Returns
    -------
    DataFrame
        Rows `entropy_difference` (bits, target minus reference; two-sided p) and `jensen_shannon`
        (bits); columns value, p, blocks. p counts the observed arrangement as one of the
        permutations.

    References
    ----------
    Good (2005), Permutation, Parametric and Bootstrap Tests of Hypotheses, ch. 3; Phipson and Smyth
    (2010).

    Notes
    -----
    Notebook: 04_genres
    """
    names = listings["genre"].dropna().unique()
    counts, owner = [], []
    for side, group in enumerate(pair):
        codes = pd.Categorical(listings.loc[listings[by] == group, "genre"].dropna(),
                               categories=names).codes
        starts = np.arange(0, len(codes), block)
        blocks = np.array([np.bincount(codes[s : s + block], minlength=len(names)) for s in starts])
        counts.append(blocks)
        owner += [side] * len(blocks)
    counts, owner = np.concatenate(counts), np.array(owner, bool)

    def statistic(of_reference):
        target, reference = counts[~of_reference].sum(axis=0), counts[of_reference].sum(axis=0)
        return shannon_entropy(target) - shannon_entropy(reference), jensen_shannon(
            target, reference)

    rng = np.random.default_rng(seed)
    observed = np.array(statistic(owner))
    null = np.array([statistic(rng.permutation(owner)) for _ in range(n_permutations)])
    p = (1 + (np.abs(null) >= np.abs(observed) - 1e-12).sum(axis=0)) / (1 + n_permutations)
    return pd.DataFrame({"value": observed, "p": p, "blocks": len(owner)},
                        index=["entropy_difference", "jensen_shannon"])
