"""Acquisition survives: the small form of `benchmarks/acquire_faults.py`, with the real command and the loopback fake."""

import sys

import pytest
from conftest import ROOT

sys.path.insert(0, str(ROOT))
from benchmarks import acquire_faults  # noqa: E402


@pytest.mark.slow
def test_a_run_with_faults_and_kills_ends_as_an_undisturbed_one_and_asks_nothing_twice(tmp_path):
    figures, checks = acquire_faults.compare(tmp_path, acquire_faults.made_corpora(300), kills=3)
    assert all(checks.values()), acquire_faults.show(figures, checks)
