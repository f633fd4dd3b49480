"""Make data/twin/power.csv: is the power that a design promises met in simulated studies?

The twin's distributions of a feature, diluted to the delta in question, and its lengths of lists;
the test is that of clusters of participants. Chapter 12 shows the table. Lines without difference
(delta 0) check that the test keeps its level. The Monte Carlo error is one standard error.

    python benchmarks/power_check.py
    python benchmarks/power_check.py --replicates 200 --folder /tmp
"""

import argparse
import sys
from pathlib import Path

import numpy as np
import pandas as pd

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))
from helpers import project
from helpers.simulation import studies
from helpers.stats import coverage, dependence, power

FEATURE = "energy"  # its delta in the twin is negative, so those drawn are
DELTAS = (0.05, 0.1, 0.147, 0.2)
ICC = 0.1
SHARED_TASTES = (None, 0.5, 1.0)  # None: two arms of different people
WITHIN = 0.02


def promise(delta, lists, shared_taste):
    """Participants of a design, and the power they have by the formula."""
    if shared_taste is None:
        n = power.participants_per_arm(delta, lists, ICC)
        return n, power.power_of_arms(n, delta, lists, ICC)
    n = power.participants_paired(delta, lists, ICC, shared_taste)
    return n, power.power_paired(n, delta, lists, ICC, shared_taste)


def found_power(delta, n, shared_taste, lengths, replicates, seed):
    """Share of significant studies; delta 0 draws both lists from the reference."""
    target, reference = studies.twin_distributions(FEATURE)
    sides = studies.diluted(target, reference, -delta), reference
    rng = np.random.default_rng(seed)
    draws = (
        studies.draw_lists(sides, lengths, n, ICC, rng, shared_taste) for _ in range(replicates)
    )
    return power.rejections(draws)


def table(replicates):
    lengths = studies.list_lengths()
    lists = dependence.ClusterSizes(lengths.mean(), lengths.std() / lengths.mean())
    rows = []
    for number, shared_taste in enumerate(SHARED_TASTES):
        for k, delta in enumerate(DELTAS):
            n, promised = promise(delta, lists, shared_taste)
            found = found_power(delta, n, shared_taste, lengths, replicates, [number, k, 1])
            level = found_power(0.0, n, shared_taste, lengths, replicates, [number, k, 0])
            error = coverage.monte_carlo_error(found, replicates)
            name = "two arms" if shared_taste is None else "paired"
            row = (name, shared_taste, delta, n, promised, found, error, level, replicates)
            print(*row, "ok" if abs(found - promised) <= WITHIN else "OUTSIDE", flush=True)
            rows.append(row)
    columns = [
        "design",
        "shared_taste",
        "delta",
        "participants",
        "promised",
        "found",
        "error",
        "level",
        "studies",
    ]
    return pd.DataFrame(rows, columns=columns)


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--replicates", type=int, default=2000)
    parser.add_argument("--folder", type=Path, default=project.TWIN)
    options = parser.parse_args()
    found = table(options.replicates)
    found.round(5).to_csv(options.folder / "power.csv", index=False)
    outside = (found["found"] - found["promised"]).abs() > WITHIN
    print(f"lines more than {WITHIN:.0%} from the promise: {outside.sum()}")
    return outside.any()


if __name__ == "__main__":
    sys.exit(main())
