"""The two decoders of sound, libsndfile and FFmpeg (through PyAV), and what each one noticed."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from helpers.readers.audio_headers import Part
from helpers.readers.mpeg_headers import untagged

Block = tuple[np.ndarray, int]
# Encodings that libsndfile reads sample by sample; those in blocks are left to FFmpeg.
PLAIN = ("PCM_S8", "PCM_U8", "PCM_16", "PCM_24", "PCM_32", "FLOAT", "DOUBLE", "ULAW", "ALAW")
# Containers, as FFmpeg calls them, that write their streams' lengths down; of others it guesses.
STATING = ("mov,mp4,m4a,3gp,3g2,mj2", "ogg", "ape", "wv", "mpc", "mpc8", "tta", "tak")
# Streams of frames, of which each byte between two tags should be sound.
UNFRAMED = ("mp3", "aac")
# Samples that libsndfile reads at once.
BLOCK = 1 << 15
# Packets at the very end that may fail: what was appended to a file decodes to nothing.
FAULTS_AT_END = 5


class UnopenedError(ValueError):
    """A decoder did not get as far as a first sample."""


@dataclass
class Tally:
    """What FFmpeg met on its way through a stream.

    Attributes
    ----------
    packets, size : int
        Packets that were decoded, and the bytes in them.
    first, end : int or None
        Place of the first packet's first byte, and the one after the last packet.
    holes : int
        Bytes between packets that belong to neither a packet nor a tag.
    faults : int
        Packets that failed since the last one that was decoded.
    seconds : float
        Length that the container states for the stream; 0 where it states none.
    alone : bool
        Whether the stream is all that the file holds, so that the file's length is its own.
    unframed : bool
        Whether it is a stream of frames without a container.
    complaints : list of str
        FFmpeg's own messages.
    """

    packets: int = 0
    size: int = 0
    first: int | None = None
    end: int | None = None
    holes: int = 0
    faults: int = 0
    seconds: float = 0
    alone: bool = True
    unframed: bool = False
    complaints: list[str] = field(default_factory=list)


def libsndfile(part: Part, plain: bool = False) -> Iterator[Block]:
    """Decode with libsndfile.

    Parameters
    ----------
    part : Part
        The file, or one link of a chain.
    plain : bool
        Whether to leave encodings in blocks, such as GSM, to another decoder.

    Yields
    ------
    tuple of ndarray and int
        Mono samples (float64), and their rate in Hz.

    Raises
    ------
    UnopenedError
        When it does not read such files.
    ValueError
        When the file is damaged on the way.

    Notes
    -----
    Notebook: 07_audio_embeddings
    """
    import soundfile

    part.seek(0)
    try:
        file = soundfile.SoundFile(part)
    except soundfile.LibsndfileError as error:
        raise UnopenedError(f"libsndfile: {error.error_string}") from error
    with file:
        if plain and file.subtype not in PLAIN:
            raise UnopenedError(f"libsndfile: {file.subtype} is left to FFmpeg")
        try:
            # Not file.blocks(): where a file ends early, that fills up with what was in memory.
            block = file.read(BLOCK, always_2d=True)
            while len(block):
                yield block.mean(axis=1), file.samplerate
                block = file.read(BLOCK, always_2d=True)
        except soundfile.LibsndfileError as error:
            raise ValueError(f"damaged: libsndfile: {error.error_string}") from error


def ffmpeg(part: Part, tally: Tally) -> Iterator[Block]:
    """Decode the first stream of sound with FFmpeg.

    Parameters
    ----------
    part
        As in `libsndfile`.
    tally : Tally
        Is filled in on the way.

    Yields
    ------
    tuple of ndarray and int
        Mono samples (float64), and their rate in Hz.

    Raises
    ------
    UnopenedError
        When it does not read such files, or there is no sound in it.
    ValueError
        When the file is damaged on the way.

    Notes
    -----
    Notebook: 07_audio_embeddings
    """
    import av
    from av.logging import Capture

    av.logging.set_level(av.logging.ERROR)
    part.seek(0)
    with Capture() as messages:
        try:
            # Nothing but this file: a playlist in disguise would name others.
            file = av.open(part, metadata_errors="replace", options={"protocol_whitelist": ""})
        except av.FFmpegError as error:
            raise UnopenedError(f"FFmpeg: {error.strerror}") from error
        with file:
            if not file.streams.audio:
                raise UnopenedError("FFmpeg: no audio in it")
            try:
                yield from _stream(file, tally, part)
            except av.FFmpegError as error:
                raise ValueError(f"damaged: FFmpeg: {error.strerror}") from error
    tally.complaints += [f"{name}: {' '.join(text.split())}" for _, name, text in messages]


def _stream(file: Any, tally: Tally, part: Part) -> Iterator[Block]:
    """Samples of a container's first stream of sound."""
    stream = file.streams.audio[0]
    if stream.codec_context is None:
        raise UnopenedError("FFmpeg: no decoder for its sound")
    if stream.codec_context.name == "flac":
        stream.codec_context.options = {"err_detect": "crccheck+explode"}
    if file.format.name in STATING and stream.duration and stream.time_base:
        tally.seconds = float(stream.duration * stream.time_base)
    tally.alone = len(file.streams) == 1
    tally.unframed = file.format.name in UNFRAMED
    mono = _Mono()
    for packet in _packets(file, stream, tally):
        for frame in _frames(packet, tally, part):
            yield mono.samples(frame), frame.sample_rate


