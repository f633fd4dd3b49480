"""The ledger of claims: what the study printed, what a build found, and the verdict.

The one module that reads `data/reference/`.
"""

import re
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any

import pandas as pd

from helpers import project, tables, trace
from helpers.profiles import Profile
from helpers.project import ProjectError

ROLES = ("reproduction", "robustness", "exploratory")
KINDS = ("exact", "rounded", "stochastic")
INPUTS = ("tracks", "genres", "features", "embeddings", "participants", "mssd", "years")
VERDICTS = ("reproduced", "close", "differs", "not comparable", "simulated", "not computed")
RECORDED = ["key", "value", "n", "source", "low", "high"]
JUDGED = ("reproduced", "close", "differs")
# Shares of the published number: of rows by which two samples may differ and be compared, and of
# the value within which a number outside its tolerance is still close.
COMPARABLE_ROWS = 0.01
CLOSE = 0.1


def reference(name: str) -> pd.DataFrame:
    """Read a table of `data/reference/` by its name without ending.

    Parameters
    ----------
    name : str

    Returns
    -------
    DataFrame
    """
    return pd.read_csv(project.REFERENCE / f"{name}.csv")


def published(profile: Profile | None = None) -> pd.DataFrame:
    """The published claims that apply to a profile; without one the study's own.

    Parameters
    ----------
    profile : Profile, optional
        Its key `claims` names the table.

    Returns
    -------
    DataFrame
        Indexed by `key`; columns value, unit, where, kind, tolerance, role, needs, n, printed,
        note. `value` is in this book's sign convention (target minus reference), `printed` as the
        study printed it.

    Raises
    ------
    ProjectError
        If a key stands twice, or a kind, role or needed input is unknown.

    Notes
    -----
    Notebook: 10_scorecard
    """
    name = f"{profile.claims}.csv" if profile else "published.csv"
    claims = pd.read_csv(project.REFERENCE / name, dtype={"printed": "str", "n": "Int64"})
    claims = claims.fillna({"unit": "", "note": ""})
    _check_claims(claims, name)
    claims = claims.set_index("key")
    if profile and _is_about_others(profile):
        return claims.head(0)
    return claims


def _check_claims(claims: pd.DataFrame, name: str) -> None:
    """Refuse a table of claims with a repeated key or a word that the ledger does not know."""
    for column, valid in (("kind", KINDS), ("role", ROLES), ("needs", INPUTS)):
        unknown = set(" ".join(claims[column]).split()) - set(valid)
        if unknown:
            raise ProjectError(f"{name}: {column} holds {unknown}; valid: {valid}.")
    twice = claims["key"][claims["key"].duplicated()]
    if len(twice):
        raise ProjectError(f"{name}: key {twice.iloc[0]!r} stands twice.")


def _is_about_others(profile: Profile) -> bool:
    """Whether corpora are the user's own: nothing is printed about them.

    Unless the profile says whose they are.
    """
    return profile.source == "own" and "claims" not in profile.model_fields_set


def published_table(prefix: str, profile: Profile | None = None) -> pd.DataFrame:
    """Published feature claims as a tidy table.

    Parameters
    ----------
    prefix : str
        "features" or "compare".
    profile : Profile, optional
        As in `published`.

    Returns
    -------
    DataFrame
        One row per group (corpus or contrast), genre ("all" for the whole corpus) and feature; one
        column per statistic, and `n`.

    Notes
    -----
    Notebook: 03_feature_comparison
    """
    claims = published(profile).reset_index()
    parts = claims["key"].str.extract(
        rf"^{prefix}\.(?P<statistic>(?!n\.)\w+)\.(?P<group>[^.]+)\."
        r"(?:(?P<genre>[^.]+)\.)?(?P<feature>\w+)$"
    )
    tidy = parts.join(claims[["value", "n"]]).dropna(subset="feature").fillna({"genre": "all"})
    wide = tidy.pivot(index=["group", "genre", "feature", "n"], columns="statistic", values="value")
    return wide.reset_index().rename_axis(columns=None)


def claimed(profile: Profile, rows: Iterable[Sequence]) -> list[Sequence]:
    """Of rows to record, those with a value whose key is a published claim of the profile.

    All those with a value, where nothing is published about its corpora.

    Parameters
    ----------
    profile : Profile
    rows : iterable of tuple
        As for `record`.

    Returns
    -------
    list of tuple
    """
    known = set(published(profile).index)
    with_value = [row for row in rows if pd.notna(row[1])]
    if not known:
        return with_value
    return [row for row in with_value if row[0] in known]


