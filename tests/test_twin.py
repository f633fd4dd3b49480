"""The synthetic twin: the published counts and structure, and nothing that looks real."""

import numpy as np
import pandas as pd
import pandera.errors
import pytest

from helpers import corpora, ledger, profiles, project, tables
from helpers.simulation import generator, listings, twin
from helpers.stats import counts

SHIPPED = twin.tables()


@pytest.fixture(scope="module")
def structure():
    return ledger.published()["value"]


@pytest.fixture(scope="module")
def tracks():
    return SHIPPED["tracks"]


def make_tracks(seed):
    return listings.tracks(
        ledger.reference("genre_counts"),
        ledger.published()["value"],
        ledger.reference("twin_structure"),
        seed,
    )


@pytest.mark.slow
def test_the_shipped_tables_are_what_the_generator_makes():
    made = generator.make()
    for name in ("tracks", "features", "mssd"):
        pd.testing.assert_frame_equal(SHIPPED[name], made[name], check_exact=True)
    pd.testing.assert_frame_equal(twin.report(), made["report"], rtol=1e-9)


@pytest.mark.slow
def test_the_generator_s_command_writes_the_shipped_tables(tmp_path, capsys):
    generator.main(tmp_path)
    assert sorted(p.name for p in tmp_path.iterdir()) == sorted(
        p.name for p in project.TWIN.glob("*.parquet")
    )
    for path in tmp_path.iterdir():
        pd.testing.assert_frame_equal(
            pd.read_parquet(path), pd.read_parquet(project.TWIN / path.name), rtol=1e-9
        )
    assert f"seed {twin.SEED}" in capsys.readouterr().out


def test_the_shipped_tables_are_small_and_say_their_seed():
    assert sum(path.stat().st_size for path in project.TWIN.iterdir()) < 1_500_000
    assert str(twin.SEED) in (project.TWIN / "README.md").read_text(encoding="utf-8")


def test_genre_counts_are_the_published_ones_in_every_study(tracks):
    published = ledger.reference("genre_counts").fillna({"study": "-"})
    found = (
        tracks.dropna(subset="genre")
        .fillna({"study": "-"})
        .groupby(["corpus", "study", "genre"])
        .size()
    )
    expected = published.set_index(["corpus", "study", "genre"])["n"]
    pd.testing.assert_series_equal(found.sort_index(), expected.sort_index(), check_names=False)


@pytest.mark.parametrize("seed", [twin.SEED, 2, 3])
def test_structure_is_the_published_one_whatever_the_seed(structure, seed):
    tracks = SHIPPED["tracks"] if seed == twin.SEED else make_tracks(seed)
    listed = corpora.as_published(tracks)
    table = counts.corpus_sizes(tracks, listed)
    assert table.loc["PMD", "repeated rows"] == structure["corpora.repeated_rows.PMD"]
    assert table.loc["EMD", "repeated rows"] == structure["corpora.repeated_rows.EMD"]
    assert table.loc["EMD", "without genre"] == structure["corpora.repeated_rows.EMD"] + 1
    assert (
        counts.overlap(tracks, "PMD", "EMD").loc["with a genre", "rows"]
        == structure["corpora.overlap.rows.PMD-EMD"]
    )
    slip = counts.repeated_block(listed.loc[listed["corpus"] == "EMD", "track_id"])
    assert slip == (listings.SLIP, structure["corpora.repeated_rows.EMD"])
    conflicts = counts.conflicting_genres(listed).groupby("corpus")["track_id"].nunique()
    assert conflicts.to_dict() == {"PMD": 1, "EMD": 1}


def test_list_sizes_meet_the_published_ones(structure):
    sizes = listings.list_sizes(164, 1873, 5.07, 2, 60)
    assert (sizes.sum(), sizes.min(), sizes.max(), len(sizes)) == (1873, 2, 60, 164)
    assert abs(sizes.std(ddof=1) - 5.07) < 0.005


def test_participants_stand_together_and_belong_to_one_study(tracks):
    rows = tracks.dropna(subset="participant")
    assert (rows.groupby("participant")["study"].nunique() == 1).all()
    assert (rows["participant"] != rows["participant"].shift()).sum() == rows[
        "participant"
    ].nunique()


def test_everything_says_that_it_is_simulated(tracks):
    assert tracks["track_id"].dropna().str.startswith("simulated").all()
    assert tracks["title"].str.startswith("Simulated").all()
    assert tracks["artist"].dropna().str.startswith("Simulated").all()
    assert (tracks["source"] == "simulated twin").all()


