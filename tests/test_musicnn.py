"""musicnn without TensorFlow: the original's numbers, from a wheel that is read and never imported."""

import os
import struct
import subprocess
import sys
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
import soundfile
from conftest import ROOT

sys.path.insert(0, str(ROOT))

from benchmarks.embed_clips import track  # noqa: E402
from helpers import __main__ as commands  # noqa: E402
from helpers.embeddings import collection, musicnn, musicnn_weights, openl3  # noqa: E402
from helpers.project import ProjectError  # noqa: E402

REFERENCE = "MUSIC_FOR_PAIN_MUSICNN_REFERENCE"
CLIPS = ("mono48k.flac", "stereo44k.flac", "t0.mp3")
NORMS = {0: 1, 1: 204, 2: 204, 3: 51, 4: 51, 5: 51, 6: 64, 7: 64, 8: 64, 9: 1506, 10: 200}
KERNELS = {
    "conv2d": (7, 38, 1, 204),
    "conv2d_1": (7, 67, 1, 204),
    "conv2d_2": (128, 1, 1, 51),
    "conv2d_3": (64, 1, 1, 51),
    "conv2d_4": (32, 1, 1, 51),
    "conv2d_5": (7, 561, 1, 64),
    "conv2d_6": (7, 64, 1, 64),
    "conv2d_7": (7, 64, 1, 64),
    "dense": (1506, 200),
    "dense_1": (200, 50),
}


@pytest.fixture(scope="module")
def tensors():
    """A random network of the same layers, half of whose normalisations turn values round."""
    rng = np.random.default_rng(2)
    made = {}
    for name, shape in KERNELS.items():
        made[f"{name}/kernel"] = rng.standard_normal(shape) / np.sqrt(np.prod(shape[:-1]))
        made[f"{name}/bias"] = rng.standard_normal(shape[-1]) / 5
    for number, size in NORMS.items():
        layer = f"batch_normalization_{number}" if number else "batch_normalization"
        made[f"{layer}/gamma"] = rng.standard_normal(size)
        made[f"{layer}/beta"] = rng.standard_normal(size) / 5
        made[f"{layer}/moving_mean"] = rng.standard_normal(size) / 5
        made[f"{layer}/moving_variance"] = rng.uniform(0.5, 2, size)
    return {name: array.astype(np.float32) for name, array in made.items()}


@pytest.fixture(scope="module")
def model(tensors):
    return musicnn_weights.build_onnx(tensors)


def written_out(t, image, early=False):
    """The network in numpy, after the original's source; `early` takes maxima before normalising."""

    def norm(x, k):
        layer = f"batch_normalization_{k}" if k else "batch_normalization"
        g, b, m, v = (t[f"{layer}/{p}"].astype(float) for p in ("gamma", "beta", "moving_mean", "moving_variance"))  # fmt: skip
        return (x - m) / np.sqrt(v + 1e-3) * g + b

    def conv(x, k, before, behind):
        kernel = t[f"conv2d_{k}/kernel" if k else "conv2d/kernel"].astype(float)
        padded = np.pad(x, ((before, behind), (0, 0)))
        cut = np.lib.stride_tricks.sliding_window_view(padded, kernel.shape[:2])
        bias = t[f"conv2d_{k}/bias" if k else "conv2d/bias"]
        return np.maximum(np.tensordot(cut, kernel[:, :, 0], 2) + bias, 0)

    x = norm(image.astype(float)[..., None], 0)[..., 0]
    front = []
    for k, pads in enumerate(((3, 3), (3, 3), (63, 64), (31, 32), (15, 16))):
        y = conv(x, k, *pads)
        front.append(norm(y.max(axis=1), k + 1) if early else norm(y, k + 1).max(axis=1))
    front = np.concatenate(front, axis=1)
    one = norm(conv(front, 5, 3, 3)[:, 0], 6)
    two = norm(conv(one, 6, 3, 3)[:, 0], 7) + one
    three = norm(conv(two, 7, 3, 3)[:, 0], 8) + two
    joined = np.concatenate([front, one, two, three], axis=1)
    pooled = np.stack([joined.max(axis=0), joined.mean(axis=0)], axis=1).ravel()
    hidden = norm(pooled, 9) @ t["dense/kernel"] + t["dense/bias"]
    penultimate = norm(np.maximum(hidden, 0), 10)
    scores = penultimate @ t["dense_1/kernel"] + t["dense_1/bias"]
    return penultimate, 1 / (1 + np.exp(-scores))


