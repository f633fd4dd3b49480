"""The 27 comparisons the study's way beside ours, the block bootstrap, and a million rows.

The study's way: scipy's mannwhitneyu and ks_2samp and the package cliffs-delta, no interval. Ours:
the same figures with analytic intervals. All data are simulated; sizes are those of the corpora.

    python benchmarks/feature_comparison.py
    python benchmarks/feature_comparison.py --rows 1000000
"""

import argparse
import resource
import sys
import time
from pathlib import Path

import numpy as np
import pandas as pd
from scipy import stats

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))
from helpers.stats import intervals, ranks

SIZES = {"PMD": 1871, "EMD": 8966, "MSSD": 10_000}
CONTRASTS = [("PMD", "EMD"), ("MSSD", "EMD"), ("PMD", "MSSD")]
# Per feature: the decimals Spotify prints, and how each simulated corpus is drawn.
DECIMALS = {
    "danceability": 3,
    "energy": 3,
    "loudness": 3,
    "speechiness": 4,
    "acousticness": 4,
    "instrumentalness": 6,
    "liveness": 4,
    "valence": 3,
    "tempo": 3,
}


def simulated(rows, shift, rng):
    """A corpus with skew, bounds, a spike at zero and ties of the right kind (not the twin)."""
    table = {
        "danceability": rng.beta(6.5 - 2 * shift, 3.8, rows),
        "energy": rng.beta(3.5 - 1.5 * shift, 1.5, rows),
        "loudness": -rng.gamma(4 - shift, 2 + 0.6 * shift, rows),
        "speechiness": 0.03 + rng.gamma(0.9, 0.04 + 0.01 * shift, rows),
        "acousticness": rng.beta(0.5, 2 - shift, rows),
        "instrumentalness": rng.random(rows) ** (12 - 3 * shift) * (rng.random(rows) > 0.35),
        "liveness": rng.beta(1.8, 7.5 + shift, rows),
        "valence": rng.beta(2 - 0.4 * shift, 1.4 + 0.3 * shift, rows),
        "tempo": rng.normal(121 - shift, 25 + 3 * shift, rows),
    }
    return pd.DataFrame({name: np.round(table[name], DECIMALS[name]) for name in DECIMALS})


def the_studys_way(tables, cliffs_delta):
    rows = []
    for target, reference in CONTRASTS:
        for feature in DECIMALS:
            x, y = (tables[code][feature].to_numpy() for code in (target, reference))
            # lists, since the package walks its input in Python and is fastest on them
            rows.append(
                (
                    *stats.mannwhitneyu(x, y),
                    *stats.ks_2samp(x, y)[:2],
                    cliffs_delta(x.tolist(), y.tolist())[0],
                )
            )
    return pd.DataFrame(rows, columns=["mwu_u", "mwu_p", "ks_d", "ks_p", "cliffs_delta"])


def best_of(repeats, function, *arguments):
    """Least seconds of several runs, and the last result."""
    seconds = []
    for _ in range(repeats):
        start = time.perf_counter()
        result = function(*arguments)
        seconds.append(time.perf_counter() - start)
    return min(seconds), result


def bootstrap(tables, replicates):
    study = np.repeat(["MOSART", "DOMINANT"], [999, SIZES["PMD"] - 999])
    weights = zip(
        intervals.moving_blocks(study, 14, replicates, 1),
        intervals.moving_blocks(np.zeros(SIZES["EMD"]), 14, replicates, 2),
        strict=True,
    )
    return ranks.bootstrap_deltas(tables["PMD"], tables["EMD"], list(DECIMALS), weights)


def peak_gb():
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return peak / (1e9 if sys.platform == "darwin" else 1e6)


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument(
        "--rows", type=int, help="only this: tests and intervals on so many rows a corpus"
    )
    parser.add_argument("--repeats", type=int, default=5)
    parser.add_argument("--replicates", type=int, default=2000)
    options = parser.parse_args()
    rng = np.random.default_rng(0)
    sizes = dict.fromkeys(SIZES, options.rows) if options.rows else SIZES
    shifts = {"PMD": 0.7, "EMD": 0.0, "MSSD": 0.9}
    tables = {code: simulated(rows, shifts[code], rng) for code, rows in sizes.items()}
    ours = (ranks.feature_tests, tables, CONTRASTS, list(DECIMALS))
    if options.rows:
        seconds, _ = best_of(1, *ours)
        print(
            f"{options.rows:,} simulated rows a corpus, 27 comparisons with intervals: "
            f"{seconds:.1f} s (limit 60), peak memory {peak_gb():.2f} GB (limit 4)"
        )
        return int(seconds > 60 or peak_gb() > 4)
    try:
        from cliffs_delta import cliffs_delta
    except ModuleNotFoundError:
        sys.exit("The rival is missing: pip install cliffs-delta, then run this script again.")
    our_seconds, result = best_of(options.repeats, *ours)
    their_seconds, rival = best_of(options.repeats, the_studys_way, tables, cliffs_delta)
    one_thread, _ = best_of(options.repeats, *ours, 0.95, 1)
    same = (result[list(rival.columns[:4])] == rival.iloc[:, :4]).all(axis=None)
    gap = (result["cliffs_delta"] - rival["cliffs_delta"]).abs().max()
    print(f"27 comparisons, best of {options.repeats} runs on simulated corpora of full size")
    print(f"  the study's way, no interval      {their_seconds:.3f} s")
    print(
        f"  ours with intervals, two threads  {our_seconds:.3f} s   "
        f"ratio {their_seconds / our_seconds:.2f}"
    )
    print(
        f"  ours with intervals, one thread   {one_thread:.3f} s   "
        f"ratio {their_seconds / one_thread:.2f}"
    )
    print(f"  U, D and both p the same floats: {same}; largest difference of delta {gap:.1e}")
    seconds, deltas = best_of(1, bootstrap, tables, options.replicates)
    print(
        f"{len(deltas):,} block-bootstrap replicates of {deltas.shape[1]} features, PMD-EMD: "
        f"{seconds:.1f} s (limit 20 for 2,000), peak memory {peak_gb():.2f} GB"
    )
    return int(not same or our_seconds > their_seconds or seconds > 20)


if __name__ == "__main__":
    sys.exit(main())
