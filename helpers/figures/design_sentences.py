"""How sure intervals are and how many people a study takes, in a sentence or two each.

Each function picks out rows of a table, and computes no more than differences and extremes of them.
"""

from collections.abc import Hashable, Mapping
from typing import cast

import pandas as pd

from helpers.figures.numbers import listed, monte_carlo, percent, signed, span
from helpers.project import by_number, counted, counted_of

# An interval longer than another by less than this share of it is about as long.
ABOUT = 0.05


def forty_in_words(held: pd.Series, n_studies: int) -> str:
    """How many intervals of a few studies hold the truth, by two assumptions.

    Parameters
    ----------
    held : Series
        Coverage by assumption, of `coverage.tried`.
    n_studies : int

    Returns
    -------
    str

    Notes
    -----
    Notebook: 05_interval_coverage
    """
    independent, clustered = (
        f"{n_studies * held[name]:.0f}" for name in ("independent", "participants, t")
    )
    return (
        f"Of {counted(n_studies, 'study', 'studies')}, {independent} intervals that treat listings "
        f"as independent contain the true delta, and {clustered} intervals by participant do."
    )


def coverage_in_words(cell: pd.DataFrame, people: int, icc: float) -> str:
    """How often the intervals of one cell of a grid hold the truth, as a sentence.

    Parameters
    ----------
    cell : DataFrame
        Of `stats.coverage.of_cell`.
    people : int
    icc : float
        Within a participant.

    Returns
    -------
    str

    Notes
    -----
    Notebook: 05_interval_coverage
    """
    held = cell["coverage"].map(lambda share: percent(share, 1))
    return (
        f"In {cell['studies'].iloc[0]:,} studies of {counted(people, 'participant')} with an ICC of "
        f"{icc:g}, 95 % intervals contain the true delta in {held['independent']} where "
        f"listings are treated as independent, in {held['blocks']} by blocks, in "
        f"{held['participants']} by participant, in {held['participants, t']} by participant with "
        f"Student's t, and in {held['two ways']} by participant and artist "
        f"({monte_carlo(cell['error'])})."
    )


def widths_in_words(ratios: pd.DataFrame, few: float, people: tuple[int, int]) -> str:
    """What honest intervals cost in length, with and without a correlation that asks for them.

    Parameters
    ----------
    ratios : DataFrame
        Mean length by assumption and ICC, as a multiple of the interval of independent rows.
    few : float
        Length of the interval by participant with Student's t, with the fewest participants of the
        grid and an ICC of 0, as such a multiple.
    people : (int, int)
        The participants of `ratios`, and the fewest.

    Returns
    -------
    str

    Notes
    -----
    Notebook: 05_interval_coverage
    """
    none, most = ratios.columns.min(), ratios.columns.max()
    longest = ratios.drop(index="independent")
    idle, needed = longest[none].max() - 1, longest[most].max()
    verdict = "costs next to nothing" if idle < ABOUT else f"costs {percent(idle)} in length"
    return (
        f"With an ICC of {most:g} and {people[0]} participants the longest interval is {needed:.1f} "
        f"times that of independent listings. With an ICC of {none:g}, clustering without need "
        f"{verdict} ({percent(idle, 1)} at most); with {people[1]} participants the interval by "
        f"participant with Student's t is {percent(few - 1)} longer than need be."
    )


def coverage_here_in_words(icc: pd.Series, held: pd.DataFrame) -> str:
    """How often intervals of independent listings would hold the truth in this build.

    Parameters
    ----------
    icc : Series
        Of `dependence.rank_correlations`.
    held : DataFrame
        Of `coverage.read_off`.

    Returns
    -------
    str

    Notes
    -----
    Notebook: 05_interval_coverage
    """
    worst = icc.idxmax()
    return (
        f"The listings of one participant are most alike in {worst} (ICC {icc[worst]:.2f}); there, a "
        "95 % interval that treats listings as independent contains the truth in "
        f"{percent(held.loc[worst, 'independent'])} of studies."
    )


