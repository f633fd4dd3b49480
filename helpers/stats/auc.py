"""How well a classifier tells two samples apart, and how sure that is: a half teaches, a half judges.

Cross-validation uses every row, but its folds share their training rows. Where nothing differs, its
intervals hold one half far too seldom (``benchmarks/auc_coverage.py``). So one half of the units
teaches here and the other half is judged, and the interval is that of the judged half.
"""

from typing import NamedTuple

import numpy as np
import pandas as pd
import scipy
from numpy.typing import ArrayLike

from helpers.stats import clustered, ranks, units
from helpers.stats.clustered import Clusters, Contributions


class Auc(NamedTuple):
    """Area under the ROC curve, the ends of its interval, and how many rows taught and judged."""

    auc: float
    low: float
    high: float
    n_train: int
    n_test: int


def _codes(labels: ArrayLike) -> np.ndarray:
    """Each label as a number: comparing texts takes long."""
    return pd.factorize(pd.Series(labels))[0]


def placements(scores: np.ndarray, in_target: np.ndarray) -> np.ndarray:
    """Share of the other sample that each row is on the right side of, ties counting half.

    Parameters
    ----------
    scores : ndarray of float, shape (n,)
    in_target : ndarray of bool, shape (n,)
        Rows that should score higher.

    Returns
    -------
    ndarray of float, shape (n,)
        Their mean over either sample is the AUC.

    References
    ----------
    DeLong, DeLong & Clarke-Pearson (1988), Biometrics 44:837.

    Notes
    -----
    Notebook: 08_embedding_map
    """
    found = np.empty(len(scores))
    for side in (in_target, ~in_target):
        found[side] = ranks.shares_won(scores[side], np.sort(scores[~side]))
    found[~in_target] = 1 - found[~in_target]
    return found


def _contributions(shares: np.ndarray, in_target: np.ndarray) -> Contributions:
    """How far each row moves the AUC."""
    target, reference = shares[in_target], shares[~in_target]
    auc = target.mean()
    of_reference = (reference - reference.mean()) / len(reference)
    return Contributions(auc, (target - auc) / len(target), of_reference)


def clustered_variance(shares: np.ndarray, in_target: np.ndarray, groups: ArrayLike) -> float:
    """Variance of an AUC whose rows are independent between groups only.

    Parameters
    ----------
    shares : ndarray of float, shape (n,)
        As `placements` gives them.
    in_target : ndarray of bool, shape (n,)
    groups : array, shape (n,)
        A group may lie in both samples. Where each row is a group this is DeLong's variance.

    Returns
    -------
    float
        NaN where a sample is of one group.

    References
    ----------
    Obuchowski (1997), Biometrics 53:567.

    Notes
    -----
    Notebook: 08_embedding_map
    """
    clusters = _clusters(groups, in_target)
    if min(len(np.unique(side)) for side in clusters) < 2:
        return np.nan
    return clustered.clustered_variance(_contributions(shares, in_target), clusters)


def _clusters(groups: ArrayLike, in_target: np.ndarray) -> Clusters:
    codes = _codes(groups)
    return Clusters(codes[in_target], codes[~in_target])


def two_way_variance(
    shares: np.ndarray, in_target: np.ndarray, one: ArrayLike, other: ArrayLike
) -> float:
    """Variance of an AUC whose rows are alike within groups of two kinds, such as list and artist.

    Parameters
    ----------
    shares, in_target
        As in `clustered_variance`.
    one, other : array, shape (n,)
        Groups of either kind; they may cross.

    Returns
    -------
    float
        The larger of the two one-way variances where their combination is not positive.

    References
    ----------
    Cameron, Gelbach & Miller (2011), J. Bus. Econ. Stat. 29:238.

    Notes
    -----
    Notebook: 08_embedding_map
    """
    first, second = _codes(one), _codes(other)
    both = first * (second.max() + 1) + second
    by_one, by_other, by_both = (
        clustered_variance(shares, in_target, groups) for groups in (first, second, both)
    )
    crossed = by_one + by_other - by_both
    if crossed > 0:
        return crossed
    return max(by_one, by_other)


