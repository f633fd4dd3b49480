"""The corpora: from the files of a profile to the `tracks` table, and what it holds.

A listing is a row of a corpus; a track is a distinct track id. PMD lists some tracks several times.
"""

from html import escape
from pathlib import Path

from helpers import project, tables
from helpers.downloads import fetch, read_registry
from helpers.project import ProjectError
from helpers.readers import feature_tables, listings, published, sleep
from helpers.simulation import twin

COLUMNS = dict.fromkeys(
    ["corpus", "study", "participant", "track_id", "artist", "title", "genre", "source"], "str"
) | {"year": "Int64", "row": "int64"}


def tidy(tracks):
    """The columns of the `tracks` table in their types; missing where the source has none."""
    return tracks.reindex(columns=list(COLUMNS)).astype(COLUMNS).reset_index(drop=True)


def _make(profile, files, commits, also, features, embeddings):
    """The tables of a profile, by name, from the files that are there and those it names."""
    study = {"sleep": sleep, "published": published}.get(profile.source)
    made = (
        study.read(files, commits)
        if study
        else twin.tables()
        if profile.simulated
        else listings.corpora(profile)
    )
    made["tracks"] = tidy(made["tracks"])
    listed = [*made["tracks"]["track_id"].dropna(), *also]
    if features:
        made["features"], said = feature_tables.read_features(
            *features, listed, profile.acquire.mix_sources
        )
        print(said, flush=True)
    if embeddings:
        from helpers.readers.embedding_tables import read_embeddings

        made["embeddings"] = published.one_a_track(read_embeddings(*embeddings), listed)
    return made


def prepare(profile, mirror=None, without=()):
    """Make the tables of a profile where they are missing or out of date.

    Parameters
    ----------
    profile : Profile
    mirror : Path, optional
        Folder to read published files from in place of downloading them.
    without : collection of str
        Optional inputs to do without: genres, features, embeddings.

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
        return _prepare(profile, mirror, without)


def _prepare(profile, mirror, without):
    files, absent, entries, named = collect(profile, mirror, without)
    helpers = project.ROOT / "helpers"
    # No table depends on the settings: they are for the analyses.
    made_of = [
        *(helpers / f"{name}.py" for name in ("corpora", "project", "profiles", "tables")),
        *sorted(helpers.glob("readers/*.py")),
        *sorted(helpers.glob("simulation/twin.py")),
        *sorted(project.TWIN.glob("*.parquet")),
        *sum(named.values(), []),
        *entries["blob"],
        sorted(without),
        *listings.files(profile),
        profile.model_dump_json(exclude={"settings", "playlist"}),
    ]
    # Of the user's own tables the rows of the playlist are kept too.
    also = listings.read(profile.playlist)["track_id"] if profile.playlist else []
    also = [*also] if any(named.values()) else []
    key = project.sha256(*made_of, *also)
    if tables.table_key(profile, "tracks") != key:
        made = _make(profile, files, entries["commit"], also, **named)
        # The maps are the notebooks' own: they write them anew when a table changed.
        for name in sorted(tables.schemas().keys() - {"maps"}):
            if name in made and name not in without:
                tables.write_table(profile, name, made[name], key)
            else:
                tables.table_path(profile, name).unlink(missing_ok=True)
    return absent


def load(profile, name):
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
    if not (path := tables.table_path(profile, name)).is_file():
        raise ProjectError(
            f"{path} has not been made. Run: python -m helpers build --profile {profile.name}"
        )
    return tables.read_table(profile, name)


def as_published(tracks):
    """The listings that the study analysed: those with a genre, repeats kept.

    A corpus of which no listing has a genre keeps all of them.
    """
    none = tracks.groupby("corpus")["genre"].transform("count") == 0
    return tracks[tracks["genre"].notna() | none]


def with_features(tracks, features):
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


def introduce(profile, tracks):
    """What a chapter says first: profile, source of the rows, and what the corpora cannot show.

    Notes
    -----
    Notebook: 01_corpora
    """
    said = (
        f"**Profile `{profile.name}`**: {escape(profile.title)}. Source of the rows: "
        f"{escape(', '.join(tracks['source'].unique()))}."
    )
    if (pair := (profile.target, profile.reference)) != ("PMD", "EMD"):
        first, second, *others = (
            f"{name} ({escape(profile.corpora[name].label)})"
            for name in dict.fromkeys([*pair, *profile.corpora])
        )
        said += (
            f" The text speaks of PMD and EMD: here {first} stands for PMD and {second} for "
            "EMD, and its examples and findings are those of the study."
        )
        said += f" Shown beside them, where each corpus is: {', '.join(others)}." * bool(others)
    lacking = [
        name
        for name in ("study", "participant", "artist", "title", "year")
        if tracks[name].isna().all()
    ]
    known = tracks.groupby("corpus", sort=False)["genre"].count()
    if bare := list(known.index[known == 0]):
        said += (
            f" No listing of {' and '.join(bare)} has a genre (none in the tracks table): "
            "what needs one is left out, and says so; elsewhere all its listings are taken."
        )
    return said + (
        f" These rows know no {', '.join(lacking)}: what needs that is left out, and says so."
        if lacking
        else ""
    )


def unique_tracks(tracks, by=("corpus", "track_id")):
    """One row a track: the first listing of each id, rows without an id left out."""
    return tracks[tracks["track_id"].notna()].drop_duplicates(list(by))


def collect(profile, mirror=None, without=()):
    """Every file of the registry that a profile needs.

    Parameters
    ----------
    profile : Profile
        An input for which it names a table of its own is not asked for.
    mirror : Path, optional
        As in `fetch`.
    without : collection of str
        Inputs to do without.

    Returns
    -------
    dict of str to Path
        The files by name.
    dict of str to str
        Absent inputs, each with the place where it was looked for.
    DataFrame
        The registry's rows of these files.
    dict of str to list of Path
        The tables of the user's own, by key of the profile: features and embeddings.

    Raises
    ------
    ProjectError
        Where tracks or a table of the user's own are absent, or `fetch` fails.
    """
    files, absent = {}, {}
    given = {
        key: [Path(file) for file in named if key not in without]
        for key, named in tables.own_tables(profile).items()
    }
    for key, path in ((key, path) for key in given for path in given[key] if not path.is_file()):
        raise ProjectError(
            f"{path}: there is no such file, and the profile's key `{key}` names "
            f"it. Put it there, mend the key, or build --without {key}."
        )
    entries = read_registry(profile)
    for name, entry in entries.iterrows():
        if (needed := entry["needed"]) in without:
            absent[needed] = "this build: --without"
        elif not given.get(needed):
            try:
                files[name] = fetch(entry, profile.settings, mirror)
            except FileNotFoundError as error:
                if needed == "tracks":
                    raise ProjectError(
                        f"{error}. It is required: a mirror holds the registry's "
                        "files as owner/repository/path or as path."
                    ) from None
                absent.setdefault(needed, str(mirror / entry["path"]))
    return files, absent, entries.loc[list(files)], given
