"""musicnn (Million Song Dataset, 200 numbers) without TensorFlow: sound in, 200 numbers and 50 tags out.

The front-end is that of musicnn 0.1.0; the network runs on onnxruntime, built from the weights in its wheel. It was
trained to predict fifty tags that listeners gave to songs, names of genres among them.
"""

from collections.abc import Iterable, Iterator
from functools import lru_cache
from pathlib import Path

import numpy as np

from helpers.embeddings.openl3 import mel_edges, session
from helpers.readers.audio import decode, finite, resampled

# Samples a second, samples of a spectrum, from one spectrum to the next, mel bands, and spectra of a patch.
RATE, FRAME, STRIDE, MELS, PATCH = 16_000, 512, 256, 96, 187
TOO_SHORT = f"shorter than the {(PATCH - 1) * STRIDE / RATE:.3f} s that musicnn hears at once"
HOP = PATCH * STRIDE / RATE
# Columns of the table.
DIMENSIONS = [f"musicnn{number:03d}" for number in range(200)]
# What the fifty outputs of the tagger stand for, in their order.
TAGS = (
    *("rock", "pop", "alternative", "indie", "electronic", "female vocalists", "dance", "00s"),
    *("alternative rock", "jazz", "beautiful", "metal", "chillout", "male vocalists"),
    *("classic rock", "soul", "indie rock", "Mellow", "electronica", "80s", "folk", "90s", "chill"),
    *("instrumental", "punk", "oldies", "blues", "hard rock", "ambient", "acoustic"),
    *("experimental", "female vocalist", "guitar", "Hip-Hop", "70s", "party", "country"),
    *("easy listening", "sexy", "catchy", "funk", "electro", "heavy metal", "Progressive rock"),
    *("60s", "rnb", "indie pop", "sad", "House", "happy"),
)


