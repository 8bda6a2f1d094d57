"""Replacing methods of LocalStack's classes."""

from __future__ import annotations

import functools
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable
    from types import ModuleType


def mends[Result](owner: type | ModuleType, name: str) -> Callable[[Callable[..., Result]], Callable[..., Result]]:
    """Return a decorator: its function takes the place of a method, and gets the method as its first argument."""

    def replace(new: Callable[..., Result]) -> Callable[..., Result]:
        original = getattr(owner, name)

        @functools.wraps(original)
        def method(*args: object, **kwargs: object) -> Result:
            return new(original, *args, **kwargs)

        setattr(owner, name, method)
        return new

    return replace
