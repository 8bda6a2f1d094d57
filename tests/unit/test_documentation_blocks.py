"""Blocks of the documentation that are no commands: YAML, JSON, Python and fragments of Terraform. tests/plan plans complete modules."""

from __future__ import annotations

import ast
import json
import subprocess
from typing import TYPE_CHECKING

import pytest
import yaml
from documentation import blocks
from prediction_tools.contract import rules

if TYPE_CHECKING:
    from pathlib import Path

PYTHON, YAML, JSON = blocks("python"), blocks("yaml"), blocks("json")


@pytest.mark.parametrize("block", YAML.values(), ids=YAML)
def test_a_block_of_yaml_is_yaml(block: str) -> None:
    yaml.safe_load(block)


@pytest.mark.parametrize("block", JSON.values(), ids=JSON)
def test_a_block_of_json_is_json(block: str) -> None:
    json.loads(block)


def test_a_contract_in_the_documentation_has_no_problems() -> None:
    contracts = {where: block for where, block in YAML.items() if "\nfeatures:" in block}
    assert [(where, problem) for where, block in contracts.items() for problem in rules.check(block).problems] == []
    assert contracts


@pytest.mark.parametrize("block", PYTHON.values(), ids=PYTHON)
def test_a_block_of_python_imports_only_names_that_exist(block: str) -> None:
    for node in ast.walk(ast.parse(block)):
        if isinstance(node, ast.ImportFrom):
            names = ", ".join(name.name for name in node.names)
            exec(f"from {node.module} import {names}", {})  # noqa: S102 - the page's own import


def test_terraform_in_the_documentation_is_formatted(tmp_path: Path) -> None:
    for language in ("hcl", "tf"):
        for number, (where, block) in enumerate(blocks(language).items()):
            (tmp_path / f"{language}{number}.tf").write_text(f"# {where}\n{block}", encoding="utf-8")
    done = subprocess.run(["terraform", "fmt", "-check", "-diff", tmp_path], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
