"""How much more common such a track is in one corpus than in another, and whether that holds.

Pure functions on tables and arrays. Log likelihood ratios are natural logarithms, positive where a
track leans to the target corpus.
"""

from collections.abc import Iterable, Sequence
from typing import Any

import numpy as np
import pandas as pd
import scipy
from numpy.typing import ArrayLike

from helpers.stats import diversity, intervals, units

N_FOLDS = 5
# Which units share a fold matters where tracks are few: folds are drawn anew, and the ratios
# averaged, until so many tracks have been scored.
SCORED = 1000


def out_of_fold(
    model: Any,
    values: np.ndarray,
    in_target: np.ndarray,
    folds: Iterable[tuple[np.ndarray, np.ndarray]],
) -> np.ndarray:
    """Score of every track by a model that has learned from the other folds.

    Parameters
    ----------
    model : estimator
        A classifier of scikit-learn with a `decision_function`.
    values : ndarray, shape (n, columns)
    in_target : ndarray of bool, shape (n,)
    folds : iterable of (ndarray, ndarray)
        Rows to learn from and rows to score; every row is scored once.

    Returns
    -------
    ndarray of float, shape (n,)

    Notes
    -----
    Notebook: 11_your_playlist
    """
    scores = np.empty(len(values))
    for seen, held in folds:
        model.fit(values[seen], in_target[seen])
        scores[held] = model.decision_function(values[held])
    return scores


