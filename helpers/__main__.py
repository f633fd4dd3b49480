"""`python -m helpers COMMAND`: everything the book does, from the command line."""

# Kept free of other packages, so that help can be read before anything is installed, and of new
# syntax, so that an old Python gets as far as `install`, which says what is wrong with it.
from __future__ import annotations

import argparse
import os
import sys
from importlib import import_module

from helpers import install

MIRROR = "MUSIC_FOR_PAIN_MIRROR"


def positive_integer(text: str) -> int:
    """A whole number from 1, for argparse.

    Parameters
    ----------
    text : str

    Returns
    -------
    int

    Raises
    ------
    argparse.ArgumentTypeError
        If it is less than 1.
    """
    number = int(text)
    if number < 1:
        raise argparse.ArgumentTypeError(f"{text} is no number from 1")
    return number


def seconds(text: str) -> float:
    """A duration of more than nothing, for argparse.

    Parameters
    ----------
    text : str

    Returns
    -------
    float

    Raises
    ------
    argparse.ArgumentTypeError
        If it is not more than 0, or is infinite.
    """
    number = float(text)
    if not 0 < number < float("inf"):
        raise argparse.ArgumentTypeError(f"{text} is no duration in seconds")
    return number


def network(text: str) -> str:
    """The name of a network, for argparse, which asks about one that is left out too.

    Parameters
    ----------
    text : str

    Returns
    -------
    str

    Raises
    ------
    argparse.ArgumentTypeError
        If it is neither openl3 nor musicnn.
    """
    if text not in ("openl3", "musicnn", argparse.SUPPRESS):
        raise argparse.ArgumentTypeError(
            f"{text} is neither openl3 nor musicnn; of OpenL3's variants the study's alone is served "
            "(mel256, music, 512 numbers), not linear, mel128, env or 6144 numbers"
        )
    return text


def add_mirror(command: argparse.ArgumentParser) -> None:
    """The option `--mirror`, for which a variable of the environment stands in.

    Parameters
    ----------
    command : ArgumentParser
        Gains the option.
    """
    command.add_argument(
        "--mirror",
        metavar="DIR",
        default=os.environ.get(MIRROR, argparse.SUPPRESS),
        help="folder to read published files from, in place of downloading",
    )


def add_build(command: argparse.ArgumentParser) -> None:
    """Arguments of `build`, named as the parameters of `helpers.build.run`.

    Parameters
    ----------
    command : ArgumentParser
        Gains the arguments.
    """
    command.add_argument("--profile", help="demo, published, sleep, or a YAML file (default: demo)")
    command.add_argument(
        "--only", nargs="+", metavar="NOTEBOOK", help="execute these notebooks alone"
    )
    command.add_argument(
        "--jobs",
        type=positive_integer,
        metavar="N",
        help="notebooks at the same time (default: 2)",
    )
    command.add_argument(
        "--param",
        action="append",
        metavar="NOTEBOOK:NAME=VALUE",
        dest="params",
        help="set a parameter",
    )
    add_mirror(command)
    command.add_argument(
        "--without",
        action="append",
        choices=["genres", "features", "embeddings", "feature_sets"],
        help="do without an optional input",
    )
    command.add_argument(
        "--force", action="store_true", help="execute notebooks that are up to date too"
    )
    command.add_argument("--without-pages", action="store_true", help="execute, and render no page")


def add_acquire(command: argparse.ArgumentParser) -> None:
    """Arguments of `acquire`, named as the parameters of `helpers.acquire.run`.

    Parameters
    ----------
    command : ArgumentParser
        Gains the arguments.
    """
    command.add_argument(
        "profile",
        help="published, sleep, or a YAML file such as data/profiles/own.example.yaml",
    )
    command.add_argument(
        "--stage",
        nargs="+",
        choices=["tracks", "metadata", "features", "genres", "previews", "embeddings"],
        help="these stages alone",
    )
    command.add_argument(
        "--dry-run",
        action="store_true",
        help="say what each stage would ask of whom; ask nothing",
    )
    add_mirror(command)


