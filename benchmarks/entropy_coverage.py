"""How often do intervals of a difference in entropy hold the true one? All data are simulated.

The target is made of participants' lists: their lengths are as in the study (mean 11.4, SD 5.1, two
at least), each has a mix of genres of its own, and two listings of a list share their genre as often
as in the synthetic twin. The reference is made of artists, of one genre each, with 3.7 listings on
average. The genre mixes are the published ones, so the truth is known. The same data are judged with
the unit that was sampled (participants, artists), with blocks of fourteen rows, and with single
listings. Beside the jackknife's interval stands the percentile interval of a bootstrap of the same
units. The Monte Carlo error is one standard error.

    python benchmarks/entropy_coverage.py
    python benchmarks/entropy_coverage.py --replicates 1000 --participants 164
"""

import argparse
import os
import sys
from pathlib import Path

os.environ.setdefault("OMP_NUM_THREADS", "1")
sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

import numpy as np
from scipy import stats

from helpers import ledger
from helpers.stats import genre_intervals

PARTICIPANTS = (10, 20, 30, 50, 100, 164)
# As in the corpora: 2,406 artists to 164 participants.
ARTISTS_A_PARTICIPANT = 14.7
# Two listings of a list share their genre in 0.295 of pairs, of two lists in 0.179.
CONCENTRATION = 6.1
BLOCK = 14
REQUIRED = (0.93, 0.97)


def mixes():
    """Published shares of genres of target and reference."""
    counts = ledger.reference("genre_counts").pivot_table(
        index="genre", columns="corpus", values="n", aggfunc="sum", fill_value=0
    )
    shares = counts / counts.sum()
    return shares["PMD"].to_numpy(), shares["EMD"].to_numpy()


def participants(rng, number, mix):
    """Genre counts of each list."""
    lengths = 2 + rng.negative_binomial(5.4, 5.4 / (5.4 + 9.42), number)
    return rng.multinomial(lengths, rng.dirichlet(CONCENTRATION * mix, number))


def artists(rng, number, mix):
    """Genre counts of each artist."""
    genre = rng.choice(len(mix), number, p=mix)
    return np.eye(len(mix), dtype=int)[genre] * rng.geometric(1 / 3.7, number)[:, None]


def listings(rng, by_unit, mixed):
    """One row a listing: units one after the other, or mixed, as in a chart."""
    rows = np.repeat(
        np.tile(np.eye(by_unit.shape[1], dtype=int), (len(by_unit), 1)), by_unit.ravel(), 0
    )
    return rng.permutation(rows) if mixed else rows


def blocks(rows):
    """Genre counts of runs of rows."""
    return np.add.reduceat(rows, np.arange(0, len(rows), BLOCK))


def percentile(rng, target, reference, draws):
    """Interval from the percentiles of a bootstrap of units."""
    drawn = [
        stats.entropy(genre_intervals.resampled_units(table, draws, rng), base=2, axis=1)
        for table in (target, reference)
    ]
    return np.quantile(drawn[0] - drawn[1], [0.025, 0.975])


def coverage(number, replicates, draws, seed):
    """Share of intervals that hold the truth, by method and unit."""
    rng = np.random.default_rng(seed)
    mix, other = mixes()
    truth = stats.entropy(mix, base=2) - stats.entropy(other, base=2)
    hits = dict.fromkeys(("unit", "block", "listing", "bootstrap"), 0)
    for _ in range(replicates):
        target = participants(rng, number, mix)
        reference = artists(rng, round(ARTISTS_A_PARTICIPANT * number), other)
        rows = listings(rng, target, False), listings(rng, reference, True)
        tables = {
            "unit": (target, reference),
            "block": (blocks(rows[0]), blocks(rows[1])),
            "listing": rows,
        }
        for name, pair in tables.items():
            found = genre_intervals.entropy_difference_of(*pair)
            hits[name] += found["ci_low"] <= truth <= found["ci_high"]
        low, high = percentile(rng, target, reference, draws)
        hits["bootstrap"] += low <= truth <= high
    return {name: count / replicates for name, count in hits.items()}


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--replicates", type=int, default=5000)
    parser.add_argument("--draws", type=int, default=400, help="bootstrap draws a data set")
    parser.add_argument("--participants", type=int, nargs="+", default=PARTICIPANTS)
    parser.add_argument("--seed", type=int, default=1)
    given = parser.parse_args()
    error = np.sqrt(0.95 * 0.05 / given.replicates)
    print(
        f"{given.replicates:,} simulated data sets a line; Monte Carlo error at 0.95: {error:.4f}; "
        f"the jackknife by unit is required to reach {REQUIRED[0]:.0%} to {REQUIRED[1]:.0%}\n"
        "                jackknife by                  bootstrap\n"
        "participants    unit    block   listing       by unit"
    )
    failures = 0
    for number in given.participants:
        found = coverage(number, given.replicates, given.draws, given.seed)
        inside = REQUIRED[0] <= found["unit"] <= REQUIRED[1]
        failures += not inside
        print(
            f"{number:12d}  {found['unit']:.4f}  {found['block']:.4f}    {found['listing']:.4f}"
            f"        {found['bootstrap']:.4f}  {'ok' if inside else 'OUTSIDE'}",
            flush=True,
        )
    print(f"lines outside what is required: {failures}")
    return failures > 0


if __name__ == "__main__":
    sys.exit(main())
