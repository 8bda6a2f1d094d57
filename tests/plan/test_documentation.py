"""The module calls of the README plan, as pasted into an empty root module; those of the other pages are in `extensive`."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import pytest
from documentation import TREE, blocks, pasted

if TYPE_CHECKING:
    from planning import Planner

# a value for each attribute that the README's table of serving modes leaves open
OPEN = {"type": '"ml.m5.large"', "count": "2", "memory_size_in_mb": "2048", "s3_uri": '"s3://calls/bikes"', "name": '"theirs"'}


README = {where: block for where, block in blocks("hcl").items() if where.startswith("README.md:")}


@pytest.mark.parametrize(("where", "block"), README.items(), ids=README)
def test_a_module_call_in_the_readme_plans_without_a_warning(where: str, block: str, planner: Planner) -> None:
    assert planner.plan(pasted(where, block, planner.tree)).warnings == []


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
    plan = planner.plan(pasted("serving-modes", "".join(calls), planner.tree))
    isolated = sorted(model["enable_network_isolation"] for model in plan.resources("aws_sagemaker_model"))
    assert (plan.warnings, isolated) == ([], [False, True, True])


def test_a_fragment_is_not_fenced_as_a_complete_module() -> None:
    # Readers copy hcl blocks. A block that is incomplete is fenced as tf.
    assert [where for where, block in blocks("hcl").items() if not re.search(r'^module "', block, re.MULTILINE)] == []
