"""What the tables and figures of a playlist show, in one sentence each; computes nothing."""

from collections.abc import Mapping, Sequence
from typing import Protocol

import numpy as np
import pandas as pd

from helpers.figures.numbers import percent
from helpers.project import by_number, counted

# A playlist of which this share is listed by a corpus resembles it by how it was made.
MOSTLY = 0.5


class Judged(Protocol):
    """How a ratio was checked and where a playlist stands; `helpers.playlist.Standing` is one."""

    bins: pd.DataFrame
    brier: float
    n_trained: int
    mean: float
    ci_low: float
    ci_high: float
    lists: np.ndarray
    draws: np.ndarray

    @property
    def share_of_lists_below(self) -> float:
        """Share of the lists with a smaller mean; NaN where they are too few."""

    @property
    def draws_below(self) -> int:
        """Draws with a smaller mean."""


# Of each kind of sound, by its name on a page.
Standings = Mapping[str, Judged]


def playlist_in_words(n_listings: int, missing: pd.DataFrame) -> str:
    """How many tracks a playlist has, and of how many something is missing.

    Parameters
    ----------
    n_listings : int
    missing : DataFrame of bool
        One row a track, one column a kind of sound.

    Returns
    -------
    str

    Notes
    -----
    Notebook: 11_your_playlist
    """
    lacking = [
        f"{number} {by_number(number, 'has', 'have')} no {name}"
        for name, number in missing.sum().items()
    ]
    return (
        f"The playlist has {counted(n_listings, 'listing')} of {counted(len(missing), 'track')}; "
        f"{' and '.join(lacking)} in this build."
    )


def listed_by_in_words(listed: pd.DataFrame) -> str:
    """How much of a playlist is taken from the corpora, and what that means for its likeness.

    Parameters
    ----------
    listed : DataFrame of bool
        One row a track of the playlist, one column a corpus.

    Returns
    -------
    str

    Notes
    -----
    Notebook: 11_your_playlist
    """
    by_corpus, by_all = listed.sum(), listed.all(axis=1).sum()
    counted = " and ".join(f"{number} by {name}" for name, number in by_corpus.items())
    if by_all and len(by_corpus) > 1:
        counted += f", {by_all} of them by {'both' if len(by_corpus) == 2 else 'all'}"
    known = listed.any(axis=1).sum()
    said = f"{known} of its {len(listed)} tracks are listed by a corpus: {counted}."
    name, share = by_corpus.idxmax(), by_corpus.max() / len(listed)
    if share < MOSTLY:
        return f"{said} No corpus holds most of them."
    return (
        f"{said} Most are of {name}; that the playlist looks like {name} is to be expected, "
        "and no finding."
    )


def farthest_in_words(medians: pd.DataFrame, pair: Sequence[str], n_tracks: int) -> str:
    """The feature in which a playlist is farthest from what is usual in the target corpus.

    Parameters
    ----------
    medians : DataFrame
        Median percentiles, one row a feature, one column a corpus.
    pair : sequence of str
    n_tracks : int

    Returns
    -------
    str

    Notes
    -----
    Notebook: 11_your_playlist
    """
    target, reference = pair
    most = (medians[target] - 50).abs().idxmax()
    return (
        f"Of the audio features {most} is the one farthest from what is usual in {target}: the "
        f"playlist's median lies at percentile {medians.at[most, target]:.0f} of {target} and at "
        f"percentile {medians.at[most, reference]:.0f} of {reference} "
        f"({counted(n_tracks, 'track')})."
    )


def mix_of_playlist_in_words(apart: pd.Series, n_listings: int) -> str:
    """How far the genre mix of a playlist is from each corpus, and to which it is nearer.

    Parameters
    ----------
    apart : Series
        Jensen-Shannon divergence by corpus (bits).
    n_listings : int

    Returns
    -------
    str

    Notes
    -----
    Notebook: 11_your_playlist
    """
    said = " and ".join(f"{bits:.2f} bits from {name}" for name, bits in apart.items())
    nearest = ""
    if len(apart) > 1:
        gap = apart.max() - apart.min()
        nearest = f" It is nearer to {apart.idxmin()}, by {gap:.2f} bits."
    return (
        f"The playlist's mix of genres is {said} (Jensen-Shannon divergence; {n_listings} "
        f"listings).{nearest}"
    )


