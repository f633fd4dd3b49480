"""The corpora: from the files of a profile to the `tracks` table, and what it holds.

A listing is a row of a corpus; a track is a distinct track id. PMD lists some tracks several times.
"""

from collections.abc import Callable, Collection, Mapping, Sequence
from pathlib import Path

import pandas as pd

from helpers import project, tables
from helpers.downloads import Fetched, fetch_all
from helpers.embeddings import descriptors
from helpers.profiles import FeatureTable, Profile
from helpers.project import ProjectError
from helpers.readers import (
    columns,
    embedding_tables,
    feature_tables,
    listings,
    published,
    set_tables,
    sleep,
)
from helpers.simulation import twin

Tables = dict[str, pd.DataFrame]

# How numbers are scaled for distances where a profile says nothing, as in the study.
SCALED = {"interpretable": "standardised", "embedding": "none"}


def _from_twin(profile: Profile, fetched: Fetched) -> Tables:
    return twin.tables()


def _from_published(profile: Profile, fetched: Fetched) -> Tables:
    return published.read(fetched.files, fetched.commits)


def _from_sleep(profile: Profile, fetched: Fetched) -> Tables:
    return sleep.read(fetched.files, fetched.commits)


def _from_lists(profile: Profile, fetched: Fetched) -> Tables:
    return listings.corpora(profile)


# What makes the tables of a profile, by its key `source`.
READERS: dict[str, Callable[[Profile, Fetched], Tables]] = {
    "twin": _from_twin,
    "published": _from_published,
    "sleep": _from_sleep,
    "own": _from_lists,
}


def prepare(
    profile: Profile, mirror: Path | None = None, without: Collection[str] = ()
) -> dict[str, str]:
    """Make the tables of a profile where they are missing or out of date.

    Parameters
    ----------
    profile : Profile
    mirror : Path, optional
        Folder to read published files from in place of downloading them.
    without : collection of str
        Optional inputs to do without: genres, features, embeddings, feature_sets.

    Returns
    -------
    dict of str to str
        Inputs that are absent, each with the place where it was looked for.

    Raises
    ------
    ProjectError
        If a required input is missing or a file is corrupt.

    Notes
    -----
    Notebook: 01_corpora
    """
    lock = project.build_dir(profile) / ".tables.lock"
    with project.locked(lock, f"makes the tables of the profile {profile.name}"):
        own = _own_files(profile, without)
        provided = {name for name, files in own.items() if files}
        fetched = fetch_all(profile, mirror, without, provided)
        playlist = _playlist_ids(profile)
        key = _key(profile, without, fetched, own, playlist)
        if tables.table_key(profile, "tracks") != key:
            made = _make(profile, fetched, own, playlist, without)
            _replace(profile, made, without, key)
        return fetched.absent


def _own_files(profile: Profile, without: Collection[str]) -> dict[str, list[Path]]:
    """The tables of the user's own that this build reads, by input; each is there."""
    own: dict[str, list[Path]] = {}
    for name, files in tables.own_tables(profile).items():
        own[name] = [] if name in without else _files_there(files, name, name)
    for name, one in profile.further_sets.items():
        if "feature_sets" not in without:
            own[name] = _files_there(one.table, f"feature_sets.{name}", "feature_sets")
    return own


def _files_there(files: Sequence[str], key: str, input_name: str) -> list[Path]:
    """Files that a key of a profile names, each of which is there."""
    found = [Path(file) for file in files]
    for file in found:
        if not file.is_file():
            raise ProjectError(
                f"{file}: there is no such file, and the profile's key `{key}` names it. "
                f"Put it there, mend the key, or build --without {input_name}."
            )
    return found


def _playlist_ids(profile: Profile) -> list[str]:
    """Ids of the profile's playlist: of the user's own tables its rows are kept too."""
    if not profile.playlist:
        return []
    return list(listings.read(profile.playlist)["track_id"])


def _key(
    profile: Profile,
    without: Collection[str],
    fetched: Fetched,
    own: dict[str, list[Path]],
    playlist: list[str],
) -> str:
    """Hash of everything that the tables of a profile are made of: code, files, and the profile.

    No table depends on the settings, which are for the analyses.
    """
    helpers = project.ROOT / "helpers"
    code = [helpers / f"{name}.py" for name in ("corpora", "project", "profiles", "tables")]
    code += sorted(helpers.glob("readers/*.py"))
    code.append(columns.TABLE)
    code.append(helpers / "simulation" / "twin.py")
    code.append(helpers / "embeddings" / "descriptors.py")
    parts: list[object] = [*code, *sorted(project.TWIN.glob("*.parquet"))]
    for files in own.values():
        parts += files
    # The commit of a file goes into the column `source`, so that its content alone is not enough.
    for name in fetched.files:
        parts += [name, fetched.commits[name], fetched.blobs[name]]
    parts += [sorted(without), *listings.files(profile)]
    if profile.source == "own" and profile.playlist:
        parts += playlist
    if profile.acquire.genre_table:
        parts.append(Path(profile.acquire.genre_table))
    parts.append(profile.model_dump_json(exclude={"settings", "playlist"}))
    if any(own.values()):
        parts += playlist
    return project.sha256(*parts)


