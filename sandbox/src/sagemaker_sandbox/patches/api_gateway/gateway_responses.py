"""Gateway responses: what the gateway itself returns when it rejects a request. LocalStack never renders them."""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING, Any

from localstack.http import Response
from localstack.services.apigateway.next_gen.execute_api.gateway_response import (
    BaseGatewayException,
    get_gateway_response_or_default,
)
from localstack.services.apigateway.next_gen.execute_api.handlers.gateway_exception import GatewayExceptionHandler
from localstack.utils.patch import patch

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from localstack.aws.api.apigateway import GatewayResponse

# RestApiInvocationContext, whose fields are all annotated as optional, and all set by the time a request is rejected
type Context = Any

_HEADER = "gatewayresponse.header."


def apply_patches() -> None:
    """Patch LocalStack's exception handler."""

    @patch(GatewayExceptionHandler.set_error_context)
    def set_error_context(
        original: Callable[..., None],
        _self: GatewayExceptionHandler,
        exception: BaseGatewayException,
        context: Context,
    ) -> None:
        original(exception, context)
        context.context_variables["error"]["validationErrorString"] = getattr(exception, "detail", "")

    @patch(GatewayExceptionHandler.create_exception_response)
    def create_exception_response(
        original: Callable[..., Response],
        self: GatewayExceptionHandler,
        exception: BaseGatewayException,
        context: Context,
    ) -> Response:
        found = get_gateway_response_or_default(exception.type, context.deployment.rest_api.gateway_responses)
        if found.get("defaultResponse"):
            return original(self, exception, context)
        return render(found, exception, context)


def render(response: GatewayResponse, exception: BaseGatewayException, context: Context) -> Response:
    """Return the HTTP response that a gateway response defines for an exception."""
    headers = context.invocation_request["headers"]
    media_type, template = _template(response["responseTemplates"] or {}, headers.get("Accept"))
    rendered = {"Content-Type": media_type, "x-amzn-ErrorType": exception.code}
    for name, expression in (response["responseParameters"] or {}).items():
        rendered[name.removeprefix(_HEADER)] = _parameter(expression, context)
    status = response.get("statusCode") or exception.status_code or 500
    return Response(substitute(template, _variables(context)), status=int(status), headers=rendered)


def substitute(template: str, variables: Mapping[str, Any], missing: str = "") -> str:
    """Return ``template`` with its $context and $stageVariables substituted, which is all that these templates support."""
    return re.sub(r"\$(context|stageVariables)((?:\.\w+)+)", lambda found: _text(variables, *found.groups()) or missing, template)


def _template(templates: Mapping[str, str], accept: str | None) -> tuple[str, str]:
    """Return the media type and text of the template that matches the Accept header."""
    wanted = [part.partition(";")[0].strip() for part in (accept or "").split(",")]
    chosen = next((media_type for media_type in [*wanted, "application/json"] if media_type in templates), None)
    media_type = chosen or next(iter(templates))
    return media_type, templates[media_type]


def _variables(context: Context) -> dict[str, Any]:
    known = dict(context.context_variables)
    error = dict(known["error"])
    # documented as quoted, unlike error.message
    error["messageString"] = json.dumps(error["message"])
    error["validationErrorString"] = json.dumps(error["validationErrorString"])[1:-1]
    return {"context": known | {"error": error}, "stageVariables": context.stage_variables or {}}


def _text(variables: Mapping[str, Any], root: str, path: str) -> str:
    value: Any = variables[root]
    for name in path.removeprefix(".").split("."):
        value = value.get(name) if isinstance(value, dict) else None
    return "" if value is None else str(value)


def _parameter(expression: str, context: Context) -> str:
    """Return the value of a header: quoted text, a variable, or a header of the request."""
    if expression.startswith("'"):
        return expression.strip("'")
    if expression.startswith("method.request.header."):
        return str(context.invocation_request["headers"].get(expression.rpartition(".")[2], ""))
    return substitute(f"${expression}", _variables(context))
