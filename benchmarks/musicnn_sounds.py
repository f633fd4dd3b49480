"""What musicnn's real network makes of chapter 07's four sounds: writes data/musicnn/sounds_SEED.csv.

    python benchmarks/musicnn_sounds.py

Run `python -m helpers weights musicnn` once before. The chapter shows this table where the weights are not at hand; a
test compares it with what the network computes where they are.
"""

import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))
from helpers.embeddings import demonstration, hearing  # noqa: E402
from helpers.profiles import load_profile  # noqa: E402
from helpers.project import shown, write_atomic  # noqa: E402


def main():
    """Compute the table with the seed of the demo, and write it."""
    seed = load_profile("demo").settings.seed
    table = hearing.computed(demonstration.sounds(seed)).round(5)
    path = hearing.table_path(seed)
    write_atomic(path, table.to_csv(lineterminator="\n"))
    print(f"{shown(path)}: {len(table)} outputs of {len(table.columns)} sounds.")


if __name__ == "__main__":
    main()
