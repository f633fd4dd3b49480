"""Can a classifier find genres? Macro F1 on artists it has not seen."""

from collections.abc import Mapping, Sequence
from itertools import combinations
from typing import NamedTuple

import numpy as np
import pandas as pd
import scipy
from threadpoolctl import threadpool_limits

from helpers.project import spaced
from helpers.stats import intervals, units
from helpers.stats.clustering import Key

GUESS = "guess"
N_FOLDS = 5


def tracks_to_classify(listings: pd.DataFrame, fewest: int = 30) -> np.ndarray:
    """Each track once, if its genre has enough tracks.

    Parameters
    ----------
    listings : DataFrame
        Of one corpus, with the columns track_id, artist and genre.
    fewest : int
        Tracks of a genre.

    Returns
    -------
    ndarray of bool, shape (listings,)
        None is true where fewer than two genres are left, or fewer artists than folds.

    Notes
    -----
    Notebook: 09_genre_clustering
    """
    first = ~listings["track_id"].duplicated()
    tracks = listings["genre"].map(listings.loc[first, "genre"].value_counts())
    kept = (first & (tracks >= fewest)).to_numpy()
    enough_genres = listings.loc[kept, "genre"].nunique() > 1
    enough_artists = len(set(units.artists(listings)[kept])) >= N_FOLDS
    if enough_genres and enough_artists:
        return kept
    return np.zeros(len(listings), bool)


class Judged(NamedTuple):
    """Tracks as classifiers that had not seen their artist took them for.

    labels, artists, units: genre, artist and unit (`units.units`) of each track; fold: in which it
    was judged; predicted: the genre that each classifier named.
    """

    labels: np.ndarray
    artists: np.ndarray
    units: np.ndarray
    fold: np.ndarray
    predicted: dict[str, np.ndarray]


def judge(
    points: np.ndarray, labels: np.ndarray, artists: np.ndarray, unit: np.ndarray, seed: int
) -> Judged:
    """Teach simple classifiers genres, fold by fold; no artist is in training and test at once.

    Parameters
    ----------
    points : array, shape (n, d)
        Standardised.
    labels, artists, unit : array of str, shape (n,)
    seed : int
        Of the folds, and of guessing.

    Returns
    -------
    Judged
        By nearest neighbour, logistic regression, and guessing by the shares of the labels.

    Notes
    -----
    Notebook: 09_genre_clustering
    """
    from sklearn.dummy import DummyClassifier
    from sklearn.linear_model import LogisticRegression
    from sklearn.model_selection import StratifiedGroupKFold
    from sklearn.neighbors import KNeighborsClassifier

    folds = StratifiedGroupKFold(N_FOLDS, shuffle=True, random_state=seed)
    models = {
        "nearest neighbour": KNeighborsClassifier(1),
        "logistic regression": LogisticRegression(C=0.01, class_weight="balanced", max_iter=2000),
        GUESS: DummyClassifier(strategy="stratified", random_state=seed),
    }
    fold = np.zeros(len(labels), int)
    predicted = {name: labels.copy() for name in models}
    # Small fits: several threads would wait for one another most of the time.
    with threadpool_limits(1):
        for k, (train, test) in enumerate(folds.split(points, labels, artists)):
            fold[test] = k
            for name, model in models.items():
                model.fit(points[train], labels[train])
                predicted[name][test] = model.predict(points[test])
    return Judged(labels, artists, unit, fold, predicted)


def _cells(judged: Judged, name: str) -> tuple[scipy.sparse.csr_array, tuple[int, int, int]]:
    """Which cell of the table (fold, genre, named genre) each track is in, and its shape."""
    genres = np.unique(judged.labels)
    k, n = len(genres), len(judged.labels)
    true = np.searchsorted(genres, judged.labels)
    named = np.searchsorted(genres, judged.predicted[name])
    cell = (judged.fold * k + true) * k + named
    shape = (judged.fold.max() + 1, k, k)
    of_track = scipy.sparse.csr_array((np.ones(n), (np.arange(n), cell)), (n, int(np.prod(shape))))
    return of_track, shape


def macro_f1(judged: Judged, name: str, weights: np.ndarray | None = None) -> np.ndarray:
    """Macro F1 of a classifier in each fold; a genre that neither occurs nor is named counts zero.

    Parameters
    ----------
    judged : Judged
    name : str
        Of the classifier.
    weights : ndarray, shape (replicates, n), optional
        How often each track counts; by default once.

    Returns
    -------
    ndarray, shape (replicates, folds)

    Notes
    -----
    Notebook: 09_genre_clustering
    """
    if weights is None:
        weights = np.ones((1, len(judged.labels)))
    of_track, shape = _cells(judged, name)
    tables = np.asarray(weights @ of_track).reshape(len(weights), *shape)
    right = np.diagonal(tables, axis1=2, axis2=3)
    either = tables.sum(2) + tables.sum(3)
    f1 = np.divide(2 * right, either, out=np.zeros_like(either), where=either > 0)
    return f1.mean(axis=2)


