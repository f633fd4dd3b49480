"""The corpora: from the files of a profile to the `tracks` table, and what it holds.

A listing is a row of a corpus; a track is a distinct track id. PMD lists some tracks several times.
"""

import csv
from pathlib import Path

import numpy as np
import pandas as pd

from helpers import ledger, paths, twin
from helpers.paths import ProjectError
from helpers.sources import feature_tables, registry, sleep

COLUMNS = ["corpus", "study", "participant", "track_id", "artist", "title", "year", "genre",
           "source", "row"]


def _read_csv(path, columns):
    # The csv module, since pandas would read an artist called "NA" as missing.
    with open(path, encoding="utf-8", newline="") as file:
        rows = list(csv.reader(file))
    if not rows or rows[0] != columns:
        found = rows[0] if rows else "none"
        raise ProjectError(f"{path}: the columns are {found}; expected {columns}.")
    for number, row in enumerate(rows):
        if len(row) != len(columns):
            raise ProjectError(
                f"{path}, line {number + 1}: {len(row)} fields in place of {len(columns)}.")
    return pd.DataFrame(rows[1:], columns=columns).replace("", None)


def split_artist_title(names):
    """Split "artist - title" at the first " - ".

    Parameters
    ----------
    names : Series of str

    Returns
    -------
    DataFrame
        Columns artist, title, and `splits`: how many places the name could have been split at.

    Notes
    -----
    Notebook: 01_corpora
    """
    parts = names.str.split(" - ", n=1, expand=True).reindex(columns=[0, 1])
    return pd.DataFrame({"artist": parts[0], "title": parts[1], "splits": names.str.count(" - ")})


def _tidy(table):
    table = table.assign(**{column: None for column in COLUMNS if column not in table})[COLUMNS]
    text = [column for column in COLUMNS if column not in ("year", "row")]
    return table.astype({**dict.fromkeys(text, "str"), "year": "Int64",
                         "row": "int64"}).reset_index(drop=True)


def published_tracks(files, commit):
    """The study's files as one `tracks` table, nothing dropped.

    Parameters
    ----------
    files : mapping of str to Path
        `pmd_tracks`, `pmd_genres`, `emd_tracks` and `emd_genres`, as the authors published them.
    commit : str
        Commit the files are of; it goes into the column `source`.

    Returns
    -------
    DataFrame
        The rows of both genre files in file order, then the rows of the tracks files whose id no
        genre file has (genre missing). `row` is the position in the file that `source` names, from
        0.

    Raises
    ------
    ProjectError
        If a file has other columns, or names a track differently from its twin.

    Notes
    -----
    Notebook: 01_corpora
    """
    pmd = ["Track ID", "Artist", "Track name", "reducedGenre", "Playlist"]
    emd = ["Artist + song", "Track ID", "reducedGenre"]
    new = {"Track ID": "track_id", "Artist": "artist", "Track name": "title",
           "reducedGenre": "genre", "Playlist": "study"}
    tables = []
    for corpus, columns in (("PMD", pmd), ("EMD", emd)):
        genres = _read_csv(files[f"{corpus.lower()}_genres"], columns)
        plain = [column for column in columns if column != "reducedGenre"]
        tracks = _read_csv(files[f"{corpus.lower()}_tracks"], plain)
        lost = tracks[~tracks["Track ID"].isin(genres["Track ID"]) | tracks["Track ID"].isna()]
        for kind, rows in (("genres", genres), ("tracks", lost)):
            name = files[f"{corpus.lower()}_{kind}"].name
            rows = rows.assign(corpus=corpus, source=f"{name}@{commit[:7]}", row=rows.index)
            if corpus == "EMD":
                rows = rows.join(split_artist_title(rows["Artist + song"])[["artist", "title"]])
            tables.append(_tidy(rows.rename(columns=new)))
    return pd.concat(tables, ignore_index=True)


