"""What chapters record: values by the keys of the published claims, from the tables of a chapter.

Each function returns rows (key, value, n, source), `n` being the number of rows a value was
computed from. A row without a value is left out by whoever keeps it.
"""

from collections.abc import Iterable, Mapping, Sequence

import numpy as np
import pandas as pd

from helpers.project import FEATURES
from helpers.stats import classification, counts, two_samples

Row = tuple[str, float, int, str]
# Versions of a difference between feature sets that rest on the one map of all listings.
OF_ONE_MAP = ("as published", "all listings, one map", "balanced, one map")
# The study's feature sets, in the order of this book.
STUDY_SETS = ("audio_features", "embeddings")


def known(rows: Iterable[Row]) -> list[Row]:
    """The rows that have a value.

    Parameters
    ----------
    rows : iterable of (key, value, n, source)

    Returns
    -------
    list

    Notes
    -----
    Notebook: 01_corpora
    """
    return [row for row in rows if pd.notna(row[1])]


def by_feature(prefix: str, values: pd.Series, n: int, source: str) -> list[Row]:
    """One value a feature, under keys that end with its name.

    Parameters
    ----------
    prefix : str
        Such as "local.persons.share".
    values : Series
        By feature.
    n : int
        Rows they were computed from.
    source : str

    Returns
    -------
    list of (key, value, n, source)
        Those that have a value.

    Notes
    -----
    Notebook: 04_where_it_sits
    """
    return known((f"{prefix}.{name}", value, n, source) for name, value in values.items())


def corpora(tracks: pd.DataFrame, listings: pd.DataFrame, pair: tuple[str, str]) -> list[Row]:
    """All that is counted of the corpora: sizes, overlap, lists, and the run that stands twice.

    Parameters
    ----------
    tracks : DataFrame
        Every listing.
    listings : DataFrame
        The rows of `tracks` that are analysed.
    pair : (str, str)
        Target and reference.

    Returns
    -------
    list of (key, value, n, source)

    Notes
    -----
    Notebook: 01_corpora
    """
    target, reference = pair
    source = "; ".join(tracks["source"].unique())
    table = counts.corpus_sizes(tracks, listings)
    shared = counts.overlap(tracks, target, reference).loc["with a genre"]
    ids = listings.loc[listings["corpus"] == reference, "track_id"]
    whole = tracks[tracks["corpus"] == reference]
    n = counts.distinct_rows(whole["track_id"])
    rows = sizes(table, pair, sorted(tracks["corpus"].unique()), source)
    rows.append((f"corpora.rows_tracks_file.{reference}", n, n, source))
    rows += overlap(shared, pair, int(table.loc[target, "listings"]), source)
    rows += list_lengths(counts.list_lengths(tracks), source)
    lost = whole[whole["genre"].isna()]
    rows += repeated_block(counts.repeated_block(ids), len(ids), lost, source)
    return known(rows)


def sizes(
    table: pd.DataFrame, pair: Sequence[str], listed: Sequence[str], source: str
) -> list[Row]:
    """Sizes of corpora and studies, and repeated rows of corpora.

    Parameters
    ----------
    table : DataFrame
        As `stats.counts.corpus_sizes` returns it.
    pair : sequence of str
        The compared corpora, which the poster counts too.
    listed : sequence of str
        Corpora of which repeated rows are recorded.
    source : str

    Returns
    -------
    list of (key, value, n, source)

    Notes
    -----
    Notebook: 01_corpora
    """
    size = table["listings"].astype(int).to_dict()
    repeated = table["repeated rows"].astype(int)
    others = [name for name in size if name not in pair]
    rows = [(f"corpora.rows.{name}", size[name], size[name], source) for name in pair]
    rows += [(f"poster.rows.{name}", size[name], size[name], source) for name in pair]
    rows += [(f"corpora.rows.{name}", size[name], size[name], source) for name in others]
    rows += [
        (f"corpora.repeated_rows.{name}", int(repeated[name]), size[name], source)
        for name in listed
    ]
    return rows


def list_lengths(lengths: pd.Series, source: str) -> list[Row]:
    """How many participants there are, and how many tracks they list; nothing where none is known.

    Parameters
    ----------
    lengths : Series of int
        Listings of each participant.
    source : str

    Returns
    -------
    list of (key, value, n, source)

    Notes
    -----
    Notebook: 01_corpora
    """
    n = len(lengths)
    if n == 0:
        return []
    prefix = "corpora.tracks_per_participant"
    return [
        (f"{prefix}.mean", lengths.mean(), n, source),
        (f"{prefix}.sd", lengths.std(), n, source),
        (f"{prefix}.min", lengths.min(), n, source),
        (f"{prefix}.max", lengths.max(), n, source),
        ("poster.participants", n, n, source),
    ]


