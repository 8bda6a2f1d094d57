"""API Gateway, where LocalStack differs from AWS and a caller of an API can observe it."""

from __future__ import annotations

from sagemaker_sandbox.patches.api_gateway import (
    compression,
    domain_names,
    gateway_responses,
    imports,
    limits,
    request_validation,
    stages,
    steps,
    throttling,
    time_limit,
)


def apply_patches() -> None:
    """Patch the import of APIs and the steps of an invocation, and add those that LocalStack does not have."""
    imports.apply_patches()
    stages.apply_patches()
    steps.apply_patches()
    compression.apply_patches()
    domain_names.apply_patches()
    request_validation.apply_patches()
    gateway_responses.apply_patches()
    limits.apply_patches()
    throttling.apply_patches()
    time_limit.apply_patches()
