"""What chapter 07 shows of the network: sounds made from formulas, and what is computed of them."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass

import numpy as np
import pandas as pd
from scipy.spatial.distance import pdist, squareform

from helpers.embeddings import openl3, weights

SECONDS = 2
# The study's step from one window to the next, in seconds.
STUDY_HOP = 0.1
# The largest error of a hop that this project recommends, by the distance of sounds.
ACCEPTED = 0.1
AVERAGED = "averaged picture"
Describe = Callable[[np.ndarray, float], np.ndarray]


def hop_or_study(hop: float | None) -> float:
    """The hop that was asked for, in seconds; the study's where none was.

    Parameters
    ----------
    hop : float or None
        Seconds.

    Returns
    -------
    float
        Seconds.

    Notes
    -----
    Notebook: 07_audio_embeddings
    """
    return STUDY_HOP if hop is None else hop


def times() -> np.ndarray:
    """Times of the samples of one sound, in seconds.

    Returns
    -------
    ndarray, shape (96000,)
    """
    return np.arange(SECONDS * openl3.RATE) / openl3.RATE


def tone(hertz: float | np.ndarray) -> np.ndarray:
    """A tone with six overtones, each weaker by the square of its number.

    Parameters
    ----------
    hertz : float or ndarray
        Its pitch, or its pitch at each of `times`.

    Returns
    -------
    ndarray
        Shape of `times`.
    """
    phase = 2 * np.pi * np.cumsum(np.broadcast_to(hertz, times().shape)) / openl3.RATE
    return np.sum([np.sin(k * phase) / k**2 for k in range(1, 7)], axis=0)


def sounds(seed: int) -> dict[str, np.ndarray]:
    """A chord that rings, a loop of drums, noise, and a glissando, each two seconds.

    Parameters
    ----------
    seed : int
        Of the noise.

    Returns
    -------
    dict of str to ndarray
        Samples at 48 kHz, at half of full scale.

    Notes
    -----
    Notebook: 07_audio_embeddings
    """
    t = times()
    noise = np.random.default_rng(seed).standard_normal(t.size)
    beat = t % 0.5
    kick = np.sin(2 * np.pi * (50 * beat - 2 * np.exp(-30 * beat)))
    snare = noise * np.exp(-60 * ((t - 0.25) % 0.5)) / 3
    major = 220 * 2 ** (np.array([0, 4, 7, 12]) / 12)
    made = {
        "chord": np.sum([tone(hertz) for hertz in major], axis=0) * np.exp(-t),
        "drums": kick * np.exp(-20 * beat) + snare,
        "noise": noise,
        "glissando": tone(200 * 2 ** (2 * t)),
    }
    return {name: 0.5 * sound / np.abs(sound).max() for name, sound in made.items()}


def in_either_order(clips: Mapping[str, np.ndarray], first: str, second: str) -> dict:
    """Two pieces made of the same two sounds, one after the other.

    Parameters
    ----------
    clips : mapping of str to ndarray
        From `sounds`.
    first, second : str

    Returns
    -------
    dict of str to ndarray
        Named "chord, then drums" and the other way round; twice as long as a sound.
    """
    return {
        f"{first}, then {second}": np.concatenate([clips[first], clips[second]]),
        f"{second}, then {first}": np.concatenate([clips[second], clips[first]]),
    }


def pictures(clips: Mapping[str, np.ndarray]) -> np.ndarray:
    """Log-mel spectrograms of the first second of each sound; shape (sounds, bands, pieces), dB.

    Parameters
    ----------
    clips : mapping of str to ndarray
        Samples at 48 kHz, a second at least.

    Returns
    -------
    ndarray, shape (sounds, bands, pieces)
        dB below the loudest point of each.

    Notes
    -----
    Notebook: 07_audio_embeddings
    """
    return openl3.log_mel([clip[: openl3.RATE] for clip in clips.values()])[:, 0]


def picture_facts(shown: np.ndarray) -> pd.Series:
    """How a log-mel picture is made: lengths of pieces, mel bands and their widths, the floor.

    Parameters
    ----------
    shown : ndarray
        From `pictures`.

    Returns
    -------
    Series of str
        Samples, pieces, their lengths (ms), bands and their widths (Hz), the floor (dB).
    """
    edges = openl3.mel_edges()
    bands, pieces = shown.shape[1:]
    return pd.Series(
        {
            "samples in a second": f"{openl3.RATE:,}",
            "pieces in a second": f"{pieces}",
            "length of a piece": f"{1000 * openl3.FRAME / openl3.RATE:.0f} ms",
            "from one piece to the next": f"{1000 * openl3.STRIDE / openl3.RATE:.1f} ms",
            "mel bands": f"{bands}",
            "width of the lowest band": f"{edges[2] - edges[0]:.0f} Hz",
            "width of the highest band": f"{edges[-1] - edges[-3]:,.0f} Hz",
            "floor": f"{shown.min():.0f} dB",
        }
    )


def volume_in_words(clip: np.ndarray) -> str:
    """What the picture of a sound's first second makes of less volume, and of silence.

    Parameters
    ----------
    clip : ndarray
        Samples at 48 kHz, a second at least.

    Returns
    -------
    str
        A sentence with changes in dB.
    """
    second = clip[: openl3.RATE]
    loud, quiet, silent = openl3.log_mel([second, second / 100, np.zeros_like(second)])[:, 0]
    change = np.abs(quiet - loud)
    return (
        f"At a hundredth of its amplitude the picture of the chord changes by "
        f"{change.mean():.3f} dB on average (by {change.max():.1f} dB at most, near the floor); "
        f"silence is a picture that is {silent.min():.0f} dB everywhere, the brightest value there is."
    )


def count_windows(seconds: float, hop: float) -> int:
    """Number of one-second windows of a sound, each of which is one run of the network.

    Parameters
    ----------
    seconds, hop : float
        Length of the sound, and the step from one window to the next.

    Returns
    -------
    int

    Notes
    -----
    Notebook: 07_audio_embeddings
    """
    silence = np.zeros(int(seconds * openl3.RATE))
    return sum(1 for _ in openl3.windows([silence], hop))


def cost_of_hops(hop: float, seconds: float = 30) -> pd.DataFrame:
    """Windows of a sound at a hop, and at two, five and ten times that hop.

    Parameters
    ----------
    hop : float
        The smallest, in seconds.
    seconds : float
        Length of the sound.

    Returns
    -------
    DataFrame
        Indexed by hop (s): windows, and their share of the first row's.
    """
    hops = [hop * times for times in (1, 2, 5, 10)]
    cost = pd.DataFrame({"windows": [count_windows(seconds, step) for step in hops]}, hops)
    cost["share of the first"] = cost["windows"] / cost["windows"].iloc[0]
    return cost.rename_axis("hop (s)")


def receptive_fields(bands: int, pieces: int) -> pd.DataFrame:
    """Layers of the network, and how much of the picture one answer of each depends on.

    Parameters
    ----------
    bands, pieces : int
        Shape of the picture.

    Returns
    -------
    DataFrame
        One row a layer: layer, filters, weights, bands and pieces (the shape of its answers),
        field (points of the picture, each way) and ms (the field in time).

    Notes
    -----
    Notebook: 07_audio_embeddings
    """
    rows = []
    size, inputs, field, step = np.array([bands, pieces]), 1, 1, 1
    for layer in openl3.NETWORK:
        if layer == "pool":
            field, step, size = field + step, 2 * step, size // 2
            row = {"layer": "pooling", "filters": inputs, "weights": 0}
        else:
            filters = int(layer)
            field += 2 * step
            weights = filters * (9 * inputs + 1)
            row = {"layer": "convolution", "filters": filters, "weights": weights}
            inputs = filters
        ms = 1000 * ((field - 1) * openl3.STRIDE + openl3.FRAME) / openl3.RATE
        rows.append({**row, "bands": size[0], "pieces": size[1], "field": field, "ms": ms})
    return pd.DataFrame(rows, range(1, len(rows) + 1))


def reach_in_words(layers: pd.DataFrame, bands: int) -> str:
    """How much sound and which pitches one answer of the last layer depends on.

    Parameters
    ----------
    layers : DataFrame
        From `receptive_fields`.
    bands : int
        Mel bands of the picture.

    Returns
    -------
    str
        A sentence with ms and Hz.
    """
    last = layers.iloc[-1]
    around = (bands + last["field"] * np.array([-1, 1])) // 2
    low, high = openl3.mel_edges()[around.astype(int)]
    return (
        f"One answer of the last layer depends on {last['ms']:.0f} ms of sound and, in the middle "
        f"of the picture, on pitches from {low:,.0f} to {high:,.0f} Hz; the filters hold "
        f"{layers['weights'].sum():,} weights."
    )


def averaged_pictures(sound: np.ndarray, hop: float) -> np.ndarray:
    """The picture of each window, averaged over its time; shape (windows, bands), dB.

    Parameters
    ----------
    sound : ndarray
        Samples at 48 kHz.
    hop : float
        Seconds from one window to the next.

    Returns
    -------
    ndarray, shape (windows, bands)
        dB.
    """
    return np.array(
        [openl3.log_mel([window])[0, 0].mean(axis=1) for window in openl3.windows([sound], hop)]
    )


def descriptions() -> dict[str, Describe]:
    """Ways to describe a sound by frames: the averaged picture, and the network where it can run.

    Returns
    -------
    dict of str to callable
        From samples and hop (s) to frames, shape (windows, numbers). The network's name says
        whether its weights are the official ones.

    Notes
    -----
    Notebook: 07_audio_embeddings
    """
    ways: dict[str, Describe] = {AVERAGED: averaged_pictures}
    state = weights.state()
    if state == "absent":
        return ways
    model = weights.build_onnx(weights.read_weights(weights.unpacked()))

    def embed(sound: np.ndarray, hop: float) -> np.ndarray:
        return np.concatenate(list(openl3.embed_frames([sound], model, hop)))

    ways["OpenL3" if state == "official" else "NOT official weights"] = embed
    return ways


@dataclass
class Described:
    """Frames of sounds at one hop, by way and sound.

    Attributes
    ----------
    frames : dict of str to dict of str to ndarray
        Shape (windows, numbers) each.
    hop : float
        Seconds.
    """

    frames: dict[str, dict[str, np.ndarray]]
    hop: float

    def vectors(self, way: str, names: Iterable[str]) -> np.ndarray:
        """Mean over the windows of some sounds; shape (sounds, numbers).

        Parameters
        ----------
        way : str
        names : iterable of str
            Of the sounds.

        Returns
        -------
        ndarray, shape (sounds, numbers)
        """
        return np.array([self.frames[way][name].mean(axis=0) for name in names])

    def shapes(self, names: Iterable[str]) -> pd.DataFrame:
        """Frames and numbers of each sound, by way, in words.

        Parameters
        ----------
        names : iterable of str
            Of the sounds.

        Returns
        -------
        DataFrame of str
            One row a sound, one column a way.
        """
        kept = list(names)
        return pd.DataFrame(
            {
                way: ["{} frames of {} numbers".format(*frames[name].shape) for name in kept]
                for way, frames in self.frames.items()
            },
            kept,
        )


def describe(
    ways: Mapping[str, Describe], clips: Mapping[str, np.ndarray], hop: float
) -> Described:
    """Frames of each sound in each way.

    Parameters
    ----------
    ways : mapping of str to callable
        From `descriptions`.
    clips : mapping of str to ndarray
        Samples at 48 kHz.
    hop : float
        Seconds from one window to the next.

    Returns
    -------
    Described

    Notes
    -----
    Notebook: 07_audio_embeddings
    """
    frames = {
        way: {name: function(clip, hop) for name, clip in clips.items()}
        for way, function in ways.items()
    }
    return Described(frames, hop)


def distances(described: Described, names: Iterable[str]) -> pd.DataFrame:
    """Euclidean distances of some sounds' vectors, each way's divided by its mean distance.

    Parameters
    ----------
    described : Described
    names : iterable of str
        Of the sounds.

    Returns
    -------
    DataFrame
        Indexed by way and sound; a column a sound.

    Notes
    -----
    Notebook: 07_audio_embeddings
    """
    kept = list(names)
    tables = {}
    for way in described.frames:
        apart = pdist(described.vectors(way, kept))
        tables[way] = pd.DataFrame(squareform(apart / apart.mean()), kept, kept)
    return pd.concat(tables)


def order_lost(described: Described, parts: tuple[str, str], names: Iterable[str]) -> pd.DataFrame:
    """How far two pieces of the same parts lie apart, by the mean distance of the sounds.

    Parameters
    ----------
    described : Described
        Of the sounds and of the two pieces of `in_either_order`.
    parts : tuple of str
        The two sounds.
    names : iterable of str
        The sounds whose mean distance is the unit.

    Returns
    -------
    DataFrame
        A column a way.
    """
    first, second = parts
    pieces = [f"{first}, then {second}", f"{second}, then {first}"]
    rows = {}
    for way, frames in described.frames.items():
        unit = pdist(described.vectors(way, names)).mean()
        apart = pdist(described.vectors(way, parts))[0]
        one, other = described.vectors(way, pieces)
        backwards = frames[pieces[0]][::-1].mean(axis=0)
        rows[way] = {
            f"{first} and {second} themselves": apart / unit,
            "the two pieces": np.linalg.norm(one - other) / unit,
            "one piece, its frames backwards": np.linalg.norm(one - backwards) / unit,
        }
    return pd.DataFrame(rows)


def errors_of_hops(
    ways: Mapping[str, Describe],
    clips: Mapping[str, np.ndarray],
    hops: Iterable[float],
    names: Iterable[str],
) -> pd.DataFrame:
    """How far vectors move with a larger hop, by the mean distance of the sounds.

    Parameters
    ----------
    ways : mapping of str to callable
        From `descriptions`.
    clips : mapping of str to ndarray
        Samples at 48 kHz, of which the error is the mean.
    hops : iterable of float
        Seconds; the smallest is what the others are held against.
    names : iterable of str
        The sounds whose mean distance is the unit.

    Returns
    -------
    DataFrame
        Indexed by hop (s); a column a way.

    Notes
    -----
    Notebook: 07_audio_embeddings
    """
    at = {hop: describe(ways, clips, hop) for hop in hops}
    smallest = min(at)
    errors = pd.DataFrame(index=pd.Index(list(at), name="hop (s)"))
    for way in ways:
        exact = at[smallest].vectors(way, clips)
        unit = pdist(at[smallest].vectors(way, names)).mean()
        errors[way] = [
            np.linalg.norm(found.vectors(way, clips) - exact, axis=1).mean() / unit
            for found in at.values()
        ]
    return errors


def weights_in_words() -> str:
    """Whether the network's weights are on this machine, and where they come from; Markdown.

    Returns
    -------
    str
    """
    entry, state = weights.files().loc["weights"], weights.state()
    told = (
        "**The weights on this machine are not the official ones.** What this page computes with "
        "them shows that the program runs; it is no OpenL3 embedding."
    )
    if state == "absent":
        told = (
            "**The weights are not on this machine.** This page goes as far as the network's input "
            "and its layers, and shows no embedding. `python -m helpers weights` fetches them; "
            "the next build then shows the rest."
        )
    if state == "official":
        told = (
            "**The official weights are on this machine**, verified by their git blob id "
            f"`{entry['blob']}`."
        )
    home = f"[{entry['repository']}](https://github.com/{entry['repository']})"
    return (
        f"{told}\n\nSource of the weights: `{entry['path']}` on branch `{entry['commit']}` of "
        f"{home}, by its authors, licence {entry['licence']}. No part of them is included in this book."
    )


def mark() -> str:
    """The word across figures of a network whose weights are not the official ones.

    Returns
    -------
    str
        Empty where they are official, or absent.
    """
    return "" if weights.state() in ("absent", "official") else "not official"


def proof_in_words() -> str:
    """How near this machine comes to the vectors that OpenL3's authors computed of their chirp.

    Returns
    -------
    str
        Distances from `weights.golden_test`, or why there are none.
    """
    kept = [weights.kept(name) for name in ("chirp", "chirp_vectors")]
    if weights.state() != "official" or not all(path.is_file() for path in kept):
        return "Not done in this build: it needs what `python -m helpers weights` fetches."
    model = weights.build_onnx(weights.read_weights(weights.unpacked()))
    whole, worst = weights.golden_test(model, *kept)
    return f"1 - cosine: {whole:.1e} for the whole sound, {worst:.1e} in the worst frame."
