"""A contract in a YAML file, read as Terraform reads it. For training programs: the handler itself does not use this module.

Terraform follows YAML 1.2 for numbers and YAML 1.1 for booleans. PyYAML alone reads some words otherwise: ``y`` as text,
``1e3`` as text, ``010`` as 8 and ``1:30`` as 90. A test compares this reader with Terraform's ``yamldecode``.
"""

from __future__ import annotations

import re
from datetime import date
from typing import TYPE_CHECKING

import yaml

from .contract import load

if TYPE_CHECKING:
    from pathlib import Path
    from typing import Any

    from .contract import Contract

BOOLEANS = {
    form: value
    for words, value in (("y yes on true", True), ("n no off false", False))
    for word in words.split()
    for form in (word, word.capitalize(), word.upper())
}
DATE = re.compile("([0-9]{4})-([0-9]{1,2})-([0-9]{1,2})(?:(?:[Tt]|[ \t]+)[0-9:.]+[ \t]*(?:[Zz]|[-+][0-9:]+)?)?")
INTEGER = "[-+]?[0-9]+|0x[0-9a-fA-F]+|0o[0-7]+"
FLOAT = r"[-+]?(\.[0-9]+|[0-9]+(\.[0-9]*)?)([eE][-+]?[0-9]+)?|[-+]?\.(inf|Inf|INF)|\.(nan|NaN|NAN)"


class Loader(yaml.SafeLoader):
    """PyYAML's loader with Terraform's scalars."""

    yaml_implicit_resolvers: dict[str, Any] = {}  # noqa: RUF012 - PyYAML's own form


def read(path: Path) -> Contract:
    """Return the contract in a file. Raises ContractError if it cannot be served, and yaml.YAMLError if it is not YAML."""
    return load(parse(path.read_text(encoding="utf-8")))


def parse(text: str) -> Any:
    """Return a YAML document as Terraform's ``yamldecode`` does, but dates as dates."""
    return yaml.load(text, Loader)  # noqa: S506 - a SafeLoader


def _date(loader: Loader, node: yaml.ScalarNode) -> Any:
    found = DATE.fullmatch(node.value)
    try:
        return date(*map(int, found.groups()[:3])) if found else node.value
    except ValueError:  # no such day: Terraform leaves it as text
        return loader.construct_scalar(node)


def _integer(_loader: Loader, node: yaml.ScalarNode) -> int:
    base = {"0x": 16, "0o": 8}.get(node.value[:2], 10)
    return int(node.value, base)


def _add(tag: str, pattern: str, construct: Any = None) -> None:
    Loader.add_implicit_resolver(tag, re.compile(f"^(?:{pattern})$"), None)
    if construct:
        Loader.add_constructor(tag, construct)


_add("tag:yaml.org,2002:null", "~|null|Null|NULL|")
_add("tag:yaml.org,2002:bool", "|".join(BOOLEANS), lambda _, node: BOOLEANS[node.value])
_add("tag:yaml.org,2002:int", INTEGER, _integer)
_add("tag:yaml.org,2002:float", FLOAT)
_add("tag:yaml.org,2002:timestamp", DATE.pattern, _date)
_add("tag:yaml.org,2002:merge", "<<")
