"""Contrasts with a corpus in common: the chance of their likeness, the study's own, stated limits."""

import numpy as np
import pandas as pd
import pytest

from helpers import ledger
from helpers.project import FEATURES
from helpers.stats import contrasts, ranks


def published_deltas():
    table = ledger.published_table("compare")
    whole = table[table["genre"] == "all"]
    return whole.pivot(index="feature", columns="group", values="cliffs_delta").loc[FEATURES]


def test_the_studys_contrasts_beside_three_unrelated_corpora():
    deltas = published_deltas()
    found = contrasts.likeness(deltas[["PMD-EMD", "MSSD-EMD"]], seed=1)
    assert found["r"] == pytest.approx(0.92, abs=0.005) and found["n"] == 9
    # Fisher's z by hand.
    half = 1.959964 / np.sqrt(9 - 3)
    assert found["low"] == pytest.approx(np.tanh(np.arctanh(found["r"]) - half), abs=1e-6)
    assert [found["low"], found["high"]] == pytest.approx([0.66, 0.98], abs=0.01)
    assert found["median"] == pytest.approx(0.53, abs=0.01)
    assert found["p"] == pytest.approx(0.008, abs=0.002) and np.isnan(found["p_together"])
    # Names, not places, join the correlations to the features.
    blocks = pd.DataFrame(np.kron(np.eye(3), np.full((3, 3), 0.95)) + 0.05 * np.eye(9))
    named = blocks.set_axis(FEATURES).set_axis(FEATURES, axis=1)
    pair = deltas[["PMD-EMD", "MSSD-EMD"]]
    together = contrasts.likeness(pair, 1, named)["p_together"]
    assert together > 5 * found["p"]
    turned = named.loc[FEATURES[::-1], FEATURES[::-1]]
    assert contrasts.likeness(pair, 1, turned)["p_together"] == together


def test_over_many_features_a_shared_corpus_makes_one_half():
    found = contrasts.unrelated_correlations(400, 2000, 3)
    assert found.mean() == pytest.approx(0.5, abs=0.01) and found.std() < 0.05


def test_features_that_go_together_count_for_fewer():
    together = pd.DataFrame(np.full((9, 9), 0.8) + 0.2 * np.eye(9))
    # Equal correlation of all is a shift of all, which a correlation does not see.
    alone = contrasts.unrelated_correlations(9, 40_000, 4)
    assert np.quantile(contrasts.unrelated_correlations(9, 40_000, 4, together), 0.99) == (
        pytest.approx(np.quantile(alone, 0.99), abs=0.01)
    )
    blocks = np.kron(np.eye(3), np.full((3, 3), 0.95)) + 0.05 * np.eye(9)
    grouped = contrasts.unrelated_correlations(9, 40_000, 4, pd.DataFrame(blocks))
    assert (grouped > 0.92).mean() > 5 * (alone > 0.92).mean()


def test_too_few_features_are_refused():
    with pytest.raises(ValueError, match="at least 3"):
        contrasts.unrelated_correlations(2, 10, 1)
    with pytest.raises(ValueError, match="at least 4"):
        contrasts.likeness(pd.DataFrame({"a": [1.0, 2, 4], "b": [1.0, 2, 3]}), 1)


def test_contrasts_of_a_real_reference_are_alike_because_of_it():
    """Three made corpora, one far out: its contrasts agree although the others are unrelated."""
    rng = np.random.default_rng(2)
    codes, places = ["A", "B", "C"], rng.normal(0, 0.3, (3, 9))
    places[2] *= 4
    values = {
        code: pd.DataFrame(rng.normal(places[k], 1, (300, 9)), columns=FEATURES)
        for k, code in enumerate(codes)
    }
    tests = ranks.feature_tests(values, [("A", "C"), ("B", "C")], FEATURES)
    deltas = tests.pivot(index="feature", columns="target", values="cliffs_delta")
    assert contrasts.likeness(deltas, 1)["r"] > 0.8
    assert abs(np.corrcoef(places[0], places[1])[0, 1]) < 0.6
