"""Metrics in log lines, in CloudWatch's embedded metric format.

https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/CloudWatch_Embedded_Metric_Format_Specification.html
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from sagemaker_sandbox.aws.metrics import record

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from sagemaker_sandbox.aws.scope import Scope
    from sagemaker_sandbox.aws.types import Json


def extract(scope: Scope, lines: list[str]) -> None:
    """Record the metrics of all lines; as on AWS, a line that is not in the format has none."""
    for line in lines:
        document = _document(line)
        for directive in document.get("_aws", {}).get("CloudWatchMetrics", []):
            for dimensions in directive["Dimensions"]:
                values = list(_values(document, directive))
                named = {name: str(document[name]) for name in dimensions}
                for each in values:
                    record(scope, named, each, directive["Namespace"])


def _document(line: str) -> Json:
    if '"_aws"' not in line:
        return {}
    try:
        document = json.loads(line)
    except ValueError:
        return {}
    return document if isinstance(document, dict) else {}


def _values(document: Json, directive: Json) -> Iterator[Mapping[str, tuple[float, str]]]:
    for metric in directive["Metrics"]:
        found = document.get(metric["Name"])
        for value in found if isinstance(found, list) else [found]:
            if isinstance(value, int | float):
                yield {metric["Name"]: (value, metric.get("Unit", "None"))}
