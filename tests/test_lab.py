"""JupyterLab from the environment: it starts, asks nobody, and its kernel finds the helpers."""

import json
import os
import subprocess
import sys
import time
from urllib.error import URLError
from urllib.request import urlopen

import nbformat
import pytest
from conftest import ROOT
from nbclient import NotebookClient

from helpers import lab, project
from helpers.project import ProjectError


def test_a_folder_that_is_not_there_is_an_error_with_the_next_step(tmp_path):
    with pytest.raises(ProjectError, match="python -m helpers student"):
        lab.run(str(tmp_path / "none"))


def test_lab_opens_the_chapters_or_the_folder_that_is_named_and_asks_nobody(tmp_path):
    opened = lab.arguments(None, no_browser=False)
    assert f"--ServerApp.root_dir={project.ROOT}" in opened and "--no-browser" not in opened
    assert "--LabApp.default_url=/lab/tree/notebooks" in opened
    opened = lab.arguments(tmp_path, no_browser=True)
    assert f"--ServerApp.root_dir={tmp_path}" in opened and "--no-browser" in opened
    assert set(lab.OFFLINE) <= set(opened)


@pytest.mark.slow
def test_the_kernel_of_lab_finds_the_helpers_and_runs_the_first_cells(tmp_path, monkeypatch):
    # A kernel of the same name in the user's own folder must not be taken in its place.
    other = tmp_path / "kernels" / "python3"
    other.mkdir(parents=True)
    spec = {"argv": ["false", "{connection_file}"], "display_name": "x", "language": "python"}
    (other / "kernel.json").write_text(json.dumps(spec))
    monkeypatch.setenv("JUPYTER_DATA_DIR", str(tmp_path))
    for name, value in lab.environment().items():
        monkeypatch.setenv(name, value)
    chapter = nbformat.read(ROOT / "notebooks" / "01_corpora.ipynb", as_version=4)
    first = [cell for cell in chapter.cells if cell.cell_type == "code"][:2]
    where = "import helpers, sys\nprint(helpers.__path__[0], sys.prefix, sep='\\n')"
    chapter.cells = [*first, nbformat.v4.new_code_cell(where)]
    client = NotebookClient(chapter, kernel_name="python3", timeout=120)
    made = client.execute(cwd=str(tmp_path))
    assert made.cells[-1].outputs[0].text.splitlines() == [str(ROOT / "helpers"), sys.prefix]


def served(address, seconds):
    """What an address serves, once something answers there."""
    until = time.monotonic() + seconds
    while True:
        try:
            with urlopen(address) as answer:
                return answer.read().decode()
        except URLError:
            if time.monotonic() > until:
                raise
            time.sleep(0.2)


@pytest.mark.slow
def test_the_command_starts_a_server_that_holds_the_chapters(tmp_path):
    # Jupyter refuses root, which is who tests are in a container.
    (tmp_path / "jupyter_server_config.json").write_text('{"ServerApp": {"allow_root": true}}')
    variables = {"JUPYTER_CONFIG_DIR": str(tmp_path), "HOME": str(tmp_path)}
    variables |= {"JUPYTER_PORT": "18923", "JUPYTER_TOKEN": "word"}
    command = [sys.executable, "-m", "helpers", "lab", "--no-browser"]
    with (tmp_path / "log").open("w") as log:
        running = subprocess.Popen(
            command, cwd=ROOT, stdout=log, stderr=log, env=os.environ | variables
        )
        try:
            address = "http://127.0.0.1:18923/api/contents/notebooks?token=word"
            listed = json.loads(served(address, 90))
        finally:
            running.terminate()
            running.wait(30)
    assert "01_corpora.ipynb" in [each["name"] for each in listed["content"]]
