"""What another analyst could have done: other rows, other weights, every combination of choices.

Pure functions on tables and arrays. Differences are target minus reference throughout.
"""

from collections.abc import Callable, Collection, Mapping, Sequence
from itertools import product

import numpy as np
import pandas as pd

from helpers.stats import decomposition, diversity, ranks

# A step takes rows away; None is a choice that only the estimator reads.
Step = Callable[[pd.DataFrame], pd.DataFrame] | None
Factors = Mapping[str, Mapping[str, Step]]

# What a build can do about a rival explanation: hold it constant; show how much it may matter,
# without removing it; nothing.
ANSWERS = ADJUSTED, IN_PART, SILENT = "adjusted", "seen in part", "not addressable"
# Rival explanations of a difference between corpora: what a build needs to address each, how well
# it then can, and what is left without.
RIVALS = (
    ("genre mix", "shared-genres", ADJUSTED, SILENT),
    ("release year, mastering era", "features years", ADJUSTED, SILENT),
    ("popularity", "", SILENT, SILENT),
    ("chart against catalogue", "contrasts", IN_PART, SILENT),
    ("country and language", "", SILENT, SILENT),
    ("shared tracks", "features", ADJUSTED, SILENT),
    ("a song under other ids", "features artists", IN_PART, SILENT),
    ("most-named artists", "features artists", ADJUSTED, SILENT),
    ("tracks without a genre", "", SILENT, SILENT),
    ("participant mix", "lists", ADJUSTED, SILENT),
    ("which study", "features studies", ADJUSTED, SILENT),
)


def coverage_weights(rows: pd.DataFrame, covered: pd.Series) -> np.ndarray:
    """Weights that give the covered listings of each corpus the genre mix of all its listings.

    Parameters
    ----------
    rows : DataFrame
        Listings: corpus, genre, track_id.
    covered : Series
        Track ids whose features are known.

    Returns
    -------
    array, shape (n,)
        1 / share of the row's corpus and genre that is covered; 0 for a row that is not covered,
        and for one without a genre, unless its corpus has no genre at all: then it is one group.

    References
    ----------
    Horvitz & Thompson (1952), J. Am. Stat. Assoc. 47:663.

    Notes
    -----
    Notebook: 04_where_it_sits
    """
    found = rows["track_id"].isin(covered)
    share = found.groupby([rows["corpus"], rows["genre"].fillna("")]).transform("mean")
    has_no_genres = rows.groupby("corpus")["genre"].transform("count") == 0
    counts = found & (rows["genre"].notna() | has_no_genres)
    return (1 / share.where(counts)).fillna(0).to_numpy()


def tracks_of_both(rows: pd.DataFrame, pair: tuple[str, str]) -> set[str]:
    """Ids of the tracks that both corpora list.

    Parameters
    ----------
    rows : DataFrame
        Listings: corpus, track_id.
    pair : (str, str)

    Returns
    -------
    set of str

    Notes
    -----
    Notebook: 04_where_it_sits
    """
    target, reference = (set(rows.loc[rows["corpus"] == c, "track_id"]) for c in pair)
    return target & reference


def most_named_artists(rows: pd.DataFrame, number: int = 10) -> set[str]:
    """The artists with the most listings in any corpus.

    Parameters
    ----------
    rows : DataFrame
        Listings: corpus, artist.
    number : int
        Artists a corpus.

    Returns
    -------
    set of str

    Notes
    -----
    Notebook: 04_where_it_sits
    """
    named = rows.groupby("corpus")["artist"].value_counts()
    return set(named.groupby(level=0).head(number).index.get_level_values("artist"))


def is_comparable(rows: pd.DataFrame, pair: tuple[str, str], features: Sequence[str]) -> bool:
    """Whether both corpora have a row with all of some features.

    Parameters
    ----------
    rows : DataFrame
        Listings: corpus, and one column per feature.
    pair : (str, str)
    features : sequence of str

    Returns
    -------
    bool

    Notes
    -----
    Notebook: 04_where_it_sits
    """
    return set(pair) <= set(rows.dropna(subset=list(features))["corpus"])


