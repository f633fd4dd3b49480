"""When a section that needs an input is on the page, and what is said in its place where it is not.

Cells carry tags, and `CONDITIONS` says when a tag holds and what is missing where it does not.
"""

from collections.abc import Callable
from dataclasses import dataclass

import pandas as pd

from helpers import feature_sets, ledger, project
from helpers.inputs import FEWEST_ROWS, NAME_A_PLAYLIST, Inputs
from helpers.profiles import Profile
from helpers.stats import mixed_model, two_samples, units

# Rows with all features that both corpora must have of a genre: one alone has no spread.
FEWEST_ROWS_OF_A_GENRE = 2


def _lacks_genres(inputs: Inputs) -> str:
    bare = inputs.without("genre")
    return f"no genres of {' and '.join(bare)} (none in the tracks table)" if bare else ""


def _lacks_any_genre(inputs: Inputs) -> str:
    if inputs.tracks["genre"].notna().any():
        return ""
    return "no genres (none in the tracks table)"


def _lacks_features(inputs: Inputs) -> str:
    if not inputs.has_table("features"):
        return f"no audio features (not in {inputs.place('features')})"
    few = [corpus for corpus in inputs.pair if corpus not in inputs.feature_rows]
    if few:
        return (
            f"too few audio features: {inputs.place('features')} has fewer than three complete "
            f"rows of {' and of '.join(few)}"
        )
    return ""


def _lacks_embeddings(inputs: Inputs) -> str:
    if inputs.has_table("embeddings"):
        return ""
    return f"no embeddings (not in {inputs.place('embeddings')})"


def _lacks_sets(inputs: Inputs) -> str:
    if inputs.known_sets:
        return ""
    places = " nor in ".join(inputs.place(table) for table in ("features", "embeddings"))
    return f"neither audio features nor embeddings (not in {places})"


def _lacks_several_sets(inputs: Inputs) -> str:
    if lacking := _lacks_sets(inputs):
        return lacking
    if len(inputs.known_sets) > 1:
        return ""
    only = next(iter(inputs.known_sets.values())).label
    return f"one feature set ({only}), and a comparison takes two"


def _lacks_further_readable(inputs: Inputs) -> str:
    """Beside the nine audio features, which the chapters are about."""
    readable = [name for name, one in inputs.known_sets.items() if one.kind == "interpretable"]
    if set(readable) - {"audio_features"}:
        return ""
    return "no further feature set whose columns a person can read"


def _lacks_further_compared(inputs: Inputs) -> str:
    if lacking := _lacks_further_readable(inputs):
        return lacking
    for name, one in inputs.known_sets.items():
        ids = inputs.complete_ids[name]["track_id"]
        known = inputs.listings[inputs.listings["track_id"].isin(ids)]["corpus"].value_counts()
        enough = all(known.get(corpus, 0) >= FEWEST_ROWS for corpus in inputs.pair)
        if one.kind == "interpretable" and name != "audio_features" and enough:
            return ""
    return f"no such set of {FEWEST_ROWS} complete listings of both {' and '.join(inputs.pair)}"


def _lacks_partial_sets(inputs: Inputs) -> str:
    if inputs.sets_with_more_listings:
        return ""
    return "no feature set of notably more listings than those that are complete in all"


def _lacks_maps(inputs: Inputs) -> str:
    if lacking := _lacks_sets(inputs):
        return f"{lacking}, so nothing to map"
    if not inputs.mapped_corpora:
        return (
            f"no corpus with five listings that are complete in every feature set{_fewest(inputs)}"
        )
    return ""


def _fewest(inputs: Inputs) -> str:
    """Which of several feature sets knows the fewest listings, in brackets."""
    if len(inputs.known_sets) < 2:
        return ""
    known = {
        name: int(inputs.listings["track_id"].isin(ids["track_id"]).sum())
        for name, ids in inputs.complete_ids.items()
    }
    name = min(known, key=known.__getitem__)
    return f" ({inputs.known_sets[name].label}: {known[name]:,} listings)"


def _lacks_pair_of_maps(inputs: Inputs) -> str:
    if lacking := _lacks_maps(inputs):
        return lacking
    few = [corpus for corpus in inputs.pair if corpus not in inputs.mapped_corpora]
    return f"fewer than five complete listings of {' and of '.join(few)}" if few else ""


def _lacks_joint_map(inputs: Inputs) -> str:
    if lacking := _lacks_pair_of_maps(inputs):
        return lacking
    return "" if inputs.joint_set else _lacks_embeddings(inputs)


def _lacks_two_samples(inputs: Inputs) -> str:
    if lacking := _lacks_pair_of_maps(inputs):
        return lacking
    if inputs.testable_contrasts:
        return ""
    return "too few tracks, or too few artists, to teach a classifier"


