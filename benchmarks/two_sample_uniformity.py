"""How often is the p of the two-sample test small where two corpora do not differ?

Draws two corpora from one and the same distribution, many times over, and counts how often the
`mmd_test` of `helpers.stats.two_samples` gives a p at or below a level: for independent tracks, for
tracks of an artist that resemble one another, for artists that both corpora hold, for corpora whose
artists have few and many tracks, and for repeated listings. Beside it the same test with rows dealt
one by one, as if independent.

Required of the test that deals artists is what it promises: a p at or below a level no more often
than the level says, beyond chance. The columns `too many` and `too few` are the p of one-sided
Kolmogorov-Smirnov tests against uniform ones; of too few small p a test claims too little, never too
much. A test in which too little is free to move has no p and does not count; the last column but
one is the share of replicates that have one.

    python benchmarks/two_sample_uniformity.py
    python benchmarks/two_sample_uniformity.py --replicates 200 --seed 2 --scenarios "artists alike"
"""

import argparse
import os
import sys
from pathlib import Path

os.environ.setdefault("OMP_NUM_THREADS", "1")
ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))

import numpy as np
from scipy import stats

from helpers.stats import coverage, two_samples

LEVELS = (0.01, 0.05, 0.1, 0.25, 0.5)
PERMUTATIONS = 199
# An excess that is less probable than this is more than chance; three standard errors, about.
CHANCE = 0.001
# Of fewer p than this nothing is said: no excess could be told from chance.
FEWEST = 100


def corpora(rng, sizes=(1, 1), alike=0.0, shared=0.0, repeats=1, artists=(60, 120), d=5):
    """Two corpora without a difference: values, whether a row is of the target, its artist.

    `sizes` are the mean tracks of an artist in either corpus, `alike` is the share of variance that
    the tracks of an artist have in common, `shared` the share of the target's artists that the
    reference holds too, `repeats` how often a track is listed at most.
    """
    values, target, groups = [], [], []
    style = rng.normal(size=(sum(artists), d)) * np.sqrt(alike)
    for side, (count, size) in enumerate(zip(artists, sizes, strict=True)):
        for k in range(count):
            # The first artists of the reference are those of the target, as far as they are shared.
            name = k if side == 0 or k < shared * artists[0] else artists[0] + k
            n = 1 + rng.poisson(size - 1)
            tracks = style[name % len(style)] + rng.normal(size=(n, d)) * np.sqrt(1 - alike)
            times = rng.integers(1, repeats + 1, n)
            values.append(np.repeat(tracks, times, axis=0))
            target += [side == 0] * times.sum()
            groups += [name] * times.sum()
    return np.concatenate(values), np.array(target), np.array(groups)


SCENARIOS = {
    "independent tracks": {},
    "artists alike": {"sizes": (4, 4), "alike": 0.5},
    "artists alike, in both corpora": {"sizes": (4, 4), "alike": 0.5, "shared": 0.5},
    "few tracks an artist against many": {"sizes": (1.5, 5), "alike": 0.5},
    "many tracks an artist against few": {"sizes": (5, 1.5), "alike": 0.5},
    "repeated listings": {"repeats": 4},
    "repeated listings, artists alike": {"sizes": (3, 3), "alike": 0.3, "repeats": 3},
}


def p_values(name, replicates, seed):
    """The p of each replicate, by what is dealt; missing where too little is free to move."""
    # Scenarios share no random numbers, so that what is chance in one is none in the others.
    rng = np.random.default_rng([seed, list(SCENARIOS).index(name)])
    p = {"artist": [], "row": []}
    for k in rng.integers(2**31, size=replicates):
        values, target, groups = corpora(rng, **SCENARIOS[name])
        features = two_samples.random_fourier_features(values, 64, k)
        for by, units in (("artist", groups), ("row", np.arange(len(groups)))):
            p[by].append(two_samples.mmd_test(features, target, units, PERMUTATIONS, k).p)
    return {by: np.array(values) for by, values in p.items()}


def exceeded(p):
    """Levels at or below which p lies more often than promised, beyond what chance explains."""
    return [
        level
        for level in LEVELS
        if stats.binomtest((p <= level).sum(), len(p), level, "greater").pvalue < CHANCE
    ]


def line(name, by, p):
    """Print one row; true where the test is required to keep its level and does not."""
    found = p[np.isfinite(p)]
    label = f"{name if by == 'artist' else '':36}{by:>9}"
    if len(found) < FEWEST:
        print(f"{label}  too little is free to move: {len(found)} of {len(p)} have a p", flush=True)
        return False
    # p takes as many values as there are deals and one; a jitter within a step makes an exact test
    # exactly uniform.
    smooth = found - np.random.default_rng(2).random(len(found)) / (PERMUTATIONS + 1)
    too_many, too_few = (
        stats.kstest(smooth, "uniform", alternative=side).pvalue for side in ("greater", "less")
    )
    beyond = exceeded(found)
    verdict = f"more often than promised at {beyond}" if beyond else "keeps its level"
    print(
        label
        + "".join(f"{(found <= level).mean():>7.3f}" for level in LEVELS)
        + f"{too_many:>10.1g}{too_few:>9.1g}{np.isfinite(p).mean():>8.2f}  {verdict}",
        flush=True,
    )
    return by == "artist" and bool(beyond)


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--replicates", type=int, default=1000)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--scenarios", nargs="*", default=list(SCENARIOS), choices=list(SCENARIOS))
    given = parser.parse_args()
    error = coverage.monte_carlo_error(0.05, given.replicates)
    print(
        f"{given.replicates} replicates; share of p at or below each level "
        f"(Monte Carlo error at 0.05: {error:.3f})"
    )
    print(
        f"{'':36}{'dealt by':>9}"
        + "".join(f"{level:>7}" for level in LEVELS)
        + f"{'too many':>10}{'too few':>9}{'tested':>8}"
    )
    failures = 0
    for name in given.scenarios:
        for by, p in p_values(name, given.replicates, given.seed).items():
            failures += line(name, by, p)
    print(f"scenarios dealt by artist in which p is small more often than promised: {failures}")
    return int(failures > 0)


if __name__ == "__main__":
    sys.exit(main())