def overlap(shared: pd.Series, pair: Sequence[str], n: int, source: str) -> list[Row]:
    """How many listings of the target are of tracks that the reference lists too.

    Parameters
    ----------
    shared : Series
        A row of what `stats.counts.overlap` returns.
    pair : sequence of str
        Target and reference.
    n : int
        Listings of the target.
    source : str

    Returns
    -------
    list of (key, value, n, source)

    Notes
    -----
    Notebook: 01_corpora
    """
    place = "-".join(pair)
    return [
        (f"corpora.overlap.{kind}.{place}", shared[kind], n, source) for kind in ("rows", "percent")
    ]


def repeated_block(block: tuple[int, int], rows: int, lost: pd.DataFrame, source: str) -> list[Row]:
    """A run of rows that stands twice, and the tracks that have lost their genre.

    Parameters
    ----------
    block : (int, int)
        Start and length, as `stats.counts.repeated_block` returns them.
    rows : int
        Rows that were searched.
    lost : DataFrame
        Listings without a genre, with the columns track_id and row.
    source : str

    Returns
    -------
    list of (key, value, n, source)

    Notes
    -----
    Notebook: 01_corpora
    """
    start, length = block
    with_id = lost.dropna(subset="track_id")
    found: list[Row] = [
        ("local.slip.start", start, rows, source),
        ("local.slip.length", length, rows, source),
        ("local.lost.tracks", len(with_id), len(lost), source),
    ]
    if len(with_id):
        found.append(("local.lost.start", with_id["row"].iloc[0], len(lost), source))
    return found


def features(
    moments_table: pd.DataFrame,
    tests: pd.DataFrame,
    pairs: Mapping[str, pd.Series],
    values: Mapping[str, pd.DataFrame],
    source: str,
) -> list[Row]:
    """All that is computed of the audio features: moments, tests of normality, correlations.

    Parameters
    ----------
    moments_table, tests : DataFrame
        As `stats.distributions.moments` and `stats.distributions.normality` return them.
    pairs : mapping of str to Series
        Corpus to correlations, as `stats.correlations.to_pairs` returns them.
    values : mapping of str to DataFrame
        Corpus to its rows with features.
    source : str

    Returns
    -------
    list of (key, value, n, source)

    Notes
    -----
    Notebook: 02_audio_features
    """
    complete = {corpus: len(values[corpus].dropna(subset=FEATURES)) for corpus in pairs}
    rows = moments(moments_table, source) + normality(tests, source)
    return rows + correlations(pairs, complete, source)


def moments(table: pd.DataFrame, source: str) -> list[Row]:
    """Number, mean, median and SD of each feature of each corpus and genre.

    Parameters
    ----------
    table : DataFrame
        As `stats.distributions.moments` returns it.
    source : str

    Returns
    -------
    list of (key, value, n, source)

    Notes
    -----
    Notebook: 02_audio_features
    """
    rows = []
    for cell in table.itertuples():
        place = f"{cell.group}.{cell.genre}.{cell.feature}"
        if cell.genre == "all":
            place = f"{cell.group}.{cell.feature}"
        rows += [
            (f"features.{statistic}.{place}", getattr(cell, statistic), cell.n, source)
            for statistic in ("n", "mean", "median", "sd")
        ]
    return rows


def normality(table: pd.DataFrame, source: str) -> list[Row]:
    """The p-value of the Shapiro-Wilk test of each feature and corpus.

    Parameters
    ----------
    table : DataFrame
        As `stats.distributions.normality` returns it.
    source : str

    Returns
    -------
    list of (key, value, n, source)

    Notes
    -----
    Notebook: 02_audio_features
    """
    return [
        (f"features.shapiro_p.{row.group}.{row.feature}", row.p, row.rows, source)
        for row in table.itertuples()
    ]


def correlations(
    pairs: Mapping[str, pd.Series], complete: Mapping[str, int], source: str
) -> list[Row]:
    """The absolute correlation of each pair of features in each corpus.

    Parameters
    ----------
    pairs : mapping of str to Series
        Corpus to correlations, as `stats.correlations.to_pairs` returns them.
    complete : mapping of str to int
        Corpus to its rows without a missing feature.
    source : str

    Returns
    -------
    list of (key, value, n, source)

    Notes
    -----
    Notebook: 02_audio_features
    """
    return [
        (f"features.abs_pearson.{corpus}.{pair}", abs(value), complete[corpus], source)
        for corpus, values in pairs.items()
        for pair, value in values.items()
    ]


