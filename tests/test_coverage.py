"""Coverage of intervals: known answers, simulated truth, and the shipped grid made again."""

import sys

import numpy as np
import pandas as pd
import pytest
from conftest import ROOT

from helpers.simulation import studies
from helpers.simulation.studies import Structure
from helpers.stats import coverage

TRUTH = 0.2


def coverage_of(icc_people, icc_artists, n_people, n_studies, n_artists=400):
    """Coverage in studies of equal lists of ten beside a reference of three hundred rows."""
    rng = np.random.default_rng(11)
    people = np.repeat(np.arange(n_people), 10)
    artists = rng.integers(0, n_artists, len(people))
    # Artists of one corpus are not those of the other: shared ones would cancel.
    others = n_artists + rng.integers(0, n_artists, 300)
    structure = Structure(people, artists, others)
    clusters = coverage.study_clusters(*structure, block=10)
    drawn = studies.several_corpora(structure, icc_people, icc_artists, TRUTH, n_studies, rng)
    return coverage.tried(coverage.of_studies((*one, clusters) for one in drawn), TRUTH)


def test_independent_listings_need_no_clusters():
    found = coverage_of(0, 0, 40, 1500)
    assert found["coverage"].between(0.93, 0.97).all()


def test_intervals_that_ignore_people_are_too_short_and_those_by_person_hold():
    found = coverage_of(0.3, 0, 40, 1500)["coverage"]
    assert found["independent"] < 0.85
    # Lists of ten in blocks of ten: blocks are people here.
    assert (
        found[["blocks", "participants", "participants, t", "two ways"]].between(0.93, 0.97).all()
    )


def test_few_people_take_student_s_t():
    found = coverage_of(0.3, 0, 8, 1500)["coverage"]
    assert found["participants"] < 0.93 < found["participants, t"] < 0.975


def test_artists_of_both_corpora_take_two_ways():
    found = coverage_of(0, 0.4, 40, 1000, n_artists=40)["coverage"]
    assert found["participants, t"] < 0.9 < found["two ways"]


def test_counting_by_hand():
    index = pd.MultiIndex.from_product([range(4), ["a", "b"]], names=["study", "assumption"])
    rows = pd.DataFrame({"low": 0.0, "high": [1, 3, 1, 3, 3, 3, 1, 1]}, index)
    found = coverage.tried(rows, 2)
    assert found["coverage"].to_dict() == {"a": 0.25, "b": 0.75}
    assert found["width"].to_dict() == {"a": 1.5, "b": 2.5}
    assert found.loc["a", "error"] == pytest.approx(np.sqrt(0.25 * 0.75 / 4))


@pytest.fixture(scope="module")
def grid():
    return studies.coverage_grid()


def test_the_shipped_grid_is_whole(grid):
    cells = ["people", "icc_artists", "icc_people"]
    assert len(grid) == grid[cells].drop_duplicates().shape[0] * len(coverage.ASSUMPTIONS)
    assert set(grid["assumption"]) == set(coverage.ASSUMPTIONS)
    product = np.prod([grid[column].nunique() for column in cells])
    assert len(grid) == product * len(coverage.ASSUMPTIONS)
    error = np.sqrt(grid["coverage"] * (1 - grid["coverage"]) / grid["studies"])
    assert np.allclose(grid["error"], error, atol=1e-5)


def test_intervals_by_participant_hold_in_the_whole_shipped_grid(grid):
    by_person = grid[grid["assumption"] == "participants, t"]
    assert by_person["coverage"].between(0.93, 0.97).all()
    alone = grid[(grid["assumption"] == "independent") & (grid["icc_people"] == 0.5)]
    assert (alone["coverage"] < 0.65).all()


def test_a_cell_of_the_shipped_grid_comes_out_again(grid, monkeypatch):
    monkeypatch.setattr(sys, "path", [str(ROOT / "benchmarks"), *sys.path])
    import coverage_grid

    again = coverage_grid.cell(studies.twin_structure(), 10, 0.2, 0.0, 300, seed=1)
    shipped = coverage.of_cell(grid, 10, 0.2)
    tolerance = 4 * np.hypot(again["error"], shipped["error"])
    assert ((again["coverage"] - shipped["coverage"]).abs() < tolerance).all()


def test_a_measured_correlation_is_read_off_between_the_cells(grid):
    icc = pd.Series({"low": -0.1, "cell": 0.1, "between": 0.15})
    found = coverage.read_off(grid, icc, 150)
    cells = {value: coverage.of_cell(grid, 164, value)["coverage"] for value in (0.0, 0.1, 0.2)}
    assert found.loc["low", "blocks"] == cells[0.0]["blocks"]
    assert found.loc["cell", "blocks"] == cells[0.1]["blocks"]
    middle = (cells[0.1]["blocks"] + cells[0.2]["blocks"]) / 2
    assert found.loc["between", "blocks"] == pytest.approx(middle)
    with pytest.raises(ValueError, match="no cell of 11 people"):
        coverage.of_cell(grid, 11, 0.1)
