"""Where things are: the one module that knows the disk.

Profiles are read here, and every table of a build is written and read here, checked against its
schema both times.
"""

import hashlib
import json
import os
from pathlib import Path
from typing import Annotated, Literal

import numpy as np
import pandas as pd
import pyarrow.parquet as pq
import yaml
from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, ValidationError

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


class Corpus(_Declared):
    """One corpus of a profile: its full name and its colour in every figure."""

    label: str
    colour: str


class Settings(_Declared):
    """The numbers an analysis turns on; `data/profiles/defaults.yaml` explains each."""

    seed: int
    n_bootstrap: int
    n_permutations: int
    block: int
    list_size: int
    level: float
    max_draws: int
    map_seed: int
    n_map_seeds: int
    map_rows: int
    n_label_permutations: int
    normality_rows: int
    show_tracks: bool
    registry: str
    download_base: str
    download_timeout: float


def _beside(name, info):
    beside = info.context / name
    return str(beside if beside.is_file() else ROOT / name)


# A file that a profile names: it lies beside the profile, or from the root of the project.
Named = Annotated[str, AfterValidator(_beside)]


class Profile(_Declared):
    """What a build is made of; one YAML file in `data/profiles`."""

    name: str
    title: str
    source: Literal["twin", "published", "sleep"]
    claims: Literal["published", "published_sleep"] = "published"
    features: Named | None = None
    playlist: Named | None = None
    embeddings: Annotated[tuple[Named, ...], BeforeValidator(
        lambda named: [named] if isinstance(named, str) else named)] = ()
    target: str
    reference: str
    background: str | None = None
    corpora: dict[str, Corpus]
    settings: Settings

    @property
    def simulated(self):
        """Whether the tables of this profile are simulated."""
        return self.source == "twin"


def cache_dir():
    """Folder for downloaded files: `MUSIC_FOR_PAIN_CACHE`, else the user's cache folder."""
    base = os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache"
    return Path(os.environ.get("MUSIC_FOR_PAIN_CACHE") or Path(base) / "music-for-pain-relief")


def build_dir(profile):
    """Folder of a profile's products, `build/<profile>`."""
    return ROOT / "build" / profile.name


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
    defaults, content = (yaml.safe_load(file.read_text(encoding="utf-8")) or {}
                         for file in (PROFILES / "defaults.yaml", path))
    if not isinstance(content, dict):
        raise ProjectError(f"{path} should hold keys and values; see data/profiles/demo.yaml.")
    if "name" in content:
        raise ProjectError(f"{path}: unknown key 'name'; a profile is called as its file is.")
    content |= {"name": path.stem, "settings": defaults | (content.get("settings") or {}) | {
        name: value for name, value in overrides.items() if value is not None}}
    try:
        profile = Profile.model_validate(content, context=path.resolve().parent)
    except ValidationError as error:
        explained = "\n".join(map(_explain, error.errors()))
        raise ProjectError(f"Profile {path}:\n{explained}") from None
    roles = {profile.target, profile.reference, profile.background}
    if unknown := roles - {None, *profile.corpora}:
        raise ProjectError(f"Profile {path}: no corpus is called {unknown.pop()!r}; there are "
                           f"{', '.join(profile.corpora)}.")
    return profile


def _explain(error):
    """One line on one finding of pydantic: the key, what is wrong, the valid names."""
    where = ".".join(map(str, error["loc"]))
    if error["type"] == "missing":
        return f"  missing key {where!r}."
    if error["type"] != "extra_forbidden":
        return f"  {where}: {error['msg']} (found {error['input']!r})."
    inner = {"settings": Settings, "corpora": Corpus} if len(error["loc"]) > 1 else {}
    valid = [name for name in inner.get(error["loc"][0], Profile).model_fields if name != "name"]
    return f"  unknown key {where!r}. Valid keys: {', '.join(valid)}."


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
