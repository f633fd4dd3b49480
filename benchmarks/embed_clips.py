"""Sounds and weights for the embedding's benchmarks and tests: made from seeds, nothing downloaded."""

from itertools import pairwise
from pathlib import Path

import av
import h5py
import numpy as np
import soundfile

CHANNELS = 1, 64, 64, 128, 128, 256, 256, 512, 512
FIXTURE = Path(__file__).resolve().parent.parent / "tests" / "data" / "openl3"


def random_weights(path, norms=FIXTURE / "norms.npz"):
    """Write a random network in the layout of OpenL3's weight file. It computes alike and hears nothing."""
    values = np.load(norms)
    rng = np.random.default_rng(int(values["seed"]))
    statistics = "gamma", "beta", "moving_mean", "moving_variance"
    layers = {"input_1": {}, "norm0": {name: values[f"norm0_{name}"] for name in statistics}}
    for k, (inputs, outputs) in enumerate(pairwise(CHANNELS)):
        kernel = rng.standard_normal((3, 3, inputs, outputs)) * np.sqrt(2 / (9 * inputs))
        layers[f"conv{k}"] = {"kernel": kernel.astype(np.float32), "bias": values[f"bias{k}"]}
        if k < 7:
            layers[f"norm{k + 1}"] = {name: values[f"norm{k + 1}_{name}"] for name in statistics}
            layers[f"activation{k}"] = {}
    with h5py.File(path, "w") as file:
        for layer, weights in layers.items():
            group = file.create_group(layer)
            group.attrs["weight_names"] = [f"{layer}/{name}:0".encode() for name in weights]
            for name, array in weights.items():
                group[f"{layer}/{name}:0"] = array
        file.attrs["layer_names"] = [layer.encode() for layer in layers]
    return Path(path)


def track(rng, seconds, rate=44_100, channels=2):
    """A few bars of chords, a beat and some noise, different each time; shape (samples, channels)."""
    t = np.arange(int(seconds * rate)) / rate
    beat = rng.uniform(0.3, 0.8)
    level = np.exp(-rng.uniform(1, 12) * (t % beat))
    sound = rng.standard_normal((len(t), channels)) * (10 ** rng.uniform(-4, -1) * level)[:, None]
    for _ in range(rng.integers(2, 6)):
        pitch = rng.uniform(60, 1500) * 2 ** (np.floor(t / beat / 4) * rng.integers(-3, 4) / 12)
        phase = 2 * np.pi * np.cumsum(pitch) / rate
        bright = rng.uniform(0.2, 0.9)
        tone = sum(bright**h * np.sin(h * phase) for h in range(1, 6))
        sound += tone[:, None] * rng.uniform(0.1, 1, channels)
    return (0.5 * sound / np.abs(sound).max()).astype(np.float32)


def encode(path, sound, rate, codec="aac"):
    """Write what libsndfile cannot, with FFmpeg."""
    layout = {1: "mono", 2: "stereo", 6: "5.1"}[sound.shape[1]]
    with av.open(str(path), "w") as file:
        stream = file.add_stream(codec, rate=rate, layout=layout)
        frame = av.AudioFrame.from_ndarray(
            np.ascontiguousarray(sound.T), format="fltp", layout=layout
        )
        frame.sample_rate = rate
        file.mux([*stream.encode(frame), *stream.encode(None)])


def clips(folder, n, seed=0):
    """Write n clips of 0.2 to 3 s in twelve kinds, sound and broken in turn; return the broken ones' names."""
    folder, bad = Path(folder), set()
    folder.mkdir(parents=True, exist_ok=True)
    rng = np.random.default_rng(seed)
    kinds = (
        "mp3",
        "flac",
        "wav",
        "m4a",
        "cut flac",
        "empty",
        "text",
        "silent",
        "8 kHz",
        "5.1",
        "cut m4a",
        "cut mp3",
    )
    for k in range(n):
        kind = kinds[k % len(kinds)]
        suffix = (
            kind.split()[-1]
            if kind.split()[-1] in kinds[:4]
            else ("wav", "flac", "m4a")[k // 12 % 3]
        )
        path = folder / f"clip{k:03d}_{kind.replace(' ', '_')}.{suffix}"
        seconds = rng.uniform(1.5, 3) if kind.startswith("cut") else rng.uniform(0.2, 3)
        rate = 8000 if kind == "8 kHz" else 44_100
        sound = track(rng, seconds, rate, 6 if kind == "5.1" else 2) * (kind != "silent")
        if suffix == "m4a":
            encode(path, sound, rate)
        else:
            soundfile.write(path, sound, rate)
        if kind.startswith("cut"):
            path.write_bytes(path.read_bytes()[: path.stat().st_size * 6 // 10])
        elif kind == "empty":
            path.write_bytes(b"")
        elif kind == "text":
            path.write_text("This is not a sound.\n" * 40)
        if kind.startswith("cut") or kind in ("empty", "text"):
            bad.add(path.name)
    return bad
