"""Make data/twin/entropy_coverage.csv: how often intervals of a difference in entropy hold it.

All data are simulated. Chapter 05 shows the table. The target is made of participants' lists: their
lengths are as in the study (mean 11.4, SD 5.1, two at least), each has a mix of genres of its own,
and two listings of a list share their genre as often as in the synthetic twin. The reference is
made of artists, of one genre each, with 3.7 listings on average. The genre mixes are the published
ones, so the truth is known. The same data are judged with the unit that was sampled (participants,
artists), with blocks of fourteen rows, and with single listings. Beside the jackknife's interval
stands the percentile interval of a bootstrap of the same units. The Monte Carlo error is one
standard error. Where a line would take minutes it has fewer data sets than the others; the table
says how many, and counts intervals that could be made.

    python benchmarks/entropy_coverage.py
    python benchmarks/entropy_coverage.py --replicates 1000 --participants 164 --folder /tmp
"""

import argparse
import os
import sys
from pathlib import Path

os.environ.setdefault("OMP_NUM_THREADS", "1")
sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

import numpy as np
import pandas as pd
from scipy import stats

from helpers import ledger, project
from helpers.stats import coverage, genre_intervals

# Participants, and data sets a line.
REPLICATES = {10: 5000, 20: 2000, 30: 2000, 50: 2000, 100: 1000, 164: 1000}
# What is judged: the interval, and what it takes for independent of one another.
WAYS = {
    "unit": ("jackknife", "participants and artists"),
    "block": ("jackknife", "blocks"),
    "listing": ("jackknife", "listings"),
    "bootstrap": ("percentiles", "participants and artists"),
}
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


def held_truth(number, replicates, draws, seed):
    """Whether each interval holds the truth, by way; missing where there are too few units for one."""
    rng = np.random.default_rng(seed)
    mix, other = mixes()
    truth = stats.entropy(mix, base=2) - stats.entropy(other, base=2)
    held = {name: [] for name in WAYS}
    for _ in range(replicates):
        target = participants(rng, number, mix)
        reference = artists(rng, round(ARTISTS_A_PARTICIPANT * number), other)
        rows = listings(rng, target, False), listings(rng, reference, True)
        tables = {
            "unit": (target, reference),
            "block": (blocks(rows[0]), blocks(rows[1])),
            "listing": rows,
        }
        ends = {}
        for name, pair in tables.items():
            ends[name] = genre_intervals.entropy_difference_of(*pair)[["ci_low", "ci_high"]]
        ends["bootstrap"] = percentile(rng, target, reference, draws)
        for name, (low, high) in ends.items():
            held[name].append(np.nan if np.isnan(low) else low <= truth <= high)
    return pd.DataFrame(held, dtype=float)


def lines(number, replicates, draws, seed):
    """Rows of the table for so many participants."""
    held = held_truth(number, replicates, draws, seed)
    table = pd.DataFrame([WAYS[name] for name in held], columns=["interval", "unit"])
    table["coverage"], table["studies"] = held.mean().to_numpy(), held.count().to_numpy()
    table["error"] = [
        coverage.monte_carlo_error(*row) for row in table[["coverage", "studies"]].to_numpy()
    ]
    return table.assign(participants=number)


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--replicates", type=int, help="data sets of every line")
    parser.add_argument("--draws", type=int, default=400, help="bootstrap draws a data set")
    parser.add_argument("--participants", type=int, nargs="+", default=list(REPLICATES))
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--folder", type=Path, default=project.TWIN)
    given = parser.parse_args()
    print(
        f"the jackknife by unit is required to reach {REQUIRED[0]:.0%} to {REQUIRED[1]:.0%}; "
        "error: Monte Carlo, one standard error"
    )
    tables = []
    for number in given.participants:
        replicates = given.replicates or REPLICATES.get(number, min(REPLICATES.values()))
        tables.append(lines(number, replicates, given.draws, given.seed))
        print(tables[-1].round(4).to_string(index=False), flush=True)
    found = pd.concat(tables)
    path = given.folder / "entropy_coverage.csv"
    order = ["participants", "interval", "unit", "coverage", "error", "studies"]
    found[order].round(5).to_csv(path, index=False)
    required = found[(found["interval"] == "jackknife") & (found["unit"] == WAYS["unit"][1])]
    failures = (~required["coverage"].between(*REQUIRED)).sum()
    print(f"lines outside what is required: {failures}; written to {path}")
    return int(failures > 0)


if __name__ == "__main__":
    sys.exit(main())
