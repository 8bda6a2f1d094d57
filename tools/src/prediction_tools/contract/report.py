# SPDX-License-Identifier: Apache-2.0
"""Findings as text, as JSON and as JUnit's XML."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING
from xml.etree import ElementTree as ET

if TYPE_CHECKING:
    from collections.abc import Sequence


@dataclass(frozen=True)
class Finding:
    """One problem: the part of the check that found it, the file, and the place in it if it has one."""

    part: str
    file: str
    message: str
    line: int | None = None
    column: int | None = None

    def __str__(self) -> str:
        """Return the line of text that compilers use, so that editors and terminals link it."""
        place = f":{self.line}:{self.column}" if self.line else ""
        return f"{self.file}{place}: {self.message}"


def as_json(parts: Sequence[str], findings: Sequence[Finding]) -> str:
    """Return findings as one JSON document."""
    problems = [
        {"check": each.part, "file": each.file, "line": each.line, "column": each.column, "message": each.message} for each in findings
    ]
    return json.dumps({"valid": not findings, "checks": list(parts), "problems": problems}, indent=2, ensure_ascii=False)


def as_junit(parts: Sequence[str], findings: Sequence[Finding]) -> str:
    """Return findings as JUnit's XML: one test case per part of the check."""
    suite = ET.Element("testsuite", name="contract check", tests=str(len(parts)))
    for part in parts:
        case = ET.SubElement(suite, "testcase", classname="contract", name=part)
        found = [finding for finding in findings if finding.part == part]
        if found:
            failure = ET.SubElement(case, "failure", message=f"{len(found)} problem{'s' if len(found) > 1 else ''}")
            failure.text = "\n".join(map(str, found))
    suite.set("failures", str(len({finding.part for finding in findings})))
    return ET.tostring(suite, encoding="unicode", xml_declaration=True) + "\n"
