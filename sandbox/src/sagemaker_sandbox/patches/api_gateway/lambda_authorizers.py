"""Lambda authorizers, of both types.

Events and results:
https://docs.aws.amazon.com/apigateway/latest/developerguide/api-gateway-lambda-authorizer-input.html and
https://docs.aws.amazon.com/apigateway/latest/developerguide/api-gateway-lambda-authorizer-output.html. A request without an
identity source is rejected without a call, and results are kept by the identity sources:
https://docs.aws.amazon.com/apigateway/latest/api/API_Authorizer.html. Messages:
https://repost.aws/knowledge-center/api-gateway-403-error-lambda-authorizer.

The documentation calls AUTHORIZER_FAILURE a failure to authenticate the caller, and AUTHORIZER_CONFIGURATION_ERROR a failure
to connect. Here, the former is a function that raises an error, and the latter one that cannot be called, or returns
something else than a policy.
"""

from __future__ import annotations

import json
import re
import time
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from botocore.exceptions import ClientError
from localstack.services.apigateway.next_gen.execute_api.gateway_response import (
    AccessDeniedError,
    AuthorizerConfigurationError,
    AuthorizerFailureError,
    UnauthorizedError,
)
from localstack.services.apigateway.next_gen.execute_api.helpers import get_lambda_function_arn_from_invocation_uri
from localstack.services.apigateway.next_gen.execute_api.integrations.aws import RestApiAwsProxyIntegration
from moto.iam.access_control import PermissionResult

from sagemaker_sandbox.aws.policies import AccessRequest, evaluate_policies, statements
from sagemaker_sandbox.patches.api_gateway.authorizer_results import Results, seconds_of
from sagemaker_sandbox.patches.api_gateway.identity_sources import value_of
from sagemaker_sandbox.patches.api_gateway.invoke_arns import ACTION, authorizer_arn, method_arn

if TYPE_CHECKING:
    from collections.abc import Mapping

# RestApiInvocationContext, whose fields are all annotated as optional, and all set by the time a step sees it
type Context = Any
type Authorizer = Mapping[str, Any]

_DENIED: Final = "User is not authorized to access this resource"


@dataclass(frozen=True)
class Authorization:
    """The result of an authorizer's function."""

    principal: str
    policy: Mapping[str, Any]
    context: Mapping[str, str]
    usage_key: str | None


class _FailedAuthorizerError(AuthorizerFailureError):
    message = None  # type: ignore[assignment]  # null is AWS's message


_RESULTS: Final[Results[Authorization]] = Results()


def authorize(context: Context) -> None:
    """Raise the error for a request that its method's Lambda authorizer does not allow."""
    method = context.resource_method
    if method.get("authorizationType") != "CUSTOM":
        return
    authorizer = context.deployment.rest_api.authorizers.get(method.get("authorizerId"))
    if authorizer is None:
        raise AuthorizerConfigurationError
    identity = _identity(authorizer, context)
    started = time.monotonic()
    authorization = _authorization(authorizer, identity, context)
    latency = round((time.monotonic() - started) * 1000)
    known = {"principalId": authorization.principal, "integrationLatency": latency, "integrationStatus": "200"}
    context.context_variables["authorizer"] = known | dict(authorization.context)
    if authorization.usage_key:
        context.context_variables["identity"]["apiKey"] = authorization.usage_key
    match evaluate_policies([authorization.policy], AccessRequest(ACTION, method_arn(context))):
        case PermissionResult.DENIED:
            raise AccessDeniedError(f"{_DENIED} with an explicit deny")
        case PermissionResult.NEUTRAL:
            raise AccessDeniedError(_DENIED)


def _identity(authorizer: Authorizer, context: Context) -> list[str]:
    """Return the values of the identity sources, all of which must be present; a token must match its expression."""
    sources = [source.strip() for source in (authorizer.get("identitySource") or "").split(",") if source.strip()]
    values = [value_of(source, context) for source in sources]
    if not all(values):
        raise UnauthorizedError("Unauthorized")
    expression = authorizer.get("identityValidationExpression")
    if authorizer["type"] == "TOKEN" and expression and not re.fullmatch(expression, values[0]):
        raise UnauthorizedError("Unauthorized")
    return values


def _authorization(authorizer: Authorizer, identity: list[str], context: Context) -> Authorization:
    """Return the function's result, which is kept for the authorizer's time to live. Without identity sources none is kept."""

    def decide() -> Authorization:
        event = _token_event(identity[0], context) if authorizer["type"] == "TOKEN" else _request_event(context)
        return _parse(_invoke(authorizer, event, context))

    name = (context.api_id, context.stage, context.deployment_id, authorizer["id"], *identity)
    return _RESULTS.get(name, seconds_of(authorizer) if identity else 0, decide)


def _token_event(token: str, context: Context) -> dict[str, Any]:
    return {"type": "TOKEN", "authorizationToken": token, "methodArn": method_arn(context)}


def _request_event(context: Context) -> dict[str, Any]:
    request = context.invocation_request
    headers = request["headers"]
    return {
        "type": "REQUEST",
        "methodArn": method_arn(context),
        "resource": context.resource["path"],
        "path": request["path"],
        "httpMethod": request["http_method"],
        "headers": dict(headers),
        "multiValueHeaders": {name: headers.getlist(name) for name in headers.keys()},  # noqa: SIM118  of pairs
        "queryStringParameters": request["query_string_parameters"],
        "multiValueQueryStringParameters": request["multi_value_query_string_parameters"],
        "pathParameters": request["path_parameters"],
        "stageVariables": context.stage_variables or {},
        "requestContext": context.context_variables,
    }


def _invoke(authorizer: Authorizer, event: dict[str, Any], context: Context) -> Any:
    """Return what the function returned; an error named Unauthorized is a rejection."""
    try:
        payload = RestApiAwsProxyIntegration.call_lambda(
            function_arn=get_lambda_function_arn_from_invocation_uri(authorizer["authorizerUri"]),
            event=json.dumps(event).encode(),
            source_arn=authorizer_arn(context, authorizer["id"]),
            credentials=authorizer.get("authorizerCredentials") or "",
        )
        result = json.loads(payload)
    except (ClientError, ValueError) as error:
        raise AuthorizerConfigurationError from error
    if isinstance(result, dict) and "errorMessage" in result:
        raise UnauthorizedError("Unauthorized") if result["errorMessage"] == "Unauthorized" else _FailedAuthorizerError
    return result


def _parse(result: Any) -> Authorization:
    """Return the result of a function, or raise the error for one that is not of the documented form."""
    try:
        context = {name: _string(value) for name, value in (result.get("context") or {}).items()}
        policy = result["policyDocument"]
        statements(policy)
        return Authorization(str(result["principalId"]), policy, context, result.get("usageIdentifierKey"))
    except (AttributeError, KeyError, TypeError) as error:
        raise AuthorizerConfigurationError from error


def _string(value: object) -> str:
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, str | int | float):
        return str(value)
    message = "not a string, a number or a boolean"
    raise TypeError(message)
