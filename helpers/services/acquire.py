"""From lists of tracks to the tables of a profile, stage by stage, by asking web services.

The one command that asks them; it can be stopped at any point and goes on from there.
"""

import json
from pathlib import Path

import filelock
import pandas as pd

from helpers import corpora, downloads, profiles, project, tables
from helpers.embeddings import collection
from helpers.project import ProjectError
from helpers.readers import listings
from helpers.services import previews, reccobeats, spotify, tags
from helpers.services.service import FACTS, Service

SOURCES = {
    "metadata": {"reccobeats": reccobeats.metadata, "spotify": spotify.metadata},
    "features": {"reccobeats": reccobeats.features, "spotify": spotify.features},
    "genres": {"musicbrainz": tags.musicbrainz, "lastfm": tags.lastfm},
    "previews": {"deezer": previews.deezer, "itunes": previews.itunes},
}
STAGES = ("tracks", *SOURCES, "embeddings")
# A stage asks for tracks that lack one of these.
LACKING = {"metadata": FACTS, "features": ["features"], "genres": ["genre"], "previews": ["path"]}


def fetch_playlists(profile, dry=False):
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
    if links and not dry:
        service = Service("spotify", profile.settings)
        tables = [spotify.playlist(service, link).assign(place=link) for link in links]
        _write(
            profile,
            "tracks",
            pd.concat(tables).reindex(columns=["place", *listings.COLUMNS, "path"]),
        )


def tracks_of(profile, mirror=None, filled=True):
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
    if filled and (path := tables.acquired_path(profile, "metadata")).is_file():
        found = pd.read_parquet(path).set_index("track_id")[FACTS]
        tracks[FACTS] = tracks[FACTS].astype(object).fillna(found)
    return tracks.astype({"duration": float})


def ask(profile, stage, tracks, mirror=None, dry=False):
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
    found : DataFrame
        track_id, the stage's columns, source.
    missing : Series of str
        Why, by track id, for each track without.
    refusal : Refused or None
        What ended the asking early.
    """
    found, reasons, refusal = [], pd.Series("", tracks.index, dtype=object), None
    more = [{} if dry else _genre_table(profile, mirror)] if stage == "genres" else []
    for name in getattr(profile.acquire, stage):
        rest = tracks.drop([track for table in found for track in table["track_id"]])
        if dry:  # what is not known yet is counted as if it were
            unknown = rest[FACTS[:3]].astype(object)
            rest = rest.assign(**unknown.apply(lambda facts: facts.fillna(rest["track_id"])))
        try:
            service = Service(name, profile.settings, dry)
            answers = SOURCES[stage][name](service, rest, *more)
            refusal, rate = refusal or service.refusal, service.rules.per_second
            if dry:
                daily = f", {service.rules.daily:,} in 24 hours" * bool(service.rules.daily)
                print(
                    f"{stage}: {name}: about {service.planned:,} requests for {len(rest):,} "
                    f"tracks, {service.planned / rate / 60:,.0f} min at {rate:g} a second{daily}"
                )
        except ProjectError as error:
            answers = rest[["track_id"]].assign(reason=str(error))
            print(f"{stage}: {error}")
        told = answers.set_index("track_id")["reason"].reindex(
            rest.index, fill_value=f"{name}: nothing to look it up by"
        )
        reasons[told.index] += "; " + told.fillna("")
        found.append(answers[answers["reason"].isna()].drop(columns="reason").assign(source=name))
    table = pd.concat(found, ignore_index=True)
    return table, reasons.drop(table["track_id"]).str.strip("; "), refusal


def _genre_table(profile, mirror):
    """Names by main genre: the profile's own table, or Chosic's as the study's authors have it."""
    if not (path := profile.acquire.genre_table):
        entries = downloads.read_registry(profile.model_copy(update={"source": "published"}))
        path = downloads.fetch(entries.loc["chosic_genres"], profile.settings, mirror)
    return json.loads(Path(path).read_text(encoding="utf-8"))


