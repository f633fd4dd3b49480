"""What the maps, and the tests of two corpora in the full space, show, in one sentence each."""

from collections.abc import Callable, Mapping, Sequence

import numpy as np
import pandas as pd

from helpers.figures.numbers import listed, p_equals, p_text, percent
from helpers.project import counted, counted_of, spaced

# Neighbours of which a listing is asked, as in `stats.regions`; a map of fewer listings has fewer.
ASKED = 15
# A region of its own: most neighbours are of the genre, and this many times its share.
MOST, TIMES = 0.5, 2
# The corpora prevail in parts of their map if own neighbours are commoner by this factor.
PREVAILS = 1.5
# By how much two AUCs differ at least to be called different.
NOTABLE = 0.02
# Dots that a genre must have in the explorer to be spoken of.
FEWEST_DOTS = 30


def mapped_in_words(counts: pd.DataFrame) -> str:
    """How many of the complete listings of each corpus are on the maps.

    Parameters
    ----------
    counts : DataFrame
        Of `stats.maps.listing_counts`.

    Returns
    -------
    str

    Notes
    -----
    Notebook: 08_embedding_map
    """
    said = []
    for name, row in counts.iterrows():
        if not row["on the maps"]:
            said.append(f"no listing of {name}")
        elif row["on the maps"] == row["complete"]:
            said.append(f"all {row['complete']:,} complete listings of {name}")
        else:
            said.append(
                f"{row['on the maps']:,} of {row['complete']:,} complete listings of {name}"
            )
    return f"The maps hold {listed(said)}."


def others_in_words(artists: pd.Series) -> str:
    """Which listings count as neighbours: those by other artists, where artists are known.

    Parameters
    ----------
    artists : Series of str
        Of the listings, missing where unknown; a track without one counts as an artist of its own.

    Returns
    -------
    str

    Notes
    -----
    Notebook: 08_embedding_map
    """
    return "by other artists" if artists.notna().any() else "of other tracks"


def regions_in_words(
    overall: pd.DataFrame,
    regions: Mapping[tuple[str, str], pd.DataFrame],
    others: str,
    shown: Callable[[str], str] = str,
) -> str:
    """Whether genres form regions of their own on the maps, and which do.

    Parameters
    ----------
    overall, regions
        Of `stats.regions.overall` and `genre_regions`.
    others : str
        Of `others_in_words`.
    shown : callable
        Of the name of a genre: the name as the sentence shows it.

    Returns
    -------
    str

    Notes
    -----
    Notebook: 08_embedding_map
    """
    if overall.empty:
        return "No genre has listings enough on a map to say whether it has a region of its own."
    mixed, apart = [], []
    for (corpus, kind), row in overall.iterrows():
        name = f"{corpus}, {spaced(kind)}"
        mixed.append(f"{percent(row['own'])} ({name}; {percent(row['share'])} by chance)")
        table = regions[corpus, kind]
        has_region = (table["own"] > MOST) & (table["own"] >= TIMES * table["share"])
        genres = [shown(genre) for genre in table.index[has_region]]
        if genres:
            apart.append(f"{listed(genres)} ({name})")
    verdict = "No genre forms a region of its own"
    if apart:
        verdict = f"Only these genres form regions of their own: {'; '.join(apart)}"
    return (
        f"{verdict}. A region takes more than half of the neighbours, and twice the share of the "
        f"genre. Of the fifteen nearest listings {others}, these are of a listing's own genre: "
        f"{listed(mixed)}."
    )


def outstanding_in_words(points: pd.DataFrame, features: Sequence[str]) -> str:
    """The genre whose mean of a feature is farthest from that of its corpus.

    Parameters
    ----------
    points : DataFrame
        Of `stats.maps.explorable`: corpus, genre, and features in standard deviations.
    features : sequence of str

    Returns
    -------
    str

    Notes
    -----
    Notebook: 08_embedding_map
    """
    dots = points.groupby(["corpus", "genre"])
    means = dots[list(features)].mean()[dots.size() >= FEWEST_DOTS].stack().dropna()
    if means.empty:
        return "No genre has dots enough, or no feature describes them."
    (corpus, genre, feature), most = means.abs().idxmax(), means[means.abs().idxmax()]
    side = "above" if most > 0 else "below"
    return (
        f"The genre that a feature sets apart most is {genre} in {corpus}: its mean {feature} lies "
        f"{abs(most):.1f} standard deviations {side} that of the corpus."
    )


def kept_in_words(quality: pd.DataFrame, corpus: str, kind: str) -> str:
    """How many neighbours of the full space maps keep.

    Parameters
    ----------
    quality : DataFrame
        Of `stats.maps.map_quality`, one row a map: three seeds, principal components and others.
    corpus, kind : str
        Of whose listings, by which feature set.

    Returns
    -------
    str

    Notes
    -----
    Notebook: 08_embedding_map
    """
    kept = 100 * quality["neighbours kept"]
    seeds = kept.filter(like="seed")
    return (
        "Of the nearest neighbours in the full space, the maps of three seeds keep "
        f"{seeds.min():.1f} to {seeds.max():.1f} %, and principal components "
        f"{kept['principal components']:.1f} % ({corpus}, {spaced(kind)})."
    )


