"""AddTags, DeleteTags and ListTags."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sagemaker_sandbox.aws.errors import ValidationException

if TYPE_CHECKING:
    from collections.abc import Mapping

    from sagemaker_sandbox.aws.types import Json
    from sagemaker_sandbox.sagemaker.api.context import ApiContext


def add_tags(context: ApiContext, request: Json) -> Json:
    """Tag a resource; return all of its tags."""
    arn = request["ResourceArn"]
    with context.store.lock:
        _check(context, arn)
        context.store.tag(arn, request["Tags"])
        return {"Tags": _tags(context, arn)}


def delete_tags(context: ApiContext, request: Json) -> None:
    """Remove tags from a resource."""
    arn = request["ResourceArn"]
    with context.store.lock:
        _check(context, arn)
        tags = context.store.tags.get(arn, {})
        for key in request["TagKeys"]:
            tags.pop(key, None)


def list_tags(context: ApiContext, request: Json) -> Json:
    """List a resource's tags."""
    _check(context, request["ResourceArn"])
    return {"Tags": _tags(context, request["ResourceArn"])}


def _tags(context: ApiContext, arn: str) -> list[Json]:
    return [{"Key": key, "Value": value} for key, value in context.store.tags.get(arn, {}).items()]


def _check(context: ApiContext, arn: str) -> None:
    """Raise ValidationException unless the ARN names a resource."""
    records: dict[str, Mapping[str, object]] = {
        "model": context.store.models,
        "endpoint-config": context.store.configs,
        "endpoint": context.store.endpoints,
    }
    resource_type, _, name = arn.rpartition(":")[2].partition("/")
    if name not in records.get(resource_type, {}):
        raise ValidationException(f'Could not find resource "{arn}".')
