"""Crossed random intercepts: against statsmodels, against truths put in, and by hand."""

import numpy as np
import pandas as pd
import pytest
from scipy import stats
from statsmodels.regression.mixed_linear_model import MixedLM, VCSpec
from threadpoolctl import threadpool_limits

from helpers.chapter import open_chapter
from helpers.stats import mixed_model, ranks

CORPUS = {("fixed", "corpus"): 1.0}


def crossed(rng, n=400, people=20, artists=40, effect=0.5, sds=(0.6, 0.8, 1.0)):
    """Half the rows are of people, all are of artists; corpus and one covariate are fixed."""
    is_target = np.arange(n) < n // 2
    person, artist = rng.integers(people, size=n), rng.integers(artists, size=n)
    covariate = rng.normal(size=n)
    values = effect * is_target + 0.3 * covariate
    values += sds[0] * rng.normal(size=people)[person] * is_target
    values += sds[1] * rng.normal(size=artists)[artist] + sds[2] * rng.normal(size=n)
    fixed = pd.DataFrame({"intercept": 1.0, "corpus": is_target.astype(float), "x": covariate})
    names = pd.Series(person.astype(str)).where(is_target)
    return values, fixed, {"person": names, "artist": pd.Series(artist.astype(str))}


@pytest.mark.parametrize(("seed", "n", "people", "artists"), [(1, 160, 6, 12), (3, 400, 15, 40)])
def test_the_fit_is_that_of_statsmodels(seed, n, people, artists):
    data = crossed(np.random.default_rng(seed), n, people, artists)
    values, fixed, factors = data
    found = mixed_model.fit(*data)
    designs = [pd.get_dummies(levels).to_numpy(float) for levels in factors.values()]
    levels = [[[str(k) for k in range(design.shape[1])]] for design in designs]
    spec = VCSpec(list(factors), levels, [[design] for design in designs])
    oracle = MixedLM(values, fixed, groups=np.zeros(n), exog_vc=spec).fit(reml=True)
    assert found.log_likelihood == pytest.approx(oracle.llf, abs=1e-4)
    assert found.variances[["person", "artist"]].tolist() == pytest.approx(oracle.vcomp, rel=0.01)
    assert found.variances["residual"] == pytest.approx(oracle.scale, rel=0.001)
    assert found.estimates["fixed"].tolist() == pytest.approx(list(oracle.fe_params), abs=1e-3)
    _, se = found.combination(CORPUS)
    assert se == pytest.approx(oracle.bse_fe["corpus"], rel=0.01)
    # Predicted effects of people are those of the oracle too, in the order of their names.
    predicted = oracle.random_effects[0.0].to_numpy()[: designs[0].shape[1]]
    assert found.estimates["person"].sort_index().tolist() == pytest.approx(predicted, abs=0.01)


@pytest.mark.slow
def test_the_truths_put_in_are_found_and_covered():
    rng, effects, hits, variances = np.random.default_rng(5), [], 0, []
    for _ in range(80):
        found = mixed_model.fit(*crossed(rng, n=300))
        value, se = found.combination(CORPUS)
        effects.append(value)
        hits += abs(value - 0.5) <= stats.t.isf(0.025, 19) * se
        variances.append(found.variances[["person", "artist", "residual"]])
    # The Monte Carlo standard error of 95 % of 80 is 2.4 points.
    assert 0.88 <= hits / 80 < 1
    assert np.mean(effects) == pytest.approx(0.5, abs=4 * np.std(effects) / np.sqrt(80))
    errors = 4 * np.std(variances, axis=0) / np.sqrt(80)
    assert (np.abs(np.mean(variances, axis=0) - [0.36, 0.64, 1.0]) <= errors).all()


def test_one_way_shrinkage_by_hand():
    # Balanced lists: an effect is the deviation of its mean times m / (m + residual / variance).
    rng = np.random.default_rng(6)
    half = rng.normal(size=6)[np.repeat(np.arange(6), 5)] + rng.normal(size=30)
    values, people = np.concatenate([half, -half]), np.repeat(np.arange(12), 5)
    owner = pd.Series(people.astype(str))
    # A second factor that brings nothing: both rows of a pair add up to zero.
    pairs = pd.Series((np.arange(60) % 30).astype(str))
    fixed = pd.DataFrame({"intercept": np.ones(60)})
    found = mixed_model.fit(values, fixed, {"person": owner, "pair": pairs})
    assert found.variances["pair"] == pytest.approx(0, abs=1e-4)
    lists = values.reshape(12, 5)
    within, between = lists.var(axis=1, ddof=1).mean(), lists.mean(axis=1).var(ddof=1)
    assert found.variances["residual"] == pytest.approx(within, rel=0.005)
    assert found.variances["person"] == pytest.approx(between - within / 5, rel=0.01)
    shrunk = pd.Series(values).groupby(owner).mean() * (1 - within / 5 / between)
    effects = found.estimates["person"]
    assert effects[shrunk.index].tolist() == pytest.approx(shrunk.tolist(), abs=0.01)


