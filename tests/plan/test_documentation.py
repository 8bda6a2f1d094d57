"""Every complete module call in the documentation plans: each `hcl` block is copied into an empty root module."""

from __future__ import annotations

import re
import shutil
from typing import TYPE_CHECKING

import pytest
from documentation import blocks
from planning import TREE, Planner

if TYPE_CHECKING:
    from pathlib import Path

CONTRACT = "examples/bikeshare/contract.yaml"
# a value for each attribute that the README's table of serving modes leaves open
OPEN = {"type": '"ml.m5.large"', "count": "2", "memory_size_in_mb": "2048", "s3_uri": '"s3://calls/bikes"', "name": '"theirs"'}


def paste(block: str, folder: Path) -> None:
    """Write the block as a root module that uses the module of its own tree, and add the example's contract."""
    published = r'"[^"]*terraform-aws-sagemaker-api[^"/]*(?P<below>//[^"?]*)?(?:\?[^"]*)?"'
    folder.mkdir(parents=True)
    (folder / "main.tf").write_text(re.sub(rf"(source\s*=\s*){published}", r'\1"../..\g<below>"', block), encoding="utf-8")
    shutil.copy(TREE / CONTRACT, folder)


@pytest.mark.parametrize(("where", "block"), blocks("hcl").items(), ids=blocks("hcl"))
def test_a_module_call_in_the_documentation_plans_without_a_warning(where: str, block: str, planner: Planner) -> None:
    folder = f"documentation/{re.sub(r'\W', '-', where)}"
    paste(block, planner.tree / folder)
    assert planner.plan(folder).warnings == []


def test_the_readme_shows_a_complete_module_call() -> None:
    assert [where for where, block in blocks("hcl").items() if where.startswith("README.md") and 'module "' in block]


def test_every_serving_mode_in_the_readmes_table_plans_with_nothing_but_a_model(planner: Planner) -> None:
    table = re.findall(r"^\| `((\w+) = \{ .*?\})` \|", (TREE / "README.md").read_text(encoding="utf-8"), re.MULTILINE)
    assert [mode for _, mode in table] == ["instances", "serverless", "async", "existing"]
    calls = [
        f"""
module "{mode}" {{
  source   = "../.."
  name     = "{mode}"
  contract = yamldecode(file("contract.yaml"))
  capacity = {{ {re.sub(r"(\w+) = …", lambda found: f"{found[1]} = {OPEN[found[1]]}", row)} }}
  {"" if mode == "existing" else 'model = { artifact = "s3://models/m.tar.gz" }'}
}}
"""
        for row, mode in table
    ]
    paste("".join(calls), planner.tree / "documentation/serving-modes")
    plan = planner.plan("documentation/serving-modes")
    isolated = sorted(model["enable_network_isolation"] for model in plan.resources("aws_sagemaker_model"))
    assert (plan.warnings, isolated) == ([], [False, True, True])


def test_a_fragment_is_not_fenced_as_a_complete_module() -> None:
    # Readers copy hcl blocks. A block that is incomplete is fenced as tf.
    assert [where for where, block in blocks("hcl").items() if not re.search(r'^module "', block, re.MULTILINE)] == []
