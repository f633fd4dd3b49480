"""Peak memory of embedding 30 seconds and two hours of stereo sound, each in a process of its own; of describing both.

    python benchmarks/embed_memory.py [--hours 2] [--hop 10]

The rival is the limit of 600 MB a worker, whatever the length. Unix only (it reads the kernel's account).
"""

import argparse
import os
import subprocess
import sys
import tempfile
from pathlib import Path

import numpy as np
import soundfile

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))
from benchmarks.embed_clips import random_weights, track  # noqa: E402
from helpers.embeddings import musicnn_weights  # noqa: E402

LIMIT = 600


def write(path, seconds):
    """A FLAC file of that length: ten seconds of music, repeated."""
    bar = track(np.random.default_rng(0), 10)
    with soundfile.SoundFile(path, "w", 44_100, 2) as file:
        for _ in range(int(seconds // 10)):
            file.write(bar)


def peak(folder, name, *options):
    """Peak of the whole command in MB, everything it imports included."""
    command = [sys.executable, "-m", "helpers", name, folder / "audio"]
    command += ["--out", folder / f"{name}.parquet", *options]
    process = subprocess.Popen(command, cwd=ROOT, stdout=subprocess.DEVNULL)
    _, status, usage = os.wait4(process.pid, 0)
    if status:
        sys.exit("The command failed.")
    return usage.ru_maxrss / (1e6 if sys.platform == "darwin" else 1e3)


def main(argv=None):
    """Measure and print; the exit code is 1 above the limit."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--hours", type=float, default=2)
    parser.add_argument("--hop", type=float, default=10, help="seconds, for the long file")
    parser.add_argument(
        "--weights", help="weight file (default: random, which takes the same memory)"
    )
    args = parser.parse_args(argv)
    worst = 0
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        (folder / "audio").mkdir()
        weights = args.weights or random_weights(folder / "weights.h5")
        long, given = args.hours * 3600, ("--weights", weights)
        runs = [
            (30, "embed", *given, "--hop", "0.1"),
            (30, "embed", *given, "--hop", "1", "--precision", "int8"),
            (long, "embed", *given, "--hop", str(args.hop)),
            (30, "describe"),
            (long, "describe"),
        ]
        if musicnn_weights.kept().is_file():
            runs += [(length, "embed", "--network", "musicnn") for length in (30, long)]
        for seconds, command, *options in runs:
            write(folder / "audio" / "sound.flac", seconds)
            most = peak(folder, command, *options)
            worst = max(worst, most)
            said = " ".join(str(word) for word in options if word not in given)
            print(
                f"{seconds:7.0f} s of sound, {command} {said}: peak {most:4.0f} MB, "
                f"{most / LIMIT:.2f} of the limit",
                flush=True,
            )
    return int(worst > LIMIT)


if __name__ == "__main__":
    sys.exit(main())
