"""What tables of sounds show, in sentences."""

import pandas as pd

from helpers import figures


def test_order_is_told_beside_the_distance_of_the_parts():
    lost = pd.DataFrame({"averaged": [0.451, 0.058, 0.0]}, ["parts", "pieces", "backwards"])
    assert "0.06 against 0.45 by averaged, in units of" in figures.order_in_words(lost)


def test_hops_are_told_up_to_the_largest_whose_error_is_accepted():
    errors = pd.DataFrame({"averaged": [0.0, 0.025, 0.059, 0.285]}, [0.1, 0.2, 0.5, 1.0])
    assert figures.hops_in_words(errors, 0.1) == (
        "By averaged the error is 0.28 at a hop of 1 s, and stays within 0.1 up to 0.5 s."
    )
