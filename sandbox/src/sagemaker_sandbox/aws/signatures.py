"""Verification of AWS Signature Version 4 with botocore's own signer.

https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_sigv-create-signed-request.html
"""

from __future__ import annotations

import hmac
import io
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from botocore.auth import S3SigV4Auth, SigV4Auth
from botocore.awsrequest import AWSRequest
from botocore.credentials import Credentials

if TYPE_CHECKING:
    from botocore.compat import HTTPHeaders
    from localstack.http import Request

_AUTHORIZATION: Final = re.compile(
    r"AWS4-HMAC-SHA256\s+Credential=(?P<key>[^/,]+)/(?P<date>[^/,]+)/(?P<region>[^/,]+)/(?P<service>[^/,]+)/aws4_request\s*,"
    r"\s*SignedHeaders=(?P<headers>[^,\s]+)\s*,\s*Signature=(?P<value>[0-9a-f]+)"
)


@dataclass(frozen=True)
class Signature:
    """The content of an Authorization header."""

    key: str
    region: str
    service: str
    headers: tuple[str, ...]
    value: str

    @classmethod
    def of(cls, request: Request) -> Signature | None:
        """Parse a request's Authorization header; return None if it has no signature in it."""
        found = _AUTHORIZATION.match(request.headers.get("Authorization", ""))
        if found is None:
            return None
        return cls(found["key"], found["region"], found["service"], tuple(found["headers"].split(";")), found["value"])

    def is_made_with(self, secret: str, request: Request) -> bool:
        """Return whether the signature is the one of ``request``, as it was received, under ``secret``."""
        headers = {name: ",".join(request.headers.getlist(name)) for name in self.headers}
        body = b"" if "x-amz-content-sha256" in self.headers else _body(request)
        signed = AWSRequest(request.method, _url(request), headers, body)
        signed.context["timestamp"] = headers.get("x-amz-date") or request.headers.get("X-Amz-Date", "")
        signer = (_S3Verifier if self.service == "s3" else _Verifier)(Credentials(self.key, secret), self.service, self.region)
        expected: str = signer.signature(signer.string_to_sign(signed, signer.canonical_request(signed)), signed)
        return hmac.compare_digest(expected, self.value)


class _Verifier(SigV4Auth):
    def headers_to_sign(self, request: AWSRequest) -> HTTPHeaders:
        """Return all headers: only those that the client signed are in the request."""
        return request.headers


class _S3Verifier(S3SigV4Auth):
    def headers_to_sign(self, request: AWSRequest) -> HTTPHeaders:
        """Return all headers: only those that the client signed are in the request."""
        return request.headers


def _url(request: Request) -> str:
    """Return the URL whose path and query are exactly those on the wire."""
    target: str = request.environ.get("RAW_URI") or request.full_path
    path = re.sub(r"^https?://[^/]*", "", target)
    return f"http://{request.host}{path}"


def _body(request: Request) -> bytes:
    """Read the body, and put it back for LocalStack, which may have to decode it first."""
    body = request.get_data(cache=False)
    request.stream = io.BytesIO(body)
    return body
