"""Figures, tables and sentences of the comparison: what is drawn and said, from made tables."""

import matplotlib.pyplot as plt
import numpy as np
import pandas as pd
import pytest
from matplotlib.colors import to_hex

from helpers import figures, profiles, project
from helpers.figures import style


def comparisons():
    """Two features of two contrasts over whole corpora, and within two genres."""
    rows = [
        ("PMD", "all", "tempo", -0.2, 1e-9, 100, 200),
        ("PMD", "all", "energy", 0.4, 0.2, 100, 200),
        ("MSSD", "all", "tempo", -0.1, 0.03, 300, 200),
        ("MSSD", "all", "energy", 0.3, 0.01, 300, 200),
        ("PMD", "Pop", "tempo", -0.3, 0.001, 50, 70),
        ("PMD", "Pop", "energy", 0.1, 0.6, 50, 70),
        ("PMD", "Jazz", "tempo", -0.6, 0.3, 40, 3),
        ("PMD", "Jazz", "energy", 0.2, 0.7, 40, 3),
    ]
    columns = ["target", "genre", "feature", "cliffs_delta", "mwu_p", "n_target", "n_reference"]
    table = pd.DataFrame(rows, columns=columns).assign(reference="EMD", ks_d=0.1234, mwu_u=1234.5)
    return table.assign(
        contrast=table["target"] + " - EMD",
        feature=pd.Categorical(table["feature"], ["tempo", "energy"]),
        ci_low=table["cliffs_delta"] - 0.1,
        ci_high=table["cliffs_delta"] + 0.1,
        cles=(table["cliffs_delta"] + 1) / 2,
        magnitude=np.where(table["cliffs_delta"].abs() < 0.33, "small", "medium"),
        ks_p=table["mwu_p"],
        mwu_holm=table["mwu_p"] * 2,
        ks_holm=table["mwu_p"] * 2,
        holm_contrasts=table["mwu_p"] * 4,
        holm_genres=table["mwu_p"] * 4,
        median_target=120.4,
        median_reference=0.12345,
    )


@pytest.fixture
def tests():
    yield comparisons()
    plt.close("all")


def whole(tests):
    return tests[tests["genre"] == "all"]


def main(tests):
    return whole(tests)[:2].set_index("feature")


def within(tests):
    return tests[tests["genre"] != "all"]


def test_each_contrast_has_its_panel_its_colour_and_the_order_asked_for(tests):
    panels = figures.side_by_side(profiles.load_profile("published"), 2, 3)
    colours = {"PMD": "#0072B2", "MSSD": "#6B6B6B"}
    figures.contrasts(panels, whole(tests), colours, ["energy", "tempo"], 0.147)
    assert [axes.get_title(loc="left") for axes in panels] == ["PMD - EMD", "MSSD - EMD"]
    labels = [label.get_text() for label in panels[0].get_yticklabels()]
    assert labels == ["energy", "tempo"]
    dots = panels[1].collections[-1].get_offsets()
    assert dots[:, 0].tolist() == [0.3, -0.1]
    assert panels[0].texts[0].get_text() == "0.40" and panels[0].texts[0].get_color() == "#0072B2"


def test_intervals_of_several_kinds_keep_the_dots(tests):
    first = main(tests)
    ends = first[["ci_low", "ci_high"]]
    panels = figures.side_by_side(profiles.load_profile("published"), 2, 3)
    kinds = {"independent": ends, "blocks of 14": 2 * ends}
    figures.intervals(panels, first["cliffs_delta"], kinds, ["energy", "tempo"], 0.147)
    dots = [axes.collections[-1].get_offsets()[:, 0].tolist() for axes in panels]
    assert dots == [[0.4, -0.2]] * 2
    bars = [axes.collections[0].get_segments()[0][:, 0].tolist() for axes in panels]
    assert bars == [pytest.approx([0.3, 0.5]), pytest.approx([0.6, 1.0])]


def test_the_heat_map_stars_what_is_significant_and_names_the_smaller_corpus(tests):
    _, axes = plt.subplots()
    figures.genre_effects(axes, within(tests), {"Pop": 50, "Jazz": 3})
    assert [text.get_text() for text in axes.texts] == ["-0.30*", "0.10", "-0.60", "0.20"]
    assert [t.get_text() for t in axes.get_yticklabels()] == ["Pop (50)", "Jazz (3)"]


def test_specifications_are_dots_in_rows_by_outcome_coloured_by_weights():
    _, axes = plt.subplots()
    curve = pd.DataFrame({"weights": ["as listed", "weighted"], "b": [0.2, 0.1], "a": [0.4, 0.3]})
    figures.specifications(axes, curve, ["b", "a"], "delta", [0])
    assert [t.get_text() for t in axes.get_yticklabels()] == ["b", "a"]
    first_row = axes.collections[0]
    assert first_row.get_offsets()[:, 0].tolist() == [0.1, 0.2]
    assert len(np.unique(first_row.get_facecolors(), axis=0)) == 2


