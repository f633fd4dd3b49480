"""What an audio file states of its own length, read from its bytes before anything is decoded.

Decoders estimate a length where a file states none, and an estimate must never refuse a file or cut
it short. What stands here is what a container writes down, and where its bytes end.
"""

import io
import re
import struct
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import NamedTuple

from helpers.readers.mpeg_headers import read_mpeg

# A size that nobody filled in: nothing, or within a header's length of 2 or 4 GB (a pipe's).
PLACEHOLDERS = (1 << 31, 1 << 32, 1 << 63, 1 << 64)
SLACK = 8192


class Layout(NamedTuple):
    """How a family of files lays out its chunks: head, first chunk, and what lengths are filled to."""

    head: str
    begin: int
    padding: int


CHUNKED = {
    b"RIFF": Layout("<4sI", 12, 2),
    b"RF64": Layout("<4sI", 12, 2),
    b"BW64": Layout("<4sI", 12, 2),
    b"RIFX": Layout(">4sI", 12, 2),
    b"FORM": Layout(">4sI", 12, 2),
    b"caff": Layout(">4sq", 8, 1),
    b"riff": Layout("<16sQ", 40, 8),
}
MPEG_IN_WAV = (b"\x50\0", b"\x55\0", b"\0\x50", b"\0\x55")
SOUND_CHUNKS = (b"data", b"SSND", b"BODY")
CHUNK_NAME = re.compile(rb"[A-Za-z0-9_\-]{3,4} ?\x00?")
MATROSKA = b"\x1a\x45\xdf\xa3"
SEGMENT = b"\x18\x53\x80\x67"
# The element Info, and in it, not far behind, the length in a floating-point number.
MATROSKA_LENGTH = re.compile(rb"\x15\x49\xa9\x66.{0,600}?\x44\x89([\x84\x88])(.{4,8})", re.DOTALL)
MATROSKA_SCALE = re.compile(rb"\x2a\xd7\xb1([\x81-\x84])(.{1,4})", re.DOTALL)
ASF = bytes.fromhex("3026b2758e66cf11a6d900aa0062ce6c")
ASF_PROPERTIES = bytes.fromhex("a1dcab8c47a9cf118ee400c00c205365")
MP4_BOXES = (b"ftyp", b"moov", b"mdat", b"free", b"skip", b"wide", b"styp", b"pnot")
PAGE = struct.Struct("<4sBBqIIIB")


@dataclass
class Header:
    """What a file states.

    Attributes
    ----------
    kind : str
        "pcm" for the families that libsndfile reads well; "mpeg" for what it would give to mpg123,
        which guesses lengths and prints what it thinks of them; else the container's name.
    links : list of tuple of int
        First byte and end of each part that is decoded by itself; of a chained Ogg file several.
    stated, there : int
        Bytes of sound that the header states, and those that the file has; both 0 where it states
        none.
    beyond : int
        Bytes behind the sound that no header names.
    packets : int
        Packets that an MP3's first frame states; 0 where it states none.
    seconds : float
        Length that a container states; 0 where it states none.
    margin : float
        By how many seconds that length may be too long.
    patches : list of tuple of int and bytes
        Sizes that the file's writer never filled in: their places, and what should stand there.
    cut : str
        Why the file is known to be cut, whatever decodes; empty where it is not.
    """

    kind: str
    links: list[tuple[int, int]] = field(default_factory=list)
    stated: int = 0
    there: int = 0
    beyond: int = 0
    packets: int = 0
    seconds: float = 0
    margin: float = 0.1
    patches: list[tuple[int, bytes]] = field(default_factory=list)
    cut: str = ""


