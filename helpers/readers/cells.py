"""What a cell of a list means: missing values, ids, links, ISRCs, artists, years and lengths.

The one place that decides it, for lists of people's own and for what services answer. Each function
takes a column of text and gives one of the same index.
"""

import ast
import re
from datetime import date

import pandas as pd

# What R, pandas, Excel, databases and exporters write where there is no value, in lower case.
MISSING = frozenset(
    [
        *("", "na", "n/a", "#n/a", "#n/a n/a", "#na", "<na>", "nan", "-nan", "nat", "none", "null"),
        *("nil", "undefined", "(null)", "(none)", "(unknown)", "\\n", "-", "--", "?", "#value!"),
        *("#ref!", "#null!", "#div/0!", "#name?", "#num!", "-1.#ind", "1.#qnan", "[]", "{}"),
    ]
)
# Of these some may be somebody's name, or a title.
NAMES_TOO = frozenset(["?", "-", "--", "nil", "nat"])
SPOTIFY_ID = "[0-9A-Za-z]{22}"
# A track of Spotify's within a URI or an address, with or without a scheme and what is added.
TRACK = re.compile(r"\S*[:/]tracks?[:/]([^\s:/?#&,]+)/?(?:[?#&]\S*)?$", re.IGNORECASE)
EPISODE = r"(?i)[:/]episodes?[:/]"
LOCAL = r"(?i)^spotify:local:|/local/|^local:"
ISRC = re.compile(r"[A-Z]{2}[A-Z0-9]{3}\d{7}")
# Sound has been recorded since then; an older year is of a composition, or a slip.
FIRST_YEAR = 1860
YEAR = re.compile(r"(?<!\d)(\d{4})(?!\d)")
COMPACT_DATE = re.compile(r"(\d{4})(?:0[1-9]|1[0-2])(?:0[1-9]|[12]\d|3[01])")
JOINED = "; "
UNESCAPED_COMMA = re.compile(r"(?<!\\),\s*")
MADE_ID = "~"  # stands between artist and title in an id that is made of them


def known(column: pd.Series, names: bool = False) -> pd.Series:
    """A column without spaces at either end, and missing where a cell says so in any spelling.

    Parameters
    ----------
    column : Series
        Anything that can be written as text.
    names : bool
        Whether cells are names of people or songs, which may be `?` or `nil`.

    Returns
    -------
    Series of str

    Notes
    -----
    Notebook: 11_your_playlist
    """
    text = column.astype("str").str.strip().str.strip("\ufeff\u200b\u00a0").str.strip()
    words = MISSING - NAMES_TOO if names else MISSING
    return text.mask(text.str.lower().isin(words))


def bare_id(text: str) -> str:
    """A track id without what a URI or an address puts around it, and without stray signs.

    Parameters
    ----------
    text : str

    Returns
    -------
    str
        As it is, where it is no link to a track.

    Notes
    -----
    Notebook: 11_your_playlist
    """
    plain = text.strip().strip("\"'<>,;").strip()
    found = TRACK.match(plain)
    return found[1] if found else plain


def isrc(text: str) -> str | None:
    """The first ISRC of a cell, in capitals and without hyphens; `None` where there is none.

    Parameters
    ----------
    text : str
        One code or several, as `GB-ABC-01-23456` or `gbabc0123456, usabc0123456`.

    Returns
    -------
    str or None

    References
    ----------
    ISO 3901: two letters, three letters or digits, seven digits.

    Notes
    -----
    Notebook: 11_your_playlist
    """
    for part in re.split(r"[,;|/\s\[\]'\"]+", text.upper().replace("ISRC:", " ").strip()):
        plain = re.sub(r"[-\u2010-\u2015.]", "", part)
        if ISRC.fullmatch(plain):
            return plain
    whole = re.sub(r"[^A-Z0-9]", "", text.upper().removeprefix("ISRC"))
    return whole if ISRC.fullmatch(whole) else None


def isrcs(column: pd.Series) -> pd.Series:
    """ISRCs in one spelling; a cell that holds none stays as it is, so that a message can name it.

    Parameters
    ----------
    column : Series of str

    Returns
    -------
    Series of str

    Notes
    -----
    Notebook: 11_your_playlist
    """
    return column.map(lambda text: isrc(text) or text, na_action="ignore").astype("str")


def is_isrc(column: pd.Series) -> pd.Series:
    """Whether each cell is an ISRC in this book's spelling.

    Parameters
    ----------
    column : Series of str

    Returns
    -------
    Series of bool

    Notes
    -----
    Notebook: 11_your_playlist
    """
    return column.astype("str").str.fullmatch(ISRC.pattern).fillna(False).astype(bool)


