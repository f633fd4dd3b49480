"""Figures: each function draws a table onto the axes it is given and computes nothing.

The tables of the scorecard as a reader wants to see them: verdict first, digits as printed.
"""

from html import escape

import pandas as pd
from matplotlib.axes import Axes

from helpers.figures.claim_words import claim_in_words
from helpers.figures.style import VERDICT_COLOURS
from helpers.project import spaced


def verdicts(axes: Axes, counts: pd.DataFrame, order: tuple[str, ...]) -> None:
    """Stacked bars: the claims of each family by verdict.

    Parameters
    ----------
    axes : Axes
    counts : DataFrame
        One row a family, one column a verdict.
    order : sequence of str
        All verdicts, in the order of their colours.

    Notes
    -----
    Notebook: 10_scorecard
    """
    colours = dict(zip(order, VERDICT_COLOURS, strict=True))
    counts.plot.barh(stacked=True, ax=axes, width=0.7, color=colours, xlabel="claims")
    axes.set_ylabel("")
    axes.invert_yaxis()
    axes.grid(axis="y", visible=False)
    axes.legend(loc="upper left", bbox_to_anchor=(0, -0.18), ncols=2)


def as_printed(value: float, printed: str) -> str:
    """Write a number with as many digits as another was printed with.

    Parameters
    ----------
    value : float
    printed : str
        Such as "3.06", "378" or "1.2e-45".

    Returns
    -------
    str
        Empty where the value is missing.

    Notes
    -----
    Notebook: 10_scorecard
    """
    if pd.isna(value):
        return ""
    mantissa, exponent, _ = printed.lower().partition("e")
    digits = len(mantissa.partition(".")[2])
    style = "e" if exponent else "f"
    return f"{value:.{digits}{style}}"


def claims_table(card: pd.DataFrame, columns: tuple[str, ...]) -> str:
    """Claims as an HTML table, the recomputed number with the printed one's digits.

    Parameters
    ----------
    card : DataFrame
        As `ledger.scorecard` returns it.
    columns : sequence of str
        Of: verdict, published, recomputed, rows, tolerance.

    Returns
    -------
    str

    Notes
    -----
    Notebook: 10_scorecard
    """
    recomputed = [
        as_printed(value, printed)
        for value, printed in zip(card["recomputed"], card["printed"], strict=True)
    ]
    shown = card.assign(
        published=card["printed"],
        recomputed=recomputed,
        rows=[_count(rows) for rows in card["rows"]],
        tolerance=[f"{tolerance:g}" for tolerance in card["tolerance"]],
    )
    return values_table(shown[list(columns)])


def values_table(table: pd.DataFrame) -> str:
    """A table whose index holds keys, as HTML: what each number is, in words, and its key.

    Parameters
    ----------
    table : DataFrame

    Returns
    -------
    str
        Keys have the class `book-key`, which a page hides until a reader asks for them; a key may
        break behind each of its dots.

    Notes
    -----
    Notebook: 10_scorecard
    """
    named = [_named(str(key)) for key in table.index]
    cells = table.map(lambda value: escape(_text(value)))
    cells.insert(0, "number", named)
    return cells.to_html(index=False, escape=False)


def _named(key: str) -> str:
    shown = escape(key).replace(".", ".<wbr>")
    return f'{escape(claim_in_words(key))} <code class="book-key">{shown}</code>'


def folded_claims(card: pd.DataFrame, columns: tuple[str, ...]) -> str:
    """Claims as HTML, folded by family; each family opens with its number of claims in view.

    Parameters
    ----------
    card : DataFrame
        As `ledger.scorecard` returns it.
    columns : sequence of str
        As in `claims_table`.

    Returns
    -------
    str

    Notes
    -----
    Notebook: 10_scorecard
    """
    families = card.groupby("family")
    return "".join(
        _folded(spaced(name), len(rows), claims_table(rows, columns)) for name, rows in families
    )


def folded_values(recorded: pd.DataFrame) -> str:
    """Recorded values as HTML, folded by chapter, with a box that shows their keys.

    Parameters
    ----------
    recorded : DataFrame
        Indexed by key; columns value, n and notebook.

    Returns
    -------
    str

    Notes
    -----
    Notebook: 10_scorecard
    """
    chapters = "".join(
        _folded(_chapter(str(name)), len(rows), values_table(rows[["value", "n"]]))
        for name, rows in recorded.groupby("notebook")
    )
    box = '<label class="book-show-keys">Show their keys <input type="checkbox"></label>'
    return f'<div class="book-values">{box}{chapters}</div>'


def _chapter(notebook: str) -> str:
    """A chapter by its number and subject: "Chapter 3: feature comparison"."""
    number, _, subject = notebook.partition("_")
    return f"Chapter {int(number)}: {spaced(subject)}"


def _folded(title: str, rows: int, table: str) -> str:
    return f"<details><summary>{escape(title)} ({rows:,})</summary>{table}</details>"


def _count(rows: float) -> str:
    return "" if pd.isna(rows) else f"{rows:,.0f}"


def _text(value: object) -> str:
    """A cell of a table: texts as they are, numbers with four significant digits."""
    if isinstance(value, str):
        return value
    if pd.isna(value):
        return ""
    if isinstance(value, float) and not value.is_integer():
        return f"{value:.4g}"
    return f"{value:,.0f}"
