"""A contract in YAML means the same to training programs as to Terraform."""

from __future__ import annotations

import json
import shutil
import subprocess
from base64 import b64decode
from decimal import Decimal
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
import yaml
from prediction_api.contract import ContractError, load
from prediction_tools.contract import document, rules
from prediction_tools.contract.document import DocumentError
from prediction_tools.contract_file import parse, read

if TYPE_CHECKING:
    from collections.abc import Callable

TREE = Path(__file__).resolve().parents[2]
EXAMPLES = sorted((TREE / "examples").glob("*/contract.yaml"))
TABLE: dict[str, list[str]] = yaml.safe_load((TREE / "tests/yaml/documents.yaml").read_text(encoding="utf-8"))
WORDS = [
    *("y", "Y", "yes", "Yes", "YES", "on", "On", "n", "N", "no", "No", "NO", "off", "OFF", "true", "True", "TRUE", "false", "yEs", "nO"),
    *("~", "null", "Null", "NULL", "nil", "none"),
    *("0", "10", "010", "-5", "+5", "0x1f", "0o17", "0b11", "1_000", "1:30", "12345678901234567890123"),
    *("1.0", "1.50", ".5", "5.", "0.1", "1e3", "1E3", "1e+3", "1.0e+3", "1e-7", "1e21", "-0.0", "1e", "e3", "."),
    *("2024-02-29", "2024-2-9", "2023-02-29", "2024-02-29 10:00:00", "2024-02-29T10:00:00Z", "24-02-29", "2024-02-29x"),
    *("red", "a b", "'yes'", '"2024-02-29"', "'1'"),
]
BOTH = sorted({*TABLE["both"], *(f"a: {word}\n" for word in WORDS)})
REJECTED = "rejected"


@pytest.fixture(scope="module")
def decoded(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    """Return the result of Terraform's yamldecode for each document."""
    folder = tmp_path_factory.mktemp("yaml")
    (folder / "documents.json").write_text(json.dumps(BOTH + TABLE["digits"]))
    terraform = shutil.which("terraform")
    assert terraform
    console = [terraform, f"-chdir={folder}", "console", "-no-color"]
    decode = f'try(jsonencode(yamldecode(text)), "{REJECTED}")'
    expression = f'base64encode(jsonencode({{for text in jsondecode(file("documents.json")) : text => {decode}}}))'
    output = subprocess.run(console, input=expression, capture_output=True, text=True, check=True, timeout=120).stdout
    values: dict[str, str] = json.loads(b64decode(output.strip().splitlines()[-1].strip('"')))
    return {text: value if value == REJECTED else json.loads(value) for text, value in values.items()}


def read_here(read: Callable[[str], Any], text: str) -> Any:
    try:
        return read(text)
    except (yaml.YAMLError, DocumentError):
        return REJECTED


@pytest.mark.parametrize("read", [parse, lambda text: document.parse(text).value], ids=["the loader", "the tool"])
def test_every_document_means_the_same_to_terraform(decoded: dict[str, Any], read: Callable[[str], Any]) -> None:
    found = {text: (decoded[text], read_here(read, text)) for text in BOTH}
    assert {text: values for text, values in found.items() if comparable(values[0]) != comparable(values[1])} == {}


@pytest.mark.parametrize("text", TABLE["digits"])
def test_more_digits_than_a_number_keeps_are_rejected(decoded: dict[str, Any], text: str) -> None:
    assert decoded[text] != REJECTED
    assert read_here(parse, text) == REJECTED


def comparable(value: Any) -> str:
    """Return JSON in which 1 and true differ, and 1 and 1.0 do not."""
    return json.dumps(plain(value), sort_keys=True, default=float)


def plain(value: Any) -> Any:
    if isinstance(value, dict):
        return {key: plain(item) for key, item in value.items()}
    if isinstance(value, list):
        return list(map(plain, value))
    return int(Decimal(repr(value))) if isinstance(value, float) and value.is_integer() else value


@pytest.mark.parametrize("line", TABLE["features"])
def test_a_feature_means_the_same_to_the_plan_and_to_the_loader(line: str) -> None:
    text = f"features:\n  - {line}\ncolumns: [x{' | ordinal' if 'category' in line else '.year' if 'date' in line else ''}]\n"
    checked = rules.check(text, rules.Serving(algorithm=None))
    try:
        expected = list(map(vars, load(checked.settings).features)) if checked.settings else None
        assert list(map(vars, load(parse(text)).features)) == expected
    except (ContractError, yaml.YAMLError):
        assert checked.problems != []


@pytest.mark.parametrize("path", EXAMPLES, ids=lambda path: path.parent.name)
def test_the_contract_of_every_example_is_read(path: Path) -> None:
    assert read(path).features


@pytest.mark.parametrize(
    ("line", "problem"),
    [
        ("example: 2024-02-29", 'example: YAML reads an unquoted date as a time; put text that looks like another type in "quotes"'),
        ("default: 2024-02-29", "default: YAML reads an unquoted date as a time"),
        ("nulable: true", "'nulable' is unknown; did you mean 'nullable'?"),
    ],
)
def test_a_text_without_its_quotes_is_reported_in_one_sentence(tmp_path: Path, line: str, problem: str) -> None:
    (tmp_path / "contract.yaml").write_text(f"features:\n  - name: day\n    type: date\n    {line}\ncolumns: [day.month]\n")
    with pytest.raises(ContractError) as caught:
        read(tmp_path / "contract.yaml")
    assert [problem in found for found in caught.value.problems] == [True]


def test_labels_that_yaml_reads_as_booleans_are_rejected(tmp_path: Path) -> None:
    text = "features: [{name: x, type: number}]\ncolumns: [x]\noutput: {kind: binary, labels: [no, yes]}\n"
    (tmp_path / "contract.yaml").write_text(text)
    with pytest.raises(ContractError) as caught:
        read(tmp_path / "contract.yaml")
    assert [found.split(": ")[0] for found in caught.value.problems] == ["output.labels[0]", "output.labels[1]"]
