"""The code of a Jupyter notebook as a program, so that a test can run it without Jupyter."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pathlib import Path


def program(notebook: Path, *, without: str = "") -> str:
    """Return the code cells in order, without those that have a tag. The last expression of a cell is evaluated, as Jupyter does."""
    cells = [cell for cell in json.loads(notebook.read_text(encoding="utf-8"))["cells"] if cell["cell_type"] == "code"]
    return "\n\n".join("".join(cell["source"]) for cell in cells if without not in cell["metadata"].get("tags", []))
