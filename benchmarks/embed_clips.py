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


# What becomes of a clip once it is written, by the kind that says so.
FAULTS = {
    "cut": lambda data: data[: len(data) * 6 // 10],
    "empty": lambda data: b"",
    "text": lambda data: b"This is not a sound.\n" * 40,
    "zeros": lambda data: data[: len(data) // 2] + bytes(len(data) - len(data) // 2),
    "piped": lambda data: data.replace(data[36:44], b"data\xff\xff\xff\xff", 1),
    "junk": lambda data: data + b"\x55" * 1000,
    "tagged": lambda data: b"ID3\3\0\0\0\0\0\x10TIT2\0\0\0\6\0\0\0\xe9\xff\xfe\xc4\xd6" + data,
}
BROKEN = ("cut", "empty", "text", "zeros")
KINDS = (
    *("mp3", "flac", "wav", "m4a", "cut flac", "empty wav", "text mp3", "silent flac", "8kHz m4a"),
    *("5.1 wav", "cut m4a", "cut mp3", "cut wav", "cut aiff", "cut ogg", "text au", "ogg"),
    *("piped wav", "junk flac", "junk mp3", "tagged mp3", "zeros flac", "zeros mp3"),
)


def clips(folder, n, seed=0):
    """Write n clips of 0.2 to 3 s, sound and broken in turn; return the broken ones' names."""
    folder, bad = Path(folder), set()
    folder.mkdir(parents=True, exist_ok=True)
    rng = np.random.default_rng(seed)
    for k in range(n):
        kind = KINDS[k % len(KINDS)]
        fault, suffix = kind.split()[0], kind.split()[-1]
        path = folder / f"album {k % 3}" / f"clip{k // 3:03d} {kind.split()[0]}.{suffix}"
        path.parent.mkdir(exist_ok=True)
        seconds = rng.uniform(1.5, 3) if fault in BROKEN else rng.uniform(0.2, 3)
        rate = 8000 if fault == "8kHz" else 44_100
        sound = track(rng, seconds, rate, 6 if fault == "5.1" else 2) * (fault != "silent")
        if suffix == "m4a":
            encode(path, sound, rate)
        else:
            soundfile.write(path, sound, rate)
        if fault in FAULTS:
            path.write_bytes(FAULTS[fault](path.read_bytes()))
        if fault in BROKEN:
            bad.add(path.relative_to(folder).as_posix())
    return bad
