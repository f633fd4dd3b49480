"""Make data/twin/coverage.csv: how often intervals of Cliff's delta hold the truth, cell by cell.

The twin's lists and artists stay; values are drawn anew, with the intraclass correlations and the
delta of the cell. Chapter 05 shows the table, which takes about ten minutes of one core to make.

    python benchmarks/coverage_grid.py
    python benchmarks/coverage_grid.py --replicates 200 --folder /tmp
"""

import argparse
import itertools
import sys
from pathlib import Path

import numpy as np
import pandas as pd

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))
from helpers import project
from helpers.simulation import studies
from helpers.stats import coverage

DELTA = 0.2
PEOPLE = (10, 30, 164)
ICC_PEOPLE = (0.0, 0.02, 0.05, 0.1, 0.2, 0.3, 0.5)
ICC_ARTISTS = (0.0, 0.2, 0.4)
# Simulated studies that share one draw of people.
BATCH = 25


def cell(structure, people, icc_people, icc_artists, replicates, delta=DELTA, seed=0):
    """Coverage of every kind of interval in one cell of the grid."""
    rng = np.random.default_rng([seed, people, int(1000 * icc_people), int(1000 * icc_artists)])

    def draws():
        for number in range(replicates):
            if number % BATCH == 0:
                lists = studies.some_people(structure, people, rng)
                clusters = coverage.study_clusters(*lists)
            yield *studies.draw_corpora(lists, icc_people, icc_artists, delta, rng), clusters

    return coverage.tried(coverage.of_studies(draws()), delta)


def grid(replicates):
    structure = studies.twin_structure()
    tables = []
    for people, icc_artists, icc_people in itertools.product(PEOPLE, ICC_ARTISTS, ICC_PEOPLE):
        found = cell(structure, people, icc_people, icc_artists, replicates)
        settings = {"people": people, "icc_artists": icc_artists, "icc_people": icc_people}
        print(settings, found["coverage"].round(4).to_dict(), flush=True)
        tables.append(found.rename_axis("assumption").reset_index().assign(**settings))
    order = [*settings, "assumption", "coverage", "error", "width", "studies"]
    return pd.concat(tables, ignore_index=True)[order]


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--replicates", type=int, default=5000)
    parser.add_argument("--folder", type=Path, default=project.TWIN)
    options = parser.parse_args()
    found = grid(options.replicates)
    path = options.folder / "coverage.csv"
    found.round(5).to_csv(path, index=False)
    print(f"Monte Carlo error: at most {found['error'].max():.4f}; written to {path}")


if __name__ == "__main__":
    main()
