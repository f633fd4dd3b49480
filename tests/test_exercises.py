"""Exercises and self-tests: every solution runs, every check tells right from wrong, every question is current."""

import math
import re

import nbformat
import numpy as np
import pytest
from conftest import ROOT
from IPython.core.interactiveshell import InteractiveShell

from helpers.build import sections
from helpers.project import ProjectError
from helpers.teaching import check, checks, questions
from helpers.teaching.checks import ExerciseError

NOTEBOOKS = {
    path.stem: nbformat.read(path, as_version=4)
    for path in sorted((ROOT / "notebooks").glob("*.ipynb"))
}
HEADING = re.compile(r"### (\d\d\.\d) (Recall|Apply|Extend): \S")
CHECKED = re.compile(r'teaching\.check\("(\d\d\.\d)"')
each = pytest.mark.parametrize("name", NOTEBOOKS)

# Answers that people give, three an exercise: each is a mistake with a name.
WRONG = {
    # nats for bits; the number of genres; a genre too many
    "06.1": [(math.log(8), 1), (8, 8), (3, 2)],
    # nats; all four genres alike; the share of the commonest
    "06.2": [(1.199, 3.317), (2, 4), (1.730, 0.5)],
    # the pool twice; the two exchanged; everybody narrow, so the pool too
    "06.3": [(3.32, 3.32), (3.32, 0.79), (0.79, 0.79)],
    # the variance; no clusters; the formula over the truth
    "06.4": [(20,), (1,), (0.224,)],
    # tracks for listings; repeated tracks for repeats; everything distinct
    "01.1": [(3, 3, 3), (6, 3, 2), (6, 6, 0)],
    # the known ones alone; the two exchanged; evenly dealt in place of to the rarest
    "01.2": [(1.295, 1.295), (1.5, 1.189), (1.189, math.log2(3))],
    # how many; of all tracks of both; nothing in common
    "01.3": [(200,), (0.0526,), (0,)],
    # an amount for a confidence; the listener's mood
    "02.1": [("energy", "the track"), ("instrumentalness", "the listener"), ("tempo", "the track")],
    # the median twice; a heap for the mean; all near
    "02.2": [(0, 0, 7), (0.88, 0, 3), (0.264, 0, 10)],
    # the truth, which nobody sees; belief in the twin; the sign
    "02.3": [(0.10, "no"), (0.30, "yes"), (-0.30, "no")],
    # the share won; U kept; the sign kept
    "03.1": [(0.75, 10, 0.25), (0.5, 30, -0.5), (0.5, 10, 0.5)],
    # Bonferroni; sorted; not made monotone
    "03.2": [
        ([0.016, 0.120, 0.080, 0.048],),
        ([0.016, 0.036, 0.040, 0.040],),
        ([0.016, 0.030, 0.040, 0.036],),
    ],
    # small is not significant; significant is not small; the sign
    "03.3": [(False, 0.056, True), (True, 0.056, False), (True, -0.056, True)],
    # decibels; belief in the chart; the sign
    "03.4": [(-3, 0, "no"), (-0.595, 0, "yes"), (0.595, 0, "no")],
    # a correlation with oneself; no correlation at all; people in place of listings
    "04.1": [(1 / 21, 525), (0.05, 1_050), (0.05, 50)],
    # the target's means; the sign of the mix; the sum of both
    "04.2": [(-1.6, 1.8), (1.2, 1.4), (0.2, 0.2)],
    # in standard deviations; everybody like the mean; the other side
    "04.3": [(0.3, 0.382), (13.4, 0), (13.4, 0.618)],
    # the promise for what was kept; the misses in percent
    "05.1": [(0.95, 2), (0.93, 5), (0.07, 2)],
    # added up and then squared; by person as by listing; variances for errors
    "05.2": [(0, 0, 0), (0.2, 0.2, 1), (0.2, 0.32, 1.6)],
    # the promise twice; the two exchanged; no difference
    "05.3": [(0.95, 0.95), (0.95, 0.692), (0.692, 0.692)],
    # steps for windows; past the end; a tenth for ten times
    "07.1": [(179, 1_790), (181, 1_801), (180, 1_800)],
    # over the numbers of a frame; the last frame; a city block
    "07.2": [
        ([0.5, 2.5, 4.5], [-1, -0.5, -1.5], 5),
        ([5, 4], [0, -3], 8.6),
        ([3, 2], [0, -2], 7),
    ],
    # from end to end; both rise; pieces that differ have vectors that differ
    "07.3": [(5, -5, 0), (2.5, 2.5, 0), (2.5, -2.5, 7.1)],
    # distances; a mirror moves neighbours; directions
    "08.1": [("far", "left"), ("near", "near"), ("left", "left")],
    # how many; oneself; those that lost theirs
    "08.2": [(2,), (1,), (4 / 6,)],
    # upside down; belief in the map; places for distances
    "08.3": [(0.1, "a much smaller one"), (10, "the same ratio"), (200, "a much smaller one")],
    # clusters and genres; the chance of NMI
    "09.1": [("ARI", "ARI"), ("silhouette", "NMI"), ("NMI", "ARI")],
    # both directions of a pair; the Rand index without correction; the share that is right
    "09.2": [(14, 12, 8, 0.324), (7, 6, 4, 10 / 15), (7, 6, 4, 5 / 6)],
    # of the genres; belief in the silhouette; ARI as high
    "09.3": [(0, 0, "no"), (0.53, 0, "yes"), (0.53, 0.53, "no")],
    # a near miss let through; too strict; too lenient
    "10.1": [
        ("reproduced", "reproduced", "differs"),
        ("close", "close", "differs"),
        ("close", "reproduced", "close"),
    ],
    # the zero at the end forgotten; whole units; one rule for all
    "10.2": [([0.005, 0.05, 0.5],), ([0.001, 0.1, 1],), ([0.005, 0.005, 0.005],)],
    # bits twice; reproduced means right; wrong means not reproduced
    "10.3": [(1.75, 1.75, "yes", "no"), (1.213, 1.75, "yes", "yes"), (1.213, 1.75, "no", "no")],
    # ties not at all; ties in full; a share
    "11.1": [(40,), (80,), (0.6,)],
    # the logarithm of the mean; base 2; the mean of the ratios
    "11.2": [(0.560, 1.75), (0.25, 1.189), (0.173, 1.75)],
    # lengths for spreads; upside down; as many long ones
    "11.3": [(16, 0.161, 0), (0.25, 0.161, 0), (4, 0.161, 0.161)],
    # correlated with itself; tracks for people; rounded down
    "12.1": [(3, 72), (2.8, 24), (2.8, 67)],
    # independent tracks; twice the tracks, half the people; no end to the saving
    "12.2": [(12, 48), (34, 48), (58, 0)],
    # half an arm; counted twice; one arm saved
    "12.3": [(34, 102), (88, 48), (44, 68)],
    # the level; belief in silence; the power that was hoped for
    "12.4": [(0.05, "no"), (0.28, "yes"), (0.8, "no")],
}


