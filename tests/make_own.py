"""Made lists, tables and sounds for profiles whose corpora are the user's own; no track of them exists.

`python tests/make_own.py FOLDER` writes every profile of `PROFILES` and one of audio folders, with what they name, into
FOLDER and prints their paths.
"""

import sys
from pathlib import Path

import numpy as np
import pandas as pd
import soundfile
import yaml

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from benchmarks.embed_clips import encode, random_weights, track  # noqa: E402
from helpers import project  # noqa: E402

COLOURS = ["#0072B2", "#D55E00", "#009E73", "#CC79A7"]
SETTINGS = {
    "n_bootstrap": 40,
    "n_permutations": 40,
    "n_label_permutations": 20,
    "n_map_seeds": 2,
    "map_rows": 400,
}
# What breaks a page, a formula or a chart where it is not escaped.
HOSTILE = [
    "<script>document.title='owned'</script>",
    "</script><img src=x onerror=alert(1)>",
    "A$AP & $\\frac{$",
    'Made "up", {x}',
    "**not bold** [link](javascript:alert(1))",
    "=1+1",
]
GENRES = ["Pop", "Rock", "Jazz", "Ambient", "Dub & <b>$Bass$</b>"]

# Corpora of each profile: name, rows, whether they have genres, number of lists; the first two are compared.
PROFILES = {
    "three": (
        [("QUIET", 90, True, 3), ("LIVELY", 240, True, 1), ("MIXED", 60, False, 1)],
        ("features", "embeddings"),
    ),
    "bare": ([("MINE", 15, False, 1), ("YOURS", 30, True, 1)], ()),
    "nothing": ([("MINE", 15, False, 1), ("YOURS", 20, False, 1)], ()),
    "tiny": ([("MINE", 15, True, 1), ("YOURS", 18, True, 1)], ("features", "embeddings")),
    "nogenre": ([("MINE", 60, False, 2), ("YOURS", 80, False, 2)], ("features", "embeddings")),
    "onlyfeatures": (
        [
            ("MINE", 120, True, 1),
            ("YOURS", 120, True, 1),
            ("OURS", 100, True, 1),
            ("THEIRS", 90, False, 1),
        ],
        ("features",),
    ),
    "sets": (
        [("QUIET", 150, True, 14), ("LIVELY", 240, True, 1)],
        ("descriptors", "network", "half"),
    ),
    "oneset": ([("MINE", 120, True, 1), ("YOURS", 120, True, 2)], ("network",)),
    "onlyembeddings": ([("MINE", 120, True, 1), ("YOURS", 120, True, 2)], ("embeddings",)),
}


