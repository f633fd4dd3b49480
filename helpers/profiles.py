"""Profiles: what a build is made of, as a written schema with bounds.

A profile is a YAML file. Default settings lie in `data/profiles/defaults.yaml` and nowhere else;
their types, bounds and meanings are those of `Settings`. Every mistake is found when the profile is
read, and an error names the key, the value and what is valid.
"""

import os
import re
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Annotated, Any, Literal, get_args

import yaml
from pydantic import (
    AfterValidator,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    PlainSerializer,
    ValidationError,
    ValidationInfo,
    model_validator,
)
from pydantic_core import ErrorDetails, PydanticCustomError

from helpers import trace
from helpers.project import ROOT, ProjectError, sha256, shown

PROFILES = ROOT / "data" / "profiles"
DEFAULTS = PROFILES / "defaults.yaml"
# What pydantic says of these in terms of Python, by its type of error.
PLAINLY = {
    "model_type": "should hold keys and values",
    "dict_type": "should hold keys and values",
    "tuple_type": "should be a list",
}
LEAST_CORPORA = 2
# The largest seed that numpy, scikit-learn and UMAP all take.
LARGEST_SEED = 2**32 - 1
# Digits of the hash that tells two profiles of one name in two places apart.
PLACE_DIGITS = 8
# What may be meant as a link, and a link or URI of a playlist at Spotify.
LINK = r"\w+://|spotify:|(\w+\.)*spotify\.(com|link)\b"
PLAYLIST = (
    r"(spotify:playlist:|https?://open\.spotify\.com/(intl-[\w-]+/)?playlist/)\w{10,}/?([?#].*)?"
)
SPOTIFY_ID = "[0-9A-Za-z]{22}"
# Names of feature sets that have a short form as a key of their own.
SHORT_FORMS = {"spotify": "features", "openl3": "embeddings"}
# What pages and the ledger mean by these already.
TAKEN_NAMES = ("features", "audio_features", "embeddings", "both", "all", "joint", "guess")
# What a profile takes from its file's name and place, and not from its text.
FROM_FILE = ("name", "argument", "folder")


class _Declared(BaseModel):
    """A part of a profile: unknown keys are refused, values do not change."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    def __getattribute__(self, name: str) -> Any:
        # A chapter runs again when a key that it read has changed, and at no other's change.
        if name in type(self).model_fields:
            trace.key(name)
        return super().__getattribute__(name)


def _is_file_name(text: str) -> bool:
    """Whether a text names a file: ids and folders have no ending, links have `://`."""
    return bool(Path(text).suffix) and "://" not in text


def _found_place(text: str, info: ValidationInfo) -> str:
    """Where a named file or folder lies: beside the profile, else from the project's root.

    Ids and links stay as they are.
    """
    if text.startswith("~"):
        text = os.path.expanduser(text)
    # os.path, since a Path takes a list of ids for too long a name and gives up.
    for folder in (info.context, ROOT):
        place = os.path.join(str(folder), text)
        if os.path.exists(place):
            return place
    if _is_file_name(text):
        return os.path.join(ROOT, text)
    return text


def _shown_place(text: str) -> str:
    return shown(Path(text))


def _existing_file(text: str) -> str:
    if _is_file_name(text) and not os.path.exists(text):
        raise PydanticCustomError("no_such_file", "there is no such file")
    return text


def _playlist_link(text: str) -> str:
    """A text as it is, unless it is a link and not one to a playlist of Spotify's."""
    if not re.match(LINK, text, re.IGNORECASE) or " " in text or re.fullmatch(PLAYLIST, text):
        return text
    found = re.search(r"playlist[:/](\w{10,})", text)
    wanted = f"https://open.spotify.com/playlist/{found[1] if found else 'ID'}"
    raise PydanticCustomError(
        "link",
        "this link cannot be read; only playlists can, by links such as {wanted} (of an album, of "
        "Liked Songs or of another service export a file)",
        {"wanted": wanted},
    )


def _existing_list(text: str) -> str:
    """A list that is there: a file, a folder, or ids and links as they stand."""
    is_text = " " in text.strip() or re.match(LINK, text, re.IGNORECASE)
    if is_text or re.fullmatch(SPOTIFY_ID, text) or os.path.exists(text):
        return text
    raise PydanticCustomError("no_such_file", "there is no such file or folder")


