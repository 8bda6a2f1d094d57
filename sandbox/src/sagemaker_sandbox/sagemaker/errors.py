"""The errors that SageMaker answers with."""

from __future__ import annotations

import json
from http import HTTPStatus

from localstack.aws.api import CommonServiceException
from localstack.http import Response


class ValidationException(CommonServiceException):
    """The control plane's answer to a request that it refuses."""

    def __init__(self, message: str) -> None:
        """Say ``message``."""
        super().__init__("ValidationException", message, status_code=400, sender_fault=True)


class RuntimeServiceError(Exception):
    """An error answer of the runtime itself."""

    def __init__(self, code: str, status: int, message: str, **fields: object) -> None:
        """Answer with ``status`` and a JSON body of ``message`` and ``fields``."""
        super().__init__(message)
        self.code, self.status, self.fields = code, status, fields

    def response(self, request_id: str) -> Response:
        """Make the HTTP response."""
        body = json.dumps({"Message": str(self), **self.fields})
        headers = {"x-amzn-RequestId": request_id} | ({"x-amzn-ErrorType": self.code} if self.code else {})
        return Response(body, self.status, headers, content_type="application/json")


def invalid(message: str) -> RuntimeServiceError:
    """Make the runtime's answer to a request that it refuses."""
    return RuntimeServiceError("ValidationError", HTTPStatus.BAD_REQUEST, message)


def access_denied(message: str) -> RuntimeServiceError:
    """Make the runtime's answer to a caller who may not."""
    return RuntimeServiceError("AccessDeniedException", HTTPStatus.FORBIDDEN, message)