@lru_cache
def mel_filters() -> np.ndarray:
    """Weights of a spectrum's 257 bins in 96 mel bands from 0 to 8 kHz: Slaney's scale and areas.

    Returns
    -------
    ndarray
        Shape (96, 257), float32.

    Notes
    -----
    Notebook: 07_audio_embeddings
    """
    edges = mel_edges(MELS, RATE / 2)
    low, peak, high = (edges[k : k + MELS, None] for k in range(3))
    bins = np.linspace(0, RATE / 2, FRAME // 2 + 1)
    triangles = np.minimum((bins - low) / (peak - low), (high - bins) / (high - peak))
    stored = np.maximum(triangles, 0).astype(np.float32)
    return (stored * (2 / (high - low))).astype(np.float32)


def powers(sound: np.ndarray) -> np.ndarray:
    """Power spectra of frames of 512 samples, 256 apart, under a periodic Hann window.

    Parameters
    ----------
    sound : ndarray
        Samples at 16 kHz, float32, padded on both sides.

    Returns
    -------
    ndarray
        Shape (n, 257), float32: power, not magnitude.

    Notes
    -----
    Notebook: 07_audio_embeddings
    """
    from scipy.fft import rfft
    from scipy.signal import get_window

    frames = np.lib.stride_tricks.sliding_window_view(sound, FRAME)[::STRIDE]
    spectra = rfft(frames * get_window("hann", FRAME), axis=-1).astype(np.complex64)
    return np.abs(spectra) ** 2


def compressed(mel: np.ndarray) -> np.ndarray:
    """Logarithm of mel power, which musicnn rounds to half precision before.

    Parameters
    ----------
    mel : ndarray
        Powers, float32.

    Returns
    -------
    ndarray
        Same shape, float32: log10(10000 power + 1). Loudness is kept, silence is 0.

    Notes
    -----
    Notebook: 07_audio_embeddings
    """
    # Back to single precision first: 10,000 times a loud band is infinite in half precision.
    rounded = mel.astype(np.float16).astype(np.float32)
    return np.log10(np.float32(10_000) * rounded + np.float32(1))


def log_mel(sound: np.ndarray) -> np.ndarray:
    """The log-mel image of one patch as the network reads it.

    Parameters
    ----------
    sound : ndarray
        48,128 samples at 16 kHz, float32, padded where the track begins or ends.

    Returns
    -------
    ndarray
        Shape (187, 96), float32: spectra in time, mel bands (low first).

    References
    ----------
    Pons, J., Serra, X. (2019). musicnn: Pre-trained convolutional neural networks for music audio
    tagging. arXiv:1909.06654.

    Notes
    -----
    Notebook: 07_audio_embeddings
    """
    from scipy.sparse import csr_array

    # Sparse: a BLAS product would round differently on another number of cores.
    return compressed((csr_array(mel_filters()) @ powers(sound).T).T)


def reflected(blocks: Iterable[np.ndarray]) -> Iterator[np.ndarray]:
    """A stream of samples with 256 more at either end, mirrored there.

    Parameters
    ----------
    blocks : iterable of ndarray
        Mono samples at 16 kHz; never held together.

    Yields
    ------
    ndarray
        float32.

    Raises
    ------
    ValueError
        When there are too few samples to mirror, or a sample is not a finite number.

    Notes
    -----
    Notebook: 07_audio_embeddings
    """
    held = np.empty(0, np.float32)
    begun = False
    for block in finite(blocks):
        held = np.concatenate([held, block])
        if len(held) <= STRIDE:
            continue
        if not begun:
            yield held[STRIDE:0:-1]
            begun = True
        yield held[: -STRIDE - 1]
        held = held[-STRIDE - 1 :]
    if not begun:
        raise ValueError(TOO_SHORT)
    yield held
    yield held[-2::-1]


def hop_frames(hop: float) -> int:
    """Spectra from one patch to the next, counted as musicnn does.

    Parameters
    ----------
    hop : float
        Seconds; from the length of a patch, 2.992 s, patches stand one after the other.

    Returns
    -------
    int
        At least 1.

    Notes
    -----
    Notebook: 07_audio_embeddings
    """
    samples = round(hop * RATE)
    if samples >= PATCH * STRIDE:
        return samples // STRIDE
    # librosa counts from the middle of the first spectrum.
    return max(1, (samples - FRAME // 2) // STRIDE)


def patches(blocks: Iterable[np.ndarray], hop: float = HOP) -> Iterator[np.ndarray]:
    """Log-mel images of a stream of samples; what is left at the end and fills none is dropped.

    Parameters
    ----------
    blocks : iterable of ndarray
        Mono samples at 16 kHz.
    hop : float
        Seconds from one patch to the next; by default the patch's own length, 2.992 s.

    Yields
    ------
    ndarray
        Shape (187, 96), float32.

    Raises
    ------
    ValueError
        When the sound is shorter than a patch, or a sample is not a finite number.

    Notes
    -----
    Notebook: 07_audio_embeddings
    """
    length, step = (PATCH - 1) * STRIDE + FRAME, hop_frames(hop) * STRIDE
    held, skip, count = np.empty(0, np.float32), 0, 0
    for block in reflected(blocks):
        held = np.concatenate([held, block])
        dropped = min(skip, len(held))
        held, skip = held[dropped:], skip - dropped
        while not skip and len(held) >= length:
            yield log_mel(held[:length])
            count += 1
            skip = max(0, step - len(held))
            held = held[step:]
    if not count:
        raise ValueError(TOO_SHORT)


def hear(
    blocks: Iterable[np.ndarray], model: bytes, hop: float = HOP, threads: int = 0
) -> Iterator[tuple[np.ndarray, np.ndarray]]:
    """Embedding and tags of each patch of a stream of samples, one patch in memory at a time.

    Parameters
    ----------
    blocks : iterable of ndarray
        Mono samples at 16 kHz.
    model : bytes
        From `musicnn_weights.build_onnx`.
    hop, threads
        As in `patches` and `openl3.session`.

    Yields
    ------
    tuple of ndarray
        Shapes (200,) and (50,), float32: the last layer but one, and a score from 0 to 1 for each of
        `TAGS`. Scores are low (0.1 to 0.6): they rank, and are no probabilities to cut at one half.

    Notes
    -----
    Notebook: 07_audio_embeddings
    """
    # More patches at once are not faster, and cost 40 MB each.
    for image in patches(blocks, hop):
        embedding, tags = session(model, threads).run(None, {"logmel": image[None]})
        yield embedding[0], tags[0]


def embed_frames(
    blocks: Iterable[np.ndarray], model: bytes, hop: float = HOP, threads: int = 0
) -> Iterator[np.ndarray]:
    """Embeddings of a stream of samples, patch by patch.

    Parameters
    ----------
    blocks, model, hop, threads
        As in `hear`.

    Yields
    ------
    ndarray
        Shape (1, 200), float32.

    Notes
    -----
    Notebook: 07_audio_embeddings
    """
    for embedding, _ in hear(blocks, model, hop, threads):
        yield embedding[None]


def embed_file(
    path: str | Path,
    model: bytes,
    hop: float = HOP,
    threads: int = 0,
    heard: list[str] | None = None,
) -> np.ndarray:
    """One file's embedding: the mean over its patches.

    Parameters
    ----------
    path : str or Path
        An audio file.
    model, hop, threads
        As in `hear`.
    heard : list of str, optional
        As in `decode`.

    Returns
    -------
    ndarray
        Shape (200,), float32.

    Raises
    ------
    ValueError
        When the file does not decode to its end, or is shorter than 2.976 s.

    Notes
    -----
    Notebook: 07_audio_embeddings
    """
    blocks = resampled(decode(path, heard=heard), RATE)
    found = [embedding for embedding, _ in hear(blocks, model, hop, threads)]
    return np.mean(found, axis=0, dtype=float).astype(np.float32)
