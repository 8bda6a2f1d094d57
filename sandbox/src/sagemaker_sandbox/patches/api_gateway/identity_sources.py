"""Identity sources of authorizers, such as ``method.request.header.Authorization``."""

from __future__ import annotations

from typing import Any

# RestApiInvocationContext, whose fields are all annotated as optional, and all set by the time a step sees it
type Context = Any


def value_of(source: str, context: Context) -> str:
    """Return the value of an identity source; it is empty if the request does not have it."""
    request = context.invocation_request
    where, _, name = source.rpartition(".")
    match where:
        case "method.request.header":
            return str(request["headers"].get(name, ""))
        case "method.request.querystring":
            return str(request["query_string_parameters"].get(name, ""))
        case "stageVariables":
            return str((context.stage_variables or {}).get(name, ""))
    value = context.context_variables
    for part in source.removeprefix("context.").split("."):
        value = value.get(part) if isinstance(value, dict) else None
    return "" if value is None else str(value)
