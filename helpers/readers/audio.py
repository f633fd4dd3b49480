"""Audio files as blocks of mono samples, never whole in memory."""

from collections.abc import Iterable, Iterator
from fractions import Fraction
from pathlib import Path

import numpy as np
import pandas as pd
import soxr

from helpers.project import ProjectError
from helpers.readers.feature_tables import read_table

# Endings of audio files.
AUDIO = (
    *("aac", "aif", "aiff", "au", "caf", "flac", "m4a", "mka", "mp2", "mp3"),
    *("mp4", "oga", "ogg", "opus", "wav", "webm", "wma", "wv"),
)
Block = tuple[np.ndarray, int]
RATE = 48_000  # samples a second that OpenL3 hears
RESAMPLER = f"soxr {soxr.__version__} VHQ"


def read_listing(source: str | Path) -> pd.DataFrame:
    """Files to embed.

    Parameters
    ----------
    source : str or Path
        A folder (its audio files at any depth; `track_id` is the stem), or a CSV or Parquet table
        with the columns `track_id` and `path`: a URL or a path, relative to the table's folder.

    Returns
    -------
    DataFrame
        Columns track_id and path, both text.

    Raises
    ------
    ProjectError
        When nothing is found, a column is missing or stands twice, or several files claim one
        track_id.

    Notes
    -----
    Notebook: 07_audio_embeddings
    """
    place = Path(source).absolute()
    table = _listed_files(place) if place.is_file() else _files_inside(place)
    if table.empty:
        raise ProjectError(
            f"{place} is neither a table with rows nor a folder that holds audio "
            f"(files that end in {', '.join(AUDIO)})."
        )
    twice = table[table["track_id"].duplicated(keep=False)]
    if len(twice):
        raise ProjectError(
            f"{place}: several files are called {twice['track_id'].iloc[0]!r}, "
            f"as {twice['path'].iloc[0]}. Rename, or give a table (track_id, path)."
        )
    return table[["track_id", "path"]].fillna("").astype(str).reset_index(drop=True)


def _listed_files(place: Path) -> pd.DataFrame:
    """Files that a table names; paths count from the table's folder."""
    table = read_table(place)
    wrong = [name for name in ("track_id", "path") if list(table).count(name) != 1]
    if wrong:
        raise ProjectError(f"{place} should have these columns once: {', '.join(wrong)}.")
    paths = table["path"].fillna("")
    table["path"] = [path if "://" in path else place.parent / path for path in paths]
    return table


def _files_inside(folder: Path) -> pd.DataFrame:
    """Audio files of a folder, at any depth, each called by its stem."""
    files = [path for path in folder.rglob("*") if path.suffix[1:].lower() in AUDIO]
    files.sort()
    return pd.DataFrame({"track_id": [path.stem for path in files], "path": files})


def decode(path: str | Path, seconds: float = 5) -> Iterator[Block]:
    """Decode an audio file in blocks, its channels averaged.

    Parameters
    ----------
    path : str or Path
        Anything libsndfile reads, else anything FFmpeg reads (through PyAV).
    seconds : float
        Length of a block; bounds the memory, never the file.

    Yields
    ------
    tuple of ndarray and int
        Mono samples (float64) and their rate in Hz.

    Raises
    ------
    ValueError
        When neither library reads the file, or it ends before the length its header states.
    soundfile.LibsndfileError
        When the file is damaged on the way.

    Notes
    -----
    Notebook: 07_audio_embeddings
    """
    import soundfile

    if not Path(path).stat().st_size:
        raise ValueError("empty file")
    try:
        file = soundfile.SoundFile(path)
    except soundfile.LibsndfileError as error:
        yield from _decode_ffmpeg(path, f"libsndfile: {error.error_string}")
        return
    with file:
        frames = int(seconds * file.samplerate)
        # Not file.blocks(): where a file ends early, that fills up with what was in memory.
        block = file.read(frames, always_2d=True)
        while len(block):
            yield block.mean(axis=1), file.samplerate
            block = file.read(frames, always_2d=True)
        _check_length(file.tell(), file.frames, file.samplerate)


def _decode_ffmpeg(path: str | Path, reason: str) -> Iterator[Block]:
    """What libsndfile refused for some reason, decoded by FFmpeg."""
    import av

    try:
        with av.open(str(path)) as file:
            if not file.streams.audio:
                raise ValueError(f"{reason} FFmpeg: no audio in it")
            stream = file.streams.audio[0]
            planar = av.AudioResampler(format="dblp")
            decoded = 0
            for frame in file.decode(stream):
                for part in planar.resample(frame):
                    decoded += part.samples
                    yield part.to_ndarray().mean(axis=0), part.sample_rate
            if stream.duration and stream.time_base:
                stated = stream.duration * stream.time_base * stream.rate
                _check_length(decoded, stated, stream.rate)
    except av.FFmpegError as error:
        raise ValueError(f"{reason} FFmpeg: {error.strerror}") from error


def _check_length(decoded: int, stated: int | Fraction, rate: int) -> None:
    """Refuse a file that ends more than a tenth of a second before the length it states."""
    # An MP3 without a LAME tag states its padding too.
    if decoded < stated - rate / 10:
        raise ValueError(f"truncated: {decoded / rate:.1f} of {float(stated) / rate:.1f} s decode")


def resampled(blocks: Iterable[Block]) -> Iterator[np.ndarray]:
    """Bring blocks of one file to 48 kHz with the SoX resampler at its best setting (VHQ).

    Parameters
    ----------
    blocks : iterable of tuple of ndarray and int
        What `decode` yields. Samples that are at 48 kHz pass unchanged.

    Yields
    ------
    ndarray
        Mono samples at 48 kHz, float32.

    Notes
    -----
    Notebook: 07_audio_embeddings
    """
    stream = None
    for samples, rate in blocks:
        if stream is None:
            stream = soxr.ResampleStream(rate, RATE, 1, dtype="float64", quality="VHQ")
        yield stream.resample_chunk(samples).astype(np.float32)
    if stream is not None:
        yield stream.resample_chunk(np.empty(0), last=True).astype(np.float32)
