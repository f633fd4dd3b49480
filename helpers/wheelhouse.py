"""The locked packages in one folder, for an installation without network: in a class, from a stick."""

import subprocess
import sys
from pathlib import Path

from helpers import project
from helpers.install import WHEELHOUSE, pip_download
from helpers.project import ProjectError


def run(out: str | Path = WHEELHOUSE) -> int:
    """Fetch the packages of `requirements.lock` for this platform and this Python.

    Parameters
    ----------
    out : path
        Folder to fill; what lies in it and fits is not fetched again. `python -m helpers install`
        takes the packages from the folder `wheelhouse` of the project, where there is one.

    Returns
    -------
    int
        0 when each package is there, its hash that of the lock.

    Raises
    ------
    ProjectError
        A package could not be fetched.
    """
    folder = project.ROOT / out
    command = pip_download(project.ROOT / "requirements.lock", folder)
    print(
        f"Fetching the locked packages into {project.shown(folder)} (some 500 MB) ...", flush=True
    )
    if subprocess.run(command, check=False).returncode:
        raise ProjectError(
            "Not every package could be fetched (see above); run the same command again, it goes on "
            "from there."
        )
    files = [path for path in folder.iterdir() if path.is_file()]
    size = sum(path.stat().st_size for path in files)
    version = ".".join(map(str, sys.version_info[:2]))
    print(
        f"{len(files)} packages, {size / 1e6:,.0f} MB, for {sys.platform} and Python {version}. Copy the "
        "whole project with this folder; there `make book` installs without network."
    )
    return 0
