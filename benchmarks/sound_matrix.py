"""Generated sound files against ffmpeg's decoding of them: heard whole, or refused with the defect's name.

    python benchmarks/sound_matrix.py [--every 1] [--keep DIR]

Containers, codecs, rates, channels, tags, header defects and cuts, all made from a seed by the program `ffmpeg`
(Debian: apt-get install ffmpeg), which also decodes each file as the independent truth. A file passes when its length
is ffmpeg's within one frame and its samples are ffmpeg's within 1e-3 after alignment, and nothing of the sound is
missing; where sound is missing, when it is refused with a reason that says so.
"""

import argparse
import re
import shutil
import struct
import subprocess
import sys
import tempfile
from collections import Counter
from dataclasses import dataclass
from itertools import chain
from pathlib import Path

import numpy as np
import soundfile

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))
from benchmarks.embed_clips import track  # noqa: E402
from helpers.readers.audio import decode  # noqa: E402

SECONDS = 4
TOLERANCE = 1e-3
# What a refusal must say of a file that lacks a part of its sound.
DEFECT = r"truncated|damaged|belong to nothing|neither sound nor tags"
# Ending, codec, further options, samples of a frame, rates, channels.
ALL = (8_000, 11_025, 16_000, 22_050, 32_000, 44_100, 48_000, 96_000)
FEW = (8_000, 44_100, 48_000)
PCM = (8_000, 44_100, 192_000)
FORMATS = [
    ("wav", "pcm_u8", "", 1, FEW, (1, 2)),
    ("wav", "pcm_s16le", "", 1, (*PCM, 11_025), (1, 2, 6)),
    ("wav", "pcm_s24le", "", 1, PCM, (1, 2, 6)),
    ("wav", "pcm_s32le", "", 1, (44_100,), (1, 2)),
    ("wav", "pcm_f32le", "", 1, PCM, (1, 2)),
    ("wav", "pcm_f64le", "", 1, (44_100,), (2,)),
    ("wav", "pcm_alaw", "", 1, FEW, (1, 2)),
    ("wav", "pcm_mulaw", "", 1, FEW, (1, 2)),
    ("wav", "adpcm_ima_wav", "", 2048, FEW, (1, 2)),
    ("wav", "adpcm_ms", "", 2048, FEW, (1, 2)),
    ("wav", "libgsm_ms", "", 320, (8_000, 44_100), (1,)),
    ("wav", "libmp3lame", "", 1152, (44_100,), (2,)),
    ("rf64", "pcm_s16le", "-f wav -rf64 always", 1, PCM, (1, 2)),
    ("w64", "pcm_s16le", "", 1, PCM, (1, 2)),
    ("aiff", "pcm_s16be", "", 1, PCM, (1, 2)),
    ("aiff", "pcm_s24be", "", 1, (44_100,), (1, 2)),
    ("aif", "pcm_f32be", "-f aiff", 1, (44_100,), (2,)),
    ("au", "pcm_s16be", "", 1, PCM, (1, 2)),
    ("au", "pcm_mulaw", "", 1, FEW, (1,)),
    ("caf", "pcm_s16le", "", 1, PCM, (1, 2)),
    ("caf", "alac", "", 4096, (44_100,), (1, 2)),
    ("flac", "flac", "", 4608, (*ALL, 192_000), (1, 2)),
    ("flac", "flac", "-sample_fmt s32", 4608, (44_100, 96_000), (2, 6)),
    ("mp3", "libmp3lame", "-b:a 128k", 1152, ALL[:-1], (1, 2)),
    ("mp3", "libmp3lame", "-q:a 4", 1152, ALL[:-1], (1, 2)),
    ("mp3", "libmp3lame", "-abr 1 -b:a 96k", 1152, (22_050, 44_100), (1, 2)),
    ("mp2", "mp2", "", 1152, (16_000, 44_100, 48_000), (1, 2)),
    ("m4a", "aac", "-b:a 96k", 1024, ALL, (1, 2)),
    ("m4a", "aac", "", 1024, (44_100, 48_000), (6,)),
    ("m4a", "alac", "", 4096, (44_100, 96_000), (1, 2)),
    ("mp4", "aac", "-movflags +faststart", 1024, (44_100,), (1, 2)),
    (
        "mp4",
        "aac",
        "-movflags +frag_keyframe+empty_moov -frag_duration 500000",
        1024,
        (44_100,),
        (1, 2),
    ),
    ("m4b", "aac", "-f mp4", 1024, (22_050, 44_100), (1,)),
    ("3gp", "aac", "", 1024, (16_000, 44_100), (1, 2)),
    ("mov", "pcm_s16le", "", 1, (44_100,), (1, 2)),
    ("aac", "aac", "-f adts", 1024, ALL, (1, 2)),
    ("ogg", "libvorbis", "", 2048, ALL[1:], (1, 2)),
    ("oga", "flac", "-f ogg", 4608, (44_100,), (1, 2)),
    ("opus", "libopus", "", 960, (8_000, 16_000, 48_000), (1, 2, 6)),
    ("spx", "libspeex", "-f ogg", 640, (8_000, 16_000), (1,)),
    ("webm", "libopus", "", 960, (48_000,), (1, 2)),
    ("webm", "libvorbis", "", 2048, (44_100,), (1, 2)),
    ("mka", "flac", "", 4608, (44_100,), (1, 2)),
    ("mkv", "aac", "", 1024, (44_100,), (2,)),
    ("mka", "libmp3lame", "", 1152, (44_100,), (2,)),
    ("mka", "pcm_s16le", "", 1, (44_100,), (2,)),
    ("wma", "wmav2", "-b:a 96k", 2048, (22_050, 44_100), (1, 2)),
    ("asf", "wmav1", "-b:a 96k", 2048, (44_100,), (2,)),
    ("wv", "wavpack", "", 22_050, (44_100, 96_000), (1, 2)),
    ("tta", "tta", "", 46_080, (44_100,), (1, 2)),
    ("ac3", "ac3", "", 1536, (32_000, 44_100, 48_000), (1, 2, 6)),
    ("eac3", "eac3", "", 1536, (48_000,), (2,)),
]
# Containers that state a length, so that a cut of them must be refused.
STATING = {
    *(
        "wav",
        "rf64",
        "w64",
        "aiff",
        "aif",
        "au",
        "caf",
        "flac",
        "mp3",
        "m4a",
        "mp4",
        "m4b",
        "3gp",
        "mov",
    ),
    *("ogg", "oga", "opus", "spx", "webm", "mka", "mkv", "wma", "asf", "wv", "tta"),
}