def _no_playlist_link(text: str) -> str:
    """A list that can be read where it lies: `acquire` fetches playlists for corpora alone."""
    if re.fullmatch(PLAYLIST, text):
        raise PydanticCustomError("link", "links are for `tracks` of corpora; export it as CSV")
    return text


def _as_list(named: Any) -> Any:
    if named is None:
        return ()
    if isinstance(named, str):
        return [named]
    return named


def _valid_colour(text: str) -> str:
    """A colour that figures and browsers both know."""
    from PIL.ImageColor import colormap

    if re.fullmatch("#([0-9a-fA-F]{3}|[0-9a-fA-F]{6})", text) or text.lower() in colormap:
        return text
    raise PydanticCustomError(
        "colour", 'is no colour; write "#rrggbb", such as "#0072B2", or a name such as steelblue'
    )


# In a key of a build a place counts from the root: a project that was moved is not built anew.
Place = Annotated[str, AfterValidator(_found_place), PlainSerializer(_shown_place)]
ExistingPlace = Annotated[Place, AfterValidator(_existing_file)]
Places = Annotated[tuple[Place, ...], BeforeValidator(_as_list)]
# Validators run from the left: a link is looked at before it is taken for a path.
ListPlace = Annotated[
    str,
    AfterValidator(_playlist_link),
    AfterValidator(_found_place),
    AfterValidator(_existing_file),
    AfterValidator(_existing_list),
    PlainSerializer(_shown_place),
]
ListPlaces = Annotated[tuple[ListPlace, ...], BeforeValidator(_as_list)]
Colour = Annotated[str, AfterValidator(_valid_colour)]
Text = Annotated[str, Field(min_length=1)]
Address = Annotated[str, Field(pattern=r"^https?://")]
Count = Annotated[int, Field(ge=1)]
Finite = Annotated[float, Field(allow_inf_nan=False)]
Seed = Annotated[int, Field(ge=0, le=LARGEST_SEED)]


class Corpus(_Declared):
    """One corpus of a profile: its full name, its colour in every figure, its lists of tracks."""

    label: Text
    colour: Colour
    tracks: ListPlaces = ()


class Acquire(_Declared):
    """Which services `acquire` asks for what, in which order, and how audio is embedded."""

    metadata: tuple[Literal["reccobeats", "spotify"], ...] = ("reccobeats", "spotify")
    features: tuple[Literal["reccobeats", "spotify"], ...] = ("reccobeats",)
    genres: tuple[Literal["musicbrainz", "lastfm"], ...] = ("musicbrainz",)
    previews: tuple[Literal["deezer", "itunes"], ...] = ("deezer",)
    mix_sources: bool = Field(default=False, description="several sources in one table are allowed")
    genre_table: ExistingPlace | None = Field(
        default=None, description="JSON, {main genre: [names]}"
    )
    weights: ExistingPlace | None = Field(default=None, description="weight file of OpenL3")
    hop: float = Field(
        default=0.1, gt=0, allow_inf_nan=False, description="seconds between windows"
    )


class FeatureTable(_Declared):
    """One feature set of a profile: its tables, what its numbers are, and how they are scaled."""

    table: Places = Field(description="its file, or several; Parquet or CSV, one row a track")
    kind: Literal["interpretable", "embedding"] | None = Field(
        default=None,
        description="interpretable: columns that a person can read; embedding: numbers of a network",
    )
    scaling: Literal["standardised", "none"] | None = Field(
        default=None, description="how its columns are scaled for distances"
    )
    units: dict[str, Text] = Field(default={}, description="{column: its unit}")
    ranges: dict[str, tuple[Finite, Finite]] = Field(
        default={}, description="{column: [least, largest possible value]}"
    )

    @model_validator(mode="before")
    @classmethod
    def _named_alone(cls, given: Any) -> Any:
        """A file, or a list of files, stands for a set of which nothing else is said."""
        if isinstance(given, (str, list)):
            return {"table": given}
        return given


