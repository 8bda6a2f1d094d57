"""Memory of the sandbox: it does not grow with the number of requests. `make soak` measures an hour."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING, Any

import psutil
from hosting import unique

if TYPE_CHECKING:
    from hosting import Hosting
    from sagemaker_sandbox.host.control import Sandbox

EVENTS_PER_STREAM = 10_000
WARM_UP, REQUESTS = 200, 600
# issue 9 saw 15 KB
BYTES_PER_REQUEST = 4 * 1024


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


def test_an_invocation_of_an_endpoint_leaves_no_memory_behind(sandbox: Sandbox, hosting: Hosting) -> None:
    name, process = hosting.endpoint(), psutil.Process(sandbox.pid)
    for _ in range(WARM_UP):
        hosting.invoke(name)
    before = process.memory_info().rss
    for _ in range(REQUESTS):
        hosting.invoke(name)
    assert (process.memory_info().rss - before) / REQUESTS < BYTES_PER_REQUEST