def test_what_cannot_be_fitted_is_refused():
    values, fixed, factors = crossed(np.random.default_rng(7), n=40)
    with pytest.raises(ValueError, match="factors none"):
        mixed_model.fit(values, fixed, {})
    one = pd.Series("a", fixed.index)
    with pytest.raises(ValueError, match=r"\['one'\].*two levels"):
        mixed_model.fit(values, fixed, {**factors, "one": one})
    with pytest.raises(ValueError, match="rank 3"):
        mixed_model.fit(values, fixed.assign(twice=2 * fixed["corpus"]), factors)


def test_normal_scores_keep_the_order_and_share_ties():
    scores = mixed_model.normal_scores([3.0, 1.0, 2.0, 2.0, 100.0])
    assert scores[2] == scores[3]
    assert np.argsort(scores, kind="stable").tolist() == [1, 2, 3, 0, 4]
    assert scores[4] == pytest.approx(stats.norm.ppf((5 - 0.375) / 5.25))


def test_the_implied_delta_is_that_of_two_listings():
    variances = pd.Series({"list": 0.2, "artist": 0.3, "residual": 0.5})
    rng, n = np.random.default_rng(8), 200_000
    target = 0.4 + rng.normal(0, 1, n)
    reference = rng.normal(0, np.sqrt(0.8), n)
    drawn = 2 * (target > reference).mean() - 1
    assert mixed_model.implied_delta(0.4, variances) == pytest.approx(drawn, abs=0.01)
    assert mixed_model.implied_delta([0.0, 50.0], variances).tolist() == [0, 1]


def listings(rng, pop=0.0, jazz=0.0):
    """Two corpora in three genres; jazz has four rows of the target, soul is the target's alone."""
    sizes = {("A", "Pop"): 300, ("B", "Pop"): 300, ("A", "Jazz"): 4, ("B", "Jazz"): 200}
    sizes |= {("A", "Rock"): 200, ("B", "Rock"): 200, ("A", "Soul"): 20}
    shifts = {("A", "Pop"): pop, ("A", "Jazz"): jazz}
    tables = []
    for (corpus, genre), n in sizes.items():
        x = rng.normal(size=n) + shifts.get((corpus, genre), 0.0)
        tables.append(pd.DataFrame({"corpus": corpus, "genre": genre, "x": x}))
    rows = pd.concat(tables, ignore_index=True)
    people = pd.Series(rng.integers(40, size=len(rows)).astype(str))
    return rows.assign(
        study=np.where(rows["corpus"] == "A", "S", None),
        participant=people.where(rows["corpus"] == "A"),
        artist=rng.integers(100, size=len(rows)).astype(str),
        track_id=np.arange(len(rows)).astype(str),
    )


def test_rows_of_a_model_are_of_genres_that_both_corpora_have():
    rows = mixed_model.corpus_rows(listings(np.random.default_rng(9)), ("A", "B"), ["x"], block=10)
    assert set(rows["genre"]) == {"Pop", "Jazz", "Rock"}
    assert rows.loc[rows["corpus"] == "A", "list"].notna().all()
    assert rows.loc[rows["corpus"] == "B", "list"].isna().all()
    assert rows["cell"].nunique() == 6


def test_a_factor_that_cannot_be_told_from_the_residual_is_left_out():
    rows = mixed_model.corpus_rows(listings(np.random.default_rng(9)), ("A", "B"), ["x"], block=10)
    alone = rows.assign(artist=rows["track_id"])
    fitted = mixed_model.fit_feature(alone, "x", "A")
    assert list(fitted.variances.index) == ["list", "residual"]


