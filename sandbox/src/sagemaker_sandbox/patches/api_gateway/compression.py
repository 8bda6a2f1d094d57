"""The bodies of requests and responses, and their content codings.

API Gateway decompresses requests whether or not the API has a minimum compression size, which is for responses only. It
answers 415 to a coding that it does not support and to a body that does not have the declared coding:
https://docs.aws.amazon.com/apigateway/latest/developerguide/api-gateway-make-request-with-compressed-payload.html and
https://docs.aws.amazon.com/apigateway/latest/developerguide/api-gateway-receive-response-with-compressed-payload.html.

No source says what the limit of 10 MB counts; here it holds before and after decompression, so that nothing larger is
ever produced. Neither is it documented whether the function sees the header: it is removed with the coding.
"""

from __future__ import annotations

import gzip
import re
import zlib
from typing import TYPE_CHECKING, Any, Final

from localstack.aws.handlers.codec import ContentDecoder
from localstack.services.apigateway.next_gen.execute_api.gateway_response import UnsupportedMediaTypeError
from localstack.services.apigateway.next_gen.execute_api.handlers import parse
from localstack.utils.patch import Patch, patch
from werkzeug import Request

from sagemaker_sandbox.patches.api_gateway.limits import MAX_BODY_BYTES, check_size

if TYPE_CHECKING:
    from collections.abc import Callable

    from localstack.aws.api import RequestContext
    from rolo.gateway import HandlerChain
    from rolo.response import Response

# RestApiInvocationContext, whose fields are all annotated as optional, and all set by the time a handler sees it
type Context = Any

# zlib's window sizes
_CODINGS: Final = {"gzip": 16 + zlib.MAX_WBITS, "deflate": zlib.MAX_WBITS}


def apply_patches() -> None:
    """Keep the body as it was sent.

    LocalStack decompresses before it finds the API, and whatever the size; it also writes forms again, which changes their
    bytes and the signature.
    """
    Patch(parse, "restore_payload", Request.get_data).apply()

    @patch(ContentDecoder.__call__)
    def decode(
        original: Callable[..., None],
        self: ContentDecoder,
        chain: HandlerChain[RequestContext],
        context: RequestContext,
        response: Response,
    ) -> None:
        if not _is_invocation(context.request):
            original(self, chain, context, response)


def _is_invocation(request: Request) -> bool:
    return (
        request.path.startswith("/_aws/execute-api/")
        or ".execute-api." in request.host
        or re.match("/restapis/[^/]+/[^/]+/_user_request_", request.path) is not None
    )


def decompress(context: Context) -> None:
    """Replace a compressed body by its content."""
    headers, request = context.invocation_request["headers"], context.invocation_request
    check_size(len(request["body"]))
    coding = headers.get("Content-Encoding", "identity").strip().lower()
    if coding == "identity":
        return
    request["body"] = inflate(request["body"], coding)
    headers.remove("Content-Encoding")
    headers["Content-Length"] = str(len(request["body"]))


def inflate(body: bytes, coding: str) -> bytes:
    """Return the content of a compressed body, or raise the error for a coding, a body or a size that is not supported."""
    window = _CODINGS.get(coding)
    if window is None:
        raise UnsupportedMediaTypeError("Unsupported Media Type")
    inflated, rest = b"", body
    while rest or not inflated:
        decoder = zlib.decompressobj(window)
        try:
            inflated += decoder.decompress(rest, MAX_BODY_BYTES + 1 - len(inflated))
        except zlib.error as error:
            raise UnsupportedMediaTypeError("Unsupported Media Type") from error
        check_size(len(inflated))
        if not decoder.eof:
            raise UnsupportedMediaTypeError("Unsupported Media Type")
        rest = decoder.unused_data
        if not rest:
            break
    return inflated


def compress(context: Context, response: Response) -> None:
    """Compress a response as the API and the caller's Accept-Encoding header say."""
    minimum = context.deployment.rest_api.rest_api.get("minimumCompressionSize")
    coding = _accepted(context.request)
    if minimum is None or coding is None or "Content-Encoding" in response.headers or context.context_variables.get("error"):
        return
    body = response.get_data()
    if len(body) >= int(minimum):
        response.set_data(gzip.compress(body) if coding == "gzip" else zlib.compress(body))
        response.headers["Content-Encoding"] = coding


def _accepted(request: Request) -> str | None:
    """Return the coding that the caller prefers, if API Gateway supports it; a star stands for none."""
    preferred = sorted(request.accept_encodings, key=lambda value: -value[1])
    return preferred[0][0] if preferred and preferred[0][0] in _CODINGS else None
