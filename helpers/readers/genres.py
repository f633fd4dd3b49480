"""The rule that reduces the genres of artists to one of fifteen main genres."""

import json
import re
from collections.abc import Iterable, Mapping, Sequence
from functools import cache
from pathlib import Path

import pandas as pd

from helpers.profiles import Profile
from helpers.project import ProjectError, by_number, counted
from helpers.readers import cells

# The study's main genres, and the words of names that end in one.
MAIN: dict[str, Sequence[str]] = {
    "Pop": ["pop"],
    "Electronic": ["electronic", "electronica", "electro"],
    "Hip Hop": ["hip hop", "hiphop"],
    "R&B": ["r b", "rnb", "rhythm and blues"],
    "Latin": ["latin"],
    "Rock": ["rock"],
    "Metal": ["metal"],
    "Country": ["country"],
    "Folk/Acoustic": ["folk acoustic", "folk", "acoustic"],
    "Classical": ["classical"],
    "Jazz": ["jazz"],
    "Blues": ["blues"],
    "Easy listening": ["easy listening"],
    "New age": ["new age"],
    "World/Traditional": ["world traditional", "world", "traditional"],
}
# More names than these fit no figure, so they are reduced.
MOST_NAMES = 40

# Made up, with an excerpt of a table of main genres: each case shows one part of the rule.
EXCERPT = {
    "Pop": ["dance pop", "synthpop"],
    "Rock": ["glam rock", "album rock"],
    "Electronic": ["deep house", "trance"],
}
CASES = {
    "direct hit": ["glam rock", "album rock", "pop"],
    "majority": ["dance pop", "deep house", "trance"],
    "tie": ["album rock", "synthpop"],
    "unknown names": ["kraut polka", "laptop gabber"],
    "no names": [],
}


def reduce_genres(
    artist_genres: Iterable[Sequence[str] | None], table: Mapping[str, Sequence[str]]
) -> list[str | None]:
    """Reduce each track's artist genres to one main genre.

    The first name that is itself a main genre wins. Otherwise each name is looked up, and the main
    genre hit most often wins; a tie goes to the one hit by the earliest name. No hit, no genre.

    Parameters
    ----------
    artist_genres : iterable of sequence of str
        The genre names of each track's artists, in order; empty or `None` where there are none.
    table : mapping of str to sequence of str
        Names by main genre, such as the Chosic table.

    Returns
    -------
    list of str or None
        One main genre a track.

    References
    ----------
    Kouters et al., code of the study, commit a71670c.

    Notes
    -----
    Notebook: 06_genres
    """
    main = {name.lower(): name for name in table}
    parent = {name.lower(): genre for genre, names in table.items() for name in names}

    # Artists recur, and with them their lists of genres.
    @cache
    def reduced(names: tuple[str, ...]) -> str | None:
        lower = [name.strip().lower() for name in names]
        for name in lower:
            if name in main:
                return main[name]
        hits = [parent[name] for name in lower if name in parent]
        # max keeps the first of equals, and the hits stand in the order of the names.
        return max(hits, key=hits.count, default=None)

    return [reduced(tuple(names or ())) for names in artist_genres]


def worked_examples() -> pd.DataFrame:
    """Five made-up artists, and the main genre that the rule gives them.

    Returns
    -------
    DataFrame
        Index: which part of the rule is at work; columns artist genres and main genre.

    Notes
    -----
    Notebook: 06_genres
    """
    table = pd.DataFrame({"artist genres": {case: ", ".join(CASES[case]) for case in CASES}})
    table["main genre"] = [genre or "none" for genre in reduce_genres(CASES.values(), EXCERPT)]
    return table


def own_table(profile: Profile) -> dict[str, list[str]] | None:
    """The profile's own table of main genres, `None` where it names none.

    Parameters
    ----------
    profile : Profile

    Returns
    -------
    dict of str to list of str or None

    Raises
    ------
    ProjectError
        Where the file is no JSON of the form {main genre: [names]}.
    """
    path = profile.acquire.genre_table
    if not path:
        return None
    try:
        table = json.loads(Path(path).read_text(encoding="utf-8"))
    except (ValueError, OSError) as error:
        raise ProjectError(
            f"{path} is no JSON ({error}). Mend it, or leave genre_table out."
        ) from None
    if isinstance(table, dict) and all(
        isinstance(names, list) and all(isinstance(name, str) for name in names)
        for names in table.values()
    ):
        return table
    raise ProjectError(f"{path} should read {{main genre: [names]}}, as {{'Pop': ['dance pop']}}.")


