"""The commands of README and docs, run as a reader would, in order.

`make test` leaves out the pages that take long. `make extensive` follows every page, those of the examples as well, as `make readme` does.
"""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
LONG = {"docs/calling.md", "docs/compliance.md", "docs/predict.md"}
QUICK = ["README.md", *sorted({path.relative_to(ROOT).as_posix() for path in ROOT.glob("docs/*.md")} - LONG)]
PAGES = [] if os.environ.get("EXTENSIVE") else QUICK  # without a page, commands.py follows every one


@pytest.mark.timeout(900 if PAGES else 3600)
def test_every_command_of_readme_and_docs_prints_what_the_page_shows() -> None:
    done = subprocess.run([sys.executable, ROOT / "checks" / "commands.py", *PAGES], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    assert done.stdout.count("$ ") > 10
