"""Metrics, one line of them per request."""

from __future__ import annotations

import json
import sys
from time import monotonic, time
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from .function import Request

UNITS = {"Requests": "Count", "Faults": "Count", "Rows": "Count", "Latency": "Milliseconds"}


class Telemetry:
    """Where metrics go: a CloudWatch namespace (none: no metrics), by endpoint, and faults by code besides."""

    def __init__(self, namespace: str, endpoint: str) -> None:
        values = {"EndpointName": endpoint, "Requests": 1, "Faults": 0, "Rows": "%d", "Latency": "%.3f"}
        every = (["EndpointName"], UNITS)
        answered = [(["EndpointName"], {**UNITS, "ModelLatency": "Milliseconds"})]
        refused = [every, (["EndpointName", "Code"], {"Faults": "Count"})]
        self._on = bool(namespace)
        self._answered = _template(namespace, answered, {**values, "ModelLatency": "%.3f"})
        self._refused = _template(namespace, refused, {**values, "Faults": 1, "Code": "%s"})

    def measure(self, request: Request, code: str) -> None:
        """Print one line in CloudWatch's embedded metric format: metrics without a call of CloudWatch."""
        if self._on:
            latency = (monotonic() - request.start) * 1000
            rest = code or request.model_seconds * 1000
            form = self._refused if code else self._answered
            sys.stdout.write(form % (time() * 1000, request.rows, latency, rest))  # Lambda does not buffer it


def _template(namespace: str, groups: list[tuple[list[str], dict[str, str]]], values: dict[str, object]) -> str:
    directives = [
        {
            "Namespace": namespace,
            "Dimensions": [dimensions],
            "Metrics": [{"Name": name, "Unit": unit} for name, unit in metrics.items()],
        }
        for dimensions, metrics in groups
    ]
    line = json.dumps({"_aws": {"Timestamp": "%d", "CloudWatchMetrics": directives}, **values})
    return line.replace('"%d"', "%d").replace('"%.3f"', "%.3f") + "\n"
