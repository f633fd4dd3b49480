"""Tables as people have them: columns in any spelling, audio features checked row by row."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from pathlib import Path

import pandas as pd

from helpers.project import FEATURE_RANGES, FEATURES, ProjectError, by_number, shortened
from helpers.readers import cells, columns, dialects

# The order decides: where ReccoBeats' `href` stands beside its `id`, only `href` has Spotify's id.
SPELLINGS: dict[str, Sequence[str]] = {
    name: list(columns.spellings().get(name, [name])) for name in (*FEATURES, "source", "track_id")
}
SHOWN_ROWS = 5


def named_rows(index: pd.Index) -> str:
    """Rows as a message names them: a few of them, and how many more there are.

    Parameters
    ----------
    index : Index
        Numbers of rows.

    Returns
    -------
    str

    Notes
    -----
    Notebook: 02_audio_features
    """
    return f"{by_number(len(index), 'row', 'rows')} {shortened(index, SHOWN_ROWS)}"


def read_table(path: Path) -> pd.DataFrame:
    """A CSV or Parquet file that others publish, its rows named from 1 as a reader counts them.

    Nothing is mended here: `dialects.read` takes the lists that people have.

    Parameters
    ----------
    path : Path
        CSV in UTF-8 with commas, or Parquet.

    Returns
    -------
    DataFrame
        Of a CSV, all columns as text, blank where blank; a column name may stand twice.

    Raises
    ------
    ProjectError
        If there is no such file, or it is neither.
    """
    if not path.is_file():
        raise ProjectError(f"{path}: there is no such file.")
    try:
        if path.suffix == ".parquet":
            table = pd.read_parquet(path).reset_index(drop=True)
            return table.rename(index=lambda row: row + 1)
        # The header is read as a row: pandas would rename what stands twice, and pyarrow refuses
        # rows of another length than the first.
        rows = pd.read_csv(path, engine="pyarrow", header=None, dtype=str, keep_default_na=False)
    except ValueError as error:
        raise ProjectError(
            f"{path} cannot be read ({error}). Save it as CSV in UTF-8, with commas "
            "between the columns, or as Parquet."
        ) from None
    return rows.iloc[1:].set_axis(rows.iloc[0], axis=1)


def spelled(
    table: pd.DataFrame,
    path: Path | str,
    spellings: Mapping[str, Sequence[str]],
    optional: Collection[str] = (),
) -> pd.DataFrame:
    """Columns of a table under this book's names.

    Parameters
    ----------
    table : DataFrame
        From `read_table`.
    path : Path or str
        For the errors.
    spellings : mapping of str to sequence of str
        By name, track_id among them: letters and digits of the columns that stand for it, in lower
        case, in the order of preference.
    optional : collection of str
        Names that the table may lack.

    Returns
    -------
    DataFrame
        A column of text a name, without spaces at either end, blank ones missing. Track ids stand
        without what a URI or address puts around them, other ids as they are; episodes of podcasts
        are left out.

    Raises
    ------
    ProjectError
        Where a column is lacking or stands twice, or there are no rows.
    """
    places = _places(table, path, spellings, optional)
    columns = {name: None if at is None else table.iloc[:, at] for name, at in places.items()}
    text = pd.DataFrame(columns, table.index, dtype="str")
    text = text.apply(lambda column: column.str.strip()).replace("", None)
    episodes = text["track_id"].str.contains(cells.EPISODE, na=False)
    text["track_id"] = text["track_id"].map(cells.bare_id, na_action="ignore").astype("str")
    text = text[~episodes].copy()
    if text.empty:
        raise ProjectError(f"{path} has no rows of tracks.")
    return text


def _places(
    table: pd.DataFrame,
    path: Path | str,
    spellings: Mapping[str, Sequence[str]],
    optional: Collection[str],
) -> dict[str, int | None]:
    """By name, the place of the column that stands for it; `None` where no column does."""
    plain = [columns.plain(name) for name in table]
    places: dict[str, int | None] = {}
    missing = []
    for name, variants in spellings.items():
        found = [variant for variant in variants if variant in plain]
        if not found:
            places[name] = None
            if name not in optional:
                missing.append(name)
            continue
        same = [at for at, column in enumerate(plain) if column == found[0]]
        if len(same) > 1:
            twice = " and ".join(repr(table.columns[at]) for at in same)
            raise ProjectError(f"{path}: {twice} all stand for {name}. Keep one of these columns.")
        places[name] = same[0]
    if missing:
        there = ", ".join(str(name) or "(unnamed)" for name in table)
        expected = "; ".join(" or ".join(list(spellings[name])[:SHOWN_ROWS]) for name in missing)
        raise ProjectError(
            f"{path}: no column for {', '.join(missing)}. Found: {there}. Expected, in capitals or "
            f"not: {expected}. Rename the columns, or get a file that has them."
        )
    return places


def numbers(table: pd.DataFrame, path: Path | str) -> pd.DataFrame:
    """The nine features of a table from `spelled` as numbers, in Spotify's units and ranges.

    Parameters
    ----------
    table : DataFrame
        The features as text, missing where blank; rows as a reader counts them.
    path : Path or str
        For the errors.

    Returns
    -------
    DataFrame
        The features as float64, in Spotify's units.

    Raises
    ------
    ProjectError
        For text in place of a number, another unit, or a value out of range.
    """
    values = table[FEATURES].apply(pd.to_numeric, errors="coerce").astype(float)
    for name in FEATURES:
        _check_feature(name, table[name], values[name], f"{path}, column {name}")
    return values


def _check_feature(name: str, text: pd.Series, values: pd.Series, where: str) -> None:
    """Refuse a column of one feature with the rows at fault and the next step."""
    low, high = FEATURE_RANGES[name]
    known = values.dropna()
    no_number = values.index[text.notna() & values.isna()]
    if len(no_number):
        raise ProjectError(
            f"{where}, {named_rows(no_number)}: {text[no_number[0]]!r} is no number. Mend it (decimal "
            "point, no unit) or leave it blank."
        )
    is_share = (low, high) == (0, 1)
    if is_share and known.median() > 1 and known.between(0, 100).all():
        raise ProjectError(
            f"{where}, {named_rows(values.index[values > 1])}: the values look like percent (0 to "
            "100). Divide the column by 100."
        )
    if name == "loudness" and len(known) and known.between(0, 1).all():
        raise ProjectError(
            f"{where}, {named_rows(known.index)}: the values look linear (0 to 1). Give Spotify's "
            "loudness in dB (about -60 to 0)."
        )
    outside = values.index[(values < low) | (values > high)]
    if len(outside):
        raise ProjectError(
            f"{where}, {named_rows(outside)}: {text[outside[0]]!r} is not within {low} to {high}. "
            "Mend it or leave it blank."
        )


def usable_numbers(table: pd.DataFrame) -> tuple[pd.DataFrame, list[str]]:
    """The nine features of a list as numbers; what cannot be used is missing, and counted.

    Parameters
    ----------
    table : DataFrame
        The features as text, missing where blank.

    Returns
    -------
    DataFrame
        As `numbers`; shares that are written as percent are divided by 100.
    list of str
        What is said of it.

    Notes
    -----
    Notebook: 02_audio_features
    """
    text = table[FEATURES].apply(_with_points)
    values = text.apply(pd.to_numeric, errors="coerce").astype(float)
    said = []
    shares = [name for name in FEATURES if FEATURE_RANGES[name] == (0, 1)]
    known = values[shares].stack()
    if len(known) and known.median() > 1 and known.between(0, 100).all():
        values[shares] = values[shares] / 100
        said.append("features in percent divided by 100")
    within = values.apply(lambda column: column.between(*FEATURE_RANGES[column.name]))
    wrong = text.notna() & ~within
    if wrong.any(axis=None):
        said.append(f"{int(wrong.any(axis=1).sum()):,} rows with an impossible feature left out")
        # Half of a record that is wrong elsewhere is no evidence either.
        values[wrong.any(axis=1)] = None
    return values, said


def _with_points(column: pd.Series) -> pd.Series:
    """Numbers of a spreadsheet with decimal commas, with points."""
    return column.str.replace(r"^([-+]?\d+),(\d+)$", r"\1.\2", regex=True)


def read_features(
    path: Path, track_ids: Iterable[str], mixed: bool = False
) -> tuple[pd.DataFrame, str]:
    """Read a table of audio features and check it.

    Parameters
    ----------
    path : Path
        Any file that `dialects.read` reads, with an id and the nine features, spelled as by
        Spotify, the study's authors, ReccoBeats or an export. Ids may be URIs or addresses. Cells
        that say that they are missing are.
    track_ids : iterable of str
        The tracks of the corpora. Rows of other tracks are left out and counted.
    mixed : bool
        Whether the profile allows values of several sources in one table.

    Returns
    -------
    DataFrame
        The `features` table, one row a track; `source` is the table's own or the file's name.
    str
        One line: how many of the tracks were found, how many rows were read, how many have no id,
        how many were dropped as repeats (same id, same values), how many ids are unknown and were
        left out.

    Raises
    ------
    ProjectError
        For a missing column, text in place of numbers, values out of range or in another
        unit, one id with different values, several sources, or no known id at all.

    Notes
    -----
    Notebook: 02_audio_features
    """
    text = spelled(dialects.read(path), path, SPELLINGS, ["source"]).apply(cells.known)
    table = text.assign(**text[FEATURES].apply(_with_points)).dropna(subset="track_id")
    if table.empty:
        raise ProjectError(f"{path}: no row has a track id. Fill them in.")
    source = _common_source(table["source"], path, mixed)
    features = table[["track_id"]].join(numbers(table, path)).assign(source=source)
    whole = features.drop_duplicates()
    ids = whole["track_id"]
    twice = ids.index[ids.duplicated(keep=False)]
    if len(twice):
        raise ProjectError(
            f"{path}, {named_rows(twice)}: id {ids[twice[0]]!r} and others stand there "
            "more than once, with different values. Keep one row a track."
        )
    asked = set(track_ids)
    known = whole[ids.isin(asked)].reset_index(drop=True)
    if known.empty:
        raise ProjectError(
            f"{path}: none of its {len(whole):,} ids is a track of this profile, "
            f"such as {ids.iloc[0]!r}. Check that the id column is Spotify's."
        )
    summary = (
        f"Features from {path.name} (source: {source}): {len(known):,} of {len(asked):,} tracks; "
        f"{len(text):,} rows read, {len(text) - len(table):,} without an id, "
        f"{len(table) - len(whole):,} repeated and dropped, "
        f"{len(whole) - len(known):,} of unknown tracks left out."
    )
    return known, summary


def together(found: Sequence[pd.DataFrame]) -> tuple[pd.DataFrame, str | None]:
    """Several tables of features as one: of a track in several the first values.

    Parameters
    ----------
    found : sequence of DataFrame
        From `read_features`.

    Returns
    -------
    DataFrame
        One row a track.
    str or None
        How many tracks stand in several tables with other values, if any do.

    Notes
    -----
    Notebook: 02_audio_features
    """
    rows = pd.concat(found, ignore_index=True)
    first = rows.drop_duplicates("track_id", ignore_index=True)
    distinct = rows.drop_duplicates(["track_id", *FEATURES])
    again = len(distinct) - len(first)
    if again:
        return (
            first,
            f"{again:,} tracks stand in several tables with other values; the first are kept.",
        )
    return first, None


def _common_source(column: pd.Series, path: Path, mixed: bool) -> str:
    """The source of all values of a table: what its rows say, else the name of its file."""
    sources = column.fillna("").unique()
    if len(sources) > 1 and not mixed:
        listed = ", ".join(repr(source) for source in sources)
        raise ProjectError(
            f"{path}, column source: {listed}. Features of "
            "different sources are not mixed in one test: keep one source."
        )
    named = sorted(source for source in sources if source)
    return " and ".join(named) or path.name
