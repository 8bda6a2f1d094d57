"""The handler that parses each request, and answers one that cannot be parsed as AWS does: with the client's error, not the service's."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from localstack.aws import handlers
from localstack.aws.api import CommonServiceException
from localstack.aws.protocol.parser import OperationNotFoundParserError, RequestParserError

if TYPE_CHECKING:
    from localstack.aws.api import RequestContext
    from rolo.gateway import HandlerChain
    from rolo.response import Response

_CODES: Final = {
    # https://docs.aws.amazon.com/AmazonS3/latest/API/ErrorResponses.html
    "rest-xml": ("MalformedXML", "The XML you provided was not well-formed or did not validate against our published schema"),
    # The page "Common Errors" of the services with this protocol
    "query": ("MalformedQueryString", "The query string contains a syntax error."),
    "ec2": ("MalformedQueryString", "The query string contains a syntax error."),
}
# smithy-lang/smithy, smithy-aws-protocol-tests/model/restJson1/malformedRequests: 400 with x-amzn-errortype SerializationException
_JSON: Final = ("SerializationException", "The request could not be deserialized: it is malformed, or a member has another type.")


def parse(chain: HandlerChain[RequestContext], context: RequestContext, response: Response) -> None:  # noqa: ARG001
    """Parse a request as LocalStack does. Raises the service's error for a malformed one, instead of an internal error."""
    if context.service is None:
        return
    try:
        handlers.parse_service_request.parse_and_enrich(context)
    except OperationNotFoundParserError:
        raise
    except RequestParserError as error:
        # the serializer needs an operation, and an error looks the same for each
        context.operation = context.operation or context.service.operation_model(context.service.operation_names[0])
        code, message = _CODES.get(context.protocol or context.service.protocol, _JSON)
        raise CommonServiceException(code, message, 400, sender_fault=True) from error
