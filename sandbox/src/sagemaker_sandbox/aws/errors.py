"""Errors that several control planes return."""

from __future__ import annotations

from localstack.aws.api import CommonServiceException


class ValidationException(CommonServiceException):
    """A control plane's response to a request that it rejects."""

    def __init__(self, message: str) -> None:
        """Return ``message`` with HTTP status 400."""
        super().__init__("ValidationException", message, status_code=400, sender_fault=True)
