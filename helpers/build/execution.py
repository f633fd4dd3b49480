"""Executing one chapter: papermill, its kernel, and what is said where it fails."""

import json
import os
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import nbformat
import papermill
from papermill.engines import NBClientEngine, papermill_engines
from papermill.iorw import write_ipynb

from helpers import kernels, project
from helpers.build import pictures, sections
from helpers.build.keys import executed_path
from helpers.profiles import Profile
from helpers.project import ProjectError, write_atomic

# The kernel is silent while it starts and stops, and tells the runner what a chapter reads.
KERNEL = """c.IPKernelApp.log_level = 50
c.InteractiveShellApp.extensions = ["helpers.trace"]
"""
REPORT = "from helpers import trace\ntrace.print_report()"


class WritingOnce(NBClientEngine):
    """papermill's engine, which would write the whole notebook anew before each of its cells."""

    @classmethod
    def execute_notebook(
        cls,
        nb: nbformat.NotebookNode,
        kernel_name: str,
        output_path: str | None = None,
        **options: Any,
    ) -> nbformat.NotebookNode:
        """Execute a notebook, and write it as far as it ran.

        Parameters
        ----------
        nb : NotebookNode
            Is changed.
        kernel_name : str
        output_path : str, optional
        **options
            Of papermill's engine.

        Returns
        -------
        NotebookNode
        """
        try:
            return super().execute_notebook(nb, kernel_name, None, **options)
        finally:
            write_ipynb(nb, output_path)


papermill_engines.register(WritingOnce.__name__, WritingOnce)


def prepare_environment() -> None:
    """Leave papermill this interpreter's own kernel alone, whatever kernels a user has."""
    home = project.ROOT / "build" / ".jupyter"
    write_atomic(home / "ipython" / "profile_default" / "ipython_kernel_config.py", KERNEL)
    os.environ |= {
        "JUPYTER_PATH": "",
        "JUPYTER_DATA_DIR": str(home / "data"),
        "JUPYTER_CONFIG_DIR": str(home / "config"),
        "JUPYTER_RUNTIME_DIR": str(home / "runtime"),
        "IPYTHONDIR": str(home / "ipython"),
        "PYTHONPATH": str(project.ROOT),
        "PYTHONUTF8": "1",
        # As a kernel sets it for itself, which is late for one that is copied.
        "MPLBACKEND": "module://matplotlib_inline.backend_inline",
        # Notebooks run side by side; more threads than cores would slow both.
        "OMP_NUM_THREADS": "1",
        "OPENBLAS_NUM_THREADS": "1",
    }
    os.environ.pop("PYTHONDONTWRITEBYTECODE", None)


def _place(name: str, notebook: nbformat.NotebookNode, source: str) -> str:
    """A cell as a message names it: notebook, number in its file, first line."""
    numbers = [k for k, cell in enumerate(notebook.cells, 1) if cell.source == source]
    number = f", cell {numbers[0]}" if numbers else ""
    return f"{name}{number}: {source.strip().splitlines()[0]}"


def _died(name: str, notebook: nbformat.NotebookNode, work: Path) -> ProjectError:
    """What is said where a kernel ended in the middle of a chapter."""
    place = name
    if work.is_file():
        cells = nbformat.read(work, as_version=4).cells
        begun = [cell for cell in cells if cell.metadata.get("papermill", {}).get("start_time")]
        if begun:
            place = _place(name, notebook, begun[-1].source)
    return ProjectError(
        f"{place}\n  The kernel that ran it has ended; most often memory was short. Close other "
        "programs, or build with --jobs 1, and run the same command again: it goes on from here."
    )


def execute(
    name: str,
    notebook: nbformat.NotebookNode,
    page: nbformat.NotebookNode,
    profile: Profile,
    parameters: Mapping[str, object],
    on_cell: Callable[[], object],
    gives_way: bool = False,
) -> dict[str, list[str]]:
    """Execute a chapter; its executed copy appears when it is whole.

    Parameters
    ----------
    name : str
    notebook : NotebookNode
        The chapter's source.
    page : NotebookNode
        From `sections.page`.
    profile : Profile
    parameters : dict
        Laid over those of the parameters cell.
    on_cell : callable
        Called after each cell.
    gives_way : bool
        Whether the kernels of other chapters go first.

    Returns
    -------
    dict of str to list of str
        What the chapter read and wrote, as `helpers.trace.report` has it.

    Raises
    ------
    ProjectError
        If a cell raises or the kernel ends: chapter, cell, reason, and what to do next.
    """
    work = project.build_dir(profile) / "unfinished" / f"{name}.ipynb"
    work.parent.mkdir(parents=True, exist_ok=True)
    work.unlink(missing_ok=True)
    asked = nbformat.from_dict(page)
    asked.cells.append(nbformat.v4.new_code_cell(REPORT))
    try:
        made = papermill.execute_notebook(
            asked,
            work,
            dict(parameters),
            engine_name=WritingOnce.__name__,
            kernel_name="python3",
            language="python",
            cwd=project.ROOT,
            progress_bar=False,
            record_timing=True,
            on_cell_executed=lambda **_: on_cell(),
            kernel_manager_class=kernels.kernel_manager(gives_way),
        )
    except papermill.PapermillExecutionError as error:
        raise ProjectError(
            f"{_place(name, notebook, error.source)}\n  {error.ename}: {error.evalue}\n"
            f"The notebook as far as it ran: {project.shown(work)}"
        ) from None
    except RuntimeError as error:
        # nbclient's DeadKernelError is one, and so is what a kernel raises that dies at its start.
        raise _died(name, notebook, work) from error
    seen = json.loads(made.cells.pop().outputs[0].text)
    for place in (made, *made.cells):
        place.metadata.pop("papermill", None)
    sections.fold(made)
    sections.fold_solutions(made)
    sections.show_numbers(made)
    pictures.lighten(made)
    made.metadata["build"] = {"profile": profile.name}
    write_atomic(executed_path(name), nbformat.writes(made))
    work.unlink()
    return seen