def add_embed(command: argparse.ArgumentParser) -> None:
    """Arguments of `embed`, named as the parameters of `helpers.embeddings.collection.run`.

    Parameters
    ----------
    command : ArgumentParser
        Gains the arguments.
    """
    command.add_argument(
        "audio",
        help="folder of audio files, or a table (CSV, Parquet) with track_id and path",
    )
    command.add_argument("--out", required=True, metavar="FILE", help="Parquet file to write")
    command.add_argument(
        "--network",
        metavar="{openl3,musicnn}",
        type=network,
        help="openl3 (default, the study's): 512 numbers; musicnn: 200, a hundred times faster, "
        "trained on listeners' tags",
    )
    command.add_argument(
        "--weights", metavar="FILE", help="weight file (default: the one `weights` fetched)"
    )
    command.add_argument(
        "--hop",
        type=seconds,
        metavar="SECONDS",
        help="from one window to the next (default: 0.1, the study's; of musicnn 2.992)",
    )
    command.add_argument("--precision", choices=["fp32", "int8"], help="int8: faster, see --audit")
    command.add_argument(
        "--jobs", type=positive_integer, metavar="N", help="files at the same time (default: 1)"
    )
    command.add_argument(
        "--backend",
        choices=["onnx", "openl3"],
        help="openl3: the original, by the python that MUSIC_FOR_PAIN_OPENL3 names",
    )
    command.add_argument(
        "--dask", metavar="ADDRESS", help="compute on this Dask cluster, tcp://host:port"
    )
    command.add_argument(
        "--audit",
        action="store_true",
        dest="audited",
        help="measure what faster settings cost on this audio",
    )
    command.add_argument(
        "--frames",
        action="store_true",
        help="write one row a window, with its time, in place of one a track",
    )


def add_describe(command: argparse.ArgumentParser) -> None:
    """Arguments of `describe`, named as the parameters of `helpers.embeddings.descriptions.run`.

    Parameters
    ----------
    command : ArgumentParser
        Gains the arguments.
    """
    command.add_argument(
        "audio",
        help="folder of audio files, or a table (CSV, Parquet) with track_id and path",
    )
    command.add_argument("--out", required=True, metavar="FILE", help="Parquet file to write")
    command.add_argument(
        "--jobs", type=positive_integer, metavar="N", help="files at the same time (default: 1)"
    )
    command.add_argument(
        "--dask", metavar="ADDRESS", help="compute on this Dask cluster, tcp://host:port"
    )


def add_weights(command: argparse.ArgumentParser) -> None:
    """Arguments of `weights`, named as the parameters of `helpers.embeddings.weights.run`.

    Parameters
    ----------
    command : ArgumentParser
        Gains the arguments.
    """
    command.add_argument(
        "network",
        nargs="?",
        metavar="{openl3,musicnn}",
        type=network,
        help="whose weights (default: openl3); those of musicnn come from its wheel, through pip",
    )
    command.add_argument(
        "--from",
        dest="source",
        metavar="FILE",
        help="weight file (of musicnn: its wheel) to take in place of a download; openl3's "
        "chirp_44k.wav and chirp_44k_kapre.npz beside it too",
    )


def add_site(command: argparse.ArgumentParser) -> None:
    """Arguments of `site`, named as the parameters of `helpers.build.site.run`.

    Parameters
    ----------
    command : ArgumentParser
        Gains the arguments.
    """
    add_mirror(command)
    command.add_argument(
        "--jobs",
        type=positive_integer,
        metavar="N",
        help="notebooks at the same time (default: 2)",
    )
    command.add_argument(
        "--without-pdf",
        action="store_true",
        help="print neither book nor slides, which takes a browser",
    )


def add_wheelhouse(command: argparse.ArgumentParser) -> None:
    """Arguments of `wheelhouse`, named as the parameters of `helpers.wheelhouse.run`.

    Parameters
    ----------
    command : ArgumentParser
        Gains the arguments.
    """
    command.add_argument("--out", metavar="DIR", help="folder to fill (default: wheelhouse)")


def add_slides(command: argparse.ArgumentParser) -> None:
    """Arguments of `slides`, named as the parameters of `helpers.build.slides.run`.

    Parameters
    ----------
    command : ArgumentParser
        Gains the arguments.
    """
    command.add_argument(
        "--profile", help="the profile that was built (default: whichever was built last)"
    )
    command.add_argument(
        "--chapters",
        nargs="+",
        metavar="CHAPTER",
        help="numbers, such as 03 06, or names (default: all)",
    )


