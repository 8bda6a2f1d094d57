"""The planned resources of any configuration, with the expressions that they come from."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterable, Iterator
from typing import TYPE_CHECKING, Any, NamedTuple

if TYPE_CHECKING:
    from pathlib import Path

Json = dict[str, Any]


class Resource(NamedTuple):
    """A managed resource: the values that are known at plan time, and the expressions in its configuration."""

    address: str
    type: str
    values: Json
    expressions: Json


Rule = Callable[[list[Resource]], list[str]]
"""A rule returns a sentence for each violation: the resource's address, what was found, and what to write."""


class NothingToCheck(str):
    """A finding that a plan has nothing to check. Scenarios report it; check.py, which is for plans of any stack, does not."""

    __slots__ = ()


def read_plan(path: Path) -> list[Resource]:
    """Return the managed resources in the JSON of a plan or a state."""
    plan = json.loads(path.read_text(encoding="utf-8"))
    expressions = dict(_configured(plan.get("configuration", {}).get("root_module", {}), ""))
    root = plan.get("planned_values", plan.get("values", {})).get("root_module", {})
    return [
        Resource(
            address=found["address"],
            type=found["type"],
            values=found.get("values") or {},
            expressions=expressions.get(unindexed(found["address"]), {}),
        )
        for found in _planned(root)
        if found["mode"] == "managed"
    ]


def _planned(module: Json) -> Iterator[Json]:
    yield from module.get("resources", [])
    for child in module.get("child_modules", []):
        yield from _planned(child)


def _configured(module: Json, prefix: str) -> Iterator[tuple[str, Json]]:
    for resource in module.get("resources", []):
        yield prefix + resource["address"], resource.get("expressions", {})
    for name, call in module.get("module_calls", {}).items():
        yield from _configured(call.get("module", {}), f"{prefix}module.{name}.")


# A name in an address, with its index: the number of a count, or the key of a for_each, which may contain dots, brackets and quotes.
_NAME = re.compile(r'[\w-]+(?:\[(?:"(?:[^"\\]|\\.)*"|\d+)\])?')


# An address at the beginning of a finding, which continues with ": " or with the part of the resource, such as ", statement Everything".
_HEAD = re.compile(rf"{_NAME.pattern}(?:\.{_NAME.pattern})+(?=: |, )")


def address_of(finding: str) -> str:
    """Return the address at the beginning of a finding; empty if it is about the whole plan."""
    found = _HEAD.match(finding)
    return found[0] if found else ""


def unindexed(address: str) -> str:
    """Return an address without the indexes of count and for_each."""
    return ".".join(name.partition("[")[0] for name in _NAME.findall(address))


def module_of(address: str) -> str:
    """Return the address of the module that contains a resource, with its indexes; empty for the root module."""
    return ".".join(_NAME.findall(address)[:-2])


def index_of(address: str) -> str:
    """Return the index of a resource within its module, in brackets; empty if it has none."""
    *_, name = _NAME.findall(address)
    return str(name.removeprefix(name.partition("[")[0]))


def of_types(resources: Iterable[Resource], *types: str) -> list[Resource]:
    """Return the resources of some types."""
    return [resource for resource in resources if resource.type in types]


def listed(value: object) -> list[Any]:
    """Return a list as it is, no list for null, and a list of anything else."""
    if value is None:
        return []
    return value if isinstance(value, list) else [value]


def block(values: Json, name: str) -> Json:
    """Return the only block of that name, or an empty dictionary."""
    return next(iter(listed(values.get(name))), None) or {}


def is_positive(number: object) -> bool:
    """Return whether a value is a number above 0."""
    return isinstance(number, int | float) and number > 0


def is_set(values: Json, attribute: str) -> bool:
    """Return whether an attribute has a value, known or not: the JSON of a plan leaves out what is unknown until apply."""
    return attribute not in values or values[attribute] not in (None, "", [])


def is_same(one: Resource, other: Resource, attribute: str, target: str) -> bool:
    """Return whether an attribute of one resource names another: by its value, or if that is unknown, by a reference."""
    if attribute in one.values and target in other.values:
        return bool(one.values[attribute] == other.values[target])
    return refers(one, other, attribute)


def refers(one: Resource, other: Resource, attribute: str) -> bool:
    """Return whether the expression of an attribute refers to another resource, or to the output of a module that contains it."""
    home = module_of(one.address)
    inside = unindexed(home)
    depth = 2 * (inside.count("module.") + 1)
    for reference in one.expressions.get(attribute, {}).get("references", []):
        named = re.sub(r'\["[^"]*"\]|\[\w+(\.\w+)*\]', "", f"{inside}.{reference}" if inside else reference)
        owner = ".".join(named.split(".")[:depth]) if reference.startswith("module.") else ""
        if owner and unindexed(other.address).startswith(f"{owner}."):
            return True
        if module_of(other.address) == home and f"{named}.".startswith(f"{unindexed(other.address)}."):
            return True
    return False
