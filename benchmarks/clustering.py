"""The genre clustering of the demo against a plain script that calls umap-learn and scikit-learn.

The rival is `tests/reference_clustering.py`: four UMAP fits one after another, then k-means,
silhouette and agreement pair by pair. Both sides have one thread a process for linear algebra; ours
may use two processes. The joint map of chapter 08 is made by neither. Every run is a process of its
own, with numba's cache warm and none of our tables or maps made.

    python benchmarks/clustering.py
    python benchmarks/clustering.py --repeats 1
"""

import argparse
import os
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
sys.path[:0] = [str(ROOT), str(ROOT / "tests")]


def tables():
    from helpers import corpora, profiles

    demo = profiles.load_profile("demo")
    return [corpora.load(demo, name) for name in ("tracks", "features", "embeddings")]


def ours(tracks, features, embeddings):
    from helpers import corpora, feature_sets, profiles
    from helpers.stats import clustering, maps

    listings = corpora.as_published(tracks)
    parts = dict(tuple(maps.complete_rows(listings, features, embeddings).groupby("corpus")))
    sets = feature_sets.of_profile(profiles.load_profile("demo")).values()
    wanted = [(part, one) for part in parts.values() for one in sets]
    points = maps.fits([(one.vectors(part["track_id"]), 42, 15) for part, one in wanted])
    fitted = [
        (xy, part["genre"].to_numpy(str)) for xy, (part, _) in zip(points, wanted, strict=True)
    ]
    return [clustering.score_pairs(*given) for given in fitted], fitted


def pairwise(fitted):
    """Both pairwise stages on the same maps: seconds of the plain way, of ours, largest gaps."""
    import reference_clustering

    from helpers.stats import clustering

    seconds, gaps, scored = [0.0, 0.0], [0.0, 0.0], []
    for points, genres in fitted:
        found = []
        for k, way in enumerate((reference_clustering.cluster, clustering.score_pairs)):
            start = time.perf_counter()
            found.append(way(points, genres)[0])
            seconds[k] += time.perf_counter() - start
        scores = list(clustering.SCORES)
        gap = (found[0][scores] - found[1][scores]).abs().max()
        gaps = [max(gaps[0], gap["silhouette"]), max(gaps[1], gap.iloc[1:].max())]
        scored.append(found[1])
    return *seconds, gaps, scored


def timed(only, cache):
    """Seconds of one process that does one thing, start-up included."""
    threads = dict.fromkeys(["OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS"], "1")
    start = time.perf_counter()
    subprocess.run(
        [sys.executable, __file__, "--only", only],
        check=True,
        env={**os.environ, **threads, "MUSIC_FOR_PAIN_CACHE": str(cache)},
    )
    return time.perf_counter() - start


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--repeats", type=int, default=3)
    parser.add_argument("--only", choices=["reference", "ours", "cached", "stages"])
    options = parser.parse_args()
    given = tables()
    if options.only == "reference":
        import reference_clustering

        reference_clustering.run(*given)
    elif options.only in ("ours", "cached"):
        start = time.perf_counter()
        ours(*given)
        if options.only == "cached":
            print(
                f"  of it, without the start of Python and the libraries  "
                f"{time.perf_counter() - start:5.1f} s"
            )
    elif options.only == "stages":
        stages(given)
    if options.only:
        return 0
    with tempfile.TemporaryDirectory() as cache:
        timed("ours", cache)  # numba's cache, and the maps for the cached run
        runs = []
        for k in range(options.repeats):
            runs.append((timed("reference", cache), timed("ours", Path(cache) / str(k))))
            print(f"  run {k + 1}: plain {runs[-1][0]:.1f} s, ours {runs[-1][1]:.1f} s", flush=True)
        plain, whole = (statistics.median(side) for side in zip(*runs, strict=True))
        ratio = statistics.median(b / a for a, b in runs)
        print(
            f"Whole, median of {options.repeats}: plain {plain:.1f} s, ours {whole:.1f} s, "
            f"ratio {ratio:.2f} (limit 0.65)"
        )
        cached = timed("cached", cache)
        print(f"Maps cached, whole process: {cached:.1f} s (limit 5)", flush=True)
        timed("stages", cache)
    return int(ratio > 0.65 or cached > 5)


def stages(given):
    """On the maps that are made: the pairwise stage alone, and the permutation baseline."""
    import numpy as np

    from helpers.stats import clustering

    plain, shared, gaps, scored = pairwise(ours(*given)[1])
    print(
        f"Pairwise stage alone: plain {plain:.1f} s, ours {shared:.2f} s, {plain / shared:.1f} "
        f"times faster (limit 4); largest gap: silhouette {gaps[0]:.0e} (the plain way averages "
        f"in float32), ARI, NMI and AMI {gaps[1]:.0e}"
    )
    start = time.perf_counter()
    for pairs in scored:
        clustering.permutation_null(clustering.contingency_tables(pairs), 200, 42)
    print(
        f"Permutation baseline, 200 x {len(scored[0])} pairs x {len(scored)} maps: "
        f"{time.perf_counter() - start:.2f} s (limit 120)"
    )
    assert np.max(gaps) < 1e-6, gaps


if __name__ == "__main__":
    sys.exit(main())
