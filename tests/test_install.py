"""The environment: which Pythons are taken, and that the lock is the one of pyproject.toml."""

import json
import re
import sys
import tomllib

import pytest
from conftest import ROOT
from lock_mark import lock_mark
from packaging.requirements import Requirement
from packaging.specifiers import SpecifierSet

from helpers import install

PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
LOCK = (ROOT / "requirements.lock").read_text()


@pytest.mark.parametrize(
    ("version", "said"),
    [
        ((3, 10), "This is Python 3.10; the book needs 3.11 to 3.14"),
        ((3, 15), "make book PYTHON="),
        ((3, 11), ""),
        ((3, 14), ""),
    ],
)
def test_other_pythons_are_refused_with_the_mend(monkeypatch, version, said):
    monkeypatch.setattr(sys, "version_info", (*version, 0, "final", 0))
    assert said in install.problem() and bool(said) == bool(install.problem())


def test_a_python_without_venv_is_told_so(monkeypatch):
    monkeypatch.setattr(install.importlib.util, "find_spec", lambda name: None)
    assert "apt install python3." in install.problem()


def test_the_same_pythons_stand_in_pyproject():
    taken = SpecifierSet(PROJECT["requires-python"])
    minor = [m for m in range(8, 20) if f"3.{m}" in taken]
    assert (3, minor[0]) == install.OLDEST and (3, minor[-1]) == install.NEWEST


def test_the_lock_was_made_from_these_dependencies():
    assert LOCK.splitlines()[0] == lock_mark(), "run: make lock"


def test_the_lock_meets_every_dependency():
    locked = dict(re.findall(r"(?m)^([a-z0-9-]+)==([^ ;\\]+)", LOCK))
    for text in PROJECT["dependencies"]:
        requirement = Requirement(text)
        assert requirement.specifier.contains(locked[requirement.name]), text


def test_the_lock_holds_hashes_and_no_host():
    pins = len(re.findall(r"(?m)^[a-z0-9-]+==", LOCK))
    assert pins > 100 and len(re.findall("--hash=sha256:[0-9a-f]{64}", LOCK)) > pins
    assert "://" not in LOCK and "index" not in LOCK.replace("--no-index", "")


def test_packages_come_from_the_wheelhouse_where_there_is_one(monkeypatch, tmp_path):
    monkeypatch.setattr(install, "ROOT", str(tmp_path))
    asked = []
    monkeypatch.setattr(install, "_run", lambda *command: asked.append(command) or True)
    assert install._install_with_pip(tmp_path / "lock") and "--no-index" not in asked[0]
    (tmp_path / "wheelhouse").mkdir()
    assert install._install_with_pip(tmp_path / "lock") and install._install_with_uv(tmp_path / "l")
    for command in asked[1:]:
        place = command.index("--no-index")
        assert command[place + 1 : place + 3] == ("--find-links", str(tmp_path / "wheelhouse"))


def test_pip_is_told_the_locked_versions_as_constraints_too(monkeypatch):
    # Else it looks at the newest version of a package that another asks for with an extra.
    asked = []
    monkeypatch.setattr(install, "_run", lambda *command: asked.append(command) or True)
    install._install_with_pip("the.lock")
    for command in (asked[0], install.pip_download("the.lock", "folder")):
        for option in ("--requirement", "--constraint"):
            assert command[command.index(option) + 1] == "the.lock"


def test_conda_users_get_the_same_lock():
    text = (ROOT / "environment.yml").read_text()
    assert "-c requirements.lock" in text
    assert "-r requirements.lock" in text and f"python {PROJECT['requires-python']}" in text


def test_a_changed_lock_or_python_makes_another_environment(monkeypatch, tmp_path):
    for name in ("requirements.lock", "pyproject.toml"):
        (tmp_path / name).write_bytes((ROOT / name).read_bytes())
    monkeypatch.setattr(install, "ROOT", str(tmp_path))
    before = install.fingerprint()
    assert install.fingerprint() == before
    (tmp_path / "requirements.lock").write_text(LOCK + "# more\n")
    assert install.fingerprint() != before
    assert json.dumps(before)
