"""LocalStack's host name for S3: it is not looked up, which offline would wait for a timeout."""

from __future__ import annotations

from localstack.utils.aws import aws_stack


def apply_patches() -> None:
    """Set the result of the lookup: the name does not lead to this machine."""
    aws_stack.CACHE_S3_HOSTNAME_DNS_STATUS = False  # type: ignore[assignment]
