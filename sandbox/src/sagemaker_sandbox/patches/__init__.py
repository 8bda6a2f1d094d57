"""Patches of LocalStack's own services where they differ from AWS in a way that a user of the module can observe."""

from __future__ import annotations

from sagemaker_sandbox.patches import api_gateway, cloudwatch, cognito, function_urls, iam, lambda_, logs, query_definitions, threads


def apply_patches() -> None:
    """Patch every service that has a file here, and threads; call once, before the first request."""
    api_gateway.apply_patches()
    cloudwatch.apply_patches()
    cognito.apply_patches()
    function_urls.apply_patches()
    iam.apply_patches()
    lambda_.apply_patches()
    logs.apply_patches()
    query_definitions.apply_patches()
    threads.apply_patches()
