"""The errors that Application Auto Scaling answers with, beside ValidationException."""

from __future__ import annotations

from localstack.aws.api import CommonServiceException


class ObjectNotFoundException(CommonServiceException):
    """There is no such target, policy or action."""

    def __init__(self, message: str) -> None:
        """Say ``message``."""
        super().__init__("ObjectNotFoundException", message, status_code=400, sender_fault=True)


class ResourceNotFoundException(CommonServiceException):
    """There is nothing to tag under this ARN."""

    def __init__(self, arn: str) -> None:
        """Say that ``arn`` names nothing."""
        message = f"The specified resource doesn't exist: {arn}"
        super().__init__("ResourceNotFoundException", message, status_code=400, sender_fault=True)
