# SPDX-License-Identifier: Apache-2.0
"""A contract in a YAML file, read as Terraform reads it. The handler gets its contract from Terraform, as JSON.

Terraform follows YAML 1.2 for numbers and YAML 1.1 for booleans; a key is text, a merge overrides the keys before it, and anything that is
not JSON is an error. PyYAML alone reads some words otherwise: ``y`` as text, ``1e3`` as text, ``010`` as 8 and ``1:30`` as 90.
tests/yaml/documents.yaml lists documents that a test compares with Terraform's ``yamldecode``. One kind differs: a number with more digits
than a float keeps is an error here, and text of all its digits there.
"""

from __future__ import annotations

import re
from base64 import b64decode
from datetime import datetime
from decimal import Decimal
from math import isfinite
from typing import TYPE_CHECKING

import yaml
from prediction_api.contract import load
from prediction_api.contract_values import number_text

if TYPE_CHECKING:
    from pathlib import Path
    from typing import Any

    from prediction_api.contract import Contract

BOOLEANS = {
    form: value
    for words, value in (("y yes on true", True), ("n no off false", False))
    for word in words.split()
    for form in (word, word.capitalize(), word.upper())
}
# The layouts that go-cty-yaml resolves to a time (its resolve.go); a date that is not one of them stays text.
TIME = re.compile(
    r"([0-9]{4}-[0-9]{1,2}-[0-9]{1,2})(?:(?:[Tt]([0-9]{1,2}:[0-9]{1,2}:[0-9]{1,2})([.,][0-9]+)?(Z|[-+][0-9]{2}:[0-9]{2}))"
    r"| +([0-9]{1,2}:[0-9]{1,2}:[0-9]{1,2})([.,][0-9]+)?)?"
)
INTEGER = "[-+]?[0-9]+|0x[0-9a-fA-F]+|0o[0-7]+"
FLOAT = r"[-+]?(\.[0-9]+|[0-9]+(\.[0-9]*)?)([eE][-+]?[0-9]+)?|[-+]?\.(inf|Inf|INF)|\.(nan|NaN|NAN)"
TAG = "tag:yaml.org,2002:"
RESOLVED = {f"{TAG}{name}" for name in ("int", "float", "bool", "null", "timestamp")}


class Loader(yaml.SafeLoader):
    """PyYAML's loader with Terraform's scalars, keys, merges and errors."""

    yaml_implicit_resolvers: dict[str, Any] = {}  # noqa: RUF012 - PyYAML's own form
    ESCAPE_REPLACEMENTS: Any = {escape: text for escape, text in yaml.SafeLoader.ESCAPE_REPLACEMENTS.items() if escape != "/"}  # type: ignore[misc]  # noqa: RUF012

    def scan_to_next_token(self) -> None:
        """Skip tabs as well as blanks behind a token."""
        before = self.buffer[self.pointer - self.column : self.pointer].strip(" \t")
        while before.strip("-") and self.peek() in (" ", "\t"):
            self.forward()
        super().scan_to_next_token()

    def scan_directive(self) -> Any:
        """Accept %YAML 1.1 and %TAG only."""
        token: Any = super().scan_directive()
        if token.name not in ("YAML", "TAG") or (token.name == "YAML" and token.value != (1, 1)):
            raise _error("only YAML 1.1 and tags can be declared", token.start_mark)
        return token

    def compose_node(self, parent: yaml.Node | None, index: Any) -> yaml.Node | None:
        """Compose a node; a second anchor of a name replaces the first one, and an alias cannot be a key."""
        event: Any = self.peek_event()  # type: ignore[no-untyped-call]
        if isinstance(event, yaml.AliasEvent):
            if isinstance(parent, yaml.MappingNode) and index is None:
                raise _error("an alias cannot be a key", event.start_mark)
        else:
            self.anchors.pop(event.anchor, None)
            if event.tag == "!":
                raise _error("a tag without a name", event.start_mark)
        node: yaml.Node | None = super().compose_node(parent, index)
        if isinstance(node, yaml.ScalarNode) and not isinstance(event, yaml.AliasEvent):
            node.tag = self._tag(node, event.tag)
        return node

    def _tag(self, node: yaml.ScalarNode, written: str | None) -> str:
        """Return the tag of a scalar: a written one decides only between text and what the scalar is without it."""
        if any("\ud800" <= letter <= "\udfff" for letter in node.value):
            raise _error("half of a surrogate pair", node.start_mark)
        if written not in RESOLVED or (written == f"{TAG}null" and node.style is None):
            return str(node.tag)
        if node.style is not None:
            return f"{TAG}str"
        resolved = str(self.resolve(yaml.ScalarNode, node.value, (True, False)))  # type: ignore[no-untyped-call]
        if resolved == f"{TAG}str":
            raise _error(f"not a value of the type {written.removeprefix(TAG)}", node.start_mark)
        return resolved

    def construct_mapping(self, node: yaml.MappingNode, deep: bool = False) -> dict[Any, Any]:  # noqa: ARG002 - PyYAML's own form
        """Return an object, whose keys are texts. The members of a merge replace those before it."""
        found: dict[str, Any] = {}
        for key, value in node.value:
            if isinstance(key, yaml.ScalarNode) and key.value == "<<":
                if not isinstance(value, yaml.MappingNode):
                    raise _error("only an object can be merged", value.start_mark)
                found |= self.construct_mapping(value, deep=True)
            else:
                found[self._key(key)] = self.construct_object(value, deep=True)
        return found

    def _key(self, node: yaml.Node) -> str:
        key = self.construct_object(node, deep=True) if isinstance(node, yaml.ScalarNode) else None
        if key is None:
            raise _error("a key is text", node.start_mark)
        if isinstance(key, bool):
            return "true" if key else "false"
        return key if isinstance(key, str) else number_text(key if isinstance(key, int) else float(key))


