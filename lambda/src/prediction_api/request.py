"""A body to instances: JSON, JSON lines or CSV."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from .problem import Problem

if TYPE_CHECKING:
    from typing import Any, NoReturn

    from .encoder import Encoder


def _refuse(token: str) -> NoReturn:
    raise ValueError(token)


_decoder = json.JSONDecoder(parse_constant=_refuse)  # NaN and Infinity are not JSON


def parse(text: str) -> Any:
    """Return a JSON document. Raises ValueError or RecursionError."""
    if text[0] in "{[":  # no blanks to skip, most likely
        document, end = _decoder.raw_decode(text)
        if end == len(text):
            return document
    return _decoder.decode(text)


def read(encoder: Encoder, body: str, content_type: str, limit: int) -> tuple[list[Any], str, bool]:
    """Return the instances of a body, and for JSON the text they came from and whether it is JSON lines.

    Raises Problem for whatever is wrong with the form of the body.
    """
    if not body:
        raise Problem("body_empty")
    kind = content_type
    if kind != "application/json":
        kind = content_type.partition(";")[0].strip().lower() or "application/json"
    if kind == "application/json" or kind.endswith("+json"):
        try:
            document = parse(body)
        except (ValueError, RecursionError) as error:
            raise malformed("JSON", error) from None
        return instances_of(document, limit), body, False
    from . import formats

    return formats.read(encoder, kind, body, content_type, limit)


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
