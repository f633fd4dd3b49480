"""The command line: it fits the functions it calls, and nothing is imported that is not called."""

import inspect
import subprocess
import sys
from importlib import import_module

import pytest
from conftest import ROOT

from helpers import __main__ as line

MODULES = {name: module for name, module, _, _ in line.COMMANDS}
LEAST = {
    "compare-sets": ["own.yaml"],
    "init": ["mine", "a.csv", "b.csv"],
    "check": ["own.yaml"],
    "build": [],
    "site": [],
    "pdf": [],
    "slides": [],
    "sheet": [],
    "lab": [],
    "student": ["class"],
    "questions": [],
    "wheelhouse": [],
    "acquire": ["own.yaml"],
    "embed": ["music", "--out", "x.parquet"],
    "describe": ["music", "--out", "x.parquet"],
    "weights": [],
}
HELP = {
    "init": ["name", "LIST_OR_FOLDER"],
    "check": ["profile"],
    "build": [
        *("--profile", "demo, published, sleep, or a YAML file", "--only", "--jobs"),
        *("--param NOTEBOOK:NAME=VALUE", "--mirror DIR", "--without", "--force"),
    ],
    "site": ["--mirror DIR", "--jobs", "--without-pdf"],
    "pdf": [],
    "slides": ["--profile", "--chapters"],
    "sheet": [],
    "lab": ["DIR", "--no-browser"],
    "student": ["DIR", "--chapters CHAPTER", "--profile", "--overwrite"],
    "questions": [],
    "wheelhouse": ["--out DIR"],
    "acquire": ["profile", "--stage", "--dry-run", "ask nothing", "--mirror DIR"],
    "describe": ["audio", "--out FILE", "--jobs N", "--dask ADDRESS"],
    "embed": [
        *(
            "audio",
            "--out FILE",
            "--network",
            "--weights",
            "--hop SECONDS",
            "--precision",
            "--jobs",
        ),
        *("--backend", "--dask", "--audit", "measure what faster settings cost"),
    ],
    "weights": ["openl3", "musicnn", "--from FILE"],
    "compare-sets": ["profile", "--out DIR", "--most N", "--fewest N", "--together"],
}
WHOLE = {
    "init": (["mine", "a.csv", "b.csv"], {"name": "mine", "lists": ["a.csv", "b.csv"]}),
    "check": (["own.yaml"], {"profile": "own.yaml"}),
    "build": (
        [
            "--profile",
            "sleep",
            "--only",
            "a",
            "b",
            "--jobs",
            "3",
            "--param",
            "a:b=1",
            "--param",
            "a:c=2",
            "--mirror",
            "M",
            "--without",
            "genres",
            "--without",
            "features",
            "--force",
            "--without-pages",
        ],
        {
            "profile": "sleep",
            "only": ["a", "b"],
            "jobs": 3,
            "params": ["a:b=1", "a:c=2"],
            "mirror": "M",
            "without": ["genres", "features"],
            "force": True,
            "without_pages": True,
        },
    ),
    "site": (
        ["--mirror", "M", "--jobs", "1", "--without-pdf"],
        {"mirror": "M", "jobs": 1, "without_pdf": True},
    ),
    "pdf": ([], {}),
    "slides": (
        ["--profile", "demo", "--chapters", "a", "b"],
        {"profile": "demo", "chapters": ["a", "b"]},
    ),
    "sheet": ([], {}),
    "lab": (["copies", "--no-browser"], {"folder": "copies", "no_browser": True}),
    "student": (
        ["class", "--chapters", "03", "06", "--profile", "sleep", "--overwrite"],
        {"folder": "class", "chapters": ["03", "06"], "profile": "sleep", "overwrite": True},
    ),
    "questions": ([], {}),
    "wheelhouse": (["--out", "stick"], {"out": "stick"}),
    "acquire": (
        ["own.yaml", "--stage", "genres", "tracks", "--dry-run", "--mirror", "M"],
        {"profile": "own.yaml", "stage": ["genres", "tracks"], "dry_run": True, "mirror": "M"},
    ),
    "embed": (
        [
            "music",
            "--out",
            "x",
            "--network",
            "musicnn",
            "--weights",
            "W",
            "--hop",
            "0.5",
            "--precision",
            "int8",
            "--jobs",
            "2",
            "--backend",
            "openl3",
            "--dask",
            "tcp://h:1",
            "--audit",
            "--frames",
        ],
        {
            "audio": "music",
            "out": "x",
            "network": "musicnn",
            "weights": "W",
            "hop": 0.5,
            "precision": "int8",
            "jobs": 2,
            "backend": "openl3",
            "dask": "tcp://h:1",
            "audited": True,
            "frames": True,
        },
    ),
    "describe": (
        ["music", "--out", "x", "--jobs", "2", "--dask", "tcp://h:1"],
        {"audio": "music", "out": "x", "jobs": 2, "dask": "tcp://h:1"},
    ),
    "weights": (["musicnn", "--from", "W"], {"network": "musicnn", "source": "W"}),
    "compare-sets": (
        ["own.yaml", "--out", "x", "--most", "9", "--fewest", "4", "--together"],
        {"profile": "own.yaml", "out": "x", "most": 9, "fewest": 4, "together": True},
    ),
}


