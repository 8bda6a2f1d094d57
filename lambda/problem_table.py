"""Write the handler's table of problems to where it is needed again: API Gateway's documents and docs/errors.md.

Usage: python lambda/problem_table.py
"""

from __future__ import annotations

import json
import re
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
GATEWAY = ROOT / "modules/api/handler_problems.json"
PAGE = ROOT / "docs/errors.md"

sys.path.insert(0, str(ROOT / "lambda" / "src"))

from prediction_api.problems import CODES  # noqa: E402


def gateway_document() -> str:
    """Return the table as JSON, for the OpenAPI document."""
    listed = [{"code": code} | definition._asdict() for code, definition in CODES.items()]
    return json.dumps(listed, indent=2) + "\n"


def page(text: str) -> str:
    """Return the page with the row of every code replaced. Raises KeyError for a row whose code is unknown."""
    return re.sub(r"^\| `(\w+)` \| \d+ \|.*$", lambda row: _row(row[1]), text, flags=re.MULTILINE)


def _row(code: str) -> str:
    definition = CODES[code]
    again, after = "yes" if definition.retryable else "no", f"{definition.retry_after} s" if definition.retry_after else ""
    return f"| `{code}` | {definition.status} | {again} | {after} | {definition.detail} |"


if __name__ == "__main__":
    GATEWAY.write_text(gateway_document(), encoding="utf-8")
    PAGE.write_text(page(PAGE.read_text(encoding="utf-8")), encoding="utf-8")
