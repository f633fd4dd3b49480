"""Commands of a copy of the project that one process runs, one after the other.

What a command imports takes it a second, and the process whose copies its kernels are takes two
more; here both are paid once. What processes are stopped by, say at once or leave behind is tested
on processes of their own.
"""

import json
import subprocess
import sys

LOOP = """
import contextlib, io, json, os, sys, traceback
from helpers import __main__, build
{first}
# What a kernel writes is no answer.
answers = os.fdopen(os.dup(1), "w", encoding="utf-8")
os.dup2(2, 1)
given = dict(os.environ)
for line in sys.stdin:
    arguments, environment = json.loads(line)
    os.environ.clear()
    os.environ.update(given | environment)
    said = io.StringIO()
    with contextlib.redirect_stdout(said), contextlib.redirect_stderr(said):
        code = 1
        try:
            code = __main__.main(arguments) or 0
        except SystemExit as end:
            if isinstance(end.code, str):
                print(end.code)
            else:
                code = end.code or 0
        except Exception:
            traceback.print_exc()
    print(json.dumps([code, said.getvalue()]), file=answers, flush=True)
"""


class Commands:
    """Runs `python -m helpers ...` in a copy of the project, as often as it is asked to.

    Kernels keep the environment of the first command that had one.

    Parameters
    ----------
    tree : Path
        The copy; its code is imported once.
    environment : mapping of str to str
        Of the process.
    first : str
        Python that runs before the first command.
    """

    def __init__(self, tree, environment, first=""):
        self.process = subprocess.Popen(
            [sys.executable, "-c", LOOP.format(first=first)],
            cwd=tree,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
            encoding="utf-8",
            env={**environment, "PYTHONUTF8": "1"},
        )

    def run(self, *arguments, **environment):
        """The exit code of a command, and all it said; `environment` holds for it alone."""
        print(json.dumps([arguments, environment]), file=self.process.stdin, flush=True)
        answer = self.process.stdout.readline()
        assert answer, f"the process has ended with {self.process.wait()}"
        return json.loads(answer)

    def close(self):
        """End the process, and with it what its kernels are copies of."""
        self.process.stdin.close()
        self.process.stdout.close()
        self.process.wait()
