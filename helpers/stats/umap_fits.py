"""UMAP fits that are made in parallel and only once."""

import platform
from importlib.metadata import version

import numpy as np

from helpers import project

LIBRARIES = ("umap-learn", "pynndescent", "numba", "llvmlite", "numpy", "scipy", "scikit-learn")


def _umap(values, seed, n_neighbors):
    import threadpoolctl
    import umap
    from numba.core.dispatcher import Dispatcher

    # umap-learn does not ask numba to keep what it compiles, which takes longer than a small fit.
    for module in (umap.umap_, umap.utils, umap.layouts):
        for compiled in vars(module).values():
            if isinstance(compiled, Dispatcher):
                compiled.enable_caching()
    # A seeded fit has one thread; so has its linear algebra, or the last digits would wander.
    with threadpoolctl.threadpool_limits(1):
        return umap.UMAP(
            n_neighbors=min(n_neighbors, len(values) - 1), random_state=seed, n_jobs=1
        ).fit_transform(values)


def fits(jobs, n_jobs=2):
    """Coordinates of several UMAPs, fitted in parallel processes and each only once.

    A fit is kept in the user's cache folder under a key of its vectors, its parameters and the
    versions of the libraries.

    Parameters
    ----------
    jobs : sequence of (ndarray, int, int)
        Vectors, seed and n_neighbors of each fit; all else is umap-learn's default.
    n_jobs : int
        Fits at the same time.

    Returns
    -------
    list of ndarray of float32, shape (n, 2)
        Each equal to ``umap.UMAP(random_state=seed).fit_transform(vectors)``.

    References
    ----------
    McInnes, Healy & Melville (2018), arXiv:1802.03426.

    Notes
    -----
    Notebook: 06_embedding_map
    """
    import joblib

    made_by = [platform.machine(), platform.python_version(), *map(version, LIBRARIES)]
    files = [project.cache_dir() / "maps" / f"{joblib.hash((*job, made_by))}.f32" for job in jobs]
    todo = {file: job for file, job in zip(files, jobs, strict=True) if not file.is_file()}
    # The largest first, so that no core waits for it alone at the end.
    todo = dict(sorted(todo.items(), key=lambda item: -item[1][0].size))
    # Without memory maps: numba compiles anew for an array it may not write to.
    run = joblib.Parallel(n_jobs, max_nbytes=None)
    found = run(joblib.delayed(_umap)(*job) for job in todo.values())
    for file, xy in zip(todo, found, strict=True):
        project.write_atomic(file, xy.tobytes())
    return [np.fromfile(file, np.float32).reshape(-1, 2) for file in files]
