"""Makes the locked environment in `.venv`; needs nothing but Python itself."""

import hashlib
import importlib.util
import os
import subprocess
import sys
import sysconfig

ROOT = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
OLDEST, NEWEST = (3, 11), (3, 14)


def interpreter():
    """Path of the environment's own Python."""
    return os.path.join(ROOT, ".venv", "Scripts" if os.name == "nt" else "bin", "python")


def fingerprint():
    """Hash of everything the environment is made of."""
    digest = hashlib.sha256(sys.version.encode() + ROOT.encode("utf-8", "surrogateescape"))
    for name in ("requirements.lock", "pyproject.toml"):
        with open(os.path.join(ROOT, name), "rb") as file:
            digest.update(file.read())
    return digest.hexdigest()


def problem():
    """What keeps this Python from making the environment, with the mend; else an empty text."""
    if not OLDEST <= sys.version_info[:2] <= NEWEST:
        return ("This is Python %d.%d; the book needs 3.11 to 3.14. Install one of these and name "
                "it, for example: make book PYTHON=python3.12" % sys.version_info[:2])
    if importlib.util.find_spec("venv") is None or importlib.util.find_spec("ensurepip") is None:
        return ("This Python comes without venv. On Debian and Ubuntu: "
                "apt install python%d.%d-venv" % sys.version_info[:2])
    return ""


def main():
    """Make the environment unless it is there already and of the same lock."""
    if problem():
        sys.exit(problem())
    mark = os.path.join(ROOT, ".venv", "made-from")
    if os.path.isfile(mark) and os.path.isfile(interpreter()):
        with open(mark) as file:
            if file.read() == fingerprint():
                print("Environment: .venv, as locked.")
                return
    print("Environment: installing requirements.lock into .venv (once, about a minute) ...",
          flush=True)
    venv = os.path.join(ROOT, ".venv")
    subprocess.run([sys.executable, "-m", "venv", "--clear", venv], check=True)
    if subprocess.run([interpreter(), "-m", "pip", "--disable-pip-version-check", "install",
                       "--require-hashes", "-r", "requirements.lock"], cwd=ROOT).returncode:
        sys.exit("The packages could not be installed (see above). Mend the cause and run the "
                 "same command again.")
    packages = sysconfig.get_path("purelib", "venv", {"base": venv})
    # Makes `helpers` importable from anywhere. The path is relative, since Python 3.11 cannot read
    # one with letters outside ASCII under LC_ALL=C.
    with open(os.path.join(packages, "music_for_pain_relief.pth"), "w") as file:
        file.write(os.path.relpath(ROOT, packages) + "\n")
    with open(mark, "w") as file:
        file.write(fingerprint())
    print("Environment: .venv is ready.")


if __name__ == "__main__":
    main()
