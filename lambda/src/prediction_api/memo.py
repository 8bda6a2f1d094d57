# SPDX-License-Identifier: Apache-2.0
"""Values of a function that are kept, because requests ask for the same ones again and again."""

from __future__ import annotations

from time import monotonic
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable


class Memo[Key, Value](dict[Key, Value]):
    """A function's values by argument: ``memo[key]`` computes a value once.

    A lookup is a quarter of ``repr`` of a float. Keys that are equal share one value. At more than ``size`` values,
    all are dropped. If the function raises an exception, nothing is kept.
    """

    __slots__ = ("_function", "_size")

    def __init__(self, function: Callable[[Key], Value], size: int) -> None:
        super().__init__()
        self._function = function
        self._size = size

    def __missing__(self, key: Key) -> Value:
        """Compute, keep and return the value of a new key."""
        value = self._function(key)
        if len(self) > self._size:
            self.clear()
        self[key] = value
        return value


class Recent[Value]:
    """A function's value that is kept for some seconds, and then computed again when it is next asked for."""

    __slots__ = ("_clock", "_expires", "_function", "_seconds", "_value")

    def __init__(self, function: Callable[[], Value], seconds: float, clock: Callable[[], float] = monotonic) -> None:
        self._function = function
        self._seconds = seconds
        self._clock = clock
        self._expires = float("-inf")
        self._value: Value

    def value(self) -> Value:
        """Return the value. If the function raises an exception, nothing is kept."""
        if self._clock() >= self._expires:
            self._value = self._function()
            self._expires = self._clock() + self._seconds
        return self._value
