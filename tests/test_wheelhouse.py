"""The folder of packages: what the lock names, by its hashes, and an installation from it alone."""

import subprocess
import sys

import pytest

from helpers import install, project, wheelhouse
from helpers.project import ProjectError


@pytest.fixture
def small_project(tmp_path, monkeypatch):
    """A project whose lock names one small package."""
    (tmp_path / "requirements.lock").write_text(install.locked("idna"))
    monkeypatch.setattr(project, "ROOT", tmp_path)
    return tmp_path


@pytest.mark.slow
def test_what_was_fetched_installs_without_an_index(small_project, capfd):
    assert wheelhouse.run() == 0
    assert "1 packages" in capfd.readouterr().out
    folder, target = small_project / "wheelhouse", small_project / "installed"
    command = [sys.executable, "-m", "pip", "install", "--quiet", "--no-index", "--require-hashes"]
    command += [
        "--find-links",
        folder,
        "--target",
        target,
        "-r",
        small_project / "requirements.lock",
    ]
    subprocess.run([str(part) for part in command], check=True)
    assert (target / "idna" / "__init__.py").is_file()


def test_a_package_that_cannot_be_had_is_an_error_with_the_next_step(small_project, capfd):
    lock = small_project / "requirements.lock"
    lock.write_text("idna==3.20 --hash=sha256:" + 64 * "0" + "\n")
    with pytest.raises(ProjectError, match="run the same command again"):
        wheelhouse.run()
    assert "HASH" in capfd.readouterr().err.upper()