class ServiceRules(_Declared):
    """How `acquire` asks one service."""

    base: Address = Field(description="where it is served from")
    accounts: str = Field(pattern=r"^(https?://.*)?$", description="where logins are")
    credentials: tuple[str, ...] = Field(
        description="variables of the environment that must hold them"
    )
    contact: bool = Field(description="whether the setting `contact` must be given")
    per_second: float = Field(gt=0, allow_inf_nan=False, description="requests a second")
    batch: Count = Field(description="ids in one request")
    daily: int = Field(ge=0, description="requests in 24 hours (0: no limit of ours)")
    timeout: float = Field(gt=0, allow_inf_nan=False, description="seconds without an answer")
    retries: int = Field(ge=0, description="further attempts after a broken answer")
    backoff: float = Field(
        ge=0,
        allow_inf_nan=False,
        description="seconds before the first attempt, doubled each time",
    )
    pause: float = Field(
        ge=0,
        allow_inf_nan=False,
        description="seconds to wait where a service is busy and names no time",
    )
    patience: float = Field(
        ge=0, allow_inf_nan=False, description="the longest wait that a service may ask for, in s"
    )


class Services(_Declared):
    """The rules of every service that `acquire` knows."""

    spotify: ServiceRules
    reccobeats: ServiceRules
    deezer: ServiceRules
    itunes: ServiceRules
    musicbrainz: ServiceRules
    lastfm: ServiceRules


class Settings(_Declared):
    """Settings of the analyses and of downloads; each has its default in `defaults.yaml`."""

    seed: Seed = Field(
        description="start of every random stream of an analysis; simulated data have their own"
    )
    n_bootstrap: Count = Field(description="block-bootstrap replicates")
    n_permutations: Count = Field(description="permutations of blocks of listings")
    block: Count = Field(description="listings in a block of consecutive rows")
    list_size: Count = Field(description="rows in a window that stands in for one listener's list")
    level: float = Field(gt=0, lt=1, description="coverage of every interval")
    max_draws: Count = Field(
        description="rows drawn in one bootstrap of features; replicates shrink beyond"
    )
    normality_rows: int = Field(
        ge=3, description="rows of a corpus that a test of normality reads at most"
    )
    map_seed: Seed = Field(description="seed of UMAP and k-means in the maps, as in the study")
    n_map_seeds: Count = Field(description="seeds over which a claim about a map is repeated")
    map_rows: int = Field(
        ge=3, description="listings of a corpus on a map at most; of a larger one a sample"
    )
    n_label_permutations: Count = Field(
        description="permutations of genre labels, the null of a clustering score"
    )
    show_tracks: bool = Field(description="print titles and artists of single tracks")
    registry: Text = Field(description="files that `published` downloads")
    download_base: Address = Field(description="where their repositories are served from")
    download_timeout: float = Field(
        gt=0,
        allow_inf_nan=False,
        description="seconds without an answer before a download is given up",
    )
    contact: str = Field(
        description="e-mail or web address that services may write to; MusicBrainz asks for one"
    )
    services: Services = Field(description="how `acquire` asks each service")


class Profile(_Declared):
    """What a build is made of: one YAML file, in `data/profiles` or elsewhere.

    Three keys follow from that file: its `name`; the `argument` by which commands are given it; and
    the `folder` of its products in `build`, which no other profile has.
    """

    name: str
    argument: str
    folder: str
    title: Text
    source: Literal["twin", "published", "sleep", "own"]
    claims: Literal["published", "published_sleep"] = "published"
    features: Places = ()
    embeddings: Places = ()
    feature_sets: dict[str, FeatureTable] = {}
    playlist: Annotated[ListPlace, AfterValidator(_no_playlist_link)] | None = None
    acquire: Acquire = Acquire()
    target: str
    reference: str
    background: str | None = None
    corpora: dict[str, Corpus]
    settings: Settings

    @property
    def simulated(self) -> bool:
        """Whether the tables of this profile are simulated."""
        return self.source == "twin"

    @property
    def further_sets(self) -> dict[str, FeatureTable]:
        """The feature sets beside the study's two, by name."""
        return {name: one for name, one in self.feature_sets.items() if name not in SHORT_FORMS}

    def tables_of(self, name: str) -> tuple[str, ...]:
        """The files that a profile names for `features` or `embeddings`, in the short form or not.

        Parameters
        ----------
        name : str
            One of the values of `SHORT_FORMS`.

        Returns
        -------
        tuple of str
        """
        for long, short in SHORT_FORMS.items():
            if short == name and long in self.feature_sets:
                return self.feature_sets[long].table
        return self.features if name == "features" else self.embeddings


