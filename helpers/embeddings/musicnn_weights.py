"""musicnn's weights: taken with pip from its own wheel, verified, read as a file, an ONNX model.

The package itself needs TensorFlow 1 and numpy below 1.17, which no longer install: its wheel is never
installed or imported. Weights and software stand under one licence, ISC (Music Technology Group,
Universitat Pompeu Fabra, 2019).
"""

import io
import math
import struct
import subprocess
import tempfile
import zipfile
from collections.abc import Iterator
from hashlib import sha256
from pathlib import Path
from typing import Any

import numpy as np

from helpers import trace
from helpers.install import pip_download
from helpers.project import ProjectError, cache_dir, write_atomic

REQUIREMENT = "musicnn==0.1.0"
DIGEST = "f38a4890c648c1ddbb141c5d96d2b0a8cfcd36746002d896989f7b88beb65cfa"
LICENCE = "ISC, Music Technology Group, Universitat Pompeu Fabra, 2019"
FOLDER = "musicnn/MSD_musicnn"
# The last eight bytes of a LevelDB table, in which TensorFlow keeps the places of its tensors.
TABLE_MAGIC = bytes.fromhex("57fb808b247547db")
TENSORS = 64
# What batch normalisation adds to a variance before it takes the root; the default of Keras.
EPSILON = 1e-3
EMPTY = """<ir_version: 8, opset_import: ["": 17]>
musicnn (float[n, 187, 96] logmel) => (float[n, 200] penultimate, float[n, 50] taggram) {}"""


def kept() -> Path:
    """Where the wheel lies once it is fetched.

    Returns
    -------
    Path
        In the cache; nothing is there before `python -m helpers weights musicnn` ran.

    Notes
    -----
    Notebook: 07_audio_embeddings
    """
    path = cache_dir() / "musicnn" / "musicnn-0.1.0-py3-none-any.whl"
    # A page shows what was computed beforehand where it is absent.
    trace.file(path)
    return path


def run(source: str | Path | None = None) -> int:
    """Fetch the wheel, verify it, and build the network once to see that it is whole.

    Parameters
    ----------
    source : str or Path, optional
        The wheel, in place of fetching it.

    Returns
    -------
    int
        0.

    Raises
    ------
    ProjectError
        When the wheel can neither be had nor verified.

    Notes
    -----
    Notebook: 07_audio_embeddings
    """
    wheel = kept()
    if source:
        wheel = Path(source)
        if not wheel.is_file():
            raise ProjectError(f"--from: {wheel}: there is no such file.")
    if source or not wheel.is_file():
        print(f"{REQUIREMENT}: {wheel if source else 'fetching its wheel with pip'}.", flush=True)
        data = wheel.read_bytes() if source else _download()
        _verify(data, wheel)
        write_atomic(kept(), data)
    tensors = read_weights()
    build_onnx(tensors)
    count = sum(tensor.size for tensor in tensors.values())
    print(
        f"{kept()}: {REQUIREMENT}, SHA-256 as published, {LICENCE}.\n"
        f"{len(tensors)} tensors, {count:,} weights, trained on tags of the Million Song Dataset."
    )
    return 0


