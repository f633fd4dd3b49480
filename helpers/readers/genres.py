"""The rule that reduces the genres of artists to one of fifteen main genres."""

from collections.abc import Iterable, Mapping, Sequence
from functools import cache

import pandas as pd

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
