# SPDX-License-Identifier: Apache-2.0
"""How AWS bills a resource: by the hour, the request, the month or the gigabyte, and how many of it a plan asks for."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

from . import prices

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

type Values = Mapping[str, Any]
UNKNOWN = "known after apply"


class Item(NamedTuple):
    """A line of the bill: the service, what it counts, how many of it, and its list price if it is known here."""

    service: str
    basis: str
    quantity: str = ""
    price: str = ""


def items(kind: str, values: Values) -> list[Item]:
    """Return what a resource of a type adds to the bill; nothing for a type that costs nothing or is not listed."""
    return list(BILLED[kind](values)) if kind in BILLED else []


def _endpoint_configuration(values: Values) -> Iterator[Item]:
    for block, suffix in (("production_variants", ""), ("shadow_production_variants", ", as a shadow")):
        for variant in values.get(block) or []:
            yield from _variant(variant, suffix)


def _variant(variant: Values, suffix: str) -> Iterator[Item]:
    for serverless in variant.get("serverless_config") or []:
        yield Item("SageMaker", "request", f"serverless, {serverless.get('memory_size_in_mb', UNKNOWN)} MB{suffix}")
        if kept := serverless.get("provisioned_concurrency"):
            yield Item("SageMaker", "hour", f"{kept} x {serverless.get('memory_size_in_mb', UNKNOWN)} MB kept ready{suffix}")
        return
    count, kind = variant.get("initial_instance_count") or 1, variant.get("instance_type") or UNKNOWN
    hour = prices.INSTANCE_HOUR.get(kind)
    month = f"${count * hour:.3f} an hour, ${count * hour * prices.HOURS_A_MONTH:.0f} a month" if hour else ""
    yield Item("SageMaker", "hour", f"{count} x {kind}{suffix}", month)


def _function(values: Values) -> Iterator[Item]:
    memory = values.get("memory_size") or 128
    architecture = next(iter(values.get("architectures") or ["x86_64"]))
    second = prices.FUNCTION_GB_SECOND.get(architecture)
    price = f"${prices.FUNCTION_MILLION_REQUESTS:.2f} a million, and ${second * memory / 1024:.8f} a second" if second else ""
    yield Item("Lambda", "request", f"{memory} MB, {architecture}", price)


def _rest_api(_values: Values) -> Iterator[Item]:
    yield Item("API Gateway", "request", "REST", f"${prices.REST_API_MILLION_REQUESTS:.2f} a million")


def _stage(values: Values) -> Iterator[Item]:
    if values.get("cache_cluster_enabled"):
        yield Item("API Gateway", "hour", f"cache of {values.get('cache_cluster_size', UNKNOWN)} GB")


def _provisioned_concurrency(values: Values) -> Iterator[Item]:
    yield Item("Lambda", "hour", f"{values.get('provisioned_concurrent_executions', UNKNOWN)} environments kept ready")


def _vpc_endpoint(values: Values) -> Iterator[Item]:
    if values.get("vpc_endpoint_type") == "Interface":
        yield Item("VPC", "hour", f"{len(values.get('subnet_ids') or [1])} x interface endpoint")


def _each(item: Item) -> Callable[[Values], Iterator[Item]]:
    """Return a function for resources of which each costs the same."""
    return lambda _values: iter((item,))


# By the price pages in prices.PAGES. Resources that are free by themselves, such as roles and policies, are not listed.
BILLED: dict[str, Callable[[Values], Iterator[Item]]] = {
    "aws_api_gateway_rest_api": _rest_api,
    "aws_api_gateway_stage": _stage,
    "aws_cloudwatch_composite_alarm": _each(Item("CloudWatch", "month", "composite alarm")),
    "aws_cloudwatch_dashboard": _each(Item("CloudWatch", "month", "dashboard")),
    "aws_cloudwatch_log_group": _each(Item("CloudWatch", "GB", "log")),
    "aws_cloudwatch_metric_alarm": _each(Item("CloudWatch", "month", "alarm")),
    "aws_kms_key": _each(Item("KMS", "month", "key")),
    "aws_lambda_function": _function,
    "aws_lambda_provisioned_concurrency_config": _provisioned_concurrency,
    "aws_nat_gateway": _each(Item("VPC", "hour", "1 x NAT gateway")),
    "aws_s3_bucket": _each(Item("S3", "GB", "bucket")),
    "aws_sagemaker_endpoint_configuration": _endpoint_configuration,
    "aws_sfn_state_machine": _each(Item("Step Functions", "request", "state transitions")),
    "aws_sns_topic": _each(Item("SNS", "request", "topic")),
    "aws_sqs_queue": _each(Item("SQS", "request", "queue")),
    "aws_vpc_endpoint": _vpc_endpoint,
    "aws_wafv2_web_acl": _each(Item("WAF", "month", "web ACL and its rules, and each request")),
}
