"""Validation of request bodies.

AWS validates a body against the model for the request's content type, otherwise against the model named ``$default``,
otherwise not at all, and accepts only JSON. LocalStack uses the first model that it finds, accepts NaN, and fails on
bytes that are not UTF-8.
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any, Final

from jsonschema import Draft4Validator, ValidationError
from jsonschema.validators import validator_for
from localstack.services.apigateway.helpers import ModelResolver
from localstack.services.apigateway.next_gen.execute_api.gateway_response import BadRequestBodyError
from localstack.services.apigateway.next_gen.execute_api.handlers.method_request import MethodRequestHandler
from localstack.utils.patch import patch

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from localstack.aws.api.apigateway import Method
    from localstack.services.apigateway.models import RestApiContainer
    from localstack.services.apigateway.next_gen.execute_api.context import InvocationRequest

_MAX_MESSAGE: Final = 1000

_TYPES: dict[type, str] = {
    dict: "object",
    list: "array",
    str: "string",
    bool: "boolean",
    int: "integer",
    float: "number",
    type(None): "null",
}


class InvalidBodyError(BadRequestBodyError):
    """A body that its model rejects; ``detail`` is a template's $context.error.validationErrorString."""

    def __init__(self, violation: str) -> None:
        """Carry AWS's message and the detail."""
        super().__init__(message="Invalid request body")
        self.detail = f"[{violation}]"


def apply_patches() -> None:
    """Patch LocalStack's body validator."""

    @patch(MethodRequestHandler._is_body_valid)  # noqa: SLF001  LocalStack has no public one
    def is_body_valid(
        _original: Callable[..., bool],
        _self: MethodRequestHandler,
        method: Method,
        rest_api: RestApiContainer,
        request: InvocationRequest,
    ) -> bool:
        if name := model_name(method.get("requestModels") or {}, request["headers"].get("Content-Type")):
            check(request.get("body") or b"", ModelResolver(rest_api, name).get_resolved_model() or {})
        return True


def model_name(models: Mapping[str, str], content_type: str | None) -> str | None:
    """Return the name of the model that a body is validated against, or ``None`` if it is not validated."""
    media_type = (content_type or "application/json").partition(";")[0].strip().lower()
    exact = {key.lower(): name for key, name in models.items()}
    return exact.get(media_type, exact.get("$default"))


def check(body: bytes, schema: Mapping[str, Any]) -> None:
    """Raise ``InvalidBodyError`` unless the body is JSON that matches the schema; an empty body counts as ``{}``.

    The first violation decides: a body of 3 MB can have a million of them, and describing all takes half a minute.
    """
    try:
        value = json.loads(body.decode("utf-8") or "{}", parse_constant=_reject_constant)
    except (ValueError, RecursionError) as error:
        raise InvalidBodyError(str(error)) from error
    validator = validator_for(schema, default=Draft4Validator)(schema)
    if violation := next(validator.iter_errors(value), None):
        raise InvalidBodyError(describe(violation))


def describe(error: ValidationError) -> str:
    """Describe one violation, the usual ones in the wording of AWS's validator."""
    match error.validator:
        case "required":
            missing = sorted(set(error.validator_value) - set(error.instance))
            return f"object has missing required properties ({_compact(missing)})"
        case "type":
            allowed = [error.validator_value] if isinstance(error.validator_value, str) else error.validator_value
            kind = _TYPES[type(error.instance)]
            return f"instance type ({kind}) does not match any allowed primitive type (allowed: {_compact(allowed)})"
        case _:
            # a message may repeat the whole value
            return str(error.message)[:_MAX_MESSAGE]


def _compact(names: list[str]) -> str:
    return json.dumps(names, separators=(",", ":"))


def _reject_constant(name: str) -> None:
    message = f"{name} is not JSON"
    raise ValueError(message)
