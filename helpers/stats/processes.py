"""The same work for several maps at once, in processes of their own."""

from collections.abc import Callable, Mapping
from typing import Any

# Points from which on a further process is worth its start of some seconds.
MANY_POINTS = 4096


def results_by_key(function: Callable, jobs: Mapping[Any, tuple], n_processes: int = 2) -> dict:
    """Results of a function for several sets of arguments, by their keys.

    Parameters
    ----------
    function : callable
        Of a module, so that a process can import it.
    jobs : mapping of key to tuple
        Arguments, of which the first holds points; a few points are worked through right here.
    n_processes : int

    Returns
    -------
    dict
        In the order of `jobs`.

    Notes
    -----
    Notebook: 09_genre_clustering
    """
    import joblib

    n_points = sum(len(points) for points, *_ in jobs.values())
    # As the fits of maps ask for it, so that both use the same processes and none imports anew.
    run = joblib.Parallel(n_processes if n_points >= MANY_POINTS else 1, max_nbytes=None)
    found = run(joblib.delayed(function)(*job) for job in jobs.values())
    return dict(zip(jobs, found, strict=True))
