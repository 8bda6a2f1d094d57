"""The keys that stand twice: in the type of a contract, and where unknown keys are looked for. `make docs` writes those of the inputs."""

from __future__ import annotations

import re
from pathlib import Path

TREE = Path(__file__).resolve().parents[2]


def declared_type(file: str, variable: str) -> str:
    """Return the text of a variable's type, comments left out."""
    text = (TREE / file).read_text(encoding="utf-8")
    block = re.search(rf'^variable "{variable}" \{{\n(.*?)^\}}', text, re.MULTILINE | re.DOTALL)
    assert block, f"{file} declares no {variable}"
    found = re.search(r"^  type = (object\(\{\n.*?^  \}\))", block[1], re.MULTILINE | re.DOTALL)
    assert found, f"{file}: the type of {variable} is not an object"
    return re.sub(r"^ *#.*\n", "", found[1], flags=re.MULTILINE)


def test_the_known_keys_of_a_contract_are_those_of_its_type() -> None:
    text = (TREE / "modules/written_contract/keys.tf").read_text(encoding="utf-8")
    known = {kind: re.findall(r'"(\w+)"', keys) for kind, keys in re.findall(r"^    (\w+) += \[([^\]]*)\]$", text, re.MULTILINE)}
    outer = {"contract": 4, "feature": 6, "summary": 8, "payload": 6, "output": 6}  # the indentation of each object's attributes
    contract = declared_type("modules/contract/variables.tf", "contract")
    parts = dict(
        re.findall(r"^    (\w+) = (?:optional\(|list\()?(?:optional\()?object\(\{\n(.*?)^    \}", contract, re.MULTILINE | re.DOTALL)
    )
    parts["feature"] = parts["summary"] = parts["features"]
    texts = {"contract": contract} | {kind: parts[kind] for kind in known if kind != "contract"}
    assert known == {kind: re.findall(rf"^ {{{outer[kind]}}}(\w+) +=", part, re.MULTILINE) for kind, part in texts.items()}
