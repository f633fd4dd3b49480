"""Where a difference sits: how much comes with the mix of genres, how much lies within them.

Pure functions on tables and arrays. Differences are target minus reference throughout.
"""

from collections.abc import Sequence

import numpy as np
import pandas as pd

from helpers.project import leaves_out_zero
from helpers.stats import ranks

# The weight of the target's means in the mix, and of the reference's shares within genres.
WEIGHTINGS = {"averaged": 0.5, "reference": 0.0, "target": 1.0}
# Shares of the mix that lie further apart than this leave the question without a single answer.
WIDEST_SHARE = 0.5
SIDES = ("target", "reference")
COLUMNS = ["feature", "weights", "part", "value", "ci_low", "ci_high", "share"]


def genre_cells(moments: pd.DataFrame, pair: tuple[str, str]) -> pd.DataFrame:
    """Number, mean and SD of both corpora side by side, one row a feature and genre.

    Parameters
    ----------
    moments : DataFrame
        Of `distributions.moments`: group, genre, feature, n, mean, sd.
    pair : (str, str)
        Target and reference.

    Returns
    -------
    DataFrame
        feature, genre, then n_target, n_reference, mean_target, ... sd_reference; only genres in
        which both corpora have two rows.

    Notes
    -----
    Notebook: 04_where_it_sits
    """
    within = moments[moments["genre"] != ranks.ALL]
    wide = within.pivot(index=["feature", "genre"], columns="group", values=["n", "mean", "sd"])
    cells = {}
    for statistic in ("n", "mean", "sd"):
        for side, corpus in zip(SIDES, pair, strict=True):
            column = (statistic, corpus)
            cells[f"{statistic}_{side}"] = wide.get(column, np.nan)
    table = pd.DataFrame(cells, index=wide.index).astype(float).dropna()
    return table.astype({"n_target": int, "n_reference": int}).reset_index()


def mean_differences(moments: pd.DataFrame, pair: tuple[str, str]) -> pd.Series:
    """Difference of the means of whole corpora, by feature.

    Parameters
    ----------
    moments : DataFrame
        Of `distributions.moments`.
    pair : (str, str)
        Target and reference.

    Returns
    -------
    Series

    Notes
    -----
    Notebook: 04_where_it_sits
    """
    whole = moments[moments["genre"] == ranks.ALL]
    means = whole.pivot(index="feature", columns="group", values="mean")
    target, reference = pair
    return means[target] - means[reference]


def kitagawa(
    cells: pd.DataFrame,
    overall: pd.Series | None = None,
    level: float = 0.95,
    draws: int = 2000,
    seed: int | np.random.Generator = 0,
) -> pd.DataFrame:
    """Split differences of means into the part of the genre mix and the part within genres.

    For intervals, genre counts and means are drawn anew: counts from a multinomial, means from a
    normal distribution with their own standard error.

    Parameters
    ----------
    cells : DataFrame
        Of `genre_cells`; without sd_target and sd_reference there are no intervals.
    overall : Series, optional
        Differences of the means of whole corpora by feature; they give the residual.
    level : float
    draws : int
    seed : int or numpy Generator

    Returns
    -------
    DataFrame
        One row a feature, weighting and part: feature, weights (none, averaged, reference,
        target), part (recomposed, interaction, mix, within, residual), value, ci_low, ci_high
        (units of the feature), share (of the recomposed difference).

    Raises
    ------
    ValueError
        A genre without rows or moments.

    References
    ----------
    Kitagawa (1955), J. Am. Stat. Assoc. 50:1168.

    Notes
    -----
    Notebook: 04_where_it_sits
    """
    rng = np.random.default_rng(seed)
    tails = [(1 - level) / 2, (1 + level) / 2]
    rows = []
    for feature, cell in cells.groupby("feature", sort=False):
        _refuse_empty(feature, cell)
        target_shares, target_means = _redrawn(cell, "target", draws, rng)
        reference_shares, reference_means = _redrawn(cell, "reference", draws, rng)
        parts = kitagawa_terms(target_shares, target_means, reference_shares, reference_means)
        total = parts["none", "recomposed"][0].sum()
        for (weights, part), terms in parts.items():
            value, *drawn = terms.sum(axis=1)
            low, high = np.quantile(drawn, tails)
            share = value / total if total else np.nan
            rows.append((feature, weights, part, value, low, high, share))
        if overall is not None:
            residual = overall[feature] - total
            rows.append((feature, "none", "residual", residual, np.nan, np.nan, np.nan))
    return pd.DataFrame(rows, columns=COLUMNS)


