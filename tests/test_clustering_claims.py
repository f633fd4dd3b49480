"""The poster's table: keys of claims, and printed numbers beside recomputed ones."""

import numpy as np
import pandas as pd
import pytest

from helpers.stats import clustering_claims
from helpers.stats.clustering import SCORES

KEY = ("A.B", "embeddings")
PAIRS = pd.DataFrame(dict.fromkeys(SCORES, [0.0, 0.1, 0.5])).assign(
    first=["a", "a", "b"],
    second=["b", "c", "c"],
    first_0=[2, 1, 1],  # genres of two, two and three listings
    first_1=[0, 1, 1],
    second_0=[1, 3, 0],
    second_1=[1, 0, 3],
)
WHOLE = pd.Series(0.25, SCORES)


def test_a_claim_is_a_mean_a_median_a_deviation_or_all_at_once():
    found = clustering_claims.claims({KEY: PAIRS}, {KEY: WHOLE})
    assert len(found) == 16 and found["clustering.all.ami.A.B.embeddings"] == 0.25
    assert found["clustering.pairwise.ari.median.A.B.embeddings"] == 0.1
    assert found["clustering.pairwise.ari.mean.A.B.embeddings"] == pytest.approx(0.2)
    assert found["clustering.pairwise.ari.sd.A.B.embeddings"] == pytest.approx(0.07**0.5)


def test_rows_to_record_have_their_number_of_listings_and_their_interval():
    ends = {"clustering.pairwise.ari.mean.A.B.embeddings": (0.1, 0.3)}
    rows = {
        row[0]: row[1:]
        for row in clustering_claims.claim_rows({KEY: PAIRS}, {KEY: WHOLE}, "made", ends)
    }
    assert rows["clustering.all.ari.A.B.embeddings"] == (0.25, 7, "made")
    assert rows["poster.clustering.pairwise.ari.mean.A.B.embeddings"][1:] == (7, "made", 0.1, 0.3)
    assert len(rows) == 16 + 12


def test_printed_numbers_stand_beside_recomputed_ones_and_once():
    published = pd.Series(
        {
            "clustering.pairwise.ari.mean.A.embeddings": 0.1,
            "poster.clustering.pairwise.nmi.mean.A.embeddings": 0.2,
            "clustering.all.silhouette.A.audio_features": 0.3,
            "genres.entropy.A": 3.0,
        }
    )
    recomputed = {
        "clustering.pairwise.ari.mean.A.embeddings": 0.15,
        "clustering.pairwise.nmi.mean.A.embeddings": 0.25,
        "clustering.pairwise.ami.mean.A.embeddings": 0.5,
    }
    table = clustering_claims.beside_published(published, recomputed, ["A"])
    assert len(table) == 3
    means = clustering_claims.side_by_side(table[table["statistic"] == "mean"], 3)
    assert means.loc[("A", "embeddings")].tolist() == ["0.100", "0.150", "0.200", "0.250"]
    rest = clustering_claims.side_by_side(table[table["setting"] == "all"], 1, ["setting"])
    assert rest.loc[("all", "A", "audio features")].tolist() == ["0.3", ""]


def test_nothing_printed_and_nothing_recomputed_is_an_empty_table():
    none = clustering_claims.beside_published(
        pd.Series(dtype=float, index=pd.Index([], dtype=str)), {}, []
    )
    assert none.empty and np.isscalar(none.size)


def test_corpora_stand_in_the_order_of_the_profile_whatever_the_order_of_the_claims():
    keys = [
        f"clustering.pairwise.ari.{what}.{name}.embeddings"
        for what in ("mean", "sd")
        for name in "BAC"
    ]
    table = clustering_claims.beside_published(pd.Series(0.5, keys), {}, ["C", "A"])
    assert list(dict.fromkeys(table["corpus"])) == ["C", "A", "B"]
    shown = clustering_claims.side_by_side(table, 1, ["statistic"])
    assert [index[:2] for index in shown.index] == [
        (what, name) for what in ("mean", "sd") for name in "CAB"
    ]