def _lacks_halves(inputs: Inputs) -> str:
    if lacking := _lacks_two_samples(inputs):
        return lacking
    if two_samples.halves_of(inputs.profile.reference) in inputs.testable_contrasts:
        return ""
    return f"fewer than {units.FEWEST} units on either side of random halves"


def _lacks_genre_pairs(inputs: Inputs) -> str:
    if lacking := _lacks_sets(inputs):
        return f"{lacking}, so no points to cluster"
    if inputs.paired_listings.empty:
        return "no corpus with two genres of five complete listings each"
    return ""


def _lacks_background(inputs: Inputs) -> str:
    background = inputs.profile.background
    if background is None:
        return "no third corpus (the profile names no `background`)"
    if background not in inputs.feature_rows:
        return f"no third corpus (no audio features of {background})"
    return ""


def _lacks_mssd(inputs: Inputs) -> str:
    if inputs.has_table("mssd"):
        return ""
    return f"no third corpus of features alone (not in {inputs.place('mssd')})"


def _lacks_column(column: str, what: str) -> Callable[[Inputs], str]:
    def lacks(inputs: Inputs) -> str:
        if inputs.listings[column].notna().any():
            return ""
        return f"no {what} (none in the tracks table)"

    return lacks


def _lacks_studies(inputs: Inputs) -> str:
    target = inputs.tracks[inputs.tracks["corpus"] == inputs.profile.target]
    if target["study"].nunique() > 1:
        return ""
    return f"no second study of {inputs.profile.target} (the tracks table names fewer than two)"


def _lacks_known_lists(inputs: Inputs) -> str:
    target = inputs.profile.target
    rows = inputs.listings[inputs.listings["corpus"] == target]
    if rows[["participant", "study"]].notna().any(axis=None):
        return ""
    return f"no lists of {target} (the tracks table names neither participants nor studies)"


def _lacks_playlist(inputs: Inputs) -> str:
    if inputs.profile.playlist:
        return ""
    return f"no playlist (the profile {inputs.profile.name} names none under `playlist`)"


def _lacks_playlist_genres(inputs: Inputs) -> str:
    if lacking := _lacks_playlist(inputs):
        return lacking
    # A mix of genres is set beside that of one corpus at least.
    if "playlist" in inputs.playlist.genre_counts and len(inputs.playlist.genre_counts.columns) > 1:
        return ""
    return "no genres of the playlist's tracks (none in its file or in the tracks table)"


def _lacks_playlist_features(inputs: Inputs) -> str:
    lacking = _lacks_playlist(inputs) or _lacks_features(inputs)
    if lacking or "features" in inputs.playlist.values:
        return lacking
    return f"no audio features of the playlist's tracks (not in {inputs.place('features')})"


def _lacks_playlist_sound(inputs: Inputs) -> str:
    lacking = _lacks_playlist(inputs)
    if lacking or inputs.playlist.values:
        return lacking
    return "neither audio features nor embeddings of the playlist's tracks"


def _lacks_playlist_ratio(inputs: Inputs) -> str:
    lacking = _lacks_playlist_sound(inputs)
    if lacking or inputs.playlist.comparable(inputs.profile.settings.list_size):
        return lacking
    return (
        "too few tracks to learn a likelihood ratio from: it takes fifty of either corpus with "
        f"audio features or embeddings, and a list of {inputs.profile.target}"
    )


def _lacks_reductions(inputs: Inputs) -> str:
    if inputs.has_table("reductions"):
        return ""
    return f"no artists' genres to reduce (not in {inputs.place('reductions')})"


def _lacks_claims(inputs: Inputs) -> str:
    if len(ledger.published(inputs.profile)):
        return ""
    return "no printed numbers to check: nobody has printed numbers about these corpora"


def _is_real(inputs: Inputs) -> str:
    return "" if inputs.profile.simulated else "data that are not simulated"


def _lacks_shared_genres(inputs: Inputs) -> str:
    """Without features the study's printed figures by genre stand in."""
    if _lacks_features(inputs):
        return ""
    known = []
    for corpus in inputs.pair:
        complete = inputs.feature_rows[corpus].dropna(subset=project.FEATURES)
        counts = complete["genre"].value_counts()
        known.append(set(counts.index[counts >= FEWEST_ROWS_OF_A_GENRE]))
    if known[0] & known[1]:
        return ""
    return f"no genre with features of two listings of both {' and '.join(inputs.pair)}"


def _lacks_contrasts(inputs: Inputs) -> str:
    """Without features the study's printed figures of three contrasts stand in."""
    return "" if _lacks_features(inputs) else _lacks_background(inputs)


