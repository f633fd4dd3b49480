"""OpenL3 without TensorFlow: the same numbers, resumable, honest about what it cannot read."""

import errno
import hashlib
import os
import signal
import sqlite3
import subprocess
import sys
import threading
import time
import types
from itertools import islice
from pathlib import Path

import nbformat
import numpy as np
import pandas as pd
import pytest
import soundfile
from commands import Commands
from conftest import ROOT, SMALL, copy_project, executed

sys.path.insert(0, str(ROOT))

from benchmarks.embed_clips import encode, random_weights, track  # noqa: E402
from helpers import (  # noqa: E402
    downloads,  # noqa: E402
    project,
    tables,
)
from helpers.embeddings import (
    collection,  # noqa: E402
    demonstration,  # noqa: E402
    openl3,  # noqa: E402
    weights,  # noqa: E402
)
from helpers.project import ProjectError  # noqa: E402
from helpers.readers import embedding_tables  # noqa: E402
from helpers.readers.audio import decode, read_listing, resampled  # noqa: E402

FIXTURE = ROOT / "tests" / "data" / "openl3"
REFERENCE = np.load(FIXTURE / "reference.npz")


@pytest.fixture(scope="session")
def weight_file(tmp_path_factory):
    return random_weights(tmp_path_factory.mktemp("weights") / "random.h5")


@pytest.fixture(scope="session")
def model(weight_file):
    return weights.build_onnx(weights.read_weights(weights.unpacked(weight_file)))


@pytest.fixture(scope="session")
def small(model):
    return openl3.quantize(model)


@pytest.fixture
def folder(tmp_path):
    """Six short sounds, of which one is broken."""
    rng = np.random.default_rng(5)
    for k in range(5):
        soundfile.write(tmp_path / f"sound{k}.flac", track(rng, 0.4), 44_100)
    (tmp_path / "words.mp3").write_text("not a sound " * 50)
    return tmp_path


def one_minus_cosine(a, b):
    a, b = a.astype(float), b.astype(float)
    return 1 - a @ b / np.sqrt((a @ a) * (b @ b))


def run(audio, out, weight_file, hop=1.0, **options):
    collection.run(audio, out, weight_file, hop, **options)
    return pd.read_parquet(out)


def frames(key, model):
    """Our frames beside those of openl3, as far as the fixture has them."""
    name, hop = key.split("@")
    wanted = REFERENCE[key]
    cut = openl3.windows(resampled(decode(FIXTURE / name, seconds=1)), float(hop))
    images = openl3.log_mel(list(islice(cut, len(wanted))))
    return openl3.session(model).run(None, {"logmel": images})[0], wanted


@pytest.mark.parametrize("key", ["mono48k.flac@0.1", "mono48k.flac@0.5", "short48k.flac@0.1"])
def test_frames_equal_openl3s_at_48_khz(key, model):
    found, wanted = frames(key, model)
    assert found.shape == wanted.shape
    assert np.abs(found - wanted).max() < 2e-4


def test_mp3_equals_openl3_but_for_the_resampler(model):
    found, wanted = frames("t0.mp3@1.0", model)
    assert one_minus_cosine(found.mean(axis=0), wanted.mean(axis=0)) < 2e-4


def test_wide_band_noise_around_a_gap_stays_near_openl3(model):
    found, wanted = frames("stereo44k.flac@0.1", model)
    assert one_minus_cosine(found.mean(axis=0), wanted.mean(axis=0)) < 1e-2


def log_mel_gap():
    wanted = REFERENCE["logmel:mono48k.flac@1.0"]
    first = next(openl3.windows(resampled(decode(FIXTURE / "mono48k.flac")), 1.0))
    return np.abs(openl3.log_mel(first[None])[:, 0, ::16] - wanted).max()


def test_log_mel_equals_openl3s():
    assert log_mel_gap() < 1e-3


def test_mel_scale_is_slaneys():
    # 200 Hz are three mels; 1 kHz is mel 15, from where 27 mels multiply a frequency by 6.4.
    assert openl3.hertz(np.array([0, 3, 15, 42, 69])) == pytest.approx([0, 200, 1000, 6400, 40960])
    edges = openl3.mel_edges()
    assert (len(edges), edges[0]) == (258, 0) and edges[-1] == pytest.approx(24_000)


def htk(mel):
    top = 2595 * np.log10(1 + 24_000 / 700)
    return 700 * (10 ** (mel / (15 + 27 * np.log(24) / np.log(6.4)) * top / 2595) - 1)


MISTAKES = {
    "HTK mel scale": ("hertz", htk),
    "power for magnitude": (
        "magnitudes",
        lambda windows, right=openl3.magnitudes: right(windows) ** 2,
    ),
    "no maximum per window": (
        "decibels",
        lambda mel: np.maximum(10 * np.log10(np.maximum(mel, np.float32(1e-10))), np.float32(-80)),
    ),
}


