"""What a notebook opens with: its inputs, its findings, what it records.

A notebook declares the tables it reads and writes in one call, `open_chapter`. The runner takes
the order of the notebooks from these literals; here they are kept to: any other table is refused.
Sections that need an input carry a tag, and `CONDITIONS` says when a tag holds and what is missing
where it does not.
"""

import json
import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from html import escape
from pathlib import Path

import pandas as pd
from IPython.display import Markdown, display

from helpers import corpora, ledger, profiles, project, records, tables
from helpers.playlist import SOUND, Playlist
from helpers.profiles import Profile
from helpers.project import ProjectError
from helpers.readers import listings as lists
from helpers.stats import (
    clustering,
    correlations,
    dependence,
    distributions,
    diversity,
    intervals,
    maps,
    means,
    mixed_model,
    multiplicity,
    ranks,
    shift,
    two_samples,
    units,
)

# Rows with all features that a corpus must have to be compared.
FEWEST_ROWS = 3
# Tables of what is known of a track's sound, by the name of the feature set.
FEATURE_SETS = {"audio_features": "features", "embeddings": "embeddings"}
# Rows with all features that both corpora must have of a genre: one alone has no spread.
FEWEST_ROWS_OF_A_GENRE = 2
# Statistics of comparisons that the study printed.
COMPARED = ("ks_d", "ks_p", "mwu_u", "mwu_p", "cliffs_delta")
# What a notebook may declare besides tables: what all other chapters recorded.
RESULTS = "results"
# Sources that a finding may have; `Chapter.found` says what they mean.
SOURCES = ("published", "method", "simulated")


class Inputs:
    """What a build has to work with; read once, when it is asked for.

    Parameters
    ----------
    profile : Profile
    """

    def __init__(self, profile: Profile) -> None:
        self.profile = profile
        self.pair = [profile.target, profile.reference]

    @property
    def ordered(self) -> list[str]:
        """The corpora of the profile, the compared two first."""
        return list(dict.fromkeys([*self.pair, *self.profile.corpora]))

    @cached_property
    def tracks(self) -> pd.DataFrame:
        """The `tracks` table."""
        return corpora.load(self.profile, "tracks")

    @cached_property
    def listings(self) -> pd.DataFrame:
        """The listings that are analysed: those with a genre, where their corpus has any."""
        return corpora.as_published(self.tracks)

    def has_table(self, name: str) -> bool:
        """Whether the build has a table."""
        return tables.table_path(self.profile, name).is_file()

    def place(self, name: str) -> str:
        """Where a table lies or would lie, as a message shows it."""
        return project.shown(tables.table_path(self.profile, name))

    @cached_property
    def features_by_corpus(self) -> dict[str, pd.DataFrame]:
        """By corpus, its listings with their features; the background's from the table `mssd`.

        Corpora with too few complete rows are left out.
        """
        found = {}
        if self.has_table("features"):
            features = corpora.load(self.profile, "features")
            joined = corpora.with_features(self.listings, features)
            complete = joined.dropna(subset=project.FEATURES)["corpus"].value_counts()
            for corpus in self.ordered:
                if complete.get(corpus, 0) >= FEWEST_ROWS:
                    found[corpus] = joined[joined["corpus"] == corpus]
        if self.profile.background and self.has_table("mssd"):
            found[self.profile.background] = corpora.load(self.profile, "mssd")
        return found

    @property
    def feature_rows(self) -> dict[str, pd.DataFrame]:
        """Of `features_by_corpus`, the compared corpora and the background."""
        compared = (*self.pair, self.profile.background)
        found = self.features_by_corpus
        return {corpus: found[corpus] for corpus in compared if corpus in found}

    @cached_property
    def playlist(self) -> Playlist:
        """The playlist of the profile, with what this build knows of its tracks."""
        sound = {kind: corpora.load(self.profile, kind) for kind in SOUND if self.has_table(kind)}
        source = "simulated twin"
        if not self.profile.simulated:
            source = "; ".join(table["source"].iloc[0] for table in sound.values())
        if self.profile.playlist is None:
            raise ProjectError(f"The profile {self.profile.name} names no playlist. {_PLAYLIST}")
        given = lists.read(self.profile.playlist)
        return Playlist(
            given,
            self.tracks,
            (self.pair[0], self.pair[1]),
            sound,
            source,
            self.profile.settings.block,
        )

    @cached_property
    def complete_ids(self) -> dict[str, pd.DataFrame]:
        """By feature set that the build has, the ids of the tracks that are complete in it."""
        # Ids alone: the vectors themselves take long to read.
        return {
            name: tables.complete_ids(self.profile, table)
            for name, table in FEATURE_SETS.items()
            if self.has_table(table)
        }

    @cached_property
    def mapped_corpora(self) -> list[str]:
        """The corpora with enough complete listings for a map; the compared two first."""
        return maps.mappable(self.listings, self.complete_ids, self.ordered)

    @cached_property
    def mapped_listings(self) -> pd.DataFrame:
        """Listings on the maps: complete in every feature set that the build has."""
        settings = self.profile.settings
        rows = maps.complete_rows(
            self.listings,
            *self.complete_ids.values(),
            at_most=settings.map_rows,
            seed=settings.map_seed,
        )
        return rows.fillna({"genre": two_samples.NO_GENRE})

    @cached_property
    def two_sample_contrasts(self) -> dict[str, two_samples.Draws]:
        """What the two-sample tests compare; nothing where a compared corpus has no map."""
        if not set(self.pair) <= set(self.mapped_corpora):
            return {}
        settings = self.profile.settings
        return two_samples.contrasts(
            self.mapped_listings,
            self.pair[0],
            self.pair[1],
            settings.block,
            settings.seed,
        )

    @cached_property
    def testable_contrasts(self) -> dict[str, two_samples.Draws]:
        """Those of `two_sample_contrasts` that are large enough to be tested."""
        return two_samples.testable(self.two_sample_contrasts, self.profile.settings.seed)

    @cached_property
    def paired_listings(self) -> pd.DataFrame:
        """Listings on the maps whose genre can be paired with another one of their corpus.

        Complete in every feature set that the build has; none where it has neither.
        """
        if not self.complete_ids:
            return self.listings[:0]
        settings = self.profile.settings
        compared = self.listings[self.listings["corpus"].isin(self.pair)]
        mapped = maps.complete_rows(
            compared,
            *self.complete_ids.values(),
            at_most=settings.map_rows,
            seed=settings.map_seed,
        )
        return clustering.listings_in_pairs(mapped, clustering.common_genres(self.listings))

    def without(self, column: str) -> list[str]:
        """The compared corpora of which no listing has a value in a column of `tracks`."""
        known = self.listings.dropna(subset=column)["corpus"]
        return [corpus for corpus in self.pair if corpus not in set(known)]


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