def add_lab(command: argparse.ArgumentParser) -> None:
    """Arguments of `lab`, named as the parameters of `helpers.lab.run`.

    Parameters
    ----------
    command : ArgumentParser
        Gains the arguments.
    """
    command.add_argument(
        "folder",
        nargs="?",
        metavar="DIR",
        help="folder of notebooks, such as copies for students (default: the chapters)",
    )
    command.add_argument(
        "--no-browser", action="store_true", help="print the address and open no browser"
    )


def add_student(command: argparse.ArgumentParser) -> None:
    """Arguments of `student`, named as the parameters of `helpers.student.run`.

    Parameters
    ----------
    command : ArgumentParser
        Gains the arguments.
    """
    command.add_argument("folder", metavar="DIR", help="folder to write the notebooks into")
    command.add_argument(
        "--chapters",
        nargs="+",
        metavar="CHAPTER",
        help="numbers, such as 03 06, or names (default: all)",
    )
    command.add_argument(
        "--profile", help="what the copies run on: a name, or a YAML file (default: demo)"
    )
    command.add_argument(
        "--overwrite", action="store_true", help="replace copies that were changed too"
    )


def add_nothing(command: argparse.ArgumentParser) -> None:
    """A command without arguments.

    Parameters
    ----------
    command : ArgumentParser
        Stays as it is.
    """


def add_check(command: argparse.ArgumentParser) -> None:
    """Arguments of `check`, named as the parameters of `helpers.check.run`.

    Parameters
    ----------
    command : ArgumentParser
        Gains the arguments.
    """
    command.add_argument("profile", help="a YAML file, or the name of a profile")


def add_compare_sets(command: argparse.ArgumentParser) -> None:
    """Arguments of `compare-sets`, named as the parameters of `helpers.compare_sets.run`.

    Parameters
    ----------
    command : ArgumentParser
        Gains the arguments.
    """
    command.add_argument("profile", help="a YAML file, or the name of a profile")
    command.add_argument(
        "--out", metavar="DIR", help="folder to write to (default: in the build of the profile)"
    )
    command.add_argument(
        "--most",
        type=positive_integer,
        metavar="N",
        help="tracks taken of a genre, at random (default: 300)",
    )
    command.add_argument(
        "--fewest",
        type=positive_integer,
        metavar="N",
        help="tracks that a genre must have (default: 5)",
    )
    command.add_argument("--together", action="store_true", help="take all corpora as one")


def add_init(command: argparse.ArgumentParser) -> None:
    """Arguments of `init`, named as the parameters of `helpers.first_profile.run`.

    Parameters
    ----------
    command : ArgumentParser
        Gains the arguments.
    """
    command.add_argument("name", help="NAME.yaml is written, unless it is there already")
    command.add_argument(
        "lists",
        nargs="+",
        metavar="LIST_OR_FOLDER",
        help="two or more, a corpus each: a file, a folder of audio or of lists, a playlist's link",
    )


# Name, module whose `run` is called, help, and what adds the arguments.
COMMANDS = [
    ("init", "helpers.first_profile", "write a first profile from lists or folders", add_init),
    ("check", "helpers.check", "read a profile and its lists, and say what is missing", add_check),
    ("build", "helpers.build", "execute what is out of date and render the book", add_build),
    (
        "site",
        "helpers.build.site",
        "build the public site: the editions published and demo",
        add_site,
    ),
    ("pdf", "helpers.build.pdf", "print the book that was built last as one PDF", add_nothing),
    ("slides", "helpers.build.slides", "make slides of the book that was built last", add_slides),
    ("sheet", "helpers.build.sheet", "print the statistics on one page", add_nothing),
    ("lab", "helpers.lab", "open the chapters, or a folder of copies, in JupyterLab", add_lab),
    ("student", "helpers.student", "write chapters without their solutions", add_student),
    (
        "questions",
        "helpers.teaching.questions",
        "write the questions of data/questions into the chapters",
        add_nothing,
    ),
    (
        "wheelhouse",
        "helpers.wheelhouse",
        "fetch the locked packages, to install without network",
        add_wheelhouse,
    ),
    ("acquire", "helpers.acquire", "ask web services for what a profile lacks", add_acquire),
    (
        "embed",
        "helpers.embeddings.collection",
        "turn audio into a table of embeddings (OpenL3, musicnn)",
        add_embed,
    ),
    (
        "describe",
        "helpers.embeddings.descriptions",
        "turn audio into a table of tempo, loudness, brightness and the like",
        add_describe,
    ),
    (
        "weights",
        "helpers.embeddings.weights",
        "fetch and verify the official weights of OpenL3 or musicnn",
        add_weights,
    ),
    (
        "compare-sets",
        "helpers.compare_sets",
        "measure which feature set of a profile hears genre, with artists kept apart",
        add_compare_sets,
    ),
]


