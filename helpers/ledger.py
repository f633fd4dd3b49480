"""The ledger of claims: what the study printed, what a build found, and the verdict.

The one module that reads `data/reference/`.
"""

import re
from collections.abc import Sequence

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


def reference(name):
    """Read a table of `data/reference/` by its name without ending."""
    return pd.read_csv(project.REFERENCE / f"{name}.csv")


def published(profile=None):
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
    Notebook: 08_scorecard
    """
    name = f"{profile.claims if profile else 'published'}.csv"
    claims = pd.read_csv(project.REFERENCE / name, dtype={"printed": str, "n": "Int64"}).fillna(
        {"unit": "", "note": ""}
    )
    for column, valid in (("kind", KINDS), ("role", ROLES), ("needs", INPUTS)):
        if unknown := set(" ".join(claims[column]).split()) - set(valid):
            raise ProjectError(f"{name}: {column} holds {unknown}; valid: {valid}.")
    if len(twice := claims["key"][claims["key"].duplicated()]):
        raise ProjectError(f"{name}: key {twice.iloc[0]!r} stands twice.")
    # Nothing is printed about corpora of the user's own, unless the profile says whose they are.
    other = profile and profile.source == "own" and "claims" not in profile.model_fields_set
    return claims.set_index("key")[: 0 if other else None]


def published_table(prefix, profile=None):
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


def claimed(profile, rows):
    """Of rows to record, those with a value whose key is a published claim of the profile.

    All those with a value, where nothing is published about its corpora.
    """
    known = set(published(profile).index)
    return [row for row in rows if (row[0] in known or not known) and pd.notna(row[1])]


def genre_rows(counts: pd.DataFrame, source: str) -> list[tuple[str, float, int, str]]:
    """Rows to record of genre counts.

    Parameters
    ----------
    counts : DataFrame
        Listings, one row a genre, one column a corpus.
    source : str

    Returns
    -------
    list of (str, float, int, str)
        Key, value, n and source.

    Notes
    -----
    Notebook: 04_genres
    """
    return [
        (f"genres.count.{corpus}.{genre}", n, counts[corpus].sum(), source)
        for corpus in counts
        for genre, n in counts[corpus].items()
    ]


def entropy_rows(
    entropies: pd.DataFrame, pair: Sequence[str], source: str
) -> list[tuple[str, float, float, str]]:
    """Rows to record of the entropy of genres; the poster printed those of the corpora again.

    Parameters
    ----------
    entropies : DataFrame
        One row a corpus or study; columns entropy (bits) and n.
    pair : sequence of str
        The compared corpora, of which one may be absent.
    source : str

    Returns
    -------
    list of (str, float, float, str)
        Key, value, n and source.

    Notes
    -----
    Notebook: 04_genres
    """
    keys = [(f"genres.entropy.{name}", name) for name in entropies.index]
    keys += [(f"poster.genres.entropy.{name}", name) for name in pair if name in entropies.index]
    value, n = entropies["entropy"], entropies["n"]
    return [(key, value[name], n[name], source) for key, name in keys]


def chi_square_rows(
    test: pd.Series, pair: Sequence[str], source: str
) -> list[tuple[str, float, float, str]]:
    """Rows to record of a chi-square test; none where there was nothing to test.

    Parameters
    ----------
    test : Series
        statistic, dof, p, and n (listings); missing where all listings have one genre.
    pair : sequence of str
        Target and reference.
    source : str

    Returns
    -------
    list of (str, float, float, str)
        Key, value, n and source.

    Notes
    -----
    Notebook: 04_genres
    """
    values = test[["statistic", "dof", "p"]].dropna()
    return [
        (f"genres.chi_square.{name}.{'-'.join(pair)}", value, test["n"], source)
        for name, value in values.items()
    ]


def record(profile, notebook, rows):
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
    Notebook: 08_scorecard
    """
    table = pd.DataFrame([(*row, None, None)[:6] for row in rows], columns=RECORDED)
    unknown = ~(table["key"].isin(published(profile).index) | table["key"].str.match(r"local\."))
    if profile.source not in ("twin", "published"):
        table.loc[unknown, "key"] = "local." + table["key"]
    elif unknown.any():
        raise ProjectError(
            f"{notebook} records {table['key'][unknown].iloc[0]!r}, which "
            f"{profile.claims}.csv does not have. Call it 'local.…' or mend it."
        )
    _refuse_repeats(table.assign(notebook=notebook))
    project.write_atomic(tables.results_path(profile, notebook), table.to_csv(index=False))


def _refuse_repeats(table):
    if (repeated := table[table["key"].duplicated(keep=False)]).size:
        raise ProjectError(
            f"Key {repeated['key'].iloc[0]!r} is recorded twice, by "
            f"{', '.join(repeated['notebook'])}."
        )


