# SPDX-License-Identifier: Apache-2.0
"""A Terraform module that only computes: variables in, outputs out."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from .expressions import Name
from .syntax import parse
from .types import convert
from .values import TerraformError, imported

if TYPE_CHECKING:
    from collections.abc import Mapping
    from importlib.resources.abc import Traversable

    from .expressions import Expression
    from .syntax import Block


class Module:
    """The variables, local values and outputs of a folder's *.tf files."""

    def __init__(self, folder: Traversable) -> None:
        files = sorted((file for file in folder.iterdir() if file.name.endswith(".tf")), key=lambda file: file.name)
        blocks = [block for file in files for block in parse(file.read_text(encoding="utf-8")).blocks]
        self._variables = {block.labels[0]: block for block in blocks if block.kind == "variable"}
        self._outputs = {block.labels[0]: block.attributes["value"] for block in blocks if block.kind == "output"}
        self._locals = {name: value for block in blocks if block.kind == "locals" for name, value in block.attributes.items()}

    def outputs(self, names: list[str], variables: Mapping[str, Any]) -> dict[str, Any]:
        """Return outputs by name. Raises TerraformError if a variable has no value of its type."""
        scope: dict[str, Any] = {"var": _Variables(self._variables, variables)}
        scope["local"] = _Locals(self._locals, scope)
        return {name: self._outputs[name].evaluate(scope) for name in names}

    def local(self, name: str) -> Any:
        """Return a local value that depends on no variable."""
        scope: dict[str, Any] = {}
        scope["local"] = _Locals(self._locals, scope)
        return self._locals[name].evaluate(scope)

    def type_of(self, variable: str) -> Expression:
        """Return the type of a variable."""
        return self._variables[variable].attributes["type"]


class _Variables:
    """`var`: values as the types of their variables."""

    def __init__(self, blocks: Mapping[str, Block], given: Mapping[str, Any]) -> None:
        self._values = {name: _value(block, imported(given.get(name))) for name, block in blocks.items()}

    def member(self, name: str) -> Any:
        return self._values[name]


class _Locals:
    """`local`: values that are computed when they are first needed, and then kept."""

    def __init__(self, expressions: Mapping[str, Expression], scope: Mapping[str, Any]) -> None:
        self._expressions = expressions
        self._scope = scope
        self._values: dict[str, Any] = {}

    def member(self, name: str) -> Any:
        if name not in self._values:
            self._values[name] = self._expressions[name].evaluate(self._scope)
        return self._values[name]


def _value(block: Block, given: Any) -> Any:
    """Return a variable's value: its default if none is given, converted to its type."""
    if given is None and "default" in block.attributes:
        given = block.attributes["default"].evaluate({})
    elif given is None:
        raise TerraformError(f"{block.labels[0]} is required")
    return convert(given, block.attributes.get("type", Name("any")))