# What is said before a command's libraries are imported, which takes a moment.
FIRST_LINES = {
    "helpers.build": "Reading the profile {profile} ...",
    "helpers.build.site": "Reading the profiles published and demo ...",
    "helpers.student": "Reading the profile {profile} ...",
    "helpers.acquire": "Reading the profile {profile} ...",
    "helpers.compare_sets": "Reading the profile {profile} ...",
    "helpers.embeddings.collection": "{audio}: looking for audio files.",
    "helpers.embeddings.descriptions": "{audio}: looking for audio files.",
}


def parser() -> argparse.ArgumentParser:
    """The command line's parser.

    An argument that is left out is not passed on, so that the default of the called function holds.

    Returns
    -------
    ArgumentParser
    """
    line = argparse.ArgumentParser(prog="python -m helpers", description=__doc__)
    commands = line.add_subparsers(required=True, metavar="COMMAND")
    commands.add_parser("install", help="make the locked environment in .venv")
    for name, module, about, add_arguments in COMMANDS:
        command = commands.add_parser(name, help=about, argument_default=argparse.SUPPRESS)
        command.set_defaults(module=module)
        add_arguments(command)
    return line


def options(argv: list[str]) -> dict[str, object]:
    """What a command line asks for, by name; the module to run is named `module`.

    Parameters
    ----------
    argv : list of str
        Without the name of the program.

    Returns
    -------
    dict of str to object

    Raises
    ------
    SystemExit
        If the command line is not understood; argparse prints why.
    """
    return vars(parser().parse_args(argv))


def main(argv: list[str] | None = None) -> int | None:
    """Run one command; an error the user can mend takes a few lines, and the exit code is 1.

    Parameters
    ----------
    argv : list of str, optional
        Without the name of the program; by default that of this process.

    Returns
    -------
    int or None
        The exit code; `None` counts as 0, and 130 says that it was stopped.
    """
    if argv is None:
        argv = sys.argv[1:]
    if argv == ["install"]:
        install.main()
        return 0
    chosen = options(argv)
    try:
        return run_command(str(chosen.pop("module")), chosen)
    except KeyboardInterrupt:
        print("\nStopped. What is finished is kept; the same command goes on from there.")
        return 130


def run_command(name: str, chosen: dict[str, object]) -> int | None:
    """Import the module of one command and run it with what was chosen.

    Parameters
    ----------
    name : str
        Of the module, such as `helpers.build`.
    chosen : dict of str to object
        Arguments of the module's function `run`.

    Returns
    -------
    int or None
        The exit code.

    Raises
    ------
    SystemExit
        If a package is missing.
    OSError
        If it names no file; one that does is a message, and the exit code is 1.
    """
    if name in FIRST_LINES:
        print(FIRST_LINES[name].format(**({"profile": "demo"} | chosen)), flush=True)
    try:
        # The called command's module alone: there is no need to wait for the others.
        module = import_module(name)
        from helpers.project import ProjectError
    except ModuleNotFoundError as error:
        sys.exit(
            f"The package {error.name} is missing. Run: make book (or: python -m helpers "
            "install), and use the Python in .venv."
        )
    try:
        return module.run(**chosen)
    except ProjectError as error:
        print(f"\n{error}", file=sys.stderr)
        return 1
    except OSError as error:
        # A full disk, a folder that may not be written to: nothing that a traceback explains.
        if error.filename is None:
            raise
        print(f"\n{error.filename}: {error.strerror}. Mend that, and run again.", file=sys.stderr)
        return 1


if __name__ == "__main__":
    sys.exit(main())
