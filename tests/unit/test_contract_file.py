"""A contract in YAML means the same to training programs as to Terraform."""

from __future__ import annotations

import json
import shutil
import subprocess
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from prediction_api.contract import ContractError
from prediction_api.contract_file import parse, read

EXAMPLES = sorted((Path(__file__).resolve().parents[2] / "examples").glob("*/contract.yaml"))
WORDS = [
    *("y", "Y", "yes", "Yes", "YES", "on", "On", "n", "N", "no", "No", "NO", "off", "OFF", "true", "True", "TRUE", "false", "yEs", "nO"),
    *("~", "null", "Null", "NULL", "nil", "none"),
    *("0", "10", "010", "-5", "+5", "0x1f", "0o17", "0b11", "1_000", "1:30", "12345678901234567890123"),
    *("1.0", "1.50", ".5", "5.", "0.1", "1e3", "1E3", "1e+3", "1.0e+3", "1e-7", "1e21", "-0.0", "1e", "e3", "."),
    *("2024-02-29", "2024-2-9", "2023-02-29", "2024-02-29 10:00:00", "2024-02-29T10:00:00Z", "24-02-29", "2024-02-29x"),
    *("red", "a b", "'yes'", '"2024-02-29"', "'1'"),
]
DOCUMENT = "\n".join(f"- {word}" for word in WORDS)


@pytest.fixture(scope="module")
def decoded(tmp_path_factory: pytest.TempPathFactory) -> list[Any]:
    """Give what Terraform's yamldecode makes of the words."""
    folder = tmp_path_factory.mktemp("yaml")
    (folder / "words.yaml").write_text(DOCUMENT)
    terraform = shutil.which("terraform")
    assert terraform
    console = [terraform, f"-chdir={folder}", "console", "-no-color"]
    expression = 'jsonencode(yamldecode(file("words.yaml")))'
    output = subprocess.run(console, input=expression, capture_output=True, text=True, check=True, timeout=120).stdout
    values: list[Any] = json.loads(json.loads(output.strip().splitlines()[-1]))
    return values


def test_every_scalar_means_the_same_to_terraform(decoded: list[Any]) -> None:
    other = {}
    for word, terraform, here in zip(WORDS, decoded, parse(DOCUMENT), strict=True):
        # Terraform makes text of a date, with a time that nobody wrote: both reject that
        same = (
            str(terraform).startswith(f"{here}T") if isinstance(here, date) else terraform == here and is_flag(terraform) == is_flag(here)
        )
        if not same:
            other[word] = (terraform, here)
    assert other == {}


def is_flag(value: Any) -> bool:
    return isinstance(value, bool)


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
def test_what_must_be_quoted_is_said_in_one_sentence(tmp_path: Path, line: str, problem: str) -> None:
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
