"""A contract and its model that change in one apply, under load: each request meets the contract and the model that belong together.

``extensive/test_contract_updates_failed.py`` has a model that does not start.
"""

from __future__ import annotations

from itertools import pairwise
from typing import TYPE_CHECKING, Any

import pytest
from contract_updates import Updates, trained

if TYPE_CHECKING:
    from collections.abc import Callable

    from contract_updates import Seen
    from sagemaker_sandbox.host.control import Sandbox

    type RootModule = Any  # defined in conftest.py

PAIRS = {
    "at first": trained("abc", seed=1),
    "a column added": trained("abcd", seed=2),
    "a column removed": trained("bcd", seed=3),
    "an output step changed": trained("bcd", "expm1", seed=4),
}
CHANGES = list(PAIRS)[1:]
BEFORE = {change: before for before, change in pairwise(PAIRS)}


@pytest.fixture(scope="module")
def seen(sandbox: Sandbox, terraform: Callable[..., RootModule], rate: float) -> dict[str, Seen]:
    updates = Updates(terraform, sandbox, rate, "apart", PAIRS["at first"])
    return {change: updates.apply(PAIRS[change]) for change in CHANGES}


@pytest.mark.parametrize("change", CHANGES)
def test_every_response_is_a_prediction_of_a_model_through_its_own_contract(seen: dict[str, Seen], change: str) -> None:
    assert seen[change].strange(PAIRS[BEFORE[change]], PAIRS[change]) == []


@pytest.mark.parametrize("change", CHANGES)
def test_the_last_responses_are_those_of_the_new_pair(seen: dict[str, Seen], change: str) -> None:
    assert seen[change].predictions[-1] == pytest.approx(PAIRS[change].prediction, rel=1e-6)


@pytest.mark.parametrize("change", CHANGES)
def test_apply_succeeds_and_the_next_plan_is_empty(seen: dict[str, Seen], change: str) -> None:
    assert (seen[change].code, seen[change].plan) == (0, ""), seen[change].said


@pytest.mark.parametrize("change", CHANGES)
def test_only_the_endpoint_of_the_output_is_left(seen: dict[str, Seen], change: str) -> None:
    assert (seen[change].endpoints, seen[change].configs) == ([seen[change].endpoint], 1)


@pytest.mark.parametrize("change", CHANGES)
def test_the_alarms_watch_the_new_endpoint(seen: dict[str, Seen], change: str) -> None:
    assert seen[change].alarms == {seen[change].endpoint}
