"""Do two corpora differ in all their numbers at once? Tests, and yardsticks to judge them by.

Pure functions on tables and arrays. A test is of no use alone: with thousands of tracks any
difference is significant. So `contrasts` sets beside the two corpora what differs by chance, or by
genre, alone.
"""

from collections import Counter
from collections.abc import Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import NamedTuple

import numpy as np
import pandas as pd
import scipy
from numpy.typing import ArrayLike
from threadpoolctl import threadpool_limits

from helpers.project import spaced
from helpers.stats import auc, maps, permutations, units

# Tracks on either side that a contrast must have to be tested.
FEWEST = 5
# A permutation test deals the groups anew at most so often: p is then at least 0.001.
MOST_PERMUTATIONS = 999
# Deals of each of several draws, which are there for their spread.
PERMUTATIONS_OF_A_DRAW = 199
# Random halves of the reference, and samples that give both corpora the same genre mix.
N_HALVES, N_MIXES = 20, 10
# Feature sets that are tested at the same time.
N_THREADS = 2
# Seed of the first of these samples.
GENRE_MIX_SEED = 1
NO_GENRE = "no genre"


class MmdTest(NamedTuple):
    """Unbiased squared maximum mean discrepancy, mean and 95th percentile of its null, and p.

    `free` is the share of the rows of a side, the lower one of both, that may change places; the
    null and p are NaN where it is below `permutations.FREE_ENOUGH`.
    """

    mmd2: float
    null_mean: float
    null_95: float
    p: float
    free: float


class Contrast(NamedTuple):
    """Tracks of two sides, those of the first marked; `unit` is the column of what stays together.

    Column by_artist is read too: artists of the judged tracks do not teach.
    """

    tracks: pd.DataFrame
    first: pd.Series
    unit: str


# One contrast, or several random draws of it.
Draws = Sequence[Contrast]


def random_fourier_features(
    values: np.ndarray, n_frequencies: int = 256, seed: int = 42
) -> np.ndarray:
    """Features whose products approximate a Gaussian kernel.

    Parameters
    ----------
    values : ndarray, shape (n, d)
    n_frequencies : int
    seed : int
        Of the pairs whose median distance is the width of the kernel, then of the frequencies.

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
    rng = np.random.default_rng(seed)
    one, other = values[rng.integers(len(values), size=(2, 2000))]
    width = np.median(np.linalg.norm(one - other, axis=1))
    frequencies = rng.normal(size=(values.shape[1], n_frequencies)) / width
    phase = values @ frequencies
    return np.hstack([np.cos(phase), np.sin(phase)]) / np.sqrt(n_frequencies)


def mmd_test(
    features: np.ndarray,
    in_target: np.ndarray,
    groups: ArrayLike,
    n_permutations: int = MOST_PERMUTATIONS,
    seed: int = 42,
    kinds: ArrayLike | None = None,
) -> MmdTest:
    """Test two samples by their maximum mean discrepancy, permuting whole groups.

    All permutations are worked out at once from sums over `permutations.exchangeable_units`.
    Where nothing differs p is at or below a level no more often than the level says, as
    ``benchmarks/two_sample_uniformity.py`` checks.

    Parameters
    ----------
    features : ndarray, shape (n, k)
        Of `random_fourier_features`.
    in_target : ndarray of bool, shape (n,)
    groups : array, shape (n,)
        What changes places as one, such as the artist of each row.
    n_permutations : int
    seed : int
    kinds : array of str, shape (n,), optional
        As in `permutations.exchangeable_units`.

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
    rows = permutations.exchangeable_units(in_target, groups, kinds)
    sums = _sums_over(rows["unit"].to_numpy(), features)
    first = rows.assign(owner=in_target).drop_duplicates("unit").sort_values("unit")
    stratum, owner = first["stratum"].to_numpy(), first["owner"].to_numpy()
    free = permutations.share_free(rows["free"].to_numpy(), in_target)
    if free < permutations.FREE_ENOUGH:
        n_permutations = 0
    rng = np.random.default_rng(seed)
    dealt = permutations.deals(owner, stratum, n_permutations, rng)
    arrangements = np.vstack([owner[None], dealt]).astype(float)
    target = arrangements @ sums
    mmd2 = _unbiased_mmd2(target, sums.sum(axis=0) - target)
    if not n_permutations:
        return MmdTest(mmd2[0], np.nan, np.nan, np.nan, free)
    # Floats of one and the same arrangement may differ in the last digits.
    p = (mmd2 >= mmd2[0] - 1e-12).mean()
    return MmdTest(mmd2[0], mmd2[1:].mean(), np.quantile(mmd2[1:], 0.95), p, free)


