"""The tables of rules: a row that proves only half of its rule is an error."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
import tables

if TYPE_CHECKING:
    from pathlib import Path

RULE = """\
base: {name: bikes}
rules:
  - problem: "count: set at least 1."
    rejects:
      a count of 0: {count: 0}
    accepts:
      a count of 1: {count: 1}
"""
REJECTS = "    rejects:\n      a count of 0: {count: 0}\n"
ACCEPTS = "    accepts:\n      a count of 1: {count: 1}\n"


def read(folder: Path, text: str) -> list[tables.Case]:
    """Return the cases of a table with this text."""
    (folder / "serving").mkdir()
    (folder / "serving" / "instances.yaml").write_text(text, encoding="utf-8")
    return tables.read("serving", folder)


def test_a_rule_has_a_rejected_case_and_its_accepted_neighbor(tmp_path: Path) -> None:
    rejected, accepted = read(tmp_path, RULE)
    assert (rejected.name, rejected.inputs) == ("instances: rejects a count of 0", {"name": "bikes", "count": 0})
    assert rejected.problems == ["count: set at least 1."]
    assert (accepted.name, accepted.inputs) == ("instances: accepts a count of 1", {"name": "bikes", "count": 1})
    assert accepted.problems == []


NO_NEIGHBOR = "no accepted neighbor of ['count: set at least 1.']. Write the nearest input without it under accepts."


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        (ACCEPTS, "", NO_NEIGHBOR),
        (ACCEPTS, "    accepts: {}\n", NO_NEIGHBOR),
        (REJECTS, "", "no input is rejected with ['count: set at least 1.']. Write one under rejects, after a sentence."),
        ("accepts", "allows", "unknown keys ['allows']; tests/README.md describes the format"),
    ],
    ids=["without accepts", "with nothing in accepts", "without rejects", "with another key"],
)
def test_an_incomplete_row_is_named_with_what_to_write(tmp_path: Path, old: str, new: str, message: str) -> None:
    with pytest.raises(ValueError, match="instances") as error:
        read(tmp_path, RULE.replace(old, new))
    assert str(error.value) == f"tests/serving/instances.yaml: {message}"


def test_two_cases_of_one_name_are_an_error(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="tests/serving has two cases of one name: instances: accepts a count of 1, instances: rejects"):
        read(tmp_path, RULE + RULE.partition("rules:\n")[2])
