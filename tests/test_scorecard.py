"""The scorecard's tables: digits as printed, text escaped, verdicts in their colours."""

import json
import re

import matplotlib.pyplot as plt
import numpy as np
import pandas as pd
import pytest

from helpers import figures, ledger
from helpers.figures import claims


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
    cells = re.findall("<td>(.*?)</td>", re.sub(" <code.*?</code>", "", page))
    assert cells == [
        *["Entropy of genres, PMD", "reproduced", "3.06", "3.06", "1,873"],
        *["corpora.&lt;b&gt;.PMD", "not computed: a &lt; b", "378", "", ""],
    ]
    assert '<code class="book-key">genres.<wbr>entropy.<wbr>PMD</code>' in page


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
    assert "<details><summary>Chapter 1: corpora (2)</summary>" in page and "<td>1.5</td>" in page
    assert page.count('type="checkbox"') == 1


def test_a_number_that_nobody_printed_is_named_in_words_and_its_key_can_be_asked_for():
    key = "local.design.power.paired_50_percent.delta_147"
    page = figures.values_table(pd.DataFrame({"value": [0.8]}, [key]))
    cell = re.search("<td>(.*?)</td>", page)[1]
    words, _, code = cell.partition(" <code")
    assert words == (
        "Power found in simulated studies: the same people twice, shared taste 50 %, Cliff&#x27;s "
        "delta of 0.147"
    )
    assert code.replace("<wbr>", "") == f' class="book-key">{key}</code>'


def test_bars_of_verdicts_are_as_long_as_there_are_claims():
    counts = pd.DataFrame({"reproduced": [2, 1], "simulated": [0, 4]}, ["genres", "features"])
    axes = plt.figure().subplots()
    figures.verdicts(axes, counts, ledger.VERDICTS)
    assert [bar.get_width() for bar in axes.patches] == [2, 1, 0, 4]
    plt.close(axes.figure)


@pytest.mark.parametrize(
    ("key", "words"),
    [
        ("features.mean.EMD.Pop.energy", "Mean of energy in Pop, EMD"),
        ("compare.cliffs_delta.PMD-EMD.tempo", "Cliff's delta of tempo, PMD-EMD"),
        ("poster.genres.entropy.PMD", "Entropy of genres, PMD (poster)"),
        ("corpora.overlap.rows.PMD-EMD", "Listings of tracks that both corpora have, PMD and EMD"),
        ("nobody.knows.this", "nobody.knows.this"),
    ],
)
def test_a_claim_is_told_in_words(key, words):
    assert figures.claim_in_words(key) == words


@pytest.mark.parametrize("name", ["published", "published_sleep"])
def test_every_claim_has_words_of_its_own(name):
    words = [figures.claim_in_words(key) for key in ledger.reference(name)["key"]]
    assert len(set(words)) == len(words) and not [
        each for each in words if "." in each.replace("-", "")
    ]


@pytest.mark.parametrize(
    ("text", "unit", "shown"),
    [
        ("840.9863498872792", "", "841"),
        ("0.182", "", "0.182"),
        ("1555343.0", "", "1,555,343"),
        ("1.55e12", "", "1.55 × 10¹²"),
        ("9.400000e-05", "", "9.40 × 10⁻⁵"),
        ("8970", "listings", "8,970"),
        ("1980", "year", "1980"),
        ("~1,900", "listings", "~1,900"),
    ],
)
def test_few_digits_are_shown(text, unit, shown):
    assert claims._few(text, unit) == shown


def test_the_table_of_claims_holds_every_claim_verdict_first_and_its_full_value():
    card = pd.DataFrame(
        {
            "family": ["maps", "genres"],
            "published": [0.5, 840.9863498872792],
            "printed": ["0.5", "840.9863498872792"],
            "recomputed": [np.nan, 840.9863498872],
            "rows": [np.nan, 1873],
            "tolerance": [0.1, 1e-9],
            "unit": "</script>",
            "where": "poster",
            "kind": "rounded",
            "role": "reproduction",
            "verdict": ["not computed: x", "reproduced"],
            "verdict_class": ["not computed", "reproduced"],
        },
        index=["features.mean.EMD.energy", "genres.chi_square.statistic.PMD-EMD"],
    )
    page = figures.claims_browser(card, ledger.VERDICTS)
    assert page.count("</script>") == 1
    data = json.loads(re.search(r"json\">(.*)</script>", page)[1])
    assert data["verdicts"] == ["reproduced", "not computed"]
    first, second = data["rows"]
    assert first[:5] == [
        "reproduced",
        "genres",
        "Chi-square statistic of genre by corpus, PMD and EMD",
        "841",
        "841",
    ]
    assert "840.9863498872" in first and second[0] == "not computed" and second[4] == ""
    # Without scripts the rows with a verdict stand there as a plain table.
    assert page.count("<tr") == 2


def test_the_score_is_told_with_every_outcome():
    card = pd.DataFrame({"verdict_class": ["reproduced"] * 3 + ["differs"] + ["simulated"] * 2})
    said = figures.score_in_words(card, ledger.JUDGED)
    assert said == (
        "Of the 6 numbers that the study printed, this build could check 4: 3 were reproduced, 0 came "
        "close, and 1 differs."
    )
    said = figures.score_in_words(card[card["verdict_class"] != "differs"], ledger.JUDGED)
    assert said.endswith("this build could check 3, all of which were reproduced.")
    said = figures.score_in_words(card[card["verdict_class"] == "simulated"], ledger.JUDGED)
    assert said.endswith("this build could check none.")
