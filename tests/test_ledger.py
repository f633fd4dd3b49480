"""The ledger: claims, records, verdicts."""

import pandas as pd
import pytest

from helpers import corpora, ledger, profiles, tables
from helpers.project import ProjectError


@pytest.fixture
def profile(demo):
    return demo


def claim(value=1.0, tolerance=0.05, n=100, kind="rounded"):
    return pd.Series({"value": value, "tolerance": tolerance, "n": n, "kind": kind})


@pytest.mark.parametrize(
    ("value", "n", "verdict"),
    [
        (1.0, 100, "reproduced"),
        (1.049, 100, "reproduced"),
        (0.951, 100, "reproduced"),
        (1 + 1.5 * 0.05, 100, "close"),
        (1 + 4 * 0.05, 100, "differs"),
        (-1.0, 100, "differs"),
        (float("nan"), 100, "differs"),
        (1.0, 99, "reproduced"),
        (1.0, 98, "not comparable: 98 of 100 rows"),
    ],
)
def test_verdicts(value, n, verdict):
    assert ledger.verdict(value, n, claim()) == verdict


def test_exact_means_equal():
    assert ledger.verdict(378, 100, claim(378, 0, kind="exact")) == "reproduced"
    assert ledger.verdict(379, 100, claim(378, 0, kind="exact")) == "close"


@pytest.mark.parametrize(
    ("low", "high", "verdict"),
    [(0.9, 1.2, "reproduced"), (1.01, 1.1, "close"), (1.5, 1.7, "differs")],
)
def test_a_stochastic_claim_is_judged_by_its_prediction_interval(low, high, verdict):
    value = (low + high) / 2
    assert (
        ledger.verdict(value, 100, claim(tolerance=float("nan"), kind="stochastic"), low, high)
        == verdict
    )


def test_on_the_axes_of_a_map_only_sizes_of_differences_are_judged(profile):
    claims = ledger.published()
    real = profile.model_copy(update={"source": "published", "name": "real"})
    ledger.record(
        real, "x", [(key, -row["value"], row["n"], "s", 0, 1) for key, row in claims.iterrows()]
    )
    card = ledger.scorecard(real, pd.DataFrame(columns=tables.TRACK_COLUMNS)).filter(
        like="maps.joint", axis=0
    )
    sizes = card.index.str.contains("cliffs_delta|ks_d")
    assert set(card["verdict"][sizes]) == {"reproduced"}
    assert set(card["verdict_class"][~sizes]) == {"not comparable"}


@pytest.mark.parametrize(
    "key",
    ["genres.entropy.PMD", "poster.genres.entropy.EMD", "genres.chi_square.statistic.PMD-EMD"],
)
@pytest.mark.parametrize("tolerances", [1.5, 4])
def test_a_published_value_moved_past_its_tolerance_changes_the_verdict(key, tolerances):
    row = ledger.published().loc[key]
    assert ledger.verdict(row["value"], row["n"], row) == "reproduced"
    assert ledger.verdict(row["value"] + tolerances * row["tolerance"], row["n"], row) == "close"


def test_every_claim_is_whole():
    claims = ledger.published()
    assert len(claims) > 1800
    fixed = claims[claims["kind"] != "stochastic"]
    assert (fixed["tolerance"] >= 0).all() and (
        fixed.loc[fixed["kind"] == "exact", "tolerance"] == 0
    ).all()
    assert (
        claims["value"].notna().all()
        and claims["printed"].notna().all()
        and claims["family"].notna().all()
    )


def test_value_is_what_was_printed_but_for_the_orientation():
    claims = ledger.published()
    printed = pd.to_numeric(claims["printed"].str.replace("~", "").str.replace(",", ""))
    turned = claims["note"].str.contains("printed as EMD minus PMD")
    assert (printed[~turned] == claims.loc[~turned, "value"]).all()
    delta = turned & claims.index.str.startswith("compare.cliffs_delta")
    assert (printed[delta] == -claims.loc[delta, "value"]).all()
    assert set(claims[turned & ~delta].index.str.split(".").str[1]) == {"mwu_u"}


def test_turned_u_and_delta_agree():
    claims = ledger.published()["value"]
    counts = ledger.reference("genre_counts").groupby(["corpus", "genre"])["n"].sum()
    u, delta = (
        claims["compare.mwu_u.PMD-EMD.Jazz.energy"],
        claims["compare.cliffs_delta.PMD-EMD.Jazz.energy"],
    )
    assert 2 * u / (counts["PMD", "Jazz"] * counts["EMD", "Jazz"]) - 1 == pytest.approx(
        delta, abs=1e-6
    )


def test_record_replaces_and_results_read_back_exactly(profile):
    ledger.record(profile, "06_genres", [("local.x", 1, 1, "s")])
    ledger.record(profile, "06_genres", [("genres.entropy.PMD", 0.1 + 0.2, 5, "s")])
    found = ledger.results(profile)
    assert found.index.tolist() == ["genres.entropy.PMD"] and found["value"].iloc[0] == 0.1 + 0.2


def test_an_unknown_key_is_refused(profile):
    with pytest.raises(ProjectError, match="06_genres records 'genres.entropie'.*local"):
        ledger.record(profile, "06_genres", [("genres.entropie", 1, 1, "s")])


