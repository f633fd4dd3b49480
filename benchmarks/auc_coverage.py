"""Make data/twin/auc_coverage.csv: how often intervals of a classifier's AUC hold its true AUC.

All data are simulated. Chapters 05 and 08 read the table. Two corpora are drawn many times over,
without a difference and with one. Tracks of an artist are alike, and so are those of a
participant's list; both may cross, and tracks may be listed again. The scores are linear and the
tracks normal, so the true AUC of each trained classifier is known in closed form, as what it would
be on new lists by new artists.

Two ways are set side by side: `auc.half_split_auc`, which the book uses, and the pooled scores of
five folds with the same clustered error, held against the mean true AUC of the five classifiers.
The Monte Carlo error is one standard error. The second way takes long and has fewer pairs of
corpora. Designs that are not named keep the lines they have.

    python benchmarks/auc_coverage.py
    python benchmarks/auc_coverage.py --replicates 500 --pooled 100 --folder /tmp
"""

import argparse
import os
import sys
from concurrent.futures import ProcessPoolExecutor
from functools import partial
from pathlib import Path
from typing import NamedTuple

os.environ.setdefault("OMP_NUM_THREADS", "1")
sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

import numpy as np
import pandas as pd
from scipy import stats
from sklearn.linear_model import LogisticRegression
from sklearn.model_selection import GroupKFold

from helpers import project
from helpers.stats import auc, coverage, units

REQUIRED = (0.93, 0.97)
LEVEL = 0.95
# Mean difference of the corpora on the first number, in standard deviations.
SHIFTS = {"no difference": 0.0, "difference": 0.6}
HALF, POOLED = "half split", "five folds, pooled"
# What the rows of the target and of the reference are alike within, by whether they have lists.
UNITS = {
    (False, False): "artists",
    (True, False): "participants against artists",
    (True, True): "participants",
}


class Design(NamedTuple):
    """Sizes of two corpora and what makes their tracks alike.

    A side is (number of participants, mean list), or (number of artists, mean tracks) where
    `lists` says that it has no lists. `artists` is how many artists lists choose from, the
    first ones more often; `shared` is the share of the other side's artists among these.
    """

    target: tuple[int, float]
    reference: tuple[int, float]
    lists: tuple[bool, bool]
    artists: int = 600
    shared: float = 0.0
    alike_artist: float = 0.3
    alike_list: float = 0.1
    repeats: int = 1
    d: int = 9


DESIGNS = {
    "by artist": Design((150, 1.7), (450, 3.3), (False, False)),
    "by artist, artists in both": Design((150, 1.7), (450, 3.3), (False, False), shared=0.2),
    "by artist, listed up to 4 times": Design((150, 1.7), (450, 3.3), (False, False), repeats=4),
    "by artist, 64 numbers": Design((300, 1.7), (900, 3.3), (False, False), d=64),
    "by participant against artist": Design((80, 9.0), (450, 3.3), (True, False), shared=0.3),
    "the same, listed up to 4 times": Design(
        (80, 9.0), (450, 3.3), (True, False), shared=0.3, repeats=4
    ),
    "by participant, both": Design((80, 9.0), (80, 9.0), (True, True)),
    "by participant, 164 of them": Design((82, 9.0), (82, 9.0), (True, True), alike_list=0.3),
    "by participant, 20 against 20": Design((20, 9.0), (20, 9.0), (True, True)),
}


class Drawn(NamedTuple):
    """Two corpora: numbers, side, unit and artist of each row."""

    values: np.ndarray
    in_target: np.ndarray
    groups: np.ndarray
    artists: np.ndarray


def one_side(design, side, rng):
    """Unit and artist of each track of one side, as numbers; lists are negative."""
    number, mean = (design.target, design.reference)[side]
    owner = np.repeat(np.arange(number), 1 + rng.poisson(mean - 1, number))
    if not design.lists[side]:
        # Artists of this side alone, but for the first ones, whom the other side knows.
        known = owner < int(design.shared * number)
        artist = np.where(known, owner, owner + 10_000 * (1 + side))
        return np.stack([artist, artist], 1)
    popular = 1 / (5 + np.arange(design.artists))
    artist = rng.choice(design.artists, len(owner), p=popular / popular.sum())
    if not all(design.lists):
        # Some of whom these lists choose are artists of the other side.
        known = artist < int(design.shared * design.artists)
        artist = np.where(known, artist, artist + 10_000 * (1 + side))
    return np.stack([-1 - owner - 10_000 * side, artist], 1)


def draw(design, shift, rng):
    """Two corpora of which each track has a unit variance in every direction."""
    sides = [one_side(design, side, rng) for side in range(2)]
    groups, artists = np.concatenate(sides).T
    in_target = np.repeat([True, False], [len(side) for side in sides])
    of_list = groups < 0
    parts = []
    for names, share in ((artists, design.alike_artist), (groups, design.alike_list)):
        labels, codes = np.unique(names, return_inverse=True)
        parts.append(rng.normal(size=(len(labels), design.d))[codes] * np.sqrt(share))
    own = 1 - design.alike_artist - design.alike_list * of_list
    values = parts[0] + parts[1] * of_list[:, None]
    values += rng.normal(size=values.shape) * np.sqrt(own)[:, None]
    values[in_target, 0] += shift
    rows = np.repeat(np.arange(len(values)), rng.integers(1, design.repeats + 1, len(values)))
    return Drawn(values[rows], in_target[rows], groups[rows], artists[rows])


