"""The original openl3 in an environment of its own, asked file by file through a pipe.

`openl3_process` is what runs there; this module starts it and talks to it.
"""

import json
import os
import shutil
import subprocess
from pathlib import Path
from typing import Any

from helpers.project import ROOT, ProjectError

PROGRAM = ROOT / "helpers" / "embeddings" / "openl3_process.py"


def ask(process: subprocess.Popen, *request: Any) -> Any:
    """Send one request, if any, and wait for the next answer.

    Parameters
    ----------
    process : Popen
        From `start`.
    *request
        Path of an audio file and hop in seconds. Without a request the answer is the one that the
        process gives when it starts: what will compute.

    Returns
    -------
    dict or list
        At the start a dict with `weights` (SHA-256), `engine` and `resampler`; for a file a list of
        its vector (512 numbers, none where it failed) and the reason there is none, or None.

    Raises
    ------
    ProjectError
        When the process has ended.

    Notes
    -----
    Notebook: 07_audio_embeddings
    """
    if process.stdin is None or process.stdout is None:
        raise TypeError("the process was started without pipes: take the one that start() gives")
    if request:
        print(json.dumps(request), file=process.stdin, flush=True)
    line = process.stdout.readline()
    if not line:
        raise ProjectError("The openl3 interpreter ended; its own message stands above.")
    return json.loads(line)


def start(weights: str | Path | None = None) -> subprocess.Popen:
    """Run the original openl3 in its own environment, whose python MUSIC_FOR_PAIN_OPENL3 names.

    Parameters
    ----------
    weights : str or Path, optional
        A weight file, decompressed; by default those installed with openl3.

    Returns
    -------
    Popen
        To be asked with `ask`; its first answer states versions and weights.

    Raises
    ------
    ProjectError
        When MUSIC_FOR_PAIN_OPENL3 names no program.

    Notes
    -----
    Notebook: 07_audio_embeddings
    """
    python = shutil.which(os.environ.get("MUSIC_FOR_PAIN_OPENL3", ""))
    if python is None:
        raise ProjectError(
            "--backend openl3 needs MUSIC_FOR_PAIN_OPENL3, the path of the python "
            "of an environment made from environment-openl3.yml."
        )
    # -P: the folder of the program holds modules whose names openl3 and its libraries have too.
    program = [python, "-P", str(PROGRAM)]
    if weights is not None:
        program.append(str(weights))
    return subprocess.Popen(program, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
