"""Every complete module call in a page plans: each `hcl` block is copied into an empty root module. `make test` plans the README's."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from documentation import blocks, pasted

if TYPE_CHECKING:
    from planning import Planner


PAGES = {where: block for where, block in blocks("hcl").items() if not where.startswith("README.md:")}


@pytest.mark.parametrize(("where", "block"), PAGES.items(), ids=PAGES)
def test_a_module_call_in_a_page_plans_without_a_warning(where: str, block: str, planner: Planner) -> None:
    assert planner.plan(pasted(where, block, planner.tree)).warnings == []
