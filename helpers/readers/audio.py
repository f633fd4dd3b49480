"""Audio files as blocks of mono samples, never whole in memory."""

import os
import stat
from collections import Counter
from collections.abc import Iterable, Iterator
from pathlib import Path

import numpy as np
import pandas as pd
import soxr

from helpers.project import ProjectError, counted, shortened
from helpers.readers.audio_headers import Header, Part, read_header
from helpers.readers.decoders import Block, Tally, UnopenedError, ffmpeg, joined, libsndfile
from helpers.readers.feature_tables import read_table
from helpers.readers.mpeg_headers import untagged

# Endings of audio files.
AUDIO = (
    *("3g2", "3gp", "aac", "ac3", "adts", "aif", "aifc", "aiff", "amr", "ape", "asf", "au", "caf"),
    *("dff", "dsf", "eac3", "flac", "m4a", "m4b", "m4v", "mka", "mkv", "mov", "mp1", "mp2", "mp3"),
    *("mp4", "mpc", "mpga", "oga", "ogg", "ogx", "opus", "rf64", "snd", "spx", "tak", "tta", "voc"),
    *("w64", "wav", "wave", "weba", "webm", "wma", "wv"),
)
SHOWN_ENDINGS = 4
# Packets by which an MP3 may fall short of its header's count, since some count the header too.
PACKETS_LEFT = 2
# Seconds of sound that may lie behind what a header states, or be lost in the middle.
BEYOND, HOLE = 1, 0.1
# Bytes, and their share of the sound, that may stand around it and be neither sound nor tag.
JUNK_BYTES, JUNK_SHARE = 1 << 12, 0.1
RATE = 48_000  # samples a second that OpenL3 hears
RESAMPLER = f"soxr {soxr.__version__} VHQ"


def read_listing(source: str | Path) -> pd.DataFrame:
    """Files to embed.

    Parameters
    ----------
    source : str or Path
        A folder (its audio files at any depth; `track_id` is the path relative to it, with `/`
        between folders and the file's ending), one audio file, or a CSV or Parquet table with the
        columns `track_id` and `path`: a URL or a path, relative to the table's folder.

    Returns
    -------
    DataFrame
        Columns track_id and path, both text; a byte of a name that is not UTF-8 stands as `\\xNN`.
        `attrs["skipped"]` says how many files of a folder were left out, and why; empty where none.

    Raises
    ------
    ProjectError
        When nothing is found, a column is missing or stands twice, or several rows of a table claim
        one track_id.

    Notes
    -----
    Notebook: 07_audio_embeddings
    """
    place = Path(source).absolute()
    skipped: Counter[str] = Counter()
    if place.is_dir():
        table = _files_inside(place, skipped)
    elif place.suffix[1:].lower() in AUDIO and place.exists():
        table = pd.DataFrame({"track_id": [_as_utf8(place.name)], "path": [_as_utf8(place)]})
    else:
        table = _listed_files(place)
    said = _skipped_line(skipped)
    if table.empty:
        raise ProjectError(
            f"{place} holds no audio (files that end in {', '.join(AUDIO)}). {said}".strip()
        )
    twice = table[table["track_id"].duplicated(keep=False)]
    if len(twice):
        raise ProjectError(
            f"{place}: several rows are called {twice['track_id'].iloc[0]!r}, "
            f"as {twice['path'].iloc[0]}. Give each file a track_id of its own."
        )
    found = table[["track_id", "path"]].fillna("").astype(str).reset_index(drop=True)
    found.attrs["skipped"] = said
    return found


def _as_utf8(name: object) -> str:
    """A name as text that can be written down, whatever its bytes are."""
    return os.fsencode(str(name)).decode("utf-8", "backslashreplace")


def _listed_files(place: Path) -> pd.DataFrame:
    """Files that a table names; paths count from the table's folder."""
    if not place.is_file():
        raise ProjectError(f"{place}: there is neither a folder nor a file of that name.")
    if place.suffix.lower() != ".parquet" and _is_binary(place):
        raise ProjectError(
            f"{place} is neither a table (CSV, Parquet) nor a file with the ending of audio. Give "
            "the folder that holds the audio, or rename the file."
        )
    table = read_table(place)
    if table.empty:
        raise ProjectError(f"{place} has no rows.")
    wrong = [name for name in ("track_id", "path") if list(table).count(name) != 1]
    if wrong:
        raise ProjectError(f"{place} should have these columns once: {', '.join(wrong)}.")
    paths = table["path"].fillna("")
    table["path"] = [path if "://" in path else place.parent / path for path in paths]
    return table


