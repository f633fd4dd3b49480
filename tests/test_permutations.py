"""Permutations of whole groups: what may change places with what, by hand."""

import numpy as np
import pandas as pd

from helpers.stats import permutations


def test_bins_hold_groups_of_about_one_size():
    sizes = np.arange(1, 26)
    bins = pd.Series(sizes).groupby(permutations.size_bins(sizes)).agg(["min", "max"])
    assert bins.to_numpy().tolist() == [
        [1, 1],
        [2, 2],
        [3, 3],
        [4, 5],
        [6, 7],
        [8, 11],
        [12, 17],
        [18, 25],
    ]


def test_what_changes_places_is_a_group_of_like_size_or_a_row_of_a_shared_group():
    # a and c have two rows each, b one and nobody to change with; s is in both.
    groups = np.array(["a", "a", "b", "s", "s", "c", "c"])
    target = np.array([True, True, True, True, False, False, False])
    rows = permutations.exchangeable_units(target, groups)
    assert rows["free"].tolist() == [True, True, False, True, True, True, True]
    # s falls apart into its rows.
    assert rows["unit"].nunique() == 5 and rows["unit"][3] != rows["unit"][4]
    stratum = rows["stratum"]
    assert stratum[0] == stratum[5] != stratum[2] and stratum[3] == stratum[4] != stratum[0]
    assert permutations.share_free(rows["free"].to_numpy(), target) == 0.75


def test_groups_of_another_kind_are_no_counterparts():
    target = np.array([True, True, False, False])
    kinds = ["participant", "participant", "artist", "artist"]
    assert not permutations.exchangeable_units(target, list("aabb"), kinds)["free"].any()
    assert permutations.exchangeable_units(target, list("aabb"))["free"].all()


def test_deals_stay_within_strata_and_are_uniform():
    owner = np.array([True, False, False, True, True])
    stratum = np.array([7, -2, 7, -2, -2])
    dealt = permutations.deals(owner, stratum, 6000, np.random.default_rng(1))
    assert (dealt[:, stratum == 7].sum(axis=1) == 1).all()
    assert (dealt[:, stratum == -2].sum(axis=1) == 2).all()
    share = dealt.mean(axis=0)
    assert np.abs(share - [1 / 2, 2 / 3, 1 / 2, 2 / 3, 2 / 3]).max() < 0.03
