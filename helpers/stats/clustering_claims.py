"""The poster's table of clusterings: its numbers as claims, and printed ones beside recomputed.

Tables of several maps are held by key: (corpus, feature set).
"""

from collections.abc import Mapping, Sequence

import numpy as np
import pandas as pd

from helpers.project import spaced
from helpers.stats.clustering import SCORES, Key, n_points


def claims(pairs: Mapping[Key, pd.DataFrame], whole: Mapping[Key, pd.Series]) -> dict[str, float]:
    """The numbers of the poster's table: over pairs, and of all genres at once.

    Parameters
    ----------
    pairs, whole : mapping of key to DataFrame, mapping of key to Series
        As `score_maps` gives them.

    Returns
    -------
    dict of str to float
        Keys `clustering.all.<score>.<corpus>.<feature set>` and
        `clustering.pairwise.<score>.<mean, median or sd>.<corpus>.<feature set>`; the standard
        deviation divides by one less than the number of pairs.

    Notes
    -----
    Notebook: 09_genre_clustering
    """
    found = {}
    for (corpus, feature_set), table in pairs.items():
        place = f"{corpus}.{feature_set}"
        for score in SCORES:
            start = f"clustering.pairwise.{score}"
            mean, median, sd = table[score].agg(["mean", "median", "std"])
            found[f"clustering.all.{score}.{place}"] = whole[corpus, feature_set][score]
            found[f"{start}.mean.{place}"] = mean
            found[f"{start}.median.{place}"] = median
            found[f"{start}.sd.{place}"] = sd
    return found


def claim_rows(
    pairs: Mapping[Key, pd.DataFrame],
    whole: Mapping[Key, pd.Series],
    source: str,
    ends: Mapping[str, tuple[float, ...]],
) -> list[tuple]:
    """The numbers of `claims` as the ledger records them; those over pairs also as the poster's.

    Parameters
    ----------
    pairs, whole : mapping of key to DataFrame, mapping of key to Series
        As `score_maps` gives them.
    source : str
        Where the points come from.
    ends : mapping of str to (low, high)
        Prediction intervals, of the keys that have one.

    Returns
    -------
    list of (key, value, n, source) or (key, value, n, source, low, high)
        `n` is the number of listings.

    Notes
    -----
    Notebook: 09_genre_clustering
    """
    rows, of_poster = [], []
    for key, table in pairs.items():
        n = n_points(table)
        for claim, value in claims({key: table}, {key: whole[key]}).items():
            row = (value, n, source, *ends.get(claim, ()))
            rows.append((claim, *row))
            if ".pairwise." in claim:
                of_poster.append((f"poster.{claim}", *row))
    return rows + of_poster


def beside_published(
    published: pd.Series, recomputed: Mapping[str, float], corpora: Sequence[str]
) -> pd.DataFrame:
    """Printed numbers beside recomputed ones, one row a number.

    Parameters
    ----------
    published : Series
        Values of claims, by key; those of other chapters are left out.
    recomputed : mapping of str to float
        As `claims` gives them.
    corpora : sequence of str
        The order of the corpora; one that is not named stands last.

    Returns
    -------
    DataFrame
        Columns setting (pairwise or all), score, statistic (of pairs; "value" of all), corpus,
        feature_set, published, recomputed. Without AMI, which nobody printed.

    Notes
    -----
    Notebook: 09_genre_clustering
    """
    printed = published[published.index.str.contains(r"^(?:poster\.)?clustering\.")]
    keys = printed.index.union(list(recomputed), sort=False)
    table = keys.str.extract(
        r"clustering\.(?P<setting>pairwise|all)\.(?P<score>\w+)\."
        r"(?:(?P<statistic>mean|median|sd)\.)?(?P<corpus>.+)\.(?P<feature_set>\w+)$"
    )
    table["statistic"] = table["statistic"].fillna("value")
    table["published"] = [printed.get(key, np.nan) for key in keys]
    plain = keys.str.removeprefix("poster.")
    table["recomputed"] = [recomputed.get(key, np.nan) for key in plain]
    place = {corpus: k for k, corpus in enumerate(corpora)}
    table = table[table["score"] != "ami"].sort_values(
        "corpus", key=lambda names: names.map(place), kind="stable"
    )
    return table.drop_duplicates(["setting", "score", "statistic", "corpus", "feature_set"])


def side_by_side(table: pd.DataFrame, digits: int, by: Sequence[str] = ()) -> pd.DataFrame:
    """The rows of `beside_published` as they are read: a column a score, printed and recomputed.

    Parameters
    ----------
    table : DataFrame
    digits : int
        Behind the decimal point.
    by : sequence of str
        Columns that stand before corpus and feature set in the index.

    Returns
    -------
    DataFrame of str
        Empty where there is no number; the corpora in the order of the rows.

    Notes
    -----
    Notebook: 09_genre_clustering
    """
    named = table.assign(
        feature_set=table["feature_set"].map(spaced),
        score=table["score"].replace({"ari": "ARI", "nmi": "NMI"}),
    )
    sides = ["published", "recomputed"]
    wide = named.pivot(
        index=[*by, "corpus", "feature_set"], columns="score", values=sides
    ).swaplevel(axis=1)
    order = [(score, side) for score in ("silhouette", "ARI", "NMI") for side in sides]
    known = [column for column in order if column in wide]
    place = {corpus: k for k, corpus in enumerate(table["corpus"].unique())}
    wide = wide.sort_index(
        key=lambda level: level.map(place) if level.name == "corpus" else level, kind="stable"
    )
    return wide[known].map(lambda value: _shown(value, digits))


def _shown(value: float, digits: int) -> str:
    if pd.isna(value):
        return ""
    return f"{value:.{digits}f}"
