"""One search over both editions of the site: the index of one edition joined to that of the other."""

import json
from collections.abc import Mapping
from typing import Any

START, END = "Search.setIndex(", ")"


def read(text: str) -> dict[str, Any]:
    """The index that Sphinx wrote for its search page.

    Parameters
    ----------
    text : str
        Of `searchindex.js`.

    Returns
    -------
    dict
    """
    return json.loads(text.strip().removeprefix(START).removesuffix(END))


def written(index: Mapping[str, Any]) -> str:
    """An index as the search page reads it.

    Parameters
    ----------
    index : mapping

    Returns
    -------
    str
    """
    return START + json.dumps(index, separators=(",", ":"), ensure_ascii=False) + END


def _numbers(found: int | list[int]) -> list[int]:
    """Pages of a word: one number stands for a list of one."""
    return [found] if isinstance(found, int) else found


def _joined_words(own: Mapping, other: Mapping, shift: int) -> dict[str, list[int]]:
    words = {word: list(_numbers(found)) for word, found in own.items()}
    for word, found in other.items():
        words.setdefault(word, []).extend(page + shift for page in _numbers(found))
    return words


def _joined_places(own: Mapping, other: Mapping, shift: int) -> dict[str, list[list]]:
    places = {title: list(found) for title, found in own.items()}
    for title, found in other.items():
        places.setdefault(title, []).extend([page + shift, *rest] for page, *rest in found)
    return places


def joined(own: Mapping[str, Any], other: Mapping[str, Any], place: str, label: str) -> dict:
    """The index of an edition, with the pages of the other one behind its own.

    Parameters
    ----------
    own, other : mapping
        Of `read`.
    place : str
        From the pages of `own` to those of `other`, such as `demo/`.
    label : str
        What stands behind the titles of `other`.

    Returns
    -------
    dict
    """
    shift = len(own["docnames"])
    index = dict(own)
    for name in ("docnames", "filenames"):
        index[name] = [*own[name], *(place + each for each in other[name])]
    index["titles"] = [*own["titles"], *(f"{title} ({label})" for title in other["titles"])]
    for name in ("terms", "titleterms"):
        index[name] = _joined_words(own[name], other[name], shift)
    for name in ("alltitles", "indexentries"):
        index[name] = _joined_places(own[name], other[name], shift)
    return index