def same_genre_in_words(quality: pd.DataFrame, first: str, corpus: str) -> str:
    """How often the nearest listing has the same genre, on the map and in the full space.

    Parameters
    ----------
    quality : DataFrame
        As in `kept_in_words`, with a row "full space".
    first : str
        The row of the map that is spoken of.
    corpus : str

    Returns
    -------
    str

    Notes
    -----
    Notebook: 08_embedding_map
    """
    same, other = 100 * quality["same genre"], 100 * quality["other artists"]
    return (
        f"The nearest neighbour of a listing of {corpus} has the same genre in {same[first]:.0f} % of "
        f"cases on the map and in {same['full space']:.0f} % in the full space; where neighbours by "
        f"the same artist do not count, in {other[first]:.0f} % and {other['full space']:.0f} %."
    )


def tested_in_words(unit: str, n_tested: int, too_small: Sequence[str]) -> str:
    """Which units of the corpora stay together, and whether they suffice for every comparison.

    Parameters
    ----------
    unit : str
        Of `stats.units.units_in_words`.
    n_tested : int
        Comparisons with units enough.
    too_small : sequence of str
        Names of the others.

    Returns
    -------
    str

    Notes
    -----
    Notebook: 08_embedding_map
    """
    said = f"The units that stay together are {unit}."
    if not too_small:
        return f"{said} They suffice for {counted(n_tested, 'comparison')}."
    return (
        f"{said} They suffice for {counted_of(n_tested, n_tested + len(too_small), 'comparison')}, "
        f"and are too few for {'; '.join(too_small)}."
    )


def auc_in_words(results: pd.DataFrame, pair: Sequence[str]) -> str:
    """How well two corpora are told apart by each feature set, and what genre mixes have to do with it.

    Parameters
    ----------
    results : DataFrame
        Of `stats.two_samples.over_draws`; index: contrast, features. Columns auc, low, high.
    pair : sequence of str
        Target and reference.

    Returns
    -------
    str

    Notes
    -----
    Notebook: 08_embedding_map
    """
    main = " - ".join(pair)
    if main not in results.index:
        return f"{main} has too few units for a classifier."
    mix = f"{main}, same genre mix"
    sentences = []
    for features in results.index.unique("features"):
        rows = results.xs(features, level="features")
        one = rows.loc[main]
        said = (
            f"By {_together(features)} the AUC of {main} is {one['auc']:.2f} "
            f"({one['low']:.2f} to {one['high']:.2f})"
        )
        if mix in rows.index:
            said += f"; with equal genre mixes it {_once_equal(one, rows.loc[mix])}"
        sentences.append(f"{said}.")
    return " ".join(sentences)


def _together(features: str) -> str:
    """Feature sets as a sentence names them; "both" and "all sets" are taken together."""
    return f"{features} together" if features in ("both", "all sets") else features


def _once_equal(whole: pd.Series, equal: pd.Series) -> str:
    """What becomes of an AUC when both sides have the same genre mix."""
    said = f"stays at {equal['auc']:.2f}"
    if whole["auc"] - equal["auc"] >= NOTABLE:
        said = f"falls to {equal['auc']:.2f}"
    if equal["auc"] - whole["auc"] >= NOTABLE:
        said = f"rises to {equal['auc']:.2f}"
    if equal["low"] <= 1 / 2 <= equal["high"]:
        said += ", which is not shown to differ from one half"
    return said


def yardsticks_in_words(results: pd.DataFrame, pair: Sequence[str]) -> str:
    """How the comparison of the corpora stands beside its variants and beside the yardsticks.

    Parameters
    ----------
    results, pair
        As in `auc_in_words`.

    Returns
    -------
    str

    Notes
    -----
    Notebook: 08_embedding_map
    """
    main, features = " - ".join(pair), results.index.unique("features")[-1]
    if main not in results.index:
        return f"{main} has too few units to be set beside the yardsticks."
    auc = results.xs(features, level="features")["auc"]
    variants = auc[[name.startswith(f"{main}, ") for name in auc.index]]
    yardsticks = auc.drop([main, *variants.index])
    said = [f"{name} {value:.2f}" for name, value in yardsticks.items()]
    sentence = f"By {_together(features)}, the AUC of {main} is {auc[main]:.2f}"
    if len(variants):
        sentence += f", its variants reach {variants.min():.2f} to {variants.max():.2f}"
    if not said:
        return f"{sentence}; no yardstick has units enough."
    largest = yardsticks.max()
    verdict = "more" if auc[main] > largest else "no more"
    return f"{sentence}: {verdict} than any yardstick ({'; '.join(said)})."


