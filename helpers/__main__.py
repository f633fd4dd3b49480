"""`python -m helpers COMMAND`: everything the book does, from the command line."""

import argparse
import os
import sys
from importlib import import_module

COMMANDS = {"build": ("helpers.build", "build"), "embed": ("helpers.sources.embeddings", "run"),
            "weights": ("helpers.sources.weights", "run")}


def _parser():
    parser = argparse.ArgumentParser(prog="python -m helpers", description=__doc__)
    commands = parser.add_subparsers(dest="command", required=True, metavar="COMMAND")
    commands.add_parser("install", help="make the locked environment in .venv")
    build = commands.add_parser("build", help="execute what is out of date and render the book")
    add = build.add_argument
    add("--profile", default="demo", help="demo, published, sleep, or a YAML file (default: demo)")
    add("--only", nargs="+", default=(), metavar="NOTEBOOK", help="execute these notebooks alone")
    add("--jobs", type=int, default=2, metavar="N", help="notebooks at the same time (default: 2)")
    add("--param", action="append", default=[], metavar="NOTEBOOK:NAME=VALUE", dest="params",
        help="set a parameter")
    add("--mirror", metavar="DIR", default=os.environ.get("MUSIC_FOR_PAIN_MIRROR"),
        help="folder to read published files from, in place of downloading")
    add("--without", action="append", default=[], choices=("genres", "features", "embeddings"),
        help="do without an optional input")
    add("--force", action="store_true", help="execute notebooks that are up to date too")
    add = commands.add_parser(
        "embed", help="turn a folder of audio into a table of OpenL3 embeddings").add_argument
    add("audio", help="folder of audio files, or a table (CSV, Parquet) with track_id and path")
    add("--out", required=True, metavar="FILE", help="Parquet file to write")
    add("--weights", metavar="FILE", help="weight file (default: the one `weights` fetched)")
    add("--hop", type=float, default=0.1, metavar="SECONDS",
        help="from one window to the next (default: 0.1, the study's)")
    add("--precision", choices=("fp32", "int8"), default="fp32", help="int8: faster, see --audit")
    add("--jobs", type=int, default=1, metavar="N", help="files at the same time (default: 1)")
    add("--backend", choices=("onnx", "openl3"), default="onnx", help="who computes")
    add("--openl3-python", default=os.environ.get("MUSIC_FOR_PAIN_OPENL3", ""), metavar="PYTHON",
        help="for --backend openl3: python of the environment of environment-openl3.yml")
    add("--dask", metavar="ADDRESS", help="compute on this Dask cluster, tcp://host:port")
    add("--audit", action="store_true", dest="audited",
        help="measure what faster settings cost on this audio")
    commands.add_parser("weights", help="fetch and verify OpenL3's official weights").add_argument(
        "--from", dest="source", metavar="FILE",
        help="weight file to take instead; chirp_44k.wav and chirp_44k_kapre.npz beside it too")
    return parser


def main(argv=None):
    """Run one command; an error the user can mend takes a few lines, and the exit code is 1."""
    options = vars(_parser().parse_args(argv))
    command = options.pop("command")
    if command == "install":
        from helpers import install

        return install.main()
    try:
        from helpers.paths import ProjectError

        module, function = COMMANDS[command]
        run = getattr(import_module(module), function)
    except ModuleNotFoundError as error:
        sys.exit(f"The package {error.name} is missing. Run: make book (or: python -m helpers "
                 "install), and use the Python in .venv.")
    try:
        return run(**options)
    except ProjectError as error:
        print(f"\n{error}", file=sys.stderr)
        return 1


if __name__ == "__main__":
    sys.exit(main())
