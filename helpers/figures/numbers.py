"""Numbers as people write them: the one place that turns a value into text."""

from collections.abc import Callable, Iterable, Sequence

import numpy as np
import pandas as pd

from helpers.project import spaced

MISSING = "–"
SMALLEST_P = 0.001
# What is smaller reads as zero at three decimals.
SMALLEST_SHOWN = 0.0005
# How names of columns and rows stand on a page; other names lose their underscores.
HEADINGS = {
    "ci_low": "from",
    "ci_high": "to",
    "cles": "pairs won",
    "cliffs_delta": "delta",
    "cohens_d": "Cohen's d",
    "kruskal_h": "Kruskal's H",
    "kruskal_r": "r of H",
    "genre cliffs_delta": "genre delta",
    "genre ks_d": "genre D",
    "genre sd": "genre SD",
    "jensen_shannon": "Jensen-Shannon divergence",
    "ks_d": "D",
    "mwu_u": "U",
    "overall abs_pearson": "overall |r|",
    "overall cliffs_delta": "overall delta",
    "overall ks_d": "overall D",
    "overall sd": "overall SD",
    "sd": "SD",
    "se": "SE",
    "se_dyadic": "SE, dyadic",
    "se_genres": "SE, genres",
    "se_pairs": "SE, pairs",
    "seed_sd": "SD, seeds",
    "welch_t": "Welch's t",
}
# From here on a number without decimals says enough.
LARGE = 1000
# A sentence tells so many cases one by one: two or three corpora by two or three feature sets.
MOST_TOLD = 6
# Of parts that set two values beside each other.
GAPS = ("at the widest gap", "at the narrowest")


def p_text(p: float) -> str:
    """A p-value as a reader wants it: three decimals, "< 0.001" below them.

    Parameters
    ----------
    p : float

    Returns
    -------
    str

    Notes
    -----
    Notebook: 03_feature_comparison
    """
    if pd.isna(p):
        return MISSING
    return f"< {SMALLEST_P}" if p < SMALLEST_P else f"{p:.3f}"


def p_equals(p: float) -> str:
    """A p-value as part of a sentence: "p = 0.024" or "p < 0.001".

    Parameters
    ----------
    p : float

    Returns
    -------
    str

    Notes
    -----
    Notebook: 06_genres
    """
    text = p_text(p)
    return f"p {text}" if text.startswith("<") else f"p = {text}"


def percent(share: float, digits: int = 0) -> str:
    """A share as a percentage, with a space before the sign.

    Parameters
    ----------
    share : float
        From 0 to 1.
    digits : int

    Returns
    -------
    str

    Notes
    -----
    Notebook: 03_feature_comparison
    """
    if pd.isna(share):
        return MISSING
    # What rounds to zero has no sign.
    return f"{100 * share:z.{digits}f} %"


def rounds_to_zero(values: pd.DataFrame) -> pd.Series:
    """Whether a row has a value that reads as zero at three decimals, and so no sign.

    Parameters
    ----------
    values : DataFrame

    Returns
    -------
    Series of bool
    """
    return (values.abs() < SMALLEST_SHOWN).any(axis=1)


def span(low: float, high: float, digits: int = 0) -> str:
    """From one share to another, as percentages; one where both read alike.

    Parameters
    ----------
    low, high : float
        From 0 to 1.
    digits : int

    Returns
    -------
    str
    """
    ends = dict.fromkeys([percent(low, digits), percent(high, digits)])
    return " to ".join(ends)


def monte_carlo(errors: pd.Series) -> str:
    """The largest Monte Carlo error of some shares, as a sentence has it in brackets.

    Parameters
    ----------
    errors : Series of float
        Standard errors, from 0 to 1.

    Returns
    -------
    str
    """
    return f"Monte Carlo error {100 * errors.max():.1f} points at most"


def named(chosen: Iterable[str], among: Iterable[str]) -> str:
    """Some of several names in few words: "none of them", "a and b", "all but c", "all".

    Parameters
    ----------
    chosen, among : iterable of str
        All of the first are among the second.

    Returns
    -------
    str
    """
    chosen, among = list(map(str, chosen)), list(map(str, among))
    if not chosen:
        return "none of them"
    left = [name for name in among if name not in chosen]
    if not left and len(among) > 1:
        return "all"
    if len(left) <= 2 and len(left) < len(chosen):
        return f"all but {listed(left)}" if left else listed(chosen)
    return listed(chosen)


