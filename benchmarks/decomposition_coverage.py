"""Make data/twin/split_coverage.csv: how often intervals of Kitagawa's split hold the truth.

All data are simulated. Chapter 04 says what the table holds.

People as many and lists as long as in the twin; each person has a mix of genres of their own
(Dirichlet, whose spread gives listings of a person a correlation of genre of one fifth) and a taste
that shifts all their values (intraclass correlation within genres stated). Genre shares and means
are the twin's of one feature, genres of at least 30 listings in both corpora. The reference's rows
are independent. Intervals: `decomposition.kitagawa`, which treats listings as independent, and the
percentile bootstrap of whole participants. The Monte Carlo error is one standard error.

    python benchmarks/decomposition_coverage.py
    python benchmarks/decomposition_coverage.py --replicates 500 --feature loudness --folder /tmp
"""

import argparse
import sys
from pathlib import Path

import numpy as np
import pandas as pd

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))
from helpers import project
from helpers.simulation import studies
from helpers.stats import coverage, decomposition

ICCS = (0.0, 0.1, 0.3)
FEWEST = 30
GENRE_CORRELATION = 0.2
PARTS = ("mix", "within")
UNITS = ("listings", "participants")


def population(feature):
    """Genre shares, and means in SDs of the reference, of both corpora in the twin."""
    tracks = pd.read_parquet(project.TWIN / "tracks.parquet").dropna(subset="genre")
    rows = tracks.merge(pd.read_parquet(project.TWIN / "features.parquet"), on="track_id")
    table = rows.pivot_table(feature, "genre", "corpus", aggfunc=["size", "mean"])
    table = table[(table["size"] >= FEWEST).all(axis=1)]
    sd = rows.loc[rows["corpus"] == "EMD", feature].std()
    shares, means = table["size"] / table["size"].sum(), table["mean"] / sd
    return shares["PMD"], means["PMD"], shares["EMD"], means["EMD"]


def split(target_counts, target_sums, reference_counts, reference_sums):
    """Mix and within with averaged weights, from counts and sums of genres (last axis)."""
    sides = []
    for counts, sums in ((target_counts, target_sums), (reference_counts, reference_sums)):
        shares = counts / counts.sum(axis=-1, keepdims=True)
        sides += [shares, sums / np.maximum(counts, 1)]
    terms = decomposition.kitagawa_terms(*sides)
    return np.stack([terms["averaged", part].sum(axis=-1) for part in PARTS])


def genre_moments(genres, values, n_genres):
    counts = np.bincount(genres, minlength=n_genres)
    sums = np.bincount(genres, values, n_genres)
    squares = np.bincount(genres, values**2, n_genres)
    sd = np.sqrt((squares - sums**2 / np.maximum(counts, 1)) / np.maximum(counts - 1, 1))
    return counts, sums, sd


def one_study(truth, lengths, n_reference, icc, draws, rng):
    """Ends of the intervals of both parts by both units, shape (unit, end, part)."""
    p, x, q, y = truth
    k, sizes = len(p), rng.permutation(lengths)
    people = np.repeat(np.arange(len(sizes)), sizes)
    mixes = rng.dirichlet(p * (1 / GENRE_CORRELATION - 1), len(sizes)).cumsum(axis=1)
    genres = (rng.random(len(people))[:, None] > mixes[people, :-1]).sum(axis=1)
    taste = rng.standard_normal(len(sizes))[people]
    values = x[genres] + np.sqrt(icc) * taste + np.sqrt(1 - icc) * rng.standard_normal(len(people))
    others = rng.choice(k, n_reference, p=q)
    theirs = y[others] + rng.standard_normal(n_reference)
    n, sums, sd = genre_moments(genres, values, k)
    m, other_sums, other_sd = genre_moments(others, theirs, k)
    cells = pd.DataFrame({"n_target": n, "n_reference": m, "genre": range(k), "feature": "v"})
    cells["mean_target"], cells["mean_reference"] = sums / np.maximum(n, 1), other_sums / m
    cells = cells.assign(sd_target=sd, sd_reference=other_sd)
    # `genre_cells` leaves out genres of which a corpus has a single row.
    found = decomposition.kitagawa(cells[cells["n_target"] >= 2], draws=draws, seed=rng)
    shipped = found[found["weights"] == "averaged"].set_index("part").loc[list(PARTS)]
    cell = people * k + genres
    counts = np.bincount(cell, minlength=len(sizes) * k).reshape(-1, k)
    totals = np.bincount(cell, values, len(sizes) * k).reshape(-1, k)
    drawn = rng.multinomial(len(sizes), np.full(len(sizes), 1 / len(sizes)), draws)
    reference = rng.multinomial(n_reference, m / n_reference, draws)
    noise = other_sd / np.sqrt(m) * rng.standard_normal((draws, k))
    parts = split(drawn @ counts, drawn @ totals, reference, reference * (other_sums / m + noise))
    ends = np.quantile(parts, [0.025, 0.975], axis=1)
    return np.stack([shipped[["ci_low", "ci_high"]].to_numpy().T, ends])


def of_one_correlation(truth, true_parts, icc, options, rng):
    """Coverage of both parts by both units: one row each."""
    lengths, n_reference = studies.list_lengths(), len(studies.twin_structure().reference_artists)
    ends = np.array(
        [
            one_study(truth, lengths, n_reference, icc, options.draws, rng)
            for _ in range(options.replicates)
        ]
    )
    held = ((ends[:, :, 0] <= true_parts) & (true_parts <= ends[:, :, 1])).mean(axis=0)
    table = pd.DataFrame(held, pd.Index(UNITS, name="unit"), pd.Index(PARTS, name="part"))
    return table.stack().rename("coverage").reset_index().assign(icc=icc)


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--replicates", type=int, default=5000)
    parser.add_argument("--draws", type=int, default=400, help="bootstrap draws a study")
    parser.add_argument("--feature", default="energy")
    parser.add_argument("--folder", type=Path, default=project.TWIN)
    options = parser.parse_args()
    p, x, q, y = truth = [one.to_numpy() for one in population(options.feature)]
    true_parts = np.array([((p - q) * (x + y) / 2).sum(), ((p + q) / 2 * (x - y)).sum()])
    print(
        f"{options.feature}, {len(p)} genres, {len(studies.list_lengths())} participants; "
        f"mix {true_parts[0]:.3f}, within {true_parts[1]:.3f} SD"
    )
    tables = []
    for number, icc in enumerate(ICCS):
        rng = np.random.default_rng(number)
        found = of_one_correlation(truth, true_parts, icc, options, rng)
        found["error"] = [
            coverage.monte_carlo_error(share, options.replicates) for share in found["coverage"]
        ]
        print(found.round(4).to_string(index=False), flush=True)
        tables.append(found.assign(feature=options.feature, studies=options.replicates))
    order = ["feature", "icc", "unit", "part", "coverage", "error", "studies"]
    path = options.folder / "split_coverage.csv"
    pd.concat(tables)[order].round(5).to_csv(path, index=False)
    print(f"Written to {path}")


if __name__ == "__main__":
    main()
