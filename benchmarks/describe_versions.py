"""Descriptors of made sounds by another version of librosa, beside this environment's.

    python benchmarks/describe_versions.py PYTHON [--tracks 12]

PYTHON is the interpreter of an environment made from the same lock on another Python: librosa is 0.11 on Python 3.11 and 1.0
above. Printed is the largest difference of each descriptor, as a share of its spread over the tracks; the exit code is
1 when one is above a hundredth.
"""

import argparse
import json
import subprocess
import sys
from pathlib import Path

import numpy as np
import soxr

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))
from benchmarks.embed_clips import track  # noqa: E402
from helpers.embeddings import descriptors  # noqa: E402

LIMIT = 0.01
SECONDS = 20


def described(n):
    """Descriptors of n made tracks, one row each, and the versions that computed them."""
    rows = []
    for seed in range(n):
        sound = track(np.random.default_rng(seed), SECONDS, 48_000, 1)[:, 0]
        slow = soxr.resample(sound, 48_000, descriptors.RATE).astype(np.float32)
        rows.append(list(descriptors.describe([slow], [sound]).values()))
    return {"engine": descriptors.settings()["engine"], "rows": rows}


def main(argv=None):
    """Compute here and there, compare, print."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument(
        "python", help="interpreter of the other environment, or - to print numbers"
    )
    parser.add_argument("--tracks", type=int, default=12)
    args = parser.parse_args(argv)
    here = described(args.tracks)
    if args.python == "-":
        print(json.dumps(here))
        return 0
    command = [args.python, __file__, "-", "--tracks", str(args.tracks)]
    there = json.loads(subprocess.run(command, capture_output=True, text=True, check=True).stdout)
    one, two = np.array(here["rows"], float), np.array(there["rows"], float)
    shares = np.nanmax(np.abs(one - two), axis=0) / np.nanstd(one, axis=0)
    print(f"{here['engine']} beside {there['engine']}, {args.tracks} made tracks of {SECONDS} s")
    for name, share in zip(descriptors.COLUMNS, shares, strict=True):
        print(f"{name:20} {share:.1e} of the spread")
    print(f"missing alike: {'yes' if np.array_equal(np.isnan(one), np.isnan(two)) else 'NO'}")
    return int(bool((shares > LIMIT).any()) or not np.array_equal(np.isnan(one), np.isnan(two)))


if __name__ == "__main__":
    sys.exit(main())
