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
from helpers.readers import listings
from helpers.services import previews, reccobeats, spotify, tags
from helpers.services.service import FACTS, RefusedError, Service

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


def fetch_playlists(profile: Profile, dry: bool = False) -> None:
    """Stage `tracks`: fetch the playlists that corpora name; other lists are read where they lie.

    Parameters
    ----------
    profile : Profile
    dry : bool
        Say what would be asked, and ask nothing.
    """
    links = [
        place
        for corpus in profile.corpora.values()
        for place in corpus.tracks
        if listings.is_link(place)
    ]
    print(f"tracks: {len(links)} playlists to fetch from spotify; other lists are files.")
    if not links or dry:
        return
    service = Service("spotify", profile.settings)
    fetched = [spotify.playlist(service, link).assign(place=link) for link in links]
    columns = ["place", *listings.COLUMNS, "path"]
    _write(profile, "tracks", pd.concat(fetched).reindex(columns=columns))


def tracks_of(profile: Profile, mirror: Path | None = None, filled: bool = True) -> pd.DataFrame:
    """One row a track of a profile: what its lists say, and the metadata found so far.

    Parameters
    ----------
    profile : Profile
    mirror : Path, optional
        As for a build, where the profile's lists are files that others publish.
    filled : bool
        Whether found metadata fill what the lists leave open.

    Returns
    -------
    DataFrame
        Indexed by track_id: that, title, artist, isrc, duration (s), genre, path (of a file of the
        user's own).
    """
    if profile.source == "own":
        tracks = listings.listed(profile)
    else:
        corpora.prepare(profile, mirror)
        tracks = tables.read_table(profile, "tracks")
    if profile.playlist:
        tracks = pd.concat([tracks, listings.read(profile.playlist)])
    tracks = (
        tracks.dropna(subset="track_id")
        .drop_duplicates("track_id")
        .reindex(columns=["track_id", *FACTS, "genre", "path"])
        .set_index("track_id", drop=False)
    )
    metadata = tables.acquired_path(profile, "metadata")
    if filled and metadata.is_file():
        found = pd.read_parquet(metadata).set_index("track_id")[FACTS]
        tracks[FACTS] = tracks[FACTS].astype(object).fillna(found)
    return tracks.astype({"duration": float})


def ask(
    profile: Profile,
    stage: str,
    tracks: pd.DataFrame,
    mirror: Path | None = None,
    dry: bool = False,
) -> Answers:
    """Ask the services of one stage, in the profile's order, for what those before did not know.

    Parameters
    ----------
    profile : Profile
    stage : str
        A key of `SOURCES`.
    tracks : DataFrame
        From `tracks_of`: those to ask for.
    mirror : Path, optional
        Folder that holds the table of genre names, in place of downloading it.
    dry : bool
        Say what would be asked, and ask nothing.

    Returns
    -------
    Answers
    """
    answers = Answers(pd.Series("", tracks.index, dtype=object))
    further = []
    if stage == "genres":
        further = [{} if dry else _genre_table(profile, mirror)]
    for name in getattr(profile.acquire, stage):
        known = [track for table in answers.found for track in table["track_id"]]
        rest = tracks.drop(known)
        if dry:
            rest = _as_if_known(rest)
        try:
            service = Service(name, profile.settings, dry)
        except ProjectError as error:
            print(f"{stage}: {error}")
            answers.reasons[rest.index] += f"; {error}"
            continue
        _ask_one(answers, service, stage, rest, further)
    return answers


def _as_if_known(tracks):
    """In a dry run what is not known yet is counted as if it were."""
    unknown = tracks[FACTS[:3]].astype(object)
    return tracks.assign(**unknown.apply(lambda facts: facts.fillna(tracks["track_id"])))


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
    told = said.set_index("track_id")["reason"].reindex(
        tracks.index, fill_value=f"{service.name}: nothing to look it up by"
    )
    answers.reasons[told.index] += "; " + told.fillna("")
    found = said[said["reason"].isna()].drop(columns="reason")
    if len(found) or not service.refusal:
        answers.found.append(found.assign(source=service.name))


def _plan(service, n_tracks):
    """What a dry run says of one service: how many requests, and how long they take."""
    rate = service.rules.per_second
    minutes = service.planned / rate / 60
    text = (
        f"{service.name}: about {service.planned:,} requests for {n_tracks:,} tracks, "
        f"{minutes:,.0f} min at {rate:g} a second"
    )
    if service.rules.daily:
        text += f", {service.rules.daily:,} in 24 hours"
    return text


def _genre_table(profile, mirror):
    """Names by main genre: the profile's own table, or Chosic's as the study's authors have it."""
    path = profile.acquire.genre_table
    if not path:
        entries = downloads.read_registry(profile, source="published")
        path = downloads.fetch(entries.loc["chosic_genres"], profile.settings, mirror)
    return json.loads(Path(path).read_text(encoding="utf-8"))


