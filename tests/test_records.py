"""Rows to record: keys of the published claims, values and numbers of rows."""

import pandas as pd

from helpers import ledger, records
from helpers.project import FEATURES
from helpers.stats import correlations, counts, distributions

TRACKS = pd.DataFrame(
    {
        "corpus": ["T", "T", "T", "R", "R"],
        "study": ["one", "one", "two", None, None],
        "participant": ["p1", "p1", "p2", None, None],
        "track_id": ["a", "b", "a", "a", "c"],
        "artist": "A",
        "genre": "Pop",
    }
)


def test_rows_without_a_value_are_left_out():
    rows = [("a", 1, 1, "s"), ("b", float("nan"), 1, "s"), ("c", None, 1, "s"), ("d", 0, 0, "s")]
    assert [row[0] for row in records.known(rows)] == ["a", "d"]


def test_sizes_of_corpora_come_before_those_of_studies():
    table = counts.corpus_sizes(TRACKS, TRACKS)
    assert records.sizes(table, ("T", "R"), ["R", "T"], "s") == [
        ("corpora.rows.T", 3, 3, "s"),
        ("corpora.rows.R", 2, 2, "s"),
        ("poster.rows.T", 3, 3, "s"),
        ("poster.rows.R", 2, 2, "s"),
        ("corpora.rows.one", 2, 2, "s"),
        ("corpora.rows.two", 1, 1, "s"),
        ("corpora.repeated_rows.R", 0, 2, "s"),
        ("corpora.repeated_rows.T", 1, 3, "s"),
    ]


def test_lengths_of_lists_are_recorded_where_there_are_lists():
    rows = records.list_lengths(counts.list_lengths(TRACKS), "s")
    assert {key: value for key, value, *_ in rows} == {
        "corpora.tracks_per_participant.mean": 1.5,
        "corpora.tracks_per_participant.sd": 0.5**0.5,
        "corpora.tracks_per_participant.min": 1,
        "corpora.tracks_per_participant.max": 2,
        "poster.participants": 2,
    }
    assert records.list_lengths(counts.list_lengths(TRACKS.assign(participant=None)), "s") == []


def test_keys_of_features_are_those_of_the_published_claims():
    table = pd.DataFrame({name: [0.1, 0.2, 0.3, 0.4, 0.6] for name in FEATURES})
    table = table.assign(genre=["Pop", "Pop", *["Rock"] * 3], energy=[0.2, 0.3, 0.2, 0.4, 0.1])
    values, r = {"PMD": table}, table[FEATURES].corr()
    rows = records.features(
        distributions.moments(values, FEATURES),
        distributions.normality(values, FEATURES, 10, 0),
        {"PMD": correlations.to_pairs(r)},
        values,
        "s",
    )
    claims = set(ledger.published().index)
    assert {key for key, *_ in rows if not key.startswith("features.n.")} <= claims
    found = {key: (value, n) for key, value, n, _ in rows}
    assert found["features.n.PMD.Rock.energy"] == (3, 3)
    assert found["features.median.PMD.energy"] == (0.2, 5)
    assert found["features.mean.PMD.Pop.energy"] == (0.25, 2)
    pair = "features.abs_pearson.PMD.danceability-energy"
    assert found[pair] == (abs(r.loc["danceability", "energy"]), 5) and found[pair][0] >= 0


def test_overlap_and_slip_have_the_keys_of_their_corpora():
    shared = pd.Series({"rows": 378.0, "percent": 20.18, "tracks": 300.0})
    assert records.overlap(shared, ("T", "R"), 1873, "s") == [
        ("corpora.overlap.rows.T-R", 378.0, 1873, "s"),
        ("corpora.overlap.percent.T-R", 20.18, 1873, "s"),
    ]
    lost = pd.DataFrame({"track_id": [None, "b", "c"], "row": [7, 8, 9]})
    rows = records.repeated_block((5, 2), 10, lost, "s")
    assert [(key, value, n) for key, value, n, _ in rows] == [
        ("local.slip.start", 5, 10),
        ("local.slip.length", 2, 10),
        ("local.lost.tracks", 2, 3),
        ("local.lost.start", 8, 3),
    ]
    assert len(records.repeated_block((0, 0), 10, lost[:1], "s")) == 3


def test_all_that_is_counted_of_corpora_is_recorded_once():
    tracks = TRACKS.assign(source=["f"] * 3 + ["g"] * 2, row=range(5))
    rows = records.corpora(tracks, tracks, ("T", "R"))
    found = {key: (value, n) for key, value, n, _ in rows}
    assert len(found) == len(rows) == 19
    assert found["corpora.overlap.percent.T-R"] == (200 / 3, 3)
    assert found["corpora.rows_tracks_file.R"] == (2, 2)
    assert found["local.slip.length"] == (0, 2) and found["local.lost.tracks"] == (0, 0)
    assert {source for *_, source in rows} == {"f; g"}
    bare = records.corpora(tracks.assign(genre=None), tracks, ("T", "R"))
    assert not [key for key, *_ in bare if "percent" in key]


