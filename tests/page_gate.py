"""What a page of the book must be: complete, legible, quiet, light, and open to everyone.

`look` opens a page in a browser and returns what is wrong with it, in words; `tests/test_pages.py`
holds every page of a built book to an empty list.
"""

import re
from pathlib import Path

from axe_playwright_python.sync_playwright import Axe

# Bytes of a page and of what it alone loads. A map of thousands of listings weighs more.
MOST, MOST_OF_MAP = 1_000_000, 1_500_000
RULES = {
    "runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa"],
    "resultTypes": ["violations"],
    # It would fetch style sheets, which a page that is read from a disk may not.
    "preload": False,
}
READY = """async () => {
  const scheme = matchMedia('(prefers-color-scheme: dark)').matches ? 'dark' : 'light';
  const drawn = () => [...document.querySelectorAll('figure.book-chart, div.book-table')]
    .every(each => each.dataset.drawn && (each.matches('div') || each.dataset.drawn === scheme));
  const until = performance.now() + 20000;
  while (!drawn() && performance.now() < until) await new Promise(done => setTimeout(done, 20));
  if (window.MathJax && MathJax.startup) await MathJax.startup.promise;
  await document.fonts.ready;
  window.dispatchEvent(new Event('resize'));
  await new Promise(done => requestAnimationFrame(() => setTimeout(done, 30)));
}"""
# Frames that hold wide things; a frame may scroll where it says so and takes the keyboard.
MEASURE = """() => {
  const wrong = [];
  const scheme = matchMedia('(prefers-color-scheme: dark)').matches ? 'dark' : 'light';
  if (document.documentElement.dataset.theme !== scheme) wrong.push("the scheme is not the reader's");
  if (document.documentElement.scrollWidth > innerWidth) wrong.push('the page scrolls sideways');
  for (const image of document.images) {
    const shown = image.getClientRects().length > 0;
    if (!image.alt) wrong.push('an image has no alternative text: ' + image.src);
    if (shown && !(image.complete && image.naturalWidth)) wrong.push('an image is not loaded: ' + image.src);
  }
  for (const chart of document.querySelectorAll('figure.book-chart'))
    if (chart.dataset.drawn !== scheme || !chart.querySelector('svg[aria-label]')) wrong.push('a chart is not drawn or has no name');
  const folds = [...document.querySelectorAll('article details:not([open])')];
  for (const fold of folds) fold.open = true;
  const frames = 'div.cell_output, .pst-scrollable-table-container, div.highlight pre, div.math, .book-table > div';
  for (const frame of document.querySelectorAll('article :is(' + frames + ')')) {
    const inner = frame.matches('div.math') && frame.querySelector('mjx-container') || frame;
    const wide = inner.scrollWidth > inner.clientWidth + 1;
    const told = inner.tabIndex === 0 && frame.previousElementSibling?.classList.contains('book-cue');
    if (wide && (innerWidth > 600 || !told)) wrong.push('cut off: ' + frame.innerText.slice(0, 60) + frame.innerHTML.slice(0, 60));
  }
  if (/<IPython|object at 0x/.test(document.querySelector('article')?.innerText)) wrong.push('an object in place of its text');
  for (const table of document.querySelectorAll('article table')) {
    if (!table.offsetParent) continue;
    const frame = table.closest('div.cell_output, .pst-scrollable-table-container, article');
    const past = table.getBoundingClientRect().right - frame.getBoundingClientRect().right;
    if (past > 1 && getComputedStyle(frame).overflowX === 'visible') wrong.push('a table is cut off: ' + table.innerText.slice(0, 60));
  }
  for (const fold of folds) fold.open = false;
  return wrong;
}"""
# Pictures and tables that a cell put out stand in a figure with a numbered caption; what a lesson or a
# solution prints belongs to its code.
FIGURES = """() => {
  const wrong = [];
  // A page that numbers one figure numbers all of them.
  const numbers = document.querySelectorAll('article div.cell_output figcaption').length > 0;
  const put = 'article div.cell_output :is(img, figure.book-chart, table.dataframe, div.book-table)';
  const links = new Set([...document.querySelectorAll('article a.reference.internal')]
    .map(link => link.getAttribute('href')));
  for (const each of document.querySelectorAll(put)) {
    if (each.parentElement.closest('figure.book-chart, table, div.book-table')) continue;
    const solution = each.closest('.tag_solution, .tag_teach, details');
    const figure = each.closest('figure:not(.book-chart)');
    const what = each.tagName + ' ' + (each.alt || each.innerText || '').slice(0, 50);
    if (solution || !numbers) continue;
    if (!figure || !figure.querySelector('figcaption .caption-number')) wrong.push('no number: ' + what);
    else if (!links.has('#' + figure.id)) wrong.push('not referred to: ' + figure.id);
  }
  for (const figure of document.querySelectorAll('article figure:not(.book-chart)')) {
    const caption = figure.querySelector('figcaption .caption-text');
    if (!caption || caption.textContent.trim().length < 30) wrong.push('no caption: ' + figure.id);
  }
  return wrong;
}"""


class Watch:
    """Keeps what a page says on its console, and what it asks for.

    Parameters
    ----------
    page : playwright Page
    """

    def __init__(self, page):
        self.said, self.asked = [], []
        page.on("console", self._hear)
        page.on("pageerror", lambda error: self.said.append(str(error)))
        page.on("request", lambda request: self.asked.append(request.url))

    def _hear(self, message):
        if message.type in ("error", "warning"):
            self.said.append(message.text)

    def take(self):
        """What is wrong with what was said and asked since the last time."""
        foreign = [url for url in self.asked if not url.startswith(("file:", "data:", "blob:"))]
        wrong = [f"said: {text}" for text in self.said]
        wrong += [f"asked another host: {url}" for url in foreign]
        self.said.clear()
        self.asked.clear()
        return wrong


def serious(page):
    """Rules of WCAG 2.1 AA that a page breaks seriously or critically, with their first element."""
    found = Axe().run(page, options=RULES).response["violations"]
    return {
        each["id"]: each["nodes"][0]["html"][:200]
        for each in found
        if each["impact"] in ("serious", "critical")
    }


def _found_on(page, watch):
    """What is wrong with a page as it stands, once it is drawn."""
    page.evaluate(READY)
    return [*page.evaluate(MEASURE), *watch.take()]


def look(page, watch, path):
    """Open a page and say what is wrong with it.

    Parameters
    ----------
    page : playwright Page
    watch : Watch
    path : Path

    Returns
    -------
    list of str
    """
    page.goto(path.resolve().as_uri())
    return _found_on(page, watch)


def look_again(page, watch, scheme):
    """Turn an open page to another scheme and say what is wrong with it.

    Parameters
    ----------
    page : playwright Page
    watch : Watch
    scheme : str
        "light" or "dark".

    Returns
    -------
    list of str
    """
    page.emulate_media(color_scheme=scheme)
    return [f"{scheme}: {found}" for found in _found_on(page, watch)]


def weight(site, name):
    """Bytes of a page, of its pictures and of its previews: all that no other page shares.

    Parameters
    ----------
    site : Path
    name : str
        Of the page, without ending.

    Returns
    -------
    int
    """
    path = site / f"{name}.html"
    text = path.read_text(encoding="utf-8")
    pictures = {
        (path.parent / found).resolve()
        for found in re.findall(r'src="([^":]*_images/[^"]+)"', text)
    }
    previews = Path(site / "_static" / "tippy" / name)
    pictures |= set(previews.parent.glob(f"{previews.name}.*.js"))
    return path.stat().st_size + sum(each.stat().st_size for each in pictures)
