"""Makes the locked environment in `.venv`; needs nothing but Python itself."""

from __future__ import annotations

import hashlib
import importlib.util
import os
import subprocess
import sys
import sysconfig
import tempfile
from pathlib import Path

ROOT = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
OLDEST, NEWEST = (3, 11), (3, 14)
# Folder of packages to install from without network; `python -m helpers wheelhouse` fills it.
WHEELHOUSE = "wheelhouse"
COMPILE = "from helpers.stats import umap_fits; umap_fits.compile_once()"


def interpreter() -> Path:
    """Path of the environment's own Python.

    Returns
    -------
    Path
    """
    return Path(ROOT, ".venv", "Scripts" if os.name == "nt" else "bin", "python")


def fingerprint() -> str:
    """Hash of everything the environment is made of.

    Returns
    -------
    str
        SHA-256 of the lock, the project's settings, this Python and the folder, in hexadecimal.
    """
    files = [Path(ROOT, name).read_bytes() for name in ("requirements.lock", "pyproject.toml")]
    here = sys.version.encode() + ROOT.encode("utf-8", "surrogateescape")
    return hashlib.sha256(b"".join([here] + files)).hexdigest()


def problem() -> str:
    """What keeps this Python from making the environment, with the mend; else an empty text.

    Returns
    -------
    str
    """
    version = "{}.{}".format(*sys.version_info[:2])
    if not OLDEST <= sys.version_info[:2] <= NEWEST:
        return (
            f"This is Python {version}; the book needs 3.11 to 3.14. Install one of these and name "
            "it, for example: make book PYTHON=python3.12"
        )
    if importlib.util.find_spec("venv") is None or importlib.util.find_spec("ensurepip") is None:
        return (
            "This Python comes without venv. On Debian and Ubuntu: "
            f"apt install python{version}-venv"
        )
    return ""


def _run(*command: str | Path) -> bool:
    """Run a program in the project's folder; whether it ended well."""
    return subprocess.run([str(part) for part in command], cwd=ROOT, check=False).returncode == 0


def packages_from() -> list[str]:
    """Arguments for pip and uv that say where packages lie, if they lie in the project's own folder.

    Returns
    -------
    list of str
    """
    folder = Path(ROOT, WHEELHOUSE)
    return ["--no-index", "--find-links", str(folder)] if folder.is_dir() else []


def pinned(lock: str | Path) -> list[str]:
    """Arguments for pip that take a lock's versions and no others.

    Where one package asks for another with an extra, pip looks at its newest version first and,
    since that has no hash, ends there; a constraint leaves it the one that is locked.

    Parameters
    ----------
    lock : path
        File of requirements with hashes, without extras.

    Returns
    -------
    list of str
    """
    return ["--requirement", str(lock), "--constraint", str(lock)]


def _install_with_pip(lock: Path) -> bool:
    return _run(
        interpreter(), "-m", "pip", "--disable-pip-version-check", "install", "--quiet",
        "--require-hashes", *packages_from(), *pinned(lock),
    )  # fmt: skip


def _install_with_uv(lock: Path) -> bool:
    return _run(
        interpreter(), "-m", "uv", "pip", "install", "--quiet", "--python", interpreter(),
        "--require-hashes", *packages_from(), "-r", lock,
    )  # fmt: skip


def pip_download(requirements: str | Path, folder: str | Path) -> list[str]:
    """The command that fetches wheels into a folder, each of a hash that the requirements name.

    Parameters
    ----------
    requirements : path
        File of requirements with hashes.
    folder : path
        Where the wheels are put.

    Returns
    -------
    list of str
    """
    return [
        *(sys.executable, "-m", "pip", "--disable-pip-version-check", "download", "--quiet"),
        *("--require-hashes", "--only-binary=:all:"),
        *("--dest", str(folder), *pinned(requirements)),
    ]


def locked(package: str) -> str:
    """Lines of the lock that pin one package: its version and its hashes.

    Parameters
    ----------
    package : str

    Returns
    -------
    str

    Raises
    ------
    ValueError
        If the lock does not name the package.
    """
    text = Path(ROOT, "requirements.lock").read_text(encoding="utf-8")
    start = text.index(f"\n{package}==") + 1
    lines = text[start:].splitlines()
    last = next(number for number, line in enumerate(lines) if not line.endswith("\\"))
    return "\n".join(lines[: last + 1]) + "\n"


def install_packages() -> bool:
    """Install what the lock names, by uv where it can be had, else by pip; the hashes are the same.

    Returns
    -------
    bool
        Whether everything is installed.
    """
    lock = Path(ROOT, "requirements.lock")
    with tempfile.TemporaryDirectory() as folder:
        uv_alone = Path(folder, "uv.lock")
        uv_alone.write_text(locked("uv"), encoding="utf-8")
        has_uv = _install_with_pip(uv_alone)
    if has_uv and _install_with_uv(lock):
        return True
    print("Environment: uv could not install the packages; pip takes over.", flush=True)
    return _install_with_pip(lock)


def main() -> None:
    """Make the environment unless it is there already and of the same lock."""
    if problem():
        sys.exit(problem())
    mark = Path(ROOT, ".venv", "made-from")
    if mark.is_file() and interpreter().is_file() and mark.read_text() == fingerprint():
        print("Environment: .venv, as locked.")
        return
    source = f", from the folder {WHEELHOUSE}" if packages_from() else ""
    print(
        f"Environment: installing requirements.lock{source} (once, a minute or less) ...",
        flush=True,
    )
    venv = os.path.join(ROOT, ".venv")
    subprocess.run([sys.executable, "-m", "venv", "--clear", venv], check=True)
    if not install_packages():
        sys.exit(
            "The packages could not be installed (see above). Mend the cause and run the "
            "same command again."
        )
    packages = sysconfig.get_path("purelib", "venv", {"base": venv})
    # Makes `helpers` importable from anywhere. The path is relative, since Python 3.11 cannot read
    # one with letters outside ASCII under LC_ALL=C.
    Path(packages, "music_for_pain_relief.pth").write_text(os.path.relpath(ROOT, packages) + "\n")
    print("Environment: compiling what draws the maps (once, about a minute) ...", flush=True)
    # That takes one processor; the other compiles the packages' modules, which uv leaves as text.
    modules = [str(interpreter()), "-m", "compileall", "-qq", packages]
    with subprocess.Popen(modules, cwd=ROOT):
        can_draw_maps = _run(interpreter(), "-c", COMPILE)
    if not can_draw_maps:
        sys.exit("The maps could not be compiled (see above). Run the same command again.")
    mark.write_text(fingerprint())
    print("Environment: .venv is ready.")


if __name__ == "__main__":
    main()
