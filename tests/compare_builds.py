"""Compares what two builds recorded, key by key and bit for bit, and lists what differs.

    python tests/compare_builds.py BEFORE AFTER

Each is a folder of a build's products, such as `build/demo`, or a copy of one made before a change.
Read are `results/*.csv`, whatever the chapters are called that recorded them, and `scorecard.csv`.
The exit code is 0 where nothing differs, 1 where something does, 2 where a folder is no build's.
"""

import argparse
import csv
import struct
import sys
from dataclasses import dataclass
from pathlib import Path

# Rows of a table by key, each a mapping of column to text.
Table = dict[str, dict[str, str]]


class NotABuildError(Exception):
    """A folder that does not hold what a build writes."""


@dataclass(frozen=True)
class Difference:
    """One cell that two builds do not have in common.

    Attributes
    ----------
    key, column : str
    before, after : str
        As the files have them; empty where a cell is.
    """

    key: str
    column: str
    before: str
    after: str

    def __str__(self) -> str:
        text = f"{self.key}: {self.column} {self.before or '(empty)'} -> {self.after or '(empty)'}"
        numbers = as_number(self.before), as_number(self.after)
        if None in numbers or not numbers[0]:
            return text
        return f"{text} (by {abs((numbers[1] - numbers[0]) / numbers[0]):.2g} of it)"


@dataclass(frozen=True)
class Comparison:
    """What two tables do and do not have in common.

    Attributes
    ----------
    shared : int
        Keys that both have.
    only_before, only_after : list of str
        Keys that one has alone.
    differing : list of Difference
    """

    shared: int
    only_before: list[str]
    only_after: list[str]
    differing: list[Difference]

    @property
    def same(self) -> bool:
        """Whether the tables are equal."""
        return not (self.only_before or self.only_after or self.differing)


def read_table(path: Path) -> Table:
    """Rows of a CSV file by their key.

    Parameters
    ----------
    path : Path
        With a column `key`.

    Returns
    -------
    dict of str to dict of str to str

    Raises
    ------
    NotABuildError
        Without that column, or where a key stands twice.
    """
    table: Table = {}
    with open(path, encoding="utf-8", newline="") as file:
        for row in csv.DictReader(file):
            if "key" not in row:
                raise NotABuildError(
                    f"{path} has no column `key`: name a folder such as build/demo"
                )
            key = row.pop("key")
            if key in table:
                raise NotABuildError(f"{path} has the key {key!r} twice: build that profile again")
            table[key] = row
    return table


def read_results(folder: Path) -> Table:
    """What all chapters of a build recorded.

    Parameters
    ----------
    folder : Path
        Products of a build, such as `build/demo`.

    Returns
    -------
    dict of str to dict of str to str

    Raises
    ------
    NotABuildError
        If there are no results, or two chapters recorded one key.
    """
    paths = sorted((folder / "results").glob("*.csv"))
    if not paths:
        raise NotABuildError(f"{folder} holds no results/*.csv: build its profile first")
    results: Table = {}
    for path in paths:
        table = read_table(path)
        twice = sorted(table.keys() & results.keys())
        if twice:
            raise NotABuildError(
                f"{path}: {twice[0]!r} is in another file of {path.parent} too; delete the one "
                "that no chapter writes any more"
            )
        results |= table
    return results


def as_number(text: str) -> float | None:
    """The number that a cell holds; `None` where it holds none."""
    try:
        return float(text)
    except ValueError:
        return None


def equal(before: str, after: str) -> bool:
    """Whether two cells hold the same: of numbers every bit, of anything else the text."""
    numbers = as_number(before), as_number(after)
    if None in numbers:
        return before == after
    return struct.pack("d", numbers[0]) == struct.pack("d", numbers[1])


def compare(before: Table, after: Table) -> Comparison:
    """Two tables, cell by cell; a column that one lacks counts as empty.

    Parameters
    ----------
    before, after : dict of str to dict of str to str

    Returns
    -------
    Comparison
    """
    shared = [key for key in before if key in after]
    differing = []
    for key in shared:
        for column in dict.fromkeys([*before[key], *after[key]]):
            old, new = before[key].get(column, ""), after[key].get(column, "")
            if not equal(old, new):
                differing.append(Difference(key, column, old, new))
    return Comparison(
        len(shared),
        [key for key in before if key not in after],
        [key for key in after if key not in before],
        differing,
    )


def report(name: str, found: Comparison) -> list[str]:
    """What a comparison found, in lines.

    Parameters
    ----------
    name : str
        What was compared.
    found : Comparison

    Returns
    -------
    list of str
    """
    cells = found.differing
    lines = [
        f"{name}: {found.shared:,} keys in both; {len({cell.key for cell in cells}):,} differ, "
        f"{len(found.only_before):,} only before, {len(found.only_after):,} only after"
    ]
    lines += [f"  differs      {cell}" for cell in cells]
    lines += [f"  only before  {key}" for key in found.only_before]
    lines += [f"  only after   {key}" for key in found.only_after]
    return lines


def main(arguments: list[str] | None = None) -> int:
    """Compare two builds and print what differs.

    Parameters
    ----------
    arguments : list of str, optional
        By default those of the command line.

    Returns
    -------
    int
        The exit code.
    """
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("before", type=Path, help="folder of a build, such as build/demo")
    parser.add_argument("after", type=Path, help="the same of another build")
    places = parser.parse_args(arguments)
    try:
        found = {
            "results": compare(read_results(places.before), read_results(places.after)),
            "scorecard": compare(
                read_table(places.before / "scorecard.csv"),
                read_table(places.after / "scorecard.csv"),
            ),
        }
    except (NotABuildError, FileNotFoundError) as error:
        print(error, file=sys.stderr)
        return 2
    for name, comparison in found.items():
        print("\n".join(report(name, comparison)))
    return 0 if all(comparison.same for comparison in found.values()) else 1


if __name__ == "__main__":
    sys.exit(main())
