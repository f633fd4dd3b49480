"""A list of tracks beside the two corpora of a build: what is known of it, and what it resembles.

Everything is looked up by track id in the tables of the build; what a table does not hold stays
missing.
"""

from dataclasses import dataclass
from functools import cached_property

import numpy as np
import pandas as pd

from helpers import corpora
from helpers.stats import diversity, likelihood, neighbours, units

# What a track sounds like: the tables that say it, as a page names them.
SOUND = {"features": "audio features", "embeddings": "embeddings"}
# A map is of one of them, too.
FEATURE_SETS = {"features": "audio_features", "embeddings": "embeddings"}
# Tracks of either corpus that a log likelihood ratio is learned from, at least.
FEWEST_TRACKS = 50
# Lists of the target corpus below which no share of lists is told.
FEWEST_LISTS = 20
# Tracks that may have the same sound, and are looked at beside each track.
N_NEIGHBOURS = 15


@dataclass(frozen=True)
class Standing:
    """Where a playlist stands by one kind of sound.

    Attributes
    ----------
    scored : DataFrame
        Log likelihood ratio of each track of the corpora and of the playlist; index: track ids.
    bins : DataFrame
        As from `likelihood.reliability`, of the tracks that were learned from.
    brier : float
    n_trained : int
        Tracks that were learned from.
    mean, ci_low, ci_high : float
        Mean log likelihood ratio of the playlist's tracks, with its interval.
    n_tracks : int
        Tracks of the playlist that have a ratio.
    lists, draws : ndarray of float
        Mean ratios of lists of the target corpus, and of draws from the reference corpus.
    """

    scored: pd.DataFrame
    bins: pd.DataFrame
    brier: float
    n_trained: int
    mean: float
    ci_low: float
    ci_high: float
    n_tracks: int
    lists: np.ndarray
    draws: np.ndarray

    @property
    def lists_below(self) -> int:
        """Lists of the target corpus with a smaller mean."""
        return int((self.lists < self.mean).sum())

    @property
    def share_of_lists_below(self) -> float:
        """`lists_below` as a share; NaN where there are fewer than `FEWEST_LISTS`."""
        if len(self.lists) < FEWEST_LISTS:
            return float("nan")
        return self.lists_below / len(self.lists)

    @property
    def draws_below(self) -> int:
        """Draws from the reference corpus with a smaller mean."""
        return int((self.draws < self.mean).sum())