def _fetch(profile, mirror, without):
    """The registry's files of a profile, by name, and what is absent."""
    files, absent, settings = {}, {}, profile.settings
    entries = registry.read_registry(profile)
    for name, entry in entries.iterrows():
        if entry["needed"] in without:
            absent[entry["needed"]] = "this build: --without"
            continue
        try:
            files[name] = registry.fetch(
                entry, settings.download_base, mirror, settings.download_timeout)
        except FileNotFoundError as error:
            if entry["needed"] == "tracks":
                raise ProjectError(f"{error}. It is required: the mirror holds each file of "
                                   f"{settings.registry} as owner/repository/path or as path."
                                   ) from None
            absent[entry["needed"]] = str(mirror / entry["path"])
    return files, absent, entries.loc[list(files)]


def _twin_tables(profile):
    reference, seed = ledger.reference, profile.settings.seed
    fitted = reference("twin_parameters"), reference("twin_correlations")
    tracks = _tidy(twin.tracks(reference("genre_counts"), ledger.published()["value"],
                               reference("twin_structure"), seed))
    features = twin.features(tracks, *fitted, seed)
    return {"tracks": tracks, "features": features, "mssd": twin.mssd(*fitted, seed=seed),
            "embeddings": twin.embeddings(tracks, features, seed)}


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
    code = [paths.ROOT / "helpers" / f"{name}.py" for name in (
        "corpora", "twin", "paths", "genres", "sources/sleep", "sources/feature_tables")]
    named = Path(profile.features) if profile.features and "features" not in without else None
    if profile.source == "twin":
        files, absent, sources = {}, {}, sorted(paths.REFERENCE.glob("*.csv"))
    else:
        files, absent, entries = _fetch(profile, mirror, without)
        sources = [*entries["blob"], *([named] if named and named.is_file() else [])]
    key = paths.sha256(*code, *sources, profile.model_dump_json(), sorted(without))
    if paths.table_key(profile, "tracks") != key:
        if profile.source == "twin":
            tables = _twin_tables(profile)
        elif profile.source == "sleep":
            tables = sleep.read(files, entries["commit"])
            tables["tracks"] = _tidy(tables["tracks"])
        else:
            tables = {"tracks": published_tracks(files, entries["commit"].iloc[0])}
        if named:
            listed = tables["tracks"]["track_id"].dropna()
            tables["features"], said = feature_tables.read_features(named, listed)
            print(said, flush=True)
        # The maps are the notebooks' own: they write them anew when a table changed.
        for name in sorted(paths.schemas().keys() - {"maps"}):
            if name in tables and name not in without:
                paths.write_table(profile, name, tables[name], key)
            else:
                paths.table_path(profile, name).unlink(missing_ok=True)
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
    if profile.simulated:
        prepare(profile)
    if not paths.table_path(profile, name).is_file():
        raise ProjectError(f"{paths.table_path(profile, name)} has not been made. Run: python -m "
                           f"helpers build --profile {profile.name}")
    return paths.read_table(profile, name)


def as_published(tracks):
    """The listings that the study analysed: those with a genre, repeats kept."""
    return tracks[tracks["genre"].notna()]


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
    said = (f"**Profile `{profile.name}`**: {profile.title}. Source of the rows: "
            f"{', '.join(tracks['source'].unique())}.")
    if (pair := (profile.target, profile.reference)) != ("PMD", "EMD"):
        first, second = (f"{name} ({profile.corpora[name].label})" for name in pair)
        said += (f" The text speaks of PMD and EMD: here {first} stands for PMD and {second} for "
                 "EMD, and its examples are those of the study.")
    lacking = [name for name in ("study", "participant", "artist", "title", "year")
               if tracks[name].isna().all()]
    return said + (f" These rows know no {', '.join(lacking)}: what needs that is left out, and "
                   "says so." if lacking else "")


def coverage(tracks, features):
    """For how many listings features were found, by corpus and genre.

    Parameters
    ----------
    tracks : DataFrame
        Rows without a genre are left out.
    features : DataFrame
        One row a track id.

    Returns
    -------
    DataFrame
        Indexed by corpus and genre: `listings`, `found`, `coverage` (0 to 1), and the genre mix of
        the found and of the missing listings (`mix_found`, `mix_missing`; shares of the corpus).

    Notes
    -----
    Notebook: 02_audio_features
    """
    listed = as_published(tracks)
    found = listed["track_id"].isin(features["track_id"])
    table = found.groupby([listed["corpus"], listed["genre"]]).agg(listings="size", found="sum")
    parts = {"mix_found": table["found"], "mix_missing": table["listings"] - table["found"]}
    return table.assign(coverage=table["found"] / table["listings"], **{
        name: part / part.groupby("corpus").transform("sum") for name, part in parts.items()})


