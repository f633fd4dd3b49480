"""UMAP fits that are made in parallel and only once, to the last digit those of the plain call."""

import platform
import uuid
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Executor
from contextlib import contextmanager
from functools import cache
from importlib.metadata import version
from pathlib import Path
from typing import Any
from unittest import mock

import filelock
import numpy as np

from helpers import project

LIBRARIES = ("umap-learn", "pynndescent", "numba", "llvmlite", "numpy", "scipy", "scikit-learn")
# From so many points on umap-learn takes neighbours from pynndescent instead of all distances.
LARGE = 4096
# Points in all from which on a second process is worth its start of some three seconds.
WORTH_TWO = 5_000

# Vectors, seed, n_neighbors.
Job = tuple[np.ndarray, int, int]


def all_distances(values: np.ndarray, metric: Callable) -> np.ndarray:
    """Distances of all points, as `sklearn.metrics.pairwise_distances` gives them.

    umap-learn calls that with a compiled metric, once for each pair from Python; here the loop is
    compiled too, and the numbers are the same.

    Parameters
    ----------
    values : ndarray of float32, shape (n, d)
    metric : function compiled by numba

    Returns
    -------
    ndarray of float32, shape (n, n)
    """
    import umap

    found = umap.distances.parallel_special_metric(values, metric=metric)
    return found.astype(values.dtype)


def _name_for_the_cache(function: Any, name: str) -> None:
    """Give a compiled function the same name in each process.

    Functions that take another one as an argument are kept under what that one is called, and numba
    draws that at random in each process.
    """
    if function._MemoMixin__uuid is None:
        function._set_uuid(str(uuid.uuid5(uuid.NAMESPACE_OID, name)))


def keep_what_is_compiled() -> None:
    """Let numba keep what it compiles of umap-learn and pynndescent, which do not ask for it.

    Several processes that import them for the first time would all compile the same: one at a time.

    Notes
    -----
    `nn_descent` and `nn_descent_internal` ask for the number of threads by its address in this
    process, so numba cannot keep them; all that they call is kept, and `uncompiled` runs these two
    as they stand.
    """
    lock = project.cache_dir() / "umap-import.lock"
    lock.parent.mkdir(parents=True, exist_ok=True)
    # Without a word, for what a fit prints would stand on a page.
    with filelock.FileLock(lock):
        import umap
    import pynndescent
    from numba.core.dispatcher import Dispatcher

    neighbours = pynndescent.pynndescent_
    of_this_process = (neighbours.nn_descent, neighbours.nn_descent_internal)
    for name, metric in vars(pynndescent.distances).items():
        if isinstance(metric, Dispatcher):
            _name_for_the_cache(metric, name)
    for module in (umap.umap_, umap.utils, umap.layouts, neighbours, pynndescent.utils):
        for compiled in vars(module).values():
            if isinstance(compiled, Dispatcher) and compiled not in of_this_process:
                compiled.enable_caching()


@contextmanager
def uncompiled() -> Iterator[None]:
    """Let Python run the two functions of pynndescent that numba would compile in each process.

    They do nothing themselves but call, some ten times, what is compiled and kept.

    Yields
    ------
    None
    """
    from pynndescent import pynndescent_ as neighbours

    names = ("nn_descent", "nn_descent_internal")
    plain = {name: getattr(neighbours, name).py_func for name in names}
    with mock.patch.multiple(neighbours, **plain):
        yield


def fit(values: np.ndarray, seed: int, n_neighbors: int) -> np.ndarray:
    """Coordinates of one UMAP, on one thread.

    Parameters
    ----------
    values : ndarray, shape (n, d)
    seed : int
    n_neighbors : int
        At most n - 1 are taken.

    Returns
    -------
    ndarray of float32, shape (n, 2)
        Equal to ``umap.UMAP(n_neighbors=n_neighbors, random_state=seed).fit_transform(values)``.

    Notes
    -----
    Notebook: 08_embedding_map
    """
    keep_what_is_compiled()
    import threadpoolctl
    import umap

    model = umap.UMAP(n_neighbors=min(n_neighbors, len(values) - 1), random_state=seed, n_jobs=1)
    # A seeded fit has one thread; so has its linear algebra, or the last digits would wander.
    with (
        threadpoolctl.threadpool_limits(1),
        uncompiled(),
        mock.patch.object(umap.umap_, "pairwise_distances", all_distances),
    ):
        return model.fit_transform(values)


def compile_once() -> None:
    """Compile and keep what any fit needs, so that no later process waits for it.

    The installation runs this: numba takes about a minute of processor time for it.
    """
    values = np.random.default_rng(0).random((LARGE, 2))
    fit(values[: LARGE // 16], 0, 15)
    fit(values, 0, 15)


def _make(file: Path, job: Job) -> None:
    project.write_atomic(file, fit(*job).tobytes())


@cache
def _one_process() -> Executor:
    """A process of its own; those of joblib are of another class, and would be taken for it."""
    from joblib.externals import loky

    return loky.ProcessPoolExecutor(max_workers=1)


def _make_in_one_process(wanted: Sequence[tuple[Path, Job]]) -> None:
    """Make fits one after the other, yet not in a notebook, where umap-learn's import would warn."""
    for made in [_one_process().submit(_make, *one) for one in wanted]:
        made.result()


def fits(jobs: Sequence[Job], n_jobs: int = 2) -> list[np.ndarray]:
    """Coordinates of several UMAPs, fitted in parallel processes and each only once.

    A fit is kept in the user's cache folder under a key of its vectors, its parameters and the
    versions of the libraries.

    Parameters
    ----------
    jobs : sequence of (ndarray, int, int)
        Vectors, seed and n_neighbors of each fit; all else is umap-learn's default.
    n_jobs : int
        Fits at the same time; a few small ones are made one after the other.

    Returns
    -------
    list of ndarray of float32, shape (n, 2)
        Each equal to ``umap.UMAP(random_state=seed).fit_transform(vectors)``.

    References
    ----------
    McInnes, Healy & Melville (2018), arXiv:1802.03426.

    Notes
    -----
    Notebook: 08_embedding_map
    """
    import joblib

    made_by = [platform.machine(), platform.python_version(), *map(version, LIBRARIES)]
    files = [project.cache_dir() / "maps" / f"{joblib.hash((*job, made_by))}.f32" for job in jobs]
    missing = {file: job for file, job in zip(files, jobs, strict=True) if not file.is_file()}
    # The longest first, so that the processes end together.
    longest_first = sorted(missing.items(), key=lambda wanted: -wanted[1][0].size)
    n_points = sum(len(values) for values, *_ in missing.values())
    if n_points >= WORTH_TWO:
        # Without memory maps: numba compiles anew for an array it may not write to.
        run = joblib.Parallel(n_jobs, max_nbytes=None, pre_dispatch="all", batch_size=1)
        run(joblib.delayed(_make)(*wanted) for wanted in longest_first)
    elif missing:
        _make_in_one_process(longest_first)
    return [np.fromfile(file, np.float32).reshape(-1, 2) for file in files]
