"""Sounds as a page shows them: players, waveforms, log-mel pictures, frames and errors of hops."""

import base64
from collections.abc import Mapping, Sequence
from io import BytesIO

import numpy as np
import pandas as pd
import soundfile
import soxr
from IPython.display import HTML
from matplotlib.axes import Axes

from helpers.figures.style import FIRST, PARTS, SECOND

# A player holds a quarter of the samples, to keep the page small.
PLAYED = 4


def players(clips: Mapping[str, np.ndarray], rate: int) -> HTML:
    """Sounds to play, side by side.

    Parameters
    ----------
    clips : mapping of str to ndarray
        Samples, by the name that is shown.
    rate : int
        Samples a second.

    Returns
    -------
    HTML

    Notes
    -----
    Notebook: 07_audio_embeddings
    """
    made = []
    for name, clip in clips.items():
        slow = soxr.resample(clip, rate, rate // PLAYED)
        address = _as_address(slow, rate // PLAYED)
        made.append(
            f'<p><strong>{name}</strong><br><audio controls preload="metadata" '
            f'aria-label="{name}" src="{address}"></audio></p>'
        )
    inside = "".join(made)
    return HTML(f'<div style="display: flex; flex-wrap: wrap; gap: 0 2em">{inside}</div>')


def _as_address(clip: np.ndarray, rate: int) -> str:
    """A sound as the address of its own content: FLAC, which loses nothing and takes half."""
    held = BytesIO()
    soundfile.write(held, clip, rate, format="FLAC", subtype="PCM_16", compression_level=1.0)
    return f"data:audio/flac;base64,{base64.b64encode(held.getvalue()).decode()}"


def waveform(axes: Axes, clip: np.ndarray, rate: int, piece: int = 240) -> None:
    """Air pressure over time: the span of every few samples as a band.

    Parameters
    ----------
    axes : Axes
    clip : ndarray
        Samples; a multiple of `piece`.
    rate : int
        Samples a second.
    piece : int
        Samples drawn as one.
    """
    parts = clip.reshape(-1, piece)
    seconds = np.arange(len(parts)) * piece / rate
    axes.fill_between(seconds, parts.min(axis=1), parts.max(axis=1), color=PARTS[0], lw=0)


def waveforms(grid: Sequence[Axes], clips: Mapping[str, np.ndarray], rate: int) -> None:
    """One waveform a panel, below one another.

    Parameters
    ----------
    grid : sequence of Axes
    clips : mapping of str to ndarray
        Samples from -1 to 1.
    rate : int
        Samples a second.

    Notes
    -----
    Notebook: 07_audio_embeddings
    """
    for axes, (name, clip) in zip(grid, clips.items(), strict=True):
        waveform(axes, clip, rate)
        axes.set(title=name, ylabel="amplitude", ylim=(-0.6, 0.6))
    grid[-1].set_xlabel("time (s)")


def log_mel(axes: Axes, picture: np.ndarray, edges: np.ndarray, title: str) -> None:
    """One log-mel picture: time to the right (s), pitch upwards (Hz), brightness in dB.

    Parameters
    ----------
    axes : Axes
    picture : ndarray
        Shape (bands, pieces), dB from -80 to 0.
    edges : ndarray
        Edges of the mel bands, Hz.
    title : str

    Notes
    -----
    Notebook: 07_audio_embeddings
    """
    axes.imshow(
        picture,
        origin="lower",
        aspect="auto",
        cmap="magma",
        vmin=-80,
        vmax=0,
        extent=(0, 1, 0, len(picture)),
        interpolation="none",
    )
    hertz = [250, 1000, 4000, 16000]
    axes.set(
        title=title,
        xlabel="time (s)",
        yticks=np.searchsorted(edges, hertz),
        yticklabels=[f"{pitch:,} Hz" for pitch in hertz],
    )
    axes.grid(visible=False)


def log_mels(
    grid: np.ndarray, names: Sequence[str], pictures: np.ndarray, edges: np.ndarray
) -> None:
    """One log-mel picture a panel.

    Parameters
    ----------
    grid : ndarray of Axes
    names : sequence of str
        Titles.
    pictures : ndarray, shape (panels, bands, pieces)
        dB.
    edges : ndarray, shape (bands + 2,)
        Hz, as from `openl3.mel_edges`.

    Notes
    -----
    Notebook: 07_audio_embeddings
    """
    for axes, name, picture in zip(grid.flat, names, pictures, strict=True):
        log_mel(axes, picture, edges, name)
        axes.label_outer()


def window_ladder(axes: Axes, clip: np.ndarray, rate: int, starts: np.ndarray) -> None:
    """A waveform with one-second windows as bars above it, each a step higher.

    Parameters
    ----------
    axes : Axes
    clip : ndarray
    rate : int
    starts : ndarray
        Where each window begins, in seconds of the sound.

    Notes
    -----
    Notebook: 07_audio_embeddings
    """
    waveform(axes, clip, rate)
    height = 0.7 + 0.16 * np.arange(len(starts))
    axes.barh(height, 1, 0.1, left=starts, color=FIRST)
    axes.set(xlabel="time (s)", yticks=[], xlim=(-0.6, 2.6))


def receptive_frames(axes: Axes, picture: np.ndarray, fields: Sequence[float]) -> None:
    """Frames around the middle of a picture: what one answer of each layer depends on.

    Parameters
    ----------
    axes : Axes
        With a picture of `log_mel`.
    picture : ndarray
        Shape (bands, pieces).
    fields : sequence of float
        Side of each frame, in points of the picture.

    Notes
    -----
    Notebook: 07_audio_embeddings
    """
    bands, pieces = picture.shape
    x, y = np.array([-1, 1, 1, -1, -1]), np.array([-1, -1, 1, 1, -1])
    for side in fields:
        axes.plot(0.5 + side / pieces / 2 * x, bands / 2 + side / 2 * y, color="#56B4E9", lw=1)


def frames(grid: np.ndarray, found: Mapping[str, Mapping[str, np.ndarray]]) -> None:
    """Heat maps of frames: one column a frame, one line a number; a row of panels a description.

    Parameters
    ----------
    grid : ndarray of Axes
        Shape (descriptions, sounds).
    found : mapping of str to mapping of str to ndarray
        Frames by description and sound, shape (windows, numbers).

    Notes
    -----
    Notebook: 07_audio_embeddings
    """
    for row, (way, clips) in zip(grid, found.items(), strict=True):
        for axes, (name, values) in zip(row, clips.items(), strict=True):
            axes.imshow(
                values.T, origin="lower", aspect="auto", cmap="viridis", interpolation="none"
            )
            axes.set(title=name, xlabel="frame", yticks=[])
            axes.grid(visible=False)
        row[0].set_ylabel(way)


def tag_bars(grid: np.ndarray, tags: pd.DataFrame, most: int = 5) -> None:
    """The tags with the highest scores, as bars; a panel a sound.

    Parameters
    ----------
    grid : ndarray of Axes
    tags : DataFrame
        Scores from 0 to 1: one row a tag, one column a sound.
    most : int
        Tags of each.

    Notes
    -----
    Notebook: 07_audio_embeddings
    """
    for axes, (name, scores) in zip(grid.flat, tags.items(), strict=True):
        first = scores.nlargest(most)[::-1]
        axes.barh(first.index, first, color=FIRST, height=0.6)
        axes.set(title=name, xlim=(0, 1))
        axes.grid(visible=False, axis="y")
    for axes in grid[-1]:
        axes.set_xlabel("score, 0 to 1")


def embedding_rows(grid: Sequence[Axes], embeddings: pd.DataFrame) -> None:
    """Embeddings as bars of one colour each: a row of panels a sound, a column a number.

    Parameters
    ----------
    grid : sequence of Axes
    embeddings : DataFrame
        One row a number, one column a sound. All share one scale, even around zero.

    Notes
    -----
    Notebook: 07_audio_embeddings
    """
    reach = embeddings.abs().to_numpy().max()
    for axes, (name, numbers) in zip(grid, embeddings.items(), strict=True):
        axes.imshow(
            numbers.to_numpy()[None],
            aspect="auto",
            cmap="PuOr",
            vmin=-reach,
            vmax=reach,
            interpolation="none",
        )
        axes.set(title=name, yticks=[])
        axes.grid(visible=False)
        axes.label_outer()
    grid[-1].set_xlabel("number of the embedding")


def hop_errors(axes: Axes, errors: pd.DataFrame, accepted: float) -> None:
    """Error against the hop, a line a description; dashed: the largest error that is accepted.

    Parameters
    ----------
    axes : Axes
    errors : DataFrame
        Index: hop (s). One column a description, at most two.
    accepted : float

    Notes
    -----
    Notebook: 07_audio_embeddings
    """
    colours = [FIRST, SECOND][: errors.shape[1]]
    errors.plot(
        ax=axes,
        marker="o",
        color=colours,
        xlabel="hop (s)",
        ylabel="error, by the distance of sounds",
    )
    axes.axhline(accepted, color="0.6", ls="--", lw=1)


def order_in_words(lost: pd.DataFrame) -> str:
    """How little of the order of two sounds their descriptions keep, as a sentence.

    Parameters
    ----------
    lost : DataFrame
        Of `embeddings.demonstration.order_lost`: three rows of distances, one column a description.

    Returns
    -------
    str

    Notes
    -----
    Notebook: 07_audio_embeddings
    """
    apart, pieces = lost.iloc[0], lost.iloc[1]
    said = [f"{pieces[way]:.2f} against {apart[way]:.2f} by {_named(way)}" for way in lost]
    return (
        "Two pieces made of the same two sounds in either order lie much closer together than the "
        f"sounds themselves: {'; '.join(said)}, in units of the mean distance of the four sounds."
    )


def hops_in_words(errors: pd.DataFrame, accepted: float) -> str:
    """How large the error of the largest hop is, and which hops stay below what is accepted.

    Parameters
    ----------
    errors : DataFrame
        Of `embeddings.demonstration.errors_of_hops`.
    accepted : float

    Returns
    -------
    str

    Notes
    -----
    Notebook: 07_audio_embeddings
    """
    said = []
    for way in errors:
        below = errors.index[errors[way] <= accepted]
        said.append(
            f"by {_named(way)} the error is {errors[way].iloc[-1]:.2f} at a hop of {errors.index[-1]:g} s, "
            f"and stays within {accepted:g} up to {below.max():g} s"
        )
    sentence = "; ".join(said)
    return f"{sentence[0].upper()}{sentence[1:]}."


def _named(way: str) -> str:
    """A description as a sentence names it: a network by its name, anything else with an article."""
    return f"the {way}" if " " in way else way


def tags_in_words(tags: pd.DataFrame) -> str:
    """The first tag of each sound with its score, and how many scores reach one half.

    Parameters
    ----------
    tags : DataFrame
        Scores from 0 to 1: one row a tag, one column a sound.

    Returns
    -------
    str

    Notes
    -----
    Notebook: 07_audio_embeddings
    """
    first, scores = tags.idxmax(), tags.max()
    said = [f"*{first[name]}* for the {name} ({scores[name]:.2f})" for name in tags]
    above = int((tags >= 0.5).to_numpy().sum())
    return (
        f"The first tag of musicnn is {', '.join(said[:-1])} and {said[-1]}; of its {tags.size} "
        f"scores, {above} reached one half."
    )


def pairs_of_sounds_in_words(distances: pd.DataFrame) -> str:
    """Which two sounds are nearest and which farthest apart, by each description.

    Parameters
    ----------
    distances : DataFrame
        One row a pair of sounds, one column a description.

    Returns
    -------
    str

    Notes
    -----
    Notebook: 07_audio_embeddings
    """
    said = []
    for way, apart in distances.items():
        near, far = apart.idxmin(), apart.idxmax()
        said.append(
            f"by {_named(way)}, {near} are nearest ({apart[near]:.2f}) and {far} farthest apart "
            f"({apart[far]:.2f})"
        )
    sentence = "; ".join(said)
    return f"{sentence[0].upper()}{sentence[1:]}, in units of the mean distance."