def decimal(value: float, digits: int = 2) -> str:
    """A number with some decimals; a large one with none, and what rounds to zero has no sign.

    Parameters
    ----------
    value : float
    digits : int

    Returns
    -------
    str

    Notes
    -----
    Notebook: 02_audio_features
    """
    if pd.isna(value):
        return MISSING
    if abs(value) >= LARGE:
        return f"{value:,.0f}"
    return f"{round(value, digits) + 0:.{digits}f}"


def signed(value: float, digits: int = 3) -> str:
    """A difference with its sign; what rounds to zero has none.

    Parameters
    ----------
    value : float
    digits : int

    Returns
    -------
    str

    Notes
    -----
    Notebook: 09_genre_clustering
    """
    rounded = round(value, digits)
    return f"{rounded:+.{digits}f}" if rounded else f"{0:.{digits}f}"


def listed(names: Iterable[str], word: str = "and") -> str:
    """Names as a sentence lists them: "a", "a and b", "a, b and c"; "none" where there is none.

    Parameters
    ----------
    names : iterable of str
    word : str
        Before the last of several.

    Returns
    -------
    str

    Notes
    -----
    Notebook: 03_feature_comparison
    """
    *others, last = [*names] or ["none"]
    return f"{', '.join(others)} {word} {last}" if others else last


def extremes(
    parts: Sequence[str],
    values: Iterable[float],
    most: int = MOST_TOLD,
    joined: Callable[[Sequence[str]], str] = listed,
    ends: tuple[str, str] = ("at the highest", "at the lowest"),
) -> str:
    """Parts of a sentence one by one where they are few, else the highest and the lowest of them.

    Parameters
    ----------
    parts : sequence of str
    values : iterable of float
        What each part is about; missing where it is unknown.
    most : int
        So many parts are told one by one.
    joined : callable
        Puts few parts together.
    ends : (str, str)
        What is said after the part with the highest value and after that with the lowest.

    Returns
    -------
    str

    Notes
    -----
    Notebook: 09_genre_clustering
    """
    known = pd.Series(list(values), dtype=float).dropna().sort_values(kind="stable")
    if len(parts) <= most or len(known) < 2:
        return joined(parts)
    low, high = known.index[0], known.index[-1]
    between = len(known) - 2
    lie = "other lies" if between == 1 else "others lie"
    return f"{parts[high]} {ends[0]} and {parts[low]} {ends[1]} ({between:,} {lie} between)"


def readable(table: pd.DataFrame | pd.Series, digits: int = 2) -> pd.DataFrame:
    """A table as a page shows it: counts with separators, few decimals, dashes for what is missing.

    Parameters
    ----------
    table : DataFrame or Series
        Columns called p, and those of whole numbers, are written as such. Headings and labels
        lose what only a program needs (`HEADINGS`).
    digits : int
        Decimals of all other numbers.

    Returns
    -------
    DataFrame of str

    Notes
    -----
    Notebook: 01_corpora
    """
    frame = table.to_frame() if isinstance(table, pd.Series) else table
    columns = [_column(frame.iloc[:, k], digits) for k in range(frame.shape[1])]
    shown = pd.concat(columns, axis=1) if columns else frame
    shown = shown.set_axis(frame.columns, axis=1).rename(columns=_heading, index=_heading)
    names = [name for name in shown.index.names if name]
    if shown.columns.nlevels == shown.index.nlevels == 1:
        # The corner names the rows, which saves a line of the heading.
        corner = shown.columns.name or (_heading(names[0]) if names else None)
        return shown.rename_axis(index=None, columns=corner)
    shown.index = shown.index.set_names([_heading(name) for name in shown.index.names])
    return shown


def _heading(name: object) -> object:
    """The name of a column, an index or a row as a page shows it."""
    if isinstance(name, float):
        return f"{name:g}"
    if not isinstance(name, str):
        return name
    return HEADINGS.get(name, spaced(name))


def _column(values: pd.Series, digits: int) -> pd.Series:
    """One column as text."""
    if not pd.api.types.is_numeric_dtype(values) or pd.api.types.is_bool_dtype(values):
        return values.map(_cell)
    numbers = values.astype(float)
    if values.name == "p":
        return numbers.map(p_text)
    known = numbers.dropna()
    if (known == np.round(known)).all():
        return numbers.map(lambda value: decimal(value, 0))
    return numbers.map(lambda value: decimal(value, digits))


def _cell(value: object) -> str:
    """A cell of a column that is not made of numbers alone."""
    if isinstance(value, bool | np.bool_):
        return "yes" if value else "no"
    if value is None or value is pd.NA or (isinstance(value, float) and np.isnan(value)):
        return MISSING
    if isinstance(value, float):
        return decimal(value)
    if isinstance(value, int | np.integer):
        return f"{value:,}"
    return str(value)
