"""The controls of others that the rules name: they exist, and are about the same."""

from __future__ import annotations

import re
from functools import cache

import pytest
from compliance_rules.controls import CONTROLS
from compliance_rules.table import TABLE, Entry
from planning import TREE

CHECKS = TREE / ".venv-checkov/lib"
# https://csrc.nist.gov/pubs/sp/800/53/r5/upd1/final: families of two letters, enhancements in parentheses
REQUIREMENT = re.compile(r"[A-Z]{2}-\d{1,2}(\(\d{1,2}\))?")


def named(text: str) -> list[str]:
    return text.split(", ") if text else []


@cache
def checkov() -> set[str]:
    """Return the IDs of checkov's checks on Terraform, from its sources."""
    identifier = re.compile(r"\bid[\"']? ?[:=] ?[\"'](CKV2?_AWS_\d+)[\"']")
    files = [file for kind in ("py", "json", "yaml") for file in CHECKS.rglob(f"checkov/terraform/checks/**/*.{kind}")]
    assert files
    return {found for file in files for found in identifier.findall(file.read_text(encoding="utf-8"))}


@pytest.mark.parametrize("entry", TABLE, ids=lambda entry: entry.name)
def test_the_checks_of_checkov_exist(entry: Entry) -> None:
    assert [check for check in named(entry.checkov) if check not in checkov()] == []


@pytest.mark.parametrize("entry", TABLE, ids=lambda entry: entry.name)
def test_the_controls_of_security_hub_are_sourced(entry: Entry) -> None:
    assert [control for control in named(entry.security_hub) if control not in CONTROLS] == []


@pytest.mark.parametrize("entry", TABLE, ids=lambda entry: entry.name)
def test_requirements_of_nist_are_those_that_aws_relates_to_the_control(entry: Entry) -> None:
    requirements = named(entry.nist)
    assert requirements
    assert [each for each in requirements if not REQUIREMENT.fullmatch(each)] == []
    related = frozenset[str]().union(*(CONTROLS[control][1] for control in named(entry.security_hub)))
    if related:
        assert set(requirements) <= related


def test_every_sourced_control_is_named_by_a_rule() -> None:
    assert {control for entry in TABLE for control in named(entry.security_hub)} == set(CONTROLS)