def test_a_key_recorded_twice_is_refused_within_and_across_notebooks(profile):
    with pytest.raises(ProjectError, match="'local.x' is recorded twice, by a, a"):
        ledger.record(profile, "a", [("local.x", 1, 1, "s"), ("local.x", 2, 1, "s")])
    for name in ("a", "b"):
        ledger.record(profile, name, [("local.x", 1, 1, "s")])
    with pytest.raises(ProjectError, match="recorded twice, by a, b"):
        ledger.results(profile)


def test_a_claim_that_nobody_recorded_fails(profile):
    with pytest.raises(ProjectError, match="No notebook recorded"):
        ledger.scorecard(profile, corpora.load(profile, "tracks"))


def recorded(profile, monkeypatch, simulated):
    """A scorecard with two claims: one that needs genres alone, one that needs tracks."""
    keys = ["genres.entropy.PMD", "corpora.rows.PMD", "features.mean.PMD.energy"]
    claims = ledger.published().loc[keys]
    tracks = corpora.load(profile, "tracks")
    monkeypatch.setattr(ledger, "published", lambda *_: claims)
    real = profile if simulated else profile.model_copy(update={"source": "published"})
    ledger.record(
        real,
        "x",
        [("genres.entropy.PMD", 3.0609, 1873, "s"), ("corpora.rows.PMD", 1873, 1873, "s")],
    )
    return ledger.scorecard(real, tracks)["verdict"].tolist()


def test_simulated_inputs_get_no_verdict_but_published_genre_counts_do(profile, monkeypatch):
    monkeypatch.setattr(ledger, "inputs", lambda *_: {"features": "build/demo/features.parquet"})
    first, second, third = recorded(profile, monkeypatch, simulated=True)
    assert (first, second) == ("reproduced", "simulated: no verdict")


def test_real_inputs_get_verdicts_and_absent_ones_name_their_place(profile, monkeypatch):
    monkeypatch.setattr(ledger, "inputs", lambda *_: {"features": "build/demo/features.parquet"})
    first, second, third = recorded(profile, monkeypatch, simulated=False)
    assert (first, second) == ("reproduced", "reproduced")
    assert third == "not computed: features not in build/demo/features.parquet"


def test_score_counts_only_what_was_judged():
    card = pd.DataFrame(
        {"verdict": ["reproduced", "differs", "simulated: no verdict", "not computed: x"]}
    )
    card["verdict_class"] = card["verdict"].str.split(":").str[0]
    assert ledger.score(card) == {"reproduced": 1, "judged": 2, "claims": 4}


def test_claims_are_counted_by_family_in_the_order_of_verdicts():
    card = pd.DataFrame(
        {
            "family": ["a", "a", "a", "b"],
            "verdict": ["simulated: x", "reproduced", "simulated: x", "not computed: y"],
            "published": 1.0,
            "where": ["p1", "p2", "p3", "p4"],
        }
    )
    card["verdict_class"] = card["verdict"].str.split(":").str[0]
    counts = ledger.by_family(card)
    assert counts.index.tolist() == ["b", "a"]
    assert counts.columns.tolist() == ["reproduced", "simulated", "not computed"]
    assert counts.loc["a"].tolist() == [1, 2, 0]
    assert ledger.by_family(card[:0]).empty


def test_what_nobody_printed_is_kept_apart_and_repetitions_left_out(project):
    profile = profiles.load_profile("demo")
    rows = [
        ("corpora.rows.PMD", 1873, 1873, "s"),
        ("local.slip.start", 5, 10, "s"),
        ("local.poster.rows.X", 3, 3, "s"),
    ]
    ledger.record(profile, "01_corpora", rows)
    assert ledger.beyond_claims(profile).index.tolist() == ["local.slip.start"]


def test_the_scorecard_is_written_with_the_columns_that_programs_read(project):
    profile = profiles.load_profile("demo")
    columns = ["published", "recomputed", "rows", "tolerance", "verdict"]
    card = pd.DataFrame([[1.0, 1.0, 5, 0.1, "reproduced"]], ["a.b"], columns).assign(note="x")
    ledger.write_scorecard(profile, card.rename_axis("key"))
    path = project.build_dir(profile) / "scorecard.csv"
    assert path.read_text() == ",".join(["key", *columns]) + "\na.b,1.0,1.0,5,0.1,reproduced\n"


def test_published_keys_become_one_tidy_row_a_cell():
    claims, table = ledger.published()["value"], ledger.published_table("compare")
    assert len(table) == 3 * 9 + 15 * 9 and table.notna().all(axis=None)
    cells = table.set_index(["group", "genre", "feature"])
    assert (
        cells.loc[("PMD-EMD", "R&B", "tempo"), "mwu_u"] == claims["compare.mwu_u.PMD-EMD.R&B.tempo"]
    )
    assert (
        cells.loc[("MSSD-EMD", "all", "energy"), "ks_d"] == claims["compare.ks_d.MSSD-EMD.energy"]
    )
    moments = ledger.published_table("features")
    assert len(moments) == 2 * 16 * 9 + 9 and set(moments["group"]) == {"PMD", "EMD", "MSSD"}
    assert moments.loc[moments["genre"] == "all", "shapiro_p"].notna().all()