def _lacks_lists(inputs: Inputs) -> str:
    if lacking := _lacks_features(inputs):
        return lacking
    target = inputs.profile.target
    lists = inputs.feature_rows[target]["participant"].value_counts()
    if len(lists) > 1 and lists.max() > 1:
        return ""
    return f"no participants of {target} that can be compared (the tracks table names {len(lists)})"


def _lacks_units(inputs: Inputs) -> str:
    if lacking := _lacks_features(inputs):
        return lacking
    block = inputs.profile.settings.block
    few = [
        corpus
        for corpus in inputs.pair
        if units.units(inputs.feature_rows[corpus], block)["unit"].nunique() < units.FEWEST
    ]
    if not few:
        return ""
    return (
        f"fewer than {units.FEWEST} participants, blocks or artists of {' and of '.join(few)} to "
        "draw again"
    )


def _lacks_repeats(inputs: Inputs) -> str:
    """Crossed random effects of lists and artists take several listings of one of them."""
    lacking = _lacks_features(inputs) or _lacks_genres(inputs) or _lacks_shared_genres(inputs)
    lacking = lacking or _lacks_column("artist", "artists")(inputs)
    if lacking:
        return lacking
    pair = inputs.profile.target, inputs.profile.reference
    rows = pd.concat([inputs.feature_rows[corpus] for corpus in pair])
    block = inputs.profile.settings.block
    rows = mixed_model.corpus_rows(rows, pair, project.FEATURES, block)
    if mixed_model.can_be_fitted(rows, pair):
        return ""
    return "too few lists and artists with several listings for a mixed model"


def _lacks_several_lists(inputs: Inputs) -> str:
    if lacking := _lacks_lists(inputs):
        return lacking
    target = inputs.profile.target
    known = inputs.feature_rows[target]["participant"].nunique()
    if known >= units.FEWEST:
        return ""
    people = project.counted(known, "participant")
    return f"{people} of {target}, too few to measure how alike a person's listings are"


def _tested_ranks(inputs: Inputs) -> str:
    keys = ledger.published(inputs.profile).index
    if keys.str.startswith("compare.welch_t.").any():
        return _lacks_features(inputs)
    return "tests of ranks alone in its study"


def _was_taught_nothing(inputs: Inputs) -> str:
    """Said beside comparisons alone, where a network was trained on names of genres."""
    if lacking := _lacks_several_sets(inputs):
        return lacking
    if feature_sets.taught_genres(inputs.profile):
        return ""
    return "no feature set that was trained on names of genres"


def _lacks_musicnn(inputs: Inputs) -> str:
    # Imported here, so that no other chapter depends on the network's code.
    from helpers.embeddings import hearing

    seed = inputs.profile.settings.seed
    if hearing.can_be_heard(seed):
        return ""
    return f"no weights of musicnn, and the book brings no numbers of sounds of the seed {seed}"


def _is_another_study(inputs: Inputs) -> str:
    if inputs.profile.source in ("twin", "published"):
        return ""
    return "other corpora than the study's"


def _shows_its_own(inputs: Inputs) -> str:
    """The study's printed figures are shown of the study, and where they stand in."""
    if _lacks_features(inputs):
        return ""
    return _is_another_study(inputs)


def _has_features(inputs: Inputs) -> str:
    return "" if _lacks_features(inputs) else "audio features of its own"


@dataclass(frozen=True)
class Condition:
    """When the cells of a tag are on the page.

    Attributes
    ----------
    lacks : callable
        Of `Inputs`: what the build has not (or has), as it follows "this build has"; empty where
        the condition holds.
    advice : str
        How to get what is missing; empty where nothing is said in the place of the cells.
    """

    lacks: Callable[[Inputs], str]
    advice: str = ""


