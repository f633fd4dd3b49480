"""The openl3 project's own files: the official weights, its regression vector, and its program."""

import gzip
import json
import shutil
import subprocess
from contextlib import contextmanager
from hashlib import sha256
from pathlib import Path

import numpy as np

from helpers import paths
from helpers.paths import ProjectError
from helpers.sources import registry


def files():
    """Rows of the registry that name openl3's files: weights, chirp, chirp_vectors.

    Notes
    -----
    Notebook: 05_audio_embeddings
    """
    run = paths.load_profile()
    return registry.read_registry(run.model_copy(update={"source": "openl3"}))


def kept(name="weights"):
    """Where one of `files` lies once it is fetched.

    Notes
    -----
    Notebook: 05_audio_embeddings
    """
    entry = files().loc[name]
    return paths.cache_dir() / entry["repository"] / entry["commit"] / entry["path"]


def state(path=None):
    """What a weight file is, and so what a page that uses it depends on.

    Parameters
    ----------
    path : str or Path, optional
        By default the weights that were fetched.

    Returns
    -------
    str
        "absent", "official" by the git blob id, or "not official" and the id.

    Notes
    -----
    Notebook: 05_audio_embeddings
    """
    if not (path := Path(path or kept())).is_file():
        return "absent"
    found = registry.blob_id(path)
    return "official" if found == files().loc["weights", "blob"] else f"not official: {found}"


def unpacked(path=None):
    """Bytes of a weight file, decompressed if need be; by default of the one that was fetched.

    Notes
    -----
    Notebook: 05_audio_embeddings
    """
    path = Path(path or kept())
    if not path.is_file():
        raise ProjectError(f"There are no weights at {path}. Run: python -m helpers weights")
    data = path.read_bytes()
    return gzip.decompress(data) if data.startswith(b"\x1f\x8b") else data


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
    Notebook: 05_audio_embeddings
    """
    for file in (path, None):
        if state(file) == "official" and digest == sha256(unpacked(file)).hexdigest():
            return "official weights v0_4_0"
    return f"weights {digest[:8]}"


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
    Notebook: 05_audio_embeddings
    """
    from helpers.embed import embed_frames
    from helpers.sources.audio import decode, resampled

    found = np.concatenate(list(embed_frames(resampled(decode(chirp)), model)), dtype=float)
    grid = np.load(expected)["embedding"].reshape(-1, 4, 3, 512)  # 6,144: maxima of 4 x 3 fields
    wanted = grid.max(axis=(1, 2)).astype(float)
    a, b = (np.vstack([v.mean(axis=0), v]) for v in (found, wanted))
    distance = 1 - (a * b).sum(axis=1) / np.linalg.norm(a, axis=1) / np.linalg.norm(b, axis=1)
    return distance[0], distance[1:].max()


def add_arguments(add):
    """Arguments of `python -m helpers weights`; `add` is argparse's `add_argument`.

    Notes
    -----
    Notebook: 05_audio_embeddings
    """
    add("--from", dest="source", metavar="FILE", help="weight file to take in place of a download; "
        "chirp_44k.wav and chirp_44k_kapre.npz beside it too")


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
    Notebook: 05_audio_embeddings
    """
    from helpers.embed import build_onnx, read_weights

    settings, beside = paths.load_profile().settings, Path(source).parent if source else None
    for name, entry in files().iterrows():
        file = beside and (Path(source) if name == "weights" else beside / Path(entry["path"]).name)
        if file and (name == "weights" or file.is_file()):
            found = registry.blob_id(file) if file.is_file() else "none, for it is not there"
            if found != entry["blob"]:
                raise ProjectError(f"--from: the git blob id of {file} is {found}, that of the "
                                   f"official file {entry['blob']}. Other weights go to embed.")
            paths.write_atomic(kept(name), file.read_bytes())
        else:
            registry.fetch(entry, settings.download_base, None, settings.download_timeout)
        print(f"{name}: {kept(name)}, git blob {entry['blob']} as published, {entry['licence']}")
    model = build_onnx(read_weights(unpacked()))
    pooled, worst = golden_test(model, kept("chirp"), kept("chirp_vectors"))
    good = pooled < 1e-3
    print(f"openl3's chirp: 1 - cosine {pooled:.2e} pooled, {worst:.2e} in the worst frame.\n"
          f"This machine {'reproduces' if good else 'does not reproduce'} the official embedding"
          " (limit 1e-3 pooled: openl3 used another resampler).")
    return int(not good)


def ask(process, *request):
    """Next answer of the openl3 process.

    Notes
    -----
    Notebook: 05_audio_embeddings
    """
    if request:
        print(json.dumps(request), file=process.stdin, flush=True)
    if not (line := process.stdout.readline()):
        raise ProjectError("The openl3 interpreter ended; its own message stands above.")
    return json.loads(line)


@contextmanager
def start(python, weights=None):
    """Run the original openl3 in its own environment.

    Parameters
    ----------
    python : str
        The interpreter of an environment made from `environment-openl3.yml`.
    weights : str or Path, optional
        A weight file, decompressed; by default those installed with openl3.

    Yields
    ------
    tuple of dict and subprocess.Popen
        Versions and weights as the process states them, and the process.

    Notes
    -----
    Notebook: 05_audio_embeddings
    """
    if not shutil.which(python or ""):
        raise ProjectError("--backend openl3 needs --openl3-python (or MUSIC_FOR_PAIN_OPENL3): the "
                           "python of an environment made from environment-openl3.yml.")
    program = Path(__file__).with_name("openl3_process.py")
    command = [python, "-P", program, *([weights] if weights else [])]
    with subprocess.Popen(command, stdin=-1, stdout=-1, text=True) as process:
        yield ask(process), process
