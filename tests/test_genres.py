"""The rule that reduces many artist genres to fifteen: cases by hand, and a naive version."""

import numpy as np
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
