"""What code reads while a chapter runs: files, modules, and keys of the profile.

A chapter's inputs are found by watching it, as redo, tup and fabricate do for any program, so that
no list of them has to be kept up to date by hand. The runner loads this module into the kernel as
an extension of IPython and takes the `report` when the chapter has run. Elsewhere nothing watches.

Python tells of each file that it opens. What it cannot tell is said with `file`: that a path
matters though nothing is there yet, or that a compiled library opens it.
"""

import json
import os
import sys
from collections.abc import Mapping
from pathlib import Path

_keys: set[str] = set()
_named: set[str] = set()
_opened: set[str] = set()
_replaced: set[str] = set()


def key(name: str) -> None:
    """Note that a key of the profile, or of its settings, was read.

    Parameters
    ----------
    name : str
    """
    _keys.add(name)


def file(path: str | os.PathLike) -> None:
    """Note that the content of a file or folder matters, or its absence.

    Parameters
    ----------
    path : str or PathLike
    """
    _named.add(os.path.abspath(path))


def _hear(event: str, arguments: tuple) -> None:
    """Note files that are opened for reading, and those that are put in their place when whole."""
    if event == "open":
        path, mode, _ = arguments
        if isinstance(path, str) and (mode is None or "r" in mode):
            _opened.add(path)
    elif event == "os.rename":
        _replaced.add(os.fspath(arguments[1]))


def load_ipython_extension(shell: object) -> None:
    """Begin to watch; IPython calls this when the kernel starts.

    Parameters
    ----------
    shell : object
        IPython's; it is not looked at.
    """
    sys.addaudithook(_hear)


def report() -> Mapping[str, list[str]]:
    """What was noted so far.

    Returns
    -------
    dict of str to list of str
        `keys` of the profile; files that were `opened`, that were `named`, that were written and
        `replaced`; `modules`, the source files of everything imported.
    """
    loaded = [getattr(module, "__file__", None) for module in list(sys.modules.values())]
    return {
        "keys": sorted(_keys),
        "named": sorted(_named),
        "opened": sorted({os.path.abspath(path) for path in _opened}),
        "replaced": sorted({os.path.abspath(path) for path in _replaced}),
        "modules": sorted({str(Path(path)) for path in loaded if path}),
    }


def print_report() -> None:
    """Print the report as JSON, for the runner."""
    print(json.dumps(report()))