def _is_binary(place: Path) -> bool:
    """Whether a file holds zero bytes without the mark of UTF-16."""
    with open(place, "rb") as file:
        start = file.read(4096)
    return b"\0" in start and start[:2] not in (b"\xff\xfe", b"\xfe\xff")


def _files_inside(folder: Path, skipped: Counter[str]) -> pd.DataFrame:
    """Audio files of a folder at any depth, each called by its path within it."""

    def unreadable(error: OSError) -> None:
        skipped[f"unreadable folder {error.filename}"] += 1

    files = []
    for place, folders, names in os.walk(folder, onerror=unreadable):
        for name in list(folders):
            if name.startswith("."):
                folders.remove(name)
                skipped["hidden folders"] += 1
            elif Path(place, name).is_symlink():
                skipped["linked folders"] += 1
        for name in names:
            ending = Path(name).suffix.lower()
            if name.startswith("."):
                skipped["hidden files"] += 1
            elif ending[1:] in AUDIO:
                files.append(Path(place, name))
            else:
                skipped[ending or "no ending"] += 1
    rows = [(_as_utf8(file.relative_to(folder).as_posix()), _as_utf8(file)) for file in files]
    return pd.DataFrame(sorted(rows), columns=["track_id", "path"])


def _skipped_line(skipped: Counter[str]) -> str:
    """What was left out, as a line: the other kinds of files, and what was hidden or closed."""
    endings = Counter(
        {name: n for name, n in skipped.items() if name[0] == "." or name[:2] == "no"}
    )
    parts = [f"{count:,} {name}" for name, count in (skipped - endings).items()]
    if endings:
        kinds = [f"{_as_utf8(name)} {count:,}" for name, count in endings.most_common()]
        files = counted(
            endings.total(), "file that is no audio by its", "files that are no audio by their"
        )
        parts.append(f"{files} ending ({shortened(kinds, SHOWN_ENDINGS)})")
    return f"Skipped: {'; '.join(parts)}." if parts else ""


def decode(path: str | Path, seconds: float = 5, heard: list[str] | None = None) -> Iterator[Block]:
    """Decode an audio file in blocks, its channels averaged: the whole of it, or an error.

    libsndfile reads uncompressed sound, FFmpeg (through PyAV) everything else, and each what the
    other cannot open. A length is compared with what was decoded only where the file states it.

    Parameters
    ----------
    path : str or Path
        An audio file, whatever its name ends in.
    seconds : float
        Length of a block; bounds the memory, never the file.
    heard : list of str, optional
        Is given what the decoders had to complain about in a file that was heard whole.

    Yields
    ------
    tuple of ndarray and int
        Mono samples (float64) and their rate in Hz, which may change in a chain of streams.

    Raises
    ------
    ValueError
        When neither library reads the file, it is damaged, or ends before the length it states.

    Notes
    -----
    Notebook: 07_audio_embeddings
    """
    file = Path(path)
    check_regular(file)
    header = read_header(file)
    if header.cut:
        raise ValueError(f"truncated: {header.cut}")
    total = 0.0
    for link in header.links:
        tally = Tally()
        length = 0.0
        for samples, rate in joined(_one_link(file, header, link, tally), seconds):
            length += len(samples) / rate
            yield samples, rate
        _check_length(length, header, tally)
        _check_bytes(length, header, tally, file)
        if heard is not None:
            heard += tally.complaints
        total += length
    if not total:
        raise ValueError("no samples")


def check_regular(path: Path) -> None:
    """Refuse what is no file with something in it; a pipe would be waited for without end.

    Parameters
    ----------
    path : Path

    Raises
    ------
    ValueError
        When it is a folder, pipe or device, or empty.
    OSError
        When there is none, or it may not be looked at.

    Notes
    -----
    Notebook: 07_audio_embeddings
    """
    found = path.stat()
    if not stat.S_ISREG(found.st_mode):
        raise ValueError("is a folder, pipe or device, and no regular file")
    if not found.st_size:
        raise ValueError("empty file")


