"""The profile `sleep`: layout read or refused, and its chapters and claims on made files of that layout."""

import shutil

import make_sleep
import nbformat
import numpy as np
import pandas as pd
import pytest
from conftest import build, copy_project, products

from helpers import corpora, downloads, ledger, profiles, project, tables
from helpers.chapter import open_chapter
from helpers.project import FEATURES, ProjectError
from helpers.readers import sleep
from helpers.stats import means

PAIRS = [("SLEEP", "STUDY"), ("SLEEP", "MSSD"), ("STUDY", "MSSD")]


@pytest.fixture(scope="module")
def made(tmp_path_factory):
    return make_sleep.make(tmp_path_factory.mktemp("sleep"), divisor=100)


@pytest.fixture
def prepared(made, project):
    run = profiles.load_profile(str(made))
    assert corpora.prepare(run, made.parent / "mirror") == {}
    return run


@pytest.fixture
def file(made, tmp_path):
    """One made file as a table that a test may change and write."""
    source = made.parent / "mirror" / make_sleep.REPOSITORY / make_sleep.FILES["SLEEP"]
    return pd.read_csv(source).drop(columns="Unnamed: 0").head(50), tmp_path / "x.csv"


def test_the_shipped_profile_names_both_files_and_their_licence():
    table = downloads.read_registry(profiles.load_profile("sleep"))
    assert table.loc[["sleep_tracks", "study_tracks"], "licence"].tolist() == ["MIT", "MIT"]
    assert (
        table["blob"].str.fullmatch("[0-9a-f]{40}").all()
        and table["commit"].str.fullmatch("[0-9a-f]{40}").all()
    )
    assert set(table.index) >= set(sleep.FILES.values())


def test_every_row_of_both_files_becomes_a_listing_with_features(prepared, made):
    tracks, features = corpora.load(prepared, "tracks"), corpora.load(prepared, "features")
    raw = pd.read_csv(made.parent / "mirror" / make_sleep.REPOSITORY / make_sleep.FILES["STUDY"])
    study = (
        corpora.with_features(tracks, features).query("corpus == 'STUDY'").reset_index(drop=True)
    )
    assert study["track_id"].equals(raw["TrackID"].astype("str")) and study["genre"].equals(
        raw["reducedGenre"].astype("str")
    )
    assert np.array_equal(study[FEATURES], raw[FEATURES]) and study["row"].tolist() == list(
        range(len(raw))
    )
    assert tracks[["artist", "title", "participant", "study", "year"]].isna().all(axis=None)


def test_lengths_of_lists_are_said_to_be_another_study_s_where_none_are_known(prepared, made):
    chapter = open_chapter("04", str(made), reads=["tracks", "features"])
    assert chapter.lists_hold.startswith("Lists as long as those of the study of pain")
    assert open_chapter("04", "demo", reads=["tracks"]).lists_hold == "Lists hold"


def test_reductions_set_the_authors_genres_against_ours(prepared):
    table = corpora.load(prepared, "reductions")
    assert table["tracks"].sum() == len(corpora.load(prepared, "tracks"))
    ours = table.groupby("authors")["ours"].agg(lambda names: set(names.dropna()))
    assert ours["pop"] == {"Pop"} and ours["jazz"] == {"Jazz"} and ours["unknown"] == set()


def test_without_the_table_of_names_the_rest_is_there(made, project, tmp_path):
    run, mirror = profiles.load_profile(str(made)), tmp_path / "mirror"
    shutil.copytree(made.parent / "mirror" / make_sleep.REPOSITORY, mirror / make_sleep.REPOSITORY)
    assert corpora.prepare(run, mirror) == {"genre table": str(mirror / "names.json")}
    assert len(corpora.load(run, "features")) and not tables.table_path(run, "reductions").exists()


def test_an_unknown_layout_is_refused_with_the_columns_found(file):
    table, path = file
    table.rename(columns={"TrackID": "track"}).to_csv(path)
    with pytest.raises(
        ProjectError,
        match=r"x.csv: no column for track_id. Found: \(unnamed\), .*track, playlistID, Genres.*Expected.*trackid",
    ):
        sleep.read_corpus(path)


def test_a_column_that_stands_twice_is_refused(file):
    table, path = file
    pd.concat([table, table[["energy"]]], axis=1).to_csv(path)
    with pytest.raises(
        ProjectError, match="x.csv: 'energy' and 'energy' all stand for energy. Keep one"
    ):
        sleep.read_corpus(path)


