"""The pages that a newcomer meets first, followed in a clone with nothing installed, from the first command."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[3]


@pytest.mark.timeout(900)
@pytest.mark.parametrize("page", ["README.md", "docs/tutorial/README.md"])
def test_a_newcomer_has_a_prediction_five_minutes_after_cloning(page: str) -> None:
    command = [sys.executable, ROOT / "checks" / "commands.py", "--fresh", page]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    predicted = re.search(r'\$ curl [\s\S]*?/predictions"\n *([0-9.]+) s ', done.stdout)  # when the next command begins
    assert predicted
    assert float(predicted[1]) < 5 * 60
