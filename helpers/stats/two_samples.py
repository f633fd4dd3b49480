"""Do two corpora differ in all their numbers at once? Tests, and yardsticks to judge them by.

Pure functions on tables and arrays. A test is of no use alone: with thousands of tracks any
difference is significant. So `contrasts` sets beside the two corpora what differs by chance, or by
genre, alone.
"""

from typing import NamedTuple

import numpy as np
import pandas as pd

from helpers.stats import intervals, maps, ranks

# Tracks on either side, and groups in all, that a contrast must have to be tested.
FEWEST = 5
N_FOLDS = 5
# A permutation test deals the groups anew at most so often: p is then at least 0.001.
MOST_PERMUTATIONS = 999
# Seed of the samples that give both corpora the same genre mix.
GENRE_MIX_SEED = 1
NO_GENRE = "no genre"


class Auc(NamedTuple):
    """Area under the ROC curve, and the ends of its interval."""

    auc: float
    low: float
    high: float


class MmdTest(NamedTuple):
    """Unbiased squared maximum mean discrepancy, mean and 95th percentile of its null, and p."""

    mmd2: float
    null_mean: float
    null_95: float
    p: float


class Contrast(NamedTuple):
    """Tracks of two sides, those of the first marked; `unit` names what stays together."""

    tracks: pd.DataFrame
    first: pd.Series
    unit: str


def classifier_auc(
    values: np.ndarray,
    in_target: np.ndarray,
    groups: np.ndarray,
    n_replicates: int = 500,
    seed: int = 42,
    level: float = 0.95,
) -> Auc:
    """How well a logistic regression tells two samples apart, judged on groups it has not seen.

    Parameters
    ----------
    values : ndarray, shape (n, d)
    in_target : ndarray of bool, shape (n,)
    groups : ndarray, shape (n,)
        What stays together in a fold, such as the artist of each row.
    n_replicates : int
        Bootstrap replicates, of whole groups.
    seed : int
        Of the folds and of the bootstrap.
    level : float
        Coverage of the interval.

    Returns
    -------
    Auc
        Cross-validated over five folds: 0.5 where nothing was learned. The interval takes the
        trained classifiers as given, and so is somewhat too short.

    References
    ----------
    Lopez-Paz & Oquab (2017), Revisiting classifier two-sample tests, ICLR.

    Notes
    -----
    Notebook: 08_embedding_map
    """
    import threadpoolctl
    from sklearn.linear_model import LogisticRegression
    from sklearn.model_selection import GroupKFold, cross_val_predict

    # Balanced: the share of a corpus differs between folds and would shift their scores.
    model = LogisticRegression(class_weight="balanced", max_iter=500, tol=1e-3)
    folds = GroupKFold(N_FOLDS, shuffle=True, random_state=seed)
    # On one thread: the last digits of sums depend on how many share them.
    with threadpoolctl.threadpool_limits(1):
        scores = cross_val_predict(
            model, values, in_target, groups=groups, cv=folds, method="decision_function"
        )
    table = pd.DataFrame({"score": scores})
    multiplicities = [np.ones(len(table))]
    multiplicities.extend(intervals.cluster_bootstrap(groups, n_replicates, seed))
    weights = [(drawn[in_target], drawn[~in_target]) for drawn in multiplicities]
    deltas = ranks.bootstrap_deltas(table[in_target], table[~in_target], ["score"], weights)
    # Cliff's delta of the scores is twice the AUC minus one.
    auc = (deltas["score"] + 1) / 2
    low, high = auc[1:].quantile([(1 - level) / 2, (1 + level) / 2])
    return Auc(auc[0], low, high)


def random_fourier_features(
    values: np.ndarray, n_frequencies: int, rng: np.random.Generator
) -> np.ndarray:
    """Features whose products approximate a Gaussian kernel.

    Parameters
    ----------
    values : ndarray, shape (n, d)
    n_frequencies : int
    rng : numpy Generator
        Draws the pairs whose median distance is the width of the kernel, then the frequencies.

    Returns
    -------
    ndarray, shape (n, 2 * n_frequencies)
        Rows of length 1.

    References
    ----------
    Rahimi & Recht (2007), Random features for large-scale kernel machines, NeurIPS; Gretton et al.
    (2012), section 8, for the median distance as width.

    Notes
    -----
    Notebook: 08_embedding_map
    """
    one, other = values[rng.integers(len(values), size=(2, 2000))]
    width = np.median(np.linalg.norm(one - other, axis=1))
    frequencies = rng.normal(size=(values.shape[1], n_frequencies)) / width
    phase = values @ frequencies
    return np.hstack([np.cos(phase), np.sin(phase)]) / np.sqrt(n_frequencies)


