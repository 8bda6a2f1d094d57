"""The part of CloudWatch's metric math that alarms on a few metrics use: arithmetic, comparisons, ABS, IF, MAX, MIN, SUM and AVG."""

from __future__ import annotations

import ast
import operator
from statistics import fmean
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

_OPERATORS: Final[dict[type[ast.operator | ast.cmpop], Callable[[float, float], float]]] = {
    ast.Add: operator.add,
    ast.Sub: operator.sub,
    ast.Mult: operator.mul,
    ast.Div: operator.truediv,
    ast.Gt: operator.gt,
    ast.GtE: operator.ge,
    ast.Lt: operator.lt,
    ast.LtE: operator.le,
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
        case ast.BinOp(left, sign, right) | ast.Compare(left, [sign], [right]) if type(sign) in _OPERATORS:
            first, second = _value(left, values), _value(right, values)
            return None if first is None or second is None else float(_OPERATORS[type(sign)](first, second))
        case ast.Call(func=ast.Name(id="ABS"), args=[argument]):
            found = _value(argument, values)
            return None if found is None else abs(found)
        case ast.Call(func=ast.Name(id="IF"), args=[condition, true, false]):
            chosen = _value(condition, values)
            return None if chosen is None else _value(true if chosen else false, values)
        case ast.Call(func=ast.Name(id=name), args=[ast.List(elts=elements)]) if name in _FUNCTIONS:
            known = [value for element in elements if (value := _value(element, values)) is not None]
            return _FUNCTIONS[name](known) if known else None
    raise ExpressionError(ast.unparse(node))
