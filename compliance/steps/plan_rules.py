"""Steps of the compliance scenarios, which check the planned resources directly.

terraform-compliance's built-in steps see a merged view of the plan: properties are found at any depth, and resources are mounted into
those that refer to them. A wildcard can hide in that view, and a missing property can be found in another resource. These rules read the
plan file instead. A rule is a function from the planned resources to a list of findings; an empty list means that the plan complies.
A value that is unknown until apply is a finding, unless the rule says otherwise.
"""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING

from radish import then, world  # type: ignore[import-untyped]
from terraform_compliance.common.error_handling import Error  # type: ignore[import-untyped]

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from compliance_rules.plan import read_plan
from compliance_rules.table import TABLE

if TYPE_CHECKING:
    from collections.abc import Callable

    from compliance_rules.plan import Rule


def _step(rule: Rule) -> Callable[[object], None]:
    def judge(step: object) -> None:
        findings = rule(read_plan(Path(world.config.user_data["plan_file"])))
        if findings:
            Error(step, "\n".join(findings))

    return judge


for _entry in TABLE:
    then(_entry.sentence)(_step(_entry.rule))
