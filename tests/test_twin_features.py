"""The twin's audio features meet every tolerance, on the listings that the book uses."""

import numpy as np
import pandas as pd
import pytest
from conftest import ROOT

from helpers import project
from helpers.simulation import audio_features, closeness
from helpers.simulation import fit as fit_twin
from helpers.simulation import twin as shipped

REFERENCE = ROOT / "data" / "reference"


@pytest.fixture(scope="module")
def fit():
    return fit_twin


@pytest.fixture(scope="module")
def parameters():
    return pd.read_csv(REFERENCE / "twin_parameters.csv")


@pytest.fixture(scope="module")
def correlations():
    return pd.read_csv(REFERENCE / "twin_correlations.csv")


@pytest.fixture(scope="module")
def published():
    return pd.read_csv(REFERENCE / "published.csv", index_col="key")["value"]


@pytest.fixture(scope="module")
def counts():
    table = pd.read_csv(REFERENCE / "genre_counts.csv")
    return table.groupby(["corpus", "genre"])["n"].sum().to_dict()


@pytest.fixture(scope="module")
def tracks(fit, counts):
    return fit.stand_in(counts, seed=11)


@pytest.fixture(scope="module")
def drawn(tracks, parameters, correlations):
    return audio_features.features(tracks, parameters, correlations, seed=11)


@pytest.fixture(scope="module")
def listings(fit, tracks, parameters, correlations):
    return fit.joined(tracks, parameters, correlations, seed=11)


@pytest.fixture(scope="module", params=["other listings, other seed", "shipped"])
def table(request):
    if request.param == "shipped":
        return shipped.report()
    return closeness.report(
        request.getfixturevalue("listings"), request.getfixturevalue("published")
    )


def test_stand_in_has_the_published_structure(tracks):
    pmd, emd = (tracks[tracks["corpus"] == corpus] for corpus in ("PMD", "EMD"))
    shared = pmd["track_id"].isin(emd["track_id"])
    assert (len(pmd), pmd["track_id"].nunique()) == (1873, 1757)
    assert (len(emd), emd["track_id"].nunique()) == (8970, 8749)
    assert (shared.sum(), pmd["track_id"][shared].nunique()) == (378, 325)


def test_report_covers_every_published_figure(table):
    figures = table.groupby("tolerance").size()
    assert figures.to_dict() == {
        "overall mean": 27,
        "overall median": 27,
        "overall sd": 27,
        "overall abs_pearson": 72,
        "overall ks_d": 27,
        "overall cliffs_delta": 27,
        "genre mean": 270,
        "genre median": 270,
        "genre sd": 270,
        "genre ks_d": 135,
        "genre cliffs_delta": 135,
        "genre deltas, mean error": 1,
    }
    assert table["twin"].notna().all()


@pytest.mark.parametrize(
    "tolerance",
    [
        "genre mean",
        "genre sd",
        "genre median",
        "overall mean",
        "overall sd",
        "overall median",
        "overall cliffs_delta",
        "overall ks_d",
        "genre deltas, mean error",
    ],
)
def test_tolerance_is_met(table, tolerance):
    chosen = table[table["tolerance"] == tolerance]
    assert chosen["met"].notna().all()
    assert chosen["met"].all(), chosen[~chosen["met"]].to_string()


def test_limits_are_those_of_the_stated_tolerances(table, published):
    row = table.set_index(["tolerance", "corpus", "genre", "feature"]).sort_index()["limit"]
    assert row["genre mean", "PMD", "Pop", "energy"] == pytest.approx(0.05 * 0.214234)
    assert row["genre sd", "PMD", "Pop", "energy"] == pytest.approx(0.05 * 0.214234)
    assert row["genre median", "PMD", "Pop", "energy"] == pytest.approx(0.1 * 0.214234)
    blues = published["features.sd.PMD.Blues.energy"]
    assert row["genre median", "PMD", "Blues", "energy"] == pytest.approx(0.25 * blues)
    limits = table.groupby("tolerance")["limit"].unique()
    assert limits["overall cliffs_delta"].tolist() == [0.015]
    assert limits["overall ks_d"].tolist() == [0.02]
    assert limits["genre deltas, mean error"].tolist() == [0.06]


