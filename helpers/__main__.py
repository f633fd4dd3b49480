"""`python -m helpers COMMAND`: everything the book does, from the command line."""

import argparse
import os
import sys
from importlib import import_module
from pathlib import Path
from pydoc import locate

from helpers import install


def options(argv):
    """What a command line asks for, by name; the module to run is named `module`."""
    # Not at the top: a Python before 3.11 has none, and `install` tells it what to do.
    import tomllib

    parser = argparse.ArgumentParser(prog="python -m helpers", description=__doc__)
    commands = parser.add_subparsers(required=True, metavar="COMMAND")
    commands.add_parser("install", help="make the locked environment in .venv")
    table = tomllib.loads(Path(__file__).with_name("commands.toml").read_text(encoding="utf-8"))
    for name, about in table.items():
        command = commands.add_parser(name, help=about["help"], argument_default=argparse.SUPPRESS)
        command.set_defaults(module=about["module"])
        for argument, said in about["arguments"].items():
            if (variable := said.pop("variable", "")) in os.environ:
                said["default"] = os.environ[variable]
            if "type" in said:
                said["type"] = locate(said["type"])
            command.add_argument(argument, **said)
    return vars(parser.parse_args(argv))


def main(argv=None):
    """Run one command; an error the user can mend takes a few lines, and the exit code is 1."""
    argv = sys.argv[1:] if argv is None else argv
    if argv == ["install"]:
        return install.main()
    try:
        chosen = options(argv)
        # The called command's module alone: there is no need to wait for the others.
        module = import_module(chosen.pop("module"))
    except ModuleNotFoundError as error:
        sys.exit(
            f"The package {error.name} is missing. Run: make book (or: python -m helpers "
            "install), and use the Python in .venv."
        )
    from helpers.project import ProjectError

    try:
        return module.run(**chosen)
    except ProjectError as error:
        print(f"\n{error}", file=sys.stderr)
        return 1


if __name__ == "__main__":
    sys.exit(main())
