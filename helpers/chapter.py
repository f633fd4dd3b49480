"""What a notebook opens with: its inputs, its findings, what it records.

A notebook declares the tables it reads and writes in one call, `open_chapter`. The runner takes
the order of the notebooks from these literals; here they are kept to: any other table is refused.
What a build has to work with stands in `inputs`, and which sections are on a page in `conditions`.
"""

import json
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from html import escape
from pathlib import Path

import numpy as np
import pandas as pd
from IPython.display import Markdown, display

from helpers import corpora, feature_sets, ledger, profiles, project, records, tables
from helpers.conditions import CONDITIONS, explain, with_playlist
from helpers.feature_sets import FeatureSet
from helpers.inputs import Inputs
from helpers.playlist import SOUND, Playlist
from helpers.profiles import Profile
from helpers.project import ProjectError, counted
from helpers.stats import (
    correlations,
    dependence,
    distributions,
    diversity,
    intervals,
    means,
    multiplicity,
    ranks,
    set_columns,
    shift,
    two_samples,
    units,
)

# Statistics of comparisons that the study printed.
COMPARED = ("ks_d", "ks_p", "mwu_u", "mwu_p", "cliffs_delta")
# What a notebook may declare besides tables: what all other chapters recorded.
RESULTS = "results"
# Columns of a feature set that the chart of a map shows at most.
CHARTED = 12
# How the numbers of a feature set are scaled, as a table says it.
SCALED_IN_WORDS = {"standardised": "standardised", "none": "as they are"}
# Sources that a finding may have; `Chapter.found` says what they mean.
SOURCES = ("published", "method", "simulated")
# What a figure's label begins with, and what it is called.
KINDS = {"fig": "Figure", "tab": "Table"}


def _without_gaps(sentence: str) -> str:
    """A sentence of a finding; where a number in it does not exist, one that says so in its place."""
    if not re.search(r"(?<![\w'’-])nan(?![\w'’])", sentence):
        return sentence
    return (
        "This build has too few listings for a number here, or they are all alike, so nothing is "
        "said of it."
    )


