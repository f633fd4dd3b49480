"""Seconds to embed a 30-s track in every setting, beside the study's setting and openl3 itself; musicnn; descriptors.

    python benchmarks/embed_speed.py [--seconds 30] [--repeats 3] [--weights FILE] [--brief]

Every rival has a process of its own, so that no other's threads stand in its way and its peak of memory is its own; all run
in turn within each repeat, after a warm-up on four seconds. The median counts, and the ratio is what to quote; on a machine
that others use too, processor seconds say more than seconds. --brief leaves out all settings of OpenL3 but the study's.
Where MUSIC_FOR_PAIN_OPENL3 names the python of an environment made from environment-openl3.yml, openl3 0.4.2 takes part.
musicnn takes part where `python -m helpers weights musicnn` ran. The rival of the descriptors is librosa as its guide calls
it, on the whole file at once. The memory of openl3 is that of the process that asks it.
"""

import argparse
import multiprocessing
import os
import resource
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


STUDY, LIBROSA = "onnx fp32 hop 0.1", "plain librosa calls"


def runner(name, weights, stack):
    """What a rival does with a file; what it needs is closed with the stack."""
    if name == "descriptors":
        return descriptors.describe_file
    if name == LIBROSA:
        return plain_librosa
    if name == "musicnn":
        model = musicnn_weights.build_onnx(musicnn_weights.read_weights())
        return partial(musicnn.embed_file, model=model)
    backend, precision, _, hop = name.split()
    if backend == "openl3":
        _, process = stack.enter_context(engine(weights, backend="openl3"))
        return lambda path: ask(process, str(path), float(hop))
    _, model = stack.enter_context(engine(weights, precision))
    return partial(embed_file, model=model, hop=float(hop))


def rivals(brief):
    """Names of those that can take part here."""
    if os.environ.get("MUSIC_FOR_PAIN_OPENL3"):
        yield "openl3 original hop 0.1"
    for precision in ("fp32", "int8"):
        for hop in (0.1, 0.5, 1.0):
            name = f"onnx {precision} hop {hop}"
            if name == STUDY or not brief:
                yield name
    if musicnn_weights.kept().is_file():
        yield "musicnn"
    yield "descriptors"
    yield LIBROSA


def work(pipe, name, weights, short):
    """Warm up, then answer each path with seconds, processor seconds and the peak of memory in MB."""
    with ExitStack() as stack:
        run = runner(name, weights, stack)
        run(short)
        pipe.send(None)
        while path := pipe.recv():
            wall, processor = time.perf_counter(), time.process_time()
            run(path)
            taken = time.perf_counter() - wall, time.process_time() - processor
            peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
            pipe.send((*taken, peak / (1e6 if sys.platform == "darwin" else 1e3)))


def measured(names, weights, folder, seconds, repeats):
    """(seconds, processor seconds, peak in MB) of every repeat, by rival."""
    path, short = folder / "track.mp3", folder / "short.mp3"
    for file, length in ((path, seconds), (short, 4)):
        soundfile.write(file, track(np.random.default_rng(0), length), 44_100)
    fresh = multiprocessing.get_context("spawn")
    pipes, found = {}, {name: [] for name in names}
    for name in names:
        pipes[name], theirs = fresh.Pipe()
        fresh.Process(target=work, args=(theirs, name, weights, short), daemon=True).start()
        pipes[name].recv()
    for _ in range(repeats):
        for name, pipe in pipes.items():
            pipe.send(path)
            found[name].append(pipe.recv())
    for pipe in pipes.values():
        pipe.send(None)
    return found


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
    parser.add_argument("--brief", action="store_true")
    args = parser.parse_args(argv)
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        weights = args.weights or random_weights(folder / "weights.h5")
        found = measured(list(rivals(args.brief)), weights, folder, args.seconds, args.repeats)
    middle = {
        name: [statistics.median(column) for column in zip(*runs, strict=True)]
        for name, runs in found.items()
    }
    width = max(map(len, found))
    print(f"{'':{width}}  seconds   range        of processor  peak MB  ratio to {STUDY}")
    for name, runs in found.items():
        taken = [run[0] for run in runs]
        wall, processor, peak = middle[name]
        print(
            f"{name:{width}}  {wall:7.2f}   {min(taken):5.2f}-{max(taken):5.2f}  {processor:10.2f}"
            f"  {peak:9.0f}  {middle[STUDY][0] / wall:6.2f}"
        )
    ours, theirs = middle["descriptors"], middle[LIBROSA]
    print(
        f"descriptors by {LIBROSA}: {ours[0] / theirs[0]:.2f} in seconds, "
        f"{ours[1] / theirs[1]:.2f} in processor seconds"
    )


if __name__ == "__main__":
    main()
