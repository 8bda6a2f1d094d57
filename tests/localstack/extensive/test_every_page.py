"""The commands of README and all pages, run as a reader would, in order, as `make readme` does."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[3]


@pytest.mark.timeout(3600)
def test_every_command_of_readme_and_docs_prints_what_the_page_shows() -> None:
    done = subprocess.run([sys.executable, ROOT / "checks/commands.py"], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    assert done.stdout.count("$ ") > 100
