"""How a feature is distributed: moments, densities that stay in range, tests of normality."""

import warnings
from collections.abc import Mapping, Sequence

import numpy as np
import pandas as pd
import scipy

# Points of a drawn density curve.
POINTS = 150
CURVE = ["corpus", "feature", "x", "density", "at_zero"]


def moments(values: Mapping[str, pd.DataFrame], features: Sequence[str]) -> pd.DataFrame:
    """Number, mean, median and SD of each feature, by corpus and by genre.

    Parameters
    ----------
    values : dict of str to DataFrame
        Corpus to a table with one column a feature and, if known, `genre`.
    features : sequence of str

    Returns
    -------
    DataFrame
        One row a group (corpus), genre ("all" for the whole corpus) and feature: n (values that
        are there), mean, median, sd (n - 1 in its denominator; units of the feature).

    Notes
    -----
    Notebook: 02_audio_features
    """
    groups = {(corpus, "all"): table for corpus, table in values.items()}
    for corpus, table in values.items():
        if "genre" in table:
            for genre, rows in table.groupby("genre"):
                groups[corpus, genre] = rows
    statistics = ["count", "mean", "median", "std"]
    computed = {group: rows[list(features)].agg(statistics).T for group, rows in groups.items()}
    table = pd.concat(computed, names=["group", "genre", "feature"]).reset_index()
    return table.rename(columns={"count": "n", "std": "sd"}).astype({"n": int})


def in_order(table: pd.DataFrame, features: Sequence[str], groups: Sequence[str]) -> pd.DataFrame:
    """Rows sorted by feature and group, in given orders that later tables and figures keep.

    Parameters
    ----------
    table : DataFrame
        With the columns feature and group, such as `moments` returns.
    features, groups : sequence of str
        Every value that the columns hold.

    Returns
    -------
    DataFrame
        The columns feature and group are ordered categories; other rows of one feature and group
        keep their order.

    Notes
    -----
    Notebook: 02_audio_features
    """
    ordered = table.assign(
        feature=pd.Categorical(table["feature"], list(features)),
        group=pd.Categorical(table["group"], list(groups)),
    )
    return ordered.sort_values(["feature", "group"])


def mean_minus_median(table: pd.DataFrame) -> pd.Series:
    """How far mean and median of a feature lie apart, in standard deviations.

    Parameters
    ----------
    table : DataFrame
        Of `moments`.

    Returns
    -------
    Series
        Indexed by group and feature, both as texts; positive where the long tail is above.

    Notes
    -----
    Notebook: 02_audio_features
    """
    named = table.astype({"group": str, "feature": str}).set_index(["group", "feature"])
    return (named["mean"] - named["median"]) / named["sd"]


def extremes(values: Mapping[str, pd.DataFrame], features: Sequence[str]) -> pd.DataFrame:
    """Smallest and largest value of each feature in each corpus.

    Parameters
    ----------
    values : dict of str to DataFrame
        Corpus to a table with one column a feature.
    features : sequence of str

    Returns
    -------
    DataFrame
        One row a feature; columns (corpus, "min") and (corpus, "max").

    Notes
    -----
    Notebook: 02_audio_features
    """
    ends = {corpus: table[list(features)].agg(["min", "max"]).T for corpus, table in values.items()}
    return pd.concat(ends, axis=1)


def shift_without_repeats(listings: pd.DataFrame, features: Sequence[str]) -> pd.DataFrame:
    """How far the mean of each feature moves where each track of a corpus counts once.

    Parameters
    ----------
    listings : DataFrame
        With the columns corpus and track_id and one for each feature.
    features : sequence of str

    Returns
    -------
    DataFrame
        One row a corpus, one column a feature: the mean over distinct tracks minus the mean over
        listings, in standard deviations of the listings. Rows without an id count as listings
        alone.

    Notes
    -----
    Notebook: 02_audio_features
    """
    tracks = listings.dropna(subset="track_id").drop_duplicates(["corpus", "track_id"])
    before = listings.groupby("corpus", sort=False)[list(features)]
    after = tracks.groupby("corpus", sort=False)[list(features)]
    return (after.mean() - before.mean()) / before.std()