def test_the_chart_offers_features_and_genres_and_puts_one_into_words(tests):
    chart = figures.genre_chart(within(tests)).to_dict()
    menus = {menu["name"]: menu["bind"]["options"] for menu in chart["params"] if "bind" in menu}
    assert menus == {"feature": ["tempo", "energy"], "genre": ["Pop", "Jazz"]}
    words = [row["words"] for rows in chart["datasets"].values() for row in rows if "words" in row]
    assert any(
        text == "Pop, tempo:|median 120 in PMD (50 rows),|0.123 in EMD (70 rows);|"
        "delta -0.30 (small), Holm p 0.004"
        for text in words
    )


@pytest.mark.parametrize(
    ("p", "text"), [(1e-60, "< 0.001"), (0.00099, "< 0.001"), (0.001, "0.001"), (0.25, "0.250")]
)
def test_p_values_have_three_decimals_or_are_below_the_last(p, text):
    assert figures.p_text(p) == text


def test_texts_below_the_panels(tests):
    texts = figures.effect_texts(main(tests))
    assert texts["tempo"] == "delta -0.20 (small)\nD 0.12, p < 0.001"


def test_moments_are_those_of_two_whole_corpora_in_order():
    rows = [("EMD", "all", "a"), ("PMD", "all", "b"), ("PMD", "all", "a"), ("PMD", "Pop", "a")]
    moments = pd.DataFrame([*rows, ("X", "all", "a")], columns=["group", "genre", "feature"])
    found = figures.moments_of_pair(moments, ("PMD", "EMD"), ["b", "a"])
    assert list(zip(found["feature"], found["corpus"], strict=True)) == [
        ("b", "PMD"),
        ("a", "PMD"),
        ("a", "EMD"),
    ]


def test_tables_are_short_and_rounded(tests):
    table = figures.effect_table(whole(tests))
    assert list(table.index)[:2] == [("PMD - EMD", "tempo"), ("PMD - EMD", "energy")]
    assert table.iloc[0].to_dict() == {
        "delta": "-0.20",
        "interval": "-0.30 to -0.10",
        "size": "small",
        "pairs won": "40 %",
        "D": "0.12",
        "p (Holm)": "< 0.001",
    }
    sizes = figures.size_table(whole(tests))
    assert sizes.loc[("MSSD - EMD", "tempo"), ["rows", "medians", "U"]].tolist() == [
        "300, 200",
        "120, 0.123",
        "1,234",
    ]
    assert figures.p_table(main(tests)).loc["energy", "U, Holm"] == "0.400"


def test_tables_of_a_split():
    rows = [
        ("a", "averaged", "mix", 0.25, 0.1, 0.4),
        ("a", "averaged", "within", 0.75, 0.5, 1.0),
        ("a", "reference", "mix", 9.0, 9.0, 9.0),
    ]
    columns = ["feature", "weights", "part", "value", "ci_low", "ci_high"]
    residual = pd.DataFrame({"one_sided": [-0.001], "other_rows": [-1e-17]}, ["a"])
    parts = pd.DataFrame(rows, columns=columns)
    table = figures.split_table(parts, pd.Series({"a": 0.999}), residual)
    assert table.loc["a"].to_dict() == {
        "mix": "0.250 (0.100 to 0.400)",
        "within": "0.750 (0.500 to 1.000)",
        "genres of one corpus": "-0.001",
        "other rows": "0.000",
        "difference": "0.999",
    }
    shares = pd.DataFrame(
        {"averaged": [0.25, 0.5], "reference": [0.2, -0.4], "target": [0.3, 1.4]}, ["a", "b"]
    ).assign(identified=[True, False], clear=True)
    shown = figures.share_table(shares)
    assert shown.loc["a"].tolist() == ["25 %", "20 %", "30 %", ""]
    assert shown.loc["b", "note"] == "not identified"
    shown = figures.share_table(shares.assign(clear=False))
    assert shown["note"].tolist() == ["difference may be zero"] * 2


