"""`check`: reads a profile and its lists, says what a book would be made of, and asks nobody."""

from collections.abc import Iterator
from pathlib import Path

import pandas as pd

from helpers import corpora, profiles, project, tables
from helpers.profiles import Profile
from helpers.project import DIMENSIONS, FEATURES, ProjectError, counted
from helpers.readers import genres, listings


def run(profile: str) -> int:
    """Read a profile and its lists, and print what a book would be made of and what is missing.

    Parameters
    ----------
    profile : str
        Name of a profile or path of a YAML file.

    Returns
    -------
    int
        0, where no mistake was found.

    Raises
    ------
    ProjectError
        With the first mistake in the profile or a list.
    """
    loaded = profiles.load_profile(profile)
    place = project.shown(project.build_dir(loaded))
    print(f"Profile {loaded.name} ({loaded.title}); its tables: {place}", flush=True)
    print(f"Compared: {loaded.target} against {loaded.reference}.")
    if loaded.source != "own":
        print(f"Its corpora come with the source {loaded.source!r}; there are no lists to check.")
        print(f"Next: python -m helpers build --profile {loaded.argument}")
        return 0
    return _check_lists(loaded)


def _check_lists(profile: Profile) -> int:
    """Say what the lists and tables of the user's own hold."""
    tracks, found = listings.read_all(profile, unfetched=True)
    for listing in found.values():
        print(listing.about, flush=True)
    listings.check_names(profile, tracks, unfetched=True)
    tracks["genre"], notice = genres.tidy(tracks["genre"], genres.own_table(profile))
    if notice:
        print(notice)
    if profile.playlist:
        print(f"Playlist: {listings.read_listing(profile.playlist).about}")
    features = _features(profile, tracks)
    embedded = _embedded(profile)
    further = _further(profile, tracks)
    for corpus, rows in tracks.groupby("corpus", sort=False):
        print(f"  {corpus}: {_counts(rows, features, embedded)}{_in_sets(rows, further)}")
    unfetched = [
        place
        for corpus in profile.corpora.values()
        for place in corpus.tracks
        if listings.is_link(place) and place not in found
    ]
    for line in _next_steps(profile, tracks, features, embedded, unfetched):
        print(line)
    return 0


def _features(profile: Profile, tracks: pd.DataFrame) -> pd.DataFrame | None:
    """The features that a build would take."""
    files = [Path(file) for file in tables.own_tables(profile)["features"]]
    for file in files:
        if not file.is_file():
            raise ProjectError(f"{file}: there is no such file, and the key `features` names it.")
    return corpora.features(profile, files, list(tracks["track_id"].dropna()))


def _embedded(profile: Profile) -> set[str]:
    """Tracks with an embedding in the tables that a build would take."""
    found: set[str] = set()
    for file in tables.own_tables(profile)["embeddings"]:
        if not Path(file).is_file():
            raise ProjectError(f"{file}: there is no such file, and the key `embeddings` names it.")
        table = pd.read_parquet(file, columns=["track_id", DIMENSIONS[0]])
        found |= set(table.dropna()["track_id"])
    return found


def _further(profile: Profile, tracks: pd.DataFrame) -> dict[str, set[str]]:
    """By feature set beside the study's two, the tracks that its tables know."""
    files = {name: [Path(file) for file in one.table] for name, one in profile.further_sets.items()}
    if not files:
        return {}
    made = corpora.further_sets(profile, files, list(tracks["track_id"].dropna()))
    values = made["feature_sets"].set_index("track_id")
    known = {}
    for name in files:
        own = [column for column in values if column.startswith(f"{name}.")]
        known[name] = set(values.index[values[own].notna().all(axis=1)])
    return known


def _in_sets(rows: pd.DataFrame, further: dict[str, set[str]]) -> str:
    """How many listings of a corpus each further feature set knows."""
    if not further:
        return ""
    counts = {name: int(rows["track_id"].isin(known).sum()) for name, known in further.items()}
    told = ", ".join(f"{number:,} in {name}" for name, number in counts.items())
    return f" Further sets: {told}."


def _counts(rows: pd.DataFrame, features: pd.DataFrame | None, embedded: set[str]) -> str:
    """How many listings of a corpus have what."""
    known = set() if features is None else set(features.dropna(subset=FEATURES)["track_id"])
    parts = {
        "with an id": rows["track_id"].notna(),
        "with a genre": rows["genre"].notna(),
        "with a year": rows["year"].notna(),
        "with audio features": rows["track_id"].isin(known),
        "with an embedding": rows["track_id"].isin(embedded),
    }
    told = ", ".join(f"{int(mask.sum()):,} {what}" for what, mask in parts.items())
    people = rows["participant"].nunique()
    lists = f", {counted(people, 'participant')}" if people else ""
    tracks = counted(rows["track_id"].nunique(), "track")
    return f"{counted(len(rows), 'listing')} of {tracks}{lists}; {told}."


def _next_steps(
    profile: Profile,
    tracks: pd.DataFrame,
    features: pd.DataFrame | None,
    embedded: set[str],
    unfetched: list[str],
) -> Iterator[str]:
    """What is missing, and the commands that come next."""
    acquire = f"python -m helpers acquire {profile.argument}"
    if unfetched:
        yield f"Not fetched yet: {', '.join(unfetched)}."
        yield f"Next: {acquire} --stage tracks"
        return
    missing = []
    if features is None:
        missing.append("audio features")
    if tracks["genre"].isna().all():
        missing.append("genres")
    if not embedded:
        missing.append("embeddings")
    if missing:
        yield (
            f"Missing: {', '.join(missing)}. The book says so on its pages; to ask services for "
            f"them: {acquire} --dry-run"
        )
    yield f"Next: python -m helpers build --profile {profile.argument}"
