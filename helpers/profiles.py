"""Where things are: the one module that knows the disk.

Profiles are read here, and every table of a build is written and read here, checked against its
schema both times.
"""

import os
from pathlib import Path
from typing import Annotated, Literal, get_args

import yaml
from pydantic import (
    AfterValidator,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    PlainSerializer,
    ValidationError,
    create_model,
)

from helpers.project import ROOT, ProjectError, shown

PROFILES = ROOT / "data" / "profiles"


class _Declared(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


def _beside(name, info):
    # os.path, since a Path takes a list of ids for too long a name and gives up.
    places = [os.path.join(folder, name) for folder in (info.context, ROOT)]
    named = [place for place in places if os.path.exists(place)] + places[1:] * bool(
        Path(name).suffix and "://" not in name
    )
    return (named or [name])[0]


# What a profile names lies beside it, or from the root of the project; ids and links stay.
# In a key of a build it counts from the root: a project that was moved is not built anew.
Named = Annotated[str, AfterValidator(_beside), PlainSerializer(lambda name: shown(Path(name)))]


SeveralNamed = Annotated[
    tuple[Named, ...], BeforeValidator(lambda named: [named] if isinstance(named, str) else named)
]


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
    return create_model(
        name,
        __base__=base,
        **{
            key: (type(value), value)
            if not isinstance(value, dict)
            else ((inner := _model(key, value)), inner())
            for key, value in defaults.items()
        },
    )


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
        raise ProjectError(
            f"There is no profile {name!r}. Valid names: {', '.join(known)}, or the "
            "path of a YAML file."
        )
    if path.resolve() != known.get(path.stem, path).resolve():
        raise ProjectError(
            f"{path}: data/profiles has a profile of that name already; rename the file."
        )
    try:
        defaults, content = (
            yaml.safe_load(file.read_text(encoding="utf-8")) or {}
            for file in (PROFILES / "defaults.yaml", path)
        )
    except yaml.YAMLError as error:
        raise ProjectError(f"{path} is no YAML: {error}") from None
    if not isinstance(content, dict):
        raise ProjectError(f"{path} should hold keys and values; see data/profiles/demo.yaml.")
    if "name" in content:
        raise ProjectError(f"{path}: unknown key 'name'; a profile is called as its file is.")
    content |= {
        "name": path.stem,
        "settings": (content.get("settings") or {})
        | {name: value for name, value in overrides.items() if value is not None},
    }
    schema = _model("Profile", {"settings": defaults}, Profile)
    try:
        profile = schema.model_validate(content, context=path.resolve().parent)
    except ValidationError as error:
        explained = "\n".join(_explain(found, schema) for found in error.errors())
        raise ProjectError(f"Profile {path}:\n{explained}") from None
    roles = {profile.target, profile.reference, profile.background}
    if unknown := roles - {None, *profile.corpora}:
        raise ProjectError(
            f"Profile {path}: no corpus is called {unknown.pop()!r}; there are "
            f"{', '.join(profile.corpora)}."
        )
    for name, corpus in profile.corpora.items():
        if bool(corpus.tracks) != (profile.source == "own"):
            raise ProjectError(
                f"Profile {path}: corpora.{name}.tracks names lists of tracks where "
                f"`source` is own, and only there (found {corpus.tracks})."
            )
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
