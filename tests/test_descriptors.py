"""Descriptors of sound give the known answers: clicks, a sine, noise, a chord, silence."""

import sys

import numpy as np
import pandas as pd
import pytest
import soundfile
import soxr
from conftest import ROOT

sys.path.insert(0, str(ROOT))

from helpers.embeddings import collection, descriptions, descriptors  # noqa: E402
from helpers.project import FEATURES, ProjectError  # noqa: E402

RATE = 48_000
TIME = np.arange(12 * RATE) / RATE


def clicks(bpm):
    """Short bursts of noise, so many a minute."""
    sound = np.zeros(len(TIME))
    burst = np.random.default_rng(0).standard_normal(480) * np.exp(-np.arange(480) / 100) / 2
    for start in np.arange(0, len(TIME) - 480, 60 / bpm * RATE):
        sound[int(start) : int(start) + 480] = burst
    return sound


def chord(*pitches):
    return sum(np.sin(2 * np.pi * pitch * TIME) for pitch in pitches) / 10


SOUNDS = {
    "clicks": clicks(120),
    "sine": 10 ** (-20 / 20) * np.sin(2 * np.pi * 997 * TIME),
    "noise": np.random.default_rng(1).standard_normal(len(TIME)) / 10,
    "chord": chord(261.63, 329.63, 392.0),
    "silence": np.zeros(len(TIME)),
}


def described(sound):
    slow = soxr.resample(sound, RATE, descriptors.RATE).astype(np.float32)
    return descriptors.describe(np.array_split(slow, 3), np.array_split(sound, 5))


@pytest.fixture(scope="module")
def found():
    return pd.DataFrame({name: described(sound) for name, sound in SOUNDS.items()})


def test_a_click_track_of_120_bpm_has_120_clear_beats_and_two_onsets_a_second(found):
    assert found.at["beat_bpm", "clicks"] == pytest.approx(120, rel=0.01)
    assert found.at["beat_clarity", "clicks"] > 0.5
    assert found.at["onset_rate", "clicks"] == pytest.approx(2, abs=0.2)
    assert found.loc["beat_clarity", ["noise"]].abs().max() < 0.2
    assert found.loc["beat_bpm", ["sine", "chord", "silence"]].isna().all()


def test_a_sine_has_the_loudness_and_the_pitch_that_it_should(found):
    # ITU-R BS.1770: 997 Hz at full scale in one channel reads -3.01 LUFS.
    assert found.at["loudness_lufs", "sine"] == pytest.approx(-23.01, abs=0.1)
    assert found.at["loudness_range_lu", "sine"] == pytest.approx(0, abs=0.1)
    assert found.at["centroid_hz", "sine"] == pytest.approx(997, abs=5)
    assert found.at["zero_crossing_rate", "sine"] == pytest.approx(2 * 997, abs=5)
    assert found.at["onset_rate", "sine"] == 0


def test_noise_is_flat_wide_and_of_no_key_and_a_chord_is_not(found):
    assert found.at["flatness", "noise"] > 0.3 and found.at["flatness", "chord"] < 0.01
    assert found.at["bandwidth_hz", "noise"] > 2500 and found.at["bandwidth_hz", "chord"] < 200
    # White noise up to 11,025 Hz has its centre in the middle of that.
    assert found.at["centroid_hz", "noise"] == pytest.approx(11_025 / 2, rel=0.1)
    assert found.at["key_clarity", "noise"] < 0.3 and found.at["key_clarity", "chord"] > 1


def test_tones_and_beats_are_separated_as_librosa_does_to_the_last_bit():
    import librosa

    slow = soxr.resample(SOUNDS["clicks"] + SOUNDS["chord"], RATE, descriptors.RATE)
    magnitude = np.abs(librosa.stft(slow[: 4 * descriptors.RATE].astype(np.float32)))
    for ours, theirs in zip(
        descriptors.separated(magnitude), librosa.decompose.hpss(magnitude), strict=True
    ):
        assert np.array_equal(ours, theirs) and ours.strides == theirs.strides


def test_clicks_are_percussive_tones_are_not_and_noise_is_half(found):
    shares = found.loc["percussive_share"]
    assert shares["clicks"] > 0.95 and shares["chord"] < 0.05
    assert shares["noise"] == pytest.approx(0.5, abs=0.05)


