"""Figures: each function draws a table onto the axes it is given and computes nothing.

Colours come from the profile, one a corpus; a figure of simulated data carries the word.
"""

from helpers.figures.charts import map_chart, register_altair
from helpers.figures.clustering import (
    balanced_squares_chart,
    differences_chart,
    pair_square,
    pair_squares_chart,
    silhouette_rows,
    silhouettes_chart,
)
from helpers.figures.corpora import (
    corpus_sizes,
    correlations,
    moment_table,
    normality_table,
    range_table,
    tolerances,
)
from helpers.figures.densities import densities
from helpers.figures.effects import estimates, heat, strips
from helpers.figures.genres import (
    diversity_parts,
    genre_overlap,
    genre_shares,
    hill_numbers,
    study_colours,
)
from helpers.figures.maps import (
    auc_panels,
    corpus_map,
    genre_colours,
    genre_map,
    genre_maps,
    variant_maps,
)
from helpers.figures.playlist import (
    playlist_map,
    playlist_percentiles,
    playlist_standing,
    reliability,
)
from helpers.figures.scorecard import (
    as_printed,
    claims_table,
    folded_claims,
    folded_values,
    values_table,
    verdicts,
)
from helpers.figures.sound import (
    frames,
    hop_errors,
    log_mel,
    log_mels,
    players,
    receptive_frames,
    waveforms,
    window_ladder,
)
from helpers.figures.style import GREY, PARTS, VERDICT_COLOURS, canvas, colours

__all__ = [
    "GREY",
    "PARTS",
    "VERDICT_COLOURS",
    "as_printed",
    "auc_panels",
    "balanced_squares_chart",
    "canvas",
    "claims_table",
    "colours",
    "corpus_map",
    "corpus_sizes",
    "correlations",
    "densities",
    "differences_chart",
    "diversity_parts",
    "estimates",
    "folded_claims",
    "folded_values",
    "frames",
    "genre_colours",
    "genre_map",
    "genre_maps",
    "genre_overlap",
    "genre_shares",
    "heat",
    "hill_numbers",
    "hop_errors",
    "log_mel",
    "log_mels",
    "map_chart",
    "moment_table",
    "normality_table",
    "pair_square",
    "pair_squares_chart",
    "players",
    "playlist_map",
    "playlist_percentiles",
    "playlist_standing",
    "range_table",
    "receptive_frames",
    "register_altair",
    "reliability",
    "silhouette_rows",
    "silhouettes_chart",
    "strips",
    "study_colours",
    "tolerances",
    "values_table",
    "variant_maps",
    "verdicts",
    "waveforms",
    "window_ladder",
]
