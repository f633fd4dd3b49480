"""Works and terms: all in the bibliography and the glossary, and what pages load is what it says."""

import csv
import hashlib
import re
import sys
import unicodedata

import pytest
from conftest import ROOT
from pybtex.database import parse_file

BIBLIOGRAPHY = parse_file(str(ROOT / "book" / "references.bib"))
MODULES = sorted((ROOT / "helpers").rglob("*.py"))
# As a docstring names a work: its last author and its year.
NAMED = re.compile(r"([A-Z][\w'-]+)(?:,? et al\.?)?,? \((1[89]\d\d|20[012]\d)\)")


def plain(name):
    """A name as this test compares it: without accents, braces and umlauts written as two letters."""
    folded = unicodedata.normalize("NFKD", name).encode("ascii", "ignore").decode()
    return re.sub(r"[^a-z]", "", folded.lower()).replace("ue", "u").replace("ae", "a")


def works():
    """Surnames of each work's authors, with its year."""
    for entry in BIBLIOGRAPHY.entries.values():
        people = entry.persons.get("author", ())
        # What LaTeX writes before a letter, as in Br{\"u}mmer, is left out.
        bare = [
            re.sub(r"\\[^a-z]|[{}]", "", " ".join(p.prelast_names + p.last_names)) for p in people
        ]
        names = {plain(name) for name in bare}
        yield names, entry.fields.get("year")


def test_every_work_has_its_year():
    assert [
        key for key, entry in BIBLIOGRAPHY.entries.items() if not entry.fields.get("year")
    ] == []


@pytest.mark.parametrize("path", MODULES, ids=lambda p: p.relative_to(ROOT / "helpers").as_posix())
def test_every_work_that_a_docstring_names_is_in_the_bibliography(path):
    known = list(works())
    named = set(NAMED.findall(path.read_text(encoding="utf-8")))
    missing = [
        (author, year)
        for author, year in named
        if author not in ("November", "Shape", "February")
        and not any(
            year == of and any(n.endswith(plain(author)) for n in names) for names, of in known
        )
    ]
    assert missing == []


def test_every_work_that_a_page_cites_is_in_the_bibliography_and_the_other_way_round():
    cited = set()
    for path in (ROOT / "book").glob("*.md"):
        for keys in re.findall(r"\{cite:?\w?\}`([^`]+)`", path.read_text(encoding="utf-8")):
            cited |= {key.strip() for key in keys.split(",")}
    assert cited <= set(BIBLIOGRAPHY.entries)


def test_vendored_files_are_the_ones_that_were_recorded():
    folder = ROOT / "book" / "_static" / "vendor"
    with open(folder / "versions.csv", encoding="utf-8") as file:
        rows = list(csv.DictReader(file))
    assert {row["file"] for row in rows} == {path.name for path in folder.glob("*.js")}
    for row in rows:
        assert hashlib.sha256((folder / row["file"]).read_bytes()).hexdigest() == row["sha256"]
        for name in row["licence_file"].split(" and "):
            assert "MIT" in (folder / name).read_text(encoding="utf-8")


@pytest.fixture(scope="module")
def terms():
    sys.path.insert(0, str(ROOT / "book" / "_ext"))
    import book_terms

    yield book_terms
    sys.path.remove(str(ROOT / "book" / "_ext"))


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("Two corpora share a track.", ["track"]),
        ("Embeddings and Hill numbers", ["embedding", "Hill number"]),
        ("an ARI, never a comparison", ["ARI"]),
        ("soundtracks, tracked", []),
        ("the intraclass\ncorrelation", ["intraclass correlation"]),
    ],
)
def test_terms_are_found_as_whole_words_in_the_plural_too(terms, text, found):
    assert [terms.named(match[0]) for match in terms.pattern().finditer(text)] == found


@pytest.mark.parametrize(
    "term", ["MSSD", "ICC", "MMD", "AUC", "ARI", "NMI", "confound", "round trip"]
)
def test_abbreviations_are_in_the_glossary(terms, term):
    assert term in terms.terms()


def test_a_link_leads_to_the_term_that_stands_beside_its_definition(terms):
    assert terms.defined_at()["adjusted Rand index"] == "ARI"
    assert terms.defined_at()["track"] == "track"


def test_works_whose_other_authors_are_not_named_are_cited_like_works_of_many_authors():
    sys.path.insert(0, str(ROOT / "book" / "_ext"))
    import book_citations

    surnames = book_citations.led(ROOT / "book" / "references.bib")
    assert "Kouters" in surnames and "Holm" not in surnames
    made = book_citations.shorten("See Kouters and others, 2025, and others.", surnames)
    assert [part.astext() for part in made] == [
        "See ",
        "Kouters ",
        "et al.",
        ", 2025, and others.",
    ]
    assert [part.astext() for part in book_citations.shorten("Holm and others", surnames)] == [
        "Holm and others"
    ]
