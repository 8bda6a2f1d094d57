"""Permissions of an endpoint's execution role, asked of an evaluator of policies: each grant beside its neighbor."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest
from moto.iam.access_control import PermissionResult
from sagemaker_sandbox.aws.policies import AccessRequest, evaluate_policies

if TYPE_CHECKING:
    from planning import Planner

ACCOUNT = "us-east-1:123456789012"
BUCKET = "arn:aws:s3:::{}-123456789012-us-east-1"
STOCK_IMAGES = "arn:aws:ecr:us-east-1:683313688378:repository"


def may(planner: Planner, example: str, action: str, resource: str) -> bool:
    """Tell whether the planned execution role of an example may do something."""
    plan = planner.plan(f"examples/{example}")
    (role,) = (role["name"] for role in plan.resources("aws_iam_role") if role["name"].endswith("-endpoint"))
    inline = [made["policy"] for made in plan.resources("aws_iam_role_policy") if made["role"] == role]
    assert inline
    return evaluate_policies(map(json.loads, inline), AccessRequest(action, resource)) is PermissionResult.PERMITTED


def artifact(planner: Planner, example: str) -> str:
    """Return the ARN of the object that an example's first model is loaded from."""
    model = planner.plan(f"examples/{example}").resources("aws_sagemaker_model")[0]
    url: str = model["primary_container"][0]["model_data_url"]
    return url.replace("s3://", "arn:aws:s3:::")


def test_the_role_reads_the_artifact_and_no_other_object(planner: Planner) -> None:
    object_arn = artifact(planner, "bikeshare")
    assert may(planner, "bikeshare", "s3:GetObject", object_arn)
    assert not may(planner, "bikeshare", "s3:GetObject", object_arn.replace("model.tar.gz", "other.tar.gz"))
    assert not may(planner, "bikeshare", "s3:PutObject", object_arn)


@pytest.mark.parametrize("action", ["ecr:BatchGetImage", "ecr:GetDownloadUrlForLayer"])
def test_the_role_pulls_the_image_and_no_other(planner: Planner, action: str) -> None:
    assert may(planner, "bikeshare", "ecr:GetAuthorizationToken", "*")
    assert may(planner, "bikeshare", action, f"{STOCK_IMAGES}/sagemaker-xgboost")
    assert not may(planner, "bikeshare", action, f"{STOCK_IMAGES}/sagemaker-scikit-learn")


def test_the_role_writes_the_containers_log_and_no_other(planner: Planner) -> None:
    group = f"arn:aws:logs:{ACCOUNT}:log-group:/aws/sagemaker/Endpoints"
    assert may(planner, "bikeshare", "logs:PutLogEvents", f"{group}/bikeshare-1a2b3c4d:log-stream:primary/i-1")
    assert not may(planner, "bikeshare", "logs:PutLogEvents", f"{group}/bikeshare-2:log-stream:primary/i-1")


def test_the_role_sees_the_alarms_of_the_update_and_no_other(planner: Planner) -> None:
    (update,) = planner.plan("examples/bikeshare").resources("aws_sagemaker_endpoint")
    alarms = update["deployment_config"][0]["auto_rollback_configuration"][0]["alarms"]
    prefix = f"arn:aws:cloudwatch:{ACCOUNT}:alarm"
    assert alarms
    assert all(may(planner, "bikeshare", "cloudwatch:DescribeAlarms", f"{prefix}:{each['alarm_name']}") for each in alarms)
    assert not may(planner, "bikeshare", "cloudwatch:DescribeAlarms", f"{prefix}:payroll")


def test_the_role_writes_what_is_captured_and_reads_nothing_of_it(planner: Planner) -> None:
    captured = BUCKET.format("bikeshare-shadow-captured")
    assert may(planner, "shadow", "s3:PutObject", f"{captured}/bikeshare/bikeshare-shadow/primary/2026/11/22/14/a.jsonl")
    assert not may(planner, "shadow", "s3:PutObject", f"{captured}/other/a.jsonl")
    assert not may(planner, "shadow", "s3:GetObject", f"{captured}/bikeshare/a.jsonl")


@pytest.mark.parametrize(
    ("action", "folder", "allowed"),
    [
        ("s3:GetObject", "input", True),
        ("s3:PutObject", "input", False),
        ("s3:PutObject", "output", True),
        ("s3:PutObject", "failure", True),
        ("s3:GetObject", "output", False),
        ("s3:PutObject", "elsewhere", False),
    ],
)
def test_the_role_reads_asynchronous_requests_and_writes_results(planner: Planner, action: str, folder: str, *, allowed: bool) -> None:
    calls = BUCKET.format("bikeshare-async-calls")
    assert may(planner, "asynchronous", action, f"{calls}/bikeshare/{folder}/1.out") == allowed


def test_the_role_does_not_call_the_endpoint(planner: Planner) -> None:
    assert not may(planner, "bikeshare", "sagemaker:InvokeEndpoint", f"arn:aws:sagemaker:{ACCOUNT}:endpoint/bikeshare-1a2b3c4d")
