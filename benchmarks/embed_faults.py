"""Kill the embedding of generated clips with SIGKILL, again and again, and compare with a run left in peace.

    python benchmarks/embed_faults.py [--clips 200] [--kills 5]

Cut, empty and half-written clips must be listed by name, those with tags in no encoding, a pipe's length or junk
behind the sound must be heard; what was finished before a kill must not be computed again.
"""

import argparse
import sqlite3
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import pandas as pd

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))
from benchmarks.embed_clips import clips, random_weights  # noqa: E402


def stored(out):
    """Digest and seconds of every vector in the store: a vector computed twice has other seconds."""
    path = Path(f"{out}.cache.sqlite")
    if not path.exists():
        return set()
    with sqlite3.connect(path, timeout=60) as cache:
        if not cache.execute("SELECT 1 FROM sqlite_master WHERE name = 'vectors'").fetchone():
            return set()
        return set(cache.execute("SELECT digest, seconds FROM vectors"))


def main(argv=None):
    """Run, kill, resume, compare; the exit code is 1 when anything differs."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--clips", type=int, default=200)
    parser.add_argument("--kills", type=int, default=5)
    parser.add_argument("--hop", default="1.0")
    parser.add_argument("--jobs", default="1")
    args = parser.parse_args(argv)
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        bad = clips(folder / "clips", args.clips)
        weights = random_weights(folder / "weights.h5")

        def start(name):
            command = [
                sys.executable,
                "-m",
                "helpers",
                "embed",
                folder / "clips",
                "--out",
                folder / name,
                "--weights",
                weights,
                "--hop",
                args.hop,
                "--jobs",
                args.jobs,
            ]
            quiet = {"stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL}
            return subprocess.Popen(command, cwd=ROOT, **quiet)

        begin = time.perf_counter()
        if start("calm.parquet").wait():
            sys.exit("The undisturbed run failed.")
        calm = time.perf_counter() - begin
        out = folder / "killed.parquet"
        kept, killed = set(), 0
        for k in range(args.kills):
            goal = (k + 1) * (args.clips - len(bad)) // (args.kills + 1)
            process = start(out.name)
            while len(now := stored(out)) < goal and process.poll() is None:
                time.sleep(0.02)
            process.kill()
            killed += process.wait() == -9
            if lost := kept - now:
                sys.exit(f"{len(lost)} finished vectors were lost or computed again.")
            kept = stored(out)
            print(f"kill {k + 1} with {len(kept)} finished; output written: {out.exists()}")
        if start(out.name).wait():
            sys.exit("The last run failed.")
        tables = [pd.read_parquet(folder / name) for name in ("calm.parquet", out.name)]
        listed = set(pd.read_csv(f"{out}.errors.csv")["track_id"])
        checks = {
            "runs killed": killed == args.kills,
            "tables equal": tables[0].equals(tables[1]),
            "sound clips embedded": len(tables[1]) == args.clips - len(bad),
            "broken clips listed": listed == bad,
            "nothing computed twice": kept <= stored(out),
            "nothing half-written": not [p for p in folder.iterdir() if p.name.startswith(".")],
        }
        for promise, good in checks.items():
            print(f"{promise}: {'yes' if good else 'NO'}")
        print(
            f"{args.clips} clips, {len(bad)} of them broken, {killed} kills; undisturbed run {calm:.0f} s"
        )
        return 0 if all(checks.values()) else 1


if __name__ == "__main__":
    sys.exit(main())
