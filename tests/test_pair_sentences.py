"""Sentences about clustered pairs of genres: verdicts follow the numbers, whatever these are."""

import numpy as np
import pandas as pd
import pytest

from helpers import figures

SOUND, SIGHT = ("T", "audio_features"), ("T", "embeddings")


def by_map(columns, *rows):
    """A table with a row a map; columns of two levels where they are pairs."""
    index = pd.MultiIndex.from_tuples([("T", "audio features"), ("T", "embeddings")][: len(rows)])
    names = pd.MultiIndex.from_tuples(columns) if isinstance(columns[0], tuple) else columns
    return pd.DataFrame(list(rows), index, names)


def test_genres_make_pairs():
    said = figures.paired_in_words({"T": list("abc"), "R": list("ab")})
    assert said == "The 3 genres of T make 3 pairs and the 2 genres of R make 1 pair."


@pytest.mark.parametrize(
    ("others", "verdict"),
    [
        # Median 0, mean 0.3: half of the pairs lie at nothing.
        ([], "a few pairs carry the mean."),
        # Median 0.2, mean 0.21: a median that is lower by a hundredth is no skew.
        (
            [[0.2, 0.2, 0.23]],
            "a few pairs carry the mean in 1 of 2 cases, and the two hardly differ in 1.",
        ),
        # Median 0.3, mean 0.4: lower, but most pairs take part.
        ([[0.2, 0.3, 0.7]], "a few pairs carry the mean in 1 of 2 cases."),
        ([[0.0, 0.9, 0.9]], "a few pairs carry the mean in 1 of 2 cases."),
    ],
)
def test_a_few_pairs_carry_the_mean_where_the_median_is_half_of_it_or_less(others, verdict):
    tables = [pd.DataFrame({"ari": values}) for values in ([0.0, 0.0, 0.9], *others)]
    keys = [("T", "audio_features"), ("R", "audio_features")]
    said = figures.skewed_pairs_in_words(dict(zip(keys, tables, strict=False)))
    assert "is 0.000 beside 0.300 (T, audio features)" in said and said.endswith(f": {verdict}")


def test_mean_and_median_that_are_alike_are_said_to_be():
    level = pd.DataFrame({"ari": [0.0, 0.01, 0.02]})
    said = figures.skewed_pairs_in_words({SOUND: level, SIGHT: level})
    assert said.endswith(": the two hardly differ.")
    above = pd.DataFrame({"ari": [0.2, 0.5, 0.6]})
    said = figures.skewed_pairs_in_words({SOUND: above})
    assert said.endswith(": in no case do a few pairs carry the mean.")


def test_pairs_beyond_chance_are_counted_and_the_strongest_genres_named():
    pairs = pd.DataFrame(
        {
            "first": ["Jazz", "Jazz", "Pop"],
            "second": ["Pop", "Rock", "Rock"],
            "ari": [0.5, 0.4, 0.0],
        }
    )
    limits = pairs.assign(ari=0.1)
    said = figures.strongest_in_words({SOUND: pairs}, {SOUND: limits})
    assert said.endswith(
        "in 2 of 3 pairs, the highest on average with Jazz, then Pop (T, audio features)."
    )
    one = figures.strongest_in_words({SOUND: pairs[:1]}, {SOUND: limits[:1]})
    assert one.endswith("in 1 of 1 pair (T, audio features).")


@pytest.mark.parametrize(
    ("two", "words"),
    [
        ((0.47, 0.49), "one genre scores as high as two, so the silhouette is no evidence"),
        ((0.47, 0.60), "two genres score higher only for T, embeddings."),
        ((0.60, 0.60), "two genres score higher than one everywhere."),
    ],
)
def test_a_silhouette_is_evidence_only_beyond_that_of_one_genre(two, words):
    columns = ["clusters of two genres", "clusters of one genre"]
    means = by_map(columns, *([value, 0.48] for value in two))
    said = figures.silhouettes_in_words(means)
    assert f"is 0.48 beside {two[0]:.2f} (T, audio features)" in said and words in said


@pytest.mark.parametrize(
    ("ari", "words"),
    [(-0.008, "is 0.008 at most, which is none."), (0.2, "reaches 0.200 in size.")],
)
def test_numbers_without_groups_have_a_silhouette_and_hardly_agree(ari, words):
    columns = [(one, two) for one in ("map", "null") for two in ("silhouette", "balanced ARI")]
    both = by_map(columns, [0.46, 0.2, 0.47, ari])
    said = figures.no_groups_in_words(both)
    assert "0.47 beside 0.46 (T, audio features) of the real ones" in said and said.endswith(words)


def test_repeated_maps_hold_a_share_of_the_listings():
    said = figures.repeated_in_words({"T": 730}, pd.Series({"T": 8966}))
    assert said == "The repeated maps hold 730 of 8,966 listings of T (8 %)."


