"""The landing page: three sentences and a figure from the printed figures, and what was checked."""

import matplotlib.pyplot as plt
import pandas as pd
import pytest

from helpers import profiles
from helpers.build import landing, outline
from helpers.figures import effects
from helpers.figures import landing_sentences as sentences


def verdicts(*rows):
    """A table of verdicts: contrast, feature, cles, verdict, icc_first."""
    table = pd.DataFrame(rows, columns=["contrast", "feature", "cles", "verdict", "icc_first"])
    names = table["contrast"].str.split(" - ", expand=True)
    return table.assign(target=names[0], reference=names[1], cliffs_delta=2 * table["cles"] - 1)


MADE = verdicts(
    ("A - B", "tempo", 0.35, sentences.MORE, 1.5),
    ("A - B", "energy", 0.52, sentences.NEGLIGIBLE, 0.25),
    ("C - B", "tempo", 0.30, sentences.MORE, 2.0),
    ("C - B", "energy", 0.60, sentences.MORE, 2.0),
    ("A - C", "tempo", 0.52, sentences.NEGLIGIBLE, 2.0),
    ("A - C", "energy", 0.45, sentences.UNDECIDED, None),
)


def test_what_was_found_names_the_largest_difference_and_its_direction():
    said = sentences.found_in_words(MADE, 2, 0.147)
    assert "2 of 2 audio features" in said and "1 of these differences is demonstrably" in said
    assert "tempo, where a listing of A is lower than one of B in 65 % of pairs" in said
    assert "at 57 % of pairs; it is no clinical limit" in said


def test_the_confound_counts_both_contrasts_with_the_third_corpus_and_names_what_is_left():
    deltas = pd.DataFrame({"A - B": [-0.3, 0.04, 0.1], "C - B": [-0.6, 0.08, 0.2]})
    said = sentences.confound_in_words(MADE, deltas)
    assert "(C) differs" in said and "r = 1.00" in said and "in 2 of them" in said
    assert "A differs more than negligibly from that sample in 0 of 2: without" in said
    apart = MADE.assign(verdict=sentences.MORE)
    said = sentences.confound_in_words(apart, deltas)
    assert "from that sample in 2 of 2 (tempo and energy): without" in said


def test_certainty_names_the_verdicts_that_stand_and_the_one_that_falls_first():
    said = sentences.certainty_in_words(MADE)
    assert "However alike they were, tempo would stay more than negligible; the verdict" in said
    assert "the verdict on energy falls first, at an intraclass correlation of 0.25" in said


def test_certainty_without_a_verdict_that_stands_or_falls():
    falling = MADE.assign(icc_first=[0.5, 0.25, 2, 2, 2, None])
    assert "another. The verdict on energy falls first" in sentences.certainty_in_words(falling)
    standing = MADE.assign(icc_first=[1.5, 1.2, 2, 2, 2, None])
    said = sentences.certainty_in_words(standing)
    assert "tempo would stay more than negligible, and energy would stay negligible; no" in said


def test_a_round_trip_is_called_one_where_data_are_simulated_and_nowhere_else():
    score = {"claims": 1878, "judged": 9, "reproduced": 9}
    assert "round trip and no reproduction" in sentences.reproduction_in_words(score, True)
    plain = sentences.reproduction_in_words(score, False)
    assert (
        plain
        == "The study printed 1,878 numbers. This build could check 9 of them, and reproduced all of these."
    )


def test_numbers_that_were_not_checked_are_counted_by_the_input_that_is_hardest_to_get():
    card = pd.DataFrame(
        {
            "verdict_class": ["reproduced", "not computed", "simulated", "simulated"],
            "needs": ["genres", "genres features", "features", "genres embeddings"],
        }
    )
    said = sentences.unchecked_in_words(card, ("reproduced",), False)
    assert said.startswith("Of the others, 2 need Spotify's audio features; 1 needs OpenL3")
    assert sentences.unchecked_in_words(card[:1], ("reproduced",), False).startswith("No number")


def test_the_answer_and_its_figure_are_the_same_on_every_profile(tmp_path):
    pages = [landing.Landing(profiles.load_profile(name)) for name in ("demo", "published")]
    order = pd.Index(["Pop"])
    for page in pages:
        # Which genres a build has decides the order of tests within genres alone.
        type(page._chapter)._genres = property(lambda self: order)
    first, second = (page.answer() for page in pages)
    assert first == second and list(first) == [
        "What it found.",
        "The main confound.",
        "How sure that is.",
    ]
    drawn = [page.draw(tmp_path / page.profile.name) for page in pages]
    for shape in landing.SHAPES:
        texts = [paths[shape].read_text(encoding="utf-8") for paths in drawn]
        assert texts[0] == texts[1] and "simulated" not in texts[0]


def test_an_outline_reads_question_minutes_and_exercises(made_chapter):
    found = outline.outline("01_made", made_chapter)
    assert (found.title, found.question) == ("Made", "Is this made?")
    assert (found.minutes, found.exercises) == (7, 2)


@pytest.fixture
def made_chapter():
    import nbformat

    made = nbformat.v4.new_notebook()
    texts = [
        "# Made\n\n**Is this\nmade?**\n\nReading time: 7 minutes.",
        "## Exercises\n\n### 01.1 Recall: One\n\n1. a\n\n### 01.2 Apply: Two",
        "## End",
    ]
    made.cells = [nbformat.v4.new_markdown_cell(text) for text in texts]
    return made


def test_values_cover_no_estimate_in_a_figure_for_a_phone():
    figure = plt.figure(figsize=(3.7, 2), layout="constrained")
    axes = figure.subplots()
    table = pd.DataFrame({"value": [0.0, 1.0]}, ["energy", "instrumentalness"])
    effects.estimates(axes, table, "delta")
    figure.canvas.draw()
    right = axes.transData.transform((1, 1))[0]
    assert min(text.get_window_extent().x0 for text in axes.texts) > right
    plt.close(figure)


def test_what_a_build_lacks_is_a_sentence():
    assert landing.without([]) == ""
    assert landing.without(["years"]) == " This build has no years."
    assert landing.without(["features", "mssd", "years"]) == (
        " This build has no features, mssd or years."
    )
