"""The tests in tests/data_science, in the environment that has pandas and scikit-learn.

Where these are installed, every import of XGBoost imports them as well, which would cost seconds in the sandbox and in other tests.
"""

from __future__ import annotations

import os
import subprocess
from pathlib import Path

TREE = Path(__file__).resolve().parents[2]
PYTHON = TREE / ".venv-clients" / "bin" / "python"


def test_drafts_and_encoded_data_are_the_models() -> None:
    options = ["-q", "--noconftest", "-p", "no:cacheprovider", "-W", "ignore", TREE / "tests" / "data_science"]
    # threads that wait for each other make XGBoost slow on cores that other tests use
    environment = os.environ | {"OMP_NUM_THREADS": "1"}
    done = subprocess.run([PYTHON, "-m", "pytest", *options], cwd=TREE, env=environment, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout[-4000:] + done.stderr[-4000:]
    assert " passed" in done.stdout