def year(text: str) -> int | None:
    """The year of a date in any order, if it is a plausible one.

    Parameters
    ----------
    text : str
        As `2012-08-28`, `28.08.2012`, `8/28/2012`, `20120828`, `2012` or `2012.0`.

    Returns
    -------
    int or None
        From `FIRST_YEAR` to next year; `None` where there is none, or two digits alone.

    Notes
    -----
    Notebook: 11_your_playlist
    """
    compact = COMPACT_DATE.fullmatch(text.strip())
    found = [compact[1]] if compact else YEAR.findall(text)
    if not found:
        return None
    number = int(found[0])
    return number if FIRST_YEAR <= number <= date.today().year + 1 else None


def years(column: pd.Series) -> pd.Series:
    """Plausible years, missing where there is none.

    Parameters
    ----------
    column : Series of str

    Returns
    -------
    Series of Int64

    Notes
    -----
    Notebook: 11_your_playlist
    """
    return column.map(year, na_action="ignore").astype("Int64")


def seconds(text: str) -> float | None:
    """A length in seconds, written as a number or as `3:20` or `1:03:20`.

    Parameters
    ----------
    text : str

    Returns
    -------
    float or None
        `None` for what is no length, or none above 0.

    Notes
    -----
    Notebook: 11_your_playlist
    """
    plain = text.strip().replace(",", ".")
    if not re.fullmatch(r"(\d+:){0,2}\d+(\.\d*)?(e[+-]?\d{1,2})?", plain, re.IGNORECASE):
        return None
    total = 0.0
    for part in plain.split(":"):
        total = total * 60 + float(part)
    return total if 0 < total < float("inf") else None


def lengths(column: pd.Series) -> pd.Series:
    """Lengths as numbers; seconds where they are written in minutes and seconds.

    Parameters
    ----------
    column : Series of str

    Returns
    -------
    Series of float

    Notes
    -----
    Notebook: 11_your_playlist
    """
    return column.map(seconds, na_action="ignore").astype(float)


def listed(text: str) -> list[str] | None:
    """Names in a cell that is a list as Python, R or JSON writes it; `None` where it is none.

    Parameters
    ----------
    text : str
        As `['dance pop', 'pop']`, `["dance pop","pop"]` or `c("dance pop", "pop")`.

    Returns
    -------
    list of str or None

    Notes
    -----
    Notebook: 06_genres
    """
    plain = text.strip()
    if plain.startswith("c(") and plain.endswith(")"):
        plain = f"[{plain[2:-1]}]"
    if not (plain.startswith("[") and plain.endswith("]")):
        return None
    try:
        found = ast.literal_eval(plain)
    except (ValueError, SyntaxError, MemoryError, RecursionError):
        found = plain[1:-1].split(",")
    names = [str(name).strip().strip("\"'") for name in found]
    return [name for name in names if name.lower() not in MISSING]


def artists(column: pd.Series, several: bool = False) -> pd.Series:
    """Artists of each track by the rule of the export, with `; ` between them.

    A list in a cell is one. Else semicolons part artists where any cell has one; commas do only in
    an export that joins names by commas, and not where they are escaped (`Tyler\\, The Creator`).

    Parameters
    ----------
    column : Series of str
    several : bool
        Whether the column is of an export that joins the names of several artists.

    Returns
    -------
    Series of str

    Notes
    -----
    Notebook: 11_your_playlist
    """
    by_semicolon = column.str.contains(";", regex=False).fillna(False).any()

    def names(text: str) -> str:
        found = listed(text)
        if found is None and by_semicolon:
            found = text.split(";")
        if found is None and several:
            found = UNESCAPED_COMMA.split(text)
        plain = [name.replace("\\,", ",").strip() for name in found or [text]]
        return JOINED.join(name for name in plain if name)

    return known(column.map(names, na_action="ignore").astype("str"), names=True)


def first_artist(column: pd.Series) -> pd.Series:
    """The first of the artists that `artists` joined.

    Parameters
    ----------
    column : Series of str

    Returns
    -------
    Series of str

    Notes
    -----
    Notebook: 06_genres
    """
    first = column.map(lambda names: names.split(JOINED)[0].strip(), na_action="ignore")
    return first.astype("str")


def made_ids(artist: pd.Series, title: pd.Series) -> pd.Series:
    """Ids of tracks that have none: artist and title in plain letters, missing where one is.

    Parameters
    ----------
    artist, title : Series of str

    Returns
    -------
    Series of str
        As `marconi-union~weightless-part-1`; the same for every spelling in capitals or not.

    Notes
    -----
    Notebook: 11_your_playlist
    """

    def plain(column: pd.Series) -> pd.Series:
        folded = column.astype("str").str.normalize("NFKC").str.casefold()
        return folded.str.replace(r"[\W_]+", "-", regex=True).str.strip("-").replace("", None)

    return plain(first_artist(artist)) + MADE_ID + plain(title)
