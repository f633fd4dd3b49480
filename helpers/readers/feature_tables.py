"""Tables as people have them: columns in any spelling, audio features checked row by row."""

import re

import pandas as pd

from helpers.project import FEATURE_RANGES, ProjectError

# The order decides: where ReccoBeats' `href` stands beside its `id`, only `href` has Spotify's id.
ID_NAMES = ("trackid", "spotifyid", "trackuri", "spotifyuri", "href", "uri", "id")
SPELLINGS = {name: (name,) for name in (*FEATURE_RANGES, "source")} | {"track_id": ID_NAMES}
# A track id within a URI or an address, with or without what an application adds at the end.
TRACK = r"^\S*[:/]tracks?[:/]([^\s:/?]+)(\?\S*)?$"


def _rows(index):
    some = ", ".join(map(str, index[:5]))
    return f"row{'s'[: len(index) > 1]} {some}{f' and {len(index) - 5} more' * (len(index) > 5)}"


def read_table(path):
    """A CSV (UTF-8, all text) or Parquet file, its rows named from 1 as a reader counts them."""
    if not path.is_file():
        raise ProjectError(f"{path}: there is no such file.")
    try:
        if path.suffix == ".parquet":
            return pd.read_parquet(path).reset_index(drop=True).rename(index=lambda row: row + 1)
        # The header is read as a row: pandas would rename what stands twice, and pyarrow refuses
        # rows of another length than the first.
        table = pd.read_csv(path, engine="pyarrow", header=None, dtype=str, keep_default_na=False)
    except ValueError as error:
        raise ProjectError(
            f"{path} cannot be read ({error}). Save it as CSV in UTF-8, with commas "
            "between the columns, or as Parquet."
        ) from None
    return table.iloc[1:].set_axis(table.iloc[0], axis=1)


def spelled(table, path, spellings, optional=()):
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
    plain = [re.sub(r"[\W_]", "", str(name)).lower() for name in table]
    found = {name: next(filter(plain.__contains__, spellings[name]), None) for name in spellings}
    if missing := [name for name in found if not found[name] and name not in optional]:
        raise ProjectError(
            f"{path}: no column for {', '.join(missing)}. Found: "
            f"{', '.join(str(name) or '(unnamed)' for name in table)}. Expected, in capitals or "
            f"not: {'; '.join(' or '.join(spellings[name]) for name in missing)}. Rename the "
            "columns, or get a file that has them."
        )
    for name, spelt in found.items():
        if plain.count(spelt) > 1:
            twice = [repr(column) for column, other in zip(table, plain) if other == spelt]
            raise ProjectError(
                f"{path}: {' and '.join(twice)} all stand for {name}. Keep one of these columns."
            )
    text = pd.DataFrame(
        {
            name: table.iloc[:, plain.index(spelt)] if spelt else None
            for name, spelt in found.items()
        },
        table.index,
        dtype="str",
    )
    text = text.apply(lambda column: column.str.strip()).replace("", None)
    text["track_id"] = text["track_id"].str.replace(TRACK, r"\1", regex=True)
    text = text[~text["track_id"].str.contains("[:/]episode[:/]", na=False)].copy()
    if text.empty:
        raise ProjectError(f"{path} has no rows of tracks.")
    return text


def numbers(table, path):
    """The nine features of a table from `spelled` as numbers, in Spotify's units and ranges.

    Raises
    ------
    ProjectError
        For text in place of a number, another unit, or a value out of range.
    """
    out = table[list(FEATURE_RANGES)].apply(pd.to_numeric, errors="coerce").astype(float)
    for name, (low, high) in FEATURE_RANGES.items():
        values, known = out[name], out[name].dropna()
        percent = (low, high) == (0, 1) and known.median() > 1 and known.between(0, 100).all()
        linear = name == "loudness" and known.between(0, 1).all()
        for wrong, said in (
            (
                table[name].notna() & values.isna(),
                "{!r} is no number. Mend it (decimal point, no unit) or leave it blank.",
            ),
            (
                percent & (values > 1),
                "the values look like percent (0 to 100). Divide the column by 100.",
            ),
            (
                linear & values.notna(),
                "the values look linear (0 to 1). Give Spotify's loudness in dB (about -60 to 0).",
            ),
            (
                (values < low) | (values > high),
                f"{{!r}} is not within {low} to {high}. Mend it or leave it blank.",
            ),
        ):
            if len(rows := out.index[wrong]):
                raise ProjectError(
                    f"{path}, column {name}, {_rows(rows)}: {said.format(table.at[rows[0], name])}"
                )
    return out


def read_features(path, track_ids, mixed=False):
    """Read a table of audio features and check it.

    Parameters
    ----------
    path : Path
        CSV (UTF-8) or Parquet with an id and the nine features, spelled as by Spotify, the study's
        authors, ReccoBeats or Exportify. Ids may be URIs or addresses. Blank values are missing.
    track_ids : iterable of str
        The tracks of the corpora. Rows of other tracks are left out and counted.
    mixed : bool
        Whether the profile allows values of several sources in one table.

    Returns
    -------
    DataFrame
        The `features` table, one row a track; `source` is the table's own or the file's name.
    str
        One line: how many of the tracks were found, how many rows were read, how many were dropped
        as repeats (same id, same values), how many ids are unknown and were left out.

    Raises
    ------
    ProjectError
        For a missing column, text in place of numbers, values out of range or in another
        unit, a blank id, one id with different values, several sources, or no known id at all.

    Notes
    -----
    Notebook: 02_audio_features
    """
    table = spelled(read_table(path), path, SPELLINGS, ["source"])
    if len(blank := table.index[table["track_id"].isna()]):
        raise ProjectError(f"{path}, {_rows(blank)}: no track id. Fill it in or delete the row.")
    sources = table["source"].fillna("").unique()
    if len(sources) > 1 and not mixed:
        raise ProjectError(
            f"{path}, column source: {', '.join(map(repr, sources))}. Features of "
            "different sources are not mixed in one test: keep one source."
        )
    source = " and ".join(sorted(filter(None, sources))) or path.name
    features = table[["track_id"]].join(numbers(table, path)).assign(source=source)
    whole = features.drop_duplicates()
    ids, asked = whole["track_id"], set(track_ids)
    if len(twice := ids.index[ids.duplicated(keep=False)]):
        raise ProjectError(
            f"{path}, {_rows(twice)}: id {ids[twice[0]]!r} and others stand there "
            "more than once, with different values. Keep one row a track."
        )
    known = whole[ids.isin(asked)].reset_index(drop=True)
    if known.empty:
        raise ProjectError(
            f"{path}: none of its {len(whole):,} ids is a track of this profile, "
            f"such as {ids.iloc[0]!r}. Check that the id column is Spotify's."
        )
    return known, (
        f"Features from {path.name} (source: {source}): {len(known):,} of {len(asked):,} tracks; "
        f"{len(table):,} rows read, {len(table) - len(whole):,} repeated and dropped, "
        f"{len(whole) - len(known):,} of unknown tracks left out."
    )