def kitagawa_terms(
    target_shares: np.ndarray,
    target_means: np.ndarray,
    reference_shares: np.ndarray,
    reference_means: np.ndarray,
) -> dict[tuple[str, str], np.ndarray]:
    """The terms of each part of Kitagawa's split, one a genre.

    Parameters
    ----------
    target_shares, target_means, reference_shares, reference_means : array, shape (..., n_genres)
        Share and mean of each genre in either corpus.

    Returns
    -------
    dict of (str, str) to array, shape (..., n_genres)
        By weighting and part; the sum over genres is the part.

    References
    ----------
    Kitagawa (1955), J. Am. Stat. Assoc. 50:1168; she averages both weightings.

    Notes
    -----
    Notebook: 04_where_it_sits
    """
    p, x, q, y = target_shares, target_means, reference_shares, reference_means
    parts = {("none", "recomposed"): p * x - q * y, ("none", "interaction"): (p - q) * (x - y)}
    for name, w in WEIGHTINGS.items():
        parts[name, "mix"] = (p - q) * (w * x + (1 - w) * y)
        parts[name, "within"] = ((1 - w) * p + w * q) * (x - y)
    return parts


def mix_shares(parts: pd.DataFrame, features: Sequence[str]) -> pd.DataFrame:
    """Share of each difference that comes with the genre mix, under each weighting.

    Parameters
    ----------
    parts : DataFrame
        Of `kitagawa`.
    features : sequence of str
        In the order wanted.

    Returns
    -------
    DataFrame
        Indexed by feature: averaged, reference, target; `identified`, whether the three lie within
        `WIDEST_SHARE` of the difference of one another; `clear`, whether the interval of the
        difference leaves out zero, without which a share of it means nothing.

    Notes
    -----
    Notebook: 04_where_it_sits
    """
    mix = parts[parts["part"] == "mix"]
    shares = mix.pivot(index="feature", columns="weights", values="share")
    shares = shares.reindex(index=list(features), columns=list(WEIGHTINGS))
    spread = shares.max(axis=1) - shares.min(axis=1)
    whole = parts[parts["part"] == "recomposed"].set_index("feature").reindex(shares.index)
    clear = leaves_out_zero(whole["ci_low"], whole["ci_high"])
    return shares.assign(identified=spread < WIDEST_SHARE, clear=clear)


def weighting_range(shares: pd.DataFrame, low: float, high: float) -> pd.DataFrame:
    """The averaged share and the ends of all weightings, cut to a range that can be drawn.

    Parameters
    ----------
    shares : DataFrame
        Of `mix_shares`.
    low, high : float
        Ends of the range.

    Returns
    -------
    DataFrame
        Indexed by feature: value, ci_low, ci_high.

    Notes
    -----
    Notebook: 04_where_it_sits
    """
    weightings = shares[list(WEIGHTINGS)]
    ends = {
        "value": shares["averaged"],
        "ci_low": weightings.min(axis=1),
        "ci_high": weightings.max(axis=1),
    }
    return pd.DataFrame(ends).clip(low, high)


def standardised_delta(
    deltas: pd.Series, counts: pd.Series, se: pd.Series | None = None
) -> tuple[float, float]:
    """Cliff's delta within strata, averaged over a stated mix of them.

    Parameters
    ----------
    deltas : Series
        Delta by stratum (genre).
    counts : Series
        Rows by stratum: the mix.
    se : Series, optional
        Standard errors by stratum, 0 where unknown.

    Returns
    -------
    tuple of float
        The average, and its standard error (NaN without `se`).

    Raises
    ------
    ValueError
        A stratum of the mix has no delta.

    References
    ----------
    Kitagawa (1964), Demography 1:296 (direct standardisation).

    Notes
    -----
    Notebook: 04_where_it_sits
    """
    share = counts / counts.sum()
    missing = [stratum for stratum in share.index if pd.isna(deltas.get(stratum))]
    if missing:
        raise ValueError(f"no delta for genres {missing}: leave them out of `counts` and say so")
    average = float(share @ deltas.reindex(share.index))
    if se is None:
        return average, np.nan
    return average, float(np.linalg.norm(share * se.reindex(share.index)))