@pytest.mark.parametrize(
    ("without", "words"),
    [
        ((0.2, 0.4), "It rises everywhere, so k-means needs no map"),
        ((0.0, 0.4), "Of 2 cases it rises in 1 and falls in 1."),
        ((0.0, 0.1), "It falls everywhere, so the map brings out genres"),
        ((0.11, 0.19), "It hardly changes, so the map neither brings out genres nor"),
        ((0.11, 0.4), "Of 2 cases it rises in 1 and hardly changes in 1."),
        ((0.2,), "It rises, so k-means needs no map"),
    ],
)
def test_the_map_is_needed_only_where_agreement_falls_without_it(without, words):
    columns = [("map", "balanced ARI"), ("without", "balanced ARI")]
    both = by_map(columns, *([0.1 + 0.1 * k, value] for k, value in enumerate(without)))
    assert words in figures.without_map_in_words(both)


def versions(rows, corpora=("T",)):
    """Versions of a difference: name to (value, half of the interval); one SD over seeds."""
    table = pd.DataFrame(rows, ["value", "reach"]).T
    table["ci_low"], table["ci_high"] = (
        table["value"] - table["reach"],
        table["value"] + table["reach"],
    )
    return pd.concat(dict.fromkeys(corpora, table.assign(seed_sd=0.01)))


def test_versions_are_counted_by_sign_and_by_what_their_intervals_contain():
    table = versions({"one map": (0.05, 0.1), "all seeds": (0.15, 0.1), "bare": (0.2, 0.1)})
    assert figures.versions_in_words(table) == (
        "In T all 3 versions have the same sign; 1 of 3 intervals contains zero (one map)."
    )
    turned = versions({"one map": (-0.3, 0.1), "all seeds": (0.2, 0.1), "bare": (0.2, 0.1)})
    assert figures.versions_in_words(turned) == (
        "In T 2 of 3 versions have the same sign; no interval contains zero."
    )
    wide = versions({"one map": (0.1, 0.2), "bare": (0.2, 0.3)})
    assert figures.versions_in_words(wide) == (
        "In T all 2 versions have the same sign; all 2 intervals contain zero."
    )


def test_versions_of_two_genres_have_no_intervals():
    table = versions({"one map": (0.05, np.nan), "bare": (0.2, np.nan)})
    said = figures.versions_in_words(table)
    assert said.endswith(
        "all 2 versions have the same sign; there are too few genres for intervals."
    )


def test_versions_name_what_is_compared_where_several_things_are():
    table = pd.concat({"T": versions({"a": (1, 0.1)}, ["embeddings minus audio_features"])})
    said = figures.versions_in_words(table)
    assert said.startswith("In T (embeddings minus audio features) 1 of 1 version have the same")


@pytest.mark.parametrize(
    ("one_map", "words"),
    [
        (0.05, "so it matters more which listings are on a map than which seed it has."),
        (0.14, "so the seed may explain that."),
    ],
)
def test_a_sample_matters_where_a_difference_moves_by_more_than_seeds_do(one_map, words):
    table = versions({"all seeds": (0.146, 0.1), "one map": (one_map, 0.1)})
    args = pd.Series({"T": 900}), ("all seeds", "one map")
    said = figures.sample_in_words(table, {"T": 73}, *args)
    assert "+0.146 on repeated maps of 73 listings" in said and said.endswith(words)
    whole = figures.sample_in_words(table, {"T": 900}, *args)
    assert whole == "In T the repeated maps hold all 900 listings."


def scores(**by_set):
    rows = {
        ("T", name, way): value
        for name, values in by_set.items()
        for way, value in zip(("nearest", "logistic", "guess"), values, strict=True)
    }
    return pd.DataFrame({"macro F1": rows}).assign(**{"SD over folds": 0.02})


def test_classifiers_are_set_beside_guessing_and_the_best_set_is_named_where_it_always_is():
    said = figures.classifiers_in_words(scores(sound=(0.2, 0.3, 0.1), sight=(0.3, 0.4, 0.1)))
    assert said == (
        "All 4 classifiers score higher than guessing. The highest macro F1 is 0.400 (SD over folds "
        "0.020), by sight and logistic in T, where guessing has 0.100; each classifier does best with "
        "sight."
    )
    mixed = figures.classifiers_in_words(scores(sound=(0.2, 0.3, 0.1), sight=(0.05, 0.4, 0.1)))
    assert mixed.startswith("3 of 4 classifiers score higher than guessing.")
    assert "does best" not in mixed
    assert figures.classifiers_in_words(scores()).startswith("There are too few tracks")


