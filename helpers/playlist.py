"""Where a playlist stands among the corpora: its features, and which corpus it looks more like.

A ratio says how much more common such a track is in one corpus than in the other, both taken to be
equally large. It says nothing of what the music does.
"""

from functools import partial

import numpy as np
import pandas as pd
from scipy import special, stats

from helpers import compare, genres


def percentiles(tracks, corpus, features):
    """Percentile of each feature of each track within a corpus, ties counting half.

    Parameters
    ----------
    tracks, corpus : DataFrame
        One column a feature; missing values of the corpus are dropped, those of tracks stay so.
    features : sequence of str

    Returns
    -------
    DataFrame
        0 (below every listing) to 100 (above all), indexed as `tracks`.

    Notes
    -----
    Notebook: 09_your_playlist
    """
    return pd.DataFrame({name: stats.percentileofscore(corpus[name].dropna(), tracks[name], "mean")
                         for name in features}, tracks.index)


def log_ratios(values, in_target, trained, groups, seed=42):
    """Calibrated log likelihood ratio of every track, target over reference, under equal priors.

    Logistic regression with equal weight for both corpora, in five folds, no group in two of them:
    no track is scored by a model that has seen its artist. A second logistic regression, on the
    scores of the folds before it and in the same folds, turns scores into log ratios.

    Parameters
    ----------
    values : ndarray, shape (n, d)
    in_target : array of bool, shape (n,)
        Read where `trained` alone.
    trained : array of bool, shape (n,)
        Tracks to learn from; the others are scored only.
    groups : array, shape (n,)
        What belongs together: the artist.
    seed : int
        Of the folds.

    Returns
    -------
    ndarray of float, shape (n,)
        Natural logarithm; 0 where a track is equally at home in both corpora.

    References
    ----------
    Platt (1999), in Advances in Large Margin Classifiers; Bruemmer & du Preez (2006), Comput.
    Speech Lang. 20:230 (calibrated likelihood ratios).

    Notes
    -----
    Notebook: 09_your_playlist
    """
    from sklearn import linear_model, model_selection, pipeline, preprocessing

    folds = model_selection.GroupKFold(5, shuffle=True, random_state=seed)
    folds = [(seen[trained[seen]], held) for seen, held in folds.split(values, groups=groups)]

    def out_of_fold(model, x):
        scores = np.empty(len(x))
        for seen, held in folds:
            scores[held] = model.fit(x[seen], in_target[seen]).decision_function(x[held])
        return scores

    # Equal weight for both corpora makes log odds into log likelihood ratios. The first has up to
    # 512 columns, which the default penalty would let it learn by heart.
    regression = partial(linear_model.LogisticRegression, class_weight="balanced", max_iter=500)
    told = pipeline.make_pipeline(preprocessing.StandardScaler(), regression(C=0.01, tol=1e-3))
    return out_of_fold(regression(C=np.inf), out_of_fold(told, values)[:, None])


def brier(ratios, in_target):
    """Brier score of log ratios under equal priors: 0 is perfect, 1/4 is to know nothing.

    References
    ----------
    Brier (1950), Mon. Weather Rev. 78:1.

    Notes
    -----
    Notebook: 09_your_playlist
    """
    loss = (special.expit(ratios) - in_target) ** 2
    return (loss[in_target].mean() + loss[~in_target].mean()) / 2


def reliability(ratios, in_target, groups, bins=8, n_replicates=200, seed=42, level=0.95):
    """Share of target tracks that log ratios foretell, beside the share found, in bins.

    Parameters
    ----------
    ratios, in_target, groups : ndarray, shape (n,)
        As in `log_ratios`.
    bins : int
        Bins of equally many tracks.
    n_replicates, seed, level
        Of the interval of the share found, from drawing whole groups again.

    Returns
    -------
    DataFrame
        One row a bin: foretold, found, ci_low, ci_high (shares, were both corpora equally large)
        and n (tracks).

    Notes
    -----
    Notebook: 09_your_playlist
    """
    bin_of = pd.qcut(ratios, bins, labels=False, duplicates="drop")
    even = np.where(in_target, 1 / in_target.sum(), 1 / (~in_target).sum())

    def mean(of, weight=1):
        return np.bincount(bin_of, even * weight * of) / np.bincount(bin_of, even * weight)

    drawn = [mean(in_target, w) for w in compare.cluster_bootstrap(groups, n_replicates, seed)]
    low, high = np.quantile(drawn, [(1 - level) / 2, (1 + level) / 2], axis=0)
    return pd.DataFrame({"foretold": mean(special.expit(ratios)), "found": mean(in_target),
                         "ci_low": low, "ci_high": high, "n": np.bincount(bin_of)})


def lists(rows, size):
    """Mean log ratio of each list of a corpus: of a participant, or a window of consecutive rows.

    Parameters
    ----------
    rows : DataFrame
        Listings in file order with participant, study and ratio. Where no participant is known, a
        list is `size` consecutive rows within a study, and a shorter rest is left out.
    size : int

    Returns
    -------
    DataFrame
        One row a list: mean, size.

    Notes
    -----
    Notebook: 09_your_playlist
    """
    if (name := rows["participant"]).isna().all():
        name = pd.Series(genres.windows(rows["study"].fillna("-"), size), rows.index)
    return rows["ratio"].groupby(name.where(name != -1)).agg(["mean", "size"])


def draws(ratios, sizes, n, seed):
    """Mean log ratio of `n` random draws without replacement, each as long as one of `sizes`.

    Notes
    -----
    Notebook: 09_your_playlist
    """
    rng = np.random.default_rng(seed)
    sizes = rng.choice(np.minimum(sizes, len(ratios)), n)
    return np.array([rng.choice(ratios, size, replace=False).mean() for size in sizes])
