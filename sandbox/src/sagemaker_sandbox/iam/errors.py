"""Errors about a request's signer, as each service returns them."""

from __future__ import annotations

from http import HTTPStatus
from typing import TYPE_CHECKING, Final

from localstack.aws.api import CommonServiceException

from sagemaker_sandbox.host import settings

if TYPE_CHECKING:
    from botocore.model import ServiceModel

_QUERY: Final = frozenset({"query", "rest-xml"})
_DENIED: Final = {"ec2": "UnauthorizedOperation", "sns": "AuthorizationError"}


def _error(service: ServiceModel, code: str, message: str) -> CommonServiceException:
    """Return an error. Only services of the JSON protocol use the status 400 for it."""
    is_json = service.protocol == "json"
    return CommonServiceException(code, message, HTTPStatus.BAD_REQUEST if is_json else HTTPStatus.FORBIDDEN, sender_fault=True)


def access_denied(service: ServiceModel, message: str) -> CommonServiceException:
    """Return the error for a call that policies do not allow."""
    code = _DENIED.get(service.service_name)
    return _error(service, code or ("AccessDenied" if service.protocol in _QUERY else "AccessDeniedException"), message)


def unknown_key(service: ServiceModel) -> CommonServiceException:
    """Return the error for an access key that does not exist, or a session token that is not the key's."""
    is_s3 = service.service_name == "s3"
    message = (
        "The AWS Access Key Id you provided does not exist in our records."
        if is_s3
        else "The security token included in the request is invalid."
    )
    return _error(service, _unknown_key_code(service), message)


def other_sandbox(service: ServiceModel) -> CommonServiceException:
    """Return the error for the access key of another sandbox: the code of an unknown one, but a message that says what to do."""
    root = settings.root()
    message = (
        f"The access key belongs to the sandbox of another folder; this is the sandbox of {root}. To use this one, source "
        f"{root / 'env'}. To use the other, start it again with `up`, and source its environment file."
    )
    return _error(service, _unknown_key_code(service), message)


def _unknown_key_code(service: ServiceModel) -> str:
    if service.service_name == "s3":
        return "InvalidAccessKeyId"
    return "InvalidClientTokenId" if service.protocol in _QUERY else "UnrecognizedClientException"


def wrong_signature(service: ServiceModel) -> CommonServiceException:
    """Return the error for a signature that was not made with the key's secret."""
    message = (
        "The request signature we calculated does not match the signature you provided. Check your AWS Secret Access Key "
        "and signing method. Consult the service documentation for details."
    )
    return _error(service, "SignatureDoesNotMatch" if service.protocol in _QUERY else "InvalidSignatureException", message)


def incomplete(service: ServiceModel) -> CommonServiceException:
    """Return the error for a signature that is not one of Signature Version 4."""
    code = "IncompleteSignature" if service.protocol in _QUERY else "IncompleteSignatureException"
    return _error(service, code, "Authorization header requires Credential, SignedHeaders and Signature of AWS4-HMAC-SHA256.")


def expired(service: ServiceModel) -> CommonServiceException:
    """Return the error for a session that has ended."""
    code = "ExpiredToken" if service.protocol in _QUERY else "ExpiredTokenException"
    return _error(service, code, "The security token included in the request is expired")


def unsigned(service: ServiceModel) -> CommonServiceException:
    """Return the error for a request without a signature."""
    if service.service_name == "s3":
        return _error(service, "AccessDenied", "Access Denied")
    if service.protocol in _QUERY:
        return _error(service, "MissingAuthenticationToken", "Request is missing Authentication Token")
    return _error(service, "MissingAuthenticationTokenException", "Missing Authentication Token")
