"""The fenced blocks of the documentation, by page and line."""

from __future__ import annotations

import re
from pathlib import Path

TREE = Path(__file__).resolve().parents[1]
PAGES = sorted(
    [*TREE.glob("*.md"), *(page for folder in ("docs", "examples", "modules", "tests") for page in TREE.glob(f"{folder}/**/*.md"))]
)


def blocks(language: str) -> dict[str, str]:
    """Return the blocks that are fenced with a language."""
    fenced = re.compile(rf"^```{language}\n(.*?)^```$", re.MULTILINE | re.DOTALL)
    found = {}
    for page in PAGES:
        text = page.read_text(encoding="utf-8")
        for block in fenced.finditer(text):
            line = text.count("\n", 0, block.start()) + 1
            found[f"{page.relative_to(TREE)}:{line}"] = block[1]
    return found
