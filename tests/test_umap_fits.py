"""UMAP fits: those of the plain call, made once, compiled once."""

import os
import subprocess
import sys

import numpy as np
import pytest
from sklearn.metrics import pairwise_distances

from helpers.stats import umap_fits


@pytest.mark.parametrize("width", [1, 9, 512])
def test_all_distances_are_the_library_s_to_the_bit(width):
    from umap.distances import euclidean

    values = np.random.default_rng(0).normal(size=(80, width)).astype("float32")
    values[7] = values[3]
    plain = pairwise_distances(values, metric=euclidean)
    found = umap_fits.all_distances(values, euclidean)
    assert found.dtype == plain.dtype and np.array_equal(found, plain)


# Large fits are compared where the clustering of the study is, in test_clustering.
@pytest.mark.slow
@pytest.mark.parametrize(("rows", "n_neighbors"), [(300, 15), (300, 5), (12, 15)])
def test_a_fit_is_the_plain_call_s(rows, n_neighbors, tmp_path, monkeypatch):
    import umap

    monkeypatch.setenv("MUSIC_FOR_PAIN_CACHE", str(tmp_path))
    values = np.random.default_rng(1).random((rows, 9))
    taken = min(n_neighbors, rows - 1)
    plain = umap.UMAP(n_neighbors=taken, random_state=3, n_jobs=1).fit_transform(values)
    assert np.array_equal(umap_fits.fit(values, 3, n_neighbors), plain)


COMPILES = """
import numpy as np
from numba.core import event
from helpers.stats import umap_fits

umap_fits.keep_what_is_compiled()
with event.install_recorder("numba:compile") as compiled:
    umap_fits.fit(np.random.default_rng(0).random((umap_fits.LARGE, 9)), 0, 15)
print(len(compiled.buffer))
"""


def compiled(tmp_path):
    """How much a large fit compiles in a process of its own."""
    run = subprocess.run(
        [sys.executable, "-c", COMPILES],
        env={**os.environ, "MUSIC_FOR_PAIN_CACHE": str(tmp_path)},
        capture_output=True,
        text=True,
        check=True,
    )
    return int(run.stdout)


@pytest.mark.slow
def test_a_process_compiles_nothing_that_another_has_compiled(tmp_path):
    # The installation has compiled it all; where it did not, the first fit does.
    assert compiled(tmp_path) == 0 or compiled(tmp_path) == 0