def log_ratios(
    values: np.ndarray,
    in_target: np.ndarray,
    trained: np.ndarray,
    groups: ArrayLike,
    seed: int = 42,
    artists: ArrayLike | None = None,
) -> np.ndarray:
    """Calibrated log likelihood ratios, each by a model that has not seen the track's unit.

    A logistic regression scores the tracks; a second one on these scores, in the same folds, sets
    their scale. Both corpora have equal weight, which makes log odds into log likelihood ratios.
    Of fewer tracks than `SCORED` the ratios are means over several draws of the folds.

    Parameters
    ----------
    values : ndarray, shape (n, columns)
        Features or embeddings.
    in_target : ndarray of bool, shape (n,)
        Corpus of each track; read where `trained` alone.
    trained : ndarray of bool, shape (n,)
        Tracks that may be learned from; the others are scored only.
    groups : ndarray, shape (n,)
        The unit of each track (`units.units`): all tracks of one are in the same fold.
    seed : int
        Of the first draw of the folds; those that follow take the next numbers.
    artists : array, shape (n,), optional
        Artists of the tracks to score are not learned from, whichever unit lists them; by default
        the units are the artists.

    Returns
    -------
    ndarray of float, shape (n,)

    References
    ----------
    Platt (1999), Advances in Large Margin Classifiers, 61; Brümmer & du Preez (2006), Computer
    Speech & Language 20:230.

    Notes
    -----
    Notebook: 11_your_playlist
    """
    # Numbers in the order of the names: folds are drawn from them, and names compare slowly.
    units_of_tracks = np.unique(np.asarray(groups), return_inverse=True)[1]
    kept_apart = units_of_tracks if artists is None else pd.factorize(np.asarray(artists))[0]
    seeds = range(seed, seed + max(1, SCORED // len(values)))
    drawn = [
        _log_ratios(values, in_target, trained, units_of_tracks, kept_apart, one) for one in seeds
    ]
    return np.mean(drawn, axis=0)


def _log_ratios(
    values: np.ndarray,
    in_target: np.ndarray,
    trained: np.ndarray,
    groups: ArrayLike,
    kept_apart: np.ndarray,
    seed: int,
) -> np.ndarray:
    """`log_ratios` by one draw of the folds."""
    from sklearn.linear_model import LogisticRegression
    from sklearn.model_selection import GroupKFold
    from sklearn.pipeline import make_pipeline
    from sklearn.preprocessing import StandardScaler

    splits = GroupKFold(N_FOLDS, shuffle=True, random_state=seed).split(values, groups=groups)
    folds = []
    for seen, held in splits:
        teaching = units.without_artists_of_test(kept_apart, seen[trained[seen]], held)
        folds.append((teaching, held))
    # Up to 512 columns, which the default penalty would let it learn by heart.
    learner = LogisticRegression(C=0.01, tol=1e-3, class_weight="balanced", max_iter=500)
    scores = out_of_fold(make_pipeline(StandardScaler(), learner), values, in_target, folds)
    scale = LogisticRegression(C=np.inf, class_weight="balanced", max_iter=500)
    return out_of_fold(scale, scores[:, None], in_target, folds)


def reliability(
    ratios: np.ndarray,
    in_target: np.ndarray,
    groups: ArrayLike,
    bins: int = 8,
    n_replicates: int = 200,
    seed: int = 42,
    level: float = 0.95,
) -> pd.DataFrame:
    """Share of target tracks predicted and observed, bin by bin, both corpora counting half.

    Parameters
    ----------
    ratios : ndarray of float, shape (n,)
        Log likelihood ratios.
    in_target : ndarray of bool, shape (n,)
    groups : ndarray, shape (n,)
        The unit of each track; whole units are drawn again for the intervals.
    bins : int
        Bins of equally many tracks.
    n_replicates, seed, level
        Of the bootstrap.

    Returns
    -------
    DataFrame
        One row a bin: predicted, observed, ci_low, ci_high (0..1), n (tracks).

    References
    ----------
    Murphy & Winkler (1977), Applied Statistics 26:41.

    Notes
    -----
    Notebook: 11_your_playlist
    """
    bin_of = pd.qcut(ratios, bins, labels=False, duplicates="drop")
    even = np.where(in_target, 1 / in_target.sum(), 1 / (~in_target).sum())

    def mean_of(share: np.ndarray, weight: np.ndarray | int = 1) -> np.ndarray:
        return np.bincount(bin_of, even * weight * share) / np.bincount(bin_of, even * weight)

    weights = intervals.cluster_bootstrap(groups, n_replicates, seed)
    drawn = [mean_of(in_target, weight) for weight in weights]
    low, high = np.quantile(drawn, [(1 - level) / 2, (1 + level) / 2], axis=0)
    return pd.DataFrame(
        {
            "predicted": mean_of(scipy.special.expit(ratios)),
            "observed": mean_of(in_target),
            "ci_low": low,
            "ci_high": high,
            "n": np.bincount(bin_of),
        }
    )


def brier_score(ratios: np.ndarray, in_target: np.ndarray) -> float:
    """Brier score of log likelihood ratios, both corpora counting half.

    Parameters
    ----------
    ratios : ndarray of float, shape (n,)
    in_target : ndarray of bool, shape (n,)

    Returns
    -------
    float
        0 is perfect; 0.25 is to know nothing.

    References
    ----------
    Brier (1950), Monthly Weather Review 78:1.

    Notes
    -----
    Notebook: 11_your_playlist
    """
    loss = (scipy.special.expit(ratios) - in_target) ** 2
    return float((loss[in_target].mean() + loss[~in_target].mean()) / 2)


def list_names(rows: pd.DataFrame, size: int) -> pd.Series:
    """The list that each listing belongs to: a participant's, or a window of consecutive rows.

    Parameters
    ----------
    rows : DataFrame
        Listings in file order, with the columns study and participant.
    size : int
        Rows of a window within a study, which is a list where no participant is known.

    Returns
    -------
    Series
        Missing for a row of an unknown participant, or in a rest shorter than a window.

    Notes
    -----
    Notebook: 11_your_playlist
    """
    if rows["participant"].notna().any():
        return rows["participant"]
    name = pd.Series(diversity.windows(diversity.strata(rows), size), rows.index)
    return name.where(name != -1)


def list_means(rows: pd.DataFrame, size: int) -> pd.DataFrame:
    """Mean log likelihood ratio of each list.

    Parameters
    ----------
    rows : DataFrame
        Listings in file order, with the columns study, participant and ratio.
    size : int
        As in `list_names`.

    Returns
    -------
    DataFrame
        One row a list: mean, size (rows).

    Notes
    -----
    Notebook: 11_your_playlist
    """
    return rows["ratio"].groupby(list_names(rows, size)).agg(["mean", "size"])


def draw_means(
    ratios: np.ndarray, sizes: Sequence[int], n_draws: int, seed: int | np.random.Generator
) -> np.ndarray:
    """Mean log likelihood ratio of random draws without replacement.

    Parameters
    ----------
    ratios : ndarray of float, shape (n,)
    sizes : sequence of int
        Each draw is as long as one of these, drawn at random, and at most n.
    n_draws : int
    seed : int or numpy Generator

    Returns
    -------
    ndarray of float, shape (n_draws,)

    Notes
    -----
    Notebook: 11_your_playlist
    """
    rng = np.random.default_rng(seed)
    drawn = rng.choice(np.minimum(sizes, len(ratios)), n_draws)
    return np.array([rng.choice(ratios, size, replace=False).mean() for size in drawn])


def mean_interval(
    ratios: np.ndarray,
    groups: Sequence[str],
    n_replicates: int,
    seed: int | np.random.Generator,
    level: float = 0.95,
) -> pd.Series:
    """Mean log likelihood ratio of a list, with an interval from drawing its artists again.

    Parameters
    ----------
    ratios : ndarray of float, shape (n,)
    groups : array-like, shape (n,)
        The artist of each track.
    n_replicates, seed, level
        Of the bootstrap.

    Returns
    -------
    Series
        mean, ci_low, ci_high; the interval is missing where all tracks are of one artist.

    Notes
    -----
    Notebook: 11_your_playlist
    """
    low = high = np.nan
    if len(set(groups)) > 1:
        weights = intervals.cluster_bootstrap(groups, n_replicates, seed)
        means = [np.average(ratios, weights=weight) for weight in weights]
        low, high = np.quantile(means, [(1 - level) / 2, (1 + level) / 2])
    return pd.Series({"mean": ratios.mean(), "ci_low": low, "ci_high": high})
