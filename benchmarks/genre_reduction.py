"""Reducing the artist genres of a million tracks, beside the plain way of one pandas row after another.

    python benchmarks/genre_reduction.py [--tracks 1000000]

The table of genres is made up, with as many main genres and names as the Chosic table. The rival
applies the same rule to each row of a DataFrame, as a notebook would.
"""

import argparse
import sys
import time
from pathlib import Path

import numpy as np
import pandas as pd

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))
from helpers.readers import genres  # noqa: E402

NAMES = 5703


def main():
    """Print seconds of both ways and their ratio; fail where they disagree."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--tracks", type=int, default=1_000_000)
    parser.add_argument(
        "--rival-tracks",
        type=int,
        default=20_000,
        help="rows for the rival, whose time is scaled up",
    )
    options = parser.parse_args()
    rng = np.random.default_rng(1)
    names = np.array([f"name {k}" for k in range(NAMES)], object)
    table = {genre: list(names[k::15]) for k, genre in enumerate(genres.MAIN_GENRES)}
    known = np.concatenate([names, [g.lower() for g in genres.MAIN_GENRES], ["nowhere"] * 300])
    # Artists recur, and with them their lists of genres.
    artists = [list(rng.choice(known, size)) for size in rng.integers(0, 6, 60_000)]
    tracks = [artists[k] for k in (rng.pareto(1.0, options.tracks) * 500).astype(int) % 60_000]

    start = time.perf_counter()
    ours = genres.reduce_genres(tracks, table)
    seconds = time.perf_counter() - start

    main_genres = {genre.lower(): genre for genre in table}
    parent = {name: genre for genre, own in table.items() for name in own}

    def row_by_row(row):
        for name in row["genres"]:
            if name in main_genres:
                return main_genres[name]
        hits = [parent[name] for name in row["genres"] if name in parent]
        return max(hits, key=hits.count) if hits else None

    few = tracks[: options.rival_tracks]
    start = time.perf_counter()
    theirs = pd.DataFrame({"genres": few}).apply(row_by_row, axis=1)
    rival = (time.perf_counter() - start) * len(tracks) / len(few)
    assert [x if isinstance(x, str) else None for x in theirs] == ours[: len(few)]
    print(
        f"{len(tracks):,} tracks: ours {seconds:.2f} s, row by row {rival:.2f} s "
        f"(scaled from {len(few):,} rows), ratio {rival / seconds:.1f}"
    )


if __name__ == "__main__":
    main()
