# SPDX-License-Identifier: Apache-2.0
"""Access over HTTP, with an API key, a bearer token or signatures."""

from __future__ import annotations

from typing import TYPE_CHECKING
from urllib.parse import urlsplit

import httpx

from .errors import PredictError
from .messages import Request, Response
from .transport import FUNCTION, URL, ConnectionFailedError, stage_url

if TYPE_CHECKING:
    from typing import Any

    from .transport import Credentials, Transport

LOOPBACK = ("localhost", "127.0.0.1", "::1")


def connect(target: str, credentials: Credentials, timeout: float, connections: int) -> Transport:
    """Return the transport for a URL, or for the name or ARN of a function. Raises PredictError if it is neither."""
    if URL.match(target):
        return HttpTransport(target, credentials, timeout, connections)
    if FUNCTION.fullmatch(target):
        from .aws_access import LambdaTransport  # botocore, 0.3 s

        return LambdaTransport(target, credentials, timeout, connections)
    raise PredictError(f"{target} is neither a URL, such as https://example.com/v1, nor the name or ARN of a Lambda function")


class HttpTransport:
    """The API over HTTP."""

    serves_document = True

    def __init__(self, url: str, credentials: Credentials, timeout: float, connections: int) -> None:
        self._url = stage_url(url)
        parts = urlsplit(self._url)
        secret = credentials.key or credentials.token
        if secret and parts.scheme == "http" and parts.hostname not in LOOPBACK:
            raise PredictError("The URL begins with http://, which would send the key or token unencrypted. Use https://.")
        headers = {"accept": "application/json"}
        if credentials.key:
            headers["x-api-key"] = credentials.key
        if credentials.token:
            headers["authorization"] = f"Bearer {credentials.token}"
        self._client = _client(
            headers=headers,
            auth=_signature(self._url, credentials) if credentials.iam else None,
            timeout=timeout,
            limits=httpx.Limits(max_connections=connections),
        )

    def send(self, request: Request) -> Response:
        """Send a request. A redirect is a response like any other: it is not followed, because it would receive the key."""
        headers = {"content-type": request.content_type} if request.content_type else {}
        try:
            answer = self._client.request(request.method, self._url + request.path, content=request.body, headers=headers)
        except httpx.TransportError as error:
            raise ConnectionFailedError(f"{type(error).__name__}: {error}") from None
        except httpx.InvalidURL as error:
            raise PredictError(f"{self._url}: {error}") from None
        return Response(answer.status_code, answer.content, {name.lower(): value for name, value in answer.headers.items()})


def _client(**options: Any) -> httpx.Client:
    try:
        return httpx.Client(**options)
    except httpx.InvalidURL:  # httpx cannot read an address like [::1] in NO_PROXY
        return httpx.Client(**options, trust_env=False)


def _signature(url: str, credentials: Credentials) -> httpx.Auth:
    from .aws_access import Signature  # botocore, 0.3 s

    return Signature(url, credentials)
