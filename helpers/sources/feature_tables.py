"""Tables of audio features that a profile names: in any of four spellings, checked row by row."""

import re

import pandas as pd
import pandera.errors

from helpers.paths import FEATURE_RANGES, ProjectError, schemas

# The order decides: where ReccoBeats' `href` stands beside its `id`, only `href` has Spotify's id.
ID_NAMES = ("trackid", "spotifyid", "trackuri", "href", "uri", "id")
EXPECTED = (f"an id ({', '.join(('track_id', 'Track ID', 'Spotify ID', 'Track URI', 'href'))} or "
            f"id) and {', '.join(FEATURE_RANGES)}")


def _rows(index):
    some = ", ".join(map(str, index[:5]))
    return f"row{'s'[:len(index) > 1]} {some}{f' and {len(index) - 5} more' * (len(index) > 5)}"


def read_table(path):
    """A CSV (UTF-8, all text) or Parquet file, its rows named from 1 as a reader counts them."""
    try:
        table = pd.read_parquet(path) if path.suffix == ".parquet" else pd.read_csv(
            path, dtype=str, keep_default_na=False, encoding="utf-8-sig")
    except ValueError as error:
        raise ProjectError(f"{path} cannot be read ({error}). Save it as CSV in UTF-8, with commas "
                           "between the columns, or as Parquet.") from None
    return table.set_axis(pd.RangeIndex(1, len(table) + 1))


def _spelled(table, path):
    """The id, the nine features and, where there is one, the source, under this book's names."""
    plain = {}
    for name in table.columns:
        plain.setdefault(re.sub(r"[\W_]", "", str(name)).lower(), []).append(name)
    chosen = {feature: plain.get(feature, []) for feature in FEATURE_RANGES}
    chosen["track_id"] = next((plain[name] for name in ID_NAMES if name in plain), [])
    if missing := [name for name, found in chosen.items() if not found]:
        raise ProjectError(f"{path}: no column for {', '.join(missing)}. Found: "
                           f"{', '.join(map(str, table))}. Expected: {EXPECTED}. Rename the "
                           "columns, or export the table with its audio features.")
    chosen |= {"source": plain.get("source", [])}
    for name, found in chosen.items():
        if len(found) > 1:
            raise ProjectError(f"{path}: {' and '.join(map(repr, found))} all stand for {name}. "
                               "Keep one of these columns.")
    names = {found[0]: name for name, found in chosen.items() if found}
    return table.rename(columns=names).reindex(columns=list(chosen))


def numbers(table, path):
    """The nine features of a table as numbers; blank means missing, any other text is an error."""
    out = {}
    for name in FEATURE_RANGES:
        text = table[name].astype("str").str.strip().replace("", None)
        out[name] = pd.to_numeric(text, errors="coerce").astype(float)
        if len(wrong := text.index[out[name].isna() & text.notna()]):
            raise ProjectError(f"{path}, column {name}, {_rows(wrong)}: {text[wrong[0]]!r} is no "
                               "number. Mend it (decimal point, no unit) or leave it blank.")
    return pd.DataFrame(out)


def _check_units(values, path):
    for name, (low, high) in FEATURE_RANGES.items():
        found = values[name].dropna()
        if (low, high) == (0, 1) and found.between(0, 100).all() and found.median() > 1:
            raise ProjectError(f"{path}, column {name}, {_rows(found.index[found > 1])}: the "
                               "values look like percent (0 to 100). Divide the column by 100.")
    loud = values["loudness"].dropna()
    if len(loud) and loud.between(0, 1).all():
        raise ProjectError(f"{path}, column loudness, {_rows(loud.index)}: the values look linear "
                           "(0 to 1). Give Spotify's loudness in dB (about -60 to 0).")


def check_ranges(features, path):
    """A features table that fits its schema, or an error that names column, rows and range."""
    try:
        return schemas()["features"].validate(features, lazy=True)
    except pandera.errors.SchemaErrors as error:
        case = error.failure_cases.iloc[0]
        name, rows = case["column"], error.failure_cases.query("column == @case.column")["index"]
        low, high = FEATURE_RANGES.get(name, ("its", "schema"))
        raise ProjectError(f"{path}, column {name}, {_rows(rows.tolist())}: "
                           f"{case['failure_case']} is not within {low} to {high}. Mend it or "
                           "leave it blank.") from None


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
    table = _spelled(read_table(path), path)
    values = numbers(table, path)
    _check_units(values, path)
    ids = table["track_id"].astype("str").fillna("").str.strip()
    ids = ids.str.replace(r"\?.*$|^.*[/:]", "", regex=True)
    if len(blank := ids.index[ids == ""]):
        raise ProjectError(f"{path}, {_rows(blank)}: no track id. Fill it in or delete the row.")
    sources = table["source"].astype("str").fillna("").str.strip().unique()
    if len(sources) > 1 and not mixed:
        raise ProjectError(f"{path}, column source: {', '.join(map(repr, sources))}. Features of "
                           "different sources are not mixed in one test: keep one source.")
    source = " and ".join(sorted(filter(None, sources))) or path.name
    features = pd.concat([ids, values], axis=1).assign(source=source)
    whole = features.drop_duplicates()
    if len(twice := whole.index[whole["track_id"].duplicated(keep=False)]):
        raise ProjectError(f"{path}, {_rows(twice)}: id {ids[twice[0]]!r} and others stand there "
                           "more than once, with different values. Keep one row a track.")
    if whole.empty:
        raise ProjectError(f"{path} has no rows.")
    checked, asked = check_ranges(whole, path), set(track_ids)
    known = checked[checked["track_id"].isin(asked)].reset_index(drop=True)
    if known.empty:
        raise ProjectError(f"{path}: none of its {len(whole):,} ids is a track of this profile, "
                           f"such as {ids.iloc[0]!r}. Check that the id column is Spotify's.")
    return known, (
        f"Features from {path.name} (source: {source}): {len(known):,} of {len(asked):,} tracks; "
        f"{len(table):,} rows read, {len(table) - len(whole):,} repeated and dropped, "
        f"{len(whole) - len(known):,} of unknown tracks left out.")