def test_a_break_even_above_one_undoes_no_test():
    p = pd.Series({"a": 1e-60, "b": 0.03})
    icc = pd.DataFrame({"one_test": [6.9, 0.02], "holm": [2.9, 0.01]}, ["a", "b"])
    icc = icc.assign(both=[2.5, 0.01], first_step=[2.0, 0.0])
    table = figures.break_even_table(p, icc)
    assert table.index.tolist() == ["b", "a"]
    assert table.loc["b"].tolist() == ["0.030", "0.02", "0.01", "0.01", "–"]
    assert table.loc["a"].tolist() == ["< 0.001", *["never"] * 4]
    said = figures.break_even_in_words(icc, 11.4, 13.7, 2.3)
    assert said.startswith("Lists hold 11.4 listings on average")
    assert "1 of 2 rank tests (b) breaks at a correlation below 0.3, 1 where" in said


def test_a_test_that_shows_nothing_is_not_said_to_break():
    icc = pd.DataFrame({"holm": [0.0, 0.2, 1.4]}, list("abc"))
    icc = icc.assign(both=icc["holm"], first_step=icc["holm"])
    said = figures.break_even_in_words(icc, 11.4, 13.7, 2.3, "Lists of others hold")
    assert said.startswith("Lists of others hold 11.4 listings")
    assert said.endswith(
        "In Holm's family 1 of 3 rank tests (a) shows no difference even for independent listings; "
        "of the others, 1 (b) breaks at a correlation below 0.3, 1 where the reference's units are "
        "correlated as much, and 1 at the level of Holm's first step."
    )


def test_clustered_differences_are_named_where_they_are_not_shown():
    deltas = pd.DataFrame({"delta": [-0.25, 0.05], "p": [1e-9, 0.03], "holm": [2e-9, np.nan]})
    deltas = deltas.assign(ci_low=[-0.3, 0.01], ci_high=[-0.2, 0.1]).set_axis(["a", "b"])
    assert figures.clustered_table(deltas).loc["a"].tolist() == [
        "-0.25",
        "-0.30 to -0.20",
        "< 0.001",
        "< 0.001",
    ]
    said = figures.clustered_in_words(deltas, "9 blocks of 2 listings of A")
    assert "unit (9 blocks of 2 listings of A) and by artist, 1 of 2" in said
    assert "(9 tracks) alone, since no artist is known, 1 of 2" in (
        figures.clustered_in_words(deltas, "9 tracks", artists=False)
    )
    assert said.endswith(
        "1 of 2 differences remains after Holm's correction; not shown to differ: b."
    )


def test_both_mixes_stand_side_by_side_and_a_turned_sign_is_said():
    deltas = pd.DataFrame(
        {"crude": [-0.06, 0.1], "reference_mix": [0.021, 0.03], "target_mix": [-0.041, 0.104]},
        ["loudness", "energy"],
    ).assign(reference_se=0.01, target_se=0.02, one_sign=[False, True])
    table = figures.standardised_table(deltas, ("A", "B"))
    assert table.loc["loudness", "mix of B (SE)"] == "0.021 (0.010)"
    assert table.loc["loudness", "mix of A (SE)"] == "-0.041 (0.020)"
    assert table["note"].tolist() == ["sign depends on the mix", ""]
    said = figures.standardised_in_words(deltas, ("A", "B"))
    assert "weighs them for loudness (0.021 and -0.041)." in said
    assert said.endswith("The two deltas differ most for energy: 0.030 and 0.104.")


def test_a_delta_that_reads_as_zero_has_no_sign_to_turn():
    deltas = pd.DataFrame(
        {"crude": [-0.06, 0.1], "reference_mix": [0.0004, 0.03], "target_mix": [-0.041, 0.104]},
        ["tempo", "energy"],
    ).assign(reference_se=0.01, target_se=0.02, one_sign=[False, True])
    assert figures.standardised_table(deltas, ("A", "B"))["note"].tolist() == [
        "zero by one mix",
        "",
    ]
    said = figures.standardised_in_words(deltas, ("A", "B"))
    assert said.startswith(
        "Within genres, B's mix and A's mix give every feature a delta of the same sign, but for those "
        "that are zero by one mix: tempo (0.000 and -0.041)."
    )
    turned = deltas.assign(one_sign=False)
    assert (
        "for energy (0.030 and 0.104); by one of the mixes there is no difference for tempo (0.000 and "
        "-0.041)."
    ) in figures.standardised_in_words(turned, ("A", "B"))


@pytest.mark.parametrize(
    ("low", "high", "clear"),
    [(0.1, 0.2, True), (-0.2, -0.1, True), (-0.1, 0.1, False), (0, 0.1, False), (0, 0, False)],
)
def test_one_rule_says_whether_an_interval_leaves_out_zero(low, high, clear):
    assert project.leaves_out_zero(low, high) is clear
    ends = pd.Series([low, np.nan]), pd.Series([high, np.nan])
    assert project.leaves_out_zero(*ends).tolist() == [clear, False]


