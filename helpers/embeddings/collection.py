"""The `embeddings` table: a collection of audio embedded file by file, resumable at any point."""

import hashlib
import json
import os
import sqlite3
import subprocess
import sys
import tempfile
import time
from collections.abc import Collection, Iterable, Iterator
from contextlib import closing, contextmanager
from importlib.metadata import version
from itertools import chain
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
import pandas as pd

from helpers.downloads import local_file
from helpers.embeddings import descriptors, musicnn, musicnn_weights, openl3, original
from helpers.embeddings import weights as official
from helpers.embeddings.openl3 import embed_file, quantize
from helpers.project import DIMENSIONS, ProjectError, cache_dir, counted, sha256, write_atomic
from helpers.readers.audio import RATE, RESAMPLER, check_regular, decode, read_listing, resampled

# Seconds from one window to the next, where none are asked for: musicnn's patches do not overlap.
HOPS = {"openl3": 0.1, "musicnn": musicnn.HOP}
# Bytes that Dask takes in one message without complaint.
PIECE = 1 << 22
# Tracks that an audit draws, and those that it must be able to read.
AUDITED, FEWEST_AUDITED = 50, 12
# What computes: an ONNX model, or the process of the original openl3.
Model = bytes | subprocess.Popen
# What a file can do to a decoder or a network; each is that file's reason and ends nothing else.
FAULTS_OF_A_FILE = (
    *(ArithmeticError, AssertionError, AttributeError, BufferError, EOFError, LookupError),
    *(MemoryError, OSError, RuntimeError, TypeError, ValueError),
)
# How often a line of progress comes where no terminal shows a bar.
SECONDS_BETWEEN_LINES = 10
SHOWN_COMPLAINTS = 3
# Part of the settings: vectors of files that an earlier version heard in part are not these.
DECODING = "whole or refused"


class Embedded(NamedTuple):
    """What became of one file.

    Attributes
    ----------
    row : int
        In the listing.
    digest : str or None
        SHA-256 of its content; None where it could not be read.
    vector : bytes
        float32 numbers; none where they were known, or there are none.
    reason : str or None
        Why there are none.
    seconds : float
        Time it took.
    complaints : list of str
        What the decoder said of a file that was heard whole.
    """

    row: int
    digest: str | None
    vector: bytes
    reason: str | None
    seconds: float
    complaints: list[str]


@contextmanager
def engine(
    weights: str | Path | None = None,
    precision: str = "fp32",
    backend: str = "onnx",
    hop: float | None = None,
    network: str = "openl3",
) -> Iterator[tuple[dict[str, Any], Model]]:
    """Get ready to compute.

    Parameters
    ----------
    weights : str or Path, optional
        Weight file; by default the one `python -m helpers weights` fetched.
    precision : {"fp32", "int8"}
    backend : {"onnx", "openl3"}
        The original openl3 runs in its own environment, and its own weights are its default.
    hop : float, optional
        Seconds between frames, which the numbers depend on too; left out of the settings where
        none is given.
    network : {"openl3", "musicnn"}

    Yields
    ------
    tuple of dict and (bytes or subprocess.Popen)
        What the numbers depend on beside the file, and what computes them.

    Raises
    ------
    ProjectError
        When the weights or the interpreter are missing.

    Notes
    -----
    Notebook: 07_audio_embeddings
    """
    settings: dict[str, Any] = {
        "engine": "onnx",
        "precision": precision,
        "calibration": None,
        "center": True,
        "decoding": DECODING,
    }
    if hop is not None:
        settings["hop"] = hop
    if network == "musicnn":
        yield _musicnn(weights, settings)
        return
    if backend == "openl3":
        with original.start(weights) as process:
            yield settings | original.ask(process), process
        return
    data = official.unpacked(weights)
    model = official.build_onnx(official.read_weights(data))
    if precision == "int8":
        model = kept_quantized(model)
        settings["calibration"] = hashlib.sha256(model).hexdigest()
    yield settings | {"weights": hashlib.sha256(data).hexdigest(), "resampler": RESAMPLER}, model


