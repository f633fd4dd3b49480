"""The openl3 project's own files: the official weights, its regression vector, and its program."""

import gzip
import io
from hashlib import sha256
from pathlib import Path

import numpy as np

from helpers import downloads, trace
from helpers.embeddings.openl3 import NETWORK, embed_frames
from helpers.profiles import load_profile
from helpers.project import ProjectError, cache_dir, write_atomic
from helpers.readers.audio import decode, resampled

# The network without its nodes and weights, in ONNX's own notation.
EMPTY = """<ir_version: 8, opset_import: ["": 17]>
openl3 (float[n, 1, 256, 199] logmel) => (float[n, 512] embedding) {}"""


def files():
    """Rows of the registry that name openl3's files: weights, chirp, chirp_vectors.

    Notes
    -----
    Notebook: 07_audio_embeddings
    """
    return downloads.read_registry(load_profile(), source="openl3")


def kept(name="weights"):
    """Where one of `files` lies once it is fetched.

    Notes
    -----
    Notebook: 07_audio_embeddings
    """
    path = cache_dir().joinpath(*files().loc[name, ["repository", "commit", "path"]])
    # A page says so where it is absent.
    trace.file(path)
    return path


def state(path=None, name="weights"):
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
    if not (path := Path(path or kept(name))).is_file():
        return "absent"
    found = downloads.blob_id(path)
    return "official" if found == files().loc[name, "blob"] else f"not official: {found}"


def unpacked(path=None):
    """Bytes of a weight file, decompressed if need be; by default of the one that was fetched.

    Notes
    -----
    Notebook: 07_audio_embeddings
    """
    path = Path(path or kept())
    if not path.is_file():
        raise ProjectError(f"There are no weights at {path}. Run: python -m helpers weights")
    data = path.read_bytes()
    return gzip.decompress(data) if data.startswith(b"\x1f\x8b") else data


def read_weights(data):
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
    import h5py

    layers = []
    with h5py.File(io.BytesIO(data)) as file:
        for name in file.attrs["layer_names"]:  # order counts; the names differ by Keras version
            arrays = [file[name][w][()].astype(float) for w in file[name].attrs["weight_names"]]
            if len(arrays) == 4:  # gamma, beta, mean, variance
                scale = arrays[0] / np.sqrt(arrays[3] + 1e-3)
                arrays = [scale, arrays[1] - arrays[2] * scale]
            layers += [arrays] if arrays else []
    if len(layers) != 16 or layers[-1][0].shape != (3, 3, 512, 512):
        raise ProjectError(
            "This weight file is not that of OpenL3's audio network. Give "
            "openl3_audio_mel256_music-v0_4_0.h5.gz: python -m helpers weights"
        )
    return layers


def build_onnx(layers):
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

    model, rest = parser.parse_model(EMPTY), iter(layers[1:])
    nodes, weights = model.graph.node, model.graph.initializer
    steps = [("Mul", {}, layers[0][0]), ("Add", {}, layers[0][1])]
    for step in NETWORK:
        if step == "pool":
            steps.append(("MaxPool", {"kernel_shape": [2, 2], "strides": [2, 2]}))
            continue
        (kernel, bias), (scale, shift) = next(rest), next(rest, (1, 0))
        kernel = (kernel * scale).transpose(3, 2, 0, 1)
        steps += [("Conv", {"pads": [1] * 4}, kernel, bias * scale + shift), ("Relu", {})]
    steps[-1:] = ("GlobalMaxPool", {}), ("Flatten", {})  # the last convolution has no Relu
    names = ["logmel", *(f"x{k}" for k in range(len(steps) - 1)), "embedding"]
    for (operator, options, *arrays), before, after in zip(
        steps, names[:-1], names[1:], strict=True
    ):
        given = [f"w{len(weights) + k}" for k in range(len(arrays))]
        weights.extend(map(numpy_helper.from_array, map(np.float32, arrays), given))
        nodes.append(helper.make_node(operator, [before, *given], [after], **options))
    return model.SerializeToString()


def label(digest, path=None):
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
    official = [unpacked(file) for file in {path, None} if state(file) == "official"]
    known = digest in [sha256(data).hexdigest() for data in official]
    return "official weights v0_4_0" if known else f"weights {digest[:8]}"


def golden_test(model, chirp, expected):
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
    # 6,144 numbers a frame: maxima of 4 x 3 fields
    wanted = np.load(expected)["embedding"].reshape(-1, 4, 3, 512).max(axis=(1, 2)).astype(float)
    a, b = (np.vstack([v.mean(axis=0), v]) for v in (found, wanted))
    distance = 1 - (a * b).sum(axis=1) / np.linalg.norm(a, axis=1) / np.linalg.norm(b, axis=1)
    return distance[0], distance[1:].max()


def run(source=None):
    """Fetch weights and regression vector, verify them, and compare this machine with the authors'.

    Parameters
    ----------
    source : str, optional
        Weight file to take in place of a download; the other files beside it, where they are.

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
    settings, beside = load_profile().settings, Path(source).parent if source else None
    for name, entry in files().iterrows():
        file = beside and (Path(source) if name == "weights" else beside / Path(entry["path"]).name)
        if file and (name == "weights" or file.is_file()):
            if (found := state(file, name)) != "official":
                raise ProjectError(
                    f"--from: {file} is {found}; its git blob id is not that of the "
                    f"official file {entry['blob']}. Other weights go to embed."
                )
            write_atomic(kept(name), file.read_bytes())
        downloads.fetch(entry, settings)
        print(f"{name}: {kept(name)}, git blob {entry['blob']} as published, {entry['licence']}")
    model = build_onnx(read_weights(unpacked()))
    pooled, worst = golden_test(model, kept("chirp"), kept("chirp_vectors"))
    word = "reproduces" if pooled < 1e-3 else "does not reproduce"
    print(
        f"openl3's chirp: 1 - cosine {pooled:.2e} pooled, {worst:.2e} in the worst frame.\nThis "
        f"machine {word} the official embedding (limit 1e-3 pooled: another resampler)."
    )
    return int(not pooled < 1e-3)
