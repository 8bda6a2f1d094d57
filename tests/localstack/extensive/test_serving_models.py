"""Many models behind one API, and a second API of their endpoint: nothing is left to apply."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from cities import apply_cities

if TYPE_CHECKING:
    from collections.abc import Callable


def test_the_plan_after_the_apply_is_empty(terraform: Callable[..., Any], client: Callable[..., Any]) -> None:
    assert apply_cities(terraform, client).changes() == ""
