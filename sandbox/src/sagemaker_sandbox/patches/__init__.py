"""Patches of LocalStack's own services where they differ from AWS in a way that a user of the module can observe."""

from __future__ import annotations

from sagemaker_sandbox.patches import (
    api_gateway,
    cloudwatch,
    code_signing,
    cognito,
    function_urls,
    host_names,
    iam,
    lambda_,
    logs,
    query_definitions,
    security_groups,
    service_router,
    threads,
)


def apply_patches() -> None:
    """Apply the patches of each file here. Call it once, before the first request."""
    api_gateway.apply_patches()
    cloudwatch.apply_patches()
    code_signing.apply_patches()
    cognito.apply_patches()
    function_urls.apply_patches()
    host_names.apply_patches()
    iam.apply_patches()
    lambda_.apply_patches()
    logs.apply_patches()
    query_definitions.apply_patches()
    security_groups.apply_patches()
    service_router.apply_patches()
    threads.apply_patches()
