"""The handler as Lambda would load it, in front of an endpoint that is an HTTP server of the test."""

from __future__ import annotations

import importlib
import json
import sys
import threading
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

sys.path.insert(0, str(Path(__file__).parent))  # importlib mode leaves it out: serving.py, reference.py

from serving import LIMITS, Endpoint, Function, Handler, Server, pack

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator


@pytest.fixture(scope="session")
def server() -> Iterator[Server]:
    with Server(("127.0.0.1", 0), Handler) as made:
        threading.Thread(target=made.serve_forever, args=(0.01,), daemon=True).start()
        yield made
        made.shutdown()


@pytest.fixture
def endpoint(server: Server, monkeypatch: pytest.MonkeyPatch) -> Endpoint:
    """Return the endpoint that boto3 calls."""
    server.endpoint = Endpoint()
    url = f"http://127.0.0.1:{server.server_address[1]}"
    monkeypatch.setenv("AWS_ENDPOINT_URL_SAGEMAKER_RUNTIME", url)
    for name, value in {
        "AWS_REGION": "eu-west-1",
        "AWS_ACCESS_KEY_ID": "test",
        "AWS_SECRET_ACCESS_KEY": "test",
        "ENDPOINT_NAME": "bikes",
    }.items():
        monkeypatch.setenv(name, value)
    return server.endpoint


@pytest.fixture
def load(endpoint: Endpoint, monkeypatch: pytest.MonkeyPatch) -> Callable[..., Function]:
    """Return a function that loads the handler with a contract, limits and further variables."""
    assert endpoint

    def load(contract: Any, limits: dict[str, int] | None = None, **variables: str) -> Function:
        monkeypatch.setenv("CONTRACT", pack(contract))
        monkeypatch.setenv("LIMITS", json.dumps({**LIMITS, **(limits or {})}))
        for name, value in variables.items():
            monkeypatch.setenv(name, value)
        sys.modules.pop("prediction_api.handler", None)
        return Function(importlib.import_module("prediction_api.handler"))

    return load
