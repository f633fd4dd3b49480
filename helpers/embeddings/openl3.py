"""OpenL3 embeddings (mel256, music, 512) without TensorFlow: sound in, 512 numbers out.

The front-end is that of openl3 0.4; the network runs on onnxruntime, built from the official file.
"""

import tempfile
from collections.abc import Iterable, Iterator
from functools import lru_cache
from itertools import islice
from pathlib import Path
from types import SimpleNamespace
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import ArrayLike

from helpers.readers.audio import RATE, decode, finite, resampled

if TYPE_CHECKING:
    import onnxruntime

# Samples of a spectrum, samples from one spectrum to the next, and mel bands.
FRAME, STRIDE, MELS = 2048, 242, 256
# Slaney's mel scale, as librosa has it. Below its logarithmic region three mels are 200 Hz.
LINEAR_HZ, LINEAR_MELS = 200, 3
# The logarithmic region begins at this mel, which is this many Hz; there 27 mels multiply a
# frequency by 6.4.
LOG_START_MEL, LOG_START_HZ = 15, 1000
LOG_MELS, LOG_FACTOR = 27, 6.4
# Power that the logarithm is floored at, and decibels below the loudest point that are kept.
QUIETEST_POWER, DECIBELS_KEPT = np.float32(1e-10), np.float32(80)
# Convolutions of 3 x 3 by their number of filters; one maximum over the whole image follows.
NETWORK = (64, 64, "pool", 128, 128, "pool", 256, 256, "pool", 512, 512)
# Eigen's constants: -pi/2 in four parts; cosine and sine in powers of the reduced angle's square
PI_HALF = -1.5703125, -0.00048398971557617188, 1.628650352358818e-07, 5.564431544416771e-11
COSINE = 2.4372266125283204e-05, -0.0013886520173400641, 0.041666619479656219, -0.5, 1
SINE = -0.00019592341140837029, 0.0083326873655616852, -0.16666662039822983, 0


@lru_cache
def hann() -> np.ndarray:
    """Periodic Hann window, bit for bit as TensorFlow computes it in single precision.

    The decibel floor lies below single-precision noise, so a window that is merely correct moves
    quiet bands by up to 0.4 dB. TensorFlow's cosine is Eigen's: reduce by multiples of pi/2 held in
    four parts, then a short polynomial, every step rounded to single precision.

    Returns
    -------
    ndarray
        Shape (2048,), float32.

    References
    ----------
    Cody, W. J., Waite, W. (1980). Software Manual for the Elementary Functions. Prentice-Hall.

    Notes
    -----
    Notebook: 07_audio_embeddings
    """
    single = np.float32
    x = single(2 * np.pi) * np.arange(FRAME, dtype=single) / single(FRAME)
    quadrant = np.rint(x * single(2 / np.pi))
    for part in PI_HALF:
        x = x + quadrant * single(part)
    cosine = np.polyval(np.array(COSINE, single), x * x)
    sine = np.polyval(np.array(SINE, single), x * x) * x + x
    turned = np.where(quadrant % 2, sine, cosine)
    return single(0.5) - single(0.5) * np.where((quadrant + 1) % 4 < 2, turned, -turned)


def hertz(mel: np.ndarray) -> np.ndarray:
    """Frequency of a mel number on Slaney's scale: linear to 1 kHz (mel 15), logarithmic above.

    Parameters
    ----------
    mel : ndarray
        Mel numbers; 24 kHz is mel 15 + 27 log(24) / log(6.4).

    Returns
    -------
    ndarray
        Frequencies in Hz.

    References
    ----------
    Slaney, M. (1998). Auditory Toolbox, version 2. Interval Research, report 1998-010.

    Notes
    -----
    Notebook: 07_audio_embeddings
    """
    linear = mel * LINEAR_HZ / LINEAR_MELS
    steps = (np.maximum(mel, LOG_START_MEL) - LOG_START_MEL) / LOG_MELS
    return np.where(mel < LOG_START_MEL, linear, LOG_START_HZ * LOG_FACTOR**steps)


def mel_edges(bands: int = MELS, highest: float = RATE / 2) -> np.ndarray:
    """Corner frequencies of overlapping mel bands: by default OpenL3's 256, 0 to 24 kHz.

    Parameters
    ----------
    bands : int
    highest : float
        Hz, where the last band ends.

    Returns
    -------
    ndarray
        Shape (bands + 2,), Hz: band k rises from edge k to edge k + 1 and falls to edge k + 2.

    Notes
    -----
    Notebook: 07_audio_embeddings
    """
    top = LOG_START_MEL + LOG_MELS * np.log(highest / LOG_START_HZ) / np.log(LOG_FACTOR)
    return hertz(np.linspace(0, top, bands + 2))


