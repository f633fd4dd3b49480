"""What a chapter defines, run from where it is explained; for tests and benchmarks."""

import ast
import json
from pathlib import Path
from types import SimpleNamespace

ROOT = Path(__file__).resolve().parent.parent


def from_notebook(name):
    """The functions that a notebook defines, its constants in capitals, and the imports they use."""
    cells = json.loads((ROOT / "notebooks" / f"{name}.ipynb").read_text(encoding="utf-8"))["cells"]
    nodes = [
        node
        for cell in cells
        if cell["cell_type"] == "code"
        for node in ast.parse("".join(cell["source"])).body
    ]
    kept = [
        n
        for n in nodes
        if isinstance(n, ast.FunctionDef)
        or isinstance(n, ast.Assign)
        and getattr(n.targets[0], "id", "").isupper()
    ]
    used = {n.id for node in kept for n in ast.walk(node) if isinstance(n, ast.Name)}
    imports = [n for n in nodes if isinstance(n, ast.Import | ast.ImportFrom)]
    for node in imports:
        # Plotting libraries take longer to load than a benchmark may run.
        node.names = [a for a in node.names if (a.asname or a.name.split(".")[0]) in used]
    kept = [node for node in imports if node.names] + kept
    exec(compile(ast.Module(kept, []), name, "exec"), space := {})
    return SimpleNamespace(**space)