def deltas_between(
    rows: pd.DataFrame,
    pair: tuple[str, str],
    features: Sequence[str],
    weights: np.ndarray | None = None,
) -> pd.Series:
    """Cliff's delta of each feature between two corpora of one table.

    Parameters
    ----------
    rows : DataFrame
        Listings: corpus, and one column per feature.
    pair : (str, str)
        Target and reference.
    features : sequence of str
    weights : array, shape (n,), optional
        One a row.

    Returns
    -------
    Series
        By feature; missing where a corpus has no row with all features.

    Notes
    -----
    Notebook: 04_where_it_sits
    """
    if not is_comparable(rows, pair, features):
        return pd.Series(np.nan, list(features))
    if weights is None:
        weights = np.ones(len(rows))
    of_target, of_reference = ((rows["corpus"] == corpus).to_numpy() for corpus in pair)
    return ranks.weighted_deltas(
        rows[of_target], rows[of_reference], features, weights[of_target], weights[of_reference]
    )


def equal_weights(rows: pd.DataFrame) -> np.ndarray:
    """Weights that let each participant of a corpus count alike, however long the list.

    Parameters
    ----------
    rows : DataFrame
        Listings: corpus, participant; a listing without participant counts as one alone.

    Returns
    -------
    array, shape (n,)
        1 / listings of the row's participant.

    References
    ----------
    Williamson, Datta & Satten (2003), Biometrics 59:36 (the weight of a cluster may tell of it).

    Notes
    -----
    Notebook: 04_where_it_sits
    """
    sizes = rows.groupby(["corpus", "participant"])["corpus"].transform("size")
    return (1 / sizes.fillna(1)).to_numpy(float)


def deltas_within(
    rows: pd.DataFrame, strata: pd.Series, pair: tuple[str, str], features: Sequence[str]
) -> pd.Series:
    """Cliff's delta of each feature within strata, averaged over the reference's mix of them.

    Parameters
    ----------
    rows : DataFrame
        Listings: corpus, and one column per feature.
    strata : Series
        Stratum of each row, such as the half-decade of release.
    pair : (str, str)
        Target and reference.
    features : sequence of str

    Returns
    -------
    Series
        By feature; missing where no stratum has rows of both corpora.

    Notes
    -----
    Notebook: 04_where_it_sits
    """
    deltas, counts = {}, {}
    for stratum, members in rows.groupby(strata):
        if is_comparable(members, pair, features):
            deltas[stratum] = deltas_between(members, pair, features)
            counts[stratum] = (members["corpus"] == pair[1]).sum()
    if not deltas:
        return pd.Series(np.nan, list(features))
    by_stratum, mix = pd.DataFrame(deltas).T, pd.Series(counts)
    averages = {f: decomposition.standardised_delta(by_stratum[f], mix)[0] for f in features}
    return pd.Series(averages)


def adjusted_versions(
    rows: pd.DataFrame, pair: tuple[str, str], features: Sequence[str], covered: pd.Series
) -> dict[str, pd.Series]:
    """Cliff's deltas with one rival explanation at a time held constant, as far as rows allow.

    Parameters
    ----------
    rows : DataFrame
        Listings with features: corpus, track_id, artist, year, participant, genre, and one column
        per feature.
    pair : (str, str)
        Target and reference.
    features : sequence of str
    covered : Series
        Track ids whose features are known.

    Returns
    -------
    dict of str to Series
        Deltas by version and feature. A version is left out where no artist, no year, or no second
        participant is known; delta is missing where no rows are left.

    Notes
    -----
    Notebook: 04_where_it_sits
    """
    found = {}
    if rows["artist"].notna().any():
        others = rows[~rows["artist"].isin(most_named_artists(rows))]
        found["without ten most-named artists"] = deltas_between(others, pair, features)
    others = rows[~rows["track_id"].isin(tracks_of_both(rows, pair))]
    found["without shared tracks"] = deltas_between(others, pair, features)
    weights = coverage_weights(rows, covered)
    found["weighted by inverse coverage"] = deltas_between(rows, pair, features, weights)
    if rows["year"].notna().any():
        half_decades = rows["year"] // 5 * 5
        found["within half-decades"] = deltas_within(rows, half_decades, pair, features)
    if rows["participant"].nunique() > 1:
        alike = equal_weights(rows)
        found["each participant alike"] = deltas_between(rows, pair, features, alike)
    return found


