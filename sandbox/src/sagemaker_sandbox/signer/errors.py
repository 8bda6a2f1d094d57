"""Errors that AWS Signer returns. https://docs.aws.amazon.com/signer/latest/api/API_StartSigningJob.html#API_StartSigningJob_Errors."""

from __future__ import annotations

from http import HTTPStatus

from localstack.aws.api import CommonServiceException


class AccessDeniedException(CommonServiceException):
    """The caller may not read the source or write the destination."""

    def __init__(self, message: str) -> None:
        """Return ``message`` with HTTP status 403."""
        super().__init__("AccessDeniedException", message, status_code=HTTPStatus.FORBIDDEN, sender_fault=True)


class ResourceNotFoundException(CommonServiceException):
    """The profile or job does not exist."""

    def __init__(self, message: str) -> None:
        """Return ``message`` with HTTP status 404."""
        super().__init__("ResourceNotFoundException", message, status_code=HTTPStatus.NOT_FOUND, sender_fault=True)


class ValidationException(CommonServiceException):
    """The request cannot be carried out."""

    def __init__(self, message: str) -> None:
        """Return ``message`` with HTTP status 400."""
        super().__init__("ValidationException", message, status_code=HTTPStatus.BAD_REQUEST, sender_fault=True)
