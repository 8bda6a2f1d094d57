"""The body of a request, and the instances that it holds as JSON, JSON Lines or CSV."""

from __future__ import annotations

import csv
import io
import json
import re
from typing import TYPE_CHECKING, NamedTuple

from .problems import Problem

if TYPE_CHECKING:
    from collections.abc import Sequence
    from typing import Any, NoReturn

    from .contract import Feature

JSON = "application/json"
JSON_LINES = ("application/jsonlines", "application/x-ndjson", "application/x-jsonlines", "application/json-lines")
CSV = "text/csv"
NUMBER = re.compile(r"[+-]?(\d+\.?\d*|\.\d+)([eE][+-]?\d+)?", re.ASCII)
INTEGER = re.compile(r"[+-]?\d{1,19}", re.ASCII)
BOOLEANS = {"true": True, "false": False, "1": True, "0": False}


class Instances(NamedTuple):
    """The instances of a request, and the JSON text (or JSON ``lines``) that they were parsed from, if any.

    Only the text can show a key that is given more than once.
    """

    rows: list[Any]
    text: str = ""
    lines: bool = False


class Body:
    """A body as it was sent: text of a content type."""

    __slots__ = ("_content_type", "text")

    def __init__(self, text: str, content_type: str) -> None:
        self.text = text
        self._content_type = content_type

    @property
    def is_plain_json(self) -> bool:
        """Whether the body is text whose content type is exactly JSON, or not given."""
        kind = self._content_type
        return bool(self.text) and (kind == JSON or kind.partition(";")[0].strip() in (JSON, ""))

    def instances(self, features: Sequence[Feature], limit: int) -> Instances:
        """Return the instances, at most ``limit``. Raises Problem for whatever is wrong with the form of the body."""
        if not self.text:
            raise Problem("body_empty")
        kind = self._content_type.partition(";")[0].strip().lower() or JSON
        if kind == JSON or kind.endswith("+json"):
            try:
                document = parse(self.text)
            except (ValueError, RecursionError) as error:
                raise _malformed("JSON", error) from None
            return Instances(_instances_of(document, limit), self.text)
        if kind in JSON_LINES:
            return Instances(_sized(_lines(self.text), limit), self.text, lines=True)
        if kind == CSV:
            return Instances(_table(features, self.text, self._content_type, limit))
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


def _malformed(form: str, error: Exception) -> Problem:
    """Return the problem of a body that is not of its format: where, but not what."""
    where = f" at line {error.lineno}, column {error.colno}" if isinstance(error, json.JSONDecodeError) else ""
    return Problem("body_malformed", f"The body is not valid {form}{where}.")


def _instances_of(document: Any, limit: int) -> list[Any]:
    if type(document) is not dict or "instances" not in document:
        raise Problem("instances_missing")
    if len(document) > 1:
        raise Problem("instances_missing", f"The body has {len(document) - 1} unknown member(s) beside instances.")
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


def _table(features: Sequence[Feature], text: str, content_type: str, limit: int) -> list[Any]:
    try:
        file = io.StringIO(text.removeprefix("\ufeff"), newline="")
        rows = list(filter(None, csv.reader(file, strict=True))) or [[]]
    except csv.Error as error:
        raise _malformed("CSV", error) from None
    names = [feature.name for feature in features]
    header = "header=present" in content_type
    if not header and "header=absent" not in content_type:
        header = {name.strip() for name in rows[0]} <= set(names)
    if header:
        names = [name.strip() for name in rows.pop(0)]
        if len(set(names)) < len(names) or not set(map(len, rows)) <= {len(names)}:
            raise Problem("body_malformed", "The CSV header repeats a name, or a row has a different number of fields.")
    known = {feature.name: feature for feature in features}
    columns = [known.get(name) for name in names]
    instances: list[Any] = []
    for row in _sized(rows, limit):
        values = list(map(_field_value, columns, row)) if len(row) == len(columns) else row
        instances.append(dict(zip(names, values, strict=True)) if header else values)
    return instances


def _field_value(feature: Feature | None, text: str) -> Any:
    """Return a field as JSON would carry it. Text that is not of the feature's type stays text, and is rejected later."""
    if text == "":
        return None
    kind = feature.type if feature else ""
    if kind in ("number", "integer"):
        if INTEGER.fullmatch(text):
            return int(text)
        return float(text) if NUMBER.fullmatch(text) else text
    return BOOLEANS.get(text.lower(), text) if kind == "boolean" else text
