"""What a notebook opens with: declared tables, sections by tag, findings."""

import json
import re

import nbformat
import pytest
from conftest import ROOT

from helpers import chapter as chapters
from helpers import ledger, profiles, tables
from helpers.build import sections
from helpers.chapter import open_chapter
from helpers.conditions import CONDITIONS, conditions, explain
from helpers.inputs import Inputs
from helpers.project import ProjectError


def test_a_chapter_reads_and_writes_what_it_declares(demo):
    chapter = open_chapter("x", "demo", reads=["tracks", "features"], writes=["maps"])
    assert chapter.table("features")["track_id"].is_unique
    with pytest.raises(ProjectError, match="'mssd' and does not declare it.*`reads`"):
        chapter.table("mssd")
    with pytest.raises(ProjectError, match="'features' and does not declare it.*`writes`"):
        chapter.write("features", chapter.table("features"))
    with pytest.raises(ProjectError, match="declares the table 'track'; there are"):
        open_chapter("x", "demo", reads=["track"])


def test_the_tracks_are_declared_too(demo):
    chapter = open_chapter("x", "demo", reads=["features"])
    with pytest.raises(ProjectError, match="'tracks'"):
        _ = chapter.listings


def test_parameters_lie_over_the_settings_of_the_profile(demo):
    chapter = open_chapter("x", "demo", reads=["tracks"], block=5, seed=None)
    assert chapter.settings.block == 5
    assert chapter.settings.seed == profiles.load_profile("demo").settings.seed


def test_target_comes_first_and_only_corpora_with_listings_are_named(demo):
    chapter = open_chapter("x", "demo", reads=["tracks", "features", "mssd"])
    assert chapter.corpora == ["PMD", "EMD"] and chapter.pair == ("PMD", "EMD")
    assert chapter.contrasts == [("PMD", "EMD"), ("MSSD", "EMD"), ("PMD", "MSSD")]
    assert set(chapter.feature_rows) == {"PMD", "EMD", "MSSD"}


def test_own_features_are_compared_and_printed_figures_stand_in(demo):
    chapter = open_chapter("x", "demo", reads=["tracks", "features", "mssd"])
    own = chapter.comparisons
    assert own.profile.name == "demo" and own.origin == "simulated twin"
    whole = own.tests[own.tests["genre"] == "all"]
    assert len(whole) == 27 and whole["holm_contrasts"].notna().all()
    tables.table_path(demo, "features").unlink()
    printed = open_chapter("x", "demo", reads=["tracks", "features", "mssd"]).comparisons
    assert printed.profile.name == "published" and printed.origin == "published figures"
    published = ledger.published_table("compare").set_index(["group", "genre", "feature"])
    found = printed.tests.set_index(["genre", "feature"]).query("contrast == 'PMD - EMD'")
    for genre, feature in (("all", "valence"), ("Jazz", "tempo")):
        wanted = published.loc[("PMD-EMD", genre, feature), "mwu_u"]
        assert found.loc[(genre, feature), "mwu_u"] == wanted


def test_printed_comparisons_and_lists_are_the_same_in_any_build(demo):
    chapter = open_chapter("x", "demo", reads=["tracks", "features", "mssd"])
    printed = chapter.printed_comparisons
    assert printed.origin == "published figures" and not printed.profile.simulated
    assert (printed.tests["genre"] == "all").sum() == 27
    assert chapter.printed_lists.mean == 11.42
    assert chapter.printed_lists.weighted == pytest.approx(13.67, abs=0.005)


def test_printed_figures_are_shown_of_the_study_and_where_they_stand_in(demo):
    own = demo.model_copy(update={"source": "own"})
    assert explain(Inputs(demo), "printed") == ""
    assert explain(Inputs(own), "printed") != ""
    tables.table_path(demo, "features").unlink()
    assert explain(Inputs(own), "printed") == ""


