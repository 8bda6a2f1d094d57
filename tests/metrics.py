"""The metrics of alarms and dashboards, as Terraform plans them and CloudWatch returns them, and those that AWS publishes."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

import yaml

if TYPE_CHECKING:
    from collections.abc import Iterator

PUBLISHED = Path(__file__).with_name("published_metrics.yaml")
RUNBOOK = Path(__file__).parents[1] / "docs/runbook.md"


class Metric(NamedTuple):
    """A metric: its namespace, its name and the names of its dimensions."""

    namespace: str
    name: str
    dimensions: frozenset[str]


class Charted(NamedTuple):
    """A metric of a chart, and the values that it states for dimensions: all of them, or some in a search."""

    metric: Metric
    values: frozenset[tuple[str, str]]


def published(mode: str) -> set[Metric]:
    """Return the metrics that AWS publishes for a deployment of a serving mode."""
    entries = [entry for entry in yaml.safe_load(PUBLISHED.read_text(encoding="utf-8")) if mode in entry.get("modes", [mode])]
    return {Metric(entry["namespace"], name, frozenset(entry["dimensions"])) for entry in entries for name in entry["metrics"]}


def of_alarm(alarm: dict[str, Any]) -> Iterator[Metric]:
    """Yield the metrics of a planned alarm."""
    if alarm["metric_name"]:
        yield Metric(alarm["namespace"], alarm["metric_name"], frozenset(alarm["dimensions"]))
    for metric in [metric for query in alarm["metric_query"] for metric in query["metric"]]:
        yield Metric(metric["namespace"], metric["metric_name"], frozenset(metric["dimensions"] or {}))


def of_widgets(dashboard: str) -> Iterator[Charted]:
    """Yield the metrics of a dashboard's charts; a search stands for the metrics that it finds."""
    for widget in json.loads(dashboard)["widgets"]:
        for row in widget["properties"].get("metrics", []):
            if isinstance(row[0], dict):
                if row[0]["expression"].startswith("SEARCH"):  # the metrics of any other expression are beside it
                    yield searched(row[0]["expression"])
            else:
                names = [part for part in row if isinstance(part, str)]
                values = frozenset(zip(names[2::2], names[3::2], strict=True))
                yield Charted(Metric(names[0], names[1], frozenset(name for name, _ in values)), values)


def searched(expression: str) -> Charted:
    """Return the metrics that a search of the dashboard finds, as one."""
    found = re.fullmatch(r"""SEARCH\('\{"([^",]+)",([\w,]+)\} MetricName="(\w+)" EndpointName="([\w-]+)"', 'Sum', 60\)""", expression)
    assert found, expression
    return Charted(Metric(found[1], found[3], frozenset(found[2].split(","))), frozenset({("EndpointName", found[4])}))


def sections() -> set[str]:
    """Return the anchors of the runbook's sections."""
    return set(re.findall(r"^## ([\w-]+)$", RUNBOOK.read_text(encoding="utf-8"), re.MULTILINE))


def section_of(description: str, address: str | None = None) -> str:
    """Return the section that an alarm's description links to, or names if the runbook has no address."""
    reference = rf"{re.escape(address)}#([\w-]+)" if address else r"section ([\w-]+) of docs/runbook\.md in the module's source\.?"
    found = re.search(rf"\. See {reference}$", description)
    assert found, description
    return found[1]