def brier_in_words(standings: Standings) -> str:
    """How good the predictions of the ratio are, beside even odds.

    Parameters
    ----------
    standings : mapping of str to Standing

    Returns
    -------
    str

    Notes
    -----
    Notebook: 11_your_playlist
    """
    said = []
    for name, one in standings.items():
        better = 1 - 4 * one.brier
        word = "better" if better >= 0 else "worse"
        said.append(
            f"{one.brier:.3f} by {name} ({percent(abs(better))} {word} than even odds; "
            f"{counted(one.n_trained, 'track')})"
        )
    return f"The ratio's Brier score is {'; '.join(said)}."


def reliability_in_words(standings: Standings) -> str:
    """Where observed shares leave the predicted ones.

    Parameters
    ----------
    standings : mapping of str to Standing

    Returns
    -------
    str

    Notes
    -----
    Notebook: 11_your_playlist
    """
    said = []
    for name, one in standings.items():
        bins = one.bins
        off = bins["predicted"].between(bins["ci_low"], bins["ci_high"]).eq(False)
        if not off.any():
            all_of_them = by_number(len(bins), "the one dot", f"all {len(bins)} dots")
            said.append(f"by {name} the intervals of {all_of_them} reach the line")
            continue
        gaps = (bins["observed"] - bins["predicted"]).abs()
        worst = bins.loc[gaps[off].idxmax()]
        said.append(
            f"by {name} the intervals of {off.sum()} of {len(bins)} dots do not reach the line, and "
            f"the farthest of these is predicted at {worst['predicted']:.2f} and observed at "
            f"{worst['observed']:.2f}"
        )
    sentence = "; ".join(said)
    return f"{sentence[:1].upper()}{sentence[1:]}."


def ratio_in_words(standings: Standings, pair: Sequence[str]) -> str:
    """How much more common a playlist's tracks are in one corpus, and what each set can tell.

    Parameters
    ----------
    standings : mapping of str to Standing
    pair : sequence of str

    Returns
    -------
    str

    Notes
    -----
    Notebook: 11_your_playlist
    """
    target, reference = pair
    times, verdicts = [], []
    for name, one in standings.items():
        mean, low, high = np.exp([one.mean, one.ci_low, one.ci_high])
        times.append(f"{mean:.2f} times by {name} (interval {low:.2f} to {high:.2f})")
        verdicts.append(f"by {name} {_leaning(one, pair)}")
    return (
        f"On average (geometric mean) a track of the playlist is this many times as common in {target} "
        f"as in {reference}: {'; '.join(times)}. So {' and '.join(verdicts)}."
    )


def _leaning(one: Judged, pair: Sequence[str]) -> str:
    """Which corpus a playlist is more like, if the interval says so."""
    if one.ci_low > 0:
        return f"it is more like {pair[0]}"
    if one.ci_high < 0:
        return f"it is more like {pair[1]}"
    return "it is not shown to be more like either"


def standing_in_words(standings: Standings, pair: Sequence[str]) -> str:
    """How many lists of the target, and how many draws from the reference, have a smaller mean.

    Parameters
    ----------
    standings : mapping of str to Standing
    pair : sequence of str

    Returns
    -------
    str

    Notes
    -----
    Notebook: 11_your_playlist
    """
    said = []
    for name, one in standings.items():
        lists = f"{percent(one.share_of_lists_below)} of the lists of {pair[0]}"
        if pd.isna(one.share_of_lists_below):
            lists = f"a share of the lists of {pair[0]} that is not given, since they are too few,"
        draws = percent(one.draws_below / len(one.draws))
        said.append(f"that of {lists} and of {draws} of the draws from {pair[1]} by {name}")
    return f"The playlist's mean is higher than {'; '.join(said)}."
