"""Embeddings in the authors' format, from a made mirror through the profile `published`, and tables that a profile names."""

import numpy as np
import pandas as pd
import pytest
from test_corpora import files, published  # noqa: F401

from helpers import corpora, downloads, ledger, profiles, project, tables
from helpers.project import DIMENSIONS, ProjectError
from helpers.readers.embedding_tables import one_a_track
from helpers.readers.published import read_embeddings

# Ids as in test_corpora: p1 is listed twice, s1 and s4 are in both corpora.
IDS = {"PMD": ["p1", "p2", "s1", "p1", "s4"], "EMD": ["e1", "s1", "e2", "s4"]}


def vectors(ids):
    """The same 512 numbers for the same id."""
    return np.array(
        [np.random.default_rng([ord(c) for c in i or ""]).random(512, dtype="float32") for i in ids]
    )


def made(ids, spelling="embedding_{}", **columns):
    table = pd.DataFrame(vectors(ids), columns=[spelling.format(k) for k in range(512)])
    return table.assign(**{"Track ID": ids, **columns})


@pytest.fixture
def mirror(published, tmp_path):  # noqa: F811
    """Write both embeddings files into the mirror and their blob ids into its registry."""
    folder = tmp_path / "mirror" / "data"
    (folder / "EMD").mkdir(exist_ok=True)
    text = [
        line
        for line in (tmp_path / "registry.csv").read_text().splitlines()
        if "embeddings" not in line
    ]

    def write(pmd=None, emd=None):
        rows = []
        for corpus, table in (("PMD", pmd), ("EMD", emd)):
            path = folder / corpus / f"{corpus}_audio_embeddings.csv"
            (made(IDS[corpus]) if table is None else table).to_csv(path, index=False)
            rows.append(
                f"{corpus.lower()}_embeddings,me/mine,c0ffee1234,data/{corpus}/{path.name},{downloads.blob_id(path)},,"
                "MIT,published,embeddings"
            )
        (tmp_path / "registry.csv").write_text("\n".join(text + rows) + "\n")
        return tmp_path / "mirror"

    return write


def refused(published, mirror, said):  # noqa: F811
    with pytest.raises(ProjectError, match=said):
        corpora.prepare(published, mirror)


def changed(corpus, row, column, value):
    table = made(IDS[corpus]).astype({column: object})
    table.loc[row, column] = value
    return table


@pytest.mark.parametrize(
    ("spelling", "more"),
    [("embedding_{}", {}), ("{}", {"reducedGenre": "Pop"}), ("{}", {"": range(5)})],
)
def test_a_file_in_the_authors_format_goes_through_unchanged(
    published, mirror, spelling, more, capsys
):  # noqa: F811
    folder = mirror(made(IDS["PMD"], spelling, **more)[::-1].iloc[:, ::-1])
    assert corpora.prepare(published, folder) == {}
    table = corpora.load(published, "embeddings").set_index("track_id")
    assert sorted(table.index) == ["e1", "e2", "p1", "p2", "s1", "s4"]
    assert np.array_equal(table[DIMENSIONS].to_numpy(), vectors(table.index))
    assert table.loc[["p2", "e1"], "source"].tolist() == [
        "PMD_audio_embeddings.csv@c0ffee1",
        "EMD_audio_embeddings.csv@c0ffee1",
    ]
    # The seventh id, e3, has no embedding here.
    assert (
        "6 of 7 tracks; 9 rows read, 0 with a missing number and 0 of unknown tracks left out, 3 repeated, of which 0 with "
        "other values"
    ) in capsys.readouterr().out


def test_511_columns_are_refused(published, mirror):  # noqa: F811
    refused(
        published,
        mirror(made(IDS["PMD"]).drop(columns="embedding_17")),
        "PMD_audio_embeddings.csv: 1 columns 'Track ID' and 511 of numbers; expected one and 512, .*--without embeddings",
    )


@pytest.mark.parametrize(
    "table",
    [
        made(["p1"]).rename(columns={"embedding_3": "embedding_512"}),
        made(["p1"]).rename(columns={"embedding_3": "4"}),
        made(["p1"]).rename(columns={"Track ID": "id"}),
    ],
)
def test_other_columns_are_refused(published, mirror, table):  # noqa: F811
    refused(
        published,
        mirror(emd=table),
        "EMD_audio_embeddings.csv: . columns 'Track ID' and 51. of numbers",
    )


