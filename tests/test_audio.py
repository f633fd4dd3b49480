"""Sound is heard whole or refused, by a file's own words and never by a decoder's estimate."""

import os
import re
import sys
import warnings
from itertools import chain
from pathlib import Path

import av
import numpy as np
import pytest
import soundfile
from conftest import ROOT

sys.path.insert(0, str(ROOT))

from benchmarks import sound_matrix  # noqa: E402
from benchmarks.embed_clips import encode, track  # noqa: E402
from helpers.project import ProjectError  # noqa: E402
from helpers.readers.audio import decode, read_listing, resampled  # noqa: E402
from helpers.readers.audio_headers import Part, is_placeholder, read_header  # noqa: E402
from helpers.readers.mpeg_headers import tag_length  # noqa: E402

SECONDS, RATE = 2, 44_100
SOUND = track(np.random.default_rng(7), SECONDS, RATE)


def length(path):
    """Seconds that are heard of a file."""
    return sum(len(samples) / rate for samples, rate in decode(path))


def mp3(path, xing=True, sound=SOUND):
    """An MP3 of changing bit rate, with or without a header that states its length."""
    options = {"write_xing": str(int(xing)), "id3v2_version": "0"}
    with av.open(str(path), "w", container_options=options) as file:
        stream = file.add_stream("mp3", rate=RATE, layout="stereo", options={"q": "4"})
        stream.codec_context.qscale = True
        stream.codec_context.global_quality = 4 * 118
        frame = av.AudioFrame.from_ndarray(
            np.ascontiguousarray(sound.T), format="fltp", layout="stereo"
        )
        frame.sample_rate = RATE
        file.mux([*stream.encode(frame), *stream.encode(None)])
    return path


def test_a_whole_mp3_without_a_length_is_heard_whatever_stands_around_its_sound(tmp_path):
    bare = mp3(tmp_path / "a.mp3", xing=False)
    sound = bare.read_bytes()
    whole = length(bare)
    assert whole == pytest.approx(SECONDS, abs=0.08)
    for name, data in {
        "a picture in front": sound_matrix.id3(art=60_000) + sound,
        "tags behind": sound + sound_matrix.apev2(bytes(30_000)) + sound_matrix.ID3V1,
        "junk behind": sound + bytes(1000),
    }.items():
        bare.write_bytes(data)
        assert length(bare) == whole, name


def test_an_mp3_is_heard_to_its_end_whatever_number_of_frames_its_header_states(tmp_path):
    path = mp3(tmp_path / "a.mp3")
    sound = path.read_bytes()
    path.write_bytes(sound_matrix.xing(sound, 0.5))
    assert length(path) == pytest.approx(SECONDS, abs=0.08)
    path.write_bytes(sound_matrix.xing(sound, 2))
    assert length(path) == pytest.approx(SECONDS, abs=0.08)
    path.write_bytes(sound + sound)
    assert length(path) == pytest.approx(2 * SECONDS, abs=0.16)


