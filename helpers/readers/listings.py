"""Lists of tracks, as people have them: what programs export, links, folders of audio.

And the corpora that a profile makes of them, filled up with what `acquire` found.
"""

import difflib
import os
import re
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path

import pandas as pd

from helpers import tables, trace
from helpers.profiles import Profile
from helpers.project import FEATURES, ProjectError, counted
from helpers.readers import audio, cells, columns, dialects, feature_tables, genres

# What a list says of a track; its length is in seconds.
COLUMNS = [
    *("track_id", "artist", "title", "genre", "study", "participant", "year", "isrc", "duration"),
]
# Of these a list says how many rows have none.
FACTS = ("track_id", "artist", "title", "year", "genre")
NAMES = ("artist", "title", "artist_title", "participant", "study")
# A length above this, in the middle of a list, is in milliseconds.
LONGEST = 10_000


@dataclass(frozen=True)
class Listing:
    """One list as it was read.

    Attributes
    ----------
    rows : DataFrame
        `COLUMNS` and path, see `read`.
    features : DataFrame or None
        track_id and the nine audio features of the rows that have them, if the list has columns
        of all nine.
    about : str
        One line: which column was read as what, what was left, how many rows lack what.
    """

    rows: pd.DataFrame
    features: pd.DataFrame | None
    about: str


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
        A file (see `dialects.read`) with a column of ids, URIs or links, or of artist and title; a
        folder of audio files (their tags are read, and `audio.read_listing` names them); or, as
        text, ids or links with spaces between them.

    Returns
    -------
    DataFrame
        `COLUMNS` as text, the year as Int64 and the duration in seconds, all missing where
        unknown, and `path` of an audio file; rows in the list's order. Episodes of podcasts are
        left out; local files of a playlist have no id. Genres are as `genres.tidy` makes them.

    Raises
    ------
    ProjectError
        Where there is no such list, no column of ids, no row, or something else than an id.

    Notes
    -----
    Notebook: 11_your_playlist
    """
    rows = read_listing(place).rows
    return rows.assign(genre=genres.tidy(rows["genre"])[0])


def read_listing(place: str | Path) -> Listing:
    """Read a list of tracks, with the features it may hold and a line about its reading.

    Parameters
    ----------
    place : str or Path
        As for `read`.

    Returns
    -------
    Listing

    Raises
    ------
    ProjectError
        As `read` raises it.

    Notes
    -----
    Notebook: 11_your_playlist
    """
    # os.path, since a Path takes many ids for too long a name and gives up.
    if os.path.exists(place):
        trace.file(place)
    trace.file(columns.TABLE)
    if os.path.isdir(place):
        found = _folder(Path(place))
        rows = _tidy(found, joined=False)
        return Listing(
            rows, None, f"{place}: {counted(len(rows), 'audio file')}; {_lacking(rows)}."
        )
    table = _raw(place)
    there = columns.places(table, place)
    found = _named(table, there, place)
    ids, left_out = _ids(found, place)
    found = found.assign(track_id=ids)[~left_out["episodes left out"]]
    if found.empty:
        raise ProjectError(f"{place} has no rows of tracks.")
    rows = _tidy(found, there.joined)
    features, said = _own_features(found, rows["track_id"], place)
    parts = [
        f"{place}: {counted(len(rows), 'row')}",
        _columns_read(table, there),
        *said,
        _lacking(rows),
    ]
    parts += [f"{what}: {mask.sum():,}" for what, mask in left_out.items() if mask.any()]
    return Listing(rows.reset_index(drop=True), features, "; ".join(filter(None, parts)) + ".")


def _raw(place: str | Path) -> pd.DataFrame:
    """Rows of a file, or of ids and links with spaces between them."""
    if Path(place).suffix or os.path.exists(place):
        return dialects.read(Path(place))
    return pd.DataFrame({"id": str(place).split()}).rename(index=lambda row: row + 1)


def _named(table: pd.DataFrame, there: columns.Places, place: str | Path) -> pd.DataFrame:
    """Columns of a list under this book's names, missing where a cell says so."""
    if table.empty:
        raise ProjectError(f"{place} has no rows of tracks.")
    text = {name: cells.known(table.iloc[:, at], name in NAMES) for name, at in there.at.items()}
    found = pd.DataFrame(text, table.index, dtype="str")
    if "artist_title" in found and not {"artist", "title"} <= set(found):
        parts = found["artist_title"].str.split(" - ", n=1, expand=True).reindex(columns=[0, 1])
        found["artist"], found["title"] = parts[0].str.strip(), parts[1].str.strip()
    if "track_id" not in found and not {"artist", "title"} <= set(found):
        raise ProjectError(_no_ids(table, place))
    return found.reindex(columns=list(columns.spellings())).astype("str")


