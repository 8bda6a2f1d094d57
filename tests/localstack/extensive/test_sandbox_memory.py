"""Memory of the sandbox: it does not grow with the number of requests. `make soak` measures an hour."""

from __future__ import annotations

import io
import time
import zipfile
from itertools import pairwise
from statistics import median
from typing import TYPE_CHECKING, Any

import psutil
from hosting import unique

if TYPE_CHECKING:
    from collections.abc import Callable

    from hosting import Hosting
    from sagemaker_sandbox.host.control import Sandbox

EVENTS_PER_STREAM = 5_000
WARM_UP, WINDOWS, REQUESTS = 150, 5, 130
# issue 9 saw 15 KB
BYTES_PER_REQUEST = 6 * 1024


def test_a_log_stream_keeps_its_last_events(hosting: Hosting) -> None:
    logs, group = hosting.client("logs"), unique("group")
    logs.create_log_group(logGroupName=group)
    logs.create_log_stream(logGroupName=group, logStreamName="stream")
    stream = {"logGroupName": group, "logStreamName": "stream"}
    now = int(time.time() * 1000)
    for batch in range(3):
        events: list[dict[str, Any]] = [{"timestamp": now, "message": f"{batch} {number}"} for number in range(EVENTS_PER_STREAM // 2)]
        logs.put_log_events(**stream, logEvents=events)
    kept = [event["message"] for event in logs.get_log_events(**stream, startFromHead=True)["events"]]
    assert (len(kept), kept[0], kept[-1]) == (EVENTS_PER_STREAM, "1 0", f"2 {EVENTS_PER_STREAM // 2 - 1}")


def growth(sandbox: Sandbox, send: Callable[[], object]) -> float:
    """Return the bytes by which the sandbox's memory grows with each request: the median, as something else may load meanwhile."""
    process = psutil.Process(sandbox.pid)
    for _ in range(WARM_UP):
        send()
    used = [process.memory_info().rss]
    for _ in range(WINDOWS):
        for _ in range(REQUESTS):
            send()
        used.append(process.memory_info().rss)
    return float(median(after - before for before, after in pairwise(used))) / REQUESTS


def test_an_invocation_of_an_endpoint_leaves_no_memory_behind(sandbox: Sandbox, hosting: Hosting) -> None:
    name = hosting.endpoint()
    assert growth(sandbox, lambda: hosting.invoke(name)) < BYTES_PER_REQUEST


def test_an_invocation_of_a_function_leaves_its_log_only(sandbox: Sandbox, hosting: Hosting) -> None:
    functions, name = hosting.client("lambda"), unique("function")
    package = io.BytesIO()
    with zipfile.ZipFile(package, "w") as file:
        file.writestr("main.py", "def handler(event, context): pass")
    trust = {"Effect": "Allow", "Action": "sts:AssumeRole", "Principal": {"Service": "lambda.amazonaws.com"}}
    functions.create_function(
        FunctionName=name,
        Runtime="python3.13",
        Handler="main.handler",
        Role=hosting.role(trust=trust),
        Code={"ZipFile": package.getvalue()},
    )
    functions.get_waiter("function_active_v2").wait(FunctionName=name, WaiterConfig={"Delay": 0.05})
    assert growth(sandbox, lambda: functions.invoke(FunctionName=name)) < BYTES_PER_REQUEST
