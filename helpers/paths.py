"""Where things are: the one module that knows the disk.

Profiles are read here, and every table of a build is written and read here, checked against its
schema both times.
"""

import hashlib
import json
import os
from pathlib import Path
from typing import Annotated, Literal, get_args

import numpy as np
import pandas as pd
import pyarrow.parquet as pq
import yaml
from pydantic import (AfterValidator, BaseModel, BeforeValidator, ConfigDict, PlainSerializer,
                      ValidationError, create_model)

ROOT = Path(__file__).resolve().parent.parent
PROFILES = ROOT / "data" / "profiles"
REFERENCE = ROOT / "data" / "reference"
TWIN = ROOT / "data" / "twin"
NOTEBOOKS = ROOT / "notebooks"
BOOK = ROOT / "book"
EXECUTED = BOOK / "notebooks"
SITE = ROOT / "_build" / "html"
LOCK = ROOT / "requirements.lock"

# Spotify's ranges, in the study's order: loudness in dB, tempo in BPM, the others without unit.
FEATURE_RANGES = dict.fromkeys(
    ["danceability", "energy", "loudness", "speechiness", "acousticness", "instrumentalness",
     "liveness", "valence", "tempo"], (0, 1)) | {"loudness": (-60, 6), "tempo": (0, 300)}
# Columns of an OpenL3 embedding.
DIMENSIONS = [f"e{number:03d}" for number in range(512)]


class ProjectError(Exception):
    """Something the user can mend; its text says what is wrong and what to do next."""