def fold_scores(judged: Mapping[Key, Judged]) -> dict[Key, dict[str, list[float]]]:
    """Macro F1 of every classifier, fold by fold.

    Parameters
    ----------
    judged : mapping of (corpus, feature set) to Judged

    Returns
    -------
    dict of (corpus, feature set) to dict of classifier to list of float

    Notes
    -----
    Notebook: 09_genre_clustering
    """
    return {
        key: {name: macro_f1(one, name)[0].tolist() for name in one.predicted}
        for key, one in judged.items()
    }


def judge_corpora(
    listings: Mapping[str, pd.DataFrame],
    spaces: Mapping[Key, np.ndarray],
    unit: pd.Series,
    seed: int,
) -> tuple[dict[Key, Judged], dict[str, int]]:
    """`judge` the corpora that can be classified, in each of their feature sets.

    Parameters
    ----------
    listings : mapping of corpus to DataFrame
        With the columns track_id, artist and genre.
    spaces : mapping of (corpus, feature set) to array, shape (listings, d)
    unit : Series of str
        The unit of each listing, by the index of `listings`.
    seed : int

    Returns
    -------
    dict of (corpus, feature set) to Judged
    dict of corpus to int
        Tracks that were classified; zero for a corpus that was left out.

    Notes
    -----
    Notebook: 09_genre_clustering
    """
    kept = {corpus: tracks_to_classify(rows) for corpus, rows in listings.items()}
    found = {}
    for (corpus, feature_set), space in spaces.items():
        chosen = kept[corpus]
        if chosen.any():
            rows = listings[corpus][chosen]
            genres, artists = rows["genre"].to_numpy(str), units.artists(rows).to_numpy(str)
            of_unit = unit.loc[rows.index].to_numpy(str)
            found[corpus, feature_set] = judge(space[chosen], genres, artists, of_unit, seed)
    return found, {corpus: int(chosen.sum()) for corpus, chosen in kept.items()}


def gap_intervals(
    judged: Mapping[Key, Judged], corpus: str, n_replicates: int, seed: int, level: float
) -> pd.DataFrame:
    """Macro F1 of a later feature set minus that of an earlier one, with whole artists drawn again.

    The classifiers are taken as they were taught; what varies is who is judged.

    Parameters
    ----------
    judged : mapping of (corpus, feature set) to Judged
        The sets of a corpus judged the same tracks.
    corpus : str
    n_replicates, seed : int
        Of the bootstrap.
    level : float

    Returns
    -------
    DataFrame
        One row a comparison and classifier (index: earlier, later, classifier): gap; low, high,
        with artists drawn again; unit low, unit high, with units drawn again. Without rows for a
        corpus that was not classified with two sets.

    References
    ----------
    Field & Welsh (2007), J. R. Stat. Soc. B 69:369.

    Notes
    -----
    Notebook: 09_genre_clustering
    """
    columns = ["gap", "low", "high", "unit low", "unit high"]
    sets = {feature_set: one for (own, feature_set), one in judged.items() if own == corpus}
    levels = ["earlier", "later", "classifier"]
    if len(sets) < 2:
        none = pd.MultiIndex.from_arrays([[], [], []], names=levels)
        return pd.DataFrame(index=none, columns=columns, dtype=float)
    names = [name for name in next(iter(sets.values())).predicted if name != GUESS]
    compared = list(combinations(sets, 2))
    lines = [(*two, name) for two in compared for name in names]
    index = pd.MultiIndex.from_tuples(lines, names=levels)
    table = pd.DataFrame(index=index, columns=columns, dtype=float)
    tails = [(1 - level) / 2, (1 + level) / 2]
    first = next(iter(sets.values()))
    for groups, ends in ((first.artists, columns[1:3]), (first.units, columns[3:])):
        weights = np.array(list(intervals.cluster_bootstrap(groups, n_replicates, seed)), float)
        for name in names:
            drawn = {one: macro_f1(sets[one], name, weights) for one in sets}
            for earlier, later in compared:
                gaps = drawn[later] - drawn[earlier]
                table.loc[(earlier, later, name), ends] = np.quantile(gaps.mean(axis=1), tails)
                whole = macro_f1(sets[later], name) - macro_f1(sets[earlier], name)
                table.loc[(earlier, later, name), "gap"] = whole.mean()
    return table


def summary(
    scores: Mapping[Key, Mapping[str, Sequence[float]]],
) -> pd.DataFrame:
    """Mean and standard deviation over folds.

    Parameters
    ----------
    scores : mapping of (corpus, feature set) to mapping of classifier to list of float
        As `fold_scores` gives them.

    Returns
    -------
    DataFrame
        Index: corpus, feature set by its name, classifier. Columns macro F1 and SD over folds.

    Notes
    -----
    Notebook: 09_genre_clustering
    """
    rows = {}
    for (corpus, feature_set), by_classifier in scores.items():
        for name, values in by_classifier.items():
            rows[corpus, spaced(feature_set), name] = {
                "macro F1": np.mean(values),
                "SD over folds": np.std(values, ddof=1),
            }
    return pd.DataFrame.from_dict(rows, orient="index", columns=["macro F1", "SD over folds"])
