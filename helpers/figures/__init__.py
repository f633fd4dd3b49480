"""Figures: each function draws a table onto the axes it is given and computes nothing.

Colours come from the profile, one a corpus; a figure of simulated data carries the word.
"""

from helpers.figures.charts import register_altair
from helpers.figures.clustering import pair_square, silhouette_rows
from helpers.figures.densities import densities
from helpers.figures.effects import estimates, heat, strips
from helpers.figures.style import GREY, PARTS, VERDICT_COLOURS, canvas, colours

__all__ = [
    "GREY",
    "PARTS",
    "VERDICT_COLOURS",
    "canvas",
    "colours",
    "densities",
    "estimates",
    "heat",
    "pair_square",
    "register_altair",
    "silhouette_rows",
    "strips",
]
