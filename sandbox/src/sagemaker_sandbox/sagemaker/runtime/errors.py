"""Errors that the runtime itself returns."""

from __future__ import annotations

import json
from http import HTTPStatus

from localstack.http import Response


class RuntimeServiceError(Exception):
    """An error response of the runtime itself."""

    def __init__(self, code: str, status: int, message: str, **fields: object) -> None:
        """Return ``status`` with a JSON body of ``message`` and ``fields``."""
        super().__init__(message)
        self.code, self.status, self.fields = code, status, fields

    def response(self, request_id: str) -> Response:
        """Return the HTTP response."""
        body = json.dumps({"Message": str(self), **self.fields})
        headers = {"x-amzn-RequestId": request_id} | ({"x-amzn-ErrorType": self.code} if self.code else {})
        return Response(body, self.status, headers, content_type="application/json")


def validation_error(message: str) -> RuntimeServiceError:
    """Return the error for a request that the runtime rejects."""
    return RuntimeServiceError("ValidationError", HTTPStatus.BAD_REQUEST, message)


def access_denied(message: str) -> RuntimeServiceError:
    """Return the error for a caller without permission."""
    return RuntimeServiceError("AccessDeniedException", HTTPStatus.FORBIDDEN, message)
