# SPDX-License-Identifier: Apache-2.0
"""Which value of which instance is wrong, and why: value by value, each named by a JSON pointer.

Used for requests that the fast checks cannot confirm. Error details never repeat a value.
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from .feature_checks import number_rules
from .number_rules import LISTED, listed
from .problems import UNCONFIRMED, Problem

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from typing import Any

    from .body import Instances
    from .contract import Contract, Feature
    from .feature_checks import Check, Values

    Evaluate = Callable[[Sequence[Values]], list[Values]]

ERRORS_LISTED = 20  # errors in one response; error_count counts the rest
REQUIRED = ("required", "is required and must not be null")
INVALID = {
    "date": ("date", "must be a valid date, as YYYY-MM-DD"),
    "datetime": ("datetime", "must be a valid date and time, as YYYY-MM-DD HH:MM:SS, without a time zone"),
    "string": ("text", "must be printable, without commas, quotes or surrounding spaces, and neither empty nor nan"),
}
LONGEST_NAME = 100  # characters of a caller's own key that a pointer repeats


class Report:
    """The first errors in a request, and how many there are."""

    def __init__(self) -> None:
        self.count = 0
        self.errors: list[dict[str, str]] = []

    def add(self, code: str, pointer: str, detail: str) -> None:
        """Add one error."""
        self.count += 1
        if self.count <= ERRORS_LISTED:
            self.errors.append({"code": code, "pointer": pointer, "detail": detail})

    def problem(self) -> Problem:
        """Return the problem that lists the errors."""
        first = self.errors[0]
        more = f" (and {self.count - 1} more)" if self.count > 1 else ""
        detail = f"{first['pointer']}: {first['detail']}{more}"
        return Problem("instances_invalid", detail, errors=self.errors, error_count=self.count)


class Marked(dict):  # type: ignore[type-arg]
    """A JSON object that remembers which of its keys were given more than once."""

    def __init__(self, pairs: list[tuple[str, Any]]) -> None:
        super().__init__(pairs)
        seen: set[str] = set()
        self.repeated: set[str] = set()
        for name, _ in pairs:
            (self.repeated if name in seen else seen).add(name)


def examine(contract: Contract, checks: Sequence[Check], instances: Instances) -> list[Any]:
    """Return the checked values by feature. Raises Problem with every error if any value is wrong."""
    report = Report()
    rows = instances.rows
    if instances.text:
        rows, document = _parse(instances, _marked)
        _report_duplicates(document, "", report)
    values = _Values(contract, checks, report)
    accepted = [values.instance(row, f"/instances/{position}") for position, row in enumerate(rows)]
    if report.count:
        raise report.problem()
    return [list(column) for column in zip(*accepted, strict=True)]


def has_duplicate_keys(instances: Instances) -> bool:
    """Whether a key is given more than once anywhere in the text of the instances."""
    found = []

    def look(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
        plain = dict(pairs)
        if len(plain) < len(pairs):
            found.append(plain)
        return plain

    _parse(instances, look)
    return bool(found)


def uncomputable(contract: Contract, evaluates: Sequence[Evaluate], accepted: list[Values], rows: list[Any]) -> Problem:
    """Return the problem that names each value from which a column cannot be computed."""
    report = Report()
    for position, values in enumerate(zip(*accepted, strict=True)):
        for column, evaluate in zip(contract.model_columns, evaluates, strict=True):
            try:
                evaluate([(value,) for value in values])
            except UNCONFIRMED:
                form = rows[position]
                inner = "/features" if "features" in form else ""
                key = column.index if inner or isinstance(form, list) else column.feature.name
                detail = f"the model's column {column.spec!r} has no finite value for it"
                report.add("domain", f"/instances/{position}{inner}/{key}", detail)
    return report.problem()


def _marked(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    plain = dict(pairs)
    return plain if len(plain) == len(pairs) else Marked(pairs)


def _parse(instances: Instances, hook: Callable[[list[tuple[str, Any]]], Any]) -> tuple[list[Any], Any]:
    """Return the instances parsed again with a hook for objects, and the document that holds them."""
    decode = json.JSONDecoder(object_pairs_hook=hook).decode
    if instances.lines:
        return [decode(line) for line in instances.text.split("\n") if line.strip()], None
    document = decode(instances.text)
    return document["instances"], document


def _report_duplicates(node: Any, pointer: str, report: Report) -> None:
    for name in sorted(getattr(node, "repeated", ())):
        report.add("duplicate_key", _join(pointer, name), "this key is given more than once")


def _join(pointer: str, name: str) -> str:
    if len(name) > LONGEST_NAME or not name.isprintable():
        return pointer
    return f"{pointer}/{name.replace('~', '~0').replace('/', '~1')}"


class _Values:
    """Examines instances and adds what is wrong to a report."""

    def __init__(self, contract: Contract, checks: Sequence[Check], report: Report) -> None:
        self._features = contract.features
        self._names = [feature.name for feature in contract.features]
        self._checks = checks
        self._rules = number_rules(contract)
        self._report = report

    def instance(self, instance: Any, pointer: str) -> list[Any]:
        """Return the checked values of an instance; if it adds errors, they are incomplete."""
        if isinstance(instance, dict):
            _report_duplicates(instance, pointer, self._report)
            if "features" not in instance:
                return self._named(instance, pointer)
            for name in instance.keys() - {"features"}:
                self._report.add("unknown_field", _join(pointer, name), "no other members are allowed next to features")
            instance, pointer = instance["features"], pointer + "/features"
            if not isinstance(instance, list):
                self._report.add("type", pointer, "must be an array of values; put named values in the instance itself")
                return []
        if not isinstance(instance, list):
            detail = 'must be an array of values, {"features": [...]} or an object of named values'
            self._report.add("type", pointer, detail)
            return []
        return self._positional(instance, pointer)

    def _positional(self, instance: list[Any], pointer: str) -> list[Any]:
        names = self._names
        if len(instance) != len(names):
            expected = ", ".join(names[:LISTED]) + (", ..." if len(names) > LISTED else "")
            self._report.add("feature_count", pointer, f"{len(instance)} values instead of {len(names)}: {expected}")
            return []
        return [self._value(index, value, f"{pointer}/{index}") for index, value in enumerate(instance)]

    def _named(self, instance: dict[str, Any], pointer: str) -> list[Any]:
        for name in sorted(instance.keys() - set(self._names)):
            self._report.add("unknown_field", _join(pointer, name), "no feature has this name")
        return [self._value(index, instance.get(name), f"{pointer}/{name}") for index, name in enumerate(self._names)]

    def _value(self, index: int, value: Any, pointer: str) -> Any:
        feature, rule = self._features[index], self._rules[index]
        if value is None:
            value = feature.default
        if value is None and feature.optional:
            return None
        reason = None
        if value is None:
            reason = REQUIRED
        elif rule:
            value = rule.normalized(value)
            reason = rule.problem(value)
            if reason is None:
                return value
        else:
            try:
                return self._checks[index]((value,))[0]
            except UNCONFIRMED:
                reason = _reason(feature, value)
        self._report.add(reason[0], pointer, f"{feature.name} {reason[1]}")
        return None


def _reason(feature: Feature, value: Any) -> tuple[str, str]:
    """Return the code and the detail of what is wrong with a boolean, text or date."""
    if not isinstance(value, str) or feature.type == "boolean":
        return "type", "must be true or false" if feature.type == "boolean" else "must be a string"
    if feature.values:
        return "value", f"must be one of {listed(feature.values)}"
    if feature.max_length is not None and len(value) > feature.max_length:
        return "too_long", f"must have at most {feature.max_length} characters"
    return INVALID[feature.type]