def record(profile: Profile, notebook: str, rows: Iterable[Sequence]) -> None:
    """Replace what a notebook has recorded.

    Parameters
    ----------
    profile : Profile
    notebook : str
        Name of the notebook without ending.
    rows : iterable of (key, value, n, source) or (key, value, n, source, low, high)
        `n` is the number of rows the value was computed from; low to high is, for a stochastic
        claim, the 95 % prediction interval of this environment over at least 20 seeds.
        A key that no claim has starts with "local."; on corpora other than the study's it is given
        that start here.

    Raises
    ------
    ProjectError
        If a key is recorded twice, or is neither published nor local.

    Notes
    -----
    Notebook: 10_scorecard
    """
    table = pd.DataFrame([_with_interval(row) for row in rows], columns=RECORDED)
    is_claim = table["key"].isin(published(profile).index)
    unknown = ~is_claim & ~table["key"].str.match(r"local\.")
    if profile.source not in ("twin", "published"):
        table.loc[unknown, "key"] = "local." + table["key"]
    elif unknown.any():
        raise ProjectError(
            f"{notebook} records {table['key'][unknown].iloc[0]!r}, which "
            f"{profile.claims}.csv does not have. Call it 'local.…' or mend it."
        )
    _refuse_repeats(table.assign(notebook=notebook))
    project.write_atomic(tables.results_path(profile, notebook), table.to_csv(index=False))


def _with_interval(row: Sequence) -> tuple:
    """A row to record with all of `RECORDED`: an interval that it lacks is missing."""
    lacking = len(RECORDED) - len(row)
    return (*row, *[None] * lacking)


def _refuse_repeats(table: pd.DataFrame) -> None:
    """Refuse results in which a key stands twice."""
    repeated = table[table["key"].duplicated(keep=False)]
    if len(repeated):
        raise ProjectError(
            f"Key {repeated['key'].iloc[0]!r} is recorded twice, by "
            f"{', '.join(repeated['notebook'])}."
        )


def results(profile: Profile) -> pd.DataFrame:
    """Everything that the notebooks of a build recorded.

    Parameters
    ----------
    profile : Profile

    Returns
    -------
    DataFrame
        Indexed by key; the other columns of `RECORDED`, and notebook.

    Raises
    ------
    ProjectError
        If two notebooks recorded the same key.
    """
    folder = tables.results_path(profile, "x").parent
    files = sorted(folder.glob("[!.]*.csv"))
    if not files:
        return pd.DataFrame(columns=[*RECORDED, "notebook"]).set_index("key")
    table = pd.concat([pd.read_csv(file).assign(notebook=file.stem) for file in files])
    _refuse_repeats(table)
    return table.set_index("key")


def verdict(
    value: float,
    n: float,
    claim: Mapping[str, Any] | pd.Series,
    low: float | None = None,
    high: float | None = None,
) -> str:
    """Compare one recomputed value with its claim.

    Parameters
    ----------
    value : float
    n : float
        Rows it was computed from.
    claim : Series or mapping
        A row of `published`: value, tolerance and n are read.
    low, high : float, optional
        Prediction interval of the value, which replaces the tolerance of a stochastic claim.

    Returns
    -------
    str
        "reproduced" within the tolerance or the prediction interval; "close" outside it, within
        10 % and of the same sign; else "differs". "not comparable: n of N rows" where `n` is more
        than 1 % off the published n.

    Notes
    -----
    Notebook: 10_scorecard
    """
    if pd.notna(claim["n"]) and abs(n - claim["n"]) > COMPARABLE_ROWS * claim["n"]:
        return f"not comparable: {n:.0f} of {claim['n']} rows"
    difference = abs(value - claim["value"])
    if low is None or high is None or pd.isna(low):
        reproduced = difference <= claim["tolerance"]
    else:
        reproduced = low <= claim["value"] <= high
    if reproduced:
        return "reproduced"
    if difference <= CLOSE * abs(claim["value"]):
        return "close"
    return "differs"


def inputs(profile: Profile, tracks: pd.DataFrame) -> dict[str, str]:
    """Where each input of a claim was looked for and not found.

    Parameters
    ----------
    profile : Profile
    tracks : DataFrame

    Returns
    -------
    dict of str to str
        One entry per absent input: the place it is not in.
    """
    absent = {}
    for name, column in (("genres", "genre"), ("participants", "participant"), ("years", "year")):
        if tracks[column].isna().all():
            absent[name] = "the tracks table"
    for name in ("features", "embeddings", "mssd"):
        path = tables.table_path(profile, name)
        if not path.is_file():
            absent[name] = project.shown(path)
    return absent


def _foreign_sources(profile: Profile) -> dict[str, str]:
    """By input, the source of the user's own table, unless it is Spotify's as the study's was."""
    foreign = {}
    for name, files in tables.own_tables(profile).items():
        path = tables.table_path(profile, name)
        # Lists of the user's own may hold features, so that no table of them is named.
        if not files and profile.source != "own":
            continue
        trace.file(path)
        if not path.is_file():
            continue
        source = _source(path)
        if name == "embeddings" or not re.match(r"spotify\b", source, re.IGNORECASE):
            foreign[name] = source
    return foreign


def _source(path: Path) -> str:
    """What the first row of a table names as its source."""
    return pd.read_parquet(path, columns=["source"])["source"].iloc[0]