def read(path: Path) -> Contract:
    """Return the contract in a file. Raises ContractError if it cannot be served, and yaml.YAMLError if it is not YAML."""
    return load(parse(path.read_text(encoding="utf-8")))


def parse(text: str) -> Any:
    """Return a YAML document as Terraform's ``yamldecode`` does, times as text included. Raises yaml.YAMLError."""
    loader = Loader(text)
    try:
        node = loader.get_single_node()
        if node is None:
            raise yaml.YAMLError("the file is empty")
        return loader.construct_document(node)
    finally:
        loader.dispose()


def _error(problem: str, mark: Any) -> yaml.MarkedYAMLError:
    return yaml.MarkedYAMLError(problem=problem, problem_mark=mark)


def time(_loader: Loader, node: yaml.ScalarNode) -> str:
    """Return a date or a time as Terraform's text: RFC 3339 in seconds, in UTC if no offset is written; other text as it is."""
    found = TIME.fullmatch(node.value)
    if not found:
        return str(node.value)
    day, clock, _, offset, local, _ = found.groups()
    try:
        numbers = [int(number) for number in (*day.split("-"), *(clock or local or "0:0:0").split(":"))]
        minutes = [int(number) for number in (offset or "").strip("Z+-").split(":") if number]
        moment = datetime(*numbers)  # type: ignore[arg-type]  # noqa: DTZ001 - the offset is text
    except ValueError:
        return str(node.value)
    if minutes and (minutes[0] > 24 or minutes[1] > 60):  # noqa: PLR2004 - Go's limits
        return str(node.value)
    total = minutes[0] * 60 + minutes[1] if minutes else 0
    zone = f"{offset[0]}{total // 60:02}:{total % 60:02}" if offset and total else "Z"
    return f"{moment.isoformat()}{zone}"


def _integer(_loader: Loader, node: yaml.ScalarNode) -> int:
    base = {"0x": 16, "0o": 8}.get(node.value[:2], 10)
    return int(node.value, base)


def _float(_loader: Loader, node: yaml.ScalarNode) -> float:
    number = float("inf") if "n" in node.value.lower() else float(node.value)
    if not isfinite(number):
        raise _error(f"{node.value} is not a finite number", node.start_mark)
    if Decimal(node.value) != Decimal(repr(number)):
        raise _error(f"{node.value} has more digits than a number keeps; put text in quotes", node.start_mark)
    return number + 0.0  # no negative zero


def _binary(_loader: Loader, node: yaml.ScalarNode) -> str:
    try:
        b64decode(node.value, validate=True)
    except ValueError:
        raise _error("not base64", node.start_mark) from None
    return str(node.value)


def _unknown(_loader: Loader, node: yaml.Node) -> Any:
    raise _error(f"the tag {node.tag.replace(TAG, '!!')} is not supported", node.start_mark)


def _add(name: str, pattern: str | None, construct: Any = None) -> None:
    if pattern is not None:
        Loader.add_implicit_resolver(f"{TAG}{name}", re.compile(f"^(?:{pattern})$"), None)
    if construct:
        Loader.add_constructor(f"{TAG}{name}", construct)


_add("null", "~|null|Null|NULL|")
_add("bool", "|".join(BOOLEANS), lambda _, node: BOOLEANS[node.value])
_add("int", INTEGER, _integer)
_add("float", FLOAT, _float)
_add("timestamp", TIME.pattern, time)
_add("binary", None, _binary)
for collection in ("set", "omap", "pairs"):
    _add(collection, None, _unknown)
