# SPDX-License-Identifier: Apache-2.0
"""The body of a request, and the instances that it holds as JSON, JSON Lines or CSV."""

from __future__ import annotations

import csv
import io
import json
import re
from typing import TYPE_CHECKING

from .problems import Problem

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from typing import Any, NoReturn

    from .contract import Feature

JSON = "application/json"
JSON_LINES = ("application/jsonlines", "application/x-ndjson", "application/x-jsonlines", "application/json-lines")
CSV = "text/csv"
CHARSETS = ("", "utf-8", "utf8")
PLAIN_JSON = (JSON, "", f"{JSON}; charset=utf-8", f"{JSON};charset=utf-8")
NAN = "nan"  # as pandas and numpy write a missing value
LISTED = 20  # fields of a header that an error lists
NUMBER = re.compile(r"[+-]?(\d+\.?\d*|\.\d+)([eE][+-]?\d+)?", re.ASCII)
INTEGER = re.compile(r"[+-]?\d{1,19}", re.ASCII)
BOOLEANS = {"true": True, "false": False, "1": True, "0": False}


class Instances:
    """The instances of a request, and the JSON text (or JSON ``lines``) that they were parsed from, if any.

    Only the text can show a key that is given more than once.
    """

    __slots__ = ("lines", "rows", "text")

    def __init__(self, rows: list[Any], text: str = "", *, lines: bool = False) -> None:
        self.rows = rows
        self.text = text
        self.lines = lines


class Body:
    """A body as it was sent: text of a content type. A byte order mark at its start is left out.

    ``is_plain_json``: the content type is JSON, in the usual spelling, or not given.
    """

    __slots__ = ("_content_type", "is_plain_json", "text")

    def __init__(self, text: str, content_type: str) -> None:
        self.text = text.removeprefix("\ufeff")
        self.is_plain_json = content_type in PLAIN_JSON or content_type.lower() in PLAIN_JSON
        self._content_type = content_type

    def instances(self, features: Sequence[Feature], limit: int) -> Instances:
        """Return the instances, at most ``limit``. Raises Problem for whatever is wrong with the form of the body."""
        if not self.text:
            raise Problem("body_empty")
        kind, parameters = _media_type(self._content_type)
        if parameters.get("charset", "").lower() not in CHARSETS:
            raise Problem("content_type_unsupported", "Send text in UTF-8.")
        if kind == JSON or kind.endswith("+json"):
            try:
                document = parse(self.text)
            except (ValueError, RecursionError) as error:
                raise _malformed("JSON", error) from None
            return Instances(_instances_of(document, limit), self.text)
        if kind in JSON_LINES:
            return Instances(_sized(_lines(self.text), limit), self.text, lines=True)
        if kind == CSV:
            return Instances(_table(features, self.text, parameters.get("header", ""), limit))
        raise Problem("content_type_unsupported", f"Send {JSON}, {JSON_LINES[0]} or {CSV}.")


class ParsedBody:
    """The body of a direct event, which Lambda has parsed; it has the interface of ``Body``."""

    __slots__ = ("_document",)
    is_plain_json = False
    text = ""

    def __init__(self, document: Any) -> None:
        self._document = document

    def instances(self, _features: Sequence[Feature], limit: int) -> Instances:
        """Return the instances, at most ``limit``. Raises Problem if the document has another form."""
        return Instances(_instances_of(self._document, limit))


def _reject(token: str) -> NoReturn:
    raise ValueError(token)


DECODER = json.JSONDecoder(parse_constant=_reject)  # NaN and Infinity are not JSON


def parse(text: str) -> Any:
    """Return a JSON document. Raises ValueError or RecursionError."""
    if text[0] in "{[":  # most likely there is no white space to skip
        document, end = DECODER.raw_decode(text)
        if end == len(text):
            return document
    return DECODER.decode(text)