class Playlist:
    """A playlist, and the two corpora that it is set beside.

    Parameters
    ----------
    listings : DataFrame
        The playlist as it was read: track_id, artist, title, genre; repeats are kept.
    tracks : DataFrame
        The `tracks` table of the build.
    pair : (str, str)
        Target and reference.
    sound : dict of str to DataFrame
        By kind (`SOUND`), the table of the build, where it has one.
    source : str
        Where the sound comes from, as it is recorded beside a value.
    block : int
        Listings of a block, which is the unit where no participant is known.

    Notes
    -----
    Notebook: 11_your_playlist
    """

    def __init__(
        self,
        listings: pd.DataFrame,
        tracks: pd.DataFrame,
        pair: tuple[str, str],
        sound: dict[str, pd.DataFrame],
        source: str = "",
        block: int = 14,
    ) -> None:
        self.listings = listings
        self.source = source
        self.block = block
        self.target, self.reference = pair
        self.pair = pair
        self.sound = {kind: table.dropna() for kind, table in sound.items()}
        in_pair = tracks["corpus"].isin(pair) & tracks["track_id"].notna()
        self.corpus_listings = tracks[in_pair]

    @property
    def names(self) -> dict[str, str]:
        """Each kind of sound as a page names it."""
        return SOUND

    @cached_property
    def corpus_tracks(self) -> pd.DataFrame:
        """The first listing of each track of the two corpora; index: track ids."""
        return corpora.unique_tracks(self.corpus_listings, ["track_id"]).set_index("track_id")

    @cached_property
    def sides(self) -> dict[str, set[str]]:
        """The track ids of each corpus."""
        listed = self.corpus_listings
        return {name: set(listed.loc[listed["corpus"] == name, "track_id"]) for name in self.pair}

    @cached_property
    def tracks(self) -> pd.DataFrame:
        """One row a track, numbered from 1; what its file does not say is taken from the corpora.

        The title is the track's id where none is known.
        """
        own = self.listings.drop_duplicates("track_id").reset_index(drop=True)
        own.index += 1
        for column in ("genre", "artist"):
            own[column] = own[column].fillna(own["track_id"].map(self.corpus_tracks[column]))
        own["title"] = own["title"].fillna(own["track_id"])
        return own

    @cached_property
    def missing(self) -> pd.DataFrame:
        """Whether a track is without each kind of sound: no whole row with its id in the table."""
        ids = self.tracks["track_id"]
        return pd.DataFrame(
            {
                name: ~ids.isin(self.sound[kind]["track_id"] if kind in self.sound else [])
                for kind, name in SOUND.items()
            }
        )

    @property
    def listed(self) -> pd.DataFrame:
        """Whether each corpus lists each track of the playlist; one column a corpus."""
        ids = self.tracks["track_id"]
        return pd.DataFrame({name: ids.isin(self.sides[name]) for name in self.pair})

    def overview(self) -> pd.DataFrame:
        """Title and genre of each track, which corpora list it, and what is missing of it.

        Returns
        -------
        DataFrame
            One row a track, with the columns title, genre, "listed by" and missing.

        Notes
        -----
        Notebook: 11_your_playlist
        """
        listed_by, missing = [], []
        for number, track in self.tracks["track_id"].items():
            names = [name for name in self.pair if track in self.sides[name]]
            listed_by.append(" and ".join(names) or "neither")
            lacking = self.missing.columns[self.missing.loc[number]]
            missing.append(", ".join(lacking) or "–")
        table = self.tracks[["title", "genre"]].fillna("unknown")
        return table.assign(**{"listed by": listed_by, "missing": missing})

    @cached_property
    def genre_counts(self) -> pd.DataFrame:
        """Listings per genre of the playlist and of each corpus; those without any are left out."""
        genre = self.tracks.set_index("track_id")["genre"]
        own = self.listings.assign(corpus="playlist", genre=self.listings["track_id"].map(genre))
        listed = [corpora.as_published(own), corpora.as_published(self.corpus_listings)]
        counts = diversity.count(pd.concat(listed)[["corpus", "genre"]])
        return counts[[name for name in ("playlist", *self.pair) if name in counts]]

    @cached_property
    def pool(self) -> pd.DataFrame:
        """The tracks of the corpora and of the playlist, one row a track.

        Columns besides those of `tracks`: in_target; trained (a track of one corpus alone that is
        not on the playlist: it may be a neighbour and may be learned from); by (artist, or the
        track's id where none is known); unit (`units.units`, or the
        artist where a corpus has too few units; the playlist is one).
        """
        strangers = self.tracks[~self.tracks["track_id"].isin(self.corpus_tracks.index)]
        pool = pd.concat([self.corpus_tracks.reset_index(), strangers], ignore_index=True)
        shared = self.sides[self.target] & self.sides[self.reference]
        own = set(self.tracks["track_id"])
        artist = units.artists(pool)
        unit = artist
        if self.lists_apart:
            unit = pool["track_id"].map(self._unit_of_track)
        return pool.assign(
            in_target=pool["corpus"] == self.target,
            trained=~pool["track_id"].isin(shared | own),
            by=artist,
            unit=unit.mask(pool["track_id"].isin(own), "the playlist"),
        )

    @cached_property
    def _unit_of_track(self) -> pd.Series:
        """The unit of the first listing of each track of the corpora; index: track ids."""
        listed = self.corpus_listings
        unit = units.units(listed, self.block).assign(track_id=listed["track_id"])
        return unit.drop_duplicates("track_id").set_index("track_id")["unit"]

    @cached_property
    def lists_apart(self) -> bool:
        """Whether both corpora have units enough for whole lists to be kept apart."""
        unit = self._unit_of_track
        numbers = [unit[unit.index.isin(self.sides[name])].nunique() for name in self.pair]
        return min(numbers) >= units.FEWEST

    @property
    def units_in_words(self) -> str:
        """The units that are kept apart, as a page names them."""
        if self.lists_apart:
            return units.units_in_words(self.corpus_listings, self.block)
        return f"artists, since a corpus has fewer than {units.FEWEST} units by that rule"

    @cached_property
    def known(self) -> pd.DataFrame:
        """The tracks of `pool` to compare with; index: track ids."""
        return self.pool[self.pool["trained"]].set_index("track_id")

    @cached_property
    def values(self) -> dict[str, pd.DataFrame]:
        """By kind of sound, the numbers of each track of `pool`: features standardised.

        Kinds of which no track of the playlist has any are left out.
        """
        found = {}
        for kind, table in self.sound.items():
            if not self.tracks["track_id"].isin(table["track_id"]).any():
                continue
            values = table.drop(columns="source").set_index("track_id")
            values = values[values.index.isin(self.pool["track_id"])]
            if kind == "features":
                values = (values - values.mean()) / values.std()
            found[kind] = values
        return found

    @property
    def by_ear(self) -> str:
        """The kind of sound that neighbours are looked for in: embeddings where there are any."""
        return "embeddings" if "embeddings" in self.values else "features"

    def heard(self, features: list[str]) -> pd.DataFrame:
        """Audio features of the playlist's tracks that have all of them; index: track numbers.

        Parameters
        ----------
        features : list of str

        Returns
        -------
        DataFrame
            One column a feature, in its own units.

        Notes
        -----
        Notebook: 11_your_playlist
        """
        table = self.sound["features"].set_index("track_id")[features]
        return self.tracks[["track_id"]].join(table, on="track_id").dropna()[features]

    def neighbours(self, among: pd.Index | None = None) -> pd.DataFrame:
        """Ids of the nearest tracks of the corpora to each track of the playlist.

        Parameters
        ----------
        among : Index of str, optional
            Track ids that are searched, of those in `known`; by default all of them.

        Returns
        -------
        DataFrame of str
            As from `neighbours.nearest`.
        """
        others = self.known.index
        if among is not None:
            others = others.intersection(among)
        values = self.values[self.by_ear]
        return neighbours.nearest(values, self.tracks["track_id"], others, N_NEIGHBOURS)

    def nearest_tracks(self, found: pd.DataFrame, show_tracks: bool) -> pd.DataFrame:
        """Of each track the nearest one, and how many of its neighbours are of the target corpus.

        Parameters
        ----------
        found : DataFrame of str
            As from `neighbours`.
        show_tracks : bool
            Whether titles and artists of the corpora's tracks may be shown.

        Returns
        -------
        DataFrame
            One row a track of the playlist.

        Notes
        -----
        Notebook: 11_your_playlist
        """
        numbers = pd.Series(self.tracks.index, self.tracks["track_id"])[found.index]
        first = self.known.loc[found[0]].set_axis(numbers)
        table = pd.DataFrame({"track": self.tracks["title"].loc[numbers]})
        if show_tracks:
            table["nearest"] = first["title"].fillna("?") + ", " + first["artist"].fillna("?")
        table["its corpus"] = first["corpus"]
        table["its genre"] = first["genre"].fillna("unknown")
        share = self.in_target(found)
        table[f"{self.target} of {N_NEIGHBOURS}"] = share.sum(axis=1)
        return table

    def in_target(self, found: pd.DataFrame) -> np.ndarray:
        """Whether each neighbour is of the target corpus; shape as of `found`.

        Parameters
        ----------
        found : DataFrame of str
            As from `neighbours`.

        Returns
        -------
        ndarray of bool

        Notes
        -----
        Notebook: 11_your_playlist
        """
        flat = self.known["in_target"].loc[found.to_numpy().ravel()]
        return flat.to_numpy(bool).reshape(found.shape)

    def searched(self) -> pd.Series:
        """Whether each track that may be a neighbour is of the target corpus.

        Returns
        -------
        Series of bool
            Index: track ids.

        Notes
        -----
        Notebook: 11_your_playlist
        """
        return self.known.loc[self.known.index.isin(self.values[self.by_ear].index), "in_target"]

    def places(self, maps: pd.DataFrame) -> dict[str, tuple[pd.DataFrame, pd.DataFrame]]:
        """Where the playlist's tracks lie on the maps of the build.

        Parameters
        ----------
        maps : DataFrame
            The `maps` table. The joint map of both corpora is taken where there is one, else the
            map of each corpus.

        Returns
        -------
        dict of str to (DataFrame, DataFrame)
            By map, its points (x, y, corpus; index: track ids), and the places of the tracks (x,
            y, how, number).
        """
        maps = maps[maps["feature_set"] == FEATURE_SETS[self.by_ear]]
        names = ["joint"]
        if self.by_ear == "features" or "joint" not in set(maps["map"]):
            names = [name for name in self.pair if name in set(maps["map"])]
        number = pd.Series(self.tracks.index, self.tracks["track_id"])
        found = {}
        for name in names:
            points = maps[maps["map"] == name].drop_duplicates("track_id").set_index("track_id")
            points = points[["x", "y"]].join(self.corpus_tracks["corpus"])
            near = self.neighbours(points.index)
            put = neighbours.place_on_map(points, self.tracks["track_id"], near)
            found[name] = points, put.assign(number=number[put.index])
        return found

    def _others(self, kind: str) -> pd.DataFrame:
        """Listings of the corpora that have a kind of sound, without the playlist's own tracks."""
        ids = self.corpus_listings["track_id"]
        own = ids.isin(self.tracks["track_id"])
        return self.corpus_listings[ids.isin(self.values[kind].index) & ~own]

    def comparable(self, list_size: int) -> list[str]:
        """Kinds of sound that allow a log likelihood ratio.

        At least `FEWEST_TRACKS` of either corpus can be learned from, and the target corpus has a
        list: a participant's, or `list_size` consecutive rows of a study.

        Parameters
        ----------
        list_size : int
            Consecutive rows that stand for a list where no participants are known.

        Returns
        -------
        list of str

        Notes
        -----
        Notebook: 11_your_playlist
        """
        found = []
        for kind, values in self.values.items():
            in_target = self.known.loc[self.known.index.isin(values.index), "in_target"]
            others = self._others(kind)
            lists = likelihood.list_names(others[others["corpus"] == self.target], list_size)
            fewest = min(in_target.sum(), (~in_target).sum())
            if fewest >= FEWEST_TRACKS and lists.notna().any():
                found.append(kind)
        return found

    def standings(
        self, list_size: int, n_bootstrap: int, level: float, seed: int
    ) -> dict[str, Standing]:
        """By kind of sound, how much more the playlist is like one corpus than like the other.

        Parameters
        ----------
        list_size : int
            Rows of a window of the target corpus where no participant is known.
        n_bootstrap : int
            Draws from the reference corpus, and replicates of the playlist's mean.
        level : float
            Coverage of the intervals.
        seed : int

        Returns
        -------
        dict of str to Standing
            Of the kinds that are `comparable`.
        """
        found = {}
        for kind in self.comparable(list_size):
            rows = self.pool[self.pool["track_id"].isin(self.values[kind].index)]
            ratios = likelihood.log_ratios(
                self.values[kind].loc[rows["track_id"]].to_numpy("float32"),
                rows["in_target"].to_numpy(),
                rows["trained"].to_numpy(),
                rows["unit"].to_numpy(),
                seed,
                rows["by"].to_numpy(),
            )
            scored = rows.assign(ratio=ratios).set_index("track_id")
            others = self._others(kind)
            others = others.assign(ratio=others["track_id"].map(scored["ratio"]))
            lists = likelihood.list_means(others[others["corpus"] == self.target], list_size)
            draws = likelihood.draw_means(
                others.loc[others["corpus"] == self.reference, "ratio"].to_numpy(),
                lists["size"].to_numpy(),
                n_bootstrap,
                seed,
            )
            found[kind] = self._standing(
                scored, lists["mean"].to_numpy(), draws, n_bootstrap, level, seed
            )
        return found

    def _standing(self, scored, lists, draws, n_bootstrap, level, seed):
        learned = scored[scored["trained"]]
        ratio, in_target = learned["ratio"].to_numpy(), learned["in_target"].to_numpy()
        own = scored.loc[[track for track in self.tracks["track_id"] if track in scored.index]]
        mean = likelihood.mean_interval(
            own["ratio"].to_numpy(), own["by"], n_bootstrap, seed, level
        )
        return Standing(
            scored=scored,
            bins=likelihood.reliability(ratio, in_target, learned["unit"], seed=seed, level=level),
            brier=likelihood.brier_score(ratio, in_target),
            n_trained=len(learned),
            mean=mean["mean"],
            ci_low=mean["ci_low"],
            ci_high=mean["ci_high"],
            n_tracks=len(own),
            lists=lists,
            draws=draws,
        )

    def table(self, standings: dict[str, Standing]) -> pd.DataFrame:
        """The playlist's mean with its interval, and the share of lists and draws below it.

        Parameters
        ----------
        standings : dict of str to Standing
            By kind of sound, as from `standings`.

        Returns
        -------
        DataFrame
            One row a kind of sound; means in nats a track, shares from 0 to 1.

        Notes
        -----
        Notebook: 11_your_playlist
        """
        rows = {
            SOUND[kind]: {
                "mean": found.mean,
                "from": found.ci_low,
                "to": found.ci_high,
                "tracks": found.n_tracks,
                "lists": len(found.lists),
                "lists below": found.share_of_lists_below,
                "draws below": found.draws_below / len(found.draws),
            }
            for kind, found in standings.items()
        }
        return pd.DataFrame(rows.values(), list(rows))

    def records(self, standings: dict[str, Standing]) -> list[tuple[str, float, int, str]]:
        """What a chapter records of the playlist's standings: key, value, n and source.

        Parameters
        ----------
        standings : dict of str to Standing
            By kind of sound, as from `standings`.

        Returns
        -------
        list of (str, float, int, str)

        Notes
        -----
        Notebook: 11_your_playlist
        """
        rows = []
        for kind, found in standings.items():
            lists, draws = len(found.lists), len(found.draws)
            rows += [
                (f"local.playlist.llr.{kind}", found.mean, found.n_tracks),
                (f"local.playlist.brier.{kind}", found.brier, found.n_trained),
                (f"local.playlist.draws_below.{kind}", found.draws_below / draws, draws),
            ]
            if lists >= FEWEST_LISTS:
                key = f"local.playlist.lists_below.{kind}"
                rows.append((key, found.share_of_lists_below, lists))
        return [(*row, self.source) for row in rows]
