"""Can a classifier find genres? Macro F1 on artists it has not seen."""

from collections.abc import Mapping, Sequence

import numpy as np
import pandas as pd
from threadpoolctl import threadpool_limits

from helpers.stats.clustering import FEATURE_SET_NAMES, Key

GUESS = "guess"
N_FOLDS = 5


def artist_groups(listings: pd.DataFrame) -> np.ndarray:
    """Who made each track, whatever the case of the letters; a track without artist is a group.

    Parameters
    ----------
    listings : DataFrame
        With the columns artist and track_id.

    Returns
    -------
    ndarray of str, shape (listings,)

    Notes
    -----
    Notebook: 09_genre_clustering
    """
    return listings["artist"].str.casefold().fillna(listings["track_id"]).to_numpy()


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
    enough_artists = len(set(artist_groups(listings)[kept])) >= N_FOLDS
    if enough_genres and enough_artists:
        return kept
    return np.zeros(len(listings), bool)


def macro_f1(
    points: np.ndarray, labels: np.ndarray, groups: np.ndarray, seed: int
) -> dict[str, list[float]]:
    """Macro F1 of simple classifiers, fold by fold; no group is in training and test at once.

    Parameters
    ----------
    points : array, shape (n, d)
        Standardised.
    labels, groups : array of str, shape (n,)
        Genre and artist.
    seed : int
        Of the folds, and of guessing.

    Returns
    -------
    dict of str to list of float
        Nearest neighbour, logistic regression, and guessing by the shares of the labels.

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
    found: dict[str, list[float]] = {name: [] for name in models}
    # Small fits: several threads would wait for one another most of the time.
    with threadpool_limits(1):
        for train, test in folds.split(points, labels, groups):
            for name, model in models.items():
                predicted = model.fit(points[train], labels[train]).predict(points[test])
                found[name].append(_macro_f1(labels[test], predicted, np.unique(labels)))
    return found


def _macro_f1(labels: np.ndarray, predicted: np.ndarray, every: np.ndarray) -> float:
    from sklearn.metrics import f1_score

    return f1_score(labels, predicted, average="macro", labels=every, zero_division=0)


def score_corpora(
    listings: Mapping[str, pd.DataFrame], spaces: Mapping[Key, np.ndarray], seed: int
) -> tuple[dict[Key, dict[str, list[float]]], dict[str, int]]:
    """`macro_f1` of the corpora that can be classified, in each of their feature sets.

    Parameters
    ----------
    listings : mapping of corpus to DataFrame
        With the columns track_id, artist and genre.
    spaces : mapping of (corpus, feature set) to array, shape (listings, d)
    seed : int

    Returns
    -------
    dict of (corpus, feature set) to what `macro_f1` gives
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
            genres = listings[corpus]["genre"].to_numpy(str)[chosen]
            artists = artist_groups(listings[corpus])[chosen]
            found[corpus, feature_set] = macro_f1(space[chosen], genres, artists, seed)
    return found, {corpus: int(chosen.sum()) for corpus, chosen in kept.items()}


def summary(
    scores: Mapping[Key, Mapping[str, Sequence[float]]],
) -> pd.DataFrame:
    """Mean and standard deviation over folds.

    Parameters
    ----------
    scores : mapping of (corpus, feature set) to what `macro_f1` gives

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
            rows[corpus, FEATURE_SET_NAMES[feature_set], name] = {
                "macro F1": np.mean(values),
                "SD over folds": np.std(values, ddof=1),
            }
    return pd.DataFrame.from_dict(rows, orient="index", columns=["macro F1", "SD over folds"])


def ahead(scores: Mapping[Key, Mapping[str, Sequence[float]]], corpus: str) -> dict[str, float]:
    """Macro F1 of embeddings minus that of audio features, fold by fold, by classifier.

    Parameters
    ----------
    scores : mapping of (corpus, feature set) to what `macro_f1` gives
    corpus : str

    Returns
    -------
    dict of str to float
        Without guessing; empty for a corpus that was not classified with both.

    Notes
    -----
    Notebook: 09_genre_clustering
    """
    embeddings = scores.get((corpus, "embeddings"), {})
    features = scores.get((corpus, "audio_features"), {})
    return {
        name: float(np.mean(np.subtract(embeddings[name], features[name])))
        for name in embeddings
        if name in features and name != GUESS
    }


def record_rows(
    scores: Mapping[Key, Mapping[str, Sequence[float]]],
    sizes: Mapping[str, int],
    source: str,
) -> list[tuple[str, float, int, str]]:
    """Mean macro F1 as the ledger records it; without guessing.

    Parameters
    ----------
    scores : mapping of (corpus, feature set) to what `macro_f1` gives
    sizes : mapping of corpus to int
        Tracks that were classified.
    source : str
        Where the points come from.

    Returns
    -------
    list of (key, value, n, source)

    Notes
    -----
    Notebook: 09_genre_clustering
    """
    rows = []
    for (corpus, feature_set), by_classifier in scores.items():
        for name, values in by_classifier.items():
            if name != GUESS:
                key = f"local.clustering.f1.{name}.{corpus}.{feature_set}".replace(" ", "_")
                rows.append((key, float(np.mean(values)), sizes[corpus], source))
    return rows