def half_of_units(
    in_target: np.ndarray, groups: ArrayLike, seed: int | np.random.Generator
) -> np.ndarray:
    """Mark a random half of the groups: of those of either sample, and of those in both.

    Parameters
    ----------
    in_target : ndarray of bool, shape (n,)
    groups : array, shape (n,)
    seed : int or numpy Generator

    Returns
    -------
    ndarray of bool, shape (n,)

    Notes
    -----
    Notebook: 08_embedding_map
    """
    rng = np.random.default_rng(seed)
    codes = _codes(groups)
    n_target, n = np.bincount(codes, in_target), np.bincount(codes)
    share = n_target / n
    side = np.where(share == 0, 0, np.where(share == 1, 2, 1))
    chosen = np.zeros(len(n), bool)
    for one in range(3):
        members = rng.permutation(np.flatnonzero(side == one))
        chosen[members[: len(members) // 2]] = True
    return chosen[codes]


def half_split_auc(
    values: np.ndarray,
    in_target: np.ndarray,
    groups: ArrayLike,
    artists: ArrayLike,
    seed: int = 42,
    level: float = 0.95,
) -> Auc:
    """Teach a logistic regression with half of the units, and judge it on the other half.

    Parameters
    ----------
    values : ndarray, shape (n, d)
    in_target : ndarray of bool, shape (n,)
    groups : array, shape (n,)
        The unit of each row (`units.units`); no unit is in both halves.
    artists : array, shape (n,)
        Artists of the judged half do not teach, whichever unit lists them.
    seed : int
        Of the halves.
    level : float
        Coverage of the interval, by Student's t with the units of the smaller judged sample.

    Returns
    -------
    Auc
        Of the classifier that this half taught: 0.5 where it learned nothing. The error is
        clustered by unit and by artist. ``benchmarks/auc_coverage.py`` shows how often the
        interval holds the classifier's true AUC.

    References
    ----------
    Lopez-Paz & Oquab (2017), Revisiting classifier two-sample tests, ICLR.

    Notes
    -----
    Notebook: 08_embedding_map
    """
    import threadpoolctl
    from sklearn.linear_model import LogisticRegression

    groups, artists = _codes(groups), _codes(artists)
    teaches = half_of_units(in_target, groups, seed)
    test = np.flatnonzero(~teaches)
    train = units.without_artists_of_test(artists, np.flatnonzero(teaches), test)
    # Balanced: neither sample is preferred for its size.
    model = LogisticRegression(class_weight="balanced", max_iter=500, tol=1e-3)
    # On one thread: the last digits of sums depend on how many share them.
    with threadpoolctl.threadpool_limits(1):
        model.fit(values[train], in_target[train])
        scores = model.decision_function(values[test])
    judged = in_target[test]
    shares = placements(scores, judged)
    variance = two_way_variance(shares, judged, groups[test], artists[test])
    sides = [groups[test][side] for side in (judged, ~judged)]
    fewest = min(len(np.unique(side)) for side in sides)
    auc = float(shares[judged].mean())
    reach = scipy.stats.t.ppf((1 + level) / 2, fewest - 1) * np.sqrt(variance)
    return Auc(auc, max(auc - reach, 0.0), min(auc + reach, 1.0), len(train), len(test))


def can_be_halved(in_target: np.ndarray, groups: ArrayLike, artists: ArrayLike, seed: int) -> bool:
    """Whether both samples have units enough for `half_split_auc`, with rows of both to learn from.

    Parameters
    ----------
    in_target, groups, artists, seed
        As in `half_split_auc`.

    Returns
    -------
    bool

    Notes
    -----
    Notebook: 08_embedding_map
    """
    groups, artists = _codes(groups), _codes(artists)
    sides = [groups[side] for side in (in_target, ~in_target)]
    if min(len(np.unique(side)) for side in sides) < units.FEWEST:
        return False
    teaches = half_of_units(in_target, groups, seed)
    train = units.without_artists_of_test(
        artists, np.flatnonzero(teaches), np.flatnonzero(~teaches)
    )
    return len(np.unique(in_target[train])) == 2 and len(np.unique(in_target[~teaches])) == 2