def findings_path(profile: Profile, notebook: str) -> Path:
    """File in which the findings of a notebook lie.

    Parameters
    ----------
    profile : Profile
    notebook : str
        Name of the chapter.

    Returns
    -------
    Path
    """
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
    def feature_sets(self) -> dict[str, FeatureSet]:
        """The feature sets that the build has, by name, the study's two first."""
        for table in ("features", "embeddings", "feature_sets"):
            self._check_declared(table)
        return self.inputs.feature_sets

    @property
    def networks_first(self) -> dict[str, FeatureSet]:
        """As `feature_sets`, embeddings before what a person can read, as in the study's figure."""
        found = self.feature_sets
        ordered = sorted(found, key=lambda name: found[name].kind != "embedding")
        return {name: found[name] for name in ordered}

    @property
    def further_readable(self) -> list[FeatureSet]:
        """Feature sets whose columns a person can read, beside the nine audio features."""
        self._check_declared("feature_sets")
        return [one for one in self.inputs.further_sets.values() if one.kind == "interpretable"]

    @property
    def further_rows(self) -> dict[str, dict[str, pd.DataFrame]]:
        """By the label of each set of `further_readable`, its listings with numbers, by corpus."""
        found = {
            one.label: set_columns.rows_by_corpus(self.listings, one.table, self.corpora)
            for one in self.further_readable
        }
        return {label: rows for label, rows in found.items() if rows}

    @property
    def further_units(self) -> dict[str, str]:
        """Unit of each column of `further_readable` that has one, by "set: column"."""
        return {
            f"{one.label}: {column}": unit
            for one in self.further_readable
            for column, unit in one.units.items()
        }

    @property
    def further_meanings(self) -> pd.DataFrame:
        """What is known of each column of `further_readable`: unit, possible range, meaning, source.

        Without columns that are empty throughout.
        """
        columns = ["unit", "possible values", "meaning", "source"]
        rows = {}
        for one in self.further_readable:
            for column in one.columns:
                low, high = one.ranges.get(column, (np.nan, np.nan))
                possible = "" if np.isnan(low) else f"{low:g} to {high:g}"
                rows[one.label, column] = {
                    "unit": one.units.get(column, ""),
                    "possible values": possible,
                    "meaning": one.meanings.get(column, "").replace("`", ""),
                    "source": one.source,
                }
        table = pd.DataFrame(list(rows.values()), columns=columns)
        names = pd.DataFrame(list(rows), columns=["set", "column"])
        table.index = pd.MultiIndex.from_frame(names)
        return table.loc[:, (table != "").any()]

    @property
    def described(self) -> pd.DataFrame:
        """What describes tracks to a reader: columns of the first readable set, by track id.

        Those that a chart can name, `CHARTED` at most; none where no set can be read.
        """
        found = self.feature_sets.values()
        readable = [one for one in found if one.kind == "interpretable"]
        if not readable:
            return pd.DataFrame(index=pd.Index([], name="track_id"))
        columns = [name for name in readable[0].columns if name.isidentifier()]
        taken = {*tables.TRACK_COLUMNS, "x", "y", "kind", "words"}
        return readable[0].table[[name for name in columns if name not in taken][:CHARTED]]

    @property
    def complete_ids(self) -> dict[str, pd.DataFrame]:
        """By feature set, the ids of the tracks that are complete in it."""
        return self.inputs.complete_ids

    @property
    def study_ids(self) -> list[pd.DataFrame]:
        """Of `complete_ids`, those of the study's two sets."""
        return [ids for name, ids in self.complete_ids.items() if name in feature_sets.STUDY]

    @property
    def joint_set(self) -> str | None:
        """The feature set of the joint map, if there is one."""
        return self.inputs.joint_set

    @property
    def sets_table(self) -> pd.DataFrame:
        """What the feature sets of the build are, and how many listings of each corpus they know."""
        rows = {}
        for name, one in self.feature_sets.items():
            known = self.listings["track_id"].isin(self.complete_ids[name]["track_id"])
            counts = self.listings.loc[known, "corpus"].value_counts()
            listings = {f"{corpus}": int(counts.get(corpus, 0)) for corpus in self.corpora}
            rows[one.label] = {
                "kind": one.kind,
                "numbers": len(one.columns),
                "for distances": SCALED_IN_WORDS[one.scaling],
                **listings,
                "source": one.source,
            }
        return pd.DataFrame.from_dict(rows, orient="index")

    @property
    def feature_sets_origin(self) -> str:
        """Where the feature sets come from, as it is recorded beside a value."""
        return self.origin_of(self.feature_sets)

    def origin_of(self, feature_sets: Mapping[str, FeatureSet]) -> str:
        """Where some feature sets come from, in their order, as it is recorded beside a value.

        Parameters
        ----------
        feature_sets : mapping of str to FeatureSet
            By name.

        Returns
        -------
        str
            One source a feature set; one word for all where they are simulated.
        """
        if self.simulated:
            return "simulated twin"
        return "; ".join(one.source for one in feature_sets.values())

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

    @property
    def own_paired_listings(self) -> dict[str, pd.DataFrame]:
        """As `paired_listings`, by feature set: the listings that this set alone knows."""
        self._check_declared("tracks")
        return self.inputs.own_paired_listings

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
        told = [f"{counted(len(rows), 'row')} of {c}" for c, rows in self.feature_rows.items()]
        return Markdown(f"Features of this build: {', '.join(told)}.")

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
    def lists_hold(self) -> str:
        """How a sentence on the lengths of `list_sizes` begins: whose lists these are."""
        unknown = explain(self.inputs, "needs-lists")
        if unknown and explain(self.inputs, "study"):
            return "Lists as long as those of the study of pain, since this build knows none, hold"
        return "Lists hold"

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

        Parameters
        ----------
        name : str
        table : DataFrame
            Of the table's schema.

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
        if not rows:
            return Markdown("This chapter has no number for the scorecard in this build.")
        return Markdown(f"{counted(len(rows), 'value')} recorded for the scorecard.")

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
        text = self._told(sentence, source)
        self._found.append({"key": key, "text": text, "figure": figure})
        return Markdown(f"**{text}**")

    def reading(self, sentence: str, source: str | None = None) -> Markdown:
        """Say what a table or figure of this build shows, where the chapter's end need not repeat it.

        Parameters
        ----------
        sentence : str
            As of `found`.
        source : str, optional
            As of `found`.

        Returns
        -------
        Markdown
            The sentence; one of simulated data says so.

        Raises
        ------
        ProjectError
            If the source is none of those that `found` takes.
        """
        return Markdown(self._told(sentence, source))

    def _told(self, sentence: str, source: str | None) -> str:
        """A sentence about this build; one that rests on simulated data says so."""
        if source not in (None, *SOURCES):
            raise ProjectError(
                f"{self.name}: a sentence has the source {source!r}; leave it out, or give one of "
                f"{', '.join(SOURCES)}. It reads: {sentence}"
            )
        sentence = _without_gaps(" ".join(sentence.split()))
        simulated = source == "simulated" or (self.simulated and source is None)
        return f"In the simulation: {sentence}" if simulated else sentence

    @staticmethod
    def text(name: str) -> str:
        """A name that comes from data, such as a genre's, with nothing in it that is markup.

        Parameters
        ----------
        name : str

        Returns
        -------
        str
        """
        return project.as_text(name)

    def findings(self) -> Markdown:
        """All findings of the chapter as a list; they are written for the landing page too.

        Returns
        -------
        Markdown
            Each linked to its figure; where there is none, that the build lacks what it takes.

        Notes
        -----
        Every notebook ends with them.
        """
        path = findings_path(self.profile, self.name)
        project.write_atomic(path, json.dumps(self._found, ensure_ascii=False, indent=1))
        if not self._found:
            return Markdown("Nothing, since this build lacks what the chapter's findings rest on.")
        return Markdown("\n".join(map(_listed, self._found)))

    def introduction(self) -> Markdown:
        """What a chapter says first: the profile, its corpora, and where the rows come from.

        Returns
        -------
        Markdown

        Notes
        -----
        Every notebook shows it below its opening cell.
        """
        sources = escape(_first_of(self.tracks["source"].unique()))
        counts = self.tracks["corpus"].value_counts()
        listed = [
            f"{counted(counts[name], 'listing')} of {name}{self._in_full(name)}"
            for name in self.corpora
        ]
        text = [
            f"**Profile `{self.profile.name}`**: {escape(self.profile.title)}.",
            f"Corpora: {'; '.join(listed)}. {self.target} is the target corpus, {self.reference} the "
            f"reference corpus. Source of the rows: {sources}.",
        ]
        bare = [name for name in self.corpora if self._has_no_genre(name)]
        if bare:
            text.append(
                f"No listing of {' and '.join(bare)} has a genre, so all its listings are taken."
            )
        return Markdown(" ".join(text))

    def _in_full(self, corpus: str) -> str:
        """The full name of a corpus in brackets, where it is another one."""
        label = self.labels[corpus]
        return "" if label == corpus else f" ({escape(label)})"

    def _has_no_genre(self, corpus: str) -> bool:
        return bool(self.tracks.loc[self.tracks["corpus"] == corpus, "genre"].isna().all())


def _first_of(names: Sequence[str], most: int = 4) -> str:
    """Some names, and how many more there are."""
    if len(names) <= most:
        return ", ".join(names)
    return f"{', '.join(names[: most - 1])} and {len(names) - most + 1:,} more"


def _listed(finding: Mapping[str, str | None]) -> str:
    """A finding as an item of a list, with the number of its figure."""
    if finding["figure"] is None:
        return f"- {finding['text']}"
    return f"- {finding['text']} ({reference_to(finding['figure'])})"


def reference_to(figure: str) -> str:
    """A link to a figure or a table by its name; the rendered page shows its number instead.

    Parameters
    ----------
    figure : str
        Its label, such as "fig-effects" or "tab-scores".

    Returns
    -------
    str
        Markdown, such as "[Figure effects](#fig-effects)".
    """
    kind, _, name = figure.partition("-")
    return f"[{KINDS[kind]} {name.replace('-', ' ')}](#{figure})"


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
