"""The scorecard's tables: digits as printed, text escaped, verdicts in their colours."""

import re

import matplotlib.pyplot as plt
import numpy as np
import pandas as pd
import pytest

from helpers import figures, ledger


@pytest.mark.parametrize(
    ("value", "printed", "shown"),
    [
        (3.06085, "3.06", "3.06"),
        (378.0, "378", "378"),
        (1.234e-45, "1.2e-45", "1.2e-45"),
        (2.0, "1E5", "2e+00"),
        (np.nan, "3.06", ""),
        (None, "378", ""),
    ],
)
def test_a_number_has_as_many_digits_as_were_printed(value, printed, shown):
    assert figures.as_printed(value, printed) == shown


def test_claims_are_shown_verdict_first_and_rounded():
    card = pd.DataFrame(
        {
            "printed": ["3.06", "378"],
            "recomputed": [3.06085, np.nan],
            "rows": [1873, np.nan],
            "tolerance": [0.005, 0],
            "verdict": ["reproduced", "not computed: a < b"],
        },
        index=["genres.entropy.PMD", "corpora.<b>.PMD"],
    )
    page = figures.claims_table(card, ("verdict", "published", "recomputed", "rows"))
    cells = re.findall("<td>(.*?)</td>", page.replace("<wbr>", ""))
    assert cells == [
        *["genres.entropy.PMD", "reproduced", "3.06", "3.06", "1,873"],
        *["corpora.&lt;b&gt;.PMD", "not computed: a &lt; b", "378", "", ""],
    ]
    assert "genres.<wbr>entropy.<wbr>PMD" in page


def test_values_have_four_digits_and_no_trailing_zero():
    table = pd.DataFrame({"value": [840.98634, 8970.0, np.nan], "n": [1, 2, 3], "source": "x & y"})
    page = figures.values_table(table)
    for text in ("841", "8,970", "x &amp; y"):
        assert f"<td>{text}</td>" in page
    assert "8970.0" not in page and "nan" not in page.lower().replace("number", "")


def test_families_and_notebooks_fold_and_say_how_many_rows_they_hold():
    card = pd.DataFrame(
        {
            "family": ["genres & co", "maps", "maps"],
            "printed": "1.0",
            "recomputed": 1.0,
            "rows": 3,
            "tolerance": 0,
            "verdict": "reproduced",
        },
        index=["a", "b", "c"],
    )
    page = figures.folded_claims(card, ("verdict",))
    assert page.count("<details>") == page.count("<table") == 2
    assert "<summary>genres &amp; co (1)</summary>" in page
    assert "<summary>maps (2)</summary>" in page
    values = pd.DataFrame({"notebook": "01_corpora", "value": [1.5, 2.0], "n": 3}, ["a", "b"])
    page = figures.folded_values(values)
    assert page.startswith("<details><summary>01_corpora (2)</summary>") and "<td>1.5</td>" in page


def test_bars_of_verdicts_are_as_long_as_there_are_claims():
    counts = pd.DataFrame({"reproduced": [2, 1], "simulated": [0, 4]}, ["genres", "features"])
    axes = plt.figure().subplots()
    figures.verdicts(axes, counts, ledger.VERDICTS)
    assert [bar.get_width() for bar in axes.patches] == [2, 1, 0, 4]
    plt.close(axes.figure)