class _Declared(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


def _beside(name, info):
    # os.path, since a Path takes a list of ids for too long a name and gives up.
    places = [os.path.join(folder, name) for folder in (info.context, ROOT)]
    named = [place for place in places if os.path.exists(place)] + places[1:] * bool(
        Path(name).suffix and "://" not in name)
    return (named or [name])[0]


# What a profile names lies beside it, or from the root of the project; ids and links stay.
# In a key of a build it counts from the root: a project that was moved is not built anew.
Named = Annotated[str, AfterValidator(_beside), PlainSerializer(lambda name: shown(Path(name)))]
SeveralNamed = Annotated[tuple[Named, ...], BeforeValidator(
    lambda named: [named] if isinstance(named, str) else named)]


class Corpus(_Declared):
    """One corpus of a profile: its full name, its colour in every figure, its lists of tracks."""

    label: str
    colour: str
    tracks: SeveralNamed = ()


class Acquire(_Declared):
    """Which services `acquire` asks for what, in which order, and how audio is embedded."""

    metadata: tuple[Literal["reccobeats", "spotify"], ...] = ("reccobeats", "spotify")
    features: tuple[Literal["reccobeats", "spotify"], ...] = ("reccobeats",)
    genres: tuple[Literal["musicbrainz", "lastfm"], ...] = ("musicbrainz",)
    previews: tuple[Literal["deezer", "itunes"], ...] = ("deezer",)
    mix_sources: bool = False
    genre_table: Named | None = None
    weights: Named | None = None
    hop: float = 0.1


class Profile(_Declared):
    """What a build is made of; one YAML file in `data/profiles`."""

    name: str
    title: str
    source: Literal["twin", "published", "sleep", "own"]
    claims: Literal["published", "published_sleep"] = "published"
    features: Named | None = None
    embeddings: SeveralNamed = ()
    playlist: Named | None = None
    acquire: Acquire = Acquire()
    target: str
    reference: str
    background: str | None = None
    corpora: dict[str, Corpus]

    @property
    def simulated(self):
        """Whether the tables of this profile are simulated."""
        return self.source == "twin"


def _model(name, defaults, base=_Declared):
    """The schema of the settings: the keys, types and values of `defaults.yaml`, level by level."""
    return create_model(name, __base__=base, **{
        key: (type(value), value) if not isinstance(value, dict)
        else ((inner := _model(key, value)), inner()) for key, value in defaults.items()})


def cache_dir():
    """Folder for downloaded files: `MUSIC_FOR_PAIN_CACHE`, else the user's cache folder."""
    base = os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache"
    return Path(os.environ.get("MUSIC_FOR_PAIN_CACHE") or Path(base) / "music-for-pain-relief")


def build_dir(profile):
    """Folder of a profile's products, `build/<profile>`."""
    return ROOT / "build" / profile.name


def acquired_path(profile, name):
    """Parquet file of what `acquire` found for a profile: tracks, metadata, features, and so on."""
    return build_dir(profile) / "acquired" / f"{name}.parquet"


def own_tables(profile):
    """By input, features or embeddings: files that the profile names, else what `acquire` wrote."""
    named = {"features": filter(None, [profile.features]), "embeddings": profile.embeddings}
    return {name: [*files] or [str(p) for p in [acquired_path(profile, name)] if p.is_file()]
            for name, files in named.items()}


def results_path(profile, notebook):
    """File in which a notebook's recorded values lie."""
    return build_dir(profile) / "results" / f"{notebook}.csv"


def shown(path):
    """A path as a message shows it: from the root of the project, where it lies inside."""
    return path.relative_to(ROOT).as_posix() if path.is_relative_to(ROOT) else str(path)


def load_profile(name="demo", **overrides):
    """Read a profile and lay it over the defaults.

    Parameters
    ----------
    name : str
        Name of a file in `data/profiles` without its ending, or a path to a YAML file.
    **overrides
        Settings that win over the profile; `None` leaves a setting as it is.

    Returns
    -------
    Profile
        With `settings` resolved: overrides, then the profile, then `defaults.yaml`.

    Raises
    ------
    ProjectError
        If there is no such profile, or a key is unknown, missing or of the wrong type.

    Notes
    -----
    Notebook: 01_corpora
    """
    known = {p.stem: p for p in sorted(PROFILES.glob("[!.]*.yaml")) if p.stem != "defaults"}
    path = known.get(name) or Path(name)
    if path.suffix not in (".yaml", ".yml") or not path.is_file():
        raise ProjectError(f"There is no profile {name!r}. Valid names: {', '.join(known)}, or the "
                           "path of a YAML file.")
    if path.resolve() != known.get(path.stem, path).resolve():
        raise ProjectError(
            f"{path}: data/profiles has a profile of that name already; rename the file.")
    try:
        defaults, content = (yaml.safe_load(file.read_text(encoding="utf-8")) or {}
                             for file in (PROFILES / "defaults.yaml", path))
    except yaml.YAMLError as error:
        raise ProjectError(f"{path} is no YAML: {error}") from None
    if not isinstance(content, dict):
        raise ProjectError(f"{path} should hold keys and values; see data/profiles/demo.yaml.")
    if "name" in content:
        raise ProjectError(f"{path}: unknown key 'name'; a profile is called as its file is.")
    content |= {"name": path.stem, "settings": (content.get("settings") or {}) | {
        name: value for name, value in overrides.items() if value is not None}}
    schema = _model("Profile", {"settings": defaults}, Profile)
    try:
        profile = schema.model_validate(content, context=path.resolve().parent)
    except ValidationError as error:
        explained = "\n".join(_explain(found, schema) for found in error.errors())
        raise ProjectError(f"Profile {path}:\n{explained}") from None
    roles = {profile.target, profile.reference, profile.background}
    if unknown := roles - {None, *profile.corpora}:
        raise ProjectError(f"Profile {path}: no corpus is called {unknown.pop()!r}; there are "
                           f"{', '.join(profile.corpora)}.")
    for name, corpus in profile.corpora.items():
        if bool(corpus.tracks) != (profile.source == "own"):
            raise ProjectError(f"Profile {path}: corpora.{name}.tracks names lists of tracks where "
                               f"`source` is own, and only there (found {corpus.tracks}).")
    return profile


def _explain(error, schema):
    """One line on one finding of pydantic: the key, what is wrong, the valid names."""
    where = ".".join(map(str, error["loc"]))
    if error["type"] == "missing":
        return f"  missing key {where!r}."
    if error["type"] != "extra_forbidden":
        return f"  {where}: {error['msg']} (found {error['input']!r})."
    for part in error["loc"][:-1]:
        found = schema.model_fields[part].annotation if part in schema.model_fields else schema
        schema = (found, *get_args(found))[-1]
    valid = ", ".join(name for name in schema.model_fields if name != "name")
    return f"  unknown key {where!r}. Valid keys: {valid}."


def write_atomic(path, content):
    """Write text or bytes so that a reader sees the old file or the new one, never half of it."""
    path.parent.mkdir(parents=True, exist_ok=True)
    temporary = path.with_name(f".{path.name}.{os.getpid()}")
    temporary.write_bytes(content if isinstance(content, bytes) else content.encode("utf-8"))
    os.replace(temporary, path)


def sha256(*parts):
    """Hash of texts and files (given as `Path`) in order, as hexadecimal digits."""
    digest = hashlib.sha256()
    for part in parts:
        data = part.read_bytes() if isinstance(part, Path) else str(part).encode()
        digest.update(len(data).to_bytes(8, "big") + data)
    return digest.hexdigest()


def _holds_embeddings(table):
    values = table.drop(columns=["track_id", "source"])
    return [*values] == DIMENSIONS and set(values.dtypes) == {np.dtype("float32")} and bool(
        np.isfinite(values.to_numpy()).all())


def schemas():
    """The pandera schema of each table that travels between notebooks, by table name."""
    from pandera.pandas import Check, Column, DataFrameSchema

    text, required, number = Column(str, nullable=True), Column(str), Column(int)
    features = {"track_id": Column(str, unique=True), "source": required} | {
        name: Column(float, Check.in_range(low, high), nullable=True)
        for name, (low, high) in FEATURE_RANGES.items()}
    tracks = dict.fromkeys(["study", "participant", "track_id", "artist", "title", "genre"], text)
    tracks |= dict.fromkeys(["corpus", "source"], required)
    maps = dict.fromkeys(["map", "corpus", "track_id", "feature_set"], required)
    tables = {
        "tracks": tracks | {"row": number, "year": Column("Int64", nullable=True)},
        "features": features, "mssd": features,
        "maps": maps | dict.fromkeys(["row", "seed"], number) | dict.fromkeys("xy", Column(float)),
        "reductions": {"corpus": required, "authors": text, "ours": text, "tracks": number}}
    # One check of all 512 numbers: a check of each column takes longer than the reading.
    whole = Check(_holds_embeddings, error="not 512 columns of finite float32")
    embeddings = DataFrameSchema({name: features[name] for name in ("track_id", "source")}, whole)
    return {name: DataFrameSchema(table, strict=True) for name, table in tables.items()} | {
        "embeddings": embeddings}


def table_path(profile, name):
    """Parquet file of one table of a build."""
    return build_dir(profile) / f"{name}.parquet"


def table_key(profile, name):
    """Key of the inputs a table on disk was made of, or `None` where there is no table."""
    if not (path := table_path(profile, name)).is_file():
        return None
    return json.loads(pq.read_schema(path).metadata.get(b"PANDAS_ATTRS", "{}")).get("key", "")


def write_table(profile, name, table, key=""):
    """Check a table, write it atomically, and note the key of what it was made of."""
    table = schemas()[name].validate(table, lazy=True)
    table.attrs["key"] = key
    write_atomic(table_path(profile, name), table.to_parquet(index=False))
    return table


def read_table(profile, name):
    """Read a table of a build and check it against its schema."""
    return schemas()[name].validate(pd.read_parquet(table_path(profile, name)), lazy=True)
