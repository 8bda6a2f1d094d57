# SPDX-License-Identifier: Apache-2.0
"""Expressions of Terraform's language. Each evaluates to a value in a scope, or fails with TerraformError."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Context, Decimal
from typing import TYPE_CHECKING, Any, Protocol

from .functions import call
from .values import TerraformError, elements, equal, exact, is_number, to_bool, to_number, to_string

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    Scope = Mapping[str, Any]

PRECISION = Context(prec=154)  # the decimal digits of Terraform's 512 bits


class Members(Protocol):
    """The values behind `local` and `var`, computed when they are first needed."""

    def member(self, name: str) -> Any:
        """Return a member's value. Raises TerraformError."""


class Expression(Protocol):
    """Anything that has a value."""

    def evaluate(self, scope: Scope) -> Any:
        """Return the value. Raises TerraformError."""


@dataclass(frozen=True)
class Literal:
    """A number, a boolean, null, or a text without references."""

    value: Any

    def evaluate(self, _scope: Scope) -> Any:
        """Return the value."""
        return self.value


@dataclass(frozen=True)
class Name:
    """The first name of a reference: `local`, `var`, or one that a `for` declares."""

    name: str

    def evaluate(self, scope: Scope) -> Any:
        """Return what the name stands for."""
        try:
            return scope[self.name]
        except KeyError:
            raise TerraformError(f"{self.name} is not declared") from None


@dataclass(frozen=True)
class Template:
    """A text with expressions in it."""

    parts: tuple[Expression, ...]

    def evaluate(self, scope: Scope) -> str:
        """Return the text."""
        return "".join(to_string(part.evaluate(scope)) for part in self.parts)


@dataclass(frozen=True)
class Attribute:
    """`owner.name`."""

    owner: Expression
    name: str

    def evaluate(self, scope: Scope) -> Any:
        """Return the attribute's value."""
        return attribute(self.owner.evaluate(scope), self.name)


@dataclass(frozen=True)
class Element:
    """`owner[key]`."""

    owner: Expression
    key: Expression

    def evaluate(self, scope: Scope) -> Any:
        """Return the element."""
        return element(self.owner.evaluate(scope), self.key.evaluate(scope))


@dataclass(frozen=True)
class Current:
    """The element that the rest of a splat is applied to."""

    def evaluate(self, scope: Scope) -> Any:
        """Return the element."""
        return scope[""]


@dataclass(frozen=True)
class Splat:
    """`owner[*]` and the attributes that follow it."""

    owner: Expression
    each: Expression

    def evaluate(self, scope: Scope) -> list[Any]:
        """Return one value per element; null has none, and any other value is one."""
        value = self.owner.evaluate(scope)
        found = [] if value is None else value if isinstance(value, list) else [value]
        return [self.each.evaluate({**scope, "": item}) for item in found]


@dataclass(frozen=True)
class Items:
    """`[a, b]`."""

    items: tuple[Expression, ...]

    def evaluate(self, scope: Scope) -> list[Any]:
        """Return the list."""
        return [item.evaluate(scope) for item in self.items]


@dataclass(frozen=True)
class Object:
    """`{ key = value }`."""

    items: tuple[tuple[Expression, Expression], ...]

    def evaluate(self, scope: Scope) -> dict[str, Any]:
        """Return the object."""
        return {to_string(key.evaluate(scope)): value.evaluate(scope) for key, value in self.items}


@dataclass(frozen=True)
class For:
    """A `for` in brackets or braces."""

    names: tuple[str, ...]
    values: Expression
    key: Expression | None
    value: Expression
    condition: Expression | None
    grouped: bool

    def evaluate(self, scope: Scope) -> Any:
        """Return a list, or an object if there is a key."""
        pairs = self._pairs(scope)
        if self.key is None:
            return [self.value.evaluate(inner) for inner in pairs]
        found: dict[str, Any] = {}
        for inner in pairs:
            key = to_string(self.key.evaluate(inner))
            if self.grouped:
                found.setdefault(key, []).append(self.value.evaluate(inner))
            elif key in found:
                raise TerraformError(f"two elements have the key {key}")
            else:
                found[key] = self.value.evaluate(inner)
        return found

    def _pairs(self, scope: Scope) -> list[Scope]:
        """Return the scope of each element that the condition accepts."""
        values = self.values.evaluate(scope)
        keys: Any = sorted(values) if isinstance(values, dict) else range(len(elements(values)))
        scopes: list[Scope] = []
        for key, value in zip(keys, elements(values), strict=True):
            inner = {**scope, self.names[-1]: value} if len(self.names) == 1 else {**scope, self.names[0]: key, self.names[1]: value}
            if self.condition is None or to_bool(self.condition.evaluate(inner)):
                scopes.append(inner)
        return scopes