def test_what_the_comparison_draws_and_records_follows_from_the_features(demo):
    names = ["tracks", "features", "mssd"]
    chapter = open_chapter("x", "demo", reads=names, n_bootstrap=20)
    target, reference = chapter.sides
    assert set(target["corpus"]) == {"PMD"} and set(reference["corpus"]) == {"EMD"}
    assert set(chapter.densities["corpus"]) == {"PMD", "EMD"}
    assert len(chapter.quantile_shifts()) == 81
    assert chapter.known_lists.mean == pytest.approx(11.42, abs=0.01)
    recorded = {row[0]: row[1] for row in chapter.comparison_rows()}
    assert recorded["poster.features.significant"] == 9
    first = chapter.comparisons.first
    assert recorded["compare.mwu_u.PMD-EMD.tempo"] == first.loc["tempo", "mwu_u"]
    tables.table_path(demo, "features").unlink()
    bare = open_chapter("x", "demo", reads=names)
    assert bare.comparison_rows() == [] and bare.densities.empty
    for needed in ("quantile_shifts", "classical_tests"):
        with pytest.raises(ProjectError, match="no audio features"):
            getattr(bare, needed)()


def test_too_few_people_and_artists_are_not_drawn_again(demo):
    assert explain(Inputs(demo), "needs-units") == ""
    inputs = Inputs(demo)
    inputs.listings = inputs.listings.assign(participant="one", study="one")
    assert "fewer than 10 participants, blocks or artists of PMD" in explain(inputs, "needs-units")


def test_listings_keep_their_order_and_gain_features(demo):
    chapter = open_chapter("x", "demo", reads=["tracks", "features"])
    joined = chapter.listings_with("features")
    assert list(joined["row"]) == list(chapter.listings["row"])
    assert set(chapter.features) <= set(joined)


def test_on_the_demo_everything_holds_but_years_and_the_stand_in(demo):
    lacking = {tag for tag, reason in conditions(demo).items() if reason}
    assert lacking == {
        "needs-years",
        "needs-reductions",
        "needs-further-readable",
        "needs-further-compared",
        "needs-partial-sets",
        "taught",
        "means",
        "published",
    }


@pytest.mark.parametrize(
    ("table", "tag", "said"),
    [
        ("features", "needs-features", "no audio features (not in"),
        ("embeddings", "needs-embeddings", "no embeddings (not in"),
        ("mssd", "needs-mssd", "no third corpus of features alone (not in"),
    ],
)
def test_an_absent_table_is_named_with_the_way_to_get_it(demo, table, tag, said):
    tables.table_path(demo, table).unlink()
    reason = explain(Inputs(demo), tag)
    assert said in reason and CONDITIONS[tag].advice in reason
    chapter = open_chapter("x", "demo", reads=["tracks", "features", "embeddings", "mssd"])
    with pytest.raises(ProjectError) as error:
        chapter.table(table)
    assert reason in str(error.value)


def test_without_features_the_printed_figures_stand_in(demo):
    tables.table_path(demo, "features").unlink()
    assert not explain(Inputs(demo), "published")


def test_two_complete_rows_are_too_few(demo):
    features = tables.read_table(demo, "features")
    listings = Inputs(demo).listings
    of_target = set(listings.loc[listings["corpus"] == "PMD", "track_id"])
    kept = sorted(of_target)[:1]
    few = features[~features["track_id"].isin(of_target - set(kept))]
    tables.write_table(demo, "features", few)
    assert "fewer than three complete rows of PMD" in explain(Inputs(demo), "needs-features")


def test_a_corpus_without_genres_is_named(demo):
    tracks = tables.read_table(demo, "tracks")
    tracks.loc[tracks["corpus"] == "EMD", "genre"] = None
    tables.write_table(demo, "tracks", tracks)
    assert "no genres of EMD" in explain(Inputs(demo), "needs-genres")
    chapter = open_chapter("x", "demo", reads=["tracks"])
    with pytest.raises(ProjectError, match="no genres of EMD"):
        chapter.listings_with("genres")
    assert "No listing of EMD has a genre" in chapter.introduction().data


