"""Sizes of studies: the audit's figures, limits known by hand, and power met by simulation."""

import re

import numpy as np
import pytest
import vl_convert
from scipy import stats

from helpers import figures, ledger
from helpers.simulation import studies
from helpers.stats import power
from helpers.stats.dependence import ClusterSizes

DELTAS = (0.05, 0.1, 0.147, 0.2)
# 11.4 tracks a list, 13.7 in the list of an average track.
AUDITED = ClusterSizes(11.4, np.sqrt(13.7 / 11.4 - 1))
Z = stats.norm.ppf(0.975) + stats.norm.ppf(0.8)


@pytest.mark.parametrize(
    ("n_tests", "expected"), [(1, [417, 105, 49, 27]), (9, [694, 174, 81, 44])]
)
def test_participants_an_arm_as_audited(n_tests, expected):
    found = [
        power.participants_per_arm(delta, AUDITED, 0.1, alpha=0.05 / n_tests, normal=True)
        for delta in DELTAS
    ]
    assert found == expected


def test_the_study_s_own_lists_and_student_s_t():
    claims = ledger.published()["value"]
    mean = claims["corpora.tracks_per_participant.mean"]
    lists = ClusterSizes(mean, claims["corpora.tracks_per_participant.sd"] / mean)
    sizes = power.sizes_of_arms(DELTAS, lists, 0.1, 9)
    assert sizes["normal"].tolist() == [416, 104, 49, 26]
    assert sizes["t"].tolist() == [417, 105, 50, 27]
    assert (sizes["t_family"] - sizes["normal_family"]).between(1, 2).all()


def test_single_independent_tracks_give_noether_s_size():
    single = ClusterSizes(1, 0)
    for delta in DELTAS:
        expected = np.ceil(2 * Z**2 / (3 * delta**2))
        assert power.participants_per_arm(delta, single, 0.3, normal=True) == expected


def test_variance_of_a_placement():
    assert power.placement_variance(0) == pytest.approx(1 / 3)
    for delta in (0.1, 0.5, -0.5):
        z = stats.norm.ppf((1 + delta) / 2)
        both = stats.multivariate_normal.cdf([z, z], cov=[[1, 0.5], [0.5, 1]])
        expected = 4 * (both - ((1 + delta) / 2) ** 2)
        assert power.placement_variance(delta) == pytest.approx(expected, rel=1e-6)


def test_pairs_without_a_shared_taste_are_as_sure_as_two_arms_and_with_all_lose_the_person():
    lists = ClusterSizes(10, 0)
    two_arms = 2 * power.arm_sd(lists, 0.1) ** 2
    assert power.paired_sd(lists, 0.1, 0) ** 2 == pytest.approx(two_arms)
    # Nothing of the person is left: the variance of ten tracks, each correlated with nothing.
    assert power.paired_sd(lists, 0.1, 1) ** 2 == pytest.approx(2 / 3 * 0.9 / 10)


def test_a_worse_correlation_than_planned_costs_power():
    planned = power.sizes_of_arms(DELTAS, AUDITED, 0.1, 9)["t"]
    kept, lost = (power.powers_of_arms(planned, AUDITED, icc) for icc in (0.1, 0.3))
    assert kept.between(0.8, 0.84).all() and (lost < 0.55).all()


@pytest.mark.parametrize(
    ("shared_taste", "participants"), [(None, 27), (0.5, 36)], ids=["two arms", "paired"]
)
def test_promised_power_and_level_are_met_in_simulated_studies(shared_taste, participants):
    lengths = studies.list_lengths()
    lists = ClusterSizes(lengths.mean(), lengths.std() / lengths.mean())
    target, reference = studies.twin_distributions("energy")
    delta = 0.2 if shared_taste is None else 0.147
    if shared_taste is None:
        promised = power.power_of_arms(participants, delta, lists, 0.1)
    else:
        promised = power.power_paired(participants, delta, lists, 0.1, shared_taste)
    rng, found = np.random.default_rng(5), {}
    for true in (delta, 0.0):
        sides = studies.diluted(target, reference, -true), reference
        found[true] = power.rejections(
            studies.draw_lists(sides, lengths, participants, 0.1, rng, shared_taste)
            for _ in range(2000)
        )
    assert found[delta] == pytest.approx(promised, abs=0.02)
    assert found[0.0] == pytest.approx(0.05, abs=0.016)


def test_the_shipped_check_keeps_its_promise_from_twenty_participants_up():
    checks = studies.power_checks()
    assert (checks["studies"] >= 2000).all()
    off = (checks["found"] - checks["promised"]).abs()
    assert (off[checks["participants"] >= 20] <= 0.02).all()
    assert (checks["found"] >= 0.8 - 2 * checks["error"]).all()
    assert checks["level"].between(0.035, 0.066).all()


@pytest.mark.parametrize(
    ("delta", "tracks", "icc"), [(0.147, 11, 0.1), (0.05, 11, 0.1), (0.2, 30, 0.0), (0.33, 2, 0.9)]
)
def test_the_chart_of_a_reader_s_numbers_evaluates_the_same_formula(delta, tracks, icc):
    cv, shared_taste = 0.444, 0.5
    spec = figures.study_sizes_chart(Z**2, cv, shared_taste).to_dict()
    chosen = {"chosen_delta": delta, "chosen_tracks": tracks, "chosen_icc": icc}
    for parameter in spec["params"]:
        parameter["value"] = chosen.get(parameter["name"], parameter.get("value"))
    svg = vl_convert.vegalite_to_svg(spec)
    shown = [int(n.replace(",", "")) for n in re.findall(r'font-size="15px"[^>]*>([\d,]+)<', svg)]
    lists = ClusterSizes(tracks, cv)
    two_arms = power.participants_per_arm(delta, lists, icc, normal=True)
    paired = max(2, np.ceil((Z * power.paired_sd(lists, icc, shared_taste) / delta) ** 2))
    assert sorted(shown) == sorted([2 * two_arms, paired])


def test_what_makes_no_design_is_refused():
    with pytest.raises(ValueError, match="delta is 0"):
        power.participants_per_arm(0, AUDITED, 0.1)
    with pytest.raises(ValueError, match="icc is 1.5"):
        power.participants_per_arm(0.1, AUDITED, 1.5)
    with pytest.raises(ValueError, match="shared_taste is -1"):
        power.participants_paired(0.1, AUDITED, 0.1, -1)