@dataclass
class Case:
    """A file, what was done to it, and what must come of it."""

    kind: str
    path: Path
    frame: int
    # "whole": all of it is heard; "refused"; "either": nothing in the file betrays what it lacks.
    wanted: str = "whole"
    note: str = ""
    # Files whose sounds this one's should be, one after the other, where ffmpeg does not decode it rightly.
    parts: tuple[Path, ...] = ()


def ffmpeg(*arguments, **options):
    """Run the program; its answer as bytes."""
    command = ["ffmpeg", "-v", "error", "-nostdin", "-y", *map(str, arguments)]
    done = subprocess.run(command, capture_output=True, check=False, **options)
    if done.returncode:
        raise RuntimeError(f"{' '.join(command)}: {done.stderr.decode()[-400:]}")
    return done.stdout


def truth(path):
    """Mono samples and rate of a file's first stream of sound, as the program ffmpeg decodes it."""
    probe = ["ffprobe", "-v", "error", "-select_streams", "a:0", "-of", "csv=p=0"]
    probe += ["-show_entries", "stream=sample_rate,channels", str(path)]
    answer = subprocess.run(probe, capture_output=True, text=True, check=False).stdout.split()
    rate, channels = map(int, answer[0].split(",")[:2])
    raw = ffmpeg("-i", path, "-map", "0:a:0", "-f", "f64le", "-c:a", "pcm_f64le", "-")
    return np.frombuffer(raw, "<f8").reshape(-1, channels).mean(axis=1), rate