def true_auc(weights, shift):
    """AUC of a linear score on new tracks: normal, of unit variance, apart on the first number."""
    return float(stats.norm.cdf(weights[0] * shift / (np.sqrt(2) * np.linalg.norm(weights))))


def learner():
    return LogisticRegression(class_weight="balanced", max_iter=500, tol=1e-3)


def pooled(drawn, seed, shift):
    """AUC of the pooled scores of five folds, its interval, and the mean true AUC."""
    scores, truth = np.empty(len(drawn.values)), []
    folds = GroupKFold(5, shuffle=True, random_state=seed)
    for train, test in folds.split(drawn.values, groups=drawn.groups):
        kept = units.without_artists_of_test(drawn.artists, train, test)
        model = learner().fit(drawn.values[kept], drawn.in_target[kept])
        scores[test] = model.decision_function(drawn.values[test])
        truth.append(true_auc(model.coef_[0], shift))
    shares = auc.placements(scores, drawn.in_target)
    variance = auc.two_way_variance(shares, drawn.in_target, drawn.groups, drawn.artists)
    value = shares[drawn.in_target].mean()
    reach = stats.norm.ppf((1 + LEVEL) / 2) * np.sqrt(variance)
    return value, value - reach, value + reach, np.mean(truth)


def half(drawn, seed, shift):
    """As `pooled`, of the half split; the classifier is taught once more for its true AUC."""
    found = auc.half_split_auc(*drawn, seed=seed, level=LEVEL)
    teaches = auc.half_of_units(drawn.in_target, drawn.groups, seed)
    train, test = np.flatnonzero(teaches), np.flatnonzero(~teaches)
    kept = units.without_artists_of_test(drawn.artists, train, test)
    model = learner().fit(drawn.values[kept], drawn.in_target[kept])
    return found.auc, found.low, found.high, true_auc(model.coef_[0], shift)


def replicate(name, effect, both, seed):
    """Value, ends and truth of either way, from one pair of corpora."""
    shift = SHIFTS[effect]
    drawn = draw(DESIGNS[name], shift, np.random.default_rng([list(DESIGNS).index(name), seed]))
    found = {HALF: half(drawn, seed, shift)}
    if both:
        found[POOLED] = pooled(drawn, seed, shift)
    return found


def line(name, way, effect, found):
    """One row of the table."""
    value, low, high, truth = np.array(found).T
    held = ((low <= truth) & (truth <= high)).mean()
    return {
        "design": name,
        "unit": UNITS[DESIGNS[name].lists],
        "effect": effect,
        "interval": way,
        "truth": truth.mean(),
        "estimate": value.mean(),
        "reach": (high - low).mean() / 2,
        "coverage": held,
        "error": coverage.monte_carlo_error(held, len(value)),
        "studies": len(value),
    }


def lines(name, effect, options, pool):
    """Rows of the table for one design, with a difference or without."""
    seeds = range(options.replicates)
    both = [seed < options.pooled for seed in seeds]
    found = list(pool.map(partial(replicate, name, effect), both, seeds, chunksize=25))
    by_way = {way: [one[way] for one in found if way in one] for way in (HALF, POOLED)}
    rows = [line(name, way, effect, rows) for way, rows in by_way.items() if rows]
    return pd.DataFrame(rows)


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--replicates", type=int, default=2000)
    parser.add_argument("--pooled", type=int, default=100, help="replicates of the pooled way")
    parser.add_argument("--workers", type=int, default=1)
    parser.add_argument("--designs", nargs="*", default=list(DESIGNS), choices=list(DESIGNS))
    parser.add_argument("--folder", type=Path, default=project.TWIN)
    options = parser.parse_args()
    print(
        f"the half split is required to hold {REQUIRED[0]:.0%} to {REQUIRED[1]:.0%} of "
        f"{LEVEL:.0%} intervals; error: Monte Carlo, one standard error"
    )
    path = options.folder / "auc_coverage.csv"
    kept = []
    if path.exists():
        before = pd.read_csv(path)
        kept = [before[~before["design"].isin(options.designs)]]
    with ProcessPoolExecutor(options.workers) as pool:
        for name in options.designs:
            rows = pd.concat([lines(name, effect, options, pool) for effect in SHIFTS])
            print(rows.round(4).to_string(index=False), flush=True)
            # Written design by design: a run that is stopped has done something.
            kept.append(rows.round(5))
            found = pd.concat(kept)
            found.sort_values(
                "design", kind="stable", key=lambda names: names.map(list(DESIGNS).index)
            ).to_csv(path, index=False)
    outside = (found["interval"] == HALF) & ~found["coverage"].between(*REQUIRED)
    print(f"lines of the half split outside what is required: {outside.sum()}; written to {path}")
    return int(outside.any())


if __name__ == "__main__":
    sys.exit(main())