@lru_cache
def mel_filters() -> np.ndarray:
    """Weights of a spectrum's 1,025 bins in 256 mel bands: triangles of equal area.

    Returns
    -------
    ndarray
        Shape (1025, 256), float32.

    Notes
    -----
    Notebook: 07_audio_embeddings
    """
    low, peak, high = (mel_edges()[k : k + MELS] for k in range(3))
    bins = np.linspace(0, RATE / 2, FRAME // 2 + 1)[:, None]
    triangle = np.minimum((bins - low) / (peak - low), (high - bins) / (high - peak))
    return (np.maximum(triangle, 0) * 2 / (high - low)).astype(np.float32)


def magnitudes(windows: np.ndarray) -> np.ndarray:
    """Short-time magnitude spectra: 199 frames of 2,048 samples, 242 apart, zeros after the end.

    Parameters
    ----------
    windows : ndarray
        Shape (n, 48000), float32.

    Returns
    -------
    ndarray
        Shape (n, 199, 1025), float32: magnitude, not power.

    Notes
    -----
    Notebook: 07_audio_embeddings
    """
    from scipy.fft import rfft

    padded = np.pad(windows, ((0, 0), (0, FRAME)))
    frames = np.lib.stride_tricks.sliding_window_view(padded, FRAME, axis=1)[:, :RATE:STRIDE]
    return np.abs(rfft(frames * hann(), axis=-1))


def decibels(mel: np.ndarray) -> np.ndarray:
    """Decibels below the loudest point of each window, floored at -80.

    Parameters
    ----------
    mel : ndarray
        Shape (n, bands, frames).

    Returns
    -------
    ndarray
        Same shape; 0 is the window's own maximum, so loudness is lost and silence is 0 throughout.

    Notes
    -----
    Notebook: 07_audio_embeddings
    """
    level = 10 * np.log10(np.maximum(mel, QUIETEST_POWER))
    return np.maximum(level - level.max(axis=(1, 2), keepdims=True), -DECIBELS_KEPT)


def log_mel(windows: ArrayLike) -> np.ndarray:
    """Log-mel images as the network reads them.

    Parameters
    ----------
    windows : array-like
        Shape (n, 48000), mono at 48 kHz, -1 to 1.

    Returns
    -------
    ndarray
        Shape (n, 1, 256, 199), float32, in dB: channel, mel band (low first), frame.

    References
    ----------
    Cramer, A. L., Wu, H.-H., Salamon, J., Bello, J. P. (2019). Look, listen, and learn more: design
    choices for deep audio embeddings. ICASSP, 3852-3856.

    Notes
    -----
    Notebook: 07_audio_embeddings
    """
    from scipy.sparse import csr_array

    sound = np.asarray(windows, dtype=np.float32)
    spectra = magnitudes(sound).reshape(-1, FRAME // 2 + 1)
    # sparse: a BLAS product would round differently on another number of cores
    mel = (csr_array(mel_filters().T) @ spectra.T).reshape(MELS, len(sound), -1)
    return decibels(mel.swapaxes(0, 1))[:, None]


def windows(
    blocks: Iterable[np.ndarray], hop: float = 0.1, center: bool = True
) -> Iterator[np.ndarray]:
    """Cut a stream of samples into one-second windows, as openl3 does.

    Parameters
    ----------
    blocks : iterable of ndarray
        Mono samples at 48 kHz; never held together.
    hop : float
        Seconds from one window to the next.
    center : bool
        Whether half a second of zeros comes first, so that a window's time is its middle.

    Yields
    ------
    ndarray
        Shape (48000,), float32. The last is filled up with zeros; at least one comes.

    Raises
    ------
    ValueError
        When there is no sample at all, or a sample is not a finite number.

    Notes
    -----
    Notebook: 07_audio_embeddings
    """
    before = RATE // 2 if center else 0
    held = np.zeros(before, np.float32)
    length, start, step = before, 0, int(hop * RATE)
    for block in finite(blocks):
        held, length = np.concatenate([held, block]), length + len(block)
        while len(held) >= start + RATE:
            yield held[start : start + RATE]
            start += step
        held, start = held[start:], max(start - len(held), 0)
    if length == before:
        raise ValueError("no samples")
    if length < RATE or start - step + RATE < len(held):
        yield np.pad(held[start:], (0, RATE))[:RATE]


def calibration(seed: int = 0, n: int = 16) -> np.ndarray:
    """Synthetic log-mel images that teach int8 its ranges: tones and noise, held and plucked.

    Parameters
    ----------
    seed : int
        Seed of the generator; other sounds make another int8 network.
    n : int
        Number of windows.

    Returns
    -------
    ndarray
        Shape (n, 1, 256, 199), float32.

    Notes
    -----
    Notebook: 07_audio_embeddings
    """
    rng = np.random.default_rng(seed)
    t = np.arange(RATE) / RATE
    sounds = []
    for k in range(n):
        partials = np.arange(1, rng.integers(3, 13))[:, None]
        tone = (np.sin(2 * np.pi * rng.uniform(50, 2000) * partials * t) / partials).sum(axis=0)
        noise = rng.standard_normal(RATE) * 10 ** rng.uniform(-5, 0)
        pluck = np.exp(-rng.uniform(0, 20) * (t * rng.uniform(1, 8) % 1))
        kinds = (tone, noise, tone * pluck + noise, (tone + noise) * pluck)
        sounds.append(kinds[k % len(kinds)])
    return log_mel(sounds)


def quantize(model: bytes) -> bytes:
    """The network in eight-bit integers, ranges taken from `calibration`, one scale a channel.

    Weights keep seven bits: processors without VNNI add two products in 16 bits, and eight-bit
    weights overflow there.

    Parameters
    ----------
    model : bytes
        An ONNX model in single precision, from `embeddings.weights.build_onnx`.

    Returns
    -------
    bytes
        A model of the same input and output; the same bytes each time.

    References
    ----------
    Jacob, B., et al. (2018). Quantization and training of neural networks for efficient
    integer-arithmetic-only inference. CVPR, 2704-2713.

    Notes
    -----
    Notebook: 07_audio_embeddings
    """
    from onnxruntime.quantization import quant_pre_process, quantize_static

    images = iter([{"logmel": image[None]} for image in calibration()])
    reader = SimpleNamespace(get_next=lambda: next(images, None))
    with tempfile.TemporaryDirectory() as folder:
        full, ready, small = (Path(folder, name) for name in ("full", "ready", "small"))
        full.write_bytes(model)
        quant_pre_process(full, ready, skip_symbolic_shape=True)
        quantize_static(ready, small, reader, per_channel=True, reduce_range=True)
        return small.read_bytes()


@lru_cache(2)
def session(model: bytes, threads: int = 0) -> "onnxruntime.InferenceSession":
    """Start onnxruntime, on the GPU where its CUDA build finds one.

    Parameters
    ----------
    model : bytes
        An ONNX model.
    threads : int
        Threads of one run; 0 means every core.

    Returns
    -------
    onnxruntime.InferenceSession
        Safe to share between threads.

    Notes
    -----
    Notebook: 07_audio_embeddings
    """
    import onnxruntime

    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = threads
    providers: list = ["CPUExecutionProvider"]
    if "CUDAExecutionProvider" in onnxruntime.get_available_providers():
        # TF32 would keep ten bits of a product.
        providers.insert(0, ("CUDAExecutionProvider", {"use_tf32": 0}))
    return onnxruntime.InferenceSession(model, options, providers=providers)


def embed_frames(
    blocks: Iterable[np.ndarray], model: bytes, hop: float = 0.1, threads: int = 0
) -> Iterator[np.ndarray]:
    """OpenL3 frames of a stream of samples, a few windows in memory at a time.

    Parameters
    ----------
    blocks : iterable of ndarray
        Mono audio at 48 kHz.
    model : bytes
        An ONNX model.
    hop : float
        Seconds between frames.
    threads : int
        As in `session`.

    Yields
    ------
    ndarray
        Shape (at most 2, 512), float32.

    Notes
    -----
    Notebook: 07_audio_embeddings
    """
    cut = windows(blocks, hop)
    # More windows at once are not faster, and cost 60 MB each.
    while batch := list(islice(cut, 2)):
        yield session(model, threads).run(None, {"logmel": log_mel(batch)})[0]


def embed_file(
    path: str | Path,
    model: bytes,
    hop: float = 0.1,
    threads: int = 0,
    heard: list[str] | None = None,
) -> np.ndarray:
    """One file's embedding: the mean of its frames.

    Parameters
    ----------
    path : str or Path
        An audio file.
    model, hop, threads
        As in `embed_frames`.
    heard : list of str, optional
        As in `decode`.

    Returns
    -------
    ndarray
        Shape (512,), float32.

    Raises
    ------
    ValueError
        When the file does not decode, or not to its end.

    Notes
    -----
    Notebook: 07_audio_embeddings
    """
    total = np.zeros(512)
    count = 0
    for frames in embed_frames(resampled(decode(path, heard=heard)), model, hop, threads):
        total += frames.sum(axis=0, dtype=float)
        count += len(frames)
    return (total / count).astype(np.float32)
