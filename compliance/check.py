"""Check a Terraform plan without terraform-compliance, on Python 3.10 or later without any package.

    python check.py plan.json --profile hardened --junit report.xml --sarif report.sarif

Exit code: 0 if the plan complies, 1 if it does not, 2 if it cannot be read.
"""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent))

from compliance_rules import reports
from compliance_rules.plan import NothingToCheck, address_of, read_plan
from compliance_rules.sources import Sources
from compliance_rules.table import BASELINE, PROFILES, TABLE


def main(arguments: list[str]) -> int:
    """Print the findings, write the reports, and return the exit code."""
    options = _options(arguments)
    try:
        resources = read_plan(options.plan)
    except (OSError, ValueError, LookupError, TypeError, AttributeError) as error:
        print(f"{options.plan}: not the JSON of a plan or a state ({error}). Write it with: terraform show -json", file=sys.stderr)
        return 2
    if not resources:
        print(f"{options.plan}: contains no resource", file=sys.stderr)
        return 2
    entries = [entry for entry in TABLE if PROFILES.index(entry.profile) <= PROFILES.index(options.profile)]
    root = options.root or options.plan.parent
    sources = Sources(root, options.within or root)
    found = [(entry, finding) for entry in entries for finding in entry.rule(resources) if not isinstance(finding, NothingToCheck)]
    findings = [reports.Finding(entry, finding, sources.place(address_of(finding))) for entry, finding in found]
    print(reports.text(findings), end="")
    print(f"{len(entries)} rules of the profile {options.profile} checked, {len(findings)} findings", file=sys.stderr)
    if options.junit:
        options.junit.write_text(reports.junit(entries, findings), encoding="utf-8")
    if options.sarif:
        options.sarif.write_text(reports.sarif(entries, findings), encoding="utf-8")
    if options.code_quality:
        options.code_quality.write_text(reports.code_quality(findings), encoding="utf-8")
    return 1 if findings else 0


def _options(arguments: list[str]) -> argparse.Namespace:
    parser = argparse.ArgumentParser(description="Check the JSON of a Terraform plan or state against the compliance rules.")
    parser.add_argument("plan", type=Path, help="the output of terraform show -json")
    parser.add_argument("--profile", choices=PROFILES, default=BASELINE, help="each profile includes those before it (default: baseline)")
    parser.add_argument("--root", type=Path, help="folder of the root module, to name files and lines (default: the plan's folder)")
    parser.add_argument(
        "--within", type=Path, help="folder that reported paths are relative to, such as the repository (default: the root)"
    )
    parser.add_argument("--junit", type=Path, help="file to write a JUnit report to")
    parser.add_argument("--sarif", type=Path, help="file to write a SARIF log to")
    parser.add_argument("--code-quality", type=Path, help="file to write a report of GitLab's Code Quality to")
    return parser.parse_args(arguments)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