def density(
    values: Sequence[float] | np.ndarray | pd.Series,
    low: float,
    high: float,
    bins: int = 400,
    smallest: float = 0.012,
) -> pd.DataFrame:
    """Density that stays inside a range: a histogram smoothed with reflection at both ends.

    Parameters
    ----------
    values : array-like of float
        Missing values are dropped.
    low, high : float
        The range; values outside it raise.
    bins : int
        Points of the curve.
    smallest : float
        Least bandwidth, as a share of the range; else Silverman's rule.

    Returns
    -------
    DataFrame
        Columns x, density; the density integrates to 1 over the range.

    Raises
    ------
    ValueError
        No values, or one outside the range.

    References
    ----------
    Silverman (1986), Density Estimation for Statistics and Data Analysis, sections 2.10 and 3.4.

    Notes
    -----
    Notebook: 02_audio_features
    """
    known = np.asarray(values, float)
    known = known[~np.isnan(known)]
    if len(known) == 0 or known.min() < low or known.max() > high:
        raise ValueError(f"density: give values within {low}..{high}, not {known!r}")
    upper, lower = np.quantile(known, [0.75, 0.25])
    spread = min(known.std(), (upper - lower) / 1.34)
    bandwidth = 0.9 * spread * len(known) ** -0.2
    share_of_range = max(bandwidth / (high - low), smallest)
    height, edges = np.histogram(known, bins, (low, high), density=True)
    middle = (edges[1:] + edges[:-1]) / 2
    smooth = scipy.ndimage.gaussian_filter1d(height, share_of_range * bins, mode="reflect")
    return pd.DataFrame({"x": middle, "density": smooth})


def densities(
    values: Mapping[str, pd.DataFrame],
    ranges: Mapping[str, tuple[float, float]],
    tiny: float = 0.001,
) -> pd.DataFrame:
    """Density of each feature in each corpus; the share of values at zero is kept apart from it.

    Parameters
    ----------
    values : dict of str to DataFrame
        Corpus to a table with one column a feature.
    ranges : dict of str to (float, float)
        Feature to its range, in drawing order.
    tiny : float
        In a range that begins at 0, values below this count as zero.

    Returns
    -------
    DataFrame
        Columns corpus, feature, x, density, which integrates to 1 - at_zero, and at_zero; points
        where a curve is lower than a thousandth of its height are left out.

    Raises
    ------
    ValueError
        A corpus without a single value of a feature, or a value outside its range.

    Notes
    -----
    Notebook: 02_audio_features
    """
    curves = []
    for feature, (low, high) in ranges.items():
        for corpus, table in values.items():
            known = table[feature].dropna()
            if known.empty:
                raise ValueError(f"densities: {corpus} has no value of {feature}; leave it out.")
            curve = _curve(known, low, high, tiny)
            curves.append(curve.assign(corpus=corpus, feature=feature))
    if not curves:
        return pd.DataFrame(columns=CURVE)
    return pd.concat(curves)[CURVE]


def _curve(known: pd.Series, low: float, high: float, tiny: float) -> pd.DataFrame:
    above = known[known >= tiny] if low == 0 else known
    share = len(above) / len(known)
    if above.empty:
        return pd.DataFrame({"x": [low], "density": [0.0], "at_zero": [1.0]})
    curve = density(above, low, high, bins=POINTS)
    curve = curve[curve["density"] >= curve["density"].max() / 1000]
    return curve.assign(density=curve["density"] * share, at_zero=1 - share)


def shapiro_wilk(
    values: pd.Series, max_rows: int | None = None, seed: int | None = None
) -> dict[str, object]:
    """Shapiro-Wilk test of normality, and what scipy has to say about it.

    Parameters
    ----------
    values : Series of float
        At least three; missing values are dropped.
    max_rows : int, optional
        Of more values a random sample of this size is tested.
    seed : int, optional
        Of the sample.

    Returns
    -------
    dict
        `W` (1 where values look normal), `p`, `rows` (values tested) and `warning`, scipy's own
        words, empty where it has none: above 5,000 rows it does not vouch for p.

    References
    ----------
    Shapiro & Wilk (1965), An analysis of variance test for normality.

    Notes
    -----
    Notebook: 02_audio_features
    """
    known = values.dropna()
    if max_rows is not None and len(known) > max_rows:
        known = known.sample(max_rows, random_state=seed)
    with warnings.catch_warnings(record=True) as raised:
        found = scipy.stats.shapiro(known)
    warning = " ".join(sorted({str(entry.message) for entry in raised}))
    return {"W": found.statistic, "p": found.pvalue, "rows": len(known), "warning": warning}


def normality(
    values: Mapping[str, pd.DataFrame], features: Sequence[str], max_rows: int, seed: int
) -> pd.DataFrame:
    """Test each feature of each corpus for normality.

    Parameters
    ----------
    values : dict of str to DataFrame
        Corpus to a table with one column a feature.
    features : sequence of str
    max_rows, seed : int
        As in `shapiro_wilk`.

    Returns
    -------
    DataFrame
        One row a corpus (`group`) and feature: W, p, rows, warning.

    Notes
    -----
    Notebook: 02_audio_features
    """
    tested = [
        {"group": corpus, "feature": feature, **shapiro_wilk(table[feature], max_rows, seed)}
        for corpus, table in values.items()
        for feature in features
    ]
    return pd.DataFrame(tested, columns=["group", "feature", "W", "p", "rows", "warning"])