def _no_ids(table: pd.DataFrame, place: str | Path) -> str:
    """What is said of a list without ids: its columns, and the nearest that would do."""
    there = ", ".join(str(name) or "(unnamed)" for name in table)
    wanted = [*columns.spellings()["track_id"], *columns.spellings()["title"]]
    near = [
        f"{name!r} is like {close[0]}"
        for name in table
        if (close := difflib.get_close_matches(columns.plain(name), wanted, 1, 0.8))
    ]
    hint = f" ({'; '.join(near)})" if near else ""
    return (
        f"{place}: no column for track_id, nor for artist and title. Found: {there}{hint}. "
        "Expected, in capitals or not: trackid or spotifyid or trackuri or spotifyuri or uri or "
        "link, or artist and title. Rename the columns, or get a file that has them."
    )


def _ids(found: pd.DataFrame, place: str | Path) -> tuple[pd.Series, dict[str, pd.Series]]:
    """Ids of the rows, and by what they are: rows that are no tracks, and rows without an id."""
    nothing = pd.Series(False, found.index)
    if found["track_id"].isna().all() and found["title"].notna().any():
        made = cells.made_ids(found["artist"], found["title"])
        return made, {"episodes left out": nothing}
    raw = found["track_id"]
    episodes = raw.str.contains(cells.EPISODE, regex=True).fillna(False).astype(bool)
    local = raw.str.contains(cells.LOCAL, regex=True).fillna(False).astype(bool)
    ids = raw.mask(episodes | local).map(cells.bare_id, na_action="ignore").astype("str")
    wrong = ids.index[ids.str.contains(r"[\s:/?]", regex=True).fillna(False).astype(bool)]
    if len(wrong):
        raise ProjectError(
            f"{place}, row {wrong[0]}: {raw[wrong[0]]!r} is no track id, Spotify URI or link to a "
            "track. Mend it or delete the row."
        )
    return ids, {"episodes left out": episodes, "local files without an id": local}


def _tidy(found: pd.DataFrame, joined: bool) -> pd.DataFrame:
    """The columns of a list in their types."""
    length = cells.lengths(found["duration"])
    if length.median() > LONGEST:
        length = length / 1000
    milliseconds = cells.lengths(found["milliseconds"]) / 1000
    rows = found.assign(
        artist=cells.artists(found["artist"], joined),
        year=cells.years(found["year"]),
        isrc=cells.isrcs(found["isrc"]),
        duration=milliseconds.fillna(length),
    )
    return rows.reindex(columns=[*COLUMNS, "path"])


def _own_features(
    found: pd.DataFrame, ids: pd.Series, place: str | Path
) -> tuple[pd.DataFrame | None, list[str]]:
    """The features that a list holds, and what is said of them."""
    there = [name for name in FEATURES if found[name].notna().any()]
    if not there:
        return None, []
    if len(there) < len(FEATURES):
        lacking = ", ".join(name for name in FEATURES if name not in there)
        return None, [f"audio features left, since there is no {lacking}"]
    values, said = feature_tables.usable_numbers(found)
    whole = values.assign(track_id=ids).dropna(subset="track_id")
    whole = whole.dropna(subset=FEATURES, how="all").drop_duplicates("track_id")
    return whole, [f"audio features of {counted(len(whole), 'track')}", *said]


def _columns_read(table: pd.DataFrame, there: columns.Places) -> str:
    """Which column was read as what, and which were left."""
    read_as = [
        f"{name} from {str(table.columns[at])!r}"
        for name, at in there.at.items()
        if name not in FEATURES
    ]
    left = ", ".join(there.left)
    if "track_id" not in there.at:
        read_as.insert(0, "track_id made of artist and title")
    return ", ".join(read_as) + (f"; left: {left}" if left else "")


def _lacking(rows: pd.DataFrame) -> str:
    """How many rows lack what."""
    counts = {name: int(rows[name].isna().sum()) for name in FACTS}
    told = [f"{name} in {count:,}" for name, count in counts.items() if count]
    return f"missing: {', '.join(told)}" if told else "nothing is missing"


