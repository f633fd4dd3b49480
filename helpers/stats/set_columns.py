"""Columns of feature sets that a person can read: what they hold, and how two corpora differ in them.

Each set takes all listings that it knows. Rows are held by set and by corpus.
"""

from collections.abc import Mapping, Sequence

import pandas as pd

from helpers.stats import dependence, distributions, ranks

# Known values that a column must have in either corpus to be compared.
FEWEST = 3
# What a listing is beside its numbers.
OF_LISTING = ["corpus", "study", "participant", "track_id", "artist", "genre"]
# Stands before the name of a set's column, which may be called as a column of listings is.
NUMBER = "number "
Rows = Mapping[str, Mapping[str, pd.DataFrame]]
MEASURES = ["n_target", "n_reference", "cliffs_delta", "magnitude", "ks_d"]
CLUSTERED = ["ci_low", "ci_high", "p", "holm"]
STATISTICS = ["n", "mean", "SD", "least", "median", "largest"]


def _without_rows(levels: Sequence[str], columns: Sequence[str]) -> pd.DataFrame:
    """The table where there is no further set, as in the demo opened without the runner."""
    index = pd.MultiIndex.from_arrays([[] for _ in levels], names=levels)
    return pd.DataFrame(index=index, columns=list(columns), dtype=float)


def rows_by_corpus(
    listings: pd.DataFrame, table: pd.DataFrame, corpora: Sequence[str]
) -> dict[str, pd.DataFrame]:
    """The listings that a feature set knows, with their numbers, corpus by corpus.

    Parameters
    ----------
    listings : DataFrame
        As `OF_LISTING` and more.
    table : DataFrame
        Index track_id, columns of numbers.
    corpora : sequence of str
        In the order that is wanted.

    Returns
    -------
    dict of corpus to DataFrame
        Without corpora of which the set knows no listing.

    Notes
    -----
    Notebook: 02_audio_features
    """
    known = listings.loc[listings["track_id"].isin(table.index), OF_LISTING]
    numbers = table.loc[known["track_id"]].set_axis(known.index)
    joined = known.join(numbers.add_prefix(NUMBER))
    by_corpus = {corpus: joined[joined["corpus"] == corpus] for corpus in corpora}
    return {corpus: rows for corpus, rows in by_corpus.items() if len(rows)}


def columns_of(rows: pd.DataFrame) -> list[str]:
    """Names of a set's columns in what `rows_by_corpus` gives.

    Parameters
    ----------
    rows : DataFrame

    Returns
    -------
    list of str

    Notes
    -----
    Notebook: 02_audio_features
    """
    return [name.removeprefix(NUMBER) for name in rows if name.startswith(NUMBER)]


def describe(further: Rows) -> pd.DataFrame:
    """Number, mean, spread and range of each column in each corpus.

    Parameters
    ----------
    further : mapping of set to mapping of corpus to DataFrame
        As `rows_by_corpus` gives them.

    Returns
    -------
    DataFrame
        Index: set, column, corpus. Columns n (values that are there), mean, SD, least, median,
        largest.

    Notes
    -----
    Notebook: 02_audio_features
    """
    rows = {}
    for name, by_corpus in further.items():
        for column in columns_of(next(iter(by_corpus.values()))):
            for corpus, table in by_corpus.items():
                known = table[NUMBER + column].dropna()
                rows[name, column, corpus] = {
                    "n": len(known),
                    "mean": known.mean(),
                    "SD": known.std(),
                    "least": known.min(),
                    "median": known.median(),
                    "largest": known.max(),
                }
    levels = ["set", "column", "corpus"]
    if not rows:
        return _without_rows(levels, STATISTICS)
    return pd.DataFrame(list(rows.values()), pd.MultiIndex.from_tuples(rows, names=levels))


