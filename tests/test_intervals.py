"""Bootstraps of rows that hang together, and the interval of one more seed."""

import numpy as np
import pytest

from helpers.stats import intervals


def test_moving_blocks_draw_runs_within_group_and_keep_its_size():
    groups = np.repeat(["MOSART", "DOMINANT"], [50, 31])
    draws = np.array(list(intervals.moving_blocks(groups, 7, 400, 6)))
    assert draws.shape == (400, 81)
    assert (draws[:, :50].sum(axis=1) == 50).all() and (draws[:, 50:].sum(axis=1) == 31).all()
    again = np.array(list(intervals.moving_blocks(groups, 7, 400, 6)))
    assert np.array_equal(draws, again)
    # a row away from the edges is in 7 of the 44 blocks, of which 7 full and 1 cut are drawn
    assert draws[:, 10:40].mean() == pytest.approx(50 / 44, abs=0.02)
    whole = next(intervals.moving_blocks(np.zeros(9), 9, 1, 0))
    assert whole.tolist() == [1] * 9


def test_moving_blocks_widen_the_interval_of_serially_dependent_rows():
    rng = np.random.default_rng(7)
    values = np.repeat(rng.normal(size=100), 12)
    spread = [
        np.std([w @ values / 1200 for w in intervals.moving_blocks(np.zeros(1200), b, 400, 1)])
        for b in (1, 24)
    ]
    assert spread[1] > 2.5 * spread[0]


def test_cluster_bootstrap_draws_whole_participants():
    clusters = np.array(["p1", "p2", "p1", "p3", "p2", "p1"])
    draws = np.array(list(intervals.cluster_bootstrap(clusters, 300, 8)))
    for name in ("p1", "p2", "p3"):
        own = draws[:, clusters == name]
        assert (own == own[:, :1]).all()
    assert (draws[:, [0, 1, 3]].sum(axis=1) == 3).all()
    assert draws[:, [0, 1, 3]].mean(axis=0) == pytest.approx(np.ones(3), abs=0.15)


def test_a_prediction_interval_is_student_s_and_takes_twenty_seeds():
    values = np.arange(20) / 10
    reach = 2.093024 * values.std(ddof=1) * np.sqrt(1 + 1 / 20)
    assert intervals.prediction_interval(values) == pytest.approx(
        (0.95 - reach, 0.95 + reach), abs=1e-5
    )
    assert intervals.prediction_interval(values[:19]) == intervals.prediction_interval(()) == ()


def test_a_block_is_at_most_a_quarter_of_the_smallest_group():
    groups = [["a"] * 40 + ["b"] * 13, ["c"] * 100]
    assert intervals.block_length(groups, 14) == 3
    assert intervals.block_length(groups, 2) == 2
    assert intervals.block_length([["a"] * 3], 14) == 1


def test_replicates_are_cut_where_they_would_draw_too_many_rows():
    assert intervals.affordable_replicates(2000, 1_000_000, 100) == 2000
    assert intervals.affordable_replicates(2000, 1_000_000, 10_000) == 100


def test_bad_groups_are_refused_with_the_next_step():
    with pytest.raises(ValueError, match="'b': give a block of 1..2"):
        intervals.moving_blocks(["a", "a", "a", "b", "b"], 3, 1, 0)
    with pytest.raises(ValueError, match="groups is missing at row 1"):
        intervals.moving_blocks(["a", None], 1, 1, 0)
    with pytest.raises(ValueError, match="use `moving_blocks`"):
        intervals.cluster_bootstrap(["p1", "p1"], 1, 0)
