"""Figures: each function draws a table onto the axes it is given and computes nothing.

Colours come from the profile, one a corpus; a figure of simulated data carries the word.
"""

import base64
import html
import json


def register_altair():
    """Let altair charts show as the book shows them: a picture that a script brings to life.

    A chart must have a description, which is read out in its place.

    Notes
    -----
    Notebook: 03_feature_comparison
    """
    import altair
    import vl_convert

    def book(spec, **_):
        if not spec.get("description"):
            raise ValueError("the chart has no description: add .properties(description=...)")
        text = html.escape(spec["description"])
        data = json.dumps(spec, separators=(",", ":")).replace("<", "\\u003c")
        if len(still := vl_convert.vegalite_to_svg(spec)) > 100_000:
            # Thousands of marks weigh less as pixels.
            pixels = base64.b64encode(vl_convert.vegalite_to_jpeg(spec, quality=70)).decode()
            still = f'<img alt="{text}" src="data:image/jpeg;base64,{pixels}">'
        return {
            "text/plain": spec["description"],
            "text/html": (
                f'<figure class="book-chart" role="group" aria-label="{text}"><div>{still}</div>'
                f'<script type="application/json">{data}</script></figure>'
            ),
        }

    altair.renderers.register("book", book)
    altair.renderers.enable("book")