def exchangeable_units(
    features: np.ndarray, in_target: np.ndarray, groups: np.ndarray
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Sums over the units that change places in a permutation, and with which others they do.

    A group of one corpus changes places as a whole, with one of the other that has as many rows.
    Where both corpora hold a group, its rows change places among themselves.

    Parameters
    ----------
    features : ndarray, shape (n, k)
    in_target : ndarray of bool, shape (n,)
    groups : ndarray, shape (n,)

    Returns
    -------
    sums : ndarray, shape (units, k + 1)
        Of the features; the last column counts the rows.
    stratum : ndarray of int, shape (units,)
        Units of one stratum may change places.
    owner : ndarray of bool, shape (units,)
        Whether a unit is of the target.

    Notes
    -----
    Notebook: 08_embedding_map
    """
    code = pd.factorize(np.asarray(groups))[0]
    size = np.bincount(code)[code]
    in_both = np.isin(code, code[in_target]) & np.isin(code, code[~in_target])
    # Groups of one corpus are exchanged by size (negative), rows of shared groups within the group.
    stratum = np.where(in_both, code, -size)
    unit = np.where(in_both, len(code) + np.arange(len(code)), code)
    rows = pd.DataFrame(features).assign(rows=1.0)
    sums = rows.groupby([stratum, in_target, unit]).sum()
    level = sums.index.get_level_values
    return sums.to_numpy(), level(0).to_numpy(), level(1).to_numpy()


def mmd_test(
    values: np.ndarray,
    in_target: np.ndarray,
    groups: np.ndarray,
    n_permutations: int = MOST_PERMUTATIONS,
    seed: int = 42,
    n_frequencies: int = 256,
) -> MmdTest:
    """Test two samples by their maximum mean discrepancy, permuting whole groups.

    All permutations are worked out at once from sums over `exchangeable_units`.
    ``benchmarks/two_sample_uniformity.py`` shows that p is uniform where nothing differs.

    Parameters
    ----------
    values : ndarray, shape (n, d)
    in_target : ndarray of bool, shape (n,)
    groups : ndarray, shape (n,)
        What changes places as one, such as the artist of each row.
    n_permutations : int
    seed : int
    n_frequencies : int
        Random Fourier features that stand for the Gaussian kernel.

    Returns
    -------
    MmdTest
        p counts the observed arrangement as one of the permutations, so it is never 0.

    References
    ----------
    Gretton et al. (2012), A kernel two-sample test, JMLR 13:723; Phipson & Smyth (2010), Stat.
    Appl. Genet. Mol. Biol. 9:39.

    Notes
    -----
    Notebook: 08_embedding_map
    """
    rng = np.random.default_rng(seed)
    features = random_fourier_features(values, n_frequencies, rng)
    sums, stratum, owner = exchangeable_units(features, in_target, groups)
    arrangements = [owner]
    for _ in range(n_permutations):
        # Sorted by stratum and, within one, at random: a permutation within strata.
        arrangements.append(owner[np.argsort(stratum + rng.random(len(owner)))])
    target = np.array(arrangements, float) @ sums
    mmd2 = _unbiased_mmd2(target, sums.sum(axis=0) - target)
    # Floats of one and the same arrangement may differ in the last digits.
    p = (mmd2 >= mmd2[0] - 1e-12).mean()
    return MmdTest(mmd2[0], mmd2[1:].mean(), np.quantile(mmd2[1:], 0.95), p)


def _unbiased_mmd2(target: np.ndarray, reference: np.ndarray) -> np.ndarray:
    """Unbiased MMD^2 from sums of features over either sample; the last column counts its rows.

    A row's product with itself is 1, and is left out of the means within a sample.
    """
    a, n = target[:, :-1], target[:, -1:]
    b, m = reference[:, :-1], reference[:, -1:]
    within_target = ((a**2).sum(axis=1) / n[:, 0] - 1) / (n[:, 0] - 1)
    within_reference = ((b**2).sum(axis=1) / m[:, 0] - 1) / (m[:, 0] - 1)
    across = (a * b / (n * m)).sum(axis=1)
    return within_target + within_reference - 2 * across


def tracks_with_units(rows: pd.DataFrame, block: int) -> pd.DataFrame:
    """Each track once a corpus, with what it stays together with in a test.

    Parameters
    ----------
    rows : DataFrame
        Listings in the order of the tracks table, with the columns corpus, study, artist, track_id.
    block : int
        Consecutive listings of a corpus and study that stay together.

    Returns
    -------
    DataFrame
        The first listing of each track of each corpus. Column by_artist: the artist, upper and
        lower case alike, or the track where the artist is unknown. Column by_block: the block.

    Notes
    -----
    Notebook: 08_embedding_map
    """
    study = rows["study"].fillna("-")
    place = rows.assign(study=study).groupby(["corpus", "study"]).cumcount()
    marked = rows.assign(
        by_artist=rows["artist"].str.casefold().fillna(rows["track_id"]),
        by_block=rows["corpus"] + study + (place // block).astype(str),
    )
    return marked[marked["track_id"].notna()].drop_duplicates(["corpus", "track_id"])


def same_genre_mix(
    target: pd.DataFrame, reference: pd.DataFrame, keep_one_sided: bool = False
) -> pd.DataFrame:
    """As many tracks of each genre from either side: the number that the poorer side has.

    Parameters
    ----------
    target, reference : DataFrame
        Tracks, with the column genre. Tracks of "no genre" are left out.
    keep_one_sided : bool
        Keep all tracks of a genre that only one side has; else they are left out, since no mix of
        both has that genre.

    Returns
    -------
    DataFrame
        A random sample of both, target first.

    Notes
    -----
    Notebook: 08_embedding_map
    """
    counts = pd.concat([side["genre"].value_counts() for side in (target, reference)], axis=1)
    if not keep_one_sided:
        counts = counts.fillna(0)
    fewest = counts.min(axis=1).astype(int).drop(NO_GENRE, errors="ignore")
    samples = [target[:0]]
    for side in (target, reference):
        for genre, tracks in side.groupby("genre"):
            size = int(fewest.get(genre, 0))
            samples.append(tracks.sample(size, random_state=GENRE_MIX_SEED))
    return pd.concat(samples)


def random_half(tracks: pd.DataFrame, unit: str, seed: int) -> pd.Series:
    """Mark the tracks of a random half of the groups.

    Parameters
    ----------
    tracks : DataFrame
    unit : str
        Column that names the group of each track.
    seed : int

    Returns
    -------
    Series of bool
        With the index of `tracks`.

    Notes
    -----
    Notebook: 08_embedding_map
    """
    groups = np.random.default_rng(seed).permutation(tracks[unit].unique())
    return tracks[unit].isin(groups[: len(groups) // 2])


def contrasts(
    rows: pd.DataFrame,
    target: str,
    reference: str,
    block: int,
    seed: int,
    keep_one_sided: bool = False,
) -> dict[str, Contrast]:
    """Two corpora to be told apart, and the yardsticks to judge by how well that works.

    Parameters
    ----------
    rows : DataFrame
        Listings, with the columns corpus, study, artist, track_id, genre.
    target, reference : str
        Corpora.
    block : int
        Consecutive listings in a block.
    seed : int
        Of the random halves.
    keep_one_sided : bool
        As in `same_genre_mix`.

    Returns
    -------
    dict of str to Contrast
        The corpora without the tracks that both hold; with them; with the same genre mix; with
        blocks in the artist's place. Yardsticks: two random halves of the reference and, where the
        target has two studies, one study against the other, by artist and by block.

    Notes
    -----
    Notebook: 08_embedding_map
    """
    tracks = tracks_with_units(rows, block)
    tracks = tracks[tracks["corpus"].isin([target, reference])]
    corpora_of_track = tracks.groupby("track_id")["corpus"].transform("nunique")
    apart = tracks[corpora_of_track == 1]
    of_target = apart[apart["corpus"] == target]
    of_reference = apart[apart["corpus"] == reference]
    matched = same_genre_mix(of_target, of_reference, keep_one_sided)
    pair = f"{target} - {reference}"
    found = {
        pair: Contrast(apart, apart["corpus"] == target, "by_artist"),
        f"{pair}, shared tracks kept": Contrast(tracks, tracks["corpus"] == target, "by_artist"),
        f"{pair}, same genre mix": Contrast(matched, matched["corpus"] == target, "by_artist"),
        f"{pair}, by block": Contrast(apart, apart["corpus"] == target, "by_block"),
        f"halves of {reference}": Contrast(
            of_reference, random_half(of_reference, "by_artist", seed), "by_artist"
        ),
    }
    studies = sorted(of_target["study"].dropna().unique())
    if len(studies) == 2:
        first = of_target["study"] == studies[0]
        name = " - ".join(studies)
        found[name] = Contrast(of_target, first, "by_artist")
        found[f"{name}, by block"] = Contrast(of_target, first, "by_block")
    return found


def is_testable(contrast: Contrast, seed: int) -> bool:
    """Whether a contrast has five tracks a side, and groups enough to learn of both in every fold.

    Parameters
    ----------
    contrast : Contrast
    seed : int
        Of the folds, as in `classifier_auc`.

    Returns
    -------
    bool

    Notes
    -----
    Notebook: 08_embedding_map
    """
    from sklearn.model_selection import GroupKFold

    groups, first = contrast.tracks[contrast.unit], contrast.first
    if min(first.sum(), (~first).sum()) < FEWEST or groups.nunique() < FEWEST:
        return False
    folds = GroupKFold(N_FOLDS, shuffle=True, random_state=seed).split(first, groups=groups)
    return all(first.iloc[train].nunique() == 2 for train, _ in folds)


def testable(to_compare: dict[str, Contrast], seed: int) -> dict[str, Contrast]:
    """Those of some contrasts that are large enough to be tested (see `is_testable`)."""
    return {name: one for name, one in to_compare.items() if is_testable(one, seed)}


def standardised(tracks: pd.DataFrame, tables: list[pd.DataFrame]) -> np.ndarray:
    """The numbers of tracks from one or more feature sets, each set counting the same.

    Parameters
    ----------
    tracks : DataFrame
    tables : list of DataFrame
        Feature sets, each with one row a track id.

    Returns
    -------
    ndarray of float32, shape (tracks, numbers)
        Mean 0 over these tracks; the variances of a feature set sum to 1.

    Notes
    -----
    Notebook: 08_embedding_map
    """
    blocks = []
    for table in tables:
        numbers = maps.vectors(tracks, table)
        # A number that never varies stays 0.
        z = (numbers - numbers.mean(axis=0)) / numbers.std(axis=0).clip(1e-9)
        blocks.append(z / np.sqrt(numbers.shape[1]))
    return np.hstack(blocks).astype("float32")


def compare(
    to_compare: dict[str, Contrast],
    feature_sets: dict[str, pd.DataFrame],
    n_permutations: int = MOST_PERMUTATIONS,
    seed: int = 42,
    level: float = 0.95,
) -> pd.DataFrame:
    """Both two-sample tests of each contrast, by each feature set and by all together.

    Parameters
    ----------
    to_compare : dict of str to Contrast
    feature_sets : dict of str to DataFrame
        By name, such as audio_features; each with one row a track id.
    n_permutations : int
        At most 999 are made.
    seed : int
    level : float
        Coverage of the interval of the AUC.

    Returns
    -------
    DataFrame
        Index: contrast, features (the name of a set with spaces; "both" for two together). Columns
        auc, low, high; mmd2, null_mean, null_95, p; n_first, n_other (tracks on either side).

    Notes
    -----
    Notebook: 08_embedding_map
    """
    chosen = {name.replace("_", " "): [table] for name, table in feature_sets.items()}
    if len(feature_sets) > 1:
        chosen["both"] = list(feature_sets.values())
    found = {}
    for contrast_name, (tracks, first, unit) in to_compare.items():
        for features, tables in chosen.items():
            values = standardised(tracks, tables)
            in_first, groups = first.to_numpy(), tracks[unit].to_numpy()
            auc = classifier_auc(values, in_first, groups, seed=seed, level=level)
            n_deals = min(n_permutations, MOST_PERMUTATIONS)
            test = mmd_test(values, in_first, groups, n_deals, seed)
            sizes = {"n_first": in_first.sum(), "n_other": (~in_first).sum()}
            found[contrast_name, features] = {**auc._asdict(), **test._asdict(), **sizes}
    table = pd.DataFrame.from_dict(found, orient="index")
    return table.rename_axis(index=["contrast", "features"])