def _media_type(content_type: str) -> tuple[str, dict[str, str]]:
    """Return the type that a Content-Type header names, by default JSON, and its parameters."""
    kind, *parameters = content_type.split(";")
    pairs = (parameter.partition("=") for parameter in parameters)
    return kind.strip().lower() or JSON, {name.strip().lower(): value.strip().strip('"') for name, _, value in pairs}


def _malformed(form: str, error: Exception) -> Problem:
    """Return the problem of a body that is not of its format: where, but not what."""
    where = f" at line {error.lineno}, column {error.colno}" if isinstance(error, json.JSONDecodeError) else ""
    return Problem("body_malformed", f"The body is not valid {form}{where}.")


def _instances_of(document: Any, limit: int) -> list[Any]:
    if type(document) is not dict or "instances" not in document:
        raise Problem("instances_missing")
    if len(document) > 1:
        raise Problem("instances_missing", f"The body must contain only instances. Other members: {len(document) - 1}.")
    return _sized(document["instances"], limit)


def _sized(instances: Any, limit: int) -> list[Any]:
    if type(instances) is not list:
        raise Problem("instances_missing", "instances must be an array.")
    if not instances:
        raise Problem("instances_empty")
    if len(instances) > limit:
        raise Problem("too_many_instances", f"{len(instances)} instances; one request may have at most {limit}.")
    return instances


def _lines(text: str) -> list[Any]:
    instances = []
    for number, line in enumerate(text.split("\n"), 1):
        if line.strip():
            try:
                instances.append(parse(line))
            except (ValueError, RecursionError):
                raise Problem("body_malformed", f"Line {number} of the body is not valid JSON.") from None
    return instances


def _table(features: Sequence[Feature], text: str, header: str, limit: int) -> list[Any]:
    """Return the rows of CSV; ``header`` is the parameter of the content type: present, absent or not given."""
    try:
        rows = list(filter(None, csv.reader(io.StringIO(text, newline=""), strict=True, skipinitialspace=True))) or [[]]
    except csv.Error as error:
        raise _malformed("CSV", error) from None
    known = {feature.name: feature for feature in features}
    first = [name.strip() for name in rows[0]]
    named = header == "present" or (header != "absent" and set(first) <= known.keys())
    if named:
        del rows[0]
        _check_header(first, known, rows)
    columns = [known[name] for name in first] if named else features
    instances: list[Any] = []
    for row in _sized(rows, limit):
        values = list(map(_field_value, columns, row)) if len(row) == len(columns) else row
        instances.append(dict(zip(first, values, strict=True)) if named else values)
    return instances


def _check_header(names: list[str], known: Mapping[str, Feature], rows: list[list[str]]) -> None:
    """Raise Problem for a header that does not name the fields. It may hold values by mistake, so no name is repeated."""
    if len(set(names)) < len(names) or not set(map(len, rows)) <= {len(names)}:
        raise Problem("body_malformed", "The CSV header repeats a name, or a row has a different number of fields.")
    unknown = [str(number) for number, name in enumerate(names, 1) if name not in known]
    if unknown:
        fields = ", ".join(unknown[:LISTED]) + (", ..." if len(unknown) > LISTED else "")
        detail = f"the first line of the CSV must contain names of features; these fields match no feature: {fields}"
        error = {"code": "unknown_field", "pointer": "/instances", "detail": detail}
        raise Problem("instances_invalid", f"/instances: {detail}", errors=[error], error_count=1)


def _field_value(feature: Feature, text: str) -> Any:
    """Return a field as JSON would carry it. Text that is not of the feature's type stays text, and is rejected later."""
    if feature.type == "string" or text in feature.values:  # blanks may belong to a text
        return text or None
    text = text.strip()
    if not text or (feature.optional and text.lower() == NAN):
        return None
    if feature.type in ("number", "integer"):
        if INTEGER.fullmatch(text):
            return int(text)
        return float(text) if NUMBER.fullmatch(text) else text
    return BOOLEANS.get(text.lower(), text) if feature.type == "boolean" else text
