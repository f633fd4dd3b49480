"""What a build has to work with: its tables, read once, and what of them chapters compare."""

from functools import cached_property

import pandas as pd

from helpers import corpora, feature_sets, project, tables
from helpers.feature_sets import FeatureSet, Known
from helpers.playlist import SOUND, Playlist
from helpers.profiles import Profile
from helpers.project import ProjectError
from helpers.readers import listings as lists
from helpers.stats import clustering, maps, two_samples

# Rows with all features that a corpus must have to be compared.
FEWEST_ROWS = 3
# Times the listings that all feature sets share, from which on a set is looked at by itself too.
NOTABLY_MORE = 1.05
# The advice where there is no playlist.
NAME_A_PLAYLIST = (
    "Write the path of a list of tracks behind `playlist:` in the profile, or give it for one "
    "build: `--param 11_your_playlist:playlist=FILE`."
)


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
        """Whether the build has a table.

        Parameters
        ----------
        name : str

        Returns
        -------
        bool
        """
        return tables.table_path(self.profile, name).is_file()

    def place(self, name: str) -> str:
        """Where a table lies or would lie, as a message shows it.

        Parameters
        ----------
        name : str
            Of the table.

        Returns
        -------
        str
            A path from the project's folder where it lies in there.
        """
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
            raise ProjectError(
                f"The profile {self.profile.name} names no playlist. {NAME_A_PLAYLIST}"
            )
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
    def known_sets(self) -> dict[str, Known]:
        """What the feature sets of the build are, by name and in order, without their numbers."""
        return feature_sets.known(self.profile)

    @cached_property
    def feature_sets(self) -> dict[str, FeatureSet]:
        """The feature sets of the build, by name and in order."""
        return feature_sets.of_profile(self.profile)

    @cached_property
    def further_sets(self) -> dict[str, FeatureSet]:
        """The feature sets beside the study's two, by name and in order."""
        return feature_sets.further(self.profile)

    @property
    def joint_set(self) -> str | None:
        """The feature set of the joint map: the first embedding, as in the study."""
        networks = [name for name, one in self.known_sets.items() if one.kind == "embedding"]
        return networks[0] if networks else None

    @cached_property
    def complete_ids(self) -> dict[str, pd.DataFrame]:
        """By feature set that the build has, the ids of the tracks that are complete in it."""
        # Ids alone: the vectors themselves take long to read.
        return {name: feature_sets.complete_ids(self.profile, name) for name in self.known_sets}

    @property
    def sets_with_more_listings(self) -> list[str]:
        """Feature sets that know `NOTABLY_MORE` listings than those that are complete in all."""
        compared = self.listings[self.listings["corpus"].isin(self.pair)]
        shared = len(maps.complete_rows(compared, *self.complete_ids.values()))
        return [
            name
            for name, ids in self.complete_ids.items()
            if len(maps.complete_rows(compared, ids)) > NOTABLY_MORE * shared
        ]

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

        Complete in every feature set that the build has; none where it has none.
        """
        if not self.complete_ids:
            return self.listings[:0]
        return self._in_pairs(*self.complete_ids.values())

    @cached_property
    def own_paired_listings(self) -> dict[str, pd.DataFrame]:
        """By feature set, the listings that it knows whose genre can be paired with another one."""
        return {name: self._in_pairs(ids) for name, ids in self.complete_ids.items()}

    def _in_pairs(self, *ids: pd.DataFrame) -> pd.DataFrame:
        """Listings of the compared corpora that are in every table of ids, in genres with pairs."""
        settings = self.profile.settings
        compared = self.listings[self.listings["corpus"].isin(self.pair)]
        mapped = maps.complete_rows(
            compared, *ids, at_most=settings.map_rows, seed=settings.map_seed
        )
        return clustering.listings_in_pairs(mapped, clustering.common_genres(self.listings))

    def without(self, column: str) -> list[str]:
        """The compared corpora of which no listing has a value in a column of `tracks`.

        Parameters
        ----------
        column : str

        Returns
        -------
        list of str
        """
        known = self.listings.dropna(subset=column)["corpus"]
        return [corpus for corpus in self.pair if corpus not in set(known)]