def _download() -> bytes:
    """The wheel as pip finds it, without what it depends on."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        wanted = folder / "wanted.txt"
        wanted.write_text(f"{REQUIREMENT} --hash=sha256:{DIGEST}\n", encoding="utf-8")
        done = subprocess.run(
            [*pip_download(wanted, folder), "--no-deps"],
            capture_output=True,
            text=True,
            check=False,
        )
        wheels = list(folder.glob("*.whl"))
        if done.returncode or not wheels:
            said = done.stderr.strip().splitlines() or ["no message"]
            raise ProjectError(
                f"pip could not fetch {REQUIREMENT} ({said[-1]}). Without a registry, give the "
                "wheel: python -m helpers weights musicnn --from FILE"
            )
        return wheels[0].read_bytes()


def _verify(data: bytes, place: Path) -> None:
    """Refuse another file than the published wheel."""
    found = sha256(data).hexdigest()
    if found != DIGEST:
        raise ProjectError(
            f"{place} is not the published wheel of {REQUIREMENT}: its SHA-256 is {found}, not "
            f"{DIGEST}. Fetch it anew: python -m helpers weights musicnn"
        )


def read_weights(wheel: str | Path | None = None) -> dict[str, np.ndarray]:
    """The network's tensors by name, from the files of the wheel.

    Parameters
    ----------
    wheel : str or Path, optional
        By default the one that was fetched.

    Returns
    -------
    dict of str to ndarray
        64 of them, float32: kernel (time, mel, in, out) and bias of each layer, and gamma, beta,
        moving_mean and moving_variance of each batch normalisation.

    Raises
    ------
    ProjectError
        When the wheel is absent, or not the published one.

    Notes
    -----
    Notebook: 07_audio_embeddings
    """
    place = Path(wheel or kept())
    if not place.is_file():
        raise ProjectError(
            f"There are no weights at {place}. Run: python -m helpers weights musicnn"
        )
    data = place.read_bytes()
    _verify(data, place)
    with zipfile.ZipFile(io.BytesIO(data)) as files:
        return read_checkpoint(
            files.read(f"{FOLDER}/.index"), files.read(f"{FOLDER}/.data-00000-of-00001")
        )


def read_checkpoint(index: bytes, data: bytes) -> dict[str, np.ndarray]:
    """Tensors of a TensorFlow checkpoint, without those of the optimiser.

    Parameters
    ----------
    index : bytes
        The file `.index`: a LevelDB table of names and places.
    data : bytes
        The file `.data-00000-of-00001`.

    Returns
    -------
    dict of str to ndarray
        float32, by name.

    Raises
    ------
    ProjectError
        When it is no such table.

    Notes
    -----
    Notebook: 07_audio_embeddings
    """
    if index[-8:] != TABLE_MAGIC:
        raise ProjectError("The index of musicnn's weights is no LevelDB table: fetch them anew.")
    footer = index[-48:]
    _, place = _number(footer, 0)
    _, place = _number(footer, place)
    begin, place = _number(footer, place)
    size, _ = _number(footer, place)
    tensors = {}
    for _, handle in _entries(index[begin : begin + size]):
        begin, place = _number(handle, 0)
        size, _ = _number(handle, place)
        for name, value in _entries(index[begin : begin + size]):
            if name and "Adam" not in name and "power" not in name:
                tensors[name] = _tensor(value, data)
    return tensors


def _number(data: bytes, place: int) -> tuple[int, int]:
    """A number of variable length, seven bits a byte, low ones first; and the place behind it."""
    value = shift = 0
    while True:
        byte = data[place]
        value |= (byte & 0x7F) << shift
        place, shift = place + 1, shift + 7
        if byte < 0x80:
            return value, place


def _entries(block: bytes) -> Iterator[tuple[str, bytes]]:
    """Keys and values of a block, whose keys share their beginnings with the one before."""
    restarts = struct.unpack("<I", block[-4:])[0]
    end = len(block) - 4 - 4 * restarts
    key, place = b"", 0
    while place < end:
        shared, place = _number(block, place)
        own, place = _number(block, place)
        length, place = _number(block, place)
        key = key[:shared] + block[place : place + own]
        place += own
        yield key.decode("utf-8", "replace"), block[place : place + length]
        place += length


def _fields(message: bytes) -> Iterator[tuple[int, Any]]:
    """Numbers and contents of a protocol buffer's fields."""
    place = 0
    while place < len(message):
        tag, place = _number(message, place)
        if tag & 7 == 0:
            value, place = _number(message, place)
            yield tag >> 3, value
        elif tag & 7 == 2:
            length, place = _number(message, place)
            yield tag >> 3, message[place : place + length]
            place += length
        else:
            place += 8 if tag & 7 == 1 else 4


def _tensor(entry: bytes, data: bytes) -> np.ndarray:
    """One tensor from the place and shape that its entry gives; what is 0 is left out there."""
    fields = dict(_fields(entry))
    shape = [
        dict(_fields(size)).get(1, 0) for name, size in _fields(fields.get(2, b"")) if name == 2
    ]
    begin = fields.get(4, 0)
    numbers = np.frombuffer(data, "<f4", math.prod(shape), begin)
    return numbers.reshape(shape)


