"""Writes the table of rules into docs/compliance.md, or checks that it is current.

python checks/compliance.py            write it
python checks/compliance.py --check    change nothing; exit 1 if it is out of date
"""

from __future__ import annotations

import sys
from pathlib import Path

TREE = Path(__file__).resolve().parents[1]
PAGE = TREE / "docs/compliance.md"
BEGIN, END = "<!-- BEGIN TABLE -->", "<!-- END TABLE -->"
HEAD = "| scenario | profile | passes if | Security Hub | checkov | NIST 800-53 |\n| --- | --- | --- | --- | --- | --- |\n"

sys.path.insert(0, str(TREE / "compliance"))

from compliance_rules.table import TABLE  # noqa: E402


def page(text: str) -> str:
    """Return the page with its table replaced."""
    rows = "".join(
        f"| {entry.scenario} | {entry.profile} | {entry.requirement} | {entry.security_hub} | {entry.checkov} | {entry.nist} |\n"
        for entry in TABLE
    )
    before, _, rest = text.partition(f"{BEGIN}\n")
    return f"{before}{BEGIN}\n\n{HEAD}{rows}\n{END}{rest.partition(END)[2]}"


def main() -> None:
    """Write the page, or with --check only compare it."""
    current = PAGE.read_text(encoding="utf-8")
    wanted = page(current)
    if wanted != current:
        if "--check" in sys.argv:
            sys.exit("docs/compliance.md is out of date: run make docs")
        PAGE.write_text(wanted, encoding="utf-8")


if __name__ == "__main__":
    main()