def test_report_notices_what_is_wrong(listings, published):
    energy = listings["energy"].where(listings["corpus"] != "PMD", listings["energy"] + 0.1)
    table = closeness.report(listings.assign(energy=energy), published)
    unmet = table[~table["met"].fillna(True)]
    assert set(unmet["feature"].dropna()) == {"energy"}
    assert {"genre mean", "genre median", "overall cliffs_delta", "overall ks_d"} <= set(
        unmet["tolerance"]
    )


def test_report_notices_a_turned_sign_within_the_limit(listings, published):
    key = "compare.cliffs_delta.PMD-MSSD.tempo"
    value = closeness.report(listings, published[[key]]).loc[0, "twin"]
    row = closeness.report(listings, pd.Series({key: -1e-4 * np.sign(value)})).loc[0]
    assert abs(row["error"]) <= 1 and not row["met"]


def test_statistics_agree_with_brute_force(parameters, correlations, published):
    third = audio_features.mssd(parameters, correlations, n=200, seed=4).assign(
        corpus="MSSD", genre=None
    )
    other = audio_features.mssd(parameters, correlations, n=150, seed=5).assign(
        corpus="PMD", genre="Pop"
    )
    key = "compare.cliffs_delta.PMD-MSSD.tempo"
    value = closeness.report(pd.concat([third, other]), published[[key]]).loc[0, "twin"]
    pairs = np.sign(other["tempo"].to_numpy()[:, None] - third["tempo"].to_numpy())
    assert value == pytest.approx(pairs.mean())


def test_one_row_a_track_and_six_listings_without_features(drawn, tracks, listings):
    assert drawn["track_id"].is_unique
    assert list(drawn.columns) == ["track_id", *project.FEATURES, "source"]
    assert set(drawn["source"]) == {"simulated twin"}
    assert drawn[project.FEATURES].notna().all(axis=None)
    without = tracks[~tracks["track_id"].isin(drawn["track_id"])]
    assert without.groupby(["corpus", "genre"]).size().to_dict() == {
        ("EMD", "Country"): 1,
        ("EMD", "Pop"): 1,
        ("EMD", "Rock"): 2,
        ("PMD", "Hip Hop"): 1,
        ("PMD", "Pop"): 1,
    }
    assert listings.groupby("corpus")["energy"].count().to_dict() == {
        "EMD": 8966,
        "MSSD": 10000,
        "PMD": 1871,
    }


def test_values_stay_in_their_ranges_and_look_like_spotifys(listings):
    for name in set(project.FEATURES) - {"loudness", "tempo"}:
        values = listings[name].dropna()
        assert values.between(0, 1).all(), name
        assert (values == values.map("{:.3g}".format).astype(float)).all(), name
    assert listings["loudness"].dropna().between(-60, 1.5).all()
    assert listings["tempo"].dropna().between(35, 222).all()
    assert (listings["loudness"].dropna().round(3) == listings["loudness"].dropna()).all()


def test_shapes_are_those_of_the_features(listings):
    by = listings.groupby("corpus")
    # 593 of 1,871 and 3,093 of 8,966 values are zero, none of MSSD.
    zeros = by["instrumentalness"].apply(lambda x: (x == 0).sum() / x.count())
    assert zeros["PMD"] == pytest.approx(593 / 1871, abs=0.005)
    assert zeros["EMD"] == pytest.approx(3093 / 8966, abs=0.005)
    assert zeros["MSSD"] == 0
    assert (by["loudness"].skew() < -0.5).all()
    assert (by["speechiness"].skew() > 2).all()
    for corpus, name in [
        ("PMD", "acousticness"),
        ("MSSD", "acousticness"),
        ("PMD", "instrumentalness"),
        ("MSSD", "instrumentalness"),
    ]:
        low, *middle, high = np.histogram(by.get_group(corpus)[name].dropna(), 10, (0, 1))[0]
        assert low > min(middle) < high, (corpus, name)


def test_correlations_have_the_published_size_and_the_stated_signs(listings, correlations, table):
    errors = table.loc[table["tolerance"] == "overall abs_pearson", "error"].abs()
    # Sampling alone gives a coefficient of 1,871 listings a standard error of about 0.02.
    assert errors.mean() < 0.02 and errors.max() < 0.08
    got = {corpus: rows[project.FEATURES].corr() for corpus, rows in listings.groupby("corpus")}
    for row in correlations[correlations["published"].abs() >= 0.1].itertuples():
        assert got[row.corpus].loc[row.feature_a, row.feature_b] * row.published > 0, row
    assert correlations["reason"].str.len().min() > 5