class _Graph:
    """Nodes and weights of an ONNX model, one call a layer."""

    def __init__(self, tensors: dict[str, np.ndarray]) -> None:
        from onnx import parser

        self.model = parser.parse_model(EMPTY)
        self.tensors = tensors

    def weight(self, array: np.ndarray | list[int]) -> str:
        """Add weights (float32) or a list of whole numbers; their name."""
        from onnx import numpy_helper

        weights = self.model.graph.initializer
        values = np.array(array)
        if values.dtype != np.int64:
            values = values.astype(np.float32)
        weights.append(numpy_helper.from_array(values, f"w{len(weights)}"))
        return weights[-1].name

    def node(self, operator: str, *inputs: str, name: str = "", **options: Any) -> str:
        """Add an operator; the name of its output."""
        from onnx import helper

        nodes = self.model.graph.node
        output = name or f"x{len(nodes)}"
        nodes.append(helper.make_node(operator, list(inputs), [output], **options))
        return output

    def normalised(self, before: str, number: int, rank: int, name: str = "") -> str:
        """A batch normalisation, whose channels are the second axis of some axes."""
        layer = f"batch_normalization_{number}" if number else "batch_normalization"
        gamma, beta, mean, variance = (
            self.tensors[f"{layer}/{part}"].astype(float)
            for part in ("gamma", "beta", "moving_mean", "moving_variance")
        )
        scale = gamma / np.sqrt(variance + EPSILON)
        shape = (-1, *[1] * (rank - 2))
        scaled = self.node("Mul", before, self.weight(scale.reshape(shape)))
        shift = self.weight((beta - mean * scale).reshape(shape))
        return self.node("Add", scaled, shift, name=name)

    def convolved(self, before: str, number: int, kernel: np.ndarray, pads: list[int]) -> str:
        """A convolution, the positive part, and the batch normalisation that follows it."""
        bias = self.tensors[f"{_layer('conv2d', number)}/bias"]
        inputs = before, self.weight(kernel), self.weight(bias)
        positive = self.node("Relu", self.node("Conv", *inputs, pads=pads))
        return self.normalised(positive, number + 1, kernel.ndim)

    def dense(self, before: str, number: int) -> str:
        """A layer that joins everything with everything."""
        layer = _layer("dense", number)
        weights = self.weight(self.tensors[f"{layer}/kernel"])
        return self.node("Gemm", before, weights, self.weight(self.tensors[f"{layer}/bias"]))


def _layer(kind: str, number: int) -> str:
    """The name that TensorFlow gives to the n-th layer of a kind, counted from 0."""
    return f"{kind}_{number}" if number else kind


def build_onnx(tensors: dict[str, np.ndarray]) -> bytes:
    """The network as an ONNX model.

    Normalisations stand after the positive part, and many of their factors are negative, so that
    maxima over frequency come after them and none can be folded into a convolution.

    Parameters
    ----------
    tensors : dict of str to ndarray
        From `read_weights`.

    Returns
    -------
    bytes
        Input `logmel` (n, 187, 96), outputs `penultimate` (n, 200) and `taggram` (n, 50).

    Raises
    ------
    ProjectError
        When a tensor is missing.

    Notes
    -----
    Notebook: 07_audio_embeddings
    """
    if len(tensors) != TENSORS:
        raise ProjectError(f"musicnn's weights are {TENSORS} tensors, and here are {len(tensors)}.")
    graph = _Graph(tensors)
    image = graph.node("Unsqueeze", "logmel", graph.weight([1]))
    front = _front(graph, graph.normalised(image, 0, 4))
    layers = [front]
    for number in (5, 6, 7):
        # Over all channels at once: time, channel, 1, filter to filter, channel, time.
        kernel = tensors[f"conv2d_{number}/kernel"][:, :, 0].transpose(2, 1, 0)
        after = graph.convolved(layers[-1], number, kernel, [3, 3])
        if number > 5:
            after = graph.node("Add", after, layers[-1])
        layers.append(after)
    everything = graph.node("Concat", *layers, axis=1)
    pools = [
        graph.node("ReduceMax", everything, axes=[2], keepdims=1),
        graph.node("ReduceMean", everything, axes=[2], keepdims=1),
    ]
    # One after the other, channel by channel: maximum 0, mean 0, maximum 1, mean 1.
    pooled = graph.node("Flatten", graph.node("Concat", *pools, axis=2))
    hidden = graph.node("Relu", graph.dense(graph.normalised(pooled, 9, 2), 0))
    penultimate = graph.normalised(hidden, 10, 2, name="penultimate")
    graph.node("Sigmoid", graph.dense(penultimate, 1), name="taggram")
    return graph.model.SerializeToString()


def _front(graph: _Graph, image: str) -> str:
    """Five kinds of filters over the image, each with its maximum over frequency: 561 channels."""
    parts = []
    # Two that are as high as a part of the spectrum, three that are long.
    for number, pads in enumerate(((3, 3), (3, 3), (63, 64), (31, 32), (15, 16))):
        kernel = graph.tensors[f"{_layer('conv2d', number)}/kernel"].transpose(3, 2, 0, 1)
        before, behind = pads
        filtered = graph.convolved(image, number, kernel, [before, 0, behind, 0])
        parts.append(graph.node("ReduceMax", filtered, axes=[3], keepdims=0))
    return graph.node("Concat", *parts, axis=1)
