"""Made files of the size and layout of the two that the profile `sleep` downloads.

`python tests/make_sleep.py FOLDER [DIVISOR]` writes a mirror, a registry and a profile `made.yaml` into FOLDER; every
corpus has the published number of rows and of tracks a genre, divided by DIVISOR (but at least one).
"""

import json
import sys
from pathlib import Path

import numpy as np
import pandas as pd
import yaml

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from helpers import (  # noqa: E402
    downloads,  # noqa: E402
    ledger,
    profiles,
    project,
)

REPOSITORY = "RebeccaJaneScarratt/Study-Sleep-Analyses"
FILES = {
    "SLEEP": "SPD_unique_withClusters_and_reducedGenre.csv",
    "STUDY": "SSM_unique_withClusters_and_reducedGenre.csv",
}
# Names that are, contain and do not contain a main genre, one with an apostrophe.
NAMES = {
    "Pop": ["pop", "dance pop"],
    "Rock": ["rock", "glam rock"],
    "Jazz": ["jazz"],
    "Classical": ["classical", "piano cover"],
    "New age": ["new age", "sleep", "children's lullaby"],
    "Hip Hop": ["hip hop", "rap"],
}


def corpus(name, divisor, claims, rng):
    """One corpus: published genre counts and, in expectation, published moments."""
    counts = claims[claims.index.str.startswith(f"genres.count.{name}.")]
    counts = (
        (counts.set_axis(counts.index.str.split(".").str[-1]) // divisor).clip(lower=1).astype(int)
    )
    genre = rng.permutation(np.repeat(counts.index.to_numpy(), counts))
    n = len(genre)
    values = {}
    for feature, (low, high) in project.FEATURE_RANGES.items():
        mean, sd = (claims[f"features.{stat}.{name}.{feature}"] for stat in ("mean", "sd"))
        if (low, high) == (0, 1):
            spread = mean * (1 - mean) / sd**2 - 1
            values[feature] = rng.beta(mean * spread, (1 - mean) * spread, n).round(3)
        else:
            values[feature] = rng.normal(mean, sd, n).clip(low, high).round(3)
    said = {
        g: str([g]) if g in ("pop", "rock", "jazz") else str([f"{g} beats", "children's lullaby"])
        for g in counts.index
    }
    return pd.DataFrame(
        {
            "Unnamed: 0": np.arange(n),
            "TrackID": [f"{name.lower()}{k:018d}" for k in range(n)],
            "playlistID": [f"list{k // 40:06d}" for k in range(n)],
            "Genres": pd.Series(genre).map({**said, "unknown": "unknown"}),
            **values,
            "key": rng.integers(0, 12, n),
            "mode": rng.integers(0, 2, n),
            "duration_ms": rng.integers(60_000, 400_000, n),
            "clusterID": rng.integers(1, 4, n),
            "reducedGenre": genre,
        }
    )


def make(folder, divisor=1, seed=1):
    """Write mirror, registry and profile; returns the path of the profile."""
    folder, rng = Path(folder).resolve(), np.random.default_rng(seed)
    claims = ledger.published(profiles.load_profile("sleep"))["value"]
    rows = ["name,repository,commit,path,blob,size,licence,profile,needed"]

    def enter(name, repository, path, needed):
        blob = downloads.blob_id(folder / "mirror" / repository / path)
        rows.append(f"{name},{repository},{'c0ffee' * 6}cafe,{path},{blob},,made,sleep,{needed}")

    home = folder / "mirror" / REPOSITORY
    home.mkdir(parents=True, exist_ok=True)
    for name, file in FILES.items():
        corpus(name, divisor, claims, rng).to_csv(home / file)
        enter(f"{name.lower()}_tracks", REPOSITORY, file, "tracks")
    (folder / "mirror" / "me" / "mine").mkdir(parents=True, exist_ok=True)
    (folder / "mirror" / "me" / "mine" / "names.json").write_text(json.dumps(NAMES))
    enter("chosic_genres", "me/mine", "names.json", "genre table")
    (folder / "registry.csv").write_text("\n".join(rows) + "\n")
    profile = yaml.safe_load((profiles.PROFILES / "sleep.yaml").read_text(encoding="utf-8"))
    profile["title"] = "Made files in the layout of the sleep study"
    profile["settings"] = {"registry": str(folder / "registry.csv")}
    if divisor > 1:
        profile["settings"] |= {"n_bootstrap": 40, "n_permutations": 40}
    (folder / "made.yaml").write_text(yaml.safe_dump(profile, sort_keys=False))
    return folder / "made.yaml"


if __name__ == "__main__":
    print(make(sys.argv[1], *map(int, sys.argv[2:])))