def tagged(name, tag):
    return [cell for cell in NOTEBOOKS[name].cells if tag in sections.tags(cell)]


def exercises():
    """Every exercise, with its chapter."""
    for name in NOTEBOOKS:
        for cell in tagged(name, "exercise"):
            yield pytest.param(name, HEADING.match(cell.source)[1], id=cell.source[4:8])


every = pytest.mark.parametrize(("name", "exercise"), list(exercises()))


def the_cell(name, tag, exercise):
    (found,) = [
        cell
        for cell in tagged(name, tag)
        if cell.cell_type == "code" and f'teaching.check("{exercise}"' in cell.source
    ]
    return found.source


def run(name, source):
    """Run the code of an exercise, with the first cell of the exercises and nothing else of the chapter."""
    names = {}
    (setup,) = tagged(name, "exercise-setup")
    exec(setup.source, names)
    exec(source, names)
    return names


@each
def test_a_chapter_has_exercises_of_each_kind_and_one_with_a_known_truth(name):
    cells = tagged(name, "exercise")
    found = [HEADING.match(cell.source) for cell in cells]
    assert all(found), [cell.source for cell in cells]
    assert [match[1] for match in found] == [f"{name[:2]}.{k + 1}" for k in range(len(cells))]
    assert {match[2] for match in found} == {"Recall", "Apply", "Extend"}
    told = [cell for cell in cells if "simulated data" in cell.source]
    assert told
    for cell in told:
        assert "default_rng" in the_cell(name, "scaffold", HEADING.match(cell.source)[1])


@each
def test_an_exercise_has_a_time_a_hint_a_scaffold_a_solution_and_one_check(name):
    for cell in tagged(name, "exercise"):
        assert re.search(r"\n\n\*\d+ minutes[.;]", cell.source), cell.source
        assert cell.source.count("<summary>Hint</summary>") == 1
    names = [HEADING.match(cell.source)[1] for cell in tagged(name, "exercise")]
    for tag in ("scaffold", "solution"):
        code = [cell.source for cell in tagged(name, tag) if cell.cell_type == "code"]
        assert [CHECKED.findall(source) for source in code] == [[each] for each in names]
    words = [cell.source for cell in tagged(name, "solution") if cell.cell_type == "markdown"]
    assert [text.split("\n")[0] for text in words] == [
        "## Solutions",
        *(f"**Solution of {each}**" for each in names),
    ]
    assert list(checks.expectations(name[:2])) == names
    assert all("skip-execution" in sections.tags(cell) for cell in tagged(name, "scaffold"))


