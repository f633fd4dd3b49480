"""From lists of tracks to the tables of a profile, stage by stage, by asking web services.

The one command that asks them. It can be stopped at any point and goes on from there; a stage that
could ask nobody writes nothing.
"""

import json
from collections.abc import Callable, Collection
from dataclasses import dataclass, field
from pathlib import Path

import filelock
import pandas as pd

from helpers import corpora, downloads, profiles, project, tables
from helpers.embeddings import collection
from helpers.profiles import Profile
from helpers.project import ProjectError
from helpers.readers import cells, genres, listings
from helpers.services import previews, reccobeats, spotify, tags
from helpers.services.refusals import RefusedError
from helpers.services.service import FACTS, Service

SOURCES: dict[str, dict[str, Callable[..., pd.DataFrame]]] = {
    "metadata": {"reccobeats": reccobeats.metadata, "spotify": spotify.metadata},
    "features": {"reccobeats": reccobeats.features, "spotify": spotify.features},
    "genres": {"musicbrainz": tags.musicbrainz, "lastfm": tags.lastfm},
    "previews": {"deezer": previews.deezer, "itunes": previews.itunes},
}
STAGES = ("tracks", *SOURCES, "embeddings")
# A stage asks for tracks that lack one of these.
LACKING = {"metadata": FACTS, "features": ["features"], "genres": ["genre"], "previews": ["path"]}


@dataclass
class Answers:
    """What the services of one stage said.

    Attributes
    ----------
    found : list of DataFrame
        One a service that could be asked: track_id, the stage's columns, source.
    reasons : Series of str
        Why, by track id, services did not know a track; empty where none was asked for it.
    refusal : RefusedError or None
        What ended the asking early.
    """

    reasons: pd.Series
    found: list[pd.DataFrame] = field(default_factory=list)
    refusal: RefusedError | None = None

    @property
    def table(self) -> pd.DataFrame:
        """All that was found, one row a track."""
        return pd.concat(self.found, ignore_index=True)

    @property
    def missing(self) -> pd.Series:
        """Why, by track id, each track without an answer has none."""
        known = {track for table in self.found for track in table["track_id"]}
        lacking = self.reasons[~self.reasons.index.isin(known)]
        return lacking.str.strip("; ")


def _as_if_known(tracks):
    """In a dry run what is not known yet is counted as if it were."""
    unknown = tracks[FACTS[:3]].astype(object)
    filled = unknown.apply(lambda facts: facts.fillna(tracks["track_id"]))
    codes = pd.Series([f"XXXXX{number:07d}" for number in range(len(tracks))], tracks.index)
    return tracks.assign(**filled).assign(isrc=tracks["isrc"].astype(object).fillna(codes))


def _ask_one(answers, service, stage, tracks, further):
    """Ask one service, and add what it says to the answers."""
    try:
        said = SOURCES[stage][service.name](service, tracks, *further)
    except ProjectError as error:
        print(f"{stage}: {error}")
        answers.reasons[tracks.index] += f"; {error}"
        if isinstance(error, RefusedError):
            answers.refusal = answers.refusal or error
        return
    answers.refusal = answers.refusal or service.refusal
    if service.dry:
        print(f"{stage}: {_plan(service, len(tracks))}")
    told = said.set_index("track_id")["reason"].reindex(tracks.index)
    told[~tracks.index.isin(said["track_id"])] = _no_key(service, tracks)
    answers.reasons[told.index] += "; " + told.fillna("")
    found = said[said["reason"].isna()].drop(columns="reason")
    if service.answered:
        answers.found.append(found.assign(source=service.name))


def _no_key(service, tracks):
    """Why a service could not be asked about tracks: what is in place of an ISRC is named."""
    wrong = tracks["isrc"].notna() & ~cells.is_isrc(tracks["isrc"])
    reason = pd.Series(f"{service.name}: nothing to look it up by", tracks.index, dtype=object)
    codes = tracks.loc[wrong, "isrc"].astype(str)
    reason[wrong] = f"{service.name}: nothing to look it up by ('" + codes + "' is no ISRC)"
    return reason