# What a chapter says of its build: a finding, or the reading of a table.
CLAIM = re.compile(r"chapter\.(found|reading)\(")


def test_the_reading_of_a_table_says_if_it_is_simulated_and_is_not_repeated_at_the_end(demo):
    chapter = open_chapter("x", "demo", reads=["tracks"])
    assert chapter.reading("Two\nrows.").data == "In the simulation: Two rows."
    assert chapter.reading("Two rows.", "published").data == "Two rows."
    assert chapter.findings().data.startswith("Nothing, since this build lacks")
    with pytest.raises(ProjectError, match="has the source 'counts'.*It reads: Two rows."):
        chapter.reading("Two rows.", "counts")


def test_a_corpus_is_named_once_where_its_full_name_is_the_same(demo, monkeypatch):
    chapter = open_chapter("x", "demo", reads=["tracks"])
    assert " of PMD (Pain Music Dataset);" in chapter.introduction().data
    monkeypatch.setattr(type(chapter), "labels", {name: name for name in chapter.corpora})
    assert " of PMD;" in chapter.introduction().data


def test_of_many_files_an_introduction_names_the_first_and_counts_the_others(demo, monkeypatch):
    chapter = open_chapter("x", "demo", reads=["tracks"])
    names = [f"list {k % 15}" for k in range(len(chapter.tracks))]
    monkeypatch.setattr(type(chapter), "tracks", chapter.tracks.assign(source=names))
    said = chapter.introduction().data
    assert said.endswith("Source of the rows: list 0, list 1, list 2 and 12 more.")


def test_a_finding_of_simulated_data_says_so(demo):
    chapter = open_chapter("x", "demo", reads=["tracks"])
    assert chapter.found("one", "Pain is louder.").data == "**In the simulation: Pain is louder.**"
    said = chapter.found("two", "The charts are larger.", source="published")
    assert said.data == "**The charts are larger.**"
    with pytest.raises(ProjectError, match="two findings called 'one'"):
        chapter.found("one", "Again.")
    assert chapter.findings().data.count("\n- ") == 1
    chapter.found("three", "Pop leads.", "fig-shares", source="published")
    assert chapter.findings().data.endswith("\n- Pop leads. ([Figure shares](#fig-shares))")
    kept = json.loads(chapters.findings_path(demo, "x").read_text(encoding="utf-8"))
    assert [finding["key"] for finding in kept] == ["one", "two", "three"]


def test_a_finding_about_a_method_is_not_of_the_simulation_and_sources_are_few(demo):
    chapter = open_chapter("x", "demo", reads=["tracks"])
    said = chapter.found("one", "The network does not hear volume.", source="method")
    assert said.data == "**The network does not hear volume.**"
    with pytest.raises(ProjectError, match="has the source 'counts'.*published, method"):
        chapter.found("two", "Pain is louder.", source="counts")


def test_only_what_counts_alone_decide_has_the_source_of_published_counts(demo):
    chapter = open_chapter("x", "demo", reads=["tracks"])
    assert chapter.genre_origin == "published genre counts"
    # A participant's list, or the order of the file, is the simulation's.
    assert chapter.order_origin == "simulated twin"


def test_lists_are_known_by_participants_or_studies(demo):
    inputs = Inputs(demo)
    assert explain(inputs, "needs-known-lists") == ""
    inputs.tracks = inputs.tracks.assign(participant=None)
    assert explain(inputs, "needs-known-lists") == ""
    nobody = Inputs(demo)
    nobody.tracks = nobody.tracks.assign(participant=None, study=None)
    assert "no lists of PMD" in explain(nobody, "needs-known-lists")


