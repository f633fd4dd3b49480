"""Tables of a build: checked when written and when read, with the key of what they were made of."""

import pandas as pd
import pandera.errors
import pytest

from helpers import profiles, tables


def test_table_is_checked_when_written_and_when_read(project):
    profile = profiles.load_profile("demo")
    row = dict.fromkeys(
        ["study", "participant", "track_id", "artist", "title", "genre"],
        pd.Series([None], dtype="str"),
    )
    table = pd.DataFrame(
        {
            "corpus": ["PMD"],
            "source": ["x"],
            "row": [0],
            "year": pd.array([None], dtype="Int64"),
            **row,
        }
    )
    tables.write_table(profile, "tracks", table, "key")
    assert tables.table_key(profile, "tracks") == "key"
    assert tables.read_table(profile, "tracks").equals(table[table.columns])
    with pytest.raises(pandera.errors.SchemaErrors, match="corpus"):
        tables.write_table(profile, "tracks", table.assign(corpus=None))
    table.drop(columns="genre").to_parquet(tables.table_path(profile, "tracks"))
    with pytest.raises(pandera.errors.SchemaErrors, match="genre"):
        tables.read_table(profile, "tracks")
