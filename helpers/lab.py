"""`lab`: the chapters, or the copies of a class, in JupyterLab from the locked environment."""

import os
from pathlib import Path

from helpers import project
from helpers.project import ProjectError

# JupyterLab asks for news, for updates and for extensions unless it is told not to.
OFFLINE = (
    "--LabApp.news_url=",
    "--LabApp.check_for_updates_class=jupyterlab.NeverCheckForUpdate",
    "--LabApp.extension_manager=readonly",
)


def environment() -> dict[str, str]:
    """What a kernel needs to be this environment's own, whatever kernels the user has.

    Returns
    -------
    dict of str to str
        Variables of the environment.
    """
    found = filter(None, [str(project.ROOT), os.environ.get("PYTHONPATH")])
    return {
        "JUPYTER_PREFER_ENV_PATH": "1",
        "PYTHONPATH": os.pathsep.join(found),
        "PYTHONUTF8": "1",
    }


def arguments(folder: Path | None, no_browser: bool) -> list[str]:
    """Arguments of JupyterLab.

    Parameters
    ----------
    folder : Path, optional
        What to open; without it the project, at its chapters.
    no_browser : bool
        Print the address and open no browser.

    Returns
    -------
    list of str
    """
    root = folder or project.ROOT
    opened = "/lab" if folder else f"/lab/tree/{project.NOTEBOOKS.name}"
    made = [f"--ServerApp.root_dir={root}", f"--LabApp.default_url={opened}", *OFFLINE]
    return [*made, "--no-browser"] if no_browser else made


def run(folder: str | None = None, no_browser: bool = False) -> None:
    """Open JupyterLab, and wait until it is stopped.

    Parameters
    ----------
    folder : str, optional
        A folder of notebooks, such as the one that `student` wrote; without it the chapters.
    no_browser : bool
        Print the address and open no browser.

    Raises
    ------
    ProjectError
        If there is no such folder, or JupyterLab is not installed.
    """
    place = Path(folder).resolve() if folder else None
    if place and not place.is_dir():
        raise ProjectError(
            f"There is no folder {folder}. Copies for students are written by: "
            f"python -m helpers student {folder}"
        )
    try:
        from jupyterlab.labapp import LabApp
    except ModuleNotFoundError as error:
        raise ProjectError(
            f"The package {error.name} is missing. Run: python -m helpers install"
        ) from None
    os.environ |= environment()
    LabApp.launch_instance(argv=arguments(place, no_browser))