_LISTS = "Lists with such a column bring them; see the page “Your own corpora”."
_GENRES = "Lists with a column `genre` bring them, or `python -m helpers acquire`."
_BACKGROUND = "Name a corpus under `background` in the profile, with its features."
_SOUND = (
    "Name tables under `features`, `embeddings` or `feature_sets` in the profile, or run "
    "`python -m helpers acquire` and `python -m helpers embed`."
)
CONDITIONS = {
    "needs-genres": Condition(_lacks_genres, _GENRES),
    "needs-any-genre": Condition(_lacks_any_genre, _GENRES),
    "needs-reductions": Condition(_lacks_reductions),
    "needs-features": Condition(
        _lacks_features,
        "Name a table under `features` in the profile, or run `python -m helpers acquire`.",
    ),
    "needs-embeddings": Condition(
        _lacks_embeddings,
        "Name a table under `embeddings` in the profile; `python -m helpers embed` makes one.",
    ),
    "needs-sets": Condition(_lacks_sets, _SOUND),
    "needs-several-sets": Condition(
        _lacks_several_sets, "Name another under `feature_sets` in the profile."
    ),
    "needs-further-readable": Condition(_lacks_further_readable),
    "needs-further-compared": Condition(_lacks_further_compared),
    "needs-partial-sets": Condition(_lacks_partial_sets),
    "taught": Condition(_was_taught_nothing),
    "needs-musicnn": Condition(
        _lacks_musicnn, "`python -m helpers weights musicnn` fetches the weights."
    ),
    "needs-maps": Condition(_lacks_maps, _SOUND),
    "needs-joint-map": Condition(_lacks_joint_map, _SOUND),
    "needs-two-samples": Condition(_lacks_two_samples, _SOUND),
    "needs-halves": Condition(_lacks_halves, "Longer lists, or more of them, bring one."),
    "needs-genre-pairs": Condition(
        _lacks_genre_pairs,
        "Longer lists with a column `genre`, and features or embeddings of their tracks, bring "
        "them.",
    ),
    "needs-background": Condition(_lacks_background, _BACKGROUND),
    "needs-mssd": Condition(_lacks_mssd, "The profile `demo` has one."),
    "needs-years": Condition(_lacks_column("year", "years of release"), _LISTS),
    "needs-participants": Condition(_lacks_column("participant", "participants"), _LISTS),
    "needs-known-lists": Condition(_lacks_known_lists, _LISTS),
    "needs-artists": Condition(_lacks_column("artist", "artists"), _LISTS),
    "needs-titles": Condition(_lacks_column("title", "titles"), _LISTS),
    "needs-studies": Condition(_lacks_studies, "Lists with a column `study` bring them."),
    "needs-playlist": Condition(_lacks_playlist, NAME_A_PLAYLIST),
    "needs-playlist-genres": Condition(_lacks_playlist_genres, NAME_A_PLAYLIST),
    "needs-playlist-features": Condition(_lacks_playlist_features, NAME_A_PLAYLIST),
    "needs-playlist-sound": Condition(_lacks_playlist_sound, NAME_A_PLAYLIST),
    "needs-playlist-ratio": Condition(_lacks_playlist_ratio, NAME_A_PLAYLIST),
    "needs-claims": Condition(_lacks_claims, "What its chapters computed is kept all the same."),
    "simulated": Condition(_is_real),
    "needs-shared-genres": Condition(
        _lacks_shared_genres, "Genres and features of the same listings bring one."
    ),
    "needs-contrasts": Condition(_lacks_contrasts, _BACKGROUND),
    "needs-lists": Condition(_lacks_lists, _LISTS),
    "needs-several-lists": Condition(
        _lacks_several_lists, f"It takes lists of {units.FEWEST} participants."
    ),
    "needs-units": Condition(_lacks_units, "Longer lists, or lists of more people, bring them."),
    "needs-repeats": Condition(_lacks_repeats, _LISTS),
    "means": Condition(_tested_ranks),
    "study": Condition(_is_another_study),
    "printed": Condition(_shows_its_own),
    "published": Condition(_has_features),
}


def explain(inputs: Inputs, tag: str) -> str:
    """Why cells with a tag are not on the page; an empty text where they are.

    Parameters
    ----------
    inputs : Inputs
    tag : str
        A key of `CONDITIONS`.

    Returns
    -------
    str
        A sentence on what is missing, and one on how to get it.
    """
    condition = CONDITIONS[tag]
    lacking = condition.lacks(inputs)
    if not lacking:
        return ""
    return f"This build has {lacking}. {_advice(tag, lacking)}".rstrip()


# Tags that others rest on, by how the reason begins: what is missing then has to be got first.
_BASES = {
    "no audio features (": "needs-features",
    "no embeddings (": "needs-embeddings",
    "neither audio features nor embeddings (": "needs-sets",
    "no playlist (": "needs-playlist",
}


def _advice(tag: str, lacking: str) -> str:
    """How to get what is missing, which may be less than what the tag itself asks for."""
    base = next((base for begins, base in _BASES.items() if lacking.startswith(begins)), tag)
    return CONDITIONS[base].advice


def with_playlist(profile: Profile, playlist: str | None) -> Profile:
    """A profile with the playlist that a notebook's parameter names; `None` leaves it as it is.

    Parameters
    ----------
    profile : Profile
    playlist : str or None
        As the key `playlist` of a profile has it.

    Returns
    -------
    Profile
    """
    if playlist is None:
        return profile
    return profile.model_copy(update={"playlist": playlist})


def conditions(profile: Profile) -> dict[str, str]:
    """For each tag, why its cells are not on the page; an empty text where they are.

    Parameters
    ----------
    profile : Profile
        Its tables have been made; its playlist is the notebook's (`with_playlist`).

    Returns
    -------
    dict of str to str
    """
    inputs = Inputs(profile)
    return {tag: explain(inputs, tag) for tag in CONDITIONS}