def test_a_listing_without_id_is_kept_and_has_no_features(file, tmp_path):
    table, path = file
    table.loc[3, "TrackID"] = None
    table.to_csv(path)
    table.iloc[10:].to_csv(tmp_path / "y.csv")
    found = sleep.read(
        {"sleep_tracks": path, "study_tracks": tmp_path / "y.csv"},
        dict.fromkeys(sleep.FILES.values(), "c0ffee12"),
    )
    assert len(found["tracks"]) == 90 and len(found["features"]) == 49


def test_several_index_columns_and_quoted_line_breaks_do_no_harm(file):
    table, path = file
    table.assign(note='a "b"\nc, d').set_index(table.index * 2, append=True).to_csv(
        path, index_label=["", ""]
    )
    assert sleep.read_corpus(path)["track_id"].tolist() == table["TrackID"].tolist()


@pytest.mark.parametrize(
    ("column", "value", "said"),
    [
        ("energy", "loud", "column energy, row 4: 'loud' is no number"),
        ("TrackID", "", None),
        ("tempo", "", None),
        ("TrackID", "NA", None),
        ("tempo", "NA", None),
        ("energy", "nan", None),
    ],
)
def test_text_among_the_features_is_named_and_blanks_are_missing(file, column, value, said):
    table, path = file
    table = table.astype({column: object})
    table.loc[3, column] = value
    table.to_csv(path)
    if said:
        with pytest.raises(ProjectError, match=said):
            sleep.read_corpus(path)
    else:
        assert sleep.read_corpus(path)[column.replace("TrackID", "track_id")].isna().tolist() == [
            k == 3 for k in range(50)
        ]


def test_names_are_read_as_written_and_anything_else_is_refused(tmp_path):
    raw = pd.Series(["['a', \"b's\"]", "unknown", "", None, "[]"], [1, 2, 3, 4, 5], dtype="str")
    assert sleep.artist_genres(raw, tmp_path).tolist() == [("a", "b's"), (), (), (), ()]
    for wrong in ("pop, rock", "['a'", "['a', 1]", "{'a'}"):
        with pytest.raises(ProjectError, match="column Genres, row 2: .* is no list of names"):
            sleep.artist_genres(pd.Series(["[]", wrong], [1, 2], dtype="str"), tmp_path)


def test_a_track_of_both_files_has_one_row_of_features_and_a_difference_is_said(
    file, tmp_path, capsys
):
    table, path = file
    other = table.copy()
    other.loc[0, "energy"] = 1 - other.loc[0, "energy"]
    table.to_csv(path)
    other.to_csv(tmp_path / "y.csv")
    found = sleep.read(
        {"sleep_tracks": path, "study_tracks": tmp_path / "y.csv"},
        dict.fromkeys(sleep.FILES.values(), "c0ffee12"),
    )
    assert len(found["tracks"]) == 100 and len(found["features"]) == 50
    assert found["features"].loc[0, "energy"] == table.loc[0, "energy"]
    assert "1 tracks stand twice with different features" in capsys.readouterr().out


def test_every_claim_of_the_sleep_study_is_whole_and_turned_where_it_says_so():
    claims = ledger.published(profiles.load_profile("sleep"))
    assert claims["value"].notna().all() and (claims["tolerance"] >= 0).all()
    printed = pd.to_numeric(claims["printed"])
    turned = claims["note"].str.contains("printed as ")
    assert (printed[turned] == -claims.loc[turned, "value"]).all() and (
        printed[~turned] == claims.loc[~turned, "value"]
    ).all()
    assert set(claims[turned].index.str.split(".").str[1]) == {"welch_t", "cohens_d"}
    counts = claims[claims.index.str.startswith("genres.count.")]
    assert (
        counts.groupby(counts.index.str.split(".").str[2])["value"].sum()
        == claims.loc[["corpora.rows.SLEEP", "corpora.rows.STUDY"], "value"].to_numpy()
    ).all()


def test_published_moments_give_the_published_welch_t_and_effect_sizes():
    run = profiles.load_profile("sleep")
    claims = ledger.published(run)
    printed = ledger.published_table("features", run)
    moments = {name: means.overall_moments(printed, name) for name in ("SLEEP", "STUDY", "MSSD")}
    checked = 0
    for a, b in PAIRS:
        for feature, row in means.welch_tests(moments[a], moments[b]).iterrows():
            for name in ("welch_t", "welch_df", "welch_p", "cohens_d"):
                if (key := f"compare.{name}.{a}-{b}.{feature}") in claims.index:
                    assert ledger.verdict(row[name], row["n"], claims.loc[key]) == "reproduced", key
                    checked += 1
    assert checked == 3 * 7 * 4


