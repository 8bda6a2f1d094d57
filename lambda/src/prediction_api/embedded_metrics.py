# SPDX-License-Identifier: Apache-2.0
"""CloudWatch's embedded metric format: metrics in a line of the log, without a call to CloudWatch.

https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/CloudWatch_Embedded_Metric_Format_Specification.html
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping
    from typing import Any


def directive(namespace: str, dimensions: list[str], units: Mapping[str, str]) -> dict[str, Any]:
    """Return which members of a line are metrics, with their units, and which are the dimensions of all of them."""
    return {"Namespace": namespace, "Dimensions": [dimensions], "Metrics": [{"Name": name, "Unit": unit} for name, unit in units.items()]}
