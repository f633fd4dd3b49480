"""Tables of features that users bring: four spellings read alike, each fault named with file, rows, column and next step."""

import numpy as np
import pandas as pd
import pytest
import test_corpora
from test_corpora import files, published  # noqa: F401

from helpers import corpora, ledger, profiles, project, tables
from helpers.project import FEATURES, ProjectError
from helpers.readers import feature_tables
from helpers.readers.feature_tables import read_features
from helpers.stats import counts, design, ranks

IDS = ["p1", "p2", "s1", "s4", "e1"]


@pytest.fixture
def plain():
    """Five tracks; values differ by row and feature, loudness and tempo in their own units."""
    table = pd.DataFrame(
        {name: 0.1 * np.arange(1, 6) + 0.01 * k for k, name in enumerate(FEATURES)}
    )
    table["loudness"], table["tempo"] = [-20.0, -10, -7.5, -5, 0.5], [60.0, 90, 120, 150, 200]
    return table.assign(track_id=IDS)


def spell(table, how):
    title = {name: name.capitalize() for name in FEATURES}
    ids = table["track_id"]
    if how == "spotify":
        return table.rename(columns={"track_id": "id"}).assign(
            key=1, mode=0, uri="spotify:track:" + ids
        )
    if how == "authors":
        return table.rename(columns={**title, "track_id": "Track ID"})
    if how == "reccobeats":
        href = "https://open.spotify.com/track/" + ids
        return table.drop(columns="track_id").assign(
            id=[f"uuid-{k}" for k in range(5)], href=href, isrc="NL"
        )
    if how == "old exportify":
        return table.rename(columns={**title, "track_id": "Spotify ID"})
    return (
        table.drop(columns="track_id")
        .rename(columns=title)
        .assign(
            **{
                "Track URI": "spotify:track:" + ids,
                "Artist Name(s)": "A;B",
                "Genres": "pop",
                "Key": 3,
            }
        )
    )


def save(tmp_path, table, name="mine.csv"):
    path = tmp_path / name
    table.to_parquet(path) if path.suffix == ".parquet" else table.to_csv(path, index=False)
    return path


def refused(tmp_path, table, said):
    with pytest.raises(ProjectError, match=said) as caught:
        read_features(save(tmp_path, table), IDS)
    assert str(tmp_path / "mine.csv") in str(caught.value)


@pytest.mark.parametrize("ending", ["csv", "parquet"])
@pytest.mark.parametrize("how", ["spotify", "authors", "reccobeats", "exportify", "old exportify"])
def test_every_spelling_gives_the_same_table(tmp_path, plain, how, ending):
    path = save(tmp_path, spell(plain, how), f"mine.{ending}")
    found, said = read_features(path, IDS)
    expected = plain[["track_id", *FEATURES]].assign(source=path.name)
    pd.testing.assert_frame_equal(found, expected, check_dtype=False, rtol=1e-12)
    assert "5 of 5 tracks" in said


def test_blank_values_are_missing_and_a_byte_order_mark_is_no_part_of_a_name(tmp_path, plain):
    path = tmp_path / "mine.csv"
    plain.astype({"tempo": object}).assign(tempo=[60, "", " ", 150, 200])[
        ["track_id", *FEATURES]
    ].to_csv(path, index=False, encoding="utf-8-sig")
    assert read_features(path, IDS)[0]["tempo"].isna().tolist() == [False, True, True, False, False]


def test_local_files_and_episodes_of_an_export_are_unknown_tracks_and_ids_of_one_s_own_stand_as_they_are(
    tmp_path, plain
):
    ids = [
        "spotify:track:p1",
        "spotify:local:A:B:C d:180",
        "spotify:episode:s1",
        "01 My song?",
        "https://open.spotify.com/track/e1?si=1",
    ]
    found, said = read_features(
        save(tmp_path, plain.drop(columns="track_id").assign(**{"Track URI": ids})),
        ["p1", "01 My song?", "e1"],
    )
    assert (
        found["track_id"].tolist() == ["p1", "01 My song?", "e1"]
        and found["energy"].tolist() == plain.loc[[0, 3, 4], "energy"].tolist()
    )
    assert (
        "4 rows read, 0 without an id, 0 repeated and dropped, 1 of unknown tracks left out" in said
    )