def _one_link(path: Path, header: Header, link: tuple[int, int], tally: Tally) -> Iterator[Block]:
    """Samples of one link of a file, from the first decoder that opens it."""
    with Part(path, *link, header.patches) as part:
        decoders = [ffmpeg(part, tally)]
        if header.kind == "pcm":
            decoders.insert(0, libsndfile(part, plain=True))
        if header.kind != "mpeg":  # libsndfile would guess its length
            decoders.append(libsndfile(part))
        reasons = []
        for decoder in decoders:
            try:
                yield from decoder
                return
            except UnopenedError as error:
                reasons.append(str(error))
    raise ValueError("; ".join(dict.fromkeys(reasons)))


def _check_length(length: float, header: Header, tally: Tally) -> None:
    """Refuse a file that ends clearly before the length it states, in seconds."""
    stated, margin = tally.seconds, header.margin
    if header.seconds and tally.alone:
        stated = header.seconds
    if header.packets and tally.packets < header.packets - PACKETS_LEFT:
        stated, margin = length * header.packets / max(tally.packets, 1), 0
    if header.stated:
        stated = length * header.stated / max(header.there, 1)
    if not length and header.stated > header.there:
        raise ValueError("truncated: it ends before its first sample")
    if stated - 0.1 <= length < stated - margin:
        raise ValueError(f"damaged: {stated - length:.2f} s of {stated:.1f} s are lost")
    if length < stated - margin:
        raise ValueError(f"truncated: {length:.1f} of {stated:.1f} s decode")


def _check_bytes(length: float, header: Header, tally: Tally, path: Path) -> None:
    """Refuse a file of which a good part belongs neither to sound nor to tags."""
    if header.stated and header.beyond > header.stated / max(length, 1) * BEYOND:
        raise ValueError(
            f"its header states {length:.1f} s, and {header.beyond:,} bytes more belong to nothing"
        )
    if tally.holes * length > tally.size * HOLE:
        raise ValueError(f"damaged: {tally.holes:,} bytes in its middle are no sound")
    if not tally.unframed or tally.first is None or tally.end is None:
        return
    size = path.stat().st_size
    with open(path, "rb") as file:
        around = untagged(file, 0, tally.first) + untagged(file, tally.end, size)
    if around > max(JUNK_BYTES, JUNK_SHARE * tally.size):
        raise ValueError(f"damaged: {around:,} of its {size:,} bytes are neither sound nor tags")


def finite(blocks: Iterable[np.ndarray]) -> Iterator[np.ndarray]:
    """The same blocks of samples, as long as each sample is a finite number.

    Parameters
    ----------
    blocks : iterable of ndarray

    Yields
    ------
    ndarray

    Raises
    ------
    ValueError
        At the first block that holds another one.

    Notes
    -----
    Notebook: 07_audio_embeddings
    """
    for block in blocks:
        if not np.isfinite(block).all():
            raise ValueError("holds samples that are not finite numbers")
        yield block


def resampled(blocks: Iterable[Block], target: int = RATE) -> Iterator[np.ndarray]:
    """Bring blocks of one file to one rate with the SoX resampler at its best setting (VHQ).

    Parameters
    ----------
    blocks : iterable of tuple of ndarray and int
        What `decode` yields. Samples that are at the target rate pass unchanged.
    target : int
        Samples a second; by default OpenL3's 48 kHz.

    Yields
    ------
    ndarray
        Mono samples, float32.

    Notes
    -----
    Notebook: 07_audio_embeddings
    """
    stream = None
    stream_rate = 0
    for samples, rate in blocks:
        if stream is not None and rate != stream_rate:
            yield stream.resample_chunk(np.empty(0), last=True).astype(np.float32)
            stream = None
        if stream is None:
            stream = soxr.ResampleStream(rate, target, 1, dtype="float64", quality="VHQ")
            stream_rate = rate
        yield stream.resample_chunk(samples).astype(np.float32)
    if stream is not None:
        yield stream.resample_chunk(np.empty(0), last=True).astype(np.float32)
