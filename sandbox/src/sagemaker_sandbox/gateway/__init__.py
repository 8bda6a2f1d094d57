"""API Gateway as AWS runs it, where LocalStack's differs and a caller of an API can see it."""

from __future__ import annotations

from sagemaker_sandbox.gateway import documents, limits, responses, validation


def mend() -> None:
    """Patch LocalStack's gateway; call once, before the first request."""
    documents.mend()
    validation.mend()
    responses.mend()
    limits.mend()
