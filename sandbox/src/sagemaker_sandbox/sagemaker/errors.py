"""The error that SageMaker's control plane answers with."""

from __future__ import annotations

from localstack.aws.api import CommonServiceException


class ValidationException(CommonServiceException):
    """The control plane's answer to a request that it refuses."""

    def __init__(self, message: str) -> None:
        """Say ``message``."""
        super().__init__("ValidationException", message, status_code=400, sender_fault=True)
