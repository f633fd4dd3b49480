"""The clustering of the study the plain way: umap-learn and scikit-learn called directly, pair by pair.

Slow and simple on purpose. The tests hold our results against it, the benchmark our time.

    python tests/reference_clustering.py
"""

import sys
from itertools import combinations
from pathlib import Path

import numpy as np
import pandas as pd
from sklearn.cluster import KMeans
from sklearn.metrics import (
    adjusted_mutual_info_score,
    adjusted_rand_score,
    normalized_mutual_info_score,
    silhouette_score,
)
from sklearn.preprocessing import StandardScaler

FEATURES = [
    "danceability",
    "energy",
    "loudness",
    "speechiness",
    "acousticness",
    "instrumentalness",
    "liveness",
    "valence",
    "tempo",
]


def corpora_of(tracks, features, embeddings):
    """Genres, standardised features and embeddings of each corpus; listings without either set left out of both."""
    listed = tracks.dropna(subset=["genre", "track_id"])
    features = features.dropna().set_index("track_id")[FEATURES]
    embeddings = embeddings.set_index("track_id").drop(columns="source")
    listed = listed[
        listed["track_id"].isin(features.index) & listed["track_id"].isin(embeddings.index)
    ]
    out = {}
    for corpus, rows in listed.groupby("corpus"):
        out[corpus] = (
            rows["genre"].to_numpy(str),
            {
                "audio_features": StandardScaler().fit_transform(
                    features.loc[rows["track_id"]].to_numpy()
                ),
                "embeddings": embeddings.loc[rows["track_id"]].to_numpy(),
            },
        )
    return out


def scores(points, genres, labels):
    return {
        "silhouette": silhouette_score(points, labels),
        "ari": adjusted_rand_score(genres, labels),
        "nmi": normalized_mutual_info_score(genres, labels),
        "ami": adjusted_mutual_info_score(genres, labels),
    }


def cluster(points, genres):
    """A table of the pairs, and the scores of all genres at once."""
    rows = []
    for first, second in combinations(sorted(set(genres)), 2):
        chosen = (genres == first) | (genres == second)
        labels = KMeans(n_clusters=2, random_state=42).fit_predict(points[chosen])
        rows.append(
            {"first": first, "second": second, **scores(points[chosen], genres[chosen], labels)}
        )
    labels = KMeans(n_clusters=len(set(genres)), random_state=42).fit_predict(points)
    return pd.DataFrame(rows), scores(points, genres, labels)


def permuted(points, genres, n, rng):
    """Scores of one clustering under n permutations of the labels."""
    labels = KMeans(n_clusters=2, random_state=42).fit_predict(points)
    shuffled = [rng.permutation(genres) for _ in range(n)]
    return np.array(
        [
            [
                adjusted_rand_score(g, labels),
                normalized_mutual_info_score(g, labels),
                adjusted_mutual_info_score(g, labels),
            ]
            for g in shuffled
        ]
    )


def run(tracks, features, embeddings, wanted=None):
    """Maps, pair tables and scores at once, by corpus and feature set; of the keys `wanted` alone."""
    import umap

    maps, pairs, whole = {}, {}, {}
    for corpus, (genres, sets) in corpora_of(tracks, features, embeddings).items():
        for name, vectors in sets.items():
            if wanted is not None and (corpus, name) not in wanted:
                continue
            maps[corpus, name] = umap.UMAP(random_state=42).fit_transform(vectors)
            pairs[corpus, name], whole[corpus, name] = cluster(maps[corpus, name], genres)
    return maps, pairs, whole


if __name__ == "__main__":
    sys.path.insert(0, str(Path(__file__).resolve().parents[1]))
    from helpers import corpora, profiles

    demo = profiles.load_profile("demo")
    _, pairs, whole = run(
        *(corpora.load(demo, name) for name in ("tracks", "features", "embeddings"))
    )
    for key, table in pairs.items():
        print(
            *key,
            table.drop(columns=["first", "second"])
            .agg(["mean", "median", "std"])
            .round(6)
            .to_string(),
            whole[key],
            sep="\n",
        )
