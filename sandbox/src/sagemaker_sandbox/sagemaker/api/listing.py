"""Filtered, sorted and paged summaries, as the List operations return them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sagemaker_sandbox.aws.errors import ValidationException
from sagemaker_sandbox.sagemaker.models import Endpoint, Record

if TYPE_CHECKING:
    from collections.abc import Iterable

    from sagemaker_sandbox.aws.types import Json

_DEFAULT_PAGE_SIZE = 10


def page_of_summaries(items: Iterable[Record | Endpoint], request: Json, key: str, prefix: str) -> Json:
    """Return the page that a List request selects, under ``key``; ``prefix`` starts a summary's name and ARN keys."""
    matching = [item for item in list(items) if _matches(item, request)]
    matching.sort(key=lambda item: _sort_value(item, request), reverse=request.get("SortOrder") != "Ascending")
    start = _start(request.get("NextToken"))
    end = start + request.get("MaxResults", _DEFAULT_PAGE_SIZE)
    page = {key: [_summary(item, prefix) for item in matching[start:end]]}
    return page | ({"NextToken": str(end)} if end < len(matching) else {})


def _start(token: str | None) -> int:
    if token is None:
        return 0
    if not token.isdigit():
        raise ValidationException("The NextToken was not returned by this operation.")
    return int(token)


def _matches(item: Record | Endpoint, request: Json) -> bool:
    modified = item.modified if isinstance(item, Endpoint) else item.created
    return (
        request.get("NameContains", "").lower() in item.name.lower()
        and request.get("StatusEquals") in {None, getattr(item, "status", None)}
        and ("CreationTimeBefore" not in request or item.created < request["CreationTimeBefore"])
        and ("CreationTimeAfter" not in request or item.created > request["CreationTimeAfter"])
        and ("LastModifiedTimeBefore" not in request or modified < request["LastModifiedTimeBefore"])
        and ("LastModifiedTimeAfter" not in request or modified > request["LastModifiedTimeAfter"])
    )


def _sort_value(item: Record | Endpoint, request: Json) -> Any:  # a name, a status or a time
    by = request.get("SortBy", "CreationTime")
    return item.created if by == "CreationTime" else getattr(item, by.lower())


def _summary(item: Record | Endpoint, prefix: str) -> Json:
    summary: Json = {f"{prefix}Name": item.name, f"{prefix}Arn": item.arn, "CreationTime": item.created}
    if isinstance(item, Endpoint):
        summary |= {"LastModifiedTime": item.modified, "EndpointStatus": item.status}
    return summary
