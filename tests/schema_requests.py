"""Requests that schemathesis generates from an API's own document."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from deployments import Deployment

# API Gateway's ANY does not include TRACE
METHODS = '[phases.coverage]\nunexpected-methods = ["DELETE", "GET", "OPTIONS", "PATCH", "POST", "PUT"]\n'


def requests_without_a_finding(deployment: Deployment, folder: Path, examples: int) -> int:
    """Send the requests of all phases, up to ``examples`` random ones for each operation; fail with a finding, or return their number."""
    (folder / "openapi.json").write_text(deployment.send("GET", "/openapi.json").text)
    (folder / "schemathesis.toml").write_text(METHODS)
    stage = f"_aws/execute-api/{deployment.outputs['rest_api_id']}/{deployment.outputs['stage_name']}"
    done = subprocess.run(
        [
            *(Path(sys.executable).with_name("schemathesis"), "--config-file=schemathesis.toml", "run", "openapi.json"),
            *(f"--url={deployment.sandbox.url}/{stage}", f"--header=x-api-key:{deployment.outputs['api_key']}"),
            *("--checks=all", "--phases=examples,coverage,fuzzing", f"--max-examples={examples}", "--seed=1"),
            *("--no-color", "--report=json", "--report-json-path=report.json"),
        ],
        cwd=folder,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return int(json.loads((folder / "report.json").read_text())["test_cases"]["generated"])
