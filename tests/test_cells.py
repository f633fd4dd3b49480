"""What a cell of a list means: tables of cases for missing values, ids, ISRCs, artists, years and lengths."""

import pandas as pd
import pytest

from helpers.readers import cells

ID = "4uLU6hMCjMI75M1A2tKUQC"


def column(*cells_of_a_list):
    return pd.Series(cells_of_a_list, dtype="str")


@pytest.mark.parametrize(
    "text",
    [
        "",
        " ",
        "NA",
        "n/a",
        "N/A",
        "#N/A",
        "nan",
        "NaN",
        "None",
        "null",
        "NULL",
        "undefined",
        "<NA>",
        "NaT",
        "\\N",
        "-",
        "[]",
    ],
)
def test_missing_is_missing_in_every_spelling(text):
    assert cells.known(column(text)).isna().all()


@pytest.mark.parametrize("text", ["Nat", "Nada Surf", "0", "Nantes", "?"])
def test_a_name_is_no_missing_value(text):
    assert cells.known(column(f" {text} "), names=True).tolist() == [text]


@pytest.mark.parametrize(
    "text",
    [
        ID,
        f" {ID},",
        f"{ID};",
        f'"{ID}"',
        f"spotify:track:{ID}",
        f"SPOTIFY:TRACK:{ID}",
        f"spotify:user:me:track:{ID}",
        f"https://open.spotify.com/track/{ID}",
        f"http://open.spotify.com/track/{ID}?si=1&nd=1",
        f"open.spotify.com/intl-de/track/{ID}#x",
        f"https://open.spotify.com/embed/track/{ID}/",
        f"https://play.spotify.com/track/{ID}",
        f"https://api.spotify.com/v1/tracks/{ID}",
        f"https://open.spotify.com/track/{ID},",
    ],
)
def test_ids_stand_without_what_is_around_them(text):
    assert cells.bare_id(text) == ID


@pytest.mark.parametrize(
    "text", ["my-own_id.1", "01 My song?", f"https://open.spotify.com/album/{ID}"]
)
def test_what_is_no_link_to_a_track_stays_as_it_is(text):
    assert cells.bare_id(text) == text


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("GBAYE0601498", "GBAYE0601498"),
        ("gbaye0601498", "GBAYE0601498"),
        ("GB-AYE-06-01498", "GBAYE0601498"),
        ("GB AYE 06 01498", "GBAYE0601498"),
        ("ISRC GBAYE0601498", "GBAYE0601498"),
        ("GBAYE0601498, USRC17607839", "GBAYE0601498"),
        ("x; usrc17607839", "USRC17607839"),
        ("['USRC17607839']", "USRC17607839"),
        ("DUM_22832", None),
        ("GBAYE060149", None),
        ("1234567890123", None),
        ("", None),
    ],
)
def test_isrcs_have_one_spelling_and_what_is_none_is_known(text, code):
    assert cells.isrc(text) == code
    assert cells.isrcs(column(text)).tolist() == [code or text]
    assert cells.is_isrc(cells.isrcs(column(text))).tolist() == [code is not None]


@pytest.mark.parametrize(
    ("text", "year"),
    [
        ("2012", 2012),
        ("2012.0", 2012),
        ("2012-08-28", 2012),
        ("2012-08", 2012),
        ("28.08.2012", 2012),
        ("28.12.2012", 2012),
        ("8/28/2012", 2012),
        ("20120828", 2012),
        ("2012-08-28T00:00:00Z", 2012),
        ("28 Aug 2012", 2012),
        ("28.08.12", None),
        ("0000", None),
        ("0000-00-00", None),
        ("1012", None),
        ("9999", None),
        ("41149", None),
        ("12", None),
        ("soon", None),
    ],
)
def test_a_year_is_plausible_or_missing(text, year):
    found = cells.years(column(text))
    assert found.dtype == "Int64" and (
        found.isna().all() if year is None else found.tolist() == [year]
    )


@pytest.mark.parametrize(
    ("text", "seconds"),
    [
        ("200", 200),
        ("200.5", 200.5),
        ("200,5", 200.5),
        ("3:20", 200),
        ("03:20", 200),
        ("1:03:20", 3800),
        ("2e2", 200),
    ]
    + [(text, None) for text in ("0", "-3", "inf", "nan", "long", "1:2:3:4", "")],
)
def test_a_length_is_seconds_or_missing(text, seconds):
    assert cells.seconds(text) == seconds


@pytest.mark.parametrize(
    ("text", "several", "names"),
    [
        ("Tyler, The Creator", False, "Tyler, The Creator"),
        ("Tyler\\, The Creator, Kali Uchis", True, "Tyler, The Creator; Kali Uchis"),
        ("A, B", True, "A; B"),
        ("Tyler, The Creator;Kali Uchis", False, "Tyler, The Creator; Kali Uchis"),
        ("Tyler, The Creator;Kali Uchis", True, "Tyler, The Creator; Kali Uchis"),
        ("['Tyler, The Creator', 'Kali Uchis']", True, "Tyler, The Creator; Kali Uchis"),
        ('["Earth, Wind & Fire"]', False, "Earth, Wind & Fire"),
        ("Simon & Garfunkel", True, "Simon & Garfunkel"),
    ],
)
def test_artists_are_parted_by_the_rule_of_the_export(text, several, names):
    assert cells.artists(column(text), several).tolist() == [names]
    assert cells.first_artist(cells.artists(column(text), several)).tolist() == [
        names.split("; ")[0]
    ]


def test_a_track_without_an_id_has_one_of_artist_and_title_in_any_case():
    made = cells.made_ids(
        column("Björk; X", "BJÖRK", None), column("It's Oh So Quiet", "it's oh so quiet", "x")
    )
    assert made.tolist()[:2] == ["björk~it-s-oh-so-quiet"] * 2 and made.isna().tolist() == [
        False,
        False,
        True,
    ]