def _musicnn(weights: str | Path | None, settings: dict[str, Any]) -> tuple[dict[str, Any], bytes]:
    """Settings and model of musicnn, whose weights come from its wheel."""
    model = musicnn_weights.build_onnx(musicnn_weights.read_weights(weights))
    own = {
        "network": "musicnn 0.1.0, MSD_musicnn, penultimate",
        "weights": musicnn_weights.DIGEST,
        "padding": "reflected",
        "resampler": RESAMPLER,
    }
    return settings | own, model


def kept_quantized(model: bytes) -> bytes:
    """The network in eight-bit integers, from the cache where it was made before.

    Parameters
    ----------
    model : bytes
        An ONNX model in single precision.

    Returns
    -------
    bytes
        As `openl3.quantize` returns it. It is kept under the digest of the model and the version of
        onnxruntime, with its own digest in front, so that a damaged file is made anew.

    Notes
    -----
    Notebook: 07_audio_embeddings
    """
    mark = sha256(hashlib.sha256(model).hexdigest(), version("onnxruntime"))
    path = cache_dir() / "int8" / f"{mark}.onnx"
    if path.is_file():
        digest, small = path.read_bytes().split(b"\n", 1)
        if digest.decode("ascii", "replace") == hashlib.sha256(small).hexdigest():
            return small
    print("Calibrating the eight-bit network, once; it is kept for the next time.", flush=True)
    small = quantize(model)
    try:
        write_atomic(path, hashlib.sha256(small).hexdigest().encode() + b"\n" + small)
    except OSError as error:
        print(f"It could not be kept: {path}: {error.strerror}.", flush=True)
    return small


def decoded_copy(path: Path, target: Path, heard: list[str]) -> Path:
    """A file decoded whole, or refused, as a WAV that the original openl3 reads in one go.

    Parameters
    ----------
    path : Path
        An audio file.
    target : Path
        Where to put the mono samples, in double precision at their own rate.
    heard : list of str
        As in `decode`.

    Returns
    -------
    Path
        The target.

    Raises
    ------
    ValueError
        As `decode` raises it, and where the rate changes on the way.

    Notes
    -----
    Notebook: 07_audio_embeddings
    """
    import soundfile

    blocks = decode(path, heard=heard)
    samples, rate = next(blocks)
    with soundfile.SoundFile(target, "w", rate, 1, "DOUBLE") as file:
        file.write(samples)
        for block, other in blocks:
            if other != rate:
                raise ValueError(f"its sampling rate changes from {rate} to {other} Hz")
            file.write(block)
    return target


def embed_one(
    item: tuple[int, str],
    model: Model,
    settings: dict[str, Any],
    known: Collection[str] = (),
    threads: int = 0,
) -> Embedded:
    """Embed one file, here or on a worker, unless its content is known.

    Parameters
    ----------
    item : tuple
        Its row in the listing, its path or URL.
    model : bytes or subprocess.Popen
        From `engine`.
    settings : dict
        From `engine`, and the hop in seconds.
    known : collection of str
        SHA-256 digests of contents that need no computing.
    threads : int
        As in `openl3.session`.

    Returns
    -------
    tuple
        Row, digest of the content, vector as float32 bytes (none where known or failed), reason or
        None, seconds.

    Raises
    ------
    ProjectError
        When a worker resamples with another version than the command does.

    Notes
    -----
    Notebook: 07_audio_embeddings
    """
    row, path = item
    start = time.perf_counter()
    digest, reason = None, None
    vector = np.empty(0, np.float32)
    complaints: list[str] = []
    if isinstance(model, bytes) and settings["resampler"] != RESAMPLER:
        raise ProjectError(
            f"A worker has {RESAMPLER}, the command {settings['resampler']}: align the two."
        )
    try:
        with tempfile.TemporaryDirectory() as folder:
            file = Path(local_file(path, Path(folder, "audio")))
            check_regular(file)
            with open(file, "rb") as stream:
                digest = hashlib.file_digest(stream, "sha256").hexdigest()
            if digest not in known:
                if isinstance(model, bytes):
                    vector = _vector(file, model, settings, threads, complaints)
                else:
                    whole = decoded_copy(file, Path(folder, "whole.wav"), complaints)
                    numbers, reason = original.ask(model, str(whole), settings["hop"])
                    vector = np.array(numbers, np.float32)
    except FAULTS_OF_A_FILE as error:
        reason = _reason(error, path)
    seconds = time.perf_counter() - start
    return Embedded(row, digest, vector.tobytes(), reason, seconds, complaints)


