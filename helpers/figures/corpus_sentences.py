"""What the tables about the corpora show: sizes, repeats, shared tracks, moments, coverage."""

from collections.abc import Mapping, Sequence

import numpy as np
import pandas as pd

from helpers.figures.numbers import decimal, listed, percent
from helpers.project import counted


def sizes_of_corpora_in_words(tracks: pd.DataFrame, sizes: pd.DataFrame) -> str:
    """How many rows of each corpus are analysed, and how many are left out for want of a genre.

    Parameters
    ----------
    tracks : DataFrame
        Every listing, with the column corpus.
    sizes : DataFrame
        Of `counts.corpus_sizes`.

    Returns
    -------
    str

    Notes
    -----
    Notebook: 01_corpora
    """
    rows = tracks["corpus"].value_counts(sort=False)
    said = []
    for corpus, number in rows.items():
        left_out = number - sizes.loc[corpus, "listings"]
        kept = "all are analysed"
        if left_out:
            kept = f"{left_out:,} of them are left out because they have no genre"
        said.append(f"{corpus} has {counted(number, 'row')}, and {kept}")
    return f"{'; '.join(said)}."


def conflicts_in_words(conflicts: pd.DataFrame) -> str:
    """How many tracks have more than one genre, by corpus.

    Parameters
    ----------
    conflicts : DataFrame
        Indexed by corpus, with the column tracks.

    Returns
    -------
    str

    Notes
    -----
    Notebook: 01_corpora
    """
    if conflicts.empty:
        return "No corpus lists a track under more than one genre."
    said = [f"{counted(n, 'track')} of {corpus}" for corpus, n in conflicts["tracks"].items()]
    return f"More than one genre: {listed(said)}."


def split_names_in_words(several: int, names: int, corpus: str) -> str:
    """How many names of artist and song could be split in more than one place.

    Parameters
    ----------
    several, names : int
        Names with more than one separator, and all names.
    corpus : str

    Returns
    -------
    str

    Notes
    -----
    Notebook: 01_corpora
    """
    if not several:
        return f"None of the {names:,} names of {corpus} could be split in more than one place."
    return f"Of {names:,} names of {corpus}, {several:,} could be split in more than one place."


def printed_correlations_in_words(printed: Mapping[str, pd.Series]) -> str:
    """The strongest correlation that was printed of each corpus, without its sign.

    Parameters
    ----------
    printed : mapping of str to Series
        By corpus: the absolute correlation of each pair of features, named "energy-loudness".

    Returns
    -------
    str

    Notes
    -----
    Notebook: 02_audio_features
    """
    pairs = {name: values.idxmax().replace("-", " and ") for name, values in printed.items()}
    if len(set(pairs.values())) == 1:
        sizes = listed(f"{values.max():.2f} in {name}" for name, values in printed.items())
        return (
            f"In {listed(printed)} alike, the strongest printed correlation is that of "
            f"{next(iter(pairs.values()))}: {sizes}."
        )
    said = listed(
        f"{pairs[name]} in {name} ({values.max():.2f})" for name, values in printed.items()
    )
    return f"The strongest printed correlations are those of {said}."


def joins_in_words(sizes: pd.DataFrame) -> str:
    """How many rows a careless join would add to each corpus.

    Parameters
    ----------
    sizes : DataFrame
        Of `counts.self_join_sizes`.

    Returns
    -------
    str

    Notes
    -----
    Notebook: 01_corpora
    """
    added = sizes["rows after the join"] - sizes["listings"]
    said = [f"{counted(n, 'row')} to {corpus}" for corpus, n in added.items()]
    return f"A careless join would add {listed(said)}."


def means_in_words(moments: pd.DataFrame, pair: Sequence[str]) -> str:
    """In which features the means of two corpora lie furthest apart and closest together.

    Parameters
    ----------
    moments : DataFrame
        Of `distributions.moments`, of whole corpora: group, feature, mean, sd.
    pair : sequence of str
        Target and reference.

    Returns
    -------
    str

    Notes
    -----
    Notebook: 02_audio_features
    """
    target, reference = pair
    wide = moments.astype({"group": str, "feature": str}).pivot(
        index="feature", columns="group", values=["mean", "sd"]
    )
    spread = np.sqrt((wide["sd"] ** 2)[list(pair)].mean(axis=1))
    apart = (wide["mean"][target] - wide["mean"][reference]) / spread
    apart = apart.dropna()
    if apart.empty:
        return f"No mean of {target} and {reference} can be compared."
    far, near = apart.abs().idxmax(), apart.abs().idxmin()

    def means(feature: str) -> str:
        first, second = wide["mean"].loc[feature, [target, reference]]
        return f"{feature} ({decimal(first)} against {decimal(second)})"

    return (
        f"Measured in standard deviations, the means of {target} and {reference} lie furthest "
        f"apart in {means(far)} and closest in {means(near)}."
    )


def ranges_in_words(extremes: pd.DataFrame, allowed: Mapping[str, tuple[float, float]]) -> str:
    """Whether all values of the features are possible, and where they are not.

    Parameters
    ----------
    extremes : DataFrame
        Of `distributions.extremes`.
    allowed : mapping of feature to (float, float)

    Returns
    -------
    str

    Notes
    -----
    Notebook: 02_audio_features
    """
    outside = [
        f"{feature} in {corpus}"
        for corpus in extremes.columns.unique(0)
        for feature, (low, high) in allowed.items()
        if feature in extremes.index
        and (
            extremes.loc[feature, (corpus, "min")] < low
            or extremes.loc[feature, (corpus, "max")] > high
        )
    ]
    if not outside:
        return "Every value lies in its range."
    return f"Values lie outside the range: {listed(outside)}."


def gaps_of_features_in_words(gaps: pd.DataFrame) -> str:
    """How many listings of each corpus lack a feature.

    Parameters
    ----------
    gaps : DataFrame
        Of `counts.feature_gaps`.

    Returns
    -------
    str

    Notes
    -----
    Notebook: 02_audio_features
    """
    said = [
        f"{row['without features']:,} of {row['listings']:,} in {corpus}"
        for corpus, row in gaps.iterrows()
    ]
    return f"Listings that lack a feature: {listed(said)}."


def coverage_of_genres_in_words(cover: pd.DataFrame) -> str:
    """Which genre of which corpus has the lowest coverage, beside that of its corpus.

    Parameters
    ----------
    cover : DataFrame
        Of `counts.coverage`.

    Returns
    -------
    str

    Notes
    -----
    Notebook: 02_audio_features
    """
    corpus, genre = cover["coverage"].idxmin()
    worst = cover.loc[(corpus, genre)]
    whole = cover.loc[corpus]
    found, listings = whole["found"].sum(), whole["listings"].sum()
    if worst["found"] == worst["listings"]:
        return "No listing lacks its features."
    return (
        f"The genre with the lowest coverage is {genre} of {corpus}: {worst['found']:,.0f} of "
        f"{counted(int(worst['listings']), 'listing')} ({percent(worst['coverage'], 1)}) were found, "
        f"in a corpus of which {found:,.0f} of {listings:,.0f} were."
    )
