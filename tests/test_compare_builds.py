"""The script that compares two builds finds each kind of difference, and none where there is none."""

import subprocess
import sys

import compare_builds
import pytest
from conftest import ROOT

RESULTS = {
    "01_corpora": "key,value,n,source\na.rows,1873.0,1873,counted\n",
    "03_values": "key,value,n,source,low,high\nb.delta,0.1,20,counted,-0.3,0.30000000000000004\n",
}
SCORECARD = "key,published,recomputed,verdict\na.rows,1900.0,1873.0,agrees\n"


def made(folder, results=None, scorecard=SCORECARD):
    (folder / "results").mkdir(parents=True)
    for name, text in (results or RESULTS).items():
        (folder / "results" / f"{name}.csv").write_text(text, encoding="utf-8")
    (folder / "scorecard.csv").write_text(scorecard, encoding="utf-8")
    return folder


def compared(tmp_path, results=None, scorecard=SCORECARD):
    before, after = made(tmp_path / "before"), made(tmp_path / "after", results, scorecard)
    run = subprocess.run(
        [sys.executable, ROOT / "tests" / "compare_builds.py", before, after],
        text=True,
        capture_output=True,
        check=False,
    )
    return run.returncode, run.stdout.splitlines()


def test_renumbered_chapters_with_the_same_values_are_the_same_build(tmp_path):
    renamed = {"01_lists": RESULTS["01_corpora"], "05_values": RESULTS["03_values"]}
    code, lines = compared(tmp_path, renamed)
    assert code == 0
    assert lines == [
        "results: 2 keys in both; 0 differ, 0 only before, 0 only after",
        "scorecard: 1 keys in both; 0 differ, 0 only before, 0 only after",
    ]


@pytest.mark.parametrize(
    ("old", "new", "line"),
    [
        # The last bit of an interval's end.
        (
            "0.30000000000000004",
            "0.3",
            "b.delta: high 0.30000000000000004 -> 0.3 (by 1.9e-16 of it)",
        ),
        ("b.delta,0.1,20", "b.delta,-0.1,20", "b.delta: value 0.1 -> -0.1 (by 2 of it)"),
        ("0.1,20", "0.1,21", "b.delta: n 20 -> 21 (by 0.05 of it)"),
        ("20,counted", "20,simulated", "b.delta: source counted -> simulated"),
        ("counted,-0.3", "counted,", "b.delta: low -0.3 -> (empty)"),
    ],
)
def test_each_cell_that_differs_is_named(tmp_path, old, new, line):
    changed = {name: text.replace(old, new) for name, text in RESULTS.items()}
    code, lines = compared(tmp_path, changed)
    assert code == 1
    assert lines[0].endswith("1 differ, 0 only before, 0 only after")
    assert lines[1].split(maxsplit=1) == ["differs", line]


def test_keys_of_one_build_alone_and_another_verdict_are_named(tmp_path):
    renamed = {"01_corpora": RESULTS["01_corpora"].replace("a.rows", "a.tracks")}
    code, lines = compared(tmp_path, renamed, SCORECARD.replace("agrees", "deviates"))
    assert code == 1
    assert [line.split(maxsplit=2) for line in lines if line.startswith("  only")] == [
        ["only", "before", "a.rows"],
        ["only", "before", "b.delta"],
        ["only", "after", "a.tracks"],
    ]
    assert lines[-1].split(maxsplit=1) == ["differs", "a.rows: verdict agrees -> deviates"]


def test_numbers_are_compared_by_their_bits_and_not_by_how_they_are_written():
    assert compare_builds.equal("1873", "1873.0") and compare_builds.equal("1e-3", "0.001")
    assert not compare_builds.equal("0.0", "-0.0")
    assert not compare_builds.equal("0.1", "0.10000000000000002")
    assert not compare_builds.equal("", "0")


def test_what_is_no_build_is_refused(tmp_path, capsys):
    good = str(made(tmp_path / "good"))
    twice = {"01_a": RESULTS["01_corpora"], "02_b": RESULTS["01_corpora"]}
    for wrong, said in (
        (tmp_path / "nowhere", "build its profile first"),
        (made(tmp_path / "twice", twice), "'a.rows' is in another file"),
    ):
        assert compare_builds.main([good, str(wrong)]) == 2
        assert said in capsys.readouterr().err
