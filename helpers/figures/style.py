"""Figures: each function draws a table onto the axes it is given and computes nothing.

Colours come from the profile, one a corpus; a figure of simulated data carries the word.
"""

from typing import Any

import matplotlib.pyplot as plt
from IPython import get_ipython
from matplotlib_inline.backend_inline import set_matplotlib_formats

from helpers import project
from helpers.profiles import Profile

STYLE = project.ROOT / "helpers" / "figures" / "book.mplstyle"
GREY = "0.45"
# Inches: with its margin the column of a page, 688 pixels, so that nothing is made smaller there.
COLUMN = 7.04
# Points: the smallest text, 11 pixels high where a phone shows the figure 560 pixels wide.
SMALL = 10.3
# What is set apart within a figure, where the colours of corpora would mislead.
FIRST, SECOND = "#00806B", "#B0407F"


PARTS = ("#44546A", "#B8C4D6")


# In the order of `ledger.VERDICTS`.
VERDICT_COLOURS = ("#1B7F5C", "#E0A526", "#B5332E", "#7A6FA8", "#B9B9B9", "#E3E3E3")


def canvas(
    profile: Profile,
    height: float,
    columns: int = 1,
    rows: int = 1,
    width: float = COLUMN,
    watermark: str | None = None,
    **options: Any,
) -> Any:
    """A new figure in the book's style, marked where its data are simulated.

    Parameters
    ----------
    profile : Profile
    height, width : float
        Inches.
    columns, rows : int
        Axes side by side and below one another.
    watermark : str, optional
        Word across the figure; by default "simulated" where the profile's data are.
    **options
        For `matplotlib.pyplot.subplots`.

    Returns
    -------
    Axes or ndarray of Axes

    Notes
    -----
    Notebook: 01_corpora
    """
    # Asked without a notebook around it, this would make one.
    if get_ipython() is not None:
        set_matplotlib_formats("svg")
    plt.style.use(STYLE)
    figure, axes = plt.subplots(rows, columns, figsize=(width, height), **options)
    # At the end of a cell Jupyter shows a figure and closes it; pyplot would draw it once more before.
    plt.uninstall_repl_displayhook()
    if watermark is None and profile.simulated:
        watermark = "simulated"
    if watermark:
        figure.text(
            0.5,
            0.5,
            watermark,
            size=48,
            color="0.5",
            alpha=0.16,
            ha="center",
            va="center",
            rotation=20,
            zorder=9,
        )
    return axes


def colours(profile: Profile) -> dict[str, str]:
    """Colour of each corpus of a profile.

    Parameters
    ----------
    profile : Profile

    Returns
    -------
    dict of str to str
    """
    return {name: corpus.colour for name, corpus in profile.corpora.items()}
