"""How surely a mix of genres is known: shares, entropies and divergences with intervals by unit.

What is left out or drawn again is the unit of `helpers.stats.units`: the participant where known,
else the block, else the artist. Differences are target minus reference throughout.
"""

import numpy as np
import pandas as pd
import scipy
from numpy.typing import ArrayLike

from helpers.stats import diversity, intervals, jackknife, units


def counts_by_unit(listings: pd.DataFrame, block: int) -> pd.DataFrame:
    """Listings per unit and genre.

    Parameters
    ----------
    listings : DataFrame
        Of one corpus or study, as in `units.units`, all with a genre.
    block : int
        Listings a block, where the unit is a block; cut so that four fit into the smallest study.

    Returns
    -------
    DataFrame of int
        One row a unit, one column a genre.

    Notes
    -----
    Notebook: 06_genres
    """
    length = diversity.block_length(listings, block)
    return pd.crosstab(units.units(listings, length)["unit"], listings["genre"])


def kinds_of_units(listings: pd.DataFrame, block: int) -> str:
    """The kinds of unit that listings have, as a table names them: "participant" or another.

    Parameters
    ----------
    listings, block
        As in `counts_by_unit`.

    Returns
    -------
    str

    Notes
    -----
    Notebook: 06_genres
    """
    return " or ".join(units.units(listings, block)["kind"].unique())


def entropies(counts: np.ndarray) -> np.ndarray:
    """Shannon entropy (bits) of each row of a table of counts.

    Parameters
    ----------
    counts : ndarray of int, shape (n, genres)

    Returns
    -------
    ndarray of float, shape (n,)

    Notes
    -----
    Notebook: 06_genres
    """
    return scipy.stats.entropy(counts, base=2, axis=1)


def entropy_interval(by_unit: ArrayLike, level: float = 0.95) -> pd.Series:
    """Shannon entropy (bits) with its interval by unit.

    The entropy is that of the counts, as the study computed it; the interval lies around the value
    less its bias.

    Parameters
    ----------
    by_unit : array-like of int, shape (units, genres)
        As from `counts_by_unit`.
    level : float

    Returns
    -------
    Series
        As from `jackknife.interval`; no end is below 0.

    Notes
    -----
    Notebook: 06_genres
    """
    counts = np.asarray(by_unit)
    value = diversity.shannon_entropy(counts.sum(axis=0))
    found = jackknife.interval(value, [jackknife.leave_one_out(entropies, counts)], level)
    found["ci_low"] = np.maximum(found["ci_low"], 0.0)
    return found


def entropy_table(groups: dict[str, pd.DataFrame], block: int, level: float = 0.95) -> pd.DataFrame:
    """Shannon entropy of each corpus or study, with its interval by unit.

    Parameters
    ----------
    groups : dict of str to DataFrame
        Listings in file order, as in `counts_by_unit`.
    block, level
        As in `entropy_interval`.

    Returns
    -------
    DataFrame
        One row a group; entropy, corrected, ci_low, ci_high, se (bits), n (listings), unit (its
        kind), units (their number).

    Notes
    -----
    Notebook: 06_genres
    """
    rows = {}
    for name, listings in groups.items():
        by_unit = counts_by_unit(listings, block)
        found = entropy_interval(by_unit, level).rename({"value": "entropy"})
        kind = kinds_of_units(listings, block)
        rows[name] = {**found, "n": len(listings), "unit": kind, "units": len(by_unit)}
    return pd.DataFrame.from_dict(rows, orient="index")


def entropy_difference(
    target: pd.DataFrame, reference: pd.DataFrame, block: int, level: float = 0.95
) -> pd.Series:
    """Difference of the entropies of two corpora or studies (bits), with its interval by unit.

    Parameters
    ----------
    target, reference : DataFrame
        As in `counts_by_unit`.
    block, level
        As in `entropy_interval`.

    Returns
    -------
    Series
        As from `jackknife.interval`.

    Notes
    -----
    Notebook: 06_genres
    """
    first, second = (counts_by_unit(rows, block).to_numpy() for rows in (target, reference))
    return entropy_difference_of(first, second, level)


