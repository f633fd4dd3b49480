"""Feature sets of one's own: what is read of their tables, and how each fault is told."""

import re
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from helpers.project import ProjectError
from helpers.readers import set_tables

IDS = ["t1", "t2", "t3"]


def read(folder, *tables, suffix="parquet"):
    paths = []
    for number, table in enumerate(tables):
        path = folder / f"mine{number}.{suffix}"
        (table.to_parquet if suffix == "parquet" else table.to_csv)(path, index=False)
        paths.append(path)
    return set_tables.read_set("mine", paths, IDS)


@pytest.fixture
def plain():
    return pd.DataFrame({"track_id": IDS, "a": [1.0, 2.0, 3.0], "b": [4, 5, 6]})


@pytest.mark.parametrize("suffix", ["parquet", "csv"])
def test_a_table_is_read_with_its_numbers_and_without_what_lists_say_of_tracks(
    tmp_path, plain, suffix
):
    table = plain.assign(artist="x", title="y", genre="Pop", year=1999, source="by hand")
    found = read(tmp_path, table, suffix=suffix)
    pd.testing.assert_frame_equal(found.rows, plain.astype({"b": float, "track_id": "str"}))
    assert found.source == "by hand"
    assert "mine from mine0" in found.summary and "3 of 3 tracks, 2 numbers each" in found.summary


def test_ids_may_be_links_and_the_source_is_the_file_where_it_says_none(tmp_path, plain):
    table = plain.assign(track_id="spotify:track:" + plain["track_id"])
    found = read(tmp_path, table.rename(columns={"track_id": "Spotify URI"}))
    assert found.rows["track_id"].tolist() == IDS and found.source == "mine0.parquet"


def test_decimal_commas_and_blank_cells(tmp_path):
    path = tmp_path / "mine.csv"
    path.write_text("track_id;a;b\nt1;1,5;2\nt2;;3\nt3;2,5;\n", encoding="utf-8")
    found = set_tables.read_set("mine", [path], IDS).rows
    assert found["a"].tolist()[::2] == [1.5, 2.5] and np.isnan(found["a"][1])
    assert found["b"].tolist()[:2] == [2, 3] and np.isnan(found["b"][2])


def test_repeats_strangers_and_empty_rows_are_left_out_and_counted(tmp_path, plain):
    stranger = pd.DataFrame({"track_id": ["zz"], "a": [1.0], "b": [1]})
    table = pd.concat([plain, plain[:1], stranger], ignore_index=True)
    table.loc[1, ["a", "b"]] = np.nan
    found = read(tmp_path, table)
    assert found.rows["track_id"].tolist() == ["t1", "t3"]
    assert "1 rows repeated and dropped, 1 of unknown tracks and 1 without any number" in (
        found.summary
    )


def test_several_files_of_one_set_are_one_table_whatever_the_order_of_their_columns(
    tmp_path, plain
):
    found = read(tmp_path, plain[:2], plain[2:][["b", "track_id", "a"]])
    assert found.rows.to_dict("list") == {
        "track_id": IDS,
        "a": [1.0, 2.0, 3.0],
        "b": [4.0, 5.0, 6.0],
    }


def faults(plain):
    twice = pd.concat([plain, plain[1:2].assign(a=9.0)], ignore_index=True)
    return {
        "text": (
            [plain.assign(b=["loud", "soft", "loud"])],
            "mine0.parquet, column b: it holds text, such as 'loud'.*Leave the column out",
        ),
        "a word": (
            [plain.assign(b=["1", "x", "3"])],
            "mine0.parquet, column b, row 2: 'x' is no number. Mend it",
        ),
        "infinite": (
            [plain.assign(a=[1, np.inf, 2])],
            "mine0.parquet, column a, row 2: the number is infinite",
        ),
        "duplicate": (
            [twice],
            r"feature_sets.mine: the id 't2' stands more than once with different numbers \(.*"
            r"mine0.parquet, rows 2, 4\). Keep one row a track",
        ),
        "duplicate in two files": (
            [plain[:2], twice[2:]],
            r"mine0.parquet, row 2; .*mine1.parquet, row 2\). Keep one row a track",
        ),
        "column count": (
            [plain[:2], plain[2:].assign(c=1.0)],
            "feature_sets.mine: .*mine0.parquet has 2 columns of numbers and .*mine1.parquet 3; "
            "they differ in c. Name files with the same columns",
        ),
        "no ids": (
            [plain.rename(columns={"track_id": "who"})],
            "mine0.parquet: no column of track ids. Found: who, a, b. Call the column track_id",
        ),
        "no numbers": ([plain[["track_id"]]], "no columns of numbers beside track_id"),
        "strangers": (
            [plain.assign(track_id=["x", "y", "z"])],
            r"mine0.parquet \(feature_sets.mine\): none of its 3 ids is a track of this profile, "
            "such as 'x'. Check the column of ids",
        ),
    }


@pytest.mark.parametrize("fault", list(faults(pd.DataFrame({"track_id": IDS, "a": 1.0, "b": 2}))))
def test_each_fault_names_file_place_and_next_step(tmp_path, plain, fault):
    tables, said = faults(plain)[fault]
    with pytest.raises(ProjectError) as told:
        read(tmp_path, *tables)
    assert re.search(said, str(told.value)), str(told.value)


def test_tables_that_were_computed_otherwise_are_no_one_set(tmp_path, plain):
    one, other = plain[:2].copy(), plain[2:].copy()
    one.attrs["settings"], other.attrs["settings"] = {"hop": 0.1}, {"hop": 1.0}
    with pytest.raises(ProjectError, match="they differ in hop: 0.1 and 1.0"):
        read(tmp_path, one, other)
    one.attrs["settings"] = {"frames": True}
    with pytest.raises(ProjectError, match="one row a window"):
        read(tmp_path, one)


def test_a_number_out_of_its_range_is_told_with_its_track(plain):
    set_tables.check_ranges("mine", plain, {"a": (0, 3)}, [Path("m.csv")])
    with pytest.raises(
        ProjectError, match=r"column a: 3 of the track 't3' is not within 0 to 2.5 \(1 such rows\)"
    ):
        set_tables.check_ranges("mine", plain, {"a": (0, 2.5)}, [Path("m.csv")])
