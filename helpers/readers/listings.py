"""Lists of tracks, as people have them: CSV of ids or links, Exportify's CSV, a folder of audio.

And the corpora that a profile makes of them, filled up with what `acquire` found.
"""

import os
import re
from pathlib import Path

import pandas as pd

from helpers import tables, trace
from helpers.project import ProjectError
from helpers.readers import audio, feature_tables

# By what it is called here: the spellings of a column's name, in the order of preference.
SPELLINGS = {
    "track_id": feature_tables.ID_NAMES,
    "artist": ("artist", "artists", "artistname", "artistnames"),
    "title": ("title", "trackname", "name", "track"),
    "genre": ("genre", "reducedgenre"),
    "study": ("study",),
    "participant": ("participant",),
    "year": ("year", "releasedate", "albumreleasedate"),
    "isrc": ("isrc",),
    "duration": ("duration",),
    "milliseconds": ("durationms", "trackdurationms"),
}
COLUMNS = [name for name in SPELLINGS if name != "milliseconds"]


def is_link(place):
    """Whether a place is a playlist at Spotify, and not a file or folder."""
    return bool(re.match(r"spotify:playlist:|https?://open\.spotify\.com/", str(place)))


def read(place):
    """Read a list of tracks.

    Parameters
    ----------
    place : str or Path
        A CSV file (a column of Spotify ids, URIs or links, and whatever else it has; Exportify's
        files are such), a folder of audio files (their tags are read, the id is the file's name),
        or, as text, ids or links with spaces between them.

    Returns
    -------
    DataFrame
        `COLUMNS` as text, the year as Int64 and the duration in seconds, all missing where
        unknown, and `path` of an audio file; rows in the list's order. Episodes of podcasts are
        left out; local files of a playlist have no id.

    Raises
    ------
    ProjectError
        Where there is no such list, no column of ids, no row, or something else than an id.

    Notes
    -----
    Notebook: 09_your_playlist
    """
    # os.path, since a Path takes many ids for too long a name and gives up.
    if os.path.exists(place):
        trace.file(place)
    if os.path.isdir(place):
        found = _folder(Path(place))
    else:
        table = (
            feature_tables.read_table(Path(place))
            if Path(place).suffix
            else pd.DataFrame({"id": str(place).split()}).rename(index=lambda row: row + 1)
        )
        found = feature_tables.spelled(table, place, SPELLINGS, {*SPELLINGS} - {"track_id"})
        found.loc[found["track_id"].str.contains(":local:", na=False), "track_id"] = None
        if len(wrong := found.index[found["track_id"].str.contains(r"[\s:/?]", na=False)]):
            raise ProjectError(
                f"{place}, row {wrong[0]}: {found.at[wrong[0], 'track_id']!r} is no track id, "
                "Spotify URI or link to a track. Mend it or delete the row."
            )
    found["year"] = pd.to_numeric(found["year"].str[:4], errors="coerce").astype("Int64")
    lengths = found[["milliseconds", "duration"]].apply(pd.to_numeric, errors="coerce")
    found["duration"] = (lengths["milliseconds"] / 1000).fillna(lengths["duration"])
    return found.reindex(columns=[*COLUMNS, "path"]).reset_index(drop=True)


def _folder(folder):
    """Tags of the audio files of a folder; a file that cannot be read is listed by its name."""
    import av

    rows = []
    for name, path in audio.read_listing(folder).itertuples(index=False):
        tags, length = {}, None
        try:
            with av.open(path) as file:
                for part in (file, *file.streams.audio):
                    tags |= {key.lower(): text.strip() for key, text in part.metadata.items()}
                length = file.duration and file.duration / 1000
        except av.FFmpegError as error:
            print(f"{path}: no tags ({error.strerror}).", flush=True)
        rows.append(
            {key: tags.get(key) for key in ("artist", "title", "genre")}
            | {
                "track_id": name,
                "path": path,
                "isrc": tags.get("isrc") or tags.get("tsrc"),
                "year": tags.get("date"),
                "milliseconds": length,
            }
        )
    found = pd.DataFrame(rows, columns=[*SPELLINGS, "path"], dtype="str")
    return found.assign(title=found["title"].fillna(found["track_id"]))


def files(profile):
    """Files that the listings of a profile are made of, and the names of a folder's audio files.

    Parameters
    ----------
    profile : Profile

    Returns
    -------
    list of Path or str

    Notes
    -----
    Notebook: 01_corpora
    """
    found = [tables.acquired_path(profile, name) for name in ("tracks", "metadata", "genres")]
    for place in (Path(place) for corpus in profile.corpora.values() for place in corpus.tracks):
        found += sorted(map(str, place.rglob("*"))) if place.is_dir() else [place]
    return [file for file in found if isinstance(file, str) or file.is_file()]


def listed(profile):
    """The listings of every corpus, in the order of its lists.

    Parameters
    ----------
    profile : Profile

    Returns
    -------
    DataFrame
        As `read`, and corpus, source (the list) and row (the place in the corpus, from 0). Where
        a corpus has several lists that name no participants, each list counts as one participant.

    Raises
    ------
    ProjectError
        Where a list cannot be read, or `acquire` has not yet fetched a playlist.

    Notes
    -----
    Notebook: 01_corpora
    """
    fetched, lists = tables.acquired_path(profile, "tracks"), []
    for corpus, places in ((name, corpus.tracks) for name, corpus in profile.corpora.items()):
        for place in places:
            if not is_link(place):
                rows = read(place)
            elif fetched.is_file():
                rows = pd.read_parquet(fetched).query("place == @place").drop(columns="place")
            else:
                raise ProjectError(
                    f"corpora.{corpus}.tracks: {place} has not been fetched. Run: "
                    "python -m helpers acquire PROFILE.yaml --stage tracks"
                )
            name = Path(place).name
            if len(places) > 1:
                rows["participant"] = rows["participant"].fillna(name)
            lists.append(rows.astype({"participant": object}).assign(corpus=corpus, source=name))
    tracks = pd.concat(lists, ignore_index=True)
    # Corpus and row name a listing, so rows are counted on from one list to the next.
    return tracks.assign(row=tracks.groupby("corpus").cumcount())


def corpora(profile):
    """The tables of a profile whose corpora are the user's own.

    Parameters
    ----------
    profile : Profile

    Returns
    -------
    dict of str to DataFrame
        `tracks`: where a list leaves artist, title or genre open, what `acquire` found, a genre's
        source named in `source`.

    Notes
    -----
    Notebook: 01_corpora
    """
    tracks = listed(profile)
    for name, columns in (("metadata", ["artist", "title"]), ("genres", ["genre"])):
        if (path := tables.acquired_path(profile, name)).is_file():
            found = (
                pd.read_parquet(path)
                .set_index("track_id")
                .reindex(tracks["track_id"])
                .set_axis(tracks.index)
            )
            if name == "genres":
                filled = tracks["genre"].isna() & found["source"].notna()
                tracks.loc[filled, "source"] += "; genre: " + found["source"]
            tracks[columns] = tracks[columns].fillna(found[columns])
    return {"tracks": tracks}
