"""sagemaker-api contract check."""

from __future__ import annotations

from pathlib import Path

import pytest
from prediction_tools.cli import app
from typer.testing import CliRunner

TREE = Path(__file__).resolve().parents[2]
EXAMPLES = sorted(TREE.glob("examples/*/contract.yaml"))


@pytest.mark.parametrize("path", EXAMPLES, ids=lambda path: path.parent.name)
def test_the_contract_of_every_example_has_no_problems(path: Path) -> None:
    done = CliRunner().invoke(app, ["contract", "check", str(path)])
    assert done.exit_code == 0, done.output
