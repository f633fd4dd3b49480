"""Figures: each function draws a table onto the axes it is given and computes nothing.

Colours come from the profile, one a corpus; a figure of simulated data carries the word.
"""

from helpers.figures.charts import map_chart, register_altair
from helpers.figures.clustering import pair_square, silhouette_rows
from helpers.figures.corpora import corpus_sizes, correlations, range_table, tolerances
from helpers.figures.densities import densities
from helpers.figures.effects import (
    contrasts,
    effect_texts,
    estimates,
    genre_chart,
    genre_effects,
    heat,
    intervals,
    moments_of_pair,
    p_text,
    side_by_side,
    specifications,
    strips,
)
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
    folded_tables,
    values_table,
    verdicts,
)
from helpers.figures.sentences import (
    break_even_in_words,
    choices_in_words,
    contrasts_in_words,
    dependence_in_words,
    effects_in_words,
    entropy_choices_in_words,
    genres_in_words,
    mix_in_words,
    sizes_in_words,
)
from helpers.figures.style import GREY, PARTS, VERDICT_COLOURS, canvas, colours
from helpers.figures.tables import (
    agreement_table,
    break_even_table,
    effect_table,
    interval_texts,
    p_table,
    share_table,
    size_table,
    split_table,
)

__all__ = [
    "GREY",
    "PARTS",
    "VERDICT_COLOURS",
    "agreement_table",
    "as_printed",
    "auc_panels",
    "break_even_in_words",
    "break_even_table",
    "canvas",
    "choices_in_words",
    "claims_table",
    "colours",
    "contrasts",
    "contrasts_in_words",
    "corpus_map",
    "corpus_sizes",
    "correlations",
    "densities",
    "dependence_in_words",
    "diversity_parts",
    "effect_table",
    "effect_texts",
    "effects_in_words",
    "entropy_choices_in_words",
    "estimates",
    "folded_tables",
    "genre_chart",
    "genre_colours",
    "genre_effects",
    "genre_map",
    "genre_maps",
    "genre_overlap",
    "genre_shares",
    "genres_in_words",
    "heat",
    "hill_numbers",
    "interval_texts",
    "intervals",
    "map_chart",
    "mix_in_words",
    "moments_of_pair",
    "p_table",
    "p_text",
    "pair_square",
    "playlist_map",
    "playlist_percentiles",
    "playlist_standing",
    "range_table",
    "register_altair",
    "reliability",
    "share_table",
    "side_by_side",
    "silhouette_rows",
    "size_table",
    "sizes_in_words",
    "specifications",
    "split_table",
    "strips",
    "study_colours",
    "tolerances",
    "values_table",
    "variant_maps",
    "verdicts",
]
