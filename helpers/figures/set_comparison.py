"""Feature sets side by side: scores with their intervals against what a set costs, and in sentences."""

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import pandas as pd
from matplotlib.axes import Axes

from helpers.figures.numbers import percent

# Beside the name of a network that was taught genres.
TAUGHT_MARK = "†"
TAUGHT = "trained on listeners' tags, genre names among them"


def set_scores(
    grid: Sequence[Axes],
    scores: pd.DataFrame,
    costs: pd.DataFrame,
    colours: Mapping[str, str],
    names: Mapping[str, str],
) -> None:
    """Scores of sets, the cheapest first, with intervals; dashes: chance. A panel a measure.

    Parameters
    ----------
    grid : sequence of Axes
    scores : DataFrame
        Columns corpus, measure, set, value, low, high and chance; a measure for each of the axes.
    costs : DataFrame
        Index: sets, the cheapest first. Columns label, taught, dimension, seconds (missing where
        unknown).
    colours : mapping of corpus to str
    names : mapping of measure to str
        What each measure is called beside its axis.

    Notes
    -----
    Notebook: 09_genre_clustering
    """
    place = pd.Series(range(len(costs)), costs.index)
    corpora = list(scores["corpus"].unique())
    shifts = np.linspace(-0.12, 0.12, len(corpora)) if len(corpora) > 1 else [0.0]
    for axes, (measure, rows) in zip(grid, scores.groupby("measure", sort=False), strict=True):
        for corpus, shift in zip(corpora, shifts, strict=True):
            own = rows[rows["corpus"] == corpus]
            x = place[own["set"]].to_numpy() + shift
            ends = [own["value"] - own["low"], own["high"] - own["value"]]
            axes.errorbar(
                x,
                own["value"],
                np.clip(ends, 0, None),
                fmt="o",
                color=colours[corpus],
                label=corpus,
            )
            axes.hlines(own["chance"], x - 0.1, x + 0.1, color=colours[corpus], ls=":", lw=1.5)
        axes.set(title=measure, ylabel=names[measure], xlim=(-0.5, len(costs) - 0.5), xticks=[])
        axes.set_ylim(bottom=min(0, rows["low"].min()) - 0.01)
        axes.grid(visible=False, axis="x")
    grid[-1].set_xticks(place, [_ticks(row) for row in costs.itertuples()])
    notes = ["set, the cheapest first; dots: chance"]
    if costs["taught"].any():
        notes.append(f"{TAUGHT_MARK} {TAUGHT}")
    grid[-1].set_xlabel("\n".join(notes))
    if len(corpora) > 1:
        grid[0].legend(loc="lower right", bbox_to_anchor=(1, 1), ncols=len(corpora))


def set_label(row: Any) -> str:
    """The name of a set, marked where it was taught genres.

    Parameters
    ----------
    row : Series or named tuple
        With label and taught.

    Returns
    -------
    str
    """
    return f"{row.label}{TAUGHT_MARK if row.taught else ''}"


def _ticks(row: Any) -> str:
    """Name, numbers a track and seconds a track of a set, in lines."""
    lines = [set_label(row), f"{row.dimension} numbers"]
    if pd.notna(row.seconds):
        lines.append(f"{row.seconds:.2g} s a track")
    return "\n".join(lines)


def sets_in_words(
    scores: pd.DataFrame,
    differences: pd.DataFrame,
    costs: pd.DataFrame,
    about: Mapping[str, str],
    level: float,
) -> list[str]:
    """Which set leads by each measure, by how much, and whether the interval leaves that open.

    Parameters
    ----------
    scores : DataFrame
        Of one corpus: measure, set, value, low, high, chance.
    differences : DataFrame
        Of the same corpus: measure, first, second, difference, low, high, the better set first.
    costs : DataFrame
        As in `set_scores`.
    about : mapping of measure to str
        What each measure is.
    level : float
        Of the intervals.

    Returns
    -------
    list of str
        A sentence a measure, and one more where a set was taught genres.

    Notes
    -----
    Notebook: 09_genre_clustering
    """
    found = []
    for measure, rows in scores.groupby("measure", sort=False):
        ordered = rows.sort_values("value", ascending=False, kind="stable")
        best = ordered.iloc[0]
        told = (
            f"By {measure} ({about[str(measure)]}), {_named(best, costs)} comes first with "
            f"{best['value']:.2f} ({percent(level, 0)} interval {_range(best)}; chance "
            f"{best['chance']:.2f})"
        )
        if len(ordered) == 1:
            found.append(f"{told}.")
            continue
        second = ordered.iloc[1]
        pair = differences[differences["measure"] == measure].set_index(["first", "second"])
        gap = pair.loc[(best["set"], second["set"])]
        verdict = "clear" if gap["low"] > 0 else "not clear"
        found.append(
            f"{told}, and its lead is {verdict}: {_named(second, costs)} comes next with "
            f"{second['value']:.2f}, {gap['difference']:.2f} less (interval {_range(gap)})."
        )
    taught = costs.loc[costs["taught"], "label"]
    if len(taught) and len(costs) > 1:
        found.append(
            f"{' and '.join(taught)} was {TAUGHT}: where it does better, part of the reason may be "
            "that it was told about genres."
        )
    return found


def _named(row: pd.Series, costs: pd.DataFrame) -> str:
    """The label of a set, with what it was taught."""
    one = costs.loc[row["set"]]
    return f"{one['label']} ({TAUGHT})" if one["taught"] else str(one["label"])


def _range(row: pd.Series) -> str:
    return f"{row['low']:.2f} to {row['high']:.2f}"
