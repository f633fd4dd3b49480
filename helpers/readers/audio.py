"""Audio files, in a folder or behind URLs, as blocks of mono samples, never whole in memory."""

from pathlib import Path

import numpy as np
import pandas as pd
import requests
import soxr

from helpers.project import ProjectError
from helpers.readers.feature_tables import read_table

AUDIO = "aac aif aiff au caf flac m4a mka mp2 mp3 mp4 oga ogg opus wav webm wma wv".split()
RATE = 48_000  # samples a second that OpenL3 hears
RESAMPLER = f"soxr {soxr.__version__} VHQ"


def read_listing(source):
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
    Notebook: 05_audio_embeddings
    """
    source = Path(source).absolute()
    if source.is_file():
        table = read_table(source)
        if wrong := [name for name in ("track_id", "path") if [*table].count(name) != 1]:
            raise ProjectError(f"{source} should have these columns once: {', '.join(wrong)}.")
        table["path"] = [p if "://" in p else source.parent / p for p in table["path"].fillna("")]
    else:
        files = sorted(p for p in source.rglob("*") if p.suffix[1:].lower() in AUDIO)
        table = pd.DataFrame({"track_id": [p.stem for p in files], "path": files})
    if table.empty:
        raise ProjectError(
            f"{source} is neither a table with rows nor a folder that holds audio "
            f"(files that end in {', '.join(AUDIO)})."
        )
    if len(twice := table[table["track_id"].duplicated(keep=False)]):
        raise ProjectError(
            f"{source}: several files are called {twice['track_id'].iloc[0]!r}, "
            f"as {twice['path'].iloc[0]}. Rename, or give a table (track_id, path)."
        )
    return table[["track_id", "path"]].fillna("").astype(str).reset_index(drop=True)


def local(path, target):
    """A file on this machine: the path itself, or what a URL serves.

    Parameters
    ----------
    path : str
        Path, or an address that begins with http:// or https://.
    target : Path
        Where to put what an address serves.

    Returns
    -------
    str or Path

    Raises
    ------
    OSError
        When the address does not answer (`requests.RequestException` is one).

    Notes
    -----
    Notebook: 05_audio_embeddings
    """
    if "://" not in path:
        return path
    with requests.get(path, stream=True, timeout=60) as answer, open(target, "wb") as file:
        answer.raise_for_status()
        file.writelines(answer.iter_content(1 << 16))
    return target


def decode(path, seconds=5):
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
    Notebook: 05_audio_embeddings
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
        # not file.blocks(): where a file ends early, that fills up with what was in memory
        while len(block := file.read(int(seconds * file.samplerate), always_2d=True)):
            yield block.mean(axis=1), file.samplerate
        _complete(file.tell(), file.frames, file.samplerate)


def _decode_ffmpeg(path, reason):
    import av

    try:
        with av.open(str(path)) as file:
            if not file.streams.audio:
                raise ValueError(f"{reason} FFmpeg: no audio in it")
            stream, unpack, done = file.streams.audio[0], av.AudioResampler(format="dblp"), 0
            for packed in file.decode(stream):
                for frame in unpack.resample(packed):
                    done += frame.samples
                    yield frame.to_ndarray().mean(axis=0), frame.sample_rate
            _complete(done, (stream.duration or 0) * stream.time_base * stream.rate, stream.rate)
    except av.FFmpegError as error:
        raise ValueError(f"{reason} FFmpeg: {error.strerror}") from error


def _complete(done, stated, rate):
    if done < stated - rate / 10:  # an MP3 without a LAME tag states its padding too
        raise ValueError(f"truncated: {done / rate:.1f} of {float(stated) / rate:.1f} s decode")


def resampled(blocks):
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
    Notebook: 05_audio_embeddings
    """
    stream = None
    for samples, rate in blocks:
        stream = stream or soxr.ResampleStream(rate, RATE, 1, dtype="float64", quality="VHQ")
        yield stream.resample_chunk(samples).astype(np.float32)
    if stream:
        yield stream.resample_chunk(np.empty(0), last=True).astype(np.float32)