def mmd_in_words(results: pd.DataFrame, pair: Sequence[str]) -> str:
    """Whether the corpora differ by the permutation test, and by which units it can be made.

    Parameters
    ----------
    results, pair
        As in `auc_in_words`, with the columns p and free.

    Returns
    -------
    str

    Notes
    -----
    Notebook: 08_embedding_map
    """
    main = " - ".join(pair)
    if main not in results.index:
        return f"{main} has too few units for the permutation test."
    highest = results["p"].groupby(level="contrast", sort=False).max()
    free = results.loc[main, "free"].min()
    said = f"For {main} there is no p, since only {percent(free)} of its rows can change places."
    if free == 0:
        said = f"For {main} there is no p, since none of its rows can change places."
    if not np.isnan(highest[main]):
        said = f"For {main} the largest p of the feature sets is {p_text(highest[main])}."
    tested = highest.drop(main).dropna()
    is_variant = tested.index.str.startswith(f"{main}, ")
    for what, rows in (("variants", tested[is_variant]), ("yardsticks", tested[~is_variant])):
        named = [f"{name} ({p_equals(p)})" for name, p in rows.items()]
        said += f" Largest p of the {what}: {'; '.join(named) or 'none has one'}."
    return said


def corpora_mix_in_words(
    neighbours: pd.DataFrame, sizes: pd.Series, pair: Sequence[str], others: str
) -> str:
    """Whether two corpora form regions of their own on their joint map.

    Parameters
    ----------
    neighbours : DataFrame
        Of `stats.regions.corpus_regions`.
    sizes : Series of int
        Listings on the map by corpus.
    pair : sequence of str
        Target and reference.
    others : str
        Of `others_in_words`.

    Returns
    -------
    str

    Notes
    -----
    Notebook: 08_embedding_map
    """
    target, reference = pair
    own, of_other = neighbours.at[target, target], neighbours.at[reference, target]
    expected = sizes[target] / sizes.sum()
    if np.isnan([own, of_other]).any():
        return (
            "The listings have too few artists to say whether the corpora mix on their joint map."
        )
    verdict = f"{target} and {reference} mix on their joint map and form no regions of their own"
    if own >= PREVAILS * of_other:
        verdict = f"{target} prevails in parts of the joint map"
    if own > MOST and own >= TIMES * of_other:
        verdict = f"{target} has regions of its own on the joint map"
    near = "fifteen nearest" if sizes.sum() > ASKED else "nearest"
    return (
        f"{verdict}: of the {near} listings {others}, {percent(own)} are of "
        f"{target} around a listing of {target} and {percent(of_other)} around one of {reference}, "
        f"where {percent(expected)} of all listings are."
    )


def axes_in_words(
    tests: pd.DataFrame, by_seed: pd.DataFrame, seed: int, pair: Sequence[str]
) -> str:
    """How large the differences on the axes of the joint map are, and over seeds, where there are several.

    Parameters
    ----------
    tests : DataFrame
        Index: axis. Columns cliffs_delta (target minus reference) and magnitude, of one seed.
    by_seed : DataFrame
        Columns seed and cliffs_delta, of all seeds and axes.
    seed : int
    pair : sequence of str

    Returns
    -------
    str

    Notes
    -----
    Notebook: 08_embedding_map
    """
    read = [
        f"{row['cliffs_delta']:.2f} ({row['magnitude']}) on {spaced(str(axis))}"
        for axis, row in tests.iterrows()
    ]
    said = (
        f"Cliff's delta, {pair[0]} minus {pair[1]}, is {listed(read)} of the joint map with seed "
        f"{seed}"
    )
    n_seeds, sizes = by_seed["seed"].nunique(), by_seed["cliffs_delta"].abs()
    if n_seeds < 2:
        return f"{said}; this build maps no other seed."
    return f"{said}; over {n_seeds} seeds its size is {sizes.min():.2f} to {sizes.max():.2f}."


def axes_table(tests: pd.DataFrame, by_seed: pd.DataFrame) -> pd.DataFrame:
    """Effect sizes on the axes of the joint map, with their range where several seeds were mapped.

    Parameters
    ----------
    tests, by_seed
        As in `axes_in_words`; of tests ks_d too.

    Returns
    -------
    DataFrame

    Notes
    -----
    Notebook: 08_embedding_map
    """
    shown = {"cliffs_delta": "delta", "magnitude": "size", "ks_d": "D"}
    table = tests[list(shown)].rename(columns=shown).rename_axis(None)
    if by_seed["seed"].nunique() < 2:
        return table
    ends = by_seed["cliffs_delta"].groupby(by_seed["feature"]).agg(["min", "max"])
    return table.join(ends.set_axis(["lowest delta", "highest delta"], axis=1))
