"""The types that stand twice, because Terraform has no names for types."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

TREE = Path(__file__).resolve().parents[2]


def declared_type(file: str, variable: str) -> str:
    """Return the text of a variable's type, comments left out."""
    text = (TREE / file).read_text(encoding="utf-8")
    block = re.search(rf'^variable "{variable}" \{{\n(.*?)^\}}', text, re.MULTILINE | re.DOTALL)
    assert block, f"{file} declares no {variable}"
    found = re.search(r"^  type = (object\(\{\n.*?^  \}\))", block[1], re.MULTILINE | re.DOTALL)
    assert found, f"{file}: the type of {variable} is no object"
    return re.sub(r"^ *#.*\n", "", found[1], flags=re.MULTILINE)


@pytest.mark.parametrize(
    ("variable", "module"),
    [
        ("contract", "contract"),
        ("model", "serving"),
        ("capacity", "serving"),
        ("monitoring", "serving"),
        ("handler", "inputs"),
        ("api", "inputs"),
    ],
)
def test_the_root_takes_what_its_module_takes(variable: str, module: str) -> None:
    # an attribute that one of the two lacks would be dropped without a word
    assert declared_type(f"variables-{variable}.tf", variable) == declared_type(f"modules/{module}/variables.tf", variable)
