"""The notebook of the bike rental example, up to the deployment; tests/localstack runs all of it."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

from notebooks import program

EXAMPLE = Path(__file__).resolve().parents[2] / "examples" / "bikeshare"
NOTEBOOK = EXAMPLE / "bike_rental.ipynb"


def test_the_notebook_drafts_trains_and_checks(tmp_path: Path) -> None:
    shutil.copy(EXAMPLE / "contract.yaml", tmp_path)
    shutil.copytree(EXAMPLE / "data", tmp_path / "data")
    code = program(NOTEBOOK, without="deploy")
    # threads that wait for each other make XGBoost slow on cores that other tests use
    environment = os.environ | {"OMP_NUM_THREADS": "1"}
    done = subprocess.run([sys.executable, "-c", code], cwd=tmp_path, env=environment, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    assert "contract.yaml: no problems" in done.stdout


def test_the_notebook_is_committed_without_output() -> None:
    cells = [cell for cell in json.loads(NOTEBOOK.read_text())["cells"] if cell["cell_type"] == "code"]
    assert [cell["outputs"] or cell["execution_count"] for cell in cells] == [[] or None] * len(cells)