def test_the_published_effect_size_of_kruskal_wallis_is_the_root_of_h_over_n():
    claims = ledger.published(profiles.load_profile("sleep"))
    for key in claims.index[claims.index.str.startswith("compare.kruskal_r")]:
        h = claims.loc[key.replace("kruskal_r", "kruskal_h")]
        assert np.sqrt(h["value"] / h["n"]) == pytest.approx(claims.loc[key, "value"], rel=1e-9)


def rows_of_the_chapters(run):
    """What the chapters record of this profile's claims."""
    tracks = corpora.load(run, "tracks")
    joined = corpora.with_features(tracks, corpora.load(run, "features"))
    values = {name: rows[FEATURES] for name, rows in joined.groupby("corpus")}
    for name, table in values.items():
        moments = table.agg(["count", "mean", "std", "median"]).set_axis(
            ["n", "mean", "sd", "median"]
        )
        yield from (
            (f"features.{s}.{name}.{f}", moments.loc[s, f], moments.loc["n", f], "s")
            for s in moments.index
            for f in FEATURES
        )
        yield f"corpora.rows.{name}", len(table), len(table), "s"
    printed = means.overall_moments(ledger.published_table("features", run), "MSSD")
    table = means.classical_tests(values, PAIRS, FEATURES, {"MSSD": printed})
    for _, r in table.iterrows():
        yield from (
            (f"compare.{s}.{r['target']}-{r['reference']}.{r['feature']}", r[s], r["n"], "s")
            for s in table.columns.drop(["n", "target", "reference", "feature"])
        )
    counts = tracks.groupby(["corpus", "genre"]).size()
    yield from ((f"genres.count.{c}.{g}", n, len(values[c]), "s") for (c, g), n in counts.items())


def test_every_claim_gets_a_verdict_but_those_that_need_mssd_itself(prepared):
    ledger.record(prepared, "x", ledger.claimed(prepared, rows_of_the_chapters(prepared)))
    card = ledger.scorecard(prepared, corpora.load(prepared, "tracks"))
    missing = card[card["verdict_class"] == "not computed"]
    assert missing["verdict"].unique().tolist() == [
        f"not computed: mssd not in {project.shown(tables.table_path(prepared, 'mssd'))}"
    ]
    assert set(missing.index.str.split(".").str[1]) == {
        "n",
        "mean",
        "sd",
        "median",
        "kruskal_h",
        "kruskal_p",
        "kruskal_r",
    }
    assert card.drop(missing.index)["recomputed"].notna().all()
    # A hundredth of the rows: the verdicts say so in place of judging.
    assert card.drop(missing.index)["verdict_class"].isin(["not comparable", "differs"]).all()


def test_keys_of_the_study_s_chapters_are_local_on_other_corpora(prepared):
    ledger.record(
        prepared,
        "x",
        [
            ("poster.genres.entropy.SLEEP", 1, 1, "s"),
            ("corpora.rows.SLEEP", 1, 1, "s"),
            ("local.a", 1, 1, "s"),
        ],
    )
    assert ledger.results(prepared).index.tolist() == [
        "local.poster.genres.entropy.SLEEP",
        "corpora.rows.SLEEP",
        "local.a",
    ]


@pytest.mark.book
def test_labels_are_dealt_to_artists_only_where_artists_are_known(prepared):
    assert corpora.load(prepared, "tracks")["artist"].isna().all()
    cells = nbformat.read(project.ROOT / "notebooks/09_genre_clustering.ipynb", as_version=4).cells
    of_artists = [cell for cell in cells if "tab-chance-artists" in str(cell)]
    assert len(of_artists) >= 3
    assert all("needs-artists" in cell.metadata["tags"] for cell in of_artists)


def test_the_chapters_run_and_say_what_they_do_without(made, tmp_path):
    tree = copy_project(tmp_path / "book")
    run = build(
        tree,
        "--profile",
        str(made),
        "--mirror",
        str(made.parent / "mirror"),
        "--only",
        "01_corpora",
        "06_genres",
    )
    assert "Traceback" not in run.stdout
    found = pd.read_csv(products(tree, made) / "results" / "06_genres.csv", index_col="key")[
        "value"
    ]
    tracks = pd.read_parquet(products(tree, made) / "tracks.parquet")
    assert (
        found["genres.count.SLEEP.unknown"]
        == (tracks.query("corpus == 'SLEEP'")["genre"] == "unknown").sum()
    )
    for name, said in (
        ("01_corpora", "listings of SLEEP (Music for sleep)"),
        ("06_genres", "no second study of SLEEP"),
        ("01_corpora", "This build has no participants"),
        ("06_genres", "without tracks of no known genre"),
    ):
        assert said in (tree / f"book/notebooks/{name}.ipynb").read_text(encoding="utf-8")