def entropy_difference_of(first: ArrayLike, second: ArrayLike, level: float = 0.95) -> pd.Series:
    """`entropy_difference` of two tables of counts by unit.

    Parameters
    ----------
    first, second : array-like of int, shape (units, genres)
        As from `counts_by_unit`; the genres of the two need not be the same.
    level : float

    Returns
    -------
    Series
        As from `jackknife.interval`.

    Notes
    -----
    Notebook: 06_genres
    """
    tables = np.asarray(first), np.asarray(second)
    whole = [diversity.shannon_entropy(table.sum(axis=0)) for table in tables]
    without = [
        jackknife.leave_one_out(lambda counts: entropies(counts) - whole[1], tables[0]),
        jackknife.leave_one_out(lambda counts: whole[0] - entropies(counts), tables[1]),
    ]
    return jackknife.interval(whole[0] - whole[1], without, level)


def divergence_interval(
    target: pd.DataFrame, reference: pd.DataFrame, block: int, level: float = 0.95
) -> pd.Series:
    """How far apart two genre mixes are, with an interval by unit.

    The divergence of two samples of one mix is above zero. `corrected` is less that bias, and the
    interval lies around it; neither goes below zero.

    Parameters
    ----------
    target, reference : DataFrame
        As in `counts_by_unit`.
    block, level
        As in `entropy_interval`.

    Returns
    -------
    Series
        jensen_shannon, corrected, ci_low, ci_high (bits), overlap_coefficient (0..1).

    Notes
    -----
    Notebook: 06_genres
    """
    first, second = (counts_by_unit(rows, block) for rows in (target, reference))
    genres = first.columns.union(second.columns)
    first, second = (table.reindex(columns=genres, fill_value=0) for table in (first, second))
    mixes = first.to_numpy().sum(axis=0), second.to_numpy().sum(axis=0)
    without = [
        jackknife.leave_one_out(lambda counts: diversity.divergences(counts, mixes[1:]), first),
        jackknife.leave_one_out(lambda counts: diversity.divergences(counts, mixes[:1]), second),
    ]
    found = jackknife.interval(diversity.jensen_shannon(*mixes), without, level)
    bounded = found[["corrected", "ci_low", "ci_high"]].clip(lower=0.0)
    return pd.Series(
        {
            "jensen_shannon": found["value"],
            **bounded,
            "overlap_coefficient": diversity.overlap_coefficient(*mixes),
        }
    )


def resampled_units(
    by_unit: ArrayLike, n_replicates: int, seed: int | np.random.Generator
) -> np.ndarray:
    """Genre counts of samples of as many units, drawn with replacement.

    Parameters
    ----------
    by_unit : array-like of int, shape (units, genres)
        As from `counts_by_unit`.
    n_replicates : int
    seed : int or numpy Generator

    Returns
    -------
    ndarray of int, shape (n_replicates, genres)
        The number of listings varies, since units differ in length.

    References
    ----------
    Field & Welsh (2007), J. R. Stat. Soc. B 69:369.

    Notes
    -----
    Notebook: 06_genres
    """
    # Units with the same counts are drawn as one kind: thousands of artists have one track each.
    kinds, times = np.unique(np.asarray(by_unit), axis=0, return_counts=True)
    rng = np.random.default_rng(seed)
    return rng.multinomial(times.sum(), times / times.sum(), n_replicates) @ kinds


