"""Every example plans without AWS."""

from __future__ import annotations

import json

import pytest
from planning import TREE, Planner

EXAMPLES = sorted(file.parent.name for file in TREE.glob("examples/*/main.tf"))


@pytest.mark.parametrize("example", EXAMPLES)
def test_an_example_plans_without_a_warning(example: str, planner: Planner) -> None:
    assert planner.plan(f"examples/{example}").warnings == []


@pytest.mark.parametrize("example", EXAMPLES)
def test_the_plan_of_an_example_is_the_same_on_every_machine(example: str, planner: Planner) -> None:
    # a path of this machine in a plan would be a change on the next
    assert str(planner.tree) not in json.dumps(planner.plan(f"examples/{example}").document)


def test_there_is_an_example_to_plan() -> None:
    assert EXAMPLES
