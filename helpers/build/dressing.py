"""What pandas and Sphinx wrote as a reader wants it: tables with one heading, numbers kept whole."""

import re

from bs4 import BeautifulSoup

TABLE = re.compile(r'<table border="1" class="dataframe[^>]*>.*?</table>', re.DOTALL)
# What pandas says of the looks of its tables; the book's own style sheet has the last word.
STYLE = re.compile(r"<style scoped>.*?</style>\s*", re.DOTALL)
# Begins with a number and goes on with numbers: "0.5", "< 0.001", "1,871, 8,966", "-0.2 (-0.3 to 0.1)".
NUMBER = re.compile(r"[<~+-]?\s?\d[\d.,e+\- %()to]*")
# Letters of a word that may stand in a column of numbers.
SHORT = 7
# What is kept as it is: code, data, formulas, and the inside of tags.
CLOSED = re.compile(
    r"<(pre|code|script|style)\b.*?</\1>|<[^>]+>|\\\(.*?\\\)|\\\[.*?\\\]", re.DOTALL
)
# What no line may end within: a share, a contrast of two corpora, a value with its sign.
TOGETHER = re.compile(
    r"\d (?:%|(?:s|ms|dB|k?Hz|[MG]B|bits)\b)|(?:\w|^) - (?:\w|$)|"
    r"\b[A-Za-z] (?:=|&lt;) (?=[\d-])|&lt; (?=\d)"
)
# A line may end after a hyphen, hard space or not, but for a word joiner.
HARD_SPACE, JOINER = "\u00a0", "\u2060"


def dressed(body: str) -> str:
    """A page whose tables have one heading row less and numbers below one another.

    Parameters
    ----------
    body : str
        HTML.

    Returns
    -------
    str
    """
    return TABLE.sub(lambda found: _table(found[0]), STYLE.sub("", body))


def kept_together(body: str) -> str:
    """A page on which no line ends within "91 %", "PMD - EMD" or "r = 0.92".

    Parameters
    ----------
    body : str
        HTML.

    Returns
    -------
    str
    """
    done, parts = 0, []
    for closed in CLOSED.finditer(body):
        parts += [_bound(body[done : closed.start()]), closed[0]]
        done = closed.end()
    return "".join([*parts, _bound(body[done:])])


def _bound(text: str) -> str:
    return TOGETHER.sub(_whole, text)


def _whole(found: re.Match[str]) -> str:
    whole = found[0].replace(" ", HARD_SPACE)
    return whole.replace(f"-{HARD_SPACE}", f"-{JOINER}{HARD_SPACE}")


def _table(text: str) -> str:
    table = BeautifulSoup(text, "html.parser")
    head, rows = table.find("thead"), table.select("tbody tr")
    if head is None or not rows:
        return text
    labels = len(rows[0].find_all("th"))
    _merge_names(head.find_all("tr"), labels)
    heads = [_from_the_right(row) for row in head.find_all("tr")]
    cells = [row.find_all("td") for row in rows]
    for place in range(1, len(cells[0]) + 1):
        column = [row[-place] for row in cells]
        if _is_of_numbers(column):
            above = [row[place] for row in heads if place in row]
            for cell in [*column, *above]:
                cell["class"] = [*cell.get("class", []), "book-number"]
    return str(table)


def _merge_names(rows: list, labels: int) -> None:
    """Move the names of the row labels into the row above, which is blank there."""
    if len(rows) < 2 or not labels:
        return
    above, last = (row.find_all(["th", "td"]) for row in rows[-2:])
    blank_above = not any(_words(cell) for cell in above[:labels])
    names_alone = not any(_words(cell) for cell in last[labels:])
    if not (blank_above and names_alone and len(above) >= labels):
        return
    for place, name in zip(above[:labels], last[:labels], strict=True):
        place.replace_with(name.extract())
    rows[-1].decompose()


def _from_the_right(row) -> dict:
    """Cells of a heading row that stand over one column, by the column's place from the right."""
    found, place = {}, 1
    for cell in reversed(row.find_all(["th", "td"])):
        wide = int(cell.get("colspan", 1))
        if wide == 1:
            found[place] = cell
        place += wide
    return found


def _is_of_numbers(cells: list) -> bool:
    """Whether a column holds numbers, and beside them nothing but a short word such as "never"."""
    written = [words for words in map(_words, cells) if words.strip("–-")]
    others = [words for words in written if not NUMBER.fullmatch(words)]
    return len(others) < len(written) and all(len(words) <= SHORT for words in others)


def _words(cell) -> str:
    return cell.get_text(strip=True)