def test_without_features_and_embeddings_no_chapter_about_them_claims_anything(demo):
    """What the build of the study's own files has: tracks, studies and genres, and nothing else."""
    for table in ("features", "embeddings", "mssd"):
        tables.table_path(demo, table).unlink()
    tracks = tables.read_table(demo, "tracks").assign(participant=None)
    tables.write_table(demo, "tracks", tracks)
    bare = demo.model_copy(update={"playlist": None})
    absent = {tag: reason for tag, reason in conditions(bare).items() if reason}
    claims = {}
    for path in sorted((ROOT / "notebooks").glob("*.ipynb")):
        page = sections.page(nbformat.read(path, as_version=4), absent)
        said = [cell.source for cell in page.cells if CLAIM.search(cell.source)]
        # What reads printed numbers claims nothing of this build.
        claims[path.stem] = [source for source in said if 'source="published"' not in source]
    silent = ("08_embedding", "09_genre", "11_your")
    assert not [name for name in claims if name.startswith(silent) and claims[name]]
    assert claims["01_corpora"] and claims["06_genres"]


def test_what_is_recorded_carries_the_name_of_the_chapter(demo):
    chapter = open_chapter("x", "demo", reads=["tracks"])
    chapter.record([("local.x", 1.5, 3, "made")])
    assert (
        tables.results_path(demo, "x").read_text().splitlines()[1].startswith("local.x,1.5,3,made")
    )


def test_a_playlist_that_no_profile_names(demo):
    bare = demo.model_copy(update={"playlist": None})
    assert "names none under `playlist`" in explain(Inputs(bare), "needs-playlist")


def test_titles_are_shown_where_the_profile_shows_tracks(demo):
    shown = open_chapter("x", "demo", reads=["tracks"], show_tracks=True).first_listings(3)
    assert shown["corpus"].tolist() == ["PMD"] * 3 + ["EMD"] * 3 and "title" in shown
    hidden = open_chapter("x", "demo", reads=["tracks"], show_tracks=False).first_listings()
    assert len(hidden) == 4 and not {"title", "artist", "track_id"} & set(hidden)


def test_features_of_corpora_that_are_not_compared_come_last(demo, monkeypatch):
    inputs = Inputs(demo)
    tracks = inputs.tracks.copy()
    tracks.loc[tracks.index[:5], "corpus"] = "OTHER"
    tracks.loc[tracks.index[5:7], "corpus"] = "FEW"
    inputs.tracks = tracks
    corpora_of_three = dict.fromkeys(["OTHER", "FEW", "PMD", "EMD"])
    inputs.profile = demo.model_copy(update={"corpora": corpora_of_three, "background": None})
    assert list(inputs.features_by_corpus) == ["PMD", "EMD", "OTHER"]
    assert list(inputs.feature_rows) == ["PMD", "EMD"]


def test_claims_and_simulation_are_conditions_of_sections(demo):
    own = profiles.load_profile("own.example")
    assert explain(Inputs(demo), "needs-claims") == explain(Inputs(demo), "simulated") == ""
    assert "nobody has printed numbers" in explain(Inputs(own), "needs-claims")
    assert "not simulated" in explain(Inputs(own), "simulated")


def test_names_from_data_are_text_in_a_sentence(demo):
    chapter = open_chapter("x", "demo", reads=["tracks"])
    assert chapter.text("R&B") == "R&#38;B" and chapter.text("Folk/Acoustic") == "Folk/Acoustic"
    assert not set("<>$*`&_[") & set(chapter.text("<b>$B$</b>*`[x]").replace("&#", ""))
    said = chapter.found("one", "Two\nlines.", source="published").data
    assert said == "**Two lines.**"


def test_findings_of_simulated_studies_say_so_in_every_build():
    chapter = open_chapter("x", "published")
    said = chapter.found("one", "Intervals hold.", source="simulated").data
    assert said == "**In the simulation: Intervals hold.**"
    assert chapter.found("two", "Charts differ.").data == "**Charts differ.**"


def test_settings_of_resampling_have_the_names_of_stats(demo):
    chapter = open_chapter("x", "demo", reads=["tracks"], block=3, n_bootstrap=9, n_permutations=8)
    assert chapter.bootstrap == {
        "block": 3,
        "n_replicates": 9,
        "seed": chapter.settings.seed,
        "level": 0.95,
    }
    assert chapter.permutations == {
        "block": 3,
        "n_permutations": 8,
        "seed": chapter.settings.seed,
    }
    assert chapter.genre_origin == "published genre counts"