def specification_curve(
    rows: pd.DataFrame,
    factors: Factors,
    estimator: Callable[[pd.DataFrame, dict[str, str]], dict[str, float]],
) -> pd.DataFrame:
    """Run an analysis under every combination of choices.

    Parameters
    ----------
    rows : DataFrame
    factors : mapping of str to mapping of str to (callable or None)
        For each choice its levels; a level is a step that takes the rows and returns some of them,
        or None where the estimator alone reads it.
    estimator : callable
        Of the rows that are left and the levels chosen; returns estimates by name.

    Returns
    -------
    DataFrame
        One row a combination, the first level of each choice first: a column per choice, then one
        per estimate.

    References
    ----------
    Simonsohn, Simmons & Nelson (2020), Nat. Hum. Behav. 4:1208.

    Notes
    -----
    Notebook: 04_where_it_sits
    """
    found = []
    for names in product(*factors.values()):
        levels = dict(zip(factors, names, strict=True))
        chosen = rows
        for factor, name in levels.items():
            step = factors[factor][name]
            if step is not None:
                chosen = step(chosen)
        found.append({**levels, **estimator(chosen, levels)})
    return pd.DataFrame(found)


def listing_choices(rows: pd.DataFrame, pair: tuple[str, str]) -> dict[str, dict[str, Step]]:
    """The defensible choices about the listings of two corpora.

    Parameters
    ----------
    rows : DataFrame
        Listings: corpus, study, track_id, artist, title, genre.
    pair : (str, str)
        Target and reference.

    Returns
    -------
    dict of str to dict of str to (callable or None)
        For `specification_curve`. The target's repeats; tracks of both corpora; the reference's
        repeats; the target's studies, where there are several; the weights, where both corpora
        have genres.

    Notes
    -----
    Notebook: 04_where_it_sits
    """
    target, reference = pair
    both = tracks_of_both(rows, pair)
    choices: dict[str, dict[str, Step]] = {
        "repeats": {
            "kept": None,
            "unique id": _without_repeats(target, ["track_id"]),
            "unique artist and title": _without_repeats(target, ["artist", "title"]),
        },
        "shared": {"kept": None, "dropped": lambda table: table[~table["track_id"].isin(both)]},
        "reference rows": {
            "as published": None,
            "unique": _without_repeats(reference, ["track_id"]),
        },
        "study": {"all": None},
        "weights": {"as listed": None},
    }
    studies = sorted(rows.loc[rows["corpus"] == target, "study"].dropna().unique())
    if len(studies) > 1:
        choices["study"].update({study: _only_study(target, study) for study in studies})
    if _have_genres(rows, pair):
        choices["weights"]["weighted"] = None
    return choices


def listing_estimates(
    pair: tuple[str, str], features: Collection[str]
) -> Callable[[pd.DataFrame, dict[str, str]], dict[str, float]]:
    """The estimates of `listing_choices`: the difference of genre entropies, and Cliff's deltas.

    Parameters
    ----------
    pair : (str, str)
        Target and reference.
    features : collection of str
        Those that the listings lack are left out.

    Returns
    -------
    callable
        For `specification_curve`. Where "weights" is "weighted", delta gives the target the genre
        mix of the reference and entropy takes the Miller-Madow correction.

    Notes
    -----
    Notebook: 04_where_it_sits
    """

    def estimate(rows: pd.DataFrame, levels: dict[str, str]) -> dict[str, float]:
        target, reference = (rows[rows["corpus"] == corpus] for corpus in pair)
        weighted = levels["weights"] == "weighted"
        found = {}
        if _have_genres(rows, pair):
            found["entropy"] = _entropy_difference(target, reference, miller_madow=weighted)
        measured = [feature for feature in features if feature in rows]
        if measured and is_comparable(rows, pair, measured):
            weights = _mix_weights(target, reference) if weighted else None
            found.update(ranks.weighted_deltas(target, reference, measured, weights))
        return found

    return estimate