def test_columns_of_the_very_same_name_are_refused_too(tmp_path, plain):
    (tmp_path / "mine.csv").write_text(
        plain.assign(double=0.5).to_csv(index=False).replace("double", "energy")
    )
    with pytest.raises(ProjectError, match="'energy' and 'energy' all stand for energy"):
        read_features(tmp_path / "mine.csv", IDS)


def test_a_missing_column_lists_what_was_found_and_what_is_expected(tmp_path, plain):
    refused(
        tmp_path,
        plain.drop(columns=["tempo", "track_id"]),
        "no column for tempo, track_id. Found: danceability.*Expected.*: tempo or bpm; trackid or spotifyid or .* Rename",
    )


def test_two_columns_for_one_feature_are_refused(tmp_path, plain):
    refused(
        tmp_path, plain.assign(Energy=0.5), "'energy' and 'Energy' all stand for energy. Keep one"
    )


@pytest.mark.parametrize(
    ("column", "values", "said"),
    [
        (
            "energy",
            [0.1, "loud", 0.3, "quiet", 0.5],
            "column energy, rows 2, 4: 'loud' is no number. Mend it",
        ),
        (
            "valence",
            [0.1, 0.2, 1.2, 0.4, -0.1],
            "column valence, rows 3, 5: '1.2' is not within 0 to 1",
        ),
        ("tempo", [60, 70, 80, 900, 100], "column tempo, row 4: '900' is not within 0 to 300"),
        (
            "loudness",
            [-5, -70, -5, 9, -5],
            "column loudness, rows 2, 4: '-70' is not within -60 to 6",
        ),
        (
            "energy",
            [55, 70, 3, 88, 0],
            "column energy, rows 1, 2, 3, 4: the values look like percent.*Divide",
        ),
        (
            "loudness",
            [0.1, 0.9, 0.5, 0.7, 1],
            "column loudness, rows 1, 2, 3, 4, 5: the values look linear.*dB",
        ),
        ("track_id", ["NA", "", "nan", "None", " "], "no row has a track id. Fill them in"),
        (
            "source",
            ["spotify", "spotify", "reccobeats", "", "spotify"],
            "column source: 'spotify', 'reccobeats', ''.*keep one source",
        ),
        (
            "track_id",
            ["p1", "p1", "s1", "s4", "e1"],
            "rows 1, 2: id 'p1'.*more than once, with different values",
        ),
        ("track_id", list("vwxyz"), "none of its 5 ids is a track of this profile, such as 'v'"),
    ],
)
def test_each_fault_names_rows_column_and_next_step(tmp_path, plain, column, values, said):
    refused(
        tmp_path,
        plain.astype({column: object} if column in plain else {}).assign(**{column: values}),
        said,
    )


def test_many_rows_at_fault_are_counted_not_listed(tmp_path, plain):
    refused(
        tmp_path,
        pd.concat([plain.assign(tempo=900)] * 2, ignore_index=True).assign(
            track_id=[f"t{k}" for k in range(10)]
        ),
        "column tempo, rows 1, 2, 3, 4, 5 and 5 more",
    )


def test_rows_without_an_id_are_left_out_and_counted(tmp_path, plain):
    found, said = read_features(save(tmp_path, plain.assign(track_id=["p1", "NA", *IDS[2:]])), IDS)
    assert len(found) == 4 and "1 without an id" in said


def test_decimal_commas_of_a_spreadsheet_are_numbers(tmp_path, plain):
    path = tmp_path / "mine.csv"
    plain.to_csv(path, index=False, sep=";", decimal=",")
    assert read_features(path, IDS)[0]["tempo"].tolist() == plain["tempo"].tolist()


def test_several_tables_are_one_and_the_first_values_of_a_track_are_kept(tmp_path, plain):
    first = read_features(save(tmp_path, plain.head(3), "a.csv"), IDS)[0]
    second = read_features(save(tmp_path, plain.assign(tempo=99.0), "b.csv"), IDS)[0]
    found, said = feature_tables.together([first, second])
    assert found["source"].tolist() == ["a.csv"] * 3 + ["b.csv"] * 2
    assert said.startswith("3 tracks stand in several tables")


