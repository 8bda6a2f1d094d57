"""Write the tables of problems to where they are needed again.

The handler's table goes to API Gateway's documents and docs/errors.md, its codes to the check of alarms on them, the gateway's own table
to docs/errors.md.

Usage: python lambda/problem_table.py [--check]
"""

from __future__ import annotations

import json
import re
import sys
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[1]
GATEWAY = ROOT / "modules/api/handler_problems.json"
ALARM_CODES = ROOT / "modules/serving/problem_codes.json"
GATEWAY_PROBLEMS = ROOT / "modules/api/gateway_problems.json"
PAGE = ROOT / "docs/errors.md"
BEGIN, END = "<!-- BEGIN TABLE -->", "<!-- END TABLE -->"

sys.path.insert(0, str(ROOT / "lambda" / "src"))

from prediction_api.problems import CODES  # noqa: E402


def gateway_document() -> str:
    """Return the table as JSON, for the OpenAPI document."""
    members = ("status", "retryable", "retry_after", "detail")
    listed = [{"code": code} | {name: getattr(definition, name) for name in members} for code, definition in CODES.items()]
    return json.dumps(listed, indent=2) + "\n"


def page(text: str) -> str:
    """Return the page with the row of every code and the gateway's table replaced. Raises KeyError for an unknown code."""
    rows = re.sub(r"^\| `(\w+)` \| \d+ \|.*$", lambda row: _row(row[1]), text, flags=re.MULTILINE)
    before, _, rest = rows.partition(f"{BEGIN}\n")
    return f"{before}{BEGIN}\n\n{_gateway_table()}\n{END}{rest.partition(END)[2]}"


def _gateway_table() -> str:
    problems = json.loads(GATEWAY_PROBLEMS.read_text(encoding="utf-8"))
    head = "| type | code | status | retry | Retry-After | meaning |\n|---|---|---|---|---|---|\n"
    return head + "".join(_gateway_row(problem) + "\n" for problem in problems)


def _gateway_row(problem: dict[str, Any]) -> str:
    status = problem.get("status", "")
    again = {True: "yes", False: "no", None: ""}[problem.get("retryable")]
    after = f"{problem['retry_after']} s" if "retry_after" in problem else ""
    return f"| `{problem['type']}` | `{problem['code']}` | {status} | {again} | {after} | {problem['detail']} |"


def _row(code: str) -> str:
    definition = CODES[code]
    again, after = "yes" if definition.retryable else "no", f"{definition.retry_after} s" if definition.retry_after else ""
    return f"| `{code}` | {definition.status} | {again} | {after} | {definition.detail} |"


def main() -> None:
    """Write the files, or with --check only compare them."""
    codes = json.dumps(sorted(CODES), indent=2) + "\n"
    files = {GATEWAY: gateway_document(), ALARM_CODES: codes, PAGE: page(PAGE.read_text(encoding="utf-8"))}
    outdated = {path: text for path, text in files.items() if not path.exists() or path.read_text(encoding="utf-8") != text}
    if "--check" in sys.argv and outdated:
        sys.exit("\n".join(f"{path.relative_to(ROOT)} is out of date: run make problems" for path in outdated))
    for path, text in outdated.items():
        path.write_text(text, encoding="utf-8")


if __name__ == "__main__":
    main()
