"""How near simulated features come to the published figures, tolerance by tolerance."""

from collections.abc import Callable, Mapping

import numpy as np
import pandas as pd

SMALL_SAMPLE = 30
MEAN_DELTA_ERROR = 0.06
COLUMNS = ["tolerance", "corpus", "genre", "feature", "published", "twin", "limit"]


def _cliffs_delta(first: pd.Series, second: pd.Series) -> float:
    from scipy.stats import mannwhitneyu

    return 2 * mannwhitneyu(first, second).statistic / len(first) / len(second) - 1


def _ks_d(first: pd.Series, second: pd.Series) -> float:
    from scipy.stats import ks_2samp

    return ks_2samp(first, second, method="asymp").statistic


# Of one sample or of two, as the published key names them.
STATISTICS: Mapping[str, Callable[..., float]] = {
    "mean": np.mean,
    "median": np.median,
    "sd": lambda sample: sample.std(),
    "abs_pearson": lambda first, second: abs(first.corr(second)),
    "cliffs_delta": _cliffs_delta,
    "ks_d": _ks_d,
}


def _limit(statistic: str, sd: float, size: int, is_overall: bool) -> float:
    """Tolerance of one figure; NaN where none is set.

    Parameters
    ----------
    statistic : str
        A key of `STATISTICS`.
    sd : float
        The published standard deviation of the cell.
    size : int
        Its rows.
    is_overall : bool
        Whether the figure is of a whole corpus, not of one genre.
    """
    if statistic in ("mean", "sd"):
        return 0.05 * sd
    if statistic == "median":
        return (0.1 if size >= SMALL_SAMPLE else 0.25) * sd
    if statistic == "cliffs_delta" and is_overall:
        return 0.015
    if statistic == "ks_d" and is_overall:
        return 0.02
    return np.nan


def report(listings: pd.DataFrame, published: pd.Series) -> pd.DataFrame:
    """Compare the twin with the published figures, tolerance by tolerance.

    Parameters
    ----------
    listings : DataFrame
        Listings of PMD, EMD and MSSD joined to their features: corpus, genre, the nine features.
    published : Series
        Published values by the ledger's keys, differences as target minus reference.

    Returns
    -------
    DataFrame
        As `helpers.simulation.twin.report` explains it, tolerances and columns.

    References
    ----------
    Cliff (1993), Dominance statistics: ordinal analyses to answer ordinal questions.
    """
    groups = dict(iter(listings.groupby(["corpus"])))
    groups.update(iter(listings.groupby(["corpus", "genre"])))
    wanted = rf"^(features|compare)\.({'|'.join(STATISTICS)})\."
    rows = [
        _compared(key, value, groups, published)
        for key, value in published.filter(regex=wanted).items()
    ]
    table = pd.DataFrame(rows, columns=COLUMNS)
    deltas = table[table["tolerance"] == "genre cliffs_delta"]
    error = (deltas["twin"] - deltas["published"]).abs().mean()
    table.loc[len(table)] = [
        "genre deltas, mean error",
        "PMD-EMD",
        None,
        None,
        0.0,
        error,
        MEAN_DELTA_ERROR,
    ]
    table["error"] = (table["twin"] - table["published"]) / table["limit"].fillna(1)
    signed = table["tolerance"] == "overall cliffs_delta"
    met = (table["error"].abs() <= 1) & (~signed | (table["twin"] * table["published"] > 0))
    return table.assign(met=met.astype("boolean").mask(table["limit"].isna()))


def _compared(
    key: str, value: float, groups: Mapping[tuple, pd.DataFrame], published: pd.Series
) -> tuple:
    """One row of the report, without error and verdict."""
    statistic, corpora, *genre, feature = key.split(".")[1:]
    samples = [
        groups[(corpus, *genre)][name].dropna()
        for corpus in corpora.split("-")
        for name in feature.split("-")
    ]
    sd = published.get(key.replace(f".{statistic}.", ".sd."), np.nan)
    limit = _limit(statistic, sd, len(samples[0]), not genre)
    scope = "genre" if genre else "overall"
    return (
        f"{scope} {statistic}",
        corpora,
        genre[0] if genre else None,
        feature,
        value,
        STATISTICS[statistic](*samples),
        limit,
    )