def test_the_network_is_the_originals_layer_by_layer(tensors, model):
    image = np.random.default_rng(3).uniform(0, 6, (187, 96)).astype(np.float32)
    penultimate, tags = openl3.session(model).run(None, {"logmel": image[None]})
    wanted, wanted_tags = written_out(tensors, image)
    assert penultimate.shape == (1, 200) and tags.shape == (1, 50)
    assert np.abs(penultimate[0] - wanted).max() < 1e-4 * np.abs(wanted).max()
    assert np.abs(tags[0] - wanted_tags).max() < 1e-4
    other, _ = written_out(tensors, image, early=True)
    assert np.abs(other - wanted).max() > 0.01 * np.abs(wanted).max()


def test_patches_are_those_of_the_whole_sound_however_it_comes():
    whole = np.random.default_rng(0).standard_normal(16_000 * 7).astype(np.float32) / 5
    padded = np.pad(whole, 256, mode="reflect")
    for hop, step in ((musicnn.HOP, 187), (1.0, 61), (4.0, 250)):
        assert musicnn.hop_frames(hop) == step
        wanted = [
            musicnn.log_mel(padded[k * 256 : k * 256 + 186 * 256 + 512])
            for k in range(0, len(whole) // 256 + 1 - 187 + 1, step)
        ]
        for pieces in (1, 90):
            found = list(musicnn.patches(np.array_split(whole, pieces), hop))
            assert len(found) == len(wanted)
            assert all(np.array_equal(a, b) for a, b in zip(found, wanted, strict=True))


def test_thirty_seconds_are_ten_patches_and_what_is_shorter_than_one_is_refused():
    second = [np.zeros(16_000, np.float32)]
    assert len(list(musicnn.patches(second * 30))) == 10
    assert len(list(musicnn.patches([np.zeros(47_616, np.float32)]))) == 1
    for length in (0, 100, 47_615):
        with pytest.raises(ValueError, match=r"shorter than the 2\.976 s"):
            list(musicnn.patches([np.zeros(length, np.float32)]))
    with pytest.raises(ValueError, match="finite"):
        list(musicnn.patches([np.full(50_000, np.nan, np.float32)]))


def test_loud_sound_stays_finite_and_silence_is_zero():
    loud = musicnn.compressed(np.array([0, 1e-4, 60_000], np.float32))
    assert loud[0] == 0 and loud[1] == pytest.approx(np.log10(2), abs=1e-3)
    assert loud[2] == pytest.approx(8.778, abs=1e-3)


def test_mel_filters_have_slaneys_edges_and_areas():
    filters = musicnn.mel_filters()
    assert filters.shape == (96, 257) and (filters.max(axis=1) > 0).all()
    wide = filters[60:]
    # Of equal area: 2 / width at the peak times width / 2, in bins of 31.25 Hz.
    assert wide.sum(axis=1) * 31.25 == pytest.approx(np.ones(36), abs=0.05)


def table(tensors):
    """A checkpoint: index and data, as TensorFlow writes them, keys sharing their beginnings."""

    def number(value):
        out = b""
        while value > 127:
            out += bytes([value & 127 | 128])
            value >>= 7
        return out + bytes([value])

    def block(entries):
        out, last = b"", b""
        for key, value in entries:
            shared = len(os.path.commonprefix([key, last]))
            out += number(shared) + number(len(key) - shared) + number(len(value))
            out += key[shared:] + value
            last = key
        return out + struct.pack("<II", 0, 1)

    data, entries = b"", [(b"", b"\x08\x01")]
    for name in sorted(tensors):
        array = tensors[name]
        sizes = b"".join(b"\x12" + bytes([len(s)]) + s for s in (b"\x08" + number(n) for n in array.shape))  # fmt: skip
        entry = b"\x08\x01\x12" + number(len(sizes)) + sizes
        if data:
            entry += b"\x20" + number(len(data))
        entry += b"\x28" + number(array.nbytes) + b"\x35\0\0\0\0"
        entries.append((name.encode(), entry))
        data += array.tobytes()
    index = b""
    handles = []
    for part in (entries[:3], entries[3:]):
        made = block(part)
        handles.append((part[-1][0], number(len(index)) + number(len(made))))
        index += made + bytes(5)
    top = block(handles)
    footer = number(0) + number(0) + number(len(index)) + number(len(top))
    footer = footer.ljust(40, b"\0") + musicnn_weights.TABLE_MAGIC
    return index + top + bytes(5) + footer, data


def test_a_checkpoint_is_read_without_tensorflow():
    made = {
        "conv/kernel": np.arange(300, dtype=np.float32).reshape(10, 30),
        "conv/kernel/Adam": np.ones((2, 2), np.float32),
        "conv/bias": np.arange(3, dtype=np.float32),
        "beta1_power": np.ones((1,), np.float32),
        "dense/bias": np.full((2, 1, 2), 7, np.float32),
    }
    found = musicnn_weights.read_checkpoint(*table(made))
    assert set(found) == {"conv/kernel", "conv/bias", "dense/bias"}
    assert all(np.array_equal(found[name], made[name]) for name in found)
    with pytest.raises(ProjectError, match="no LevelDB table"):
        musicnn_weights.read_checkpoint(b"other" * 20, b"")


def test_the_wheel_comes_through_pip_alone_pinned_and_without_its_dependencies(
    tmp_path, monkeypatch
):
    monkeypatch.setenv("MUSIC_FOR_PAIN_CACHE", str(tmp_path))
    asked = []

    def pip(command, **_):
        asked.append(command)
        folder = Path(command[command.index("--dest") + 1])
        wanted = Path(command[command.index("--requirement") + 1]).read_text()
        assert wanted == f"musicnn==0.1.0 --hash=sha256:{musicnn_weights.DIGEST}\n"
        (folder / "musicnn-0.1.0-py3-none-any.whl").write_bytes(b"another file")
        return subprocess.CompletedProcess(command, 0, "", "")

    monkeypatch.setattr(subprocess, "run", pip)
    with pytest.raises(ProjectError, match="not the published wheel"):
        musicnn_weights.run()
    assert {"--no-deps", "--require-hashes"} <= set(asked[0])
    assert not any("://" in word for word in asked[0]) and not musicnn_weights.kept().exists()

    def unreachable(command, **_):
        return subprocess.CompletedProcess(command, 1, "", "ERROR: no connection\n")

    monkeypatch.setattr(subprocess, "run", unreachable)
    with pytest.raises(ProjectError, match=r"no connection.*--from FILE"):
        musicnn_weights.run()
    with pytest.raises(ProjectError, match="no such file"):
        musicnn_weights.run(tmp_path / "none.whl")
    with pytest.raises(ProjectError, match="weights musicnn"):
        musicnn_weights.read_weights()


def test_embed_writes_two_hundred_columns_and_lists_what_is_too_short(
    tmp_path, tensors, monkeypatch
):
    monkeypatch.setattr(musicnn_weights, "read_weights", lambda weights: tensors)
    (tmp_path / "audio").mkdir()
    for name, seconds in (("long", 4), ("short", 2)):
        sound = track(np.random.default_rng(1), seconds)
        soundfile.write(tmp_path / "audio" / f"{name}.flac", sound, 44_100)
    out = tmp_path / "m.parquet"
    collection.run(tmp_path / "audio", out, network="musicnn")
    found = pd.read_parquet(out)
    assert list(found) == ["track_id", *musicnn.DIMENSIONS, "source"]
    assert found["track_id"].tolist() == ["long.flac"]
    assert "trained on listeners' tags (genre names among them)" in found["source"].item()
    settings = found.attrs["settings"]
    assert settings["hop"] == 2.992 and settings["padding"] == "reflected"
    assert {"network", "weights", "resampler", "decoding"} <= set(settings)
    assert "2.976 s" in pd.read_csv(f"{out}.errors.csv")["reason"].item()
    collection.run(tmp_path / "audio", out, network="musicnn", frames=True, hop=0.5)
    frames = pd.read_parquet(out)
    # A patch is 186 steps of 16 ms from its first spectrum to its last.
    assert frames["time"].tolist() == pytest.approx([1.488, 1.488 + 30 * 0.016, 1.488 + 60 * 0.016])
    for wrong in ({"audited": True}, {"precision": "int8"}, {"backend": "openl3"}):
        with pytest.raises(ProjectError, match="--network musicnn goes without"):
            collection.run(tmp_path / "audio", out, network="musicnn", **wrong)


def test_the_command_line_knows_both_networks(capsys):
    assert commands.options(["weights", "musicnn"])["network"] == "musicnn"
    assert "network" not in commands.options(["weights", "--from", "x"])
    with pytest.raises(SystemExit):
        commands.options(["weights", "other"])
    asked = commands.options(["embed", "DIR", "--out", "o", "--network", "musicnn"])
    assert asked["network"] == "musicnn"
    for variant in ("openl3-env", "mel128", "6144"):
        with pytest.raises(SystemExit):
            commands.options(["embed", "DIR", "--out", "o", "--network", variant])
        assert "not linear, mel128, env or 6144 numbers" in capsys.readouterr().err


@pytest.fixture(scope="module")
def original(tmp_path_factory):
    """Numbers of the original, and the real network, which its wheel holds."""
    folder = os.environ.get(REFERENCE)
    if not folder:
        pytest.skip(f"{REFERENCE} names no folder with the original's numbers")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("MUSIC_FOR_PAIN_CACHE", str(tmp_path_factory.mktemp("cache")))
        assert musicnn_weights.run() == 0
        model = musicnn_weights.build_onnx(musicnn_weights.read_weights())
    return np.load(Path(folder) / "reference_tf.npz"), model


def gaps(original, clip):
    """Largest differences to the original on the same samples: mel (relative), penultimate, tags."""
    wanted, model = original
    sound = wanted[f"{clip}@16k:audio_int16"].astype(np.float32) / 32_768
    mel = wanted[f"{clip}@16k:mel"]
    images = np.array(list(musicnn.patches([sound])))
    found = openl3.session(model).run(None, {"logmel": images})
    pairs = zip(found, ("penultimate", "taggram"), strict=True)
    layers = [np.abs(ours - wanted[f"{clip}@16k:{name}"]).max() for ours, name in pairs]
    return np.linalg.norm(images - mel) / np.linalg.norm(mel), *layers


@pytest.mark.parametrize("clip", CLIPS)
def test_the_real_network_gives_the_originals_numbers(original, clip):
    mel, penultimate, tags = gaps(original, clip)
    assert mel < 1e-5 and penultimate < 5e-5 and tags < 1e-5


def test_a_hop_of_a_second_gives_the_originals_numbers(original):
    wanted, model = original
    sound = wanted["t0.mp3@16k:audio_int16"].astype(np.float32) / 32_768
    found = np.array([embedding for embedding, _ in musicnn.hear([sound], model, 1.0)])
    assert np.abs(found - wanted["t0.mp3@16k:overlap1:penultimate"]).max() < 5e-5


def htk_edges(bands, highest):
    mel = np.linspace(0, 2595 * np.log10(1 + highest / 700), bands + 2)
    return 700 * (10 ** (mel / 2595) - 1)


MISTAKES = {
    "magnitude for power": ("powers", lambda sound, right=musicnn.powers: np.sqrt(right(sound))),
    "another mel scale": ("mel_edges", htk_edges),
    "another logarithm": ("compressed", lambda mel: np.log1p(np.float32(10_000) * mel)),
}


@pytest.mark.parametrize("mistake", MISTAKES)
def test_parity_fails_with(original, mistake, monkeypatch):
    monkeypatch.setattr(musicnn, *MISTAKES[mistake])
    musicnn.mel_filters.cache_clear()
    try:
        mel, penultimate, _ = gaps(original, CLIPS[0])
        assert mel > 1e-2 and penultimate > 1e-2
    finally:
        musicnn.mel_filters.cache_clear()