def _make(
    profile: Profile,
    fetched: Fetched,
    own: dict[str, list[Path]],
    playlist: list[str],
    without: Collection[str],
) -> Tables:
    """The tables of a profile, by name, from the files that are there and those it names."""
    made = READERS[profile.source](profile, fetched)
    made["tracks"] = tables.tidy_tracks(made["tracks"])
    wanted = list(made["tracks"]["track_id"].dropna())
    if any(own.values()):
        wanted += playlist
    found = None
    if "features" not in without:
        found = features(profile, own["features"], wanted)
    if found is not None:
        made["features"] = found
    if own["embeddings"]:
        rows = embedding_tables.read_embeddings(*own["embeddings"])
        made["embeddings"] = embedding_tables.one_a_track(rows, wanted)
    further = {name: own[name] for name in profile.further_sets if name in own}
    if further:
        made |= further_sets(profile, further, wanted)
    return made


def further_sets(
    profile: Profile, files: Mapping[str, Sequence[Path]], wanted: Sequence[str]
) -> Tables:
    """The feature sets that a profile names beside the study's two, as two tables.

    Parameters
    ----------
    profile : Profile
    files : mapping of set to sequence of Path
    wanted : sequence of str
        Ids of the tracks.

    Returns
    -------
    dict of str to DataFrame
        `feature_sets`: one row a track that any of them has, columns named `set.column`, missing
        where a set lacks the track. `feature_columns`: one row a column, with what it is.

    Raises
    ------
    ProjectError
        As `set_tables.read_set` raises it, and for units or ranges of columns that are not there.

    Notes
    -----
    Notebook: 08_embedding_map
    """
    values, about = [], []
    for name, paths in files.items():
        found = set_tables.read_set(name, paths, wanted)
        print(found.summary, flush=True)
        described = describe_columns(name, profile.further_sets[name], found)
        set_tables.check_ranges(name, found.rows, profile.further_sets[name].ranges, paths)
        rows = found.rows.set_index("track_id")
        if described["kind"].iloc[0] == "embedding":
            rows = rows.dropna().astype("float32")
        values.append(rows.add_prefix(f"{name}."))
        about.append(described)
    together = pd.concat(values, axis=1).rename_axis("track_id").reset_index()
    together["track_id"] = together["track_id"].astype("str")
    return {
        "feature_sets": together,
        "feature_columns": pd.concat(about, ignore_index=True),
    }


def describe_columns(name: str, asked: FeatureTable, found: set_tables.SetTable) -> pd.DataFrame:
    """What each column of a feature set is: what the profile says, else what its table says.

    Parameters
    ----------
    name : str
        Of the set.
    asked : FeatureTable
        What the profile says. Without a kind, a table that `describe` wrote is interpretable and
        any other an embedding.
    found : SetTable

    Returns
    -------
    DataFrame
        The table `feature_columns` of this set.

    Raises
    ------
    ProjectError
        Where the profile gives a unit or range of a column that the table has not.

    Notes
    -----
    Notebook: 02_audio_features
    """
    columns_of = list(found.rows.columns.drop("track_id"))
    for key in ("units", "ranges"):
        lost = [column for column in getattr(asked, key) if column not in columns_of]
        if lost:
            raise ProjectError(
                f"feature_sets.{name}.{key} names the column {lost[0]!r}, which its table has not. "
                f"It has {', '.join(columns_of[: set_tables.SHOWN_COLUMNS])}. Mend the name."
            )
    described = found.settings.get("network", "").startswith("descriptors")
    known = descriptors.DESCRIPTORS if described else {}
    kind = asked.kind or ("interpretable" if described else "embedding")
    rows = []
    for column in columns_of:
        one = known.get(column)
        low, high = asked.ranges.get(column, (one.low, one.high) if one else (None, None))
        rows.append(
            {
                "feature_set": name,
                "kind": kind,
                "scaling": asked.scaling or SCALED[kind],
                "source": found.source,
                "column": column,
                "unit": asked.units.get(column, one.unit if one else None),
                "meaning": one.meaning if one else None,
                "low": low,
                "high": high,
            }
        )
    table = pd.DataFrame(rows)
    texts = ["feature_set", "kind", "scaling", "source", "column", "unit", "meaning"]
    return table.astype(dict.fromkeys(texts, "str") | dict.fromkeys(["low", "high"], float))