def test_a_map_of_sizes_has_no_colours_below_zero():
    axes = figures.canvas(profiles.load_profile("demo"), 3)
    table = pd.DataFrame({"a": [0.0, 0.5], "b": [0.5, 1.0]}, ["a", "b"])
    figures.correlations(axes, table, "sizes", signed=False)
    cells = axes.collections[0]
    assert cells.get_clim() == (0, 1) and cells.cmap(0.0)[:3] == pytest.approx(
        (0.97,) * 3, abs=0.01
    )


def test_the_sentence_on_genres_of_one_corpus():
    residual = pd.DataFrame({"one_sided": [-0.044, 0.1], "other_rows": 0.0}, ["energy", "tempo"])
    differences = pd.Series({"energy": -0.107, "tempo": -5.0})
    said = figures.residual_in_words(residual, differences, {"A": ["Soul", "Folk"], "B": []})
    assert said.startswith("The split leaves out 2 genres of A, of which the other corpus")
    assert said.endswith("They make up more than a quarter of the difference for energy.")
    said = figures.residual_in_words(residual * 0, differences, {"A": [], "B": []})
    assert (
        said == "Both corpora have two rows or more of every genre, so the split leaves out none."
    )


def people():
    table = pd.DataFrame({"feature": ["a"] * 3 + ["b"] * 3, "delta": [0.3, 0.1, -0.2, -1, -0.5, 0]})
    summary = pd.DataFrame(
        {"people": 3, "corpus": [0.2, -0.4], "equal": 0.1, "sd": [0.2, 0.5], "same": [2, 2]},
        ["b", "a"],
    )
    return table, summary.assign(share=[0.9, 0.5], share_low=0.2, share_high=0.8)


def test_each_person_is_a_dot_coloured_by_the_sign_of_the_corpus():
    table, summary = people()
    _, axes = plt.subplots()
    figures.person_effects(axes, table, summary)
    assert [text.get_text() for text in axes.get_yticklabels()] == ["b", "a"]
    dots = [d for d in axes.collections if hasattr(d, "get_offsets") and len(d.get_offsets()) == 3]
    # The delta of b is above zero, that of its people is not, but for one at zero.
    assert [d.get_offsets()[:, 0].tolist() for d in dots] == [[-1, -0.5, 0], [-0.2, 0.1, 0.3]]
    assert len(np.unique(dots[0].get_facecolors(), axis=0)) == 1
    assert len(np.unique(dots[1].get_facecolors(), axis=0)) == 2
    assert [text.get_text() for text in axes.texts] == ["2 of 3", "2 of 3"]
    plt.close("all")


def test_shares_of_people_are_said_from_ten_people_on():
    _, summary = people()
    chance = pd.DataFrame({"share": [0.95, 0.6], "sd": [0.1, 0.5]}, ["b", "a"])
    said = figures.persons_in_words(summary, 10)
    assert said.startswith("Only 3 people are known, fewer than the 10")
    said = figures.taste_in_words(summary, chance, 10)
    assert said.startswith("The spread of 3 people is not set beside that of random lists")
    many = summary.assign(people=164)
    said = figures.persons_in_words(many, 10)
    assert "most often in b, for 90 % of people, and least often in a, for 50 %." in said
    said = figures.taste_in_words(many, chance, 10)
    assert "95 % of lists would lean the way of the corpus in b; 90 % do." in said
    # The deltas of b spread more than those of random lists, those of a as much.
    assert said.endswith("in 1 of 2 features, and random lists account for 90 % of their variance.")
    table = figures.persons_table(summary, chance)
    assert table.loc["a"].tolist() == ["-0.40", "0.10", "0.50", "50 %", "20 to 80 %", "60 %"]


def test_the_mixed_model_in_tables_and_words():
    effects = pd.DataFrame({"delta": [-0.2, 0.05], "holm": [0.001, 0.2]}, ["a", "b"])
    effects = effects.assign(ci_low=-0.25, ci_high=0.1, list=[0.1, 0.02], artist=[0.0, 0.01])
    assert figures.mixed_table(effects).loc["a"].tolist() == [
        "-0.20",
        "-0.25 to 0.10",
        "0.001",
        "10 %",
        "0 %",
    ]
    said = figures.mixed_in_words(effects, 0.147)
    assert "1 of 2 differences remains after Holm's correction (a). The estimate" in said
    assert said.endswith("is beyond negligible for a, its whole interval for none of them.")
    surely = figures.mixed_in_words(effects.assign(ci_high=[-0.15, 0.1]), 0.147)
    assert surely.endswith("its whole interval for a.")
    assert figures.variances_in_words(effects) == (
        "Lists hold 2 % to 10 % of the variance within genres, most of it in a; artists hold 0 % "
        "to 1 %, less than lists in 2 of 2 features."
    )
    panels = plt.subplots(1, 2)[1]
    figures.effect_panels(panels, {"one": effects, "two": -effects}, ["b", "a"], 0.147)
    side = plt.rcParams["axes.titlelocation"]
    assert [axes.get_title(side) for axes in panels] == ["one", "two"]
    assert [text.get_text() for text in panels[1].texts] == ["-0.05", "0.20"]
    plt.close("all")