def comparisons(tests: pd.DataFrame, statistics: Sequence[str], source: str) -> list[Row]:
    """Statistics of comparisons of whole corpora and within genres.

    Parameters
    ----------
    tests : DataFrame
        One row a comparison: target, reference, feature, the statistics, and `genre` ("all" for
        whole corpora) where there are genres; its rows are `n`, or n_target and n_reference.
    statistics : sequence of str
    source : str

    Returns
    -------
    list of (key, value, n, source)
        Under the keys that `ledger.published_table` reads.

    Notes
    -----
    Notebook: 03_feature_comparison
    """
    rows = []
    for test in tests.to_dict("records"):
        place = [f"{test['target']}-{test['reference']}", test["feature"]]
        if test.get("genre", "all") != "all":
            place.insert(1, test["genre"])
        n = test["n"] if "n" in test else test["n_target"] + test["n_reference"]
        for statistic in statistics:
            key = ".".join(["compare", statistic, *place])
            rows.append((key, test[statistic], n, source))
    return rows


def likeness(alike: pd.Series, source: str) -> list[tuple]:
    """How alike two contrasts are, and how alike they would be without anything in common.

    Parameters
    ----------
    alike : Series
        As `stats.contrasts.likeness` returns it.
    source : str

    Returns
    -------
    list of (key, value, n, source) and (key, value, n, source, low, high)

    Notes
    -----
    Notebook: 03_feature_comparison
    """
    key, n = "local.compare.contrasts_alike", int(alike["n"])
    return [
        (key, alike["r"], n, source, alike["low"], alike["high"]),
        (f"{key}.unrelated", alike["median"], n, source),
        (f"{key}.p", alike["p"], n, source),
        *known([(f"{key}.p_together", alike["p_together"], n, source)]),
    ]


def equivalence(table: pd.DataFrame, source: str) -> list[tuple]:
    """Differences with the interval that is set against a threshold, and how firm verdicts are.

    Parameters
    ----------
    table : DataFrame
        As `stats.equivalence.verdicts` returns it.
    source : str

    Returns
    -------
    list of (key, value, n, source, low, high)
        An intraclass correlation has no ends, and none is kept where there is no verdict.

    Notes
    -----
    Notebook: 03_feature_comparison
    """
    rows: list[tuple] = []
    for row in table.to_dict("records"):
        place = f"{row['target']}-{row['reference']}.{row['feature']}"
        n = int(row["n_target"] + row["n_reference"])
        delta = (row["cliffs_delta"], n, source, row["low"], row["high"])
        rows.append((f"local.equivalence.delta.{place}", *delta))
        firm = [(name, row[name]) for name in ("icc_first", "icc_both", "icc_family")]
        rows += known(
            (f"local.equivalence.{name}.{place}", value, n, source) for name, value in firm
        )
    return rows


def genre_counts(table: pd.DataFrame, source: str) -> list[Row]:
    """How many listings of each genre a corpus has.

    Parameters
    ----------
    table : DataFrame
        Listings, one row a genre, one column a corpus.
    source : str

    Returns
    -------
    list of (key, value, n, source)

    Notes
    -----
    Notebook: 06_genres
    """
    return [
        (f"genres.count.{corpus}.{genre}", n, table[corpus].sum(), source)
        for corpus in table
        for genre, n in table[corpus].items()
    ]


def entropies(table: pd.DataFrame, pair: Sequence[str], source: str) -> list[Row]:
    """The entropy of genres; the poster printed those of the corpora again.

    Parameters
    ----------
    table : DataFrame
        One row a corpus or study; columns entropy (bits) and n.
    pair : sequence of str
        The compared corpora, of which one may be absent.
    source : str

    Returns
    -------
    list of (key, value, n, source)

    Notes
    -----
    Notebook: 06_genres
    """
    keys = [(f"genres.entropy.{name}", name) for name in table.index]
    keys += [(f"poster.genres.entropy.{name}", name) for name in pair if name in table.index]
    value, n = table["entropy"], table["n"]
    return [(key, value[name], n[name], source) for key, name in keys]