def test_text_in_place_of_a_number_is_refused(published, mirror):  # noqa: F811
    refused(
        published,
        mirror(changed("PMD", 1, "embedding_5", "loud")),
        "PMD_audio_embeddings.csv cannot be read .*'loud'",
    )


@pytest.mark.parametrize("value", ["", "nan", "inf"])
def test_a_row_with_a_missing_number_is_left_out_and_counted(published, mirror, value, capsys):  # noqa: F811
    corpora.prepare(published, mirror(changed("PMD", 1, "embedding_5", value)))
    assert "p2" not in set(corpora.load(published, "embeddings")["track_id"])
    assert "5 of 7 tracks; 9 rows read, 1 with a missing number" in capsys.readouterr().out


def test_of_a_repeated_id_with_other_values_the_first_row_is_kept_and_the_gap_said(
    published, mirror, capsys
):  # noqa: F811
    corpora.prepare(
        published, mirror(emd=changed("EMD", 1, "embedding_0", vectors(["s1"])[0, 0] + 2))
    )
    kept = corpora.load(published, "embeddings").set_index("track_id").loc["s1"]
    assert np.array_equal(kept[DIMENSIONS].to_numpy("float32"), vectors(["s1"])[0])
    assert (
        "3 repeated, of which 1 with other values (by 2 at most): the first row"
        in capsys.readouterr().out
    )


def test_an_id_in_neither_corpus_or_none_at_all_is_left_out_and_counted(published, mirror, capsys):  # noqa: F811
    corpora.prepare(published, mirror(made(["p1", "stranger", None])))
    assert sorted(corpora.load(published, "embeddings")["track_id"]) == [
        "e1",
        "e2",
        "p1",
        "s1",
        "s4",
    ]
    assert (
        "7 rows read, 0 with a missing number and 2 of unknown tracks left out"
        in capsys.readouterr().out
    )


def test_files_without_a_known_id_are_refused(published, mirror):  # noqa: F811
    refused(
        published,
        mirror(made(["x"]), made(["y"])),
        "no row of 2 is whole and of a track of this profile",
    )


@pytest.mark.parametrize("gone", ["PMD", "EMD"])
def test_where_a_file_is_absent_embeddings_are_named_as_absent(published, mirror, gone):  # noqa: F811
    folder = mirror()
    path = folder / f"data/{gone}/{gone}_audio_embeddings.csv"
    path.unlink()
    assert corpora.prepare(published, folder) == {"embeddings": str(path)}
    assert "embeddings" in ledger.inputs(published, corpora.load(published, "tracks"))
    with pytest.raises(ProjectError, match="embeddings.parquet has not been made"):
        corpora.load(published, "embeddings")


def test_done_without_they_are_named_as_absent_and_an_older_table_goes(published, mirror):  # noqa: F811
    folder = mirror()
    corpora.prepare(published, folder)
    assert corpora.prepare(published, folder, ["embeddings"]) == {
        "embeddings": "this build: --without"
    }
    assert not tables.table_path(published, "embeddings").exists()


def test_a_corrupt_file_is_an_error(published, mirror):  # noqa: F811
    folder = mirror()
    with open(folder / "data/EMD/EMD_audio_embeddings.csv", "a") as file:
        file.write("\n")
    refused(published, folder, "EMD_audio_embeddings.csv: the content has git blob id")


def test_the_csv_is_read_once(published, mirror, monkeypatch):  # noqa: F811
    folder = mirror()
    corpora.prepare(published, folder)
    monkeypatch.setattr("helpers.readers.published.read_embeddings", None)
    corpora.prepare(published, folder)
    assert len(corpora.load(published, "embeddings")) == 6


def test_tables_that_notebooks_write_are_left_alone(published, mirror):  # noqa: F811
    maps = pd.DataFrame(
        {
            "map": ["PMD"],
            "corpus": ["PMD"],
            "row": [0],
            "track_id": ["p1"],
            "feature_set": ["embeddings"],
            "x": [0.5],
            "y": [1.0],
            "seed": [42],
        }
    )
    tables.write_table(published, "maps", maps)
    corpora.prepare(published, mirror())
    pd.testing.assert_frame_equal(corpora.load(published, "maps"), maps)