class _StrictLoader(yaml.SafeLoader):
    """YAML as `SafeLoader` reads it, but a key may not stand twice, and every key is a text."""

    def construct_mapping(self, node: yaml.MappingNode, deep: bool = False) -> dict[Any, Any]:
        """The keys and values of one level; a key that stands twice is refused with its lines."""
        first_lines: dict[str, int] = {}
        for key_node, _ in node.value:
            if key_node.tag == "tag:yaml.org,2002:merge":
                continue
            line = key_node.start_mark.line + 1
            key = self.construct_object(key_node, deep=True)
            if not isinstance(key, str):
                raise ProjectError(
                    f"line {line}: a key is read as {key!r}, which is no text; put it in quotes"
                )
            if key in first_lines:
                raise ProjectError(
                    f"line {line}: the key {key!r} stands in line {first_lines[key]} already; "
                    "keep one of them"
                )
            first_lines[key] = line
        return super().construct_mapping(node, deep)


Location = tuple[int | str, ...]


def _lines(node: yaml.Node) -> dict[Location, int]:
    """The line of each key of a YAML file, by its place in it."""
    lines: dict[Location, int] = {}
    seen: set[int] = set()

    def walk(part: yaml.Node, place: Location) -> None:
        # An alias may stand within what it names.
        if id(part) in seen:
            return
        seen.add(id(part))
        if isinstance(part, yaml.MappingNode):
            for key, value in part.value:
                inner = (*place, key.value)
                lines[inner] = key.start_mark.line + 1
                walk(value, inner)
        elif isinstance(part, yaml.SequenceNode):
            for number, value in enumerate(part.value):
                lines[*place, number] = value.start_mark.line + 1
                walk(value, (*place, number))

    walk(node, ())
    return lines


def _parsed(text: str) -> tuple[Any, dict[Location, int]]:
    """What a YAML text holds, and the line of each key."""
    # A loader of the safe kind: it makes plain values alone.
    loader = _StrictLoader(text)
    node = loader.get_single_node()
    if node is None:
        return None, {}
    return loader.construct_document(node), _lines(node)


def _read_yaml(path: Path) -> tuple[dict[str, Any], dict[Location, int]]:
    """Keys and values of a YAML file, and the line of each key."""
    try:
        text = path.read_text(encoding="utf-8-sig")
        content, lines = _parsed(text)
    except ProjectError as error:
        raise ProjectError(f"{path}, {error}.") from None
    except UnicodeDecodeError:
        raise ProjectError(f"{path} is no text in UTF-8. Save it as such.") from None
    except (yaml.YAMLError, ValueError, RecursionError, TypeError) as error:
        raise ProjectError(f"{path} is no YAML: {error}") from None
    if content is None:
        return {}, {}
    if not isinstance(content, dict):
        raise ProjectError(f"{path} should hold keys and values; see data/profiles/demo.yaml.")
    return content, lines


def _laid_over(below: dict[str, Any], above: dict[str, Any]) -> dict[str, Any]:
    """Settings of one level laid over those of another, level by level."""
    merged = dict(below)
    for key, value in above.items():
        if isinstance(value, dict) and isinstance(below.get(key), dict):
            merged[key] = _laid_over(below[key], value)
        else:
            merged[key] = value
    return merged


def _profile_path(name: str) -> Path:
    """The file of a profile, by its name in `data/profiles` or by its path."""
    known = {path.stem: path for path in sorted(PROFILES.glob("[!.]*.yaml"))}
    known.pop(DEFAULTS.stem)
    if name in known:
        return known[name]
    # The name of a link is not what chapters know the profile by.
    path = Path(name).resolve()
    if path.suffix not in (".yaml", ".yml") or not path.is_file():
        raise ProjectError(
            f"There is no profile {name!r}. Valid names: {', '.join(known)}, or the "
            "path of a YAML file."
        )
    if path.stem in known and path != known[path.stem].resolve():
        raise ProjectError(
            f"{path}: data/profiles has a profile of that name already; rename the file."
        )
    return path


def _from_file(path: Path) -> dict[str, str]:
    """The keys that follow from a profile's file."""
    name, argument, folder = path.stem, path.stem, path.stem
    if path.parent != PROFILES:
        argument = shown(path)
        # Another profile of this name may lie in another place.
        folder = f"{name}-{sha256(argument)[:PLACE_DIGITS]}"
    return {"name": name, "argument": argument, "folder": folder}