def test_an_optional_table_has_no_rows_where_it_is_absent(demo):
    chapter = open_chapter("x", "demo", reads=["tracks", "reductions", "features", "mssd"])
    table = chapter.optional_table("reductions")
    assert table.empty and list(table) == ["corpus", "authors", "ours", "tracks"]
    assert chapter.optional_table("mssd").equals(chapter.table("mssd"))
    assert list(chapter.measured) == ["PMD", "EMD", "MSSD"]


def test_genres_can_be_paired_on_whatever_feature_set_there_is(demo):
    chapter = open_chapter("x", "demo", reads=["tracks", "features", "embeddings", "feature_sets"])
    assert chapter.paired_listings["corpus"].value_counts().to_dict() == {"EMD": 8966, "PMD": 1871}
    assert list(chapter.feature_sets) == ["audio_features", "embeddings"]
    assert chapter.feature_sets_origin == "simulated twin"
    tables.table_path(demo, "embeddings").unlink()
    chapter = open_chapter("x", "demo", reads=["tracks", "features", "embeddings", "feature_sets"])
    assert list(chapter.feature_sets) == ["audio_features"] and len(chapter.paired_listings)
    tables.table_path(demo, "features").unlink()
    chapter = open_chapter("x", "demo", reads=["tracks", "features", "embeddings", "feature_sets"])
    with pytest.raises(ProjectError, match="neither audio features nor embeddings"):
        _ = chapter.paired_listings


def test_without_two_genres_of_five_there_are_no_pairs(demo):
    tracks = tables.read_table(demo, "tracks")
    tables.write_table(demo, "tracks", tracks[tracks["genre"] == "Pop"])
    reason = explain(Inputs(demo), "needs-genre-pairs")
    assert "no corpus with two genres of five complete listings each" in reason


def test_repeated_maps_hold_all_listings_of_the_study_s_own_files_alone(demo):
    simulated = open_chapter("x", "demo", reads=[])
    assert simulated.rows_per_genre(None) == 60 and simulated.rows_per_genre(7) == 7
    study = open_chapter("x", "published", reads=[])
    assert study.rows_per_genre(None) is None and study.rows_per_genre(7) == 7


def test_genres_are_shared_where_both_corpora_have_two_complete_listings(demo):
    inputs = Inputs(demo)
    assert explain(inputs, "needs-shared-genres") == ""
    target = inputs.feature_rows["PMD"]
    inputs.features_by_corpus["PMD"] = target.assign(genre="Polka")
    assert "no genre with features of two listings" in explain(inputs, "needs-shared-genres")
    tables.table_path(demo, "features").unlink()
    # the study's printed figures by genre stand in
    assert explain(Inputs(demo), "needs-shared-genres") == ""


def test_three_contrasts_need_a_third_corpus_or_the_printed_figures(demo):
    assert explain(Inputs(demo), "needs-contrasts") == ""
    tables.table_path(demo, "mssd").unlink()
    assert "no audio features of MSSD" in explain(Inputs(demo), "needs-contrasts")
    tables.table_path(demo, "features").unlink()
    assert explain(Inputs(demo), "needs-contrasts") == ""


def test_lists_need_two_participants_one_of_whom_listed_two_tracks(demo):
    assert explain(Inputs(demo), "needs-lists") == ""
    inputs = Inputs(demo)
    target = inputs.feature_rows["PMD"]
    inputs.features_by_corpus["PMD"] = target.assign(participant="the same")
    assert "no participants of PMD that can be compared" in explain(inputs, "needs-lists")
    inputs.features_by_corpus["PMD"] = target.assign(participant=range(len(target)))
    assert explain(inputs, "needs-lists")
    tables.table_path(demo, "features").unlink()
    # Who lacks features is told how to get features, not lists.
    assert explain(Inputs(demo), "needs-lists") == explain(Inputs(demo), "needs-features") != ""


