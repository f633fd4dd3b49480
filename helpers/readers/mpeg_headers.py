"""Streams of frames without a container: MP3, raw AAC, FLAC, and the tags around them."""

import io
import re
import struct
from dataclasses import dataclass

# How far behind the tags the first frame is looked for.
SEARCHED = 1 << 16


@dataclass
class Mpeg:
    """What a stream states at its beginning.

    Attributes
    ----------
    packets : int
        Frames that the header of an MP3 states (Xing, Info, VBRI), 0 where it states none or
        where the bytes that it states are there and the frames are not, so that the count is wrong.
    is_mpeg : bool
        Whether something like a frame of MP3 stands there.
    flac_seconds : float
        Length that FLAC's STREAMINFO states; 0 where it states none, and of another format.
    """

    packets: int = 0
    is_mpeg: bool = False
    flac_seconds: float = 0


def tag_length(start: bytes) -> int:
    """Length of the tag that some bytes begin with.

    Parameters
    ----------
    start : bytes
        At least 32 of them, where there are as many.

    Returns
    -------
    int
        Bytes of an ID3v2, ID3v1, APE or Lyrics3 tag; 0 where it is none.

    Notes
    -----
    Notebook: 07_audio_embeddings
    """
    if start[:3] == b"ID3" and len(start) >= 10:
        a, b, c, d = start[6:10]
        footer = 10 if start[5] & 0x10 else 0
        return 10 + (a << 21 | b << 14 | c << 7 | d) + footer
    if start[:8] == b"APETAGEX" and len(start) >= 32:
        length, _, flags = struct.unpack("<III", start[12:24])
        is_header = flags & 1 << 29
        return length + 32 if is_header else 32
    if start[:3] == b"TAG":
        return 227 if start[:4] == b"TAG+" else 128
    if start[:11] == b"LYRICSBEGIN":
        found = re.search(rb"LYRICS200|LYRICSEND", start)
        return found.end() if found else len(start)
    return 0


def untagged(file: io.BufferedReader | io.RawIOBase, begin: int, end: int) -> int:
    """Bytes of a range that no tag at its beginning accounts for.

    Parameters
    ----------
    file : BufferedReader or RawIOBase
    begin, end : int
        First byte of the range, and the one after its last.

    Returns
    -------
    int

    Notes
    -----
    Notebook: 07_audio_embeddings
    """
    while begin < end:
        file.seek(begin)
        length = tag_length(file.read(8192) or b"")
        if not length:
            break
        begin += length
    return max(0, end - begin)


def read_mpeg(file: io.BufferedReader | io.RawIOBase, size: int) -> Mpeg:
    """What a stream without a container states behind the tags in front of it.

    Parameters
    ----------
    file : BufferedReader or RawIOBase
    size : int
        Bytes of the file.

    Returns
    -------
    Mpeg

    Notes
    -----
    Notebook: 07_audio_embeddings
    """
    begin = size - untagged(file, 0, size)
    file.seek(begin)
    start = file.read(SEARCHED) or b""
    if start[:4] == b"fLaC" and len(start) >= 26:
        packed = int.from_bytes(start[18:26], "big")
        rate, samples = packed >> 44, packed & ((1 << 36) - 1)
        return Mpeg(flac_seconds=samples / max(rate, 1))
    for found in re.finditer(rb"\xff[\xe2-\xff]", start):
        if _is_layer_three(start[found.start() : found.start() + 4]):
            return Mpeg(is_mpeg=True, packets=_stated_packets(start[found.start() :], size - begin))
    return Mpeg()


def _is_layer_three(head: bytes) -> bool:
    """Whether four bytes can be the head of an MP3 frame."""
    if len(head) < 4:
        return False
    version, layer = head[1] >> 3 & 3, head[1] >> 1 & 3
    return version != 1 and layer == 1 and head[2] >> 4 not in (0, 15) and head[2] >> 2 & 3 != 3


def _stated_packets(frame: bytes, left: int) -> int:
    """Frames that a first frame states in its Xing, Info or VBRI header."""
    first_version, mono = frame[1] >> 3 & 3 == 3, frame[3] >> 6 == 3
    side = {(True, False): 32, (True, True): 17, (False, False): 17, (False, True): 9}
    at = 4 + side[first_version, mono]
    if frame[at : at + 4] in (b"Xing", b"Info"):
        flags, first, second = struct.unpack(">III", frame[at + 4 : at + 16].ljust(12, b"\0"))
        packets, stated_bytes = first if flags & 1 else 0, second if flags & 3 == 3 else 0
    elif frame[36:40] == b"VBRI":
        stated_bytes, packets = struct.unpack(">II", frame[46:54].ljust(8, b"\0"))
    else:
        return 0
    # The bytes are all there, or more of them: it is the count that is wrong.
    if stated_bytes and stated_bytes <= left:
        return 0
    return packets