def test_shrunken_cells_are_drawn_tabled_and_said():
    cells = pd.DataFrame(
        {
            "genre": ["Jazz", "Pop"],
            "feature": "energy",
            "n_target": [4, 300],
            "n_reference": [200, 300],
            "before": [-0.4, 0.3],
            "after": [0.1, 0.29],
            "starred": [False, True],
            "clear": [False, True],
            "turned": [True, False],
        }
    )
    said = figures.shrunken_in_words(cells)
    assert said == (
        "Shrinkage brings the cells closer together: their deltas have a standard deviation of 0.13, "
        "and had one of 0.49. The sign turns in 1 of 2 cells. Of 1 cell with a star in the first "
        "map, 1 has an interval that leaves out zero here."
    )
    none = cells.assign(starred=False, after=9 * cells["before"])
    said = figures.shrunken_in_words(none)
    assert "does not bring" in said and said.endswith("No cell had a star before.")
    said = figures.moves_in_words(cells, 1)
    assert "energy in Jazz: -0.40 becomes 0.10, with 4 listings against 200." in said
    assert "4 listings at most, so the value after shrinkage is less what was observed" in said
    assert figures.moves_in_words(cells, 2).endswith("has 300 listings at most.")
    assert figures.moves_table(cells, 1).loc["Jazz", "energy"].tolist() == [
        "4",
        "200",
        "-0.40",
        "0.10",
    ]
    drawn = cells.rename(columns={"after": "delta"}).assign(ci_low=[-0.1, 0.2], ci_high=0.4)
    _, axes = plt.subplots()
    fewest = pd.Series({"Pop": 300, "Jazz": 4})
    figures.shrunken_effects(axes, drawn, fewest, "A - B")
    assert [text.get_text() for text in axes.texts] == ["0.29*", "0.10"]
    assert [text.get_text() for text in axes.get_yticklabels()] == ["Pop (300)", "Jazz (4)"]
    plt.close("all")


def test_sentences_count_what_the_tables_hold(tests):
    said = figures.effects_in_words(main(tests))
    assert said.startswith(
        "Of 2 differences PMD - EMD, 1 is small and 1 is medium. The largest is energy"
    )
    assert "a random listing of PMD exceeds one of EMD in 70 % of pairs" in said
    said = figures.genres_in_words(within(tests))
    assert said == (
        "Within genres, 1 of 4 comparisons remains after Holm's correction; the largest of these "
        "differences is tempo in Pop (delta -0.30, interval -0.40 to -0.20), 50 listings against 70."
    )
    none = figures.genres_in_words(within(tests).assign(holm_genres=1.0))
    assert none.startswith("Within genres, 0 of 4 comparisons remain after Holm's correction. ")
    assert none.endswith(
        "which does not remain, is tempo in Jazz (delta -0.60, interval -0.70 to -0.50), 40 listings "
        "against 3."
    )


def test_intervals_of_genres_are_counted_with_the_listings_they_rest_on():
    rows = pd.DataFrame(
        {"ci_low": [-0.1, -0.2, 0.1, np.nan], "ci_high": [0.1, 0.3, 0.2, np.nan]}
    ).assign(n_target=[4, 6, 300, 1], n_reference=[40, 60, 200, 1])
    said = figures.genre_intervals_in_words(rows)
    assert said == (
        "2 of 3 intervals within genres contain zero, in genres that are smaller: in the median the "
        "smaller corpus has 5 listings there, and 200 where the interval leaves out zero."
    )
    slightly = rows.assign(n_target=[240, 260, 300, 1], n_reference=999)
    assert "only slightly smaller" in figures.genre_intervals_in_words(slightly)
    larger = rows.assign(n_target=500, n_reference=[500, 500, 200, 1])
    assert "no smaller" in figures.genre_intervals_in_words(larger)
    assert figures.genre_intervals_in_words(rows[2:]) == (
        "0 of 1 interval within genres contain zero."
    )


