"""Simulated audio features: fitted marginals, a Gaussian copula, strata dealt to tracks."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd

from helpers.project import FEATURES
from helpers.simulation.listings import SOURCE

# Features that Spotify gives with three decimals; the others have three significant digits.
IN_UNITS = ("loudness", "tempo")
# Rows a feature from which chance correlations of a draw are taken out.
ENOUGH_ROWS = 10
# Share of the spread of the larger cell within which a slot counts as near to one of its.
NEAR = 0.1
Cell = tuple[str, str]


def quantiles(curve: pd.Series, u: np.ndarray) -> np.ndarray:
    """Values of one feature in one genre of one corpus at given probabilities.

    A monotone curve (PCHIP) runs through the fitted quantiles, on the logit scale of the feature's
    range against the normal score: log-like near the lower end, so a straight one is logit-normal.

    Parameters
    ----------
    curve : Series
        One row of the parameters: `low` and `high` (the range), `zero_below` (smaller values are
        given as 0, as Spotify does) and the quantiles, named `q` and their probability.
    u : ndarray
        Probabilities in [0, 1].

    Returns
    -------
    ndarray
        Shaped like `u`, in the feature's unit (0..1, dB or BPM).

    References
    ----------
    Fritsch & Carlson (1980), Monotone piecewise cubic interpolation.
    """
    from scipy.interpolate import PchipInterpolator
    from scipy.special import expit, logit, ndtri

    knots = curve.filter(regex="^q").astype(float)
    levels = knots.index.str[1:].astype(float)
    low, span = curve["low"], curve["high"] - curve["low"]
    line = PchipInterpolator(ndtri(levels), logit((knots.to_numpy() - low) / span))
    scores = ndtri(np.clip(u, levels[0], levels[-1]))
    values = low + span * expit(line(scores))
    return np.where(values < curve["zero_below"], 0.0, values)


def _correlation_matrix(pairs: pd.DataFrame) -> np.ndarray:
    """The matrix of latent correlations of a corpus."""
    matrix = np.eye(len(FEATURES))
    first = pairs["feature_a"].map(FEATURES.index)
    second = pairs["feature_b"].map(FEATURES.index)
    matrix[first, second] = matrix[second, first] = pairs["latent"]
    return matrix


def _scores(
    first: pd.DataFrame, correlations: pd.DataFrame, rho: float, rng: np.random.Generator
) -> np.ndarray:
    """Correlated normal scores of the tracks; those of one participant share a part of theirs."""
    scores = np.full((len(first), len(FEATURES)), np.nan)
    people = first.get("participant", first["track_id"]).fillna(first["track_id"])
    for corpus, rows in first.groupby("corpus").indices.items():
        matrix = _correlation_matrix(correlations.set_index("corpus").loc[[corpus]])
        group = pd.factorize(people.iloc[rows])[0]
        shared, own = rng.standard_normal((2, len(rows), len(FEATURES)))
        draw = np.sqrt(rho) * shared[group] + np.sqrt(1 - rho) * own
        if len(rows) > ENOUGH_ROWS * len(FEATURES):
            # Chance correlations are taken out, so that a draw differs less from the fit.
            centred = draw - draw.mean(0)
            draw = np.linalg.solve(np.linalg.cholesky(np.cov(draw.T)), centred.T).T
        scores[rows] = draw @ np.linalg.cholesky(matrix).T
    return scores


def _nearest(slots: np.ndarray, values: np.ndarray) -> np.ndarray:
    """Positions of the nearest of the sorted slots."""
    return np.searchsorted((slots[1:] + slots[:-1]) / 2, values)


def _deal(slots: np.ndarray, weight: np.ndarray, scores: np.ndarray) -> np.ndarray:
    """Deal slots in the order of the scores: a track takes the middle of its `weight` slots.

    Repeated tracks keep out of the last few slots, where their middle would lose spread.
    """
    tail = min(0.25, 3 / len(scores))
    inner = np.clip(scores, *np.quantile(scores, [tail, 1 - tail]))
    order = np.argsort(np.where(weight > 1, inner, scores), kind="stable")
    middle = np.cumsum(weight[order]) - weight[order] / 2 - 0.5
    dealt = np.empty(len(order))
    dealt[order] = np.interp(middle, np.arange(len(slots)), slots)
    return dealt


def _without_taken(slots: np.ndarray, taken: np.ndarray) -> np.ndarray:
    """Slots that are left when each of some values, in order, has taken the nearest one.

    Where several values want one slot they move up; those past the end move back.
    """
    step = np.arange(len(taken))
    nearest = np.maximum.accumulate(_nearest(slots, taken) - step) + step
    return np.delete(slots, np.minimum(nearest, len(slots) - len(taken) + step))


def _near_slots(slots: np.ndarray, other: np.ndarray, size: int) -> np.ndarray:
    """Positions of as many slots as asked for, spread evenly over those near to another cell's."""
    gap = np.abs(other[_nearest(other, slots)] - slots)
    enough = max(size, (gap <= NEAR * other.std()).sum())
    near = np.sort(np.argsort(gap, kind="stable")[:enough])
    return near[((np.arange(size) + 0.5) * len(near) / size).astype(int)]