def test_an_mp3_that_ends_before_the_frames_it_states_is_refused(tmp_path):
    path = mp3(tmp_path / "a.mp3")
    path.write_bytes(path.read_bytes()[: path.stat().st_size // 2])
    with pytest.raises(ValueError, match=r"truncated: [01]\.\d of [12]\.\d s"):
        length(path)


def test_an_mp3_whose_second_half_was_never_written_is_refused(tmp_path):
    path = mp3(tmp_path / "a.mp3", xing=False, sound=np.tile(SOUND, (4, 1)))
    sound = path.read_bytes()
    path.write_bytes(sound[: len(sound) // 2] + bytes(len(sound) // 2))
    with pytest.raises(ValueError, match="bytes are neither sound nor tags"):
        length(path)
    path.write_bytes(sound[:20_000] + bytes(9000) + sound[29_000:])
    with pytest.raises(ValueError, match="damaged"):
        length(path)


PCM = {"wav": "WAV", "rf64": "RF64", "w64": "W64", "aiff": "AIFF", "au": "AU", "caf": "CAF"}


@pytest.mark.parametrize("ending", PCM)
def test_uncompressed_sound_that_is_cut_says_how_much_is_left(tmp_path, ending):
    path = tmp_path / f"a.{ending}"
    soundfile.write(path, SOUND, RATE, format=PCM[ending], subtype="PCM_16")
    whole = np.concatenate([samples for samples, _ in decode(path)])
    assert np.abs(whole - SOUND.mean(axis=1)).max() < 1e-4 and len(whole) == len(SOUND)
    path.write_bytes(path.read_bytes()[: path.stat().st_size // 2])
    with pytest.raises(ValueError, match=r"truncated: 1\.0 of 2\.0 s"):
        length(path)


# Where the size of the sound stands in what soundfile writes, and how.
SIZES = [
    ("wav", b"data", "<I", 0),
    ("wav", b"data", "<I", 0xFFFFFFFF),
    ("wav", b"data", "<I", 0x7FFFFFFF - 36),
    ("aiff", b"SSND", ">I", 0),
    ("au", 8, ">I", 0xFFFFFFFF),
    ("au", 8, ">I", 0),
    ("caf", b"data", ">q", -1),
    ("w64", b"data" + bytes.fromhex("f3acd3118cd100c04f8edb8a"), "<Q", 0x7FFFFFFFFFFFFFFF),
]


@pytest.mark.parametrize(("ending", "place", "layout", "value"), SIZES)
def test_a_size_that_was_never_filled_in_is_no_length(tmp_path, ending, place, layout, value):
    path = tmp_path / f"a.{ending}"
    soundfile.write(path, SOUND, RATE, format=PCM[ending], subtype="PCM_16")
    path.write_bytes(sound_matrix.patched(place, layout, value)(path.read_bytes()))
    assert length(path) == pytest.approx(SECONDS, abs=1e-3)


def test_sizes_near_two_and_four_gigabytes_are_a_writers_that_did_not_know():
    assert all(map(is_placeholder, (0, -1, 0xFFFFFFFF, 0xFFFFFFFF - 36, 0x7FFFFFFF, 0x7FFFF000)))
    assert not any(map(is_placeholder, (1, 352_800, 0x7FFF0000, 0xFFFF0000)))


def test_a_wav_that_states_half_of_its_sound_is_refused(tmp_path):
    path = tmp_path / "a.wav"
    soundfile.write(path, np.tile(SOUND, (2, 1)), RATE, subtype="PCM_16")
    change = sound_matrix.patched(b"data", "<I", SOUND.size * 2)
    path.write_bytes(change(path.read_bytes()))
    with pytest.raises(ValueError, match=r"states 2\.0 s, and 352,800 bytes more"):
        length(path)


def test_flac_without_a_total_gsm_and_junk_behind_are_heard(tmp_path):
    flac = tmp_path / "a.flac"
    soundfile.write(flac, SOUND, RATE)
    data = bytearray(flac.read_bytes())
    flac.write_bytes(data + bytes(1000))
    assert length(flac) == SECONDS
    data[21:26] = bytes([data[21] & 0xF0]) + bytes(4)
    flac.write_bytes(data)
    assert length(flac) == SECONDS
    gsm = tmp_path / "a.wav"
    soundfile.write(gsm, SOUND[:, 0], RATE, subtype="GSM610")
    assert length(gsm) == pytest.approx(SECONDS, abs=0.01)


def test_flac_is_refused_where_its_checksums_do_not_fit_and_where_it_is_cut(tmp_path):
    path = tmp_path / "a.flac"
    soundfile.write(path, SOUND, RATE)
    data = path.read_bytes()
    middle = len(data) // 2
    path.write_bytes(data[:middle] + b"\x55" * 40 + data[middle + 40 :])
    with pytest.raises(ValueError, match="damaged|truncated"):
        length(path)
    path.write_bytes(data[:middle])
    with pytest.raises(ValueError, match="damaged|truncated"):
        length(path)


def written(path, codec, form, **options):
    """A file that FFmpeg writes, or libsndfile where FFmpeg has no encoder."""
    if codec == "vorbis":
        soundfile.write(path, SOUND, 48_000, format="OGG", subtype="VORBIS")
        return path
    with av.open(str(path), "w", format=form, options=options) as file:
        stream = file.add_stream(codec, rate=48_000, layout="stereo")
        stream.bit_rate = 96_000
        resampler = av.AudioResampler(stream.format.name, "stereo", 48_000, stream.frame_size)
        frame = av.AudioFrame.from_ndarray(
            np.ascontiguousarray(SOUND.T), format="fltp", layout="stereo"
        )
        frame.sample_rate = 48_000
        for part in chain(resampler.resample(frame), resampler.resample(None)):
            file.mux(stream.encode(part))
        file.mux(stream.encode(None))
    return path


HEARD = len(SOUND) / 48_000


@pytest.mark.parametrize(
    ("codec", "form"), [("vorbis", "ogg"), ("libopus", "ogg"), ("libopus", "webm")]
)
def test_cut_ogg_and_webm_are_refused(tmp_path, codec, form):
    path = written(tmp_path / "a", codec, form)
    assert length(path) == pytest.approx(HEARD, abs=0.05)
    path.write_bytes(path.read_bytes()[: path.stat().st_size // 2])
    with pytest.raises(ValueError, match="truncated"):
        length(path)


@pytest.mark.parametrize("codec", ["vorbis", "libopus"])
def test_a_chain_of_ogg_streams_is_heard_link_by_link(tmp_path, codec):
    path = written(tmp_path / "a", codec, "ogg")
    one = path.read_bytes()
    path.write_bytes(one + written(tmp_path / "b", codec, "ogg").read_bytes())
    assert len(read_header(path).links) == 2
    assert length(path) == pytest.approx(2 * HEARD, abs=0.1)
    path.write_bytes(sound_matrix.without_end(one))
    with pytest.raises(ValueError, match="end of the Ogg stream is missing"):
        length(path)


def test_a_chain_whose_rate_changes_is_one_sound_at_48_khz():
    blocks = [(np.zeros(8000), 8000), (np.zeros(44_100), 44_100)]
    assert sum(map(len, resampled(blocks))) == pytest.approx(96_000, abs=2)


def test_a_windows_media_file_may_end_before_its_length_and_raw_aac_has_none(tmp_path):
    assert length(written(tmp_path / "a", "wmav2", "asf")) == pytest.approx(HEARD, abs=0.1)
    path = written(tmp_path / "b", "aac", "adts")
    assert length(path) == pytest.approx(HEARD, abs=0.05)


def test_sound_may_end_before_the_film_it_belongs_to(tmp_path):
    with av.open(str(tmp_path / "a.mkv"), "w") as file:
        film = file.add_stream("mpeg4", rate=10)
        film.width = film.height = 32
        stream = file.add_stream("pcm_s16le", rate=RATE, layout="stereo")
        for _ in range(10 * (SECONDS + 3)):
            file.mux(film.encode(av.VideoFrame(32, 32, "yuv420p")))
        file.mux(film.encode(None))
        sound = (SOUND * 32_767).astype("int16").reshape(1, -1)
        frame = av.AudioFrame.from_ndarray(sound, format="s16", layout="stereo")
        frame.sample_rate = RATE
        file.mux([*stream.encode(frame), *stream.encode(None)])
    assert length(tmp_path / "a.mkv") == pytest.approx(SECONDS, abs=0.11)


def test_an_mp4_that_is_cut_before_its_description_says_so(tmp_path):
    path = tmp_path / "a.m4a"
    encode(path, SOUND, RATE)
    path.write_bytes(path.read_bytes()[: path.stat().st_size // 2])
    with pytest.raises(ValueError, match="truncated: .* bytes are missing"):
        length(path)


def test_tags_that_are_not_utf8_refuse_no_file(tmp_path):
    path = mp3(tmp_path / "a.mp3", xing=False)
    path.write_bytes(sound_matrix.id3(b"\xff\xfe\xe9") + path.read_bytes() + sound_matrix.ID3V1)
    assert length(path) == pytest.approx(SECONDS, abs=0.08)


@pytest.mark.parametrize("ending", ["au", "raw", "snd", "mp3", "gsm", "g722", "ul"])
def test_text_is_no_sound_whatever_its_name_ends_in(tmp_path, ending):
    path = tmp_path / f"a.{ending}"
    path.write_text("This is English text, and no sound.\n" * 300)
    with pytest.raises(ValueError, match="FFmpeg"):
        length(path)


def test_what_is_no_regular_file_is_refused_and_not_waited_for(tmp_path):
    os.mkfifo(tmp_path / "pipe.mp3")
    with pytest.raises(ValueError, match="pipe"):
        length(tmp_path / "pipe.mp3")
    (tmp_path / "empty.mp3").touch()
    with pytest.raises(ValueError, match="empty file"):
        length(tmp_path / "empty.mp3")


def test_a_name_that_is_not_utf8_is_no_hindrance_to_decoding(tmp_path):
    path = Path(os.fsdecode(os.fsencode(tmp_path) + b"/\xe9.wav"))
    with open(path, "wb") as file:
        soundfile.write(file, SOUND, RATE, format="WAV")
    assert length(path) == SECONDS


def test_complaints_of_a_decoder_are_handed_over_and_not_printed(tmp_path, capfd):
    path = mp3(tmp_path / "a.mp3", xing=False)
    # A picture that is none: FFmpeg looks into it.
    path.write_bytes(sound_matrix.id3(art=5000) + path.read_bytes())
    heard = []
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        for _ in decode(path, heard=heard):
            pass
    assert any("mjpeg" in line for line in heard)
    assert capfd.readouterr() == ("", "")


def test_a_part_of_a_file_reads_as_a_file_with_what_was_never_filled_in(tmp_path):
    path = tmp_path / "a"
    path.write_bytes(bytes(range(50)))
    with Part(path, 10, 20, [(2, b"\xff\xfe")]) as part:
        assert part.read() == bytes([10, 11, 255, 254, *range(14, 20)])
        assert (part.seek(-3, os.SEEK_END), part.read(9)) == (7, bytes([17, 18, 19]))
        part.seek(3)
        assert part.read(2) == bytes([254, 14])
        assert part.seek(1 << 63) == 10 and part.read(2) == b""


def test_tags_are_as_long_as_they_say():
    assert tag_length(sound_matrix.id3(art=300)) == len(sound_matrix.id3(art=300))
    assert tag_length(sound_matrix.apev2()) == len(sound_matrix.apev2())
    assert tag_length(sound_matrix.ID3V1) == 128
    assert tag_length(b"\xff\xfb" + bytes(60)) == 0


def test_a_folder_is_listed_by_relative_paths_and_what_is_left_out_is_counted(tmp_path):
    for name in (
        *("one/01 - Intro.mp3", "two/01 - Intro.mp3", "a.mp3", "a.wav", "talk.m4b", "film.MKV"),
        *("._a.mp3", ".hidden/b.mp3", "cover.jpg", "one/cover.jpg", "notes"),
    ):
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_bytes(b"x")
    (tmp_path / "linked").symlink_to(tmp_path / "one")
    found = read_listing(tmp_path)
    assert found["track_id"].tolist() == [
        *("a.mp3", "a.wav", "film.MKV", "one/01 - Intro.mp3", "talk.m4b", "two/01 - Intro.mp3"),
    ]
    assert found["path"].tolist() == [str(tmp_path / name) for name in found["track_id"]]
    assert found.attrs["skipped"] == (
        "Skipped: 1 hidden folders; 1 linked folders; 1 hidden files; "
        "3 files that are no audio by their ending (.jpg 2, no ending 1)."
    )


def test_a_name_that_is_not_utf8_is_listed_as_text(tmp_path):
    with open(os.fsencode(tmp_path) + b"/\xe9.wav", "wb") as file:
        file.write(b"x")
    assert read_listing(tmp_path)["track_id"].tolist() == ["\\xe9.wav"]


def test_one_audio_file_is_a_list_of_one_and_other_files_are_no_table(tmp_path):
    encode(tmp_path / "a.m4a", SOUND, RATE)
    assert read_listing(tmp_path / "a.m4a")["track_id"].tolist() == ["a.m4a"]
    (tmp_path / "a.m4a").rename(tmp_path / "a.bin")
    with pytest.raises(ProjectError, match=r"a\.bin is neither a table"):
        read_listing(tmp_path / "a.bin")
    (tmp_path / "none").mkdir()
    with pytest.raises(ProjectError, match="holds no audio"):
        read_listing(tmp_path / "none")


def test_any_change_of_bytes_ends_in_sound_or_a_reason(tmp_path):
    """Two hundred files with bytes changed, cut, put in or wiped out."""
    made = [mp3(tmp_path / "a.mp3"), written(tmp_path / "b", "libopus", "ogg")]
    made += [written(tmp_path / "c", "aac", "adts"), written(tmp_path / "d", "libopus", "webm")]
    for ending, form in PCM.items():
        path = tmp_path / f"e.{ending}"
        soundfile.write(path, SOUND[:20_000], RATE, format=form, subtype="PCM_16")
        made.append(path)
    rng = np.random.default_rng(11)
    path, outcomes = tmp_path / "changed", set()
    for number in range(200):
        data = bytearray(made[number % len(made)].read_bytes())
        begin = int(rng.integers(120 if number % 3 else len(data)))
        change = number % 4
        if change == 0:
            data[begin : begin + 4] = rng.bytes(4)
        elif change == 1:
            data = data[: max(1, begin)]
        elif change == 2:
            data[begin:begin] = rng.bytes(500)
        else:
            data[begin : begin + 3000] = bytes(3000)
        path.write_bytes(data)
        try:
            outcomes.add(length(path) > 0)
        except ValueError as error:
            outcomes.add(bool(str(error)))
    assert outcomes == {True}


@pytest.mark.slow
def test_generated_sounds_agree_with_ffmpeg_or_are_refused_by_name(tmp_path):
    """Every tenth file of `python benchmarks/sound_matrix.py`."""
    import shutil

    if not shutil.which("ffmpeg"):
        assert not os.environ.get("CI"), "the program ffmpeg is missing"
        pytest.skip("the program ffmpeg is not installed (Debian: apt-get install ffmpeg)")
    found = list(sound_matrix.matrix(tmp_path, every=10))
    assert len(found) >= 50
    assert [(case.path.name, said) for case, passed, said in found if not passed] == []
    refused = [said for _, _, said in found if said.startswith("refused")]
    assert len(refused) > 8 and all(re.search(": .+", said) for said in refused)
