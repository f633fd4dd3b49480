"""Verdicts on the size of a difference: the published tables, two one-sided tests, their error rate."""

import numpy as np
import pandas as pd
import pytest
from scipy import special, stats

from helpers import ledger
from helpers.project import FEATURES
from helpers.stats import binormal, dependence, equivalence, ranks

CONTRASTS = [("PMD", "EMD"), ("MSSD", "EMD"), ("PMD", "MSSD")]


@pytest.fixture(scope="module")
def printed():
    """The study's printed comparisons of whole corpora."""
    moments = ledger.published_table("features").dropna(subset="mean")
    tests = ranks.tests_from_u(ledger.published_table("compare"), moments)
    tests = ranks.in_order(tests, FEATURES, CONTRASTS)
    return tests[tests["genre"] == "all"]


@pytest.fixture(scope="module")
def list_size():
    claims = ledger.published()["value"]
    mean = claims["corpora.tracks_per_participant.mean"]
    sd = claims["corpora.tracks_per_participant.sd"]
    return dependence.ClusterSizes(mean, sd / mean).weighted


def one(delta, se, n=100, m=200, se_target=None):
    row = {"cliffs_delta": delta, "se": se, "n_target": n, "n_reference": m}
    return pd.DataFrame([{**row, "se_target": se if se_target is None else se_target}])


def test_verdicts_on_the_published_tables(printed, list_size):
    found = equivalence.verdicts(printed, list_size)
    counts = pd.crosstab(found["contrast"], found["verdict"])[list(equivalence.VERDICTS)]
    assert counts.loc["PMD - EMD"].tolist() == [5, 0, 4]
    assert counts.loc["MSSD - EMD"].tolist() == [2, 0, 7]
    assert counts.loc["PMD - MSSD"].tolist() == [7, 1, 1]
    main = found[found["contrast"] == "PMD - EMD"].set_index("feature")
    more = ["danceability", "energy", "acousticness", "valence"]
    assert (main.loc[more, "verdict"] == equivalence.MORE).all()
    assert (main.drop(more)["verdict"] == equivalence.NEGLIGIBLE).all()


def test_with_the_error_of_no_difference_correlations_are_those_of_the_audit(printed, list_size):
    """Wald intervals with the null error of U, as they were computed independently."""
    main = printed[printed["contrast"] == "PMD - EMD"].set_index("feature")
    n, m = main["n_target"].astype(float), main["n_reference"].astype(float)
    away = (ranks.NEGLIGIBLE - main["cliffs_delta"].abs()) / np.sqrt((n + m + 1) / (3 * n * m))
    found = equivalence.largest_icc(away, (list_size - 1) * m / (n + m))
    icc = pd.Series(found, main.index.astype(str))
    wanted = {"danceability": 0.50, "energy": 1.41, "acousticness": 0.84, "valence": 1.55}
    for feature, value in {**wanted, "instrumentalness": 0.37}.items():
        assert icc[feature] == pytest.approx(value, abs=0.006)
    assert (icc[["loudness", "speechiness", "liveness", "tempo"]] > 1).all()


def test_a_verdict_stands_up_to_its_correlation_and_no_further(printed, list_size):
    found = equivalence.verdicts(printed, list_size)
    row = found[found["feature"] == "danceability"].iloc[0]
    for share, stands in ((0.99, True), (1.01, False)):
        icc = row["icc_first"] * share
        growth = 1 + (list_size - 1) * icc
        rest = row["se"] ** 2 - row["se_target"] ** 2
        se = np.sqrt(row["se_target"] ** 2 * growth + rest)
        low, high = ranks.delta_interval(row["cliffs_delta"], se, 1871, 8966, 0.9)
        assert (equivalence.verdict(low, high) == row["verdict"]) == stands
    both = np.sqrt(1 + (list_size - 1) * row["icc_both"]) * row["se"]
    assert equivalence.distance(row["cliffs_delta"], both) == pytest.approx(-stats.norm.isf(0.05))
    assert row["icc_family"] < row["icc_both"] < row["icc_first"]


@pytest.mark.parametrize("delta", [-0.3, -0.14, 0.0, 0.05, 0.13, 0.2, 0.5])
@pytest.mark.parametrize("se", [0.01, 0.05, 0.2])
def test_a_verdict_is_that_of_two_one_sided_tests(delta, se):
    scale = se / (1 - delta**2)
    above = stats.norm.sf((np.arctanh(delta) - np.arctanh(-0.147)) / scale)
    below = stats.norm.cdf((np.arctanh(delta) - np.arctanh(0.147)) / scale)
    beyond = min(1 - above, 1 - below)
    wanted = equivalence.UNDECIDED
    if max(above, below) < 0.05:
        wanted = equivalence.NEGLIGIBLE
    if beyond < 0.05:
        wanted = equivalence.MORE
    assert equivalence.verdicts(one(delta, se), 10)["verdict"][0] == wanted


def test_at_the_threshold_either_claim_is_made_in_at_most_five_of_a_hundred():
    """Monte Carlo error from 4,000 replicates: 0.0035."""
    rng, n, m, delta = np.random.default_rng(8), 150, 300, ranks.NEGLIGIBLE
    shift = special.ndtri((1 + delta) / 2) * np.sqrt(2)
    rows = np.hstack([rng.normal(shift, 1, (4000, n)), rng.normal(0, 1, (4000, m))])
    places = stats.rankdata(rows, axis=1)[:, :n].sum(axis=1)
    found = 2 * (places - n * (n + 1) / 2) / (n * m) - 1
    se = np.sqrt(np.add(*binormal.variance_parts(found, n, m)))
    ends = [ranks.delta_interval(d, e, n, m, 0.9) for d, e in zip(found, se, strict=True)]
    said = pd.Series([equivalence.verdict(*pair) for pair in ends]).value_counts(normalize=True)
    for claim in (equivalence.NEGLIGIBLE, equivalence.MORE):
        assert said[claim] == pytest.approx(0.05, abs=0.012)


def test_a_census_has_no_error_of_its_own():
    table = equivalence.verdicts(one(0.10, 0.04, se_target=0.02), 10)
    table = pd.concat([table.assign(contrast="A - B"), table.assign(contrast="C - B")])
    found = equivalence.against_a_census(table)
    assert found["contrast"].tolist() == ["A - B"]
    assert found["verdict"].tolist() == [equivalence.UNDECIDED]
    assert found["of_census"].tolist() == [equivalence.NEGLIGIBLE]


def test_without_a_verdict_or_without_lists_there_is_no_correlation():
    undecided = equivalence.verdicts(one(0.147, 0.02), 10).iloc[0]
    assert undecided[["icc_first", "icc_both", "icc_family"]].isna().all()
    single = equivalence.verdicts(one(0.0, 0.02), 1).iloc[0]
    assert single["verdict"] == equivalence.NEGLIGIBLE and np.isnan(single["icc_both"])


def test_separated_and_single_rows_have_a_verdict_too():
    separated = equivalence.verdicts(one(1.0, 0.0, 30, 30), 5).iloc[0]
    assert separated["verdict"] == equivalence.MORE and np.isnan(separated["icc_first"])
    assert equivalence.verdict(np.nan, np.nan) == equivalence.UNDECIDED


def test_impossible_settings_are_refused():
    with pytest.raises(ValueError, match="margin"):
        equivalence.distance(0.1, 0.1, 1.2)
    with pytest.raises(ValueError, match="alpha"):
        equivalence.largest_icc(3, 1, 0.7)