def _folder(folder: Path) -> pd.DataFrame:
    """Tags of the audio files of a folder; a file that cannot be read is listed by its name."""
    rows = [_tags(name, path) for name, path in audio.read_listing(folder).to_numpy()]
    found = pd.DataFrame(rows, columns=[*COLUMNS, "milliseconds", "path"], dtype="str")
    for name in ("artist", "title", "genre", "isrc", "year"):
        found[name] = cells.known(found[name], name in NAMES)
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


def short_names(places: Iterable[str]) -> dict[str, str]:
    """The shortest end of each path that tells it from the others: its name, if that does.

    Parameters
    ----------
    places : iterable of str

    Returns
    -------
    dict of str to str
    """
    paths = {place: Path(place).parts for place in places}
    names = {}
    for place, parts in paths.items():
        for length in range(1, len(parts) + 1):
            end = parts[-length:]
            if sum(other[-length:] == end for other in paths.values()) == 1:
                break
        names[place] = "/".join(end)
    return names


def listed(profile: Profile, unfetched: bool = False) -> pd.DataFrame:
    """The listings of every corpus, in the order of its lists.

    Parameters
    ----------
    profile : Profile
    unfetched : bool
        Whether playlists may be left out that `acquire` has not fetched yet.

    Returns
    -------
    DataFrame
        As `read`, and corpus, source (the list) and row (the place in the corpus, from 0). Where
        a corpus has several lists that name no participants, each list counts as one participant.

    Raises
    ------
    ProjectError
        Where a list cannot be read or is empty, or `acquire` has not yet fetched a playlist.

    Notes
    -----
    Notebook: 01_corpora
    """
    return read_all(profile, unfetched)[0]


def own_features(profile: Profile) -> pd.DataFrame:
    """The audio features that the lists of a profile hold, one row a track.

    Parameters
    ----------
    profile : Profile

    Returns
    -------
    DataFrame
        track_id, the nine features, source (the list), corpus; of a track in several lists the
        first values. The profile's one list more is among them.

    Notes
    -----
    Notebook: 02_audio_features
    """
    found = [pd.DataFrame(columns=["track_id", *FEATURES, "source", "corpus"])]
    listings = read_all(profile, unfetched=True)[1]
    names = short_names(listings)
    for corpus, about in profile.corpora.items():
        for place in about.tracks:
            listing = listings.get(place)
            if listing is not None and listing.features is not None:
                found.append(listing.features.assign(source=names[place], corpus=corpus))
    if profile.playlist:
        features = read_listing(profile.playlist).features
        if features is not None:
            named = {"source": Path(profile.playlist).name, "corpus": "playlist"}
            found.append(features.assign(**named))
    return pd.concat([table for table in found if len(table)] or found, ignore_index=True)


def read_all(profile: Profile, unfetched: bool = False) -> tuple[pd.DataFrame, dict[str, Listing]]:
    """The listings of every corpus, and each list by its place.

    Parameters
    ----------
    profile : Profile
    unfetched : bool
        As for `listed`.

    Returns
    -------
    DataFrame
        As `listed`.
    dict of str to Listing

    Raises
    ------
    ProjectError
        As `listed` raises it.
    """
    lists, listings = [], {}
    names = short_names(place for corpus in profile.corpora.values() for place in corpus.tracks)
    for corpus, about in profile.corpora.items():
        for place in about.tracks:
            if is_link(place):
                fetched = _fetched(profile, corpus, place, unfetched)
                if fetched is None:
                    continue
                listings[place] = fetched
            elif place not in listings:
                listings[place] = read_listing(place)
            rows = listings[place].rows.copy()
            if len(about.tracks) > 1:
                rows["participant"] = rows["participant"].fillna(names[place])
            said = {"corpus": corpus, "source": names[place]}
            lists.append(rows.astype({"participant": object}).assign(**said))
    if not lists:
        empty = pd.DataFrame(columns=[*COLUMNS, "path", "corpus", "source", "row"])
        return empty.astype({"year": "Int64", "duration": float}), listings
    tracks = pd.concat(lists, ignore_index=True)
    tracks = _with_folders(tracks, listings)
    # Corpus and row name a listing, so rows are counted on from one list to the next.
    return tracks.assign(row=tracks.groupby("corpus").cumcount()), listings


