"""Persons, not corpora: how far the lists of single people go the way of their corpus.

Pure functions on tables and arrays. Differences are target minus reference throughout.
"""

from collections.abc import Sequence

import numpy as np
import pandas as pd
import scipy

from helpers.stats.ranks import placements

# Of fewer people no share is given: one more or less would move it by a tenth.
FEWEST_PEOPLE = 10


def person_deltas(
    target: pd.DataFrame, reference: pd.DataFrame, features: Sequence[str]
) -> pd.DataFrame:
    """Cliff's delta of each person's list against the whole reference.

    The delta of the corpora is the mean of these, weighted by the listings of each person.

    Parameters
    ----------
    target : DataFrame
        Listings with participant and one column per feature; rows without participant are left
        out.
    reference : DataFrame
    features : sequence of str

    Returns
    -------
    DataFrame
        One row a feature and person, persons in the order of their names: feature, participant,
        listings (that have the feature), delta.

    References
    ----------
    Cliff (1993), Psychol. Bull. 114:494; Hedeker & Gibbons (2006), Longitudinal Data Analysis,
    chapter 1, on persons and averages.

    Notes
    -----
    Notebook: 04_where_it_sits
    """
    tables = []
    for feature in features:
        known = target.dropna(subset=["participant", feature])
        placed = placements(known[feature], reference[feature].dropna())
        by_person = pd.Series(placed, known.index).groupby(known["participant"])
        table = by_person.agg(listings="size", delta="mean").reset_index()
        tables.append(table.assign(feature=feature))
    found = pd.concat(tables, ignore_index=True)
    return found[["feature", "participant", "listings", "delta"]]


def summary(persons: pd.DataFrame, level: float = 0.95) -> pd.DataFrame:
    """How persons' deltas spread about that of their corpus, and how many share its sign.

    Parameters
    ----------
    persons : DataFrame
        Of `person_deltas`.
    level : float
        Of the interval of the share.

    Returns
    -------
    DataFrame
        Indexed by feature: people, corpus (delta of all their listings), equal (mean over people,
        each counting alike), equal_low, equal_high (Student's t), sd (of people's deltas), same
        (people whose delta has the sign of the corpus's), share, share_low, share_high (Wilson).

    References
    ----------
    Wilson (1927), J. Am. Stat. Assoc. 22:209.

    Notes
    -----
    Notebook: 04_where_it_sits
    """
    from statsmodels.stats.proportion import proportion_confint

    found = {}
    for feature, rows in persons.groupby("feature", sort=False):
        delta, people = rows["delta"], len(rows)
        corpus = np.average(delta, weights=rows["listings"])
        same = int((np.sign(delta) == np.sign(corpus)).sum())
        half = (
            scipy.stats.t.isf((1 - level) / 2, people - 1) * delta.sem() if people > 1 else np.nan
        )
        low, high = proportion_confint(same, people, 1 - level, "wilson")
        found[feature] = {
            "people": people,
            "corpus": corpus,
            "equal": delta.mean(),
            "equal_low": delta.mean() - half,
            "equal_high": delta.mean() + half,
            "sd": delta.std(),
            "same": same,
            "share": same / people,
            "share_low": low,
            "share_high": high,
        }
    return pd.DataFrame.from_dict(found, orient="index")


def chance_shares(
    target: pd.DataFrame,
    reference: pd.DataFrame,
    features: Sequence[str],
    n_shuffles: int = 100,
    seed: int = 0,
) -> pd.DataFrame:
    """What persons' deltas would look like if each list were a random draw from the corpus.

    Listings are dealt to the lists anew, whose lengths stay. What is then left of the spread is
    the shortness of lists, not a difference between people.

    Parameters
    ----------
    target, reference, features
        As in `person_deltas`.
    n_shuffles : int
    seed : int

    Returns
    -------
    DataFrame
        Indexed by feature, means over shuffles: sd, share (of lists with the corpus's sign).

    References
    ----------
    Good (2005), Permutation, Parametric and Bootstrap Tests of Hypotheses.

    Notes
    -----
    Notebook: 04_where_it_sits
    """
    rng = np.random.default_rng(seed)
    found = {}
    for feature in features:
        known = target.dropna(subset=["participant", feature])
        placed = placements(known[feature], reference[feature].dropna())
        people, _ = pd.factorize(known["participant"])
        sizes = np.bincount(people)
        dealt = [np.bincount(people, rng.permutation(placed)) / sizes for _ in range(n_shuffles)]
        deltas = np.array(dealt)
        same = np.sign(deltas) == np.sign(placed.mean())
        found[feature] = {"sd": deltas.std(axis=1, ddof=1).mean(), "share": same.mean()}
    return pd.DataFrame.from_dict(found, orient="index")
