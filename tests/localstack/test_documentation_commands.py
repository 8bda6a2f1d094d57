"""The commands of README and docs, run as a reader would, in order. `make readme` follows the examples' pages as well."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
PAGES = ["README.md", *sorted(path.relative_to(ROOT).as_posix() for path in ROOT.glob("docs/*.md"))]


@pytest.mark.timeout(900)
def test_every_command_of_readme_and_docs_prints_what_the_page_shows() -> None:
    done = subprocess.run([sys.executable, ROOT / "checks" / "commands.py", *PAGES], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    assert done.stdout.count("$ ") > 10
