"""The commands of the two pages that a newcomer meets first, run as a reader would, in order; ``extensive/test_every_page.py`` runs all."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]


@pytest.mark.timeout(900)
def test_every_command_of_the_first_pages_prints_what_the_page_shows() -> None:
    command = [sys.executable, ROOT / "checks/commands.py", "README.md", "docs/sandbox.md"]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    assert done.stdout.count("$ ") > 10