def _plan(service, n_tracks):
    """What a dry run says of one service: how many requests, and how long they take."""
    rate = service.rules.per_second
    minutes = service.planned / rate / 60
    text = (
        f"{service.name}: about {project.counted(service.planned, 'request')} for "
        f"{project.counted(n_tracks, 'track')}, "
        f"{minutes:,.0f} min at {rate:g} a second"
    )
    if service.rules.daily:
        text += f", {service.rules.daily:,} in 24 hours"
    return text


def _print_counts(missing):
    """How many tracks lack what a stage asks for, by reason."""
    # Reasons that differ in a number, a code or the names of genres alone are counted together.
    alike = missing.str.replace(r"'[^']*' is no ISRC|\d+|(?<=genre: ).*", _shortened, regex=True)
    for reason, count in alike.value_counts().items():
        print(f"  {count:,} missing: {reason}")


def _shortened(found):
    return "its code is no ISRC" if found[0].startswith("'") else "…"


@dataclass(frozen=True)
class Acquisition:
    """One run over the stages of a profile.

    Attributes
    ----------
    profile : Profile
    mirror : Path or None
        Folder of published files, in place of downloading them.
    dry : bool
        Say what would be asked, and ask nothing.
    """

    profile: Profile
    mirror: Path | None = None
    dry: bool = False

    def path(self, name: str) -> Path:
        """Where a table that is acquired lies.

        Parameters
        ----------
        name : str
            Of the table.

        Returns
        -------
        Path
        """
        return tables.acquired_path(self.profile, name)

    def write(self, name: str, table: pd.DataFrame) -> None:
        """Replace a table that is acquired.

        Parameters
        ----------
        name : str
            Of the table.
        table : DataFrame
        """
        project.write_atomic(self.path(name), table.to_parquet(index=False))

    def check(self) -> None:
        """Refuse what no service can be asked for.

        Raises
        ------
        ProjectError
            If the tracks are simulated, or a stage would mix sources and may not.
        """
        name, settings = self.profile.name, self.profile.acquire
        if self.profile.simulated:
            raise ProjectError(f"Profile {name} is simulated: no service knows its tracks.")
        for stage, sources in (("features", settings.features), ("genres", settings.genres)):
            if len(sources) > 1 and not settings.mix_sources:
                raise ProjectError(
                    f"Profile {name}: acquire.{stage} names several sources, whose "
                    "values differ. Keep one, or set acquire.mix_sources: true."
                )

    def run(self, stages: Collection[str]) -> int:
        """Run some stages in their order.

        Parameters
        ----------
        stages : collection of str
            Some of `STAGES`.

        Returns
        -------
        int
            The exit code: 0; 1 where a stage could ask no service.
        """
        code = 0
        for stage in STAGES:
            if stage not in stages:
                continue
            if stage == "tracks":
                self.fetch_playlists()
            elif stage == "embeddings":
                self.embed()
            elif not self.ask_services(stage):
                code = 1
        return code

    def fetch_playlists(self) -> None:
        """Stage `tracks`: fetch the playlists that corpora name; other lists are read where they lie."""
        links = [
            place
            for corpus in self.profile.corpora.values()
            for place in corpus.tracks
            if listings.is_link(place)
        ]
        links_told = project.counted(len(links), "playlist")
        print(f"tracks: {links_told} to fetch from spotify; other lists are files.")
        if self.dry and links and not self.path("tracks").is_file():
            print(
                "  what they hold is not known before, so the stages below count the other lists."
            )
        if not links or self.dry:
            return
        service = Service("spotify", self.profile.settings)
        fetched = [spotify.playlist(service, link).assign(place=link) for link in links]
        columns = ["place", *listings.COLUMNS, "path"]
        self.write("tracks", pd.concat(fetched).reindex(columns=columns))

    def tracks(self, filled: bool = True) -> pd.DataFrame:
        """One row a track of the profile: what its lists say, and the metadata found so far.

        Parameters
        ----------
        filled : bool
            Whether found metadata fill what the lists leave open.

        Returns
        -------
        DataFrame
            Indexed by track_id: that, title, artist, isrc, duration (s), genre, path (of a file of
            the user's own).
        """
        tracks = self._listed()
        if self.profile.playlist:
            tracks = pd.concat([tracks, listings.read(self.profile.playlist)])
        tracks = (
            tracks.dropna(subset="track_id")
            .drop_duplicates("track_id")
            .reindex(columns=["track_id", *FACTS, "genre", "path"])
            .set_index("track_id", drop=False)
        )
        metadata = self.path("metadata")
        if filled and metadata.is_file():
            found = pd.read_parquet(metadata).set_index("track_id")[FACTS]
            tracks[FACTS] = tracks[FACTS].astype(object).fillna(found)
        tracks["isrc"] = cells.isrcs(tracks["isrc"].astype("str"))
        if self.profile.source == "own":
            tracks["genre"] = genres.tidy(tracks["genre"], genres.own_table(self.profile))[0]
        return tracks.astype({"duration": float})

    def _listed(self) -> pd.DataFrame:
        """The tracks of the user's own lists, or of files that others publish."""
        if self.profile.source == "own":
            return listings.listed(self.profile, unfetched=self.dry)
        corpora.prepare(self.profile, self.mirror)
        return tables.read_table(self.profile, "tracks")

    def ask_services(self, stage: str) -> bool:
        """A stage of `SOURCES`: ask for the tracks that lack something, and write what was found.

        Parameters
        ----------
        stage : str

        Returns
        -------
        bool
            Whether a service could be asked; where none could, nothing is written.

        Raises
        ------
        RefusedError
            If a service refused to go on; what it had answered is written.
        """
        tracks = self.tracks(filled=stage != "metadata")
        lacks = tracks.reindex(columns=LACKING[stage]).isna().any(axis=1)
        if stage == "features":
            lacks &= ~tracks.index.isin(self._with_features())
        if not lacks.any():
            print(f"{stage}: the lists leave nothing open, so no service is asked.")
            return True
        answers = self.ask(stage, tracks[lacks])
        if self.dry:
            return True
        if answers.found:
            self.write(stage, self._with_what_was_there(stage, answers))
            print(f"{stage}: {project.counted_of(len(answers.table), lacks.sum(), 'track')} found")
            self.report_missing(stage, tracks, answers.missing)
        else:
            print(
                f"{stage}: no service could be asked, so nothing was written.{self._stays(stage)}"
            )
            _print_counts(answers.missing)
        if answers.refusal:
            raise answers.refusal
        return bool(answers.found)

    def _with_features(self) -> pd.Index:
        """Tracks that need not be asked for, since a build takes their features from the lists."""
        listed = corpora.listed_features(self.profile)
        if listed is None:
            return pd.Index([])
        if self.profile.acquire.mix_sources:
            return pd.Index(listed["track_id"])
        if not corpora.covers(self.profile, listed):
            return pd.Index([])
        n_tracks = project.counted(listed["track_id"].nunique(), "track")
        print(
            f"features: the lists hold them for {n_tracks}. One table "
            "holds one source, so the others are asked for only with acquire.mix_sources: true."
        )
        return self.tracks(filled=False).index

    def ask(self, stage: str, tracks: pd.DataFrame) -> Answers:
        """Ask the services of one stage, in the profile's order, for what those before did not know.

        Parameters
        ----------
        stage : str
            A key of `SOURCES`.
        tracks : DataFrame
            From `tracks`: those to ask for.

        Returns
        -------
        Answers
        """
        answers = Answers(pd.Series("", tracks.index, dtype=object))
        further = [self._genre_names()] if stage == "genres" else []
        for name in getattr(self.profile.acquire, stage):
            known = [track for table in answers.found for track in table["track_id"]]
            rest = tracks.drop(known)
            if self.dry:
                rest = _as_if_known(rest)
            try:
                service = Service(name, self.profile.settings, self.dry)
            except ProjectError as error:
                print(f"{stage}: {error}")
                answers.reasons[rest.index] += f"; {error}"
                continue
            _ask_one(answers, service, stage, rest, further)
        return answers

    def _genre_names(self) -> dict[str, list[str]]:
        """Names by main genre: the profile's own table, or Chosic's as the study's authors have it."""
        if self.dry:
            return {}
        own = self.profile.acquire.genre_table
        if own:
            return json.loads(Path(own).read_text(encoding="utf-8"))
        entries = downloads.read_registry(self.profile, source="published")
        entry = entries.loc["chosic_genres"]
        path = downloads.fetch(entry, self.profile.settings, self.mirror)
        return json.loads(path.read_text(encoding="utf-8"))

    def _stays(self, stage: str) -> str:
        """What is said of a table that is there and was not replaced."""
        kept = self.path(stage)
        if kept.is_file():
            return f" {project.shown(kept)} stays as it is."
        return ""

    def _with_what_was_there(self, stage: str, answers: Answers) -> pd.DataFrame:
        """The answers; after a refusal also the rows there were of tracks that it left unanswered."""
        path = self.path(stage)
        if not answers.refusal or not path.is_file():
            return answers.table
        before = pd.read_parquet(path)
        unanswered = before[~before["track_id"].isin(answers.table["track_id"])]
        return pd.concat([answers.table, unanswered], ignore_index=True)

    def embed(self) -> None:
        """Stage `embeddings`: of previews and of the user's own files, on this machine."""
        tracks = self.tracks()
        files = tracks[["track_id", "path"]].dropna()
        fetched = self.path("previews")
        if fetched.is_file():
            files = pd.concat([files, pd.read_parquet(fetched)[["track_id", "path"]]])
        n_files = project.counted(len(files), "audio file")
        print(f"embeddings: {n_files} to embed, on this machine.")
        if self.dry:
            return
        failed = pd.Series(dtype=object)
        if len(files):
            failed = self._embed_files(files)
        self.report_missing("embeddings", tracks, failed)

    def _embed_files(self, files: pd.DataFrame) -> pd.Series:
        """Embed files; why, by track id, some failed."""
        out, settings = self.path("embeddings"), self.profile.acquire
        self.write("audio", files.astype(str))
        collection.run(self.path("audio"), out, settings.weights, settings.hop)
        return pd.read_csv(f"{out}.errors.csv", dtype=str).set_index("track_id")["reason"]

    def report_missing(self, stage: str, tracks: pd.DataFrame, missing: pd.Series) -> None:
        """Replace a stage's rows in missing.csv, and print how many tracks lack what, and why.

        Parameters
        ----------
        stage : str
        tracks : DataFrame
            From `tracks`.
        missing : Series of str
            Why, by track id.
        """
        path = self.path("missing").with_suffix(".csv")
        rows = tracks[["artist", "title"]].join(missing.rename("reason"), how="inner")
        rows = rows.assign(stage=stage).reset_index()
        kept = None
        if path.is_file():
            kept = pd.read_csv(path, dtype=str).query("stage != @stage")
        project.write_atomic(path, pd.concat([kept, rows]).to_csv(index=False))
        _print_counts(missing)
        print(f"  by name: {project.shown(path)}")


