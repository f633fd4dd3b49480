"""Make the synthetic twin's tables in data/twin: simulated corpora with the published counts.

    python -m helpers.simulation.generator           write tracks, features, mssd and the report
    python -m helpers.simulation.generator FOLDER    write them somewhere else

Reads the study's printed figures and counts, and the parameters that `helpers.simulation.fit`
fitted, all in data/reference, and prints how near the twin comes. Takes ten seconds; the same seed
gives the same tables, value for value, and a test compares them with the shipped ones.
"""

import sys
from pathlib import Path

import pandas as pd

from helpers import ledger, project, tables
from helpers.simulation import audio_features, closeness, listings, twin
from helpers.simulation.twin import SEED


def make(seed: int = SEED) -> dict[str, pd.DataFrame]:
    """The twin of a seed.

    Parameters
    ----------
    seed : int

    Returns
    -------
    dict of str to DataFrame
        The tables `tracks`, `features` and `mssd`, and the `report` on them.
    """
    parameters = ledger.reference("twin_parameters")
    correlations = ledger.reference("twin_correlations")
    published = ledger.published()["value"]
    counts = ledger.reference("genre_counts")
    structure = ledger.reference("twin_structure")
    tracks = tables.tidy_tracks(listings.tracks(counts, published, structure, seed))
    features = audio_features.features(tracks, parameters, correlations, seed)
    mssd = audio_features.mssd(parameters, correlations, seed=seed)
    joined = tracks.dropna(subset="genre").merge(features, "left", "track_id")
    all_three = pd.concat([joined, mssd.assign(corpus="MSSD")])
    report = closeness.report(all_three, published)
    return {"tracks": tracks, "features": features, "mssd": mssd, "report": report}


def main(folder: Path = project.TWIN) -> None:
    """Write the tables and say how near they come to the published figures.

    Parameters
    ----------
    folder : Path
    """
    made = make()
    folder.mkdir(parents=True, exist_ok=True)
    for name, table in made.items():
        path = folder / f"{name}.parquet"
        table.to_parquet(path, compression="zstd", compression_level=19, index=False)
    print(twin.tolerances(made["report"]).round(4).to_string())
    print(f"Simulated with seed {SEED}: {', '.join(made)} in {folder}")


if __name__ == "__main__":
    main(*map(Path, sys.argv[1:]))
