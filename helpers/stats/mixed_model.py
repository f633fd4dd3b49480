"""A linear mixed model with crossed random intercepts, by restricted maximum likelihood (REML).

Listings are rows; a participant has several, so has an artist, and the two cross. The likelihood
needs the Cholesky factor of the random effects' equations alone (Bates et al. 2015). Those of the
factor with the most levels, here artists, are diagonal: they are eliminated first, and what is left
is a small dense matrix. statsmodels' `MixedLM` fits the same model and is the oracle of the tests;
it takes crossed factors for one dense group, which is out of reach at thousands of artists.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd
import scipy
from numpy.typing import ArrayLike
from threadpoolctl import threadpool_limits

from helpers.project import leaves_out_zero
from helpers.stats import multiplicity, units

# Names of what a model is made of.
FIXED, CELL, LIST, ARTIST, RESIDUAL = "fixed", "cell", "list", "artist", "residual"
# Standard deviations of effects, in those of the residual: where a fit begins, the largest tried,
# and how exact it is.
START, WIDEST, EXACT = 0.5, 50.0, 1e-3


@dataclass(frozen=True)
class MixedFit:
    """A fitted model.

    Attributes
    ----------
    estimates : Series
        Indexed by (part, level): the fixed effects under "fixed", and the predicted effects of each
        factor but the one with the most levels, which is eliminated.
    covariance : array
        Of the errors of `estimates` about the true effects (Henderson's).
    variances : Series
        By factor, and of the residual.
    log_likelihood : float
        Restricted, at its maximum.
    n : int
        Rows.
    """

    estimates: pd.Series
    covariance: np.ndarray
    variances: pd.Series
    log_likelihood: float
    n: int

    def combination(self, weights: Mapping[tuple[str, str], float]) -> tuple[float, float]:
        """A weighted sum of estimates, and its standard error.

        Parameters
        ----------
        weights : mapping
            Labels of `estimates` to weights.

        Returns
        -------
        tuple of float
        """
        places = [self.estimates.index.get_loc(label) for label in weights]
        weight = np.array(list(weights.values()), dtype=float)
        value = weight @ self.estimates.to_numpy()[places]
        variance = weight @ self.covariance[np.ix_(places, places)] @ weight
        return float(value), float(np.sqrt(variance))


@dataclass(frozen=True)
class _Equations:
    """Products of the design, and from which columns and levels they come.

    Columns are the levels of the dense factors, the fixed effects, and last the values.
    """

    products: np.ndarray
    by_eliminated: scipy.sparse.csr_array
    rows_of_eliminated: np.ndarray
    factor_of_column: np.ndarray
    n_fixed: int
    n: int

    def scale(self, theta: np.ndarray) -> np.ndarray:
        """Relative standard deviation of the effects of each column; 1 for what is no effect."""
        return np.append(theta[:-1], 1.0)[self.factor_of_column]

    def remaining(self, theta: np.ndarray) -> tuple[np.ndarray, float]:
        """Cholesky factor of what is left after elimination, and the log determinant of the rest.

        theta: relative standard deviations of the dense factors, then of the eliminated one.
        """
        ratio = theta[-1] ** 2
        diagonal = ratio * self.rows_of_eliminated + 1
        weighted = self.by_eliminated.multiply((ratio / diagonal)[:, None])
        left = self.products - (self.by_eliminated.T @ weighted).toarray()
        scale = self.scale(theta)
        left = scale[:, None] * left * scale
        is_effect = self.factor_of_column < len(theta) - 1
        left[is_effect, is_effect] += 1
        return scipy.linalg.cholesky(left, lower=True), np.log(diagonal).sum()

    def deviance(self, theta: np.ndarray) -> float:
        """Minus twice the restricted log likelihood, at the best fixed effects and residual."""
        factor, log_determinant = self.remaining(theta)
        logs = 2 * np.log(np.diag(factor))
        freedom = self.n - self.n_fixed
        residual = np.exp(logs[-1]) / freedom
        return log_determinant + logs[:-1].sum() + freedom * (1 + np.log(2 * np.pi * residual))


def normal_scores(values: ArrayLike) -> np.ndarray:
    """Values replaced by normal quantiles of their ranks; tied ones share their mean rank.

    Parameters
    ----------
    values : array, shape (n,)
        Without missing values.

    Returns
    -------
    array, shape (n,)

    References
    ----------
    Blom (1958), Statistical Estimates and Transformed Beta-Variables.

    Notes
    -----
    Notebook: 04_where_it_sits
    """
    ranked = scipy.stats.rankdata(values)
    return scipy.stats.norm.ppf((ranked - 0.375) / (len(ranked) + 0.25))


def fit(
    values: ArrayLike,
    fixed: pd.DataFrame,
    factors: Mapping[str, pd.Series],
    kept: Sequence[str] = (),
) -> MixedFit:
    """Fit a linear mixed model with a random intercept for every level of each factor.

    Parameters
    ----------
    values : array, shape (n,)
    fixed : DataFrame, shape (n, p)
        Design of the fixed effects, of full rank, with its intercept.
    factors : mapping of str to Series of str, shape (n,)
        Level of each row by factor; a row without one has no effect of that factor.
    kept : sequence of str
        Factors whose effects are wanted, so that another one is eliminated.

    Returns
    -------
    MixedFit

    Raises
    ------
    ValueError
        No factor but those kept, a factor with fewer than two levels, a fixed design that is not of full rank,
        or a fit that does not converge.

    References
    ----------
    Bates, Maechler, Bolker & Walker (2015), J. Stat. Softw. 67:1; Henderson (1975), Biometrics
    31:423.

    Notes
    -----
    Notebook: 04_where_it_sits
    """
    _refuse_unfit(fixed, factors, kept)
    others = [name for name in factors if name not in kept]
    ordered = [*kept, *sorted(others, key=lambda name: factors[name].nunique())]
    designs = {name: _indicators(factors[name]) for name in ordered}
    labels = [(name, level) for name in ordered[:-1] for level in designs[name][1]]
    labels += [(FIXED, name) for name in fixed]
    # Several threads add in another order, and the search then ends elsewhere in the last digits.
    with threadpool_limits(1):
        equations = _equations(np.asarray(values, float), fixed, [designs[n][0] for n in ordered])
        best = scipy.optimize.minimize(
            equations.deviance,
            np.full(len(ordered), START),
            # At zero the slope vanishes, so a method that follows it would stay there.
            method="COBYQA",
            options={"final_tr_radius": EXACT},
            bounds=[(0, WIDEST)] * len(ordered),
        )
        if not best.success:
            raise ValueError(
                f"the mixed model does not converge: {best.message}; leave a factor out"
            )
        return _fitted(equations, best.x, ordered, pd.MultiIndex.from_tuples(labels))


def _refuse_unfit(
    fixed: pd.DataFrame, factors: Mapping[str, pd.Series], kept: Sequence[str]
) -> None:
    few = [name for name, levels in factors.items() if levels.nunique() < 2]
    if few or len(factors) == len(kept):
        raise ValueError(f"factors {few or 'none'}: each needs two levels or more; leave it out")
    rank = np.linalg.matrix_rank(fixed.to_numpy(float))
    if rank < fixed.shape[1]:
        raise ValueError(
            f"the fixed effects {list(fixed)} have rank {rank}: leave out those that follow from "
            "others"
        )


def _indicators(levels: pd.Series) -> tuple[scipy.sparse.csr_array, pd.Index]:
    codes, names = pd.factorize(levels)
    known = np.flatnonzero(codes >= 0)
    cells = (np.ones(len(known)), (known, codes[known]))
    return scipy.sparse.csr_array(cells, shape=(len(codes), len(names))), names


def _equations(
    values: np.ndarray, fixed: pd.DataFrame, designs: Sequence[scipy.sparse.csr_array]
) -> _Equations:
    *dense, eliminated = designs
    observed = [
        scipy.sparse.csr_array(fixed.to_numpy(float)),
        scipy.sparse.csr_array(values[:, None]),
    ]
    columns = scipy.sparse.hstack([*dense, *observed], format="csr")
    of_factors = [np.full(design.shape[1], place) for place, design in enumerate(dense)]
    n_fixed = fixed.shape[1]
    return _Equations(
        products=(columns.T @ columns).toarray(),
        by_eliminated=scipy.sparse.csr_array(eliminated.T @ columns),
        rows_of_eliminated=np.asarray(eliminated.sum(axis=0)),
        factor_of_column=np.concatenate([*of_factors, np.full(n_fixed + 1, len(dense))]),
        n_fixed=n_fixed,
        n=len(values),
    )


def _fitted(
    equations: _Equations, theta: np.ndarray, names: Sequence[str], labels: pd.MultiIndex
) -> MixedFit:
    factor, _ = equations.remaining(theta)
    residual = factor[-1, -1] ** 2 / (equations.n - equations.n_fixed)
    scale = equations.scale(theta)[:-1]
    triangle = factor[:-1, :-1]
    solved = scipy.linalg.solve_triangular(triangle, factor[-1, :-1], lower=True, trans="T")
    inverse = scipy.linalg.cho_solve((triangle, True), np.diag(scale))
    variances = dict(zip(names, theta**2 * residual, strict=True))
    return MixedFit(
        estimates=pd.Series(scale * solved, labels),
        covariance=residual * scale[:, None] * inverse,
        variances=pd.Series({**variances, RESIDUAL: residual}),
        log_likelihood=-equations.deviance(theta) / 2,
        n=equations.n,
    )


def corpus_rows(
    rows: pd.DataFrame, pair: tuple[str, str], features: Sequence[str], block: int
) -> pd.DataFrame:
    """The listings of two corpora that a model takes, with the levels of its factors.

    Parameters
    ----------
    rows : DataFrame
        Listings as `units.units` takes them, with genre and one column per feature.
    pair : (str, str)
        Target and reference.
    features : sequence of str
        Rows that lack one are left out.
    block : int
        Listings of a block, where participants are not known.

    Returns
    -------
    DataFrame
        Those of a genre that both corpora have, and the columns list (the participant or the block
        of a listing; missing where its unit is another), artist (the track where unknown) and cell
        (corpus and genre).

    Notes
    -----
    Notebook: 04_where_it_sits
    """
    compared = rows[rows["corpus"].isin(pair)].dropna(subset=["genre", *features])
    corpora_of_genre = compared.groupby("genre")["corpus"].transform("nunique")
    kept = compared[corpora_of_genre == len(pair)]
    unit = units.units(kept, block)
    return kept.assign(
        list=unit["unit"].where(unit["kind"].isin(["participant", "block"])),
        artist=units.artists(kept),
        cell=_cells(kept["corpus"], kept["genre"]),
    )


def can_be_fitted(rows: pd.DataFrame, pair: tuple[str, str]) -> bool:
    """Whether listings are enough for a model: repeats of a list or artist, two units a corpus.

    Parameters
    ----------
    rows : DataFrame
        Of `corpus_rows`.
    pair : (str, str)

    Returns
    -------
    bool

    Notes
    -----
    Notebook: 04_where_it_sits
    """
    if set(rows["corpus"]) != set(pair) or _degrees_of_freedom(rows) < 1:
        return False
    return _has_repeats(rows[LIST]) or _has_repeats(rows[ARTIST])


def fit_feature(
    rows: pd.DataFrame, feature: str, target: str, factors: Sequence[str] = (LIST, ARTIST)
) -> MixedFit:
    """Fit the normal scores of a feature on corpus and genre, with crossed random intercepts.

    Parameters
    ----------
    rows : DataFrame
        Of `corpus_rows`, with a column of the feature; rows without it are left out.
    feature, target : str
    factors : sequence of str
        Of list, artist and cell; one without a level of two rows is left out, since it cannot be
        told from the residual, and so is one with a single level.

    Returns
    -------
    MixedFit
        Fixed effects: intercept, corpus (target minus reference, in standard deviations of the
        feature's normal scores) and each genre but the first.

    Raises
    ------
    ValueError
        As in `fit`.

    Notes
    -----
    Notebook: 04_where_it_sits
    """
    known = rows.dropna(subset=feature)
    is_target = (known["corpus"] == target).astype(float)
    genres = pd.get_dummies(known["genre"], drop_first=True, dtype=float)
    fixed = pd.concat([is_target.rename("corpus"), genres], axis=1)
    fixed.insert(0, "intercept", 1.0)
    chosen = {name: known[name] for name in factors if _has_repeats(known[name])}
    return fit(
        normal_scores(known[feature]), fixed, chosen, [name for name in chosen if name == CELL]
    )


def corpus_effects(
    rows: pd.DataFrame, pair: tuple[str, str], features: Sequence[str], level: float = 0.95
) -> pd.DataFrame:
    """The difference of two corpora within genres, of each feature, by a mixed model.

    Parameters
    ----------
    rows : DataFrame
        Of `corpus_rows`, with one column per feature.
    pair : (str, str)
        Target and reference.
    features : sequence of str
    level : float

    Returns
    -------
    DataFrame
        Indexed by feature: difference and se (standard deviations of normal scores), p (two-sided,
        Student's t, one degree of freedom less than the corpus with fewer lists or artists has
        of them), holm (p corrected within these tests), delta, ci_low, ci_high (Cliff's delta of
        two listings of one genre that the model implies, see `implied_delta`), and the share of
        the variance within a genre that is of each factor (list, artist).

    Notes
    -----
    Notebook: 04_where_it_sits
    """
    freedom = _degrees_of_freedom(rows)
    score = scipy.stats.t.isf((1 - level) / 2, freedom)
    found = {}
    for feature in features:
        model = fit_feature(rows, feature, pair[0])
        difference, se = model.combination({(FIXED, "corpus"): 1.0})
        ends = np.array([difference, difference - score * se, difference + score * se])
        delta, low, high = implied_delta(ends, model.variances)
        found[feature] = {
            "difference": difference,
            "se": se,
            "p": 2 * scipy.stats.t.sf(abs(difference) / se, freedom),
            "delta": delta,
            "ci_low": low,
            "ci_high": high,
            **_shares(model.variances),
        }
    table = pd.DataFrame.from_dict(found, orient="index")
    return table.assign(holm=multiplicity.holm(table["p"]))


def shrunken_cells(
    rows: pd.DataFrame, pair: tuple[str, str], features: Sequence[str], level: float = 0.95
) -> pd.DataFrame:
    """The difference of two corpora in each genre, shrunk toward that of all genres.

    A third random factor, corpus by genre, lets each genre differ. A genre of few rows, or of few
    people and artists, is drawn to the common difference, one of many stays where it is.

    Parameters
    ----------
    rows, pair, features, level
        As in `corpus_effects`.

    Returns
    -------
    DataFrame
        One row a feature and genre: feature, genre, delta, ci_low, ci_high (as in
        `corpus_effects`; the interval holds the true difference with the chance of its level, the
        cell's being drawn from the same distribution as all others).

    References
    ----------
    Gelman, Hill & Yajima (2012), J. Res. Educ. Eff. 5:189 (shrinkage in place of a correction for
    many tests).

    Notes
    -----
    Notebook: 04_where_it_sits
    """
    score = scipy.stats.t.isf((1 - level) / 2, _degrees_of_freedom(rows))
    found = []
    for feature in features:
        model = fit_feature(rows, feature, pair[0], (LIST, ARTIST, CELL))
        for genre in rows["genre"].unique():
            of_target, of_reference = ((CELL, f"{corpus}: {genre}") for corpus in pair)
            weights = {(FIXED, "corpus"): 1.0, of_target: 1.0, of_reference: -1.0}
            difference, se = model.combination(weights)
            ends = np.array([difference, difference - score * se, difference + score * se])
            deltas = implied_delta(ends, model.variances.drop(CELL))
            found.append((feature, genre, *deltas))
    return pd.DataFrame(found, columns=["feature", "genre", "delta", "ci_low", "ci_high"])


def compare_cells(tests: pd.DataFrame, cells: pd.DataFrame, alpha: float = 0.05) -> pd.DataFrame:
    """The cells of the heat map before and after they are shrunk.

    Parameters
    ----------
    tests : DataFrame
        Of `multiplicity.correct_families`, within genres only, of one contrast.
    cells : DataFrame
        Of `shrunken_cells`.
    alpha : float

    Returns
    -------
    DataFrame
        One row a cell, the largest move first: feature, genre, n_target, n_reference, before and
        after (Cliff's delta), starred (its corrected p is below alpha), clear (its interval does
        not hold 0), turned (its sign changed).

    Notes
    -----
    Notebook: 04_where_it_sits
    """
    columns = ["feature", "genre", "n_target", "n_reference", "cliffs_delta", "holm_genres"]
    before = tests[columns].astype({"feature": str})
    both = before.merge(cells, on=["feature", "genre"], validate="one_to_one")
    found = both.rename(columns={"cliffs_delta": "before", "delta": "after"}).assign(
        starred=both["holm_genres"] < alpha,
        clear=leaves_out_zero(both["ci_low"], both["ci_high"]),
        turned=np.sign(both["cliffs_delta"]) != np.sign(both["delta"]),
    )
    moves = (found["after"] - found["before"]).abs()
    found = found.loc[moves.sort_values(ascending=False).index]
    kept = ["before", "after", "starred", "clear", "turned"]
    return found[[*columns[:4], *kept]].reset_index(drop=True)


def implied_delta(difference: ArrayLike, variances: pd.Series) -> np.ndarray:
    """Cliff's delta of two listings of one genre, by the normal distributions of a model.

    Parameters
    ----------
    difference : float or array
        Target minus reference.
    variances : Series
        Of `MixedFit`. A list's counts once, since only the target's listings are of lists; that of
        artists and of the residual twice.

    Returns
    -------
    float or array
        2 Phi(difference / sqrt(variance of the difference of two listings)) - 1.

    References
    ----------
    McGraw & Wong (1992), Psychol. Bull. 111:361.

    Notes
    -----
    Notebook: 04_where_it_sits
    """
    variance = 2 * variances.sum() - variances.get(LIST, 0.0)
    return 2 * scipy.stats.norm.cdf(np.asarray(difference) / np.sqrt(variance)) - 1


def _cells(corpora: pd.Series, genres: pd.Series) -> pd.Series:
    return corpora + ": " + genres


def _has_repeats(levels: pd.Series) -> bool:
    sizes = levels.value_counts()
    return len(sizes) > 1 and sizes.max() > 1


def _degrees_of_freedom(rows: pd.DataFrame) -> int:
    units_of_rows = rows["list"].fillna(rows["artist"])
    return int(units_of_rows.groupby(rows["corpus"]).nunique().min()) - 1


def _shares(variances: pd.Series) -> dict[str, float]:
    shares = variances / variances.sum()
    return {name: shares.get(name, 0.0) for name in (LIST, ARTIST)}
