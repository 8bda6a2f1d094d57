"""The bikeshare example in the sandbox: its demo, its clients and its model."""

from __future__ import annotations

import http.client
import json
import math
import subprocess
import sys
import tarfile
import urllib.parse
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple, Self

import numpy as np
import xgboost as xgb

if TYPE_CHECKING:
    from collections.abc import Callable

    from sagemaker_sandbox.host.control import Sandbox

    type RootModule = Any  # defined in conftest.py

TOLERANCE = 1e-6

OBSERVATIONS = [
    ["2012-12-19 17:00:00", 4, 0, 1, 1, 16.4, 20.455, 50, 26.0027],
    ["2012-12-19 18:00:00", 4, 0, 1, 1, 15.58, 19.695, 50, 23.9994],
    ["2012-12-10 01:00:00", 4, 0, 1, 2, 14.76, 18.94, 100, 0],
]
COLUMNS = [
    [4, 0, 1, 1, 16.4, 20.455, 50, 26.0027, 2012, 12, 19, 2, 17],
    [4, 0, 1, 1, 15.58, 19.695, 50, 23.9994, 2012, 12, 19, 2, 18],
    [4, 0, 1, 2, 14.76, 18.94, 100, 0, 2012, 12, 10, 0, 1],
]


class Answer(NamedTuple):
    """An HTTP answer."""

    status: int
    document: Any


@dataclass
class Example:
    """The example: its root module in a copy of the repository, and the sandbox."""

    module: RootModule
    sandbox: Sandbox

    @classmethod
    def copied(cls, terraform: Callable[..., RootModule], sandbox: Sandbox) -> Self:
        """Copy the repository; the demo in the copy uses the tests' sandbox as its own."""
        example = cls(terraform("examples/bikeshare"), sandbox)
        (example.tree / ".sandbox").symlink_to(sandbox.root)
        return example

    @property
    def tree(self) -> Path:
        return Path(self.module.folder).parents[1]

    @cached_property
    def outputs(self) -> dict[str, Any]:
        """The outputs when they are first read; later updates keep those of the API and the endpoint."""
        found: dict[str, Any] = self.module.outputs()
        return found

    @property
    def artifact(self) -> Path:
        """The model that the demo has trained last."""
        return Path(self.module.folder) / ".build" / "model.tar.gz"

    def demo(self, **variables: str) -> str:
        return self.run(sys.executable, "examples/bikeshare/demo.py", **variables)

    def run(self, *command: str | Path, **variables: str) -> str:
        module = self.module
        environment = module.environment | module.provider.variables(module.folder) | variables
        done = subprocess.run(command, cwd=self.tree, env=environment, capture_output=True, text=True, check=False)
        assert done.returncode == 0, done.stdout + done.stderr
        return done.stdout

    def post(self, body: str, key: str | None = None) -> Answer:
        path = f"/_aws/execute-api/{self.outputs['rest_api_id']}/{self.outputs['stage_name']}/predictions"
        return post(f"{self.sandbox.url}{path}", {"x-api-key": self.outputs["api_key"] if key is None else key}, body)

    def reached(self) -> int:
        connection = http.client.HTTPConnection("127.0.0.1", self.sandbox.port, timeout=30)
        connection.request("GET", f"/_sandbox/endpoints/{self.outputs['endpoint_name']}/invocations")
        return int(json.load(connection.getresponse())["count"])


def post(url: str, headers: dict[str, str], body: str) -> Answer:
    parts = urllib.parse.urlsplit(url)
    connection = http.client.HTTPConnection(parts.hostname or "", parts.port, timeout=60)
    headers = {"Content-Type": "application/json"} | {name: value for name, value in headers.items() if value}
    connection.request("POST", parts.path, body, headers)
    answer = connection.getresponse()
    return Answer(answer.status, json.loads(answer.read()))


def request(*observations: list[Any]) -> str:
    return json.dumps({"instances": [{"features": observation} for observation in observations or OBSERVATIONS]})


def ask_booster(artifact: Path) -> list[float]:
    """Load the booster itself and predict from the columns."""
    with tarfile.open(artifact) as archive:
        member = archive.extractfile("xgboost-model")
        assert member
        booster = xgb.Booster(model_file=bytearray(member.read()))
    return [math.expm1(float(value)) for value in booster.predict(xgb.DMatrix(np.array(COLUMNS, dtype=np.float32)))]


def predictions_in(printed: str) -> list[float]:
    return [float(line.split()[0]) for line in printed.splitlines() if " bikes for " in line]
