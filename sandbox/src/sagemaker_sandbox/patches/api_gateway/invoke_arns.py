"""The ARNs of a request to an API, on which policies allow ``execute-api:Invoke``.

https://docs.aws.amazon.com/apigateway/latest/developerguide/api-gateway-control-access-using-iam-policies-to-invoke-api.html
"""

from __future__ import annotations

from typing import Any, Final

from localstack.utils.aws.arns import get_partition

# RestApiInvocationContext, whose fields are all annotated as optional, and all set by the time a step sees it
type Context = Any

ACTION: Final = "execute-api:Invoke"


def method_arn(context: Context) -> str:
    """Return the ARN of the method and path of a request."""
    path = context.invocation_request["path"].lstrip("/")
    return f"{api_arn(context)}/{context.stage}/{context.invocation_request['http_method']}/{path}"


def authorizer_arn(context: Context, authorizer: str) -> str:
    """Return the ARN that an authorizer's function is invoked from."""
    return f"{api_arn(context)}/authorizers/{authorizer}"


def api_arn(context: Context) -> str:
    """Return the ARN of a request's API."""
    return f"arn:{get_partition(context.region)}:execute-api:{context.region}:{context.account_id}:{context.api_id}"