def genre_shares(
    groups: dict[str, pd.DataFrame], block: int, n_replicates: int, seed: int, level: float = 0.95
) -> pd.DataFrame:
    """Share of each genre in each corpus or study, with a bootstrap interval by unit.

    Parameters
    ----------
    groups, block, level
        As in `entropy_table`.
    n_replicates : int
    seed : int
        Each group is drawn from this seed anew.

    Returns
    -------
    DataFrame
        One row a group and genre: genre, ci_low, ci_high, share (0..1), group.

    Notes
    -----
    Notebook: 06_genres
    """
    tail = (1 - level) / 2
    tables = []
    for name, rows in groups.items():
        by_unit = counts_by_unit(rows, block)
        drawn = resampled_units(by_unit, n_replicates, seed)
        shares = pd.DataFrame(drawn / drawn.sum(axis=1, keepdims=True), columns=by_unit.columns)
        table = shares.quantile([tail, 1 - tail]).T.set_axis(["ci_low", "ci_high"], axis=1)
        table["share"] = rows["genre"].value_counts(normalize=True)
        tables.append(table.rename_axis("genre").reset_index().assign(group=name))
    return pd.concat(tables, ignore_index=True)


def block_standard_error(
    names: ArrayLike,
    groups: ArrayLike,
    block: int,
    n_replicates: int,
    seed: int | np.random.Generator,
) -> float:
    """Standard error of an entropy (bits) from a moving-block bootstrap.

    Parameters
    ----------
    names, groups : array-like of str, shape (n,)
        Genre of each listing in file order, and its group, which no block leaves.
    block : int
        Listings a block; 1 is the ordinary bootstrap.
    n_replicates : int
    seed : int or numpy Generator

    Returns
    -------
    float

    References
    ----------
    Kuensch (1989), Ann. Stat. 17:1217.

    Notes
    -----
    Notebook: 06_genres
    """
    codes, found = pd.factorize(np.asarray(names, object))
    weights = intervals.moving_blocks(groups, block, n_replicates, seed)
    drawn = np.array([np.bincount(codes, w, len(found)) for w in weights])
    return float(entropies(drawn).std())


def standard_errors(
    groups: dict[str, pd.DataFrame], block: int, n_replicates: int, seed: int
) -> pd.DataFrame:
    """Standard error of each group's entropy (bits) for several lengths of block.

    Parameters
    ----------
    groups : dict of str to DataFrame
        Listings in file order, with the columns genre and study.
    block : int
        A length is cut so that four blocks fit into the smallest study.
    n_replicates : int
    seed : int

    Returns
    -------
    DataFrame
        One row a group; one column a length: 1, half of `block`, `block`, and twice that.

    Notes
    -----
    Notebook: 06_genres
    """
    lengths = (1, block // 2, block, 2 * block)
    errors = {}
    for name, rows in groups.items():
        fitting = [diversity.block_length(rows, length) for length in lengths]
        names, studies = rows["genre"], diversity.strata(rows)
        errors[name] = [
            block_standard_error(names, studies, length, n_replicates, seed) for length in fitting
        ]
    return pd.DataFrame.from_dict(errors, orient="index", columns=list(lengths))


def bias_corrections(counts: pd.DataFrame, entropy: pd.DataFrame) -> pd.DataFrame:
    """What three estimators add to the entropy of each corpus, in bits.

    Parameters
    ----------
    counts : DataFrame
        Listings, one row a genre, one column a corpus.
    entropy : DataFrame
        As from `entropy_table`, of the same corpora.

    Returns
    -------
    DataFrame
        One row a corpus; columns Miller-Madow and Chao-Shen, for which listings are independent,
        and `by unit`, the jackknife's, for which units are.

    Notes
    -----
    Notebook: 06_genres
    """
    plain = counts.apply(diversity.shannon_entropy)
    return pd.DataFrame(
        {
            "Miller-Madow": counts.apply(diversity.shannon_entropy, miller_madow=True) - plain,
            "Chao-Shen": counts.apply(diversity.chao_shen) - plain,
            "by unit": (entropy["corrected"] - entropy["entropy"]).loc[counts.columns],
        }
    )
