"""`compare-sets`: which feature set of a profile hears genre, by how much, and at what cost."""

import json
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path

import filelock
import numpy as np
import pandas as pd
import pyarrow.parquet as pq

from helpers import corpora, feature_sets, figures, profiles, project
from helpers.feature_sets import FeatureSet
from helpers.profiles import Profile
from helpers.project import ProjectError
from helpers.stats import intervals, set_comparison, units

# The corpora of a profile as one.
TOGETHER = "all corpora"
# Rows that a bootstrap may draw in all.
MOST_DRAWS = 20_000_000
# Cuts of each pair of genres to the size of the smaller one.
N_CUTS = 20
# Fewer artists make intervals that are too narrow.
FEW_ARTISTS = 30


def run(
    profile: str, out: str | None = None, most: int = 300, fewest: int = 5, together: bool = False
) -> int:
    """Measure every feature set of a profile on the same tracks, and write what was found.

    Parameters
    ----------
    profile : str
        Name of a profile or path of a YAML file.
    out : str, optional
        Folder to write to; by default `compare-sets` in the folder of the build.
    most, fewest : int
        Tracks taken of a genre at most, and tracks that a genre must have.
    together : bool
        Take all corpora as one.

    Returns
    -------
    int
        0.

    Raises
    ------
    ProjectError
        Without feature sets, or without a corpus in which genres can be compared.
    """
    loaded = profiles.load_profile(profile)
    try:
        with filelock.FileLock(project.ROOT / "build" / ".lock", timeout=0):
            corpora.prepare(loaded)
    except filelock.Timeout:
        raise ProjectError("A build is running in this folder. Wait for it to end.") from None
    sets = feature_sets.of_profile(loaded)
    if not sets:
        raise ProjectError(
            f"The profile {loaded.name} has no feature set. Name tables under `features` or "
            "`embeddings`; `python -m helpers embed` and `python -m helpers describe` make them."
        )
    groups = comparable_groups(loaded, sets, most, fewest, together)
    costs = costs_of(loaded, sets)
    scores, differences = measure(loaded, sets, groups)
    folder = Path(out) if out else project.build_dir(loaded) / "compare-sets"
    said = list(findings(loaded, scores, differences, costs, groups))
    write(loaded, folder, scores, differences, costs, said)
    print_tables(scores, costs)
    print("\n".join(["", *said, "", f"Written to {project.shown(folder.resolve())}."]))
    return 0


def comparable_groups(
    profile: Profile,
    sets: Mapping[str, FeatureSet],
    most: int | None,
    fewest: int,
    together: bool,
) -> dict[str, pd.DataFrame]:
    """The tracks of each corpus that all feature sets have, with genres that can be compared.

    Parameters
    ----------
    profile : Profile
    sets : mapping of str to FeatureSet
    most, fewest, together
        As in `run`.

    Returns
    -------
    dict of str to DataFrame
        Listings by corpus, each track once.

    Raises
    ------
    ProjectError
        Where no corpus has two such genres.
    """
    tracks = corpora.as_published(corpora.load(profile, "tracks"))
    for one in sets.values():
        tracks = tracks[tracks["track_id"].isin(one.complete)]
    named = {TOGETHER: tracks} if together else dict(iter(tracks.groupby("corpus", sort=False)))
    groups = {
        str(name): set_comparison.comparable(rows, fewest, most, profile.settings.seed)
        for name, rows in named.items()
    }
    groups = {name: rows for name, rows in groups.items() if len(rows)}
    if not groups:
        advice = "" if together else " --together takes all corpora as one."
        raise ProjectError(
            f"No corpus of {profile.name} has two genres with {fewest} tracks of "
            f"{set_comparison.FEWEST_ARTISTS} artists that are complete in every feature set, and "
            f"five artists in all.{advice}"
        )
    return groups