def _fill_cell(
    values: np.ndarray,
    scores: np.ndarray,
    weight: np.ndarray,
    slots: np.ndarray,
    shared: np.ndarray,
    other: np.ndarray,
) -> np.ndarray:
    """Values of one feature for the tracks of one cell, a stratum (slot) a listing.

    Tracks that a smaller cell has filled take the slots nearest to their values. Tracks `shared`
    with a larger cell are dealt slots near to slots of that cell (`other`), the rest what is left.
    """
    free = np.isnan(values)
    filled = values.copy()
    slots = _without_taken(slots, np.sort(np.repeat(values[~free], weight[~free])))
    both = free & shared
    if both.any():
        chosen = _near_slots(slots, other, weight[both].sum())
        filled[both] = _deal(slots[chosen], weight[both], scores[both])
        slots = np.delete(slots, chosen)
    rest = free & ~shared
    if rest.any():
        filled[rest] = _deal(slots, weight[rest], scores[rest])
    return filled


def _without_lost(
    listed: pd.DataFrame, missing: pd.Series, rng: np.random.Generator
) -> pd.DataFrame:
    """Listings without those of as many tracks, a corpus and genre, as have no features."""
    alone = listed.drop_duplicates("track_id", keep=False).sample(frac=1, random_state=rng)
    quota = missing.groupby(["corpus", "genre"]).first()
    quota = quota.reindex(pd.MultiIndex.from_frame(alone[["corpus", "genre"]]))
    place = alone.groupby(["corpus", "genre"]).cumcount()
    lost = alone["track_id"][place < quota.to_numpy()]
    return listed[~listed["track_id"].isin(lost)]


@dataclass
class _Turn:
    """One corpus and genre when its turn to be filled has come.

    Attributes
    ----------
    at : ndarray of int
        Places of its tracks among all tracks.
    weight : ndarray of int
        Listings of each.
    shared : ndarray of bool
        Whether the larger cell has the track too.
    slots, other : list of ndarray
        By feature, the strata of this cell and of the larger one.
    """

    at: np.ndarray
    weight: np.ndarray
    shared: np.ndarray
    slots: list[np.ndarray]
    other: list[np.ndarray]


def _turns(listed: pd.DataFrame, ids: pd.Index, curves: pd.DataFrame) -> list[_Turn]:
    """All cells from the smallest to the largest, each with the later one that it agrees with."""
    cells = sorted(listed.groupby(["corpus", "genre"]), key=lambda item: len(item[1]))
    slots = {}
    for cell, rows in cells:
        strata = (np.arange(len(rows)) + 0.5) / len(rows)
        slots[cell] = [quantiles(curves.loc[(*cell, name)], strata) for name in FEATURES]
    turns = []
    for place, (cell, rows) in enumerate(cells):
        count = rows["track_id"].value_counts(sort=False)
        # The largest of the later cells of this genre, if any, is the one to agree with.
        larger, theirs = cell, rows[:0]
        for later, its_rows in cells[place + 1 :]:
            if later[1] == cell[1]:
                larger, theirs = later, its_rows
        shared = count.index.isin(theirs["track_id"])
        at = ids.get_indexer(count.index)
        turns.append(_Turn(at, count.to_numpy(), shared, slots[cell], slots[larger]))
    return turns