def _write(profile, stage, table):
    project.write_atomic(tables.acquired_path(profile, stage), table.to_parquet(index=False))


def _embed(profile, tracks, dry):
    """Stage `embeddings`: previews and the user's own files; why, by track id, some failed."""
    found, out = tracks[["track_id", "path"]].dropna(), tables.acquired_path(profile, "embeddings")
    if (path := tables.acquired_path(profile, "previews")).is_file():
        found = pd.concat([found, pd.read_parquet(path)[["track_id", "path"]]])
    print(f"embeddings: {len(found):,} audio files to embed, on this machine.")
    if dry or found.empty:
        return pd.Series(dtype=object)
    _write(profile, "audio", found.astype(str))
    collection.run(out.with_stem("audio"), out, profile.acquire.weights, profile.acquire.hop)
    return pd.read_csv(f"{out}.errors.csv", dtype=str).set_index("track_id")["reason"]


def _stage(profile, stage, mirror, dry):
    tracks, refusal = tracks_of(profile, mirror, stage != "metadata"), None
    if stage == "embeddings":
        missing = _embed(profile, tracks, dry)
    else:
        wanted = tracks[tracks.reindex(columns=LACKING[stage]).isna().any(axis=1)]
        table, missing, refusal = ask(profile, stage, wanted, mirror, dry)
        if not dry:
            _write(profile, stage, table)
            print(f"{stage}: {len(table):,} of {len(wanted):,} tracks found")
    if dry:
        return
    path = tables.acquired_path(profile, "missing").with_suffix(".csv")
    rows = (
        tracks[["artist", "title"]]
        .join(missing.rename("reason"), how="inner")
        .assign(stage=stage)
        .reset_index()
    )
    kept = pd.read_csv(path, dtype=str).query("stage != @stage") if path.is_file() else None
    project.write_atomic(path, pd.concat([kept, rows]).to_csv(index=False))
    told = missing.str.replace(r"\d+|(?<=genre: ).*", "…", regex=True).value_counts()
    print("".join(f"  {count:,} missing: {reason}\n" for reason, count in told.items()), end="")
    print(f"  by name: {project.shown(path)}")
    if refusal:
        raise refusal


def run(profile, stage=STAGES, dry_run=False, mirror=None):
    """Fill the tables of a profile, each stage from what those before it found.

    Parameters
    ----------
    profile : str
        Name of a profile or path of a YAML file.
    stage : collection of str
        Some of `STAGES`; they run in that order.
    dry_run : bool
        Say what would be asked of whom, and ask nothing.
    mirror : str, optional
        Folder of published files, in place of downloading them.

    Returns
    -------
    int
        0, or 130 after Ctrl-C.

    Raises
    ------
    ProjectError
        With what went wrong or was refused, and what to do next.
    """
    run, mirror = profiles.load_profile(profile), Path(mirror).resolve() if mirror else None
    if run.simulated:
        raise ProjectError(f"Profile {run.name} is simulated: no service knows its tracks.")
    for name in ("features", "genres"):
        if len(getattr(run.acquire, name)) > 1 and not run.acquire.mix_sources:
            raise ProjectError(
                f"Profile {run.name}: acquire.{name} names several sources, whose "
                "values differ. Keep one, or set acquire.mix_sources: true."
            )
    try:
        with filelock.FileLock(project.cache_dir() / "acquire.lock", timeout=0):
            for name in (name for name in STAGES if name in stage):
                if name == "tracks":
                    fetch_playlists(run, dry_run)
                else:
                    _stage(run, name, mirror, dry_run)
    except filelock.Timeout:
        raise ProjectError("Another acquisition is running. Wait for it to end.") from None
    except KeyboardInterrupt:
        print("\nStopped. What was answered is kept; the same command goes on from there.")
        return 130
    return 0
