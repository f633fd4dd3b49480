"""What the book makes of the pages that Sphinx wrote: tables, numbers that stay whole, previews."""

import sys
from types import SimpleNamespace

import pandas as pd
import pytest
from bs4 import BeautifulSoup
from conftest import ROOT

sys.path.insert(0, str(ROOT / "book" / "_ext"))

import bookext

from helpers.build import dressing


def dressed(table):
    """A table as pandas writes it, dressed as a page has it."""
    return BeautifulSoup(bookext.mend(table._repr_html_()), "html.parser")


def texts(cells):
    return [cell.get_text(strip=True) for cell in cells]


def numeric(soup):
    cells = texts(soup.select("tbody .book-number"))
    return [cell.replace(dressing.HARD_SPACE, " ") for cell in cells]


def test_numbers_stand_at_the_right_and_words_at_the_left_with_their_headings():
    table = pd.DataFrame(
        {"verdict": ["small", "negligible"], "interval": ["-0.2 to 0.1", "1,871, 8,966"]},
        index=["tempo", "energy"],
    )
    table = table.assign(alone=["any", "0.40"], note=["", "3 of them vary"], p=["< 0.001", "–"])
    soup = dressed(table)
    heads = texts(soup.select("thead .book-number"))
    assert heads == ["interval", "alone", "p"]
    assert numeric(soup) == ["-0.2 to 0.1", "any", "< 0.001", "1,871, 8,966", "0.40", "–"]


def test_names_of_rows_stand_in_the_row_of_the_headings():
    rows = pd.MultiIndex.from_tuples(
        [("PMD", "tempo"), ("PMD", "energy")], names=["corpus", "feature"]
    )
    columns = pd.MultiIndex.from_product([["ARI", "NMI"], ["study", "here"]])
    soup = dressed(pd.DataFrame([["0.1"] * 4] * 2, index=rows, columns=columns))
    above, last = soup.select("thead tr")
    assert texts(above.find_all("th")) == ["ARI", "NMI"]
    assert texts(last.find_all("th")) == ["corpus", "feature", *("study", "here") * 2]
    assert numeric(soup) == ["0.1"] * 8
    assert "book-number" not in str(above), "a heading over two columns stands in their middle"


def test_a_name_of_the_columns_is_not_lost():
    table = pd.DataFrame({"averaged": ["34 %"]}, index=pd.Index(["tempo"], name="feature"))
    soup = dressed(table.rename_axis(columns="weights"))
    assert [texts(row.find_all("th")) for row in soup.select("thead tr")] == [
        ["weights", "averaged"],
        ["feature"],
    ]


@pytest.mark.parametrize(
    "table", [pd.DataFrame({"a": []}), pd.DataFrame(index=["a"]), pd.DataFrame({"a": ["–"]})]
)
def test_a_table_without_numbers_is_left(table):
    assert numeric(dressed(table)) == []


def test_no_line_ends_within_a_share_a_contrast_or_a_value_with_its_sign():
    body = '<p title="5 % a">91 % of PMD - EMD, r = 0.92, p &lt; 0.001, in 2 s; up - or down.</p>'
    hard = dressing.HARD_SPACE
    made = dressing.kept_together(body)
    for whole in ("91 %", "r = 0.92", "p &lt; 0.001", "2 s"):
        assert whole.replace(" ", hard) in made
    # A line may end after a hyphen even before a hard space.
    assert f"PMD{hard}-{dressing.JOINER}{hard}EMD" in made
    assert made.replace(dressing.JOINER, "").replace(hard, " ") == body and 'title="5 % a"' in made


@pytest.mark.parametrize(
    "text", ["<pre>7 % 2</pre>", '<script>"5 %"</script>', r"\(m - 1\)", "<code>a - b</code>"]
)
def test_code_data_and_formulas_are_left_as_they_are(text):
    assert dressing.kept_together(text) == text


def test_previews_of_an_earlier_build_are_removed(tmp_path):
    old = tmp_path / "_static" / "tippy" / "notebooks" / "04_where_it_sits.old.js"
    old.parent.mkdir(parents=True)
    old.write_text("old")
    bookext.forget_previews(SimpleNamespace(outdir=tmp_path))
    assert not old.exists()
    bookext.forget_previews(SimpleNamespace(outdir=tmp_path))