def fold(name: str) -> str:
    """A genre's name in lower case, with single spaces in place of signs.

    Parameters
    ----------
    name : str

    Returns
    -------
    str
    """
    return re.sub(r"[\W_]+", " ", name.casefold()).strip()


def names_in(cell: str) -> list[str]:
    """The genre names of one cell: a list as programs write it, or names with commas between.

    Parameters
    ----------
    cell : str

    Returns
    -------
    list of str

    Notes
    -----
    Notebook: 06_genres
    """
    found = cells.listed(cell)
    if found is None:
        found = re.split(r"[,;|]", cell)
    names = [name.strip() for name in found]
    return [name for name in names if name.lower() not in cells.MISSING]


def tidy(
    column: pd.Series, table: Mapping[str, Sequence[str]] | None = None
) -> tuple[pd.Series, str | None]:
    """One genre a listing, each under one spelling.

    Single names are folded: `pop`, `POP` and `Pop` are one genre. Where cells hold several names,
    or there are more than `MOST_NAMES`, each cell is reduced to a main genre: by the table, else by
    the name that ends in one, as `dance pop` does.

    Parameters
    ----------
    column : Series of str
        Cells of lists, missing where unknown.
    table : mapping of str to sequence of str, optional
        Names by main genre.

    Returns
    -------
    Series of str
        Missing where there is no name, or none that belongs to a main genre.
    str or None
        What was done, in one line, if anything was.

    Notes
    -----
    Notebook: 06_genres
    """
    names = column.map(names_in, na_action="ignore")
    names = names.map(lambda found: tuple(found) if isinstance(found, list) else ())
    written = {name for found in names for name in found}
    folded = {fold(name) for name in written}
    first = names.map(lambda found: found[0] if found else None)
    spelled = _spellings(first.dropna())
    single = first.map(lambda name: spelled[fold(name)], na_action="ignore").astype("str")
    if names.map(len).max() > 1 or len(folded) > MOST_NAMES:
        reduced = pd.Series(_reduced(names, table), column.index, dtype="str")
        # A name of somebody's own, alone in its cell, is kept while there are few of them.
        plain = column.fillna("[]").map(cells.listed).isna()
        alone = single.where(plain & (names.map(len) == 1) & reduced.isna())
        if alone.nunique() + reduced.nunique() <= MOST_NAMES:
            reduced = reduced.fillna(alone)
        return reduced, _reduction(names, reduced, table)
    if len(folded) < len(written):
        return (
            single,
            f"Genres: {len(written):,} spellings of {counted(len(folded), 'name')} are folded.",
        )
    return single, None


def _reduction(names: pd.Series, reduced: pd.Series, table: object) -> str:
    """What a reduction did, in one line."""
    by = "the profile's genre_table" if table else "the main genre that a name ends in"
    count = len({name for found in names for name in found})
    lost = int((reduced.isna() & (names.map(len) > 0)).sum())
    left = counted(reduced.nunique(), "genre")
    said = f"Genres: {counted(count, 'name')} reduced to {left} by {by}"
    if lost:
        rows = counted(lost, "row")
        verb = by_number(lost, "is", "are")
        return f"{said}; {rows} whose names belong to no main genre {verb} left without one."
    return f"{said}."


def _reduced(
    names: Iterable[Sequence[str]], table: Mapping[str, Sequence[str]] | None
) -> list[str | None]:
    """Main genres by a table, else by how names end."""
    if table:
        return reduce_genres(names, table)
    kept = list(names)
    by_end = {name: _ends_in(fold(name)) for found in kept for name in found}
    ends = {main: [name for name, end in by_end.items() if end == main] for main in MAIN}
    return reduce_genres(kept, ends)


def _ends_in(name: str) -> str | None:
    """The main genre with whose words a folded name ends."""
    for main, words in MAIN.items():
        if any(name == word or name.endswith(f" {word}") for word in words):
            return main
    return None


def _spellings(names: pd.Series) -> dict[str, str]:
    """By folded name the spelling that is used: a main genre's, else the most frequent."""
    counts = names.value_counts()
    ordered = sorted(counts.index, key=lambda name: (-counts[name], name))
    found: dict[str, str] = {}
    for name in ordered:
        found.setdefault(fold(name), name)
    mains = {fold(main): main for main in MAIN}
    return {name: mains.get(name, spelling) for name, spelling in found.items()}