def _lacks_maps(inputs: Inputs) -> str:
    if not inputs.complete_ids:
        places = " nor in ".join(inputs.place(table) for table in FEATURE_SETS.values())
        return f"neither audio features nor embeddings (not in {places}), so nothing to map"
    if not inputs.mapped_corpora:
        return "no corpus with five listings that are complete in every feature set"
    return ""


def _lacks_pair_of_maps(inputs: Inputs) -> str:
    if lacking := _lacks_maps(inputs):
        return lacking
    few = [corpus for corpus in inputs.pair if corpus not in inputs.mapped_corpora]
    return f"fewer than five complete listings of {' and of '.join(few)}" if few else ""


def _lacks_joint_map(inputs: Inputs) -> str:
    return _lacks_pair_of_maps(inputs) or _lacks_embeddings(inputs)


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
    if not any(inputs.has_table(name) for name in FEATURE_SETS.values()):
        return "neither audio features nor embeddings, so no points to cluster"
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
    return f"{known} participants of {target}, too few to measure how alike a person's listings are"


def _tested_ranks(inputs: Inputs) -> str:
    keys = ledger.published(inputs.profile).index
    if keys.str.startswith("compare.welch_t.").any():
        return _lacks_features(inputs)
    return "tests of ranks alone in its study"


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
    "Name tables under `features` or `embeddings` in the profile, or run "
    "`python -m helpers acquire` and `python -m helpers embed`."
)
_PLAYLIST = (
    "Write the path of a list of tracks behind `playlist:` in the profile, or give it for one "
    "build: `--param 11_your_playlist:playlist=FILE`."
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
    "needs-playlist": Condition(_lacks_playlist, _PLAYLIST),
    "needs-playlist-genres": Condition(_lacks_playlist_genres, _PLAYLIST),
    "needs-playlist-features": Condition(_lacks_playlist_features, _PLAYLIST),
    "needs-playlist-sound": Condition(_lacks_playlist_sound, _PLAYLIST),
    "needs-playlist-ratio": Condition(_lacks_playlist_ratio, _PLAYLIST),
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
    return f"This build has {lacking}. {condition.advice}".rstrip()


def with_playlist(profile: Profile, playlist: str | None) -> Profile:
    """A profile with the playlist that a notebook's parameter names; `None` leaves it as it is."""
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


def _without_gaps(sentence: str) -> str:
    """A sentence of a finding; where a number in it does not exist, one that says so in its place."""
    if not re.search(r"(?<![\w'’-])nan(?![\w'’])", sentence):
        return sentence
    return (
        "This build has too few listings for a number here, or they are all alike, so nothing is "
        "said of it."
    )


def findings_path(profile: Profile, notebook: str) -> Path:
    """File in which the findings of a notebook lie."""
    return project.build_dir(profile) / "findings" / f"{notebook}.json"


@dataclass(frozen=True)
class Comparisons:
    """Corpora compared in every audio feature: this build's, or else the study's as printed.

    Attributes
    ----------
    tests : DataFrame
        One row a contrast, genre ("all" for whole corpora) and feature, as
        `stats.multiplicity.correct_families` returns them.
    moments : DataFrame
        One row a corpus, genre and feature, as `stats.distributions.moments` returns them.
    contrasts : list of (str, str)
        Corpora that are compared, first minus second; target and reference come first.
    profile : Profile
        Whose corpora they are.
    origin : str
        Where the features come from.
    correlations : DataFrame or None
        Rank correlations of the features over the reference's rows; none where no rows are known.
    """

    tests: pd.DataFrame
    moments: pd.DataFrame
    contrasts: list[tuple[str, str]]
    profile: Profile
    origin: str
    correlations: pd.DataFrame | None = None

    @property
    def whole(self) -> pd.DataFrame:
        """The tests of whole corpora, all contrasts."""
        return self.tests[self.tests["genre"] == ranks.ALL]

    @property
    def first(self) -> pd.DataFrame:
        """The tests of whole corpora of target and reference, indexed by feature."""
        return ranks.of_whole_corpora(self.tests, self.contrasts[0])

    @property
    def deltas(self) -> pd.DataFrame:
        """Cliff's delta of whole corpora: features, in the order of the first contrast's, by contrast."""
        return ranks.deltas_by_contrast(self.tests)


class Chapter:
    """A notebook at work: what it may read and write, and what it has found.

    Attributes
    ----------
    profile : Profile
    settings : Settings
        Of the profile, with the notebook's parameters laid over them.
    target, reference : str
        The two corpora that are compared; differences are target minus reference.
    background : str or None
        A third corpus, of features alone.
    inputs : Inputs
    """

    def __init__(
        self, name: str, profile: Profile, reads: Sequence[str], writes: Sequence[str]
    ) -> None:
        self.name = name
        self.profile = profile
        self.settings = profile.settings
        self.target = profile.target
        self.reference = profile.reference
        self.background = profile.background
        self.inputs = Inputs(profile)
        self._reads = tuple(reads)
        self._writes = tuple(writes)
        self._found: list[dict[str, str | None]] = []

    @property
    def pair(self) -> tuple[str, str]:
        """The compared corpora: target, reference."""
        return self.target, self.reference

    @property
    def study(self) -> Profile:
        """The profile of the study, whose printed figures stand in where a build has none."""
        return profiles.load_profile("published")

    @property
    def simulated(self) -> bool:
        """Whether the tables of this build are simulated."""
        return self.profile.simulated

    @property
    def origin(self) -> str:
        """Where the features of this build come from, as it is recorded beside a value."""
        return "simulated twin" if self.simulated else "features table"

    @property
    def features(self) -> list[str]:
        """Names of the nine audio features, in the study's order."""
        return list(project.FEATURE_RANGES)

    @property
    def colours(self) -> dict[str, str]:
        """Colour of each corpus."""
        return {name: corpus.colour for name, corpus in self.profile.corpora.items()}

    @property
    def labels(self) -> dict[str, str]:
        """Full name of each corpus."""
        return {name: corpus.label for name, corpus in self.profile.corpora.items()}

    @property
    def corpora(self) -> list[str]:
        """The corpora that have listings: the compared two first, then in the profile's order."""
        listed = set(self.tracks["corpus"])
        return [name for name in self.inputs.ordered if name in listed]

    @property
    def tracks(self) -> pd.DataFrame:
        """The `tracks` table: every listing of every corpus."""
        self._check_declared("tracks")
        return self.inputs.tracks

    @property
    def listings(self) -> pd.DataFrame:
        """The listings that are analysed: those with a genre, repeats kept, as in the study."""
        self._check_declared("tracks")
        return self.inputs.listings

    @property
    def feature_rows(self) -> dict[str, pd.DataFrame]:
        """By corpus (target, reference, background), its listings with their features.

        Raises
        ------
        ProjectError
            If the build has no features of both compared corpora.
        """
        self._check_declared("features")
        self.require("features")
        return self.inputs.feature_rows

    @property
    def features_by_corpus(self) -> dict[str, pd.DataFrame]:
        """As `feature_rows`, and after them the corpora that are not compared.

        Raises
        ------
        ProjectError
            If the build has no features of both compared corpora.
        """
        self._check_declared("features")
        self.require("features")
        return self.inputs.features_by_corpus

    @property
    def playlist(self) -> Playlist:
        """The playlist that the build sets beside the corpora, looked up in its tables.

        Raises
        ------
        ProjectError
            If there is none.
        """
        for name in ("tracks", *SOUND):
            self._check_declared(name)
        self.require("playlist")
        return self.inputs.playlist

    @property
    def measured(self) -> dict[str, pd.DataFrame]:
        """By corpus, all its listings that have every audio feature; the background's from `mssd`.

        Unlike `feature_rows` these are listings of every corpus, with or without a genre.
        """
        features = self.table("features")
        joined = corpora.with_features(self.tracks, features).dropna(subset=self.features)
        rows = {name: joined[joined["corpus"] == name] for name in self.profile.corpora}
        if self.background and self.inputs.has_table("mssd"):
            rows[self.background] = self.table("mssd")
        return {name: table for name, table in rows.items() if len(table)}

    @property
    def bootstrap(self) -> dict[str, float]:
        """Settings of a block bootstrap, by the names that `stats` gives them."""
        return {**self.moving_blocks, "level": self.settings.level}

    @property
    def by_unit(self) -> dict[str, float]:
        """Settings of an interval by unit, by the names that `stats` gives them."""
        return {"block": self.settings.block, "level": self.settings.level}

    @property
    def moving_blocks(self) -> dict[str, int]:
        """Settings of a standard error by moving blocks, by the names that `stats` gives them."""
        return {
            "block": self.settings.block,
            "n_replicates": self.settings.n_bootstrap,
            "seed": self.settings.seed,
        }

    @property
    def permutations(self) -> dict[str, int]:
        """Settings of a block permutation test, by the names that `stats` gives them."""
        return {
            "block": self.settings.block,
            "n_permutations": self.settings.n_permutations,
            "seed": self.settings.seed,
        }

    @property
    def order_origin(self) -> str:
        """Where the lists and the order of the listings come from, as it is recorded."""
        return "; ".join(self.tracks["source"].unique())

    @property
    def genre_origin(self) -> str:
        """Where the number of listings of each genre comes from, as it is recorded.

        Only what these numbers alone decide has this source: an entropy, not what a list holds.
        """
        if self.simulated:
            return "published genre counts"
        return "; ".join(self.tracks["source"].unique())

    @property
    def feature_sets(self) -> dict[str, pd.DataFrame]:
        """By name, the feature sets that the build has: audio_features, embeddings or both."""
        found = {}
        for name, table in FEATURE_SETS.items():
            self._check_declared(table)
            if self.inputs.has_table(table):
                found[name] = corpora.load(self.profile, table)
        return found

    @property
    def feature_sets_origin(self) -> str:
        """Where the feature sets come from, as it is recorded beside a value."""
        return self.origin_of(self.feature_sets)

    def origin_of(self, feature_sets: Mapping[str, pd.DataFrame]) -> str:
        """Where some feature sets come from, in their order, as it is recorded beside a value."""
        if self.simulated:
            return "simulated twin"
        return "; ".join(table["source"].iloc[0] for table in feature_sets.values())

    @property
    def mapped_corpora(self) -> list[str]:
        """The corpora with enough complete listings for a map; the compared two first."""
        self._check_declared("tracks")
        return self.inputs.mapped_corpora

    @property
    def mapped_listings(self) -> pd.DataFrame:
        """Listings on the maps: complete in every feature set; "no genre" where none is known."""
        self._check_declared("tracks")
        return self.inputs.mapped_listings

    @property
    def shown_titles(self) -> list[str]:
        """Columns of single tracks that may be printed: artist and title, or none."""
        return ["artist", "title"] if self.settings.show_tracks else []

    @property
    def watermark(self) -> str:
        """Word that stands on pictures of simulated data; empty for others."""
        return "simulated" if self.simulated else ""

    @property
    def joint_map_seeds(self) -> list[int]:
        """Seeds over which claims about a joint map are repeated; one for simulated data."""
        first = self.settings.map_seed
        if self.simulated:
            return [first]
        return list(range(first, first + self.settings.n_map_seeds))

    @property
    def two_sample_contrasts(self) -> dict[str, two_samples.Draws]:
        """What the two-sample tests compare, by name.

        Raises
        ------
        ProjectError
            If none is large enough to be tested.
        """
        self._check_declared("tracks")
        self.require("two-samples")
        return self.inputs.two_sample_contrasts

    @property
    def paired_listings(self) -> pd.DataFrame:
        """Listings on the maps whose genre can be paired with another one of their corpus.

        Raises
        ------
        ProjectError
            If no corpus has two such genres.
        """
        self._check_declared("tracks")
        self.require("genre-pairs")
        return self.inputs.paired_listings

    def rows_per_genre(self, asked: int | None, otherwise: int = 60) -> int | None:
        """Listings of a genre in maps that are made from many seeds.

        Parameters
        ----------
        asked : int or None
            A notebook's parameter.
        otherwise : int
            How many are affordable where the numbers are not the study's own.

        Returns
        -------
        int or None
            None stands for all of them: those of the study's own files, unless `asked` wins.
        """
        if asked is None and self.profile.source == "published":
            return None
        return asked or otherwise

    @property
    def contrasts(self) -> list[tuple[str, str]]:
        """The pairs of corpora that are compared, first minus second.

        Target minus reference always; with a third corpus also third minus reference and target
        minus third.
        """
        found = [self.pair]
        if self.background in self.inputs.feature_rows:
            found += [(self.background, self.reference), (self.target, self.background)]
        return found

    @cached_property
    def comparisons(self) -> Comparisons:
        """Every feature compared, between whole corpora and within genres.

        A build without features of both corpora compares none of its own: the figures that the
        study printed stand in.
        """
        self._check_declared("tracks")
        if explain(self.inputs, "needs-features"):
            return self.printed_comparisons
        contrasts, values = self.contrasts, self.feature_rows
        moments = distributions.moments(values, self.features)
        tests = ranks.overall_and_genre_tests(
            values, contrasts, self.features, self._genres, self.settings.level
        )
        tests = self._corrected(tests, contrasts)
        together = values[self.reference][self.features].corr("spearman")
        return Comparisons(tests, moments, contrasts, self.profile, self.origin, together)

    @cached_property
    def printed_comparisons(self) -> Comparisons:
        """Every feature compared as far as the study's printed figures go; the same in any build."""
        contrasts = [("PMD", "EMD"), ("MSSD", "EMD"), ("PMD", "MSSD")]
        moments = ledger.published_table("features").dropna(subset="mean")
        tests = ranks.tests_from_u(ledger.published_table("compare"), moments)
        tests = self._corrected(tests, contrasts)
        return Comparisons(tests, moments, contrasts, self.study, "published figures")

    @property
    def sides(self) -> tuple[pd.DataFrame, pd.DataFrame]:
        """Listings with features of the target and of the reference."""
        return self.feature_rows[self.target], self.feature_rows[self.reference]

    @property
    def features_in_words(self) -> Markdown:
        """How many rows with features each corpus has."""
        counted = ", ".join(f"{len(rows):,} rows of {c}" for c, rows in self.feature_rows.items())
        return Markdown(f"Features of this build: {counted}.")

    @property
    def densities(self) -> pd.DataFrame:
        """Density of each feature in target and reference; without rows where features are absent."""
        self._check_declared("features")
        if explain(self.inputs, "needs-features"):
            return distributions.densities({}, {})
        return distributions.densities(
            dict(zip(self.pair, self.sides, strict=True)), project.FEATURE_RANGES
        )

    def quantile_shifts(self) -> pd.DataFrame:
        """Differences of the deciles of target and reference, whole units drawn again.

        Returns
        -------
        DataFrame
            As `stats.shift.shift_function` returns it.

        Raises
        ------
        ProjectError
            If a corpus has too few units.
        """
        self.require("features", "units")
        settings, n_rows = self.settings, sum(map(len, self.sides))
        named = [units.units(rows, settings.block)["unit"] for rows in self.sides]
        return shift.shift_function(
            *self.sides,
            self.features,
            (named[0], named[1]),
            n_replicates=intervals.affordable_replicates(
                settings.n_bootstrap, settings.max_draws, n_rows
            ),
            seed=settings.seed,
            level=settings.level,
        )

    @property
    def units_in_words(self) -> Markdown:
        """How many participants, blocks or artists of target and reference are drawn again."""
        return Markdown(units.units_in_words(pd.concat(self.sides), self.settings.block) + ".")

    def classical_tests(self) -> pd.DataFrame:
        """Tests of means between target, reference and the study's third corpus.

        Returns
        -------
        DataFrame
            As `stats.means.classical_tests` returns it; the third corpus by its printed moments.
        """
        printed = ledger.published_table("features", self.profile)
        known = {"MSSD": means.overall_moments(printed, "MSSD")}
        trio = [self.pair, (self.target, "MSSD"), (self.reference, "MSSD")]
        return means.classical_tests(self.feature_rows, trio, self.features, known)

    def comparison_rows(self) -> list[Sequence]:
        """Rows to record of the comparisons; none of printed figures, which are claims themselves.

        Returns
        -------
        list of (key, value, n, source)
        """
        compared = self.comparisons
        if explain(self.inputs, "needs-features"):
            return []
        rows = records.comparisons(compared.tests, COMPARED, compared.origin)
        both = multiplicity.significant_in_all(compared.first, ["mwu_p", "ks_p"])
        n = int((compared.first["n_target"] + compared.first["n_reference"]).max())
        rows.append(("poster.features.significant", both, n, compared.origin))
        return ledger.claimed(self.profile, rows)

    @property
    def printed_lists(self) -> dependence.ClusterSizes:
        """Lengths of the lists of the study's participants, as printed."""
        claims = ledger.published()["value"]
        mean = claims["corpora.tracks_per_participant.mean"]
        return dependence.ClusterSizes(mean, claims["corpora.tracks_per_participant.sd"] / mean)

    @property
    def known_lists(self) -> dependence.ClusterSizes:
        """Lengths of the lists of this build's participants of the target.

        Raises
        ------
        ProjectError
            If no participants with features are known.
        """
        self.require("lists")
        return dependence.cluster_sizes(self.sides[0]["participant"])

    def _corrected(self, tests: pd.DataFrame, contrasts: list[tuple[str, str]]) -> pd.DataFrame:
        """Comparisons in order, their p-values corrected within families."""
        ordered = ranks.in_order(tests, self.features, contrasts, self._genres)
        return multiplicity.correct_families(ordered, contrasts[0])

    @property
    def list_sizes(self) -> tuple[dependence.ClusterSizes, dependence.ClusterSizes]:
        """Sizes of the units of both corpora of `comparisons`: target, reference.

        Of the target its participants' lists; those that the study printed where this build knows
        none. Of the reference its own units; listings are independent where it has none.
        """
        reference = self.comparisons.contrasts[0][1]
        of_target = self.printed_lists
        if not explain(self.inputs, "needs-lists"):
            of_target = self.known_lists
        rows = self.listings[self.listings["corpus"] == reference]
        if rows.empty:
            return of_target, dependence.ClusterSizes(1.0, 0.0)
        units_of_rows = units.units(rows, self.settings.block)["unit"]
        return of_target, dependence.cluster_sizes(units_of_rows)

    @property
    def _genres(self) -> pd.Index:
        """Genres of the listings, the most frequent first."""
        return diversity.count(self.listings).index

    def _check_declared(self, name: str) -> None:
        if name not in self._reads + self._writes:
            raise ProjectError(
                f"{self.name} uses the table {name!r} and does not declare it. Add it to `reads` "
                "in its call of open_chapter."
            )

    def require(self, *names: str) -> None:
        """Stop where an input is absent.

        Parameters
        ----------
        *names : str
            What stands behind `needs-` in a tag: genres, features, years and so on.

        Raises
        ------
        ProjectError
            With what is missing and how to get it.
        """
        for name in names:
            missing = explain(self.inputs, f"needs-{name}")
            if missing:
                raise ProjectError(f"{self.name}: this section needs {name}. {missing}")

    def possible(self, questions: Iterable[tuple[str, str, str, str]]) -> pd.Series:
        """What this build can do about each of several questions.

        Parameters
        ----------
        questions : iterable of (str, str, str, str)
            The question; what it needs, as in `require`, separated by blanks; the answer where
            the build has all of it; the answer elsewhere.

        Returns
        -------
        Series of str
            The answer by question.
        """
        answers = {}
        for question, needs, answer, otherwise in questions:
            lacking = any(explain(self.inputs, f"needs-{name}") for name in needs.split())
            answers[question] = otherwise if lacking else answer
        return pd.Series(answers)

    def table(self, name: str) -> pd.DataFrame:
        """Read a table that the chapter declares.

        Parameters
        ----------
        name : str

        Returns
        -------
        DataFrame

        Raises
        ------
        ProjectError
            If the chapter does not declare it, or the build does not have it.
        """
        self._check_declared(name)
        if f"needs-{name}" in CONDITIONS:
            self.require(name)
        return corpora.load(self.profile, name)

    def optional_table(self, name: str) -> pd.DataFrame:
        """Read a table that the chapter declares; it has no rows where the build has none.

        Parameters
        ----------
        name : str

        Returns
        -------
        DataFrame
        """
        self._check_declared(name)
        if not self.inputs.has_table(name):
            return pd.DataFrame(columns=list(tables.schemas()[name].columns))
        return corpora.load(self.profile, name)

    def listings_with(self, *names: str) -> pd.DataFrame:
        """The listings, where the build has certain inputs.

        Parameters
        ----------
        *names : str
            As in `require`. With "features" the nine audio features are joined.

        Returns
        -------
        DataFrame
            As `listings`, in their order.

        Raises
        ------
        ProjectError
            If one of them is absent.
        """
        self.require(*names)
        if "features" in names:
            return corpora.with_features(self.listings, self.table("features"))
        return self.listings

    def printed_correlations(self, corpus: str) -> pd.DataFrame:
        """The absolute correlations that the study printed of one of its corpora.

        Parameters
        ----------
        corpus : str

        Returns
        -------
        DataFrame
            Features by features; missing on the diagonal and where nothing is printed.
        """
        prefix = f"features.abs_pearson.{corpus}."
        printed = ledger.published(self.profile)["value"]
        return correlations.from_pairs(printed, self.features, prefix)

    def first_listings(self, n: int = 2) -> pd.DataFrame:
        """The first listings of each corpus, without titles where single tracks are not shown.

        Parameters
        ----------
        n : int

        Returns
        -------
        DataFrame
        """
        columns = ["corpus", "study", "genre", "source", "row"]
        if self.settings.show_tracks:
            columns = ["corpus", "study", "track_id", "artist", "title", "genre", "row"]
        return self.tracks.groupby("corpus").head(n)[columns]

    def write(self, name: str, table: pd.DataFrame) -> pd.DataFrame:
        """Write a table that the chapter declares.

        Returns
        -------
        DataFrame
            The table as it was written.

        Raises
        ------
        ProjectError
            If the chapter does not declare it in `writes`.
        """
        if name not in self._writes:
            raise ProjectError(
                f"{self.name} writes the table {name!r} and does not declare it. Add it to "
                "`writes` in its call of open_chapter."
            )
        return tables.write_table(self.profile, name, table)

    def record(self, rows: Iterable[tuple]) -> Markdown:
        """Keep values for the scorecard; replaces what the chapter recorded before.

        Parameters
        ----------
        rows : iterable of (key, value, n, source) or (key, value, n, source, low, high)
            As in `ledger.record`.

        Returns
        -------
        Markdown
            How many values were recorded.
        """
        rows = list(rows)
        ledger.record(self.profile, self.name, rows)
        return Markdown(f"{len(rows):,} values recorded for the scorecard.")

    def found(
        self, key: str, sentence: str, figure: str | None = None, source: str | None = None
    ) -> Markdown:
        """Say what this build's figure shows, and keep it for the end of the chapter.

        Parameters
        ----------
        key : str
            Name of the finding, unique in the chapter.
        sentence : str
            Markdown, beginning with a capital letter; text from data is escaped.
        figure : str, optional
            Name of the figure or table it reads, as the metadata of its cell have it.
        source : str, optional
            "published" where published counts or printed figures alone decide it, "method" where
            it is about a method and no corpus, "simulated" where it comes from simulated studies in
            every build. Without it a finding of a simulated build says that it is one.

        Returns
        -------
        Markdown
            The sentence; one of simulated data says so.
        """
        if any(finding["key"] == key for finding in self._found):
            raise ProjectError(f"{self.name} has two findings called {key!r}; rename one.")
        sentence = _without_gaps(" ".join(sentence.split()))
        if source not in (None, *SOURCES):
            raise ProjectError(
                f"{self.name}: the finding {key!r} has the source {source!r}; leave it out, or give "
                f"one of {', '.join(SOURCES)}."
            )
        simulated = source == "simulated" or (self.simulated and source is None)
        text = f"In the simulation: {sentence}" if simulated else sentence
        self._found.append({"key": key, "text": text, "figure": figure})
        return Markdown(f"**{text}**")

    @staticmethod
    def text(name: str) -> str:
        """A name that comes from data, such as a genre's, with nothing in it that is markup."""
        return project.as_text(name)

    def findings(self) -> Markdown:
        """All findings of the chapter as a list; they are written for the landing page too."""
        path = findings_path(self.profile, self.name)
        project.write_atomic(path, json.dumps(self._found, ensure_ascii=False, indent=1))
        return Markdown("\n".join(map(_listed, self._found)))

    def introduction(self) -> Markdown:
        """What a chapter says first: the profile, its corpora, and where the rows come from."""
        sources = escape(", ".join(self.tracks["source"].unique()))
        counts = self.tracks["corpus"].value_counts()
        listed = [
            f"{counts[name]:,} listings of {name} ({escape(self.labels[name])})"
            for name in self.corpora
        ]
        text = [
            f"**Profile `{self.profile.name}`**: {escape(self.profile.title)}.",
            f"Corpora: {'; '.join(listed)}. Source of the rows: {sources}.",
        ]
        bare = [name for name in self.corpora if self._has_no_genre(name)]
        if bare:
            text.append(
                f"No listing of {' and '.join(bare)} has a genre, so all its listings are taken."
            )
        return Markdown(" ".join(text))

    def _has_no_genre(self, corpus: str) -> bool:
        return bool(self.tracks.loc[self.tracks["corpus"] == corpus, "genre"].isna().all())


def _listed(finding: Mapping[str, str | None]) -> str:
    """A finding as an item of a list, with the number of its figure."""
    if finding["figure"] is None:
        return f"- {finding['text']}"
    return f"- {finding['text']} ({{numref}}`{finding['figure']}`)"


def open_chapter(
    name: str,
    profile: str = "demo",
    reads: Sequence[str] = (),
    writes: Sequence[str] = (),
    playlist: str | None = None,
    **settings: object,
) -> Chapter:
    """Open a notebook: declare what it reads and writes, and say what this build is made of.

    Parameters
    ----------
    name : str
        Name of the notebook without ending.
    profile : str
        Name of a profile, or path of a YAML file.
    reads, writes : sequence of str
        Tables; "results" stands for what all other chapters recorded. The runner reads these
        from the source, so they are written as literal lists.
    playlist : str, optional
        A list of tracks that wins over the profile's.
    **settings
        Settings that win over the profile's; `None` leaves a setting as it is.

    Returns
    -------
    Chapter

    Raises
    ------
    ProjectError
        If there is no such profile, a setting is out of bounds, or no such table is known.

    Notes
    -----
    Notebook: 01_corpora
    """
    known = {*tables.schemas(), RESULTS}
    for table in (*reads, *writes):
        if table not in known:
            raise ProjectError(
                f"{name} declares the table {table!r}; there are {', '.join(sorted(known))}."
            )
    laid_over = with_playlist(profiles.load_profile(profile, **settings), playlist)
    chapter = Chapter(name, laid_over, reads, writes)
    # A title or genre with dollar signs is no formula.
    pd.set_option("display.html.use_mathjax", False)
    # Words of a cell wrap on the page; none is cut off.
    pd.set_option("display.max_colwidth", None)
    if "tracks" in chapter._reads:
        display(chapter.introduction())
    return chapter