def _sums_over(unit: np.ndarray, features: np.ndarray) -> np.ndarray:
    """Features summed over the rows of each unit; the last column counts the rows."""
    ones = np.ones(len(unit))
    membership = scipy.sparse.csr_array((ones, (unit, np.arange(len(unit)))))
    return np.column_stack([membership @ features, membership @ ones])


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
        Listings in the order of the tracks table, with the columns corpus, study, participant,
        artist, track_id.
    block : int
        Consecutive listings of a corpus and study that stay together.

    Returns
    -------
    DataFrame
        The first listing of each track of each corpus. Columns by_unit and kind: the unit and its
        kind by the rule of `units.units`; by_artist: the artist; by_block: the block, of a corpus
        without studies too.

    Notes
    -----
    Notebook: 08_embedding_map
    """
    rows = rows[rows["track_id"].notna()]
    study = rows["study"].fillna("-")
    place = rows.assign(study=study).groupby(["corpus", "study"]).cumcount()
    ruled = units.units(rows, block)
    marked = rows.assign(
        by_unit=ruled["unit"],
        kind=ruled["kind"],
        by_artist=units.artists(rows),
        by_block=rows["corpus"] + study + (place // block).astype(str),
    )
    return marked.drop_duplicates(["corpus", "track_id"])


def same_genre_mix(
    target: pd.DataFrame, reference: pd.DataFrame, seed: int = GENRE_MIX_SEED
) -> pd.DataFrame:
    """As many tracks of each genre from either side: the number that the poorer side has.

    Parameters
    ----------
    target, reference : DataFrame
        Tracks, with the column genre. Left out are tracks of "no genre" and those of a genre that
        one side lacks, since no mix of both has that genre.
    seed : int

    Returns
    -------
    DataFrame
        A random sample of both, target first.

    Notes
    -----
    Notebook: 08_embedding_map
    """
    counts = pd.concat([side["genre"].value_counts() for side in (target, reference)], axis=1)
    fewest = counts.fillna(0).min(axis=1).astype(int).drop(NO_GENRE, errors="ignore")
    samples = [target[:0]]
    for side in (target, reference):
        for genre, tracks in side.groupby("genre"):
            samples.append(tracks.sample(int(fewest.get(genre, 0)), random_state=seed))
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


def halves_of(reference: str) -> str:
    """Name of the contrast of random halves of a corpus.

    Parameters
    ----------
    reference : str
        Name of the corpus.

    Returns
    -------
    str

    Notes
    -----
    Notebook: 08_embedding_map
    """
    return f"halves of {reference}"


def contrasts(
    rows: pd.DataFrame, target: str, reference: str, block: int, seed: int
) -> dict[str, Draws]:
    """Two corpora to be told apart, and the yardsticks to judge by how well that works.

    Parameters
    ----------
    rows : DataFrame
        Listings, with the columns corpus, study, participant, artist, track_id, genre.
    target, reference : str
        Corpora.
    block : int
        Consecutive listings in a block.
    seed : int
        Of the random halves.

    Returns
    -------
    dict of str to sequence of Contrast
        The corpora without the tracks that both hold; with them; with the same genre mix, drawn
        `N_MIXES` times; by artist and by block in the unit's place. Yardsticks: `N_HALVES` splits
        of the reference into random halves and, where the target has two studies, one study
        against the other, by unit, by artist and by block.

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
    mixes = [same_genre_mix(of_target, of_reference, GENRE_MIX_SEED + k) for k in range(N_MIXES)]
    pair = f"{target} - {reference}"
    found: dict[str, Draws] = {
        pair: [Contrast(apart, apart["corpus"] == target, "by_unit")],
        f"{pair}, shared tracks kept": [Contrast(tracks, tracks["corpus"] == target, "by_unit")],
        f"{pair}, same genre mix": [
            Contrast(mix, mix["corpus"] == target, "by_unit") for mix in mixes
        ],
        f"{pair}, by artist": [Contrast(apart, apart["corpus"] == target, "by_artist")],
        f"{pair}, by block": [Contrast(apart, apart["corpus"] == target, "by_block")],
        halves_of(reference): [
            Contrast(of_reference, random_half(of_reference, "by_unit", seed + k), "by_unit")
            for k in range(N_HALVES)
        ],
    }
    studies = sorted(of_target["study"].dropna().unique())
    if len(studies) == 2:
        first = of_target["study"] == studies[0]
        name = " - ".join(studies)
        found[name] = [Contrast(of_target, first, "by_unit")]
        found[f"{name}, by artist"] = [Contrast(of_target, first, "by_artist")]
        found[f"{name}, by block"] = [Contrast(of_target, first, "by_block")]
    return found


