"""Descriptors of sound that a person can read: tempo, loudness, brightness and the like.

Each has a unit, a range, a definition and a name of its own: none is one of Spotify's audio features,
whose definitions nobody published. They are computed with librosa and pyloudnorm.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from functools import lru_cache
from importlib.metadata import version
from pathlib import Path
from typing import NamedTuple

import numpy as np

from helpers.readers.audio import RATE as LOUDNESS_RATE
from helpers.readers.audio import RESAMPLER, decode, finite, resampled

# Samples a second of everything but loudness, samples of a spectrum, from one to the next, of a piece.
RATE, FRAME, STRIDE, PIECE = 22_050, 2048, 512, 512 * 1292
MINUTE = 60 * RATE // STRIDE  # frames
# A piece of music at the end that is shorter than this is left out, in samples.
SHORTEST = RATE
# Bins and frames over which the medians are taken that tell tones from beats; librosa's.
MEDIAN = 31
# Frames quieter than this mean power (-70 dB of full scale) are silent and have no spectrum.
SILENT = 1e-7
# Mean rise over all bands, in dB, by which an onset must stand out, and how much onsets must vary at all.
ONSET, STEADY = 1.0, 0.1
# Multiples of a beat at which its length is measured anew, each time more exactly.
MULTIPLES = (2, 4, 8, 16)
# Gates of ITU-R BS.1770-4 and EBU Tech 3342: LUFS, and LU below the mean of what passes.
ABSOLUTE_GATE, RELATIVE_GATE, RANGE_GATE = -70, 10, 20
# What a K-weighted mean square of 1 is in LUFS.
LUFS_OF_ONE = -0.691
# How well each pitch class fits a major and a minor key, from C on: Krumhansl and Kessler (1982).
MAJOR = (6.35, 2.23, 3.48, 2.33, 4.38, 4.09, 2.52, 5.19, 2.39, 3.66, 2.29, 2.88)
MINOR = (6.33, 2.68, 3.52, 5.38, 2.60, 3.53, 2.54, 4.75, 3.98, 2.69, 3.34, 3.17)


class Descriptor(NamedTuple):
    """What a column of the table is.

    Attributes
    ----------
    unit : str
    low, high : float
        Range; what no sound can be outside of, or what music is not.
    meaning : str
        Definition.
    failing : str
        What it is known to get wrong.
    """

    unit: str
    low: float
    high: float
    meaning: str
    failing: str


DESCRIPTORS = {
    "beat_bpm": Descriptor(
        "beats a minute",
        30,
        320,
        "period at which onsets repeat most, near 120 preferred",
        "half or double the beat that people tap (octave errors); meaningless without a beat",
    ),
    "beat_clarity": Descriptor(
        "share",
        -1,
        1,
        "autocorrelation of the onset envelope at that period",
        "low where the tempo drifts",
    ),
    "loudness_lufs": Descriptor(
        "LUFS",
        -70,
        3,
        "gated loudness of the mean over channels, `ITU-R BS.1770-4`",
        "about 3 LU below the meter's reading of a stereo file",
    ),
    "loudness_range_lu": Descriptor(
        "LU",
        0,
        70,
        "10 to 95 % of loudness in 3-s windows, `EBU Tech 3342`",
        "needs a minute or more",
    ),
    "onset_rate": Descriptor(
        "a second", 0, 43, "sudden rises of the spectrum", "misses soft attacks, counts vibrato"
    ),
    "centroid_hz": Descriptor(
        "Hz", 0, RATE / 2, "mean frequency, weighted by magnitude", "noise and codecs shift it"
    ),
    "bandwidth_hz": Descriptor(
        "Hz", 0, RATE / 2, "spread of frequencies around the centroid", "as the centroid"
    ),
    "flatness": Descriptor(
        "share", 0, 1, "geometric by arithmetic mean of power: noise 1, tone 0", "codecs lower it"
    ),
    "percussive_share": Descriptor(
        "share",
        0,
        1,
        "share of energy in what is short and wide, of that and what is long and narrow",
        "noise counts half",
    ),
    "key_clarity": Descriptor(
        "times",
        0,
        12,
        "how marked the best-fitting key is, 1 as in listeners' own profiles",
        "a single chord is clearer than any music; overtones blur low notes",
    ),
    "zero_crossing_rate": Descriptor(
        "a second", 0, RATE, "changes of sign", "mixes pitch, brightness and noise"
    ),
}
COLUMNS = list(DESCRIPTORS)


def settings() -> dict[str, str]:
    """What the numbers depend on beside the file.

    Returns
    -------
    dict of str to str

    Notes
    -----
    Notebook: 07_audio_embeddings
    """
    versions = " ".join(f"{name} {version(name)}" for name in ("librosa", "pyloudnorm"))
    return {"network": "descriptors 1", "engine": versions, "resampler": RESAMPLER}


@dataclass
class _Sums:
    """What adds up over the pieces of a file."""

    samples: int = 0
    crossings: int = 0
    frames: int = 0
    shapes: np.ndarray = field(default_factory=lambda: np.zeros(3))
    harmonic: float = 0
    percussive: float = 0
    chroma: np.ndarray = field(default_factory=lambda: np.zeros(12))
    onsets: list[np.ndarray] = field(default_factory=list)


def pieces(blocks: Iterable[np.ndarray]) -> Iterator[np.ndarray]:
    """Half minutes of a stream of samples; a rest under a second is left out, unless it is all.

    Parameters
    ----------
    blocks : iterable of ndarray
        Mono samples at 22,050 Hz.

    Yields
    ------
    ndarray
        float32.

    Raises
    ------
    ValueError
        When there is too little sound, or a sample is not a finite number.

    Notes
    -----
    Notebook: 07_audio_embeddings
    """
    held, count = np.empty(0, np.float32), 0
    for block in finite(blocks):
        held = np.concatenate([held, block])
        while len(held) >= PIECE:
            yield held[:PIECE]
            held, count = held[PIECE:], count + 1
    if len(held) >= SHORTEST:
        yield held
    elif not count:
        raise ValueError("shorter than the second that descriptors need")


def _add(sums: _Sums, piece: np.ndarray) -> None:
    """Add a piece of sound to what adds up."""
    import librosa

    sums.samples += len(piece)
    sums.crossings += int(librosa.zero_crossings(piece, pad=False, threshold=1e-6).sum())
    magnitude = np.abs(librosa.stft(piece, n_fft=FRAME, hop_length=STRIDE))
    rises = librosa.onset.onset_strength(y=piece, sr=RATE, hop_length=STRIDE)
    # The last frame is centred on the next piece's first sample.
    sums.onsets.append(rises[: len(piece) // STRIDE])
    power = librosa.feature.rms(y=piece, frame_length=FRAME, hop_length=STRIDE)[0] ** 2
    heard = magnitude[:, power > SILENT]
    if not heard.shape[1]:
        return
    sums.frames += heard.shape[1]
    for k, shape in enumerate(
        (
            librosa.feature.spectral_centroid(S=heard, sr=RATE),
            librosa.feature.spectral_bandwidth(S=heard, sr=RATE),
            librosa.feature.spectral_flatness(S=heard),
        )
    ):
        sums.shapes[k] += shape.sum()
    harmonic, percussive = separated(magnitude)
    sums.harmonic += float((harmonic.astype(float) ** 2).sum())
    sums.percussive += float((percussive.astype(float) ** 2).sum())
    chroma = librosa.feature.chroma_stft(S=heard**2, sr=RATE, norm=None, tuning=0)
    sums.chroma += chroma.sum(axis=1, dtype=float)


def separated(magnitude: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """What is long and narrow in a spectrogram, and what is short and wide.

    The numbers are those of `librosa.decompose.hpss`. SciPy finds the medians of one line ten times as
    fast as those of a picture, which is nearly all that this takes.

    Parameters
    ----------
    magnitude : ndarray, shape (bins, frames)

    Returns
    -------
    tuple of ndarray
        Harmonic and percussive magnitudes, of the shape of `magnitude`; they add up to it.

    References
    ----------
    Fitzgerald, D. (2010). Harmonic/percussive separation using median filtering. International
    Conference on Digital Audio Effects.

    Notes
    -----
    Notebook: 07_audio_embeddings
    """
    import librosa
    from scipy.ndimage import median_filter

    # Laid out in memory as the spectrogram is, so that sums over them run in the same order.
    harmonic, percussive = np.empty_like(magnitude), np.empty_like(magnitude)
    for number, bin_over_time in enumerate(magnitude):
        harmonic[number] = median_filter(bin_over_time, MEDIAN, mode="reflect")
    for number, frame in enumerate(magnitude.T):
        percussive[:, number] = median_filter(frame, MEDIAN, mode="reflect")
    masks = (
        librosa.util.softmask(one, other, power=2, split_zeros=True)
        for one, other in ((harmonic, percussive), (percussive, harmonic))
    )
    first, second = (magnitude * mask for mask in masks)
    return first, second


def beat(onsets: np.ndarray) -> tuple[float, float]:
    """The period at which onsets repeat, and how clearly they do.

    Parameters
    ----------
    onsets : ndarray
        Onset strengths, 43 a second.

    Returns
    -------
    tuple of float
        Beats a minute, and the autocorrelation there; both missing where hardly anything begins.

    References
    ----------
    Ellis, D. (2007). Beat tracking by dynamic programming. Journal of New Music Research, 36, 51-60.

    Notes
    -----
    Notebook: 07_audio_embeddings
    """
    import librosa

    if onsets.std() < STEADY:
        return np.nan, np.nan
    found = librosa.feature.tempo(
        tg=_tempogram(onsets)[:, None], sr=RATE, hop_length=STRIDE, max_tempo=320
    )
    bpm = float(found[0])
    lag = 60 * RATE / STRIDE / bpm
    fits = _autocorrelation(onsets)
    if lag + 1 >= len(fits):
        return np.nan, np.nan
    near = round(lag)
    clarity = fits[near - 1 : near + 2].max()
    for times in MULTIPLES:
        # A frame is 23 ms, and a beat is no whole number of them.
        first = round(times * lag) - 2
        window = fits[first : first + 5]
        if first + 5 > len(fits) // 2:
            break
        lag = (first + int(np.argmax(window))) / times
    return 60 * RATE / STRIDE / lag, float(clarity)


def _tempogram(onsets: np.ndarray) -> np.ndarray:
    """Mean local autocorrelation of onsets by delay, a minute at a time, which bounds the memory."""
    import librosa

    total = np.zeros(384)  # librosa's window
    for part in np.array_split(onsets, max(1, len(onsets) // MINUTE)):
        local = librosa.feature.tempogram(onset_envelope=part, sr=RATE, hop_length=STRIDE)
        total = total + local.sum(axis=1)
    return total / len(onsets)


def _autocorrelation(values: np.ndarray) -> np.ndarray:
    """Correlation of a series with itself at each delay, 1 at none."""
    from scipy.signal import correlate

    centred = values - values.mean()
    found = correlate(centred, centred, method="fft")[len(values) - 1 :]
    return found / found[0]


def key_clarity(chroma: np.ndarray) -> float:
    """How marked the best-fitting of the 24 keys is.

    Parameters
    ----------
    chroma : ndarray
        Power by pitch class, from C on, shape (12,).

    Returns
    -------
    float
        0 where all pitch classes are alike, 1 where they differ as in listeners' own key profiles,
        more where few of them sound; missing in silence.

    References
    ----------
    Krumhansl, C. L., Kessler, E. J. (1982). Tracing the dynamic changes in perceived tonal
    organization in a spatial representation of musical keys. Psychological Review, 89, 334-368.

    Notes
    -----
    Notebook: 07_audio_embeddings
    """
    if not chroma.sum() > 0:
        return np.nan
    shares = chroma / chroma.mean() - 1
    fits = []
    for profile in (np.array(MAJOR), np.array(MINOR)):
        wanted = profile / profile.mean() - 1
        fits += [shares @ np.roll(wanted, key) / (wanted @ wanted) for key in range(12)]
    return float(max(fits))


@lru_cache
def k_weighting() -> list[tuple[np.ndarray, np.ndarray]]:
    """The two filters of ITU-R BS.1770-4 at 48 kHz, as pyloudnorm designs them.

    Returns
    -------
    list of tuple of ndarray
        Numerator, gain included, and denominator of each.

    Notes
    -----
    Notebook: 07_audio_embeddings
    """
    import pyloudnorm

    stages = pyloudnorm.Meter(LOUDNESS_RATE)._filters.values()
    return [(stage.passband_gain * stage.b, stage.a) for stage in stages]


def tenths(blocks: Iterable[np.ndarray]) -> np.ndarray:
    """Mean squares of K-weighted sound in tenths of a second.

    Parameters
    ----------
    blocks : iterable of ndarray
        Mono samples at 48 kHz; never held together.

    Returns
    -------
    ndarray
        Shape (n,); a rest shorter than a tenth is left out.

    Notes
    -----
    Notebook: 07_audio_embeddings
    """
    from scipy.signal import lfilter

    states = [np.zeros(2) for _ in k_weighting()]
    length = LOUDNESS_RATE // 10
    held, found = np.empty(0), []
    for block in blocks:
        weighted = block.astype(float)
        for k, (b, a) in enumerate(k_weighting()):
            weighted, states[k] = lfilter(b, a, weighted, zi=states[k])
        held = np.concatenate([held, weighted])
        whole = len(held) // length * length
        found.append((held[:whole].reshape(-1, length) ** 2).mean(axis=1))
        held = held[whole:]
    return np.concatenate([np.empty(0), *found])


def loudness(squares: np.ndarray) -> tuple[float, float]:
    """Gated loudness and loudness range.

    Parameters
    ----------
    squares : ndarray
        From `tenths`.

    Returns
    -------
    tuple of float
        LUFS and LU; missing in silence, the range also below three seconds.

    References
    ----------
    ITU-R BS.1770-4 (2015). EBU Tech 3342 (2023).

    Notes
    -----
    Notebook: 07_audio_embeddings
    """
    # Windows of 0.4 s and 3 s, a tenth apart.
    momentary, short = (_running_means(squares, n) for n in (4, 30))
    loud = momentary[_lufs(momentary) >= ABSOLUTE_GATE]
    if not len(loud):
        return np.nan, np.nan
    gated = loud[_lufs(loud) > _lufs(loud.mean()) - RELATIVE_GATE]
    passed = short[_lufs(short) >= ABSOLUTE_GATE]
    spread = np.nan
    if len(passed):
        levels = _lufs(passed[_lufs(passed) >= _lufs(passed.mean()) - RANGE_GATE])
        low, high = np.percentile(levels, [10, 95])
        spread = float(high - low)
    return float(_lufs(gated.mean())), spread


def _running_means(squares: np.ndarray, n: int) -> np.ndarray:
    """Means of n values in a row."""
    if len(squares) < n:
        return np.empty(0)
    return np.lib.stride_tricks.sliding_window_view(squares, n).mean(axis=1)


def _lufs(square: np.ndarray) -> np.ndarray:
    """Loudness of a K-weighted mean square; silence is far below every gate."""
    return LUFS_OF_ONE + 10 * np.log10(np.maximum(square, 1e-30))


def describe(slow: Iterable[np.ndarray], fast: Iterable[np.ndarray]) -> dict[str, float]:
    """The descriptors of one sound.

    Parameters
    ----------
    slow, fast : iterable of ndarray
        The same mono sound at 22,050 Hz and at 48 kHz, in blocks.

    Returns
    -------
    dict of str to float
        `COLUMNS`; missing where a sound has no such thing, as silence has no pitch.

    Raises
    ------
    ValueError
        When the sound is shorter than a second, or a sample is not a finite number.

    Notes
    -----
    Notebook: 07_audio_embeddings
    """
    import librosa

    sums = _Sums()
    for piece in pieces(slow):
        _add(sums, piece)
    onsets = np.concatenate(sums.onsets)
    bpm, clarity = beat(onsets)
    found = librosa.onset.onset_detect(
        onset_envelope=onsets, sr=RATE, hop_length=STRIDE, normalize=False, delta=ONSET
    )
    centroid, bandwidth, flatness = sums.shapes / (sums.frames or np.nan)
    lufs, spread = loudness(tenths(fast))
    seconds = sums.samples / RATE
    values = (
        *(bpm, clarity, lufs, spread, len(found) / seconds, centroid, bandwidth, flatness),
        sums.percussive / (sums.percussive + sums.harmonic or np.nan),
        key_clarity(sums.chroma),
        sums.crossings / seconds,
    )
    return dict(zip(COLUMNS, map(float, values), strict=True))


def describe_file(path: str | Path, heard: list[str] | None = None) -> np.ndarray:
    """One file's descriptors. It is decoded twice, at a rate for each part, and never held whole.

    Parameters
    ----------
    path : str or Path
        An audio file.
    heard : list of str, optional
        As in `decode`.

    Returns
    -------
    ndarray
        In the order of `COLUMNS`, float32.

    Raises
    ------
    ValueError
        As `decode` and `describe` raise it.

    Notes
    -----
    Notebook: 07_audio_embeddings
    """
    slow = resampled(decode(path, heard=heard), RATE)
    found = describe(slow, resampled(decode(path)))
    return np.array([found[name] for name in COLUMNS], np.float32)
