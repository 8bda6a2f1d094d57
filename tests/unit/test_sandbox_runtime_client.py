"""awslambdaric without its compiled module, as it is installed on macOS."""

from __future__ import annotations

import importlib.util
import json
import os
import subprocess
import sys
import time
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from sagemaker_sandbox.lambda_ import runtime_process
from sagemaker_sandbox.lambda_.runtime_api import (
    Event,
    Failure,
    Invocation,
    Ready,
    Response,
    ResponseTooLarge,
    RuntimeApi,
)

if TYPE_CHECKING:
    from collections.abc import Iterator

HANDLER = """
def handler(event, context):
    if event == "fail":
        raise ValueError(context.aws_request_id)
    return {"event": event, "size": "x" * event["size"], "remaining": context.get_remaining_time_in_millis() > 0}
"""


@pytest.fixture
def api(tmp_path: Path) -> Iterator[RuntimeApi]:
    """Return the Runtime API of a process that polls it without the compiled module."""
    folder = tmp_path / "runtime"
    folder.mkdir()
    (tmp_path / "main.py").write_text(HANDLER, encoding="utf-8")
    for name in ("awslambdaric", "simplejson", "snapshot_restore_py"):
        spec = importlib.util.find_spec(name)
        assert spec
        assert spec.origin
        origin = Path(spec.origin)
        target = origin.parent if spec.submodule_search_locations else origin
        (folder / target.name).symlink_to(target)
    portable = Path(runtime_process.__file__).with_name("runtime_client.py")
    (folder / portable.name).symlink_to(portable)
    served = RuntimeApi()
    environment = {"PATH": os.environ["PATH"], "PYTHONPATH": f"{tmp_path}:{folder}"}
    with subprocess.Popen(
        [sys.executable, "-S", "-s", "-P", "-m", "awslambdaric", "main.handler"],
        env=environment | {"AWS_LAMBDA_RUNTIME_API": served.address},
        stderr=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
    ) as process:
        assert served.events.get(timeout=20) == Ready()
        yield served
        process.kill()
    served.close()


def invoke(api: RuntimeApi, event: object) -> Event:
    deadline = int((time.time() + 10) * 1000)
    api.deliver(Invocation("request-1", "arn:aws:lambda", "Root=1", deadline, json.dumps(event).encode()))
    return api.events.get(timeout=20)


def test_a_result_is_posted_and_the_next_invocation_requested(api: RuntimeApi) -> None:
    result = invoke(api, {"size": 1})
    assert isinstance(result, Response)
    assert json.loads(result.body) == {"event": {"size": 1}, "size": "x", "remaining": True}
    assert api.events.get(timeout=20) == Ready()


def test_an_error_is_posted(api: RuntimeApi) -> None:
    result = invoke(api, "fail")
    assert isinstance(result, Failure)
    assert json.loads(result.body)["errorMessage"] == "request-1"


def test_a_result_over_the_limit_is_reported(api: RuntimeApi) -> None:
    assert invoke(api, {"size": 7_000_000}) == ResponseTooLarge()
