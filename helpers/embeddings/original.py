"""The openl3 project's own files: the official weights, its regression vector, and its program."""

import json
import os
import shutil
import subprocess

from helpers.project import ROOT, ProjectError


def ask(process, *request):
    """Next answer of the openl3 process.

    Notes
    -----
    Notebook: 07_audio_embeddings
    """
    if request:
        print(json.dumps(request), file=process.stdin, flush=True)
    if not (line := process.stdout.readline()):
        raise ProjectError("The openl3 interpreter ended; its own message stands above.")
    return json.loads(line)


def start(weights=None):
    """Run the original openl3 in its own environment, whose python MUSIC_FOR_PAIN_OPENL3 names.

    Parameters
    ----------
    weights : str or Path, optional
        A weight file, decompressed; by default those installed with openl3.

    Returns
    -------
    subprocess.Popen
        Its first answer states versions and weights.

    Notes
    -----
    Notebook: 07_audio_embeddings
    """
    if not (python := shutil.which(os.environ.get("MUSIC_FOR_PAIN_OPENL3", ""))):
        raise ProjectError(
            "--backend openl3 needs MUSIC_FOR_PAIN_OPENL3, the path of the python "
            "of an environment made from environment-openl3.yml."
        )
    program = [python, "-P", ROOT / "helpers" / "embeddings" / "openl3_process.py"]
    if weights:
        program.append(weights)
    return subprocess.Popen(program, stdin=-1, stdout=-1, text=True)