def partitions(
    table: pd.DataFrame, pair: Sequence[str], n: pd.Series, source: str, order_source: str
) -> list[Row]:
    """Mean entropy of the target's windows, and of random lists of the reference.

    Parameters
    ----------
    table : DataFrame
        As `stats.lists.partitions` returns it.
    pair : sequence of str
        Target and reference.
    n : Series
        Listings of each corpus.
    source : str
        Of the genre counts, which alone decide what random lists hold.
    order_source : str
        Of the order of the listings.

    Returns
    -------
    list of (key, value, n, source)

    Notes
    -----
    Notebook: 06_genres
    """
    target, reference = pair
    alpha = table["alpha"]
    windows, random = alpha[target, "consecutive rows"], alpha[reference, "random rows"]
    return [
        ("local.genres.alpha.windows", windows, n[target], order_source),
        ("local.genres.alpha.random_reference", random, n[reference], source),
    ]


def lists(gaps: pd.DataFrame, matches: pd.DataFrame, kind: str, n: int, source: str) -> list[Row]:
    """How far lists are from random draws, and how often their listings share a genre.

    Parameters
    ----------
    gaps, matches : DataFrame
        As `stats.lists.gaps` and `matches_of` return them; the first of the pair is drawn
        from first.
    kind : str
        The kind of list that is recorded.
    n : int
        Listings of the target.
    source : str

    Returns
    -------
    list of (key, value, n, source)

    Notes
    -----
    Notebook: 06_genres
    """
    rows: list[Row] = []
    for pool, gap in zip(("own", "reference"), gaps.loc[kind].to_dict("records"), strict=True):
        for column in ("value", "ci_low", "ci_high"):
            rows.append(
                (f"local.genres.lists_minus_random.{pool}.{column}", gap[column], n, source)
            )
    shares = matches.loc[kind, "value"]
    for pairs in ("within", "between", "reference"):
        rows.append((f"local.genres.pair_matches.{pairs}", shares[pairs], n, source))
    return known(rows)


def chi_square(test: pd.Series, pair: Sequence[str], source: str) -> list[Row]:
    """The results of a chi-square test; none where there was nothing to test.

    Parameters
    ----------
    test : Series
        statistic, dof, p, and n (listings); missing where all listings have one genre.
    pair : sequence of str
        Target and reference.
    source : str

    Returns
    -------
    list of (key, value, n, source)

    Notes
    -----
    Notebook: 06_genres
    """
    values = test[["statistic", "dof", "p"]].dropna()
    return [
        (f"genres.chi_square.{name}.{'-'.join(pair)}", value, test["n"], source)
        for name, value in values.items()
    ]


def coverage(cell: pd.DataFrame, people: int, icc: float) -> list[Row]:
    """How often intervals hold the truth in one cell of the grid of simulated studies.

    Parameters
    ----------
    cell : DataFrame
        Of `coverage.of_cell`.
    people : int
    icc : float
        Within a participant.

    Returns
    -------
    list of (key, value, n, source)
        n counts simulated studies.

    Notes
    -----
    Notebook: 05_interval_coverage
    """
    setting = f"people_{people}.icc_{100 * icc:.0f}_percent"
    rows: list[Row] = []
    for assumption, row in cell.iterrows():
        name = str(assumption).replace(", ", "_").replace(" ", "_")
        key = f"local.coverage.{name}.{setting}"
        rows.append((key, row["coverage"], int(row["studies"]), "simulated studies"))
    return rows


def study_sizes(sizes: pd.DataFrame, pairs: pd.DataFrame, checks: pd.DataFrame) -> list[Row]:
    """Participants that designs take, and the power that simulated studies of them had.

    Parameters
    ----------
    sizes : DataFrame
        Of `power.sizes_of_arms`.
    pairs : DataFrame
        Of `power.sizes_of_pairs`.
    checks : DataFrame
        Of `simulation.studies.power_checks`.

    Returns
    -------
    list of (key, value, n, source)
        Deltas stand in keys as thousandths, shared tastes in percent; n counts participants, of
        power simulated studies.

    Notes
    -----
    Notebook: 12_next_study
    """
    rows: list[Row] = []
    for name, table in (("arm", sizes), ("people", pairs)):
        for delta, row in table.iterrows():
            for column, n in row.items():
                kind = column
                if isinstance(column, float):
                    kind = f"paired_{100 * column:.0f}_percent"
                key = f"local.design.{name}.{kind}.delta_{1000 * delta:.0f}"
                rows.append((key, int(n), int(n), "published lengths of lists"))
    for row in checks.itertuples():
        kind = "two_arms"
        if pd.notna(row.shared_taste):
            kind = f"paired_{100 * row.shared_taste:.0f}_percent"
        key = f"local.design.power.{kind}.delta_{1000 * row.delta:.0f}"
        rows.append((key, row.found, row.studies, "simulated studies"))
    return rows


