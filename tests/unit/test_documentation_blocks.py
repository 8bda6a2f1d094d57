"""Blocks of the documentation that are not commands, and links to other sites.

tests/plan plans blocks of Terraform. The nightly workflow asks the addresses; without a network, only their form can be checked.
"""

from __future__ import annotations

import ast
import json
import re
import subprocess
from typing import TYPE_CHECKING

import pytest
import yaml
from documentation import PAGES, TREE, blocks
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


# Addresses that were moved or depend on the reader's language.
MOVED = re.compile(
    r"premiumsupport/knowledge-center|//(www\.)?terraform\.io/docs|//docs\.aws\.amazon\.com/[a-z]{2}_[a-z]{2}/|/docs\.gitlab\.com/ee/"
)


def test_links_to_other_sites_are_https_and_current() -> None:
    links = {
        (page.relative_to(TREE).as_posix(), link)
        for page in PAGES
        for link in re.findall(r"\]\((\w+://[^)\s]*)", page.read_text(encoding="utf-8"))
    }
    assert [(page, link) for page, link in sorted(links) if not link.startswith("https://") or MOVED.search(link)] == []
    assert links