def load_profile(name: str = "demo", **overrides: Any) -> Profile:
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
        If there is no such profile, it is no YAML, a key is unknown, missing or stands twice, or a
        value is of the wrong type or outside its bounds.

    Notes
    -----
    Notebook: 01_corpora
    """
    path = _profile_path(name)
    content, lines = _read_yaml(path)
    for key in FROM_FILE:
        if key in content:
            raise ProjectError(
                f"{path}, line {lines[key,]}: unknown key {key!r}; a profile's name and the folder of its products "
                "follow from its file. Leave the key out."
            )
    settings = content.get("settings") or {}
    if not isinstance(settings, dict):
        raise ProjectError(
            f"{path}, line {lines['settings',]}: settings should hold keys and values "
            f"(found {settings!r})."
        )
    given = {key: value for key, value in overrides.items() if value is not None}
    content |= _from_file(path)
    content["settings"] = _laid_over(_laid_over(_read_yaml(DEFAULTS)[0], settings), given)
    try:
        profile = Profile.model_validate(content, context=path.resolve().parent)
    except ValidationError as error:
        mistakes = [(found["loc"], _explain(found)) for found in error.errors()]
    else:
        mistakes = list(_contradictions(profile))
    if mistakes:
        told = [f"  {_line_of(place, lines, given)}{mistake}" for place, mistake in mistakes]
        raise ProjectError(f"Profile {path}:\n" + "\n".join(told))
    return profile


def _line_of(place: Location, lines: Mapping[Location, int], given: Mapping[str, Any]) -> str:
    """The line of a mistake, as its message begins; nothing for what was given elsewhere."""
    if place[:1] == ("settings",) and place[1:2] and place[1] in given:
        return ""
    for length in range(len(place), 0, -1):
        if place[:length] in lines:
            return f"line {lines[place[:length]]}: "
    return ""


def _contradictions(profile: Profile) -> Iterator[tuple[Location, str]]:
    """What is wrong with values that are each valid by themselves, and where it stands."""
    names = ", ".join(profile.corpora)
    if len(profile.corpora) < LEAST_CORPORA:
        said = f"corpora: two or more are compared (found {names or 'none'})."
        yield ("corpora",), said
    for role in ("target", "reference", "background"):
        name = getattr(profile, role)
        if name is not None and name not in profile.corpora:
            yield (role,), f"{role}: no corpus is called {name!r}; there are {names}."
    if profile.target == profile.reference:
        said = f"target and reference are both {profile.target!r}; name two corpora."
        yield ("reference",), said
    if profile.background in (profile.target, profile.reference):
        said = f"background: {profile.background!r} is compared already; name a third corpus."
        yield ("background",), said
    yield from _misplaced_lists(profile)
    yield from _repeated_lists(profile)
    yield from _mistaken_sets(profile)
    for kind in ("features", "genres"):
        if len(getattr(profile.acquire, kind)) > 1 and not profile.acquire.mix_sources:
            yield (
                ("acquire", kind),
                f"acquire.{kind} names several sources, whose values differ. Keep one, or set "
                "acquire.mix_sources: true.",
            )
    registry = ROOT / profile.settings.registry
    if not registry.is_file():
        said = f"settings.registry names {registry}, which does not exist."
        yield ("settings", "registry"), said


def _misplaced_lists(profile: Profile) -> Iterator[tuple[Location, str]]:
    """Corpora without lists where they need some, or with lists that nobody would read."""
    for name, corpus in profile.corpora.items():
        place = ("corpora", name, "tracks")
        if profile.source == "own" and not corpus.tracks:
            yield place, f"corpora.{name}.tracks: name the corpus's lists of tracks."
        if profile.source != "own" and corpus.tracks:
            yield (
                place,
                f"corpora.{name}.tracks names lists of tracks, which are read where `source` is "
                f"own, and only there (found {', '.join(corpus.tracks)}).",
            )


def _mistaken_sets(profile: Profile) -> Iterator[tuple[Location, str]]:
    """Feature sets whose names cannot stand in a key, or of which too little or too much is said."""
    for name, one in profile.feature_sets.items():
        place: Location = ("feature_sets", name)
        where = f"feature_sets.{name}"
        if not re.fullmatch(r"[A-Za-z][A-Za-z0-9_]*", name):
            said = f"{where}: the name of a set is one word of letters, digits and _; rename it."
            yield place, said
        if name in TAKEN_NAMES:
            said = f"{where}: the book has a meaning for {name!r} already; rename the set."
            yield place, said
        if not one.table:
            yield place, f"{where}: name its file under `table`."
        if name in SHORT_FORMS:
            yield from _mistaken_short_form(profile, name)
        elif one.kind == "embedding" and (one.units or one.ranges):
            said = (
                f"{where}: columns of an embedding have no units or ranges; leave them out, or "
                "write `kind: interpretable`."
            )
            yield place, said
        for column, (low, high) in one.ranges.items():
            if low >= high:
                said = f"{where}.ranges.{column}: {low:g} is not below {high:g}; mend it."
                yield (*place, "ranges", column), said


def _mistaken_short_form(profile: Profile, name: str) -> Iterator[tuple[Location, str]]:
    """A set with a short form that is named twice, or of which something is said that is known."""
    place, short = ("feature_sets", name), SHORT_FORMS[name]
    if getattr(profile, short):
        said = f"feature_sets.{name} and {short} name the same set; keep one of these keys."
        yield place, said
    one = profile.feature_sets[name]
    if one.kind or one.scaling or one.units or one.ranges:
        said = (
            f"feature_sets.{name}: its columns, their units and its scaling are the study's; name "
            "its table alone, or give the set another name."
        )
        yield place, said


def _repeated_lists(profile: Profile) -> Iterator[tuple[Location, str]]:
    """Lists that one corpus names twice, and two corpora that are compared and are the same."""
    real = {
        name: [os.path.realpath(place) for place in corpus.tracks]
        for name, corpus in profile.corpora.items()
    }
    for name, places in real.items():
        for number, place in enumerate(places):
            if place in places[:number]:
                shown_place = profile.corpora[name].tracks[number]
                said = f"corpora.{name}.tracks names {shown_place} twice; keep one."
                yield ("corpora", name, "tracks", number), said
    pair = [set(real.get(name, [])) for name in (profile.target, profile.reference)]
    if pair[0] and pair[0] == pair[1] and profile.target != profile.reference:
        said = f"{profile.target} and {profile.reference} are made of the same lists."
        yield ("corpora", profile.reference, "tracks"), said


def _explain(error: ErrorDetails) -> str:
    """One line on one finding of pydantic: the key, what is wrong, and what is valid."""
    location = error["loc"]
    where = ".".join(str(part) for part in location)
    if error["type"] == "missing":
        return f"missing key {where!r}."
    if error["type"] == "extra_forbidden":
        fields = _part_at(location[:-1]).model_fields
        valid = ", ".join(name for name in fields if name not in FROM_FILE)
        return f"unknown key {where!r}. Valid keys: {valid}."
    said = PLAINLY.get(error["type"], error["msg"])
    line = f"{where}: {said} (found {error['input']!r})."
    if error["type"] == "string_type":
        line += f" {_unquoted(error['input'])}"
    meaning = _meaning(location)
    if meaning:
        return f"{line} It means: {meaning}."
    return line


def _unquoted(value: Any) -> str:
    """What YAML made of a text that should have stood in quotes."""
    if value is None:
        return "Nothing is read there; a text that begins with # or ~ stands in quotes."
    return "YAML reads this as something else than text; put it in quotes."


def _part_at(location: tuple[int | str, ...]) -> type[BaseModel]:
    """The class of the part of a profile that stands at some place of it."""
    part: type[BaseModel] = Profile
    for key in location:
        field = part.model_fields.get(str(key))
        # The name of a corpus is no field: its class was found one step before.
        inner = _inner_class(field.annotation) if field else None
        if inner:
            part = inner
    return part


def _inner_class(annotation: Any) -> type[BaseModel] | None:
    """The class of a field that has keys of its own, or whose values have."""
    for candidate in (annotation, *get_args(annotation)):
        if isinstance(candidate, type) and issubclass(candidate, BaseModel):
            return candidate
    return None


def _meaning(location: tuple[int | str, ...]) -> str | None:
    """What the schema says about the setting at some place of a profile."""
    field = _part_at(location[:-1]).model_fields.get(str(location[-1]))
    if field is None:
        return None
    return field.description