def features(
    tracks: pd.DataFrame,
    parameters: pd.DataFrame,
    correlations: pd.DataFrame,
    seed: int | Sequence[int],
    rho: float = 0.1,
) -> pd.DataFrame:
    """Simulate the audio features of the tracks of any corpora that the parameters describe.

    Marginals are quantile-stratified over the listings of each corpus and genre, so means, SDs and
    medians of the listings come out as fitted; a Gaussian copula gives the correlations. A track
    of two corpora or genres has one row: the smaller cell sets its values, near to strata of the
    larger one, which gives up the nearest. Where most of a small cell is shared although the
    corpora differ much, both cannot be met: `report` shows it.

    Parameters
    ----------
    tracks : DataFrame
        Listings or unique tracks: track_id, corpus, genre and, if known, participant (nullable).
        Rows without id or genre get no features; nor do as many tracks as `parameters` says.
    parameters : DataFrame
        One row per corpus, genre and feature, as `helpers.simulation.fit` writes it.
    correlations : DataFrame
        Latent correlations by corpus: corpus, feature_a, feature_b, latent.
    seed : int or sequence of int
    rho : float
        Intraclass correlation of the latent scores within a participant, assumed, not published.

    Returns
    -------
    DataFrame
        One row per track_id: the nine features (0..1, dB, BPM; rounded as Spotify does) and source.

    Raises
    ------
    ValueError
        If a genre of a corpus has no parameters.

    References
    ----------
    Nelsen (2006), An Introduction to Copulas.
    """
    rng = np.random.default_rng(seed)
    curves = parameters.set_index(["corpus", "genre", "feature"]).sort_index()
    listed = tracks.dropna(subset=["track_id", "genre"])
    _check_parameters(listed, curves)
    listed = _without_lost(listed, curves["missing"], rng)
    first = listed.drop_duplicates("track_id").reset_index(drop=True)
    scores = _scores(first, correlations, rho, rng)
    values = np.full(scores.shape, np.nan)
    for turn in _turns(listed, pd.Index(first["track_id"]), curves):
        for k in range(len(FEATURES)):
            values[turn.at, k] = _fill_cell(
                values[turn.at, k],
                scores[turn.at, k],
                turn.weight,
                turn.slots[k],
                turn.shared,
                turn.other[k],
            )
    table = _rounded(pd.DataFrame(values, columns=FEATURES))
    return table.assign(source=SOURCE).set_axis(first["track_id"]).reset_index()


def _check_parameters(listed: pd.DataFrame, curves: pd.DataFrame) -> None:
    """Refuse listings of a corpus and genre that were not fitted."""
    cells = pd.MultiIndex.from_frame(listed[["corpus", "genre"]])
    for corpus, genre in cells.difference(curves.index.droplevel("feature")):
        raise ValueError(
            f"No twin parameters for genre {genre!r} of corpus {corpus!r}. "
            "Correct the genre, or fit it: python -m helpers.simulation.fit"
        )


def _rounded(table: pd.DataFrame) -> pd.DataFrame:
    """Features with the digits that Spotify gives."""
    table = table.round(dict.fromkeys(IN_UNITS, 3))
    for name in FEATURES:
        if name not in IN_UNITS:
            table[name] = table[name].map("{:.3g}".format).astype(float)
    return table


def mssd(
    parameters: pd.DataFrame, correlations: pd.DataFrame, n: int = 10_000, seed: int = 0
) -> pd.DataFrame:
    """Simulate the third corpus, MSSD: `n` tracks of no known genre, from its published moments.

    Parameters
    ----------
    parameters, correlations : DataFrame
        As for `features`; MSSD has rows of genre "all". Its correlations are assumed.
    n, seed : int

    Returns
    -------
    DataFrame
        As of `features`, `n` rows.
    """
    ids = [f"simulatedMSSD{number:09d}" for number in range(n)]
    tracks = pd.DataFrame({"track_id": ids, "corpus": "MSSD", "genre": "all"})
    return features(tracks, parameters, correlations, [seed, 3])