def test_the_shipped_registry_pins_both_files():
    table = downloads.read_registry(profiles.load_profile("published"))
    assert table.index[table["needed"] == "embeddings"].tolist() == [
        "pmd_embeddings",
        "emd_embeddings",
    ]


@pytest.mark.parametrize("named", ["one.parquet", ["one.parquet", "two.parquet"]])
def test_a_profile_names_tables_of_its_own_beside_it_or_from_the_root(tmp_path, named):
    (tmp_path / "one.parquet").touch()
    (tmp_path / "mine.yaml").write_text(
        (profiles.PROFILES / "published.yaml").read_text() + f"embeddings: {named}\n"
    )
    assert profiles.load_profile(str(tmp_path / "mine.yaml")).embeddings == tuple(
        str((tmp_path if name == "one.parquet" else project.ROOT) / name)
        for name in ([named] if isinstance(named, str) else named)
    )


def test_a_wrong_key_says_what_was_found(tmp_path):
    (tmp_path / "mine.yaml").write_text(
        (profiles.PROFILES / "published.yaml").read_text() + "embeddings: 5\n"
    )
    with pytest.raises(ProjectError, match="embeddings: .*found 5"):
        profiles.load_profile(str(tmp_path / "mine.yaml"))


def test_a_named_table_that_is_not_there_is_an_error_that_names_the_key(
    published, mirror, tmp_path
):  # noqa: F811
    run = published.model_copy(update={"embeddings": (str(tmp_path / "mine.parquet"),)})
    refused(
        run, mirror(), "mine.parquet: there is no such file.*key `embeddings`.*--without embeddings"
    )
    assert corpora.prepare(run, mirror(), ["embeddings"]) == {"embeddings": "this build: --without"}


def test_a_changed_row_is_not_the_whole_table(tmp_path):
    path = tmp_path / "x.csv"
    made(["a", "b"]).to_csv(path, index=False)
    table = one_a_track(read_embeddings(path, "mine"), ["b"])
    assert table["track_id"].tolist() == ["b"] and table["source"].tolist() == ["mine"]
    tables.schemas()["embeddings"].validate(table)


def test_tables_that_a_profile_names_take_the_place_of_the_authors(
    published, mirror, tmp_path, capsys
):  # noqa: F811
    named = []
    for name, ids in (("one", ["p1", "s1"]), ("two", ["e1", "s1", "stranger"])):
        table = pd.DataFrame(vectors(ids), columns=DIMENSIONS).assign(source="computed here")
        table.insert(0, "track_id", ids)
        named.append(str(tmp_path / f"{name}.parquet"))
        table.to_parquet(named[-1])
    run = published.model_copy(update={"embeddings": tuple(named)})
    assert corpora.prepare(run, mirror(made(["broken"]).iloc[:, 1:])) == {}
    table = corpora.load(run, "embeddings").set_index("track_id")
    assert sorted(table.index) == ["e1", "p1", "s1"] and set(table["source"]) == {"computed here"}
    assert np.array_equal(table[DIMENSIONS].to_numpy(), vectors(table.index))
    assert (
        "3 of 7 tracks; 4 rows read, 0 with a missing number and 1 of unknown tracks left out"
        in capsys.readouterr().out
    )


def test_embeddings_of_the_users_own_get_no_verdict(published, mirror, tmp_path, monkeypatch):  # noqa: F811
    table = pd.DataFrame(vectors(["p1", "e1"]), columns=DIMENSIONS).assign(source="computed here")
    table.insert(0, "track_id", ["p1", "e1"])
    table.to_parquet(tmp_path / "mine.parquet")
    run = published.model_copy(update={"embeddings": (str(tmp_path / "mine.parquet"),)})
    claims = ledger.published().loc[["clustering.all.ari.PMD.embeddings", "genres.entropy.PMD"]]
    monkeypatch.setattr(ledger, "published", lambda *_: claims)
    for profile, said in ((run, "not comparable: source computed here"), (published, "reproduced")):
        corpora.prepare(profile, mirror())
        ledger.record(
            profile,
            "x",
            [
                (key, row["value"], row["n"], "s", row["value"], row["value"])
                for key, row in claims.iterrows()
            ],
        )
        assert ledger.scorecard(profile, corpora.load(profile, "tracks"))["verdict"].tolist() == [
            said,
            "reproduced",
        ]