@pytest.mark.parametrize("mistake", MISTAKES)
def test_parity_fails_with(mistake, model, monkeypatch):
    monkeypatch.setattr(openl3, *MISTAKES[mistake])
    openl3.mel_filters.cache_clear()
    try:
        found, wanted = frames("mono48k.flac@0.5", model)
        assert np.abs(found - wanted).max() > 2e-2  # a hundred times what parity allows
        assert log_mel_gap() > 0.1
    finally:
        openl3.mel_filters.cache_clear()


def test_hann_window_is_tensorflows_bit_for_bit():
    digest = hashlib.sha256(openl3.hann().astype("<f4").tobytes()).hexdigest()
    assert digest == "e689f7ccf093a825f8c6252e583e432911bd546aa2ae18c9381b891addb455ec"


@pytest.mark.parametrize("hop", [0.1, 0.5, 1.0, 2.5])
@pytest.mark.parametrize("center", [True, False])
@pytest.mark.parametrize("length", [1, 23_999, 24_000, 24_001, 48_000, 48_001, 100_000, 200_000])
def test_streamed_windows_are_those_of_the_whole_signal(length, center, hop):
    whole = np.random.default_rng(length).standard_normal(length).astype(np.float32)
    padded = np.pad(whole, (24_000 * center, 0))
    step = int(hop * 48_000)
    n = 1 + max(0, int(np.ceil((len(padded) - 48_000) / step)))
    padded = np.pad(padded, (0, max(0, (n - 1) * step + 48_000 - len(padded))))
    wanted = [padded[k * step :][:48_000] for k in range(n)]
    found = list(openl3.windows(np.array_split(whole, 7), hop, center))
    assert len(found) == n
    assert all(np.array_equal(a, b) for a, b in zip(found, wanted, strict=True))


@pytest.mark.parametrize("rate", [8_000, 22_050, 44_100, 48_000, 96_000])
def test_streamed_resampling_is_that_of_the_whole_signal(rate):
    import soxr

    whole = np.random.default_rng(rate).standard_normal(rate)
    streamed = np.concatenate(list(resampled((part, rate) for part in np.array_split(whole, 9))))
    assert np.array_equal(streamed, soxr.resample(whole, rate, 48_000, "VHQ").astype(np.float32))


def test_blocks_average_all_channels_and_pyav_agrees_with_libsndfile(tmp_path):
    from helpers.readers import decoders
    from helpers.readers.audio_headers import Part

    sound = track(np.random.default_rng(1), 1.3, channels=6)
    soundfile.write(tmp_path / "a.flac", sound, 44_100, subtype="PCM_24")
    one = np.concatenate([block for block, _ in decode(tmp_path / "a.flac", seconds=0.2)])
    path = tmp_path / "a.flac"
    with Part(path, 0, path.stat().st_size) as part:
        two = np.concatenate([block for block, _ in decoders.libsndfile(part)])
    assert np.abs(one - sound.mean(axis=1)).max() < 2e-7
    assert np.array_equal(one, two)


@pytest.mark.slow
def test_int8_is_reproducible_and_near(model, small):
    assert small == openl3.quantize(model)
    assert len(small) < len(model) / 3
    images = openl3.log_mel(
        list(islice(openl3.windows(resampled(decode(FIXTURE / "t0.mp3", 1)), 0.5), 4))
    )
    exact, fast = (openl3.session(m).run(None, {"logmel": images})[0] for m in (model, small))
    error = np.linalg.norm(fast - exact) / np.linalg.norm(exact)
    assert 1e-3 < error < 0.1


def test_compressed_weights_are_the_same_and_others_are_refused(weight_file, tmp_path):
    import gzip

    import h5py

    packed = tmp_path / "w.h5.gz"
    packed.write_bytes(gzip.compress(weight_file.read_bytes(), 1))
    assert weights.unpacked(packed) == weight_file.read_bytes()
    with pytest.raises(ProjectError, match="python -m helpers weights"):
        weights.unpacked(tmp_path / "absent.h5")
    with h5py.File(tmp_path / "other.h5", "w") as file:
        file.attrs["layer_names"] = [b"dense"]
        file.create_group("dense").attrs["weight_names"] = []
    with pytest.raises(ProjectError, match="not that of OpenL3"):
        weights.read_weights((tmp_path / "other.h5").read_bytes())


@pytest.mark.parametrize("variant", ["linear_music", "mel128_env"])
def test_weights_of_a_variant_that_is_not_served_are_refused_by_name(
    variant, weight_file, folder, tmp_path
):
    other = tmp_path / f"openl3_audio_{variant}-v0_4_0.h5"
    other.write_bytes(weight_file.read_bytes())
    with pytest.raises(ProjectError, match=rf"{other.name}: of OpenL3's .* not linear or mel128"):
        collection.run(folder, tmp_path / "o.parquet", weights=other)


