"""Asynchronous requests in the sandbox: how long they can wait."""

from __future__ import annotations

import time
from typing import Any

import pytest
from sagemaker_sandbox.aws.scope import Scope
from sagemaker_sandbox.sagemaker.models import Endpoint
from sagemaker_sandbox.sagemaker.runtime.async_queues import Job


@pytest.mark.parametrize(
    ("request_", "waited", "expired"),
    [
        ({"RequestTTLSeconds": 60}, 59, False),
        ({"RequestTTLSeconds": 60}, 61, True),
        ({}, 21599, False),
        ({}, 21601, True),
    ],
)
def test_a_request_expires_after_its_ttl_or_six_hours(request_: dict[str, Any], waited: float, expired: bool) -> None:
    endpoint = Endpoint("bikes", "arn", Scope("000000000000", "us-east-1", "aws"))
    job = Job(endpoint, request_, None, "s3://out/1", None, queued=time.monotonic() - waited)
    assert job.is_expired is expired
