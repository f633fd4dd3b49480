"""Collections on a Dask cluster: the same table by every network, and a lost worker costs its current files only."""

import os
import signal
import sqlite3
import threading
import time
from collections import Counter
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
import soundfile
from test_musicnn import tensors  # noqa: F401

from benchmarks.embed_clips import random_weights, track
from helpers.embeddings import collection, descriptions, musicnn_weights

FILES, BEFORE_THE_KILL = 14, 8


class Counting(SimpleHTTPRequestHandler):
    """Serves a folder and counts how often each file is asked for."""

    asked: Counter = Counter()

    def do_GET(self):
        self.asked[self.path] += 1
        super().do_GET()

    def log_message(self, *_):
        pass


@pytest.fixture(scope="module")
def served(tmp_path_factory):
    """A table of addresses of short sounds, and how often each was fetched: once each time it is computed."""
    folder, rng = tmp_path_factory.mktemp("served"), np.random.default_rng(3)
    for k in range(FILES):
        soundfile.write(folder / f"sound{k:02d}.flac", track(rng, 3.2), 44_100)
    server = ThreadingHTTPServer(("127.0.0.1", 0), partial(Counting, directory=str(folder)))
    threading.Thread(target=server.serve_forever, daemon=True).start()
    names = [f"sound{k:02d}.flac" for k in range(FILES)]
    address = f"http://127.0.0.1:{server.server_port}"
    table = pd.DataFrame({"track_id": names, "path": [f"{address}/{name}" for name in names]})
    table.to_csv(folder / "table.csv", index=False)
    yield folder / "table.csv"
    server.shutdown()
    server.server_close()


@pytest.fixture
def networks(tmp_path, tensors, monkeypatch):  # noqa: F811
    """What describes a collection, by name."""
    monkeypatch.setattr(musicnn_weights, "read_weights", lambda weights: tensors)
    weights = random_weights(tmp_path / "random.h5")
    return {
        "openl3": partial(collection.run, weights=weights, hop=1.0),
        "musicnn": partial(collection.run, network="musicnn"),
        "descriptors": descriptions.run,
    }


def kept(out):
    """What is finished: settings, content and time of each vector."""
    store = Path(f"{out}.cache.sqlite")
    if not store.exists():
        return set()
    with sqlite3.connect(store, timeout=60) as cache:
        if not cache.execute("SELECT 1 FROM sqlite_master WHERE name = 'vectors'").fetchone():
            return set()
        return set(cache.execute("SELECT settings, digest, seconds FROM vectors"))


@pytest.mark.slow
@pytest.mark.parametrize("network", ["openl3", "musicnn", "descriptors"])
def test_a_lost_worker_costs_its_current_files_only(network, networks, served, tmp_path):
    from distributed import LocalCluster

    networks[network](served, tmp_path / "alone.parquet")
    Counting.asked.clear()
    out, finished = tmp_path / "together.parquet", []

    def kill():
        while len(kept(out)) < BEFORE_THE_KILL:
            time.sleep(0.01)
        finished.append(kept(out))
        os.kill(next(iter(cluster.workers.values())).pid, signal.SIGKILL)

    with LocalCluster(2, threads_per_worker=1, dashboard_address=None) as cluster:
        thread = threading.Thread(target=kill)
        thread.start()
        networks[network](served, out, dask=cluster.scheduler_address)
        thread.join()
    assert pd.read_parquet(out).equals(pd.read_parquet(tmp_path / "alone.parquet"))
    assert pd.read_csv(f"{out}.errors.csv").empty
    assert BEFORE_THE_KILL <= len(finished[0]) < FILES and finished[0] <= kept(out)
    # The file that the worker was at, and one that it may have finished and not yet handed over.
    assert len(Counting.asked) == FILES and FILES <= Counting.asked.total() <= FILES + 2