def scorecard(profile: Profile, tracks: pd.DataFrame) -> pd.DataFrame:
    """Join what was published with what this build found.

    Parameters
    ----------
    profile : Profile
    tracks : DataFrame
        The `tracks` table of the build.

    Returns
    -------
    DataFrame
        One row a claim, indexed by key: family, published, printed, recomputed, rows, tolerance,
        unit, where, role, kind, needs, verdict, and `verdict_class`, one of `VERDICTS`.

    Raises
    ------
    ProjectError
        If a claim whose inputs are all there was recorded by no notebook.

    Notes
    -----
    Notebook: 10_scorecard
    """
    claims = published(profile)
    found = results(profile)
    absent = inputs(profile, tracks)
    foreign = _foreign_sources(profile)
    rows: dict[str, tuple[float | None, float | None, str]] = {}
    for key, claim in zip(claims.index.astype(str), claims.to_dict("records"), strict=True):
        if key in found.index:
            rows[key] = _judged(profile, key, claim, found.loc[key].to_dict(), foreign)
        else:
            rows[key] = (None, None, _why_not_computed(profile, key, claim, absent))
    columns = ["recomputed", "rows", "verdict"]
    recomputed = pd.DataFrame.from_dict(rows, orient="index", columns=columns)
    table = claims.rename(columns={"value": "published"}).join(recomputed)
    return table.assign(verdict_class=table["verdict"].str.split(":").str[0])


def _judged(
    profile: Profile,
    key: str,
    claim: Mapping[Any, Any],
    found: Mapping[str, Any],
    foreign: Mapping[str, str],
) -> tuple[float, float, str]:
    """Recomputed value, its rows, and the verdict on a claim that a notebook recorded."""
    value = found["value"]
    is_axis = claim["note"].startswith("UMAP axis")
    if is_axis:  # the direction of a map's axis means nothing
        value = abs(value)
        claim = {**claim, "value": abs(claim["value"])}
    needs = claim["needs"].split()
    other_sources = [foreign[name] for name in needs if name in foreign]
    if profile.simulated and set(needs) != {"genres"}:
        judgement = "simulated: no verdict"
    elif other_sources:
        judgement = f"not comparable: source {other_sources[0]}"
    elif is_axis and not re.search("cliffs_delta|ks_d", key):
        judgement = "not comparable: U and p of a map's axis"
    else:
        judgement = verdict(value, found["n"], claim, found["low"], found["high"])
    return value, found["n"], judgement


def _why_not_computed(
    profile: Profile, key: str, claim: Mapping[Any, Any], absent: Mapping[str, str]
) -> str:
    """The reason why no notebook recorded a claim: an input that is absent, or other corpora."""
    for name in claim["needs"].split():
        if name in absent:
            return f"not computed: {name} not in {absent[name]}"
    if profile.source == "own":
        return "not computed: these corpora cannot give it"
    raise ProjectError(
        f"No notebook recorded {key!r}, though its inputs ({claim['needs']}) "
        "are there. The chapters come before the scorecard; run all of them: "
        f"python -m helpers build --profile {profile.argument}"
    )


def score(card: pd.DataFrame) -> dict[str, int]:
    """Counts of claims.

    Parameters
    ----------
    card : DataFrame
        As `scorecard` returns it.

    Returns
    -------
    dict of str to int
        `reproduced`, `judged` (with a verdict for or against), and all `claims`.
    """
    return {
        "reproduced": int((card["verdict"] == "reproduced").sum()),
        "judged": int(card["verdict_class"].isin(JUDGED).sum()),
        "claims": len(card),
    }


def by_family(card: pd.DataFrame) -> pd.DataFrame:
    """Counts of claims by family and verdict.

    Parameters
    ----------
    card : DataFrame
        As `scorecard` returns it.

    Returns
    -------
    DataFrame
        One row a family, from the smallest to the largest; one column a verdict that occurs, in
        the order of `VERDICTS`.

    Notes
    -----
    Notebook: 10_scorecard
    """
    counts = pd.crosstab(card["family"], card["verdict_class"])
    present = [verdict for verdict in VERDICTS if verdict in counts]
    families = counts.sum(axis=1).sort_values().index
    return counts.loc[families, present].rename_axis(index=None, columns=None)


def beyond_claims(profile: Profile) -> pd.DataFrame:
    """What the chapters recorded and nobody has printed.

    Parameters
    ----------
    profile : Profile

    Returns
    -------
    DataFrame
        As `results`; without the poster's repetitions of other numbers.

    Notes
    -----
    Notebook: 10_scorecard
    """
    found = results(profile)
    is_printed = found.index.isin(published(profile).index)
    is_repetition = found.index.str.contains(r"\.poster\.")
    return found[~is_printed & ~is_repetition]


def write_scorecard(profile: Profile, card: pd.DataFrame) -> None:
    """Write the scorecard of a build for other programs, as `scorecard.csv` in its folder.

    Parameters
    ----------
    profile : Profile
    card : DataFrame
        As `scorecard` returns it.

    Notes
    -----
    Notebook: 10_scorecard
    """
    kept = card[["published", "recomputed", "rows", "tolerance", "verdict"]]
    project.write_atomic(project.build_dir(profile) / "scorecard.csv", kept.to_csv())