def test_repeats_with_the_same_values_are_dropped_and_unknown_ids_left_out_both_counted(
    tmp_path, plain
):
    table = pd.concat([plain, plain.iloc[[0, 2]], plain.iloc[[1]].assign(track_id="stranger")])
    found, said = read_features(save(tmp_path, table), [*IDS, "asked-in-vain"])
    assert sorted(found["track_id"]) == sorted(IDS)
    assert (
        "5 of 6 tracks; 8 rows read, 0 without an id, 2 repeated and dropped, 1 of unknown tracks left out"
        in said
    )


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"", "cannot be read"),
        (b"track_id\x00,\n", "cannot be read: it is no text"),
        (b"a,b\n1,2,3\n4,5,6,7\n", "row 1 cannot be read: it has 3 cells where the header has 2"),
        (b"track_id;energy\n1;2\n", "Found: track_id, energy"),
        (b"PK\x03\x04", "is a workbook or an archive. Save its sheet as CSV"),
        (b"a,b\n1\n", "no column for danceability"),
    ],
)
def test_what_is_no_table_is_refused(tmp_path, content, said):
    (tmp_path / "mine.csv").write_bytes(content)
    with pytest.raises(ProjectError, match=said):
        read_features(tmp_path / "mine.csv", IDS)


def test_a_broken_parquet_file_is_refused(tmp_path):
    (tmp_path / "mine.parquet").write_bytes(b"PAR1 no more")
    with pytest.raises(ProjectError, match="cannot be read.*as CSV"):
        read_features(tmp_path / "mine.parquet", IDS)


def test_a_header_without_rows_is_refused(tmp_path, plain):
    refused(tmp_path, plain.head(0), "has no rows")


@pytest.fixture
def named(published, tmp_path, plain):  # noqa: F811
    """The published profile on the small files, with a features table of three of their six tracks."""
    path = save(tmp_path, plain.head(3))
    return published.model_copy(update={"features": (str(path),)})


def test_a_profile_s_features_become_its_table(named, tmp_path, plain, capsys):
    assert "features" not in corpora.prepare(named, tmp_path / "mirror")
    assert corpora.load(named, "features")["track_id"].tolist() == IDS[:3]
    assert "Features from mine.csv (source: mine.csv): 3 of" in capsys.readouterr().out


def test_a_changed_features_table_makes_the_tables_anew(named, tmp_path, plain):
    corpora.prepare(named, tmp_path / "mirror")
    before = tables.table_key(named, "features")
    save(tmp_path, plain.head(4))
    corpora.prepare(named, tmp_path / "mirror")
    assert (
        tables.table_key(named, "features") != before and len(corpora.load(named, "features")) == 4
    )


def test_tracks_of_the_playlist_stay_in_the_table_though_no_corpus_lists_them(
    named, tmp_path, plain
):
    new = plain.iloc[[0, 0]].assign(track_id=["p7", "p8"])
    save(tmp_path, pd.concat([plain, new]))
    corpora.prepare(named, tmp_path / "mirror")
    assert not corpora.load(named, "features")["track_id"].isin(["p7", "p8"]).any()
    (tmp_path / "list.csv").write_text("track_id\np7\n")
    mine = named.model_copy(update={"playlist": str(tmp_path / "list.csv")})
    corpora.prepare(mine, tmp_path / "mirror")
    assert set(corpora.load(mine, "features")["track_id"]) & {"p7", "p8"} == {"p7"}
    (tmp_path / "list.csv").write_text("track_id\np7\np8\n")
    corpora.prepare(mine, tmp_path / "mirror")
    assert {"p7", "p8"} <= set(corpora.load(mine, "features")["track_id"])


def test_a_features_table_that_is_not_there_is_an_error_that_names_the_key(named, tmp_path):
    (tmp_path / "mine.csv").unlink()
    with pytest.raises(ProjectError, match="mine.csv: there is no such file.*key `features`"):
        corpora.prepare(named, tmp_path / "mirror")
    assert corpora.prepare(named, tmp_path / "mirror", ["features"])["embeddings"]


