"""Is the p of the two-sample test uniform where two corpora do not differ?

Draws two corpora from one and the same distribution, many times over, and counts how often the
`mmd_test` of `helpers.stats.two_samples` falls below a level: for independent tracks, for tracks of
an artist that resemble one another, for artists that both corpora hold, for corpora whose artists
have few and many tracks, and for repeated listings. Beside it the same test with rows dealt one by
one, as if independent. A test in which too little is free to move has no p and does not count; the
last column is the share of replicates that have one.

Run: python benchmarks/two_sample_uniformity.py [--replicates 1000] [--seed 1]
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

from helpers.stats import two_samples

LEVELS = (0.01, 0.05, 0.1, 0.25, 0.5)


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


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--replicates", type=int, default=1000)
    parser.add_argument("--seed", type=int, default=1)
    given = parser.parse_args()
    replicates, seed = given.replicates, given.seed
    print(
        f"{replicates} replicates; share of p at or below each level "
        f"(Monte Carlo error at 0.05: {np.sqrt(0.05 * 0.95 / replicates):.3f})"
    )
    print(
        f"{'':36}{'dealt by':>9}"
        + "".join(f"{level:>7}" for level in LEVELS)
        + f"{'KS p':>9}{'tested':>8}"
    )
    for name, options in SCENARIOS.items():
        rng = np.random.default_rng(seed)
        p = {"artist": [], "row": []}
        for k in range(replicates):
            values, target, groups = corpora(rng, **options)
            features = two_samples.random_fourier_features(values, 64, k)
            for by, units in (("artist", groups), ("row", np.arange(len(groups)))):
                p[by].append(two_samples.mmd_test(features, target, units, 199, k).p)
        for by, values_of_p in p.items():
            found = np.array(values_of_p)
            tested = np.isfinite(found).mean()
            found = found[np.isfinite(found)]
            name_shown = name if by == "artist" else ""
            if not len(found):
                print(f"{name_shown:36}{by:>9}  too little is free to move: no p", flush=True)
                continue
            # p takes 200 values; a jitter within its step makes an exact test exactly uniform.
            smooth = found - np.random.default_rng(2).random(len(found)) / 200
            print(
                f"{name_shown:36}{by:>9}"
                + "".join(f"{(found <= level).mean():>7.3f}" for level in LEVELS)
                + f"{stats.kstest(smooth, 'uniform').pvalue:>9.1g}{tested:>8.2f}",
                flush=True,
            )


if __name__ == "__main__":
    main()
