"""Every rule of the pure modules: the rows of the tables in tests, one plan for each folder."""

from __future__ import annotations

import base64
import functools
import gzip
import json
import tempfile
from pathlib import Path
from typing import Any

import pytest
import tables

CASES = {folder: tables.read(folder) for folder in tables.FOLDERS}
ROWS = [pytest.param(folder, case, id=f"{folder}/{case.name}") for folder in CASES for case in CASES[folder]]


# further outputs that the plan must evaluate
ALSO = {"contract": ["settings", "environment"]}


@functools.cache
def evaluated(folder: str) -> dict[str, dict[str, Any]]:
    with tempfile.TemporaryDirectory() as place:
        return tables.evaluate(tables.TREE / "modules" / folder, CASES[folder], Path(place) / "root", also=ALSO.get(folder, []))


@pytest.mark.parametrize(("folder", "case"), ROWS)
def test_the_module(folder: str, case: tables.Case) -> None:
    values = evaluated(folder)[case.name]
    assert values["problems"] == case.problems
    assert tables.same(case.found(values), case.outputs), case.found(values)


@pytest.mark.parametrize(("folder", "case"), ROWS)
def test_the_module_declares_each_input_of(folder: str, case: tables.Case) -> None:
    assert tables.undeclared(tables.TREE / "modules" / folder, case.inputs) == []


def test_the_environment_of_a_contract_holds_its_settings() -> None:
    values = evaluated("contract")["columns: accepts every step on a number"]
    assert json.loads(gzip.decompress(base64.b64decode(values["environment"]))) == values["settings"]