def distance(found, wanted):
    """Largest difference of samples after the best alignment within 3,000 samples."""
    best = np.inf
    # The second is looked for where the first does not fit.
    for shift in chain([0], _likely_shifts(found, wanted)):
        a, b = found[max(shift, 0) :], wanted[max(-shift, 0) :]
        both = min(len(a), len(b))
        best = min(best, np.abs(a[:both] - b[:both]).max(initial=0))
        if best <= TOLERANCE:
            break
    return best


def _likely_shifts(found, wanted, most=3000):
    """The shift at which a part from the middle fits best."""
    n = min(len(found), len(wanted)) // 2
    if n < 2 * most:
        return
    begin = n // 2
    part = wanted[begin : begin + n]
    fits = {
        s: np.abs(found[begin + s :][:n:7] - part[: len(found[begin + s :][:n]) : 7]).sum()
        for s in range(-most, most)
    }
    yield min(fits, key=fits.get)


class Maker:
    """Makes the files of the matrix in a folder."""

    def __init__(self, folder, every=1):
        self.folder = Path(folder)
        self.formats = FORMATS[::every]
        self.sources = {}
        self.count = 0

    def source(self, rate, channels):
        """A made sound as WAV."""
        key = rate, channels
        if key not in self.sources:
            path = self.folder / f"source_{rate}_{channels}.wav"
            sound = track(np.random.default_rng(rate + channels), SECONDS, rate, channels)
            soundfile.write(path, sound, rate, subtype="FLOAT")
            self.sources[key] = path
        return self.sources[key]

    def name(self, stem, ending):
        """A new path."""
        self.count += 1
        return self.folder / f"{self.count:03d}_{stem}.{ending}"

    def encoded(self, ending, codec, options="", rate=44_100, channels=2, stem="plain"):
        """A file that ffmpeg writes."""
        path = self.name(f"{stem}_{codec}_{rate}_{channels}", ending)
        strict = ["-strict", "-2", "-map_metadata", "-1"]
        ffmpeg("-i", self.source(rate, channels), "-c:a", codec, *strict, *options.split(), path)
        return path

    def changed(self, path, stem, change):
        """A copy of a file whose bytes are changed."""
        other = self.name(stem, path.suffix[1:])
        other.write_bytes(bytes(change(path.read_bytes())))
        return other


def plain(make):
    """Every container, codec, rate and number of channels."""
    for ending, codec, options, frame, rates, channels in make.formats:
        for rate in rates:
            for number in channels:
                yield Case("plain", make.encoded(ending, codec, options, rate, number), frame)