def _with_folders(tracks: pd.DataFrame, listings: Mapping[str, Listing]) -> pd.DataFrame:
    """Ids of audio files that name different files get the name of their folder in front."""
    files = tracks.dropna(subset=["track_id", "path"])[["track_id", "path"]].drop_duplicates()
    shared = set(files.loc[files["track_id"].duplicated(), "track_id"])
    if not shared:
        return tracks
    folders = [place for place in listings if os.path.isdir(place)]
    names = short_names(folders)
    inside = {
        path: names[place]
        for place in folders
        for path in listings[place].rows["path"].dropna()
        if listings[place].rows["track_id"].isin(shared).any()
    }
    folder = tracks["path"].map(inside)
    longer = folder.astype("str") + "/" + tracks["track_id"].astype("str")
    return tracks.assign(track_id=longer.where(folder.notna(), tracks["track_id"]))


def _fetched(profile: Profile, corpus: str, place: str, unfetched: bool) -> Listing | None:
    """A playlist that `acquire` fetched; `None` where it has not and need not have."""
    path = tables.acquired_path(profile, "tracks")
    rows = pd.read_parquet(path) if path.is_file() else pd.DataFrame({"place": []})
    rows = rows[rows["place"] == place].drop(columns="place")
    if len(rows):
        rows = rows.reindex(columns=[*COLUMNS, "path"]).astype({"year": "Int64"})
        rows["isrc"] = cells.isrcs(rows["isrc"].astype("str"))
        read = counted(len(rows), "row")
        about = f"{place}: {read}, as `acquire` fetched them; {_lacking(rows)}."
        return Listing(rows.reset_index(drop=True), None, about)
    if unfetched:
        return None
    raise ProjectError(
        f"corpora.{corpus}.tracks: {place} has not been fetched, or is empty. Run: "
        f"python -m helpers acquire {profile.argument} --stage tracks"
    )


def corpora(profile: Profile) -> dict[str, pd.DataFrame]:
    """The tables of a profile whose corpora are the user's own.

    Parameters
    ----------
    profile : Profile

    Returns
    -------
    dict of str to DataFrame
        `tracks`: where a list leaves artist, title or genre open, what `acquire` found, a genre's
        source named in `source`; names of genres as `genres.tidy` makes them. `notices`: what is
        to be said of it.

    Raises
    ------
    ProjectError
        As `listed` raises it; or where a study is named as a corpus is.

    Notes
    -----
    Notebook: 01_corpora
    """
    tracks, listings = read_all(profile, unfetched=False)
    for listing in listings.values():
        print(listing.about, flush=True)
    check_names(profile, tracks)
    metadata = _acquired(profile, "metadata", tracks)
    if metadata is not None:
        facts = ["artist", "title"]
        tracks[facts] = tracks[facts].fillna(metadata[facts])
    tracks["genre"], notice = genres.tidy(tracks["genre"], genres.own_table(profile))
    if notice:
        print(notice, flush=True)
    found = _acquired(profile, "genres", tracks)
    if found is not None:
        filled = tracks["genre"].isna() & found["source"].notna()
        tracks.loc[filled, "source"] += "; genre: " + found["source"]
        tracks["genre"] = tracks["genre"].fillna(found["genre"])
    return {"tracks": tracks}


def check_names(profile: Profile, tracks: pd.DataFrame, unfetched: bool = False) -> None:
    """Refuse a study that has the name of a corpus, and a corpus without a row.

    Parameters
    ----------
    profile : Profile
    tracks : DataFrame
        From `listed`.
    unfetched : bool
        Whether playlists may be left out that `acquire` has not fetched yet.

    Raises
    ------
    ProjectError
        With the name.
    """
    counts = Counter(tracks["corpus"])
    for corpus, about in profile.corpora.items():
        if not counts[corpus] and not (unfetched and any(map(is_link, about.tracks))):
            raise ProjectError(
                f"corpora.{corpus}.tracks: no row of a track in {', '.join(about.tracks)}."
            )
    twice = sorted(set(tracks["study"].dropna()) & set(profile.corpora))
    if twice:
        raise ProjectError(
            f"A study in the lists is called {twice[0]!r}, and so is a corpus of the profile "
            f"{profile.name}. Rename one of them: results are kept by these names."
        )


def _acquired(profile: Profile, name: str, tracks: pd.DataFrame) -> pd.DataFrame | None:
    """What `acquire` found for each listing; missing where nothing, `None` without its table."""
    path = tables.acquired_path(profile, name)
    if not path.is_file():
        return None
    found = pd.read_parquet(path).set_index("track_id")
    return found.reindex(tracks["track_id"]).set_axis(tracks.index)
