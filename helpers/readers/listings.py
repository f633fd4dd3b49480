"""Lists of tracks, as people have them: CSV of ids or links, Exportify's CSV, a folder of audio.

And the corpora that a profile makes of them, filled up with what `acquire` found.
"""

import os
import re
from collections.abc import Sequence
from pathlib import Path

import pandas as pd

from helpers import tables, trace
from helpers.profiles import Profile
from helpers.project import ProjectError
from helpers.readers import audio, feature_tables

# By what it is called here: the spellings of a column's name, in the order of preference.
SPELLINGS: dict[str, Sequence[str]] = {
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
# What a list says of a track; its length is in seconds.
COLUMNS = [name for name in SPELLINGS if name != "milliseconds"]


def is_link(place: str | Path) -> bool:
    """Whether a place is a playlist at Spotify, and not a file or folder.

    Parameters
    ----------
    place : str or Path

    Returns
    -------
    bool
    """
    return bool(re.match(r"spotify:playlist:|https?://open\.spotify\.com/", str(place)))


def read(place: str | Path) -> pd.DataFrame:
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
    Notebook: 11_your_playlist
    """
    # os.path, since a Path takes many ids for too long a name and gives up.
    if os.path.exists(place):
        trace.file(place)
    found = _folder(Path(place)) if os.path.isdir(place) else _table(place)
    found["year"] = pd.to_numeric(found["year"].str[:4], errors="coerce").astype("Int64")
    lengths = found[["milliseconds", "duration"]].apply(pd.to_numeric, errors="coerce")
    found["duration"] = (lengths["milliseconds"] / 1000).fillna(lengths["duration"])
    return found.reindex(columns=[*COLUMNS, "path"]).reset_index(drop=True)


def _table(place: str | Path) -> pd.DataFrame:
    """Rows of a file, or of ids and links with spaces between them, under this book's names."""
    if Path(place).suffix:
        table = feature_tables.read_table(Path(place))
    else:
        table = pd.DataFrame({"id": str(place).split()}).rename(index=lambda row: row + 1)
    optional = set(SPELLINGS) - {"track_id"}
    found = feature_tables.spelled(table, place, SPELLINGS, optional)
    found.loc[found["track_id"].str.contains(":local:", na=False), "track_id"] = None
    wrong = found.index[found["track_id"].str.contains(r"[\s:/?]", na=False)]
    if len(wrong):
        raise ProjectError(
            f"{place}, row {wrong[0]}: {found.at[wrong[0], 'track_id']!r} is no track id, "
            "Spotify URI or link to a track. Mend it or delete the row."
        )
    return found


def _folder(folder: Path) -> pd.DataFrame:
    """Tags of the audio files of a folder; a file that cannot be read is listed by its name."""
    rows = [_tags(name, path) for name, path in audio.read_listing(folder).to_numpy()]
    found = pd.DataFrame(rows, columns=[*SPELLINGS, "path"], dtype="str")
    stems = found["path"].map(lambda path: Path(path).stem)
    return found.assign(title=found["title"].fillna(stems))


def _tags(name: str, path: str) -> dict[str, object]:
    """What an audio file says of itself."""
    import av

    tags: dict[str, str] = {}
    milliseconds = None
    try:
        with av.open(path) as file:
            found = [file.metadata, *(stream.metadata for stream in file.streams.audio)]
            for key, text in (item for metadata in found for item in metadata.items()):
                tags[key.lower()] = text.strip()
            if file.duration:  # microseconds
                milliseconds = file.duration / 1000
    except av.FFmpegError as error:
        print(f"{path}: no tags ({error.strerror}).", flush=True)
    return {
        "track_id": name,
        "path": path,
        "artist": tags.get("artist"),
        "title": tags.get("title"),
        "genre": tags.get("genre"),
        "isrc": tags.get("isrc") or tags.get("tsrc"),
        "year": tags.get("date"),
        "milliseconds": milliseconds,
    }


def files(profile: Profile) -> list[Path | str]:
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
    found: list[Path | str] = []
    for name in ("tracks", "metadata", "genres"):
        acquired = tables.acquired_path(profile, name)
        if acquired.is_file():
            found.append(acquired)
    for corpus in profile.corpora.values():
        for place in map(Path, corpus.tracks):
            if place.is_dir():
                found += sorted(str(file) for file in place.rglob("*"))
            elif place.is_file():
                found.append(place)
    return found


def listed(profile: Profile) -> pd.DataFrame:
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
    lists = []
    for corpus, about in profile.corpora.items():
        for place in about.tracks:
            name = Path(place).name
            rows = _fetched(profile, corpus, place) if is_link(place) else read(place)
            if len(about.tracks) > 1:
                rows["participant"] = rows["participant"].fillna(name)
            lists.append(rows.astype({"participant": object}).assign(corpus=corpus, source=name))
    tracks = pd.concat(lists, ignore_index=True)
    # Corpus and row name a listing, so rows are counted on from one list to the next.
    return tracks.assign(row=tracks.groupby("corpus").cumcount())


def _fetched(profile: Profile, corpus: str, place: str) -> pd.DataFrame:
    """Rows of a playlist that `acquire` fetched."""
    path = tables.acquired_path(profile, "tracks")
    if not path.is_file():
        raise ProjectError(
            f"corpora.{corpus}.tracks: {place} has not been fetched. Run: "
            "python -m helpers acquire PROFILE.yaml --stage tracks"
        )
    rows = pd.read_parquet(path)
    return rows[rows["place"] == place].drop(columns="place")


def corpora(profile: Profile) -> dict[str, pd.DataFrame]:
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
    metadata = _acquired(profile, "metadata", tracks)
    if metadata is not None:
        facts = ["artist", "title"]
        tracks[facts] = tracks[facts].fillna(metadata[facts])
    genres = _acquired(profile, "genres", tracks)
    if genres is not None:
        filled = tracks["genre"].isna() & genres["source"].notna()
        tracks.loc[filled, "source"] += "; genre: " + genres["source"]
        tracks["genre"] = tracks["genre"].fillna(genres["genre"])
    return {"tracks": tracks}


def _acquired(profile: Profile, name: str, tracks: pd.DataFrame) -> pd.DataFrame | None:
    """What `acquire` found for each listing; missing where nothing, `None` without its table."""
    path = tables.acquired_path(profile, name)
    if not path.is_file():
        return None
    found = pd.read_parquet(path).set_index("track_id")
    return found.reindex(tracks["track_id"]).set_axis(tracks.index)