def features(profile: Profile, files: Sequence[Path], wanted: Sequence[str]) -> pd.DataFrame | None:
    """The features of a profile's tables, else those that its lists hold, else what was acquired.

    Lists go before what was acquired where both corpora that are compared have features in them:
    a difference between services must not look like one in music.

    Parameters
    ----------
    profile : Profile
    files : sequence of Path
        Tables that the profile names, else the one that was acquired.
    wanted : sequence of str
        Ids of the tracks.

    Returns
    -------
    DataFrame or None
        The table `features`, if there are any.

    Raises
    ------
    ProjectError
        As `feature_tables.read_features` raises it.
    """
    listed = listed_features(profile)
    mixed = profile.acquire.mix_sources
    found = []
    if listed is not None and not mixed and not covers(profile, listed):
        print(
            f"Features from the lists are left: {profile.target} and {profile.reference} must both "
            "have some in theirs.",
            flush=True,
        )
    elif listed is not None:
        found.append(listed.drop(columns="corpus"))
        _say_listed(listed, wanted)
    if not found or mixed:
        for file in files:
            table, summary = feature_tables.read_features(file, wanted, mixed)
            print(summary, flush=True)
            found.append(table)
    if not found:
        return None
    together, said = feature_tables.together(found)
    if said:
        print(said, flush=True)
    return together


def listed_features(profile: Profile) -> pd.DataFrame | None:
    """Features that the lists of a profile hold, if any does and no table of them is named.

    Parameters
    ----------
    profile : Profile

    Returns
    -------
    DataFrame or None
        As `listings.own_features`.
    """
    if profile.source != "own" or profile.features:
        return None
    listed = listings.own_features(profile)
    return listed if len(listed) else None


def covers(profile: Profile, listed: pd.DataFrame) -> bool:
    """Whether both corpora that are compared have features in their lists.

    Parameters
    ----------
    profile : Profile
    listed : DataFrame
        From `listed_features`.

    Returns
    -------
    bool
    """
    return {profile.target, profile.reference} <= set(listed["corpus"])


def _say_listed(listed: pd.DataFrame, wanted: Sequence[str]) -> None:
    n_tracks = listed["track_id"].nunique()
    sources = ", ".join(listed["source"].unique())
    print(
        f"Features from the lists (source: {sources}): {n_tracks:,} of {len(set(wanted)):,} tracks.",
        flush=True,
    )


def _replace(profile: Profile, made: Tables, without: Collection[str], key: str) -> None:
    """Write the tables that were made; take away those that this build has not."""
    # What chapters write they write anew when a table changed.
    for name in sorted(tables.schemas().keys() - set(tables.MADE_BY_CHAPTERS)):
        if name in made and name not in without:
            tables.write_table(profile, name, made[name], key)
        else:
            tables.table_path(profile, name).unlink(missing_ok=True)


def load(profile: Profile, name: str) -> pd.DataFrame:
    """Read a table of a build; the tables of a simulated profile are made where they are missing.

    Parameters
    ----------
    profile : Profile
    name : str
        `tracks`, `features`, `mssd`, `embeddings`, `maps` or `reductions`.

    Returns
    -------
    DataFrame

    Raises
    ------
    ProjectError
        If the table has not been built, with the command that builds it.

    Notes
    -----
    Notebook: 01_corpora
    """
    # What a build left out on purpose stays out.
    if profile.simulated and not tables.table_path(profile, "tracks").is_file():
        prepare(profile)
    path = tables.table_path(profile, name)
    if not path.is_file():
        raise ProjectError(
            f"{path} has not been made. Run: python -m helpers build --profile {profile.argument}"
        )
    return tables.read_table(profile, name)


def as_published(tracks: pd.DataFrame) -> pd.DataFrame:
    """The listings that the study analysed: those with a genre, repeats kept.

    A corpus of which no listing has a genre keeps all of them.

    Parameters
    ----------
    tracks : DataFrame
        The table of that name.

    Returns
    -------
    DataFrame
        Rows of `tracks` in their order.

    Notes
    -----
    Notebook: 01_corpora
    """
    known = tracks.groupby("corpus")["genre"].transform("count")
    return tracks[tracks["genre"].notna() | (known == 0)]


def with_features(tracks: pd.DataFrame, features: pd.DataFrame) -> pd.DataFrame:
    """Join listings to the audio features of their track, checked to be many-to-one.

    Parameters
    ----------
    tracks : DataFrame
    features : DataFrame
        One row a track id.

    Returns
    -------
    DataFrame
        The rows of `tracks` in their order; features missing where a track has none.

    Notes
    -----
    Notebook: 02_audio_features
    """
    return tracks.merge(features.drop(columns="source"), on="track_id", how="left", validate="m:1")


def unique_tracks(tracks: pd.DataFrame, by: Sequence[str] = ("corpus", "track_id")) -> pd.DataFrame:
    """One row a track: the first listing of each id, rows without an id left out.

    Parameters
    ----------
    tracks : DataFrame
    by : sequence of str
        Columns that are the same in rows of one track.

    Returns
    -------
    DataFrame
        Rows of `tracks` in their order.
    """
    known = tracks[tracks["track_id"].notna()]
    return known.drop_duplicates(list(by))
