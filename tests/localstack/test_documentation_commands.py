"""The commands of README and docs, run as a reader would, in order.

`make test` follows the two pages that a newcomer meets first. `make extensive` follows every page, as `make readme` does.
"""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
PAGES = [] if os.environ.get("EXTENSIVE") else ["README.md", "docs/sandbox.md"]  # without a page, commands.py follows every one


@pytest.mark.timeout(900 if PAGES else 3600)
def test_every_command_of_readme_and_docs_prints_what_the_page_shows() -> None:
    done = subprocess.run([sys.executable, ROOT / "checks" / "commands.py", *PAGES], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    assert done.stdout.count("$ ") > 10