def _write(profile, stage, table):
    project.write_atomic(tables.acquired_path(profile, stage), table.to_parquet(index=False))


def _embed(profile, tracks, dry):
    """Stage `embeddings`: previews and the user's own files; why, by track id, some failed."""
    found = tracks[["track_id", "path"]].dropna()
    fetched = tables.acquired_path(profile, "previews")
    if fetched.is_file():
        found = pd.concat([found, pd.read_parquet(fetched)[["track_id", "path"]]])
    print(f"embeddings: {len(found):,} audio files to embed, on this machine.")
    if dry or found.empty:
        return pd.Series(dtype=object)
    out = tables.acquired_path(profile, "embeddings")
    _write(profile, "audio", found.astype(str))
    collection.run(out.with_stem("audio"), out, profile.acquire.weights, profile.acquire.hop)
    return pd.read_csv(f"{out}.errors.csv", dtype=str).set_index("track_id")["reason"]


def _ask_stage(profile, stage, mirror, dry):
    """Stages that ask services; whether one of them could be asked."""
    tracks = tracks_of(profile, mirror, filled=stage != "metadata")
    lacks = tracks.reindex(columns=LACKING[stage]).isna().any(axis=1)
    answers = ask(profile, stage, tracks[lacks], mirror, dry)
    if dry:
        return True
    if not answers.found:
        kept = tables.acquired_path(profile, stage)
        there = f" {project.shown(kept)} stays as it is." if kept.is_file() else ""
        print(f"{stage}: no service could be asked, so nothing was written.{there}")
        if answers.refusal:
            raise answers.refusal
        return False
    _write(profile, stage, _with_what_was_there(profile, stage, answers))
    print(f"{stage}: {len(answers.table):,} of {lacks.sum():,} tracks found")
    _report_missing(profile, stage, tracks, answers.missing)
    if answers.refusal:
        raise answers.refusal
    return True


def _with_what_was_there(profile, stage, answers):
    """The answers; after a refusal also the rows there were of tracks that it left unanswered."""
    path = tables.acquired_path(profile, stage)
    if not answers.refusal or not path.is_file():
        return answers.table
    before = pd.read_parquet(path)
    unanswered = before[~before["track_id"].isin(answers.table["track_id"])]
    return pd.concat([answers.table, unanswered], ignore_index=True)


def _embed_stage(profile, mirror, dry):
    tracks = tracks_of(profile, mirror)
    missing = _embed(profile, tracks, dry)
    if not dry:
        _report_missing(profile, "embeddings", tracks, missing)


def _report_missing(profile, stage, tracks, missing):
    """Replace a stage's rows in missing.csv, and print how many tracks lack what, and why."""
    path = tables.acquired_path(profile, "missing").with_suffix(".csv")
    rows = tracks[["artist", "title"]].join(missing.rename("reason"), how="inner")
    rows = rows.assign(stage=stage).reset_index()
    kept = None
    if path.is_file():
        kept = pd.read_csv(path, dtype=str).query("stage != @stage")
    project.write_atomic(path, pd.concat([kept, rows]).to_csv(index=False))
    # Reasons that differ in a number or in the names of genres alone are counted together.
    alike = missing.str.replace(r"\d+|(?<=genre: ).*", "…", regex=True)
    for reason, count in alike.value_counts().items():
        print(f"  {count:,} missing: {reason}")
    print(f"  by name: {project.shown(path)}")


def _check(profile):
    """Refuse what no service can be asked for."""
    if profile.simulated:
        raise ProjectError(f"Profile {profile.name} is simulated: no service knows its tracks.")
    for name in ("features", "genres"):
        if len(getattr(profile.acquire, name)) > 1 and not profile.acquire.mix_sources:
            raise ProjectError(
                f"Profile {profile.name}: acquire.{name} names several sources, whose "
                "values differ. Keep one, or set acquire.mix_sources: true."
            )


def _run_stages(profile, stages, mirror, dry):
    """Run some stages in their order; the exit code."""
    code = 0
    for name in STAGES:
        if name not in stages:
            continue
        if name == "tracks":
            fetch_playlists(profile, dry)
        elif name == "embeddings":
            _embed_stage(profile, mirror, dry)
        elif not _ask_stage(profile, name, mirror, dry):
            code = 1
    return code


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
    run = profiles.load_profile(profile)
    _check(run)
    folder = Path(mirror).resolve() if mirror else None
    try:
        with filelock.FileLock(project.cache_dir() / "acquire.lock", timeout=0):
            return _run_stages(run, stage, folder, dry_run)
    except filelock.Timeout:
        raise ProjectError("Another acquisition is running. Wait for it to end.") from None
    except KeyboardInterrupt:
        print("\nStopped. What was answered is kept; the same command goes on from there.")
        return 130
