"""The synthetic twin: simulated corpora with the published counts and structure.

It teaches and tests, and is evidence of nothing: the published differences between the corpora were
used to fit it, so finding them in it again shows nothing new. Ids, titles and artists are visibly
made up. Its tables lie in `data/twin`, made once by `helpers.simulation.generator`.
"""

import numpy as np
import pandas as pd

from helpers import trace
from helpers.project import DIMENSIONS, FEATURES, TWIN

# Seed of the shipped tables. That of a profile is for its analyses and leaves the data as they are.
SEED = 20231980
# Dimensions in which the centres of genres lie.
GENRE_DIMENSIONS = 12


def tables() -> dict[str, pd.DataFrame]:
    """The shipped tables `tracks`, `features` and `mssd`, and `embeddings` made of them.

    Returns
    -------
    dict of str to DataFrame

    Notes
    -----
    Notebook: 01_corpora
    """
    found = {}
    for name in ("tracks", "features", "mssd"):
        found[name] = pd.read_parquet(TWIN / f"{name}.parquet")
    found["embeddings"] = embeddings(found["tracks"], found["features"])
    return found


def report() -> pd.DataFrame:
    """How near the shipped twin comes to the published figures, tolerance by tolerance.

    Tolerances: mean within 0.05 published SD, SD within 5 %, median within 0.1 SD (0.25 where
    n < 30), overall Cliff's delta within 0.015 and of the published sign, overall
    Kolmogorov-Smirnov D within 0.02, mean absolute error of the deltas inside genres at most 0.06.
    Correlations and D inside genres have none: how near they come is shown all the same.

    Returns
    -------
    DataFrame
        One row per figure: tolerance, corpus, genre, feature, published, twin, limit, error (in
        units of the limit, or plain where none is set), met (missing where no limit is set).

    Notes
    -----
    Notebook: 02_audio_features
    """
    path = TWIN / "report.parquet"
    trace.file(path)
    return pd.read_parquet(path)


def tolerances(report: pd.DataFrame) -> pd.DataFrame:
    """How many tolerances of each kind the twin meets, and how large its errors are.

    Parameters
    ----------
    report : DataFrame
        As `report` returns it.

    Returns
    -------
    DataFrame
        One row a kind of tolerance: figures (how many are published), limited (of these, how many
        have a tolerance), met, and the mean and worst absolute error (in units of the tolerance,
        or plain where there is none).

    Notes
    -----
    Notebook: 02_audio_features
    """
    absolute = report.assign(error=report["error"].abs())
    return absolute.groupby("tolerance", sort=False).agg(
        figures=("error", "size"),
        limited=("met", "count"),
        met=("met", "sum"),
        mean=("error", "mean"),
        worst=("error", "max"),
    )


def assumed_signs(correlations: pd.DataFrame, least: float = 0.3) -> pd.DataFrame:
    """The signs that the twin assumes of correlations published without one, and why.

    Parameters
    ----------
    correlations : DataFrame
        Columns corpus, feature_a, feature_b, published (with the assumed sign), reason.
    least : float
        Weaker correlations are left out.

    Returns
    -------
    DataFrame
        By corpus: pair, r and `why this sign`.

    Notes
    -----
    Notebook: 02_audio_features
    """
    strong = correlations[correlations["published"].abs() >= least]
    table = pd.DataFrame(
        {
            "corpus": strong["corpus"],
            "pair": strong["feature_a"] + ", " + strong["feature_b"],
            "r": strong["published"],
            "why this sign": strong["reason"],
        }
    )
    return table.set_index("corpus")


def embeddings(
    tracks: pd.DataFrame,
    features: pd.DataFrame,
    seed: int = SEED,
    apart: float = 0.7,
    artist: float = 0.6,
) -> pd.DataFrame:
    """Simulate 512-d embeddings with genre structure, of the tracks that have an id and a genre.

    A track is its genre's centre, its artist's shift and its own noise. The centres lie in twelve
    dimensions, where the genres' mean audio features lie as seen from a random direction, so
    Classical is far off and Pop near Rock; artists and noise fill all 512 with a slowly falling
    variance (1 / k). A rotation spreads them over the columns, and a soft rectifier makes them
    non-negative, like OpenL3's pooled units. `apart` was set so that k-means on a map of each
    corpus finds about as much of the genres as the study printed: made up, and no evidence.

    Parameters
    ----------
    tracks, features : DataFrame
        The simulated tables.
    seed : int
    apart, artist : float
        Spread of the centres and of the artists, in standard deviations of the noise.

    Returns
    -------
    DataFrame
        One row a track_id: e000 ... e511 (float32, from 0) and source.

    Notes
    -----
    Notebook: 08_embedding_map
    """
    rng = np.random.default_rng([seed, 5])
    first = tracks.dropna(subset=["track_id", "genre"]).drop_duplicates("track_id")
    values = features.set_index("track_id")[FEATURES].reindex(first["track_id"])
    scores = (values - values.mean()) / values.std()
    means = np.tanh(scores.groupby(first["genre"].to_numpy()).transform("mean").to_numpy())
    people = pd.factorize(first["artist"].fillna(first["track_id"]))[0]
    size = len(DIMENSIONS)
    dimension = np.arange(size)
    scale = (1 + dimension) ** -0.5
    centres = apart * means @ rng.standard_normal((len(FEATURES), size))
    shifts = artist * rng.standard_normal((people.max() + 1, size))[people]
    noise = rng.standard_normal(shifts.shape)
    hidden = scale * (shifts + noise + np.where(dimension < GENRE_DIMENSIONS, centres, 0))
    rotation = np.linalg.qr(rng.standard_normal((size, size)))[0]
    units = np.logaddexp(0, 3 * hidden @ rotation).astype("float32")
    table = pd.DataFrame(units, pd.Index(first["track_id"]), DIMENSIONS)
    return table.assign(source="simulated twin").reset_index()