def _made_cache():
    """The cache folder, made where it was missing."""
    cache = project.cache_dir()
    try:
        cache.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise ProjectError(
            f"{cache}: no folder can be made there ({error.strerror}). Make it writable, or name "
            "another in MUSIC_FOR_PAIN_CACHE."
        ) from None
    return cache


def run(
    profile: str,
    stage: Collection[str] = STAGES,
    dry_run: bool = False,
    mirror: str | Path | None = None,
) -> int:
    """Fill the tables of a profile, each stage from what those before it found.

    Parameters
    ----------
    profile : str
        Name of a profile or path of a YAML file.
    stage : collection of str
        Some of `STAGES`; they run in that order.
    dry_run : bool
        Say what would be asked of whom, and ask nothing.
    mirror : str or Path, optional
        Folder of published files, in place of downloading them.

    Returns
    -------
    int
        0; 1 where a stage could ask no service; 130 after Ctrl-C.

    Raises
    ------
    ProjectError
        With what went wrong or was refused, and what to do next.
    """
    folder = Path(mirror).resolve() if mirror else None
    acquisition = Acquisition(profiles.load_profile(profile), folder, dry_run)
    acquisition.check()
    try:
        with filelock.FileLock(_made_cache() / "acquire.lock", timeout=0):
            return acquisition.run(stage)
    except filelock.Timeout:
        raise ProjectError("Another acquisition is running. Wait for it to end.") from None
    except KeyboardInterrupt:
        print("\nStopped. What was answered is kept; the same command goes on from there.")
        return 130
