"""What a chapter is seen to read: files, modules, keys of its profile."""

import json
import subprocess
import sys

from conftest import ROOT

from helpers import project

WATCHED = """
import sys
from helpers import profiles, trace
from helpers.simulation import twin
trace.load_ipython_extension(None)
import os
import pandas as pd
profile = profiles.load_profile("demo")
profile.settings.n_bootstrap, profile.playlist
twin.report()
pd.read_csv("data/registry.csv")
trace.file(sys.argv[1] + "/absent.wav")
from helpers import project
from pathlib import Path
project.write_atomic(Path(sys.argv[1]) / "made.csv", "a")
trace.print_report()
"""


def test_files_settings_modules_and_products_are_noted(tmp_path):
    made = subprocess.run(
        [sys.executable, "-c", WATCHED, str(tmp_path)],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=True,
    )
    seen = json.loads(made.stdout)
    assert {"n_bootstrap", "playlist"} <= set(seen["keys"])
    assert not {"contact", "n_permutations", "map_seed"} & set(seen["keys"])
    opened = set(seen["opened"])
    assert str(ROOT / "data/registry.csv") in opened
    assert set(seen["named"]) == {
        str(tmp_path / "absent.wav"),
        str(ROOT / "data/twin/report.parquet"),
    }
    assert seen["replaced"] == [str(tmp_path / "made.csv")]
    modules = set(seen["modules"])
    assert str(ROOT / "helpers/profiles.py") in modules
    assert str(ROOT / "helpers/stats/ranks.py") not in modules


HOLD = """
import sys, time
from pathlib import Path
from helpers import project
with project.locked(Path(sys.argv[1]), "counts"):
    print("held", flush=True)
    sys.stdin.readline()
"""


def test_of_two_processes_that_take_a_lock_one_waits(tmp_path, capsys):
    path = tmp_path / ".lock"
    other = subprocess.Popen(
        [sys.executable, "-c", HOLD, str(path)],
        cwd=ROOT,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )
    assert other.stdout.readline() == "held\n"
    # The other ends when it is told to, which the first line of waiting does.
    said = []

    class Out:
        def write(self, text):
            said.append(text)
            if "waiting" in text:
                other.stdin.write("\n")
                other.stdin.flush()

        def flush(self):
            pass

    from contextlib import redirect_stdout

    with redirect_stdout(Out()), project.locked(path, "counts"):
        assert other.wait(timeout=20) == 0
    assert "".join(said).startswith("Another process counts; waiting for it to end.")