def _packets(file: Any, stream: Any, tally: Tally) -> Iterator[Any]:
    """Packets of a stream, to the first bytes that are none where it states its length."""
    import av

    try:
        yield from file.demux(stream)
    except av.InvalidDataError:
        # What was appended to a file is no packet; the length tells whether anything is missing.
        if not tally.seconds:
            raise


def _frames(packet: Any, tally: Tally, part: Part) -> list[Any]:
    """Frames of a packet; none where it cannot be decoded, which is counted."""
    import av

    try:
        frames = packet.decode()
    except av.InvalidDataError:
        tally.faults += 1
        if tally.packets and tally.faults > FAULTS_AT_END:
            raise
        return []
    if packet.size:
        _count(packet, tally, part)
    return frames


def _count(packet: Any, tally: Tally, part: Part) -> None:
    """Add a packet that was decoded to the tally."""
    if tally.packets and tally.faults:
        raise ValueError(f"damaged: {tally.faults} packets before its end cannot be decoded")
    tally.faults = 0
    tally.packets += 1
    tally.size += packet.size
    if not tally.unframed or packet.pos is None or packet.pos < 0:
        return
    if tally.first is None:
        tally.first = packet.pos
    elif tally.end is not None and packet.pos > tally.end:
        place = part.tell()
        tally.holes += untagged(part, tally.end, packet.pos)
        part.seek(place)
    tally.end = packet.pos + packet.size


class _Mono:
    """Means over channels of frames, whose format may change on the way."""

    def __init__(self) -> None:
        self._format: tuple[str, str, int] | None = None
        self._planar: Any = None

    def samples(self, frame: Any) -> np.ndarray:
        """Mono samples of a frame, float64."""
        import av

        found = (frame.format.name, frame.layout.name, frame.sample_rate)
        if found != self._format:
            self._format, self._planar = found, av.AudioResampler(format="dblp")
        parts = [part.to_ndarray().mean(axis=0) for part in self._planar.resample(frame)]
        return np.concatenate(parts) if parts else np.empty(0)


def joined(blocks: Iterable[Block], seconds: float) -> Iterator[Block]:
    """Join short blocks of one rate to blocks of some seconds.

    Parameters
    ----------
    blocks : iterable of tuple of ndarray and int
        Mono samples and their rate in Hz.
    seconds : float
        Length from which a block is handed on.

    Yields
    ------
    tuple of ndarray and int

    Notes
    -----
    Notebook: 07_audio_embeddings
    """
    held: list[np.ndarray] = []
    length = held_rate = 0
    for samples, rate in blocks:
        if held and (rate != held_rate or length >= seconds * held_rate):
            yield np.concatenate(held), held_rate
            held, length = [], 0
        held.append(samples)
        length += len(samples)
        held_rate = rate
    if held:
        yield np.concatenate(held), held_rate