def test_another_seed_is_another_twin(tracks):
    assert not tracks["genre"].equals(make_tracks(2)["genre"])


@pytest.mark.slow
def test_a_profile_s_seed_leaves_the_simulated_tables_as_they_are(project):
    run = profiles.load_profile("demo")
    corpora.prepare(run)
    key = tables.table_key(run, "embeddings")
    corpora.prepare(profiles.load_profile("demo", seed=7, map_seed=8))
    assert tables.table_key(run, "embeddings") == key
    for name in SHIPPED:
        pd.testing.assert_frame_equal(corpora.load(run, name), SHIPPED[name])


@pytest.fixture(scope="module")
def embeddings():
    return SHIPPED["embeddings"]


def test_embeddings_are_those_of_the_schema_one_a_track_with_a_genre(tracks, embeddings):
    tables.schemas()["embeddings"].validate(embeddings)
    assert set(embeddings["track_id"]) == set(
        tracks.dropna(subset=["track_id", "genre"])["track_id"]
    )
    assert (embeddings["source"] == "simulated twin").all()
    assert (embeddings[project.DIMENSIONS] >= 0).all(axis=None)


def test_embeddings_are_the_same_for_the_same_seed_and_others_for_another(tracks, embeddings):
    few = tracks.groupby("genre").head(30)
    first, again, other = (
        twin.embeddings(few, SHIPPED["features"], seed=seed) for seed in (1, 1, 2)
    )
    pd.testing.assert_frame_equal(first, again)
    assert not np.allclose(first[project.DIMENSIONS], other[project.DIMENSIONS])


def test_embeddings_carry_genre_and_artist_and_a_slowly_falling_spectrum(tracks, embeddings):
    first = tracks.dropna(subset=["track_id", "genre"]).drop_duplicates("track_id")
    values = (
        embeddings.set_index("track_id").loc[first["track_id"], project.DIMENSIONS].to_numpy(float)
    )
    values = values - values.mean(axis=0)

    def within(label):
        """Mean squared deviation from the mean of a label, in units of that from all."""
        group = first[label].fillna(first["track_id"])
        several = group.duplicated(keep=False).to_numpy()
        rows, group = values[several], group[several].to_numpy()
        size = pd.Series(group).groupby(group).transform("size").to_numpy()
        apart = (
            ((rows - pd.DataFrame(rows).groupby(group).transform("mean")) ** 2).sum(axis=1)
            * size
            / (size - 1)
        )
        return apart.mean() / (values**2).sum(axis=1).mean()

    # An artist's tracks are nearer to one another than a genre's, and these than any.
    assert within("artist") + 0.1 < within("genre") < 0.99
    power = np.linalg.svd(values, compute_uv=False) ** 2
    share = power.cumsum() / power.sum()
    assert share[0] < 0.4 and 0.4 < share[49] < 0.95, (
        within("genre"),
        within("artist"),
        share[[0, 49]],
    )


def test_a_wrong_embeddings_table_is_refused_whichever_column_is_wrong(embeddings):
    schema = tables.schemas()["embeddings"]
    for wrong in (
        embeddings.drop(columns="e511"),
        embeddings.assign(e007=np.float32("nan")),
        embeddings.astype({"e300": float}),
        embeddings.assign(track_id="x"),
        embeddings.rename(columns={"e000": "e512"}),
    ):
        with pytest.raises(pandera.errors.SchemaErrors):
            schema.validate(wrong, lazy=True)


def test_tolerances_are_counted_by_kind():
    report = pd.DataFrame(
        {
            "tolerance": ["mean", "mean", "r"],
            "error": [-2.0, 0.5, 0.25],
            "met": [False, True, None],
        }
    )
    table = twin.tolerances(report)
    assert table.loc["mean"].tolist() == [2, 2, 1, 1.25, 2.0]
    assert table.loc["r", ["figures", "limited"]].tolist() == [1, 0]


def test_strong_correlations_carry_the_reason_of_their_sign():
    table = pd.DataFrame(
        [["X", "a", "b", -0.5, "why"], ["X", "a", "c", 0.1, "weak"]],
        columns=["corpus", "feature_a", "feature_b", "published", "reason"],
    )
    found = twin.assumed_signs(table)
    assert found.loc["X"].to_dict() == {"pair": "a, b", "r": -0.5, "why this sign": "why"}
