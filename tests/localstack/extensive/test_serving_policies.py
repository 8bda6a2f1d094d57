"""A root module with every permission that the modules can write."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from permissions_stack import applied_grants

if TYPE_CHECKING:
    from collections.abc import Callable


def test_the_plan_after_its_apply_is_empty(terraform: Callable[..., Any], client: Callable[[str], Any]) -> None:
    assert applied_grants(terraform, client).changes() == ""
