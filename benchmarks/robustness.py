"""How far vectors move under gain, MP3, a cut and noise, as a share of the median distance between tracks.

    python benchmarks/robustness.py AUDIO_DIR [--seconds 30] [--most 40] [--out FILE.csv]

musicnn takes part where `python -m helpers weights musicnn` ran, OpenL3 (hop 1 s) where `python -m helpers weights` did.
The rival of each change is another track: 1 means that a change moves a vector as far as tracks lie apart.
"""

import argparse
import sys
import tempfile
from functools import partial
from pathlib import Path

import numpy as np
import pandas as pd
import soundfile

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))
from helpers.embeddings import (  # noqa: E402
    descriptors,
    musicnn,
    musicnn_weights,
    openl3,
    robustness,
    weights,
)
from helpers.readers.audio import read_listing  # noqa: E402


def sets():
    """What describes a file, by name, and whether its numbers are standardised."""
    found = {"descriptors": (descriptors.describe_file, True)}
    if musicnn_weights.kept().is_file():
        model = musicnn_weights.build_onnx(musicnn_weights.read_weights())
        found["musicnn"] = (partial(musicnn.embed_file, model=model), False)
    if weights.state() == "official":
        model = weights.build_onnx(weights.read_weights(weights.unpacked()))
        found["OpenL3"] = (partial(openl3.embed_file, model=model, hop=1.0), False)
    return found


def excerpts(paths, seconds):
    """The middle of each file, as long as was asked for."""
    for path in paths:
        with soundfile.SoundFile(path) as file:
            wanted = int(seconds * file.samplerate)
            file.seek(max(0, (file.frames - wanted) // 2))
            yield file.read(wanted, dtype="float32"), file.samplerate


def main(argv=None):
    """Measure and print a table of medians and 90th percentiles over tracks."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("audio", help="folder of audio files that libsndfile reads")
    parser.add_argument("--seconds", type=float, default=30)
    parser.add_argument("--most", type=int, default=40, help="files, spread over the folder")
    parser.add_argument("--out", help="CSV to write: one row a track, set and change")
    args = parser.parse_args(argv)
    paths = read_listing(args.audio)["path"].tolist()
    paths = [paths[k] for k in np.unique(np.linspace(0, len(paths) - 1, args.most).astype(int))]
    tables = {}
    with tempfile.TemporaryDirectory() as name:
        for label, (describe, standardised) in sets().items():
            sounds = excerpts(paths, args.seconds)
            vectors = robustness.vectors_of_changes(sounds, describe, Path(name), 0)
            tables[label] = robustness.moved(vectors, standardised)
    moved = pd.concat(tables, names=["set", "track"])
    print(
        f"{len(paths)} tracks, {args.seconds:g} s of each; 1 is the median distance of two tracks"
    )
    shown = moved.groupby("set", sort=False).quantile([0.5, 0.9]).round(3)
    print(shown.rename_axis(["set", "quantile"]).to_string())
    if args.out:
        moved.stack().rename("moved").rename_axis(["set", "track", "change"]).to_csv(args.out)


if __name__ == "__main__":
    main()