def agreement(specifications: pd.DataFrame, outcome: str) -> dict[str, float]:
    """How far the estimates of one outcome agree over all specifications.

    Parameters
    ----------
    specifications : DataFrame
        Of `specification_curve`; the first row is the analysis as published.
    outcome : str

    Returns
    -------
    dict of str to float
        analyses (that have the outcome), smallest, largest, same_sign (as the first).

    Notes
    -----
    Notebook: 04_where_it_sits
    """
    values = specifications[outcome].astype(float)
    first = values.iloc[0]
    known = values.dropna()
    return {
        "analyses": len(known),
        "smallest": known.min(),
        "largest": known.max(),
        "same_sign": int((np.sign(known) == np.sign(first)).sum()),
    }


def same_magnitude(specifications: pd.DataFrame, outcome: str) -> int:
    """In how many specifications Cliff's delta has the word of the first.

    Parameters
    ----------
    specifications : DataFrame
        Of `specification_curve`.
    outcome : str
        A column of Cliff's deltas.

    Returns
    -------
    int

    Notes
    -----
    Notebook: 04_where_it_sits
    """
    words = ranks.magnitude(specifications[outcome].astype(float).dropna().to_numpy())
    return int((words == words[0]).sum())


def agreements(specifications: pd.DataFrame, features: Sequence[str]) -> pd.DataFrame:
    """How far Cliff's deltas agree over all specifications, one row a feature.

    Parameters
    ----------
    specifications : DataFrame
        Of `specification_curve`.
    features : sequence of str

    Returns
    -------
    DataFrame
        Indexed by feature: the columns of `agreement`, same_word (as the first), and negligible
        (analyses in which delta is).

    Notes
    -----
    Notebook: 04_where_it_sits
    """
    found = {}
    for feature in features:
        deltas = specifications[feature].astype(float)
        found[feature] = {
            **agreement(specifications, feature),
            "same_word": same_magnitude(specifications, feature),
            "negligible": int((deltas.abs() < ranks.NEGLIGIBLE).sum()),
        }
    return pd.DataFrame.from_dict(found, orient="index")


def _without_repeats(corpus: str, columns: list[str]) -> Step:
    """A step that keeps the first of a corpus's rows that agree in columns."""

    def keep_first(rows: pd.DataFrame) -> pd.DataFrame:
        known = rows[columns].notna().all(axis=1)
        repeated = rows.duplicated(["corpus", *columns]) & known & (rows["corpus"] == corpus)
        return rows[~repeated]

    return keep_first


def _only_study(target: str, study: str) -> Step:
    """A step that keeps of the target one study alone."""

    def keep_study(rows: pd.DataFrame) -> pd.DataFrame:
        return rows[(rows["study"] == study) | (rows["corpus"] != target)]

    return keep_study


def _have_genres(rows: pd.DataFrame, pair: tuple[str, str]) -> bool:
    return set(pair) <= set(rows.dropna(subset="genre")["corpus"])


def _entropy_difference(target: pd.DataFrame, reference: pd.DataFrame, miller_madow: bool) -> float:
    counts = [rows["genre"].value_counts() for rows in (target, reference)]
    entropies = [diversity.shannon_entropy(count, miller_madow) for count in counts]
    return entropies[0] - entropies[1]


def _mix_weights(target: pd.DataFrame, reference: pd.DataFrame) -> np.ndarray:
    """Weights that give the target the genre mix of the reference."""
    shares = [rows["genre"].value_counts() / len(rows) for rows in (target, reference)]
    ratio = shares[1] / shares[0]
    return target["genre"].map(ratio).fillna(0).to_numpy(float)
