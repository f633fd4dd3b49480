"""OpenL3's weights: the official file, verified, as an ONNX model, and the test that it is right.

The openl3 project publishes the weights, a sound (the chirp) and the embedding its authors got of
it; all three are rows of `data/registry.csv`, and none is kept in this repository.
"""

import gzip
import io
import zlib
from collections.abc import Iterator
from hashlib import sha256
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from helpers import downloads, trace
from helpers.embeddings import musicnn_weights
from helpers.embeddings.openl3 import NETWORK, embed_frames
from helpers.profiles import load_profile
from helpers.project import ProjectError, cache_dir, write_atomic
from helpers.readers.audio import decode, resampled

if TYPE_CHECKING:
    import h5py

# What batch normalisation adds to a variance before it takes the root; the default of Keras.
KERAS_EPSILON = 1e-3
# 1 - cosine of the chirp's pooled vectors up to which an embedding is reproduced. Another
# resampler alone moves it by some ten thousandths.
REPRODUCED = 1e-3
NOT_OPENL3 = (
    "This weight file is cut, or not that of OpenL3's audio network. Give "
    "openl3_audio_mel256_music-v0_4_0.h5.gz: python -m helpers weights"
)
# Front ends of openl3 that read another picture of the sound, as its weight files are called. Their
# arrays have the shapes of mel256's, so that nothing but the name tells them apart.
OTHER_FRONT_ENDS = ("openl3_audio_linear_", "openl3_audio_mel128_")
# The network without its nodes and weights, in ONNX's own notation.
EMPTY = """<ir_version: 8, opset_import: ["": 17]>
openl3 (float[n, 1, 256, 199] logmel) => (float[n, 512] embedding) {}"""


def files() -> pd.DataFrame:
    """Rows of the registry that name openl3's files.

    Returns
    -------
    DataFrame
        As from `downloads.read_registry`; index: weights, chirp, chirp_vectors.

    Notes
    -----
    Notebook: 07_audio_embeddings
    """
    return downloads.read_registry(load_profile(), source="openl3")


def kept(name: str = "weights") -> Path:
    """Where one of `files` lies once it is fetched.

    Parameters
    ----------
    name : {"weights", "chirp", "chirp_vectors"}

    Returns
    -------
    Path
        In the cache; nothing is there before `python -m helpers weights` ran.

    Notes
    -----
    Notebook: 07_audio_embeddings
    """
    path = cache_dir().joinpath(*files().loc[name, ["repository", "commit", "path"]])
    # A page says so where it is absent.
    trace.file(path)
    return path


def state(path: str | Path | None = None, name: str = "weights") -> str:
    """What a weight file is, and so what a page that uses it depends on.

    Parameters
    ----------
    path : str or Path, optional
        By default the one that was fetched.
    name : str
        Which one of `files` it should be.

    Returns
    -------
    str
        "absent", "official" by the git blob id, or "not official" and the id.

    Notes
    -----
    Notebook: 07_audio_embeddings
    """
    path = Path(path or kept(name))
    if not path.is_file():
        return "absent"
    found = downloads.blob_id(path)
    return "official" if found == files().loc[name, "blob"] else f"not official: {found}"


def unpacked(path: str | Path | None = None) -> bytes:
    """Bytes of a weight file, decompressed if need be.

    Parameters
    ----------
    path : str or Path, optional
        By default the one that was fetched.

    Returns
    -------
    bytes
        An HDF5 file.

    Raises
    ------
    ProjectError
        When there is no such file, its name is that of a variant which is not served, or it cannot
        be decompressed.

    Notes
    -----
    Notebook: 07_audio_embeddings
    """
    path = Path(path or kept())
    if not path.is_file():
        raise ProjectError(f"There are no weights at {path}. Run: python -m helpers weights")
    if path.name.startswith(OTHER_FRONT_ENDS):
        raise ProjectError(
            f"{path}: of OpenL3's variants the study's alone is served (mel256, music, 512 numbers), "
            "not linear or mel128. Give openl3_audio_mel256_music-v0_4_0.h5.gz: "
            "python -m helpers weights"
        )
    data = path.read_bytes()
    if not data.startswith(b"\x1f\x8b"):
        return data
    try:
        return gzip.decompress(data)
    except (EOFError, OSError, zlib.error) as error:
        raise ProjectError(
            f"{path}: the weight file is cut or damaged ({error}). Fetch it anew: delete it and "
            "run python -m helpers weights"
        ) from error


