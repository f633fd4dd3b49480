"""What chapter 07 shows of musicnn: the tags and the embedding that it gives to sounds made from formulas.

The network runs where its weights are at hand. Elsewhere a table that the book brings stands in:
`benchmarks/musicnn_sounds.py` wrote it with the same code.
"""

from collections.abc import Mapping
from itertools import combinations
from pathlib import Path

import numpy as np
import pandas as pd

from helpers import trace
from helpers.embeddings import demonstration, musicnn, musicnn_weights, openl3
from helpers.project import DIMENSIONS, ROOT, ProjectError, shown
from helpers.readers.audio import resampled

# musicnn hears three seconds at once and the sounds last two: three times over they are two patches.
TIMES = 3
OUTPUTS = [*musicnn.TAGS, *musicnn.DIMENSIONS]
FETCH = "`python -m helpers weights musicnn` fetches them"


def table_path(seed: int) -> Path:
    """Where the table of the sounds of a seed lies, which the book brings for its own seed.

    Parameters
    ----------
    seed : int
        As in `demonstration.sounds`.

    Returns
    -------
    Path
    """
    path = ROOT / "data" / "musicnn" / f"sounds_{seed}.csv"
    # A page says so where it is absent.
    trace.file(path)
    return path


def can_be_heard(seed: int) -> bool:
    """Whether the weights are at hand, or else a table of the sounds of a seed.

    Parameters
    ----------
    seed : int
        As in `demonstration.sounds`.

    Returns
    -------
    bool
    """
    return musicnn_weights.kept().is_file() or table_path(seed).is_file()


def computed(clips: Mapping[str, np.ndarray]) -> pd.DataFrame:
    """Tags and embedding of each sound by the network itself: the mean over its patches.

    Parameters
    ----------
    clips : mapping of str to ndarray
        Samples at 48 kHz. Each is repeated `TIMES` times, since musicnn takes no sound below 2.976 s.

    Returns
    -------
    DataFrame
        Index: `OUTPUTS`; a column a sound.

    Raises
    ------
    ProjectError
        Without weights.

    Notes
    -----
    Notebook: 07_audio_embeddings
    """
    model = musicnn_weights.build_onnx(musicnn_weights.read_weights())
    columns = {}
    for name, clip in clips.items():
        blocks = resampled([(np.tile(clip, TIMES), openl3.RATE)], musicnn.RATE)
        patches = [
            np.concatenate([tags, embedding]) for embedding, tags in musicnn.hear(blocks, model)
        ]
        columns[name] = np.mean(patches, axis=0, dtype=float)
    return pd.DataFrame(columns, OUTPUTS).rename_axis("output")


def heard(clips: Mapping[str, np.ndarray], seed: int) -> pd.DataFrame:
    """Tags and embedding of each of the four sounds: computed where the weights are, else as brought.

    Parameters
    ----------
    clips : mapping of str to ndarray
        From `demonstration.sounds`.
    seed : int
        Of the sounds.

    Returns
    -------
    DataFrame
        Index: `OUTPUTS`; a column a sound.

    Raises
    ------
    ProjectError
        With neither weights nor a table of this seed.

    Notes
    -----
    Notebook: 07_audio_embeddings
    """
    if musicnn_weights.kept().is_file():
        return computed(clips)
    path = table_path(seed)
    if not path.is_file():
        raise ProjectError(
            f"{shown(path)}: the book brings no table of musicnn for the seed {seed}, and its weights "
            f"are not on this machine; {FETCH}."
        )
    return pd.read_csv(path, index_col="output")


def origin_in_words(seed: int) -> str:
    """Whether this build computed the numbers, or shows those that the book brings; Markdown.

    Parameters
    ----------
    seed : int
        Of the sounds.

    Returns
    -------
    str
    """
    home = (
        f"The weights are those of the package `{musicnn_weights.REQUIREMENT}` "
        f"(licence: {musicnn_weights.LICENCE})."
    )
    if musicnn_weights.kept().is_file():
        return f"**This build computed what follows with the real network.** {home}"
    return (
        "**The weights of musicnn are not on this machine, so what follows was computed with the real "
        f"network beforehand** and is read from `{shown(table_path(seed))}`. {home} {FETCH}; the next "
        "build then computes the numbers itself."
    )


def tags(outputs: pd.DataFrame) -> pd.DataFrame:
    """The scores of the fifty tags, 0 to 1.

    Parameters
    ----------
    outputs : DataFrame
        From `heard`.

    Returns
    -------
    DataFrame
        One row a tag, one column a sound.
    """
    return outputs.loc[list(musicnn.TAGS)]


def embeddings(outputs: pd.DataFrame) -> pd.DataFrame:
    """The 200 numbers of the embedding.

    Parameters
    ----------
    outputs : DataFrame
        From `heard`.

    Returns
    -------
    DataFrame
        One row a number, one column a sound.
    """
    return outputs.loc[musicnn.DIMENSIONS]


def networks() -> pd.DataFrame:
    """The two networks side by side: what they were trained for, and what their numbers mean.

    Returns
    -------
    DataFrame of str
        One column a network.
    """
    return pd.DataFrame(
        {
            "OpenL3, the study's": [
                "tell whether a sound and a picture come from the same video",
                "videos of music without any label",
                f"{openl3.RATE / 1000:.0f} kHz, 1 second at once",
                "discarded",
                f"{len(DIMENSIONS)}, without names",
            ],
            "musicnn": [
                f"predict {len(musicnn.TAGS)} tags that listeners gave to songs, genre names among them",
                "about 200,000 songs of the Million Song Dataset",
                f"{musicnn.RATE / 1000:.0f} kHz, {musicnn.HOP:.0f} seconds at once",
                "kept",
                f"{len(musicnn.DIMENSIONS)}, without names, and a score for each tag",
            ],
        },
        ["was trained to", "on", "hears", "volume", "numbers of a track"],
    )


def by_pair(described: demonstration.Described, outputs: pd.DataFrame) -> pd.DataFrame:
    """Distances of each two sounds by every description and by musicnn.

    Parameters
    ----------
    described : Described
        Of the same sounds, from `demonstration.describe`.
    outputs : DataFrame
        From `heard`.

    Returns
    -------
    DataFrame
        One row a pair of sounds, one column a description, musicnn last; each divided by its mean
        distance.

    Notes
    -----
    Notebook: 07_audio_embeddings
    """
    names = list(outputs)
    vectors = {name: embeddings(outputs)[name].to_numpy()[None] for name in names}
    ways = described.frames | {"musicnn": vectors}
    square = demonstration.distances(demonstration.Described(ways, musicnn.HOP), names)
    pairs = list(combinations(names, 2))
    columns = {way: [square.loc[(way, one), other] for one, other in pairs] for way in ways}
    return pd.DataFrame(columns, [f"{one} and {other}" for one, other in pairs])
