"""The keys of a contract: in its type, and in both places that look for unknown ones. `make docs` writes those of the inputs."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from prediction_api.contract_values import CONTRACT_KEYS, FEATURE_KEYS, OUTPUT_KEYS, PAYLOAD_KEYS, SUMMARY_KEYS

TREE = Path(__file__).resolve().parents[2]


def declared_type(file: str, variable: str) -> str:
    """Return the text of a variable's type, comments left out."""
    text = (TREE / file).read_text(encoding="utf-8")
    block = re.search(rf'^variable "{variable}" \{{\n(.*?)^\}}', text, re.MULTILINE | re.DOTALL)
    assert block, f"{file} declares no {variable}"
    found = re.search(r"^  type = (object\(\{\n.*?^  \}\))", block[1], re.MULTILINE | re.DOTALL)
    assert found, f"{file}: the type of {variable} is not an object"
    return re.sub(r"^ *#.*\n", "", found[1], flags=re.MULTILINE)


def of_the_module() -> dict[str, list[str]]:
    """Return the keys that modules/written_contract accepts, by object."""
    text = (TREE / "modules/written_contract/keys.tf").read_text(encoding="utf-8")
    return {kind: re.findall(r'"(\w+)"', keys) for kind, keys in re.findall(r"^    (\w+) += \[([^\]]*)\]$", text, re.MULTILINE)}


def of_the_handler() -> dict[str, list[str]]:
    """Return the keys that the handler's loader accepts, by object."""
    keys = {"contract": CONTRACT_KEYS, "feature": FEATURE_KEYS, "summary": SUMMARY_KEYS, "payload": PAYLOAD_KEYS, "output": OUTPUT_KEYS}
    return {kind: list(known) for kind, known in keys.items()}


@pytest.mark.parametrize("known", [of_the_module(), of_the_handler()], ids=["module", "handler"])
def test_the_known_keys_of_a_contract_are_those_of_its_type(known: dict[str, list[str]]) -> None:
    outer = {"contract": 4, "feature": 6, "summary": 8, "payload": 6, "output": 6}  # the indentation of each object's attributes
    contract = declared_type("modules/contract/variables.tf", "contract")
    parts = dict(
        re.findall(r"^    (\w+) = (?:optional\(|list\()?(?:optional\()?object\(\{\n(.*?)^    \}", contract, re.MULTILINE | re.DOTALL)
    )
    parts["feature"] = parts["summary"] = parts["features"]
    texts = {"contract": contract} | {kind: parts[kind] for kind in outer if kind != "contract"}
    assert known == {kind: re.findall(rf"^ {{{outer[kind]}}}(\w+) +=", part, re.MULTILINE) for kind, part in texts.items()}
