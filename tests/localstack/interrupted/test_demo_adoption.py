"""The demo after one that was interrupted while it created resources, as a failed apply has left them."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest
from bikeshare import Example

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from sagemaker_sandbox.host.control import Sandbox

    type RootModule = Any  # defined in conftest.py


@pytest.fixture(scope="module")
def example(sandbox: Sandbox, terraform: Callable[..., RootModule]) -> Iterator[Example]:
    example = Example.copied(terraform, sandbox)
    example.demo()
    yield example
    example.module.destroy()


def test_a_demo_imports_what_an_interrupted_one_has_created(example: Example) -> None:
    # Terraform was interrupted while it created these two, and noted the first.
    lost = ["module.bikeshare.module.handler.aws_lambda_function.this", "module.bikeshare.module.handler.aws_cloudwatch_log_group.this"]
    state = ("terraform", f"-chdir={example.module.folder}", "state")
    before = example.run(*state, "list")
    example.run(*state, "rm", *lost)
    (example.module.folder / ".build" / "unfinished.json").write_text(json.dumps(lost[:1]))
    printed = example.demo()
    assert [line.split(": ")[1] for line in printed.splitlines() if "importing" in line] == lost
    assert example.run(*state, "list") == before
