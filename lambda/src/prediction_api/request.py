"""A body to instances: JSON, JSON lines or CSV."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from .problem import Problem

if TYPE_CHECKING:
    from typing import Any, NoReturn

    from .encoder import Encoder, Values

JSON = "application/json"
CSV = "text/csv"
LINES = ("application/jsonlines", "application/x-ndjson", "application/x-jsonlines", "application/json-lines")


def _refuse(token: str) -> NoReturn:
    raise ValueError(token)


parse = json.JSONDecoder(parse_constant=_refuse).decode  # NaN and Infinity are not JSON


def accept(encoder: Encoder, body: str, content_type: str, limit: int) -> list[Values]:
    """Return the checked values by feature. Raises Problem for whatever is wrong with the body."""
    kind = content_type.partition(";")[0].strip().lower() if content_type else JSON
    if not body:
        raise Problem("body_empty")
    if kind == JSON or kind.endswith("+json"):
        return _json(encoder, body, limit)
    from . import formats

    if kind in LINES:
        return formats.json_lines(encoder, body, limit)
    if kind == CSV:
        return formats.csv_table(encoder, body, content_type, limit)
    raise Problem("content_type_unsupported", f"Send {JSON}, {LINES[0]} or {CSV}.")


def _json(encoder: Encoder, body: str, limit: int) -> list[Values]:
    try:
        document = parse(body)
    except (ValueError, RecursionError) as error:
        raise malformed("JSON", error) from None
    return encoder.accept(instances_of(document, limit), body)


def malformed(form: str, error: Exception) -> Problem:
    """Return the problem of a body that is not of its form: where, but not what."""
    where = f" at line {error.lineno}, column {error.colno}" if isinstance(error, json.JSONDecodeError) else ""
    return Problem("body_malformed", f"The body is not {form}{where}.")


def instances_of(document: Any, limit: int) -> list[Any]:
    """Return the instances of a parsed body. Raises Problem if it has none, too many, or anything besides them."""
    if type(document) is not dict or "instances" not in document:
        raise Problem("instances_missing")
    if len(document) > 1:
        names = sorted(document.keys() - {"instances"})
        raise Problem("instances_missing", f"{len(names)} unknown member(s) beside instances in the body.")
    return sized(document["instances"], limit)


def sized(instances: Any, limit: int) -> list[Any]:
    """Return the instances if they are a list of at least one and at most ``limit``."""
    if type(instances) is not list:
        raise Problem("instances_missing", "instances must be an array.")
    if not instances:
        raise Problem("instances_empty")
    if len(instances) > limit:
        raise Problem("too_many_instances", f"{len(instances)} instances; at most {limit} fit in one request.")
    return instances