class Part(io.RawIOBase):
    """A range of a file's bytes as a file without a name, so that no decoder goes by its ending.

    Parameters
    ----------
    path : Path
    start, end : int
        First byte, and the one after the last.
    patches : sequence of tuple of int and bytes
        Bytes that stand at places of the range in place of the file's own.
    """

    def __init__(
        self, path: Path, start: int, end: int, patches: Sequence[tuple[int, bytes]] = ()
    ) -> None:
        self._file = io.FileIO(path)
        self._start, self._end, self._at = start, end, 0
        self._patches = patches

    def readable(self) -> bool:
        """True: bytes can be read.

        Returns
        -------
        bool
        """
        return True

    def seekable(self) -> bool:
        """True: any place can be read.

        Returns
        -------
        bool
        """
        return True

    def seek(self, offset: int, whence: int = io.SEEK_SET) -> int:
        """Go to a place, counted from the part's own first byte.

        Parameters
        ----------
        offset : int
            Bytes.
        whence : int
            What they are counted from, as in `io`.

        Returns
        -------
        int
            The place that was reached.
        """
        base = {io.SEEK_SET: 0, io.SEEK_CUR: self._at, io.SEEK_END: self._end - self._start}
        # A damaged header can send a decoder beyond what a file system can address.
        self._at = min(max(0, base[whence] + offset), self._end - self._start)
        return self._at

    def readinto(self, buffer: memoryview) -> int:  # type: ignore[override]
        """Fill a buffer from the place that was reached; 0 at the part's end.

        Parameters
        ----------
        buffer : memoryview
            Is changed.

        Returns
        -------
        int
            Bytes that were read.
        """
        left = max(0, self._end - self._start - self._at)
        view = memoryview(buffer).cast("B")[:left]
        self._file.seek(self._start + self._at)
        count = self._file.readinto(view) or 0
        for place, data in self._patches:
            for offset, byte in enumerate(data, place - self._at):
                if 0 <= offset < count:
                    view[offset] = byte
        self._at += count
        return count

    def close(self) -> None:
        """Close the file."""
        self._file.close()
        super().close()


def read_header(path: Path) -> Header:
    """What a file states of its own length.

    Parameters
    ----------
    path : Path
        A regular file that is not empty.

    Returns
    -------
    Header
        With one link, the whole file, unless it is a chain of Ogg streams.

    Notes
    -----
    Notebook: 07_audio_embeddings
    """
    size = path.stat().st_size
    with open(path, "rb") as file:
        start = file.read(16)
        try:
            header = _header_of(file, start, size)
        except struct.error:  # it ends within its header, and a decoder will say so
            header = Header("other")
    if not header.links:
        header.links = [(0, size)]
    return header


def _header_of(file: io.BufferedReader, start: bytes, size: int) -> Header:
    """What the container states, by the magic number that it starts with."""
    if start == ASF:
        return _asf(file, size)
    if start[4:8] in MP4_BOXES:
        return _mp4(file, size)
    readers = {
        **dict.fromkeys(CHUNKED, _chunked),
        **dict.fromkeys((b".snd", b"dns."), _au),
        b"OggS": _ogg,
        MATROSKA: _matroska,
    }
    return readers.get(start[:4], _unframed)(file, start, size)


def _unframed(file: io.BufferedReader, start: bytes, size: int) -> Header:
    """A stream of frames without a container, and everything that is not known."""
    mpeg = read_mpeg(file, size)
    kind = "stream"
    begins_with_frame = start[:1] == b"\xff" and start[1:2] >= b"\xe0"
    if mpeg.is_mpeg or begins_with_frame or start[:3] == b"ID3":
        kind = "mpeg"
    # FLAC states its samples exactly: a single frame that is lost shows.
    margin = 0.01 if mpeg.flac_seconds else 0.1
    return Header(kind, packets=mpeg.packets, seconds=mpeg.flac_seconds, margin=margin)


def is_placeholder(length: int) -> bool:
    """Whether a stated size is one that a writer put down before it knew.

    Parameters
    ----------
    length : int
        Bytes.

    Returns
    -------
    bool

    Notes
    -----
    Notebook: 07_audio_embeddings
    """
    return length <= 0 or any(0 <= bound - length <= SLACK for bound in PLACEHOLDERS)


