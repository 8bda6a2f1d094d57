"""The part of CloudWatch's metric math that alarms on a few metrics use: arithmetic, MAX, MIN, SUM and AVG."""

from __future__ import annotations

import ast
import operator
from statistics import fmean
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

_OPERATORS: Final[dict[type[ast.operator], Callable[[float, float], float]]] = {
    ast.Add: operator.add,
    ast.Sub: operator.sub,
    ast.Mult: operator.mul,
    ast.Div: operator.truediv,
}
_FUNCTIONS: Final[dict[str, Callable[[list[float]], float]]] = {"MAX": max, "MIN": min, "SUM": sum, "AVG": fmean}


class ExpressionError(Exception):
    """The expression uses something that this module does not support."""


def evaluate(expression: str, values: Mapping[str, float | None]) -> float | None:
    """Evaluate ``expression`` for one period; None if a metric that it needs has no data. Raises ExpressionError."""
    try:
        return _value(ast.parse(expression, mode="eval").body, values)
    except SyntaxError as error:
        raise ExpressionError(expression) from error
    except ZeroDivisionError:
        return None


def _value(node: ast.expr, values: Mapping[str, float | None]) -> float | None:
    match node:
        case ast.Constant(value=int() | float() as number):
            return float(number)
        case ast.Name(id=name) if name in values:
            return values[name]
        case ast.BinOp(left, sign, right) if type(sign) in _OPERATORS:
            first, second = _value(left, values), _value(right, values)
            return None if first is None or second is None else _OPERATORS[type(sign)](first, second)
        case ast.Call(func=ast.Name(id=name), args=[ast.List(elts=elements)]) if name in _FUNCTIONS:
            found = [value for element in elements if (value := _value(element, values)) is not None]
            return _FUNCTIONS[name](found) if found else None
    raise ExpressionError(ast.unparse(node))