def is_testable(contrast: Contrast, seed: int) -> bool:
    """Whether a contrast has five tracks a side, and units enough to teach and to judge.

    Parameters
    ----------
    contrast : Contrast
    seed : int
        Of the halves, as in `auc.half_split_auc`.

    Returns
    -------
    bool

    Notes
    -----
    Notebook: 08_embedding_map
    """
    first = contrast.first.to_numpy()
    if min(first.sum(), (~first).sum()) < FEWEST:
        return False
    artists = contrast.tracks["by_artist"]
    return auc.can_be_halved(first, contrast.tracks[contrast.unit], artists, seed)


def testable(to_compare: Mapping[str, Draws], seed: int) -> dict[str, Draws]:
    """Those contrasts of which every draw is large enough to be tested (see `is_testable`).

    Parameters
    ----------
    to_compare : mapping of str to sequence of Contrast
    seed : int

    Returns
    -------
    dict of str to sequence of Contrast

    Notes
    -----
    Notebook: 08_embedding_map
    """
    return {
        name: draws
        for name, draws in to_compare.items()
        if all(is_testable(one, seed) for one in draws)
    }


def standardised(tracks: pd.DataFrame, feature_sets: Sequence[maps.Vectors]) -> np.ndarray:
    """The numbers of tracks from one or more feature sets, each set counting the same.

    Parameters
    ----------
    tracks : DataFrame
    feature_sets : sequence of feature set

    Returns
    -------
    ndarray of float32, shape (tracks, numbers)
        Mean 0 over these tracks; the variances of a feature set sum to 1.

    Notes
    -----
    Notebook: 08_embedding_map
    """
    blocks = []
    for one in feature_sets:
        numbers = one.vectors(tracks["track_id"])
        # A number that never varies stays 0.
        z = (numbers - numbers.mean(axis=0)) / numbers.std(axis=0).clip(1e-9)
        blocks.append(z / np.sqrt(numbers.shape[1]))
    return np.hstack(blocks).astype("float32")


def compare(
    to_compare: Mapping[str, Draws],
    feature_sets: Mapping[str, maps.Vectors],
    n_permutations: int = MOST_PERMUTATIONS,
    seed: int = 42,
    level: float = 0.95,
) -> pd.DataFrame:
    """Both two-sample tests of each draw of each contrast, by each feature set and by all together.

    Parameters
    ----------
    to_compare : mapping of str to sequence of Contrast
    feature_sets : mapping of str to feature set
        By name, such as audio_features.
    n_permutations : int
        At most 999 are made, and 199 of each of several draws.
    seed : int
    level : float
        Coverage of the interval of the AUC.

    Returns
    -------
    DataFrame
        Index: contrast, features (the name of a set with spaces; "both" for two together,
        "all sets" for more), draw.
        Columns auc, low, high, n_train, n_test; mmd2, null_mean, null_95, p, free; n_first,
        n_other (tracks on either side).

    Notes
    -----
    Notebook: 08_embedding_map
    """
    chosen = {spaced(name): [one] for name, one in feature_sets.items()}
    if len(feature_sets) > 1:
        together = "both" if len(feature_sets) == 2 else "all sets"
        chosen[together] = list(feature_sets.values())

    def by_features(features: str) -> pd.DataFrame:
        return _judged(to_compare, chosen[features], n_permutations, seed, level)

    # All sets together take longest: they begin first, so that the threads end together.
    longest_first = sorted(chosen, key=lambda features: -len(chosen[features]))
    # Limits of threads hold for the whole process: what sets them within has to find them set.
    with threadpool_limits(1), ThreadPoolExecutor(N_THREADS) as pool:
        found = list(pool.map(by_features, longest_first))
    table = pd.concat(found, keys=longest_first, names=["features"])
    ordered = table.reorder_levels(["contrast", "features", "draw"]).sort_index()
    lines = [(contrast, features) for contrast in to_compare for features in chosen]
    draws = [ordered.loc[line] for line in lines]
    return pd.concat(draws, keys=lines, names=["contrast", "features"])