def corpus(name, rows, genres, rng):
    """One corpus: made titles and artists, some of them hostile, and a few repeated rows."""
    ids = [f"{name[:4].lower()}{k:018d}" for k in range(rows)]
    table = pd.DataFrame(
        {
            "track_id": ids,
            "artist": [f"Made-up artist {k}" for k in rng.integers(0, max(rows // 2, 8), rows)],
            "title": [f"Made-up title {k} of {name}" for k in range(rows)],
        }
    )
    table.loc[: len(HOSTILE) - 1, "title"] = HOSTILE
    table.loc[1, "artist"] = HOSTILE[0]
    if genres:
        weight = np.roll([0.4, 0.25, 0.15, 0.12, 0.08], len(name))
        table["genre"] = rng.choice(GENRES, rows, p=weight)
    if rows > 50:
        table.loc[rows - 3 :, table.columns] = table.loc[:2].to_numpy()
    return table


def features(tracks, rng):
    """A table of audio features with differences between corpora and genres put in."""
    shift = tracks["corpus"].factorize()[0] * 0.1 + tracks["genre"].factorize()[0] * 0.05
    values = {}
    for name, (low, high) in project.FEATURE_RANGES.items():
        place = np.clip(rng.normal(0.4 + shift, 0.15), 0.02, 0.98)
        values[name] = (low + place * (high - low)).round(4)
    values["instrumentalness"] = np.where(
        rng.random(len(tracks)) < 0.9, 0.0, values["instrumentalness"]
    )
    return pd.DataFrame({"track_id": tracks["track_id"], **values, "source": "made"})


def embeddings(tracks, rng):
    """A table of embeddings as the command `embed` writes it."""
    centres = (
        rng.standard_normal((8, 512))[tracks["genre"].factorize()[0] + 1]
        + tracks["corpus"].factorize()[0][:, None] / 5
    )
    values = np.abs(centres + rng.standard_normal((len(tracks), 512))).astype("float32")
    table = pd.DataFrame(values, columns=project.DIMENSIONS).assign(source="made")
    table.insert(0, "track_id", tracks["track_id"].to_numpy())
    return table


def further_set(kind, tracks, rng):
    """A feature set of any number of columns, and what a profile says of it beside its table."""
    shift = tracks["corpus"].factorize()[0] * 0.5 + tracks["genre"].factorize()[0] * 0.3
    size = {"descriptors": 4, "network": 40, "half": 6}[kind]
    values = rng.standard_normal((len(tracks), size)) + shift[:, None] * rng.random(size)
    table = pd.DataFrame(values.round(4), columns=[f"{kind[:3]}{k}" for k in range(size)])
    table.insert(0, "track_id", tracks["track_id"].to_numpy())
    if kind == "half":
        return table[::2], {"kind": "interpretable"}
    if kind == "network":
        return table, {"scaling": "standardised"}
    names = ["beats", "brightness_hz", "loudness", "a$b<i>"]
    table = table.set_axis(["track_id", *names], axis=1)
    more = {"units": {"beats": "a minute"}, "ranges": {"brightness_hz": [-20, 20]}}
    return table, {"kind": "interpretable", **more}


def profile(folder, name, corpora, **more):
    """Write a profile whose first two corpora are compared; returns its path."""
    content = {
        "title": f"Made lists ({name}), not real music",
        "source": "own",
        "target": list(corpora)[0],
        "reference": list(corpora)[1],
        "corpora": {
            code: {"label": f"Made corpus {code}", "colour": colour, "tracks": lists}
            for (code, lists), colour in zip(corpora.items(), COLOURS, strict=False)
        },
        "settings": SETTINGS | {"show_tracks": name == "three"},
        **more,
    }
    path = Path(folder) / f"{name}.yaml"
    path.write_text(yaml.safe_dump(content, sort_keys=False))
    return path


def make(folder, name, seed=1, **more):
    """Write one of `PROFILES` and the lists and tables it names into a folder; returns its path."""
    folder, rng = Path(folder).resolve(), np.random.default_rng(seed)
    folder.mkdir(parents=True, exist_ok=True)
    (sizes, tables), lists, tracks = PROFILES[name], {}, []
    for code, rows, genres, parts in sizes:
        table = corpus(code, rows, genres, rng)
        lists[code] = [f"{name}_{code.lower()}_{k} & co.csv" for k in range(parts)]
        for file, place in zip(lists[code], np.array_split(np.arange(rows), parts), strict=True):
            table.iloc[place].to_csv(folder / file, index=False)
        tracks.append(table.assign(corpus=code))
    once = (
        pd.concat(tracks)
        .reindex(columns=["track_id", "corpus", "genre"])
        .drop_duplicates("track_id")
    )
    if "features" in tables:
        features(once, rng).to_csv(folder / f"{name}_features.csv", index=False)
        more["features"] = f"{name}_features.csv"
    if "embeddings" in tables:
        embeddings(once, rng).to_parquet(folder / f"{name}_embeddings.parquet", index=False)
        more["embeddings"] = f"{name}_embeddings.parquet"
    for kind in [one for one in tables if one not in ("features", "embeddings")]:
        values, said = further_set(kind, once, rng)
        file = f"{name}_{kind}.csv" if kind == "descriptors" else f"{name}_{kind}.parquet"
        if file.endswith(".csv"):
            values.to_csv(folder / file, index=False)
        else:
            values.to_parquet(folder / file, index=False)
        more.setdefault("feature_sets", {})[kind] = {"table": file, **said}
    return profile(folder, name, lists, **more)


def tag(path, **tags):
    """Set the tags of an audio file by copying its packets into a new one."""
    import av

    tagged = path.with_stem("tagged")
    with av.open(str(path)) as source, av.open(str(tagged), "w") as target:
        target.metadata.update(tags)
        stream = target.add_stream_from_template(source.streams.audio[0])
        for packet in source.demux(source.streams.audio[0]):
            if packet.dts is not None:
                packet.stream = stream
                target.mux(packet)
    tagged.replace(path)


def sounds(folder, seed=1):
    """Write a profile of two folders of ten sounds: one sound is cut short, one is silent, one is text."""
    folder, rng = Path(folder).resolve(), np.random.default_rng(seed)
    for k in range(20):
        code, suffix = ("soft", "hard")[k % 2], ("mp3", "flac", "m4a", "wav")[k // 2 % 4]
        path = folder / code / f"{code}{k:02d}.{suffix}"
        path.parent.mkdir(parents=True, exist_ok=True)
        sound = track(rng, 2.4) * (k != 5)
        encode(path, sound, 44_100) if suffix == "m4a" else soundfile.write(path, sound, 44_100)
        if suffix != "wav":
            tag(
                path,
                artist=f"Made-up artist {k // 3}",
                title=HOSTILE[k] if k < len(HOSTILE) else f"Made-up sound {k}",
                genre=GENRES[k // 4 % 2],
            )
    cut, text = folder / "soft" / "soft10.flac", folder / "hard" / "hard09.mp3"
    cut.write_bytes(cut.read_bytes()[: cut.stat().st_size // 2])
    text.write_text("This is not a sound.\n" * 40)
    weights = random_weights(folder / "random.h5")
    return profile(
        folder,
        "sounds",
        {"SOFT": "soft", "HARD": "hard"},
        acquire={"weights": weights.name, "hop": 1.0},
    )


if __name__ == "__main__":
    for made in [*(make(sys.argv[1], name) for name in PROFILES), sounds(sys.argv[1])]:
        print(made)
