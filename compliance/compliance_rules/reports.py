"""Findings as text, as JUnit's XML, as SARIF and for GitLab's Code Quality, which GitHub and GitLab show at the lines of a change."""

from __future__ import annotations

import hashlib
import json
from typing import TYPE_CHECKING, NamedTuple
from xml.etree import ElementTree as ET

from compliance_rules.plan import address_of

if TYPE_CHECKING:
    from collections.abc import Sequence

    from compliance_rules.sources import Place
    from compliance_rules.table import Entry

HELP = "docs/compliance.md"


class Finding(NamedTuple):
    """A violation: its rule, what was found and what to write, and where the resource is declared."""

    entry: Entry
    text: str
    place: Place

    @property
    def address(self) -> str:
        """Return the resource's address, which the text begins with; empty if the finding is about the whole plan."""
        return address_of(self.text)


def text(findings: Sequence[Finding]) -> str:
    """Return a line for each finding."""
    return "".join(f"{each.place.file}:{each.place.line}: {each.text} [{each.entry.name}]\n" for each in findings)


def junit(checked: Sequence[Entry], findings: Sequence[Finding]) -> str:
    """Return a test case for each rule, as JUnit's XML."""
    suite = ET.Element("testsuite", name="compliance", tests=str(len(checked)), failures=str(len({each.entry.name for each in findings})))
    for entry in checked:
        case = ET.SubElement(suite, "testcase", classname=entry.profile, name=entry.scenario)
        if own := [each for each in findings if each.entry == entry]:
            failure = ET.SubElement(case, "failure", message=f"{len(own)} found")
            failure.text = text(own)
    return ET.tostring(suite, encoding="unicode", xml_declaration=True) + "\n"


def sarif(checked: Sequence[Entry], findings: Sequence[Finding]) -> str:
    """Return a log in SARIF 2.1.0 (https://docs.oasis-open.org/sarif/sarif/v2.1.0/)."""
    rules = [
        {
            "id": entry.name,
            "shortDescription": {"text": entry.scenario},
            "fullDescription": {"text": entry.requirement},
            "help": {"text": f"See {HELP}."},
            "properties": {"tags": [entry.profile, *filter(None, f"{entry.security_hub}, {entry.checkov}".split(", "))]},
        }
        for entry in checked
    ]
    results = [
        {
            "ruleId": each.entry.name,
            "level": "error",
            "message": {"text": each.text},
            "locations": [
                {
                    "physicalLocation": {"artifactLocation": {"uri": each.place.file}, "region": {"startLine": each.place.line}},
                    "logicalLocations": [{"fullyQualifiedName": each.address, "kind": "resource"}],
                }
            ],
        }
        for each in findings
    ]
    driver = {"name": "terraform-aws-sagemaker-api compliance", "informationUri": "https://terraform-compliance.com", "rules": rules}
    log = {
        "$schema": "https://json.schemastore.org/sarif-2.1.0.json",
        "version": "2.1.0",
        "runs": [{"tool": {"driver": driver}, "results": results}],
    }
    return json.dumps(log, indent=2) + "\n"


def code_quality(findings: Sequence[Finding]) -> str:
    """Return a report of GitLab's Code Quality (https://docs.gitlab.com/ci/testing/code_quality/#code-quality-report-format)."""
    found = [
        {
            "description": each.text,
            "check_name": each.entry.name,
            "fingerprint": hashlib.sha256(f"{each.entry.name}: {each.text}".encode()).hexdigest(),
            "severity": "major",
            "location": {"path": each.place.file, "lines": {"begin": each.place.line}},
        }
        for each in findings
    ]
    return json.dumps(found, indent=2) + "\n"