def results(profile):
    """Everything the notebooks of a build recorded: `RECORDED`, and the notebook."""
    files = sorted(tables.results_path(profile, "x").parent.glob("[!.]*.csv"))
    found = [pd.read_csv(file).assign(notebook=file.stem) for file in files]
    table = pd.concat(found) if found else pd.DataFrame(columns=[*RECORDED, "notebook"])
    _refuse_repeats(table)
    return table.set_index("key")


def verdict(value, n, claim, low=None, high=None):
    """Compare one recomputed value with its claim.

    Parameters
    ----------
    value : float
    n : int
        Rows it was computed from.
    claim : Series
        A row of `published`.
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
    Notebook: 08_scorecard
    """
    if pd.notna(claim["n"]) and abs(n - claim["n"]) > 0.01 * claim["n"]:
        return f"not comparable: {n:.0f} of {claim['n']} rows"
    difference = abs(value - claim["value"])
    inside = difference <= claim["tolerance"] if pd.isna(low) else low <= claim["value"] <= high
    if inside:
        return "reproduced"
    return "close" if difference <= 0.1 * abs(claim["value"]) else "differs"


def inputs(profile, tracks):
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
    columns = {"genres": "genre", "participants": "participant", "years": "year"}
    absent = {
        name: "the tracks table" for name, column in columns.items() if tracks[column].isna().all()
    }
    files = (tables.table_path(profile, name) for name in ("features", "embeddings", "mssd"))
    return absent | {file.stem: project.shown(file) for file in files if not file.is_file()}


def _foreign_sources(profile):
    """By input, the source of the user's own table, unless it is Spotify's as the study's was."""
    own = {
        name: tables.table_path(profile, name)
        for name, files in tables.own_tables(profile).items()
        if files
    }
    for table in own.values():
        trace.file(table)
    sources = {
        name: pd.read_parquet(table, columns=["source"])["source"].iloc[0]
        for name, table in own.items()
        if table.is_file()
    }
    return {
        name: source
        for name, source in sources.items()
        if name == "embeddings" or not re.match(r"spotify\b", source, re.IGNORECASE)
    }


def scorecard(profile, tracks):
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
    Notebook: 08_scorecard
    """
    claims, found, absent = published(profile), results(profile), inputs(profile, tracks)
    rows, foreign = {}, _foreign_sources(profile)
    for key, claim in claims.iterrows():
        needs = claim["needs"].split()
        if key in found.index:
            value, n, *interval = found.loc[key, ["value", "n", "low", "high"]]
            if axis := claim["note"].startswith("UMAP axis"):  # its direction means nothing
                value, claim = abs(value), pd.Series({**claim, "value": abs(claim["value"])})
            said = verdict(value, n, claim, *interval)
            if axis and not re.search("cliffs_delta|ks_d", key):
                said = "not comparable: U and p of a map's axis"
            if profile.simulated and set(needs) != {"genres"}:
                said = "simulated: no verdict"
            elif other := [foreign[name] for name in needs if name in foreign]:
                said = f"not comparable: source {other[0]}"
            rows[key] = value, n, said
        elif lacking := [f"{name} not in {absent[name]}" for name in needs if name in absent]:
            rows[key] = None, None, f"not computed: {lacking[0]}"
        elif profile.source == "own":
            rows[key] = None, None, "not computed: these corpora cannot give it"
        else:
            raise ProjectError(
                f"No notebook recorded {key!r}, though its inputs ({claim['needs']}) "
                "are there. The chapters come before the scorecard; run all of them: "
                f"python -m helpers build --profile {profile.name}"
            )
    found = pd.DataFrame.from_dict(rows, orient="index", columns=["recomputed", "rows", "verdict"])
    table = claims.rename(columns={"value": "published"}).join(found)
    return table.assign(verdict_class=table["verdict"].str.split(":").str[0])


def score(card):
    """Counts of claims: `reproduced`, `judged` (with a verdict for or against), all `claims`."""
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
    Notebook: 08_scorecard
    """
    counts = pd.crosstab(card["family"], card["verdict_class"])
    present = [verdict for verdict in VERDICTS if verdict in counts]
    families = counts.sum(axis=1).sort_values().index
    return counts.loc[families, present].rename_axis(index=None, columns=None)


def unjudged(card: pd.DataFrame) -> pd.DataFrame:
    """Why claims have no verdict for or against the study.

    Parameters
    ----------
    card : DataFrame
        As `scorecard` returns it.

    Returns
    -------
    DataFrame
        One row a reason: verdict, claims (how many), example (where one of them is printed).

    Notes
    -----
    Notebook: 08_scorecard
    """
    rest = card[~card["verdict_class"].isin(JUDGED)]
    reasons = rest.groupby("verdict").agg(claims=("published", "size"), example=("where", "first"))
    return reasons.reset_index()


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
    Notebook: 08_scorecard
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
    Notebook: 08_scorecard
    """
    kept = card[["published", "recomputed", "rows", "tolerance", "verdict"]]
    project.write_atomic(project.build_dir(profile) / "scorecard.csv", kept.to_csv())
