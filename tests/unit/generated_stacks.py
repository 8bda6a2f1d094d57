"""The handlers of several contracts, as Lambda loads them, in front of their boosters.

Everything between an event and the model is real: botocore over HTTP, and the sandbox's XGBoost container.
"""

from __future__ import annotations

import importlib
import json
import math
import os
import random
import sys
import threading
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

import numpy as np
import reference
import xgboost
from generated_contracts import contract, row
from prediction_tools import contract_file
from sagemaker_sandbox.containers.base import Request
from sagemaker_sandbox.containers.xgboost.ensemble import Ensemble
from sagemaker_sandbox.containers.xgboost.release import RELEASES
from sagemaker_sandbox.containers.xgboost.server import XGBoostContainer
from serving import LIMITS, ROOT, Call, Endpoint, Handler, Reply, Server, error, pack

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from generated_contracts import Contract, Row


class Stack:
    """The handler of a contract, its booster and its container."""

    def __init__(self, name: str, made: Contract, rng: random.Random, folder: Path) -> None:
        self.name = name
        self.contract = made | {"output": {"kind": "regression", "steps": []} | made["output"]}
        self.names = [one["name"] for one in made["features"]]
        rows = [reference.row(self.contract, row(rng, made)) for _ in range(150)]
        kind = self.contract["output"]["kind"]
        objective = {"regression": "reg:squarederror", "binary": "binary:logistic", "multiclass": "multi:softprob"}[kind]
        labels = [rng.randrange({"binary": 2}.get(kind, 3)) for _ in rows]
        settings = {"objective": objective, "nthread": 1, "max_depth": 4} | ({"num_class": 3} if kind == "multiclass" else {})
        self.booster = xgboost.train(settings, matrix(rows, labels), 8)
        (folder / name).mkdir()
        (folder / name / "xgboost-model").write_bytes(self.booster.save_raw("ubj"))
        release = RELEASES["3.2-0"]
        self.container = XGBoostContainer(release, Ensemble.load(folder / name, release, averages=True), {})
        os.environ |= {"ENDPOINT_NAME": name, "CONTRACT": pack(made), "LIMITS": json.dumps(LIMITS | {"rows_per_call": 20})}
        sys.modules.pop("prediction_api.handler", None)
        self.handler = importlib.import_module("prediction_api.handler").handler

    def predictions(self, rows: list[Row]) -> list[Any]:
        """Return what the contract says of the booster's own numbers."""
        numbers = self.booster.predict(matrix([reference.row(self.contract, one) for one in rows]), validate_features=False).tolist()
        return [reference.prediction(self.contract["output"], number) for number in numbers]


def matrix(rows: list[list[Any]], labels: list[int] | None = None) -> xgboost.DMatrix:
    values = np.array([[math.nan if cell is None else float(cell) for cell in cells] for cells in rows])
    return xgboost.DMatrix(values, labels, nthread=1)


@contextmanager
def stacks(seed: int, folder: Path) -> Iterator[list[Stack]]:
    """Serve two contracts of the examples and six generated ones."""
    rng = random.Random(seed)  # noqa: S311 - not for secrets
    made = {name: example(name) for name in ("bikeshare", "penguins")}
    with served(made | {f"generated-{index}": contract(rng) for index in range(6)}, rng, folder) as serving:
        yield serving


def example(name: str) -> Contract:
    made: Contract = contract_file.parse((ROOT / f"examples/{name}/contract.yaml").read_text())
    return made


@contextmanager
def served(contracts: dict[str, Contract], rng: random.Random, folder: Path) -> Iterator[list[Stack]]:
    """Serve contracts by name, each with a booster of its own."""
    before = dict(os.environ)
    with Server(("127.0.0.1", 0), Handler) as server:
        threading.Thread(target=server.serve_forever, args=(0.01,), daemon=True).start()
        server.endpoint = Endpoint()
        os.environ |= {
            "AWS_REGION": "eu-west-1",
            "AWS_ACCESS_KEY_ID": "test",
            "AWS_SECRET_ACCESS_KEY": "test",
            "AWS_ENDPOINT_URL_SAGEMAKER_RUNTIME": f"http://127.0.0.1:{server.server_address[1]}",
        }
        try:
            made = {name: Stack(name, one, rng, folder) for name, one in contracts.items()}
            server.endpoint.reply = lambda call: invoke(made[call.path.split("/")[2]], call)
            yield list(made.values())
        finally:
            server.shutdown()
            os.environ.clear()
            os.environ |= before


def invoke(stack: Stack, call: Call) -> Reply:
    answer = stack.container.invoke(Request(call.body, call.content_type, call.accept))
    if answer.status != 200:
        return error(424, "ModelError", OriginalStatusCode=int(answer.status), OriginalMessage="")
    return Reply(answer.body)