def test_silence_has_no_onsets_and_no_crossings_and_the_rest_is_missing(found):
    silence = found["silence"]
    assert silence[["onset_rate", "zero_crossing_rate"]].tolist() == [0, 0]
    assert silence.drop(["onset_rate", "zero_crossing_rate"]).isna().all()


def test_every_value_lies_in_its_range_and_no_name_is_spotifys(found):
    for name, about in descriptors.DESCRIPTORS.items():
        values = found.loc[name].dropna()
        assert values.between(about.low, about.high).all(), name
        assert about.unit and about.meaning and about.failing
    assert not set(descriptors.COLUMNS) & set(FEATURES)


@pytest.mark.parametrize("bpm", [75, 90, 100, 132, 160])
def test_tempi_between_frames_are_measured_within_a_percent_or_an_octave(bpm):
    rises = np.zeros(43 * 30)
    rises[np.round(np.arange(0, 28, 60 / bpm) * descriptors.RATE / 512).astype(int)] = 5
    ratio = descriptors.beat(rises)[0] / bpm
    assert min(abs(ratio / octave - 1) for octave in (0.5, 1, 2)) < 0.01


def test_loudness_is_pyloudnorms_and_the_range_ebus():
    import pyloudnorm

    swelling = SOUNDS["noise"] * (1 + np.sin(TIME / 2))
    ours, _ = descriptors.loudness(descriptors.tenths(np.array_split(swelling, 7)))
    assert ours == pytest.approx(pyloudnorm.Meter(RATE).integrated_loudness(swelling), abs=0.02)
    # EBU Tech 3342, minimum requirements, test 1: twenty seconds each 10 dB apart make 10 LU.
    steps = np.repeat([10 ** (-20 / 20), 10 ** (-30 / 20)], 20 * RATE)
    tone = steps * np.sin(2 * np.pi * 1000 * np.arange(len(steps)) / RATE)
    assert descriptors.loudness(descriptors.tenths([tone]))[1] == pytest.approx(10, abs=1)


def test_a_key_profile_has_clarity_one_in_every_key():
    for key in range(12):
        assert descriptors.key_clarity(np.roll(descriptors.MAJOR, key)) == pytest.approx(1)
    assert descriptors.key_clarity(np.ones(12)) == 0


def test_describe_writes_a_table_and_lists_what_it_could_not_hear(tmp_path, capsys):
    audio = tmp_path / "audio"
    audio.mkdir()
    soundfile.write(audio / "clicks.flac", SOUNDS["clicks"], RATE)
    soundfile.write(audio / "silence.wav", np.zeros(2 * RATE), RATE)
    soundfile.write(audio / "short.wav", np.zeros(900), RATE)
    (audio / "words.mp3").write_text("no sound " * 90)
    out = tmp_path / "d.parquet"
    descriptions.run(audio, out)
    table = pd.read_parquet(out).set_index("track_id")
    assert list(table) == [*descriptors.COLUMNS, "source"]
    assert table.at["clicks.flac", "beat_bpm"] == pytest.approx(120, rel=0.01)
    assert np.isnan(table.at["silence.wav", "beat_bpm"])
    reasons = pd.read_csv(f"{out}.errors.csv").set_index("track_id")["reason"]
    assert set(reasons.index) == {"short.wav", "words.mp3"}
    assert "second" in reasons["short.wav"]
    assert table["source"].str.contains("librosa .*pyloudnorm").all()
    with pytest.raises(ProjectError, match="is a folder"):
        descriptions.run(audio, tmp_path)


def test_the_guide_explains_every_descriptor():
    guide = (ROOT / "book" / "reexecute.md").read_text(encoding="utf-8")
    for name, about in descriptors.DESCRIPTORS.items():
        line = f"| `{name}` | {about.unit} | {about.meaning} | {about.failing} |"
        assert line in guide, line


def test_known_vectors_are_not_described_again(tmp_path, monkeypatch):
    soundfile.write(tmp_path / "a.wav", SOUNDS["sine"][: 2 * RATE], RATE)
    descriptions.run(tmp_path / "a.wav", tmp_path / "d.parquet")
    monkeypatch.setattr(collection.descriptors, "describe_file", None)
    descriptions.run(tmp_path / "a.wav", tmp_path / "d.parquet")
