# SPDX-License-Identifier: Apache-2.0
"""Access with an AWS identity: signed HTTP requests, and invocations of the Lambda function."""

from __future__ import annotations

import json
import os
import re
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

import botocore.exceptions
import httpx
from botocore.auth import SigV4Auth
from botocore.awsrequest import AWSRequest
from botocore.config import Config
from botocore.session import Session

from .errors import PredictError
from .messages import Request, Response
from .transport import FUNCTION, ConnectionFailedError

if TYPE_CHECKING:
    from collections.abc import Generator
    from typing import Any

    from .transport import Credentials

GATEWAY_HOST = re.compile(r"\.(execute-api|lambda-url)\.([a-z0-9-]+)\.")  # of API Gateway and of function URLs


class Signature(httpx.Auth):
    """AWS Signature Version 4, by the credentials that the AWS command line would use."""

    requires_request_body = True

    def __init__(self, url: str, given: Credentials) -> None:
        host = GATEWAY_HOST.search(urlsplit(url).hostname or "")
        session = aws_session(given)
        region = given.region or (host[2] if host else None) or _region(session)
        self._service = "lambda" if host and host[1] == "lambda-url" else "execute-api"
        credentials = session.get_credentials()
        if credentials is None:
            raise PredictError("There are no AWS credentials to sign with. Set AWS_PROFILE, or give --profile.")
        self._credentials = credentials
        if not region:
            raise PredictError("The URL does not name its Region. Give --region.")
        self._region = region

    def auth_flow(self, request: httpx.Request) -> Generator[httpx.Request, httpx.Response]:
        """Sign a request."""
        # Of the headers, only these two: a proxy may change others.
        headers = {name: request.headers[name] for name in ("host", "content-type") if name in request.headers}
        signed = AWSRequest(request.method, str(request.url), headers=headers, data=request.content)
        SigV4Auth(self._credentials.get_frozen_credentials(), self._service, self._region).add_auth(signed)
        request.headers.update(dict(signed.headers.items()))
        yield request


class LambdaTransport:
    """The function itself, which gets the events that API Gateway would send and returns the same responses."""

    serves_document = False

    def __init__(self, function: str, credentials: Credentials, timeout: float, connections: int) -> None:
        if credentials.key or credentials.token:
            raise PredictError("A Lambda function is invoked with AWS credentials. Remove the key or token.")
        self._function = function
        arn = FUNCTION.fullmatch(function)
        config = Config(retries={"total_max_attempts": 1}, read_timeout=timeout, max_pool_connections=connections)
        session = aws_session(credentials)
        region = credentials.region or (arn[2] if arn else None) or _region(session)
        try:
            self._client: Any = session.create_client("lambda", region_name=region, config=config)
        except botocore.exceptions.BotoCoreError as error:
            raise PredictError(f"{function}: {error}") from None

    def send(self, request: Request) -> Response:
        """Invoke the function."""
        event = {
            "httpMethod": request.method,
            "path": request.path,
            "headers": {"content-type": request.content_type, "accept": "application/json"},
            "requestContext": {},
            "body": request.body.decode(),
        }
        try:
            answer = self._client.invoke(FunctionName=self._function, Payload=json.dumps(event).encode())
            payload = answer["Payload"].read()
        except botocore.exceptions.ClientError as error:
            return _aws_response(error)
        except (botocore.exceptions.HTTPClientError, botocore.exceptions.ReadTimeoutError) as error:
            raise ConnectionFailedError(str(error)) from None
        except botocore.exceptions.BotoCoreError as error:
            raise PredictError(f"{self._function}: {error}") from None
        if "FunctionError" in answer:  # the function ended before it could answer, as when its time is over
            return _problem(502, "function_failed", "The function ended without a response; see its log.", retryable=True)
        document = json.loads(payload)
        if not isinstance(document, dict) or "statusCode" not in document:
            raise PredictError(f"{self._function} is not the function of a prediction API: its response has no statusCode")
        return Response(document["statusCode"], document["body"].encode(), document.get("headers", {}))


def aws_session(credentials: Credentials) -> Session:
    """Return the session of a profile, or the default one. Raises PredictError if there is no such profile."""
    try:
        session = Session(profile=credentials.profile)
        session.get_scoped_config()
    except botocore.exceptions.ProfileNotFound as error:
        raise PredictError(str(error)) from None
    return session


def _region(session: Session) -> str | None:
    """Return the Region that is set: in the variable that AWS's SDKs share, of which botocore reads another, or as botocore does."""
    found: str | None = os.environ.get("AWS_REGION") or session.get_config_variable("region")
    return found


def _aws_response(error: botocore.exceptions.ClientError) -> Response:
    """Return what Lambda itself says of an invocation as a response of the API. Its errors: API Reference, Invoke."""
    status = int(error.response["ResponseMetadata"]["HTTPStatusCode"])
    code, message = error.response["Error"]["Code"], error.response["Error"]["Message"]
    headers = error.response["ResponseMetadata"].get("HTTPHeaders", {})
    if code == "RequestTooLargeException":
        return _problem(413, code, message, retryable=False)
    transient = code in {"TooManyRequestsException", "ServiceException", "ResourceConflictException"} or status in {429, 500, 503}
    found = _problem(status, code, message, retryable=transient)
    return Response(found.status, found.body, headers)


def _problem(status: int, code: str, detail: str, *, retryable: bool) -> Response:
    return Response(status, json.dumps({"code": code, "detail": detail, "retryable": retryable}).encode())
