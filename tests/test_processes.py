"""Work for several maps: in this process, or in others where there is much of it."""

import os

import numpy as np
import pytest

from helpers.stats import processes, umap_fits


def where(points, name):
    return os.getpid(), name


def test_a_few_points_stay_in_this_process():
    jobs = {"b": (np.zeros((9, 2)), 1), "a": (np.zeros((9, 2)), 2)}
    found = processes.results_by_key(where, jobs)
    assert list(found.items()) == [("b", (os.getpid(), 1)), ("a", (os.getpid(), 2))]
    assert processes.results_by_key(where, {}) == {}


@pytest.mark.slow
def test_many_points_go_to_others_and_results_keep_their_keys():
    jobs = {k: (np.zeros((processes.MANY_POINTS // 2, 2)), str(k)) for k in range(3)}
    found = processes.results_by_key(where, jobs)
    assert [name for _, name in found.values()] == ["0", "1", "2"]
    assert os.getpid() not in {process for process, _ in found.values()}


@pytest.mark.slow
def test_a_small_fit_before_does_not_stand_in_the_way(tmp_path, monkeypatch):
    monkeypatch.setenv("MUSIC_FOR_PAIN_CACHE", str(tmp_path))
    umap_fits.fits([(np.random.default_rng(0).random((40, 3)), 1, 5)])
    jobs = {k: (np.zeros((processes.MANY_POINTS, 2)), str(k)) for k in range(2)}
    found = processes.results_by_key(where, jobs)
    assert os.getpid() not in {process for process, _ in found.values()}