def read_weights(data: bytes) -> list[list[np.ndarray]]:
    """The network's weights in order, batch normalisations as scale and shift.

    Parameters
    ----------
    data : bytes
        An openl3 0.4 audio weight file, decompressed.

    Returns
    -------
    list of list of ndarray
        [kernel HWIO, bias] for a convolution, [scale, shift] for a normalisation, float64.

    Raises
    ------
    ProjectError
        When it is not the weight file of an OpenL3 audio network.

    Notes
    -----
    Notebook: 07_audio_embeddings
    """
    try:
        layers = _layers(data)
    except (OSError, KeyError, ValueError, RuntimeError) as error:
        raise ProjectError(f"{NOT_OPENL3} ({error})") from error
    if len(layers) != 16 or layers[-1][0].shape != (3, 3, 512, 512):
        raise ProjectError(NOT_OPENL3)
    return layers


def _layers(data: bytes) -> list[list[np.ndarray]]:
    """Arrays of the layers of an HDF5 file that have any."""
    import h5py

    layers = []
    with h5py.File(io.BytesIO(data)) as file:
        # Their order counts; their names differ by the version of Keras.
        for name in file.attrs["layer_names"]:
            arrays = _arrays(file[name])
            if arrays:
                layers.append(arrays)
    return layers


def _arrays(layer: "h5py.Group") -> list[np.ndarray]:
    """What a layer of a weight file holds, a batch normalisation as scale and shift."""
    arrays = [layer[name][()].astype(float) for name in layer.attrs["weight_names"]]
    if len(arrays) != 4:
        return arrays
    gamma, beta, mean, variance = arrays
    scale = gamma / np.sqrt(variance + KERAS_EPSILON)
    return [scale, beta - mean * scale]


def build_onnx(layers: list[list[np.ndarray]]) -> bytes:
    """The network as an ONNX model: eight convolutions, three poolings, one maximum over the image.

    The first normalisation stays in front: a convolution pads with zeros after it, not before.

    Parameters
    ----------
    layers : list of list of ndarray
        From `read_weights`.

    Returns
    -------
    bytes
        Input `logmel` (n, 1, 256, 199), output `embedding` (n, 512).

    Notes
    -----
    Notebook: 07_audio_embeddings
    """
    from onnx import helper, numpy_helper, parser

    model = parser.parse_model(EMPTY)
    nodes, weights = model.graph.node, model.graph.initializer
    steps = list(_steps(layers))
    before = "logmel"
    for place, (operator, options, arrays) in enumerate(steps):
        after = "embedding" if place == len(steps) - 1 else f"x{place}"
        inputs = [before]
        for array in arrays:
            inputs.append(f"w{len(weights)}")
            weights.append(numpy_helper.from_array(array.astype(np.float32), inputs[-1]))
        nodes.append(helper.make_node(operator, inputs, [after], **options))
        before = after
    return model.SerializeToString()


def _steps(
    layers: list[list[np.ndarray]],
) -> Iterator[tuple[str, dict[str, Any], list[np.ndarray]]]:
    """Operators of the network in order, each with its options and its weights."""
    scale, shift = layers[0]
    yield "Mul", {}, [scale]
    yield "Add", {}, [shift]
    place = 1
    n_left = sum(step != "pool" for step in NETWORK)
    for step in NETWORK:
        if step == "pool":
            yield "MaxPool", {"kernel_shape": [2, 2], "strides": [2, 2]}, []
            continue
        n_left -= 1
        kernel, bias = layers[place]
        if n_left:
            # A normalisation follows, which goes into the weights.
            scale, shift = layers[place + 1]
            kernel, bias = kernel * scale, bias * scale + shift
        # From height, width, input, output, the order of Keras.
        yield "Conv", {"pads": [1, 1, 1, 1]}, [kernel.transpose(3, 2, 0, 1), bias]
        if n_left:
            yield "Relu", {}, []
        place += 2
    yield "GlobalMaxPool", {}, []
    yield "Flatten", {}, []