def test_a_deal_to_artists_says_of_how_many_pairs():
    table = pd.DataFrame(
        {"by listing": [0.5, np.nan], "by artist": [0.25, np.nan], "tested": [2, 0]},
        pd.MultiIndex.from_tuples([("T", "embeddings"), ("R", "embeddings")]),
    )
    said = figures.artists_in_words(table, {"T": list("abc"), "R": list("ab")})
    assert said.endswith(
        "a test of 2 of 3 pairs, of which 25 % beat chance by artist and 50 % by listing (T, embeddings)."
    )
    assert figures.artists_in_words(table[1:], {}).startswith("No pair has enough artists")


def test_printed_scores_name_the_set_with_the_highest_in_each_corpus():
    means = pd.DataFrame(
        {
            "score": ["ari", "ari", "silhouette"],
            "corpus": "R",
            "feature_set": ["audio_features", "embeddings", "audio_features"],
            "published": [0.024, 0.105, 0.9],
        }
    )
    said = figures.printed_in_words(means)
    assert said == "As printed, the mean ARI is highest by embeddings in R (0.105 against 0.024)."


def test_each_set_on_its_own_listings_stands_beside_the_common_ones():
    own = by_map(["listings", "genres", "balanced ARI"], [90, 3, 0.2], [80, 3, 0.3])
    common = by_map(["silhouette", "balanced ARI"], [0.5, 0.1])
    said = figures.own_rows_in_words(own, common, {"T": 70})
    assert "0.200 on 90 listings, 0.100 on 70 (T, audio features)" in said
    assert said.endswith("0.300 on 80 listings, not known on common listings (T, embeddings).")


MANY = pd.MultiIndex.from_product([["T", "R"], ["a", "b", "c", "d"]])


def test_of_many_maps_the_highest_and_the_lowest_are_told():
    """Four sets by two corpora: eight cases, of which two are told and six counted."""
    table = pd.DataFrame({"share": np.arange(8) / 10}, MANY)
    assert figures.in_words(table, "{:.0%} of the pairs") == (
        "70 % of the pairs (R, d) at the highest and 0 % of the pairs (T, a) at the lowest "
        "(6 others lie between)"
    )
    few = figures.in_words(table[:3], "{:.0%}")
    assert few == "0 % (T, a), 10 % (T, b) and 20 % (T, c)"


def test_sentences_do_not_grow_with_the_feature_sets():
    """Eight sets instead of four add nothing but digits to a sentence about every map."""
    lengths = []
    for sets in (list("abcd"), list("abcdefgh")):
        index = pd.MultiIndex.from_product([["T", "R"], sets])
        pairs = {
            key: pd.DataFrame({"first": ["x"], "second": ["y"], "ari": [0.3]}) for key in index
        }
        limits = {key: table.assign(ari=0.1) for key, table in pairs.items()}
        dealt = pd.DataFrame({"by listing": 0.5, "by artist": 0.5, "tested": 1}, index)
        lengths.append(
            [
                len(figures.skewed_pairs_in_words(pairs)),
                len(figures.strongest_in_words(pairs, limits)),
                len(figures.artists_in_words(dealt, {"T": ["x", "y"], "R": ["x", "y"]})),
            ]
        )
    for four, eight in zip(*lengths, strict=True):
        assert eight - four <= 1


def test_of_many_differences_those_that_hold_in_every_version_are_named():
    names = [f"{later} minus {earlier}" for earlier, later in zip("aaabbc", "bcdcdd", strict=True)]
    firm, unsure = {"one": (0.2, 0.1), "two": (0.3, 0.1)}, {"one": (0.2, 0.3), "two": (0.3, 0.1)}
    tables = {
        ("T", name): versions(firm if name == "b minus a" else unsure).loc["T"] for name in names
    }
    more = {("R", name): table for (_, name), table in tables.items() if name != "b minus a"}
    said = figures.versions_in_words(pd.concat({**tables, **more}))
    assert said == (
        "In T 1 of 6 differences has the same sign in all versions and no interval that contains "
        "zero: b minus a. In R 0 of 5 differences have the same sign in all versions and no interval "
        "that contains zero."
    )


def test_of_many_differences_the_one_that_a_sample_moves_most_is_told():
    still, moved = (
        versions({"all seeds": (0.2, 0.1), "one map": (value, 0.1)}).loc["T"]
        for value in (0.2, 0.1)
    )
    tables = {("T", f"{k} minus a"): moved if k == 3 else still for k in range(7)}
    args = pd.Series({"T": 900}), ("all seeds", "one map")
    said = figures.sample_in_words(pd.concat(tables), {"T": 73}, *args)
    assert said.startswith("1 of 7 differences moves by more than two SDs over seeds")
    assert "The largest move: In T (3 minus a) the balanced difference is +0.200" in said
    assert "2 minus a" not in said
