"""How far vectors move under changes that leave the music as it is: known answers on made sounds."""

import numpy as np
import pytest
import soundfile

from helpers.embeddings import demonstration, descriptors, openl3, robustness

RATE = 44_100


def tune(seconds=4.0, seed=0):
    """A few notes in stereo, with a beat."""
    rng = np.random.default_rng(seed)
    t = np.arange(int(seconds * RATE)) / RATE
    notes = np.sin(2 * np.pi * 220 * 2 ** (rng.integers(12) / 12) * t) * np.exp(-3 * (t % 0.5))
    return np.stack([0.4 * notes, 0.3 * notes], axis=1).astype(np.float32)


@pytest.fixture
def files(tmp_path):
    return robustness.write_changed(tune(), RATE, tmp_path, 1)


def read(path):
    return soundfile.read(path, dtype="float64")[0]


def test_changes_are_as_large_as_their_names_say(files):
    plain = read(files["unchanged"])
    assert np.array_equal(plain, tune())
    softer = read(files["gain of -6 dB"])
    assert 20 * np.log10(softer.std() / plain.std()) == pytest.approx(-6, abs=1e-3)
    assert np.array_equal(read(files["cut of 2 s"]), plain[2 * RATE :])
    added = read(files["noise at 30 dB"]) - plain
    ratio = 10 * np.log10(np.mean(plain**2) / np.mean(added**2))
    assert ratio == pytest.approx(30, abs=0.1)


def test_the_mp3_has_its_bit_rate_and_the_sound(files):
    path = files["MP3 of 64 kbit/s"]
    # Four seconds of 64 kbit/s, and a header.
    assert 8 * path.stat().st_size / 4 == pytest.approx(64_000, rel=0.1)
    plain, coded = read(files["unchanged"]), read(path)
    length = min(len(plain), len(coded))
    assert np.corrcoef(plain[:length, 0], coded[:length, 0])[0, 1] > 0.99


def test_a_share_is_of_the_median_distance_between_tracks():
    plain = np.array([[0.0, 0], [0, 4], [3, 0]])
    vectors = {"unchanged": plain, "moved": plain + [0, 2], "same": plain}
    # Three distances: 4, 3 and 5.
    found = robustness.moved(vectors, standardised=False)
    assert found["moved"].tolist() == pytest.approx([0.5] * 3)
    assert found["same"].tolist() == [0, 0, 0]
    wider = {name: table * [1, 100] for name, table in vectors.items()}
    one, other = (robustness.moved(each, standardised=True) for each in (vectors, wider))
    assert np.allclose(one, other)
    gaps = vectors | {"moved": np.where([[False, True]], np.nan, plain)}
    assert robustness.moved(gaps, standardised=False)["moved"].tolist() == [0, 0, 0]
    with pytest.raises(ValueError, match="two sounds"):
        robustness.moved({"unchanged": plain[:1], "moved": plain[:1]}, standardised=False)


def test_gain_moves_loudness_alone_by_six_units(files):
    plain, softer = (
        descriptors.describe_file(files[name]) for name in ("unchanged", "gain of -6 dB")
    )
    change = dict(zip(descriptors.COLUMNS, softer - plain, strict=True))
    assert change.pop("loudness_lufs") == pytest.approx(-6, abs=0.01)
    for name, moved in change.items():
        assert abs(moved) <= 0.01 * abs(plain[descriptors.COLUMNS.index(name)]) + 1e-3, name


def test_the_picture_of_openl3_does_not_move_with_the_volume(tmp_path):
    def averaged(path):
        sound = soundfile.read(path)[0].mean(axis=1)
        return demonstration.averaged_pictures(sound, 1.0).mean(axis=0)

    assert openl3.RATE == 48_000
    sounds = [(tune(2.5, seed), RATE) for seed in range(3)]
    vectors = robustness.vectors_of_changes(sounds, averaged, tmp_path, 0)
    found = robustness.moved(vectors, standardised=False)
    assert found["gain of -6 dB"].max() < 0.01
    assert found["noise at 30 dB"].min() > 0.05
