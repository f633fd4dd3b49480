"""The rule that reduces many artist genres to fifteen: cases by hand, and a naive version."""

import numpy as np
import pandas as pd
import pytest

from helpers.readers import genres

TABLE = {"Pop": ["dance pop", "synthpop"], "Rock": ["glam rock", "album rock"], "R&B": ["neo soul"]}


@pytest.mark.parametrize(
    ("names", "genre"),
    [
        (["glam rock", "album rock", "pop"], "Pop"),
        (["rock", "pop"], "Rock"),
        (["R&B"], "R&B"),
        (["dance pop", "glam rock", "album rock"], "Rock"),
        (["album rock", "synthpop"], "Rock"),
        (["synthpop", "album rock"], "Pop"),
        (["polka", "neo soul"], "R&B"),
        ([" Glam Rock "], "Rock"),
        (["polka"], None),
        ([], None),
        (None, None),
    ],
)
def test_reduction_rule(names, genre):
    assert genres.reduce_genres([names], TABLE) == [genre]


def test_reduction_equals_the_rule_written_out_naively():
    rng = np.random.default_rng(1)
    names = ["pop", "rock", "polka", *sum(TABLE.values(), [])]

    def naive(own):
        for name in own:
            for main in TABLE:
                if name == main.lower():
                    return main
        hits = [next((m for m, subs in TABLE.items() if name in subs), None) for name in own]
        hits = [h for h in hits if h]
        best = max((hits.count(h) for h in hits), default=0)
        return next((h for h in hits if hits.count(h) == best), None)

    tracks = [list(rng.choice(names, rng.integers(0, 6))) for _ in range(2000)]
    assert genres.reduce_genres(tracks, TABLE) == [naive(own) for own in tracks]


def test_each_worked_example_shows_its_part_of_the_rule():
    found = genres.worked_examples()["main genre"].to_dict()
    assert found == {
        "direct hit": "Pop",
        "majority": "Electronic",
        "tie": "Rock",
        "unknown names": "none",
        "no names": "none",
    }


def column(*names):
    return pd.Series(names, dtype="str")


def test_names_that_differ_in_case_and_signs_are_one_genre():
    found, said = genres.tidy(
        column("Pop", "pop", "POP", "hip-hop", "Hip Hop", "r&b", None, "Sleepy")
    )
    assert found.tolist()[:6] == ["Pop", "Pop", "Pop", "Hip Hop", "Hip Hop", "R&B"]
    assert pd.isna(found[6]) and found[7] == "Sleepy"
    assert said == "Genres: 7 spellings of 4 names are folded."


def test_lists_in_cells_are_reduced_to_a_main_genre_with_one_notice():
    found, said = genres.tidy(
        column("['dance pop', 'pop']", "indie rock, shoegaze", "['gabber']", "Sleepy", "jazz")
    )
    assert found.fillna("?").tolist() == ["Pop", "Rock", "?", "Sleepy", "Jazz"]
    assert (
        "7 names reduced to 4 genres" in said
        and "1 row whose names belong to no main genre" in said
    )


def test_a_table_of_the_profile_s_own_decides():
    table = {"Calm": ["gabber"], "Loud": ["dance pop"]}
    found, said = genres.tidy(column("['dance pop', 'pop']", "['gabber']"), table)
    assert found.tolist() == ["Loud", "Calm"] and "genre_table" in said


def test_more_names_than_fit_a_figure_are_reduced():
    found, _ = genres.tidy(
        column(*(f"made {k} {end}" for k in range(50) for end in ("pop", "noise")))
    )
    assert found.dropna().unique().tolist() == ["Pop"] and found.isna().sum() == 50


def test_names_of_one_s_own_stay_as_they_are():
    found, said = genres.tidy(column("Sleep", "Focus", "Sleep"))
    assert found.tolist() == ["Sleep", "Focus", "Sleep"] and said is None