def test_the_sentence_on_contrasts():
    columns = {"A - B": [0.2, -0.1], "C - B": [0.3, 0.2], "A - C": [0.0, 0.01]}
    deltas = pd.DataFrame(columns, ["tempo", "energy"])
    said = figures.contrasts_in_words(deltas, 0.147)
    assert said.startswith(
        "More than negligible are the differences of 1 of 2 features in A - B (tempo; mean "
        "size of all 0.150), 2 of 2 features in C - B (all; mean size of all 0.250) and 0 of 2 features "
        "in A - C (none of them; mean size of all 0.005)."
    )
    assert said.endswith(
        "Of 1 feature that sets A apart from B, 1 sets C apart from it in the same direction "
        "and does not distinguish A from C."
    )


def test_the_correlation_of_contrasts_stands_beside_that_of_unrelated_corpora():
    alike = pd.Series({"r": 0.9, "low": 0.6, "high": 0.98, "median": 0.53, "p": 0.0081, "n": 9})
    alike["p_together"] = np.nan
    said = figures.likeness_in_words(alike, ["A - B", "C - B", "A - C"])
    assert "A - B and C - B correlate at r = 0.90 (interval 0.60 to 0.98)" in said
    assert "correlate at 0.53 in the median, and at 0.90 or above with a chance of 0.008." in said
    assert said.endswith(
        "does not explain so close a likeness: C differs from B in much the same features, and the "
        "same directions, as A does."
    )
    alike["p_together"] = 0.0142
    said = figures.likeness_in_words(alike, ["A - B", "C - B"])
    assert "of 0.008 (0.014 where features go together as the reference's do). The ref" in said
    alike["p_together"] = 0.0642
    said = figures.likeness_in_words(alike, ["A - B", "C - B"])
    assert said.endswith("depends on how features go together, so nothing is concluded from it.")
    opposed = pd.concat([alike.drop("r"), pd.Series({"r": -0.5})])
    assert figures.likeness_in_words(opposed, ["A - B", "C - B"]).endswith(
        "C does not differ from B in the direction in which A does."
    )
    alike["p"] = 0.3
    said = figures.likeness_in_words(alike, ["A - B", "C - B"])
    assert said.endswith("so it does not show that C differs from B as A does.")


def sized():
    """Verdicts on two features of two contrasts."""
    negligible, more = "demonstrably negligible", "demonstrably more than negligible"
    rows = [
        ("PMD", "tempo", 0.05, 0.02, 0.08, negligible, 0.23, 0.2, np.nan),
        ("PMD", "energy", -0.3, -0.4, -0.2, more, 1.4, 1.1, 0.4),
        ("MSSD", "tempo", 0.15, 0.1, 0.2, "undecided", np.nan, np.nan, np.nan),
        ("MSSD", "energy", -0.2, -0.24, -0.16, more, 0.5, 0.4, 0.1),
    ]
    firm = ["icc_first", "icc_both", "icc_family"]
    columns = ["target", "feature", "cliffs_delta", "low", "high", "verdict", *firm]
    table = pd.DataFrame(rows, columns=columns).assign(reference="EMD", se=0.02, se_target=0.015)
    return table.assign(
        contrast=table["target"] + " - EMD",
        feature=pd.Categorical(table["feature"], ["tempo", "energy"]),
    )


def test_intervals_stand_against_both_thresholds_in_the_colour_of_their_verdict():
    panels = figures.side_by_side(profiles.load_profile("published"), 2, 3)
    figures.equivalence(panels, sized(), ["energy", "tempo"], 0.147)
    assert [axes.get_title(loc="left") for axes in panels] == ["PMD - EMD", "MSSD - EMD"]
    marks = [line.get_xdata()[0] for line in panels[0].lines]
    assert marks == [-0.147, 0.147]
    dots = panels[0].collections[-1]
    assert dots.get_offsets()[:, 0].tolist() == [-0.3, 0.05]
    beyond, within = (to_hex(colour).upper() for colour in dots.get_facecolors())
    assert (beyond, within) == (style.SECOND, style.FIRST)
    (legend,) = panels[0].figure.legends
    assert [text.get_text() for text in legend.get_texts()][1] == "undecided"
    plt.close("all")


def test_the_table_of_verdicts_names_correlations_above_one_and_none():
    table = figures.equivalence_table(sized())
    assert table.loc[("PMD - EMD", "energy")].tolist()[2:] == ["any", "any", "0.40"]
    assert table.loc[("PMD - EMD", "tempo")].tolist()[2:] == ["0.23", "0.20", "–"]
    assert table.loc[("MSSD - EMD", "tempo"), "verdict"] == "undecided"


