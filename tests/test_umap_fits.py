"""UMAP fits: those of the plain call, made once, the large ones in one process."""

from pathlib import Path

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


@pytest.mark.slow
@pytest.mark.parametrize(("rows", "n_neighbors"), [(300, 15), (300, 5), (12, 15)])
def test_a_fit_is_the_plain_call_s(rows, n_neighbors, tmp_path, monkeypatch):
    import umap

    monkeypatch.setenv("MUSIC_FOR_PAIN_CACHE", str(tmp_path))
    values = np.random.default_rng(1).random((rows, 9))
    taken = min(n_neighbors, rows - 1)
    plain = umap.UMAP(n_neighbors=taken, random_state=3, n_jobs=1).fit_transform(values)
    assert np.array_equal(umap_fits.fit(values, 3, n_neighbors), plain)


@pytest.mark.slow
def test_a_large_fit_is_the_plain_call_s(tmp_path, monkeypatch):
    import umap

    monkeypatch.setenv("MUSIC_FOR_PAIN_CACHE", str(tmp_path))
    values = np.random.default_rng(2).random((umap_fits.LARGE, 9))
    plain = umap.UMAP(random_state=3, n_jobs=1).fit_transform(values)
    assert np.array_equal(umap_fits.fits([(values, 3, 15)])[0], plain)


def wanted(*sizes):
    return [(Path(f"{k}-{size}"), (np.zeros((size, 2)), 42, 15)) for k, size in enumerate(sizes)]


def sizes(groups):
    return [[len(values) for _, (values, *_) in group] for group in groups]


def test_few_large_fits_are_one_group_and_small_ones_stand_alone():
    found = umap_fits.by_process(wanted(100, 5000, 300, 9000, 4096, 4095))
    assert sizes(found) == [[9000, 5000, 4096], [4095], [300], [100]]
    assert sizes(umap_fits.by_process(wanted(100, 300))) == [[300], [100]]
    assert umap_fits.by_process([]) == []


def test_many_large_fits_are_two_groups():
    found = umap_fits.by_process(wanted(*range(5000, 5009), 100))
    assert sizes(found) == [
        [5008, 5006, 5004, 5002, 5000],
        [5007, 5005, 5003, 5001],
        [100],
    ]