def _vector(
    file: Path, model: bytes, settings: dict[str, Any], threads: int, complaints: list[str]
) -> np.ndarray:
    """Numbers of one file, by the network that the settings name."""
    import threadpoolctl

    name = settings.get("network", "openl3").split()[0]
    if name == "descriptors":
        # On one thread, as a worker has it: the last digits of sums depend on how many share them.
        with threadpoolctl.threadpool_limits(1):
            return descriptors.describe_file(file, complaints)
    if "frames" in settings:
        module = musicnn if name == "musicnn" else openl3
        sound = resampled(decode(file, heard=complaints), module.RATE)
        parts = list(module.embed_frames(sound, model, settings["hop"], threads))
        return np.concatenate(parts).astype(np.float32)
    network = musicnn.embed_file if name == "musicnn" else embed_file
    return network(file, model, settings["hop"], threads, complaints)


def _reason(error: Exception, path: str) -> str:
    """A fault as one line of the table of errors."""
    if isinstance(error, FileNotFoundError) and "\\x" in path:
        return "its name is not UTF-8: rename it"
    if isinstance(error, OSError) and error.strerror:
        return error.strerror
    text = " ".join(str(error).split())
    if isinstance(error, ValueError | RuntimeError | OSError) and text:
        return text
    return f"{type(error).__name__} {text}".strip()


def embed_all(
    items: Iterable[tuple[int, str]],
    model: Model,
    settings: dict[str, Any],
    known: Collection[str],
    jobs: int = 1,
    dask: str | None = None,
) -> Iterator[Embedded]:
    """Embed files in threads here, or on a Dask cluster whose workers have this package installed.

    Parameters
    ----------
    items : iterable of tuple
        One a file.
    model, settings, known
        These and each item as in `embed_one`.
    jobs : int
        Files at the same time on this machine.
    dask : str, optional
        A Dask scheduler, tcp://host:port.

    Yields
    ------
    tuple
        What `embed_one` returns, as it is ready.

    Notes
    -----
    Notebook: 07_audio_embeddings
    """
    if dask is None:
        yield from _embed_here(items, model, settings, known, jobs)
    elif isinstance(model, bytes):
        yield from _embed_on_dask(items, model, settings, known, dask)
    else:
        raise ProjectError("The original openl3 runs on this machine alone: leave out --dask.")


