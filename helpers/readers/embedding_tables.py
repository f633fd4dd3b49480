"""The `embeddings` table: a collection of audio embedded file by file, resumable at any point."""

import pandas as pd

from helpers.project import ProjectError


def read_embeddings(*tables):
    """Read tables that `python -m helpers embed` wrote, as one.

    Parameters
    ----------
    *tables : str or Path
        Parquet files.

    Returns
    -------
    DataFrame
        Columns track_id, e000 to e511 and source; a track in several files counts once. Its
        `attrs["settings"]` hold what the numbers depend on.

    Raises
    ------
    ProjectError
        When the files were not computed with the same settings throughout.

    Notes
    -----
    Notebook: 05_audio_embeddings
    """
    found = [pd.read_parquet(path) for path in tables]
    first, *others = (table.attrs.get("settings", {}) for table in found)
    for path, key in zip(tables[1:], others):
        if unequal := [k for k in sorted({*key, *first}) if key.get(k) != first.get(k)]:
            told = "; ".join(f"{k}: {first.get(k)} and {key.get(k)}" for k in unequal)
            raise ProjectError(
                f"{tables[0]} and {path} must not be analysed together: they differ "
                f"in {told}. Embed them anew with the same settings."
            )
    return pd.concat(found).drop_duplicates("track_id", ignore_index=True)
