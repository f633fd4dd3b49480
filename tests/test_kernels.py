"""Kernels that are copies of one process: what they hold, what they show, how they end."""

import os
import sys

import nbformat
import papermill
import pytest

from helpers import kernels, project

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(sys.platform != "linux", reason="copies are made on Linux alone"),
]

HOLDS = """
import os, sys
print(*sorted(name for name in sys.modules if name.split(".")[0] == "helpers"))
print("pandas" in sys.modules, os.getpgid(0) == os.getpid())
print(os.getcwd())
"""
SHOWS = """
import pandas as pd
pd.DataFrame([[12345678] * 20])
"""
PORTS = """
import json, ipykernel
with open(ipykernel.get_connection_file()) as file:
    reached = json.load(file)
with open("/proc/net/unix") as file:
    print(reached["transport"], sum(reached["ip"] in line for line in file) >= 5)
"""
DRAWS = """
import matplotlib.pyplot as plt
from matplotlib_inline.backend_inline import set_matplotlib_formats
set_matplotlib_formats("svg")
plt.plot([0, 1]);
"""


# What pyplot would draw at the end of a cell, before Jupyter shows it.
TWICE = """
import matplotlib.pyplot as plt
drawn = []
plt.draw_all = lambda: drawn.append("once more")
from helpers import figures, profiles
figures.canvas(profiles.load_profile("demo"), 1);
"""


@pytest.fixture
def execute(tmp_path, monkeypatch):
    """Execute cells as the build does, in the folder of the test."""
    monkeypatch.setenv("PYTHONPATH", str(project.ROOT))
    monkeypatch.setenv("MPLBACKEND", "module://matplotlib_inline.backend_inline")

    def execute(*cells, gives_way=False):
        notebook = nbformat.v4.new_notebook(cells=list(map(nbformat.v4.new_code_cell, cells)))
        return papermill.execute_notebook(
            notebook,
            None,
            kernel_name="python3",
            language="python",
            cwd=tmp_path,
            progress_bar=False,
            kernel_manager_class=kernels.kernel_manager(gives_way),
        ).cells

    return execute


def test_a_copy_has_the_libraries_and_none_of_the_project_s_modules(execute, tmp_path):
    [cell] = execute(HOLDS)
    modules, state, folder = cell.outputs[0].text.splitlines()
    assert modules == "helpers helpers.kernels"
    assert state == "True True"
    assert os.path.samefile(folder, tmp_path)


def test_a_copy_shows_a_table_as_any_kernel_does(execute):
    notebook = nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell(SHOWS)])
    plain = papermill.execute_notebook(
        notebook, None, kernel_name="python3", language="python", progress_bar=False
    ).cells
    [shown] = execute(SHOWS)
    assert shown.outputs[0].data == plain[0].outputs[0].data


def test_a_copy_shows_figures_and_knows_nothing_of_another(execute):
    [drawn] = execute(DRAWS)
    assert [output.output_type for output in drawn.outputs] == ["display_data"]
    assert "image/svg+xml" in drawn.outputs[0].data
    with pytest.raises(papermill.PapermillExecutionError, match="plt"):
        execute("plt")


def test_a_figure_of_the_book_is_not_drawn_before_it_is_shown(execute):
    made, counted = execute(TWICE, "print(drawn)")
    assert "image/svg+xml" in made.outputs[0].data
    assert counted.outputs[0].text == "[]\n"


def test_a_copy_takes_no_port_and_leaves_no_socket(execute, tmp_path):
    [cell] = execute(PORTS)
    assert cell.outputs[0].text.split() == ["ipc", "True"]
    assert list(tmp_path.iterdir()) == []


def test_a_kernel_that_gives_way_is_nice_to_the_others(execute):
    asks = "import os; print(os.getpriority(os.PRIO_PROCESS, 0))"
    usual, yielding = (execute(asks, gives_way=way)[0].outputs[0].text for way in (False, True))
    assert int(yielding) == int(usual) + kernels.YieldingKernelManager.niceness