@every
def test_a_solution_is_right(name, exercise):
    source = the_cell(name, "solution", exercise)
    *lines, last = source.splitlines()
    names = run(name, "\n".join([*lines, f"said = {last}"]))
    assert names["said"].data == f"**Exercise {exercise}: right.**"


@every
def test_a_scaffold_waits_for_an_answer_and_says_which(name, exercise):
    with pytest.raises(ExerciseError, match=rf"Exercise {exercise} waits for the \w+"):
        run(name, the_cell(name, "scaffold", exercise))


@every
def test_three_wrong_answers_are_told_and_the_right_one_is_not(name, exercise):
    assert len(WRONG[exercise]) == 3
    right = checks.expectations(name[:2])[exercise].answers()
    for answers in WRONG[exercise]:
        with pytest.raises(ExerciseError) as caught:
            check(exercise, *answers)
        said = str(caught.value)
        assert said.startswith(f"Exercise {exercise}: the ")
        # A check must not show what it expects.
        for number in re.findall(
            r"-?\d+\.\d+|\b\d{2,}\b", said.removeprefix(f"Exercise {exercise}")
        ):
            for expected in right:
                if not isinstance(expected, str):
                    assert not np.isclose(float(number), expected, atol=1e-9).any(), said


def test_the_wrong_answers_are_those_of_exercises_there_are():
    assert set(WRONG) == {parameter.values[1] for parameter in exercises()}


# What a check says


@pytest.fixture
def shares(monkeypatch):
    from helpers.teaching.expectations import Expectation, Slip

    known = {
        "99.1": Expectation(lambda: (0.25, "the median"), slips=(Slip(4, "Turn it over."),)),
        "99.2": Expectation(lambda: ([1.0, 2.0],)),
    }
    monkeypatch.setattr(checks, "expectations", lambda chapter: known)


@pytest.mark.parametrize(
    ("answers", "said"),
    [
        ((-0.25, "the median"), "the first answer has the right size and the wrong sign."),
        ((25, "the median"), "the first answer mixes up a share and a percentage."),
        ((4, "the median"), "the first answer is not right yet. Turn it over."),
        ((0.5, "the median"), "the first answer is not right yet."),
        ((0.25, "the mean"), "the second answer is not right yet."),
        ((0.25, 7), "the second answer should be a text in quotes, and is of the type int."),
        ((float("nan"), "the median"), "the first answer is not a number (nan)."),
        (("a", "the median"), "the first answer should be one number and is of the type str."),
        (([1, 2], "the median"), "the first answer should be one number and is 2 numbers."),
        ((1, "x"), "the first answer is not right yet; the second answer is not right yet."),
    ],
)
def test_a_check_says_what_kind_of_slip_it_is(shares, answers, said):
    with pytest.raises(ExerciseError) as caught:
        check("99.1", *answers)
    assert str(caught.value) == f"Exercise 99.1: {said}"


def test_a_check_takes_numbers_of_any_type_within_its_tolerance_and_words_in_any_case(shares):
    for number in (0.25, np.float32(0.2501), np.array([0.2549]), 0.2451):
        assert check("99.1", number, " The  Median. ").data == "**Exercise 99.1: right.**"
    assert check("99.2", (1, 2.004)).data == "**Exercise 99.2: right.**"
    with pytest.raises(ExerciseError, match="should be 2 numbers and is one number"):
        check("99.2", 1)


def test_a_check_says_what_is_missing(shares):
    with pytest.raises(
        ExerciseError, match="waits for the second answer: put yours where the three"
    ):
        check("99.1", 0.25, ...)
    with pytest.raises(ExerciseError, match="asks for 2 answers and was given 1"):
        check("99.1", 0.25)
    with pytest.raises(ProjectError, match="no exercise '99.3'; there are 99.1, 99.2"):
        check("99.3", 1)


def test_an_exercise_of_no_chapter_is_refused():
    with pytest.raises(ProjectError, match="no exercises of a chapter '77'"):
        check("77.1", 1)


def test_jupyter_shows_one_line_and_no_traceback(capsys):
    shell = InteractiveShell.instance()
    shell.run_cell("from helpers.teaching import check\ncheck('06.1', ..., 1)", store_history=False)
    said = capsys.readouterr()
    text = said.out + said.err
    assert "Exercise 06.1 waits for the first answer" in text and "Traceback" not in text
    assert len(text.strip().splitlines()) == 1


# The fold on the page


