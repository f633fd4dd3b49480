"""Where things are, and how a file is written."""

import pytest

from helpers import project


def test_write_atomic_leaves_the_old_file_when_it_fails(tmp_path, monkeypatch):
    path = tmp_path / "a" / "x.txt"
    project.write_atomic(path, "old")

    def stop(*_):
        raise KeyboardInterrupt

    monkeypatch.setattr(project.os, "replace", stop)
    with pytest.raises(KeyboardInterrupt):
        project.write_atomic(path, "new")
    assert path.read_text() == "old"


def test_hash_knows_where_a_part_ends():
    assert project.sha256("ab", "c") != project.sha256("a", "bc")


def test_each_feature_has_a_range():
    assert list(project.FEATURE_RANGES) == project.FEATURES and len(project.FEATURES) == 9
    assert all(low < high for low, high in project.FEATURE_RANGES.values())


def test_a_name_from_data_holds_no_markup():
    assert project.as_text("R&B / Soul") == "R&#38;B / Soul"
    assert (
        project.as_text("Dub & <b>$Bass$</b>") == "Dub &#38; &#60;b&#62;&#36;Bass&#36;&#60;/b&#62;"
    )


def test_counts_agree_with_their_nouns():
    assert [project.counted(n, "genre") for n in (0, 1, 2345)] == [
        "0 genres",
        "1 genre",
        "2,345 genres",
    ]
    assert project.counted(1, "analysis", "analyses") == "1 analysis"
    assert project.counted(2, "analysis", "analyses") == "2 analyses"
    assert project.counted_of(1, 1, "feature") == "1 of 1 feature"
    assert project.counted_of(1, 9, "feature") == "1 of 9 features"
    assert [project.by_number(n, "is", "are") for n in (0, 1, 2)] == ["are", "is", "are"]


def test_a_name_stands_on_a_page_with_spaces():
    assert project.spaced("audio_features") == "audio features"
    assert project.spaced("musicnn") == "musicnn"


def test_one_rule_shortens_a_list_of_names():
    assert project.shortened(["a", "b"], 2) == "a, b"
    assert project.shortened(range(1, 1204), 3) == "1, 2, 3 and 1,200 more"
    assert project.shortened([], 3) == ""
