"""Make data/twin/gap_coverage.csv: how often intervals of the gap of lists to random draws hold it.

All data are simulated. Chapters 05 and 06 read the table. Lists, artists and genre mixes as in
`entropy_coverage.py`. The gap is the mean entropy of a list less that of as many random listings,
drawn from the pool of the lists ("own") or from the other corpus ("reference"); its true value
follows from the mixes. Three intervals are tried on the same data: the book's, a jackknife that
leaves out one participant or artist at a time and lies around the gap less its bias; and two of a
bootstrap that draws whole participants and artists again, by its percentiles and by its standard
error around the gap as computed. The Monte Carlo error is one standard error.

    python benchmarks/gap_coverage.py
    python benchmarks/gap_coverage.py --replicates 300 --participants 10 20 --folder /tmp
"""

import argparse
import os
import sys
from concurrent.futures import ProcessPoolExecutor
from functools import partial
from pathlib import Path

os.environ.setdefault("OMP_NUM_THREADS", "1")
sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

import numpy as np
import pandas as pd
from scipy import stats

from benchmarks import entropy_coverage
from helpers import project
from helpers.stats import coverage, genre_intervals, lists

PARTICIPANTS = (10, 20, 50, 164)
POOLS = ("own", "reference")
WAYS = ("jackknife", "percentiles", "bootstrap error")
REQUIRED = (0.93, 0.97)


def entropy_of_draws(mix, size):
    """Mean entropy (bits) of `size` independent draws from a mix."""
    k = np.arange(1, size + 1)
    return (stats.binom.pmf(k, size, mix[:, None]) * (-k / size * np.log2(k / size))).sum()


def true_gaps(n_lists=200_000, seed=0):
    """The true gap to either pool, from many lists, and its Monte Carlo error."""
    mix, other = entropy_coverage.mixes()
    counts = entropy_coverage.participants(np.random.default_rng(seed), n_lists, mix)
    lengths = counts.sum(axis=1)
    held = genre_intervals.entropies(counts)
    found = []
    for pool in (mix, other):
        of_size = {size: entropy_of_draws(pool, size) for size in np.unique(lengths)}
        gap = held - np.array([of_size[size] for size in lengths])
        value = np.average(gap, weights=lengths)
        spread = lengths * (gap - value) / lengths.mean()
        found.append((value, spread.std() / np.sqrt(n_lists)))
    return found


def bootstrap_gaps(target, reference, draws, rng):
    """Gaps to either pool of corpora made of units drawn again, shape (draws, pools)."""
    lengths = target.sum(axis=1)
    sizes, place = np.unique(lengths, return_inverse=True)
    held = genre_intervals.entropies(target) * lengths
    listings = np.eye(len(sizes))[place] * lengths[:, None]
    times = rng.multinomial(len(target), np.full(len(target), 1 / len(target)), draws)
    weights = times @ listings
    weights /= weights.sum(axis=1, keepdims=True)
    alpha = times @ held / (times @ lengths)
    pools = times @ target, genre_intervals.resampled_units(reference, draws, rng)
    gaps = [alpha - (lists.expected_entropy(pool, sizes) * weights).sum(axis=1) for pool in pools]
    return np.stack(gaps, axis=1)


def replicate(number, draws, seed):
    """Ends of each interval of both gaps, shape (ways, pools, 2), and the gaps as computed."""
    rng = np.random.default_rng([number, seed])
    mix, other = entropy_coverage.mixes()
    target = entropy_coverage.participants(rng, number, mix)
    artists = round(entropy_coverage.ARTISTS_A_PARTICIPANT * number)
    reference = entropy_coverage.artists(rng, artists, other)
    people = lists.Lists(lists.PARTICIPANTS, target, np.arange(number), target, number)
    table = lists.against_random_draws(people, reference).loc[list(POOLS)]
    value = table["value"].to_numpy()
    drawn = bootstrap_gaps(target, reference, draws, rng)
    reach = stats.t.ppf(0.975, number - 1) * drawn.std(axis=0, ddof=1)
    ends = [
        table[["ci_low", "ci_high"]].to_numpy(),
        np.quantile(drawn, [0.025, 0.975], axis=0).T,
        np.column_stack([value - reach, value + reach]),
    ]
    return np.array(ends), value


def lines(number, true, options, pool):
    """Rows of the table for so many participants."""
    run = partial(replicate, number, options.draws)
    found = list(pool.map(run, range(options.replicates), chunksize=10))
    ends = np.array([one[0] for one in found])
    bias = np.mean([one[1] for one in found], axis=0) - true
    held = ((ends[..., 0] <= true) & (true <= ends[..., 1])).mean(axis=0)
    width = (ends[..., 1] - ends[..., 0]).mean(axis=0)
    index = pd.MultiIndex.from_product([WAYS, POOLS], names=["interval", "drawn_from"])
    table = pd.DataFrame({"coverage": held.ravel(), "width": width.ravel()}, index).reset_index()
    table["error"] = [
        coverage.monte_carlo_error(share, options.replicates) for share in table["coverage"]
    ]
    table["bias"] = np.tile(bias, len(WAYS))
    return table.assign(participants=number, studies=options.replicates)


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--replicates", type=int, default=1000)
    parser.add_argument("--draws", type=int, default=400, help="bootstrap draws a data set")
    parser.add_argument("--participants", type=int, nargs="+", default=PARTICIPANTS)
    parser.add_argument("--workers", type=int, default=1)
    parser.add_argument("--folder", type=Path, default=project.TWIN)
    given = parser.parse_args()
    truth = true_gaps()
    for pool, (value, error) in zip(POOLS, truth, strict=True):
        print(f"true gap, {pool}: {value:.4f} +- {error:.4f} bits")
    print(f"the jackknife is required to reach {REQUIRED[0]:.0%} to {REQUIRED[1]:.0%}")
    true = np.array([value for value, _ in truth])
    tables = []
    with ProcessPoolExecutor(given.workers) as pool:
        for number in given.participants:
            tables.append(lines(number, true, given, pool))
            print(tables[-1].round(4).to_string(index=False), flush=True)
    found = pd.concat(tables)
    path = given.folder / "gap_coverage.csv"
    order = [
        "participants",
        "drawn_from",
        "interval",
        "coverage",
        "error",
        "width",
        "bias",
        "studies",
    ]
    found[order].round(5).to_csv(path, index=False)
    outside = (found["interval"] == WAYS[0]) & ~found["coverage"].between(*REQUIRED)
    print(f"lines outside what is required: {outside.sum()}; written to {path}")
    return int(outside.any())


if __name__ == "__main__":
    sys.exit(main())
