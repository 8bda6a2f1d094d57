"""CloudWatch: metrics are matched by exactly the dimensions that a query names, and alarms keep the tags of their creation.

The alarms that a test has chosen also see the metrics that anybody puts.

LocalStack returns every metric that has these dimensions among others, matches names by prefix, finds no alarm of a composite
alarm's rule by name, and forgets the tags that PutMetricAlarm and PutCompositeAlarm carry. It also writes each datum in a
transaction of its own, which was a third of the sandbox's CPU while requests came in (8 of 24 ms a request at 40 requests per
second): statistics go in one per request.
"""

from __future__ import annotations

import copy
import sqlite3
import time
from typing import TYPE_CHECKING, Any, Final

from localstack.services.cloudwatch.cloudwatch_database_helper import CloudwatchDatabase
from localstack.services.cloudwatch.provider_v2 import CloudwatchProvider
from localstack.utils.aws import arns
from localstack.utils.patch import patch

from sagemaker_sandbox.aws import metrics
from sagemaker_sandbox.aws.scope import Scope

if TYPE_CHECKING:
    from collections.abc import Callable

    from localstack.aws.api import RequestContext

    from sagemaker_sandbox.aws.types import Json


def apply_patches() -> None:
    """Patch the matching of metrics and the tags of alarms."""
    _patch_dimensions()
    for operation in (CloudwatchProvider.put_metric_alarm, CloudwatchProvider.put_composite_alarm):
        _patch_creation(operation)
    _patch_deletion()
    _patch_rules()
    _patch_put()
    _patch_statistics()


def _patch_put() -> None:
    @patch(CloudwatchProvider.put_metric_data)
    def put_metric_data(
        original: Callable[..., Any],
        self: CloudwatchProvider,
        context: RequestContext,
        namespace: str,
        metric_data: Any = None,
        **others: Any,
    ) -> Any:
        for datum in metric_data or []:
            if "Value" in datum:  # the sandbox's own data points are statistics instead
                dimensions = {each["Name"]: each["Value"] for each in datum.get("Dimensions", [])}
                values = {datum["MetricName"]: (datum["Value"], datum.get("Unit", "None"))}
                metrics.observe(Scope.of(context), dimensions, values, namespace)
        return original(self, context, namespace, metric_data=metric_data, **others)


def _patch_statistics() -> None:
    @patch(CloudwatchDatabase.add_metric_data)
    def add_metric_data(original: Callable[..., None], database: Any, *arguments: Any) -> None:
        *where, metric_data = arguments  # account, Region, namespace
        statistics = [datum for datum in metric_data if "StatisticValues" in datum]
        original(database, *where, [datum for datum in metric_data if "StatisticValues" not in datum])
        if statistics:
            rows = [(*where, *_values(database, datum)) for datum in statistics]
            with database.DATABASE_LOCK, sqlite3.connect(database.METRICS_DB) as connection:
                connection.execute("PRAGMA synchronous = OFF")  # metrics end with the sandbox
                connection.executemany(_INSERTION.format(table=database.TABLE_AGGREGATED_METRICS), rows)


_INSERTION: Final = """
INSERT INTO {table}
(account_id, region, namespace, metric_name, timestamp, dimensions, unit, storage_resolution, sample_count, sum, min, max)
VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
"""


def _values(database: Any, datum: Json) -> tuple[Any, ...]:
    """Return the values of a row after the account, the Region and the namespace."""
    stated = datum.get("Timestamp")
    when = database._convert_timestamp_to_unix(stated) if stated else int(time.time())  # noqa: SLF001  LocalStack has no public one
    dimensions = database._get_ordered_dimensions_with_separator(datum.get("Dimensions"))  # noqa: SLF001
    statistics = (datum["StatisticValues"][name] for name in ("SampleCount", "Sum", "Minimum", "Maximum"))
    return (datum["MetricName"], when, dimensions, datum.get("Unit"), datum.get("StorageResolution"), *statistics)


def _patch_dimensions() -> None:
    @patch(CloudwatchDatabase.get_metric_data_stat)
    def get_metric_data_stat(original: Callable[..., Any], database: Any, *args: Any, **kwargs: Any) -> Any:
        exact = copy.copy(database)
        stored = database._get_ordered_dimensions_with_separator  # noqa: SLF001  LocalStack has no public one
        exact._get_ordered_dimensions_with_separator = lambda dimensions, **_: stored(dimensions)  # noqa: SLF001
        return original(exact, *args, **kwargs)


def _patch_creation(operation: Callable[..., None]) -> None:
    """Tag a new alarm. Tags for an existing one are ignored: only TagResource and UntagResource change them.

    https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/API_PutMetricAlarm.html
    """

    @patch(operation)
    def put_alarm(original: Callable[..., None], self: CloudwatchProvider, context: RequestContext, request: Json) -> None:
        arn = _arn(request["AlarmName"], context)
        store = self.get_store(context.account_id, context.region)
        is_new = arn not in store.alarms
        original(self, context, request)
        if is_new and request.get("Tags"):
            store.TAGS.tag_resource(arn, request["Tags"])


def _patch_rules() -> None:
    """Find the alarms of a composite alarm's rule by name, as CloudWatch does, besides by ARN.

    https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/API_PutCompositeAlarm.html
    """

    @patch(CloudwatchProvider._evaluate_composite_alarm)  # noqa: SLF001  LocalStack has no public one
    def evaluate(original: Callable[..., None], self: Any, context: RequestContext, composite_alarm: Any, triggering_alarm: Any) -> None:
        resolving, named = copy.copy(self), self._get_alarm_arns
        resolving._get_alarm_arns = lambda rule: [  # noqa: SLF001
            each if each.startswith("arn:") else _arn(each, context) for each in named(rule)
        ]
        original(resolving, context, composite_alarm, triggering_alarm)


def _patch_deletion() -> None:
    @patch(CloudwatchProvider.delete_alarms)
    def delete_alarms(
        original: Callable[..., None], self: CloudwatchProvider, context: RequestContext, alarm_names: list[str], **others: Any
    ) -> None:
        original(self, context, alarm_names, **others)
        store = self.get_store(context.account_id, context.region)
        for name in alarm_names:
            store.TAGS.del_resource(_arn(name, context))


def _arn(alarm: str, context: RequestContext) -> str:
    return arns.cloudwatch_alarm_arn(alarm, account_id=context.account_id, region_name=context.region)
