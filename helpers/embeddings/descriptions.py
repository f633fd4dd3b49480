"""The command `describe`: a table of descriptors of a collection, by the walker that `embed` uses."""

from pathlib import Path

from helpers.embeddings import collection, descriptors


def run(audio: str | Path, out: str | Path, jobs: int = 1, dask: str | None = None) -> None:
    """Describe a collection in a Parquet file.

    Resumable, and with OUT.errors.csv beside it, as `collection.run` is.

    Parameters
    ----------
    audio : str or Path
        As `read_listing` takes it.
    out : str or Path
        Parquet file to write: track_id, `descriptors.COLUMNS`, source.
    jobs, dask
        As the command line explains them.

    Raises
    ------
    ProjectError
        When nothing at all could be described, or the options do not go together.

    Notes
    -----
    Notebook: 07_audio_embeddings
    """
    table, store = collection.prepare(audio, Path(out), jobs)
    settings = descriptors.settings() | {"decoding": collection.DECODING}
    found, failed = collection.collect(table, settings, b"", store, jobs=jobs, dask=dask)
    source = f"descriptors of this book ({settings['engine']})"
    collection.finish(found, failed, settings, source, Path(out))
