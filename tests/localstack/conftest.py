"""Fixtures of the tests in the sandbox; ../stacks.py has the sandbox and the deployments."""

from __future__ import annotations

import os
import subprocess
from http import HTTPStatus
from typing import TYPE_CHECKING, Any

import pytest
from hosting import Hosting

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from sagemaker_sandbox.host.control import Sandbox

type Json = Any


@pytest.fixture(scope="module", autouse=True)
def in_the_sandbox(sourced: None) -> None:
    """Run every test in the sandbox's environment."""


@pytest.fixture(scope="session")
def hosting(sandbox: Sandbox) -> Hosting:
    """Return an account for the tests of SageMaker itself, separate from the one that Terraform applies to."""
    return Hosting(sandbox.url)


@pytest.fixture
def inject(hosting: Hosting) -> Iterator[Callable[..., None]]:
    """Return a function that injects faults, which end with the test: ``inject({"endpoint": name, "fault": "timeout"})``."""

    def post(*faults: dict[str, Json]) -> None:
        status, answer = hosting.call("POST", "/_sandbox/faults", faults)
        assert status == HTTPStatus.NO_CONTENT, answer

    yield post
    hosting.call("DELETE", "/_sandbox/faults")


@pytest.fixture(scope="session")
def processes() -> Callable[[str], list[int]]:
    """Return a function that lists the processes whose command line contains a text, such as a sandbox's folder."""

    def named(text: str) -> list[int]:
        found = subprocess.run(["ps", "-ww", "-eo", "pid=,stat=,args="], capture_output=True, text=True, check=True)
        lines = [line.split(None, 2) for line in found.stdout.splitlines()]
        return [int(pid) for pid, stat, args in lines if text in args and "Z" not in stat and int(pid) != os.getpid()]

    return named
