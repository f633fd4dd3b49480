"""How far a track's vector moves where the music stays the same: gain, a codec, a cut, noise.

A vector that moves as far under a change of volume as from one track to another says more about the
recording than about the music.
"""

from collections.abc import Callable, Iterable, Mapping
from pathlib import Path

import numpy as np
import pandas as pd
import soundfile
from scipy.spatial.distance import pdist

DECIBELS, KILOBITS, CUT, NOISE = -6.0, 64, 2.0, 30.0
# Bit rates that libsndfile spreads its level of compression over, kbit/s: level 0 and level 1.
MOST_KILOBITS, FEWEST_KILOBITS = 320, 32
# From samples and their rate, and a generator, to samples.
Change = Callable[[np.ndarray, int, np.random.Generator], np.ndarray]


def _gain(sound: np.ndarray, rate: int, rng: np.random.Generator) -> np.ndarray:
    """The sound 6 dB softer: half its amplitude."""
    return sound * 10 ** (DECIBELS / 20)


def _cut(sound: np.ndarray, rate: int, rng: np.random.Generator) -> np.ndarray:
    """The sound without its first two seconds."""
    return sound[round(CUT * rate) :]


def _noise(sound: np.ndarray, rate: int, rng: np.random.Generator) -> np.ndarray:
    """The sound with white noise 30 dB below its mean power."""
    power = np.mean(np.square(sound, dtype=float)) * 10 ** (-NOISE / 10)
    return sound + np.sqrt(power) * rng.standard_normal(sound.shape)


def _as_it_is(sound: np.ndarray, rate: int, rng: np.random.Generator) -> np.ndarray:
    """The sound unchanged."""
    return sound


CHANGES: dict[str, Change] = {
    "unchanged": _as_it_is,
    f"gain of {DECIBELS:g} dB": _gain,
    f"MP3 of {KILOBITS} kbit/s": _as_it_is,
    f"cut of {CUT:g} s": _cut,
    f"noise at {NOISE:g} dB": _noise,
}


def write_changed(sound: np.ndarray, rate: int, folder: Path, seed: int) -> dict[str, Path]:
    """Write a sound and its changed versions to files.

    Parameters
    ----------
    sound : ndarray, shape (samples,) or (samples, channels)
    rate : int
        Samples a second.
    folder : Path
    seed : int
        Of the noise.

    Returns
    -------
    dict of str to Path
        By the keys of `CHANGES`: WAV in single precision, which loses nothing, and an MP3.

    Notes
    -----
    Notebook: 07_audio_embeddings
    """
    paths = {}
    for number, (name, change) in enumerate(CHANGES.items()):
        changed = change(sound, rate, np.random.default_rng(seed))
        if name.startswith("MP3"):
            paths[name] = folder / f"{number}.mp3"
            level = (MOST_KILOBITS - KILOBITS) / (MOST_KILOBITS - FEWEST_KILOBITS)
            soundfile.write(
                paths[name], changed, rate, compression_level=level, bitrate_mode="CONSTANT"
            )
        else:
            paths[name] = folder / f"{number}.wav"
            soundfile.write(paths[name], changed, rate, subtype="FLOAT")
    return paths


def vectors_of_changes(
    sounds: Iterable[tuple[np.ndarray, int]],
    describe: Callable[[Path], np.ndarray],
    folder: Path,
    seed: int,
) -> dict[str, np.ndarray]:
    """Vectors of every sound under every change.

    Parameters
    ----------
    sounds : iterable of (ndarray, int)
        Samples, and samples a second.
    describe : callable
        From a file to its vector.
    folder : Path
        For files that are written over again.
    seed : int

    Returns
    -------
    dict of str to ndarray, shape (sounds, numbers)
        By the keys of `CHANGES`.

    Notes
    -----
    Notebook: 07_audio_embeddings
    """
    found: dict[str, list[np.ndarray]] = {name: [] for name in CHANGES}
    for number, (sound, rate) in enumerate(sounds):
        for name, path in write_changed(sound, rate, folder, seed + number).items():
            found[name].append(describe(path))
    return {name: np.array(vectors, float) for name, vectors in found.items()}


def moved(vectors: Mapping[str, np.ndarray], standardised: bool) -> pd.DataFrame:
    """How far each vector moves, as a share of the median distance between tracks.

    Parameters
    ----------
    vectors : mapping of str to ndarray, shape (sounds, numbers)
        From `vectors_of_changes`. Numbers that a sound does not have (NaN) are left out of all.
    standardised : bool
        Whether numbers are scaled to mean 0 and SD 1 over the unchanged sounds.

    Returns
    -------
    DataFrame
        One row a sound, one column a change.

    Raises
    ------
    ValueError
        Fewer than two sounds: there is no distance between tracks.

    Notes
    -----
    Notebook: 07_audio_embeddings
    """
    first, *others = vectors
    if len(vectors[first]) < 2:
        raise ValueError("the distance between tracks takes two sounds at least")
    known = ~np.any([np.isnan(found).any(axis=0) for found in vectors.values()], axis=0)
    plain = vectors[first][:, known]
    scale = plain.std(axis=0).clip(1e-9) if standardised else np.ones(plain.shape[1])
    unit = np.median(pdist(plain / scale))
    return pd.DataFrame(
        {
            name: np.linalg.norm((vectors[name][:, known] - plain) / scale, axis=1) / unit
            for name in others
        }
    )