def test_a_genre_of_few_rows_is_drawn_to_the_others_and_one_of_many_is_not():
    rows = listings(np.random.default_rng(10), pop=0.8, jazz=3.0)
    model_rows = mixed_model.corpus_rows(rows, ("A", "B"), ["x"], block=10)
    cells = mixed_model.shrunken_cells(model_rows, ("A", "B"), ["x"]).set_index("genre")
    raw = {}
    for genre, of_genre in rows[rows["genre"] != "Soul"].groupby("genre"):
        sides = [of_genre[of_genre["corpus"] == corpus] for corpus in ("A", "B")]
        raw[genre] = ranks.weighted_deltas(*sides, ["x"])["x"]
    # Four rows of jazz that lie three deviations above, hundreds of the others.
    assert raw["Jazz"] - cells.loc["Jazz", "delta"] > 0.02
    for genre in ("Pop", "Rock"):
        assert cells.loc[genre, "delta"] == pytest.approx(raw[genre], abs=0.02)
    width = np.arctanh(cells["ci_high"]) - np.arctanh(cells["ci_low"])
    assert width["Jazz"] > 1.5 * width["Pop"]


def test_effects_of_corpora_are_within_genres():
    # Genres differ and corpora do not, but for their mix.
    rng = np.random.default_rng(11)
    rows = listings(rng)
    rows["x"] += rows["genre"].map({"Pop": 0.0, "Rock": 2.0, "Jazz": -2.0, "Soul": 9.0})
    rows["y"] = rows["x"] + 0.5 * (rows["corpus"] == "A")
    model_rows = mixed_model.corpus_rows(rows, ("A", "B"), ["x", "y"], block=10)
    table = mixed_model.corpus_effects(model_rows, ("A", "B"), ["x", "y"])
    assert table.loc["x", "ci_low"] < 0 < table.loc["x", "ci_high"]
    assert table.loc["y", "delta"] == pytest.approx(2 * stats.norm.cdf(0.5 / 2**0.5) - 1, abs=0.08)
    assert table.loc["y", "holm"] < 0.001
    assert table.loc["y", "holm"] == pytest.approx(2 * table.loc["y", "p"])
    assert (table[["list", "artist"]] < 0.05).all(axis=None)


def test_a_model_needs_repeats_and_two_units_a_corpus():
    pair = ("A", "B")
    rows = mixed_model.corpus_rows(listings(np.random.default_rng(9)), pair, ["x"], block=10)
    assert mixed_model.can_be_fitted(rows, pair)
    assert not mixed_model.can_be_fitted(rows[rows["corpus"] == "A"], pair)
    bare = rows.assign(artist=rows["track_id"])
    assert mixed_model.can_be_fitted(bare, pair)
    assert not mixed_model.can_be_fitted(bare.assign(list=None), pair)
    one = bare.assign(list=bare["list"].where(bare["list"].isna(), "same"))
    assert not mixed_model.can_be_fitted(one, pair)


def test_effects_that_are_wanted_are_kept_however_many_levels_there_are():
    values, fixed, factors = crossed(np.random.default_rng(12))
    usual, kept = (mixed_model.fit(values, fixed, factors, names) for names in ((), ["artist"]))
    assert "artist" in kept.estimates.index
    assert kept.log_likelihood == pytest.approx(usual.log_likelihood, abs=1e-3)
    assert kept.combination(CORPUS) == pytest.approx(usual.combination(CORPUS), abs=1e-3)
    with pytest.raises(ValueError, match="factors none"):
        mixed_model.fit(values, fixed, factors, list(factors))


def test_cells_before_and_after_by_hand():
    tests = pd.DataFrame(
        {
            "feature": pd.Categorical(["x", "x"]),
            "genre": ["Pop", "Jazz"],
            "n_target": [300, 4],
            "n_reference": [300, 200],
            "cliffs_delta": [0.3, -0.4],
            "holm_genres": [0.001, 0.2],
        }
    )
    cells = pd.DataFrame({"feature": "x", "genre": ["Jazz", "Pop"], "delta": [0.1, 0.29]})
    cells = cells.assign(ci_low=[-0.2, 0.2], ci_high=[0.4, 0.38])
    found = mixed_model.compare_cells(tests, cells)
    assert found[["genre", "before", "after"]].values.tolist() == [
        ["Jazz", -0.4, 0.1],
        ["Pop", 0.3, 0.29],
    ]
    assert found["starred"].tolist() == found["clear"].tolist() == [False, True]
    assert found["turned"].tolist() == [True, False]


def test_threads_move_no_digit(demo):
    chapter = open_chapter("x", "demo", reads=["tracks", "features"])
    sides = pd.concat(chapter.sides)
    rows = mixed_model.corpus_rows(sides, chapter.pair, ["tempo"], chapter.settings.block)
    found = []
    for threads in (1, 2):
        with threadpool_limits(threads):
            fitted = mixed_model.fit_feature(rows, "tempo", chapter.target)
        found.append(fitted.variances.tolist())
    assert found[0] == found[1]