def standardised_deltas(tests: pd.DataFrame, pair: tuple[str, str]) -> pd.DataFrame:
    """Crude delta of each feature, and delta within genres over the genre mix of either corpus.

    Neither mix is the right one: the reference's asks what the corpora would differ by if both had
    its genres, the target's the same of the other.

    Parameters
    ----------
    tests : DataFrame
        Of `ranks.in_order`.
    pair : (str, str)
        Target and reference.

    Returns
    -------
    DataFrame
        Indexed by feature: crude, reference_mix, reference_se, target_mix, target_se (errors of
        independent rows), one_sign (whether both mixes give delta the same sign).

    References
    ----------
    Kitagawa (1964), Demography 1:296 (direct standardisation).

    Notes
    -----
    Notebook: 04_where_it_sits
    """
    columns = ["crude", "reference_mix", "reference_se", "target_mix", "target_se"]
    crude = ranks.of_whole_corpora(tests, pair)["cliffs_delta"]
    within = tests[tests["genre"] != ranks.ALL]
    found = {}
    for feature, rows in within.groupby("feature", observed=True):
        by_genre = rows.set_index("genre")
        deltas, errors = by_genre["cliffs_delta"], by_genre["se"].fillna(0)
        row = [crude[feature]]
        for mix in ("n_reference", "n_target"):
            row += standardised_delta(deltas, by_genre[mix], errors)
        found[feature] = row
    table = pd.DataFrame.from_dict(found, orient="index", columns=columns)
    one_sign = np.sign(table["reference_mix"]) == np.sign(table["target_mix"])
    return table.assign(one_sign=one_sign)


def residual_parts(
    moments: pd.DataFrame, cells: pd.DataFrame, pair: tuple[str, str]
) -> pd.DataFrame:
    """What a difference of means holds besides the genres of both corpora.

    Parameters
    ----------
    moments : DataFrame
        Of `distributions.moments`.
    cells : DataFrame
        Of `genre_cells`: the genres that are compared.
    pair : (str, str)
        Target and reference.

    Returns
    -------
    DataFrame
        Indexed by feature, in units of the feature: one_sided (the difference over all genres
        minus that over the genres that are compared: genres of one corpus alone, or of a single
        row), other_rows (the difference of whole corpora minus that over all genres: 0 unless the
        figures of whole corpora are of other rows than those by genre).

    Notes
    -----
    Notebook: 04_where_it_sits
    """
    whole = mean_differences(moments, pair)
    # A genre of no row with the feature has no mean.
    within = moments[(moments["genre"] != ranks.ALL) & (moments["n"] > 0)]
    found = {}
    for feature, cell in cells.groupby("feature", sort=False):
        of_feature = within[within["feature"] == feature]
        sides = [of_feature[of_feature["group"] == corpus] for corpus in pair]
        means = [np.average(side["mean"], weights=side["n"]) for side in sides]
        compared = [np.average(cell[f"mean_{side}"], weights=cell[f"n_{side}"]) for side in SIDES]
        all_genres = means[0] - means[1]
        found[feature] = {
            "one_sided": all_genres - (compared[0] - compared[1]),
            "other_rows": whole[feature] - all_genres,
        }
    return pd.DataFrame.from_dict(found, orient="index", columns=["one_sided", "other_rows"])


def one_sided_genres(
    moments: pd.DataFrame, cells: pd.DataFrame, pair: tuple[str, str]
) -> dict[str, list[str]]:
    """The genres of either corpus that no comparison within genres can use.

    Parameters
    ----------
    moments, cells, pair
        As in `residual_parts`.

    Returns
    -------
    dict of str to list of str
        By corpus, its genres of which the other has none, or either has a single row.

    Notes
    -----
    Notebook: 04_where_it_sits
    """
    within = moments[(moments["genre"] != ranks.ALL) & (moments["n"] > 0)]
    compared = set(cells["genre"])
    genres = {corpus: set(within.loc[within["group"] == corpus, "genre"]) for corpus in pair}
    return {corpus: sorted(names - compared) for corpus, names in genres.items()}


def _refuse_empty(feature: str, cell: pd.DataFrame) -> None:
    incomplete = cell.isna().any(axis=1) | (cell[["n_target", "n_reference"]] <= 0).any(axis=1)
    if incomplete.any():
        genres = list(cell["genre"][incomplete])
        raise ValueError(f"{feature}: {genres} lack rows or moments: drop them")


def _redrawn(
    cell: pd.DataFrame, side: str, draws: int, rng: np.random.Generator
) -> tuple[np.ndarray, np.ndarray]:
    """Shares and means of one corpus: those observed in row 0, then those simulated."""
    n, mean = cell[f"n_{side}"].to_numpy(), cell[f"mean_{side}"].to_numpy()
    error = np.asarray(cell.get(f"sd_{side}", np.nan)) / np.sqrt(n)
    counts = np.vstack([n, rng.multinomial(n.sum(), n / n.sum(), draws)])
    means = np.vstack([mean, mean + error * rng.normal(size=(draws, len(n)))])
    return counts / n.sum(), means