def test_comparisons_are_recorded_by_contrast_genre_and_feature():
    tests = pd.DataFrame(
        {
            "target": "PMD",
            "reference": "EMD",
            "genre": ["all", "Pop"],
            "feature": "tempo",
            "n_target": [10, 3],
            "n_reference": [20, 4],
            "ks_d": [0.1, 0.2],
        }
    )
    assert records.comparisons(tests, ["ks_d"], "made") == [
        ("compare.ks_d.PMD-EMD.tempo", 0.1, 30, "made"),
        ("compare.ks_d.PMD-EMD.Pop.tempo", 0.2, 7, "made"),
    ]
    whole = tests[:1].drop(columns=["genre", "n_target", "n_reference"]).assign(n=30.0)
    assert records.comparisons(whole, ["ks_d"], "made") == [
        ("compare.ks_d.PMD-EMD.tempo", 0.1, 30.0, "made")
    ]


def test_rows_of_genres_carry_the_keys_of_their_claims():
    counts = pd.DataFrame({"PMD": [3, 1], "EMD": [0, 2]}, index=["Pop", "Rock"])
    assert records.genre_counts(counts, "made")[1] == ("genres.count.PMD.Rock", 1, 4, "made")
    entropies = pd.DataFrame({"entropy": [1.0, 2.0], "n": [4.0, 3.0]}, index=["PMD", "MOSART"])
    assert records.entropies(entropies, ("PMD", "EMD"), "made") == [
        ("genres.entropy.PMD", 1, 4, "made"),
        ("genres.entropy.MOSART", 2, 3, "made"),
        ("poster.genres.entropy.PMD", 1, 4, "made"),
    ]
    test = pd.Series({"statistic": 5.0, "dof": 1.0, "p": 0.03, "n": 6.0, "cramers_v": 0.9})
    assert records.chi_square(test, ("PMD", "EMD"), "made")[2] == (
        "genres.chi_square.p.PMD-EMD",
        0.03,
        6,
        "made",
    )
    nothing = test.where(test.index == "n")
    assert records.chi_square(nothing, ("PMD", "EMD"), "made") == []


def test_verdicts_are_recorded_with_their_interval_and_only_where_they_stand():
    table = pd.DataFrame(
        {
            "target": "T",
            "reference": "R",
            "feature": "tempo",
            "n_target": [3],
            "n_reference": 4,
            "cliffs_delta": 0.1,
            "low": 0.05,
            "high": 0.2,
            "icc_first": 0.4,
            "icc_both": 0.3,
            "icc_family": float("nan"),
        }
    )
    assert records.equivalence(table, "s") == [
        ("local.equivalence.delta.T-R.tempo", 0.1, 7, "s", 0.05, 0.2),
        ("local.equivalence.icc_first.T-R.tempo", 0.4, 7, "s"),
        ("local.equivalence.icc_both.T-R.tempo", 0.3, 7, "s"),
    ]


def test_the_likeness_of_contrasts_is_recorded_beside_that_of_unrelated_corpora():
    alike = pd.Series({"r": 0.9, "low": 0.6, "high": 0.98, "median": 0.5, "p": 0.01, "n": 9.0})
    alike["p_together"] = 0.02
    assert records.likeness(alike, "s") == [
        ("local.compare.contrasts_alike", 0.9, 9, "s", 0.6, 0.98),
        ("local.compare.contrasts_alike.unrelated", 0.5, 9, "s"),
        ("local.compare.contrasts_alike.p", 0.01, 9, "s"),
        ("local.compare.contrasts_alike.p_together", 0.02, 9, "s"),
    ]


def test_values_by_feature_without_those_that_are_missing():
    values = pd.Series({"energy": 0.5, "tempo": float("nan")})
    rows = records.by_feature("local.x", values, 7, "made")
    assert rows == [("local.x.energy", 0.5, 7, "made")]


def test_windows_hang_on_the_order_and_random_lists_on_counts_alone():
    index = [("T", "consecutive rows"), ("T", "random rows"), ("R", "random rows")]
    table = pd.DataFrame({"alpha": [1.7, 2.3, 1.8]}, pd.MultiIndex.from_tuples(index))
    rows = records.partitions(table, ("T", "R"), pd.Series({"T": 20, "R": 90}), "counts", "order")
    assert rows == [
        ("local.genres.alpha.windows", 1.7, 20, "order"),
        ("local.genres.alpha.random_reference", 1.8, 90, "counts"),
    ]


def test_lists_are_recorded_with_the_ends_of_intervals_that_there_are():
    gaps = pd.DataFrame(
        {"value": [-0.5, -0.1], "ci_low": [-0.6, None], "ci_high": [-0.4, None]},
        pd.MultiIndex.from_product([["participants"], ["T", "R"]]),
    )
    matches = pd.DataFrame(
        {"value": [0.3, 0.2, 0.28]},
        pd.MultiIndex.from_product([["participants"], ["within", "between", "reference"]]),
    )
    found = {row[0]: row[1] for row in records.lists(gaps, matches, "participants", 9, "s")}
    prefix = "local.genres.lists_minus_random"
    assert found[f"{prefix}.own.ci_high"] == -0.4 and found[f"{prefix}.reference.value"] == -0.1
    assert f"{prefix}.reference.ci_low" not in found
    assert found["local.genres.pair_matches.between"] == 0.2