def other_coverage_in_words(held: pd.DataFrame, fewest: float) -> str:
    """Which of the book's other intervals keep their promise in every setting that was tried.

    Parameters
    ----------
    held : DataFrame
        Of `simulation.studies.other_coverage`.
    fewest : float
        Share of intervals that must hold the truth; of those that promise more, since a share that is
        found in simulations is not exact.

    Returns
    -------
    str

    Notes
    -----
    Notebook: 05_interval_coverage
    """
    kept = held["lowest"] >= fewest
    said = (
        f"{counted_of(kept.sum(), len(held), 'kind')} of interval "
        f"{by_number(kept.sum(), 'holds', 'hold')} the truth in {percent(fewest)} of simulated studies "
        "or more in every setting"
    )
    if kept.any():
        said += f": {'; '.join(_of_interval(place) for place in held.index[kept])}"
    if not kept.all():
        worst = held["lowest"].idxmin()
        lowest = percent(held.at[worst, "lowest"], 1)
        said += f". The lowest share of all, {lowest}, is that of {_of_interval(worst)}"
    return f"{said} ({monte_carlo(held['error'])})."


def _of_interval(place: Hashable) -> str:
    """What an interval is of, how it is made, and by which unit."""
    quantity, interval, unit = cast(tuple, place)
    return f"{quantity} ({interval}, {unit})"


def auc_coverage_in_words(held: pd.DataFrame, level: float) -> str:
    """How often intervals of an AUC hold the true one in simulations, by both ways.

    Parameters
    ----------
    held : DataFrame
        Of `simulation.studies.auc_coverage`.
    level : float
        What the intervals promise.

    Returns
    -------
    str

    Notes
    -----
    Notebook: 08_embedding_map
    """
    parts = []
    for way, rows in held.groupby("interval", sort=False):
        by = [
            f"{span(own['coverage'].min(), own['coverage'].max(), 1)} ({effect})"
            for effect, own in rows.groupby("effect", sort=False)
        ]
        parts.append(f"{way}: {listed(by)}, {rows['studies'].min():,} pairs of corpora each")
    return (
        f"Over {counted(held['design'].nunique(), 'simulated design')}, intervals of {percent(level)} "
        "contain the true AUC of the trained classifier as often as this: "
        f"{'; '.join(parts)} ({monte_carlo(held['error'])})."
    )


def sizes_of_arms_in_words(sizes: pd.DataFrame, tracks: float, icc: float) -> str:
    """Participants that each of two arms needs, as a sentence.

    Parameters
    ----------
    sizes : DataFrame
        Of `stats.power.sizes_of_arms`.
    tracks : float
        Mean length of a list.
    icc : float

    Returns
    -------
    str

    Notes
    -----
    Notebook: 12_next_study
    """
    each = [f"{n:,} for a delta of {delta:g}" for delta, n in sizes["t"].items()]
    delta, most = sizes.index[0], sizes["t_family"].iloc[0]
    return (
        f"With {tracks:.1f} tracks per list, an ICC of {icc:g} and a power of 80 %, each of two arms "
        f"needs the following number of participants: {listed(each)}. After Bonferroni, a delta of "
        f"{delta:g} needs {most:,} per arm."
    )


def longer_in_words(now: int, longer: int, delta: float, icc: float) -> str:
    """How many people lists twice as long save, as a sentence.

    Parameters
    ----------
    now, longer : int
        Participants per arm with the study's lists, and with lists twice as long.
    delta, icc : float

    Returns
    -------
    str

    Notes
    -----
    Notebook: 12_next_study
    """
    return (
        f"With an ICC of {icc:g}, lists twice as long as the study's lower the participants per arm "
        f"from {now:,} to {longer:,} for a delta of {delta:g}: twice the tracks save "
        f"{percent(1 - longer / now)} of the people."
    )


