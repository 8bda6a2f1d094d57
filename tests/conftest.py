"""Fixtures and scheduling that all tiers share."""

from __future__ import annotations

import os
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from xdist.scheduler import LoadFileScheduling

# importlib mode leaves them out: planning.py, the handler, what packs it, and the compliance rules
sys.path.insert(0, str(Path(__file__).parent))
sys.path.insert(0, str(Path(__file__).parents[1] / "lambda"))
sys.path.insert(0, str(Path(__file__).parents[1] / "lambda/src"))
sys.path.insert(0, str(Path(__file__).parents[1] / "compliance"))

from cpu import CpuByFile
from planning import Planner, planning

if TYPE_CHECKING:
    from collections.abc import Iterator


# test_tool_data_science.py runs them in an environment of their own
collect_ignore = ["data_science"]

pytest_plugins = ["stacks"]
# they have tests that several files use
pytest.register_assert_rewrite("container_releases", "contract_updates", "endpoint_updates")

# files that share something expensive: the plans of the examples, and the deployment of examples/penguins
SHARED = {
    "plans": ("tests/plan/", "tests/compliance/test_checkov.py", "tests/compliance/test_pack.py"),
    "penguins": (
        "tests/browser/",
        "tests/localstack/test_api_events.py",
        "tests/localstack/test_api_openapi.py",
        "tests/localstack/test_examples_penguins.py",
    ),
}


class Scheduling(LoadFileScheduling):  # type: ignore[misc]
    """Runs all tests of a file on one worker, and also all files that share something expensive."""

    def _split_scope(self, nodeid: str) -> str:
        file: str = super()._split_scope(nodeid)
        return next((name for name, prefixes in SHARED.items() if file.startswith(prefixes)), file)


def pytest_addoption(parser: pytest.Parser) -> None:
    """Let `make extensive` send more requests during updates."""
    parser.addoption("--rate", type=float, default=10.0, help="requests a second that are sent while a deployment is updated")


def pytest_configure(config: pytest.Config) -> None:
    """Measure the CPU of each file, and let Terraform use more memory and less of it."""
    config.pluginmanager.register(CpuByFile())
    # Terraform decodes the provider's schema in each run (1.5 s), and by default collects garbage for a third of that time more
    os.environ.setdefault("GOGC", "400")
    if config.getoption("hypothesis_profile", None) == "extensive":
        from hypothesis import settings  # 130 ms, also where no test generates anything

        settings.register_profile("extensive", max_examples=1000)  # instead of 100


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_make_scheduler(config: pytest.Config, log: Any) -> Scheduling:
    """Return the scheduler, which assigns tests to workers in the order of their collection."""
    config.option.loadscopereorder = False
    return Scheduling(config, log)


@pytest.fixture(scope="session")
def planner(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Planner]:
    """Return a planner that works in a copy of the tree."""
    with planning(tmp_path_factory.mktemp("planning")) as made:
        yield made