def label(digest: str, path: str | Path | None = None) -> str:
    """How the column `source` names weights: official only where a verified file is at hand.

    Parameters
    ----------
    digest : str
        SHA-256 of the decompressed weights that were used.
    path : str or Path, optional
        The weight file given, if any.

    Returns
    -------
    str

    Notes
    -----
    Notebook: 07_audio_embeddings
    """
    for file in (path, None):
        if state(file) == "official" and sha256(unpacked(file)).hexdigest() == digest:
            return "official weights v0_4_0"
    return f"weights {digest[:8]}"


def golden_test(model: bytes, chirp: Path, expected: Path) -> tuple[float, float]:
    """Embed openl3's chirp, compare with what its authors got from the official weights.

    Parameters
    ----------
    model : bytes
        An ONNX model.
    chirp, expected : Path
        `chirp_44k.wav` and `chirp_44k_kapre.npz` of the openl3 project.

    Returns
    -------
    tuple of float
        1 - cosine of the pooled vectors, and of the frame that fits worst.

    Notes
    -----
    Notebook: 07_audio_embeddings
    """
    found = np.concatenate(list(embed_frames(resampled(decode(chirp)), model)), dtype=float)
    # 6,144 numbers a frame: maxima of 4 x 3 fields.
    wanted = np.load(expected)["embedding"].reshape(-1, 4, 3, 512).max(axis=(1, 2)).astype(float)
    pooled = _cosine_distance(found.mean(axis=0), wanted.mean(axis=0))
    return float(pooled), float(_cosine_distance(found, wanted).max())


def _cosine_distance(a: np.ndarray, b: np.ndarray) -> np.ndarray:
    """1 - cosine of vectors along the last axis."""
    return 1 - (a * b).sum(axis=-1) / np.linalg.norm(a, axis=-1) / np.linalg.norm(b, axis=-1)


def run(source: str | Path | None = None, network: str = "openl3") -> int:
    """Fetch weights and regression vector, verify them, and compare this machine with the authors'.

    Parameters
    ----------
    source : str or Path, optional
        Weight file to take in place of a download; the other files beside it, where they are.
    network : {"openl3", "musicnn"}
        Of musicnn the file is its wheel, see `musicnn_weights`.

    Returns
    -------
    int
        0 when the embedding is reproduced, else 1.

    Raises
    ------
    ProjectError
        When a file can neither be had nor verified.

    Notes
    -----
    Notebook: 07_audio_embeddings
    """
    if network == "musicnn":
        return musicnn_weights.run(source)
    settings = load_profile().settings
    for name, entry in files().iterrows():
        if source:
            _take(str(name), entry, Path(source))
        downloads.fetch(entry, settings)
        print(f"{name}: {kept(name)}, git blob {entry['blob']} as published, {entry['licence']}")
    model = build_onnx(read_weights(unpacked()))
    pooled, worst = golden_test(model, kept("chirp"), kept("chirp_vectors"))
    word = "reproduces" if pooled < REPRODUCED else "does not reproduce"
    print(
        f"openl3's chirp: 1 - cosine {pooled:.2e} pooled, {worst:.2e} in the worst frame.\nThis "
        f"machine {word} the official embedding (limit {REPRODUCED:g} pooled: another resampler)."
    )
    return 0 if pooled < REPRODUCED else 1


def _take(name: str, entry: pd.Series, weight_file: Path) -> None:
    """Copy a given weight file to the cache, or what lies beside it, when it is the official one.

    Raises
    ------
    ProjectError
        When it is another file.
    """
    file = weight_file
    if name != "weights":
        file = weight_file.parent / Path(entry["path"]).name
        if not file.is_file():
            return
    found = state(file, name)
    if found != "official":
        raise ProjectError(
            f"--from: {file} is {found}; its git blob id is not that of the "
            f"official file {entry['blob']}. Other weights go to embed."
        )
    write_atomic(kept(name), file.read_bytes())