def test_a_solution_is_one_fold_on_the_page():
    made = nbformat.v4.new_notebook()
    cells = [("m", "## Solutions"), ("m", "**Solution of 01.1**\n\nWhy."), ("c", "1"), ("c", "2")]
    cells += [("m", "**Solution of 01.2**\n\nSo."), ("c", "3")]
    for kind, source in cells:
        new = nbformat.v4.new_markdown_cell if kind == "m" else nbformat.v4.new_code_cell
        made.cells.append(new(source, metadata={"tags": ["solution"]}))
    made.cells.append(nbformat.v4.new_markdown_cell("The end."))
    sections.fold_solutions(made)
    opening = '<details class="book-solution">\n<summary>Solution of 01.{}</summary>\n\n{}'
    assert [cell.source for cell in made.cells] == [
        "## Solutions",
        *(opening.format(1, "Why."), "1", "2", "</details>"),
        *(opening.format(2, "So."), "3", "</details>"),
        "The end.",
    ]


# Questions


@each
def test_the_self_test_of_a_chapter_is_the_one_in_its_file(name):
    (cell,) = tagged(name, "self-test")
    found = questions.read(questions.FOLDER / f"{name}.yaml")
    assert cell.source == questions.markdown(found), "run: python -m helpers questions"


def test_right_answers_stand_at_every_place():
    found = [
        [answer.right for answer in question.answers].index(True)
        for path in questions.FOLDER.glob("*.yaml")
        for question in questions.read(path)
    ]
    assert max(found.count(place) for place in range(3)) <= len(found) / 2


def is_longest(question):
    return max(question.answers, key=lambda answer: len(answer.text)).right


def test_the_right_answer_is_not_the_longest_by_habit():
    of = {
        path.stem: [is_longest(question) for question in questions.read(path)]
        for path in questions.FOLDER.glob("*.yaml")
    }
    assert [name for name, found in of.items() if all(found)] == []
    every = sum(of.values(), [])
    assert sum(every) <= 0.55 * len(every)


GOOD = {
    "question": "Is `a < b` *so*, p <0.05?",
    "answers": [
        {"text": "<b>Yes</b>", "right": True, "why": "Because $x<y$."},
        {"text": "No", "why": "See <script>alert(1)</script>."},
        {"text": "`<i>`", "why": "That is code."},
    ],
}


def written(tmp_path, content):
    import yaml

    path = tmp_path / "01.yaml"
    path.write_text(yaml.safe_dump(content), encoding="utf-8")
    return path


def test_nothing_in_a_question_is_read_as_a_tag(tmp_path):
    text = questions.markdown(questions.read(written(tmp_path, [GOOD] * 3)))
    assert "**1.** Is `a < b` *so*, p <0.05?" in text and "- **c.** `<i>`" in text
    assert "&lt;b>Yes&lt;/b>" in text and "<script" not in text and "- **a. Right.**" in text
    assert '<div class="self-test" data-right="a">' in text


def changed(**changes):
    return [GOOD, {**GOOD, **changes}, GOOD]


@pytest.mark.parametrize(
    ("content", "said"),
    [
        ([GOOD], "at least 3"),
        (changed(answers=GOOD["answers"][:2]), "question 2, answers: "),
        (changed(answers=[*GOOD["answers"], GOOD["answers"][0]]), "question 2: "),
        (changed(hint="x"), "question 2, hint: "),
        (changed(answers=[{"text": "x"}, *GOOD["answers"]]), "question 2, answers 0 why: "),
    ],
)
def test_a_mistake_in_a_file_of_questions_is_named(tmp_path, content, said):
    with pytest.raises(ProjectError) as caught:
        questions.read(written(tmp_path, content))
    assert "01.yaml" in str(caught.value) and said in str(caught.value)


def test_a_file_that_is_no_yaml_is_named(tmp_path):
    path = tmp_path / "01.yaml"
    path.write_text("- question: [", encoding="utf-8")
    with pytest.raises(ProjectError, match=r"01\.yaml is no YAML"):
        questions.read(path)


def test_questions_are_written_into_the_chapter(tmp_path, monkeypatch, capsys):
    from helpers import project

    made = nbformat.v4.new_notebook()
    made.cells = [nbformat.v4.new_markdown_cell("old", metadata={"tags": ["self-test"]})]
    nbformat.write(made, tmp_path / "01.ipynb")
    written(tmp_path, [GOOD] * 3)
    monkeypatch.setattr(project, "NOTEBOOKS", tmp_path)
    monkeypatch.setattr(questions, "FOLDER", tmp_path)
    questions.run()
    questions.run()
    assert capsys.readouterr().out == "Self-tests changed: 01.\nSelf-tests changed: none.\n"
    (cell,) = nbformat.read(tmp_path / "01.ipynb", as_version=4).cells
    assert cell.source.startswith("## Self-test\n")
    (tmp_path / "02.yaml").write_text((tmp_path / "01.yaml").read_text(encoding="utf-8"))
    with pytest.raises(ProjectError, match="there is no chapter 02"):
        questions.run()