def curves(further: Rows, most: int) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Densities and moments of the first columns of each set, as figures draw them.

    Parameters
    ----------
    further : mapping of set to mapping of corpus to DataFrame
    most : int
        Columns of a set.

    Returns
    -------
    DataFrame
        As `distributions.densities`; feature is "set: column".
    DataFrame
        Columns feature, corpus, mean, sd, median.

    Notes
    -----
    Notebook: 02_audio_features
    """
    drawn, summed = [], []
    for name, by_corpus in further.items():
        for column in columns_of(next(iter(by_corpus.values())))[:most]:
            feature = f"{name}: {column}"
            known = {
                corpus: rows[[NUMBER + column]].dropna().set_axis([feature], axis=1)
                for corpus, rows in by_corpus.items()
            }
            known = {corpus: rows for corpus, rows in known.items() if len(rows)}
            together = pd.concat(known.values())[feature] if known else pd.Series(dtype=float)
            if together.nunique() < 2:
                continue
            ends = (float(together.min()), float(together.max()))
            drawn.append(distributions.densities(known, {feature: ends}))
            summed.append(distributions.moments(known, [feature]))
    if not drawn:
        return distributions.densities({}, {}), pd.DataFrame(columns=["feature", "corpus"])
    return pd.concat(drawn), pd.concat(summed).rename(columns={"group": "corpus"})


def compare(further: Rows, pair: tuple[str, str], block: int, level: float) -> pd.DataFrame:
    """Each column of each set compared between two corpora.

    Parameters
    ----------
    further : mapping of set to mapping of corpus to DataFrame
    pair : (str, str)
        Target and reference.
    block : int
        Listings of a unit where neither participants nor artists are known.
    level : float

    Returns
    -------
    DataFrame
        Index: set, column. Columns n_target, n_reference, cliffs_delta, ci_low and ci_high (clustered
        by unit and artist), magnitude, ks_d, p and holm (of the clustered test, corrected within
        the set). Without columns that either corpus knows of fewer than `FEWEST` listings.

    Notes
    -----
    Notebook: 03_feature_comparison
    """
    found = {}
    for name, by_corpus in further.items():
        if not set(pair) <= set(by_corpus):
            continue
        sides = [by_corpus[corpus] for corpus in pair]
        columns = [
            NUMBER + column
            for column in columns_of(sides[0])
            if min(rows[NUMBER + column].count() for rows in sides) >= FEWEST
        ]
        if columns:
            found[name] = _compared(sides, pair, columns, block, level)
    if not found:
        return _without_rows(["set", "column"], MEASURES + CLUSTERED)
    return pd.concat(found, names=["set", "column"])


def _compared(
    sides: Sequence[pd.DataFrame],
    pair: tuple[str, str],
    columns: Sequence[str],
    block: int,
    level: float,
) -> pd.DataFrame:
    tests = ranks.feature_tests(dict(zip(pair, sides, strict=True)), [pair], columns, level)
    tests = tests.set_index("feature")
    clustered = dependence.clustered_deltas(sides[0], sides[1], columns, block, level)
    table = tests[MEASURES].join(clustered[CLUSTERED])
    return table.rename(index=lambda column: column.removeprefix(NUMBER))


def firm(tests: pd.DataFrame) -> pd.DataFrame:
    """By set, how many columns differ, and the one that differs most.

    Parameters
    ----------
    tests : DataFrame
        As `compare` gives it.

    Returns
    -------
    DataFrame
        Index: set. Columns columns, differ (p below 0.05 after Holm's correction), largest (its
        name), delta, low, high, n_target and n_reference (of that column).

    Notes
    -----
    Notebook: 03_feature_comparison
    """
    rows = {}
    for name, table in tests.groupby(level="set", sort=False):
        column = table["cliffs_delta"].abs().idxmax()
        one = table.loc[column]
        rows[name] = {
            "columns": len(table),
            "differ": int((table["holm"] < 0.05).sum()),
            "largest": column[1],
            "delta": one["cliffs_delta"],
            "low": one["ci_low"],
            "high": one["ci_high"],
            "n_target": int(one["n_target"]),
            "n_reference": int(one["n_reference"]),
        }
    return pd.DataFrame.from_dict(rows, orient="index")