def test_weights_are_verified_and_the_golden_test_can_fail(
    model, weight_file, tmp_path, monkeypatch, capsys
):
    monkeypatch.setenv("MUSIC_FOR_PAIN_CACHE", str(tmp_path / "cache"))
    with pytest.raises(ProjectError, match="python -m helpers weights"):
        weights.unpacked()
    given = tmp_path / "mine.h5"
    given.write_bytes(weight_file.read_bytes())
    with pytest.raises(
        ProjectError, match="that of the official file 15e483646fa3d4091a463f0affbb706e6bbbb098"
    ):
        weights.run(given)
    with pytest.raises(ProjectError, match="absent.h5 is absent"):
        weights.run(tmp_path / "absent.h5")
    assert weights.state() == "absent" and weights.state(given).startswith("not official: ")

    # Stand-ins for openl3's own files, which are not ours to ship.
    chirp, vectors, table = (
        tmp_path / "chirp_44k.wav",
        tmp_path / "chirp_44k_kapre.npz",
        weights.files(),
    )
    t = np.arange(26_460) / 44_100
    soundfile.write(chirp, np.sin(2 * np.pi * (100 + 4000 * t) * t), 44_100)

    def stand_in(grid):
        np.savez(vectors, embedding=grid.astype(np.float32).reshape(len(grid), -1))
        table["blob"] = list(map(downloads.blob_id, (given, chirp, vectors)))

    monkeypatch.setattr(weights, "files", lambda: table)
    stand_in(np.random.default_rng(0).standard_normal((2, 12, 512)))
    assert weights.run(given) == 1
    assert "does not reproduce" in capsys.readouterr().out
    found = np.concatenate(list(openl3.embed_frames(resampled(decode(chirp)), model)))
    stand_in(np.repeat(found[:, None], 12, axis=1))
    assert weights.run(given) == 0
    assert "This machine reproduces the official" in capsys.readouterr().out
    assert weights.kept().read_bytes() == weight_file.read_bytes() and weights.state() == "official"
    # The chapter then says so, and marks nothing.
    said = demonstration.weights_in_words()
    assert "The official weights are on this machine" in said and "not official" not in said.lower()
    assert demonstration.mark() == "" and "OpenL3" in demonstration.descriptions()


def test_weights_are_downloaded_resumed_and_verified(tmp_path, monkeypatch):
    from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

    monkeypatch.setenv("MUSIC_FOR_PAIN_CACHE", str(tmp_path))
    content, asked = bytes(range(256)) * 999, []

    class Breaking(BaseHTTPRequestHandler):
        def do_GET(self):
            asked.append((self.path, self.headers["Range"]))
            start = int((self.headers["Range"] or "bytes=0-")[6:-1])
            self.send_response(206 if start else 200)
            self.send_header("Content-Length", str(len(content) - start))
            self.end_headers()
            self.wfile.write(content[start:] if start else content[:99_999])

        def log_message(self, *_):
            pass

    entry = weights.files().loc["weights"].copy()
    entry["blob"] = hashlib.sha1(b"blob %d\0" % len(content) + content).hexdigest()
    with ThreadingHTTPServer(("127.0.0.1", 0), Breaking) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        path = downloads.fetch(
            entry,
            types.SimpleNamespace(
                download_base=f"http://127.0.0.1:{server.server_port}", download_timeout=30
            ),
        )
        server.shutdown()
    assert path == weights.kept() and path.read_bytes() == content
    place = "/marl/openl3/models/openl3_audio_mel256_music-v0_4_0.h5.gz"
    assert asked[0] == (place, None) and asked[1][0] == place and asked[1][1].startswith("bytes=")