def _embed_here(
    items: Iterable[tuple[int, str]],
    model: Model,
    settings: dict[str, Any],
    known: Collection[str],
    jobs: int,
) -> Iterator[Embedded]:
    from joblib import Parallel, cpu_count, delayed

    # 0: every core works on the one file.
    threads = 0
    if jobs != 1:
        threads = max(1, cpu_count() // jobs)
    work = Parallel(jobs, backend="threading", return_as="generator_unordered")
    yield from work(delayed(embed_one)(item, model, settings, known, threads) for item in items)


def _embed_on_dask(
    items: Iterable[tuple[int, str]],
    model: bytes,
    settings: dict[str, Any],
    known: Collection[str],
    scheduler: str,
) -> Iterator[Embedded]:
    from distributed import Client, KilledWorker, as_completed

    with Client(scheduler) as client:
        # Made by tasks, not scattered: what a lost worker held is made again.
        pieces = [client.submit(bytes, model[k : k + PIECE]) for k in range(0, len(model), PIECE)]
        whole = client.submit(b"".join, pieces)
        digests = client.submit(set, list(known))
        rows = {
            client.submit(embed_one, item, whole, settings, digests, 1, pure=False): item[0]
            for item in items
        }
        for job in as_completed(rows):
            # Nothing else holds it: Dask computes again what a lost worker held and a client waits for.
            row = rows.pop(job)
            try:
                yield job.result()
            except KilledWorker as error:
                yield Embedded(row, None, b"", f"lost its workers: {error}", 0.0, [])


def columns(settings: dict[str, Any]) -> list[str]:
    """Names of the columns that a network fills.

    Parameters
    ----------
    settings : dict
        From `engine`.

    Returns
    -------
    list of str
        e000 to e511 of OpenL3, musicnn000 to musicnn199 of musicnn, or names of descriptors.

    Notes
    -----
    Notebook: 07_audio_embeddings
    """
    names = {"musicnn": musicnn.DIMENSIONS, "descriptors": descriptors.COLUMNS}
    return names.get(settings.get("network", "openl3").split()[0], DIMENSIONS)


def collect(
    table: pd.DataFrame, settings: dict[str, Any], model: Model, store: Path, **workers: Any
) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Embed the files whose content the store lacks, and return all.

    Parameters
    ----------
    table : DataFrame
        From `read_listing`.
    settings : dict
        What the numbers depend on, with the hop in seconds.
    model : bytes or subprocess.Popen
        From `engine`.
    store : Path
        SQLite file; each finished file is committed at once, under its content and all settings.
    **workers
        As in `embed_all`.

    Returns
    -------
    tuple of DataFrame and DataFrame
        Vectors (the columns that `columns` names) by track_id, with the seconds each took;
        track_id, path and reason of the files that failed.

    Notes
    -----
    Notebook: 07_audio_embeddings
    """
    with opened_store(store) as cache:
        digests, failed = _walk(table, settings, model, cache, workers)
        rows = [_kept(cache, settings, digests[row]) for row in table.index.drop(failed.index)]
    dimensions = columns(settings)
    joined = b"".join(vector for vector, _ in rows)
    vectors = pd.DataFrame(
        np.frombuffer(joined, np.float32).reshape(-1, len(dimensions)),
        table["track_id"].drop(failed.index),
        dimensions,
    )
    return vectors.assign(seconds=[seconds for _, seconds in rows]), failed


def write_frames(
    table: pd.DataFrame,
    settings: dict[str, Any],
    model: Model,
    store: Path,
    source: str,
    out: Path,
    **workers: Any,
) -> None:
    """Embed as `collect` does, and write one row a window in place of one a track.

    Parameters
    ----------
    table, settings, model, store, **workers
        As in `collect`.
    source : str
        For the column of that name.
    out : Path
        Parquet file to write, track by track: track_id, time (the middle of the window, s), the
        network's columns, source.

    Raises
    ------
    ProjectError
        When nothing was found, or a file cannot be written.

    Notes
    -----
    Notebook: 07_audio_embeddings
    """
    from pyarrow.parquet import ParquetWriter

    temporary = out.with_name(f".{out.name}.{os.getpid()}")
    with opened_store(store) as cache:
        digests, failed = _walk(table, settings, model, cache, workers)
        heard = table.drop(failed.index)
        errors = _write_errors(out, failed, len(heard))
        parts = (
            _frame_rows(name, _kept(cache, settings, digests[row])[0], settings, source)
            for row, name in heard["track_id"].items()
        )
        first, count = next(parts), 0
        try:
            with ParquetWriter(temporary, first.schema) as writer:
                for part in chain([first], parts):
                    writer.write_table(part)
                    count += len(part)
            os.replace(temporary, out)
        except OSError as error:
            raise _unwritable(out, error) from error
        finally:
            temporary.unlink(missing_ok=True)
    print(
        f"{out}: {counted(count, 'window')} of {counted(len(heard), 'track')}; "
        f"{_left_out(failed)}: see {errors}."
    )


def _frame_rows(name: str, vector: bytes, settings: dict[str, Any], source: str) -> Any:
    """The windows of one track as an Arrow table that carries the settings, as pandas writes them."""
    import pyarrow

    dimensions = columns(settings)
    numbers = np.frombuffer(vector, np.float32).reshape(-1, len(dimensions))
    rows = pd.DataFrame(numbers, columns=dimensions)
    rows.insert(0, "track_id", name)
    rows.insert(1, "time", window_times(len(rows), settings))
    made = pyarrow.Table.from_pandas(rows.assign(source=source), preserve_index=False)
    attributes = json.dumps({"settings": settings}).encode()
    return made.replace_schema_metadata({**made.schema.metadata, b"PANDAS_ATTRS": attributes})


def window_times(n: int, settings: dict[str, Any]) -> np.ndarray:
    """Times of windows in their track.

    Parameters
    ----------
    n : int
        Number of windows.
    settings : dict
        From `engine`.

    Returns
    -------
    ndarray
        Shape (n,), seconds: the middle of each window. The first window of OpenL3 is centred on the
        track's first sample; musicnn's begins with it.

    Notes
    -----
    Notebook: 07_audio_embeddings
    """
    if "network" not in settings:
        return np.arange(n) * int(settings["hop"] * RATE) / RATE
    step = musicnn.hop_frames(settings["hop"]) * musicnn.STRIDE
    return (np.arange(n) * step + (musicnn.PATCH - 1) * musicnn.STRIDE / 2) / musicnn.RATE


def _walk(
    table: pd.DataFrame,
    settings: dict[str, Any],
    model: Model,
    cache: sqlite3.Connection,
    workers: dict[str, Any],
) -> tuple[dict[int, str | None], pd.DataFrame]:
    """Embed what the store lacks; digests by row, and the files that failed with their reasons."""
    key = json.dumps(settings, sort_keys=True)
    digests: dict[int, str | None] = {}
    reasons: dict[int, str | None] = {}
    known = {
        digest
        for (digest,) in cache.execute("SELECT digest FROM vectors WHERE settings = ?", [key])
    }
    done = embed_all(table["path"].items(), model, settings, known, **workers)
    for result in _with_progress(done, table):
        digests[result.row], reasons[result.row] = result.digest, result.reason
        if result.vector:
            known.add(result.digest)
            cache.execute(
                "REPLACE INTO vectors VALUES (?, ?, ?, ?)",
                [key, result.digest, result.vector, result.seconds],
            )
    return digests, table.assign(reason=pd.Series(reasons)).dropna(subset="reason")


def _kept(
    cache: sqlite3.Connection, settings: dict[str, Any], digest: str | None
) -> tuple[bytes, float]:
    """Numbers of a content and the seconds they took, from the store."""
    key = json.dumps(settings, sort_keys=True)
    found = cache.execute(
        "SELECT vector, seconds FROM vectors WHERE settings = ? AND digest = ?", [key, digest]
    )
    return found.fetchone()


@contextmanager
def opened_store(store: Path) -> Iterator[sqlite3.Connection]:
    """The store of finished vectors, whatever goes wrong with it told in one line.

    Parameters
    ----------
    store : Path
        SQLite file; made where there is none.

    Yields
    ------
    sqlite3.Connection

    Raises
    ------
    ProjectError
        When it cannot be opened or written: no space, no permission, another kind of file.

    Notes
    -----
    Notebook: 07_audio_embeddings
    """
    try:
        with closing(sqlite3.connect(store, timeout=60, isolation_level=None)) as cache:
            cache.execute(
                "CREATE TABLE IF NOT EXISTS vectors (settings TEXT, digest TEXT, vector BLOB,"
                " seconds REAL, PRIMARY KEY (settings, digest))"
            )
            yield cache
    except sqlite3.DatabaseError as error:
        raise ProjectError(
            f"{store}, which keeps what is finished, cannot be used ({error}). Free space or "
            "choose another --out; if it is no store of vectors, delete it. The same command goes "
            "on from what is kept."
        ) from error


def _with_progress(done: Iterable[Embedded], table: pd.DataFrame) -> Iterator[Embedded]:
    """Results as they come, with rate and time left, and a line for what is wrong with a file."""
    from tqdm import tqdm

    every = 0.1 if sys.stderr.isatty() else SECONDS_BETWEEN_LINES
    with tqdm(done, total=len(table), unit="track", mininterval=every, maxinterval=every) as bar:
        for result in bar:
            name = table.at[result.row, "track_id"]
            if result.reason:
                bar.write(f"{name}: left out: {result.reason}")
            elif result.complaints:
                some = list(dict.fromkeys(result.complaints))[:SHOWN_COMPLAINTS]
                bar.write(f"{name}: its decoder says: {'; '.join(some)}")
            yield result


def distortion(reference: np.ndarray, other: np.ndarray) -> dict[str, float]:
    """What a faster setting costs, measured on the same tracks.

    Parameters
    ----------
    reference, other : ndarray
        Shape (n, 512), n > 10; the same tracks in the same order.

    Returns
    -------
    dict
        relative_error: mean distance of a track from itself by the mean distance of two tracks;
        neighbours: share of the ten nearest tracks that stay among the ten nearest.

    Notes
    -----
    Notebook: 07_audio_embeddings
    """
    from scipy.spatial.distance import pdist

    error = np.linalg.norm(other - reference, axis=1).mean() / pdist(reference).mean()
    kept = [
        np.isin(before, after).mean()
        for before, after in zip(_ten_nearest(reference), _ten_nearest(other), strict=True)
    ]
    return {"relative_error": float(error), "neighbours": float(np.mean(kept))}


def _ten_nearest(vectors: np.ndarray) -> np.ndarray:
    """The ten rows nearest to each row, itself not among them."""
    from scipy.spatial.distance import pdist, squareform

    distances = squareform(pdist(vectors))
    np.fill_diagonal(distances, np.inf)
    return distances.argsort(axis=1)[:, :10]


def audit(
    table: pd.DataFrame, weights: str | Path | None, store: Path, **workers: Any
) -> pd.DataFrame:
    """Measure on the user's own audio what larger hops and int8 cost and save.

    Parameters
    ----------
    table : DataFrame
        From `read_listing`; of more than 50 tracks, 50 are drawn.
    weights, store, **workers
        As in `engine` and `collect`.

    Returns
    -------
    DataFrame
        A row a setting: `distortion`, speed against fp32 at hop 0.1, and whether it is recommended,
        which takes a relative error of at most 0.1.

    Raises
    ------
    ProjectError
        With fewer than twelve readable tracks.

    Notes
    -----
    Notebook: 07_audio_embeddings
    """
    table = table.sample(min(AUDITED, len(table)), random_state=0)
    rows, exact = [], None
    for precision in ("fp32", "int8"):
        with engine(weights, precision) as (settings, model):
            for hop in (0.1, 0.2, 0.5, 1.0):
                found, _ = collect(table, settings | {"hop": hop}, model, store, **workers)
                if len(found) < FEWEST_AUDITED:
                    raise ProjectError(
                        f"An audit needs {FEWEST_AUDITED} tracks that can be read, and found "
                        f"{len(found)}: embed without --audit to see why each of the others failed."
                    )
                if exact is None:
                    exact = found
                cost = distortion(exact[DIMENSIONS].to_numpy(), found[DIMENSIONS].to_numpy())
                speed = exact["seconds"].sum() / found["seconds"].sum()
                rows.append({"precision": precision, "hop": hop, "speed": speed, **cost})
    return pd.DataFrame(rows).assign(recommended=lambda t: t["relative_error"] <= 0.1)


def run(
    audio: str | Path,
    out: str | Path,
    weights: str | Path | None = None,
    hop: float | None = None,
    precision: str = "fp32",
    jobs: int = 1,
    backend: str = "onnx",
    dask: str | None = None,
    audited: bool = False,
    network: str = "openl3",
    frames: bool = False,
) -> None:
    """Embed a collection into a Parquet file, or audit the settings on it.

    The file's metadata hold what its numbers depend on; files that failed are listed beside it, in
    OUT.errors.csv, and skipped.

    Parameters
    ----------
    audio : str or Path
        As `read_listing` takes it.
    out : str or Path
        Parquet file to write.
    weights, hop, precision, jobs, backend, dask, audited, network, frames
        As the command line explains them.

    Raises
    ------
    ProjectError
        When nothing at all could be embedded, or the options do not go together.

    Notes
    -----
    Notebook: 07_audio_embeddings
    """
    hop = HOPS[network] if hop is None else hop
    # Not `hop < 1 / RATE`, which lets a number that is none pass.
    if not 1 / RATE <= hop < float("inf"):
        raise ProjectError("--hop must be a time above 0.")
    if backend == "openl3" and (dask or jobs > 1 or audited or precision != "fp32"):
        raise ProjectError("--backend openl3 goes without --dask, --jobs, --audit and --precision.")
    if network == "musicnn" and (backend != "onnx" or audited or precision != "fp32"):
        raise ProjectError("--network musicnn goes without --backend, --audit and --precision.")
    if frames and (audited or backend != "onnx"):
        raise ProjectError("--frames goes without --audit and --backend.")
    out = Path(out)
    table, store = prepare(audio, out, jobs)
    if audited:
        result = audit(table, weights, store, jobs=jobs, dask=dask)
        _write(out.with_name(f"{out.name}.audit.csv"), result.to_csv(index=False))
        print(result.to_string(index=False, float_format="%.3g"))
        return
    with engine(weights, precision, backend, hop, network) as (settings, model):
        if frames:
            settings["frames"] = True
            source = f"{_source(settings, weights)}, one row a window"
            write_frames(table, settings, model, store, source, out, jobs=jobs, dask=dask)
            return
        found, failed = collect(table, settings, model, store, jobs=jobs, dask=dask)
    finish(found, failed, settings, _source(settings, weights), out)


def prepare(audio: str | Path, out: Path, jobs: int) -> tuple[pd.DataFrame, Path]:
    """The files of a collection and the place of the store, once all that can be known is checked.

    Parameters
    ----------
    audio : str or Path
        As `read_listing` takes it.
    out : Path
        Parquet file to write later.
    jobs : int
        Files at the same time.

    Returns
    -------
    tuple of DataFrame and Path
        From `read_listing`; SQLite file of what is finished.

    Raises
    ------
    ProjectError
        When there is no audio, or the place cannot be written to.

    Notes
    -----
    Notebook: 07_audio_embeddings
    """
    if jobs < 1:
        raise ProjectError("--jobs must be a number from 1.")
    store = out.with_name(f"{out.name}.cache.sqlite")
    _check_target(out, store)
    table = read_listing(audio)
    print(f"{len(table):,} audio files. {table.attrs['skipped']}".strip(), flush=True)
    return table, store


def finish(
    found: pd.DataFrame, failed: pd.DataFrame, settings: dict[str, Any], source: str, out: Path
) -> None:
    """Write the table of a collection, and the list of what failed beside it.

    Parameters
    ----------
    found, failed : DataFrame
        From `collect`.
    settings : dict
        What the numbers depend on; kept with the table.
    source : str
        For the column of that name.
    out : Path
        Parquet file to write.

    Raises
    ------
    ProjectError
        When nothing was found, or a file cannot be written.

    Notes
    -----
    Notebook: 07_audio_embeddings
    """
    errors = _write_errors(out, failed, len(found))
    rows = found[columns(settings)].reset_index().assign(source=source)
    # What a track cost, on the machine that computed it; `compare-sets` sets it beside what it brings.
    rows.attrs |= {"settings": settings, "seconds": round(float(found["seconds"].median()), 3)}
    _write(out, rows.to_parquet(index=False))
    print(f"{out}: {counted(len(found), 'track')}; {_left_out(failed)}: see {errors}.")


def _left_out(failed: pd.DataFrame) -> str:
    """How many files brought nothing, whether they were to be embedded or described."""
    return f"{counted(len(failed), 'file')} left out"


def _source(settings: dict[str, Any], weights: str | Path | None) -> str:
    """What the column `source` says of a table."""
    if "network" in settings:
        return (
            "musicnn MSD 200, trained on listeners' tags (genre names among them), official weights "
            f"0.1.0, {settings['engine']} {settings['precision']}, hop {settings['hop']:g} s"
        )
    return (
        f"OpenL3 mel256 music 512, {official.label(settings['weights'], weights)}, "
        f"{settings['engine']} {settings['precision']}, hop {settings['hop']:g} s"
    )


def _check_target(out: Path, store: Path) -> None:
    """Refuse a place that cannot be written to before any work is done."""
    if out.is_dir():
        raise ProjectError(
            f"--out: {out} is a folder. Name a file in it, such as {out.name}.parquet."
        )
    try:
        out.parent.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise ProjectError(f"--out: {out.parent} cannot be made ({error.strerror}).") from error
    with opened_store(store) as cache:
        # A store of another user's can be opened, but not written.
        cache.execute("BEGIN IMMEDIATE")
        cache.execute("ROLLBACK")


def _write_errors(out: Path, failed: pd.DataFrame, n_used: int) -> Path:
    """Write the table of errors beside a product, and stop where no file could be used; its place."""
    errors = out.with_name(f"{out.name}.errors.csv")
    _write(errors, failed.to_csv(index=False))
    if not n_used:
        raise ProjectError(f"None of the {len(failed):,} files could be used: see {errors}.")
    return errors


def _write(path: Path, content: str | bytes) -> None:
    """Write a product; without space or permission, say that what is finished is kept."""
    try:
        write_atomic(path, content)
    except OSError as error:
        raise _unwritable(path, error) from error


def _unwritable(path: Path, error: OSError) -> ProjectError:
    return ProjectError(
        f"{path} cannot be written ({error.strerror}). What is finished is kept beside it; "
        "the same command goes on from there."
    )
