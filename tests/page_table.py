"""Prints a table of the pages of a built book: how long, how much of what, how heavy.

    python tests/page_table.py [FOLDER]

FOLDER is the project that holds `_build/html`, by default this one. Minutes are those that a chapter
names, else those it takes to read its words; figures and tables are those with a number; terms are
links to the glossary; the weight is that of the page and of what no other page shares.
"""

import json
import re
import sys
from html.parser import HTMLParser
from pathlib import Path

import yaml
from conftest import ROOT
from page_gate import weight

from helpers.build import outline

WORDS_A_MINUTE = 200
COLUMNS = ["minutes", "words", "figures", "findings", "citations", "terms", "exercises", "kB"]
SKIPPED = {"script", "style", "svg", "pre", "nav", "table"}


class Text(HTMLParser):
    """Words of the article of a page, and its links."""

    def __init__(self, text):
        super().__init__()
        self.words, self.links, self.captions, self._skip = 0, [], 0, 0
        self.feed(text[text.index("<article") : text.index("</article>")])

    def handle_starttag(self, tag, attributes):
        values = dict(attributes)
        self._skip += tag in SKIPPED
        if tag == "a" and values.get("href"):
            self.links.append(values["href"])
        self.captions += values.get("class") == "caption-number"

    def handle_endtag(self, tag):
        self._skip -= tag in SKIPPED

    def handle_data(self, data):
        if not self._skip:
            self.words += len(re.findall(r"\w+", data))


def findings(root, name):
    """How many findings the chapter of a page kept, in the build that was rendered last."""
    stamp = json.loads((root / "build" / "stamp.json").read_text(encoding="utf-8"))
    kept = (root / "build").glob(f"{stamp['profile']}*/findings/{Path(name).name}.json")
    return sum(len(json.loads(path.read_text(encoding="utf-8"))) for path in kept)


def rows(root):
    """The counts of each page, in the order of `COLUMNS`, by the page's name.

    Parameters
    ----------
    root : Path
        A project with a built book.
    """
    contents = yaml.safe_load((ROOT / "book" / "_toc.yml").read_text(encoding="utf-8"))
    names = [contents["root"], *(c["file"] for part in contents["parts"] for c in part["chapters"])]
    outlines = {f"notebooks/{each.name}": each for each in outline.chapters()}
    site = root / "_build" / "html"
    found = {}
    for name in names:
        page = Text((site / f"{name}.html").read_text(encoding="utf-8"))
        chapter = outlines.get(name)
        found[name] = [
            chapter.minutes if chapter else -(-page.words // WORDS_A_MINUTE),
            page.words,
            page.captions,
            findings(root, name) if chapter else 0,
            len({link for link in page.links if "references.html#" in link}),
            len({link for link in page.links if "#term-" in link}),
            chapter.exercises if chapter else 0,
            round(weight(site, name) / 1000),
        ]
    return found


def main(root=ROOT):
    """Print the table."""
    found = rows(root)
    found["all"] = [sum(column) for column in zip(*found.values(), strict=True)]
    print(f"{'page':<32}" + "".join(f"{name:>11}" for name in COLUMNS))
    for name, row in found.items():
        print(f"{name:<32}" + "".join(f"{number:11,}" for number in row))


if __name__ == "__main__":
    main(*map(Path, sys.argv[1:]))