def test_table_errors_and_source(folder, weight_file):
    encode(folder / "video.m4a", track(np.random.default_rng(2), 0.5), 44_100)
    (folder / "nothing.wav").write_bytes(b"")
    soundfile.write(folder / "notanumber.wav", np.full(9000, np.nan), 44_100, subtype="FLOAT")
    soundfile.write(folder / "header.wav", np.zeros(0), 44_100)
    soundfile.write(folder / "short.flac", track(np.random.default_rng(3), 2), 44_100)
    damaged = (folder / "short.flac").read_bytes()
    (folder / "short.flac").write_bytes(damaged[: len(damaged) // 2])
    (folder / "cover.jpg").write_bytes(b"no audio suffix")
    table = run(folder, folder / "out" / "e.parquet", weight_file)
    assert list(table) == ["track_id", *(f"e{k:03d}" for k in range(512)), "source"]
    assert (table.dtypes.iloc[1:-1] == np.float32).all()
    tables.schemas()["embeddings"].validate(table)
    assert list(table["track_id"]) == [*(f"sound{k}.flac" for k in range(5)), "video.m4a"]
    assert table["source"].str.contains("weights [0-9a-f]{8}, onnx fp32, hop 1 s").all()
    errors = pd.read_csv(folder / "out" / "e.parquet.errors.csv").set_index("track_id")["reason"]
    wrong = {"words.mp3", "nothing.wav", "notanumber.wav", "header.wav", "short.flac"}
    assert set(errors.index) == wrong
    assert errors["nothing.wav"] == "empty file"
    assert "finite" in errors["notanumber.wav"] and "no samples" in errors["header.wav"]


def test_a_table_names_the_tracks(folder, weight_file):
    listing = folder / "list.csv"
    listing.write_text(
        f"track_id,path,title\n007,sound0.flac,A\n01,{folder / 'sound1.flac'},B\nnull,,C\n"
    )
    table = run(listing, folder / "e.parquet", weight_file)
    assert list(table["track_id"]) == ["007", "01"]
    assert "null" in (folder / "e.parquet.errors.csv").read_text()
    table.rename(columns={"e000": "path"}).assign(path=["sound0.flac", None]).to_parquet(
        folder / "t.parquet"
    )
    assert list(read_listing(folder / "t.parquet")["path"]) == [
        str(folder / "sound0.flac"),
        str(folder),
    ]


def test_unclear_listings_are_refused(folder):
    with pytest.raises(ProjectError, match="neither a folder nor a file"):
        read_listing(folder / "nowhere")
    for header, wrong in (
        ("id,path\na,b", "once: track_id"),
        ("track_id,path,path\na,b,c", "once: path"),
        ("track_id,path\na,b\na,c", "several rows are called 'a'"),
        ("track_id,path", "has no rows"),
    ):
        (folder / "t.csv").write_text(f"{header}\n")
        with pytest.raises(ProjectError, match=wrong):
            read_listing(folder / "t.csv")


@pytest.mark.slow
def test_interrupted_run_goes_on_and_computes_nothing_twice(folder, weight_file, monkeypatch):
    computed, right = [], collection.embed_file

    def breaks_at_the_third(path, *rest):
        if len(computed) == 2:
            raise KeyboardInterrupt
        computed.append(Path(path).name)
        return right(path, *rest)

    monkeypatch.setattr(collection, "embed_file", breaks_at_the_third)
    with pytest.raises(KeyboardInterrupt):
        run(folder, folder / "e.parquet", weight_file)
    assert not (folder / "e.parquet").exists()
    monkeypatch.setattr(
        collection,
        "embed_file",
        lambda path, *r: computed.append(Path(path).name) or right(path, *r),
    )
    first = run(folder, folder / "e.parquet", weight_file)
    assert len(computed) == len(set(computed)) == 6  # five sounds, and the broken one a single time
    again = run(folder, folder / "e.parquet", weight_file)
    assert computed.count("words.mp3") == 2 and len(computed) == 7
    assert first.equals(again)
    assert first.equals(run(folder, folder / "jobs.parquet", weight_file, jobs=2))
    del computed[7:]
    (folder / "sound0.flac").rename(folder / "moved.flac")
    run(folder, folder / "e.parquet", weight_file)
    assert "moved.flac" not in computed  # its content is known


def test_changed_content_and_changed_settings_are_computed_anew(folder, weight_file):
    one = run(folder, folder / "e.parquet", weight_file)
    soundfile.write(folder / "sound0.flac", track(np.random.default_rng(9), 1), 44_100)
    two = run(folder, folder / "e.parquet", weight_file)
    assert not one.iloc[0, 1:-1].equals(two.iloc[0, 1:-1]) and one.iloc[1:].equals(two.iloc[1:])
    three = run(folder, folder / "f.parquet", weight_file, hop=0.5)
    assert not three.iloc[0, 1:-1].equals(two.iloc[0, 1:-1])
    both = embedding_tables.read_embeddings(folder / "e.parquet", folder / "e.parquet")
    assert len(both) == len(two)
    with pytest.raises(ProjectError, match="hop: 1.0 and 0.5"):
        embedding_tables.read_embeddings(folder / "e.parquet", folder / "f.parquet")


def test_the_key_holds_what_changes_a_number(weight_file, small, monkeypatch):
    monkeypatch.setattr(collection, "kept_quantized", lambda model: small)
    with collection.engine(weight_file) as (settings, _):
        assert set(settings) == {
            "engine",
            "precision",
            "calibration",
            "center",
            "decoding",
            "weights",
            "resampler",
        }
        assert settings["weights"] == hashlib.sha256(weight_file.read_bytes()).hexdigest()
        assert settings["resampler"].startswith("soxr 1")
    with collection.engine(weight_file, "int8") as (fast, _):
        assert fast["calibration"] == hashlib.sha256(small).hexdigest()
        assert fast["precision"] == "int8"


def test_a_worker_with_another_resampler_is_refused(folder, model):
    settings = {"resampler": "soxr 0.0.1 VHQ", "hop": 1.0, "center": True}
    with pytest.raises(ProjectError, match="align"):
        collection.embed_one((0, str(folder / "sound0.flac")), model, settings)


def test_urls_are_fetched_and_a_missing_one_is_listed(folder, weight_file):
    from functools import partial
    from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer

    class Quiet(SimpleHTTPRequestHandler):
        def log_message(self, *_):
            pass

    with ThreadingHTTPServer(("127.0.0.1", 0), partial(Quiet, directory=folder)) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        base = f"http://127.0.0.1:{server.server_port}"
        (folder / "t.csv").write_text(
            f"track_id,path\na,{base}/sound0.flac\nb,{base}/gone.flac\nc,sound0.flac\n"
        )
        table = run(folder / "t.csv", folder / "e.parquet", weight_file).set_index("track_id")
        server.shutdown()
    assert table.loc["a"].equals(table.loc["c"])
    assert "404" in pd.read_csv(folder / "e.parquet.errors.csv")["reason"].item()


@pytest.mark.slow
def test_audit_measures_on_the_users_audio_and_recommends_little_error(
    tmp_path, weight_file, small, monkeypatch, capsys
):
    def summary(path, model, hop, threads, heard):  # stands in for the network, to be quick
        images = openl3.log_mel(list(openl3.windows(resampled(decode(path)), hop)))
        shift = 5 * (model == small) * np.sin(np.arange(512) * len(images))
        return (
            np.concatenate([images.mean(axis=(0, 1, 3)), images.std(axis=(0, 1, 3))]) + shift
        ).astype(np.float32)

    monkeypatch.setattr(collection, "kept_quantized", lambda model: small)
    monkeypatch.setattr(collection, "embed_file", summary)
    rng = np.random.default_rng(4)
    for k in range(12):
        soundfile.write(tmp_path / f"s{k}.wav", track(rng, 1.2), 44_100)
    out = tmp_path / "a.parquet"
    collection.run(tmp_path, out, weight_file, audited=True)
    table = pd.read_csv(f"{out}.audit.csv")
    assert list(table["precision"]) == ["fp32"] * 4 + ["int8"] * 4
    assert table.loc[0, ["relative_error", "neighbours"]].tolist() == [0, 1]
    assert table["relative_error"][1:].gt(0).all() and table["neighbours"].min() < 1
    assert table["recommended"].nunique() == 2
    assert (table["recommended"] == (table["relative_error"] <= 0.1)).all()
    assert not out.exists()


def test_distortion_of_known_shifts():
    reference = np.random.default_rng(0).standard_normal((40, 512))
    assert collection.distortion(reference, reference)["neighbours"] == 1
    moved = collection.distortion(reference, reference + 1)
    assert moved["neighbours"] == 1
    assert moved["relative_error"] == pytest.approx(np.sqrt(512) / np.sqrt(2 * 512), rel=0.02)
    other = np.random.default_rng(1).standard_normal((40, 512))
    assert collection.distortion(reference, other)["neighbours"] < 0.5


@pytest.mark.slow
def test_dask_workers_give_the_same_table_even_when_one_is_killed(folder, weight_file):
    from distributed import LocalCluster

    alone = run(folder, folder / "one.parquet", weight_file)
    with LocalCluster(2, threads_per_worker=1, dashboard_address=None) as cluster:
        together = run(folder, folder / "two.parquet", weight_file, dask=cluster.scheduler_address)
        assert together.equals(alone)
        out = folder / "three.parquet"
        store, done = Path(f"{out}.cache.sqlite"), []

        def kill():
            while not store.exists() or not rows(store):
                time.sleep(0.01)
            done.append(rows(store))
            os.kill(next(iter(cluster.workers.values())).pid, signal.SIGKILL)

        thread = threading.Thread(target=kill)
        thread.start()
        killed = run(folder, out, weight_file, dask=cluster.scheduler_address)
        thread.join()
        assert 0 < done[0] < 5 and killed.equals(alone)
    assert list(pd.read_csv(f"{out}.errors.csv")["track_id"]) == ["words.mp3"]


def rows(store):
    with sqlite3.connect(store, timeout=60) as cache:
        if cache.execute("SELECT 1 FROM sqlite_master WHERE name = 'vectors'").fetchone():
            return cache.execute("SELECT count(*) FROM vectors").fetchone()[0]
    return 0


@pytest.mark.slow
def test_sixteen_clips_survive_a_kill():
    script = ROOT / "benchmarks" / "embed_faults.py"
    done = subprocess.run(
        [sys.executable, script, "--clips", "16", "--kills", "1"],
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr


@pytest.mark.book
def test_the_chapter_says_which_weights_it_has_and_follows_them(tmp_path, weight_file):
    tree, cache = copy_project(tmp_path / "book"), tmp_path / "cache"
    commands = Commands(tree, {**os.environ, "MUSIC_FOR_PAIN_CACHE": str(cache)})
    name = "07_audio_embeddings"
    chosen = ("--without-pages", "--only", name, "--param", f"{name}:hop=1.0")

    def chapter():
        code, said = commands.run("build", "--profile", SMALL, *chosen)
        assert code == 0, said
        book = nbformat.read(tree / "book" / "notebooks" / f"{name}.ipynb", as_version=4)
        put = [cell.outputs for cell in book.cells if cell.cell_type == "code"]
        return executed(said), str(put)

    count, page = chapter()
    assert (
        count == 1
        and "The weights are not on this machine" in page
        and "python -m helpers weights" in page
    )
    assert "512 numbers" not in page and "CC BY 4.0" in page and "marl/openl3" in page

    made = cache / weights.kept().relative_to(project.cache_dir())
    made.parent.mkdir(parents=True)
    made.write_bytes(weight_file.read_bytes())
    count, page = chapter()
    assert count == 1 and "not the official ones" in page and "NOT official weights" in page
    assert (
        "512 numbers" in page
        and "not official" in page
        and "'OpenL3'" not in page
        and ">OpenL3<" not in page
    )
    assert chapter()[0] == 0
    commands.close()


def test_original_openl3_gives_the_same_numbers(tmp_path, weight_file):
    if not os.environ.get("MUSIC_FOR_PAIN_OPENL3"):
        pytest.skip("MUSIC_FOR_PAIN_OPENL3 does not name the python of an environment with openl3")
    for name in ("mono48k.flac", "short48k.flac"):
        (tmp_path / name).write_bytes((FIXTURE / name).read_bytes())
    (tmp_path / "words.mp3").write_text("not a sound")
    ours = run(tmp_path, tmp_path / "ours.parquet", weight_file)
    theirs = run(tmp_path, tmp_path / "theirs.parquet", weight_file, backend="openl3")
    assert len(theirs) == 2
    assert (
        np.abs(ours[collection.DIMENSIONS] - theirs[collection.DIMENSIONS]).to_numpy().max() < 2e-4
    )
    assert theirs["source"].str.contains("openl3 0.4").all()
    with pytest.raises(ProjectError, match="differ in"):
        embedding_tables.read_embeddings(tmp_path / "ours.parquet", tmp_path / "theirs.parquet")


STAND_IN = """
from types import SimpleNamespace

import numpy as np

core = SimpleNamespace(OpenL3Error=type("OpenL3Error", (Exception,), {}))
models = SimpleNamespace(
    get_audio_embedding_model_path=lambda *_: __file__, tf=SimpleNamespace(__version__="0"),
    load_audio_embedding_model_from_path=lambda path, *_: print("noise on the way") or path)


def get_audio_embedding(audio, rate, hop_size, **_):
    return np.full((2, 512), [[len(audio)], [hop_size]], float), None
"""


def test_the_process_of_the_original_answers_each_file(tmp_path, weight_file, monkeypatch):
    # A stand-in of the package: the numbers are its own, the process and its answers are the real ones.
    (tmp_path / "there").mkdir()
    (tmp_path / "there" / "openl3.py").write_text(STAND_IN)
    for name in ("openl3", "resampy"):
        (tmp_path / "there" / f"{name}-0.4.2.dist-info").mkdir()
        (tmp_path / "there" / f"{name}-0.4.2.dist-info" / "METADATA").write_text(
            f"Name: {name}\nVersion: 0.4.2\n"
        )
    monkeypatch.setenv("PYTHONPATH", str(tmp_path / "there"))
    monkeypatch.setenv("MUSIC_FOR_PAIN_OPENL3", sys.executable)
    (tmp_path / "audio").mkdir()
    soundfile.write(tmp_path / "audio" / "one.wav", np.zeros(4800), 48_000)
    (tmp_path / "audio" / "words.mp3").write_text("not a sound")
    table = run(
        tmp_path / "audio", tmp_path / "theirs.parquet", weight_file, backend="openl3", hop=0.5
    )
    assert table["track_id"].tolist() == ["one.wav"] and (
        table[collection.DIMENSIONS] == (4800 + 0.5) / 2
    ).all(axis=None)
    assert table["source"].str.contains("openl3 0.4.2").all()
    failed = pd.read_csv(tmp_path / "theirs.parquet.errors.csv")
    assert (
        failed["track_id"].tolist() == ["words.mp3"]
        and failed["reason"].str.contains("Invalid data").all()
    )


@pytest.fixture
def quick(monkeypatch):
    """A network that takes no time: lengths in seconds."""

    def length(path, model, hop, threads, heard):
        found = sum(len(part) for part in resampled(decode(path, heard=heard)))
        return np.full(512, found / 48_000, np.float32)

    monkeypatch.setattr(collection, "embed_file", length)


def test_one_odd_file_is_a_line_in_the_table_and_a_line_on_the_screen(
    tmp_path, weight_file, quick, capsys
):
    audio = tmp_path / "audio"
    audio.mkdir()
    soundfile.write(audio / "good.wav", np.zeros(4800), 48_000)
    (audio / "words.au").write_text("English text. " * 100)
    os.mkfifo(audio / "pipe.mp3")
    (audio / "gone.mp3").symlink_to(tmp_path / "nowhere")
    with open(os.fsencode(audio) + b"/\xe9.wav", "wb") as file:
        file.write(b"x")
    table = run(audio, tmp_path / "e.parquet", weight_file)
    assert table["track_id"].tolist() == ["good.wav"]
    reasons = pd.read_csv(tmp_path / "e.parquet.errors.csv").set_index("track_id")["reason"]
    assert reasons["\\xe9.wav"] == "its name is not UTF-8: rename it"
    assert reasons["gone.mp3"] == "No such file or directory"
    assert "pipe" in reasons["pipe.mp3"] and "FFmpeg" in reasons["words.au"]
    said = capsys.readouterr().out
    assert all(f"{name}: left out: {reason}" in said for name, reason in reasons.items())


@pytest.mark.parametrize("fault", [TypeError("no rate"), KeyError("x"), ZeroDivisionError()])
def test_a_fault_that_nobody_expected_is_that_files_reason(folder, weight_file, monkeypatch, fault):
    def broken(path, *rest):
        raise fault

    monkeypatch.setattr(collection, "embed_file", broken)
    with pytest.raises(ProjectError, match="None of the 6 files"):
        run(folder, folder / "e.parquet", weight_file)
    reasons = pd.read_csv(folder / "e.parquet.errors.csv")["reason"]
    assert reasons.str.startswith(type(fault).__name__).all()


def test_albums_with_equal_file_names_are_told_apart(tmp_path, weight_file, quick):
    for k, name in enumerate(("one/01 - Intro.wav", "two/01 - Intro.wav"), 1):
        (tmp_path / name).parent.mkdir()
        soundfile.write(tmp_path / name, np.zeros(4800 * k), 48_000)
    table = run(tmp_path, tmp_path / "e.parquet", weight_file).set_index("track_id")
    wanted = {"one/01 - Intro.wav": 0.1, "two/01 - Intro.wav": 0.2}
    assert table["e000"].to_dict() == pytest.approx(wanted)


def test_what_a_decoder_says_stands_beside_its_file(tmp_path, weight_file, quick, capsys):
    from benchmarks.sound_matrix import id3

    soundfile.write(tmp_path / "a.mp3", track(np.random.default_rng(1), 1), 44_100)
    (tmp_path / "a.mp3").write_bytes(id3(art=5000) + (tmp_path / "a.mp3").read_bytes())
    run(tmp_path, tmp_path / "e.parquet", weight_file)
    assert "a.mp3: its decoder says: mjpeg" in capsys.readouterr().out


def test_a_place_that_cannot_be_written_is_refused_before_any_work(
    folder, weight_file, monkeypatch
):
    monkeypatch.setattr(collection, "engine", None)  # calling it would be work
    (folder / "store.parquet.cache.sqlite").write_text("no store" * 1000)
    for out, wrong in (
        (folder, "is a folder"),
        (folder / "words.mp3" / "e.parquet", "cannot be made"),
        (Path("/proc/e.parquet"), "cannot be used"),
        (folder / "store.parquet", "not a database.*delete it"),
    ):
        with pytest.raises(ProjectError, match=wrong):
            collection.run(folder, out, weight_file)


def test_a_full_disk_leaves_what_is_finished_and_nothing_half_written(
    folder, weight_file, quick, monkeypatch
):
    import errno

    right = Path.write_bytes

    def full(path, data):
        right(path, data[:10])
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(Path, "write_bytes", full)
    with pytest.raises(ProjectError, match=r"No space left on device.*is kept"):
        run(folder, folder / "e.parquet", weight_file)
    assert rows(folder / "e.parquet.cache.sqlite") == 5
    assert [path.name for path in folder.iterdir() if path.name.startswith(".")] == []


def test_weights_that_are_cut_are_named(weight_file, tmp_path):
    import gzip

    packed = tmp_path / "cut.h5.gz"
    packed.write_bytes(gzip.compress(weight_file.read_bytes()[:200_000], 1)[:-900])
    with pytest.raises(ProjectError, match=r"cut\.h5\.gz: the weight file is cut"):
        weights.unpacked(packed)
    with pytest.raises(ProjectError, match="cut, or not that of OpenL3"):
        weights.read_weights(weight_file.read_bytes()[:200_000])


@pytest.mark.parametrize("hop", [float("inf"), float("nan"), 0, -1])
def test_a_hop_is_a_time_above_nothing(folder, weight_file, hop):
    with pytest.raises(ProjectError, match="--hop"):
        collection.run(folder, folder / "e.parquet", weight_file, hop)


def test_the_first_line_comes_before_anything_is_loaded(monkeypatch, capsys):
    from helpers import __main__ as commands

    def before(name):
        assert "AUDIO: looking for audio files" in capsys.readouterr().out
        raise KeyboardInterrupt

    monkeypatch.setattr(commands, "import_module", before)
    assert commands.main(["embed", "AUDIO", "--out", "e.parquet"]) == 130
    assert "goes on from there" in capsys.readouterr().out


def test_the_eight_bit_network_is_made_once_and_again_where_it_is_damaged(
    tmp_path, model, small, monkeypatch, capsys
):
    monkeypatch.setenv("MUSIC_FOR_PAIN_CACHE", str(tmp_path))
    made = []
    monkeypatch.setattr(collection, "quantize", lambda model: made.append(1) or small)
    assert collection.kept_quantized(model) == small
    assert "once" in capsys.readouterr().out
    assert collection.kept_quantized(model) == small and len(made) == 1
    assert capsys.readouterr().out == ""
    [kept] = (tmp_path / "int8").iterdir()
    kept.write_bytes(kept.read_bytes()[:-1])
    assert collection.kept_quantized(model) == small and len(made) == 2
    assert collection.kept_quantized(model[:-1]) == small and len(made) == 3


@pytest.mark.slow
def test_frames_are_rows_with_their_times_and_their_mean_is_the_track(tmp_path, weight_file):
    audio = tmp_path / "audio"
    audio.mkdir()
    for name, seconds in (("a", 1.3), ("b", 2.2)):
        soundfile.write(
            audio / f"{name}.flac", track(np.random.default_rng(1), seconds, 48_000), 48_000
        )
    (audio / "words.mp3").write_text("no sound " * 90)
    whole = run(audio, tmp_path / "e.parquet", weight_file, hop=0.5).set_index("track_id")
    found = run(audio, tmp_path / "f.parquet", weight_file, hop=0.5, frames=True)
    assert list(found) == ["track_id", "time", *collection.DIMENSIONS, "source"]
    # Half a second of silence comes first, so the first window's middle is the first sample.
    assert found.loc[found["track_id"] == "a.flac", "time"].tolist() == [0, 0.5, 1.0]
    assert found.loc[found["track_id"] == "b.flac", "time"].tolist() == [0, 0.5, 1.0, 1.5, 2.0]
    means = found.groupby("track_id")[collection.DIMENSIONS].mean()
    assert np.abs(means - whole[collection.DIMENSIONS]).to_numpy().max() < 1e-5
    assert found.attrs["settings"]["frames"] and "frames" not in whole.attrs["settings"]
    assert pd.read_csv(tmp_path / "f.parquet.errors.csv")["track_id"].tolist() == ["words.mp3"]
    again = run(audio, tmp_path / "f.parquet", weight_file, hop=0.5, frames=True)
    assert again.equals(found)
    with pytest.raises(ProjectError, match="one row a window"):
        embedding_tables.read_embeddings(tmp_path / "f.parquet")
    for wrong in ({"audited": True}, {"backend": "openl3"}):
        with pytest.raises(ProjectError, match="--frames goes without"):
            collection.run(audio, tmp_path / "f.parquet", weight_file, frames=True, **wrong)


@pytest.mark.parametrize("frames", [False, True])
def test_a_full_disk_is_one_message_whatever_is_written(tmp_path, weight_file, monkeypatch, frames):
    audio, out = tmp_path / "audio", tmp_path / "e.parquet"
    audio.mkdir()
    soundfile.write(audio / "a.flac", track(np.random.default_rng(1), 0.4, 48_000), 48_000)
    replace = os.replace

    def full(source, target):
        if Path(target) == out:
            raise OSError(errno.ENOSPC, "No space left on device")
        replace(source, target)

    monkeypatch.setattr(os, "replace", full)
    with pytest.raises(
        ProjectError, match="beside it; the same command goes on from there"
    ) as told:
        run(audio, out, weight_file, frames=frames)
    assert str(told.value).startswith(f"{out} cannot be written (No space left on device).")
