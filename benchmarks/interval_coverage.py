"""How often do the intervals of Cliff's delta hold the true delta? All data are simulated.

Part 1, analytic interval, independent rows: unit normal corpora shifted to a known delta, as drawn
and rounded to steps of one half (ties; the shift then gives the tied delta exactly). Part 2,
percentile interval of the cluster bootstrap: participants' listings share a component (intraclass
correlation stated), the reference is independent. The Monte Carlo error is one standard error.

    python benchmarks/interval_coverage.py
    python benchmarks/interval_coverage.py --replicates 10000 --workers 4
"""

import argparse
import sys
from concurrent.futures import ProcessPoolExecutor
from functools import partial
from pathlib import Path

import numpy as np
import pandas as pd
from scipy import optimize, stats

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))
from helpers.stats import intervals, ranks

DELTAS = (0.0, 0.2, 0.5, 0.9)
# the last is PMD against EMD at an eighth of their sizes
SIZES = ((50, 50), (50, 200), (200, 200), (234, 1121))
CLUSTERS = (4, 10, 30, 50, 100)
BATCH = 25
STEPS = np.arange(-20, 21) / 2
REQUIRED = (0.93, 0.97)
TARGET, REFERENCE = "target", "reference"


def tied_delta(shift):
    """True delta of two unit normals, one shifted, both rounded to the steps."""
    edges = np.concatenate([[-np.inf], (STEPS[1:] + STEPS[:-1]) / 2, [np.inf]])
    x, y = (np.diff(stats.norm.cdf(edges, loc)) for loc in (shift, 0))
    return x @ (2 * np.cumsum(y) - y) - 1


def shift_for(delta, tied):
    if tied:
        return optimize.brentq(lambda shift: tied_delta(shift) - delta, -1, 5)
    return np.sqrt(2) * stats.norm.ppf((1 + delta) / 2)


def as_recorded(values, tied):
    return np.round(values * 2) / 2 if tied else values


def analytic_hits(delta, size, tied, replicates, seed):
    rng = np.random.default_rng(seed)
    shift = shift_for(delta, tied)
    # each replicate is a column, so that one call of the shipped function tests them all
    tables = {
        code: pd.DataFrame(as_recorded(rng.normal(loc, 1, (rows, replicates)), tied))
        for code, rows, loc in ((TARGET, size[0], shift), (REFERENCE, size[1], 0))
    }
    found = ranks.feature_tests(tables, [(TARGET, REFERENCE)], range(replicates), threads=1)
    return int(((found["ci_low"] <= delta) & (delta <= found["ci_high"])).sum())


def cluster_hits(delta, clusters, icc, draws, seed):
    """Hits in one batch: data sets that share cluster sizes and bootstrap draws."""
    rng = np.random.default_rng(seed)
    # sizes of mean 11.4 and SD 5.1 with a least of 2, as in the study
    sizes = 2 + rng.negative_binomial(5.4, 5.4 / (5.4 + 9.42), clusters)
    owner = np.repeat(np.arange(clusters), sizes)
    x = (
        shift_for(delta, False)
        + np.sqrt(icc) * rng.normal(size=(clusters, BATCH))[owner]
        + np.sqrt(1 - icc) * rng.normal(size=(len(owner), BATCH))
    )
    y = rng.normal(size=(300, BATCH))
    weights = zip(
        intervals.cluster_bootstrap(owner, draws, rng),
        intervals.moving_blocks(np.zeros(len(y)), 1, draws, rng),
        strict=True,
    )
    deltas = ranks.bootstrap_deltas(pd.DataFrame(x), pd.DataFrame(y), range(BATCH), weights)
    low, high = deltas.quantile([0.025, 0.975]).to_numpy()
    return int(((low <= delta) & (delta <= high)).sum())


def line(label, hits, replicates, required):
    coverage = hits / replicates
    error = np.sqrt(coverage * (1 - coverage) / replicates)
    inside = REQUIRED[0] <= coverage <= REQUIRED[1]
    verdict = ("ok" if inside else "OUTSIDE") if required else "not required"
    print(f"{label}  {coverage:.4f} +- {error:.4f}  {verdict}", flush=True)
    return int(required and not inside)


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--replicates", type=int, default=5000)
    parser.add_argument("--draws", type=int, default=400, help="bootstrap draws a data set")
    parser.add_argument("--icc", type=float, default=0.3)
    parser.add_argument("--delta", type=float, default=0.2, help="of the cluster part")
    parser.add_argument("--workers", type=int, default=2)
    parser.add_argument("--part", choices=("analytic", "cluster"), help="only this part")
    options = parser.parse_args()
    failures = 0
    print(
        f"{options.replicates:,} simulated data sets a line; required "
        f"{REQUIRED[0]:.0%} to {REQUIRED[1]:.0%} of 95 % intervals"
    )
    with ProcessPoolExecutor(options.workers) as pool:
        if options.part != "cluster":
            cases = [
                (delta, size, tied) for size in SIZES for tied in (False, True) for delta in DELTAS
            ]
            jobs = [
                pool.submit(analytic_hits, *case, options.replicates, seed)
                for seed, case in enumerate(cases)
            ]
            print("analytic interval\n delta     rows       values      coverage")
            for (delta, size, tied), job in zip(cases, jobs, strict=True):
                values = "tied" if tied else "distinct"
                label = f"{delta:6.1f}  {size[0]:4d} x {size[1]:4d}  {values:8}"
                failures += line(label, job.result(), options.replicates, True)
        if options.part != "analytic":
            batches = -(-options.replicates // BATCH)
            print(
                f"cluster bootstrap of the target, delta {options.delta}, intraclass correlation "
                f"{options.icc}, {options.draws} draws\n clusters  coverage"
            )
            for clusters in CLUSTERS:
                hits = sum(
                    pool.map(
                        partial(cluster_hits, options.delta, clusters, options.icc, options.draws),
                        range(batches),
                    )
                )
                failures += line(f"{clusters:9d}", hits, batches * BATCH, clusters >= 50)
    print(f"lines outside what is required: {failures}")
    return failures > 0


if __name__ == "__main__":
    sys.exit(main())
