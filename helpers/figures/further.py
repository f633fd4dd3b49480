"""Figures, tables and sentences of feature sets beside the nine audio features; computes nothing."""

from collections.abc import Mapping

import pandas as pd

from helpers.figures.densities import densities
from helpers.figures.effects import estimates
from helpers.figures.numbers import decimal, p_text
from helpers.figures.style import canvas
from helpers.figures.tables import interval_texts
from helpers.profiles import Profile
from helpers.project import as_text, spaced

# Panels side by side, and inches of a row of panels, of a line of an effect, of what stands around.
PANELS, PANEL, LINE, AROUND = 3, 2.6, 0.26, 1.2


def further_densities_chart(
    profile: Profile, curves: pd.DataFrame, moments: pd.DataFrame, units: Mapping[str, str]
) -> None:
    """Densities of the columns of feature sets, one panel a column.

    Parameters
    ----------
    profile : Profile
    curves, moments : DataFrame
        As `stats.set_columns.curves` gives them.
    units : mapping of feature ("set: column") to str

    Notes
    -----
    Notebook: 02_audio_features
    """
    features = list(dict.fromkeys(moments["feature"]))
    if not features:
        return
    lines = -(-len(features) // PANELS)
    grid = canvas(profile, PANEL * lines + 0.6, columns=PANELS, rows=lines, squeeze=False)
    palette = {name: corpus.colour for name, corpus in profile.corpora.items()}
    densities(grid, curves, moments, palette)
    for axes, feature in zip(grid.flat, features, strict=False):
        unit = units.get(feature)
        axes.set_title(spaced(feature).replace(": ", "\n", 1))
        axes.set_xlabel(unit or "")
    for axes in grid.flat[len(features) :]:
        axes.set_visible(False)


def further_effects_chart(profile: Profile, tests: pd.DataFrame, negligible: float) -> None:
    """Cliff's delta of the columns of feature sets, one panel a set.

    Parameters
    ----------
    profile : Profile
    tests : DataFrame
        As `stats.set_columns.compare` gives it.
    negligible : float
        Half-width of the grey band.

    Notes
    -----
    Notebook: 03_feature_comparison
    """
    if tests.empty:
        return
    sets = list(tests.index.unique("set"))
    sizes = [len(tests.loc[name]) for name in sets]
    panels = canvas(
        profile,
        LINE * sum(sizes) + AROUND * len(sets),
        rows=len(sets),
        squeeze=False,
        sharex=True,
        gridspec_kw={"height_ratios": [size + 1 for size in sizes]},
    )
    colour = profile.corpora[profile.target].colour
    for axes, name in zip(panels.flat, sets, strict=True):
        table = tests.loc[name].rename(index=spaced)
        shown = table.assign(value=table["cliffs_delta"], colour=colour)
        estimates(axes, shown, "Cliff's delta", zero=0, negligible=negligible)
        axes.set_title(f"{name}: {profile.target} minus {profile.reference}")


def further_effects_table(tests: pd.DataFrame) -> pd.DataFrame:
    """Effect sizes of the columns of feature sets, as a page shows them.

    Parameters
    ----------
    tests : DataFrame
        As `stats.set_columns.compare` gives it.

    Returns
    -------
    DataFrame of str

    Notes
    -----
    Notebook: 03_feature_comparison
    """
    shown = pd.DataFrame(
        {
            "n, target": tests["n_target"].map("{:,}".format),
            "n, reference": tests["n_reference"].map("{:,}".format),
            "delta": tests["cliffs_delta"].map(decimal),
            "interval": interval_texts(tests["ci_low"], tests["ci_high"], 2),
            "size": tests["magnitude"],
            "D": tests["ks_d"].map("{:.2f}".format),
            "p (Holm)": tests["holm"].map(p_text),
        }
    )
    return shown.rename(index=spaced, level="column")


def further_known_in_words(further: Mapping[str, Mapping[str, pd.DataFrame]]) -> str:
    """How many listings of each corpus each further set knows, as a sentence.

    Parameters
    ----------
    further : mapping of set to mapping of corpus to DataFrame

    Returns
    -------
    str

    Notes
    -----
    Notebook: 02_audio_features
    """
    parts = []
    for name, by_corpus in further.items():
        counts = [f"{len(rows):,} of {as_text(corpus)}" for corpus, rows in by_corpus.items()]
        parts.append(f"{name} {', '.join(counts)}")
    known = "; ".join(parts) or "there is no further set"
    return f"Listings that further feature sets know: {known}."


def further_in_words(found: pd.DataFrame, pair: tuple[str, str]) -> dict[str, str]:
    """What differs in each feature set, one sentence a set.

    Parameters
    ----------
    found : DataFrame
        As `stats.set_columns.firm` gives it.
    pair : (str, str)
        Target and reference.

    Returns
    -------
    dict of str to str
        By the key of the finding.

    Notes
    -----
    Notebook: 03_feature_comparison
    """
    target, reference = pair
    said = {}
    for name, row in found.iterrows():
        low, high = decimal(row["low"]), decimal(row["high"])
        ends = f" ({low} to {high}, clustered by unit and artist)"
        if pd.isna(row["low"]):
            ends = ""
        differ = _differ(row["differ"], row["columns"])
        sentence = (
            f"Of the {row['columns']} columns of {name}, {differ} between {target} "
            f"({row['n_target']:,} listings) and {reference} ({row['n_reference']:,}) after Holm's "
            f"correction; the largest Cliff's delta is that of {as_text(spaced(row['largest']))}, "
            f"{decimal(row['delta'])}{ends}."
        )
        said[f"further-{name}"] = sentence
    return said


def _differ(number: int, of: int) -> str:
    """How many columns differ, with the verb."""
    if number == of > 1:
        return "all differ"
    return {0: "none differs", 1: "1 differs"}.get(number, f"{number} differ")
