"""Time and memory of a build of one's own corpora with 10,000 made tracks and four feature sets of 9, 40, 200 and 512 columns.

The lists and tables are made from a seed; no track of them exists. The settings are those of
`data/profiles/own.example.yaml`. Chapters run from nothing, without maps of an earlier run: their
time ends where the pages are rendered. Memory is what the build and all its processes hold together
(proportional set size), sampled twice a second; so is the processor time of these processes, which on a
machine that others use too says more than the clock: half of it is the least that two cores can take.

    python benchmarks/four_sets.py
    python benchmarks/four_sets.py --tracks 1000
"""

import argparse
import os
import subprocess
import sys
import tempfile
import threading
import time
from pathlib import Path

import numpy as np
import pandas as pd
import psutil
import yaml

ROOT = Path(__file__).resolve().parents[1]
# Numbers a track of each set, and what a profile says of it.
SETS = {
    "spotify": (9, {}),
    "descriptors": (40, {"kind": "interpretable"}),
    "tags": (200, {"kind": "embedding"}),
    "network": (512, {"kind": "embedding"}),
}
GENRES = ["Pop", "Rock", "Jazz", "Folk", "Metal", "Electronic", "Classical", "Blues"]
SECONDS, GIGABYTES = 240, 4


def listings(n_tracks, rng):
    """Two made corpora of lists of about fourteen tracks, genres going with artists."""
    artist = rng.integers(0, n_tracks // 4, n_tracks)
    return pd.DataFrame(
        {
            "track_id": [f"made{k:018d}" for k in range(n_tracks)],
            "artist": [f"Made-up artist {k}" for k in artist],
            "title": [f"Made-up title {k}" for k in range(n_tracks)],
            "genre": np.array(GENRES)[artist % len(GENRES)],
            "participant": [f"person {k // 14}" for k in range(n_tracks)],
            "corpus": np.repeat(["ONE", "OTHER"], [n_tracks // 2, n_tracks - n_tracks // 2]),
        }
    )


def numbers(tracks, n_columns, rng):
    """Numbers in which genres and corpora differ a little."""
    centres = rng.standard_normal((len(GENRES), n_columns)) / 2
    values = centres[tracks["genre"].factorize()[0]] + rng.standard_normal((len(tracks), n_columns))
    values += (tracks["corpus"] == "ONE").to_numpy()[:, None] / 10
    return values.astype("float32")


def tables(tracks, rng):
    """The table of each set; that of audio features in Spotify's ranges."""
    sys.path.insert(0, str(ROOT))
    from helpers.project import FEATURE_RANGES

    made = {}
    for name, (n_columns, _) in SETS.items():
        values = pd.DataFrame(numbers(tracks, n_columns, rng)).add_prefix(f"{name}")
        if name == "spotify":
            values = values.set_axis(list(FEATURE_RANGES), axis=1)
            for feature, (low, high) in FEATURE_RANGES.items():
                values[feature] = low + (high - low) / (1 + np.exp(-values[feature]))
        made[name] = values.assign(track_id=tracks["track_id"])
    return made


def make(folder, n_tracks, seed):
    """Write the profile with its lists and tables; returns its path."""
    rng = np.random.default_rng(seed)
    tracks = listings(n_tracks, rng)
    sets = {}
    for name, table in tables(tracks, rng).items():
        table.to_parquet(folder / f"{name}.parquet", index=False)
        sets[name] = {"table": f"{name}.parquet", **SETS[name][1]}
    template = yaml.safe_load((ROOT / "data/profiles/own.example.yaml").read_text(encoding="utf-8"))
    corpora = {}
    for code, colour in (("ONE", "#0072B2"), ("OTHER", "#D55E00")):
        rows = tracks[tracks["corpus"] == code].drop(columns="corpus")
        rows.to_csv(folder / f"{code}.csv", index=False)
        corpora[code] = {"label": f"Made {code}", "colour": colour, "tracks": f"{code}.csv"}
    content = {
        "title": "Made lists with four feature sets, not real music",
        "source": "own",
        "target": "ONE",
        "reference": "OTHER",
        "corpora": corpora,
        "feature_sets": sets,
        "settings": template["settings"],
    }
    path = folder / "four_sets.yaml"
    path.write_text(yaml.safe_dump(content, sort_keys=False), encoding="utf-8")
    return path


def sample(pid, processor):
    """Bytes that a process and all that it started hold together; notes the processor time of each."""
    total = 0
    try:
        parent = psutil.Process(pid)
        for process in [parent, *parent.children(recursive=True)]:
            try:
                total += process.memory_full_info().pss
                times = process.cpu_times()
                processor[process.pid, process.create_time()] = times.user + times.system
            except psutil.Error:  # it has ended meanwhile
                continue
    except psutil.NoSuchProcess:
        return total
    return total


def watch(build, peaks, processor):
    while build.poll() is None:
        peaks.append(sample(build.pid, processor))
        time.sleep(0.5)


def run(profile, cache):
    """Build the profile; seconds and processor seconds of its chapters, seconds of all, peak in bytes."""
    command = [sys.executable, "-m", "helpers", "build", "--profile", str(profile), "--force"]
    environment = {**os.environ, "MUSIC_FOR_PAIN_CACHE": str(cache), "PYTHONUNBUFFERED": "1"}
    start, rendered, peaks, processor = time.perf_counter(), None, [], {}
    with subprocess.Popen(
        command,
        cwd=ROOT,
        env=environment,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        encoding="utf-8",
    ) as build:
        watcher = threading.Thread(target=watch, args=(build, peaks, processor))
        watcher.start()
        said = []
        for line in build.stdout:
            said.append(line)
            if line.startswith("Rendering"):
                rendered = time.perf_counter() - start, sum(processor.copy().values())
        build.wait()
        watcher.join()
    if build.returncode:
        sys.exit("".join(said[-30:]))
    return *rendered, time.perf_counter() - start, max(peaks)


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--tracks", type=int, default=10_000)
    parser.add_argument("--seed", type=int, default=1)
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as place:
        folder = Path(place)
        profile = make(folder, options.tracks, options.seed)
        chapters, processor, whole, peak = run(profile, folder / "cache")
    load = os.getloadavg()[1]
    print(
        f"{options.tracks:,} tracks, sets of {', '.join(str(n) for n, _ in SETS.values())} columns"
    )
    print(
        f"chapters {chapters:.0f} s of {SECONDS} ({chapters / SECONDS:.2f}), with pages {whole:.0f} s"
    )
    print(f"{processor:.0f} processor seconds of the chapters, half of it {processor / 2:.0f} s")
    print(f"peak {peak / 1e9:.2f} GB of {GIGABYTES} ({peak / 1e9 / GIGABYTES:.2f})")
    print(f"{os.cpu_count()} processors, load over five minutes {load:.1f}")


if __name__ == "__main__":
    main()