def wrong_icc_in_words(powers: Mapping[float, pd.Series], planned: float) -> str:
    """What power is left if the true correlation is another than the planned one, as a sentence.

    Parameters
    ----------
    powers : mapping of float to Series
        By ICC, power by delta.
    planned : float

    Returns
    -------
    str

    Notes
    -----
    Notebook: 12_next_study
    """
    told = [
        f"{span(powers[icc].min(), powers[icc].max())} if the true ICC is {icc:g}"
        for icc in (min(powers), max(powers))
    ]
    return (
        f"A study planned for 80 % with an ICC of {planned:g} has a power of {listed(told)}; which "
        "delta it is planned for hardly matters."
    )


def icc_here_in_words(icc: pd.Series, needed: pd.Series, delta: float, simulated: bool) -> str:
    """Which feature would take most participants, and what its correlation rests on.

    Parameters
    ----------
    icc : Series
        Within a participant, by feature.
    needed : Series of int
        Participants per arm.
    delta : float
    simulated : bool
        Whether the correlations were put into a simulation.

    Returns
    -------
    str

    Notes
    -----
    Notebook: 12_next_study
    """
    most = icc.idxmax()
    said = (
        f"Of the features of this build {most} is the most alike within a participant (ICC "
        f"{icc[most]:.2f}) and would take {counted(needed[most], 'participant')} per arm for a delta "
        f"of {delta:g}."
    )
    if not simulated:
        return said
    return (
        f"{said} These correlations were put into the simulation: they illustrate the calculation "
        "and must not size a study."
    )


def pairs_in_words(pairs: pd.DataFrame, delta: float, shared_taste: float) -> str:
    """How many people a paired design saves, as a sentence.

    Parameters
    ----------
    pairs : DataFrame
        Of `stats.power.sizes_of_pairs`.
    delta, shared_taste : float
        Row and column that it tells.

    Returns
    -------
    str

    Notes
    -----
    Notebook: 12_next_study
    """
    row = pairs.loc[delta]
    return (
        f"To find a delta of {delta:g}, two arms need {row['two_arms']:,.0f} people together; if "
        f"the same people give both lists, {row[shared_taste]:,.0f} are enough with a shared taste "
        f"of {shared_taste:g}, and {row[0.0]:,.0f} with none."
    )


def power_in_words(checks: pd.DataFrame, within: float) -> str:
    """How many designs keep the power they promise, as a sentence.

    Parameters
    ----------
    checks : DataFrame
        Of `simulation.studies.power_checks`.
    within : float
        Largest difference that counts as kept.

    Returns
    -------
    str

    Notes
    -----
    Notebook: 12_next_study
    """
    off = checks["found"] - checks["promised"]
    kept = off.abs() <= within
    sentence = (
        f"In {counted_of(kept.sum(), len(checks), 'design')} the power of {checks['studies'].min():,} "
        f"studies lies within {100 * within:g} points of the promise "
        f"({monte_carlo(checks['error'])})"
    )
    worst = checks.loc[off.abs().idxmax()]
    return (
        f"{sentence}; the largest difference is {signed(100 * off[worst.name], 1)} points, with "
        f"{counted(worst['participants'], 'participant')}, and the lowest power is "
        f"{percent(checks['found'].min(), 1)}."
    )


def false_positives_in_words(checks: pd.DataFrame, alpha: float, error: float) -> str:
    """How often simulated studies are significant where nothing differs, as a sentence.

    Parameters
    ----------
    checks : DataFrame
        Of `simulation.studies.power_checks`.
    alpha : float
        The level of the test.
    error : float
        Monte Carlo standard error of a share of `alpha`.

    Returns
    -------
    str

    Notes
    -----
    Notebook: 12_next_study
    """
    level = checks["level"]
    near = ((level - alpha).abs() <= 2 * error).sum()
    return (
        f"Where nothing differs, {span(level.min(), level.max(), 1)} of studies are significant at "
        f"{percent(alpha)} (Monte Carlo error {100 * error:.1f} points); in "
        f"{counted_of(near, len(checks), 'design')} the share lies within "
        "two such errors of the level."
    )