@dataclass(frozen=True)
class Call:
    """`name(arguments)`; the last argument may be expanded with `...`."""

    name: str
    arguments: tuple[Expression, ...]
    expanded: bool

    def evaluate(self, scope: Scope) -> Any:
        """Return the function's value."""
        if self.name == "try":
            return self._try(scope)
        if self.name == "can":
            return self._can(scope)
        arguments = [argument.evaluate(scope) for argument in self.arguments]
        if self.expanded:
            arguments[-1:] = elements(arguments[-1])
        return call(self.name, arguments)

    def _try(self, scope: Scope) -> Any:
        for argument in self.arguments:
            try:
                return argument.evaluate(scope)
            except TerraformError:
                continue
        raise TerraformError("no expression has a value")

    def _can(self, scope: Scope) -> bool:
        try:
            self.arguments[0].evaluate(scope)
        except TerraformError:
            return False
        return True


@dataclass(frozen=True)
class Conditional:
    """`condition ? first : second`."""

    condition: Expression
    first: Expression
    second: Expression

    def evaluate(self, scope: Scope) -> Any:
        """Return the value of one side; the other is not evaluated."""
        return (self.first if to_bool(self.condition.evaluate(scope)) else self.second).evaluate(scope)


@dataclass(frozen=True)
class Unary:
    """`!operand` or `-operand`."""

    operator: str
    operand: Expression

    def evaluate(self, scope: Scope) -> Any:
        """Return the value."""
        value = self.operand.evaluate(scope)
        return not to_bool(value) if self.operator == "!" else -to_number(value)


@dataclass(frozen=True)
class Binary:
    """`first operator second`. Both sides are evaluated, as Terraform does before 1.12."""

    operator: str
    first: Expression
    second: Expression

    def evaluate(self, scope: Scope) -> Any:
        """Return the value."""
        return OPERATORS[self.operator](self.first.evaluate(scope), self.second.evaluate(scope))


def attribute(owner: Any, name: str) -> Any:
    """Return an attribute of an object. Raises TerraformError if there is none."""
    if isinstance(owner, dict):
        if name in owner:
            return owner[name]
        raise TerraformError(f"no attribute {name}")
    if owner is None or isinstance(owner, str | bool | list) or is_number(owner):
        raise TerraformError(f"a {type(owner).__name__} has no attributes")
    members: Members = owner
    return members.member(name)


def element(owner: Any, key: Any) -> Any:
    """Return an element of a list or a map. Raises TerraformError if there is none."""
    if isinstance(owner, dict):
        return attribute(owner, to_string(key))
    if isinstance(owner, list):
        place = to_number(key)
        if isinstance(place, int) and 0 <= place < len(owner):
            return owner[place]
    raise TerraformError("no such element")


def _numbers(compute: Callable[[Any, Any], Any]) -> Callable[[Any, Any], Any]:
    return lambda first, second: compute(to_number(first), to_number(second))


def _divide(first: int | Decimal, second: int | Decimal) -> int | Decimal:
    if second == 0:
        raise TerraformError("division by zero")
    return exact(PRECISION.divide(Decimal(first), Decimal(second)))


OPERATORS: dict[str, Callable[[Any, Any], Any]] = {
    "||": lambda first, second: to_bool(first) | to_bool(second),
    "&&": lambda first, second: to_bool(first) & to_bool(second),
    "==": equal,
    "!=": lambda first, second: not equal(first, second),
    "<": _numbers(lambda first, second: first < second),
    ">": _numbers(lambda first, second: first > second),
    "<=": _numbers(lambda first, second: first <= second),
    ">=": _numbers(lambda first, second: first >= second),
    "+": _numbers(lambda first, second: first + second),
    "-": _numbers(lambda first, second: first - second),
    "*": _numbers(lambda first, second: first * second),
    "/": _numbers(_divide),
    "%": _numbers(lambda first, second: first % second),
}
