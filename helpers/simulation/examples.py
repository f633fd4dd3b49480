"""Make the lists and the features that data/profiles/own.example.yaml names: made, not real music.

    python -m helpers.simulation.examples           write data/examples
    python -m helpers.simulation.examples FOLDER    write them somewhere else

The same seed gives the same files, byte for byte, and a test compares them with the shipped ones.
No id has the form of one of Spotify's, so that `acquire` asks no service about made tracks.
"""

import sys
from pathlib import Path

import numpy as np
import pandas as pd

from helpers import project

SEED = 20261101
# Share of each main genre in each corpus.
MIXES = pd.DataFrame(
    {
        "quiet": {"Classical": 0.4, "Folk/Acoustic": 0.33, "Pop": 0.27},
        "lively": {"Pop": 0.4, "Electronic": 0.3, "Rock": 0.3},
        "mixed": {"Pop": 0.4, "Rock": 0.3, "Classical": 0.15, "Folk/Acoustic": 0.15},
    }
).fillna(0)
# Centre and spread of each feature, and how far a genre shifts it, in spreads: LOUD times SIGNS.
CENTRES = pd.DataFrame(
    {
        "danceability": (0.55, 0.12),
        "energy": (0.5, 0.15),
        "loudness": (-11, 3),
        "speechiness": (0.07, 0.03),
        "acousticness": (0.45, 0.2),
        "instrumentalness": (0.3, 0.2),
        "liveness": (0.17, 0.06),
        "valence": (0.45, 0.18),
        "tempo": (115, 20),
    },
    ["centre", "spread"],
)
LOUD = {"Classical": -1.5, "Folk/Acoustic": -0.6, "Pop": 0.6, "Rock": 1.1, "Electronic": 1.2}
SIGNS = pd.Series([1, 1, 1, 0.3, -1, -1, 0, 0.6, 0.4], CENTRES.columns)
SHARED = 15  # tracks of each of the others that the mixed list has too


def tracks(rng: np.random.Generator, corpus: str, size: int) -> pd.DataFrame:
    """A corpus: made ids, titles and artists, genres by its mix, years.

    Parameters
    ----------
    rng : numpy.random.Generator
    corpus : str
        A column of `MIXES`.
    size : int

    Returns
    -------
    DataFrame
        track_id, artist, title, genre, year.
    """
    genres = pd.Series(rng.choice(MIXES.index, size, p=MIXES[corpus]))
    numbers = rng.integers(1, 40, size)
    artists = [f"Made artist {genre} {n}" for genre, n in zip(genres, numbers, strict=True)]
    return pd.DataFrame(
        {
            "track_id": [f"made-{corpus}-{n:03d}" for n in range(size)],
            "artist": artists,
            "title": [f"Made track {corpus} {n:03d}" for n in range(size)],
            "genre": genres,
            "year": rng.integers(1970, 2026, size),
        }
    )


def features(rng: np.random.Generator, table: pd.DataFrame) -> pd.DataFrame:
    """Nine features a track, within Spotify's ranges, around what its genre suggests.

    Parameters
    ----------
    rng : numpy.random.Generator
    table : DataFrame
        Columns track_id and genre.

    Returns
    -------
    DataFrame
        track_id, source, the nine features.
    """
    noise = rng.normal(size=(len(table), len(SIGNS)))
    shift = np.outer(table["genre"].map(LOUD), SIGNS) + noise
    values = CENTRES.loc["centre"].to_numpy() + shift * CENTRES.loc["spread"].to_numpy()
    low = [project.FEATURE_RANGES[name][0] for name in project.FEATURES]
    high = [project.FEATURE_RANGES[name][1] for name in project.FEATURES]
    found = pd.DataFrame(np.clip(values, low, high), columns=project.FEATURES).round(3)
    ids = table["track_id"].reset_index(drop=True)
    return pd.concat([ids, found], axis=1).assign(source="made")


def _exported(rng: np.random.Generator, table: pd.DataFrame) -> pd.DataFrame:
    """A corpus as Exportify writes it."""
    return pd.DataFrame(
        {
            "Track URI": "spotify:track:" + table["track_id"],
            "Track Name": table["title"],
            "Artist Name(s)": table["artist"],
            "Album Name": "Made album",
            "Release Date": table["year"].astype(str) + "-01-01",
            "Duration (ms)": rng.integers(120_000, 360_000, len(table)),
            "Genre": table["genre"],
        }
    )


def files() -> dict[str, str]:
    """The text of each file, by its name.

    Returns
    -------
    dict of str to str
    """
    rng = np.random.default_rng(SEED)
    quiet = tracks(rng, "quiet", 115)
    lively = tracks(rng, "lively", 110)
    mixed = tracks(rng, "mixed", 90)
    every = pd.concat([quiet, lively, mixed])
    mixed = pd.concat([mixed, quiet[:SHARED], lively[:SHARED]]).sample(frac=1, random_state=SEED)
    plain = ["track_id", "artist", "title", "genre"]
    exported = _exported(rng, lively)
    # A few tracks have no features, as in life.
    measured = features(rng, every).drop(index=[3, 70, 150, 250])
    tables = {
        "quiet_first.csv": quiet[:60][plain],
        "quiet_second.csv": quiet[60:][plain],
        "lively_exported.csv": exported,
        "mixed.csv": mixed[[*plain, "year"]],
        "features.csv": measured,
    }
    return {name: table.to_csv(index=False, lineterminator="\n") for name, table in tables.items()}


def main(folder: Path = project.ROOT / "data" / "examples") -> None:
    """Write the files.

    Parameters
    ----------
    folder : Path
    """
    for name, text in files().items():
        project.write_atomic(folder / name, text)
        rows = text.count("\n") - 1
        print(f"{name}: {rows} rows, {len(text) / 1000:.0f} kB")


if __name__ == "__main__":
    main(*map(Path, sys.argv[1:]))
