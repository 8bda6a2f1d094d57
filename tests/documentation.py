"""The fenced blocks of the documentation, by page and line."""

from __future__ import annotations

import re
import shutil
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


def pasted(name: str, block: str, tree: Path) -> str:
    """Write a block as a root module in a copy of the tree, with the example's contract; return its folder in the copy."""
    published = r'"[^"]*terraform-aws-sagemaker-api[^"/]*(?P<below>//[^"?]*)?(?:\?[^"]*)?"'
    folder = f"documentation/{re.sub(r'\W', '-', name)}"
    (tree / folder).mkdir(parents=True)
    text = re.sub(rf"(source\s*=\s*){published}", r'\1"../..\g<below>"', block)
    (tree / folder / "main.tf").write_text(text, encoding="utf-8")
    shutil.copy(TREE / "examples/bikeshare/contract.yaml", tree / folder)
    return folder
