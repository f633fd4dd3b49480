"""Figures: each function draws a table onto the axes it is given and computes nothing.

Colours come from the profile, one a corpus; a figure of simulated data carries the word.
"""

from helpers.figures.charts import map_explorer, register_altair
from helpers.figures.clustering import pair_square, silhouette_rows
from helpers.figures.densities import densities
from helpers.figures.effects import estimates, heat, strips
from helpers.figures.maps import (
    auc_panels,
    corpus_map,
    genre_colours,
    genre_map,
    genre_maps,
    variant_maps,
)
from helpers.figures.style import GREY, PARTS, VERDICT_COLOURS, canvas, colours

__all__ = [
    "GREY",
    "PARTS",
    "VERDICT_COLOURS",
    "auc_panels",
    "canvas",
    "colours",
    "corpus_map",
    "densities",
    "estimates",
    "genre_colours",
    "genre_map",
    "genre_maps",
    "heat",
    "pair_square",
    "map_explorer",
    "register_altair",
    "silhouette_rows",
    "strips",
    "variant_maps",
]