def _judged(
    to_compare: Mapping[str, Draws],
    feature_sets: Sequence[maps.Vectors],
    n_permutations: int,
    seed: int,
    level: float,
) -> pd.DataFrame:
    """Both tests of each draw by some feature sets; index: contrast, draw.

    What depends on the tracks alone is worked out once for all contrasts of the same tracks.
    """
    prepared: dict[int, tuple[np.ndarray, np.ndarray, np.ndarray]] = {}
    uses = Counter(id(one.tracks) for draws in to_compare.values() for one in draws)
    found = {}
    for name, draws in to_compare.items():
        most = PERMUTATIONS_OF_A_DRAW if len(draws) > 1 else MOST_PERMUTATIONS
        for k, one in enumerate(draws):
            if id(one.tracks) not in prepared:
                values = standardised(one.tracks, feature_sets)
                artists = pd.factorize(one.tracks["by_artist"])[0]
                features = random_fourier_features(values, seed=seed)
                prepared[id(one.tracks)] = values, features, artists
            values, features, artists = prepared[id(one.tracks)]
            first, groups = one.first.to_numpy(), pd.factorize(one.tracks[one.unit])[0]
            result = auc.half_split_auc(values, first, groups, artists, seed, level)
            kinds = one.tracks["kind"] if one.unit == "by_unit" else None
            n_deals = min(n_permutations, most)
            test = mmd_test(features, first, groups, n_deals, seed, kinds)
            sizes = {"n_first": first.sum(), "n_other": (~first).sum()}
            found[name, k] = {**result._asdict(), **test._asdict(), **sizes}
            uses[id(one.tracks)] -= 1
            if not uses[id(one.tracks)]:
                # The numbers of thousands of tracks are large, and there may be twenty such sets.
                del prepared[id(one.tracks)]
    table = pd.DataFrame.from_dict(found, orient="index")
    return table.rename_axis(index=["contrast", "draw"])


def over_draws(compared: pd.DataFrame) -> pd.DataFrame:
    """One line a contrast and feature set: means over its draws, and the median of p.

    Parameters
    ----------
    compared : DataFrame
        As `compare` gives it.

    Returns
    -------
    DataFrame
        Index: contrast, features, in their order. The columns of `compared`, and draws: how many.

    Notes
    -----
    Notebook: 08_embedding_map
    """
    groups = compared.groupby(level=["contrast", "features"], sort=False)
    return groups.mean().assign(p=groups["p"].median(), draws=groups.size())


def chance_spread(compared: pd.DataFrame, contrast: str) -> pd.DataFrame:
    """What two halves that differ by chance alone give, split after split.

    Parameters
    ----------
    compared : DataFrame
        As `compare` gives it.
    contrast : str
        One with several draws.

    Returns
    -------
    DataFrame
        Index: features. lowest and highest AUC; held: intervals that hold one half; splits: how
        many; p_low: splits with p at or below 0.05, of `tested` that have a p.

    Notes
    -----
    Notebook: 08_embedding_map
    """
    draws = compared.xs(contrast, level="contrast")
    holds = (draws["low"] <= 0.5) & (draws["high"] >= 0.5)
    by = draws.assign(held=holds, p_low=draws["p"] <= 0.05).groupby(level="features", sort=False)
    return pd.DataFrame(
        {
            "lowest": by["auc"].min(),
            "highest": by["auc"].max(),
            "held": by["held"].sum(),
            "splits": by.size(),
            "p_low": by["p_low"].sum(),
            "tested": by["p"].count(),
        }
    )
