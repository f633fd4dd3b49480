"""`init`: a first profile from lists and folders, without a line of YAML to write."""

import json
import re
from collections.abc import Sequence
from pathlib import Path

from helpers import check, profiles, project
from helpers.project import ProjectError
from helpers.readers import listings
from helpers.readers.audio import AUDIO

# Told apart by people who do not see all colours (Okabe and Ito 2008).
COLOURS = ("#0072B2", "#D55E00", "#009E73", "#CC79A7", "#E69F00", "#56B4E9", "#F0E442", "#000000")
LISTS = ("csv", "tsv", "txt", "json", "parquet")
HEAD = """# Made by `python -m helpers init`. Every line may be changed; the page "Your own corpora"
# and data/profiles/own.example.yaml explain each key.
title: {title}           # at the end of every page
source: own              # the corpora are the lists named below
target: {target}         # every comparison is about this corpus
reference: {reference}   # and with this one: a difference is target minus reference

corpora:                 # the short names and the labels are yours to change
"""
CORPUS = """  {name}:
    label: {label}
    colour: {colour}     # in every figure
    tracks:              # several lists: each counts as one participant
{places}
"""
TAIL = """
# features: features.csv        # a table of yours; else what the lists hold, or `acquire` finds
# embeddings: [mine.parquet]    # tables from `embed`
# playlist: one_more.csv        # a list that the last chapter sets beside the corpora

settings:                # what differs from data/profiles/defaults.yaml
  # Few repeats, so that a first look takes minutes; delete these four lines for figures to rely on.
  n_bootstrap: 200
  n_permutations: 200
  n_label_permutations: 50
  n_map_seeds: 5
  # contact: you@example.org    # MusicBrainz asks for it
  # show_tracks: true           # titles and artists; think whose lists they are
"""


def run(name: str, lists: Sequence[str]) -> int:
    """Write a profile of lists or folders, one corpus each, check it, and say what comes next.

    Parameters
    ----------
    name : str
        Name of the profile: NAME.yaml is written where the command runs; or a path.
    lists : sequence of str
        Two or more: files, folders of audio or of lists, links of playlists at Spotify.

    Returns
    -------
    int
        As `check.run`.

    Raises
    ------
    ProjectError
        Where there are fewer than two, one is not there, or the profile exists already.
    """
    path = _profile_path(name)
    if len(lists) < profiles.LEAST_CORPORA:
        raise ProjectError(
            "init compares corpora, so it takes two lists or folders, or more: "
            "python -m helpers init NAME LIST_OR_FOLDER LIST_OR_FOLDER"
        )
    places = [_places(Path(item).expanduser(), item, path.parent) for item in lists]
    text = _profile(_labels(lists), places)
    project.write_atomic(path, text)
    print(f"Written: {path}\n", flush=True)
    return check.run(str(path))


def _profile_path(name: str) -> Path:
    """Where the profile is written, if it may be."""
    path = Path(name if name.endswith((".yaml", ".yml")) else f"{name}.yaml").expanduser()
    known = {file.stem for file in profiles.PROFILES.glob("*.yaml")}
    if path.exists():
        raise ProjectError(f"{path} exists already. Give another name, or check it: "
                           f"python -m helpers check {path}")  # fmt: skip
    if path.stem in known:
        raise ProjectError(f"data/profiles has a profile called {path.stem!r}. Give another name.")
    if not path.stem.strip() or not path.parent.is_dir():
        raise ProjectError(f"{path}: there is no folder {path.parent}, or the name is blank.")
    return path.resolve()


def _places(path: Path, given: str, beside: Path) -> list[str]:
    """The lists of one corpus, as the profile names them: from its own folder where they lie in it."""
    if listings.is_link(given):
        return [given]
    if not path.exists():
        raise ProjectError(f"{given}: there is no such file or folder.")
    found = [path]
    if path.is_dir() and not _holds_audio(path):
        found = sorted(file for file in path.iterdir() if file.suffix[1:].lower() in LISTS)
        if not found:
            raise ProjectError(
                f"{given}: this folder holds neither audio nor lists ({', '.join(LISTS)})."
            )
    return [_beside(file.resolve(), beside) for file in found]


def _holds_audio(folder: Path) -> bool:
    return any(file.suffix[1:].lower() in AUDIO for file in folder.rglob("*"))


def _beside(path: Path, folder: Path) -> str:
    """A path from some folder, if it lies inside."""
    return path.relative_to(folder).as_posix() if path.is_relative_to(folder) else str(path)


def _labels(lists: Sequence[str]) -> list[str]:
    """What lists are called after: their names without endings, with the folder's where equal."""
    ends = {item: re.split("[?#]", item)[0].rstrip("/") for item in lists}
    files = {
        item: str(Path(end).absolute().with_suffix("" if Path(end).is_file() else Path(end).suffix))
        for item, end in ends.items()
    }
    names = listings.short_names(files.values())
    return [re.sub(r"[\W_]+", " ", names[files[item]]).strip() or "list" for item in lists]


def _short_names(labels: Sequence[str]) -> list[str]:
    """A short name for each corpus, in capitals, none twice."""
    names: list[str] = []
    for label in labels:
        base = label.upper().replace(" ", "_")[-16:].strip("_")
        name, number = base, 2
        while name in names:
            name, number = f"{base}_{number}", number + 1
        names.append(name)
    return names


def _profile(labels: Sequence[str], places: Sequence[list[str]]) -> str:
    """The text of a profile; texts are written as JSON, which YAML reads without surprises."""

    def quoted(text: str) -> str:
        return json.dumps(text, ensure_ascii=False)

    names = _short_names(labels)
    text = HEAD.format(
        title=quoted(" and ".join(labels)), target=quoted(names[0]), reference=quoted(names[1])
    )
    for number, (name, label, files) in enumerate(zip(names, labels, places, strict=True)):
        text += CORPUS.format(
            name=quoted(name),
            label=quoted(label),
            colour=quoted(COLOURS[number % len(COLOURS)]),
            places="\n".join(f"      - {quoted(file)}" for file in files),
        )
    return text + TAIL
