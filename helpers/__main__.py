"""`python -m helpers COMMAND`: everything the book does, from the command line."""

import argparse
import sys
from importlib import import_module

from helpers import install

COMMANDS = {
    "build": ("helpers.build", "execute what is out of date and render the book"),
    "acquire": ("helpers.acquire", "ask web services for what a profile lacks"),
    "embed": ("helpers.sources.embeddings", "turn audio into a table of OpenL3 embeddings"),
    "weights": ("helpers.sources.weights", "fetch and verify OpenL3's official weights")}


def main(argv=None):
    """Run one command; an error the user can mend takes a few lines, and the exit code is 1."""
    argv = sys.argv[1:] if argv is None else argv
    if argv == ["install"]:
        return install.main()
    parser = argparse.ArgumentParser(prog="python -m helpers", description=__doc__)
    commands = parser.add_subparsers(required=True, metavar="COMMAND")
    commands.add_parser("install", help="make the locked environment in .venv")
    for name, (source, text) in COMMANDS.items():
        command = commands.add_parser(name, help=text)
        if name not in argv[:1]:
            continue
        try:
            # The called command's module alone: there is no need to wait for the others.
            module = import_module(source)
        except ModuleNotFoundError as error:
            sys.exit(f"The package {error.name} is missing. Run: make book (or: python -m helpers "
                     "install), and use the Python in .venv.")
        module.add_arguments(command.add_argument)
    options = vars(parser.parse_args(argv))
    from helpers.paths import ProjectError

    try:
        return module.run(**options)
    except ProjectError as error:
        print(f"\n{error}", file=sys.stderr)
        return 1


if __name__ == "__main__":
    sys.exit(main())