def test_signed_correlations_equal_the_published_absolute_values(correlations, published):
    rows = correlations.dropna(subset="published")
    keys = (
        "features.abs_pearson." + rows["corpus"] + "." + rows["feature_a"] + "-" + rows["feature_b"]
    )
    assert len(rows) == 72
    assert (published[keys].to_numpy() == rows["published"].abs().to_numpy()).all()


def between_share(values, groups):
    """Intraclass correlation from a one-way analysis of variance."""
    size = values.groupby(groups).size()
    means = values.groupby(groups).mean()
    within = ((values - groups.map(means)) ** 2).sum() / (len(values) - len(size))
    between = (size * (means - values.mean()) ** 2).sum() / (len(size) - 1)
    m = (len(values) - (size**2).sum() / len(values)) / (len(size) - 1)
    return (between - within) / (between + (m - 1) * within)


def test_participants_share_what_rho_says(tracks, parameters, correlations):
    # Ranks within genre are what the scores decide; single listings belong to one participant.
    pmd = tracks[tracks["corpus"] == "PMD"].drop_duplicates("track_id", keep=False)
    for rho, low, high in [(0.0, -0.04, 0.04), (0.1, 0.05, 0.14)]:
        values = audio_features.features(pmd, parameters, correlations, seed=2, rho=rho)
        rows = pmd.merge(values, on="track_id")
        ranks = rows.groupby("genre")[project.FEATURES].rank(pct=True)
        shares = [between_share(ranks[name], rows["participant"]) for name in project.FEATURES]
        assert low < np.mean(shares) < high, (rho, shares)


def test_same_seed_same_twin_and_another_seed_another(tracks, parameters, correlations, drawn):
    again = audio_features.features(tracks, parameters, correlations, seed=11)
    pd.testing.assert_frame_equal(again, drawn)
    other = audio_features.features(tracks, parameters, correlations, seed=12)
    assert not other["energy"].equals(drawn["energy"])


def test_shared_tracks_keep_both_cells_on_their_quantiles(parameters, correlations):
    # Every track of the small cell is shared: the large one must still come out as fitted.
    emd = pd.DataFrame({"corpus": "EMD", "genre": "Pop", "track_id": np.arange(4000).astype(str)})
    pmd = emd.iloc[::10].assign(corpus="PMD")
    tracks = pd.concat([pmd, emd], ignore_index=True)
    values = audio_features.features(tracks, parameters, correlations, seed=0).set_index("track_id")
    curves = parameters.set_index(["corpus", "genre", "feature"])
    for rows in (pmd, emd):
        x = rows["track_id"].map(values["energy"]).dropna()
        strata = (np.arange(len(x)) + 0.5) / len(x)
        fitted = audio_features.quantiles(
            curves.loc[(rows["corpus"].iloc[0], "Pop", "energy")], strata
        )
        assert x.mean() == pytest.approx(fitted.mean(), abs=0.05 * fitted.std())
        assert x.std() == pytest.approx(fitted.std(), rel=0.05)


def test_quantiles_run_through_the_fitted_ones_and_rise(parameters):
    knots = [name for name in parameters if name.startswith("q")]
    levels = np.array([float(name[1:]) for name in knots])
    for _, row in parameters.iterrows():
        values = row[knots].to_numpy(float)
        expected = np.where(values < row["zero_below"], 0, values)
        assert audio_features.quantiles(row, levels) == pytest.approx(expected, rel=1e-6)
        assert (np.diff(audio_features.quantiles(row, np.linspace(0, 1, 501))) >= 0).all()


def test_tracks_without_id_or_genre_get_no_features(tracks, parameters, correlations, drawn):
    extra = pd.DataFrame({"corpus": "EMD", "genre": [None, "Pop"], "track_id": ["lost", None]})
    more = audio_features.features(pd.concat([tracks, extra]), parameters, correlations, seed=11)
    pd.testing.assert_frame_equal(more, drawn)


def test_an_unknown_genre_is_refused_by_name(tracks, parameters, correlations):
    wrong = tracks.assign(genre=tracks["genre"].replace("Blues", "Bleus"))
    with pytest.raises(ValueError, match="'Bleus' of corpus 'EMD'.*simulation.fit"):
        audio_features.features(wrong, parameters, correlations, seed=1)


def test_mssd_has_its_size_and_its_own_ids(parameters, correlations):
    third = audio_features.mssd(parameters, correlations, n=500, seed=1)
    assert third["track_id"].nunique() == len(third) == 500
    assert third["track_id"].str.startswith("simulatedMSSD").all()


