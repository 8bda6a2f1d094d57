# SPDX-License-Identifier: Apache-2.0
"""The line of an invocation: its metrics, and the IDs to find it by."""

from __future__ import annotations

import json
import sys
from json.encoder import encode_basestring_ascii as _text
from time import monotonic, time
from typing import TYPE_CHECKING

from .embedded_metrics import directive

if TYPE_CHECKING:
    from .invocation import Invocation
    from .problems import Problem
    from .request import Request
    from .response import Response

# Members of the line that are not metrics. Nothing of a payload is among them.
NOTES = {
    "request_id": "%r", "inference_id": "%r", "variant": "%r", "model": "%r", "request_bytes": "%d", "response_bytes": "%d",
    "decode_ms": "%.3f", "invoke_ms": "%.3f", "encode_ms": "%.3f",
}  # fmt: skip
UNITS = {"Requests": "Count", "Faults": "Count", "Rows": "Count", "Latency": "Milliseconds"}


class Metrics:
    """Metrics of an endpoint in a namespace (none: no metrics); those of problems also by their code."""

    def __init__(self, namespace: str, endpoint: str) -> None:
        values = {"EndpointName": endpoint, "Requests": 1, "Faults": 0, "Rows": "%d", "Latency": "%.3f"}
        answered = [(["EndpointName"], {**UNITS, "ModelLatency": "Milliseconds"})]
        failed = [(["EndpointName"], UNITS), (["EndpointName", "Code"], {"Faults": "Count"})]
        self._on = bool(namespace)
        self._answered = _template(namespace, answered, {**values, "ModelLatency": "%.3f", **NOTES})
        self._failed = _template(namespace, failed, {**values, "Faults": 1, "Code": "%s", **NOTES})

    def write(self, request: Request, invocation: Invocation, problem: Problem | None, response: Response) -> None:
        """Write the line of an invocation to standard output."""
        if self._on:
            latency = (monotonic() - invocation.started) * 1000
            invoke = invocation.model_seconds * 1000
            decode = (invocation.called - invocation.started) * 1000 if invocation.called else latency
            template = self._failed if problem else self._answered
            rest = problem.code if problem else invoke
            sizes = (request.size, len(response["body"]) if request.http else 0)
            notes = (*map(_text, _texts(invocation)), *sizes, decode, invoke, latency - decode - invoke)
            sys.stdout.write(template % (time() * 1000, invocation.rows, latency, rest, *notes))  # Lambda does not buffer it


def _texts(invocation: Invocation) -> tuple[str, str, str, str]:
    target = invocation.target
    variant = invocation.variant or target.get("TargetVariant", "")
    return (invocation.request_id, invocation.inference_id, variant, target.get("TargetModel", ""))


def _template(namespace: str, groups: list[tuple[list[str], dict[str, str]]], values: dict[str, object]) -> str:
    directives = [directive(namespace, dimensions, metrics) for dimensions, metrics in groups]
    line = json.dumps({"_aws": {"Timestamp": "%d", "CloudWatchMetrics": directives}, **values})
    # a text comes with its quotes
    return line.replace('"%d"', "%d").replace('"%.3f"', "%.3f").replace('"%r"', "%s") + "\n"
