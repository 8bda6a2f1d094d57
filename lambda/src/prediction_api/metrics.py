# SPDX-License-Identifier: Apache-2.0
"""Metrics: one line in CloudWatch's embedded metric format per invocation, without a call to CloudWatch."""

from __future__ import annotations

import json
import sys
from time import monotonic, time
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from .invocation import Invocation
    from .problems import Problem

UNITS = {"Requests": "Count", "Faults": "Count", "Rows": "Count", "Latency": "Milliseconds"}


class Metrics:
    """Metrics of an endpoint in a namespace (none: no metrics); those of problems also by their code."""

    def __init__(self, namespace: str, endpoint: str) -> None:
        values = {"EndpointName": endpoint, "Requests": 1, "Faults": 0, "Rows": "%d", "Latency": "%.3f"}
        answered = [(["EndpointName"], {**UNITS, "ModelLatency": "Milliseconds"})]
        failed = [(["EndpointName"], UNITS), (["EndpointName", "Code"], {"Faults": "Count"})]
        self._on = bool(namespace)
        self._answered = _template(namespace, answered, {**values, "ModelLatency": "%.3f"})
        self._failed = _template(namespace, failed, {**values, "Faults": 1, "Code": "%s"})

    def write(self, invocation: Invocation, problem: Problem | None) -> None:
        """Write the metrics of an invocation to standard output."""
        if self._on:
            latency = (monotonic() - invocation.started) * 1000
            template = self._failed if problem else self._answered
            rest = problem.code if problem else invocation.model_seconds * 1000
            sys.stdout.write(template % (time() * 1000, invocation.rows, latency, rest))  # Lambda does not buffer it


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