def test_sizes_with_features_follow_from_u_and_delta(fit, counts, published):
    _, tests, _ = fit.tables_of(published)
    missing = {cell: n for cell, n in fit.missing_rows(counts, tests).items() if n}
    assert missing == {
        ("PMD", "Pop"): 1,
        ("EMD", "Pop"): 1,
        ("PMD", "Hip Hop"): 1,
        ("EMD", "Rock"): 2,
        ("EMD", "Country"): 1,
    }


def test_a_curve_of_equal_slopes_is_straight_through_its_median(fit):
    theta = np.concatenate([[0.3], np.full(len(fit.Z) - 1, np.log(2.0))])
    assert fit.curve(theta) == pytest.approx(0.3 + 2 * fit.Z)


def test_a_cell_that_starts_has_the_published_median_and_about_its_spread(fit):
    cell = fit.Cell("EMD", "Pop", "valence", 1000, np.array([0.5, 0.52, 0.2]))
    mean, median, sd = cell.evaluate(cell.theta, np.linspace(-9, 7, 50))[:3]
    assert median == pytest.approx(0.52, abs=0.001) and sd == pytest.approx(0.2, rel=0.05)


def test_residuals_vanish_where_the_published_figures_are_met(fit):
    grid = np.linspace(-9, 7, 800)
    cell = fit.Cell("EMD", "Pop", "valence", 1000, np.array([0.5, 0.5, 0.2]))
    state = cell.linearise(grid)
    cell.moments = state.moments
    residuals = fit.Residuals([cell, cell], [state, state])
    residuals.add_moments(0)
    residuals.add_smoothness(0, smooth=3.0)
    # A distribution beside itself: delta and D are 0.
    residuals.add_comparison([(0, 1.0)], [(1, 1.0)], (0.0, 0.0), (10.0, 10.0))
    assert residuals.values == pytest.approx(np.zeros(len(residuals.values)), abs=1e-9)
    assert len(residuals.rows) == 3 + 11 + 12 + 2


def test_jacobian_is_that_of_finite_differences(fit):
    grid = np.linspace(-9, 7, 800)
    cells = [
        fit.Cell(corpus, "Pop", "valence", 500, np.array([mean, mean, 0.2]))
        for corpus, mean in (("PMD", 0.4), ("EMD", 0.55))
    ]

    def residuals():
        found = fit.Residuals(cells, [cell.linearise(grid) for cell in cells])
        found.add_comparison([(0, 1.0)], [(1, 1.0)], (0.1, 0.2), (1.0, 1.0))
        return np.array(found.values), np.array(found.rows)

    before, jacobian = residuals()
    cells[0].theta = cells[0].theta + np.eye(len(fit.Z))[0] * 1e-5
    after, _ = residuals()
    assert (after - before) / 1e-5 == pytest.approx(jacobian[:, 0], rel=0.02)


@pytest.mark.parametrize(
    ("statistic", "size", "is_overall", "limit"),
    [
        ("mean", 100, False, 0.005),
        ("sd", 100, True, 0.005),
        ("median", 30, False, 0.01),
        ("median", 29, False, 0.025),
        ("cliffs_delta", 100, True, 0.015),
        ("ks_d", 100, True, 0.02),
    ],
)
def test_limits_follow_from_the_spread_and_the_size(statistic, size, is_overall, limit):
    assert closeness._limit(statistic, 0.1, size, is_overall) == pytest.approx(limit)


@pytest.mark.parametrize(
    ("statistic", "is_overall"), [("cliffs_delta", False), ("ks_d", False), ("abs_pearson", True)]
)
def test_figures_without_a_tolerance_have_none(statistic, is_overall):
    assert np.isnan(closeness._limit(statistic, 0.1, 100, is_overall))


def test_a_covariance_of_genre_means_gives_the_sign_that_nobody_has_agreed_on(fit):
    means = pd.DataFrame({"tempo": [90.0, 130.0], "liveness": [0.3, 0.1]}, ["Pop", "Rock"])
    sign, reason = fit._sign("PMD", "tempo", "liveness", means, {("PMD", g): 5 for g in means.T})
    assert sign == -1 and reason.startswith("not agreed")
    assert fit._sign("EMD", "instrumentalness", "energy", means, {})[0] == 1
    assert fit._sign("PMD", "energy", "instrumentalness", means, {})[0] == -1
