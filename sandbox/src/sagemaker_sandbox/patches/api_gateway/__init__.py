"""API Gateway, where LocalStack differs from AWS and a caller of an API can observe it."""

from __future__ import annotations

from sagemaker_sandbox.patches.api_gateway import gateway_responses, imports, limits, request_validation


def apply_patches() -> None:
    """Patch the import of APIs, request validation, gateway responses and size limits."""
    imports.apply_patches()
    request_validation.apply_patches()
    gateway_responses.apply_patches()
    limits.apply_patches()