def contrast_aucs(
    results: pd.DataFrame, compared: Mapping[str, two_samples.Draws], source: str
) -> list[Row]:
    """The AUC of each contrast as the ledger records it.

    Parameters
    ----------
    results : DataFrame
        As `stats.two_samples.over_draws` gives it.
    compared : mapping of str to sequence of Contrast
    source : str

    Returns
    -------
    list of (key, value, n, source)

    Notes
    -----
    Notebook: 08_embedding_map
    """
    rows = []
    for contrast, features in results.index:
        key = f"local.maps.auc.{contrast}.{features}".replace(" ", "_").replace(",", "")
        n_tracks = len(compared[contrast][0].tracks)
        rows.append((key, results.loc[(contrast, features), "auc"], n_tracks, source))
    return rows


def same_genre(quality: pd.DataFrame, map_name: str, n: int, source: str) -> list[Row]:
    """How often neighbours have one genre, as the ledger records it, unfiltered and filtered.

    Parameters
    ----------
    quality : DataFrame
        One row a map, the columns of `stats.maps.map_quality`; its row "full space" is recorded too.
    map_name : str
    n : int
        Listings.
    source : str

    Returns
    -------
    list of (key, value, n, source)

    Notes
    -----
    Notebook: 08_embedding_map
    """
    rows = []
    for column in ("same genre", "other artists"):
        for name, place in (("map", map_name), ("space", "full space")):
            key = f"local.maps.{column}.{name}".replace(" ", "_")
            rows.append((key, quality.loc[place, column], n, source))
    return rows


def above_chance(table: pd.DataFrame, n: Mapping[str, int], source: str) -> list[Row]:
    """The shares of `stats.clustering.beside_artists` as the ledger records them; those that are known.

    Parameters
    ----------
    table : DataFrame
    n : mapping of corpus to int
        Listings on its map.
    source : str

    Returns
    -------
    list of (key, value, n, source)

    Notes
    -----
    Notebook: 09_genre_clustering
    """
    rows = []
    for (corpus, features), shares in table.iterrows():
        for unit in ("listing", "artist"):
            key = f"local.clustering.above_chance.{unit}.{corpus}.{features}".replace(" ", "_")
            if not np.isnan(shares[f"by {unit}"]):
                rows.append((key, shares[f"by {unit}"], n[corpus], source))
    return rows


def genre_f1(
    scores: Mapping[tuple[str, str], Mapping[str, Sequence[float]]],
    sizes: Mapping[str, int],
    source: str,
) -> list[Row]:
    """Mean macro F1 as the ledger records it; without guessing.

    Parameters
    ----------
    scores : mapping of (corpus, feature set) to mapping of classifier to list of float
        As `stats.classification.fold_scores` gives them.
    sizes : mapping of corpus to int
        Tracks that were classified.
    source : str
        Where the points come from.

    Returns
    -------
    list of (key, value, n, source)

    Notes
    -----
    Notebook: 09_genre_clustering
    """
    rows = []
    for (corpus, feature_set), by_classifier in scores.items():
        for name, values in by_classifier.items():
            if name != classification.GUESS:
                key = f"local.clustering.f1.{name}.{corpus}.{feature_set}".replace(" ", "_")
                rows.append((key, float(np.mean(values)), sizes[corpus], source))
    return rows


def feature_set_gaps(
    table: pd.DataFrame, sizes: Mapping[str, int], on_one_map: Mapping[str, int], source: str
) -> list[Row]:
    """The estimates as the ledger records them.

    Parameters
    ----------
    table : DataFrame
        As `stats.pair_differences.estimates` gives it. The study's two sets have keys without names.
    sizes, on_one_map : mapping of corpus to int
        Listings of the repeated maps and of the full space, and all that are on the one map.
    source : str
        Where the points come from.

    Returns
    -------
    list of (key, value, n, source)

    Notes
    -----
    Notebook: 09_genre_clustering
    """
    rows = []
    for (corpus, earlier, later, version), value in table["value"].items():
        key = f"local.clustering.difference.{version}.{corpus}"
        if (earlier, later) != STUDY_SETS:
            key = f"{key}.{later}-{earlier}"
        n = on_one_map[corpus] if version in OF_ONE_MAP else sizes[corpus]
        rows.append((key.replace(" ", "_").replace(",", ""), value, n, source))
    return rows