def coverage_weights(tracks, features):
    """Weight of each row of `tracks` that gives the found listings the genre mix of all.

    Parameters
    ----------
    tracks, features : DataFrame
        As in `coverage`.

    Returns
    -------
    ndarray of float, shape (rows,)
        1 / coverage of the row's corpus and genre; 0 without features or genre. A genre of which
        nothing was found stays out. `compare.bootstrap_deltas` takes such weights as one replicate.

    Notes
    -----
    Notebook: 03_feature_comparison
    """
    keys = pd.MultiIndex.from_frame(tracks[["corpus", "genre"]])
    weights = 1 / coverage(tracks, features)["coverage"].reindex(keys).to_numpy()
    found = tracks["track_id"].isin(features["track_id"]) & tracks["genre"].notna()
    return np.where(found, weights, 0.0)


def unique_tracks(tracks, by=("corpus", "track_id")):
    """One row a track: the first listing of each id, rows without an id left out."""
    return tracks[tracks["track_id"].notna()].drop_duplicates(list(by))


def conflicting_genres(tracks):
    """Listings of the tracks that one corpus lists under more than one genre."""
    listed = as_published(tracks).drop_duplicates(["corpus", "track_id", "genre"])
    return listed[listed.duplicated(["corpus", "track_id"], keep=False)]


def overlap(tracks, a, b):
    """What two corpora share.

    Parameters
    ----------
    tracks : DataFrame
    a, b : str
        Corpora.

    Returns
    -------
    DataFrame
        One row per counting: `rows` of `a` whose id is in `b`, their `percent` of the rows of `a`,
        and the distinct `tracks` shared; once over the listings with a genre, once over all.

    Notes
    -----
    Notebook: 01_corpora
    """
    out = {}
    for name, table in (("with a genre", as_published(tracks)),
                        ("all", tracks[tracks["track_id"].notna()])):
        first, second = (table.loc[table["corpus"] == corpus, "track_id"] for corpus in (a, b))
        shared = first[first.isin(second)]
        out[name] = {"rows": len(shared), "percent": 100 * len(shared) / len(first),
                     "tracks": shared.nunique()}
    return pd.DataFrame(out).T.astype({"rows": int, "tracks": int})


def repeated_block(ids):
    """The longest run of rows that repeats, id for id, the rows just before it.

    Parameters
    ----------
    ids : sequence of str
        Track ids in file order.

    Returns
    -------
    tuple of int or None
        `start` and `length`: rows `start ... start + length - 1` repeat the `length` rows before
        `start`. `None` where no two adjacent runs are equal.

    Notes
    -----
    Notebook: 01_corpora
    """
    ids, seen, best = list(ids), {}, None
    for here, value in enumerate(ids):
        for before in seen.get(value, ()):
            lag = here - before
            if lag > (best[1] if best else 0) and ids[here : here + lag] == ids[before:here]:
                best = (here, lag)
        seen.setdefault(value, []).append(here)
    return best


def summary(tracks):
    """Counts per corpus and per study: listings, tracks, repeats, and what is missing.

    Parameters
    ----------
    tracks : DataFrame

    Returns
    -------
    DataFrame
        One row per corpus and per study; counts of listings with a genre, distinct tracks, repeated
        rows, participants, and over all rows those without genre, id or artist.

    Notes
    -----
    Notebook: 01_corpora
    """
    groups = {name: rows for name, rows in tracks.groupby("corpus", sort=False)}
    groups |= {name: rows for name, rows in tracks.groupby("study", sort=False)}
    out = {}
    for name, rows in groups.items():
        listed = as_published(rows)
        out[name] = {"listings": len(listed), "tracks": listed["track_id"].nunique(),
                     "repeated rows": int(listed["track_id"].duplicated().sum()),
                     "participants": rows["participant"].nunique() or None,
                     "without genre": int(rows["genre"].isna().sum()),
                     "without id": int(rows["track_id"].isna().sum()),
                     "without artist": int(rows["artist"].isna().sum())}
    return pd.DataFrame(out).T.astype("Int64")
