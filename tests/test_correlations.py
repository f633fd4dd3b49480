"""Correlation matrices to pairs and back, and two of them in one square."""

import numpy as np
import pandas as pd

from helpers.stats import correlations

FEATURES = ["a", "b", "c"]
MATRIX = pd.DataFrame([[1, 0.1, 0.2], [0.1, 1, 0.3], [0.2, 0.3, 1]], FEATURES, FEATURES)


def test_pairs_stand_row_by_row_above_the_diagonal():
    assert correlations.to_pairs(MATRIX).to_dict() == {"a-b": 0.1, "a-c": 0.2, "b-c": 0.3}


def test_a_matrix_from_pairs_is_symmetric_and_missing_where_nothing_is_known():
    pairs = pd.Series({"r.X.a-b": 0.1, "r.X.b-c": 0.3, "r.Y.a-c": 0.9})
    found = correlations.from_pairs(pairs, FEATURES, prefix="r.X.")
    assert found.equals(found.T)
    assert found.loc["a", "b"] == 0.1 and found.loc["c", "b"] == 0.3
    assert np.isnan(found.loc["a", "c"]) and np.isnan(np.diag(found)).all()
    there = correlations.from_pairs(correlations.to_pairs(MATRIX), FEATURES)
    assert correlations.to_pairs(there).equals(correlations.to_pairs(MATRIX))


def test_in_one_square_the_first_stands_below_the_diagonal():
    square = correlations.in_one_square(MATRIX, -MATRIX)
    assert square.loc["b", "a"] == 0.1 and square.loc["a", "b"] == -0.1
    assert square.loc["c", "b"] == 0.3 and square.loc["b", "c"] == -0.3
    assert np.isnan(np.diag(square)).all()