def measure(
    profile: Profile, sets: Mapping[str, FeatureSet], groups: Mapping[str, pd.DataFrame]
) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Scores of every set, and differences of every two, corpus by corpus.

    Parameters
    ----------
    profile : Profile
    sets : mapping of str to FeatureSet
    groups : mapping of corpus to DataFrame
        From `comparable_groups`.

    Returns
    -------
    DataFrame, DataFrame
        As `set_comparison.score_table` and `set_comparison.difference_table` have them, with the
        columns corpus, tracks and artists before.
    """
    settings = profile.settings
    scores, differences = {}, {}
    for corpus, rows in groups.items():
        tracks = set_comparison.tracks_of(rows)
        n = intervals.affordable_replicates(settings.n_bootstrap, MOST_DRAWS, len(rows))
        draws = intervals.cluster_bootstrap(tracks.artists, n, settings.seed)
        weights = np.array(list(draws), float)
        found = {}
        for name, one in sets.items():
            print(f"{corpus}: {one.label}, {len(rows):,} tracks ...", flush=True)
            points = one.vectors(rows["track_id"])
            found[name] = set_comparison.measure(points, tracks, weights, N_CUTS, settings.seed)
        key = (corpus, len(rows), len(set(tracks.artists)))
        scores[key] = set_comparison.score_table(found, settings.level)
        differences[key] = set_comparison.difference_table(found, settings.level)
    return _stacked(scores), _stacked(differences)


def _stacked(tables: Mapping[tuple, pd.DataFrame]) -> pd.DataFrame:
    """Tables of corpora below one another."""
    named = pd.concat(tables, names=["corpus", "tracks", "artists"])
    return named.reset_index(level=[0, 1, 2]).reset_index(drop=True)


def costs_of(profile: Profile, sets: Mapping[str, FeatureSet]) -> pd.DataFrame:
    """What each set costs: numbers a track, and seconds a track where its table tells.

    Parameters
    ----------
    profile : Profile
    sets : mapping of str to FeatureSet

    Returns
    -------
    DataFrame
        Index: sets, the cheapest first. Columns label, taught (whether it was trained on genre
        names), kind, scaling, dimension, seconds, source.
    """
    rows = {
        name: {
            "label": one.label,
            "taught": feature_sets.was_taught_genres(name, one.source),
            "kind": one.kind,
            "scaling": one.scaling,
            "dimension": len(one.columns),
            "seconds": seconds_a_track(files_of(profile, name)),
            "source": one.source,
        }
        for name, one in sets.items()
    }
    table = pd.DataFrame.from_dict(rows, orient="index")
    by = ["seconds", "dimension"] if table["seconds"].notna().all() else ["dimension"]
    return table.sort_values(by, kind="stable")


def files_of(profile: Profile, name: str) -> tuple[str, ...]:
    """The files that a profile names for a feature set.

    Parameters
    ----------
    profile : Profile
    name : str
        Of the set.

    Returns
    -------
    tuple of str
        Empty where it names none.
    """
    if name in feature_sets.STUDY:
        return profile.tables_of(feature_sets.STUDY[name])
    return profile.further_sets[name].table if name in profile.further_sets else ()


def seconds_a_track(files: Iterable[str]) -> float:
    """Median seconds that `embed` or `describe` took for a track; NaN where a file does not tell.

    Parameters
    ----------
    files : iterable of str

    Returns
    -------
    float
    """
    taken = []
    for file in files:
        path = Path(file)
        if path.suffix != ".parquet" or not path.is_file():
            return np.nan
        attributes = (pq.read_schema(path).metadata or {}).get(b"PANDAS_ATTRS", b"{}")
        taken.append(json.loads(attributes).get("seconds", np.nan))
    return float(np.mean(taken)) if taken else np.nan


def findings(
    profile: Profile,
    scores: pd.DataFrame,
    differences: pd.DataFrame,
    costs: pd.DataFrame,
    groups: Mapping[str, pd.DataFrame],
) -> Iterator[str]:
    """What was found, corpus by corpus, as paragraphs.

    Parameters
    ----------
    profile : Profile
    scores, differences : DataFrame
        From `measure`.
    costs : DataFrame
        From `costs_of`.
    groups : mapping of corpus to DataFrame

    Yields
    ------
    str
    """
    for corpus, rows in groups.items():
        n_artists = units.artists(rows).nunique()
        simulated = "Simulated data: " if profile.simulated else ""
        yield (
            f"{simulated}{corpus}: {len(rows):,} tracks of {rows['genre'].nunique()} genres by "
            f"{n_artists:,} artists, complete in every set."
        )
        if n_artists < FEW_ARTISTS:
            yield f"Intervals from so few artists (fewer than {FEW_ARTISTS}) are too narrow."
        yield from figures.sets_in_words(
            scores[scores["corpus"] == corpus],
            differences[differences["corpus"] == corpus],
            costs,
            set_comparison.MEASURES,
            profile.settings.level,
        )


def print_tables(scores: pd.DataFrame, costs: pd.DataFrame) -> None:
    """Print the scores, a table a corpus, and what the sets cost.

    Parameters
    ----------
    scores : DataFrame
        From `measure`.
    costs : DataFrame
        From `costs_of`.
    """
    for corpus, rows in scores.groupby("corpus", sort=False):
        shown = rows.assign(
            set=[figures.set_label(costs.loc[name]) for name in rows["set"]],
            score=[
                f"{row.value:.3f} [{row.low:.3f}, {row.high:.3f}], chance {row.chance:.3f}"
                for row in rows.itertuples()
            ],
        )
        table = shown.pivot(index="measure", columns="set", values="score").reindex(
            set_comparison.MEASURES, axis=0
        )
        print(f"\n{corpus}\n{table.T.stack().to_string()}")
    print(f"\n{costs.drop(columns=['label', 'taught']).to_string()}")
    if costs["taught"].any():
        print(f"{figures.TAUGHT_MARK} {figures.TAUGHT}")


def write(
    profile: Profile,
    folder: Path,
    scores: pd.DataFrame,
    differences: pd.DataFrame,
    costs: pd.DataFrame,
    said: Iterable[str],
) -> None:
    """Write scores, differences, costs, sentences and the figure to a folder.

    Parameters
    ----------
    profile : Profile
    folder : Path
        Made where it is not there.
    scores, differences, costs : DataFrame
    said : iterable of str
    """
    import matplotlib.pyplot as plt

    joined = scores.merge(costs, left_on="set", right_index=True, validate="many_to_one")
    project.write_atomic(folder / "scores.csv", joined.to_csv(index=False, lineterminator="\n"))
    project.write_atomic(
        folder / "differences.csv", differences.to_csv(index=False, lineterminator="\n")
    )
    project.write_atomic(folder / "findings.md", "\n\n".join(said) + "\n")
    colours = figures.colours(profile) | {TOGETHER: figures.GREY}
    axes = figures.canvas(profile, 11, rows=len(set_comparison.MEASURES))
    figures.set_scores(axes, scores, costs, colours, set_comparison.SCORES)
    axes[0].figure.savefig(folder / "quality_and_cost.svg", metadata={"Date": None})
    plt.close(axes[0].figure)
