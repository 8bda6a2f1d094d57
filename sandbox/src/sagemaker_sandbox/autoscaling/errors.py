"""Errors that Application Auto Scaling returns in addition to ValidationException."""

from __future__ import annotations

from localstack.aws.api import CommonServiceException


class ObjectNotFoundException(CommonServiceException):
    """The target, policy or scheduled action does not exist."""

    def __init__(self, message: str) -> None:
        """Return ``message`` with HTTP status 400."""
        super().__init__("ObjectNotFoundException", message, status_code=400, sender_fault=True)


class ResourceNotFoundException(CommonServiceException):
    """The resource to tag does not exist."""

    def __init__(self, arn: str) -> None:
        """Return AWS's message about ``arn``."""
        message = f"The specified resource doesn't exist: {arn}"
        super().__init__("ResourceNotFoundException", message, status_code=400, sender_fault=True)
