"""Seconds to embed a 30-s track in every setting, beside the study's setting and openl3 itself; musicnn; descriptors.

    python benchmarks/embed_speed.py [--seconds 30] [--repeats 3] [--weights FILE]

All rivals run in turn within each repeat; the median counts, and the ratio is what to quote. Where
MUSIC_FOR_PAIN_OPENL3 names the python of an environment made from environment-openl3.yml, openl3 0.4.2 takes part,
warmed up. musicnn takes part where `python -m helpers weights musicnn` ran. The rival of the descriptors is librosa as its
guide calls it, on the whole file at once.
"""

import argparse
import os
import statistics
import sys
import tempfile
import time
from contextlib import ExitStack
from functools import partial
from pathlib import Path

import numpy as np
import soundfile

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))
from benchmarks.embed_clips import random_weights, track  # noqa: E402
from helpers.embeddings import descriptors, musicnn, musicnn_weights  # noqa: E402
from helpers.embeddings.collection import engine  # noqa: E402
from helpers.embeddings.openl3 import embed_file  # noqa: E402
from helpers.embeddings.original import ask  # noqa: E402


def plain_librosa(path):
    """The same kinds of numbers as one would get them from librosa and pyloudnorm by hand."""
    import librosa
    import pyloudnorm

    loud, full_rate = librosa.load(path, sr=None)
    meter = pyloudnorm.Meter(full_rate)
    sound, rate = librosa.load(path)
    harmonic, percussive = librosa.effects.hpss(sound)
    return [
        librosa.beat.beat_track(y=sound, sr=rate)[0],
        meter.integrated_loudness(loud),
        meter.loudness_range(loud),
        len(librosa.onset.onset_detect(y=sound, sr=rate)),
        librosa.feature.spectral_centroid(y=sound, sr=rate).mean(),
        librosa.feature.spectral_bandwidth(y=sound, sr=rate).mean(),
        librosa.feature.spectral_flatness(y=sound).mean(),
        (percussive**2).sum() / (harmonic**2).sum(),
        librosa.feature.chroma_stft(y=sound, sr=rate).mean(axis=1),
        librosa.feature.zero_crossing_rate(sound).mean(),
    ]


def main(argv=None):
    """Measure and print a table of medians and ratios."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--seconds", type=float, default=30)
    parser.add_argument("--repeats", type=int, default=3)
    parser.add_argument(
        "--weights", help="weight file (default: random, which takes the same time)"
    )
    args = parser.parse_args(argv)
    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory()))
        weights = args.weights or random_weights(folder / "weights.h5")
        path = folder / "track.mp3"
        soundfile.write(path, track(np.random.default_rng(0), args.seconds), 44_100)
        rivals = {}
        for precision in ("fp32", "int8"):
            _, model = stack.enter_context(engine(weights, precision))
            for hop in (0.1, 0.5, 1.0):
                rivals[f"onnx {precision} hop {hop}"] = partial(embed_file, path, model, hop)
        if os.environ.get("MUSIC_FOR_PAIN_OPENL3"):
            stated, process = stack.enter_context(engine(weights, backend="openl3"))
            ask(process, str(path), 1.0)  # the first call traces the network
            rivals[f"{stated['engine']} hop 0.1"] = partial(ask, process, str(path), 0.1)
        if musicnn_weights.kept().is_file():
            model = musicnn_weights.build_onnx(musicnn_weights.read_weights())
            rivals["musicnn"] = partial(musicnn.embed_file, path, model)
        rivals["descriptors"] = partial(descriptors.describe_file, path)
        rivals["plain librosa calls"] = partial(plain_librosa, path)
        plain_librosa(path)  # the first call compiles
        times = {name: [] for name in rivals}
        for _ in range(args.repeats):
            for name, run in rivals.items():
                start = time.perf_counter()
                run()
                times[name].append(time.perf_counter() - start)
    base = statistics.median(times["onnx fp32 hop 0.1"])
    width = max(map(len, times))
    print(f"{'':{width}}  seconds   range        ratio to onnx fp32 hop 0.1")
    for name, taken in times.items():
        middle = statistics.median(taken)
        print(
            f"{name:{width}}  {middle:7.2f}   {min(taken):5.2f}-{max(taken):5.2f}  {base / middle:6.2f}"
        )


if __name__ == "__main__":
    main()