def test_the_key_is_read_beside_the_profile_or_from_the_root(tmp_path):
    text = (profiles.PROFILES / "published.yaml").read_text()
    (tmp_path / "mine.yaml").write_text(text + "features: mine.csv\n")
    assert profiles.load_profile(str(tmp_path / "mine.yaml")).features == (
        str(project.ROOT / "mine.csv"),
    )
    (tmp_path / "mine.csv").touch()
    assert profiles.load_profile(str(tmp_path / "mine.yaml")).features == (
        str(tmp_path / "mine.csv"),
    )


@pytest.mark.parametrize(
    ("source", "verdict"),
    [
        ("spotify", "reproduced"),
        ("Spotify, June 2024", "reproduced"),
        ("reccobeats", "not comparable: source reccobeats"),
        (None, "not comparable: source mine.csv"),
        ("my spotifyish guess", "not comparable: source my spotifyish guess"),
    ],
)
def test_features_of_another_source_get_no_verdict(
    named, tmp_path, plain, monkeypatch, source, verdict
):
    save(tmp_path, plain.head(3) if source is None else plain.head(3).assign(source=source))
    corpora.prepare(named, tmp_path / "mirror")
    claims = ledger.published().loc[["features.mean.PMD.energy", "genres.entropy.PMD"]]
    monkeypatch.setattr(ledger, "published", lambda *_: claims)
    ledger.record(
        named, "x", [(key, row["value"], row["n"], "s") for key, row in claims.iterrows()]
    )
    card = ledger.scorecard(named, corpora.load(named, "tracks"))
    assert card["verdict"].tolist() == [verdict, "reproduced"]


def test_coverage_counts_by_corpus_and_genre_and_compares_the_mixes():
    tracks = pd.DataFrame(
        {
            "corpus": ["A"] * 6 + ["B"] * 2,
            "genre": ["Pop"] * 4 + ["Jazz", None, "Pop", "Pop"],
            "track_id": ["1", "2", "3", "3", "4", "5", "6", None],
        }
    )
    features = pd.DataFrame({"track_id": ["1", "4", "5", "6"]})
    table = counts.coverage(corpora.as_published(tracks), features)
    assert table.loc[("A", "Pop")].tolist() == [4, 1, 0.25, 0.5, 1.0]
    assert table.loc[("A", "Jazz")].tolist() == [1, 1, 1.0, 0.5, 0.0]
    assert table.loc[("B", "Pop"), "coverage"] == 0.5
    weights = design.coverage_weights(tracks, features["track_id"])
    assert weights.tolist() == [4, 0, 0, 0, 1, 0, 2, 0]


def test_weighting_by_inverse_coverage_undoes_what_coverage_by_genre_did_to_delta():
    rng = np.random.default_rng(4)
    tracks = pd.DataFrame(
        {
            "corpus": ["T"] * 4000 + ["R"] * 4000,
            "genre": rng.choice(["Pop", "Jazz"], 8000),
            "track_id": [str(k) for k in range(8000)],
        }
    )
    values = rng.normal((tracks["genre"] == "Pop") * 2.0 + (tracks["corpus"] == "T") * 0.3)
    keep = rng.random(8000) < np.where(
        (tracks["genre"] == "Pop") & (tracks["corpus"] == "T"), 0.2, 0.9
    )
    table = pd.DataFrame({"energy": np.where(keep, values, np.nan)})
    weights = design.coverage_weights(tracks, tracks.loc[keep, "track_id"])
    target = (tracks["corpus"] == "T").to_numpy()

    def delta(frame, w):
        return ranks.bootstrap_deltas(
            frame[target], frame[~target], ["energy"], [(w[target], w[~target])]
        ).iloc[0, 0]

    whole = delta(pd.DataFrame({"energy": values}), np.ones(8000))
    found, weighted = delta(table, np.ones(8000)), delta(table, weights)
    assert abs(found - whole) > 0.2 and abs(weighted - whole) < 0.04


assert test_corpora.PMD[0][0] == IDS[0]