def test_the_sentences_on_verdicts_count_and_name_the_one_that_falls_first():
    table = sized()
    said = figures.equivalence_in_words(table, "By printed figures")
    assert said == (
        "By printed figures, listings treated as independent, PMD - EMD: 1 demonstrably negligible "
        "and 1 demonstrably more than negligible; MSSD - EMD: 1 undecided and 1 demonstrably more "
        "than negligible."
    )
    assert figures.holding_in_words(table) == (
        "Taken alone, 1 of 2 verdicts on PMD - EMD holds at any correlation; the first to fall is "
        "that on tempo (demonstrably negligible), which does not hold above 0.23. With a correction "
        "for all 4 verdicts, that on tempo does not hold even for independent listings."
    )
    said = figures.holding_in_words(table.assign(icc_family=np.nan))
    assert said.endswith("none of these holds even for independent listings.")
    said = figures.holding_in_words(table.assign(icc_family=[0.02, 0.4, 0, 0.1]))
    assert said.endswith("these hold together up to 0.02.")
    said = figures.holding_in_words(table.assign(icc_first=1.5, icc_family=1.2))
    assert said == (
        "Taken alone, each of 2 verdicts on PMD - EMD holds at any correlation. With a correction "
        "for all 4 verdicts, these hold together at any correlation."
    )
    said = figures.holding_in_words(table.assign(icc_first=np.nan))
    assert said.startswith("No verdict on PMD - EMD has a correlation up to which it holds")
    of_census = table["verdict"].where(table["verdict"] != "undecided", "demonstrably negligible")
    said = figures.census_in_words(table.assign(of_census=of_census))
    assert "standard errors of PMD - EMD are 25 % smaller, and 1 of 4 verdicts changes" in said


def test_the_sentences_on_what_is_counted():
    deltas = pd.DataFrame({"listings": [0.1, 0.14], "people": [0.12, 0.15]}, ["tempo", "energy"])
    said = figures.estimands_in_words(deltas, 0.147)
    assert "Whether listings or people are counted moves a delta by 0.020 at most (tempo)" in said
    assert "1 of 2 features cross" in said
    said = figures.shared_tracks_in_words(1378, 0.8, ("A", "B"))
    assert said.startswith("1,378 pairs of a listing of A and one of B are of the same track")
    assert said.endswith("overstates standard errors by 25.0 %.")


def test_shifts_are_drawn_with_their_band_and_said_in_words():
    table = pd.DataFrame(
        {"feature": "tempo", "quantile": [0.1, 0.9], "difference": [-1, 2], "low": [-2, 1]}
    ).assign(high=lambda rows: rows["difference"] + 1)
    grid = figures.canvas(profiles.load_profile("published"), 3, columns=2, rows=1, squeeze=False)
    figures.shifts(grid, table, "red")
    drawn = grid[0, 0].lines[-1]
    assert drawn.get_xdata().tolist() == [10, 90] and drawn.get_ydata().tolist() == [-1, 2]
    assert grid[0, 0].get_title(loc="left") == "tempo (BPM)"
    ends = {"a": [1, 1], "b": [-9, -9], "c": [-9, 1], "d": [1, -1], "e": [-1, -9], "f": [-1, -1]}
    shifts = pd.DataFrame(ends).melt(var_name="feature").assign(quantile=[0.1, 0.9] * 6)
    # The band of d, e and f holds zero where the value is -1.
    shifts = shifts.assign(low=shifts["value"], high=shifts["value"] + 5)
    said = figures.shifts_in_words(shifts.assign(difference=shifts["value"]), ("T", "R"))
    assert said == (
        "T is higher at every decile for a; it is lower at every decile for b; it is lower at some "
        "deciles and higher at others for c; it is higher at some deciles only for d; it is lower at "
        "some deciles only for e; it is not shown to differ at any decile for f. The difference is "
        "largest among the low deciles for a, b, c and d and among the high deciles for e."
    )
    nothing = shifts[shifts["feature"] == "f"].assign(difference=0.0)
    assert figures.shifts_in_words(nothing, ("T", "R")) == (
        "T is not shown to differ at any decile for f."
    )
    plt.close("all")


def test_the_sentences_on_dependence_read_the_factors_and_the_last_kind():
    inflation = pd.DataFrame({"blocks": [0.9, 2.2], "people": [1.0, np.nan]}, ["a", "b"])
    assert figures.inflation_in_words(inflation).endswith(
        "are 0.9 to 2.2 times those of independent listings; the factor is largest for b, with blocks."
    )
    wide = pd.DataFrame({"ci_low": [-0.1, 0.1], "ci_high": [0.1, 0.2]}, ["a", "b"])
    said = figures.dependence_in_words({"independent": wide + 9, "people": wide})
    assert said == (
        "With people, 1 of 2 intervals leaves out zero (b); where listings are treated as "
        "independent, 2 do."
    )