def _chunks(
    file: io.BufferedReader, layout: Layout, begin: int, size: int
) -> Iterator[tuple[bytes, int, int]]:
    """Name, first byte and length of each chunk; the last may reach beyond the file."""
    head = struct.Struct(layout.head)
    while begin + head.size <= size:
        file.seek(begin)
        name, length = head.unpack(file.read(head.size))
        if head.size == 24:  # Wave64 counts the head of a chunk too
            name, length = name[:4], length - head.size
        yield name, begin + head.size, length
        if length < 0:
            return
        begin = _filled(begin + head.size + length, layout)


def _filled(end: int, layout: Layout) -> int:
    """Where the next chunk begins after one that ends at a place."""
    return -(-end // layout.padding) * layout.padding


def _chunked(file: io.BufferedReader, start: bytes, size: int) -> Header:
    """WAV and its large relatives, AIFF, CAF, Wave64: one chunk holds the sound."""
    layout = CHUNKED[start[:4]]
    header = Header("pcm")
    large, large_at = 0, 0
    for name, first, length in _chunks(file, layout, layout.begin, size):
        if name == b"ds64":
            large_at = first + 8
            file.seek(large_at)
            large = struct.unpack("<Q", file.read(8))[0]
        if name == b"fmt ":
            file.seek(first)
            if file.read(2) in MPEG_IN_WAV:
                header.kind = "mpeg"
        if name not in SOUND_CHUNKS:
            continue
        stated = length
        if large_at and length >= 1 << 31:
            stated = large
        if is_placeholder(stated):
            if stated or not _names_a_chunk(file, first):
                header.patches = _filled_in(layout, first, large_at, size)
            return header
        header.stated, header.there = stated, min(stated, size - first)
        header.beyond = _unnamed(file, layout, _filled(first + stated, layout), size)
        if start[:4] == b"riff":  # libsndfile would hear whatever follows
            header.links = [(0, first + header.there)]
        break
    return header


def _filled_in(layout: Layout, first: int, large_at: int, size: int) -> list[tuple[int, bytes]]:
    """Sizes of a sound that goes on to the file's end, as its header should state them."""
    left = size - first
    if large_at:
        return [(large_at - 8, struct.pack("<QQ", size - 8, left))]
    order, width = layout.head[0], layout.head[-1]
    place = first - struct.calcsize(order + width)
    if width == "Q":  # Wave64: the whole file's size too, and heads count
        return [(16, struct.pack("<Q", size)), (place, struct.pack("<Q", left + 24))]
    if left >= 1 << 32:
        return []
    return [(place, struct.pack(order + width, left))]


def _names_a_chunk(file: io.BufferedReader, place: int) -> bool:
    """Whether what looks like the name of a chunk stands at a place, or the file ends there."""
    file.seek(place)
    name = file.read(4)
    return len(name) < 4 or bool(CHUNK_NAME.fullmatch(name))


def _unnamed(file: io.BufferedReader, layout: Layout, begin: int, size: int) -> int:
    """Bytes from a place on that are no chunk."""
    for _, first, length in _chunks(file, layout, begin, size):
        if not _names_a_chunk(file, begin) or first + length > size:
            break
        begin = _filled(first + length, layout)
    return max(0, size - begin)


def _au(file: io.BufferedReader, start: bytes, size: int) -> Header:
    """Sun's audio: the first byte of the sound and its length in the first twelve bytes."""
    order = ">" if start[:4] == b".snd" else "<"
    first, stated = struct.unpack(f"{order}II", start[4:12])
    left = size - first
    if is_placeholder(stated) and left < 1 << 32:
        return Header("pcm", patches=[(8, struct.pack(f"{order}I", max(0, left)))])
    return Header("pcm", stated=stated, there=max(0, min(stated, size - first)))


def _pages(file: io.BufferedReader, size: int) -> Iterator[tuple[int, int, int, int]]:
    """First byte, end, flags and stream of each Ogg page; the last may reach beyond the file."""
    begin = 0
    while begin < size:
        file.seek(begin)
        head = file.read(PAGE.size)
        if head[:4] != b"OggS":
            begin = _next_page(file, begin, size)
            continue
        if len(head) < PAGE.size:
            yield begin, size + 1, 0, 0
            return
        _, _, flags, _, serial, _, _, count = PAGE.unpack(head)
        lengths = file.read(count)
        end = begin + PAGE.size + count + sum(lengths)
        if len(lengths) < count:
            end = size + 1
        yield begin, end, flags, serial
        begin = end


def _next_page(file: io.BufferedReader, begin: int, size: int) -> int:
    """Where the next Ogg page begins after bytes that are none; the file's end without one."""
    while begin < size:
        file.seek(begin)
        found = file.read(1 << 16).find(b"OggS")
        if found >= 0:
            return begin + found
        begin += (1 << 16) - 3
    return size


def _ogg(file: io.BufferedReader, start: bytes, size: int) -> Header:
    """Ogg: links of a chain, each from its first page to the ends of all its streams."""
    header = Header("ogg")
    running: set[int] = set()
    ended = True
    first = end = 0
    for begin, end, flags, serial in _pages(file, size):  # noqa: B007 the last end counts
        if flags & 2:
            if ended and begin > first:
                header.links.append((first, begin))
                first = begin
            running.add(serial)
            ended = False
        if flags & 4:
            running.discard(serial)
            ended = not running
    header.links.append((first, size))
    if end > size:
        header.cut = "the last Ogg page is not whole"
    elif running:
        header.cut = "the end of the Ogg stream is missing"
    return header


def _number(file: io.BufferedReader) -> tuple[int, bool]:
    """A number of EBML's variable length, and whether it means that the length is unknown."""
    first = (file.read(1) or b"\0")[0]
    if not first:
        return 0, True
    width = 9 - first.bit_length()
    value = int.from_bytes(bytes([first & (0xFF >> width)]) + file.read(width - 1), "big")
    return value, value == (1 << (7 * width)) - 1


def _matroska(file: io.BufferedReader, start: bytes, size: int) -> Header:
    """Matroska and WebM: the size of the segment, and the length in its element Info."""
    header = Header("matroska", margin=0.25)
    file.seek(4)
    length, _ = _number(file)
    file.seek(file.tell() + length)
    if file.read(4) == SEGMENT:
        length, unknown = _number(file)
        if not unknown and file.tell() + length > size:
            header.cut = f"{file.tell() + length - size:,} bytes are missing"
    file.seek(0)
    start = file.read(1 << 16)
    found = MATROSKA_LENGTH.search(start)
    if found:
        width = found[1][0] - 0x80
        ticks = struct.unpack({4: ">f", 8: ">d"}[width], found[2][:width])[0]
        scale = MATROSKA_SCALE.search(start)
        nanoseconds = 1_000_000
        if scale:
            nanoseconds = int.from_bytes(scale[2][: scale[1][0] - 0x80], "big")
        header.seconds = ticks * nanoseconds / 1e9
    return header


def _asf(file: io.BufferedReader, size: int) -> Header:
    """Windows Media: size and length in the element File Properties; a broadcast has neither."""
    header = Header("asf", margin=1.0)
    file.seek(0)
    start = file.read(1 << 16)
    at = start.find(ASF_PROPERTIES)
    if at < 0 or len(start) < at + 92:
        return header
    stated, _, _, play, _, preroll, flags = struct.unpack("<QQQQQQI", start[at + 40 : at + 92])
    if not flags & 1:
        if stated > size:
            header.cut = f"{stated - size:,} bytes are missing"
        header.seconds = max(0, play / 1e7 - preroll / 1e3)
    return header


def _mp4(file: io.BufferedReader, size: int) -> Header:
    """MP4: the last box tells a cut, unless the box moov is there and states the stream's length."""
    header = Header("mp4")
    begin, described, fragmented = 0, False, False
    while begin + 8 <= size:
        file.seek(begin)
        length, name = struct.unpack(">I4s", file.read(8))
        if length == 1:
            length = int.from_bytes(file.read(8), "big")
        if length < 8 or not CHUNK_NAME.fullmatch(name):
            break
        described = described or name == b"moov"
        fragmented = fragmented or name == b"moof"
        begin += length
    if begin > size and (fragmented or not described):
        header.cut = f"{begin - size:,} bytes are missing"
    return header