def cuts(make):
    """The first format of each ending, cut at three places."""
    seen = set()
    for ending, codec, options, frame, rates, channels in make.formats:
        if (ending, codec) in seen:
            continue
        seen.add((ending, codec))
        rate = 44_100 if 44_100 in rates else rates[-1]
        whole = make.encoded(ending, codec, options, rate, channels[-1], "whole")
        for share in (0.3, 0.55, 0.9):
            path = make.changed(
                whole, f"cut{share}_{codec}", lambda data, s=share: data[: int(len(data) * s)]
            )
            wanted = "refused" if ending in STATING else "either"
            yield Case("cut", path, frame, wanted, f"at {share:.0%}")
    for options in ("-q:a 4 -write_xing 0", "-b:a 128k -write_xing 0"):
        whole = make.encoded("mp3", "libmp3lame", options, stem="noxing")
        path = make.changed(whole, "cut_noxing", lambda data: data[: len(data) // 2])
        yield Case("cut", path, 1152, "either", "at 50%, no Xing header")


def apev2(art=b""):
    """An APE tag with an item."""
    item = struct.pack("<II", max(len(art), 4), 2 << 1) + b"Cover Art (Front)\0" + (art or b"none")
    head = b"APETAGEX" + struct.pack("<IIII", 2000, len(item) + 32, 1, 0x80000000) + bytes(8)
    return head[:20] + struct.pack("<I", 0xA0000000) + bytes(8) + item + head


def id3(text=b"\xc4\xd6\xdc \xe9", art=0):
    """An ID3v2.3 tag whose title is in no encoding that it states, and a picture of some bytes."""
    frames = b"TIT2" + struct.pack(">IH", len(text) + 1, 0) + b"\0" + text
    if art:
        picture = b"\0image/jpeg\0\3\0" + np.random.default_rng(3).bytes(art)
        frames += b"APIC" + struct.pack(">IH", len(picture), 0) + picture
    size = len(frames)
    safe = bytes(size >> shift & 0x7F for shift in (21, 14, 7, 0))
    return b"ID3\3\0\0" + safe + frames


ID3V1 = b"TAG" + bytes("T\xeatel".ljust(125, "\0"), "latin-1")


def tags(make):
    """Tags before and behind the sound, in encodings that nobody stated, with pictures."""
    junk = np.random.default_rng(4).bytes(1000)
    for options in ("-b:a 128k", "-q:a 4", "-q:a 4 -write_xing 0", "-b:a 64k -write_xing 0"):
        sound = make.encoded("mp3", "libmp3lame", f"{options} -id3v2_version 0", stem="bare")
        for note, change in {
            "ID3v2, Latin-1": lambda data: id3() + data,
            "ID3v2, picture of 5 KB": lambda data: id3(art=5000) + data,
            "ID3v2, picture of 300 KB": lambda data: id3(art=300_000) + data,
            "two ID3v2": lambda data: id3() + id3(art=900) + data,
            "ID3v1": lambda data: data + ID3V1,
            "APE and ID3v1": lambda data: data + apev2() + ID3V1,
            "APE, picture of 100 KB": lambda data: data + apev2(bytes(100_000)),
            "1 KB of junk behind": lambda data: data + junk,
            "4 KB of zeros behind": lambda data: data + bytes(4096),
        }.items():
            yield Case("tags", make.changed(sound, "tags", change), 1152, note=note)
    for ending, codec, frame in (
        ("flac", "flac", 4608),
        ("aac", "aac", 1024),
        ("wv", "wavpack", 22_050),
    ):
        sound = make.encoded(ending, codec, stem="bare")
        if ending != "wv":
            yield Case(
                "tags", make.changed(sound, "id3", lambda data: id3() + data), frame, note="ID3v2"
            )
        yield Case(
            "tags", make.changed(sound, "id3v1", lambda data: data + ID3V1), frame, note="ID3v1"
        )
        yield Case(
            "tags", make.changed(sound, "junk", lambda data: data + junk), frame, note="junk behind"
        )
    for ending, codec, frame in (
        *(
            ("wav", "pcm_s16le", 1),
            ("aiff", "pcm_s16be", 1),
            ("au", "pcm_s16be", 1),
            ("w64", "pcm_s16le", 1),
        ),
        *(
            ("m4a", "aac", 1024),
            ("ogg", "libvorbis", 2048),
            ("opus", "libopus", 960),
            ("wma", "wmav2", 2048),
        ),
        *(("webm", "libopus", 960), ("caf", "pcm_s16le", 1)),
    ):
        sound = make.encoded(ending, codec, rate=48_000, stem="bare")
        path = make.changed(sound, "junk", lambda data: data + junk)
        # The junk is a whole number of samples to ffmpeg, where nothing states an end.
        yield Case("tags", path, frame, note="1 KB of junk behind", parts=(sound,))
        stated = make.name(f"tagged_{codec}", ending)
        text = ["-metadata", "title=Ümläut", "-metadata", f"comment={'long ' * 500}"]
        ffmpeg("-i", sound, "-c", "copy", *text, stated)
        yield Case("tags", stated, frame, note="title and long comment")


def patched(offset, layout, value):
    """A change of bytes: a number at a place, or behind a mark."""

    def change(data):
        data = bytearray(data)
        place = offset if isinstance(offset, int) else data.index(offset) + len(offset)
        struct.pack_into(layout, data, place, value)
        return data

    return change


def xing(data, factor):
    """An MP3 whose first frame states another number of frames."""
    data = bytearray(data)
    at = max(data.find(b"Xing"), data.find(b"Info")) + 8
    struct.pack_into(">I", data, at, int(struct.unpack_from(">I", data, at)[0] * factor))
    return data


def vbri(data):
    """An MP3 whose first frame holds a VBRI header in place of LAME's."""
    data = bytearray(data)
    at = max(data.find(b"Xing"), data.find(b"Info"))
    frames, size = struct.unpack_from(">II", data, at + 8)
    begin = at - 36
    data[at : at + 200] = bytes(200)
    head = b"VBRI" + struct.pack(">HHHIIHHHH", 1, 0, 75, size, frames, 0, 1, 2, 1)
    data[begin + 36 : begin + 36 + len(head)] = head
    return data


def headers(make):
    """Lengths that are wrong, missing, or of a writer that never came back."""
    mp3 = "-id3v2_version 0"
    whole = make.encoded("mp3", "libmp3lame", f"-q:a 4 {mp3}", stem="xing")
    constant = make.encoded("mp3", "libmp3lame", f"-b:a 128k {mp3}", stem="info")
    bare = make.encoded("mp3", "libmp3lame", f"-q:a 4 -write_xing 0 {mp3}", stem="noxing")
    changes = {
        "half the frames": lambda data: xing(data, 0.5),
        "twice the frames": lambda data: xing(data, 2),
        "no frames": lambda data: xing(data, 0),
        "VBRI": vbri,
        "two files in one": lambda data: data + data,
        "two files with tags in one": lambda data: id3() + data + ID3V1 + id3() + data + ID3V1,
    }
    for sound in (whole, constant):
        for note, change in changes.items():
            yield Case("header", make.changed(sound, "header", change), 2304, note=note)
    yield Case(
        "header", make.changed(bare, "twice", lambda data: data * 2), 2304, note="no Xing, twice"
    )
    zeros = make.changed(bare, "zeros", lambda data: data[: len(data) // 2] + bytes(len(data) // 2))
    yield Case("header", zeros, 1152, "refused", "second half zeros")
    hole = make.changed(bare, "hole", lambda data: data[:20_000] + bytes(12_000) + data[32_000:])
    yield Case("header", hole, 1152, "refused", "hole of 12 KB")
    yield from sizes(make)
    yield from piped(make)
    yield from ogg(make)


def sizes(make):
    """Sizes of the chunk that holds the sound: never filled in, a pipe's, and wrong ones."""
    wav = make.encoded("wav", "pcm_s16le", "-bitexact", stem="sized")
    aiff = make.encoded("aiff", "pcm_s16be", stem="sized")
    au = make.encoded("au", "pcm_s16be", stem="sized")
    caf = make.encoded("caf", "pcm_s16le", stem="sized")
    flac = make.encoded("flac", "flac", stem="sized")
    half = SECONDS * 44_100 * 2
    for value in (0, 0xFFFFFFFF, 0x7FFFFFFF, 0x7FFFF000, 0xFFFFFFFF - 36):
        yield Case(
            "header",
            make.changed(wav, "size", patched(b"data", "<I", value)),
            1,
            note=f"data {value:#x}",
        )
    for value in (0, 0xFFFFFFFF, 12):
        yield Case(
            "header", make.changed(wav, "riff", patched(4, "<I", value)), 1, note=f"RIFF {value:#x}"
        )
    wrong = make.changed(wav, "half", patched(b"data", "<I", half))
    yield Case("header", wrong, 1, "refused", "WAV states half")
    for value in (0, 0xFFFFFFFF):
        yield Case(
            "header", make.changed(au, "size", patched(8, ">I", value)), 1, note=f"AU {value:#x}"
        )
    yield Case(
        "header",
        make.changed(aiff, "form", patched(4, ">I", 0xFFFFFFFF)),
        1,
        note="FORM 0xffffffff",
    )
    yield Case("header", make.changed(caf, "size", patched(b"data", ">q", -1)), 1, note="CAF -1")

    def total(value):
        def change(data):
            data = bytearray(data)
            packed = int.from_bytes(data[18:26], "big")
            count = int((packed & (1 << 36) - 1) * value)
            data[18:26] = (packed >> 36 << 36 | count).to_bytes(8, "big")
            return data

        return change

    yield Case("header", make.changed(flac, "total0", total(0)), 4608, note="FLAC, no total")
    yield Case("header", make.changed(flac, "half", total(0.5)), 4608, note="FLAC states half")
    yield Case(
        "header", make.changed(flac, "double", total(2)), 4608, "refused", "FLAC states double"
    )
    place = make.changed(flac, "hole", lambda data: data[:90_000] + bytes(30_000) + data[120_000:])
    yield Case("header", place, 4608, "refused", "FLAC, hole of 30 KB")
    other = make.changed(flac, "flip", lambda data: data[:90_000] + b"\x55" * 40 + data[90_040:])
    yield Case("header", other, 4608, "refused", "FLAC, 40 bytes changed")


def piped(make):
    """What ffmpeg writes to a pipe, where it cannot go back to fill in a length."""
    for form, codec, frame in (
        *(("wav", "pcm_s16le", 1), ("au", "pcm_s16be", 1), ("w64", "pcm_s16le", 1)),
        *(
            ("caf", "pcm_s16le", 1),
            ("flac", "flac", 4608),
            ("mp3", "libmp3lame", 1152),
            ("ogg", "libvorbis", 2048),
        ),
        *(
            ("matroska", "flac", 4608),
            ("webm", "libopus", 960),
            ("asf", "wmav2", 2048),
            ("adts", "aac", 1024),
        ),
        *(("wv", "wavpack", 22_050), ("opus", "libopus", 960)),
    ):
        path = make.name(f"piped_{codec}", {"matroska": "mka", "adts": "aac"}.get(form, form))
        source = make.source(48_000, 2)
        path.write_bytes(ffmpeg("-i", source, "-c:a", codec, "-strict", "-2", "-f", form, "pipe:1"))
        whole = (source,) if form == "w64" else ()
        yield Case("header", path, frame, note="from a pipe", parts=whole)


def without_end(data):
    """An Ogg file whose last page does not say that it is the last, its checksum made anew."""
    data = bytearray(data)
    at = data.rindex(b"OggS")
    data[at + 5] &= ~4
    data[at + 22 : at + 26] = bytes(4)
    check = 0
    for byte in data[at:]:
        check ^= byte << 24
        for _ in range(8):
            check = (check << 1 ^ (0x04C11DB7 if check & 1 << 31 else 0)) & 0xFFFFFFFF
    struct.pack_into("<I", data, at + 22, check)
    return data


def ogg(make):
    """Chains of streams, and streams without an end."""
    for ending, codec, frame in (
        ("ogg", "libvorbis", 2048),
        ("opus", "libopus", 960),
        ("oga", "flac", 4608),
    ):
        sound = make.encoded(ending, codec, "-f ogg", rate=48_000, stem="link")
        second = make.encoded(ending, codec, "-f ogg -serial_offset 7", rate=48_000, stem="link")
        both = make.changed(sound, "chain", lambda data, other=second: data + other.read_bytes())
        yield Case("chain", both, 2 * frame, note=f"two links of {codec}", parts=(sound, second))
        open_end = make.changed(sound, "noend", without_end)
        yield Case("cut", open_end, frame, "refused", "no end-of-stream flag")
        cut = make.changed(both, "cutchain", lambda data: data[: int(len(data) * 0.8)])
        yield Case("cut", cut, frame, "refused", "second link cut")


def verdict(case):
    """Whether a file passed, and what was found."""
    try:
        blocks = list(decode(case.path))
    except ValueError as error:
        named = bool(re.search(DEFECT, str(error)))
        # A cut within what a decoder needs before it can begin has no other name.
        unopened = case.kind == "cut" and "FFmpeg: " in str(error)
        return case.wanted != "whole" and (named or unopened), f"refused: {error}"
    found, rate = np.concatenate([samples for samples, _ in blocks]), blocks[0][1]
    said = f"{len(found) / rate:.3f} s"
    if case.wanted == "refused":
        return False, f"{said} heard of a file that lacks sound"
    if case.wanted == "whole" and len(found) / rate < SECONDS - 0.1:
        return False, f"{said} of {SECONDS} s"
    return agreement(case, found, rate, said)


def agreement(case, found, rate, said):
    """Whether samples are those of the program ffmpeg."""
    try:
        sounds = [truth(path) for path in case.parts or [case.path]]
    except (RuntimeError, IndexError, ValueError) as error:
        return False, f"ffmpeg does not decode it: {error}"
    wanted, true_rate = np.concatenate([sound for sound, _ in sounds]), sounds[0][1]
    if rate != true_rate or abs(len(found) - len(wanted)) > case.frame:
        return (
            False,
            f"{said} at {rate} Hz, ffmpeg {len(wanted) / true_rate:.3f} s at {true_rate} Hz",
        )
    gap = distance(found, wanted)
    # libsndfile and today's FFmpeg agree on this codec; FFmpeg 5 rounded otherwise.
    allowed = 10 * TOLERANCE if "adpcm_ima" in case.path.name else TOLERANCE
    return gap <= allowed, f"{said}, samples within {gap:.1e}"


def matrix(folder, every=1):
    """Each case with whether it passed and what was found; of every n-th format and change alone."""
    make = Maker(folder, every)
    for part in (plain, cuts):
        for case in part(make):
            yield case, *verdict(case)
    for part in (tags, headers):
        for number, case in enumerate(part(make)):
            if number % every == 0:
                yield case, *verdict(case)


def main(argv=None):
    """Make, decode, compare, print; the exit code is 1 when a file did not pass."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--every", type=int, default=1, help="every n-th format and change alone")
    parser.add_argument("--keep", help="folder to leave the files in")
    args = parser.parse_args(argv)
    if not shutil.which("ffmpeg"):
        sys.exit("The program ffmpeg is not installed. Debian: apt-get install ffmpeg")
    rows, wrong = Counter(), []
    with tempfile.TemporaryDirectory() as name:
        folder = Path(args.keep or name)
        folder.mkdir(parents=True, exist_ok=True)
        for case, passed, said in matrix(folder, args.every):
            ending = case.path.suffix[1:]
            rows[case.kind, ending, "files"] += 1
            outcome = "refused" if said.startswith("refused") else "heard"
            rows[case.kind, ending, outcome if passed else "wrong"] += 1
            if not passed:
                wrong.append(
                    f"  {case.path.name} ({case.kind}, {case.note}; wanted: {case.wanted}): {said}"
                )
    print(f"{'kind':8}{'ending':8}{'files':>7}{'heard':>7}{'refused':>9}{'wrong':>7}")
    for kind, ending in sorted({key[:2] for key in rows}):
        counts = [rows[kind, ending, what] for what in ("files", "heard", "refused", "wrong")]
        print(f"{kind:8}{ending:8}{counts[0]:7}{counts[1]:7}{counts[2]:9}{counts[3]:7}")
    files = sum(count for key, count in rows.items() if key[2] == "files")
    print(f"{files} files; {len(wrong)} wrong", *wrong, sep="\n")
    return int(bool(wrong))


if __name__ == "__main__":
    sys.exit(main())