def test_the_sentences_on_choices_and_sizes():
    agreement = pd.DataFrame(
        {
            "analyses": [24, 24],
            "same_sign": [24, 20],
            "same_word": [24, 12],
            "negligible": [0, 12],
            "smallest": [0.111, -0.1],
            "largest": [0.2, 0.5],
        },
        ["a", "b"],
    )
    assert figures.choices_in_words(agreement) == (
        "Of the 2 largest differences, 1 keeps its sign in all 24 analyses. The difference in b varies "
        "most, from -0.10 to 0.50."
    )
    assert figures.warnings_in_words(agreement) == (
        "Of 24 analyses, the difference is negligible for b in 12, and in none for a: where it is at "
        "times, whether it counts depends on a choice of the analyst."
    )
    said = figures.warnings_in_words(agreement.assign(negligible=0))
    assert said == "None of these differences is negligible in any analysis."
    assert list(figures.agreement_table(agreement))[:2] == ["analyses", "same sign"]
    entropy = {"analyses": 24, "smallest": -0.5, "largest": 0.1, "same_sign": 20}
    said = figures.entropy_choices_in_words(entropy, ("A", "B"))
    assert "A - B lies between -0.50 and 0.10 bits in 24 analyses; 20 of them" in said
    alike = entropy | {"smallest": 0.171, "largest": 0.174, "same_sign": 24}
    said = figures.entropy_choices_in_words(alike, ("A", "B"))
    assert said.endswith("A - B is 0.17 bits in 24 analyses; all agree on its sign.")
    smallest = pd.DataFrame({"contrast": ["A - B"], "one_test": [0.0288]})
    said = figures.sizes_in_words(smallest, 0.147)
    assert "a delta of 0.029 significant (A - B, one test), although by convention" in said
    said = figures.sizes_in_words(smallest.assign(one_test=0.3), 0.147)
    assert said.endswith("significant here, and one that is not may be missed.")


def test_panels_without_curves_are_lower():
    profile = profiles.load_profile("published")
    curves = pd.DataFrame({"feature": ["tempo"]})
    heights = [
        figures.density_grid(profile, c)[0, 0].figure.get_figheight() for c in (curves[:0], curves)
    ]
    assert heights[0] < heights[1]
    plt.close("all")


def test_the_table_of_smallest_deltas_has_short_headers():
    row = {"contrast": "A - B", "genre": "all", "one_test": 0.0291, "in_family": 0.0459}
    table = figures.smallest_table(pd.DataFrame([row]))
    assert table.loc[("A - B", "all genres")].to_dict() == {
        "one test": "0.029",
        "first of Holm's family": "0.046",
    }


def test_halves_that_differ_by_chance_are_told_set_by_set():
    spread = pd.DataFrame(
        {"lowest": 0.47, "highest": 0.52, "held": 19, "splits": 20, "p_low": 1, "tested": 18},
        ["embeddings"],
    )
    assert figures.spread_in_words(spread, "halves of EMD") == (
        "Random halves of EMD: AUC 0.47 to 0.52 by embeddings (19 of 20 intervals contain one half; "
        "p at or below 0.05 in 1 of 18 splits tested)."
    )


def test_halves_by_many_feature_sets_are_told_together():
    columns = {"lowest": 0.47, "highest": 0.52, "held": 19, "splits": 20, "p_low": 1, "tested": 18}
    spread = pd.DataFrame(columns, list("abcd"))
    spread.loc["b", "lowest"] = 0.44
    assert figures.spread_in_words(spread, "halves of EMD") == (
        "Random halves of EMD, by 4 feature sets or mixtures of them: AUC 0.44 to 0.52; 76 of 80 "
        "intervals contain one half, and p is at or below 0.05 in 4 of 72 splits tested."
    )


def test_sentences_on_corpora_agree_with_their_numbers():
    summary = pd.DataFrame({"listings": [1, 2345], "tracks": [1, 2000]}, ["A", "B"])
    said = figures.tracks_of_corpora_in_words(summary, ("A", "B"))
    assert said == "A has 1 listing of 1 track and B has 2,345 listings of 2,000 tracks."
    assert figures.repeats_in_words("B", 221, 221, 1) == (
        "All 221 repeated rows of B stand in one run that repeats the run just before it; "
        "1 of its listings has an id but no genre."
    )
    # Without such a run nothing is said to stand in one.
    assert figures.repeats_in_words("B", 0, 0, 12) == (
        "No run of rows of B repeats the run just before it (0 repeated rows); 12 of its listings "
        "have an id but no genre."
    )
    assert figures.lists_in_words(pd.Series([7])) == "The one participant lists 7 tracks."
    assert figures.lists_in_words(pd.Series([4, 8])) == (
        "2 participants list 6.0 tracks on average (SD 2.8, from 4 to 8)."
    )