@pytest.mark.parametrize("command", MODULES)
def test_every_argument_is_a_parameter_of_what_is_called_whose_default_holds(command, monkeypatch):
    monkeypatch.delenv("MUSIC_FOR_PAIN_MIRROR", raising=False)
    parameters = inspect.signature(import_module(MODULES[command]).run).parameters
    given, expected = WHOLE[command]
    expected = {"module": MODULES[command], **expected}
    assert line.options([command, *given]) == expected and set(expected) - {"module"} == set(
        parameters
    )
    required = {
        name
        for name, parameter in parameters.items()
        if parameter.default is inspect.Parameter.empty
    }
    least = line.options([command, *LEAST[command]])
    del least["module"]
    assert required <= set(least)
    assert all(least[name] == parameters[name].default for name in set(least) - required)


def test_the_stages_that_can_be_named_are_those_there_are():
    from helpers import acquire

    assert line.options(["acquire", "x", "--stage", *acquire.STAGES])["stage"] == list(
        acquire.STAGES
    )


@pytest.mark.parametrize(
    "argv",
    [
        ["build", "--without", "tracks"],
        ["acquire", "x", "--stage", "rest"],
        ["embed", "x", "--out", "y", "--hop", "a"],
        ["embed", "x"],
        ["embed", "x", "--out", "y", "--hop", "0"],
        ["embed", "x", "--out", "y", "--jobs", "0"],
        ["build", "--jobs", "0"],
        ["build", "--jobs", "two"],
        ["acquire"],
        ["build", "--colour"],
        ["nothing"],
        [],
    ],
)
def test_what_is_no_choice_no_number_or_lacking_ends_with_argparse_s_own_words(argv, capsys):
    with pytest.raises(SystemExit) as caught:
        line.options(argv)
    assert caught.value.code == 2 and "usage: python -m helpers" in capsys.readouterr().err


@pytest.mark.parametrize("command", ["build", "acquire"])
def test_the_mirror_of_the_environment_holds_where_none_is_given(command, monkeypatch):
    monkeypatch.setenv("MUSIC_FOR_PAIN_MIRROR", "E")
    assert line.options([command, *LEAST[command]])["mirror"] == "E"
    assert line.options([command, *LEAST[command], "--mirror", "M"])["mirror"] == "M"


@pytest.mark.parametrize("command", [[], *([name] for name in MODULES)])
def test_help_needs_no_package_and_says_every_argument(command):
    # -S: without the environment's packages.
    run = subprocess.run(
        [sys.executable, "-S", "-m", "helpers", *command, "--help"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    assert run.returncode == 0, run.stderr
    said = " ".join(run.stdout.split())
    for argument in HELP[command[0]] if command else [*MODULES, "install"]:
        assert argument in said


def test_a_missing_package_is_named_with_the_mend():
    run = subprocess.run(
        [sys.executable, "-S", "-m", "helpers", "build"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    assert (
        run.returncode == 1
        and "is missing. Run: make book (or: python -m helpers install)" in run.stderr
    )
    assert "Traceback" not in run.stderr


def test_only_the_called_command_s_module_is_imported():
    code = (
        "import sys; from helpers import __main__ as line\n"
        "failed = line.main(['weights', '--from', 'nowhere'])\n"
        "others = {'helpers.build', 'helpers.acquire', 'papermill'} & set(sys.modules)\n"
        "sys.exit(7 if failed and not others else str(others))"
    )
    run = subprocess.run(
        [sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=False
    )
    assert run.returncode == 7 and "--from: nowhere is absent" in run.stderr, run.stderr


def test_long_work_says_a_first_line_before_its_libraries_are_imported(capsys, monkeypatch):
    assert set(line.FIRST_LINES) <= set(MODULES.values())

    def imported(name):
        raise ModuleNotFoundError(name="pandas")

    monkeypatch.setattr(line, "import_module", imported)
    for command in ("build", "site", "student", "acquire", "embed", "describe"):
        with pytest.raises(SystemExit):
            line.main([command, *LEAST[command]])
        assert capsys.readouterr().out.rstrip("\n").endswith(("...", "looking for audio files."))


def test_the_runner_starts_without_the_large_libraries_that_chapters_use():
    heavy = "('altair', 'matplotlib', 'scipy.stats', 'seaborn', 'sklearn', 'statsmodels', 'umap')"
    asks = f"import sys, helpers.build; print([name for name in {heavy} if name in sys.modules])"
    asked = subprocess.run(
        [sys.executable, "-c", asks], cwd=ROOT, capture_output=True, text=True, check=True
    )
    assert asked.stdout == "[]\n"