def test_a_mixed_model_needs_artists_and_several_listings_of_one(demo):
    assert explain(Inputs(demo), "needs-repeats") == ""
    inputs = Inputs(demo)
    for corpus in ("PMD", "EMD"):
        rows = inputs.feature_rows[corpus].head(40)
        artists = [f"{corpus} {number}" for number in range(40)]
        alone = {"artist": artists, "participant": None, "study": None}
        inputs.features_by_corpus[corpus] = rows.assign(**alone)
    assert "too few lists and artists" in explain(inputs, "needs-repeats")
    inputs = Inputs(demo)
    inputs.listings["artist"] = None
    assert "no artists" in explain(inputs, "needs-repeats")
    tables.table_path(demo, "features").unlink()
    assert "no audio features" in explain(Inputs(demo), "needs-repeats")


def test_sizes_of_lists_are_counted_or_else_those_that_the_study_printed(demo):
    chapter = open_chapter("04", "demo", reads=["tracks", "features", "mssd"])
    counted, of_reference = chapter.list_sizes
    people = chapter.feature_rows["PMD"]["participant"].value_counts()
    assert counted.mean == pytest.approx(people.mean())
    artists = chapter.listings.loc[chapter.listings["corpus"] == "EMD", "artist"].nunique()
    assert of_reference.mean == pytest.approx(8970 / artists, rel=0.01)
    tables.table_path(demo, "features").unlink()
    printed, _ = open_chapter("04", "demo", reads=["tracks", "features", "mssd"]).list_sizes
    assert (printed.mean, printed.cv) != (counted.mean, counted.cv)
    assert printed.mean == ledger.published()["value"]["corpora.tracks_per_participant.mean"]


def test_tests_of_means_are_shown_where_the_study_made_them(demo):
    assert explain(Inputs(demo), "means")
    assert CONDITIONS["means"].advice == ""


def test_what_a_build_can_do_about_questions(demo):
    chapter = open_chapter("x", "demo", reads=["tracks", "features"])
    answers = chapter.possible(
        [
            ("genre mix", "genres features", "adjusted", "not addressable"),
            ("era", "features years", "adjusted", "not addressable"),
            ("popularity", "", "unknown", "unknown"),
        ]
    )
    assert answers.to_dict() == {
        "genre mix": "adjusted",
        "era": "not addressable",
        "popularity": "unknown",
    }


def test_printed_correlations_are_those_of_the_claims(demo):
    claims = ledger.published()["value"]
    chapter = open_chapter("x", "demo", reads=["tracks"])
    matrix = chapter.printed_correlations("EMD")
    key = "features.abs_pearson.EMD.energy-loudness"
    assert matrix.loc["loudness", "energy"] == matrix.loc["energy", "loudness"] == claims[key]
    assert matrix.notna().sum(axis=None) == 9 * 8
    assert chapter.printed_correlations("QUIET").isna().all(axis=None)


def test_a_correlation_within_people_takes_ten_of_them(demo):
    assert explain(Inputs(demo), "needs-several-lists") == ""
    inputs = Inputs(demo)
    target = inputs.feature_rows["PMD"]
    nine = target["participant"].dropna().unique()[:9]
    inputs.features_by_corpus["PMD"] = target[target["participant"].isin(nine)]
    assert explain(inputs, "needs-lists") == ""
    assert "9 participants of PMD, too few" in explain(inputs, "needs-several-lists")


@pytest.mark.parametrize(
    "sentence",
    [
        "The difference is nan standard errors.",
        "It is nan% of all (nan to 3).",
        "A share of **nan**.",
    ],
)
def test_a_number_that_does_not_exist_is_not_printed_as_one(sentence):
    assert "nan" not in chapters._without_gaps(sentence)
    assert (
        chapters._without_gaps("Banana, nanny and Nan are names.")
        == "Banana, nanny and Nan are names."
    )
