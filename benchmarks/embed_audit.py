"""`embed --audit` on generated tracks: what larger hops and int8 save and cost.

    python benchmarks/embed_audit.py [--tracks 14] [--seconds 5] [--weights FILE]

Without official weights the network is random: the figures then show that the audit works, not what a setting costs.
"""

import argparse
import sys
import tempfile
from pathlib import Path

import numpy as np
import soundfile

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))
from benchmarks.embed_clips import random_weights, track  # noqa: E402
from helpers.embeddings import collection, weights  # noqa: E402


def main(argv=None):
    """Generate, audit, print."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--tracks", type=int, default=14)
    parser.add_argument("--seconds", type=float, default=5)
    parser.add_argument("--weights", help="weight file (default: random)")
    args = parser.parse_args(argv)
    rng = np.random.default_rng(0)
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        (folder / "audio").mkdir()
        for k in range(args.tracks):
            soundfile.write(
                folder / "audio" / f"track{k:02d}.flac", track(rng, args.seconds), 44_100
            )
        used = args.weights or random_weights(folder / "random.h5")
        print(
            f"{args.tracks} GENERATED tracks of {args.seconds:g} s; weights {weights.state(used)}"
            f"{'' if args.weights else ' (RANDOM, seeded)'}",
            flush=True,
        )
        collection.run(folder / "audio", folder / "out.parquet", used, audited=True)


if __name__ == "__main__":
    main()
